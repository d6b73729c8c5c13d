"""No check of the quality bar is left out silently: each has a test here, or a row with the reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from openenv.validation.policy import load_policy
from openenv.validation.types import Lane

from tools.quality.static_collect import collected_checks, missing_checks

POLICY = load_policy("v2")
LOCAL = set(POLICY.entries_for_lane(Lane.LOCAL))
HUB = set(POLICY.entries_for_lane(Lane.HUB)) - LOCAL

# Named by RFC 008's list of checks; all but these must come from the policy, which a later openenv may change.
NAMED = {
    *(f"static.{name}" for name in ("manifest", "layout", "sbom", "oci_labels", "image_hygiene", "timeout_ceiling")),
    *(f"static.{name}" for name in ("dependency_pinning", "task_distribution_pinning", "resource_declaration")),
    *(f"runtime.{name}" for name in ("startup", "reward_well_formed", "observation_schema", "state_contract")),
    *(f"runtime.{name}" for name in ("seed_control", "episode_determinism", "episode_isolation", "oracle_containment")),
    *(f"runtime.{name}" for name in ("resource_bounds", "tool_declaration_accuracy", "task_declaration_accuracy")),
    *(f"runtime.{name}" for name in ("trajectory_record", "rubric_introspectable", "reward_attribution")),
    *("runtime.network_policy", "semantic.oracle_max", "semantic.floor_gap", "semantic.canary_floor"),
    *(f"semantic.{name}" for name in ("no_solution_leakage", "verifier_determinism", "verifier_portability")),
    *(f"semantic.{name}" for name in ("replayability", "resource_envelope")),
}

LEFT_OUT = {
    "hub.layer_isolation": "the hub compares the layers of a built image; none is built where there is no engine",
    "hub.time_to_first_work": "the hub measures it from the pull of the image; `make bench` measures the start alone",
    "hub.cosign_signature": "the hub signs what it publishes; nothing is published from here",
    "hub.cross_host_determinism": "needs a second host; runtime.episode_determinism compares processes of this one",
    "hub.immutable_versioning": "the hub's registry keeps versions; static.oci_labels has what a version is known by",
    "statistical.reward_reachability": "needs trained policies; semantic.oracle_max reaches the highest reward",
    "statistical.difficulty_separation": "needs models of several sizes; docs/reference.md has agents' scores by task",
    "statistical.headroom": "needs scores of strong models; docs/reference.md has one of a small model, 0.76 of 0.97",
    "statistical.variance_bound": "needs many runs of a model; the reward itself has no chance in it",
    "statistical.training_signal": "needs a training run",
    "statistical.adversarial_floor": "needs a policy trained to cheat; tests/cheats/ has hand-written ones",
    "statistical.gameability_gap": "needs a policy trained to cheat; semantic.canary_floor bounds hand-written ones",
}


@pytest.fixture(scope="module")
def collected() -> dict[str, list[str]]:
    return collected_checks()


def test_every_check_has_a_test_or_a_row_with_a_reason(collected: dict[str, list[str]]) -> None:
    assert missing_checks(LOCAL | HUB | NAMED, collected) == []


def test_every_check_that_is_tested_is_known(collected: dict[str, list[str]]) -> None:
    standard = [check for check in collected if check.split(".")[0] in ("static", "runtime", "semantic", "hub")]
    assert sorted(set(standard) - LOCAL - HUB) == []


def test_no_check_that_is_left_out_is_tested_elsewhere(collected: dict[str, list[str]]) -> None:
    """A reason that no longer holds is to be removed, not kept beside the test."""
    elsewhere = {check: [name for name in collected[check] if "test_completeness" not in name] for check in LEFT_OUT}
    assert {check: names for check, names in elsewhere.items() if names} == {}


def test_only_what_needs_a_hub_is_left_out() -> None:
    assert set(LEFT_OUT) == HUB


def test_a_check_without_a_test_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "import pytest\n\n@pytest.mark.check('static.sbom')\ndef test_it(): ...\n\ndef test_unmarked(): ...\n"
    )
    found = collected_checks(tmp_path)
    assert [name.rpartition("::")[2] for name in found.pop("static.sbom")] == ["test_it"]
    assert found == {}
    assert missing_checks({"static.sbom", "static.layout"}, {"static.sbom": ["test_it"], "static.layout": []}) == [
        "static.layout"
    ]


def test_a_file_that_cannot_be_collected_is_no_silent_gap(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import no_such_module_anywhere\n")
    with pytest.raises(RuntimeError, match="no_such_module_anywhere"):
        collected_checks(tmp_path)


@pytest.mark.parametrize("check", [pytest.param(check, marks=pytest.mark.check(check)) for check in LEFT_OUT])
def test_left_out(check: str) -> None:
    pytest.skip(LEFT_OUT[check])
