"""The Ray engine without a cluster: what it asks of one, what it refuses, and what it makes of Ray's errors."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from cloud_incident_env.agents.llm import Sampling
from cloud_incident_env.evaluation.agents import ModelEndpoint
from cloud_incident_env.evaluation.engine import BATCH, BATCHES_AHEAD, MOST_DEATHS, Inline, Setup, WorkersDiedError
from cloud_incident_env.evaluation.plan import Incidents, planned
from tests.evaluation.test_play_one import timeless

ray = pytest.importorskip("ray")
from ray import exceptions  # noqa: E402

from cloud_incident_env.evaluation import ray_engine  # noqa: E402
from cloud_incident_env.evaluation.ray_engine import WAITING_PER_CPU, ClusterError, RayPool  # noqa: E402

EPISODES = list(planned(Incidents(split="test", limit=100)))
SETUP = Setup("do-nothing")
SERVED = Setup("do-nothing", base_url="http://127.0.0.1:9")
MODEL = Setup("llm", ModelEndpoint("http://127.0.0.1:9/v1", "m", "key", Sampling()))


@dataclass
class FakeRay:
    """What the engine uses of Ray. Each task does its work when it is asked for, unless it is one of `ends`."""

    cpus: float = 2.0
    work: Callable[..., Any] = ray_engine._play_batch
    ends: dict[int, Exception] = field(default_factory=dict)  # of tasks, by their numbers
    tasks: list[tuple[Any, ...]] = field(default_factory=list)  # arguments of each
    options: dict[str, Any] = field(default_factory=dict)

    def remote(self, **options: Any) -> Callable[[Any], _Remote]:
        self.options = options
        return lambda function: _Remote(self)

    def wait(self, tasks: list[int], num_returns: int) -> tuple[list[int], list[int]]:
        return tasks[-num_returns:], tasks[:-num_returns]  # the latest first, for results come in any order

    def get(self, task: int) -> Any:
        if task in self.ends:
            raise self.ends[task]
        return self.work(*self.tasks[task])

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": self.cpus} if self.cpus else {}


@dataclass
class _Remote:
    fake: FakeRay

    def remote(self, *arguments: Any) -> int:
        self.fake.tasks.append(arguments)
        return len(self.fake.tasks) - 1


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    @contextmanager
    def connected(address: str | None) -> Iterator[None]:
        yield

    fake = FakeRay()
    monkeypatch.setattr(ray_engine, "ray", fake)
    monkeypatch.setattr(ray_engine, "_connected", connected)
    return fake


@pytest.fixture(scope="module")
def local() -> list[Any]:
    return [timeless(record) for records in Inline().results(EPISODES, SETUP) for record in records]


def played() -> list[Any]:
    """All records, in the order of the plan, without times."""
    records = [timeless(record) for batch in RayPool().results(EPISODES, SETUP) for record in batch]
    return sorted(records, key=lambda record: record["options"]["index"])


def test_batches_come_back_in_any_order_and_each_once(fake: FakeRay, local: list[Any]) -> None:
    assert played() == local
    assert [len(task[0]) for task in fake.tasks] == [BATCH] * 12 + [4]
    assert fake.options == {"num_cpus": 1, "max_retries": 0}


@pytest.mark.parametrize(
    ("setup", "concurrency", "cpus", "episodes"),
    [
        (SETUP, None, 2, 2 * BATCHES_AHEAD * BATCH),
        (SETUP, 3, 2, 3 * BATCH),
        (SETUP, None, 0, BATCH),  # a task, for which a cluster may grow
        (MODEL, None, 2, 2 * WAITING_PER_CPU),
        (SERVED, None, 2, 2 * WAITING_PER_CPU),
        (MODEL, 5, 2, 5),
    ],
)
def test_no_more_is_taken_than_there_is_room_for(
    setup: Setup, concurrency: int | None, cpus: float, episodes: int, fake: FakeRay
) -> None:
    fake.cpus, fake.work = cpus, lambda batch, *_: batch
    todo = iter(EPISODES)
    next(RayPool(concurrency=concurrency).results(todo, setup))
    assert len(list(todo)) == len(EPISODES) - episodes
    assert fake.options["num_cpus"] == (1 if setup == SETUP else 1 / WAITING_PER_CPU)


def test_the_window_follows_the_cluster(fake: FakeRay) -> None:
    fake.cpus, taken = 1, 0
    records = RayPool().results(EPISODES, SETUP)
    for cpus in (1, 3, 1):
        fake.cpus = cpus
        next(records)
        taken = len(fake.tasks)
    assert taken == 3 * BATCHES_AHEAD + 1  # three CPUs' worth, after one that had ended; then no more


@pytest.mark.parametrize(
    "death",
    [
        exceptions.WorkerCrashedError(),
        exceptions.NodeDiedError("gone"),
        exceptions.OutOfMemoryError("too much"),
        exceptions.ObjectLostError("0" * 56, "", ""),
    ],
    ids=lambda death: type(death).__name__,
)
def test_what_died_is_played_again(death: Exception, fake: FakeRay, local: list[Any]) -> None:
    fake.ends = {2: death, 3: death, 4: death}
    assert played() == local
    assert len(fake.tasks) == 13 + 3


def test_many_batches_that_die_at_once_are_no_reason_to_stop(fake: FakeRay, local: list[Any]) -> None:
    fake.cpus = 6
    fake.ends = dict.fromkeys(range(12), exceptions.NodeDiedError("gone"))
    assert played() == local


def test_a_batch_that_dies_again_and_again_ends_the_run(fake: FakeRay) -> None:
    fake.ends = dict.fromkeys(range(1, 100), exceptions.WorkerCrashedError())
    with pytest.raises(WorkersDiedError, match=r'3 workers died .* while they played {"index": \d+, .* to {"index": '):
        list(RayPool(concurrency=1).results(EPISODES, SETUP))
    assert len(fake.tasks) == 1 + MOST_DEATHS


def test_what_is_wrong_with_the_cluster_is_told(fake: FakeRay) -> None:
    fake.ends = {0: exceptions.RuntimeEnvSetupError("no such package")}
    with pytest.raises(ClusterError, match=r"(?s)plays no episodes: .*no such package"):
        list(RayPool(concurrency=1).results(EPISODES, SETUP))


def test_a_worker_that_cannot_load_the_code_is_told(fake: FakeRay) -> None:
    cause = exceptions.RaySystemError("long story\nModuleNotFoundError: No module named 'evaluation'")
    fake.ends = {0: exceptions.RayTaskError("_play_batch", "", cause)}
    with pytest.raises(ClusterError, match=r"play: ModuleNotFoundError: No module named 'evaluation'\neach node needs"):
        list(RayPool(concurrency=1).results(EPISODES, SETUP))


def test_a_worker_with_code_that_plays_otherwise_refuses() -> None:
    with pytest.raises(ClusterError, match=r"has code of the versions {.*}, the driver of {'play': '0'}"):
        ray_engine._play_batch(EPISODES[:1], SETUP, {"play": "0"})


def test_a_concurrency_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="concurrency must be at least 1, got 0"):
        RayPool(concurrency=0)


@pytest.mark.parametrize("given", [True, False])
def test_an_address_at_which_nobody_answers_is_told_at_once(given: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{deaf.getsockname()[1]}"
        if not given:
            monkeypatch.setenv("RAY_ADDRESS", address)
        pool = RayPool(address if given else None)
        with pytest.raises(ClusterError, match=f"no Ray cluster at {address}: .*refused\n.* --address HOST:PORT"):
            list(pool.results(EPISODES, SETUP))


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("nowhere", "Invalid address format: nowhere"),
        ("local", "Ray would start one for this run alone"),
        ("ray://127.0.0.1:10001", "from elsewhere, start it by `ray job submit`"),
        ("http://127.0.0.1:8265", "from elsewhere, start it by `ray job submit`"),
    ],
)
def test_what_is_no_address_of_a_cluster_is_told(address: str, complaint: str) -> None:
    with pytest.raises(ClusterError, match=f"no Ray cluster at {address}: .*{complaint}"):
        list(RayPool(address).results(EPISODES, SETUP))


def test_a_signal_goes_to_who_had_it_before_ray_did() -> None:
    kept = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with pytest.raises(ClusterError, match="nowhere"):  # by then Ray has put its own handler there
            list(RayPool("nowhere").results(EPISODES, SETUP))
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, kept)
