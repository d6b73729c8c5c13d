"""Loads the texts that train and test the reader.

A file holds one group of failure modes: a section `## mode-id` each, and a line `style/writer: text` for each text.
Names of services stand in angle brackets. `sentences.txt` holds single sentences of write-ups, `label/writer: text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cloud_incident_env.reading.modes import MODES

HERE = Path(__file__).parent
TRAIN = HERE / "train"
CHOOSE = HERE / "choose"

RIGHT = ("label", "sentence", "chain", "agent", "jargon", "nonnative", "typos", "contrast")
WRONG = ("symptom", "denial", "list", "vague", "neighbour", "tempting")

_LINE = re.compile(r"([a-z-]+)/(\w+): (.+)")


class Written(NamedTuple):
    """A text, and what its writer meant."""

    mode: str  # that it is about; "" for a sentence
    style: str  # one of `RIGHT` or `WRONG`; the label of a sentence
    writer: str
    text: str  # with services in angle brackets

    @property
    def is_right(self) -> bool:
        """Whether it states the cause of its mode."""
        return self.style in RIGHT


def clause_of(mode: str) -> str:
    """The definition of a mode as a part of a sentence."""
    definition = MODES[mode].definition.rstrip(".")
    return definition[0].lower() + definition[1:]


def written_in(folder: Path) -> Iterator[Written]:
    """The texts of the files of a folder. Raises ValueError, with file and line, for a line that is none."""
    for path in sorted(folder.glob("*.txt")):
        mode = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = _LINE.fullmatch(line)
            if line.startswith("## ") and line[3:] in MODES:
                mode = line[3:]
            elif found:
                yield Written(mode, *found.groups())
            elif line:
                raise ValueError(f"{path.name}:{number}: neither '## mode' nor 'style/writer: text': {line[:60]}")
