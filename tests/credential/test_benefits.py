"""The benefit policy alone and asked: it comes back, what is no table is refused, and every answer with its clause."""

from dataclasses import replace

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import benefits, entitlement, policy, sign
from credential.benefits import Amount, BenefitPolicy, Clause, Place, Shortage, ShortageList, Who
from credential.errors import ObjectError
from credential.model import Benefit, Day, Kind, LevelCertificate, ListedOn, Period, Post, Seconds
from credential.reason import Entitlement, SyncReason
from credential.trust import load
from credential.verify import Accepted, verify_bytes
from tests.credential.refusal import refused
from tests.jimei import CLAUSES, DISTRICT, LISTS
from tests.vector_benefits import UNREADABLE, WORLD
from tests.world import ELECTRICIAN, GUANGDONG, NOW, World, certificate, sign_it

HEAD = WORLD.list_head()
_DAYS = st.integers(0, 2_932_896).map(Day)
_LAST = st.none() | _DAYS
_TEXTS = st.text(min_size=1, max_size=20)
_IDS = st.integers(1, 6)
_TRADE = {"edition": st.none() | st.integers(0, 9999), "prefix": st.none() | _TEXTS}
_DATES = {"first": _DAYS, "last": _LAST}


def _who(kind: Kind, steps: list[int]) -> st.SearchStrategy[Who]:
    chosen = st.lists(st.sampled_from(steps), max_size=3).map(tuple) if steps else st.just(())
    return st.builds(Who, kind=st.just(kind), steps=chosen, honour=st.none(), **_TRADE, **_DATES)


_HONOURED = st.builds(
    Who,
    kind=st.just(Kind.HONOUR),
    edition=st.none(),
    prefix=st.none(),
    steps=st.just(()),
    honour=st.none() | _TEXTS,
    **_DATES,
)
_WHO = _who(Kind.LEVEL, [1, 2, 3, 4, 5]) | _who(Kind.SPECIAL_ABILITY, []) | _who(Kind.POST, [0, 1, 2]) | _HONOURED
_PLACES = st.builds(Place, st.from_regex(r"35[0-9]{4}", fullmatch=True), _TEXTS)
_CLAUSES = st.builds(
    Clause,
    id=st.integers(0, 2**53 - 1),
    document=_TEXTS,
    document_day=_DAYS,
    number=_TEXTS,
    words=_TEXTS,
    benefit=st.sampled_from(Benefit),
    amount=st.none()
    | st.builds(Amount, st.integers(1, 2**53 - 1), st.sampled_from(Period), st.none() | st.integers(1, 99)),
    who=st.lists(_WHO, min_size=1, max_size=2).map(tuple),
    shortage=st.none()
    | st.builds(Shortage, st.sampled_from(ListedOn), st.lists(st.sampled_from([1, 2]), min_size=1).map(tuple)),
    divisions=st.lists(_PLACES, min_size=1, max_size=2).map(tuple),
    first=_DAYS,
    last=_LAST,
)
_LISTS = st.builds(
    ShortageList,
    id=st.just(1),
    title=_TEXTS,
    document=_TEXTS,
    document_day=_DAYS,
    division=_PLACES,
    first=_DAYS,
    last=_LAST,
    occupations=st.lists(st.tuples(st.none() | st.integers(0, 9999), _TEXTS), max_size=3).map(tuple),
)


@settings(max_examples=60)
@given(st.lists(_CLAUSES, max_size=3, unique_by=lambda each: each.id), _LISTS, _LISTS)
def test_a_policy_comes_back(clauses: list[Clause], first: ShortageList, second: ShortageList) -> None:
    table = BenefitPolicy(HEAD, tuple(clauses), (first, second._replace(id=2)))
    found, message = policy.decode(sign.sign(table.encode(), policy.TYP, WORLD.keys("list", 2)))
    assert found == (HEAD, table.encode())
    assert message.payload == table.encode()
    assert benefits.decode(found.payload) == table


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_table(name: str) -> None:
    with refused(SyncReason.OBJECT_MALFORMED):
        benefits.decode(cbor2.dumps(UNREADABLE[name], canonical=True))


@given(st.binary(max_size=60))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ObjectError) as caught:
        benefits.decode(data)
    assert caught.value.reason is SyncReason.OBJECT_MALFORMED


def accepted(level: int = 3, world: World = WORLD) -> Accepted:
    found = verify_bytes(sign_it(certificate(subject=LevelCertificate(ELECTRICIAN, level))), world.trust(), NOW)
    assert isinstance(found, Accepted)
    return found


@pytest.mark.parametrize(("level", "yuan"), [(1, [2_000]), (2, [1_500]), (3, [800]), (4, []), (5, [])])
def test_jimei_pays_each_level_its_own(level: int, yuan: list[int]) -> None:
    """1 is the highest level, and earns the most; below 高级工 there is no clause of the district."""
    found = entitlement.ask(accepted(level), WORLD.trust(), DISTRICT.code)
    monthly = [each.clause.amount for each in found.clauses if each.clause.benefit is Benefit.ALLOWANCE]
    assert [(each.fen // 100, each.period, each.times) for each in monthly if each] == [
        (amount, Period.MONTH, 36) for amount in yuan
    ]


def test_a_post_is_not_a_level() -> None:
    """首席技师 and 特级技师 have rows of their own; as facts they are never levels, and levels never posts."""
    for step, clauses in ((Post.CHIEF_TECHNICIAN, [5]), (Post.SPECIAL_GRADE_TECHNICIAN, [4]), (Post.APPRENTICE, [])):
        facts = benefits.Facts(Kind.POST, None, int(step), None, NOW // 86_400)  # type: ignore[arg-type]
        table = BenefitPolicy(HEAD, CLAUSES, LISTS)
        assert [each.clause.id for each in table.applying(facts, None, Day(NOW // 86_400))] == clauses


def test_the_clause_is_part_of_the_answer() -> None:
    found = entitlement.ask(accepted(2), WORLD.trust(), DISTRICT.code)
    assert found.answer is Entitlement.ENTITLED
    allowance, subsidy = found.clauses
    assert (allowance.clause.number, allowance.clause.words) == ("第五条第（二）项", "技师每人每月1500元")
    assert allowance.listed is None
    assert (subsidy.clause.document, subsidy.listed) == (CLAUSES[5].document, LISTS[0])


@pytest.mark.parametrize(
    ("division", "asked", "covers"),
    [
        ("350211", "350211", True),
        ("350200", "350211", True),
        ("350000", "350211", True),
        ("350211", None, True),
        ("350211", "350200", False),
        ("350211", "350000", False),
        ("350206", "350211", False),
        ("350100", "350211", False),
        ("350200", "350000", False),
        ("350210", "350211", False),
        ("350000", "360000", False),
    ],
)
def test_what_a_division_covers(division: str, asked: str | None, covers: bool) -> None:
    assert benefits.covers_division(division, asked) is covers


def test_whoever_pins_two_regions_and_names_no_home_asks_nobody() -> None:
    other = World(region=GUANGDONG, issuers=(), status_base="https://gd.example/s/")
    trust = load(WORLD.bundle(other), frozenset({WORLD.pin(), other.pin()}))
    verdict = verify_bytes(sign_it(), trust, NOW)
    assert entitlement.ask(verdict, trust) == (Entitlement.NO_HOME, ())


def test_an_expired_policy_is_not_nothing_and_leaves_the_verdict() -> None:
    world = replace(WORLD, policy_lifetime=60)
    found = entitlement.ask(accepted(world=world), world.trust(), DISTRICT.code)
    assert found == (Entitlement.POLICY_EXPIRED, ())
    assert entitlement.ask(accepted(), WORLD.trust(), DISTRICT.code).answer is Entitlement.ENTITLED


def test_it_is_asked_for_the_day_of_the_verdict() -> None:
    """The clause begins tomorrow: nothing today, and the same certificate is entitled tomorrow."""
    tomorrow = Seconds(NOW + 86_400)
    (first, *_) = CLAUSES
    world = replace(WORLD, clauses=(first._replace(first=Day((tomorrow + 28_800) // 86_400)),))
    for now, answer in ((NOW, Entitlement.NO_CLAUSE), (tomorrow, Entitlement.ENTITLED)):
        verdict = verify_bytes(sign_it(), world.trust(), now)
        assert entitlement.ask(verdict, world.trust()).answer is answer
