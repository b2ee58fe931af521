"""The verdict: sixteen numbered steps from a QR's text to one answer. The first hit wins.

The numbers, their order and their reasons are those of docs/format.md, "Order of checks".
"""

from collections.abc import Callable
from typing import Final, NamedTuple, NoReturn

from credential import cbor, claims, cose, ed25519, layout, qr_text, register, status_list
from credential.claims import Outer
from credential.cose import Sign1, Tagged
from credential.counting import count
from credential.errors import CredentialError, ObjectError
from credential.issuer import CertificateKey, Issuer, OccupationReference
from credential.model import (
    Certificate,
    IssuerCode,
    IssuerKind,
    IssuerState,
    KeyState,
    LevelCertificate,
    PostAppointment,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Status,
    date_from_day,
    day_of,
    region_of,
)
from credential.numbers import parse_number
from credential.published import CLOCK_TOLERANCE
from credential.reason import Outcome, Reason, Recognition
from credential.recognition import RecognisedAs, candidate_of
from credential.status_list import StatusList
from credential.trust import RegionTrust, Trust

MAX_CERTIFICATE_BYTES: Final = 1_024
REGISTRATION_GRACE: Final = 7 * 86_400
"""Seconds after signing in which a certificate may still be on its way into the status list."""


class AsOf(NamedTuple):
    """How old the answer is: when it was asked, and when the lists behind it were issued.

    `registration` is "register" if the certificate's own digest was found, "index-only" if only its index was.
    `recognition` is when the home's agreements were issued, if they were asked.
    """

    now: Seconds
    trust_list: Seconds | None = None
    status_list: Seconds | None = None
    registration: str | None = None
    recognition: Seconds | None = None


class NamedIssuer(NamedTuple):
    """The issuer as the trust list had it on the certificate's date."""

    id: IssuerCode
    name: str
    kind: IssuerKind


class Accepted(NamedTuple):
    """Authentic where it was issued; and whether it counts in the home region, as what."""

    certificate: Certificate
    issuer: NamedIssuer
    recognition: Recognition
    recognised_as: RecognisedAs | None
    as_of: AsOf
    reason: Reason = Reason.ACCEPTED


class Rejected(NamedTuple):
    """Not to be relied on. `former` are the facts of a certificate that once stood, or is suspended."""

    reason: Reason
    detail: str
    as_of: AsOf
    issuer: NamedIssuer | None = None
    former: Certificate | None = None


class Undecided(NamedTuple):
    """What cannot be known here and now; neither a yes nor a no."""

    reason: Reason
    detail: str
    as_of: AsOf
    issuer: NamedIssuer | None = None


Verdict = Accepted | Rejected | Undecided


class Fit(NamedTuple):
    """A certificate that lacks nothing but its registration, as it was read."""

    message: Sign1
    certificate: Certificate


_UNREGISTERED: Final = frozenset({Reason.NOT_YET_REGISTERED, Reason.STATUS_MISSING})
_FORMER: Final = frozenset({Reason.REVOKED, Reason.SUPERSEDED, Reason.SUSPENDED, Reason.POST_ENDED})


class Case:
    """One certificate on its way through the steps: what is known of it so far. Steps read and set it, in order."""

    text: str
    data: bytes
    usual: tuple[Sign1, Certificate] | None
    item: Tagged
    message: Sign1
    outer: Outer | Certificate
    region: RegionTrust
    issuer: Issuer
    candidates: tuple[CertificateKey, ...]
    key: CertificateKey
    certificate: Certificate
    issued_by: NamedIssuer
    list_number: int
    status: StatusList
    recognition: Recognition
    recognised_as: RecognisedAs | None

    def __init__(self, trust: Trust, now: Seconds) -> None:
        self.trust = trust
        self.now = now
        self.named: NamedIssuer | None = None
        self.trust_list_time: Seconds | None = None
        self.status_time: Seconds | None = None
        self.registration: str | None = None
        self.recognition_time: Seconds | None = None

    @property
    def as_of(self) -> AsOf:
        """The ages of what the steps so far relied on."""
        return AsOf(self.now, self.trust_list_time, self.status_time, self.registration, self.recognition_time)


def verify(text: str, trust: Trust, now: Seconds) -> Verdict:
    """The verdict on a QR's text. Never raises for any text, trust or time."""
    case = Case(trust, now)
    case.text = text
    return _run(case, _CHECKS)


def verify_bytes(data: bytes, trust: Trust, now: Seconds) -> Verdict:
    """The verdict on a certificate's bytes: every step but the first."""
    case = Case(trust, now)
    case.data = data
    return _run(case, _CHECKS_OF_BYTES)


def verify_unregistered(data: bytes, trust: Trust, now: Seconds) -> Fit | Verdict:
    """The verdict on bytes that are to be registered; of those that lack nothing else, what was read."""
    case = Case(trust, now)
    case.data = data
    verdict = _run(case, _CHECKS_OF_BYTES)
    return Fit(case.message, case.certificate) if verdict.reason in _UNREGISTERED else verdict


def _run(case: Case, checks: tuple[Callable[[Case], None], ...]) -> Verdict:
    try:
        for check in checks:
            check(case)
    except CredentialError as error:
        return _stopped(case, error)
    return Accepted(case.certificate, case.issued_by, case.recognition, case.recognised_as, case.as_of)


def _stopped(case: Case, error: CredentialError) -> Rejected | Undecided:
    match error.reason:
        case Reason() as reason if reason.outcome is Outcome.UNDECIDED:
            return Undecided(reason, error.detail, case.as_of, case.named)
        case Reason() as reason:
            former = case.certificate if reason in _FORMER else None
            return Rejected(reason, error.detail, case.as_of, case.named, former)
        case _:
            return Undecided(Reason.CHAIN_INVALID, str(error), case.as_of)


def _negative(reason: Reason, case: Case, issued: Seconds, expires: Seconds) -> NoReturn:
    """Refuse for `reason`, unless the list that says so is expired or older than the certificate: then it is STALE."""
    if case.now >= expires or case.outer.issued_at > issued:
        raise CredentialError(Reason.STALE, reason.value)
    raise CredentialError(reason)


def _negative_by_trust_list(reason: Reason, case: Case) -> NoReturn:
    head = case.region.trust_list.head
    _negative(reason, case, head.issued, head.expires)


def _read_text(case: Case) -> None:
    case.data = qr_text.decode(case.text)


def _decode_item(case: Case) -> None:
    if len(case.data) > MAX_CERTIFICATE_BYTES:
        raise CredentialError(Reason.TOO_LARGE, f"{len(case.data)} bytes")
    case.usual = layout.read(case.data)
    if case.usual is None:
        case.item = cbor.decode_tagged(case.data)


def _read_envelope(case: Case) -> None:
    case.message = cose.read_sign1(case.item, typ=None) if case.usual is None else case.usual[0]


def _read_outer_claims(case: Case) -> None:
    case.outer = claims.decode_outer(case.message.payload) if case.usual is None else case.usual[1]


def _find_region(case: Case) -> None:
    number = region_of(case.outer.issuer)
    found = case.trust.regions.get(number)
    if found is None:
        raise CredentialError(Reason.REGION_UNKNOWN, number)
    if isinstance(found, ObjectError):
        raise CredentialError(Reason.CHAIN_INVALID, str(found))
    if case.now + CLOCK_TOLERANCE < found.newest_issued:
        raise CredentialError(Reason.CLOCK_SUSPECT, "now is before the region's newest object")
    case.region = found
    case.trust_list_time = found.trust_list.head.issued


def _find_issuer_and_key(case: Case) -> None:
    issuer = case.region.issuers.get(case.outer.issuer)
    if issuer is None:
        _negative_by_trust_list(Reason.ISSUER_UNKNOWN, case)
    case.issuer = issuer
    case.candidates = issuer.keys_of(case.message.kid)
    if not case.candidates:
        _negative_by_trust_list(Reason.KEY_UNKNOWN, case)


def _check_signature(case: Case) -> None:
    _, _, signature, to_be_signed = case.message
    for key in case.candidates:
        if ed25519.holds(key.public, to_be_signed, signature):
            case.key = key
            return
    raise CredentialError(Reason.SIGNATURE_INVALID)


def _read_certificate(case: Case) -> None:
    outer, issuer = case.outer, case.issuer
    certificate = outer if isinstance(outer, Certificate) else claims.decode_body(outer)
    case.certificate = certificate
    case.named = case.issued_by = NamedIssuer(issuer.code, issuer.name_on(certificate.issued_on), issuer.kind)
    _check_number(certificate, issuer)
    number = status_list.number_of(case.region.root.status_base, certificate.status.uri)
    if number is None:
        raise CredentialError(Reason.STATUS_URI_FOREIGN)
    case.list_number = number


def _check_number(certificate: Certificate, issuer: Issuer) -> None:
    """Prefix, year and level of a number of the national scheme; other schemes are not checked, but for levels."""
    number = parse_number(certificate.number)
    is_level = isinstance(certificate.subject, LevelCertificate)
    if number is None:
        if is_level:
            raise CredentialError(Reason.NUMBER_ISSUER, "not a number of the national scheme")
        return
    if number.prefix != issuer.code and number.prefix not in issuer.sites_on(certificate.issued_on):
        raise CredentialError(Reason.NUMBER_ISSUER)
    if number.year != date_from_day(certificate.issued_on).year % 100:
        raise CredentialError(Reason.NUMBER_YEAR)
    match certificate.subject:
        case LevelCertificate(level=level):
            if number.level != level:
                raise CredentialError(Reason.NUMBER_LEVEL)
        case SpecialAbility() | PostAppointment() | RegionalHonour():
            pass


def _check_dates(case: Case) -> None:
    issued_at = case.certificate.issued_at
    if issued_at > case.now + CLOCK_TOLERANCE:
        raise CredentialError(Reason.ISSUED_IN_FUTURE)
    if case.certificate.issued_on > day_of(issued_at):
        raise CredentialError(Reason.DATE_AFTER_SIGNING)


def _check_absorbing(case: Case) -> None:
    if case.issuer.is_void:
        raise CredentialError(Reason.ISSUER_VOID)
    since, pinned = case.key.compromised_since, case.key.survivors
    if since is None or pinned is None:
        return
    if case.certificate.issued_at >= since:
        raise CredentialError(Reason.KEY_COMPROMISED, "signed after the key was in other hands")
    survivors = case.region.survivors(pinned)
    if survivors is None:
        raise CredentialError(Reason.SURVIVORS_MISSING)
    if register.digest_of(case.message.to_be_signed) not in survivors:
        raise CredentialError(Reason.KEY_COMPROMISED, "not registered before the key was in other hands")


def _check_key_and_filing(case: Case) -> None:
    certificate = case.certificate
    if case.key.state_at(certificate.issued_at) is not KeyState.ACTIVE:
        _negative_by_trust_list(Reason.KEY_NOT_ACTIVE, case)
    states = (case.issuer.state_on(certificate.issued_on), case.issuer.state_on(day_of(certificate.issued_at)))
    if states == (IssuerState.FILED, IssuerState.FILED):
        return
    for state, reason in (
        (None, Reason.ISSUER_NOT_FILED),
        (IssuerState.SUSPENDED, Reason.ISSUER_SUSPENDED),
        (IssuerState.WITHDRAWN, Reason.ISSUER_WITHDRAWN),
    ):
        if state in states:
            _negative_by_trust_list(reason, case)


def _check_scope(case: Case) -> None:
    reference = scope_reference(case.certificate)
    scopes = [scope for scope in case.issuer.scopes if scope.occupation == reference]
    if not scopes:
        _negative_by_trust_list(Reason.SCOPE_OCCUPATION, case)
    match case.certificate.subject:
        case LevelCertificate(level=level):
            scopes = [scope for scope in scopes if scope.covers_level(level)]
            if not scopes:
                _negative_by_trust_list(Reason.SCOPE_LEVEL, case)
        case SpecialAbility() | PostAppointment() | RegionalHonour():
            pass
    if not any(scope.covers_day(case.certificate.issued_on) for scope in scopes):
        _negative_by_trust_list(Reason.SCOPE_DATE, case)


def scope_reference(certificate: Certificate) -> OccupationReference:
    """What an issuer's scope must name for this certificate: its occupation, or in the region's own list its honour."""
    match certificate.subject:
        case RegionalHonour(honour):
            return OccupationReference(0, honour)
        case subject:
            return OccupationReference(subject.occupation.edition, subject.occupation.code)


def _check_term(case: Case) -> None:
    match case.certificate.subject:
        case PostAppointment(ends=ends):
            if case.now >= ends:
                raise CredentialError(Reason.POST_ENDED)
        case LevelCertificate() | SpecialAbility() | RegionalHonour():
            pass


def _check_status(case: Case) -> None:
    listed = case.region.status_lists.get(case.list_number)
    if listed is None:
        raise CredentialError(Reason.STATUS_MISSING, f"list {case.list_number}")
    case.status = listed
    case.status_time = listed.issued
    match listed.get(case.certificate.status.idx):
        case Status.VALID:
            _check_register(case)
        case Status.REVOKED:
            raise CredentialError(Reason.REVOKED)
        case Status.SUPERSEDED:
            raise CredentialError(Reason.SUPERSEDED)
        case Status.SUSPENDED:
            _negative(Reason.SUSPENDED, case, listed.issued, listed.expires)
        case Status.NOT_REGISTERED:
            if listed.issued - case.certificate.issued_at <= REGISTRATION_GRACE:
                raise CredentialError(Reason.NOT_YET_REGISTERED)
            _negative(Reason.NOT_REGISTERED, case, listed.issued, listed.expires)


def _check_register(case: Case) -> None:
    digests = case.region.register.digests_around(case.list_number, case.certificate.status.idx)
    if digests is None:
        case.registration = "index-only"
        return
    if register.digest_of(case.message.to_be_signed) not in digests:
        raise CredentialError(Reason.INDEX_MISMATCH)
    case.registration = "register"


def _check_expiry(case: Case) -> None:
    for expires, reason in (
        (case.region.root.head.expires, Reason.ROOT_EXPIRED),
        (case.region.trust_list.head.expires, Reason.TRUST_LIST_EXPIRED),
        (case.status.expires, Reason.STATUS_EXPIRED),
    ):
        if case.now >= expires:
            raise CredentialError(reason)


def _ask_recognition(case: Case) -> None:
    home = case.trust.home
    if home is None:
        case.recognition, case.recognised_as = Recognition.NO_AGREEMENT, None
        return
    candidate = candidate_of(case.certificate, case.issuer.kind)
    case.recognition, case.recognised_as, case.recognition_time = count(candidate, home, case.trust, case.now)


class Step(NamedTuple):
    """One step: its number in docs/format.md, what it looks at, and the check itself, which raises the first hit."""

    number: int
    title: str
    check: Callable[[Case], None]


STEPS: Final = (
    Step(1, "the QR's text", _read_text),
    Step(2, "size and strict CBOR", _decode_item),
    Step(3, "the COSE envelope", _read_envelope),
    Step(4, "the claims' outer map", _read_outer_claims),
    Step(5, "the region's chain of trust, and the clock", _find_region),
    Step(6, "issuer and key", _find_issuer_and_key),
    Step(7, "the signature", _check_signature),
    Step(8, "the certificate, its number, its status reference", _read_certificate),
    Step(9, "the time of signing and the date", _check_dates),
    Step(10, "void issuer, compromised key", _check_absorbing),
    Step(11, "the key's window and the issuer's filing", _check_key_and_filing),
    Step(12, "the issuer's scope", _check_scope),
    Step(13, "the term of a post", _check_term),
    Step(14, "status and register", _check_status),
    Step(15, "the age of the lists", _check_expiry),
    Step(16, "recognition in the home region", _ask_recognition),
)
_CHECKS: Final = tuple(step.check for step in STEPS)
_CHECKS_OF_BYTES: Final = _CHECKS[1:]
