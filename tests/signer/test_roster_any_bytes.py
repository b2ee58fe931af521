"""Whatever a file holds, the answer is a roster or a RosterError, and no document number is ever said aloud."""

import re
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from signer.roster.model import Roster, RosterError
from signer.roster.reader import read
from tests.signer.rosters import HEADER, NUMBER, OTHER, TODAY, good, raw_xlsx, xlsx

SETTINGS = settings(max_examples=150, deadline=None)
HEADER_CSV = (",".join(HEADER) + "\n").encode()


def read_bytes(data: bytes, name: str) -> Roster | None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            return read(path, today=TODAY)
        except RosterError:
            return None


def said(roster: Roster) -> str:
    """Everything that is shown of a roster, its digits reduced to ASCII and run together."""
    problems = [
        f"{each.column}\n{each.shape}\n{each.why_zh}\n{each.why_en}\n{each.fix_zh}\n{each.fix_en}"
        for each in roster.problems
    ]
    notes = [f"{each.zh}\n{each.en}" for each in roster.notes]
    whole = unicodedata.normalize("NFKC", "\n".join((*problems, *notes)))
    return re.sub(r"[^0-9A-Zx\n]", "", whole)


@SETTINGS
@given(st.binary(max_size=2_000), st.sampled_from(["r.csv", "r.xlsx", "r"]))
def test_any_bytes(data: bytes, name: str) -> None:
    read_bytes(data, name)


@SETTINGS
@given(st.one_of(st.binary(max_size=500), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_below_a_header(data: bytes) -> None:
    read_bytes(HEADER_CSV + data, "r.csv")


@SETTINGS
@given(st.binary(max_size=300), st.binary(max_size=100))
def test_any_bytes_as_parts_of_a_workbook(sheet: bytes, strings: bytes) -> None:
    read_bytes(raw_xlsx(sheet, strings=strings), "r.xlsx")
    read_bytes(raw_xlsx(b"<worksheet><sheetData>" + sheet), "r.xlsx")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return xlsx(tmp_path_factory.mktemp("sound") / "r.xlsx", [good(), good(证件号码=OTHER)]).read_bytes()


@SETTINGS
@given(data=st.data())
def test_a_workbook_with_bytes_changed(sound: bytes, data: st.DataObject) -> None:
    damaged = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    read_bytes(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]), "r.xlsx")
    read_bytes(bytes(damaged), "r.xlsx")


CELL = st.one_of(
    st.none(),
    st.integers(-10, 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(st.characters(codec="utf-8"), max_size=40).map(lambda text: ILLEGAL_CHARACTERS_RE.sub("", text)),
    st.sampled_from(["三级", "电工", "6-31-01-03", "考试", "2026-06-01", "护照", "特级技师", "=A1"]),
)


@SETTINGS
@given(st.lists(st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=4))
def test_any_cells(rows: list[list[object]]) -> None:
    with TemporaryDirectory() as folder:
        roster = read(xlsx(Path(folder) / "r.xlsx", rows), today=TODAY)
    bad_rows = {problem.row for problem in roster.problems}
    assert bad_rows.isdisjoint(row.row_number for row in roster.rows)


WRITTEN = st.sampled_from(
    [
        *(lambda n: n, lambda n: n.lower(), lambda n: f"'{n}", lambda n: f"{n}0", lambda n: n[:17], lambda n: f"x{n}"),
        *(lambda n: f"{n[:6]} {n[6:14]} {n[14:]}", "-".join, lambda n: f"{n}（身份证）"),
        *(lambda n: n.translate({48 + d: 0xFF10 + d for d in range(10)}), lambda n: f"陈志强{n}", lambda n: n * 2),
    ]
)


@SETTINGS
@given(
    st.sampled_from([*HEADER, "header", "sheet"]),
    WRITTEN.flatmap(lambda write: st.sampled_from([write(NUMBER), write(OTHER)])),
    st.sampled_from(["r.csv", "r.xlsx"]),
    st.booleans(),
)
def test_no_document_number_is_said_aloud(column: str, value: str, name: str, also_local: bool) -> None:
    changes: dict[str, object] = {"大典版本": "地方"} if also_local else {}
    header: list[object] = list(HEADER)
    if column in HEADER:
        changes[column] = value
    else:
        header.append(value)
    row = good(**changes)
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        if name == "r.csv":
            lines = (header, row, row)
            path.write_text("\n".join(",".join("" if v is None else str(v) for v in line) for line in lines))
        else:
            xlsx(path, [row, row], header)
        spoken = said(read(path, today=TODAY))
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", value))
    for start in range(len(digits) - 7):
        assert digits[start : start + 8] not in spoken
