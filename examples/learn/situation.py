"""The learner's memory of an episode: what it has shown so far.

Built from observations alone, one after the other. Only `Familiarity` outlasts an episode: how often each token was
seen in the texts of training, whatever the outcome of the episode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cloud_incident_env.actions import DIAGNOSTICS, target_parameter
from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.status_lines import flags_on, runbook_steps
from examples.learn import reading
from examples.learn.reading import Tokens

BUCKETS = 1 << 16  # in which tokens are counted
MOST_SURPRISE = 8.0  # natural logarithm of how much rarer than the commonest the rarest token counts
TELLING = 24  # tokens of a service, the most surprising ones, that count where a choice depends on its evidence

Figures = NDArray[np.float64]


class Familiarity:
    """In how many texts a token was seen. What is seldom seen is surprising."""

    def __init__(self, counts: NDArray[np.int64] | None = None) -> None:
        """`counts` has an entry a bucket, and the number of texts at the end; it is shared, not copied."""
        self.counts = np.zeros(BUCKETS + 1, dtype=np.int64) if counts is None else counts

    def surprise(self, tokens: Tokens) -> Figures:
        """0 for a token in every text to 1 for one that is hardly ever seen."""
        seen = self.counts[tokens % BUCKETS]
        rarity: Figures = np.log((self.counts[-1] + 10) / (seen + 1))
        return np.minimum(rarity, MOST_SURPRISE) / MOST_SURPRISE

    def count(self, texts: list[Tokens]) -> None:
        for tokens in texts:
            self.counts[tokens % BUCKETS] += 1
        self.counts[-1] += len(texts)


@dataclass
class Evidence:
    """What was read about one service. Badness is as in `reading.Call`."""

    tokens: dict[str, Tokens] = field(default_factory=dict)  # by diagnostic
    surprise: dict[str, Figures] = field(default_factory=dict)  # of those tokens
    words: dict[str, float] = field(default_factory=dict)  # and how surprising they are
    own: float | None = None  # badness of its own figures
    seen_by_callers: float | None = None  # badness of the worst calls to it
    callees: dict[str, float] | None = None  # badness of its calls, by callee
    named: int = 0  # times that the logs of other services name it
    telling: tuple[Tokens, Figures] = field(default_factory=lambda: (np.zeros(0, np.uint32), np.zeros(0)))


@dataclass
class Trial:
    """A remedy that was tried."""

    count: int = 0
    held: bool = False  # as far as the reward tells
    holds_then: int = 0  # remedies that held before the latest try


class Situation:
    """The memory of one episode."""

    def __init__(self, observation: Observation, familiarity: Familiarity) -> None:
        self.observation = observation
        self.services: list[str] = list(observation["known_services"])
        self.index = {name: place for place, name in enumerate(self.services)}
        self.alerted = [self.index[name] for name in observation["alert"]["affected_services"] if name in self.index]
        self.entry = self.alerted[0] if self.alerted else 0
        self.evidence = [Evidence() for _ in self.services]
        self.figures: dict[str, reading.Row] = {}  # of each label of metrics the row furthest from normal
        self.flags: list[tuple[str, int]] = []  # that are on, and whose they are
        self.steps: list[tuple[str, int]] = []  # of runbooks
        self.trials: dict[tuple[str, str], Trial] = {}  # by action and target
        self.held: list[tuple[str, str]] = []
        self.latest_gain = 0.0  # what the latest step paid
        self.mode = "unknown"  # likeliest failure mode of the suspect
        self.texts: list[Tokens] = []  # that were read, for the familiarity
        self._familiarity = familiarity
        self._latest: Decision | None = None
        self._paid = 0.0
        self._names = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, self.services)) + r")(?![\w-])")

    def took(self, decision: Decision) -> None:
        """Note the step that is taken."""
        self._latest = decision

    def see(self, observation: Observation) -> None:
        """Take in what the latest step has led to."""
        self.latest_gain = observation["cumulative_reward"] - self._paid
        self._paid = observation["cumulative_reward"]
        self.observation = observation
        assert self._latest is not None, "took comes before see"
        action = self._latest.action_type
        target = str(self._latest.parameters.get(target_parameter(action), ""))
        if action in DIAGNOSTICS:
            text = observation["queried_data"].get(action, {}).get(target)
            if text is not None and action not in self.evidence[self.index[target]].tokens:
                self._read(action, self.index[target], text)
        else:
            self._remember_trial(action, target)

    def trial(self, action: str, target: str) -> Trial:
        """How a remedy went so far."""
        return self.trials.get((action, target), Trial())

    def _remember_trial(self, action: str, target: str) -> None:
        trial = self.trials.setdefault((action, target), Trial())
        trial.count += 1
        trial.holds_then = len(self.held)
        if self.latest_gain > 0:  # nothing but a remedy that holds pays
            trial.held = True
            self.held.append((action, target))

    def _read(self, tool: str, place: int, text: str) -> None:
        evidence = self.evidence[place]
        if tool == "query_logs":
            self._count_names(place, text)
        elif tool == "check_dependencies":
            self._read_calls(place, text)
        elif tool == "check_metrics":
            self._read_metrics(evidence, text)
        elif tool == "check_service_status":
            self.flags += [(name, place) for name in flags_on(text)]
            self.steps += [(name, place) for name in runbook_steps(text)]
        plain = self._names.sub(" ", text)
        tokens = reading.tokens_of(tool, plain, self.observation["alert"]["duration_minutes"])
        words = list(dict.fromkeys(reading.words(reading.without_lists(plain))))
        word_tokens = np.array([reading.token(f"word {word}") for word in words], dtype=np.uint32)
        surprise = self._familiarity.surprise
        evidence.words.update(zip(words, surprise(word_tokens).tolist(), strict=True))
        evidence.tokens[tool], evidence.surprise[tool] = tokens, surprise(tokens)
        evidence.telling = _telling(evidence)
        self.texts.append(np.concatenate([tokens, word_tokens]))

    def _count_names(self, place: int, text: str) -> None:
        for name in self._names.findall(text):
            if self.index[name] != place:
                self.evidence[self.index[name]].named += 1

    def _read_calls(self, place: int, text: str) -> None:
        evidence = self.evidence[place]
        evidence.own, made = reading.calls(text)
        evidence.callees = {}
        for call in made:
            if call.name in self.index:
                evidence.callees[call.name] = 0.0 if call.fallback else call.badness
                callee = self.evidence[self.index[call.name]]
                callee.seen_by_callers = max(callee.seen_by_callers or 0.0, call.badness)

    def _read_metrics(self, evidence: Evidence, text: str) -> None:
        table = reading.rows(text)
        evidence.own = reading.own_badness(table)
        for row in table:
            if row.label not in self.figures or abs(row.departure) > abs(self.figures[row.label].departure):
                self.figures[row.label] = row


def _telling(evidence: Evidence) -> tuple[Tokens, Figures]:
    """The most surprising tokens of a service, and how surprising they are."""
    tokens = np.concatenate(list(evidence.tokens.values()))
    surprise = np.concatenate(list(evidence.surprise.values()))
    top = np.argsort(-surprise, kind="stable")[:TELLING]
    return tokens[top], surprise[top]
