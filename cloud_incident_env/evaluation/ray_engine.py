"""Plays the episodes of a run on a Ray cluster, for `--engine ray`.

The cluster is there already (`ray start`, KubeRay, `ray job submit`); this process joins it as a driver and leaves it
as it was. Episodes go out as tasks, a window of them at a time; the run folder never leaves the driver. A batch is
yielded once, when its records have arrived here. One whose worker or node died before that is handed out again, by this
module and not by Ray (`max_retries=0`), so that one piece of code decides what is played again and how often. The
window follows the cluster's CPUs: nodes may join and leave during a run. Only the end of the driver's own node, or of
the cluster's head, ends the run, which the same command then takes up again.

The nodes need this code and its dependencies, with the versions of Python and Ray that the driver has. Ray looks for
the code in the driver's working directory, at the same path on each node: one machine, a shared disk, or an image that
holds it. Where there is none of these, `ray job submit --working-dir .` copies the code and starts the driver on the
cluster. Nothing is copied here, for Ray refuses a second `working_dir` within such a job. A worker whose code plays
other episodes (`current_versions`) ends the run.

The key of a model's endpoint goes to the workers as an argument of each task, over the cluster's own connections. It is
in no runtime environment and in no object of the object store, which Ray's logs and its spill files would show.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice

import ray
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayError,
    RaySystemError,
    RayTaskError,
    WorkerCrashedError,
)

from cloud_incident_env.evaluation.config import current_versions
from cloud_incident_env.evaluation.engine import (
    BATCH,
    BATCHES_AHEAD,
    MOST_DEATHS,
    Play,
    PoolError,
    Setup,
    WorkersDiedError,
    batched,
)
from cloud_incident_env.evaluation.plan import Planned
from cloud_incident_env.evaluation.record import EpisodeRecord

WAITING_PER_CPU = 8  # episodes that wait for an endpoint or a server; each takes a process (RSS 175 MB, PSS 100 MB)
PROBE_SECONDS = 10.0  # in which the cluster's address answers; Ray itself would try for minutes
HOW_TO_FIND = "start one with `ray start --head`, or name one: --address HOST:PORT"
WHERE_CODE_IS = "each node needs this code where the driver is started, or on its PYTHONPATH, and its dependencies"

# Errors of a batch whose worker or node died while it played, or afterwards with the records still there.
LOST = (WorkerCrashedError, NodeDiedError, OutOfMemoryError, ObjectLostError)


class ClusterError(PoolError):
    """The Ray cluster cannot be used as it is; the message says why and what to do."""


@dataclass
class _Batch:
    """Episodes that one task plays, and how many of its workers have died."""

    episodes: list[Planned]
    deaths: int = 0


@dataclass(frozen=True)
class RayPool:
    """Plays on a Ray cluster. Raises ValueError for a concurrency below 1.

    An episode that computes takes a CPU, `BATCH` of them to a task; of those that wait for an endpoint or a server,
    `WAITING_PER_CPU` share one, each with a task of its own, so that the least is lost with a worker.
    """

    address: str | None = None  # HOST:PORT of the cluster; None for RAY_ADDRESS, or else the one on this machine
    concurrency: int | None = None  # tasks at a time; None for as many as the cluster has room for

    def __post_init__(self) -> None:
        if self.concurrency is not None and self.concurrency < 1:
            raise ValueError(f"concurrency must be at least 1, got {self.concurrency}")

    def results(self, todo: Iterable[Planned], setup: Setup) -> Iterator[list[EpisodeRecord]]:
        batches = (_Batch(episodes) for episodes in batched(todo, BATCH if setup.computes else 1))
        again: deque[_Batch] = deque()
        under_way: dict[ray.ObjectRef[list[EpisodeRecord]], _Batch] = {}
        with _connected(self.address):
            play = ray.remote(num_cpus=1 if setup.computes else 1 / WAITING_PER_CPU, max_retries=0)(_play_batch)
            while True:
                room = self._window(setup.computes) - len(under_way)
                for batch in islice(chain(_drained(again), batches), max(0, room)):
                    under_way[play.remote(batch.episodes, setup, current_versions())] = batch
                if not under_way:
                    return
                for done in ray.wait(list(under_way), num_returns=1)[0]:
                    batch = under_way.pop(done)
                    records = _arrived(done, batch)
                    if records is None:
                        again.append(batch)
                    else:
                        yield records

    def _window(self, computes: bool) -> int:
        """How many tasks may be handed out now."""
        if self.concurrency is not None:
            return self.concurrency
        cpus: float = ray.cluster_resources().get("CPU", 0)  # type: ignore[no-untyped-call]
        # A cluster without CPUs may be one that grows when it sees a task.
        return max(1, int(cpus * (BATCHES_AHEAD if computes else WAITING_PER_CPU)))


def _drained(again: deque[_Batch]) -> Iterator[_Batch]:
    while again:
        yield again.popleft()


def _arrived(done: ray.ObjectRef[list[EpisodeRecord]], batch: _Batch) -> list[EpisodeRecord] | None:
    """The records of a batch; None if it was lost with its worker.

    Raises what the agent raised, WorkersDiedError for a batch whose workers die repeatedly, ClusterError for anything
    else that is wrong with the cluster.
    """
    try:
        records: list[EpisodeRecord] = ray.get(done)
    except RayTaskError as error:
        if isinstance(error.cause, RaySystemError):
            why = str(error.cause).strip().splitlines()[-1]
            raise ClusterError(f"a worker cannot load what it is to play: {why}\n{WHERE_CODE_IS}") from error
        raise error.cause from error
    except LOST as error:
        batch.deaths += 1
        if batch.deaths == MOST_DEATHS:
            first, last = batch.episodes[0].key, batch.episodes[-1].key
            raise WorkersDiedError(
                f"{MOST_DEATHS} workers died one after the other (out of memory?) while they played {first} to {last}"
            ) from error
        return None
    except RayError as error:
        raise ClusterError(f"the Ray cluster plays no episodes: {error}") from error
    return records


@contextmanager
def _connected(address: str | None) -> Iterator[None]:
    """Be a driver of the cluster. Raises ClusterError if there is none, or not one for this process."""
    wanted = address or os.environ.get("RAY_ADDRESS") or "auto"
    try:
        _probe(wanted)
        with _own_sigterm():
            ray.init(wanted, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, RuntimeError, ValueError, RayError) as error:
        raise ClusterError(f"no Ray cluster at {wanted}: {error}\n{HOW_TO_FIND}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _probe(address: str) -> None:
    """Raise ValueError for what names no cluster that is there, OSError if nothing listens at HOST:PORT."""
    if address == "local":
        raise ValueError("Ray would start one for this run alone")
    if "://" in address:
        raise ValueError("a driver is on a node of its cluster; from elsewhere, start it by `ray job submit`")
    host, _, port = address.rpartition(":")
    if port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), PROBE_SECONDS).close()


@contextmanager
def _own_sigterm() -> Iterator[None]:
    """Keep this process's way of handling SIGTERM, in whose place Ray would put its own."""
    kept = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():  # elsewhere Ray leaves it alone
            signal.signal(signal.SIGTERM, kept)


# On the workers.


def _play_batch(batch: list[Planned], setup: Setup, versions: Mapping[str, str]) -> list[EpisodeRecord]:
    """Play a batch, in a worker's process."""
    if versions != current_versions():
        node = socket.gethostname()
        raise ClusterError(f"{node} has code of the versions {current_versions()}, the driver of {dict(versions)}")
    play = _player(setup)
    return [play(planned) for planned in batch]


_latest: tuple[Setup, Play] | None = None  # of a worker's process, which serves one run


def _player(setup: Setup) -> Play:
    """What plays episodes; made once, because it holds connections."""
    global _latest
    if _latest is None or _latest[0] != setup:
        _latest = setup, setup.player()
    return _latest[1]
