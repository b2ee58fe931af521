"""What earlier runs did is said as it is: nothing signed behind the clerk's back, nothing told as new that is not."""

from pathlib import Path

import pytest

from credential.request import ChangeReason
from signer import files
from signer.changes.reasons import parse
from tests.signer.office import Office, level_row
from tests.signer.test_resume import recorded
from tests.world import CODE

LOOKS = (
    "这份名册看起来就是第 1 批：{}以前签过，多半是同一份名册另存的。不必再签："
    "补印用 print --batch 1，更正用 correct；确为另一些人才加 --repeat。"
)


def said(office: Office, command: str, *arguments: object, code: int = 0) -> list[str]:
    """What a command prints in Chinese, on both outputs."""
    office.capture.readouterr()
    assert office.run(command, *arguments) == code
    out, err = office.capture.readouterr()
    return [line for line in (out + err).splitlines() if not line.isascii()]


@pytest.mark.parametrize("inside", [False, True])
def test_a_file_in_the_way_is_found_before_anything_is_signed(office: Office, inside: bool) -> None:
    roster = office.roster(level_row(1), level_row(2))
    out = office.folder / "out" if inside else roster
    if inside:
        out.mkdir()
        (out / "certificates").write_text("in the way")
    code, result = office.json("sign", roster, "--out", out, "--yes")
    assert (code, result["error"], recorded(office)) == (2, "folder-unwritable", [])
    assert (
        result["message_zh"]
        == f"{out / 'certificates'} 不能作输出文件夹：Not a directory。什么都没有签；请换一个 --out。"
    )


def test_a_correction_looks_at_its_folder_first(office: Office) -> None:
    roster = office.roster(level_row(1))
    assert office.run("sign", roster, "--out", office.folder / "out", "--yes") == 0
    code, result = office.json("correct", f"{CODE}263000001", "--name", "陈志强", "--out", roster, "--yes")
    assert (code, result["error"], len(recorded(office))) == (2, "folder-unwritable", 1)


def test_looking_at_a_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    files.require_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_what_stops_after_signing_says_what_is_done_and_what_comes_next(office: Office) -> None:
    roster, out = office.roster(level_row(1), level_row(2)), office.folder / "out"
    out.mkdir()
    (out / "receipt.cbor").write_bytes(b"not ours")
    command = ("sign", roster, "--out", out, "--yes")
    assert said(office, *command, code=1)[-1] == (
        "第 1 批 2 张已签好，记在账本里，并已登记。处理后再次运行同一命令（可以换 --out）：不会重签，会补齐没做完的。"
    )
    (out / "receipt.cbor").unlink()
    print_ = (out / "certificates", out / "report-1.csv", out / "report-1.pdf")
    assert said(office, *command) == [
        "这份名册的 2 张已在第 1 批全部签发并登记，这次没有新签。",
        f"二维码都已读回核对：{print_[0]}",
        "回执：第 1 批 2 张，2026-06-01T00:00:00Z 登记，日志第 1 叶，签名成立。",
        f"报告：{print_[1]}、{print_[2]}",
    ]


def test_a_batch_that_waits_says_that_this_run_registers_it(office: Office) -> None:
    roster, out = office.roster(level_row(1), level_row(2)), office.folder / "out"
    assert office.run("sign", roster, "--out", out, "--yes", "--no-submit") == 0
    begin = "这份名册已在第 1 批签过 2 张，还没有登记完：不会重签，这次"
    assert said(office, "sign", roster, "--out", out, "--no-submit")[0] == f"{begin}也不登记（--no-submit）。"
    assert said(office, "sign", roster, "--out", out, "--dry-run")[0] == f"{begin}只看不做（--dry-run）。"
    assert said(office, "sign", roster, "--out", out)[0] == f"{begin}接着登记。"


def test_a_copy_of_a_signed_roster_is_recognised_in_one_line(office: Office) -> None:
    rows = [level_row(n) for n in range(4)]
    out = office.folder / "out"
    assert office.run("sign", office.roster(*rows), "--out", out, "--yes") == 0
    whole = office.roster(*rows[::-1], name="whole.csv")
    assert said(office, "sign", whole, "--out", out, "--yes", code=1)[0] == LOOKS.format("4 行全部")
    assert said(office, "check", whole, code=1)[0] == LOOKS.format("4 行全部")
    most = office.roster(*rows[:3], level_row(9), name="most.csv")
    assert said(office, "sign", most, "--out", out, "--yes", code=1)[0] == LOOKS.format("4 行里的 3 行")
    few = office.roster(*rows[:2], level_row(8), level_row(9), name="few.csv")
    assert said(office, "sign", few, "--out", out, "--yes", code=1)[0] == (
        "名册有 2 处问题，一张也没有签。请改好再来，或加 --skip-bad 跳过这些行。"
    )
    one = office.roster(rows[0], level_row(7), level_row(8), name="one.csv")
    two_words, one_word = "has 2 problems; nothing was signed. Mend them", "has 1 problem; nothing was signed. Mend it"
    for roster, begin in (few, two_words), (one, one_word):
        result = office.json("sign", roster, "--out", out, "--yes")[1]
        assert result["message_en"].startswith(f"the roster {begin}, or skip")


def test_check_without_a_home_names_the_folder_and_how_to_choose_another(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    roster = office.roster(level_row(1))
    office.capture.readouterr()
    monkeypatch.setattr(Office, "common", ["--home", str(elsewhere)])
    assert said(office, "check", roster)[0] == (
        f"机构文件夹 {elsewhere} 里还没有已注册的签发机构；在别处的，用 --home 或环境变量 YINXIN_SIGNER_HOME 指定。"
    )
    (told,) = said(office, "sign", roster, "--out", elsewhere, code=2)
    assert told == (
        f"{elsewhere} 里还没有签发机构。请先运行 yinxin-signer keygen --issuer 机构代码；机构文件夹在别处的，"
        "用 --home 或环境变量 YINXIN_SIGNER_HOME 指定。"
    )


@pytest.mark.parametrize("text", ["误发", "issued-in-error", " ISSUED_IN_ERROR "])
def test_a_reason_has_a_chinese_name_too(text: str) -> None:
    assert parse(text) is ChangeReason.ISSUED_IN_ERROR
