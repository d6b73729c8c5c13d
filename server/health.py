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
        """Door -> whether it is open."""
        return {"rest": "open", "openenv": _state(self.openenv), "page": _state(self.page)}

    def health(self) -> Health:
        """The server is ready once agents can use it; nobody needs to wait for the page."""
        state = _state(self.openenv)
        status = "ok" if state in ("off", "open") else state
        return Health.model_validate({"status": status, "version": REST_VERSION})


def _state(app: DeferredApp | None) -> Door:
    return "off" if app is None else app.door


router = APIRouter()
NOT_READY = "Not ready yet, or the OpenEnv protocol could not be loaded"


@router.get(
    "/health",
    summary="Whether the server can be used",
    response_model=Health,
    responses={503: {"model": Health, "description": NOT_READY}},
)
async def health(request: Request) -> Response:
    report = _doors(request).health()
    return json_answer(report, 200 if report.status == "ok" else 503)


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
    doors = _doors(request)
    status = doors.health().status
    return json_answer(Readiness(status=status, doors=doors.states()), 200 if status == "ok" else 503)


def _head(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def head(request: Request) -> Response:
        full = await answer(request)
        return Response(status_code=full.status_code, headers=dict(full.headers))

    return head


def _doors(request: Request) -> Doors:
    doors: Doors = request.app.state.doors
    return doors


for _path, _answer in zip(HEALTH_PATHS, (health, livez, readyz), strict=True):
    router.add_route(_path, _head(_answer), ["HEAD"], include_in_schema=False)
    router.add_route(_path, refuse_method("GET", "HEAD"), sorted(METHODS - {"GET", "HEAD"}), include_in_schema=False)
