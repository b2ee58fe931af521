"""The command `check`: everything that is wrong with a roster, said and marked in a workbook."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from signer import files
from signer.checking import doubts, earlier
from signer.checking.findings import Finding, finding_json, finding_lines
from signer.checking.sifting import sift
from signer.context import Context, Voice
from signer.errors import Exit, Json, SignerError, as_json, number_of, refused, usage
from signer.printing import paper
from signer.printing.options import PrintOptions
from signer.remote import published
from signer.roster import report
from signer.roster.findings import Result
from signer.roster.model import Roster

_SHOWN = 200
_MARKED = re.compile(r"(.+)-问题(?:-([0-9]{1,6}))?")


def check(
    roster: Roster, context: Context | None, voice: Voice, out: Path | None, printing: PrintOptions | None = None
) -> Json:
    """Say everything that is wrong with a roster, for this issuer too where its registry is known.

    What is found is marked in a workbook: at `out`, or beside the roster if there is anything to mark.
    """
    found = examine(roster, context, voice, printing)
    told, doubtful = ([finding_json(each, roster.name) for each in group] for group in (found.findings, found.doubts))
    for zh, en in map(finding_lines, told[:_SHOWN]):
        voice.say(zh, en)
    for zh, en in map(finding_lines, doubtful[:_SHOWN]):
        voice.say(f"需确认：{zh}", f"to be confirmed: {en}")
    for note in roster.notes:
        voice.say(f"提示：{note.zh}", f"note: {note.en}")
    bad = {each.row for each in found.findings}
    good = sum(row.row_number not in bad for row in roster.rows)
    marked = _marked(roster, Result(good, found.findings, found.doubts, roster.notes), out, voice)
    _tell_sum(voice, good, len(told), len(doubtful))
    return {
        **(_refusal(good, len(told)) if told else {}),
        "roster": roster.name,
        "roster_sha256": roster.sha256.hex(),
        "rows": good,
        "problems": told,
        "to_confirm": doubtful,
        "notes": [{"row": note.row, "zh": note.zh, "en": note.en, "code": note.code} for note in roster.notes],
        "scope_checked": found.scope,
        "print_checked": found.print,
        "marked": marked,
    }


@dataclass(frozen=True, slots=True)
class Examined:
    """What is wrong with a roster and what is to be confirmed, and whether scope and printing were looked at."""

    findings: Sequence[Finding]
    doubts: Sequence[Finding]
    scope: bool
    print: bool


def examine(roster: Roster, context: Context | None, voice: Voice, printing: PrintOptions | None = None) -> Examined:
    """Everything that is wrong with a roster, for this issuer too where its registry is known."""
    held = known(context)
    if context is None or held is None:
        unseen_zh, unseen_en = ("、能否打印", " nor whether it can be printed") if printing is not None else ("", "")
        voice.say(
            f"尚无登记机构的名单，只检查名册本身，未核对备案范围{unseen_zh}；注册并公布以后再检查一次。",
            f"no registry's list yet: the roster itself is checked, not the scope{unseen_en}; check again then.",
        )
        return Examined(roster.problems, roster.doubts, scope=False, print=False)
    issuer = published.require_issuer(held, context.configuration)
    is_signed = context.ledger.signed_batch("sign", roster.sha256) is not None
    if is_signed:
        voice.say("这份名册已经签过。", "this roster was signed already.")
    printer = None if printing is None else paper.ready(printing)
    drafts, findings = sift(context, roster, issuer, repeat=is_signed, printer=printer)
    same = earlier.looks_like(context, findings, len(roster.rows))
    if same is not None:
        voice.say(*same)
    return Examined(findings, doubts.found(roster, drafts, issuer), scope=True, print=printer is not None)


def known(context: Context | None) -> published.Published | None:
    """The registry's objects: the newest if it answers, else those held; None without a context."""
    if context is None:
        return None
    try:
        return context.fetch()
    except SignerError as error:
        if error.exit is not Exit.UNAVAILABLE:
            raise
        return context.newest_known()


def _refusal(good: int, problems: int) -> Json:
    return as_json(refused("problems-found", *_sum(good, problems)))


def _sum(good: int, problems: int) -> tuple[str, str]:
    return (
        f"{good} 行可签，{problems} 处问题要改。",
        f"{number_of(good, 'row')} can be signed, {number_of(problems, 'problem')} to mend.",
    )


def _tell_sum(voice: Voice, good: int, problems: int, doubtful: int) -> None:
    if doubtful:
        voice.say(
            f"{doubtful} 处需按依据核对，签发时确认。",
            f"to be looked at, and confirmed when signing: {number_of(doubtful, 'thing')}.",
        )
    if problems:
        voice.say(*_sum(good, problems))
    else:
        voice.say(f"名册没有问题，{good} 行可签。", f"the roster is fine: {number_of(good, 'row')} can be signed.")


def _marked(roster: Roster, result: Result, out: Path | None, voice: Voice) -> str | None:
    """Write the roster back with what was found marked: where that was asked for, else beside it."""
    if roster.path is None:
        return None
    if out is not None and out.exists() and roster.path.exists() and out.samefile(roster.path):
        raise usage(
            "would-overwrite",
            f"{out} 就是名册本身，不会覆盖。请换个 --out。",
            f"{out} is the roster itself. Name another --out.",
        )
    if out is None and result.is_fine:
        return None
    data = report.report(roster, result)
    if out is not None and not _is_free(out, data):
        raise usage(
            "would-overwrite",
            f"{out} 已存在，内容不同，不会覆盖。请换个 --out。",
            f"{out} exists with other content and is not overwritten. Name another --out.",
        )
    written = out or next(each for each in _beside(roster.path) if _is_free(each, data))
    try:
        files.write_atomic(written, data, files.PRIVATE_FILE)
    except OSError:
        if out is not None:
            raise
        voice.say(
            f"{written.parent} 不可写，没有写标注好的名册；请用 --out 指定位置。",
            f"{written.parent} cannot be written to, so there is no marked roster; say where with --out.",
        )
        return None
    voice.say(
        f"标注好的名册（内有证件号码，仅本人可读）：{written}",
        f"the roster as marked (it has document numbers; only you can read it): {written}",
    )
    return str(written)


def _beside(path: Path) -> Iterator[Path]:
    """名册.csv -> 名册-问题.xlsx -> 名册-问题-2.xlsx and so on: never the file that was checked."""
    found = _MARKED.fullmatch(path.stem)
    if found is None:
        yield path.with_name(f"{path.stem}-问题.xlsx")
    stem, last = (path.stem, 1) if found is None else (found[1], int(found[2] or 1))
    for number in count(last + 1):
        yield path.with_name(f"{stem}-问题-{number}.xlsx")


def _is_free(path: Path, data: bytes) -> bool:
    """Whether `path` can be written without losing what somebody may have mended: nothing is there, or just `data`."""
    if not path.exists():
        return True
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
