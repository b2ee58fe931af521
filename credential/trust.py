"""From a bundle's bytes and a pin to what may be believed: every region with its own chain.

The home region is pinned. A partner is trusted through the pin in the home's agreement with it, or through a pin of its
own. What fails in one region touches that region's certificates only.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from credential import bundle, checkpoint, policy, recognition, register, root, status_list, trust_list
from credential.bundle import Part
from credential.checkpoint import Checkpoint, Committed
from credential.cose import Sign, Sign1
from credential.digest import by_sha256, sha256
from credential.errors import ObjectError
from credential.issuer import Survivors
from credential.model import Region, Seconds
from credential.policy import Policy
from credential.published import SIZE_CAP, ObjectType, name_of
from credential.reason import SyncReason
from credential.recognition import RecognitionList
from credential.register import Digests, Register, RegisterIndex
from credential.root import Role, Root
from credential.status_list import StatusList
from credential.trust_list import Issuers, TrustList

MAX_ROOTS: Final = 1_024
"""The most versions of a root in one part: a chain of thousands is an attack on the verifier's time."""


class RegionTrust(NamedTuple):
    """One region's objects, all verified from its pinned root, and consistent with its checkpoint."""

    roots: tuple[Root, ...]
    checkpoint: Checkpoint
    trust_list: TrustList
    issuers: Issuers
    status_lists: Mapping[int, StatusList]
    recognition: RecognitionList | None
    benefits: Policy | None
    register: Register
    blobs: Mapping[bytes, bytes]
    """Bins, shards and survivors by their SHA-256: whatever names that hash may rely on them."""
    held: tuple[Committed, ...]
    """The newest root and the lists, as a checkpoint would name them."""
    newest_issued: Seconds
    """The latest time that any signed object of the region names as its own."""

    @property
    def root(self) -> Root:
        """The newest root."""
        return self.roots[-1]

    def survivors(self, pinned: Survivors) -> Digests | None:
        """The digests that stand under a compromised key, or None if that file is not held whole."""
        if pinned.size == 0:
            return Digests(b"")
        data = self.blobs.get(pinned.sha256)
        if data is None:
            return None
        digests = register.decode_digests(data)
        return digests if len(digests) == pinned.size else None


class Trust(NamedTuple):
    """What a verifier believes: per region its objects, or why its chain does not hold. `home` asks for recognition."""

    home: Region | None
    regions: Mapping[Region, RegionTrust | ObjectError]


def load(data: bytes, pins: frozenset[bytes], home: Region | None = None) -> Trust:
    """The trust that the bundle `data` gives to whoever pins roots by the SHA-256s `pins`.

    Without `home`, the home is the region that a pin is of; if several are pinned there is none. Raises ObjectError if
    the container itself cannot be read; a fault inside a region is kept as that region's answer.
    """
    parts = bundle.decode(data)
    pinned = pinned_regions(parts, pins)
    if home is None and len(pinned) == 1:
        (home,) = pinned
    return Trust(home, Regions(parts, pins, pinned, home))


class Regions(Mapping[Region, RegionTrust | ObjectError]):
    """The regions of a bundle that are vouched for. Each is verified when first met; what was found is kept."""

    __slots__ = ("_found", "_home", "_parts", "_pinned", "_pins")

    def __init__(
        self,
        parts: Mapping[Region, Part],
        pins: frozenset[bytes],
        pinned: frozenset[Region],
        home: Region | None,
    ) -> None:
        self._parts, self._pins, self._pinned, self._home = parts, pins, pinned, home
        self._found: dict[Region, RegionTrust | ObjectError | None] = {}

    def __getitem__(self, region: Region) -> RegionTrust | ObjectError:
        """What there is of `region`, or why its chain does not hold. KeyError for one that nothing here vouches for."""
        if region not in self._found:
            self._found[region] = self._judge(region, self._parts[region])
        found = self._found[region]
        if found is None:
            raise KeyError(region)
        return found

    def __iter__(self) -> Iterator[Region]:
        """The regions vouched for, in the order of the bundle."""
        return (region for region in self._parts if region in self)

    def __len__(self) -> int:
        """How many regions are vouched for."""
        return sum(1 for _ in self)

    def _judge(self, region: Region, part: Part) -> RegionTrust | ObjectError | None:
        """None if the home knows nothing of the region."""
        if region in self._pinned:
            return _try(region, part, self._pins)
        own = self.get(self._home) if self._home is not None and self._home in self._pinned else None
        if not isinstance(own, RegionTrust):
            return ObjectError(SyncReason.PIN_NOT_FOUND, "no pinned root leads to this region")
        agreed = agreed_pins(own, region)
        return _try(region, part, agreed) if agreed else None


def pinned_regions(parts: Mapping[Region, Part], pins: frozenset[bytes]) -> frozenset[Region]:
    """The regions whose part holds a pinned root of their own; one in another region's part counts for nothing."""
    return frozenset(
        region
        for region, part in parts.items()
        if any(root.pin_of(each) in pins and _is_root_of(region, each) for each in part.roots)
    )


def _is_root_of(region: Region, data: bytes) -> bool:
    try:
        return root.decode(data)[0].head.region == region
    except ObjectError:
        return False


def agreed_pins(home: RegionTrust, partner: Region) -> frozenset[bytes]:
    """The pin in the home's agreement with `partner`: none without an agreement, or if it names no root."""
    agreement = home.recognition.with_partner(partner) if home.recognition else None
    return frozenset() if agreement is None or agreement.pin is None else frozenset({agreement.pin[1]})


def _try(region: Region, part: Part, pins: frozenset[bytes]) -> RegionTrust | ObjectError:
    try:
        return establish(region, part, pins)
    except ObjectError as error:
        return error


def establish(region: Region, part: Part, pins: frozenset[bytes]) -> RegionTrust:
    """Verify one region's part from a pinned root on. Raises ObjectError with the first fault."""
    found = authenticate(region, part, pins)
    require_epochs(found)
    require_committed(found)
    return found


def authenticate(region: Region, part: Part, pins: frozenset[bytes]) -> RegionTrust:
    """One region's objects, each read, of this region and signed by its role; not yet compared with each other.

    Raises ObjectError in this order: OBJECT_TOO_LARGE; OBJECT_MALFORMED; WRONG_REGION; PIN_NOT_FOUND, ROOT_SKIPPED or
    THRESHOLD_NOT_MET on the way from root to root; THRESHOLD_NOT_MET of the other objects.
    """
    _require_sizes(part)
    objects = _read(part)
    for found in objects.regions():
        _require_region(found, region)
    roots = root.chain(part.roots, pins)
    newest = roots[-1]
    _require_region(newest.head.region, region)
    objects.require_signed(newest)
    return objects.as_trust(roots, part)


class _Objects(NamedTuple):
    """What the part of a region holds beside the roots, as read."""

    checkpoint: tuple[Checkpoint, Sign1]
    trust_list: tuple[TrustList, Sign]
    recognition: tuple[RecognitionList, Sign] | None
    benefits: tuple[Policy, Sign] | None
    status_lists: tuple[tuple[StatusList, Sign1], ...]
    registers: tuple[RegisterIndex, ...]

    def regions(self) -> list[Region]:
        """The region that each object names as its own."""
        found = [self.checkpoint[0].head.region, self.trust_list[0].head.region]
        if self.recognition is not None:
            found.append(self.recognition[0].head.region)
        if self.benefits is not None:
            found.append(self.benefits[0].head.region)
        return found + [listed.region for listed, _ in self.status_lists]

    def require_signed(self, newest: Root) -> None:
        """Raise ObjectError THRESHOLD_NOT_MET unless every object is signed by its role of the newest root."""
        newest.role(Role.CHECKPOINT).require_one(self.checkpoint[1])
        newest.role(Role.LIST).require_threshold(self.trust_list[1])
        if self.recognition is not None:
            newest.role(Role.LIST).require_threshold(self.recognition[1])
        if self.benefits is not None:
            newest.role(Role.LIST).require_threshold(self.benefits[1])
        for _, message in self.status_lists:
            newest.role(Role.STATUS).require_one(message)

    def as_trust(self, roots: tuple[Root, ...], part: Part) -> RegionTrust:
        """The same objects under the names that a verdict asks for."""
        listed = self.trust_list[0]
        blobs = by_sha256((*part.bins, *part.survivors, *part.shards))
        return RegionTrust(
            roots=roots,
            checkpoint=self.checkpoint[0],
            trust_list=listed,
            issuers=Issuers(listed, blobs),
            status_lists={_number(roots[-1], each): each for each, _ in self.status_lists},
            recognition=None if self.recognition is None else self.recognition[0],
            benefits=None if self.benefits is None else self.benefits[0],
            register=Register({each.list: each for each in self.registers}, blobs),
            blobs=blobs,
            held=tuple(self._held(roots[-1], part)),
            newest_issued=max(self._issued(roots)),
        )

    def _issued(self, roots: tuple[Root, ...]) -> Iterator[Seconds]:
        yield from (each.head.issued for each in roots)
        yield self.checkpoint[0].head.issued
        yield self.trust_list[0].head.issued
        yield from (each.issued for each, _ in self.status_lists)
        if self.recognition is not None:
            yield self.recognition[0].head.issued
        if self.benefits is not None:
            yield self.benefits[0].head.issued

    def _held(self, newest: Root, part: Part) -> Iterator[Committed]:
        yield _committed(ObjectType.ROOT, 0, newest.head.order, part.roots[-1])
        yield _committed(ObjectType.TRUST_LIST, 0, self.trust_list[0].head.order, part.trust_list)
        for (listed, _), data in zip(self.status_lists, part.status_lists, strict=True):
            yield _committed(ObjectType.STATUS_LIST, _number(newest, listed), listed.order, data)
        if self.recognition is not None and part.recognition is not None:
            yield _committed(ObjectType.RECOGNITION, 0, self.recognition[0].head.order, part.recognition)
        if self.benefits is not None and part.benefits is not None:
            yield _committed(ObjectType.BENEFITS, 0, self.benefits[0].head.order, part.benefits)
        for index, data in zip(self.registers, part.registers, strict=True):
            named = self.checkpoint[0].find(ObjectType.REGISTER, index.list)
            yield _committed(ObjectType.REGISTER, index.list, named.order if named else (0, 0), data)


def require_epochs(found: RegionTrust) -> None:
    """Raise ObjectError EPOCH_MISMATCH unless every object is of the epoch that the root grants to its role."""
    by_role = [
        (Role.CHECKPOINT, [found.checkpoint.head.epoch]),
        (Role.LIST, [found.trust_list.head.epoch]),
        (Role.LIST, [] if found.recognition is None else [found.recognition.head.epoch]),
        (Role.LIST, [] if found.benefits is None else [found.benefits.head.epoch]),
        (Role.STATUS, [each.epoch for each in found.status_lists.values()]),
    ]
    for role, epochs in by_role:
        granted = found.root.role(role).epoch
        for epoch in epochs:
            if epoch != granted:
                raise ObjectError(SyncReason.EPOCH_MISMATCH, f"epoch {epoch}, the root grants {granted}")


def require_committed(found: RegionTrust) -> None:
    """Raise ObjectError MIX_AND_MATCH unless the checkpoint names every object that is held, as it is."""
    for each in found.held:
        if found.checkpoint.find(each.type, each.list) != each:
            name = f"{name_of(each.type)} {each.list}"
            raise ObjectError(SyncReason.MIX_AND_MATCH, f"{name} is not what the checkpoint names")


def _require_sizes(part: Part) -> None:
    if len(part.roots) > MAX_ROOTS:
        raise ObjectError(SyncReason.OBJECT_TOO_LARGE, f"{len(part.roots)} versions of the root")
    for kind, objects in (
        (ObjectType.ROOT, part.roots),
        (ObjectType.CHECKPOINT, (part.checkpoint,)),
        (ObjectType.TRUST_LIST, (part.trust_list,)),
        (ObjectType.BIN, part.bins),
        (ObjectType.STATUS_LIST, part.status_lists),
        (ObjectType.RECOGNITION, () if part.recognition is None else (part.recognition,)),
        (ObjectType.SURVIVORS, part.survivors),
        (ObjectType.SHARD, part.shards),
        (ObjectType.REGISTER, part.registers),
        (ObjectType.BENEFITS, () if part.benefits is None else (part.benefits,)),
    ):
        largest = max(map(len, objects), default=0)
        if largest > SIZE_CAP[kind]:
            raise ObjectError(SyncReason.OBJECT_TOO_LARGE, f"{kind.name.lower()}: {largest} bytes")


def _read(part: Part) -> _Objects:
    return _Objects(
        checkpoint=checkpoint.decode(part.checkpoint),
        trust_list=trust_list.decode(part.trust_list),
        recognition=None if part.recognition is None else recognition.decode(part.recognition),
        benefits=None if part.benefits is None else policy.decode(part.benefits),
        status_lists=tuple(status_list.decode(data) for data in part.status_lists),
        registers=tuple(register.decode_index(data) for data in part.registers),
    )


def _number(newest: Root, listed: StatusList) -> int:
    number = status_list.number_of(newest.status_base, listed.uri)
    if number is None:
        raise ObjectError(SyncReason.OBJECT_MALFORMED, "a status list of another base")
    return number


def _committed(kind: ObjectType, number: int, order: tuple[int, int], data: bytes) -> Committed:
    return Committed(kind, number, *order, sha256(data))


def _require_region(found: Region, expected: Region) -> None:
    if found != expected:
        raise ObjectError(SyncReason.WRONG_REGION, f"{found} where {expected} belongs")
