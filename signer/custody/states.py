"""The command `key show`: which keys there are, their fingerprints, and what the registry says of each since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from credential import cose
from credential.issuer import CertificateKey, Issuer
from credential.keyfile import Purpose
from credential.model import KeyState, Seconds, rfc3339
from signer.context import Voice
from signer.custody import enrolling
from signer.errors import Json
from signer.home import Home
from signer.keys import own, record
from signer.keys.record import Known


@unique
class Use(StrEnum):
    """What this machine does with a key."""

    PRESENT = "present"
    NEXT = "next"
    FORMER = "former"


@unique
class Standing(StrEnum):
    """What the registry says of a key. It publishes no request keys, and nothing is known before the first fetch."""

    WAITING = "waiting"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"
    NOT_PUBLISHED = "not-published"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shown:
    """One key. `since` is when its standing began, if that is known."""

    known: Known
    use: Use
    standing: Standing
    since: Seconds | None


def show(place: Home, issuer: Issuer | None, now: Seconds, voice: Voice, *, fetched: bool) -> Json:
    """Say and return all keys: those in use, their successors, and those that were replaced or stolen."""
    found = [Shown(known, use, *_standing(known, issuer, now, fetched=fetched)) for use, known in _all_keys(place)]
    for each in found:
        _tell(each, voice)
    return {"keys": [_json(each) for each in found]}


def _all_keys(place: Home) -> Iterator[tuple[Use, Known]]:
    shown = set()
    for use, path_of in ((Use.PRESENT, place.key_file), (Use.NEXT, place.next_key_file)):
        for purpose in own.purposes(place):
            if path_of(purpose).exists():
                placed = own.read(path_of(purpose), purpose)
                known = record.of(place, purpose, placed.public)
                where = own.token_of(placed)
                yield use, Known(purpose, placed.public, where, known.replaced_at, known.stolen_since)
                shown.add(placed.public)
    for known in record.read(place):
        if known.public not in shown:
            yield Use.FORMER, known


def _standing(known: Known, issuer: Issuer | None, now: Seconds, *, fetched: bool) -> tuple[Standing, Seconds | None]:
    if known.purpose is not Purpose.CERTIFICATE:
        return Standing.NOT_PUBLISHED, None
    if not fetched:
        return Standing.UNKNOWN, None
    listed = next((each for each in issuer.keys if each.public == known.public), None) if issuer else None
    return (Standing.WAITING, None) if listed is None else _listed(listed, now)


def _listed(key: CertificateKey, now: Seconds) -> tuple[Standing, Seconds | None]:
    if key.compromised_since is not None:
        return Standing.COMPROMISED, key.compromised_since
    since = max((at for at, _ in key.states if at <= now), default=None)
    match key.state_at(now):
        case KeyState.ACTIVE:
            return Standing.ACTIVE, since
        case KeyState.RETIRED:
            return Standing.RETIRED, since
        case _:
            return Standing.WAITING, since


_PURPOSES: Final = {
    Purpose.CERTIFICATE: ("证书密钥", "certificate key"),
    Purpose.REQUEST: ("请求密钥", "request key"),
    Purpose.APPROVAL: ("复核密钥", "approver's key"),
}
_LET_IN: Final = ("复核密钥不公布，由登记机构两人登记", "not published; let in by two operators of the registry")
_USES: Final = {
    Use.PRESENT: ("现用", "in use"),
    Use.NEXT: ("下一把，等待启用", "next, waits to be used"),
    Use.FORMER: ("以前的", "former"),
}
_STANDINGS: Final = {
    Standing.WAITING: ("登记机构还没有公布", "the registry has not published it yet"),
    Standing.ACTIVE: ("登记机构：启用", "the registry says: active"),
    Standing.RETIRED: ("登记机构：已停用", "the registry says: retired"),
    Standing.COMPROMISED: ("登记机构：已宣告泄露", "the registry says: compromised"),
    Standing.NOT_PUBLISHED: (
        "请求密钥不公布，随同批的证书密钥获批",
        "not published; approved together with its certificate key",
    ),
    Standing.UNKNOWN: ("登记机构怎么说，还不知道", "what the registry says is not known yet"),
}


def _tell(each: Shown, voice: Voice) -> None:
    name, use, standing = _PURPOSES[each.known.purpose], _USES[each.use], _STANDINGS[each.standing]
    if each.known.purpose is Purpose.APPROVAL:
        standing = _LET_IN
    since = ("", "") if each.since is None else (f"（自 {rfc3339(each.since)}）", f" (since {rfc3339(each.since)})")
    where = ("", "") if not each.known.place else (f"；在设备 {each.known.place}", f"; in token {each.known.place}")
    voice.say(
        f"{name[0]}，{use[0]}：{standing[0]}{since[0]}{where[0]}",
        f"{name[1]}, {use[1]}: {standing[1]}{since[1]}{where[1]}",
    )
    if each.known.replaced_at is not None:
        when = rfc3339(each.known.replaced_at)
        voice.say(f"  已于 {when} 换下", f"  replaced at {when}")
    if each.known.stolen_since is not None:
        when = rfc3339(each.known.stolen_since)
        voice.say(f"  本机记为自 {when} 起被盗，不再用它", f"  on record here as stolen since {when}; used no more")
    fingerprint = cose.fingerprint(each.known.public)
    voice.say(f"  指纹 {fingerprint}", f"  fingerprint {fingerprint}")


def _json(each: Shown) -> Json:
    times = {"since": each.since, "replaced_at": each.known.replaced_at, "stolen_since": each.known.stolen_since}
    return {
        "purpose": each.known.purpose.value,
        "use": each.use.value,
        "state": each.standing.value,
        **enrolling.describe(each.known.public),
        "token": each.known.place or None,
        **{name: None if when is None else rfc3339(when) for name, when in times.items()},
    }
