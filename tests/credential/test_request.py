import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import cose, request, sign
from credential.model import Entry, Seconds, Status
from credential.reason import Reason
from credential.request import (
    Action,
    AnswerCorrection,
    ChangeReason,
    ChangeStatus,
    Content,
    Enrolment,
    ListCorrections,
    Outcome,
    RegisterBatch,
    Request,
    ReserveIndices,
    Serials,
    StatusChange,
)
from tests import ed25519_math as curve
from tests.credential.refusal import reason_of, refused
from tests.world import CODE, NOW, key, sign_it

REQUEST_KEY, CERTIFICATE_KEY = key("request"), key("issuer")
CONTENTS: dict[Action, Content] = {
    Action.RESERVE_INDICES: ReserveIndices(154),
    Action.REGISTER_BATCH: RegisterBatch((sign_it(),)),
    Action.LIST_CORRECTIONS: ListCorrections(),
    Action.ANSWER_CORRECTION: AnswerCorrection("ABCDEFGH27", Outcome.DECLINED, "证件与名册一致。"),
    Action.CHANGE_STATUS: ChangeStatus((StatusChange(Entry(0, 7), Status.REVOKED, ChangeReason.FRAUD),)),
}

WITH_SERIALS = ReserveIndices(10, (Serials(CODE, 26, 3, 154), Serials(CODE, 26, 4, 1), Serials(CODE, 27, 0, 9)))


def _request(content: Content = CONTENTS[Action.RESERVE_INDICES]) -> Request:
    return Request(CODE, b"i" * 16, NOW, b"n" * 16, content)


ENTRIES = st.integers(0, 2**53 - 1)
CHANGES = st.builds(
    StatusChange,
    st.builds(Entry, ENTRIES, ENTRIES),
    st.sampled_from((Status.VALID, Status.REVOKED, Status.SUSPENDED)),
    st.sampled_from(ChangeReason),
)
ANY_CONTENT = (
    st.builds(ReserveIndices, st.integers(1, request.MAX_RESERVED), st.just(()))
    | st.builds(ReserveIndices, st.integers(0, request.MAX_RESERVED), st.just(WITH_SERIALS.serials))
    | st.builds(
        RegisterBatch,
        st.lists(st.binary(max_size=30), min_size=1, max_size=4).map(tuple),
        st.none() | st.binary(min_size=32, max_size=32),
        st.none() | st.binary(min_size=32, max_size=32),
    )
    | st.builds(ChangeStatus, st.lists(CHANGES, min_size=1, max_size=4).map(tuple))
)
SIXTEEN = st.binary(min_size=16, max_size=16)


@given(st.builds(Request, st.just(CODE), SIXTEEN, ENTRIES.map(Seconds), SIXTEEN, ANY_CONTENT))
def test_a_request_comes_back(asked: Request) -> None:
    found, message = request.decode(request.seal(asked, REQUEST_KEY))
    assert found == asked
    assert found.action is asked.action
    request.verify(message, (CERTIFICATE_KEY.public, REQUEST_KEY.public))


def test_same_question_same_content() -> None:
    for content in CONTENTS.values():
        again = _request(content)._replace(id=b"j" * 16, time=Seconds(NOW + 1), nonce=b"m" * 16)
        assert again.encode_content() == _request(content).encode_content()


def test_a_request_signed_by_the_certificate_key_is_refused() -> None:
    """95: the registry holds request keys for requests, and asks with those alone."""
    _, message = request.decode(request.seal(_request(), CERTIFICATE_KEY))
    with refused(Reason.KEY_UNKNOWN):
        request.verify(message, (REQUEST_KEY.public,))


def test_a_request_of_nobody() -> None:
    _, message = request.decode(request.seal(_request(), REQUEST_KEY))
    with refused(Reason.KEY_UNKNOWN):
        request.verify(message, ())


def test_a_request_with_a_changed_word() -> None:
    data = request.seal(_request(), REQUEST_KEY)
    changed = data.replace(b"n" * 16, b"N" * 16)
    _, message = request.decode(changed)
    with refused(Reason.SIGNATURE_INVALID):
        request.verify(message, (REQUEST_KEY.public,))


def test_a_certificate_is_no_request_nor_the_other_way() -> None:
    with refused(Reason.WRONG_TYPE):
        request.decode(sign_it())
    with refused(Reason.WRONG_TYPE):
        cose.decode_sign1(request.seal(_request(), REQUEST_KEY), None)


def _with(**changes: object) -> bytes:
    claims: dict[int, object] = {1: CODE, 2: 1, 3: b"i" * 16, 4: NOW, 5: b"n" * 16, 6: [154]}
    for name, value in changes.items():
        claims.pop(int(name[1:]), None)
        if value is not None:
            claims[int(name[1:])] = value
    return sign.sign1(cbor2.dumps(claims, canonical=True), request.TYP, REQUEST_KEY)


def _serials(*serials: object, indices: int = 5) -> bytes:
    return _with(_6=[indices, list(serials)])


SERIAL = [CODE, 26, 3, 154]
CHANGE = [0, 7, 1, 3]


def _changes(*changes: object) -> bytes:
    return _with(_2=3, _6=[list(changes)])


BAD_REQUEST = {
    **{f"no label {label}": _with(**{f"_{label}": None}) for label in range(1, 7)},
    "label 7": _with(_7=0),
    "issuer not a code": _with(_1="港务"),
    "issuer a byte string": _with(_1=CODE.encode()),
    "action 0": _with(_2=0),
    "action 4": _with(_2=4),
    "action true": _with(_2=True),
    "id of 15": _with(_3=b"i" * 15),
    "id of 17": _with(_3=b"i" * 17),
    "id a text": _with(_3="i" * 16),
    "time negative": _with(_4=-1),
    "time true": _with(_4=True),
    "nonce of 8": _with(_5=b"n" * 8),
    "content a map": _with(_6={}),
    "content empty": _with(_6=[]),
    "content of two": _with(_6=[154, 154]),
    "no index": _with(_6=[0]),
    "a negative count": _with(_6=[-1]),
    "100,001 indices": _with(_6=[100_001]),
    "true indices": _with(_6=[True]),
    "no serials": _serials(),
    "no index and no serials": _serials(indices=0),
    "100,001 indices with serials": _serials(SERIAL, indices=100_001),
    "true indices with serials": _serials(SERIAL, indices=True),
    "serials that are a map": _with(_6=[5, {}]),
    "serials of three": _serials(SERIAL[:3]),
    "serials of five": _serials([*SERIAL, 0]),
    "serials of no code": _serials(["港务", 26, 3, 154]),
    "serials of year 100": _serials([CODE, 100, 3, 154]),
    "serials of year true": _serials([CODE, True, 3, 154]),
    "serials of digit 10": _serials([CODE, 26, 10, 154]),
    "serials, none of them": _serials([CODE, 26, 3, 0]),
    "serials, true of them": _serials([CODE, 26, 3, True]),
    "serials in falling order": _serials([CODE, 26, 4, 1], SERIAL),
    "serials of one place twice": _serials(SERIAL, SERIAL),
    "100,001 serials in all": _serials([CODE, 26, 3, 100_000], [CODE, 26, 4, 1]),
    "1,001 serials": _serials(*([f"Y{n:04d}35020101", 26, 3, 1] for n in range(1_001))),
    "the content of another action": _with(_2=2),
    "a batch of nothing": _with(_2=2, _6=[[]]),
    "a batch of 10,001": _with(_2=2, _6=[[b""] * 10_001]),
    "a batch with a text": _with(_2=2, _6=[["x"]]),
    "a batch that is one byte string": _with(_2=2, _6=[b"x"]),
    "no change": _changes(),
    "10,001 changes": _changes(*[CHANGE] * 10_001),
    "a change of three": _changes(CHANGE[:3]),
    "a change of five": _changes([*CHANGE, 0]),
    "a change to 3, not registered": _changes([0, 7, 3, 0]),
    "a change to 12, superseded": _changes([0, 7, 12, 0]),
    "a change to 4": _changes([0, 7, 4, 0]),
    "a change to false": _changes([0, 7, False, 0]),
    "a change of a negative index": _changes([0, -7, 1, 0]),
    "a change in list true": _changes([True, 7, 1, 0]),
    "a reason of 7": _changes([0, 7, 1, 7]),
    "a reason of true": _changes([0, 7, 1, True]),
    "a change that is a map": _changes({}),
    "one bad change among good ones": _changes(CHANGE, [0, 7, 9, 0]),
}


@pytest.mark.parametrize("name", BAD_REQUEST)
def test_a_malformed_request(name: str) -> None:
    with refused(Reason.CLAIMS_SHAPE):
        request.decode(BAD_REQUEST[name])


@given(st.binary(max_size=60), st.integers(0), st.integers(0, 3))
def test_any_bytes_are_a_request_or_refused(new: bytes, at: int, skip: int) -> None:
    data = request.seal(_request(), REQUEST_KEY)
    place = at % len(data)
    for hostile in (new, data[:place] + new[:4] + data[place + skip :]):
        assert reason_of(request.decode, hostile) in {*Reason, None}
        assert reason_of(request.open_enrolment, hostile) in set(Reason)


# --- enrolment (36) ---------------------------------------------------------------------------------------------------

ENROLMENT = Enrolment(CODE, CERTIFICATE_KEY.public, REQUEST_KEY.public, NOW)
OTHER = key("other")


def _enrol(enrolment: Enrolment, *by: sign.SigningKey) -> bytes:
    return sign.sign(enrolment.encode(), request.ENROLMENT_TYP, by)


def test_an_enrolment_comes_back() -> None:
    assert request.open_enrolment(request.seal_enrolment(ENROLMENT, CERTIFICATE_KEY, REQUEST_KEY)) == ENROLMENT


NOT_PROVED = {
    "one proof missing": _enrol(ENROLMENT, CERTIFICATE_KEY),
    "the other proof missing": _enrol(ENROLMENT, REQUEST_KEY),
    "another key's proof instead": _enrol(ENROLMENT, CERTIFICATE_KEY, OTHER),
    "a third proof": _enrol(ENROLMENT, CERTIFICATE_KEY, REQUEST_KEY, OTHER),
    "one key in both places": _enrol(ENROLMENT._replace(request_key=CERTIFICATE_KEY.public), CERTIFICATE_KEY),
    "one key in both places, two proofs": _enrol(
        ENROLMENT._replace(request_key=CERTIFICATE_KEY.public), CERTIFICATE_KEY, REQUEST_KEY
    ),
    "a key of 31 bytes": _enrol(ENROLMENT._replace(request_key=bytes(31)), CERTIFICATE_KEY, REQUEST_KEY),
    "somebody else's certificate key": _enrol(
        ENROLMENT._replace(certificate_key=OTHER.public), CERTIFICATE_KEY, REQUEST_KEY
    ),
}


@pytest.mark.parametrize("name", NOT_PROVED)
def test_an_enrolment_without_both_proofs(name: str) -> None:
    with refused(Reason.SIGNATURE_INVALID):
        request.open_enrolment(NOT_PROVED[name])


def test_swapped_proofs_do_not_hold() -> None:
    """Each signature stands under the other key's kid."""
    first, second = (
        sign.signature_for(ENROLMENT.encode(), request.ENROLMENT_TYP, each) for each in (CERTIFICATE_KEY, REQUEST_KEY)
    )
    swapped = (first._replace(signature=second.signature), second._replace(signature=first.signature))
    with refused(Reason.SIGNATURE_INVALID):
        request.open_enrolment(sign.assemble(ENROLMENT.encode(), request.ENROLMENT_TYP, swapped))


def test_the_proofs_of_another_enrolment_do_not_hold() -> None:
    later = ENROLMENT._replace(time=Seconds(NOW + 1))
    proofs = [
        sign.signature_for(ENROLMENT.encode(), request.ENROLMENT_TYP, each) for each in (CERTIFICATE_KEY, REQUEST_KEY)
    ]
    with refused(Reason.SIGNATURE_INVALID):
        request.open_enrolment(sign.assemble(later.encode(), request.ENROLMENT_TYP, proofs))


WEAK = {
    **{f"small order {n}": point for n, point in enumerate(curve.small_order_encodings())},
    "mixed order": curve.encode(curve.add(curve.pair(b"x").point, curve.TORSION[1])),
}


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_key_is_refused_at_enrolment(name: str) -> None:
    """With a proof that holds under a lax library: R the same point, S nothing."""
    weak = ENROLMENT._replace(request_key=WEAK[name])
    good = sign.signature_for(weak.encode(), request.ENROLMENT_TYP, CERTIFICATE_KEY)
    forged = cose.Signature(cose.kid(WEAK[name]), WEAK[name] + bytes(32), b"")
    with refused(Reason.SIGNATURE_INVALID):
        request.open_enrolment(sign.assemble(weak.encode(), request.ENROLMENT_TYP, (good, forged)))


def _enrolment_claims(**changes: object) -> bytes:
    claims: dict[int, object] = {1: CODE, 2: CERTIFICATE_KEY.public, 3: REQUEST_KEY.public, 4: NOW}
    for name, value in changes.items():
        claims[int(name[1:])] = value
    return sign.sign(cbor2.dumps(claims, canonical=True), request.ENROLMENT_TYP, (CERTIFICATE_KEY, REQUEST_KEY))


BAD_ENROLMENT = {
    "label 5": _enrolment_claims(_5=0),
    "issuer not a code": _enrolment_claims(_1="x"),
    "a key that is a text": _enrolment_claims(_2="x"),
    "time negative": _enrolment_claims(_4=-1),
    "time true": _enrolment_claims(_4=True),
    "time null": _enrolment_claims(_4=None),
}


@pytest.mark.parametrize("name", BAD_ENROLMENT)
def test_a_malformed_enrolment(name: str) -> None:
    with refused(Reason.CLAIMS_SHAPE):
        request.open_enrolment(BAD_ENROLMENT[name])


def test_a_request_is_no_enrolment() -> None:
    assert reason_of(request.open_enrolment, request.seal(_request(), REQUEST_KEY)) == "COSE_TAG"
