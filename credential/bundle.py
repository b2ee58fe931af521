"""The bundle: the original bytes of everything that one region or several publish. A container, signed by nothing."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from credential import cbor
from credential.errors import CredentialError, ObjectError
from credential.model import Region
from credential.published import NEWEST_TYPE, ObjectType, array, malformed, mapping, octets, region, uint
from credential.reason import SyncReason

VERSION: Final = 1
MAX_BYTES: Final = 256 << 20

_ONE: Final = (ObjectType.CHECKPOINT, ObjectType.TRUST_LIST)
_MANY: Final = (ObjectType.ROOT, ObjectType.BIN, ObjectType.STATUS_LIST)
_OPTIONAL_ONE: Final = (ObjectType.RECOGNITION, ObjectType.BENEFITS)
_OPTIONAL_MANY: Final = (ObjectType.SURVIVORS, ObjectType.SHARD, ObjectType.REGISTER)


class Part(NamedTuple):
    """What one region publishes, each object as its bytes. Roots are in order of version."""

    roots: tuple[bytes, ...]
    checkpoint: bytes
    trust_list: bytes
    bins: tuple[bytes, ...] = ()
    status_lists: tuple[bytes, ...] = ()
    recognition: bytes | None = None
    survivors: tuple[bytes, ...] = ()
    shards: tuple[bytes, ...] = ()
    registers: tuple[bytes, ...] = ()
    benefits: bytes | None = None


def objects_in(part: Part) -> Iterator[bytes]:
    """Every object of the part."""
    yield from (*part.roots, part.checkpoint, part.trust_list, *part.bins, *part.status_lists)
    yield from (*part.survivors, *part.shards, *part.registers)
    yield from (each for each in (part.recognition, part.benefits) if each is not None)


def encode(parts: Mapping[Region, Part]) -> bytes:
    """The bundle of these parts."""
    body: dict[int | str, cbor.Value] = {number: _encode_part(part) for number, part in sorted(parts.items())}
    return cbor.encode([VERSION, body])


def decode(data: bytes) -> dict[Region, Part]:
    """The parts by region. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. Nothing is verified yet."""
    if len(data) > MAX_BYTES:
        raise ObjectError(SyncReason.OBJECT_TOO_LARGE, f"bundle: {len(data)} bytes")
    try:
        version, parts = array(cbor.decode(data), 2)
        if uint(version) != VERSION:
            raise ObjectError(SyncReason.OBJECT_MALFORMED, "of another version")
        if not isinstance(parts, dict) or not parts:
            raise ObjectError(SyncReason.OBJECT_MALFORMED, "no region")
        return {region(number): _decode_part(part) for number, part in parts.items()}
    except CredentialError as error:
        raise ObjectError(SyncReason.OBJECT_MALFORMED, f"bundle: {error.detail or error.reason}") from None


def _encode_part(part: Part) -> cbor.Value:
    entries: dict[int | str, cbor.Value] = {
        ObjectType.ROOT.value: list(part.roots),
        ObjectType.CHECKPOINT.value: part.checkpoint,
        ObjectType.TRUST_LIST.value: part.trust_list,
        ObjectType.BIN.value: list(part.bins),
        ObjectType.STATUS_LIST.value: list(part.status_lists),
    }
    if part.recognition is not None:
        entries[ObjectType.RECOGNITION.value] = part.recognition
    for kind, blobs in (
        (ObjectType.SURVIVORS, part.survivors),
        (ObjectType.SHARD, part.shards),
        (ObjectType.REGISTER, part.registers),
    ):
        if blobs:
            entries[kind.value] = list(blobs)
    if part.benefits is not None:
        entries[ObjectType.BENEFITS.value] = part.benefits
    return entries


def _decode_part(value: cbor.Value) -> Part:
    entries = mapping(_known(value), {*_ONE, *_MANY}, {*_OPTIONAL_ONE, *_OPTIONAL_MANY})

    def many(kind: ObjectType) -> tuple[bytes, ...]:
        return tuple(octets(each) for each in array(entries.get(kind, [])))

    def optional(kind: ObjectType) -> bytes | None:
        return octets(entries[kind]) if kind in entries else None

    return Part(
        roots=many(ObjectType.ROOT),
        checkpoint=octets(entries[ObjectType.CHECKPOINT]),
        trust_list=octets(entries[ObjectType.TRUST_LIST]),
        bins=many(ObjectType.BIN),
        status_lists=many(ObjectType.STATUS_LIST),
        recognition=optional(ObjectType.RECOGNITION),
        survivors=many(ObjectType.SURVIVORS),
        shards=many(ObjectType.SHARD),
        registers=many(ObjectType.REGISTER),
        benefits=optional(ObjectType.BENEFITS),
    )


def _known(value: cbor.Value) -> dict[int | str, cbor.Value]:
    """A part without the entries of later versions of the format: nothing is asked of them, whatever they are."""
    if not isinstance(value, dict):
        raise malformed("a part is not a map")
    return {key: each for key, each in value.items() if not (isinstance(key, int) and key > NEWEST_TYPE)}
