"""The page at `/`, by clicking in a real browser against a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.episodes import Episodes
from cloud_incident_env.reading.modes import MODES
from server.app import create_app
from server.page.page import build_page
from server.page.render import describe_action
from tasks import get_incident
from tests.http_server import serve, settings
from tools.browser import chromium

TASK_NAMES = {
    "alert_classification": "Alert classification (easy)",
    "root_cause_analysis": "Root cause analysis (medium)",
    "remediation_planning": "Remediation planning (hard)",
}
LABELS = {
    "failure_mode": "Failure mode: its id, or its cause in your own words",
    "summary": "Summary",
    "flag": "Feature flag",
    "runbook_action": "Runbook step",
    "target_version": "Target version",
}


@pytest.fixture(scope="module")
def app():
    return create_app(settings(ui=True))


@pytest.fixture(scope="module")
def page_url(app) -> Iterator[str]:
    with serve(app) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, page_url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield open_page(context.new_page(), page_url)
    context.close()


def open_page(page: Page, url: str) -> Page:
    page.set_default_timeout(15_000)
    page.goto(url)
    # The waiting page reloads itself until the real one is there.
    page.get_by_role("button", name="Start incident").wait_for(timeout=40_000)
    return page


def start(page: Page, task_id: str, scenario_id: str) -> None:
    page.get_by_role("radio", name=TASK_NAMES[task_id]).check()
    page.get_by_label("Incident", exact=True).click()
    page.get_by_role("option", name=re.compile(f"^{scenario_id}")).click()
    page.get_by_role("button", name="Start incident").click()
    expect(page.get_by_test_id("steps-used")).to_have_text(re.compile("^0 of"))
    expect(page.locator(".card.alert")).to_contain_text(scenario_id)


def field(page: Page, name: str) -> Locator:
    return page.get_by_label(LABELS[name])


def run(page: Page, action_type: str, step: int, **parameters: str) -> None:
    """Choose an action, fill in what it needs, run it, and wait for the step to count."""
    page.get_by_role("radio", name=action_type, exact=True).check()
    for name, value in parameters.items():
        if name in ("service", "severity"):
            page.get_by_role("radio", name=value, exact=True).check()
        else:
            field(page, name).fill(value)
            field(page, name).press("Tab")
    page.get_by_role("button", name="Run action").click()
    expect(page.get_by_test_id("steps-used")).to_have_text(re.compile(f"^{step} of"))


def choice(page: Page) -> Locator:
    return page.get_by_label("Failure mode from the catalogue (type to search)")


def search(page: Page, text: str) -> None:
    """Type into the catalogue's field, in place of what stands there."""
    choice(page).click()
    choice(page).press("ControlOrMeta+A")
    choice(page).press_sequentially(text)


def choose(page: Page, text: str, mode_id: str) -> None:
    """Search the catalogue, click the mode, and wait until it is in the text."""
    search(page, text)
    page.get_by_role("option", name=f"({mode_id})").click()
    expect(field(page, "failure_mode")).to_have_value(mode_id)


def labels(options: Locator) -> list[str | None]:
    return [option.get_attribute("aria-label") for option in options.all()]


def start_to_submit(page: Page) -> None:
    start(page, "root_cause_analysis", "RCA-002")
    run(page, "query_logs", 1, service="network-infra")
    page.get_by_role("radio", name="submit_root_cause", exact=True).check()


def submit(page: Page) -> None:
    page.get_by_role("button", name="Run action").click()
    expect(page.get_by_test_id("steps-left")).to_have_text("episode over")


@pytest.mark.parametrize(
    ("task_id", "index", "grade"),
    [("alert_classification", 1, "1.00"), ("root_cause_analysis", 2, "1.00"), ("remediation_planning", 0, "0.90")],
)
def test_an_episode_of_each_task_can_be_played_by_clicking(page: Page, task_id: str, index: int, grade: str) -> None:
    scenario = get_incident(task_id, index)
    start(page, task_id, scenario.id)
    for step, decision in enumerate(plan_for(task_id, scenario), start=1):
        parameters = dict(decision.parameters)
        if "target" in parameters:
            own = {"disable_feature_flag": "flag", "execute_runbook_step": "runbook_action"}
            parameters[own.get(decision.action_type, "service")] = parameters.pop("target")
        run(page, decision.action_type, step, **parameters)
    expect(page.get_by_test_id("grade")).to_have_text(grade)
    expect(page.get_by_role("button", name="Run action")).to_be_hidden()


def test_only_the_fields_that_an_action_needs_are_shown(page: Page) -> None:
    start(page, "remediation_planning", "RP-002")
    wanted = {
        "query_logs": {"service"},
        "rollback_deploy": {"service", "target_version"},
        "disable_feature_flag": {"flag"},
        "execute_runbook_step": {"runbook_action"},
        "submit_resolution": {"summary"},
    }
    for action_type, fields in wanted.items():
        page.get_by_role("radio", name=action_type, exact=True).check()
        for name in LABELS:
            expect(field(page, name)).to_be_visible(visible=name in fields)
        expect(choice(page)).to_be_hidden()
        expect(page.get_by_role("radio", name="cdn-edge", exact=True)).to_be_visible(visible="service" in fields)


def test_the_catalogue_lists_every_failure_mode_in_its_order(page: Page) -> None:
    start_to_submit(page)
    choice(page).click()
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-setsize", str(len(MODES)))
    assert 50 < len(labels(options)) <= len(MODES)  # the rest follows as one scrolls
    assert labels(options) == [f"{mode.title} ({mode.id})" for mode in MODES.values()][: options.count()]
    search(page, list(MODES)[-1])
    expect(options).to_have_count(1)


def test_a_failure_mode_is_searched_chosen_and_submitted_by_clicking(page: Page) -> None:
    start_to_submit(page)
    search(page, "withdrawn")
    found = [f"{mode.title} ({mode.id})" for mode in MODES.values() if "withdrawn" in mode.title]
    expect(page.get_by_role("option")).to_have_count(len(found))
    assert labels(page.get_by_role("option")) == found
    page.get_by_role("option", name="(bgp-withdrawal)").click()
    expect(field(page, "failure_mode")).to_have_value("bgp-withdrawal")
    expect(page.get_by_test_id("definition")).to_have_text(f"bgp-withdrawal: {MODES['bgp-withdrawal'].definition}")
    submit(page)
    expect(page.get_by_test_id("grade")).to_have_text("1.00")
    expect(page.get_by_test_id("read-as")).to_have_text(f"Read as: {MODES['bgp-withdrawal'].title} (bgp-withdrawal)")
    expect(page.locator("li", has_text="Read as")).to_have_count(0)


def test_the_text_is_submitted_and_the_choice_follows_it(page: Page) -> None:
    start_to_submit(page)
    choose(page, "pool", "pool-leak")
    text = field(page, "failure_mode")
    text.fill("a wrong word")
    text.press("Tab")
    expect(choice(page)).to_have_value("")
    expect(page.get_by_test_id("definition")).to_have_count(0)
    text.fill("heap-leak")
    text.press("Tab")
    expect(choice(page)).to_have_value(re.compile("heap-leak"))
    expect(page.get_by_test_id("definition")).to_contain_text(MODES["heap-leak"].definition)
    choose(page, "withdrawn", "route-filter-change")
    text.fill("cache-oom")
    submit(page)
    expect(page.get_by_test_id("read-as")).to_contain_text("(cache-oom)")


def test_leaving_the_list_chooses_nothing_again(page: Page) -> None:
    """A second answer, after the list was left, wrote the chosen id over what was typed meanwhile."""
    start_to_submit(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    choose(page, "pool", "pool-leak")
    text = field(page, "failure_mode")
    text.fill("a wrong word")
    text.press("Tab")
    expect(choice(page)).to_have_value("")
    assert sum('"data":["pool-leak"]' in body for body in asked) == 1


def test_a_text_that_asserts_no_failure_mode_is_read_as_none(page: Page) -> None:
    start_to_submit(page)
    field(page, "failure_mode").fill("everything or nothing")
    submit(page)
    expect(page.get_by_test_id("read-as")).to_have_text("Read as: no single failure mode of the catalogue")


def test_a_search_that_finds_nothing_chooses_nothing(page: Page) -> None:
    start_to_submit(page)
    search(page, "a mode that nobody knows")
    expect(page.get_by_role("option")).to_have_count(0)
    choice(page).press("Tab")
    expect(choice(page)).to_have_value("")
    expect(field(page, "failure_mode")).to_have_value("")


def test_the_choice_is_seen_with_its_action_alone_and_kept_meanwhile(page: Page) -> None:
    start_to_submit(page)
    choose(page, "pool", "pool-leak")
    page.get_by_role("radio", name="query_logs", exact=True).check()
    for part in (choice(page), page.get_by_test_id("definition"), field(page, "failure_mode")):
        expect(part).to_be_hidden()
    page.get_by_role("radio", name="submit_root_cause", exact=True).check()
    expect(choice(page)).to_have_value(re.compile("pool-leak"))
    expect(page.get_by_test_id("definition")).to_be_visible()
    expect(field(page, "failure_mode")).to_have_value("pool-leak")


@pytest.mark.parametrize("ended", [True, False])
def test_choice_and_text_are_empty_in_a_new_episode(page: Page, ended: bool) -> None:
    start_to_submit(page)
    choose(page, "pool", "pool-leak")
    if ended:
        submit(page)
        expect(choice(page)).to_be_hidden()
    start_to_submit(page)
    expect(choice(page)).to_have_value("")
    expect(field(page, "failure_mode")).to_have_value("")
    expect(page.get_by_test_id("definition")).to_have_count(0)


def test_evidence_grows_by_tool_and_service_and_history_keeps_the_rewards(page: Page) -> None:
    start(page, "root_cause_analysis", "RCA-001")
    run(page, "query_logs", 1, service="postgres-db")
    run(page, "check_metrics", 2, service="auth-service")
    expect(page.locator("details.evidence summary")).to_have_text(["Metrics · auth-service", "Logs · postgres-db"])
    expect(page.locator("td.mark", has_text="●")).to_have_count(2)
    expect(page.get_by_test_id("reward")).to_have_text("+0.08")
    page.get_by_role("tab", name="History").click()
    expect(page.locator(".history tr")).to_have_count(3)


def test_a_mistake_is_explained_and_costs_a_step(page: Page) -> None:
    start(page, "remediation_planning", "RP-001")
    run(page, "disable_feature_flag", 1)
    expect(page.get_by_test_id("feedback")).to_contain_text("needs the parameter flag")


def test_status_pages_suggest_flags_and_runbook_steps(page: Page) -> None:
    start(page, "remediation_planning", "RP-001")
    run(page, "check_service_status", 1, service="analytics-service")
    page.get_by_role("radio", name="disable_feature_flag", exact=True).check()
    field(page, "flag").click()
    expect(page.get_by_role("option", name="full_history_export")).to_be_visible()


def test_a_generated_incident_can_be_started_from_a_seed(page: Page) -> None:
    seed = page.get_by_label(re.compile("^Seed"))
    expect(seed).to_be_hidden()
    page.get_by_label("Incident", exact=True).click()
    page.get_by_role("option", name=re.compile("^Generated")).click()
    seed.fill("7")
    page.get_by_role("radio", name="expert", exact=True).check()
    page.get_by_role("button", name="Start incident").click()
    expect(page.locator(".card.alert")).to_contain_text(re.compile("INC-[0-9A-F]{8}"))
    page.get_by_role("radio", name="query_logs", exact=True).check()
    services = page.locator("fieldset", has_text="Service").last
    expect(services.get_by_role("radio")).to_have_count(16)


def test_two_tabs_never_share_an_episode(page: Page, page_url: str) -> None:
    other = open_page(page.context.new_page(), page_url)
    start(page, "root_cause_analysis", "RCA-001")
    start(other, "root_cause_analysis", "RCA-002")
    run(page, "query_logs", 1, service="analytics-service")
    run(page, "query_logs", 2, service="redis-session")
    run(other, "query_logs", 1, service="network-infra")
    expect(page.get_by_test_id("steps-used")).to_have_text("2 of 10")
    expect(other.locator("details.evidence summary")).to_have_text(["Logs · network-infra"])


def test_the_page_does_not_touch_the_episode_of_a_rest_client(page: Page, page_url: str) -> None:
    with httpx.Client(base_url=page_url) as client:
        episode = client.post("/reset").json()["episode_id"]
        start(page, "root_cause_analysis", "RCA-001")
        assert client.get("/state").json()["episode_id"] == episode


def test_text_that_a_player_types_is_never_markup(page: Page) -> None:
    start(page, "remediation_planning", "RP-003")
    attack = "<img src=x onerror=\"document.title='owned'\"> ${document.title='owned'}"
    run(page, "execute_runbook_step", 1, runbook_action=attack)
    expect(page.get_by_test_id("feedback")).to_contain_text("<img src=x")
    page.get_by_role("tab", name="History").click()
    expect(page.locator(".history")).to_contain_text("<img src=x")
    assert page.title() == "Cloud Incident Response"


def test_an_expired_episode_is_said_and_a_new_one_starts(page: Page, app) -> None:
    start(page, "root_cause_analysis", "RCA-001")
    app.state.episodes.discard_all()
    page.get_by_role("button", name="Run action").click()
    expect(page.get_by_test_id("feedback")).to_contain_text("expired")
    start(page, "root_cause_analysis", "RCA-003")


def test_starting_another_incident_gives_the_previous_one_back(
    page: Page, browser: Browser, page_url: str, app
) -> None:
    start(page, "root_cause_analysis", "RCA-001")
    before = len(app.state.episodes)
    start(page, "root_cause_analysis", "RCA-002")
    assert len(app.state.episodes) == before


def test_an_open_page_asks_for_allowed_paths_alone(page: Page, page_url: str) -> None:
    failed: list[tuple[int, str]] = []
    page.on("response", lambda got: failed.append((got.status, got.url)) if got.status >= 400 else None)
    page.reload()
    page.get_by_role("button", name="Start incident").wait_for(timeout=40_000)
    start(page, "root_cause_analysis", "RCA-001")
    run(page, "query_logs", 1, service="postgres-db")
    assert failed == []


def test_what_the_page_refuses_is_shown_to_a_person(page: Page) -> None:
    page.get_by_label("Incident", exact=True).click()
    page.get_by_role("option", name=re.compile("^Generated")).click()
    page.get_by_label(re.compile("^Seed")).fill("0.5")
    page.get_by_role("button", name="Start incident").click()
    expect(page.get_by_test_id("feedback")).to_contain_text("seed: expected an integer, got 0.5")
    page.get_by_label(re.compile("^Seed")).fill("5")
    page.get_by_role("button", name="Start incident").click()
    expect(page.get_by_test_id("steps-used")).to_have_text(re.compile("^0 of"))


def test_there_is_no_token_to_type_where_the_server_wants_none(page: Page) -> None:
    expect(page.get_by_label("Control token")).to_have_count(0)


def test_a_person_starts_an_incident_with_the_control_token_alone(browser: Browser) -> None:
    episodes = Episodes(10, 60.0)
    with serve(build_page(episodes, control_token="a token of the operator")) as url:
        page = open_page(browser.new_page(), url)
        page.get_by_label("Control token").fill("another one")
        page.get_by_role("button", name="Start incident").click()
        expect(page.get_by_test_id("feedback")).to_contain_text("The control token is wrong")
        assert len(episodes) == 0
        page.get_by_label("Control token").fill("a token of the operator")
        start(page, "root_cause_analysis", "RCA-001")
        run(page, "query_logs", 1, service="postgres-db")
        page.close()


def test_the_page_can_be_played_under_a_path_prefix(browser: Browser) -> None:
    """As behind a proxy that takes off the prefix that `--root-path` names, and uvicorn puts it back."""
    app = create_app(settings(ui=True))

    async def prefixed(scope, receive, send) -> None:
        await app(scope if scope["type"] == "lifespan" else {**scope, "root_path": "/x"}, receive, send)

    with serve(prefixed) as url:
        page = open_page(browser.new_page(), f"{url}/x")
        start(page, "root_cause_analysis", "RCA-001")
        run(page, "query_logs", 1, service="postgres-db")
        page.get_by_role("link", name="REST interface").click()
        expect(page).to_have_url(f"{url}/x/docs")
        page.close()


def test_the_page_can_be_played_where_the_server_has_another_address(browser: Browser) -> None:
    """As in a container, whose own address is not the one that the browser asks."""
    app = create_app(settings(ui=True))

    async def elsewhere(scope, receive, send) -> None:
        await app(scope if scope["type"] == "lifespan" else {**scope, "server": ("10.0.0.1", 80)}, receive, send)

    with serve(elsewhere) as url:
        page = open_page(browser.new_page(), url)
        start(page, "root_cause_analysis", "RCA-001")
        page.close()


def test_a_page_whose_heartbeat_is_refused_can_be_played(browser: Browser, page_url: str) -> None:
    page = browser.new_page()
    page.route("**/gradio_api/heartbeat/**", lambda route: route.fulfill(status=503, body="too many pages are open"))
    open_page(page, page_url)
    start(page, "root_cause_analysis", "RCA-001")
    run(page, "query_logs", 1, service="postgres-db")
    page.close()


@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    start(page, "remediation_planning", "RP-001")
    run(page, "query_logs", 1, service="postgres-db")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_long_action_is_cut_in_the_history() -> None:
    from cloud_incident_env.wire import ActionRecord

    record = ActionRecord(
        step=1, action_type="submit_resolution", parameters={"summary": "x" * 5_000}, reward=0, reason="", error=None
    )
    assert len(describe_action(record)) == 160
