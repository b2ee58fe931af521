"""Which published objects are still to be fetched, by SHA-256, and the part that they make (docs/format.md, "Sync").

Nothing here is believed: the part that comes of it is judged by `credential.update`, like one out of a bundle.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from credential import checkpoint, claims, cose, qr_text, register, root, status_list, trust_list
from credential.bins import survivors_in
from credential.bundle import Part
from credential.checkpoint import Checkpoint
from credential.directory import Start
from credential.errors import CredentialError, ObjectError
from credential.model import IssuerCode, Region, region_of
from credential.published import ObjectType
from credential.reason import SyncReason
from credential.register import RegisterIndex
from credential.trust import RegionTrust


class Need(NamedTuple):
    """What the judgement of one certificate takes of its region: its issuer, and an entry of a status list."""

    region: Region
    issuer: IssuerCode
    uri: str
    entry: int


class Choice(NamedTuple):
    """No more than what is held, brought up to date, and what one certificate takes beside it."""

    held: RegionTrust | None = None
    need: Need | None = None


class Plan(NamedTuple):
    """The objects to fetch before more can be said, by SHA-256; when there are none, the part."""

    missing: Mapping[bytes, ObjectType]
    part: Part | None


def need_of(text: str) -> Need | None:
    """What the certificate in a QR's text takes; None if it cannot be read so far."""
    try:
        outer = claims.decode_outer(cose.decode_sign1(qr_text.decode(text), None).payload)
    except CredentialError:
        return None
    return Need(region_of(outer.issuer), outer.issuer, outer.status.uri, outer.status.idx)


def plan(start: Start, pool: Mapping[bytes, bytes], choice: Choice | None = None) -> Plan:
    """What `pool` lacks of the part that begins at `start`: of all of it, or of what `choice` leaves.

    `pool` has objects by their SHA-256. An object that is found in it may name more: ask again until nothing is
    missing. ObjectError: an object is malformed, or the checkpoint names no trust list.
    """
    look = _Look(pool, {})
    part = _part(start, look, choice)
    return Plan(look.missing, None if look.missing else part)


class _Look(NamedTuple):
    pool: Mapping[bytes, bytes]
    missing: dict[bytes, ObjectType]

    def up(self, kind: ObjectType, hashes: Iterable[bytes]) -> tuple[bytes, ...]:
        """Those of the objects that are there, each once; the others are missing."""
        wanted = dict.fromkeys(hashes)
        self.missing.update((each, kind) for each in wanted if each not in self.pool)
        return tuple(self.pool[each] for each in wanted if each in self.pool)


def _part(start: Start, look: _Look, choice: Choice | None) -> Part | None:
    roots = look.up(ObjectType.ROOT, start.roots)
    for data in look.up(ObjectType.CHECKPOINT, [start.checkpoint]):
        number = _number(choice, roots)
        seen = _chosen(checkpoint.decode(data)[0], choice, number)
        return _named_by(seen, Part(roots, data, b""), look, choice, number)
    return None


def _number(choice: Choice | None, roots: tuple[bytes, ...]) -> int | None:
    """The number of the status list that the certificate names, as soon as the newest root is there."""
    if choice is None or choice.need is None or not roots:
        return None
    return status_list.number_of(root.decode(roots[-1])[0].status_base, choice.need.uri)


def _chosen(seen: Checkpoint, choice: Choice | None, number: int | None) -> Checkpoint:
    """`seen` without the lists that nobody asks for."""
    if choice is None:
        return seen
    numbers = {number, *(choice.held.status_lists if choice.held else ())}
    entries = (each for each in seen.entries if each.type not in checkpoint.NUMBERED or each.list in numbers)
    return seen._replace(entries=tuple(entries))


def _named_by(seen: Checkpoint, part: Part, look: _Look, choice: Choice | None, number: int | None) -> Part:
    def named(kind: ObjectType) -> tuple[bytes, ...]:
        return look.up(kind, (each.sha256 for each in seen.entries if each.type is kind))

    if seen.find(ObjectType.TRUST_LIST) is None:
        raise ObjectError(SyncReason.MIX_AND_MATCH, "the checkpoint names no trust list")
    listed, registers = named(ObjectType.TRUST_LIST), named(ObjectType.REGISTER)
    bins = look.up(ObjectType.BIN, (each for data in listed for each in _bins(data, choice)))
    return part._replace(
        trust_list=b"".join(listed),
        bins=bins,
        status_lists=named(ObjectType.STATUS_LIST),
        recognition=next(iter(named(ObjectType.RECOGNITION)), None),
        benefits=next(iter(named(ObjectType.BENEFITS)), None),
        survivors=look.up(ObjectType.SURVIVORS, _survivors(bins, choice)),
        shards=look.up(ObjectType.SHARD, (each for data in registers for each in _shards(data, choice, number))),
        registers=registers,
    )


def _bins(data: bytes, choice: Choice | None) -> Iterator[bytes]:
    """The bins where the issuers of held ones are now, and that of the certificate's issuer."""
    listed, _ = trust_list.decode(data)
    chosen = list(listed.bins)
    if choice is not None:
        chosen = [] if choice.held is None else trust_list.following(choice.held.issuers, listed)
        own = None if choice.need is None else listed.bin_of(choice.need.issuer)
        chosen += [] if own is None else [own]
    return (each.sha256 for each in chosen)


def _survivors(bins: Iterable[bytes], choice: Choice | None) -> Iterator[bytes]:
    """The files of all compromised keys, or those of the issuers of which one is held and of the certificate's."""
    codes = None if choice is None else {*_with_survivors(choice.held), *([choice.need.issuer] if choice.need else ())}
    for data in bins:
        for code, named in survivors_in(data):
            if named.size > 0 and (codes is None or code in codes):
                yield named.sha256


def _with_survivors(held: RegionTrust | None) -> Iterator[IssuerCode]:
    """The issuers of whose keys a file of survivors is held."""
    bins = () if held is None else held.trust_list.bins
    for data in (held.blobs.get(each.sha256) for each in bins if held is not None):
        for code, named in survivors_in(data) if data is not None else ():
            if held is not None and named.sha256 in held.blobs:
                yield code


def _shards(data: bytes, choice: Choice | None, number: int | None) -> Iterator[bytes]:
    """The shards at the places of held ones, and that of the certificate's index."""
    index = register.decode_index(data)
    for place, digest in enumerate(index.hashes):
        if choice is None or _is_held(choice.held, index, place) or _is_own(choice.need, index, place, number):
            yield digest


def _is_held(held: RegionTrust | None, index: RegisterIndex, place: int) -> bool:
    before = None if held is None else held.register.indexes.get(index.list)
    return held is not None and before is not None and place < len(before.hashes) and before.hashes[place] in held.blobs


def _is_own(need: Need | None, index: RegisterIndex, place: int, number: int | None) -> bool:
    return need is not None and index.list == number and need.entry // register.INDICES_A_SHARD == place
