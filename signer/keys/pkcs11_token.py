"""A key in a token (PKCS#11, by the library python-pkcs11, extra `hsm`): made there, never out of it, used there."""

import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from credential import cose, ed25519
from credential.sign import Signer
from signer.keys.token_errors import TokenFault
from signer.keys.token_file import TokenFile

if TYPE_CHECKING:
    from pkcs11 import Session, Token, TokenFlag
    from pkcs11.types import SignMixin

ED25519_OID: Final = bytes.fromhex("06032b6570")
"""The curve's object identifier 1.3.101.112 (RFC 8410), as PKCS#11 wants it in CKA_EC_PARAMS."""
_POINT_HEAD: Final = b"\x04\x20"
_PROOF: Final = b"yinxin: is this the key that the key file names?"
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


class TokenKey:
    """An Ed25519 key in a token. A session that broke is not taken up again: the key is to be opened anew."""

    __slots__ = ("__key", "__opened", "certificate_header", "kid", "public")

    def __init__(self, public: bytes, key: "SignMixin", opened: "_Opened") -> None:
        self.public = public
        self.kid = cose.kid(public)
        self.certificate_header = cose.protected_sign1(self.kid, None)
        self.__key = key
        self.__opened = opened

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature of `message`. SignerError: the token is gone, or will not sign."""
        return self.__opened.signed(self.__key, message)

    @property
    def is_broken(self) -> bool:
        """Whether its token stopped answering."""
        return self.__opened.is_broken

    def __repr__(self) -> str:
        return f"TokenKey(kid={self.kid.hex()})"

    def __reduce__(self) -> str:
        raise TypeError("a key in a token is not to be copied")


def is_broken(key: Signer) -> bool:
    """Whether the key is in a token that stopped answering: it is to be opened anew."""
    return isinstance(key, TokenKey) and key.is_broken


def open_key(file: TokenFile, pin: bytes) -> TokenKey:
    """The key that `file` names. SignerError: no such module, token or key, two of them, another key, a wrong PIN."""
    opened = _Opened(file.module, file.token, pin, writing=False)
    match opened.keys(file.label):
        case [key]:
            pass
        case []:
            raise TokenFault.KEY_MISSING.error(token=file.token, label=file.label)
        case several:
            raise TokenFault.KEY_TWICE.error(token=file.token, label=file.label, many=len(several))
    if not ed25519.holds(file.public, _PROOF, opened.signed(key, _PROOF)):
        raise TokenFault.KEY_OTHER.error(token=file.token, label=file.label)
    return TokenKey(file.public, key, opened)


def make_key(module: Path, token: str, label: str, pin: bytes) -> bytes:
    """Make a key inside the token, never to leave it; returns the public key. `label` is new there."""
    opened = _Opened(module, token, pin, writing=True)
    try:
        if opened.keys(label):
            raise TokenFault.KEY_TWICE.error(token=token, label=label, many=2)
        public = opened.made(label)
        (key,) = opened.keys(label)
        if not ed25519.is_valid_key(public) or not ed25519.holds(public, _PROOF, opened.signed(key, _PROOF)):
            raise TokenFault.KEY_UNFIT.error(token=token)
    finally:
        opened.close()
    return public


class _Opened:
    """A session with a token, logged in."""

    def __init__(self, module: Path, token: str, pin: bytes, *, writing: bool) -> None:
        self._pkcs11 = _library()
        _require_trusted(module)
        self._module = module
        self.is_broken = False
        self._name = token
        found = self._find()
        require_pin(token, found.flags)
        self._session = self._log_in(found, pin, writing=writing)

    def _find(self) -> "Token":
        """The token. The module begins anew: it knows what is plugged in now, and the PIN is asked of nobody before."""
        try:
            library = self._pkcs11.lib(str(self._module))
            library.reinitialize()
            found: Token = library.get_token(token_label=self._name)
        except self._pkcs11.NoSuchToken:
            raise TokenFault.TOKEN_MISSING.error(token=self._name) from None
        except self._pkcs11.MultipleTokensReturned:
            raise TokenFault.TOKEN_TWICE.error(token=self._name) from None
        except self._pkcs11.PKCS11Error:
            raise TokenFault.MODULE_UNFIT.error(module=self._module) from None
        return found

    def _log_in(self, token: "Token", pin: bytes, *, writing: bool) -> "Session":
        try:
            return token.open(rw=writing, user_pin=pin.decode())
        except (self._pkcs11.PinIncorrect, self._pkcs11.PinInvalid, self._pkcs11.PinLenRange, UnicodeDecodeError):
            fault = TokenFault.PIN_WRONG_ONE_LEFT if self._is_last_try() else TokenFault.PIN_WRONG
            raise fault.error(token=self._name) from None
        except self._pkcs11.PinLocked:
            raise TokenFault.PIN_LOCKED.error(token=self._name) from None
        except self._pkcs11.PKCS11Error as error:
            raise TokenFault.TOKEN_AWAY.error(token=self._name, why=type(error).__name__) from None

    def _is_last_try(self) -> bool:
        return bool(self._find().flags & self._pkcs11.TokenFlag.USER_PIN_FINAL_TRY)

    def keys(self, label: str) -> "Sequence[SignMixin]":
        """The Ed25519 keys of this label."""
        names = self._pkcs11.Attribute
        wanted = {
            names.CLASS: self._pkcs11.ObjectClass.PRIVATE_KEY,
            names.KEY_TYPE: self._pkcs11.KeyType.EC_EDWARDS,
            names.LABEL: label,
        }
        with self._answering():
            found = self._session.get_objects(wanted)
            return [key for key in found if isinstance(key, self._pkcs11.types.SignMixin)]

    def made(self, label: str) -> bytes:
        """A new key's public half."""
        names, kinds = self._pkcs11.Attribute, self._pkcs11.KeyType
        never_out = {names.PRIVATE: True, names.SENSITIVE: True, names.EXTRACTABLE: False, names.SIGN: True}
        signs_only = {names.DECRYPT: False, names.UNWRAP: False, names.DERIVE: False}
        try:
            curve = self._session.create_domain_parameters(kinds.EC_EDWARDS, {names.EC_PARAMS: ED25519_OID}, local=True)
            public, _ = curve.generate_keypair(
                mechanism=self._pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                store=True,
                label=label,
                id=label.encode(),
                private_template=never_out | signs_only,
            )
            return bytes(public[names.EC_POINT]).removeprefix(_POINT_HEAD)
        except self._pkcs11.PKCS11Error:
            raise TokenFault.NO_ED25519.error(token=self._name) from None

    def signed(self, key: "SignMixin", message: bytes) -> bytes:
        """The signature of `message`."""
        with self._answering():
            return bytes(key.sign(message, mechanism=self._pkcs11.Mechanism.EDDSA))

    def close(self) -> None:
        """End the session; one that is broken has ended."""
        with suppress(self._pkcs11.PKCS11Error):
            self._session.close()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except self._pkcs11.PKCS11Error as error:
            self.is_broken = True
            raise TokenFault.TOKEN_AWAY.error(token=self._name, why=type(error).__name__) from None


def _library() -> ModuleType:
    try:
        import pkcs11
    except ImportError:
        raise TokenFault.NEEDS_HSM.error() from None
    return pkcs11


def _require_trusted(module: Path) -> None:
    """The module's code runs in this process: nobody else may be able to change it."""
    if not module.is_absolute() or not module.is_file():
        raise TokenFault.MODULE_MISSING.error(module=module)
    if stat.S_IMODE(module.stat().st_mode) & _WRITABLE_BY_OTHERS:
        raise TokenFault.MODULE_WRITABLE.error(module=module)


def require_pin(token: str, flags: "TokenFlag") -> None:
    """SignerError where trying a PIN is of no use, by what the token says of itself."""
    from pkcs11 import TokenFlag

    if flags & TokenFlag.USER_PIN_LOCKED:
        raise TokenFault.PIN_LOCKED.error(token=token)
    if not flags & TokenFlag.USER_PIN_INITIALIZED or flags & TokenFlag.USER_PIN_TO_BE_CHANGED:
        raise TokenFault.PIN_UNSET.error(token=token)
