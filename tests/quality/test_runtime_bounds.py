"""runtime.resource_bounds: whatever is asked of it, the server stays within what its manifest declares.

The limits themselves (413, 422, 503, expiry) are tested one by one in tests/test_rest_errors.py, tests/test_episodes.py
and tests/test_openenv.py; here they are tried at every interface, and what they bound is measured.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from openenv.validation.manifest import ResourceDeclaration
from openenv.validation.parsers.openenv_yaml import OpenEnvYamlParser

from cloud_incident_env.actions import NAME_LENGTH, TEXT_LENGTH
from server.settings import Settings
from tests.http_server import serve_with
from tools.quality.runtime_interfaces import (
    INTERFACES,
    Address,
    Client,
    Refused,
    Server,
    WebSocketClient,
    connected,
    open_websocket,
)
from tools.quality.runtime_servers import ROOT, ServerProcess, launched

pytest_plugins = ["tools.quality.runtime_fixtures"]

FEW = 4  # episodes that a small server keeps
KIB = 1024
CAPACITY: int = Settings.model_fields["max_episodes"].default
MOST_SESSIONS: int = Settings.model_fields["max_sessions"].default  # on all paths together
BODY: int = Settings.model_fields["max_body_bytes"].default
ORDINARY_EPISODES = 400
LARGEST_EPISODES = 200
SESSIONS = 100
CALLERS = 4
CPU_SLACK = 1.1  # of the measurement
# The most memory that one character can take: a text with one such character is kept at four bytes each.
WIDE = "\U0001f4a5"


@pytest.fixture(scope="module")
def declared() -> ResourceDeclaration:
    return OpenEnvYamlParser().parse(ROOT).resources


@pytest.fixture(scope="module")
def loaded_server() -> Iterator[ServerProcess]:
    """A server of this module's own, whose memory nobody else uses; without the page, which no test here opens."""
    with launched(hash_seed=4, changes={"INCIDENT_UI": "false"}) as server:
        server.wait_until_listening()
        server.wait_until_loaded()
        # What an interface allocates once, when it is first used, is no part of an episode.
        for interface in ("rest", "ws"):
            with connected(server, interface) as client:
                client.reset("remediation_planning", 0)
        yield server


# Limits hold at every interface


@pytest.mark.check("runtime.resource_bounds")
@pytest.mark.parametrize("interface", list(INTERFACES))
def test_episodes_are_capped_at_every_interface(interface: str) -> None:
    """One episode more than there is room for is refused with the interface's own error, and the others go on.

    The page keeps its episodes where REST does.
    """
    with serve_with(openenv=True, max_episodes=FEW, max_sessions=FEW) as url, ExitStack() as stack:

        def start() -> Client:
            client: Client = stack.enter_context(connected(Address(url), interface))
            client.reset("root_cause_analysis", 0)
            return client

        clients = [start() for _ in range(FEW)]
        with pytest.raises(Refused, match=r"(?i)in use|capacity"):
            start()
        for client in clients:
            answer = client.act("query_logs", {"service": "postgres-db"})
            assert "evidence added" in answer or "Step 1 of" in answer


def oversized(server: Server) -> Iterator[tuple[str, bool]]:
    """Every way to send too much, and whether it was refused."""
    big = json.dumps({"summary": "x" * BODY})
    with server.client() as client:
        for path in ("/reset", "/step", "/mcp", "/openenv/reset", "/openenv/step", "/openenv/mcp", "/agent/mcp"):
            for body in (big.encode(), iter([big[: BODY // 2].encode()] * 4)):  # announced, and streamed without end
                headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
                answer = client.post(path, content=body, headers=headers)
                yield f"{path} {'announced' if isinstance(body, bytes) else 'streamed'}", answer.status_code == 413
        for path in ("/gradio_api/run/predict", "/gradio_api/queue/join", "/gradio_api/upload"):
            yield path, client.post(path, content=big.encode()).status_code == 413
    for path in ("/ws", "/openenv/ws", "/mcp", "/openenv/mcp"):
        with open_websocket(server, path) as socket:
            socket.send(big)
            yield f"websocket {path}", f"over {BODY} bytes" in str(socket.recv(timeout=60))


def overlong(server: Server) -> Iterator[tuple[str, bool]]:
    """Every interface's longest name and text and one character more, and whether exactly the latter were refused."""
    for interface in INTERFACES:
        with connected(server, interface) as client:
            for name, text in (("service", "x" * NAME_LENGTH), ("failure_mode", "x" * TEXT_LENGTH)):
                for extra, refused in (("", False), ("x", True)):
                    client.reset("root_cause_analysis", 0)
                    action_type = "query_logs" if name == "service" else "submit_root_cause"
                    values: dict[str, Any] = {"service": "postgres-db", name: text + extra}
                    try:
                        client.act(action_type, values)
                    except Refused:
                        yield f"{interface} {name} {len(text + extra)}", refused
                    else:
                        yield f"{interface} {name} {len(text + extra)}", not refused


@pytest.mark.check("runtime.resource_bounds")
@pytest.mark.parametrize("attempts", [oversized, overlong])
def test_what_is_too_large_is_refused(
    plain_server: ServerProcess,
    attempts: Callable[[Server], Iterator[tuple[str, bool]]],
    measured: Callable[[str], None],
) -> None:
    """Bodies and messages over the limit, announced or not, and strings over theirs are refused at every interface."""
    tried = list(attempts(plain_server))
    assert [what for what, well in tried if not well] == []
    measured(f"{len(tried)} {attempts.__name__} requests")


def test_a_missing_limit_is_found() -> None:
    """A server with a larger limit takes what the default refuses."""
    with serve_with(openenv=True, max_body_bytes=4 * BODY) as url:
        httpx.get(f"{url}/metadata", timeout=60)
        taken = {what for what, well in oversized(Address(url)) if not well}
    assert {"/reset announced", "websocket /ws"} <= taken


@pytest.mark.check("runtime.resource_bounds")
@pytest.mark.parametrize("interface", ["rest", "ws"])
def test_an_episode_is_as_long_as_its_task_says(plain_server: ServerProcess, interface: str) -> None:
    """Steps without end lengthen neither the episode nor its record."""
    with connected(plain_server, interface) as client:
        client.reset("remediation_planning", 0)
        sizes = [len(client.act("dance", {"reasoning": "again"})) for _ in range(60)]
        state = json.loads(client.state())
    record = state.get("data", state)
    assert (record["step_count"], len(record["action_history"]), record["done"]) == (15, 15, True)
    assert len(set(sizes[15:])) == 1


@pytest.mark.check("runtime.resource_bounds")
def test_idle_episodes_end_as_declared(declared: ResourceDeclaration, measured: Callable[[str], None]) -> None:
    """An idle episode expires after episode_timeout_s."""
    assert Settings.model_fields["idle_seconds"].default == declared.episode_timeout_s
    with serve_with(idle_seconds=0.2) as url, httpx.Client(base_url=url, timeout=20) as client:
        client.post("/reset", json={"episode_id": "idle"})
        assert client.get("/state", params={"episode_id": "idle"}).status_code == 200
        time.sleep(0.3)  # each look at it would keep it alive
        assert client.get("/state", params={"episode_id": "idle"}).status_code == 404
    measured(f"idle episodes expire after {declared.episode_timeout_s:.0f} s")


# Memory and CPU


def per_item(server: ServerProcess, count: int, make: Callable[[int], object]) -> float:
    """KiB of resident memory that each of `count` items costs while it is kept."""
    before = server.status("VmRSS")
    kept = [make(number) for number in range(count)]
    grown = server.status("VmRSS") - before
    for item in kept:
        if isinstance(item, Client):
            item.close()
    return grown / count


def projected(complete: ServerProcess, each: float, places: int = CAPACITY) -> float:
    """MiB of a complete server, the page included, whose every place is taken by an item of `each` KiB."""
    return (complete.status("VmRSS") + places * each) / KIB


@pytest.mark.check("runtime.resource_bounds")
def test_ordinary_episodes_fit_in_the_declared_memory(
    loaded_server: ServerProcess,
    plain_server: ServerProcess,
    declared: ResourceDeclaration,
    measured: Callable[[str], None],
) -> None:
    """As many idle episodes as the server keeps, each with some evidence read, fit in memory_mb."""
    client = loaded_server.client()

    def episode(number: int) -> None:
        name = f"ordinary-{number}"
        client.post("/reset", json={"task_id": "remediation_planning", "episode_id": name})
        for service in ("postgres-db", "auth-service", "api-gateway"):
            step = {"episode_id": name, "action_type": "query_logs", "parameters": {"service": service}}
            assert client.post("/step", json=step).status_code == 200

    each = per_item(loaded_server, ORDINARY_EPISODES, episode)
    total = projected(plain_server, each)
    measured(
        f"{each:.1f} KiB an idle episode, {CAPACITY} of them and the server {total:.0f} of {declared.memory_mb} MiB"
    )
    assert total < declared.memory_mb


@pytest.mark.check("runtime.resource_bounds")
def test_the_largest_episodes_fit_in_the_declared_memory(
    loaded_server: ServerProcess,
    plain_server: ServerProcess,
    declared: ResourceDeclaration,
    measured: Callable[[str], None],
) -> None:
    """So do as many of the largest that an agent can make: every step with the longest texts that are taken."""
    client = loaded_server.client()
    text = WIDE + "x" * (TEXT_LENGTH - 1)
    parameters = {"service": "postgres-db", "reasoning": text, "summary": text, "failure_mode": text}

    def episode(number: int) -> None:
        name = f"largest-{number}"
        client.post("/reset", json={"task_id": "remediation_planning", "episode_id": name})
        body = {"episode_id": name, "action_type": "query_logs", "parameters": parameters}
        for _ in range(14):
            sent = json.dumps(body, ensure_ascii=False).encode()
            assert client.post("/step", content=sent).status_code == 200

    each = per_item(loaded_server, LARGEST_EPISODES, episode)
    total = projected(plain_server, each)
    measured(f"{each:.0f} KiB the largest, {CAPACITY} of them {total:.0f} of {declared.memory_mb} MiB")
    assert total < declared.memory_mb


@pytest.mark.check("runtime.resource_bounds")
def test_open_sessions_fit_in_the_declared_memory(
    loaded_server: ServerProcess,
    plain_server: ServerProcess,
    declared: ResourceDeclaration,
    measured: Callable[[str], None],
) -> None:
    """So do as many open WebSocket sessions as the server accepts."""

    def session(_: int) -> WebSocketClient:
        client = WebSocketClient(loaded_server)
        client.http.close()
        client.reset("remediation_planning", 0)
        return client

    each = per_item(loaded_server, SESSIONS, session)
    total = projected(plain_server, each, MOST_SESSIONS)
    measured(f"{each:.0f} KiB a WebSocket session, {MOST_SESSIONS} of them {total:.0f} of {declared.memory_mb} MiB")
    assert total < declared.memory_mb


@pytest.mark.check("runtime.resource_bounds")
def test_the_cpu_stays_within_the_declaration(
    loaded_server: ServerProcess,
    plain_server: ServerProcess,
    declared: ResourceDeclaration,
    measured: Callable[[str], None],
) -> None:
    """However fast requests come, the server uses no more than `cpu` cores."""
    deadline = time.perf_counter() + 2

    def press(number: int) -> int:
        client, steps = loaded_server.client(), 0
        while time.perf_counter() < deadline:
            client.post("/reset", json={"episode_id": f"busy-{number}"})
            client.post("/step", json={"episode_id": f"busy-{number}", "action_type": "dance"})
            steps += 1
        return steps

    started, cpu = time.perf_counter(), loaded_server.cpu_seconds()
    with ThreadPoolExecutor(CALLERS) as pool:
        steps = sum(pool.map(press, range(CALLERS)))
    cores = (loaded_server.cpu_seconds() - cpu) / (time.perf_counter() - started)
    peak = plain_server.status("VmHWM") / KIB
    assert cores <= declared.cpu * CPU_SLACK
    assert peak < declared.memory_mb
    assert steps > 0
    measured(
        f"{cores:.2f} of {declared.cpu} cores at {steps} steps in 2 s, "
        f"peak {peak:.0f} MiB of a server that played every check so far"
    )


@pytest.mark.check("runtime.resource_bounds")
def test_the_disk_stays_within_the_declaration(
    guarded_server: ServerProcess, declared: ResourceDeclaration, measured: Callable[[str], None]
) -> None:
    """What a server that is played at every interface leaves on disk."""
    for interface in INTERFACES:
        with connected(guarded_server, interface) as client:
            client.reset("remediation_planning", 0)
            client.act("query_logs", {"service": "postgres-db"})
    folders = [guarded_server.folder / name for name in ("tmp", "home")]
    used = sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
    assert used < declared.disk_mb * KIB * KIB
    measured(f"{used} bytes on disk of {declared.disk_mb} MiB")
