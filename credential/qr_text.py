"""Between bytes and the QR's text: `https://<host>/v#<digits>` (docs/format.md, "The QR text").

The digits are their own numeric segment in the QR. Whoever opens the host with a phone's camera sends it nothing of
the certificate: a fragment stays in the browser. The host proves nothing and is ignored here.
"""

import re
from typing import Final

from credential.errors import CredentialError
from credential.reason import Reason

MAX_CHARACTERS: Final = 4_296
"""The longest text that any QR code can hold (ISO/IEC 18004, version 40-L, alphanumeric)."""

_PREFIX: Final = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?/v#", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
_ASCII_SPACE: Final = " \t\n\r\f\v"
_GROUP_BYTES: Final = 7
_GROUP_DIGITS: Final = 17
_DIGITS_OF: Final = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15, 7: 17}
_BYTES_OF: Final = {digits: count for count, digits in _DIGITS_OF.items()}


def prefix(host: str) -> str:
    """The text before the digits for `host`. ValueError if `host` could not be read back."""
    text = f"https://{host}/v#"
    if not _PREFIX.fullmatch(text):
        raise ValueError(f"not a lower-case host name: {host!r}")
    return text


def encode(host: str, data: bytes) -> str:
    """The QR's text for the certificate `data`."""
    return prefix(host) + encode_digits(data)


def encode_digits(data: bytes) -> str:
    """`data` as decimal digits: each 7 bytes, little-endian, as 17 digits; a shorter end as fewer."""
    groups = (data[start : start + _GROUP_BYTES] for start in range(0, len(data), _GROUP_BYTES))
    return "".join(str(int.from_bytes(g, "little")).zfill(_DIGITS_OF[len(g)]) for g in groups)


def decode(text: str) -> bytes:
    """The certificate's bytes. CredentialError: QR_TOO_LONG, QR_PREFIX, QR_DIGITS or QR_GROUP, in that order."""
    if len(text) > MAX_CHARACTERS:
        raise CredentialError(Reason.QR_TOO_LONG, f"{len(text)} characters")
    line = text.strip(_ASCII_SPACE).replace("\r", "").replace("\n", "")
    found = _PREFIX.match(line)
    if found is None:
        raise CredentialError(Reason.QR_PREFIX)
    digits = re.split("[&?]", line[found.end() :], maxsplit=1)[0]
    if not _DIGITS.fullmatch(digits):
        raise CredentialError(Reason.QR_DIGITS)
    return decode_digits(digits)


def decode_digits(digits: str) -> bytes:
    """The bytes of `digits` (ASCII digits only). CredentialError: QR_GROUP."""
    last = len(digits) % _GROUP_DIGITS
    if last and last not in _BYTES_OF:
        raise CredentialError(Reason.QR_GROUP, f"{last} digits at the end")
    end = len(digits) - last
    groups = [int(digits[start : start + _GROUP_DIGITS]) for start in range(0, end, _GROUP_DIGITS)]
    try:
        decoded = b"".join([group.to_bytes(_GROUP_BYTES, "little") for group in groups])
        return decoded + int(digits[end:]).to_bytes(_BYTES_OF[last], "little") if last else decoded
    except OverflowError:
        raise CredentialError(Reason.QR_GROUP, "a group of digits is too large") from None
