"""Which text a certificate may show: nothing invisible, nothing that reorders or stands for something else.

The ranges are listed here instead of asking a Unicode database, so that two languages with two versions of
Unicode agree on every string.
"""

from bisect import bisect_right
from typing import Final

_REFUSED_RANGES: Final = (
    (0x0000, 0x001F),  # C0 controls
    (0x007F, 0x009F),  # DEL and C1 controls
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x200B, 0x200F),  # zero-width characters and directional marks
    (0x2028, 0x202E),  # separators and directional embeddings
    (0x2060, 0x206F),  # word joiner, isolates, invisible operators
    (0x3164, 0x3164),  # Hangul filler
    (0xD800, 0xDFFF),  # surrogates
    (0xE000, 0xF8FF),  # private use
    (0xFDD0, 0xFDEF),  # noncharacters
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF0, 0xFFFF),  # specials
    (0x13430, 0x1345F),  # Egyptian hieroglyph format controls
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    *((plane << 16 | 0xFFFE, plane << 16 | 0xFFFF) for plane in range(1, 14)),  # noncharacters
    (0xE0000, 0x10FFFF),  # tags, variation selectors, private use planes
)
_BOUNDS: Final = tuple(bound for first, last in _REFUSED_RANGES for bound in (first, last + 1))
_PLAIN_BYTES: Final = bytes((*range(0x21, 0x7F), *range(0x80, 0xC0), *range(0xE4, 0xEA)))
"""All bytes of UTF-8 from "!" to "~", and of U+4000 to U+9FFF: in these, no range and no space begins."""
_EDGE_SPACES: Final = frozenset(
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)


def refused_character(*texts: str) -> int | None:
    """The code point of a character that no shown text may hold, a space at either end of one among them.

    None if there is none in any of `texts`.
    """
    joined = "".join(texts)
    if not joined.encode(errors="surrogatepass").translate(None, _PLAIN_BYTES):
        return None
    for character in _unusual(joined):
        if _is_refused(character):
            return ord(character)
    edges = "".join([text[0] + text[-1] for text in texts if text])
    return None if _EDGE_SPACES.isdisjoint(edges) else next(ord(edge) for edge in edges if edge in _EDGE_SPACES)


def _unusual(text: str) -> list[str]:
    """The characters of `text` that are neither printable ASCII nor Chinese: the only ones to be looked up."""
    return [each for each in text if not ("\u4e00" <= each <= "\u9fff" or " " <= each <= "~")]


def _is_refused(character: str) -> bool:
    """Whether it lies in a range: then an odd number of bounds is not above it."""
    return bisect_right(_BOUNDS, ord(character)) % 2 == 1


def masked(name: str) -> str:
    """A person's name of which only the first character shows."""
    return name[:1] + "*" * (len(name) - 1)


def escaped(text: str) -> str:
    """`text` with every refused character written as its code point in braces, fit to be shown or logged."""
    for each in {character for character in _unusual(text) if _is_refused(character)}:
        text = text.replace(each, f"\\u{{{ord(each):X}}}")
    return text
