"""`import-history`, `export`, `export national`: old certificates in, and sheets of certificates out."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from registry.commands import sheets
from registry.commands.common import command, day, name_of_person, now, open_data
from registry.exchange import exporting, giving_out, history, national, national_fields, national_mapping
from registry.exchange.giving_out import Write
from registry.exchange.history import Imported
from registry.problems import ConfigurationError
from registry.say import answer, complain, line, say, tell
from registry.sheets import sheet_rows

if TYPE_CHECKING:
    from registry.commands.common import Commands

TELL: Final = 50_000
"""Rows after which the next line says how far the work is."""


def add(commands: "Commands") -> None:
    """Describe the commands."""
    _add_import(commands)
    made = command(commands, "export", "导出已登记证书为 CSV", "export registered certificates as CSV", run_export)
    _add_given_out(made, "CSV 文件 / the file")
    _add_national(made.add_subparsers(title="命令 / commands", metavar="COMMAND"))


def _add_import(commands: "Commands") -> None:
    made = command(
        commands,
        "import-history",
        "导入旧证书：在册，未签名",
        "import old certificates: on record, not signed",
        run_import,
        f"列 / columns: {'、'.join(history.HEADERS.values())} / {', '.join(history.HEADERS)}\n"
        f"CSV（UTF-8 或 GB18030）至多 {history.MAX_ROWS} 行，XLSX 至多 10000 行；有一行不合格就全部不导入。\n"
        "CSV in UTF-8 or GB18030, or XLSX of up to 10,000 rows; one faulty row, and nothing is imported.",
    )
    made.add_argument("file", type=Path, help="CSV 或 XLSX 表 / the sheet")
    made.add_argument("--template", action="store_true", help="只写一张空表 / only write an empty sheet there")
    made.add_argument("--dry-run", action="store_true", help="只检查，不导入 / only check it")
    made.add_argument("--document", help="依据文件 / the document that says so")
    made.add_argument("--json", action="store_true", help="供程序读的结果或错误 / the outcome, or the faults, as JSON")
    made.add_argument(
        "--operator", metavar="NAME", type=name_of_person, help="办理人；--dry-run 时可省 / who does this"
    )


def _add_national(commands: "Commands") -> None:
    made = command(
        commands,
        "national",
        "按全国查询系统的要求导出，列可配置",
        "export for the national query system, with columns of your own",
        run_national,
        "本登记机构不保存证件号码，“证件号码”列由发证机构补填（docs/records.md）。\n"
        "Document numbers are not kept here: the issuer fills that column in.",
    )
    made.add_argument("--columns", action="store_true", help="列出可用的字段与默认对照表 / the fields, and the mapping")
    made.add_argument("--mapping", type=Path, metavar="FILE", help="对照表（TOML），默认见 --columns / the mapping")
    made.add_argument("--since", type=day, help="自该日登记的（含）/ registered from this day on")
    made.add_argument("--until", type=day, help="至该日登记的（含）/ until this day, inclusive")
    _add_given_out(made, "CSV 或 XLSX 文件 / the file")


def _add_given_out(made: argparse.ArgumentParser, file: str) -> None:
    made.add_argument("--out", type=Path, metavar="FILE", help=file)
    made.add_argument("--document", help="依据文件，记入办理记录 / the document that says so, for the record")
    made.add_argument("--operator", metavar="NAME", type=name_of_person, help="办理人 / who does this")


def run_import(options: argparse.Namespace) -> int | None:
    """Import old certificates, or only check them, or write an empty sheet."""
    if options.template:
        sheet_rows.write(options.file, history.COLUMNS.empty())
        say(f"空白表已写到 {options.file.name}。", "An empty sheet is written.")
        return None
    sheets.require_operator(options)
    if not options.dry_run and not options.document:
        raise ConfigurationError("须有 --document / --document is needed")
    opened = open_data(options)
    who, document, at, keep = options.operator or "", options.document or "", now(), not options.dry_run
    done = opened.store.write(lambda session: history.load(session, options.file, who, document, at, _tell, keep=keep))
    if done.faults:
        return _refuse(options, done)
    _say_done(options, done)
    return None


def _refuse(options: argparse.Namespace, done: Imported) -> int:
    code = sheets.refuse(options, done.faults)
    if not done.whole:
        complain("错误太多，其余的行没有再看 / too many faults: the rest was not looked at")
    return code


def _say_done(options: argparse.Namespace, done: Imported) -> None:
    if options.json:
        answer({"ok": True, "count": done.count, "imported": not options.dry_run})
    elif options.dry_run:
        say(f"{done.count} 行都合格；未导入。", f"All {done.count} rows are good; nothing is imported.")
    else:
        say(f"已导入 {done.count} 张：在册，未签名。", f"{done.count} imported: on record, not signed.")


def run_export(options: argparse.Namespace) -> None:
    """Export."""
    _require_given(options)
    _give_out(options, exporting.export)


def _require_given(options: argparse.Namespace) -> None:
    missing = [word for word in ("out", "operator", "document") if not getattr(options, word)]
    if missing:
        words = "、".join(f"--{word}" for word in missing)
        raise ConfigurationError(f"须有 {words} / needed: {words.replace('、', ', ')}")


def _give_out(options: argparse.Namespace, write: Write) -> None:
    store = open_data(options).store
    count = giving_out.give_out(store, options.out, write, options.operator, options.document, now())
    say(
        f"已导出 {count} 张到 {options.out.name}，已记入办理记录。里面有姓名，用完请删除。",
        f"{count} exported, and recorded. The file holds names: delete it after use.",
    )


def run_national(options: argparse.Namespace) -> None:
    """Export for the national query system, or say which fields there are."""
    if options.columns:
        for name, words in national_fields.FIELDS.items():
            line(f"{name:20} {words.zh} / {words.en}")
        line("")
        line(national_mapping.DEFAULT)
        return
    _require_given(options)
    mapping = national_mapping.read(options.mapping)
    _give_out(options, lambda session, out: national.export(session, mapping, out, options.since, options.until, _tell))
    if mapping.constants:
        say(
            f"这些列是固定值，须由发证机构补填的请补填：{'、'.join(mapping.constants)}。",
            "These columns are constants; what only the issuer knows, such as document numbers, it fills in.",
        )


def _tell(count: int) -> None:
    if count % TELL == 0:
        tell(f"已处理 {count} 行 / {count} rows so far")
