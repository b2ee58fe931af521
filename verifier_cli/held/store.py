"""The verifier's files: bundles and pins, read within caps and replaced whole or not at all."""

import codecs
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from verifier_cli.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

MAX_PIN_FILE: Final = 1 << 20
MAX_BUNDLE: Final = 256 << 20
MAX_PROOF_FILE: Final = 16 << 10
_PIN: Final = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_REGION: Final = re.compile(r"[0-9]{2}", re.ASCII)


def read_pins(path: str) -> frozenset[bytes]:
    """The pins of a file: one SHA-256 in hex a line; blank lines and lines that begin with # do not count."""
    content = _read(path, MAX_PIN_FILE, "pin 文件", "pin file").removeprefix(codecs.BOM_UTF8).decode(errors="replace")
    lines = [line.strip() for line in content.splitlines()]
    pins = [line for line in lines if line and not line.startswith("#")]
    if not pins or not all(_PIN.fullmatch(pin) for pin in pins):
        raise UsageError(
            f"{path} 不是 pin 文件：每行应是一个 64 位十六进制的 SHA-256。请向登记机构索取。",
            f"{path} is not a pin file: each line must be a SHA-256 of 64 hex digits. Ask the registry for it.",
        )
    return frozenset(bytes.fromhex(pin) for pin in pins)


def read_bundle(path: str) -> bytes:
    """The bytes of a bundle."""
    return _read(path, MAX_BUNDLE, "离线包", "bundle")


def read_proof(path: str) -> bytes:
    """The bytes of a proof's file."""
    return _read(path, MAX_PROOF_FILE, "证明文件", "proof")


def unreadable_bundle(path: str, detail: str) -> UsageError:
    """What to say of a file whose container is no bundle."""
    return UsageError(
        f"{path} 不是离线包（{detail}）。请用 yinxin-verify sync 重新获取。",
        f"{path} is not a bundle ({detail}). Get it again with: yinxin-verify sync",
    )


def _read(path: str, cap: int, zh: str, en: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(cap + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a path"
        raise UsageError(
            f"无法读取{zh} {path}：{why}。请检查路径和权限。",
            f"cannot read the {en} {path}: {why}. Check the path and its permissions.",
        ) from None
    if len(data) > cap:
        raise UsageError(f"{zh} {path} 超过 {cap} 字节。", f"the {en} {path} is larger than {cap} bytes.")
    return data


def pins_path() -> "Path":
    """Where `sync` keeps the pins."""
    from pathlib import Path

    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "share") / "yinxin" / "pins.json"


def stored_pins() -> dict[str, frozenset[bytes]]:
    """The stored pins by region; none if nothing was ever stored."""
    import json

    path = pins_path()
    if not path.exists():
        return {}
    try:
        content = json.loads(_read(str(path), MAX_PIN_FILE, "pin 文件", "pin file"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or not all(_is_entry(*entry) for entry in content.items()):
        raise UsageError(
            f"{path} 已损坏。请删除它，再用 yinxin-verify sync --pin 重新保存。",
            f"{path} is damaged. Delete it, and store the pin again with: yinxin-verify sync --pin FILE",
        )
    return {region: frozenset(bytes.fromhex(pin) for pin in pins) for region, pins in content.items()}


def _is_entry(region: str, pins: object) -> bool:
    return (
        bool(_REGION.fullmatch(region))
        and isinstance(pins, list)
        and bool(pins)
        and all(isinstance(pin, str) and _PIN.fullmatch(pin) for pin in pins)
    )


def choose_stored(region: str | None) -> tuple[str, frozenset[bytes]]:
    """The stored pins of `region`, or of the only region that has any. UsageError says what is missing."""
    stored = stored_pins()
    if region is None and len(stored) > 1:
        codes = ", ".join(sorted(stored))
        raise UsageError(
            f"保存了几个地区的 pin（{codes}）。请用 --region 指明，或用 --pin 给出文件。",
            f"pins of several regions are stored ({codes}). Choose one with --region, or give a file with --pin.",
        )
    chosen = region or next(iter(stored), None)
    if chosen is None or chosen not in stored:
        what = f" {region}" if region else ""
        raise UsageError(
            f"没有保存地区{what}的 pin。请用 --pin 给出文件，或先运行 yinxin-verify sync --pin FILE。",
            f"no pin of region{what} is stored. Give a file with --pin, or first run: yinxin-verify sync --pin FILE",
        )
    return chosen, stored[chosen]


def store_pins(pins: Mapping[str, frozenset[bytes]]) -> None:
    """Store these regions' pins beside those of other regions."""
    import json

    path = pins_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path):
        merged = {**stored_pins(), **pins}
        content = {region: sorted(pin.hex() for pin in found) for region, found in sorted(merged.items())}
        write_whole(path, json.dumps(content, indent=1).encode() + b"\n")


def write_whole(path: "Path", data: bytes) -> None:
    """Replace the file `path` by `data`: whoever reads it sees the old or the new, whatever happens in between."""
    import tempfile
    from pathlib import Path

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: "Path") -> None:
    if sys.platform == "win32":
        return  # it opens no folder, and keeps names in a journal of its own
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: "Path") -> Iterator[None]:
    """Keep other syncs away from the folder of `path`: two at once could put the older state last."""
    handle = _lock(path.parent)
    try:
        yield
    finally:
        os.close(handle)


def _lock(folder: "Path") -> int:
    """What holds the lock until it is closed."""
    if sys.platform == "win32":
        import msvcrt

        handle = os.open(folder / ".yinxin.lock", os.O_RDWR | os.O_CREAT)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        return handle
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle
