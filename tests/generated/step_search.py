"""A policy that searches the plan without a diagnosis: it tries every listed step on the service where the walk ends.

Walk down to the worst failing call, roll that service back, then run every step of its runbook that does more than
list, show or verify, and try once more what did not hold. It is told at once what held, as every agent is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean

from cloud_incident_env.incident import Incident
from cloud_incident_env.ledger import Ledger, Outcome
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


def mean_grade(incidents: Sequence[Incident]) -> float:
    return fmean(map(grade_of_search, incidents))
