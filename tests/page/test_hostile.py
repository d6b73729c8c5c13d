"""Texts that are no text of an incident (markup, scripts, Markdown, direction controls, 20,000 characters) stay text.

They are typed into every field of the page, and come in every field of the server's answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.page.console_page import expect_grade, fill_answer, go, look, open_answer, start, steps_taken, submit
from tests.page.places import with_evidence

LONG = 20_000  # characters
EVERYWHERE = 2_000  # characters of a text that stands in some hundred places at once
SCRIPT = "<script>window.owned = 1</script>"
MARKUP = '"><img src=x onerror="window.owned=1"><svg onload="window.owned=1"></svg>'
MARKDOWN = "[a link](javascript:window.owned=1) **bold** `code` ![](x) ${window.owned=1} {{window.owned=1}}"
BIDI = "\u202e\u2066evil\u202c \u200f\u061c left to right"
HOSTILE = {"short": " ".join((SCRIPT, MARKUP, BIDI, MARKDOWN)), "long": "A" * LONG}
SIZES = ((1440, 900), (1024, 768), (390, 844))
MADE = "#console :is(img, script, iframe, object, embed, base, [onerror], [onload], a[href^='javascript:' i])"
STATE = f"""() => ({{
  owned: window.owned ?? null,
  made: document.querySelectorAll("{MADE}").length,
  over: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
}})"""
SAFE = {"owned": None, "made": 0, "over": 0}


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A blank page, whose console must stay empty but for what the browser says of a refused request."""
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if "status of 4" not in said.text else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    yield page
    page.close()
    assert problems == []


def stays_whole(page: Page) -> None:
    """Nothing has run, no element was made of a text, and nothing is wider than the window."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(50)
        assert page.evaluate(STATE) == SAFE, width
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})


every_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@every_text
def test_typed_on_the_landing(page: Page, url: str, text: str) -> None:
    go(page, url)
    chooser = page.locator(".chooser")
    for kind, label in (("From a seed", "Seed"), ("From a split", "Index")):
        page.get_by_role("radio", name=kind).check()
        page.get_by_label(label, exact=True).fill(text)
        chooser.get_by_role("button", name="Start").click()
        expect(chooser.get_by_role("alert")).to_contain_text(f"{label}: expected a whole number")
        expect(chooser.get_by_role("alert")).to_contain_text(f"“{text[:12]}”")  # as many as the field takes
    stays_whole(page)


@every_text
def test_typed_while_playing(page: Page, url: str, text: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    look(page, "Logs", "postgres-db", 1)
    page.get_by_label("Search all evidence").fill(text)
    page.locator(".logs input[type=search]").fill(text)
    page.get_by_role("textbox", name="Notes").fill(text)
    row = page.locator(".tool-row", has_text="Logs")
    row.locator("summary").click()
    for field in row.locator("form input").all():
        field.fill(text)
    row.get_by_role("button", name="Logs with these").click()
    expect(page.get_by_test_id("tools-said")).to_contain_text("expected a whole number")
    stays_whole(page)
    page.locator(".repairs .repair", has_text="Disable feature flag").click()
    page.locator(".repair-card [name=flag]").fill(text)
    page.locator(".repair-card .strong").click()
    told = page.locator(".repairs-done li bdi, [data-testid=repairs-said] bdi").filter(has_text=re.compile(r"\S"))
    expect(told.first).to_contain_text(text[:60])
    stays_whole(page)


@every_text
def test_submitted_as_a_write_up(page: Page, url: str, text: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    text = text[:8_000]  # as many as a summary may have
    open_answer(page)
    fill_answer(page, {"summary": text})
    expect(page.locator(".facts dd")).to_have_text(text)
    stays_whole(page)
    submit(page)
    page.locator(".db-number").wait_for()
    expect(page.locator(".db")).to_contain_text(text[:200])
    stays_whole(page)


@every_text
def test_submitted_as_a_root_cause(page: Page, url: str, text: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    open_answer(page)
    fill_answer(page, {"failure_mode": text[:8_000]})
    stays_whole(page)
    submit(page)
    page.locator(".db-number").wait_for()
    expect(page.locator(".db")).to_contain_text(text[:200])
    stays_whole(page)


def replaced(told: Any, text: str, keep: tuple[str, ...]) -> Any:
    """An answer of the server in which every text that people read is another."""
    if isinstance(told, dict):
        return {name: value if name in keep else replaced(value, text, keep) for name, value in told.items()}
    if isinstance(told, list):
        return [replaced(value, text, keep) for value in told]
    return text if isinstance(told, str) else told


# What an answer names by ids that the page compares: kept, so that all of the page is reached.
IDS = ("id", "task_id", "options", "actions", "action", "tool", "kind", "source", "alert_clock", "severity")


def answering(page: Page, door: str, text: str, keep: tuple[str, ...] = IDS) -> None:
    """The answers of a door with all their texts replaced."""

    def answer(route: Route) -> None:
        got = route.fetch()
        route.fulfill(response=got, body=json.dumps(replaced(got.json(), text, keep)))

    page.route(f"**/console/{door}?*", answer)


@every_text
def test_told_by_the_server_in_an_episode(page: Page, url: str, text: str) -> None:
    answering(page, "episode", text[:EVERYWHERE], (*IDS, "service"))
    with_evidence(page, url)
    expect(page.locator(".bar-title")).to_contain_text(text[:200])
    expect(page.locator(".symptoms")).to_contain_text(text[:200])
    expect(page.locator(".ev-body").first).to_contain_text(text[:200])
    stays_whole(page)
    for details in page.locator(".map-details > summary, .tl-details > summary").all():
        details.click()
    stays_whole(page)
    for item in page.locator(".ev-rail .item").all():
        item.click()
    stays_whole(page)


def test_a_text_of_20000_characters_is_told_whole(page: Page, url: str) -> None:
    text = HOSTILE["long"]

    def answer(route: Route) -> None:
        got = route.fetch()
        told = got.json()
        told["summary"] = told["alert"]["title"] = told["alert"]["symptoms"][0] = told["steps"][-1]["feedback"] = text
        told["steps"][-1]["evidence"]["text"] += f"\n{text}"
        route.fulfill(response=got, body=json.dumps(told))

    page.route("**/console/episode?*", answer)
    with_evidence(page, url)
    expect(page.locator(".symptoms li").first).to_have_text(text)
    page.get_by_role("button", name="As text").first.click()
    expect(page.locator(".ev-text").first).to_contain_text(text)
    stays_whole(page)


@every_text
def test_told_by_the_server_as_names_of_services(page: Page, url: str, text: str) -> None:
    name = text[:EVERYWHERE]
    answering(page, "episode", name)
    with_evidence(page, url)
    expect(page.locator(".service-name").first).to_have_text(name)
    stays_whole(page)


@every_text
def test_told_by_the_server_in_a_debrief(page: Page, url: str, text: str) -> None:
    answering(page, "debrief", text[:EVERYWHERE], (*IDS, "name", "agent", "parameters"))
    start(page, url, "task=remediation_planning&scenario=0")
    open_answer(page)
    fill_answer(page, {"summary": "Nothing."})
    submit(page)
    page.locator(".db-number").wait_for()
    expect(page.locator(".db")).to_contain_text(text[:200])
    stays_whole(page)


@every_text
def test_told_by_the_server_as_an_error(page: Page, url: str, text: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    for door in ("step", "reset"):
        page.route(f"**/{door}", lambda route: route.fulfill(status=422, json={"detail": text}))
    page.locator(".tool", has_text="Logs").click()
    expect(page.get_by_test_id("tools-said")).to_contain_text(text[:200])
    stays_whole(page)
    go(page, f"{url}/?task=root_cause_analysis")
    expect(page.get_by_role("alert")).to_contain_text(text[:200])
    stays_whole(page)


@every_text
def test_in_an_address(page: Page, url: str, text: str) -> None:
    for name in ("place", "episode", "task", "seed", "split"):
        task = {"task": "root_cause_analysis"} if name in ("seed", "split") else {}
        go(page, f"{url}/?{httpx.QueryParams({**task, name: text[:4_000]})}")
        expect(page.get_by_role("alert").first).to_be_visible()
        stays_whole(page)


def test_a_step_in_another_tab_is_told_in_this_one(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    other = go(page.context.new_page(), page.url)
    other.locator("#console-host .board").wait_for()
    look(page, "Logs", "postgres-db", 1)
    other.locator(".tool", has_text="Metrics").click()
    expect(other.get_by_test_id("tools-said")).to_contain_text("the episode went on elsewhere")
    expect(other.get_by_test_id("steps")).to_have_text("9 of 10 steps left")
    expect(other.locator(".evidence")).to_contain_text("postgres-db")  # what the other tab has read
    other.locator(".tool", has_text="Metrics").click()
    steps_taken(other, 2)
    other.close()
    open_answer(page)
    fill_answer(page, {"failure_mode": "a query without a limit"})
    submit(page)
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("went on elsewhere")
    submit(page)
    page.locator(".db-number").wait_for()
    expect_grade(page, page.locator(".db-number").inner_text())
