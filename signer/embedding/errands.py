"""Lines that ask for something beside certificates: `{"ask": "reserve", …}`, `"receipt"`, `"report"`."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

from credential.request import MAX_RESERVED
from signer.batches.reserving import LEVELS, YEARS
from signer.context import Context
from signer.embedding import keeping
from signer.embedding.asking import MAX_REFERENCE, AskCode, Flaw, flaw, is_reference
from signer.errors import Json

ASK: Final = "ask"
_MOST_PATH: Final = 1_024


@unique
class Ask(StrEnum):
    """What can be asked for."""

    RESERVE = "reserve"
    RECEIPT = "receipt"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing that a line asks for; `values` are of the right kind, and all that is needed is there."""

    ask: Ask
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Value:
    """What a value may be: a whole number from `least` to `most`, or a text of so many characters that can be seen."""

    kind: type[int] | type[str]
    most: int
    least: int = 1
    needed: bool = False

    def fits(self, value: object) -> bool:
        """Whether it may be this."""
        if isinstance(value, int) and not isinstance(value, bool):
            return self.kind is int and self.least <= value <= self.most
        is_text = isinstance(value, str) and self.kind is str and value.isprintable()
        return is_text and self.least <= len(str(value)) <= self.most


_BATCH: Final = Value(str, MAX_REFERENCE, needed=True)
VALUES: Final[Mapping[Ask, Mapping[str, Value]]] = {
    Ask.RESERVE: {
        "level": Value(int, LEVELS[-1], LEVELS[0]),
        "count": Value(int, MAX_RESERVED),
        "year": Value(int, YEARS[-1], YEARS[0]),
        "indices": Value(int, MAX_RESERVED),
    },
    Ask.RECEIPT: {"batch": _BATCH},
    Ask.REPORT: {"batch": _BATCH, "out": Value(str, _MOST_PATH, needed=True)},
}
TOGETHER: Final = ("level", "count")
"""A level has a count, and a count its level."""


def read(row: int, given: Mapping[str, object]) -> Errand | list[Flaw]:
    """What is asked for, or every flaw of it. None counts as not given."""
    found = {name: value for name, value in given.items() if value is not None}
    named = found.pop(ASK, None)
    if not isinstance(named, str) or named not in frozenset(Ask):
        return [flaw(AskCode.ASK_UNKNOWN, row, ASK, allowed="、".join(Ask))]
    ask = Ask(named)
    flaws = [
        flaw(AskCode.ASK_VALUE, row, name) for name, value in VALUES[ask].items() if not _is_right(found, name, value)
    ]
    if found.keys() - VALUES[ask].keys():
        flaws.append(flaw(AskCode.FIELD_UNKNOWN, row, "", allowed="、".join((ASK, *VALUES[ask]))))
    return flaws or Errand(ask, found)


def _is_right(found: Mapping[str, object], name: str, value: Value) -> bool:
    if name not in found:
        return not value.needed and not (name in TOGETHER and any(each in found for each in TOGETHER))
    return value.fits(found[name]) and (name != "batch" or is_reference(str(found[name])))


def run(context: Context, row: int, errand: Errand) -> Json | Flaw:
    """Do it, and say what came of it; the flaw, if it is about a batch that there is not. SignerError as `keeping`."""
    batch = errand.values.get("batch")
    if batch is not None and not context.ledger.batches_of(str(batch)):
        return flaw(AskCode.BATCH_UNKNOWN, row, "batch")
    return {"line": row, ASK: errand.ask.value, "ok": True, **_RUN[errand.ask](context, errand.values)}


def _reserve(context: Context, values: Mapping[str, object]) -> Json:
    whole = {name: value for name, value in values.items() if isinstance(value, int)}
    levels = {whole["level"]: whole["count"]} if "level" in whole else {}
    return asdict(keeping.reserve(context, levels, whole.get("year"), whole.get("indices", 0)))


def _receipt(context: Context, values: Mapping[str, object]) -> Json:
    found = keeping.receipts_of(context, str(values["batch"]))
    return {"receipts": [asdict(each) | {"data": b64encode(each.data).decode()} for each in found]}


def _report(context: Context, values: Mapping[str, object]) -> Json:
    return {"files": list(map(str, keeping.report(context, str(values["batch"]), Path(str(values["out"])))))}


_RUN: Final[Mapping[Ask, Callable[[Context, Mapping[str, object]], Json]]] = {
    Ask.RESERVE: _reserve,
    Ask.RECEIPT: _receipt,
    Ask.REPORT: _report,
}
