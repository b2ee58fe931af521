"""Several hosts on one PostgreSQL: each change is published once, and all hosts show the same (docs/adr/0027)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from credential.model import Seconds
from credential.published import ObjectType
from credential.request import ReserveIndices
from registry import current
from registry.files import Places
from registry.opening import newest_root
from registry.problems import Refused
from registry.publishing import following, placing, publish
from registry.publishing.publisher import Publisher
from registry.publishing.recording import Drafted
from registry.roles import Opening, open_online
from registry.store import turns
from registry.store.engine import open_store
from registry.store.models import CountRow
from registry.store.publications import ObjectRow, PublicationRow
from registry.store.turns import TurnTakenError
from tests.registry.faults import hosts_publish
from tests.registry.office import PORT, Office, batch, now, run, seal
from tests.registry.serving import Host, join
from tests.registry.test_publishing import contents

on_a_server = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""For a test of several hosts: the embedded database has one."""


class Worker:
    """What a host's service does in the background, step by step; `seen` is every checkpoint that it had."""

    def __init__(self, data: Path) -> None:
        self.places = Places(data)
        self.store = open_store((data / "database.url").read_text("utf-8").strip())
        keys = open_online(newest_root(self.store), [data / "keys"], Opening(None, demo=True))
        self.publisher = Publisher(self.store, self.places, keys)
        self.seen: dict[tuple[int, int], bytes] = {}

    def step(self) -> bool:
        well = self.publisher.step()
        if self.places.region.exists():
            self.seen[current.order(self.places)] = current.checkpoint_sha256(self.places)
        return well

    @property
    def fault(self) -> str:
        return (self.publisher.fault or "").partition(":")[0]


@pytest.fixture
def workers(office: Office, tmp_path: Path) -> Iterator[list[Worker]]:
    """Three hosts; the first is the one that the registry was founded on."""
    made = [Worker(office.data), *(Worker(join(office.data, tmp_path / name)) for name in ("second", "third"))]
    yield made
    for each in made:
        each.store.close()


@pytest.fixture
def second(office: Office, tmp_path: Path) -> Iterator[Office]:
    """The service on another host."""
    made = Office(join(office.data, tmp_path / "beside"))
    following.follow(made.service.store, made.service.places)
    yield made
    made.close()


def given_out(session: Session) -> dict[tuple[int, int], bytes]:
    """Every checkpoint that the database knows of."""
    rows = session.scalars(select(PublicationRow).where(PublicationRow.type == int(ObjectType.CHECKPOINT)))
    return {(row.epoch, row.seq): row.sha256 for row in rows}


def require_same(first: Places, *others: Places) -> None:
    """What verifiers fetch is the same on all hosts, byte for byte."""
    whole = contents(first.public)
    for other in others:
        found = contents(other.public)
        assert [found[name] for name in ("bundle.cbor", "region.json", "log/checkpoint")] == [
            whole[name] for name in ("bundle.cbor", "region.json", "log/checkpoint")
        ]
        assert all(found[name] == whole[name] for name in found.keys() & whole.keys())
        assert {f"objects/{each['sha256']}" for each in current.read_index(other)["objects"]} <= found.keys()


@on_a_server
def test_three_hosts_publish_each_change_once(office: Office, workers: list[Worker]) -> None:
    random = Random(27)

    def work(worker: Worker) -> None:
        for _ in range(12):
            assert worker.step(), worker.fault

    with ThreadPoolExecutor(3) as pool:
        going = [pool.submit(work, worker) for worker in workers]
        for _ in range(20):
            office.indices(PORT, random.randint(1, 40))
        for each in going:
            each.result()
    for worker in workers * 2:
        assert worker.step()
    with office.service.store.read() as session:
        known = given_out(session)
    assert sorted(seq for _, seq in known) == list(range(1, len(known) + 1))
    assert 3 < len(known) <= 22
    for worker in workers:
        assert worker.seen.items() <= known.items()
    assert sum(worker.publisher.published for worker in workers) == len(known) - 2
    require_same(*(worker.places for worker in workers))


@on_a_server
def test_one_host_publishes_and_the_others_go_on(office: Office, workers: list[Worker]) -> None:
    office.indices(PORT, 1)
    first, second, _ = workers
    with turns.turn(first.store, 0):
        assert (second.step(), second.publisher.published, second.fault) == (True, 0, "")
        keys = open_online(newest_root(first.store), [office.data / "keys"], Opening(None, demo=True))
        with pytest.raises(TurnTakenError):
            publish.publish(second.store, second.places, keys, None, now(), wait=0.3)
    assert (second.step(), second.publisher.published) == (True, 1)


@on_a_server
def test_whoever_is_killed_gives_its_turn_back_and_another_places_what_was_cut_short(
    office: Office, workers: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the sequence was given out, before a file was written: the publication is whole all the same."""
    first, second, third = workers
    office.indices(PORT, 300)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(placing, "place", killed)
        with pytest.raises(KeyboardInterrupt):
            first.step()
    assert current.order(first.places) == (1, 2)
    for worker in (second, third, first):
        assert (worker.step(), worker.publisher.published) == (True, 0)
        assert current.order(worker.places) == (1, 3)
    require_same(first.places, second.places, third.places)


@on_a_server
def test_a_draft_from_before_another_host_published_is_not_given_out(
    office: Office, workers: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock saves work; that a sequence is given out once does not rest on it."""
    first, second, _ = workers
    office.indices(PORT, 1)
    drafted = publish._draft

    def slow(*arguments: Any) -> Drafted:
        made = drafted(*arguments)
        monkeypatch.setattr(publish, "_draft", drafted)
        monkeypatch.setattr(turns, "PUBLISHING", 1)
        assert (second.step(), second.publisher.published) == (True, 1)
        return made

    monkeypatch.setattr(publish, "_draft", slow)
    assert (first.step(), first.publisher.published) == (True, 0)
    assert (first.step(), first.publisher.published) == (True, 0)
    require_same(first.places, second.places)


@on_a_server
def test_an_old_backup_stops_every_host_once_one_has_seen_it(office: Office, workers: list[Worker]) -> None:
    first, second, _ = workers
    assert second.step()
    office.indices(PORT, 1)
    assert (first.step(), first.publisher.published) == (True, 1)
    with office.service.store.engine.begin() as connection:
        for statement in (
            "DELETE FROM publications WHERE seq > 2",
            "UPDATE published SET seq = 2",
            "UPDATE region SET change = change + 1",
        ):
            connection.exec_driver_sql(statement)
    assert (first.step(), first.fault) == (False, "conflict")
    assert (second.step(), second.fault) == (False, "conflict")
    assert "ROLLBACK" in (second.publisher.fault or "")
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(1)))
    assert (answer.status_code, answer.get_json()["detail"].partition(":")[0]) == (503, "ROLLBACK")


def test_another_publication_under_the_same_number_is_not_followed(office: Office) -> None:
    with office.service.store.engine.begin() as connection:
        changed = f"sha256 = (SELECT data FROM roots) WHERE type = {ObjectType.CHECKPOINT:d} AND seq = 2"
        connection.exec_driver_sql(f"UPDATE publications SET {changed}")
    with pytest.raises(Refused, match="EQUIVOCATION"):
        publish.follow(office.service.store, office.service.places)


def test_an_object_that_another_host_published_is_served_from_the_database(office: Office) -> None:
    named = office.client.get("/v1/region").get_json()["objects"][0]["sha256"]
    before = office.client.get(f"/v1/objects/{named}").data
    (office.service.places.public / "objects" / named).unlink()
    assert office.client.get(f"/v1/objects/{named}").data == before


def test_objects_that_nothing_names_any_more_are_not_kept(office: Office) -> None:
    for _ in range(3):
        assert office.register(PORT, *batch(office.indices(PORT, 1), office.count("registered") + 1)).status_code == 200
        office.publish()
    with office.service.store.read() as session:
        kept = set(session.scalars(select(ObjectRow.sha256)))
    assert kept == {bytes.fromhex(each["sha256"]) for each in office.client.get("/v1/region").get_json()["objects"]} | {
        each for each in kept if office.service.places.object(each).exists()
    }
    assert office.count("published") == 1


@on_a_server
def test_what_guards_secrets_from_being_tried_out_is_counted_for_all_hosts(
    office: Office, second: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    for each in (office, second):
        each.stopped = Seconds(1_800_000_020)
    question = {"document": "11010519491231002X", "name": "陈志强"}
    asked = [each.client.post("/v1/query", json=question).status_code for each in (office, second) * 6]
    assert asked == [200] * 10 + [429] * 2
    form = {"name": "lin", "password": "x", "code": "1"}
    origin = {"Origin": "http://localhost"}
    tried = [each.client.post("/console/sign-in", data=form, headers=origin) for each in (office, second) * 6]
    assert [each.status_code for each in tried] == [403] * 10 + [429] * 2
    with office.service.store.read() as session:
        rows = session.scalars(select(CountRow)).all()
    assert sorted(row.count for row in rows) == [10, 10, 12, 12]
    assert all(row.ends <= 1_800_000_020 + 3_600 for row in rows)
    assert "11010519491231002X" not in capfd.readouterr().err
    for each in (office, second):
        each.stopped = Seconds(1_800_000_020 + 7_200)
    assert second.client.post("/v1/query", json=question).status_code == 200
    assert office.count("counts") == 3


@on_a_server
def test_a_request_at_two_hosts_at_once_is_done_once(office: Office, second: Office) -> None:
    asked = [seal(PORT, ReserveIndices(3)) for _ in range(6)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda each: each[0].post("/v1/indices", each[1]), product((office, second), asked)))
    assert {each.status_code for each in answers} == {200}
    assert len({each.text for each in answers}) == 6
    assert (office.count("requests"), office.count("index_runs")) == (6, 7)
    again = [each.post("/v1/indices", seal(PORT, ReserveIndices(1), nonce=b"n" * 16)) for each in (office, second)]
    assert [each.status_code for each in again] == [200, 401]


@on_a_server
def test_real_servers_on_one_database(office: Office, tmp_path: Path) -> None:
    """Two processes; one is killed with a change just made. `make soak ONLY=faults` does more of it."""
    hosts = [Host(office.data).start(), Host(join(office.data, tmp_path / "second")).start()]
    try:
        assert hosts_publish(hosts, 4, seed=84) == []
    finally:
        for host in hosts:
            host.stop()
    require_same(*(Places(host.data) for host in hosts))
    run(office.data, "check-record")
