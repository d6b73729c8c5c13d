"""The attacks, one for each weakness that was measured. Each goes on until it has done what it counts, then it holds.

An attack takes an `Attacker` and the number of its pieces: clients, sockets, sessions or episodes.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from tests.hostile.attacker import Attacker
from tests.hostile.mcp_messages import INITIALIZE, MCP_HEADERS, rpc
from tests.hostile.sockets import bomb, handshake, open_socket, unfinished

Attack = Callable[[Attacker, int], Awaitable[None]]

TEXT_LENGTH = 8_000  # characters, the most that a text may have
HOSTILE_TEXTS = tuple((piece * TEXT_LENGTH)[:TEXT_LENGTH] for piece in ("_", "n", "é", "r", "a. ", "n't ", "not, "))
WIDE_TEXT = "x" * (TEXT_LENGTH - 1) + "🚨"  # one emoji, and Python keeps four bytes for every character
MESSAGE_BYTES = 15_000_000  # of a message that is never finished; under the 16 MiB that uvicorn takes by default
DISTINCT = 64  # incidents of an attack that fills the server; to make each anew would cost the attacker time
EXPERT = {"task_id": "remediation_planning", "difficulty": "expert"}


async def hostile_texts(attacker: Attacker, clients: int) -> None:
    """Row 1: clients that submit the texts which a grader reads slowest, again and again."""

    async def client(number: int) -> None:
        connection = attacker.connection()
        for text in itertools.cycle(HOSTILE_TEXTS[number % len(HOSTILE_TEXTS) :] + HOSTILE_TEXTS):
            if (episode := await _reset(attacker, connection, {**EXPERT, "seed": number})) is None:
                continue
            service = episode["known_services"][0]
            await _step(attacker, connection, episode, "query_logs", {"service": service})
            submission = {"summary": text, "failure_mode": text, "service": service, "reasoning": text}
            await _step(attacker, connection, episode, "submit_resolution", {"summary": text, "reasoning": text})
            await _step(attacker, connection, episode, "submit_root_cause", submission)
            attacker.count("submissions")

    await asyncio.gather(*(client(number) for number in range(clients)))


async def unfinished_messages(attacker: Attacker, sockets: int) -> None:
    """Row 2: WebSocket messages of 15 MB that are never finished."""

    async def client(number: int) -> None:
        writer, head = await handshake(attacker.port, "/openenv/ws" if number % 2 else "/ws")
        attacker.saw(head)
        for piece in unfinished(MESSAGE_BYTES):
            writer.write(piece)
            await writer.drain()
        attacker.count("messages sent to the end")
        attacker.keep(writer)

    await attacker.all_of(client, sockets)


async def deflate_bombs(attacker: Attacker, sockets: int) -> None:
    """Row 2: compressed frames of 15 KB that unpack to 15 MB, of messages that are never finished."""
    packed = bomb(MESSAGE_BYTES)

    async def client(number: int) -> None:
        path = "/openenv/ws" if number % 2 else "/ws"
        writer, head = await handshake(attacker.port, path, "permessage-deflate; client_max_window_bits")
        attacker.saw(head)
        writer.write(packed)
        await writer.drain()
        attacker.keep(writer)

    await attacker.all_of(client, sockets)


async def openenv_sessions(attacker: Attacker, sessions: int) -> None:
    """Row 3: sessions of the OpenEnv protocol without a socket, on both of its MCP paths."""
    body = json.dumps(rpc("openenv/session/create")).encode()
    for path in ("/mcp", "/openenv/mcp"):
        connection = attacker.connection()
        for _ in range(sessions):
            await attacker.send(connection, "POST", path, body)


async def page_routes(attacker: Attacker, rounds: int) -> None:
    """Row 4: what Gradio has beside what the page uses, and what the page has, with a fresh session each time."""
    connection = attacker.connection()
    recording = (
        b'--edge\r\ncontent-disposition: form-data; name="%s"; filename="a"\r\n'
        b"content-type: application/octet-stream\r\n\r\n" + b"\0" * 60_000 + b"\r\n--edge--\r\n"
    )
    form = {"content-type": "multipart/form-data; boundary=edge"}
    for number in range(rounds):
        session = uuid.uuid4().hex
        await attacker.send(connection, "GET", "/")
        await attacker.send(connection, "GET", f"/console/static/{session}.js")
        await attacker.send(connection, "GET", f"/gradio_api/deep_link?session_hash={session}")
        for path, name in (("process_recording", b"other"), ("process_recording", b"video"), ("upload", b"files")):
            await attacker.send(connection, "POST", f"/gradio_api/{path}", recording % name, form)
        path, body = _ODD[number % len(_ODD)]
        await attacker.send(connection, "POST" if body else "GET", path, body)


async def mcp_sessions(attacker: Attacker, sessions: int) -> None:
    """Row 5: MCP sessions that are opened and never used."""
    body, connection = json.dumps(INITIALIZE).encode(), attacker.connection()
    for _ in range(sessions):
        await attacker.send(connection, "POST", "/agent/mcp", body, MCP_HEADERS)


async def agents_that_play(attacker: Attacker, clients: int) -> None:
    """Row 5: clients that have agents and long trajectories play, and ask for all that an ended episode showed."""
    looks = [{"action_type": "query_logs", "parameters": {"service": f"s{number}"}} for number in range(200)]
    answer = {"action_type": "submit_resolution", "parameters": {"summary": WIDE_TEXT}, "words": WIDE_TEXT}

    async def client(number: int) -> None:
        connection = attacker.connection()
        for seed in itertools.count(number, clients):
            options = {**EXPERT, "seed": seed % DISTINCT}
            body = json.dumps({"agent": "heuristic", "options": options}).encode()
            await attacker.send(connection, "POST", "/console/play", body)
            body = json.dumps({"actions": [*looks[seed % 200 :], answer], "options": options}).encode()
            await attacker.send(connection, "POST", "/console/replay", body)
            if (episode := await _reset(attacker, connection, options)) is None:
                continue
            await _step(attacker, connection, episode, "submit_resolution", {"summary": WIDE_TEXT})
            for door in ("episode", "briefing", "debrief"):
                await attacker.send(connection, "GET", f"/console/{door}?episode_id={episode['episode_id']}")
            attacker.count("rounds")

    await asyncio.gather(*(client(number) for number in range(clients)))


async def ended_episodes(attacker: Attacker, episodes: int) -> None:
    """Row 5: episodes of the longest texts, played to their end."""

    async def client(number: int) -> None:
        connection = attacker.connection()
        for seed in range(number, episodes, 4):
            if (episode := await _reset(attacker, connection, {**EXPERT, "seed": seed % DISTINCT})) is None:
                continue
            for service in episode["known_services"][:2]:
                texts = {"service": service, "reasoning": WIDE_TEXT, "summary": WIDE_TEXT, "failure_mode": WIDE_TEXT}
                await _step(attacker, connection, episode, "query_logs", texts)
            texts = {"summary": WIDE_TEXT, "reasoning": WIDE_TEXT, "failure_mode": WIDE_TEXT}
            await _step(attacker, connection, episode, "submit_resolution", texts)
            attacker.count("episodes")

    await asyncio.gather(*(client(number) for number in range(4)))


async def full_with_reads(attacker: Attacker, episodes: int) -> None:
    """Row 6: fill every place with living episodes, and read their state again and again."""
    connection = attacker.connection()
    names = await _fill(attacker, connection, episodes)
    for name in itertools.cycle(names):
        await attacker.send(connection, "GET", f"/state?episode_id={name}")
        await attacker.send(connection, "GET", f"/grader?episode_id={name}")


async def full_with_steps(attacker: Attacker, episodes: int) -> None:
    """Row 6: fill every place with living episodes, and keep each in use by a step now and then."""
    connection = attacker.connection()
    while True:
        names = await _fill(attacker, connection, episodes)
        for name in names:
            await _step(attacker, connection, {"episode_id": name}, "query_logs", {"service": "nowhere"})


async def ended_at_full_speed(attacker: Attacker, episodes: int) -> None:
    """Row 6: start and end episodes without a pause; there is always an ended one that can give way."""
    connection = attacker.connection()
    for _ in range(episodes):
        episode = await _reset(attacker, connection, {"task_id": "alert_classification"})
        if episode is not None:
            await _step(attacker, connection, episode, "submit_severity", {"severity": "P1"})
        attacker.count("episodes")


async def full_speed(attacker: Attacker, episodes: int) -> None:
    """Row 6: start and end episodes without a pause, half of them left alive."""
    connection = attacker.connection()
    for number in range(episodes):
        episode = await _reset(attacker, connection, {"task_id": "alert_classification"})
        if episode is not None and number % 2:
            await _step(attacker, connection, episode, "submit_severity", {"severity": "P1"})
        attacker.count("episodes")


async def half_sent(attacker: Attacker, sockets: int) -> None:
    """Row 7: heads and bodies whose rest never comes, and sockets on which nothing does; opened anew when closed."""
    starts = (
        b"POST /step HTTP/1.1\r\nhost: localhost\r\nx-slow: ",
        b"POST /step HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{",
        b"",
    )

    async def client(number: int) -> None:
        while True:
            try:
                reader, writer = await open_socket(attacker.port)
                attacker.count("sockets")
                writer.write(starts[number % len(starts)])
                await reader.read()  # until the server closes it
                writer.transport.abort()
            except OSError:
                attacker.count("sockets refused")
            await asyncio.sleep(0.5)

    await asyncio.gather(*(client(number) for number in range(sockets)))


async def never_reading(attacker: Attacker, sockets: int) -> None:
    """Row 7: requests one after another on sockets that never read an answer."""
    request = b"GET /tasks HTTP/1.1\r\nhost: localhost\r\n\r\n" * 50

    async def client(number: int) -> None:
        _, writer = await open_socket(attacker.port)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        attacker.keep(writer)
        attacker.count("sockets")
        for _ in range(400):
            writer.write(request)
            await writer.drain()

    await attacker.all_of(client, sockets)


async def flood(attacker: Attacker, clients: int) -> None:
    """Clients without a pause on what costs the server most beside steps: listings, schemas, sessions, the page."""
    requests: tuple[tuple[str, str, bytes, dict[str, str]], ...] = (
        ("POST", "/agent/mcp", json.dumps(INITIALIZE).encode(), MCP_HEADERS),
        ("POST", "/mcp", json.dumps(rpc("tools/list")).encode(), {}),
        ("POST", "/openenv/mcp", json.dumps(rpc("tools/list")).encode(), {}),
        ("GET", "/schema", b"", {}),
        ("GET", "/openapi.json", b"", {}),
        ("GET", "/", b"", {}),
        ("GET", "/config", b"", {}),
        ("POST", "/openenv/reset", json.dumps({"seed": 1, "difficulty": "expert"}).encode(), {}),
        ("GET", "/console/catalogue", b"", {}),
        ("GET", "/console/static/app.js", b"", {}),
    )

    async def client(number: int) -> None:
        connection = attacker.connection()
        for method, path, body, headers in itertools.cycle(requests[number % len(requests) :] + requests):
            await attacker.send(connection, method, path, body, headers)

    await asyncio.gather(*(client(number) for number in range(clients)))


ATTACKS: dict[str, Attack] = {
    attack.__name__: attack
    for attack in (
        hostile_texts,
        unfinished_messages,
        deflate_bombs,
        openenv_sessions,
        page_routes,
        mcp_sessions,
        agents_that_play,
        ended_episodes,
        full_with_reads,
        full_with_steps,
        ended_at_full_speed,
        full_speed,
        half_sent,
        never_reading,
        flood,
    )
}


def _predict(function: Any, data: Any, session: str) -> bytes:
    return json.dumps({"data": data, "fn_index": function, "session_hash": session}).encode()


_ODD = (
    ("/gradio_api/run/predict", _predict(99, [], "a")),
    ("/gradio_api/run/predict", _predict(-1, [], "b")),
    ("/gradio_api/run/predict", _predict(None, [], "c")),
    ("/gradio_api/run/predict", b'{"data": [], "fn_index": 1e400, "session_hash": "d"}'),
    ("/console/play", b'{"agent": ["oracle"], "options": {"seed": -1}}'),
    ("/console/play", b'{"agent": "oracle", "options": {"seed": 1}}'),
    (
        "/console/replay",
        b'{"actions": [{"action_type": "x", "parameters": {"service": ["x"]}}]}',
    ),
    ("/console/replay", b'{"actions": ' + b"[" * 50_000 + b"}"),
    ("/console/briefing?episode_id=none", b""),
    ("/console/episode?episode_id=none", b""),
    ("/console/debrief", b""),
    ("/console/runs/none/episode?key=a", b""),
    ("/console/static/..%2fpage.py", b""),
    ("/gradio_api/queue/join", _predict(99, [], "i")),
    ("/gradio_api/component_server", b'{"component_id": 99, "fn_name": "x", "data": []}'),
    ("/gradio_api/cancel", b'{"event_id": "x", "session_hash": "x", "fn_index": 0}'),
    ("/gradio_api/reset/", b'{"event_id": "x"}'),
    ("/gradio_api/call/_start_episode", b'{"data": []}'),
    ("/gradio_api/vibe-edit/", b'{"prompt": "x"}'),
    ("/pwa_icon/1", b""),
    ("/gradio_api/file=/etc/passwd", b""),
    ("/gradio_api/stream/a/b/c", b""),
    ("/monitoring/x", b""),
    ("/gradio_api/queue/status", b""),
    ("/gradio_api/startup-events", b""),
)


async def _reset(attacker: Attacker, connection: Any, options: dict[str, Any]) -> Any:
    answer = await attacker.send(connection, "POST", "/reset", json.dumps(options).encode())
    return json.loads(answer.body) if answer is not None and answer.status == 200 else None


async def _step(attacker: Attacker, connection: Any, episode: Any, action: str, parameters: dict[str, Any]) -> None:
    body = {"episode_id": episode["episode_id"], "action_type": action, "parameters": parameters}
    await attacker.send(connection, "POST", "/step", json.dumps(body, ensure_ascii=False).encode())


async def _fill(attacker: Attacker, connection: Any, episodes: int) -> list[str]:
    """Start so many episodes, or as many as there is room for; their ids."""
    names = []
    for seed in range(episodes):
        if (episode := await _reset(attacker, connection, {**EXPERT, "seed": seed % DISTINCT})) is not None:
            names.append(episode["episode_id"])
    attacker.count("filled")
    return names
