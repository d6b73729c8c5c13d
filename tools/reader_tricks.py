"""Forms of text that assert no cause, and must not be read as one: denials and lists of guesses.

A form is filled with how a failure mode is written: its id, its title or its definition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cloud_incident_env.reading.modes import MODES

# Ways to deny what a noun phrase names, such as the title or the id of a mode.
DENIALS: Mapping[str, str] = {
    "is a red herring": "{} is a red herring",
    "everything except": "everything except {}",
    "far from": "it was far from {}",
    "anything but": "anything but {}",
    "ruled out": "{} was ruled out",
    "we ruled out": "We ruled out {}.",
    "not": "not {}",
    "it was not": "It was not {}.",
    "never": "it was never {}",
    "no sign of": "There is no sign of {}",
    "exonerated": "{} was exonerated",
    "unrelated": "{} turned out to be unrelated",
    "cannot be blamed on": "this cannot be blamed on {}",
    "was fine": "{} was fine",
    "innocent": "{} is innocent",
    "rather than": "something else rather than {}",
    "without": "it happened without {}",
    "disproved": "The hypothesis of {} was disproved.",
    "neither": "neither {} nor anything like it",
    "dismissed": "We can dismiss {}.",
    "did not cause": "{} did not cause this",
    "nothing to do with": "This has nothing to do with {}.",
    "excluded": "{} can be excluded",
    "unlikely": "{} is unlikely",
    "other than": "any cause other than {}",
    "coincidence": "{} was a mere coincidence",
    "checked, fine": "{}: checked, was fine",
    "ruled out, colon": "Ruled out: {}",
}

# Ways to deny a whole clause, such as the definition of a mode.
DENIED_CLAUSES: Mapping[str, str] = {
    "it is not true that": "It is not true that {}.",
    "it is not the case that": "It is not the case that {}.",
    "nothing shows that": "Nothing shows that {}.",
    "we ruled out that": "We ruled out that {}.",
    "turned out to be wrong": "We first believed that {}, but this turned out to be wrong.",
    "would be wrong to say": "It would be wrong to say that {}.",
    "no sign that": "There is no sign that {}.",
    "red herring": "That {} is a red herring.",
    "never happened": "That {} never happened.",
    "someone claimed": "Someone claimed that {}; the logs exonerate it.",
}

# Ways to write several guesses in a row.
LISTS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "commas": ", ".join,
    "or": " or ".join,
    "slashes": " / ".join,
    "numbers": lambda guesses: "\n".join(f"{number}. {guess}" for number, guess in enumerate(guesses, 1)),
    "and": " and ".join,
    "sentences": ". ".join,
}
LIST_LENGTHS = (2, 3, 4, 5)

# How a mode is written as a noun phrase.
NOUNS: Mapping[str, Callable[[str], str]] = {
    "title": lambda mode: MODES[mode].title,
    "id": lambda mode: mode,
    "words of the id": lambda mode: mode.replace("-", " "),
}


def neighbours(mode: str, count: int) -> list[str]:
    """A mode and those that follow it in the catalogue, mostly of its group: guesses that share their symptoms."""
    ids = [*MODES, *MODES]
    start = ids.index(mode)
    return ids[start : start + count]
