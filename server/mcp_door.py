"""`/agent/mcp`: which MCP server answers a request, who may start incidents there, how many sessions there may be."""

from __future__ import annotations

import time
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_incident_env.episodes import Episodes, UnknownEpisodeError
from cloud_incident_env.places import Places

from .client_address import client_address
from .control import Control, UnauthorizedError
from .errors import answer_to, json_error

MOST_SESSIONS = 1_000  # of some 63 KB each
SESSION_HEADER = "mcp-session-id"


class McpDoor:
    """ASGI app before the two MCP servers.

    A request whose address names an `episode` goes to the one that plays that episode, without sessions. Every other
    one goes to the server with sessions, and belongs to the trainer, because incidents are started there.
    """

    def __init__(
        self,
        sessions: ASGIApp,
        bound: ASGIApp,
        *,
        episodes: Episodes,
        control: Control,
        idle_seconds: float,
        most_sessions: int = MOST_SESSIONS,
    ) -> None:
        self._sessions = sessions
        self._bound = bound
        self._episodes = episodes
        self._control = control
        self._idle_seconds = idle_seconds
        self._most = most_sessions
        self._open = Places(time.monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        named = [value for name, value in query if name == "episode"]
        try:
            if not named:
                self._control.check(scope)
            elif len(named) == 1:
                self._episodes.find(named[0])
            else:
                raise UnknownEpisodeError("the address names more than one episode")
        except (UnknownEpisodeError, UnauthorizedError) as error:
            await answer_to(error)(scope, receive, send)
            return
        if named:
            # The one name that was looked for, so that nobody reads another one from the address.
            bound = {**scope, "query_string": urlencode({"episode": named[0]}).encode()}
            await self._bound(bound, receive, send)
        else:
            await self._serve_session(scope, receive, send)

    async def _serve_session(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = Headers(scope=scope).get(SESSION_HEADER)
        if session is not None:
            self._open.use(session)
            await self._sessions(scope, receive, send)
            if scope["method"] == "DELETE":
                self._open.leave(session)
            return
        address = client_address(scope)
        if not await self._make_room(scope, address):
            full = f"all {self._most} MCP sessions are in use: try again in a minute"
            await json_error(503, full, {"Retry-After": "60"})(scope, receive, send)
            return

        async def note_session(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                made = Headers(raw=message["headers"]).get(SESSION_HEADER)
                if made is not None:
                    self._open.take(made, address)
            await send(message)

        await self._sessions(scope, receive, note_session)

    async def _make_room(self, scope: Scope, address: str) -> bool:
        """End the sessions that have expired, and one that gives way if there is no room. Returns whether there is."""
        while (expired := self._open.expired(self._idle_seconds)) is not None:
            await self._end(scope, expired)
        if len(self._open) < self._most:
            return True
        first = self._open.giving_way(address)
        if first is not None:
            await self._end(scope, first)
        return first is not None

    async def _end(self, scope: Scope, session: str) -> None:
        """End a session as its client would."""
        self._open.leave(session)
        self._episodes.discard(f"mcp-{session}")
        headers = [(SESSION_HEADER.encode(), session.encode()), (b"accept", b"application/json, text/event-stream")]
        request = {**scope, "method": "DELETE", "headers": headers, "query_string": b""}

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            """Nobody waits for the answer."""

        await self._sessions(request, receive, send)
