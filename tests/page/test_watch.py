"""Agents are watched as they play: step by step, only what they had seen by then, and nothing of the answer before."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.options import ResetOptions
from server.app import create_app
from tests.http_server import serve, settings
from tests.page.console_page import WIDE, expect_grade, fill_answer, go, open_answer, start, submit
from tests.page.modules.test_debrief import ended
from tests.page.record import record
from tests.page.test_leaks import leaks, listening, read

TOKEN = "a-token-of-the-operator"
CAUSE = "task=root_cause_analysis&scenario=0"
PLAN = {"task_id": "remediation_planning", "scenario_index": 0}
HOSTILE = [
    "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>",
    "# Title [link](javascript:alert(1)) **bold** `code`",
    "\u202eright to left \u2066isolated",
    "long" * 5_000,
]


@pytest.fixture(scope="module")
def context(browser: Browser, url: str) -> Iterator[BrowserContext]:
    """A visitor who wants no motion: nothing plays by itself."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.close()
    assert wrong == []


def watch(page: Page, url: str, query: str) -> Page:
    go(page, f"{url}/?place=watch&{query}")
    page.locator("#console-host .watch-board").wait_for()
    return page


def at(page: Page, step: int, of: int | None = None) -> None:
    expect(page.get_by_test_id("where")).to_have_text(re.compile(rf"^{step} of {of if of is not None else ''}"))


def length(page: Page) -> int:
    return int(page.get_by_label("Step", exact=True).get_attribute("max") or 0)


def step_in(page: Page) -> str | None:
    return parse_qs(urlsplit(page.url).query).get("step", [None])[0]


def answer_with(page: Page, path: str, status: int, detail: str) -> None:
    page.route(f"**/{path}", lambda route: route.fulfill(status=status, json={"detail": detail}))


def play_button(page: Page) -> Locator:
    return page.locator(".wt-toggle")


def test_an_agent_is_watched_to_its_end(page: Page, url: str) -> None:
    go(page, url)
    page.get_by_role("link", name="Watch", exact=True).click()
    expect(page.get_by_role("heading", name="Watch", exact=True)).to_be_focused()
    page.get_by_label("Task").select_option("root_cause_analysis")
    page.get_by_role("button", name="Start").click()
    page.locator(".watch-board").wait_for()
    steps = length(page)
    at(page, 0, steps)
    expect(page.locator(".watch .evidence")).to_contain_text("Nothing was read yet.")
    page.get_by_label("Speed").select_option("4")
    play_button(page).click()
    at(page, steps, steps)
    expect(play_button(page)).to_have_text("Replay")
    expect(page.locator(".we-hidden")).to_contain_text("told after you have ended this incident yourself")
    expect(page.get_by_test_id("grade-now")).to_have_text("not told")
    page.wait_for_function(f"location.search.includes('step={steps}')")
    page.go_back()
    expect(page.get_by_role("heading", name="Watch", exact=True)).to_be_visible()


def test_it_plays_by_itself_where_motion_is_wanted(browser: Browser, url: str) -> None:
    page = browser.new_context(viewport=WIDE).new_page()
    watch(page, url, f"agent=heuristic&{CAUSE}")
    expect(play_button(page)).to_have_text("Pause")
    at(page, 1)
    watch(page, url, f"agent=heuristic&{CAUSE}&step=2")  # a shared step stays
    expect(play_button(page)).to_have_text("Play")
    page.context.close()


def test_keys_play_and_step(page: Page, url: str) -> None:
    watch(page, url, f"agent=heuristic&{CAUSE}")
    steps = length(page)
    expect(page.locator(".watch h1")).to_be_focused()
    for key, step in (
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", steps),
        ("ArrowLeft", steps - 1),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        at(page, step, steps)
    page.keyboard.press("Space")
    expect(play_button(page)).to_have_text("Pause")
    page.keyboard.press("Space")
    expect(play_button(page)).to_have_text("Play")
    page.keyboard.press("Home")
    page.get_by_label("Step", exact=True).focus()  # the native keys of the scrubber are the same, once
    page.keyboard.press("ArrowRight")
    at(page, 1, steps)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Play, or pause")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search all evidence")).to_be_focused()
    page.keyboard.press("ArrowRight")  # within the field
    at(page, 1, steps)


def test_the_playhead_walks_by_keyboard(page: Page, url: str) -> None:
    watch(page, url, f"agent=heuristic&{CAUSE}&step=1")
    head = page.get_by_role("slider", name="Step of the replay")
    head.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    at(page, 3)
    expect(head).to_be_focused()


def test_only_what_was_read_so_far_is_shown(page: Page, url: str) -> None:
    watch(page, url, f"agent=heuristic&{CAUSE}&step=2")
    steps = length(page)
    episode = page.evaluate(
        "async (query) => (await fetch('console/play', {method: 'POST', headers: {'Content-Type': 'application/json'},"
        "body: JSON.stringify(query)})).json()",
        {"agent": "heuristic", "options": {"task_id": "root_cause_analysis", "scenario_index": 0}},
    )
    shown = page.locator(".watch").inner_text()
    expect(
        page.locator(".ev-rail button, .evidence .rail button").or_(page.locator(".evidence .item")).first
    ).to_be_visible()
    expect(page.locator(".ws-row.is-later")).to_have_count(steps - 2)
    expect(page.locator(".tl-lane .tl-mark")).to_have_count(2)
    expect(page.get_by_test_id("steps")).to_have_text("2 steps of 10")
    for step in episode["steps"][2:]:
        assert f"{step['parameters'].get('failure_mode', 'no mode')}" not in shown
        if step["evidence"]:
            longest = max(step["evidence"]["text"].splitlines(), key=len)
            assert longest not in page.locator(".watch").evaluate("node => node.textContent")
    page.locator(".ws-row").nth(steps - 1).click()
    at(page, steps, steps)
    expect(page.locator(".tl-lane .tl-mark.is-submit")).to_have_count(1)
    page.locator(".ws-row").first.click()
    at(page, 1, steps)
    expect(page.locator(".ws-row.is-later")).to_have_count(steps - 1)
    page.wait_for_function("location.search.includes('step=1')")
    assert step_in(page) == "1"


def test_nothing_of_the_answer_comes_with_an_agent(context: BrowserContext, url: str) -> None:
    options = {"task_id": "alert_classification", "seed": 11}
    incident = choose_incident(ResetOptions(**options)).incident
    page, responses = listening(context)
    watch(page, url, "agent=heuristic&against=random&task=alert_classification&seed=11&step=99")
    expect(page.locator(".we-hidden")).to_be_visible()
    sent = read(responses)
    page.close()
    assert "/console/play" in {path for path, _ in sent}
    assert [leak for path, told in sent for leak in leaks(incident, path, told)] == []
    for path, told in sent:
        if path == "/console/play" and told.startswith('{"id"'):
            assert json.loads(told)["grade"] is None
            assert "Grade " not in told


def test_the_oracle_waits_for_one_s_own_end(page: Page, url: str) -> None:
    go(page, f"{url}/?place=watch&agent=oracle&task=alert_classification&scenario=1")
    expect(page.get_by_role("alert")).to_contain_text("The oracle knows the answer")
    go(page, f"{url}/?place=watch&agent=you&against=heuristic&task=alert_classification&scenario=1")
    expect(page.get_by_role("alert")).to_contain_text("You have not ended this incident")
    go(page, f"{url}/?place=watch&task=alert_classification&scenario=1")
    expect(page.locator(".wu-known")).to_contain_text("You have not ended this incident")
    assert page.locator("#watch-agent option[value=oracle]").is_disabled()


def end_by_hand(page: Page, url: str, query: str, answer: dict[str, str]) -> None:
    start(page, url, query)
    open_answer(page)
    fill_answer(page, answer)
    submit(page)
    page.locator(".db-number").wait_for()


def test_one_s_own_run_is_watched_beside_the_oracle(browser: Browser, url: str) -> None:
    page = browser.new_context(viewport=WIDE, reduced_motion="reduce").new_page()
    page.set_default_timeout(15_000)
    end_by_hand(
        page, url, "task=root_cause_analysis&scenario=0", {"service": "postgres-db", "failure_mode": "disk full"}
    )
    page.get_by_role("link", name="Watch it beside the oracle").click()
    page.locator("#console-host .is-pair").wait_for()
    expect(page.locator(".wp-side h2", has_text="You")).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(".we-told")).to_have_count(2)
    expect(page.locator(".wp-compare")).to_contain_text("Minutes to the cause")
    expect(page.locator(".wp-compare")).to_contain_text("Grade")
    page.get_by_role("button", name="Debrief of oracle").click()
    expect_grade(page, "1.00")
    expect(page.locator(".db")).to_contain_text("The answer of oracle")
    page.get_by_role("button", name="Back to the steps").click()
    expect(page.get_by_role("button", name="Debrief of You")).to_be_visible()
    page.get_by_role("button", name="Debrief of You").click()
    expect(page.locator(".db")).to_contain_text("Your answer")
    # The set-up knows it from now on, without an id in the address.
    go(page, f"{url}/?place=watch&{CAUSE}")
    expect(page.locator(".wu-known")).to_contain_text("You have ended this incident")
    page.get_by_label("Who plays").select_option("oracle")
    page.get_by_role("button", name="Start").click()
    page.locator(".watch-board").wait_for()
    assert "episode=" not in page.url
    page.keyboard.press("End")
    expect(page.get_by_test_id("grade-now")).to_have_text("1.00")
    page.context.close()


def test_an_own_episode_that_is_gone_hides_the_grade_again(page: Page, url: str) -> None:
    watch(page, url, f"agent=heuristic&{CAUSE}&episode=nobody-has-it&step=99")
    expect(page.locator(".we-hidden")).to_be_visible()
    go(page, f"{url}/?place=watch&agent=you&against=oracle&{CAUSE}&episode=nobody-has-it")
    expect(page.get_by_role("alert")).to_contain_text("the server has forgotten it")


def test_two_agents_play_side_by_side_by_the_minute(page: Page, url: str) -> None:
    watch(page, url, "agent=heuristic&against=detective&task=remediation_planning&seed=3")
    steps = length(page)
    lengths = [page.locator(f".wp-side-{lane} .ws-row").count() for lane in (0, 1)]
    assert sum(lengths) == steps
    expect(page.locator(".tl-lane")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # both begin at minute 0
    for lane in (0, 1):
        expect(page.locator(f".wp-side-{lane} [aria-current=step]")).to_contain_text("1")
    page.keyboard.press("End")
    times = page.locator(".wp-compare tbody").first.locator("tr")
    expect(times.filter(has_text="Wrong repairs")).to_contain_text("1 repair")
    expect(times.filter(has_text="Steps")).to_contain_text(str(lengths[0]))
    page.locator(".tl-lane.is-other .tl-mark.is-repair").first.click()
    expect(page.locator(".wp-side-1 [aria-current=step]")).to_contain_text("execute runbook step")
    page.locator(".wp-side-0 .ws-row").first.click()
    at(page, 1, steps)


def test_narrow_screens_show_one_side_at_a_time(browser: Browser, url: str) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce").new_page()
    watch(page, url, "agent=heuristic&against=random&task=remediation_planning&scenario=1&step=3")
    expect(page.locator(".wp-side-0")).to_be_visible()
    expect(page.locator(".wp-side-1")).to_be_hidden()
    page.get_by_role("radio", name="random").check()
    expect(page.locator(".wp-side-0")).to_be_hidden()
    expect(page.locator(".wp-side-1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


SHOW = """
async ([episodes, live]) => {
    const { watchScreen } = await import(new URL("console/static/watch/screen.js", location.href));
    const catalogue = await (await fetch("console/catalogue")).json();
    const asked = document.createElement("div");
    document.querySelector("#console").append(asked);
    window.calls = { next: 0, stop: 0 };
    window.fail = null;
    window.pace = live ? live.pace : 0;  // milliseconds that a step takes
    const context = { title() {}, say() {}, ask: asked, catalogue, start() {}, go() {}, put() {} };
    const tracks = episodes.map((whole) => {
        const debrief = whole.data ? async () => whole.data : null;
        if (!live) return { name: whole.agent, episode: whole, live: false, note: null, debrief };
        const begun = { ...whole, steps: [], minute: 0, done: false, grade: null };
        const track = { name: whole.agent, episode: begun, live: true, note: null,
            stop() { window.calls.stop += 1; },
            async next() {
                window.calls.next += 1;
                await new Promise((done) => setTimeout(done, window.pace));
                if (window.fail) { const error = new Error(window.fail); error.name = "ModelError"; throw error; }
                const steps = whole.steps.slice(0, track.episode.steps.length + 1);
                const last = steps.at(-1);
                const done = steps.length === whole.steps.length;
                track.episode = done ? whole : { ...track.episode, steps, minute: last.minute + last.took };
                return !done;
            } };
        return track;
    });
    const query = (step) => `?place=watch&step=${step}`;
    const screen = watchScreen(context, { tracks, query, title: "Recorded", step: live ? undefined : 0 });
    document.querySelector("#console .place").replaceChildren(screen.node);
    screen.shown();
    window.left = () => screen.leave();
}
"""


def show(page: Page, url: str, *episodes: dict[str, Any], pace: int | None = None) -> None:
    """The screen on tracks that the test has made; with a pace they are live, and take so many milliseconds a step."""
    go(page, f"{url}/?place=help")
    page.locator("#console-host .masthead").wait_for()
    page.evaluate(SHOW, [list(episodes), None if pace is None else {"pace": pace}])


def test_hostile_words_are_text(page: Page, url: str) -> None:
    episode = record(PLAN, "heuristic")
    texts = [*HOSTILE, "\n".join(HOSTILE[:3])]
    for step, text in zip(episode["steps"], texts, strict=False):
        step.update(words=text, source="fallback", feedback=text, error=text if step["number"] == 2 else None)
    episode["steps"][-1]["parameters"] = {"summary": HOSTILE[0] + HOSTILE[3]}
    episode["agent"] = HOSTILE[0]
    show(page, url, episode, record(PLAN, "oracle"))
    for _ in range(length(page)):
        page.keyboard.press("ArrowRight")
    for text in (HOSTILE[0], HOSTILE[1]):
        page.locator(".wp-side-0 .ws-row").nth(texts.index(text)).click()
        expect(page.locator(".wp-side-0").get_by_test_id("words")).to_have_text(text)
    page.locator(".wp-side-0 .ws-row").nth(3).click()
    words = page.locator(".wp-side-0").get_by_test_id("words")
    assert words.text_content() == HOSTILE[3]
    expect(page.locator(".wp-side-0 .ws-when")).to_contain_text("the model gave no usable answer")
    box = words.bounding_box()
    assert box is not None
    assert box["height"] < 400
    assert page.evaluate("window.hit") is None
    assert page.locator(".watch :is(script, img)").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("End")
    expect(page.locator(".wp-side-0 .ws-answer dd")).to_contain_text("<script>window.hit")


def test_a_live_track_is_asked_only_while_it_plays(page: Page, url: str) -> None:
    episode = record(PLAN, "oracle")
    show(page, url, episode, pace=700)
    assert page.evaluate("window.calls.next") == 0  # no motion is wanted: it waits for a press
    play_button(page).click()
    expect(page.locator(".wt-thinking")).to_contain_text("oracle is thinking")
    at(page, 1)
    play_button(page).click()
    expect(page.locator(".wt-thinking")).to_be_empty()  # the step under way comes, and no other
    asked = page.evaluate("window.pace = 10, window.calls.next")
    page.wait_for_timeout(500)
    assert page.evaluate("window.calls.next") == asked < len(episode["steps"])
    page.evaluate("window.fail = 'The model did not answer within 60 s.'")
    page.get_by_role("button", name="One step on").click()
    expect(page.get_by_role("alert")).to_contain_text("did not answer within 60 s")
    page.evaluate("window.fail = null")
    page.get_by_role("button", name="Try again").click()
    at(page, len(episode["steps"]))
    expect(play_button(page)).to_have_text("Replay")
    expect(page.locator(".we-told")).to_be_visible()
    page.evaluate("window.left()")
    assert page.evaluate("window.calls.stop") == 1


def test_two_live_tracks_take_turns_by_the_minute(page: Page, url: str) -> None:
    episodes = [record(PLAN, "oracle"), record(PLAN, "heuristic")]
    show(page, url, *episodes, pace=10)
    play_button(page).click()
    at(page, sum(len(episode["steps"]) for episode in episodes))
    expect(play_button(page)).to_have_text("Replay")


def test_errors_are_text_beside_the_button_and_in_place_of_the_screen(page: Page, url: str) -> None:
    go(page, f"{url}/?place=watch")
    answer_with(page, "console/play", 503, "too many visitors ask for this at once")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".wu-form").get_by_role("alert")).to_contain_text("too many visitors")
    page.get_by_label("Side by side with").select_option("heuristic")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".wu-form").get_by_role("alert")).to_contain_text("Choose two different players")
    go(page, f"{url}/?place=watch&agent=heuristic&{CAUSE}")
    expect(page.get_by_role("alert")).to_contain_text("too many visitors")
    page.unroute("**/console/play")
    page.get_by_role("button", name="Try again").click()
    page.locator(".watch-board").wait_for()
    for query, words in (
        ("agent=nobody&task=root_cause_analysis&scenario=0", "nobody"),
        ("agent=heuristic", "names no incident"),
        ("agent=heuristic&task=root_cause_analysis&scenario=99", "scenario"),
    ):
        page.goto(f"{url}/?place=watch&{query}")
        expect(page.get_by_role("alert")).to_contain_text(words)


def test_a_server_without_agents_says_so(page: Page, url: str) -> None:
    def without(route: Any) -> None:
        told = route.fetch().json()
        route.fulfill(json={**told, "agents": []})

    page.route("**/console/catalogue", without)
    go(page, f"{url}/?place=watch")
    expect(page.locator(".wu-about")).to_contain_text("installed without reference agents")


def test_the_token_is_asked_for_before_an_agent_plays(browser: Browser) -> None:
    with serve(create_app(settings(ui=True, control_token=TOKEN))) as url:
        page = browser.new_context(viewport=WIDE, reduced_motion="reduce").new_page()
        page.set_default_timeout(15_000)
        go(page, f"{url}/?place=watch")
        page.get_by_role("button", name="Start").click()
        page.get_by_label("Control token", exact=True).fill("another one")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("The control token is wrong")
        page.get_by_label("Control token", exact=True).fill(TOKEN)
        page.keyboard.press("Enter")
        page.locator(".watch-board").wait_for()
        page.reload()
        page.get_by_label("Control token", exact=True).fill(TOKEN)
        page.keyboard.press("Enter")
        page.locator(".watch-board").wait_for()
        page.context.close()


def test_an_agent_is_watched_by_keyboard_alone(page: Page, url: str) -> None:
    go(page, f"{url}/?place=watch")
    expect(page.get_by_role("heading", name="Watch", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Who plays")).to_be_focused()
    page.keyboard.type("random")
    page.keyboard.press("Enter")  # submits nothing while a list is open, and the form where it is not
    if page.locator(".watch-board").count() == 0:
        page.get_by_role("button", name="Start").focus()
        page.keyboard.press("Enter")
    page.locator("#console-host .watch-board").wait_for()
    expect(page.locator(".watch h1")).to_contain_text("random")
    expect(page.locator(".watch h1")).to_be_focused()
    page.keyboard.press("End")
    at(page, length(page))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def test_nothing_of_it_is_loaded_before_it_is_opened(page: Page, url: str) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(urlsplit(request.url).path))
    go(page, url)
    page.wait_for_load_state("networkidle")
    assert [path for path in loaded if "/watch/" in path or path.endswith("/sheet.js")] == []
    page.get_by_role("link", name="Watch", exact=True).click()
    page.locator(".watch-setup").wait_for()
    assert [path for path in loaded if path.endswith("/watch/watch.css")]


def test_the_landing_leads_to_an_agent_on_today_s_incident(page: Page, url: str) -> None:
    go(page, url)
    today = page.get_by_role("link", name="Play today").get_attribute("href") or ""
    page.get_by_role("link", name="See an agent at it").click()
    page.locator("#console-host .watch-board").wait_for()
    assert today.removeprefix("?") in page.url
    page.go_back()
    expect(page.locator(".task")).to_have_count(3)


def test_a_track_may_bring_its_own_debrief(page: Page, url: str) -> None:
    """A run of an evaluation is told by another door."""
    shown = ended()
    show(page, url, {**shown["episode"], "agent": "a model", "data": shown["data"]})
    page.keyboard.press("End")
    page.get_by_role("button", name="Debrief").click()
    expect_grade(page, "0.62")
    expect(page.locator(".db")).to_contain_text("The answer of a model")
    page.get_by_role("button", name="Back to the steps").click()
    expect(page.get_by_role("button", name="Debrief")).to_be_focused()


def test_a_place_that_takes_long_is_said_to_load(page: Page, url: str) -> None:
    go(page, f"{url}/?place=watch")
    held: list[Any] = []
    page.route("**/console/play", lambda route: held.append(route))
    page.evaluate(
        "query => (history.pushState(null, '', query), dispatchEvent(new PopStateEvent('popstate')))",
        f"?place=watch&agent=heuristic&{CAUSE}",
    )
    expect(page.locator(".place")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    page.locator(".watch-board").wait_for()
    assert page.locator(".place").get_attribute("aria-busy") is None
