from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import ed25519
from credential.reason import Reason
from tests import ed25519_math as curve
from tests.credential.refusal import reason_of, refused

PAIR = curve.pair(b"yinxin tests: a key of prime order")
MESSAGE = b"a certificate's to-be-signed bytes"
GOOD = curve.sign(PAIR, MESSAGE)

RFC8032 = {
    "7.1 test 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "7.1 test 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
}


@pytest.fixture
def fresh_library_check() -> Iterator[None]:
    ed25519.require_fit_library.cache_clear()
    yield
    ed25519.require_fit_library.cache_clear()


@pytest.mark.parametrize("name", RFC8032)
def test_rfc_8032_vectors_hold_and_our_arithmetic_makes_them(name: str) -> None:
    seed, public, message, signature = (bytes.fromhex(each) for each in RFC8032[name])
    ed25519.verify(public, message, signature)
    made = curve.pair(seed)
    assert made.public == public
    assert curve.sign(made, message) == signature


def test_a_good_signature_holds() -> None:
    ed25519.verify(PAIR.public, MESSAGE, GOOD)


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length(length: int) -> None:
    with refused(Reason.SIGNATURE_LENGTH):
        ed25519.verify(PAIR.public, MESSAGE, (GOOD * 2)[:length])


def _s(signature: bytes) -> int:
    return int.from_bytes(signature[32:], "little")


BAD = {
    "S + L": curve.sign(PAIR, MESSAGE, s_plus=curve.L),
    "S + 8 L": curve.sign(PAIR, MESSAGE, s_plus=8 * curve.L),
    "S = L": GOOD[:32] + curve.L.to_bytes(32, "little"),
    "S with its top bit set": GOOD[:63] + bytes([GOOD[63] | 0x80]),
    "-S": GOOD[:32] + (curve.L - _s(GOOD)).to_bytes(32, "little"),
    "S = 0": GOOD[:32] + bytes(32),
    "all zero": bytes(64),
    "all ones": b"\xff" * 64,
    "R the identity": curve.sign(PAIR, MESSAGE, nonce=0),
    "R the identity with a sign bit": curve.sign(PAIR, MESSAGE, nonce=0, r_bytes=(1 | 1 << 255).to_bytes(32, "little")),
    "R the identity, not canonical": curve.sign(PAIR, MESSAGE, nonce=0, r_bytes=(curve.P + 1).to_bytes(32, "little")),
    "R not on the curve": (2).to_bytes(32, "little") + GOOD[32:],
    "R of another message": curve.sign(PAIR, b"another")[:32] + GOOD[32:],
    "another message": curve.sign(PAIR, b"another"),
    "another key": curve.sign(curve.pair(b"another"), MESSAGE),
    "R and S swapped": GOOD[32:] + GOOD[:32],
    **{f"R with {n} eighths of torsion": curve.sign(PAIR, MESSAGE, torsion=curve.TORSION[n]) for n in range(1, 8)},
    **{
        f"R nothing but {n} eighths of torsion": curve.sign(PAIR, MESSAGE, nonce=0, torsion=curve.TORSION[n])
        for n in range(1, 8)
    },
}


@pytest.mark.parametrize("name", BAD)
def test_a_signature_that_a_lax_library_might_accept(name: str) -> None:
    with refused(Reason.SIGNATURE_INVALID):
        ed25519.verify(PAIR.public, MESSAGE, BAD[name])


def test_the_torsioned_signatures_would_hold_with_the_cofactor() -> None:
    """They are real attacks: 8 S B = 8 R + 8 k A holds for each of them."""
    for n in range(1, 8):
        signature = BAD[f"R with {n} eighths of torsion"]
        k = curve.challenge(signature[:32], PAIR.public, MESSAGE)
        nonce = (_s(signature) - k * PAIR.scalar) % curve.L
        r = curve.add(curve.multiply(curve.BASE, nonce), curve.TORSION[n])
        assert curve.encode(r) == signature[:32]
        assert curve.multiply(r, 8) == curve.multiply(curve.BASE, 8 * nonce)


BAD_KEYS = {
    **{f"small order, encoding {n}": key for n, key in enumerate(curve.small_order_encodings())},
    **{f"mixed order, {n} eighths": curve.encode(curve.add(PAIR.point, curve.TORSION[n])) for n in range(1, 8)},
    "y = 2, not on the curve": (2).to_bytes(32, "little"),
    "y = p + 3, not canonical": (curve.P + 3).to_bytes(32, "little"),
    "y = 2^255 - 1": (2**255 - 1).to_bytes(32, "little"),
    "all ones": b"\xff" * 32,
    "31 bytes": PAIR.public[:31],
    "33 bytes": PAIR.public + b"\0",
    "empty": b"",
}


def test_the_encodings_of_small_order_are_distinct_and_complete() -> None:
    every = curve.small_order_encodings()
    assert len(set(every)) == 14
    assert {curve.multiply(point, 8) for point in curve.TORSION} == {curve.IDENTITY}


@pytest.mark.parametrize("name", BAD_KEYS)
def test_a_key_that_is_not_a_canonical_point_of_prime_order(name: str) -> None:
    assert not ed25519.is_valid_key(BAD_KEYS[name])
    with refused(Reason.SIGNATURE_INVALID):
        ed25519.verify(BAD_KEYS[name], MESSAGE, GOOD)


@pytest.mark.parametrize("n", range(14))
def test_no_forgery_under_a_key_of_small_order(n: int) -> None:
    """With A of small order, R = A and S = 0 satisfy the equation for one message in eight, under a lax library."""
    key = curve.small_order_encodings()[n]
    for message in (bytes([i]) for i in range(16)):
        for signature in (key + bytes(32), curve.encode(curve.IDENTITY) + bytes(32)):
            assert reason_of(ed25519.verify, key, message, signature) == "SIGNATURE_INVALID"


@pytest.mark.parametrize("n", range(1, 8))
def test_no_signature_by_a_key_of_mixed_order(n: int) -> None:
    point = curve.add(PAIR.point, curve.TORSION[n])
    for message in (bytes([i]) for i in range(16)):
        signature = curve.sign(PAIR, message, public=curve.encode(point))
        assert reason_of(ed25519.verify, curve.encode(point), message, signature) == ("SIGNATURE_INVALID")


def test_good_keys_are_valid() -> None:
    for n in range(20):
        assert ed25519.is_valid_key(curve.pair(bytes([n])).public)


@given(st.integers(0, 511))
def test_any_bit_of_a_signature_flipped(bit: int) -> None:
    bad = bytearray(GOOD)
    bad[bit // 8] ^= 1 << bit % 8
    with refused(Reason.SIGNATURE_INVALID):
        ed25519.verify(PAIR.public, MESSAGE, bytes(bad))


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=70))
def test_any_bytes_give_a_reason(key: bytes, message: bytes, signature: bytes) -> None:
    found = reason_of(ed25519.verify, key, message, signature)
    assert found in {"SIGNATURE_INVALID", "SIGNATURE_LENGTH"}


@pytest.mark.usefixtures("fresh_library_check")
@pytest.mark.parametrize("name", ed25519.REFUSED_BY_A_FIT_LIBRARY)
def test_a_library_that_accepts_what_it_must_refuse_is_never_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = ed25519._holds
    lax = ed25519.REFUSED_BY_A_FIT_LIBRARY[name]
    monkeypatch.setattr(ed25519, "_holds", lambda *vector: vector == lax or honest(*vector))
    for _ in range(2):
        with pytest.raises(ed25519.UnfitLibraryError, match=name):
            ed25519.verify(PAIR.public, MESSAGE, GOOD)


@pytest.mark.usefixtures("fresh_library_check")
def test_a_library_that_refuses_a_good_signature_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ed25519, "_holds", lambda *_: False)
    with pytest.raises(ed25519.UnfitLibraryError, match="good signature"):
        ed25519.verify(PAIR.public, MESSAGE, GOOD)


def test_the_start_up_vectors_are_what_their_names_say() -> None:
    """Each satisfies the equation times 8 or modulo L, by arithmetic of our own."""
    _, message, good = ed25519.ACCEPTED_BY_A_FIT_LIBRARY
    nonce_point = good[:32]
    for name, (key, same_message, bad) in ed25519.REFUSED_BY_A_FIT_LIBRARY.items():
        assert (key, same_message) == (ed25519.ACCEPTED_BY_A_FIT_LIBRARY[0], message)
        if name.startswith("an S"):
            assert bad[:32] == nonce_point
            assert _s(bad) == _s(good) + curve.L
        else:
            assert _s(bad) < curve.L
