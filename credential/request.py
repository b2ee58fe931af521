"""What an issuer asks of its registry: COSE_Sign1 messages of their own `typ`, signed by the issuer's request key.

A request is archivable evidence, and there is no session or token to leak. The request key is not the certificate key:
whoever steals the one cannot do what the other does.
"""

import re
from enum import IntEnum, unique
from hashlib import sha256
from typing import Final, NamedTuple

from credential import cbor, cose, ed25519, numbers, sign, text
from credential.documents import COMMITMENT_BYTES
from credential.errors import CredentialError
from credential.model import Entry, IssuerCode, Seconds, Status
from credential.reason import Reason
from credential.sign import Signer

TYP: Final = "application/yinxin-request+cose"
ENROLMENT_TYP: Final = "application/yinxin-enrolment+cose"
MEDIA_TYPE: Final = 'application/cose; cose-type="cose-sign1"'
MAX_AGE: Final = 300
"""Seconds by which a request's time may differ from the registry's."""
NONCE_BYTES: Final = 16
MAX_BATCH: Final = 10_000
MAX_CHANGES: Final = 10_000
MAX_RESERVED: Final = 100_000
MAX_SERIALS: Final = 1_000
"""Years and level digits of which one request asks serials: as many as there are of one prefix."""
MAX_DIGIT: Final = 9
MAX_YEAR: Final = 99
MAX_WORDS: Final = 500
"""Characters of what a holder asks, and of what the issuer answers."""
EVIDENCE_BYTES: Final = 32
_CASE: Final = re.compile("[A-Z2-7]{10}", re.ASCII)

_ISSUER, _ACTION, _ID, _TIME, _NONCE, _CONTENT = 1, 2, 3, 4, 5, 6


@unique
class Action(IntEnum):
    """What is asked."""

    RESERVE_INDICES = 1
    REGISTER_BATCH = 2
    CHANGE_STATUS = 3
    LIST_CORRECTIONS = 4
    ANSWER_CORRECTION = 5


@unique
class ChangeReason(IntEnum):
    """Why a status changes."""

    UNSPECIFIED = 0
    ISSUED_IN_ERROR = 1
    HOLDER_REQUEST = 2
    FRAUD = 3
    UNDER_REVIEW = 4
    REVIEW_CLOSED = 5
    CORRECTED = 6


class Serials(NamedTuple):
    """So many serials of numbers that begin with `prefix`, the year's two digits and the level's digit."""

    prefix: IssuerCode
    year: int
    digit: int
    size: int


class ReserveIndices(NamedTuple):
    """Grant this many indices, and these serials, each of them once and for ever. One of both may be none."""

    indices: int
    serials: tuple[Serials, ...] = ()


class RegisterBatch(NamedTuple):
    """Register these certificates, all or none. `documents` commits to their document numbers, which go beside it.

    `evidence` is the SHA-256 of what the issuer keeps of the evaluation: for the record, nobody's to check but theirs
    who are shown it.
    """

    certificates: tuple[bytes, ...]
    documents: bytes | None = None
    evidence: bytes | None = None


class StatusChange(NamedTuple):
    """One certificate's new status, and why."""

    entry: Entry
    status: Status
    reason: ChangeReason


class ChangeStatus(NamedTuple):
    """Change these statuses, all or none."""

    changes: tuple[StatusChange, ...]


class ListCorrections(NamedTuple):
    """Tell what holders ask to have corrected on this issuer's certificates."""


@unique
class Outcome(IntEnum):
    """What becomes of a holder's request for a correction."""

    ACCEPTED = 1
    DECLINED = 2


class AnswerCorrection(NamedTuple):
    """Tell a holder, in words, what becomes of the request `case`."""

    case: str
    outcome: Outcome
    words: str


Content = ReserveIndices | RegisterBatch | ChangeStatus | ListCorrections | AnswerCorrection


class Request(NamedTuple):
    """One request. `id` makes it idempotent: the same id with the same content has the same answer."""

    issuer: IssuerCode
    id: bytes
    time: Seconds
    nonce: bytes
    content: Content

    @property
    def action(self) -> Action:
        """The action that the content belongs to."""
        match self.content:
            case ReserveIndices():
                return Action.RESERVE_INDICES
            case RegisterBatch():
                return Action.REGISTER_BATCH
            case ChangeStatus():
                return Action.CHANGE_STATUS
            case ListCorrections():
                return Action.LIST_CORRECTIONS
            case AnswerCorrection():
                return Action.ANSWER_CORRECTION

    def encode_content(self) -> cbor.Value:
        """The content's CBOR value; two requests ask the same when these are equal."""
        match self.content:
            case ReserveIndices(count, serials):
                return [count, [list(each) for each in serials]] if serials else [count]
            case RegisterBatch(certificates, None, None):
                return [list(certificates)]
            case RegisterBatch(certificates, documents, None):
                return [list(certificates), documents]
            case RegisterBatch(certificates, documents, evidence):
                return [list(certificates), documents, evidence]
            case ChangeStatus(changes):
                return [[[c.entry.list, c.entry.idx, int(c.status), int(c.reason)] for c in changes]]
            case ListCorrections():
                return []
            case AnswerCorrection(case, outcome, words):
                return [case, int(outcome), words]

    @property
    def content_hash(self) -> bytes:
        """What makes two requests of one id the same, and what an approval is for: action and content."""
        return sha256(cbor.encode([int(self.action), self.encode_content()])).digest()


def seal(request: Request, key: Signer) -> bytes:
    """The request, signed by the issuer's request key."""
    claims: dict[int | str, cbor.Value] = {
        _ISSUER: request.issuer,
        _ACTION: int(request.action),
        _ID: request.id,
        _TIME: request.time,
        _NONCE: request.nonce,
        _CONTENT: request.encode_content(),
    }
    return sign.sign1(cbor.encode(claims), TYP, key)


def decode(data: bytes) -> tuple[Request, cose.Sign1]:
    """The request in `data`, signature not yet verified. CredentialError: a CBOR_ or COSE reason, or CLAIMS_SHAPE."""
    message = cose.decode_sign1(data, TYP)
    match cbor.decode(message.payload):
        case {
            1: str() as iss,
            2: int() as action,
            3: bytes() as id_,
            4: int() as time,
            5: bytes() as nonce,
            6: list() as content,
            **more,
        } if not more and len(id_) == len(nonce) == NONCE_BYTES:
            issuer = numbers.parse_issuer_code(iss)
            if issuer is not None and _are_numbers(action, time):
                return Request(issuer, id_, Seconds(time), nonce, _content(action, content)), message
    raise CredentialError(Reason.CLAIMS_SHAPE, "not a request")


def verify(message: cose.Sign1, request_keys: tuple[bytes, ...]) -> None:
    """Return if one of `request_keys` (checked points) signed; CredentialError: KEY_UNKNOWN, SIGNATURE_INVALID."""
    keys = [key for key in request_keys if cose.kid(key) == message.kid]
    if not keys:
        raise CredentialError(Reason.KEY_UNKNOWN, "not a request key of this issuer")
    ed25519.find_signer(keys, message.to_be_signed, message.signature)


def _content(action: int, content: list[cbor.Value]) -> Content:
    match action, content:
        case Action.RESERVE_INDICES, [int() as count] if _are_numbers(count) and 1 <= count <= MAX_RESERVED:
            return ReserveIndices(count)
        case Action.RESERVE_INDICES, [int() as count, list() as serials] if (
            _are_numbers(count) and count <= MAX_RESERVED and 1 <= len(serials) <= MAX_SERIALS
        ):
            return ReserveIndices(count, _serials(serials))
        case Action.REGISTER_BATCH, [list() as batch] if 1 <= len(batch) <= MAX_BATCH:
            return RegisterBatch(tuple(_bytes(each) for each in batch))
        case Action.REGISTER_BATCH, [list() as batch, bytes() as documents] if (
            1 <= len(batch) <= MAX_BATCH and len(documents) == COMMITMENT_BYTES
        ):
            return RegisterBatch(tuple(_bytes(each) for each in batch), documents)
        case Action.REGISTER_BATCH, [list() as batch, bytes() | None as documents, bytes() as evidence] if (
            1 <= len(batch) <= MAX_BATCH
            and (documents is None or len(documents) == COMMITMENT_BYTES)
            and len(evidence) == EVIDENCE_BYTES
        ):
            return RegisterBatch(tuple(_bytes(each) for each in batch), documents, evidence)
        case Action.CHANGE_STATUS, [list() as changes] if 1 <= len(changes) <= MAX_CHANGES:
            return ChangeStatus(tuple(_change(each) for each in changes))
        case Action.LIST_CORRECTIONS, []:
            return ListCorrections()
        case Action.ANSWER_CORRECTION, [str() as case, int() as outcome, str() as words]:
            return _answer(case, outcome, words)
    raise CredentialError(Reason.CLAIMS_SHAPE, "not a known action with its content")


def _serials(values: list[cbor.Value]) -> tuple[Serials, ...]:
    """Serials in strictly ascending order of prefix, year and digit, and not too many in all."""
    found = [_serial(each) for each in values]
    places = [each[:3] for each in found]
    if places != sorted(set(places)) or sum(each.size for each in found) > MAX_RESERVED:
        raise CredentialError(Reason.CLAIMS_SHAPE, "serials not in order, twice, or too many")
    return tuple(found)


def _serial(value: cbor.Value) -> Serials:
    match value:
        case [str() as begins, int() as year, int() as digit, int() as count] if (
            _are_numbers(year, digit, count) and year <= MAX_YEAR and digit <= MAX_DIGIT and count > 0
        ):
            prefix = numbers.parse_issuer_code(begins)
            if prefix is not None:
                return Serials(prefix, year, digit, count)
    raise CredentialError(Reason.CLAIMS_SHAPE, "not serials of a prefix, year and level digit")


def _answer(case: str, outcome: int, words: str) -> AnswerCorrection:
    fits = _CASE.fullmatch(case) and 0 < len(words) <= MAX_WORDS and text.refused_character(words) is None
    if fits and _are_numbers(outcome) and outcome in frozenset(Outcome):
        return AnswerCorrection(case, Outcome(outcome), words)
    raise CredentialError(Reason.CLAIMS_SHAPE, "not an answer to a holder")


def _are_numbers(*values: int) -> bool:
    """Whether none is negative, nor true or false, which Python takes for integers."""
    return all(type(value) is int and value >= 0 for value in values)


def _bytes(value: cbor.Value) -> bytes:
    if isinstance(value, bytes):
        return value
    raise CredentialError(Reason.CLAIMS_SHAPE, "a certificate is not a byte string")


def _change(value: cbor.Value) -> StatusChange:
    match value:
        case [int() as listed, int() as index, int() as status, int() as reason] if (
            _are_numbers(listed, index, status, reason)
            and status in (Status.VALID, Status.REVOKED, Status.SUSPENDED)
            and reason in frozenset(ChangeReason)
        ):
            return StatusChange(Entry(listed, index), Status(status), ChangeReason(reason))
    raise CredentialError(Reason.CLAIMS_SHAPE, "not a change of status")


class Enrolment(NamedTuple):
    """An issuer's two public keys, each proved by its own signature."""

    issuer: IssuerCode
    certificate_key: bytes
    request_key: bytes
    time: Seconds

    def encode(self) -> bytes:
        """The payload that both keys sign."""
        return cbor.encode({1: self.issuer, 2: self.certificate_key, 3: self.request_key, 4: self.time})


def seal_enrolment(enrolment: Enrolment, certificate_key: Signer, request_key: Signer) -> bytes:
    """The enrolment as a COSE_Sign with both signatures: proof of possession of both keys."""
    return sign.sign(enrolment.encode(), ENROLMENT_TYP, (certificate_key, request_key))


def open_enrolment(data: bytes) -> Enrolment:
    """The enrolment in `data`, both proofs verified.

    CredentialError: a CBOR_ or COSE reason, CLAIMS_SHAPE, or SIGNATURE_INVALID for a missing or wrong proof, a key that
    is not a point of prime order, or one key in both places.
    """
    enrolment, message = decode_enrolment(data)
    _require_proofs(message, enrolment.certificate_key, enrolment.request_key)
    return enrolment


def decode_enrolment(data: bytes) -> tuple[Enrolment, cose.Sign]:
    """The enrolment in `data`, nothing verified. CredentialError: a CBOR_ or COSE reason, CLAIMS_SHAPE."""
    message = cose.decode_sign(data, ENROLMENT_TYP)
    match cbor.decode(message.payload):
        case {1: str() as iss, 2: bytes() as first, 3: bytes() as second, 4: int() as time, **more} if not more:
            issuer = numbers.parse_issuer_code(iss)
            if issuer is not None and _are_numbers(time):
                return Enrolment(issuer, first, second, Seconds(time)), message
    raise CredentialError(Reason.CLAIMS_SHAPE, "not an enrolment")


def _require_proofs(message: cose.Sign, *keys: bytes) -> None:
    by_kid = {signature.kid: signature for signature in message.signatures}
    if len(set(keys)) != len(keys) or len(by_kid) != len(keys):
        raise CredentialError(Reason.SIGNATURE_INVALID, "two keys and two proofs are needed")
    for key in keys:
        signature = by_kid.get(cose.kid(key))
        if signature is None:
            raise CredentialError(Reason.SIGNATURE_INVALID, "a proof is missing")
        ed25519.verify(key, signature.to_be_signed, signature.signature)
