"""What is in a file that only a decoder can read: in a process of its own, which it may take down with it."""

import zipfile
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Final

from credential.reason import Reason
from verifier_cli.given import Given, Unread, at
from verifier_cli.reading import documents, kinds, lists, pictures, workbooks, zips
from verifier_cli.reading.documents import Document, UnreadableError
from verifier_cli.reading.kinds import Kind
from verifier_cli.reading.pictures import Content
from verifier_cli.reading.pieces import Piece, Reading, UnitDone, split
from verifier_cli.reading.zips import Archive

PAGES: Final = 4
ENTRIES: Final = 16
"""Units of a piece: few enough that all cores have a share of one file."""


def read(piece: Piece) -> Reading:
    """What is given in a piece, unit by unit, or the pieces that it falls into. Whatever cannot be read says so."""
    try:
        if piece.places == ("",):
            yield from _open(piece)
        else:
            yield from _units(piece)
    except OSError as error:
        yield Given(piece.name, Unread(Reason.FILE_UNREADABLE, error.strerror or "cannot be read"))


def _open(piece: Piece) -> Reading:
    match piece.kind:
        case Kind.PDF:
            yield from _open_document(piece)
        case Kind.ZIP:
            yield from _open_archive(piece)
        case _:
            with open(piece.path, "rb") as file:
                yield from _named(piece.name, pictures.read(file))


def _open_document(piece: Piece) -> Reading:
    try:
        document = _document(piece.path)
    except UnreadableError as error:
        yield Given(piece.name, error.why)
        return
    places = documents.places(document.pages)
    if len(places) == 1:
        yield from _named(piece.name, iter(document.read(0)))
    else:
        yield from split(piece, places, PAGES)
    if (beyond := documents.beyond(document.pages)) is not None:
        yield Given(piece.name, beyond)


def _open_archive(piece: Piece) -> Reading:
    try:
        archive = _archive(piece.path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        broken = Reason.LIST_BROKEN if kinds.suffix(piece.name) == ".xlsx" else Reason.ZIP_BROKEN
        yield Given(piece.name, Unread(broken, str(error)))
        return
    if archive.is_workbook:
        with open(piece.path, "rb") as file:
            yield from _named(piece.name, workbooks.read(file))
        return
    yield from _split_archive(piece, archive) if (why := _not_opened(archive)) is None else [Given(piece.name, why)]


def _not_opened(archive: Archive) -> Unread | None:
    if archive.is_office:
        return Unread(Reason.FILE_TYPE, "a document of an office program")
    if not archive.entries:
        return Unread(Reason.FILE_EMPTY, "a ZIP without files")
    if len(archive.entries) > zips.MAX_ENTRIES:
        return Unread(Reason.FILE_TOO_LARGE, f"{len(archive.entries)} entries, at most {zips.MAX_ENTRIES}")
    return None


def _split_archive(piece: Piece, archive: Archive) -> Reading:
    yield from split(piece, archive.places(), ENTRIES)


def _units(piece: Piece) -> Reading:
    """The pages or entries of a piece."""
    numbered = enumerate(piece.places, start=piece.first)
    if piece.kind is Kind.PDF:
        document = _document(piece.path)
        for number, place in numbered:
            yield from _named(piece.name, iter(document.read(number)), place)
            yield UnitDone()
    else:
        archive = _archive(piece.path)
        for number, place in numbered:
            yield from _named(piece.name, _entry(archive, number, place), place)
            yield UnitDone()


@lru_cache(maxsize=1)
def _document(path: str) -> Document:
    """One open document: the next piece is mostly of the same."""
    return Document(path)


@lru_cache(maxsize=1)
def _archive(path: str) -> Archive:
    """One open archive, whose entries are listed once."""
    return Archive(path)


def _entry(archive: Archive, number: int, name: str) -> Iterator[Content]:
    data = archive.read(number)
    if isinstance(data, Unread):
        yield "", data
        return
    head = data[: kinds.HEAD]
    match kinds.kind_of(head, name):
        case Kind.PICTURE:
            yield from pictures.read(BytesIO(data))
        case Kind.PDF:
            yield from _inner_document(data)
        case Kind.ZIP:
            yield from _inner_archive(data, name)
        case kind:
            yield from lists.found(kind, BytesIO(data), head)


def _inner_document(data: bytes) -> Iterator[Content]:
    try:
        document = Document(data)
    except UnreadableError as error:
        yield "", error.why
        return
    try:
        for number, place in enumerate(documents.places(document.pages)):
            for inner, content in document.read(number):
                yield place + inner, content
        if (beyond := documents.beyond(document.pages)) is not None:
            yield "", beyond
    finally:
        document.close()


def _inner_archive(data: bytes, name: str) -> Iterator[Content]:
    """A workbook in an archive is read, an archive in an archive is not."""
    try:
        archive = Archive(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        broken = Reason.LIST_BROKEN if kinds.suffix(name) == ".xlsx" else Reason.ZIP_BROKEN
        yield "", Unread(broken, str(error))
        return
    if archive.is_workbook:
        yield from workbooks.read(BytesIO(data))
    elif archive.is_office:
        yield "", Unread(Reason.FILE_TYPE, "a document of an office program")
    else:
        yield "", Unread(Reason.ZIP_NESTED)


def _named(name: str, contents: Iterator[Content], before: str = "") -> Iterator[Given]:
    return (at(name, before + place, content) for place, content in contents)
