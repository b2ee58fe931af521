"""The numbered list of faults that the verifier must survive: what is shown to it, and the one answer.

Every id begins with the fault's number. Whatever is wrong, the signature is right for it, unless it is what is wrong: a
verifier that forgot the check would accept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

import cbor2

from credential import checkpoint, cose, recognition, register, request, root, sign, status_list, trust_list
from credential.issuer import CertificateKey, Survivors
from credential.model import (
    Certificate,
    IssuerCode,
    IssuerState,
    KeyState,
    LevelCertificate,
    Seconds,
    Status,
    StatusReference,
)
from credential.reason import Reason
from credential.request import Enrolment, Request, ReserveIndices
from tests import ed25519_math as curve
from tests.credential.scenario import FAULTS, Scenario
from tests.verifier_cli.conftest import GOOD, text
from tests.world import (
    CERTIFICATE,
    CODE,
    DAY,
    ELECTRICIAN,
    FILED,
    GUANGDONG,
    ISSUED_ON,
    ISSUER,
    NOW,
    PUBLISHED_AT,
    ROOTED_AT,
    SIGNED_AT,
    World,
    certificate,
    certificate_key,
    key,
    sign_it,
)

ACCEPTED, REJECTED, UNDECIDED = 0, 1, 3
"""Exit codes."""
PREFIX, DIGITS = GOOD.split("#")
PAYLOAD = Scenario().payload()
_BY_ISSUER = key("issuer").sign
PAIR = curve.pair(sha256(b"yinxin test key issuer").digest())
"""The issuer's key in plain integers, to sign as no library would."""


@dataclass(frozen=True)
class Case:
    """A text that is shown, in a world, at a time; and the exit code and the reason that must come of it."""

    text: str
    code: int
    reason: str
    world: World = field(default_factory=World)
    now: Seconds = NOW
    others: tuple[World, ...] = ()


def _scene(shown: Scenario, code: int, reason: Reason | str) -> Case:
    return Case(shown.text(), code, str(reason), shown.world, shown.now)


def _fault(reason: Reason, code: int = REJECTED) -> Case:
    """A fault that the scenarios know already."""
    return _scene(FAULTS[reason](Scenario()), code, reason)


def _data(data: bytes, code: int, reason: str, world: World | None = None) -> Case:
    return Case(text(data), code, reason, world or World())


def _text(shown: str, reason: str, code: int = REJECTED) -> Case:
    return Case(shown, code, reason)


def _in(world: World, code: int, reason: str, what: Certificate = CERTIFICATE, by: str = "issuer") -> Case:
    return _data(sign_it(what, by), code, reason, world)


def _issuer(**changes: Any) -> World:
    return World(issuers=(ISSUER._replace(**changes),))


# --- the QR's text ----------------------------------------------------------------------------------------------------

QR: Final = {
    "1-no-prefix": _text(DIGITS, "QR_PREFIX"),
    "1-no-fragment": _text(f"https://fj.example/v/{DIGITS}", "QR_PREFIX"),
    "1-another-path": _text(f"https://fj.example/x#{DIGITS}", "QR_PREFIX"),
    "1-plain-http": _text(f"http://fj.example/v#{DIGITS}", "QR_PREFIX"),
    "1-upper-case": _text(f"HTTPS://FJ.EXAMPLE/V#{DIGITS}", "QR_PREFIX"),
    "1-user-in-the-host": _text(f"https://a@fj.example/v#{DIGITS}", "QR_PREFIX"),
    "1-a-foreign-site": _text("https://weixin.example/q/abc", "QR_PREFIX"),
    "1-a-health-certificate": _text("HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOO6+IDOEZ", "QR_PREFIX"),
    "1-another-host-is-ignored": _text(GOOD.replace("fj.example", "other.example"), "ACCEPTED", ACCEPTED),
    "2-no-digits": _text(f"{PREFIX}#", "QR_DIGITS"),
    "2-a-letter": _text(f"{GOOD[:-1]}x", "QR_DIGITS"),
    "2-a-sign": _text(f"{PREFIX}#+{DIGITS[1:]}", "QR_DIGITS"),
    "2-an-underscore": _text(f"{GOOD[:80]}_{GOOD[81:]}", "QR_DIGITS"),
    "2-one-digit-more": _text(f"{GOOD}1", "QR_GROUP"),
    "2-one-digit-less": _text(GOOD[:-1], "QR_GROUP"),
    "2-one-digit-alone": _text(f"{PREFIX}#0", "QR_GROUP"),
    "2-seven-bytes-overflow": _text(f"{PREFIX}#{'9' * 17}", "QR_GROUP"),
    "2-2^56": _text(f"{PREFIX}#{2**56:017d}", "QR_GROUP"),
    "2-one-byte-overflows": _text(f"{PREFIX}#256", "QR_GROUP"),
    "5-4297-characters": _text(GOOD + "&" + "x" * (4_296 - len(GOOD)), "QR_TOO_LONG"),
    "5-4296-characters-are-read": _text(GOOD + "&" + "x" * (4_295 - len(GOOD)), "ACCEPTED", ACCEPTED),
    "5-100000-digits": _text(f"{PREFIX}#{'1' * 100_000}", "QR_TOO_LONG"),
    "10-a-leading-zero": _text(f"{PREFIX}#0{DIGITS}", "QR_GROUP"),
    "10-a-group-of-leading-zeros": _text(f"{PREFIX}#{'0' * 17}{DIGITS}", "CBOR_TRAILING"),
    "10-appinstall": _text(f"{GOOD}&appinstall=0", "ACCEPTED", ACCEPTED),
    "10-from-chat": _text(f"{GOOD}?from=chat", "ACCEPTED", ACCEPTED),
    "10-line-breaks": _text(f"{GOOD[:60]}\r\n{GOOD[60:200]}\n{GOOD[200:]}", "ACCEPTED", ACCEPTED),
    "10-blanks-around": _text(f" \t{GOOD}\n ", "ACCEPTED", ACCEPTED),
    "10-a-blank-inside": _text(f"{GOOD[:60]} {GOOD[60:]}", "QR_DIGITS"),
    "10-percent-encoded-hash": _text(f"{PREFIX}%23{DIGITS}", "QR_PREFIX"),
    "10-percent-encoded-digit": _text(f"{GOOD[:-1]}%3{GOOD[-1]}", "QR_DIGITS"),
    "10-a-full-width-digit": _text(f"{GOOD[:-1]}１", "QR_DIGITS"),
    "10-an-arabic-digit": _text(f"{GOOD[:-1]}١", "QR_DIGITS"),
    "10-a-superscript": _text(f"{GOOD[:-1]}²", "QR_DIGITS"),
    "10-a-zero-width-space": _text(f"{GOOD}\u200b", "QR_DIGITS"),
    "10-an-ideographic-space-before": _text(f"\u3000{GOOD}", "QR_PREFIX"),
    "10-a-line-separator-after": _text(f"{GOOD}\u2028", "QR_DIGITS"),
    "10-a-nul": _text(f"{GOOD}\0", "QR_DIGITS"),
    "10-another-fragment": _text(f"{GOOD}#{DIGITS}", "QR_DIGITS"),
}

# --- CBOR: as the whole, as the protected header, as the claims -------------------------------------------------------

NASTY_BY_NUMBER: Final = {
    "11": ("a trailing byte", "a trailing break", "a second item", "trailing bytes that are not CBOR"),
    "12": (
        *("0 in one byte more", "23 in one byte more", "255 in two bytes", "65535 in four bytes"),
        *("2^32 - 1 in eight bytes", "-1 in one byte more", "-256 in two bytes", "a byte string's length"),
        *("a text's length", "an array's count", "a map's count", "a key"),
        *("tag 18 in one byte more", "tag 18 in two bytes"),
    ),
    "13": (
        *("keys 2, 1", "keys -1, 1", "a text before an integer", "keys in the order of RFC 7049"),
        *("inner keys unsorted", "the same key again, not adjacent", "an unsorted key whose value is cut"),
    ),
    "14": ("a key twice", "a text key twice"),
    "15": ("keys 1 and 1.0", "key 1.0", "keys 1 and true", "key true"),
    "16": ("two NaN keys",),
    "17": (
        *("a half", "a single", "a double", "NaN", "infinity", "minus zero", "undefined", "simple 0", "simple 16"),
        *("simple 255", "false in two bytes", "a float with its bytes missing"),
    ),
    "18": (
        *("indefinite bytes", "indefinite text", "an indefinite array", "an indefinite map", "indefinite inside"),
        *("an indefinite integer", "an indefinite negative integer", "an indefinite tag", "a break"),
        *("a break inside", "a break as value"),
    ),
    "19": ("depth 9 in arrays", "depth 9 in maps", "depth 9 in both"),
    "20": (
        *("bytes of 2^63 - 1", "bytes of 2^64 - 1", "text of 2^63 - 1", "an array of 2^63 - 1"),
        *("an array of 2^64 - 1", "a map of 2^63 - 1", "bytes of 2^24 + 1", "bytes of 2^24, cut"),
        *("an array of 2^24, cut", "a map of 2^24, cut"),
    ),
    "21": (
        *("a shared value", "a cycle", "a reference", "a string reference", "a string namespace"),
        *("a regular expression", "a MIME message", "a bignum", "a negative bignum", "a decimal"),
        *("a decimal of a giant exponent", "a bigfloat", "a date", "an IP address", "a set"),
        *("self-described CBOR", "tag 18 inside", "a tag beyond 32 bits"),
    ),
    "22": (
        *("an overlong slash", "an overlong NUL", "an overlong of three bytes", "a surrogate", "a surrogate pair"),
        *("beyond U+10FFFF", "a lone continuation", "a character cut by its length", "five bytes"),
        *("byte FF in a text", "a key that is not UTF-8"),
    ),
    "23": ("2^53", "minus 2^53", "2^64 - 1", "minus 2^64"),
    "24": ("__proto__ twice",),
}
"""The nasty inputs of the strict decoder's own test, by the fault that each belongs to."""


def sealed(
    header: Mapping[object, object] | bytes | None = None,
    *,
    payload: bytes = PAYLOAD,
    unprotected: Mapping[object, object] | None = None,
    tags: tuple[int, ...] = (18,),
    signer: Callable[[bytes], bytes] = _BY_ISSUER,
) -> bytes:
    """The certificate in an envelope of any kind; `signer` makes the signature of the to-be-signed bytes."""
    protected = header if isinstance(header, bytes) else cbor2.dumps(_HEADER if header is None else header)
    signature = signer(cose.to_be_signed_sign1(protected, payload))
    item: object = [protected, unprotected or {}, payload, signature]
    for tag in reversed(tags):
        item = cbor2.CBORTag(tag, item)
    return cbor2.dumps(item)


_KID = key("issuer").kid
_HEADER: Final[Mapping[object, object]] = {1: -19, 4: _KID}


def _claims(**changes: Any) -> bytes:
    """The claims with `more` entries, or another `status`; sorted as they must be."""
    found = cbor2.loads(PAYLOAD)
    found[65535] = changes.get("status", found[65535])
    more = changes.get("more", {})
    assert isinstance(more, Mapping)
    entries = {**found, **more}.items()
    return cbor2.dumps(dict(sorted(entries, key=lambda entry: cbor2.dumps(entry[0]))))


_PROTO: Mapping[object, object] = {"__proto__": {"admin": True}}
_COLLIDING = {1 << 20 | place << 24: 0 for place in range(48)}
"""Integers of one remainder: what is looked up by the low bits falls into one place."""
CBOR: Final = {
    "19-depth-100000": _data(bytes.fromhex("81" * 100_000), REJECTED, "QR_TOO_LONG"),
    "19-depth-1000": _data(bytes.fromhex("81" * 1_000), REJECTED, "CBOR_DEPTH"),
    "19-1025-bytes": _data(bytes.fromhex("81" * 1_025), REJECTED, "TOO_LARGE"),
    "24-claim-__proto__": _data(sealed(payload=_claims(more=_PROTO)), REJECTED, "CLAIMS_SHAPE"),
    "24-claim-constructor": _data(sealed(payload=_claims(more={"constructor": 1})), REJECTED, "CLAIMS_SHAPE"),
    "24-header-__proto__": _data(sealed({**_HEADER, **_PROTO}), REJECTED, "HEADER_SHAPE"),
    "24-unprotected-__proto__": _data(sealed(unprotected={"__proto__": {}}), REJECTED, "UNPROTECTED_NOT_EMPTY"),
    "24-extra-__proto__": _scene(Scenario(body={-1: _PROTO}), REJECTED, "BODY_SHAPE"),
    "25-keys-1-and-text-1": _data(sealed(payload=_claims(more={"1": CODE})), REJECTED, "CLAIMS_SHAPE"),
    "25-keys-6-and-text-6": _data(sealed(payload=_claims(more={"6": 0})), REJECTED, "CLAIMS_SHAPE"),
    "25-keys-minus-1-and-minus-2": _data(sealed(payload=_claims(more={-1: 0, -2: 0})), REJECTED, "CLAIMS_SHAPE"),
    "25-header-alg-and-text-1": _data(sealed({1: -19, 4: _KID, "1": -7}), REJECTED, "HEADER_SHAPE"),
    "25-many-of-one-remainder": _data(sealed(payload=_claims(more=_COLLIDING)), REJECTED, "CLAIMS_SHAPE"),
}

# --- COSE and the signature -------------------------------------------------------------------------------------------


def _sealed(reason: str, header: Mapping[object, object] | bytes | None = None, **how: Any) -> Case:
    return _data(sealed(header, **how), REJECTED, reason)


def _signed(reason: str, signer: Callable[[bytes], bytes]) -> Case:
    return _data(sealed(signer=signer), REJECTED, reason)


def _cut(length: int) -> Callable[[bytes], bytes]:
    return lambda message: (_BY_ISSUER(message) * 2)[:length]


def _request() -> bytes:
    asked = Request(CODE, bytes(16), SIGNED_AT, bytes(16), ReserveIndices(1))
    return request.seal(asked, key("issuer"))


def _enrolment() -> bytes:
    first, second = key("issuer"), key("request")
    return request.seal_enrolment(Enrolment(CODE, first.public, second.public, SIGNED_AT), first, second)


_PART = World(agreements=()).part()
_TYPED = (
    request.TYP,
    request.ENROLMENT_TYP,
    status_list.TYP,
    checkpoint.TYP,
    root.TYP,
    trust_list.TYP,
    recognition.TYP,
)
CROSSWISE: Final = {
    "38-a-request": _data(_request(), REJECTED, "WRONG_TYPE"),
    "38-an-enrolment": _data(_enrolment(), REJECTED, "COSE_TAG"),
    "38-a-status-list": _data(_PART.status_lists[0], REJECTED, "WRONG_TYPE"),
    "38-a-checkpoint": _data(_PART.checkpoint, REJECTED, "WRONG_TYPE"),
    "38-a-root": _data(_PART.roots[0], REJECTED, "COSE_TAG"),
    "38-a-trust-list": _data(_PART.trust_list, REJECTED, "COSE_TAG"),
    "38-a-recognition-list": _data(_PART.recognition or b"", REJECTED, "COSE_TAG"),
    "38-a-bin": _data(_PART.bins[0], REJECTED, "COSE_TAG"),
    "38-a-request-without-its-type": _data(
        sealed(payload=cose.decode_sign1(_request(), request.TYP).payload), REJECTED, "CLAIMS_SHAPE"
    ),
    "38-a-status-list-without-its-type": _data(
        sealed(payload=cose.decode_sign1(_PART.status_lists[0], status_list.TYP).payload), REJECTED, "CLAIMS_SHAPE"
    ),
    **{f"38-a-certificate-with-typ-{typ}": _sealed("WRONG_TYPE", {**_HEADER, 16: typ}) for typ in _TYPED},
}

_BAD_KEYS = {
    **{f"small-order-{n}": each for n, each in enumerate(curve.small_order_encodings())},
    **{f"mixed-order-{n}": curve.encode(curve.add(PAIR.point, curve.TORSION[n])) for n in range(1, 8)},
    "not-on-the-curve": (2).to_bytes(32, "little"),
    "not-canonical": (curve.P + 3).to_bytes(32, "little"),
}
"""Public keys under which some library accepts a forged signature."""


def forged(public: bytes) -> dict[str, Callable[[bytes], bytes]]:
    """Signatures that some library accepts under a bad key of this kind."""
    return {
        "R=A": lambda _: public + bytes(32),
        "R=identity": lambda _: curve.encode(curve.IDENTITY) + bytes(32),
        "torsion": lambda message: curve.sign(PAIR, message, public=public),
    }


BAD_KEYS: Final = _BAD_KEYS
BAD_KEYS_IN_A_LIST: Final = {
    f"36-{name}-{how}": _data(
        sealed({1: -19, 4: cose.kid(public)}, signer=signer),
        UNDECIDED,
        "CHAIN_INVALID",
        _issuer(keys=(CertificateKey(public, ((ROOTED_AT, KeyState.ACTIVE),)),)),
    )
    for name, public in BAD_KEYS.items()
    for how, signer in forged(public).items()
}

_STALE_LIST = NOW - PUBLISHED_AT
COSE: Final = {
    "26-untagged": _sealed("COSE_TAG", tags=()),
    "26-tag-98": _sealed("COSE_TAG", tags=(98,)),
    "26-tag-16": _sealed("COSE_TAG", tags=(16,)),
    "26-tag-17": _sealed("COSE_TAG", tags=(17,)),
    "26-tag-61-outside-18": _sealed("COSE_TAG", tags=(61, 18)),
    "26-tag-61-alone": _sealed("COSE_TAG", tags=(61,)),
    "26-tag-18-outside-61": _sealed("COSE_TAG", tags=(18, 61)),
    "26-tag-18-twice": _sealed("COSE_TAG", tags=(18, 18)),
    "26-self-described": _sealed("CBOR_TYPE", tags=(55799, 18)),
    "27-alg-minus-7": _sealed("ALG_REFUSED", {1: -7, 4: _KID}),
    "27-alg-minus-8": _sealed("ALG_REFUSED", {1: -8, 4: _KID}),
    "27-alg-0": _sealed("ALG_REFUSED", {1: 0, 4: _KID}),
    "27-alg-a-text": _sealed("ALG_REFUSED", {1: "Ed25519", 4: _KID}),
    "27-alg-missing": _sealed("ALG_REFUSED", {4: _KID}),
    "27-alg-unprotected-only": _sealed("UNPROTECTED_NOT_EMPTY", {4: _KID}, unprotected={1: -19}),
    "27-alg-unprotected-too": _sealed("UNPROTECTED_NOT_EMPTY", unprotected={1: -19}),
    "28-crit": _sealed("HEADER_SHAPE", {1: -19, 2: [4], 4: _KID}),
    "28-crit-of-nothing": _sealed("HEADER_SHAPE", {1: -19, 2: [], 4: _KID}),
    "28-crit-unknown": _sealed("HEADER_SHAPE", {1: -19, 2: ["x"], 4: _KID}),
    "28-crit-unprotected": _sealed("UNPROTECTED_NOT_EMPTY", unprotected={2: [4]}),
    "29-protected-a0": _sealed("ALG_REFUSED", b"\xa0"),
    "29-protected-empty": _sealed("ALG_REFUSED", b""),
    "29-protected-a0-all-unprotected": _sealed("UNPROTECTED_NOT_EMPTY", b"\xa0", unprotected=_HEADER),
    "30-same-kid-unprotected": _sealed("UNPROTECTED_NOT_EMPTY", unprotected={4: _KID}),
    "30-another-kid-unprotected": _sealed("UNPROTECTED_NOT_EMPTY", unprotected={4: bytes(8)}),
    "30-kid-unprotected-only": _sealed("UNPROTECTED_NOT_EMPTY", {1: -19}, unprotected={4: _KID}),
    "30-kid-missing": _sealed("HEADER_SHAPE", {1: -19}),
    "30-kid-of-7-bytes": _sealed("HEADER_SHAPE", {1: -19, 4: _KID[:7]}),
    "31-unknown-kid-fresh-bundle": _in(World(), REJECTED, "KEY_UNKNOWN", by="stranger"),
    "31-unknown-kid-expired-bundle": _in(World(list_lifetime=_STALE_LIST), UNDECIDED, "STALE", by="stranger"),
    "31-unknown-kid-older-bundle": _in(
        World(list_issued=Seconds(SIGNED_AT - 1)), UNDECIDED, "STALE", by="enrolled yesterday"
    ),
    "31-unknown-issuer-fresh-bundle": _fault(Reason.ISSUER_UNKNOWN),
    "31-unknown-issuer-expired-bundle": _scene(
        FAULTS[Reason.TRUST_LIST_EXPIRED](FAULTS[Reason.ISSUER_UNKNOWN](Scenario())), UNDECIDED, "STALE"
    ),
    **{f"33-{n}-bytes": _signed("SIGNATURE_LENGTH", _cut(n)) for n in (0, 1, 63, 65, 128)},
    "34-S-plus-L": _signed("SIGNATURE_INVALID", lambda m: curve.sign(PAIR, m, s_plus=curve.L)),
    "34-S-plus-8L": _signed("SIGNATURE_INVALID", lambda m: curve.sign(PAIR, m, s_plus=8 * curve.L)),
    "34-top-bit-of-S": _signed("SIGNATURE_INVALID", lambda m: (s := _BY_ISSUER(m))[:63] + bytes([s[63] | 0x80])),
    "35-R-the-identity": _signed("SIGNATURE_INVALID", lambda m: curve.sign(PAIR, m, nonce=0)),
    "35-R-the-identity-not-canonical": _signed(
        "SIGNATURE_INVALID",
        lambda m: curve.sign(PAIR, m, nonce=0, r_bytes=(curve.P + 1).to_bytes(32, "little")),
    ),
    "35-R-and-S-zero": _signed("SIGNATURE_INVALID", lambda _: bytes(64)),
    **{
        f"103-R-with-{n}-eighths-of-torsion": _signed(
            "SIGNATURE_INVALID",
            lambda m, n=n: curve.sign(PAIR, m, torsion=curve.TORSION[n]),  # type: ignore[misc]
        )
        for n in range(1, 8)
    },
    **BAD_KEYS_IN_A_LIST,
    **CROSSWISE,
}

# --- meaning ----------------------------------------------------------------------------------------------------------

_LATER_SITE = IssuerCode("Y000035020102")
LOOK_ALIKE: Final = ISSUER._replace(
    code=_LATER_SITE, names=((FILED, "厦⻔港务控股集团有限公司"),), keys=(certificate_key("look-alike"),)
)
"""An institution that filed a name which looks like another's."""


def _post(seconds_left: int, code: int, reason: str) -> Case:
    ended = FAULTS[Reason.POST_ENDED](Scenario())
    return _scene(replace(ended, now=Seconds(NOW - seconds_left)), code, reason)


def _window(reason: str, *states: tuple[int, KeyState], code: int = REJECTED) -> Case:
    return _in(_issuer(keys=(certificate_key("issuer", states),)), code, reason)


def _filing(reason: str, *states: tuple[int, IssuerState], code: int = REJECTED) -> Case:
    """The filing's history in days after the certificate's date."""
    dated = tuple((ISSUED_ON + day, state) for day, state in states)
    return _in(_issuer(states=dated), code, reason)


def _scope(reason: str, *, code: int = REJECTED, what: Certificate = CERTIFICATE, **changes: Any) -> Case:
    return _in(_issuer(scopes=(ISSUER.scopes[0]._replace(**changes),)), code, reason, what)


def _number(*parts: str, code: int = REJECTED, reason: str) -> Case:
    prefix, year, level = parts
    return _scene(Scenario(number=(prefix, year, level)), code, reason)


def _named(name: str) -> Case:
    person = CERTIFICATE.person._replace(name=name)
    return _in(World(), REJECTED, "NAME_REFUSED", CERTIFICATE._replace(person=person))


def _reference(reason: str, index: int = 7, uri: str = CERTIFICATE.status.uri, code: int = REJECTED) -> Case:
    return _in(World(), code, reason, CERTIFICATE._replace(status=StatusReference(index, uri)))


def _status_claim(value: object) -> Case:
    return _data(sealed(payload=_claims(status={"status_list": value})), REJECTED, "CLAIMS_SHAPE")


_URIS = {
    "another-region": "https://gd.example/s/0",
    "look-alike-host": "https://fj.example.evil/s/0",
    "plain-http": "http://fj.example/s/0",
    "this-machine": "http://127.0.0.1:1/s/0",
    "a-file": "file:///etc/passwd",
    "a-path-back": "https://fj.example/s/../x/0",
    "a-leading-zero": "https://fj.example/s/00",
    "a-query": "https://fj.example/s/0?x",
    "no-number": "https://fj.example/s/",
    "a-full-width-number": "https://fj.example/s/０",
    "empty": "",
}
_AT_LEVEL_1 = certificate(subject=LevelCertificate(ELECTRICIAN, 1))
_F, _S, _W, _V = IssuerState.FILED, IssuerState.SUSPENDED, IssuerState.WITHDRAWN, IssuerState.VOID
_A, _R, _P = KeyState.ACTIVE, KeyState.RETIRED, KeyState.PENDING
_EIGHT_DAYS_AGO = FAULTS[Reason.NOT_REGISTERED](Scenario())
MEANING: Final = {
    "39-300-seconds-ahead": _scene(
        Scenario(certificate=certificate(issued_at=Seconds(NOW + 300))), ACCEPTED, "ACCEPTED"
    ),
    "39-301-seconds-ahead": _fault(Reason.ISSUED_IN_FUTURE),
    "39-years-ahead": _in(World(), REJECTED, "ISSUED_IN_FUTURE", certificate(issued_at=Seconds(2**53 - 1))),
    "39-date-after-signing": _fault(Reason.DATE_AFTER_SIGNING),
    "40-a-second-before-the-end": _post(1, ACCEPTED, "ACCEPTED"),
    "40-at-the-end": _post(0, REJECTED, "POST_ENDED"),
    "40-a-day-after": _post(-DAY, REJECTED, "POST_ENDED"),
    "41-active-a-second-later": _window("KEY_NOT_ACTIVE", (SIGNED_AT + 1, _A)),
    "41-retired-at-that-second": _window("KEY_NOT_ACTIVE", (ROOTED_AT, _A), (SIGNED_AT, _R)),
    "41-still-pending": _window("KEY_NOT_ACTIVE", (ROOTED_AT, _P), (SIGNED_AT + 1, _A)),
    "41-active-for-that-second": _window(
        "ACCEPTED", (ROOTED_AT, _P), (SIGNED_AT, _A), (SIGNED_AT + 1, _R), code=ACCEPTED
    ),
    "42-occupation": _fault(Reason.SCOPE_OCCUPATION),
    "42-no-scope-at-all": _in(_issuer(scopes=()), REJECTED, "SCOPE_OCCUPATION"),
    "42-level": _fault(Reason.SCOPE_LEVEL),
    "42-level-1-where-2-is-highest": _scope("SCOPE_LEVEL", highest=2, what=_AT_LEVEL_1),
    "42-level-1-where-1-is-highest": _scope("ACCEPTED", highest=1, what=_AT_LEVEL_1, code=ACCEPTED),
    "42-a-scope-without-levels": _scope("SCOPE_LEVEL", highest=0),
    "42-ended-the-day-before": _scope("SCOPE_DATE", last=ISSUED_ON - 1),
    "42-begins-the-day-after": _scope("SCOPE_DATE", first=ISSUED_ON + 1),
    "42-that-day-alone": _scope("ACCEPTED", first=ISSUED_ON, last=ISSUED_ON, code=ACCEPTED),
    "43-not-filed": _fault(Reason.ISSUER_NOT_FILED),
    "43-filed-that-day": _filing("ACCEPTED", (0, _F), code=ACCEPTED),
    "43-suspended-before": _filing("ISSUER_SUSPENDED", (-9, _F), (-1, _S)),
    "43-suspended-that-day": _filing("ISSUER_SUSPENDED", (-9, _F), (0, _S)),
    "43-suspended-after": _filing("ACCEPTED", (-9, _F), (1, _S), code=ACCEPTED),
    "43-restored-before": _filing("ACCEPTED", (-9, _F), (-8, _S), (0, _F), code=ACCEPTED),
    "43-withdrawn-before": _filing("ISSUER_WITHDRAWN", (-9, _F), (-1, _W)),
    "43-withdrawn-after": _filing("ACCEPTED", (-9, _F), (1, _W), code=ACCEPTED),
    "43-void-before": _filing("ISSUER_VOID", (-9, _F), (-1, _V)),
    "43-void-after": _filing("ISSUER_VOID", (-9, _F), (900, _V)),
    "43-void-from-the-start": _filing("ISSUER_VOID", (-9, _V)),
    "44-issuer": _number(_LATER_SITE, "26", "3", reason="NUMBER_ISSUER"),
    "44-not-of-the-scheme": _in(World(), REJECTED, "NUMBER_ISSUER", certificate(number="2026-001")),
    "44-year": _number(CODE, "25", "3", reason="NUMBER_YEAR"),
    "44-level": _number(CODE, "26", "4", reason="NUMBER_LEVEL"),
    "44-level-0": _number(CODE, "26", "0", reason="NUMBER_LEVEL"),
    "45-right-to-left-override": _named("陈\u202e强"),
    "45-isolate": _named("陈\u2066强"),
    "45-zero-width-space": _named("陈\u200b强"),
    "45-zero-width-joiner": _named("陈\u200d强"),
    "45-byte-order-mark": _named("\ufeff陈志强"),
    "45-private-use": _named("陈\ue000强"),
    "45-private-use-plane": _named("陈\U000f0000强"),
    "45-a-tag-character": _named("陈\U000e0041强"),
    "45-a-line-break": _named("陈\n强"),
    "45-a-blank-at-the-end": _named("陈志强 "),
    **{
        f"45-issuer-of-a-list-{ord(character):x}": _in(
            _issuer(names=((FILED, f"厦门{character}港务"),)), UNDECIDED, "CHAIN_INVALID"
        )
        for character in "\u202e\u200b\ue000"
    },
    "46-signed-by-the-look-alike": _in(World(issuers=(ISSUER, LOOK_ALIKE)), REJECTED, "KEY_UNKNOWN", by="look-alike"),
    "46-look-alike-code": _in(
        World(), REJECTED, "ISSUER_UNKNOWN", CERTIFICATE._replace(issuer=IssuerCode("Y0000350201O1"))
    ),
    "46-look-alike-letter-in-the-code": _data(
        sealed(payload=_claims(more={1: "Υ000035020101"})), REJECTED, "CLAIMS_SHAPE"
    ),
    "47-index-beyond-the-list": _reference("NOT_YET_REGISTERED", index=1_024, code=UNDECIDED),
    "47-index-beyond-any-list": _reference("NOT_YET_REGISTERED", index=2**53 - 1, code=UNDECIDED),
    "47-index-beyond-the-list-for-8-days": _scene(
        replace(
            _EIGHT_DAYS_AGO,
            certificate=_EIGHT_DAYS_AGO.certificate._replace(status=StatusReference(1_024, CERTIFICATE.status.uri)),
        ),
        REJECTED,
        "NOT_REGISTERED",
    ),
    "47-index-below-0": _status_claim({"idx": -1, "uri": CERTIFICATE.status.uri}),
    "47-index-true": _status_claim({"idx": True, "uri": CERTIFICATE.status.uri}),
    "47-index-a-text": _status_claim({"idx": "7", "uri": CERTIFICATE.status.uri}),
    "47-a-long-uri": _status_claim({"idx": 7, "uri": "https://fj.example/s/" + "0" * 60}),
    "47-a-list-that-is-not-held": _reference("STATUS_MISSING", uri="https://fj.example/s/1", code=UNDECIDED),
    **{f"47-uri-{name}": _reference("STATUS_URI_FOREIGN", uri=uri) for name, uri in _URIS.items()},
}

# --- stolen keys and honest accidents ---------------------------------------------------------------------------------

_THIEFS = certificate(person=CERTIFICATE.person._replace(name="张三"))
_FOREIGN_CODE: Final = IssuerCode("Y000044020101")
GUANGDONG_WORLD: Final = World(
    region=GUANGDONG,
    status_base="https://gd.example/s/",
    issuers=(ISSUER._replace(code=_FOREIGN_CODE, keys=(certificate_key("guangdong"),)),),
)
GUANGDONG_TEXT: Final = text(
    sign_it(
        CERTIFICATE._replace(
            issuer=_FOREIGN_CODE,
            number=f"{_FOREIGN_CODE}263000001",
            status=StatusReference(7, "https://gd.example/s/0"),
        ),
        "guangdong",
    )
)


def _stolen(since: int, standing: tuple[bytes, ...] = (), *, held: bytes | None = None, count: int = 0) -> World:
    """The key is compromised `since` seconds after signing; `held` is what the bundle has as the survivors' file."""
    file = register.pack_digests(register.digest_of(cose.decode_sign1(d, None).to_be_signed) for d in standing).data
    states = ((ROOTED_AT, KeyState.ACTIVE), (Seconds(SIGNED_AT + since), KeyState.COMPROMISED))
    pinned = Survivors(sha256(file).digest(), count or len(standing))
    stolen = ISSUER._replace(keys=(CertificateKey(key("issuer").public, states, pinned),))
    return World(issuers=(stolen,), survivors=(file if held is None else held,))


def _expired(code: int, reason: str, **changes: Any) -> Case:
    """The status list ended an hour ago, and says this."""
    world = World(status_issued=PUBLISHED_AT, status_lifetime=NOW - PUBLISHED_AT - 1, **changes)
    return _in(world, code, reason)


_YESTERDAY = Seconds(SIGNED_AT - DAY)
_LISTS_OF_YESTERDAY = World(statuses={}, list_issued=_YESTERDAY, status_issued=_YESTERDAY, checkpoint_issued=_YESTERDAY)
_MINE = sign_it()
_OTHERS = sign_it(certificate(index=8, serial=2))
_TWO = _stolen(1, (_MINE, _OTHERS))
ACCIDENTS: Final = {
    "94-live-index-and-the-shard": _in(World(registered={7: _MINE}), REJECTED, "INDEX_MISMATCH", _THIEFS),
    "94-live-index-without-the-shard": _in(World(), ACCEPTED, "ACCEPTED", _THIEFS),
    "94-the-honest-one-and-the-shard": _in(World(registered={7: _MINE}), ACCEPTED, "ACCEPTED"),
    "96-signed-by-the-request-key": _in(World(), REJECTED, "KEY_UNKNOWN", by="request"),
    **{
        f"96-signed-by-the-{role}-key": _data(
            sign.sign_certificate(CERTIFICATE, World().keys(role, 1)[0]), REJECTED, "KEY_UNKNOWN"
        )
        for role in ("root", "list", "status", "checkpoint")
    },
    "99-own-clock-behind-the-lists": _fault(Reason.CLOCK_SUSPECT, UNDECIDED),
    "100-minutes-after-signing": replace(
        _in(_LISTS_OF_YESTERDAY, UNDECIDED, "NOT_YET_REGISTERED"), now=Seconds(SIGNED_AT + 300)
    ),
    "100-index-beyond-yesterdays-list": replace(
        _in(replace(_LISTS_OF_YESTERDAY, list_length=2), UNDECIDED, "NOT_YET_REGISTERED"), now=Seconds(SIGNED_AT + 300)
    ),
    "100-issuer-filed-today": replace(
        _in(replace(_LISTS_OF_YESTERDAY, issuers=()), UNDECIDED, "STALE"), now=Seconds(SIGNED_AT + 300)
    ),
    "101-expired-and-revoked": _expired(REJECTED, "REVOKED", statuses={7: Status.REVOKED}),
    "101-expired-and-superseded": _expired(REJECTED, "SUPERSEDED", statuses={7: Status.SUPERSEDED}),
    "101-expired-and-suspended": _expired(UNDECIDED, "STALE", statuses={7: Status.SUSPENDED}),
    "101-expired-and-valid": _expired(UNDECIDED, "STATUS_EXPIRED"),
    "101-expired-and-not-registered": _expired(UNDECIDED, "NOT_YET_REGISTERED", statuses={}),
    "101-expired-trust-list-says-void": _in(
        replace(_issuer(states=((FILED, _F), (ISSUED_ON, _V))), list_lifetime=_STALE_LIST), REJECTED, "ISSUER_VOID"
    ),
    "101-expired-trust-list-says-suspended": _in(
        replace(_issuer(states=((FILED, _F), (ISSUED_ON, _S))), list_lifetime=_STALE_LIST), UNDECIDED, "STALE"
    ),
    "102-survivors-held": _in(_stolen(1, (_MINE,)), ACCEPTED, "ACCEPTED"),
    "102-not-among-the-survivors": _in(_stolen(1, (_OTHERS,)), REJECTED, "KEY_COMPROMISED"),
    "102-signed-by-the-thief": _in(_stolen(0, (_MINE,)), REJECTED, "KEY_COMPROMISED"),
    "102-missing": _in(replace(_TWO, survivors=()), UNDECIDED, "SURVIVORS_MISSING"),
    "102-short": _in(replace(_TWO, survivors=(_TWO.survivors[0][:16],)), UNDECIDED, "SURVIVORS_MISSING"),
    "102-torn": _in(replace(_TWO, survivors=(_TWO.survivors[0][:17],)), UNDECIDED, "SURVIVORS_MISSING"),
    "102-empty": _in(replace(_TWO, survivors=(b"",)), UNDECIDED, "SURVIVORS_MISSING"),
    "102-longer": _in(replace(_TWO, survivors=(_TWO.survivors[0] + bytes(16),)), UNDECIDED, "SURVIVORS_MISSING"),
    "102-of-another-count": _in(_stolen(1, (_MINE,), count=2), UNDECIDED, "SURVIVORS_MISSING"),
}

CASES: Final[Mapping[str, Case]] = {**QR, **CBOR, **COSE, **MEANING, **ACCIDENTS}
