"""What ends a command before it has an answer, in words for the person who gave it."""


class UsageError(Exception):
    """The command cannot be carried out as given: exit 2. Both sentences say what is wrong and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class UnreachableError(Exception):
    """The registry could not be reached: exit 3, try again. It says nothing about any certificate."""
