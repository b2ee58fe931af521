"""Bundles with one object bent and all around it made right again: hashes, signatures, the checkpoint, the pin."""

import struct
import zlib
from hashlib import sha256
from random import Random
from typing import Final

from credential import cbor
from credential.errors import CredentialError
from credential.published import ObjectType
from tests.fuzz import tree
from tests.fuzz.corpus import NotBendableError, Part, parts, payload_of, sealed
from tests.fuzz.damage import damaged

_SIGNED: Final = frozenset(
    {
        ObjectType.ROOT,
        ObjectType.CHECKPOINT,
        ObjectType.TRUST_LIST,
        ObjectType.STATUS_LIST,
        ObjectType.RECOGNITION,
        ObjectType.BENEFITS,
    }
)
_STATUS_BYTES: Final = bytes(high << 4 | low for high in (0, 1, 2, 3, 12) for low in (0, 1, 2, 3, 12))


def remade(bundle: bytes, pin: bytes, random: Random) -> tuple[bytes, bytes]:
    """A bundle like this one, with one object bent, and what became of the pin."""
    try:
        return _Remaking(parts(bundle), pin, random).made()
    except NotBendableError:
        return damaged(bundle, random), pin


def with_payload(bundle: bytes, region: str, kind: ObjectType, payload: bytes) -> bytes:
    """`bundle` with this payload in a region's first object of this kind, and everything around it made right again."""
    regions = parts(bundle)
    making = _Remaking(regions, b"", Random(0))
    making.put_payload(regions[region], kind, payload)
    return making.bundle()


def payload_in(part: Part, kind: ObjectType) -> bytes:
    """The payload of the part's first object of this kind; the object itself if nothing is signed in it."""
    return _payload(kind, _objects(part, kind)[0])


class _Remaking:
    """The parts on their way from what they were to what they become."""

    def __init__(self, regions: dict[str, Part], pin: bytes, random: Random) -> None:
        self.regions = regions
        self.pin = pin
        self.random = random
        self.replaced: dict[bytes, bytes] = {}
        """The SHA-256 of an object that was, and the object that took its place."""

    def made(self) -> tuple[bytes, bytes]:
        part = self.regions[self.random.choice([*self.regions])]
        kind = ObjectType(int(self.random.choice([key for key, value in part.items() if value])))
        if kind is ObjectType.ROOT and self.random.random() < 0.3:
            self._rotate(part)
        elif kind is not ObjectType.CHECKPOINT:
            self._bend(part, kind)
        if self.random.random() < 0.95:
            self._settle()
        if kind is ObjectType.CHECKPOINT:
            self._bend(part, kind)
        self._shuffle(part)
        pin = sha256(self.replaced[self.pin]).digest() if self.pin in self.replaced else self.pin
        return self.bundle(), pin

    def bundle(self) -> bytes:
        body: dict[int | str, cbor.Value] = dict(self.regions.items())
        return tree.encode([1, body])

    def put_payload(self, part: Part, kind: ObjectType, payload: bytes) -> None:
        old = _objects(part, kind)[0]
        self._put(part, kind, 0, sealed(old, payload) if kind in _SIGNED else payload)
        if kind is not ObjectType.CHECKPOINT:
            self._settle()

    def _bend(self, part: Part, kind: ObjectType) -> None:
        objects = _objects(part, kind)
        if not objects:
            raise NotBendableError
        place = self.random.randrange(len(objects))
        self._put(part, kind, place, bent(kind, objects[place], self.random))

    def _rotate(self, part: Part) -> None:
        """Another version of the root, which the first one's keys sign."""
        roots = _objects(part, ObjectType.ROOT)
        old = roots[-1] if roots else b""
        claims = _claims(old)
        claims[3] = 2 if self.random.random() < 0.9 else 3
        made = tree.mutated(claims, self.random) if self.random.random() < 0.7 else claims
        part[ObjectType.ROOT] = [*roots, sealed(old, tree.encode(made))]
        self._name_in_checkpoint(part, old, _objects(part, ObjectType.ROOT)[-1])

    def _put(self, part: Part, kind: ObjectType, place: int, data: bytes) -> None:
        objects = _objects(part, kind)
        self.replaced[sha256(objects[place]).digest()] = data
        objects[place] = data
        match part[kind]:
            case list():
                part[kind] = [*objects]
            case _:
                part[kind] = data

    def _settle(self) -> None:
        """What names an object by its hash comes after it, and the checkpoints come last."""
        for kind in (ObjectType.BIN, ObjectType.REGISTER, ObjectType.TRUST_LIST, ObjectType.RECOGNITION):
            for part in self.regions.values():
                self._rename(part, kind)
        for part in self.regions.values():
            for old in [*self.replaced]:
                self._name_in_checkpoint(part, old, self.replaced[old])

    def _rename(self, part: Part, kind: ObjectType) -> None:
        for place, data in enumerate(_objects(part, kind)):
            content = _payload(kind, data)
            named = content
            for old, new in [*self.replaced.items()]:
                named = named.replace(old, sha256(new).digest())
            if named != content:
                self._put(part, kind, place, sealed(data, named) if kind in _SIGNED else named)

    def _name_in_checkpoint(self, part: Part, old: bytes, new: bytes) -> None:
        pinned = old if len(old) == 32 else sha256(old).digest()
        data = _first(part, ObjectType.CHECKPOINT)
        claims = _claims(data)
        entries = claims.get(10)
        if not isinstance(entries, list):
            raise NotBendableError
        changed = [_renamed(entry, pinned, new) for entry in entries]
        if changed != entries:
            claims[10] = [*changed]
            part[ObjectType.CHECKPOINT] = sealed(data, cbor.encode(claims))

    def _shuffle(self, part: Part) -> None:
        """Now and then an object is lost, doubled, or in another's place."""
        if self.random.random() > 0.1:
            return
        match part[self.random.choice([*part])]:
            case list() as objects if objects:
                place = self.random.randrange(len(objects))
                objects[place : place + 1] = [objects[place]] * self.random.choice((0, 2))
            case _:
                first, second = self.random.sample([*part], 2)
                part[first], part[second] = part[second], part[first]


def bent(kind: ObjectType, data: bytes, random: Random) -> bytes:
    """An object like `data`, mutated where its shape allows, and signed again."""
    if kind in _SIGNED:
        try:
            return sealed(data, _payload_bent(kind, payload_of(data), random))
        except NotBendableError:
            return damaged(data, random)
    if kind is ObjectType.SURVIVORS:
        return random.choice((damaged(data, random), data[16:], data + bytes(16), b"\xff" * 16 + data))
    return tree.payload_mutated(data, random)


def _payload_bent(kind: ObjectType, payload: bytes, random: Random) -> bytes:
    """The payload mutated; of a status list as often its statuses alone, or their stream."""
    packed = stream_in(payload) if kind is ObjectType.STATUS_LIST and random.random() < 0.5 else None
    if packed is None:
        return tree.payload_mutated(payload, random)
    # The stream's length may change, and so may its head: the claims are written anew.
    claims = cbor.decode(payload)
    assert isinstance(claims, dict)
    claims[65533] = {"lst": stream(packed, random), "bits": 4}
    return cbor.encode(claims)


def stream_in(payload: bytes) -> bytes | None:
    """The zlib stream of a status list's payload; None if there is none."""
    try:
        claims = cbor.decode(payload)
    except CredentialError:
        return None
    match claims:
        case {65533: {"lst": bytes() as packed}}:
            return packed
    return None


def stream(packed: bytes, random: Random) -> bytes:
    """A zlib stream like `packed`: of other bytes, packed otherwise, or damaged with the checksum set right."""
    match random.randrange(4):
        case 0:
            return with_checksum(damaged(packed, random))
        case 1:
            return damaged(packed, random)
        case _:
            entries = _statuses(packed, random)
            packer = zlib.compressobj(
                random.randrange(10),
                zlib.DEFLATED,
                random.randrange(9, 16),
                random.randrange(1, 10),
                random.randrange(5),
            )
            return packer.compress(entries) + packer.flush()


def _statuses(packed: bytes, random: Random) -> bytes:
    try:
        entries = bytearray(zlib.decompressobj().decompress(packed, 1 << 12))
    except zlib.error:
        entries = bytearray(16)
    for _ in range(random.randrange(4)):
        if entries:
            at = random.choice((3, random.randrange(len(entries)))) % len(entries)
            entries[at] = random.choice(_STATUS_BYTES) if random.random() < 0.9 else random.randrange(256)
    return bytes(entries[: random.choice((len(entries), len(entries), 0, 3, 4))])


def with_checksum(packed: bytes) -> bytes:
    """The stream with the Adler-32 that its blocks unpack to; as it is if they do not."""
    inflater = zlib.decompressobj(-15)
    try:
        entries = inflater.decompress(packed[2:], 1 << 20)
    except zlib.error:
        return packed
    if not inflater.eof:
        return packed
    return packed[: len(packed) - len(inflater.unused_data)] + struct.pack(">I", zlib.adler32(entries))


def _objects(part: Part, kind: ObjectType) -> list[bytes]:
    value = part.get(kind)
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, bytes)]


def _first(part: Part, kind: ObjectType) -> bytes:
    objects = _objects(part, kind)
    if not objects:
        raise NotBendableError
    return objects[0]


def _claims(message: bytes) -> dict[int | str, cbor.Value]:
    try:
        found = cbor.decode(payload_of(message))
    except CredentialError:
        raise NotBendableError from None
    if not isinstance(found, dict):
        raise NotBendableError
    return found


def _payload(kind: ObjectType, data: bytes) -> bytes:
    return payload_of(data) if kind in _SIGNED else data


def _renamed(entry: cbor.Value, pinned: bytes, new: bytes) -> cbor.Value:
    """The checkpoint's entry for `new`, in place of the one that names `pinned`."""
    match entry:
        case [kind, number, epoch, seq, digest] if digest == pinned:
            order = _order(new)
            return [kind, number, *(order or (epoch, seq)), sha256(new).digest()]
    return entry


def _order(message: bytes) -> tuple[int, int] | None:
    try:
        claims = _claims(message)
    except NotBendableError:
        return None
    match claims:
        case {2: int() as epoch, 3: int() as seq} | {-65538: [int() as epoch, int() as seq]}:
            return (epoch, seq)
    return None
