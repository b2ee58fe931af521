"""What an issuer looks like in the public directory, as JSON."""

from collections.abc import Mapping
from typing import Any, Final

from registry.http.schema_parts import AT, DAY, HASH, POSITIVE, STRING, TIME, WHOLE, Schema, list_of, of, or_null
from registry.issuers.filing import KINDS
from registry.office.directory import PAGE
from registry.office.searching import STATES

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

_SCOPE: Final[Mapping[str, Any]] = {
    "edition": 2022,
    "occupation": "6-31-01-03",
    "title": "电工",
    "highest": 3,
    "from": "2025-01-01",
    "to": None,
}


def _issuer(example: Mapping[str, Any], **more: Schema) -> Schema:
    """Who an issuer is; what was filed before there was a field for it is null."""
    place: Schema = {"type": ["object", "null"], "required": ["code", "name"]}
    return of(
        example,
        code=STRING,
        name=STRING,
        kind={"enum": list(KINDS)},
        state={"enum": [*STATES, None]},
        since=DAY,
        credit_code=or_null("string"),
        authority=or_null("string"),
        division={**place, "properties": {"code": STRING, "name": STRING}},
        parent=or_null("string"),
        **more,
    )


def page() -> Schema:
    """A page of the directory."""
    counts = {"total": 1, "page": 1, "pages": 1, "trust_list": 41}
    return of(
        {**counts, "issuers": [_ISSUER]},
        total=WHOLE,
        page=POSITIVE,
        pages=POSITIVE,
        trust_list=POSITIVE,
        issuers=list_of(_issuer(_ISSUER), PAGE),
    )


def whole() -> Schema:
    """One issuer, with its histories."""
    last: Schema = {"type": ["string", "null"], "format": "date"}
    dated = {"from": "2025-01-01", "value": "filed"}
    key = {"kid": HASH[:16], "state": "active", "since": AT}
    histories = ("names", "states", "credit_codes", "authorities", "parents")
    history = list_of(of(dated, value=or_null("string"), **{"from": DAY}))
    return _issuer(
        {
            **_ISSUER,
            "branches": [],
            "scopes": [_SCOPE],
            "sites": [],
            "keys": [key],
            "trust_list": 41,
            "history": {name: [dated] if name == "states" else [] for name in histories},
        },
        branches=list_of(of({"code": "Y000035020002", "name": "分公司"}, code=STRING, name=STRING)),
        scopes=list_of(
            of(
                _SCOPE,
                edition=WHOLE,
                occupation=STRING,
                title=or_null("string"),
                highest={"type": "integer", "minimum": 0, "maximum": 5},
                **{"from": DAY, "to": last},
            )
        ),
        sites=list_of(
            of({"code": "Y000035020002", "from": "2025-01-01", "to": None}, code=STRING, **{"from": DAY, "to": last})
        ),
        keys=list_of(of(key, kid={"type": "string", "pattern": "^[0-9a-f]{16}$"}, state=STRING, since=TIME)),
        history={"type": "object", "required": list(histories), "properties": dict.fromkeys(histories, history)},
        trust_list=POSITIVE,
    )
