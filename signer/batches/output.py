"""What a signing leaves in `--out`: certificates/<number>.png, and credentials.jsonl with one line for each number."""

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from credential import qr_text
from signer import files
from signer.ledger.model import Certificate

PICTURES: Final = "certificates"
LIST: Final = "credentials.jsonl"
_MAX_LINE: Final = 64 << 10
"""What is longer is none of ours, and passes in parts."""
_WRITTEN: Final = -1


@dataclass(frozen=True, slots=True)
class Credential:
    """One line of credentials.jsonl. `file` is relative to the list's folder."""

    number: str
    text: str
    file: str

    def line(self) -> bytes:
        """The line, with its end."""
        said = {"number": self.number, "text": self.text, "file": self.file}
        return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def credential(certificate: Certificate, host: str) -> Credential:
    """The line for a certificate."""
    text = qr_text.encode(host, certificate.data)
    return Credential(certificate.number, text, f"{PICTURES}/{certificate.number}.png")


def merge(out: Path, credentials: Iterable[Credential]) -> Path:
    """Write the list: a number that is there already gets its new line in its place, new ones follow.

    Both lists go through line by line: of the new one only the numbers are in memory, and only if there is an old one.
    """
    path = out / LIST
    with files.told(path), files.replacing(path) as whole:
        if path.exists():
            _merge(path, credentials, whole)
        else:
            whole.writelines(each.line() for each in credentials)
    return path


def _merge(path: Path, credentials: Iterable[Credential], whole: IO[bytes]) -> None:
    with TemporaryFile(dir=path.parent) as spool, path.open("rb") as old:
        new = _Lines(spool, credentials)
        last = b"\n"
        for line in iter(lambda: old.readline(_MAX_LINE), b""):
            whole.write(new.in_place_of(line) if line.strip() else b"")
            last = line
        if not last.endswith(b"\n"):
            whole.write(b"\n")
        whole.writelines(new.left())


class _Lines:
    """The new lines: the file has them, the memory only where they begin."""

    def __init__(self, spool: IO[bytes], credentials: Iterable[Credential]) -> None:
        self._spool = spool
        self._starts = array("Q")
        self._places: dict[str, int] = {}
        for each in credentials:
            self._places[each.number] = len(self._starts)
            self._starts.append(spool.tell())
            spool.write(each.line())

    def in_place_of(self, line: bytes) -> bytes:
        """The new line of the same number if there is one, nothing where it has been written already; else `line`."""
        number = _number(line)
        place = None if number is None else self._places.get(number)
        if number is None or place is None:
            return line
        self._places[number] = _WRITTEN
        return b"" if place == _WRITTEN else self._at(place)

    def left(self) -> Iterator[bytes]:
        """Those that are not written yet, in their order."""
        return (self._at(place) for place in self._places.values() if place != _WRITTEN)

    def _at(self, place: int) -> bytes:
        self._spool.seek(self._starts[place])
        return self._spool.readline()


def _number(line: bytes) -> str | None:
    """The number of a line, or None: one that is none of ours stays as it is."""
    try:
        match json.loads(line):
            case {"number": str() as number}:
                return number
    except (ValueError, RecursionError):
        pass
    return None
