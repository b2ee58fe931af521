"""The signer killed with SIGKILL in the midst of batches of 2,000, and the registry with it: `make soak ONLY=kills`.

Real processes over real HTTP, from the roster to printed pages. After each kill the same command is run again until the
batch is done, and then everything must be as if nothing had happened: each row its number in the roster's order, no
index twice, every picture and every page whole, all registered, all accepted.
"""

import json
import shutil
import sqlite3
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final

from credential import qr_text
from credential.cose import decode_sign1
from credential.model import Certificate, Seconds
from credential.trust import Trust, load
from credential.verify import verify
from signer.certificates.drafts import read_certificate
from tools.soak.clerk import Clerk, Process
from tools.soak.soak import Order, Outcome, Progress, Soak

KILLS: Final = 200
ROWS: Final = 2_000
"""People in one batch."""
_REGISTRY_TOO: Final = 4
"""Every so many kills, the registry is killed as well."""
_SHARE: Final = 0.6
"""A run is killed after at most this share of what a whole batch takes: so most batches are killed several times."""
_A_BATCH: Final = 6
"""No batch is killed more often: else all would be killed while they start."""
_PATIENCE: Final = 600
_MARK: Final = b"% yinxin "


@dataclass
class Killing:
    """Batches that were begun, and what was found wrong with them."""

    clerk: Clerk
    rows: int
    random: Random
    longest: float = 0.0
    """Seconds that one whole batch takes at most: less when the machine has become quicker."""
    batches: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    listed: list[tuple[str, str]] = field(default_factory=list)
    """Number and text of every certificate so far."""
    faults: list[str] = field(default_factory=list)

    def in_peace(self) -> None:
        """One batch, to see how long it takes."""
        roster, out = self._next()
        began = time.monotonic()
        self._finish(self._start(roster, out))
        self.longest = time.monotonic() - began
        self._look(roster, out)

    def kill_often(self, most: int) -> int:
        """One batch that is killed again and again, at most so often, until it is done. How often it was."""
        roster, out = self._next()
        kills = 0
        while kills < most:
            signing = self._start(roster, out)
            waited = self.random.uniform(0, _SHARE * self.longest)
            time.sleep(waited)
            if signing.poll() is not None:
                self.longest = waited if kills == 0 else self.longest
                break
            kills += self._kill(signing, sum(self.killed.values()) + 1)
        self._finish(self._start(roster, out))
        self._look(roster, out)
        return kills

    def _next(self) -> tuple[Path, Path]:
        self.batches += 1
        name = f"roster-{self.batches}"
        return self.clerk.roster(f"{name}.csv", self.rows), self.clerk.folder / f"released-{self.batches}"

    def _start(self, roster: Path, out: Path) -> Process:
        return self.clerk.sign(roster, out, "--pdf")

    def _kill(self, signing: Process, number: int) -> int:
        """SIGKILL; 0 if the signer had ended just before."""
        with_registry = number % _REGISTRY_TOO == 0
        if not self.clerk.kill(signing, with_registry=with_registry):
            return 0
        self.killed["signer and registry" if with_registry else "signer"] += 1
        return 1

    def _finish(self, signing: Process) -> None:
        code = signing.wait(_PATIENCE)
        if code != 0:
            self.faults.append(f"batch {self.batches}: exit {code}")

    def _look(self, roster: Path, out: Path) -> None:
        """Compare what came out with what a run in peace gives; only what is right is removed."""
        found = [*_list_faults(roster, out, (self.batches - 1) * self.rows + 1), *_file_faults(out, self.rows)]
        found += _ledger_faults(self.clerk.home, self.batches, out)
        self.faults += [f"batch {self.batches}: {each}" for each in found]
        self.listed += [(each["number"], each["text"]) for each in _lines(out)]
        if not found:
            shutil.rmtree(out)

    def last_faults(self) -> Iterator[str]:
        """What only shows when all batches are done and published."""
        used = Counter((each.status.uri, each.status.idx) for each in map(_certificate, self._texts()))
        if len(used) != len(self.listed):
            yield f"indices used twice: {used.most_common(3)}"
        trust = self._published()
        now = Seconds(int(time.time()))
        verdicts = [verify(text, trust, now) for text in self._texts()]
        said = Counter((verdict.reason.value, verdict.as_of.registration) for verdict in verdicts)
        if set(said) != {("ACCEPTED", "register")}:
            yield f"not all accepted: {dict(said)}"

    def _texts(self) -> Iterator[str]:
        return (text for _, text in self.listed)

    def _published(self) -> Trust:
        self.clerk.publish()
        story = self.clerk.story
        with urllib.request.urlopen(f"{story.fujian.url}/v1/bundle") as answer:  # noqa: S310 - our own server
            return load(answer.read(), frozenset({bytes.fromhex(story.pin.read_text("utf-8"))}))


def _lines(out: Path) -> list[dict[str, str]]:
    path = out / "credentials.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def _certificate(text: str) -> Certificate:
    return read_certificate(qr_text.decode(text))


def _list_faults(roster: Path, out: Path, first: int) -> Iterator[str]:
    """Rows without their number in the roster's order, or with another's certificate."""
    names = [line.split(",")[0] for line in roster.read_text("utf-8-sig").splitlines()[1:]]
    listed = _lines(out)
    serials = [int(each["number"][-6:]) for each in listed]
    if serials != [*range(first, first + len(names))]:
        yield f"numbers doubled, missing or out of order: {len(serials)} listed"
    certificates = [_certificate(each["text"]) for each in listed]
    if [each.person.name for each in certificates] != names:
        yield "not the roster's people in the roster's order"
    if len({decode_sign1(qr_text.decode(each["text"]), None).to_be_signed for each in listed}) != len(listed):
        yield "one certificate twice"


def _file_faults(out: Path, rows: int) -> Iterator[str]:
    """Pictures and pages that are missing, half written, or left over."""
    numbers = {each["number"] for each in _lines(out)}
    for folder, suffix in (("certificates", ".png"), ("print", ".pdf")):
        found = {path.name for path in (out / folder).iterdir()}
        wanted = {f"{number}{suffix}" for number in numbers}
        if found != wanted or len(wanted) != rows:
            yield f"{folder}: {len(wanted - found)} missing, {len(found - wanted)} too many"
    broken = [path.name for path in (out / "print").glob("*.pdf") if not _is_whole(path)]
    if broken:
        yield f"pages that are not whole: {broken[:3]}"


def _is_whole(path: Path) -> bool:
    """Whether a page's file is as it was written: its last line has the SHA-256 of the rest."""
    head, _, tail = path.read_bytes().rpartition(_MARK)
    return sha256(head).hexdigest().encode() == tail.split()[-1]


def _ledger_faults(home: Path, batch: int, out: Path) -> Iterator[str]:
    """Certificates that are not in the ledger once and registered, or whose picture is another than was read back."""
    with sqlite3.connect(f"file:{home / 'ledger.sqlite'}?mode=ro", uri=True) as ledger:
        asked = "SELECT number, state, png FROM certificate WHERE batch = ? ORDER BY position"
        rows = ledger.execute(asked, (batch,)).fetchall()
        kept = ledger.execute("SELECT count(*) FROM document").fetchone()
    if [number for number, _, _ in rows] != [each["number"] for each in _lines(out)]:
        yield "the ledger has other numbers"
    if {state for _, state, _ in rows} != {"registered"}:
        yield "not all registered"
    if kept != (0,):
        yield f"{kept[0]} document numbers are still kept"
    pictures = ((png, out / "certificates" / f"{number}.png") for number, _, png in rows)
    others = [path.name for png, path in pictures if not path.exists() or sha256(path.read_bytes()).digest() != png]
    if others:
        yield f"pictures that are not whole: {others[:3]}"


def run(order: Order) -> Outcome:
    """Kill and resume, then count."""
    shutil.rmtree(order.folder, ignore_errors=True)
    kills, clerk = order.of(KILLS), Clerk(order.folder)
    killing, progress = Killing(clerk, max(order.of(ROWS), 60), Random(order.seed)), Progress(kills)  # noqa: S311 - must repeat
    try:
        clerk.open()
        killing.in_peace()
        while (done := sum(killing.killed.values())) < kills:
            killing.kill_often(min(kills - done, _A_BATCH))
            progress.reached(done)
        killing.faults += killing.last_faults()
    finally:
        clerk.close()
    rows = (
        ("杀死进程 killed", ", ".join(f"{name} {count}" for name, count in sorted(killing.killed.items()))),
        ("每批 rows in a batch", f"{killing.rows:,}"),
        ("证书 certificates", f"{len(killing.listed):,}，各有二维码图片和 PDF each with picture and PDF"),
        ("重复、缺号、半截或不通过 doubled, missing, half written or refused", str(len(killing.faults))),
    )
    return Outcome(rows, tuple(f"{fault}（{order.folder}）" for fault in killing.faults))


SOAK: Final = Soak("kills", "签发途中杀死进程", "Killed while signing", run)
