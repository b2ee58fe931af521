"""Two regions that hold everything that can be held: what the vectors have one by one, together."""

from datetime import date
from functools import cache
from hashlib import sha256
from typing import Final

from credential import qr_text, register
from credential.cose import decode_sign1
from credential.issuer import CertificateKey, Issuer, OccupationReference, Scope, Site, Survivors
from credential.model import (
    AgreementState,
    Certificate,
    Day,
    Effect,
    IssuerCode,
    IssuerKind,
    KeyState,
    Kind,
    LevelCertificate,
    Occupation,
    Post,
    PostAppointment,
    Region,
    RegionalHonour,
    Seconds,
    SpecialAbility,
    Status,
    StatusReference,
    day_from_date,
)
from credential.recognition import Agreement, Match, Row
from tests.jimei import CLAUSES, LISTS
from tests.world import (
    CERTIFICATE,
    ELECTRICIAN,
    FILED,
    FUJIAN,
    GUANGDONG,
    ISSUER,
    ROOTED_AT,
    SIGNED_AT,
    YEAR,
    World,
    certificate,
    certificate_key,
    key,
    sign_it,
)

SITE: Final = IssuerCode("Y000035020102")
SECOND: Final = IssuerCode("S000035010001")
FOREIGN: Final = IssuerCode("Y000044020101")
_DISH: Final = Occupation(0, "沙县小吃制作", "沙县小吃制作", None)
_POST: Final = PostAppointment(ELECTRICIAN, Post.CHIEF_TECHNICIAN, Seconds(SIGNED_AT + 3 * YEAR))


def _with_index(what: Certificate, index: int, base: str = "https://fj.example/s/") -> Certificate:
    return what._replace(status=StatusReference(index, f"{base}0"))


def _of(issuer: IssuerCode, index: int, base: str = "https://fj.example/s/") -> Certificate:
    return _with_index(CERTIFICATE._replace(issuer=issuer, number=f"{issuer}263000001"), index, base)


_COURIER: Final = Occupation(2022, "4-02-06-02", "快递员", None)


@cache
def certificates() -> tuple[bytes, ...]:
    """Certificates of every kind, of both regions, by keys that are well and by one that was stolen.

    The last two are revoked, and above what its issuer may certify.
    """
    return (
        sign_it(),
        sign_it(certificate(subject=LevelCertificate(ELECTRICIAN, 4), serial=2, index=8)),
        sign_it(certificate(index=9)._replace(number=f"{SITE}263000001")),
        sign_it(certificate(subject=SpecialAbility(_DISH), number="35ZN-2026-000017", index=10)),
        sign_it(certificate(subject=_POST, number="Y00003502010126T000001", index=11)),
        sign_it(certificate(subject=RegionalHonour("集美工匠"), number="JM-2026-0154", index=12)),
        sign_it(_of(SECOND, 13), "second"),
        sign_it(_of(SECOND, 14), "second"),
        sign_it(_of(FOREIGN, 7, "https://gd.example/s/"), "guangdong"),
        sign_it(certificate(serial=3, index=20)),
        sign_it(certificate(subject=LevelCertificate(_COURIER, 2), serial=4, index=9)),
    )


_EVERY: Final = (
    Scope(OccupationReference(2022, "6-31-01-03"), 1, FILED, None),
    Scope(OccupationReference(2022, "4-02-06-02"), 3, FILED, day_from_date(date(2027, 1, 1))),
    Scope(OccupationReference(0, "沙县小吃制作"), 0, FILED, None),
    Scope(OccupationReference(0, "集美工匠"), 0, FILED, None),
)


def _stolen() -> tuple[CertificateKey, bytes]:
    """A key that was stolen an hour after signing, and the digests of what stands under it: one of two."""
    digest = register.digest_of(decode_sign1(certificates()[6], None).to_be_signed)
    file = register.pack_digests((digest, bytes(16))).data
    states = ((ROOTED_AT, KeyState.ACTIVE), (Seconds(SIGNED_AT + 3600), KeyState.COMPROMISED))
    return CertificateKey(key("second").public, states, Survivors(sha256(file).digest(), 2)), file


def _fujian() -> World:
    key_, file = _stolen()
    issuers: tuple[Issuer, ...] = (
        ISSUER._replace(scopes=_EVERY, sites=(Site(SITE, FILED, None),)),
        ISSUER._replace(code=SECOND, kind=IssuerKind.SOCIAL, keys=(key_, certificate_key("third"))),
    )
    mine = {7 + place: data for place, data in enumerate(certificates()[:8])}
    return World(
        issuers=issuers,
        statuses=dict.fromkeys(range(7, 15), Status.VALID) | {20: Status.REVOKED, 21: Status.SUSPENDED},
        registered=mine,
        agreements=(_agreement(GUANGDONG, None),),
        survivors=(file,),
        clauses=CLAUSES,
        shortage_lists=LISTS,
    )


def _guangdong(partner: World) -> World:
    issuer = ISSUER._replace(code=FOREIGN, keys=(certificate_key("guangdong"),))
    return World(
        region=GUANGDONG,
        issuers=(issuer,),
        status_base="https://gd.example/s/",
        registered={7: certificates()[8]},
        agreements=(_agreement(FUJIAN, partner.pin()),),
    )


def _agreement(partner: Region, pin: bytes | None) -> Agreement:
    level = Match(None, Kind.LEVEL, None, None, (), Day(0), None)
    electricians = level._replace(edition=2022, prefix="6-31-", levels=(3,), last=day_from_date(date(2027, 1, 1)))
    rows = (
        Row(electricians, OccupationReference(2015, "6-31-01-03"), 4, Effect.ELIGIBILITY, "第二条"),
        Row(level._replace(issuer=IssuerKind.EMPLOYER), None, None, Effect.EQUIVALENT, "第一条"),
        Row(level._replace(kind=Kind.POST, issuer=ISSUER.code), None, None, Effect.TREATMENT, "第三条"),
        Row(level._replace(kind=Kind.HONOUR), None, None, Effect.TREATMENT, "第四条"),
    )
    deny = (level._replace(levels=(1, 2)), level._replace(kind=Kind.SPECIAL_ABILITY, prefix="0-"))
    states = ((FILED, AgreementState.IN_FORCE),)
    named = None if pin is None else (1, pin)
    return Agreement(3, partner, named, "闽粤互认协议", FILED, states, True, deny, rows)


@cache
def bundle() -> tuple[bytes, bytes, bytes]:
    """Both regions, the pin of Guangdong's root, and the pin of Fujian's."""
    fujian = _fujian()
    home = _guangdong(fujian)
    return home.bundle(fujian), home.pin(), fujian.pin()


def texts() -> tuple[str, ...]:
    """The certificates as they are shown."""
    return tuple(qr_text.encode("fj.example", data) for data in certificates())
