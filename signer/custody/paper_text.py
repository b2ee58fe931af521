"""A sealed key file as text for paper: a few lines that a person can type in again, each with its own check.

A line is its number, up to eight groups of four characters, and a group that checks them. The characters are
Crockford's base 32: no I, L, O or U, and reading I or L for 1 and O for 0 does no harm. All lines together end in a
check over everything. The same lines stand in the page's QR code, with `/` between them.
"""

import base64
import re
from hashlib import sha256
from typing import Final

from credential import cbor, keyfile
from credential.errors import CredentialError, KeyFileError
from credential.keyfile import Cost, KeyFile, Purpose

HEAD: Final = "YINXIN-KEY-1"
MAX_TEXT: Final = 16 << 10
_A_LINE: Final = 20
_WHOLE_CHECK: Final = 8
_GROUP: Final = 4
_RFC4648: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_WRITE: Final = str.maketrans(_RFC4648, _CROCKFORD)
_READ: Final = str.maketrans(_CROCKFORD, _RFC4648)
_LOOKS_LIKE: Final = str.maketrans("ILO", "110")
_IGNORED: Final = re.compile(r"[\s\-‐-―]+")
_LINE: Final = re.compile(f"([0-9]{{2}})([{_CROCKFORD}]{{2,32}})([{_CROCKFORD}]{{4}})", re.ASCII)


class PaperError(Exception):
    """The text is not a backup's; says in both languages which line to look at."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def lines(file: KeyFile) -> list[str]:
    """The lines for a sealed key file, such as `01 0123 4567 … CHEK`."""
    payload = cbor.encode(
        {
            1: file.purpose.value,
            2: file.owner,
            3: file.public,
            4: file.cost.operations,
            5: file.cost.memory,
            6: file.salt,
            7: file.sealed,
        }
    )
    whole = payload + sha256(payload).digest()[:_WHOLE_CHECK]
    parts = [whole[at : at + _A_LINE] for at in range(0, len(whole), _A_LINE)]
    return [_written(number, part) for number, part in enumerate(parts, 1)]


def code(file: KeyFile) -> str:
    """What the QR code says: the same lines."""
    return "/".join([HEAD, *lines(file)])


def read(text: str) -> KeyFile:
    """The key file in typed lines, or in a QR code's text. PaperError names the first line that is wrong.

    Case, spaces and dashes do not matter; lines may come in any order.
    """
    if len(text) > MAX_TEXT:
        raise PaperError("文字太长，不是密钥备份。", "too long for a key's backup.")
    parts: dict[int, bytes] = {}
    for typed in re.split("[/\n\r]", text):
        line = _IGNORED.sub("", typed).upper()
        if line and line != _IGNORED.sub("", HEAD) and not line.startswith("#"):
            number, part = _line(line, typed)
            if parts.setdefault(number, part) != part:
                raise PaperError(f"第 {number:02d} 行有两个不同的。", f"there are two different lines {number:02d}.")
    return _file(_joined(parts))


def _written(number: int, part: bytes) -> str:
    groups = _encoded(part)
    return " ".join(
        [f"{number:02d}", *(groups[at : at + _GROUP] for at in range(0, len(groups), _GROUP)), _check(number, part)]
    )


def _encoded(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").translate(_WRITE)


def _check(number: int, part: bytes) -> str:
    return _encoded(sha256(b"yinxin paper key" + bytes([number]) + part).digest())[:_GROUP]


def _line(line: str, typed: str) -> tuple[int, bytes]:
    found = _LINE.fullmatch(line.translate(_LOOKS_LIKE))
    shown = "".join(each if each.isprintable() else " " for each in typed.strip())[:20]
    if found is None:
        raise PaperError(
            f"看不懂这一行：“{shown}”。每行是两位行号、若干组四个字符、一组校验。",
            f"this line is not understood: {shown!r}. A line is two digits, groups of four characters, and a check.",
        )
    number = int(found[1])
    data = found[2].translate(_READ)
    try:
        part = base64.b32decode(data + "=" * (-len(data) % 8))
    except ValueError:
        part = b""
    if not part or _encoded(part) != found[2] or _check(number, part) != found[3]:
        raise PaperError(
            f"第 {number:02d} 行与它末尾的校验不符，请对照纸面逐组核对这一行。",
            f"line {number:02d} does not fit its check at the end: compare it with the paper, group by group.",
        )
    return number, part


def _joined(parts: dict[int, bytes]) -> bytes:
    last = max(parts, default=0)
    missing = [number for number in range(1, last + 1) if number not in parts]
    if missing or not parts:
        at = missing[0] if missing else 1
        raise PaperError(f"缺第 {at:02d} 行。", f"line {at:02d} is missing.")
    whole = b"".join(parts[number] for number in sorted(parts))
    payload, check = whole[:-_WHOLE_CHECK], whole[-_WHOLE_CHECK:]
    if sha256(payload).digest()[:_WHOLE_CHECK] != check:
        raise PaperError(
            f"各行都对，合起来不全：第 {last:02d} 行之后可能还有，或者混进了另一页的行。",
            f"each line is right, but not the whole: more may follow line {last:02d}, or a line is another page's.",
        )
    return payload


def _file(payload: bytes) -> KeyFile:
    """The same caps hold for paper as for a file: it is written as one and read as one."""
    try:
        match cbor.decode(payload):
            case {
                1: str() as purpose,
                2: str() as owner,
                3: bytes() as public,
                4: int() as operations,
                5: int() as memory,
                6: bytes() as salt,
                7: bytes() as sealed,
                **more,
            } if not more:
                file = KeyFile(Purpose(purpose), owner, public, salt, Cost(operations, memory), sealed)
                return keyfile.parse(keyfile.encode(file))
    except (CredentialError, KeyFileError, ValueError):
        pass
    raise PaperError("不是这个程序的密钥备份。", "not a key's backup of this program.")
