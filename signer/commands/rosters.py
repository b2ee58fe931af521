"""The commands about rosters: `template`, `map`, `check`, `sign`, `evidence`."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from signer import signing
from signer.batches import evidence
from signer.checking import mapping, rosters, template
from signer.commands import given
from signer.commands.common import (
    Add,
    Command,
    add_confirm,
    add_evidence,
    add_out,
    add_pdf,
    add_roster,
    confirmed,
    text,
)
from signer.context import Voice
from signer.errors import Json
from signer.home import CHOOSE
from signer.signing import SignOptions


def add(make: Add) -> None:
    """Describe the commands."""
    template = make("template", "按本机构备案范围写出空白名册 / write an empty roster for your own scope")
    template.add_argument(
        "--out",
        type=Path,
        default=Path("名册模板.xlsx"),
        metavar="FILE",
        help="写到哪里（默认 名册模板.xlsx）/ where to write it",
    )
    learn = make(
        "map", "认列：显示认出的列，记住列对应 / show which columns are recognised, and keep what unusual ones mean"
    )
    add_roster(learn)
    for name, about in (
        ("--column", "列名=模板里的列名；可多次 / HEADER=COLUMN of the template; may be repeated"),
        ("--fixed", "列=值，名册没有这一列时用；可多次 / COLUMN=VALUE where rosters lack it; may be repeated"),
    ):
        learn.add_argument(name, type=text, action="append", default=[], metavar="A=B", help=about)
    check = make("check", "检查名册，不签发 / check a roster, sign nothing")
    add_roster(check)
    check.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="标注好的名册写到哪里（有问题时默认 名册-问题.xlsx）/ where to write the roster as marked",
    )
    add_pdf(check, "也检查能否打印 / look whether it can be printed, too")
    sign = make("sign", "签发名册并登记 / sign a roster and register it")
    add_roster(sign)
    add_out(sign)
    sign.add_argument("--skip-bad", action="store_true", help="跳过有问题的行 / leave bad rows out")
    sign.add_argument("--dry-run", action="store_true", help="只预览 / preview only")
    sign.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    sign.add_argument("--no-submit", action="store_true", help="先不登记 / do not register yet")
    sign.add_argument(
        "--repeat",
        action="store_true",
        help="同名同证的另一人也签 / sign what looks like one signed before: it is another person",
    )
    add_confirm(sign)
    add_evidence(sign)
    add_pdf(sign, "同时排印 PDF 到 DIR/print / print PDF files into DIR/print as well")
    evidence = make("evidence", "计算评价档案的摘要，不签发 / the digest over a batch's evidence; signs nothing")
    evidence.add_argument("place", type=Path, metavar="PLACE", help="文件夹或 ZIP / a folder or ZIP")


def _template(options: argparse.Namespace, voice: Voice) -> Json:
    with given.context(options, voice) as context:
        return template.template(context, options.out)


def _map(options: argparse.Namespace, voice: Voice) -> Json:
    home = given.home(options)
    return mapping.learn(options.roster, home, options.mapping, options.sheet, options.column, options.fixed, voice)


def _check(options: argparse.Namespace, voice: Voice) -> Json:
    roster = given.roster(options, voice)
    home = given.home(options)
    printing = given.printing(options)
    if not home.configuration_file.exists() or home.load().registry is None:
        voice.say(
            f"机构文件夹 {home.path} 里还没有已注册的签发机构；在别处的，{CHOOSE[0]}。",
            f"there is no enrolled issuer in the home {home.path}; if it is elsewhere, {CHOOSE[1]}.",
        )
        return rosters.check(roster, None, voice, options.out, printing)
    with given.context(options, voice) as context:
        return rosters.check(roster, context, voice, options.out, printing)


def _sign(options: argparse.Namespace, voice: Voice) -> Json:
    chosen = SignOptions(
        out=options.out,
        skip_bad=options.skip_bad,
        dry_run=options.dry_run,
        yes=options.yes,
        submit=not options.no_submit,
        repeat=options.repeat,
        printing=given.printing(options),
        confirmed=confirmed(options),
        evidence=options.evidence,
    )
    with given.context(options, voice) as context:
        return signing.sign_roster(context, given.roster(options, voice), chosen)


def _evidence(options: argparse.Namespace, voice: Voice) -> Json:
    return evidence.show(options.place, voice)


COMMANDS: Final[Mapping[str, Command]] = {
    "template": _template,
    "map": _map,
    "check": _check,
    "sign": _sign,
    "evidence": _evidence,
}
