"""The weights are those that the texts give."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cloud_incident_env.reading import linear_model
from cloud_incident_env.reading.linear_model import LinearModel, Models, trained, write
from cloud_incident_env.reading.reader import read_tokens
from tools.reading.report import TEST
from tools.reading.texts import CHOOSE, TRAIN, written_in
from tools.reading.train import tokens_written, train, with_thresholds


def _numbers(models: Models) -> list[object]:
    """All that models consist of."""
    rows = [model.rows for model in vars(models).values() if isinstance(model, LinearModel)]
    flat = [(*map(tuple, (row.keys, row.energy, row.bias)), row.weights, row.scale) for row in rows]
    return [models.common, models.least_margin, *flat]


def _readings(models: Models, first: int | None = None) -> list[str | None]:
    """The modes that the first texts, or all, are read as."""
    texts = [text for folder in (TRAIN, CHOOSE, TEST) for text in written_in(folder) if text.mode]
    return [read_tokens(tokens_written(text.text), models).mode for text in texts[:first]]


@pytest.mark.slow
def test_training_again_gives_models_that_read_every_text_alike() -> None:
    again = with_thresholds(train(list(written_in(TRAIN))), list(written_in(CHOOSE)))
    if _numbers(again) == _numbers(trained()):
        return  # so they read every text alike
    before, now = _readings(trained()), _readings(again)
    different = sum(one != other for one, other in zip(before, now, strict=True))
    assert not different, f"{different} of {len(now)} texts are read otherwise: make reading"


def test_other_weights_read_texts_otherwise() -> None:
    models = trained()
    weights = models.mode.rows.weights
    changed = models.mode.rows._replace(weights=weights[1:] + weights[:1])
    assert _readings(replace(models, mode=LinearModel(changed)), 200) != _readings(models, 200)


def test_models_are_written_and_read_without_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weights.bin"
    write(trained(), path)
    monkeypatch.setattr(linear_model, "WEIGHTS", path)
    assert _numbers(trained.__wrapped__()) == _numbers(trained())
