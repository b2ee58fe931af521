"""Holders' documents: sent beside a request, checked, made into tags, found again, and kept nowhere."""

import logging
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from werkzeug.test import TestResponse

from credential import documents
from credential.documents import Documents
from credential.model import DocumentType, Entry, Extra, Person
from credential.request import RegisterBatch
from registry.holders import holders, lookup
from registry.holders.holders import Ring
from registry.problems import ConfigurationError, Problem, Refused
from registry.store.models import Base
from tests.registry.office import PORT, Office, certificate, migrate, run, seal, signed
from tests.registry.test_requests import problem

NUMBER = "35020318600101123X"
OTHER = "35020318600202123X"
NAME = "陈志强"
BROWSER = {"Accept": "text/html"}


def registered(office: Office, *numbers: str | None, first: int = 1, **changes: Any) -> list[int]:
    """The indices of so many certificates, whose holders have these documents."""
    indices = office.indices(PORT, len(numbers))
    rows = [signed(certificate(index, first + place, **changes)) for place, index in enumerate(indices)]
    answer = office.register_documented(PORT, rows, numbers)
    assert answer.status_code == 200, answer.text
    return indices


def ask(office: Office, document: str, name: str = NAME) -> TestResponse:
    return office.client.post("/v1/query", json={"document": document, "name": name})


def tags(office: Office) -> list[bytes | None]:
    with office.service.store.read() as session:
        return list(session.execute(text('SELECT holder FROM registered ORDER BY list, "index"')).scalars())


def dump(office: Office) -> str:
    """Every row of every table, as text: bytes both in hexadecimal and as what they spell."""
    found = []
    with office.service.store.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.connection().execute(table.select()):
                for value in row:
                    is_bytes = isinstance(value, bytes)
                    found.append(f"{value.hex()} {value.decode('latin-1')}" if is_bytes else repr(value))
    return "\n".join(found)


# --- at registration --------------------------------------------------------------------------------------------------


def test_a_person_is_found_by_document_and_name(office: Office) -> None:
    registered(office, NUMBER, OTHER, None)
    office.publish()
    answer = ask(office, " 350203 18600101 123x ")
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.get_json()
    assert body["found"] is True
    assert [(each["number"], each["name"], each["status"]) for each in body["certificates"]] == [
        (f"{PORT}*********", "陈**", "valid")
    ]


def test_one_person_has_one_tag_and_two_people_have_two(office: Office) -> None:
    registered(office, NUMBER, NUMBER, OTHER, None)
    first, second, third, unknown = tags(office)
    assert (first, unknown) == (second, None)
    assert first is not None
    assert len(first) == 16
    assert first != third


def test_one_number_on_two_kinds_of_document_is_two_people(office: Office) -> None:
    registered(office, "G123123X", first=1, person=Person(NAME, DocumentType.PASSPORT, "123X"))
    registered(office, "G123123X", first=2, person=Person(NAME, DocumentType.MILITARY, "123X"))
    assert len(set(tags(office))) == 2
    assert len(ask(office, "g123123x").get_json()["certificates"]) == 2


def test_a_request_without_documents_is_answered_and_its_holder_not_found(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    assert office.register(PORT, signed(certificate(index, 1))).status_code == 200
    assert tags(office) == [None]
    assert ask(office, NUMBER).get_json() == {"found": False}


def test_a_number_with_another_end_is_refused_by_its_row(office: Office) -> None:
    first, second = office.indices(PORT, 2)
    rows = [signed(certificate(first, 1)), signed(certificate(second, 2))]
    answer = office.register_documented(PORT, rows, [NUMBER, "350203186001011234"])
    assert (answer.status_code, problem(answer)) == (422, "rows-refused")
    assert [(each["row"], each["reason"]) for each in answer.get_json()["errors"]] == [(1, "DOCUMENT_MISMATCH")]
    assert office.count("registered") == 0
    assert "350203186001011234" not in answer.text


def test_documents_that_the_request_does_not_commit_to_are_refused(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    committed, sent = Documents(bytes(32), (NUMBER,)), Documents(bytes(32), (OTHER,))
    sealed = seal(PORT, RegisterBatch((signed(certificate(index, 1)),), committed.commitment))
    answer = office.post_documented(documents.beside(sealed, sent))
    assert (answer.status_code, problem(answer)) == (400, "malformed")
    assert OTHER not in answer.text


def test_documents_are_refused_where_the_request_names_none(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    sealed = seal(PORT, RegisterBatch((signed(certificate(index, 1)),)))
    answer = office.post_documented(documents.beside(sealed, Documents(bytes(32), (NUMBER,))))
    assert (answer.status_code, problem(answer)) == (400, "malformed")


def test_a_request_whose_documents_are_missing_is_refused(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    content = RegisterBatch((signed(certificate(index, 1)),), Documents(bytes(32), (NUMBER,)).commitment)
    answer = office.post("/v1/batches", seal(PORT, content))
    assert (answer.status_code, problem(answer)) == (400, "malformed")


@pytest.mark.parametrize("body", [b"\x80", b"\x82\x40", b"\x82\x40\x40", b"\xff" * 50, b"\x9f" * 5000])
def test_what_is_no_documented_request_is_refused(office: Office, body: bytes) -> None:
    answer = office.post_documented(body)
    assert (answer.status_code, problem(answer)) == (400, "malformed")


def test_a_replay_is_answered_as_the_first_time_with_or_without_its_documents(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    beside = Documents(bytes(32), (NUMBER,))
    content, id_ = RegisterBatch((signed(certificate(index, 1)),), beside.commitment), secrets.token_bytes(16)
    first = office.post_documented(documents.beside(seal(PORT, content, id_=id_), beside))
    again = office.post_documented(documents.beside(seal(PORT, content, id_=id_), beside))
    bare = office.post("/v1/batches", seal(PORT, content, id_=id_))
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    assert first.get_json() == bare.get_json()
    assert office.count("registered") == 1


@pytest.mark.parametrize(
    ("person", "inherits"),
    [
        (Person("陈志远", DocumentType.CITIZEN_ID, "123X"), True),
        (Person(NAME, DocumentType.CITIZEN_ID, "1234"), False),
        (Person(NAME, DocumentType.PASSPORT, "123X"), False),
    ],
)
def test_a_correction_keeps_its_holder_unless_the_document_is_another(
    office: Office, person: Person, inherits: bool
) -> None:
    (old,) = registered(office, NUMBER)
    (new,) = office.indices(PORT, 1)
    replacement = certificate(new, 1, person=person, extra=Extra(replaces=Entry(0, old)))
    assert office.register(PORT, signed(replacement)).status_code == 200
    before, after = tags(office)
    assert after == (before if inherits else None)


# --- the query --------------------------------------------------------------------------------------------------------


def test_a_wrong_name_and_an_unknown_document_are_answered_alike(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(office, NUMBER)
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(lookup, "MISS_SECONDS", 3600)
    answers = [ask(office, NUMBER, "陈志远"), ask(office, OTHER), ask(office, "G123123X")]
    assert {answer.data for answer in answers} == {b'{"found":false}\n'}
    assert {answer.status_code for answer in answers} == {200}
    names = [[name for name, _ in answer.headers] for answer in answers]
    assert names[0] == names[1] == names[2]
    assert len(waits) == 3
    assert all(0 < wait <= 3600 for wait in waits)


def test_a_miss_takes_its_time(office: Office) -> None:
    began = time.monotonic()
    assert ask(office, NUMBER).get_json() == {"found": False}
    assert time.monotonic() - began >= lookup.MISS_SECONDS


@pytest.mark.parametrize("document", ["", "123", "1" * 65, "350203\u202e18600101", "'; DROP TABLE x; --", 1, None])
def test_what_can_be_no_document_is_refused(office: Office, document: object) -> None:
    answer = office.client.post("/v1/query", json={"document": document, "name": NAME})
    assert (answer.status_code, problem(answer)) == (400, "malformed")


def test_number_and_document_together_are_refused(office: Office) -> None:
    answer = office.client.post("/v1/query", json={"document": NUMBER, "number": "x", "name": NAME})
    assert (answer.status_code, problem(answer)) == (400, "malformed")


def test_a_document_is_never_asked_by_address(office: Office) -> None:
    assert office.client.get(f"/v1/query?document={NUMBER}").status_code == 405
    page = office.client.get(f"/query?document={NUMBER}&name=x", headers=BROWSER)
    assert (page.status_code, NUMBER in page.text) == (200, False)


def test_one_address_asks_by_document_ten_times_a_minute(office: Office) -> None:
    office.stopped = office.service.now()
    registered(office, NUMBER)
    codes = [ask(office, NUMBER).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert office.client.post("/v1/query", json={"number": "x", "name": NAME}).status_code == 200


def test_trying_numbers_out_on_one_person_ends_after_ten_misses(office: Office) -> None:
    office.stopped = office.service.now()
    registered(office, NUMBER)

    def attempt(n: int, number: str) -> int:
        where = {"REMOTE_ADDR": f"192.0.2.{n}"}
        body = {"document": number, "name": NAME}
        return office.client.post("/v1/query", json=body, environ_overrides=where).status_code

    assert [attempt(n, f"350203186{n:05d}123X") for n in range(11)] == [200] * 10 + [429]
    assert attempt(99, NUMBER) == 429
    assert attempt(99, "G1231230") == 200


def test_one_subscribers_network_counts_as_one_asker(office: Office) -> None:
    office.stopped = office.service.now()
    registered(office, NUMBER)
    codes = [
        office.client.post(
            "/v1/query",
            json={"document": NUMBER, "name": NAME},
            environ_overrides={"REMOTE_ADDR": f"2001:db8:0:{network}::{host}"},
        ).status_code
        for network, host in [*((1, n) for n in range(11)), (2, 0)]
    ]
    assert codes == [200] * 10 + [429, 200]


def test_the_page_answers_as_the_interface_does(office: Office) -> None:
    registered(office, NUMBER, NUMBER)
    page = office.client.post("/query", data={"document": NUMBER, "name": NAME}, headers=BROWSER)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert page.text.count(f"{PORT}*********") == 2
    assert NUMBER not in page.text
    missed = office.client.post("/query", data={"document": OTHER, "name": NAME}, headers=BROWSER)
    assert "没有查到" in missed.text
    assert OTHER not in missed.text
    bad = office.client.post("/query", data={"document": "12", "name": NAME}, headers=BROWSER)
    assert (bad.status_code, "请填写完整的证件号码" in bad.text) == (400, True)


# --- the key ----------------------------------------------------------------------------------------------------------


def test_the_key_is_private_and_made_once(office: Office) -> None:
    path = office.service.places.holder_key
    before = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(before) == 65
    registered(office, NUMBER)
    assert path.read_bytes() == before


def test_a_registry_from_before_makes_its_key_when_it_needs_one(office: Office) -> None:
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE region SET holder_check = NULL")
    office.service.places.holder_key.unlink()
    registered(office, NUMBER)
    assert ask(office, NUMBER).get_json()["found"] is True


@pytest.mark.parametrize("loss", ["gone", "another"])
def test_without_its_key_a_registry_makes_no_tags(office: Office, loss: str) -> None:
    path = office.service.places.holder_key
    path.unlink()
    if loss == "another":
        path.write_bytes(Ring((bytes(32),)).encode())
        path.chmod(0o600)
    (index,) = office.indices(PORT, 1)
    answer = office.register_documented(PORT, [signed(certificate(index, 1))], [NUMBER])
    assert (answer.status_code, problem(answer)) == (503, "unavailable")
    assert ask(office, NUMBER).status_code == 503
    assert office.register(PORT, signed(certificate(index, 1))).status_code == 200


@pytest.mark.parametrize("content", [b"", b"00\n", b"zz\n", b"\xff"])
def test_a_damaged_key_file_is_named(office: Office, content: bytes) -> None:
    path = office.service.places.holder_key
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"holders\.secret"):
        holders.open_ring(office.service.places, office.service.store)


def test_after_a_rotation_old_tags_are_found_and_people_stay_one(office: Office) -> None:
    registered(office, NUMBER)
    run(office.data, "holders", "rotate-key", "--operator", "lin", "--reason", "离任")
    later = Office(office.data)
    registered(later, NUMBER, OTHER, first=2)
    first, second, third = tags(later)
    assert first == second
    ring = holders.open_ring(later.service.places, later.service.store)
    assert len(ring.keys) == 2
    assert third == ring.tags(DocumentType.CITIZEN_ID, OTHER)[0]
    assert len(ask(later, NUMBER).get_json()["certificates"]) == 2
    with pytest.raises(Refused) as caught:
        holders.open_ring(replace(office.service.places, data=Path("/nowhere")), office.service.store)
    assert caught.value.problem is Problem.UNAVAILABLE
    later.service.store.close()


def test_a_rotation_that_was_cut_short_changes_nothing(office: Office) -> None:
    registered(office, NUMBER)
    path = office.service.places.holder_key
    path.write_bytes(b"00" * 32 + b"\n" + path.read_bytes())
    later = Office(office.data)
    registered(later, NUMBER, first=2)
    assert len(set(tags(later))) == 1
    assert len(ask(later, NUMBER).get_json()["certificates"]) == 2
    later.service.store.close()


# --- nothing keeps a number -------------------------------------------------------------------------------------------


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        for name in ("sqlalchemy.engine", "yinxin.registry", "werkzeug", "waitress"):
            caplog.set_level(logging.DEBUG, logger=name)
        yield caplog


def test_no_row_no_log_and_no_answer_holds_a_document_number(
    office: Office, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(office, NUMBER)
    answers = [ask(office, NUMBER), ask(office, OTHER), office.post_documented(b"\x82" + NUMBER.encode())]
    (index,) = office.indices(PORT, 1)
    row = signed(certificate(index, 9))
    answers.append(office.register_documented(PORT, [row], [OTHER[:-4] + "9999"]))

    def broken(*_: object) -> None:
        raise RuntimeError(NUMBER)

    monkeypatch.setattr(lookup, "find_by_document", broken)
    answers.append(ask(office, NUMBER))
    answers.append(office.client.post("/query", data={"document": NUMBER, "name": NAME}, headers=BROWSER))
    assert [answer.status_code for answer in answers] == [200, 200, 400, 422, 500, 500]
    kept = "\n".join([dump(office), logged.text, *(answer.text for answer in answers)])
    assert NAME.encode().hex() in kept  # the certificate itself: the search sees what is there
    for number in (NUMBER, OTHER, OTHER[:-4] + "9999"):
        for shown in (number, number.encode().hex(), number[:14], number[:14].encode().hex()):
            assert shown not in kept
    files = [path for path in office.data.rglob("*") if path.is_file()]
    assert [path for path in files if NUMBER.encode() in path.read_bytes()] == []


# --- migrations -------------------------------------------------------------------------------------------------------


def test_down_and_up_again_with_data(office: Office) -> None:
    registered(office, NUMBER)
    before = counted(office)
    assert before == [(0, 2022, "6-31-01-03", 3)]
    migrate(office, "0004")
    with office.service.store.engine.begin() as connection:
        assert "holder" not in {each["name"] for each in inspect(connection).get_columns("registered")}
    migrate(office, "head")
    assert counted(office) == before
    assert tags(office) == [None]
    registered(office, NUMBER, first=2)
    assert len(ask(office, NUMBER).get_json()["certificates"]) == 1


def counted(office: Office) -> list[tuple[object, ...]]:
    with office.service.store.read() as session:
        rows = session.execute(text("SELECT kind, edition, occupation, level FROM registered WHERE month > 202600"))
        return [tuple(row) for row in rows]


def test_the_search_by_document_uses_its_index(office: Office) -> None:
    registered(office, NUMBER)
    query = "SELECT * FROM registered WHERE holder IN (:one, :two)"
    values = {"one": b"1" * 16, "two": b"2" * 16}
    with office.service.store.read() as session:
        is_embedded = session.connection().dialect.name == "sqlite"
        if not is_embedded:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.execute(text(f"EXPLAIN {'QUERY PLAN ' if is_embedded else ''}{query}"), values).all()
    assert "ix_registered_holder" in str(plan)
