"""The baseline: plays the nine incidents, or generated ones, with one agent and prints what agent harnesses parse.

In process when ENV_BASE_URL is unset, over HTTP when it is set; with the LLM when HF_TOKEN (or API_KEY) is set, with
the heuristic otherwise. stdout carries only the [START], [STEP] and [END] lines and a last JSON object of mean grades;
the progress bar, warnings and the table of scores go to stderr.

The heuristic takes a step for which the LLM gave no usable action, unless `--no-fallback` is given. For the LLM the
last JSON object has the key `model_share` as well: the share of the steps that were the model's own, 0 to 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from typing import Any, TextIO

from tqdm import tqdm

from cloud_incident_env.agents.environments import Environment, HttpEnvironment, LocalEnvironment
from cloud_incident_env.agents.llm import Sampling
from cloud_incident_env.agents.llm_endpoint import DEFAULT_API_BASE_URL
from cloud_incident_env.agents.policy import Policy
from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.agents.step_loop import SUCCESS_GRADE
from cloud_incident_env.evaluation.agents import ModelEndpoint, make_agent
from cloud_incident_env.evaluation.config import without_credentials
from cloud_incident_env.evaluation.plan import Incidents, Planned, planned, read_seeds
from cloud_incident_env.evaluation.play import play
from cloud_incident_env.evaluation.record import EpisodeRecord, StepRecord, steps_by
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.layout import tasks
from cloud_incident_env.manifest import ENV_NAME

DEFAULT_MODEL = "meta-llama/Llama-3.1-8B-Instruct"
AGENTS = ("llm", "heuristic", "random", "oracle")
TASKS = tuple(tasks.TASKS)
SCENARIOS = range(max(map(len, tasks.INCIDENTS.values())))
DEFAULT_SEED = 0  # of the random agent
LEAST_SHARE = 0.5  # of steps that are the model's own, below which a warning is printed


def parse_arguments(argv: Sequence[str] | None, environ: Mapping[str, str]) -> argparse.Namespace:
    """Read the command line; the environment gives the defaults."""
    key = environ.get("HF_TOKEN") or environ.get("API_KEY")
    parser = argparse.ArgumentParser(description="Play the nine incidents, or generated ones, with a baseline agent.")
    parser.add_argument("--agent", choices=AGENTS, default="llm" if key else "heuristic", help="who plays")
    parser.add_argument("--task", choices=TASKS, help="play this task only")
    parser.add_argument("--scenario", type=int, choices=SCENARIOS, help="play this incident of each task only")
    parser.add_argument(
        "--seeds",
        type=read_seeds,
        metavar="A:B",
        help="play the generated incidents of the seeds from A up to B instead",
    )
    parser.add_argument(
        "--difficulty", choices=DIFFICULTIES, help="difficulty of generated incidents; that of the task if left out"
    )
    parser.add_argument(
        "--base-url", default=environ.get("ENV_BASE_URL"), help="environment server; in process without"
    )
    parser.add_argument("--model", default=environ.get("MODEL_NAME") or DEFAULT_MODEL, help="model of the llm agent")
    parser.add_argument(
        "--no-fallback",
        action="store_true",
        help="count an unusable answer of the model as an invalid action, instead of letting the heuristic take the "
        "step; a failing endpoint ends the run",
    )
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="write one line a played episode to this file")
    parser.add_argument("--seed", type=int, help="seed of the random agent, or passed on to the llm agent's endpoint")
    arguments = parser.parse_args(argv)
    arguments.api_key = key
    arguments.api_base_url = environ.get("API_BASE_URL") or DEFAULT_API_BASE_URL
    _refuse_misfits(parser, arguments)
    try:
        arguments.episodes = chosen_episodes(arguments)
    except ValueError as error:
        parser.error(str(error))
    return arguments


def _refuse_misfits(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """End with an error for options that do not go together."""
    if arguments.agent == "llm" and not arguments.api_key:
        parser.error("the llm agent needs HF_TOKEN or API_KEY in the environment")
    if arguments.no_fallback and arguments.agent != "llm":
        parser.error("--no-fallback is for the llm agent")
    if arguments.seeds is not None and arguments.scenario is not None:
        parser.error("--scenario chooses a hand-written incident, --seeds generated ones: leave one of them out")
    if arguments.difficulty is not None and arguments.seeds is None:
        parser.error("--difficulty is for generated incidents: add --seeds A:B")
    if arguments.seed is not None and arguments.agent in ("heuristic", "oracle"):
        parser.error(f"the {arguments.agent} agent is deterministic: leave out --seed")


def chosen_episodes(arguments: argparse.Namespace) -> list[Planned]:
    """The episodes to play, task by task. Raises ValueError for seeds out of range."""
    every = planned(Incidents(task=arguments.task, seeds=arguments.seeds, difficulty=arguments.difficulty))
    chosen = [e for e in every if arguments.scenario in (None, e.options.get("scenario_index"))]
    return sorted(chosen, key=lambda episode: TASKS.index(episode.task_id))


def policy_factory(arguments: argparse.Namespace, warn: Callable[[str], None]) -> Callable[[int, Planned], Policy]:
    """Return what makes the policy of an episode from its number and its plan."""
    if arguments.agent == "random":
        seed = DEFAULT_SEED if arguments.seed is None else arguments.seed
        return lambda number, episode: RandomPolicy(seed * 1_000 + number)
    endpoint = None
    if arguments.agent == "llm":
        endpoint = ModelEndpoint(
            base_url=arguments.api_base_url,
            model=arguments.model,
            api_key=arguments.api_key,
            sampling=Sampling(seed=arguments.seed),
            stand_in="never" if arguments.no_fallback else "always",
        )
    make = make_agent(arguments.agent, endpoint, warn)
    return lambda number, episode: make(episode.options, episode.trial)


def start_line(episode: Planned, model: str) -> str:
    return f"[START] task={episode.task_id} env={ENV_NAME} model={model}"


def step_line(step: StepRecord, done: bool) -> str:
    parameters = ", ".join(f"{name}={_one_line(value)}" for name, value in step["parameters"].items())
    error = "null" if step["error"] is None else _one_line(step["error"])
    return (
        f"[STEP] step={step['step']} action={step['action_type']}({parameters}) reward={step['reward']:.2f} "
        f"done={str(done).lower()} error={error}"
    )


def end_line(steps: Sequence[StepRecord], grade: float) -> str:
    rewards = ",".join(f"{step['reward']:.2f}" for step in steps)
    success = str(grade >= SUCCESS_GRADE).lower()
    return f"[END] success={success} steps={len(steps)} score={grade:.2f} rewards={rewards}"


def by_task(records: Sequence[EpisodeRecord]) -> dict[str, list[EpisodeRecord]]:
    """The episodes of each played task, then all of them as "overall"."""
    groups: dict[str, list[EpisodeRecord]] = {}
    for record in records:
        groups.setdefault(record["task_id"], []).append(record)
    return {**groups, "overall": list(records)}


def averages(records: Sequence[EpisodeRecord]) -> dict[str, float]:
    """Mean grade of each played task, and over all episodes."""
    return {name: round(fmean(r["grade"] for r in group), 4) for name, group in by_task(records).items()}


def model_shares(records: Sequence[EpisodeRecord]) -> dict[str, float]:
    """Share of the steps that were the model's own in each played task, and over all episodes."""
    return {
        name: round(_by_model(group) / (_by_model(group) + _by_rules(group)), 4)
        for name, group in by_task(records).items()
    }


def share_warning(model: str, shares: Mapping[str, float]) -> str | None:
    """The warning for a model that chose fewer than half of the steps, in some task or overall; None otherwise."""
    low = [f"{name} {share:.0%}" for name, share in shares.items() if share < LEAST_SHARE]
    if not low:
        return None
    return (
        f"warning: {model} chose fewer than half of the steps ({', '.join(low)}): the heuristic chose the others, so "
        "these grades measure the heuristic. --no-fallback counts an unusable answer as an invalid action instead"
    )


def score_table(records: Sequence[EpisodeRecord]) -> str:
    """One row an episode, then the means: the grade, and who chose the steps."""
    rows = [f"{'incident':<12} {'task':<22} {'grade':>5} {'steps':>5} {'by model':>8} {'by rules':>8}"]
    rows += [_row(record["scenario_id"], record["task_id"], [record]) for record in records]
    rows += [_row("mean", name, group) for name, group in by_task(records).items()]
    return "\n".join(rows)


def _row(first: str, second: str, records: Sequence[EpisodeRecord]) -> str:
    own, rules = _by_model(records), _by_rules(records)
    grade = fmean(record["grade"] for record in records)
    return f"{first:<12} {second:<22} {grade:>5.2f} {own + rules:>5} {own:>8} {rules:>8}"


def _by_model(records: Sequence[EpisodeRecord]) -> int:
    return sum(steps_by(record, "model") for record in records)


def _by_rules(records: Sequence[EpisodeRecord]) -> int:
    return sum(steps_by(record, "rules", "fallback") for record in records)


def output_line(record: EpisodeRecord, agent: str, model: str) -> dict[str, Any]:
    """An episode as a line of the output file."""
    last = len(record["steps"])
    return {
        "task_id": record["task_id"],
        "options": record["options"],
        "agent": agent,
        "model": model,
        "scenario_id": record["scenario_id"],
        "steps": [
            {
                "step": step["step"],
                "action_type": step["action_type"],
                "parameters": step["parameters"],
                "source": step["source"],
                "reward": step["reward"],
                "done": step["step"] == last,
                "error": step["error"],
            }
            for step in record["steps"]
        ],
        "grade": record["grade"],
        "breakdown": record["breakdown"],
        "success": record["grade"] >= SUCCESS_GRADE,
        "model_steps": _by_model([record]),
        "other_steps": _by_rules([record]),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the baseline. Returns 0, or 1 if the environment, or with --no-fallback the model, could not be reached."""
    arguments = parse_arguments(argv, os.environ)
    name = arguments.model if arguments.agent == "llm" else arguments.agent
    records: list[EpisodeRecord] = []
    with ExitStack() as stack:
        environment: Environment = (
            stack.enter_context(HttpEnvironment(arguments.base_url)) if arguments.base_url else LocalEnvironment()
        )
        out = stack.enter_context(arguments.out.open("w", encoding="utf-8")) if arguments.out else None
        bar = stack.enter_context(tqdm(total=len(arguments.episodes), unit="episode", file=sys.stderr))
        make_policy = policy_factory(arguments, lambda text: bar.write(f"warning: {text}", file=sys.stderr))
        for number, episode in enumerate(arguments.episodes):
            record = _play(environment, make_policy(number, episode), episode, name)
            if record["error"] is not None:
                bar.write(f"error: {without_credentials(record['error'])}", file=sys.stderr)
                return 1
            if out is not None:
                _write(out, output_line(record, arguments.agent, name))
            records.append(record)
            bar.update()
    print(score_table(records), file=sys.stderr)
    means: dict[str, Any] = averages(records)
    if arguments.agent == "llm":
        means["model_share"] = model_shares(records)
        warning = share_warning(name, means["model_share"])
        if warning:
            print(warning, file=sys.stderr)
    print(json.dumps(means), flush=True)
    return 0


def _play(environment: Environment, policy: Policy, episode: Planned, model: str) -> EpisodeRecord:
    """Play one episode between its [START] and [END] lines."""
    steps: list[StepRecord] = []
    grade = 0.0

    def on_step(step: StepRecord, done: bool) -> None:
        steps.append(step)
        print(step_line(step, done), flush=True)

    print(start_line(episode, model), flush=True)
    try:
        record = play(episode, policy, environment, on_step=on_step)
        grade = record["grade"]
    finally:
        print(end_line(steps, grade), flush=True)
    return record


def _write(out: TextIO, line: Mapping[str, Any]) -> None:
    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    out.flush()


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


if __name__ == "__main__":
    sys.exit(main())
