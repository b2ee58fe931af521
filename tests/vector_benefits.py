"""Cases of what a certificate entitles to, and of what a verifier does with objects of later versions of the format."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

import cbor2

from credential import bundle, checkpoint, policy, qr_text, sign
from credential.benefits import Place
from credential.bundle import Part
from credential.checkpoint import Committed
from credential.issuer import OccupationReference, Scope
from credential.model import (
    AgreementState,
    Certificate,
    Day,
    Effect,
    Kind,
    LevelCertificate,
    Occupation,
    Post,
    PostAppointment,
    Region,
    RegionalHonour,
    Seconds,
    Status,
)
from credential.published import ObjectType
from credential.reason import Reason, Recognition
from credential.recognition import Agreement, Match, Row
from tests.credential.certificates import EXAMPLES, day
from tests.jimei import ALLOWANCES, CITY_LIST, CLAUSES, DISTRICT, ELSEWHERE, LISTS, SHORTAGE
from tests.vector import Vector
from tests.world import DAY, ELECTRICIAN, FILED, FUJIAN, GUANGDONG, ISSUED_ON, ISSUER, NOW, World, certificate, sign_it

Vectors = Iterator[tuple[str, Vector]]

_NAMED: Final = (
    (2022, "6-31-01-03"),
    (2022, "6-18-02-04"),
    (0, "沙县小吃制作"),
    (0, "集美区高技能人才"),
    (0, "集美工匠"),
)
_ISSUER: Final = ISSUER._replace(scopes=tuple(Scope(OccupationReference(*each), 1, FILED, None) for each in _NAMED))
WORLD: Final = World(issuers=(_ISSUER,), clauses=CLAUSES, shortage_lists=LISTS, seq=3)
_ENDS: Final = Seconds(NOW + 365 * DAY)
_WELDER: Final = Occupation(2022, "6-18-02-04", "焊工", None)
_COOK: Final = Occupation(0, "沙县小吃制作", "沙县小吃制作", None)


def _level(level: int, occupation: Occupation = ELECTRICIAN, **changes: Any) -> Certificate:
    return certificate(subject=LevelCertificate(occupation, level), **changes)


def _post(post: Post) -> Certificate:
    return certificate(subject=PostAppointment(ELECTRICIAN, post, _ENDS), number="Y00003502010126T000001")


def benefit_vectors() -> Vectors:
    """Every case by its name."""
    for group in (_steps, _places, _lists, _dates, _kinds, _unknown, _tables, _partners, _later):
        for name, vector in group():
            yield f"benefit-{name}", vector


def _case(
    about: str,
    what: Certificate | None = None,
    world: World = WORLD,
    *,
    division: str | None = DISTRICT.code,
    reason: Reason = Reason.ACCEPTED,
    part: Part | None = None,
    now: Seconds = NOW,
) -> Vector:
    text = qr_text.encode("fj.example", sign_it(what or _level(3)))
    container = bundle.encode({FUJIAN: part or world.part()})
    home = Recognition.HOME if reason is Reason.ACCEPTED else None
    return Vector(text, container, world.pin(), now, FUJIAN, reason.value, about, home, asks=True, division=division)


def _steps() -> Vectors:
    for level in range(1, 6):
        yield f"level-{level}", _case(f"Level {level} in the district.", _level(level))
    for post in Post:
        yield f"post-{post.name}", _case(f"The post {post.name}, not a level, in the district.", _post(post))


def _places() -> Vectors:
    for division in (None, "350200", ELSEWHERE, "350000", "440100", "350100"):
        yield (
            f"in-{division or 'any division'}",
            _case(f"Level 3, asked in {division or 'no one division'}.", division=division),
        )


def _lists() -> Vectors:
    earlier = _level(3, issued_on=day(2025, 12, 31), issued_at=Seconds(NOW - 2 * DAY))
    yield "list-before-it-began", _case("Dated the day before the shortage list begins.", earlier)
    first = _level(3, issued_on=day(2026, 1, 1), issued_at=Seconds(NOW - 2 * DAY))
    yield "list-on-its-first-day", _case("Dated on the shortage list's first day.", first)
    yield "list-by-a-beginning", _case("The city's list names the beginning of the code.", _level(4, _WELDER))
    yield "list-of-the-district", _case("Only the district's list has this occupation.", _level(4, _COOK))
    elsewhere = _case("The district's list counts in the district only.", _level(4, _COOK), division=ELSEWHERE)
    yield "list-of-another-district", elsewhere
    today = SHORTAGE._replace(shortage=SHORTAGE.shortage and SHORTAGE.shortage._replace(on=0))  # type: ignore[arg-type]
    world = replace(WORLD, clauses=(today,))
    yield "list-today", _case("The clause asks for the list of today.", earlier, world)
    ended = tuple(each._replace(last=Day(ISSUED_ON - 1)) for each in LISTS)
    yield "list-ended-today", _case("The list of today has ended.", None, replace(world, shortage_lists=ended))
    other = tuple(each._replace(occupations=((2015, "6-31-01-03"), (None, "6-31"))) for each in LISTS)
    about = "The lists name another edition, and a beginning without a hyphen."
    yield "list-of-another-edition", _case(about, None, replace(WORLD, shortage_lists=other))
    both = tuple(each._replace(occupations=CITY_LIST.occupations) for each in LISTS)
    about = "Both lists have it; the policy has the second first, the clause names it last."
    yield "list-first-in-the-policy", _case(about, None, replace(WORLD, shortage_lists=both[::-1]))


def _dates() -> Vectors:
    first, *_ = ALLOWANCES
    for name, changes in {
        "begins-today": {"first": ISSUED_ON},
        "begins-tomorrow": {"first": Day(ISSUED_ON + 1)},
        "ends-today": {"last": ISSUED_ON},
        "repealed-since-today": {"last": Day(ISSUED_ON - 1)},
        "ends-before-it-begins": {"first": ISSUED_ON, "last": Day(ISSUED_ON - 1)},
    }.items():
        clause = first._replace(**changes)  # type: ignore[arg-type]
        about = f"The clause {name.replace('-', ' ')}."
        yield f"clause-{name}", _case(about, None, replace(WORLD, clauses=(clause,)))
    (about_whom,) = first.who
    for name, bent in {
        "from-its-date": about_whom._replace(first=ISSUED_ON),
        "from-the-next-day": about_whom._replace(first=Day(ISSUED_ON + 1)),
        "to-its-date": about_whom._replace(last=ISSUED_ON),
        "to-the-day-before": about_whom._replace(last=Day(ISSUED_ON - 1)),
    }.items():
        clause = first._replace(who=(bent,))
        about = f"The clause is about certificates dated {name.replace('-', ' ')}."
        yield f"dated-{name}", _case(about, None, replace(WORLD, clauses=(clause,)))
    yesterday = Day(ISSUED_ON - 1)
    for name, clause in {
        "clause-begins-today": first._replace(first=ISSUED_ON),
        "clause-ended-that-day": first._replace(last=yesterday),
        "dated-from-today": first._replace(who=(about_whom._replace(first=ISSUED_ON),)),
        "dated-to-that-day": first._replace(who=(about_whom._replace(last=yesterday),)),
    }.items():
        about = f"The certificate is dated yesterday: {name.replace('-', ' ')}."
        yield f"yesterday-{name}", _case(about, _level(3, issued_on=yesterday), replace(WORLD, clauses=(clause,)))


def _kinds() -> Vectors:
    first, *_ = ALLOWANCES
    (whom,) = first.who
    honour = certificate(subject=RegionalHonour("集美区高技能人才"), number="JM-2026-0154")
    yield "honour", _case("The honour that a clause names.", honour)
    other = certificate(subject=RegionalHonour("集美工匠"), number="JM-2026-0155")
    yield "another-honour", _case("An honour that no clause names.", other)
    yield "ability", _case("A special ability, about which no clause is.", EXAMPLES[Kind.SPECIAL_ABILITY])
    for name, bent in {
        "every-level": whom._replace(steps=()),
        "another-edition": whom._replace(edition=2015),
        "a-beginning-of-the-code": whom._replace(edition=2022, prefix="6-31-"),
        "no-beginning-of-it": whom._replace(prefix="6-3"),
        "posts-of-the-same-number": whom._replace(kind=Kind.POST, steps=(2, 1)),
    }.items():
        clause = first._replace(who=(bent,))
        yield (
            f"about-{name}",
            _case(f"The clause is about {name.replace('-', ' ')}.", None, replace(WORLD, clauses=(clause,))),
        )
    nobody = whom._replace(kind=Kind.HONOUR, steps=())
    both = first._replace(who=(nobody, whom), id=9)
    about = "Two clauses apply, and the first of them is about two sorts: each answers once, in order."
    yield "two-clauses", _case(about, None, replace(WORLD, clauses=(both, first)))


def _unknown() -> Vectors:
    yield "no-policy", _case("The region publishes none.", None, replace(WORLD, clauses=None))
    yield (
        "empty-policy",
        _case("The region publishes one without a clause.", None, replace(WORLD, clauses=(), shortage_lists=())),
    )
    missing = WORLD.part()._replace(benefits=None)
    yield "policy-missing", _case("The checkpoint names one that the part lacks.", part=missing)
    short = replace(WORLD, policy_lifetime=7199)
    yield "policy-expired", _case("The policy expired a second ago.", None, replace(short, policy_lifetime=3599))
    yield "policy-expires-now", _case("The policy expires now.", None, replace(short, policy_lifetime=3600))
    yield (
        "policy-expires-next",
        _case("The policy expires a second from now.", None, replace(short, policy_lifetime=3601)),
    )
    revoked = replace(WORLD, statuses={7: Status.REVOKED})
    yield "revoked", _case("The certificate is revoked.", None, revoked, reason=Reason.REVOKED)
    old = replace(WORLD, list_lifetime=3600)
    yield "undecided", _case("The trust list has expired.", None, old, reason=Reason.TRUST_LIST_EXPIRED)


# --- tables that are not understood, and objects that are not well signed ---------------------------------------------


def _with_policy(data: bytes, world: World = WORLD) -> Part:
    """The world's part with this policy, and a checkpoint that names it."""
    part = world.part()
    named = Committed(ObjectType.BENEFITS, 0, world.epoch, world.seq, sha256(data).digest())
    return with_entries(world, part._replace(benefits=data), named)


def with_entries(world: World, part: Part, *more: Committed) -> Part:
    """The part under a checkpoint that names these too, each in place of the entry of its name."""
    entries = {each.name: each for each in (*checkpoint.decode(part.checkpoint)[0].entries, *more)}
    return part._replace(checkpoint=world.checkpoint_bytes([entries[name] for name in sorted(entries)]))


def payload(**changes: Any) -> dict[int, Any]:
    """The policy's payload as an outsider would read it."""
    found: dict[int, Any] = cbor2.loads(cbor2.loads(WORLD.part().benefits or b"").value[2])
    return {**found, **{int(label.removeprefix("_")): value for label, value in changes.items()}}


def signed(claims: object, signers: int = 2, typ: str = policy.TYP) -> bytes:
    """A policy of these claims, whatever they are."""
    return sign.sign(cbor2.dumps(claims, canonical=True), typ, WORLD.keys("list", 3)[:signers])


def _clause(place: int, value: object) -> dict[int, Any]:
    first, *others = payload()[10]
    return payload(_10=[[*first[:place], value, *first[place + 1 :]], *others])


def _whom(*elements: object) -> dict[int, Any]:
    return _clause(7, [list(elements)])


def _listed(place: int, value: object) -> dict[int, Any]:
    first, *others = payload()[11]
    return payload(_11=[[*first[:place], value, *first[place + 1 :]], *others])


_TABLE: Final = payload()
UNREADABLE: Final[Mapping[str, dict[int, Any]]] = {
    "another label": payload(_12=[]),
    "no lists": {label: value for label, value in _TABLE.items() if label != 11},
    "clauses in a map": payload(_10={}),
    "a clause of eleven": payload(_10=[_TABLE[10][0][:-1]]),
    "two clauses of one id": payload(_10=[_TABLE[10][0], _TABLE[10][0]]),
    "a negative id": _clause(0, -1),
    "no document": _clause(1, ""),
    "a document of 257 bytes": _clause(1, "x" * 257),
    "a document's day that is a text": _clause(2, "2025-01-10"),
    "no number": _clause(3, ""),
    "a number of 97 bytes": _clause(3, "x" * 97),
    "no words": _clause(4, ""),
    "words of 1025 bytes": _clause(4, "x" * 1025),
    "benefit 4": _clause(5, 4),
    "benefit false": _clause(5, False),
    "an amount of nothing": _clause(6, [0, 1, None]),
    "an amount of two": _clause(6, [80_000, 1]),
    "period 3": _clause(6, [80_000, 3, None]),
    "no times": _clause(6, [80_000, 1, 0]),
    "an amount of true": _clause(6, [True, 1, None]),
    "about nobody": _clause(7, []),
    "who is a map": _clause(7, [{}]),
    "who of six": _whom(0, None, None, [3], None, 0),
    "kind 4": _whom(4, None, None, [], None, 0, None),
    "level 0": _whom(0, None, None, [0], None, 0, None),
    "level 6": _whom(0, None, None, [6], None, 0, None),
    "post 3": _whom(2, None, None, [3], None, 0, None),
    "levels of an ability": _whom(1, None, None, [3], None, 0, None),
    "posts of an honour": _whom(3, None, None, [1], None, 0, None),
    "an honour of a level": _whom(0, None, None, [3], "集美工匠", 0, None),
    "an honour with an edition": _whom(3, 0, None, [], "集美工匠", 0, None),
    "an honour with a code": _whom(3, None, "6-31-", [], None, 0, None),
    "edition 10000": _whom(0, 10_000, None, [], None, 0, None),
    "an empty prefix": _whom(0, None, "", [], None, 0, None),
    "a first day that is null": _whom(0, None, None, [], None, None, None),
    "a list that is not there": _clause(8, [0, [1, 9]]),
    "on no list": _clause(8, [0, []]),
    "listed on a third day": _clause(8, [2, [1]]),
    "nowhere": _clause(9, []),
    "a division of five digits": _clause(9, [["35021", "集美区"]]),
    "a division of another region": _clause(9, [["440100", "广州市"]]),
    "a division without a name": _clause(9, [["350211", ""]]),
    "a division alone": _clause(9, ["350211"]),
    "no first day": _clause(10, None),
    "a last day beyond the calendar": _clause(11, 2_932_897),
    "a list of seven": payload(_11=[_TABLE[11][0][:-1], _TABLE[11][1]]),
    "two lists of one id": payload(_11=[_TABLE[11][0], _TABLE[11][0], _TABLE[11][1]]),
    "a list without a title": _listed(1, ""),
    "a list of another region": _listed(4, ["440100", "广州市"]),
    "an occupation without a code": _listed(7, [[2022, ""]]),
    "an occupation of three": _listed(7, [[2022, "6-31-01-03", 1]]),
    "an occupation of edition true": _listed(7, [[True, "6-31-01-03"]]),
}
"""Well signed, but no table that this version knows: the certificate stands, its benefits are not known."""
NOT_A_POLICY: Final[Mapping[str, bytes]] = {
    "no map": signed([]),
    "no issued time": signed({label: value for label, value in _TABLE.items() if label != 4}),
    "a region of three": signed(payload(_1="350")),
    "another region": signed(payload(_1="44")),
    "another epoch": signed(payload(_2=2)),
    "one signature": signed(_TABLE, signers=1),
    "of another type": signed(_TABLE, typ="application/yinxin-recognition+cose"),
    "cut": signed(_TABLE)[:-1],
    "not CBOR inside": sign.sign(b"\xff", policy.TYP, WORLD.keys("list", 2)),
}
"""What makes the region's chain invalid, as with every other object that it signs."""


def _tables() -> Vectors:
    for name, claims in UNREADABLE.items():
        about = f"The policy's table has {name}: the certificate stands, what it entitles to is not known."
        yield f"table-{name}", _case(about, part=_with_policy(signed(claims)))
    for name, data in NOT_A_POLICY.items():
        about = f"The policy: {name}."
        yield f"object-{name}", _case(about, part=_with_policy(data), reason=Reason.CHAIN_INVALID)
    ahead = signed(payload(_4=NOW + 301))
    yield (
        "object-issued-301-seconds-ahead",
        _case("The policy is dated ahead.", part=_with_policy(ahead), reason=Reason.CLOCK_SUSPECT),
    )
    huge = signed(payload(_12=bytes(1 << 20)))
    about = "The policy is above its size."
    yield "object-too-large", _case(about, part=_with_policy(huge), reason=Reason.CHAIN_INVALID)
    part = WORLD.part()
    other = part._replace(benefits=signed(payload(_3=9)))
    yield (
        "object-not-named",
        _case("Another policy than the checkpoint names.", part=other, reason=Reason.CHAIN_INVALID),
    )


# --- a partner's certificate ------------------------------------------------------------------------------------------

_ANY: Final = Match(None, Kind.LEVEL, None, None, (), Day(0), None)
_ROW: Final = Row(_ANY, None, None, Effect.EQUIVALENT, "粤闽互认第一条")


def _partners() -> Vectors:
    posts = _ANY._replace(kind=Kind.POST)
    chief = _post(Post.CHIEF_TECHNICIAN)
    for name, what, rows, answer in (
        ("equivalent", None, (_ROW,), Recognition.RECOGNISED),
        ("local-benefits", None, (_ROW._replace(effect=Effect.TREATMENT),), Recognition.RECOGNISED),
        ("eligibility", None, (_ROW._replace(effect=Effect.ELIGIBILITY),), Recognition.RECOGNISED),
        ("as-level-2", None, (_ROW._replace(level=2),), Recognition.RECOGNISED),
        ("as-no-shortage", None, (_ROW._replace(occupation=OccupationReference(2015, "1")),), Recognition.RECOGNISED),
        ("a-post-as-a-post", chief, (_ROW._replace(match=posts),), Recognition.RECOGNISED),
        ("a-post-as-level-1", chief, (_ROW._replace(match=posts, level=1),), Recognition.RECOGNISED),
        ("not-recognised", None, (), Recognition.NOT_RECOGNISED),
    ):
        about = f"A certificate of Fujian, asked at home in Guangdong: {name.replace('-', ' ')}."
        yield f"partner-{name}", _abroad(about, what or _level(3), rows, answer)
    yield from _homes()


_ALL_GUANGDONG: Final = Place("440000", "广东省")
_ABROAD: Final = tuple(each._replace(divisions=(_ALL_GUANGDONG,)) for each in (*ALLOWANCES, SHORTAGE))
_LIST_ABROAD: Final = tuple(each._replace(division=_ALL_GUANGDONG) for each in LISTS)


def _guangdong(rows: tuple[Row, ...] = (_ROW,), **changes: Any) -> World:
    states = ((FILED, AgreementState.IN_FORCE),)
    agreed = Agreement(1, FUJIAN, (1, WORLD.pin()), "粤闽互认协议", FILED, states, True, (), rows)
    home = World(region=GUANGDONG, issuers=(), status_base="https://gd.example/s/", agreements=(agreed,))
    return replace(home, clauses=_ABROAD, shortage_lists=_LIST_ABROAD, **changes)


def _abroad(
    about: str,
    what: Certificate,
    rows: tuple[Row, ...],
    answer: Recognition,
    *,
    region: Region | None = GUANGDONG,
    parts: Mapping[Region, Part] | None = None,
    pin: bytes | None = None,
) -> Vector:
    home, text = _guangdong(rows), qr_text.encode("fj.example", sign_it(what))
    container = bundle.encode(parts or {FUJIAN: WORLD.part(), GUANGDONG: home.part()})
    return Vector(text, container, pin or home.pin(), NOW, region, "ACCEPTED", about, answer, True, "440100")


def _homes() -> Vectors:
    """A home that does not verify, one without a part, and one that nobody named."""
    torn = _guangdong().part()._replace(trust_list=_guangdong(seq=2).part().trust_list)
    parts = {FUJIAN: WORLD.part(), GUANGDONG: torn}
    about = "The home does not verify: nothing is known of its policy."
    unverified = _abroad(about, _level(3), (_ROW,), Recognition.RECOGNITION_UNKNOWN, parts=parts, pin=WORLD.pin())
    yield "home-does-not-verify", unverified
    parts = {FUJIAN: WORLD.part()}
    about = "The home has no part: nothing is known of its policy."
    yield (
        "home-has-no-part",
        _abroad(about, _level(3), (), Recognition.RECOGNITION_UNKNOWN, parts=parts, pin=WORLD.pin()),
    )
    old = replace(_guangdong(), list_lifetime=3600)
    parts = {FUJIAN: WORLD.part(), GUANGDONG: old.part()}
    about = "The home's agreements have expired: whether it is recognised, and so its benefits, is not known."
    yield "home-expired", _abroad(about, _level(3), (_ROW,), Recognition.RECOGNITION_UNKNOWN, parts=parts)
    parts = {FUJIAN: WORLD.part()}
    about = "No region is given as home, and the pin is of Fujian: Fujian is home."
    pinned = _abroad(about, _level(3), (), Recognition.HOME, region=None, parts=parts, pin=WORLD.pin())
    yield "home-by-the-pin", replace(pinned, division=None)


# --- later versions of the format -------------------------------------------------------------------------------------


def _later() -> Vectors:
    part = WORLD.part()
    entries: Mapping[str, Mapping[int, object]] = {
        "a-byte-string": {11: b"anything"},
        "objects": {11: [b"one", b"two"], 12: b""},
        "anything": {99: {"a": [1, None, True]}, 2**53 - 1: "text"},
    }
    for name, more in entries.items():
        about = f"The part has entries of a later version of the format ({name.replace('-', ' ')}): they are ignored."
        yield f"later-entry-{name}", _raw(about, part, more, Reason.ACCEPTED)
    named = (
        Committed(11, 0, 1, 1, bytes(32)),
        Committed(11, 7, 9, 2**53 - 1, bytes(32)),
        Committed(2**53 - 1, 0, 0, 0, bytes(32)),
    )
    about = "The checkpoint names objects of a later version of the format: they are not asked for."
    yield "later-type-in-the-checkpoint", _case(about, part=with_entries(WORLD, part, *named))
    for kind in (2, 4, 7, 8):
        odd = with_entries(WORLD, part, Committed(kind, 0, 1, 1, bytes(32)))
        about = f"The checkpoint names an object of type {kind}, which none names."
        yield f"later-no-type-{kind}", _case(about, part=odd, reason=Reason.CHAIN_INVALID)
    numbered = with_entries(WORLD, part, Committed(ObjectType.BENEFITS, 1, 1, 1, bytes(32)))
    yield "policy-with-a-list", _case("The checkpoint names policy 1.", part=numbered, reason=Reason.CHAIN_INVALID)


def _raw(about: str, part: Part, more: Mapping[Any, Any], reason: Reason) -> Vector:
    version, parts = cbor2.loads(bundle.encode({FUJIAN: part}))
    container = cbor2.dumps([version, {"35": {**parts["35"], **more}}], canonical=True)
    return replace(_case(about, part=part, reason=reason), bundle=container)
