"""`recognition import|template`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from credential.model import day_of
from credential.recognition import Agreement
from registry import settings
from registry.commands import sheets
from registry.commands.common import command, group_of, now, open_data, require_yes
from registry.opening import Opened
from registry.problems import ConfigurationError
from registry.publishing import partners
from registry.recognition import agreement_columns, agreement_sheet, agreements, recognition_words
from registry.recognition.recognition_effect import Effects, effects, examine
from registry.say import answer, say
from registry.sheets import sheet_rows
from registry.sheets.sheet_rows import Fault
from registry.words import Words

if TYPE_CHECKING:
    from registry.commands.common import Commands

MAX_CERTIFICATES_BYTES: Final = 64 << 20


class Explained(NamedTuple):
    """One agreement of the file beside today's, and what it does."""

    before: Agreement | None
    after: Agreement
    effects: Effects


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "recognition", "互认协议", "recognition of other regions")
    made = sheets.add_import(
        group,
        "从 XLSX、CSV 或 JSON 导入互认协议；先说明影响到谁、改变什么，再询问",
        "import agreements from XLSX, CSV or JSON; says first whom they touch and what changes, then asks",
        run_import,
        _columns(),
    )
    made.add_argument(
        "--certificates",
        type=Path,
        metavar="FILE",
        help="对方证书的二维码文本，一行一张，逐张比较 / QR texts of its certificates, a line each, to be compared",
    )
    made = command(group, "template", "写一张空白的协议表", "write an empty sheet of agreements", run_template)
    made.add_argument("out", type=Path, help="XLSX 或 CSV 文件 / the file")


def run_import(options: argparse.Namespace) -> int | None:
    """Explain the effect of every agreement in the file; then import them all, or none."""
    sheets.require_operator(options)
    incoming, faults = _read(options.file)
    if faults:
        return sheets.refuse(options, faults)
    opened = open_data(options)
    explained = _explain(opened, incoming, _texts(options.certificates))
    _tell(explained, options.json)
    if options.dry_run:
        return None
    require_yes(options)
    opened.store.write(lambda session: agreements.import_all(session, incoming, options.operator, now()))
    if not options.json:
        say("协议已导入，publish 后生效。", "Imported; in effect after `publish`.")
    return None


def run_template(options: argparse.Namespace) -> None:
    """Write an empty sheet."""
    sheet_rows.write(options.out, agreement_columns.COLUMNS.empty())
    say(
        f"空白协议表已写到 {options.out.name}；各列写法见 recognition import --help。",
        "An empty sheet is written; `recognition import --help` says what the columns take.",
    )


def _read(path: Path) -> tuple[Sequence[Agreement], Sequence[Fault]]:
    if path.suffix.lower() == ".json":
        return agreements.read_json(path), ()
    return agreement_sheet.read(path)


def _explain(opened: Opened, incoming: Sequence[Agreement], texts: Sequence[str]) -> list[Explained]:
    at = now()
    found = []
    with opened.store.read() as session:
        home = settings.load(session).region
        agreements.require_fit(session, incoming)
        known = {each.partner: each for each in agreements.all_agreements(session)}
        for after in incoming:
            before = known.get(after.partner)
            believed = partners.held(session, opened.places, after.partner)
            examined = examine(texts, after.partner, believed, at) if believed else ()
            done = effects(before, after, home, believed, day_of(at), examined)
            found.append(Explained(before, after, done))
    return found


def _tell(explained: Sequence[Explained], as_json: bool) -> None:
    if as_json:
        answer({"ok": True, "agreements": [recognition_words.to_json(*each) for each in explained]})
        return
    for each in explained:
        for sentence in recognition_words.sentences(*each, today=day_of(now())):
            say(sentence.zh, sentence.en)


def _texts(path: Path | None) -> list[str]:
    if path is None:
        return []
    if path.stat().st_size > MAX_CERTIFICATES_BYTES:
        raise ConfigurationError(f"{path.name}: 太大 / too large")
    try:
        return [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path.name}: 不是 UTF-8 文字 / not UTF-8 text") from None


def _columns() -> str:
    """What every column takes, for `--help`."""
    lines = ["列 / columns（每行一条规则；协议自己的列只写一次即可 / one rule a row）:"]
    for column, head in agreement_columns.HEADERS.items():
        takes = TAKES[column]
        lines.append(f"  {head} {column}: {takes.zh} / {takes.en}")
    return "\n".join(lines)


TAKES: Final = {
    "id": Words("整数，如 1", "a whole number"),
    "partner": Words("两位省级代码，如 35", "two digits, such as 35"),
    "pin_version": Words("对方根的版本，默认 1", "the version of its root, else 1"),
    "pin": Words("对方 pin.txt 的 64 个字符；可空", "the 64 characters of its pin.txt; may be empty"),
    "document": Words("协议名称与文号", "name and number of the agreement"),
    "document_date": Words("协议日期", "its date"),
    "state": Words("生效、暂停、废止，可占多行", "in-force, suspended, repealed; in several rows"),
    "state_from": Words("该状态自哪天起", "the day from which it holds"),
    "keep": Words("废止前签发的：保留、不保留", "what was issued before the repeal: keep, drop"),
    "rule": Words("采认、不采认；只写状态的行留空", "allow, deny; empty where a row only gives a state"),
    "issuer": Words(
        "13 位代码，或用人单位、社会培训评价组织、院校；空为不限", "code, employer, social, school; empty: any"
    ),
    "kind": Words("等级（默认）、专项、岗位、荣誉", "level (default), special-ability, post, honour"),
    "edition": Words("2022、2015、本地；空为不限", "2022, 2015, local; empty: any"),
    "occupation": Words("完整代码，或以连字符结尾的开头，如 6-31-；空为不限", "a code, or a beginning like 6-31-"),
    "levels": Words("如“三级、二级”或 3,2；岗位写名称；空为全部", "such as 3,2, or posts; empty: all"),
    "from": Words("证书日期自", "certificates dated from"),
    "to": Words("证书日期至；可空", "to; may be empty"),
    "as_edition": Words("认定为哪一版本的职业；空同左", "edition of what it counts as"),
    "as_occupation": Words("认定为哪个职业；空为原职业", "what it counts as; empty: its own"),
    "as_level": Words("认定为哪一级；空为原等级", "the level that it counts as; empty: its own"),
    "effect": Words("等同（默认）、申报资格、待遇", "equivalent (default), eligibility, treatment"),
    "basis": Words("采认依据的条款", "the clause that says so"),
}
