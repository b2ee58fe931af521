"""Cases of one certificate in the plain region: its envelope and payload as CBOR, its claims, its number, its kind."""

from collections.abc import Iterator
from typing import Any, Final

from credential import qr_text
from credential.issuer import OccupationReference, Scope, Site
from credential.model import Basis, Certificate, Day, DocumentType, Entry, Extra, Kind, Person, StatusReference
from tests.credential.certificates import EXAMPLES
from tests.credential.test_cbor import NASTY
from tests.credential.test_claims import BAD_BODY, BAD_NAME, BAD_OUTER, UNSUPPORTED
from tests.credential.test_verify_issuers import FILINGS, NUMBERS, SCOPE_DAYS, SCOPES, SITE, URIS
from tests.credential.test_verify_keys import WINDOWS
from tests.vector import Vector, shown_in
from tests.verifier_cli.faults import sealed
from tests.world import CERTIFICATE, FILED, ISSUED_ON, ISSUER, SIGNED_AT, World, certificate_key, sign_it

_EVERY_KIND: Final = World(
    issuers=(ISSUER._replace(scopes=tuple(SCOPES.values()), sites=(Site(SITE, FILED, ISSUED_ON),)),)
)


def claims_vectors() -> Iterator[tuple[str, Vector]]:
    """Every case by its name."""
    yield from _inner_cbor()
    yield from _shapes()
    yield from _kinds()
    yield from _meanings()


def _inner_cbor() -> Iterator[tuple[str, Vector]]:
    """What is nasty as a whole certificate is as nasty as a payload and as a protected header: one of each reason."""
    one_of_each = {reason: (name, bytes.fromhex(data)) for name, (data, reason) in NASTY.items() if len(data) < 200}
    for reason, (name, content) in one_of_each.items():
        yield f"payload-{name}", _data(sealed(payload=content), reason, f"The payload is CBOR with {name}.")
        yield f"header-{name}", _data(sealed(content), reason, f"The protected header is CBOR with {name}.")
    yield "payload-empty", _data(sealed(payload=b""), "CBOR_TRUNCATED", "The payload is an empty byte string.")
    yield "payload-tagged", _data(sealed(payload=b"\xd2\xa0"), "CBOR_TYPE", "The payload has a COSE tag.")
    yield "header-an-array", _data(sealed(b"\x80"), "HEADER_SHAPE", "The protected header is an array.")
    nine = b"\xd2" * 9 + b"\x80"
    yield "cbor-nine-tags", _data(nine, "CBOR_DEPTH", "Nine tags that may stand outermost.")
    yield "cbor-eight-tags", _data(nine[1:], "COSE_TAG", "Eight tags that may stand outermost.")


def _shapes() -> Iterator[tuple[str, Vector]]:
    for reason, group in (
        ("CLAIMS_SHAPE", BAD_OUTER),
        ("BODY_SHAPE", BAD_BODY),
        ("UNSUPPORTED", UNSUPPORTED),
        ("NAME_REFUSED", BAD_NAME),
    ):
        for name, payload in group.items():
            case = _data(sealed(payload=payload), reason, f"{reason}: {name}.")
            yield f"claims-{reason}-{name}", case


def _kinds() -> Iterator[tuple[str, Vector]]:
    for kind, example in EXAMPLES.items():
        name = kind.name.lower()
        yield f"kind-{name}", _shown(example, "ACCEPTED", f"A certificate of kind {kind.value}, {name}.")
        for what, scope in SCOPES.items():
            if scope.occupation != SCOPES[kind].occupation:
                world = World(issuers=(ISSUER._replace(scopes=(scope,)),))
                about = f"Kind {name}, in the scope of {what.name.lower()} only."
                yield f"kind-{name}-of-{what.name}", _shown(example, "SCOPE_OCCUPATION", about, world)
    for kind in (Kind.SPECIAL_ABILITY, Kind.POST, Kind.HONOUR):
        for number, reason in (
            ("any number 1", "ACCEPTED"),
            (f"{CERTIFICATE.issuer}269000001", "ACCEPTED"),
            (f"{CERTIFICATE.issuer}253000001", "NUMBER_YEAR"),
            ("Y000035020102263000001", "NUMBER_ISSUER"),
        ):
            about = f"Kind {kind.value} with the number {number}."
            yield f"kind-{kind.name}-number-{number}", _shown(EXAMPLES[kind]._replace(number=number), reason, about)
    for document in DocumentType:
        person = Person("阿里木·买买提", document, "0001")
        yield f"document-{document.value}", _shown(CERTIFICATE._replace(person=person), "ACCEPTED", f"{document.name}.")
    for basis in Basis:
        yield f"basis-{basis.value}", _shown(CERTIFICATE._replace(basis=basis), "ACCEPTED", f"{basis.name}.")
    extra = Extra(Entry(9, 2**53 - 1), "四级A", "高压电工")
    yield "extra-all", _shown(CERTIFICATE._replace(extra=extra), "ACCEPTED", "All three optional facts.")


def _meanings() -> Iterator[tuple[str, Vector]]:
    for name, (number, reason) in NUMBERS.items():
        yield f"number-{name}", _shown(CERTIFICATE._replace(number=number), reason, f"The number is {name}.")
    for tail in (0, 1):
        number = f"{CERTIFICATE.issuer}{tail:09d}"
        yield f"number-{tail:09d}", _shown(CERTIFICATE._replace(number=number), "NUMBER_YEAR", f"Stored as {tail}.")
    gone = World(issuers=(ISSUER._replace(sites=(Site(SITE, FILED, Day(ISSUED_ON - 1)),)),))
    theirs = CERTIFICATE._replace(number=f"{SITE}263000001")
    yield "number-a-site-of-yesterday", _shown(theirs, "NUMBER_ISSUER", "The site ended the day before.", gone)
    for place, (uri, reason) in enumerate(URIS.items()):
        what = CERTIFICATE._replace(status=StatusReference(7, uri))
        yield f"uri-{place}-{uri.rsplit('/', 1)[-1]}", _shown(what, reason, f"The status URI is {uri!r}.")
    for name, (scopes, reason) in SCOPE_DAYS.items():
        yield f"scope-{name}", _issued(f"Scope: {name}.", reason, scopes=tuple(scopes))
    for highest in range(6):
        scope = Scope(OccupationReference(2022, "6-31-01-03"), highest, FILED, None)
        reason = "ACCEPTED" if 0 < highest <= 3 else "SCOPE_LEVEL"
        yield f"scope-level-3-of-{highest}", _issued(f"Level 3, highest {highest}.", reason, scopes=(scope,))
    for name, (states, reason) in FILINGS.items():
        history = tuple((Day(ISSUED_ON + day), state) for day, state in states)
        yield f"filing-{name}", _issued(f"The issuer was {name}.", reason, states=history)
    for name, (window, reason) in WINDOWS.items():
        key = certificate_key("issuer", [(SIGNED_AT + at, state) for at, state in window])
        yield f"window-{name}", _issued(f"The key is {name}.", reason, keys=(key,))


def _issued(about: str, reason: str, **changes: Any) -> Vector:
    world = World(issuers=(ISSUER._replace(**changes),))
    return _shown(CERTIFICATE, reason, about, world)


def _shown(what: Certificate, reason: str, about: str, world: World = _EVERY_KIND) -> Vector:
    return _data(sign_it(what), reason, about, world)


def _data(data: bytes, reason: str, about: str, world: World | None = None) -> Vector:
    return shown_in(qr_text.encode("fj.example", data), world or World(), reason, about)
