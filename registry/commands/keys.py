"""`key approve|retire|compromise`."""

import argparse
import csv
import io
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from credential import cose
from credential.model import IssuerCode, Seconds, rfc3339
from registry.commands.changes import TWO_PEOPLE
from registry.commands.common import add_operator, command, group_of, instant, issuer_code, now, open_data
from registry.files import PRIVATE, write_atomically
from registry.issuer_keys import approvers, compromise, compromise_words, enrol, retire
from registry.issuer_keys.compromise import Impact
from registry.issuer_keys.enrol import MAX_ENROLMENT_BYTES, Checked
from registry.opening import Opened
from registry.problems import ConfigurationError
from registry.record.proposals import Progress
from registry.say import answer, line, say
from registry.sheets.sheet_rows import safe_cell

if TYPE_CHECKING:
    from registry.commands.common import Commands

Target = tuple[IssuerCode, bytes, Seconds]
"""An issuer, a key of its, and an instant."""


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "key", "机构密钥", "issuers' keys")
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
    made.add_argument("--document", default="", help="怎样核对的指纹，留档 / how the fingerprints were compared; kept")
    add_operator(made)
    made = command(
        group,
        "discard",
        "退回一份待批准的登记文件",
        "take back an enrolment that waits for the second operator",
        run_discard,
    )
    made.add_argument("enrolment", type=Path, help="登记文件 / the enrolment's file")
    made.add_argument("--document", required=True, help="事由，留档 / why; kept on record")
    add_operator(made)
    made = command(
        group,
        "approver",
        "登记机构复核人的密钥；大批撤销、更正须其复核",
        "let in the key of a person who approves an issuer's mass changes",
        run_approver,
        f"{TWO_PEOPLE}\n请先查明复核人是谁，与经办人不是同一人，并用电话等另外的途径核对指纹。\n"
        "Find out first who the approver is, and that it is not whoever asks; compare the fingerprint over another "
        "channel.",
    )
    made.add_argument("approver", type=Path, help="yinxin-signer approver 产生的文件 / the file that it made")
    made.add_argument(
        "--document", required=True, help="依据，怎样核对的本人和指纹 / how person and fingerprint were checked; kept"
    )
    add_operator(made)
    made = command(
        group,
        "retire",
        "自某时起停用一把密钥；之前签的证书不受影响",
        "retire a key from a time on; what it signed before stands",
        run_retire,
        TWO_PEOPLE,
    )
    made.add_argument("--issuer", required=True, type=issuer_code, help="机构代码 / issuer code")
    made.add_argument(
        "--kid",
        required=True,
        type=_kid,
        help="证书、请求或复核密钥的标识 / of a certificate, request or approver's key",
    )
    made.add_argument("--at", required=True, type=instant, metavar="RFC3339", help="自何时起 / from when on")
    made.add_argument("--document", required=True, help="依据 / the document that says so")
    add_operator(made)
    made = command(
        group,
        "compromise",
        "宣告证书密钥自某时起已泄露；此前已登记的证书仍成立",
        "declare a certificate key compromised since a time; what was registered before it stands",
        run_compromise,
        f"{TWO_PEOPLE}\n先用 --dry-run 看影响；情况紧急时先 issuer suspend，一人即可。\n"
        "See what it does with --dry-run first; in a hurry, `issuer suspend` takes one operator.",
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
        line(f"{title}  {cose.fingerprint(public)}")
    opened = open_data(options)
    match opened.store.write(lambda session: enrol.approve(session, data, options.operator, now(), options.document)):
        case Checked.CHECKED:
            say(
                "已核对；须由另一位操作员再运行一次来批准。",
                "Checked; another operator must run this again to approve.",
            )
        case Checked.APPROVED:
            say("密钥已批准，publish 后核验者可见。", "The keys are approved; verifiers see them after `publish`.")


def run_approver(options: argparse.Namespace) -> None:
    """One operator's word for an approver."""
    approver = approvers.open_file(_read(options.approver))
    line(f"机构 / issuer    {approver.issuer}")
    line(f"复核人 / person  {approver.name}")
    line(f"密钥 / key       {cose.fingerprint(approver.key)}")
    opened = open_data(options)
    facts, word = (approver.issuer, approver.key, approver.name), (options.operator, options.document, now())
    if opened.store.write(lambda session: approvers.admit(session, *facts, *word)) is Progress.PROPOSED:
        say("已记下，尚未生效；请另一位操作员以同样的内容再运行一次。", "Noted; another operator must run the same.")
        return
    say("复核人已登记，立即生效。", "The approver is enrolled, from now on.")


def run_discard(options: argparse.Namespace) -> None:
    """Take an enrolment back."""
    digest = sha256(_read(options.enrolment)).digest()
    opened = open_data(options)
    issuer = opened.store.write(
        lambda session: enrol.discard(session, digest, options.operator, options.document, now())
    )
    say(f"{issuer}：登记文件已退回。", "The enrolment is taken back.")


def run_retire(options: argparse.Namespace) -> None:
    """One operator's word for it."""
    opened = open_data(options)
    word = (options.operator, options.document, now())
    progress = opened.store.write(
        lambda session: retire.retire(session, options.issuer, options.kid, options.at, *word)
    )
    if progress is Progress.PROPOSED:
        say("已记下，尚未停用；请另一位操作员以同样的内容再运行一次。", "Noted; another operator must run the same.")
        return
    say(
        f"密钥 {options.kid.hex()} 自 {rfc3339(options.at)} 起停用；publish 后核验者可见。",
        f"The key is retired from {rfc3339(options.at)} on; verifiers see it after `publish`.",
    )


def run_compromise(options: argparse.Namespace) -> None:
    """Declare it, or only say what it would do."""
    if not options.dry_run and not (options.operator and options.document):
        raise ConfigurationError("须有 --operator 与 --document / --operator and --document are needed")
    opened = open_data(options)
    target = (options.issuer, options.kid, options.since)
    progress, impact = _rehearsed(opened, target) if options.dry_run else _declared(opened, target, options)
    if options.list is not None:
        _write_list(options.list, impact)
    if options.json:
        waits = {"waits": "second-operator"} if progress is Progress.PROPOSED else {}
        answer({"stand": len(impact.stand), "fall": len(impact.fall), **waits})
        return
    with opened.store.read() as session:
        circle = compromise.circle_of(session, options.issuer)
    for said in compromise_words.sentences(*target, impact, circle, progress):
        say(said.zh, said.en)


def _rehearsed(opened: Opened, target: Target) -> tuple[None, Impact]:
    with opened.store.read() as session:
        return None, compromise.impact_of(session, *target)


def _declared(opened: Opened, target: Target, options: argparse.Namespace) -> tuple[Progress, Impact]:
    word = (options.operator, options.document, now())
    return opened.store.write(lambda session: compromise.declare(session, *target, *word))


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
