"""Whether an accepted certificate counts here, and what it entitles to."""

from collections.abc import Mapping
from typing import Final

from credential.reason import Entitlement, Recognition
from credential.wordings import Wording

RECOGNITIONS: Final[Mapping[Recognition, Wording]] = {
    Recognition.HOME: Wording(
        "这是本地区签发的证书。",
        "This certificate was issued in this region.",
        "无需另行采认。",
        "No further recognition is needed.",
    ),
    Recognition.RECOGNISED: Wording(
        "本地区采认这份证书。",
        "This region recognises this certificate.",
        "请按列明的职业、等级和效力办理。",
        "Treat it as the occupation, level and effect that are named.",
    ),
    Recognition.NO_AGREEMENT: Wording(
        "证书真实，但本地区与签发地区没有采认协议。",
        "The certificate is authentic, but this region has no agreement with the issuing one.",
        "如需在本地区使用，请向人社部门咨询。",
        "To use it here, ask this region's authority.",
    ),
    Recognition.AGREEMENT_NOT_IN_FORCE: Wording(
        "证书真实，但两地的采认协议尚未生效。",
        "The certificate is authentic, but the agreement between the regions is not in force yet.",
        "请在协议生效后再办理。",
        "Try again once the agreement is in force.",
    ),
    Recognition.AGREEMENT_SUSPENDED: Wording(
        "证书真实，但两地的采认协议目前暂停。",
        "The certificate is authentic, but the agreement between the regions is suspended.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Recognition.AGREEMENT_REPEALED: Wording(
        "证书真实，但两地的采认协议已经废止。",
        "The certificate is authentic, but the agreement between the regions was repealed.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Recognition.RECOGNITION_UNKNOWN: Wording(
        "证书真实；但手上本地区的采认资料已过期或不全，不知道本地区是否采认。",
        "The certificate is authentic; but this region's own data held here is too old or not whole, so whether it is "
        "recognised is not known.",
        "请联网更新资料后再核验。",
        "Update the data, then verify again.",
    ),
    Recognition.DENIED: Wording(
        "证书真实，但协议明确不采认这一类证书。",
        "The certificate is authentic, but the agreement excludes certificates of this sort.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Recognition.NOT_RECOGNISED: Wording(
        "证书真实，但协议没有列入这一类证书。",
        "The certificate is authentic, but the agreement does not list certificates of this sort.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
}

ENTITLEMENTS: Final[Mapping[Entitlement, Wording]] = {
    Entitlement.ENTITLED: Wording(
        "按本地区的待遇政策，下列条款适用于这份证书。",
        "By this region's benefit policy, these clauses apply to this certificate.",
        "请凭证书向列明文件的办理部门申请；几条能否同时享受，以文件为准。",
        "Apply to the office that the document names; whether several may be had together, the documents say.",
    ),
    Entitlement.NOT_ACCEPTED: Wording(
        "证书没有通过核验，不能回答它对应什么待遇。",
        "The certificate did not pass, so nothing is said about benefits.",
        "请先按上面的说明处理。",
        "Do first what is said above.",
    ),
    Entitlement.NO_HOME: Wording(
        "没有指明本地区，不知道该问哪个地区的待遇政策。",
        "No home region is given, so it is not known whose benefit policy to ask.",
        "请用 --region 指明本地区。",
        "Name the home region with --region.",
    ),
    Entitlement.POLICY_MISSING: Wording(
        "手上没有本地区的待遇政策，不知道有没有待遇；这不等于没有。",
        "This region's benefit policy is not held here, so benefits are not known; that does not mean none.",
        "请重新同步离线包后再问。",
        "Sync the bundle and ask again.",
    ),
    Entitlement.NO_POLICY: Wording(
        "本地区没有发布待遇政策。",
        "This region publishes no benefit policy.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Entitlement.RECOGNITION_UNKNOWN: Wording(
        "不知道本地区是否采认这份证书，所以不知道有没有待遇；这不等于没有。",
        "Whether this region recognises it is not known, and so neither are benefits; that does not mean none.",
        "请同步离线包后再问。",
        "Sync the bundle and ask again.",
    ),
    Entitlement.NOT_RECOGNISED_HERE: Wording(
        "本地区未采认这份证书，待遇政策不适用。",
        "This region does not recognise the certificate, so its benefit policy does not apply.",
        "请向本地区人社部门咨询采认。",
        "Ask this region's authority about recognition.",
    ),
    Entitlement.ELIGIBILITY_ONLY: Wording(
        "本地区只采认它作为申报条件，待遇政策不适用。",
        "This region recognises it towards applying only, so its benefit policy does not apply.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Entitlement.POLICY_EXPIRED: Wording(
        "手上的待遇政策已过期，不知道现在有没有待遇；这不等于没有。",
        "The benefit policy held here has expired, so benefits are not known now; that does not mean none.",
        "请同步离线包后再问。",
        "Sync the bundle and ask again.",
    ),
    Entitlement.POLICY_UNREADABLE: Wording(
        "本程序读不懂手上的待遇政策，不知道有没有待遇；这不等于没有。",
        "This program cannot read the benefit policy held here, so benefits are not known; that does not mean none.",
        "请更新核验程序后再问。",
        "Update the verifier and ask again.",
    ),
    Entitlement.NO_CLAUSE: Wording(
        "本地区的待遇政策没有适用于这份证书的条款。",
        "No clause of this region's benefit policy applies to this certificate.",
        "没有条款就没有待遇的说法；有疑问请向人社部门咨询。",
        "Without a clause nothing is claimed; ask the authority if in doubt.",
    ),
}
