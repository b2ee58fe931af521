"""The values and enums of the domain: frozen, closed, and checked by whoever parses them."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, unique
from functools import lru_cache
from typing import Final, NamedTuple, NewType

Day = NewType("Day", int)
"""Days since 1970-01-01 in UTC+8, the legal time of the domain."""
Seconds = NewType("Seconds", int)
"""Seconds since 1970-01-01T00:00:00Z."""
IssuerCode = NewType("IssuerCode", str)
"""The 13 characters that the authority assigns to an institution; `numbers.parse_issuer_code` makes one."""
Region = NewType("Region", str)
"""Two digits: the province division of GB/T 2260."""

CHINA: Final = timezone(timedelta(hours=8))
SECONDS_A_DAY: Final = 86_400
_EPOCH: Final = date(1970, 1, 1)
MAX_DAY: Final = Day((date(9999, 12, 31) - _EPOCH).days)


def day_of(instant: Seconds) -> Day:
    """The day in UTC+8 in which `instant` lies."""
    return Day((instant + 8 * 3600) // SECONDS_A_DAY)


def day_from_date(value: date) -> Day:
    """The Day of a calendar date."""
    return Day((value - _EPOCH).days)


@lru_cache(maxsize=1_024)
def date_from_day(day: Day) -> date:
    """The calendar date of a Day between 1970-01-01 and 9999-12-31."""
    return _EPOCH + timedelta(days=day)


def start_of(day: Day) -> Seconds:
    """The first instant of `day`, midnight in UTC+8."""
    return Seconds(day * SECONDS_A_DAY - 8 * 3600)


def rfc3339(instant: Seconds) -> str:
    """`instant` in UTC as RFC 3339 writes it; beyond the year 9999 the plain number of seconds."""
    try:
        return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return str(instant)


@unique
class Kind(IntEnum):
    """The kinds of certificate, by their code in the body."""

    LEVEL = 0
    SPECIAL_ABILITY = 1
    POST = 2
    HONOUR = 3


@unique
class DocumentType(IntEnum):
    """The identity document whose last four characters the certificate shows."""

    CITIZEN_ID = 0
    RESIDENCE_PERMIT_HMT = 1
    FOREIGNER_PERMANENT_RESIDENCE = 2
    PASSPORT = 3
    TRAVEL_PERMIT = 4
    MILITARY = 5
    OTHER = 6


@unique
class Basis(IntEnum):
    """How the person was evaluated."""

    EXAMINATION = 0
    PROCESS_ASSESSMENT = 1
    PERFORMANCE_REVIEW = 2
    DIRECT_RECOGNITION = 3
    COMPETITION = 4
    RECOGNITION = 5


@unique
class Post(IntEnum):
    """Technical posts that an enterprise appoints for a term; none of them is a level."""

    APPRENTICE = 0
    SPECIAL_GRADE_TECHNICIAN = 1
    CHIEF_TECHNICIAN = 2


@unique
class IssuerKind(IntEnum):
    """Kinds of evaluator."""

    EMPLOYER = 0
    SOCIAL = 1
    SCHOOL = 2


@unique
class IssuerState(IntEnum):
    """An issuer's filing 备案, as it stands from a day on."""

    FILED = 0
    SUSPENDED = 1
    WITHDRAWN = 2
    VOID = 3


@unique
class KeyState(IntEnum):
    """A certificate key's life, as it stands from an instant on."""

    PENDING = 0
    ACTIVE = 1
    RETIRED = 2
    COMPROMISED = 3


@unique
class Status(IntEnum):
    """A certificate's entry in a status list (IETF Token Status List; 3 and 12 are ours)."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2
    NOT_REGISTERED = 3
    SUPERSEDED = 12


@unique
class AgreementState(IntEnum):
    """An agreement between regions, as it stands from a day on."""

    IN_FORCE = 0
    SUSPENDED = 1
    REPEALED = 2


@unique
class Effect(IntEnum):
    """What recognition gives: the same standing, the right to apply, or a local benefit."""

    EQUIVALENT = 0
    ELIGIBILITY = 1
    TREATMENT = 2


@unique
class Benefit(IntEnum):
    """What a clause of a benefit policy 待遇政策 gives."""

    ALLOWANCE = 0
    AWARD = 1
    SUBSIDY = 2
    SERVICE = 3


@unique
class Period(IntEnum):
    """How often an amount is paid."""

    ONCE = 0
    MONTH = 1
    YEAR = 2


@unique
class ListedOn(IntEnum):
    """On which day an occupation has to be on a shortage list: the day of asking, or the certificate's date."""

    TODAY = 0
    ISSUE = 1


class Person(NamedTuple):
    """Who a certificate is about, as far as it is printed."""

    name: str
    document_type: DocumentType
    document_last4: str


class Occupation(NamedTuple):
    """An occupation of the classification 职业分类大典 by edition; edition 0 is the region's own list."""

    edition: int
    code: str
    title: str
    specialisation: str | None


class LevelCertificate(NamedTuple):
    """职业技能等级证书. `level` is 5 to 1, and 1 is the highest."""

    occupation: Occupation
    level: int


class SpecialAbility(NamedTuple):
    """专项职业能力证书: one smallest unit of skill, no level."""

    occupation: Occupation


class PostAppointment(NamedTuple):
    """A technical post with a term 聘期 that ends at the instant `ends`."""

    occupation: Occupation
    post: Post
    ends: Seconds


class RegionalHonour(NamedTuple):
    """区级人才荣誉: never to be shown as a level certificate."""

    honour: str


Subject = LevelCertificate | SpecialAbility | PostAppointment | RegionalHonour


def kind_of(subject: Subject) -> Kind:
    """The kind of certificate that is about `subject`."""
    match subject:
        case LevelCertificate():
            return Kind.LEVEL
        case SpecialAbility():
            return Kind.SPECIAL_ABILITY
        case PostAppointment():
            return Kind.POST
        case RegionalHonour():
            return Kind.HONOUR


class StatusReference(NamedTuple):
    """Where a certificate's status stands: the entry `idx` of the list that `uri` names (never fetched)."""

    idx: int
    uri: str


class Entry(NamedTuple):
    """One entry of one status list of a region."""

    list: int
    idx: int


class Extra(NamedTuple):
    """The optional facts of a certificate."""

    replaces: Entry | None = None
    sub_level: str | None = None
    local_post: str | None = None


NO_EXTRA: Final = Extra()


class Certificate(NamedTuple):
    """Everything that a certificate says. `number` is in its printed form, `issued_at` the time of signing."""

    issuer: IssuerCode
    issued_at: Seconds
    person: Person
    number: str
    subject: Subject
    issued_on: Day
    basis: Basis
    status: StatusReference
    extra: Extra = NO_EXTRA

    @property
    def region(self) -> Region:
        """The region that filed the issuer: two digits inside its code."""
        return region_of(self.issuer)

    @property
    def kind(self) -> Kind:
        """The kind that the body's first element names."""
        return kind_of(self.subject)

    @property
    def occupation(self) -> Occupation | None:
        """The occupation, for every kind that has one."""
        match self.subject:
            case RegionalHonour():
                return None
            case LevelCertificate() | SpecialAbility() | PostAppointment():
                return self.subject.occupation


def region_of(code: IssuerCode) -> Region:
    """The region of an institution's code (characters 6 and 7)."""
    return Region(code[5:7])
