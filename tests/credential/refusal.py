"""How a test says which one reason it expects."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from credential.errors import CredentialError, KeyFileError, ObjectError
from credential.reason import KeyFileReason, Reason, SyncReason


@contextmanager
def refused(reason: Reason | SyncReason | KeyFileReason) -> Iterator[None]:
    """The block ends in exactly this reason, in the error class that the reason belongs to."""
    match reason:
        case Reason():
            kind: type[CredentialError] = CredentialError
        case SyncReason():
            kind = ObjectError
        case KeyFileReason():
            kind = KeyFileError
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.reason is reason, str(caught.value)


def reason_of(action: Callable[..., object], *arguments: object) -> str | None:
    """The reason that `action` is refused with for `arguments`, or None."""
    try:
        action(*arguments)
    except CredentialError as error:
        return error.reason.value
    return None
