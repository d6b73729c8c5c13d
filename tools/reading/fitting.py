"""Fits a linear model to texts and rounds it to whole numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from cloud_incident_env.reading.features import Features
from cloud_incident_env.reading.linear_model import FRACTION, ONE, LinearModel, Rows

MOST_FEATURES = 16_384
LARGEST = 127  # of a weight
ENERGY = 100  # of a feature that occurs everywhere


Figures: TypeAlias = npt.NDArray[np.float64]


def fit(texts: Sequence[Features], labels: Sequence[int], classes: int, strength: float) -> LinearModel:
    """A model of one score a class, or of one score alone where `classes` is 1 (labels 0 and 1).

    `strength` is the inverse of the regularisation.
    """
    keys = _most_frequent(texts)
    place = {key: number for number, key in enumerate(keys)}
    rows = [sorted(place[key] for key in text if key in place) for text in texts]
    found = np.bincount(np.concatenate([np.array(row, int) for row in rows]), minlength=len(keys))
    rarity = np.log((1 + len(texts)) / (1 + found)) + 1
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate([np.array(row, int) for row in rows])
    matrix = csr_matrix((rarity[columns], columns, ends), shape=(len(texts), len(keys)))
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
    matrix = csr_matrix(matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]))
    if classes == 1:
        fitted = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", max_iter=2000)
    else:
        fitted = LinearSVC(C=strength, random_state=0, max_iter=5000)
    fitted.fit(matrix, np.array(labels))
    coefficients = np.zeros((classes, len(keys)))
    bias = np.zeros(classes)
    if classes == 1:
        coefficients[0], bias[0] = fitted.coef_[0], fitted.intercept_[0]
    else:
        coefficients[fitted.classes_], bias[fitted.classes_] = fitted.coef_, fitted.intercept_
    return _rounded(keys, coefficients.T * rarity[:, None], rarity, bias)


def _most_frequent(texts: Iterable[Features]) -> list[int]:
    """The features that most texts share, none of one text alone, in ascending order."""
    found: Counter[int] = Counter()
    for text in texts:
        found.update(text)
    several = sorted((key for key, count in found.items() if count > 1), key=lambda key: (-found[key], key))
    return sorted(several[:MOST_FEATURES])


def _rounded(keys: Sequence[int], weights: Figures, rarity: Figures, bias: Figures) -> LinearModel:
    unit = np.quantile(np.abs(weights), 0.9999) / LARGEST
    return LinearModel(
        Rows(
            keys=keys,
            energy=np.round(ENERGY * rarity**2).astype(int).tolist(),
            weights=np.clip(np.round(weights / unit), -LARGEST, LARGEST).astype(np.int8).tobytes(),
            bias=np.round(bias * ONE).astype(int).tolist(),
            scale=round(unit * ONE * ENERGY**0.5 * FRACTION),
        )
    )
