"""Each region is checked by its own objects, and its faults touch its own certificates alone."""

from dataclasses import replace

from credential import bundle
from credential.errors import ObjectError
from credential.model import IssuerCode, Seconds, StatusReference
from credential.reason import Reason
from credential.trust import Trust, load
from credential.verify import Undecided, verify_bytes
from tests.credential.checked import loaded, reason_on
from tests.world import CERTIFICATE, FUJIAN, GUANGDONG, ISSUER, NOW, World, certificate_key, sign_it

GUANGDONG_CODE = IssuerCode("S000044010001")
ELSEWHERE = CERTIFICATE._replace(
    issuer=GUANGDONG_CODE,
    number=f"{GUANGDONG_CODE}263000001",
    status=StatusReference(7, "https://gd.example/s/0"),
)
GUANGDONG_WORLD = World(
    region=GUANGDONG,
    issuers=(ISSUER._replace(code=GUANGDONG_CODE, keys=(certificate_key("gd"),)),),
    status_base="https://gd.example/s/",
)


def _both(home: World, partner: World) -> Trust:
    """Both regions pinned by the verifier itself."""
    return load(home.bundle(partner), frozenset({home.pin(), partner.pin()}), home.region)


def test_a_region_that_is_not_held_is_unknown() -> None:
    assert reason_on(ELSEWHERE, by="gd") == "REGION_UNKNOWN"


def test_each_region_is_checked_against_its_own_lists() -> None:
    trust = _both(World(), GUANGDONG_WORLD)
    assert verify_bytes(sign_it(ELSEWHERE, "gd"), trust, NOW).reason is Reason.ACCEPTED
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.ACCEPTED
    foreign = ELSEWHERE._replace(status=CERTIFICATE.status)
    assert verify_bytes(sign_it(foreign, "gd"), trust, NOW).reason is Reason.STATUS_URI_FOREIGN


def test_an_issuer_of_one_region_in_the_list_of_another_is_not_met() -> None:
    """Fujian cannot speak for Guangdong: the code's digits say whose list is asked."""
    fujian = World(issuers=(ISSUER, ISSUER._replace(code=GUANGDONG_CODE)))
    trust = _both(fujian, replace(GUANGDONG_WORLD, issuers=()))
    assert verify_bytes(sign_it(ELSEWHERE), trust, NOW).reason is Reason.ISSUER_UNKNOWN


def test_one_regions_clock_ahead_touches_that_region_only() -> None:
    ahead = replace(GUANGDONG_WORLD, checkpoint_issued=Seconds(NOW + 301))
    trust = _both(World(), ahead)
    assert verify_bytes(sign_it(ELSEWHERE, "gd"), trust, NOW).reason is Reason.CLOCK_SUSPECT
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.ACCEPTED


def test_one_regions_broken_chain_touches_that_region_only() -> None:
    part = GUANGDONG_WORLD.part()
    broken = part._replace(checkpoint=part.checkpoint[:-1] + bytes([part.checkpoint[-1] ^ 1]))
    data = bundle.encode({FUJIAN: World().part(), GUANGDONG: broken})
    trust = load(data, frozenset({World().pin(), GUANGDONG_WORLD.pin()}), FUJIAN)
    assert isinstance(trust.regions[GUANGDONG], ObjectError)
    found = verify_bytes(sign_it(ELSEWHERE, "gd"), trust, NOW)
    assert isinstance(found, Undecided)
    assert found.reason is Reason.CHAIN_INVALID
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.ACCEPTED


def test_a_bin_that_is_missing_touches_its_issuers_only() -> None:
    many = tuple(ISSUER._replace(code=IssuerCode(f"S0000350{n:05d}"), keys=()) for n in range(40))
    world = World(issuers=(*many, ISSUER))
    first, second = world.part().bins
    in_first = CERTIFICATE._replace(issuer=many[0].code, number=f"{many[0].code}263000001")
    assert verify_bytes(sign_it(), loaded(world, bins=(second,)), NOW).reason is Reason.ACCEPTED
    assert verify_bytes(sign_it(), loaded(world, bins=(first,)), NOW).reason is Reason.CHAIN_INVALID
    assert verify_bytes(sign_it(in_first), loaded(world, bins=(second,)), NOW).reason is Reason.CHAIN_INVALID
