"""A region's root: which keys fill which role, how many of them must sign, and from which epoch on."""

from collections.abc import Sequence
from enum import IntEnum, unique
from functools import lru_cache
from typing import Final, NamedTuple

from credential import cbor, cose, ed25519
from credential.digest import sha256
from credential.errors import CredentialError, ObjectError
from credential.published import (
    HEAD,
    Head,
    ObjectType,
    array,
    decode_head,
    mapping,
    octets,
    reading,
    require,
    text,
    uint,
)
from credential.reason import SyncReason

TYP: Final = "application/yinxin-root+cose"
MAX_KEYS: Final = 32
MAX_STATUS_BASE_BYTES: Final = 24
_ROLES: Final = 10
_STATUS_BASE: Final = 11


@unique
class Role(IntEnum):
    """Who signs what: root the root; list the trust list and recognition; the others what they are named for."""

    ROOT = 0
    LIST = 1
    STATUS = 2
    CHECKPOINT = 3


class RoleKeys(NamedTuple):
    """The keys of one role. A higher epoch, which only the root can grant, resets rollback and monotonicity."""

    epoch: int
    threshold: int
    keys: tuple[bytes, ...]

    def signers(self, message: cose.Sign) -> frozenset[bytes]:
        """The distinct keys of this role whose signature on `message` holds."""
        found = (_signer([k for k in self.keys if cose.kid(k) == each.kid], each) for each in message.signatures)
        return frozenset(key for key in found if key is not None)

    def require_threshold(self, message: cose.Sign) -> None:
        """Raise ObjectError THRESHOLD_NOT_MET unless enough distinct keys of this role signed."""
        count = len(self.signers(message))
        if count < self.threshold:
            raise ObjectError(SyncReason.THRESHOLD_NOT_MET, f"{count} of {self.threshold} signatures")

    def require_one(self, message: cose.Sign1) -> None:
        """Raise ObjectError THRESHOLD_NOT_MET unless a key of this role signed the COSE_Sign1."""
        keys = [key for key in self.keys if cose.kid(key) == message.kid]
        if _signer(keys, message) is None:
            raise ObjectError(SyncReason.THRESHOLD_NOT_MET, "no signature of a key of the role")


class Root(NamedTuple):
    """One version of a region's root; its head's seq is the version."""

    head: Head
    roles: tuple[RoleKeys, RoleKeys, RoleKeys, RoleKeys]
    status_base: str

    def role(self, role: Role) -> RoleKeys:
        """The keys of `role`."""
        return self.roles[role]

    def encode(self) -> bytes:
        """The payload to be signed."""
        roles: list[cbor.Value] = [[r.epoch, r.threshold, list(r.keys)] for r in self.roles]
        return cbor.encode({**self.head.encode(), _ROLES: roles, _STATUS_BASE: self.status_base})


@lru_cache(maxsize=8)
def decode(data: bytes) -> tuple[Root, cose.Sign]:
    """The root in `data`, signatures not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.ROOT, data):
        message = cose.decode_sign(data, TYP)
        claims = mapping(cbor.decode(message.payload), HEAD | {_ROLES, _STATUS_BASE})
        first, second, third, fourth = (_role(each) for each in array(claims[_ROLES], 4))
        root = Root(
            head=decode_head(claims),
            roles=(first, second, third, fourth),
            status_base=text(claims[_STATUS_BASE], MAX_STATUS_BASE_BYTES),
        )
        _check(root)
        return root, message


def pin_of(data: bytes) -> bytes:
    """What a verifier pins: the SHA-256 of a root's bytes."""
    return sha256(data)


def chain(roots: Sequence[bytes], pins: frozenset[bytes]) -> tuple[Root, ...]:
    """The verified versions from the pinned root to the newest (the way of TUF, section 5.3).

    Version N+1 needs a threshold of N's root keys and of its own. Raises ObjectError: PIN_NOT_FOUND, ROOT_SKIPPED,
    THRESHOLD_NOT_MET, WRONG_REGION, or why a root cannot be read.
    """
    start = next((i for i, data in enumerate(roots) if pin_of(data) in pins), None)
    if start is None:
        raise ObjectError(SyncReason.PIN_NOT_FOUND, "none of the roots is the pinned one")
    root, message = decode(roots[start])
    root.role(Role.ROOT).require_threshold(message)
    verified = [root]
    for data in roots[start + 1 :]:
        verified.append(successor(verified[-1], data))
    return tuple(verified)


def successor(current: Root, data: bytes) -> Root:
    """The root in `data`, verified as the version that follows `current`."""
    following, message = decode(data)
    if following.head.region != current.head.region:
        raise ObjectError(SyncReason.WRONG_REGION, f"root of {following.head.region}")
    if following.head.seq != current.head.seq + 1:
        raise ObjectError(SyncReason.ROOT_SKIPPED, f"version {following.head.seq} after {current.head.seq}")
    for mine, next_ in zip(current.roles, following.roles, strict=True):
        if next_.epoch < mine.epoch:
            raise ObjectError(SyncReason.ROLLBACK, "a role's epoch goes back")
    current.role(Role.ROOT).require_threshold(message)
    following.role(Role.ROOT).require_threshold(message)
    return following


def _role(value: cbor.Value) -> RoleKeys:
    epoch, threshold, keys = array(value, 3)
    found = tuple(octets(key, ed25519.KEY_BYTES) for key in array(keys))
    require(0 < len(found) <= MAX_KEYS, "a role without keys, or with too many")
    return RoleKeys(uint(epoch), uint(threshold, MAX_KEYS), found)


def _check(root: Root) -> None:
    every = [key for role in root.roles for key in role.keys]
    require(len(set(every)) == len(every), "one key in two places")
    require(all(ed25519.is_valid_key(key) for key in every), "a key is not a point of prime order")
    require(all(1 <= role.threshold <= len(role.keys) for role in root.roles), "a threshold cannot be met")
    require(root.role(Role.STATUS).threshold == root.role(Role.CHECKPOINT).threshold == 1, "one signature each")
    require(root.head.epoch == root.role(Role.ROOT).epoch, "the root's epoch is not its role's")
    require(root.status_base.startswith("https://") and root.status_base.endswith("/"), "not a status base")


def _signer(keys: Sequence[bytes], message: cose.Sign1 | cose.Signature) -> bytes | None:
    try:
        return ed25519.find_signer(keys, message.to_be_signed, message.signature)
    except CredentialError:
        return None
