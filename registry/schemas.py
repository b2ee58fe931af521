"""What the JSON of each route looks like: schemas with examples, by the names of `registry.routes`."""

from collections.abc import Mapping
from typing import Any, Final

from credential.model import Status
from credential.published import ObjectType
from credential.reason import Outcome as VerdictOutcome
from credential.reason import Reason
from credential.request import MAX_WORDS, Outcome
from registry.corrections import WHAT
from registry.directory import PAGE
from registry.figures import BY
from registry.filing import KINDS
from registry.lookup import MAX_FOUND, MAX_TEXT, MAX_TYPED
from registry.searching import STATES
from registry.supervision import complaints
from registry.supervision.terms import GRADE, About, Finding, Grade, Stage

Schema = Mapping[str, Any]


def _of(example: object, **properties: Schema) -> Schema:
    """An object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties, "examples": [example]}


def _body(example: object, **properties: Schema) -> Schema:
    """An object that is sent: all of these and nothing else."""
    return {**_of(example, **properties), "additionalProperties": False}


def _text(most: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": most}


def _list(items: Schema, most: int | None = None) -> Schema:
    return {"type": "array", "items": items} | ({} if most is None else {"maxItems": most})


def _or_null(kind: str) -> Schema:
    return {"type": [kind, "null"]}


_STRING: Final[Schema] = {"type": "string"}
_WHOLE: Final[Schema] = {"type": "integer", "minimum": 0}
_POSITIVE: Final[Schema] = {"type": "integer", "minimum": 1}
_TIME: Final[Schema] = {"type": "string", "format": "date-time"}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_SHA256: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_REGION: Final[Schema] = {"type": "string", "pattern": "^[0-9]{2}$"}
_WORDS: Final[Schema] = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {"zh": _STRING, "en": _STRING},
}
_HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_NUMBER: Final = "Y000035020001264000004"
_AT: Final = "2026-11-22T08:00:00Z"
_NOT_FOUND: Final[Schema] = {
    "type": "object",
    "required": ["found"],
    "properties": {"found": {"const": False}},
    "examples": [{"found": False}],
}
_STATUSES: Final = [each.name.lower() for each in Status]


def _region() -> Schema:
    head = {"epoch": 1, "seq": 42, "issued": _AT, "expires": "2026-11-29T08:00:00Z"}
    thing = {"type": "trust_list", "list": 0, "epoch": 1, "seq": 41, "sha256": _HASH}
    return _of(
        {
            "region": "35",
            "name": "福建",
            "pin": _HASH,
            "root_version": 1,
            "qr_host": "fj.example",
            "status_base": "https://fj.example/s/",
            "checkpoint": head,
            "bundle_sha256": _HASH,
            "bundle_bytes": 12_345,
            "parts": [{"region": "35", "roots": [_HASH], "checkpoint": _HASH}],
            "log": {"origin": "fj.example/s/log", "size": 7, "root": _HASH},
            "objects": [thing],
        },
        region=_REGION,
        name=_STRING,
        pin=_SHA256,
        root_version=_POSITIVE,
        qr_host=_STRING,
        status_base={"type": "string", "format": "uri"},
        checkpoint=_of(head, epoch=_WHOLE, seq=_POSITIVE, issued=_TIME, expires=_TIME),
        bundle_sha256=_SHA256,
        bundle_bytes=_POSITIVE,
        parts=_list(
            _of(
                {"region": "35", "roots": [_HASH], "checkpoint": _HASH},
                region=_REGION,
                roots=_list(_SHA256),
                checkpoint=_SHA256,
            )
        ),
        log={
            "type": "object",
            "required": ["origin"],
            "properties": {"origin": _STRING, "size": _WHOLE, "root": _SHA256},
        },
        objects=_list(
            _of(
                thing,
                type={"type": "string", "enum": [each.name.lower() for each in ObjectType]},
                list=_WHOLE,
                epoch=_WHOLE,
                seq=_WHOLE,
                sha256=_SHA256,
            )
        ),
    )


def _indices() -> Schema:
    run = {"list": 0, "first": 256, "count": 256}
    return _of(
        {"runs": [run], "uri_base": "https://fj.example/s/"},
        runs=_list(_of(run, list=_WHOLE, first=_WHOLE, count=_POSITIVE)),
        uri_base={"type": "string", "format": "uri"},
    )


def _corrections() -> Schema:
    case = {
        "case": "K4YQ2M7ABC",
        "issuer": "Y000035020001",
        "number": _NUMBER,
        "what": "level",
        "said": "应为三级",
        "asked_at": _AT,
    }
    what: Schema = {"type": "string", "enum": list(WHAT)}
    listed = _of(case, case=_STRING, issuer=_STRING, number=_STRING, what=what, said=_text(MAX_WORDS), asked_at=_TIME)
    return _of({"corrections": [case]}, corrections=_list(listed))


def _facts(number: Schema, status: list[str]) -> Schema:
    example = {
        "found": True,
        "status": "valid",
        "verdict": "accepted",
        "reason": "ACCEPTED",
        "number": _NUMBER,
        "name": "陈**",
        "kind": "level",
        "occupation_title": "电工",
        "occupation_code": "6-31-01-03",
        "level": "四级/中级工",
        "issued_on": "2026-11-20",
        "issuer": "某某有限公司",
        "registered_at": _AT,
    }
    return _of(
        example,
        found={"const": True},
        status={"type": "string", "enum": status},
        verdict={"enum": [*(each.value for each in VerdictOutcome), None]},
        reason={"enum": [*(each.value for each in Reason), None]},
        number=number,
        name=_STRING,
        kind=_STRING,
        occupation_title=_or_null("string"),
        occupation_code=_or_null("string"),
        level=_or_null("string"),
        issued_on=_or_null("string"),
        issuer=_STRING,
        registered_at={"type": ["string", "null"], "format": "date-time"},
    )


def _query() -> Schema:
    one = _facts(_STRING, [*_STATUSES, "on-record"])
    masked = _facts({"type": "string", "pattern": r"\*$"}, _STATUSES)
    by_document: Schema = {
        "type": "object",
        "required": ["found", "certificates"],
        "properties": {"found": {"const": True}, "certificates": {**_list(masked, MAX_FOUND), "minItems": 1}},
    }
    return {"anyOf": [_NOT_FOUND, one, by_document], "examples": [{"found": False}, *one["examples"]]}


def _holder() -> Schema:
    event = {
        "at": _AT,
        "who": {"zh": "某某有限公司", "en": "某某有限公司"},
        "what": {"zh": "登记", "en": "registered"},
        "changes": [],
    }
    found = _of(
        {
            "found": True,
            "number": _NUMBER,
            "status": "valid",
            "text": "HTTPS://FJ.EXAMPLE/V#1234567890",
            "history": [event],
            "pass": f"0-256-1795420800-{_HASH[:32]}",
        },
        found={"const": True},
        number=_STRING,
        status={"type": "string", "enum": _STATUSES},
        text=_STRING,
        history=_list(_of(event, at=_TIME, who=_WORDS, what=_WORDS, changes=_list(_WORDS))),
        **{"pass": _STRING},
    )
    return {"oneOf": [_NOT_FOUND, found], "examples": [{"found": False}, *found["examples"]]}


def _statistics() -> Schema:
    line = {"key": "2022:6-31-01-03", "zh": "电工", "en": "6-31-01-03", "certificates": 120, "people": 118}
    totals = {"certificates": 120, "people": 118, "unknown_holders": 0, "on_record": 0}
    counted = _of(
        line, key=_STRING, zh=_STRING, en=_STRING, certificates=_or_null("integer"), people=_or_null("integer")
    )
    whole = _of(totals, certificates=_WHOLE, people=_WHOLE, unknown_holders=_WHOLE, on_record=_WHOLE)
    return _of(
        {
            "day": "2026-11-22",
            "smallest": 10,
            "totals": totals,
            "tables": {by: [line] if by == "occupation" else [] for by in BY},
            "titles": {"2022:6-31-01-03": "电工"},
        },
        day=_DAY,
        smallest=_POSITIVE,
        totals={"anyOf": [whole, {"type": "null"}]},
        tables={"type": "object", "required": list(BY), "properties": dict.fromkeys(BY, _list(counted))},
        titles={"type": "object", "additionalProperties": _STRING},
    )


_ISSUER: Final[Mapping[str, Any]] = {
    "code": "Y000035020001",
    "name": "某某有限公司",
    "kind": "Y",
    "state": "filed",
    "since": "2025-01-01",
    "credit_code": "91350200MADEMQ001H",
    "authority": "厦门市人力资源和社会保障局",
    "division": {"code": "350200", "name": "厦门市"},
    "parent": None,
}


def _issuer(example: Mapping[str, Any], **more: Schema) -> Schema:
    """Who an issuer is; what was filed before there was a field for it is null."""
    place: Schema = {"type": ["object", "null"], "required": ["code", "name"]}
    return _of(
        example,
        code=_STRING,
        name=_STRING,
        kind={"enum": list(KINDS)},
        state={"enum": [*STATES, None]},
        since=_DAY,
        credit_code=_or_null("string"),
        authority=_or_null("string"),
        division={**place, "properties": {"code": _STRING, "name": _STRING}},
        parent=_or_null("string"),
        **more,
    )


def _issuers() -> Schema:
    counts = {"total": 1, "page": 1, "pages": 1, "trust_list": 41}
    return _of(
        {**counts, "issuers": [_ISSUER]},
        total=_WHOLE,
        page=_POSITIVE,
        pages=_POSITIVE,
        trust_list=_POSITIVE,
        issuers=_list(_issuer(_ISSUER), PAGE),
    )


def _whole_issuer() -> Schema:
    last: Schema = {"type": ["string", "null"], "format": "date"}
    dated = {"from": "2025-01-01", "value": "filed"}
    scope = {
        "edition": 2022,
        "occupation": "6-31-01-03",
        "title": "电工",
        "highest": 3,
        "from": "2025-01-01",
        "to": None,
    }
    key = {"kid": _HASH[:16], "state": "active", "since": _AT}
    histories = ("names", "states", "credit_codes", "authorities", "parents")
    history = _list(_of(dated, value=_or_null("string"), **{"from": _DAY}))
    return _issuer(
        {
            **_ISSUER,
            "branches": [],
            "scopes": [scope],
            "sites": [],
            "keys": [key],
            "trust_list": 41,
            "history": {name: [dated] if name == "states" else [] for name in histories},
        },
        branches=_list(_of({"code": "Y000035020002", "name": "分公司"}, code=_STRING, name=_STRING)),
        scopes=_list(
            _of(
                scope,
                edition=_WHOLE,
                occupation=_STRING,
                title=_or_null("string"),
                highest={"type": "integer", "minimum": 0, "maximum": 5},
                **{"from": _DAY, "to": last},
            )
        ),
        sites=_list(
            _of({"code": "Y000035020002", "from": "2025-01-01", "to": None}, code=_STRING, **{"from": _DAY, "to": last})
        ),
        keys=_list(_of(key, kid={"type": "string", "pattern": "^[0-9a-f]{16}$"}, state=_STRING, since=_TIME)),
        history={"type": "object", "required": list(histories), "properties": dict.fromkeys(histories, history)},
        trust_list=_POSITIVE,
    )


def _complaint() -> Schema:
    """What is sent: `about` and `said`, and perhaps the others."""
    example = {"about": "fees", "said": "收费没有公示", "whom": "Y000035020001", "contact": "fj@mail.example"}
    most = {"whom": complaints.MOST_WHOM, "contact": complaints.MOST_CONTACT}
    optional = {name: {"type": "string", "maxLength": length} for name, length in most.items()}
    about = {"type": "string", "enum": [each.value for each in About]}
    body = _body(example, about=about, said=_text(complaints.MOST_WORDS), **optional)
    return {**body, "required": ["about", "said"]}


def _complaint_case() -> Schema:
    example = {
        "found": True,
        "case": _CASE_NUMBER,
        "state": "closed",
        "asked_at": _AT,
        "outcome": "upheld",
        "answer": "情况属实，已责令整改",
        "closed_at": _AT,
    }
    found = _of(
        example,
        found={"const": True},
        case=_CASE,
        state={"type": "string", "enum": [each.value for each in Stage]},
        asked_at=_TIME,
        outcome={"enum": [*(each.value for each in Finding), None]},
        answer=_or_null("string"),
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
    given = _of(
        grade,
        year=_POSITIVE,
        grade={"type": "string", "enum": [each.value for each in Grade]},
        zh=_STRING,
        en=_STRING,
        document=_STRING,
        given_on=_DAY,
        counts={"type": "boolean"},
    )
    return _of(
        {"issuer": "Y000035020001", "grades": [grade], "cases_under_review": 0, "satisfaction": [share]},
        issuer=_STRING,
        grades=_list(given),
        cases_under_review=_WHOLE,
        satisfaction=_list(_of(share, year=_POSITIVE, asked=_POSITIVE, answered=_POSITIVE, satisfied_percent=_WHOLE)),
    )


_CASE_NUMBER: Final = "K4YQ2M7ABC"
_CASE: Final[Schema] = {"type": "string", "pattern": "^[A-Z2-7]{10}$"}
_CHECK: Final = f"0-256-1795420800-{_HASH[:32]}"
_NAME: Final = _text(MAX_TEXT)
ANSWERS: Final[Mapping[str, Schema]] = {
    "region": _region(),
    "indices": _indices(),
    "batches": _of(
        {"registered": 100, "batch": _HASH[:32], "registered_at": _AT},
        registered=_POSITIVE,
        batch={"type": "string", "pattern": "^[0-9a-f]{32}$"},
        registered_at=_TIME,
    ),
    "status_changes": _of({"changed": 1, "at": _AT}, changed=_POSITIVE, at=_TIME),
    "corrections": _corrections(),
    "correction_answers": _of(
        {"case": "K4YQ2M7ABC", "outcome": "accepted", "at": _AT},
        case=_STRING,
        outcome={"type": "string", "enum": [each.name.lower() for each in Outcome]},
        at=_TIME,
    ),
    "holder": _holder(),
    "holder_corrections": _of({"case": _CASE_NUMBER}, case=_CASE),
    "query": _query(),
    "issuers_json": _issuers(),
    "issuer_json": _whole_issuer(),
    "complaints": _of({"case": _CASE_NUMBER}, case=_CASE),
    "complaint_case": _complaint_case(),
    "issuer_supervision": _issuer_supervision(),
    "statistics": _statistics(),
    "openapi": {"type": "object"},
    "healthz": _of({"status": "ok"}, status={"const": "ok"}),
    "readyz": _of(
        {"status": "ready", "seq": 42, "filing_waits_for_signatures": False},
        status={"const": "ready"},
        seq=_WHOLE,
        filing_waits_for_signatures={"type": "boolean"},
    ),
}
"""Of every route that answers with JSON."""
BODIES: Final[Mapping[str, Schema]] = {
    "query": {
        "oneOf": [
            _body({"number": _NUMBER, "name": "陈志强"}, number=_NAME, name=_NAME),
            _body({"document": "35020318600101123X", "name": "陈志强"}, document=_text(MAX_TYPED), name=_NAME),
        ],
        "examples": [{"number": _NUMBER, "name": "陈志强"}],
    },
    "holder": _body(
        {"document": "35020318600101123X", "name": "陈志强", "number": _NUMBER},
        document=_text(MAX_TYPED),
        name=_NAME,
        number=_NAME,
    ),
    "complaints": _complaint(),
    "complaint_case": _body({"case": _CASE_NUMBER}, case=_text(MAX_TYPED)),
    "holder_corrections": _body(
        {"pass": _CHECK, "what": "level", "said": "应为三级"},
        what={"type": "string", "enum": list(WHAT)},
        said=_text(MAX_WORDS),
        **{"pass": _STRING},
    ),
}
"""Of every route that is sent JSON."""
