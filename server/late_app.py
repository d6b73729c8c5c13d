"""An ASGI app that is not there yet: it serves a waiting page until the real one has been loaded."""

from __future__ import annotations

from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_WAITING = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1">
<meta name="viewport" content="width=device-width"><title>Cloud Incident Response</title>
<style>body{font-family:system-ui,sans-serif;display:grid;place-items:center;height:90vh;margin:0;
background:#0f172a;color:#e2e8f0}p{color:#94a3b8}div{text-align:center}</style></head>
<body><div><h1>Cloud Incident Response</h1><p>The page is being set up; this takes a few seconds.</p></div></body>
</html>"""


class LateApp:
    """Forwards to `app` once that is set.

    Loading the user interface takes seconds; the REST interface must not wait for it.
    """

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is not None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
            await HTMLResponse(_WAITING, headers={"Cache-Control": "no-store"})(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse("not found", 404)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1013})
