"""The models of the OpenEnv protocol: those of the wire, as OpenEnv's own classes."""

from __future__ import annotations

from typing import Any

from pydantic import Field, create_model

from cloud_incident_env.openenv_core import OpenEnvAction, OpenEnvObservation, OpenEnvState
from cloud_incident_env.wire import STATE_BEFORE_RESET, Action, EpisodeState, Observation


class CloudIncidentAction(Action, OpenEnvAction):
    """One action of an agent."""


class CloudIncidentObservation(Observation, OpenEnvObservation):
    """What the agent sees after a reset or a step.

    `reward` is the increment of `cumulative_reward`: the step's shaping and, in the last step, the grade. `metadata`
    holds `shaping`, the `reason` for it in words, the `outcome` of the action (a name of `Outcome` in lower case, such
    as `wrong_remediation`) and, at the end, `grade` with its breakdown.
    """

    tool_result: str = Field("", description="the text that this step alone produced; empty after a reset")


def _optional_fields() -> dict[str, Any]:
    """The fields of an episode's record, each with its value before the first reset."""
    fields: dict[str, Any] = {}
    for name, field in EpisodeState.model_fields.items():
        if name not in OpenEnvState.model_fields:
            annotation: Any = field.annotation
            default = STATE_BEFORE_RESET[name]
            kept = Field(default, description=field.description)
            fields[name] = (annotation | None if default is None else annotation, kept)
    return fields


class CloudIncidentState(create_model("_Fields", __base__=OpenEnvState, **_optional_fields())):  # type: ignore[misc]
    """The record of the episode; before the first reset only the two counters. Nothing in it tells the answer."""
