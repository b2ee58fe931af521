"""CBOR as lines of hexadecimal bytes with their meaning: what documents show, and a person can check by hand."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final, TypeAlias

from credential import cbor

Path: TypeAlias = tuple[object, ...]
"""Where an item stands: the keys of maps and the places in arrays that lead to it."""

_ROW: Final = 32
_SHORT: Final = 8
_COLUMN: Final = 48
_SIMPLE: Final = {0xF4: "false", 0xF5: "true", 0xF6: "null"}
_WIDE: Final = {24: 1, 25: 2, 26: 4, 27: 8}


def annotated(data: bytes, meanings: Mapping[Path, str], embedded: Set[Path] = frozenset()) -> list[str]:
    """One line a head, indented as the items stand inside one another; long byte strings take several.

    `embedded` are the byte strings that hold CBOR themselves, whose paths go on inside.
    """
    writer = _Writer(data, meanings, embedded)
    end = writer.item(0, _Place())
    if end != len(data):
        raise ValueError("something follows the item")
    return writer.lines


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an item is written: its path, its depth, and the map key before it, which shares its line."""

    path: Path = ()
    depth: int = 0
    key: bytes = b""
    told: bool = False
    """Whether the byte string around it has said what it means."""

    def inside(self, step: object, key: bytes = b"") -> "_Place":
        return _Place((*self.path, step), self.depth + 1, key)


class _Writer:
    def __init__(self, data: bytes, meanings: Mapping[Path, str], embedded: Set[Path]) -> None:
        self.data, self.meanings, self.embedded = data, meanings, embedded
        self.lines: list[str] = []

    def item(self, at: int, place: _Place) -> int:
        """Writes the item at `at`; returns where it ends."""
        major, argument, start = self._head(at)
        head = self.data[at:start]
        match major:
            case 0 | 1:
                self._line(head, place, str(argument if major == 0 else -1 - argument))
            case 2:
                return self._bytes(head, place, start, argument)
            case 3:
                text = self.data[start : start + argument]
                self._line(head + text, place, f'"{text.decode()}"')
                return start + argument
            case 4:
                return self._array(head, place, start, argument)
            case 5:
                return self._map(head, place, start, argument)
            case 6:
                self._line(head, place, f"tag {argument}")
                return self.item(start, _Place(place.path, place.depth + 1))
            case _:
                self._line(head, place, _SIMPLE[self.data[at]])
        return start

    def _head(self, at: int) -> tuple[int, int, int]:
        """The major type, the argument, and where the head ends."""
        major, info = self.data[at] >> 5, self.data[at] & 0x1F
        width = _WIDE.get(info, 0)
        after = at + 1 + width
        return major, int.from_bytes(self.data[at + 1 : after], "big") if width else info, after

    def _bytes(self, head: bytes, place: _Place, start: int, length: int) -> int:
        content = self.data[start : start + length]
        if place.path in self.embedded and length:
            self._line(head, place, f"byte string of {length}, CBOR itself")
            self.item(start, _Place(place.path, place.depth + 1, told=True))
        elif length <= _SHORT:
            self._line(head + content, place, f"byte string of {length}")
        else:
            self._line(head, place, f"byte string of {length}")
            rows = (content[first : first + _ROW] for first in range(0, length, _ROW))
            self.lines += ["  " * (place.depth + 1) + row.hex(" ") for row in rows]
        return start + length

    def _array(self, head: bytes, place: _Place, at: int, count: int) -> int:
        self._line(head, place, f"array of {count}")
        for step in range(count):
            at = self.item(at, place.inside(step))
        return at

    def _map(self, head: bytes, place: _Place, at: int, count: int) -> int:
        self._line(head, place, f"map of {count}" if count else "empty map")
        for _ in range(count):
            major, argument, after = self._head(at)
            after += argument if major == 3 else 0
            key = self.data[at:after]
            at = self.item(after, place.inside(cbor.decode(key), key))
        return at

    def _line(self, content: bytes, place: _Place, value: str) -> None:
        shown = "  " * place.depth + (place.key + content).hex(" ")
        named = f"{place.path[-1]}: {value}" if place.key else value
        meaning = None if place.told else self.meanings.get(place.path)
        self.lines.append(f"{shown.ljust(_COLUMN)}  # {named}{'; ' + meaning if meaning else ''}")
