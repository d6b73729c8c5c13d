"""The bodies that OpenEnv's own server takes over HTTP: their types, which its library does not look at closely."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_incident_env.openenv_models import CloudIncidentAction
from cloud_incident_env.options import ResetOptions

from .direct import parse_body
from .errors import MalformedRequestError, answer_to
from .served_path import served_path


class StepBody(BaseModel):
    """An action, and what OpenEnv's clients may send with it."""

    model_config = ConfigDict(extra="allow")  # parameters of other environments; this one ignores them

    action: CloudIncidentAction = Field(description="the action to take")
    timeout_s: float | None = Field(None, gt=0, strict=True, description="seconds; no step needs as many")
    request_id: str | None = Field(None, max_length=255, description="an id of the caller's own; it changes nothing")


BODIES: dict[str, type[BaseModel]] = {"/reset": ResetOptions, "/step": StepBody}


class CheckedBodies:
    """ASGI middleware that answers 422 to a reset or a step whose fields are of a wrong type.

    The body comes in one message, as `RequestBody` passes it on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        model = BODIES.get(served_path(scope)) if scope["type"] == "http" and scope["method"] == "POST" else None
        if model is None:
            await self._app(scope, receive, send)
            return
        whole = await receive()
        body = whole.get("body", b"")
        if body.strip():
            try:
                parse_body(model, body)
            except MalformedRequestError as error:
                await answer_to(error)(scope, receive, send)
                return
        unread = [whole]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        await self._app(scope, replay, send)
