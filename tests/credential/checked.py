"""A certificate, or what stands for one, checked in a world of one's own."""

from typing import Any

from credential import bundle
from credential.model import Certificate, Seconds
from credential.trust import Trust, load
from credential.verify import Verdict, verify_bytes
from tests.world import CERTIFICATE, ISSUER, NOW, World, sign_it


def verdict_on(
    what: Certificate | bytes = CERTIFICATE, world: World | None = None, now: int = NOW, by: str = "issuer"
) -> Verdict:
    """What a check says of it; what is not signed yet is signed by the key `by`."""
    data = what if isinstance(what, bytes) else sign_it(what, by)
    return verify_bytes(data, (world or World()).trust(), Seconds(now))


def reason_on(
    what: Certificate | bytes = CERTIFICATE, world: World | None = None, now: int = NOW, by: str = "issuer"
) -> str:
    """The verdict's reason alone."""
    return verdict_on(what, world, now, by).reason.value


def world_with(**changes: Any) -> World:
    """The world whose one issuer has these changes."""
    return World(issuers=(ISSUER._replace(**changes),))


def loaded(world: World, **changes: Any) -> Trust:
    """The trust in a world whose part has these changes."""
    part = world.part()._replace(**changes)
    return load(bundle.encode({world.region: part}), frozenset({world.pin()}))
