"""A region's benefit policy 待遇政策 as a published object: whose it is, its order, how long it holds, and who signed.

Its table is read when somebody asks it (benefits.py): no certificate stands or falls with what it says, and one that is
not understood says nothing.
"""

from typing import Final, NamedTuple

from credential import cbor, cose
from credential.published import HEAD, Head, ObjectType, decode_head, malformed, reading

TYP: Final = "application/yinxin-benefits+cose"


class Policy(NamedTuple):
    """The head, and the whole payload as it was signed."""

    head: Head
    payload: bytes


def decode(data: bytes) -> tuple[Policy, cose.Sign]:
    """The policy in `data`, its table not yet read. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.BENEFITS, data):
        message = cose.decode_sign(data, TYP)
        claims = cbor.decode(message.payload)
        if not isinstance(claims, dict) or not set(claims) >= HEAD:
            raise malformed("not a map with a head")
        return Policy(decode_head(claims), message.payload), message
