"""One module of the page on an empty page of a real browser: a small server of its files, without the application."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

STATIC = Path(__file__).parents[3] / "server" / "page" / "static"
SHEETS = ("theme", "map", "timeline", "debrief")
_PAGE = (
    '<!doctype html><html lang="en" data-theme="{theme}"><title>A module</title>{links}<body><div id="console"></div>'
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def static_files() -> Iterator[str]:
    """Serves the static files; yields the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(STATIC)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def module_page(
    browser: Browser, url: str, width: int = 900, height: int = 800, theme: str = "light"
) -> Iterator[Page]:
    """An empty page with the style sheets. Fails at the end if anything went wrong in it."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if request.url.startswith(url) else wrong.append(request.url))
    links = (
        "".join(f'<link rel="stylesheet" href="{url}/{name}.css">' for name in SHEETS)
        + '<link rel="icon" href="data:,">'
    )
    page.route(
        f"{url}/", lambda route: route.fulfill(content_type="text/html", body=_PAGE.format(theme=theme, links=links))
    )
    page.goto(f"{url}/")
    yield page
    context.close()
    assert not [one for one in wrong if not one.startswith("data:")]


def run(page: Page, script: str, data: Any = None) -> Any:
    """The result of the body of an async function; `data` is its argument, and `host` an element on the page."""
    return page.evaluate(
        "async ([body, data]) => {"
        "const host = document.getElementById('console');"
        "const made = new (Object.getPrototypeOf(async () => 0).constructor)('data', 'host', body);"
        "return made(data, host); }",
        [script, data],
    )
