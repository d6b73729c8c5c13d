"""What a benchmark's client sends: episodes, as generators that get each answer and yield the next request."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple

from cloud_incident_env.actions import DIAGNOSTICS, TEXT_LENGTH
from cloud_incident_env.incident import TaskId
from cloud_incident_env.layout import tasks

TASK: TaskId = "root_cause_analysis"  # of the hand-written episode: the task between the easy and the hard one
LOOKS = 5  # of the hand-written episode, before its submission
LONG_TASK: TaskId = "remediation_planning"  # the task with the most steps
LONG_LOOKS = 14  # of an episode of that task: the submission is its last step
LONG_TEXT = ("🔥" + "The pool of connections ran out. " * TEXT_LENGTH)[:TEXT_LENGTH]  # the emoji makes Python keep
# four bytes for each of its characters


class Request(NamedTuple):
    """What a client sends next, and whether it is a step, whose latency counts."""

    data: bytes
    is_step: bool


Script = Generator[Request, bytes, None]  # yields requests, is sent the body of each answer
Encode = Callable[[str, dict[str, Any]], bytes]  # "reset" or "step", and its fields


def over_rest(kind: str, fields: dict[str, Any]) -> bytes:
    """A POST of HTTP/1.1 on a connection that stays open."""
    body = json.dumps(fields, ensure_ascii=False).encode()
    head = f"POST /{kind} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def over_websocket(kind: str, fields: dict[str, Any]) -> bytes:
    """The payload of a text message of OpenEnv."""
    return json.dumps({"type": kind, "data": fields}, ensure_ascii=False).encode()


def short_episodes(encode: Encode, *, named: bool) -> Script:
    """Hand-written episodes without end: a reset, five looks and a submission with the right answer.

    `named`: each step names the episode that the answer to the reset named, as REST wants it.
    """
    index = 0
    incident = tasks.get_incident(TASK, index)
    looks = [(DIAGNOSTICS[number % 3], incident.known_services[number]) for number in range(LOOKS)]
    steps: list[dict[str, Any]] = [{"action_type": tool, "parameters": {"service": name}} for tool, name in looks]
    answer = {"service": incident.culprit, "failure_mode": incident.failure_mode}
    steps.append({"action_type": "submit_root_cause", "parameters": answer})
    reset = Request(encode("reset", {"task_id": TASK, "scenario_index": index}), False)
    if not named:
        requests = [Request(encode("step", step), True) for step in steps]
        while True:
            yield reset
            for request in requests:  # noqa: UP028 (a list cannot be sent the answers)
                yield request
    placeholder = "0" * 32  # as long as the ids that the server makes
    templates = [encode("step", {**step, "episode_id": placeholder}) for step in steps]
    while True:
        observation = yield reset
        name = observation[observation.index(b'"episode_id":"') + 14 :][:32]
        for template in templates:
            yield Request(template.replace(placeholder.encode(), name, 1), True)


def long_episode(
    encode: Encode, options: dict[str, Any], *, reasoning: str = "", summary: str | None, first_look: int = 0
) -> Generator[Request, bytes, str]:
    """One episode of the task with the most steps: a reset, looks, and a submission unless `summary` is None.

    Returns its id.
    """
    answer = yield Request(encode("reset", {"task_id": LONG_TASK, **options}), False)
    started = json.loads(answer)
    observation = started.get("data", {}).get("observation") or started
    named = {} if "data" in started else {"episode_id": observation["episode_id"]}
    services = observation["known_services"]
    note = {"reasoning": reasoning} if reasoning else {}
    for number in range(first_look, LONG_LOOKS):
        service, tool = services[number % len(services)], DIAGNOSTICS[number // len(services) % len(DIAGNOSTICS)]
        step = {"action_type": tool, "parameters": {"service": service, **note}, **named}
        yield Request(encode("step", step), True)
    if summary is not None:
        written = {"summary": summary, **note}
        yield Request(encode("step", {"action_type": "submit_resolution", "parameters": written, **named}), True)
    return str(observation["episode_id"])


def long_episodes(encode: Encode, options: Iterator[dict[str, Any]], first_look: int) -> Script:
    """Long episodes without end. The first one begins with a later look, so that clients reset at different times."""
    for number, chosen in enumerate(options):
        summary = "The cause was found and fixed, and all services recovered."
        yield from long_episode(encode, chosen, summary=summary, first_look=first_look if number == 0 else 0)


def handwritten() -> Iterator[dict[str, Any]]:
    """Options of resets: the hand-written incidents in turn."""
    return ({"scenario_index": index} for index in itertools.cycle(range(len(tasks.INCIDENTS[LONG_TASK]))))


def generated(seeds: Iterator[int], difficulty: str) -> Iterator[dict[str, Any]]:
    """Options of resets: generated incidents, each of a seed that no other has."""
    return ({"seed": seed, "difficulty": difficulty} for seed in seeds)
