"""The learner as a policy: a softmax over the options of each choice that makes an action.

An action is made of up to four choices in a row (what to do, with which tool or remedy, on what, in which words). Each
is recorded with its probabilities, so that training can make it more or less likely afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cloud_incident_env.agents.policy import Decision, Observation
from examples.learn import features
from examples.learn.options import Figures, Options, softmax
from examples.learn.situation import Familiarity, Situation

BELIEF_SCALE = 4.0  # of the belief as a figure of the critic, so that it weighs as much as the others
_VERBS = {
    "restart_service": "restarted",
    "rollback_deploy": "rolled back",
    "scale_service": "scaled",
    "disable_feature_flag": "disabled",
    "clear_cache": "cleared",
    "execute_runbook_step": "ran",
}


@dataclass(frozen=True)
class Choice:
    """One choice that was made, with what training needs to know of it."""

    kind: str  # task and choice: the critic has weights of its own for each
    state: Figures  # figures for the critic
    options: Options
    probabilities: Figures
    chosen: int
    own_share: float = 1.0  # of the chance of this choice what the policy itself gave it; the rest was exploration

    def add_gradient(self, gradient: Figures, advantage: float, entropy: float = 0.0) -> None:
        """Add advantage * d log p(chosen) / d weights, and entropy * d H / d weights, to a gradient.

        H is the entropy of the choice in nats.
        """
        coefficients = -advantage * self.own_share * self.probabilities
        coefficients[self.chosen] += advantage * self.own_share
        if entropy:
            logs = np.log(self.probabilities + 1e-12)
            coefficients -= entropy * self.probabilities * (logs - self.probabilities @ logs)
        self.options.add_gradient(gradient, coefficients)


@dataclass
class SoftmaxPolicy:
    """Plays one episode of any task. Without a generator it takes the likeliest option each time."""

    weights: Figures
    familiarity: Familiarity
    random: np.random.Generator | None = None
    explore: float = 0.0  # share of steps in which a lot decides between the intents that do not end the episode
    choices: list[list[Choice]] = field(default_factory=list)  # of each step
    situation: Situation | None = None
    _state: Figures = field(default_factory=lambda: np.zeros(0))

    def act(self, observation: Observation) -> Decision:
        if self.situation is None:
            self.situation = Situation(observation, self.familiarity)
        else:
            self.situation.see(observation)
        self.choices.append([])
        decision = self._decide(self.situation)
        self.situation.took(decision)
        return decision

    def _choose(self, s: Situation, options: Options, kind: str, belief: float = 0.0) -> Any:
        """Draw an option by its probability, or take the likeliest; record it, and return its place."""
        p = softmax(options.scores(self.weights))
        share = 1.0
        if self.random is None:
            chosen = int(p.argmax())
        else:
            explore = self.explore if kind == "intent" else 0.0
            lot = np.array([name != "submit" for name in options.names], dtype=float)
            mixed = (1 - explore) * p + explore * lot / lot.sum()
            chosen = int(np.searchsorted(np.cumsum(mixed)[:-1], self.random.random(), side="right"))
            share = float((1 - explore) * p[chosen] / mixed[chosen])
        state = np.append(self._state, BELIEF_SCALE * belief)
        self.choices[-1].append(Choice(f"{s.observation['task_id']} {kind}", state, options, p, chosen, share))
        return chosen

    def _decide(self, s: Situation) -> Decision:
        figures = features.service_figures(s)
        blame = features.blame(s, figures)
        belief = softmax(blame.scores(self.weights))
        self._guess_mode(s, int(belief.argmax()))
        self._state = features.state_figures(s, belief)
        intents = features.intents(s, self._state)
        intent = intents.names[self._choose(s, intents, "intent")]
        if intent == "look":
            return self._look(s, figures, belief)
        if intent == "submit" and "submit_severity" in s.observation["available_actions"]:
            severities = features.severities(s)
            severity = severities.names[self._choose(s, severities, "severity")]
            return Decision("submit_severity", {"severity": severity})
        place = self._choose(s, blame, f"blame {intent}", float(belief.max()))
        if intent == "submit":
            return self._submit(s, place, float(belief[place]))
        return self._remedy(s, place, float(belief[place]))

    def _guess_mode(self, s: Situation, suspect: int) -> None:
        """Guess the failure mode of the suspect from the evidence: remedies depend on it."""
        s.mode = "unknown"
        if "submit_resolution" in s.observation["available_actions"] and s.evidence[suspect].tokens:
            modes = features.modes(s, suspect)
            s.mode = str(modes.names[int(modes.scores(self.weights).argmax())])

    def _look(self, s: Situation, figures: Figures, belief: Figures) -> Decision:
        tools = features.tools(s, self._state)
        tool = str(tools.names[self._choose(s, tools, "tool")])
        services = features.look(s, tool, figures, belief)
        return Decision(tool, {"service": services.names[self._choose(s, services, tool)]})

    def _submit(self, s: Situation, place: int, belief: float) -> Decision:
        modes = features.modes(s, place)
        mode = str(modes.names[self._choose(s, modes, "mode", belief)])
        if "submit_root_cause" in s.observation["available_actions"]:
            return Decision("submit_root_cause", {"service": s.services[place], "failure_mode": mode})
        return Decision("submit_resolution", {"summary": _summary(s, place, mode)})

    def _remedy(self, s: Situation, place: int, sure: float) -> Decision:
        service = s.services[place]
        remedies = features.remedies(s, self._state, place)
        remedy = str(remedies.names[self._choose(s, remedies, "remedy", sure)])
        if remedy not in ("execute_runbook_step", "disable_feature_flag"):
            return Decision(remedy, {"service": service})
        if "check_service_status" not in s.evidence[place].tokens:
            return Decision("check_service_status", {"service": service})  # which lists the flags and the steps
        runbook = remedy == "execute_runbook_step"
        which = features.runbook_steps(s, place) if runbook else features.flags(s, place)
        target = which.names[self._choose(s, which, f"which {remedy}", sure)]
        return Decision(remedy, {"runbook_action" if runbook else "flag": target})


class LearnedPolicy(SoftmaxPolicy):
    """What a training has kept, as a policy for one episode: the same every time."""

    def __init__(self, kept: Path) -> None:
        """`kept` is the `weights.npz` of a training."""
        with np.load(kept) as arrays:
            super().__init__(arrays["weights"], Familiarity(arrays["familiarity"]))


def _summary(s: Situation, service: int, mode: str) -> str:
    done = ", ".join(f"{_VERBS[action]} {target}" for action, target in s.held) or "none"
    return f"Root cause: {s.services[service]}. Failure mode: {mode}. Actions: {done}. All services have recovered."
