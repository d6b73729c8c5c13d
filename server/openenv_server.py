"""OpenEnv's own server with bounds: how many sessions may live without a socket, and who gives way."""

from __future__ import annotations

import time
from typing import Any

from cloud_incident_env.openenv_core import Environment, HTTPEnvServer, SessionCapacityError
from cloud_incident_env.places import Places

from .openenv_caller import caller

# Sessions that `openenv/session/create` began over HTTP and that no socket holds, on each of the two servers.
MOST_HTTP_SESSIONS = 100


class BoundedServer(HTTPEnvServer):  # type: ignore[misc]
    """Sessions with a socket are counted by `Sockets`; those without one here, and they expire when idle.

    Where all places are taken, a session gives way as `Places` says.
    """

    def __init__(self, *arguments: Any, idle_seconds: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._idle_seconds = idle_seconds
        self._http_sessions = Places(time.monotonic)

    async def _create_session(self) -> tuple[str, Environment]:
        if not caller.get().has_socket:
            await self._make_room()
        session_id: str
        session_id, environment = await super()._create_session()
        if not caller.get().has_socket:
            self._http_sessions.take(session_id, caller.get().address)
        return session_id, environment

    async def _destroy_session(self, session_id: str) -> None:
        self._http_sessions.leave(session_id)
        await super()._destroy_session(session_id)

    def _update_session_activity(self, session_id: str, increment_step: bool = False) -> None:
        self._http_sessions.use(session_id)
        super()._update_session_activity(session_id, increment_step)

    async def _make_room(self) -> None:
        while (expired := self._http_sessions.expired(self._idle_seconds)) is not None:
            await self._destroy_session(expired)
        for session_id in [key for key in self._http_sessions if key not in self._sessions]:  # closed by their clients
            self._http_sessions.leave(session_id)
        while len(self._http_sessions) >= MOST_HTTP_SESSIONS:
            first = self._http_sessions.giving_way(caller.get().address)
            if first is None:
                raise SessionCapacityError(active_sessions=MOST_HTTP_SESSIONS, max_sessions=MOST_HTTP_SESSIONS)
            await self._destroy_session(first)
