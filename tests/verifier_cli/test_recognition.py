"""`yinxin-verify recognition`: words, JSON, exit codes; the answers themselves are in tests/test_suppositions.py."""

from typing import Any

import pytest

from credential.model import rfc3339
from tests.supposition_cases import CASES
from tests.verifier_cli.conftest import Answer, Desk
from tests.world import CODE

ELECTRICIAN = ("--occupation", "6-31-01-03", "--level", "3", "--date", "2026-06-01")
ASKED = ("--from", "35", "--to", "44", *ELECTRICIAN)


def ask(desk: Desk, name: str, *words: str) -> Answer:
    case = CASES[name]
    (pin,) = case.pins()
    bundle = desk.file("case.cbor", case.bundle())
    held = ["--bundle", bundle, "--pin", desk.file("case.txt", f"{pin.hex()}\n")]
    return desk.call(["recognition", *held, "--at", rfc3339(case.now), *(words or ASKED)])


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("recognised", ASKED, 0),
        ("home", ("--from", "44", "--to", "44", *ELECTRICIAN), 0),
        ("another-level", ASKED, 0),
        ("another-level", ("--from", "35", "--to", "44", "--occupation", "6-31-01-03", "--level", "4"), 1),
        ("no-agreement", ASKED, 1),
        ("suspended", ASKED, 1),
        ("too-old", ASKED, 3),
        ("denied-by-name", ASKED, 3),
        ("denied-by-name", (*ASKED, "--issuer", CODE), 1),
        ("denied-by-name", (*ASKED, "--issuer", "Y000035099999"), 0),
        ("by-kind", (*ASKED, "--issuer-kind", "school"), 0),
    ],
)
def test_the_exit_code_is_the_answer(desk: Desk, name: str, words: tuple[str, ...], code: int) -> None:
    assert ask(desk, name, *words).code == code


def test_in_words(desk: Desk) -> None:
    said = ask(desk, "as-something-else").out
    for words in (
        "福建 35 Fujian 35 → 广东 44 Guangdong 44",
        "✔ 采认。 It would be recognised.",
        "采认为 As: 6-31-01-01, 四级/中级工 Level 4, intermediate worker, 可作为申报条件 counts towards applying",
        "依据 Because of: 第三条 (3.1, 2025-01-01)",
        "适用的证书日期 Certificates dated: 2025-01-01 – 2026-06-01",
        "协议 Agreement: 闽粤互认协议 (2025-01-01); 自 2025-01-01 起生效 in force from 2025-01-01",
        "反过来 The other direction: 广东 44 Guangdong 44 → 福建 35 Fujian 35",
        "✘ 不采认：没有与该地区的互认协议。",
    ):
        assert words in said


def test_each_issuer_is_told_apart_in_words(desk: Desk) -> None:
    said = ask(desk, "by-kind-and-name").out
    assert "用人单位 employer, 社会培训评价组织 social evaluation organisation, 另有说明的除外" in said
    assert f"机构 Issuer {CODE} (用人单位 employer, 社会培训评价组织" in said
    assert "✘ 不采认：协议写明这样的证书不采认。" in said


def test_undecided_is_neither_yes_nor_no(desk: Desk) -> None:
    said = ask(desk, "too-old").out
    assert "? 无法判断" in said
    assert "这不等于不采认" in said
    assert "✔" not in said.partition("反过来")[0]


def test_for_programs(desk: Desk) -> None:
    (found,) = ask(desk, "recognised", *ASKED, "--json").rows
    answer: dict[str, Any] = found["answers"][0]
    assert (found["from"], found["to"], found["level"], found["issued_on"]) == ("35", "44", 3, "2026-06-01")
    assert (answer["recognition"], answer["recognised_as"]["document"]) == ("RECOGNISED", "粤人社〔2026〕1号")
    assert found["other_direction"]["answers"][0]["recognition"] == "NO_AGREEMENT"


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "35", "--to", "44", "--level", "3"),
        ("--from", "35", "--to", "44", "--kind", "honour", "--level", "3"),
        (*ASKED, "--post", "apprentice"),
        (*ASKED, "--issuer", "<x>"),
        ("--from", "350", "--to", "44", *ELECTRICIAN),
        (*ASKED[:-1], "2026-02-30"),
        ("--from", "35", "--to", "44", "--occupation", "6 31", "--level", "3"),
        ("--from", "35", "--to", "44", "--occupation", "电工", "--level", "3"),
        ("--from", "35", "--to", "44", "--occupation", "TW-17800", "--level", "3"),
    ],
)
def test_what_cannot_be_asked(desk: Desk, words: tuple[str, ...]) -> None:
    answer = ask(desk, "recognised", *words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err != ""
