"""The issuer's home folder, for its owner alone.

- keys/certificate.key signs certificates, or names the token that does; keys/request.key signs requests
- keys/*.next.key are to replace them; keys/record.json says which keys were replaced or stolen
- issuer.json: code, registry, pins, the host in QR codes
- ledger.sqlite: everything that was numbered, signed and registered
- bundle.cbor: the registry's last published objects, verified from the pins
- lock: held while a command works
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential import numbers, qr_text
from credential.keyfile import Purpose
from credential.model import IssuerCode, Region, region_of
from signer import files
from signer.errors import usage

VERSION: Final = 1
ALONE: Final = 10
"""The most certificates that one person changes at once; the registry has a limit of its own, for a day."""
_MAX_CONFIGURATION: Final = 64 << 10
_PIN_BYTES: Final = 32
CHOOSE: Final = (
    "用 --home 或环境变量 YINXIN_SIGNER_HOME 指定",
    "name it with --home or the environment variable YINXIN_SIGNER_HOME",
)
"""How to name another home."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Who the issuer is and which registry it works with; the latter is None until `enrol`.

    More than `alone` certificates are changed at once only with a second person's approval.
    """

    code: IssuerCode
    registry: str | None = None
    pins: frozenset[bytes] = frozenset()
    qr_host: str | None = None
    alone: int = ALONE

    @property
    def region(self) -> Region:
        """The region that files this issuer."""
        return region_of(self.code)

    def encode(self) -> bytes:
        """The bytes of issuer.json."""
        content = {
            "version": VERSION,
            "code": self.code,
            "registry": self.registry,
            "pins": sorted(pin.hex() for pin in self.pins),
            "qr_host": self.qr_host,
            "alone": self.alone,
        }
        return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def decode_configuration(data: bytes) -> Configuration | None:
    """The configuration in `data`, or None if it is not one."""
    try:
        match json.loads(data):
            case {
                "version": 1,
                "code": str() as code,
                "registry": str() | None as registry,
                "pins": list() as pins,
                "qr_host": str() | None as host,
                **more,
            }:
                issuer = numbers.parse_issuer_code(code)
                if host is not None:
                    qr_text.prefix(host)
                if issuer is not None:
                    alone = _alone(more.get("alone", ALONE))
                    return Configuration(issuer, registry, frozenset(_pin(pin) for pin in pins), host, alone)
    except (ValueError, TypeError, RecursionError):
        pass
    return None


def _alone(value: object) -> int:
    if type(value) is not int or not 0 <= value <= ALONE:
        raise ValueError(f"alone is 0 to {ALONE}")
    return value


def parse_pins(text: str) -> frozenset[bytes]:
    """The pins of a pin file: one SHA-256 in hex a line; blank lines and lines with `#` are comments. ValueError."""
    lines = (line.strip() for line in text.splitlines())
    pins = frozenset(_pin(line) for line in lines if line and not line.startswith("#"))
    if not pins:
        raise ValueError("no pin")
    return pins


def _pin(text: str) -> bytes:
    pin = bytes.fromhex(text)
    if len(pin) != _PIN_BYTES:
        raise ValueError("a pin has 32 bytes")
    return pin


@dataclass(frozen=True, slots=True)
class Home:
    """The folder and the paths inside."""

    path: Path

    @property
    def configuration_file(self) -> Path:
        """issuer.json."""
        return self.path / "issuer.json"

    @property
    def ledger_file(self) -> Path:
        """ledger.sqlite."""
        return self.path / "ledger.sqlite"

    @property
    def bundle_file(self) -> Path:
        """bundle.cbor."""
        return self.path / "bundle.cbor"

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.path / "keys"

    def key_file(self, purpose: Purpose) -> Path:
        """The key file of this purpose."""
        return self.keys / f"{purpose.value}.key"

    def next_key_file(self, purpose: Purpose) -> Path:
        """The file of the key that is to replace it, once the registry has published it."""
        return self.keys / f"{purpose.value}.next.key"

    @property
    def key_record_file(self) -> Path:
        """What became of keys: which were replaced, which were stolen. Public keys only."""
        return self.keys / "record.json"

    def create(self) -> None:
        """Make the folder, private to its owner."""
        files.make_private_folder(self.path)
        files.make_private_folder(self.keys)

    def load(self) -> Configuration:
        """The configuration. SignerError if there is none, or others can look into the folder."""
        if not self.configuration_file.exists():
            raise usage(
                "no-home",
                f"{self.path} 里还没有签发机构。请先运行 yinxin-signer keygen --issuer 机构代码；"
                f"机构文件夹在别处的，{CHOOSE[0]}。",
                f"there is no issuer in {self.path} yet. First run yinxin-signer keygen --issuer CODE; if the issuer's"
                f" folder is elsewhere, {CHOOSE[1]}.",
            )
        files.require_private(self.path)
        found = decode_configuration(files.read_capped(self.configuration_file, _MAX_CONFIGURATION))
        if found is None:
            raise usage(
                "configuration-damaged",
                f"{self.configuration_file} 损坏。请从备份恢复，或重新运行 enrol。",
                f"{self.configuration_file} is damaged. Restore it from a backup.",
            )
        return found

    def save(self, configuration: Configuration) -> None:
        """Write issuer.json."""
        files.write_atomic(self.configuration_file, configuration.encode(), files.PRIVATE_FILE)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Work alone in this home. SignerError if another command is at work."""
        with (self.path / "lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise usage(
                    "busy",
                    "另一个 yinxin-signer 正在使用这个文件夹。请等它结束后再试。",
                    "another yinxin-signer is at work in this home. Wait until it ends, then run again.",
                ) from None
            yield
