"""What schemas are made of: kinds of value, and objects that have some of them."""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]


def of(example: object, **properties: Schema) -> Schema:
    """An object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties, "examples": [example]}


def body(example: object, **properties: Schema) -> Schema:
    """An object that is sent: all of these and nothing else."""
    return {**of(example, **properties), "additionalProperties": False}


def typed(most: int) -> Schema:
    """A text as somebody typed it, of at most so many characters once needless spaces are gone."""
    words = f"去掉多余空白后至多 {most} 字 / at most {most} characters without needless spaces"
    return {"type": "string", "minLength": 1, "description": words}


def text(most: int) -> Schema:
    """A text of 1 to so many characters."""
    return {"type": "string", "minLength": 1, "maxLength": most}


def list_of(items: Schema, most: int | None = None) -> Schema:
    """So many of these at most."""
    return {"type": "array", "items": items} | ({} if most is None else {"maxItems": most})


def or_null(kind: str) -> Schema:
    """A value of this type, or nothing."""
    return {"type": [kind, "null"]}


STRING: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer", "minimum": 0}
POSITIVE: Final[Schema] = {"type": "integer", "minimum": 1}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
SHA256: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
WORDS: Final[Schema] = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {"zh": STRING, "en": STRING},
}
HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
NUMBER: Final = "Y000035020001264000004"
AT: Final = "2026-11-22T08:00:00Z"
