"""Incidents played with looks, a wrong action and the whole plan, and what the diagnostics show on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from cloud_incident_env.actions import ACTIONS, DIAGNOSTICS
from cloud_incident_env.agents.evidence import Dependencies, Deploys, Evidence, Log, Metrics, Status, read_report
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.incident import PLAIN, Course, Incident, Key, Query, Taken, TaskId
from cloud_incident_env.ledger import Ledger
from tasks import get_task

DIFFICULTIES = ("easy", "medium", "hard", "expert")
TASK: TaskId = "remediation_planning"
LOOKS = 6  # between the alert and the wrong action
AFTERWARDS = 3  # looks after the plan
T = TypeVar("T", bound=Evidence)


@dataclass
class Moment:
    """Everything that the diagnostics show of all services at one minute of a course."""

    name: str
    incident: Incident
    course: Course
    _texts: dict[tuple[str, str, Query], str] = field(default_factory=dict)
    _read: dict[tuple[str, str, Query], Evidence] = field(default_factory=dict)

    @property
    def services(self) -> tuple[str, ...]:
        return self.incident.known_services

    @property
    def minute(self) -> int:
        return self.course.minute

    def text(self, tool: str, service: str, query: Query = PLAIN) -> str:
        key = tool, service, query
        if key not in self._texts:
            self._texts[key] = self.incident.telemetry.look(tool, service, query, self.course).text
        return self._texts[key]

    def _of(self, kind: type[T], tool: str, service: str, query: Query) -> T:
        key = tool, service, query
        if key not in self._read:
            self._read[key] = read_report(tool, service, self.text(tool, service, query))
        found = self._read[key]
        assert isinstance(found, kind)
        return found

    def metrics(self, service: str, window: int | None = None) -> Metrics:
        return self._of(Metrics, "check_metrics", service, Query(window_minutes=window))

    def dependencies(self, service: str) -> Dependencies:
        return self._of(Dependencies, "check_dependencies", service, Query())

    def log(self, service: str, since: int | None = None, until: int | None = None) -> Log:
        """The log of the minutes of the course after `since` and up to `until`; without them the usual window."""
        query = Query()
        if since is not None and until is not None:
            query = Query(since_minutes=self.minute - since, until_minutes=self.minute - until)
        return self._of(Log, "query_logs", service, query)

    def status(self, service: str) -> Status:
        return self._of(Status, "check_service_status", service, Query())

    def deploys(self, service: str) -> Deploys:
        return self._of(Deploys, "check_recent_deploys", service, Query())

    def tells(self, service: str, problem: str) -> str:
        """A violation, with where it was seen."""
        incident = self.incident
        return f"{incident.id} {incident.family} {self.name} (minute {self.minute}) {service}: {problem}"


@dataclass
class Play:
    """One incident at four moments."""

    incident: Incident
    moments: tuple[Moment, ...]
    wrong: Key | None  # the wrong action before the third moment


def incident_of(seed: int, difficulty: str | None = None) -> Incident:
    """The incident of a seed, of any family and system; its difficulty by turns."""
    size = difficulty or DIFFICULTIES[seed % len(DIFFICULTIES)]
    return generate(TASK, seed, size, tuple(FAMILIES), tuple(SYSTEMS))


def incidents(count: int, first: int = 0) -> Iterator[Incident]:
    return (incident_of(seed) for seed in range(first, first + count))


def wrong_actions(incident: Incident) -> Iterator[Key]:
    """Actions that do harm, those on services first, in an order of the incident's own."""
    keys = [key for key in incident.consequences if key not in incident.ways]
    start = sum(map(ord, incident.id)) % len(keys)
    for key in keys[start:] + keys[:start]:
        if incident.consequences[key].harm is not None:
            yield key


def parameters_of(key: Key) -> dict[str, str]:
    return {ACTIONS[key.action].required[0]: key.target}


def play(incident: Incident) -> Play:
    """Play an incident: some looks, a wrong action, the plan, and some looks more."""
    ledger = Ledger(get_task(TASK), incident)
    moments = [Moment("at the alert", incident, ledger.course)]
    _look(ledger, LOOKS)
    moments.append(Moment("after looks", incident, ledger.course))
    wrong = next(wrong_actions(incident), None)
    if wrong is not None:
        ledger.record(wrong.action, parameters_of(wrong))
    moments.append(Moment("after a wrong action", incident, ledger.course))
    for key in incident.solution:
        ledger.record(key.action, parameters_of(key))
    _look(ledger, AFTERWARDS)
    moments.append(Moment("after the plan", incident, ledger.course))
    return Play(incident, tuple(moments), wrong)


def _look(ledger: Ledger, times: int) -> None:
    for number in range(times):
        service = ledger.incident.known_services[number % len(ledger.incident.known_services)]
        ledger.record(DIAGNOSTICS[number % len(DIAGNOSTICS)], {"service": service})


def course_with(incident: Incident, keys: Iterable[Key], begin: int = 5, pause: int = 0) -> Course:
    """A course in which these actions are taken one after another and hold where they are steps of the plan."""
    minute = begin
    taken: list[Taken] = []
    held: list[Key] = []
    true: list[str] = []
    for key in keys:
        minute += ACTIONS[key.action].minutes
        taken.append(Taken(minute, key))
        reached = incident.brought_about(key, true)
        if reached:
            held.append(key)
            true += reached
        minute += pause
    return Course(minute, tuple(taken), tuple(held))
