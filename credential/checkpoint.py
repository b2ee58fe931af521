"""The checkpoint: one signed statement of everything that a region publishes at one moment."""

from bisect import bisect_left
from typing import Final, NamedTuple

from credential import cbor, cose
from credential.model import Seconds
from credential.published import (
    HEAD,
    NEWEST_TYPE,
    Head,
    LogHead,
    ObjectType,
    array,
    decode_head,
    mapping,
    octets,
    reading,
    require,
    uint,
)

TYP: Final = "application/yinxin-checkpoint+cose"
_NEXT: Final = 6
_ENTRIES: Final = 10
_LOG: Final = 11
COMMITTED: Final = frozenset(
    {
        ObjectType.ROOT,
        ObjectType.TRUST_LIST,
        ObjectType.STATUS_LIST,
        ObjectType.RECOGNITION,
        ObjectType.REGISTER,
        ObjectType.BENEFITS,
    }
)
"""The types that a checkpoint names; bins, shards and survivors are committed by those."""
NUMBERED: Final = frozenset({ObjectType.STATUS_LIST, ObjectType.REGISTER})
"""The types of which a region has one a list."""


class Committed(NamedTuple):
    """One object: its type, the number of its list (0 where a region has only one), its order and its SHA-256.

    A type above NEWEST_TYPE is of a later version of the format: nobody here asks for it, but it keeps its order.
    """

    type: int
    list: int
    epoch: int
    seq: int
    sha256: bytes

    @property
    def name(self) -> tuple[int, int]:
        """What the entry is about; a checkpoint has one entry a name."""
        return self.type, self.list

    @property
    def order(self) -> tuple[int, int]:
        """The object's epoch, then sequence."""
        return self.epoch, self.seq


class Checkpoint(NamedTuple):
    """`next_due` is when the region promises the next one; `log` the head of its record's log (credential.log)."""

    head: Head
    next_due: Seconds
    entries: tuple[Committed, ...]
    log: LogHead | None = None

    def encode(self) -> bytes:
        """The payload to be signed."""
        entries: list[cbor.Value] = [[e.type, e.list, e.epoch, e.seq, e.sha256] for e in self.entries]
        claims = {**self.head.encode(), _NEXT: self.next_due, _ENTRIES: entries}
        if self.log is not None:
            claims[_LOG] = [self.log.size, self.log.root_hash]
        return cbor.encode(claims)

    def find(self, kind: int, number: int = 0) -> Committed | None:
        """The entry for an object, if the checkpoint names it. Entries are in the order of their names."""
        name = kind, number
        place = bisect_left(self.entries, name)
        found = self.entries[place : place + 1]
        return found[0] if found and found[0].name == name else None


def decode(data: bytes) -> tuple[Checkpoint, cose.Sign1]:
    """The checkpoint in `data`, signature not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED."""
    with reading(ObjectType.CHECKPOINT, data):
        message = cose.decode_sign1(data, TYP)
        claims = mapping(cbor.decode(message.payload), HEAD | {_NEXT, _ENTRIES}, {_LOG})
        entries = tuple(_entry(each) for each in array(claims[_ENTRIES]))
        names = [entry.name for entry in entries]
        require(bool(names), "names nothing")
        require(names == sorted(set(names)), "entries not in order, or two of one name")
        log = None
        if _LOG in claims:
            size, root_hash = array(claims[_LOG], 2)
            log = LogHead(uint(size), octets(root_hash, 32))
        return Checkpoint(decode_head(claims), Seconds(uint(claims[_NEXT])), entries, log), message


def _entry(value: cbor.Value) -> Committed:
    kind, number, epoch, seq, digest = array(value, 5)
    committed = uint(kind)
    is_later = committed > NEWEST_TYPE
    require(is_later or committed in COMMITTED, "a type that a checkpoint does not name")
    is_numbered = is_later or committed in NUMBERED
    require(is_numbered or number == 0, "a list's number where a region has only one object")
    known = committed if is_later else ObjectType(committed)
    return Committed(known, uint(number), uint(epoch), uint(seq), octets(digest, 32))
