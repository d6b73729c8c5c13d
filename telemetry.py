"""What a diagnostic shows right now: the text that the steps in effect leave, and the harm that was done of late."""

from __future__ import annotations

from collections.abc import Collection

from harm import harm_lines
from scenario import Scenario


def read_telemetry(
    scenario: Scenario, tool: str, service: str, in_effect: Collection[str], harmed_by: Collection[str] = ()
) -> str:
    """Return the text that `tool` shows for `service` once the action keys of `in_effect` have taken effect.

    It is the initial text, or that of the latest change whose actions are all in effect; below it stands what the wrong
    actions of `harmed_by` did. `tool` is a diagnostic action of the incident's task and `service` one of its known
    services; anything else is a KeyError, because callers check both first.
    """
    text = _undisturbed(scenario, tool, service, in_effect)
    harm = [line for key in harmed_by for line in harm_lines(scenario, key, tool, service, text)]
    return "\n".join((text, *harm))


def _undisturbed(scenario: Scenario, tool: str, service: str, in_effect: Collection[str]) -> str:
    for change in reversed(scenario["telemetry_changes"]):
        if all(key in in_effect for key in change["after"]):
            text = change["tool_responses"].get(tool, {}).get(service)
            if text is not None:
                return text
    return scenario["tool_responses"][tool][service]
