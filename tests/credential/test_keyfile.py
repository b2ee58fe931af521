import copy
import json
import pickle
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from credential import keyfile
from credential.keyfile import Cost, KeyFile, Purpose
from credential.reason import KeyFileReason
from credential.sign import SigningKey
from tests.credential.refusal import reason_of, refused

SEED = bytes(range(32))
CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
SALT, NONCE = b"s" * keyfile.SALT_BYTES, b"n" * keyfile.NONCE_BYTES
SEALED = keyfile.seal(SEED, Purpose.CERTIFICATE, "厦门港务", "正确的口令".encode(), SALT, NONCE, CHEAP)
DEMO = keyfile.demo(SEED, Purpose.ROOT, "fujian")


def test_a_sealed_key_comes_back() -> None:
    file = keyfile.parse(SEALED)
    assert (file.purpose, file.owner, file.cost) == (Purpose.CERTIFICATE, "厦门港务", CHEAP)
    key = keyfile.unseal(file, "正确的口令".encode())
    assert key.sign(b"x") == SigningKey(SEED).sign(b"x")
    assert (key.public, key.kid) == (file.public, SigningKey(SEED).kid)


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32), st.sampled_from(Purpose), st.text(max_size=20), st.binary(max_size=40))
def test_any_key_comes_back(seed: bytes, purpose: Purpose, owner: str, passphrase: bytes) -> None:
    file = keyfile.parse(keyfile.seal(seed, purpose, owner, passphrase, SALT, NONCE, CHEAP))
    assert (file.purpose, file.owner) == (purpose, owner)
    assert keyfile.unseal(file, passphrase).public == SigningKey(seed).public
    demo = keyfile.parse(keyfile.demo(seed, purpose, owner))
    assert keyfile.open_demo(demo).public == SigningKey(seed).public


def test_a_sealed_file_shows_no_secret() -> None:
    assert SEED.hex() not in SEALED.decode()
    assert SEED.hex() not in repr(keyfile.parse(SEALED))


@pytest.mark.parametrize("passphrase", ["", "错误的口令", "正确的口令 ", "正确的口"])
def test_a_wrong_passphrase(passphrase: str) -> None:
    with refused(KeyFileReason.CANNOT_OPEN):
        keyfile.unseal(keyfile.parse(SEALED), passphrase.encode())


def test_a_demo_key_is_not_unsealed() -> None:
    with refused(KeyFileReason.DEMO_KEY_REFUSED):
        keyfile.unseal(keyfile.parse(DEMO), b"")


def test_a_sealed_key_is_no_demo_key() -> None:
    with refused(KeyFileReason.MALFORMED):
        keyfile.open_demo(keyfile.parse(SEALED))


@pytest.mark.parametrize("found", Purpose)
@pytest.mark.parametrize("wanted", Purpose)
def test_one_key_one_purpose(found: Purpose, wanted: Purpose) -> None:
    file = keyfile.parse(keyfile.demo(SEED, found, "x"))
    expected = None if found is wanted else "WRONG_PURPOSE"
    assert reason_of(keyfile.require_purpose, file, wanted) == expected


def _changed(data: bytes = SEALED, **changes: object) -> bytes:
    found = {**json.loads(data), **changes}
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


def _kdf(**changes: object) -> bytes:
    return _changed(kdf={**json.loads(SEALED)["kdf"], **changes})


TOO_COSTLY = {
    "1 TiB of memory": _kdf(memory=1 << 40),
    "a byte more than allowed": _kdf(memory=keyfile.MAX_MEMORY + 1),
    "17 passes": _kdf(operations=keyfile.MAX_OPERATIONS + 1),
    "2^62 passes": _kdf(operations=1 << 62),
    "a thousand digits of memory": _kdf(memory=10**999),
}


@pytest.mark.parametrize("name", TOO_COSTLY)
def test_a_costly_file_is_refused_before_any_work(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("the key derivation was started")

    monkeypatch.setattr(argon2id, "kdf", never)
    started = time.perf_counter()
    with refused(KeyFileReason.KDF_TOO_COSTLY):
        keyfile.parse(TOO_COSTLY[name])
    assert time.perf_counter() - started < 0.05


def test_the_default_cost_is_allowed() -> None:
    assert Cost().memory <= keyfile.MAX_MEMORY
    assert Cost().operations <= keyfile.MAX_OPERATIONS
    assert reason_of(keyfile.parse, _kdf(memory=Cost().memory, operations=Cost().operations)) is None


MALFORMED = {
    "nothing": b"",
    "not JSON": b"-----BEGIN PRIVATE KEY-----",
    "not UTF-8": b"\xff\xfe",
    "an array": b"[]",
    "null": b"null",
    "100,000 brackets": b"[" * 100_000,
    "4,000 brackets": b"[" * 4_000,
    "an integer of 4,000 digits": b"1" * 4_000,
    "4,097 bytes": SEALED.ljust(4_097),
    "version 2": _changed(yinxin_key=2),
    "no version": _changed(yinxin_key=None),
    "an unknown purpose": _changed(purpose="anything"),
    "no purpose": _changed(purpose=None),
    "no owner": _changed(owner=None),
    "owner an integer": _changed(owner=1),
    "no public key": _changed(public=None),
    "a public key of 31": _changed(public="00" * 31),
    "a public key that is not hex": _changed(public="zz" * 32),
    "no sealed seed": _changed(sealed=None),
    "a sealed seed that is not hex": _changed(sealed="x"),
    "a sealed seed that is a number": _changed(sealed=1),
    "another derivation": _kdf(name="pbkdf2"),
    "no derivation": _changed(kdf=None),
    "memory a text": _kdf(memory="8192"),
    "memory a fraction": _kdf(memory=8192.0),
    "too little memory": _kdf(memory=argon2id.MEMLIMIT_MIN - 1),
    "no passes": _kdf(operations=0),
    "negative passes": _kdf(operations=-1),
    "a salt of 15": _kdf(salt="00" * 15),
    "no salt": _kdf(salt=""),
    "demo false": _changed(DEMO, demo=False),
    "a demo seed of 31": _changed(DEMO, seed="00" * 31),
    "a demo without seed": _changed(DEMO, seed=None),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file(name: str) -> None:
    with refused(KeyFileReason.MALFORMED):
        keyfile.parse(MALFORMED[name])


OTHER_PUBLIC = SigningKey(b"x" * 32).public.hex()


def test_a_public_key_that_is_not_the_seeds() -> None:
    with refused(KeyFileReason.PUBLIC_KEY_MISMATCH):
        keyfile.unseal(keyfile.parse(_changed(public=OTHER_PUBLIC)), "正确的口令".encode())
    with refused(KeyFileReason.PUBLIC_KEY_MISMATCH):
        keyfile.open_demo(keyfile.parse(_changed(DEMO, public=OTHER_PUBLIC)))


def _box(content: bytes) -> str:
    secret = argon2id.kdf(SecretBox.KEY_SIZE, b"p", SALT, CHEAP.operations, CHEAP.memory)
    return bytes(SecretBox(secret).encrypt(content, NONCE)).hex()


@pytest.mark.parametrize("content", [b"", SEED[:31], SEED + b"\0"], ids=len)
def test_a_sealed_seed_of_another_length(content: bytes) -> None:
    with refused(KeyFileReason.MALFORMED):
        keyfile.unseal(keyfile.parse(_changed(sealed=_box(content))), b"p")


@pytest.mark.parametrize("sealed", ["", "00" * 23, "00" * 24, "00" * 39])
def test_a_sealed_seed_cut_short(sealed: str) -> None:
    with refused(KeyFileReason.CANNOT_OPEN):
        keyfile.unseal(keyfile.parse(_changed(sealed=sealed)), b"p")


@given(st.integers(0), st.binary(max_size=4), st.integers(0, 4))
def test_any_mutation_is_read_or_refused(at: int, new: bytes, skip: int) -> None:
    for data in (SEALED, DEMO):
        place = at % len(data)
        found = reason_of(keyfile.parse, data[:place] + new + data[place + skip :])
        assert found in {None, "MALFORMED", "KDF_TOO_COSTLY"}


KEY = SigningKey(SEED)


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_signing_key_cannot_be_copied(take: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match="not to be copied"):
        take(KEY)


def test_a_signing_key_shows_its_kid_only() -> None:
    assert repr(KEY) == str(KEY) == f"SigningKey(kid={KEY.kid.hex()})"
    assert SEED.hex() not in f"{KEY!r}"


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey(bytes(length))


def test_a_parsed_file_is_a_value() -> None:
    assert keyfile.parse(DEMO) == KeyFile(Purpose.ROOT, "fujian", KEY.public, demo_seed=SEED)
