"""How a text is matched against phrases, and a written failure mode against the terms of its mechanism.

A phrase matches a text if its words occur in it in order, as whole words, with at most `MAX_GAP` other words between
neighbours. Case, punctuation, `_`, `-` and `/` do not matter, and a trailing `*` on a word of the phrase stands for any
ending. So "unbounded quer*" matches "Unbounded full-table export query" and "e" matches nothing but the word e.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from cloud_incident_env.reading.mechanisms import MECHANISMS

MAX_GAP = 3
# An answer that names more mechanisms than this, right ones included, lists guesses.
MAX_MECHANISMS = 3


def words_of(text: str) -> str:
    """The words of a text in lower case, single spaces between them."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


@lru_cache(maxsize=4096)
def _phrase_pattern(phrase: str) -> tuple[str, re.Pattern[str]]:
    """The longest piece of text that every match holds, which is quickly looked for, and the pattern itself."""
    words = [re.escape(word[:-1]) + "[a-z0-9]*" if word.endswith("*") else re.escape(word) for word in phrase.split()]
    gap = rf"(?: [a-z0-9]+){{0,{MAX_GAP}}} "
    pattern = re.compile(r"(?<![a-z0-9])" + gap.join(words) + r"(?![a-z0-9])")
    return max((word.removesuffix("*") for word in phrase.split()), key=len, default=""), pattern


@lru_cache(maxsize=4096)
def _patterns(phrases: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(map(_phrase_pattern, phrases))


def names_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text contains at least one of the phrases."""
    kept = tuple(phrases)
    return bool(kept) and _any_in(words_of(text), kept)


def _any_in(words: str, phrases: tuple[str, ...]) -> bool:
    """Whether the words of a text (`words_of`) contain at least one of the phrases."""
    for piece, pattern in _patterns(phrases):  # noqa: SIM110  # any() takes twice as long
        if piece in words and pattern.search(words):
            return True
    return False


_NEGATIVE_WORDS = frozenset({"no", "not", "never", "without", "cannot", "nor"})
_CLAUSE_BREAK = re.compile(r"([,;:!?()\n]|\.(?=\s|$)|\b(?:but|so|which|and then)\b)", re.I)
_CONTRAST = re.compile(r"\b(?:rather than|instead of)\b[^,;.()\n]*", re.I)
_NEGATION = re.compile(
    r"\b(?:not|never|cannot|nor|neither|ruled out|unaffected|innocent|yet to)\b|(?<=\w)n['’]t\b"
    r"|\b(?:no|without)\b(?! (?:a |an |any )?limit)",
    re.I,
)


@lru_cache(maxsize=4096)
def _negative(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases that hold a negative word themselves."""
    return tuple(phrase for phrase in phrases if _NEGATIVE_WORDS.intersection(phrase.split()))


def without_denials(text: str, statements: Iterable[str] = ()) -> str:
    """The text without the clauses that deny something: naming what did not happen states nothing.

    A clause that matches one of the phrases of `statements` which themselves hold a "no" or "without" stays: such a
    phrase ("without timeout*") says what was wrong.
    """
    kept = _CONTRAST.sub(" ", text)
    negative = _negative(tuple(statements))
    return "".join(
        part for part in _CLAUSE_BREAK.split(kept) if not _NEGATION.search(part) or names_any(part, negative)
    )


def mechanisms_named(text: str, vocabulary: Mapping[str, tuple[str, ...]] = MECHANISMS) -> set[str]:
    """The mechanisms of a vocabulary that a text names."""
    words = words_of(text)
    return {name for name, phrases in vocabulary.items() if _any_in(words, phrases)}


def states_mechanism(
    text: str,
    terms: Collection[str],
    related: Iterable[str],
    vocabulary: Mapping[str, tuple[str, ...]] = MECHANISMS,
    most: int = MAX_MECHANISMS,
) -> bool:
    """Whether a text names the mechanism by its own terms, no unrelated one beside it, and no more than `most`."""
    asserted = without_denials(text, terms)
    named = mechanisms_named(asserted, vocabulary)
    return names_any(asserted, terms) and named <= set(related) and len(named) <= most
