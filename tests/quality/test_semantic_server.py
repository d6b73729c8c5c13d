"""A server in a process of its own: recorded episodes replay to the same bytes, and it stays within its resources."""

from __future__ import annotations

import importlib.metadata
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from openenv.validation.manifest import ResourceDeclaration
from packaging.utils import canonicalize_name

from bench import RunningServer, running_server
from cloud_incident_env.ledger import Outcome
from cloud_incident_env.openenv_models import CloudIncidentAction
from cloud_incident_env.rewards import RewardTable
from cloud_incident_env.wire import Action, EpisodeState, StepInfo
from server.environment import IncidentEnvironment
from server.openenv_session import OpenEnvIncidentEnvironment
from server.rest_models import GraderReport, StepResponse
from server.settings import Settings
from tasks import TASKS
from tools.quality.semantic_leaks import image_files
from tools.quality.semantic_support import ROOT, declared, records
from validation.oracle import Session, open_session

START_LIMIT_S = 120.0
ROUNDS = 3  # of all records, played and kept at once in the measurement of resources
MIB = 2**20
NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc to read usage from")

Record = dict[str, Any]
Transcript = list[bytes]


@pytest.fixture(scope="module")
def recorded() -> list[Record]:
    return list(records())


@pytest.fixture(scope="module")
def process() -> Iterator[RunningServer]:
    """A server in a process of its own, with the page and the OpenEnv protocol loaded."""
    with running_server() as started:
        started.seconds_until("/metadata", lambda status, _: status == 200, START_LIMIT_S)
        yield started


@pytest.fixture(scope="module")
def client(process: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{process.port}", timeout=60) as opened:
        yield opened


# semantic.replayability


def through_environment(record: Record) -> Transcript:
    """Replay a record in this process: each answer as the REST interface would write it, then state and grade."""
    environment = IncidentEnvironment()
    options = {"episode_id": record["episode_id"], "reward_profile": record["reward_profile"]}
    answers = [environment.reset(record["task_id"], record["scenario_index"], **options).model_dump_json()]
    for action in record["action_history"]:
        move = Action.model_validate({name: action[name] for name in ("action_type", "parameters")})
        observation, reward, done, info = environment.step(move)
        details = StepInfo.model_validate(info)
        step = StepResponse(observation=observation, reward=reward, done=done, info=details)
        answers.append(step.model_dump_json())
    state = environment.state()
    names = {"task_id": state.task_id, "scenario_id": state.scenario_id}
    grade = environment.grade().model_dump()
    report = GraderReport(**grade, **names, steps_used=state.step_count, done=state.done)
    return [text.encode() for text in (*answers, state.model_dump_json(), report.model_dump_json())]


def through_rest(client: httpx.Client, record: Record, episode_id: str | None = None) -> Transcript:
    """Replay a record on a server, under its own id or another one: the answers as they came."""
    name = {"episode_id": episode_id or record["episode_id"]}
    start = {key: record[key] for key in ("task_id", "scenario_index", "reward_profile")}
    answers = [client.post("/reset", json={**name, **start}).content]
    for action in record["action_history"]:
        move = {key: action[key] for key in ("action_type", "parameters")}
        answers.append(client.post("/step", json={**name, **move}).content)
    return [*answers, *(client.get(path, params=name).content for path in ("/state", "/grader"))]


def through_openenv(session: Session, record: Record) -> Transcript:
    """Replay a record in an OpenEnv session: the observations with their rewards; the last one has the grade."""
    start = {key: record[key] for key in ("task_id", "scenario_index", "reward_profile", "episode_id")}
    answers = [session.reset(**start)]
    for action in record["action_history"]:
        move = {key: action[key] for key in ("action_type", "parameters")}
        answers.append(session.step(CloudIncidentAction.model_validate(move)))
    return [answer.model_dump_json().encode() for answer in answers]


@pytest.mark.check("semantic.replayability")
def test_a_record_replays_to_itself(recorded: list[Record], measured: Callable[[str], None]) -> None:
    """Replaying the state of an episode gives that state again, and the same observations, rewards and grade each time.

    The state names the incident, the reward profile and the id, and holds every action.
    """
    for record in recorded:
        first, second = through_environment(record), through_environment(record)
        assert first == second, record["episode_id"]
        assert first[-2] == EpisodeState.model_validate(record).model_dump_json().encode(), record["episode_id"]
    measured(f"{len(recorded)} records, {sum(r['step_count'] for r in recorded)} steps")


@pytest.mark.check("semantic.replayability")
def test_a_record_replays_on_a_server(
    recorded: list[Record], client: httpx.Client, measured: Callable[[str], None]
) -> None:
    """A record made in one process replays to identical bytes on a server in another one, over REST."""
    for record in recorded:
        assert through_rest(client, record) == through_environment(record), record["episode_id"]
    measured("the same bytes from another process over REST")


@pytest.mark.check("semantic.replayability")
def test_a_record_replays_over_openenv(
    recorded: list[Record], process: RunningServer, measured: Callable[[str], None]
) -> None:
    """A record made in one process replays to identical bytes in another one, over the OpenEnv WebSocket."""
    with open_session(f"http://127.0.0.1:{process.port}") as session:
        for record in recorded:
            local = through_openenv(OpenEnvIncidentEnvironment(), record)
            assert through_openenv(session, record) == local, record["episode_id"]
    measured("and over OpenEnv")


def test_another_action_is_another_transcript(recorded: list[Record], client: httpx.Client) -> None:
    changed = deepcopy(recorded[0])
    changed["action_history"][0]["parameters"] = {"service": "elsewhere"}
    assert through_rest(client, changed) != through_environment(recorded[0])


def test_an_environment_that_draws_lots_is_seen(recorded: list[Record], monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(table: RewardTable, outcome: Outcome, step: int, max_steps: int) -> tuple[float, str]:
        return random.random(), "luck"

    monkeypatch.setattr(RewardTable, "reward", draw)
    assert through_environment(recorded[0]) != through_environment(recorded[0])


# semantic.resource_envelope


@dataclass(frozen=True)
class Usage:
    """What a process used, in the units of the manifest."""

    cpu: float  # cores
    memory_mb: float  # MiB, the most at any time
    disk_mb: float  # MiB
    episode_s: float  # the longest episode


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int, name: str) -> float:
    """Resident memory of a process: `VmRSS` now, `VmHWM` at its highest."""
    return int(re.findall(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)[0]) / 1024


def written_mib(pid: int) -> float:
    """What a process has caused to be written to disk."""
    return int(re.findall(r"^write_bytes: (\d+)", Path(f"/proc/{pid}/io").read_text(), re.M)[0]) / MIB


def installed_mib() -> float:
    """Size of what the image adds to its base: its files, and the installed packages that requirements.txt pins.

    Sources count twice, because the image holds their bytecode too, which is about as large.
    """
    pinned = set(map(canonicalize_name, re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.M)))
    files = image_files((ROOT / "Dockerfile").read_text())
    for package in importlib.metadata.distributions():
        if canonicalize_name(package.metadata["Name"]) in pinned:
            files += [Path(str(package.locate_file(file))) for file in package.files or ()]
    sources = [file for file in files if file.suffix != ".pyc" and file.is_file()]
    return sum(file.stat().st_size * (2 if file.suffix == ".py" else 1) for file in sources) / MIB


def exceeded(usage: Usage, limits: ResourceDeclaration) -> list[str]:
    """The declared resources that do not suffice, with what was used of them."""
    pairs = {
        "cpu": (usage.cpu, limits.cpu),
        "memory_mb": (usage.memory_mb, limits.memory_mb),
        "disk_mb": (usage.disk_mb, limits.disk_mb),
        "episode_timeout_s": (usage.episode_s, limits.episode_timeout_s),
    }
    return [f"{name}: {used:.2f} of {limit}" for name, (used, limit) in pairs.items() if used > limit]


@NEEDS_PROC
@pytest.mark.check("semantic.resource_envelope")
def test_a_server_stays_within_its_declared_resources(
    recorded: list[Record], process: RunningServer, client: httpx.Client, measured: Callable[[str], None]
) -> None:
    """CPU, memory, disk and time of a server that plays every task stay within the manifest's `resources`.

    It plays and keeps `ROUNDS` times all records. CPU is CPU time a second of play, memory the peak, disk what the
    image adds to its base and what the server wrote, time that of the longest episode. Memory must also suffice for as
    many such episodes as the server keeps at once by default.
    """
    pid, limits = process.process.pid, declared().resources
    longest, after_first = 0.0, 0.0
    cpu, began = cpu_seconds(pid), time.perf_counter()
    for number in range(ROUNDS):
        for record in recorded:
            start = time.perf_counter()
            through_rest(client, record, f"{record['episode_id']}-{number}")
            longest = max(longest, time.perf_counter() - start)
        after_first = after_first or memory_mib(pid, "VmRSS")
    elapsed, cpu = time.perf_counter() - began, cpu_seconds(pid) - cpu
    usage = Usage(cpu / elapsed, memory_mib(pid, "VmHWM"), installed_mib() + written_mib(pid), longest)
    assert exceeded(usage, limits) == []
    episodes = ROUNDS * len(recorded)
    growth = (memory_mib(pid, "VmRSS") - after_first) / (episodes - len(recorded))
    places = Settings.model_fields["max_episodes"].default
    assert usage.memory_mb + max(growth, 0.0) * places < limits.memory_mb
    least = min(sum(r["task_id"] == task_id for r in recorded) for task_id in TASKS) * ROUNDS
    measured(
        f"{episodes} episodes, {least} or more of each task: {usage.cpu:.2f} of {limits.cpu} cores "
        f"({cpu / episodes * 1000:.1f} ms each), {usage.memory_mb:.0f} of {limits.memory_mb} MiB "
        f"({growth * 1024:.1f} KiB for each one kept), {usage.disk_mb:.0f} of {limits.disk_mb} MiB on disk, "
        f"longest {usage.episode_s:.2f} of {limits.episode_timeout_s:.0f} s"
    )


@NEEDS_PROC
def test_a_process_that_takes_more_is_seen() -> None:
    """200 MiB and a busy core are measured as such, and do not fit into less."""
    code = "kept = bytearray(b'x') * (200 << 20); print(flush=True)\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as hog:
        try:
            assert hog.stdout is not None
            hog.stdout.readline()
            cpu, began = cpu_seconds(hog.pid), time.perf_counter()
            time.sleep(0.5)
            used = (cpu_seconds(hog.pid) - cpu) / (time.perf_counter() - began)
            usage = Usage(used, memory_mib(hog.pid, "VmHWM"), 2.0, 3.0)
        finally:
            hog.kill()
    small = ResourceDeclaration(cpu=0.05, memory_mb=200, disk_mb=1, episode_timeout_s=1.0)
    assert [line.partition(":")[0] for line in exceeded(usage, small)] == list(small.model_dump())[:4]
    ample = ResourceDeclaration(cpu=2.0, memory_mb=300, disk_mb=3, episode_timeout_s=4.0)
    assert exceeded(usage, ample) == []
