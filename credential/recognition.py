"""Which other regions' certificates a region recognises, as what: a closed table, and no rule language.

For one certificate: the agreement with its region, in force today; then any deny that matches, else the first allow
that matches. Recognition is not transitive.
"""

from bisect import bisect_right
from typing import Final, NamedTuple

from credential import cbor, cose, numbers
from credential.model import (
    MAX_DAY,
    AgreementState,
    Certificate,
    Day,
    Effect,
    IssuerCode,
    IssuerKind,
    Kind,
    LevelCertificate,
    Occupation,
    PostAppointment,
    Region,
    RegionalHonour,
    SpecialAbility,
)
from credential.published import (
    HEAD,
    Head,
    ObjectType,
    array,
    decode_head,
    malformed,
    mapping,
    octets,
    reading,
    region,
    require,
    text,
    uint,
)
from credential.reason import Recognition
from credential.trust_list import OccupationReference, decode_occupation_reference

TYP: Final = "application/yinxin-recognition+cose"
_AGREEMENTS: Final = 10


class Match(NamedTuple):
    """Which certificates a row is about. None, and an empty `levels`, match all; dates are inclusive.

    `levels` are levels for level certificates and posts for post appointments. `prefix` is a whole occupation code or
    a beginning of one that ends at a hyphen.
    """

    issuer: IssuerCode | IssuerKind | None
    kind: Kind
    edition: int | None
    prefix: str | None
    levels: tuple[int, ...]
    first: Day
    last: Day | None

    def covers(self, certificate: Certificate, issuer_kind: IssuerKind) -> bool:
        """Whether this row is about the certificate."""
        return (
            certificate.kind is self.kind
            and self._covers_issuer(certificate.issuer, issuer_kind)
            and self._covers_occupation(certificate)
            and self._covers_level(certificate)
            and self.first <= certificate.issued_on
            and (self.last is None or certificate.issued_on <= self.last)
        )

    def _covers_issuer(self, code: IssuerCode, kind: IssuerKind) -> bool:
        match self.issuer:
            case None:
                return True
            case IssuerKind():
                return self.issuer is kind
            case _:
                return self.issuer == code

    def _covers_occupation(self, certificate: Certificate) -> bool:
        occupation = certificate.occupation
        if occupation is None:
            return self.edition is None and self.prefix is None
        return covers_occupation(self.edition, self.prefix, occupation)

    def _covers_level(self, certificate: Certificate) -> bool:
        if not self.levels:
            return True
        match certificate.subject:
            case LevelCertificate(level=level):
                return level in self.levels
            case PostAppointment(post=post):
                return post in self.levels
            case SpecialAbility() | RegionalHonour():
                return False


def covers_occupation(edition: int | None, prefix: str | None, occupation: OccupationReference | Occupation) -> bool:
    """Whether the occupation is of the edition, and its code the prefix or behind one that ends in a hyphen."""
    if edition is not None and edition != occupation.edition:
        return False
    if prefix is None or prefix == occupation.code:
        return True
    return prefix.endswith("-") and occupation.code.startswith(prefix)


class Row(NamedTuple):
    """An allow: as which occupation and level (None: as its own), with what effect, by which document."""

    match: Match
    occupation: OccupationReference | None
    level: int | None
    effect: Effect
    basis: str


class Agreement(NamedTuple):
    """An agreement with one partner region. `pin` is the partner's root version and the SHA-256 of that root."""

    id: int
    partner: Region
    pin: tuple[int, bytes] | None
    document: str
    document_day: Day
    states: tuple[tuple[Day, AgreementState], ...]
    keep: bool
    deny: tuple[Match, ...]
    allow: tuple[Row, ...]

    def state_on(self, day: Day) -> AgreementState | None:
        """The state on `day`; None before the first."""
        place = bisect_right(self.states, day, key=lambda each: each[0])
        return self.states[place - 1][1] if place else None


class RecognitionList(NamedTuple):
    """All agreements of one region."""

    head: Head
    agreements: tuple[Agreement, ...]

    def encode(self) -> bytes:
        """The payload to be signed."""
        return cbor.encode({**self.head.encode(), _AGREEMENTS: [_encode_agreement(a) for a in self.agreements]})

    def with_partner(self, partner: Region) -> Agreement | None:
        """The one agreement with `partner`, if there is one."""
        return next((each for each in self.agreements if each.partner == partner), None)


class RecognisedAs(NamedTuple):
    """What a certificate counts as in `region`; `rule` names the row that says so."""

    region: Region
    occupation: OccupationReference | None
    level: int | None
    effect: Effect
    rule: str
    document: str | None
    date: Day | None


def recognise(
    certificate: Certificate, issuer_kind: IssuerKind, home: Region, table: RecognitionList | None, today: Day
) -> tuple[Recognition, RecognisedAs | None]:
    """Whether the accepted `certificate` counts in `home` today, and as what."""
    if certificate.region == home:
        return Recognition.HOME, _as_itself(certificate, home)
    agreement = table.with_partner(certificate.region) if table else None
    if agreement is None:
        return Recognition.NO_AGREEMENT, None
    barrier = _barrier(agreement, certificate.issued_on, today)
    if barrier is not None:
        return barrier, None
    if any(deny.covers(certificate, issuer_kind) for deny in agreement.deny):
        return Recognition.DENIED, None
    for place, row in enumerate(agreement.allow):
        if row.match.covers(certificate, issuer_kind):
            return Recognition.RECOGNISED, _as_row(certificate, home, agreement, place)
    return Recognition.NOT_RECOGNISED, None


def _barrier(agreement: Agreement, issued_on: Day, today: Day) -> Recognition | None:
    """What keeps the agreement from applying. A repeal that keeps spares what was issued before it."""
    match agreement.state_on(today):
        case None:
            return Recognition.AGREEMENT_NOT_IN_FORCE
        case AgreementState.SUSPENDED:
            return Recognition.AGREEMENT_SUSPENDED
        case AgreementState.REPEALED:
            kept = agreement.keep and issued_on < agreement.states[-1][0]
            return None if kept else Recognition.AGREEMENT_REPEALED
        case AgreementState.IN_FORCE:
            return None


def _as_itself(certificate: Certificate, home: Region) -> RecognisedAs:
    occupation = certificate.occupation
    reference = None if occupation is None else OccupationReference(occupation.edition, occupation.code)
    return RecognisedAs(home, reference, _level(certificate), Effect.EQUIVALENT, "HOME", None, None)


def _as_row(certificate: Certificate, home: Region, agreement: Agreement, place: int) -> RecognisedAs:
    row = agreement.allow[place]
    itself = _as_itself(certificate, home)
    return RecognisedAs(
        region=home,
        occupation=row.occupation or itself.occupation,
        level=row.level or itself.level,
        effect=row.effect,
        rule=f"{agreement.id}.{place + 1}",
        document=row.basis,
        date=agreement.document_day,
    )


def _level(certificate: Certificate) -> int | None:
    match certificate.subject:
        case LevelCertificate(level=level):
            return level
        case SpecialAbility() | PostAppointment() | RegionalHonour():
            return None


def decode(data: bytes) -> tuple[RecognitionList, cose.Sign]:
    """The list in `data`, signatures not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.RECOGNITION, data):
        message = cose.decode_sign(data, TYP)
        claims = mapping(cbor.decode(message.payload), HEAD | {_AGREEMENTS})
        agreements = tuple(_agreement(each) for each in array(claims[_AGREEMENTS]))
        partners = [each.partner for each in agreements]
        require(len(set(partners)) == len(partners), "two agreements with one partner")
        return RecognitionList(decode_head(claims), agreements), message


def _agreement(value: cbor.Value) -> Agreement:
    number, partner, pin, document, day, states, keep, deny, allow = array(value, 9)
    if not isinstance(keep, bool):
        raise malformed("keep is not true or false")
    agreement = Agreement(
        id=uint(number),
        partner=region(partner),
        pin=None if pin is None else _pin(pin),
        document=text(document),
        document_day=Day(uint(day, MAX_DAY)),
        states=tuple(_state(each) for each in array(states)),
        keep=keep,
        deny=tuple(_match(each) for each in array(deny)),
        allow=tuple(_row(each) for each in array(allow)),
    )
    days = [day for day, _ in agreement.states]
    require(bool(days) and days == sorted(set(days)), "states missing or not in ascending order")
    earlier = [state for _, state in agreement.states[:-1]]
    require(AgreementState.REPEALED not in earlier, "a state after the repeal")
    return agreement


def _pin(value: cbor.Value) -> tuple[int, bytes]:
    version, digest = array(value, 2)
    return uint(version), octets(digest, 32)


def _state(value: cbor.Value) -> tuple[Day, AgreementState]:
    day, state = array(value, 2)
    return Day(uint(day, MAX_DAY)), AgreementState(uint(state, 2))


def _match(value: cbor.Value) -> Match:
    issuer, kind, edition, prefix, levels, first, last = array(value, 7)
    return Match(
        issuer=_issuer(issuer),
        kind=Kind(uint(kind, 3)),
        edition=None if edition is None else uint(edition, 9999),
        prefix=None if prefix is None else text(prefix, 96),
        levels=tuple(uint(level, 5) for level in array(levels)),
        first=Day(uint(first, MAX_DAY)),
        last=None if last is None else Day(uint(last, MAX_DAY)),
    )


def _issuer(value: cbor.Value) -> IssuerCode | IssuerKind | None:
    if value is None:
        return None
    if isinstance(value, str):
        code = numbers.parse_issuer_code(value)
        if code is None:
            raise malformed("not an issuer code")
        return code
    return IssuerKind(uint(value, 2))


def _row(value: cbor.Value) -> Row:
    match, occupation, level, effect, basis = array(value, 5)
    if level is not None:
        require(uint(level, 5) > 0, "not a level")
    return Row(
        match=_match(match),
        occupation=None if occupation is None else decode_occupation_reference(occupation),
        level=None if level is None else uint(level, 5),
        effect=Effect(uint(effect, 2)),
        basis=text(basis),
    )


def _encode_agreement(agreement: Agreement) -> cbor.Value:
    return [
        agreement.id,
        agreement.partner,
        None if agreement.pin is None else [*agreement.pin],
        agreement.document,
        agreement.document_day,
        [[day, int(state)] for day, state in agreement.states],
        agreement.keep,
        [_encode_match(each) for each in agreement.deny],
        [_encode_row(each) for each in agreement.allow],
    ]


def _encode_match(match: Match) -> cbor.Value:
    issuer = int(match.issuer) if isinstance(match.issuer, IssuerKind) else match.issuer
    levels: list[cbor.Value] = [*match.levels]
    return [issuer, int(match.kind), match.edition, match.prefix, levels, match.first, match.last]


def _encode_row(row: Row) -> cbor.Value:
    occupation: cbor.Value = None if row.occupation is None else [row.occupation.edition, row.occupation.code]
    return [_encode_match(row.match), occupation, row.level, int(row.effect), row.basis]
