"""Where passphrases and PINs come from: a prompt, a private file, a file descriptor, or the system's keyring.

Never from the command line or the environment, which other processes can read.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from credential.keyfile import Purpose
from signer import files
from signer.errors import SignerError, usage
from signer.home import Home
from signer.keys import os_keyring

MIN_PASSPHRASE: Final = 8
MAX_PASSPHRASE: Final = 1_024

Passphrase = Callable[[Purpose], bytes]
"""Asks for the passphrase, or the token's PIN, of the key of this purpose."""
Ask = Callable[[str], str]
"""Asks on the terminal, without showing what is typed."""

PROMPTS: Final = {
    Purpose.CERTIFICATE: "证书密钥口令（在设备里的：PIN）/ passphrase of the certificate key (in a token: its PIN)",
    Purpose.REQUEST: "请求密钥口令 / passphrase of the request key",
    Purpose.APPROVAL: "复核密钥口令 / passphrase of the approver's key",
}
NEW_PROMPTS: Final = {
    Purpose.CERTIFICATE: "给证书密钥设一个口令（在设备里的：输入其 PIN）"
    " / choose a passphrase for the certificate key (in a token: its PIN)",
    Purpose.REQUEST: "给请求密钥设一个口令：这是另一把密钥，口令可以相同，也可以另设"
    " / choose one for the request key: another key, under the same passphrase or one of its own",
    Purpose.APPROVAL: "给复核密钥设一个口令 / choose a passphrase for the approver's key",
}
AGAIN: Final = "再输一次同一个口令，以防打错 / the same passphrase once more, in case of a slip"


@dataclass(frozen=True, slots=True)
class Source:
    """What the command line says of one key's passphrase; nothing means a prompt."""

    file: Path | None = None
    descriptor: int | None = None
    keyring: bool = False

    @property
    def is_prompt(self) -> bool:
        """Whether the passphrase is typed."""
        return self.file is None and self.descriptor is None and not self.keyring


def passphrases(home: Home, ask: Ask, source: Source, request_source: Source, *, new: bool = False) -> Passphrase:
    """One source serves both keys, unless the request key has another of its own. What is `new` is typed twice."""

    @cache
    def line_of(descriptor: int) -> bytes:
        return read_descriptor(descriptor)

    def passphrase(purpose: Purpose) -> bytes:
        own = purpose is Purpose.REQUEST and not request_source.is_prompt
        chosen = request_source if own else source
        if chosen.file is not None:
            return read_file(chosen.file)
        if chosen.descriptor is not None:
            return line_of(chosen.descriptor)
        if chosen.keyring:
            return os_keyring.recall(home.path, purpose)
        typed = _asked_twice(ask, NEW_PROMPTS[purpose]) if new else ask(f"{PROMPTS[purpose]}: ")
        return typed.encode(errors="surrogateescape")

    return passphrase


def read_file(path: Path) -> bytes:
    """The first line of a passphrase file that only its owner can read."""
    return _required(files.read_private(path, MAX_PASSPHRASE), str(path))


def read_descriptor(descriptor: int) -> bytes:
    """The first line of an open file descriptor, which is read no further and closed. SignerError: there is none."""
    line = bytearray()
    try:
        while len(line) <= MAX_PASSPHRASE and (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
            line += byte
        if descriptor > 2:
            os.close(descriptor)
    except OSError as error:
        raise usage(
            "passphrase-fd",
            f"文件描述符 {descriptor} 读不了：{error.strerror}。例如 --passphrase-fd 3 3<口令文件。",
            f"cannot read file descriptor {descriptor}: {error.strerror}. For example: --passphrase-fd 3 3<FILE.",
        ) from None
    return _required(bytes(line), f"fd {descriptor}")


def _required(data: bytes, where: str) -> bytes:
    line = data.split(b"\n", 1)[0].rstrip(b"\r")
    if not line or len(line) > MAX_PASSPHRASE:
        raise usage(
            "passphrase-empty",
            f"{where} 的第一行应是口令（1 至 {MAX_PASSPHRASE} 字节）。",
            f"the first line of {where} should be the passphrase (1 to {MAX_PASSPHRASE} bytes).",
        )
    return line


def require_long_enough(passphrase: bytes) -> None:
    """Refuse a passphrase that protects nothing."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise usage(
            "passphrase-short",
            f"口令太短：至少 {MIN_PASSPHRASE} 个字符。没有生成密钥。",
            f"the passphrase is too short: at least {MIN_PASSPHRASE} characters. No key was made.",
        )


def _asked_twice(ask: Ask, prompt: str) -> str:
    """A new passphrase. SignerError if what is typed the second time differs."""
    first = ask(f"{prompt}: ")
    if ask(f"{AGAIN}: ") != first:
        raise usage("passphrases-differ", "两次输入不同，没有生成密钥。", "the two differ; no key was made.")
    return first


def needs_source() -> SignerError:
    """The error where a passphrase is needed and nobody can be asked."""
    return usage(
        "needs-passphrase",
        "没有终端可以输入口令。请用 --passphrase-file、--passphrase-fd 或 --passphrase-keyring。",
        "there is no terminal to type a passphrase on. Use --passphrase-file, --passphrase-fd or --passphrase-keyring.",
    )
