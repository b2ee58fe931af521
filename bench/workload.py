"""What is measured: a typical certificate and bundles that accept it, as files that every side reads for itself."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from bench import province
from credential import bundle, checkpoint, claims, cose, qr_text, root, status_list, trust_list
from credential.bins import decode_bin
from credential.bundle import Part
from credential.cose import Sign, Sign1, decode_sign1
from credential.issuer import Issuer
from credential.model import AgreementState, IssuerCode
from credential.recognition import Agreement
from credential.root import Role, Root
from credential.trust import RegionTrust
from tests.world import FILED, GUANGDONG, ISSUER, NOW, World, certificate, key, sign_it

HOST: Final = "fj.example"
BUNDLE: Final = "bundle.cbor"
LARGE: Final = "large.cbor"
PIN: Final = "pin.txt"
FACTS: Final = "facts.json"
_SEED: Final = sha256(b"yinxin test key issuer").digest()
_INDEX: Final = 7
_ISSUERS: Final = 1_000
TYPICAL: Final = certificate(serial=154, index=_INDEX)


@dataclass(frozen=True, slots=True)
class Workload:
    """The files in `folder`, and what a command line needs of them."""

    folder: Path
    text: str
    now: int
    bundle_bytes: int
    large_bytes: int


def write(folder: Path, issuers: int = province.ISSUERS) -> Workload:
    """Write into `folder` the bundle, its pin, the facts of the typical certificate, and a province of `issuers`."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_province(folder, issuers)
    data = sign_it(TYPICAL)
    home = _home(data)
    small, large = (each.bundle(World(GUANGDONG)) for each in (home, _grown(home)))
    text = qr_text.encode(HOST, data)
    (folder / BUNDLE).write_bytes(small)
    (folder / LARGE).write_bytes(large)
    (folder / PIN).write_text(home.pin().hex() + "\n", encoding="ascii")
    (folder / FACTS).write_text(json.dumps(_facts(data, text)), encoding="utf-8")
    return Workload(folder, text, NOW, len(small), len(large))


def _home(data: bytes) -> World:
    """A region that registered the certificate, and has an agreement with another."""
    partner = Agreement(
        1, GUANGDONG, (1, World(GUANGDONG).pin()), "互认协议", FILED, ((FILED, AgreementState.IN_FORCE),), True, (), ()
    )
    return World(registered={_INDEX: data}, agreements=(partner,))


def _grown(home: World) -> World:
    """The region with a thousand issuers and a full status list; its root, and so its pin, is the same."""
    others = (ISSUER._replace(code=IssuerCode(f"Y000035{number:06d}")) for number in range(_ISSUERS - 1))
    return replace(home, issuers=tuple(sorted((ISSUER, *others))), list_length=status_list.INDICES)


def _write_province(folder: Path, count: int) -> None:
    """Write the bundle of a province of `count` issuers into `folder`, and what verifying it must look at."""
    home = World(issuers=province.issuers(count))
    data, known = home.bundle(), home.trust().regions[home.region]
    if not isinstance(known, RegionTrust):
        raise known
    issuer = home.issuers[count // 2]
    held = decode_bin(known.blobs[_bin_of(known, issuer.code)], known.trust_list.occupations)
    said = {
        "pin": home.pin().hex(),
        "region": home.region,
        "issuer": issuer.code,
        "root_keys": [key.hex() for role in Role for key in known.root.role(role).keys],
        "bin_keys": _public(held.values()),
        "issuer_keys": _public(home.issuers),
        "signed": [
            [key.hex(), message.hex()] for key, message in _signed(bundle.decode(data)[home.region], known.root)
        ],
    }
    (folder / "province.cbor").write_bytes(data)
    (folder / "province.json").write_text(json.dumps(said), encoding="utf-8")


def _bin_of(known: RegionTrust, code: IssuerCode) -> bytes:
    reference = known.trust_list.bin_of(code)
    if reference is None:
        raise AssertionError(code)
    return reference.sha256


def _public(issuers: Iterable[Issuer]) -> list[str]:
    return [key.public.hex() for issuer in issuers for key in issuer.keys]


def _signed(part: Part, newest: Root) -> Iterator[tuple[bytes, bytes]]:
    """Every signature of the part that is looked at, before its message, with its key."""
    keys = {cose.kid(key): key for role in Role for key in newest.role(role).keys}
    messages: list[Sign | Sign1] = [
        *(root.decode(each)[1] for each in part.roots),
        trust_list.decode(part.trust_list)[1],
        checkpoint.decode(part.checkpoint)[1],
        *(status_list.decode(each)[1] for each in part.status_lists),
    ]
    for message in messages:
        for each in message.signatures if isinstance(message, Sign) else (message,):
            yield keys[each.kid], each.signature + each.to_be_signed


def _facts(data: bytes, text: str) -> dict[str, str | int]:
    message = decode_sign1(data, None)
    return {
        "seed": _SEED.hex(),
        "public": key("issuer").public.hex(),
        "kid": message.kid.hex(),
        "claims": claims.encode(TYPICAL).hex(),
        "to_be_signed": message.to_be_signed.hex(),
        "signature": message.signature.hex(),
        "certificate": data.hex(),
        "text": text,
        "now": NOW,
    }
