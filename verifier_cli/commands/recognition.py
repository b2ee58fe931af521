"""The command `recognition`."""

import argparse
import re
from typing import TYPE_CHECKING, Final

from verifier_cli import arguments
from verifier_cli.arguments import Parser

if TYPE_CHECKING:
    from credential.model import Day, IssuerCode
    from credential.supposition import Question

WORDS: Final = "某地区的证书在另一地区算什么 / what a region's certificate would count as in another"
TAKES_BUNDLE: Final = True
EPILOG: Final = """\
不用出示证书；规则与核验真证书时相同。例：福建三级电工在广东 / No certificate is needed; the rules are those of `check`:
  yinxin-verify recognition --bundle bundle.cbor --from 35 --to 44 --occupation 6-31-01-03 --level 3

退出码 / exit codes:
  0  采认                                it would be recognised
  1  不采认                              it would not
  2  命令或文件有误                      usage: the command, or a file that it names
  3  无法判断，或要看是哪个机构签发的    it cannot be decided, or depends on the issuer: give --issuer or --issuer-kind
"""
_KINDS: Final = ("level", "special-ability", "post", "honour")
_POSTS: Final = ("apprentice", "special-grade-technician", "chief-technician")
_ISSUER_KINDS: Final = ("employer", "social", "school")
_EDITION: Final = 2022
_OCCUPATION: Final = re.compile(r"\S{1,96}")
_NATIONAL: Final = re.compile(r"\d(-\d{2}){3}", re.ASCII)
"""A code of the national list, of whichever edition."""


def add_arguments(parser: Parser) -> None:
    """Add what only this command has."""
    region = arguments.region
    parser.add_argument(
        "--from", dest="origin", type=region, required=True, metavar="CODE", help="签发地区 / the issuing region"
    )
    parser.add_argument("--to", type=region, required=True, metavar="CODE", help="用在哪个地区 / where it is shown")
    parser.add_argument("--kind", choices=_KINDS, default="level", help="证书类型，缺省为等级证书 / else level")
    parser.add_argument("--occupation", type=_occupation, metavar="CODE", help="职业代码 / such as 6-31-01-03")
    parser.add_argument(
        "--edition",
        type=int,
        default=_EDITION,
        metavar="YEAR",
        help="职业分类大典的版本，缺省 2022；0 为地方目录 / of the occupation's list, else 2022; 0: the region's own",
    )
    parser.add_argument("--level", type=int, choices=range(1, 6), help="等级，1 为最高 / 1 is the highest")
    parser.add_argument("--post", choices=_POSTS, help="岗位（--kind post）/ the post")
    parser.add_argument("--issuer", metavar="CODE", help="机构代码 / the issuer's code")
    parser.add_argument("--issuer-kind", choices=_ISSUER_KINDS, help="机构类别 / what sort of issuer")
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="证书日期，缺省为今天 / its date, else today")
    parser.add_argument("--at", type=arguments.instant, metavar="RFC3339", help="按这个时间判断 / as of this time")


def run(given: argparse.Namespace) -> int:
    """The exit code."""
    from credential.model import Seconds
    from verifier_cli.explaining import supposition

    now = Seconds(arguments.clock() if given.at is None else given.at)
    return supposition.run(
        supposition.Asked(given.bundle, given.pin, given.region, _question(given, now), now, given.json)
    )


def _question(given: argparse.Namespace, now: int) -> "Question":
    from credential.issuer import OccupationReference
    from credential.model import IssuerKind, Kind, Region, Seconds, day_of
    from credential.supposition import Question

    kind = Kind(_KINDS.index(given.kind))
    _require(given, kind.value)
    _require_code(given)
    occupation = None if given.occupation is None else OccupationReference(given.edition, given.occupation)
    return Question(
        origin=Region(given.origin),
        home=Region(given.to),
        kind=kind,
        occupation=occupation,
        rank=given.level if given.post is None else _POSTS.index(given.post),
        issued_on=day_of(Seconds(now)) if given.date is None else _day(given.date),
        issuer=None if given.issuer is None else _issuer(given.issuer),
        issuer_kind=None if given.issuer_kind is None else IssuerKind(_ISSUER_KINDS.index(given.issuer_kind)),
    )


def _require(given: argparse.Namespace, kind: int) -> None:
    """UsageError unless what is said of the certificate is what its kind has."""
    from verifier_cli.errors import UsageError

    said = (given.occupation is not None, given.level is not None, given.post is not None)
    wanted = {0: (True, True, False), 1: (True, False, False), 2: (True, False, True), 3: (False, False, False)}[kind]
    if said != wanted:
        names = ("--occupation", "--level", "--post")
        needed = " ".join(name for name, is_wanted in zip(names, wanted, strict=True) if is_wanted) or "-"
        raise UsageError(
            f"--kind {given.kind} 须给出且只给出：{needed}", f"--kind {given.kind} takes exactly these: {needed}"
        )


def _require_code(given: argparse.Namespace) -> None:
    """UsageError if it cannot be a code of the national list: a title would be answered as one that no rule knows."""
    from verifier_cli.errors import UsageError

    code = given.occupation
    if code is not None and given.edition != 0 and not _NATIONAL.fullmatch(code):
        raise UsageError(
            f"“{code}”不是职业代码，代码形如 6-31-01-03；地方目录的代码请加 --edition 0",
            f"{code} is not the code of an occupation, such as 6-31-01-03; for a region's own list add --edition 0",
        )


def _occupation(text: str) -> str:
    if not _OCCUPATION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"不是职业代码 / not the code of an occupation: {text}")
    return text


def _issuer(text: str) -> "IssuerCode":
    from credential.numbers import parse_issuer_code
    from verifier_cli.errors import UsageError

    code = parse_issuer_code(text)
    if code is None:
        raise UsageError(f"不是机构代码：{text}", f"not an issuer's code: {text}")
    return code


def _day(text: str) -> "Day":
    from datetime import date

    from credential.model import day_from_date
    from verifier_cli.errors import UsageError

    try:
        return day_from_date(date.fromisoformat(text))
    except (ValueError, OverflowError):
        raise UsageError(f"不是日期：{text}（如 2026-06-01）", f"not a date such as 2026-06-01: {text}") from None
