"""Speaking to the operator: Chinese first, then English; JSON for programs."""

import json
import sys
from typing import Any


def say(chinese: str, english: str) -> None:
    """One message in both languages."""
    print(chinese)
    print(f"  {english}")


def line(text: str) -> None:
    """One line as it is."""
    print(text)


def answer(value: Any) -> None:
    """A value for a program."""
    print(json.dumps(value, ensure_ascii=False))


def tell(text: str) -> None:
    """How far the work is: one line, beside what the command answers."""
    print(text, file=sys.stderr)


def complain(text: str) -> None:
    """One line of error."""
    print(f"yinxin-registry: {text}", file=sys.stderr)
