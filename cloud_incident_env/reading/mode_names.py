"""Finds the failure modes that a text names by their ids, titles or definitions."""

from __future__ import annotations

import re
from typing import NamedTuple

from cloud_incident_env.reading.modes import MODES


def mode_named(text: str) -> str | None:
    """The id of the mode that a text consists of, perhaps after "Failure mode:" or the like.

    The text is the mode's id, its title or its definition.
    Case does not matter, nor whether an id is written with `-`, `_` or spaces.
    """
    return _BY_NAME.get(_joined(_INTRODUCED.sub("", text)))


def modes_listed(text: str) -> set[str]:
    """The ids of the modes that a text lists: more than one is a list of guesses.

    They are those that its parts name by id, title or definition, and where it holds three ids or more, all of them.
    """
    named = {_BY_NAME[part] for part in map(_joined, _BETWEEN.split(text)) if part in _BY_NAME}
    ids = MODES.keys() & set(_ID.findall(text.casefold()))
    return named | ids if len(ids) > 2 else named  # some ids are words that an explanation may hold


class NamedId(NamedTuple):
    """A mode's id in a longer text."""

    mode: str
    is_introduced: bool  # whether it is said to be the failure mode: "failure mode: ID", "(ID)"


def ids_named(text: str) -> list[NamedId]:
    """The ids that a text holds, written as ids are, but for those of which it says that they were not it."""
    found = []
    for match in _WRITTEN_ID.finditer(text):
        mode = match[0].casefold().replace("_", "-")
        if mode not in MODES:
            continue
        before, after = text[max(0, match.start() - _LOOKS_BACK) : match.start()], text[match.end() :]
        if not _DENIED.search(before):
            in_brackets = before.endswith("(") and after.startswith(")")
            found.append(NamedId(mode, in_brackets or bool(_SAYS_MODE.search(before))))
    return found


_INTRODUCED = re.compile(
    r"^\s*(?:the )?(?:failure mode|mechanism|root cause|cause|diagnosis)(?: (?:is|was)(?: that)?|:| =)\s+", re.I
)
_BETWEEN = re.compile(r"[^\w\s'-]+|\n|\s-\s|\b(?:and|or|nor|also|then|maybe)\b", re.I)
_ID = re.compile(r"[a-z-]+")
_LOOKS_BACK = 60  # characters before an id that say what it is
_WRITTEN_ID = re.compile(r"(?<![\w@-])[a-z0-9]+(?:[-_][a-z0-9]+)*(?![\w@-])", re.I)
_DENIED = re.compile(r"\b(?:not|no|nor|never|than|unlike|instead of|[a-z]+n't)\W+(?:[\w'-]+\W+){0,2}$", re.I)
_SAYS_MODE = re.compile(
    r"\b(?:mode|mechanism|cause|diagnosis)\b[\s\"'`*]{0,3}(?:[:=]|(?:is|was)\b)?[\s\"'`*(]{0,3}(?:(?:an?|the)\s)?$",
    re.I,
)
_AROUND = " \t\r\n.!\"'`()[]*"


def _joined(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name.strip(_AROUND).casefold())


_BY_NAME = {_joined(name): mode.id for mode in MODES.values() for name in (mode.id, mode.title, mode.definition)}
