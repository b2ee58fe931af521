"""One certificate among ten million, found on PostgreSQL: `make soak ONLY=query`.

The registry's table of certificates is filled with so many rows, and the look-up behind the public query takes turns
with a bare SELECT by primary key through the same driver. All rows have the bytes of one certificate, so that each
answer is judged whole; to spare the disk, only one row in four has them, and only those are asked for.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any, Final

import psycopg
from sqlalchemy import ColumnElement, Connection, case, func, insert, literal, make_url, select, true

from credential.reason import Reason
from credential.status_list import INDICES
from registry.files import Places
from registry.holders import lookup
from registry.holders.lookup import Question
from registry.store.models import REGISTERED
from tests import databases
from tests.registry.office import PORT, Office, batch, build, now, on
from tests.registry.plans import Read, reads
from tools.soak.soak import Order, Outcome, Progress, Soak

ROWS: Final = 10_000_000
ASKED: Final = 20_000
MOST_RATIO: Final = 3.0
WITH_BYTES: Final = 4
"""One row in so many has its bytes."""
_CHUNK: Final = 250_000
_NAME: Final = "陈志强"
_BARE: Final = 'SELECT data FROM registered WHERE list = %s AND "index" = %s'

Ask = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds that each of many questions took."""

    bare: Sequence[float]
    ours: Sequence[float]

    def ratio(self, share: float) -> float:
        """Ours over the bare ones, at this share of the sorted times."""
        return at(share, self.ours) / at(share, self.bare)


def at(share: float, times: Sequence[float]) -> float:
    """The time that this share of them does not exceed."""
    return sorted(times)[round(share * (len(times) - 1))]


@contextmanager
def registry(folder: Path) -> Iterator[Office]:
    """A registry on PostgreSQL with one published certificate."""
    with on(databases.on_disk()):
        with redirect_stdout(StringIO()):
            data = build(folder)
        with closing(Office(data)) as office:
            if office.register(PORT, *batch(office.indices(PORT, 1))).status_code != 200:
                raise AssertionError
            office.publish()
            yield office


def fill(office: Office, rows: int) -> None:
    """So many rows like the one that is registered, from list 1 on; what they refer to is not there."""
    progress = Progress(rows)
    for start in range(0, rows, _CHUNK):
        with office.service.store.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            _fill(connection, start, min(start + _CHUNK, rows))
        progress.reached(start)
    with office.service.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE registered")


def _fill(connection: Connection, start: int, end: int) -> None:
    places = func.generate_series(start, end - 1).table_valued("place").render_derived()
    place = places.c.place
    digest = func.substr(func.sha256(func.int8send(place)), 1, 16)
    own: dict[str, ColumnElement[Any]] = {
        "list": 1 + place // INDICES,
        "index": place % INDICES,
        "run_end": literal(INDICES),
        "number": literal(PORT) + func.lpad(func.text(place), 9, "0"),
        "digest": digest,
        "holder": digest,
        "data": case((place % WITH_BYTES == 0, REGISTERED.c.data), else_=b""),
    }
    columns = [own.get(column.name, column) for column in REGISTERED.columns]
    one = select(*columns).select_from(REGISTERED.join(places, true())).where(REGISTERED.c.list == 0)
    connection.execute(insert(REGISTERED).from_select(REGISTERED.columns.keys(), one))


def number_of(place: int) -> str:
    """The number of the row at this place."""
    return f"{PORT}{place:09d}"


@contextmanager
def asking(office: Office) -> Iterator[tuple[Ask, Ask]]:
    """The bare SELECT, and the look-up of the public query, as functions of a row's place."""
    url = make_url(Places(office.data).database_url.read_text("utf-8").strip()).set(drivername="postgresql")
    store, trust, at_once = office.service.store, office.trust, now()

    def ours(place: int) -> dict[str, Any]:
        with store.glance() as session:
            return lookup.find(session, Question(number_of(place), _NAME), trust, at_once)

    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:

        def bare(place: int) -> tuple[Any, ...] | None:
            return connection.execute(_BARE, (1 + place // INDICES, place % INDICES), prepare=True).fetchone()

        yield bare, ours


def measure(asks: tuple[Ask, Ask], rows: int, count: int, random: Random) -> Taken:
    """Both sides take turns, each asking for rows of its own choice, that neither asked for before them."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(2 * count):
        place = random.randrange(0, rows, WITH_BYTES)
        began = time.perf_counter()
        asks[turn % 2](place)
        taken[turn % 2].append(time.perf_counter() - began)
    return Taken(*taken)


def run(order: Order) -> Outcome:
    """Fill, look at the plan, and measure."""
    shutil.rmtree(order.folder, ignore_errors=True)
    rows, count = order.of(ROWS), order.of(ASKED)
    with registry(order.folder) as office:
        fill(office, rows)
        with asking(office) as asks:
            faults = _faults(office, asks, rows)
            random = Random(order.seed)  # noqa: S311 - must repeat
            measure(asks, rows, count // 10 + 1, random)
            taken = measure(asks, rows, count, random)
    shutil.rmtree(order.folder)
    ratio = taken.ratio(0.99)
    if order.scale == 1 and ratio > MOST_RATIO:
        faults.append(f"p99: {ratio:.2f} > {MOST_RATIO}")
    return Outcome(_counted(rows, taken), tuple(faults))


def _faults(office: Office, asks: tuple[Ask, Ask], rows: int) -> list[str]:
    """What is wrong with the answer, or with the way to it."""
    place = (rows - 1) // WITH_BYTES * WITH_BYTES
    answer = asks[1](place)
    found = [] if isinstance(answer, dict) and answer["reason"] == Reason.ACCEPTED else [f"answered {answer}"]
    ways = reads(office.service.store, lambda: asks[1](place))
    return found if ways == {Read("registered", "number")} else [*found, f"read by {sorted(ways)}"]


def _counted(rows: int, taken: Taken) -> tuple[tuple[str, str], ...]:
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
    return (
        ("证书 certificates", f"{rows:,}"),
        ("查询次数 questions", f"{len(taken.ours):,}, {len(taken.bare):,}"),
        *(
            (
                f"{name}：按编号查询，只按主键取 query by number, bare SELECT",
                f"{at(share, taken.ours) * 1e6:,.0f} µs, {at(share, taken.bare) * 1e6:,.0f} µs",
            )
            for name, share in shares.items()
        ),
        ("p99 之比 ratio of p99", f"{taken.ratio(0.99):.2f} (≤ {MOST_RATIO:g})"),
        ("p50 之比 ratio of p50", f"{taken.ratio(0.5):.2f}"),
    )


SOAK: Final = Soak("query", "一千万份证书里按编号查询", "Query by number among ten million certificates", run)
