"""The service's description of itself: valid OpenAPI 3.1, whole, and what the service does when anything is sent."""

from typing import Final

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from registry.figures import figures
from registry.holders import lookup
from registry.http import schemas
from registry.http.routes import JSON, ROUTES
from registry.problems import Problem
from tests.fuzz import api
from tests.registry import contract
from tests.registry.contract import DOCUMENT
from tests.registry.office import Office, embedded_only, now

EXAMPLES: Final = 3
"""Requests of each mode that are tried with each operation; `make soak ONLY=api` tries many more."""


@embedded_only
def test_it_is_valid_openapi(office: Office) -> None:
    served = office.client.get("/openapi.json").get_json()
    assert served == DOCUMENT
    assert [str(each) for each in OpenAPIV31SpecValidator(served).iter_errors()] == []


def test_every_json_has_a_schema_and_every_schema_a_route() -> None:
    assert sorted(schemas.ANSWERS) == sorted(route.name for route in ROUTES if route.answer == JSON)
    assert sorted(schemas.BODIES) == sorted(route.name for route in ROUTES if JSON in route.body)


@embedded_only
def test_whatever_answers_everyone_with_json_is_described(office: Office) -> None:
    figures.make(office.service.store, now())
    plain = [each for each in office.app.url_map.iter_rules() if "GET" in (each.methods or ()) and not each.arguments]
    answers = {each.rule: office.client.get(each.rule) for each in plain if not each.rule.startswith("/console")}
    found = {path for path, answer in answers.items() if answer.mimetype == JSON}
    described = {each.path for each in ROUTES if each.answer == JSON and each.method == "GET"}
    assert found == {path for path in described if "<" not in path}


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_examples_are_as_their_schemas_say(name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    validator = jsonschema_rs.Draft202012Validator(contract.closed(schema), validate_formats=True)
    examples = DOCUMENT["components"]["schemas"][name].get("examples", [])
    assert examples or name == "Openapi"
    assert [each.message for example in examples for each in validator.iter_errors(example)] == []


def test_the_closed_list_of_problems() -> None:
    described = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert described == [each.value.type for each in Problem]
    assert len(set(described)) == len(described)


@embedded_only
def test_a_refusal_of_another_sort_is_seen(office: Office) -> None:
    answer = office.client.get("/v1/objects/00")
    assert contract.conformity("object", answer) == []
    assert contract.conformity("healthz", answer) == ["the status is not in the description"]


@embedded_only
def test_whatever_is_sent_the_answer_is_as_described(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "MISS_SECONDS", 0)
    figures.make(office.service.store, now())
    found = api.look(office.app, 20261122, EXAMPLES)
    assert found.faults == []
    assert found.sent > 60
