"""States of Fujian and of others that the cases of `tests/updates/` hold and fetch, and changes to them."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from credential import checkpoint as checkpoints
from credential import root as roots
from credential import sign
from credential.bundle import Part
from credential.checkpoint import Committed
from credential.issuer import Issuer, Survivors
from credential.model import AgreementState, IssuerCode, KeyState, Region, Status
from credential.published import ObjectType
from credential.recognition import Agreement
from tests.update_case import Case
from tests.world import (
    FILED,
    FUJIAN,
    GUANGDONG,
    ISSUER,
    World,
    certificate_key,
    sign_it,
)

SHANGHAI: Final = Region("31")


def entries_of(part: Part) -> list[Committed]:
    """What the part's checkpoint names."""
    return list(checkpoints.decode(part.checkpoint)[0].entries)


def with_checkpoint(of: World, part: Part, entries: Sequence[Committed]) -> Part:
    """The part under a checkpoint that names `entries`."""
    return part._replace(checkpoint=of.checkpoint_bytes(sorted(entries, key=lambda each: each.name)))


def successor(of: World, version: int, **changes: Any) -> bytes:
    """The world's root as a later version, signed by the same keys."""
    root = of.root()
    following = root._replace(head=root.head._replace(seq=version), **changes)
    return sign.sign(following.encode(), roots.TYP, of.keys("root", 3)[:2])


def rotated(to: World, before: World) -> Part:
    """The part of `to`, whose root is version 2 after the root of `before`."""
    second = successor(to, 2)
    part = to.part()._replace(roots=(before.root_bytes(), second))
    entries = [each for each in entries_of(part) if each.type is not ObjectType.ROOT]
    named = Committed(ObjectType.ROOT, 0, to.epoch, 2, sha256(second).digest())
    return with_checkpoint(to, part, [named, *entries])


def settled(seq: int = 5, **changes: Any) -> World:
    """Fujian in full: one status of each sort, and a register."""
    statuses = {7: Status.VALID, 8: Status.REVOKED, 9: Status.SUPERSEDED, 10: Status.SUSPENDED}
    return replace(World(seq=seq, statuses=statuses, registered={7: sign_it()}), **changes)


def many(count: int) -> tuple[Issuer, ...]:
    """Issuers that fill several bins."""
    return tuple(
        ISSUER._replace(code=IssuerCode(f"Y0000350{number:05d}"), keys=(certificate_key(f"key {number}"),))
        for number in range(count)
    )


def agreement(**changes: Any) -> Agreement:
    """Fujian's agreement with Guangdong."""
    states = ((FILED, AgreementState.IN_FORCE),)
    return Agreement(1, GUANGDONG, (1, partner().pin()), "1号", FILED, states, True, (), ())._replace(**changes)


def partner(region: Region = GUANGDONG, **changes: Any) -> World:
    """Another region with a list of its own."""
    return replace(World(region=region, seq=5, issuers=(), status_base=f"https://r{region}.example/s/"), **changes)


def of_fujian(about: str, held: World | Part | None, fetched: World | Part, expected: str, **more: Any) -> Case:
    """A case about Fujian alone."""
    return Case(about, {} if held is None else {FUJIAN: part_of(held)}, {FUJIAN: part_of(fetched)}, expected, **more)


def part_of(what: World | Part) -> Part:
    """The part itself, or the world's."""
    return what.part() if isinstance(what, World) else what


def compromised(since: int, standing: bytes = b"") -> Issuer:
    """The issuer, whose key is compromised since then but for what is `standing`."""
    states = ((0, KeyState.ACTIVE), (since, KeyState.COMPROMISED))
    pinned = Survivors(sha256(standing).digest() if standing else bytes(32), -(-len(standing) // 16))
    return ISSUER._replace(keys=(certificate_key(states=states)._replace(survivors=pinned),))
