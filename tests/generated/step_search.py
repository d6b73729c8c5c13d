"""A policy that searches the plan without a diagnosis: it tries every listed step on the service where the walk ends.

Walk down to the worst failing call, roll that service back, then run every step of its runbook that does more than
list, show or verify, and try once more what did not hold. It is told at once what held, as every agent is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.incident import Incident
from cloud_incident_env.ledger import Ledger, Outcome
from cloud_incident_env.status_lines import runbook_steps
from graders import grade_ledger
from tasks import get_task
from tests.generated.shown import Shown
from tests.generated.walker import walk

_LOOKING_ON = re.compile(
    r"^(list|show|export|compare|capture|describe|dump|read|trace|save|archive|toggle|rotate_log|run_contract"
    r"|raise_trace|verify)"
)
LEFT = 2  # steps that are kept for the submission and what comes before it


def grade_of_search(incident: Incident) -> float:
    """The grade of an episode of remediation_planning that is played so."""
    ledger = Ledger(get_task("remediation_planning"), incident)
    shown = Shown(incident)
    end = walk(shown)
    taken = 0

    def take(action: str, **parameters: str) -> Outcome:
        nonlocal taken
        taken += 1
        return ledger.record(action, parameters).outcome

    for service in dict.fromkeys((shown.entry, end)):
        take("check_dependencies", service=service)
    take("check_service_status", service=end)
    status = shown.text("check_service_status", end)
    listed = re.findall(r"([a-z_]+@[a-z0-9-]+)", status.partition("Runbook steps: ")[2])
    queue = [("rollback_deploy", end)]
    queue += [("execute_runbook_step", step) for step in listed if not _LOOKING_ON.search(step)]
    again = []
    for action, target in queue:
        if taken >= incident.max_steps - LEFT:
            break
        if take(action, target=target) is Outcome.STEP_DID_NOT_HOLD:
            again.append((action, target))
    for action, target in again:
        if taken < incident.max_steps - LEFT:
            take(action, target=target)
    held = str(ledger.held[-1]) if ledger.held else "the steps of the runbook"
    ledger.record("submit_resolution", {"summary": f"Root cause: {end}. Ran {held}. All services recovered."})
    return grade_ledger(ledger).total


def grade_of_trial(incident: Incident) -> float:
    """The grade of a player who knows the culprit, and no more: it tries the listed steps in their order.

    It looks at eight reports first, as a player who finds the culprit does, and names the mode in the end.
    """
    ledger = Ledger(get_task("remediation_planning"), incident)
    others = [name for name in incident.known_services if name != incident.culprit]
    for tool in DIAGNOSTICS:
        ledger.record(tool, {"service": incident.culprit})
    for name in others[:3]:
        ledger.record("check_metrics", {"service": name})
    steps = runbook_steps(Shown(incident).text("check_service_status", incident.culprit))
    queue = [step for step in steps if not _LOOKING_ON.search(step)]
    for number, step in enumerate(queue):  # those that did not hold are tried once more at the end
        if len(DIAGNOSTICS) + 3 + number >= incident.max_steps - 1:
            break
        if ledger.record("execute_runbook_step", {"target": step}).outcome is Outcome.STEP_DID_NOT_HOLD:
            queue += [step] if queue.count(step) == 1 else []
    held = str(ledger.held[-1]) if ledger.held else "the steps of the runbook"
    summary = f"Root cause: {incident.culprit}, {incident.failure_mode}. Ran {held}. All services recovered."
    ledger.record("submit_resolution", {"summary": summary})
    return grade_ledger(ledger).total


def mean_grade(incidents: Sequence[Incident]) -> float:
    return fmean(map(grade_of_search, incidents))
