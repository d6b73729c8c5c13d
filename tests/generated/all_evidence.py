"""Which explanations all evidence of an incident leaves: the figures as the detective weighs them, and what is written.

Every diagnostic of every service is read, and all of the logs that arrives within the steps of an agent. An explanation
stays where all of it together makes it nearly as probable as the best one.
"""

from __future__ import annotations

from math import exp, log

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.agents.detective import WINDOW_MINUTES
from cloud_incident_env.agents.detective_beliefs import Beliefs, Hypothesis
from cloud_incident_env.agents.detective_case import Case
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Course, Incident
from tests.generated.written_evidence import WrittenEvidence

NEARLY = 0.05  # of the probability of the best explanation, from which another one fits as well
READ = tuple(tool for tool in DIAGNOSTICS if tool != "query_logs")
COMES_LATE = "check_recent_deploys"  # may be behind at the alert: it is read when the steps are used up


def fitting(incident: Incident) -> list[tuple[str, str]]:
    """The explanations that all evidence leaves, as service and failure mode, the most probable one first."""
    weighed = weigh(incident)
    most = max(weighed.values())
    near = [each for each, share in weighed.items() if share >= NEARLY * most]
    return list(dict.fromkeys((each.suspect, each.mode) for each in near))


def weigh(incident: Incident) -> dict[Hypothesis, float]:
    """How probable all evidence makes each explanation that the figures allow, the most probable one first."""
    world: World = incident.telemetry.world  # type: ignore[attr-defined]
    evidence = WrittenEvidence(world, incident.max_steps)
    weights = {each: log(share) + evidence.fit(each) for each, share in beliefs_of(incident).probable.items()}
    most = max(weights.values())
    shares = {each: exp(weight - most) for each, weight in weights.items()}
    total = sum(shares.values())
    return {each: share / total for each, share in sorted(shares.items(), key=lambda item: -item[1])}


def beliefs_of(incident: Incident) -> Beliefs:
    """What a detective believes who has read everything but the logs."""
    alert = {
        "symptoms": incident.alert.symptoms,
        "affected_services": incident.alert.affected_services,
        "duration_minutes": incident.alert.duration_minutes,
    }
    case = Case.of({"alert": alert, "known_services": incident.known_services})
    for service in incident.known_services:
        for tool in READ:
            query = PLAIN._replace(window_minutes=WINDOW_MINUTES) if tool == "check_metrics" else PLAIN
            course = Course(minute=incident.max_steps) if tool == COMES_LATE else AT_THE_ALERT
            case.add(tool, service, incident.telemetry.look(tool, service, query, course).text)
    beliefs = Beliefs(case)
    for service in incident.known_services:
        beliefs.update(service)
    return beliefs
