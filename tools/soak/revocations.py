"""From a revocation's answer to the published list that says so, two hundred times: `make soak ONLY=revocations`.

A real server over real HTTP, and a status list in which a million others are registered already. Whoever fetches the
list again and again sees when the revocation is in it.
"""

import io
import json
import math
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from contextlib import redirect_stdout
from http import HTTPStatus
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from credential import approval, request, status_list
from credential.errors import ObjectError
from credential.model import Entry, Status, StatusReference
from credential.request import ChangeReason, ChangeStatus, Content, RegisterBatch, ReserveIndices, StatusChange
from credential.trust import load
from registry.files import Places
from tests.registry.approvers import admit, approved
from tests.registry.office import BASE, PORT, build, certificate, seal, signed
from tests.world import FUJIAN
from tools.demo.stage import Stage, free_port
from tools.soak import lists
from tools.soak.soak import Order, Outcome, Progress, Soak

REVOCATIONS: Final = 200
MOST_SECONDS: Final = 5.0
OTHERS: Final = 1_000_000
_LIST: Final = 1
_PAUSE: Final = 0.02
_GIVEN_UP: Final = 60.0


class Office:
    """The registry's server, as an issuer and the public reach it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, content: Content, kind: str = request.MEDIA_TYPE) -> list[Entry]:
        """A signed request, approved if `kind` says so; the entries of the answer, if it grants some."""
        body = seal(PORT, content) if kind == request.MEDIA_TYPE else approved(content)
        sent = urllib.request.Request(f"{self.url}{path}", body, {"Content-Type": kind})  # noqa: S310 - our own server
        with urllib.request.urlopen(sent) as answer:  # noqa: S310
            runs = json.loads(answer.read()).get("runs", ())
        return [Entry(run["list"], run["first"] + place) for run in runs for place in range(run["count"])]

    def status(self, entry: Entry) -> Status | None:
        """What the published list says at this moment; None while it was never published."""
        try:
            with urllib.request.urlopen(f"{self.url}/v1/status/{entry.list}") as answer:  # noqa: S310
                listed, _ = status_list.decode(answer.read())
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise
            return None
        return listed.get(entry.idx)

    def wait(self, entry: Entry, status: Status) -> float:
        """Wait until the published list says so, in seconds; no longer than a minute."""
        began = time.monotonic()
        while self.status(entry) is not status and time.monotonic() - began < _GIVEN_UP:
            time.sleep(_PAUSE)
        return time.monotonic() - began

    def revoke(self, entry: Entry) -> float:
        """Revoke; the seconds from the answer to the published list."""
        change = StatusChange(entry, Status.REVOKED, ChangeReason.FRAUD)
        self.ask("/v1/status-changes", ChangeStatus((change,)), approval.MEDIA_TYPE)
        return self.wait(entry, Status.REVOKED)


def run(order: Order) -> Outcome:
    """Fill, serve, register, revoke one after the other."""
    shutil.rmtree(order.folder, ignore_errors=True)
    order.folder.mkdir(parents=True)
    random = Random(order.seed)  # noqa: S311 - must repeat
    with redirect_stdout(io.StringIO()):
        data = build(order.folder)
        admit(data)
    lists.fill(Places(data).database, lists.draw(random, _LIST, order.of(OTHERS)), 0)
    stage, port = Stage(order.folder / "personal"), free_port()
    office = Office(f"http://127.0.0.1:{port}")
    try:
        stage.serve(office.url, order.folder / "server.log", "serve", "--data", data, "--demo-keys", "--port", port)
        took = _revoke(office, random, order.of(REVOCATIONS))
        faults = _faults(office, data, took)
    finally:
        stage.stop_servers()
    if not faults:
        shutil.rmtree(order.folder)
    return Outcome(_counted(took.values(), order), tuple(faults))


def _revoke(office: Office, random: Random, count: int) -> dict[Entry, float]:
    entries = office.ask("/v1/indices", ReserveIndices(count))
    office.ask("/v1/batches", RegisterBatch(tuple(_certificate(entry, place) for place, entry in enumerate(entries))))
    office.wait(entries[-1], Status.VALID)
    progress, took = Progress(count), {}
    for entry in entries:
        time.sleep(random.random())
        took[entry] = office.revoke(entry)
        progress.reached(len(took))
    return took


def _certificate(entry: Entry, serial: int) -> bytes:
    return signed(certificate(entry.idx, serial, status=StatusReference(entry.idx, f"{BASE}{entry.list}")))


def _faults(office: Office, data: Path, took: Mapping[Entry, float]) -> list[str]:
    """What comes too late, or is not so in the bundle that a verifier loads."""
    with urllib.request.urlopen(f"{office.url}/v1/bundle") as answer:  # noqa: S310
        trust = load(answer.read(), frozenset({bytes.fromhex(Places(data).pin.read_text("utf-8"))}))
    region = trust.regions[FUJIAN]
    if isinstance(region, ObjectError):
        return [f"the bundle: {region}"]
    found = [
        f"{each} not revoked" for each in took if region.status_lists[each.list].get(each.idx) is not Status.REVOKED
    ]
    late = _p99(took.values())
    return found if late <= MOST_SECONDS else [*found, f"p99 {late:.2f} s"]


def _p99(took: Collection[float]) -> float:
    return sorted(took)[math.ceil(0.99 * len(took)) - 1]


def _counted(took: Collection[float], order: Order) -> tuple[tuple[str, str], ...]:
    return (
        ("撤销 revocations", f"{len(took)}"),
        ("同一列表已登记 others in the list", f"{order.of(OTHERS):,}"),
        ("从答复到公布，中位数 from the answer to the list, median", f"{median(took):.2f} s"),
        ("p99", f"{_p99(took):.2f} s (≤ {MOST_SECONDS:.0f} s)"),
        ("最长 longest", f"{max(took):.2f} s"),
    )


SOAK: Final = Soak("revocations", "从撤销到公布", "From a revocation to the published list", run)
