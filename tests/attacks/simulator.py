"""A province in memory, whose state a test changes and which publishes it as real signed objects, as often as it likes.

Whoever stole keys publishes from a copy that has no other keys: what he cannot sign stays as it was published last.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Self

from credential import checkpoint, cose, policy, qr_text, recognition, register, root, sign, status_list, trust_list
from credential.benefits import BenefitPolicy, Clause
from credential.bundle import Part
from credential.checkpoint import Checkpoint, Committed
from credential.issuer import Issuer, Survivors
from credential.model import (
    Certificate,
    IssuerCode,
    IssuerState,
    KeyState,
    Region,
    Seconds,
    Status,
    StatusReference,
    day_of,
)
from credential.published import Head, ObjectType
from credential.recognition import Agreement, RecognitionList
from credential.register import RegisterIndex, Shard
from credential.root import Role, RoleKeys, Root
from credential.sign import SigningKey
from credential.status_list import StatusList
from tests.jimei import LISTS
from tests.world import DAY, FUJIAN, ISSUER, NOW, ROOTED_AT, YEAR, certificate, key

MONTH: Final = 30 * DAY
THRESHOLDS: Final = {Role.ROOT: 2, Role.LIST: 2, Role.STATUS: 1, Role.CHECKPOINT: 1}
HOLDERS: Final = {Role.ROOT: 3, Role.LIST: 3, Role.STATUS: 1, Role.CHECKPOINT: 1}
Keys = dict[Role, tuple[SigningKey, ...]]


def holders(region: Region, role: Role, generation: int = 1) -> tuple[SigningKey, ...]:
    """The keys that a ceremony gives to a role."""
    return tuple(key(f"{region} {role.name} {generation} {n}") for n in range(HOLDERS[role]))


def text(data: bytes) -> str:
    """What stands in the QR."""
    return qr_text.encode("fj.example", data)


def digest(data: bytes) -> bytes:
    """What a register has of a certificate."""
    return register.digest_of(cose.decode_sign1(data, None).to_be_signed)


@dataclass
class Province:
    """One region's registry. Change anything, then `publish`; `published` keeps every part."""

    region: Region = FUJIAN
    status_base: str = "https://fj.example/s/"
    now: Seconds = NOW
    seq: int = 0
    keys: Keys = field(default_factory=dict)
    roots: tuple[bytes, ...] = ()
    issuers: dict[IssuerCode, Issuer] = field(default_factory=dict)
    statuses: dict[int, Status] = field(default_factory=dict)
    length: int = 1024
    registered: dict[int, bytes] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()
    clauses: tuple[Clause, ...] = ()
    """The benefit policy; none is published without a clause."""
    survivors: tuple[bytes, ...] = ()
    published: list[Part] = field(default_factory=list)

    @classmethod
    def founded(cls, **changes: Any) -> Self:
        """A province with one issuer, whose keys were made in a ceremony; nothing is published yet."""
        made = cls(**{"issuers": {ISSUER.code: ISSUER}, **changes})
        made.keys = {role: holders(made.region, role) for role in Role}
        roles = tuple(RoleKeys(1, THRESHOLDS[role], _public(made.keys[role])) for role in Role)
        first = Root(Head(made.region, 1, 1, ROOTED_AT, Seconds(ROOTED_AT + 3 * YEAR)), roles, made.status_base)  # type: ignore[arg-type]
        made.roots = (sign.sign(first.encode(), root.TYP, made.keys[Role.ROOT][:2]),)
        return made

    # --- who stands where -----------------------------------------------------------------------------------------

    @property
    def root(self) -> Root:
        """The newest root."""
        return root.decode(self.roots[-1])[0]

    @property
    def pin(self) -> bytes:
        """What a verifier was given on paper."""
        return root.pin_of(self.roots[0])

    @property
    def last(self) -> Part:
        """What was published last."""
        return self.published[-1]

    def fork(self) -> Self:
        """A second registry with the same past: a backup, or another machine on the same database."""
        found = copy(self)
        for name in ("keys", "issuers", "statuses", "registered", "published"):
            setattr(found, name, copy(getattr(self, name)))
        return found

    def thief(self, *stolen: Role, of_each: int | None = None) -> Self:
        """Somebody who knows all that is public, and holds these roles' keys (`of_each`: so many of each role)."""
        found = self.fork()
        found.keys = {role: self.keys[role][:of_each] for role in stolen}
        return found

    # --- what happens in a province -------------------------------------------------------------------------------

    def certify(self, index: int, by: str = "issuer", **changes: Any) -> bytes:
        """An issuer signs a certificate and registers it."""
        data = self.forge(index, by, **changes)
        self.statuses[index] = Status.VALID
        self.registered[index] = data
        return data

    def forge(self, index: int, by: str = "issuer", **changes: Any) -> bytes:
        """Somebody signs a certificate with the test key `by`, and registers nothing."""
        return sign.sign_certificate(self._certificate(index, **changes), key(by))

    def _certificate(self, index: int, **changes: Any) -> Certificate:
        what = certificate(index=index, serial=index % 1_000_000, **changes)
        return what if "status" in changes else what._replace(status=StatusReference(index, f"{self.status_base}0"))

    def decide(self, state: IssuerState, at: Seconds, code: IssuerCode = ISSUER.code) -> None:
        """The authority changes the state of an issuer from that day on."""
        issuer = self.issuers[code]
        self.issuers[code] = issuer._replace(states=(*issuer.states, (day_of(at), state)))

    def compromise(self, since: Seconds, standing: Sequence[bytes] = (), code: IssuerCode = ISSUER.code) -> None:
        """The first key of an issuer was in other hands since then; what stands is pinned."""
        issuer = self.issuers[code]
        file = register.pack_digests(map(digest, standing)).data
        self.survivors = (*self.survivors, file)
        first, *others = issuer.keys
        honest = tuple(each for each in first.states if each[1] is not KeyState.COMPROMISED)
        states = (*honest, (since, KeyState.COMPROMISED))
        stolen = first._replace(states=states, survivors=Survivors(sha256(file).digest(), len(standing)))
        self.issuers[code] = issuer._replace(keys=(stolen, *others))

    def ceremony(self, *roles: Role, version: int | None = None, signers: Sequence[SigningKey] | None = None) -> None:
        """The holders of the root sign its next version: new keys and a new epoch for these roles."""
        old, before = self.root, self.keys.get(Role.ROOT, ())
        number = version or old.head.seq + 1
        self.keys |= {role: holders(self.region, role, number) for role in roles}
        given = tuple(
            RoleKeys(each.epoch + 1, each.threshold, _public(self.keys[role])) if role in roles else each
            for role, each in zip(Role, old.roles, strict=True)
        )
        head = Head(self.region, given[0].epoch, number, self.now, Seconds(self.now + 3 * YEAR))
        following = old._replace(head=head, roles=given)  # type: ignore[arg-type]
        both = signers or dict.fromkeys((*before[:2], *self.keys.get(Role.ROOT, ())[:2]))
        self.roots = (*self.roots, sign.sign(following.encode(), root.TYP, both))

    # --- publishing -----------------------------------------------------------------------------------------------

    def publish(self, seq: int | None = None) -> Part:
        """Sign everything anew, as the next of the sequence or as `seq`."""
        self.seq = self.seq + 1 if seq is None else seq
        lists = (
            self._lists() if Role.LIST in self.keys else (self.last.trust_list, self.last.bins, self.last.recognition)
        )
        registers, shards = self._register()
        part = Part(
            roots=self.roots,
            checkpoint=b"",
            trust_list=lists[0],
            bins=lists[1],
            status_lists=(self._statuses(),) if Role.STATUS in self.keys else self.last.status_lists,
            recognition=lists[2],
            survivors=self.survivors,
            shards=shards,
            registers=registers,
            benefits=self._policy() if Role.LIST in self.keys else self.last.benefits,
        )
        kept = Role.CHECKPOINT not in self.keys
        part = part._replace(checkpoint=self.last.checkpoint if kept else self.commit(part))
        self.published.append(part)
        return part

    def commit(self, part: Part, without: Sequence[ObjectType] = ()) -> bytes:
        """A checkpoint that names all that the part holds, but for these types."""
        order = (self.root.role(Role.CHECKPOINT).epoch, self.seq)
        head = Head(self.region, *order, self.now, Seconds(self.now + 3 * DAY))
        entries = tuple(each for each in _named(part, order) if each.type not in without)
        seen = Checkpoint(head, Seconds(self.now + DAY), entries)
        return sign.sign1(seen.encode(), checkpoint.TYP, self.keys[Role.CHECKPOINT][0])

    def _head(self) -> Head:
        return Head(self.region, self.root.role(Role.LIST).epoch, self.seq, self.now, Seconds(self.now + 6 * MONTH))

    def _lists(self) -> tuple[bytes, tuple[bytes, ...], bytes | None]:
        signers = self.keys[Role.LIST][: THRESHOLDS[Role.LIST]]
        listed, bins = trust_list.build(self._head(), self.issuers.values())
        table = RecognitionList(self._head(), self.agreements)
        signed = sign.sign(table.encode(), recognition.TYP, signers) if self.agreements else None
        return sign.sign(listed.encode(), trust_list.TYP, signers), bins, signed

    def _policy(self) -> bytes | None:
        table = BenefitPolicy(self._head(), self.clauses, LISTS)
        signers = self.keys[Role.LIST][: THRESHOLDS[Role.LIST]]
        return sign.sign(table.encode(), policy.TYP, signers) if self.clauses else None

    def _statuses(self) -> bytes:
        listed = StatusList(
            region=self.region,
            uri=f"{self.status_base}0",
            epoch=self.root.role(Role.STATUS).epoch,
            seq=self.seq,
            issued=self.now,
            expires=Seconds(self.now + MONTH),
            ttl=status_list.DEFAULT_TTL,
            entries=status_list.pack(self.statuses, self.length),
        )
        return sign.sign1(listed.encode(), status_list.TYP, self.keys[Role.STATUS][0])

    def _register(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        end = max(self.registered, default=-1) + 1
        shards = [self._shard(first) for first in range(0, end, register.INDICES_A_SHARD)]
        index = RegisterIndex(0, tuple(sha256(each).digest() for each in shards))
        return (index.encode(),), tuple(shards)

    def _shard(self, first: int) -> bytes:
        mine = [digest(data) for index, data in self.registered.items() if register.first_of(index) == first]
        return Shard(0, first, register.pack_digests(mine)).encode()


def _named(part: Part, order: tuple[int, int]) -> list[Committed]:
    """What a checkpoint of this order says of each object of the part."""
    found = [(ObjectType.ROOT, root.decode(part.roots[-1])[0].head.order, part.roots[-1])]
    found.append((ObjectType.TRUST_LIST, trust_list.decode(part.trust_list)[0].head.order, part.trust_list))
    found += [(ObjectType.STATUS_LIST, status_list.decode(each)[0].order, each) for each in part.status_lists]
    if part.recognition is not None:
        found.append((ObjectType.RECOGNITION, recognition.decode(part.recognition)[0].head.order, part.recognition))
    found += [(ObjectType.REGISTER, order, each) for each in part.registers]
    if part.benefits is not None:
        found.append((ObjectType.BENEFITS, policy.decode(part.benefits)[0].head.order, part.benefits))
    return [Committed(kind, 0, *place, sha256(data).digest()) for kind, place, data in found]


def _public(keys: Sequence[SigningKey]) -> tuple[bytes, ...]:
    return tuple(each.public for each in keys)
