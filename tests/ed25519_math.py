"""Edwards25519 in plain integers (RFC 8032 section 5.1): slow, independent of any library, to make bad signatures."""

from dataclasses import dataclass
from hashlib import sha512

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
"""The order of the prime-order subgroup."""
_D = -121665 * pow(121666, P - 2, P) % P
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]
IDENTITY: Point = (0, 1)
_Extended = tuple[int, int, int, int]


def x_of(y: int) -> int | None:
    """The even x of the curve's point at `y`, if there is one."""
    square = (y * y - 1) * pow(_D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * _ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x % 2 else x


def _base() -> Point:
    y = 4 * pow(5, P - 2, P) % P
    x = x_of(y)
    assert x is not None
    return x, y


BASE = _base()


def add(a: Point, b: Point) -> Point:
    (x1, y1), (x2, y2) = a, b
    product = _D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P
    return x, y


def _sum(a: _Extended, b: _Extended) -> _Extended:
    """RFC 8032 section 5.1.4: complete for every pair of points."""
    low = (a[1] - a[0]) * (b[1] - b[0]) % P
    high = (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * _D % P, 2 * a[2] * b[2] % P
    e, f, g, h = high - low, d - c, d + c, high + low
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(point: Point, scalar: int) -> Point:
    x, y = point
    power: _Extended = (x, y, 1, x * y % P)
    result: _Extended = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _sum(result, power)
        power = _sum(power, power)
        scalar >>= 1
    inverse = pow(result[2], P - 2, P)
    return result[0] * inverse % P, result[1] * inverse % P


def encode(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _order_8() -> Point:
    y = 2
    while True:
        x = x_of(y)
        if x is not None:
            torsion = multiply((x, y), L)
            if multiply(torsion, 4) != IDENTITY:
                return torsion
        y += 1


TORSION = tuple(multiply(_order_8(), n) for n in range(8))
"""The eight points whose order divides 8; place n has order 8 / gcd(n, 8)."""


def small_order_encodings() -> list[bytes]:
    """Every 32 bytes that a lax decoder takes for a point of order 1, 2, 4 or 8: 8 canonical ones and 6 others."""
    canonical = [encode(point) for point in TORSION]
    high = 1 << 255
    others = (P, P | high, P + 1, (P + 1) | high, 1 | high, (P - 1) | high)
    return canonical + [each.to_bytes(32, "little") for each in others]


@dataclass(frozen=True, slots=True)
class Pair:
    """A key whose secret scalar is known."""

    scalar: int
    prefix: bytes
    point: Point

    @property
    def public(self) -> bytes:
        return encode(self.point)


def pair(seed: bytes) -> Pair:
    digest = sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return Pair(scalar, digest[32:], multiply(BASE, scalar))


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(r + public + message).digest(), "little") % L


def sign(
    by: Pair,
    message: bytes,
    *,
    nonce: int | None = None,
    torsion: Point = IDENTITY,
    public: bytes | None = None,
    r_bytes: bytes | None = None,
    s_plus: int = 0,
) -> bytes:
    """RFC 8032's signature; or one with another nonce, torsion in R, another A or R in the hash, or too large an S."""
    if nonce is None:
        nonce = int.from_bytes(sha512(by.prefix + message).digest(), "little") % L
    r = r_bytes if r_bytes is not None else encode(add(multiply(BASE, nonce), torsion))
    s = (nonce + challenge(r, public or by.public, message) * by.scalar) % L + s_plus
    return r + s.to_bytes(32, "little")
