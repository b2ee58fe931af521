"""What is known of one thing given, for the terminal and for reports."""

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
