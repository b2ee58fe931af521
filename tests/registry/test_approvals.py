"""A second person at the issuer: without an approval that holds, an issuer changes few certificates a day."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from credential import approval, cose, request
from credential.approval import Approval, Approved, Approver
from credential.documents import Documents
from credential.model import Entry, Extra, IssuerCode, Seconds, Status, rfc3339
from credential.request import ChangeReason, ChangeStatus, Content, RegisterBatch, Request, StatusChange
from credential.sign import SigningKey
from registry.register.approvals import ALONE, DAY
from tests.registry.office import PORT, SKILLS, Office, batch, certificate, now, request_key, run, seal, signed
from tests.registry.test_requests import problem
from tests.world import key

APPROVER = key("port's approver")
NEEDED = (403, "second-approver-needed")
Captured = pytest.CaptureFixture[str]


def introduced(folder: Path, by: SigningKey = APPROVER, issuer: IssuerCode = PORT, public: bytes | None = None) -> Path:
    path = folder / "approver.cbor"
    path.write_bytes(approval.seal_approver(Approver(issuer, public or by.public, "周敏", now()), by))
    return path


def admit(office: Office, path: Path, *operators: str, expect: int = 0) -> None:
    for operator in operators or ("lin", "huang"):
        words = ("--document", "当面核对身份证与指纹", "--operator", operator)
        run(office.data, "key", "approver", path, *words, expect=expect)


def suspension(indices: list[int]) -> ChangeStatus:
    status, reason = Status.SUSPENDED, ChangeReason.UNDER_REVIEW
    return ChangeStatus(tuple(StatusChange(Entry(0, each), status, reason) for each in indices))


def registered(office: Office, count: int) -> list[int]:
    indices = office.indices(PORT, count)
    assert office.register(PORT, *batch(indices)).status_code == 200
    return indices


def send(
    office: Office, path: str, content: Content, given: Approval | bytes, by: SigningKey = APPROVER
) -> TestResponse:
    """The request of id "r" * 16 with an approval beside it."""
    data = given if isinstance(given, bytes) else approval.seal(given, by)
    body = Approved(seal(PORT, content, id_=b"r" * 16), data).encode()
    return office.client.post(path, data=body, content_type=approval.MEDIA_TYPE)


def approval_of(content: Content, **changes: object) -> Approval:
    asked = Request(PORT, b"r" * 16, now(), b"n" * 16, content)
    return Approval(PORT, asked.id, now(), asked.content_hash)._replace(**changes)  # type: ignore[arg-type]


def statuses(office: Office) -> list[int]:
    with office.service.store.read() as session:
        rows = session.connection().exec_driver_sql('SELECT status FROM registered ORDER BY "index"')
        return [status for (status,) in rows]


def test_few_a_day_alone_and_more_with_an_approval(office: Office, tmp_path: Path) -> None:
    indices = registered(office, ALONE + 2)
    many = suspension(indices)
    answer = office.post("/v1/status-changes", seal(PORT, many))
    assert (answer.status_code, problem(answer)) == NEEDED
    assert set(statuses(office)) == {Status.VALID}
    assert office.post("/v1/status-changes", seal(PORT, suspension(indices[:4]))).status_code == 200
    assert office.post("/v1/status-changes", seal(PORT, suspension(indices[4:ALONE]))).status_code == 200
    answer = office.post("/v1/status-changes", seal(PORT, suspension(indices[ALONE:][:1])))
    assert (answer.status_code, problem(answer)) == NEEDED
    admit(office, introduced(tmp_path))
    rest = suspension(indices[ALONE:])
    first = send(office, "/v1/status-changes", rest, approval_of(rest))
    assert (first.status_code, first.get_json()["changed"]) == (200, 2)
    assert send(office, "/v1/status-changes", rest, approval_of(rest)).get_json() == first.get_json()
    assert set(statuses(office)) == {Status.SUSPENDED}


def test_after_a_day_a_few_again(office: Office) -> None:
    indices = registered(office, ALONE + 1)
    first = office.stopped = now()
    body = seal(PORT, suspension(indices[:ALONE]), at=first)
    assert office.post("/v1/status-changes", body).status_code == 200
    for later, expected in ((DAY - 1, 403), (DAY, 200)):
        office.stopped = Seconds(first + later)
        body = seal(PORT, suspension(indices[ALONE:]), at=office.stopped)
        assert office.post("/v1/status-changes", body).status_code == expected


def test_the_record_says_who_approved(office: Office, tmp_path: Path) -> None:
    admit(office, introduced(tmp_path))
    many = suspension(registered(office, ALONE + 1))
    assert send(office, "/v1/status-changes", many, approval_of(many)).status_code == 200
    with office.service.store.read() as session:
        execute = session.connection().exec_driver_sql
        (detail,) = execute("SELECT detail FROM acts WHERE what = 'status.change'").scalars()
        kept = execute("SELECT approval FROM request_changes WHERE approver IS NOT NULL").scalars().all()
    assert APPROVER.kid.hex() in str(detail)
    assert len(kept) == 1


BAD: dict[str, Callable[[ChangeStatus], tuple[Approval | bytes, SigningKey]]] = {
    "a key that nobody enrolled": lambda content: (approval_of(content), key("stranger")),
    "the request key itself": lambda content: (approval_of(content), request_key(PORT)),
    "another request": lambda content: (approval_of(content, id=b"q" * 16), APPROVER),
    "another content": lambda content: (approval_of(content)._replace(content=bytes(32)), APPROVER),
    "another issuer": lambda content: (approval_of(content, issuer=SKILLS), APPROVER),
    "over seven days old": lambda content: (approval_of(content, time=now() - approval.MAX_AGE - 2), APPROVER),
    "dated ahead": lambda content: (approval_of(content, time=now() + request.MAX_AGE + 30), APPROVER),
    "not an approval": lambda _: (b"approval", APPROVER),
    "changed after signing": lambda content: (
        approval.seal(approval_of(content, id=b"q" * 16), APPROVER).replace(b"q" * 16, b"r" * 16),
        APPROVER,
    ),
}


def test_approvals_that_do_not_hold_change_nothing(office: Office, tmp_path: Path) -> None:
    admit(office, introduced(tmp_path))
    many = suspension(registered(office, ALONE + 1))
    for name, make in BAD.items():
        answer = send(office, "/v1/status-changes", many, *make(many))
        assert (answer.status_code, problem(answer)) == NEEDED, name
    few = suspension([many.changes[0].entry.idx])
    answer = send(office, "/v1/status-changes", few, *BAD["the request key itself"](few))
    assert (answer.status_code, problem(answer)) == NEEDED, "a wrong one where none is needed"
    assert set(statuses(office)) == {Status.VALID}


def test_a_retired_approver_approves_nothing(office: Office, tmp_path: Path) -> None:
    admit(office, introduced(tmp_path))
    many = suspension(registered(office, ALONE + 1))
    office.stopped = Seconds(now() + 60)
    words = ("--issuer", PORT, "--kid", APPROVER.kid.hex(), "--at", rfc3339(Seconds(now() + 30)), "--document", "离职")
    for operator in ("lin", "huang"):
        run(office.data, "key", "retire", *words, "--operator", operator)
    answer = send(office, "/v1/status-changes", many, approval_of(many))
    assert (answer.status_code, problem(answer)) == NEEDED


def test_operators_see_who_approves_and_nobody_else_does(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(office.data, "issuer", "show", "--code", PORT)
    assert "复核人：无\n  approver: none\n" in capsys.readouterr().out
    admit(office, introduced(tmp_path))
    words = ("--issuer", PORT, "--kid", APPROVER.kid.hex(), "--at", rfc3339(Seconds(now() + 30)), "--document", "离职")
    for operator in ("lin", "huang"):
        run(office.data, "key", "retire", *words, "--operator", operator)
    capsys.readouterr()
    run(office.data, "issuer", "show", "--code", PORT, "--json")
    (found,) = json.loads(capsys.readouterr().out)["approvers"]
    assert (found["name"], found["kid"], found["retired_at"]) == ("周敏", APPROVER.kid.hex(), words[5])
    assert found["fingerprint"] == cose.fingerprint(APPROVER.public)
    run(office.data, "issuer", "show", "--code", PORT)
    said = f"{found['active_from']} 起，{found['retired_at']} 停用；指纹 {found['fingerprint']}"
    assert f"复核人：周敏，自 {said}" in capsys.readouterr().out
    public = office.client.get(f"/v1/issuers/{PORT}").get_data(as_text=True)
    assert ("周敏" in public, "approvers" in public) == (False, False)


def test_many_corrections_take_one_too_with_the_documents_beside(office: Office, tmp_path: Path) -> None:
    old = registered(office, ALONE + 1)
    new = office.indices(PORT, ALONE + 1)
    rows = tuple(
        signed(certificate(index, place, extra=Extra(replaces=Entry(0, before))))
        for place, (index, before) in enumerate(zip(new, old, strict=True), 1)
    )
    answer = office.register(PORT, *rows)
    assert (answer.status_code, problem(answer)) == NEEDED
    admit(office, introduced(tmp_path))
    beside = Documents(secrets.token_bytes(32), tuple("11010519491231123X" for _ in rows))
    content = RegisterBatch(rows, beside.commitment)
    body = Approved(seal(PORT, content, id_=b"r" * 16), approval.seal(approval_of(content), APPROVER), beside).encode()
    answer = office.client.post("/v1/batches", data=body, content_type=approval.MEDIA_TYPE)
    assert (answer.status_code, answer.get_json().get("registered")) == (200, ALONE + 1)
    assert statuses(office) == [Status.SUPERSEDED] * (ALONE + 1) + [Status.VALID] * (ALONE + 1)


def test_new_certificates_need_none(office: Office) -> None:
    registered(office, ALONE + 5)
    assert office.count("request_changes") == 0


def test_an_approver_is_let_in_by_two_and_by_no_key_of_another_use(
    office: Office, tmp_path: Path, capsys: Captured
) -> None:
    admit(office, introduced(tmp_path), "lin")
    assert office.count("approver_keys") == 0
    admit(office, introduced(tmp_path), "lin", expect=1)
    assert "two people" in capsys.readouterr().err
    admit(office, introduced(tmp_path), "huang")
    assert office.count("approver_keys") == 1
    for by, issuer, public, reason in (
        (request_key(PORT), PORT, None, "KEY_OF_REQUESTS"),
        (APPROVER, PORT, None, "KEY_OF_APPROVALS"),
        (APPROVER, SKILLS, None, "KEY_OF_ANOTHER_ISSUER"),
        (APPROVER, PORT, key("other").public, "SIGNATURE_INVALID"),
        (APPROVER, PORT, bytes(32), "KEY_WEAK"),
    ):
        admit(office, introduced(tmp_path, by, issuer, public), "lin", expect=1)
        assert reason in capsys.readouterr().err
