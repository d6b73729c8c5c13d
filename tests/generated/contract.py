"""The contract that every fault family keeps: each check returns what is wrong, an empty list if nothing is.

`declaration_problems` looks at the declaration alone; the other checks look at incidents generated from it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from typing import get_args

from cloud_incident_env.actions import REMEDIATIONS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.model import Family, Role, Step
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.telemetry.dialects import GLOG_LEVELS
from cloud_incident_env.generated.templates import DRAWN
from cloud_incident_env.incident import Incident, Key, TaskId
from cloud_incident_env.ledger import Ledger, Outcome
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.reading.names import names_of
from cloud_incident_env.reading.reader import read
from graders import grade
from tasks import get_task
from tests.generated.agreement import Texts, alert_problems, disagreements
from tests.reports import reports_after

EVERYDAY = {"service", "caller", "callee", "version", "previous", *DRAWN}
CORE_FIGURES = {"cpu", "memory"}


def templates_of(family: Family) -> Iterator[str]:
    yield from (*family.logs, *family.notes, *family.seen_by_callers, *family.through_logs, *family.wrong.values())
    if family.change is not None:
        yield family.change.summary
    for step in family.steps:
        yield from (step.result, step.too_early, *step.shows)


def declaration_problems(family: Family) -> list[str]:
    """What is wrong with a family as it is written down."""
    problems = []
    known = EVERYDAY | set(family.facts) | {"culprit", "through", "area"}
    for template in templates_of(family):
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        problems += [f"unknown name {name!r} in {template!r}" for name in names - known]
    problems += [
        f"the fact {name!r} has the name of a value that every line has" for name in set(family.facts) & EVERYDAY
    ]
    problems += [f"unknown software {name!r}" for name in {*family.strikes, *family.through} - set(SOFTWARE)]
    for software, figures in ((family.strikes, family.figures), (family.through, family.through_figures)):
        for name in set(software) & set(SOFTWARE):
            labels = {gauge.label for gauge in SOFTWARE[name].gauges} | CORE_FIGURES
            problems += [f"{name} shows no figure {label!r}" for label in set(figures) - labels]
    for line in (
        *family.logs,
        *family.seen_by_callers,
        *family.through_logs,
        *(t for s in family.steps for t in s.shows),
    ):
        if line.split(" ")[0] not in GLOG_LEVELS:
            problems.append(f"a log line does not begin with a level: {line!r}")
    problems += [
        f"{label!r} is standing and no figure"
        for label in set(family.standing) - {*family.figures, *family.through_figures}
    ]
    problems += _plan_problems(family)
    if family.name not in MODES:
        problems.append(f"{family.name} is no failure mode of the catalogue")
    if len(family.signature) < 2:
        problems.append("a signature needs clues in two tools or more")
    for action, role in family.wrong:
        if action not in REMEDIATIONS or role not in get_args(Role):
            problems.append(
                f"wrong action {action!r} on {role!r}: expected a remediation and culprit, through, caller or entry"
            )
    return problems


def _plan_problems(family: Family) -> list[str]:
    steps = family.steps
    problems = []
    if not 4 <= len(steps) <= 6:
        problems.append(f"a plan has 4 to 6 steps, not {len(steps)}")
    if abs(sum(step.relief for step in steps) - 1) > 1e-9:
        problems.append(f"the reliefs add up to {sum(step.relief for step in steps)}, not to 1")
    for step in steps:
        problems += _step_problems(family, step)
    if any(not step.too_early for step in steps[1:]):
        problems.append("each step after the first says what happens when it is taken too early")
    keys = [(step.action, step.on, step.name) for step in steps]
    if len(set(keys)) < len(keys):
        problems.append("two steps of the plan are the same")
    return problems


def _step_problems(family: Family, step: Step) -> list[str]:
    problems = []
    if step.action not in REMEDIATIONS:
        problems.append(f"unknown action {step.action!r}")
    needs_name = step.action in ("execute_runbook_step", "disable_feature_flag")
    if needs_name != bool(step.name):
        problems.append(f"{step.action}: a runbook step and a flag have a name, the other steps have none")
    if step.name != step.name.lower():
        problems.append(f"step name {step.name!r} is not in lower case")
    if step.action == "execute_runbook_step" and not re.fullmatch(r"[a-z]+(_[a-z]+)+", step.name):
        problems.append(f"runbook step {step.name!r}: expected words joined by _")
    if step.on == "through" and not family.through:
        problems.append("a step acts on `through`, and the family has none")
    return problems


# Generated incidents


def make(family: Family, difficulty: str, seed: int, task_id: TaskId = "remediation_planning") -> Incident:
    return generate(task_id, seed, difficulty, (family.name,), tuple(SYSTEMS), tuple(FAMILIES))


def signature_problems(incident: Incident, family: Family, families: list[Family]) -> list[str]:
    """The culprit shows the family's signature in full; no other service shows any family's, and it no other's."""
    problems = []
    at_the_start = texts_after(incident, ())
    for service in incident.known_services:
        texts = {tool: text[service] for tool, text in at_the_start.items()}
        fitting = [f for f in families if all(re.search(regex, texts[tool]) for tool, regex in f.signature.items())]
        expected = [family] if service == incident.culprit else []
        for found in fitting:
            if found not in expected:
                problems.append(f"{service} fits {found.name} ({'culprit' if expected else 'innocent'})")
        for missed in expected:
            if missed not in fitting:
                lacking = [tool for tool, regex in missed.signature.items() if not re.search(regex, texts[tool])]
                problems.append(f"the culprit {service} does not show {missed.name} in {', '.join(lacking)}")
    return problems


def plan_problems(incident: Incident) -> list[str]:
    """Every step holds in order, and none but the first holds out of order."""
    task = get_task("remediation_planning")
    plan = incident.solution
    problems = []
    for position, key in enumerate(plan):
        for skipped in range(position):
            ledger = Ledger(task, incident)
            for earlier in plan[:skipped]:
                ledger.record(*_action(earlier))
            if ledger.record(*_action(key)).outcome is not Outcome.STEP_DID_NOT_HOLD:
                problems.append(f"{key} holds after {skipped} of {position} steps")
    ledger = Ledger(task, incident)
    for key in plan:
        if ledger.record(*_action(key)).outcome is not Outcome.STEP_HELD:
            problems.append(f"{key} does not hold in order")
    return problems


def _action(key: Key) -> tuple[str, dict[str, str]]:
    return key.action, {"target": key.target}


def tool_problems(incident: Incident) -> list[str]:
    """All tools answer for all services, in every phase, with filled templates."""
    problems = []
    for phase, responses in enumerate(phases_of(incident)):
        for tool, texts in responses.items():
            for service in incident.known_services:
                text = texts[service]
                if len(text) < 40 or re.search(r"\{[a-z_]+\}|(?<![\w-])None(?![\w-])|\bnan\b", text):
                    problems.append(f"{tool} of {service} in phase {phase}: {text[:200]!r}")
    return problems


def texts_after(incident: Incident, held: Sequence[Key]) -> Texts:
    """What the tools show once plan steps hold: tool -> service -> text."""
    texts: dict[str, dict[str, str]] = {}
    for (tool, service), report in reports_after(incident, held).items():
        texts.setdefault(tool, {})[service] = report.text
    return texts


def phases_of(incident: Incident) -> list[Texts]:
    """What the tools show before anybody steps in, and after each step of the plan."""
    return [texts_after(incident, incident.solution[:count]) for count in range(len(incident.solution) + 1)]


def agreement_problems(incident: Incident) -> list[str]:
    problems = alert_problems(incident)
    for phase, texts in enumerate(phases_of(incident)):
        problems += [f"phase {phase}: {text}" for text in disagreements(texts, incident.known_services)]
    return problems


def recovery_problems(incident: Incident, symptom: str | None = None) -> list[str]:
    """The last phase shows every service about as good as normal, and its log ends without a symptom."""
    problems = []
    last = phases_of(incident)[-1]
    for service in incident.known_services:
        rows = re.findall(r"^(\S.*?)  +(\S+).*?(\S+)(?: \S+)?$", last["check_metrics"][service], re.M)
        for label, now, normal in ((row[0], row[1], row[2]) for row in rows if row[0] in ("error rate",)):
            if _number(now) > 2 * _number(normal) + 0.1:
                problems.append(f"{service}: {label} is {now}, normal is {normal}")
        found = re.search(r"p99 (\S+) ms \(normal (\S+) ms\)", last["check_dependencies"][service])
        if found is None or _number(found[1]) > 1.5 * _number(found[2]):
            problems.append(f"{service}: the p99 has not come back: {found and found[0]}")
        if not re.search(r"Health: HEALTHY", last["check_service_status"][service]):
            problems.append(f"{service} is not healthy after the plan")
    log = last["query_logs"][incident.culprit].splitlines()
    if symptom is not None and re.search(symptom, log[-1]):
        problems.append(f"the culprit's log ends with a symptom: {log[-1]}")
    first = reports_after(incident)["check_metrics", incident.alert.affected_services[0]].text
    if first == last["check_metrics"][incident.alert.affected_services[0]]:
        problems.append("the metrics of the alerting service are those of before")
    return problems


def _number(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


def leak_problems(incident: Incident, family: Family) -> list[str]:
    """What the agent is told before it looks at anything names neither the family nor states its failure mode."""
    alert = incident.alert
    told = " ".join(
        (
            incident.id,
            incident.description,
            incident.summary,
            alert.id,
            alert.title,
            *alert.symptoms,
        )
    )
    problems = []
    names = names_of(incident)
    sentences = [incident.description, incident.summary, alert.title, *alert.symptoms]
    if family.name in told or any(read(text, names).mode == family.name for text in sentences):
        problems.append(f"the alert or the summary states the failure mode: {told}")
    if incident.culprit not in alert.affected_services and incident.culprit in told:
        problems.append("the alert or the summary names the culprit")
    for key, consequence in incident.consequences.items():
        if consequence.harm is not None and read(consequence.harm, names).mode == family.name:
            problems.append(f"the reason against {key} states the failure mode: {consequence.harm}")
    return problems


def full_grade_problems(incident: Incident, task_id: TaskId) -> list[str]:
    """The oracle reaches the full grade, with the actions of its plan played through the environment's own ledger."""
    task = get_task(task_id)
    history = []
    for decision in plan_for(task_id, incident):
        history.append({"action_type": decision.action_type, "parameters": decision.parameters})
    total = grade(task_id, {"action_history": history}, incident)["total"]
    best = 0.9 if task_id == "remediation_planning" else 1.0
    if abs(total - best) > 1e-9 or len(history) > task.max_steps:
        return [f"the oracle grades {total} in {len(history)} steps"]
    return []
