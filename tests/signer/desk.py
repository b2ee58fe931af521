"""A clerk's desk with keys of its own: sealed cheaply in the home, opened with a passphrase file."""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from credential import keyfile, request
from credential.issuer import CertificateKey, Survivors
from credential.keyfile import Cost, Purpose
from credential.model import KeyState, Seconds
from signer import cli
from signer.home import Home
from signer.keys import own
from tests.signer.office import Office
from tests.world import CODE

CHEAP = Cost(1, 8192)
RIGHT = b"correct horse"


def private(path: Path, data: bytes) -> Path:
    """A file for its owner alone."""
    path.write_bytes(data)
    path.chmod(0o600)
    return path


@dataclass
class Desk:
    """An enrolled issuer whose keys are the world's, sealed under RIGHT."""

    office: Office
    secret: Path
    request_secret: Path | None = None

    @property
    def home(self) -> Home:
        """The home."""
        return Home(self.office.home)

    def json(self, command: str, *words: object, secret: bool = True) -> tuple[int, dict[str, Any]]:
        """Exit code and object of a command; its passphrase comes from the file unless `secret` is off."""
        given = ["--passphrase-file", str(self.secret)] if secret else []
        given += ["--request-passphrase-file", str(self.request_secret)] if self.request_secret else []
        line = [*command.split(), "--json", "--home", str(self.office.home), *given, *map(str, words)]
        self.office.capture.readouterr()
        code = cli.main(line)
        return code, json.loads(self.office.capture.readouterr().out)

    def sign(self, *rows: tuple[str, ...], out: str = "out") -> tuple[int, dict[str, Any]]:
        """Sign a roster of these rows."""
        roster = self.office.roster(*rows, name=f"{out}.csv")
        return self.json("sign", roster, "--out", self.office.folder / out, "--yes")

    def publish(self, *keys_: CertificateKey) -> None:
        """Let the registry publish these certificate keys of the issuer."""
        world = self.office.registry.world
        (issuer,) = world.issuers
        self.office.registry.world = replace(world, issuers=(issuer._replace(keys=tuple(keys_)),))

    def approve(self, enrolment: Path) -> CertificateKey:
        """Let the registry take requests by the enrolled request key, too; returns the certificate key as listed."""
        found = request.open_enrolment(enrolment.read_bytes())
        self.office.registry.request_keys += (found.request_key,)
        return listed(found.certificate_key)


def listed(public: bytes, *states: tuple[int, KeyState], stolen: bool = False) -> CertificateKey:
    """A certificate key in the trust list; active for ever unless told otherwise."""
    history = tuple((Seconds(at), state) for at, state in states or ((0, KeyState.ACTIVE),))
    survivors = Survivors(sha256(b"").digest(), 0) if stolen else None
    return CertificateKey(public, history, survivors)


def desk_of(office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The office with the world's keys in its home; keys made from now on are sealed as cheaply."""
    home = Home(office.home)
    for purpose in own.PURPOSES:
        seed = sha256(b"yinxin test key " + purpose.value.encode()).digest()
        private(home.key_file(purpose), keyfile.seal(seed, purpose, CODE, RIGHT, bytes(16), bytes(24), CHEAP))
    monkeypatch.setattr("signer.commands.keys.Cost", lambda: CHEAP)
    monkeypatch.setattr("signer.commands.first.Cost", lambda: CHEAP)
    monkeypatch.setattr("signer.commands.waiting.Cost", lambda: CHEAP)
    return Desk(office, private(office.folder / "passphrase", RIGHT + b"\n"))


def public_of(desk: Desk, purpose: Purpose = Purpose.CERTIFICATE) -> bytes:
    """The key in use."""
    return own.read(desk.home.key_file(purpose), purpose).public
