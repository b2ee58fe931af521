"""What may not happen from one state of a region to the next: nothing vanishes, nothing comes back, no list shrinks.

It holds within an epoch; a role's higher epoch, which only the root can grant, resets it for what that role signs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final

from credential import history, register
from credential.bins import decode_bin
from credential.checkpoint import Committed
from credential.errors import ObjectError
from credential.issuer import CertificateKey, Issuer, Survivors
from credential.model import Status
from credential.published import ObjectType, name_of
from credential.reason import SyncReason
from credential.register import Digests, RegisterIndex
from credential.root import Role
from credential.status_list import BITS, StatusList
from credential.trust import RegionTrust
from credential.trust_list import BinReference

_ROLE_OF: Final[Mapping[int, Role]] = {
    ObjectType.TRUST_LIST: Role.LIST,
    ObjectType.RECOGNITION: Role.LIST,
    ObjectType.BENEFITS: Role.LIST,
    ObjectType.STATUS_LIST: Role.STATUS,
    ObjectType.REGISTER: Role.CHECKPOINT,
    ObjectType.CHECKPOINT: Role.CHECKPOINT,
    ObjectType.ROOT: Role.ROOT,
}
"""Whose epoch the order of an object counts in; of what a later version of the format names, that is not known."""


def is_reset(old: RegionTrust, new: RegionTrust, role: Role) -> bool:
    """Whether the newest root gave the role a higher epoch."""
    return new.root.role(role).epoch > old.root.role(role).epoch


def title(named: Committed) -> str:
    """An object in the words of a refusal."""
    return f"{name_of(named.type)} {named.list}"


def require_monotonic(old: RegionTrust, new: RegionTrust) -> None:
    """ENTRY_VANISHED, ENTRY_REVIVED or LIST_SHRUNK, except for what a role signs that was given a higher epoch.

    EQUIVOCATION too: two logs of one size.
    """
    _require_names(old, new)
    if not is_reset(old, new, Role.LIST):
        _require_issuers(old, new)
        _require_agreements(old, new)
    else:
        require_readable(new, new.trust_list.bins)
    if not is_reset(old, new, Role.STATUS):
        for number, listed in old.status_lists.items():
            require_statuses(listed, new.status_lists[number])
    if not is_reset(old, new, Role.CHECKPOINT):
        history.require_growth(old.checkpoint, new.checkpoint)
        for number, index in old.register.indexes.items():
            if number in new.register.indexes:
                _require_register(index, new.register.indexes[number], old.blobs, new.blobs)


def require_readable(found: RegionTrust, references: Iterable[BinReference]) -> None:
    """Raise ObjectError if one of these bins is malformed. What they say is not kept: it may be of a whole province."""
    for _ in _read_bins(found, references):
        pass


def _read_bins(found: RegionTrust, references: Iterable[BinReference]) -> Iterator[Issuer]:
    """The issuers of those of these bins that are held. ObjectError at one that is malformed."""
    held = (found.blobs[each.sha256] for each in references if each.sha256 in found.blobs)
    for data in held:
        yield from decode_bin(data, found.trust_list.occupations).values()


def _require_names(old: RegionTrust, new: RegionTrust) -> None:
    """Every list that was held is still there; registers are optional to hold, but not to publish.

    Whether an object of a later version of the format may go is not known here, so that is not asked.
    """
    held = {each.name for each in new.held}
    named = {each.name for each in new.checkpoint.entries}
    for each in (*old.checkpoint.entries, *old.held):
        if each.type not in _ROLE_OF:
            continue
        optional = each.type is ObjectType.REGISTER or each not in old.held
        if each.name not in (named if optional else held) and not is_reset(old, new, _ROLE_OF[each.type]):
            raise ObjectError(SyncReason.ENTRY_VANISHED, f"{title(each)} is gone")


def _require_issuers(old: RegionTrust, new: RegionTrust) -> None:
    """No issuer and no key vanishes or comes back; bins that did not change are not even read."""
    same: set[tuple[BinReference, BinReference | None]] = set()
    if old.trust_list.occupations == new.trust_list.occupations:
        same = set(_with_next(old.trust_list.bins)) & set(_with_next(new.trust_list.bins))
    require_readable(new, _beside(new.trust_list.bins, same))
    for issuer in [*_read_bins(old, _beside(old.trust_list.bins, same))]:
        following = new.issuers.get(issuer.code)
        if following is None:
            raise ObjectError(SyncReason.ENTRY_VANISHED, f"issuer {issuer.code} is gone")
        _require_issuer(issuer, following)
        _require_survivors(issuer, following, old, new)


def _with_next(bins: Sequence[BinReference]) -> Iterator[tuple[BinReference, BinReference | None]]:
    """Each bin with the one after it, whose first code bounds what can be found in it."""
    return zip(bins, [*bins[1:], None], strict=False)


def _beside(bins: Sequence[BinReference], same: Set[tuple[BinReference, BinReference | None]]) -> list[BinReference]:
    return [each for each, following in _with_next(bins) if (each, following) not in same]


def _require_issuer(old: Issuer, new: Issuer) -> None:
    keys = {key.public: key for key in new.keys}
    for key in old.keys:
        if key.public not in keys:
            raise ObjectError(SyncReason.ENTRY_VANISHED, f"a key of issuer {old.code} is gone")
    if old.is_void and not new.is_void:
        raise ObjectError(SyncReason.ENTRY_REVIVED, f"issuer {old.code} was void")
    for key in old.keys:
        if _is_revived(key, keys[key.public]):
            raise ObjectError(SyncReason.ENTRY_REVIVED, f"a key of issuer {old.code} was compromised")


def _is_revived(old: CertificateKey, new: CertificateKey) -> bool:
    """Whether a compromised key is clean again, or from a later time on than was said."""
    if old.compromised_since is None:
        return False
    return new.compromised_since is None or new.compromised_since > old.compromised_since


def _require_survivors(old: Issuer, new: Issuer, before: RegionTrust, after: RegionTrust) -> None:
    """What fell with a compromised key does not stand again: other survivors must be fewer of the same."""
    keys = {key.public: key for key in new.keys}
    for key in old.keys:
        mine, following = key.survivors, keys[key.public].survivors
        if mine is not None and following is not None and not _is_reduced(mine, following, before, after):
            raise ObjectError(SyncReason.ENTRY_REVIVED, f"a compromised key of issuer {old.code} has other survivors")


def _is_reduced(mine: Survivors, following: Survivors, before: RegionTrust, after: RegionTrust) -> bool:
    """Whether the same stand, or fewer; if the old file is held, the new one must be, and may have nothing else."""
    if following == mine:
        return True
    if following.size >= mine.size or following.size == 0:
        return following.size == 0
    earlier = _readable(before, mine)
    if earlier is None:
        return True
    kept = after.survivors(following)
    return kept is not None and all(kept[place] in earlier for place in range(len(kept)))


def _readable(held: RegionTrust, pinned: Survivors) -> Digests | None:
    """The survivors that anyone could rely on until now."""
    try:
        return held.survivors(pinned)
    except ObjectError:
        return None


def _require_agreements(old: RegionTrust, new: RegionTrust) -> None:
    if old.recognition is None or new.recognition is None:
        return
    partners = {each.partner for each in new.recognition.agreements}
    for each in old.recognition.agreements:
        if each.partner not in partners:
            raise ObjectError(SyncReason.ENTRY_VANISHED, f"the agreement with {each.partner} is gone")


def require_statuses(old: StatusList, new: StatusList) -> None:
    """Raise ObjectError unless every status of `new` may follow that of `old`: 3→0,1,2,12; 0↔2; 0,2→1 or 12.

    A registered entry that is not registered any more is ENTRY_VANISHED; a revoked or superseded one that changes,
    ENTRY_REVIVED; a list with fewer entries, LIST_SHRUNK.
    """
    common = min(len(old.entries), len(new.entries))
    before, after = old.entries[:common], new.entries[:common]
    registered = _where(_REGISTERED, before)
    vanished = registered & ~_where(_REGISTERED, after)
    if vanished:
        raise ObjectError(SyncReason.ENTRY_VANISHED, f"{new.uri}: entry {_first(vanished)} is not registered any more")
    revived = _where(_FINAL, before) & (int.from_bytes(before, "little") ^ int.from_bytes(after, "little"))
    if revived:
        raise ObjectError(SyncReason.ENTRY_REVIVED, f"{new.uri}: entry {_first(revived)} was revoked or superseded")
    if len(new.entries) < len(old.entries):
        raise ObjectError(SyncReason.LIST_SHRUNK, f"{new.uri}: {new.length} entries after {old.length}")


def _mask(statuses: frozenset[Status]) -> bytes:
    """A table for bytes.translate: four set bits for each of a byte's two entries that is one of `statuses`."""
    half = [0x0F if value in statuses else 0 for value in range(16)]
    return bytes(half[byte >> BITS] << BITS | half[byte & 0x0F] for byte in range(256))


_REGISTERED: Final = _mask(frozenset(Status) - {Status.NOT_REGISTERED})
_FINAL: Final = _mask(frozenset({Status.REVOKED, Status.SUPERSEDED}))


def _where(table: bytes, entries: bytes) -> int:
    """One large integer with four set bits at each entry that `table` selects: a million entries in one operation."""
    return int.from_bytes(entries.translate(table), "little")


def _first(found: int) -> int:
    """The index of the lowest entry with a bit set."""
    return ((found & -found).bit_length() - 1) // BITS


def _require_register(
    old: RegisterIndex, new: RegisterIndex, before: Mapping[bytes, bytes], after: Mapping[bytes, bytes]
) -> None:
    """Shards are append-only: as many, and none that both sides hold loses a digest that anyone could rely on."""
    if len(new.hashes) < len(old.hashes):
        raise ObjectError(SyncReason.LIST_SHRUNK, f"register {old.list}: fewer shards than before")
    for place, (mine, following) in enumerate(zip(old.hashes, new.hashes, strict=False)):
        if mine == following or mine not in before or following not in after:
            continue
        kept = _digests(after[following], old.list, place)
        earlier = _readable_digests(before[mine], old.list, place)
        if not all(earlier[each] in kept for each in range(len(earlier))):
            raise ObjectError(SyncReason.ENTRY_VANISHED, f"register {old.list}: a digest is gone")


def _digests(data: bytes, number: int, place: int) -> Digests:
    """What the shard in `data` says of the indices at `place`: nothing if it is about others."""
    shard = register.decode_shard(data)
    is_of_place = (shard.list, shard.first) == (number, place * register.INDICES_A_SHARD)
    return shard.digests if is_of_place else Digests(b"")


def _readable_digests(data: bytes, number: int, place: int) -> Digests:
    """The same of a shard that was held: one that is malformed never said anything that could vanish."""
    try:
        return _digests(data, number, place)
    except ObjectError:
        return Digests(b"")
