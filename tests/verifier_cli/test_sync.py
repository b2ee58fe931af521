"""`sync` against a real HTTP server: every refusal by its name, and the last good state that stays."""

import io
import json
import resource
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from credential import bundle, sign
from credential.bundle import Part
from credential.model import AgreementState, IssuerState, Region, Seconds, Status, day_from_date
from credential.published import ObjectType
from credential.recognition import Agreement
from tests.listening import listening
from tests.update_states import entries_of, rotated, successor, with_checkpoint
from tests.verifier_cli.conftest import GOOD, Answer, Desk
from tests.world import DAY, FILED, FUJIAN, GUANGDONG, ISSUER, World, certificate, sign_it
from verifier_cli.errors import UnreachableError
from verifier_cli.held import store
from verifier_cli.remote import fetch
from verifier_cli.remote.objects import Fetched
from verifier_cli.syncing import sync

NOW = int(time.time())


def world(seq: int = 1, issued: int = NOW - 60, **changes: Any) -> World:
    """A region of today."""
    at = Seconds(issued)
    base = World(seq=seq, root_issued=Seconds(NOW - 90 * DAY), list_issued=at, status_issued=at, checkpoint_issued=at)
    return replace(base, **changes)


@dataclass
class Registry:
    """A server that answers every path with what it is told to."""

    url: str
    body: bytes = b""
    status: int = 200
    location: str = ""
    endless: bool = False
    announced: int | None = None
    asked: str = ""


@pytest.fixture
def registry() -> Iterator[Registry]:
    told = Registry("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked = self.path
            self.send_response(told.status)
            if told.location:
                self.send_header("Location", told.location)
            if not told.endless:
                self.send_header("Content-Length", str(len(told.body) if told.announced is None else told.announced))
            self.end_headers()
            try:
                while told.endless:
                    self.wfile.write(bytes(1 << 16))
                self.wfile.write(told.body)
            except (BrokenPipeError, ConnectionResetError):
                pass

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as told.url:
        yield told


@dataclass(frozen=True)
class Office:
    """A desk without a bundle yet, and the registry that it syncs from."""

    desk: Desk
    registry: Registry

    @property
    def bundle(self) -> Path:
        return self.desk.folder / "held.cbor"

    def sync(self, parts: dict[Region, Part] | None = None, *more: str) -> Answer:
        if parts is not None:
            self.registry.body = bundle.encode(parts)
        pin = str(self.desk.folder / "pin.txt")
        command = ["sync", "--from", self.registry.url, "--pin", pin, "--bundle", str(self.bundle)]
        return self.desk.call([*command, "--json", *more])

    def refuse(self, parts: dict[Region, Part] | Part, reason: str) -> Answer:
        """Offer `parts`: refused for `reason`, and the held bundle is untouched."""
        before = self.bundle.read_bytes() if self.bundle.exists() else None
        answer = self.sync({FUJIAN: parts} if isinstance(parts, Part) else parts)
        assert (answer.code, answer.reasons) == (1, [reason])
        assert (self.bundle.read_bytes() if self.bundle.exists() else None) == before
        return answer


@pytest.fixture
def office(desk: Desk, registry: Registry) -> Office:
    desk.file("pin.txt", world().pin().hex())
    return Office(desk, registry)


@pytest.fixture
def settled(office: Office) -> Office:
    """An office that holds state (1, 5) of a region in full."""
    assert office.sync({FUJIAN: settled_world().part()}).code == 0
    return office


def settled_world(seq: int = 5, **changes: Any) -> World:
    statuses = {7: Status.VALID, 8: Status.REVOKED, 9: Status.SUPERSEDED, 10: Status.SUSPENDED}
    return world(seq, **{"statuses": statuses, "registered": {7: sign_it()}, **changes})


def test_first_sync_stores_bundle_and_pin_and_check_needs_no_pin_any_more(office: Office) -> None:
    part = world(issued=NOW - 60, registered={7: sign_it()}).part()
    answer = office.sync({FUJIAN: part})
    assert answer.code == 0
    assert answer.rows == [
        {
            "region": "35",
            "result": "updated",
            "reason": None,
            "detail": None,
            "checkpoint": [1, 1],
            "issued": answer.rows[0]["issued"],
            "new_epochs": [],
            "register_lost": 0,
            "log": None,
        }
    ]
    assert office.registry.asked == "/v1/bundle"
    assert bundle.decode(office.bundle.read_bytes()) == {FUJIAN: part}
    assert json.loads(store.pins_path().read_text()) == {"35": [world().pin().hex()]}
    checked = office.desk.call(["check", "--bundle", str(office.bundle), "--json", GOOD])
    assert (checked.code, checked.reasons) == (0, ["ACCEPTED"])
    again = office.sync()
    assert (again.code, again.rows[0]["result"]) == (0, "unchanged")


def test_url_of_a_bundle_itself(office: Office) -> None:
    office.registry.body = world().bundle()
    command = ["--pin", str(office.desk.folder / "pin.txt"), "--bundle", str(office.bundle)]
    assert office.desk.call(["sync", "--from", f"{office.registry.url}/x/b.cbor", *command]).code == 0
    assert office.registry.asked == "/x/b.cbor"


def test_newer_state_replaces_the_held_one(settled: Office) -> None:
    statuses = {7: Status.SUPERSEDED, 8: Status.REVOKED, 9: Status.SUPERSEDED, 10: Status.VALID, 11: Status.VALID}
    registered = {7: sign_it(), 11: sign_it(certificate(index=11, serial=4))}
    following = settled_world(6, statuses=statuses, registered=registered, list_length=2048).part()
    assert settled.sync({FUJIAN: following}).rows[0]["result"] == "updated"
    assert bundle.decode(settled.bundle.read_bytes()) == {FUJIAN: following}


def test_rollback(settled: Office) -> None:
    settled.refuse(settled_world(4).part(), "ROLLBACK")


def test_rollback_of_one_object_under_a_new_checkpoint(settled: Office) -> None:
    newer, older = settled_world(6), settled_world(4)
    part = newer.part()._replace(status_lists=older.part().status_lists)
    settled.refuse(part, "ROLLBACK")


def test_equivocation_keeps_both_as_evidence(settled: Office) -> None:
    other = settled_world(statuses={7: Status.REVOKED}).part()
    answer = settled.refuse(other, "EQUIVOCATION")
    evidence = Path(answer.rows[0]["evidence"])
    assert evidence.parent == settled.bundle.parent
    assert bundle.decode(evidence.read_bytes()) == {FUJIAN: other}


def test_another_root_of_one_version_is_equivocation(settled: Office) -> None:
    held, other = settled_world(), settled_world(6, status_base="https://else.example/")
    settled.desk.file("pin.txt", f"{held.pin().hex()}\n{other.pin().hex()}")
    settled.refuse(other.part(), "EQUIVOCATION")


def test_mix_and_match(settled: Office) -> None:
    part = settled_world(7).part()
    settled.refuse(part._replace(status_lists=settled_world(6).part().status_lists), "MIX_AND_MATCH")
    settled.refuse(part._replace(bins=()), "MIX_AND_MATCH")
    other = settled_world(7, registered={8: sign_it(certificate(index=8))}).part()
    settled.refuse(part._replace(registers=other.registers), "MIX_AND_MATCH")


def test_issuer_vanishes(settled: Office) -> None:
    settled.refuse(settled_world(6, issuers=()).part(), "ENTRY_VANISHED")


def test_key_vanishes(settled: Office) -> None:
    settled.refuse(settled_world(6, issuers=(ISSUER._replace(keys=()),)).part(), "ENTRY_VANISHED")


@pytest.mark.parametrize("index", [7, 8, 9, 10])
def test_registered_certificate_vanishes(settled: Office, index: int) -> None:
    statuses = {place: status for place, status in settled_world().statuses.items() if place != index}
    settled.refuse(settled_world(6, statuses=statuses).part(), "ENTRY_VANISHED")


def test_status_list_vanishes(settled: Office) -> None:
    following = settled_world(6)
    part = following.part()._replace(status_lists=())
    kept = [each for each in entries_of(part) if each.type is not ObjectType.STATUS_LIST]
    settled.refuse(part, "ENTRY_VANISHED")
    settled.refuse(with_checkpoint(following, part, kept), "ENTRY_VANISHED")


def test_digest_vanishes_from_the_register(settled: Office) -> None:
    other = {11: sign_it(certificate(index=11, serial=4))}
    settled.refuse(settled_world(6, registered=other).part(), "ENTRY_VANISHED")
    settled.refuse(settled_world(6, registered=None).part(), "ENTRY_VANISHED")


def test_agreement_vanishes(office: Office) -> None:
    assert office.sync({FUJIAN: world(5, agreements=(agreement(),)).part()}).code == 0
    office.refuse(world(6, agreements=()).part(), "ENTRY_VANISHED")
    office.refuse(world(6).part(), "ENTRY_VANISHED")


@pytest.mark.parametrize("index", [8, 9])
@pytest.mark.parametrize("status", [Status.VALID, Status.SUSPENDED])
def test_revoked_certificate_is_revived(settled: Office, index: int, status: Status) -> None:
    statuses = {**settled_world().statuses, index: status}
    settled.refuse(settled_world(6, statuses=statuses).part(), "ENTRY_REVIVED")


def test_void_issuer_is_revived(office: Office) -> None:
    void = ISSUER._replace(states=((FILED, IssuerState.VOID),))
    assert office.sync({FUJIAN: world(5, issuers=(void,)).part()}).code == 0
    office.refuse(world(6).part(), "ENTRY_REVIVED")


def test_list_shrinks(settled: Office) -> None:
    settled.refuse(settled_world(6, list_length=512).part(), "LIST_SHRUNK")


def test_emptied_list_of_issuers_and_statuses_stays_refused_for_ever(settled: Office) -> None:
    settled.refuse(settled_world(60, statuses={}).part(), "ENTRY_VANISHED")


def test_root_is_skipped(settled: Office) -> None:
    following = settled_world(6)
    part = following.part()
    settled.refuse(part._replace(roots=(part.roots[0], successor(following, 3))), "ROOT_SKIPPED")


def test_new_epoch_recovers_from_a_stolen_role_and_is_reported(settled: Office) -> None:
    """Everything revoked, sequence at its end; the root grants a new epoch."""
    everything = {**dict.fromkeys(range(1024), Status.REVOKED), 9: Status.SUPERSEDED}
    stolen = settled_world(2**53 - 1, statuses=everything).part()
    assert settled.sync({FUJIAN: stolen}).code == 0
    settled.refuse(settled_world(6).part(), "ROLLBACK")
    recovered = rotated(settled_world(1, epoch=2), settled_world())
    answer = settled.sync({FUJIAN: recovered})
    assert answer.code == 0
    assert answer.rows[0]["new_epochs"] == ["root", "list", "status", "checkpoint"]
    settled.refuse(stolen, "ROLLBACK")


def test_epoch_that_the_root_did_not_grant(settled: Office) -> None:
    settled.refuse(settled_world(1, epoch=2).part()._replace(roots=(settled_world().root_bytes(),)), "EPOCH_MISMATCH")


def test_threshold_is_not_met(settled: Office) -> None:
    following = settled_world(6)
    listed = sign.sign(b"x", "application/yinxin-trust+cose", following.keys("list", 1))
    settled.refuse(following.part()._replace(trust_list=listed), "OBJECT_MALFORMED")
    one = settled_world(6, list_threshold=1).part()
    settled.refuse(one._replace(roots=settled_world().part().roots), "THRESHOLD_NOT_MET")


def test_object_is_too_large(settled: Office) -> None:
    settled.refuse(settled_world(6).part()._replace(shards=(bytes(9_000),)), "OBJECT_TOO_LARGE")
    settled.refuse(settled_world(6).part()._replace(roots=settled_world().part().roots * 2_000), "OBJECT_TOO_LARGE")


def test_expired(settled: Office) -> None:
    settled.refuse(settled_world(6, checkpoint_issued=Seconds(NOW - 4 * DAY)).part(), "EXPIRED")
    settled.refuse(settled_world(6, status_lifetime=30).part(), "EXPIRED")
    settled.refuse(settled_world(6, list_lifetime=30).part(), "EXPIRED")


def test_dated_ahead(settled: Office) -> None:
    now = int(time.time())
    settled.refuse(settled_world(6, issued=now + 400).part(), "DATED_AHEAD")
    assert settled.sync({FUJIAN: settled_world(6, issued=now + 200).part()}).code == 0


def test_wrong_region(settled: Office) -> None:
    foreign = world(6, region=GUANGDONG).part()
    settled.refuse(settled_world(6).part()._replace(status_lists=foreign.status_lists), "WRONG_REGION")


def test_pin_is_not_found(settled: Office) -> None:
    settled.refuse({GUANGDONG: world(6, region=GUANGDONG).part()}, "PIN_NOT_FOUND")
    settled.refuse({GUANGDONG: settled_world(6).part()}, "PIN_NOT_FOUND")


def test_body_that_is_no_bundle(settled: Office) -> None:
    settled.registry.body = b"<html>"
    before = settled.bundle.read_bytes()
    answer = settled.sync()
    assert (answer.code, answer.reasons, answer.rows[0]["region"]) == (1, ["OBJECT_MALFORMED"], None)
    assert settled.bundle.read_bytes() == before


def agreement() -> Agreement:
    """Fujian's agreement with Guangdong."""
    partner = world(region=GUANGDONG, status_base="https://gd.example/s/")
    states = ((FILED, AgreementState.IN_FORCE),)
    return Agreement(1, GUANGDONG, (1, partner.pin()), "1号", day_from_date(date(2026, 1, 1)), states, True, (), ())


def test_each_region_fares_by_itself(office: Office) -> None:
    home = world(5, agreements=(agreement(),))
    partner = world(5, region=GUANGDONG, status_base="https://gd.example/s/")
    stranger = world(5, region=Region("31"), status_base="https://sh.example/s/")
    first = {FUJIAN: home.part(), GUANGDONG: partner.part(), Region("31"): stranger.part()}
    answer = office.sync(first)
    assert [(row["region"], row["result"]) for row in answer.rows] == [
        ("35", "updated"),
        ("44", "updated"),
        ("31", "ignored"),
    ]
    assert answer.code == 0
    assert office.bundle.read_bytes() == bundle.encode({FUJIAN: home.part(), GUANGDONG: partner.part()})
    newer_home, older_partner = replace(home, seq=6).part(), replace(partner, seq=4).part()
    answer = office.sync({FUJIAN: newer_home, GUANGDONG: older_partner})
    assert [(row["region"], row["result"], row["reason"]) for row in answer.rows] == [
        ("35", "updated", None),
        ("44", "kept", None),
    ]
    assert answer.code == 0
    assert bundle.decode(office.bundle.read_bytes()) == {FUJIAN: newer_home, GUANGDONG: partner.part()}
    newer_partner = replace(partner, seq=6).part()
    answer = office.sync({FUJIAN: home.part(), GUANGDONG: newer_partner})
    assert [(row["region"], row["result"]) for row in answer.rows] == [("35", "kept"), ("44", "updated")]
    assert bundle.decode(office.bundle.read_bytes()) == {FUJIAN: newer_home, GUANGDONG: newer_partner}


def test_home_among_several_pinned_regions(office: Office) -> None:
    home = world(5, agreements=(agreement(),))
    partner = world(5, region=GUANGDONG, status_base="https://gd.example/s/")
    other = world(5, region=Region("31"), status_base="https://sh.example/s/")
    office.desk.file("pin.txt", f"{home.pin().hex()}\n{other.pin().hex()}\n")
    parts = {FUJIAN: home.part(), GUANGDONG: partner.part(), Region("31"): other.part()}
    results = {row["region"]: row["result"] for row in office.sync(parts).rows}
    assert results == {"31": "updated", "35": "updated", "44": "ignored"}
    results = {row["region"]: row["result"] for row in office.sync(parts, "--region", "35").rows}
    assert results == {"31": "unchanged", "35": "unchanged", "44": "updated"}
    assert json.loads(store.pins_path().read_text()) == {"31": [other.pin().hex()], "35": [home.pin().hex()]}


def test_words_for_a_refusal(settled: Office) -> None:
    settled.registry.body = settled_world(4).bundle()
    command = ["sync", "--from", settled.registry.url, "--bundle", str(settled.bundle)]
    answer = settled.desk.call(command)
    assert answer.code == 1
    assert "✘ 35 未更新 refused" in answer.out
    assert "收到的资料比手上的旧。" in answer.out
    assert "(ROLLBACK: " in answer.out
    settled.registry.body = settled_world(6).bundle()
    assert "✔ 35 已更新 updated" in settled.desk.call(command).out


@pytest.mark.parametrize("status", [404, 500, 503])
def test_server_that_has_no_bundle(settled: Office, status: int) -> None:
    settled.registry.status = status
    answer = settled.sync()
    assert (answer.code, answer.rows[0]["result"]) == (3, "unreachable")


def test_nobody_listens_and_the_held_bundle_still_verifies(settled: Office) -> None:
    command = ["--bundle", str(settled.bundle)]
    answer = settled.desk.call(["sync", "--from", "http://127.0.0.1:9", *command])
    assert answer.code == 3
    assert "连不上登记机构" in answer.out
    assert settled.desk.call(["check", *command, GOOD]).code == 0


def test_body_cut_short_is_unreachable_not_malformed(settled: Office) -> None:
    settled.registry.body = settled_world(6).bundle()
    settled.registry.announced = len(settled.registry.body) + 10
    assert settled.sync().code == 3


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_redirect_to_another_scheme_is_not_followed(settled: Office, to: str) -> None:
    settled.registry.status, settled.registry.location = 302, to
    assert settled.sync().code == 3


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/", "fj.example", "http://", "http://a b/", "http://x:y/"]
)
def test_url_that_is_none(office: Office, url: str) -> None:
    pin = str(office.desk.folder / "pin.txt")
    answer = office.desk.call(["sync", "--from", url, "--pin", pin, "--bundle", str(office.bundle)])
    assert (answer.code, answer.out) == (2, "")


def test_endless_download_stops_at_the_cap(registry: Registry) -> None:
    registry.endless = True
    assert len(fetch.fetch(registry.url, 1_000_000)) == 1_000_001


def test_damaged_held_bundle_is_not_written_over(settled: Office) -> None:
    settled.bundle.write_bytes(b"damaged")
    answer = settled.sync({FUJIAN: settled_world(6).part()})
    assert answer.code == 2
    assert "held.cbor" in answer.err
    assert settled.bundle.read_bytes() == b"damaged"


def test_folder_that_does_not_exist(office: Office) -> None:
    pin = str(office.desk.folder / "pin.txt")
    answer = office.desk.call(["sync", "--from", office.registry.url, "--pin", pin, "--bundle", "/nowhere/b.cbor"])
    assert answer.code == 2


WRITE = """
import resource, signal, sys
from pathlib import Path
from verifier_cli.held.store import write_whole
path, limit = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
print(flush=True)
while True:
    write_whole(path, b"a" * 3_000_000)
    write_whole(path, b"b" * 3_000_000)
"""
ROOT = Path(__file__).parents[2]


def test_crash_while_saving_leaves_old_or_new(tmp_path: Path) -> None:
    """Killed at ten moments of endless saving."""
    path = tmp_path / "bundle.cbor"
    path.write_bytes(b"a" * 3_000_000)
    for moment in range(10):
        with subprocess.Popen([sys.executable, "-c", WRITE, path, "-1"], cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.005 * moment)
            process.send_signal(signal.SIGKILL)
        assert path.read_bytes() in {b"a" * 3_000_000, b"b" * 3_000_000}


def test_disk_that_is_full_leaves_the_old_one_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "bundle.cbor"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", WRITE, path, "1000000"], cwd=ROOT, capture_output=True, check=False)
    assert b"File too large" in done.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_sync_on_a_full_disk_says_so(settled: Office) -> None:
    before = settled.bundle.read_bytes()
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, old[1]))
    try:
        answer = settled.sync({FUJIAN: settled_world(6).part()})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert answer.code == 2
    assert "原有资料不变" in answer.err
    assert settled.bundle.read_bytes() == before


def test_redirect_from_https_back_to_http_is_not_followed() -> None:
    request = urllib.request.Request("https://fj.example/v1/bundle")
    redirects = fetch._SafeRedirects()
    headers = HTTPMessage()
    with pytest.raises(UnreachableError, match="a redirect to http is not followed"):
        redirects.redirect_request(request, io.BytesIO(), 302, "", headers, "http://fj.example/v1/bundle")
    followed = redirects.redirect_request(request, io.BytesIO(), 302, "", headers, "https://cdn.example/b")
    assert followed is not None
    assert followed.full_url == "https://cdn.example/b"


def test_two_syncs_at_once_leave_the_newer_one(settled: Office) -> None:
    newer, newest = (bundle.encode({FUJIAN: settled_world(seq).part()}) for seq in (6, 7))
    pins, folder = frozenset({world().pin()}), settled.bundle
    asked = sync.Asked("", None, None, folder, Seconds(NOW), as_json=True)

    def take(data: bytes) -> None:
        with store.locked(folder):
            sync._take(asked, Fetched(bundle.decode(data), {}, data), pins)

    threads = [threading.Thread(target=take, args=(data,)) for data in (newest, newer, newest, newer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert folder.read_bytes() == newest
