"""A stolen key explained to an official: what happened, which certificates stand and fall, what to do, whom to tell."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from credential.model import CHINA, IssuerCode, Seconds, Status, rfc3339
from registry.issuer_keys.compromise import Affected, Circle, Impact, Why
from registry.record.proposals import Progress
from registry.words import Words

SHOWN: Final = 10
"""Certificates that are listed of each sort; the rest are in the file that --list writes."""
_WHY: Final = {
    Why.STANDS: Words("此前已签名并登记", "signed and registered before"),
    Why.SIGNED_LATE: Words("签名不早于该时刻", "not signed before that time"),
    Why.REGISTERED_LATE: Words("该时刻尚未登记", "not registered before that time"),
}
_STATUS: Final = {
    Status.REVOKED: Words("，另已撤销", ", and is revoked"),
    Status.SUSPENDED: Words("，另在暂停中", ", and is suspended"),
    Status.SUPERSEDED: Words("，另已被更正后的证书取代", ", and is superseded"),
}


def sentences(
    issuer: IssuerCode, kid: bytes, since: Seconds, impact: Impact, circle: Circle, progress: Progress | None
) -> Iterator[Words]:
    """The whole explanation, in order. Without `progress` it is a rehearsal."""
    if progress is None:
        yield Words("【演练】以下是宣告后的结果，尚未作任何改变。", "REHEARSAL: nothing has been changed.")
    if progress is Progress.PROPOSED:
        yield Words(
            "【待第二人】以下是宣告后的结果，尚未生效。", "WAITS FOR A SECOND OPERATOR: nothing has been changed."
        )
    yield from _what_happened(issuer, kid, since, circle)
    yield from _certificates(impact)
    yield from _next(impact, progress)
    yield from _told(impact, circle)


def _what_happened(issuer: IssuerCode, kid: bytes, since: Seconds, circle: Circle) -> Iterator[Words]:
    local = datetime.fromtimestamp(since, CHINA).strftime("%Y-%m-%d %H:%M:%S")
    yield Words("一、发生了什么", "1. What happened")
    yield Words(
        f"  {circle.issuer}（{issuer}）的证书密钥 {kid.hex()} 自北京时间 {local} 起可能在他人手中。",
        f"  Certificate key {kid.hex()} of {issuer} may be in other hands since {rfc3339(since)}.",
    )
    yield Words(
        "  在该时刻之前签名、并且已由本登记机构登记（以登记机构的时钟为准）的证书仍成立；"
        "其余一律不成立，包括今后才出现的、未登记的。",
        "  What was signed before that time, and registered before it by the registry's own clock, stands. "
        "Nothing else does, whatever date it bears, whenever it turns up.",
    )


def _certificates(impact: Impact) -> Iterator[Words]:
    yield Words("二、哪些证书", "2. Which certificates")
    yield Words(f"  仍成立 {len(impact.stand)} 张", f"  {len(impact.stand)} stand")
    if impact.not_valid:
        yield Words(
            f"  其中 {impact.not_valid} 张另已撤销、暂停或更正，核验时仍照此答复",
            f"  {impact.not_valid} of them are revoked, suspended or superseded, and a check says that",
        )
    yield from _listed(impact.stand)
    yield Words(f"  不再成立 {len(impact.fall)} 张", f"  {len(impact.fall)} fall")
    yield from _listed(impact.fall)


def _listed(certificates: Sequence[Affected]) -> Iterator[Words]:
    for each in certificates[:SHOWN]:
        why, status = _WHY[each.why], _STATUS.get(each.status, Words("", ""))
        signed, registered = rfc3339(each.issued_at), rfc3339(each.registered_at)
        yield Words(
            f"    {each.number}：{why.zh}（签名 {signed}，登记 {registered}）{status.zh}",
            f"    {each.number}: {why.en} (signed {signed}, registered {registered}){status.en}",
        )
    rest = len(certificates) - SHOWN
    if rest > 0:
        yield Words(f"    ……另有 {rest} 张，用 --list 文件名.csv 写出全部", f"    and {rest} more: --list FILE.csv")


_TO_DECLARE: Final = {
    None: [
        Words(
            "两位操作员各运行一次：去掉 --dry-run，加 --document 与 --operator",
            "two operators declare it: the same command without --dry-run, with --document and --operator",
        )
    ],
    Progress.PROPOSED: [
        Words("请另一位操作员以同样的内容再运行一次", "another operator must run the same command, with the same words")
    ],
    Progress.DONE: [],
}


def _next(impact: Impact, progress: Progress | None) -> Iterator[Words]:
    yield Words("三、接下来做什么", "3. What to do next")
    steps = [
        *_TO_DECLARE[progress],
        Words(
            "立即 yinxin-registry publish：在此之前核验者还不知道",
            "`yinxin-registry publish` at once: until then no verifier knows",
        ),
        Words(
            "请该机构登记新密钥（yinxin-signer key rotate），由两位操作员 key approve",
            "have the issuer enrol new keys (`yinxin-signer key rotate`); two operators approve them",
        ),
    ]
    if impact.fall:
        steps.append(
            Words(
                f"请该机构逐一核实不再成立的 {len(impact.fall)} 张，属实的用新密钥重发（yinxin-signer correct）",
                f"have the issuer look into each of the {len(impact.fall)} that fall, and sign the honest ones anew "
                "with the new key (`yinxin-signer correct`)",
            )
        )
    for place, step in enumerate(steps, start=1):
        yield Words(f"  {place}. {step.zh}", f"  {place}. {step.en}")


def _told(impact: Impact, circle: Circle) -> Iterator[Words]:
    yield Words("四、要告知谁", "4. Who is to be told")
    yield Words(f"  - {circle.issuer}，及其主管部门", "  - the issuer, and the authority that supervises it")
    if impact.fall:
        yield Words(
            f"  - 不再成立的 {len(impact.fall)} 张证书的持证人，由机构通知",
            f"  - the holders of the {len(impact.fall)} that fall, through the issuer",
        )
    yield Words(
        "  - 用人单位等核验方：请 yinxin-verify sync 更新离线包",
        "  - employers and whoever verifies: `yinxin-verify sync` their bundles",
    )
    if circle.partners:
        partners = "、".join(circle.partners)
        yield Words(
            f"  - 订有互认协议的地区 {partners} 的登记机构",
            f"  - the registries of the regions with agreements: {', '.join(circle.partners)}",
        )
