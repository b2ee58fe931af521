import json

import pytest

from credential import bundle
from credential.model import Status, rfc3339
from tests.verifier_cli.conftest import AT, GOOD, Desk
from tests.verifier_cli.faults import CASES
from tests.verifier_cli.manifest import blank, bound, drawn
from tests.world import FUJIAN, GUANGDONG, World, sign_it


def explain(desk: Desk, text: str, *more: str) -> list[str]:
    answer = desk.call(["explain", *desk.held, "--at", AT, "--json", *more, text])
    return [step["outcome"] for step in answer.rows[0]["steps"]]


def test_every_step_of_a_good_one_passed(desk: Desk) -> None:
    assert explain(desk, GOOD) == ["passed"] * 16


@pytest.mark.parametrize(
    ("text", "stopped_at"), [("x", 1), (GOOD[:-17] + "0" * 17, 7), ("https://fj.example/v#" + "0" * 17, 2)]
)
def test_the_step_where_it_stopped(desk: Desk, text: str, stopped_at: int) -> None:
    expected = ["passed"] * (stopped_at - 1) + ["stopped"] + ["not-reached"] * (16 - stopped_at)
    assert explain(desk, text) == expected


def test_explained_in_words(desk: Desk) -> None:
    desk.lay(World(statuses={7: Status.REVOKED}))
    answer = desk.call(["explain", *desk.held, "--at", AT, GOOD])
    assert answer.code == 1
    assert "  ✔  7 签名成立：内容一字未改 The signature holds" in answer.out
    assert "  ✘ 14 状态" in answer.out
    assert "       这份证书已被撤销。 This certificate has been revoked. (REVOKED)" in answer.out
    assert "  - 15 各名单没有过期" in answer.out


def test_explain_a_picture_that_cannot_be_read(desk: Desk) -> None:
    assert explain(desk, desk.file("a.png", b"x")) == ["stopped"] + ["not-reached"] * 15


def test_what_each_step_looked_at_and_found(desk: Desk) -> None:
    (answer,) = desk.call(["explain", *desk.held, "--at", AT, "--json", GOOD]).rows
    said = {step["number"]: (step["zh"], step["en"]) for step in answer["steps"]}
    assert all(zh and en for zh, en in said.values())
    assert said[5] == (
        "地区 35：根 1.1，信任清单 1.1，2026-06-01T03:00:00Z，各名单前后一致",
        "region 35: root 1.1, trust list 1.1 of 2026-06-01T03:00:00Z, all consistent",
    )
    assert said[9][0] == "发证 2026-06-01，签名 2026-06-01T02:00:00Z，本机时间 2026-06-01T04:00:00Z"
    assert said[14][1].startswith("status list 0 #7 2026-06-01T03:00:00Z: valid; ")
    assert said[16] == (
        "这是本地区签发的证书。",
        "This certificate was issued in this region. (HOME)",
    )


def test_every_fault_is_explained_up_to_the_step_that_found_it(desk: Desk) -> None:
    """That nothing is raised while it is said what was looked at, whatever is wrong."""
    for name, case in CASES.items():
        desk.lay(case.world, *case.others)
        answer = desk.call(["explain", *desk.held, "--at", rfc3339(case.now), "--json", case.text])
        assert (answer.code, answer.reasons) == (case.code, [case.reason]), name
        outcomes = [step["outcome"] for step in answer.rows[0]["steps"]]
        assert outcomes.count("stopped") == (case.reason != "ACCEPTED"), name


def test_explain_the_pages_of_a_document(desk: Desk) -> None:
    path = desk.file("a.pdf", bound([drawn(GOOD), blank()], "PDF"))
    answer = desk.call(["explain", *desk.held, "--at", AT, path])
    assert answer.code == 3
    assert f"文字读自： The text was read from {path} #p1" in answer.out
    assert f"没有读到文字： No text was read: {path} #p2" in answer.out
    assert "       用公钥 " in answer.out


def test_audit_lists_every_object(desk: Desk) -> None:
    desk.lay(World(registered={7: sign_it()}, agreements=()))
    answer = desk.call(["audit", *desk.held, "--json"])
    assert answer.code == 0
    (region,) = answer.rows
    assert (region["region"], region["vouched"], region["chain"], region["update"]) == ("35", True, None, None)
    assert [(each["type"], each["signers"], each["threshold"]) for each in region["objects"]] == [
        ("root", 2, 2),
        ("checkpoint", 1, 1),
        ("trust_list", 2, 2),
        ("recognition", 2, 2),
        ("status_list", 1, 1),
    ]
    assert region["counts"] == {
        "issuers": 1,
        "keys": 1,
        "status_valid": 1,
        "status_revoked": 0,
        "status_suspended": 0,
        "status_not_registered": 1023,
        "status_superseded": 0,
    }


def test_audit_of_a_broken_chain_shows_what_is_missing(desk: Desk) -> None:
    part, weak = World().part(), World(list_threshold=1).part()
    desk.file("bundle.cbor", bundle.encode({FUJIAN: weak._replace(roots=part.roots)}))
    answer = desk.call(["audit", *desk.held, "--json"])
    assert answer.code == 1
    assert answer.rows[0]["chain"].startswith("THRESHOLD_NOT_MET")
    listed = next(each for each in answer.rows[0]["objects"] if each["type"] == "trust_list")
    assert (listed["signers"], listed["threshold"]) == (1, 2)
    assert "信任链不成立" in desk.call(["audit", *desk.held]).out


def test_audit_of_unreadable_objects(desk: Desk) -> None:
    part = World().part()._replace(checkpoint=b"x", trust_list=b"x", recognition=b"x", status_lists=(b"x",))
    desk.file("bundle.cbor", bundle.encode({FUJIAN: part._replace(roots=(*part.roots, b"x"))}))
    answer = desk.call(["audit", *desk.held, "--json"])
    assert answer.code == 1
    assert [each["fault"] is None for each in answer.rows[0]["objects"]] == [True, *[False] * 5]
    assert desk.call(["audit", *desk.held]).code == 1


def test_audit_against_an_older_bundle(desk: Desk) -> None:
    older = desk.file("older.cbor", World(seq=1).bundle())
    desk.lay(World(seq=2))
    answer = desk.call(["audit", *desk.held, "--against", older, "--json"])
    assert answer.rows[0]["update"].startswith("refused EXPIRED")
    newer = desk.file("newer.cbor", World(seq=3).bundle())
    answer = desk.call(["audit", *desk.held, "--against", newer, "--json"])
    assert (answer.code, answer.rows[0]["update"].split(":")[0]) == (1, "refused ROLLBACK")


def test_audit_of_a_region_that_nobody_vouches_for_is_no_fault(desk: Desk) -> None:
    desk.lay(World(agreements=()), World(region=GUANGDONG, status_base="https://gd.example/s/"))
    answer = desk.call(["audit", *desk.held, "--json"])
    assert answer.code == 0
    assert [row["vouched"] for row in answer.rows] == [True, False]
    assert json.loads(answer.out.splitlines()[1])["chain"].startswith("no pin")
