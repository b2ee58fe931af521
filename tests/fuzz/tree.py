"""CBOR trees to bend: values changed where they stand, and items written with one fault of encoding."""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Final, TypeAlias

from credential import cbor
from credential.errors import CredentialError
from tests.fuzz.damage import damaged, edited

Container: TypeAlias = "list[cbor.Value] | dict[int | str, cbor.Value]"

_CONTAINERS: Final[tuple[cbor.Value, ...]] = (
    [],
    [[]],
    [0, 0],
    [0, None],
    {},
    {1: 1},
    {1: [0, 7]},
    {2: "x"},
    {3: "x"},
    {4: "x"},
)
POOL: Final[tuple[cbor.Value, ...]] = (
    *(0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 23, 24, 255, 256, 10000, 65535, 2932896, 2932897, -1, -19, 2**32, 2**53 - 1),
    *(True, False, None, "", "a", "35", "44", "x" * 96, "x" * 97, "x" * 257, "Y000035020101", "Y000044020101"),
    *("https://fj.example/s/", "https://fj.example/s/0", "https://fj.example/s/00", "6-31-", "6-31-01-03", "123X"),
    *("\u200b", " a", "\ufeff", "e\u0301", "😀", "\ud7ff", "\U0010ffff"),
    *(b"", bytes(8), bytes(16), bytes(32), bytes(64)),
    *_CONTAINERS,
)
_STEPS: Final = (-1, 1, 1, -1, 2, -2, 3, -100, 100, 300, 301, -301, 86_400, -86_400, 7 * 86_400, 10**6, 10**8)
_HOLDS: Final = 12
"""The least bytes of a byte string that is looked into for an item of its own."""


def mutated(value: cbor.Value, random: Random) -> cbor.Value:
    """A copy of `value` with one to three changes."""
    holder: list[cbor.Value] = [deepcopy(value)]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        _change(holder, random)
    return holder[0]


def payload_mutated(data: bytes, random: Random) -> bytes:
    """The item in `data` mutated; now and then with a fault of encoding, or damaged as the bytes that it is."""
    if random.random() < 0.06:
        return damaged(data, random)
    try:
        value = cbor.decode(data)
    except CredentialError:
        return damaged(data, random)
    if random.random() < 0.1:
        return encode_faulty(value, random)
    return encode(mutated(value, random))


def _change(holder: list[cbor.Value], random: Random) -> None:
    places = _places(holder)
    container, key = random.choice(places[1:] or places)
    old = _get(container, key)
    if isinstance(old, bytes) and len(old) >= _HOLDS and random.random() < 0.8:
        inside = _inside(old)
        if inside is not None:
            _put(container, key, encode(mutated(inside, random)))
            return
    changes = (_nearby, _from_pool) if container is holder else _CHANGES
    random.choice(changes)(container, key, random)


def _inside(data: bytes) -> cbor.Value:
    try:
        return cbor.decode(data)
    except CredentialError:
        return None


def _places(tree: cbor.Value) -> list[tuple[Container, int | str]]:
    """Every element of every array and map, the outermost first."""
    found: list[tuple[Container, int | str]] = []
    match tree:
        case list():
            for place, each in enumerate(tree):
                found += [(tree, place), *_places(each)]
        case dict():
            for label, each in tree.items():
                found += [(tree, label), *_places(each)]
        case _:
            pass
    return found


def _get(container: Container, key: int | str) -> cbor.Value:
    return container[key]  # type: ignore[index]


def _put(container: Container, key: int | str, value: cbor.Value) -> None:
    container[key] = value  # type: ignore[index]


def _from_pool(container: Container, key: int | str, random: Random) -> None:
    _put(container, key, deepcopy(random.choice(POOL)))


def _nearby(container: Container, key: int | str, random: Random) -> None:
    match _get(container, key):
        case bool() as old:
            _put(container, key, not old)
        case int() as old:
            _put(container, key, max(min(old + random.choice(_STEPS), cbor.MAX_INTEGER), -cbor.MAX_INTEGER))
        case str() as old:
            _put(container, key, edited(old, random))
        case bytes() as old:
            _put(container, key, damaged(old, random))
        case list() as old if len(old) > 1:
            random.shuffle(old)
        case _:
            _from_pool(container, key, random)


def _remove(container: Container, key: int | str, random: Random) -> None:
    del container[key]  # type: ignore[arg-type]
    if isinstance(container, list) and random.random() < 0.2:
        container.append(deepcopy(random.choice(POOL)))


def _add(container: Container, key: int | str, random: Random) -> None:
    match container, key:
        case list(), int():
            container.insert(key, deepcopy(random.choice((container[key], random.choice(POOL)))))
        case dict(), _:
            container[random.choice((0, 4, 7, 8, 9, 11, 16, 99, "zz", -1))] = deepcopy(random.choice(POOL))
        case _:
            raise AssertionError("a list has places")


def _exchange(container: Container, key: int | str, random: Random) -> None:
    other = random.choice([*container] if isinstance(container, dict) else [*range(len(container))])
    first, second = _get(container, key), _get(container, other)
    _put(container, key, second)
    _put(container, other, first)


_CHANGES: Final[tuple[Callable[[Container, int | str, Random], None], ...]] = (
    *(_nearby, _nearby, _nearby, _nearby, _nearby),
    *(_from_pool, _from_pool, _remove, _add, _exchange),
)


def encode(value: cbor.Value) -> bytes:
    """Deterministic CBOR by RFC 8949 section 4.2.1 alone, for any keys: a second opinion on `cbor.encode`."""
    return _Writer(None, "").item(value)


def encode_faulty(value: cbor.Value, random: Random) -> bytes:
    """`value` with one fault of encoding at one item."""
    count = _Writer(None, "")
    count.item(value)
    return _Writer(random.randrange(count.items), random.choice(_FAULTS)).item(value)


_FAULTS: Final = (
    *("wide", "wider", "indefinite", "reserved", "short", "long", "tag", "cose tag", "float", "undefined", "huge"),
    *("utf-8", "swap", "repeat", "trailing", "deep", "key"),
)


class _Writer:
    """Writes a tree, with `fault` at the item of this place."""

    def __init__(self, at: int | None, fault: str) -> None:
        self.at = at
        self.fault = fault
        self.items = 0

    def item(self, value: cbor.Value) -> bytes:
        fault = self.fault if self.items == self.at else ""
        self.items += 1
        match value:
            case bool() | None:
                return _before(fault) + {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
            case int():
                return _before(fault) + (_head(0, value, fault) if value >= 0 else _head(1, -1 - value, fault))
            case bytes():
                return _before(fault) + _head(2, len(value), fault) + value + _after(fault)
            case str():
                content = value.encode()
                return _before(fault) + _head(3, len(content), fault) + _bad_utf8(content, fault) + _after(fault)
            case list():
                inner = b"".join(self.item(each) for each in value)
                return _before(fault) + _head(4, len(value), fault) + inner + _after(fault)
            case dict():
                return _before(fault) + _head(5, len(value), fault) + self._entries(value, fault) + _after(fault)

    def _entries(self, value: dict[int | str, cbor.Value], fault: str) -> bytes:
        entries = sorted((self.item(key), self.item(each)) for key, each in value.items())
        if fault == "swap":
            entries.reverse()
        if fault == "repeat" and entries:
            entries[-1:] = entries[:1]
        if fault == "key" and entries:
            entries[0] = (b"\x41a", entries[0][1])
        return b"".join(key + each for key, each in entries)


def _before(fault: str) -> bytes:
    extra = {"tag": b"\xc2", "cose tag": b"\xd2", "float": b"\xf9\0\0", "undefined": b"\xf7", "deep": b"\x81" * 9}
    return extra.get(fault, b"")


def _after(fault: str) -> bytes:
    return {"trailing": b"\0", "indefinite": b"\xff"}.get(fault, b"")


def _bad_utf8(content: bytes, fault: str) -> bytes:
    return content[:-1] + b"\xc3" if fault == "utf-8" and content else content


def _head(major: int, argument: int, fault: str) -> bytes:
    match fault:
        case "indefinite":
            return bytes((major << 5 | 31,))
        case "reserved":
            return bytes((major << 5 | 28,))
        case "wide":
            return bytes((major << 5 | 25,)) + (argument & 0xFFFF).to_bytes(2, "big")
        case "wider":
            return bytes((major << 5 | 27,)) + argument.to_bytes(8, "big")
        case "huge":
            return bytes((major << 5 | 27,)) + (2**53 + argument).to_bytes(8, "big")
        case "short" | "long":
            argument = max(argument + (1 if fault == "long" else -1), 0)
        case _:
            pass
    if argument < 24:
        return bytes((major << 5 | argument,))
    width = next(width for width in (1, 2, 4, 8) if argument < 1 << (8 * width))
    return bytes((major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[width],)) + argument.to_bytes(width, "big")
