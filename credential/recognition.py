"""Which other regions' certificates a region recognises, as what: a closed table, and no rule language.

For one certificate: the agreement with its region, in force today; then any deny that matches, else the first allow
that matches. Recognition is not transitive.
"""

from bisect import bisect_right
from typing import Final, NamedTuple

from credential import cbor, cose, numbers
from credential.issuer import OccupationReference, decode_occupation_reference
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
    Subject,
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

TYP: Final = "application/yinxin-recognition+cose"
_AGREEMENTS: Final = 10


class Candidate(NamedTuple):
    """What the rules look at, of a certificate that is there or of one that somebody asks about.

    `issuer` is None for one that no row names. `rank` is the level of a level certificate, the post of an appointment,
    and None for what has neither.
    """

    region: Region
    issuer: IssuerCode | None
    issuer_kind: IssuerKind
    kind: Kind
    occupation: OccupationReference | None
    rank: int | None
    issued_on: Day

    @property
    def level(self) -> int | None:
        """The level of a level certificate."""
        return self.rank if self.kind is Kind.LEVEL else None


def candidate_of(certificate: Certificate, issuer_kind: IssuerKind) -> Candidate:
    """What the rules look at of this certificate."""
    occupation = certificate.occupation
    return Candidate(
        region=certificate.region,
        issuer=certificate.issuer,
        issuer_kind=issuer_kind,
        kind=certificate.kind,
        occupation=None if occupation is None else OccupationReference(occupation.edition, occupation.code),
        rank=_rank(certificate.subject),
        issued_on=certificate.issued_on,
    )


def _rank(subject: Subject) -> int | None:
    match subject:
        case LevelCertificate(level=level):
            return level
        case PostAppointment(post=post):
            return post
        case SpecialAbility() | RegionalHonour():
            return None


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

    def covers(self, candidate: Candidate) -> bool:
        """Whether this row is about it."""
        return (
            candidate.kind is self.kind
            and self._covers_issuer(candidate.issuer, candidate.issuer_kind)
            and self._covers_occupation(candidate.occupation)
            and (not self.levels or candidate.rank in self.levels)
            and self.first <= candidate.issued_on
            and (self.last is None or candidate.issued_on <= self.last)
        )

    def _covers_issuer(self, code: IssuerCode | None, kind: IssuerKind) -> bool:
        match self.issuer:
            case None:
                return True
            case IssuerKind():
                return self.issuer is kind
            case _:
                return self.issuer == code

    def _covers_occupation(self, occupation: OccupationReference | None) -> bool:
        if occupation is None:
            return self.edition is None and self.prefix is None
        return covers_occupation(self.edition, self.prefix, occupation)


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


class Decision(NamedTuple):
    """What an agreement says of one candidate.

    `place` is the row that decided: of `allow` if RECOGNISED, of `deny` if DENIED, else None.
    """

    recognition: Recognition
    place: int | None = None


def recognise(
    candidate: Candidate, home: Region, table: RecognitionList | None, today: Day
) -> tuple[Recognition, RecognisedAs | None]:
    """Whether what is accepted counts in `home` today, and as what."""
    if candidate.region == home:
        return Recognition.HOME, _as_itself(candidate, home)
    agreement = table.with_partner(candidate.region) if table else None
    if agreement is None:
        return Recognition.NO_AGREEMENT, None
    found = decide(candidate, agreement, today)
    if found.recognition is not Recognition.RECOGNISED or found.place is None:
        return found.recognition, None
    return found.recognition, _as_row(candidate, home, agreement, found.place)


def decide(candidate: Candidate, agreement: Agreement, today: Day) -> Decision:
    """What the agreement with the candidate's region says of it today, and by which row."""
    barrier = _barrier(agreement, candidate.issued_on, today)
    if barrier is not None:
        return Decision(barrier)
    for place, deny in enumerate(agreement.deny):
        if deny.covers(candidate):
            return Decision(Recognition.DENIED, place)
    for place, row in enumerate(agreement.allow):
        if row.match.covers(candidate):
            return Decision(Recognition.RECOGNISED, place)
    return Decision(Recognition.NOT_RECOGNISED)


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


def _as_itself(candidate: Candidate, home: Region) -> RecognisedAs:
    return RecognisedAs(home, candidate.occupation, candidate.level, Effect.EQUIVALENT, "HOME", None, None)


def _as_row(candidate: Candidate, home: Region, agreement: Agreement, place: int) -> RecognisedAs:
    row = agreement.allow[place]
    return RecognisedAs(
        region=home,
        occupation=row.occupation or candidate.occupation,
        level=row.level or candidate.level,
        effect=row.effect,
        rule=f"{agreement.id}.{place + 1}",
        document=row.basis,
        date=agreement.document_day,
    )


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
