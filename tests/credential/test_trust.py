"""From a bundle and pins to what may be believed: every way in which a region's objects do not belong together."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from credential import bundle, checkpoint, policy, recognition, sign, status_list, trust_list
from credential.benefits import BenefitPolicy
from credential.bundle import Part
from credential.checkpoint import Checkpoint, Committed
from credential.errors import ObjectError
from credential.model import Region, Seconds, Status
from credential.published import SIZE_CAP, Head, ObjectType
from credential.reason import Reason, SyncReason
from credential.recognition import RecognitionList
from credential.register import RegisterIndex
from credential.status_list import StatusList
from credential.trust import MAX_ROOTS, RegionTrust, establish, load
from credential.trust_list import TrustList
from credential.verify import verify_bytes
from tests.credential.refusal import refused
from tests.jimei import CLAUSES, LISTS
from tests.world import FUJIAN, GUANGDONG, NOW, World, key, sign_it

WORLD = World(registered={7: sign_it()}, agreements=(), clauses=CLAUSES, shortage_lists=LISTS)
PART = WORLD.part()
PINS = frozenset({WORLD.pin()})
LIST_KEYS = WORLD.keys("list", 2)
HEAD = WORLD.list_head()
LISTED = TrustList(HEAD, (), ())


def _named(kind: ObjectType, data: bytes, order: tuple[int, int] = (1, 1), number: int = 0) -> Committed:
    return Committed(kind, number, *order, sha256(data).digest())


def _part(*, seen: Checkpoint | None = None, checkpoint_by: str = "35 checkpoint 0", **changes: Any) -> Part:
    """WORLD's part with some objects replaced, and a checkpoint that names what is there; or the checkpoint `seen`."""
    part = PART._replace(**changes)
    entries = [_named(ObjectType.ROOT, part.roots[-1]), _named(ObjectType.TRUST_LIST, part.trust_list)]
    entries += [_named(ObjectType.STATUS_LIST, data) for data in part.status_lists]
    if part.recognition is not None:
        entries.append(_named(ObjectType.RECOGNITION, part.recognition))
    entries += [_named(ObjectType.REGISTER, data) for data in part.registers]
    if part.benefits is not None:
        entries.append(_named(ObjectType.BENEFITS, part.benefits))
    if seen is None:
        seen = Checkpoint(Head(FUJIAN, 1, 1, NOW, NOW), NOW, tuple(entries))
    return part._replace(checkpoint=sign.sign1(seen.encode(), checkpoint.TYP, key(checkpoint_by)))


def _list(head: Head = HEAD, by: tuple[sign.SigningKey, ...] = LIST_KEYS) -> bytes:
    return sign.sign(LISTED._replace(head=head).encode(), trust_list.TYP, by)


def _recognition(head: Head = HEAD, by: tuple[sign.SigningKey, ...] = LIST_KEYS) -> bytes:
    return sign.sign(RecognitionList(head, ()).encode(), recognition.TYP, by)


def _policy(head: Head = HEAD, by: tuple[sign.SigningKey, ...] = LIST_KEYS) -> bytes:
    return sign.sign(BenefitPolicy(head, (), ()).encode(), policy.TYP, by)


def _status(by: str = "35 status 0", **changes: Any) -> bytes:
    base = StatusList(FUJIAN, "https://fj.example/s/0", 1, 1, NOW, NOW, 1, status_list.pack({7: Status.VALID}, 8))
    return sign.sign1(base._replace(**changes).encode(), status_list.TYP, key(by))


def _seen(**changes: Any) -> Checkpoint:
    found, _ = checkpoint.decode(PART.checkpoint)
    return found._replace(**changes)


def _seen_without(kind: ObjectType) -> Checkpoint:
    entries = checkpoint.decode(PART.checkpoint)[0].entries
    return _seen(entries=tuple(each for each in entries if each.type is not kind))


def _seen_with(kind: ObjectType, **changes: Any) -> Checkpoint:
    entries = checkpoint.decode(PART.checkpoint)[0].entries
    bent = [each._replace(**changes) if each.type is kind else each for each in entries]
    return _seen(entries=tuple(bent))


ELSEWHERE = HEAD._replace(region=GUANGDONG)
NEXT_EPOCH = HEAD._replace(epoch=2)
OTHER_LIST = World(seq=2).part().trust_list

REFUSED: dict[str, tuple[Part, SyncReason]] = {
    # sizes, before anything is read
    "a root too large": (_part(roots=(bytes(SIZE_CAP[ObjectType.ROOT] + 1),)), SyncReason.OBJECT_TOO_LARGE),
    "a bin too large": (_part(bins=(bytes(SIZE_CAP[ObjectType.BIN] + 1),)), SyncReason.OBJECT_TOO_LARGE),
    "a shard too large": (_part(shards=(bytes(SIZE_CAP[ObjectType.SHARD] + 1),)), SyncReason.OBJECT_TOO_LARGE),
    "thousands of roots": (PART._replace(roots=PART.roots * (MAX_ROOTS + 1)), SyncReason.OBJECT_TOO_LARGE),
    # reading
    "a torn checkpoint": (PART._replace(checkpoint=PART.checkpoint[:-1]), SyncReason.OBJECT_MALFORMED),
    "a torn register": (PART._replace(registers=(PART.registers[0][:-1],)), SyncReason.OBJECT_MALFORMED),
    "a status list where the checkpoint belongs": (
        PART._replace(checkpoint=PART.status_lists[0]),
        SyncReason.OBJECT_MALFORMED,
    ),
    "a recognition list where the trust list belongs": (
        PART._replace(trust_list=PART.recognition or b""),
        SyncReason.OBJECT_MALFORMED,
    ),
    "a status list of another base": (
        _part(status_lists=(_status(uri="https://gd.example/s/0"),)),
        SyncReason.OBJECT_MALFORMED,
    ),
    # region
    "another region's checkpoint": (
        _part(seen=_seen(head=_seen().head._replace(region=GUANGDONG))),
        SyncReason.WRONG_REGION,
    ),
    "another region's trust list": (_part(trust_list=_list(ELSEWHERE)), SyncReason.WRONG_REGION),
    "another region's recognition": (_part(recognition=_recognition(ELSEWHERE)), SyncReason.WRONG_REGION),
    "another region's policy": (_part(benefits=_policy(ELSEWHERE)), SyncReason.WRONG_REGION),
    "another region's status list": (_part(status_lists=(_status(region=GUANGDONG),)), SyncReason.WRONG_REGION),
    # fault 54, signatures
    "a trust list signed once": (_part(trust_list=_list(by=LIST_KEYS[:1])), SyncReason.THRESHOLD_NOT_MET),
    "a trust list signed by the root role": (
        _part(trust_list=_list(by=WORLD.keys("root", 2))),
        SyncReason.THRESHOLD_NOT_MET,
    ),
    "recognition signed once": (_part(recognition=_recognition(by=LIST_KEYS[:1])), SyncReason.THRESHOLD_NOT_MET),
    "a policy signed once": (_part(benefits=_policy(by=LIST_KEYS[:1])), SyncReason.THRESHOLD_NOT_MET),
    "a policy signed by the root role": (
        _part(benefits=_policy(by=WORLD.keys("root", 2))),
        SyncReason.THRESHOLD_NOT_MET,
    ),
    "a status list signed by the checkpoint role": (
        _part(status_lists=(_status("35 checkpoint 0"),)),
        SyncReason.THRESHOLD_NOT_MET,
    ),
    "a status list signed by an issuer": (_part(status_lists=(_status("issuer"),)), SyncReason.THRESHOLD_NOT_MET),
    "a checkpoint signed by the status role": (_part(checkpoint_by="35 status 0"), SyncReason.THRESHOLD_NOT_MET),
    "a checkpoint signed by another region": (_part(checkpoint_by="44 checkpoint 0"), SyncReason.THRESHOLD_NOT_MET),
    # epochs
    "a trust list of an epoch not granted": (_part(trust_list=_list(NEXT_EPOCH)), SyncReason.EPOCH_MISMATCH),
    "recognition of an epoch not granted": (_part(recognition=_recognition(NEXT_EPOCH)), SyncReason.EPOCH_MISMATCH),
    "a policy of an epoch not granted": (_part(benefits=_policy(NEXT_EPOCH)), SyncReason.EPOCH_MISMATCH),
    "a status list of an epoch not granted": (_part(status_lists=(_status(epoch=0),)), SyncReason.EPOCH_MISMATCH),
    "a checkpoint of an epoch not granted": (
        _part(seen=_seen(head=_seen().head._replace(epoch=2))),
        SyncReason.EPOCH_MISMATCH,
    ),
    # what the checkpoint names (51)
    "another trust list than named": (PART._replace(trust_list=OTHER_LIST), SyncReason.MIX_AND_MATCH),
    "another status list than named": (PART._replace(status_lists=(_status(),)), SyncReason.MIX_AND_MATCH),
    "another recognition than named": (
        PART._replace(recognition=_recognition(HEAD._replace(seq=2))),
        SyncReason.MIX_AND_MATCH,
    ),
    "another register than named": (
        PART._replace(registers=(RegisterIndex(0, ()).encode(),)),
        SyncReason.MIX_AND_MATCH,
    ),
    "a register of a list that is not named": (
        PART._replace(registers=(RegisterIndex(1, ()).encode(),)),
        SyncReason.MIX_AND_MATCH,
    ),
    **{
        f"{kind.name.lower()} not named": (_part(seen=_seen_without(kind)), SyncReason.MIX_AND_MATCH)
        for kind in sorted(checkpoint.COMMITTED)
    },
    **{
        f"{kind.name.lower()} named with another sequence": (
            _part(seen=_seen_with(kind, seq=9)),
            SyncReason.MIX_AND_MATCH,
        )
        for kind in checkpoint.COMMITTED - {ObjectType.REGISTER}
    },
    **{
        f"{kind.name.lower()} named with another hash": (
            _part(seen=_seen_with(kind, sha256=bytes(32))),
            SyncReason.MIX_AND_MATCH,
        )
        for kind in sorted(checkpoint.COMMITTED)
    },
    "two status lists of one number": (
        PART._replace(status_lists=(PART.status_lists[0], _status())),
        SyncReason.MIX_AND_MATCH,
    ),
    # pins
    "a root that is not pinned": (PART._replace(roots=World(root_threshold=1).part().roots), SyncReason.PIN_NOT_FOUND),
    "no root": (PART._replace(roots=()), SyncReason.PIN_NOT_FOUND),
}


@pytest.mark.parametrize("name", REFUSED)
def test_objects_that_do_not_belong_together(name: str) -> None:
    part, reason = REFUSED[name]
    with refused(reason):
        establish(FUJIAN, part, PINS)


def test_the_part_to_be_changed_is_good() -> None:
    assert establish(FUJIAN, _part(), PINS).root.head.region == FUJIAN


def test_a_part_without_what_is_optional() -> None:
    bare = _part(status_lists=(), recognition=None, registers=(), shards=(), bins=())
    assert establish(FUJIAN, bare, PINS).recognition is None


def test_a_checkpoint_may_name_what_is_not_held() -> None:
    lean = PART._replace(status_lists=(), registers=(), shards=(), recognition=None)
    assert establish(FUJIAN, lean, PINS).status_lists == {}


def test_another_regions_part_under_this_name() -> None:
    with refused(SyncReason.WRONG_REGION):
        establish(GUANGDONG, PART, PINS)


def test_the_newest_time_is_that_of_any_object() -> None:
    later = Seconds(NOW + 9)
    for changes in (
        {"root_issued": later},
        {"list_issued": later},
        {"status_issued": later},
        {"checkpoint_issued": later},
    ):
        world = replace(WORLD, **changes)  # type: ignore[arg-type]
        assert establish(FUJIAN, world.part(), frozenset({world.pin()})).newest_issued == later


# --- several regions --------------------------------------------------------------------------------------------------

GUANGDONG_WORLD = World(region=GUANGDONG, issuers=(), status_base="https://gd.example/s/")


def test_home_is_the_one_region_that_is_pinned() -> None:
    both = WORLD.bundle(GUANGDONG_WORLD)
    assert load(both, PINS).home == FUJIAN
    assert load(both, frozenset({GUANGDONG_WORLD.pin()})).home == GUANGDONG
    assert load(both, PINS | {GUANGDONG_WORLD.pin()}).home is None
    assert load(both, PINS | {GUANGDONG_WORLD.pin()}, GUANGDONG).home == GUANGDONG


def test_without_a_pin_nobody_is_believed() -> None:
    trust = load(WORLD.bundle(GUANGDONG_WORLD), frozenset())
    assert trust.home is None
    assert all(isinstance(found, ObjectError) for found in trust.regions.values())
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.CHAIN_INVALID


def test_a_copy_of_the_pinned_root_under_another_name_changes_nothing() -> None:
    data = bundle.encode({FUJIAN: PART, GUANGDONG: PART})
    trust = load(data, PINS)
    assert trust.home == FUJIAN
    assert isinstance(trust.regions[FUJIAN], RegionTrust)
    assert not isinstance(trust.regions.get(GUANGDONG), RegionTrust)


def test_a_pin_of_something_that_is_no_root_changes_nothing() -> None:
    junk = b"no root"
    data = bundle.encode({FUJIAN: PART._replace(roots=(*PART.roots, junk))})
    trust = load(data, frozenset({sha256(junk).digest()}))
    assert trust.home is None
    assert isinstance(trust.regions[FUJIAN], ObjectError)


def test_junk_after_the_pinned_root_breaks_the_chain() -> None:
    data = bundle.encode({FUJIAN: PART._replace(roots=(*PART.roots, b"no root"))})
    found = load(data, PINS).regions[FUJIAN]
    assert isinstance(found, ObjectError)
    assert found.reason is SyncReason.OBJECT_MALFORMED


def test_a_region_asked_for_that_is_not_there() -> None:
    trust = load(WORLD.bundle(), PINS, Region("31"))
    assert trust.home == "31"
    assert isinstance(trust.regions[FUJIAN], RegionTrust)


def test_a_bundle_that_cannot_be_read_is_refused_whole() -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        load(b"\xff", PINS)
