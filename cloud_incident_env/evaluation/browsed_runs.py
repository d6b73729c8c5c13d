"""Run folders as the page browses them: a list of episodes, page by page, and one episode at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cloud_incident_env.actions import TEXT_LENGTH
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.refusals import RefusedError
from cloud_incident_env.evaluation.replay import ReplayError, replayed
from cloud_incident_env.evaluation.run_selection import kinds, mean_grade, select
from cloud_incident_env.evaluation.store import CONFIG_NAME, EPISODES_NAME, RunFolder, RunFolderError, check_incidents

MOST_EPISODES = 50_000  # of a run that are listed, the first ones
MOST_LINE = 16 << 20  # bytes of an episode, of which the longest honest ones have some 2 MB
MOST_STEPS = 1_000  # of an episode; no incident allows as many
KEPT_RUNS = 4  # whose lists are kept
OF_AN_EPISODE = ("key", "options", "trial", "task_id", "scenario_id", "difficulty", "split", "status", "grade")
OTHERWISE = "this episode does not go as it was recorded: the command `replay` of the evaluation says where"
CHANGED = "this run was written to while it was read: try again"

T = TypeVar("T")
Short = Annotated[str, StringConstraints(max_length=1_000)]
Text = Annotated[str, StringConstraints(max_length=TEXT_LENGTH)]
Scalars = Annotated[dict[Short, Text | int | float | bool | None], Field(max_length=50)]


class _Checked(BaseModel):
    """What the page counts on: types that a file may not have, and sizes that an answer can hold."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class _Config(_Checked):
    agent: Text
    model: Text | None
    started: Short
    commit: Short | None
    versions: dict[Short, Short]


class _Episode(_Checked):
    key: Short
    options: Scalars
    steps: list[Any] = Field(max_length=MOST_STEPS)
    trial: int | None = None
    task_id: Short | None = None
    scenario_id: Short | None = None
    difficulty: Short | None = None
    split: Short | None = None
    status: Short | None = None
    grade: float | None = None


class _Step(_Checked):
    action_type: Short
    parameters: Scalars
    source: Short
    words: Text | None = None


class _Whole(_Checked):
    """An episode that is played again."""

    first_digest: str
    error: Text | None
    steps: list[_Step]


class Listed(NamedTuple):
    """An episode of a run, and where its line begins."""

    offset: int
    shown: dict[str, Any]


class Runs:
    """Run folders by path; the lists of the latest ones are kept."""

    def __init__(self) -> None:
        self._runs: OrderedDict[tuple[str, int, int], dict[str, Listed]] = OrderedDict()

    def run(self, path: str, offset: int, limit: int, **wanted: str | None) -> dict[str, Any]:
        """A page of the episodes of a run folder, those that are wanted (`run_selection.select`)."""
        folder = RunFolder(path)
        config = _read(folder, lambda: _config(folder))
        every = [each.shown for each in self._list(folder).values()]
        listed = select(every, **wanted)
        return {
            "agent": config.agent,
            "model": config.model,
            "started": config.started,
            "total": len(every),
            "matching": len(listed),
            "kinds": kinds(every),
            "mean": mean_grade(listed),
            "is_whole": len(every) < MOST_EPISODES,
            "next": offset + limit if offset + limit < len(listed) else None,
            "episodes": listed[offset : offset + limit],
        }

    def run_episode(self, path: str, key: str) -> dict[str, Any]:
        """The options and actions of one episode of a run, which were played again and went as recorded."""
        folder = RunFolder(path)
        every = self._list(folder)
        listed = every.get(key)
        if listed is None:
            raise RefusedError(404, "this run has no such episode")
        agent = _read(folder, lambda: _config(folder)).agent
        _read(folder, lambda: check_incidents(folder))
        record = _read(folder, lambda: _line_at(folder, listed.offset))
        if record["key"] != key:
            raise RefusedError(409, CHANGED)
        try:
            _Whole.model_validate(record)
            for _ in replayed(record, LocalEnvironment()):
                pass
        except (ReplayError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RefusedError(409, OTHERWISE) from error  # what differs may be a grade, which is not told here
        return {
            "agent": agent,
            "options": record["options"],
            "actions": [
                [step["action_type"], step["parameters"], step["source"], step.get("words", "")]
                for step in (record["steps"] if record["first_digest"] else ())
            ],
            "error": record["error"],
            **_place(list(every), key),
        }

    def _list(self, folder: RunFolder) -> dict[str, Listed]:
        """The episodes of a run by key; kept until the file changes."""
        file = folder.path / EPISODES_NAME
        try:
            known = file.stat()
        except OSError:
            return {}
        key = (str(file), known.st_size, known.st_mtime_ns)
        if key not in self._runs:
            self._runs[key] = _read(folder, lambda: _listed(file))
            if len(self._runs) > KEPT_RUNS:
                self._runs.popitem(last=False)
        self._runs.move_to_end(key)
        return self._runs[key]


def _listed(file: Path) -> dict[str, Listed]:
    """Read a run line by line: a later record of a key takes the place of an earlier one."""
    found: dict[str, Listed] = {}
    for offset, line in _lines(file):
        record = _record(line, file)
        if record["key"] in found or len(found) < MOST_EPISODES:
            shown = {name: record.get(name) for name in OF_AN_EPISODE}
            found[record["key"]] = Listed(offset, {**shown, "steps": len(record["steps"])})
    return found


def _lines(file: Path, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """Each line that was written to its end, and where it begins."""
    with file.open("rb") as lines:
        lines.seek(start)
        offset = start
        while line := lines.readline(MOST_LINE + 1):
            if len(line) > MOST_LINE:
                raise RunFolderError(f"{file.name} holds a line of more than {MOST_LINE:,} bytes")
            if line.endswith(b"\n"):
                yield offset, line
            offset += len(line)


def _place(keys: list[str], key: str) -> dict[str, Any]:
    """Where an episode stands in its run: its number from 1, of how many, and the keys beside it."""
    at = keys.index(key)
    beside = {"previous": keys[at - 1] if at else None, "next": keys[at + 1] if at + 1 < len(keys) else None}
    return {"number": at + 1, "total": len(keys), **beside}


def _line_at(folder: RunFolder, offset: int) -> EpisodeRecord:
    file = folder.path / EPISODES_NAME
    for _, line in _lines(file, offset):
        return _record(line, file)
    raise RefusedError(409, CHANGED)


def _record(line: bytes, file: Path) -> EpisodeRecord:
    try:
        record: EpisodeRecord = orjson.loads(line)
        _Episode.model_validate(record)
    except ValueError as error:  # of pydantic too
        raise RunFolderError(f"{file.name} holds a line that is no episode") from error
    return record


def _config(folder: RunFolder) -> RunConfig:
    """The configuration of a run. Raises RunFolderError where it is none, or holds what an answer cannot."""
    config = folder.config()
    try:
        _Config.model_validate(vars(config))
    except ValidationError as error:
        raise RunFolderError(f"{CONFIG_NAME} cannot be read") from error
    return config


def _read(folder: RunFolder, what: Callable[[], T]) -> T:
    """What a run folder holds; where it cannot be read, an answer that names no path of the server."""
    try:
        return what()
    except RunFolderError as error:
        raise RefusedError(409, str(error).replace(str(folder.path), folder.path.name)) from error
    except OSError as error:
        raise RefusedError(409, f"the run {folder.path.name} cannot be read") from error
