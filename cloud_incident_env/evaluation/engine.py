"""Runs the episodes of a plan that are not finished yet, and records each as it ends.

Only the process that holds the run folder writes to it. A `Pool` decides where the episodes are played: in this thread,
in threads (agents that wait for an endpoint or a server) or in processes (agents that compute). A record depends on its
episode alone, so pools differ in speed and in the order in which records come, and in nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import chain, islice, takewhile
from typing import Protocol

from cloud_incident_env.agents.environments import Environment, HttpEnvironment, LocalEnvironment
from cloud_incident_env.evaluation.agents import ModelEndpoint, make_agent
from cloud_incident_env.evaluation.config import RunConfig, without_credentials
from cloud_incident_env.evaluation.plan import Planned
from cloud_incident_env.evaluation.play import Limits, play_patiently
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import RunFolder
from cloud_incident_env.evaluation.without_model import MakePolicy

BATCH = 8  # episodes handed to a process at once: they share the cost of the message and of writing to disk
BATCHES_AHEAD = 2  # handed out for each worker, so that none waits for its next one
MOST_DEATHS = 3  # of worker processes in a row, without an episode in between, after which a run stops
FAILURES_TO_STOP = 25  # infrastructure errors in a row after which a run stops

Play = Callable[[Planned], EpisodeRecord]


class PoolError(RuntimeError):
    """Episodes cannot be played where they should be; the message says why and what to do."""


class WorkersDiedError(PoolError):
    """Worker processes died repeatedly; the episodes that they had finished are kept."""


@dataclass(frozen=True)
class Setup:
    """Everything needed to play the episodes of a run, in this process or in another one."""

    agent: str
    endpoint: ModelEndpoint | None = None  # of the agents that ask a model
    base_url: str | None = None  # of the environment server; None plays in process
    limits: Limits = field(default_factory=Limits)

    @property
    def computes(self) -> bool:
        """Whether its episodes keep a core busy; otherwise they wait for a network."""
        return self.endpoint is None and self.base_url is None

    def player(self) -> Play:
        """Return what plays one episode; threads may share it."""
        make_policy: MakePolicy = make_agent(self.agent, self.endpoint)
        own = threading.local()

        def play(planned: Planned) -> EpisodeRecord:
            if not hasattr(own, "environment"):
                own.environment = self._environment()
            record = play_patiently(planned, make_policy, own.environment, self.limits)
            if record["error"] is not None:
                record["error"] = without_credentials(record["error"])
            return record

        return play

    def _environment(self) -> Environment:
        return LocalEnvironment() if self.base_url is None else HttpEnvironment(self.base_url)


class Pool(Protocol):
    """Where episodes are played."""

    def results(self, todo: Iterable[Planned], setup: Setup) -> Iterator[list[EpisodeRecord]]:
        """Play all of `todo`, read one by one as there is room, and yield records as episodes end."""
        ...


class Inline:
    """Plays in the calling thread, one episode after the other."""

    def results(self, todo: Iterable[Planned], setup: Setup) -> Iterator[list[EpisodeRecord]]:
        play = setup.player()
        for planned in todo:
            yield [play(planned)]


@dataclass(frozen=True)
class Threads:
    """Plays in `count` threads of this process."""

    count: int

    def results(self, todo: Iterable[Planned], setup: Setup) -> Iterator[list[EpisodeRecord]]:
        play = setup.player()
        with ThreadPoolExecutor(self.count, "episode") as executor:
            batches = batched(todo, 1)
            yield from _windowed(executor, lambda batch: [play(planned) for planned in batch], batches, self.count, {})


@dataclass(frozen=True)
class Processes:
    """Plays in so many processes. One that dies is replaced, and the episodes that it was playing are played again."""

    count: int

    def results(self, todo: Iterable[Planned], setup: Setup) -> Iterator[list[EpisodeRecord]]:
        batches = batched(todo, BATCH)
        deaths = 0
        while True:
            under_way: dict[Future[list[EpisodeRecord]], list[Planned]] = {}
            try:
                with self._executor(setup) as executor:
                    for records in _windowed(executor, _play_batch, batches, self.count * BATCHES_AHEAD, under_way):
                        deaths = 0
                        yield records
                return
            except BrokenProcessPool as error:
                deaths += 1
                if deaths == MOST_DEATHS:
                    raise WorkersDiedError(f"worker processes died {deaths} times in a row (out of memory?)") from error
                batches = chain(list(under_way.values()), batches)

    def _executor(self, setup: Setup) -> ProcessPoolExecutor:
        # Forked workers have everything imported. They start before this process has any thread.
        method = "fork" if sys.platform == "linux" else None
        return ProcessPoolExecutor(self.count, multiprocessing.get_context(method), _start_worker, (setup,))


_play_here: Play | None = None  # of a worker process


def _start_worker(setup: Setup) -> None:
    """Make a worker process ready. The parent handles Ctrl-C; a worker ends when its parent does."""
    global _play_here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _play_here = setup.player()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _play_batch(batch: list[Planned]) -> list[EpisodeRecord]:
    assert _play_here is not None, "_start_worker runs first"
    return [_play_here(planned) for planned in batch]


def batched(todo: Iterable[Planned], size: int) -> Iterator[list[Planned]]:
    episodes = iter(todo)
    while batch := list(islice(episodes, size)):
        yield batch


def _windowed(
    executor: Executor,
    work: Callable[[list[Planned]], list[EpisodeRecord]],
    batches: Iterator[list[Planned]],
    window: int,
    under_way: dict[Future[list[EpisodeRecord]], list[Planned]],
) -> Iterator[list[EpisodeRecord]]:
    """Yield the records of batches as they end, with at most `window` of them handed out at a time.

    `under_way` always holds the batches that were taken and not yielded.
    """
    while True:
        for batch in islice(batches, window - len(under_way)):
            unsent: Future[list[EpisodeRecord]] = Future()
            under_way[unsent] = batch
            future = executor.submit(work, batch)  # raises if a worker has died
            under_way[future] = under_way.pop(unsent)
        if not under_way:
            return
        for done in wait(under_way, return_when=FIRST_COMPLETED).done:
            records = done.result()
            del under_way[done]
            yield records


def pool_for(setup: Setup, concurrency: int) -> Pool:
    """Threads where episodes wait for a network, processes where they compute. Raises ValueError below 1."""
    if concurrency < 1:
        raise ValueError(f"concurrency must be at least 1, got {concurrency}")
    if not setup.computes:
        return Threads(concurrency)
    return Inline() if concurrency == 1 else Processes(concurrency)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class Tally:
    """The progress of a run."""

    planned: int
    finished: set[str] = field(default_factory=set)  # keys of graded episodes
    failed: set[str] = field(default_factory=set)  # keys of episodes that ended in an infrastructure error
    total_grade: float = 0.0
    failures_in_a_row: int = 0

    def add(self, record: EpisodeRecord) -> None:
        key = record["key"]
        if record["status"] == "graded":
            self.finished.add(key)
            self.failed.discard(key)
            self.total_grade += record["grade"]
            self.failures_in_a_row = 0
        else:
            self.failed.add(key)
            self.failures_in_a_row += 1

    @property
    def mean_grade(self) -> float | None:
        """Over the graded episodes; infrastructure errors have no grade."""
        return self.total_grade / len(self.finished) if self.finished else None

    @property
    def complete(self) -> bool:
        """Whether every episode has ended, be it in an infrastructure error."""
        return len(self.finished) + len(self.failed) == self.planned

    @property
    def hopeless(self) -> bool:
        return self.failures_in_a_row >= FAILURES_TO_STOP


def run(
    config: RunConfig,
    folder: RunFolder,
    pool: Pool,
    setup: Setup,
    *,
    stop: threading.Event | None = None,
    on_start: Callable[[Tally], None] = lambda tally: None,
    on_episode: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Play the episodes of a run that have no grade yet, and append each to the run folder.

    Infrastructure errors of an earlier start are tried again. Once `stop` is set, or after `FAILURES_TO_STOP`
    infrastructure errors in a row, no further episode is begun; those under way are finished and kept. `on_start` gets
    the progress before the first episode, `on_episode` after every one, both in the calling thread. Raises
    RunFolderError if the folder cannot be used, WorkersDiedError if worker processes keep dying.
    """
    stop = stop or threading.Event()
    plan = config.plan()
    with folder.writing(config):
        tally = Tally(len(plan))
        for record in folder.lines():
            tally.add(record)
        tally.failures_in_a_row = 0
        on_start(tally)
        before = frozenset(tally.finished)
        todo = (planned for planned in plan if planned.key not in before)
        for records in pool.results(takewhile(lambda _: not (stop.is_set() or tally.hopeless), todo), setup):
            folder.append(*records)
            for record in records:
                tally.add(record)
                on_episode(tally)
    return tally
