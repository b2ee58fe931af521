"""The next version of the root: prepared as a payload, signed by each holder offline, assembled and installed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import cbor, cose, root, sign
from credential.errors import CredentialError
from credential.model import Seconds, rfc3339
from credential.root import Role, RoleKeys, Root
from credential.sign import SigningKey
from registry import acts, founding, settings
from registry.acts import Act
from registry.problems import Problem, Refused
from registry.store.models import RootRow


@dataclass(frozen=True, slots=True)
class Change:
    """What the next root changes: whole new sets of keys by role, new thresholds, roles that begin a new epoch."""

    keys: Mapping[Role, tuple[bytes, ...]]
    thresholds: Mapping[Role, int]
    new_epochs: frozenset[Role]


def prepare(current: Root, change: Change, now: Seconds) -> Root:
    """The version that follows `current`."""
    first, second, third, fourth = (_next_role(current.role(role), role, change) for role in Role)
    head = current.head._replace(
        epoch=first.epoch,
        seq=current.head.seq + 1,
        issued=now,
        expires=Seconds(now + founding.ROOT_LIFETIME),
    )
    return Root(head, (first, second, third, fourth), current.status_base)


def words(current: Root, following: Root) -> list[str]:
    """What changes, in sentences for the holders."""
    lines = [
        f"根 / root: 第 {current.head.seq} 版 → 第 {following.head.seq} 版 / version {following.head.seq}",
        f"到期 / expires: {rfc3339(following.head.expires)}",
    ]
    for role in Role:
        lines += _role_words(role, current.role(role), following.role(role))
    return lines


def sign_payload(payload: bytes, key: SigningKey) -> bytes:
    """One holder's signature file."""
    made = sign.signature_for(payload, root.TYP, key)
    document = {
        "yinxin_signature": 1,
        "payload_sha256": sha256(payload).hexdigest(),
        "kid": made.kid.hex(),
        "signature": made.signature.hex(),
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def assemble(current: Root, payload: bytes, files: Sequence[bytes]) -> tuple[bytes, Root]:
    """The next root's bytes. Refused unless thresholds of the old and of the new root keys signed this payload."""
    signatures = {each.kid: each for each in (_signature(payload, file) for file in files)}
    data = sign.assemble(payload, root.TYP, signatures.values())
    try:
        return data, root.successor(current, data)
    except CredentialError as error:
        raise Refused(Problem.REFUSED, str(error)) from None


def install(session: Session, data: bytes, who: str, now: Seconds, why: str = "") -> Root:
    """Put the next root in the database; it is published with the next full publication."""
    row = settings.lock(session)
    before = session.scalars(select(RootRow.data).order_by(RootRow.version.desc()).limit(1)).one()
    following = root.successor(root.decode(before)[0], data)
    session.add(RootRow(version=following.head.seq, data=data))
    session.flush()
    keys = ((role, public) for role in Role for public in following.role(role).keys)
    founding.remember_role_keys(session, row.region, keys)
    settings.touch_filing(row)
    detail = {"version": following.head.seq, "sha256": sha256(data).hexdigest()}
    acts.record(session, Act(who, "root.install", row.region, why, detail), now)
    return following


def read_payload(payload: bytes) -> Root:
    """The root that an unsigned payload would be. Refused if it is none."""
    unsigned = (
        b"\xd8\x62\x84"
        + cbor.byte_string(cose.protected_sign(root.TYP))
        + b"\xa0"
        + cbor.byte_string(payload)
        + cbor.encode([[cose.protected_sign1(bytes(8), None), {}, bytes(64)]])
    )
    try:
        return root.decode(unsigned)[0]
    except CredentialError as error:
        raise Refused(Problem.REFUSED, str(error)) from None


def _next_role(before: RoleKeys, role: Role, change: Change) -> RoleKeys:
    keys = change.keys.get(role) or before.keys
    threshold = change.thresholds.get(role, before.threshold)
    if not 1 <= threshold <= len(keys):
        raise Refused(Problem.REFUSED, f"{role.name.lower()}: 门槛 {threshold} 与 {len(keys)} 把密钥不合 / threshold")
    return RoleKeys(before.epoch + (role in change.new_epochs), threshold, keys)


def _role_words(role: Role, before: RoleKeys, after: RoleKeys) -> list[str]:
    name = role.name.lower()
    lines = [f"{name} + {cose.kid(key).hex()} 加入 / joins" for key in after.keys if key not in before.keys]
    lines += [f"{name} - {cose.kid(key).hex()} 退出 / leaves" for key in before.keys if key not in after.keys]
    if after.threshold != before.threshold:
        lines.append(f"{name}: 门槛 / threshold {before.threshold} → {after.threshold}")
    if after.epoch != before.epoch:
        lines.append(f"{name}: 新 epoch {before.epoch} → {after.epoch}，重置回退检查 / resets rollback checks")
    return lines or [f"{name}: 不变 / unchanged"]


def _signature(payload: bytes, file: bytes) -> cose.Signature:
    try:
        found: Any = json.loads(file)
        if found["payload_sha256"] != sha256(payload).hexdigest():
            raise Refused(Problem.REFUSED, "签名属于另一份文件 / a signature of another payload")
        kid, signature = bytes.fromhex(found["kid"]), bytes.fromhex(found["signature"])
    except (ValueError, KeyError, TypeError):
        raise Refused(Problem.REFUSED, "不是签名文件 / not a signature file") from None
    signer = cose.protected_sign1(kid, None)
    to_be_signed = cose.to_be_signed_sign(cose.protected_sign(root.TYP), signer, payload)
    return cose.Signature(kid, signature, to_be_signed)
