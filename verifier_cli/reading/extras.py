"""What a kind of file needs beyond the base install, and what to say where it is not installed."""

from importlib import import_module
from typing import Final

from verifier_cli.errors import UsageError
from verifier_cli.reading.kinds import Kind

_PICTURES: Final = ("PIL.Image", "zxingcpp")
_NEEDED: Final = {Kind.PICTURE: _PICTURES, Kind.PDF: (*_PICTURES, "pypdfium2")}
REPORTS: Final = {".xlsx": ("openpyxl",), ".pdf": ("fpdf", "pylopdf_fonts_zh_cn")}


def require(kind: Kind, name: str) -> None:
    """UsageError that names the extra, unless files of this kind can be read here."""
    try:
        for module in _NEEDED.get(kind, ()):
            import_module(module)
    except ImportError:
        if kind is not Kind.PICTURE:
            raise missing(name) from None
        raise UsageError(
            f"{name} 是图片；要读取图片，请在印信的源代码目录里运行：pip install '.[images]'",
            f"{name} is a picture; to read pictures, run in Yinxin's source folder: pip install '.[images]'",
        ) from None


def require_report(path: str, ending: str) -> None:
    """UsageError that names the extra, unless such a report can be written here."""
    try:
        for module in REPORTS.get(ending, ()):
            import_module(module)
    except ImportError:
        raise missing(path) from None


def missing(name: str) -> UsageError:
    """What to say of a file that needs more than is installed."""
    return UsageError(
        f"要处理 {name}，请在印信的源代码目录里运行：pip install '.[many]'",
        f"for {name}, run in Yinxin's source folder: pip install '.[many]'",
    )
