"""What two operators must say alike, and what happens to an issuer on file by it: state, name, scope, sites."""

import json
from typing import Any

import pytest

from credential.issuer import Issuer
from credential.model import IssuerCode, IssuerState
from registry.issuers.filing import parse_day
from tests.registry.office import PORT, Office, institution, run

DOCUMENT = ("--document", "闽人社备9号")
Captured = pytest.CaptureFixture[str]
SITE = "Y000035020002"
ELECTRICIAN = "2022:6-31-01-03"
COOK = "2022:4-03-02-01"


def issuer(office: Office, *words: object, operators: tuple[str, ...] = ("lin", "huang"), code: str = PORT) -> None:
    """An act about an issuer, by these operators one after the other."""
    for operator in operators:
        run(office.data, "issuer", *words, "--code", code, *DOCUMENT, "--operator", operator)


def listed(office: Office) -> Issuer:
    """The issuer as a verifier has it, after publishing."""
    run(office.data, "publish", "--demo-keys")
    found = office.trust.issuers.get(PORT)
    assert found is not None
    return found


def scopes(office: Office) -> list[tuple[str, int, int, int | None]]:
    return [(each.occupation.code, each.highest, each.first, each.last) for each in listed(office).scopes]


def pending(office: Office, capsys: Captured) -> list[dict[str, Any]]:
    capsys.readouterr()
    run(office.data, "pending", "list", "--json")
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


MATTERS = {
    "withdraw": ("withdraw", "--date", "2026-03-01"),
    "void": ("void", "--date", "2026-03-01"),
    "rename": ("rename", "--name", "新名", "--date", "2026-03-01"),
    "scope add": ("scope", "add", "--occupation", COOK, "--highest", "3", "--date", "2026-03-01"),
    "scope narrow": ("scope", "narrow", "--occupation", ELECTRICIAN, "--highest", "3", "--date", "2026-03-01"),
    "scope end": ("scope", "end", "--occupation", ELECTRICIAN, "--date", "2026-03-01"),
    "site open": ("site", "open", "--site", SITE, "--date", "2026-03-01"),
}


@pytest.mark.parametrize("name", MATTERS)
def test_one_operator_changes_nothing_and_is_refused_a_second_time(office: Office, capsys: Captured, name: str) -> None:
    before = listed(office)
    words = MATTERS[name]
    issuer(office, *words, operators=("lin",))
    assert listed(office) == before
    run(office.data, "issuer", *words, "--code", PORT, *DOCUMENT, "--operator", "lin", expect=1)
    assert "须由另一位操作员办理 / A second operator must do this, not the same one" in capsys.readouterr().err
    issuer(office, *words, operators=("huang",))
    assert listed(office) != before


def test_a_suspension_takes_one_operator_and_lifting_it_two(office: Office) -> None:
    issuer(office, "suspend", "--date", "2026-03-01", operators=("lin",))
    assert listed(office).states[-1][1] is IssuerState.SUSPENDED
    issuer(office, "restore", "--date", "2026-05-01", operators=("lin",))
    assert listed(office).states[-1][1] is IssuerState.SUSPENDED
    issuer(office, "restore", "--date", "2026-05-01", operators=("huang",))
    assert listed(office).states[1:] == (
        (parse_day("2026-03-01"), IssuerState.SUSPENDED),
        (parse_day("2026-05-01"), IssuerState.FILED),
    )


def test_the_second_operator_must_say_the_same(office: Office, capsys: Captured) -> None:
    issuer(office, "void", "--date", "2026-03-01", operators=("lin",))
    run(
        office.data,
        "issuer",
        "void",
        "--date",
        "2026-03-02",
        "--code",
        PORT,
        *DOCUMENT,
        "--operator",
        "huang",
        expect=1,
    )
    assert "another one waits that says something else" in capsys.readouterr().err
    other = ("--document", "另一文件", "--operator", "huang")
    run(office.data, "issuer", "void", "--date", "2026-03-01", "--code", PORT, *other, expect=1)
    assert listed(office).states[-1][1] is IssuerState.FILED


def test_what_waits_is_listed_and_taken_back(office: Office, capsys: Captured) -> None:
    issuer(office, "void", "--date", "2026-03-01", operators=("lin",))
    (found,) = pending(office, capsys)
    assert (found["what"], found["subject"], found["by"], found["document"]) == (
        "issuer.void",
        PORT,
        "lin",
        "闽人社备9号",
    )
    run(office.data, "pending", "discard", found["number"], "--operator", "chen")
    assert pending(office, capsys) == []
    run(office.data, "pending", "discard", found["number"], "--operator", "chen", expect=1)
    issuer(office, "void", "--date", "2026-03-05", operators=("huang",))
    assert listed(office).states[-1][1] is IssuerState.FILED


def test_filings_and_enrolments_that_wait_are_listed(office: Office, capsys: Captured) -> None:
    common = ("--code", "Y000035020009", "--document", "文", "--date", "2025-01-01")
    named = ("--name", "甲", "--kind", "Y", *institution("Y000035020009"))
    run(office.data, "issuer", "file", *common, *named, "--operator", "lin")
    assert [(each["number"], each["what"]) for each in pending(office, capsys)] == [(None, "issuer.file")]


def test_what_cannot_be_is_refused_at_the_first_word(office: Office, capsys: Captured) -> None:
    words = ("--code", "Y000035020099", *DOCUMENT, "--operator", "lin")
    run(office.data, "issuer", "void", "--date", "2026-03-01", *words, expect=1)
    assert "not on file" in capsys.readouterr().err
    assert pending(office, capsys) == []


def test_a_rename_keeps_the_name_of_before(office: Office) -> None:
    issuer(office, "rename", "--name", "鹭岛能源集团", "--date", "2026-03-01")
    found = listed(office)
    assert found.name_on(parse_day("2026-02-28")) == f"机构{PORT}"
    assert found.name_on(parse_day("2026-03-01")) == "鹭岛能源集团"


def test_a_scope_is_added_narrowed_and_ended(office: Office) -> None:
    filed, last, cut = parse_day("2025-01-01"), parse_day("2026-02-28"), parse_day("2026-03-01")
    issuer(office, "scope", "add", "--occupation", COOK, "--highest", "3", "--date", "2026-03-01", "--to", "2027-03-01")
    assert scopes(office)[1:] == [("4-03-02-01", 3, cut, parse_day("2027-03-01"))]
    issuer(office, "scope", "narrow", "--occupation", ELECTRICIAN, "--highest", "3", "--date", "2026-03-01")
    electricians = [("6-31-01-03", 1, filed, last), ("6-31-01-03", 3, cut, None)]
    assert [each for each in scopes(office) if each[0] == "6-31-01-03"] == electricians
    issuer(office, "scope", "end", "--occupation", ELECTRICIAN, "--date", "2026-05-01")
    ended = [("6-31-01-03", 1, filed, last), ("6-31-01-03", 3, cut, parse_day("2026-04-30"))]
    assert [each for each in scopes(office) if each[0] == "6-31-01-03"] == ended


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("scope", "end", "--occupation", COOK, "--date", "2026-03-01"), "no such scope"),
        (("scope", "narrow", "--occupation", ELECTRICIAN, "--highest", "1", "--date", "2026-03-01"), "not wider"),
        (
            ("scope", "add", "--occupation", ELECTRICIAN, "--highest", "1", "--date", "2026-03-01"),
            "in scope on that day",
        ),
        (("site", "close", "--site", SITE, "--date", "2026-03-01"), "not a site"),
        (("rename", "--name", f"机构{PORT}", "--date", "2026-03-01"), "that is its name already"),
        (("restore", "--date", "2026-03-01"), "in that state already"),
    ],
)
def test_changes_that_change_nothing_are_refused(
    office: Office, capsys: Captured, words: tuple[str, ...], why: str
) -> None:
    run(office.data, "issuer", *words, "--code", PORT, *DOCUMENT, "--operator", "lin", expect=1)
    assert why in capsys.readouterr().err


def test_a_site_closes_and_opens_again_and_both_times_count(office: Office) -> None:
    issuer(office, "site", "open", "--site", SITE, "--date", "2026-03-01")
    issuer(office, "site", "close", "--site", SITE, "--date", "2026-05-01")
    issuer(office, "site", "open", "--site", SITE, "--date", "2026-07-01")
    found = listed(office)
    days = ("2026-02-28", "2026-03-01", "2026-04-30", "2026-05-01", "2026-06-30", "2026-07-01")
    assert [IssuerCode(SITE) in found.sites_on(parse_day(each)) for each in days] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]


def test_the_history_of_an_issuer_has_document_day_and_both_people(office: Office, capsys: Captured) -> None:
    issuer(office, "rename", "--name", "新名", "--date", "2026-03-01")
    capsys.readouterr()
    run(office.data, "issuer", "history", "--code", PORT, "--json")
    found = json.loads(capsys.readouterr().out)
    last = [(each["what"], each["operator"], each["document"], each["detail"]["day"]) for each in found[-2:]]
    day = parse_day("2026-03-01")
    assert last == [
        ("issuer.rename.propose", "lin", "闽人社备9号", day),
        ("issuer.rename", "huang", "闽人社备9号", day),
    ]
    run(office.data, "issuer", "history", "--code", PORT)
    assert "issuer.rename 2026-03-01 起 闽人社备9号 huang" in capsys.readouterr().out


def test_the_record_of_a_proposal_is_whole(office: Office) -> None:
    """A try that was taken back leaves no gap in the log."""
    issuer(office, "void", "--date", "2026-03-01", operators=("lin",))
    run(office.data, "check-record")


def test_the_help_of_every_group_tells_the_exit_codes(capsys: Captured) -> None:
    from registry import cli

    for words in (["issuer"], ["key"], ["pending"], ["ceremony"], ["partner"], ["recognition"], ["issuer", "scope"]):
        capsys.readouterr()
        assert cli.main([*words, "--help"]) == 0
        assert "退出码 / exit codes" in capsys.readouterr().out, words
