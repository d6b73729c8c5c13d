"""An incident whose plan is a partial order with alternatives, over telemetry that tells what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cloud_incident_env.incident import Condition, Consequence, Course, Incident, Key, Query
from cloud_incident_env.telemetry import Report
from tasks import INCIDENTS

ROLL_BACK = Key("rollback_deploy", "analytics-service")
FLAG_OFF = Key("disable_feature_flag", "full_history_export")
SHIFT = Key("execute_runbook_step", "shift_traffic")
RESTART_DB = Key("restart_service", "postgres-db")
RESTART_AUTH = Key("restart_service", "auth-service")
LIMIT = Key("execute_runbook_step", "limit_exports")
CHECK = Key("execute_runbook_step", "verify_db_health")
WRONG = Key("clear_cache", "redis-session")

PLAN = (
    Condition("stopped", (FLAG_OFF, ROLL_BACK)),
    Condition("relieved", (SHIFT,)),
    Condition("database", (RESTART_DB,), needs=("stopped",)),
    # One restart serves logins and drops the sessions that hold locks.
    Condition("logins", (RESTART_AUTH,), needs=("database",)),
    Condition("locks", (RESTART_AUTH,), needs=("relieved",)),
    Condition("guarded", (LIMIT,), needs=("stopped",), restores=False),
    Condition("checked", (CHECK,), needs=("logins", "locks"), restores=False),
)


@dataclass
class Telling:
    """Telemetry whose reports say what was asked, when, and what had been done by then."""

    shows_harm: bool = True
    announcements: dict[int, str] = field(default_factory=dict)  # minute -> sentence

    def refusal(self, tool: str, service: str, query: Query, course: Course) -> str | None:
        return "no metric of that name: one of cpu, memory" if query.metric == "nope" else None

    def look(self, tool: str, service: str, query: Query, course: Course) -> Report:
        asked = {name: getattr(query, name) for name in query.given}
        taken = [f"{taken.minute} {taken.key}" for taken in course.taken]
        return Report(f"{tool} of {service} at minute {course.minute}, asked {asked}, after {taken}")

    def announced(self, since: int, course: Course) -> tuple[str, ...]:
        return tuple(text for minute, text in self.announcements.items() if since < minute <= course.minute)

    def recovered(self, course: Course) -> bool:
        return course.minute >= 30


def partial_order(telemetry: Telling | None = None) -> Incident:
    """RP-001 with that plan and telemetry."""
    steps = dict.fromkeys(key for condition in PLAN for key in condition.ways)
    consequences = {key: Consequence(f"{key} done.", "postgres-db", too_early=f"{key} too early.") for key in steps}
    consequences[ROLL_BACK] = replace(consequences[ROLL_BACK], version="v1.2.0")
    consequences[WRONG] = Consequence("Emptied.", "redis-session", harm="Sessions are lost.")
    return replace(
        INCIDENTS["remediation_planning"][0],
        plan=PLAN,
        consequences=consequences,
        telemetry=telemetry or Telling(),
        max_steps=22,
    )
