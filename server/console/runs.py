"""The run folders that an operator serves: those directly below one folder, by name, and never written to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cloud_incident_env.encoding import Values

from .agents import ORACLE

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
MOST_RUNS = 500  # that are listed
FILES = ("config.json", "episodes.jsonl")  # of a run; the second is there once an episode has ended


def run_names(folder: Path | None) -> list[str]:
    """The names of the runs below a folder, in order."""
    if folder is None:
        return []
    try:
        names = sorted(path.name for path in folder.iterdir() if NAME.fullmatch(path.name))
    except OSError:
        return []
    return [name for name in names if run_folder(folder, name) is not None][:MOST_RUNS]


def run_folder(folder: Path | None, name: str) -> Path | None:
    """The folder of a run; None if there is no such run, or if it or one of its files is a link or no file."""
    if folder is None or NAME.fullmatch(name) is None:
        return None
    path = folder / name
    try:
        whole = path.is_dir() and (path / FILES[0]).is_file()
        linked = any(each.is_symlink() for each in (path, *(path / file for file in FILES)))
        odd = (path / FILES[1]).exists() and not (path / FILES[1]).is_file()  # a pipe would never end
    except OSError:
        return None
    return path if whole and not linked and not odd else None


def shown_run(found: Mapping[str, Any], *, told: bool) -> Values:
    """A page of a run's episodes as it may be shown: without grades, and of the oracle's without numbers of steps."""
    if told:
        return {**found, "told": True}
    hidden = {"grade": None, **({"steps": None} if found["agent"] == ORACLE else {})}
    episodes = [{**episode, **hidden} for episode in found["episodes"]]
    return {**found, "episodes": episodes, "mean": None, "told": False}
