"""Ten million certificates, 0.5% of them not valid: `make soak ONLY=lists`.

A registry's database holds ten full status lists, in the order in which batches are registered and certificates fall.
They are read, built and signed as publishing does it; each must say exactly what was drawn, and their size is compared
with the information that the mix of states holds.
"""

import math
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final

from credential import status_list
from credential.model import Region, Seconds, Status
from credential.status_list import INDICES
from registry.publishing.lists import make_status_lists
from registry.publishing.registered import read_registered
from registry.publishing.snapshot import ListContent, Snapshot
from registry.settings import Settings
from registry.store.engine import open_store, sqlite_url
from registry.store.revisions import upgrade
from tests.world import FUJIAN, NOW, World
from tools.soak.soak import Order, Outcome, Soak

LISTS: Final = 10
MOST_RATIO: Final = 1.5
_TAIL: Final = 4_096
"""Indices at the end of each list that were granted, and nothing is registered there yet."""
_BATCHES: Final = (20, 50, 120, 300, 800, 2_000)
_FALL: Final = 0.004
"""Of each single certificate: superseded by a correction, revoked, suspended."""
_WHOLE_ROW: Final = 0.001
"""Part of all certificates that falls with its neighbours: an examination is declared void."""
_SINGLE: Final = ((Status.SUPERSEDED, 6), (Status.REVOKED, 3), (Status.SUSPENDED, 1))
_REGISTER: Final = (
    'INSERT INTO registered (list, "index", run_end, issuer, request, number, digest, key, issued_at, data, '
    "registered_at, status) VALUES (?, ?, ?, 'Y000035020101', x'00', ?, ?, x'00', 0, x'00', 0, ?)"
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One list as it should be: its runs, how many indices of each are registered, and the entries."""

    number: int
    runs: tuple[tuple[int, int, int], ...]
    """(first, end, end of what is registered)."""
    entries: bytearray


def draw(random: Random, number: int, length: int) -> Drawn:
    """A list of `length` indices, every run granted, and registered but for its last places now and then."""
    runs, first, end_of_all = [], 0, max(length - _TAIL, 1)
    entries = bytearray(b"\x03" * length)
    while first < end_of_all:
        end = min(first + random.choice(_BATCHES), end_of_all)
        registered = end - (random.randint(1, 5) if random.random() < 0.01 and end - first > 5 else 0)
        runs.append((first, end, registered))
        entries[first:registered] = bytes(registered - first)
        first = end
    if first < length:
        runs.append((first, length, first))
    _let_fall(random, entries)
    return Drawn(number, tuple(runs), entries)


def _let_fall(random: Random, entries: bytearray) -> None:
    """Single certificates, and rows of neighbours, that are not valid any more."""
    registered = [index for index, status in enumerate(entries) if status == Status.VALID]
    kinds, weights = zip(*_SINGLE, strict=True)
    for index in random.sample(registered, round(_FALL * len(registered))):
        entries[index] = random.choices(kinds, weights)[0]
    left = round(_WHOLE_ROW * len(registered))
    while left > 0:
        row = min(left, random.randint(2, 40))
        place = random.randrange(len(registered))
        for index in registered[place : place + row]:
            entries[index] = Status.REVOKED
        left -= row


def fill(database: Path, drawn: Drawn, number_from: int) -> None:
    """Put the list into a registry's tables, without the rest of a registry around it."""
    with sqlite3.connect(database) as connection:
        for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-1000000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("INSERT INTO status_lists (number, change) VALUES (?, 0)", (drawn.number,))
        runs = [(drawn.number, None, 0), *((drawn.number, first, end) for first, end, _ in drawn.runs)]
        connection.executemany('INSERT INTO index_runs (list, first, "end", granted_at) VALUES (?, ?, ?, 0)', runs)
        connection.executemany(_REGISTER, _rows(drawn, number_from))
    connection.close()


def _rows(drawn: Drawn, number_from: int) -> Iterator[tuple[object, ...]]:
    for first, end, registered in drawn.runs:
        for index in range(first, registered):
            number = f"{number_from + index:010d}"
            yield drawn.number, index, end, number, sha256(number.encode()).digest()[:16], drawn.entries[index]


def bound(drawn: list[Drawn]) -> float:
    """Bytes that the mix of states holds (Shannon), up to the last index at which something is registered."""
    total = Counter[int]()
    for each in drawn:
        total.update(each.entries[: max(registered for _, _, registered in each.runs)])
    whole = total.total()
    return sum(count * math.log2(whole / count) for count in total.values()) / 8


def published(database: Path, lists: int, length: int) -> tuple[tuple[bytes, ...], float, float]:
    """The signed lists, and the seconds that reading them took, and building and signing them."""
    store, home = open_store(sqlite_url(database)), World()
    began = time.perf_counter()
    with store.read() as session:
        contents = tuple(ListContent(n, length, 0, read_registered(session, n), None) for n in range(lists))
    read = time.perf_counter() - began
    settings = Settings(Region(FUJIAN), "", home.status_base, "")
    snapshot = Snapshot(settings, (home.root_bytes(),), 0, 0, (0, 0), (0, 0), contents)
    signed = make_status_lists(snapshot, None, home.root(), home.keys("status", 1)[0], 1, Seconds(NOW))
    store.close()
    return signed, read, time.perf_counter() - began - read


def run(order: Order) -> Outcome:
    """Draw, fill, publish and compare."""
    shutil.rmtree(order.folder, ignore_errors=True)
    order.folder.mkdir(parents=True)
    database, random, length = order.folder / "registry.db", Random(order.seed), order.of(INDICES)  # noqa: S311 - must repeat
    store = open_store(sqlite_url(database))
    upgrade(store)
    store.close()
    drawn = []
    for number in range(LISTS):
        drawn.append(draw(random, number, length))
        fill(database, drawn[-1], number * length)
    signed, read, built = published(database, LISTS, length)
    size, least = sum(map(len, signed)), bound(drawn)
    faults = [f"list {each.number}" for each, data in zip(drawn, signed, strict=True) if not _says(data, each)]
    if order.scale == 1 and size > MOST_RATIO * least:
        faults.append(f"{size:,} bytes for {least:,.0f}")
    shutil.rmtree(order.folder)
    return Outcome(_counted(drawn, size, least, read, built), tuple(faults))


def _says(data: bytes, drawn: Drawn) -> bool:
    """Whether the signed list says what was drawn."""
    listed, _ = status_list.decode(data)
    entries = drawn.entries + bytes([Status.NOT_REGISTERED]) * (listed.length - len(drawn.entries))
    return all(listed.entries[i >> 1] == entries[i] | entries[i + 1] << 4 for i in range(0, len(entries) - 1, 2))


def _counted(drawn: list[Drawn], size: int, least: float, read: float, built: float) -> tuple[tuple[str, str], ...]:
    states = Counter[int]()
    for each in drawn:
        states.update(each.entries)
    return (
        ("状态列表 status lists", f"{len(drawn)} × {len(drawn[0].entries):,}"),
        ("各状态 by status", ", ".join(f"{Status(value).name} {count:,}" for value, count in states.most_common())),
        ("签好的字节 bytes, signed", f"{size:,}"),
        ("状态所含信息 information in the mix", f"{least:,.0f} B"),
        ("比值 ratio", f"{size / least:.3f} (≤ {MOST_RATIO})"),
        ("从数据库读 read from the database", f"{read:.2f} s"),
        ("组成、压缩、签名 built, compressed, signed", f"{built:.2f} s"),
    )


SOAK: Final = Soak("lists", "一千万份证书的状态列表", "Status lists of ten million certificates", run)
