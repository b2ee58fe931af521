"""What the JSON of each route looks like: schemas with examples, by the names of `registry.http.routes`."""

from collections.abc import Mapping
from typing import Final

from credential import freshness_wording
from credential.freshness import Freshness
from credential.model import Status
from credential.published import ObjectType
from credential.reason import Outcome as VerdictOutcome
from credential.reason import Reason
from credential.request import MAX_WORDS, Outcome
from registry.figures.figures import BY
from registry.holders.corrections import WHAT
from registry.holders.lookup import MAX_FOUND, MAX_TEXT, MAX_TYPED
from registry.http import issuer_schemas
from registry.http.schema_parts import (
    AT,
    DAY,
    HASH,
    NUMBER,
    POSITIVE,
    SHA256,
    STRING,
    TIME,
    WHOLE,
    WORDS,
    Schema,
    body,
    list_of,
    of,
    or_null,
    text,
    typed,
)
from registry.supervision import complaints
from registry.supervision.terms import GRADE, About, Finding, Grade, Stage

_REGION: Final[Schema] = {"type": "string", "pattern": "^[0-9]{2}$"}
_NOT_FOUND: Final[Schema] = {
    "type": "object",
    "required": ["found"],
    "properties": {"found": {"const": False}},
    "examples": [{"found": False}],
}
_STATUSES: Final = [each.name.lower() for each in Status]


_HEAD: Final = {"epoch": 1, "seq": 42, "issued": AT, "expires": "2026-11-29T08:00:00Z"}
_PART: Final = {"region": "35", "roots": [HASH], "checkpoint": HASH}
_OBJECT: Final = {"type": "trust_list", "list": 0, "epoch": 1, "seq": 41, "sha256": HASH}
_PUBLISHED: Final = {
    "region": "35",
    "name": "福建",
    "pin": HASH,
    "root_version": 1,
    "qr_host": "fj.example",
    "status_base": "https://fj.example/s/",
    "checkpoint": _HEAD,
    "bundle_sha256": HASH,
    "bundle_bytes": 12_345,
    "parts": [_PART],
    "log": {"origin": "fj.example/s/log", "size": 7, "root": HASH},
    "objects": [_OBJECT],
}


def _region() -> Schema:
    types: Schema = {"type": "string", "enum": [each.name.lower() for each in ObjectType]}
    return of(
        _PUBLISHED,
        region=_REGION,
        name=STRING,
        pin=SHA256,
        root_version=POSITIVE,
        qr_host=STRING,
        status_base={"type": "string", "format": "uri"},
        checkpoint=of(_HEAD, epoch=WHOLE, seq=POSITIVE, issued=TIME, expires=TIME),
        bundle_sha256=SHA256,
        bundle_bytes=POSITIVE,
        parts=list_of(of(_PART, region=_REGION, roots=list_of(SHA256), checkpoint=SHA256)),
        log={
            "type": "object",
            "required": ["origin"],
            "properties": {"origin": STRING, "size": WHOLE, "root": SHA256},
        },
        objects=list_of(of(_OBJECT, type=types, list=WHOLE, epoch=WHOLE, seq=WHOLE, sha256=SHA256)),
    )


def _indices() -> Schema:
    run = {"list": 0, "first": 256, "count": 256}
    serials = {"prefix": "Y000035020001", "year": 26, "digit": 4, "first": 155, "count": 256}
    granted = of(
        {"runs": [run], "uri_base": "https://fj.example/s/", "serials": [serials]},
        runs=list_of(of(run, list=WHOLE, first=WHOLE, count=POSITIVE)),
        uri_base={"type": "string", "format": "uri"},
        serials=list_of(of(serials, prefix=STRING, year=WHOLE, digit=WHOLE, first=POSITIVE, count=POSITIVE)),
    )
    return {**granted, "required": ["runs", "uri_base"]}


def _batches() -> Schema:
    registered = of(
        {"registered": 100, "batch": HASH[:32], "registered_at": AT, "receipt": "0oRYMqMBMgRI"},
        registered=POSITIVE,
        batch={"type": "string", "pattern": "^[0-9a-f]{32}$"},
        registered_at=TIME,
        receipt={
            "type": "string",
            "contentEncoding": "base64",
            "description": "签名回执，见格式规范 12；没有在线密钥的服务不给 / the signed receipt, docs/format.md 12; a "
            "service without the online keys gives none",
        },
    )
    return {**registered, "required": ["registered", "batch", "registered_at"]}


def _corrections() -> Schema:
    case = {
        "case": "K4YQ2M7ABC",
        "issuer": "Y000035020001",
        "number": NUMBER,
        "what": "level",
        "said": "应为三级",
        "asked_at": AT,
    }
    what: Schema = {"type": "string", "enum": list(WHAT)}
    listed = of(case, case=STRING, issuer=STRING, number=STRING, what=what, said=text(MAX_WORDS), asked_at=TIME)
    return of({"corrections": [case]}, corrections=list_of(listed))


def _facts(number: Schema, status: list[str]) -> Schema:
    example = {
        "found": True,
        "status": "valid",
        "verdict": "accepted",
        "reason": "ACCEPTED",
        "number": NUMBER,
        "name": "陈**",
        "kind": "level",
        "occupation_title": "电工",
        "occupation_code": "6-31-01-03",
        "level": "四级/中级工",
        "issued_on": "2026-11-20",
        "issuer": "某某有限公司",
        "registered_at": AT,
    }
    return of(
        example,
        found={"const": True},
        status={"type": "string", "enum": status},
        verdict={"enum": [*(each.value for each in VerdictOutcome), None]},
        reason={"enum": [*(each.value for each in Reason), None]},
        number=number,
        name=STRING,
        kind=STRING,
        occupation_title=or_null("string"),
        occupation_code=or_null("string"),
        level=or_null("string"),
        issued_on=or_null("string"),
        issuer=STRING,
        registered_at={"type": ["string", "null"], "format": "date-time"},
    )


def _query() -> Schema:
    one = _facts(STRING, [*_STATUSES, "on-record"])
    masked = _facts({"type": "string", "pattern": r"\*$"}, _STATUSES)
    by_document: Schema = {
        "type": "object",
        "required": ["found", "certificates"],
        "properties": {"found": {"const": True}, "certificates": {**list_of(masked, MAX_FOUND), "minItems": 1}},
    }
    return {"anyOf": [_NOT_FOUND, one, by_document], "examples": [{"found": False}, *one["examples"]]}


def _holder() -> Schema:
    event = {
        "at": AT,
        "who": {"zh": "某某有限公司", "en": "某某有限公司"},
        "what": {"zh": "登记", "en": "registered"},
        "changes": [],
    }
    found = of(
        {
            "found": True,
            "number": NUMBER,
            "status": "valid",
            "text": "HTTPS://FJ.EXAMPLE/V#1234567890",
            "history": [event],
            "pass": f"0-256-1795420800-{HASH[:32]}",
        },
        found={"const": True},
        number=STRING,
        status={"type": "string", "enum": _STATUSES},
        text=STRING,
        history=list_of(of(event, at=TIME, who=WORDS, what=WORDS, changes=list_of(WORDS))),
        **{"pass": STRING},
    )
    return {"oneOf": [_NOT_FOUND, found], "examples": [{"found": False}, *found["examples"]]}


def _statistics() -> Schema:
    line = {"key": "2022:6-31-01-03", "zh": "电工", "en": "6-31-01-03", "certificates": 120, "people": 118}
    totals = {"certificates": 120, "people": 118, "unknown_holders": 0, "on_record": 0}
    counted = of(line, key=STRING, zh=STRING, en=STRING, certificates=or_null("integer"), people=or_null("integer"))
    whole = of(totals, certificates=WHOLE, people=WHOLE, unknown_holders=WHOLE, on_record=WHOLE)
    return of(
        {
            "day": "2026-11-22",
            "smallest": 10,
            "totals": totals,
            "tables": {by: [line] if by == "occupation" else [] for by in BY},
            "titles": {"2022:6-31-01-03": "电工"},
        },
        day=DAY,
        smallest=POSITIVE,
        totals={"anyOf": [whole, {"type": "null"}]},
        tables={"type": "object", "required": list(BY), "properties": dict.fromkeys(BY, list_of(counted))},
        titles={"type": "object", "additionalProperties": STRING},
    )


def _complaint() -> Schema:
    """What is sent: `about` and `said`, and perhaps the others."""
    example = {"about": "fees", "said": "收费没有公示", "whom": "Y000035020001", "contact": "fj@mail.example"}
    most = {"whom": complaints.MOST_WHOM, "contact": complaints.MOST_CONTACT}
    optional = {name: {**typed(length), "minLength": 0} for name, length in most.items()}
    about = {"type": "string", "enum": [each.value for each in About]}
    made = body(example, about=about, said=typed(complaints.MOST_WORDS), **optional)
    return {**made, "required": ["about", "said"]}


def _complaint_case() -> Schema:
    example = {
        "found": True,
        "case": _CASE_NUMBER,
        "state": "closed",
        "asked_at": AT,
        "outcome": "upheld",
        "answer": "情况属实，已责令整改",
        "closed_at": AT,
    }
    found = of(
        example,
        found={"const": True},
        case=_CASE,
        state={"type": "string", "enum": [each.value for each in Stage]},
        asked_at=TIME,
        outcome={"enum": [*(each.value for each in Finding), None]},
        answer=or_null("string"),
        closed_at={"type": ["string", "null"], "format": "date-time"},
    )
    return {"oneOf": [_NOT_FOUND, found], "examples": [{"found": False}, example]}


def _issuer_supervision() -> Schema:
    grade = {
        "year": 2025,
        "grade": "B",
        **GRADE[Grade.B]._asdict(),
        "document": "闽人社督9号",
        "given_on": "2026-03-01",
        "counts": True,
    }
    share = {"year": 2025, "asked": 200, "answered": 120, "satisfied_percent": 96}
    given = of(
        grade,
        year=POSITIVE,
        grade={"type": "string", "enum": [each.value for each in Grade]},
        zh=STRING,
        en=STRING,
        document=STRING,
        given_on=DAY,
        counts={"type": "boolean"},
    )
    return of(
        {"issuer": "Y000035020001", "grades": [grade], "cases_under_review": 0, "satisfaction": [share]},
        issuer=STRING,
        grades=list_of(given),
        cases_under_review=WHOLE,
        satisfaction=list_of(of(share, year=POSITIVE, asked=POSITIVE, answered=POSITIVE, satisfied_percent=WHOLE)),
    )


def _service_status() -> Schema:
    newest = {
        "type": "status_list",
        "number": 0,
        **_HEAD,
        "expires": "2026-12-22T08:00:00Z",
        "due": "2026-11-23T08:00:00Z",
        "status": "current",
    }
    states: Schema = {"type": "string", "enum": [each.value for each in Freshness]}
    listed = of(
        newest,
        type={"type": "string", "enum": [each.name.lower() for each in freshness_wording.OBJECTS]},
        number=or_null("integer"),
        epoch=WHOLE,
        seq=POSITIVE,
        issued=TIME,
        expires=TIME,
        due={"type": ["string", "null"], "format": "date-time"},
        status=states,
    )
    return of({"now": AT, "status": "current", "lists": [newest]}, now=TIME, status=states, lists=list_of(listed))


_CASE_NUMBER: Final = "K4YQ2M7ABC"
_CASE: Final[Schema] = {"type": "string", "pattern": "^[A-Z2-7]{10}$"}
_CHECK: Final = f"0-256-1795420800-{HASH[:32]}"
_NAME: Final = typed(MAX_TEXT)
ANSWERS: Final[Mapping[str, Schema]] = {
    "region": _region(),
    "indices": _indices(),
    "batches": _batches(),
    "status_changes": of({"changed": 1, "at": AT}, changed=POSITIVE, at=TIME),
    "corrections": _corrections(),
    "correction_answers": of(
        {"case": "K4YQ2M7ABC", "outcome": "accepted", "at": AT},
        case=STRING,
        outcome={"type": "string", "enum": [each.name.lower() for each in Outcome]},
        at=TIME,
    ),
    "holder": _holder(),
    "holder_corrections": of({"case": _CASE_NUMBER}, case=_CASE),
    "query": _query(),
    "issuers_json": issuer_schemas.page(),
    "issuer_json": issuer_schemas.whole(),
    "complaints": of({"case": _CASE_NUMBER}, case=_CASE),
    "complaint_case": _complaint_case(),
    "issuer_supervision": _issuer_supervision(),
    "statistics": _statistics(),
    "service_status": _service_status(),
    "openapi": {"type": "object"},
    "healthz": of({"status": "ok"}, status={"const": "ok"}),
    "readyz": of(
        {"status": "ready", "seq": 42, "filing_waits_for_signatures": False},
        status={"const": "ready"},
        seq=WHOLE,
        filing_waits_for_signatures={"type": "boolean"},
    ),
}
"""Of every route that answers with JSON."""
BODIES: Final[Mapping[str, Schema]] = {
    "query": {
        "oneOf": [
            body({"number": NUMBER, "name": "陈志强"}, number=_NAME, name=_NAME),
            body({"document": "35020318600101123X", "name": "陈志强"}, document=text(MAX_TYPED), name=_NAME),
        ],
        "examples": [{"number": NUMBER, "name": "陈志强"}],
    },
    "holder": body(
        {"document": "35020318600101123X", "name": "陈志强", "number": NUMBER},
        document=text(MAX_TYPED),
        name=_NAME,
        number=_NAME,
    ),
    "complaints": _complaint(),
    "complaint_case": body({"case": _CASE_NUMBER}, case=text(MAX_TYPED)),
    "holder_corrections": body(
        {"pass": _CHECK, "what": "level", "said": "应为三级"},
        what={"type": "string", "enum": list(WHAT)},
        said=typed(MAX_WORDS),
        **{"pass": STRING},
    ),
}
"""Of every route that is sent JSON."""
