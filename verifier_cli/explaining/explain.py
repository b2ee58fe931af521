"""`yinxin-verify explain`: every step of the verification of a certificate in words, and where it stopped."""

import json
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from credential import entitlement, wording
from credential.errors import CredentialError
from credential.model import Seconds
from credential.reason import Outcome
from credential.trust import Trust
from credential.verify import STEPS, Accepted, Case, Step, Verdict
from verifier_cli.asked import Asked
from verifier_cli.checking import check
from verifier_cli.explaining import findings
from verifier_cli.given import Given, Unread
from verifier_cli.held import trusted
from verifier_cli.output import Style, say, shown
from verifier_cli.words import benefits, human, machine

STEP_WORDS: Final = {
    1: ("二维码的文字：前缀、数字分组", "The QR's text: its prefix, its groups of digits"),
    2: ("大小，严格的 CBOR", "The size, and strict CBOR"),
    3: ("COSE 签名外壳：类型、算法、密钥提示", "The COSE envelope: type, algorithm, key hint"),
    4: ("声明的外层：签发机构、签名时间、状态位置", "The outer claims: issuer, time of signing, place of the status"),
    5: ("地区的信任链（从 pin 到各名单），本机时间", "The region's chain of trust from the pin on, and the clock"),
    6: ("机构在名单上，密钥属于该机构", "The issuer is listed, and the key is its own"),
    7: ("签名成立：内容一字未改", "The signature holds: nothing was changed"),
    8: ("证书内容、编号、状态位置前后一致", "Content, number and status reference agree"),
    9: ("签名时间与发证日期合理", "The time of signing and the date of issue are possible"),
    10: ("机构未被宣布无效，密钥未失窃", "The issuer is not void, the key was not stolen"),
    11: ("签名时密钥在启用期，机构在备案期", "Key active and issuer filed at that time"),
    12: ("职业、等级、日期在机构的备案范围内", "Occupation, level and date lie in the issuer's scope"),
    13: ("聘期没有结束（仅岗位聘任）", "The term has not ended (post appointments only)"),
    14: ("状态：未撤销、未暂停、未换发、已登记", "Status: not revoked, suspended or superseded; registered"),
    15: ("各名单没有过期", "The lists have not expired"),
    16: ("本地区是否采认，视为什么", "Whether this region recognises it, and as what"),
}


class Explained(NamedTuple):
    """One step: what became of it (`passed`, `stopped`, `not-reached`), and what it found or had before it."""

    step: Step
    outcome: str
    said: human.Pair | None


def run(asked: Asked) -> int:
    """Print the steps of every input. The exit codes are those of `check`."""
    known = trusted.load(asked.bundle, asked.pin, asked.region)
    counts = dict.fromkeys(Outcome, 0)
    style = Style(sys.stdout)
    for given in check.texts(asked.inputs):
        verdict = check.judge(given.content, known, asked.now)
        counts[verdict.reason.outcome] += 1
        steps = explained(given.content, known, asked.now)
        found = entitlement.ask(verdict, known)
        if asked.as_json:
            say(_as_json(given, verdict, steps, benefits.report(found, None)))
        else:
            say(_in_words(given, verdict, steps, style, benefits.lines(found, style)))
    return check.exit_code(counts)


def explained(content: str | Unread, known: Trust, now: Seconds) -> list[Explained]:
    """Every step in order. Without a text it stops before the first."""
    if isinstance(content, Unread):
        return [Explained(STEPS[0], "stopped", None), *_not_reached(STEPS[1:])]
    case, steps = Case(known, now), list[Explained]()
    case.text = content
    for place, step in enumerate(STEPS, start=1):
        try:
            step.check(case)
        except CredentialError:
            stopped = Explained(step, "stopped", findings.looked_at(step.number, case))
            return [*steps, stopped, *_not_reached(STEPS[place:])]
        steps.append(Explained(step, "passed", findings.found(step.number, case)))
    return steps


def _not_reached(steps: Sequence[Step]) -> list[Explained]:
    return [Explained(step, "not-reached", None) for step in steps]


def _as_json(given: Given, verdict: Verdict, explained: Sequence[Explained], found: machine.Json) -> str:
    steps = [
        {
            "number": each.step.number,
            "title": each.step.title,
            "outcome": each.outcome,
            "zh": each.said and each.said[0],
            "en": each.said and each.said[1],
        }
        for each in explained
    ]
    return json.dumps({**machine.report(given.name, verdict, found), "steps": steps}, separators=(",", ":"))


def _in_words(given: Given, verdict: Verdict, explained: Sequence[Explained], style: Style, more: Sequence[str]) -> str:
    marks = {
        "passed": style.mark("✔", "ok"),
        "stopped": style.mark("✘", "!!") if verdict.reason.outcome is Outcome.REJECTED else "?",
        "not-reached": "-",
    }
    lines = [shown(given.name), *_source(given, style)]
    for each in explained:
        lines.append(f"  {marks[each.outcome]} {each.step.number:2} {style.both(*STEP_WORDS[each.step.number])}")
        if each.said is not None:
            lines += [f"       {said}" for said in (each.said if style.chinese else each.said[1:])]
        if each.outcome == "stopped":
            lines += _why(verdict, style)
    return "\n".join(lines) + "\n\n" + human.block(given.name, verdict, verdict.reason.outcome, style, more)


def _source(given: Given, style: Style) -> list[str]:
    """Where the text was read, if it was not given as such."""
    if given.content == given.name:
        return []
    place = shown(given.place) or style.both("整个文件", "the whole file")
    if isinstance(given.content, Unread):
        return [f"    0 {style.both('没有读到文字：', 'No text was read: ')}{shown(given.file)} {place}"]
    return [f"    0 {style.both('文字读自：', 'The text was read from ')}{shown(given.file)} {place}"]


def _why(verdict: Verdict, style: Style) -> list[str]:
    words = wording.of(verdict.reason)
    detail = "" if isinstance(verdict, Accepted) or not verdict.detail else f": {shown(verdict.detail)}"
    return ["       " + style.both(words.zh, f"{words.en} ({verdict.reason.value}{detail})")]
