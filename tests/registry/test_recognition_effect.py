"""Whom an agreement touches and what changes, over a partner's part: exact counts, and the verifier's own answers."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import qr_text
from credential.issuer import Issuer, OccupationReference, Scope
from credential.model import (
    AgreementState,
    Basis,
    Day,
    Effect,
    IssuerCode,
    IssuerKind,
    IssuerState,
    Kind,
    LevelCertificate,
    Occupation,
    Post,
    Status,
    date_from_day,
    day_from_date,
)
from credential.reason import Recognition
from credential.recognition import Agreement, Match, RecognitionList, Row, candidate_of, recognise
from credential.trust import establish
from credential.verify import Accepted, verify_bytes
from registry.recognition import recognition_words
from registry.recognition.recognition_effect import Change, Effects, Item, Tally, effects, examine
from tests.world import (
    CERTIFICATE,
    CODE,
    ELECTRICIAN,
    FILED,
    FUJIAN,
    GUANGDONG,
    ISSUER,
    NOW,
    World,
    certificate,
    certificate_key,
    sign_it,
)

STRAITS = IssuerCode("S000035010007")
AIRLINE = IssuerCode("Y000035020009")
GONE = IssuerCode("S000035010008")
VOID = IssuerCode("S000035010009")
ELECTRIC = OccupationReference(2022, "6-31-01-03")
CARE = OccupationReference(2022, "4-10-01-05")
TAIWAN_CARE = OccupationReference(0, "TW-17800")
LICENCE = OccupationReference(0, "CAAC-66-TA")


def day(text: str) -> Day:
    return day_from_date(date.fromisoformat(text))


def issuer(code: IssuerCode, kind: IssuerKind, *scopes: Scope, **changes: Any) -> Issuer:
    key_of_all = (certificate_key(),)
    made = Issuer(code, ((FILED, "机构"),), kind, ((FILED, IssuerState.FILED),), scopes, (), key_of_all)
    return made._replace(**changes)


ISSUERS = (
    issuer(STRAITS, IssuerKind.SOCIAL, Scope(CARE, 4, FILED, None), Scope(TAIWAN_CARE, 4, FILED, None)),
    issuer(
        GONE,
        IssuerKind.SOCIAL,
        Scope(ELECTRIC, 3, FILED, None),
        states=((FILED, IssuerState.FILED), (day("2026-01-01"), IssuerState.WITHDRAWN)),
    ),
    issuer(VOID, IssuerKind.SOCIAL, Scope(ELECTRIC, 1, FILED, None), states=((FILED, IssuerState.VOID),)),
    issuer(AIRLINE, IssuerKind.EMPLOYER, Scope(LICENCE, 3, FILED, None)),
    ISSUER._replace(keys=(certificate_key(),)),
)
PARTNER = World(issuers=ISSUERS, statuses={1: Status.VALID, 2: Status.SUSPENDED, 3: Status.REVOKED, 7: Status.VALID})
BELIEVED = establish(FUJIAN, PARTNER.part(), frozenset({PARTNER.pin()}))
TODAY = day("2026-06-02")
F, S, R = AgreementState.IN_FORCE, AgreementState.SUSPENDED, AgreementState.REPEALED


def match(**changes: Any) -> Match:
    return Match(None, Kind.LEVEL, None, None, (), FILED, None)._replace(**changes)


def allow(matched: Match, occupation: OccupationReference | None = None, level: int | None = None) -> Row:
    return Row(matched, occupation, level, Effect.EQUIVALENT, "第三条")


def agreement(*rows: Row, **changes: Any) -> Agreement:
    made = Agreement(1, FUJIAN, None, "协议", FILED, ((FILED, F),), True, (), rows)
    return made._replace(**changes)


def ask(before: Agreement | None, after: Agreement) -> Effects:
    return effects(before, after, GUANGDONG, BELIEVED, TODAY)


def shape(tally: Tally) -> tuple[int, int, int, list[int]]:
    return len(tally.items), len(tally.issuers), len(tally.occupations), tally.ranks(Kind.LEVEL)


NONE: tuple[int, int, int, list[int]] = (0, 0, 0, [])
ELECTRICIANS = allow(match(edition=2022, prefix="6-31-", levels=(3,)))


def changes(found: Effects, place: int = 0) -> list[tuple[int, int, int, list[int]]]:
    return [shape(tally) for tally in found.moments[place].changes.values()]


def test_what_is_held_is_counted() -> None:
    held = ask(None, agreement()).held
    assert held is not None
    assert (held.issuers, held.standing, held.suspended) == (5, 2, 1)


def test_a_new_agreement() -> None:
    """Level 3 of an employer, and of an issuer that withdrew; a void issuer's counts nowhere."""
    found = ask(None, agreement(ELECTRICIANS))
    assert changes(found) == [(2, 2, 1, [3]), NONE, NONE]
    (first, second) = found.moments[0].changes[Change.NEWLY].examples
    assert first.item == Item(GONE, Kind.LEVEL, ELECTRIC, 3)
    assert (date_from_day(first.first).isoformat(), first.last) == ("2025-01-01", day("2025-12-31"))
    assert second.item == Item(CODE, Kind.LEVEL, ELECTRIC, 3)
    assert (second.first, second.last) == (FILED, None)
    assert (first.before.recognition, first.after.recognition) == ("NO_AGREEMENT", "RECOGNISED")


def test_nothing_changes() -> None:
    found = ask(agreement(ELECTRICIANS), agreement(ELECTRICIANS))
    assert changes(found) == [NONE, NONE, NONE]
    assert shape(found.moments[0].recognised) == (2, 2, 1, [3])


def test_a_level_is_added_and_another_counts_as_less() -> None:
    after = agreement(
        allow(match(prefix="6-31-01-03", levels=(2,))), allow(match(prefix="6-31-01-03", levels=(3,)), level=4)
    )
    assert changes(ask(agreement(ELECTRICIANS), after)) == [(1, 1, 1, [2]), NONE, (2, 2, 1, [3])]


def test_a_deny_takes_away() -> None:
    found = ask(agreement(ELECTRICIANS), agreement(ELECTRICIANS, deny=(match(issuer=CODE),)))
    assert changes(found) == [NONE, (1, 1, 1, [3]), NONE]
    assert {name: shape(tally) for name, tally in found.rules.items()} == {
        "deny 1": (5, 1, 1, [5, 4, 3, 2, 1]),
        "allow 1": (1, 1, 1, [3]),
    }


def test_a_row_about_one_issuer_leaves_its_like_alone() -> None:
    """Two employers, one occupation: the answer about one is not the other's."""
    like = issuer(AIRLINE, IssuerKind.EMPLOYER, Scope(ELECTRIC, 1, FILED, None))
    world = World(issuers=(like, ISSUER))
    believed = establish(FUJIAN, world.part(), frozenset({world.pin()}))
    for denied, left in ((CODE, AIRLINE), (AIRLINE, CODE)):
        after = agreement(ELECTRICIANS, deny=(match(issuer=denied),))
        found = effects(None, after, GUANGDONG, believed, TODAY)
        assert found.moments[0].changes[Change.NEWLY].issuers == [left]


def test_a_row_that_decides_nothing_is_seen() -> None:
    found = ask(None, agreement(ELECTRICIANS, ELECTRICIANS, allow(match(prefix="6-32-"))))
    assert {name: len(tally.items) for name, tally in found.rules.items()} == {
        "allow 1": 2,
        "allow 2": 0,
        "allow 3": 0,
    }


def test_a_repeal_ahead_that_keeps_and_one_that_drops() -> None:
    repeal = day("2026-12-01")
    before = agreement(ELECTRICIANS)
    for keep, gone in ((True, (1, 1, 1, [3])), (False, (2, 2, 1, [3]))):
        found = ask(before, agreement(ELECTRICIANS, states=((FILED, F), (repeal, R)), keep=keep))
        assert [moment.day for moment in found.moments] == [TODAY, repeal]
        assert changes(found, 0) == [NONE, NONE, NONE]
        assert changes(found, 1) == [NONE, gone, NONE]
        example = found.moments[1].changes[Change.NO_LONGER].examples[-1]
        assert example.first == (repeal if keep else FILED)


def test_a_suspension_and_its_end() -> None:
    back = day("2026-07-01")
    after = agreement(ELECTRICIANS, states=((FILED, F), (TODAY, S), (back, F)))
    found = ask(agreement(ELECTRICIANS), after)
    assert [(moment.before, moment.after) for moment in found.moments] == [(F, S), (F, F)]
    assert changes(found, 0) == [NONE, (2, 2, 1, [3]), NONE]
    assert changes(found, 1) == [NONE, NONE, NONE]


def test_another_framework_by_the_region_s_own_list() -> None:
    """A civil-aviation licence as level 3 of a national occupation; Taiwan's 单一级 as level 4."""
    after = agreement(
        allow(match(edition=0, prefix="CAAC-66-", levels=(3,)), OccupationReference(2022, "6-31-02-02"), 3),
        allow(match(issuer=STRAITS, edition=0, prefix="TW-", levels=(4,)), CARE, 4),
    )
    found = ask(None, after)
    assert changes(found) == [(2, 2, 2, [4, 3]), NONE, NONE]
    said = [
        (each.item.issuer, each.item.occupation.code, each.after.as_what())
        for each in found.moments[0].changes[Change.NEWLY].examples
    ]
    assert said == [
        (STRAITS, "TW-17800", (CARE, 4, Effect.EQUIVALENT)),
        (AIRLINE, "CAAC-66-TA", (OccupationReference(2022, "6-31-02-02"), 3, Effect.EQUIVALENT)),
    ]


RECOGNISED_THERE = {
    "a licence under the region's own list": (AIRLINE, LICENCE, 3, (OccupationReference(2022, "6-31-02-02"), 3)),
    "Taiwan's 单一级 under the region's own list": (STRAITS, TAIWAN_CARE, 4, (CARE, 4)),
    "Taiwan's 单一级 as a national occupation, by the issuer that recognises": (STRAITS, CARE, 4, None),
}


@pytest.mark.parametrize("name", RECOGNISED_THERE)
def test_what_rests_on_a_certificate_that_no_registry_signed(name: str) -> None:
    """The source is cited by the basis alone; the partner's rows tell it apart by its list or by its issuer."""
    code, occupation, level, expected = RECOGNISED_THERE[name]
    made = agreement(
        allow(match(edition=0, prefix="CAAC-66-", levels=(3,)), OccupationReference(2022, "6-31-02-02"), 3),
        allow(match(issuer=STRAITS, edition=0, prefix="TW-", levels=(4,)), CARE, 4),
        allow(match(edition=2022)),
        pin=(1, PARTNER.pin()),
        deny=(match(issuer=STRAITS, edition=2022),),
    )
    home = World(region=GUANGDONG, issuers=(), statuses={}, status_base="https://gd.example/s/", agreements=(made,))
    subject = LevelCertificate(Occupation(occupation.edition, occupation.code, "原证名称", None), level)
    certified = CERTIFICATE._replace(
        issuer=code, number=f"{code}26{level}000001", subject=subject, basis=Basis.RECOGNITION
    )
    found = verify_bytes(sign_it(certified), home.trust(PARTNER), NOW)
    assert isinstance(found, Accepted)
    as_this = found.recognised_as
    assert (as_this and (as_this.occupation, as_this.level)) == expected
    assert found.recognition is (Recognition.DENIED if expected is None else Recognition.RECOGNISED)


def test_posts_as_a_level() -> None:
    rows = allow(match(kind=Kind.POST, issuer=IssuerKind.EMPLOYER, prefix="6-31-", levels=(1, 2)), None, 1)
    tally = ask(None, agreement(rows)).moments[0].changes[Change.NEWLY]
    assert shape(tally) == (2, 1, 1, [])
    assert tally.ranks(Kind.POST) == [Post.SPECIAL_GRADE_TECHNICIAN, Post.CHIEF_TECHNICIAN]
    assert {each.after.as_what() for each in tally.examples} == {(ELECTRIC, 1, Effect.EQUIVALENT)}


def test_certificates_handed_in_are_compared_one_by_one() -> None:
    texts = [
        qr_text.encode("fj.example", sign_it()),
        qr_text.encode("fj.example", sign_it(certificate(subject=LevelCertificate(ELECTRICIAN, 4), index=1))),
        qr_text.encode("fj.example", sign_it(certificate(index=3))),
        "https://fj.example/v#1",
    ]
    examined = examine(texts, FUJIAN, BELIEVED, NOW)
    assert [each.certificate.number[15] for each in examined] == ["3", "4"]
    found = effects(None, agreement(ELECTRICIANS), GUANGDONG, BELIEVED, TODAY, examined)
    assert found.moments[0].certificates == {
        Change.NEWLY: [CERTIFICATE.number],
        Change.NO_LONGER: [],
        Change.OTHERWISE: [],
    }


def test_without_the_partner_s_part_nothing_is_claimed() -> None:
    found = effects(None, agreement(ELECTRICIANS), GUANGDONG, None, TODAY)
    assert (found.held, found.rules, found.moments) == (None, {}, ())
    said = [each.zh for each in recognition_words.sentences(None, agreement(ELECTRICIANS), found, TODAY)]
    assert said[-1] == "  还没有导入地区 35 的内容，说不出影响到谁；可先 partner import 再看。"


SENTENCES = """\
与地区 35 的协议 1《协议》（2025-01-01）：变更
  自 2025-01-01 起生效
  自 2026-12-01 起废止，此前签发的也不再采认
  采认 1：职业技能等级证书 · 机构 不限 · 2022 版 6-31- · 三级/高级工 · 证书日期 2025-01-01 起 → 等同（第三条）；\
涉及 2 项：2 家机构、1 个职业、等级 3
  对方内容（2026-06-01T03:00:00Z 发布）：5 家机构，有效证书 2 张、暂停 1 张。\
其中不含证书内容，下面以“机构 × 职业 × 等级”为一项计数。
  2026-06-02（今日）：生效 → 生效；共采认 2 项：2 家机构、1 个职业、等级 3
    新采认：无
    不再采认：无
    改作别的认定：无
  2026-12-01（届时）：生效 → 废止；不采认任何一项
    新采认：无
    不再采认 2 项：2 家机构、1 个职业、等级 3
      例：S000035010008 职业技能等级证书 2022 版 6-31-01-03 三级/高级工（证书日期 2025-01-01 至 2025-12-31）：\
2022 版 6-31-01-03 三级/高级工 等同 → 协议已废止
      例：Y000035020101 职业技能等级证书 2022 版 6-31-01-03 三级/高级工（证书日期 2025-01-01 起）：\
2022 版 6-31-01-03 三级/高级工 等同 → 协议已废止
    改作别的认定：无"""


def test_the_sentences() -> None:
    after = agreement(ELECTRICIANS, states=((FILED, F), (day("2026-12-01"), R)), keep=False)
    said = list(recognition_words.sentences(agreement(ELECTRICIANS), after, ask(agreement(ELECTRICIANS), after), TODAY))
    assert "\n".join(each.zh for each in said) == SENTENCES
    assert said[2].en == "  repealed from 2026-12-01 on, what was issued before is dropped too"


# --- the verifier's own answers ---------------------------------------------------------------------------------------

_DAYS = st.integers(FILED - 3, FILED + 40).map(Day)
_RANGES = st.tuples(_DAYS, st.none() | st.integers(0, 20)).map(
    lambda each: (each[0], None if each[1] is None else Day(each[0] + each[1]))
)
_MATCHES = st.builds(
    lambda who, prefix, levels, days: Match(who, Kind.LEVEL, None, prefix, levels, *days),
    st.sampled_from([None, IssuerKind.EMPLOYER, IssuerKind.SOCIAL, CODE, STRAITS]),
    st.sampled_from([None, "6-31-", "4-10-01-05", "TW-"]),
    st.sets(st.sampled_from([3, 4]), max_size=2).map(lambda levels: tuple(sorted(levels))),
    _RANGES,
)
_ROWS = st.builds(lambda each, level: allow(each, None, level), _MATCHES, st.sampled_from([None, 4, 5]))
_STATES = st.dictionaries(_DAYS, st.sampled_from([F, S]), min_size=1, max_size=2).map(lambda each: sorted(each.items()))
_AGREEMENTS = st.builds(
    lambda rows, deny, states, repeal, keep: agreement(
        *rows, deny=tuple(deny), keep=keep, states=(*states, (Day(states[-1][0] + 9), R)) if repeal else tuple(states)
    ),
    st.lists(_ROWS, max_size=3),
    st.lists(_MATCHES, max_size=2),
    _STATES,
    st.booleans(),
    st.booleans(),
)
_ASKED = (
    (CODE, IssuerKind.EMPLOYER, ELECTRIC, 3),
    (CODE, IssuerKind.EMPLOYER, ELECTRIC, 4),
    (STRAITS, IssuerKind.SOCIAL, CARE, 4),
    (STRAITS, IssuerKind.SOCIAL, TAIWAN_CARE, 4),
)


def as_what(
    table: Agreement | None, who: tuple[IssuerCode, IssuerKind, OccupationReference, int], dated: int, today: Day
) -> object:
    code, kind, occupation, level = who
    subject = LevelCertificate(ELECTRICIAN._replace(edition=occupation.edition, code=occupation.code), level)
    listed = RecognitionList(World().list_head(), () if table is None else (table,))
    asked = CERTIFICATE._replace(issuer=code, subject=subject, issued_on=Day(dated))
    found = recognise(candidate_of(asked, kind), GUANGDONG, listed, today)[1]
    return None if found is None else (found.occupation, found.level, found.effect)


@settings(max_examples=80, deadline=None)
@given(before=st.none() | _AGREEMENTS, after=_AGREEMENTS, asked=_DAYS)
def test_it_says_what_a_verifier_would(before: Agreement | None, after: Agreement, asked: Day) -> None:
    """Every day of certificates asked one by one gives the items that the effect counts."""
    found = effects(before, after, GUANGDONG, BELIEVED, asked)
    for moment in found.moments:
        for who in _ASKED:
            pairs = [
                (as_what(before, who, dated, moment.day), as_what(after, who, dated, moment.day))
                for dated in range(FILED, FILED + 90)
            ]
            item = Item(who[0], Kind.LEVEL, who[2], who[3])
            expected = {
                Change.NEWLY: any(old is None and new is not None for old, new in pairs),
                Change.NO_LONGER: any(old is not None and new is None for old, new in pairs),
                Change.OTHERWISE: any(None not in (old, new) and old != new for old, new in pairs),
            }
            assert {change: item in tally.items for change, tally in moment.changes.items()} == expected
