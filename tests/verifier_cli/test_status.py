"""`yinxin-verify status`: until when what is held is good; it turns at the instants at which `check` does."""

from dataclasses import replace
from typing import Any

import pytest

from credential.model import Seconds, rfc3339
from tests.verifier_cli.conftest import AT, GOOD, Answer, Desk
from tests.verifier_cli.test_check import GUANGDONG_WORLD, agreement, row
from tests.world import DAY, NOW, PUBLISHED_AT, World

STATUS_ENDS = Seconds(PUBLISHED_AT + 30 * DAY)


def status(desk: Desk, at: int = NOW, *more: str) -> Answer:
    return desk.call(["status", *desk.held, "--json", "--at", rfc3339(Seconds(at)), *more])


def states(document: dict[str, Any]) -> dict[str, str]:
    return {each["type"]: each["status"] for each in document["lists"]}


def test_what_is_new_enough(desk: Desk) -> None:
    answer = status(desk)
    assert answer.code == 0
    (found,) = answer.rows
    assert states(found) == {"root": "current", "trust_list": "current", "status_list": "current"}
    assert {name: found[name] for name in found if name != "lists"} == {
        "region": "35",
        "result": "good",
        "reason": None,
        "detail": None,
        "now": AT,
        "good_until": rfc3339(STATUS_ENDS),
        "command": None,
    }


@pytest.mark.parametrize(
    ("at", "code", "result", "reason", "verdict"),
    [
        (STATUS_ENDS - 7 * DAY - 1, 0, "good", None, "ACCEPTED"),
        (STATUS_ENDS - 7 * DAY, 1, "soon", None, "ACCEPTED"),
        (STATUS_ENDS - 1, 1, "soon", None, "ACCEPTED"),
        (STATUS_ENDS, 3, "undecided", "STATUS_EXPIRED", "STATUS_EXPIRED"),
        (PUBLISHED_AT + 180 * DAY, 3, "undecided", "TRUST_LIST_EXPIRED", "TRUST_LIST_EXPIRED"),
        (PUBLISHED_AT - DAY, 3, "undecided", "CLOCK_SUSPECT", "CLOCK_SUSPECT"),
    ],
)
def test_it_turns_when_the_answers_do(
    desk: Desk, at: int, code: int, result: str, reason: str | None, verdict: str
) -> None:
    answer = status(desk, at)
    (found,) = answer.rows
    assert (answer.code, found["result"], found["reason"]) == (code, result, reason)
    assert desk.check(GOOD, at=rfc3339(Seconds(at))).reasons == [verdict]


def test_what_soon_means_can_be_said(desk: Desk) -> None:
    assert status(desk, STATUS_ENDS - DAY, "--within", "0").code == 0
    assert status(desk, NOW, "--within", "30").code == 1
    for wrong in "", "-1", "1.5", "10000", "٣":
        answer = status(desk, NOW, f"--within={wrong}")
        assert (answer.code, answer.out) == (2, "")


def test_late_data_still_serves_and_the_command_that_updates_it_is_written_out(desk: Desk) -> None:
    answer = status(desk, PUBLISHED_AT + DAY)
    (found,) = answer.rows
    assert (answer.code, found["result"], states(found)["status_list"]) == (0, "good", "late")
    bundle, pin = desk.held[1], desk.held[3]
    command = f"yinxin-verify sync --from https://fj.example --bundle {bundle} --pin {pin}"
    assert found["command"] == command
    late = "The registry has promised newer data by now: what was revoked lately may not be known here."
    words = desk.call(["status", *desk.held, "--at", rfc3339(Seconds(PUBLISHED_AT + DAY))]).out.splitlines()
    assert words == [
        f"✔ 福建 35 Fujian 35: 够新，可用到 {rfc3339(STATUS_ENDS)} new enough, good until {rfc3339(STATUS_ENDS)}",
        "  根 Root: 517 天前签发 issued 517 days ago, 有效至 until 2027-12-31T16:00:00Z, 正常 current",
        "  信任清单 Trust list: 1 天前签发 issued 1 day ago, 有效至 until 2026-11-28T03:00:00Z, 正常 current",
        "  状态列表 Status list 0: 1 天前签发 issued 1 day ago, 有效至 until 2026-07-01T03:00:00Z, 迟于约定 late",
        f"  登记机构应已公布更新的资料：最近的撤销这里可能还不知道。 {late}",
        f"  更新命令 To update: {command}",
    ]


def test_every_region_is_told_and_the_worst_decides(desk: Desk) -> None:
    home = replace(GUANGDONG_WORLD, agreements=(agreement(row(1)),), policy_lifetime=40 * DAY)
    desk.lay(home, replace(World(), status_lifetime=10 * DAY))
    answer = status(desk, PUBLISHED_AT + 10 * DAY)
    assert answer.code == 3
    assert [(each["region"], each["result"], each["reason"]) for each in answer.rows] == [
        ("44", "good", None),
        ("35", "undecided", "STATUS_EXPIRED"),
    ]
    assert {each["command"].split()[3] for each in answer.rows} == {"https://gd.example"}
    late = status(desk, PUBLISHED_AT + 180 * DAY - 1, "--within", "0")
    assert [each["reason"] for each in late.rows] == ["STATUS_EXPIRED", "STATUS_EXPIRED"]


def test_agreements_count_for_the_home_alone(desk: Desk) -> None:
    home = replace(GUANGDONG_WORLD, agreements=(agreement(row(1)),))
    desk.lay(replace(home, list_lifetime=5 * DAY, policy_lifetime=5 * DAY), World())
    (own, partner) = status(desk, PUBLISHED_AT + 5 * DAY).rows
    assert (own["reason"], partner["reason"]) == ("TRUST_LIST_EXPIRED", None)
    assert "recognition" in states(own)
    assert "recognition" not in states(partner)
    desk.lay(replace(World(), clauses=(), policy_lifetime=5 * DAY))
    (own,) = status(desk, PUBLISHED_AT + 5 * DAY).rows
    assert (own["result"], own["reason"], states(own)["benefits"]) == ("undecided", "POLICY_EXPIRED", "expired")


def test_what_is_not_held_or_cannot_be_believed(desk: Desk) -> None:
    desk.file("pin.txt", "00" * 32)
    (found,) = status(desk).rows
    assert (found["reason"], found["lists"], found["good_until"]) == ("CHAIN_INVALID", [], None)
    assert " --from URL " in found["command"]
    desk.lay(World())
    answer = status(desk, NOW, "--region", "44")
    assert answer.code == 3
    assert [(each["region"], each["reason"]) for each in answer.rows] == [("44", "REGION_UNKNOWN"), ("35", None)]
    assert "手上没有这份证书所属地区的资料" in desk.call(["status", *desk.held, "--region", "44"]).out
