"""From a bundle's bytes and a pin to what may be believed: every region with its own chain.

The home region is pinned. A partner is trusted through the pin in the home's agreement with it, or through a pin of its
own. What fails in one region touches that region's certificates only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from credential import bundle, checkpoint, recognition, register, root, status_list, trust_list
from credential.bundle import Part
from credential.checkpoint import Checkpoint
from credential.errors import ObjectError
from credential.model import Region, Seconds
from credential.published import Head, ObjectType
from credential.reason import SyncReason
from credential.recognition import RecognitionList
from credential.register import Digests, RegisterIndex
from credential.root import Role, RoleKeys, Root
from credential.status_list import StatusList
from credential.trust_list import Issuers, Survivors, TrustList


@dataclass(frozen=True, slots=True)
class RegionTrust:
    """One region's objects, all verified from its pinned root, and consistent with its checkpoint."""

    roots: tuple[Root, ...]
    checkpoint: Checkpoint
    trust_list: TrustList
    issuers: Issuers
    status_lists: Mapping[int, StatusList]
    recognition: RecognitionList | None
    registers: Mapping[int, RegisterIndex]
    blobs: Mapping[bytes, bytes]
    """Bins, shards and survivors by their SHA-256: whatever names that hash may rely on them."""

    @property
    def root(self) -> Root:
        """The newest root."""
        return self.roots[-1]

    @property
    def newest_issued(self) -> Seconds:
        """The latest time that any signed object of the region names as its own."""
        times = [
            *(each.head.issued for each in self.roots),
            self.checkpoint.head.issued,
            self.trust_list.head.issued,
            *(each.issued for each in self.status_lists.values()),
        ]
        if self.recognition is not None:
            times.append(self.recognition.head.issued)
        return max(times)

    def shard_digests(self, number: int, index: int) -> Digests | None:
        """The digests registered around `index` of list `number`, or None if that shard is not held."""
        held = self.registers.get(number)
        place = index // register.INDICES_A_SHARD
        if held is None or place >= len(held.hashes):
            return None
        data = self.blobs.get(held.hashes[place])
        if data is None:
            return None
        shard = register.decode_shard(data)
        return shard.digests if (shard.list, shard.first) == (number, register.first_of(index)) else None

    def survivors(self, pinned: Survivors) -> Digests | None:
        """The digests that stand under a compromised key, or None if that file is not held whole."""
        if pinned.count == 0:
            return Digests(b"")
        data = self.blobs.get(pinned.sha256)
        if data is None:
            return None
        digests = register.decode_digests(data)
        return digests if len(digests) == pinned.count else None


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verifier believes: per region its objects, or why its chain does not hold. `home` asks for recognition."""

    home: Region | None
    regions: Mapping[Region, RegionTrust | ObjectError]


def load(data: bytes, pins: frozenset[bytes], home: Region | None = None) -> Trust:
    """The trust that the bundle `data` gives to whoever pins roots by the SHA-256s `pins`.

    Without `home`, the home is the region that a pin is of; if several are pinned there is none. Raises ObjectError if
    the container itself cannot be read; a fault inside a region is kept as that region's answer.
    """
    parts = bundle.decode(data)
    pinned = {region for region, part in parts.items() if any(root.pin_of(each) in pins for each in part.roots)}
    if home is None and len(pinned) == 1:
        (home,) = pinned
    regions: dict[Region, RegionTrust | ObjectError] = {region: _try(region, parts[region], pins) for region in pinned}
    own = regions.get(home) if home is not None else None
    for region, part in parts.items():
        if region in pinned:
            continue
        if not isinstance(own, RegionTrust):
            regions[region] = ObjectError(SyncReason.PIN_NOT_FOUND, "no pinned root leads to this region")
            continue
        agreement = own.recognition.with_partner(region) if own.recognition else None
        if agreement is not None and agreement.pin is not None:
            regions[region] = _try(region, part, frozenset({agreement.pin[1]}))
    return Trust(home, regions)


def _try(region: Region, part: Part, pins: frozenset[bytes]) -> RegionTrust | ObjectError:
    try:
        return establish(region, part, pins)
    except ObjectError as error:
        return error


def establish(region: Region, part: Part, pins: frozenset[bytes]) -> RegionTrust:
    """Verify one region's part from a pinned root on. Raises ObjectError with the first fault."""
    roots = root.chain(part.roots, pins)
    newest = roots[-1]
    _require_region(newest.head.region, region)
    seen, seen_message = checkpoint.decode(part.checkpoint)
    newest.role(Role.CHECKPOINT).require_one(seen_message)
    _require_head(seen.head, region, newest.role(Role.CHECKPOINT))
    _require_committed(seen, ObjectType.ROOT, 0, newest.head.order, part.roots[-1])
    listed, listed_message = trust_list.decode(part.trust_list)
    newest.role(Role.LIST).require_threshold(listed_message)
    _require_head(listed.head, region, newest.role(Role.LIST))
    _require_committed(seen, ObjectType.TRUST_LIST, 0, listed.head.order, part.trust_list)
    blobs = {sha256(data).digest(): data for data in (*part.bins, *part.survivors, *part.shards)}
    return RegionTrust(
        roots=roots,
        checkpoint=seen,
        trust_list=listed,
        issuers=Issuers(listed, blobs),
        status_lists=_status_lists(region, part, newest, seen),
        recognition=_recognition(region, part, newest, seen),
        registers=_registers(part, seen),
        blobs=blobs,
    )


def _status_lists(region: Region, part: Part, newest: Root, seen: Checkpoint) -> dict[int, StatusList]:
    role = newest.role(Role.STATUS)
    found: dict[int, StatusList] = {}
    for data in part.status_lists:
        listed, message = status_list.decode(data)
        role.require_one(message)
        _require_region(listed.region, region)
        _require_epoch(listed.epoch, role)
        number = status_list.number_of(newest.status_base, listed.uri)
        if number is None:
            raise ObjectError(SyncReason.OBJECT_MALFORMED, "a status list of another base")
        _require_committed(seen, ObjectType.STATUS_LIST, number, listed.order, data)
        found[number] = listed
    return found


def _recognition(region: Region, part: Part, newest: Root, seen: Checkpoint) -> RecognitionList | None:
    if part.recognition is None:
        return None
    listed, message = recognition.decode(part.recognition)
    newest.role(Role.LIST).require_threshold(message)
    _require_head(listed.head, region, newest.role(Role.LIST))
    _require_committed(seen, ObjectType.RECOGNITION, 0, listed.head.order, part.recognition)
    return listed


def _registers(part: Part, seen: Checkpoint) -> dict[int, RegisterIndex]:
    found: dict[int, RegisterIndex] = {}
    for data in part.registers:
        index = register.decode_index(data)
        committed = seen.find(ObjectType.REGISTER, index.list)
        if committed is None or committed.sha256 != sha256(data).digest():
            raise ObjectError(SyncReason.MIX_AND_MATCH, f"register of list {index.list}")
        found[index.list] = index
    return found


def _require_region(found: Region, expected: Region) -> None:
    if found != expected:
        raise ObjectError(SyncReason.WRONG_REGION, f"{found} where {expected} belongs")


def _require_epoch(epoch: int, role: RoleKeys) -> None:
    if epoch != role.epoch:
        raise ObjectError(SyncReason.EPOCH_MISMATCH, f"epoch {epoch}, the root grants {role.epoch}")


def _require_head(head: Head, region: Region, role: RoleKeys) -> None:
    _require_region(head.region, region)
    _require_epoch(head.epoch, role)


def _require_committed(seen: Checkpoint, kind: ObjectType, number: int, order: tuple[int, int], data: bytes) -> None:
    committed = seen.find(kind, number)
    if committed is None or committed.order != order or committed.sha256 != sha256(data).digest():
        raise ObjectError(SyncReason.MIX_AND_MATCH, f"{kind.name.lower()} {number} is not what the checkpoint names")
