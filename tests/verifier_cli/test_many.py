"""`check` for many, through main(): a folder of everything beside its manifest, reports, and what goes wrong."""

import contextlib
import csv
import errno
import gc
import io
import itertools
import json
import multiprocessing
import os
import pty
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PIL import Image

from credential.reason import Reason
from tests.verifier_cli import manifest
from tests.verifier_cli.conftest import AT, Answer, Desk
from tests.verifier_cli.manifest import FORGED, GOOD, REVOKED, Manifest, bound, drawn, saved
from tests.verifier_cli.test_check import MAIN
from verifier_cli.checking import check, progress
from verifier_cli.crew import crew
from verifier_cli.given import Given
from verifier_cli.reading import documents, pictures, zips
from verifier_cli.reading.lists import Lines
from verifier_cli.words.columns import COLUMNS, KEYS

PROGRAM = "from verifier_cli.cli import program; program()"
ROOT = Path(__file__).parents[2]
ENDINGS = (".csv", ".xlsx", ".json", ".pdf")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.lay(manifest.world())
    return desk


def short(answer: Answer, folder: Path) -> list[tuple[str, str]]:
    """Names without the folder, and reasons."""
    return [(row["input"].removeprefix(f"{folder}/"), row["reason"]) for row in answer.rows]


def reported(desk: Desk, *inputs: str, ending: str = ".csv") -> tuple[Answer, Path]:
    path = desk.folder / f"report{ending}"
    return desk.check(*inputs, "--report", str(path)), path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [column.heading for column in COLUMNS]
    return [dict(zip(KEYS, row, strict=True)) for row in rows[1:]]


# A folder of everything


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return manifest.fill(tmp_path_factory.mktemp("many") / "in", 68, seed=7)


def test_folder_and_all_reports_say_what_the_manifest_says(desk: Desk, made: Manifest) -> None:
    paths = {ending: desk.folder / f"report{ending}" for ending in ENDINGS}
    options = [each for path in paths.values() for each in ("--report", str(path))]
    answer = desk.check(str(made.folder), *options)
    expected = made.rows()
    assert list(zip(answer.names, answer.reasons, strict=True)) == expected
    assert answer.code == 1

    rows = table(paths[".csv"])
    assert [row["reason"] for row in rows] == [reason for _, reason in expected]
    assert [row["number"] for row in rows] == [str(number) for number in range(1, len(expected) + 1)]
    whole = json.loads(paths[".json"].read_text())
    assert [(row["input"], row["reason"]) for row in whole["rows"]] == expected
    summary = whole["summary"]
    assert summary["total"] == len(expected) == sum(summary["verdicts"].values())
    assert Counter(summary["reasons"]) == made.reasons()
    assert [str(row["same_as"] or "") for row in whole["rows"]] == [row["same_as"] for row in rows]
    check_workbook(paths[".xlsx"], rows, summary)
    check_document(paths[".pdf"], len(expected), summary["verdicts"])


def check_workbook(path: Path, rows: list[dict[str, str]], summary: dict[str, dict[str, int]]) -> None:
    book = openpyxl.load_workbook(path)
    totals, listed = book.worksheets
    assert listed.freeze_panes == "B2"
    found = [[cell.value or "" for cell in row] for row in listed.iter_rows()]
    assert found[0] == [column.heading for column in COLUMNS]
    assert [[str(each).replace("_x005F_", "_").removeprefix("'") for each in row] for row in found[1:]] == [
        [each.removeprefix("'") for each in row.values()] for row in rows
    ]
    assert {cell.data_type for row in listed.iter_rows() for cell in row} == {"s", "inlineStr"}
    said = {row[0].value: row[1].value for row in totals.iter_rows(max_col=2)}
    assert said["共 Rows"] == str(summary["total"])
    assert said["通过 ACCEPTED"] == str(summary["verdicts"]["accepted"])
    assert said["根指纹 Pin"] == manifest.world().pin().hex()
    assert "35: 1.1, 2026-06-01T03:00:00Z (0.0 天 days)" in str(said["信任清单 Trust list"])


def check_document(path: Path, total: int, verdicts: dict[str, int]) -> None:
    opened = pypdfium2.PdfDocument(path)
    texts = [page.get_textpage().get_text_range() for page in opened]
    opened.close()
    assert f"共 Rows: {total}" in texts[0].replace("  ", " ")
    assert f"无法判断 UNDECIDED: {verdicts['undecided']}" in texts[0].replace("  ", " ")
    headed = ["结论 Verdict" in each for each in texts]
    assert headed == sorted(headed)
    rows = "".join(texts[headed.index(True) :])
    assert rows.count("通过\r\nACCEPTED") == verdicts["accepted"]


def test_order_is_the_same_whoever_works(desk: Desk, made: Manifest) -> None:
    alone = desk.check(str(made.folder / "b"), "--processes", "1")
    assert desk.check(str(made.folder / "b"), "--processes", "3").out == alone.out


def test_processes_that_are_spawned_answer_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.file("a.png", saved(drawn(GOOD), "PNG"))
    monkeypatch.setattr(crew, "FORKS", False)
    monkeypatch.setattr(crew, "CONTEXT", multiprocessing.get_context("spawn"))
    assert desk.check(path, REVOKED, "--processes", "1").reasons == ["ACCEPTED", "REVOKED"]


def test_long_list_is_shared_out_in_order(desk: Desk) -> None:
    texts = list(itertools.islice(itertools.cycle((GOOD, "x", REVOKED)), 700))
    path = desk.file("long.txt", "\n".join(texts))
    answer = desk.check(path)
    assert answer.names == [f"{path}:{number}" for number in range(1, 701)]
    assert answer.reasons == list(itertools.islice(itertools.cycle(("ACCEPTED", "QR_PREFIX", "REVOKED")), 700))


def test_no_more_is_taken_than_is_soon_done() -> None:
    taken = 0

    def endless() -> Iterator[Given]:
        nonlocal taken
        while True:
            taken += 1
            yield Given(f"{taken}", "x")

    with contextlib.closing(check.answered(endless(), _named, processes=2)) as answers:
        names = itertools.chain.from_iterable(answers)
        assert [next(names) for _ in range(1_000)] == [f"{number}" for number in range(1, 1_001)]
    assert taken <= 1_000 + 2 * crew.AHEAD * crew.CHUNK


def test_lines_after_the_one_that_ends_its_process_are_told_once() -> None:
    lines = Lines("list", 1, b"x\n" * 199 + b"deadly\n" + b"x\n" * 100)
    found = [*itertools.chain.from_iterable(crew.Crew(1, _named_unless_deadly).run([lines], lambda _: None))]
    assert found == [f"list:{number}" for number in range(1, 301)]


def _named_unless_deadly(given: Iterable[Given]) -> list[str]:
    if any(each.content == "deadly" for each in given):
        ended()
    return _named(given)


def _named(given: Iterable[Given]) -> list[str]:
    return [each.name for each in given]


# What is in a folder


def test_links_and_what_is_no_file(desk: Desk) -> None:
    folder = desk.folder / "in"
    (folder / "deep").mkdir(parents=True)
    outside = desk.file("outside.txt", GOOD)
    (folder / "a-inside.txt").symlink_to(desk.file("in/list.txt", GOOD))
    (folder / "b-outside.txt").symlink_to(outside)
    (folder / "c-folder").symlink_to(folder / "deep")
    (folder / "d-loop").symlink_to(folder)
    os.mkfifo(folder / "e-pipe")
    answer = desk.check(str(folder))
    assert short(answer, folder) == [
        ("a-inside.txt:1", "ACCEPTED"),
        ("b-outside.txt", "FILE_UNREADABLE"),
        ("c-folder", "FILE_UNREADABLE"),
        ("d-loop", "FILE_UNREADABLE"),
        ("e-pipe", "FILE_UNREADABLE"),
        ("list.txt:1", "ACCEPTED"),
    ]


def test_folder_without_files_and_empty_list_beside_others(desk: Desk) -> None:
    folder = desk.folder / "in"
    folder.mkdir()
    (folder / "Thumbs.db").write_bytes(b"x")
    empty = desk.file("empty.txt", "\n\n")
    answer = desk.check(str(folder), empty, GOOD)
    assert list(zip(answer.names, answer.reasons, strict=True)) == [
        (str(folder), "FILE_EMPTY"),
        (empty, "FILE_EMPTY"),
        (GOOD, "ACCEPTED"),
    ]


# Caps: each file at its cap, and beyond it


def test_pages_beyond_the_cap_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_PAGES", 2)
    monkeypatch.setattr(pictures, "MAX_PAGES", 2)
    for name, as_format in (("a.pdf", "PDF"), ("a.tif", "TIFF")):
        path = desk.file(name, bound([drawn(GOOD)] * 3, as_format))
        answer = desk.check(path)
        assert sorted(zip(answer.names, answer.reasons, strict=True)) == [
            (path, "FILE_TOO_LARGE"),
            (f"{path}#p1", "ACCEPTED"),
            (f"{path}#p2", "ACCEPTED"),
        ]


def test_caps_of_an_archive(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.txt", GOOD)
        opened.writestr("b.txt", GOOD + " " * 2_000)
        opened.writestr("c.txt", GOOD)
    path = desk.file("a.zip", out.getvalue())
    assert desk.check(path).reasons == ["ACCEPTED"] * 3
    monkeypatch.setattr(zips, "MAX_ENTRY", 2_000)
    assert desk.check(path).reasons == ["ACCEPTED", "FILE_TOO_LARGE", "ACCEPTED"]
    monkeypatch.setattr(zips, "MAX_TOTAL", 3_000)
    assert desk.check(path).reasons == ["ACCEPTED", "FILE_TOO_LARGE", "FILE_TOO_LARGE"]
    monkeypatch.setattr(zips, "MAX_ENTRIES", 2)
    assert desk.check(path).reasons == ["FILE_TOO_LARGE"]


def test_entry_that_is_packed_in_another_way_is_not_unpacked(desk: Desk) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for number, method in enumerate((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED)):
            opened.writestr(f"{number}.txt", GOOD, method)
    assert desk.check(desk.file("a.zip", out.getvalue())).reasons == ["ZIP_BROKEN", "ZIP_BROKEN", "ACCEPTED"]


def test_entry_that_holds_more_than_it_says(desk: Desk) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.txt", GOOD + " " * 5_000)
    data = out.getvalue().replace((len(GOOD) + 5_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path = desk.file("a.zip", data)
    assert desk.check(path).reasons == ["ZIP_BROKEN"]


# What takes its process down


def fails_at(number: int, how: Callable[[], None]) -> Callable[[Image.Image], Image.Image]:
    """Decodes pictures as before, but that `how` comes over the one of so many dots across."""
    decode = pictures._flattened

    def decoded(picture: Image.Image) -> Image.Image:
        if picture.width == number:
            how()
        return decode(picture)

    return decoded


def ended() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hung() -> None:
    time.sleep(60)


def filled() -> None:
    bytearray(8 << 30)


@pytest.mark.parametrize(
    ("how", "detail"), [(ended, "ended by SIGKILL"), (hung, "over 2 s"), (filled, "out of memory")]
)
def test_picture_that_takes_its_process_down_costs_one_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, how: Callable[[], None], detail: str
) -> None:
    if how is hung:
        monkeypatch.setattr(crew, "LIMIT", 2.0)
    monkeypatch.setattr(pictures, "_flattened", fails_at(123, how))
    names = ["a.png", "b.png", "c.png"]
    bad = saved(Image.new("L", (123, 50), "white"), "PNG")
    paths = [desk.file(name, bad if name == "b.png" else saved(drawn(GOOD), "PNG")) for name in names]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name in names:
            opened.write(desk.folder / name, name)
    packed = desk.file("d.zip", out.getvalue())
    answer, report = reported(desk, *paths, packed)
    assert answer.reasons == ["ACCEPTED", "READING_STOPPED", "ACCEPTED"] * 2
    assert answer.names[3:] == [f"{packed}!/{name}" for name in names]
    assert table(report)[1]["detail"] == detail
    assert answer.code == 3


def test_page_that_takes_its_process_down_costs_one_row(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    read = documents.Document.read

    def deadly(document: documents.Document, number: int) -> list[pictures.Content]:
        if number == 1:
            ended()
        return read(document, number)

    monkeypatch.setattr(documents.Document, "read", deadly)
    path = desk.file("a.pdf", bound([drawn(GOOD)] * 3, "PDF"))
    answer = desk.check(path)
    assert answer.names == [f"{path}#p1", f"{path}#p2", f"{path}#p3"]
    assert answer.reasons == ["ACCEPTED", "READING_STOPPED", "ACCEPTED"]


def test_process_that_ends_in_the_midst_of_an_answer_costs_one_row(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(_: Image.Image) -> Image.Image:
        end = next(each for each in gc.get_objects() if isinstance(each, Connection) and not each.closed)
        os.write(end.fileno(), b"\0\0\1\0")
        os._exit(0)

    monkeypatch.setattr(pictures, "_flattened", broken_off)
    path = desk.file("a.png", saved(drawn(GOOD), "PNG"))
    assert desk.check(path, REVOKED).reasons == ["READING_STOPPED", "REVOKED"]


HANGS = """
import os, time
from pathlib import Path
from verifier_cli.reading import pictures

def hung(_):
    Path({!r}, str(os.getpid())).touch()
    time.sleep(60)

pictures._flattened = hung
"""
"""Each process leaves its number where it hangs."""


def test_interruption_ends_every_process_and_writes_nothing(desk: Desk) -> None:
    paths = [desk.file(f"{number}.png", saved(drawn(GOOD), "PNG")) for number in range(4)]
    report, hung = desk.folder / "report.csv", desk.folder / "hung"
    hung.mkdir()
    options = ["--processes", "2", "--at", AT, "--report", str(report)]
    command = [sys.executable, "-c", HANGS.format(str(hung)) + MAIN, "check", *desk.held, *options, *paths]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        while process.poll() is None and len(found := [each.name for each in hung.iterdir()]) < 2:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert "已中断，没有写报告" in err.decode()
    assert b"Traceback" not in err
    assert not report.exists()
    assert not any(Path(f"/proc/{pid}").exists() for pid in found)


# Reports


def test_certificate_given_twice_is_marked(desk: Desk) -> None:
    other_host = GOOD.replace("fj.example", "mirror.example")
    picture = desk.file("a.png", saved(drawn(GOOD), "PNG"))
    answer, report = reported(desk, GOOD, FORGED, other_host, picture, "x", "x")
    assert answer.code == 1
    assert [row["same_as"] for row in table(report)] == ["", "", "1", "1", "", ""]


def test_columns_of_one_row(desk: Desk) -> None:
    path = desk.file("list.txt", f"\n{GOOD}\n{REVOKED}")
    _, report = reported(desk, path)
    good, revoked = table(report)
    assert good == {
        "number": "1",
        "file": path,
        "place": ":2",
        "verdict": "通过 ACCEPTED",
        "reason": "ACCEPTED",
        "reason_zh": "证书真实，目前有效。",
        "reason_en": "The certificate is authentic and stands.",
        "next_step": good["next_step"],
        "detail": "",
        "same_as": "",
        "name": "陈志强",
        "document_type": "居民身份证 citizen ID",
        "document_last4": "123X",
        "certificate_number": "Y000035020101263000001",
        "kind": "职业技能等级证书 level certificate",
        "occupation_code": "6-31-01-03",
        "occupation_title": "电工",
        "specialisation": "",
        "level": "三级/高级工",
        "issued_on": "2026-06-01",
        "term_until": "",
        "basis": "理论与实操考试 examination",
        "issuer_code": "Y000035020101",
        "issuer_name": "厦门港务控股集团有限公司",
        "recognised_here": "这是本地区签发的证书。 (HOME)",
        "recognised_as": "6-31-01-03 三级/高级工 视同本地证书",
        "by_document": "",
        "as_of": AT,
        "trust_list_of": "2026-06-01T03:00:00Z",
        "status_list_of": "2026-06-01T03:00:00Z",
        "registration": "只核对了登记位置 only its index was checked (index-only)",
    }
    assert (revoked["verdict"], revoked["name"], revoked["recognised_here"]) == ("不通过 REJECTED", "陈志强", "")


def test_hostile_names_cannot_harm_a_spreadsheet(desk: Desk, made: Manifest) -> None:
    _, report = reported(desk, "=1+1", "\u202ecod", "\uff1dx", "+1", str(made.folder / "b"))
    for row in table(report):
        for cell in row.values():
            assert not cell.startswith(("=", "+", "@", "\uff1d"))
            assert cell.isprintable()


def test_report_is_for_its_owner_and_overwrites_nothing(desk: Desk) -> None:
    answer, report = reported(desk, GOOD)
    assert (answer.code, stat.S_IMODE(report.stat().st_mode)) == (0, 0o600)
    before = report.read_bytes()
    again = desk.check(REVOKED, "--report", str(report))
    assert (again.code, again.out) == (2, "")
    assert "--force" in again.err
    assert report.read_bytes() == before
    assert desk.check(REVOKED, "--report", str(report), "--force").code == 1
    assert [row["reason"] for row in table(report)] == ["REVOKED"]
    assert [path.name for path in desk.folder.iterdir() if path.name.startswith(".")] == []


def limited(desk: Desk, size: int, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The program itself, where no file may grow beyond `size` bytes; its temporary files stand in a folder `t`."""
    places = {"TMPDIR": str(desk.folder / "t"), "SQLITE_TMPDIR": str(desk.folder)}
    (desk.folder / "t").mkdir()
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
    command = [sys.executable, "-c", limit + PROGRAM, "check", *desk.held, "--at", AT, *arguments]
    return subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env={**os.environ, **places})


@pytest.mark.parametrize(("size", "why"), [(200_000, "temporary folder"), (8_000_000, "cannot write")])
def test_report_on_a_full_disk_is_told_and_leaves_nothing(desk: Desk, size: int, why: str) -> None:
    path = desk.file("list.txt", "".join(f"{number}\n" for number in range(5_000)))
    ended = limited(desk, size, path, "--report", str(desk.folder / "r.xlsx"))
    assert (ended.returncode, why in ended.stderr.decode()) == (2, True)
    assert b"Traceback" not in ended.stderr
    assert list((desk.folder / "t").iterdir()) == []
    assert sorted(each.name for each in desk.folder.iterdir()) == ["bundle.cbor", "list.txt", "pin.txt", "t"]


def test_report_given_twice_is_refused(desk: Desk) -> None:
    path = str(desk.folder / "r.csv")
    answer = desk.check(GOOD, "--report", path, "--report", path)
    assert (answer.code, "given twice" in answer.err, os.path.lexists(path)) == (2, True, False)


def test_report_on_a_drive_without_links(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a USB stick: there is none here, so the system's refusal is what is made up."""

    def refused(*_: str) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)
    path = desk.folder / "r.csv"
    assert desk.check(GOOD, "--report", str(path)).code == 0
    assert (len(table(path)), stat.S_IMODE(path.stat().st_mode)) == (1, 0o600)
    assert desk.check(GOOD, "--report", str(path)).code == 2


@pytest.mark.parametrize("name", ["report", "report.doc", "nowhere/report.csv"])
def test_report_that_cannot_be_written_is_told_before_anything_is_read(desk: Desk, name: str) -> None:
    answer = desk.check(GOOD, "--report", str(desk.folder / name))
    assert (answer.code, answer.out) == (2, "")
    assert name in answer.err


def test_in_words_beside_a_report_only_what_did_not_pass_is_shown(desk: Desk) -> None:
    answer = desk.check_in_words(GOOD, REVOKED, "--report", str(desk.folder / "report.csv"))
    assert answer.out.count("下一步") == 1
    assert "共 total 2: 通过 accepted 1, 不通过 rejected 1, 无法判断 undecided 0" in answer.out
    assert "报告已写入 report written" in answer.err


# The terminal


def test_bar_says_how_much_how_fast_and_how_long() -> None:
    stream = io.StringIO()
    bar = progress.Bar(stream, 1_000)
    bar._began -= 10
    bar._drawn -= 10
    bar.advance(250)
    bar.count(1)
    assert "[######------------------]  25%  1 read, 0.1/s" in stream.getvalue()
    assert stream.getvalue().endswith("left 0:30")
    bar.hide()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_bar_on_a_terminal_only(desk: Desk) -> None:
    path = desk.file("list.txt", f"{GOOD}\n" * 300)
    quick = f"from verifier_cli.checking import progress; progress._PATIENCE = progress._EVERY = 0.02; {MAIN}"
    command = [sys.executable, "-c", quick, "check", *desk.held, "--at", AT, "--json", path]
    watched, terminal = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, cwd=ROOT) as process:
        out, _ = process.communicate(timeout=60)
    os.close(terminal)
    assert out.count(b"\n") == 300
    assert b"%  " in os.read(watched, 1 << 20)
    os.close(watched)
    silent = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert (silent.stdout, silent.stderr) == (out, b"")


def test_every_reason_of_a_file_is_undecided_and_met(made: Manifest) -> None:
    """Those that the manifest does not hold are met in other tests here."""
    elsewhere = {"READING_STOPPED", "FILE_TOO_LARGE", "FILE_UNREADABLE"}
    before_text = {reason.value for reason in Reason if reason.value.startswith(("FILE", "PIC", "PDF", "ZIP", "LIST"))}
    assert before_text <= set(made.reasons()) | elsewhere


def test_guide_has_every_column_in_order() -> None:
    guide = (ROOT / "docs" / "verifying.md").read_text("utf-8")
    rows = [f"| `{column.key}` | {column.heading} | " for column in COLUMNS]
    places = [guide.find(row) for row in rows]
    assert places == sorted(places)
    assert places[0] > 0
