"""The commands about what waits: `submit`, `queue`, `approver`, `approve`."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from credential.keyfile import Cost, Purpose
from signer import clock
from signer.changes import approving, queueing
from signer.commands import given
from signer.commands.common import Add, Command, text
from signer.context import Voice
from signer.errors import Json


def add(make: Add) -> None:
    """Describe the commands."""
    submit = make("submit", "提交等待中的：先登记，再改变状态 / submit what waits: registrations, then changes")
    submit.add_argument("--approved", type=Path, metavar="FILE", help="复核人给回的文件 / what the approver gave back")
    queue = make("queue", "等待提交的有哪些、自何时起 / what waits to be submitted, and since when")
    queue.add_argument("--discard", metavar="NAME", help="取消一项未办的改变 / take back a change that was not done")
    queue.add_argument(
        "--proposal", type=Path, metavar="FILE", help="待复核的再写一份到 FILE / write what waits for an approval again"
    )
    approver = make("approver", "复核人：生成自己的密钥并申请登记 / an approver: make a key of one's own, and enrol it")
    approver.add_argument("--issuer", required=True, metavar="CODE", help="机构代码 / the issuer's code")
    approver.add_argument("--name", required=True, type=text, metavar="TEXT", help="复核人姓名 / the approver's name")
    approver.add_argument("--registry", required=True, metavar="URL", help="登记机构网址 / the registry's address")
    approver.add_argument("--pin", required=True, type=Path, metavar="FILE", help="根指纹文件 / the file with the pin")
    approver.add_argument(
        "--out", type=Path, metavar="FILE", help="申请写到哪里（默认 文件夹/approver.cbor）/ where to write it"
    )
    approve = make("approve", "复核人：看清待办的改变，签字同意 / an approver: look at what is asked, and sign for it")
    approve.add_argument("proposal", type=Path, metavar="FILE", help="经办人给的待复核文件 / the clerk's proposal")
    approve.add_argument("--out", type=Path, metavar="FILE", help="结果写到哪里（默认 FILE.approved）/ where to")
    approve.add_argument("--yes", action="store_true", help="不再询问 / do not ask")


def _submit(options: argparse.Namespace, voice: Voice) -> Json:
    with given.context(options, voice) as context:
        return queueing.submit(context, options.approved)


def _queue(options: argparse.Namespace, voice: Voice) -> Json:
    with given.context(options, voice, warn=False) as context:
        if options.discard is not None:
            return queueing.discard(context, options.discard)
        proposal = None if options.proposal is None else queueing.propose(context, options.proposal)
        return {**queueing.show(context), "proposal": None if proposal is None else str(proposal)}


def _approver(options: argparse.Namespace, voice: Voice) -> Json:
    home = given.home(options)
    out = options.out or home.path / "approver.cbor"
    said = approving.Introduction(options.issuer, options.name, options.registry, options.pin, out)
    keyring = given.keyring(options, voice, new=not home.key_file(Purpose.APPROVAL).exists())
    return approving.introduce(home, said, keyring, voice, clock.now(), Cost())


def _approve(options: argparse.Namespace, voice: Voice) -> Json:
    out = options.out or options.proposal.with_name(f"{options.proposal.name}.approved")
    with given.context(options, voice) as context:
        return approving.approve(context, options.proposal, out, yes=options.yes)


COMMANDS: Final[Mapping[str, Command]] = {
    "submit": _submit,
    "queue": _queue,
    "approver": _approver,
    "approve": _approve,
}
