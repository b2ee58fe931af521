"""Fujian's benefit policy as its operator would type it: a workbook, a clause or a shortage list a row."""

from pathlib import Path
from typing import Final

from openpyxl import Workbook

JIMEI: Final = "350211"
_HEAD: Final = (
    "类别",
    "编号",
    "文件",
    "文件日期",
    "适用地区",
    "生效日",
    "终止日",
    "条款号",
    "条文",
    "待遇",
    "金额",
    "周期",
    "证书类型",
    "职业版本",
    "职业代码",
    "等级或岗位",
    "按哪天在目录",
    "紧缺目录",
    "目录名称",
)
_MONTHLY: Final = (
    ("高级工", "800", "等级", "三级/高级工"),
    ("技师", "1,500", "等级", "二级/技师"),
    ("高级技师", "2,000", "等级", "一级/高级技师"),
    ("特级技师", "2,500", "岗位", "特级技师"),
    ("首席技师", "3,000", "岗位", "首席技师"),
)
_ITEMS: Final = "一二三四五"
_LAW: Final = ("集美区技能人才津贴办法（示例）", "2025-01-10", "350211 集美区", "2025-01-01", "")
_SUBSIDY: Final = ("厦门市紧缺职业补贴办法（示例）", "2025-03-01", "350200 厦门市", "2025-03-01", "")
_LIST: Final = ("厦门市紧缺职业目录（示例）", "2025-03-01", "350200 厦门市", "2025-03-01", "")


def write(path: Path, occupation: str) -> None:
    """Monthly allowances of Jimei by level and post; a subsidy of Xiamen for one occupation that is in short supply."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(_HEAD)
    for number, (name, yuan, kind, level) in enumerate(_MONTHLY, start=1):
        item = (f"第五条第（{_ITEMS[number - 1]}）项", f"{name}每人每月 {yuan} 元", "津贴", yuan, "每月")
        sheet.append(("条款", str(number), *_LAW, *item, kind, "", "", level))
    once = ("第三条", "紧缺职业中级工及以上，一次性补贴 1,000 元", "补贴", "1,000", "一次性")
    about = ("等级", "", "", "四级、三级、二级、一级", "当日", "1")
    sheet.append(("条款", "6", *_SUBSIDY, *once, *about))
    sheet.append(("目录", "1", *_LIST, *("",) * 6, "2022", occupation, "", "", "", "厦门市紧缺职业目录（示例）"))
    book.save(path)
