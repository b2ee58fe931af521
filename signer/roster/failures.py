"""Why a whole file is refused, in words: one place, so that no reader writes its own."""

from typing import Final

from signer.roster.model import RosterError, RosterReason

_SAVE_AS: Final = (
    "用 Excel 或 WPS 打开，另存为“Excel 工作簿 (*.xlsx)”后再试。",
    'Open it in Excel or WPS, save it as "Excel Workbook (*.xlsx)" and try again.',
)
_SPLIT: Final = (
    "删去无关的工作表、图片和空行空列，或把名册分成几个文件。",
    "Delete unrelated sheets, pictures and empty rows and columns, or split the roster into several files.",
)
_TEXTS: Final = {
    RosterReason.NOT_FOUND: (
        "找不到这个文件，或它不是普通文件。",
        "There is no such file, or it is not an ordinary file.",
        "检查文件名和所在文件夹。",
        "Check the name and the folder.",
    ),
    RosterReason.UNREADABLE: (
        "系统不让读取这个文件。",
        "The system does not let this file be read.",
        "检查文件权限，并在其他程序中关闭它。",
        "Check its permissions, and close it in other programs.",
    ),
    RosterReason.TOO_LARGE: ("文件太大。", "The file is too large.", *_SPLIT),
    RosterReason.TOO_MANY_ROWS: ("行数超过 200,000。", "There are more than 200,000 rows.", *_SPLIT),
    RosterReason.TOO_MANY_COLUMNS: ("列数超过 200。", "There are more than 200 columns.", *_SPLIT),
    RosterReason.UNKNOWN_TYPE: (
        "这不是名册：只读 .xlsx 和 .csv。",
        "This is not a roster: only .xlsx and .csv are read.",
        *_SAVE_AS,
    ),
    RosterReason.EMPTY: (
        "文件是空的。",
        "The file is empty.",
        "填好名册再试；`yinxin-signer template` 可生成模板。",
        "Fill in the roster first; `yinxin-signer template` makes a template.",
    ),
    RosterReason.ENCRYPTED: (
        "文件设了打开密码。",
        "The file is protected by a password.",
        "用 Excel 或 WPS 打开，取消密码后保存再试。",
        "Open it in Excel or WPS, remove the password, save it and try again.",
    ),
    RosterReason.OLD_EXCEL: (
        "这是旧格式的 Excel 文件（.xls 或 .xlsb）。",
        "This is an Excel file of an older or binary format (.xls or .xlsb).",
        *_SAVE_AS,
    ),
    RosterReason.DAMAGED: ("文件已损坏或不完整。", "The file is damaged or incomplete.", *_SAVE_AS),
    RosterReason.ENCODING: (
        "文字编码既不是完好的 UTF-8，也不是 GB18030。",
        "The text is neither sound UTF-8 nor GB18030.",
        "用 Excel 或 WPS 另存为“CSV UTF-8（逗号分隔）”或 .xlsx 后再试。",
        'Save it from Excel or WPS as "CSV UTF-8 (Comma delimited)" or as .xlsx and try again.',
    ),
    RosterReason.NO_HEADER: (
        "前 20 行里找不到表头（至少要有“姓名”和“证件号码”）。",
        'No header in the first 20 rows (it needs at least "姓名" and "证件号码").',
        "加上一行表头；列名特殊的，用 `yinxin-signer map` 对应一次；或用 `yinxin-signer template` 生成的模板。",
        "Add a row of headers; say once with `yinxin-signer map` what odd ones are; or use `yinxin-signer template`.",
    ),
    RosterReason.NO_SHEET: (
        "没有这个工作表，或它没有表头。",
        "There is no such sheet, or it has no header.",
        "检查 --sheet 的名称。",
        "Check the name behind --sheet.",
    ),
    RosterReason.SEVERAL_SHEETS: (
        "不止一个工作表里有人员，不知道该读哪一个。",
        "More than one sheet lists people: it is not clear which to read.",
        "把人员合并到一个工作表，或用 --sheet 工作表名 逐个处理。",
        "Put all people into one sheet, or take the sheets one by one with --sheet NAME.",
    ),
}


def refused(reason: RosterReason, file: str, detail_zh: str = "", detail_en: str = "") -> RosterError:
    """The error for `reason`; a detail, which must hold nothing of the file's content, follows the sentence."""
    why_zh, why_en, fix_zh, fix_en = _TEXTS[reason]
    return RosterError(
        reason,
        file,
        f"{why_zh}{detail_zh}",
        f"{why_en} {detail_en}".rstrip(),
        fix_zh,
        fix_en,
    )
