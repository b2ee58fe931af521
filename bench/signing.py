"""Rosters of 20,000 rows signed, five times, beside PyNaCl's bare signing of as many messages in turns with it.

The rosters are read and checked beforehand. What is timed is the signer's own step: number, encode, sign, record in the
ledger on the disk, in one transaction, while other processes verify every certificate; the step ends when they have.
"""

import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from nacl.signing import SigningKey as BareKey

from bench.rows import Goal, Row
from credential.keyfile import Purpose
from credential.model import Basis, DocumentType, Entry, Kind, Seconds
from signer.batches import steps
from signer.certificates.drafts import RowDrafts
from signer.certificates.press import Press
from signer.context import Context, Step
from signer.home import Configuration, Home
from signer.keys.own import Keyring
from signer.ledger.journal import Ledger, opened
from signer.ledger.pool import Run, SerialRun, Wanted
from signer.remote import published
from signer.remote.client import Granted, RegistryClient
from signer.roster.model import Row as RosterRow
from signer.roster.packed import Rows
from tests.signer.double import world
from tests.signer.office import demo_keys
from tests.world import CODE, World
from tools.demo_rosters import invent

ROWS: Final = 20_000
ROUNDS: Final = 5
GOAL: Final = Goal(True, 0.5)
_MESSAGE: Final = 190
"""Bytes of what is signed of a typical certificate."""


@dataclass(frozen=True, slots=True)
class Granting(RegistryClient):
    """A registry that grants what is asked for at once: it is not what is measured."""

    taken: Counter[object] = field(default_factory=Counter)
    base: str = ""

    def reserve(self, body: Callable[[], bytes], wanted: Wanted, prefix: str) -> Granted:  # noqa: ARG002
        """So many indices and serials behind those granted before."""
        body()
        run = Run(0, self._next("index", wanted.indices), wanted.indices)
        serials = (SerialRun(*place, 1 + self._next(place, count), count) for place, count in wanted.serials.items())
        return Granted((run,), tuple(serials), self.base)

    def _next(self, what: object, count: int) -> int:
        self.taken[what] += count
        return self.taken[what] - count


class Silence:
    """Nobody to talk to."""

    def say(self, zh: str, en: str) -> None:
        """Nothing."""

    def reached(self, step: Step, done: int, total: int) -> None:
        """Nothing."""

    def confirm(self, zh: str, en: str) -> bool:  # noqa: ARG002
        """Yes."""
        return True

    def secret(self, prompt: str) -> str:
        """Anything: the keys need no passphrase."""
        return prompt


@dataclass(slots=True)
class Taken:
    """Seconds for each certificate, one figure a round; `busy` are those of this process's processor."""

    clock: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def note(self, count: int, work: Callable[[], object]) -> None:
        """Do the work, and note what it took."""
        busy, clock = time.process_time(), time.perf_counter()
        work()
        self.clock.append((time.perf_counter() - clock) / count)
        self.busy.append((time.process_time() - busy) / count)


@dataclass(slots=True)
class Race:
    """What was measured: the signatures with what is signed, the whole step, and PyNaCl alone."""

    signed: Taken = field(default_factory=Taken)
    step: Taken = field(default_factory=Taken)
    bare: Taken = field(default_factory=Taken)


def rows() -> Iterator[Row]:
    """By the processor of the process that signs, and by the clock."""
    race = measured(ROWS, ROUNDS)
    peer = "PyNaCl `sign`"
    yield Row(
        "签发名册：编号、编码、签名；处理器时间",
        "sign a roster: number, encode, sign; processor time",
        race.signed.busy, peer, race.bare.busy, True, GOAL,
    )  # fmt: skip
    yield Row(
        "同上，并记入账本；签名进程的处理器时间",
        "the same, and recorded in the ledger; processor time of the process that signs",
        race.step.busy, peer, race.bare.busy, True,
    )  # fmt: skip
    yield Row(
        "同上，连同其他进程对每张的自检，时钟时间",
        "the same with the check of every certificate, which other processes do, by the clock",
        race.step.clock, peer, race.bare.clock, True,
    )  # fmt: skip


def measured(rows: int, rounds: int) -> Race:
    """Signing of rosters of so many rows, and of as many bare messages, in turns."""
    race, region, people = Race(), world(), _people()
    bare_key = BareKey(secrets.token_bytes(32))
    with TemporaryDirectory(prefix="yx") as folder:
        home = _home(Path(folder), region)
        known = published.establish(region.bundle(), home.load())
        with opened(home.ledger_file) as ledger:
            context = _context(home, ledger, region)
            press = Press(context.open_key(Purpose.CERTIFICATE), CODE, region.status_base, _now())
            for number in range(rounds):
                drafts = RowDrafts(Rows(islice(people, rows)))
                messages = [secrets.token_bytes(_MESSAGE) for _ in range(rows)]
                race.signed.note(rows, partial(_exhaust, press, drafts))
                race.step.note(rows, partial(steps.sign, context, known, "sign", number.to_bytes(32, "big"), drafts))
                race.bare.note(rows, partial(_sign_bare, bare_key, messages))
    return race


def _exhaust(press: Press, drafts: RowDrafts) -> None:
    entries = (Entry(0, index) for index in range(len(drafts)))
    for _ in press.sign(drafts, entries, lambda _: Entry(0, 0), defaultdict(lambda: repeat(1))):
        pass


def _sign_bare(key: BareKey, messages: list[bytes]) -> None:
    for each in messages:
        key.sign(each)


def _people() -> Iterator[RosterRow]:
    for number, each in enumerate(invent("bench", ("350203", "350211")), 2):
        yield RosterRow(
            number, each.name, DocumentType.CITIZEN_ID, each.number[-4:], each.number, 2022, "6-31-01-03", "电工", None,
            Kind.LEVEL, 3, None, None, None, date(2026, 6, 1), Basis.EXAMINATION, None, None,
        )  # fmt: skip


def _home(folder: Path, region: World) -> Home:
    home = Home(folder / "home")
    home.create()
    home.save(Configuration(CODE, "https://fj.example", frozenset({region.pin()}), "fj.example"))
    home.bundle_file.write_bytes(region.bundle())
    demo_keys(folder / "keys")
    return home


def _context(home: Home, ledger: Ledger, region: World) -> Context:
    client = Granting("https://fj.example", base=region.status_base)
    keyring = Keyring(home, lambda _: b"", home.path.parent / "keys")
    return Context(home, home.load(), ledger, keyring, client, _now, secrets.token_bytes, Silence())


def _now() -> Seconds:
    return Seconds(int(time.time()))
