"""Ceremonies: the next root, or the next lists, prepared at the registry, signed by each holder offline, assembled.

A preparation is one file with all that a holder needs to see what changes: the roots, what is published, what is to be
signed. It is believed no further than the holder's own machine can verify it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from hashlib import sha256
from itertools import combinations
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import benefits, bundle, cbor, cose, ed25519, policy, recognition, root, sign, trust, trust_list
from credential.benefits import BenefitPolicy
from credential.bundle import Part
from credential.cose import Signature
from credential.errors import CredentialError
from credential.model import Seconds
from credential.published import Head, array, octets, text, uint
from credential.recognition import RecognitionList
from credential.root import Role, RoleKeys, Root
from credential.sign import SigningKey
from credential.trust import RegionTrust
from credential.trust_list import Issuers, TrustList
from registry import settings
from registry.ceremonies import founding
from registry.problems import Problem, Refused
from registry.publishing import filed
from registry.publishing.filed import Draft, Filed
from registry.record import acts
from registry.record.acts import Act
from registry.store.models import RootRow

MAX_BYTES: Final = 256 << 20
MAX_SIGNATURE_BYTES: Final = 64 << 10
_VERSION: Final = 2


@unique
class Fault(Enum):
    """Why a ceremony does not go on, each with its words."""

    NOT_A_PREPARATION = "不是 prepare 产生的文件，或已损坏 / not a file that `prepare` made, or damaged"
    NOT_A_SIGNATURE = "不是签名文件 / not a signature file"
    WRONG_KEY = "这把密钥不在该角色之中 / this key is not one of the role's"
    KEY_TWICE = "同一把密钥签了两次 / one key signed twice"
    OTHER_CONTENT = "签的是另一份文件 / a signature of another preparation"
    SIGNATURE_INVALID = "签名不成立 / the signature does not hold"
    STALE = "准备之后情况已变，请重新 prepare / something changed since it was prepared: prepare anew"
    THRESHOLD_NOT_MET = "签名的人数不够 / not enough holders signed"


def refused(fault: Fault, detail: str = "") -> Refused:
    """The refusal."""
    return Refused(Problem.REFUSED, f"{fault.name}: {fault.value}" + (f" ({detail})" if detail else ""))


@unique
class Kind(Enum):
    """What is signed."""

    ROOT = "root"
    LISTS = "lists"


_TYPES: Final[Mapping[Kind, frozenset[tuple[str, ...]]]] = {
    Kind.ROOT: frozenset({(root.TYP,)}),
    Kind.LISTS: frozenset(
        (trust_list.TYP, *more) for many in range(3) for more in combinations((recognition.TYP, policy.TYP), many)
    ),
}
"""The media types of what may be signed together, in order."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """What `prepare` wrote. `to_sign` by media type: the root's, or the trust list's and those of the other lists.

    `published` is the part that is published, None before the first. Bins and survivors are what the lists name.
    """

    kind: Kind
    roots: tuple[bytes, ...]
    to_sign: Mapping[str, bytes]
    published: Part | None
    bins: tuple[bytes, ...] = ()
    survivors: tuple[bytes, ...] = ()
    filing_change: int = 0

    @property
    def current(self) -> Root:
        """The newest root that is in force, each version signed as it must be; the first is taken as it stands."""
        return root.chain(self.roots, frozenset({self.pin}))[-1]

    @property
    def pin(self) -> bytes:
        """The SHA-256 of the first root."""
        return root.pin_of(self.roots[0])

    @property
    def role(self) -> Role:
        """Whose holders sign."""
        return Role.ROOT if self.kind is Kind.ROOT else Role.LIST

    @property
    def signers(self) -> frozenset[bytes]:
        """The keys that may sign: of a new root the old one's and its own."""
        keys = set(self.current.role(self.role).keys)
        return frozenset(keys | set(self.next_root.role(Role.ROOT).keys) if self.kind is Kind.ROOT else keys)

    @property
    def next_root(self) -> Root:
        """The root to be signed."""
        return root.decode(_unsigned(root.TYP, self.to_sign[root.TYP]))[0]

    @property
    def held(self) -> RegionTrust | None:
        """What is published, verified from the first root on."""
        if self.published is None:
            return None
        return trust.establish(self.current.head.region, self.published, frozenset({self.pin}))

    def encode(self) -> bytes:
        """The file."""
        region = self.current.head.region
        held = b"" if self.published is None else bundle.encode({region: self.published})
        blobs = (self.roots, self.to_sign.values(), self.bins, self.survivors)
        lists: list[cbor.Value] = [list[cbor.Value](each) for each in blobs]
        return cbor.encode([_VERSION, self.kind.value, held, self.filing_change, list(self.to_sign), *lists])


def decode(data: bytes) -> Preparation:
    """The preparation in `data`, all of it read and verified as far as it goes. Refused NOT_A_PREPARATION."""
    try:
        version, kind, held, change, types, *lists = array(cbor.decode(data), 9)
        roots, payloads, bins, survivors = (tuple(octets(each) for each in array(every)) for every in lists)
        published = None
        if octets(held):
            ((_, published),) = bundle.decode(octets(held)).items()
        to_sign = dict(zip(map(text, array(types)), payloads, strict=True))
        found = Preparation(Kind(text(kind)), roots, to_sign, published, bins, survivors, uint(change))
        _require_sound(found, uint(version))
    except (CredentialError, ValueError, IndexError, KeyError) as error:
        raise refused(Fault.NOT_A_PREPARATION, str(error)) from None
    return found


def _require_sound(found: Preparation, version: int) -> None:
    current, _ = found.current, found.held
    if version != _VERSION or tuple(found.to_sign) not in _TYPES[found.kind]:
        raise ValueError("version or payloads")
    heads = [found.next_root.head] if found.kind is Kind.ROOT else lists_of(found).heads
    if {head.region for head in heads} != {current.head.region}:
        raise ValueError("of another region")
    if found.kind is Kind.LISTS:
        list(issuers_of(found))


class Lists(NamedTuple):
    """The lists that are to be signed; None for one that there is not."""

    trust_list: TrustList
    recognition: RecognitionList | None
    benefits: BenefitPolicy | None

    @property
    def heads(self) -> list[Head]:
        """Each one's head."""
        return [each.head for each in self if each is not None]


def lists_of(found: Preparation) -> Lists:
    """The lists that are to be signed, read whole."""
    listed, _ = trust_list.decode(_unsigned(trust_list.TYP, found.to_sign[trust_list.TYP]))
    table, promised = found.to_sign.get(recognition.TYP), found.to_sign.get(policy.TYP)
    return Lists(
        listed,
        None if table is None else recognition.decode(_unsigned(recognition.TYP, table))[0],
        None if promised is None else benefits.decode(promised),
    )


def issuers_of(found: Preparation) -> Issuers:
    """The issuers of the trust list that is to be signed; each bin is the one whose SHA-256 that list names."""
    return Issuers(lists_of(found).trust_list, {sha256(data).digest(): data for data in found.bins})


@dataclass(frozen=True, slots=True)
class Change:
    """What the next root changes: whole new sets of keys by role, new thresholds, roles that begin a new epoch."""

    keys: Mapping[Role, tuple[bytes, ...]]
    thresholds: Mapping[Role, int]
    new_epochs: frozenset[Role]


def prepare_root(session: Session, change: Change, now: Seconds) -> Preparation:
    """The version that follows the newest. Refused if it could not be one, or takes a key that is in use."""
    roots = tuple(session.scalars(select(RootRow.data).order_by(RootRow.version)))
    current, _ = root.decode(roots[-1])
    first, second, third, fourth = (_next_role(current.role(role), role, change) for role in Role)
    head = current.head._replace(
        epoch=first.epoch,
        seq=current.head.seq + 1,
        issued=now,
        expires=Seconds(now + founding.ROOT_LIFETIME),
    )
    following = Root(head, (first, second, third, fourth), current.status_base)
    founding.require_free(session, _keys_of(following))
    return decode(Preparation(Kind.ROOT, roots, {root.TYP: following.encode()}, None).encode())


def prepare_lists(session: Session, published: Part | None, seq: int, now: Seconds) -> Preparation:
    """The lists as the database has them now."""
    acts.require_whole(session)
    drafted = filed.draft(session, published, seq, now)
    named = drafted.bins, drafted.survivors
    return Preparation(Kind.LISTS, drafted.roots, drafted.to_sign, _shown(published), *named, drafted.filing_change)


def _shown(part: Part | None) -> Part | None:
    """What a holder compares with: neither statuses nor the register, which may be large."""
    return part and part._replace(status_lists=(), survivors=(), shards=(), registers=())


def sign_it(prepared: Preparation, key: SigningKey) -> bytes:
    """One holder's signature file. Refused WRONG_KEY."""
    if key.public not in prepared.signers:
        raise refused(Fault.WRONG_KEY, key.kid.hex())
    made = [
        {"sha256": sha256(payload).hexdigest(), "signature": sign.signature_for(payload, typ, key).signature.hex()}
        for typ, payload in prepared.to_sign.items()
    ]
    return json.dumps({"yinxin_signature": 2, "kid": key.kid.hex(), "signatures": made}, indent=2).encode() + b"\n"


def assemble(prepared: Preparation, files: Iterable[bytes]) -> Mapping[str, bytes]:
    """The signed objects by media type. Refused: a signature file's own fault, KEY_TWICE, or THRESHOLD_NOT_MET."""
    by_holder = [_signatures(prepared, file) for file in files]
    kids = [each[0].kid for each in by_holder]
    if len(set(kids)) != len(kids):
        raise refused(Fault.KEY_TWICE)
    made = {
        typ: sign.assemble(payload, typ, signatures)
        for (typ, payload), *signatures in zip(prepared.to_sign.items(), *by_holder, strict=True)
    }
    try:
        _require_enough(prepared, made)
    except CredentialError as error:
        raise refused(Fault.THRESHOLD_NOT_MET, error.detail) from None
    return made


def _require_enough(prepared: Preparation, made: Mapping[str, bytes]) -> None:
    if prepared.kind is Kind.ROOT:
        root.successor(prepared.current, made[root.TYP])
        return
    for typ, data in made.items():
        prepared.current.role(Role.LIST).require_threshold(cose.decode_sign(data, typ))


def install_root(session: Session, prepared: Preparation, data: bytes, who: str, now: Seconds, why: str = "") -> Root:
    """Put the next root in the database; it is published with the next full publication. Refused STALE."""
    row = settings.lock(session)
    before = session.scalars(select(RootRow.data).order_by(RootRow.version.desc()).limit(1)).one()
    if before != prepared.roots[-1]:
        raise refused(Fault.STALE)
    following = root.successor(root.decode(before)[0], data)
    session.add(RootRow(version=following.head.seq, data=data))
    session.flush()
    founding.remember_role_keys(session, row.region, _keys_of(following))
    settings.touch_filing(row)
    detail = {"version": following.head.seq, "sha256": sha256(data).hexdigest()}
    acts.record(session, Act(who, "root.install", row.region, why, detail), now)
    return following


def signed_lists(session: Session, prepared: Preparation, made: Mapping[str, bytes], published: Part | None) -> Filed:
    """The lists as they are to be published. Refused STALE if another root or other lists came in between."""
    roots = tuple(session.scalars(select(RootRow.data).order_by(RootRow.version)))
    if roots != prepared.roots or _lists(published) != _lists(prepared.published):
        raise refused(Fault.STALE)
    payloads = prepared.to_sign
    drafted = Draft(
        roots=roots,
        trust_list=payloads[trust_list.TYP],
        recognition=payloads.get(recognition.TYP),
        bins=prepared.bins,
        survivors=prepared.survivors,
        filing_change=prepared.filing_change,
        benefits=payloads.get(policy.TYP),
    )
    return filed.complete(drafted, made)


def _lists(part: Part | None) -> tuple[bytes, bytes | None, bytes | None] | None:
    return None if part is None else (part.trust_list, part.recognition, part.benefits)


def _unsigned(typ: str, payload: bytes) -> bytes:
    """A message of the payload with a signature that is none, to be read like a signed one."""
    return (
        b"\xd8\x62\x84"
        + cbor.byte_string(cose.protected_sign(typ))
        + b"\xa0"
        + cbor.byte_string(payload)
        + cbor.encode([[cose.protected_sign1(bytes(8), None), {}, bytes(64)]])
    )


def _next_role(before: RoleKeys, role: Role, change: Change) -> RoleKeys:
    keys = change.keys.get(role) or before.keys
    threshold = change.thresholds.get(role, before.threshold)
    if not 1 <= threshold <= len(keys):
        raise Refused(Problem.REFUSED, f"{role.name.lower()}: 门槛 {threshold} 与 {len(keys)} 把密钥不合 / threshold")
    return RoleKeys(before.epoch + (role in change.new_epochs), threshold, keys)


def _keys_of(found: Root) -> list[tuple[Role, bytes]]:
    return [(role, public) for role in Role for public in found.role(role).keys]


def _signatures(prepared: Preparation, file: bytes) -> list[Signature]:
    """One holder's signatures, verified, one for each payload."""
    try:
        found: Any = json.loads(file)
        kid = bytes.fromhex(found["kid"])
        said = [(bytes.fromhex(each["sha256"]), bytes.fromhex(each["signature"])) for each in found["signatures"]]
    except (ValueError, KeyError, TypeError):
        raise refused(Fault.NOT_A_SIGNATURE) from None
    if [digest for digest, _ in said] != [sha256(payload).digest() for payload in prepared.to_sign.values()]:
        raise refused(Fault.OTHER_CONTENT)
    keys = [key for key in prepared.signers if cose.kid(key) == kid]
    if not keys:
        raise refused(Fault.WRONG_KEY, kid.hex())
    made = []
    for (typ, payload), (_, signature) in zip(prepared.to_sign.items(), said, strict=True):
        to_be_signed = cose.to_be_signed_sign(cose.protected_sign(typ), cose.protected_sign1(kid, None), payload)
        made.append(Signature(kid, signature, to_be_signed))
    _require_hold(keys, made)
    return made


def _require_hold(keys: Sequence[bytes], made: Sequence[Signature]) -> None:
    try:
        for each in made:
            ed25519.find_signer(keys, each.to_be_signed, each.signature)
    except CredentialError:
        raise refused(Fault.SIGNATURE_INVALID) from None
