"""`backup` and `restore`."""

import argparse
import os
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from credential import root
from registry import current, opening, settings
from registry.archives import backup
from registry.archives.backup import Manifest
from registry.commands.common import command, now, open_data
from registry.files import PRIVATE, Places, exclusive, write_atomically
from registry.problems import ConfigurationError, Problem, Refused
from registry.publishing import publish
from registry.publishing.snapshot import last_order
from registry.say import say
from registry.store.engine import Store, open_store, sqlite_url

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    made = command(
        commands,
        "backup",
        "备份数据库，含已发布的内容，不含密钥；服务不必停",
        "back up the database, with what is published, without keys; the service goes on",
        run_backup,
        "SQLite 与 PostgreSQL 的备份是同一种文件，可恢复到任何一种。\n"
        "A backup of SQLite and one of PostgreSQL are the same sort of file: restore it into either.",
    )
    made.add_argument("out", type=Path, help="备份文件 / the backup file")
    made = command(
        commands,
        "restore",
        "恢复备份；数据库落后于已发布内容时不再发布（ROLLBACK）",
        "restore a backup; if the database is behind what is published, nothing more is published (ROLLBACK)",
        run_restore,
        "请先停止各台主机的 serve。密钥文件须另行放回。PostgreSQL 须是空库：先 createdb，再用 --database 指明。\n"
        "现有的内置数据库、database.url 移到 replaced-N/ 保存。\n"
        "从 SQLite 迁到 PostgreSQL：backup，再 restore --database。\n"
        "Stop `serve` on every host first; key files are put back separately. PostgreSQL must have a new, empty\n"
        "database, named by --database. The embedded one that is there, or database.url, is kept in replaced-N/.\n"
        "From SQLite to PostgreSQL: backup, then restore --database.",
    )
    made.add_argument("backup", type=Path, help="备份文件 / the backup file")
    made.add_argument(
        "--database",
        metavar="URL",
        help="恢复到这个空库，并记入 database.url / into this empty database, from now on the registry's",
    )


def run_backup(options: argparse.Namespace) -> None:
    """Back up."""
    made = backup.write(open_data(options).store, options.out, now())
    say(
        f"已备份到 {options.out.name}：{len(made.tables)} 个表，{made.rows} 行；密钥请另行保管。",
        f"Backed up: {len(made.tables)} tables, {made.rows} rows. Keep key files separately.",
    )


def run_restore(options: argparse.Namespace) -> None:
    """Restore, and say so when the database is behind."""
    places = Places(opening.data_folder(options.data))
    manifest = backup.read_manifest(options.backup)
    _require_same_registry(places, manifest, options.backup.name)
    places.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    with exclusive(places.lock):
        _restore(places, options.backup, options.database)
    opened = open_data(options)
    publish.follow(opened.store, opened.places)
    _require_not_behind(opened.store, opened.places)
    say(
        f"已恢复：{manifest.rows} 行，备份于 {manifest.made}。请运行 check-record 核对办理记录。",
        f"Restored: {manifest.rows} rows, backed up {manifest.made}. Check the record of acts with check-record.",
    )


def _require_same_registry(places: Places, manifest: Manifest, name: str) -> None:
    if places.initialised and current.read_pin(places).hex() != manifest.pin:
        raise ConfigurationError(
            f"{name}: 是另一个登记机构的备份（与 pin.txt 不符），未作改变 / a backup of another registry "
            "(not that of pin.txt), and nothing was changed"
        )


def _restore(places: Places, source: Path, named: str | None) -> None:
    given = os.environ.get(opening.DATABASE_URL)
    if named is not None and given not in (None, "", named):
        raise ConfigurationError(
            f"--database 与环境变量 {opening.DATABASE_URL} 不同，未作改变 / "
            f"--database is not what {opening.DATABASE_URL} says, and nothing was changed"
        )
    url = named or opening.database_url(places)
    if url is not None:
        with closing(open_store(url)) as store:
            _fill(places, store, source)
        if named is not None:
            _set_aside(places)
            write_atomically(places.database_url, f"{named}\n".encode(), mode=PRIVATE)
        return
    with TemporaryDirectory(dir=places.data) as folder:
        draft = Path(folder) / places.database.name
        draft.touch(PRIVATE)
        with closing(open_store(sqlite_url(draft))) as store:
            _fill(places, store, source)
        _set_aside(places)
        draft.replace(places.database)


def _fill(places: Places, store: Store, source: Path) -> None:
    """Restore, and learn the pin if the folder has none."""
    backup.restore(store, source)
    with store.read() as session:
        pin = root.pin_of(settings.first_root(session))
    if not places.initialised:
        write_atomically(places.pin, f"{pin.hex()}\n".encode())


def _set_aside(places: Places) -> None:
    """Keep the database that is replaced, or the name of it, in a folder of its own."""
    present = [*places.data.glob(f"{places.database.name}*"), places.database_url]
    present = [path for path in present if path.is_file()]
    if present:
        folder = next(each for n in count(1) if not (each := places.data / f"replaced-{n}").exists())
        folder.mkdir(mode=0o700)
        for path in present:
            path.replace(folder / path.name)


def _require_not_behind(store: Store, places: Places) -> None:
    with store.read() as session:
        last, seen = last_order(session), max(current.order(places), settings.seen(session))
    if seen > last:
        raise Refused(
            Problem.CONFLICT,
            f"ROLLBACK: 已恢复，但数据库({last[1]})落后于已发布的序号({seen[1]})，不会再发布；"
            "请恢复更新的备份 / restored, but it is behind what is published, so nothing more will be published: "
            "restore a newer backup",
        )
