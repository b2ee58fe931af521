"""The published files: immutable objects first, then what says that they are current."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from credential import bundle, directory, log, root
from credential.bundle import Part
from credential.directory import Directory
from credential.model import Region, rfc3339
from credential.published import LogHead, ObjectType, name_of
from registry import tiles
from registry.current import Current
from registry.files import Places, write_atomically, write_objects
from registry.publishing.assembly import Published, committed
from registry.publishing.lifetimes import DAY
from registry.publishing.recording import Logged
from registry.publishing.snapshot import Snapshot

PRUNE_AFTER: Final = 7 * DAY


def keep_ended(places: Places, previous: Current, made: Published) -> None:
    """Keep the last state of an epoch for archives, when the next publication is of another."""
    if _epochs(previous.part) == _epochs(made.part):
        return
    head = previous.checkpoint.head
    ended = bundle.encode({head.region: previous.part})
    write_atomically(places.ended / f"{head.epoch}-{head.seq}.cbor", ended)


def _epochs(part: Part) -> tuple[int, ...]:
    """What the newest root grants to each role."""
    newest, _ = root.decode(part.roots[-1])
    return tuple(each.epoch for each in newest.roles)


def place(places: Places, snapshot: Snapshot, logged: Logged) -> None:
    """Immutable files first, then the current bundle, index and head of the log. The database has the sequence."""
    made = logged.made
    parts = _parts(places, snapshot.settings.region, made.part)
    write_objects(places, _objects(parts))
    tiles.write(places.log, logged.tiles)
    data = bundle.encode(parts)
    write_atomically(places.bundle, data)
    write_atomically(places.region, _region_json(snapshot, made, directory.of(parts, len(data)), data))
    write_atomically(places.log / "checkpoint", logged.note)


def partner_parts(places: Places) -> dict[Region, Part]:
    """The imported parts of partner regions."""
    found: dict[Region, Part] = {}
    for path in sorted(places.partners.glob("*.cbor")):
        found |= bundle.decode(path.read_bytes())
    return found


def _parts(places: Places, own: Region, part: Part) -> dict[Region, Part]:
    """What the bundle holds: the partners' parts and our own."""
    return {**partner_parts(places), own: part}


def _objects(parts: Mapping[Region, Part]) -> Iterable[bytes]:
    return (data for part in parts.values() for data in bundle.objects_in(part))


def _region_json(snapshot: Snapshot, made: Published, served: Directory, bundled: bytes) -> bytes:
    head = made.checkpoint.head
    newest, _ = root.decode(made.part.roots[-1])
    own = committed(ObjectType.CHECKPOINT, 0, head.order, made.part.checkpoint)
    document: Mapping[str, Any] = {
        "region": snapshot.settings.region,
        "name": snapshot.settings.name,
        "pin": root.pin_of(snapshot.roots[0]).hex(),
        "root_version": newest.head.seq,
        "qr_host": snapshot.settings.qr_host,
        "status_base": newest.status_base,
        "checkpoint": {
            "epoch": head.epoch,
            "seq": head.seq,
            "issued": rfc3339(head.issued),
            "expires": rfc3339(head.expires),
        },
        "bundle_sha256": sha256(bundled).hexdigest(),
        **directory.encode(served),
        "log": {"origin": log.origin_of(newest.status_base), **_log_json(made.checkpoint.log)},
        "objects": [
            {
                "type": name_of(entry.type),
                "list": entry.list,
                "epoch": entry.epoch,
                "seq": entry.seq,
                "sha256": entry.sha256.hex(),
            }
            for entry in (own, *made.checkpoint.entries)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _log_json(head: LogHead | None) -> Mapping[str, Any]:
    return {"size": head.size, "root": head.root_hash.hex()} if head else {}


def prune(places: Places, own: Region, part: Part, now: float) -> None:
    """Delete object files that nothing current names and that are older than a verifier's slowest download."""
    kept = {sha256(data).hexdigest() for data in _objects(_parts(places, own, part))}
    for path in (places.public / "objects").iterdir():
        if path.name not in kept and now - path.stat().st_mtime > PRUNE_AFTER:
            path.unlink(missing_ok=True)
