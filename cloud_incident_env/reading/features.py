"""The features of a text: 32-bit hashes of its words, of pairs of words and of pieces of words.

Linear models (`linear_model.py`) weigh them. The same text has the same features on every machine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias
from zlib import crc32

Features: TypeAlias = set[int]

BREAK = "|"  # stands for the punctuation between two clauses
QUESTION = "?"
_PIECES = (3, 4, 5)  # characters of the pieces of a word, with the space before and behind it
_TOKEN = re.compile(r"[a-z]+|[0-9]+|[,.;:!?()\n]|(?<=\s)/(?=\s)")
# Numbers that mean something to an engineer; every other one is just a number.
_TELLING = frozenset(
    map(str, (16, 29, 32, 53, 64, 100, 123, 350, *range(400, 432), *range(500, 505), 1500, 2038, 2**31 - 1))
)


def tokens_of(text: str) -> list[str]:
    """The words of a text in lower case without accents, with 0 for most numbers and `BREAK` for punctuation inside."""
    plain = text
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.replace("’", "'")).encode("ascii", "ignore").decode()
    plain = plain.lower().replace("n't", " not").replace("'", "")
    plain = plain.replace("root cause", "cause")  # "root" would speak of certificates or of accounts
    tokens: list[str] = []
    for token in _TOKEN.findall(plain):
        if token[0].isalpha():
            tokens.append(token)
        elif token[0].isdigit():
            tokens.append(token if token in _TELLING else "0")
        elif token == QUESTION:
            tokens.append(QUESTION)
        elif tokens and tokens[-1] != BREAK:
            tokens.append(BREAK)
    return tokens[:-1] if tokens and tokens[-1] == BREAK else tokens


def features_of(tokens: Sequence[str], more: Iterable[str] = ()) -> Features:
    """The features of a text with these tokens; `more` are features by name."""
    words = [token for token in tokens if token not in (BREAK, QUESTION)]
    features = features_by_name(more)
    for word in words:
        features.update(_features_of_word(word))
    features.update(crc32(f"p {first} {second}".encode()) for first, second in pairwise(words))
    return features


def features_by_name(names: Iterable[str]) -> Features:
    """The features with these names."""
    return {crc32(name.encode()) for name in names}


@lru_cache(maxsize=4096)  # words recur from text to text
def _features_of_word(word: str) -> tuple[int, ...]:
    """The word itself, and its pieces."""
    spaced = f" {word} ".encode()
    pieces = (crc32(spaced[start : start + n], n) for n in _PIECES for start in range(len(spaced) - n + 1))
    return (crc32(f"w {word}".encode()), *pieces)
