"""The OpenAPI 3.1 document, generated from the table of routes, the schemas of what is JSON, and the refusals."""

import re
from collections.abc import Mapping
from typing import Any, Final

from registry.http import schemas
from registry.http.next_steps import NEXT
from registry.http.routes import JSON, PROBLEM, ROUTES, Route
from registry.issuers.filing import KINDS
from registry.office.searching import STATES
from registry.problems import Problem

Node = dict[str, Any]

_ABOUT: Final = """\
发证机构的请求是 COSE_Sign1，格式与签名见格式规范第 12 节；同一编号的请求重复发送，只办理一次，答复相同。
凡是拒绝都是 RFC 9457 的 problem+json，`type` 永远不变；`instance` 是这次请求的编号，日志里查得到。
任何地址都可能在到达之前被服务器拒绝：400（读不懂）、411（未写明长度）、413（太大）、431（请求头太大）、405（方法不对）。

Requests of issuers are COSE_Sign1, as section 12 of the format says; one that is sent again with the same id is
done once and answered alike. Every refusal is problem+json (RFC 9457), whose `type` never changes its meaning;
`instance` is the request's reference, by which the log finds it. Any address may be refused before it is reached:
400 (cannot be read), 411 (no length), 413 (too large), 431 (headers too large), 405 (method)."""
_TAGS: Final = {
    "public": "公开 / for everyone",
    "issuers": "发证机构，签名的请求 / issuers, with signed requests",
    "holders": "持证人 / holders",
    "operation": "运行状况 / operation",
}
_HEADERS: Final[Mapping[str, Node]] = {
    "ETag": {"description": "内容的摘要 / a digest of the content", "schema": {"type": "string"}},
    "Cache-Control": {"description": "可以保存多久 / how long it may be kept", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "过这么多秒再试 / try again after so many seconds",
        "schema": {"type": "integer", "minimum": 1},
    },
}
_WHOLE: Final = {"type": "integer", "minimum": 0}
_SCHEMAS: Final[Mapping[str, Node]] = {
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "digest": {"type": "string", "pattern": "^([0-9a-f]{32}|[0-9a-f]{64})$"},
    "tile": {
        "type": "string",
        "pattern": r"^([0-9]|[1-5][0-9]|6[0-3]|entries)(/x[0-9]{3})*/[0-9]{3}(\.p/[1-9][0-9]{0,2})?$",
        "examples": ["0/000"],
    },
    "code": {"type": "string", "pattern": "^[A-Z][0-9A-Z]{4}[0-9]{2}[0-9A-Z]{6}$"},
    "q": {"type": "string"},
    "kind": {"enum": ["", *KINDS]},
    "state": {"enum": ["", *STATES]},
    "division": {"type": "string", "pattern": "^([0-9]{6})?$"},
    "page": {"type": "integer", "minimum": 1, "maximum": 999_999},
}
_PARAMETER: Final = re.compile(r"<(int:|path:)?(\w+)>", re.ASCII)
_RETRY: Final = (429, 503)
_EVERYWHERE: Final = (500,)


def document(version: str) -> Node:
    """The whole document, of this version of the program."""
    paths: dict[str, Node] = {}
    for route in ROUTES:
        paths.setdefault(_PARAMETER.sub(r"{\2}", route.path), {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "印信登记机构 / Yinxin registry",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": _components(),
            "headers": dict(_HEADERS),
            "responses": {f"Problem{status}": _problems_of(status) for status in _statuses()},
        },
    }


def component_of(name: str, *, is_body: bool = False) -> str:
    """What the schema of a route's answer, or of its body, is called: `correction_answers` is CorrectionAnswers."""
    return name.title().replace("_", "") + ("Body" if is_body else "")


def _components() -> Node:
    return {
        **{component_of(name): schema for name, schema in schemas.ANSWERS.items()},
        **{component_of(name, is_body=True): schema for name, schema in schemas.BODIES.items()},
        "Problem": _problem(tuple(Problem)),
    }


def _statuses() -> list[int]:
    return sorted({problem.value.status for problem in Problem})


def _problem(sorts: tuple[Problem, ...]) -> Node:
    first = sorts[0].value
    example = {"type": first.type, "title": first.title, "status": first.status, "instance": f"urn:uuid:{_REFERENCE}"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "instance"],
        "properties": {
            "type": {"type": "string", "enum": [each.value.type for each in sorts]},
            "title": {"type": "string"},
            "status": {"type": "integer", "enum": sorted({each.value.status for each in sorts})},
            "instance": {"type": "string", "pattern": "^urn:(uuid:[0-9a-f-]{36}|yinxin:proxy:.*)$"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": _ROW_FAULT},
        },
        "examples": [example],
    }


_REFERENCE: Final = "6f1c2d3e-4a5b-4c6d-8e7f-0123456789ab"
_ROW_FAULT: Final = {
    "type": "object",
    "required": ["row", "reason", "detail"],
    "properties": {
        "row": {"type": "integer", "minimum": 0, "description": "从 0 数起 / counted from 0"},
        "reason": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"},
        "detail": {"type": "string"},
    },
}


def _problems_of(status: int) -> Node:
    sorts = tuple(problem for problem in Problem if problem.value.status == status)
    said = [f"- `{each.value.slug}` {each.value.title}。{NEXT[each].zh} / {NEXT[each].en}" for each in sorts]
    made: Node = {"description": "\n".join(said), "content": {PROBLEM: {"schema": _problem(sorts)}}}
    if status in _RETRY:
        made["headers"] = {"Retry-After": _header("Retry-After")}
    return made


def _operation(route: Route) -> Node:
    refusals = sorted({*route.refusals, *_EVERYWHERE})
    made: Node = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [_tag(route)],
        "responses": {
            "200": _answer(route),
            **({"304": _unchanged()} if route.is_shared else {}),
            **{str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in refusals},
        },
    }
    if route.body:
        made["requestBody"] = {"required": True, "content": {kind: _content(route, kind) for kind in route.body}}
    parameters = [_parameter(name) for _, name in _PARAMETER.findall(route.path)]
    parameters += [{"name": name, "in": "query", "schema": _SCHEMAS[name]} for name in route.query]
    if parameters:
        made["parameters"] = parameters
    return made


def _answer(route: Route) -> Node:
    named = {"schema": {"$ref": f"#/components/schemas/{component_of(route.name)}"}}
    kinds = (route.answer, *route.also)
    made: Node = {"description": "OK", "content": {kind: named if kind == JSON else {} for kind in kinds}}
    if route.is_shared:
        made["headers"] = {name: _header(name) for name in ("ETag", "Cache-Control")}
    return made


def _unchanged() -> Node:
    return {
        "description": "与 If-None-Match 所说的相同 / the same as If-None-Match says",
        "headers": {"ETag": _header("ETag")},
    }


def _content(route: Route, kind: str) -> Node:
    if kind != JSON:
        return {}
    return {"schema": {"$ref": f"#/components/schemas/{component_of(route.name, is_body=True)}"}}


def _header(name: str) -> Node:
    return {"$ref": f"#/components/headers/{name}"}


def _parameter(name: str) -> Node:
    return {"name": name, "in": "path", "required": True, "schema": _SCHEMAS.get(name, _WHOLE)}


def _tag(route: Route) -> str:
    if route.path.startswith("/v1/holder"):
        return "holders"
    if route.body and JSON not in route.body:
        return "issuers"
    return "public" if route.is_shared or route.body else "operation"
