"""Lines of JSON from another program, read strictly: one flat object a line, and one line in memory at a time."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import BinaryIO, Final, NoReturn

from signer.embedding import asking, errands
from signer.embedding.asking import AskCode, Asked, Flaw, flaw
from signer.embedding.errands import Errand

MAX_LINE: Final = 16 << 10
"""Bytes of a line, without its end."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it asks, and what is wrong with how it asks. `asked` has the line's number, from 1, as its row.

    With an `errand` it asks for that, and for no certificate.
    """

    asked: Asked
    flaws: tuple[Flaw, ...]
    errand: Errand | None = None


class _TwiceError(ValueError):
    """An object has a key twice."""


def read(source: BinaryIO, today: date) -> Iterator[Line | None]:
    """Every line as soon as it is there; None for an empty one."""
    for number in count(1):
        data = source.readline(MAX_LINE + 1)
        if not data:
            return
        if len(data) > MAX_LINE and not data.endswith(b"\n"):
            _skip(source)
            yield _unread(number, AskCode.LINE_TOO_LONG)
        else:
            yield _line(number, data, today) if data.strip() else None


def batches(lines: Iterable[Line | None], most: int) -> Iterator[list[Line]]:
    """The lines in batches of at most `most`; an empty line ends one, and so does a reference that it has already.

    An errand ends one too, and is one by itself: what came before it is done then.
    """
    batch: list[Line] = []
    met: set[str | None] = set()
    for line in lines:
        is_errand = line is not None and line.errand is not None
        if batch and (line is None or is_errand or len(batch) == most or line.asked.reference in met):
            yield batch
            batch, met = [], set()
        if line is not None and is_errand:
            yield [line]
        elif line is not None:
            batch.append(line)
            met.add(line.asked.reference or None)
    if batch:
        yield batch


def _skip(source: BinaryIO) -> None:
    """Pass over the rest of a line."""
    while data := source.readline(MAX_LINE):
        if data.endswith(b"\n"):
            return


def _line(number: int, data: bytes, today: date) -> Line:
    found = _object(data)
    if isinstance(found, AskCode):
        return _unread(number, found)
    if errands.ASK in found:
        return _errand(number, found)
    asked, flaws = asking.read(number, found, today)
    return Line(asked, tuple(flaws))


def _errand(number: int, found: dict[str, object]) -> Line:
    errand, nothing = errands.read(number, found), Asked(number, "", {})
    return Line(nothing, (), errand) if isinstance(errand, Errand) else Line(nothing, tuple(errand))


def _unread(number: int, code: AskCode) -> Line:
    return Line(Asked(number, "", {}), (flaw(code, number, "", most=MAX_LINE),))


def _object(data: bytes) -> dict[str, object] | AskCode:
    try:
        found = json.loads(data.decode(), object_pairs_hook=_pairs, parse_constant=_refuse)
    except UnicodeDecodeError:
        return AskCode.LINE_NOT_UTF8
    except _TwiceError:
        return AskCode.LINE_KEY_TWICE
    except (ValueError, RecursionError):
        return AskCode.LINE_NOT_JSON
    return found if isinstance(found, dict) else AskCode.LINE_NOT_JSON


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
