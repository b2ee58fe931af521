"""The receipt 回执 of a registered batch: what the registry did, signed by its checkpoint role, for the issuer to keep.

It holds the very leaf of the log that the registration became. So it says when, how many and which certificates, and
whoever has it can show that the log that everybody sees must have that leaf at that place.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from credential import cbor, cose, ed25519, log, numbers, register, sign
from credential.cose import Sign1
from credential.errors import CredentialError, ObjectError
from credential.log import Leaf
from credential.model import IssuerCode, Region, Seconds
from credential.published import LogHead
from credential.reason import Reason
from credential.root import Role, Root
from credential.sign import SigningKey

TYP: Final = "application/yinxin-receipt+cose"
WHAT: Final = "batch.register"
"""What the leaf says was done."""
MAX_BYTES: Final = 1_024
MAX_RECEIPTS: Final = 1_000
"""In one file."""
_ID_BYTES: Final = 16


class Receipt(NamedTuple):
    """One request of one issuer, done as leaf `place` (from 0) of the region's log."""

    region: Region
    issuer: IssuerCode
    request: bytes
    place: int
    leaf: Leaf

    @property
    def time(self) -> Seconds:
        """When it was done."""
        return self.leaf.at

    @property
    def batch(self) -> LogHead:
        """How many certificates, and the root of the tree of their digests, in order of list and index."""
        return self.leaf.things or LogHead(0, log.EMPTY)


def batch_of(to_be_signed: Iterable[bytes]) -> LogHead:
    """What a receipt says of a batch: of the to-be-signed bytes of its certificates in order of list and index."""
    return log.head_of([log.leaf_hash(register.digest_of(each)) for each in to_be_signed])


def seal(receipt: Receipt, key: SigningKey) -> bytes:
    """The receipt, signed by a key of the checkpoint role; the same for the same, always."""
    claims: dict[int | str, cbor.Value] = {
        1: receipt.region,
        2: receipt.issuer,
        3: receipt.request,
        4: receipt.place,
        5: receipt.leaf.encode(),
    }
    return sign.sign1(cbor.encode(claims), TYP, key)


def decode(data: bytes) -> tuple[Receipt, Sign1]:
    """The receipt in `data`, not verified. CredentialError: TOO_LARGE, a CBOR_ or COSE reason, CLAIMS_SHAPE."""
    if len(data) > MAX_BYTES:
        raise CredentialError(Reason.TOO_LARGE, f"{len(data)} bytes")
    message = cose.decode_sign1(data, TYP)
    match cbor.decode(message.payload):
        case {1: str() as area, 2: str() as iss, 3: bytes() as id_, 4: int() as place, 5: bytes() as leaf, **more} if (
            not more and len(id_) == _ID_BYTES and type(place) is int and place >= 0
        ):
            region, issuer = numbers.parse_region(area), numbers.parse_issuer_code(iss)
            if region is not None and issuer is not None:
                return Receipt(region, issuer, id_, place, _leaf(leaf)), message
    raise _malformed()


def _leaf(data: bytes) -> Leaf:
    try:
        leaf = log.decode_leaf(data)
    except ObjectError:
        raise _malformed() from None
    if leaf.what != WHAT or leaf.things is None or leaf.things.size == 0:
        raise _malformed()
    return leaf


def verify(message: Sign1, roots: Sequence[Root]) -> None:
    """Return if a checkpoint key of one of the verified `roots` signed, else KEY_UNKNOWN or SIGNATURE_INVALID.

    A key that a newer root took the place of stays good: a receipt is about what was done while it served.
    """
    keys = {key for root in roots for key in root.role(Role.CHECKPOINT).keys if cose.kid(key) == message.kid}
    if not keys:
        raise CredentialError(Reason.KEY_UNKNOWN, "not a key of the checkpoint role")
    ed25519.find_signer(sorted(keys), message.to_be_signed, message.signature)


def pack(receipts: Sequence[bytes]) -> bytes:
    """A file of receipts."""
    return cbor.encode(list(receipts))


def unpack(data: bytes) -> list[bytes]:
    """The receipts in a file, or the one that it is, not decoded. CredentialError: a CBOR_ reason, CLAIMS_SHAPE."""
    if len(data) > MAX_RECEIPTS * (MAX_BYTES + 3) + 3:
        raise CredentialError(Reason.TOO_LARGE, f"{len(data)} bytes")
    found = cbor.decode(data)
    if isinstance(found, list) and 0 < len(found) <= MAX_RECEIPTS:
        receipts = [each for each in found if isinstance(each, bytes)]
        if len(receipts) == len(found):
            return receipts
    raise _malformed()


def _malformed() -> CredentialError:
    return CredentialError(Reason.CLAIMS_SHAPE, "not a receipt")
