"""Accounts and what their roles allow, at the command line and in the record."""

import ast
import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import registry
from credential.model import IssuerCode, IssuerState, Seconds
from registry.operators import accounts, passwords, totp
from registry.problems import Problem, Refused
from registry.record import acts, rights
from registry.record.acts import Act
from registry.record.rights import MAY, NOT_OPERATORS, OperatorRole
from registry.store.operators import OperatorRow
from tests.registry.office import PORT, Office, enrolment, institution, migrate, now, run
from tests.registry.people import PASSWORD, WHY, hire, setup_code

Captured = pytest.CaptureFixture[str]
FILING, KEYS, SUPERVISION, AUDIT = (
    OperatorRole.FILING,
    OperatorRole.KEYS,
    OperatorRole.SUPERVISION,
    OperatorRole.AUDIT,
)
SUSPEND = ("issuer", "suspend", "--code", PORT, "--document", "文", "--date", "2026-03-01")

RFC_6238 = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


@pytest.mark.parametrize("at", RFC_6238)
def test_the_codes_are_those_of_rfc_6238(at: int) -> None:
    assert totp.code_at(b"12345678901234567890", at // 30, 8) == RFC_6238[at]


def test_a_code_holds_for_its_step_and_the_ones_beside_it() -> None:
    secret, at = b"12345678901234567890", 1_111_111_109
    step = at // 30
    answers = [totp.matching_step(secret, totp.code_at(secret, step + shift), Seconds(at)) for shift in range(-2, 3)]
    assert answers == [None, step - 1, step, step + 1, None]


def recorded_acts() -> set[str]:
    """The names of acts that the registry's source gives to an Act or a Proposal as they stand there."""
    found = set()
    for path in Path(registry.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Act"), args=[_, ast.Constant(value=str(what)), *_]):
                    found.add(what)
                case ast.Call(func=ast.Name(id="Proposal"), args=[ast.Constant(value=str(what)), *_]):
                    found.add(what)
                case _:
                    pass
    return found


def test_every_act_is_somebodys() -> None:
    """An act that is new is for a role, or for no operator: somebody must have decided."""
    named = recorded_acts()
    assert "issuer.file" in named
    assert {what for what in named if rights.roles_for(what) is None} <= NOT_OPERATORS
    assert {f"issuer.{state.name.lower()}" for state in IssuerState} <= MAY.keys()
    assert not MAY.keys() & NOT_OPERATORS
    assert acts.BATCH in NOT_OPERATORS


def test_audit_may_do_nothing() -> None:
    assert [what for what, roles in MAY.items() if AUDIT in roles] == []


def recorded(office: Office, who: str, what: str) -> Problem | None:
    """Why the record does not take the act; None if it does."""

    def work(session: Session) -> None:
        acts.record(session, Act(who, what, PORT), now())

    try:
        office.service.store.write(work)
    except Refused as refused:
        return refused.problem
    return None


@pytest.mark.parametrize("role", OperatorRole)
def test_each_role_may_record_its_acts_and_no_other(office: Office, role: OperatorRole) -> None:
    hire(office, "keeper", KEYS)
    hire(office, "one", role)
    answers = {what: recorded(office, "one", what) for what in MAY}
    assert answers == {what: None if role in roles else Problem.ROLE for what, roles in MAY.items()}


def test_what_asks_for_the_second_word_needs_the_same_role(office: Office) -> None:
    hire(office, "keeper", KEYS)
    for what in ("issuer.void.propose", "issuer.void.discard", "issuer.file.discard"):
        assert recorded(office, "keeper", what) is Problem.ROLE


def test_before_any_account_every_name_passes_and_after_it_only_accounts(office: Office, capsys: Captured) -> None:
    run(office.data, *SUSPEND, "--operator", "无账号的人")
    hire(office, "lin", KEYS)
    restore = ("issuer", "restore", "--code", PORT, "--document", "文", "--date", "2026-04-01")
    run(office.data, *restore, "--operator", "无账号的人", expect=1)
    assert "Your role does not allow this: 无账号的人" in capsys.readouterr().err
    run(office.data, *restore, "--operator", "lin", expect=1)
    assert "lin: issuer.filed 须有角色 filing / needs the role filing" in capsys.readouterr().err
    hire(office, "huang", FILING)
    run(office.data, *restore, "--operator", "huang")
    run(office.data, "operator", "disable", "huang", *WHY, "--operator", "lin")
    rename = ("issuer", "rename", "--code", PORT, "--document", "文", "--date", "2026-04-01", "--name", "新名")
    run(office.data, *rename, "--operator", "huang", expect=1)
    assert "huang: 没有这样在用的账号 / no active account has this name" in capsys.readouterr().err


def test_issuers_and_programs_are_no_operators(office: Office) -> None:
    """A registry with accounts goes on registering and publishing."""
    hire(office, "lin", KEYS)
    assert len(office.indices(PORT, 3)) == 3
    run(office.data, "publish", "--demo-keys")


def test_the_first_account_must_be_able_to_add_others(office: Office, capsys: Captured) -> None:
    words = ("operator", "add", "lin", "--display", "林", *WHY, "--operator", "lin")
    run(office.data, *words, "--role", "filing", expect=1)
    assert "one active account must have the role keys" in capsys.readouterr().err
    assert office.count("operators") == 0
    run(office.data, *words, "--role", "keys", "--role", "filing")
    run(office.data, "operator", "disable", "lin", *WHY, "--operator", "lin", expect=1)
    run(office.data, "operator", "roles", "lin", "--role", "filing", *WHY, "--operator", "lin", expect=1)


@pytest.mark.parametrize("name", ["Lin", "l", "init", "林敏", "lin min", "1lin", "a" * 33])
def test_a_name_that_no_account_can_have(office: Office, name: str, capsys: Captured) -> None:
    words = ("operator", "add", name, "--display", "林", "--role", "keys", *WHY, "--operator", "lin")
    run(office.data, *words, expect=1)
    assert "an account's name is" in capsys.readouterr().err


def test_only_the_holder_of_the_setup_code_sets_an_account_up_and_only_once(office: Office, capsys: Captured) -> None:
    words = ("add", "lin", "--display", "林敏", "--role", "keys")
    code = setup_code(office, capsys, *words, by="lin")
    run(office.data, "operator", *words, *WHY, "--operator", "lin", expect=1)
    store, at = office.service.store, now()
    with store.read() as session:
        secret = session.get_one(OperatorRow, "lin").totp
    app = totp.code_at(secret, at // 30)

    def try_it(given: str, password: str = PASSWORD, app_code: str = app, moment: int = at) -> str:
        try:
            kept = passwords.hashed(password, "lin")
            store.write(lambda session: accounts.set_up(session, "lin", given, kept, app_code, Seconds(moment)))
        except Refused as refused:
            return refused.detail.rpartition(" / ")[2]
        return "done"

    wrong = "wrong name or setup code, or it was used or is too old: have the administrator run `operator reset`"
    assert try_it(code[:-1] + ("A" if code[-1] != "A" else "B")) == wrong
    assert try_it(code, moment=at + 24 * 3_600) == wrong
    assert try_it(code, password="short") == "a password has 12 to 128 characters"
    assert "not with the account's name in it" in try_it(code, password="lin lin lin 12345")
    assert "check the phone's clock" in try_it(code, app_code="12345")
    assert try_it(code.lower().replace("-", " ")) == "done"
    assert try_it(code) == wrong


def test_accounts_are_listed_without_a_secret(office: Office, capsys: Captured) -> None:
    hire(office, "lin", KEYS, FILING)
    setup_code(office, capsys, "add", "chen", "--display", "陈", "--role", "audit", by="lin")
    run(office.data, "operator", "list", "--json")
    found = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["roles"], each["state"]) for each in found] == [
        ("chen", ["audit"], "waits"),
        ("lin", ["filing", "keys"], "active"),
    ]
    assert {key for each in found for key in each} == {"name", "display", "roles", "state", "added"}


def test_accounts_are_on_record_with_who_and_why(office: Office, capsys: Captured) -> None:
    setup_code(office, capsys, "add", "lin", "--display", "林敏", "--role", "keys", by="lin")
    setup_code(office, capsys, "reset", "lin", by="lin")
    run(office.data, "check-record")
    from registry.store.models import ActRow

    with office.service.store.read() as session:
        rows = session.query(ActRow).filter(ActRow.subject == "lin").order_by(ActRow.id).all()
    assert [(row.what, row.who, row.why, row.detail) for row in rows] == [
        ("operator.add", "lin", "闽人社岗1号", {"roles": ["keys"]}),
        ("operator.reset", "lin", "闽人社岗1号", {}),
    ]


def test_a_filing_and_an_enrolment_are_sent_back(office: Office, tmp_path: Path, capsys: Captured) -> None:
    common = ("--code", "Y000035020009", "--document", "文")
    filed = ("--date", "2025-01-01", "--name", "甲", "--kind", "Y", *institution("Y000035020009"), "--operator", "lin")
    run(office.data, "issuer", "file", *common, *filed)
    run(office.data, "issuer", "discard", *common, "--operator", "huang")
    run(office.data, "issuer", "discard", *common, "--operator", "huang", expect=1)
    run(office.data, "issuer", "file", *common, *filed)
    run(office.data, "issuer", "approve", "--code", "Y000035020009", "--operator", "huang")
    path = enrolment(tmp_path, IssuerCode("Y000035020009"))
    run(office.data, "key", "approve", path, "--operator", "lin", "--document", "电话核对")
    run(office.data, "key", "discard", path, "--operator", "huang", "--document", "指纹不符")
    capsys.readouterr()
    run(office.data, "pending", "list", "--json")
    assert json.loads(capsys.readouterr().out) == []
    run(office.data, "check-record")


def test_the_tables_come_and_go(office: Office) -> None:
    """Back to the version before and forth again, with accounts in; the record stays whole."""
    hire(office, "lin", KEYS)
    migrate(office, "0003")
    run(office.data, "check-record")
    assert office.count("operators") == 0
