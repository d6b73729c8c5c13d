"""Episodes in the shape that the page has them, played in this process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.agents.environments import LocalEnvironment

Asked = tuple[str, Mapping[str, Any]]


def played(options: Mapping[str, Any], actions: Iterable[Asked], alert_clock: str | None = None) -> dict[str, Any]:
    """An episode after these actions; only what the evidence needs is filled in."""
    environment = LocalEnvironment()
    first = environment.reset(options)
    steps: list[dict[str, Any]] = []
    minute = 0
    for number, (action, parameters) in enumerate(actions, 1):
        answer = environment.step(action, parameters)
        steps.append(_step(number, action, dict(parameters), answer, minute))
        minute += 2
        if answer["done"]:
            break
    return {
        "id": "played",
        "task_id": options["task_id"],
        "options": dict(options),
        "alert": dict(first["alert"]),
        "alert_clock": alert_clock,
        "services": list(first["known_services"]),
        "steps": steps,
        "minute": minute,
        "done": False,
    }


def _step(number: int, action: str, parameters: dict[str, Any], answer: dict[str, Any], minute: int) -> dict[str, Any]:
    observation = answer["observation"]
    error, service = observation["last_action_error"], parameters.get("service")
    evidence = None
    text = observation["queried_data"].get(action, {}).get(service)
    if action in DIAGNOSTICS and error is None and text is not None:
        evidence = {"tool": action, "service": service, "parameters": parameters, "text": text, "step": number}
        evidence["minute"] = minute
    return {
        "number": number,
        "action": action,
        "parameters": parameters,
        "error": error,
        "minute": minute,
        "evidence": evidence,
        "source": "visitor",
    }
