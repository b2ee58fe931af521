"""What is measured: a typical certificate and bundles that accept it, as files that every side reads for itself."""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from credential import claims, qr_text, status_list
from credential.cose import decode_sign1
from credential.model import AgreementState, IssuerCode
from credential.recognition import Agreement
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


def write(folder: Path) -> Workload:
    """Write the bundle, its pin and the facts of the typical certificate into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    data = sign_it(TYPICAL)
    home = _home(data)
    bundle, large = (each.bundle(World(GUANGDONG)) for each in (home, _grown(home)))
    text = qr_text.encode(HOST, data)
    (folder / BUNDLE).write_bytes(bundle)
    (folder / LARGE).write_bytes(large)
    (folder / PIN).write_text(home.pin().hex() + "\n", encoding="ascii")
    (folder / FACTS).write_text(json.dumps(_facts(data, text)), encoding="utf-8")
    return Workload(folder, text, NOW, len(bundle), len(large))


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
