"""Strict deterministic CBOR (RFC 8949 section 4.2.1): one pass, and a refusal names its first offending byte.

The decoder is our own (docs/adr/0002): only the items that our formats use are known to it, so that nothing
needs to be switched off. The encoder is cbor2's, without its sorting, which is that of RFC 7049 and takes as long as
the encoding: who makes a map writes its labels in the order of section 4.2.1, and the decoder refuses any other.
"""

from collections.abc import Callable
from typing import Final, TypeAlias, cast

import cbor2

from credential.errors import CredentialError
from credential.reason import Reason

Value: TypeAlias = "bool | int | bytes | str | list[Value] | dict[int | str, Value] | None"
"""What the decoder can return. Tags are not values: `decode_tagged` hands the outermost ones over apart."""

Read: TypeAlias = tuple[Value, int]
"""An item, and where it ends."""
Reader: TypeAlias = Callable[[bytes, int, int], Read]
"""Reads the item at a position of `data`, inside so many arrays and maps."""

MAX_INTEGER: Final = 2**53 - 1
"""The largest magnitude of an integer: both languages hold it exactly."""
MAX_DEPTH: Final = 8
MAX_LENGTH: Final = 2**24
"""The largest declared length or count, in bytes or items: nothing is allocated for a larger one."""
COSE_TAGS: Final = frozenset({16, 17, 18, 61, 96, 97, 98})
"""Tags that pass as outermost ones, for the COSE layer to judge (RFC 9052 section 2, RFC 8392 section 6)."""

_SIMPLE: Final[dict[int, bool | None]] = {0xF4: False, 0xF5: True, 0xF6: None}
_SHORTEST_FROM: Final = (24, 1 << 8, 1 << 16, 1 << 32)
"""The least argument that needs 1, 2, 4, 8 bytes of its own."""


def decode(data: bytes) -> Value:
    """The one untagged item that `data` holds, or CredentialError with a CBOR_ reason."""
    if data and data[0] >> 5 == 6:
        decode_tagged(data)
        raise CredentialError(Reason.CBOR_TYPE, "a tag at byte 0")
    return _whole(data, 0)


def decode_tagged(data: bytes) -> tuple[tuple[int, ...], Value]:
    """The outermost COSE tags of `data`, outermost first, and the item inside them."""
    tags: list[int] = []
    position = 0
    while position < len(data) and data[position] >> 5 == 6:
        if len(tags) == MAX_DEPTH:
            raise CredentialError(Reason.CBOR_DEPTH, f"at byte {position}")
        tag, after = _argument(data, position)
        if tag not in COSE_TAGS:
            raise CredentialError(Reason.CBOR_TYPE, f"tag {tag} at byte {position}")
        tags.append(tag)
        position = after
    return tuple(tags), _whole(data, position)


def _whole(data: bytes, position: int) -> Value:
    """The untagged item that is all of `data` from `position` on."""
    if position >= len(data):
        raise CredentialError(Reason.CBOR_TRUNCATED, f"at byte {position}")
    (value,), end = _items(data, position, 1, 0)
    if end != len(data):
        raise CredentialError(Reason.CBOR_TRAILING, f"at byte {end}")
    return value


def _argument(data: bytes, position: int) -> tuple[int, int]:
    """The argument of the head at `position` (RFC 8949 section 3), and where the head ends."""
    info = data[position] & 0x1F
    if info < 24:
        return info, position + 1
    if info > 27:
        reason = Reason.CBOR_INDEFINITE if info == 31 else Reason.CBOR_TYPE
        raise CredentialError(reason, f"at byte {position}")
    end = position + 1 + (1 << info - 24)
    if end > len(data):
        raise CredentialError(Reason.CBOR_TRUNCATED, f"at byte {position}")
    value = int.from_bytes(data[position + 1 : end], "big")
    if value < _SHORTEST_FROM[info - 24]:
        raise CredentialError(Reason.CBOR_NOT_SHORTEST, f"at byte {position}")
    return value, end


def _length(data: bytes, position: int) -> tuple[int, int]:
    """The length or count in the head at `position`, and where the head ends."""
    length, after = _argument(data, position)
    if length > MAX_LENGTH:
        raise CredentialError(Reason.CBOR_LENGTH, f"length {length} at byte {position}")
    return length, after


def _small_integer(data: bytes, position: int, _depth: int) -> Read:
    return data[position], position + 1


def _integer(data: bytes, position: int, _depth: int) -> Read:
    argument, after = _argument(data, position)
    value = argument if data[position] < 0x20 else -1 - argument
    if -MAX_INTEGER <= value <= MAX_INTEGER:
        return value, after
    raise CredentialError(Reason.CBOR_TYPE, f"integer beyond 2^53 - 1 at byte {position}")


def _byte_string(data: bytes, position: int, _depth: int) -> Read:
    length, start = _length(data, position)
    return _content(data, position, start, start + length), start + length


def _text(data: bytes, position: int, _depth: int) -> Read:
    length, start = _length(data, position)
    return _utf8(_content(data, position, start, start + length), start), start + length


def _short_text(data: bytes, position: int, _depth: int) -> Read:
    """A text whose head is one byte, as most are."""
    start = position + 1
    end = start + (data[position] & 0x1F)
    content = data[start:end]
    if content.isascii() and end <= len(data):
        return content.decode("ascii"), end
    return _utf8(_content(data, position, start, end), start), end


def _content(data: bytes, head: int, start: int, end: int) -> bytes:
    """The bytes from `start` to `end`, as the head at `head` promises."""
    if end > len(data):
        raise CredentialError(Reason.CBOR_TRUNCATED, f"at byte {head}")
    return data[start:end]


def _utf8(content: bytes, start: int) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise CredentialError(Reason.CBOR_UTF8, f"at byte {start + error.start}") from None


def _array(data: bytes, position: int, depth: int) -> Read:
    count, after = _length(data, position)
    _require_depth(position, depth)
    return _items(data, after, count, depth + 1)


def _short_array(data: bytes, position: int, depth: int) -> Read:
    """An array whose head is one byte, as most are."""
    _require_depth(position, depth)
    return _items(data, position + 1, data[position] & 0x1F, depth + 1)


def _map(data: bytes, position: int, depth: int) -> Read:
    count, after = _length(data, position)
    _require_depth(position, depth)
    return _entries(data, after, count, depth + 1)


def _require_depth(position: int, depth: int) -> None:
    if depth == MAX_DEPTH:
        raise CredentialError(Reason.CBOR_DEPTH, f"at byte {position}")


def _items(data: bytes, position: int, count: int, depth: int) -> tuple[list[Value], int]:
    """So many items from `position` on. Integers up to 65,535, the most of what a list consists of, need no call."""
    items: list[Value] = []
    try:
        for _ in range(count):
            initial = data[position]
            if initial < 0x18:
                items.append(initial)
                position += 1
            elif initial == 0x19 and data[position + 1]:
                items.append(data[position + 1] << 8 | data[position + 2])
                position += 3
            elif initial == 0xF6:
                items.append(None)
                position += 1
            elif 0x80 <= initial < 0x98 and depth < MAX_DEPTH:
                nested, position = _items(data, position + 1, initial & 0x1F, depth + 1)
                items.append(nested)
            else:
                value, position = _READERS[initial](data, position, depth)
                items.append(value)
    except IndexError:
        raise CredentialError(Reason.CBOR_TRUNCATED, f"at byte {position}") from None
    return items, position


def _entries(data: bytes, position: int, count: int, depth: int) -> tuple[dict[int | str, Value], int]:
    entries: dict[int | str, Value] = {}
    previous = b""
    try:
        for _ in range(count):
            start = position
            if data[position] >> 5 not in (0, 1, 3):
                raise CredentialError(Reason.CBOR_TYPE, f"key at byte {position}")
            key, position = _READERS[data[position]](data, position, depth)
            encoded = data[start:position]
            if encoded <= previous:
                reason = Reason.CBOR_DUPLICATE_KEY if encoded == previous else Reason.CBOR_KEY_ORDER
                raise CredentialError(reason, f"key at byte {start}")
            previous = encoded
            entries[cast("int | str", key)], position = _READERS[data[position]](data, position, depth)
    except IndexError:
        raise CredentialError(Reason.CBOR_TRUNCATED, f"at byte {position}") from None
    return entries, position


def _simple(data: bytes, position: int, _depth: int) -> Read:
    """False, true or null; a tag inside the item, a break, a float and every other simple value are refused."""
    initial = data[position]
    if initial in _SIMPLE:
        return _SIMPLE[initial], position + 1
    reason = Reason.CBOR_INDEFINITE if initial == 0xFF else Reason.CBOR_TYPE
    raise CredentialError(reason, f"at byte {position}")


_OF_MAJOR_TYPE: Final[tuple[Reader, ...]] = (
    *(_integer, _integer, _byte_string, _text),
    *(_array, _map, _simple, _simple),
)
_OF_ONE_BYTE_HEAD: Final[dict[int, Reader]] = {
    **dict.fromkeys(range(24), _small_integer),
    **dict.fromkeys(range(0x60, 0x78), _short_text),
    **dict.fromkeys(range(0x80, 0x98), _short_array),
}
_READERS: Final[tuple[Reader, ...]] = tuple(
    _OF_ONE_BYTE_HEAD.get(initial, _OF_MAJOR_TYPE[initial >> 5]) for initial in range(256)
)
"""What reads an item, by its first byte (RFC 8949, appendix B)."""


def encode(value: Value) -> bytes:
    """`value` as CBOR with shortest heads: deterministic (section 4.2.1) if its maps are in bytewise order of keys."""
    return cbor2.dumps(value)


def integer(value: int) -> bytes:
    """`value` as `encode` writes it; the most usual ones at once."""
    if 0 <= value < 24:
        return bytes((value,))
    if 1 << 8 <= value < 1 << 16:
        return b"\x19" + value.to_bytes(2, "big")
    if 1 << 16 <= value < 1 << 32:
        return b"\x1a" + value.to_bytes(4, "big")
    return encode(int(value))


def text(content: str) -> bytes:
    """`content` as `encode` writes it; short ones at once."""
    encoded = content.encode()
    length = len(encoded)
    if length < 24:
        return bytes((0x60 | length,)) + encoded
    if length < 1 << 8:
        return bytes((0x78, length)) + encoded
    return encode(content)


def byte_string(content: bytes) -> bytes:
    """`content` as one encoded byte string: its head (RFC 8949 section 3.1), then itself."""
    length = len(content)
    if length < 24:
        return bytes((0x40 | length,)) + content
    if length < 1 << 8:
        return bytes((0x58, length)) + content
    if length < 1 << 16:
        return b"\x59" + length.to_bytes(2, "big") + content
    return b"\x5a" + length.to_bytes(4, "big") + content
