"""The page behind a QR's address, in a real browser: how soon it answers, and how much has to be loaded for that."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """Why nothing was measured, for a person."""

    zh: str
    en: str


def measure() -> Missing:
    """The page's figures, or why there are none."""
    return Missing("这一版还没有核验网页", "this version has no page that verifies yet")
