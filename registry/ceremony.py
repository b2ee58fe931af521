"""Ceremonies: the next root, or the next lists, prepared at the registry, signed by each holder offline, assembled.

A preparation is one file with all that a holder needs to see what changes: the roots, what is published, what is to be
signed. It is believed no further than the holder's own machine can verify it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from credential import bundle, cbor, cose, ed25519, recognition, root, sign, trust, trust_list
from credential.bundle import Part
from credential.cose import Signature
from credential.errors import CredentialError
from credential.model import Seconds
from credential.published import array, octets, text, uint
from credential.root import Role, RoleKeys, Root
from credential.sign import SigningKey
from credential.trust import RegionTrust
from credential.trust_list import Issuers
from registry import acts, founding, settings
from registry.acts import Act
from registry.problems import Problem, Refused
from registry.publishing import filed
from registry.publishing.filed import Draft, Filed
from registry.store.models import RootRow

MAX_BYTES: Final = 256 << 20
MAX_SIGNATURE_BYTES: Final = 64 << 10
_VERSION: Final = 1
_LIST_TYPES: Final = (trust_list.TYP, recognition.TYP)


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


@dataclass(frozen=True, slots=True)
class Preparation:
    """What `prepare` wrote. `payloads` are the root's, or those of the trust list and of recognition if there is one.

    `published` is the part that is published, None before the first. Bins and survivors are what the lists name.
    """

    kind: Kind
    roots: tuple[bytes, ...]
    payloads: tuple[bytes, ...]
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
    def types(self) -> tuple[str, ...]:
        """The media type of each payload."""
        return (root.TYP,) if self.kind is Kind.ROOT else _LIST_TYPES[: len(self.payloads)]

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
        return root.decode(_unsigned(root.TYP, self.payloads[0]))[0]

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
        blobs = (self.roots, self.payloads, self.bins, self.survivors)
        lists: list[cbor.Value] = [list[cbor.Value](each) for each in blobs]
        return cbor.encode([_VERSION, self.kind.value, held, self.filing_change, *lists])


def decode(data: bytes) -> Preparation:
    """The preparation in `data`, all of it read and verified as far as it goes. Refused NOT_A_PREPARATION."""
    try:
        version, kind, held, change, *lists = array(cbor.decode(data), 8)
        roots, payloads, bins, survivors = (tuple(octets(each) for each in array(every)) for every in lists)
        published = None
        if octets(held):
            ((_, published),) = bundle.decode(octets(held)).items()
        found = Preparation(Kind(text(kind)), roots, payloads, published, bins, survivors, uint(change))
        _require_sound(found, uint(version))
    except (CredentialError, ValueError, IndexError) as error:
        raise refused(Fault.NOT_A_PREPARATION, str(error)) from None
    return found


def _require_sound(found: Preparation, version: int) -> None:
    current, _ = found.current, found.held
    if version != _VERSION or not 0 < len(found.payloads) <= (1 if found.kind is Kind.ROOT else 2):
        raise ValueError("version or payloads")
    regions = [found.next_root.head.region] if found.kind is Kind.ROOT else [lists_of(found)[0].head.region]
    if regions != [current.head.region]:
        raise ValueError("of another region")
    if found.kind is Kind.LISTS:
        list(issuers_of(found))


def lists_of(found: Preparation) -> tuple[trust_list.TrustList, recognition.RecognitionList | None]:
    """The lists that are to be signed."""
    listed, _ = trust_list.decode(_unsigned(trust_list.TYP, found.payloads[0]))
    if len(found.payloads) == 1:
        return listed, None
    return listed, recognition.decode(_unsigned(recognition.TYP, found.payloads[1]))[0]


def issuers_of(found: Preparation) -> Issuers:
    """The issuers of the trust list that is to be signed; each bin is the one whose SHA-256 that list names."""
    return Issuers(lists_of(found)[0], {sha256(data).digest(): data for data in found.bins})


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
    return decode(Preparation(Kind.ROOT, roots, (following.encode(),), None).encode())


def prepare_lists(session: Session, published: Part | None, seq: int, now: Seconds) -> Preparation:
    """The lists as the database has them now."""
    acts.require_whole(session)
    drafted = filed.draft(session, published, seq, now)
    payloads = (drafted.trust_list, *(() if drafted.recognition is None else (drafted.recognition,)))
    return Preparation(
        Kind.LISTS, drafted.roots, payloads, _shown(published), drafted.bins, drafted.survivors, drafted.filing_change
    )


def _shown(part: Part | None) -> Part | None:
    """What a holder compares with: neither statuses nor the register, which may be large."""
    return part and part._replace(status_lists=(), survivors=(), shards=(), registers=())


def sign_it(prepared: Preparation, key: SigningKey) -> bytes:
    """One holder's signature file. Refused WRONG_KEY."""
    if key.public not in prepared.signers:
        raise refused(Fault.WRONG_KEY, key.kid.hex())
    made = [
        {"sha256": sha256(payload).hexdigest(), "signature": sign.signature_for(payload, typ, key).signature.hex()}
        for payload, typ in zip(prepared.payloads, prepared.types, strict=True)
    ]
    return json.dumps({"yinxin_signature": 2, "kid": key.kid.hex(), "signatures": made}, indent=2).encode() + b"\n"


def assemble(prepared: Preparation, files: Iterable[bytes]) -> tuple[bytes, ...]:
    """The signed objects. Refused: a signature file's own fault, KEY_TWICE, or THRESHOLD_NOT_MET."""
    by_holder = [_signatures(prepared, file) for file in files]
    kids = [each[0].kid for each in by_holder]
    if len(set(kids)) != len(kids):
        raise refused(Fault.KEY_TWICE)
    made = tuple(
        sign.assemble(payload, typ, signatures)
        for payload, typ, *signatures in zip(prepared.payloads, prepared.types, *by_holder, strict=True)
    )
    try:
        _require_enough(prepared, made)
    except CredentialError as error:
        raise refused(Fault.THRESHOLD_NOT_MET, error.detail) from None
    return made


def _require_enough(prepared: Preparation, made: Sequence[bytes]) -> None:
    if prepared.kind is Kind.ROOT:
        root.successor(prepared.current, made[0])
        return
    for data, typ in zip(made, prepared.types, strict=True):
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


def signed_lists(session: Session, prepared: Preparation, made: Sequence[bytes], published: Part | None) -> Filed:
    """The lists as they are to be published. Refused STALE if another root or other lists came in between."""
    roots = tuple(session.scalars(select(RootRow.data).order_by(RootRow.version)))
    if roots != prepared.roots or _lists(published) != _lists(prepared.published):
        raise refused(Fault.STALE)
    listed, table = made[0], made[1] if len(made) > 1 else None
    payloads = (prepared.payloads[0], prepared.payloads[1] if len(made) > 1 else None)
    drafted = Draft(roots, *payloads, prepared.bins, prepared.survivors, prepared.filing_change)
    return filed.complete(drafted, listed, table)


def _lists(part: Part | None) -> tuple[bytes, bytes | None] | None:
    return None if part is None else (part.trust_list, part.recognition)


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
    if [digest for digest, _ in said] != [sha256(payload).digest() for payload in prepared.payloads]:
        raise refused(Fault.OTHER_CONTENT)
    keys = [key for key in prepared.signers if cose.kid(key) == kid]
    if not keys:
        raise refused(Fault.WRONG_KEY, kid.hex())
    made = []
    for payload, typ, (_, signature) in zip(prepared.payloads, prepared.types, said, strict=True):
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
