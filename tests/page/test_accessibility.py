"""axe-core finds nothing at any place of the page, in light and dark, at three widths, and the console stays empty.

axe-core is installed by `make axe`, which needs npm.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page

from tests.page.places import PLACES, app_with_runs

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = ("light", "dark")
REFUSING = ("/reset", "/console/episode")  # doors that refuse what a place of failure asks for
SIZES = ((1440, 900), (1024, 768), (390, 844))
FIND = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${node.target.join(" ")}: ${node.failureSummary}`))"""
# Two frames after a change of theme or width, the page has drawn what follows from it.
DRESS = """(theme) => new Promise((done) => {
  document.documentElement.dataset.theme = theme;
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The script. Skips where it is not installed, unless REQUIRE_BROWSER says that no test of the page is skipped."""
    if AXE.is_file():
        return AXE.read_text(encoding="utf-8")
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail("REQUIRE_BROWSER is set and axe-core is not installed: run `make axe`")
    pytest.skip("axe-core is not installed: run `make axe`, which needs npm")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return app_with_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def told(tab: Page, url: str) -> Iterator[list[str]]:
    """What the console says and what other hosts are asked meanwhile."""
    told: list[str] = []

    def message(said: Any) -> None:
        refused = said.text.startswith("Failed to load resource")  # the browser's own words about an answer of 4xx
        if not (refused and urlsplit(said.location["url"]).path in REFUSING):
            told.append(f"{said.type}: {said.text}")

    def error(raised: Any) -> None:
        told.append(f"error: {raised}")

    def asked(request: Any) -> None:
        if not request.url.startswith((url, "data:", "blob:")):
            told.append(f"asked: {request.url}")

    listeners = {"console": message, "pageerror": error, "request": asked}
    for event, listener in listeners.items():
        tab.on(event, listener)  # type: ignore[call-overload]
    yield told
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_violated_anywhere(axe: str, tab: Page, told: list[str], url: str, place: str) -> None:
    tab.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    PLACES[place](tab, url)
    tab.evaluate(axe)
    found: dict[str, list[str]] = {}  # what is violated -> where
    for width, height in SIZES:
        tab.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            tab.evaluate(DRESS, theme)
            for violation in tab.evaluate(FIND):
                found.setdefault(violation, []).append(f"{theme} {width}")
    assert not found, "\n".join(f"{violation} [{', '.join(where)}]" for violation, where in found.items())
    assert told == []
