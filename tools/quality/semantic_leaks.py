"""Detectors of solutions: in a text, in the code of documents, in what is served, in what the code of a policy reads.

A solution is what the graders of an incident look for: severity, culprit with its failure mode, steps of the plan.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cloud_incident_env.incident import Incident
from cloud_incident_env.reading.modes import MODES
from graders import grade
from tasks import INCIDENTS, get_incident
from tools.incident_layout import lay_out_handwritten
from tools.quality.imports import imports_of, module_file
from tools.quality.static_docker import is_ignored, patterns_of
from tools.quality.static_files import DOCKERIGNORE, ROOT

# The names that the layout of an incident's digest gives to answers, and to nothing else.
LAID_OUT = frozenset(lay_out_handwritten(get_incident("remediation_planning", 0))) - {
    "scenario_id",
    "description",
    "incident_summary",
    "alert",
    "known_services",
}
# The fields of an incident that hold answers. `severity` and `failure_mode` are also what an agent submits.
ANSWER_FIELDS = frozenset(
    {
        "aliases",
        "consequences",
        "culprit",
        "harm",
        "harmless_after",
        "plan",
        "solution",
        "telemetry",
        "too_early",
        "ways",
    }
)
# What a policy may import of this project; the code of an episode only where one is to be played in process.
POLICY_MODULES = frozenset(
    {"cloud_incident_env.actions", "cloud_incident_env.agents", "cloud_incident_env.incident"}
    # The public catalogue of failure modes.
    | {"cloud_incident_env.reading.modes"}
    # How the environment writes what it shows, which an agent reads.
    | {"cloud_incident_env.ledger", "cloud_incident_env.status_lines"}
    # The words that a model is asked with.
    | {"cloud_incident_env.model_prompts"}
)
# The declarations of failures and software: what a policy that knows the model may know, and no incident.
DECLARATIONS = frozenset(f"cloud_incident_env.generated.{name}" for name in ("families", "model", "software"))
PLAYING_MODULES = {
    **dict.fromkeys(("detective_beliefs.py", "detective_likelihood.py", "detective_predictions.py"), DECLARATIONS),
    "environments.py": frozenset(
        f"cloud_incident_env.{name}"
        for name in ("control_token", "episode", "options", "views", "wire", "agents.policy")
    ),
    # The tools that any client is told of; they hold no incident.
    "llm_tools.py": frozenset({"cloud_incident_env.incident_tools"}),
}
# Fields of declarations that are called as those of an incident are.
DECLARED_FIELDS = {"detective_predictions.py": frozenset({"plan", "ways"})}
ALL_INCIDENTS = [(task_id, incident) for task_id, incidents in INCIDENTS.items() for incident in incidents]
BESIDE = 120  # characters between an incident's id and an answer that goes with it
PHRASE_WORDS = 4  # a part of a failure mode with fewer words is a common name of a mechanism

_CODE_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.S | re.M)
_CODE_TOKEN = re.compile(
    r"(?P<task>alert_classification|root_cause_analysis|remediation_planning)"
    r"|scenario_index\W{1,4}(?P<index>\d)"
    r"|severity[\"']?\s*[:=]\s*[\"'](?P<severity>P[1-4])[\"']"
    r"|service\W{1,4}(?P<service>[\w-]+)\W{1,6}failure_mode\W{1,4}(?P<mode>[^\"']+)"
)


def phrases(incident: Incident) -> list[str]:
    """The definition of the failure mode and those of its clauses that say something, without punctuation."""
    text = MODES[incident.failure_mode].definition
    parts = [words_of(part) for part in (text, *re.split(r"[:(),]", text))]
    return [part for part in parts if len(part.split()) >= PHRASE_WORDS]


def words_of(text: str) -> str:
    """The words of a text in lower case, single spaces between them."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def holds_catalogue(text: str) -> bool:
    """Whether a text lists the failure modes: then that of an incident is one of many."""
    return sum(mode in text for mode in MODES) > len(MODES) / 2


def leaks_in_text(text: str) -> list[str]:
    """The solutions that a text gives away, whatever it is a part of."""
    words = "" if holds_catalogue(text) else words_of(text)
    found = set()
    for _, incident in ALL_INCIDENTS:
        found |= {f"failure mode {phrase!r}" for phrase in phrases(incident) if phrase in words}
        found |= {f"plan step {key}" for key in incident.ways if str(key) in text}
    return sorted(found | {f"field {name}" for name in LAID_OUT if name.startswith("correct_") and name in text})


def leaks_in_document(text: str) -> list[str]:
    """As `leaks_in_text`, and names of flags and runbook steps, and answers beside the id of their incident."""
    found = set(leaks_in_text(text))
    for task_id, incident in ALL_INCIDENTS:
        name = incident.id
        answer = incident.severity if task_id == "alert_classification" else incident.culprit
        for said in (answer, incident.failure_mode):
            if re.search(
                rf"\b{name}\b.{{0,{BESIDE}}}(?<![\w-]){said}(?![\w-])|(?<![\w-]){said}\b.{{0,{BESIDE}}}\b{name}\b",
                text,
            ):
                found.add(f"{name} beside {said}")
        for target in (key.target for key in incident.ways):
            if "_" in target and target in text:
                found.add(f"flag or runbook step {target}")
    return sorted(found)


def leaks_in_code(code: str) -> list[str]:
    """The right answers that an example submits: it chooses an incident, and then answers it."""
    task_id, index = "alert_classification", 0
    found = []
    for token in _CODE_TOKEN.finditer(code):
        if token["task"]:
            task_id, index = token["task"], 0
        elif token["index"]:
            index = int(token["index"])
        elif token["severity"] and task_id == "alert_classification":
            found += _right("submit_severity", {"severity": token["severity"]}, task_id, index)
        elif token["service"] and task_id == "root_cause_analysis":
            parameters = {"service": token["service"], "failure_mode": token["mode"]}
            found += _right("submit_root_cause", parameters, task_id, index)
    return found


def _right(action_type: str, parameters: dict[str, Any], task_id: str, index: int) -> list[str]:
    incident = get_incident(task_id, index)
    graded = grade(task_id, {"action_history": [{"action_type": action_type, "parameters": parameters}]}, incident)
    right = graded["total"] > 0.5 if "severity" in parameters else graded["breakdown"]["base"] > 0.2
    return [f"{incident.id} answered with {', '.join(parameters.values())}"] if right else []


def leaks_in_file(path: Path) -> list[str]:
    """The solutions in a document: its text, and its code where it is code or holds some."""
    text = path.read_text(encoding="utf-8", errors="replace")  # pictures too
    blocks = [text] if path.suffix == ".py" else _CODE_BLOCK.findall(text)
    found = leaks_in_document(text) + [leak for block in blocks for leak in leaks_in_code(block)]
    return [f"{path.name}: {leak}" for leak in found]


def image_files(dockerfile: str, ignored: Sequence[str] = tuple(patterns_of(DOCKERIGNORE))) -> list[Path]:
    """The files that a Dockerfile copies into the image from a build context that ignores these patterns.

    Raises ValueError for an ADD or a flag of COPY.
    """
    files: list[Path] = []
    for instruction, rest in re.findall(r"^(COPY|ADD)\s+(.+)$", dockerfile, re.M):
        if instruction == "ADD" or rest.startswith("--"):
            raise ValueError(f"cannot tell which files this takes: {instruction} {rest}")
        for source in rest.split()[:-1]:
            path = ROOT / source
            files += [path] if path.is_file() else [f for f in sorted(path.rglob("*")) if f.is_file()]
    copied = (file for file in files if "__pycache__" not in file.parts)
    return [file for file in copied if not is_ignored(file.relative_to(ROOT).as_posix(), ignored)]


def answers_read(source: str, name: str) -> list[str]:
    """What a policy's code reads that only graders may: answers by the names of their fields, and modules with answers.

    `name` is that of a module in the folder of the policies.
    """
    tree = ast.parse(source)
    allowed = POLICY_MODULES | PLAYING_MODULES.get(name, frozenset())
    found = [
        f"{name}: imports {module}"
        for module in imports_of(tree, "cloud_incident_env.agents")
        if (module_file(module) and not _is_within(module, allowed)) or module == "cloud_incident_env.agents.oracle"
    ]
    answers = (LAID_OUT | ANSWER_FIELDS) - DECLARED_FIELDS.get(name, frozenset())
    for node in ast.walk(tree):
        text = node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else ""
        fields = answers if isinstance(node, ast.Attribute) else LAID_OUT
        if isinstance(text, str) and (text in fields or text.startswith("correct_")):
            found.append(f"{name}: reads {text}")
    return found


def _is_within(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
