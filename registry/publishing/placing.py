"""The published files: immutable objects first, then what says that they are current."""

import json
import time
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from credential import bundle, checkpoint, directory, log, root
from credential.bundle import Part
from credential.directory import Directory
from credential.model import rfc3339
from credential.published import LogHead, ObjectType, name_of
from registry.files import Places, write_atomically, write_objects
from registry.publishing.assembly import committed
from registry.publishing.lifetimes import DAY
from registry.publishing.states import Parts, State
from registry.record import tiles
from registry.record.tiles import Files
from registry.settings import Settings

PRUNE_AFTER: Final = 7 * DAY


def place(places: Places, known: Settings, state: State, files: Files) -> None:
    """Immutable files first, then the current bundle, index and head of the log. The database has all of it."""
    write_objects(places, _objects(state.parts))
    tiles.write(places.log, files)
    data = bundle.encode(state.parts)
    write_atomically(places.bundle, data)
    index = _region_json(known, state.parts[known.region], directory.of(state.parts, len(data)), data)
    write_atomically(places.region, index)
    write_atomically(places.log / "checkpoint", state.note)


def _objects(parts: Parts) -> Iterable[bytes]:
    return (data for part in parts.values() for data in bundle.objects_in(part))


def _region_json(known: Settings, part: Part, served: Directory, bundled: bytes) -> bytes:
    seen, _ = checkpoint.decode(part.checkpoint)
    head = seen.head
    newest, _ = root.decode(part.roots[-1])
    own = committed(ObjectType.CHECKPOINT, 0, head.order, part.checkpoint)
    document: Mapping[str, Any] = {
        "region": known.region,
        "name": known.name,
        "pin": root.pin_of(part.roots[0]).hex(),
        "root_version": newest.head.seq,
        "qr_host": known.qr_host,
        "status_base": newest.status_base,
        "checkpoint": {
            "epoch": head.epoch,
            "seq": head.seq,
            "issued": rfc3339(head.issued),
            "expires": rfc3339(head.expires),
        },
        "bundle_sha256": sha256(bundled).hexdigest(),
        **directory.encode(served),
        "log": {"origin": log.origin_of(newest.status_base), **_log_json(seen.log)},
        "objects": [
            {
                "type": name_of(entry.type),
                "list": entry.list,
                "epoch": entry.epoch,
                "seq": entry.seq,
                "sha256": entry.sha256.hex(),
            }
            for entry in (own, *seen.entries)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _log_json(head: LogHead | None) -> Mapping[str, Any]:
    return {"size": head.size, "root": head.root_hash.hex()} if head else {}


def prune(places: Places, parts: Parts) -> None:
    """Delete object files that nothing current names and that are older than a verifier's slowest download."""
    kept, now = {sha256(data).hexdigest() for data in _objects(parts)}, time.time()
    for path in (places.public / "objects").iterdir():
        if path.name not in kept and now - path.stat().st_mtime > PRUNE_AFTER:
            path.unlink(missing_ok=True)
