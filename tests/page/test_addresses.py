"""Every place has an address: links, reload, back, prefixes, and what a preview of the page says."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.http_server import serve
from tests.page.console_page import choose, go, look, open_at, start


@pytest.mark.parametrize(
    "query",
    [
        "task=root_cause_analysis&scenario=2",
        "task=remediation_planning&seed=7&difficulty=easy",
        "task=alert_classification&split=validation&index=3",
    ],
)
def test_a_link_starts_its_incident_and_the_page_hands_the_same_link_on(page: Page, url: str, query: str) -> None:
    start(page, url, query)
    shown = page.locator(".pane-alert summary .mono").inner_text()
    page.locator(".menu > summary").click()
    link = page.get_by_role("link", name="Same incident in a new tab").get_attribute("href") or ""
    assert set(query.split("&")) <= set(link.lstrip("?").split("&"))
    go(page, f"{url}/{link}")
    expect(page.locator(".pane-alert summary .mono")).to_have_text(shown)


def test_a_reload_goes_on_with_the_episode(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    page.get_by_role("textbox", name="Notes").fill("a thought")
    look(page, "Logs", "postgres-db", 1)
    clock = page.get_by_test_id("clock").inner_text()
    page.reload()
    expect(page.get_by_test_id("steps")).to_have_text("9 of 10 steps left")
    expect(page.get_by_test_id("clock")).to_have_text(clock)
    expect(page.locator(".evidence")).to_contain_text("postgres-db")
    expect(page.get_by_role("textbox", name="Notes")).to_have_value("a thought")
    look(page, "Metrics", "auth-service", 2)


def test_an_ended_episode_opens_with_its_debrief(page: Page, url: str) -> None:
    with httpx.Client(base_url=url) as client:
        episode = client.post("/reset", json={"task_id": "alert_classification"}).json()["episode_id"]
        answer = {"action_type": "submit_severity", "parameters": {"severity": "P1"}}
        client.post("/step", json={"episode_id": episode, **answer})
    go(page, f"{url}/?episode={episode}")
    page.locator(".db-number").wait_for()
    page.get_by_role("button", name="Read the evidence again").click()
    page.get_by_role("button", name="Back to the debrief").click()
    expect(page.locator(".db-number")).to_be_visible()


def test_a_step_of_an_episode_has_an_address(page: Page, url: str) -> None:
    with httpx.Client(base_url=url) as client:
        episode = client.post("/reset", json={"task_id": "root_cause_analysis"}).json()["episode_id"]
        for service in ("postgres-db", "auth-service"):
            action = {"action_type": "query_logs", "parameters": {"service": service}}
            client.post("/step", json={"episode_id": episode, **action})
    go(page, f"{url}/?episode={episode}&step=1")
    expect(page.get_by_test_id("result")).to_contain_text("Step 1 ")


def test_back_asks_before_it_leaves_an_incident_under_way(page: Page, url: str) -> None:
    go(page, url)
    page.locator(".task").nth(1).get_by_role("link", name="Start").click()
    look(page, "Logs", "postgres-db", 1)
    page.go_back()
    page.get_by_role("button", name="Stay").click()
    expect(page).to_have_url(re.compile(r"\?episode="))
    expect(page.get_by_test_id("steps")).to_have_text("9 of 10 steps left")
    page.get_by_role("link", name=re.compile("all incidents")).first.click()
    page.get_by_role("button", name="Leave it").click()
    expect(page.locator(".task")).to_have_count(3)
    page.go_back()
    expect(page.get_by_test_id("steps")).to_have_text("9 of 10 steps left")


def test_starting_again_asks_before_it_discards_the_episode(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    look(page, "Logs", "postgres-db", 1)
    for answer, left in (("Stay", "9 of 10 steps left"), ("Leave it", "10 of 10 steps left")):
        page.locator(".menu > summary").click()
        page.get_by_role("button", name="Start this incident again").click()
        page.get_by_role("button", name=answer).click()
        expect(page.get_by_test_id("steps")).to_have_text(left)


def test_titles_follow_the_place(page: Page, url: str) -> None:
    go(page, url)
    assert page.title() == "Cloud Incident Response"
    page.get_by_role("link", name="Help").click()
    expect(page).to_have_title("Help · Cloud Incident Response")
    start(page, url, "task=root_cause_analysis&scenario=0")
    page.wait_for_selector("#console-host #console")  # Gradio has set its own title
    expect(page).to_have_title(re.compile(".+ · Cloud Incident Response"))


def test_a_place_that_is_none_says_so(page: Page, url: str) -> None:
    page.goto(f"{url}/?place=nowhere")
    expect(page.get_by_role("alert")).to_contain_text("no place “nowhere”")


def test_the_help_names_this_server_in_its_programs(page: Page, url: str) -> None:
    go(page, f"{url}/?place=help")
    for name in ("curl", "Python", "OpenEnv", "MCP"):
        expect(page.locator(".snippet", has=page.get_by_role("heading", name=name))).to_contain_text(url)


def test_a_preview_of_the_page_is_its_own(url: str) -> None:
    document = httpx.get(url, headers={"Accept-Encoding": "gzip"})
    assert document.headers["content-encoding"] == "gzip"
    found = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)"', document.text))
    assert found["og:title"] == "Cloud Incident Response"
    assert "on call" in found["og:description"]
    assert found["og:image"].startswith(f"{url}/console/static/")
    assert httpx.get(found["og:image"]).headers["content-type"] == "image/png"
    assert "twitter:creator" not in document.text
    assert "raw.githubusercontent.com" not in document.text


def test_the_page_asks_no_other_host_and_for_allowed_paths_alone(page: Page, url: str) -> None:
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda got: failed.append(got.url) if got.status >= 400 else None)
    start(page, url, "task=root_cause_analysis&scenario=0")
    look(page, "Logs", "postgres-db", 1)
    page.wait_for_selector("#console-host #console")
    assert failed == []
    assert {one.split("/")[2] for one in asked if not one.startswith("data:")} == {url.split("/")[2]}


def test_the_theme_is_switched_and_kept(page: Page, url: str) -> None:
    go(page, url)
    shown = page.evaluate("document.documentElement.dataset.theme")
    page.get_by_role("button", name=re.compile("theme")).click()
    other = {"light": "dark", "dark": "light"}[shown]
    go(page, url)
    assert page.evaluate("document.documentElement.dataset.theme") == other


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_page_can_be_played_under_a_path_prefix(browser: Browser, app, slash: str) -> None:
    """As behind a proxy that takes off the prefix that `--root-path` names, and uvicorn puts it back."""

    async def prefixed(scope, receive, send) -> None:
        await app(scope if scope["type"] == "lifespan" else {**scope, "root_path": "/x"}, receive, send)

    with serve(prefixed) as url:
        page = open_at(browser, f"{url}/x{slash}")
        page.locator(".task").nth(1).get_by_role("link", name="Start").click()
        choose(page, "postgres-db")
        page.keyboard.press("l")
        expect(page.get_by_test_id("steps")).to_have_text("9 of 10 steps left")
        assert page.url.startswith(f"{url}/x")
        page.context.close()


def test_the_page_can_be_played_where_the_server_has_another_address(browser: Browser, app) -> None:
    """As in a container, whose own address is not the one that the browser asks."""

    async def elsewhere(scope, receive, send) -> None:
        await app(scope if scope["type"] == "lifespan" else {**scope, "server": ("10.0.0.1", 80)}, receive, send)

    with serve(elsewhere) as url:
        page = open_at(browser, url)
        start(page, url, "task=root_cause_analysis&scenario=0")
        look(page, "Logs", "postgres-db", 1)
        page.context.close()
