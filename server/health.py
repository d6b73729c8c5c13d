"""Liveness, readiness, and which interfaces of the server can be used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from cloud_incident_env.wire import REST_VERSION

from .deferred_app import DeferredApp, Door
from .responses import METHODS, json_answer, refuse_method
from .rest_models import Health, Liveness, Readiness

HEALTH_PATHS = ("/health", "/livez", "/readyz")


@dataclass(frozen=True)
class Doors:
    """The doors of a server; None for those that its settings close."""

    openenv: DeferredApp | None
    page: DeferredApp | None

    def states(self) -> dict[str, Door]:
        """Door -> whether it is open. `ws` stands for OpenEnv's `/ws`, `openenv` for the rest of its protocol."""
        socket: Door = "off" if self.openenv is None else "open"
        return {"rest": "open", "ws": socket, "openenv": _state(self.openenv), "page": _state(self.page)}

    def readiness(self) -> Readiness:
        """All doors of agents count; nobody needs to wait for the page."""
        state = _state(self.openenv)
        status = "ok" if state in ("off", "open") else state
        return Readiness.model_validate({"status": status, "doors": self.states()})


def _state(app: DeferredApp | None) -> Door:
    return "off" if app is None else app.door


router = APIRouter()
NOT_READY = "Not all doors are open yet, or the OpenEnv protocol could not be loaded"


@router.get("/health", summary="Whether the server can be used", response_model=Health)
async def health(request: Request) -> Response:
    """The REST interface and `/ws` are open as soon as the server listens."""
    return json_answer(Health(status="ok", version=REST_VERSION))


@router.get("/livez", summary="Whether the process answers", response_model=Liveness)
async def livez(request: Request) -> Response:
    return json_answer(Liveness(status="ok"))


@router.get(
    "/readyz",
    summary="Which doors are open",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": NOT_READY}},
)
async def readyz(request: Request) -> Response:
    doors: Doors = request.app.state.doors
    report = doors.readiness()
    return json_answer(report, 200 if report.status == "ok" else 503)


def _head(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def head(request: Request) -> Response:
        full = await answer(request)
        return Response(status_code=full.status_code, headers=dict(full.headers))

    return head


for _path, _answer in zip(HEALTH_PATHS, (health, livez, readyz), strict=True):
    router.add_route(_path, _head(_answer), ["HEAD"], include_in_schema=False)
    router.add_route(_path, refuse_method("GET", "HEAD"), sorted(METHODS - {"GET", "HEAD"}), include_in_schema=False)
