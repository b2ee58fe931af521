"""The two sides of `jsonl` as JSON Schemas, made from what reads and writes them."""

from collections.abc import Iterable
from dataclasses import MISSING, fields
from enum import Enum
from typing import Final, get_args, get_type_hints

from signer.api import Finding, Person
from signer.certificates.objections import RowCode
from signer.embedding.asking import MAX_REFERENCE, AskCode
from signer.errors import Exit, Json
from signer.ledger.model import State
from signer.roster.model import ProblemCode

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_TEXT: Final[Json] = {"type": "string"}
_COMMAND: Final[Json] = {"const": "jsonl"}
_COUNTS: Final[Json] = {"lines": _COUNT, "answered": _COUNT, "refused": _COUNT}
_PLACE: Final = ("row", "reference")


def asked() -> Json:
    """What a line of the input may be: a person to sign for, or a reference alone to ask about."""
    required = [each.name for each in fields(Person) if each.default is MISSING]
    return {
        "$schema": _DIALECT,
        "title": "A line for yinxin-signer jsonl",
        "type": "object",
        "properties": {name: _value(name, hint) for name, hint in get_type_hints(Person).items()},
        "required": ["reference"],
        "additionalProperties": False,
        "if": {"minProperties": 2},
        "then": {"required": required},
    }


def answered() -> Json:
    """What a line of the output is: a certificate, what is to be mended, or at the end what it all came to."""
    return {
        "$schema": _DIALECT,
        "title": "A line from yinxin-signer jsonl",
        "oneOf": [_certificate(), _findings(), _done(), _failed()],
    }


def _value(name: str, hint: object) -> Json:
    """The schema of a value; members of an enumeration are examples, because words of a roster do as well."""
    if name == "reference":
        return {"type": "string", "minLength": 1, "maxLength": MAX_REFERENCE}
    kinds = get_args(hint) or (hint,)
    types = ["string"] + ["integer"] * (int in kinds) + ["null"] * (type(None) in kinds)
    words = [member.name.lower() for kind in kinds for member in _members(kind)]
    found: Json = {"type": types[0] if len(types) == 1 else types}
    return found | ({"examples": words} if words else {})


def _members(kind: object) -> Iterable[Enum]:
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else ()


def _certificate() -> Json:
    return _object(
        "A certificate",
        line=_COUNT,
        reference=_TEXT,
        ok={"const": True},
        number=_TEXT,
        state={"enum": [state.value for state in State]},
        text=_TEXT,
    )


def _findings() -> Json:
    codes = [code.value for kind in (ProblemCode, RowCode, AskCode) for code in kind]
    said = [each.name for each in fields(Finding) if each.name not in _PLACE]
    finding = _object("What to mend", **{name: {"enum": codes} if name == "code" else _TEXT for name in said})
    return _object(
        "Nothing was signed for this line",
        line=_COUNT,
        reference={"type": ["string", "null"]},
        ok={"const": False},
        findings={"type": "array", "items": finding},
    )


def _done() -> Json:
    return _object("The end: every line has a certificate", command=_COMMAND, ok={"const": True}, **_COUNTS)


def _failed() -> Json:
    """The counts are there when all lines were read."""
    told: Json = {
        "command": _COMMAND,
        "ok": {"const": False},
        "error": _TEXT,
        "exit": {"enum": [code.value for code in Exit if code is not Exit.DONE]},
        "message_zh": _TEXT,
        "message_en": _TEXT,
        "problems": {"type": "array", "maxItems": 0},
    }
    return _object("The end: lines with findings, or what stopped it", **told) | {
        "properties": told | _COUNTS,
    }


def _object(title: str, **properties: object) -> Json:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
