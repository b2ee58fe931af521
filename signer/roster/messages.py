"""Every problem in words: why it is one, and what the clerk does about it. Chinese first, then English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from signer.roster.model import ProblemCode


class CellError(Exception):
    """What is wrong with one value. `details` fill the message's places and never hold a document number."""

    def __init__(self, code: ProblemCode, **details: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.details: Mapping[str, object] = details


@dataclass(frozen=True, slots=True)
class Text:
    """A message with places for the details, which are the same in both languages."""

    why_zh: str
    why_en: str
    fix_zh: str
    fix_en: str

    def filled(self, details: Mapping[str, object]) -> "Text":
        """The message with its details."""
        return Text(*(part.format(**details) for part in (self.why_zh, self.why_en, self.fix_zh, self.fix_en)))


_AS_ON_THE_CARD: Final = ("按证件原样重新填写。", "Enter it again as the document has it.")
_WORDS_ALLOWED: Final = ("改成其中之一：{allowed}。", "Change it to one of: {allowed}.")
_DATE_FORM: Final = ("改写成 2026-06-01 这样的日期。", "Write the date like 2026-06-01.")

TEXTS: Final[Mapping[ProblemCode, Text]] = {
    ProblemCode.COLUMN_MISSING: Text(
        "表头缺少这些列：{columns}。",
        "The header lacks these columns: {columns}.",
        "在第 {row} 行表头补上；名称不同的，用 `yinxin-signer map` 对应一次；或改用 `yinxin-signer template` 的模板。",
        "Add them to the header in row {row}; if they are there under other names, say so once with `yinxin-signer "
        "map`; or use the template that `yinxin-signer template` makes.",
    ),
    ProblemCode.COLUMN_TWICE: Text(
        "这几列是同一项内容：{columns}。",
        "These columns are the same thing: {columns}.",
        "只留一列，其余删去或改名。",
        "Keep one of them; delete or rename the others.",
    ),
    ProblemCode.PERSON_NOT_UNDER_HEADER: Text(
        "这一行像是人员，却不在表头（第 {header} 行）的各列下面，没有读。",
        "This row looks like a person, but does not stand below the header (row {header}), and was not read.",
        "把这一行移到表头下面，按表头的列填写；一张表只留一个表头。不是人员的，删去这一行。",
        "Move the row below the header and fill it in by the header's columns; a sheet has one header. "
        "If it lists nobody, delete it.",
    ),
    ProblemCode.HEADER_DIFFERS: Text(
        "这一行又是表头，各列与第 {header} 行的表头不同，下面的人员会错列。",
        "This row is another header with other columns than that in row {header}: the people below it would be "
        "misread.",
        "把下面的人员按第 {header} 行表头的列填写，再删去这一行；或分成两个文件。",
        "Fill in the people below it by the columns of row {header} and delete this row; or make two files of them.",
    ),
    ProblemCode.VALUE_MISSING: Text("必填项是空的。", "A required value is missing.", "补填。", "Fill it in."),
    ProblemCode.COLUMN_NEEDED: Text(
        "这一行必须有“{column}”，名册没有这一列。",
        "This row needs {column_en}, and the roster has no such column.",
        "在表头最右边加一列“{column}”，并在这一行填写；填错了证书类型、评价方式或岗位的，改正它。",
        'Add a column "{column}" at the right end of the header and fill it in here; or correct the kind of '
        "certificate, the basis or the post if that is wrong.",
    ),
    ProblemCode.VALUE_NOT_USED: Text(
        "这一行是“{kind}”，没有这一项，但填了内容。",
        'This row is a "{kind}", which has no such value, but one is given.',
        "清空这一格，或改正证书类型、评价方式。",
        "Empty this cell, or correct the kind of certificate or the basis.",
    ),
    ProblemCode.CELL_ERROR: Text(
        "单元格是公式错误值（如 #N/A）。",
        "The cell shows a formula's error (such as #N/A).",
        "改正公式，或直接填写内容。",
        "Correct the formula, or type the value.",
    ),
    ProblemCode.FORMULA_WITHOUT_VALUE: Text(
        "单元格的公式没有算出结果。",
        "The cell's formula was never calculated.",
        "在 Excel 里打开、保存一次，或把这一列“选择性粘贴为数值”。",
        'Open and save the file in Excel once, or "paste special: values" over the column.',
    ),
    ProblemCode.MERGED_CELLS: Text(
        "合并单元格 {range}：内容只算在左上角一格，其他格是空的。",
        "Merged cells {range}: the value counts for the top left cell only, the others are empty.",
        "在这些格子里逐一填上各自的内容（原文件里须先取消合并；标注好的文件里已经取消，红格都要填）。",
        "Fill in each of these cells (in your own file unmerge them first; in the marked one they are, and red).",
    ),
    ProblemCode.CELLS_BEYOND_HEADER: Text(
        "这一行的内容比表头多，可能某一项里有分隔符，后面各项都错了位。",
        "The row has more values than the header: a separator inside a value has probably moved the others.",
        "给含分隔符的内容加上英文双引号，或改用 .xlsx。",
        "Put quotation marks around the value that holds a separator, or use .xlsx.",
    ),
    ProblemCode.NOT_TEXT: Text(
        "这里应是文字，却是数字或逻辑值。",
        "This should be text, but it is a number or a logical value.",
        "把单元格设成“文本”格式后重新填写。",
        'Format the cell as "Text" and enter it again.',
    ),
    ProblemCode.TOO_LONG: Text(
        "内容太长：有 {bytes} 字节，最多 {limit} 字节（一个汉字占 3 字节）。",
        "Too long: {bytes} bytes, at most {limit} (a Chinese character takes 3).",
        "缩短内容。",
        "Shorten it.",
    ),
    ProblemCode.REFUSED_CHARACTER: Text(
        "含有看不见或不允许的字符 {codepoint}。",
        "It holds an invisible or forbidden character, {codepoint}.",
        "删去这个字符：清空单元格，手工重新输入，不要粘贴。生僻字请用正式编码的字，不用自造字。",
        "Remove it: empty the cell and type the value again by hand instead of pasting it. "
        "Write rare characters by their standard code, not as private ones.",
    ),
    ProblemCode.NAME_SPACE: Text(
        "姓名的汉字之间有空格。",
        "There is a space between the Chinese characters of the name.",
        "如果是一个人，删去空格；如果是两个人，分成两行。",
        "If this is one person, delete the space; if two, give each a row.",
    ),
    ProblemCode.NAME_NOT_A_NAME: Text(
        "姓名里有不属于姓名的字符 {codepoint}，或者没有文字。",
        "The name holds a character that no name has, {codepoint}, or no letter at all.",
        *_AS_ON_THE_CARD,
    ),
    ProblemCode.NAME_CONFLICT: Text(
        "与第 {others} 行证件号码相同，姓名却不同。",
        "The document number equals that of row {others}, but the name differs.",
        "核对这几行的姓名和证件号码。",
        "Check name and document number in these rows.",
    ),
    ProblemCode.DOCUMENT_TYPE: Text(
        "证件类型不认识，或与证件号码不符。",
        "The document type is unknown, or does not fit the number.",
        *_WORDS_ALLOWED,
    ),
    ProblemCode.DOCUMENT_DIGITS_LOST: Text(
        "证件号码被存成了数字，Excel 只保留 15 位，后面的数字已经丢失。",
        "The document number was stored as a number: Excel keeps 15 digits, and the rest are lost.",
        "把这一列设成“文本”格式，再按证件重新输入（只改格式找不回丢失的数字）。",
        'Format the column as "Text" and enter the number again from the document '
        "(changing the format alone does not bring the digits back).",
    ),
    ProblemCode.DOCUMENT_LENGTH: Text(
        "证件号码长度不对：居民身份证、居住证和新版永居证都是 18 位；其他证件为 4 至 32 个字符。",
        "The document number has a wrong length: identity cards and residence permits have 18 characters, "
        "other documents 4 to 32.",
        "按证件重新填写（15 位旧号码请换成 18 位）；不是身份证的，请在“证件类型”写明。",
        "Enter it again from the document (of an old number of 15, the one of 18); if it is no identity card, say so "
        "in the document type.",
    ),
    ProblemCode.DOCUMENT_CHARACTERS: Text(
        "证件号码里有不该有的字符。",
        "The document number holds a character that it cannot have.",
        *_AS_ON_THE_CARD,
    ),
    ProblemCode.DOCUMENT_DATE: Text(
        "证件号码第 7 至 14 位不是有效的出生日期。",
        "Characters 7 to 14 of the document number are not a date of birth.",
        *_AS_ON_THE_CARD,
    ),
    ProblemCode.DOCUMENT_CHECK_CHARACTER: Text(
        "证件号码的校验码不对，至少有一位填错了。",
        "The document number's check character is wrong: at least one character is mistyped.",
        *_AS_ON_THE_CARD,
    ),
    ProblemCode.KIND: Text("证书类型不认识。", "The kind of certificate is unknown.", *_WORDS_ALLOWED),
    ProblemCode.OCCUPATION_CODE: Text(
        "职业编码的形式不对。",
        "The occupation code is not of its form.",
        "改成 6-31-01-03 这样的编码，单元格设成“文本”格式。",
        'Write it like 6-31-01-03, in a cell formatted as "Text".',
    ),
    ProblemCode.OCCUPATION_EDITION: Text(
        "不知道职业编码属于哪一版大典，或版本写法不对。",
        "It is not known, or not readable, which edition the occupation code belongs to.",
        "在“大典版本”列填 2022 或 2015；本地编码填 0。",
        'Write 2022 or 2015 into the column "大典版本"; 0 for a local code.',
    ),
    ProblemCode.OCCUPATION_UNKNOWN: Text(
        "目录里没有这个职业。",
        "The catalogue does not have this occupation.",
        "检查写法；确实没有的，请同时填写大典版本、职业编码和职业名称。",
        "Check the spelling; if it is right, give edition, code and title together.",
    ),
    ProblemCode.OCCUPATION_AMBIGUOUS: Text(
        "有几个职业都符合：{candidates}。",
        "Several occupations fit: {candidates}.",
        "补填大典版本或职业编码。",
        "Add the edition or the code.",
    ),
    ProblemCode.OCCUPATION_MISMATCH: Text(
        "职业编码和名称对不上：名册写的是 {roster}，目录里是 {catalogue}。",
        "Code and title contradict each other: the roster has {roster}, the catalogue {catalogue}.",
        "改正编码或名称；版本不同的，填上大典版本。",
        "Correct the code or the title; if the edition is another, state it.",
    ),
    ProblemCode.OCCUPATION_MOVED: Text(
        "目录里“{title}”的编码不是 {given}，而是 {catalogue}：编码随大典版本变动。",
        "In the catalogue the code of {title} is not {given} but {catalogue}: codes move from edition to edition.",
        "改成目录里的编码；确按另一版大典评价的，在“大典版本”列写明版本。",
        "Change it to the catalogue's code; if it was evaluated by another edition, state that one in 大典版本.",
    ),
    ProblemCode.LEVEL: Text(
        "等级不认识，或前后矛盾。",
        "The level is unknown, or contradicts itself.",
        "改成 1 至 5，或“三级/高级工”这样的写法；特级技师、首席技师、学徒工填在“岗位”列，"
        "企业自己分的等级填在“企业内部等级”列。",
        'Write 1 to 5, or like "三级/高级工"; appointments belong in the column "岗位", '
        'an enterprise\'s own sub-levels in "企业内部等级".',
    ),
    ProblemCode.LEVEL_AMBIGUOUS: Text(
        "“高级”可能是高级工（三级），也可能是高级技师（一级）。",
        "This may be 高级工 (level 3) or 高级技师 (level 1).",
        "写全：三级/高级工，或一级/高级技师。",
        "Write it in full: 三级/高级工 or 一级/高级技师.",
    ),
    ProblemCode.SUB_LEVEL: Text(
        "企业内部等级“{given}”与等级 {level} 不符：它是另一等级的名称，或是岗位名称。",
        "The sub-level {given} does not fit {level}: it names another level, or a post.",
        "改正等级或企业内部等级；特级技师、首席技师填在“岗位”列。",
        "Correct the level or the sub-level; special-grade and chief technicians belong in the column 岗位.",
    ),
    ProblemCode.POST: Text(
        "岗位不是学徒工、特级技师或首席技师。",
        "The post is not one of apprentice, special-grade technician and chief technician.",
        "改成其中之一；企业自己的岗位请填在“企业岗位”列。",
        'Change it to one of them; an enterprise\'s own post belongs in the column "企业岗位".',
    ),
    ProblemCode.BASIS: Text("评价方式不认识。", "The basis of the evaluation is unknown.", *_WORDS_ALLOWED),
    ProblemCode.BASIS_AMBIGUOUS: Text(
        "“考核”可能是考试，也可能是过程考核，证书上的写法不同。",
        "This may be an examination or a process assessment, and certificates tell them apart.",
        "按实际改成“考试”（理论与实操考试）或“过程考核”。",
        "Change it to 考试 (an examination) or 过程考核 (a process assessment), whichever it was.",
    ),
    ProblemCode.DATE: Text("不是有效的日期。", "This is not a date.", *_DATE_FORM),
    ProblemCode.DATE_AMBIGUOUS: Text(
        "日期的年、月、日次序不明。",
        "Which part of the date is year, month or day is not clear.",
        *_DATE_FORM,
    ),
    ProblemCode.DATE_INCOMPLETE: Text(
        "日期只有年，或只有年和月，缺少日。", "The date has a year, or a year and a month, but no day.", *_DATE_FORM
    ),
    ProblemCode.DATE_IN_FUTURE: Text(
        "发证日期晚于今天。",
        "The date of issue is in the future.",
        "核对日期，先看年份；确实还没到的，到那天再签发。",
        "Check the date, its year first; if it is right, sign on that day.",
    ),
    ProblemCode.DATE_TOO_OLD: Text(
        "日期早于 2000 年，应是填错了。",
        "A date before 2000: surely an error.",
        "核对日期，先看年份。",
        "Check the date, its year first.",
    ),
    ProblemCode.TERM_BEFORE_START: Text(
        "聘期在发证日期之前就结束了，或长于 100 年。",
        "The term ends before the date of issue, or lasts over 100 years.",
        "核对“聘期至”和“发证日期”。",
        "Check the end of the term and the date of issue.",
    ),
    ProblemCode.TERM_UNUSUAL: Text(
        "{post}的聘期通常为 {least} 至 {most} 年，这里不是。",
        "The term of a {post_en} is usually {least} to {most} years, and this one is not.",
        "核对“聘期至”；确实如此的，按聘任文件确认。",
        "Check the end of the term; if it is right, confirm it by the appointment's document.",
    ),
    ProblemCode.CONTEST_CLASS: Text("竞赛级别不认识。", "The class of the contest is unknown.", *_WORDS_ALLOWED),
    ProblemCode.CONTEST_RANK: Text(
        "竞赛名次不是名次。",
        "The rank is not a rank.",
        "填数字，如 3；奖项（如一等奖）请换成名次。",
        "Write a number such as 3; for a prize, write the rank that it was given for.",
    ),
    ProblemCode.CONTEST_ENTRY: Text(
        "参赛形式不认识。", "How the person entered the contest is unknown.", *_WORDS_ALLOWED
    ),
    ProblemCode.CONTEST_NOT_PROMOTED: Text(
        "国家级一类竞赛{entry}第 {rank} 名不在晋升范围内：个人前 5 名、双人前 3 名、三人团队前 2 名晋升技师。",
        "Rank {rank} ({entry_en}) of a national first-class contest is not promoted: individuals are to rank 5, "
        "pairs to 3, teams of three to 2.",
        "核对名次、参赛形式和等级。",
        "Check rank, entry and level.",
    ),
    ProblemCode.CONTEST_PRIOR_LEVEL: Text(
        "以竞赛成为高级技师的，原来须是技师，这一行没有这样写。",
        "Who becomes 高级技师 by a contest has to be 技师 before, and this row does not say so.",
        "原是技师的，在“原有等级”列填 二级/技师；否则等级改为 二级/技师。",
        "If the person was 技师, write 二级/技师 into 原有等级; else change the level to 二级/技师.",
    ),
    ProblemCode.CONTEST_OUTSIDE_TABLE: Text(
        "晋升表只规定国家级一类竞赛晋升技师、高级技师，这一行不在表内。",
        "The promotion table has national first-class contests and levels 2 and 1 only; this row is outside it.",
        "核对竞赛级别和等级；另有文件规定的，按文件确认。",
        "Check the class of the contest and the level; if another document provides for it, confirm it by that.",
    ),
    ProblemCode.STANDARD_VERSION: Text(
        "评价标准没有写版本。",
        "The standard has no version.",
        "在“标准版本”列填版本或年份，如 2023年版。",
        "Write its version or year into 标准版本, such as 2023年版.",
    ),
    ProblemCode.TWO_LEVELS: Text(
        "同一人同一职业在同一日期有两个等级：与第 {others} 行。登记机构会把它提为异常。",
        "One person with two levels of one occupation on one date: see row {others}. The registry will flag it.",
        "核对等级和发证日期；确实如此的，确认。",
        "Check level and date; if both are right, confirm it.",
    ),
    ProblemCode.NUMBER_TWICE: Text(
        "与第 {others} 行是同一个证书编号。",
        "Row {others} has the same certificate number.",
        "每个编号留一行。",
        "Keep one row for each number.",
    ),
    ProblemCode.NOTHING_TO_CHANGE: Text(
        "这一行没有写要改什么。",
        "The row does not say what is to be changed.",
        "填上要改的内容，或删去这一行；空格表示不改。",
        "Fill in what is to be changed, or delete the row; an empty cell leaves things as they are.",
    ),
    ProblemCode.NOT_CHANGED: Text(
        "这一列不能这样改。",
        "This column cannot be changed this way.",
        "删去这一列，只留要改的：{allowed}。等级、日期错了须撤销后重发。",
        "Delete the column and keep: {allowed}. A wrong level or date takes a revocation and a new certificate.",
    ),
    ProblemCode.DUPLICATE: Text(
        "与第 {others} 行重复：同一人、同一职业、同一等级、同一日期。",
        "A duplicate of row {others}: same person, occupation, level and date.",
        "删去多余的行。",
        "Delete the superfluous row.",
    ),
}
