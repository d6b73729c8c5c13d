"""A run plays each episode once, wherever it plays them, and goes on where it was left."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.agents.policy import Decision, Observation
from cloud_incident_env.agents.random_policy import RandomPolicy
from cloud_incident_env.evaluation import agents, engine, without_model
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.engine import (
    BATCH,
    FAILURES_TO_STOP,
    Inline,
    Pool,
    Processes,
    Setup,
    Tally,
    Threads,
    pool_for,
    run,
)
from cloud_incident_env.evaluation.plan import Incidents, Planned
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import RunFolder
from tests.evaluation.played import failed, timeless

# Real processes, many of them killed: minutes on a busy machine.
pytestmark = pytest.mark.slow

CONFIG = RunConfig("random", Incidents(split="test", limit=20), "2026-01-01T00:00:00+00:00", trials=2)
SETUP = Setup("random")


class Watched:
    """A pool that remembers which episodes it was given."""

    def __init__(self, pool: Pool | None = None) -> None:
        self._pool = pool or Inline()
        self.given: list[str] = []

    def results(self, todo: Iterable[Planned], setup: Setup) -> Iterator[list[EpisodeRecord]]:
        def noted() -> Iterator[Planned]:
            for planned in todo:
                self.given.append(planned.key)
                yield planned

        return self._pool.results(noted(), setup)


class Down:
    """A pool whose server is down for some episodes."""

    def __init__(self, is_down: Callable[[Planned], bool] = lambda planned: True) -> None:
        self._is_down = is_down

    def results(self, todo: Iterable[Planned], setup: Setup) -> Iterator[list[EpisodeRecord]]:
        play = setup.player()
        for planned in todo:
            record = play(planned)
            yield [failed(record) if self._is_down(planned) else record]


def played(folder: Path, pool: Pool, config: RunConfig = CONFIG, setup: Setup = SETUP) -> list[EpisodeRecord]:
    """What a whole run in this folder comes to, without times."""
    assert run(config, RunFolder(folder), pool, setup).complete
    return [timeless(record) for record in RunFolder(folder).episodes()]


def keys(config: RunConfig = CONFIG) -> list[str]:
    return [planned.key for planned in config.plan()]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[EpisodeRecord]:
    return played(tmp_path_factory.mktemp("run"), Inline())


@pytest.mark.parametrize("pool", [Threads(1), Threads(5), Processes(1), Processes(3)], ids=str)
def test_where_episodes_are_played_changes_nothing(
    pool: Pool, undisturbed: list[EpisodeRecord], tmp_path: Path
) -> None:
    assert [record["key"] for record in undisturbed] == keys()
    assert played(tmp_path, pool) == undisturbed


def test_a_server_gives_the_same_records(server_url: str, undisturbed: list[EpisodeRecord], tmp_path: Path) -> None:
    served = replace(CONFIG, base_url=server_url)
    assert played(tmp_path, Threads(4), served, Setup("random", base_url=server_url)) == undisturbed


def test_a_run_that_goes_on_plays_what_is_missing_and_nothing_else(
    undisturbed: list[EpisodeRecord], tmp_path: Path
) -> None:
    stop = threading.Event()

    def stop_after_nine(tally: Tally) -> None:
        if len(tally.finished) == 9:
            stop.set()

    first, second, third = Watched(), Watched(), Watched()
    tally = run(CONFIG, RunFolder(tmp_path), first, SETUP, stop=stop, on_episode=stop_after_nine)
    assert (len(tally.finished), tally.complete) == (9, False)
    assert first.given == keys()[:9]
    assert played(tmp_path, second) == undisturbed
    assert second.given == keys()[9:]
    assert played(tmp_path, third) == undisturbed
    assert third.given == []


def test_episodes_under_way_are_finished_and_kept_when_a_run_is_stopped(tmp_path: Path) -> None:
    stop, pool = threading.Event(), Watched(Processes(2))
    tally = run(CONFIG, RunFolder(tmp_path), pool, SETUP, stop=stop, on_episode=lambda tally: stop.set())
    assert BATCH <= len(pool.given) < len(CONFIG.plan())
    assert {record["key"] for record in RunFolder(tmp_path).episodes()} == set(pool.given) == tally.finished


def test_infrastructure_errors_are_counted_apart_and_tried_again(
    undisturbed: list[EpisodeRecord], tmp_path: Path
) -> None:
    tally = run(CONFIG, RunFolder(tmp_path), Down(lambda planned: planned.options["index"] % 4 == 1), SETUP)
    graded = [record["grade"] for record in undisturbed if record["options"]["index"] % 4 != 1]
    assert (len(tally.finished), len(tally.failed), tally.complete) == (30, 10, True)
    assert tally.mean_grade == pytest.approx(sum(graded) / 30)
    again = Watched()
    starts: list[tuple[int, int]] = []
    run(CONFIG, RunFolder(tmp_path), again, SETUP, on_start=lambda t: starts.append((len(t.finished), len(t.failed))))
    assert starts == [(30, 10)]
    assert again.given == sorted(tally.failed, key=keys().index)
    assert [timeless(record) for record in RunFolder(tmp_path).episodes()] == undisturbed


def test_a_run_gives_up_on_a_server_that_is_down(tmp_path: Path) -> None:
    tally = run(CONFIG, RunFolder(tmp_path), Down(), SETUP)
    assert tally.hopeless
    assert not tally.complete
    assert len(tally.failed) == FAILURES_TO_STOP < len(CONFIG.plan())
    assert tally.mean_grade is None
    assert run(CONFIG, RunFolder(tmp_path), Inline(), SETUP).complete


def test_errors_that_come_and_go_do_not_end_a_run(tmp_path: Path) -> None:
    long = replace(CONFIG, trials=4)
    tally = run(long, RunFolder(tmp_path), Down(lambda planned: planned.options["index"] % 5 != 4), SETUP)
    assert len(tally.failed) == 64 > FAILURES_TO_STOP
    assert not tally.hopeless


def test_an_unreachable_server_is_tried_and_then_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("cloud_incident_env.evaluation.play.PAUSES", (0.0, 0.01))
    monkeypatch.setattr("time.sleep", pauses.append)
    config = replace(CONFIG, incidents=Incidents(split="test", limit=1), trials=1, base_url="http://127.0.0.1:9")
    setup = Setup("random", base_url="http://user:hunter2@127.0.0.1:9")
    tally = run(config, RunFolder(tmp_path), Threads(1), setup)
    assert len(tally.failed) == 1
    text = (tmp_path / "episodes.jsonl").read_text()
    assert "did not answer" in text
    assert "hunter2" not in text


def lethal(deaths: Path, most: int) -> Callable[[Mapping[str, Any], int], RandomPolicy]:
    """Makes policies of which some kill their process, as the system does when memory runs out."""

    class Lethal(RandomPolicy):
        def act(self, observation: Observation) -> Decision:
            if len(list(deaths.iterdir())) < most and observation["step_count"] == 2:
                (deaths / str(os.getpid())).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return super().act(observation)

    def make(options: Mapping[str, Any], trial: int) -> RandomPolicy:
        kind = Lethal if options["index"] == 7 else RandomPolicy
        return kind(without_model._seed_of(options, trial))

    return make


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers that are not forked know no patched agent")


@needs_fork
def test_workers_that_die_are_replaced_and_lose_and_double_nothing(
    undisturbed: list[EpisodeRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deaths").mkdir()
    monkeypatch.setitem(agents.AGENTS, "random", lethal(tmp_path / "deaths", most=2))
    assert played(tmp_path / "run", Processes(2)) == undisturbed
    assert len(list((tmp_path / "deaths").iterdir())) == 2
    assert (tmp_path / "run" / "episodes.jsonl").read_bytes().count(b"\n") == len(undisturbed)


@needs_fork
def test_an_episode_that_kills_every_worker_ends_the_run_with_the_rest_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deaths").mkdir()
    monkeypatch.setitem(agents.AGENTS, "random", lethal(tmp_path / "deaths", most=100))
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(engine.WorkersDiedError, match="3 times in a row"):
        run(CONFIG, folder, Processes(1), SETUP)
    kept = [record["options"]["index"] for record in folder.episodes()]
    assert len(kept) >= BATCH
    assert 7 not in kept


def test_an_error_of_the_agent_ends_the_run_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(options: Mapping[str, Any], trial: int) -> RandomPolicy:
        if options["index"] == 5:
            raise ZeroDivisionError
        return RandomPolicy(1)

    monkeypatch.setitem(agents.AGENTS, "random", broken)
    for pool in (Inline(), Threads(2)):
        folder = RunFolder(tmp_path / type(pool).__name__)
        with pytest.raises(ZeroDivisionError):
            run(CONFIG, folder, pool, SETUP)
        assert 5 not in {record["options"]["index"] for record in folder.episodes()}


def test_the_pool_suits_the_agent() -> None:
    assert isinstance(pool_for(SETUP, 1), Inline)
    assert pool_for(SETUP, 4) == Processes(4)
    assert pool_for(replace(SETUP, base_url="http://x"), 4) == Threads(4)
    with pytest.raises(ValueError, match="concurrency must be at least 1, got 0"):
        pool_for(SETUP, 0)
