"""The command line: `python -m cloud_incident_env.evaluation run`, and the commands for a finished run folder."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from cloud_incident_env.evaluation import compare, export_command, regrade, replay, run
from cloud_incident_env.evaluation.export import ExportError
from cloud_incident_env.evaluation.replay import ReplayError
from cloud_incident_env.evaluation.report import command as report
from cloud_incident_env.evaluation.store import RunFolderError

COMMANDS = {
    "run": (run, "play incidents with an agent, or resume a run, and report on it"),
    "report": (report, "write report.html, report.md and plots of a run"),
    "compare": (compare, "compare two runs incident by incident, as JSON"),
    "replay": (replay, "play recorded episodes again and check them byte for byte"),
    "regrade": (regrade, "score recorded episodes with today's graders and show what moved"),
    "export": (export_command, "export episodes for fine-tuning, or as a log for Inspect AI's viewer"),
}
# Packages that only some commands need, and the dependency group that brings each.
OPTIONAL = {"inspect_ai": "export", "pyarrow": "export", "ray": "ray"}


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run a command. Returns its exit status: 0 if all went well, 1 if it could not be done, 2 for wrong options."""
    arguments = _parser(environ).parse_args(argv)
    try:
        if arguments.command == "run":
            return run.main(arguments, environ)
        status: int = COMMANDS[arguments.command][0].main(arguments)
    except (RunFolderError, ExportError, ReplayError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in OPTIONAL:
            raise
        how = f"`uv sync --group {OPTIONAL[package]}` installs it"
        print(f"error: this needs the package {package}: {how}", file=sys.stderr)
        return 1
    return status


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cloud_incident_env.evaluation", description="Evaluate agents, and report on them."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, description) in COMMANDS.items():
        command = commands.add_parser(name, help=description, description=f"{description[0].upper()}{description[1:]}.")
        if name == "run":
            run.add_arguments(command, environ)
        else:
            module.add_arguments(command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
