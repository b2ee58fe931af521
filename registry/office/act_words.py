"""What the acts of the record are called, and what a change does, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from credential.issuer import OccupationReference, Scope, Site
from credential.model import CHINA, Day, IssuerCode, IssuerState, Seconds, date_from_day
from credential.request import ChangeReason
from registry import words
from registry.issuers import institution_words
from registry.issuers.changes import (
    Change,
    NewAuthority,
    NewCreditCode,
    NewName,
    NewParent,
    NewState,
    ScopeAdded,
    ScopeEnded,
    ScopeNarrowed,
    SiteClosed,
    SiteOpened,
)
from registry.issuers.filing import Filing
from registry.words import Words

ACT: Final[Mapping[str, Words]] = {
    "issuer.file": Words("录入备案", "filing entered"),
    "issuer.approve": Words("批准备案", "filing approved"),
    "issuer.file.discard": Words("退回备案", "filing sent back"),
    "issuer.filed": Words("恢复备案", "filed again"),
    "issuer.suspended": Words("暂停评价", "issuer suspended"),
    "issuer.withdrawn": Words("退出备案", "filing withdrawn"),
    "issuer.void": Words("宣告备案无效", "filing declared void"),
    "issuer.rename": Words("机构更名", "issuer renamed"),
    "issuer.scope.add": Words("增加范围", "scope added"),
    "issuer.credit-code": Words("改统一社会信用代码", "credit code changed"),
    "issuer.authority": Words("改备案机关", "filing authority changed"),
    "issuer.parent": Words("改总部", "parent changed"),
    "issuer.division": Words("注明行政区划", "where the issuer is"),
    "issuer.scope.narrow": Words("降低最高等级", "scope narrowed"),
    "issuer.scope.end": Words("结束范围", "scope ended"),
    "issuer.site.open": Words("设立站点", "site opened"),
    "issuer.site.close": Words("撤销站点", "site closed"),
    "recognition.import": Words("导入互认协议", "agreement imported"),
    "benefits.import": Words("导入待遇政策", "benefit policy imported"),
    "benefits.end": Words("终止待遇条款", "end of a clause or list of the benefit policy"),
    "history.import": Words("导入旧证书", "old certificates imported"),
    "certificates.export": Words("导出证书", "certificates exported"),
    "certificates.revoke": Words("登记机构撤销证书", "certificates revoked by the registry"),
    "inspection.record": Words("记录督导", "inspection recorded"),
    "inspection.close": Words("整改完成", "what an inspection found is mended"),
    "evaluated.record": Words("记录参评人数", "number evaluated recorded"),
    "satisfaction.record": Words("记录满意度", "satisfaction recorded"),
    "complaint.take": Words("受理投诉", "complaint taken up"),
    "complaint.close": Words("办结投诉", "complaint answered and closed"),
    "flag.explain": Words("异常标记：已说明", "flag explained"),
    "flag.confirm": Words("异常标记：确认异常", "flag confirmed"),
    "issuer.grade": Words("评定年度质量等级", "grade of a year"),
    "flags.raise": Words("提出异常标记", "flags raised"),
    "complaints.forget": Words("删除到期的投诉文字与联系方式", "words and contacts of old complaints deleted"),
    "corrections.forget": Words("更正申请的文字到期删除", "words of old requests for correction deleted"),
    "key.check": Words("核对机构密钥", "issuer's keys checked"),
    "key.approve": Words("批准机构密钥", "issuer's keys approved"),
    "key.check.discard": Words("退回密钥登记", "enrolment sent back"),
    "key.approver": Words("登记机构复核人", "approver at an issuer enrolled"),
    "key.retire": Words("停用密钥", "key retired"),
    "key.compromise": Words("宣告密钥泄露", "key declared compromised"),
    "holders.rotate-key": Words("更换证件标识密钥", "key of holders' tags exchanged"),
    "root.install": Words("安装新根", "new root installed"),
    "partner.import": Words("导入外地区", "partner region imported"),
    "operator.add": Words("新增账号", "account added"),
    "operator.roles": Words("改变账号角色", "account's roles changed"),
    "operator.reset": Words("重置账号", "account reset"),
    "operator.disable": Words("停用账号", "account disabled"),
    "operator.activate": Words("开通账号", "account set up by its holder"),
    "operator.password": Words("本人改口令", "password changed by its holder"),
    "region.found": Words("建立登记机构", "registry founded"),
    "publish.full": Words("完整发布", "everything published"),
    "publish.online": Words("发布状态", "statuses published"),
    "batch.register": Words("登记一批证书", "batch registered"),
    "status.change": Words("机构改变证书状态", "statuses changed by the issuer"),
    "indices.grant": Words("授予序号和流水号", "indices and serials granted"),
}
_NAMED: Final = ("name", "credit_code", "authority", "parent", "site", "kid")
SHOWN: Final = 20
"""Certificate numbers that a sentence names; the rest are counted."""
_STEPS: Final = {
    ".propose": Words("（第一人提出）", " (asked for by the first operator)"),
    ".discard": Words("（取消待办）", " (taken back while it waited)"),
}


def act(what: str) -> Words:
    """What an act is called; by its own name if it is not known here."""
    for step, note in _STEPS.items():
        name = what.removesuffix(step)
        if what not in ACT and name != what and name in ACT:
            return Words(ACT[name].zh + note.zh, ACT[name].en + note.en)
    return ACT.get(what, Words(what, what))


def facts(detail: Mapping[str, Any]) -> str:
    """What a change of the record was about, in a few words; empty if there is nothing more to say."""
    said = [str(detail[key]) for key in _NAMED if isinstance(detail.get(key), str)]
    if isinstance(detail.get("occupation"), list):
        said.append(" ".join(map(str, detail["occupation"])))
    if isinstance(detail.get("highest"), int):
        said.append(words.highest_level(detail["highest"]).zh)
    if isinstance(detail.get("roles"), list):
        said.append(", ".join(detail["roles"]))
    if isinstance(detail.get("count"), int):
        said.append(f"{detail['count']} 张")
    if isinstance(detail.get("evidence"), str):
        said.append(f"评价档案 evidence SHA-256 {detail['evidence']}")
    return " · ".join(said)


def change(made: Change, name: str, code: IssuerCode, day: Day, certificates: int) -> Words:
    """What the change does to the issuer, in one sentence. `certificates` is how many are registered."""
    since, whom = date_from_day(day), f"{name}（{code}）"
    match made:
        case NewState(state):
            return _new_state(state, whom, f"{name} ({code})", since.isoformat(), certificates)
        case NewName(new):
            return Words(
                f"{whom}自 {since} 起更名为“{new}”；日期在此之前的证书，核验时仍显示原名称。",
                f"{name} ({code}) is called “{new}” from {since} on; certificates dated before show the old name.",
            )
        case ScopeAdded(occupation, highest, last):
            zh, en = scope_in_words(Scope(occupation, highest, day, last))
            return Words(f"{whom}增加备案范围：{zh}。", f"{name} ({code}) may also certify: {en}.")
        case ScopeNarrowed(occupation, highest):
            level = words.highest_level(highest)
            return Words(
                f"{whom}自 {since} 起评价职业 {_occupation(occupation).zh}，最高只到{level.zh}；此前的证书不受影响。",
                f"From {since} on {name} ({code}) may certify {_occupation(occupation).en} only up to {level.en}; "
                "certificates dated before stand.",
            )
        case ScopeEnded(occupation):
            return Words(
                f"{whom}自 {since} 起不再评价职业 {_occupation(occupation).zh}；此前的证书不受影响。",
                f"From {since} on {name} ({code}) certifies {_occupation(occupation).en} no more; "
                "certificates dated before stand.",
            )
        case SiteOpened(site, last):
            zh, en = site_in_words(Site(site, day, last))
            return Words(f"{whom}设立站点：{zh}。", f"{name} ({code}) opens a site: {en}.")
        case SiteClosed(site):
            return Words(
                f"{whom}自 {since} 起撤销站点 {site}；此前的证书不受影响。",
                f"{name} ({code}) has no site {site} from {since} on; certificates dated before stand.",
            )
        case NewCreditCode() | NewAuthority() | NewParent():
            return institution_words.change(made, name, code, day)


def approver(name: str, code: IssuerCode, kid: bytes, person: str) -> Words:
    """What letting an approver in does."""
    return Words(
        f"{person}（密钥 {kid.hex()}）可以为{name}（{code}）复核：大批撤销、暂停、恢复、更正凭其复核即可办理。",
        f"{person} (key {kid.hex()}) may approve for {name} ({code}): with this approval it changes many certificates.",
    )


def retirement(name: str, code: IssuerCode, kid: bytes, at: Seconds) -> Words:
    """What retiring a key does."""
    return Words(
        f"{name}（{code}）的密钥 {kid.hex()} 自北京时间 {local(at)} 起停用；此前签的仍成立，此后不能再签。",
        f"Key {kid.hex()} of {name} ({code}) is retired from {local(at)} (UTC+8) on: what it signed before stands, and "
        "it signs nothing more.",
    )


def compromised(name: str, code: IssuerCode, kid: bytes, since: Seconds, stand: int, fall: int) -> Words:
    """What declaring a key compromised does. It cannot be taken back."""
    return Words(
        f"宣告 {name}（{code}）的密钥 {kid.hex()} 自北京时间 {local(since)} 起已泄露："
        f"仍成立 {stand} 张，不再成立 {fall} 张；不可逆。",
        f"Key {kid.hex()} of {name} ({code}) is declared compromised since {local(since)} (UTC+8): "
        f"{stand} certificates stand, {fall} fall, for ever.",
    )


REASON: Final[Mapping[ChangeReason, Words]] = {
    ChangeReason.FRAUD: Words("弄虚作假", "fraud"),
    ChangeReason.ISSUED_IN_ERROR: Words("误发", "issued in error"),
    ChangeReason.UNSPECIFIED: Words("其他", "other"),
}
"""Why the registry itself revokes certificates."""


def revoked(numbers: Sequence[str], reason: ChangeReason) -> Words:
    """What a revocation does, with the first of the numbers."""
    why, shown = REASON[reason], numbers[:SHOWN]
    more = len(numbers) - len(shown)
    return Words(
        f"撤销 {len(numbers)} 张证书（{why.zh}），不可恢复：{'、'.join(shown)}"
        f"{f' 等，另有 {more} 张' if more else ''}。",
        f"{len(numbers)} certificates are revoked for ever ({why.en}): {', '.join(shown)}"
        f"{f' and {more} more' if more else ''}.",
    )


def filed(filing: Filing, day: Day) -> list[Words]:
    """What approving a filing puts on file, a line each."""
    kind = words.ISSUER_KIND[filing.kind]
    lines = [
        Words(
            f"{filing.name}（{filing.code}），{kind.zh}，自 {date_from_day(day)} 起备案。",
            f"{filing.name} ({filing.code}), {kind.en}, is filed from {date_from_day(day)} on.",
        )
    ]
    lines += institution_words.filed(filing)
    lines += [labelled(Words("备案范围", "Scope"), scope_in_words(each)) for each in filing.scopes]
    lines += [labelled(Words("站点", "Site"), site_in_words(each)) for each in filing.sites]
    if not filing.scopes:
        lines.append(
            Words(
                "没有列出范围：批准后还不能签发任何证书。",
                "No scope is listed: by this alone it may not certify anything.",
            )
        )
    return lines


def local(at: Seconds) -> str:
    """An instant as people read it: date and time to the second, in UTC+8."""
    return datetime.fromtimestamp(at, CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _new_state(state: IssuerState, whom: str, whom_en: str, since: str, certificates: int) -> Words:
    match state:
        case IssuerState.SUSPENDED:
            return Words(
                f"自 {since} 起暂停{whom}：停止登记新证书；日期或签署在此后的证书核验不通过，此前的仍成立；可以恢复。",
                f"{whom_en} is suspended from {since} on: nothing more is registered; certificates dated or "
                "signed from then on are not accepted, earlier ones stand. It can be lifted.",
            )
        case IssuerState.FILED:
            return Words(
                f"自 {since} 起恢复{whom}的备案，可以再签发证书。",
                f"{whom_en} is filed again from {since} on, and may certify again.",
            )
        case IssuerState.WITHDRAWN:
            return Words(
                f"自 {since} 起{whom}退出备案：不再登记新证书，日期或签署在此后的核验不通过；"
                f"已登记的 {certificates} 张中，在此之前的仍成立。",
                f"The filing of {whom_en} is withdrawn from {since} on: nothing more is registered; certificates "
                f"dated or signed from then on are not accepted. Of the {certificates} registered, earlier ones stand.",
            )
        case IssuerState.VOID:
            return Words(
                f"宣告{whom}的备案自始无效：已登记的 {certificates} 张证书，不论日期，全部不再成立；不可逆。",
                f"The filing of {whom_en} is declared void: all {certificates} registered certificates fall, whatever "
                "their date, for ever.",
            )


def labelled(what: Words, said: Words) -> Words:
    """What it is, and what is said of it."""
    return Words(f"{what.zh}：{said.zh}", f"{what.en}: {said.en}")


def _occupation(occupation: OccupationReference) -> Words:
    if occupation.edition == 0:
        return Words(f"{occupation.code}（本地职业）", f"{occupation.code} (local list)")
    return Words(f"{occupation.code}（{occupation.edition} 年版）", f"{occupation.code} ({occupation.edition} edition)")


def scope_in_words(scope: Scope) -> Words:
    """An occupation, the highest level, and from when to when."""
    level, occupation = words.highest_level(scope.highest), _occupation(scope.occupation)
    zh, en = _days(scope.first, scope.last)
    return Words(f"职业 {occupation.zh}，最高{level.zh}，{zh}", f"{occupation.en}, up to {level.en}, {en}")


def site_in_words(site: Site) -> Words:
    """A site's code, and from when to when."""
    zh, en = _days(site.first, site.last)
    return Words(f"{site.code}，{zh}", f"{site.code}, {en}")


def _days(first: Day, last: Day | None) -> Words:
    begin = date_from_day(first)
    if last is None:
        return Words(f"自 {begin} 起", f"from {begin} on")
    return Words(f"自 {begin} 至 {date_from_day(last)}", f"from {begin} to {date_from_day(last)}")
