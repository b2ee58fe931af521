"""Passphrases in the operating system's keyring, by the library `keyring` (extra `keyring`).

Only the systems' own stores are used, whatever the library is configured to: other backends may write plain text.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from credential.keyfile import Purpose
from signer.errors import SignerError, usage

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "yinxin-signer"
TRUSTED: Final = frozenset(
    {
        "keyring.backends.SecretService",
        "keyring.backends.kwallet",
        "keyring.backends.libsecret",
        "keyring.backends.macOS",
        "keyring.backends.Windows",
    }
)
"""The modules of backends that keep what they are given encrypted, under the user's login."""


def recall(home: Path, purpose: Purpose) -> bytes:
    """The passphrase that `remember` stored. SignerError: no keyring, one that stays locked, nothing stored."""
    from keyring.errors import KeyringError

    try:
        found = _backend().get_password(SERVICE, _user(home, purpose))
    except KeyringError as error:
        raise _unusable(error) from None
    if found is None:
        raise usage(
            "keyring-empty",
            "系统钥匙串里没有这把密钥的口令。请先运行 yinxin-signer key remember。",
            "the system's keyring has no passphrase for this key. First run yinxin-signer key remember.",
        )
    return found.encode(errors="surrogateescape")


def remember(home: Path, purpose: Purpose, passphrase: bytes) -> None:
    """Store the passphrase of this home's key. SignerError: no keyring, one that stays locked."""
    from keyring.errors import KeyringError

    try:
        _backend().set_password(SERVICE, _user(home, purpose), passphrase.decode())
    except UnicodeDecodeError:
        raise usage(
            "keyring-encoding", "口令不是 UTF-8 文本，钥匙串存不了。", "a keyring stores UTF-8 text only."
        ) from None
    except KeyringError as error:
        raise _unusable(error) from None


def forget(home: Path, purpose: Purpose) -> None:
    """Delete what `remember` stored, if it is there."""
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        _backend().delete_password(SERVICE, _user(home, purpose))
    except PasswordDeleteError:
        return
    except KeyringError as error:
        raise _unusable(error) from None


def require() -> None:
    """SignerError unless this system has a keyring that may be used."""
    _backend()


def _user(home: Path, purpose: Purpose) -> str:
    return f"{purpose.value} {home.resolve()}"


def _backend() -> "KeyringBackend":
    try:
        from keyring import backend
    except ImportError:
        raise usage(
            "needs-keyring",
            "没有安装钥匙串支持。请在印信的源代码目录里运行：pip install '.[keyring]'",
            "the system's keyring is not supported yet. Run in Yinxin's source folder: pip install '.[keyring]'",
        ) from None
    fit = [each for each in backend.get_all_keyring() if type(each).__module__ in TRUSTED and each.priority > 0]
    if not fit:
        raise usage(
            "no-keyring",
            "这台机器没有可用的系统钥匙串（明文存放的不用）。请用 --passphrase-file 或 --passphrase-fd，或在提示时输"
            "入。",
            "this machine has no system keyring that may be used (one that stores plain text is not)."
            " Use --passphrase-file or --passphrase-fd, or type it when asked.",
        )
    return max(fit, key=lambda each: each.priority)


def _unusable(error: Exception) -> SignerError:
    """The library's own words may quote what was stored: only the kind of error is told."""
    return usage(
        "keyring-unusable",
        f"系统钥匙串没有打开（{type(error).__name__}）。请解锁后再试，或用 --passphrase-file。",
        f"the system's keyring did not open ({type(error).__name__}). Unlock it and try again, or use"
        " --passphrase-file.",
    )
