"""Signer and registry killed with SIGKILL in the middle of batches, forty times: `make soak ONLY=kills`.

Real processes over real HTTP. After each kill the same command is run again, and in the end every certificate must be
there once: numbers without a gap, indices without a second use, all registered, all accepted.
"""

import json
import shutil
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

from credential import qr_text
from credential.cose import decode_sign1
from credential.model import Seconds
from credential.trust import load
from credential.verify import verify
from signer.issue import read_certificate
from tests.signer.office import level_row, write_roster
from tools.demo.stage import PROGRAMS, ROOT, Stage
from tools.demo.story import KEYS, PORT_GROUP, Story
from tools.soak.soak import Order, Outcome, Progress, Soak

KILLS: Final = 40
ROWS: Final = 30
"""People in one batch."""
_TRIES: Final = 5


class Killing:
    """A registry that runs, an issuer that is enrolled, and what was signed so far."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.stage = Stage(folder / "personal")
        self.folder = folder
        self.random = random
        self.longest = 0.0
        """Seconds that one whole batch takes."""
        self.killed: Counter[str] = Counter()

    def open(self) -> None:
        """Found the registry, file and enrol the issuer, and sign one batch in peace, to see how long it takes."""
        self.story = Story(self.stage, self.folder / "story", None)
        self.story.work.mkdir(parents=True)
        self.story.found_registries()
        self.story.file_issuers()
        began = time.monotonic()
        self.finish(self.start(0))
        self.longest = time.monotonic() - began

    def start(self, batch: int) -> "subprocess.Popen[bytes]":
        """The signer at work on a batch; the same batch again if it was begun."""
        roster = self.folder / f"roster-{batch}.csv"
        if not roster.exists():
            write_roster(roster, [level_row(batch * ROWS + row) for row in range(ROWS)])
        home, keys = self.story.work / PORT_GROUP.keys, KEYS / PORT_GROUP.keys
        command = [str(PROGRAMS / "yinxin-signer"), "sign", "--home", str(home), "--demo-keys", str(keys)]
        with (self.folder / "signer.log").open("ab") as log:
            return subprocess.Popen(
                [*command, str(roster), "--out", str(self.released), "--yes"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def released(self) -> Path:
        """Where the certificates come out."""
        return self.folder / "released"

    def kill_once(self, batch: int) -> None:
        """One batch, in the midst of which one of the two is killed."""
        signing = self.start(batch)
        time.sleep(self.random.uniform(0, 0.9 * self.longest))
        if batch % 2:
            self.kill("signer", signing)
            signing = self.start(batch)
        else:
            self.kill("registry", self.stage.servers[0])
            self.serve_again()
        for _ in range(_TRIES):
            if self.finish(signing) == 0:
                return
            signing = self.start(batch)
        self.finish(signing)

    def kill(self, name: str, process: "subprocess.Popen[bytes]") -> None:
        """SIGKILL; it is counted if the process had not ended before."""
        process.send_signal(signal.SIGKILL)
        self.killed[name if process.wait() == -signal.SIGKILL else f"{name}, too late"] += 1

    def serve_again(self) -> None:
        """The registry, once more over the same folder."""
        fujian = self.story.fujian
        data = ("--data", self.story.work / fujian.keys, "--demo-keys", fujian.keys_folder(), "--port", fujian.port)
        self.stage.serve(fujian.url, self.folder / "again.log", "serve", *data)
        self.stage.servers[0] = self.stage.servers.pop()

    def finish(self, signing: "subprocess.Popen[bytes]") -> int:
        """The signer's exit code."""
        return signing.wait(120)

    def faults(self, batches: int) -> list[str]:
        """What is not as if nothing had been killed."""
        lines = (self.released / "credentials.jsonl").read_text("utf-8").splitlines()
        listed = [json.loads(line) for line in lines]
        found = [_numbers(listed, batches), _indices(listed), *self._refused(listed)]
        missing = [each["file"] for each in listed if not (self.released / each["file"]).is_file()]
        found.append(f"pictures missing: {missing}" if missing else "")
        return [each for each in found if each]

    def _refused(self, listed: list[dict[str, str]]) -> list[str]:
        """Every certificate that a verifier with the registry's bundle does not accept, by its own digest."""
        self.stage.run(
            "yinxin-registry",
            *("publish", "--data", self.story.work / self.story.fujian.keys),
            *("--demo-keys", self.story.fujian.keys_folder()),
        )
        with urllib.request.urlopen(f"{self.story.fujian.url}/v1/bundle") as answer:  # noqa: S310 - our own server
            trust = load(answer.read(), frozenset({bytes.fromhex(self.story.pin.read_text("utf-8"))}))
        verdicts = [verify(each["text"], trust, Seconds(int(time.time()))) for each in listed]
        said = Counter((verdict.reason.value, verdict.as_of.registration) for verdict in verdicts)
        return [] if set(said) == {("ACCEPTED", "register")} else [f"not all accepted: {dict(said)}"]


def run(order: Order) -> Outcome:
    """Kill and resume, then count."""
    shutil.rmtree(order.folder, ignore_errors=True)
    kills = order.of(KILLS)
    killing, progress = Killing(order.folder, Random(order.seed)), Progress(kills)  # noqa: S311 - must repeat
    try:
        killing.open()
        for batch in range(1, kills + 1):
            killing.kill_once(batch)
            progress.reached(batch)
        faults = killing.faults(kills + 1)
    finally:
        killing.stage.stop_servers()
    rows = (
        ("杀死进程 killed", ", ".join(f"{name} {count}" for name, count in sorted(killing.killed.items()))),
        ("证书 certificates", f"{(kills + 1) * ROWS:,}"),
        ("重复、缺号或不通过 doubled, missing or refused", str(len(faults))),
    )
    return Outcome(rows, tuple(f"{fault}（{order.folder}）" for fault in faults))


def _numbers(listed: list[dict[str, str]], batches: int) -> str:
    serials = sorted(int(each["number"][-6:]) for each in listed)
    return "" if serials == [*range(1, batches * ROWS + 1)] else f"numbers doubled or missing: {len(serials)} listed"


def _indices(listed: list[dict[str, str]]) -> str:
    certificates = [qr_text.decode(each["text"]) for each in listed]
    used = Counter(read_certificate(data).status.idx for data in certificates)
    digests = {decode_sign1(data, None).to_be_signed for data in certificates}
    return "" if len(used) == len(digests) == len(listed) else f"indices used twice: {used.most_common(3)}"


SOAK: Final = Soak("kills", "签发途中杀死进程", "Killed while signing", run)
