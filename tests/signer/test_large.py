"""Large batches: nothing of them is in memory but a portion, all cores take part, and a full disk loses nothing."""

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import StringIO
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from credential import cbor
from credential.model import Basis, DocumentType, Entry, Kind, Seconds
from signer import parallel
from signer.batches import output, selfcheck
from signer.batches.output import Credential
from signer.batches.selfcheck import SelfCheck
from signer.certificates.drafts import RowDrafts, draft_of_row
from signer.commands.terminal import COLUMNS, PAUSE, Bars, Lines, Pace
from signer.errors import SignerError
from signer.home import Home
from signer.ledger.model import Signed
from signer.remote import published
from signer.roster.model import Row
from signer.roster.packed import Rows
from tests.disks import NoDiskError, fill, small_disk
from tests.signer import held
from tests.signer.office import Office, level_row
from tests.world import CODE, certificate, sign_it

ROOT = Path(__file__).resolve().parents[2]


def rows(count: int) -> Iterator[Row]:
    for number in range(2, count + 2):
        name, last4 = f"陈{chr(0x4E00 + number % 9_000)}", f"{number % 10_000:04d}"
        document, issued_on = f"3502031860010{number:05d}", date(2026, 6, 1 + number % 7)
        yield Row(
            number, name, DocumentType.CITIZEN_ID, last4, document, 2022, "6-31-01-03", "电工", None,
            Kind.LEVEL, 3 + number % 3, None, None, None, issued_on, Basis.EXAMINATION, None, None,
        )  # fmt: skip


# Rows


def test_packed_rows_are_the_rows_they_were_made_of() -> None:
    whole = list(rows(50))
    packed = Rows(whole)
    assert list(packed) == whole
    assert (packed[7], packed[-1], packed[3:5], len(packed)) == (whole[7], whole[-1], whole[3:5], 50)
    assert (packed.at(2), packed.at(51), packed.at(1), packed.at(52)) == (whole[0], whole[49], None, None)
    assert "1860" not in repr(list(packed.parts()))
    with pytest.raises(ValueError, match="line break"):
        packed.append(replace(whole[0], name="陈\n强"))


def test_a_packed_row_takes_a_hundred_bytes() -> None:
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    packed = Rows(rows(5_000))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(packed) == 5_000
    assert (after - before) / 5_000 < 100


def test_drafts_are_those_of_the_rows_that_are_not_left_out() -> None:
    packed = Rows(rows(40))
    drafts = RowDrafts(packed, frozenset({2, 5}))
    assert list(drafts) == [draft_of_row(row) for row in packed if row.row_number not in (2, 5)]
    assert len(drafts) == 38


# The self-check


def signed(serial: int) -> Signed:
    one = certificate(serial=serial, index=serial)._replace(issued_at=Seconds(int(time.time())))
    return Signed(serial + 1, one.number, None, Entry(0, serial), sign_it(one, by="certificate"), bytes(32))


@pytest.fixture
def check(office: Office) -> SelfCheck:
    home = Home(office.home)
    home.bundle_file.write_bytes(office.registry.current().bundle())
    return SelfCheck(home.bundle_file, home.load(), Seconds(int(time.time())))


def test_every_certificate_is_verified_in_other_processes(check: SelfCheck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfcheck, "ALONE", 0)
    monkeypatch.setattr(selfcheck, "_PART", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    trust = published.establish(check.bundle.read_bytes(), check.configuration).trust
    good = signed(1)
    made, count = iter([good] * 40), 40
    found = selfcheck.passed(check, trust, made, count)
    assert next(found) is good
    assert len(list(made)) == count - 2 * parallel._AHEAD
    assert len(list(found)) == 2 * parallel._AHEAD - 1


@pytest.mark.parametrize("alone", [16, 0])
def test_a_certificate_that_does_not_verify_stops_the_batch_and_names_its_row(
    check: SelfCheck, monkeypatch: pytest.MonkeyPatch, alone: int
) -> None:
    monkeypatch.setattr(selfcheck, "ALONE", alone)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    trust = published.establish(check.bundle.read_bytes(), check.configuration).trust
    good = signed(1)
    bad = replace(good, row=9, data=good.data[:-1] + bytes((good.data[-1] ^ 1,)))
    with pytest.raises(SignerError) as caught:
        list(selfcheck.passed(check, trust, iter([good, bad, good]), 3))
    assert caught.value.slug == "self-check"
    assert "row 9 does not pass the check after signing (SIGNATURE_INVALID)" in caught.value.en


# Encoders


@pytest.mark.parametrize("value", [0, 23, 24, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**53 - 1, -1, True])
def test_an_integer_is_encoded_as_ever(value: int) -> None:
    assert cbor.integer(value) == cbor.encode(value if value is not True else 1)


@pytest.mark.parametrize("length", [0, 23, 24, 255, 256, 70_000])
def test_a_text_is_encoded_as_ever(length: int) -> None:
    assert cbor.text("x" * length) == cbor.encode("x" * length)


# The list


def credential(number: str, text: str = "new") -> Credential:
    return Credential(number, text, f"certificates/{number}.png")


def test_new_lines_take_the_places_of_old_ones_and_strangers_stay(tmp_path: Path) -> None:
    path = tmp_path / output.LIST
    old = [credential("2", "old").line(), b"not ours\r\n", b"\n", credential("1", "old").line()]
    path.write_bytes(b"".join([*old, credential("2", "older").line(), b'{"number": 7}']))
    assert output.merge(tmp_path, map(credential, ("1", "2", "3"))) == path
    new = {number: credential(number).line() for number in "123"}
    assert path.read_bytes() == new["2"] + b"not ours\r\n" + new["1"] + b'{"number": 7}\n' + new["3"]
    assert [each.name for each in tmp_path.iterdir()] == [output.LIST]


# Progress


def test_a_log_has_a_line_now_and_then_with_rate_and_time_left() -> None:
    now, said = [0.0], list[str]()
    lines = Lines(said.append, lambda: now[0])
    for done in range(0, 5_001, 100):
        now[0] = done / 100
        lines.reached("签名", "signing", done, 10_000)
    assert said == [
        "签名 2,000/10,000，每秒 100，还需约 1:20 / signing 2,000 of 10,000, 100/s, about 1:20 left\n",
        "签名 4,000/10,000，每秒 100，还需约 1:00 / signing 4,000 of 10,000, 100/s, about 1:00 left\n",
    ]
    assert now[0] > 2 * PAUSE


def test_the_pace_does_not_count_what_an_earlier_run_did() -> None:
    pace = Pace(began=10.0, first=5_000)
    assert pace.said(20.0, 6_000, 10_000) == ("每秒 100，还需约 0:40", "100/s, about 0:40 left")
    assert pace.said(20.0, 10_000, 10_000) == ("每秒 500", "500/s")
    assert pace.said(20.0, 5_000, 1_000_000) == ("每秒 0", "0/s")


def test_a_bar_shows_rate_and_time_left_in_eighty_columns() -> None:
    now, shown = [0.0], Console(file=StringIO(), width=80, force_terminal=False)
    progress = Progress(*COLUMNS, console=shown, auto_refresh=False, get_time=lambda: now[0])
    bars = Bars(lambda: progress)
    bars.reached("二维码", "drawing", 5_000, 40_000)
    assert said(progress) == f"二维码 drawing {3 * '━'}{21 * ' '}  5000/40000"
    now[0] = 100.0
    bars.reached("二维码", "drawing", 15_000, 40_000)
    assert said(progress) == f"二维码 drawing {9 * '━'}{15 * ' '} 15000/40000 100/s 还需 left 4:10"
    now[0] = 350.0
    bars.reached("二维码", "drawing", 40_000, 40_000)
    assert said(progress) == f"二维码 drawing {24 * '━'} 40000/40000 100/s"
    bars.pause()


def test_a_rate_is_never_negative() -> None:
    assert Pace(began=10.0, first=20).said(10.0, 0, 20) == ("每秒 0", "0/s")


def said(progress: Progress) -> str:
    """What the bars show."""
    shown = Console(file=StringIO(), width=80, force_terminal=False)
    with shown.capture() as captured:
        shown.print(progress)
    return captured.get().rstrip()


# Faults


def whole(out: Path) -> None:
    """Every file under a final name is as it was meant to be, and none is left half written."""
    for path in out.rglob("*"):
        assert not path.name.endswith(".part"), path
        if path.suffix == ".png":
            assert path.read_bytes().endswith(b"IEND\xaeB`\x82")
        if path.parent == out and path.suffix == ".pdf":
            assert path.read_bytes().endswith(b"%%EOF\n")
        elif path.suffix == ".pdf":
            head, _, tail = path.read_bytes().rpartition(b"% yinxin ")
            assert sha256(head).hexdigest().encode() == tail.split()[-1]


@pytest.mark.parametrize(("left", "place"), [(20_000, "certificates"), (200_000, "print")])
def test_a_full_disk_is_named_and_a_rerun_continues(office: Office, left: int, place: str) -> None:
    roster = office.roster(*(level_row(n) for n in range(20)))
    try:
        with small_disk(office.folder / "disk", 4) as disk:
            out = disk / "out"
            fill(disk / "ballast", left)
            code, result = office.json("sign", roster, "--out", out, "--yes", "--pdf")
            assert (code, result["error"]) == (2, "not-written")
            assert f"{out / place}" in result["message_en"]
            assert "No space left on device" in result["message_en"]
            assert "run the same command again: it continues where it stopped" in result["message_en"]
            whole(out)
            (disk / "ballast").unlink()
            assert office.run("sign", roster, "--out", out, "--yes", "--pdf") == 0
            whole(out)
            numbers = [f"{CODE}263{n:06d}" for n in range(1, 21)]
            assert [each["number"] for each in office.credentials(out)] == numbers
            for folder, suffix in (("certificates", "png"), ("print", "pdf")):
                assert sorted(each.name for each in (out / folder).iterdir()) == [f"{n}.{suffix}" for n in numbers]
    except NoDiskError as error:
        pytest.skip(f"no disk can be mounted here: {error}")


def test_too_little_memory_is_said_and_a_rerun_continues(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(_: str) -> bytes:
        raise MemoryError

    roster, out = office.roster(level_row(1)), office.folder / "out"
    with monkeypatch.context() as patched:
        patched.setattr("signer.batches.qr.picture", short)
        code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result["error"]) == (2, "memory")
    assert office.run("sign", roster, "--out", out, "--yes") == 0


def test_a_program_that_embeds_the_signer_needs_no_guard(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from signer import parallel\n"
        "print(sum(parallel.run(abs, range(-40, 0), parallel.Size(jobs=40, alone=1, chunk=4))))\n"
    )
    ran = subprocess.run([sys.executable, str(program)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "820\n", "")


def workers(pid: int) -> list[int]:
    """The processes that a command started to work for it."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        line = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"spawn_main" in line:
            found.append(int(child))
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux says who started what")
def test_a_working_process_that_is_killed_stops_the_command_and_a_rerun_continues(office: Office) -> None:
    roster, out = office.roster(*(level_row(n) for n in range(60))), office.folder / "out"
    go = office.folder / "go"
    sign = [*held.program(go), "sign", "--json", *office.common, str(roster), "--out", str(out), "--yes"]
    process = subprocess.Popen(sign, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while process.poll() is None and not list((out / output.PICTURES).glob("*.png")):
        time.sleep(0.005)
    os.kill(workers(process.pid)[0], signal.SIGKILL)
    go.touch()
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, json.loads(said)["error"]) == (2, "process-ended")
    assert office.run("sign", roster, "--out", out, "--yes") == 0
    assert [each["number"] for each in office.credentials(out)] == [f"{CODE}263{n:06d}" for n in range(1, 61)]
    whole(out)


def test_a_process_that_dies_while_it_is_started_is_told_as_one_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: SpawnProcess) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(SpawnProcess, "start", start)
    with pytest.raises(SignerError) as caught:
        list(parallel.run(str, range(5), parallel.Size(5, 0, 1)))
    assert caught.value.slug == "process-ended"
