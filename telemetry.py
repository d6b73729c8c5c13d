"""What a diagnostic shows right now: the initial text, or the latest change whose actions are all in effect."""

from __future__ import annotations

from collections.abc import Collection

from scenario import Scenario


def read_telemetry(scenario: Scenario, tool: str, service: str, in_effect: Collection[str]) -> str:
    """Return the text that `tool` shows for `service` once the action keys of `in_effect` have taken effect.

    `tool` is a diagnostic action of the incident's task and `service` one of its known services; anything else is a
    KeyError, because callers check both first.
    """
    for change in reversed(scenario["telemetry_changes"]):
        text = change["tool_responses"].get(tool, {}).get(service)
        if text is not None and all(key in in_effect for key in change["after"]):
            return text
    return scenario["tool_responses"][tool][service]
