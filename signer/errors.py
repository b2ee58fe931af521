"""The one error of the signer's commands: what happened and what to do next, in both languages, and the exit code."""

from enum import IntEnum, unique

Json = dict[str, object]


@unique
class Exit(IntEnum):
    """How a command ends. Programs rely on these."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNAVAILABLE = 3


class SignerError(Exception):
    """A command stops. `slug` is for programs; the texts are for people and hold no secret and no personal data."""

    def __init__(self, exit_code: Exit, slug: str, zh: str, en: str) -> None:
        super().__init__(f"{slug}: {en}")
        self.exit = exit_code
        self.slug = slug
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[type["SignerError"], tuple[Exit, str, str, str]]:
        """It comes whole out of the processes that draw."""
        return type(self), (self.exit, self.slug, self.zh, self.en)


def number_of(count: int, noun: str) -> str:
    """How many there are, in English: 1 problem, 2 problems."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def as_json(error: SignerError) -> Json:
    """An error for programs: the fields that every object with `"ok": false` has."""
    told: Json = {"ok": False, "error": error.slug, "exit": int(error.exit)}
    return told | {"message_zh": error.zh, "message_en": error.en, "problems": []}


def refused(slug: str, zh: str, en: str) -> SignerError:
    """The error for something that must not be done as asked: exit 1."""
    return SignerError(Exit.REFUSED, slug, zh, en)


def usage(slug: str, zh: str, en: str) -> SignerError:
    """The error for a wrong command line, folder or file: exit 2."""
    return SignerError(Exit.USAGE, slug, zh, en)


def unavailable(slug: str, zh: str, en: str) -> SignerError:
    """The error for a registry that does not answer now: exit 3, and running again continues."""
    return SignerError(Exit.UNAVAILABLE, slug, zh, en)
