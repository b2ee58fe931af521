"""Certificates that must be refused, each for one reason. Who makes them holds real keys, but not the right ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential import claims, cose, keyfile, sign
from credential.cbor import byte_string
from credential.model import Certificate, IssuerCode, LevelCertificate, Occupation
from credential.sign import SigningKey

UNFILED: Final = IssuerCode("Y000035029999")
_PORTER: Final = Occupation(2022, "4-02-06-02", "理货员", None)
_COOK: Final = Occupation(2022, "4-03-02-01", "中式烹调师", None)


@dataclass(frozen=True, slots=True)
class Forgery:
    """A certificate, the reason for which it must be refused, and its story."""

    name: str
    data: bytes
    reason: str
    zh: str
    en: str


def demo_key(folder: Path, name: str) -> SigningKey:
    """A demo key of keys.example."""
    return keyfile.open_demo(keyfile.parse((folder / name).read_bytes()))


def forgeries(genuine: Mapping[str, bytes], keys: Path) -> tuple[Forgery, ...]:
    """What a forger makes of two genuine certificates, `technician` (level 2) and `porter` (level 3, 理货员)."""
    forger = demo_key(keys, "forger/certificate.key")
    issuer = demo_key(keys, "xiamen-port/certificate.key")
    technician, porter = read(genuine["technician"]), read(genuine["porter"])
    renamed = technician._replace(person=technician.person._replace(name="贾冒名"))
    return (
        Forgery(
            "forged-with-another-key",
            sign.sign_certificate(renamed, forger),
            "KEY_UNKNOWN",
            "用另一把真实密钥签名，冒充厦门港务",
            "signed with a real key, but another's",
        ),
        Forgery(
            "forged-with-a-borrowed-key-id",
            _sign_under_kid(renamed, forger, issuer.kid),
            "SIGNATURE_INVALID",
            "同上，并抄用真密钥的编号",
            "the same, under the true key's identifier",
        ),
        Forgery(
            "level-out-of-scope",
            sign.sign_certificate(_as(porter, _PORTER, 2), issuer),
            "SCOPE_LEVEL",
            "机构超出备案等级：理货员只备案到三级",
            "the issuer's own key, above the level that it is filed for",
        ),
        Forgery(
            "occupation-out-of-scope",
            sign.sign_certificate(_as(porter, _COOK, 3), issuer),
            "SCOPE_OCCUPATION",
            "机构超出备案职业",
            "the issuer's own key, for an occupation that it is not filed for",
        ),
        Forgery(
            "unfiled-issuer",
            sign.sign_certificate(_moved(technician, UNFILED), forger),
            "ISSUER_UNKNOWN",
            "未备案的机构",
            "an issuer that nobody filed",
        ),
        Forgery(
            "reuses-a-live-index",
            sign.sign_certificate(renamed, issuer),
            "INDEX_MISMATCH",
            "偷得真密钥，借用他人证书的有效序号",
            "a stolen key on the live index of another certificate",
        ),
    )


def read(data: bytes) -> Certificate:
    """What a genuine certificate says."""
    return claims.decode_body(claims.decode_outer(cose.decode_sign1(data, None).payload))


def _as(certificate: Certificate, occupation: Occupation, level: int) -> Certificate:
    number = f"{certificate.number[:15]}{level}{certificate.number[16:]}"
    return certificate._replace(subject=LevelCertificate(occupation, level), number=number)


def _moved(certificate: Certificate, issuer: IssuerCode) -> Certificate:
    return certificate._replace(issuer=issuer, number=f"{issuer}{certificate.number[13:]}")


def _sign_under_kid(certificate: Certificate, key: SigningKey, kid: bytes) -> bytes:
    protected = cose.protected_sign1(kid, None)
    payload = claims.encode(certificate)
    signature = key.sign(cose.to_be_signed_sign1(protected, payload))
    return b"\xd2\x84" + b"".join((byte_string(protected), b"\xa0", byte_string(payload), byte_string(signature)))
