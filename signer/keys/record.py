"""What became of this home's keys: which were replaced, and which were stolen and sign nothing more here."""

import fcntl
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from credential import cose
from credential.keyfile import Purpose
from credential.model import Seconds, rfc3339
from signer import files
from signer.errors import refused, usage
from signer.home import Home

VERSION: Final = 1
_MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Known:
    """A key by its public half. `place` says where the private half was; the times are None for what did not happen."""

    purpose: Purpose
    public: bytes
    place: str = ""
    replaced_at: Seconds | None = None
    stolen_since: Seconds | None = None


def read(home: Home) -> tuple[Known, ...]:
    """All that was recorded, oldest first. SignerError if the file is damaged: it may name a stolen key."""
    if not home.key_record_file.exists():
        return ()
    data = files.read_private(home.key_record_file, _MAX_BYTES)
    try:
        content = json.loads(data)
        if content["version"] == VERSION:
            return tuple(_known(each) for each in content["keys"])
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise usage(
        "key-record-damaged",
        f"{home.key_record_file} 损坏，其中可能记着被盗的密钥，因此不签。请从备份恢复这个文件。",
        f"{home.key_record_file} is damaged. It may name a stolen key, so nothing is signed: restore it from a backup.",
    )


def _known(value: dict[str, str | None]) -> Known:
    return Known(
        Purpose(value["purpose"] or ""),
        bytes.fromhex(value["public"] or ""),
        value["place"] or "",
        _instant(value["replaced_at"]),
        _instant(value["stolen_since"]),
    )


def _instant(text: str | None) -> Seconds | None:
    return None if text is None else Seconds(int(datetime.fromisoformat(text).timestamp()))


def of(home: Home, purpose: Purpose, public: bytes) -> Known:
    """What is recorded of this key; nothing happened to one that is not recorded."""
    return next((each for each in read(home) if each.public == public), Known(purpose, public))


def note(home: Home, *changed: Known) -> None:
    """Record these keys, in place of what was recorded of them. A theft is told while other commands are at work."""
    publics = {each.public for each in changed}
    with (home.path / "record.lock").open("ab") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        kept = [each for each in read(home) if each.public not in publics]
        content = {"version": VERSION, "keys": [_json(each) for each in (*kept, *changed)]}
        data = json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
        files.write_atomic(home.key_record_file, data, files.PRIVATE_FILE)


def _json(each: Known) -> dict[str, str | None]:
    return {
        "purpose": each.purpose.value,
        "public": each.public.hex(),
        "place": each.place,
        "replaced_at": None if each.replaced_at is None else rfc3339(each.replaced_at),
        "stolen_since": None if each.stolen_since is None else rfc3339(each.stolen_since),
    }


def note_stolen(home: Home, purpose: Purpose, public: bytes, since: Seconds) -> Known:
    """Record that the key is in other hands since then; of two times the earlier stays. Never taken back."""
    before = of(home, purpose, public)
    earliest = since if before.stolen_since is None else min(since, before.stolen_since)
    now = replace(before, stolen_since=Seconds(earliest))
    note(home, now)
    return now


def stolen_kids(home: Home) -> frozenset[bytes]:
    """The kids of the keys that this machine was told are stolen."""
    return frozenset(cose.kid(each.public) for each in read(home) if each.stolen_since is not None)


def require_not_stolen(home: Home, public: bytes) -> None:
    """SignerError if this machine was told that the key is stolen."""
    stolen = next((each for each in read(home) if each.public == public and each.stolen_since is not None), None)
    if stolen is not None and stolen.stolen_since is not None:
        since = rfc3339(stolen.stolen_since)
        raise refused(
            "key-stolen",
            f"这把密钥已记为被盗（自 {since} 起），本机不再用它签任何东西：{cose.fingerprint(public)}。"
            "请运行 yinxin-signer key rotate 换新密钥。",
            f"this key is on record here as stolen (since {since}), and signs nothing more: {cose.fingerprint(public)}."
            " Run yinxin-signer key rotate for a new one.",
        )
