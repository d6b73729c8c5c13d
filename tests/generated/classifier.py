"""A bag-of-words classifier that tries to name the culprit from the alert and the summary alone.

Multinomial logistic regression over the known services of an incident: the score of a service is the sum of one weight
for each pair of a word and the service's name, and of one for the name. Weights live in a hashed table and are fitted
by stochastic gradient descent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from cloud_incident_env.incident import Incident

SLOTS = 1 << 20
RATE = 0.15
DECAY = 0.5  # of the rate, each time round
ROUNDS = 3
Example = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]  # words, names, which name is the culprit's


def example_of(incident: Incident) -> Example:
    alert = incident.alert
    told = " ".join((incident.summary, alert.title, *alert.symptoms, *alert.affected_services))
    words = sorted({"", *re.findall(r"[a-z][a-z-]+", told.lower())})
    names = incident.known_services
    return _hashed(words), _hashed(names), names.index(incident.culprit)


def _hashed(texts: Iterable[str]) -> npt.NDArray[np.int64]:
    return np.array([crc32(text.encode()) for text in texts], dtype=np.int64)


class Classifier:
    def __init__(self) -> None:
        self._weights = np.zeros(SLOTS)

    def fit(self, examples: Sequence[Example]) -> None:
        rate = RATE
        for _ in range(ROUNDS):
            for words, names, culprit in examples:
                slots = _slots(words, names)
                error = _softmax(self._weights[slots].sum(axis=0))
                error[culprit] -= 1
                np.subtract.at(self._weights, slots, rate * np.broadcast_to(error, slots.shape) / np.sqrt(len(words)))
            rate *= DECAY

    def accuracy(self, examples: Sequence[Example]) -> float:
        """The share of the examples whose culprit gets the highest score."""
        hits = sum(
            int(self._weights[_slots(words, names)].sum(axis=0).argmax()) == culprit
            for words, names, culprit in examples
        )
        return hits / len(examples)


def _slots(words: npt.NDArray[np.int64], names: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return (words[:, None] * 2_654_435_761 + names[None, :] * 40_503) % SLOTS


def _softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    raised = np.exp(scores - scores.max())
    result: npt.NDArray[np.float64] = raised / raised.sum()
    return result
