"""Runs on a real Ray cluster of two nodes: what dies loses nothing and doubles nothing, whatever it is.

The nodes are Ray's own, on this machine (`ray.cluster_utils.Cluster`), with a CPU each and little memory.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from cloud_incident_env.evaluation.agents import ModelEndpoint
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.engine import (
    BATCH,
    MOST_DEATHS,
    Inline,
    Play,
    Setup,
    Tally,
    Threads,
    WorkersDiedError,
    run,
)
from cloud_incident_env.evaluation.plan import Incidents, Planned
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.store import RunFolder
from tests.evaluation.played import timeless
from tests.llm_stub import Reply, llm_stub

ray = pytest.importorskip("ray")
from ray import cloudpickle  # noqa: E402
from ray.cluster_utils import Cluster  # noqa: E402

from cloud_incident_env.evaluation.ray_engine import ClusterError, RayPool  # noqa: E402

pytestmark = pytest.mark.slow

# The workers cannot import this module, whose agents they are to play.
cloudpickle.register_pickle_by_value(sys.modules[__name__])

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120.0  # in which anything that is waited for happens, on a busy machine too
VARIABLES = ("HF_TOKEN", "API_KEY", "ENV_BASE_URL", "API_BASE_URL", "MODEL_NAME", "RAY_ADDRESS")
NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False, "include_log_monitor": False}
CONFIG = RunConfig("random", Incidents(split="test", limit=60), "2026-01-01T00:00:00+00:00", trials=4)
OPTIONS = ("--agent", "random", "--split", "test", "--limit", "60", "--trials", "4")


@dataclass
class TwoNodes:
    """A cluster whose second node may be killed and started anew."""

    cluster: Any
    session: Path  # where Ray keeps its logs

    @property
    def address(self) -> str:
        return str(self.cluster.address)

    def second(self) -> Any:
        """The node that no driver is connected to, started if there is none."""
        return next(iter(self.cluster.worker_nodes), None) or self.cluster.add_node(**NODE)

    def kill_second(self, workers: set[int]) -> None:
        """Kill -9 of all that belongs to it, with these workers, which would live on until they miss it."""
        self.cluster.remove_node(self.second(), allow_graceful=False)
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)


@pytest.fixture(scope="module")
def started() -> Iterator[TwoNodes]:
    folder = Path(tempfile.mkdtemp(prefix="ray-"))  # short, because it holds sockets
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_TMPDIR", str(folder))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        cluster = Cluster(initialize_head=True, head_node_args={**NODE, "no_monitor": True})
        try:
            yield TwoNodes(cluster, folder / "ray")
        finally:
            cluster.shutdown()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def two(started: TwoNodes) -> TwoNodes:
    started.second()
    started.cluster.wait_for_nodes()
    return started


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> list[EpisodeRecord]:
    """What the local engine comes to, without times."""
    folder = RunFolder(tmp_path_factory.mktemp("local"))
    assert run(CONFIG, folder, Inline(), Setup("random")).complete
    return [timeless(record) for record in folder.episodes()]


def written(folder: Path) -> list[Any]:
    """Every record of a run folder, doubles too, in the order in which they came."""
    file = folder / "episodes.jsonl"
    return [json.loads(line) for line in file.read_bytes().splitlines()] if file.exists() else []


def assert_same(folder: Path, local: list[EpisodeRecord]) -> None:
    """The run has each episode once, and everything but the times is as the local engine has it."""
    assert len(written(folder)) == len(local)
    assert [timeless(record) for record in RunFolder(folder).episodes()] == local


@dataclass(frozen=True)
class Noting(Setup):
    """Notes the worker of each episode that a node begins; on one node, the second batch waits to be killed.

    Episodes are slow while there is a file "slow", so that a node whose first worker is about to start gets its share.
    """

    notes: Path = field(default_factory=Path)
    doomed: str = ""  # id of that node

    def player(self) -> Play:
        play = super().player()
        node = ray.get_runtime_context().get_node_id()

        def noted(planned: Planned) -> EpisodeRecord:
            with (self.notes / node).open("a") as file:
                file.write(f"{os.getpid()}\n")
            if node == self.doomed and len(self.begun(node)) == BATCH + 2:
                time.sleep(SECONDS)
            if (self.notes / "slow").exists():
                time.sleep(0.2)
            return play(planned)

        return noted

    def begun(self, node: str) -> list[int]:
        """The worker of each episode that a node has begun."""
        file = self.notes / node
        return [int(worker) for worker in file.read_text().split()] if file.exists() else []


def test_one_of_two_nodes_is_killed_half_way_and_another_joins(
    two: TwoNodes, local: list[EpisodeRecord], tmp_path: Path
) -> None:
    doomed, joined = two.second().node_id, ""
    setup = Noting("random", notes=tmp_path, doomed=doomed)
    slow = tmp_path / "slow"
    slow.touch()

    def meddle(tally: Tally) -> None:
        nonlocal joined
        stuck = len(setup.begun(doomed)) == BATCH + 2
        if not joined and stuck and len(tally.finished) > len(local) / 3:
            two.kill_second(set(setup.begun(doomed)))
            joined = two.second().node_id
            slow.touch()
        elif stuck and (not joined or setup.begun(joined)):
            slow.unlink(missing_ok=True)

    assert run(CONFIG, RunFolder(tmp_path / "run"), RayPool(two.address), setup, on_episode=meddle).complete
    assert joined, "the node was not killed"
    assert setup.begun(joined), "the new node was left out"
    begun = [len(setup.begun(node)) for node in (doomed, joined, two.cluster.head_node.node_id)]
    assert begun[0] == BATCH + 2
    assert sum(begun) == len(local) + 2  # those of which the node did not tell
    assert_same(tmp_path / "run", local)


@dataclass(frozen=True)
class Lethal(Setup):
    """Kills its worker when it begins an episode of incident 7, as the system does when memory runs out."""

    deaths: Path = field(default_factory=Path)
    most: int = 0

    def player(self) -> Play:
        play = super().player()

        def lethal(planned: Planned) -> EpisodeRecord:
            if planned.options["index"] == 7 and len(list(self.deaths.iterdir())) < self.most:
                (self.deaths / str(os.getpid())).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return play(planned)

        return lethal


def test_workers_that_die_lose_and_double_nothing(two: TwoNodes, local: list[EpisodeRecord], tmp_path: Path) -> None:
    (tmp_path / "deaths").mkdir()
    setup = Lethal("random", deaths=tmp_path / "deaths", most=MOST_DEATHS - 1)
    assert run(CONFIG, RunFolder(tmp_path / "run"), RayPool(two.address), setup).complete
    assert len(list((tmp_path / "deaths").iterdir())) == MOST_DEATHS - 1
    assert_same(tmp_path / "run", local)


def test_an_episode_that_kills_every_worker_ends_the_run_with_the_rest_kept(two: TwoNodes, tmp_path: Path) -> None:
    (tmp_path / "deaths").mkdir()
    setup = Lethal("random", deaths=tmp_path / "deaths", most=100)
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(WorkersDiedError, match=r'3 workers died .* they played {"index": 6, .* to {"index": 7, '):
        run(CONFIG, folder, RayPool(two.address), setup)
    assert len(list((tmp_path / "deaths").iterdir())) == MOST_DEATHS
    kept = [record["options"]["index"] for record in folder.episodes()]
    assert len(kept) >= BATCH
    assert 7 not in kept


class OwnError(Exception):
    """An agent's."""


@dataclass(frozen=True)
class Broken(Setup):
    """Fails in incident 5."""

    def player(self) -> Play:
        play = super().player()

        def broken(planned: Planned) -> EpisodeRecord:
            if planned.options["index"] == 5:
                raise OwnError("sum of", 5)
            return play(planned)

        return broken


def test_an_error_of_the_agent_ends_the_run_and_is_told(two: TwoNodes, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with pytest.raises(OwnError) as told:
        run(CONFIG, folder, RayPool(two.address, concurrency=1), Broken("random"))
    assert type(told.value) is OwnError
    assert told.value.args == ("sum of", 5)
    assert "in broken" in str(told.value.__cause__)  # where it was raised, on the worker
    assert {record["options"]["index"] for record in folder.episodes()} == {0, 1, 2, 3}
    assert not ray.is_initialized()


def test_a_cluster_of_another_ray_with_other_code_or_without_it_is_refused(
    two: TwoNodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ray, "__version__", "2.0.1")
        with pytest.raises(ClusterError, match=r"(?s)Version mismatch.*Ray: 2\.0\.1"):
            run(CONFIG, RunFolder(tmp_path), RayPool(two.address), Setup("random"))
    with monkeypatch.context() as patch:
        patch.setattr("cloud_incident_env.evaluation.ray_engine.current_versions", lambda: {"play": "0"})
        with pytest.raises(ClusterError, match=r"has code of the versions .* the driver of {'play': '0'}"):
            run(CONFIG, RunFolder(tmp_path), RayPool(two.address), Setup("random"))
    with monkeypatch.context() as patch:
        patch.chdir(tmp_path)  # where the workers then look for the code
        with pytest.raises(ClusterError, match=r"No module named 'cloud_incident_env'\neach node needs this code"):
            run(CONFIG, RunFolder(tmp_path), RayPool(two.address), Setup("random"))
    assert written(tmp_path) == []


# The command line.


def start(folder: Path, *options: str, **environ: str) -> subprocess.Popen[str]:
    """Start a run on a cluster, with only these variables set beside the system's."""
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "cloud_incident_env.evaluation",
            "run",
            "--no-report",
            "--out",
            str(folder),
            "--engine",
            "ray",
            *options,
        ],
        cwd=ROOT,
        env={**clean, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit status, stdout and stderr."""
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def test_a_driver_that_is_stopped_or_killed_goes_on_where_it_was(
    two: TwoNodes, local: list[EpisodeRecord], tmp_path: Path
) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        before = len(written(tmp_path))
        process = start(tmp_path, *OPTIONS, RAY_ADDRESS=two.address)
        wait_until(lambda before=before: len(written(tmp_path)) > before)  # type: ignore[misc]
        process.send_signal(number)
        status, _, err = finish(process)
        assert status == (-number if number == signal.SIGKILL else 130), err
        assert "Traceback" not in err
        assert len(written(tmp_path)) < len(local), "it ended by itself"
    status, out, err = finish(start(tmp_path, *OPTIONS, "--address", two.address))
    assert status == 0, err
    assert f"random: {len(local)} of {len(local)} episodes graded" in out
    assert_same(tmp_path, local)


def test_agents_that_wait_share_cpus_and_their_key_is_written_nowhere(two: TwoNodes, tmp_path: Path) -> None:
    together = threading.Event()

    def answer(body: dict[str, Any]) -> Reply:
        """Answers once four episodes wait at the same time, on two CPUs."""
        if len(stub.requests) >= 4:
            together.set()
        assert together.wait(SECONDS)
        return Reply('{"action_type": "submit_severity", "parameters": {"severity": "P2"}}', usage=(100, 7))

    with llm_stub(answer) as stub:
        options = ["--model", "m", "--api-base-url", stub.url, "--task", "alert_classification", "--trials", "2"]
        ended = finish(start(tmp_path / "ray", *options, "--address", two.address, API_KEY="sk-secret"))
        config = replace(CONFIG, agent="llm", incidents=Incidents("alert_classification"), model="m", trials=2)
        run(config, RunFolder(tmp_path / "local"), Threads(2), Setup("llm", ModelEndpoint(stub.url, "m", "none")))
    assert ended[0] == 0, ended[2]
    assert together.is_set()
    assert [record["prompt_tokens"] for record in written(tmp_path / "ray")] == [100] * 6
    assert_same(tmp_path / "ray", [timeless(record) for record in RunFolder(tmp_path / "local").episodes()])
    files = [path for folder in (two.session, tmp_path) for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if b"sk-secret" in path.read_bytes()] == []
    assert "sk-secret" not in "".join(map(str, ended))


def test_without_a_cluster_the_command_says_what_to_do(tmp_path: Path) -> None:
    status, out, err = finish(start(tmp_path, *OPTIONS, RAY_ADDRESS="127.0.0.1:9"))
    assert (status, out) == (1, "")
    assert "error: no Ray cluster at 127.0.0.1:9: [Errno 111] Connection refused" in err
    assert "start one with `ray start --head`, or name one: --address HOST:PORT" in err
    assert "Traceback" not in err
