"""The OpenAPI document of OpenEnv's own server, corrected where its library says less than the server does."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.splits import SPLITS

from .openenv_bodies import BODIES
from .rest_models import ErrorDetail, MalformedRequest

_SCHEMAS = "#/components/schemas/{model}"
_MEANINGS = {
    "400": "Unknown or contradictory options, a split or an index that does not exist, or a step before a reset",
    "401": "The server has a control token, and the request did not bring it",
    "404": "Unknown name of an environment",
    "408": "Body not whole in time",
    "413": "Body over the size limit",
    "503": "Every place for an episode is taken by one in use",
}


def corrected(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the bodies and the errors that the server really takes and answers; changes it in place."""
    schemas = document["components"]["schemas"]
    models: list[type[BaseModel]] = [*BODIES.values(), ErrorDetail, MalformedRequest]
    for model in models:
        schema = model.model_json_schema(ref_template=_SCHEMAS)
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    for schema in schemas.values():
        split = schema.get("properties", {}).get("split")
        if split is not None and split.get("type") == "string":
            split["enum"] = list(SPLITS)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _correct(path, method, operation)
    return document


def _correct(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("500", None)
    wanted = {"401"}
    if method == "post":
        wanted |= {"400", "408", "413"}
        responses["422"] = _answer(MalformedRequest.__name__, "Malformed JSON, or a field of a wrong type")
    body = BODIES.get(path.replace("{env_name}", ENV_NAME))
    if body is not None:
        wanted.add("503")
        operation["requestBody"]["content"]["application/json"]["schema"] = _reference(body.__name__)
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "env_name":
            wanted.add("404")
            parameter["schema"] = {"type": "string", "enum": [ENV_NAME]}
    for status in sorted(wanted):
        responses[status] = _answer(ErrorDetail.__name__, _MEANINGS[status])


def _answer(model: str, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _reference(model)}}}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(model=model)}
