"""`yinxin-verify sync` from a large registry: object by object, only what is not held, nothing worse than before."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from credential import bundle, directory
from credential.bundle import Part
from credential.model import IssuerCode, Region
from tests.listening import listening
from tests.verifier_cli.conftest import Answer, Desk
from tests.verifier_cli.test_sync import agreement, world
from tests.world import FUJIAN, GUANGDONG, ISSUER, World, certificate_key, sign_it
from verifier_cli.errors import UnreachableError
from verifier_cli.remote import fetch, objects

Parts = dict[Region, Part]
COUNT = 60


def province(seq: int = 1, **changes: Any) -> World:
    """A region whose issuers fill many bins."""
    issuers = tuple(
        ISSUER._replace(code=IssuerCode(f"Y0000350{number:05d}"), keys=(certificate_key(f"key {number}"),))
        for number in range(COUNT)
    )
    return replace(world(seq, registered={7: sign_it()}), **{"issuers": issuers, "issuers_a_bin": 2, **changes})


def rekeyed(seq: int, *places: int) -> World:
    """The same with a new key of these issuers."""
    before = province(seq)
    issuers = list(before.issuers)
    for place in places:
        issuers[place] = issuers[place]._replace(keys=(*issuers[place].keys, certificate_key(f"new {place}")))
    return replace(before, issuers=tuple(issuers))


@dataclass
class Server:
    """What each path answers, and what was asked for."""

    url: str
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    packs: bool = False

    def publish(self, parts: Parts, size: int = 1_000_000) -> None:
        """Serve these parts as a registry does."""
        served = (data for part in parts.values() for data in bundle.objects_in(part))
        self.pages = {f"/v1/objects/{sha256(data).hexdigest()}": data for data in served}
        self.pages["/v1/bundle"] = bundle.encode(parts)
        self.pages["/v1/region"] = json.dumps(directory.encode(directory.of(parts, size))).encode()
        self.asked.clear()

    def fetched(self) -> list[bytes]:
        """The objects that were asked for."""
        return [self.pages[path] for path in self.asked if path.startswith("/v1/objects/")]


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            body = told.pages.get(self.path)
            self.send_response(404 if body is None else 200)
            packed = gzip.compress(body or b"") if told.packs else body or b""
            if told.packs:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as told.url:
        yield told


@dataclass(frozen=True)
class Office:
    """A desk that syncs from the server."""

    desk: Desk
    server: Server

    @property
    def bundle(self) -> Path:
        return self.desk.folder / "held.cbor"

    def sync(self, parts: Parts | None = None) -> Answer:
        if parts is not None:
            self.server.publish(parts)
        pin = self.desk.file("pin.txt", world().pin().hex())
        command = ["sync", "--from", self.server.url, "--pin", pin, "--bundle", str(self.bundle), "--json"]
        return self.desk.call(command)


@pytest.fixture
def office(desk: Desk, server: Server) -> Office:
    return Office(desk, server)


@pytest.fixture
def settled(office: Office) -> Office:
    """An office that holds the province."""
    assert office.sync({FUJIAN: province().part()}).code == 0
    assert office.server.asked == ["/v1/bundle"]
    return office


def test_only_what_changed_is_fetched(settled: Office) -> None:
    newer = rekeyed(2, 3, 31).part()
    assert settled.sync({FUJIAN: newer}).code == 0
    changed = (newer.checkpoint, newer.trust_list, newer.status_lists[0], newer.bins[1], newer.bins[15])
    assert sorted(settled.server.fetched()) == sorted(changed)
    assert "/v1/bundle" not in settled.server.asked
    assert bundle.decode(settled.bundle.read_bytes()) == {FUJIAN: newer}


def test_nothing_new_is_one_request(settled: Office) -> None:
    answer = settled.sync({FUJIAN: province().part()})
    assert (answer.code, answer.rows[0]["result"]) == (0, "unchanged")
    assert settled.server.asked == ["/v1/region"]


def test_a_small_bundle_comes_whole(settled: Office) -> None:
    settled.server.publish({FUJIAN: rekeyed(2, 3).part()}, directory.SMALL_BUNDLE)
    assert settled.sync().code == 0
    assert settled.server.asked == ["/v1/region", "/v1/bundle"]


def test_a_mirror_without_a_directory_gives_the_bundle(settled: Office) -> None:
    settled.server.publish({FUJIAN: rekeyed(2, 3).part()})
    del settled.server.pages["/v1/region"]
    assert settled.sync().code == 0
    assert settled.server.asked == ["/v1/region", "/v1/bundle"]


def test_too_much_that_is_missing_comes_whole(settled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MOST_OBJECTS", 4)
    newer = rekeyed(2, 3, 31).part()
    assert settled.sync({FUJIAN: newer}).code == 0
    assert settled.server.asked[-1] == "/v1/bundle"
    assert len(settled.server.fetched()) <= 4
    assert bundle.decode(settled.bundle.read_bytes()) == {FUJIAN: newer}


def test_an_older_state_is_refused_object_by_object_too(settled: Office) -> None:
    assert settled.sync({FUJIAN: rekeyed(3, 3).part()}).code == 0
    before = settled.bundle.read_bytes()
    answer = settled.sync({FUJIAN: rekeyed(2, 3).part()})
    assert (answer.code, answer.reasons) == (1, ["ROLLBACK"])
    assert settled.bundle.read_bytes() == before


@pytest.mark.parametrize("which", ["checkpoint", "trust_list", "bins", "status_lists"])
def test_a_garbled_object_is_refused_and_what_is_held_stays(settled: Office, which: str) -> None:
    newer = rekeyed(2, 3).part()
    before = settled.bundle.read_bytes()
    settled.server.publish({FUJIAN: newer})
    found = getattr(newer, which)
    data = found if isinstance(found, bytes) else next(each for each in found if each not in province().part())
    data = newer.bins[1] if which == "bins" else data
    settled.server.pages[f"/v1/objects/{sha256(data).hexdigest()}"] = data[:-1] + bytes([data[-1] ^ 1])
    answer = settled.sync()
    assert (answer.code, answer.reasons) == (1, ["MIX_AND_MATCH"])
    assert settled.bundle.read_bytes() == before


def test_an_object_without_end_stops_at_its_cap(settled: Office) -> None:
    newer = rekeyed(2, 3).part()
    settled.server.publish({FUJIAN: newer})
    settled.server.packs = True
    settled.server.pages[f"/v1/objects/{sha256(newer.bins[1]).hexdigest()}"] = bytes(100 << 20)
    answer = settled.sync()
    assert (answer.code, answer.reasons) == (1, ["OBJECT_TOO_LARGE"])


def test_a_withheld_object_ends_the_sync_and_what_is_held_stays(settled: Office) -> None:
    newer = rekeyed(2, 3).part()
    before = settled.bundle.read_bytes()
    settled.server.publish({FUJIAN: newer})
    del settled.server.pages[f"/v1/objects/{sha256(newer.bins[1]).hexdigest()}"]
    answer = settled.sync()
    assert (answer.code, answer.rows[0]["result"]) == (3, "unreachable")
    assert settled.bundle.read_bytes() == before


def test_a_partners_garbled_object_touches_the_partner_only(office: Office) -> None:
    partner = world(region=GUANGDONG, status_base="https://gd.example/s/")
    home = province(agreements=(agreement(),))
    assert office.sync({FUJIAN: home.part(), GUANGDONG: partner.part()}).code == 0
    newer, held = replace(home, seq=2).part(), partner.part()
    later = replace(partner, seq=2).part()
    office.server.publish({FUJIAN: newer, GUANGDONG: later})
    office.server.pages[f"/v1/objects/{sha256(later.trust_list).hexdigest()}"] = b"junk"
    answer = office.sync()
    assert answer.code == 1
    assert {row["region"]: row["reason"] for row in answer.rows} == {"35": None, "44": "MIX_AND_MATCH"}
    assert bundle.decode(office.bundle.read_bytes()) == {FUJIAN: newer, GUANGDONG: held}


def test_a_body_with_gzip_is_unpacked_up_to_the_cap(server: Server) -> None:
    server.packs = True
    server.pages["/x"] = bytes(50 << 20)
    assert fetch.fetch(f"{server.url}/x", 1_000_000) == bytes(1_000_001)
    server.pages["/x"] = b"short"
    assert fetch.fetch(f"{server.url}/x", 1_000_000) == b"short"


@pytest.mark.parametrize("body", [gzip.compress(b"long enough", mtime=0)[:-4], b"not gzip"], ids=["cut", "none"])
def test_a_body_that_is_no_gzip_is_no_answer(body: bytes) -> None:
    class Half(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Half) as url, pytest.raises(UnreachableError):
        fetch.fetch(f"{url}/", 1_000)
