"""A client beside an attack: it plays episodes over REST and WebSocket, asks for /health, and reports what it saw.

Run as `python -m tests.hostile.witness PORT`, in a process of its own so that nothing but the server and the scheduler
can make it wait. It stops when its standard input ends, and prints its report as JSON.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from tests.hostile.http_connection import HttpConnection
from tests.hostile.plays import Play, differences, plays
from tests.hostile.stopping import stop

PAUSE_SECONDS = 0.010  # between two requests of a player, so that the witness itself is no load
AGAIN_SECONDS = 0.050  # until a refused or broken client tries again
PATIENCE_SECONDS = 30.0  # for an answer
KEPT_PROBLEMS = 20
HEALTHY = b'{"status":"ok","version":"0.1.0"}'

_T = TypeVar("_T")


@dataclass
class Report:
    """What a witness saw. Times are seconds."""

    seconds: dict[str, list[float]] = field(default_factory=dict)  # health, reset, step, ws_open, ws_step -> times
    episodes: int = 0  # played to their grade
    problems: list[str] = field(default_factory=list)  # answers that were wrong or did not come
    problem_count: int = 0
    refused: int = 0  # resets and sessions refused because the server was full
    refused_seconds: float = 0.0  # longest time without a reset, or a session, that was not refused


class _RefusedError(Exception):
    """The server is full."""


class _WrongError(Exception):
    """An answer that is not what it must be."""


class Witness:
    """Three clients in one loop: a REST player, a WebSocket player, and one that asks for /health."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._plays = plays()
        self._refused_since: dict[str, float] = {}
        self.report = Report()

    async def watch(self) -> None:
        """Go on until cancelled."""
        clients = (self._rest_episode, self._ws_episode, self._health)
        await asyncio.gather(*(self._again_and_again(client) for client in clients))

    async def _again_and_again(self, client: Callable[[int], Awaitable[None]]) -> None:
        number, name = 0, client.__name__
        while True:
            try:
                await client(number)
            except _RefusedError:
                self.report.refused += 1
                since = self._refused_since.setdefault(name, time.perf_counter())
                self.report.refused_seconds = max(self.report.refused_seconds, time.perf_counter() - since)
                await asyncio.sleep(AGAIN_SECONDS)
            except (_WrongError, OSError, asyncio.TimeoutError, EOFError, WebSocketException) as error:
                self._problem(f"{name}: {type(error).__name__}: {error}")
                await asyncio.sleep(AGAIN_SECONDS)
            number += 1

    def _problem(self, text: str) -> None:
        self.report.problem_count += 1
        if len(self.report.problems) < KEPT_PROBLEMS:
            self.report.problems.append(text[:600])

    async def _timed(self, name: str, awaitable: Awaitable[_T]) -> _T:
        begun = time.perf_counter()
        try:
            return await asyncio.wait_for(awaitable, PATIENCE_SECONDS)
        finally:
            self.report.seconds.setdefault(name, []).append(time.perf_counter() - begun)

    async def _health(self, number: int) -> None:
        connection = HttpConnection(self._port)  # a new one each time, as probes do
        try:
            answer = await self._timed("health", connection.request("GET", "/health"))
        finally:
            connection.close()
        if (answer.status, answer.body) != (200, HEALTHY):
            raise _WrongError(f"/health answered {answer.status} {answer.body[:200]!r}")
        await asyncio.sleep(2 * PAUSE_SECONDS)

    async def _rest_episode(self, number: int) -> None:
        play = self._plays[number % len(self._plays)]
        connection = HttpConnection(self._port)
        try:
            # Named, because a step that names no episode may be anybody's, and reaches the latest that has no name.
            named = {**play.options, "episode_id": f"witness-{uuid.uuid4().hex}"}
            first = await self._rest(connection, "reset", "/reset", named)
            self._refused_since.pop("_rest_episode", None)
            _check(play.first, first, "/reset")
            for action, expected in zip(play.actions, play.answers, strict=True):
                await asyncio.sleep(PAUSE_SECONDS)
                body = {**action, "episode_id": first["episode_id"]}
                answer = await self._rest(connection, "step", "/step", body)
                _check(expected, answer, "/step")
        finally:
            connection.close()
        self.report.episodes += 1

    async def _rest(self, connection: HttpConnection, name: str, path: str, body: dict[str, Any]) -> Any:
        answer = await self._timed(name, connection.request("POST", path, json.dumps(body).encode()))
        if answer.status == 503 and path == "/reset":
            raise _RefusedError
        if answer.status != 200:
            raise _WrongError(f"{path} answered {answer.status} {answer.body[:300]!r}")
        return json.loads(answer.body)

    async def _ws_episode(self, number: int) -> None:
        play = self._plays[number % len(self._plays)]
        try:
            socket = await self._timed("ws_open", connect(f"ws://127.0.0.1:{self._port}/ws", compression=None))
            try:
                await self._ws_play(socket, play)
            finally:
                socket.transport.abort()
        except (InvalidStatus, ConnectionClosed) as error:
            if _is_refusal(error):
                raise _RefusedError from error
            raise
        self.report.episodes += 1

    async def _ws_play(self, socket: ClientConnection, play: Play) -> None:
        first = await self._ws(socket, "ws_reset", {"type": "reset", "data": play.options})
        self._refused_since.pop("_ws_episode", None)
        _check(_ws_first(play), first, "/ws reset")
        for action, expected in zip(play.actions, play.answers, strict=True):
            await asyncio.sleep(PAUSE_SECONDS)
            answer = await self._ws(socket, "ws_step", {"type": "step", "data": action})
            _check(_ws_answer(expected), answer, "/ws step")

    async def _ws(self, socket: ClientConnection, name: str, message: dict[str, Any]) -> Any:
        async def exchange() -> Any:
            await socket.send(json.dumps(message))
            return json.loads(await socket.recv())

        answer = await self._timed(name, exchange())
        if answer["type"] == "error" and answer["data"]["code"] == "CAPACITY_REACHED":
            raise _RefusedError
        if answer["type"] != "observation":
            raise _WrongError(f"/ws answered {str(answer)[:300]}")
        return answer["data"]


def _is_refusal(error: WebSocketException) -> bool:
    """Whether the server said that it is full: 503 to the handshake, or close code 1013 (try again later)."""
    if isinstance(error, InvalidStatus):
        return error.response.status_code == 503
    return isinstance(error, ConnectionClosed) and error.rcvd is not None and error.rcvd.code == 1013


def _check(expected: dict[str, Any], got: Any, where: str) -> None:
    if found := differences(expected, got):
        raise _WrongError(f"{where}: {'; '.join(found)}")


def _ws_first(play: Play) -> dict[str, Any]:
    return {"observation": _ws_observation(play.first, {}), "reward": 0.0, "done": False}


def _ws_answer(answer: dict[str, Any]) -> dict[str, Any]:
    """The same as REST answers, in the places where OpenEnv has it."""
    reward, grade = answer["reward"], answer["info"]["grade"]
    metadata = {"shaping": reward["value"], "reason": reward["reason"], **({"grade": grade} if grade else {})}
    return {"observation": _ws_observation(answer["observation"], metadata), "done": answer["done"]}


def _ws_observation(observation: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in observation.items() if name != "done"}, "metadata": metadata}


async def _watch_until_input_ends(port: int) -> Report:
    witness = Witness(port)
    watching = asyncio.ensure_future(witness.watch())
    print("ready", flush=True)
    end = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait({watching, end}, return_when=asyncio.FIRST_COMPLETED)
    if watching.done():
        watching.result()  # raises what ended it
    await stop(watching)
    return witness.report


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(asyncio.run(_watch_until_input_ends(int(sys.argv[1]))))))
