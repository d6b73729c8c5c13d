"""Nothing is pushed aside, cut off or pushed out of sight, at the three widths for which the page is made."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from tests.page.places import PLACES, app_with_runs, before_a_look, debriefed, landing, with_evidence

SIZES = ((1440, 900), (1024, 768), (390, 844))
MOST_SHIFT = 0.01  # of the score by which browsers measure how much a page moves by itself; up to 0.1 counts as good
COUNT_SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
WIDER = """() => {
  const page = document.documentElement;
  return page.scrollWidth > page.clientWidth ? page.scrollWidth : 0;
}"""
# Buttons and fields whose middle is within the window, and in the boxes that scroll it, but covered by something else.
# Marks of the time line may be as close as what they stand for.
COVERED = """() => [...(document.querySelector("dialog[open]") ?? document.getElementById("console")).querySelectorAll(
  ":is(button:not(.tl-mark), a, select, input, summary)")].filter((node) => {
  const { left, top, width, height } = node.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  if (!width || !height || x < 0 || y < 0 || x > innerWidth || y > innerHeight || !node.checkVisibility()) return false;
  for (let box = node.parentElement; box; box = box.parentElement) {
    const inside = box.getBoundingClientRect();
    const scrolls = getComputedStyle(box).overflow !== "visible";
    if (scrolls && (x < inside.left || x > inside.right || y < inside.top || y > inside.bottom)) return false;
  }
  const hit = document.elementFromPoint(x, y);
  return !(node.contains(hit) || hit?.contains(node) || hit?.closest("label, .dock, .pane-submit, .pane-tools"));
}).map((node) => node.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return app_with_runs(tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize("place", PLACES)
def test_no_place_is_wider_than_the_window_and_nothing_lies_on_a_control(tab: Page, url: str, place: str) -> None:
    tab.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    PLACES[place](tab, url)
    for width, height in SIZES:
        tab.set_viewport_size({"width": width, "height": height})
        tab.wait_for_timeout(100)
        assert tab.evaluate(WIDER) == 0, width
        assert tab.evaluate(COVERED) == [], width


@pytest.mark.parametrize("show", [landing, before_a_look, debriefed], ids=lambda show: show.__name__)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_moves_by_itself(browser: Browser, url: str, show, width: int, height: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(COUNT_SHIFTS)
    show(page, url)
    page.wait_for_timeout(800)
    assert page.evaluate("window.shift") < MOST_SHIFT
    context.close()


def test_on_a_small_laptop_map_tools_and_evidence_are_all_in_sight(tab: Page, url: str) -> None:
    tab.set_viewport_size({"width": 1024, "height": 768})
    with_evidence(tab, url)
    boxes = {name: tab.locator(name).bounding_box() for name in (".pane-map", ".map-scroll", ".pane-evidence")}
    assert all(boxes.values())
    assert boxes[".pane-map"]["height"] >= 200  # type: ignore[index]
    assert boxes[".map-scroll"]["height"] >= 140  # type: ignore[index]
    assert boxes[".pane-evidence"]["height"] >= 450  # type: ignore[index]
    answer = tab.locator(".submit").bounding_box()
    for tool in tab.locator(".tool").all():
        box = tool.bounding_box()
        assert box is not None
        assert answer is not None
        assert box["y"] + box["height"] <= answer["y"]
