"""Whatever goes wrong is read as text on the page, where the click was, with what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server.app import create_app
from tests.http_server import serve, settings
from tests.page.console_page import fill_answer, go, look, open_answer, open_at, start, steps_taken

TOKEN = "a-token-of-the-operator"
GONE = "This episode is gone"


@pytest.fixture(scope="module")
def app():
    return create_app(settings(ui=True, max_episodes=60))


@pytest.fixture
def page(context: BrowserContext, app) -> Iterator[Page]:
    app.state.episodes.discard_all()
    page = context.new_page()
    yield page
    page.close()


def answer_with(page: Page, path: str, status: int, detail: str) -> None:
    page.route(f"**/{path}", lambda route: route.fulfill(status=status, json={"detail": detail}))


def test_a_full_server_is_said_beside_the_button(page: Page, url: str) -> None:
    go(page, url)
    answer_with(page, "reset", 503, "all episodes are in use: try again in a minute")
    page.locator(".task").first.get_by_role("link", name="Start").click()
    said = page.locator(".task").first.get_by_role("alert")
    expect(said).to_contain_text("all episodes are in use")
    page.unroute("**/reset")
    page.locator(".task").first.get_by_role("link", name="Start").click()
    page.locator(".board").wait_for()


def test_an_incident_of_a_link_that_cannot_be_started_says_why(page: Page, url: str) -> None:
    for query, words in (
        ("task=no_such_task", "unknown task"),
        ("task=root_cause_analysis&scenario=99", "scenario"),
        ("task=root_cause_analysis&seed=99999999999", "seed"),
        ("task=root_cause_analysis&split=nowhere&index=1", "split"),
    ):
        page.goto(f"{url}/?{query}")
        expect(page.get_by_role("alert")).to_contain_text(words)
        expect(page.get_by_role("button", name="Choose an incident")).to_be_visible()
    page.goto(f"{url}/?task=root_cause_analysis&seed=-3")
    expect(page.get_by_role("alert")).to_contain_text("seed is no whole number")


@pytest.mark.parametrize("seed", ["0.5", "-3", "99999999999", "", "seven"])
def test_a_wrong_seed_is_said_in_the_form(page: Page, url: str, seed: str) -> None:
    go(page, url)
    page.get_by_role("radio", name="From a seed").check()
    page.get_by_label("Seed", exact=True).fill(seed)
    chooser = page.locator(".chooser")
    chooser.get_by_role("button", name="Start").click()
    expect(chooser.get_by_role("alert")).to_contain_text("Seed: expected a whole number from 0 to 2,147,483,647")


def test_an_unreachable_server_is_said_and_the_step_can_be_taken_again(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    page.route("**/step", lambda route: route.abort())
    page.locator(".tool", has_text="Logs").click()
    expect(page.get_by_test_id("tools-said")).to_contain_text("The server cannot be reached")
    page.unroute("**/step")
    page.locator(".tool", has_text="Logs").click()
    steps_taken(page, 1)
    expect(page.get_by_test_id("tools-said")).to_be_hidden()


def test_a_step_whose_answer_was_lost_is_not_taken_twice(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")

    def lose(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/step", lose)
    page.locator(".tool", has_text="Logs").click()
    expect(page.get_by_test_id("tools-said")).to_contain_text("cannot be reached")
    page.unroute("**/step")
    page.locator(".tool", has_text="Logs").click()
    expect(page.get_by_test_id("tools-said")).to_contain_text("went on elsewhere")
    expect(page.get_by_test_id("steps")).to_have_text("9 of 10 steps left")


def test_after_a_restart_in_mid_episode_one_is_told_and_can_start_anew(page: Page, url: str, app) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    look(page, "Logs", "postgres-db", 1)
    app.state.episodes.discard_all()
    page.locator(".tool", has_text="Metrics").click()
    gone = page.get_by_test_id("gone")
    expect(gone).to_contain_text(GONE)
    expect(page.locator(".evidence")).to_contain_text("postgres-db")  # what was read stays
    gone.get_by_role("button", name="Start the same incident anew").click()
    expect(page.get_by_test_id("steps")).to_have_text("10 of 10 steps left")


def test_a_reload_after_a_restart_says_that_the_episode_is_gone(page: Page, url: str, app) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    app.state.episodes.discard_all()
    page.reload()
    expect(page.get_by_role("heading", name=GONE)).to_be_focused()
    page.get_by_role("button", name="Start the same incident anew").click()
    page.locator(".board").wait_for()


def test_an_error_of_the_submission_is_said_in_its_dialog(page: Page, url: str) -> None:
    start(page, url, "task=alert_classification&scenario=0")
    open_answer(page)
    fill_answer(page, {"severity": "P1"})
    answer_with(page, "step", 503, "the server is starting")
    page.get_by_role("button", name="Submit and end the episode").click()
    expect(page.get_by_role("dialog").get_by_role("alert").last).to_contain_text("the server is starting")
    page.unroute("**/step")
    page.get_by_role("button", name="Submit and end the episode").click()
    page.locator(".db-number").wait_for()


def test_a_refused_value_of_a_repair_is_said_beside_it(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    page.locator(".repairs .repair", has_text="Scale service").click()
    page.locator(".repair-card [name=replicas]").fill("0.5")
    page.locator(".repair-card .strong").click()
    expect(page.get_by_test_id("repairs-said")).to_contain_text("Replicas: expected a whole number from 0 to 10,000")
    answer_with(page, "step", 422, "parameters.replicas: too many")
    page.locator(".repair-card [name=replicas]").fill("5")
    page.locator(".repair-card .strong").click()
    expect(page.get_by_test_id("repairs-said")).to_contain_text("too many")


def test_a_debrief_that_fails_is_asked_for_again(page: Page, url: str) -> None:
    start(page, url, "task=alert_classification&scenario=0")
    open_answer(page)
    fill_answer(page, {"severity": "P4"})
    answer_with(page, "console/debrief?*", 503, "too many visitors ask for this at once")
    page.get_by_role("button", name="Submit and end the episode").click()
    expect(page.get_by_role("alert")).to_contain_text("too many visitors")
    page.unroute("**/console/debrief?*")
    page.get_by_role("button", name="Try again").click()
    page.locator(".db-number").wait_for()


def test_a_page_that_cannot_be_loaded_whole_says_so(page: Page, url: str) -> None:
    answer_with(page, "console/catalogue", 503, "the server is starting")
    page.goto(url)
    expect(page.get_by_role("alert")).to_contain_text("the server is starting")
    page.unroute("**/console/catalogue")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".task")).to_have_count(3)


def test_the_control_token_is_asked_for_and_kept_in_memory_alone(browser: Browser) -> None:
    with serve(create_app(settings(ui=True, control_token=TOKEN))) as url:
        page = open_at(browser, url)
        page.locator(".task").nth(1).get_by_role("link", name="Start").click()
        page.get_by_label("Control token", exact=True).fill("another one")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("The control token is wrong")
        page.get_by_label("Control token", exact=True).fill(TOKEN)
        page.keyboard.press("Enter")
        page.locator(".board").wait_for()
        look(page, "Logs", "postgres-db", 1)
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
        assert TOKEN not in kept
        page.reload()
        page.get_by_label("Control token", exact=True).fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("steps")).to_have_text(re.compile("^9 of 10"))
        page.context.close()
