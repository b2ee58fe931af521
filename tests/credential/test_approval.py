"""A second person's approval, and the enrolment of their key: what comes back, and what is refused."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import approval, cose, documents, request, sign
from credential.approval import Approval, Approved, Approver
from credential.documents import Documents
from credential.reason import Reason
from tests import ed25519_math as curve
from tests.credential.refusal import reason_of, refused
from tests.credential.test_request import CONTENTS
from tests.world import CODE, NOW, key, sign_it

KEY, OTHER = key("approval"), key("other approver")
APPROVAL = Approval(CODE, b"i" * 16, NOW, b"c" * 32)
APPROVER = Approver(CODE, KEY.public, "林敏", NOW)


def test_an_approval_comes_back() -> None:
    found, message = approval.decode(approval.seal(APPROVAL, KEY))
    assert found == APPROVAL
    assert approval.verify(message, (OTHER.public, KEY.public)) == KEY.public
    with refused(Reason.KEY_UNKNOWN):
        approval.verify(message, (OTHER.public,))


def test_a_changed_approval_does_not_hold() -> None:
    _, message = approval.decode(approval.seal(APPROVAL, KEY).replace(b"i" * 16, b"j" * 16))
    with refused(Reason.SIGNATURE_INVALID):
        approval.verify(message, (KEY.public,))


def test_the_digest_is_that_of_action_and_content() -> None:
    asked = [request.Request(CODE, b"i" * 16, NOW, b"n" * 16, each) for each in CONTENTS.values()]
    again = [each._replace(id=b"j" * 16, nonce=b"m" * 16) for each in asked]
    assert [each.content_hash for each in asked] == [each.content_hash for each in again]
    assert len({each.content_hash for each in asked}) == len(CONTENTS)


@pytest.mark.parametrize("beside", [None, Documents(b"s" * 32, ("35020318600101001X", None))])
def test_what_is_sent_together_comes_back(beside: Documents | None) -> None:
    sent = Approved(b"request", b"approval", beside)
    assert approval.parts(sent.encode()) == sent


def test_what_is_no_approval_of_a_request() -> None:
    for body in ([], [b"x"], [b"x", "x"], [b"x", b"y", b"z", b"z"], {1: b"x"}):
        with refused(Reason.CLAIMS_SHAPE):
            approval.parts(cbor2.dumps(body, canonical=True))
    assert reason_of(documents.part, Approved(b"x", b"y", Documents(b"s" * 32, (None,))).encode()) is not None


def _claims(typ: str, good: dict[int, object], **changes: object) -> bytes:
    claims = {**good, **{int(name[1:]): value for name, value in changes.items()}}
    kept = {label: value for label, value in claims.items() if value is not None}
    return sign.sign1(cbor2.dumps(kept, canonical=True), typ, KEY)


def _approval(**changes: object) -> bytes:
    return _claims(approval.TYP, dict(enumerate(APPROVAL, 1)), **changes)


def _approver(**changes: object) -> bytes:
    return _claims(approval.ENROLMENT_TYP, dict(enumerate(APPROVER, 1)), **changes)


BAD_APPROVAL = {
    **{f"no label {label}": _approval(**{f"_{label}": None}) for label in range(1, 5)},
    "label 5": _approval(_5=0),
    "issuer not a code": _approval(_1="港务"),
    "id of 15": _approval(_2=b"i" * 15),
    "id a text": _approval(_2="i" * 16),
    "time negative": _approval(_3=-1),
    "time true": _approval(_3=True),
    "digest of 31": _approval(_4=b"c" * 31),
}
BAD_APPROVER = {
    **{f"no label {label}": _approver(**{f"_{label}": None}) for label in range(1, 5)},
    "label 5": _approver(_5=0),
    "issuer not a code": _approver(_1="x"),
    "a key of 31": _approver(_2=bytes(31)),
    "no name": _approver(_3=""),
    "a name of 97 bytes": _approver(_3="x" * 97),
    "a time of true": _approver(_4=True),
}


@pytest.mark.parametrize("name", BAD_APPROVAL)
def test_a_malformed_approval(name: str) -> None:
    with refused(Reason.CLAIMS_SHAPE):
        approval.decode(BAD_APPROVAL[name])


@pytest.mark.parametrize("name", BAD_APPROVER)
def test_a_malformed_approver(name: str) -> None:
    with refused(Reason.CLAIMS_SHAPE):
        approval.open_approver(BAD_APPROVER[name])


def test_a_name_that_hides_something_is_refused() -> None:
    with refused(Reason.CLAIMS_SHAPE):
        approval.open_approver(_approver(_3="林\u202e敏"))


def test_an_approver_proves_the_key() -> None:
    assert approval.open_approver(approval.seal_approver(APPROVER, KEY)) == APPROVER
    with refused(Reason.SIGNATURE_INVALID):
        approval.open_approver(approval.seal_approver(APPROVER, OTHER))
    weak = APPROVER._replace(key=curve.small_order_encodings()[0])
    header = cose.protected_sign1(cose.kid(weak.key), approval.ENROLMENT_TYP)
    forged = cbor2.CBORTag(18, [header, {}, cbor2.dumps(dict(enumerate(weak, 1))), weak.key + bytes(32)])
    with refused(Reason.SIGNATURE_INVALID):
        approval.open_approver(cbor2.dumps(forged))


def test_nothing_else_is_taken_for_an_approval() -> None:
    for other in (sign_it(), approval.seal_approver(APPROVER, KEY)):
        with refused(Reason.WRONG_TYPE):
            approval.decode(other)


@given(st.binary(max_size=60), st.integers(0), st.integers(0, 3))
def test_any_bytes_are_one_or_refused(new: bytes, at: int, skip: int) -> None:
    for data, read in (
        (approval.seal(APPROVAL, KEY), approval.decode),
        (approval.seal_approver(APPROVER, KEY), approval.open_approver),
        (Approved(b"x", b"y", Documents(b"s" * 32, (None,))).encode(), approval.parts),
    ):
        place = at % len(data)
        for hostile in (new, data[:place] + new[:4] + data[place + skip :]):
            assert reason_of(read, hostile) in {*Reason, None}
