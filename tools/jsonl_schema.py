"""The two sides of `jsonl` as JSON Schemas, made from what reads and writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from typing import Final, get_args, get_type_hints

from signer.api import Finding, Numbers, Person, Receipt
from signer.certificates.objections import RowCode
from signer.embedding.asking import MAX_REFERENCE, AskCode
from signer.embedding.errands import ASK, TOGETHER, VALUES, Ask, Value
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
    """What a line of the input may be: a person to sign for, a reference alone to ask about, or an errand."""
    return {
        "$schema": _DIALECT,
        "title": "A line for yinxin-signer jsonl",
        "anyOf": [_person(), *map(_errand, Ask)],
    }


def _person() -> Json:
    required = [each.name for each in fields(Person) if each.default is MISSING]
    return {
        "title": "A person, or a reference alone",
        "type": "object",
        "properties": {name: _value(name, hint) for name, hint in get_type_hints(Person).items()},
        "required": ["reference"],
        "additionalProperties": False,
        "if": {"minProperties": 2},
        "then": {"required": required},
    }


def _errand(ask: Ask) -> Json:
    values = VALUES[ask]
    together = [name for name in TOGETHER if name in values]
    return {
        "title": f"To ask for: {ask.value}",
        "type": "object",
        "properties": {ASK: {"const": ask.value}, **{name: _bounded(value) for name, value in values.items()}},
        "required": [ASK, *(name for name, value in values.items() if value.needed)],
        "additionalProperties": False,
    } | ({"dependentRequired": dict.fromkeys(together, together)} if together else {})


def _bounded(value: Value) -> Json:
    """Null is as if it were not given, where it may be left out."""
    if value.kind is str:
        return {"type": "string", "minLength": value.least, "maxLength": value.most}
    return {"type": ["integer", "null"], "minimum": value.least, "maximum": value.most}


def answered() -> Json:
    """What a line of the output is: a certificate, what is to be mended, an errand's, or at the end what it came to."""
    return {
        "$schema": _DIALECT,
        "title": "A line from yinxin-signer jsonl",
        "oneOf": [_certificate(), _findings(), *_errands(), _done(), _failed()],
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


def _errands() -> list[Json]:
    numbers = _object("Numbers", **{each.name: _TEXT if each.type is str else _COUNT for each in fields(Numbers)})
    receipt = _object("A receipt", **{each.name: _COUNT if each.type is int else _TEXT for each in fields(Receipt)})
    said: Mapping[Ask, Json] = {
        Ask.RESERVE: {"indices": _COUNT, "numbers": {"type": "array", "items": numbers}},
        Ask.RECEIPT: {"receipts": {"type": "array", "items": receipt}},
        Ask.REPORT: {"files": {"type": "array", "items": _TEXT}},
    }
    return [
        _object(f"What came of it: {ask.value}", line=_COUNT, ask={"const": ask.value}, ok={"const": True}, **said[ask])
        for ask in Ask
    ]


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
