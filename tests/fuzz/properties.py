"""What every reader promises for any bytes: a value, or exactly the error that it documents; and the same bytes again
where what was read is written anew. Each harness takes bytes and raises whatever breaks the promise.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

from credential import (
    benefits,
    bundle,
    cbor,
    checkpoint,
    claims,
    cose,
    keyfile,
    layout,
    policy,
    qr_text,
    recognition,
    register,
    request,
    root,
    status_list,
    trust_list,
)
from credential.bins import decode_bin, encode_bin
from credential.errors import CredentialError, KeyFileError, ObjectError
from credential.issuer import Issuer, OccupationReference
from credential.model import Entry, LevelCertificate, Seconds, Status
from credential.published import ObjectType
from credential.reason import KeyFileReason, Outcome, Reason, SyncReason
from credential.trust import RegionTrust, Trust, load
from credential.verify import Accepted, Rejected, Undecided, Verdict, verify, verify_bytes
from tests.fuzz import corpus, remake, rich, tree
from tests.world import CODE, FUJIAN, NOW

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Harness:
    """One reader and its promise. `seeds` are inputs to start from."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]


class BrokenPromiseError(AssertionError):
    """A reader did what it promises not to do."""


def _read(reader: Callable[[bytes], _T], data: bytes, error: type[CredentialError], reasons: Set[object]) -> _T | None:
    """What `reader` makes of `data`; None if it refuses, which it may with exactly this error and these reasons."""
    try:
        return reader(data)
    except CredentialError as refused:
        if type(refused) is not error or refused.reason not in reasons:
            raise BrokenPromiseError(f"{type(refused).__name__} {refused.reason}") from refused
        return None


def _same(again: bytes, data: bytes) -> None:
    if again != data:
        raise BrokenPromiseError(f"written anew it is {again.hex()}")


_CBOR: Final = frozenset(reason for reason in Reason if reason.name.startswith("CBOR_"))
_COSE: Final = _CBOR | {
    *(Reason.COSE_TAG, Reason.COSE_SHAPE, Reason.UNPROTECTED_NOT_EMPTY, Reason.WRONG_TYPE, Reason.ALG_REFUSED),
    *(Reason.HEADER_SHAPE, Reason.SIGNATURE_LENGTH),
}
_QR: Final = {Reason.QR_TOO_LONG, Reason.QR_PREFIX, Reason.QR_DIGITS, Reason.QR_GROUP}
_OBJECT: Final = {SyncReason.OBJECT_TOO_LARGE, SyncReason.OBJECT_MALFORMED}


# --- verify -----------------------------------------------------------------------------------------------------------


@cache
def _held() -> tuple[Trust, Seconds]:
    """A verifier at home in Guangdong, which recognises Fujian, with everything that can be held of both."""
    bundle_, pin, _ = rich.bundle()
    return load(bundle_, frozenset({pin})), NOW


def _judged(verdict: Verdict) -> None:
    """A verdict is of the type that its reason belongs to."""
    kind = {Outcome.ACCEPTED: Accepted, Outcome.REJECTED: Rejected, Outcome.UNDECIDED: Undecided}
    if type(verdict) is not kind[verdict.reason.outcome]:
        raise BrokenPromiseError(f"{type(verdict).__name__} {verdict.reason}")


def _verify_text(data: bytes) -> None:
    _judged(verify(data.decode("utf-8", "replace"), *_held()))


def _verify_bytes(data: bytes) -> None:
    _judged(verify_bytes(data, *_held()))


def _verify_signed(data: bytes) -> None:
    """`data` as the payload of a certificate whose signature holds."""
    _judged(verify_bytes(corpus.sealed(rich.certificates()[0], data), *_held()))


def _load(data: bytes) -> None:
    _, home, partner = rich.bundle()
    trust = _read(lambda each: load(each, frozenset({home, partner})), data, ObjectError, _OBJECT)
    if trust is not None and not all(isinstance(each, RegionTrust | ObjectError) for each in trust.regions.values()):
        raise BrokenPromiseError("a region that is neither")


_SEALED: Final = (2, 3, 4, 5, 6, 8, 9, 10)


def _load_signed(data: bytes) -> None:
    """The first byte names an object of Fujian, the rest is its payload; all around it is made right again."""
    if not data:
        return
    whole, pin, _ = rich.bundle()
    kind = ObjectType(_SEALED[data[0] % len(_SEALED)])
    trust = load(remake.with_payload(whole, FUJIAN, kind, data[1:]), frozenset({pin}))
    for certificate in rich.certificates()[6:8]:
        _judged(verify_bytes(certificate, trust, NOW))


# --- readers ----------------------------------------------------------------------------------------------------------


def _decode(data: bytes) -> None:
    value = _read(cbor.decode, data, CredentialError, _CBOR)
    if value is not None:
        _same(tree.encode(value), data)


def _decode_tagged(data: bytes) -> None:
    found = _read(cbor.decode_tagged, data, CredentialError, _CBOR)
    if found is not None:
        tags, value = found
        head = b"".join(bytes((0xC0 | tag,)) if tag < 24 else bytes((0xD8, tag)) for tag in tags)
        _same(head + tree.encode(value), data)


def _sign1(data: bytes) -> None:
    found = _read(lambda each: cose.decode_sign1(each, None), data, CredentialError, _COSE)
    if found is not None:
        parts = (cose.protected_sign1(found.kid, None), found.payload, found.signature)
        protected, payload, signature = map(cbor.byte_string, parts)
        _same(b"\xd2\x84" + protected + b"\xa0" + payload + signature, data)
    usual = layout.read(data)
    if usual is not None and usual != (found, claims.decode_body(claims.decode_outer(usual[0].payload))):
        raise BrokenPromiseError("the usual layout holds something else than the strict readers find")


def _sign(data: bytes) -> None:
    found = _read(lambda each: cose.decode_sign(each, root.TYP), data, CredentialError, _COSE)
    if found is not None:
        signatures: list[cbor.Value] = [
            [cose.protected_sign1(each.kid, None), {}, each.signature] for each in found.signatures
        ]
        _same(b"\xd8\x62" + tree.encode([cose.protected_sign(root.TYP), {}, found.payload, signatures]), data)


def _claims(data: bytes) -> None:
    outer = _read(claims.decode_outer, data, CredentialError, _CBOR | {Reason.CLAIMS_SHAPE})
    if outer is None:
        return
    body = {Reason.UNSUPPORTED, Reason.BODY_SHAPE, Reason.NAME_REFUSED}
    certificate = _read(lambda _: claims.decode_body(outer), data, CredentialError, body)
    if certificate is not None:
        if isinstance(certificate.subject, LevelCertificate) and not 1 <= certificate.subject.level <= 5:
            raise BrokenPromiseError("a level that there is not")
        _same(claims.encode(certificate), data)


def _text(data: bytes) -> None:
    shown = data.decode("utf-8", "replace")
    found = _read(lambda _: qr_text.decode(shown), data, CredentialError, _QR)
    if found is not None and qr_text.decode(qr_text.encode("fj.example", found)) != found:
        raise BrokenPromiseError("other bytes when written anew")


def _root(data: bytes) -> None:
    found = _read(root.decode, data, ObjectError, _OBJECT)
    if found is not None:
        _same(found[0].encode(), found[1].payload)


def _checkpoint(data: bytes) -> None:
    found = _read(checkpoint.decode, data, ObjectError, _OBJECT)
    if found is not None:
        _same(found[0].encode(), found[1].payload)


def _trust_list(data: bytes) -> None:
    found = _read(trust_list.decode, data, ObjectError, _OBJECT)
    if found is not None:
        _same(found[0].encode(), found[1].payload)


def _recognition(data: bytes) -> None:
    found = _read(recognition.decode, data, ObjectError, _OBJECT)
    if found is not None:
        _same(found[0].encode(), found[1].payload)


def _policy(data: bytes) -> None:
    found = _read(policy.decode, data, ObjectError, _OBJECT)
    if found is not None:
        table = _read(benefits.decode, found[0].payload, ObjectError, _OBJECT)
        if table is not None:
            _same(table.encode(), found[1].payload)


_OCCUPATIONS: Final = (OccupationReference(2022, "6-31-01-03"), OccupationReference(0, "x"))
_PLACES: Final = {occupation: place for place, occupation in enumerate(_OCCUPATIONS)}


def _bin(data: bytes) -> None:
    """Codes and scopes can be written in more ways than one, so it is the issuers that must come again."""
    found = _read(lambda each: decode_bin(each, _OCCUPATIONS), data, ObjectError, _OBJECT)
    if found is not None:
        again = decode_bin(encode_bin([*found.values()], _PLACES), _OCCUPATIONS)
        if [_in_order(each) for each in again.values()] != [_in_order(each) for each in found.values()]:
            raise BrokenPromiseError("another bin when written anew")


def _in_order(issuer: Issuer) -> Issuer:
    return issuer._replace(scopes=tuple(sorted(issuer.scopes, key=repr)))


def _status_list(data: bytes) -> None:
    """A stream can be packed in many ways, so it is the entries that must come again."""
    found = _read(status_list.decode, data, ObjectError, _OBJECT)
    if found is not None:
        again = corpus.sealed(data, found[0].encode())
        if status_list.decode(again)[0] != found[0]:
            raise BrokenPromiseError("another list when written anew")


def _survivors(data: bytes) -> None:
    found = _read(register.decode_digests, data, ObjectError, _OBJECT)
    if found is not None:
        _same(register.pack_digests(found[place] for place in range(len(found))).data, data)


def _shard(data: bytes) -> None:
    found = _read(register.decode_shard, data, ObjectError, _OBJECT)
    if found is not None:
        _same(found.encode(), data)


def _register(data: bytes) -> None:
    found = _read(register.decode_index, data, ObjectError, _OBJECT)
    if found is not None:
        _same(found.encode(), data)


def _bundle(data: bytes) -> None:
    """The regions may come in any order that CBOR allows, and a list that may be missing may be empty."""
    found = _read(bundle.decode, data, ObjectError, _OBJECT)
    if found is not None and bundle.decode(bundle.encode(found)) != found:
        raise BrokenPromiseError("another bundle when written anew")


def _request(data: bytes) -> None:
    found = _read(request.decode, data, CredentialError, _COSE | {Reason.CLAIMS_SHAPE})
    if found is not None:
        content: dict[int | str, cbor.Value] = {
            1: found[0].issuer,
            2: int(found[0].action),
            3: found[0].id,
            4: found[0].time,
            5: found[0].nonce,
            6: found[0].encode_content(),
        }
        _same(cbor.encode(content), found[1].payload)


def _enrolment(data: bytes) -> None:
    refused = _COSE | {Reason.CLAIMS_SHAPE, Reason.SIGNATURE_INVALID}
    found = _read(request.open_enrolment, data, CredentialError, refused)
    if found is not None:
        _same(found.encode(), corpus.payload_of(data))


def _key_file(data: bytes) -> None:
    refused = {KeyFileReason.MALFORMED, KeyFileReason.KDF_TOO_COSTLY}
    found = _read(keyfile.parse, data, KeyFileError, refused)
    if found is not None and found.demo_seed is not None:
        opened = {KeyFileReason.PUBLIC_KEY_MISMATCH}
        _read(lambda _: keyfile.open_demo(found), data, KeyFileError, opened)


# --- seeds ------------------------------------------------------------------------------------------------------------


def _certificates() -> list[bytes]:
    return [each.data for each in corpus.shown() if each.data]


def _payloads() -> list[bytes]:
    found = []
    for data in _certificates():
        try:
            found.append(cose.decode_sign1(data, None).payload)
        except CredentialError:
            continue
    return found


def _texts() -> list[bytes]:
    return [each.text.encode() for each in corpus.shown()]


def _of(kind: ObjectType) -> Callable[[], Iterable[bytes]]:
    return lambda: corpus.objects()[kind]


def _bundles() -> list[bytes]:
    return [rich.bundle()[0], *(group[0].bundle for group in corpus.by_bundle()[:12])]


def _loads() -> Iterable[bytes]:
    """The payloads of the bundle's objects, each behind the number of its kind."""
    part = corpus.parts(rich.bundle()[0])[FUJIAN]
    for place, kind in enumerate(_SEALED):
        yield bytes((place,)) + remake.payload_in(part, ObjectType(kind))


def _requests() -> Iterable[bytes]:
    key = next(iter(corpus.keys().values()))
    change = request.StatusChange(Entry(0, 7), Status.REVOKED, request.ChangeReason.FRAUD)
    contents = (
        request.ReserveIndices(3),
        request.RegisterBatch((rich.certificates()[0],)),
        request.ChangeStatus((change,)),
    )
    for content in contents:
        yield request.seal(request.Request(CODE, bytes(16), Seconds(1), bytes(16), content), key)


def _enrolments() -> Iterable[bytes]:
    first, second, *_ = corpus.keys().values()
    asked = request.Enrolment(CODE, first.public, second.public, Seconds(1))
    yield request.seal_enrolment(asked, first, second)


def _key_files() -> Iterable[bytes]:
    yield keyfile.demo(bytes(32), keyfile.Purpose.LIST, "region 35")
    sealed = {"name": "argon2id", "operations": 1, "memory": 8192, "salt": "00" * 16}
    text = str({"yinxin_key": 1, "purpose": "root", "owner": "a", "public": "00" * 32, "kdf": sealed, "sealed": "00"})
    yield re.sub("'", '"', text).encode()


VERIFYING: Final = (
    Harness("verify", _verify_text, _texts),
    Harness("verify_bytes", _verify_bytes, _certificates),
    Harness("verify_bytes, the payload signed", _verify_signed, _payloads),
)
"""The verdict, over a trust that was loaded once."""

LOADING: Final = (
    Harness("trust.load", _load, _bundles),
    Harness("trust.load, the object signed and named", _load_signed, _loads),
)
"""From a bundle's bytes to what may be believed. Slow: every one has many signatures."""

READING: Final = (
    Harness("cbor.decode", _decode, lambda: [*_payloads(), *_bundles()[1:3]]),
    Harness("cbor.decode_tagged", _decode_tagged, _certificates),
    Harness("cose.decode_sign1", _sign1, _certificates),
    Harness("cose.decode_sign", _sign, _of(ObjectType.ROOT)),
    Harness("claims", _claims, _payloads),
    Harness("qr_text.decode", _text, _texts),
    Harness("root.decode", _root, _of(ObjectType.ROOT)),
    Harness("checkpoint.decode", _checkpoint, _of(ObjectType.CHECKPOINT)),
    Harness("trust_list.decode", _trust_list, _of(ObjectType.TRUST_LIST)),
    Harness("decode_bin", _bin, _of(ObjectType.BIN)),
    Harness("status_list.decode", _status_list, _of(ObjectType.STATUS_LIST)),
    Harness("recognition.decode", _recognition, _of(ObjectType.RECOGNITION)),
    Harness("policy.decode", _policy, _of(ObjectType.BENEFITS)),
    Harness("register.decode_digests", _survivors, _of(ObjectType.SURVIVORS)),
    Harness("register.decode_shard", _shard, _of(ObjectType.SHARD)),
    Harness("register.decode_index", _register, _of(ObjectType.REGISTER)),
    Harness("bundle.decode", _bundle, _bundles),
    Harness("request.decode", _request, _requests),
    Harness("request.open_enrolment", _enrolment, _enrolments),
    Harness("keyfile.parse", _key_file, _key_files),
)
"""Every reader of bytes in the core, alone."""

GROUPS: Final[Mapping[str, tuple[Harness, ...]]] = {"verifying": VERIFYING, "loading": LOADING, "reading": READING}


def run(harnesses: tuple[Harness, ...], data: bytes) -> None:
    """The first byte chooses the harness, the rest is its input."""
    if data:
        harnesses[data[0] % len(harnesses)].run(data[1:])


def seeds(harnesses: tuple[Harness, ...]) -> list[bytes]:
    """Inputs for `run`: every seed of every harness, the larger ones left out, each once."""
    found = {
        bytes((place,)) + each
        for place, harness in enumerate(harnesses)
        for each in harness.seeds()
        if len(each) < 6000
    }
    return sorted(found)
