"""Numbers of identity documents: they go beside a request that commits to them, and are kept by nobody.

A certificate shows the last four characters and no hash of the rest: so few numbers exist that a hash of one can be
reversed in hours. The registry learns the number once, makes a keyed tag of it, and forgets it. So that the request
can be kept as evidence, the numbers are not in it: it holds the SHA-256 of what goes beside it, which has a salt.
"""

import re
import unicodedata
from hashlib import sha256
from typing import Final, NamedTuple

from credential import cbor
from credential.errors import CredentialError
from credential.reason import Reason

MEDIA_TYPE: Final = "application/yinxin-documented+cbor"
"""Of a request with the numbers beside it."""
SALT_BYTES: Final = 32
COMMITMENT_BYTES: Final = 32
MAX_NUMBER: Final = 32
MAX_NUMBER_BYTES: Final = MAX_NUMBER * 3 + 2
"""The most bytes that one number takes in CBOR."""
_NUMBER: Final = re.compile(r"[0-9A-Z\-()/\u4e00-\u9fff]{4,32}")
_NOT_ALNUM: Final = re.compile(r"[^0-9A-Z]", re.ASCII)
_SPACES: Final = re.compile(r"\s+")


class Documents(NamedTuple):
    """The document numbers of a batch, in the order of its certificates; None where the issuer does not know it."""

    salt: bytes
    numbers: tuple[str | None, ...]

    def encode(self) -> bytes:
        """Their CBOR, which the request's commitment is the SHA-256 of."""
        return cbor.encode([self.salt, list(self.numbers)])

    @property
    def commitment(self) -> bytes:
        """What the signed request holds in place of the numbers. The salt keeps it from telling them."""
        return sha256(self.encode()).digest()

    def __repr__(self) -> str:
        """How many there are: no trace and no log shows a number."""
        return f"Documents({len(self.numbers)})"


def beside(request: bytes, documents: Documents) -> bytes:
    """A sealed request and the documents that it commits to, as one body."""
    return cbor.encode([request, documents.encode()])


def part(body: bytes) -> tuple[bytes, Documents]:
    """The request and the documents in `body`. CredentialError: a CBOR_ reason, or CLAIMS_SHAPE."""
    match cbor.decode(body):
        case [bytes() as request, bytes() as documents]:
            return request, decode(documents)
    raise _malformed()


def decode(data: bytes) -> Documents:
    """The documents in `data`. CredentialError: a CBOR_ reason, or CLAIMS_SHAPE; its words hold no number."""
    match cbor.decode(data):
        case [bytes() as salt, list() as numbers] if len(salt) == SALT_BYTES:
            return Documents(salt, tuple(_number(each) for each in numbers))
    raise _malformed()


def normalised(text: str) -> str:
    """A number as somebody typed it, in the one way of writing it; `is_number` says whether it can be one."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_number(text: str) -> bool:
    """Whether `text` can be a document's number, in the one way of writing it: no spaces, capital letters."""
    return _NUMBER.fullmatch(text) is not None and len(last4(text)) == 4


def last4(number: str) -> str:
    """The last four letters or digits of a document's number, as a certificate shows them."""
    return _NOT_ALNUM.sub("", number)[-4:]


def require_commitment(documents: Documents, commitment: bytes, count: int) -> None:
    """Return if these are the documents that a request for `count` certificates commits to. CredentialError if not."""
    if documents.commitment != commitment or len(documents.numbers) != count:
        raise CredentialError(Reason.CLAIMS_SHAPE, "not the documents that the request commits to")


def _number(value: cbor.Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and is_number(value):
        return value
    raise _malformed()


def _malformed() -> CredentialError:
    return CredentialError(Reason.CLAIMS_SHAPE, "not a request with its documents")
