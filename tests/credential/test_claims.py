from collections.abc import Mapping
from datetime import date

import cbor2
import pytest
from hypothesis import given, settings

from credential import cbor, claims
from credential.cbor import Value
from credential.model import (
    Basis,
    Certificate,
    DocumentType,
    Entry,
    Extra,
    IssuerCode,
    Kind,
    LevelCertificate,
    Person,
    day_from_date,
)
from credential.reason import Reason
from tests.credential.certificates import EXAMPLES, TERM_ENDS, certificates
from tests.credential.refusal import refused
from tests.world import CERTIFICATE, CODE, ISSUED_ON, SIGNED_AT

MISSING = object()


def _decode(payload: bytes) -> Certificate:
    return claims.decode_body(claims.decode_outer(payload))


def _outer(**changes: object) -> bytes:
    """The claims of CERTIFICATE, some changed, added or (MISSING) left out; labels are written `_1`, `_m65537`."""
    found = cbor2.loads(claims.encode(CERTIFICATE))
    for name, value in changes.items():
        label = int(name[1:].replace("m", "-"))
        found.pop(label, None)
        if value is not MISSING:
            found[label] = value
    return cbor2.dumps(found, canonical=True)


def _body(of: Kind, place: int, value: object) -> bytes:
    """The claims of a certificate of this kind, one element of the body changed."""
    found = cbor2.loads(claims.encode(EXAMPLES[of]))
    found[claims.BODY][place] = value
    return cbor2.dumps(found, canonical=True)


def _changed(of: Kind, elements: Mapping[int, object]) -> list[object]:
    """The body of a certificate of this kind, these elements changed."""
    body: list[object] = cbor2.loads(claims.encode(EXAMPLES[of]))[claims.BODY]
    for place, value in elements.items():
        body[place] = value
    return body


@pytest.mark.parametrize("kind", Kind)
def test_one_of_each_kind_comes_back(kind: Kind) -> None:
    assert EXAMPLES[kind].kind is kind
    assert _decode(claims.encode(EXAMPLES[kind])) == EXAMPLES[kind]


@settings(max_examples=60)
@given(certificates())
def test_any_certificate_comes_back(certificate: Certificate) -> None:
    payload = claims.encode(certificate)
    assert _decode(payload) == certificate
    assert cbor.encode(cbor.decode(payload)) == payload


def test_a_level_certificate_byte_by_byte() -> None:
    """A worked example: what every byte of the claims is for."""
    person: list[object] = [0, "陈志强", 0, "123X"]
    occupation: list[object] = [2022, "6-31-01-03", "电工", None, 3]
    tail: list[object] = [ISSUED_ON, 0, {}]
    assert cbor.decode(claims.encode(CERTIFICATE)) == {
        1: "Y000035020101",
        6: SIGNED_AT,
        65535: {"status_list": {"idx": 7, "uri": "https://fj.example/s/0"}},
        -65537: [*person, 263_000_001, *occupation, *tail],
    }
    assert ISSUED_ON == (date(2026, 6, 1) - date(1970, 1, 1)).days == 20_605


def test_a_post_carries_its_term_and_nothing_else_does() -> None:
    for kind, example in EXAMPLES.items():
        found = cbor.decode(claims.encode(example))
        assert isinstance(found, dict)
        assert found.get(claims.EXP) == (TERM_ENDS if kind is Kind.POST else None)


BAD_OUTER = {
    "an array": b"\x80",
    "an empty map": b"\xa0",
    "no iss": _outer(_1=MISSING),
    "no iat": _outer(_6=MISSING),
    "no status": _outer(_65535=MISSING),
    "no certificate": _outer(_m65537=MISSING),
    "a subject": _outer(_2="x"),
    "a not-before": _outer(_5=0),
    "a text key": b"\xa5" + _outer()[1:] + b"\x61x\x00",
    "iss of 12": _outer(_1=CODE[:12]),
    "iss in lower case": _outer(_1=CODE.lower()),
    "iss a byte string": _outer(_1=CODE.encode()),
    "iss an integer": _outer(_1=35),
    "iat a text": _outer(_6="2026"),
    "iat negative": _outer(_6=-1),
    "iat true": _outer(_6=True),
    "iat null": _outer(_6=None),
    "exp true": _outer(_4=True),
    "exp negative": _outer(_4=-1),
    "exp null": _outer(_4=None),
    "status an array": _outer(_65535=[]),
    "status empty": _outer(_65535={}),
    "a second status mechanism": _outer(_65535={"status_list": {"idx": 7, "uri": "u"}, "x": 0}),
    "no idx": _outer(_65535={"status_list": {"uri": "u"}}),
    "no uri": _outer(_65535={"status_list": {"idx": 7}}),
    "something beside idx and uri": _outer(_65535={"status_list": {"idx": 7, "uri": "u", "x": 0}}),
    "idx negative": _outer(_65535={"status_list": {"idx": -1, "uri": "u"}}),
    "idx false": _outer(_65535={"status_list": {"idx": False, "uri": "u"}}),
    "idx a text": _outer(_65535={"status_list": {"idx": "7", "uri": "u"}}),
    "uri a byte string": _outer(_65535={"status_list": {"idx": 7, "uri": b"u"}}),
    "uri of 65 bytes": _outer(_65535={"status_list": {"idx": 7, "uri": "u" * 65}}),
    "uri of 66 bytes in 22 characters": _outer(_65535={"status_list": {"idx": 7, "uri": "福" * 22}}),
    "the certificate a map": _outer(_m65537={}),
    "the certificate a text": _outer(_m65537="x"),
}


@pytest.mark.parametrize("name", BAD_OUTER)
def test_a_bad_outer_map(name: str) -> None:
    with refused(Reason.CLAIMS_SHAPE):
        claims.decode_outer(BAD_OUTER[name])


def test_the_outer_map_does_not_look_inside_the_certificate() -> None:
    assert claims.decode_outer(_outer(_m65537=[])).body == []
    uri = "u" * 64
    assert claims.decode_outer(_outer(_65535={"status_list": {"idx": 2**53 - 1, "uri": uri}})).status.uri == uri


def test_the_claims_are_strict_cbor() -> None:
    payload = _outer()
    for data, reason in (
        (payload + b"\0", Reason.CBOR_TRAILING),
        (payload[:-1], Reason.CBOR_TRUNCATED),
        (b"\xd2" + payload, Reason.CBOR_TYPE),
        (b"", Reason.CBOR_TRUNCATED),
    ):
        with refused(reason):
            claims.decode_outer(data)


# Places in a body: 0 kind, 1 name, 2 document type, 3 last four, 4 number, then 5 edition, 6 code, 7 title,
# 8 specialisation, 9 level or post; at the end -3 day, -2 basis, -1 optional facts
TOO_LONG = "a" * 97
BAD_BODY = {
    "kind a text": _body(Kind.LEVEL, 0, "0"),
    "kind true": _body(Kind.LEVEL, 0, True),
    "kind negative": _body(Kind.LEVEL, 0, -1),
    "kind null": _body(Kind.LEVEL, 0, None),
    "no elements": _outer(_m65537=[]),
    "only a kind": _outer(_m65537=[0]),
    "the elements of another kind": _body(Kind.LEVEL, 0, 1),
    "name empty": _body(Kind.LEVEL, 1, ""),
    "name of 97 bytes": _body(Kind.LEVEL, 1, TOO_LONG),
    "name of 99 bytes in 33 characters": _body(Kind.LEVEL, 1, "陈" * 33),
    "name null": _body(Kind.LEVEL, 1, None),
    "name a byte string": _body(Kind.LEVEL, 1, b"x"),
    "document type a text": _body(Kind.LEVEL, 2, "0"),
    "document type negative": _body(Kind.LEVEL, 2, -1),
    "document type false": _body(Kind.LEVEL, 2, False),
    "last four of three": _body(Kind.LEVEL, 3, "123"),
    "last four of five": _body(Kind.LEVEL, 3, "12345"),
    "last four in lower case": _body(Kind.LEVEL, 3, "123x"),
    "last four full-width": _body(Kind.LEVEL, 3, "１２３４"),
    "last four an integer": _body(Kind.LEVEL, 3, 1234),
    "a whole citizen number": _body(Kind.LEVEL, 3, "11010519491231002X"),
    "number of ten digits": _body(Kind.LEVEL, 4, 10**9),
    "number negative": _body(Kind.LEVEL, 4, -1),
    "number true": _body(Kind.LEVEL, 4, True),
    "number empty": _body(Kind.LEVEL, 4, ""),
    "number null": _body(Kind.LEVEL, 4, None),
    "the issuer's own number in its long form": _body(Kind.LEVEL, 4, CERTIFICATE.number),
    "a post's own number in its long form": _body(Kind.POST, 4, CERTIFICATE.number),
    "an ability's own number in its long form": _body(Kind.SPECIAL_ABILITY, 4, CERTIFICATE.number),
    "an honour's own number in its long form": _body(Kind.HONOUR, 4, CERTIFICATE.number),
    "number of 97 bytes": _body(Kind.SPECIAL_ABILITY, 4, TOO_LONG),
    "edition negative": _body(Kind.LEVEL, 5, -1),
    "edition 10000": _body(Kind.LEVEL, 5, 10_000),
    "edition a text": _body(Kind.LEVEL, 5, "2022"),
    "edition true": _body(Kind.LEVEL, 5, True),
    "code empty": _body(Kind.LEVEL, 6, ""),
    "code too long": _body(Kind.LEVEL, 6, TOO_LONG),
    "title empty": _body(Kind.LEVEL, 7, ""),
    "title null": _body(Kind.LEVEL, 7, None),
    "specialisation empty": _body(Kind.LEVEL, 8, ""),
    "specialisation false": _body(Kind.LEVEL, 8, False),
    "level 0": _body(Kind.LEVEL, 9, 0),
    "level 6": _body(Kind.LEVEL, 9, 6),
    "level true": _body(Kind.LEVEL, 9, True),
    "level null": _body(Kind.LEVEL, 9, None),
    "post 3": _body(Kind.POST, 9, 3),
    "post null": _body(Kind.POST, 9, None),
    "post false": _body(Kind.POST, 9, False),
    "honour empty": _body(Kind.HONOUR, 5, ""),
    "honour null": _body(Kind.HONOUR, 5, None),
    "day negative": _body(Kind.LEVEL, -3, -1),
    "day beyond the year 9999": _body(Kind.LEVEL, -3, day_from_date(date(9999, 12, 31)) + 1),
    "day a text": _body(Kind.LEVEL, -3, "2026-06-01"),
    "basis negative": _body(Kind.LEVEL, -2, -1),
    "basis null": _body(Kind.LEVEL, -2, None),
    "basis true": _body(Kind.LEVEL, -2, True),
    "optional facts an array": _body(Kind.LEVEL, -1, []),
    "optional facts null": _body(Kind.LEVEL, -1, None),
    "an optional fact under a text": _body(Kind.LEVEL, -1, {"x": 0}),
    "an optional fact under a negative": _body(Kind.LEVEL, -1, {-1: 0}),
    "replaces an integer": _body(Kind.LEVEL, -1, {1: 7}),
    "replaces of one": _body(Kind.LEVEL, -1, {1: [0]}),
    "replaces of three": _body(Kind.LEVEL, -1, {1: [0, 7, 0]}),
    "replaces negative": _body(Kind.LEVEL, -1, {1: [0, -1]}),
    "replaces true": _body(Kind.LEVEL, -1, {1: [True, 7]}),
    "sub-level empty": _body(Kind.LEVEL, -1, {2: ""}),
    "sub-level an integer": _body(Kind.LEVEL, -1, {2: 1}),
    "local post too long": _body(Kind.LEVEL, -1, {3: TOO_LONG}),
    "a level certificate with a term": _outer(_4=TERM_ENDS),
    "a post without a term": cbor2.dumps(
        {k: v for k, v in cbor2.loads(claims.encode(EXAMPLES[Kind.POST])).items() if k != claims.EXP}, canonical=True
    ),
}
BAD_BODY |= {
    "a term, and a name that hides something": _outer(_4=TERM_ENDS, _m65537=_changed(Kind.LEVEL, {1: "陈\u202e强"})),
    "an element too many, and document type 7": _outer(_m65537=[*_changed(Kind.LEVEL, {2: 7}), {}]),
    "an element too few, and basis 6": _outer(_m65537=_changed(Kind.LEVEL, {-2: 6})[:-1]),
}
UNSUPPORTED = {
    "kind 4": _body(Kind.LEVEL, 0, 4),
    "kind 2^53 - 1": _body(Kind.LEVEL, 0, 2**53 - 1),
    "kind 4 of a shape of its own": _outer(_m65537=[4, {}]),
    "document type 7": _body(Kind.LEVEL, 2, 7),
    "basis 6": _body(Kind.LEVEL, -2, 6),
    "optional fact 4": _body(Kind.LEVEL, -1, {4: "x"}),
    "optional fact 0": _body(Kind.LEVEL, -1, {0: "x"}),
    "document type 7, and no name": _outer(_m65537=_changed(Kind.LEVEL, {1: None, 2: 7})),
    "document type 7, and optional facts in an array": _outer(_m65537=_changed(Kind.LEVEL, {2: 7, -1: []})),
    "basis 6, and an optional fact under a text": _outer(_m65537=_changed(Kind.LEVEL, {-2: 6, -1: {"x": 0}})),
    "basis 6, and a name that hides something": _outer(_m65537=_changed(Kind.LEVEL, {1: "陈\u202e强", -2: 6})),
    "basis 6, and a term": _outer(_4=TERM_ENDS, _m65537=_changed(Kind.LEVEL, {-2: 6})),
    "basis 6, and a post without a term": _outer(_m65537=_changed(Kind.POST, {-2: 6})),
    "basis 6, and the number in its long form": _outer(_m65537=_changed(Kind.LEVEL, {4: CERTIFICATE.number, -2: 6})),
    "an optional fact 4 under one of text": _outer(_m65537=_changed(Kind.LEVEL, {-1: {4: 0, "x": 0}})),
    "an unknown fact beside a wrong level": _outer(
        _m65537=[0, "陈", 0, "123X", 1, 2022, "6", "电", None, 9, 1, 0, {4: 0}]
    ),
}


@pytest.mark.parametrize("name", BAD_BODY)
def test_a_bad_body(name: str) -> None:
    with refused(Reason.BODY_SHAPE):
        _decode(BAD_BODY[name])


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("by", [-1, 1])
def test_a_body_with_an_element_too_few_or_too_many(kind: Kind, by: int) -> None:
    found = cbor2.loads(claims.encode(EXAMPLES[kind]))
    body = found[claims.BODY]
    found[claims.BODY] = body[:-1] if by < 0 else [*body, {}]
    with refused(Reason.BODY_SHAPE):
        _decode(cbor2.dumps(found, canonical=True))


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_a_later_edition_may_add_is_undecided(name: str) -> None:
    with refused(Reason.UNSUPPORTED):
        _decode(UNSUPPORTED[name])


HIDDEN = "陈\u202e强"
BAD_NAME = {
    "name": _body(Kind.LEVEL, 1, HIDDEN),
    "number": _body(Kind.SPECIAL_ABILITY, 4, HIDDEN),
    "occupation code": _body(Kind.LEVEL, 6, HIDDEN),
    "occupation title": _body(Kind.LEVEL, 7, HIDDEN),
    "specialisation": _body(Kind.LEVEL, 8, HIDDEN),
    "a post's title": _body(Kind.POST, 7, HIDDEN),
    "honour": _body(Kind.HONOUR, 5, HIDDEN),
    "sub-level": _body(Kind.LEVEL, -1, {2: HIDDEN}),
    "local post": _body(Kind.LEVEL, -1, {3: HIDDEN}),
    "a zero-width space": _body(Kind.LEVEL, 1, "陈\u200b强"),
    "private use": _body(Kind.LEVEL, 1, "陈\ue000"),
    "a space at the end": _body(Kind.LEVEL, 1, "陈志强 "),
}


@pytest.mark.parametrize("name", BAD_NAME)
def test_a_text_that_hides_something(name: str) -> None:
    with refused(Reason.NAME_REFUSED):
        _decode(BAD_NAME[name])


def test_shape_before_names_and_unsupported_before_shape() -> None:
    body: list[Value] = [0, HIDDEN, 0, "123X", 1, 2022, "6", "电", None, 3, 1, 0, {}]
    with refused(Reason.NAME_REFUSED):
        _decode(_outer(_m65537=body))
    with refused(Reason.BODY_SHAPE):
        _decode(_outer(_m65537=[*body[:9], 0, *body[10:]]))
    with refused(Reason.UNSUPPORTED):
        _decode(_outer(_m65537=[*body[:9], 0, 1, 6, {}]))


def test_the_detail_never_holds_the_name() -> None:
    with pytest.raises(Exception, match=r"^NAME_REFUSED: U\+202E$"):
        _decode(BAD_NAME["name"])


def test_a_number_of_another_institution_stays_text() -> None:
    branch = CERTIFICATE._replace(number="Y000035020102263000001")
    assert _decode(claims.encode(branch)).number == "Y000035020102263000001"


def test_the_printed_number_keeps_its_zeros() -> None:
    early = CERTIFICATE._replace(number=f"{CODE}015000000")
    assert _decode(claims.encode(early)).number == f"{CODE}015000000"


def test_texts_at_their_longest() -> None:
    longest = CERTIFICATE._replace(person=Person("陈" * 32, DocumentType.OTHER, "AB12"))
    assert _decode(claims.encode(longest)) == longest


def test_optional_facts() -> None:
    extra = Extra(replaces=Entry(0, 6), sub_level="二级技师", local_post="钻井地质工")
    full = CERTIFICATE._replace(extra=extra, basis=Basis.COMPETITION)
    assert _decode(claims.encode(full)) == full
    assert claims.shown_texts(full)[-2:] == ["二级技师", "钻井地质工"]


def test_the_region_is_inside_the_code() -> None:
    assert CERTIFICATE._replace(issuer=IssuerCode("S000044010001")).region == "44"
    assert isinstance(CERTIFICATE.subject, LevelCertificate)
