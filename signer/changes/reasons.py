"""Why a status changes (docs/format.md 12), in both languages, and what each reason means for the holder."""

import argparse
from collections.abc import Mapping
from typing import Final, NamedTuple

from credential.request import ChangeReason


class Reason(NamedTuple):
    """What a reason is called, and what the holder sees or may do because of it."""

    zh: str
    en: str
    holder_zh: str
    holder_en: str


REASONS: Final[Mapping[ChangeReason, Reason]] = {
    ChangeReason.UNSPECIFIED: Reason(
        "未注明原因",
        "no reason given",
        "持证人查询时看不到原因，只能来问；能写明就不要用",
        "the holder sees no reason and will have to ask: give one if you can",
    ),
    ChangeReason.ISSUED_IN_ERROR: Reason(
        "误发",
        "issued in error",
        "证书本不该发出，持证人没有过错；应得的证书可以另发",
        "it should not have been issued, and the holder is not to blame; another may be issued",
    ),
    ChangeReason.HOLDER_REQUEST: Reason(
        "持证人申请",
        "at the holder's request",
        "按本人申请办理，记录里不含负面结论",
        "done as the holder asked; nothing is held against them",
    ),
    ChangeReason.FRAUD: Reason(
        "弄虚作假",
        "fraud",
        "查询时写明弄虚作假；要有结论和依据，持证人可以申诉",
        "shown as fraud to whoever asks: it takes a finding and its document, and the holder may appeal",
    ),
    ChangeReason.UNDER_REVIEW: Reason(
        "核查中",
        "under review",
        "结论出来以前核验不通过；没有问题就恢复，编号和二维码不变",
        "not accepted until there is a finding; restored under the same number and code if all is well",
    ),
    ChangeReason.REVIEW_CLOSED: Reason(
        "核查结束",
        "the review is closed",
        "核查有了结论：恢复即重新有效，撤销即不再有效",
        "there is a finding: restored it is valid again, revoked it is not",
    ),
    ChangeReason.CORRECTED: Reason(
        "更正",
        "corrected",
        "另有一张更正后的证书；用 correct 更正会自动写明，一般不用手选",
        "another certificate stands in its place; `correct` says so by itself, you rarely choose it",
    ),
}


def code_of(reason: ChangeReason) -> str:
    """The reason as the command line has it."""
    return reason.name.lower().replace("_", "-")


def described() -> str:
    """Every reason, a line each, for `--help` and for a refusal."""
    return "\n".join(
        f"  {code_of(each)}  {said.zh} / {said.en}\n      {said.holder_zh}\n      {said.holder_en}"
        for each, said in REASONS.items()
    )


def parse(text: str) -> ChangeReason:
    """A reason as an argument, by its code or its Chinese name. ArgumentTypeError names them all."""
    for each, said in REASONS.items():
        if text.strip().lower().replace("_", "-") in (code_of(each), said.zh):
            return each
    raise argparse.ArgumentTypeError(f"没有这个原因，请用其中之一 / no such reason; choose one of:\n{described()}")
