"""`key approve|compromise`."""

import argparse
import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from credential import cose
from registry import compromise, compromise_words, enrol
from registry.archive import safe_cell
from registry.commands.common import add_operator, command, instant, issuer_code, now, open_data
from registry.compromise import Impact
from registry.enrol import MAX_ENROLMENT_BYTES, Progress
from registry.files import PRIVATE, write_atomically
from registry.problems import ConfigurationError
from registry.say import answer, line, say

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = commands.add_parser("key", help="机构密钥 / issuers' keys").add_subparsers(
        title="命令 / commands", metavar="COMMAND", required=True
    )
    made = command(
        group,
        "approve",
        "核对并批准机构的密钥登记文件，两位操作员各运行一次",
        "check and approve an issuer's enrolment: two operators, one run each",
        run_approve,
        "请先用电话等另外的途径核对指纹 / compare the fingerprints with the issuer over another channel first",
    )
    made.add_argument(
        "enrolment", type=Path, help="yinxin-signer enrol 产生的文件 / the file that `yinxin-signer enrol` made"
    )
    add_operator(made)
    made = command(
        group,
        "compromise",
        "宣告证书密钥自某时起已泄露；此前已登记的证书仍成立",
        "declare a certificate key compromised since a time; what was registered before it stands",
        run_compromise,
    )
    made.add_argument("--issuer", required=True, type=issuer_code, help="机构代码 / issuer code")
    made.add_argument("--kid", required=True, type=_kid, help="密钥标识，16 个十六进制字符 / 16 hexadecimal digits")
    made.add_argument("--since", required=True, type=instant, metavar="RFC3339", help="自何时起 / since when")
    made.add_argument("--document", default="", help="依据 / the document that says so")
    made.add_argument(
        "--dry-run", action="store_true", help="只看影响，不作改变 / show what it would do, change nothing"
    )
    made.add_argument("--json", action="store_true", help='{"stand": n, "fall": n}')
    made.add_argument("--list", type=Path, metavar="FILE", help="把每一张写成 CSV / write every certificate as CSV")
    made.add_argument("--operator", metavar="NAME", help="办理人；--dry-run 时可省 / who does this")


def run_approve(options: argparse.Namespace) -> None:
    """The first or the second operator's word."""
    data = _read(options.enrolment)
    enrolment = enrol.open_enrolment(data)
    line(f"机构 / issuer            {enrolment.issuer}")
    for title, public in (
        ("证书密钥 / certificate", enrolment.certificate_key),
        ("请求密钥 / request    ", enrolment.request_key),
    ):
        line(f"{title}  kid {cose.kid(public).hex()}  {cose.thumbprint(public).hex()}")
    opened = open_data(options)
    match opened.store.write(lambda session: enrol.approve(session, data, options.operator, now())):
        case Progress.CHECKED:
            say(
                "已核对；须由另一位操作员再运行一次来批准。",
                "Checked; another operator must run this again to approve.",
            )
        case Progress.APPROVED:
            say("密钥已批准，publish 后核验者可见。", "The keys are approved; verifiers see them after `publish`.")


def run_compromise(options: argparse.Namespace) -> None:
    """Declare it, or only say what it would do."""
    if not options.dry_run and not (options.operator and options.document):
        raise ConfigurationError("须有 --operator 与 --document / --operator and --document are needed")
    opened = open_data(options)
    target = (options.issuer, options.kid, options.since)
    if options.dry_run:
        with opened.store.read() as session:
            impact = compromise.impact_of(session, *target)
    else:
        word = (options.operator, options.document, now())
        impact = opened.store.write(lambda session: compromise.declare(session, *target, *word))
    if options.list is not None:
        _write_list(options.list, impact)
    if options.json:
        answer({"stand": len(impact.stand), "fall": len(impact.fall)})
        return
    with opened.store.read() as session:
        circle = compromise.circle_of(session, options.issuer)
    for said in compromise_words.sentences(*target, impact, circle, rehearsal=options.dry_run):
        say(said.zh, said.en)


def _write_list(path: Path, impact: Impact) -> None:
    """Every certificate that the key signed, for the issuer and for whoever must be told."""
    out = io.StringIO()
    rows = [compromise.EXPORTED, *compromise.exported(impact)]
    csv.writer(out).writerows([safe_cell(value) for value in row] for row in rows)
    write_atomically(path, out.getvalue().encode("utf-8-sig"), PRIVATE)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_ENROLMENT_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{path.name}: 无法读取 / cannot be read ({error.strerror})") from None


def _kid(value: str) -> bytes:
    try:
        found = bytes.fromhex(value)
    except ValueError:
        found = b""
    if len(found) != cose.KID_BYTES:
        raise argparse.ArgumentTypeError("16 个十六进制字符 / 16 hexadecimal digits")
    return found
