"""Incidents played on the page at `/`, by mouse, in a real browser against a real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from cloud_incident_env.actions import ACTIONS, PARAMETERS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.reading.modes import MODES
from tasks import get_incident
from tests.page.console_page import (
    expect_grade,
    fill_answer,
    go,
    look,
    open_answer,
    repair,
    start,
    steps_taken,
    submit,
)

OWN = {"disable_feature_flag": "flag", "execute_runbook_step": "runbook_action"}
ATTACK = "<img src=x onerror=\"document.title='owned'\"> ${document.title='owned'}"
REVERSED = "\u202elive\u202c"


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A blank page, whose console must stay empty."""
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    page.close()
    assert problems == []


@pytest.mark.parametrize(
    ("task_id", "index", "grade"),
    [("alert_classification", 1, "1.00"), ("root_cause_analysis", 2, "1.00"), ("remediation_planning", 0, "0.90")],
)
def test_an_incident_of_each_task_can_be_played_by_mouse(
    page: Page, url: str, task_id: str, index: int, grade: str
) -> None:
    scenario = get_incident(task_id, index)
    start(page, url, f"task={task_id}&scenario={index}")
    for step, decision in enumerate(plan_for(task_id, scenario), start=1):
        action, parameters = ACTIONS[decision.action_type], dict(decision.parameters)
        if "target" in parameters:
            parameters[OWN.get(action.name, "service")] = parameters.pop("target")
        if action.group == "diagnostic":
            look(page, action.label, parameters["service"], step)
        elif action.group == "remediation":
            repair(page, action.label or action.name.replace("_", " ").capitalize(), parameters, step)
        else:
            open_answer(page)
            fill_answer(page, parameters)
            submit(page)
    expect_grade(page, grade)
    assert page.title().startswith("Debrief: ")


def test_a_generated_incident_is_chosen_by_seed_on_the_landing(page: Page, url: str) -> None:
    go(page, url)
    page.get_by_role("radio", name="From a seed").check()
    page.get_by_label("Seed", exact=True).fill("7")
    page.get_by_label("Difficulty").select_option("expert")
    page.locator(".chooser").get_by_role("button", name="Start").click()
    expect(page.locator(".services input")).to_have_count(16)
    expect(page).to_have_url(re.compile(r"\?episode="))


def test_the_landing_says_what_each_task_asks_and_replays_an_incident(page: Page, url: str) -> None:
    go(page, url)
    expect(page.locator(".task")).to_have_count(3)
    for words in ("How bad is it?", "Where did it begin?", "Make it work again."):
        expect(page.get_by_role("heading", name=words)).to_be_visible()
    expect(page.locator(".replay .chip")).to_be_visible(timeout=6_000)  # it has played a step by itself
    page.locator(".replay").get_by_role("button", name="Pause").click()
    page.get_by_role("link", name="Play today").click()
    page.locator(".board").wait_for()


def test_the_clock_steps_and_rewards_follow_what_is_done(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    before = page.get_by_test_id("clock").inner_text()
    look(page, "Logs", "postgres-db", 1)
    look(page, "Metrics", "auth-service", 2)
    expect(page.get_by_test_id("steps")).to_have_text("8 of 10 steps left")
    expect(page.get_by_test_id("reward")).to_have_text("+0.08")
    expect(page.get_by_test_id("grade-now")).to_have_text("at the end")
    hours, minutes = (int(part) for part in before.rstrip("Z").split(":"))
    after = (hours * 60 + minutes + 2) % 1440
    expect(page.get_by_test_id("clock")).to_have_text(f"{after // 60:02d}:{after % 60:02d}Z")


def test_optional_parameters_are_one_more_click(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&seed=3&difficulty=easy")
    sent: list[dict] = []
    page.on("request", lambda asked: sent.append(asked.post_data_json) if asked.url.endswith("/step") else None)
    for name, action in (("Logs", "query_logs"), ("Metrics", "check_metrics")):
        row = page.locator(".tool-row", has_text=name)
        row.locator("summary").click()
        assert row.locator("form [name]").evaluate_all("all => all.map(one => one.name)") == list(
            ACTIONS[action].optional
        )
    row = page.locator(".tool-row", has_text="Logs")
    row.locator("[name=level]").select_option("error")
    row.locator("[name=since_minutes]").fill("many")
    row.get_by_role("button", name="Logs with these").click()
    expect(page.get_by_test_id("tools-said")).to_contain_text("Since minutes: expected a whole number from 0 to 1,440")
    assert sent == []
    row.locator("[name=since_minutes]").fill("30")
    row.get_by_role("button", name="Logs with these").click()
    steps_taken(page, 1)
    assert {name: sent[0]["parameters"][name] for name in ("level", "since_minutes")} == {
        "level": "error",
        "since_minutes": 30,
    }
    assert PARAMETERS["since_minutes"].most == 1_440


def second_click(button: Locator) -> None:
    """Click where a button was clicked, and once more as a double click does, but after the first was answered."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    mouse = button.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for count in (1, 2):
        mouse.down(click_count=count)
        mouse.up(click_count=count)
        steps_taken(button.page, 1)


def enter_held(where: Locator) -> None:
    """Press Enter and hold it down until it repeats, which it does after the first was answered."""
    where.focus()
    where.page.keyboard.down("Enter")
    steps_taken(where.page, 1)
    where.page.keyboard.down("Enter")
    where.page.keyboard.up("Enter")


def tool(page: Page) -> Locator:
    return page.locator(".tool", has_text="Logs")


def narrowed(page: Page) -> Locator:
    row = page.locator(".tool-row", has_text="Logs")
    row.locator("summary").click()
    return row.get_by_role("button", name="Logs with these")


def field_of_a_narrowed_look(page: Page) -> Locator:
    narrowed(page)
    return page.locator(".tool-row", has_text="Logs").locator("[name=since_minutes]")


def repair_of_a_service(page: Page) -> Locator:
    page.locator(".repairs .repair", has_text="Restart service").click()
    return page.locator(".repair-card .strong")


@pytest.mark.parametrize(
    ("press", "button"),
    [
        (second_click, tool),
        (second_click, narrowed),
        (second_click, repair_of_a_service),
        (enter_held, tool),
        (enter_held, field_of_a_narrowed_look),
        (enter_held, repair_of_a_service),
    ],
)
def test_a_double_click_or_a_key_held_takes_one_step(
    page: Page, url: str, press: Callable[[Locator], None], button: Callable[[Page], Locator]
) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    press(button(page))
    page.wait_for_timeout(200)
    expect(page.get_by_test_id("steps")).to_have_text("14 of 15 steps left")


def test_a_key_held_does_not_send_the_answer_that_it_wrote(page: Page, url: str) -> None:
    start(page, url, "task=alert_classification&scenario=0")
    open_answer(page)
    page.get_by_role("dialog").get_by_role("radio").first.check()
    page.get_by_role("button", name="Look it over").focus()
    page.keyboard.down("Enter")
    page.get_by_text("It cannot be taken back.").wait_for()
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.wait_for_timeout(200)
    expect(page.get_by_role("button", name="Submit and end the episode")).to_be_focused()


def test_a_repair_says_what_it_did_and_cost(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    service = page.locator(".services input").first.get_attribute("value") or ""
    repair(page, "Restart service", {"service": service}, 1)
    done = page.locator(".repairs-done li").first
    expect(done).to_contain_text("3 minutes")
    expect(done.locator(".chip")).to_have_text(re.compile(r"^[+−]?\d\.\d\d$"))
    expect(page.get_by_test_id("result").locator(".notice")).to_have_class(re.compile("danger|good"))


def test_a_status_report_offers_its_flags_and_runbook_steps(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    look(page, "Status", "analytics-service", 1)
    page.locator(".repairs .repair", has_text="Disable feature flag").click()
    page.locator(".repair-card").get_by_role("button", name="full_history_export").click()
    expect(page.locator(".repair-card [name=flag]")).to_have_value("full_history_export")


def test_a_repair_without_what_it_needs_is_not_taken(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    page.locator(".repairs .repair", has_text="Disable feature flag").click()
    page.locator(".repair-card .strong").click()
    expect(page.get_by_test_id("repairs-said")).to_contain_text("Disable feature flag needs one")
    expect(page.get_by_test_id("steps")).to_have_text("15 of 15 steps left")


def test_an_answer_is_never_sent_empty_or_by_accident(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    open_answer(page)
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("alert")).to_contain_text("Write a summary first")
    expect(page.get_by_label("Summary")).to_be_focused()
    fill_answer(page, {"summary": "postgres-db was overloaded; we restarted it and it is healthy again."})
    expect(page.get_by_text("It cannot be taken back.")).to_be_visible()
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_label("Summary")).to_have_value(re.compile("overloaded"))
    expect(page.locator(".checklist .there")).to_have_count(3)  # nothing was restarted
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_test_id("steps")).to_have_text("15 of 15 steps left")
    open_answer(page)
    expect(page.get_by_label("Summary")).to_have_value(re.compile("overloaded"))  # the draft is kept


def test_notes_and_pins_feed_the_write_up(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    page.get_by_role("textbox", name="Notes").fill("The database looks full.")
    look(page, "Status", "analytics-service", 1)
    page.locator(".evidence").get_by_role("button", name="Pin", exact=True).first.click()
    expect(page.locator(".pin")).to_have_count(1)
    open_answer(page)
    page.get_by_role("button", name="Take over notes and pins").click()
    expect(page.get_by_label("Summary")).to_have_value(
        re.compile("^The database looks full.\n.*analytics-service", re.S)
    )


def search(page: Page, words: str) -> None:
    page.get_by_role("combobox", name="Failure mode").fill(words)


def test_a_failure_mode_is_searched_chosen_and_submitted(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=1")
    look(page, "Logs", "network-infra", 1)
    open_answer(page)
    options = page.get_by_role("listbox", name="Failure modes").get_by_role("option")
    search(page, "withdrawn")
    found = [mode.id for mode in MODES.values() if "withdrawn" in mode.title]
    assert set(found) <= set(options.locator(".mono").all_inner_texts())
    options.filter(has_text="bgp-withdrawal").click()
    expect(page.get_by_role("combobox", name="Failure mode")).to_have_value("bgp-withdrawal")
    expect(page.locator(".mode-said")).to_contain_text(MODES["bgp-withdrawal"].definition)
    fill_answer(page, {"service": "network-infra"})
    expect(page.locator(".facts")).to_contain_text("(bgp-withdrawal)")
    submit(page)
    expect_grade(page, "1.00")


def test_free_text_may_stay_where_the_search_finds_nothing(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=1")
    open_answer(page)
    search(page, "a mode that nobody knows")
    expect(page.get_by_role("listbox", name="Failure modes")).to_be_hidden()
    expect(page.locator(".mode-said")).to_contain_text("Your own words are read as they stand")
    page.get_by_role("button", name="Look it over").click()
    expect(page.locator(".facts")).to_contain_text("in your own words")


@pytest.mark.parametrize("text", [ATTACK, REVERSED, "x" * 200], ids=["markup", "bidi", "long"])
def test_what_a_player_types_is_shown_as_text(page: Page, url: str, text: str) -> None:
    start(page, url, "task=remediation_planning&scenario=2")
    repair(page, "Execute runbook step", {"runbook_action": text}, 1)
    expect(page.locator(".repairs-done bdi").first).to_have_text(text)
    assert page.locator("#console img").count() == 0
    assert "owned" not in page.title()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_two_tabs_never_share_an_episode(page: Page, url: str) -> None:
    other = start(page.context.new_page(), url, "task=root_cause_analysis&scenario=1")
    start(page, url, "task=root_cause_analysis&scenario=0")
    look(page, "Logs", "analytics-service", 1)
    look(page, "Logs", "redis-session", 2)
    look(other, "Logs", "network-infra", 1)
    expect(page.get_by_test_id("steps")).to_have_text("8 of 10 steps left")
    expect(other.get_by_test_id("steps")).to_have_text("9 of 10 steps left")


def test_the_page_does_not_touch_the_episode_of_a_rest_client(page: Page, url: str) -> None:
    with httpx.Client(base_url=url) as client:
        episode = client.post("/reset").json()["episode_id"]
        start(page, url, "task=root_cause_analysis&scenario=0")
        assert client.get("/state").json()["episode_id"] == episode


def test_the_guide_leads_through_a_first_incident(page: Page, url: str) -> None:
    go(page, f"{url}/?place=help")
    page.get_by_role("link", name="Start the guided incident").click()
    guide = page.get_by_role("complementary", name="Guide")
    expect(guide).to_contain_text("1 of 3")
    page.locator(".tool", has_text="Metrics").click()
    expect(guide).to_contain_text("2 of 3")
    page.locator(".tool", has_text="Dependencies").click()
    expect(guide).to_contain_text("3 of 3")
    open_answer(page)
    fill_answer(page, {"severity": "P2"})
    submit(page)
    expect_grade(page, "1.00")


def test_the_best_runs_of_this_browser_are_kept(page: Page, url: str) -> None:
    start(page, url, "task=alert_classification&scenario=1")
    open_answer(page)
    fill_answer(page, {"severity": "P2"})
    submit(page)
    expect_grade(page, "1.00")
    go(page, url)
    expect(page.locator(".best > .scroll-x tbody tr", has_text="AC-002")).to_have_count(1)
    expect(page.locator(".best > .scroll-x tbody")).to_contain_text("1.00 of 1.00")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_is_wider_than_the_window(page: Page, url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for query in ("", "?place=help", "?task=remediation_planning&scenario=0"):
        go(page, f"{url}/{query}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, query
    page.locator(".tool", has_text="Logs").click()
    steps_taken(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_the_answer_to_a_click_is_in_view(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    start(page, url, "task=remediation_planning&scenario=0")
    page.get_by_role("button", name="Service: ").click()
    page.get_by_role("radio").nth(1).check(force=True)
    page.locator(".tool", has_text="Logs").click()
    steps_taken(page, 1)
    expect(page.get_by_test_id("result")).to_be_in_viewport()
    for name, part in (("Map", ".pane-map"), ("Time line", ".pane-line"), ("Repairs", ".pane-repairs")):
        page.get_by_role("navigation").get_by_role("button", name=name).click()
        expect(page.locator(part)).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(".pane-repairs")).to_be_hidden()
