"""What a detective does about a mode that it has found: the steps of its plan, in an order that their needs allow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cloud_incident_env.agents.detective_beliefs import Hypothesis
from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.agents.detective_predictions import Remedy, remedies_of
from cloud_incident_env.agents.policy import Decision

TARGETS = {"disable_feature_flag": "flag", "execute_runbook_step": "runbook_action"}  # what is no service
DONE = {
    "restart_service": "restarted",
    "rollback_deploy": "rolled back",
    "scale_service": "scaled",
    "clear_cache": "cleared the cache of",
    "disable_feature_flag": "disabled",
    "execute_runbook_step": "ran",
}


def acted_on(found: Hypothesis, case: Case) -> list[str]:
    """The services on which the plan of a hypothesis acts, the culprit first."""
    places = (_service(remedy, found, case) for aim in remedies_of(found.mode) for remedy in aim)
    return list(dict.fromkeys((found.suspect, *places)))


def actions(found: Hypothesis, case: Case) -> list[list[Decision]]:
    """For each aim of the plan, in order, the actions that reach it and that exist, the best first."""
    return [_ways(aim, found, case) for aim in remedies_of(found.mode)]


def _ways(aim: tuple[Remedy, ...], found: Hypothesis, case: Case) -> list[Decision]:
    sure: list[Decision] = []
    guessed: list[Decision] = []
    for remedy in aim:
        targets = list(_targets(remedy, _service(remedy, found, case), case))
        parameter = TARGETS.get(remedy.action, "service")
        decisions = [Decision(remedy.action, {parameter: target}) for target in targets]
        (sure if len(targets) == 1 else guessed).extend(decisions)
    return sure + guessed


def _service(remedy: Remedy, found: Hypothesis, case: Case) -> str:
    if remedy.role == "through" and found.through is not None:
        return found.through
    return case.entry if remedy.role == "entry" else found.suspect


def _targets(remedy: Remedy, service: str, case: Case) -> Iterator[str]:
    """What an action may act on, as its service's status lists it."""
    if remedy.action not in TARGETS:
        yield service
        return
    status = case.seen[service].status
    if remedy.action == "execute_runbook_step":
        step = f"{remedy.name}@{service}"
        if status is None or step in status.steps:
            yield step
        return
    parts = re.split(r"\{\w+\}", remedy.name.replace("{area}", service))
    form = re.compile(".+".join(map(re.escape, parts)))
    yield from (flag for flag, on in (status.flags if status else {}).items() if on and form.fullmatch(flag))


def did(decision: Decision) -> str:
    """An action that was taken, in words."""
    return f"{DONE[decision.action_type]} {next(iter(decision.parameters.values()))}"
