"""The declarations of openenv.yaml: complete, true, and within the bounds of OpenEnv's severity policy."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from openenv.validation.graders import Subject
from openenv.validation.graders.static import StaticManifestGrader
from openenv.validation.manifest import ManifestError, NormalizedManifest
from openenv.validation.parsers.openenv_yaml import OpenEnvYamlParser
from openenv.validation.policy import load_policy
from openenv.validation.providers import docker
from openenv.validation.report import CheckResult
from openenv.validation.types import CheckStatus

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.ledger import SUBMISSION_OUTCOMES
from cloud_incident_env.rewards import REWARD_PROFILES, table_of
from cloud_incident_env.splits import incidents_of
from server.settings import Settings
from tasks import INCIDENTS, TASKS
from tools.incident_layout import lay_out_handwritten, lay_out_task
from tools.quality.static_declarations import dataset_version, resource_problems, task_pin_problems, timeout_problems
from tools.quality.static_files import LOCK, PROJECT, ROOT
from tools.quality.static_files import MANIFEST as RAW
from tools.sbom import locked_packages

BOUNDS = load_policy("v2").bounds
NO_EXECUTION = (
    "no execution block: with it openenv builds the image, fails without a container engine, and reaches the server at "
    "port 8000 alone, where a Space serves at 7860"
)


def parsed(folder: Path, raw: dict[str, Any]) -> NormalizedManifest:
    """A manifest through openenv's own parser. Raises ManifestError."""
    (folder / "openenv.yaml").write_text(yaml.safe_dump(raw), encoding="utf-8")
    return OpenEnvYamlParser().parse(folder)


def graded(manifest: NormalizedManifest) -> CheckResult:
    return StaticManifestGrader(BOUNDS).run(Subject(ROOT, manifest, None, None, ROOT))


def changed(*path: str, value: Any) -> dict[str, Any]:
    """The manifest with one value of its validation block changed."""
    raw: dict[str, Any] = copy.deepcopy(RAW)
    place = raw["validation"]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return raw


@pytest.fixture(scope="module")
def manifest() -> NormalizedManifest:
    return OpenEnvYamlParser().parse(ROOT)


# static.manifest: openenv's own parser and grader


@pytest.mark.check("static.manifest")
def test_openenv_accepts_the_manifest(manifest: NormalizedManifest, measured: Callable[[str], None]) -> None:
    result = graded(manifest)
    assert result.status is CheckStatus.PASS, result.evidence
    measured(f"through openenv's own parser and grader; {NO_EXECUTION}")


@pytest.mark.check("static.manifest")
def test_the_declared_tools_are_the_actions_and_the_start(manifest: NormalizedManifest) -> None:
    assert manifest.capabilities.declared_tools == ["start_incident", *ACTIONS]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("reward", "oracle_tolerance"), 0.2),
        (("reward", "floor_margin"), 0.05),
        (("resources", "episode_timeout_s"), 3_601.0),
    ],
)
def test_openenv_fails_a_manifest_beyond_the_policy(tmp_path: Path, path: tuple[str, ...], value: float) -> None:
    assert graded(parsed(tmp_path, changed(*path, value=value))).status is CheckStatus.FAIL


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("reward", "range"), [1.0, 0.0], "strictly increasing"),
        (("network",), {"mode": "no-network", "allowed_hosts": ["example.org"]}, "allowed_hosts"),
        (("capabilities", "oracle", "form"), "injected_state", "set_state"),
        (("task_distribution", "version"), "1", "task_distribution.version"),
        (("types", "tags"), [], "types.tags"),
    ],
)
def test_openenv_refuses_a_manifest_of_another_shape(
    tmp_path: Path, path: tuple[str, ...], value: Any, complaint: str
) -> None:
    with pytest.raises(ManifestError, match=complaint):
        parsed(tmp_path, changed(*path, value=value))


def test_the_reason_for_no_execution_block_still_holds() -> None:
    assert "execution" not in RAW["validation"]
    assert "127.0.0.1::8000" in inspect.getsource(docker), "openenv no longer insists on port 8000: declare execution"


@pytest.mark.check("static.manifest")
def test_no_reward_lies_outside_the_declared_range(manifest: NormalizedManifest) -> None:
    """The least that a step can earn in any task and profile, and the most: its shaping and a grade of 1.0 at the end.

    A step that earns a grade is a submission or the last one, and no table rewards a submission.
    """
    lowest, highest = manifest.reward.range
    tables = [table_of(profile, task) for profile in REWARD_PROFILES for task in TASKS.values()]
    assert lowest <= min(table.lowest for table in tables)
    assert all(table.outcomes.get(outcome, 0.0) <= 0.0 for table in tables for outcome in SUBMISSION_OUTCOMES)
    assert all(table.highest + table.past_half + table.timeout <= 0.0 for table in tables)
    assert highest >= 1.0


# static.task_distribution_pinning


def laid_out() -> tuple[dict[str, Any], dict[str, Any]]:
    """The tasks and the hand-written incidents as plain values."""
    tasks = {task_id: lay_out_task(task) for task_id, task in TASKS.items()}
    return tasks, {task_id: list(map(lay_out_handwritten, incidents)) for task_id, incidents in INCIDENTS.items()}


@pytest.mark.check("static.task_distribution_pinning")
def test_the_incidents_are_the_ones_that_the_manifest_pins(
    manifest: NormalizedManifest, measured: Callable[[str], None]
) -> None:
    """A distribution of tasks is pinned if the manifest names the version of its data, and the data have that version.

    The version of the hand-written incidents is a digest of them, so a change of one needs a new version.
    """
    pin = manifest.task_distribution
    version = dataset_version(*laid_out(), incidents_of("canonical"))
    assert task_pin_problems(pin and pin.model_dump(), version) == []
    measured(f"{len(incidents_of('canonical'))} incidents are {version[:31]}...")


def test_a_distribution_without_a_pin_is_noticed() -> None:
    assert task_pin_problems(None, "sha256:1") != []
    assert task_pin_problems({"dataset_version": None}, "sha256:1") != []
    assert task_pin_problems({"dataset_version": "sha256:2"}, "sha256:1") != []


def test_any_change_of_an_incident_a_task_or_the_order_changes_the_version() -> None:
    order = incidents_of("canonical")
    tasks, incidents = laid_out()
    versions = {dataset_version(tasks, incidents, order), dataset_version(tasks, incidents, order[::-1])}
    edits = 0
    for task_id in tasks:
        longer: dict[str, Any] = copy.deepcopy(tasks)
        longer[task_id]["max_steps"] += 1
        versions.add(dataset_version(longer, incidents, order))
        for index, incident in enumerate(incidents[task_id]):
            for key in incident:
                edited = {name: [dict(one) for one in ones] for name, ones in incidents.items()}
                edited[task_id][index][key] = "changed"
                versions.add(dataset_version(tasks, edited, order))
                edits += 1
    assert len(versions) == 2 + len(tasks) + edits


# static.resource_declaration


@pytest.mark.check("static.resource_declaration")
def test_the_resources_are_declared(measured: Callable[[str], None]) -> None:
    """Every resource is declared, a finite number above 0, and a GPU exactly if a runtime dependency uses one.

    Whether the server stays within them is measured by runtime.resource_bounds and semantic.resource_envelope.
    """
    resources = RAW["validation"]["resources"]
    names = [name for name, _ in locked_packages(LOCK, PROJECT["name"])]
    assert resource_problems(resources, names) == []
    measured(", ".join(f"{name} {value:g}" for name, value in resources.items()) + ", no GPU")


@pytest.mark.parametrize(
    ("change", "dependencies"),
    [
        ({"cpu": 0}, []),
        ({"cpu": True}, []),
        ({"memory_mb": float("inf")}, []),
        ({"disk_mb": float("nan")}, []),
        ({"episode_timeout_s": "1800"}, []),
        ({}, ["torch"]),
        ({"gpus": 1}, ["httpx"]),
    ],
)
def test_a_resource_that_makes_no_sense_is_noticed(change: dict[str, Any], dependencies: list[str]) -> None:
    assert len(resource_problems(RAW["validation"]["resources"] | change, dependencies)) == 1


@pytest.mark.parametrize("name", ["cpu", "memory_mb", "disk_mb", "episode_timeout_s"])
def test_a_resource_that_is_not_declared_is_noticed(name: str) -> None:
    resources = {key: value for key, value in RAW["validation"]["resources"].items() if key != name}
    assert resource_problems(resources, []) == [f"{name} is not declared"]


# static.timeout_ceiling


@pytest.mark.check("static.timeout_ceiling")
def test_no_episode_lasts_beyond_the_policys_ceiling(
    manifest: NormalizedManifest, measured: Callable[[str], None]
) -> None:
    """The declared time of an episode is within the policy and the server's own: an idle episode expires then."""
    timeout, idle = manifest.resources.episode_timeout_s, Settings.model_fields["idle_seconds"].default
    assert timeout_problems(timeout, idle, BOUNDS.max_episode_timeout_s) == []
    measured(f"{timeout:g} s, as the server's; at most {BOUNDS.max_episode_timeout_s:g} s")


@pytest.mark.parametrize(("timeout", "idle"), [(3_601.0, 3_601.0), (1_800.0, 900.0), (900.0, 1_800.0)])
def test_a_timeout_beyond_the_ceiling_or_not_the_servers_is_noticed(timeout: float, idle: float) -> None:
    assert len(timeout_problems(timeout, idle, 3_600.0)) == 1
