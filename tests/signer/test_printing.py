"""`sign --pdf`, `print` and `reissue --pdf`, through the command line."""

import stat
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from signer.printing import pdf, reading
from tests.signer.office import Office, level_row, person, post_row
from tests.world import CODE

FIRST = f"{CODE}263000001"


def pages(path: Path) -> list[str]:
    """The text of each page, as a viewer copies it."""
    document = pypdfium2.PdfDocument(path)
    found = [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]
    document.close()
    return found


def texts_of_codes(path: Path, columns: int = 1, rows: int = 1) -> list[str]:
    """What a scanner reads from the printed pages, at 150 dots an inch, from each of so many parts of them."""
    document = pypdfium2.PdfDocument(path)
    sheets = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in document]
    document.close()
    boxes = [
        (
            each.width * x // columns,
            each.height * y // rows,
            each.width * (x + 1) // columns,
            each.height * (y + 1) // rows,
        )
        for each in sheets[:1]
        for y in range(rows)
        for x in range(columns)
    ]
    return [code.text for sheet in sheets for box in boxes for code in zxingcpp.read_barcodes(sheet.crop(box))]


def printed(out: Path) -> list[Path]:
    """The files in the folder for printed ones."""
    return sorted((out / "print").iterdir())


def test_sign_prints_a_page_for_each_row(office: Office) -> None:
    out = office.folder / "out"
    roster = office.roster(level_row(1), post_row(2))
    code, result = office.json("sign", roster, "--out", out, "--yes", "--pdf", "--zip")
    assert (code, result["registered"], result["printed"], result["files"], result["whole_numbers"]) == (0, 2, 2, 2, 2)
    files = printed(out)
    assert [path.name for path in files] == [f"{CODE}260000001.pdf", f"{FIRST}.pdf"]
    (text,) = pages(files[1])
    for said in (
        *("职业技能等级证书", *person(1)[:1], "居民身份证", person(1)[2], "电工", "--", "三级/高级工", FIRST),
        *("2026 年 6 月 1 日", "查询网址 https://fj.example"),
    ):
        assert said in text
    (post,) = pages(files[0])
    assert "技能岗位聘任证书" in post
    assert "学徒工" in post
    assert "2099 年 12 月 31 日" in post
    listed = {each["number"]: each["text"] for each in office.credentials(out)}
    assert texts_of_codes(files[1]) == [listed[FIRST]]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (out / "print", *files, out / "print.zip")] == [
        *(0o700, 0o600, 0o600, 0o600)
    ]
    with zipfile.ZipFile(out / "print.zip") as archive:
        assert [(info.filename, info.compress_type) for info in archive.infolist()] == [
            (f"{FIRST}.pdf", zipfile.ZIP_STORED),
            (f"{CODE}260000001.pdf", zipfile.ZIP_STORED),
        ]
    # The whole number is on paper, and in nothing else that is kept.
    kept = [path for path in office.home.rglob("*") if path.is_file() and person(1)[2].encode() in path.read_bytes()]
    assert kept == []


def test_a_second_run_writes_nothing_and_mends_what_was_changed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = office.folder / "out"
    command = ("sign", office.roster(level_row(1), level_row(2)), "--out", out, "--yes", "--pdf")
    assert office.run(*command) == 0
    before = {path: path.read_bytes() for path in printed(out)}
    first, second = before
    first.unlink()
    second.write_bytes(before[second].replace(b"/Lang", b"/Tang"))
    assert office.run(*command) == 0
    assert {path: path.read_bytes() for path in printed(out)} == before
    monkeypatch.setattr(pdf.Writer, "write", pytest.fail)
    assert office.run(*command) == 0


def test_a_character_that_no_font_has_is_found_before_anything_is_signed(office: Office) -> None:
    out = office.folder / "out"
    name, *rest = level_row(2)
    roster = office.roster(level_row(1), ("𠮷" + name, *rest))
    for command in (("check", roster, "--pdf"), ("sign", roster, "--out", out, "--yes", "--pdf")):
        code, result = office.json(*command)
        assert (code, [(each["row"], each["column"], each["shape"], each["code"]) for each in result["problems"]]) == (
            1,
            [(3, "A 姓名", "𠮷 U+20BB7", "PRINT_CHARACTER")],
        )
        assert "--font" in result["problems"][0]["fix_zh"]
        assert person(2)[2] not in str(result)
    assert "/v1/indices" not in office.registry.asked


def test_what_was_signed_without_printing_is_looked_at_before_it_is_printed(office: Office) -> None:
    out = office.folder / "out"
    name, *rest = level_row(2)
    roster = office.roster(level_row(1), ("𠮷" + name, *rest))
    code, result = office.json("sign", roster, "--out", out, "--yes", "--merge")
    assert (code, result["error"]) == (2, "needs-pdf")
    assert office.run("sign", roster, "--out", out, "--yes") == 0
    for command in (("sign", roster, "--yes", "--pdf"), ("print", "--batch", 1)):
        code, result = office.json(*command, "--out", out)
        assert (code, result["error"]) == (1, "unprintable")
        assert f"{CODE}263000002 [姓名] 𠮷 U+20BB7" in result["message_en"]
        assert printed(out) == []


def test_print_has_the_whole_number_from_the_roster_alone(office: Office) -> None:
    out = office.folder / "out"
    roster = office.roster(level_row(1), level_row(2))
    assert office.run("sign", roster, "--out", out, "--yes") == 0
    again = office.folder / "again"
    code, result = office.json("print", FIRST, "--out", again, "--bilingual")
    assert (code, result["printed"], result["whole_numbers"]) == (0, 1, 0)
    (text,) = pages(again / "print" / f"{FIRST}.pdf")
    assert f"{person(1)[2][-4:]}（仅末四位 last four only）" in text
    assert person(1)[2] not in text
    assert "Certificate of Vocational Skill Level" in text
    code, result = office.json("print", "--roster", roster, "--out", again, "--bilingual")
    assert (code, result["printed"], result["whole_numbers"]) == (0, 2, 2)
    assert person(1)[2] in pages(again / "print" / f"{FIRST}.pdf")[0]
    other = office.roster(level_row(1), name="other.csv")
    assert office.json("print", "--batch", 1, "--roster", other, "--out", again)[1]["error"] == "other-roster"
    assert office.json("print", "--batch", 7, "--out", again)[1]["error"] == "batch-unknown"
    assert office.json("print", "--out", again)[1]["error"] == "no-number"


def test_a_correction_is_printed_in_place_of_what_it_replaces(office: Office) -> None:
    out = office.folder / "out"
    roster = office.roster(level_row(1), level_row(2))
    assert office.run("sign", roster, "--out", out, "--yes", "--pdf") == 0
    assert office.run("correct", FIRST, "--name", "陈志远", "--out", out, "--yes") == 0
    assert office.run("revoke", f"{CODE}263000002", "--reason", "fraud", "--yes") == 0
    code, result = office.json("print", "--batch", 1, "--roster", roster, "--out", out)
    assert (code, result["printed"], result["whole_numbers"]) == (0, 1, 1)
    (text,) = pages(out / "print" / f"{FIRST}.pdf")
    assert "陈志远" in text
    (listed, _) = office.credentials(out)
    assert texts_of_codes(out / "print" / f"{FIRST}.pdf") == [listed["text"]]
    code, result = office.json("print", f"{CODE}263000002", "--out", out)
    assert (code, result["error"]) == (1, "wrong-state")


def test_correct_and_renew_print_what_they_sign(office: Office) -> None:
    out = office.folder / "out"
    roster = office.roster(level_row(1), post_row(2, "2027-05-31"))
    assert office.run("sign", roster, "--out", out, "--yes", "--pdf", "--serial") == 0
    post = f"{CODE}260000001"
    code, result = office.json("correct", FIRST, "--name", "𠮷", "--out", out, "--yes", "--pdf")
    assert (code, [each["code"] for each in result["problems"]]) == (1, ["PRINT_CHARACTER"])
    right = person(777)[2]
    number = office.folder / "number.txt"
    number.write_text(right)
    number.chmod(0o600)
    command = ("correct", FIRST, "--document-file", number, "--out", out, "--yes", "--pdf", "--serial")
    for _ in range(2):  # the second finds nothing to change, and the page as it is
        assert office.json(*command)[1]["whole_numbers"] == 1
        (text,) = pages(out / "print" / f"{FIRST}.pdf")
        assert right in text
        assert "印制序号 00000003" in text
    # The roster's number is not this certificate's any more.
    assert office.json("print", FIRST, "--roster", roster, "--out", office.folder / "again")[1]["whole_numbers"] == 0
    renewal = ("renew", post, "--until", "2030-05-31", "--out", out, "--pdf", "--roster", roster, "--yes")
    assert office.json(*renewal)[1]["whole_numbers"] == 1
    (text,) = pages(out / "print" / f"{post}.pdf")
    assert "2030 年 5 月 31 日" in text
    assert person(2)[2] in text


def test_what_was_just_registered_is_not_said_to_wait(office: Office) -> None:
    out, waits = office.folder / "out", "其中 1 张尚未登记，登记之前核验不会通过，请先不要发放。"
    assert office.run("sign", office.roster(level_row(1)), "--out", out, "--yes") == 0
    for more, said in (("--name", "陈志强"), False), (("--name", "陈志远", "--no-submit"), True):
        office.capture.readouterr()
        assert office.run("correct", FIRST, *more, "--out", out, "--yes", "--pdf") == 0
        assert (waits in office.capture.readouterr().out.splitlines()) is said
        assert len(office.registry.registered) == 2


def test_a_reissue_has_a_new_print_serial_and_a_second_print_the_same(office: Office) -> None:
    out = office.folder / "out"

    def serials(*arguments: Any) -> str:
        assert office.run(*arguments, "--out", out) == 0
        text = pages(out / "print" / f"{FIRST}.pdf")[0]
        return text[text.index("印制序号") :][:13]

    assert serials("sign", office.roster(level_row(1)), "--yes", "--pdf", "--serial") == "印制序号 00000001"
    assert serials("print", FIRST, "--serial") == "印制序号 00000001"
    assert serials("reissue", FIRST, "--pdf") == "印制序号 00000002"
    assert serials("print", FIRST, "--serial") == "印制序号 00000002"


def test_a_list_is_corrected_on_paper_and_a_batch_reissued_under_new_serials(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1), level_row(2)), "--out", out, "--yes") == 0
    numbers = [each["number"] for each in office.credentials(out)]
    corrections = office.folder / "corrections.csv"
    rows = ("编号,姓名,证件号码", f"{numbers[0]},陈志强,{person(777)[2]}", f"{numbers[1]},林志远,")
    corrections.write_text("\n".join(rows), "utf-8")
    done = office.json("correct", "--list", corrections, "--out", out, "--pdf", "--yes")[1]
    assert (done["printed"], done["whole_numbers"]) == (2, 1)
    texts = ["".join(pages(out / "print" / f"{number}.pdf")) for number in numbers]
    assert ["陈志强" in texts[0], person(777)[2] in texts[0], "林志远" in texts[1]] == [True] * 3
    for first in (1, 3):
        assert office.run("reissue", "--batch", 1, "--out", out, "--pdf") == 0
        texts = ["".join(pages(out / "print" / f"{number}.pdf")) for number in numbers]
        assert [f"印制序号 {first + place:08d}" in text for place, text in enumerate(texts)] == [True, True]


def test_cards_and_merged_files(office: Office) -> None:
    out = office.folder / "out"
    roster = office.roster(*(level_row(n) for n in range(1, 13)))
    assert office.run("sign", roster, "--out", out, "--yes", "--pdf", "--layout", "card") == 0
    last = f"{CODE}263000012"
    (sheets,) = printed(out)
    assert sheets.name == f"{FIRST}-{last}.pdf"
    assert [text.count("电工") for text in pages(sheets)] == [10, 2]
    listed = [each["text"] for each in office.credentials(out)]
    assert texts_of_codes(sheets, 2, 5) == listed
    again = office.folder / "merged"
    assert office.json("print", "--roster", roster, "--merge", "--out", again)[1]["files"] == 1
    assert texts_of_codes(again / "print" / f"{FIRST}-{last}.pdf") == listed


def test_a_run_that_was_stopped_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    out = office.folder / "out"
    command = ("sign", office.roster(*(level_row(n) for n in range(1, 5))), "--out", out, "--yes", "--pdf", "--serial")
    looked: list[int] = []

    def stopped(*_: object) -> list[tuple[int, int]]:
        looked.append(1)
        if len(looked) == 3:
            raise KeyboardInterrupt
        return []

    with monkeypatch.context() as patched:
        patched.setattr(reading, "unread", stopped)
        assert office.run(*command) == 2
    before = {path: path.read_bytes() for path in printed(out)}
    assert [path.name for path in before] == [f"{CODE}26300000{n}.pdf" for n in (1, 2)]
    (out / "print" / f".{FIRST}.pdf.x.part").write_bytes(b"half")
    assert office.run(*command) == 0
    after = printed(out)
    assert [path.name for path in after] == [f"{CODE}26300000{n}.pdf" for n in (1, 2, 3, 4)]
    assert {path: path.read_bytes() for path in after[:2]} == before
    assert [f"印制序号 0000000{n}" in pages(path)[0] for n, path in enumerate(after, 1)] == [True] * 4


def test_another_certificates_file_is_not_overwritten(office: Office) -> None:
    out = office.folder / "out"
    assert office.run("sign", office.roster(level_row(1), level_row(2)), "--out", out, "--yes") == 0
    same = ("--out", out, "--file-name", "{occupation}")
    assert office.json("print", "--batch", 1, *same)[1]["error"] == "file-name-twice"
    assert office.run("print", FIRST, *same) == 0
    (only,) = printed(out)
    before = only.read_bytes()
    code, result = office.json("print", f"{CODE}263000002", *same)
    assert (code, result["error"], only.read_bytes()) == (1, "print-file-taken", before)
    only.write_bytes(b"a letter")
    assert office.json("print", FIRST, *same)[1]["error"] == "print-file-taken"


def test_a_code_that_would_be_too_small_is_refused(office: Office) -> None:
    out = office.folder / "out"
    small = office.folder / "small.toml"
    small.write_text("format = 1\n[page]\nwidth = 60\nheight = 60\n[qr]\nx = 5\ny = 5\nsize = 26\n")
    command = ("sign", office.roster(level_row(1)), "--out", out, "--yes", "--pdf", "--layout", small)
    code, result = office.json(*command)
    assert (code, result["error"]) == (1, "code-too-small")
    assert "[qr] size 27.6 " in result["message_en"]


def test_what_does_not_read_back_is_not_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    out = office.folder / "out"
    monkeypatch.setattr(reading, "DOTS_AN_INCH", 30)
    code, result = office.json("sign", office.roster(level_row(1)), "--out", out, "--yes", "--pdf")
    assert (code, result["error"]) == (1, "page-not-read-back")
    assert f"第 2 行，编号 {FIRST}" in result["message_zh"]
    assert printed(out) == []
