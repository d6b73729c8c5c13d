"""Messages made wrong at random, sent to each door; every one must get an answer that is right in kind.

Each function here is an attack as those of `attacks.py` are: it takes an `Attacker` and how many messages it sends.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.hostile.attacker import Attacker
from tests.hostile.http_connection import ATTACKER, Answer, HttpConnection
from tests.hostile.mcp_messages import INITIALIZE, MCP_HEADERS, rpc
from tests.hostile.mutations import mutated

REFUSALS = {400, 401, 404, 409, 413, 422, 503}  # of a request over HTTP, with a reason as JSON
MCP_REFUSALS = REFUSALS | {406, 415}
ANSWER_TYPES = {"observation", "state", "mcp", "error"}  # of OpenEnv's messages
TOO_LONG = 1009  # close code of a message over the limit of the wire
ANSWER_SECONDS = 20.0
FRESH_EVERY = 40  # messages, after which an episode or a session starts anew

_RESETS: tuple[dict[str, Any], ...] = (
    {"task_id": "root_cause_analysis", "scenario_index": 1, "episode_id": "fuzz"},
    {"task_id": "remediation_planning", "seed": 7, "difficulty": "hard", "episode_id": "fuzz"},
    {"split": "test", "index": 5, "reward_profile": "v0.1"},
    {"family": "pool-leak", "seed": 3},
)
_ACTIONS: tuple[dict[str, Any], ...] = (
    {"action_type": "query_logs", "parameters": {"service": "api-gateway", "reasoning": "look"}},
    {"action_type": "scale_service", "parameters": {"service": "postgres-db", "replicas": 3}},
    {"action_type": "rollback_deploy", "parameters": {"service": "auth-service", "target_version": "v1"}},
    {"action_type": "execute_runbook_step", "parameters": {"runbook_action": "drain", "target": "x"}},
    {"action_type": "submit_root_cause", "parameters": {"service": "auth-service", "failure_mode": "pool leak"}},
    {"action_type": "submit_severity", "parameters": {"severity": "P1"}},
)


async def fuzz_step(attacker: Attacker, messages: int) -> None:
    """`POST /step`."""
    rng, connection = random.Random(attacker.seed), attacker.connection()
    for number in range(messages):
        if number % FRESH_EVERY == 0:
            await attacker.send(connection, "POST", "/reset", json.dumps(rng.choice(_RESETS)).encode())
        action = {**rng.choice(_ACTIONS), "episode_id": "fuzz"}
        await _ask(attacker, connection, "/step", mutated(action, rng), _is_step)


async def fuzz_reset(attacker: Attacker, messages: int) -> None:
    """`POST /reset`."""
    rng, connection = random.Random(attacker.seed), attacker.connection()
    for _ in range(messages):
        await _ask(attacker, connection, "/reset", mutated(rng.choice(_RESETS), rng), _is_observation)


async def fuzz_mcp(attacker: Attacker, messages: int) -> None:
    """`POST /mcp`."""
    rng, connection = random.Random(attacker.seed), attacker.connection()
    for _ in range(messages):
        await _ask(attacker, connection, "/mcp", mutated(_rpc(rng), rng), _is_rpc)


async def fuzz_agent_mcp(attacker: Attacker, messages: int) -> None:
    """`POST /agent/mcp`, in a session that is opened first."""
    rng, connection = random.Random(attacker.seed), attacker.connection()
    headers = dict(MCP_HEADERS)
    for number in range(messages):
        if number % (10 * FRESH_EVERY) == 0:
            headers = {**MCP_HEADERS, **await _mcp_session(attacker, connection)}
        await _ask(attacker, connection, "/agent/mcp", mutated(_rpc(rng), rng), _is_mcp, headers)


async def fuzz_page(attacker: Attacker, messages: int) -> None:
    """`POST /console/play`."""
    rng, connection = random.Random(attacker.seed), attacker.connection()
    for _ in range(messages):
        await _ask(attacker, connection, "/console/play", mutated(_page_call(rng), rng), _is_page)


async def fuzz_ws(attacker: Attacker, messages: int) -> None:
    """The WebSocket `/ws`."""
    await _fuzz_socket(attacker, messages, "/ws", _openenv_message, _is_openenv)


async def fuzz_openenv_ws(attacker: Attacker, messages: int) -> None:
    """The WebSocket `/openenv/ws`."""
    await _fuzz_socket(attacker, messages, "/openenv/ws", _openenv_message, _is_openenv)


async def fuzz_mcp_ws(attacker: Attacker, messages: int) -> None:
    """The WebSocket `/mcp`."""
    await _fuzz_socket(attacker, messages, "/mcp", _rpc, _is_rpc_object)


FUZZERS: dict[str, Callable[[Attacker, int], Awaitable[None]]] = {
    fuzzer.__name__: fuzzer
    for fuzzer in (
        fuzz_step,
        fuzz_reset,
        fuzz_ws,
        fuzz_openenv_ws,
        fuzz_mcp,
        fuzz_mcp_ws,
        fuzz_agent_mcp,
        fuzz_page,
    )
}

# Valid messages


def _rpc(rng: random.Random) -> dict[str, Any]:
    action = rng.choice(_ACTIONS)
    called = {"name": action["action_type"], "arguments": action["parameters"]}
    method, parameters = rng.choice(
        (
            ("tools/call", called),
            ("tools/call", {"name": "start_incident", "arguments": {"task_id": "root_cause_analysis"}}),
            ("tools/list", {}),
            ("initialize", INITIALIZE["params"]),
            ("ping", {}),
            ("openenv/session/close", {"session_id": "x"}),
            ("resources/list", {}),
        )
    )
    return rpc(method, parameters, rng.randrange(1_000))


def _openenv_message(rng: random.Random) -> dict[str, Any]:
    data: Any
    kind, data = rng.choice(
        (
            ("step", rng.choice(_ACTIONS)),
            ("step", rng.choice(_ACTIONS)),
            ("reset", rng.choice(_RESETS)),
            ("state", {}),
            ("mcp", _rpc(rng)),
        )
    )
    return {"type": kind, "data": data}


def _page_call(rng: random.Random) -> dict[str, Any]:
    options: dict[str, Any] = {"task_id": "alert_classification", "seed": rng.randrange(5)}
    return {"agent": rng.choice(("do-nothing", "oracle")), "options": options}


# Sending


async def _ask(
    attacker: Attacker,
    connection: HttpConnection,
    path: str,
    body: bytes,
    is_right: Callable[[Answer], bool],
    headers: dict[str, str] | None = None,
) -> None:
    answer = await attacker.send(
        connection, "POST", path, body, {"content-type": "application/json", **(headers or {})}
    )
    if answer is None or not _judged(is_right, answer):
        attacker.problem(f"POST {path} {_shown(body)}: {'no answer' if answer is None else _shown_answer(answer)}")


def _judged(is_right: Callable[[Any], bool], answer: Any) -> bool:
    """An answer that cannot even be read is none."""
    try:
        return is_right(answer)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


async def _mcp_session(attacker: Attacker, connection: HttpConnection) -> dict[str, str]:
    answer = await attacker.send(connection, "POST", "/agent/mcp", json.dumps(INITIALIZE).encode(), MCP_HEADERS)
    name = "mcp-session-id"
    return {name: answer.headers[name]} if answer is not None and name in answer.headers else {}


async def _fuzz_socket(
    attacker: Attacker,
    messages: int,
    path: str,
    message_of: Callable[[random.Random], Any],
    is_right: Callable[[Any], bool],
) -> None:
    rng = random.Random(attacker.seed)
    sent = 0
    while sent < messages:
        async with connect(
            f"ws://127.0.0.1:{attacker.port}{path}", local_addr=(ATTACKER, 0), compression=None, max_size=None
        ) as socket:
            while sent < messages:
                sent += 1
                text = mutated(message_of(rng), rng)
                message = text if rng.random() < 0.02 else text.decode("utf-8", "replace")
                if not await _exchange(attacker, socket, path, message, is_right):
                    break


async def _exchange(
    attacker: Attacker, socket: ClientConnection, path: str, message: str | bytes, is_right: Callable[[Any], bool]
) -> bool:
    """Send one message and judge its answer; whether the connection goes on."""
    try:
        await socket.send(message)
        answer = await asyncio.wait_for(socket.recv(), ANSWER_SECONDS)
    except asyncio.TimeoutError:
        attacker.problem(f"{path} {_shown(message)}: no answer")
        return False
    except ConnectionClosed as error:
        if error.rcvd is None or error.rcvd.code != TOO_LONG or len(message) < 60_000:
            attacker.problem(f"{path} {_shown(message)}: closed: {error}")
        return False
    attacker.count("answers")
    if not _judged(lambda text: is_right(json.loads(text)), answer):
        attacker.problem(f"{path} {_shown(message)}: {str(answer)[:300]}")
    return True


# What is right in kind


def _is_refusal(answer: Answer, statuses: set[int]) -> bool:
    return answer.status in statuses and bool(json.loads(answer.body)["detail"])


def _is_step(answer: Answer) -> bool:
    if answer.status != 200:
        return _is_refusal(answer, REFUSALS)
    step = json.loads(answer.body)
    return {"observation", "reward", "done", "info"} == step.keys() and "alert" in step["observation"]


def _is_observation(answer: Answer) -> bool:
    if answer.status != 200:
        return _is_refusal(answer, REFUSALS)
    return {"episode_id", "alert", "available_actions"} <= json.loads(answer.body).keys()


def _is_openenv(answer: Any) -> bool:
    if answer["type"] == "error":
        return isinstance(answer["data"]["message"], str) and isinstance(answer["data"]["code"], str)
    return answer["type"] in ANSWER_TYPES and isinstance(answer["data"], dict)


def _is_rpc_object(answer: Any) -> bool:
    is_error = isinstance(answer.get("error"), dict) and isinstance(answer["error"]["code"], int)
    return answer["jsonrpc"] == "2.0" and "id" in answer and (is_error or "result" in answer)


def _is_rpc(answer: Answer) -> bool:
    if answer.status != 200:
        return _is_refusal(answer, REFUSALS)
    return _is_rpc_object(json.loads(answer.body))


def _is_mcp(answer: Answer) -> bool:
    """Streamable HTTP: an accepted notification has no body, an answer comes as an event or as JSON."""
    if answer.status == 202:
        return not answer.body.strip(b" \r\nnul")
    if answer.headers["content-type"].startswith("text/event-stream"):
        events = [line[5:] for line in answer.body.splitlines() if line.startswith(b"data:") and line[5:].strip()]
        return answer.status == 200 and any(_is_rpc_object(json.loads(event)) for event in events)
    body = json.loads(answer.body)
    return answer.status in {200, *MCP_REFUSALS} and ("detail" in body or _is_rpc_object(body))


def _is_page(answer: Answer) -> bool:
    body = json.loads(answer.body)
    if answer.status == 200:
        return isinstance(body["steps"], list)
    return answer.status in (403, *REFUSALS) and bool(body.get("detail"))


def _shown(message: str | bytes) -> str:
    return f"{message[:200]!r} ({len(message)} long)"


def _shown_answer(answer: Answer) -> str:
    return f"{answer.status} {answer.body[:300]!r}"
