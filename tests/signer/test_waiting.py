"""What waits: for a network, with --no-submit; or for a second person, above the limit. `submit` sends it in order."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from credential import approval, cbor
from credential.model import Status
from signer import cli
from signer.changes import proposals
from signer.home import ALONE, Home, decode_configuration
from signer.remote.client import RegistryClient
from tests.signer.double import APPROVER_KEY, Fault
from tests.signer.office import Office, level_row, person
from tests.signer.test_changes import sheet, signed, status
from tests.world import CODE

REVIEW = ("--reason", "under-review", "--yes")
OFFLINE = "--no-submit"


def queue(office: Office) -> list[tuple[str, int, str]]:
    code, result = office.json("queue")
    assert code == 0
    return [(each["name"], each["count"], each["waits_for"]) for each in result["waiting"]]


def approver(office: Office, command: str, *arguments: object, home: str = "approver") -> tuple[int, dict[str, Any]]:
    """A command of the second person, in a home of their own."""
    office.capture.readouterr()
    common = ("--home", office.folder / home, "--demo-keys", office.folder / "keys", "--json")
    code = cli.main([command, *map(str, common), *map(str, arguments)])
    return code, json.loads(office.capture.readouterr().out)


def introduce(office: Office, **options: str) -> tuple[int, dict[str, Any]]:
    words = ("--issuer", CODE, "--name", "周敏", "--registry", office.url, "--pin", office.folder / "pin.txt")
    return approver(office, "approver", *words, **options)


# --- a network --------------------------------------------------------------------------------------------------------


def test_changes_wait_and_are_sent_in_order(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = signed(office, *(level_row(n) for n in range(3)))
    monkeypatch.setattr("signer.opening.RegistryClient", lambda url: RegistryClient(url, pauses=()))
    asked = list(office.registry.asked)
    assert office.json("suspend", first, second, third, *REVIEW, OFFLINE)[1]["waiting"] == 3
    assert office.json("restore", first, "--reason", "review-closed", "--yes", OFFLINE)[1]["waiting"] == 4
    assert office.json("revoke", second, "--reason", "fraud", "--yes", OFFLINE)[0] == 0
    assert office.json("suspend", first, *REVIEW, OFFLINE)[0] == 0
    assert office.json("correct", third, "--name", "陈志强", "--out", office.folder / "new", "--yes")[1]["error"] == (
        "waits-in-queue"
    )
    assert [each for each in office.registry.asked[len(asked) :] if each != "/v1/bundle"] == []
    waits = "submission"
    assert queue(office) == [("C1", 3, waits), ("C2", 1, waits), ("C3", 1, waits), ("C4", 1, waits)]
    office.capture.readouterr()
    assert office.run("corrections") == 0
    assert "注意：还有 6 张等待提交" in office.capture.readouterr().out
    office.registry.faults.append(Fault("/v1/status-changes", 1))
    assert office.json("submit")[1]["error"] == "registry-unreachable"
    assert office.json("queue", "--discard", "C1")[1]["error"] == "maybe-done"
    code, result = office.json("submit")
    assert (code, result["changed"], queue(office)) == (0, 6, [])
    assert [status(office, each) for each in (first, second, third)] == [
        Status.SUSPENDED,
        Status.REVOKED,
        Status.SUSPENDED,
    ]
    assert office.json("submit")[1]["changed"] == 0


def test_registrations_go_before_changes(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes", OFFLINE) == 0
    (line,) = office.credentials(out)
    assert office.json("revoke", line["number"], "--reason", "issued-in-error", "--yes")[1]["error"] == "wrong-state"
    assert office.json("revoke", line["number"], "--reason", "issued-in-error", "--yes", OFFLINE)[0] == 0
    assert queue(office) == [("B1", 1, "submission"), ("C1", 1, "submission")]
    code, result = office.json("submit")
    assert (code, result["registered"], result["changed"]) == (0, 1, 1)
    assert status(office, line["number"]) is Status.REVOKED


def test_what_the_registry_refuses_holds_up_nothing_else_and_can_be_taken_back(office: Office) -> None:
    first, second = signed(office, level_row(1), level_row(2))
    for number in first, second:
        assert office.json("suspend", number, *REVIEW, OFFLINE)[0] == 0
    office.registry.statuses[min(office.registry.statuses)] = Status.REVOKED
    code, result = office.json("submit")
    assert (code, result["error"]) == (1, "conflict")
    assert status(office, second) is Status.SUSPENDED
    (left,) = office.json("queue")[1]["waiting"]
    assert (left["name"], left["refused"]) == ("C1", "conflict")
    assert office.json("queue", "--discard", "C1")[0] == 0
    assert office.json("queue", "--discard", "C1")[1]["error"] == "nothing-waits"
    assert queue(office) == []


def test_a_correction_waits(office: Office) -> None:
    (number,) = signed(office, level_row(1))
    command = ("correct", number, "--name", "陈志强", "--out", office.folder / "new", "--yes", OFFLINE)
    code, result = office.json(*command)
    assert (code, result["changed"], result["registered"]) == (0, True, 0)
    assert status(office, number) is Status.VALID
    assert queue(office) == [("B2", 1, "submission")]
    assert office.json("submit")[1]["registered"] == 1
    assert sorted(office.registry.statuses.values()) == [Status.VALID, Status.SUPERSEDED]


def test_a_change_that_an_older_version_left_keeps_its_id(office: Office) -> None:
    from hashlib import sha256

    (number,) = signed(office, level_row(1))
    with sqlite3.connect(office.home / "ledger.sqlite") as db:
        (certificate,) = db.execute("SELECT id FROM certificate").fetchone()
        subject = sha256(f"suspend UNDER_REVIEW {certificate}".encode()).digest()
        db.execute("INSERT INTO change (subject, request_id, started_at) VALUES (?, ?, 1)", (subject, b"o" * 16))
    assert office.json("suspend", number, *REVIEW)[1]["changed"] == 1
    assert b"o" * 16 in office.registry.answers


# --- a second person --------------------------------------------------------------------------------------------------


@pytest.fixture
def many(office: Office) -> list[str]:
    """More certificates than one person changes, and a second person."""
    numbers = signed(office, *(level_row(n) for n in range(ALONE + 1)))
    assert introduce(office)[0] == 0
    office.registry.alone = ALONE
    return numbers


def test_many_wait_for_a_second_person(office: Office, many: list[str]) -> None:
    path = office.folder / "revoke.proposal"
    command = ("revoke", "--batch", "1", "--reason", "issued-in-error", "--yes", "--proposal", path)
    code, result = office.json(*command)
    assert (code, result["changed"], result["waiting"], result["proposal"]) == (0, 0, ALONE + 1, str(path))
    assert path.stat().st_mode & 0o077 == 0
    assert queue(office) == [("C1", ALONE + 1, "approval")]
    assert office.json("submit")[1]["changed"] == 0
    code, result = approver(office, "approve", path, "--yes")
    assert (code, result["approved"]) == (0, ALONE + 1)
    code, result = office.json("submit", "--approved", result["out"])
    assert (code, result["changed"], queue(office)) == (0, ALONE + 1, [])
    assert {status(office, number) for number in many} == {Status.REVOKED}
    assert office.json("submit", "--approved", f"{path}.approved")[1]["error"] == "approval-of-nothing"


def test_the_approver_sees_the_same_preview_and_may_decline(
    office: Office, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office.folder / "revoke.proposal"
    words = ("--batch", "1", "--reason", "fraud", "--yes", "--proposal", path)
    office.capture.readouterr()
    assert office.run("revoke", *words) == 0
    preview = office.capture.readouterr().out.splitlines()[:4]
    monkeypatch.setattr("signer.commands.terminal.Terminal.confirm", lambda *_: False)
    common = ("--home", office.folder / "approver", "--demo-keys", office.folder / "keys")
    assert cli.main(["approve", *map(str, common), str(path)]) == 1
    said = office.capture.readouterr().out
    assert said.splitlines()[:4] == preview
    assert f"{many[0]}  {person(0)[0][0]}**" in said
    assert not path.with_name("revoke.proposal.approved").exists()


def test_many_corrections_wait_too(office: Office, many: list[str]) -> None:
    rows = (("编号", "姓名"), *((number, "陈志强") for number in many))
    path, out = sheet(office.folder / "sheet.csv", *rows), office.folder / "new"
    code, result = office.json("correct", "--list", path, "--out", out, "--yes")
    assert (code, result["signed"], result["registered"]) == (0, ALONE + 1, 0)
    assert queue(office) == [("B2", ALONE + 1, "approval")]
    approved = approver(office, "approve", result["proposal"], "--yes")[1]
    again = office.json("correct", "--list", path, "--out", out, "--yes")[1]
    assert (again["registered"], again["batches"]) == (0, result["batches"])
    assert office.json("submit", "--approved", approved["out"])[1]["registered"] == ALONE + 1
    assert list(office.registry.statuses.values()).count(Status.SUPERSEDED) == ALONE + 1
    assert len(office.registry.granted) == 2 * (ALONE + 1)


def test_what_only_the_registry_finds_too_much_waits_all_the_same(office: Office, many: list[str]) -> None:
    office.registry.alone = 0
    code, result = office.json("suspend", many[0], *REVIEW)
    assert (code, result["changed"], result["waiting"]) == (0, 0, 1)
    approved = approver(office, "approve", result["proposal"], "--yes")[1]
    code, result = office.json("submit", "--approved", approved["out"])
    assert (code, result["changed"]) == (0, 1)


def test_an_approval_that_the_registry_does_not_take_is_dropped_and_said(office: Office, many: list[str]) -> None:
    result = office.json("suspend", *many, *REVIEW)[1]
    wrong = proposals.read(Path(result["proposal"]), CODE).asked[0].request
    said = approval.Approval(CODE, wrong.id, wrong.time, bytes(32))
    path = office.folder / "wrong.approved"
    path.write_bytes(cbor.encode([1, CODE, [approval.seal(said, APPROVER_KEY)]]))
    code, result = office.json("submit", "--approved", path)
    assert (code, result["error"]) == (1, "second-approver-needed")
    assert queue(office) == [("C1", ALONE + 1, "approval")]
    assert {status(office, number) for number in many} == {Status.VALID}


def test_a_proposal_about_other_certificates_is_not_approved(office: Office, many: list[str]) -> None:
    result = office.json("suspend", *many, *REVIEW)[1]
    path = Path(result["proposal"])
    (asked,) = proposals.read(path, CODE).asked
    for standing in (asked.standing[::-1], asked.standing[:-1], (*asked.standing[:-1], b"x")):
        proposals.write(path, proposals.Proposal(CODE, (proposals.Asked(asked.sealed, standing),)))
        assert approver(office, "approve", path, "--yes")[1]["error"] == "proposal-does-not-fit"
    path.write_bytes(b"\x83\x01")
    assert approver(office, "approve", path, "--yes")[1]["error"] == "not-a-proposal"


def test_a_clerk_does_not_approve_in_the_clerks_own_home(office: Office) -> None:
    home = Home(office.home)
    for purpose in ("request", "certificate"):
        path = home.keys / f"{purpose}.key"
        path.touch(0o600)
        assert introduce(office, home="home")[1]["error"] == "not-your-own-home"
        path.unlink()


@pytest.mark.parametrize(("given", "expected"), [({}, ALONE), ({"alone": 3}, 3), ({"alone": 0}, 0)])
def test_the_limit_is_in_the_home(office: Office, given: dict[str, int], expected: int) -> None:
    said = json.loads((office.home / "issuer.json").read_bytes())
    said.pop("alone")
    configuration = decode_configuration(json.dumps({**said, **given}).encode())
    assert configuration is not None
    assert configuration.alone == expected
    assert decode_configuration(configuration.encode()) == configuration


@pytest.mark.parametrize("alone", [ALONE + 1, -1, True, "3", None])
def test_a_limit_that_is_none_is_no_configuration(office: Office, alone: object) -> None:
    said = json.loads((office.home / "issuer.json").read_bytes())
    assert decode_configuration(json.dumps({**said, "alone": alone}).encode()) is None
