"""Exports a run's episodes: as conversations to fine-tune a model on, or as a log for Inspect AI's viewer.

A run folder keeps no texts of observations. They are made again by playing the recorded actions, and each is compared
with its recorded digest, so nothing is exported that the agent did not see. Episodes come in the order of the run's
plan, one at a time, so the same run gives the same file. A file is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cloud_incident_env.agents.step_loop import SUCCESS_GRADE
from cloud_incident_env.evaluation.export.chat import STYLES, Choice, Style, rows
from cloud_incident_env.evaluation.export.files import Exported, ExportError, cleaned, encoded, whole
from cloud_incident_env.evaluation.store import RunFolder

__all__ = ["STYLES", "ExportError", "Exported", "Style", "export_chat_jsonl", "export_chat_parquet", "export_inspect"]


def export_chat_jsonl(
    folder: RunFolder,
    out: Path,
    *,
    style: Style = "json",
    min_grade: float = SUCCESS_GRADE,
    allow_test_splits: bool = False,
    on_episode: Callable[[], None] = lambda: None,
) -> Exported:
    """Write the conversations of a run (see `chat`) as JSON lines in UTF-8.

    `on_episode` is called after every episode of the run, exported or not. Raises ExportError for options that make no
    sense, for held-out incidents unless they are allowed, and if no episode qualifies; ReplayError if an episode plays
    differently now; RunFolderError if the run cannot be read.
    """
    exported = Exported(out)
    choice = Choice(style, min_grade, allow_test_splits)
    with whole(out) as new, new.open("wb") as output:
        for row in rows(folder, choice, exported, on_episode):
            output.write(encoded(row) + b"\n")
    return exported


def export_chat_parquet(
    folder: RunFolder,
    out: Path,
    *,
    style: Style = "json",
    min_grade: float = SUCCESS_GRADE,
    allow_test_splits: bool = False,
    on_episode: Callable[[], None] = lambda: None,
) -> Exported:
    """Write the rows of `export_chat_jsonl` as Parquet. Raises as it does, and ModuleNotFoundError without pyarrow."""
    from cloud_incident_env.evaluation.export.parquet import write  # pyarrow is an optional dependency

    exported = Exported(out)
    choice = Choice(style, min_grade, allow_test_splits)
    with whole(out) as new:
        found = rows(folder, choice, exported, on_episode)
        write((cleaned(row) for row in found), new, style)
    return exported


def export_inspect(folder: RunFolder, out: Path, *, on_episode: Callable[[], None] = lambda: None) -> Exported:
    """Write all episodes of a run, whatever their grade, as a log of Inspect AI (see `inspect_log`).

    The suffix of `out` chooses the format: `.eval`, or `.json`, which is held in memory. `on_episode` and errors as in
    `export_chat_jsonl`; ModuleNotFoundError without inspect-ai.
    """
    from cloud_incident_env.evaluation.export.inspect_log import FORMATS, write  # inspect-ai is an optional dependency

    if out.suffix not in FORMATS:
        raise ExportError(
            f"a log of Inspect is named {' or '.join(f'*{suffix}' for suffix in FORMATS)}, got {out.name}"
        )
    exported = Exported(out)
    with whole(out) as new:
        write(folder, new, out.suffix, exported, on_episode)
    return exported
