"""Rosters as personnel offices have them, each with exactly what must come of it; mappings and sheets."""

from pathlib import Path

import pytest

from signer.roster import mapping
from signer.roster.header import Column, Names, guess
from signer.roster.mapping import MappingError
from signer.roster.model import NoteCode, ProblemCode, Reading, RosterError, RosterReason
from signer.roster.reader import read
from tests.signer import messy
from tests.signer.messy import HEAD, ONE, TWO, Case, one
from tests.signer.rosters import NUMBER, OTHER, TODAY, found
from tools import messy_roster


@pytest.mark.parametrize("case", messy.CASES, ids=lambda case: case.name)
def test_a_messy_roster(case: Case, tmp_path: Path) -> None:
    path = messy.write(case, tmp_path)
    if case.reason is not None:
        with pytest.raises(RosterError) as refused:
            read(path, today=TODAY)
        assert refused.value.reason is case.reason
        return
    roster = read(path, today=TODAY)
    assert found(roster) == list(case.problems)
    assert [row.row_number for row in roster.rows] == list(case.rows)
    assert [(note.code, note.row) for note in roster.notes] == list(case.notes)
    assert {key: getattr(roster.rows[0], key) for key in case.values} == dict(case.values)
    if case.rows:
        assert roster.rows[0].issued_on.isoformat() == "2026-06-01"
    said = str([(each.zh, each.en) for each in roster.notes]) + str(roster.problems)
    assert not any(number[:14] in said for number in (NUMBER, OTHER))


def test_a_workbook_of_strict_ooxml(tmp_path: Path) -> None:
    path = messy.write(Case("strict", one(HEAD, ONE)), tmp_path)
    path.write_bytes(messy.strict(path.read_bytes()))
    assert [row.row_number for row in read(path, today=TODAY).rows] == [2]


def test_one_sheet_of_several(tmp_path: Path) -> None:
    path = messy.write(Case("two", {"一部": [HEAD, ONE], "二部": [HEAD, TWO]}), tmp_path)
    rosters = [read(path, today=TODAY, how=Reading(sheet=name)) for name in ("一部", "二部")]
    assert [roster.rows[0].name for roster in rosters] == ["陈志强", "林丽萍"]
    assert rosters[0].sha256 != rosters[1].sha256
    with pytest.raises(RosterError) as refused:
        read(path, today=TODAY, how=Reading(sheet="三部"))
    assert refused.value.reason is RosterReason.NO_SHEET


def test_a_mapping_makes_unknown_columns_known(tmp_path: Path) -> None:
    head = ("受评人", "证件号码", "职业编码", "技能档次", "领证时间", "姓名")
    path = messy.write(Case("own", one(head, (*ONE[:5], "不是姓名"))), tmp_path)
    assert found(read(path, today=TODAY)) == [(1, "", ProblemCode.COLUMN_MISSING)]
    said = mapping.parse(
        '["列对应"]\n"受评人"="姓名"\n"姓名"="不用"\n" 技能 档次："="level"\n"领证时间"="发证日期"\n"没有的列"="岗位"\n'
        '["固定值"]\n"评价方式"="考试"\n'.encode()
    )
    roster = read(path, today=TODAY, how=Reading(said.names))
    assert found(roster) == []
    assert (roster.rows[0].name, roster.rows[0].level) == ("陈志强", 3)
    assert [note.code for note in roster.notes] == [NoteCode.MAPPING_UNMET, NoteCode.VALUE_FIXED]
    assert "没有的列" in roster.notes[0].zh


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x", "TOML"),
        ('["列对应"]\n"A"="没有这列"', "没有“没有这列”这一列"),
        ('["列对应"]\n"A"="姓名"\n"a "="等级"', "两次"),
        ('["固定值"]\n"姓名"="张三"', "每人不同"),
        ('["别的"]\n"A"="姓名"', "不认识“别的”"),
        ('["列对应"]\n"A"=3', "每一项都应是"),
    ],
)
def test_a_mapping_that_says_something_impossible(text: str, says: str) -> None:
    with pytest.raises(MappingError) as refused:
        mapping.parse(text.encode())
    assert says in refused.value.zh


def test_a_mapping_comes_back() -> None:
    known = mapping.said([('列"甲"', "姓名"), ("乙\\", "不用")], [("评价方式", "考试")])
    text = mapping.written(known, ["获证时间", "龙\u007f门"])
    assert mapping.parse(text.encode()) == known
    assert "# 发证" in text


def test_a_guess_is_offered_and_never_used() -> None:
    assert guess("发证日期时间") is Column.ISSUED_ON
    assert Names().column_of("发证日期时间") is None


def test_the_demos_messy_roster(tmp_path: Path) -> None:
    path = tmp_path / messy_roster.MESSY
    path.write_bytes(messy_roster.messy_roster(TODAY))
    assert path.read_bytes() == messy_roster.messy_roster(TODAY)
    (problem,) = read(path, today=TODAY).problems
    assert problem.code is ProblemCode.COLUMN_MISSING
    said = mapping.said([(messy_roster.DATE_HEADER, "发证日期")], [("评价方式", "考试")])
    roster = read(path, today=TODAY, how=Reading(said.names))
    assert [(each.row, each.column[0], each.code) for each in roster.problems] == list(messy_roster.EXPECTED)
    assert len(roster.rows) == messy_roster.PEOPLE - len(messy_roster.EXPECTED)
    assert {(note.code, note.row) for note in roster.notes} >= {
        (NoteCode.ROW_HIDDEN, 9),
        (NoteCode.ROW_WITHOUT_PERSON, 24),
    }
