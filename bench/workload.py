"""What is measured: a typical certificate and a bundle that accepts it, as files that every side reads for itself."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from credential import claims, qr_text
from credential.cose import decode_sign1
from credential.model import AgreementState
from credential.recognition import Agreement
from tests.world import FILED, GUANGDONG, NOW, World, certificate, key, sign_it

HOST: Final = "fj.example"
BUNDLE: Final = "bundle.cbor"
PIN: Final = "pin.txt"
FACTS: Final = "facts.json"
_SEED: Final = sha256(b"yinxin test key issuer").digest()
_INDEX: Final = 7
TYPICAL: Final = certificate(serial=154, index=_INDEX)


@dataclass(frozen=True, slots=True)
class Workload:
    """The files in `folder`, and what a command line needs of them."""

    folder: Path
    text: str
    now: int
    bundle_bytes: int


def write(folder: Path) -> Workload:
    """Write the bundle, its pin and the facts of the typical certificate into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    data = sign_it(TYPICAL)
    home = _home(data)
    bundle = home.bundle(World(GUANGDONG))
    text = qr_text.encode(HOST, data)
    (folder / BUNDLE).write_bytes(bundle)
    (folder / PIN).write_text(home.pin().hex() + "\n", encoding="ascii")
    (folder / FACTS).write_text(json.dumps(_facts(data, text)), encoding="utf-8")
    return Workload(folder, text, NOW, len(bundle))


def _home(data: bytes) -> World:
    """A region that registered the certificate, and has an agreement with another."""
    partner = Agreement(
        1, GUANGDONG, (1, World(GUANGDONG).pin()), "互认协议", FILED, ((FILED, AgreementState.IN_FORCE),), True, (), ()
    )
    return World(registered={_INDEX: data}, agreements=(partner,))


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
