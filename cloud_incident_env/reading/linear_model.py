"""Linear models over the features of a text, with whole numbers for weights, so that a score is the same everywhere.

The weights of a feature for all classes are packed into one integer, a lane of 32 bits for each class, so the scores of
a text take one addition a feature.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import isqrt
from pathlib import Path
from typing import NamedTuple

from cloud_incident_env.reading.features import Features

WEIGHTS = Path(__file__).with_name("weights.bin")  # written by `make reading`
ONE = 1024  # a score of 1.0
FRACTION = 1 << 16  # of `scale`
_LANE = 4  # bytes
_BIAS_OF_LANE = 128  # added to a weight, so that no lane is negative


class Rows(NamedTuple):
    """A model as numbers: what training makes and the file of weights holds."""

    keys: Sequence[int]  # hash of each feature, 32 bits
    energy: Sequence[int]  # square of how rare each feature is, 16 bits
    weights: bytes  # int8, all classes of a feature, then those of the next
    bias: Sequence[int]  # of each class, in 1/`ONE`
    scale: int  # that makes 1/`ONE` of a sum of weights, in 1/`FRACTION`


class LinearModel:
    """One weight for each of its features and classes. The length of a text makes no difference to its scores."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.bias = list(rows.bias)
        classes = len(self.bias)
        lifted = bytes((weight + _BIAS_OF_LANE) % 256 for weight in range(256))  # int8 as it is stored -> lane
        weights = rows.weights.translate(lifted)
        # Behind the lanes of the classes: the energy, and a lane that counts features.
        self._unpack = struct.Struct(f"<{classes + 2}I").unpack
        row = bytearray(_LANE * (classes + 2))
        row[_LANE * (classes + 1)] = 1
        end = _LANE * classes
        self._packed: dict[int, int] = {}
        for number, (key, energy) in enumerate(zip(rows.keys, rows.energy, strict=True)):
            row[0:end:_LANE] = weights[number * classes : (number + 1) * classes]
            row[end : end + 2] = energy.to_bytes(2, "little")
            self._packed[key] = int.from_bytes(row, "little")
        self._bytes = len(row)

    def scores(self, features: Features) -> list[int]:
        """The score of each class for a text with these features, in 1/`ONE`."""
        packed = self._packed
        total = sum(packed[feature] for feature in features if feature in packed)
        *sums, energy, count = self._unpack(total.to_bytes(self._bytes, "little"))
        length = isqrt(energy)
        if not length:
            return self.bias
        scale, divisor, lifted = self.rows.scale, length * FRACTION, count * _BIAS_OF_LANE
        return [(lane - lifted) * scale // divisor + bias for lane, bias in zip(sums, self.bias, strict=True)]

    def score(self, features: Features) -> int:
        """The score of a model with one class, in 1/`ONE`."""
        return self.scores(features)[0]


@dataclass(frozen=True)
class Models:
    """All that the reader has learned."""

    mode: LinearModel  # which mode a text is about: one class for each mode of the catalogue, in its order
    asserts: LinearModel  # whether a text asserts one cause; above 0 it does
    blamed: LinearModel  # whether a sentence blames a service; above 0 it does
    done: LinearModel  # whether a sentence says that something was done to help; above 0 it does
    recovered: LinearModel  # whether a sentence says that all is well again; above 0 it does
    common: frozenset[str]  # words that say nothing of a mode
    least_margin: int  # between the best two modes, in 1/`ONE`; below it a text is read as none


def write(models: Models, path: Path = WEIGHTS) -> None:
    """Write the models to a file: a line of JSON, and the numbers of each model behind it, compressed."""
    named = {name: model for name, model in vars(models).items() if isinstance(model, LinearModel)}
    head = {
        "common": sorted(models.common),
        "least_margin": models.least_margin,
        "models": {
            name: {"features": len(model.rows.keys), "bias": model.bias, "scale": model.rows.scale}
            for name, model in named.items()
        },
    }
    parts = [json.dumps(head).encode(), b"\n"]
    for model in named.values():
        count = len(model.rows.keys)
        parts += [struct.pack(f"<{count}I", *model.rows.keys), struct.pack(f"<{count}H", *model.rows.energy)]
        parts.append(model.rows.weights)
    path.write_bytes(zlib.compress(b"".join(parts), 9))


@cache
def trained() -> Models:
    """The models as they were trained."""
    content = zlib.decompress(WEIGHTS.read_bytes())
    place = content.index(b"\n")
    head = json.loads(content[:place])
    place += 1
    models: dict[str, LinearModel] = {}
    for name, told in head["models"].items():
        count, bias = told["features"], told["bias"]
        keys = struct.unpack_from(f"<{count}I", content, place)
        energy = struct.unpack_from(f"<{count}H", content, place + 4 * count)
        place += 6 * count
        weights = content[place : place + count * len(bias)]
        place += len(weights)
        models[name] = LinearModel(Rows(keys, energy, weights, bias, told["scale"]))
    return Models(**models, common=frozenset(head["common"]), least_margin=head["least_margin"])
