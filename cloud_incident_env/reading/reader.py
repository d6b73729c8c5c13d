"""Reads a written diagnosis as exactly one failure mode of the catalogue, or as none.

The first of two linear models says which mode a text is about. The second says whether the text asserts one cause at
all. It does not read what the text is about. It reads its form, all but the common words blotted out, and how surely
and how unanimously the first model reads the text and its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import groupby
from typing import NamedTuple

from cloud_incident_env.reading.features import BREAK, QUESTION, Features, features_by_name, features_of, tokens_of
from cloud_incident_env.reading.linear_model import ONE, LinearModel, Models, trained
from cloud_incident_env.reading.mode_names import mode_named, modes_listed
from cloud_incident_env.reading.modes import MODES, accepted_for
from cloud_incident_env.reading.names import Found, Names, blotted
from cloud_incident_env.reading.quotes import without_quotes

MODE_IDS = tuple(MODES)  # the classes of the first model, in its order

LEAST_WORDS = 2  # of a text that states anything
MOST_PARTS = 24  # of a text that are read by themselves
_SHORT = 2  # words that a part must have to be read by itself
_SPLITTING = frozenset(
    {BREAK, QUESTION, "but", "and", "or", "because", "so", "while", "which", "although", "then", "nor"}
)
_BLOT = "*"  # in place of words that are not common
_STEP = ONE // 10  # of margins and scores: a feature for each that is passed
_MOST_STEPS = 24
_SURE = ONE // 8  # margin from which on a part is taken to name its mode


class Reading(NamedTuple):
    """What a text was read as."""

    mode: str | None  # id of the failure mode; None where the text asserts none, or more than one
    best: str  # the mode that it comes nearest to
    margin: int  # between the best two modes, in 1/`ONE`
    asserts: int  # how much the text reads like the assertion of one cause, in 1/`ONE`


class Best(NamedTuple):
    """The mode that a text is most about."""

    number: int  # in `MODE_IDS`
    score: int  # in 1/`ONE`
    margin: int  # to the second best


def read(text: str, names: Names, shown: Iterable[str] = (), blamed: str | None = None) -> Reading:
    """Read a text.

    `names` are those of services, flags and runbook steps, which say nothing of a mode; `shown` is what the writer was
    shown, of which copies say nothing either. `blamed` is the service that the text is submitted with.
    """
    named = mode_named(text)
    if named:
        return Reading(named, named, ONE, ONE)
    tokens = tokens_of(without_quotes(text, shown))
    found = names.found_in(tokens)
    reading = read_tokens(blotted(tokens, found), trained())
    is_stated = len(modes_listed(text)) < 2 and is_about(reading.mode, tokens, found, blamed, trained().mode)
    return reading if is_stated else reading._replace(mode=None)


def is_about(
    mode: str | None, tokens: Sequence[str], found: Sequence[Found], blamed: str | None, model: LinearModel
) -> bool:
    """Whether a text is about a mode as well with the names that were found in it, but for that of the blamed service.

    Which names are known differs from incident to incident. So a text full of them could be right for several modes,
    for another one wherever other names are blotted out.
    """
    accepted = accepted_for(mode) if mode else ()
    of_blamed = [name for name in found if name.thing == blamed]
    as_written = [tokens, blotted(tokens, of_blamed)] if of_blamed else [tokens]
    return not found or all(MODE_IDS[best_mode(each, model).number] in accepted for each in as_written)


def read_tokens(tokens: Sequence[str], models: Models) -> Reading:
    """Read a text by its tokens, the names of services blotted out (`names.py`)."""
    best = best_mode(tokens, models.mode)
    mode = MODE_IDS[best.number]
    asserts = models.asserts.score(assertion_features(tokens, best, models.mode, models.common))
    says_something = sum(token not in (BREAK, QUESTION) for token in tokens) >= LEAST_WORDS
    stated = says_something and asserts > 0 and best.margin >= models.least_margin
    return Reading(mode if stated else None, mode, best.margin, asserts)


def best_mode(tokens: Sequence[str], model: LinearModel) -> Best:
    """The mode that a text with these tokens is most about; `model` is the first one."""
    return best_of(model.scores(features_of(tokens)))


def best_of(scores: Sequence[int]) -> Best:
    """The best of the scores of all modes."""
    score, second = nlargest(2, scores)
    return Best(scores.index(score), score, score - second)


def parts_of(tokens: Sequence[str]) -> list[list[str]]:
    """The parts of a text between its punctuation and conjunctions: the first `MOST_PARTS` that are not too short."""
    runs = (list(run) for splits, run in groupby(tokens, _SPLITTING.__contains__) if not splits)
    return [run for run in runs if len(run) >= _SHORT][:MOST_PARTS]


def assertion_features(tokens: Sequence[str], whole: Best, model: LinearModel, common: frozenset[str]) -> Features:
    """The features of a text for the second model; `model` is the first one, and `whole` what it says of the text."""
    parts = parts_of(tokens)
    scores = [model.scores(features_of(part)) for part in parts]
    sure = [part.number for part in map(best_of, scores) if part.margin >= _SURE]
    # the part that says most of the mode as which the whole text is read
    home = max(range(len(parts)), key=lambda number: scores[number][whole.number], default=0)
    named = {
        f"parts {min(len(parts), 6)}",
        f"modes {min(len(set(sure)), 5)}",
        f"agree {sure.count(whole.number) * 4 // len(sure) if sure else 'none'}",
        f"words {min(len(tokens), 60) // 6}",
        f"home {'only' if len(parts) < 2 else 'first' if not home else 'last' if home == len(parts) - 1 else 'inner'}",
    }
    named.update(f"margin over {step}" for step in range(min(whole.margin // _STEP, _MOST_STEPS)))
    named.update(f"score over {step}" for step in range(-_MOST_STEPS, min(whole.score // _STEP, _MOST_STEPS)))
    named.update(f"more than {count} modes" for count in range(min(len(set(sure)), _MOST_STEPS)))
    for number, part in enumerate(parts):
        named |= _forms_of(part, common, "at" if number == home else "before" if number < home else "after")
    return features_by_name(named | _forms_of(tokens, common, "all"))


def sentence_features(tokens: Sequence[str], common: frozenset[str], target: str) -> Features:
    """The features of a sentence for the models that ask what it says: its form, and what stands about a target."""
    named = _forms_of(tokens, common, "all") | _triples_of(tokens)
    named |= {f"around {first} {last}" for first, last in zip(tokens, tokens[2:], strict=False)}
    for place, token in enumerate(tokens):
        if token == target:
            named |= {f"before {word}" for word in tokens[max(0, place - 4) : place]}
            named |= {f"after {word}" for word in tokens[place + 1 : place + 5]}
    return features_of(tokens, named)


def _forms_of(tokens: Sequence[str], common: frozenset[str], where: str) -> set[str]:
    """One to four words in a row, with one blot for all that follow each other and are not common."""
    blotted = (token if token in common or token in (BREAK, QUESTION) else _BLOT for token in tokens)
    form = ["^", *(token for token, _ in groupby(blotted)), "$"]
    starts = range(len(form))
    return {
        f"{where} {' '.join(form[start : start + size])}"
        for size in (1, 2, 3, 4)
        for start in starts[: 1 - size or None]
    }


def _triples_of(tokens: Sequence[str]) -> set[str]:
    words = ["^", *tokens, "$"]
    return {f"triple {' '.join(triple)}" for triple in zip(words, words[1:], words[2:], strict=False)}
