"""What the package depends on: pinned with hashes from one lock, and listed in a bill of materials made from it."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uv

from tools.quality.static_declarations import requirement_problems
from tools.quality.static_docker import Dockerfile, base_image_problems, install_problems
from tools.quality.static_files import DOCKERFILE, LOCK, PROJECT, REQUIREMENTS, ROOT
from tools.sbom import (
    SBOM,
    content_problems,
    generate,
    locked_packages,
    normalize,
    packages_of,
    structure_problems,
)

LOCKED = locked_packages(LOCK, PROJECT["name"])


def lock_problems(project: Path) -> list[str]:
    """Why uv would have to change the lock of a project, without network."""
    environment = os.environ | {"UV_OFFLINE": "1", "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    command = [uv.find_uv_bin(), "lock", "--check", "--no-config", "--project", str(project)]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, cwd=project)
    return [] if result.returncode == 0 else [result.stderr]


# static.dependency_pinning


@pytest.mark.check("static.dependency_pinning")
def test_every_dependency_of_the_image_is_pinned(measured: Callable[[str], None]) -> None:
    """One lock, up to date with pyproject.toml; requirements.txt holds exactly its runtime packages with hashes; the
    image installs that file alone and only what has those hashes, on a base image of one patch release."""
    dockerfile = Dockerfile.parse(DOCKERFILE)
    assert lock_problems(ROOT) == []
    assert requirement_problems(REQUIREMENTS, LOCKED) == []
    assert install_problems(dockerfile) == []
    assert base_image_problems(dockerfile) == []
    base = dockerfile.values("FROM")[0]
    digest = "" if "@" in base else ", without the digest that only a registry tells"
    measured(f"{len(LOCKED)} packages by version and hash; base {base}{digest}")


def test_a_lock_that_is_behind_is_noticed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "uv.lock", tmp_path)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text.replace('"httpx>=0.28"', '"httpx>=0.28,<0.28"'), encoding="utf-8")
    assert lock_problems(tmp_path) != []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("uvicorn==", "uvicorn>=", "not pinned: uvicorn"),
        ("uvicorn==", "uvicorn==9", "is required and not locked"),
        ("--hash=sha256:", "", "without a hash"),
    ],
)
def test_a_loose_requirement_is_noticed(old: str, new: str, complaint: str) -> None:
    assert any(complaint in problem for problem in requirement_problems(REQUIREMENTS.replace(old, new), LOCKED))


def test_a_requirement_too_few_is_noticed() -> None:
    assert requirement_problems(REQUIREMENTS, LOCKED | {("left-pad", "1.0")}) == [
        "left-pad 1.0 is locked and not required"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("--require-hashes", ""),
        ("--no-deps", ""),
        ("--only-binary=:all:", ""),
        ("-r requirements.txt", "-r other.txt"),
        ("-r requirements.txt", "-r requirements.txt left-pad"),
        ("USER 1000", "RUN pip install left-pad\nUSER 1000"),
        ("USER 1000", "RUN apt-get install -y curl\nUSER 1000"),
    ],
)
def test_an_installation_of_something_else_is_noticed(old: str, new: str) -> None:
    assert old in DOCKERFILE
    assert install_problems(Dockerfile.parse(DOCKERFILE.replace(old, new))) != []


@pytest.mark.parametrize(
    "base", ["python", "python:latest", "python:3.11-slim", "python:3.11.14", "python:3.11.14-slim", "debian:13"]
)
def test_an_open_base_image_is_noticed(base: str) -> None:
    assert base_image_problems(Dockerfile([("FROM", base)])) != []


def test_a_base_image_with_a_digest_is_as_good() -> None:
    assert base_image_problems(Dockerfile([("FROM", f"python:3.11.14-slim-trixie@sha256:{'0' * 64}")])) == []


# static.sbom


@pytest.fixture(scope="module")
def sbom() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(SBOM.read_text(encoding="utf-8"))
    return content


@pytest.mark.check("static.sbom")
def test_the_bill_of_materials_is_that_of_the_lock(sbom: dict[str, Any], measured: Callable[[str], None]) -> None:
    """A CycloneDX document of every runtime package with its version, purl and dependencies goes with the package and
    into the image; it is what the lock gives now."""
    assert generate() == SBOM.read_text(encoding="utf-8"), "run `make sbom`"
    assert structure_problems(sbom) == []
    assert content_problems(sbom, LOCK, PROJECT) == []
    assert SBOM.name in Dockerfile.parse(DOCKERFILE).copied()
    measured(f"CycloneDX {sbom['specVersion']}, {len(sbom['components'])} components, the locked ones")


def test_the_serial_number_changes_with_the_content_and_nothing_else(sbom: dict[str, Any]) -> None:
    again = json.loads(normalize(sbom | {"serialNumber": "another"}))
    assert again == sbom
    other = json.loads(normalize(sbom | {"components": sbom["components"][1:]}))
    assert other["serialNumber"] != sbom["serialNumber"]


def without(mapping: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}


@pytest.mark.parametrize(
    "change",
    [
        {"bomFormat": "SPDX"},
        {"specVersion": "1.4"},
        {"serialNumber": "urn:uuid:1"},
        {"version": 0},
        {"vendor": "someone"},
        {"metadata": {}},
        {"dependencies": []},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_document_of_another_shape_is_noticed(sbom: dict[str, Any], change: dict[str, Any]) -> None:
    assert structure_problems(sbom | change) != []


@pytest.mark.parametrize(
    ("name", "value"),
    [("type", "wheel"), ("version", "0"), ("purl", "pkg:npm/aiofile@1"), ("bom-ref", "no-such-ref"), ("name", "")],
)
def test_a_wrong_component_is_noticed(sbom: dict[str, Any], name: str, value: str) -> None:
    broken = copy.deepcopy(sbom)
    broken["components"][0][name] = value
    assert structure_problems(broken) != []


def test_a_component_too_few_too_many_or_of_another_version_is_noticed(sbom: dict[str, Any]) -> None:
    components = sbom["components"]
    added = {"name": "left-pad", "version": "1.0"}
    assert len(content_problems(sbom | {"components": components[1:]}, LOCK, PROJECT)) == 1
    assert len(content_problems(sbom | {"components": [*components, added]}, LOCK, PROJECT)) == 1
    moved = [components[0] | {"version": "0"}, *components[1:]]
    assert len(content_problems(sbom | {"components": moved}, LOCK, PROJECT)) == 2
    assert content_problems(sbom, LOCK, PROJECT | {"version": "9"}) != []


def test_the_developers_tools_are_no_part_of_it(sbom: dict[str, Any]) -> None:
    assert {"pytest", "ruff", "mypy", "uv"}.isdisjoint(name for name, _ in packages_of(sbom))
