"""The HTML of `/`: Gradio's document with the console's styles, modules, first words and link preview in it.

Gradio adds what its option `head` names only once it runs itself, and describes every page as "Gradio" to whoever
previews a link; what stands in the document is there at the first paint.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..served_path import served_path
from .modules import Modules

DESCRIPTION = (
    "You are on call. Read the alert, look at logs, metrics, dependencies and changes of a simulated cloud system, "
    "find the cause, fix it and write it up. Agents play the same incidents."
)
STATIC = "console/static"  # where the files are served, relative to the page
ENTRY = "app.js"
# A name in the query of an address -> the module of the place to which it leads, beside the entry. Modules of all
# other places are loaded when they are opened.
PLACES = {"task": "play.js", "episode": "play.js"}
PREVIEW = "preview.png"  # the picture of a link preview, in the static folder
_PREVIEWS_OF_GRADIO = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')
_ROOT = re.compile(r'"root":"([^"\\]{1,400})"')  # the address of the page, in Gradio's configuration
_BODY = re.compile(r"<body[^>]*>")
# Before the first paint: the theme that was chosen, or else the system's.
_THEME = (
    "<script>(()=>{let t=null;try{t=localStorage.getItem('theme')}catch{}"
    "document.documentElement.dataset.theme=t==='dark'||t==='light'?t:"
    "matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'})()</script>"
)
_FIRST_WORDS = (
    '<div id="console"><p class="first-words" role="status">{title}: the console is loading.</p>'
    "<noscript>The console needs JavaScript. Without it, play through the REST interface: see docs.</noscript></div>"
)


class ConsoleDocument:
    """ASGI middleware that makes the document of `/` the console's. `static` is the folder of its files."""

    def __init__(self, app: ASGIApp, *, title: str, static: Path) -> None:
        self._app = app
        self._title = title
        self._modules = Modules(static)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or served_path(scope) not in ("", "/"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        gzipped = b"gzip" in headers.pop(b"accept-encoding", b"")
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        place = {module for name, module in PLACES.items() if name in asked}
        answer = _Rewritten(send, partial(self._write, place), gzipped=gzipped)
        await self._app({**scope, "headers": list(headers.items())}, receive, answer)

    def _write(self, place: set[str], document: str) -> str:
        found = _ROOT.search(document)
        root = found[1].rstrip("/") if found else ""
        head = console_head(self._title, root, self._modules.sheets(), self._modules.needed({ENTRY, *place}))
        document = _PREVIEWS_OF_GRADIO.sub("", document).replace("</head>", f"{head}</head>", 1)
        first = _FIRST_WORDS.format(title=escape(self._title))
        return _BODY.sub(lambda body: f"{body[0]}{first}", document, count=1)


def console_head(title: str, root: str, sheets: Iterable[str], modules: Iterable[str]) -> str:
    """What stands in the head: title, link preview, styles, and the modules that load at once."""
    image = escape(f"{root}/{STATIC}/{PREVIEW}")
    previews = {"og:title": title, "og:description": DESCRIPTION, "og:type": "website", "og:image": image}
    lines = [f"<title>{escape(title)}</title>", f'<meta name="description" content="{escape(DESCRIPTION)}">']
    lines += [f'<meta property="{name}" content="{content}">' for name, content in previews.items()]
    lines += ['<meta name="twitter:card" content="summary_large_image">', _THEME]
    lines += [f'<link rel="stylesheet" href="{STATIC}/{name}">' for name in sheets]
    lines += [f'<link rel="modulepreload" href="{STATIC}/{name}">' for name in modules]
    lines += [f'<script type="module" src="{STATIC}/{ENTRY}"></script>']
    return "\n".join(lines)


class _Rewritten:
    """Sends an answer on; the body of one that succeeded is written anew."""

    def __init__(self, send: Send, write: Callable[[str], str], *, gzipped: bool) -> None:
        self._send = send
        self._write = write
        self._gzipped = gzipped
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self._write(self._body.decode()).encode()
        kept = [(name, value) for name, value in self._start["headers"] if name.lower() != b"content-length"]
        if self._gzipped:
            body = gzip.compress(body, 5)
            kept.append((b"content-encoding", b"gzip"))
        kept += [(b"vary", b"Accept-Encoding"), (b"content-length", str(len(body)).encode())]
        await self._send({**self._start, "headers": kept})
        await self._send({"type": "http.response.body", "body": body})
