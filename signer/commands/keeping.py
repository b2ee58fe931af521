"""The commands `reserve`, `receipt` and `report`: their arguments, and which work they are."""

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from credential.request import MAX_RESERVED
from signer.batches import known, receipts, reserving
from signer.commands import given
from signer.commands.common import Add, Command
from signer.context import Context, Voice
from signer.errors import Json, usage
from signer.reports import writing

_LEVEL: Final = re.compile("([0-5])(?:=([1-9][0-9]{0,5}))?", re.ASCII)
_MOST_WHY: Final = 200


def add(make: Add) -> None:
    """Describe the commands."""
    reserve = make(
        "reserve", "预留序号和流水号，供离线签发；不带参数则列出未用的 / reserve numbers ahead, or list them"
    )
    reserve.add_argument(
        "level",
        nargs="*",
        type=_level,
        metavar="LEVEL=COUNT",
        help="等级=张数，如 4=200 3=50；0 为无等级的证书 / level=count; 0 for certificates without a level",
    )
    reserve.add_argument("--year", type=int, metavar="YYYY", help="发证年份（默认今年）/ the year of issue")
    reserve.add_argument(
        "--indices",
        type=_count,
        metavar="N",
        help="另预留 N 个不带编号的序号，供离线更正和续聘 / N indices without numbers, to correct and renew offline",
    )
    reserve.add_argument(
        "--give-up",
        metavar="WHY",
        help="声明这些等级未用的流水号不再使用 / declare the unused serials of these levels unused for good",
    )
    receipt = make("receipt", "再次核验并显示登记回执 / verify and show the registry's receipts again")
    _batch(receipt, "只看这一批（默认全部）/ this batch only (default: all)")
    receipt.add_argument("--file", type=Path, metavar="FILE", help="核验一个回执文件 / verify a file of receipts")
    receipt.add_argument("--out", type=Path, metavar="DIR", help="写到这个文件夹 / write them into this folder")
    report = make("report", "写出一批的报告（CSV 和 PDF）/ write a batch's report (CSV and PDF)")
    _batch(report, "哪一批（默认最新）/ which batch (default: the newest)")
    report.add_argument("--out", required=True, type=Path, metavar="DIR", help="输出文件夹 / the folder to write into")


def _batch(command: argparse.ArgumentParser, about: str) -> None:
    command.add_argument("--batch", type=int, metavar="N", help=about)


def _level(value: str) -> tuple[int, int | None]:
    """A level digit, and how many if that is given."""
    found = _LEVEL.fullmatch(value)
    count = int(found[2]) if found and found[2] else None
    if found is None or (count or 0) > MAX_RESERVED:
        raise argparse.ArgumentTypeError(
            f"写成 等级=张数，如 4=200，至多 {MAX_RESERVED} / LEVEL=COUNT, such as 4=200, at most {MAX_RESERVED}"
        )
    return int(found[1]), count


def _count(value: str) -> int:
    """How many, from 1 to what one request can reserve."""
    if not value.isascii() or not value.isdecimal() or len(value) > 6 or not 1 <= int(value) <= MAX_RESERVED:
        raise argparse.ArgumentTypeError(f"1–{MAX_RESERVED}")
    return int(value)


def _reserve(context: Context, options: argparse.Namespace) -> Json:
    if not options.level and options.indices is None:
        return reserving.show(context)
    if options.give_up is not None:
        given = reserving.places(context, {level: 1 for level, _ in options.level}, options.year)
        return reserving.give_up(context, list(given), _why(options.give_up))
    counts = {level: count for level, count in options.level if count is not None}
    if len(counts) != len(options.level):
        raise usage("count", "每个等级写一次，带张数，如 4=200。", "name each level once, with a count, such as 4=200.")
    return reserving.reserve(context, reserving.places(context, counts, options.year), options.indices or 0)


def _why(text: str) -> str:
    why = text.strip()
    if not 0 < len(why) <= _MOST_WHY or not why.isprintable():
        raise usage("why", f"请写明原因，至多 {_MOST_WHY} 字。", f"say why, in at most {_MOST_WHY} characters.")
    return why


def _receipt(context: Context, options: argparse.Namespace) -> Json:
    if options.file is not None:
        return receipts.show_file(context, options.file)
    if options.batch is not None:
        return receipts.show(context, [known.signed_batch(context, options.batch)], options.out)
    return receipts.show(context, list(context.ledger.signed_batches().values()), options.out)


def _report(context: Context, options: argparse.Namespace) -> Json:
    newest = max(context.ledger.signed_batches(), default=0)
    return writing.write(context, known.signed_batch(context, options.batch or newest), options.out)


def _in_context(run: Callable[[Context, argparse.Namespace], Json]) -> Command:
    def command(options: argparse.Namespace, voice: Voice) -> Json:
        with given.context(options, voice) as context:
            return run(context, options)

    return command


COMMANDS: Final[Mapping[str, Command]] = {
    "reserve": _in_context(_reserve),
    "receipt": _in_context(_receipt),
    "report": _in_context(_report),
}
