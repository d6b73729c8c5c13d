"""OpenEnv's own runtime collector and graders against the local server, with the plan in `validation/runtime.json`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openenv.validation.graders import Subject
from openenv.validation.graders.runtime.basic import (
    ObservationSchemaGrader,
    RewardWellFormedGrader,
    StateContractGrader,
)
from openenv.validation.manifest import ExecutionDeclaration, NormalizedManifest
from openenv.validation.parsers.openenv_yaml import OpenEnvYamlParser
from openenv.validation.runtime.collector import collect_runtime_evidence
from openenv.validation.runtime.contracts import RuntimeEvidence, load_runtime_plan
from openenv.validation.types import CheckStatus

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def manifest() -> NormalizedManifest:
    return OpenEnvYamlParser().parse(ROOT)


@pytest.fixture(scope="module")
def evidence(openenv_url: str) -> RuntimeEvidence:
    plan = load_runtime_plan(ROOT, ExecutionDeclaration())
    return collect_runtime_evidence(f"{openenv_url}/openenv", plan, episode_timeout_s=60)


def test_the_whole_episode_was_collected(evidence: RuntimeEvidence) -> None:
    assert evidence.failure_reason is None
    operations = [exchange.operation for exchange in evidence.exchanges]
    assert operations.count("step") == 6


@pytest.mark.parametrize(
    "grader",
    [
        pytest.param(grader, marks=pytest.mark.check(grader.check_id))
        for grader in (RewardWellFormedGrader, ObservationSchemaGrader, StateContractGrader)
    ],
)
def test_a_runtime_check_passes(
    grader: type, evidence: RuntimeEvidence, manifest: NormalizedManifest, measured: Callable[[str], None]
) -> None:
    subject = Subject(ROOT, manifest, None, None, ROOT, runtime_evidence=evidence)
    result = grader().run(subject)
    assert result.status is CheckStatus.PASS, result.evidence
    measured(f"{len(evidence.exchanges)} exchanges, through openenv's own grader")


def test_the_reward_check_can_fail(evidence: RuntimeEvidence, manifest: NormalizedManifest) -> None:
    narrow = manifest.model_copy(update={"reward": manifest.reward.model_copy(update={"range": (0.0, 0.01)})})
    subject = Subject(ROOT, narrow, None, None, ROOT, runtime_evidence=evidence)
    assert RewardWellFormedGrader().run(subject).status is CheckStatus.FAIL
