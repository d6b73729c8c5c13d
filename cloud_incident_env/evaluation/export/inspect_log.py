"""A run as a log that Inspect AI's viewer opens: the header, and the writing of both formats.

Inspect itself writes a log that it holds in memory, for which a run may be too large. So a `.eval` is written sample by
sample (`inspect_archive.py`); a `.json` is one document, which Inspect writes. The viewer lists a `.json` only if its
name begins with a time, as in `2026-01-31T12-00-00_log.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from hashlib import blake2b
from pathlib import Path
from typing import Any

from inspect_ai.log import (
    EvalConfig,
    EvalDataset,
    EvalLog,
    EvalMetric,
    EvalPlan,
    EvalPlanStep,
    EvalResults,
    EvalRevision,
    EvalSample,
    EvalScore,
    EvalSpec,
    EvalStats,
    condense_sample,
    write_eval_log,
)
from inspect_ai.model import GenerateConfig, ModelUsage
from inspect_ai.viewer import ViewerConfig

from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.export.episodes import in_order
from cloud_incident_env.evaluation.export.files import Exported, cleaned
from cloud_incident_env.evaluation.export.inspect_archive import write_archive
from cloud_incident_env.evaluation.export.inspect_sample import SCORER, model_name, sample_of
from cloud_incident_env.evaluation.metrics import clustered_mean
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import EPISODES_NAME, RunFolder
from cloud_incident_env.manifest import ENV_NAME

FORMATS = (".eval", ".json")
TASK = ENV_NAME.replace("_", "-")  # Inspect reads the task of a `.json` from its name, up to an underscore


def write(folder: RunFolder, path: Path, suffix: str, exported: Exported, on_episode: Callable[[], None]) -> None:
    """Write a run in the format of a suffix; `exported` counts its samples."""
    config = RunConfig.from_json(cleaned(folder.config().to_json()))
    totals = _Totals(_last_change(folder))

    def samples() -> Iterator[EvalSample]:
        for record in in_order(folder):
            yield condense_sample(sample_of(record, config))  # as Inspect keeps samples
            totals.add(record)
            exported.rows += 1
            exported.episodes += 1
            on_episode()

    if suffix == ".eval":
        write_archive(_spec(config), _plan(config), samples(), lambda: _header(config, totals), path)
    else:
        every = list(samples())
        write_eval_log(_header(config, totals).model_copy(update={"samples": every}), path, format="json")


def _last_change(folder: RunFolder) -> str:
    """When the last episode was recorded, as an ISO time; the run's start if none was."""
    file = folder.path / EPISODES_NAME
    if not file.exists():
        return folder.config().started
    return datetime.fromtimestamp(file.stat().st_mtime, timezone.utc).isoformat(timespec="seconds")


@dataclass
class _Totals:
    """The figures of the header over all samples; the grade and family of each are kept."""

    until: str  # time of the last episode
    grades: list[tuple[str, float]] = field(default_factory=list)
    ended: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, record: EpisodeRecord) -> None:
        self.ended += 1
        self.prompt_tokens += record["prompt_tokens"]
        self.completion_tokens += record["completion_tokens"]
        if record["status"] == "graded":
            self.grades.append((record["family"], record["grade"]))


def _header(config: RunConfig, totals: _Totals) -> EvalLog:
    """The log without its samples. A run of which episodes are missing counts as cancelled."""
    planned = len(config.plan())
    usage = ModelUsage(
        input_tokens=totals.prompt_tokens,
        output_tokens=totals.completion_tokens,
        total_tokens=totals.prompt_tokens + totals.completion_tokens,
    )
    return EvalLog(
        status="success" if totals.ended == planned else "cancelled",
        eval=_spec(config),
        plan=_plan(config),
        results=EvalResults(
            total_samples=planned, completed_samples=len(totals.grades), scores=[_overall(totals, planned)]
        ),
        stats=EvalStats(
            started_at=config.started,
            completed_at=totals.until,
            model_usage={} if config.model is None else {config.model: usage},
        ),
    )


def _overall(totals: _Totals, planned: int) -> EvalScore:
    """The mean grade, and its standard error clustered by fault family, as every report of this project has it."""
    estimate = clustered_mean(totals.grades)
    metrics = {}
    if estimate["mean"] is not None:
        metrics["mean"] = EvalMetric(name="mean", value=estimate["mean"])
    if estimate["standard_error"] is not None:
        metrics["stderr"] = EvalMetric(name="stderr", value=estimate["standard_error"], params={"cluster": "family"})
    graded = len(totals.grades)
    return EvalScore(
        name=SCORER, scorer=SCORER, scored_samples=graded, unscored_samples=totals.ended - graded, metrics=metrics
    )


def _spec(config: RunConfig) -> EvalSpec:
    kept = config.to_json()
    identity = blake2b(json.dumps(kept, sort_keys=True).encode(), digest_size=11).hexdigest()
    incidents = config.plan()
    return EvalSpec(
        eval_id=identity,
        run_id=identity,
        task_id=identity,
        created=config.started,
        task=TASK,
        task_args={name: value for name, value in kept["incidents"].items() if value is not None},
        solver=config.agent,
        solver_args=kept["settings"],
        dataset=EvalDataset(name=",".join(config.incidents.named_splits), samples=len(incidents) // config.trials),
        model=model_name(config),
        model_generate_config=GenerateConfig(**_sampling(config)),
        config=EvalConfig(epochs=config.trials, turn_limit=config.limits.steps),
        revision=None if config.commit is None else EvalRevision(type="git", origin="", commit=config.commit),
        metadata=kept,
        viewer=ViewerConfig(trust_content=False),  # logs are no Markdown, and models may write what they like
    )


def _sampling(config: RunConfig) -> dict[str, Any]:
    """The settings of the model that Inspect knows by the same names."""
    sampling: Mapping[str, Any] = config.settings.get("sampling", {})
    return {name: sampling.get(name) for name in ("temperature", "max_tokens", "seed")}


def _plan(config: RunConfig) -> EvalPlan:
    return EvalPlan(name=config.agent, steps=[EvalPlanStep(solver=config.agent, params=dict(config.settings))])
