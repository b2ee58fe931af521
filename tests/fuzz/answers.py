"""What the verifier in Python answers to a frame, as one line of JSON that web/test/differential.ts writes alike."""

import json
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final, TypeAlias

from credential import (
    benefits,
    bundle,
    cbor,
    checkpoint,
    ed25519,
    policy,
    recognition,
    register,
    root,
    status_list,
    trust_list,
)
from credential.bins import decode_bin
from credential.errors import CredentialError, ObjectError
from credential.issuer import CertificateKey, Issuer, OccupationReference
from credential.model import (
    Certificate,
    LevelCertificate,
    PostAppointment,
    Region,
    RegionalHonour,
    Seconds,
    SpecialAbility,
)
from credential.published import Head, ObjectType
from credential.reason import Reason
from credential.recognition import Agreement, Match, RecognisedAs, Row
from credential.trust import RegionTrust, Trust, load
from credential.update import Answer, Kept, update
from credential.verify import Accepted, AsOf, NamedIssuer, Rejected, Undecided, Verdict, verify, verify_bytes
from tests.fuzz import frames
from tests.fuzz.frames import STREAM_CAP, Frame

Json: TypeAlias = "bool | int | str | list[Json] | None"

OCCUPATIONS: Final = (
    OccupationReference(2022, "6-31-01-03"),
    OccupationReference(2015, "6-31-01-03"),
    OccupationReference(0, "x"),
)
"""The dictionary that a bin alone is read with."""


class Answering:
    """Answers frames one after the other: verdicts rely on the bundle that was loaded last."""

    def __init__(self) -> None:
        self.trust = Trust(None, {})

    def line(self, frame: Frame) -> str:
        """The answer; what is not a refusal of ours is told by name, and no other verifier says the same."""
        try:
            answer = self._answer(frame)
        except CredentialError as error:
            answer = ["refused", error.reason.value]
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the finding)
            answer = ["raised in Python", f"{type(error).__name__}: {error}"]
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))

    def _answer(self, frame: Frame) -> Json:
        data = frame.data
        match frame.kind:
            case frames.LOAD:
                self.trust = Trust(None, {})
                home = None if data[32:34] == b"--" else Region(data[32:34].decode())
                self.trust = load(data[34:], frozenset({data[:32]}), home)
                return [self.trust.home]
            case frames.REGIONS:
                return [[region, _region(self.trust.regions[region])] for region in sorted(self.trust.regions)]
            case frames.TEXT:
                return _verdict(verify(data[8:].decode(), self.trust, _now(data)))
            case frames.BYTES:
                return _verdict(verify_bytes(data[8:], self.trust, _now(data)))
            case frames.OBJECT:
                return OBJECTS[data[0]](data[1:])
            case frames.CBOR:
                tags, item = cbor.decode_tagged(data)
                return [[*tags], _item(item)]
            case frames.STREAM:
                return _unpacked(data)
            case frames.KEY:
                return _holds(data)
            case frames.UPDATE:
                return _updated(data)
        raise ValueError(frame.kind)


def _now(data: bytes) -> Seconds:
    return Seconds(int.from_bytes(data[:8], "little"))


def _region(found: RegionTrust | ObjectError) -> Json:
    if isinstance(found, ObjectError):
        return found.reason.value
    return [len(found.roots), found.newest_issued, [*sorted(found.status_lists)], [*sorted(found.register.indexes)]]


def _verdict(found: Verdict) -> Json:
    said: list[Json] = [found.reason.outcome.value, found.reason.value, _why(found), _as_of(found.as_of)]
    issuer = _named(found.issuer)
    match found:
        case Accepted():
            return [*said, issuer, _certificate(found.certificate), found.recognition, _as(found.recognised_as)]
        case Rejected():
            return [*said, issuer, None if found.former is None else _certificate(found.former)]
        case Undecided():
            return [*said, issuer]


def _why(found: Verdict) -> Json:
    """The finer reason of two answers that have one; other details are for people."""
    if isinstance(found, Undecided) and found.reason in {Reason.STALE, Reason.CHAIN_INVALID}:
        return found.detail.partition(":")[0]
    return None


def _as_of(found: AsOf) -> Json:
    return [found.now, found.trust_list, found.status_list, found.registration, found.recognition]


def _named(issuer: NamedIssuer | None) -> Json:
    return None if issuer is None else [issuer.id, issuer.name, int(issuer.kind)]


def _as(found: RecognisedAs | None) -> Json:
    if found is None:
        return None
    occupation = _occupation(found.occupation)
    return [found.region, occupation, found.level, int(found.effect), found.rule, found.document, found.date]


def _certificate(found: Certificate) -> Json:
    replaces = found.extra.replaces
    return [
        *(found.issuer, found.issued_at, found.number, found.issued_on, int(found.basis)),
        [found.person.name, int(found.person.document_type), found.person.document_last4],
        _subject(found),
        [found.status.idx, found.status.uri],
        None if replaces is None else [replaces.list, replaces.idx],
        *(found.extra.sub_level, found.extra.local_post),
    ]


def _subject(found: Certificate) -> Json:
    match found.subject:
        case RegionalHonour(honour):
            return [3, honour]
        case LevelCertificate(occupation, level):
            rest: list[Json] = [level]
        case SpecialAbility(occupation):
            rest = []
        case PostAppointment(occupation, post, ends):
            rest = [int(post), ends]
    what: list[Json] = [occupation.edition, occupation.code, occupation.title, occupation.specialisation]
    return [int(found.kind), *what, *rest]


def _item(value: cbor.Value) -> Json:
    match value:
        case bytes():
            return ["bytes", value.hex()]
        case list():
            return ["array", *map(_item, value)]
        case dict():
            return ["map", *([key, _item(each)] for key, each in value.items())]
        case _:
            return value


def _unpacked(data: bytes) -> Json:
    """By zlib itself, as `credential.status_list` uses it but for the cap, which is smaller here."""
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(data, STREAM_CAP + 1)
    except zlib.error:
        return None
    whole = inflater.eof and not inflater.unused_data and len(found) <= STREAM_CAP
    return found.hex() if whole else None


def _holds(data: bytes) -> Json:
    public, signature, message = data[:32], data[32:96], data[96:]
    fit = ed25519.is_valid_key(public)
    if fit:
        try:
            ed25519.verify_checked(public, message, signature)
        except CredentialError:
            return [True, False]
    return [fit, fit]


def _updated(data: bytes) -> Json:
    home = None if data[32:34] == b"--" else Region(data[32:34].decode())
    begin = 46 + int.from_bytes(data[42:46], "little")
    held = bundle.decode(data[46:begin]) if begin > 46 else {}
    found = update(held, bundle.decode(data[begin:]), frozenset({data[:32]}), _now(data[34:]), home)
    answers: list[Json] = [[region, _answered(each)] for region, each in found.answers.items()]
    stored = sha256(bundle.encode(found.parts)).hexdigest() if found.parts else None
    return [found.home, [*found.strangers], [*found.absent], answers, stored]


def _answered(found: Answer) -> Json:
    if isinstance(found, ObjectError):
        return found.reason.value
    if isinstance(found, Kept):
        return ["kept"]
    return [found.changed, [int(role) for role in found.reset], found.lost]


# --- objects alone ----------------------------------------------------------------------------------------------------


def _head(head: Head) -> list[Json]:
    return [head.region, head.epoch, head.seq, head.issued, head.expires]


def _root(data: bytes) -> Json:
    found, message = root.decode(data)
    roles: list[Json] = [[each.epoch, each.threshold, [key.hex() for key in each.keys]] for each in found.roles]
    return [*_head(found.head), roles, found.status_base, _kids(message.signatures)]


def _kids(signatures: tuple[object, ...]) -> Json:
    return [each.kid.hex() for each in signatures]  # type: ignore[attr-defined]


def _checkpoint(data: bytes) -> Json:
    found, message = checkpoint.decode(data)
    entries: list[Json] = [[int(e.type), e.list, e.epoch, e.seq, e.sha256.hex()] for e in found.entries]
    return [*_head(found.head), found.next_due, entries, message.kid.hex()]


def _trust_list(data: bytes) -> Json:
    found, message = trust_list.decode(data)
    bins: list[Json] = [[each.first, each.sha256.hex()] for each in found.bins]
    return [*_head(found.head), [_occupation(each) for each in found.occupations], bins, _kids(message.signatures)]


def _occupation(found: OccupationReference | None) -> Json:
    return None if found is None else [found.edition, found.code]


def _bin(data: bytes) -> Json:
    return [_issuer(each) for each in decode_bin(data, OCCUPATIONS).values()]


def _issuer(issuer: Issuer) -> Json:
    return [
        issuer.code,
        [[day, name] for day, name in issuer.names],
        int(issuer.kind),
        [[day, int(state)] for day, state in issuer.states],
        [[_occupation(each.occupation), each.highest, each.first, each.last] for each in issuer.scopes],
        [[each.code, each.first, each.last] for each in issuer.sites],
        [_key(each) for each in issuer.keys],
    ]


def _key(key: CertificateKey) -> Json:
    honest = key.states if key.survivors is None else key.states[:-1]
    stolen: Json = None
    if key.survivors is not None:
        stolen = [key.compromised_since, key.survivors.sha256.hex(), key.survivors.size]
    return [key.public.hex(), [[at, int(state)] for at, state in honest], stolen]


def _status_list(data: bytes) -> Json:
    found, message = status_list.decode(data)
    rest: list[Json] = [found.region, found.uri, found.epoch, found.seq, found.issued, found.expires, found.ttl]
    return [*rest, found.entries.hex(), message.kid.hex()]


def _recognition(data: bytes) -> Json:
    found, message = recognition.decode(data)
    return [*_head(found.head), [_agreement(each) for each in found.agreements], _kids(message.signatures)]


def _agreement(found: Agreement) -> Json:
    return [
        found.id,
        found.partner,
        None if found.pin is None else found.pin[1].hex(),
        found.document,
        found.document_day,
        [[day, int(state)] for day, state in found.states],
        found.keep,
        [_match(each) for each in found.deny],
        [_row(each) for each in found.allow],
    ]


def _match(found: Match) -> Json:
    issuer = found.issuer if found.issuer is None or isinstance(found.issuer, str) else int(found.issuer)
    days: list[Json] = [found.first, found.last]
    return [issuer, int(found.kind), found.edition, found.prefix, [*found.levels], *days]


def _row(found: Row) -> Json:
    return [_match(found.match), _occupation(found.occupation), found.level, int(found.effect), found.basis]


def _policy(data: bytes) -> Json:
    found, message = policy.decode(data)
    return [*_head(found.head), _table(found.payload), _kids(message.signatures)]


def _table(payload: bytes) -> Json:
    """How many clauses and lists; null if this version knows no such table."""
    try:
        table = benefits.decode(payload)
    except ObjectError:
        return None
    return [[each.id for each in table.clauses], [each.id for each in table.lists]]


def _survivors(data: bytes) -> Json:
    return len(register.decode_digests(data))


def _shard(data: bytes) -> Json:
    found = register.decode_shard(data)
    return [found.list, found.first, len(found.digests)]


def _register(data: bytes) -> Json:
    found = register.decode_index(data)
    return [found.list, [each.hex() for each in found.hashes]]


def _bundle(data: bytes) -> Json:
    return [[region, _part(part)] for region, part in bundle.decode(data).items()]


def _part(part: bundle.Part) -> Json:
    sizes: list[Json] = [len(part.checkpoint), len(part.trust_list)]
    many = (part.roots, part.bins, part.status_lists, part.survivors, part.shards, part.registers)
    recognised: Json = None if part.recognition is None else len(part.recognition)
    lengths: list[Json] = [[len(each) for each in objects] for objects in many]
    policy_size: Json = None if part.benefits is None else len(part.benefits)
    return [*sizes, recognised, *lengths, policy_size]


OBJECTS: Final[Mapping[int, Callable[[bytes], Json]]] = {
    0: _bundle,
    ObjectType.ROOT: _root,
    ObjectType.CHECKPOINT: _checkpoint,
    ObjectType.TRUST_LIST: _trust_list,
    ObjectType.BIN: _bin,
    ObjectType.STATUS_LIST: _status_list,
    ObjectType.RECOGNITION: _recognition,
    ObjectType.SURVIVORS: _survivors,
    ObjectType.SHARD: _shard,
    ObjectType.REGISTER: _register,
    ObjectType.BENEFITS: _policy,
}
"""Readers of an object alone, by its key in a part; 0 is a bundle."""
