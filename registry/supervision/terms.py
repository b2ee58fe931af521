"""The closed lists of supervision, and what each is called."""

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final

from registry.words import Words


@unique
class Visit(StrEnum):
    """How an inspection was made."""

    ON_SITE = "on-site"
    INVIGILATORS = "exchanged-invigilators"
    ARCHIVE = "archive"
    SPOT_CHECK = "spot-check"


@unique
class Severity(StrEnum):
    """How much a finding weighs."""

    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"


@unique
class Result(StrEnum):
    """What came of an inspection."""

    PASSED = "passed"
    TO_MEND = "to-mend"
    FAILED = "failed"


@unique
class About(StrEnum):
    """What a complaint is about."""

    EXAMINATION = "examination"
    CERTIFICATE = "certificate"
    FEES = "fees"
    STAFF = "staff"
    OTHER = "other"


@unique
class Stage(StrEnum):
    """How far a complaint has come."""

    RECEIVED = "received"
    UNDER_REVIEW = "under-review"
    CLOSED = "closed"


@unique
class Finding(StrEnum):
    """What a complaint turned out to be."""

    UPHELD = "upheld"
    NOT_UPHELD = "not-upheld"
    NO_JURISDICTION = "no-jurisdiction"


@unique
class Sort(StrEnum):
    """What a flag is raised for."""

    BURST = "burst"
    RATE = "pass-rate"
    TWO_PLACES = "two-places"
    TWO_LEVELS = "two-levels"


@unique
class FlagState(StrEnum):
    """Whether anybody has looked at a flag, and what it turned out to be."""

    OPEN = "open"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"


@unique
class Grade(StrEnum):
    """The grade of a year."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


VISIT: Final[Mapping[Visit, Words]] = {
    Visit.ON_SITE: Words("现场督导", "on site"),
    Visit.INVIGILATORS: Words("互派考务人员", "exchanged invigilators"),
    Visit.ARCHIVE: Words("档案核查", "archive"),
    Visit.SPOT_CHECK: Words("抽查", "spot check"),
}
SEVERITY: Final[Mapping[Severity, Words]] = {
    Severity.MINOR: Words("轻微", "minor"),
    Severity.MODERATE: Words("一般", "moderate"),
    Severity.SERIOUS: Words("严重", "serious"),
}
RESULT: Final[Mapping[Result, Words]] = {
    Result.PASSED: Words("通过", "passed"),
    Result.TO_MEND: Words("限期整改", "to be mended"),
    Result.FAILED: Words("不通过", "failed"),
}
OVERDUE: Final = Words("逾期未整改", "overdue")
MENDED: Final = Words("已整改", "mended")
ABOUT: Final[Mapping[About, Words]] = {
    About.EXAMINATION: Words("考试、评价过程", "examination"),
    About.CERTIFICATE: Words("证书、发证", "certificate"),
    About.FEES: Words("收费", "fees"),
    About.STAFF: Words("工作人员", "staff"),
    About.OTHER: Words("其他", "something else"),
}
STAGE: Final[Mapping[Stage, Words]] = {
    Stage.RECEIVED: Words("已收到，待受理", "received, not taken up yet"),
    Stage.UNDER_REVIEW: Words("核查中", "under review"),
    Stage.CLOSED: Words("已办结", "closed"),
}
FINDING: Final[Mapping[Finding, Words]] = {
    Finding.UPHELD: Words("属实", "upheld"),
    Finding.NOT_UPHELD: Words("未能证实", "not upheld"),
    Finding.NO_JURISDICTION: Words("不属本机构管辖", "not for this authority"),
}
SORT: Final[Mapping[Sort, Words]] = {
    Sort.BURST: Words("单日发证突增", "a burst of certificates"),
    Sort.RATE: Words("通过率异常", "an unusual pass rate"),
    Sort.TWO_PLACES: Words("一人同日两处取证", "one person in two places on one day"),
    Sort.TWO_LEVELS: Words("一人同日同职业两个等级", "one person, two levels of an occupation on one day"),
}
FLAG_STATE: Final[Mapping[FlagState, Words]] = {
    FlagState.OPEN: Words("待核实", "open"),
    FlagState.EXPLAINED: Words("已说明", "explained"),
    FlagState.CONFIRMED: Words("确认异常", "confirmed"),
}
GRADE: Final[Mapping[Grade, Words]] = {
    Grade.A: Words("优秀", "excellent"),
    Grade.B: Words("良好", "good"),
    Grade.C: Words("合格", "passed"),
    Grade.D: Words("不合格", "failed"),
}
"""The words of the province; another one changes them here."""
