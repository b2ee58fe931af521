"""What an auditor takes away: the whole record, so that anyone can check it against the log that is published."""

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from credential.model import Seconds, rfc3339
from registry.files import PRIVATE, Places, exclusive
from registry.operators import accounts
from registry.problems import ConfigurationError
from registry.record import acts
from registry.sheets.sheet_rows import safe_cell
from registry.store.engine import Store
from registry.store.models import ActRow

RECORD: Final = "record.jsonl"
COLUMNS: Final = ("number", "at", "who", "what", "subject", "why", "detail")
_README: Final = """印信登记机构：审计导出 / Yinxin registry: export for an audit

record.jsonl   全部办理，每行一项，含其叶子的盐；以它为准 / every act, with the salt of its leaf: this counts
record.csv     同样内容，便于阅读 / the same, for reading
accounts.json  操作员账号与角色 / operators' accounts and roles
bundle.cbor    当时发布的离线包，其检查点签了日志 / the bundle as published; its checkpoint signs the log
pin.txt        根指纹；请与另行取得的核对 / the pin: compare it with the one that you got by another way

核对，不用网络 / check it, with no network:
  yinxin-verify audit --bundle bundle.cbor --pin pin.txt --record record.jsonl

内有操作员姓名与盐，请勿公开 / it names operators and holds the salts: do not publish it
"""


def export(store: Store, places: Places, folder: Path) -> int:
    """Write it to `folder`, whole or not at all; how many acts there are. Refused if the record was altered."""
    if folder.exists():
        raise ConfigurationError(f"{folder.name}: 已存在，不会覆盖 / exists and is not overwritten")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(places.lock), tempfile.TemporaryDirectory(dir=folder.absolute().parent) as made:
        draft = Path(made) / "audit"
        draft.mkdir(0o700)
        with store.read() as session:
            acts.require_whole(session)
            count = _write_record(session, draft)
            _write(draft / "accounts.json", json.dumps(_accounts(session), ensure_ascii=False, indent=1) + "\n")
        for path in (places.bundle, places.pin):
            shutil.copyfile(path, draft / path.name)
        _write(draft / "README.txt", _README)
        for path in draft.iterdir():
            path.chmod(PRIVATE)
        draft.rename(folder)
    return count


def _write_record(session: Session, folder: Path) -> int:
    count = 0
    with (
        (folder / RECORD).open("w", encoding="utf-8", newline="\n") as lines,
        (folder / "record.csv").open("w", encoding="utf-8-sig", newline="") as sheet,
    ):
        table = csv.writer(sheet)
        table.writerow(COLUMNS)
        for row in acts.every(session):
            lines.write(json.dumps(_line(row), ensure_ascii=False) + "\n")
            table.writerow(_cells(row))
            count += 1
    return count


def _line(row: ActRow) -> dict[str, object]:
    things = None if row.things_root is None else [row.things_size, row.things_root.hex()]
    return {"said": acts.said_of(row), "salt": row.salt.hex(), "things": things}


def _cells(row: ActRow) -> Iterator[str]:
    detail = json.dumps(row.detail, ensure_ascii=False, sort_keys=True)
    for each in (row.id, rfc3339(Seconds(row.at)), row.who, row.what, row.subject, row.why, detail):
        yield safe_cell(each)


def _accounts(session: Session) -> list[dict[str, object]]:
    return [
        {
            "name": row.name,
            "display": row.display,
            "roles": row.roles,
            "added": rfc3339(Seconds(row.added_at)),
            "disabled": None if row.disabled_at is None else rfc3339(Seconds(row.disabled_at)),
        }
        for row in accounts.every(session)
    ]


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
