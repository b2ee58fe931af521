"""The CDDL blocks of docs/format.md as one schema, and whether bytes are of one of its rules."""

import logging
import re
from functools import cache
from pathlib import Path
from typing import Final

from cddl_verifier import Validator  # type: ignore[import-untyped]

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "format.md"
logging.getLogger("cddl_verifier").setLevel(logging.CRITICAL)  # what it logs it returns as well
_BLOCK: Final = re.compile(r"^```cddl\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks() -> list[str]:
    """The blocks, as they stand on the page."""
    return _BLOCK.findall(PAGE.read_text("utf-8"))


@cache
def _schema() -> Validator:
    return Validator("\n".join(blocks()))


def fault(rule: str, data: bytes) -> str | None:
    """Why the CBOR item `data` is not of `rule`, in the library's words; None if it is."""
    result = _schema().validate(data, rule)
    return None if result.valid else "; ".join(str(each) for each in result.diagnostics) or "refused"
