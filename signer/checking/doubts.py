"""What may be lawful all the same: told with its row, and signed only after somebody said that it is right."""

from collections.abc import Collection, Sequence

from credential.issuer import Issuer
from credential.model import IssuerKind, PostAppointment
from signer.certificates.drafts import Draft, RowDrafts
from signer.certificates.objections import Fault, RowCode
from signer.checking import columns
from signer.checking.findings import Finding, finding_json, finding_lines
from signer.context import Context
from signer.errors import SignerError, number_of, refused
from signer.roster.model import Roster

_SHOWN = 50


def found(roster: Roster, drafts: RowDrafts, issuer: Issuer) -> list[Finding]:
    """The doubts about these drafts, in order of rows: the roster's own, and what only this issuer makes one."""
    doubts: list[Finding] = [each for each in roster.doubts if each.row not in drafts.left_out]
    if issuer.kind is not IssuerKind.EMPLOYER:
        posts = (draft for draft in drafts if isinstance(draft.subject, PostAppointment))
        doubts += columns.placed([_not_an_employer(draft) for draft in posts], roster.header)
    return sorted(doubts, key=lambda each: each.row)


def _not_an_employer(draft: Draft) -> Fault:
    return Fault(
        draft.row or 0, "岗位", "",
        "技能岗位由用人单位聘任，本机构备案的不是用人单位",
        "posts are appointed by employers, and this issuer is filed as none",
        "核对证书类型；确由本机构聘任的，按聘任文件确认",
        "check the kind of certificate; if this institution appoints the person, confirm it by the document",
        RowCode.POST_NOT_EMPLOYER,
    )  # fmt: skip


def settle(context: Context, doubts: Sequence[Finding], file: str, confirmed: Collection[str], *, ask: bool) -> None:
    """Tell the doubts and go on only if all are confirmed: by their codes beforehand, or, with `ask`, now.

    SignerError: not confirmed, or there is nobody to ask.
    """
    for zh, en in (finding_lines(finding_json(each, file)) for each in doubts[:_SHOWN]):
        context.voice.say(f"需确认：{zh}", f"to be confirmed: {en}")
    open_ = sorted({str(each.code) for each in doubts} - set(confirmed))
    if not open_:
        return
    if not ask:
        raise _unconfirmed(doubts, file, open_)
    if not context.voice.confirm(
        f"以上 {len(doubts)} 处都按依据核对无误吗？", f"are all these {len(doubts)} right by the documents behind them?"
    ):
        raise refused("declined", "已取消，什么都没有签。", "cancelled; nothing was signed.")


def _unconfirmed(doubts: Sequence[Finding], file: str, codes: Sequence[str]) -> SignerError:
    lines = [finding_lines(finding_json(each, file)) for each in doubts if str(each.code) in codes][:_SHOWN]
    flags = " ".join(f"--confirm {code}" for code in codes)
    return refused(
        "to-confirm",
        f"有 {len(doubts)} 处需要确认，一张也没有签。核对无误后加 {flags} 再签。\n" + "\n".join(zh for zh, _ in lines),
        f"{number_of(len(doubts), 'thing')} to be confirmed; nothing was signed. When right, sign with {flags}.\n"
        + "\n".join(en for _, en in lines),
    )
