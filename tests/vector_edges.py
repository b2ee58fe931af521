"""Cases on both sides of an edge that a verifier is easily one off at: of a day, of a list's age, of a text."""

from collections.abc import Iterator
from typing import Any, Final

from credential import qr_text
from credential.issuer import OccupationReference, Scope, Site
from credential.model import (
    Certificate,
    Day,
    IssuerCode,
    IssuerState,
    Kind,
    Seconds,
    Status,
    start_of,
)
from tests.credential.certificates import EXAMPLES
from tests.credential.test_verify_issuers import FILINGS_OF_TWO_DAYS, SCOPES, SITE
from tests.vector import Vector, shown_in
from tests.verifier_cli.conftest import GOOD
from tests.verifier_cli.faults import sealed
from tests.world import (
    CERTIFICATE,
    DAY,
    FILED,
    ISSUED_ON,
    ISSUER,
    NOW,
    PUBLISHED_AT,
    SIGNED_AT,
    World,
    certificate,
    sign_it,
)

Vectors = Iterator[tuple[str, Vector]]

_GRACE: Final = 7 * DAY
_THE_DAY_BEFORE: Final = Day(ISSUED_ON - 1)


def edge_vectors() -> Vectors:
    """Every case by its name."""
    yield from _midnights()
    yield from _two_days()
    yield from _unknown_issuers()
    yield from _not_registered()
    yield from _tags_before()
    yield from _hosts()
    yield from _lengths()
    yield from _white_space()
    yield from _sizes()
    yield from _expired_at_once()
    yield from _refused_text()
    yield from _spaces()
    yield "edge-post-of-a-scope-without-levels", _post_without_levels()


# --- days and instants ------------------------------------------------------------------------------------------------


def _midnights() -> Vectors:
    """A day begins at 16:00 UTC: what is signed between then and 24:00 UTC is of UTC's next day."""
    midnight = start_of(ISSUED_ON)
    for name, signed, reason in (
        ("at midnight", midnight, "ACCEPTED"),
        ("before midnight", Seconds(midnight - 1), "DATE_AFTER_SIGNING"),
        ("at midnight in UTC", Seconds(midnight + 8 * 3600), "ACCEPTED"),
        ("before midnight in UTC", Seconds(midnight + 8 * 3600 - 1), "ACCEPTED"),
    ):
        about = f"Signed {name}, on the certificate's date or a second before it."
        yield f"edge-signed-{name}", _shown(certificate(issued_at=signed), reason, about)
    suspended = ((FILED, IssuerState.FILED), (ISSUED_ON, IssuerState.SUSPENDED))
    for name, signed, reason in (
        ("at midnight", midnight, "ISSUER_SUSPENDED"),
        ("before midnight", Seconds(midnight - 1), "ACCEPTED"),
    ):
        shown = certificate(issued_on=_THE_DAY_BEFORE, issued_at=signed)
        about = f"The issuer is suspended from the day after the date; signed {name} of that day."
        yield f"edge-suspended-and-signed-{name}", _shown(shown, reason, about, _issued(states=suspended))


def _two_days() -> Vectors:
    """Dated the day before it was signed."""
    shown = certificate(issued_on=_THE_DAY_BEFORE)
    for name, (states, reason) in FILINGS_OF_TWO_DAYS.items():
        history = tuple((Day(ISSUED_ON + day), state) for day, state in states)
        yield f"edge-filing-{name}", _shown(shown, reason, f"Issuer, {name}.", _issued(states=history))
    theirs = shown._replace(number=f"{SITE}263000001")
    for name, first, last, on_the_date in (
        ("until the date", FILED, _THE_DAY_BEFORE, True),
        ("from the day of signing", ISSUED_ON, None, False),
    ):
        world = _issued(sites=(Site(SITE, first, last),))
        reason = "ACCEPTED" if on_the_date else "NUMBER_ISSUER"
        yield f"edge-site-{name}", _shown(theirs, reason, f"The number's site counts {name}.", world)
        world = _issued(scopes=(Scope(OccupationReference(2022, "6-31-01-03"), 1, first, last),))
        reason = "ACCEPTED" if on_the_date else "SCOPE_DATE"
        yield f"edge-scope-{name}", _shown(shown, reason, f"The scope counts {name}.", world)


def _unknown_issuers() -> Vectors:
    """The bin that the issuer belongs in is held, and does not list it."""
    earlier = ISSUER._replace(code=IssuerCode("A000035000000"))
    for name, reason, world in (
        ("fresh", "ISSUER_UNKNOWN", World(issuers=(earlier,))),
        ("expired", "STALE", World(issuers=(earlier,), list_lifetime=NOW - PUBLISHED_AT)),
        ("a second before expiry", "ISSUER_UNKNOWN", World(issuers=(earlier,), list_lifetime=NOW - PUBLISHED_AT + 1)),
        ("as old as the certificate", "ISSUER_UNKNOWN", World(issuers=(earlier,), list_issued=SIGNED_AT)),
        ("older than the certificate", "STALE", World(issuers=(earlier,), list_issued=Seconds(SIGNED_AT - 1))),
    ):
        about = f"The issuer's bin does not list it, and the trust list is {name}."
        yield f"edge-unlisted-{name}", _shown(CERTIFICATE, reason, about, world)


def _not_registered() -> Vectors:
    for name, age, reason in (
        ("7 days", _GRACE, "NOT_YET_REGISTERED"),
        ("7 days and a second", _GRACE + 1, "NOT_REGISTERED"),
    ):
        about = f"Not registered in a status list issued {name} after it was signed."
        yield f"edge-not-registered-after-{name}", _unregistered(age, reason, about)
    later = _GRACE + 1
    about = "Not registered; the status list has expired, the trust list has not."
    yield "edge-not-registered-status-list-expired", _unregistered(later, "STALE", about, status_lifetime=1)
    about = "Not registered; the trust list has expired, the status list has not."
    yield "edge-not-registered-trust-list-expired", _unregistered(later, "NOT_REGISTERED", about, list_lifetime=1)
    for name, signed, reason in (
        ("as old as it", PUBLISHED_AT, "SUSPENDED"),
        ("older than it", PUBLISHED_AT + 1, "STALE"),
    ):
        about = f"Suspended by a status list that is {name}."
        shown, world = certificate(issued_at=Seconds(signed)), World(statuses={7: Status.SUSPENDED})
        yield f"edge-suspended-by-a-list-{name}", _shown(shown, reason, about, world)


def _unregistered(age: int, reason: str, about: str, **changes: int) -> Vector:
    issued = Seconds(SIGNED_AT + age)
    world = World(statuses={}, status_issued=issued, **changes)  # type: ignore[arg-type]
    return _shown(CERTIFICATE, reason, about, world, Seconds(issued + 60))


# --- the QR's text and the payload ------------------------------------------------------------------------------------


def _tags_before() -> Vectors:
    """A header and a payload are read whole, with the tags before them, and only then refused for the tags."""
    for name, content, reason in (
        ("cut", b"\xd2\xa1", "CBOR_TRUNCATED"),
        ("unsorted", b"\xd2\xa2\x02\x00\x01\x00", "CBOR_KEY_ORDER"),
        ("with something behind it", b"\xd2\xa0\x00", "CBOR_TRAILING"),
        ("ninefold", b"\xd2" * 9 + b"\xa0", "CBOR_DEPTH"),
        ("in a byte more", b"\xd8\x12\xa0", "CBOR_NOT_SHORTEST"),
        ("alone", b"\xd2", "CBOR_TRUNCATED"),
        ("of no use", b"\xd2\xa0", "CBOR_TYPE"),
    ):
        yield f"edge-payload-tagged-{name}", _data(sealed(payload=content), reason, f"The payload has a tag, {name}.")
        yield f"edge-header-tagged-{name}", _data(sealed(content), reason, f"The header has a tag, {name}.")


def _hosts() -> Vectors:
    good, bad = "ACCEPTED", "QR_PREFIX"
    for name, host, reason in (
        ("of one character", "7", good),
        ("of 253 characters", "a" * 253, good),
        ("of 254 characters", "a" * 254, bad),
        ("of 253 characters and a port", "a" * 253 + ":65535", good),
        ("that begins with a dot", ".fj.example", bad),
        ("that ends with a dot", "fj.example.", bad),
        ("that begins with a hyphen", "-fj.example", bad),
        ("that ends with a hyphen", "fj.example-", bad),
        ("of two dots inside", "fj..example", good),
        ("that ends with a dot before a port", "fj.example.:443", bad),
        ("and a port of five digits", "fj.example:99999", good),
        ("and a port of six digits", "fj.example:100000", bad),
        ("and a port of no digits", "fj.example:", bad),
        ("of no characters", "", bad),
        ("with an underscore", "fj_a.example", bad),
    ):
        yield f"edge-host-{name}", _text(GOOD.replace("fj.example", host, 1), reason, f"A host {name}.")


def _lengths() -> Vectors:
    """The length is counted in code points, before anything is removed."""
    room = qr_text.MAX_CHARACTERS - len(GOOD)
    for name, text, reason in (
        ("4296 with spaces", GOOD + " " * room, "ACCEPTED"),
        ("4297 with spaces", GOOD + " " * (room + 1), "QR_TOO_LONG"),
        ("4297 with line feeds inside", GOOD[:30] + "\n" * (room + 1) + GOOD[30:], "QR_TOO_LONG"),
        ("4296 beyond plane 0", GOOD + "&" + "\U0001f600" * (room - 1), "ACCEPTED"),
        ("4297 beyond plane 0", GOOD + "&" + "\U0001f600" * room, "QR_TOO_LONG"),
    ):
        yield f"edge-length-{name}", _text(text, reason, f"Characters: {name}.")


def _white_space() -> Vectors:
    """All six are removed at both ends; inside, only line feed and carriage return are."""
    for name, space, inside in (
        ("space", " ", "QR_DIGITS"),
        ("tab", "\t", "QR_DIGITS"),
        ("line feed", "\n", "ACCEPTED"),
        ("vertical tab", "\v", "QR_DIGITS"),
        ("form feed", "\f", "QR_DIGITS"),
        ("carriage return", "\r", "ACCEPTED"),
    ):
        yield f"edge-{name}-at-both-ends", _text(space + GOOD + space, "ACCEPTED", f"A {name} at both ends.")
        yield f"edge-{name}-inside", _text(GOOD[:30] + space + GOOD[30:], inside, f"A {name} among the digits.")


def _sizes() -> Vectors:
    for size, reason in ((1_024, "CBOR_TRAILING"), (1_025, "TOO_LARGE")):
        about = f"A certificate with zeros behind it, {size} bytes in all."
        yield f"edge-{size}-bytes", _data(sign_it().ljust(size, b"\0"), reason, about)


def _expired_at_once() -> Vectors:
    for name, reason, world in (
        ("root and trust list", "ROOT_EXPIRED", World(root_lifetime=1, list_lifetime=1)),
        ("trust list and status list", "TRUST_LIST_EXPIRED", World(list_lifetime=1, status_lifetime=1)),
    ):
        yield f"edge-{name}-expired", _shown(CERTIFICATE, reason, f"Expired: {name}.", world)


# --- text that is refused ---------------------------------------------------------------------------------------------

_RANGES: Final = (
    *((0x0000, 0x001F), (0x007F, 0x009F), (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160)),
    *((0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164)),
    *((0xE000, 0xF8FF), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFF)),
    *((0x13430, 0x1345F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
    *((plane << 16 | 0xFFFE, plane << 16 | 0xFFFF) for plane in range(1, 14)),
    (0xE0000, 0x10FFFF),
)
"""The page's list, written down again: what the code has is held to it."""
_NO_TEXT: Final = frozenset({-1, 0xDFFF, 0x110000})
"""The neighbours of a range that no text can hold."""
_SPACES: Final = (0x0020, 0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)


def _refused_text() -> Vectors:
    for first, last in _RANGES:
        for point in sorted({first, last}):
            about = f"A name with U+{point:04X}, an end of a range that is refused."
            yield f"edge-text-{point:04x}", _named(f"陈{chr(point)}强", "NAME_REFUSED", about)
    ends = {point for first, last in _RANGES for point in (first, last)}
    beside = sorted({point for first, last in _RANGES for point in (first - 1, last + 1)} - ends - _NO_TEXT | {0xD7FF})
    for place in range(0, len(beside), 20):
        name = "".join(map(chr, beside[place : place + 20]))
        about = "A name of characters just outside the ranges that are refused."
        yield f"edge-text-beside-from-{beside[place]:04x}", _named(f"陈{name}强", "ACCEPTED", about)


def _spaces() -> Vectors:
    for point in _SPACES:
        space = chr(point)
        yield (
            f"edge-space-{point:04x}-first",
            _named(f"{space}陈", "NAME_REFUSED", f"A name begins with U+{point:04X}."),
        )
        yield f"edge-space-{point:04x}-last", _named(f"陈{space}", "NAME_REFUSED", f"A name ends with U+{point:04X}.")
    yield "edge-space-alone", _named(" ", "NAME_REFUSED", "A name is one space.")
    for place in range(0, len(_SPACES), 10):
        name = "陈".join(map(chr, _SPACES[place : place + 10]))
        about = "A name with spaces that are refused only at its ends."
        yield f"edge-space-inside-from-{_SPACES[place]:04x}", _named(f"陈{name}强", "ACCEPTED", about)


# --- making one -------------------------------------------------------------------------------------------------------


def _post_without_levels() -> Vector:
    about = "A post, where the issuer's one scope of its occupation covers no level."
    return _shown(EXAMPLES[Kind.POST], "ACCEPTED", about, _issued(scopes=(SCOPES[Kind.POST],)))


def _issued(**changes: Any) -> World:
    return World(issuers=(ISSUER._replace(**changes),))


def _named(name: str, reason: str, about: str) -> Vector:
    return _shown(CERTIFICATE._replace(person=CERTIFICATE.person._replace(name=name)), reason, about)


def _shown(what: Certificate, reason: str, about: str, world: World | None = None, now: Seconds = NOW) -> Vector:
    return _data(sign_it(what), reason, about, world, now)


def _data(data: bytes, reason: str, about: str, world: World | None = None, now: Seconds = NOW) -> Vector:
    return shown_in(qr_text.encode("fj.example", data), world or World(), reason, about, now)


def _text(text: str, reason: str, about: str) -> Vector:
    return shown_in(text, World(), reason, about)
