"""`yinxin-verify recognition`: what a certificate would count as in another region, by which rule and document."""

import json
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from credential.model import AgreementState, IssuerKind, Kind, Post, Region, Seconds, rfc3339
from credential.numbers import LEVEL_NAMES, LEVEL_NAMES_EN
from credential.reason import Recognition
from credential.recognition import Match, RecognisedAs
from credential.supposition import Answer, Question, Supposition, suppose
from verifier_cli.held import trusted
from verifier_cli.output import Style, say, shown
from verifier_cli.words import human, machine
from verifier_cli.words.machine import Json, iso
from verifier_cli.words.regions import name_of

Pair = tuple[str, str]

STATES: Final[dict[AgreementState, Pair]] = {
    AgreementState.IN_FORCE: ("生效", "in force"),
    AgreementState.SUSPENDED: ("暂停", "suspended"),
    AgreementState.REPEALED: ("废止", "repealed"),
}
SUPPOSED: Final[dict[Recognition, Pair]] = {
    Recognition.HOME: ("计入：就是本地区的证书。", "It counts: it is a certificate of that region itself."),
    Recognition.RECOGNISED: ("采认。", "It would be recognised."),
    Recognition.NO_AGREEMENT: (
        "不采认：没有与该地区的互认协议。",
        "Not recognised: there is no agreement with that region.",
    ),
    Recognition.AGREEMENT_NOT_IN_FORCE: (
        "尚不采认：协议还没有生效。",
        "Not yet recognised: the agreement is not yet in force.",
    ),
    Recognition.AGREEMENT_SUSPENDED: (
        "目前不采认：协议已暂停。",
        "Not recognised at present: the agreement is suspended.",
    ),
    Recognition.AGREEMENT_REPEALED: (
        "不采认：协议已废止，这个日期的证书不再算。",
        "Not recognised: the agreement is repealed, and certificates of this date no longer count.",
    ),
    Recognition.RECOGNITION_UNKNOWN: (
        "无法判断：手上没有该地区够新、可信的采认资料。请更新后再问，或到该地区登记机构的网站问；这不等于不采认。",
        "Cannot be decided: nothing new and trusted is held of that region. Update, or ask there; this is not a no.",
    ),
    Recognition.DENIED: (
        "不采认：协议写明这样的证书不采认。",
        "Not recognised: the agreement says so of such certificates.",
    ),
    Recognition.NOT_RECOGNISED: (
        "不采认：协议中没有采认它的条款。",
        "Not recognised: no rule of the agreement is about it.",
    ),
}
"""Of a certificate that nobody has shown: nothing is said of whether it stands."""
COUNTS: Final = frozenset({Recognition.HOME, Recognition.RECOGNISED})


class Asked(NamedTuple):
    """What the command line asks for. Without `pin` the one stored for `question.home` is taken."""

    bundle: str
    pin: str | None
    region: str | None
    question: Question
    now: Seconds
    as_json: bool


def run(asked: Asked) -> int:
    """Print the answers, and those of the other direction. The exit code is about the direction that was asked."""
    known = trusted.load(asked.bundle, asked.pin, asked.region)
    found = suppose(asked.question, known, asked.now)
    back = suppose(asked.question.turned(), known, asked.now)
    if asked.as_json:
        document = {
            **_question(asked.question),
            **answers(found),
            "other_direction": answers(back),
            "now": rfc3339(asked.now),
        }
        say(json.dumps(document, separators=(",", ":")))
    else:
        say("\n".join(_in_words(asked.question, found, back, Style(sys.stdout))))
    return exit_code(found.answers)


def exit_code(found: Sequence[Answer]) -> int:
    """0: it counts; 1: it does not; 3: that is not known, or it depends on the issuer."""
    codes = {_exit_code(each.ruling.recognition) for each in found}
    return codes.pop() if len(codes) == 1 else 3


def _exit_code(recognition: Recognition) -> int:
    if recognition is Recognition.RECOGNITION_UNKNOWN:
        return 3
    return 0 if recognition in COUNTS else 1


def _question(asked: Question) -> Json:
    occupation = asked.occupation
    return {
        "from": asked.origin,
        "to": asked.home,
        "kind": machine.KIND[asked.kind],
        "occupation_code": occupation and occupation.code,
        "occupation_edition": occupation and occupation.edition,
        "level": asked.rank if asked.kind is Kind.LEVEL else None,
        "post": machine.POST[asked.rank] if asked.kind is Kind.POST and asked.rank is not None else None,
        "issued_on": iso(asked.issued_on),
        "issuer": asked.issuer,
        "issuer_kind": None if asked.issuer_kind is None else machine.ISSUER_KIND[asked.issuer_kind],
    }


def answers(found: Supposition) -> Json:
    """The answers of one direction, as docs/recognition.md describes them."""
    return {
        "answers": [_answer(each) for each in found.answers],
        "agreement": _agreement(found),
        "recognition_list": None if found.issued is None else rfc3339(found.issued),
    }


def _answer(answer: Answer) -> Json:
    ruling = answer.ruling
    counted, rule = ruling.recognised_as, ruling.rule
    return {
        "issuer": answer.issuer,
        "issuer_kinds": [machine.ISSUER_KIND[each] for each in answer.kinds],
        "recognition": ruling.recognition.value,
        "recognised_as": None if counted is None else machine.recognised(counted),
        "dated_from": None if rule is None else iso(rule.first),
        "dated_to": None if rule is None or rule.last is None else iso(rule.last),
    }


def _agreement(found: Supposition) -> Json | None:
    agreement, state = found.agreement, found.state
    if agreement is None or state is None:
        return None
    return {
        "id": agreement.id,
        "document": agreement.document,
        "date": iso(agreement.document_day),
        "state": state[1].name.lower().replace("_", "-"),
        "since": iso(state[0]),
    }


def _in_words(asked: Question, found: Supposition, back: Supposition, style: Style) -> list[str]:
    other = style.both("反过来", "The other direction")
    return [
        _head(asked.origin, asked.home, style),
        *_what(asked, style),
        *_direction(found, style),
        "",
        f"{other}: {_head(asked.home, asked.origin, style)}",
        *_direction(back, style),
    ]


def _head(origin: Region, home: Region, style: Style) -> str:
    return f"{style.both(*name_of(origin))} → {style.both(*name_of(home))}" if style.chinese else f"{origin} -> {home}"


def _what(asked: Question, style: Style) -> list[str]:
    parts = [style.both(*human.KINDS[asked.kind])]
    if asked.occupation is not None:
        parts.append(f"{shown(asked.occupation.code)} ({asked.occupation.edition})")
    if asked.rank is not None:
        parts.append(style.both(*_rank(asked.kind, asked.rank)))
    dated = f"{style.both('证书日期', 'dated')} {iso(asked.issued_on)}"
    return [f"  {', '.join(parts)}; {dated}"]


def _rank(kind: Kind, rank: int) -> Pair:
    return human.POSTS[Post(rank)] if kind is Kind.POST else (LEVEL_NAMES[rank], LEVEL_NAMES_EN[rank])


def _direction(found: Supposition, style: Style) -> list[str]:
    is_alone = len(found.answers) == 1
    lines = [line for each in found.answers for line in _answer_lines(each, style, is_alone)]
    if found.agreement is not None and found.state is not None:
        day, state = found.state
        named = f"{shown(found.agreement.document)} ({iso(found.agreement.document_day)})"
        lines.append(f"  {style.both('协议', 'Agreement')}: {named}; {_since(state, iso(day), style)}")
    if found.issued is not None:
        lines.append(f"  {style.both('资料截至', 'As of')}: {rfc3339(found.issued)}")
    return lines


def _answer_lines(answer: Answer, style: Style, is_alone: bool) -> list[str]:
    ruling = answer.ruling
    lines = [] if is_alone else [f"  {_whose(answer, style)}"]
    lines.append(f"  {_mark(ruling.recognition, style)} {style.both(*SUPPOSED[ruling.recognition])}")
    if ruling.recognised_as is not None and ruling.recognition is Recognition.RECOGNISED:
        lines += _counted(ruling.recognised_as, style)
    if ruling.rule is not None:
        lines.append(f"    {style.both('适用的证书日期', 'Certificates dated')}: {_span(ruling.rule, style)}")
    return lines


def _mark(recognition: Recognition, style: Style) -> str:
    marks = {0: ("✔", "[OK]"), 1: ("✘", "[NO]"), 3: ("?", "[??]")}
    return style.mark(*marks[_exit_code(recognition)])


def _whose(answer: Answer, style: Style) -> str:
    kinds = ", ".join(style.both(*human.ISSUERS[each]) for each in answer.kinds)
    if answer.issuer is not None:
        return f"{style.both('机构', 'Issuer')} {answer.issuer} ({kinds}):"
    which = kinds if len(answer.kinds) < len(IssuerKind) else style.both("任何机构", "any issuer")
    return f"{which}, {style.both('另有说明的除外', 'but those named below')}:"


def _counted(counted: RecognisedAs, style: Style) -> list[str]:
    parts = [] if counted.occupation is None else [shown(counted.occupation.code)]
    if counted.level in LEVEL_NAMES:
        parts.append(style.both(LEVEL_NAMES[counted.level], LEVEL_NAMES_EN[counted.level]))
    parts.append(style.both(*human.EFFECTS[counted.effect]))
    date = "" if counted.date is None else f", {iso(counted.date)}"
    return [
        f"    {style.both('采认为', 'As')}: {', '.join(parts)}",
        f"    {style.both('依据', 'Because of')}: {shown(counted.document or '')} ({counted.rule}{date})",
    ]


def _since(state: AgreementState, day: str, style: Style) -> str:
    zh, en = STATES[state]
    return style.both(f"自 {day} 起{zh}", f"{en} from {day}")


def _span(rule: Match, style: Style) -> str:
    if rule.first == 0 and rule.last is None:
        return style.both("不限", "any date")
    last = style.both("长期", "no end") if rule.last is None else iso(rule.last)
    return f"{iso(rule.first)} – {last}" if style.chinese else f"{iso(rule.first)} to {last}"
