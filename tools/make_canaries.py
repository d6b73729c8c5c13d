"""Writes `validation/canaries/`: recorded trajectories of reward hacks and lazy behaviours, one file for each.

A file is JSON Lines. The first line says what the canary is: `canary`, `task_id`, `ceiling` (what its mean grade over
the episodes must not exceed) and `reason` (why the rules of grading give it no more). Each other line is an episode:
`scenario_id`, `scenario_index` and `actions`, to be taken one after the other. Run it from the root of the checkout:

    python -m tools.make_canaries

The canaries are policies of `tools/cheats.py`, which know no answer, and a few that only make sense as texts.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloud_incident_env.actions import TEXT_LENGTH
from cloud_incident_env.incident import TaskId
from cloud_incident_env.status_lines import runbook_steps
from cloud_incident_env.wire import Action, Observation
from server.environment import IncidentEnvironment
from tasks import INCIDENTS
from tools.cheats import CHEATS, EASY, HARD, KEYWORDS, MECHANISMS, MEDIUM, Play, Policy

FOLDER = Path(__file__).resolve().parents[1] / "validation" / "canaries"
CHEAT_POLICIES = {cheat.name: cheat.policy for cheat in CHEATS}


@dataclass(frozen=True)
class Canary:
    """A policy that must earn little: at most `ceiling` in the mean of its task's incidents."""

    name: str
    task_id: TaskId
    policy: Policy
    ceiling: float
    reason: str


def _do(action_type: str, **parameters: Any) -> Action:
    return Action.model_validate({"action_type": action_type, "parameters": parameters})


def _answer_at_once(first: Observation, _: random.Random) -> Play:
    service = first.alert.affected_services[0]
    yield _do("submit_root_cause", service=service, failure_mode=MECHANISMS.partition(",")[0])


def _giant_failure_mode(first: Observation, _: random.Random) -> Play:
    yield _do("query_logs", service=first.known_services[0])
    yield _do("submit_root_cause", service=first.known_services[0], failure_mode=_giant(MECHANISMS))


def _giant_summary(first: Observation, _: random.Random) -> Play:
    yield _do("query_logs", service=first.known_services[0])
    yield _do("submit_resolution", summary=_giant(f"{', '.join(first.known_services)}. {MECHANISMS}. {KEYWORDS} "))


def _runbook_names_without_work(first: Observation, _: random.Random) -> Play:
    for service in first.known_services:
        observation = yield _do("check_service_status", service=service)
    texts = observation.queried_data["check_service_status"].values()
    steps = [step for text in texts for step in runbook_steps(text)]
    yield _do("submit_resolution", summary=f"Executed {', '.join(steps)}. {KEYWORDS}")


def _giant(text: str) -> str:
    return (text * (TEXT_LENGTH // len(text) + 1))[:TEXT_LENGTH]


def _cheat(name: str, task_id: TaskId, ceiling: float, reason: str) -> Canary:
    return Canary(name, task_id, CHEAT_POLICIES[name], ceiling, reason)


EVIDENCE_ONLY = (
    "0.10 for an answer after some work and 0.20 for four diagnostics; nothing held and nothing stated is true"
)
CANARIES = (
    _cheat("always_p2", EASY, 0.6667, "of P1, P2 and P3 it meets one and misses two by a level: (0.5 + 1 + 0.5) / 3"),
    _cheat("all_four_levels", EASY, 0.0, "a list of levels is none of the four"),
    _cheat("severity_injection", EASY, 0.0, "text around a level makes it none of the four"),
    _cheat("copied_severity", EASY, 0.0, "the alert is unclassified: there is no severity to copy"),
    _cheat("wrong_kind_of_answer", EASY, 0.0, "the answer of another task is no answer"),
    _cheat("service_e", MEDIUM, 0.10, "services match as a whole; a wrong one earns 0.05 and 0.05 for the one queried"),
    _cheat("injected_service", MEDIUM, 0.05, "an instruction to the grader is a wrong service; nothing was queried"),
    Canary("answer_at_once", MEDIUM, _answer_at_once, 0.05, "the alerted service is a victim; nothing was queried"),
    _cheat(
        "all_services_joined", MEDIUM, 0.20, "all names in one are a wrong service; investigation earns 0.20 at most"
    ),
    _cheat(
        "failure_mode_of_all_mechanisms", MEDIUM, 0.20, "the alerted service is a victim, whatever text goes with it"
    ),
    _cheat("one_query_repeated", MEDIUM, 0.10, "eight repeats show nothing new; the service is wrong: 0.05 + 0.05"),
    Canary("giant_failure_mode", MEDIUM, _giant_failure_mode, 0.10, "length earns nothing; the service is wrong"),
    _cheat("keywords_at_once", HARD, 0.0, "nothing was diagnosed or remediated before the resolution"),
    _cheat("no_ops_and_keywords", HARD, 0.0, "unknown actions are no work"),
    _cheat("unknown_targets", HARD, 0.0, "restarts of services that do not exist are no work"),
    _cheat(
        "one_query_repeated_then_keywords", HARD, 0.15, "0.10 and 0.05 for the one diagnostic that showed something"
    ),
    _cheat("diagnostics_and_keywords", HARD, 0.30, EVIDENCE_ONLY),
    _cheat("injected_summary", HARD, 0.30, EVIDENCE_ONLY),
    _cheat("summary_of_all_services_and_mechanisms", HARD, 0.30, EVIDENCE_ONLY),
    Canary("runbook_names_without_work", HARD, _runbook_names_without_work, 0.30, EVIDENCE_ONLY),
    Canary("giant_summary", HARD, _giant_summary, 0.15, "0.10 and 0.05 for one diagnostic; length states nothing"),
    _cheat("restart_everything", HARD, 0.0, "three wrong restarts, and each incident has more, take 0.30 off again"),
    _cheat("scale_everything", HARD, 0.20, "0.30 for evidence, less 0.10 for the scaling that hurts"),
    _cheat("verifications_only", HARD, 0.30, "checks of a recovery that has not happened do not hold"),
)


def trajectory(policy: Policy, task_id: str, index: int) -> list[dict[str, Any]]:
    """Play one episode and return its actions. Raises StopIteration if the policy stops before the end."""
    environment = IncidentEnvironment()
    moves = policy(environment.reset(task_id, index), random.Random(0))
    actions = []
    action = next(moves)
    while True:
        actions.append(action.model_dump(exclude_none=True))
        observation, _, done, _ = environment.step(action)
        if done:
            return actions
        action = moves.send(observation)


def lines_of(canary: Canary) -> Iterator[str]:
    """The lines of a canary's file."""
    head = {"canary": canary.name, "task_id": canary.task_id, "ceiling": canary.ceiling, "reason": canary.reason}
    yield json.dumps(head)
    for index, incident in enumerate(INCIDENTS[canary.task_id]):
        actions = trajectory(canary.policy, canary.task_id, index)
        yield json.dumps({"scenario_id": incident.id, "scenario_index": index, "actions": actions})


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for stale in FOLDER.glob("*.jsonl"):
        stale.unlink()
    for canary in CANARIES:
        (FOLDER / f"{canary.name}.jsonl").write_text("\n".join(lines_of(canary)) + "\n", encoding="utf-8")
    print(f"{len(CANARIES)} canaries written to {FOLDER.parent.name}/{FOLDER.name}")


if __name__ == "__main__":
    main()
