"""Writes web/src/wording.ts from the words of the Python programs: `python -m tools.wording_module`."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from credential import benefit_wording, wording
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from credential.reason import BEFORE_TEXT, Entitlement, Reason, Recognition, SyncReason
from verifier_cli.explaining import supposition
from verifier_cli.words import columns, human, regions

_Code = TypeVar("_Code", bound=int | str)
MODULE: Final = Path(__file__).resolve().parent.parent / "web" / "src" / "wording.ts"
_HEAD: Final = """\
/**
 * Every reason and code in words, Chinese and English: the words of the Python programs.
 *
 * Written by `python -m tools.wording_module` from what those say; a test holds it to them.
 */

import type { AgreementState, Basis, Benefit, DocumentType, Effect, IssuerKind, Kind, Period, Post } from "./model.ts";
import type { BeforeText, Entitlement, Reason, Recognition, SyncReason } from "./reason.ts";

/** One thing said twice. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** What happened, and what to do next. */
export interface Wording extends Words {
  readonly nextZh: string;
  readonly nextEn: string;
}
"""


def module() -> str:
    """The whole module."""
    levels = {level: (LEVEL_NAMES[level], LEVEL_NAMES_EN[level]) for level in sorted(LEVEL_NAMES)}
    reasons = (
        ("BEFORE_TEXT", "BeforeText", [each for each in Reason if each in BEFORE_TEXT]),
        ("REASONS", "Reason", [each for each in Reason if each not in BEFORE_TEXT]),
        ("RECOGNITIONS", "Recognition", Recognition),
        ("ENTITLEMENTS", "Entitlement", Entitlement),
    )
    return "".join(
        (
            _HEAD,
            *(_wordings(name, kind, members) for name, kind, members in reasons),
            _wordings("SYNC_REASONS", "SyncReason", SyncReason),
            _words("KINDS", "Kind", human.KINDS),
            _words("DOCUMENTS", "DocumentType", human.DOCUMENTS),
            _words("BASES", "Basis", human.BASES),
            _words("POSTS", "Post", human.POSTS),
            _words("ISSUERS", "IssuerKind", human.ISSUERS),
            _words("EFFECTS", "Effect", human.EFFECTS),
            _words("BENEFITS", "Benefit", benefit_wording.BENEFITS),
            _words("PERIODS", "Period", benefit_wording.PERIODS),
            _words("LEVELS", "number", levels),
            _words("AGREEMENTS", "AgreementState", supposition.STATES),
            _words("SUPPOSED", "Recognition", supposition.SUPPOSED),
            _words("REGIONS", "string", regions.REGIONS),
            _words("REGISTRATION", '"register" | "index-only"', human.REGISTRATION),
            _columns(),
        )
    )


def _wordings(name: str, kind: str, reasons: Iterable[Reason | Recognition | Entitlement | SyncReason]) -> str:
    rows = {}
    for reason in reasons:
        said = wording.of(reason)
        rows[reason.value] = _fields(zh=said.zh, en=said.en, nextZh=said.next_zh, nextEn=said.next_en)
    return _record(name, kind, "Wording", rows)


def _words(name: str, kind: str, table: Mapping[_Code, human.Pair]) -> str:
    rows = {_key(code): _fields(zh=zh, en=en) for code, (zh, en) in table.items()}
    return _record(name, kind, "Words", rows)


def _columns() -> str:
    rows = "".join(f"  {_fields(key=each.key, zh=each.zh, en=each.en)},\n" for each in columns.COLUMNS)
    return f"\n/** The columns of a report on many, in order. */\nexport const COLUMNS = [\n{rows}] as const;\n"


def _key(code: int | str) -> str:
    return _quoted(code) if isinstance(code, str) else str(int(code))


def _fields(**fields: str) -> str:
    return "{ " + ", ".join(f"{name}: {_quoted(value)}" for name, value in fields.items()) + " }"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _record(name: str, kind: str, of: str, rows: Mapping[str, str]) -> str:
    lines = "".join(f"  {key}: {row},\n" for key, row in rows.items())
    return f"\nexport const {name}: Readonly<Record<{kind}, {of}>> = {{\n{lines}}};\n"


if __name__ == "__main__":
    MODULE.write_text(module(), "utf-8")
