"""A whole region in memory, honestly signed, for tests and vectors to bend: keys from seeds, objects from the core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from credential import bundle, policy, register, sign, status_list, trust_list
from credential import checkpoint as checkpoints
from credential import recognition as recognitions
from credential import root as roots
from credential.benefits import BenefitPolicy, Clause, ShortageList
from credential.bundle import Part
from credential.checkpoint import Checkpoint, Committed
from credential.cose import decode_sign1
from credential.issuer import CertificateKey, Issuer, OccupationReference, Scope
from credential.model import (
    Basis,
    Certificate,
    Day,
    DocumentType,
    IssuerCode,
    IssuerKind,
    IssuerState,
    KeyState,
    LevelCertificate,
    Occupation,
    Person,
    Region,
    Seconds,
    Status,
    StatusReference,
    Subject,
    day_from_date,
    start_of,
)
from credential.published import Head, LogHead, ObjectType
from credential.recognition import Agreement, RecognitionList
from credential.register import RegisterIndex, Shard
from credential.root import RoleKeys, Root
from credential.sign import SigningKey
from credential.status_list import StatusList
from credential.trust import Trust, load

YEAR = 365 * 86_400
DAY = 86_400

FILED = day_from_date(date(2025, 1, 1))
ISSUED_ON = day_from_date(date(2026, 6, 1))
SIGNED_AT = Seconds(start_of(ISSUED_ON) + 10 * 3600)
PUBLISHED_AT = Seconds(SIGNED_AT + 3600)
ROOTED_AT = start_of(FILED)
NOW = Seconds(PUBLISHED_AT + 3600)

FUJIAN = Region("35")
GUANGDONG = Region("44")
ELECTRICIAN = Occupation(2022, "6-31-01-03", "电工", None)
CODE = IssuerCode("Y000035020101")


def key(name: str) -> SigningKey:
    """The test key of this name."""
    return SigningKey(sha256(b"yinxin test key " + name.encode()).digest())


def certificate_key(
    name: str = "issuer", states: Sequence[tuple[int, KeyState]] = ((start_of(FILED), KeyState.ACTIVE),)
) -> CertificateKey:
    """The public part of a test key as a trust list has it."""
    return CertificateKey(key(name).public, tuple((Seconds(at), state) for at, state in states))


ISSUER = Issuer(
    code=CODE,
    names=((FILED, "厦门港务控股集团有限公司"),),
    kind=IssuerKind.EMPLOYER,
    states=((FILED, IssuerState.FILED),),
    scopes=(Scope(OccupationReference(2022, "6-31-01-03"), 1, FILED, None),),
    keys=(certificate_key(),),
)

CERTIFICATE = Certificate(
    issuer=CODE,
    issued_at=SIGNED_AT,
    person=Person("陈志强", DocumentType.CITIZEN_ID, "123X"),
    number=f"{CODE}263000001",
    subject=LevelCertificate(ELECTRICIAN, 3),
    issued_on=ISSUED_ON,
    basis=Basis.EXAMINATION,
    status=StatusReference(7, "https://fj.example/s/0"),
)


def certificate(
    *,
    subject: Subject | None = None,
    serial: int = 1,
    index: int = 7,
    issued_on: Day = ISSUED_ON,
    issued_at: Seconds = SIGNED_AT,
    **changes: Any,
) -> Certificate:
    """CERTIFICATE with changes; its number follows from level, date and serial unless given."""
    subject = subject or CERTIFICATE.subject
    level = subject.level if isinstance(subject, LevelCertificate) else 0
    year = date.fromordinal(issued_on + date(1970, 1, 1).toordinal()).year % 100
    base = CERTIFICATE._replace(
        subject=subject,
        number=f"{CODE}{year:02d}{level}{serial:06d}",
        issued_on=issued_on,
        issued_at=issued_at,
        status=StatusReference(index, CERTIFICATE.status.uri),
    )
    return base._replace(**changes)


def sign_it(what: Certificate = CERTIFICATE, by: str = "issuer") -> bytes:
    """`what`, signed by the test key `by`."""
    return sign.sign_certificate(what, key(by))


@dataclass(frozen=True)
class World:
    """One region. Everything has a default; `replace` what a test is about, then `part()` signs it all."""

    region: Region = FUJIAN
    issuers: tuple[Issuer, ...] = (ISSUER,)
    issuers_a_bin: int = trust_list.ISSUERS_A_BIN
    statuses: Mapping[int, Status] = field(default_factory=lambda: {7: Status.VALID})
    list_length: int = 1024
    registered: Mapping[int, bytes] | None = None
    """Index -> certificate bytes; None publishes no register."""
    agreements: tuple[Agreement, ...] | None = None
    clauses: tuple[Clause, ...] | None = None
    """None publishes no benefit policy."""
    shortage_lists: tuple[ShortageList, ...] = ()
    survivors: tuple[bytes, ...] = ()
    log: LogHead | None = None
    status_base: str = "https://fj.example/s/"
    epoch: int = 1
    seq: int = 1
    root_issued: Seconds = ROOTED_AT
    root_lifetime: int = 3 * YEAR
    list_issued: Seconds = PUBLISHED_AT
    list_lifetime: int = 180 * DAY
    policy_lifetime: int = 180 * DAY
    status_issued: Seconds = PUBLISHED_AT
    status_lifetime: int = 30 * DAY
    checkpoint_issued: Seconds = PUBLISHED_AT
    before: Part | None = None
    """What was published before: a trust list is built on it."""
    root_threshold: int = 2
    list_threshold: int = 2

    def keys(self, role: str, count: int) -> tuple[SigningKey, ...]:
        """The role's keys."""
        return tuple(key(f"{self.region} {role} {n}") for n in range(count))

    def root(self) -> Root:
        """The first version of the root."""
        counts = {"root": (self.root_threshold, 3), "list": (self.list_threshold, 3), "status": (1, 1)}
        counts["checkpoint"] = (1, 1)
        first, second, third, fourth = (
            RoleKeys(self.epoch, threshold, tuple(k.public for k in self.keys(role, count)))
            for role, (threshold, count) in counts.items()
        )
        head = Head(self.region, self.epoch, 1, self.root_issued, Seconds(self.root_issued + self.root_lifetime))
        return Root(head, (first, second, third, fourth), self.status_base)

    def root_bytes(self) -> bytes:
        """The root, signed by its threshold."""
        keys = self.keys("root", 3)[: self.root_threshold]
        return sign.sign(self.root().encode(), roots.TYP, keys)

    def list_head(self) -> Head:
        """The head of the objects that the list role signs."""
        return Head(self.region, self.epoch, self.seq, self.list_issued, Seconds(self.list_issued + self.list_lifetime))

    def part(self) -> Part:
        """Everything signed and consistent."""
        before = None if self.before is None else trust_list.decode(self.before.trust_list)[0]
        listed, bins = trust_list.build(self.list_head(), self.issuers, self.issuers_a_bin, before)
        list_keys = self.keys("list", 3)[: self.list_threshold]
        trust_bytes = sign.sign(listed.encode(), trust_list.TYP, list_keys)
        status_bytes = self.status_bytes()
        recognition_bytes = None
        if self.agreements is not None:
            table = RecognitionList(self.list_head(), self.agreements)
            recognition_bytes = sign.sign(table.encode(), recognitions.TYP, list_keys)
        policy_bytes = self.policy_bytes()
        registers, shards = self.register_objects()
        root_bytes = self.root_bytes()
        order = (self.epoch, self.seq)
        entries = [
            _committed(ObjectType.ROOT, (self.epoch, 1), root_bytes),
            _committed(ObjectType.TRUST_LIST, order, trust_bytes),
            _committed(ObjectType.STATUS_LIST, order, status_bytes),
        ]
        if recognition_bytes is not None:
            entries.append(_committed(ObjectType.RECOGNITION, order, recognition_bytes))
        entries += [_committed(ObjectType.REGISTER, order, data) for data in registers]
        if policy_bytes is not None:
            entries.append(_committed(ObjectType.BENEFITS, order, policy_bytes))
        return Part(
            roots=(root_bytes,),
            checkpoint=self.checkpoint_bytes(entries),
            trust_list=trust_bytes,
            bins=bins,
            status_lists=(status_bytes,),
            recognition=recognition_bytes,
            survivors=self.survivors,
            shards=shards,
            registers=registers,
            benefits=policy_bytes,
        )

    def policy_bytes(self) -> bytes | None:
        """The benefit policy, signed; None without one."""
        if self.clauses is None:
            return None
        head = self.list_head()._replace(expires=Seconds(self.list_issued + self.policy_lifetime))
        table = BenefitPolicy(head, self.clauses, self.shortage_lists)
        return sign.sign(table.encode(), policy.TYP, self.keys("list", 3)[: self.list_threshold])

    def status_bytes(self) -> bytes:
        """List 0, signed."""
        listed = StatusList(
            region=self.region,
            uri=f"{self.status_base}0",
            epoch=self.epoch,
            seq=self.seq,
            issued=self.status_issued,
            expires=Seconds(self.status_issued + self.status_lifetime),
            ttl=status_list.DEFAULT_TTL,
            entries=status_list.pack(self.statuses, self.list_length),
        )
        return sign.sign1(listed.encode(), status_list.TYP, self.keys("status", 1)[0])

    def checkpoint_bytes(self, entries: Sequence[Committed]) -> bytes:
        """The checkpoint that names `entries`, signed."""
        issued = self.checkpoint_issued
        head = Head(self.region, self.epoch, self.seq, issued, Seconds(issued + 3 * DAY))
        seen = Checkpoint(head, Seconds(issued + DAY), tuple(entries), self.log)
        return sign.sign1(seen.encode(), checkpoints.TYP, self.keys("checkpoint", 1)[0])

    def register_objects(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """The register index and shards of list 0."""
        if self.registered is None:
            return (), ()
        firsts = range(0, max(self.registered) + 1, register.INDICES_A_SHARD)
        shards = [
            Shard(
                0,
                first,
                register.pack_digests(
                    register.digest_of(decode_sign1(data, None).to_be_signed)
                    for index, data in self.registered.items()
                    if register.first_of(index) == first
                ),
            ).encode()
            for first in firsts
        ]
        index = RegisterIndex(0, tuple(sha256(shard).digest() for shard in shards))
        return (index.encode(),), tuple(shards)

    def bundle(self, *others: "World") -> bytes:
        """A bundle of this region and others."""
        return bundle.encode({each.region: each.part() for each in (self, *others)})

    def pin(self) -> bytes:
        """The pin of this region's root."""
        return roots.pin_of(self.root_bytes())

    def trust(self, *others: "World") -> Trust:
        """The trust of a verifier whose home this is."""
        return load(self.bundle(*others), frozenset({self.pin()}))


def _committed(kind: ObjectType, order: tuple[int, int], data: bytes) -> Committed:
    return Committed(kind, 0, *order, sha256(data).digest())
