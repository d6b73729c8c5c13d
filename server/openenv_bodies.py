"""The bodies that OpenEnv's own server takes over HTTP: their types, which its library does not look at closely."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud_incident_env.manifest import ENV_NAME
from cloud_incident_env.openenv_models import CloudIncidentAction
from cloud_incident_env.options import ResetOptions, WholeNumber, whole_number

from .body_reader import HungUpError, read_messages, replay
from .direct import parse_body
from .errors import MalformedRequestError, answer_to
from .served_path import served_path


class ResetBody(ResetOptions):
    """The options of a reset."""

    seed: Annotated[int, Field(ge=0), BeforeValidator(whole_number)] | None = Field(
        None, description=ResetOptions.model_fields["seed"].description
    )


class StepBody(BaseModel):
    """An action, and what OpenEnv's clients may send with it."""

    model_config = ConfigDict(extra="allow")  # parameters of other environments; this one ignores them

    action: CloudIncidentAction = Field(description="the action to take")
    timeout_s: float | None = Field(None, gt=0, strict=True, description="seconds; no step needs as many")
    request_id: str | None = Field(None, max_length=255, description="an id of the caller's own; it changes nothing")


class _SplitBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    split: str = Field(description="name of a split")


class TaskBody(_SplitBody):
    """One incident of a split."""

    index: WholeNumber = Field(description="its index, from 0")


class TaskRangeBody(_SplitBody):
    """Incidents of a split, as a slice counts them."""

    start: WholeNumber | None = Field(None, description="index of the first")
    stop: WholeNumber | None = Field(None, description="index after the last")


BODIES: dict[str, type[BaseModel]] = {
    "/reset": ResetBody,
    "/step": StepBody,
    f"/{ENV_NAME}/task": TaskBody,
    f"/{ENV_NAME}/task_range": TaskRangeBody,
}


class CheckedBodies:
    """ASGI middleware that answers 422 to a body whose fields are of a wrong type."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        model = BODIES.get(served_path(scope)) if scope["type"] == "http" and scope["method"] == "POST" else None
        if model is None:
            await self._app(scope, receive, send)
            return
        try:
            body = await read_messages(receive)
        except HungUpError:
            return
        if body.strip():
            try:
                parse_body(model, body)
            except MalformedRequestError as error:
                await answer_to(error)(scope, receive, send)
                return
        await self._app(scope, replay(body, receive), send)
