"""The one error root of the core: a stable reason, and a detail for the person who mends it."""

from credential.reason import KeyFileReason, Reason, SyncReason


class CredentialError(Exception):
    """Anything that the core refuses. `reason` is for programs; `detail` never holds personal data."""

    def __init__(self, reason: Reason | SyncReason | KeyFileReason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail


class ObjectError(CredentialError):
    """A published object, a set of them, or an update to one, is refused."""

    reason: SyncReason

    def __init__(self, reason: SyncReason, detail: str = "") -> None:
        super().__init__(reason, detail)


class KeyFileError(CredentialError):
    """A key file is refused. The detail never holds a secret."""

    reason: KeyFileReason

    def __init__(self, reason: KeyFileReason, detail: str = "") -> None:
        super().__init__(reason, detail)
