"""What an INPUT may be, the QR text and its oddities: each through main(), nothing lost and nothing raised."""

import contextlib
import io
import itertools
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import qr_text
from tests.verifier_cli.conftest import AT, GOOD, REVOKED, Desk
from tests.world import World, sign_it
from verifier_cli.cli import main
from verifier_cli.given import Given, at
from verifier_cli.reading import lists
from verifier_cli.reading.lists import MAX_LINE

PREFIX, DIGITS = GOOD.split("#")


@pytest.mark.parametrize(
    ("given_text", "reason"),
    [
        # 1: the prefix
        (DIGITS, "QR_PREFIX"),
        ("https://fj.example/" + DIGITS, "QR_PREFIX"),
        ("http://fj.example/v#" + DIGITS, "QR_PREFIX"),
        ("HTTPS://FJ.EXAMPLE/V#" + DIGITS, "QR_PREFIX"),
        ("https://fj.example/v%23" + DIGITS, "QR_PREFIX"),
        ("https://other.example/v#" + DIGITS, "ACCEPTED"),
        # 2: digit groups
        (GOOD[:-1] + "x", "QR_DIGITS"),
        (PREFIX + "#", "QR_DIGITS"),
        (GOOD + "1", "QR_GROUP"),
        (PREFIX + "#" + "9" * 17, "QR_GROUP"),
        (PREFIX + "#" + "0" * 4, "QR_GROUP"),
        # 5: length
        (PREFIX + "#" + "1" * 4_300, "QR_TOO_LONG"),
        # 10: what is ignored, and what is not
        (f"  {GOOD}\n", "ACCEPTED"),
        (GOOD[:60] + "\r\n" + GOOD[60:], "ACCEPTED"),
        (GOOD + "&appinstall=0", "ACCEPTED"),
        (GOOD + "?from=chat", "ACCEPTED"),
        (GOOD + "#x", "QR_DIGITS"),
        (GOOD[:-1] + "１", "QR_DIGITS"),
        (PREFIX + "#0" + DIGITS, "QR_GROUP"),
        ("", "QR_PREFIX"),
        ("a\0b", "QR_PREFIX"),
        ("n" * 5_000, "QR_TOO_LONG"),
    ],
)
def test_text_as_argument(desk: Desk, given_text: str, reason: str) -> None:
    answer = desk.check(given_text)
    assert answer.reasons == [reason]
    assert answer.code == (0 if reason == "ACCEPTED" else 1)


@pytest.mark.parametrize("missing", ["nowhere/a", "a.png", "list.jsonl", "./x", "A.JPG"])
def test_missing_file_is_named(desk: Desk, missing: str) -> None:
    answer = desk.check(GOOD, missing)
    assert (answer.code, answer.out) == (2, "")
    assert missing in answer.err


@pytest.mark.parametrize("content", ["", "\n \n\n", "\n" * 70_000])
def test_nothing_to_verify_is_said(desk: Desk, content: str) -> None:
    answer = desk.check(desk.file("empty.txt", content))
    assert (answer.code, answer.out) == (2, "")
    assert "nothing to verify" in answer.err


def test_list_names_every_line_and_skips_blank_ones(desk: Desk) -> None:
    lines = [
        GOOD.encode(),
        b"",
        b"  \r",
        REVOKED.encode() + b"\r",
        b"\xff\xfe",
        b"x" * 5_000,
        b"y" * MAX_LINE * 3,
        b"z",
    ]
    path = desk.file("list.txt", b"\n".join(lines))
    answer = desk.check(path)
    assert answer.code == 1
    assert list(zip(answer.names, answer.reasons, strict=True)) == [
        (f"{path}:1", "ACCEPTED"),
        (f"{path}:4", "NOT_YET_REGISTERED"),
        (f"{path}:5", "QR_PREFIX"),
        (f"{path}:6", "QR_TOO_LONG"),
        (f"{path}:7", "QR_TOO_LONG"),
        (f"{path}:8", "QR_PREFIX"),
    ]


def test_list_read_in_blocks_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"\xef\xbb\xbfa\n\n b\r\n" + b"c" * 30 + b"\n{}\n\xff\n" + b"d" * 5 + b"\n\n" + b"e" * 17
    for *sizes, most in itertools.product((1, 2, 7, 20), (1, 2, 512), (3, 5, 6), range(1, len(data) + 2)):
        for name, size in zip(("BLOCK", "BLOCK_LINES", "MAX_LINE", "MAX_LIST"), [*sizes, most], strict=True):
            monkeypatch.setattr(lists, name, size)
        expected = [at("list", place, content) for place, content in lists.lines(io.BytesIO(data))]
        blocks = [*lists.blocks("list", io.BytesIO(data))]
        monkeypatch.setattr(lists, "MAX_LIST", 1_000)  # each block is read by itself
        found = [each for block in blocks for each in ([block] if isinstance(block, Given) else block.given())]
        assert (sizes, most, found) == (sizes, most, expected)
        assert max((each.data.count(b"\n") for each in blocks if isinstance(each, lists.Lines)), default=1) <= sizes[1]


def test_json_lines(desk: Desk) -> None:
    lines = [
        json.dumps({"number": "1", "text": GOOD, "file": "a.png"}),
        json.dumps({"text": 5}),
        json.dumps({"no": "text"}),
        '{"text": ',
        "[" * 50_000,
        '{"a":' * 8_000,
        '{"text": "\\ud800"}',
        '{"text": ' + "9" * 5_000 + "}",
    ]
    answer = desk.check(desk.file("credentials.jsonl", "\n".join(lines)))
    assert answer.reasons == ["ACCEPTED", *["QR_PREFIX"] * 3, "QR_TOO_LONG", *["QR_PREFIX"] * 3]


def test_byte_order_mark_of_a_list_is_ignored(desk: Desk) -> None:
    assert desk.check(desk.file("list.txt", b"\xef\xbb\xbf" + GOOD.encode())).reasons == ["ACCEPTED"]
    assert desk.check(desk.file("list.txt", b"\xef\xbb\xbf\n\n" + GOOD.encode())).reasons == ["ACCEPTED"]


def test_line_end_is_no_part_of_the_text(desk: Desk) -> None:
    """A line as long as any text may be is read, however it ends."""
    longest = GOOD + "&" + "x" * (4_295 - len(GOOD))
    answer = desk.check(desk.file("list.txt", f"{longest}\n{longest}\r\n{longest}x\n{longest}"))
    assert answer.reasons == ["ACCEPTED", "ACCEPTED", "QR_TOO_LONG", "ACCEPTED"]


def test_long_list(desk: Desk) -> None:
    answer = desk.check(desk.file("long.txt", f"{GOOD}\n" + "x\n" * 20_000))
    assert answer.code == 1
    assert len(answer.rows) == 20_001
    assert answer.names[-1].endswith("long.txt:20001")


def test_named_pipe(desk: Desk) -> None:
    path = desk.folder / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(GOOD,))
    writer.start()
    assert desk.check(str(path)).names == [f"{path}:1"]
    writer.join()


def test_links_that_lead_nowhere_are_no_texts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)
    Path("loop").symlink_to("loop")
    Path("gone").symlink_to("nowhere")
    for name in ("loop", "gone"):
        answer = desk.check(name, GOOD)
        assert (answer.code, answer.out, name in answer.err) == (2, "", True)


def test_files_that_vanish_have_their_rows(desk: Desk) -> None:
    """They were there when the command looked at all of its arguments, and are gone when it comes to them."""
    gone = [desk.file("a.txt", GOOD), desk.file("a.pdf", b"%PDF-1.7"), desk.file("in.txt", GOOD)]
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)

    def ends() -> None:
        with pipe.open("w") as file:
            for each in gone:
                Path(each).unlink()
            file.write(GOOD)

    (writer := threading.Thread(target=ends)).start()
    answer = desk.check(str(pipe), *gone, GOOD)
    writer.join()
    assert answer.names == [f"{pipe}:1", *gone, GOOD]
    assert answer.reasons == ["ACCEPTED", *["FILE_UNREADABLE"] * 3, "ACCEPTED"]


def test_file_name_of_any_bytes(desk: Desk) -> None:
    path = os.fsdecode(os.fsencode(desk.folder) + b"/\xff\x1b[2J.txt")
    Path(path).write_text("x")
    answer = desk.check(path)
    assert answer.names[0].endswith("/\\xff\x1b[2J.txt:1")
    assert answer.out.isascii()
    assert "\x1b" not in answer.out
    assert "\x1b" not in desk.check_in_words(path).out


def run_quietly(*arguments: str) -> tuple[int, str]:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
        return main(arguments), out.getvalue()


@pytest.fixture(scope="module")
def held() -> Iterator[list[str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "b").write_bytes(World().bundle())
        (folder / "p").write_text(World().pin().hex())
        yield ["--bundle", str(folder / "b"), "--pin", str(folder / "p"), "--at", AT]


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_in_a_file_give_a_verdict(held: list[str], content: bytes) -> None:
    path = Path(held[1]).with_name("any")
    path.write_bytes(content)
    code, out = run_quietly("check", *held, "--json", str(path))
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == (1 if any(row["verdict"] == "rejected" for row in rows) else 3 if rows else 2)
    assert all(row["verdict"] in {"rejected", "undecided"} for row in rows)


@given(argument=st.text(max_size=100))
def test_any_argument_gives_a_verdict_or_names_a_file(held: list[str], argument: str) -> None:
    code, out = run_quietly("check", *held, "--json", "--", argument)
    assert (code, len(out.splitlines())) in {(1, 1), (2, 0)}


@given(data=st.binary(max_size=200))
def test_any_bytes_in_a_code_give_a_verdict(held: list[str], data: bytes) -> None:
    for options in ([], ["--json"]):
        code, out = run_quietly("check", *held, *options, qr_text.encode("fj.example", data))
        assert code == 1
        assert out
    assert run_quietly("explain", *held, qr_text.encode("fj.example", data))[0] == 1


@given(place=st.integers(0, 8 * 220), flips=st.integers(1, 255))
def test_any_change_of_a_good_certificate_is_not_accepted(held: list[str], place: int, flips: int) -> None:
    data = bytearray(sign_it())
    data[place % len(data)] ^= flips
    code, out = run_quietly("check", *held, "--json", qr_text.encode("fj.example", bytes(data)))
    assert code in {1, 3}
    assert json.loads(out)["claims"] is None
