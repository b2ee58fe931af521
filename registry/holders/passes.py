"""A pass: that somebody has just proved to hold a certificate, so that the document's number is sent only once.

It is the certificate's place in the register, an end, and an HMAC by the key of holders' tags. It opens what that
person saw already, for a quarter of an hour, and names nobody.
"""

import hmac
import re
from typing import Final

from credential.model import Entry, Seconds
from registry.holders.holders import Ring

LIFETIME: Final = 900
_FORM: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,12})-([0-9a-f]{32})", re.ASCII)


def seal(ring: Ring, entry: Entry, now: Seconds) -> str:
    """The pass for a certificate, from now on."""
    said = f"{entry.list}-{entry.idx}-{now + LIFETIME}"
    return f"{said}-{_mac(ring.keys[0], said)}"


def opened(ring: Ring, given: str, now: Seconds) -> Entry | None:
    """The certificate that a pass is for; None if it is none of ours, or has ended."""
    match = _FORM.fullmatch(given)
    if match is None:
        return None
    listed, index, end, mac = match.groups()
    said = f"{listed}-{index}-{end}"
    if not hmac.compare_digest(mac, _mac(ring.keys[0], said)) or int(end) <= now:
        return None
    return Entry(int(listed), int(index))


def _mac(key: bytes, said: str) -> str:
    return hmac.digest(key, f"pass {said}".encode(), "sha256")[:16].hex()
