"""OpenEnv's `/ws`: a session with an episode of its own over each WebSocket, without OpenEnv's library.

The library takes seconds to load and a thread a session; this door is open as soon as the REST interface is.
`tests/test_openenv_socket.py` compares its answers with those of the library's own server.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson
from pydantic import ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode, StepConflictError
from cloud_incident_env.episodes import Episodes, NoEpisodeError, TooManyEpisodesError, UnknownEpisodeError
from cloud_incident_env.options import read_options

from .client_address import client_address
from .control import Control, UnauthorizedError, refuse_handshake
from .openenv_messages import (
    GONE,
    NOT_RESET,
    CloseMessage,
    McpMessage,
    ResetMessage,
    SocketAction,
    StateMessage,
    StepMessage,
    capacity_answer,
    error_answer,
    mcp_answer,
    opening_answer,
    state_answer,
    step_answer,
    validation_answer,
)
from .served_path import served_path
from .socket_tools import SocketTools
from .sockets import TRY_AGAIN_LATER, Sockets, TooManySocketsError

SOCKET_PATH = "/ws"
FORBIDDEN = "resets and states want the control token: send the header Authorization: Bearer TOKEN"
_VALIDATE_STEP = StepMessage.__pydantic_validator__.validate_python  # what model_validate calls in the end
# What a message fails with that is the client's mistake.
_FAILURES = (ValueError, RuntimeError, StepConflictError, UnauthorizedError)


class OpenEnvSocket:
    """ASGI middleware that serves `/ws`; everything else passes.

    So does a socket that names a `session_id`: it attaches to a session that OpenEnv's library began over HTTP.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        episodes: Episodes,
        sockets: Sockets,
        control: Control,
        max_bytes: int,
    ) -> None:
        self._app = app
        self._episodes = episodes
        self._sockets = sockets
        self._control = control
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or served_path(scope) != SOCKET_PATH:
            await self._app(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        if query.get("session_id"):
            await self._app(scope, receive, send)
            return
        await receive()  # the request to connect
        admitted, episode_id = self._control.admits(scope["headers"]), query.get("episode")
        if not admitted and episode_id is None:
            await refuse_handshake(scope, send, FORBIDDEN)
            return
        await send({"type": "websocket.accept"})

        try:
            key = self._sockets.open(client_address(scope), send)
        except TooManySocketsError as error:
            await send({"type": "websocket.send", "text": capacity_answer(error.capacity, str(error)).decode()})
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        session = SocketSession(self._episodes, client_address(scope), admitted, episode_id)
        try:
            await self._serve(session, key, receive, send)
        finally:
            self._sockets.leave(key)
            session.end()

    async def _serve(self, session: SocketSession, key: str, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            self._sockets.use(key)
            answer = session.answer(message.get("text"), self._max_bytes)
            if not isinstance(answer, bytes) and answer is not None:
                answer = await answer
            if answer is None:
                await send({"type": "websocket.close", "code": 1000})
                return
            await send({"type": "websocket.send", "text": answer.decode()})


class SocketSession:
    """What one client does over one socket: its episode, and the answers to its messages."""

    def __init__(self, episodes: Episodes, address: str, admitted: bool, episode_id: str | None) -> None:
        """`admitted` says whether the client may reset and read records; `episode_id` binds it to that episode."""
        self._episodes = episodes
        self._address = address
        self._admitted = admitted
        self._own_key = f"/{uuid.uuid4().hex}"  # equals no id that a client may give
        self._episode_id = episode_id  # of the episode that it plays; None before the first reset
        self._tools: SocketTools | None = None

    def end(self) -> None:
        """Forget the episode of the session, unless it is one that others reach by its id."""
        self._episodes.discard(self._own_key)

    def answer(self, text: str | None, max_bytes: int) -> bytes | Awaitable[bytes] | None:
        """The answer to a message, or None to end the session. Only that to a call of MCP has to be awaited."""
        if text is None:
            return error_answer("INVALID_JSON", "expected a text message, got a binary one")
        if _bytes_of(text, max_bytes) > max_bytes:
            return error_answer("INVALID_JSON", f"message over {max_bytes} bytes: send a smaller one")
        try:
            message = orjson.loads(text)
        except ValueError:
            return error_answer("INVALID_JSON", "Invalid JSON")
        if not isinstance(message, dict):
            return error_answer("INVALID_JSON", "expected a JSON object")
        try:
            return self._answer(message)
        except ValidationError as error:
            return validation_answer(error)
        except (UnknownEpisodeError, NoEpisodeError):
            return error_answer("EXECUTION_ERROR", GONE)
        except TooManyEpisodesError as error:
            return error_answer("CAPACITY_REACHED", str(error))
        except _FAILURES as error:
            return error_answer("EXECUTION_ERROR", str(error))

    def _answer(self, message: dict[str, Any]) -> bytes | Awaitable[bytes] | None:
        kind = message.get("type", "")
        if kind == "step":
            return self._step(_VALIDATE_STEP(message).data)
        if kind == "reset":
            return self.reset(ResetMessage.model_validate(message).data)
        if kind == "state":
            StateMessage.model_validate(message)
            return self._state()
        if kind == "close":
            CloseMessage.model_validate(message)
            return None
        if kind == "mcp":
            return self._call(McpMessage.model_validate(message).data)
        return error_answer("UNKNOWN_TYPE", f"Unknown message type: {kind}")

    def reset(self, options: dict[str, Any]) -> bytes:
        """Start an episode of the session's own: the answer. Raises ValueError, TooManyEpisodesError."""
        episode = self.start(options)
        with episode.lock:
            return opening_answer(episode)

    def start(self, options: dict[str, Any]) -> Episode:
        """Start an episode of the session's own. Raises ValueError, TooManyEpisodesError, UnauthorizedError."""
        if not self._admitted:
            raise UnauthorizedError(FORBIDDEN)
        episode = self._episodes.reset(read_options(options), self._address, key=self._own_key)
        self._episode_id = self._own_key
        return episode

    def act(
        self,
        action_type: str,
        parameters: dict[str, Any],
        expected_step: int | None,
        view: Callable[[Episode, Any], Any],
    ) -> Any:
        """Take a step of the session's episode: what `view` makes of it. Raises RuntimeError before a reset."""
        if self._episode_id is None:
            raise RuntimeError(NOT_RESET)
        episode, _, shown = self._episodes.act(self._episode_id, action_type, parameters, expected_step, view=view)
        if isinstance(episode, EndedEpisode):
            raise RuntimeError("the episode has ended")
        return shown

    def _step(self, action: SocketAction) -> bytes:
        answer: bytes = self.act(action.action_type, action.parameters.given(), action.expected_step, step_answer)
        return answer

    def _state(self) -> bytes:
        if not self._admitted:
            raise UnauthorizedError(FORBIDDEN)
        if self._episode_id is None:
            return state_answer(None)
        episode = self._episodes.find(self._episode_id)
        if isinstance(episode, EndedEpisode):
            raise RuntimeError("the episode has ended")
        with episode.lock:
            return state_answer(episode)

    async def _call(self, request: dict[str, Any]) -> bytes:
        if self._tools is None:
            self._tools = SocketTools(self)
        return mcp_answer(await self._tools.answer(request))


def _bytes_of(text: str, limit: int) -> int:
    """The length of a text in UTF-8; where it surely is within the limit, that of its characters."""
    return len(text) if len(text) * 4 <= limit else len(text.encode("utf-8", "surrogatepass"))
