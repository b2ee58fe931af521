"""The commands `template` and `check`, and reading a roster for `sign`."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from credential.model import Day, DocumentType, day_of
from credential.trust_list import NO_LEVEL, Issuer, OccupationReference
from signer import files, paper, published
from signer.catalogue import LOCAL_EDITION, built_in
from signer.context import Context, Step, Voice
from signer.errors import Exit, SignerError, as_json, refused, unavailable, usage
from signer.printing.options import PrintOptions
from signer.roster import reader, report
from signer.roster import template as templates
from signer.roster.document import Document, document
from signer.roster.messages import TEXTS, CellError
from signer.roster.model import Roster, RosterError, RosterReason
from signer.roster.sheet import Cell, CellKind
from signer.roster.template import Offered
from signer.signing import Finding, Json, finding_json, finding_lines, sift

_SHOWN = 200
_MAX_DOCUMENT = 1_024
_NO_FILE = frozenset({RosterReason.NOT_FOUND, RosterReason.UNREADABLE})


def read(path: Path, today: date, voice: Voice | None = None) -> Roster:
    """The roster. SignerError if the file cannot be read as one: exit 2 if there is no file, else 1."""

    def tell(count: int, total: int) -> None:
        if voice is not None:
            voice.reached(Step.READ, count, total)

    try:
        roster = reader.read(path, today=today, tell=tell)
    except RosterError as error:
        raise explain(error) from None
    if not roster.rows and not roster.problems:
        raise refused("no-rows", f"{path}：名册里没有人员。", f"{path}: the roster lists nobody.")
    return roster


def document_of(path: Path, type_given: DocumentType | None, today: date) -> Document:
    """The one document whose number a private file has. SignerError if others can read it, or it is no number."""
    text = files.read_private(path, _MAX_DOCUMENT).decode("utf-8-sig", "replace")
    return checked_document(text, type_given, today, str(path))


def checked_document(number: str, type_given: DocumentType | None, today: date, where: str) -> Document:
    """The document of this number, which is from `where`. SignerError if it is no number."""
    try:
        return document(Cell(CellKind.TEXT, number), type_given, today)
    except CellError as error:
        told = TEXTS[error.code].filled(error.details)
        raise refused(
            "document-number", f"{where}：{told.why_zh}{told.fix_zh}", f"{where}: {told.why_en} {told.fix_en}"
        ) from None


def explain(error: RosterError) -> SignerError:
    """The error for a file that cannot be read as a roster."""
    return SignerError(
        Exit.USAGE if error.reason in _NO_FILE else Exit.REFUSED,
        f"roster-{error.reason.value.lower().replace('_', '-')}",
        f"{error.file}：{error.why_zh} {error.fix_zh}",
        f"{error.file}: {error.why_en} {error.fix_en}",
    )


def check(
    roster: Roster, context: Context | None, voice: Voice, out: Path | None, printing: PrintOptions | None = None
) -> Json:
    """Say everything that is wrong with a roster, for this issuer too where its registry is known."""
    found = findings(roster, context, voice, printing)
    told = [finding_json(each, roster.name) for each in found]
    for zh, en in map(finding_lines, told[:_SHOWN]):
        voice.say(zh, en)
    for note in roster.notes:
        voice.say(f"提示：{note.zh}", f"note: {note.en}")
    bad = {each.row for each in found}
    good = sum(row.row_number not in bad for row in roster.rows)
    _tell_sum(voice, good, len(told))
    return {
        **(_refusal(good, len(told)) if told else {}),
        "roster": roster.name,
        "roster_sha256": roster.sha256.hex(),
        "rows": good,
        "problems": told,
        "notes": [{"row": note.row, "zh": note.zh, "en": note.en, "code": note.code} for note in roster.notes],
        "marked": _marked(roster, found, out, voice),
    }


def findings(
    roster: Roster, context: Context | None, voice: Voice, printing: PrintOptions | None = None
) -> list[Finding]:
    """Everything that is wrong with a roster, for this issuer too where its registry is known."""
    found: list[Finding] = list(roster.problems)
    known = _known(context)
    if context is None or known is None:
        voice.say(
            "尚无登记机构的名单，只检查名册本身，未核对备案范围。",
            "no registry's list yet: the roster itself is checked, not the scope.",
        )
        return found
    issuer = published.require_issuer(known, context.configuration)
    is_signed = context.ledger.signed_batch("sign", roster.sha256) is not None
    if is_signed:
        voice.say("这份名册已经签过。", "this roster was signed already.")
    printer = None if printing is None else paper.ready(printing)
    return sift(context, roster, issuer, repeat=is_signed, printer=printer)[1]


def _known(context: Context | None) -> published.Published | None:
    """The registry's objects: the newest if it answers, else those held."""
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
    return f"{good} 行可签，{problems} 处问题要改。", f"{good} rows can be signed, {problems} problems to mend."


def _tell_sum(voice: Voice, good: int, problems: int) -> None:
    if problems:
        voice.say(*_sum(good, problems))
    else:
        voice.say(f"名册没有问题，{good} 行可签。", f"the roster is fine: {good} rows can be signed.")


def _marked(roster: Roster, found: Sequence[Finding], out: Path | None, voice: Voice) -> str | None:
    """Write the roster back with its problems marked, if that was asked for."""
    if out is None or roster.path is None:
        return None
    files.write_atomic(out, report.report(roster.path, found), files.PRIVATE_FILE)
    voice.say(f"标注好的名册：{out}", f"the roster with its problems marked: {out}")
    return str(out)


def template(context: Context, out: Path) -> Json:
    """Write an empty roster whose lists offer what this issuer may certify today."""
    known = _known(context)
    if known is None:
        raise unavailable(
            "nothing-published",
            "还没有拿到登记机构公布的名单，不知道备案范围。请稍后再试。",
            "the registry's list is not here yet, so the scope is unknown. Try again later.",
        )
    if out.exists():
        raise usage(
            "exists",
            f"{out} 已存在，不会覆盖。请换个文件名。",
            f"{out} exists and is not overwritten. Name another file.",
        )
    issuer = published.require_issuer(known, context.configuration)
    offered = _offered(issuer, day_of(context.clock()))
    files.write_atomic(out, templates.template(offered))
    context.voice.say(
        f"空白名册已写到 {out}，列出了 {len(offered)} 个备案职业。",
        f"an empty roster is in {out}; its lists offer the {len(offered)} occupations filed.",
    )
    shown = [{"edition": e.edition, "code": e.code, "title": e.title, "highest": e.highest} for e in offered]
    return {"template": str(out), "scope": shown}


def _offered(issuer: Issuer, today: Day) -> list[Offered]:
    """The occupations in the issuer's scope today; honours, which have no code, are not among them."""
    scopes = [
        scope
        for scope in issuer.scopes
        if scope.covers_day(today) and (scope.highest != NO_LEVEL or scope.occupation.edition != LOCAL_EDITION)
    ]
    return [
        Offered(s.occupation.edition, s.occupation.code, _title(s.occupation), s.highest)
        for s in sorted(scopes, key=lambda each: each.occupation)
    ]


def _title(occupation: OccupationReference) -> str:
    found = built_in().find(occupation.edition, occupation.code, None)
    return found[0].title if found else ""
