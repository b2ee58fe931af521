"""What prints certificates, as the commands know it: without fonts, layouts and what else the extra `print` brings."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from credential.issuer import Issuer
from signer.certificates.drafts import Draft
from signer.certificates.objections import Fault
from signer.context import Context
from signer.errors import Json
from signer.ledger.model import Certificate
from signer.portions import Many

DocumentOf = Callable[[Certificate], str | None]
"""The whole number of the holder's document, or None."""
Examine = Callable[[Iterable[Draft]], list[Fault]]
"""What finds the drafts that would not print."""


class Printer(Protocol):
    """What prints: `signer.printing.run.Ready`."""

    def examiner(self, issuer: Issuer, host: str) -> Examine:
        """What finds the drafts that would not print."""

    def deliver(
        self,
        context: Context,
        issuer: Issuer,
        certificates: Many[Certificate],
        document_of: DocumentOf,
        out: Path,
    ) -> Json:
        """Print certificates into a folder; `document_of` knows whole document numbers, where they are at hand."""
