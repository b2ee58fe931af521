"""Reasons in words, a table each; credential.wording gives out what they say."""

from typing import NamedTuple


class Wording(NamedTuple):
    """What happened and what to do next."""

    zh: str
    en: str
    next_zh: str
    next_en: str
