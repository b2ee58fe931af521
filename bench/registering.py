"""100,000 certificates registered over HTTP, beside the bare insertion of the same rows into a twin database.

The twin is the registry's database as it was before: the same tables, indexes and settings, filled by the driver's own
`executemany`, one transaction a batch. The signatures are checked beside, for no registry can do without.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from nacl.bindings import crypto_sign_open
from sqlalchemy import insert, select

from bench import processes
from bench.rows import Goal, Row
from bench.service import HOST, Service, founded, serving
from credential import cose, request
from credential.model import IssuerCode
from credential.request import RegisterBatch
from registry.store.engine import Store
from registry.store.models import REGISTERED, Base, RequestRow
from tests import databases
from tests.databases import Databases
from tests.registry.office import PORT, SKILLS, Office, batch, certificate_key, copy, seal

BATCH: Final = 10_000
ROUNDS: Final = 10
SHARED: Final = 3
"""Rounds in which the issuers register at the same time."""
ISSUERS: Final = (PORT, SKILLS)
GOAL: Final = Goal(True, 0.5)
REQUESTS: Final = Base.metadata.tables[RequestRow.__tablename__]
_PATIENCE: Final = 300


@dataclass(slots=True)
class Taken:
    """Seconds for each certificate, one figure a round; `busy` are those of processors, of all that took part."""

    clock: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Race:
    """What was measured on one database."""

    ours: Taken = field(default_factory=Taken)
    together: Taken = field(default_factory=Taken)
    """As many issuers as there are, at the same time."""
    bare: Taken = field(default_factory=Taken)
    signatures: list[float] = field(default_factory=list)


def rows() -> Iterator[Row]:
    """Both databases."""
    if not processes.is_told():
        return
    for name, where in (("SQLite", databases.Embedded()), ("PostgreSQL", databases.on_disk())):
        yield from of(name, measured(where, BATCH, ROUNDS, SHARED))


def measured(where: Databases, size: int, rounds: int, shared: int) -> Race:
    """Register and insert in turns: `rounds` batches one after another, and then `shared` of each issuer."""
    turns = {PORT: rounds + shared, SKILLS: shared}
    with TemporaryDirectory(prefix="yx", dir="/tmp") as folder, founded(Path(folder), where) as office:
        granted = {issuer: [office.indices(issuer, size) for _ in range(count)] for issuer, count in turns.items()}
        office.close()
        with closing(Office(copy(office.data, Path(folder) / "twin"))) as twin, serving(office) as service:
            track = Track(service, twin.service.store)
            for number in range(rounds):
                track.run({PORT: granted[PORT][number]}, number * size)
            for number in range(shared):
                track.run({each: granted[each][number - shared] for each in ISSUERS}, (rounds + number) * size)
    return track.race


class Track:
    """Where the two take turns."""

    def __init__(self, service: Service, twin: Store) -> None:
        self.race = Race()
        self._service, self._twin = service, twin
        self._senders = ThreadPoolExecutor(len(ISSUERS))

    def run(self, granted: Mapping[IssuerCode, Sequence[int]], first_serial: int) -> None:
        """One round: a batch of each of these issuers at the same time, and then the same rows inserted."""
        count = sum(map(len, granted.values()))
        batches = {issuer: batch(indices, first_serial + 1, issuer) for issuer, indices in granted.items()}
        asked = [seal(issuer, RegisterBatch(tuple(each))) for issuer, each in batches.items()]
        taken = self.race.ours if len(asked) == 1 else self.race.together
        busy, clock = self._service.spent, time.perf_counter()
        list(self._senders.map(self._send, asked))
        taken.clock.append((time.perf_counter() - clock) / count)
        taken.busy.append((self._service.spent - busy) / count)
        if len(asked) == 1:
            self.race.signatures.append(_checking(batches[PORT]))
        self._insert([request.decode(each)[0].id for each in asked], bare=len(asked) == 1)

    def _send(self, body: bytes) -> None:
        with closing(HTTPConnection(HOST, self._service.port, timeout=_PATIENCE)) as connection:
            connection.request("POST", "/v1/batches", body, {"Content-Type": request.MEDIA_TYPE})
            answer = connection.getresponse()
            if answer.status != 200:
                raise AssertionError(answer.read())

    def _insert(self, requests: Sequence[bytes], *, bare: bool) -> None:
        """What the registry stored of these requests, once more; the time is taken if it is to be compared with."""
        engine = self._service.office.service.store.engine
        with engine.connect() as connection:
            asked = connection.execute(select(REQUESTS).where(REQUESTS.c.id.in_(requests))).mappings().all()
            rows = connection.execute(select(REGISTERED).where(REGISTERED.c.request.in_(requests))).all()
        with self._twin.engine.begin() as connection:
            connection.execute(insert(REQUESTS), [dict(each) for each in asked])
        statement = str(insert(REGISTERED).compile(self._twin.engine))
        values: list[Any] = [tuple(each) if self._twin.is_embedded else each._asdict() for each in rows]
        with closing(self._twin.engine.raw_connection()) as connection:
            busy, clock = _spent(self._service), time.perf_counter()
            cursor = connection.cursor()
            if self._twin.is_embedded:
                cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany(statement, values)
            connection.commit()
            if bare:
                self.race.bare.clock.append((time.perf_counter() - clock) / len(rows))
                self.race.bare.busy.append((_spent(self._service) - busy) / len(rows))


def _spent(service: Service) -> float:
    """Processor seconds of this process, which inserts, and of the database server that both share."""
    return time.process_time() + processes.spent(service.others)


def _checking(certificates: Sequence[bytes]) -> float:
    """Processor seconds for the signature of each certificate, taken apart beforehand, by PyNaCl alone."""
    public = certificate_key(PORT).public
    messages = [cose.decode_sign1(each, None) for each in certificates]
    signed = [each.signature + each.to_be_signed for each in messages]
    began = time.process_time()
    for each in signed:
        crypto_sign_open(each, public)
    return (time.process_time() - began) / len(signed)


def of(name: str, race: Race) -> Iterator[Row]:
    """What is told of one database."""
    bare, floor = (
        "bare `executemany`",
        [bare + check for bare, check in zip(race.bare.busy, race.signatures, strict=True)],
    )
    what = (f"登记十万份证书，每批一万份，{name}", f"register 100,000 certificates, 10,000 a batch, {name}")
    yield Row(*what, race.ours.clock, f"{bare}, by the clock", race.bare.clock, True, GOAL)
    busy = ("同上，处理器时间", "the same, processor time")
    yield Row(*busy, race.ours.busy, bare, race.bare.busy, True)
    yield Row(*busy, race.ours.busy, f"{bare} and each signature checked", floor, True)
    both = ("同上，两家机构同时登记，时钟时间", "the same, two issuers at a time, by the clock")
    last = race.bare.clock[-len(race.together.clock) :]
    yield Row(*both, race.together.clock, f"{bare}, one at a time", last, True)
