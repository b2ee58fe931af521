"""What both verifiers are asked: one frame a question, the same bytes for both."""

from dataclasses import dataclass
from typing import Final

LOAD: Final = "L"
"""32 bytes of a pin, 2 of the home region or `--`, the bundle: whose it is; what is asked after it relies on it."""
REGIONS: Final = "R"
"""Nothing: what every region of the bundle is worth. A region is verified when first met, so the order matters."""
TEXT: Final = "T"
"""8 bytes of now, a QR's text: the verdict."""
BYTES: Final = "B"
"""8 bytes of now, a certificate's bytes: the verdict."""
OBJECT: Final = "O"
"""One byte of the type, a published object alone: what it says."""
CBOR: Final = "C"
"""An item, perhaps tagged: what it says."""
STREAM: Final = "Z"
"""A status list's zlib stream: what it unpacks to, at most 4,096 bytes."""
KEY: Final = "K"
"""32 bytes of a key, 64 of a signature, a message: whether the key is fit, and whether the signature holds."""

UPDATE: Final = "U"
"""32 bytes of a pin, 2 of the home region or `--`, 8 of now, 4 of the length of the bundle that is held (0: none), it,
and the bundle that was fetched: what becomes of every region."""

STREAM_CAP: Final = 4096


@dataclass(frozen=True, slots=True)
class Frame:
    """One question."""

    kind: str
    data: bytes

    def encode(self) -> bytes:
        """One character of kind, four bytes of length, the data."""
        return self.kind.encode() + len(self.data).to_bytes(4, "little") + self.data


def load(pin: bytes, region: str, bundle: bytes) -> Frame:
    """The question whether a bundle can be read, and whose it is."""
    return Frame(LOAD, pin + (region or "--").encode() + bundle)


def regions() -> Frame:
    """The question what the regions of the bundle are worth."""
    return Frame(REGIONS, b"")


def text(now: int, shown: str) -> Frame:
    """The question what a text is worth."""
    return Frame(TEXT, now.to_bytes(8, "little") + shown.encode())


def data(now: int, certificate: bytes) -> Frame:
    """The question what a certificate's bytes are worth."""
    return Frame(BYTES, now.to_bytes(8, "little") + certificate)


def update(pin: bytes, region: str, now: int, held: bytes, fetched: bytes) -> Frame:
    """The question whether a newer bundle may take the place of the one held."""
    head = pin + (region or "--").encode() + now.to_bytes(8, "little") + len(held).to_bytes(4, "little")
    return Frame(UPDATE, head + held + fetched)


def decoded(content: bytes) -> list[Frame]:
    """The frames in a file of them."""
    found, position = [], 0
    while position < len(content):
        end = position + 5 + int.from_bytes(content[position + 1 : position + 5], "little")
        found.append(Frame(chr(content[position]), content[position + 5 : end]))
        position = end
    return found
