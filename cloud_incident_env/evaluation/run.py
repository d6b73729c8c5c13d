"""The command `run`: its options, its progress bar, and how Ctrl-C stops it."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import FrameType

from tqdm import tqdm
from typing_extensions import Never

from cloud_incident_env.agent_names import CATALOGUE
from cloud_incident_env.agents.environments import HttpEnvironment, UnreachableError
from cloud_incident_env.evaluation import model_options
from cloud_incident_env.evaluation.config import RunConfig, current_commit
from cloud_incident_env.evaluation.engine import FAILURES_TO_STOP, Pool, PoolError, Setup, Tally, cores, pool_for, run
from cloud_incident_env.evaluation.model_options import endpoint_of
from cloud_incident_env.evaluation.plan import Incidents, read_seeds
from cloud_incident_env.evaluation.play import Limits
from cloud_incident_env.evaluation.report import command as report
from cloud_incident_env.evaluation.store import RunFolder, RunFolderError
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.splits import DEFAULT_DIFFICULTY, SPLITS, get_split

CALLS_AT_ONCE = 8  # episodes that wait for a network at the same time, unless told otherwise
NOT_ALL_GRADED = 3  # exit status where infrastructure errors remain
STOPPED = 130  # exit status after Ctrl-C, as shells give it


def add_arguments(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    """The options of `run`; the environment gives defaults."""
    who = parser.add_argument_group("agent")
    who.add_argument("--agent", choices=CATALOGUE, help="who plays; llm if a model is named")
    model_options.add_arguments(who, environ)
    what = parser.add_argument_group("incidents")
    what.add_argument("--task", choices=DEFAULT_DIFFICULTY, help="only incidents of this task")
    what.add_argument(
        "--split",
        type=_splits,
        metavar="NAME[,NAME]",
        help=f"incidents of one split or more: {', '.join(SPLITS)} (default canonical)",
    )
    what.add_argument("--seeds", type=read_seeds, metavar="A:B", help="generated incidents of the seeds from A up to B")
    what.add_argument("--difficulty", choices=DIFFICULTIES, help="of generated incidents (default: that of each task)")
    what.add_argument("--limit", type=int, metavar="N", help="only the first N incidents of each split")
    what.add_argument("--trials", type=int, default=1, metavar="N", help="times each incident is played")
    how = parser.add_argument_group("run")
    how.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="run folder; an unfinished run goes on (default: outputs/, then who plays and what)",
    )
    how.add_argument(
        "--base-url", default=environ.get("ENV_BASE_URL"), metavar="URL", help="environment server; in process without"
    )
    how.add_argument(
        "--concurrency",
        type=int,
        metavar="N",
        help="episodes at a time (default: the cores; 8 that wait for a network; on Ray what the cluster has room for)",
    )
    how.add_argument("--time-limit", type=float, metavar="SECONDS", help="of an episode; beyond, it is not graded")
    how.add_argument("--step-limit", type=int, metavar="N", help="of an episode; then a blank submission ends it")
    how.add_argument("--engine", choices=("local", "ray"), default="local", help="where episodes are played")
    how.add_argument("--no-report", action="store_true", help="end without a report")
    report.add_shared_arguments(how)
    how.add_argument("--address", help="of the Ray cluster (default: the one that Ray finds)")


def _splits(text: str) -> str:
    """The names of splits, as they were given."""
    try:
        for name in text.split(","):
            get_split(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def main(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run or go on.

    Returns 0 once every episode has a grade, 3 if some ended in infrastructure errors, 1 if the run could not be
    finished, 2 for options that make no sense, 130 if it was stopped.
    """
    try:
        config, setup = _asked(arguments, environ)
        pool = _pool(arguments, setup)
        _check_server(arguments.base_url)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    folder = RunFolder(arguments.out or Path("outputs", _name_of(config)))
    try:
        with _stopping() as stop, _Progress() as progress:
            tally = run(config, folder, pool, setup, stop=stop, on_start=progress.start, on_episode=progress.show)
    except (RunFolderError, PoolError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    _warn_of_other_code(folder.config(), config)
    print(_outcome(config, folder, tally))
    if not tally.complete:
        return STOPPED if stop.is_set() else 1
    if not arguments.no_report and not _report(folder, arguments):
        return STOPPED
    return NOT_ALL_GRADED if tally.failed else 0


def _report(folder: RunFolder, arguments: argparse.Namespace) -> bool:
    """Write the report and print its path; False if Ctrl-C came in between."""
    # Ray leaves threads behind, and forking a process with threads is unsafe.
    processes = 1 if arguments.engine == "ray" else None
    try:
        print(report.report_on(folder, folder.path / "report", arguments, processes=processes)[0])
    except KeyboardInterrupt:
        print(
            f"stopped: `python -m cloud_incident_env.evaluation report {folder.path}` writes the report",
            file=sys.stderr,
        )
        return False
    return True


def _check_server(base_url: str | None) -> None:
    """Raise ValueError if an environment server makes other incidents than this code says it does."""
    if base_url is None:
        return
    with HttpEnvironment(base_url) as server:
        try:
            version = server.incident_version()
        except UnreachableError:
            return  # the run tries again and reports it
    if version != INCIDENT_VERSION:
        raise ValueError(f"{base_url} has version {version} of the incidents, this code version {INCIDENT_VERSION}")


def _asked(arguments: argparse.Namespace, environ: Mapping[str, str]) -> tuple[RunConfig, Setup]:
    """The run that the options ask for. Raises ValueError for options that do not go together."""
    agent = arguments.agent or ("llm" if arguments.model else None)
    if agent is None:
        raise ValueError("say who plays: --agent NAME or --model NAME")
    if arguments.no_report and report.given(arguments):
        raise ValueError(f"{report.given(arguments)} is for the report, which --no-report leaves out")
    endpoint = endpoint_of(agent, arguments, environ)
    limits = Limits(arguments.time_limit, arguments.step_limit)
    incidents = Incidents(arguments.task, arguments.split, arguments.seeds, arguments.difficulty, arguments.limit)
    config = RunConfig(
        agent=agent,
        incidents=incidents,
        started=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        model=arguments.model,
        settings=endpoint.settings() if endpoint else {},
        trials=arguments.trials,
        limits=limits,
        base_url=arguments.base_url,
        commit=current_commit(),
    )
    config.plan()  # raises for options that choose no episode
    return config, Setup(agent, endpoint, arguments.base_url, limits)


def _name_of(config: RunConfig) -> str:
    """A name for a run folder that says who plays and what, such as `heuristic-test`."""
    asked = config.incidents
    seeds = f"seeds {asked.seeds[0]} to {asked.seeds[1]}" if asked.seeds else None
    limit = f"first {asked.limit}" if asked.limit else None
    who = config.agent if config.model is None else f"{config.agent} {config.model}"
    said = " ".join(filter(None, (who, seeds or " ".join(asked.named_splits), asked.task, asked.difficulty, limit)))
    return re.sub(r"[^A-Za-z0-9._]+", "-", said).strip("-.")


def _pool(arguments: argparse.Namespace, setup: Setup) -> Pool:
    if arguments.engine == "local":
        if arguments.address is not None:
            raise ValueError("--address is for --engine ray")
        default = cores() if setup.computes else CALLS_AT_ONCE
        return pool_for(setup, default if arguments.concurrency is None else arguments.concurrency)
    from cloud_incident_env.evaluation.ray_engine import RayPool  # ray is an optional dependency

    return RayPool(arguments.address, arguments.concurrency)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """The first Ctrl-C or SIGTERM sets the event; the next one ends the process, whatever is under way."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(STOPPED)  # threads that wait for an endpoint would hold up anything gentler
        stop.set()
        tqdm.write("stopping: episodes under way are finished first; once more drops them", file=sys.stderr)

    kept = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


class _Progress:
    """A bar of the episodes that have ended, with the mean grade so far."""

    def __init__(self) -> None:
        tqdm.monitor_interval = 0  # its thread would be there before worker processes are forked
        self._bar: tqdm[Never] | None = None

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def start(self, tally: Tally) -> None:
        done = len(tally.finished)
        self._bar = tqdm(total=tally.planned, initial=done, unit="episode", file=sys.stderr, dynamic_ncols=True)
        self._ended, self._again = done, set(tally.failed)
        self.show(tally)

    def show(self, tally: Tally) -> None:
        assert self._bar is not None
        mean = "-" if tally.mean_grade is None else f"{tally.mean_grade:.3f}"
        self._bar.set_postfix_str(f"mean grade {mean}, infrastructure errors {len(tally.failed)}", refresh=False)
        ended = len(tally.finished) + len(tally.failed - self._again)
        self._bar.update(ended - self._ended)
        self._ended = ended


def _warn_of_other_code(kept: RunConfig, now: RunConfig) -> None:
    if kept.commit != now.commit:
        print(f"warning: the run was started by commit {kept.commit} and went on with {now.commit}", file=sys.stderr)


def _outcome(config: RunConfig, folder: RunFolder, tally: Tally) -> str:
    mean = "no grade yet" if tally.mean_grade is None else f"mean grade {tally.mean_grade:.4f}"
    lines = [
        f"{config.model or config.agent}: {len(tally.finished)} of {tally.planned} episodes graded, "
        f"{len(tally.failed)} infrastructure errors, {mean}"
    ]
    if tally.hopeless:
        lines.append(f"stopped after {FAILURES_TO_STOP} infrastructure errors in a row: see {folder.path}")
    if tally.failed or not tally.complete:
        lines.append("the same command goes on, and tries infrastructure errors again")
    return "\n".join(lines)
