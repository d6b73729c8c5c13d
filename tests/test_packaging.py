"""Proves that the package's papers agree: OpenEnv accepts it, and every pin and list says what the code says.

What the quality bar asks of pins, layout and image is checked in tests/quality/.
"""

from __future__ import annotations

import ast
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
from openenv.auto import _discovery as discovery
from openenv.cli.__main__ import app as openenv_cli
from openenv.cli.commands import push
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from typer.testing import CliRunner

from cloud_incident_env import layout, manifest
from cloud_incident_env.wire import REST_VERSION
from server.settings import Settings
from tasks import TASKS
from tools import requirements
from tools.quality.static_docker import Dockerfile, is_ignored, patterns_of
from tools.quality.static_files import DOCKERFILE, DOCKERIGNORE, LOCK, MANIFEST, PYPROJECT, README, REQUIREMENTS, ROOT

PROJECT = PYPROJECT["project"]
TOOL = PYPROJECT["tool"]
LOCKED = LOCK["package"]
EVALUATION_DOCKERFILE = (ROOT / "deploy" / "Dockerfile.evaluation").read_text(encoding="utf-8")
EVALUATION_DOCKERIGNORE = (ROOT / "deploy" / "Dockerfile.evaluation.dockerignore").read_text(encoding="utf-8")


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
    assert said == [(task.task_id, task.difficulty, task.description, task.max_steps) for task in TASKS.values()]


def test_manifest_says_where_and_how_the_server_runs() -> None:
    served = {key: MANIFEST[key] for key in ("spec_version", "name", "type", "runtime", "app", "port")}
    assert served == {
        "spec_version": 1,
        "name": "cloud_incident_env",
        "type": "space",
        "runtime": "fastapi",
        "app": "server.app:app",
        "port": Settings.model_fields["port"].default,
    }


def test_push_has_nothing_to_add_to_the_front_matter(tmp_path: Path) -> None:
    """`openenv push` adds `base_path: /web` to a README that names none; the page of this environment is at /."""
    staged = tmp_path / "staged"
    for name in ("openenv.yaml", "__init__.py", "client.py", "README.md", "Dockerfile", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    ignored = push._load_ignore_patterns(tmp_path, None)
    staged.mkdir()
    push._prepare_staging_directory(tmp_path, manifest.ENV_NAME, staged, ignored, enable_interface=True)
    assert (staged / "README.md").read_text(encoding="utf-8") == README


def test_openenv_finds_the_client_where_it_looks() -> None:
    inferred = (
        discovery._infer_class_name(manifest.ENV_NAME, "client"),
        discovery._infer_class_name(manifest.ENV_NAME, "action"),
    )
    assert inferred == ("CloudIncidentEnv", "CloudIncidentAction")
    for name in (*inferred, discovery._infer_class_name(manifest.ENV_NAME, "observation")):
        assert getattr(importlib.import_module("client"), name) is getattr(
            importlib.import_module("cloud_incident_env.client"), name
        )


def test_root_is_a_package_that_imports_nothing() -> None:
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


# The version and the licence, said once and repeated by none but the interface's own


def test_version_is_read_from_the_manifest() -> None:
    version = TOOL["hatch"]["version"]
    said = re.search(version["pattern"], (ROOT / version["path"]).read_text(encoding="utf-8"), re.M)
    assert said is not None
    assert said["version"] == MANIFEST["version"] == manifest.VERSION
    assert PROJECT["dynamic"] == ["version"]
    assert REST_VERSION == "0.1.0", "the card fixes what /health says"


def test_every_image_has_the_version_of_the_manifest() -> None:
    named = re.findall(r"cloud-incident-(?:env|evaluation):(\d[\w.]*)", "".join(deployed()))
    assert set(named) == {MANIFEST["version"]}
    assert len(named) == 5


def deployed() -> list[str]:
    """What the files in deploy/ say."""
    return [path.read_text(encoding="utf-8") for path in (ROOT / "deploy").iterdir() if path.is_file()]


def test_licence_is_the_one_that_is_there() -> None:
    assert (PROJECT["license"], PROJECT["license-files"]) == ("Apache-2.0", ["LICENSE"])
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert PROJECT["authors"] == [{"name": manifest.AUTHOR}]


# pyproject.toml


@pytest.mark.parametrize("name", PROJECT["scripts"])
def test_console_script_is_a_main(name: str) -> None:
    module, function = PROJECT["scripts"][name].split(":")
    assert function == "main"
    assert callable(getattr(importlib.import_module(module), function))


def test_openenv_finds_a_server_script_of_which_the_main_is_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    monkeypatch.setattr(importlib.import_module("server.app"), "main", lambda: called.append("server.app"))
    module, function = PROJECT["scripts"]["server"].split(":")
    getattr(importlib.import_module(module), function)()
    assert called == ["server.app"]


# The lists of what the project consists of: folders and a few files, never modules by name

WHEEL = TOOL["hatch"]["build"]["targets"]["wheel"]
INSIDE = {
    name: f"cloud_incident_env/{name}" for name in ("server", "tasks.py", "graders.py", "openenv.yaml", "README.md")
}
PARTS = {"cloud_incident_env", *INSIDE}
BUILT_WITH = {"requirements.txt", "sbom.cdx.json", "pyproject.toml", "uv.lock"}


def test_wheel_has_every_part_inside_the_package() -> None:
    assert set(WHEEL["only-include"]) | set(WHEEL["force-include"]) == PARTS
    assert {**WHEEL["sources"], **WHEEL["force-include"]} == INSIDE


def test_source_distribution_has_what_the_wheel_is_made_from() -> None:
    # The README and the licence are in it because the metadata name them.
    assert set(TOOL["hatch"]["build"]["targets"]["sdist"]["only-include"]) - {"CHANGELOG.md"} == PARTS - {"README.md"}


def test_image_is_made_of_the_same_parts() -> None:
    assert set(Dockerfile.parse(DOCKERFILE).copied()) - BUILT_WITH == PARTS


def test_image_of_the_evaluation_is_made_of_the_same_parts_but_the_servers() -> None:
    copied = set(Dockerfile.parse(EVALUATION_DOCKERFILE).copied())
    shown_by = "server/page/static"  # of the server, what reports show their episodes by
    assert copied - BUILT_WITH == PARTS - {"server", "README.md"} | {shown_by}


@pytest.mark.parametrize(
    ("dockerfile", "dockerignore"),
    [(DOCKERFILE, DOCKERIGNORE), (EVALUATION_DOCKERFILE, EVALUATION_DOCKERIGNORE)],
    ids=["server", "evaluation"],
)
def test_build_context_is_what_is_copied(dockerfile: str, dockerignore: str) -> None:
    patterns = patterns_of(dockerignore)
    copied = Dockerfile.parse(dockerfile).copied()
    assert {pattern[1:] for pattern in patterns if pattern.startswith("!")} == set(copied)
    assert patterns[0] == "*"
    assert not any(is_ignored(path, patterns) for path in copied)


def test_mypy_checks_the_same_parts_and_the_commands() -> None:
    code = {name for name in PARTS if not Path(name).suffix or name.endswith(".py")}
    assert set(TOOL["mypy"]["files"]) == code | {"client.py", "inference.py", "tools"}


def test_parts_are_found_where_the_checkout_has_them() -> None:
    assert layout.ROOT == ROOT
    assert {layout.MANIFEST.name, layout.README.name} < PARTS
    assert layout.tasks is importlib.import_module("tasks")
    assert layout.graders is importlib.import_module("graders")


# uv.lock and requirements.txt


def test_requirements_are_the_export_of_the_lock() -> None:
    assert without_comments(REQUIREMENTS) == without_comments(requirements.generate()), "run `make requirements`"


def test_a_package_wanted_with_extras_is_listed_with_them_too() -> None:
    """Without it pip before 23.3, which Python 3.11 brings along, refuses requirements.txt."""
    lock = (
        '[[package]]\nname = "web"\ndependencies = [\n    { name = "model", extra = ["email", "x"] },\n]\n'
        '[[package]]\nname = "tool"\ndependencies = [\n    { name = "web", extra = ["dev"] },\n]\n'
    )
    export = "web==1 \\\n    --hash=sha256:a\nmodel==2 \\\n    --hash=sha256:b\n    # via web\n"
    listed = export + "model[email,x]==2 \\\n    --hash=sha256:b\n"
    assert requirements.with_extras(export, lock) == listed
    assert re.search(r"^pydantic\[email\]==", REQUIREMENTS, re.M)


def without_comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


@pytest.mark.parametrize("dependency", PROJECT["dependencies"])
def test_dependency_is_pinned_to_versions_it_allows(dependency: str) -> None:
    requirement = Requirement(dependency)
    versions = pins().get(canonicalize_name(requirement.name), [])
    assert versions, f"{requirement.name} is not pinned in requirements.txt: run `make lock`"
    assert all(version in requirement.specifier for version in versions), versions


def test_lock_takes_every_package_from_one_public_index() -> None:
    sources = [package["source"] for package in LOCKED if package["name"] != PROJECT["name"]]
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
        ("nothing", True, ["axe 1", "lint 1", "test 1", "test-wheel 1", "quality 1"]),
        ("lint", False, ["axe 1", "lint 1"]),
        ("test", False, ["axe 1", "lint 1", "test 1"]),
        ("test-wheel", False, ["axe 1", "lint 1", "test 1", "test-wheel 1"]),
    ],
)
def test_ci_runs_lint_and_tests_with_a_browser_and_reports_failure(
    tmp_path: Path, failing: str, succeeds: bool, calls: list[str]
) -> None:
    code, made = run_ci(tmp_path, failing)
    assert (code == 0, made) == (succeeds, calls)
