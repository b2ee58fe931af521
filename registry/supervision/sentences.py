"""What people write freely: short, visible, and without anybody's citizen number or mobile telephone."""

import re
from typing import Final

from credential import text
from credential.documents import normalised
from registry.problems import Problem, Refused

_OUR_NUMBERS: Final = re.compile(r"(?<![A-Z0-9])[A-Z][0-9A-Z]{4}[0-9]{2}[0-9A-Z]{6}(?:[0-9]{9})?(?![0-9A-Z])", re.ASCII)
"""Codes of issuers and numbers of certificates: long, and nobody's secret."""
_CITIZEN: Final = re.compile(
    r"[0-9]{6}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]", re.ASCII
)
"""Eighteen characters with a date of birth in them; the check character is not asked for, since people mistype."""
_MOBILE: Final = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", re.ASCII)


def read(typed: str, label: str, most: int, problem: Problem = Problem.REFUSED) -> str:
    """The sentence in what was typed, its lines joined. Refused: empty, too long, with a citizen number."""
    said = " ".join(typed.split())
    if not 0 < len(said) <= most or text.refused_character(said) is not None:
        raise Refused(problem, f"{label}：须为 1 至 {most} 个可见字符 / 1 to {most} visible characters")
    if _CITIZEN.search(_squeezed(said)):
        raise Refused(
            problem,
            f"{label}：请不要写身份证号码。办理用不着它，写下来就要保管，泄露了会伤及本人；写姓名或证书编号即可 / "
            "write no identity number: the registry does not need it, and what is kept can leak. A name or a "
            "certificate's number is enough",
        )
    return said


def require_no_mobile(said: str, label: str) -> None:
    """Refused MALFORMED if a mobile telephone's number is in it: it has a field of its own, which is deleted."""
    if _MOBILE.search(_squeezed(said)):
        raise Refused(
            Problem.MALFORMED,
            f"{label}：电话请写在“联系方式”一栏，办结后会删除 / put a telephone number into the field for it, which is "
            "deleted after the case is closed",
        )


def _squeezed(said: str) -> str:
    """Without spaces and signs between its digits, and without our own long numbers."""
    return re.sub(r"[\W_]", "", _OUR_NUMBERS.sub("。", normalised(said)))
