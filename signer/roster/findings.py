"""What a check came to, as the annotated roster tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from signer.roster.model import Note

WHY: Final = "问题 Problem"
FIX: Final = "改法 What to do"
SUMMARY_SHEET: Final = "问题汇总"


class Finding(Protocol):
    """One thing to mend or to confirm, as the reader or the signer finds it."""

    @property
    def row(self) -> int:
        """The sheet's own row number."""

    @property
    def column(self) -> str:
        """What to look at: a letter and a header, or a header alone."""

    @property
    def shape(self) -> str:
        """What stands there, without any document number."""

    @property
    def why_zh(self) -> str:
        """Why, in Chinese."""

    @property
    def why_en(self) -> str:
        """Why, in English."""

    @property
    def fix_zh(self) -> str:
        """What to do, in Chinese."""

    @property
    def fix_en(self) -> str:
        """What to do, in English."""

    @property
    def code(self) -> str:
        """A stable name of its kind."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found: how many rows can be signed, what is to be mended, and what is to be confirmed."""

    fine: int
    findings: Sequence[Finding]
    doubts: Sequence[Finding] = ()
    notes: Sequence[Note] = ()

    @property
    def is_fine(self) -> bool:
        """Whether nothing is to be mended or confirmed."""
        return not self.findings and not self.doubts
