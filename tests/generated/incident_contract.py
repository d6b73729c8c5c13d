"""The contract that every generated incident keeps: each check returns what is wrong, if anything is.

That its figures agree with each other and with the model are laws of their own (`laws/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.model import Family
from cloud_incident_env.generated.severity import FLOW_DOWN, MOST_USERS, REVENUE_P1
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.incident import PLAIN, Course, Incident, Key, Severity, TaskId
from cloud_incident_env.ledger import Ledger
from cloud_incident_env.reading.names import names_of
from cloud_incident_env.reading.reader import read
from graders import grade
from tasks import get_task
from tests.generated.contract import EVERYWHERE, OF_AN_ACTION

LEAST_TEXT = 40  # characters of a report
SETTLES = 15  # minutes after the last step of a plan within which all is well again
BEST_GRADE: dict[TaskId, float] = {
    "alert_classification": 1.0,
    "root_cause_analysis": 1.0,
    "remediation_planning": 0.9,
}
_FACTS = {name for family in FAMILIES.values() for name in family.facts}
# A value that was not filled in, or is no number. Software prints braces and None of its own.
_UNFILLED = re.compile(rf"\{{({'|'.join(sorted(EVERYWHERE | OF_AN_ACTION | _FACTS))})[}}\[]|\bnan\b|\binf\b")


def make(family: Family, difficulty: str, seed: int, task_id: TaskId = "remediation_planning") -> Incident:
    """An incident of one family, in any system."""
    return generate(task_id, seed, difficulty, (family.name,), tuple(SYSTEMS), tuple(FAMILIES))


def played(incident: Incident, keys: Iterable[Key]) -> Ledger:
    """The ledger of an episode in which these remediations are taken one after the other."""
    ledger = Ledger(get_task("remediation_planning"), incident)
    for key in keys:
        ledger.record(key.action, {"target": key.target})
    return ledger


def texts_after(incident: Incident, course: Course) -> dict[tuple[str, str], str]:
    """What the diagnostics show of every known service."""
    return {place: report.text for place, report in incident.reports(DIAGNOSTICS, course).items()}


def after_the_plan(incident: Incident, minutes: int = SETTLES) -> Course:
    """The course of an episode that plays the whole plan and waits so many minutes."""
    course = played(incident, incident.solution).course
    return course._replace(minute=course.minute + minutes)


def text_problems(incident: Incident) -> list[str]:
    """Every tool answers for every service, at the alert and after the plan, and every text is filled in."""
    problems = []
    for course in (Course(), after_the_plan(incident)):
        for (tool, service), text in texts_after(incident, course).items():
            if len(text) < LEAST_TEXT or _UNFILLED.search(text):
                problems.append(f"{tool} of {service} in minute {course.minute}: {text[:200]!r}")
    for key, consequence in incident.consequences.items():
        for told in (consequence.result, consequence.too_early, consequence.harm):
            if told is not None and (not told or _UNFILLED.search(told)):
                problems.append(f"{key}: {told!r}")
    return problems


def plan_problems(incident: Incident) -> list[str]:
    """Each way of a condition holds once what its family says that it needs is true, and not before that."""
    problems = []
    needs = {condition.name: condition.needs for condition in FAMILIES[incident.family].plan}
    first = {condition.name: condition.ways[0] for condition in incident.plan}
    for condition in incident.plan:
        needed = [first[name] for name in _needed(needs, condition.name)]
        for way in condition.ways:
            if condition.name not in _true_after(incident, [*needed, way]):
                problems.append(f"{way} does not hold after {', '.join(map(str, needed)) or 'nothing'}")
            for left_out in needs[condition.name]:
                early = [key for key in needed if key != first[left_out]]
                if condition.name in _true_after(incident, [*early, way]):
                    problems.append(f"{way} brings {condition.name!r} about without {left_out!r}")
    return problems


def _needed(needs: Mapping[str, tuple[str, ...]], name: str) -> list[str]:
    """The conditions that must be true before one, in the order of the plan."""
    found: set[str] = set()
    queue = list(needs[name])
    while queue:
        each = queue.pop()
        if each not in found:
            found.add(each)
            queue += needs[each]
    return [each for each in needs if each in found]


def _true_after(incident: Incident, keys: Iterable[Key]) -> set[str]:
    return set(played(incident, keys).reached)


def first_aid_problems(incident: Incident) -> list[str]:
    """What stops the failure works as the very first action."""
    family = FAMILIES[incident.family]
    stops = {condition.name for condition in family.plan if condition.kind == "stop"}
    return [
        f"{way} does not hold as the first action"
        for condition in incident.plan
        if condition.name in stops
        for way in condition.ways
        if condition.name not in _true_after(incident, [way])
    ]


def recovery_problems(incident: Incident) -> list[str]:
    """The failure acts when the alert is raised and ends with the plan, which leaves no service worse than it was.

    A second alert tells of a failure of its own, which the plan does not end.
    """
    problems = []
    if incident.telemetry.recovered(Course()):
        problems.append("nothing fails when the alert is raised")
    course = after_the_plan(incident)
    if not incident.telemetry.recovered(course):
        problems.append("the failure lasts after the whole plan")
    apart = incident.telemetry.announced(0, course)
    for service in () if apart else incident.known_services:
        before = incident.telemetry.look("check_service_status", service, PLAIN, Course()).text
        after = incident.telemetry.look("check_service_status", service, PLAIN, course).text
        if "Health: unhealthy" in after and "Health: unhealthy" not in before:
            problems.append(f"{service} is worse after the plan")
    return problems


def leak_problems(incident: Incident, family: Family) -> list[str]:
    """What is told before a look, and what is told of actions, neither names the family nor states its mechanism."""
    alert, names = incident.alert, names_of(incident)
    sentences = [incident.description, incident.summary, alert.title, *alert.symptoms]
    told = " ".join((incident.id, alert.id, *sentences))
    problems = []
    if family.name in told or any(read(text, names).mode == family.name for text in sentences):
        problems.append(f"the alert or the summary states the failure mode: {told}")
    if incident.culprit not in alert.affected_services and incident.culprit in told:
        problems.append("the alert or the summary names the culprit")
    for key, consequence in incident.consequences.items():
        if consequence.harm is not None and read(consequence.harm, names).mode == family.name:
            problems.append(f"the reason against {key} states the failure mode: {consequence.harm}")
    return problems


def full_grade_problems(incident: Incident, task_id: TaskId) -> list[str]:
    """The oracle reaches the full grade within the steps of the incident."""
    history = [{"action_type": d.action_type, "parameters": d.parameters} for d in plan_for(task_id, incident)]
    total = grade(task_id, {"action_history": history}, incident)["total"]
    if abs(total - BEST_GRADE[task_id]) > 1e-9 or len(history) > incident.max_steps:
        return [f"the oracle grades {total} in {len(history)} of {incident.max_steps} steps"]
    return []


def severity_shown(incident: Incident) -> Severity:
    """The severity that the rule of the task makes of the metrics of the first two services of the alert."""
    entry, flow = incident.alert.affected_services[:2]
    users = _metrics(incident, entry)
    sales = _metrics(incident, flow)
    success = _figure(sales, r"attempts of .+ that succeed")
    loss = _figure(sales, r"attempts of \S+") * _figure(sales, r"mean value of an attempt of \S+") * (1 - success / 100)
    if success < FLOW_DOWN or loss > REVENUE_P1:
        return "P1"
    hit = _figure(users, r"users who met a failure here")
    if 100 * hit > MOST_USERS * _figure(users, "active users, all services"):
        return "P2"
    return "P3" if hit else "P4"


def _metrics(incident: Incident, service: str) -> str:
    return incident.telemetry.look("check_metrics", service, PLAIN, Course()).text


def _figure(text: str, label: str) -> float:
    """The figure of now in a row of the metrics."""
    found = re.search(rf"^{label}  +\$?([\d,.]+)", text, re.M)
    assert found is not None, f"no row {label} in {text}"
    return float(found[1].replace(",", ""))
