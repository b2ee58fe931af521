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
    def row(self) -> int: ...  # noqa: D102
    @property
    def column(self) -> str: ...  # noqa: D102
    @property
    def shape(self) -> str: ...  # noqa: D102
    @property
    def why_zh(self) -> str: ...  # noqa: D102
    @property
    def why_en(self) -> str: ...  # noqa: D102
    @property
    def fix_zh(self) -> str: ...  # noqa: D102
    @property
    def fix_en(self) -> str: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102


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
