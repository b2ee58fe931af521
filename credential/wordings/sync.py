"""Why newer data is not taken."""

from collections.abc import Mapping
from typing import Final

from credential.reason import SyncReason
from credential.wordings import Wording

SYNC_REASONS: Final[Mapping[SyncReason, Wording]] = {
    SyncReason.OBJECT_TOO_LARGE: Wording(
        "收到的资料超过了允许的大小。",
        "What was received is larger than allowed.",
        "原有资料保留。请检查地址；反复出现请告知登记机构。",
        "The held data stays. Check the address; tell the registry if it happens again.",
    ),
    SyncReason.OBJECT_MALFORMED: Wording(
        "收到的资料不是规定的格式。",
        "What was received is not in the required format.",
        "原有资料保留。请检查地址，稍后再试。",
        "The held data stays. Check the address and try again later.",
    ),
    SyncReason.WRONG_REGION: Wording(
        "收到的资料属于另一个地区。",
        "What was received belongs to another region.",
        "原有资料保留。请检查地址和 pin；并告知登记机构。",
        "The held data stays. Check the address and the pin, and tell the registry.",
    ),
    SyncReason.PIN_NOT_FOUND: Wording(
        "收到的资料里没有 pin 所指的根。",
        "What was received does not hold the root that the pin names.",
        "请从可靠渠道核对 pin，并检查地址。",
        "Check the pin through a channel that you trust, and the address.",
    ),
    SyncReason.ROOT_SKIPPED: Wording(
        "根的版本不连续。",
        "A version of the root is missing in between.",
        "原有资料保留。请稍后再试，并告知登记机构。",
        "The held data stays. Try again later, and tell the registry.",
    ),
    SyncReason.THRESHOLD_NOT_MET: Wording(
        "签名的人数不够，或签名不成立。",
        "Too few of the required signatures hold.",
        "原有资料保留。请告知登记机构。",
        "The held data stays. Tell the registry.",
    ),
    SyncReason.DATED_AHEAD: Wording(
        "资料的签发时间晚于本机时间。",
        "The data is dated ahead of this computer's clock.",
        "原有资料保留。请先校准本机时间再试。",
        "The held data stays. Set this computer's clock right first and try again.",
    ),
    SyncReason.EPOCH_MISMATCH: Wording(
        "资料的纪元与根所授予的不一致。",
        "The data's epoch is not the one that the root grants.",
        "原有资料保留。请稍后再试，并告知登记机构。",
        "The held data stays. Try again later, and tell the registry.",
    ),
    SyncReason.ROLLBACK: Wording(
        "收到的资料比手上的旧。",
        "What was received is older than what is held.",
        "原有资料保留。请稍后再试；反复出现请告知登记机构。",
        "The held data stays. Try again later; tell the registry if it happens again.",
    ),
    SyncReason.EQUIVOCATION: Wording(
        "同一版本出现了两种内容，两份都已作为证据保留。",
        "One version came with two contents; both are kept as evidence.",
        "请停止同步，并立即告知登记机构。",
        "Stop syncing, and tell the registry at once.",
    ),
    SyncReason.MIX_AND_MATCH: Wording(
        "收到的资料不是同一时刻的一套。",
        "What was received is not one consistent set.",
        "原有资料保留。请稍后再试。",
        "The held data stays. Try again later.",
    ),
    SyncReason.ENTRY_VANISHED: Wording(
        "新资料里少了不该消失的条目。",
        "An entry that must not disappear is missing in the new data.",
        "原有资料保留。请告知登记机构。",
        "The held data stays. Tell the registry.",
    ),
    SyncReason.ENTRY_REVIVED: Wording(
        "新资料恢复了已经撤销或作废的条目。",
        "The new data brings back an entry that was revoked or void.",
        "原有资料保留。请告知登记机构。",
        "The held data stays. Tell the registry.",
    ),
    SyncReason.LIST_SHRUNK: Wording(
        "新的名单比手上的短。",
        "The new list is shorter than the one held.",
        "原有资料保留。请告知登记机构。",
        "The held data stays. Tell the registry.",
    ),
    SyncReason.EXPIRED: Wording(
        "收到的资料已经过期。",
        "What was received has expired.",
        "原有资料保留。请先检查本机时间，稍后再试，并告知登记机构。",
        "The held data stays. Check this computer's clock, try again later, and tell the registry.",
    ),
}
