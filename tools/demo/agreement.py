"""Guangdong's agreement with Fujian as its operator would type it: a workbook, one rule a row."""

from datetime import date
from pathlib import Path
from typing import Final

from openpyxl import Workbook

_HEAD: Final = (
    "协议编号",
    "对方地区",
    "根指纹",
    "协议文件",
    "协议日期",
    "状态",
    "状态起始日",
    "废止前签发的",
    "规则",
    "证书类型",
    "职业版本",
    "职业代码",
    "等级或岗位",
    "证书日期起",
    "认定职业",
    "认定等级",
    "效力",
    "依据",
)


def write(path: Path, pin: str, occupation: str, repealed: date | None = None) -> None:
    """Level 3 of one occupation, in force since 2025; with `repealed`, nothing is recognised from that day on."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(_HEAD)
    own = ("1", "35", pin, "闽粤职业技能等级结果互认协议（演示）", "2025-06-01", "生效", "2025-07-01")
    match = ("采认", "职业技能等级证书", "2022", occupation, "三级/高级工", "2025-01-01")
    as_what = (occupation, "三级", "等同", "粤人社互认〔2025〕1号（演示）第三条")
    sheet.append((*own, "不保留" if repealed else "", *match, *as_what))
    if repealed is not None:
        sheet.append(("",) * 5 + ("废止", repealed.isoformat()))
    book.save(path)
