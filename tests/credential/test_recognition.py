from dataclasses import replace
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import bundle, recognition, sign
from credential.issuer import OccupationReference, Scope
from credential.model import (
    MAX_DAY,
    AgreementState,
    Certificate,
    Day,
    Effect,
    IssuerCode,
    IssuerKind,
    Kind,
    LevelCertificate,
    Occupation,
    Post,
    PostAppointment,
    Region,
    RegionalHonour,
    SpecialAbility,
    day_of,
)
from credential.published import Head
from credential.reason import Reason, Recognition, SyncReason
from credential.recognition import Agreement, Match, RecognisedAs, RecognitionList, Row, candidate_of
from credential.trust import load
from credential.verify import Accepted, verify_bytes
from tests.credential.refusal import reason_of, refused
from tests.world import (
    CERTIFICATE,
    CODE,
    ELECTRICIAN,
    FILED,
    FUJIAN,
    GUANGDONG,
    ISSUED_ON,
    ISSUER,
    NOW,
    World,
    certificate,
    key,
    sign_it,
)

TODAY = day_of(NOW)
ANY = Match(None, Kind.LEVEL, None, None, (), Day(0), None)
ROW = Row(ANY, None, None, Effect.EQUIVALENT, "粤人社〔2026〕1号")
F, S, R = AgreementState.IN_FORCE, AgreementState.SUSPENDED, AgreementState.REPEALED


def _agreement(**changes: Any) -> Agreement:
    base = Agreement(
        id=3,
        partner=FUJIAN,
        pin=(1, World().pin()),
        document="闽粤职业技能等级互认协议",
        document_day=FILED,
        states=((FILED, F),),
        keep=True,
        deny=(),
        allow=(ROW,),
    )
    return base._replace(**changes)


def _ask(
    agreement: Agreement | None,
    what: Certificate = CERTIFICATE,
    kind: IssuerKind = IssuerKind.EMPLOYER,
    today: int = TODAY,
) -> tuple[Recognition, RecognisedAs | None]:
    table = None if agreement is None else RecognitionList(World().list_head(), (agreement,))
    return recognition.recognise(candidate_of(what, kind), GUANGDONG, table, Day(today))


# --- the whole way ----------------------------------------------------------------------------------------------------


def _home(**changes: Any) -> World:
    """Guangdong, which recognises what Fujian's world signs."""
    base = World(region=GUANGDONG, issuers=(), status_base="https://gd.example/s/", agreements=(_agreement(),))
    return replace(base, **changes)


def _accepted(home: World, *partners: World) -> Accepted:
    found = verify_bytes(sign_it(), home.trust(*partners), NOW)
    assert isinstance(found, Accepted), found
    return found


def test_recognised_as_the_row_says() -> None:
    row = ROW._replace(occupation=OccupationReference(2015, "6-31-01-03"), level=4, effect=Effect.ELIGIBILITY)
    found = _accepted(_home(agreements=(_agreement(allow=(row,)),)), World())
    assert found.recognition is Recognition.RECOGNISED
    assert found.recognised_as == RecognisedAs(
        region=GUANGDONG,
        occupation=OccupationReference(2015, "6-31-01-03"),
        level=4,
        effect=Effect.ELIGIBILITY,
        rule="3.1",
        document="粤人社〔2026〕1号",
        date=FILED,
    )


def test_a_row_that_names_nothing_recognises_it_as_itself() -> None:
    found = _accepted(_home(), World()).recognised_as
    assert found is not None
    assert (found.occupation, found.level) == (OccupationReference(2022, "6-31-01-03"), 3)


def test_at_home_it_counts_as_itself() -> None:
    found = _accepted(World())
    assert found.recognition is Recognition.HOME
    assert found.recognised_as == RecognisedAs(
        FUJIAN, OccupationReference(2022, "6-31-01-03"), 3, Effect.EQUIVALENT, "HOME", None, None
    )


def test_an_agreement_without_a_pin_makes_nobody_known() -> None:
    home = _home(agreements=(_agreement(pin=None),))
    assert verify_bytes(sign_it(), home.trust(World()), NOW).reason is Reason.REGION_UNKNOWN


def test_an_agreement_without_a_pin_serves_a_region_that_the_verifier_pins() -> None:
    home = _home(agreements=(_agreement(pin=None),))
    trust = load(home.bundle(World()), frozenset({home.pin(), World().pin()}), GUANGDONG)
    found = verify_bytes(sign_it(), trust, NOW)
    assert isinstance(found, Accepted)
    assert found.recognition is Recognition.RECOGNISED


def test_no_agreement_makes_nobody_known() -> None:
    for agreements in (None, (), (_agreement(partner=Region("31")),)):
        trust = _home(agreements=agreements).trust(World())
        assert verify_bytes(sign_it(), trust, NOW).reason is Reason.REGION_UNKNOWN


def test_authentic_in_a_region_that_the_verifier_pins_but_home_has_no_agreement_with() -> None:
    home = _home(agreements=None)
    trust = load(home.bundle(World()), frozenset({home.pin(), World().pin()}), GUANGDONG)
    found = verify_bytes(sign_it(), trust, NOW)
    assert isinstance(found, Accepted)
    assert (found.recognition, found.recognised_as) == (Recognition.NO_AGREEMENT, None)


def test_a_list_that_somebody_left_out_is_not_a_list_without_agreements() -> None:
    """The partner is pinned by itself; the home's checkpoint names a list that its part does not hold."""
    home = _home()
    parts = {GUANGDONG: home.part()._replace(recognition=None), FUJIAN: World().part()}
    trust = load(bundle.encode(parts), frozenset({home.pin(), World().pin()}), GUANGDONG)
    found = verify_bytes(sign_it(), trust, NOW)
    assert isinstance(found, Accepted)
    assert (found.recognition, found.as_of.recognition) == (Recognition.RECOGNITION_UNKNOWN, None)


def test_the_age_of_the_agreements_is_told_where_they_were_asked() -> None:
    home = _home()
    found = verify_bytes(sign_it(), home.trust(World()), NOW)
    assert isinstance(found, Accepted)
    assert (found.recognition, found.as_of.recognition) == (Recognition.RECOGNISED, home.list_issued)
    own = verify_bytes(sign_it(), World(agreements=()).trust(), NOW)
    assert (own.as_of.recognition, own.reason) == (None, Reason.ACCEPTED)


def test_without_a_home_nothing_is_recognised() -> None:
    home = _home()
    trust = load(home.bundle(World()), frozenset({home.pin(), World().pin()}))
    assert trust.home is None
    found = verify_bytes(sign_it(), trust, NOW)
    assert isinstance(found, Accepted)
    assert found.recognition is Recognition.NO_AGREEMENT


def test_a_pin_of_another_root_breaks_the_partner_only() -> None:
    home = _home(agreements=(_agreement(pin=(1, bytes(32))),))
    assert verify_bytes(sign_it(), home.trust(World()), NOW).reason is Reason.CHAIN_INVALID


def test_recognition_is_not_transitive() -> None:
    """Guangdong recognises Fujian, and Fujian Shanghai: Shanghai stays unknown in Guangdong."""
    shanghai_code = IssuerCode("S000031010001")
    shanghai = World(
        region=Region("31"), issuers=(ISSUER._replace(code=shanghai_code),), status_base="https://sh.example/s/"
    )
    fujian = World(agreements=(_agreement(partner=Region("31"), pin=(1, shanghai.pin())),))
    home = _home(agreements=(_agreement(pin=(1, fujian.pin())),))
    trust = home.trust(fujian, shanghai)
    theirs = sign_it(CERTIFICATE._replace(issuer=shanghai_code, number=f"{shanghai_code}263000001"))
    assert verify_bytes(theirs, trust, NOW).reason is Reason.REGION_UNKNOWN
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.ACCEPTED


def test_a_broken_home_leaves_every_partner_unpinned() -> None:
    home = _home()
    part = home.part()
    broken = part._replace(trust_list=part.trust_list[:-1] + bytes([part.trust_list[-1] ^ 1]))
    trust = load(bundle.encode({GUANGDONG: broken, FUJIAN: World().part()}), frozenset({home.pin()}))
    assert verify_bytes(sign_it(), trust, NOW).reason is Reason.CHAIN_INVALID


# --- states (63) ------------------------------------------------------------------------------------------------------

D = ISSUED_ON
ASKED = D + 2
STATES = {
    "in force from today": (((ASKED, F),), True, Recognition.RECOGNISED),
    "in force from tomorrow": (((ASKED + 1, F),), True, Recognition.AGREEMENT_NOT_IN_FORCE),
    "suspended today": (((D - 9, F), (ASKED, S)), True, Recognition.AGREEMENT_SUSPENDED),
    "suspended from tomorrow": (((D - 9, F), (ASKED + 1, S)), True, Recognition.RECOGNISED),
    "in force again": (((D - 9, F), (D - 5, S), (ASKED, F)), True, Recognition.RECOGNISED),
    "repealed from tomorrow, drop": (((D - 9, F), (ASKED + 1, R)), False, Recognition.RECOGNISED),
    "repealed the day after it was issued, keep": (((D - 9, F), (D + 1, R)), True, Recognition.RECOGNISED),
    "repealed the day after it was issued, drop": (((D - 9, F), (D + 1, R)), False, Recognition.AGREEMENT_REPEALED),
    "repealed the day it was issued, keep": (((D - 9, F), (D, R)), True, Recognition.AGREEMENT_REPEALED),
    "repealed before it was issued, keep": (((D - 9, F), (D - 1, R)), True, Recognition.AGREEMENT_REPEALED),
    "suspended, then repealed, keep": (((D - 9, F), (D - 5, S), (D + 1, R)), True, Recognition.RECOGNISED),
}


@pytest.mark.parametrize("name", STATES)
def test_an_agreement_is_asked_as_of_now(name: str) -> None:
    states, keep, expected = STATES[name]
    found, recognised_as = _ask(_agreement(states=states, keep=keep), today=ASKED)
    assert found is expected
    assert (recognised_as is not None) == (expected is Recognition.RECOGNISED)


def test_an_agreement_that_does_not_apply_says_so_before_its_rows_do() -> None:
    suspended = _agreement(states=((FILED, S),), deny=(ANY,), allow=())
    assert _ask(suspended) == (Recognition.AGREEMENT_SUSPENDED, None)


# --- rows -------------------------------------------------------------------------------------------------------------


def test_any_deny_wins_over_any_allow() -> None:
    never = ANY._replace(levels=(5,))
    assert _ask(_agreement(deny=(never, ANY))) == (Recognition.DENIED, None)
    assert _ask(_agreement(deny=(never,)))[0] is Recognition.RECOGNISED
    assert _ask(_agreement(deny=(ANY,), allow=())) == (Recognition.DENIED, None)


def test_of_two_allows_the_first_counts() -> None:
    low, high = ROW._replace(level=4), ROW._replace(level=2)
    for rows, level, rule in (((low, high), 4, "3.1"), ((high, low), 2, "3.1")):
        found = _ask(_agreement(allow=rows))[1]
        assert found is not None
        assert (found.level, found.rule) == (level, rule)
    skipped = low._replace(match=ANY._replace(levels=(5,)))
    found = _ask(_agreement(allow=(skipped, high)))[1]
    assert found is not None
    assert (found.level, found.rule) == (2, "3.2")


def test_no_row_is_not_recognised() -> None:
    assert _ask(_agreement(allow=())) == (Recognition.NOT_RECOGNISED, None)
    assert _ask(None) == (Recognition.NO_AGREEMENT, None)


MATCHES: dict[str, tuple[Match, bool]] = {
    "anything of the kind": (ANY, True),
    "another kind": (ANY._replace(kind=Kind.POST), False),
    "employers": (ANY._replace(issuer=IssuerKind.EMPLOYER), True),
    "social organisations": (ANY._replace(issuer=IssuerKind.SOCIAL), False),
    "this issuer": (ANY._replace(issuer=CODE), True),
    "another issuer": (ANY._replace(issuer=IssuerCode("Y000035020102")), False),
    "this edition": (ANY._replace(edition=2022), True),
    "another edition": (ANY._replace(edition=2015), False),
    "the region's own list": (ANY._replace(edition=0), False),
    "the whole code": (ANY._replace(prefix="6-31-01-03"), True),
    "a sibling": (ANY._replace(prefix="6-31-01-04"), False),
    "a prefix at a hyphen": (ANY._replace(prefix="6-31-"), True),
    "a prefix not at a hyphen": (ANY._replace(prefix="6-31"), False),
    "a prefix inside a number": (ANY._replace(prefix="6-31-01-0"), False),
    "a longer code": (ANY._replace(prefix="6-31-01-03-"), False),
    "another prefix": (ANY._replace(prefix="6-3-"), False),
    "its level": (ANY._replace(levels=(3,)), True),
    "several levels": (ANY._replace(levels=(5, 4, 3)), True),
    "other levels": (ANY._replace(levels=(1, 2, 4, 5)), False),
    "the day alone": (ANY._replace(first=D, last=D), True),
    "until the day before": (ANY._replace(last=Day(D - 1)), False),
    "from the day after": (ANY._replace(first=Day(D + 1)), False),
    "all at once": (Match(CODE, Kind.LEVEL, 2022, "6-31-", (3,), D, D), True),
    "all at once but one": (Match(CODE, Kind.LEVEL, 2022, "6-31-", (4,), D, D), False),
}


@pytest.mark.parametrize("name", MATCHES)
def test_what_a_row_is_about(name: str) -> None:
    match, covers = MATCHES[name]
    assert match.covers(candidate_of(CERTIFICATE, IssuerKind.EMPLOYER)) is covers
    assert _ask(_agreement(allow=(ROW._replace(match=match),)))[0] is (
        Recognition.RECOGNISED if covers else Recognition.NOT_RECOGNISED
    )
    assert _ask(_agreement(deny=(match,)))[0] is (Recognition.DENIED if covers else Recognition.RECOGNISED)


POST = certificate(subject=PostAppointment(ELECTRICIAN, Post.CHIEF_TECHNICIAN, NOW), number="1")
ABILITY = certificate(subject=SpecialAbility(Occupation(0, "沙县小吃制作", "沙县小吃制作", None)), number="1")
HONOUR = certificate(subject=RegionalHonour("集美区高技能人才"), number="1")
OTHER_KINDS = {
    "a post": (POST, ANY._replace(kind=Kind.POST), True),
    "this post": (POST, ANY._replace(kind=Kind.POST, levels=(2,)), True),
    "another post": (POST, ANY._replace(kind=Kind.POST, levels=(1,)), False),
    "a post is no level certificate": (POST, ANY, False),
    "an ability": (ABILITY, ANY._replace(kind=Kind.SPECIAL_ABILITY, edition=0, prefix="沙县小吃制作"), True),
    "an ability has no level": (ABILITY, ANY._replace(kind=Kind.SPECIAL_ABILITY, levels=(5,)), False),
    "an honour": (HONOUR, ANY._replace(kind=Kind.HONOUR), True),
    "an honour has no level": (HONOUR, ANY._replace(kind=Kind.HONOUR, levels=(1,)), False),
    "an honour has no edition": (HONOUR, ANY._replace(kind=Kind.HONOUR, edition=0), False),
    "an honour has no occupation": (HONOUR, ANY._replace(kind=Kind.HONOUR, prefix="6-"), False),
}


@pytest.mark.parametrize("name", OTHER_KINDS)
def test_rows_about_other_kinds(name: str) -> None:
    what, match, covers = OTHER_KINDS[name]
    assert match.covers(candidate_of(what, IssuerKind.EMPLOYER)) is covers


@pytest.mark.parametrize("what", [POST, ABILITY, HONOUR])
def test_what_has_no_level_is_recognised_without_one(what: Certificate) -> None:
    row = ROW._replace(match=ANY._replace(kind=what.kind))
    found = _ask(_agreement(allow=(row,)), what)[1]
    assert found is not None
    assert found.level is None
    assert (found.occupation is None) == (what is HONOUR)


def test_a_row_may_give_a_post_a_level() -> None:
    """特级技师 and 首席技师 correspond to 高级技师 where policy asks for a national level."""
    row = ROW._replace(match=ANY._replace(kind=Kind.POST), level=1)
    found = _ask(_agreement(allow=(row,)), POST)[1]
    assert found is not None
    assert found.level == 1


# --- the list's bytes -------------------------------------------------------------------------------------------------

_DAYS = st.integers(0, MAX_DAY).map(Day)
_TEXTS = st.text(min_size=1, max_size=20)
_MATCHES = st.builds(
    Match,
    issuer=st.none() | st.sampled_from(IssuerKind) | st.just(CODE),
    kind=st.sampled_from(Kind),
    edition=st.none() | st.integers(0, 9999),
    prefix=st.none() | _TEXTS,
    levels=st.lists(st.integers(0, 5), max_size=5).map(tuple),
    first=_DAYS,
    last=st.none() | _DAYS,
)
_ROWS = st.builds(
    Row,
    match=_MATCHES,
    occupation=st.none() | st.builds(OccupationReference, st.integers(0, 9999), _TEXTS),
    level=st.none() | st.integers(1, 5),
    effect=st.sampled_from(Effect),
    basis=_TEXTS,
)
_AGREEMENTS = st.builds(
    Agreement,
    id=st.integers(0, 2**53 - 1),
    partner=st.integers(0, 99).map(lambda n: Region(f"{n:02d}")),
    pin=st.none() | st.tuples(st.integers(1, 99), st.binary(min_size=32, max_size=32)),
    document=_TEXTS,
    document_day=_DAYS,
    states=st.lists(st.tuples(_DAYS, st.sampled_from((F, S))), min_size=1, max_size=3, unique_by=lambda s: s[0]).map(
        lambda states: tuple(sorted(states))
    ),
    keep=st.booleans(),
    deny=st.lists(_MATCHES, max_size=2).map(tuple),
    allow=st.lists(_ROWS, max_size=2).map(tuple),
)
KEYS = (key("a"), key("b"))
HEAD = Head(GUANGDONG, 1, 1, NOW, NOW)


@settings(max_examples=40)
@given(st.lists(_AGREEMENTS, max_size=3, unique_by=lambda each: each.partner))
def test_a_list_comes_back(agreements: list[Agreement]) -> None:
    listed = RecognitionList(HEAD, tuple(agreements))
    found, message = recognition.decode(sign.sign(listed.encode(), recognition.TYP, KEYS))
    assert found == listed
    assert found.encode() == message.payload


def _list(*agreements: object) -> bytes:
    payload = {1: "44", 2: 1, 3: 1, 4: NOW, 5: NOW, 10: list(agreements)}
    return sign.sign(cbor2.dumps(payload, canonical=True), recognition.TYP, KEYS)


MATCH: list[object] = [None, 0, None, None, [], 0, None]
GOOD: list[object] = [3, "35", [1, bytes(32)], "协议", 0, [[0, 0]], True, [MATCH], [[MATCH, None, None, 0, "文"]]]


def _changed(place: int, value: object) -> bytes:
    return _list([*GOOD[:place], value, *GOOD[place + 1 :]])


def _row(place: int, value: object) -> bytes:
    row = [MATCH, None, None, 0, "文"]
    return _changed(8, [[*row[:place], value, *row[place + 1 :]]])


def _matching(place: int, value: object) -> bytes:
    return _changed(7, [[*MATCH[:place], value, *MATCH[place + 1 :]]])


MALFORMED = {
    "two agreements with one partner": _list(GOOD, GOOD),
    "an agreement that is a map": _list({}),
    "an agreement of eight": _list(GOOD[:8]),
    "id negative": _changed(0, -1),
    "partner an integer": _changed(1, 35),
    "partner of three": _changed(1, "350"),
    "pin without version": _changed(2, [bytes(32)]),
    "pin of 31 bytes": _changed(2, [1, bytes(31)]),
    "no document": _changed(3, ""),
    "document's day a text": _changed(4, "2026"),
    "no states": _changed(5, []),
    "states in falling order": _changed(5, [[5, 0], [4, 1]]),
    "two states of one day": _changed(5, [[5, 0], [5, 1]]),
    "a state after the repeal": _changed(5, [[5, 2], [6, 0]]),
    "state 3": _changed(5, [[5, 3]]),
    "keep an integer": _changed(6, 1),
    "keep null": _changed(6, None),
    "deny null": _changed(7, None),
    "a match of six": _changed(7, [MATCH[:6]]),
    "issuer kind 3": _matching(0, 3),
    "issuer not a code": _matching(0, "港务"),
    "issuer true": _matching(0, True),
    "kind 4": _matching(1, 4),
    "kind null": _matching(1, None),
    "edition 10000": _matching(2, 10_000),
    "prefix empty": _matching(3, ""),
    "levels null": _matching(4, None),
    "level 6": _matching(4, [6]),
    "first day null": _matching(5, None),
    "last day beyond 9999": _matching(6, MAX_DAY + 1),
    "occupation without code": _row(1, [2022]),
    "level 0": _row(2, 0),
    "level true": _row(2, True),
    "effect 3": _row(3, 3),
    "no basis": _row(4, ""),
}


def test_the_example_to_be_changed_is_good() -> None:
    assert recognition.decode(_list(GOOD))[0].agreements[0].partner == FUJIAN


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_list_is_refused(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        recognition.decode(MALFORMED[name])


def test_a_scope_or_a_row_about_levels_never_compares_digits() -> None:
    """Level 1 is the highest: a row for (1, 2) is not one for 3."""
    master = certificate(subject=LevelCertificate(ELECTRICIAN, 1))
    row = ANY._replace(levels=(1, 2))
    assert row.covers(candidate_of(master, IssuerKind.EMPLOYER))
    assert not row.covers(candidate_of(CERTIFICATE, IssuerKind.EMPLOYER))
    assert Scope(OccupationReference(2022, "x"), 2, Day(0), None).covers_level(3)
    assert not Scope(OccupationReference(2022, "x"), 2, Day(0), None).covers_level(1)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_list_or_refused(data: bytes) -> None:
    assert reason_of(recognition.decode, data) == "OBJECT_MALFORMED"
