"""What is known of things given, for the terminal and for reports."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from credential.reason import Outcome

if TYPE_CHECKING:
    from verifier_cli.words.columns import Cells


class Row:
    """What is known of one thing given: the outcome that counts, what is printed, what reports hold of it.

    `digest` is of the certificate's bytes, if there are any. No named tuple: making one would slow every cold start.
    """

    __slots__ = ("cells", "data", "digest", "outcome", "printed")

    def __init__(
        self,
        outcome: Outcome,
        printed: str,
        cells: "Cells | None" = None,
        data: str | None = None,
        digest: bytes | None = None,
    ) -> None:
        self.outcome, self.printed = outcome, printed
        self.cells, self.data, self.digest = cells, data, digest

    def __reduce__(self) -> "tuple[type[Row], tuple[object, ...]]":
        return Row, (self.outcome, self.printed, self.cells, self.data, self.digest)


class Rows:
    """What is known of several things given, one after the other: how many count as what, and all that is printed.

    `kept` are their rows, where reports are to hold them.
    """

    __slots__ = ("counts", "kept", "printed")

    def __init__(self, counts: Counter[Outcome], printed: str, kept: Sequence[Row] = ()) -> None:
        self.counts, self.printed, self.kept = counts, printed, kept

    def __reduce__(self) -> "tuple[type[Rows], tuple[object, ...]]":
        return Rows, (self.counts, self.printed, self.kept)


def together(rows: Sequence[Row], *, keep: bool) -> Rows:
    """What is known of all these."""
    printed = "\n".join([row.printed for row in rows if row.printed])
    return Rows(Counter([row.outcome for row in rows]), printed, rows if keep else ())
