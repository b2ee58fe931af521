"""Every answer to a test is held to the service's own description of itself: status, media type, headers, content."""

import gzip
import json
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import jsonschema_rs
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from registry.http import openapi
from registry.http.routes import PROBLEM, ROUTES

DOCUMENT: Final = openapi.document(version("yinxin"))
_NAMES: Final = frozenset(route.name for route in ROUTES)
_BEFORE: Final = frozenset({400, 405, 411, 413, 415, 431})
"""What may refuse any address before it is reached."""


class ContractClient(FlaskClient):
    """A client that fails where an answer is not as /openapi.json says."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        name = _operation(self.application, answer)
        faults = [] if name is None else conformity(name, answer)
        assert faults == [], (name, answer.status, answer.text[:500])
        return answer


def _operation(app: Flask, answer: TestResponse) -> str | None:
    """The route that was asked, if the description has it; a HEAD or OPTIONS is not in it."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(answer.request.path, answer.request.method)
    except HTTPException:
        return None
    return endpoint if endpoint in _NAMES and answer.request.method in ("GET", "POST") else None


def conformity(name: str, answer: TestResponse) -> list[str]:
    """What about an answer is not as described."""
    described = _responses(name).get(str(answer.status_code))
    if described is None:
        is_early = answer.status_code in _BEFORE and answer.content_type == PROBLEM
        return [] if is_early else ["the status is not in the description"]
    missing = [each for each in described.get("headers", {}) if each not in answer.headers]
    if "content" not in described:
        return missing + (["it has content"] if answer.data else [])
    if answer.content_type not in described["content"]:
        return [*missing, f"the type {answer.content_type} is not in the description"]
    if "json" not in answer.content_type:
        return missing
    said = json.loads(gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") else answer.data)
    found = _validator(name, answer.status_code, answer.content_type).iter_errors(said)
    return missing + [f"{each.instance_path}: {each.message}" for each in found]


def operation(name: str) -> dict[str, Any]:
    """An operation of the description."""
    for item in DOCUMENT["paths"].values():
        for each in item.values():
            if each["operationId"] == name:
                found: dict[str, Any] = each
                return found
    raise AssertionError(name)


@cache
def _responses(name: str) -> dict[str, Any]:
    return {status: _resolved(each) for status, each in operation(name)["responses"].items()}


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


@cache
def _validator(name: str, status: int, kind: str) -> jsonschema_rs.Draft202012Validator:
    schema = _responses(name)[str(status)]["content"][kind]["schema"]
    return jsonschema_rs.Draft202012Validator(closed({**schema, "components": DOCUMENT["components"]}))


def closed(node: Any) -> Any:
    """A schema by which no member may be there that is not described: readers let them pass, the tests do not."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {name: closed(value) for name, value in node.items()}
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    return made
