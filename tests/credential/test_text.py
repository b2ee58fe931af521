import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import text

FINE = [
    "",
    "陈志强",
    "阿不都热依木·买买提",
    "欧阳 修",
    "John O'Neil-Smith",
    "𠮷田",
    "䶮",
    "电工（维修）",
    "a\u00a0b",
    "a\u3000b",
    "é",
    "e\u0301",
    "한국",
]
REFUSED = {
    "a NUL": ("a\0b", 0),
    "a line feed": ("a\nb", 0x0A),
    "DEL": ("a\x7f", 0x7F),
    "a C1 control": ("a\x85b", 0x85),
    "a soft hyphen": ("a\u00adb", 0xAD),
    "a zero-width space": ("陈\u200b强", 0x200B),
    "a zero-width joiner": ("陈\u200d强", 0x200D),
    "a left-to-right mark": ("陈\u200e强", 0x200E),
    "an Arabic letter mark": ("陈\u061c强", 0x61C),
    "a right-to-left override": ("陈\u202e强", 0x202E),
    "a line separator": ("陈\u2028强", 0x2028),
    "an isolate": ("陈\u2066强", 0x2066),
    "a word joiner": ("陈\u2060强", 0x2060),
    "a byte order mark": ("\ufeff陈", 0xFEFF),
    "a variation selector": ("陈\ufe00", 0xFE00),
    "an ideographic variation": ("陈\U000e0100", 0xE0100),
    "a tag character": ("陈\U000e0041", 0xE0041),
    "private use": ("陈\ue000", 0xE000),
    "private use of plane 15": ("陈\U000f0000", 0xF0000),
    "private use of plane 16": ("陈\U0010fffd", 0x10FFFD),
    "a noncharacter": ("陈\ufdd0", 0xFDD0),
    "the replacement character": ("陈\ufffd", 0xFFFD),
    "a noncharacter of plane 1": ("陈\U0001fffe", 0x1FFFE),
    "a lone surrogate": ("陈\ud800", 0xD800),
    "a Hangul filler": ("陈\u3164", 0x3164),
    "a half-width Hangul filler": ("陈\uffa0", 0xFFA0),
    "a combining grapheme joiner": ("陈\u034f强", 0x34F),
    "a space before": (" 陈", 0x20),
    "a space after": ("陈 ", 0x20),
    "an ideographic space after": ("陈\u3000", 0x3000),
    "a no-break space before": ("\u00a0陈", 0xA0),
    "nothing but a space": (" ", 0x20),
    "the first of two": ("\u202e\u200b", 0x202E),
}


@pytest.mark.parametrize("shown", FINE)
def test_a_text_to_show(shown: str) -> None:
    assert text.refused_character(shown) is None
    assert text.escaped(shown) == shown


@pytest.mark.parametrize("name", REFUSED)
def test_a_text_that_hides_something(name: str) -> None:
    shown, code = REFUSED[name]
    assert text.refused_character(shown) == code


def test_what_is_refused_is_escaped() -> None:
    assert text.escaped("陈\u202e强\U000e0041") == "陈\\u{202E}强\\u{E0041}"


# Format characters of category Cf that print something of their own, or belong to one script that needs them
_VISIBLE_FORMAT = {0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
_EGYPTIAN_FORMAT = set(range(0x13430, 0x13456))


def test_every_invisible_character_of_unicode_is_refused() -> None:
    missed = {
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
        and text.refused_character(f"a{chr(code)}b") is None
    }
    assert missed <= _VISIBLE_FORMAT | _EGYPTIAN_FORMAT


def test_every_space_is_refused_at_the_ends() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Zs":
            assert text.refused_character(f"{chr(code)}a") == code
            assert text.refused_character(f"a{chr(code)}") == code


def test_noncharacters_of_every_plane() -> None:
    for plane in range(17):
        for low in (0xFFFE, 0xFFFF):
            assert text.refused_character(f"a{chr(plane << 16 | low)}b") == plane << 16 | low


@given(st.text(alphabet=st.characters(), max_size=20))
def test_what_was_escaped_can_be_shown(shown: str) -> None:
    assert text.refused_character("|" + text.escaped(shown) + "|") is None
