"""File names from a pattern such as `{number}-{name}`: safe on every system, and each only once."""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from signer.errors import refused, usage
from signer.printing.facts import FIELDS, Facts
from signer.printing.item import Item
from signer.printing.layout import PLACEHOLDER

DEFAULT: Final = "{number}"
SECRET: Final = frozenset({"document_number"})
"""Fields that no file name may have: names are seen by everybody who sees the folder."""
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_MAX_BYTES: Final = 180
_SUFFIX: Final = ".pdf"
_DIGEST: Final = 12


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


class Names:
    """Sees to it that no two files of one run have one name, also where case does not count.

    Of each name only a digest is in memory, for there may be a hundred thousand.
    """

    def __init__(self, pattern: str | None) -> None:
        """`pattern` is None where the files are not named by one."""
        self._pattern = pattern
        self._found: set[int] = set()

    def add(self, facts: Facts) -> None:
        """One more certificate. SignerError if its file would have the name of another's."""
        if self._pattern is None:
            return
        own = name(self._pattern, facts)
        digest = int.from_bytes(sha256(own.casefold().encode()).digest()[:_DIGEST])
        if digest in self._found:
            raise refused(
                "file-name-twice",
                f"编号 {facts.number} 和另一张的文件名相同（{own}）。请在 --file-name 中加上 {{number}}。",
                f"number {facts.number} and another would have one file name ({own}). Add {{number}} to --file-name.",
            )
        self._found.add(digest)
