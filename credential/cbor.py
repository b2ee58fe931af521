"""Strict deterministic CBOR (RFC 8949 section 4.2.1): one pass, and a refusal names its first offending byte.

The decoder is our own (docs/adr/0002): only the items that our formats use are known to it, so that nothing
needs to be switched off. The encoder is cbor2's; its `canonical=True` sorts keys length-first (RFC 7049), which
agrees with the bytewise order of section 4.2.1 for the labels that our formats use: a test holds them to that.
"""

from typing import Final, TypeAlias, cast

import cbor2

from credential.errors import CredentialError
from credential.reason import Reason

Value: TypeAlias = "bool | int | bytes | str | list[Value] | dict[int | str, Value] | None"
"""What the decoder can return. Tags are not values: `decode_tagged` hands the outermost ones over apart."""

MAX_INTEGER: Final = 2**53 - 1
"""The largest magnitude of an integer: both languages hold it exactly."""
MAX_DEPTH: Final = 8
MAX_LENGTH: Final = 2**24
"""The largest declared length or count, in bytes or items: nothing is allocated for a larger one."""
COSE_TAGS: Final = frozenset({16, 17, 18, 61, 96, 97, 98})
"""Tags that pass as outermost ones, for the COSE layer to judge (RFC 9052 section 2, RFC 8392 section 6)."""

_SIMPLE: Final[dict[int, bool | None]] = {0xF4: False, 0xF5: True, 0xF6: None}
_HEAD_WIDTH: Final = {24: 1, 25: 2, 26: 4, 27: 8}
_SHORTEST_FROM: Final = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


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
    value, end = _item(data, position, 0)
    if end != len(data):
        raise CredentialError(Reason.CBOR_TRAILING, f"at byte {end}")
    return value


def _argument(data: bytes, position: int) -> tuple[int, int]:
    """The argument of the head at `position` (RFC 8949 section 3), and where the head ends."""
    info = data[position] & 0x1F
    position += 1
    if info < 24:
        return info, position
    width = _HEAD_WIDTH.get(info)
    if width is None:
        reason = Reason.CBOR_INDEFINITE if info == 31 else Reason.CBOR_TYPE
        raise CredentialError(reason, f"at byte {position - 1}")
    end = position + width
    if end > len(data):
        raise CredentialError(Reason.CBOR_TRUNCATED, f"at byte {position - 1}")
    value = int.from_bytes(data[position:end], "big")
    if value < _SHORTEST_FROM[info]:
        raise CredentialError(Reason.CBOR_NOT_SHORTEST, f"at byte {position - 1}")
    return value, end


def _item(data: bytes, position: int, depth: int) -> tuple[Value, int]:
    """The item at `position` inside `depth` arrays and maps, and where it ends."""
    if position >= len(data):
        raise CredentialError(Reason.CBOR_TRUNCATED, f"at byte {position}")
    initial = data[position]
    major = initial >> 5
    if major >= 6:
        return _simple(initial, position), position + 1
    argument, after = initial & 0x1F, position + 1
    if argument >= 24:
        argument, after = _argument(data, position)
    if major <= 1:
        return _integer(argument if major == 0 else -1 - argument, position), after
    if argument > MAX_LENGTH:
        raise CredentialError(Reason.CBOR_LENGTH, f"length {argument} at byte {position}")
    if major <= 3:
        end = after + argument
        if end > len(data):
            raise CredentialError(Reason.CBOR_TRUNCATED, f"at byte {position}")
        content = data[after:end]
        return content if major == 2 else _utf8(content, after), end
    if depth == MAX_DEPTH:
        raise CredentialError(Reason.CBOR_DEPTH, f"at byte {position}")
    if major == 4:
        return _array(data, after, argument, depth + 1)
    return _map(data, after, argument, depth + 1)


def _simple(initial: int, position: int) -> bool | None:
    if initial in _SIMPLE:
        return _SIMPLE[initial]
    reason = Reason.CBOR_INDEFINITE if initial == 0xFF else Reason.CBOR_TYPE
    raise CredentialError(reason, f"at byte {position}")


def _integer(value: int, position: int) -> int:
    if -MAX_INTEGER <= value <= MAX_INTEGER:
        return value
    raise CredentialError(Reason.CBOR_TYPE, f"integer beyond 2^53 - 1 at byte {position}")


def _utf8(content: bytes, start: int) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise CredentialError(Reason.CBOR_UTF8, f"at byte {start + error.start}") from None


def _array(data: bytes, position: int, count: int, depth: int) -> tuple[list[Value], int]:
    items: list[Value] = []
    for _ in range(count):
        value, position = _item(data, position, depth)
        items.append(value)
    return items, position


def _map(data: bytes, position: int, count: int, depth: int) -> tuple[dict[int | str, Value], int]:
    entries: dict[int | str, Value] = {}
    previous = b""
    for _ in range(count):
        if position < len(data) and data[position] >> 5 not in (0, 1, 3):
            raise CredentialError(Reason.CBOR_TYPE, f"key at byte {position}")
        key, after = _item(data, position, depth)
        encoded = data[position:after]
        if encoded <= previous:
            reason = Reason.CBOR_DUPLICATE_KEY if encoded == previous else Reason.CBOR_KEY_ORDER
            raise CredentialError(reason, f"key at byte {position}")
        previous = encoded
        entries[cast("int | str", key)], position = _item(data, after, depth)
    return entries, position


def encode(value: Value) -> bytes:
    """`value` as deterministic CBOR (section 4.2.1)."""
    return cbor2.dumps(value, canonical=True)


def encode_ordered(value: Value) -> bytes:
    """The same, in half the time, of a value whose maps have their keys in order already; nothing looks whether."""
    return cbor2.dumps(value)


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
