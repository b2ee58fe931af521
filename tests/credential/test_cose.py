from hashlib import sha256

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import checkpoint, cose, recognition, request, root, sign, status_list, trust_list
from credential.reason import Reason
from tests.credential.refusal import reason_of, refused
from tests.world import key, sign_it

SIGN1_TYPES = (None, checkpoint.TYP, status_list.TYP, request.TYP)
SIGN_TYPES = (root.TYP, trust_list.TYP, recognition.TYP, request.ENROLMENT_TYP)
KEY = key("issuer")
PAYLOAD = b"\xa0"
Entries = dict[object, object]


def _encoded(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


PROTECTED: Entries = {1: -19, 4: KEY.kid}


def _message(
    *,
    protected: object = PROTECTED,
    unprotected: object = None,
    payload: object = PAYLOAD,
    signature: object = bytes(64),
    tags: tuple[int, ...] = (18,),
) -> bytes:
    """A COSE_Sign1 of any kind of wrongness; `protected` is a map to encode, or bytes as they are."""
    header = protected if isinstance(protected, bytes) else _encoded(protected)
    item: object = [header, {} if unprotected is None else unprotected, payload, signature]
    for tag in reversed(tags):
        item = cbor2.CBORTag(tag, item)
    return _encoded(item)


BAD_SIGN1 = {
    # 26
    "untagged": (_message(tags=()), "COSE_TAG"),
    "tag 98": (_message(tags=(98,)), "COSE_TAG"),
    "tag 16, COSE_Encrypt0": (_message(tags=(16,)), "COSE_TAG"),
    "tag 17, COSE_Mac0": (_message(tags=(17,)), "COSE_TAG"),
    "tag 96": (_message(tags=(96,)), "COSE_TAG"),
    "tag 97": (_message(tags=(97,)), "COSE_TAG"),
    "tag 61 outside 18": (_message(tags=(61, 18)), "COSE_TAG"),
    "tag 18 outside 61": (_message(tags=(18, 61)), "COSE_TAG"),
    "tag 61 alone": (_message(tags=(61,)), "COSE_TAG"),
    "18 in 18": (_message(tags=(18, 18)), "COSE_TAG"),
    "self-described CBOR outside": (_message(tags=(55799, 18)), "CBOR_TYPE"),
    # shape
    "not an array": (_encoded(cbor2.CBORTag(18, {})), "COSE_SHAPE"),
    "an integer": (_encoded(cbor2.CBORTag(18, 1)), "COSE_SHAPE"),
    "three elements": (_encoded(cbor2.CBORTag(18, [b"", {}, b""])), "COSE_SHAPE"),
    "five elements": (_encoded(cbor2.CBORTag(18, [b"", {}, b"", b"", b""])), "COSE_SHAPE"),
    "a COSE_Sign behind tag 18": (_message(signature=[[b"", {}, b""]]), "COSE_SHAPE"),
    "payload nil, detached": (_message(payload=None), "COSE_SHAPE"),
    "payload a map": (_message(payload={}), "COSE_SHAPE"),
    "signature nil": (_message(signature=None), "COSE_SHAPE"),
    "signature a text": (_message(signature="0" * 64), "COSE_SHAPE"),
    "unprotected an array": (_message(unprotected=[]), "COSE_SHAPE"),
    "unprotected nil": (_encoded(cbor2.CBORTag(18, [_encoded(PROTECTED), None, PAYLOAD, bytes(64)])), "COSE_SHAPE"),
    "protected a map, not its bytes": (_encoded(cbor2.CBORTag(18, [{}, {}, PAYLOAD, bytes(64)])), "COSE_SHAPE"),
    # 27
    "alg -7, ES256": (_message(protected={1: -7, 4: KEY.kid}), "ALG_REFUSED"),
    "alg -8, EdDSA": (_message(protected={1: -8, 4: KEY.kid}), "ALG_REFUSED"),
    "alg -53, Ed448": (_message(protected={1: -53, 4: KEY.kid}), "ALG_REFUSED"),
    "alg 0, reserved": (_message(protected={1: 0, 4: KEY.kid}), "ALG_REFUSED"),
    "alg a text": (_message(protected={1: "Ed25519", 4: KEY.kid}), "ALG_REFUSED"),
    "alg null": (_message(protected={1: None, 4: KEY.kid}), "ALG_REFUSED"),
    "alg an array of algorithms": (_message(protected={1: [-19], 4: KEY.kid}), "ALG_REFUSED"),
    "alg missing": (_message(protected={4: KEY.kid}), "ALG_REFUSED"),
    "alg unprotected only": (_message(protected={4: KEY.kid}, unprotected={1: -19}), "UNPROTECTED_NOT_EMPTY"),
    "alg under the text key": (_message(protected={4: KEY.kid, "alg": -19}), "ALG_REFUSED"),
    # 28
    "crit": (_message(protected={1: -19, 2: [4], 4: KEY.kid}), "HEADER_SHAPE"),
    "crit of nothing": (_message(protected={1: -19, 2: [], 4: KEY.kid}), "HEADER_SHAPE"),
    "content type": (_message(protected={1: -19, 3: 60, 4: KEY.kid}), "HEADER_SHAPE"),
    "CWT claims in the header": (_message(protected={1: -19, 4: KEY.kid, 15: {}}), "HEADER_SHAPE"),
    "a header of one's own": (_message(protected={1: -19, 4: KEY.kid, "x": 0}), "HEADER_SHAPE"),
    # 29
    "protected h'A0'": (_message(protected=b"\xa0"), "ALG_REFUSED"),
    "protected h''": (_message(protected=b""), "ALG_REFUSED"),
    "protected not a map": (_message(protected=b"\x80"), "HEADER_SHAPE"),
    "protected not shortest": (_message(protected=bytes.fromhex("a2013812" + "041800")), "CBOR_NOT_SHORTEST"),
    "protected unsorted": (_message(protected=b"\xa2\x04\x48" + KEY.kid + b"\x01\x32"), "CBOR_KEY_ORDER"),
    "protected with alg twice": (_message(protected=bytes.fromhex("a201320132")), "CBOR_DUPLICATE_KEY"),
    "protected with a trailing byte": (_message(protected=_encoded(PROTECTED) + b"\0"), "CBOR_TRAILING"),
    "protected tagged": (_message(protected=b"\xd2\xa0"), "CBOR_TYPE"),
    # 30
    "the same kid unprotected too": (_message(unprotected={4: KEY.kid}), "UNPROTECTED_NOT_EMPTY"),
    "another kid unprotected": (_message(unprotected={4: bytes(8)}), "UNPROTECTED_NOT_EMPTY"),
    "kid unprotected only": (_message(protected={1: -19}, unprotected={4: KEY.kid}), "UNPROTECTED_NOT_EMPTY"),
    "a countersignature": (_message(unprotected={11: [b"", {}, b""]}), "UNPROTECTED_NOT_EMPTY"),
    "kid missing": (_message(protected={1: -19}), "HEADER_SHAPE"),
    "kid of 7 bytes": (_message(protected={1: -19, 4: KEY.kid[:7]}), "HEADER_SHAPE"),
    "kid of 9 bytes": (_message(protected={1: -19, 4: KEY.kid + b"\0"}), "HEADER_SHAPE"),
    "kid empty": (_message(protected={1: -19, 4: b""}), "HEADER_SHAPE"),
    "kid a text": (_message(protected={1: -19, 4: "12345678"}), "HEADER_SHAPE"),
    # 33
    "signature of 0": (_message(signature=b""), "SIGNATURE_LENGTH"),
    "signature of 63": (_message(signature=bytes(63)), "SIGNATURE_LENGTH"),
    "signature of 65": (_message(signature=bytes(65)), "SIGNATURE_LENGTH"),
    "signature of 128": (_message(signature=bytes(128)), "SIGNATURE_LENGTH"),
    # typ
    "typ null": (_message(protected={**PROTECTED, 16: None}), "WRONG_TYPE"),
    "typ a content format": (_message(protected={**PROTECTED, 16: 18}), "WRONG_TYPE"),
    "typ a bare subtype": (_message(protected={**PROTECTED, 16: "statuslist+cwt"}), "WRONG_TYPE"),
    "typ unprotected": (_message(unprotected={16: "a/b"}), "UNPROTECTED_NOT_EMPTY"),
    # the order of reasons within step 3
    "wrong tag before shape": (_message(tags=(98,), payload=None), "COSE_TAG"),
    "shape before unprotected": (_message(payload=None, unprotected={4: b""}), "COSE_SHAPE"),
    "unprotected before the header's CBOR": (_message(protected=b"\xff", unprotected={1: 1}), "UNPROTECTED_NOT_EMPTY"),
    "typ before alg": (_message(protected={1: -7, 16: "a/b"}), "WRONG_TYPE"),
    "alg before labels": (_message(protected={1: -7, 2: [4]}), "ALG_REFUSED"),
    "labels before the signature's length": (_message(protected={1: -19, 2: [4]}, signature=b""), "HEADER_SHAPE"),
}


@pytest.mark.parametrize("name", BAD_SIGN1)
def test_a_bad_sign1_has_one_reason(name: str) -> None:
    data, reason = BAD_SIGN1[name]
    with refused(Reason(reason)):
        cose.decode_sign1(data, None)


def test_a_good_sign1() -> None:
    header = _encoded(PROTECTED)
    assert header.hex() == "a2013204" + "48" + KEY.kid.hex()
    to_be_signed = _encoded(["Signature1", header, b"", PAYLOAD])
    data = _message(signature=KEY.sign(to_be_signed))
    assert data == sign.sign1(PAYLOAD, None, KEY)
    expected = cose.Sign1(KEY.kid, PAYLOAD, KEY.sign(to_be_signed), to_be_signed)
    assert cose.decode_sign1(data, None) == expected


@given(st.binary(max_size=70_000), st.binary(max_size=300), st.binary(max_size=300))
def test_the_signed_bytes_are_those_of_rfc_9052(payload: bytes, protected: bytes, signer: bytes) -> None:
    one = cose.to_be_signed_sign1(protected, payload)
    assert one == cbor2.dumps(["Signature1", protected, b"", payload])
    many = cose.to_be_signed_sign(protected, signer, payload)
    assert many == cbor2.dumps(["Signature", protected, signer, b"", payload])


@pytest.mark.parametrize("made", SIGN1_TYPES)
@pytest.mark.parametrize("wanted", SIGN1_TYPES)
def test_no_sign1_passes_as_another_type(made: str | None, wanted: str | None) -> None:
    data = sign.sign1(PAYLOAD, made, KEY)
    assert reason_of(cose.decode_sign1, data, wanted) == (None if made == wanted else "WRONG_TYPE")


@pytest.mark.parametrize("made", SIGN_TYPES)
@pytest.mark.parametrize("wanted", SIGN_TYPES)
def test_no_sign_passes_as_another_type(made: str, wanted: str) -> None:
    data = sign.sign(PAYLOAD, made, [KEY])
    assert reason_of(cose.decode_sign, data, wanted) == (None if made == wanted else "WRONG_TYPE")


@pytest.mark.parametrize("typ", SIGN_TYPES)
def test_no_sign_passes_as_a_sign1_nor_the_other_way(typ: str) -> None:
    assert reason_of(cose.decode_sign1, sign.sign(PAYLOAD, typ, [KEY]), typ) == "COSE_TAG"
    assert reason_of(cose.decode_sign1, sign.sign(PAYLOAD, typ, [KEY]), None) == "COSE_TAG"
    assert reason_of(cose.decode_sign, sign.sign1(PAYLOAD, typ, KEY), typ) == "COSE_TAG"
    assert reason_of(cose.decode_sign, sign_it(), typ) == "COSE_TAG"


def test_every_typ_is_its_own() -> None:
    every = (*SIGN1_TYPES, *SIGN_TYPES)
    assert len(set(every)) == len(every)


TYP = root.TYP
A, B, C = sorted((key(name) for name in "abc"), key=lambda each: each.kid)


def _signer(by: sign.SigningKey = A, **changes: object) -> object:
    parts = {"protected": _encoded({1: -19, 4: by.kid}), "unprotected": {}, "signature": bytes(64), **changes}
    return [parts["protected"], parts["unprotected"], parts["signature"]]


def _sign(signatures: object, *, protected: object = None, unprotected: object = None, tag: int = 98) -> bytes:
    header = _encoded({16: TYP} if protected is None else protected)
    item = [header, {} if unprotected is None else unprotected, PAYLOAD, signatures]
    return _encoded(cbor2.CBORTag(tag, item))


BAD_SIGN = {
    "no signature": (_sign([]), "COSE_SHAPE"),
    "signatures not an array": (_sign(bytes(64)), "COSE_SHAPE"),
    "a signature that is a byte string": (_sign([bytes(64)]), "COSE_SHAPE"),
    "a signature of two elements": (_sign([[b"", {}]]), "COSE_SHAPE"),
    "tag 18": (_sign([_signer()], tag=18), "COSE_TAG"),
    "tag 61": (_sign([_signer()], tag=61), "COSE_TAG"),
    "the body's header unprotected": (_sign([_signer()], unprotected={16: TYP}), "UNPROTECTED_NOT_EMPTY"),
    "no typ": (_sign([_signer()], protected={}), "WRONG_TYPE"),
    "alg in the body's header": (_sign([_signer()], protected={1: -19, 16: TYP}), "HEADER_SHAPE"),
    "crit in the body's header": (_sign([_signer()], protected={2: [16], 16: TYP}), "HEADER_SHAPE"),
    "a signer's unprotected header": (_sign([_signer(unprotected={4: b""})]), "UNPROTECTED_NOT_EMPTY"),
    "a signer's alg -8": (_sign([_signer(protected=_encoded({1: -8, 4: A.kid}))]), "ALG_REFUSED"),
    "a signer without a header": (_sign([_signer(protected=b"")]), "ALG_REFUSED"),
    "a signer without kid": (_sign([_signer(protected=_encoded({1: -19}))]), "HEADER_SHAPE"),
    "a signer with typ": (_sign([_signer(protected=_encoded({**PROTECTED, 16: TYP}))]), "HEADER_SHAPE"),
    "a signature of 63": (_sign([_signer(signature=bytes(63))]), "SIGNATURE_LENGTH"),
    "kids in falling order": (_sign([_signer(B), _signer(A)]), "HEADER_SHAPE"),
    "one kid twice": (_sign([_signer(A), _signer(A)]), "HEADER_SHAPE"),
    "one kid twice, not adjacent": (_sign([_signer(A), _signer(B), _signer(A)]), "HEADER_SHAPE"),
    "the second signature bad": (_sign([_signer(A), _signer(B, signature=b"")]), "SIGNATURE_LENGTH"),
}


@pytest.mark.parametrize("name", BAD_SIGN)
def test_a_bad_sign_has_one_reason(name: str) -> None:
    data, reason = BAD_SIGN[name]
    with refused(Reason(reason)):
        cose.decode_sign(data, TYP)


def test_a_good_sign_is_the_same_whoever_signed_first() -> None:
    data = sign.sign(PAYLOAD, TYP, (C, A, B))
    assert data == sign.sign(PAYLOAD, TYP, (A, B, C))
    message = cose.decode_sign(data, TYP)
    assert message.payload == PAYLOAD
    assert [each.kid for each in message.signatures] == [A.kid, B.kid, C.kid]
    assert message.signatures[0].to_be_signed == _encoded(
        ["Signature", _encoded({16: TYP}), _encoded({1: -19, 4: A.kid}), b"", PAYLOAD]
    )


def _role(threshold: int, *keys: sign.SigningKey) -> root.RoleKeys:
    return root.RoleKeys(1, threshold, tuple(each.public for each in keys))


def _by(*keys: sign.SigningKey) -> cose.Sign:
    return cose.decode_sign(sign.sign(PAYLOAD, TYP, keys), TYP)


def test_a_threshold_counts_distinct_keys_whose_signature_holds() -> None:
    role = _role(2, A, B)
    role.require_threshold(_by(A, B))
    role.require_threshold(_by(A, B, C))
    for message in (_by(A), _by(A, C), _by(C)):
        assert reason_of(role.require_threshold, message) == "THRESHOLD_NOT_MET"


def test_the_same_signature_twice_never_counts_twice() -> None:
    """Not even for a caller that has a message which the decoder would refuse."""
    once = _by(A).signatures[0]
    twice = cose.Sign(PAYLOAD, (once, once))
    assert _role(2, A, B).signers(twice) == {A.public}
    assert reason_of(_role(2, A, B).require_threshold, twice) == "THRESHOLD_NOT_MET"


def test_a_signature_under_another_keys_kid_does_not_count() -> None:
    made = _by(A).signatures[0]
    moved = cose.Sign(PAYLOAD, (made, cose.Signature(B.kid, made.signature, made.to_be_signed)))
    assert _role(2, A, B).signers(moved) == {A.public}


def test_a_signature_of_another_payload_or_type_does_not_count() -> None:
    for other in (sign.signature_for(b"", TYP, B), sign.signature_for(PAYLOAD, trust_list.TYP, B)):
        data = sign.assemble(PAYLOAD, TYP, [sign.signature_for(PAYLOAD, TYP, A), other])
        message = cose.decode_sign(data, TYP)
        assert reason_of(_role(2, A, B).require_threshold, message) == "THRESHOLD_NOT_MET"


def test_a_sign1_signature_is_no_sign_signature() -> None:
    """The context strings differ: the bytes signed for the one are never those of the other."""
    one = cose.decode_sign1(sign.sign1(PAYLOAD, TYP, A), TYP).signature
    data = _sign([_signer(A, signature=one)])
    assert _role(1, A).signers(cose.decode_sign(data, TYP)) == frozenset()


# RFC 8037, appendix A.2: the public key whose x is 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
X = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def test_the_thumbprint_is_that_of_rfc_9679() -> None:
    """Of the required parameters only, kty, crv and x, in deterministic CBOR."""
    independent = bytes([0xA3, 1, 1, 0x20, 6, 0x21, 0x58, 32]) + X
    assert independent == cbor2.dumps({1: 1, -1: 6, -2: X}, canonical=True)
    assert cose.thumbprint(X) == sha256(independent).digest()
    assert cose.thumbprint(X).hex() == "866eefbd6718c8846cd7ddfe43fc74ab1daac4538ff8514ea2ec2d410a415743"
    assert cose.kid(X) == cose.thumbprint(X)[:8]


@given(st.binary(max_size=80))
def test_any_bytes_decode_or_have_a_reason(data: bytes) -> None:
    for prefix in (b"", b"\xd2\x84", b"\xd8\x62\x84", b"\xd2\x84\x4d\xa2\x01\x32\x04\x48"):
        assert reason_of(cose.decode_sign1, prefix + data, None) in {*Reason, None}
        assert reason_of(cose.decode_sign, prefix + data, TYP) in {*Reason, None}
