r"""The evidence of a batch (score sheets, records, photos of the site): one digest over a folder or a ZIP of it.

The digest is SHA-256 over the lines that `sha256sum` writes for the files, by path, in the order of the paths' bytes:

    cd FOLDER && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum

A ZIP of the folder's content has the same digest. Nothing is unpacked to disk, and no name is shown or kept but in the
list that goes into the clerk's own folder: names of evidence may be names of people.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from signer import files
from signer.context import Context, Voice
from signer.errors import Json, SignerError, refused, usage
from signer.ledger.model import Batch

LIST: Final = "evidence.sha256"
MAX_FILES: Final = 20_000
MAX_BYTES: Final = 8 << 30
_CHUNK: Final = 1 << 20
_UTF8_NAMES: Final = 0x800
_ENCRYPTED: Final = 0x1
_FORBIDDEN: Final = frozenset("\\\n\r\0")
_UNREADABLE: Final = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The digest of a batch's evidence, how many files and bytes it is over, and the lines that it is made of."""

    digest: bytes
    files: int
    bytes: int
    lines: str


def digest(place: Path) -> Evidence:
    """The evidence in a folder or ZIP. SignerError: neither, empty, too much, or a file that cannot be told apart."""
    found: dict[bytes, tuple[str, str]] = {}
    total = 0
    try:
        for name, size, content in _contents(place):
            total += size
            if len(found) >= MAX_FILES or total > MAX_BYTES:
                raise _wrong(place, f"超过 {MAX_FILES} 个文件或 8 GiB", f"more than {MAX_FILES} files, or 8 GiB")
            key = name.encode()
            if key in found:
                raise _wrong(place, "有两个文件同名", "two of its files have one name")
            found[key] = (content, name)
    except (*_UNREADABLE, UnicodeError) as error:
        raise _wrong(
            place, f"读不了（{type(error).__name__}）", f"it cannot be read ({type(error).__name__})"
        ) from None
    if not found:
        raise _wrong(place, "没有文件", "it has no file")
    lines = "".join(f"{content}  {name}\n" for _, (content, name) in sorted(found.items()))
    return Evidence(sha256(lines.encode()).digest(), len(found), total, lines)


def keep(context: Context, subject: bytes, batch: Batch | None, found: Evidence | None) -> None:
    """Record the evidence of what is signed of `subject`, before it is. SignerError: too late for another."""
    if found is None or context.ledger.evidence(subject) == found.digest:
        return
    if batch is not None and context.ledger.is_being_registered(batch):
        raise refused(
            "evidence-too-late",
            "这一批已经送去登记，评价档案的摘要不能再加或更换。",
            "this batch went to the registry already: its evidence can be neither added nor changed.",
        )
    context.ledger.keep_evidence(subject, found.digest, found.files, found.bytes)


def listed(context: Context, found: Evidence | None, out: Path) -> Json:
    """Write the list that the digest is over beside the certificates, and tell the digest."""
    if found is None:
        return {}
    path = out / LIST
    files.write_atomic(path, found.lines.encode(), files.PRIVATE_FILE)
    tell(context.voice, found)
    return {"evidence": found.digest.hex(), "evidence_files": found.files, "evidence_list": str(path)}


def tell(voice: Voice, found: Evidence) -> None:
    """Say the digest."""
    voice.say(
        f"评价档案 {found.files} 个文件，摘要 SHA-256 {found.digest.hex()}；请原样保存这些文件。",
        f"evidence: {found.files} files, SHA-256 {found.digest.hex()}; keep these files as they are.",
    )


def show(place: Path, voice: Voice) -> Json:
    """The command `evidence`: the digest over a folder or ZIP, to compare with what was signed or registered."""
    found = digest(place)
    tell(voice, found)
    return {"evidence": found.digest.hex(), "evidence_files": found.files, "evidence_bytes": found.bytes}


def _contents(place: Path) -> Iterator[tuple[str, int, str]]:
    """Every file's path, size and SHA-256."""
    if place.is_dir():
        return _of_folder(place)
    if place.is_file() and zipfile.is_zipfile(place):
        return _of_zip(place)
    raise usage("no-evidence", f"{place} 不是文件夹，也不是 ZIP。", f"{place} is neither a folder nor a ZIP.")


def _of_folder(place: Path) -> Iterator[tuple[str, int, str]]:
    for path in place.rglob("*"):
        if path.is_symlink():
            raise _wrong(place, "里面有符号链接，请换成文件", "it holds a symbolic link; put the file itself there")
        if path.is_file():
            with path.open("rb") as file:
                yield _named(place, path.relative_to(place).as_posix()), path.stat().st_size, _hash(file)


def _of_zip(place: Path) -> Iterator[tuple[str, int, str]]:
    with zipfile.ZipFile(place) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            if entry.flag_bits & _ENCRYPTED:
                raise _wrong(place, "设了密码", "it is encrypted")
            with archive.open(entry) as file:
                yield _named(place, _name(entry)), entry.file_size, _hash(file)


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's name: in UTF-8 if it says so, else as Windows in China writes it."""
    if entry.flag_bits & _UTF8_NAMES or entry.filename.isascii():
        return entry.filename
    return entry.filename.encode("cp437").decode("gb18030")


def _named(place: Path, name: str) -> str:
    if not _FORBIDDEN.isdisjoint(name) or name.startswith("/") or ".." in name.split("/"):
        raise _wrong(place, "有文件名含反斜杠、换行或 ..", "a file's name holds a backslash, a line break or ..")
    name.encode()
    return name


def _hash(file: IO[bytes]) -> str:
    hashed = sha256()
    while chunk := file.read(_CHUNK):
        hashed.update(chunk)
    return hashed.hexdigest()


def _wrong(place: Path, zh: str, en: str) -> SignerError:
    return refused("evidence", f"{place} 不能作为评价档案：{zh}。", f"{place} cannot be the evidence: {en}.")
