"""Trains the models of the reader on the texts of `train/`, and sets their thresholds by those of `choose/`."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from cloud_incident_env.reading.features import features_of, tokens_of
from cloud_incident_env.reading.linear_model import WEIGHTS, LinearModel, Models, write
from cloud_incident_env.reading.modes import MODES, accepted_for
from cloud_incident_env.reading.names import SERVICE, STEP, TARGET
from cloud_incident_env.reading.reader import (
    MODE_IDS,
    Reading,
    assertion_features,
    best_mode,
    read_tokens,
    sentence_features,
)
from tools.reading.fitting import fit
from tools.reading.texts import CHOOSE, RIGHT, TRAIN, WRONG, Written, clause_of, written_in

FOLDS = 4  # into which writers are divided, so that the second model learns from texts that the first has not seen
COMMON_WORDS = 800
MODE_STRENGTH = 3.0  # of the fit: inverse of the regularisation
ASSERTS_STRENGTH = 6.0
SENTENCE_STRENGTH = 16.0
# Frames whose holes are filled: how many texts are made of each, and whether they assert one cause. Those of clauses
# take a definition, the others a label or a title.
FRAMES = {
    "denial-frame": (6, False),
    "list-frame": (6, False),
    "assert-frame": (12, True),
    "clause-denial-frame": (8, False),
    "clause-assert-frame": (20, True),
}
# Shares of right texts refused and of wrong ones accepted that are thought equally bad.
AS_BAD = (0.04, 0.02)
MARGINS = (0, 10, 20, 40, 80)  # least margins that are tried, in 1/1024
ASKED = ("blamed", "done", "recovered")  # what the models of sentences are asked

_NUMBER = {mode: number for number, mode in enumerate(MODE_IDS)}
_TARGET_NAME, _SERVICE_NAME, _STEP_NAME = (
    re.compile(pattern) for pattern in (r"<T:[^<>]*>", r"<[^<>]*>", r"\[[^\[\]]*\]")
)


def tokens_written(text: str) -> list[str]:
    """The tokens of a text as the reader gets them: marked names are blotted out."""
    text = _TARGET_NAME.sub(f" {TARGET} ", text)
    text = _SERVICE_NAME.sub(f" {SERVICE} ", text)
    return tokens_of(_STEP_NAME.sub(f" {STEP} ", text))


def train(texts: Sequence[Written]) -> Models:
    """All models, learned from these texts and the catalogue; thresholds are those of the fit."""
    about = [text for text in texts if text.mode]
    right = [text for text in about if text.is_right]
    common = _common_words(about)
    fold = _folds(about)
    unseen = [_mode_model([text for text in right if fold[text.writer] != number]) for number in range(FOLDS)]
    examples = [(tokens_written(text.text), text.is_right, fold[text.writer]) for text in about]
    examples += _framed(texts, right)
    nothing = [text for text in texts if not text.mode and text.style in _SAY_NOTHING]
    examples += [(tokens_written(text.text), False, number % FOLDS) for number, text in enumerate(nothing)]
    features = [
        assertion_features(tokens, best_mode(tokens, unseen[number]), unseen[number], common)
        for tokens, _, number in examples
    ]
    asserts = fit(features, [int(is_right) for _, is_right, _ in examples], 1, ASSERTS_STRENGTH)
    return Models(
        mode=_mode_model(right),
        asserts=asserts,
        common=common,
        least_margin=0,
        **{question: _sentence_model(question, texts, common) for question in ASKED},
    )


# Sentences of other questions that answer one with no.
_BESIDE = {
    "done": ("other", "vague", "recovered-no", "neither"),
    "recovered": ("other", "vague", "done-yes", "neither"),
}
# Of those, what states no cause either.
_SAY_NOTHING = ("other", "vague", "done-no", "recovered-no")


def _common_words(texts: Iterable[Written]) -> frozenset[str]:
    """The words that occur with the most modes."""
    modes: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for token in tokens_written(text.text):
            modes[token].add(text.mode)
    return frozenset(sorted(modes, key=lambda word: (-len(modes[word]), word))[:COMMON_WORDS])


def _folds(texts: Iterable[Written]) -> dict[str, int]:
    """The fold of each writer."""
    return {writer: number % FOLDS for number, writer in enumerate(sorted({text.writer for text in texts}))}


def _mode_model(right: Sequence[Written]) -> LinearModel:
    """The model that says which mode a text is about, from texts that state one and from the catalogue itself."""
    examples = [(text.text, text.mode) for text in right]
    for mode in MODES.values():
        examples += [(said, mode.id) for said in (mode.title, mode.definition, mode.id.replace("-", " "))]
    features = [features_of(tokens_written(text)) for text, _ in examples]
    return fit(features, [_NUMBER[mode] for _, mode in examples], len(MODES), MODE_STRENGTH)


def _framed(texts: Iterable[Written], right: Iterable[Written]) -> Iterator[tuple[list[str], bool, int]]:
    """Texts made of frames: their tokens, whether they assert one cause, and a fold."""
    labels = [text.text for text in right if text.style == "label"]
    nouns = [*labels, *(mode.title for mode in MODES.values()), *(mode.title for mode in MODES.values())]
    clauses = [clause_of(mode) for mode in MODES]
    rng = random.Random(0)
    for frame in texts:
        count, is_right = FRAMES.get(frame.style, (0, False))
        for number in range(count):
            pieces = frame.text.split("{}")
            stock = clauses if frame.style.startswith("clause") else nouns
            filled = zip(pieces, [*rng.sample(stock, len(pieces) - 1), ""], strict=True)
            yield tokens_written("".join(map("".join, filled))), is_right, number % FOLDS


def _sentence_model(question: str, texts: Iterable[Written], common: frozenset[str]) -> LinearModel:
    examples = [(text.text, int(text.style == f"{question}-yes")) for text in texts if _is_asked(question, text.style)]
    features = [sentence_features(tokens_written(text), common, TARGET) for text, _ in examples]
    return fit(features, [answer for _, answer in examples], 1, SENTENCE_STRENGTH)


def _is_asked(question: str, style: str) -> bool:
    """Whether sentences of a style teach the answer to a question."""
    return style.startswith(question) or style in _BESIDE.get(question, ())


def with_thresholds(models: Models, texts: Sequence[Written]) -> Models:
    """The models with the thresholds at which texts of others are read best.

    Best is where the share of right texts that are refused and that of wrong texts that are accepted, each as a
    multiple of its part of `AS_BAD`, are smallest: the larger of the two counts. A share is the mean of those of all
    styles, so how many texts there are of a style makes no difference.
    """
    read = [(text, read_tokens(tokens_written(text.text), models)) for text in texts if text.mode]
    found = min(
        ((_cost(read, asserts, margin), margin, asserts) for margin in MARGINS for asserts in _candidates(read)),
        key=lambda entry: entry[0],
    )
    _, margin, asserts = found
    return replace(models, asserts=_shifted(models.asserts, asserts), least_margin=margin)


def _candidates(read: Iterable[tuple[Written, Reading]]) -> list[int]:
    """The scores of wrong texts: between two of them no threshold is better than the next."""
    return sorted({reading.asserts for text, reading in read if not text.is_right and fits(text, reading.best)})


def _cost(read: Sequence[tuple[Written, Reading]], asserts: int, margin: int) -> float:
    accepted: dict[str, list[bool]] = defaultdict(list)
    for text, reading in read:
        is_stated = reading.asserts > asserts and reading.margin >= margin
        accepted[text.style].append(is_stated and fits(text, reading.best))
    shares = {style: sum(found) / len(found) for style, found in accepted.items()}
    refused = fmean(1 - shares[style] for style in RIGHT if style in shares)
    wrong = fmean(shares[style] for style in WRONG if style in shares)
    return max(refused / AS_BAD[0], wrong / AS_BAD[1])


def fits(text: Written, mode: str | None) -> bool:
    """Whether a mode is right for the one that a text is about."""
    return mode in accepted_for(text.mode)


def _shifted(model: LinearModel, threshold: int) -> LinearModel:
    """A model of one class whose scores are above 0 where they were above the threshold."""
    return LinearModel(model.rows._replace(bias=[bias - threshold for bias in model.bias]))


def main() -> None:
    """Train and write the weights."""
    models = with_thresholds(train(list(written_in(TRAIN))), list(written_in(CHOOSE)))
    write(models)
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.2f} MB, {len(models.mode.rows.keys):,} features of modes")


if __name__ == "__main__":
    main()
