"""The cases that docs/format.md works through: one region, three answers."""

from collections.abc import Iterator
from typing import Final

from credential import qr_text
from credential.issuer import OccupationReference, Scope
from credential.model import Day, IssuerCode, IssuerKind, LevelCertificate, Seconds, Status
from tests.vector import Vector, shown_in
from tests.world import CERTIFICATE, ELECTRICIAN, FILED, ISSUER, NOW, World, certificate, certificate_key, sign_it

_ELECTRICIANS: Final = Scope(OccupationReference(2022, "6-31-01-03"), 3, FILED, Day(FILED + 3 * 365))
_SNACKS: Final = Scope(OccupationReference(0, "沙县小吃制作"), 0, FILED, None)
_CENTRE: Final = ISSUER._replace(
    code=IssuerCode("S000035010007"),
    names=((FILED, "福建省闽江职业技能评价中心"),),
    kind=IssuerKind.SOCIAL,
    scopes=(_SNACKS, _ELECTRICIANS),
    keys=(certificate_key("centre"),),
)
_PORT: Final = ISSUER._replace(scopes=(_ELECTRICIANS,))
_SECOND: Final = sign_it(certificate(index=8, serial=2))
_FAR: Final = sign_it(certificate(index=300, serial=3))
WORLD: Final = World(
    issuers=(_CENTRE, _PORT),
    issuers_a_bin=1,
    list_length=302,
    statuses={7: Status.VALID, 8: Status.REVOKED, 9: Status.VALID, 300: Status.SUPERSEDED},
    registered={7: sign_it(), 8: _SECOND, 300: _FAR},
)


def example_vectors() -> Iterator[tuple[str, Vector]]:
    """An accepted certificate; one beyond its issuer's scope; the same, once the trust list has expired."""
    too_high = certificate(subject=LevelCertificate(ELECTRICIAN, 2), index=9)
    expired = Seconds(WORLD.list_issued + WORLD.list_lifetime)
    yield "example-accepted", _case(sign_it(CERTIFICATE), "ACCEPTED", "The certificate of appendix A.")
    yield "example-scope-level", _case(sign_it(too_high), "SCOPE_LEVEL", "Level 2, where the issuer's highest is 3.")
    yield (
        "example-stale",
        _case(sign_it(too_high), "STALE", "The same, asked at the second in which the trust list expires.", expired),
    )


def _case(data: bytes, reason: str, about: str, now: Seconds = NOW) -> Vector:
    return shown_in(qr_text.encode("fj.example", data), WORLD, reason, about, now)
