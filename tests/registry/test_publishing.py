"""Publishing: once, in order, never backwards, never half; and the tables that it rests on."""

import multiprocessing
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from credential import approval, bundle
from credential.model import Entry, Seconds, Status
from credential.request import ChangeReason, ChangeStatus, ReserveIndices, StatusChange
from registry.current import read
from registry.files import Places
from registry.opening import newest_root, open_folder
from registry.problems import Refused
from registry.publishing import lifetimes, publish
from registry.publishing.lists import make_registers
from registry.publishing.publisher import Publisher
from registry.publishing.snapshot import Snapshot, take_snapshot
from registry.roles import Opening, open_online
from registry.store.models import Base
from tests.registry.approvers import admit, approved
from tests.registry.office import PORT, Office, batch, certificate, embedded_only, for_dialect, now, run, seal, signed

REST = "x'00', key, issued_at, data, registered_at, status"
REGISTERED = (
    'registered (list, "index", run_end, issuer, request, number, digest, key, issued_at, data, registered_at, status)'
)


def publish_some(data: Path, times: int) -> list[int]:
    """In another process: publish so many times; the sequences."""
    opened = open_folder(data)
    keys = open_online(newest_root(opened.store), [data / "keys"], Opening(None, demo=True))
    return [publish.publish(opened.store, opened.places, keys, None, now()).checkpoint.head.seq for _ in range(times)]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def publisher(office: Office) -> Publisher:
    keys = open_online(newest_root(office.service.store), [office.data / "keys"], Opening(None, demo=True))
    return Publisher(office.service.store, office.service.places, keys)


def test_only_shards_in_which_something_was_registered_are_read_and_made_anew(office: Office) -> None:
    def register(first_serial: int, *indices: int) -> None:
        assert office.register(PORT, *batch(indices, first_serial)).status_code == 200

    def taken(*, full: bool) -> Snapshot:
        with office.service.store.read() as session:
            return take_snapshot(session, before, full, now())

    office.indices(PORT, 1_500)
    register(1, *range(10), 300, 1_100)
    office.publish()
    before = read(office.service.places, office.trust.root.head.region)
    register(50, 299, 1_101, 1_300)
    (partly,), (whole,) = taken(full=False).lists, taken(full=True).lists
    assert partly.shards is not None
    assert whole.shards is not None
    assert [None if shard is None else len(shard) for shard in partly.shards] == [None, 2, None, None, 2, 1]
    assert [None if shard is None else len(shard) for shard in whole.shards] == [10, 2, 0, 0, 2, 1]
    assert make_registers(taken(full=False), before) == make_registers(taken(full=True), None)


def test_two_publishers_give_out_each_sequence_once(office: Office) -> None:
    office.service.store.close()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        first, second = pool.starmap(publish_some, [(office.data, 5)] * 2)
    assert sorted(first + second) == list(range(3, 13))
    assert office.trust.checkpoint.head.seq == 12


def test_a_publisher_publishes_what_changed_and_then_rests(office: Office) -> None:
    thread = publisher(office)
    assert (thread.step(), thread.published) == (True, 0)
    office.indices(PORT, 1)
    assert (thread.step(), thread.step(), thread.published) == (True, True, 1)


def test_a_publisher_says_what_it_did_not_expect_and_goes_on(office: Office) -> None:
    thread, index = publisher(office), office.service.places.region
    whole = index.read_bytes()
    index.write_text("{}")
    assert (thread.step(), thread.fault) == (False, "KeyError")
    index.write_bytes(whole)
    assert (thread.step(), thread.fault) == (True, None)


def test_a_publisher_renews_before_expiry(office: Office) -> None:
    assert not publish.is_due(office.service.store, office.service.places, now())
    later = Seconds(now() + lifetimes.RENEW_AFTER + 60)
    assert publish.is_due(office.service.store, office.service.places, later)
    office.publish(later)
    assert office.trust.status_lists[0].issued == later


def test_a_publication_cut_short_is_made_good(office: Office) -> None:
    places = office.service.places
    before = shutil.copytree(places.public, office.data / "before")
    office.indices(PORT, 300)
    office.publish()
    made = contents(places.public)
    shutil.rmtree(places.public)
    before.rename(places.public)
    assert contents(places.public) != made
    thread = publisher(office)
    assert (thread.step(), thread.published) == (True, 0)
    assert contents(places.public) == made
    assert (office.trust.checkpoint.head.seq, office.trust.status_lists[0].length) == (3, 512)


def test_online_publication_keeps_what_the_list_role_signed(office: Office) -> None:
    before = office.trust
    run(
        office.data,
        "issuer",
        "suspend",
        "--code",
        PORT,
        "--date",
        "2026-01-01",
        "--document",
        "文",
        "--operator",
        "lin",
    )
    office.publish()
    assert office.trust.trust_list == before.trust_list
    assert office.client.get("/readyz").get_json()["filing_waits_for_signatures"] is True
    run(office.data, "publish", "--demo-keys")
    assert office.trust.trust_list != before.trust_list
    assert office.client.get("/readyz").get_json()["filing_waits_for_signatures"] is False


def test_a_database_behind_what_is_published_publishes_nothing(office: Office) -> None:
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM publications WHERE seq > 1")
    before = office.service.places.bundle.read_bytes()
    with pytest.raises(Refused, match="ROLLBACK"):
        office.publish()
    assert office.service.places.bundle.read_bytes() == before
    assert office.client.get("/readyz").status_code == 503


def test_a_database_behind_what_is_published_grants_no_index_again(office: Office) -> None:
    with office.service.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM publications WHERE seq > 1")
    runs = office.count("index_runs")
    answer = office.post("/v1/indices", seal(PORT, ReserveIndices(1)))
    assert (answer.status_code, answer.get_json()["detail"].partition(":")[0]) == (503, "ROLLBACK")
    assert office.count("index_runs") == runs


def test_what_a_verifier_refuses_is_not_published(office: Office) -> None:
    before = office.service.places.bundle.read_bytes()
    keys = open_online(newest_root(office.service.store), [office.data / "keys"], Opening(None, demo=True))
    swapped = type(keys)(keys.checkpoint, keys.status)
    with pytest.raises(Refused, match="THRESHOLD_NOT_MET"):
        publish.publish(office.service.store, office.service.places, swapped, None, now())
    assert office.service.places.bundle.read_bytes() == before
    assert office.count("publications WHERE seq > 2") == 0


def test_lists_are_as_long_as_granted_and_never_shrink(office: Office) -> None:
    lengths = []
    for count in (0, 1, 255, 1):
        if count:
            office.indices(PORT, count)
        office.publish()
        lengths.append(office.trust.status_lists[0].length)
    assert lengths == [256, 256, 256, 512]


def test_a_list_without_changes_is_not_signed_again(office: Office) -> None:
    before = office.trust.status_lists[0]
    office.publish()
    assert office.trust.status_lists[0] == before
    assert office.trust.checkpoint.head.seq == 3


def test_twenty_writers_at_once(office: Office) -> None:
    admit(office.data)
    indices = office.indices(PORT, 40)
    for start in (0, 20):
        assert office.register(PORT, *batch(indices[start : start + 20], start + 1)).status_code == 200

    def work(place: int) -> tuple[int, int, list[int]]:
        with office.app.test_client() as client:
            granted = client.post("/v1/indices", data=seal(PORT, ReserveIndices(3)), content_type="application/cose")
            change = StatusChange(Entry(0, indices[place]), Status.REVOKED, ChangeReason.FRAUD)
            body = approved(ChangeStatus((change,)))
            revoked = client.post("/v1/status-changes", data=body, content_type=approval.MEDIA_TYPE)
        run = granted.get_json()["runs"][0]
        return granted.status_code, revoked.status_code, list(range(run["first"], run["first"] + 3))

    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(work, range(20)))
    assert [(a, b) for a, b, _ in done] == [(200, 200)] * 20
    assert sorted(index for _, _, run in done for index in run) == list(range(40, 100))
    office.publish()
    assert [office.trust.status_lists[0].get(i) for i in indices] == [Status.REVOKED] * 20 + [Status.VALID] * 20


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO index_runs (list, first, "end", granted_at) VALUES (0, 0, 5, 1)',
        'INSERT INTO index_runs (list, first, "end", granted_at) VALUES (0, 2, 9, 1)',
        f"INSERT INTO {REGISTERED} SELECT list, 1, run_end, issuer, request, number, {REST} FROM registered",
        f"INSERT INTO {REGISTERED} SELECT list, 9, run_end, issuer, request, 'other', {REST} FROM registered",
        "INSERT INTO request_keys SELECT public, 'request', issuer, kid, 1, NULL FROM certificate_keys",
        "UPDATE filings SET approved_by = filed_by",
    ],
    ids=["run twice", "runs overlap", "number twice", "outside the run", "key of two purposes", "one person"],
)
def test_the_database_itself_refuses(office: Office, statement: str) -> None:
    assert office.register(PORT, signed(certificate(office.indices(PORT, 3)[0], 1))).status_code == 200
    with pytest.raises(IntegrityError), office.service.store.engine.begin() as connection:
        connection.exec_driver_sql(for_dialect(statement, connection.dialect.name))


def test_the_migrations_make_the_models(office: Office) -> None:
    with office.service.store.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert found == []


@embedded_only
def test_how_sqlite_is_set_up(office: Office) -> None:
    names = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
    with office.service.store.engine.connect() as connection:
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]
    assert values == ["wal", 1, 2, 10_000]


def test_the_bundle_and_the_index_agree(office: Office) -> None:
    current = read(Places(office.data), office.trust.root.head.region)
    assert current is not None
    index = office.client.get("/v1/region").get_json()
    assert index["bundle_sha256"] == current.bundle_sha256.hex()
    assert index["checkpoint"]["seq"] == current.checkpoint.head.seq
    assert list(bundle.decode((office.data / "public" / "bundle.cbor").read_bytes())) == ["35"]
