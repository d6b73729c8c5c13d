"""A model at a stub endpoint that plays in the browser, by the modules of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page

from tests.llm_stub import Reply, Stub, llm_stub
from tests.page.console_page import go

MODEL = "stub/model-1"
KEY = "sk-browser-0123456789abcdef"
QUICK = {"pause": 0.01, "seconds": 20}  # of calls of the model
_PLAY = """async ({settings, options, waits, token}) => {
  const from = (name) => import(new URL(`console/static/${name}`, document.baseURI).href);
  const [{ modelTrack }, { api }] = await Promise.all([from("model/play.js"), from("api.js")]);
  if (token) api.useToken(token);
  const track = window.track = await modelTrack({ catalogue: await api.catalogue() }, settings, options, waits);
  return window.go = window.playOn = async () => {
    let error = null;
    try {
      while (await track.next());
    } catch (thrown) {
      error = { name: thrown.name, kind: thrown.kind, status: thrown.status, message: thrown.message };
    }
    return { error, episode: track.episode, live: track.live, name: track.name, note: track.note };
  }, null;
}"""


@contextmanager
def answering(*replies: Reply, browsers: bool = True) -> Iterator[Stub]:
    """An endpoint that gives these answers, the last one again and again."""
    left = list(replies)
    with llm_stub(lambda body: left.pop(0) if len(left) > 1 else left[0], browsers=browsers) as stub:
        yield stub


def settings(url: str, **changes: Any) -> dict[str, Any]:
    """What the form reads for an endpoint at an address."""
    endpoint = {"name": "stub", "url": url, "relayed": False}
    return {
        "endpoint": endpoint,
        "model": MODEL,
        "key": KEY,
        "mode": "tools",
        "temperature": 0,
        "maxTokens": 600,
        **changes,
    }


def begin(page: Page, settings: dict[str, Any], options: dict[str, Any], token: str = "", **waits: float) -> None:
    """Start an incident for a model, as the track of the page."""
    page.evaluate(_PLAY, {"settings": settings, "options": options, "waits": {**QUICK, **waits}, "token": token})


def play_on(page: Page) -> dict[str, Any]:
    """Ask for steps until there are no more, or until one fails."""
    told: dict[str, Any] = page.evaluate("() => window.playOn()")
    return told


def play(page: Page, url: str, settings: dict[str, Any], options: dict[str, Any], **waits: float) -> dict[str, Any]:
    """The whole episode of a model, on a page that is opened for it."""
    go(page, url)
    begin(page, settings, options, **waits)
    return play_on(page)


def fill_form(page: Page, values: Sequence[tuple[str, str]]) -> None:
    """Show the form of a model in the page's main part, and fill in its fields by their labels."""
    page.evaluate(
        """async () => {
          const from = (name) => import(new URL(`console/static/${name}`, document.baseURI).href);
          const [{ modelForm }, { api }] = await Promise.all([from("model/form.js"), from("api.js")]);
          window.ready = [];
          window.form = modelForm({ catalogue: await api.catalogue() }, { onReady: (is) => window.ready.push(is) });
          document.querySelector("#console main").replaceChildren(window.form.node);
        }"""
    )
    for label, value in values:
        field(page, label).fill(value)


def field(within: Page | Locator, label: str) -> Locator:
    """The field whose label begins so, of a form of a model or of all on a page that can be seen."""
    page = within.page if isinstance(within, Locator) else within
    labelled = page.locator("label", has_text=re.compile(rf"^{label}"))
    return within.locator(".field").filter(has=labelled).locator("input:visible")


def read_form(page: Page) -> Any:
    return page.evaluate("() => window.form.read()")
