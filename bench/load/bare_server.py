"""A server that does only what any server of these interfaces must: it parses the JSON and answers as many bytes.

    python -m bench.load.bare_server SIZES.json

It runs with the same uvicorn settings as the environment server. `SIZES.json` holds the bytes of each answer of an
episode, by interface ("rest", "websocket") and by the action's type and service.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.serve import serve

Sizes = dict[str, dict[str, int]]
FIRST = {
    "rest": '{"episode_id":"00000000000000000000000000000000","filling":"',
    "websocket": '{"type":"observation","data":"',
}


def key_of(fields: dict[str, Any]) -> str:
    """What tells one request of an episode from the others: the action and its service, both empty for a reset."""
    return f"{fields.get('action_type', '')} {fields.get('parameters', {}).get('service', '')}"


def filled(interface: str, size: int) -> str:
    """An answer of so many bytes."""
    start, end = FIRST[interface], '"}'
    return start + "x" * (size - len(start) - len(end)) + end


def build_app(sizes: Sizes) -> Starlette:
    """The app: POST /reset and /step, and /ws."""
    bodies = {key: filled("rest", size).encode() for key, size in sizes["rest"].items()}
    messages = {key: filled("websocket", size) for key, size in sizes["websocket"].items()}

    async def answer(request: Request) -> Response:
        fields = json.loads(await request.body())
        return Response(bodies[key_of(fields)], media_type="application/json")

    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                fields = json.loads(await websocket.receive_text())
                await websocket.send_text(messages[key_of(fields["data"])])
        except WebSocketDisconnect:
            pass

    async def livez(request: Request) -> Response:
        return Response("ok")

    paths = [Route("/reset", answer, methods=["POST"]), Route("/step", answer, methods=["POST"])]
    return Starlette(routes=[*paths, WebSocketRoute("/ws", talk), Route("/livez", livez)])


if __name__ == "__main__":
    app = build_app(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    serve(cast(FastAPI, app), [])  # it asks nothing of the app that is FastAPI's
