"""The command `report`: plays what is missing of a run's baselines, then writes its report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from cloud_incident_env.agents.step_loop import SUCCESS_GRADE
from cloud_incident_env.evaluation.baselines import episodes_to_play, play_baselines
from cloud_incident_env.evaluation.metrics import Prices
from cloud_incident_env.evaluation.report import write_report
from cloud_incident_env.evaluation.store import RunFolder, check_incidents, check_same_incidents


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `report`."""
    parser.add_argument("folder", type=Path, help="run folder")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to (default: report/ in the run folder)")
    parser.add_argument(
        "--baseline", type=Path, action="append", default=[], metavar="DIR", help="another run to show beside it"
    )
    add_shared_arguments(parser)


def add_shared_arguments(parser: argparse._ActionsContainer) -> None:
    """The options that `run` takes as well, for its final report."""
    parser.add_argument(
        "--no-baselines", action="store_true", help="show neither the lower bounds nor the heuristic nor the oracle"
    )
    parser.add_argument(
        "--evidence",
        action="store_true",
        help="write what the agent read into a folder beside the report, however many the episodes are",
    )
    parser.add_argument(
        "--threshold",
        type=_grade,
        metavar="GRADE",
        help=f"from which an episode is a success (default {SUCCESS_GRADE})",
    )
    parser.add_argument("--prices", type=_prices, metavar="IN:OUT", help="USD per million prompt and completion tokens")


def given(shared: argparse.Namespace) -> str | None:
    """The first of the shared options that was given, as on the command line."""
    options = {
        "--no-baselines": shared.no_baselines,
        "--evidence": shared.evidence,
        "--threshold": shared.threshold,
        "--prices": shared.prices,
    }
    return next((name for name, value in options.items() if value not in (None, False)), None)


def main(arguments: argparse.Namespace) -> int:
    """Write the report and print the paths of its files. Returns 0. Raises RunFolderError for what is no run."""
    folder = RunFolder(arguments.folder)
    out = arguments.out or arguments.folder / "report"
    for path in report_on(folder, out, arguments, [RunFolder(path) for path in arguments.baseline]):
        print(path)
    return 0


def report_on(
    folder: RunFolder,
    out: Path,
    shared: argparse.Namespace,
    others: Sequence[RunFolder] = (),
    processes: int | None = None,
) -> list[Path]:
    """Write a run's report, its baselines and `others` beside it; `shared` holds what `add_shared_arguments` asks.

    `processes` play missing baselines at most; None for as many as there are cores. Raises RunFolderError for what is
    no run, and where a run beside it was played on other incidents.
    """
    tqdm.monitor_interval = 0  # its thread would be there before worker processes are forked
    planned = len(folder.config().plan())
    for other in others:
        check_same_incidents(folder, other)
    baselines = [] if shared.no_baselines else _baselines(folder, processes)
    threshold = SUCCESS_GRADE if shared.threshold is None else shared.threshold
    with tqdm(unit="episode", desc="evidence", file=sys.stderr, leave=False) as bar:
        return write_report(
            folder,
            out,
            baselines=[*others, *baselines],
            threshold=threshold,
            prices=shared.prices,
            planned=planned,
            has_folder=shared.evidence,
            on_episode=bar.update,
        )


def _baselines(folder: RunFolder, processes: int | None) -> list[RunFolder]:
    check_incidents(folder)
    with tqdm(total=episodes_to_play(folder), unit="episode", desc="baselines", file=sys.stderr, leave=False) as bar:
        return play_baselines(folder, processes, bar.update)


def _grade(text: str) -> float:
    grade = float(text)
    if not 0 <= grade <= 1:
        raise argparse.ArgumentTypeError(f"expected a grade from 0 to 1, got {text!r}")
    return grade


def _prices(text: str) -> Prices:
    """The two prices of `IN:OUT`."""
    prompt, _, completion = text.partition(":")
    try:
        return Prices(float(prompt), float(completion))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected IN:OUT in USD per million tokens, got {text!r}") from None
