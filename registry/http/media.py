"""The media type of a published object, read off its first bytes."""

from typing import Final

from credential import request, status_list

SIGN1: Final = request.MEDIA_TYPE
SIGN: Final = 'application/cose; cose-type="cose-sign"'
STATUS_LIST: Final = status_list.TYP
CBOR: Final = "application/cbor"
_HEAD: Final = 96


def media_type(data: bytes) -> str:
    """COSE_Sign1, COSE_Sign, a status list, plain CBOR, or (digest files) bytes."""
    head = data[:_HEAD]
    if head.startswith(b"\xd2\x84"):
        return STATUS_LIST if STATUS_LIST.encode() in head else SIGN1
    if head.startswith(b"\xd8\x62\x84"):
        return SIGN
    return CBOR if head[:1] in (b"\x82", b"\x83", b"\x88") else "application/octet-stream"
