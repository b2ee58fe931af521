"""File names from a pattern such as `{number}-{name}`: safe on every system, and each only once."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from signer.errors import refused, usage
from signer.printing.facts import FIELDS, Facts
from signer.printing.item import House, Item
from signer.printing.layout import PLACEHOLDER

DEFAULT: Final = "{number}"
SECRET: Final = frozenset({"document_number"})
"""Fields that no file name may have: names are seen by everybody who sees the folder."""
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_MAX_BYTES: Final = 180
_SUFFIX: Final = ".pdf"


def require_pattern(pattern: str) -> None:
    """SignerError unless the pattern names only known fields."""
    names = set(PLACEHOLDER.findall(pattern))
    wrong = sorted(names - FIELDS | names & SECRET)
    if wrong or not names or re.search(r"[{}]", PLACEHOLDER.sub("", pattern)):
        known = "、".join(sorted(FIELDS - SECRET))
        raise usage(
            "file-name",
            f"文件名样式 {pattern} 不可用。可用字段：{known}。",
            f"the pattern {pattern} cannot be used. The fields are: {', '.join(sorted(FIELDS - SECRET))}.",
        )


def name(pattern: str, facts: Facts) -> str:
    """The name of a certificate's file."""
    filled = PLACEHOLDER.sub(lambda found: facts.fields[found[1]], pattern)
    return safe(filled, facts.number)


def safe(text: str, otherwise: str) -> str:
    """`text` as a file's name; `otherwise` where nothing is left of it."""
    visible = "".join(each for each in unicodedata.normalize("NFC", text) if unicodedata.category(each) not in _UNSEEN)
    clean = _FORBIDDEN.sub("_", visible).strip(" .")
    cut = clean.encode()[:_MAX_BYTES].decode("utf-8", "ignore").rstrip(" .")
    if _RESERVED.fullmatch(cut):
        cut = f"_{cut}"
    return (cut or otherwise) + _SUFFIX


_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def merged(items: Sequence[Item]) -> str:
    """The name of a file of several: their first and last number, so that no other file's takes its place."""
    return f"{items[0].number}-{items[-1].number}{_SUFFIX}"


def distinct(pattern: str, items: Sequence[Item], house: House) -> list[str]:
    """The name of each item's file. SignerError if two have one, also where case does not count."""
    names: dict[str, str] = {}
    found = []
    for item in items:
        own = name(pattern, house.facts(item))
        other = names.setdefault(own.casefold(), item.number)
        if other != item.number:
            raise refused(
                "file-name-twice",
                f"编号 {other} 和 {item.number} 的文件名相同。请在 --file-name 中加上 {{number}}。",
                f"numbers {other} and {item.number} would have one file name. Add {{number}} to --file-name.",
            )
        found.append(own)
    return found
