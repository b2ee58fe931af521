"""What every command works with: the home, the ledger, the keys, the registry, a clock, and someone to talk to."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, unique
from typing import Final, Protocol

from credential import qr_text
from credential.keyfile import Purpose
from credential.model import Seconds, date_from_day, day_of
from credential.request import Content, Request, seal
from credential.sign import Signer
from signer.errors import SignerError, usage
from signer.home import Configuration, Home
from signer.keys import pkcs11_token, record, succession
from signer.keys.own import Keyring
from signer.ledger.journal import Ledger
from signer.remote import published
from signer.remote.client import RegistryClient
from signer.remote.published import Published

ID_BYTES: Final = 16


@unique
class Step(StrEnum):
    """How far a command has come. What a batch has reached is on disk when it is reported."""

    READ = "read"
    CHECKED = "checked"
    BEGUN = "begun"
    GRANTED = "granted"
    SIGNING = "signing"
    SIGNED = "signed"
    DRAWN = "drawn"
    LISTED = "listed"
    REGISTERED = "registered"
    EXAMINED = "examined"
    PRINTED = "printed"


class Voice(Protocol):
    """Where a command says what it does; `--json` gives it a silent one."""

    def say(self, zh: str, en: str) -> None:
        """One thing, in both languages."""

    def reached(self, step: Step, done: int, total: int) -> None:
        """A step is done, or `done` of its `total` parts are; `total` may be an estimate until the end."""

    def confirm(self, zh: str, en: str) -> bool:
        """Whether to go on. SignerError if there is nobody to ask."""

    def secret(self, prompt: str) -> str:
        """A passphrase as it is typed, unseen. SignerError if there is nobody to ask."""


class Silence:
    """A voice for programs: it says nothing, and asks nobody."""

    def say(self, zh: str, en: str) -> None:
        """Nothing."""

    def reached(self, step: Step, done: int, total: int) -> None:
        """Nothing."""

    def confirm(self, zh: str, en: str) -> bool:
        """SignerError: nobody is there."""
        raise usage("needs-yes", f"没有人可以询问：{zh}", f"there is nobody to ask: {en}")

    def secret(self, prompt: str) -> str:
        """SignerError: nobody is there."""
        raise usage("needs-passphrase", f"没有人可以输入：{prompt}", f"there is nobody to type it: {prompt}")


@dataclass(frozen=True, slots=True)
class Context:
    """One command at work. `random` gives bytes for request ids and nonces."""

    home: Home
    configuration: Configuration
    ledger: Ledger
    keyring: Keyring
    client: RegistryClient
    clock: Callable[[], Seconds]
    random: Callable[[int], bytes] = field(repr=False)
    voice: Voice
    _keys: dict[Purpose, Signer] = field(default_factory=dict, init=False, repr=False)

    def new_id(self) -> bytes:
        """A fresh request id."""
        return self.random(ID_BYTES)

    def today(self) -> date:
        """The day in UTC+8."""
        return date_from_day(day_of(self.clock()))

    def fetch(self, *, patient: bool = True) -> Published:
        """The registry's newest objects, verified. Keys that they bring into use are used from then on.

        They are asked for once only if not `patient`.
        """
        client = self.client if patient else self.client.once()
        found = published.fetch(self.home, self.configuration, client, self.clock())
        issuer = found.region.issuers.get(self.configuration.code)
        if succession.take_over(self.home, issuer, self.clock(), self.voice.say):
            self._keys.clear()
        return found

    def newest_known(self) -> Published | None:
        """The objects fetched last."""
        return published.held(self.home, self.configuration)

    def open_key(self, purpose: Purpose) -> Signer:
        """One of the two keys. Its passphrase is asked for once a command, and again if its token stopped answering.

        While next keys wait, the registry is asked first whether it has published them.
        """
        known = self._keys.get(purpose)
        if known is not None and not pkcs11_token.is_broken(known):
            record.require_not_stolen(self.home, known.public)
            return known
        if self.keyring.demo is None and succession.is_waiting(self.home):
            with suppress(SignerError):
                self.fetch()
        self._keys[purpose] = self.keyring.open(purpose)
        return self._keys[purpose]

    def sealed(self, request_id: bytes, content: Content, key: Signer) -> Callable[[], bytes]:
        """What makes the request's body: each attempt has its own time and nonce, all have one id."""

        def body() -> bytes:
            asked = Request(self.configuration.code, request_id, self.clock(), self.random(ID_BYTES), content)
            return seal(asked, key)

        return body

    def qr_host(self) -> str:
        """The host in the QR codes: asked of the registry once, then kept. SignerError if it cannot be one."""
        if self.configuration.qr_host is not None:
            return self.configuration.qr_host
        host = self.client.region().qr_host
        try:
            qr_text.prefix(host)
        except ValueError:
            raise usage(
                "qr-host",
                "登记机构给出的二维码域名不可用。请联系登记机构。",
                "the registry's host for QR codes cannot be one. Call the registry.",
            ) from None
        self.home.save(replace(self.configuration, qr_host=host))
        return host
