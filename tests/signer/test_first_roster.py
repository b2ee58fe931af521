"""The clerk's way: `map`, `check`, the annotated workbook, `sign` with what is to be confirmed and the evidence."""

import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from signer import cli
from signer.batches import evidence
from signer.errors import SignerError
from tests.signer.office import Office, level_row, person, post_row
from tools import demo_rosters, messy_roster


def test_a_messy_workbook_becomes_certificates(office: Office) -> None:
    path = office.folder / messy_roster.MESSY
    path.write_bytes(messy_roster.messy_roster(demo_rosters.ISSUED_ON))
    numbers = [each.number for each in messy_roster.people()]
    code, result = office.json("check", path)
    assert (code, [each["code"] for each in result["problems"]]) == (1, ["COLUMN_MISSING"])
    said = ("--column", f"{messy_roster.DATE_HEADER}=发证日期", "--fixed", "评价方式=考试")
    code, result = office.json("map", path, *said)
    assert (code, result["unknown"], result["missing"]) == (0, [], [])
    assert result["columns"]["K 领证时间"] == "发证日期"
    assert (office.home / "columns.toml").stat().st_mode & 0o077 == 0

    code, result = office.json("check", path)
    expected = [(row, letter, str(why)) for row, letter, why in messy_roster.EXPECTED]
    expected.append((messy_roster.SCOPE_ROW, "H", "SCOPE_LEVEL"))
    assert [(each["row"], each["column"][0], each["code"]) for each in result["problems"]] == expected
    assert (code, result["rows"], result["scope_checked"]) == (1, messy_roster.PEOPLE - len(expected), True)
    assert not any(number[:14] in str(result) for number in numbers)
    marked = office.folder / "messy-roster-问题-2.xlsx"
    assert (result["marked"], marked.stat().st_mode & 0o777) == (str(marked), 0o600)

    workbook = load_workbook(marked)
    sheet = workbook["名册"]
    red = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type}
    assert red == messy_roster.mended(demo_rosters.ISSUED_ON).keys() ^ {"F15", "G15"}
    assert all(sheet[place].comment is not None for place in red)
    for place, value in messy_roster.mended(demo_rosters.ISSUED_ON).items():
        sheet[place] = value
    workbook.save(marked)
    code, result = office.json("check", marked)
    assert (code, result["problems"], result["marked"]) == (0, [], None)
    code, result = office.json("sign", marked, "--out", office.folder / "out", "--yes")
    assert (code, result["registered"]) == (0, messy_roster.PEOPLE)


def test_what_is_to_be_confirmed_is_confirmed_by_code(office: Office) -> None:
    row = (*post_row(1)[:10], "首席技师", "2099-12-31", "", "", "")
    roster, out = office.roster(row, level_row(2)), office.folder / "out"
    code, result = office.json("check", roster)
    assert (code, [each["code"] for each in result["to_confirm"]]) == (0, ["TERM_UNUSUAL"])
    assert result["marked"] is not None
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result["error"]) == (1, "to-confirm")
    assert "--confirm TERM_UNUSUAL" in result["message_zh"]
    code, result = office.json("sign", roster, "--out", out, "--dry-run")
    assert (code, [each["row"] for each in result["to_confirm"]]) == (0, [2])
    code, result = office.json("sign", roster, "--out", out, "--yes", "--confirm", "two_levels")
    assert (code, result["error"]) == (1, "to-confirm")
    code, result = office.json("sign", roster, "--out", out, "--yes", "--confirm", "term_unusual")
    assert (code, result["registered"]) == (0, 2)


def test_check_before_enrolment_says_what_it_did_not_look_at(
    tmp_path: Path, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert cli.main(["check", str(office.roster(level_row(1))), "--home", str(tmp_path / "nowhere"), "--pdf"]) == 0
    assert "未核对备案范围、能否打印" in capsys.readouterr().out


def test_a_roster_is_never_overwritten(office: Office) -> None:
    roster = office.roster((*level_row(1)[:7], "?", *level_row(1)[8:]))
    code, result = office.json("check", roster, "--out", roster)
    assert (code, result["error"]) == (2, "would-overwrite")
    assert office.json("check", roster)[1]["marked"] == str(office.folder / "roster-问题.xlsx")
    marked = office.folder / "roster-问题.xlsx"
    assert office.json("check", marked)[1]["marked"] == str(office.folder / "roster-问题-2.xlsx")


def test_what_a_clerk_mended_is_never_overwritten(office: Office) -> None:
    roster = office.roster((*level_row(1)[:7], "?", *level_row(1)[8:]))
    first, second = office.folder / "roster-问题.xlsx", office.folder / "roster-问题-2.xlsx"
    assert [office.json("check", roster)[1]["marked"] for _ in range(2)] == [str(first)] * 2
    first.write_bytes(b"mended")
    assert office.json("check", roster)[1]["marked"] == str(second)
    second.write_bytes(b"mended, too")
    assert office.json("check", first)[1]["error"] == "roster-damaged"
    code, result = office.json("check", roster, "--out", first)
    assert (code, result["error"]) == (2, "would-overwrite")
    assert (first.read_bytes(), second.read_bytes()) == (b"mended", b"mended, too")


def test_another_edition_than_the_one_filed_is_said(office: Office) -> None:
    row = level_row(1)
    code, result = office.json("check", office.roster((*row[:4], "2015", *row[5:])))
    (problem,) = result["problems"]
    assert (code, problem["code"], problem["column"]) == (1, "SCOPE_OCCUPATION", "F 职业编码")
    assert "备案的是 2022 版" in problem["why_zh"]


# Evidence


def _folder(path: Path) -> Path:
    for name, text in (("成绩单.csv", "1,2"), ("a/b.txt", "记录"), ("a.txt", ""), ("a-b.txt", "x")):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, "utf-8")
    return path


def test_anyone_can_work_the_digest_out(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "e")
    script = r"find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"
    made = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, check=True)
    found = evidence.digest(folder)
    assert (found.digest.hex(), found.files, found.bytes) == (made.stdout.decode()[:64], 4, 10)
    assert sha256(found.lines.encode()).digest() == found.digest
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        for path in sorted(folder.rglob("*"), reverse=True):
            archive.write(path, path.relative_to(folder).as_posix())
    assert evidence.digest(tmp_path / "e.zip") == found


def test_names_as_windows_writes_them(tmp_path: Path) -> None:
    place = tmp_path / "w.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("xxxxxx", b"1,2")
    place.write_bytes(place.read_bytes().replace(b"xxxxxx", "成绩单".encode("gb18030")))
    assert evidence.digest(place).lines.endswith("  成绩单\n")


@pytest.mark.parametrize("bad", ["nothing", "empty", "link", "name", "twice", "encrypted", "damaged"])
def test_what_cannot_be_evidence(tmp_path: Path, bad: str) -> None:
    place = tmp_path / "e"
    if bad in ("empty", "link", "name"):
        place.mkdir()
    if bad == "link":
        (place / "l").symlink_to(tmp_path)
    if bad == "name":
        (place / "a\\b").write_text("x")
    if bad in ("twice", "encrypted", "damaged"):
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("a", b"1" * 100)
            if bad == "twice":
                with pytest.warns(UserWarning, match="Duplicate"):
                    archive.writestr("a", b"2")
        data = bytearray(place.read_bytes())
        if bad == "encrypted":
            data[data.find(b"PK\x01\x02") + 8] |= 1
        if bad == "damaged":
            data[35] ^= 1
        place.write_bytes(data)
    with pytest.raises(SignerError) as refused:
        evidence.digest(place)
    assert refused.value.slug == ("no-evidence" if bad == "nothing" else "evidence")


def test_evidence_goes_with_the_batch(office: Office) -> None:
    folder, out = _folder(office.folder / "e"), office.folder / "out"
    found = evidence.digest(folder)
    roster = office.roster(level_row(1))
    code, result = office.json("sign", roster, "--out", out, "--yes", "--no-submit", "--evidence", folder)
    assert (code, result["evidence"], result["evidence_files"]) == (0, found.digest.hex(), 4)
    assert (out / "evidence.sha256").read_text("utf-8") == found.lines
    assert (out / "evidence.sha256").stat().st_mode & 0o777 == 0o600
    assert office.run("submit") == 0
    assert office.registry.evidence == [found.digest]
    assert office.run("report", "--out", out) == 0
    assert f"评价档案摘要 evidence SHA-256,{found.digest.hex()}" in (out / "report-1.csv").read_text("utf-8-sig")
    (words,) = PdfDocument(out / "report-1.pdf")
    assert found.digest.hex() in words.get_textpage().get_text_bounded()
    (folder / "a.txt").write_text("changed")
    code, result = office.json("sign", roster, "--out", out, "--yes", "--evidence", folder)
    assert (code, result["error"]) == (1, "evidence-too-late")
    assert office.json("evidence", folder)[1]["evidence"] == evidence.digest(folder).digest.hex()
    assert office.run("sign", office.roster(level_row(2), name="other.csv"), "--out", out, "--yes") == 0
    assert office.registry.evidence == [found.digest, None]


def test_the_evidence_outlives_a_run_that_ended_early(office: Office) -> None:
    folder, out, roster = _folder(office.folder / "e"), office.folder / "out", office.roster((*level_row(1),))
    assert office.run("sign", roster, "--out", out, "--yes", "--no-submit", "--evidence", folder) == 0
    (folder / "more.txt").write_text(person(1)[0])
    assert office.run("sign", roster, "--out", out, "--yes", "--no-submit", "--evidence", folder) == 0
    assert office.run("sign", roster, "--out", out, "--yes") == 0
    assert office.registry.evidence == [evidence.digest(folder).digest]
