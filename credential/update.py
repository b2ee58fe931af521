"""When newer published objects may take the place of the held ones (docs/format.md, "Sync").

The first fault refuses the whole part of its region, and the last good one stays. Order and monotonicity hold within an
epoch; a role's higher epoch, which only the root can grant, resets them for what that role signs, and is reported.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from credential import history, root, trust, trust_list, withheld
from credential.bundle import Part
from credential.checkpoint import Committed
from credential.errors import ObjectError
from credential.history import History
from credential.log import Consistency
from credential.model import Region, Seconds
from credential.monotonic import is_reset, require_monotonic, require_readable, title
from credential.published import CLOCK_TOLERANCE, LogHead, ObjectType
from credential.reason import SyncReason
from credential.root import Role
from credential.trust import RegionTrust
from credential.trust_list import BinReference


class Held(NamedTuple):
    """The last good state of a region: its original bytes, and what they were verified to say."""

    part: Part
    trust: RegionTrust


class Taken(NamedTuple):
    """A part that may be stored. `reset` are the roles that the root gave a higher epoch since the held state.

    `lost` shards of the register were held and are not any more, in their newer content: nobody sent it. `log` says how
    the log goes with the held one's; None if there is nothing to compare.
    """

    state: Held
    changed: bool
    reset: tuple[Role, ...] = ()
    lost: int = 0
    log: History | None = None


class Kept(NamedTuple):
    """What was offered is an earlier state of the region, whole and well signed: the newer one that is held stays."""

    state: Held
    offered: tuple[int, int]


Answer = Taken | Kept | ObjectError
"""What became of one region's part: taken, kept because that is newer, or why it was refused."""
Prove = Callable[[RegionTrust, LogHead, LogHead], Iterable[Consistency]]
"""Gives the proofs that there are of a region's older log being the beginning of its newer one."""


class Update(NamedTuple):
    """What became of a fetched bundle: the parts to store, and the answer for every region that it held.

    A region that no pin and no agreement of the home vouches for is neither stored nor answered: it is in `strangers`.
    What is held of regions that the bundle left out is in `absent`, None if nobody vouches for it any more.
    """

    parts: Mapping[Region, Part]
    answers: Mapping[Region, Answer]
    home: Region | None
    strangers: tuple[Region, ...]
    absent: Mapping[Region, Held | None]


class _Offer(NamedTuple):
    """A region's part as it was fetched, what is held of it, and the pins that vouch for both."""

    region: Region
    held: Held | None
    part: Part
    pins: frozenset[bytes]
    whole: bool


def _no_proof(_trust: RegionTrust, _old: LogHead, _new: LogHead) -> tuple[Consistency, ...]:
    return ()


def update(
    held: Mapping[Region, Part],
    fetched: Mapping[Region, Part],
    pins: frozenset[bytes],
    now: Seconds,
    home: Region | None = None,
    prove: Prove = _no_proof,
    whole: bool = True,
) -> Update:
    """Judge every region's part by itself: pinned ones first, partners through the home's agreements.

    Without `home`, the home is the region that a pin is of; if several are pinned there is none. Unless `whole`, a part
    need not hold every bin: only those in which the issuers of held ones may be now.
    Raises ObjectError PIN_NOT_FOUND if no part holds a pinned root. A refused region keeps its held part.
    """
    pinned = trust.pinned_regions(fetched, pins)
    if not pinned:
        raise ObjectError(SyncReason.PIN_NOT_FOUND, "no region of the bundle holds a pinned root")
    if home is None and len(pinned) == 1:
        (home,) = pinned
    offers = [
        _Offer(region, hold(region, held.get(region), pins), fetched[region], pins, whole) for region in sorted(pinned)
    ]
    answers = {offer.region: _answer(offer, now, prove) for offer in offers}
    own = _home_trust(home, held, answers, pins)
    vouched = {region: _agreed(own, region) for region in sorted(fetched.keys() - pinned)}
    partners = [
        _Offer(region, hold(region, held.get(region), agreed), fetched[region], agreed, whole)
        for region, agreed in vouched.items()
        if agreed
    ]
    answers |= {offer.region: _answer(offer, now, prove) for offer in partners}
    return Update(
        {**held, **{region: answer.state.part for region, answer in answers.items() if isinstance(answer, Taken)}},
        _with_kept(answers, [*offers, *partners], now),
        home,
        tuple(region for region, agreed in vouched.items() if not agreed),
        _absent(held, fetched, pins, own),
    )


def _agreed(home: RegionTrust | None, region: Region) -> frozenset[bytes]:
    return frozenset() if home is None else trust.agreed_pins(home, region)


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


def _absent(
    held: Mapping[Region, Part], fetched: Mapping[Region, Part], pins: frozenset[bytes], own: RegionTrust | None
) -> dict[Region, Held | None]:
    """What is held of the regions that were not fetched."""
    pinned = trust.pinned_regions(held, pins)
    left_out = sorted(held.keys() - fetched.keys())
    return {
        region: hold(region, held[region], pins if region in pinned else _agreed(own, region)) for region in left_out
    }


def _answer(offer: _Offer, now: Seconds, prove: Prove) -> Answer:
    try:
        taken = advance(offer.region, offer.held, offer.part, offer.pins, now, offer.whole)
        if offer.held is None:
            return taken
        newer = taken.state.trust
        story = history.compare(offer.held.trust.checkpoint, newer.checkpoint, partial(prove, newer))
        return taken._replace(log=story)
    except ObjectError as error:
        return error


def _with_kept(answers: Mapping[Region, Answer], offers: Sequence[_Offer], now: Seconds) -> dict[Region, Answer]:
    """A region that only lags behind in a bundle that serves for another region is no failure."""
    if not any(isinstance(answer, Taken) for answer in answers.values()):
        return dict(answers)
    kept = {offer.region: _kept(offer, answers[offer.region], now) for offer in offers}
    return {region: kept[region] or answer for region, answer in answers.items()}


def _kept(offer: _Offer, answer: Answer, now: Seconds) -> Kept | None:
    """What is held, if it is fresh, and what is offered was published before it."""
    held = offer.held
    if held is None or not isinstance(answer, ObjectError) or answer.reason is not SyncReason.ROLLBACK:
        return None
    offered = hold(offer.region, offer.part, offer.pins)
    is_fresh = now < held.trust.checkpoint.head.expires
    if offered is None or not is_fresh or not _is_earlier(offered, held):
        return None
    return Kept(held, offered.trust.checkpoint.head.order)


def _is_earlier(offered: Held, held: Held) -> bool:
    """Whether every object of `offered` is the held one or an older one."""
    version = offered.trust.root.head.seq
    if _root_hashes(held).get(version) != root.pin_of(offered.part.roots[-1]):
        return False
    pairs = _pairs(offered, held)
    return all(older.order < newer.order or older.sha256 == newer.sha256 for older, newer in pairs) and (
        offered.trust.checkpoint.head.order < held.trust.checkpoint.head.order
    )


def hold(region: Region, part: Part | None, pins: frozenset[bytes]) -> Held | None:
    """The held state of `part`; None if there is none, or if its chain does not hold: nobody relies on it then."""
    if part is None:
        return None
    try:
        return Held(part, trust.establish(region, part, pins))
    except ObjectError:
        return None


def advance(
    region: Region, held: Held | None, fetched: Part, pins: frozenset[bytes], now: Seconds, whole: bool = True
) -> Taken:
    """The state after `fetched` is taken in place of `held`. Raises ObjectError with the first fault, in sync's order.

    OBJECT_TOO_LARGE, OBJECT_MALFORMED, WRONG_REGION, PIN_NOT_FOUND, ROOT_SKIPPED, THRESHOLD_NOT_MET (`authenticate`);
    DATED_AHEAD; EPOCH_MISMATCH, ROLLBACK, EQUIVOCATION; MIX_AND_MATCH; ENTRY_VANISHED, ENTRY_REVIVED, LIST_SHRUNK;
    EXPIRED. What `fetched` leaves out and its own objects name is kept from `held`.
    """
    found = trust.authenticate(region, fetched, pins)
    if found.newest_issued > now + CLOCK_TOLERANCE:
        raise ObjectError(SyncReason.DATED_AHEAD, "an object is dated more than 300 s ahead of the clock")
    trust.require_epochs(found)
    state = Held(fetched, found)
    if held is not None:
        _require_order(held, state)
    trust.require_committed(found)
    _require_bins(found, found.trust_list.bins if whole else _following(held, found))
    if held is not None:
        require_monotonic(held.trust, found)
    else:
        require_readable(found, found.trust_list.bins)
    _require_unexpired(found, now)
    return Taken(state, changed=True) if held is None else _taken(region, held, state, pins)


def _taken(region: Region, held: Held, fetched: Held, pins: frozenset[bytes]) -> Taken:
    part = withheld.completed(fetched.part, fetched.trust, held.part, held.trust)
    state = fetched if part is fetched.part else Held(part, trust.establish(region, part, pins))
    lost = withheld.lost_shards(state.trust, held.trust)
    return Taken(state, held.part != state.part, _reset(held.trust, state.trust), lost)


def _reset(old: RegionTrust, new: RegionTrust) -> tuple[Role, ...]:
    return tuple(role for role in Role if is_reset(old, new, role))


def _require_order(held: Held, fetched: Held) -> None:
    """ROLLBACK or EQUIVOCATION, first for the roots, then for every object that both states name."""
    _require_root_order(held, fetched)
    pairs = _pairs(held, fetched)
    for old, following in pairs:
        if following.order < old.order:
            raise ObjectError(SyncReason.ROLLBACK, f"{title(old)}: {following.order} after {old.order}")
    for old, following in pairs:
        if following.order == old.order and following.sha256 != old.sha256:
            raise ObjectError(SyncReason.EQUIVOCATION, f"{title(old)}: two contents for {old.order}")


def _pairs(one: Held, other: Held) -> list[tuple[Committed, Committed]]:
    """Every object that both states name, as each names it."""
    theirs = {each.name: each for each in _named(other)}
    return [(each, theirs[each.name]) for each in _named(one) if each.name in theirs]


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


def _following(held: Held | None, found: RegionTrust) -> Sequence[BinReference]:
    return () if held is None else trust_list.following(held.trust.issuers, found.trust_list)


def _require_bins(found: RegionTrust, required: Sequence[BinReference]) -> None:
    for reference in required:
        if reference.sha256 not in found.blobs:
            raise ObjectError(SyncReason.MIX_AND_MATCH, f"the bin from {reference.first} on is not held")


def _require_unexpired(found: RegionTrust, now: Seconds) -> None:
    heads = [("root", found.root.head.expires), ("checkpoint", found.checkpoint.head.expires)]
    heads.append(("trust_list", found.trust_list.head.expires))
    if found.recognition is not None:
        heads.append(("recognition", found.recognition.head.expires))
    if found.benefits is not None:
        heads.append(("benefits", found.benefits.head.expires))
    heads += [(f"status_list {number}", each.expires) for number, each in found.status_lists.items()]
    for name, expires in heads:
        if now >= expires:
            raise ObjectError(SyncReason.EXPIRED, name)
