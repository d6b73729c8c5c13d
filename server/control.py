"""Who may do what belongs to the trainer: start episodes, read their records and grades.

Without a control token everybody may. With one, these calls want it as a bearer token, and whoever holds only the id
of an episode may take its steps and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from hmac import compare_digest

import orjson
from starlette.types import Scope, Send

from cloud_incident_env.options import ResetOptions

WANTED = "this call wants the control token: send the header Authorization: Bearer TOKEN"
_BEARER = b"bearer "


class UnauthorizedError(Exception):
    """The call belongs to the trainer, and did not bring the control token."""


class Control:
    """The control token of a server, or None for a server that is open to all."""

    def __init__(self, token: str | None) -> None:
        self._token = None if token is None else token.encode()

    @property
    def is_open(self) -> bool:
        """Whether everybody may do everything."""
        return self._token is None

    def admits(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether a request with these headers, names in lower case, may do what belongs to the trainer."""
        return self.is_open or any(name == b"authorization" and self._is_token(value) for name, value in headers)

    def check(self, scope: Scope) -> None:
        """Raise UnauthorizedError unless the request may do what belongs to the trainer."""
        if not self.admits(scope["headers"]):
            raise UnauthorizedError(WANTED)

    def check_names(self, options: ResetOptions) -> None:
        """Raise ValueError if a client chooses the id of an episode although it is the key of that episode."""
        if not self.is_open and options.episode_id is not None:
            raise ValueError("this server makes the ids of episodes, because they are keys: leave episode_id out")

    def check_key(self, episode_id: str | None) -> None:
        """Raise UnauthorizedError if a step names no episode although its id is the key."""
        if not self.is_open and episode_id is None:
            raise UnauthorizedError("a step wants the episode_id of its episode")

    def _is_token(self, header: bytes) -> bool:
        assert self._token is not None
        return header[: len(_BEARER)].lower() == _BEARER and compare_digest(header[len(_BEARER) :].strip(), self._token)


async def refuse_handshake(scope: Scope, send: Send, reason: str) -> None:
    """Answer 401 to a WebSocket that wants the control token; 403 where the server can send no answer of ours."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
        return
    body = orjson.dumps({"detail": reason})
    headers = [(b"content-type", b"application/json"), (b"www-authenticate", b"Bearer")]
    await send({"type": "websocket.http.response.start", "status": 401, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
