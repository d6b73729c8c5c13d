"""Seeds give different incidents, and the same seed gives the same one."""

from __future__ import annotations

from cloud_incident_env.generated.generate import generate
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Incident, TaskId
from cloud_incident_env.splits import TRAIN_FAMILIES, TRAIN_SYSTEMS

SEEDS = 1_000  # of each task
TASKS: tuple[TaskId, ...] = ("alert_classification", "root_cause_analysis", "remediation_planning")


def made(task_id: TaskId, seed: int, difficulty: str = "medium") -> Incident:
    return generate(task_id, seed, difficulty, TRAIN_FAMILIES, TRAIN_SYSTEMS)


def test_no_two_incidents_have_the_same_id() -> None:
    ids = {made(task_id, seed).id for task_id in TASKS for seed in range(SEEDS)}
    assert len(ids) == SEEDS * len(TASKS)


def test_a_seed_gives_one_incident() -> None:
    one, other = made("root_cause_analysis", 7), made("root_cause_analysis", 7)
    assert one is not other
    assert (one.id, one.alert.__dict__, one.plan) == (other.id, other.alert.__dict__, other.plan)
    service = one.known_services[0]
    texts = [incident.telemetry.look("query_logs", service, PLAIN, AT_THE_ALERT).text for incident in (one, other)]
    assert texts[0] == texts[1]


def test_task_difficulty_and_families_lead_to_other_incidents() -> None:
    ids = {made(task_id, 7, difficulty).id for task_id in TASKS for difficulty in ("easy", "medium")}
    ids.add(generate("root_cause_analysis", 7, "medium", TRAIN_FAMILIES[:5], TRAIN_SYSTEMS).id)
    assert len(ids) == len(TASKS) * 2 + 1
