"""The record as a Merkle log: what is in it, how it is published and proved, and that an edited one is noticed."""

import shutil
from base64 import b64decode
from hashlib import sha256

import pytest
from nacl.signing import VerifyKey
from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from credential import cose, log, register
from credential.log import Consistency, Inclusion
from credential.model import Seconds, Status
from credential.published import LogHead
from credential.root import Role
from registry.problems import Refused
from registry.record import acts
from registry.record.acts import Act
from registry.settings import lock
from registry.store.models import ActRow
from tests.registry.office import PORT, Office, batch, migrate, run, tamper

ORIGIN = "fj.example/s/log"
FOREVER = "public, max-age=31536000, immutable"


def head_of(office: Office) -> LogHead:
    found = office.trust.checkpoint.log
    assert found is not None
    return found


def entries(office: Office, name: str) -> list[bytes]:
    """The leaves of an entry bundle, as C2SP tlog-tiles writes them."""
    answer = office.client.get(f"/s/log/tile/entries/{name}")
    assert (answer.status_code, answer.content_type) == (200, "application/octet-stream")
    assert answer.headers["Cache-Control"] == FOREVER
    data, found = answer.data, []
    while data:
        size = int.from_bytes(data[:2], "big")
        found.append(data[2 : 2 + size])
        data = data[2 + size :]
    return found


def proof(office: Office, path: str) -> log.Proof:
    answer = office.client.get(f"/v1/log/{path}")
    assert (answer.status_code, answer.content_type, answer.headers["Cache-Control"]) == (
        200,
        "application/cbor",
        FOREVER,
    )
    return log.decode_proof(answer.data)


def add_acts(office: Office, count: int) -> None:
    def work(session: Session) -> None:
        lock(session)
        for each in range(count):
            acts.record(session, Act("lin", "test", str(each)), Seconds(each))

    office.service.store.write(work)


def first_broken(office: Office, *, things: bool = False) -> int | None:
    with office.service.store.read() as session:
        return acts.first_broken(session, things=things)


def test_every_act_is_a_leaf_that_names_nobody(office: Office) -> None:
    (index,) = office.indices(PORT, 1)
    assert office.register(PORT, *batch([index])).status_code == 200
    assert office.change(PORT, index, Status.REVOKED).status_code == 200
    office.publish()
    head = head_of(office)
    leaves = entries(office, f"000.p/{head.size}")
    assert [log.decode_leaf(each).what for each in leaves] == [
        "region.found",
        "publish.full",
        *("issuer.file", "issuer.approve") * 2,
        *("key.check", "key.approve") * 2,
        "publish.full",
        "indices.grant",
        "batch.register",
        "status.change",
        "publish.online",
    ]
    assert log.head_of([log.leaf_hash(each) for each in leaves]) == head
    said = b"".join(leaves)
    assert [word for word in ("clin", "huang", PORT, "闽人社备1号", "陈志强", "机构") if word.encode() in said] == []


def test_the_head_as_a_signed_note(office: Office) -> None:
    answer = office.client.get("/s/log/checkpoint")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    text, _, line = answer.text.rpartition("\n\n")
    size, root_hash = head_of(office)
    lines = text.split("\n")
    assert (lines[0], int(lines[1]), b64decode(lines[2])) == (ORIGIN, size, root_hash)
    (public,) = office.trust.root.role(Role.CHECKPOINT).keys
    _, name, value = line.split()
    assert (name, b64decode(value)[:4]) == (ORIGIN, sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4])
    VerifyKey(public).verify(f"{text}\n".encode(), b64decode(value)[4:])
    assert office.client.get("/v1/region").get_json()["log"] == {
        "origin": ORIGIN,
        "size": size,
        "root": root_hash.hex(),
    }


def test_a_certificate_and_an_object_are_proved_to_be_in_it(office: Office) -> None:
    made = batch(office.indices(PORT, 5))
    assert office.register(PORT, *reversed(made)).status_code == 200
    office.publish()
    head = head_of(office)
    digests = [register.digest_of(cose.decode_sign1(each, None).to_be_signed) for each in made]
    proofs = [proof(office, f"inclusion/{head.size}/{each.hex()}") for each in digests]
    assert all(
        isinstance(found, Inclusion) and found.proves(digest, head)
        for found, digest in zip(proofs, digests, strict=True)
    )
    assert [found.thing_place for found in proofs if isinstance(found, Inclusion)] == [0, 1, 2, 3, 4]
    for each in office.trust.checkpoint.entries:
        found = proof(office, f"inclusion/{head.size}/{each.sha256.hex()}")
        assert isinstance(found, Inclusion)
        assert found.proves(each.sha256, head)
        assert not found.proves(bytes(32), head)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/log/consistency/0/1",
        "/v1/log/consistency/2/1",
        "/v1/log/consistency/1/99999999999999999999",
        "/v1/log/inclusion/1/" + "0" * 32,
        "/v1/log/inclusion/1/00",
        "/s/log/tile/0/000",
        "/s/log/tile/0/../../../pin.txt",
        "/s/log/tile/0/..%2f..%2f..%2f..%2fpin.txt",
        "/s/log/tile/64/000",
    ],
)
def test_what_the_log_has_not(office: Office, path: str) -> None:
    assert office.client.get(path).status_code == 404


def test_every_head_follows_from_those_before_across_full_tiles(office: Office) -> None:
    heads = [head_of(office)]
    for count in (1, 240, 3, 300):
        add_acts(office, count)
        office.publish()
        heads.append(head_of(office))
    assert [each.size for each in heads] == [11, 13, 254, 258, 559]
    for place, after in enumerate(heads):
        for before in heads[: place + 1]:
            found = proof(office, f"consistency/{before.size}/{after.size}")
            assert isinstance(found, Consistency)
            assert found.proves(before, after)
    folder = office.service.places.log
    tiles = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.p/*"))
    assert tiles == ["tile/0/002.p/47", "tile/1/000.p/1", "tile/1/000.p/2", "tile/entries/002.p/47"]
    assert len(entries(office, "000")) == 256


def test_tiles_that_were_lost_are_made_again(office: Office) -> None:
    add_acts(office, 300)
    office.publish()
    kept = {path: path.read_bytes() for path in office.service.places.log.rglob("tile/**/*") if path.is_file()}
    for path in kept:
        path.unlink()
    office.publish()
    assert {path for path in kept if "p" not in path.parts[-2]} <= set(office.service.places.log.rglob("*"))
    size = head_of(office).size
    assert isinstance(proof(office, f"consistency/10/{size}"), Consistency)


# --- an edited history ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE acts SET who = 'nobody' WHERE id = 3", 3),
        ("UPDATE acts SET at = at + 1 WHERE id = 3", 3),
        ("UPDATE acts SET hash = x'00' WHERE id = 3", 3),
        ("DELETE FROM acts WHERE id = 3", 3),
        ("DELETE FROM acts WHERE id = (SELECT max(id) FROM acts)", 11),
        ("UPDATE region SET log_size = 9", 12),
        ("UPDATE region SET log_frontier = x'00'", 12),
    ],
)
def test_an_edited_record_is_not_published(
    office: Office, statement: str, broken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first_broken(office) is None
    before = office.service.places.bundle.read_bytes()
    tamper(office, statement)
    assert first_broken(office) == broken
    run(office.data, "publish", "--demo-keys", expect=1)
    assert f"HISTORY: 办理记录被改动过 (act {broken})" in capsys.readouterr().err
    assert office.service.places.bundle.read_bytes() == before


@pytest.mark.parametrize("tiles", ["there", "lost"])
def test_a_history_rewritten_with_all_its_hashes_does_not_follow(office: Office, tiles: str) -> None:
    """Whoever can write the database can make it agree with itself, but not with what was published."""
    tamper(office, "UPDATE acts SET who = 'nobody' WHERE id = 3")

    def rehash(session: Session) -> None:
        frontier = log.Frontier()
        for row in session.scalars(select(ActRow).order_by(ActRow.id)):
            row.hash = log.leaf_hash(acts.leaf_of(row).encode())
            frontier = frontier.append(row.hash)
        region = lock(session)
        region.log_frontier = b"".join(frontier.nodes)

    office.service.store.write(rehash)
    if tiles == "lost":
        shutil.rmtree(office.service.places.log)
    assert first_broken(office) is None
    with pytest.raises(Refused, match="HISTORY"):
        office.publish()


def test_certificates_that_were_exchanged_are_noticed(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.register(PORT, *batch(office.indices(PORT, 2))).status_code == 200
    run(office.data, "check-record")
    assert "办理记录完整：13 项" in capsys.readouterr().out
    tamper(office, "UPDATE registered SET digest = x'00112233445566778899aabbccddeeff' WHERE \"index\" = 1")
    assert (first_broken(office), first_broken(office, things=True)) == (None, 13)
    run(office.data, "check-record", expect=1)


# --- migrations -------------------------------------------------------------------------------------------------------


def test_down_and_up_again_with_data(office: Office) -> None:
    made = batch(office.indices(PORT, 3))
    assert office.register(PORT, *made).status_code == 200
    migrate(office, "0001")
    with office.service.store.engine.begin() as connection:
        columns = [each["name"] for each in inspect(connection).get_columns("acts")]
        assert columns == ["id", "at", "who", "what", "subject", "why", "detail", "hash"]
        hashes = connection.exec_driver_sql("SELECT hash FROM acts ORDER BY id").scalars().all()
        assert len(set(hashes)) == 13
    with pytest.raises(DBAPIError, match="append-only"), office.service.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM acts")
    migrate(office, "head")
    assert first_broken(office, things=True) is None
    with office.service.store.read() as session:
        size, root_hash = acts.head(session)
    assert size == 13
    assert root_hash != head_of(office).root_hash
