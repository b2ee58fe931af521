"""What clerks type into cells, and what comes of each."""

from datetime import date, datetime
from pathlib import Path

import pytest

from credential.model import Basis, DocumentType, Kind, LevelCertificate, Post, PostAppointment, RegionalHonour
from credential.numbers import citizen_check_character
from signer.roster.messages import TEXTS
from signer.roster.model import NoteCode, ProblemCode, Roster, Row
from tests.signer.rosters import GOOD, NUMBER, OTHER, found, good, read_rows

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
COLUMN = {header: f"{chr(ord('A') + n)} {header}" for n, header in enumerate(GOOD)}


def with_check(first17: str) -> str:
    return first17 + citizen_check_character(first17)


def only(roster: Roster) -> Row:
    assert found(roster) == []
    (row,) = roster.rows
    return row


def test_a_good_row_is_read_whole(tmp_path: Path) -> None:
    row = only(read_rows(tmp_path, good(职业方向="外线电工", 企业内部等级="一档", 企业岗位="码头电工")))
    assert (row.row_number, row.name, row.document_last4) == (2, "陈志强", NUMBER[-4:])
    assert (row.occupation_edition, row.occupation_code, row.occupation_title) == (2022, "6-31-01-03", "电工")
    assert (row.kind, row.level, row.specialisation) == (Kind.LEVEL, 3, "外线电工")
    assert (row.issued_on, row.basis) == (date(2026, 6, 1), Basis.EXAMINATION)
    assert (row.extra.sub_level, row.extra.local_post) == ("一档", "码头电工")
    assert isinstance(row.subject, LevelCertificate)


@pytest.mark.parametrize(
    ("typed", "name", "noted"),
    [
        ("陈志强", "陈志强", False),
        (" 陈志强　", "陈志强", False),
        ("\t陈志强\n", "陈志强", False),
        ("张 伟", "张伟", True),
        ("张　　伟", "张伟", True),
        ("𠮷 䶮", "𠮷䶮", True),
        ("买买提·艾力", "买买提·艾力", False),
        ("John  Smith", "John Smith", False),
        ("Zoe\u0308", "Zoë", False),
        ("〇小明", "〇小明", False),
    ],
)
def test_names(tmp_path: Path, typed: str, name: str, noted: bool) -> None:
    roster = read_rows(tmp_path, good(姓名=typed))
    assert only(roster).name == name
    assert [note.code for note in roster.notes] == [NoteCode.NAME_SPACE_REMOVED] * noted


@pytest.mark.parametrize(
    ("typed", "document_type", "last4"),
    [
        (f" {NUMBER} ", DocumentType.CITIZEN_ID, NUMBER[-4:]),
        (f"'{NUMBER}", DocumentType.CITIZEN_ID, NUMBER[-4:]),
        (f"{NUMBER[:6]} {NUMBER[6:14]}　{NUMBER[14:]}", DocumentType.CITIZEN_ID, NUMBER[-4:]),
        (NUMBER.translate(FULL_WIDTH), DocumentType.CITIZEN_ID, NUMBER[-4:]),
        (with_check("35020318990101011").lower(), DocumentType.CITIZEN_ID, with_check("35020318990101011")[-4:]),
        (with_check("81000018990101001"), DocumentType.RESIDENCE_PERMIT_HMT, with_check("81000018990101001")[-4:]),
        (
            with_check("93500118990101001"),
            DocumentType.FOREIGNER_PERMANENT_RESIDENCE,
            with_check("93500118990101001")[-4:],
        ),
    ],
)
def test_numbers_of_eighteen(tmp_path: Path, typed: str, document_type: DocumentType, last4: str) -> None:
    row = only(read_rows(tmp_path, good(证件号码=typed)))
    assert (row.document_type, row.document_last4) == (document_type, last4)


def test_a_trailing_small_x_is_a_check_character(tmp_path: Path) -> None:
    number = next(n for n in (with_check(f"350203189901010{i:02d}") for i in range(99)) if n.endswith("X"))
    assert only(read_rows(tmp_path, good(证件号码=number.lower()))).document_last4 == number[-4:]


@pytest.mark.parametrize(
    ("type_typed", "typed", "document_type", "last4"),
    [
        ("护照", "e1234 5678", DocumentType.PASSPORT, "5678"),
        ("护照", 12345678, DocumentType.PASSPORT, "5678"),
        ("通行证", "H12345678(01)", DocumentType.TRAVEL_PERMIT, "7801"),
        ("军官证", "军字第1234567号", DocumentType.MILITARY, "4567"),
        ("其他证件", "AB-12", DocumentType.OTHER, "AB12"),
        ("外国人永久居留证", "USA350099010101", DocumentType.FOREIGNER_PERMANENT_RESIDENCE, "0101"),
    ],
)
def test_other_documents(
    tmp_path: Path, type_typed: str, typed: object, document_type: DocumentType, last4: str
) -> None:
    row = only(read_rows(tmp_path, good(证件类型=type_typed, 证件号码=typed)))
    assert (row.document_type, row.document_last4) == (document_type, last4)


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        *((3, 3), (3.0, 3), ("3", 3), ("３", 3), ("3级", 3), ("三级", 3), ("三级/高级工", 3), ("三级／高级工", 3)),
        *(
            ("高级工", 3),
            ("三级（高级工）", 3),
            ("三级高级工", 3),
            ("国家职业资格三级", 3),
            ("Level 3", 3),
            ("三 级", 3),
        ),
        *(("技师", 2), ("二级/技师", 2), ("高级技师", 1), ("一级/高级技师", 1), ("一级高级技师", 1), ("五级", 5)),
        *(("中级工", 4), ("初级工", 5), ("四级", 4)),
        *(("初级", 5), ("中级", 4), ("四级/中级", 4)),
    ],
)
def test_levels(tmp_path: Path, typed: object, level: int) -> None:
    assert only(read_rows(tmp_path, good(等级=typed))).level == level


@pytest.mark.parametrize(
    "typed",
    [
        *(datetime.fromisoformat("2026-06-01"), datetime.fromisoformat("2026-06-01T13:30")),
        *(date(2026, 6, 1), 46174, 20260601),
        *(
            "2026-06-01",
            "2026/6/1",
            "2026.6.1",
            "2026年6月1日",
            "20260601",
            " ２０２６－０６－０１ ",
            "2026-06-01 00:00:00",
        ),
        *("2026-06-01T08:00:00", "2026 年 6 月 1 日"),
    ],
)
def test_dates(tmp_path: Path, typed: object) -> None:
    assert only(read_rows(tmp_path, good(发证日期=typed))).issued_on == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("姓名", None, ProblemCode.VALUE_MISSING),
        ("姓名", "　 ", ProblemCode.VALUE_MISSING),
        ("姓名", 12345, ProblemCode.NOT_TEXT),
        ("姓名", True, ProblemCode.NOT_TEXT),
        ("姓名", "陈志强 林丽萍", ProblemCode.NAME_SPACE),
        ("姓名", "陈 志强", ProblemCode.NAME_SPACE),
        ("姓名", "陈志\u200b强", ProblemCode.REFUSED_CHARACTER),
        ("姓名", "\ufeff陈志强", ProblemCode.REFUSED_CHARACTER),
        ("姓名", "陈志强\u202e", ProblemCode.REFUSED_CHARACTER),
        ("姓名", "陈\ue000强", ProblemCode.REFUSED_CHARACTER),
        ("姓名", "陈\n志强", ProblemCode.REFUSED_CHARACTER),
        ("姓名", "陈志强2", ProblemCode.NAME_NOT_A_NAME),
        ("姓名", "陈志强（大）", ProblemCode.NAME_NOT_A_NAME),
        ("姓名", "--", ProblemCode.NAME_NOT_A_NAME),
        ("姓名", "陈" * 33, ProblemCode.TOO_LONG),
        ("证件类型", "会员卡", ProblemCode.DOCUMENT_TYPE),
        ("证件号码", None, ProblemCode.VALUE_MISSING),
        ("证件号码", 3.5020018990101e17, ProblemCode.DOCUMENT_DIGITS_LOST),
        ("证件号码", int(NUMBER.replace("X", "0")), ProblemCode.DOCUMENT_DIGITS_LOST),
        ("证件号码", "3.50203E+17", ProblemCode.DOCUMENT_DIGITS_LOST),
        ("证件号码", f"{NUMBER[:17]}0.0", ProblemCode.DOCUMENT_DIGITS_LOST),
        ("证件号码", "350203189901011000", ProblemCode.DOCUMENT_DIGITS_LOST),
        ("证件号码", -5, ProblemCode.DOCUMENT_DIGITS_LOST),
        ("证件号码", 1.5, ProblemCode.DOCUMENT_DIGITS_LOST),
        ("证件号码", 123456, ProblemCode.DOCUMENT_LENGTH),
        ("证件号码", NUMBER[:17], ProblemCode.DOCUMENT_LENGTH),
        ("证件号码", f"O{NUMBER[1:]}", ProblemCode.DOCUMENT_CHARACTERS),
        ("证件号码", "350203189902301234", ProblemCode.DOCUMENT_DATE),
        ("证件号码", "350203202712301234", ProblemCode.DOCUMENT_DATE),
        ("证件号码", OTHER[:17] + ("1" if OTHER[17] != "1" else "2"), ProblemCode.DOCUMENT_CHECK_CHARACTER),
        ("职业编码", "6310103", ProblemCode.OCCUPATION_CODE),
        ("职业编码", date(2006, 1, 3), ProblemCode.OCCUPATION_CODE),
        ("职业编码", "4-02-06-02", ProblemCode.OCCUPATION_MISMATCH),
        ("职业编码", "6-99-01-03", ProblemCode.OCCUPATION_MOVED),
        ("等级", None, ProblemCode.VALUE_MISSING),
        ("等级", 0, ProblemCode.LEVEL),
        ("等级", 6, ProblemCode.LEVEL),
        ("等级", 3.5, ProblemCode.LEVEL),
        ("等级", True, ProblemCode.LEVEL),
        ("等级", "三级/技师", ProblemCode.LEVEL),
        ("等级", "一级技师", ProblemCode.LEVEL),
        ("等级", "二级技师", ProblemCode.LEVEL),
        ("等级", "特级技师", ProblemCode.LEVEL),
        ("等级", "高级", ProblemCode.LEVEL_AMBIGUOUS),
        ("等级", "/", ProblemCode.LEVEL),
        ("发证日期", "2026-06-31", ProblemCode.DATE),
        ("发证日期", "2026年6月", ProblemCode.DATE_INCOMPLETE),
        ("发证日期", "昨天", ProblemCode.DATE),
        ("发证日期", True, ProblemCode.DATE),
        ("发证日期", 1e300, ProblemCode.DATE),
        ("发证日期", -1, ProblemCode.DATE),
        ("发证日期", "6/1/2026", ProblemCode.DATE_AMBIGUOUS),
        ("发证日期", "26-6-1", ProblemCode.DATE_AMBIGUOUS),
        ("发证日期", "2026-07-01", ProblemCode.DATE_IN_FUTURE),
        ("评价方式", "考核", ProblemCode.BASIS_AMBIGUOUS),
        ("发证日期", 2026, ProblemCode.DATE_INCOMPLETE),
        ("发证日期", "1999-12-31", ProblemCode.DATE_TOO_OLD),
        ("评价方式", "抽签", ProblemCode.BASIS),
        ("证书类型", "毕业证", ProblemCode.KIND),
        ("大典版本", "新版", ProblemCode.OCCUPATION_EDITION),
        ("聘期至", "2027-06-01", ProblemCode.VALUE_NOT_USED),
        ("职业名称", "=1+1", ProblemCode.FORMULA_WITHOUT_VALUE),
        ("职业名称", "#N/A", ProblemCode.CELL_ERROR),
        ("职业方向", 5, ProblemCode.NOT_TEXT),
        ("企业岗位", "a\u2066b", ProblemCode.REFUSED_CHARACTER),
    ],
)
def test_one_bad_cell_is_one_problem_in_its_place(
    tmp_path: Path, header: str, value: object, code: ProblemCode
) -> None:
    roster = read_rows(tmp_path, good(证件号码=OTHER), good(**{header: value}))
    assert found(roster) == [(3, COLUMN[header], code)]
    assert [row.row_number for row in roster.rows] == [2]


def test_a_number_of_another_document_than_the_one_named(tmp_path: Path) -> None:
    roster = read_rows(tmp_path, good(证件类型="港澳台居民居住证"))
    assert found(roster) == [(2, COLUMN["证件号码"], ProblemCode.DOCUMENT_TYPE)]
    assert "居民身份证" in roster.problems[0].fix_zh


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"职业名称": None}, (2022, "6-31-01-03", "电工")),
        ({"职业编码": None}, (2022, "6-31-01-03", "电工")),
        ({"职业编码": "６－３１－０１－０３"}, (2022, "6-31-01-03", "电工")),
        ({"职业编码": "6—31—01—03"}, (2022, "6-31-01-03", "电工")),
        ({"大典版本": "2022年版"}, (2022, "6-31-01-03", "电工")),
        ({"职业编码": None, "职业名称": "互联网营销师"}, (2015, "4-01-02-07", "互联网营销师")),
        ({"大典版本": "地方", "职业编码": "XM-001", "职业名称": "民宿管家"}, (0, "XM-001", "民宿管家")),
    ],
)
def test_occupations(tmp_path: Path, changes: dict[str, object], expected: tuple[int, str, str]) -> None:
    roster = read_rows(tmp_path, good(**changes))
    row = only(roster)
    assert (row.occupation_edition, row.occupation_code, row.occupation_title) == expected
    assert roster.notes == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"职业编码": "4-13-01-05", "职业名称": None}, NoteCode.OCCUPATION_UNCONFIRMED),
        ({"大典版本": 2015}, NoteCode.OCCUPATION_NOT_IN_CATALOGUE),
        (
            {"大典版本": 2015, "职业编码": "4-13-05-03", "职业名称": "管廊运维员"},
            NoteCode.OCCUPATION_NOT_IN_CATALOGUE,
        ),
    ],
)
def test_occupations_to_look_at_twice(tmp_path: Path, changes: dict[str, object], code: NoteCode) -> None:
    roster = read_rows(tmp_path, good(**changes))
    assert only(roster).level == 3
    assert [note.code for note in roster.notes] == [code]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"职业编码": None, "职业名称": None}, ("职业编码", ProblemCode.VALUE_MISSING)),
        ({"职业编码": None, "职业名称": "占卜师"}, ("职业名称", ProblemCode.OCCUPATION_UNKNOWN)),
        ({"职业编码": "6-31-01-99", "职业名称": None}, ("职业编码", ProblemCode.OCCUPATION_UNKNOWN)),
        ({"大典版本": 2022, "职业编码": "6-31-01-99"}, ("职业编码", ProblemCode.OCCUPATION_MISMATCH)),
    ],
)
def test_occupations_that_cannot_be_told(
    tmp_path: Path, changes: dict[str, object], expected: tuple[str, ProblemCode]
) -> None:
    header, code = expected
    assert found(read_rows(tmp_path, good(**changes))) == [(2, COLUMN[header], code)]


def test_a_contradicted_title_is_named_with_both(tmp_path: Path) -> None:
    (problem,) = read_rows(tmp_path, good(职业编码="4-02-06-02")).problems
    assert "4-02-06-02 电工" in problem.why_zh
    assert "理货员 4-02-06-02 (2022)" in problem.why_zh


def test_posts_honours_and_special_abilities(tmp_path: Path) -> None:
    roster = read_rows(
        tmp_path,
        good(等级=None, 岗位="特级技师", 聘期至="2029-05-31"),
        good(等级=None, 职业编码=None, 职业名称=None, 荣誉称号="集美工匠"),
        good(等级=None, 证书类型="专项职业能力证书"),
    )
    assert found(roster) == []
    appointed, honoured, able = roster.rows
    assert appointed.post is Post.SPECIAL_GRADE_TECHNICIAN
    assert isinstance(appointed.subject, PostAppointment)
    # Until the end of 31 May in UTC+8
    assert appointed.subject.ends == int(datetime.fromisoformat("2029-06-01T00:00:00+08:00").timestamp())
    assert honoured.subject == RegionalHonour("集美工匠")
    assert able.kind is Kind.SPECIAL_ABILITY


def test_a_post_wants_its_term(tmp_path: Path) -> None:
    rows = (
        good(等级=None, 岗位="码头电工"),
        good(等级=None, 岗位="学徒工", 聘期至="2025-06-01"),
        good(等级=None, 岗位="学徒工", 聘期至="9999-06-01"),
    )
    assert found(read_rows(tmp_path, *rows)) == [
        (2, COLUMN["岗位"], ProblemCode.POST),
        (2, COLUMN["聘期至"], ProblemCode.VALUE_MISSING),
        (3, COLUMN["聘期至"], ProblemCode.TERM_BEFORE_START),
        (4, COLUMN["聘期至"], ProblemCode.TERM_BEFORE_START),
    ]


def test_all_faults_of_all_rows_are_found_at_once(tmp_path: Path) -> None:
    roster = read_rows(tmp_path, good(姓名=None, 等级="?", 发证日期="?"), good(), good(评价方式="?", 证件号码="1"))
    assert found(roster) == [
        (2, COLUMN["姓名"], ProblemCode.VALUE_MISSING),
        (2, COLUMN["发证日期"], ProblemCode.DATE),
        (2, COLUMN["等级"], ProblemCode.LEVEL),
        (4, COLUMN["证件号码"], ProblemCode.DOCUMENT_LENGTH),
        (4, COLUMN["评价方式"], ProblemCode.BASIS),
    ]
    assert [row.row_number for row in roster.rows] == [3]


def test_duplicates_name_each_other(tmp_path: Path) -> None:
    roster = read_rows(tmp_path, good(), good(证件号码=OTHER), good(发证日期="20260601"), good(等级=4))
    assert found(roster) == [
        (2, COLUMN["证件号码"], ProblemCode.DUPLICATE),
        (4, COLUMN["证件号码"], ProblemCode.DUPLICATE),
    ]
    assert "第 4 行" in roster.problems[0].why_zh
    assert "row 2" in roster.problems[1].why_en
    assert [row.row_number for row in roster.rows] == [3, 5]


def test_two_people_under_one_number_are_no_duplicates_whatever_else_is_wrong(tmp_path: Path) -> None:
    roster = read_rows(tmp_path, good(), good(姓名="王芳"), good(姓名="李娜", 等级="?"))
    assert found(roster) == [
        (2, COLUMN["姓名"], ProblemCode.NAME_CONFLICT),
        (3, COLUMN["姓名"], ProblemCode.NAME_CONFLICT),
        (4, COLUMN["等级"], ProblemCode.LEVEL),
        (4, COLUMN["姓名"], ProblemCode.NAME_CONFLICT),
    ]
    assert roster.problems[0].why_zh == "与第 3, 4 行证件号码相同，姓名却不同。"


def test_a_future_date_and_a_forbidden_character_say_what_to_look_at(tmp_path: Path) -> None:
    date, name = read_rows(tmp_path, good(发证日期="2027-05-20"), good(姓名="王（芳")).problems
    assert date.fix_zh == "核对日期，先看年份；确实还没到的，到那天再签发。"
    assert name.why_zh == "姓名里有不属于姓名的字符 “（” U+FF08，或者没有文字。"


def test_one_number_under_two_names(tmp_path: Path) -> None:
    roster = read_rows(tmp_path, good(), good(姓名="林丽萍", 等级=4))
    assert found(roster) == [(row, COLUMN["姓名"], ProblemCode.NAME_CONFLICT) for row in (2, 3)]
    assert "第 3 行" in roster.problems[0].why_zh
    assert roster.rows == ()


CONTEST = {"评价方式": "竞赛", "竞赛名称": "全国技能大赛", "竞赛级别": "国家级一类", "竞赛名次": 5, "等级": 2}


@pytest.mark.parametrize(
    ("changes", "header", "code"),
    [
        ({}, None, None),
        ({"竞赛名次": "第五名"}, None, None),
        ({"竞赛名次": 6}, "竞赛名次", ProblemCode.CONTEST_NOT_PROMOTED),
        ({"竞赛名次": "3", "参赛形式": "双人赛"}, None, None),
        ({"竞赛名次": "4", "参赛形式": "双人"}, "竞赛名次", ProblemCode.CONTEST_NOT_PROMOTED),
        ({"竞赛名次": "第2名", "参赛形式": "三人团队"}, None, None),
        ({"竞赛名次": "3", "参赛形式": "三人团队"}, "竞赛名次", ProblemCode.CONTEST_NOT_PROMOTED),
        ({"等级": 1}, "原有等级", ProblemCode.CONTEST_PRIOR_LEVEL),
        ({"等级": 1, "原有等级": "高级工"}, "原有等级", ProblemCode.CONTEST_PRIOR_LEVEL),
        ({"等级": 1, "原有等级": "技师"}, None, None),
        ({"竞赛名称": None}, "竞赛名称", ProblemCode.VALUE_MISSING),
        ({"竞赛名次": None}, "竞赛名次", ProblemCode.VALUE_MISSING),
        ({"竞赛名次": "一等奖"}, "竞赛名次", ProblemCode.CONTEST_RANK),
        ({"竞赛名次": 0}, "竞赛名次", ProblemCode.CONTEST_RANK),
        ({"竞赛级别": "世界级"}, "竞赛级别", ProblemCode.CONTEST_CLASS),
        ({"参赛形式": "四人"}, "参赛形式", ProblemCode.CONTEST_ENTRY),
        ({"评价方式": "考试"}, "竞赛名称", ProblemCode.VALUE_NOT_USED),
    ],
)
def test_contests_promote_by_the_table(
    tmp_path: Path, changes: dict[str, object], header: str | None, code: ProblemCode | None
) -> None:
    roster = read_rows(tmp_path, good(**{**CONTEST, **changes}))
    expected = [] if header is None else [(2, COLUMN[header], code)]
    assert found(roster)[:1] == expected
    assert roster.doubts == ()


@pytest.mark.parametrize("changes", [{"竞赛级别": "省级"}, {"竞赛级别": None}, {"等级": 3}])
def test_contests_outside_the_table_are_to_be_confirmed(tmp_path: Path, changes: dict[str, object]) -> None:
    roster = read_rows(tmp_path, good(**{**CONTEST, **changes}))
    assert only(roster).basis is Basis.COMPETITION
    assert [(each.row, each.column, each.code) for each in roster.doubts] == [
        (2, COLUMN["竞赛级别"], ProblemCode.CONTEST_OUTSIDE_TABLE)
    ]


def test_recognition_names_its_source(tmp_path: Path) -> None:
    rows = good(评价方式="采认"), good(评价方式="采认", 证件号码=OTHER, 原证书名称="维修人员执照", 原证书编号="AME-17")
    roster = read_rows(tmp_path, *rows)
    assert found(roster) == [
        (2, COLUMN["原证书名称"], ProblemCode.VALUE_MISSING),
        (2, COLUMN["原证书编号"], ProblemCode.VALUE_MISSING),
    ]
    assert [row.row_number for row in roster.rows] == [3]


@pytest.mark.parametrize(
    ("standard", "version", "codes"),
    [
        ("电工国家职业标准", None, [ProblemCode.STANDARD_VERSION]),
        ("电工国家职业标准（2018年版）", None, []),
        ("码头电工评价规范", "V2.1", []),
        (None, "2018", []),
    ],
)
def test_a_standard_has_its_version(
    tmp_path: Path, standard: str | None, version: str | None, codes: list[ProblemCode]
) -> None:
    roster = read_rows(tmp_path, good(评价标准=standard, 标准版本=version))
    assert [each.code for each in roster.problems] == codes


@pytest.mark.parametrize(
    ("level", "sub_level", "fits"),
    [(2, "一级技师", True), (2, "二级技师", True), (1, "一级技师", False), (3, "一级", True), (3, "特级技师", False)],
)
def test_a_sub_level_belongs_to_its_level(tmp_path: Path, level: int, sub_level: str, fits: bool) -> None:
    roster = read_rows(tmp_path, good(等级=level, 企业内部等级=sub_level))
    assert found(roster) == [(2, COLUMN["企业内部等级"], ProblemCode.SUB_LEVEL)] * (not fits)


def test_a_special_ability_has_no_sub_level(tmp_path: Path) -> None:
    roster = read_rows(tmp_path, good(等级=None, 证书类型="专项", 企业内部等级="一档"))
    assert found(roster) == [(2, COLUMN["企业内部等级"], ProblemCode.VALUE_NOT_USED)]


@pytest.mark.parametrize(
    ("post", "until", "doubts"),
    [
        ("首席技师", "2029-05-31", 0),
        ("特级技师", "2031-05-31", 0),
        ("特级技师", "2031-06-05", 1),
        ("首席技师", "2028-06-01", 1),
        ("学徒工", "2027-06-01", 0),
    ],
)
def test_unusual_terms_are_to_be_confirmed(tmp_path: Path, post: str, until: str, doubts: int) -> None:
    roster = read_rows(tmp_path, good(等级=None, 岗位=post, 聘期至=until))
    assert only(roster).post is not None
    assert [(each.column, each.code) for each in roster.doubts] == [
        (COLUMN["聘期至"], ProblemCode.TERM_UNUSUAL)
    ] * doubts


def test_two_levels_on_one_day_are_to_be_confirmed(tmp_path: Path) -> None:
    roster = read_rows(tmp_path, good(), good(等级=4), good(等级=5, 发证日期="2026-05-01"), good(证件号码=OTHER))
    assert found(roster) == []
    assert [(each.row, each.code) for each in roster.doubts] == [
        (2, ProblemCode.TWO_LEVELS),
        (3, ProblemCode.TWO_LEVELS),
    ]
    assert "第 3 行" in roster.doubts[0].why_zh


def test_shapes_show_form_only(tmp_path: Path) -> None:
    (problem,) = read_rows(tmp_path, good(证件号码=NUMBER[:17])).problems
    assert problem.shape == "17位: 99999999999999999"
    assert problem.column == COLUMN["证件号码"]


@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_has_its_words(code: ProblemCode) -> None:
    text = TEXTS[code]
    assert all((text.why_zh, text.why_en, text.fix_zh, text.fix_en))
