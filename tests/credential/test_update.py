import random
import time
from dataclasses import replace

import pytest

from credential import monotonic, status_list, trust_list, update
from credential.errors import ObjectError
from credential.issuer import CertificateKey, Issuer, Survivors
from credential.model import IssuerCode, IssuerState, KeyState, Seconds, Status
from credential.reason import SyncReason
from credential.status_list import INDICES, StatusList
from tests.world import FILED, FUJIAN, ISSUER, NOW, SIGNED_AT, World, certificate_key

FINAL = {Status.REVOKED, Status.SUPERSEDED}


def allowed(before: Status, after: Status) -> SyncReason | None:
    """The rule as docs/format.md words it: 3→0,1,2,12; 0↔2; 0,2→1 or 12; 1 and 12 stay."""
    if before is after or before is Status.NOT_REGISTERED:
        return None
    if after is Status.NOT_REGISTERED:
        return SyncReason.ENTRY_VANISHED
    return SyncReason.ENTRY_REVIVED if before in FINAL else None


def listed(entries: bytes) -> StatusList:
    base = status_list.decode(World().part().status_lists[0])[0]
    return base._replace(entries=entries)


@pytest.mark.parametrize("place", [0, 1, 10, 1023])
@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_every_transition(before: Status, after: Status, place: int) -> None:
    old = listed(status_list.pack({place: before}, 1024))
    new = listed(status_list.pack({place: after}, 1024))
    reason = allowed(before, after)
    if reason is None:
        monotonic.require_statuses(old, new)
        return
    with pytest.raises(ObjectError) as caught:
        monotonic.require_statuses(old, new)
    assert caught.value.reason is reason
    assert f"entry {place} " in caught.value.detail


def test_a_list_may_grow_and_not_shrink() -> None:
    short, long = listed(status_list.pack({}, 512)), listed(status_list.pack({}, 1024))
    monotonic.require_statuses(short, long)
    with pytest.raises(ObjectError) as caught:
        monotonic.require_statuses(long, short)
    assert caught.value.reason is SyncReason.LIST_SHRUNK


def test_a_million_entries_are_compared_at_once() -> None:
    drawn = random.Random(1)
    before = drawn.choices(list(Status), k=INDICES)
    following = {
        Status.NOT_REGISTERED: list(Status),
        Status.VALID: [Status.VALID, Status.SUSPENDED, Status.REVOKED],
        Status.SUSPENDED: [Status.VALID, Status.SUPERSEDED],
        Status.REVOKED: [Status.REVOKED],
        Status.SUPERSEDED: [Status.SUPERSEDED],
    }
    after = [drawn.choice(following[status]) for status in before]
    old = listed(status_list.pack(enumerate(before), INDICES))
    new = listed(status_list.pack(enumerate(after), INDICES))
    started = time.process_time()
    monotonic.require_statuses(old, new)
    assert time.process_time() - started < 0.05
    revived = bytearray(new.entries)
    place = next(n for n in range(INDICES - 1, 0, -2) if before[n] is Status.REVOKED)
    revived[place >> 1] &= 0x0F
    with pytest.raises(ObjectError, match=f"entry {place} was revoked"):
        monotonic.require_statuses(old, listed(bytes(revived)))


def step(before: World, after: World) -> update.Taken:
    pins = frozenset({before.pin()})
    return update.advance(FUJIAN, update.hold(FUJIAN, before.part(), pins), after.part(), pins, NOW)


def refusal(before: World, after: World) -> SyncReason:
    with pytest.raises(ObjectError) as caught:
        step(before, after)
    return caught.value.reason


COMPROMISED = certificate_key(states=((0, KeyState.ACTIVE), (SIGNED_AT, KeyState.COMPROMISED)))._replace(
    survivors=Survivors(bytes(32), 0),
)


def with_key(key: CertificateKey, seq: int) -> World:
    return World(seq=seq, issuers=(ISSUER._replace(keys=(key,)),))


def test_compromised_stays_compromised() -> None:
    held = with_key(COMPROMISED, 1)
    later = COMPROMISED._replace(states=((Seconds(0), KeyState.ACTIVE), (Seconds(SIGNED_AT + 1), KeyState.COMPROMISED)))
    sooner = COMPROMISED._replace(
        states=((Seconds(0), KeyState.ACTIVE), (Seconds(SIGNED_AT - 1), KeyState.COMPROMISED))
    )
    assert refusal(held, with_key(certificate_key(), 2)) is SyncReason.ENTRY_REVIVED
    assert refusal(held, with_key(later, 2)) is SyncReason.ENTRY_REVIVED
    assert step(held, with_key(sooner, 2)).changed


def many(count: int) -> tuple[Issuer, ...]:
    return tuple(
        ISSUER._replace(code=IssuerCode(f"Y0000350{number:05d}"), keys=(certificate_key(f"key {number}"),))
        for number in range(count)
    )


def test_only_changed_bins_count_and_an_issuer_in_any_of_them_is_missed() -> None:
    issuers = many(130)
    held = World(issuers=issuers)
    assert step(held, World(seq=2, issuers=(*issuers, ISSUER))).changed
    for gone in (0, 39, 40, 129):
        rest = issuers[:gone] + issuers[gone + 1 :]
        assert refusal(held, World(seq=2, issuers=rest)) is SyncReason.ENTRY_VANISHED
    void = issuers[50]._replace(states=((FILED, IssuerState.VOID),))
    revoked = World(seq=2, issuers=(*issuers[:50], void, *issuers[51:]))
    assert step(held, revoked).changed
    assert refusal(revoked, replace(held, seq=3)) is SyncReason.ENTRY_REVIVED


def test_an_issuer_that_its_bin_hides_has_vanished() -> None:
    """The bytes of a bin are the same, but another bin claims its upper half: those issuers are lost."""
    issuers = many(80)
    held = World(issuers=issuers)
    listed_, _ = trust_list.build(held.list_head(), issuers)
    hidden = trust_list.BinReference(issuers[20].code, listed_.bins[1].sha256)
    before = held.trust().regions[FUJIAN]
    assert not isinstance(before, ObjectError)
    changed = before.trust_list._replace(bins=(listed_.bins[0], hidden))
    after = before._replace(trust_list=changed, issuers=trust_list.Issuers(changed, before.blobs))
    with pytest.raises(ObjectError, match="is gone"):
        monotonic._require_issuers(before, after)


def test_the_same_state_again_is_no_change() -> None:
    taken = step(World(), World())
    assert (taken.changed, taken.reset) == (False, ())
