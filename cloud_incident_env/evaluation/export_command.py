"""The command `export`: its options, and the summary that it prints."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from cloud_incident_env.agents.step_loop import SUCCESS_GRADE
from cloud_incident_env.evaluation.export import (
    STYLES,
    ExportError,
    export_chat_jsonl,
    export_chat_parquet,
    export_inspect,
)
from cloud_incident_env.evaluation.export.files import Exported
from cloud_incident_env.evaluation.store import RunFolder

CONVERSATIONS = {"chat-jsonl": export_chat_jsonl, "chat-parquet": export_chat_parquet}
FORMATS = (*CONVERSATIONS, "inspect")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    parser.add_argument("folder", type=Path, help="run folder")
    parser.add_argument("--format", choices=FORMATS, required=True, help="what to write")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a file, replaced if it is there")
    chat = parser.add_argument_group("conversations")
    chat.add_argument(
        "--style",
        choices=STYLES,
        help="json: as the agent llm is asked, a row a step (default); tools: as llm-tools, a row an episode",
    )
    chat.add_argument(
        "--min-grade", type=float, metavar="GRADE", help=f"leave worse episodes out (default {SUCCESS_GRADE})"
    )
    chat.add_argument(
        "--allow-test-splits", action="store_true", help="export incidents that are there to measure models by, too"
    )


def main(arguments: argparse.Namespace) -> int:
    """Write the file and print its path and what it holds. Returns 0.

    Raises ExportError, ReplayError or RunFolderError if it cannot be written as asked, and ModuleNotFoundError where
    the format needs a package that is not installed.
    """
    folder = RunFolder(arguments.folder)
    with tqdm(unit="episode", desc="export", file=sys.stderr, leave=False) as bar:

        def on_episode() -> None:
            bar.update()

        exported = _export(arguments, folder, on_episode)
    print(exported)
    return 0


def _export(arguments: argparse.Namespace, folder: RunFolder, on_episode: Callable[[], None]) -> Exported:
    if arguments.format == "inspect":
        given = [name for name in ("style", "min_grade") if getattr(arguments, name) is not None]
        if given or arguments.allow_test_splits:
            raise ExportError("a log of Inspect holds every episode: leave the options of conversations out")
        return export_inspect(folder, arguments.out, on_episode=on_episode)
    return CONVERSATIONS[arguments.format](
        folder,
        arguments.out,
        style=arguments.style or STYLES[0],
        min_grade=SUCCESS_GRADE if arguments.min_grade is None else arguments.min_grade,
        allow_test_splits=arguments.allow_test_splits,
        on_episode=on_episode,
    )
