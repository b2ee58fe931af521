"""What a newer part leaves out although its own objects name it: it is kept from the held part.

Register indices, shards and survivors are named by their SHA-256: a copy that is held is as good as one that is sent.
If they were dropped because somebody leaves them out, a thief's certificate could pass by its index alone.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from credential import register
from credential.bins import decode_bin
from credential.bundle import Part
from credential.register import RegisterIndex
from credential.trust import RegionTrust


def completed(part: Part, new: RegionTrust, held: Part, old: RegionTrust) -> Part:
    """`part`, which says `new`, and of `held`, which says `old`, what `new` names and `part` lacks."""
    registers = tuple(_named_registers(part, new, held))
    indexes = [*new.register.indexes.values(), *map(register.decode_index, registers)]
    spare = {pinned: data for pinned, data in old.blobs.items() if pinned not in new.blobs}
    shards = _chosen(spare, (pinned for index in indexes for pinned in index.hashes))
    survivors = _chosen(spare, _pinned_survivors(new)) if set(held.survivors) - set(part.survivors) else ()
    if not (registers or shards or survivors):
        return part
    return part._replace(
        registers=(*part.registers, *registers),
        shards=(*part.shards, *shards),
        survivors=(*part.survivors, *survivors),
    )


def lost_shards(new: RegionTrust, old: RegionTrust) -> int:
    """How many shards were held of which the newer content is not: of their indices only the status is known."""
    return sum(
        pinned in old.blobs and _at(new.register.indexes.get(number), place) not in new.blobs
        for number, index in old.register.indexes.items()
        for place, pinned in enumerate(index.hashes)
    )


def _at(index: RegisterIndex | None, place: int) -> bytes:
    """The hash at that place; none of any object if there is none."""
    return b"" if index is None or place >= len(index.hashes) else index.hashes[place]


def _named_registers(part: Part, new: RegionTrust, held: Part) -> Iterator[bytes]:
    named = {each.sha256 for each in new.checkpoint.entries}
    return (each for each in held.registers if each not in part.registers and sha256(each).digest() in named)


def _pinned_survivors(new: RegionTrust) -> Iterator[bytes]:
    """What the bins that are held name."""
    for reference in new.trust_list.bins:
        data = new.blobs.get(reference.sha256)
        issuers = {} if data is None else decode_bin(data, new.trust_list.occupations)
        for issuer in issuers.values():
            yield from (key.survivors.sha256 for key in issuer.keys if key.survivors is not None)


def _chosen(spare: dict[bytes, bytes], names: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(spare[name] for name in dict.fromkeys(names) if name in spare)
