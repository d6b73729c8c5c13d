"""The command `replay`: plays recorded episodes again and checks them byte for byte.

A record keeps the actions and the digest of every observation; `replayed` makes the observations themselves again, for
exports and for people who read a transcript, and checks each against its digest.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloud_incident_env.agents.environments import Environment, HttpEnvironment, LocalEnvironment, UnreachableError
from cloud_incident_env.agents.policy import Observation
from cloud_incident_env.agents.shown import evidence_of
from cloud_incident_env.evaluation.record import EpisodeRecord, StepRecord, digest_of
from cloud_incident_env.evaluation.store import RunFolder, RunFolderError, check_incidents

MOST_DESCRIBED = 20  # differing episodes whose first difference the command prints; it counts the rest


class ReplayError(Exception):
    """An episode did not go as its record says; the message names the episode, the step and both values."""


@dataclass(frozen=True)
class Moment:
    """What an agent saw after a step, or after the reset, where `step` is None."""

    observation: Observation
    step: StepRecord | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `replay`."""
    parser.add_argument("folder", type=Path, help="run folder")
    parser.add_argument(
        "--episode",
        action="append",
        metavar="KEY",
        help="only this episode: its key, or its place in the run from 0; may be given again",
    )
    parser.add_argument("--base-url", metavar="URL", help="environment server to play on; in process without")
    parser.add_argument("--show", action="store_true", help="print what the agent read and did")


def main(arguments: argparse.Namespace) -> int:
    """Replay the episodes of a run. Returns 0 if each went as its record says, 1 otherwise.

    Raises RunFolderError for a folder that does not hold the episodes asked for.
    """
    folder = RunFolder(arguments.folder)
    check_incidents(folder)
    counted, differing = 0, 0
    with ExitStack() as stack:
        environment: Environment = (
            stack.enter_context(HttpEnvironment(arguments.base_url)) if arguments.base_url else LocalEnvironment()
        )
        for record in _chosen(folder, arguments.episode):
            counted += 1
            try:
                for moment in replayed(record, environment):
                    if arguments.show:
                        print(transcript(moment))
            except (ReplayError, UnreachableError) as error:
                differing += 1
                if differing <= MOST_DESCRIBED:
                    print(f"error: {error}", file=sys.stderr)
    if differing:
        print(f"{differing:,} of {counted:,} episodes did not go as recorded")
        return 1
    print(f"{counted:,} episodes played again: every observation, reward and grade is the same")
    return 0


def replayed(record: EpisodeRecord, environment: Environment) -> Iterator[Moment]:
    """Play an episode again; yield what its agent saw after the reset and after each step.

    Raises ReplayError as soon as anything differs from the record: an observation's digest, a reward, an error, the
    end, the grade. An episode that an infrastructure error ended is played as far as it went: not at all if not even
    its reset succeeded.
    """
    if not record["first_digest"]:
        return
    observation = environment.reset(record["options"])
    _compare(record, 0, {"digest": record["first_digest"]}, {"digest": digest_of(observation)})
    yield Moment(observation, None)
    for step in record["steps"]:
        if observation["done"]:
            raise ReplayError(f"{record['key']} ends before step {step['step']}, which was recorded")
        result = environment.step(step["action_type"], step["parameters"])
        observation = result["observation"]
        _compare(record, step["step"], _kept_of(step), _made_of(result))
        if observation["done"]:
            _compare(record, step["step"], _grade_kept(record), _grade_made(result))
        yield Moment(observation, step)
    if record["status"] == "graded" and not observation["done"]:
        raise ReplayError(f"{record['key']} goes on after its last recorded step {len(record['steps'])}")


def transcript(moment: Moment) -> str:
    """A moment as text: the action, its feedback and what it showed; after the reset the incident.

    What an agent wrote is printed as JSON, so that nothing in it can move a terminal's cursor or look like a line of
    another kind.
    """
    observation, step = moment.observation, moment.step
    if step is None:
        alert = observation["alert"]
        symptoms = "".join(f"\n  - {symptom}" for symptom in alert["symptoms"])
        return f"# {observation['scenario_id']}: {observation['incident_summary']}\n{alert['title']}{symptoms}\n"
    given = ", ".join(f"{name}={json.dumps(value)}" for name, value in step["parameters"].items())
    action = json.dumps(step["action_type"])[1:-1]
    lines = [f"## Step {step['step']}: {action}({given})  {step['reward']:+.2f}", _printable(observation["feedback"])]
    shown = evidence_of(step["action_type"], step["parameters"], observation)
    return "\n".join([*lines, *([shown] if shown else [])]) + "\n"


def _printable(text: str) -> str:
    """The text with every character escaped that a terminal does not print."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _chosen(folder: RunFolder, asked: Iterable[str] | None) -> Iterator[EpisodeRecord]:
    """The episodes of a run, or those that were asked for. Raises RunFolderError for one that it does not hold."""
    if asked is None:
        yield from folder.episodes()
        return
    plan = folder.config().plan()
    wanted = {plan[int(one)].key if one.isdecimal() and int(one) < len(plan) else one for one in asked}
    for record in folder.episodes():
        if record["key"] in wanted:
            wanted.discard(record["key"])
            yield record
    if wanted:
        raise RunFolderError(f"{folder.path} holds no episode {sorted(wanted)[0]}")


def _kept_of(step: StepRecord) -> dict[str, Any]:
    return {name: step[name] for name in ("digest", "reward", "reason", "error")}


def _made_of(result: Mapping[str, Any]) -> dict[str, Any]:
    observation, reward = result["observation"], result["reward"]
    return {
        "digest": digest_of(observation),
        "reward": reward["value"],
        "reason": reward["reason"],
        "error": observation["last_action_error"],
    }


def _grade_kept(record: EpisodeRecord) -> dict[str, Any]:
    return {name: record[name] for name in ("grade", "breakdown", "cumulative_reward")}


def _grade_made(result: Mapping[str, Any]) -> dict[str, Any]:
    grade = result["info"]["grade"]
    earned = result["observation"]["cumulative_reward"]
    return {"grade": grade["total"], "breakdown": grade["breakdown"], "cumulative_reward": earned}


def _compare(record: EpisodeRecord, step: int, kept: Mapping[str, Any], made: Mapping[str, Any]) -> None:
    for name, value in kept.items():
        if made[name] != value:
            where = f"step {step}" if step else "the reset"
            raise ReplayError(f"{record['key']}, {where}: {name} was {value!r} and is {made[name]!r} now")
