"""The commands `corrections` and `answer`: what holders ask to have corrected, and what the issuer says to it."""

from dataclasses import asdict
from typing import Final

from credential import text
from credential.keyfile import Purpose
from credential.request import MAX_WORDS, AnswerCorrection, ListCorrections, Outcome
from signer.context import Context
from signer.errors import Json, usage

_WHAT: Final = {
    "name": ("姓名", "name"),
    "document": ("证件", "document"),
    "occupation": ("职业或方向", "occupation or specialisation"),
    "level": ("等级", "level"),
    "date": ("发证日期", "date of issue"),
}
_OTHER: Final = ("其他", "something else")


def corrections(context: Context) -> Json:
    """What waits for an answer, oldest first. The holder's words are shown and not kept."""
    key = context.open_key(Purpose.REQUEST)

    def body() -> bytes:
        return context.sealed(context.new_id(), ListCorrections(), key)()

    found = context.client.corrections(body)
    for each in found:
        zh, en = _WHAT.get(each.what, _OTHER)
        context.voice.say(
            f"{each.case}  {each.number}  {zh}：{each.said}（{each.asked_at}）",
            f"{each.case}  {each.number}  {en}: {each.said} ({each.asked_at})",
        )
    context.voice.say(
        f"共 {len(found)} 件待答复。更正请用 correct，答复持证人请用 answer。",
        f"{len(found)} waiting. Correct with `correct`, tell the holder with `answer`.",
    )
    return {"corrections": [asdict(each) for each in found]}


def answer(context: Context, case: str, outcome: Outcome, words: str) -> Json:
    """Tell a holder what becomes of the request, in the issuer's words."""
    said = " ".join(words.split())
    if not 0 < len(said) <= MAX_WORDS or text.refused_character(said) is not None:
        raise usage(
            "words",
            f"答复须为 1 至 {MAX_WORDS} 个可见字符。",
            f"an answer has 1 to {MAX_WORDS} visible characters.",
        )
    key = context.open_key(Purpose.REQUEST)
    content = AnswerCorrection(case.upper(), outcome, said)
    when = context.client.answer(context.sealed(context.new_id(), content, key))
    context.voice.say(f"{case}：已答复，时间 {when}", f"{case}: answered, at {when}")
    return {"case": case, "outcome": outcome.name.lower(), "at": when}
