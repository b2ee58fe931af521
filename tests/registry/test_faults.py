"""What a registry must survive, sent to a real server process; README.md beside it says what is tested where."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from credential import approval, status_list
from credential.model import Entry, Status
from credential.request import ChangeReason, ChangeStatus, RegisterBatch, ReserveIndices, StatusChange
from registry.files import Places
from registry.store import engine
from registry.store.engine import open_store
from registry.store.models import StatusListRow
from tests import databases
from tests.disks import NoDiskError, small_disk
from tests.registry.approvers import admit, approved
from tests.registry.faults import Batches, full_disk
from tests.registry.office import (
    PORT,
    SKILLS,
    Office,
    build,
    certificate,
    certificate_key,
    copy,
    embedded_only,
    now,
    on,
    request_key,
    run,
    seal,
    signed,
)
from tests.registry.serving import PATIENCE, Heard, Host, wait_until
from tests.registry.test_hosts import on_a_server
from tests.test_docs import ROOT

KEPT = ("registered", "issuers", "requests", "acts WHERE what <> 'publish.online'")
TABLE = Path(__file__).with_name("README.md")


@pytest.fixture(scope="module")
def host(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A server process that publishes by itself; tests take indices of their own."""
    data = copy(built, tmp_path_factory.mktemp("faults") / "data")
    admit(data)
    made = Host(data).start()
    yield made
    made.stop()


@pytest.fixture
def office(host: Host) -> Iterator[Office]:
    """A look into what the process keeps."""
    made = Office(host.data)
    yield made
    made.close()


def indices(host: Host, count: int) -> list[int]:
    (granted,) = host.post("/v1/indices", seal(PORT, ReserveIndices(count))).json["runs"]
    return list(range(granted["first"], granted["first"] + count))


def one_bit(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def said(heard: Heard) -> tuple[int, str]:
    return heard.status, heard.problem


serial = iter(range(1, 1_000_000))


def rows(host: Host, count: int) -> list[bytes]:
    return [signed(certificate(index, next(serial))) for index in indices(host, count)]


def revoke(host: Host, index: int) -> Heard:
    """With a second person's approval: all tests together revoke more than one person may."""
    change = StatusChange(Entry(0, index), Status.REVOKED, ChangeReason.FRAUD)
    return host.post("/v1/status-changes", approved(ChangeStatus((change,))), approval.MEDIA_TYPE)


# --- what issuers send ------------------------------------------------------------------------------------------------


def test_a_batch_sent_again_has_the_same_answer_and_adds_nothing(host: Host, office: Office) -> None:
    sealed = seal(PORT, RegisterBatch(tuple(rows(host, 3))))
    first = host.post("/v1/batches", sealed)
    stored = [office.count(each) for each in KEPT]
    again = host.post("/v1/batches", sealed)
    assert (first.status, first.data) == (again.status, again.data) == (200, first.data)
    assert [office.count(each) for each in KEPT] == stored


def test_one_id_for_two_contents(host: Host) -> None:
    first, other = (seal(PORT, ReserveIndices(count), id_=b"faults 1".ljust(16)) for count in (1, 2))
    assert host.post("/v1/indices", first).status == 200
    assert said(host.post("/v1/indices", other)) == (409, "id-reused")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: seal(SKILLS, ReserveIndices(1), by=request_key(PORT)), (403, "wrong-issuer")),
        (lambda: seal(PORT, ReserveIndices(1), by=certificate_key(PORT)), (403, "certificate-key-used")),
        (lambda: seal(PORT, ReserveIndices(1), at=now() - 400), (401, "stale-time")),
        (lambda: seal(PORT, ReserveIndices(1), at=now() + 400), (401, "stale-time")),
        (lambda: one_bit(seal(PORT, ReserveIndices(1))), (401, "signature-invalid")),
        (lambda: b"\xd2\x84" * 9, (400, "malformed")),
    ],
    ids=["one issuer for another", "a certificate key", "too old", "too new", "one bit", "no request"],
)
def test_who_asks_and_when(host: Host, make: Callable[[], bytes], expected: tuple[int, str]) -> None:
    assert said(host.post("/v1/indices", make())) == expected


def test_a_nonce_serves_once(host: Host) -> None:
    sent = [host.post("/v1/indices", seal(PORT, ReserveIndices(1), nonce=b"faults nonce".ljust(16))) for _ in "12"]
    assert [said(each) for each in sent] == [(200, ""), (401, "nonce-reused")]


def test_one_bad_row_among_many_stores_nothing(host: Host, office: Office) -> None:
    made, before = rows(host, 60), office.count("registered")
    made[41] = signed(certificate(10**6 - 1, next(serial)))
    refused = host.post("/v1/batches", seal(PORT, RegisterBatch(tuple(made))))
    assert said(refused) == (403, "wrong-issuer")
    assert [(each["row"], each["reason"]) for each in refused.json["errors"]] == [(41, "INDEX_NOT_GRANTED")]
    made[41] = one_bit(made[41])
    refused = host.post("/v1/batches", seal(PORT, RegisterBatch(tuple(made))))
    assert said(refused) == (422, "rows-refused")
    assert [(each["row"], each["reason"]) for each in refused.json["errors"]] == [(41, "SIGNATURE_INVALID")]
    assert office.count("registered") == before


def test_a_number_stands_once(host: Host) -> None:
    number, (first, second) = next(serial), indices(host, 2)
    sent = [
        host.post("/v1/batches", seal(PORT, RegisterBatch((signed(certificate(index, number)),))))
        for index in (first, second)
    ]
    assert [said(each) for each in sent] == [(200, ""), (409, "conflict")]
    assert [each["reason"] for each in sent[1].json["errors"]] == ["NUMBER_STANDING"]


def test_twenty_writers_at_once(host: Host, office: Office) -> None:
    """No revocation is lost, no index given out twice, and every certificate is there."""
    made = [rows(host, 2) for _ in range(20)]
    owned = [indices(host, 1)[0] for _ in range(20)]
    first = host.post(
        "/v1/batches", seal(PORT, RegisterBatch(tuple(signed(certificate(i, next(serial))) for i in owned)))
    )
    assert first.status == 200
    before = office.count("registered")

    def work(place: int) -> tuple[int, int, int, list[int]]:
        stored = host.post("/v1/batches", seal(PORT, RegisterBatch(tuple(made[place]))))
        granted = indices(host, 3)
        return stored.status, revoke(host, owned[place]).status, len(granted), granted

    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(work, range(20)))
    assert [each[:3] for each in done] == [(200, 200, 3)] * 20
    assert len({index for each in done for index in each[3]}) == 60
    assert office.count("registered") == before + 40
    wait_until(lambda: all(office.trust.status_lists[0].get(index) == Status.REVOKED for index in owned))
    run(host.data, "check-record")


# --- what the public sends --------------------------------------------------------------------------------------------

HOSTILE = (
    "' OR 1=1 --",
    "x'; DROP TABLE registered; --",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "%00%0d%0a",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "{{7*7}}",
)


def test_hostile_words_find_nothing_change_nothing_and_come_back_escaped(host: Host, office: Office) -> None:
    before = [office.count(each) for each in KEPT]
    for place, words in enumerate(HOSTILE):
        question = json.dumps({"number": words, "name": words}).encode()
        assert host.post("/v1/query", question, "application/json").json == {"found": False}
        form = urlencode({"number": words, "name": words}).encode()
        page = host.post("/query", form, "application/x-www-form-urlencoded")
        assert page.status in (200, 404)
        listed = host.get(f"/issuers?{urlencode({'q': words})}")
        for each in (page, listed):
            assert "<script>alert" not in each.data.decode()
        assert host.get(f"/issuers/{quote(words, safe='')}").status == 404, place
    assert [office.count(each) for each in KEPT] == before
    assert "alert(1)" not in host.log.read_text("utf-8")


def test_numbers_cannot_be_tried_out(host: Host) -> None:
    """A miss is like any other miss, to the byte, until there are too many."""
    words = [json.dumps({"number": f"Y00003502000126300{n:04d}", "name": "无此人"}).encode() for n in range(130)]
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(lambda each: host.post("/v1/query", each, "application/json"), words))
    assert {each.data for each in heard if each.status == 200} == {b'{"found":false}\n'}
    assert {said(each) for each in heard} == {(200, ""), (429, "too-many-requests")}
    assert {each.headers["retry-after"] for each in heard if each.status == 429} == {"60"}


def test_a_failure_inside_tells_nothing_of_itself(host: Host) -> None:
    index = Places(host.data).region
    whole = index.read_bytes()
    index.write_bytes(b"{}")
    try:
        heard = host.get("/readyz")
    finally:
        index.write_bytes(whole)
    assert said(heard) == (500, "internal")
    assert not re.search(rb"Traceback|KeyError|\.py|/tmp|checkpoint", heard.data)


# --- machines ---------------------------------------------------------------------------------------------------------


def test_killed_in_the_midst_of_batches(built: Path, tmp_path: Path) -> None:
    batches = Batches(Host(copy(built, tmp_path / "data")).start(), 300, 78)
    try:
        batches.in_peace()
        for _ in range(2):
            batches.kill_once()
        assert batches.whole() == []
    finally:
        batches.host.stop()
    run(batches.host.data, "check-record")


@embedded_only
def test_a_full_disk(built: Path, tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk", 12) as disk:
            host = Host(copy(built, disk / "data")).start()
            batches = Batches(host, 200, 79)
            try:
                assert full_disk(batches, disk / "ballast", (0, 100_000, 400_000)) == []
                assert batches.whole() == []
            finally:
                host.stop()
            run(host.data, "check-record")
    except NoDiskError as error:
        pytest.skip(f"这里不能挂载磁盘 / no disk can be mounted here: {error}")


def test_a_database_that_stays_locked(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waited for so long and no longer: 503, and nothing is half there."""
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 300)
    office = Office(copy(built, tmp_path / "data"))
    other = open_store(office.service.store.engine.url.render_as_string(hide_password=False))
    sealed = seal(PORT, ReserveIndices(3))
    with other.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE region SET change = change")
        began = time.monotonic()
        answer = office.post("/v1/indices", sealed)
        assert (answer.status_code, answer.get_json()["type"]) == (503, "urn:yinxin:problem:unavailable")
        assert time.monotonic() - began > 0.2
        assert office.client.get("/v1/bundle").status_code == 200
    assert office.post("/v1/indices", sealed).status_code == 200
    other.close()
    office.close()


@on_a_server
def test_transactions_that_stop_each_other_are_tried_again(built: Path, tmp_path: Path) -> None:
    office = Office(copy(built, tmp_path / "data"))
    store, met, tries = office.service.store, threading.Barrier(2, timeout=PATIENCE), [0, 0]

    def work(place: int, session: Session) -> None:
        tries[place] += 1
        for number in (place, 1 - place):
            session.execute(update(StatusListRow).where(StatusListRow.number == number).values(change=place))
            if sum(tries) <= 2 and number == place:
                met.wait()

    store.write(lambda session: session.add(StatusListRow(number=1, change=0)))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda place: store.write(partial(work, place)), range(2)))
    assert sorted(tries) == [1, 2]
    office.close()


def test_the_database_goes_and_comes_back(tmp_path: Path) -> None:
    """Verification goes on meanwhile, also of a service that starts without it; then all is as before."""
    server = databases.Server(databases.DISK)
    with on(server):
        data = build(tmp_path)
    admit(data)
    host = Host(data).start()
    try:
        (index,) = indices(host, 1)
        bundle = host.get("/v1/bundle").data
        server.stop()
        assert said(host.post("/v1/indices", seal(PORT, ReserveIndices(1)))) == (503, "unavailable")
        assert said(host.get("/readyz")) == (503, "unavailable")
        host.kill()
        host.start()
        for path in ("/healthz", "/v1/region", "/v1/bundle", "/s/0", "/s/log/checkpoint", "/v"):
            assert host.get(path).status == 200, path
        assert host.get("/v1/bundle").data == bundle or host.seq() > 2
        assert said(host.post("/v1/indices", seal(PORT, ReserveIndices(1)))) == (503, "unavailable")
        server.start()
        wait_until(lambda: host.get("/readyz").status == 200)
        assert host.post("/v1/batches", seal(PORT, RegisterBatch((signed(certificate(index, 1)),)))).status == 200
        assert revoke(host, index).status == 200
        wait_until(lambda: status_of(host, index) == Status.REVOKED)
    finally:
        host.stop()


def status_of(host: Host, index: int) -> int:
    return status_list.decode(host.get("/v1/status/0").data)[0].get(index)


# --- the table --------------------------------------------------------------------------------------------------------


def test_the_table_names_tests_that_there_are() -> None:
    named = re.findall(r"`(tests/[a-z0-9_/]+\.py)::(test_\w+)`", TABLE.read_text("utf-8"))
    assert len(named) > 20
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), (path, name)
