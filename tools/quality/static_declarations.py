"""What is wrong with the declarations of the manifest and the lists of the package, by reading them alone.

Each check takes what was parsed and returns a list of problems, which is empty when all is well.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from cloud_incident_env.generated.incident_version import INCIDENT_VERSION

GPU_PACKAGE = re.compile(r"^(torch|tensorflow|jax|cupy|nvidia-|triton|onnxruntime-gpu)")
RESOURCES = ("cpu", "memory_mb", "disk_mb", "episode_timeout_s")
REQUIRED_FILES = (
    "README.md",
    "Dockerfile",
    ".dockerignore",
    "openenv.yaml",
    "pyproject.toml",
    "uv.lock",
    "requirements.txt",
    "sbom.cdx.json",
    "CHANGELOG.md",
    "LICENSE",
    "__init__.py",
    "cloud_incident_env",
    "tasks.py",
    "graders.py",
    "inference.py",
    "client.py",
    "server/app.py",
    "tests",
    "validation/runtime.json",
)
REQUIRED_TAGS = {"openenv", "sre", "cloud", "incident-response", "devops", "real-world", "agentic"}


def dataset_version(tasks: Mapping[str, Any], incidents: Mapping[str, Any], order: Sequence[Any]) -> str:
    """The version of all incidents: that of the generator, and the SHA-256 of all that the hand-written ones hold.

    Tasks and incidents are plain values, as `tools/incident_layout.py` lays them out.
    """
    content = json.dumps([list(tasks.items()), list(incidents.items()), list(order)], sort_keys=True)
    return f"incidents-{INCIDENT_VERSION}+sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def task_pin_problems(pin: Mapping[str, Any] | None, version: str) -> list[str]:
    """Why the manifest's `task_distribution` does not fix the canonical incidents, whose version is given."""
    if pin is None:
        return ["the manifest has no task_distribution"]
    if pin.get("dataset_version") != version:
        said = pin.get("dataset_version")
        return [f"dataset_version is {said!r}, but the incidents are {version!r}: enter it, and say so in CHANGELOG.md"]
    return []


def resource_problems(resources: Mapping[str, Any], dependencies: Iterable[str]) -> list[str]:
    """Which resources are not declared, make no sense, or do not fit the names of the runtime dependencies."""
    problems = [f"{name} is not declared" for name in RESOURCES if name not in resources]
    problems += [
        f"{name} is {value!r}: expected a finite number above 0"
        for name in RESOURCES
        if isinstance(value := resources.get(name, 1), bool)
        or not isinstance(value, int | float)
        or not (math.isfinite(value) and value > 0)
    ]
    needs_gpu = sorted(name for name in dependencies if GPU_PACKAGE.match(name))
    if needs_gpu and not resources.get("gpus"):
        problems.append(f"no GPU is declared, but these use one: {', '.join(needs_gpu)}")
    if resources.get("gpus") and not needs_gpu:
        problems.append(f"{resources['gpus']} GPUs are declared, and no dependency uses one")
    return problems


def timeout_problems(timeout_s: float, idle_s: float, ceiling_s: float) -> list[str]:
    """Why an episode may last longer than it should: beyond the policy, or otherwise than the server lets it."""
    problems = []
    if timeout_s > ceiling_s:
        problems.append(f"episode_timeout_s {timeout_s} exceeds the policy's {ceiling_s}")
    if timeout_s != idle_s:
        problems.append(f"episode_timeout_s is {timeout_s}, but the server expires an episode after {idle_s}")
    return problems


def layout_problems(root: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Which files are missing, and which declared places lie outside the package or do not exist."""
    problems = [f"{name} is missing" for name in REQUIRED_FILES if not (root / name).exists()]
    capabilities = manifest["validation"]["capabilities"]
    places = {"oracle": capabilities.get("oracle", {}).get("location"), "canaries": capabilities.get("canaries")}
    for name, place in places.items():
        if place is None:
            problems.append(f"{name}: not declared")
        elif not (root / place).resolve().is_relative_to(root.resolve()):
            problems.append(f"{name}: {place} is outside the package")
        elif not (root / place).exists():
            problems.append(f"{name}: {place} does not exist")
    return problems


def packaging_problems(root: Path, packaged: Iterable[str], not_packaged: Iterable[str]) -> list[str]:
    """Which modules and folders of code at the top are neither in the wheel nor known to be no part of it."""
    found = {path.name for path in root.glob("*.py")}
    found |= {path.name for path in root.iterdir() if not path.name.startswith(".") and any(path.rglob("*.py"))}
    packaged, apart = set(packaged), set(not_packaged)
    return [
        *(f"{name} is not in the wheel" for name in sorted(found - packaged - apart)),
        *(f"{name} of the wheel does not exist" for name in sorted(packaged) if not (root / name).exists()),
        *(f"{name} is in the wheel, and no part of it" for name in sorted(packaged & apart)),
    ]


def card_problems(readme: str, manifest: Mapping[str, Any]) -> list[str]:
    """Where the front matter of the README, which a Space reads, is incomplete or says otherwise than the manifest."""
    match = re.match(r"---\n(.*?)\n---\n", readme, re.S)
    if match is None:
        return ["README.md has no front matter"]
    card = yaml.safe_load(match[1])
    expected = {"sdk": "docker", "app_port": manifest["port"], "base_path": "/"}
    problems = [
        f"{name} is {card.get(name)!r}, expected {value!r}"
        for name, value in expected.items()
        if card.get(name) != value
    ]
    problems += [f"{name} is missing" for name in ("title", "emoji", "colorFrom", "colorTo") if not card.get(name)]
    return problems + [f"tag {tag} is missing" for tag in sorted(REQUIRED_TAGS - set(card.get("tags", [])))]


def requirement_problems(requirements: str, locked: set[tuple[str, str]]) -> list[str]:
    """Which lines of requirements.txt are not pinned with hashes, and where they are not the locked packages."""
    text = "\n".join(line for line in requirements.splitlines() if not line.lstrip().startswith("#"))
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    problems, pinned = [], set()
    for entry in entries:
        match = re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", entry)
        if match is None:
            problems.append(f"not pinned: {entry.splitlines()[0]}")
        else:
            pinned.add((match[1], match[2]))
            if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry):
                problems.append(f"without a hash: {match[1]}")
    problems += [f"{name} {version} is locked and not required" for name, version in sorted(locked - pinned)]
    return problems + [f"{name} {version} is required and not locked" for name, version in sorted(pinned - locked)]
