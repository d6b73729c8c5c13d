"""Takes out of a text what it quotes: what a tool showed is evidence, and repeating it explains nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

QUOTED_WORDS = 6  # in a row, or more, that occur like this in what was shown
# What is left of a text without its quotes is copied too, words turned round or put between or not, if it has as many
# words as this, and so many of them were shown: of all of them, or of those that three shown words in a row cover.
# Of first sentences of honest write-ups 1 in 200 has 0.91 and 0.33 or more.
COPIED_WORDS = 8
COPIED_SHARE = 0.92
COPIED_SHARE_IN_ROWS = 0.4
_ROW = 3
_WORD = re.compile(r"[a-z0-9]+")
_SPACED = bytes(code if chr(code).isascii() and chr(code).isalnum() else 32 for code in range(256))


def without_quotes(text: str, shown: Iterable[str]) -> str:
    """The text without what it copied from `shown`.

    A line break stands in place of every run of `QUOTED_WORDS` words or more that was shown. Nothing is left of a text
    whose other words are copied as well.
    """
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow when they are lowered, and positions would not fit
        text = lower
    found = list(_WORD.finditer(lower))
    if len(found) < QUOTED_WORDS:
        return text
    words = [match[0] for match in found]
    texts = [_words_of(each) for each in shown]
    known = set().union(*texts)
    quoted = _in_rows(words, texts, known, QUOTED_WORDS)
    if _is_copied([word for word, is_quoted in zip(words, quoted, strict=True) if not is_quoted], texts, known):
        return ""
    kept: list[str] = []
    position = 0
    for number, match in enumerate(found):
        if quoted[number]:
            if not number or not quoted[number - 1]:
                kept += (text[position : match.start()], "\n")
            position = match.end()
    kept.append(text[position:])
    return "".join(kept)


def _is_copied(words: Sequence[str], texts: Sequence[Sequence[str]], known: set[str]) -> bool:
    """Whether most of the words were shown, in whatever order."""
    if len(words) < COPIED_WORDS:
        return False
    if sum(word in known for word in words) >= COPIED_SHARE * len(words):
        return True
    return sum(_in_rows(words, texts, known, _ROW)) >= COPIED_SHARE_IN_ROWS * len(words)


def _in_rows(words: Sequence[str], texts: Sequence[Sequence[str]], known: set[str], length: int) -> list[bool]:
    """Which of the words are part of a row of this length, or longer, that stands in one of the texts."""
    inside = [False] * len(words)
    rows: dict[str, list[int]] = {}
    run = 0  # words up to here that were all shown somewhere
    for place, word in enumerate(words):
        run = run + 1 if word in known else 0
        if run >= length:
            start = place - length + 1
            rows.setdefault(" ".join(words[start : place + 1]), []).append(start)
    if not rows:
        return inside
    shown: set[str] = set()
    for text in texts:
        shown.update(map(" ".join, zip(*(text[first:] for first in range(length)), strict=False)))
    for row, starts in rows.items():
        if row in shown:
            for start in starts:
                inside[start : start + length] = [True] * length
    return inside


def _words_of(text: str) -> list[str]:
    return text.lower().encode("ascii", "replace").translate(_SPACED).decode().split()
