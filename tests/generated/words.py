"""Bags of words over what the tools show, trained on labelled incidents: what can be learnt without understanding.

A text is the set of its words and of its pairs of neighbouring words, without figures, ids and names of services.
`Ranker` names the culprit among the services of an incident, `Sorter` the failure mode by the words of that service.
Both are multinomial logistic regressions over a hashed table, fitted by stochastic gradient descent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from cloud_incident_env.incident import Incident
from tests.generated.shown import Shown

SLOTS = 1 << 18
ROUNDS = 12
RATE = 0.5
DECAY = 0.85  # of the rate, each time round
Bag = npt.NDArray[np.int64]
_WORD = re.compile(r"[a-z][a-z_.-]*[a-z]|[a-z]")


def bag_of(text: str, names: Iterable[str]) -> Bag:
    """The slots of the words and of the pairs of words of a text."""
    plain = text.casefold()
    for name in sorted(names, key=len, reverse=True):
        plain = plain.replace(name, " ")
    plain = re.sub(r"\b(?=\w*\d)[\w.:-]+", " ", plain)  # figures, times, addresses, ids
    found: set[str] = set()
    for line in plain.splitlines():
        words = _WORD.findall(line)
        found.update(words)
        found.update(map(" ".join, pairwise(words)))
    return np.array(sorted({crc32(word.encode()) % SLOTS for word in found}), dtype=np.int64)


def bags_of(incident: Incident, tools: Sequence[str]) -> list[Bag]:
    """A bag for each known service, of what some tools show of it."""
    shown = Shown(incident)
    texts = ("\n".join(shown.text(tool, name) for tool in tools) for name in shown.services)
    return [bag_of(text, shown.services) for text in texts]


class Ranker:
    """Scores a service by the words that are told of it."""

    def __init__(self) -> None:
        self._weights = np.zeros(SLOTS)

    def fit(self, examples: Sequence[tuple[list[Bag], int]]) -> None:
        """Learn from the bags of the services of each incident and the place of its culprit among them."""
        rate = RATE
        for _ in range(ROUNDS):
            for bags, culprit in examples:
                error = _softmax(self._scores(bags))
                error[culprit] -= 1
                for bag, share in zip(bags, error, strict=True):
                    self._weights[bag] -= rate * share / np.sqrt(max(1, len(bag)))
            rate *= DECAY

    def names(self, bags: list[Bag]) -> int:
        return int(self._scores(bags).argmax())

    def _scores(self, bags: list[Bag]) -> npt.NDArray[np.float64]:
        return np.array([self._weights[bag].sum() / np.sqrt(max(1, len(bag))) for bag in bags])


class Sorter:
    """Tells the label of a text by its words."""

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = sorted(set(labels))
        self._weights = np.zeros((SLOTS, len(self.labels)))

    def fit(self, examples: Sequence[tuple[Bag, str]]) -> None:
        rate = RATE
        for _ in range(ROUNDS):
            for bag, label in examples:
                error = _softmax(self._scores(bag))
                error[self.labels.index(label)] -= 1
                self._weights[bag] -= rate * error / np.sqrt(max(1, len(bag)))
            rate *= DECAY

    def tells(self, bag: Bag) -> str:
        return self.labels[int(self._scores(bag).argmax())]

    def _scores(self, bag: Bag) -> npt.NDArray[np.float64]:
        scores: npt.NDArray[np.float64] = self._weights[bag].sum(axis=0) / np.sqrt(max(1, len(bag)))
        return scores


class Reader:
    """Names the culprit and the failure mode of incidents by the words of some tools."""

    def __init__(self, tools: Sequence[str]) -> None:
        self._tools = tuple(tools)
        self._ranker = Ranker()
        self._sorter = Sorter(())

    def fit(self, incidents: Sequence[Incident]) -> None:
        read = [(bags_of(incident, self._tools), incident) for incident in incidents]
        places = [incident.known_services.index(incident.culprit) for incident in incidents]
        self._ranker.fit([(bags, place) for (bags, _), place in zip(read, places, strict=True)])
        self._sorter = Sorter(incident.failure_mode for incident in incidents)
        self._sorter.fit(
            [(bags[place], incident.failure_mode) for (bags, incident), place in zip(read, places, strict=True)]
        )

    def shares(self, incidents: Sequence[Incident]) -> tuple[float, float]:
        """The shares of the incidents whose culprit it names, and whose failure mode."""
        culprits = modes = 0
        for incident in incidents:
            bags = bags_of(incident, self._tools)
            named = self._ranker.names(bags)
            culprits += incident.known_services[named] == incident.culprit
            modes += self._sorter.tells(bags[named]) == incident.failure_mode
        return culprits / len(incidents), modes / len(incidents)


def _softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    raised = np.exp(scores - scores.max())
    result: npt.NDArray[np.float64] = raised / raised.sum()
    return result
