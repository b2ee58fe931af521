"""Damage to bytes and to texts, without knowing what they mean."""

from random import Random
from typing import Final

_BYTES: Final = bytes.fromhex("000117181920 3b1a1b1c1f 405859 5f607880819fa0a1bfc0d2d862f4f6f7f9ff")
_CHARACTERS: Final = (
    *("", "0", "9", "A", "z", "-", " ", "\n", "\t", "#", "&", "?", "%", "/", "١", "０", "\u3000", "\u00a0", "\ufeff"),
    *("💡", "\u00ad", "\u200d", "\u202e", "\U000e0001", "\ue000", "é", "陈", "\0"),
)


def damaged(data: bytes, random: Random) -> bytes:
    """`data` with one to three bytes changed, lost, added or doubled, or cut."""
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        _hurt(found, random)
    return bytes(found)


def _hurt(data: bytearray, random: Random) -> None:
    if not data:
        data.append(random.randrange(256))
        return
    place = random.randrange(len(data))
    match random.randrange(8):
        case 0 | 1 | 2:
            data[place] ^= 1 << random.randrange(8)
        case 3:
            data[place] = random.choice(_BYTES)
        case 4:
            del data[place : place + random.choice((1, 1, 2, 8))]
        case 5:
            data[place:place] = bytes(random.choice(_BYTES) for _ in range(random.choice((1, 1, 2, 8))))
        case 6:
            data[place:place] = data[place : place + random.choice((1, 8, 16, 32))]
        case _:
            del data[place:]


def edited(text: str, random: Random) -> str:
    """`text` with one to three characters changed, lost or added, or cut."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        place = random.randrange(len(text) + 1)
        keep = place + random.choice((0, 1, 1, 2))
        text = text[:place] + random.choice(_CHARACTERS) + ("" if random.random() < 0.03 else text[keep:])
    return text
