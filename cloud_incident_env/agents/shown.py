"""What one step produced, read from the observation that it returned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloud_incident_env.actions import DIAGNOSTICS, normalise
from cloud_incident_env.agents.policy import Observation
from cloud_incident_env.ledger import target_of


def evidence_of(action_type: str, parameters: Mapping[str, Any], observation: Observation) -> str | None:
    """The text that a diagnostic has just shown; None for any other action and for one that was a mistake."""
    tool = normalise(action_type)
    if tool not in DIAGNOSTICS or observation["last_action_error"] is not None:
        return None
    text: str | None = observation["queried_data"].get(tool, {}).get(target_of(tool, parameters))
    return text


def result_of(action_type: str, parameters: Mapping[str, Any], observation: Observation) -> str:
    """What the step alone produced: what a diagnostic has just shown, or the feedback of any other action."""
    shown = evidence_of(action_type, parameters, observation)
    feedback: str = observation["feedback"]
    return feedback if shown is None else shown
