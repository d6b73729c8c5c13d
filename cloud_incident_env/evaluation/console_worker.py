"""The worker of the page: plays reference agents, and reads run folders, for a server that loads neither.

The server starts it and talks to it in lines of JSON: a question on stdin, an answer on stdout. It ends with its input.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.step_loop import steps_of
from cloud_incident_env.evaluation.refusals import RefusedError
from cloud_incident_env.evaluation.without_model import AGENTS

if TYPE_CHECKING:
    from cloud_incident_env.evaluation.browsed_runs import Runs

NICENESS = 5  # below the server: a step of an episode comes first
ORACLE = "oracle"


class Worker:
    """Answers questions, each by the method of its name."""

    def __init__(self) -> None:
        self._runs: Runs | None = None  # loaded when a run is first asked for: it takes longer than an agent plays
        self._answers: Mapping[str, Callable[..., Any]] = {
            "play": self.play,
            "others": self.others,
            "run": lambda **asked: self._loaded().run(**asked),
            "run_episode": lambda **asked: self._loaded().run_episode(**asked),
        }

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """What a question is answered with: `answer`, or `error` and `status`."""
        given = {name: value for name, value in question.items() if name != "do"}
        try:
            return {"answer": self._answers[question["do"]](**given)}
        except RefusedError as error:
            return {"error": str(error), "status": error.status}

    def play(self, agent: str, options: Mapping[str, Any]) -> list[list[Any]]:
        """The actions of an agent's episode: type, parameters, who chose it."""
        return self._play(agent, options)[0]

    def others(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The actions of the oracle, and the grade of every other agent on the same incident."""
        graded = [{"agent": name, "grade": self._play(name, options)[1]} for name in AGENTS if name != ORACLE]
        return {"oracle": self.play(ORACLE, options), "grades": graded}

    def _loaded(self) -> Runs:
        if self._runs is None:
            from cloud_incident_env.evaluation.browsed_runs import Runs

            self._runs = Runs()
        return self._runs

    def _play(self, agent: str, options: Mapping[str, Any]) -> tuple[list[list[Any]], float]:
        if agent not in AGENTS:
            raise RefusedError(400, f"unknown agent {agent!r}: one of {', '.join(AGENTS)}")
        environment = LocalEnvironment()
        actions: list[list[Any]] = []
        grade = 0.0
        try:
            first = environment.reset(options)
        except ValueError as error:
            raise RefusedError(400, str(error)) from error
        for decision, result in steps_of(environment, AGENTS[agent](options, 0), first):
            actions.append([decision.action_type, decision.parameters, decision.source])
            grade = result["info"].get("grade", {}).get("total", 0.0)
        return actions, grade


def main() -> None:
    """Answer questions until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # what a library prints is no answer
    with suppress(AttributeError, OSError):
        os.nice(NICENESS)
    worker = Worker()
    for line in sys.stdin.buffer:
        answers.write(json.dumps(worker.answer(json.loads(line))).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
