"""Scores: who finished what on this server, beside the baselines, and what is said where nobody did."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from server.app import create_app
from server.console.scores import BASELINES
from tests.http_server import serve, settings
from tests.page.console_page import go, open_at

TOKEN = "a-token-of-the-operator"
PLACE = "?place=scores"
VISITORS = re.compile("^Visitors")


@pytest.fixture
def url() -> Iterator[str]:
    """A server of its own: it counts what ends on it."""
    with serve(create_app(settings(ui=True))) as url:
        yield url


def finish(url: str, severity: str, *, browser: bool = True, **options: object) -> None:
    """End an incident of the first task, as the page does or as a program does."""
    headers = {"origin": url} if browser else {}
    started = httpx.post(f"{url}/reset", json={"task_id": "alert_classification", **options}, headers=headers).json()
    action = {"action_type": "submit_severity", "parameters": {"severity": severity}}
    assert httpx.post(f"{url}/step", json={"episode_id": started["episode_id"], **action}).json()["done"]


def row(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.locator(".sc-table").get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def scores_of(context: BrowserContext, url: str) -> Page:
    page = go(context.new_page(), f"{url}/{PLACE}")
    page.locator("#console-host .scores").wait_for(timeout=40_000)  # Gradio takes the console in, which moves the focus
    expect(page.get_by_role("heading", name="Scores", exact=True)).to_be_focused()
    return page


def test_where_nobody_finished_anything_one_is_invited_to_play(context: BrowserContext, url: str) -> None:
    page = scores_of(context, url)
    expect(page.get_by_role("heading", name="Nobody has finished an incident here yet")).to_be_visible()
    expect(page.locator(".sc-since")).to_contain_text("a restart forgets them")
    expect(row(page, VISITORS)).to_contain_text("none yet")
    expect(page.get_by_role("radio", name="Test", exact=True)).to_be_checked()
    page.get_by_role("link", name="Play today’s incident").click()
    page.locator(".board").wait_for()
    page.close()


def test_the_baselines_are_those_that_were_measured(context: BrowserContext, url: str) -> None:
    page = scores_of(context, url)
    measured = json.loads(BASELINES.read_text(encoding="utf-8"))["rows"]
    for label, split in (("Test", "test"), ("Hand-written", "canonical"), ("New systems", "test_systems")):
        page.get_by_role("radio", name=label, exact=True).check()
        found = [each for each in measured if each["split"] == split]
        for agent in sorted({each["agent"] for each in found}):
            cells = row(page, re.compile(f"^{agent}")).get_by_role("cell")
            tasks = ["alert_classification", "root_cause_analysis", "remediation_planning", None]
            for at, task_id in enumerate(tasks):
                one = next(each for each in found if (each["agent"], each["task_id"]) == (agent, task_id))
                expect(cells.nth(at).locator("b")).to_have_text(f"{one['mean']:.2f}")
    page.get_by_role("radio", name="Seeds", exact=True).check()
    expect(page.locator(".sc-about")).to_contain_text("No baseline was measured on these")
    expect(row(page, re.compile("^oracle")).locator("b").last).to_have_text("0.97")
    page.close()


def test_what_visitors_and_programs_finish_is_counted_apart(context: BrowserContext, url: str) -> None:
    for severity in ("P1", "P1", "P4"):
        finish(url, severity, scenario_index=0)
    finish(url, "P2", browser=False, scenario_index=0)
    page = scores_of(context, url)
    expect(page.get_by_role("radio", name="Hand-written")).to_be_checked()
    expect(page.get_by_text("Nobody has finished")).to_have_count(0)
    visitors = row(page, VISITORS).get_by_role("cell")
    expect(visitors.first).to_contain_text(re.compile(r"0\.67 ± 0\.33 · 3 episodes"))
    expect(visitors.nth(1)).to_contain_text("none yet")
    expect(row(page, "Programs, over REST").get_by_role("cell").first).to_contain_text("1 episode")
    expect(row(page, re.compile("^oracle")).locator(".sc-mark")).to_have_count(1)
    expect(page.get_by_test_id("finished").locator("tbody tr").first).to_contain_text("Alert classification")
    page.close()


def test_refresh_reads_them_again_and_says_so(context: BrowserContext, url: str) -> None:
    page = scores_of(context, url)
    finish(url, "P1", scenario_index=0)
    page.get_by_role("radio", name="Hand-written").check()
    expect(row(page, VISITORS)).to_contain_text("none yet")
    again = page.get_by_role("button", name="Refresh")
    page.route(
        "**/console/scores", lambda route: route.fulfill(status=503, json={"detail": "the server <b>starts</b>"})
    )
    again.click()
    expect(page.get_by_role("alert")).to_have_text("the server <b>starts</b>")
    page.unroute("**/console/scores")
    again.click()
    expect(row(page, VISITORS)).to_contain_text("1.00")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("#console > [role=status]")).to_contain_text("1 episode finished")
    expect(again).to_be_focused()
    page.close()


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_nothing_is_wider_than_the_window(context: BrowserContext, url: str, width: int) -> None:
    finish(url, "P1", scenario_index=0)
    page = scores_of(context, url)
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for cell in row(page, re.compile("^heuristic")).get_by_role("cell").all():
        expect(cell.locator(".sc-bar")).to_be_visible()
    page.close()


def test_with_a_control_token_it_is_asked_for(context: BrowserContext) -> None:
    browser = context.browser
    assert browser is not None
    with serve(create_app(settings(ui=True, control_token=TOKEN))) as url:
        page = open_at(browser, url)
        page.get_by_role("link", name="Scores").click()
        page.get_by_label("Control token", exact=True).fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Scores", exact=True)).to_be_visible()
        page.context.close()
