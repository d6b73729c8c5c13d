"""Digests of episodes with generated incidents: everything that a scripted engineer is told, in one hash.

python -m tests.generated.digests          # prints those of the golden episodes, a line each
python -m tests.generated.digests --write  # stores them, after a new INCIDENT_VERSION

Each episode reads the alert, looks with and without the optional parameters, asks what is refused, takes wrong actions
and actions without effect, and then the plan to its end. This module imports nothing but the standard library and parts
of the project that need no more, so that a bare Python can compute digests.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cloud_incident_env.actions import DIAGNOSTICS, REMEDIATIONS
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.incident_cache import recent_incident
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.incident import PLAIN, Incident, Key
from cloud_incident_env.ledger import SHOWN_OUTCOMES, Ledger
from cloud_incident_env.splits import TRAIN_FAMILIES, get_split, incident_at
from tasks import get_task

GOLDEN = Path(__file__).with_name("golden.json")
COUNT = 200
WRONG = 2  # actions that do harm, taken before the plan
IDLE = 2  # actions that fix nothing and do no harm
_DIFFICULTIES = ("easy", "medium", "hard", "expert")
_SPLITS = ("train", "validation", "test", "test_families", "test_systems")
Move = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """An incident of a generated split, at a difficulty."""

    split: str
    index: int
    difficulty: str


def digest(asked: Asked) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of all that an episode tells, as JSON."""
    split = get_split(asked.split)
    task_id = incident_at(asked.split, asked.index)["task_id"]
    incident = recent_incident(
        task_id, split.seed_at(asked.index), asked.difficulty, split.families, split.systems, TRAIN_FAMILIES
    )
    told = [_opening(incident), *_episode(incident, Ledger(get_task(task_id), incident))]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _opening(incident: Incident) -> dict[str, Any]:
    """What is told before the first action, and the answer."""
    return {
        "id": incident.id,
        "told": [incident.description, incident.summary, vars(incident.alert)],
        "services": incident.known_services,
        "aliases": dict(incident.aliases),
        "answer": [incident.severity, incident.culprit, incident.failure_mode, incident.max_steps],
        "plan": [[c.name, list(map(str, c.ways)), c.needs, c.restores] for c in incident.plan],
    }


def _episode(incident: Incident, ledger: Ledger) -> Iterator[list[Any]]:
    """What each move of the script comes to: the outcome, the minute, and all that is told."""
    draws = Draws("digest", incident.id)
    for action, parameters in _looks(incident, draws):
        yield _after(ledger, action, parameters)
    for key in _actions(incident, draws):
        consequence = incident.consequences.get(key)
        told = vars(consequence) if consequence is not None else {}
        yield [str(key), {name: str(value) for name, value in told.items()}]
        target: dict[str, Any] = {"target": key.target}
        yield _after(ledger, key.action, target | ({"replicas": 5} if key.action == "scale_service" else {}))
        yield _after(ledger, draws.pick(DIAGNOSTICS), {"service": incident.culprit})
        yield _after(ledger, draws.pick(DIAGNOSTICS), {"service": draws.pick(incident.known_services)})
    for service in draws.sample(list(incident.known_services), 3):
        yield _after(ledger, "query_logs", {"service": service, "since_minutes": 30, "level": "warn"})
    yield [ledger.course.minute, incident.telemetry.recovered(ledger.course), sorted(ledger.reached)]


def _looks(incident: Incident, draws: Draws) -> Iterator[Move]:
    """Every diagnostic on three services and each of its parameters, some of them with values that are refused."""
    others = draws.sample(list(incident.known_services), 2)
    for service in dict.fromkeys((incident.alert.affected_services[0], incident.culprit, *others)):
        for tool in DIAGNOSTICS:
            yield tool, {"service": service}
    for service in (incident.culprit, draws.pick(incident.known_services)):
        yield "query_logs", {"service": service, "since_minutes": 60, "until_minutes": 40}
        yield "query_logs", {"service": service, "level": "error"}
        yield "query_logs", {"service": service, "contains": "timeout", "since_minutes": 30}
        yield "query_logs", {"service": service, "since_minutes": -5}
        yield "check_metrics", {"service": service, "window_minutes": draws.between(3, 170)}
        yield "check_metrics", {"service": service, "metric": "cpu", "window_minutes": 60}
        yield "check_metrics", {"service": service, "metric": "luck"}
        yield "check_dependencies", {"service": service, "trace": "slowest"}
        yield "check_dependencies", {"service": service, "trace": "failed"}
        yield "check_recent_deploys", {"service": service, "change_id": "newest"}


def _actions(incident: Incident, draws: Draws) -> list[Key]:
    """Some wrong actions, some without effect, one without a target that exists, and the whole plan."""
    known = [key for key in incident.consequences if key not in incident.ways and key.action in REMEDIATIONS]
    harmful = [key for key in known if incident.consequences[key].harm is not None]
    idle = [key for key in known if incident.consequences[key].harm is None]
    missing = Key("restart_service", "no-such-service")
    return [*draws.sample(harmful, WRONG), *draws.sample(idle, IDLE), missing, *incident.solution]


def _after(ledger: Ledger, action: str, parameters: dict[str, Any]) -> list[Any]:
    """Take an action, and return what is told; the newest change of a service has its id asked for."""
    incident = ledger.incident
    if parameters.get("change_id") == "newest":
        shown = incident.telemetry.look("check_recent_deploys", parameters["service"], PLAIN, ledger.course).text
        found = re.search(r"chg-\w+", shown)
        parameters = {**parameters, "change_id": found[0] if found else "none"}
    before = ledger.course.minute
    verdict = ledger.record(action, parameters)
    text = incident.telemetry.look(*ledger.looks[-1]).text if verdict.outcome in SHOWN_OUTCOMES else verdict.note
    told = incident.telemetry.announced(before, ledger.course) if ledger.course.minute > before else ()
    return [verdict.outcome.name, ledger.course.minute, text, list(told)]


def golden_incidents() -> list[Asked]:
    """Two hundred incidents of every split, task and difficulty."""
    return [Asked(_SPLITS[n % 5], n * 4 + n % 3, _DIFFICULTIES[n % 4]) for n in range(COUNT)]


def golden() -> dict[str, Any]:
    return {"incident_version": INCIDENT_VERSION, "digests": [digest(asked) for asked in golden_incidents()]}


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n")
    else:
        print("\n".join(golden()["digests"]))
