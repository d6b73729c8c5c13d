"""The baseline: plays the nine incidents, or generated ones, with one agent and prints what agent harnesses parse.

In process when ENV_BASE_URL is unset, over HTTP when it is set; with the LLM when HF_TOKEN (or API_KEY) is set, with
the heuristic otherwise. stdout carries only the [START], [STEP] and [END] lines and a last JSON object of mean grades;
the progress bar, warnings and the table of scores go to stderr.
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

import openai
from tqdm import tqdm

from agents.environments import Environment, HttpEnvironment, LocalEnvironment, UnreachableError
from agents.heuristic import HeuristicPolicy
from agents.llm import MAX_RETRIES, TIMEOUT_SECONDS, LLMPolicy
from agents.oracle import OraclePolicy
from agents.play import EpisodeReport, StepRecord, play_episode
from agents.policy import Policy
from agents.random_policy import RandomPolicy
from incidents.difficulty import DIFFICULTIES
from selection import Selection

ENV_NAME = "cloud-incident-response"
DEFAULT_API_BASE_URL = "https://router.huggingface.co/v1"
DEFAULT_MODEL = "meta-llama/Llama-3.1-8B-Instruct"
AGENTS = ("llm", "heuristic", "random", "oracle")
TASKS = ("alert_classification", "root_cause_analysis", "remediation_planning")
SCENARIOS_PER_TASK = 3
DEFAULT_SEED = 0  # of the random agent


def parse_arguments(argv: Sequence[str] | None, environ: Mapping[str, str]) -> argparse.Namespace:
    """Read the command line; the environment gives the defaults."""
    key = environ.get("HF_TOKEN") or environ.get("API_KEY")
    parser = argparse.ArgumentParser(description="Play the nine incidents, or generated ones, with a baseline agent.")
    parser.add_argument("--agent", choices=AGENTS, default="llm" if key else "heuristic", help="who plays")
    parser.add_argument("--task", choices=TASKS, help="play this task only")
    parser.add_argument(
        "--scenario", type=int, choices=range(SCENARIOS_PER_TASK), help="play this incident of each task only"
    )
    parser.add_argument(
        "--seeds",
        type=_seed_range,
        metavar="A:B",
        help="play the generated incidents of the seeds from A up to B instead",
    )
    parser.add_argument(
        "--difficulty", choices=DIFFICULTIES, help="difficulty of generated incidents; that of the task"
    )
    parser.add_argument(
        "--base-url", default=environ.get("ENV_BASE_URL"), help="environment server; in process without"
    )
    parser.add_argument("--model", default=environ.get("MODEL_NAME") or DEFAULT_MODEL, help="model of the llm agent")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="write one line a played episode to this file")
    parser.add_argument("--seed", type=int, help="seed of the random agent, or passed on to the llm agent's endpoint")
    arguments = parser.parse_args(argv)
    arguments.api_key = key
    arguments.api_base_url = environ.get("API_BASE_URL") or DEFAULT_API_BASE_URL
    if arguments.agent == "llm" and not key:
        parser.error("the llm agent needs HF_TOKEN or API_KEY in the environment")
    if arguments.seeds is not None and arguments.scenario is not None:
        parser.error("--scenario chooses a hand-written incident, --seeds generated ones: leave one of them out")
    if arguments.difficulty is not None and arguments.seeds is None:
        parser.error("--difficulty is for generated incidents: add --seeds A:B")
    if arguments.seed is not None and arguments.agent in ("heuristic", "oracle"):
        parser.error(f"the {arguments.agent} agent is deterministic: leave out --seed")
    return arguments


def _seed_range(text: str) -> range:
    """The seeds that `A:B` means, A included and B not."""
    first, colon, last = text.partition(":")
    if not colon or not first.isdecimal() or not last.isdecimal() or not int(first) < int(last):
        raise argparse.ArgumentTypeError(f"expected A:B with A below B, got {text!r}")
    return range(int(first), int(last))


def chosen_incidents(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """The options of a reset for each incident to play."""
    tasks = [arguments.task] if arguments.task else list(TASKS)
    if arguments.seeds is None:
        scenarios = range(SCENARIOS_PER_TASK) if arguments.scenario is None else [arguments.scenario]
        return [{"task_id": task, "scenario_index": scenario} for task in tasks for scenario in scenarios]
    chosen = {} if arguments.difficulty is None else {"difficulty": arguments.difficulty}
    return [{"task_id": task, "seed": seed, **chosen} for task in tasks for seed in arguments.seeds]


def policy_factory(
    arguments: argparse.Namespace, warn: Callable[[str], None]
) -> Callable[[int, Mapping[str, Any]], Policy]:
    """Return what makes the policy of an episode from its number and the options of its reset."""
    if arguments.agent == "llm":
        client = openai.OpenAI(
            api_key=arguments.api_key,
            base_url=arguments.api_base_url,
            max_retries=MAX_RETRIES,
            timeout=TIMEOUT_SECONDS,
        )
        return lambda episode, options: LLMPolicy(client, arguments.model, seed=arguments.seed, warn=warn)
    if arguments.agent == "random":
        seed = DEFAULT_SEED if arguments.seed is None else arguments.seed
        return lambda episode, options: RandomPolicy(seed * 1_000 + episode)
    if arguments.agent == "oracle":
        return lambda episode, options: OraclePolicy(Selection(**options))
    return lambda episode, options: HeuristicPolicy()


def start_line(report: EpisodeReport) -> str:
    return f"[START] task={report.task_id} env={ENV_NAME} model={report.model}"


def step_line(record: StepRecord) -> str:
    parameters = ", ".join(f"{name}={_one_line(value)}" for name, value in record.parameters.items())
    error = "null" if record.error is None else _one_line(record.error)
    return (
        f"[STEP] step={record.step} action={record.action_type}({parameters}) reward={record.reward:.2f} "
        f"done={str(record.done).lower()} error={error}"
    )


def end_line(report: EpisodeReport) -> str:
    rewards = ",".join(f"{step.reward:.2f}" for step in report.steps)
    return (
        f"[END] success={str(report.success).lower()} steps={len(report.steps)} score={report.grade:.2f} "
        f"rewards={rewards}"
    )


def averages(reports: Sequence[EpisodeReport]) -> dict[str, float]:
    """Mean grade of each played task, and over all episodes."""
    means = {
        task: round(fmean(r.grade for r in reports if r.task_id == task), 4)
        for task in dict.fromkeys(report.task_id for report in reports)
    }
    return {**means, "overall": round(fmean(report.grade for report in reports), 4)}


def score_table(reports: Sequence[EpisodeReport]) -> str:
    """One row an episode: its grade, and whose steps they were."""
    rows = [f"{'incident':<12} {'task':<22} {'grade':>5} {'steps':>5} {'by model':>8} {'by rules':>8}"]
    rows += [
        f"{r.scenario_id:<12} {r.task_id:<22} {r.grade:>5.2f} {len(r.steps):>5} {r.count('model'):>8} "
        f"{r.count('rules', 'fallback'):>8}"
        for r in reports
    ]
    rows += [f"{'mean':<12} {task:<22} {mean:>5.2f}" for task, mean in averages(reports).items()]
    return "\n".join(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the baseline. Returns 0, or 1 if the environment could not be played."""
    arguments = parse_arguments(argv, os.environ)
    incidents = chosen_incidents(arguments)
    name = arguments.model if arguments.agent == "llm" else arguments.agent
    reports: list[EpisodeReport] = []
    with ExitStack() as stack:
        environment: Environment = (
            stack.enter_context(HttpEnvironment(arguments.base_url)) if arguments.base_url else LocalEnvironment()
        )
        out = stack.enter_context(arguments.out.open("w", encoding="utf-8")) if arguments.out else None
        bar = stack.enter_context(tqdm(total=len(incidents), unit="episode", file=sys.stderr))
        make_policy = policy_factory(arguments, lambda text: bar.write(f"warning: {text}", file=sys.stderr))
        for options in incidents:
            report = EpisodeReport(options["task_id"], options, arguments.agent, name)
            try:
                _play(environment, make_policy(len(reports), options), report, out)
            except UnreachableError as error:
                bar.write(f"error: {error}", file=sys.stderr)
                return 1
            reports.append(report)
            bar.update()
    print(score_table(reports), file=sys.stderr)
    print(json.dumps(averages(reports)), flush=True)
    return 0


def _play(environment: Environment, policy: Policy, report: EpisodeReport, out: TextIO | None) -> None:
    """Play one episode between its [START] and [END] lines, and append it to the output file."""
    print(start_line(report), flush=True)
    try:
        play_episode(environment, policy, report, lambda record: print(step_line(record), flush=True))
    finally:
        print(end_line(report), flush=True)
    if out is not None:
        out.write(json.dumps(report.as_dict(), ensure_ascii=False) + "\n")
        out.flush()


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


if __name__ == "__main__":
    sys.exit(main())
