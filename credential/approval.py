"""A second person's word for what an issuer asks: signed by an approver's key, and sent beside the request.

It names the request's id and the digest of its action and content, not its time: so the approver may say it on another
machine, days before the request is sent, and each attempt to send it has a time and a nonce of its own.
"""

from typing import Final, NamedTuple

from credential import cbor, cose, documents, ed25519, numbers, sign, text
from credential.documents import Documents
from credential.errors import CredentialError
from credential.model import IssuerCode, Seconds
from credential.reason import Reason
from credential.sign import Signer

TYP: Final = "application/yinxin-approval+cose"
ENROLMENT_TYP: Final = "application/yinxin-approver+cose"
MEDIA_TYPE: Final = "application/yinxin-approved+cbor"
"""Of a request with its approval, and perhaps its documents, beside it."""
MAX_AGE: Final = 7 * 86_400
"""Seconds for which an approval is good."""
ID_BYTES: Final = 16
CONTENT_BYTES: Final = 32
MAX_NAME_BYTES: Final = 96


class Approval(NamedTuple):
    """What the approver agrees to: the request `id` of `issuer`, whose action and content have the digest `content`."""

    issuer: IssuerCode
    id: bytes
    time: Seconds
    content: bytes


class Approver(NamedTuple):
    """A person's key for approvals. It proves itself; that it is this person's, the registry finds out."""

    issuer: IssuerCode
    key: bytes
    name: str
    time: Seconds


class Approved(NamedTuple):
    """A sealed request and what goes beside it."""

    request: bytes
    approval: bytes
    documents: Documents | None = None

    def encode(self) -> bytes:
        """All of it as one body."""
        beside = [] if self.documents is None else [self.documents.encode()]
        return cbor.encode([self.request, self.approval, *beside])


def seal(approval: Approval, key: Signer) -> bytes:
    """The approval, signed by the approver's key."""
    return sign.sign1(cbor.encode(dict(enumerate(approval, 1))), TYP, key)


def decode(data: bytes) -> tuple[Approval, cose.Sign1]:
    """The approval in `data`, signature not yet verified. CredentialError: a CBOR_ or COSE reason, or CLAIMS_SHAPE."""
    message = cose.decode_sign1(data, TYP)
    match cbor.decode(message.payload):
        case {1: str() as iss, 2: bytes() as id_, 3: int() as time, 4: bytes() as content, **more} if (
            not more and len(id_) == ID_BYTES and len(content) == CONTENT_BYTES and _is_number(time)
        ):
            issuer = numbers.parse_issuer_code(iss)
            if issuer is not None:
                return Approval(issuer, id_, Seconds(time), content), message
    raise CredentialError(Reason.CLAIMS_SHAPE, "not an approval")


def verify(message: cose.Sign1, keys: tuple[bytes, ...]) -> bytes:
    """Which of `keys` (checked points) signed; CredentialError: KEY_UNKNOWN, SIGNATURE_INVALID."""
    fitting = [key for key in keys if cose.kid(key) == message.kid]
    if not fitting:
        raise CredentialError(Reason.KEY_UNKNOWN, "not an approver's key of this issuer")
    return ed25519.find_signer(fitting, message.to_be_signed, message.signature)


def parts(body: bytes) -> Approved:
    """The request, its approval and its documents in `body`. CredentialError: a CBOR_ reason, or CLAIMS_SHAPE."""
    match cbor.decode(body):
        case [bytes() as request, bytes() as approval]:
            return Approved(request, approval)
        case [bytes() as request, bytes() as approval, bytes() as beside]:
            return Approved(request, approval, documents.decode(beside))
    raise CredentialError(Reason.CLAIMS_SHAPE, "not a request with its approval")


def seal_approver(approver: Approver, key: Signer) -> bytes:
    """The approver's enrolment, signed by the key that it names."""
    return sign.sign1(cbor.encode(dict(enumerate(approver, 1))), ENROLMENT_TYP, key)


def decode_approver(data: bytes) -> tuple[Approver, cose.Sign1]:
    """The enrolment in `data`, not verified. CredentialError: a CBOR_ or COSE reason, or CLAIMS_SHAPE."""
    message = cose.decode_sign1(data, ENROLMENT_TYP)
    match cbor.decode(message.payload):
        case {1: str() as iss, 2: bytes() as key, 3: str() as name, 4: int() as time, **more} if (
            not more and len(key) == ed25519.KEY_BYTES and is_name(name) and _is_number(time)
        ):
            issuer = numbers.parse_issuer_code(iss)
            if issuer is not None:
                return Approver(issuer, key, name, Seconds(time)), message
    raise CredentialError(Reason.CLAIMS_SHAPE, "not an approver's enrolment")


def open_approver(data: bytes) -> Approver:
    """The enrolment in `data`, its key proved.

    CredentialError: a CBOR_ or COSE reason, CLAIMS_SHAPE, or SIGNATURE_INVALID: a wrong proof, or a key that is no
    point of prime order.
    """
    approver, message = decode_approver(data)
    if message.kid != cose.kid(approver.key):
        raise CredentialError(Reason.SIGNATURE_INVALID, "not proved by the key that it names")
    ed25519.verify(approver.key, message.to_be_signed, message.signature)
    return approver


def is_name(name: str) -> bool:
    """Whether it can be an approver's name."""
    return 0 < len(name.encode(errors="surrogatepass")) <= MAX_NAME_BYTES and text.refused_character(name) is None


def _is_number(value: int) -> bool:
    return type(value) is int and value >= 0
