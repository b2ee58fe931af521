"""Published objects of one world, and values of every kind that they are made of."""

from collections.abc import Callable

from hypothesis import strategies as st

from credential.issuer import OccupationReference
from credential.model import MAX_DAY, Day, Seconds
from credential.published import Head
from tests import ed25519_math as curve
from tests.jimei import CLAUSES, LISTS
from tests.world import FUJIAN, World, key, sign_it

WORLD = World(registered={7: sign_it()}, agreements=(), clauses=CLAUSES, shortage_lists=LISTS, survivors=(b"",))
PART = WORLD.part()
SECONDS = st.integers(0, 2**53 - 1).map(Seconds)
DAYS = st.integers(0, MAX_DAY).map(Day)
UINT = st.integers(0, 2**53 - 1)
HASHES = st.binary(min_size=32, max_size=32)
HEADS = st.builds(Head, st.just(FUJIAN), UINT, UINT, SECONDS, SECONDS)
PUBLIC = [key(f"public {n}").public for n in range(12)]
BAD_POINTS = {
    "the identity": curve.encode(curve.IDENTITY),
    "small order": curve.encode(curve.TORSION[1]),
    "mixed order": curve.encode(curve.add(curve.pair(b"x").point, curve.TORSION[4])),
    "not canonical": (curve.P + 3).to_bytes(32, "little"),
    "31 bytes": PUBLIC[0][:31],
}
OCCUPATION = (OccupationReference(2022, "6-31-01-03"),)
TWO_DIGESTS = bytes(15) + b"\1" + bytes(15) + b"\2"


def set_to(label: int, value: object) -> Callable[[dict[int, object]], object]:
    return lambda payload: payload.__setitem__(label, value)
