"""The Merkle log of a region's record: RFC 9162 section 2.1 with SHA-256, its leaves, its proofs, its head as text.

A leaf says that an act was done, and commits to what it was about; it names nobody. A proof is checked against the head
that a checkpoint carries, and needs nothing else.
"""

from binascii import b2a_base64
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from credential import cbor
from credential.errors import CredentialError, ObjectError
from credential.model import Seconds
from credential.published import LogHead, array, malformed, octets, require, text, uint
from credential.reason import SyncReason

HASH_BYTES: Final = 32
MAX_PATH: Final = 64
MAX_PROOF_BYTES: Final = 16 << 10
EMPTY: Final = sha256(b"").digest()
"""The root of no leaves at all."""
_INCLUSION: Final = 1
_CONSISTENCY: Final = 2
_NOTE_ED25519: Final = b"\x01"

Nodes = Callable[[int, int], bytes]
"""The root of the perfect subtree at (height, place): of the leaves from place * 2^height on, 2^height of them."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees' roots."""
    return sha256(b"\x01" + left + right).digest()


class Frontier(NamedTuple):
    """The roots of the perfect subtrees that the leaves fall into, the largest first: all that appending needs."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier with one more leaf hash."""
        nodes, size = [*self.nodes, leaf], self.size
        while size & 1:
            right = nodes.pop()
            nodes.append(node_hash(nodes.pop(), right))
            size >>= 1
        return Frontier(self.size + 1, tuple(nodes))

    @property
    def head(self) -> LogHead:
        """Size and root."""
        return LogHead(self.size, _fold(self.nodes))


def head_of(leaves: Sequence[bytes]) -> LogHead:
    """Size and root of the tree of these leaf hashes."""
    return head_from(len(leaves), nodes_of(leaves))


def head_from(size: int, nodes: Nodes) -> LogHead:
    """Size and root of the tree of `size` leaves that has these perfect subtrees."""
    return LogHead(size, _range_root(0, size, nodes))


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """Every perfect subtree's root, worked out once from the leaf hashes."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda height, place: levels[height][place]


def inclusion_path(place: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The proof that leaf `place` (from 0) is in the tree of `size` leaves: RFC 9162 section 2.1.3.1."""
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _left(end - begin)
        if place < middle:
            path.append(_range_root(middle, end, nodes))
            end = middle
        else:
            path.append(_range_root(begin, middle, nodes))
            begin = middle
    return tuple(reversed(path))


def consistency_path(old: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The proof that the first `old` of `size` leaves (0 < old <= size) are the older tree: section 2.1.4.1."""
    path, begin, end = [], 0, size
    while old != end:
        middle = begin + _left(end - begin)
        if old <= middle:
            path.append(_range_root(middle, end, nodes))
            end = middle
        else:
            path.append(_range_root(begin, middle, nodes))
            begin = middle
    if begin:
        path.append(_range_root(begin, end, nodes))
    return tuple(reversed(path))


def includes(head: LogHead, place: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the leaf hash stands at `place` under `head`: section 2.1.3.2."""
    if place >= head.size:
        return False
    mine, last, root = place, head.size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if mine & 1 or mine == last:
            root = node_hash(each, root)
            mine, last = _up_to_right(mine, last)
        else:
            root = node_hash(root, each)
        mine, last = mine >> 1, last >> 1
    return last == 0 and root == head.root_hash


def extends(old: LogHead, new: LogHead, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that `new` is `old` with nothing but leaves added: section 2.1.4.2."""
    if old.size in (0, new.size):
        return not path and old.root_hash == (new.root_hash if old.size else EMPTY)
    steps = list(path) if old.size & (old.size - 1) else [old.root_hash, *path]
    if old.size > new.size or not path:
        return False
    mine, last = old.size - 1, new.size - 1
    while mine & 1:
        mine, last = mine >> 1, last >> 1
    before = after = steps[0]
    for each in steps[1:]:
        if last == 0:
            return False
        if mine & 1 or mine == last:
            before, after = node_hash(each, before), node_hash(each, after)
            mine, last = _up_to_right(mine, last)
        else:
            after = node_hash(after, each)
        mine, last = mine >> 1, last >> 1
    return last == 0 and (before, after) == (old.root_hash, new.root_hash)


def _up_to_right(mine: int, last: int) -> tuple[int, int]:
    """Both places on the level where `mine` is a right child, or the first: levels between have no sibling."""
    while mine and not mine & 1:
        mine, last = mine >> 1, last >> 1
    return mine, last


def _left(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _range_root(begin: int, end: int, nodes: Nodes) -> bytes:
    """The root of the leaves from `begin` up to `end`, a range that RFC 9162 splits a tree into."""
    found = []
    while begin < end:
        height = (end - begin).bit_length() - 1
        found.append(nodes(height, begin >> height))
        begin += 1 << height
    return _fold(found)


def _fold(nodes: Sequence[bytes]) -> bytes:
    if not nodes:
        return EMPTY
    root = nodes[-1]
    for left in reversed(nodes[:-1]):
        root = node_hash(left, root)
    return root


class Leaf(NamedTuple):
    """One act of the record. `act` commits to who did what and why; `things` is the tree of what it was about."""

    at: Seconds
    what: str
    act: bytes
    things: LogHead | None = None

    def encode(self) -> bytes:
        """The leaf's bytes."""
        things: cbor.Value = None if self.things is None else [self.things.size, self.things.root_hash]
        return cbor.encode([self.at, self.what, self.act, things])


def decode_leaf(data: bytes) -> Leaf:
    """The leaf in `data`. ObjectError OBJECT_MALFORMED."""
    at, what, act, things = array(cbor.decode(data), 4)
    head = None
    if things is not None:
        size, root_hash = array(things, 2)
        head = LogHead(uint(size), octets(root_hash, HASH_BYTES))
    return Leaf(Seconds(uint(at)), text(what, 96), octets(act, HASH_BYTES), head)


class Inclusion(NamedTuple):
    """That a thing (a certificate's digest, an object's SHA-256) stands in a leaf, and the leaf in a log of `size`."""

    leaf: bytes
    thing_place: int
    thing_path: tuple[bytes, ...]
    place: int
    size: int
    path: tuple[bytes, ...]

    def proves(self, thing: bytes, head: LogHead) -> bool:
        """Whether it holds for `thing` under `head`. ObjectError if the leaf is malformed."""
        things = decode_leaf(self.leaf).things
        return (
            self.size == head.size
            and things is not None
            and includes(things, self.thing_place, leaf_hash(thing), self.thing_path)
            and includes(head, self.place, leaf_hash(self.leaf), self.path)
        )

    def encode(self) -> bytes:
        """The proof's file."""
        thing: cbor.Value = [self.thing_place, list(self.thing_path)]
        return cbor.encode([_INCLUSION, self.leaf, thing, [self.place, self.size, list(self.path)]])


class Consistency(NamedTuple):
    """That a log of `size` leaves begins with the log of `old` leaves."""

    old: int
    size: int
    path: tuple[bytes, ...]

    def proves(self, before: LogHead, after: LogHead) -> bool:
        """Whether it holds between these heads."""
        return (self.old, self.size) == (before.size, after.size) and extends(before, after, self.path)

    def encode(self) -> bytes:
        """The proof's file."""
        return cbor.encode([_CONSISTENCY, self.old, self.size, list(self.path)])


Proof = Inclusion | Consistency


def decode_proof(data: bytes) -> Proof:
    """The proof in a file. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. Nothing is verified yet."""
    if len(data) > MAX_PROOF_BYTES:
        raise ObjectError(SyncReason.OBJECT_TOO_LARGE, f"proof: {len(data)} bytes")
    try:
        return _read_proof(cbor.decode(data))
    except CredentialError as error:
        raise ObjectError(SyncReason.OBJECT_MALFORMED, f"proof: {error.detail or error.reason}") from None


def _read_proof(value: cbor.Value) -> Proof:
    match value:
        case [kind, leaf, [thing_place, thing_path], [place, size, path]] if uint(kind) == _INCLUSION:
            decode_leaf(octets(leaf))
            things = uint(thing_place), _path(thing_path)
            return Inclusion(octets(leaf), *things, uint(place), uint(size), _path(path))
        case [kind, old, size, path] if uint(kind) == _CONSISTENCY:
            return Consistency(uint(old), uint(size), _path(path))
        case _:
            raise malformed("neither of the two kinds of proof")


def _path(value: cbor.Value) -> tuple[bytes, ...]:
    found = array(value)
    require(len(found) <= MAX_PATH, "a path longer than any tree is high")
    return tuple(octets(each, HASH_BYTES) for each in found)


def origin_of(status_base: str) -> str:
    """What the log is called in its text: where it is served, without the scheme."""
    return status_base.removeprefix("https://") + "log"


def checkpoint_text(origin: str, head: LogHead) -> bytes:
    """The head as C2SP tlog-checkpoint has it: what a signed note signs."""
    return f"{origin}\n{head.size}\n{_base64(head.root_hash)}\n".encode()


def signed_note(text: bytes, name: str, public: bytes, signature: bytes) -> bytes:
    """`text` with one Ed25519 signature line of C2SP signed-note, by the key `public` that is called `name`."""
    key_id = sha256(name.encode() + b"\n" + _NOTE_ED25519 + public).digest()[:4]
    return text + f"\n— {name} {_base64(key_id + signature)}\n".encode()


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()
