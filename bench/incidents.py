"""What generated incidents cost beside hand-written ones: a reset, a step, a grade, and an idle episode in memory.

    python -m bench.incidents --incidents 500

Resets and steps are timed in process, and steps once more over REST by one client. Both kinds take turns in one run;
the last column is their ratio.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from typing import Any

import tasks
from bench import healthy, running_server, table
from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.generated.simulation.store import SOLUTIONS
from cloud_incident_env.incident import TaskId
from cloud_incident_env.wire import Action, ActionParameters
from server.environment import IncidentEnvironment

TASK: TaskId = "root_cause_analysis"
# Medians in ms, of a fresh medium incident.
TARGETS_MS = {"reset": 0.5, "first look": 1.5, "first look after a change": 1.5, "any other look": 0.3}
TARGET_GRADING_MS = 20.0  # of the longest episode: all steps of an expert one, and a write-up of 7,600 characters
TARGET_IDLE_KB = 30.0  # of memory, of a generated episode; the store of solutions, which is bounded, left out
IDLE_EPISODES = 1_000  # that are measured
HAND_WRITTEN = len(tasks.INCIDENTS[TASK])
FIRST_SEED = 1_000_000  # away from seeds that anything else may have warmed


def options(generated: bool, number: int) -> dict[str, Any]:
    if generated:
        return {"task_id": TASK, "seed": FIRST_SEED + number, "difficulty": "medium"}
    return {"task_id": TASK, "scenario_index": number % HAND_WRITTEN}


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def in_process(incidents: int) -> dict[tuple[str, bool], list[float]]:
    """Milliseconds of each reset, and of each diagnostic on a service of each incident."""
    times: dict[tuple[str, bool], list[float]] = {}
    environment = IncidentEnvironment()
    for number in range(incidents):
        for generated in (False, True):
            asked = options(generated, number)
            times.setdefault(("reset", generated), []).append(milliseconds(partial(environment.reset, **asked)))
            services = environment.observation().known_services
            for place, tool in enumerate(_in_turn(number)):
                kind = "any other look" if place else "first look"
                spent = _look(environment, tool, services[place % len(services)])
                times.setdefault((kind, generated), []).append(spent)
                times.setdefault((tool, generated), []).append(spent)
            _change(environment, services[number % len(services)])
            spent = _look(environment, _in_turn(number)[0], services[0])
            times.setdefault(("first look after a change", generated), []).append(spent)
    return times


def _in_turn(number: int) -> tuple[str, ...]:
    """The diagnostics, beginning with another one each time."""
    first = number % len(DIAGNOSTICS)
    return (*DIAGNOSTICS[first:], *DIAGNOSTICS[:first])


def _look(environment: IncidentEnvironment, tool: str, service: str) -> float:
    action = Action(action_type=tool, parameters=ActionParameters(service=service))
    return milliseconds(partial(environment.step, action))


def _change(environment: IncidentEnvironment, service: str) -> None:
    environment.step(Action(action_type="restart_service", parameters=ActionParameters(service=service)))


def over_rest(incidents: int) -> dict[bool, list[float]]:
    """Milliseconds of each step over REST, by one client with one connection."""
    times: dict[bool, list[float]] = {False: [], True: []}
    with running_server(rest_only=True) as server:
        server.seconds_until("/health", healthy, 60)
        connection = HTTPConnection("127.0.0.1", server.port, timeout=20)

        def post(path: str, body: object) -> dict[str, object]:
            connection.request("POST", path, json.dumps(body))
            answer: dict[str, object] = json.loads(connection.getresponse().read())
            return answer

        for number in range(incidents):
            for generated in (False, True):
                services = post("/reset", options(generated, number))["known_services"]
                assert isinstance(services, list)
                for place, tool in enumerate(DIAGNOSTICS):
                    action = {"action_type": tool, "parameters": {"service": services[place % len(services)]}}
                    times[generated].append(milliseconds(partial(post, "/step", action)))
        connection.close()
    return times


def idle_kilobytes(generated: bool) -> float:
    """Memory of an episode that was reset and then left alone, in KB."""
    kept = []
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(IDLE_EPISODES):
        environment = IncidentEnvironment()
        environment.reset(**options(generated, number))
        kept.append(environment)
    SOLUTIONS.clear()
    spent = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return spent / len(kept) / 1_000


def grading_ms(number: int) -> float:
    """Milliseconds that the last step of the longest episode takes."""
    environment = IncidentEnvironment()
    environment.reset(task_id="remediation_planning", seed=FIRST_SEED + number, difficulty="expert")
    opening = environment.observation()
    for step in range(opening.max_steps - 1):
        _look(environment, "query_logs", opening.known_services[step % len(opening.known_services)])
    summary = "It was the cache, and all is well again. " * 190
    return milliseconds(
        partial(environment.step, Action(action_type="submit_resolution", parameters=ActionParameters(summary=summary)))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=500, help="incidents of each kind (default 500)")
    arguments = parser.parse_args()
    if arguments.incidents < HAND_WRITTEN:
        parser.error(f"--incidents must be at least {HAND_WRITTEN}")
    in_process(HAND_WRITTEN)  # what is worked out once, when the first incident of a system is generated
    times = in_process(arguments.incidents)
    rows = [_row(f"{name}, in process", times[name, False], times[name, True]) for name in (*TARGETS_MS, *DIAGNOSTICS)]
    served = over_rest(max(HAND_WRITTEN, arguments.incidents // 5))
    rows.append(_row("a step, over REST", served[False], served[True]))
    print(table(("milliseconds, median", "hand-written", "generated", "ratio"), rows))
    idle = idle_kilobytes(False), idle_kilobytes(True)
    print(f"an idle episode: {idle[0]:.1f} KB hand-written, {idle[1]:.1f} KB generated")
    for name, target in TARGETS_MS.items():
        met = statistics.median(times[name, True]) < target
        print(f"target: {name} under {target:g} ms: {'met' if met else 'MISSED'}")
    grading = statistics.median(grading_ms(number) for number in range(50))
    verdict = "met" if grading < TARGET_GRADING_MS else "MISSED"
    print(f"target: the longest episode graded under {TARGET_GRADING_MS:g} ms: {verdict} ({grading:.1f})")
    print(f"target: an idle episode under {TARGET_IDLE_KB:g} KB: {'met' if idle[1] < TARGET_IDLE_KB else 'MISSED'}")


def _row(name: str, hand_written: list[float], generated: list[float]) -> tuple[str, ...]:
    ours, theirs = statistics.median(hand_written), statistics.median(generated)
    return name, f"{ours:.3f}", f"{theirs:.3f}", f"{theirs / ours:.1f}"


if __name__ == "__main__":
    main()
