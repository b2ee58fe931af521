"""What a signing leaves in `--out`: certificates/<number>.png, and credentials.jsonl with one line for each number."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential import qr_text
from signer import files
from signer.ledger import Certificate

PICTURES: Final = "certificates"
LIST: Final = "credentials.jsonl"
_MAX_LIST: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class Credential:
    """One line of credentials.jsonl. `file` is relative to the list's folder."""

    number: str
    text: str
    file: str

    def line(self) -> str:
        """The line, without its end."""
        return json.dumps({"number": self.number, "text": self.text, "file": self.file}, ensure_ascii=False)


def credential(certificate: Certificate, host: str) -> Credential:
    """The line for a certificate."""
    text = qr_text.encode(host, certificate.data)
    return Credential(certificate.number, text, f"{PICTURES}/{certificate.number}.png")


def merge(out: Path, credentials: Iterable[Credential]) -> Path:
    """Write the list: a number that is there already gets its new line in its place, new ones follow."""
    path = out / LIST
    old = files.read_capped(path, _MAX_LIST).decode("utf-8", "surrogateescape") if path.exists() else ""
    lines = {_key(line): line for line in old.splitlines() if line.strip()}
    lines |= {each.number: each.line() for each in credentials}
    text = "".join(f"{line}\n" for line in lines.values())
    files.write_atomic(path, text.encode("utf-8", "surrogateescape"))
    return path


def _key(line: str) -> str:
    """The number of a line; a line that is none of ours stays as it is, under itself."""
    try:
        match json.loads(line):
            case {"number": str() as number}:
                return number
    except (ValueError, RecursionError):
        pass
    return line
