"""The files of the package: all that the card and OpenEnv ask for, each where it is declared to be."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openenv.cli._cli_utils import validate_env_structure
from openenv.cli._validation import validate_multi_mode_deployment
from openenv.validation.signature import SignatureError, detect_signature
from openenv.validation.types import SignatureKind

from tools.quality.static_declarations import (
    REQUIRED_FILES,
    card_problems,
    layout_problems,
    packaging_problems,
)
from tools.quality.static_files import MANIFEST, PYPROJECT, README, ROOT

WHEEL = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
PACKAGED = [*WHEEL["only-include"], *(name for name in WHEEL["force-include"] if name.endswith(".py"))]
# Code of a checkout that a wheel goes without: commands, what OpenEnv's tools look for in a folder, and what proves it.
NOT_PACKAGED = ["__init__.py", "bench", "client.py", "examples", "inference.py", "tests", "tools", "validation"]


@pytest.mark.check("static.layout")
def test_the_package_has_every_file_where_it_is_declared(measured: Callable[[str], None]) -> None:
    """One well-known file of one format; what the card and OpenEnv's own deployment check ask for; the declared oracle
    and canaries inside the package; every module in the packaging; a front matter that a Space can read."""
    assert detect_signature(ROOT) is SignatureKind.OPENENV_SERVED
    assert validate_multi_mode_deployment(ROOT) == (True, [])
    validate_env_structure(ROOT)  # what `openenv push` asks of a folder; raises FileNotFoundError
    assert layout_problems(ROOT, MANIFEST) == []
    assert packaging_problems(ROOT, PACKAGED, NOT_PACKAGED) == []
    assert card_problems(README, MANIFEST) == []
    measured(f"{len(REQUIRED_FILES)} files; openenv finds no obstacle to deployment or to a push")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that has every file and nothing in them."""
    for name in (*REQUIRED_FILES, "validation/oracle.py", "validation/canaries/one.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix or name.startswith(".") or name == "Dockerfile":
            path.touch()
        else:
            path.mkdir(exist_ok=True)
    return tmp_path


def test_a_complete_package_has_no_problem(package: Path) -> None:
    assert layout_problems(package, MANIFEST) == []


@pytest.mark.parametrize("name", REQUIRED_FILES)
def test_a_missing_file_is_noticed(package: Path, name: str) -> None:
    shutil.rmtree(package / name) if (package / name).is_dir() else (package / name).unlink()
    assert layout_problems(package, MANIFEST) == [f"{name} is missing"]


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("oracle", {"form": "script", "location": "../oracle.py"}, "outside the package"),
        ("oracle", {"form": "script", "location": "validation/none.py"}, "does not exist"),
        ("oracle", {}, "not declared"),
        ("canaries", "/etc", "outside the package"),
        ("canaries", "validation/none", "does not exist"),
        ("canaries", None, "not declared"),
    ],
)
def test_a_declared_place_that_is_not_in_the_package_is_noticed(
    package: Path, name: str, value: Any, complaint: str
) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["validation"]["capabilities"][name] = value
    (problem,) = layout_problems(package, manifest)
    assert problem.startswith(name)
    assert complaint in problem


def test_a_second_well_known_file_is_refused(package: Path) -> None:
    (package / "task.toml").touch()
    with pytest.raises(SignatureError, match="ambiguous"):
        detect_signature(package)


def test_code_that_is_not_packaged_or_does_not_exist_is_noticed(package: Path) -> None:
    (package / "cloud_incident_env" / "layout.py").touch()
    packaged = ["cloud_incident_env", "tasks.py", "gone", "inference.py"]
    assert packaging_problems(package, packaged, ["__init__.py", "client.py", "inference.py", "validation"]) == [
        "graders.py is not in the wheel",
        "server is not in the wheel",
        "gone of the wheel does not exist",
        "inference.py is in the wheel, and no part of it",
    ]


@pytest.mark.parametrize(
    "name", ["__init__.py", "client.py", "openenv.yaml", "README.md", "Dockerfile", "pyproject.toml"]
)
def test_a_folder_that_cannot_be_pushed_is_noticed(package: Path, name: str) -> None:
    validate_env_structure(package)
    (package / name).unlink()
    with pytest.raises(FileNotFoundError):
        validate_env_structure(package)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("---\n", "", "no front matter"),
        ("sdk: docker", "sdk: gradio", "sdk"),
        ("app_port: 7860", "app_port: 8000", "app_port"),
        ("base_path: /\n", "", "base_path"),
        ("base_path: /\n", "base_path: /web\n", "base_path"),
        ("sre, ", "", "tag sre"),
        ("emoji: 🚨\n", "", "emoji"),
    ],
)
def test_a_front_matter_that_says_otherwise_is_noticed(old: str, new: str, complaint: str) -> None:
    assert old in README
    (problem,) = card_problems(README.replace(old, new, 1), MANIFEST)
    assert complaint in problem
