"""Proves that the package's papers agree: OpenEnv accepts it, and every pin and list says what the code says.

What the quality bar asks of pins, layout and image is checked in tests/quality/.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv
import yaml
from openenv.cli.__main__ import app as openenv_cli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from typer.testing import CliRunner

from server.app import VERSION
from server.settings import Settings
from tasks import ALL_TASKS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKED = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
MANIFEST = yaml.safe_load((ROOT / "openenv.yaml").read_text())
REQUIREMENTS = (ROOT / "requirements.txt").read_text()


def validate(package: Path, manifest: dict[str, Any]) -> tuple[int, str]:
    """What `openenv validate --skip-build` says of a package with this manifest: exit code and report."""
    (package / "openenv.yaml").write_text(yaml.safe_dump(manifest))
    result = CliRunner().invoke(openenv_cli, ["validate", str(package), "--skip-build"])
    return result.exit_code, result.output


def run_uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the uv of the developer tools on the project, without network."""
    environment = os.environ | {"UV_OFFLINE": "1", "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    command = [uv.find_uv_bin(), *arguments, "--no-config", "--project", str(ROOT)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, cwd=ROOT)


def pins() -> dict[str, list[str]]:
    """Project name -> the versions that requirements.txt pins, one for each range of Python versions."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", REQUIREMENTS, re.M):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


# OpenEnv


def test_openenv_validate_passes_the_manifest(tmp_path: Path) -> None:
    code, report = validate(tmp_path, MANIFEST)
    assert code == 0, report
    assert re.search(r"^ +PASS +static\.manifest\b", report, re.M), report


def test_openenv_validate_fails_a_manifest_beyond_its_policy(tmp_path: Path) -> None:
    validation = MANIFEST["validation"]
    code, report = validate(
        tmp_path, MANIFEST | {"validation": validation | {"reward": validation["reward"] | {"floor_margin": 0.0}}}
    )
    assert code == 1
    assert re.search(r"^ +FAIL +static\.manifest\b", report, re.M), report


def test_manifest_describes_the_tasks_as_the_table_does() -> None:
    said = [(task["id"], task["difficulty"], task["description"], task["max_steps"]) for task in MANIFEST["tasks"]]
    assert said == [
        (task_id, task["difficulty"], task["description"], task["max_steps"]) for task_id, task in ALL_TASKS.items()
    ]


def test_manifest_says_where_and_how_the_server_runs() -> None:
    served = {key: MANIFEST[key] for key in ("spec_version", "name", "type", "runtime", "app", "port")}
    assert served == {
        "spec_version": 1,
        "name": "cloud-incident-response",
        "type": "space",
        "runtime": "fastapi",
        "app": "server.app:app",
        "port": Settings.model_fields["port"].default,
    }


def test_version_is_the_same_everywhere() -> None:
    assert {MANIFEST["version"], PROJECT["project"]["version"], VERSION} == {"0.1.0"}


# pyproject.toml


def test_server_script_is_the_servers_main() -> None:
    module, function = PROJECT["project"]["scripts"]["server"].split(":")
    assert (module, function) == ("server.app", "main")
    assert callable(getattr(importlib.import_module(module), function))


def test_mypy_checks_every_module_and_package_that_is_installed() -> None:
    listed = PROJECT["tool"]["setuptools"]
    packages = {name for name in listed["packages"] if "." not in name}
    assert set(PROJECT["tool"]["mypy"]["files"]) == {f"{name}.py" for name in listed["py-modules"]} | packages


def test_no_licence_is_claimed_that_is_not_there() -> None:
    assert "license" not in PROJECT["project"] or list(ROOT.glob("LICENSE*"))


# uv.lock and requirements.txt


def test_requirements_are_the_export_of_the_lock() -> None:
    result = run_uv("export", "--quiet", "--frozen", "--no-dev", "--no-emit-project")
    assert result.returncode == 0, result.stderr
    assert without_comments(REQUIREMENTS) == without_comments(result.stdout), "run `make requirements`"


def without_comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


@pytest.mark.parametrize("dependency", PROJECT["project"]["dependencies"])
def test_dependency_is_pinned_to_versions_it_allows(dependency: str) -> None:
    requirement = Requirement(dependency)
    versions = pins().get(canonicalize_name(requirement.name), [])
    assert versions, f"{requirement.name} is not pinned in requirements.txt: run `make lock`"
    assert all(version in requirement.specifier for version in versions), versions


def test_lock_takes_every_package_from_one_public_index() -> None:
    sources = [package["source"] for package in LOCKED if package["name"] != PROJECT["project"]["name"]]
    assert {tuple(source) for source in sources} == {("registry",)}, "no paths, no repositories"
    registries = {source["registry"] for source in sources}
    assert len(registries) == 1
    assert all(registry.startswith("https://") for registry in registries)


def test_requirements_name_no_path_and_no_index() -> None:
    assert re.findall(r"\S*://\S*|(?<!\S)[./~]\S*|--(?:find-links|index|extra-index)\S*", REQUIREMENTS) == []


# Makefile and CI


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        ["make", "-C", str(ROOT), *arguments], capture_output=True, text=True, timeout=60, env=environment
    )


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_make_installs_the_uv_that_the_lock_pins() -> None:
    said = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.M)
    locked = next(package["version"] for package in LOCKED if package["name"] == "uv")
    assert said is not None
    assert Version(said[1]) == Version(locked)


def test_make_alone_lists_every_target_for_people() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.M)
    assert phony is not None
    listed = re.findall(r"^  ([a-z-]+) +\S", make().stdout, re.M)
    assert sorted([*listed, "check-python"]) == sorted(phony[1].split())


@pytest.mark.parametrize(
    ("python", "complaint"),
    [
        (None, "was not found: install Python 3.10 or newer"),
        ('case "$*" in *version_info*) exit 1;; --version) echo Python 3.8.10;; esac', "is Python 3.8.10, but 3.10"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "has no venv module: install it"),
    ],
    ids=["missing", "too old", "without venv"],
)
def test_make_says_what_is_wrong_with_an_unfit_python(tmp_path: Path, python: str | None, complaint: str) -> None:
    path = tmp_path / "python3"
    if python is not None:
        script(path, python)
    result = make("run", f"PYTHON={path}", f"VENV={tmp_path / 'venv'}")
    assert result.returncode != 0
    assert f"'{path}' {complaint}" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_make_accepts_the_python_that_runs_the_tests() -> None:
    assert make("check-python", f"PYTHON={sys.executable}").returncode == 0


def run_ci(tmp_path: Path, failing: str) -> tuple[int, list[str]]:
    """Run .ci/run with a make that only notes its target, and fails at one; nothing is left to install."""
    tools = tmp_path / "bin"
    tools.mkdir()
    notes = tmp_path / "notes"
    script(tools / "dpkg-query", "echo installed")
    script(tools / "make", f'echo "$1 $REQUIRE_BROWSER" >>"{notes}"\n[ "$1" != "{failing}" ]')
    environment = {key: value for key, value in os.environ.items() if key != "REQUIRE_BROWSER"}
    environment["PATH"] = f"{tools}{os.pathsep}{environment['PATH']}"
    result = subprocess.run([ROOT / ".ci" / "run"], env=environment, capture_output=True, timeout=60)
    return result.returncode, notes.read_text().splitlines()


@pytest.mark.skipif(shutil.which("bash") is None, reason="CI runs in bash")
@pytest.mark.parametrize(
    ("failing", "succeeds", "calls"),
    [
        ("nothing", True, ["lint 1", "test 1", "test-evaluation 1", "quality 1"]),
        ("lint", False, ["lint 1"]),
        ("test", False, ["lint 1", "test 1"]),
        ("test-evaluation", False, ["lint 1", "test 1", "test-evaluation 1"]),
    ],
)
def test_ci_runs_lint_and_tests_with_a_browser_and_reports_failure(
    tmp_path: Path, failing: str, succeeds: bool, calls: list[str]
) -> None:
    code, made = run_ci(tmp_path, failing)
    assert (code == 0, made) == (succeeds, calls)
