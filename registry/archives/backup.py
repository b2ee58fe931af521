"""Backup and restore: one logical form for both databases, so it is also the way from one to the other (docs/adr/0027).

A ZIP with a file for each table, a row a line as JSON, in the order of the primary key, and a manifest that counts and
hashes them. It is one moment of the database, and what is published is in it; keys are not, nor who is signed in.
"""

import base64
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from sqlalchemy import Column, Connection, LargeBinary, MetaData, Row, String, Table, func, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError

from credential import root
from credential.model import Seconds, rfc3339
from registry import settings
from registry.files import PRIVATE
from registry.problems import Problem, Refused
from registry.publishing.snapshot import last_order
from registry.store import revisions
from registry.store.engine import Store
from registry.store.models import RegionRow

FORMAT: Final = "yinxin-backup 1"
MANIFEST: Final = "manifest.json"
LEFT_OUT: Final = frozenset({"alembic_version", "sign_ins", "counts"})
"""The tables' revision is in the manifest; browsers sign in anew, and counts start anew."""
MAX_MANIFEST: Final = 1 << 20
MAX_LINE: Final = 1 << 28
CHUNK: Final = 500
_DAMAGED: Final = (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class Counted:
    """One table: its columns in order, how many rows, and the SHA-256 of their lines."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of: `revision` is that of its tables, `published` the epoch and sequence that it knows of."""

    format: str
    revision: str
    region: str
    pin: str
    made: str
    published: tuple[int, int]
    tables: Mapping[str, Counted]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables.values())


def write(store: Store, out: Path, now: Seconds) -> Manifest:
    """Write a backup of this moment to `out`, whole or not at all, and read it back; the service goes on."""
    with TemporaryDirectory(dir=out.absolute().parent) as folder, store.read() as session:
        draft = Path(folder) / "backup.zip"
        draft.touch(PRIVATE)
        connection = session.connection()
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            counted = {}
            for table in _tables(connection):
                with archive.open(_member(table.name), "w", force_zip64=True) as file:
                    counted[table.name] = _count(table, _lines(connection, table), file.write)
            manifest = Manifest(
                format=FORMAT,
                revision=revisions.revision_of(connection) or "",
                region=session.scalars(select(RegionRow.region)).one(),
                pin=root.pin_of(settings.first_root(session)).hex(),
                made=rfc3339(now),
                published=last_order(session),
                tables=counted,
            )
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n")
        _require_readable(draft, manifest, out.name)
        draft.replace(out)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """What a backup is of. Refused if it is none, or of a newer version than this program."""
    with _opened(source) as archive:
        return _manifest(archive, source.name)


def restore(store: Store, source: Path) -> Manifest:
    """Put a backup into an empty database and bring its tables up to date: all of it or nothing.

    What was written is read back and compared. Refused if the backup is not whole, or the database not empty.
    """
    from registry.store import migrate

    with _opened(source) as archive:
        manifest = _manifest(archive, source.name)
        try:
            with store.engine.begin() as connection:
                _require_empty(connection)
                migrate.bring_to(connection, manifest.revision)
                _fill(connection, archive, manifest, source.name)
                if manifest.revision != revisions.newest():
                    migrate.bring_to(connection, "head")
        except (IntegrityError, DataError, *_DAMAGED):
            raise _not_whole(source.name) from None
    return manifest


def _require_readable(draft: Path, manifest: Manifest, name: str) -> None:
    """Read the file back as it lies on the disk. Refused if it is not what was written."""
    with _opened(draft) as archive:
        for table, counted in manifest.tables.items():
            with archive.open(_member(table)) as file:
                if _hashed(iter(partial(file.readline, MAX_LINE), b"")) != (counted.rows, counted.sha256):
                    raise _not_whole(name)


def _fill(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, name: str) -> None:
    tables = _tables(connection)
    if {each.name: tuple(each.columns.keys()) for each in tables} != {
        each: counted.columns for each, counted in manifest.tables.items()
    }:
        raise _not_whole(name)
    for table in tables:
        expected = manifest.tables[table.name]
        with archive.open(_member(table.name)) as file:
            _insert(connection, table, _read_lines(file))
        _continue_numbering(connection, table)
        if _count(table, _lines(connection, table)) != expected:
            raise _not_whole(name)


def _tables(connection: Connection) -> list[Table]:
    """The tables as the database has them, in an order in which each comes after those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Every row as a line, in an order that does not depend on the database."""
    order = [_comparable(connection, column) for column in table.primary_key.columns]
    options = {"yield_per": CHUNK}
    for row in connection.execute(select(table).order_by(*order), execution_options=options):
        yield _line(table, row)


def _comparable(connection: Connection, column: Column[Any]) -> Any:
    is_text = isinstance(column.type, String) and connection.dialect.name != "sqlite"
    return column.collate("C") if is_text else column


def _line(table: Table, row: Row[Any]) -> bytes:
    cells = (
        base64.b64encode(value).decode() if value is not None and _is_binary(column) else value
        for column, value in zip(table.columns, row, strict=True)
    )
    return json.dumps(list(cells), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _is_binary(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary)


def _count(table: Table, lines: Iterable[bytes], put: Callable[[bytes], object] = len) -> Counted:
    """Count and hash the lines, each of which is `put` somewhere."""
    return Counted(tuple(table.columns.keys()), *_hashed(lines, put))


def _hashed(lines: Iterable[bytes], put: Callable[[bytes], object] = len) -> tuple[int, str]:
    rows, digest = 0, sha256()
    for line in lines:
        rows += 1
        digest.update(line)
        put(line)
    return rows, digest.hexdigest()


def _insert(connection: Connection, table: Table, rows: Iterable[list[Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(_values(table, row))
        if len(chunk) == CHUNK:
            connection.execute(table.insert(), chunk)
            chunk = []
    if chunk:
        connection.execute(table.insert(), chunk)


def _values(table: Table, row: list[Any]) -> dict[str, Any]:
    return {
        column.name: base64.b64decode(value, validate=True) if value is not None and _is_binary(column) else value
        for column, value in zip(table.columns, row, strict=True)
    }


def _read_lines(file: IO[bytes]) -> Iterator[list[Any]]:
    while line := file.readline(MAX_LINE):
        row = json.loads(line)
        if not isinstance(row, list):
            raise ValueError
        yield row


def _continue_numbering(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after the last; the embedded database does so by itself."""
    keys = list(table.primary_key.columns)
    if connection.dialect.name == "sqlite" or len(keys) != 1:
        return
    named = {"table": table.name, "column": keys[0].name}
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
    last = connection.scalar(select(func.max(keys[0]))) if sequence else None
    if last is not None:
        connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _require_empty(connection: Connection) -> None:
    if inspect(connection).get_table_names():
        raise Refused(
            Problem.CONFLICT,
            "目标数据库不是空的，未作改变：请新建一个空库，用 --database 指明 / "
            "the database is not empty, and nothing was changed: make a new one, and name it with --database",
        )


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except zipfile.BadZipFile:
        raise _not_whole(source.name) from None


def _manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    try:
        said = json.loads(archive.open(MANIFEST).read(MAX_MANIFEST))
        tables = {
            str(each): Counted(tuple(map(str, counted["columns"])), int(counted["rows"]), str(counted["sha256"]))
            for each, counted in said["tables"].items()
        }
        epoch, seq = said["published"]
        words = {each: str(said[each]) for each in ("format", "revision", "region", "pin", "made")}
        manifest = Manifest(**words, published=(int(epoch), int(seq)), tables=tables)
    except _DAMAGED:
        raise _not_whole(name) from None
    if set(archive.namelist()) != {MANIFEST, *map(_member, manifest.tables)}:
        raise _not_whole(name)
    if manifest.format != FORMAT or not revisions.is_known(manifest.revision):
        raise Refused(
            Problem.REFUSED,
            f"{name}: 备份来自更新的版本，请先升级 yinxin-registry / the backup is of a newer version: upgrade first",
        )
    return manifest


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _not_whole(name: str) -> Refused:
    return Refused(Problem.REFUSED, f"{name}: 不是完好的备份，未作改变 / not a whole backup, and nothing was changed")
