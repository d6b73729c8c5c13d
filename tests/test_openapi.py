"""The OpenAPI description says everything that a client has to know: every field, every error, every body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import tasks
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.wire import ActionParameters, EpisodeState, Observation

ERRORS: dict[tuple[str, str], set[str]] = {
    ("get", "/health"): set(),
    ("get", "/livez"): set(),
    ("get", "/readyz"): {"503"},
    ("post", "/reset"): {"400", "401", "408", "413", "422", "503"},
    ("post", "/step"): {"400", "401", "404", "408", "409", "413", "422"},
    ("get", "/state"): {"400", "401", "404", "408", "413", "422"},
    ("get", "/tasks"): set(),
    ("get", "/grader"): {"400", "401", "404", "408", "413", "422"},
}


@pytest.fixture(scope="module")
def openapi(client: httpx.Client) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    return response.json()


def resolve(openapi: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference points at, or the schema itself."""
    return openapi["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def operations(openapi: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield (method, path), operation


def fields(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in openapi["components"]["schemas"].items():
        for field, description in schema.get("properties", {}).items():
            yield f"{name}.{field}", description


def test_the_description_is_of_openapi_3_1_and_of_this_version(openapi: dict[str, Any]) -> None:
    assert openapi["openapi"].startswith("3.1.")
    assert openapi["info"]["version"] == "0.1.0"
    assert openapi["info"]["title"]
    assert openapi["info"]["summary"]


def test_the_routes_are_those_of_the_rest_interface(openapi: dict[str, Any]) -> None:
    assert {operation for operation, _ in operations(openapi)} == set(ERRORS)


def test_every_schema_field_has_a_description(openapi: dict[str, Any]) -> None:
    described = dict(fields(openapi))
    assert len(described) > 50
    assert [name for name, schema in described.items() if not schema.get("description")] == []


def test_every_query_parameter_has_a_description(openapi: dict[str, Any]) -> None:
    parameters = [
        (path, parameter)
        for (_, path), operation in operations(openapi)
        for parameter in operation.get("parameters", [])
    ]
    assert {(path, parameter["name"]) for path, parameter in parameters} == {
        ("/reset", "task_id"),
        ("/reset", "scenario_index"),
        ("/reset", "seed"),
        ("/reset", "difficulty"),
        ("/reset", "family"),
        ("/reset", "split"),
        ("/reset", "index"),
        ("/reset", "episode_id"),
        ("/reset", "reward_profile"),
        ("/step", "episode_id"),
        ("/state", "episode_id"),
        ("/grader", "episode_id"),
    }
    assert all(parameter.get("description") for _, parameter in parameters)
    assert not any(parameter.get("required") for _, parameter in parameters)


def test_every_route_has_a_summary_and_a_described_answer(openapi: dict[str, Any]) -> None:
    for operation, details in operations(openapi):
        assert details["summary"], operation
        answer = details["responses"]["200"]["content"]["application/json"]["schema"]
        assert resolve(openapi, answer)["properties"], operation


@pytest.mark.parametrize("operation", ERRORS, ids=str)
def test_every_route_documents_its_errors(openapi: dict[str, Any], operation: tuple[str, str]) -> None:
    responses = dict(operations(openapi))[operation]["responses"]
    assert set(responses) - {"200"} == ERRORS[operation]
    for status in ERRORS[operation]:
        assert responses[status]["description"]
        schema = resolve(openapi, responses[status]["content"]["application/json"]["schema"])
        assert ("status" if operation[1] in ("/health", "/readyz") else "detail") in schema["properties"]


def test_what_a_422_really_says_is_what_is_documented(openapi: dict[str, Any], client: httpx.Client) -> None:
    answer = client.post("/step", json={"action_type": 1}).json()
    response = openapi["paths"]["/step"]["post"]["responses"]["422"]
    schema = resolve(openapi, response["content"]["application/json"]["schema"])
    assert set(answer) == set(schema["properties"])
    entry = resolve(openapi, schema["properties"]["detail"]["items"])
    assert set(answer["detail"][0]) == set(entry["properties"])


def test_the_body_of_reset_is_documented_and_optional(openapi: dict[str, Any]) -> None:
    body = openapi["paths"]["/reset"]["post"]["requestBody"]
    assert not body.get("required")
    schemas = [resolve(openapi, schema) for schema in body["content"]["application/json"]["schema"]["anyOf"]]
    options = next(schema for schema in schemas if "properties" in schema)
    assert set(options["properties"]) == {
        "task_id",
        "scenario_index",
        "seed",
        "difficulty",
        "family",
        "split",
        "index",
        "episode_id",
        "reward_profile",
    }
    assert not options.get("required")
    assert options["additionalProperties"] is False


def test_the_body_of_step_is_documented_and_required(openapi: dict[str, Any]) -> None:
    body = openapi["paths"]["/step"]["post"]["requestBody"]
    assert body["required"] is True
    schema = resolve(openapi, body["content"]["application/json"]["schema"])
    assert set(schema["properties"]) == {"action_type", "parameters", "episode_id", "expected_step"}
    assert schema["required"] == ["action_type"]
    parameters = openapi["components"]["schemas"]["ActionParameters"]
    assert set(parameters["properties"]) == set(ActionParameters.model_fields)
    assert set(parameters["properties"]) == {
        "service",
        "severity",
        "failure_mode",
        "summary",
        "target_version",
        "replicas",
        "flag",
        "runbook_action",
        "target",
        "since_minutes",
        "until_minutes",
        "level",
        "contains",
        "window_minutes",
        "metric",
        "trace",
        "change_id",
        "reasoning",
    }


@pytest.mark.parametrize("model", [Observation, EpisodeState], ids=lambda model: model.__name__)
def test_served_models_promise_all_of_their_fields(openapi: dict[str, Any], model: type) -> None:
    schema = openapi["components"]["schemas"][model.__name__]
    assert set(schema["required"]) == set(schema["properties"]) == set(model.model_fields)  # type: ignore[attr-defined]


def test_the_description_holds_nothing_of_the_incidents(client: httpx.Client) -> None:
    text = client.get("/openapi.json").text
    for scenarios in tasks.INCIDENTS.values():
        for scenario in scenarios:
            assert MODES[scenario.failure_mode].definition not in text
            assert not any(service in text for service in scenario.known_services)


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_docs_pages_answer_and_point_at_the_description(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "/openapi.json" in response.text
