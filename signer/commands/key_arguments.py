"""The arguments of `yinxin-signer key …`, of keys in tokens, and of where passphrases come from."""

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from credential.model import Seconds

_PURPOSES: Final = ("certificate", "request")
_WITH_APPROVAL: Final = (*_PURPOSES, "approval")
Add = Callable[[str, str, str], argparse.ArgumentParser]


def add_sources(group: argparse._ArgumentGroup) -> None:
    """Where passphrases come from; without any of these they are typed."""
    one = group.add_mutually_exclusive_group()
    one.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="口令（或设备 PIN）文件，仅本人可读 / a file with the passphrase (or the token's PIN), for your eyes only",
    )
    one.add_argument(
        "--passphrase-fd",
        type=int,
        metavar="N",
        help="从已打开的文件描述符读口令，例如 --passphrase-fd 3 3<文件 / read it from an open file descriptor",
    )
    one.add_argument(
        "--passphrase-keyring",
        action="store_true",
        help="从系统钥匙串取口令，先用 key remember 存入 / take it from the system's keyring (see key remember)",
    )
    other = group.add_mutually_exclusive_group()
    other.add_argument(
        "--request-passphrase-file", type=Path, metavar="FILE", help="请求密钥另用的 / another one for the request key"
    )
    other.add_argument("--request-passphrase-fd", type=int, metavar="N", help="同上 / likewise")


def add_token(command: argparse.ArgumentParser) -> None:
    """In which token the certificate key is to be made."""
    group = command.add_argument_group("密钥设备 / token (docs/keys.md)")
    group.add_argument(
        "--pkcs11",
        type=Path,
        metavar="MODULE",
        help="在设备里生成证书密钥：PKCS#11 模块的路径 / make the certificate key in a token: its PKCS#11 module",
    )
    group.add_argument("--token", metavar="LABEL", help="设备的名称（token label）/ the token's label")


def add_commands(add: Add) -> None:
    """Describe `key show|rotate|backup|restore|stolen|remember|forget`."""
    add("show", "有哪些密钥、指纹、登记机构的状态", "which keys there are, their fingerprints and state")
    _rotate(add)
    _backup(add)
    _stolen(add)
    remember = add(
        "remember",
        "把口令存入系统钥匙串（先试开密钥）",
        "store the passphrase in the system's keyring, once it opened the key",
    )
    forget = add("forget", "从系统钥匙串删除口令", "delete the passphrase from the system's keyring")
    for command in remember, forget:
        _which(
            command, "哪把密钥（默认全部）/ of which key (default: all of this home)", default=None, of=_WITH_APPROVAL
        )


def _rotate(add: Add) -> None:
    rotate = add(
        "rotate",
        "换密钥：在现用的旁边生成下一对，写出注册申请；登记机构批准公布后自动启用",
        "make the next pair of keys beside those in use, and their enrolment; used by itself once published",
    )
    rotate.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="注册申请写到哪里（默认在机构文件夹里）/ where to write the enrolment (default: in the home)",
    )
    add_token(rotate)
    rotate.add_argument(
        "--in-file", action="store_true", help="现用的在设备里，新的改放文件 / out of the token, into a sealed file"
    )
    rotate.add_argument(
        "--abandon",
        action="store_true",
        help="放弃还没启用的下一对密钥 / give up the next keys that are not in use yet",
    )


def _backup(add: Add) -> None:
    backup = add(
        "backup",
        "纸备份：每把密钥一页 PDF，有密封的密钥文件（二维码和可键入的文字）和说明，不含口令",
        "paper backup: a page of PDF for each key with the sealed key file (QR code and lines to type); no passphrase",
    )
    backup.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="写到哪个文件夹 / the folder to write into"
    )
    _which(backup, "哪把密钥（默认全部）/ which key (default: all of this home)", default=None, of=_WITH_APPROVAL)
    backup.add_argument("--next", action="store_true", help="还没启用的下一对 / the next keys, not in use yet")
    restore = add(
        "restore",
        "从纸备份恢复密钥文件：照片、扫描件，或照纸键入的文本",
        "restore a key file from paper: a photo, a scan, or a text file with the lines typed in",
    )
    restore.add_argument("given", type=Path, metavar="FILE", help="PNG、JPEG、PDF 或文本 / PNG, JPEG, PDF or text")
    restore.add_argument("--next", action="store_true", help="恢复为下一把 / as a next key, not in use yet")


def _stolen(add: Add) -> None:
    stolen = add(
        "stolen",
        "密钥被盗或可能被盗：逐步说明现在做什么；加 --since 则本机停用它并写出声明",
        "a key is stolen, or may be: what to do now; with --since this machine stops using it and writes a statement",
    )
    _which(stolen, "哪把密钥（默认 certificate）/ which key (default: certificate)", default="certificate")
    stolen.add_argument(
        "--since",
        type=_instant,
        metavar="TIME",
        help="大约从何时起，如 2026-05-01T08:00:00+08:00，宁早勿晚 / since about when; rather too early",
    )
    stolen.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="声明和清单写到哪里（默认在机构文件夹里）/ where to write statement and list (default: in the home)",
    )
    stolen.add_argument("--yes", action="store_true", help="不再询问 / do not ask")


def _which(
    command: argparse.ArgumentParser, about: str, *, default: str | None, of: tuple[str, ...] = _PURPOSES
) -> None:
    command.add_argument("--key", choices=of, default=default, help=about)


def _instant(value: str) -> Seconds:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError("须如 2026-05-01T08:00:00+08:00 / not an RFC 3339 time")
    return Seconds(int(found.timestamp()))
