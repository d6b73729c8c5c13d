"""The command line: `python -m evaluation run`, and what can be done with a run folder afterwards."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

from evaluation import run
from evaluation.store import RunFolder, RunFolderError


class MissingModuleError(Exception):
    """A command needs a module that is not installed."""


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run a command. Returns its exit status: 0 if all went well, 2 for wrong options."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = _parser(environ).parse_args(given)
        if arguments.command == "run":
            return run.main(arguments, environ)
        return _report(arguments) if arguments.command == "report" else _compare(arguments)
    except (MissingModuleError, RunFolderError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description="Evaluate agents, and report on them.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run.add_arguments(commands.add_parser("run", help="play incidents with an agent, or go on with a run"), environ)
    report = commands.add_parser("report", help="write report.html, report.md and plots of a run")
    report.add_argument("folder", type=Path, help="run folder")
    report.add_argument("--out", type=Path, metavar="DIR", help="where to (default: report/ in the run folder)")
    report.add_argument(
        "--baseline", type=Path, action="append", default=[], metavar="DIR", help="run to show beside it"
    )
    report.add_argument("--threshold", type=float, metavar="GRADE", help="from which an episode is a success")
    report.add_argument("--prices", type=_prices, metavar="IN:OUT", help="USD per million prompt and completion tokens")
    compare = commands.add_parser("compare", help="hold two runs against each other, as JSON")
    compare.add_argument("a", type=Path, help="run folder")
    compare.add_argument("b", type=Path, help="run folder; positive differences mean that it is better")
    return parser


def _prices(text: str) -> tuple[float, float]:
    """The two prices of `IN:OUT`."""
    prompt, _, completion = text.partition(":")
    try:
        return float(prompt), float(completion)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected IN:OUT in USD per million tokens, got {text!r}") from None


def _report(arguments: argparse.Namespace) -> int:
    options = {} if arguments.threshold is None else {"threshold": arguments.threshold}
    if arguments.prices is not None:
        options["prices"] = _module("metrics").Prices(*arguments.prices)
    out = arguments.out or arguments.folder / "report"
    baselines = [RunFolder(path) for path in arguments.baseline]
    written = _module("report").write_report(RunFolder(arguments.folder), out, baselines=baselines, **options)
    print("\n".join(str(path) for path in written))
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    runs = [RunFolder(path) for path in (arguments.a, arguments.b)]
    for folder in runs:
        folder.config()  # refuses what is no run folder
    comparison = _module("compare").compare(*(folder.episodes() for folder in runs))
    print(json.dumps(comparison, indent=2))
    return 0


def _module(name: str) -> ModuleType:
    """A module of this package, imported when a command needs it: some need optional dependencies."""
    try:
        return import_module(f"evaluation.{name}")
    except ModuleNotFoundError as error:
        raise MissingModuleError(f"this command needs the module {error.name}, which is not installed") from error


if __name__ == "__main__":
    sys.exit(main())
