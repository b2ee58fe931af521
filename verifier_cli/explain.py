"""`yinxin-verify explain`: every step of the verification of a certificate in words, and where it stopped."""

import json
import sys
from collections.abc import Sequence
from typing import Final

from credential import entitlement, wording
from credential.errors import CredentialError
from credential.model import Seconds
from credential.reason import Outcome
from credential.trust import Trust
from credential.verify import STEPS, Case, Verdict
from verifier_cli import benefits, check, human, report
from verifier_cli.given import Given
from verifier_cli.output import Style, say, shown

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


def run(asked: check.Asked) -> int:
    """Print the steps of every input. The exit codes are those of `check`."""
    known = check.load_trust(asked.bundle, asked.pin, asked.region)
    counts = dict.fromkeys(Outcome, 0)
    style = Style(sys.stdout)
    for given in check.texts(asked.inputs):
        verdict = check.judge(given.content, known, asked.now)
        counts[verdict.reason.outcome] += 1
        passed = _passed(given, known, asked.now)
        found = entitlement.ask(verdict, known)
        if asked.as_json:
            say(_as_json(given.name, verdict, passed, benefits.report(found, None)))
        else:
            say(_in_words(given.name, verdict, passed, style, benefits.lines(found, style)))
    return check.exit_code(counts)


def _passed(given: Given, known: Trust, now: Seconds) -> int:
    """How many steps the text passed."""
    if not isinstance(given.content, str):
        return 0
    case = Case(known, now)
    case.text = given.content
    for count, step in enumerate(STEPS):
        try:
            step.check(case)
        except CredentialError:
            return count
    return len(STEPS)


def _outcomes(verdict: Verdict, passed: int) -> list[str]:
    """One word a step: passed, stopped, or not-reached."""
    words = ["passed"] * passed + ["stopped"] + ["not-reached"] * len(STEPS)
    return words[: len(STEPS)] if verdict.reason.outcome is not Outcome.ACCEPTED else ["passed"] * len(STEPS)


def _as_json(name: str, verdict: Verdict, passed: int, found: report.Json) -> str:
    steps = [
        {"number": step.number, "title": step.title, "outcome": outcome}
        for step, outcome in zip(STEPS, _outcomes(verdict, passed), strict=True)
    ]
    return json.dumps({**report.report(name, verdict, found), "steps": steps}, separators=(",", ":"))


def _in_words(name: str, verdict: Verdict, passed: int, style: Style, more: Sequence[str]) -> str:
    marks = {
        "passed": style.mark("✔", "ok"),
        "stopped": style.mark("✘", "!!") if verdict.reason.outcome is Outcome.REJECTED else "?",
        "not-reached": "-",
    }
    lines = [shown(name)]
    for step, outcome in zip(STEPS, _outcomes(verdict, passed), strict=True):
        lines.append(f"  {marks[outcome]} {step.number:2} {style.both(*STEP_WORDS[step.number])}")
        if outcome == "stopped":
            words = wording.of(verdict.reason)
            lines.append("       " + style.both(words.zh, f"{words.en} ({verdict.reason.value})"))
    return "\n".join(lines) + "\n\n" + human.block(name, verdict, verdict.reason.outcome, style, more)
