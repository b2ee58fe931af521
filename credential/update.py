"""When newer published objects may take the place of the held ones (docs/format.md, "Sync").

The first fault refuses the whole part of its region, and the last good one stays. Order and monotonicity hold within an
epoch; a role's higher epoch, which only the root can grant, resets them for what that role signs, and is reported.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

from credential import register, root, trust, trust_list
from credential.bundle import Part
from credential.checkpoint import Committed
from credential.errors import ObjectError
from credential.model import Region, Seconds, Status
from credential.published import CLOCK_TOLERANCE, ObjectType
from credential.reason import SyncReason
from credential.register import RegisterIndex
from credential.root import Role
from credential.status_list import BITS, StatusList
from credential.trust import RegionTrust
from credential.trust_list import BinReference, CertificateKey, Issuer

_ROLE_OF: Final = {
    ObjectType.TRUST_LIST: Role.LIST,
    ObjectType.RECOGNITION: Role.LIST,
    ObjectType.STATUS_LIST: Role.STATUS,
    ObjectType.REGISTER: Role.CHECKPOINT,
    ObjectType.CHECKPOINT: Role.CHECKPOINT,
    ObjectType.ROOT: Role.ROOT,
}
"""Whose epoch the order of an object counts in."""


class Held(NamedTuple):
    """The last good state of a region: its original bytes, and what they were verified to say."""

    part: Part
    trust: RegionTrust


class Taken(NamedTuple):
    """A part that may be stored. `reset` are the roles that the root gave a higher epoch since the held state."""

    state: Held
    changed: bool
    reset: tuple[Role, ...] = ()


Answer = Taken | ObjectError
"""What became of one region's part: taken, or why it was refused."""


class Update(NamedTuple):
    """What became of a fetched bundle: the parts to store, and the answer for every region that it held.

    A region that no pin and no agreement of the home vouches for is neither stored nor answered: it is in `strangers`.
    """

    parts: Mapping[Region, Part]
    answers: Mapping[Region, Answer]
    home: Region | None
    strangers: tuple[Region, ...]


def update(
    held: Mapping[Region, Part],
    fetched: Mapping[Region, Part],
    pins: frozenset[bytes],
    now: Seconds,
    home: Region | None = None,
) -> Update:
    """Judge every region's part by itself: pinned ones first, partners through the home's agreements.

    Without `home`, the home is the region that a pin is of; if several are pinned there is none.
    Raises ObjectError PIN_NOT_FOUND if no part holds a pinned root. A refused region keeps its held part.
    """
    pinned = trust.pinned_regions(fetched, pins)
    if not pinned:
        raise ObjectError(SyncReason.PIN_NOT_FOUND, "no region of the bundle holds a pinned root")
    answers = {region: _answer(region, held.get(region), fetched[region], pins, now) for region in sorted(pinned)}
    if home is None and len(pinned) == 1:
        (home,) = pinned
    own = _home_trust(home, held, answers, pins)
    strangers = []
    for region in sorted(fetched.keys() - pinned):
        agreed = trust.agreed_pins(own, region) if own else frozenset()
        if agreed:
            answers[region] = _answer(region, held.get(region), fetched[region], agreed, now)
        else:
            strangers.append(region)
    taken = {region: answer.state.part for region, answer in answers.items() if isinstance(answer, Taken)}
    return Update({**held, **taken}, answers, home, tuple(strangers))


def _home_trust(
    home: Region | None, held: Mapping[Region, Part], answers: Mapping[Region, Answer], pins: frozenset[bytes]
) -> RegionTrust | None:
    """The home's state as it stands after its own update, for its agreements."""
    if home is None:
        return None
    answer = answers.get(home)
    if isinstance(answer, Taken):
        return answer.state.trust
    state = hold(home, held.get(home), pins)
    return state.trust if state else None


def _answer(region: Region, held: Part | None, fetched: Part, pins: frozenset[bytes], now: Seconds) -> Answer:
    try:
        return advance(region, hold(region, held, pins), fetched, pins, now)
    except ObjectError as error:
        return error


def hold(region: Region, part: Part | None, pins: frozenset[bytes]) -> Held | None:
    """The held state of `part`; None if there is none, or if its chain does not hold: nobody relies on it then."""
    if part is None:
        return None
    try:
        return Held(part, trust.establish(region, part, pins))
    except ObjectError:
        return None


def advance(region: Region, held: Held | None, fetched: Part, pins: frozenset[bytes], now: Seconds) -> Taken:
    """The state after `fetched` is taken in place of `held`. Raises ObjectError with the first fault, in sync's order.

    OBJECT_TOO_LARGE, OBJECT_MALFORMED, WRONG_REGION, PIN_NOT_FOUND, ROOT_SKIPPED, THRESHOLD_NOT_MET (`authenticate`);
    DATED_AHEAD; EPOCH_MISMATCH, ROLLBACK, EQUIVOCATION; MIX_AND_MATCH; ENTRY_VANISHED, ENTRY_REVIVED, LIST_SHRUNK;
    EXPIRED.
    """
    found = trust.authenticate(region, fetched, pins)
    if found.newest_issued > now + CLOCK_TOLERANCE:
        raise ObjectError(SyncReason.DATED_AHEAD, "an object is dated more than 300 s ahead of the clock")
    trust.require_epochs(found)
    state = Held(fetched, found)
    if held is not None:
        _require_order(held, state)
    trust.require_committed(found)
    _require_bins(found)
    if held is not None:
        _require_monotonic(held.trust, found)
    else:
        _read_bins(found, found.trust_list.bins)
    _require_unexpired(found, now)
    return Taken(state, held is None or held.part != fetched, _reset(held, found))


def _reset(held: Held | None, found: RegionTrust) -> tuple[Role, ...]:
    return () if held is None else tuple(role for role in Role if _is_reset(held.trust, found, role))


def _is_reset(old: RegionTrust, new: RegionTrust, role: Role) -> bool:
    return new.root.role(role).epoch > old.root.role(role).epoch


def _require_order(held: Held, fetched: Held) -> None:
    """ROLLBACK or EQUIVOCATION, first for the roots, then for every object that both states name."""
    _require_root_order(held, fetched)
    new = {each.name: each for each in _named(fetched)}
    pairs = [(old, new[old.name]) for old in _named(held) if old.name in new]
    for old, following in pairs:
        if following.order < old.order:
            raise ObjectError(SyncReason.ROLLBACK, f"{_title(old)}: {following.order} after {old.order}")
    for old, following in pairs:
        if following.order == old.order and following.sha256 != old.sha256:
            raise ObjectError(SyncReason.EQUIVOCATION, f"{_title(old)}: two contents for {old.order}")


def _require_root_order(held: Held, fetched: Held) -> None:
    """The held newest root must stand in the fetched chain as it is."""
    version = held.trust.root.head.seq
    if fetched.trust.root.head.seq < version:
        raise ObjectError(SyncReason.ROLLBACK, f"root version {fetched.trust.root.head.seq} after {version}")
    if _root_hashes(fetched).get(version) != root.pin_of(held.part.roots[-1]):
        raise ObjectError(SyncReason.EQUIVOCATION, f"root: two contents for version {version}")


def _root_hashes(state: Held) -> dict[int, bytes]:
    """The SHA-256 of every verified root by its version."""
    count = len(state.trust.roots)
    verified = zip(state.trust.roots, state.part.roots[-count:], strict=True)
    return {each.head.seq: root.pin_of(data) for each, data in verified}


def _named(state: Held) -> list[Committed]:
    """Everything that has an order: the checkpoint, what is held, and what the checkpoint names beside it."""
    head = state.trust.checkpoint.head
    itself = Committed(ObjectType.CHECKPOINT, 0, *head.order, root.pin_of(state.part.checkpoint))
    objects = {each.name: each for each in state.trust.checkpoint.entries}
    objects.update({each.name: each for each in state.trust.held})
    return [*(each for each in objects.values() if each.type is not ObjectType.ROOT), itself]


def _title(named: Committed) -> str:
    return f"{named.type.name.lower()} {named.list}"


def _require_bins(found: RegionTrust) -> None:
    for reference in found.trust_list.bins:
        if reference.sha256 not in found.blobs:
            raise ObjectError(SyncReason.MIX_AND_MATCH, f"the bin from {reference.first} on is not held")


def _read_bins(found: RegionTrust, references: Iterable[BinReference]) -> list[Issuer]:
    """The issuers of these bins. ObjectError if one is malformed."""
    occupations = found.trust_list.occupations
    return [
        issuer
        for reference in references
        for issuer in trust_list.decode_bin(found.blobs[reference.sha256], occupations).values()
    ]


def _require_monotonic(old: RegionTrust, new: RegionTrust) -> None:
    """ENTRY_VANISHED, ENTRY_REVIVED or LIST_SHRUNK, except for what a role signs that was given a higher epoch."""
    _require_names(old, new)
    if not _is_reset(old, new, Role.LIST):
        _require_issuers(old, new)
        _require_agreements(old, new)
    else:
        _read_bins(new, new.trust_list.bins)
    if not _is_reset(old, new, Role.STATUS):
        for number, listed in old.status_lists.items():
            require_statuses(listed, new.status_lists[number])
    if not _is_reset(old, new, Role.CHECKPOINT):
        for number, index in old.register.indexes.items():
            if number in new.register.indexes:
                _require_register(index, new.register.indexes[number], old.blobs, new.blobs)


def _require_names(old: RegionTrust, new: RegionTrust) -> None:
    """Every list that was held is still there; registers are optional to hold, but not to publish."""
    held = {each.name for each in new.held}
    named = {each.name for each in new.checkpoint.entries}
    for each in (*old.checkpoint.entries, *old.held):
        optional = each.type is ObjectType.REGISTER or each not in old.held
        if each.name not in (named if optional else held) and not _is_reset(old, new, _ROLE_OF[each.type]):
            raise ObjectError(SyncReason.ENTRY_VANISHED, f"{_title(each)} is gone")


def _require_issuers(old: RegionTrust, new: RegionTrust) -> None:
    """No issuer and no key vanishes or comes back; bins that did not change are not even read."""
    same: set[tuple[BinReference, BinReference | None]] = set()
    if old.trust_list.occupations == new.trust_list.occupations:
        same = set(_with_next(old.trust_list.bins)) & set(_with_next(new.trust_list.bins))
    _read_bins(new, _beside(new.trust_list.bins, same))
    for issuer in _read_bins(old, _beside(old.trust_list.bins, same)):
        following = new.issuers.get(issuer.code)
        if following is None:
            raise ObjectError(SyncReason.ENTRY_VANISHED, f"issuer {issuer.code} is gone")
        _require_issuer(issuer, following)


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
        raise ObjectError(SyncReason.LIST_SHRUNK, f"{new.uri}: {len(new)} entries after {len(old)}")


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
    """Shards are append-only: as many, and none that both sides hold loses a digest."""
    if len(new.hashes) < len(old.hashes):
        raise ObjectError(SyncReason.LIST_SHRUNK, f"register {old.list}: fewer shards than before")
    for mine, following in zip(old.hashes, new.hashes, strict=False):
        if mine == following or mine not in before or following not in after:
            continue
        earlier, kept = register.decode_shard(before[mine]).digests, register.decode_shard(after[following]).digests
        if not all(earlier[place] in kept for place in range(len(earlier))):
            raise ObjectError(SyncReason.ENTRY_VANISHED, f"register {old.list}: a digest is gone")


def _require_unexpired(found: RegionTrust, now: Seconds) -> None:
    heads = [("root", found.root.head.expires), ("checkpoint", found.checkpoint.head.expires)]
    heads.append(("trust_list", found.trust_list.head.expires))
    if found.recognition is not None:
        heads.append(("recognition", found.recognition.head.expires))
    heads += [(f"status_list {number}", each.expires) for number, each in found.status_lists.items()]
    for name, expires in heads:
        if now >= expires:
            raise ObjectError(SyncReason.EXPIRED, name)
