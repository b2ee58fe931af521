"""`recognition import` and `partner import`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from credential import bundle
from registry import agreements, partners
from registry.commands.common import add_operator, command, now, open_data, pin
from registry.problems import ConfigurationError, Problem, Refused
from registry.say import line, say

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = commands.add_parser("recognition", help="互认协议 / recognition of other regions").add_subparsers(
        title="命令 / commands", metavar="COMMAND", required=True
    )
    made = command(
        group,
        "import",
        "从 JSON、CSV 或 XLSX 导入互认协议；先说明改变什么",
        "import agreements from JSON, CSV or XLSX; says first what changes",
        run_recognition,
        "CSV / XLSX 的列 / columns: " + ", ".join(agreements.COLUMNS),
    )
    made.add_argument("file", type=Path, help="协议文件 / the file")
    made.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    add_operator(made)
    group = commands.add_parser("partner", help="伙伴地区 / partner regions").add_subparsers(
        title="命令 / commands", metavar="COMMAND", required=True
    )
    made = command(
        group,
        "import",
        "导入伙伴地区发布的内容，并入本地区的 bundle",
        "import what a partner region publishes into our bundle",
        run_partner,
    )
    made.add_argument("bundle", type=Path, help="伙伴地区的 bundle.cbor / the partner's bundle")
    made.add_argument("--pin", required=True, type=pin, help="伙伴的指纹或其文件 / the partner's pin, or its file")
    add_operator(made)


def run_recognition(options: argparse.Namespace) -> None:
    """Import agreements, after saying what changes."""
    incoming = agreements.read_file(options.file)
    opened = open_data(options)
    with opened.store.read() as session:
        known = {each.partner: each for each in agreements.all_agreements(session)}
    for agreement in incoming:
        for sentence in agreements.words(known.get(agreement.partner), agreement):
            line(sentence)
    if not options.yes and not _confirmed():
        raise Refused(Problem.REFUSED, "未确认，未作改变 / not confirmed, nothing changed")
    opened.store.write(lambda session: agreements.import_all(session, incoming, options.operator, now()))
    say("协议已导入，publish 后生效。", "Imported; in effect after `publish`.")


def run_partner(options: argparse.Namespace) -> None:
    """Import a partner's part."""
    try:
        if options.bundle.stat().st_size > bundle.MAX_BYTES:
            raise ConfigurationError(f"{options.bundle.name}: 太大 / too large")
        data = options.bundle.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{options.bundle.name}: 无法读取 / cannot be read ({error.strerror})") from None
    opened = open_data(options)
    done = partners.import_part(opened.store, opened.places, data, options.pin, options.operator, now())
    say(
        f"地区 {done.region} 第 {done.seq} 号发布已导入，随下次发布进入 bundle。",
        f"Region {done.region}'s publication {done.seq} is imported; it joins our bundle at the next publication.",
    )


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("确认？输入 yes / type yes to confirm: ").strip() == "yes"
