"""Detectors of solutions: in a text, in the code of documents, in what is served, in what the code of a policy reads.

A solution is what the graders of an incident look for: severity, culprit with its failure mode, steps of the plan.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from graders import grade
from mechanisms import words_of
from scenario import Scenario
from tasks import SCENARIOS, get_scenario
from tests.quality.semantic_support import ROOT

ANSWER_FIELDS = frozenset(
    {
        "correct_severity",
        "correct_root_cause",
        "correct_remediation_sequence",
        "failure_mode_terms",
        "related_mechanisms",
        "step_requirements",
        "wrong_actions",
        "wrong_only_before",
        "remediation_data",
        "telemetry_changes",
        "tool_responses",
        "service_aliases",
    }
)
# What a policy may import of this project; the server's code only where an episode is to be played in process.
POLICY_MODULES = frozenset({"actions", "scenario", "agents"})
PLAYING_MODULES = {
    "agents/environments.py": frozenset({"server.environment", "server.models"}),
    # The tools that any client is told of; they hold no incident.
    "agents/llm_tools.py": frozenset({"incident_tools"}),
    # The detective knows how each kind of failure shows, and nothing of any incident.
    "agents/detective.py": frozenset({"incidents.families", "incidents.model"}),
}
ALL_INCIDENTS = [(task_id, scenario) for task_id, scenarios in SCENARIOS.items() for scenario in scenarios]
BESIDE = 120  # characters between an incident's id and an answer that goes with it
PHRASE_WORDS = 4  # a part of a failure mode with fewer words is a common name of a mechanism

_CODE_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.S | re.M)
_CODE_TOKEN = re.compile(
    r"(?P<task>alert_classification|root_cause_analysis|remediation_planning)"
    r"|scenario_index\W{1,4}(?P<index>\d)"
    r"|severity[\"']?\s*[:=]\s*[\"'](?P<severity>P[1-4])[\"']"
    r"|service\W{1,4}(?P<service>[\w-]+)\W{1,6}failure_mode\W{1,4}(?P<mode>[^\"']+)"
)


def phrases(scenario: Scenario) -> list[str]:
    """The failure mode and those of its parts that say something, in lower case without punctuation."""
    text = scenario["correct_root_cause"]["failure_mode"]
    parts = [words_of(part) for part in (text, *re.split(r"[:(),]", text))]
    return [part for part in parts if len(part.split()) >= PHRASE_WORDS]


def leaks_in_text(text: str) -> list[str]:
    """The solutions that a text gives away, whatever it is a part of."""
    words = words_of(text)
    found = set()
    for _, scenario in ALL_INCIDENTS:
        found |= {f"failure mode {phrase!r}" for phrase in phrases(scenario) if phrase in words}
        found |= {f"plan step {key}" for key in scenario["correct_remediation_sequence"] if key in text}
    return sorted(found | {f"field {name}" for name in ANSWER_FIELDS if name.startswith("correct_") and name in text})


def leaks_in_document(text: str) -> list[str]:
    """As `leaks_in_text`, and names of flags and runbook steps, and answers beside the id of their incident."""
    found = set(leaks_in_text(text))
    for task_id, scenario in ALL_INCIDENTS:
        answer = scenario["correct_severity" if task_id == "alert_classification" else "correct_root_cause"]
        said = answer if isinstance(answer, str) else answer["service"]
        name = scenario["scenario_id"]
        if re.search(
            rf"\b{name}\b.{{0,{BESIDE}}}(?<![\w-]){said}(?![\w-])|(?<![\w-]){said}\b.{{0,{BESIDE}}}\b{name}\b", text
        ):
            found.add(f"{name} beside {said}")
        for target in (key.split(":", 1)[1] for key in scenario["correct_remediation_sequence"]):
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
    scenario = get_scenario(task_id, index)
    graded = grade(task_id, {"action_history": [{"action_type": action_type, "parameters": parameters}]}, scenario)
    right = graded["total"] > 0.5 if "severity" in parameters else graded["breakdown"]["base"] > 0.2
    return [f"{scenario['scenario_id']} answered with {', '.join(parameters.values())}"] if right else []


def leaks_in_file(path: Path) -> list[str]:
    """The solutions in a document: its text, and its code where it is code or holds some."""
    text = path.read_text(encoding="utf-8")
    blocks = [text] if path.suffix == ".py" else _CODE_BLOCK.findall(text)
    found = leaks_in_document(text) + [leak for block in blocks for leak in leaks_in_code(block)]
    return [f"{path.name}: {leak}" for leak in found]


def image_files(dockerfile: str) -> list[Path]:
    """The files that a Dockerfile copies into the image. Raises ValueError for an ADD or a flag of COPY."""
    files: list[Path] = []
    for instruction, rest in re.findall(r"^(COPY|ADD)\s+(.+)$", dockerfile, re.M):
        if instruction == "ADD" or rest.startswith("--"):
            raise ValueError(f"cannot tell which files this takes: {instruction} {rest}")
        for source in rest.split()[:-1]:
            path = ROOT / source
            files += [path] if path.is_file() else [f for f in sorted(path.rglob("*")) if f.is_file()]
    return [file for file in files if "__pycache__" not in file.parts]


def imports_of(tree: ast.AST) -> Iterator[str]:
    """The modules that a program may import, anywhere in it; of `from a import b` both a and a.b, which may be one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_file(name: str) -> Path | None:
    """The file of a module of this project, or None for any other module."""
    path = ROOT.joinpath(*name.split("."))
    return next((f for f in (path.with_suffix(".py"), path / "__init__.py") if f.is_file()), None)


def import_closure(start: Path) -> set[Path]:
    """The files of this project that a file needs, by its own imports and those of what it imports."""
    reached: set[Path] = set()
    waiting = [start]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            reached.add(file)
            for module in imports_of(ast.parse(file.read_text(encoding="utf-8"))):
                # The packages around a module are imported with it.
                files = map(module_file, accumulate(module.split("."), "{}.{}".format))
                waiting += [found for found in files if found is not None]
    return reached


def answers_read(source: str, name: str) -> list[str]:
    """What a policy's code reads that only graders may: answer fields by name, and modules that hold answers."""
    tree = ast.parse(source)
    allowed = POLICY_MODULES | PLAYING_MODULES.get(name, frozenset())
    found = [
        f"{name}: imports {module}"
        for module in imports_of(tree)
        if (module_file(module) and not _is_within(module, allowed)) or module == "agents.oracle"
    ]
    for node in ast.walk(tree):
        text = node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else ""
        if isinstance(text, str) and (text in ANSWER_FIELDS or text.startswith("correct_")):
            found.append(f"{name}: reads {text}")
    return found


def _is_within(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
