"""Run folders of an evaluation, and files of a visitor's own, are browsed and watched on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Response, expect

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.evaluation.plan import Incidents, one_episode
from cloud_incident_env.evaluation.play import play
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.without_model import AGENTS
from server.app import create_app
from tests.evaluation.played import changed, failed, kept
from tests.http_server import serve, settings
from tests.page.console_page import WIDE, fill_answer, go, open_answer, open_at, start, submit

HOSTILE = "<img src=x onerror=alert(1)> **bold** \u202egnp.exe " + "z" * 3_000
CANONICAL = Incidents(split="canonical")
PLACES: list[dict[str, Any]] = [
    {"task_id": task_id, "scenario_index": index}
    for task_id in ("alert_classification", "root_cause_analysis", "remediation_planning")
    for index in range(3)
]


def played(agent: str, options: dict[str, Any]) -> EpisodeRecord:
    return play(one_episode(options), AGENTS[agent](options, 0), LocalEnvironment())


RECORDS = [played("heuristic", options) for options in PLACES]
FIRST, CAUSE = RECORDS[0], RECORDS[3]


def spoken(record: EpisodeRecord, words: str) -> EpisodeRecord:
    """A record whose agent wrote something beside every action."""
    return changed(record, steps=[{**step, "words": words} for step in record["steps"]])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    kept(folder / "heuristic-1", RECORDS, CANONICAL)
    kept(folder / "oracle-1", [played("oracle", options) for options in PLACES[:4]], CANONICAL, agent="oracle")
    kept(folder / "hostile", [failed(spoken(FIRST, HOSTILE), HOSTILE)], CANONICAL, model=HOSTILE)
    kept(folder / "many", [changed(FIRST, key=f"k{number}", trial=number) for number in range(120)], CANONICAL)
    kept(folder / "altered", [changed(CAUSE, grade=0.123)], CANONICAL)
    kept(folder / "none", [], CANONICAL)
    return folder


@pytest.fixture(scope="module")
def app(runs: Path) -> FastAPI:
    return create_app(settings(ui=True, runs=runs))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has ended nothing."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", accept_downloads=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()


def setup(page: Page, url: str) -> Page:
    """The place where one chooses what to watch, once Gradio has taken the console in: that moves the focus."""
    go(page, f"{url}/?place=watch")
    page.locator("#console-host .watch-setup").wait_for(timeout=40_000)
    return page


def address(run: str, record: EpisodeRecord | None = None, **more: Any) -> str:
    key = {} if record is None else {"episode": record["key"]}
    return f"?{urlencode({'run': run, **key, **more})}"


def watch(page: Page, url: str, run: str, record: EpisodeRecord, **more: Any) -> Page:
    go(page, f"{url}/{address(run, record, **more)}")
    page.locator(".watch").wait_for()
    return page


def end(page: Page, url: str, query: str, parameters: dict[str, str]) -> None:
    """Play an incident to its end by an answer at once."""
    start(page, url, query)
    open_answer(page)
    fill_answer(page, parameters)
    submit(page)
    page.locator(".db-number").wait_for()


def dialogs_of(page: Page) -> list[str]:
    """The texts of dialogs that a script has opened, as they come."""
    said: list[str] = []

    def keep(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", keep)
    return said


# Run folders


def test_a_run_is_found_from_where_one_watches_and_its_episode_opened(page: Page, url: str) -> None:
    setup(page, url)
    page.get_by_role("link", name="heuristic-1").click()
    expect(page.get_by_role("heading", name="heuristic-1")).to_be_focused()
    rows = page.get_by_test_id("episodes").locator("tbody tr")
    expect(rows).to_have_count(9)
    expect(page.locator(".rn-facts")).to_contain_text("heuristic")
    page.get_by_label("Task").select_option("root_cause_analysis")
    expect(rows).to_have_count(3)
    expect(page.locator(".rn-found")).to_contain_text("3 of 9 episodes")
    page.get_by_role("link", name=CAUSE["scenario_id"]).click()
    page.locator(".watch").wait_for()
    expect(page.get_by_role("heading", level=1)).to_contain_text("heuristic: ")
    page.get_by_role("link", name="heuristic-1").click()  # back to the list as it was
    expect(rows).to_have_count(3)
    page.go_back()
    page.locator(".watch").wait_for()


def test_episodes_are_found_by_a_text_and_put_in_order(page: Page, url: str) -> None:
    go(page, f"{url}/{address('heuristic-1', sort='most')}")
    rows = page.get_by_test_id("episodes").locator("tbody tr")
    shown = [len(record["steps"]) for record in RECORDS]
    expect(rows.first.locator("td").last).to_contain_text(str(max(shown)))
    page.get_by_label("Find").fill(FIRST["scenario_id"].lower())
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(f"text={FIRST['scenario_id'].lower()}"))
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_label("Find").fill(HOSTILE[:150])
    expect(page.locator(".rn-none")).to_have_text("No episode is like that.")


def test_a_long_run_is_read_page_by_page(page: Page, url: str) -> None:
    go(page, f"{url}/{address('many')}")
    rows = page.get_by_test_id("episodes").locator("tbody tr")
    expect(rows).to_have_count(50)
    expect(page.locator(".rn-found")).to_contain_text("120 episodes, 1 to 50")
    expect(page.get_by_role("button", name="Previous page")).to_be_disabled()
    page.get_by_role("button", name="Next page").click()
    page.get_by_role("button", name="Next page").click()
    expect(rows).to_have_count(20)
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    expect(page).to_have_url(re.compile("page=3"))


def test_an_episode_has_an_address_of_each_step_and_neighbours(page: Page, url: str) -> None:
    watch(page, url, "heuristic-1", CAUSE, step=2)
    expect(page.get_by_test_id("where")).to_contain_text(f"2 of {len(CAUSE['steps'])}")
    expect(page.get_by_text("Episode 4 of 9")).to_be_visible()
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_text("Episode 5 of 9")).to_be_visible()
    page.get_by_role("link", name="Previous", exact=True).click()
    expect(page.get_by_text("Episode 4 of 9")).to_be_visible()


def test_no_grade_is_told_before_the_incident_was_ended_and_all_after_it(page: Page, url: str) -> None:
    sent = list[Response]()

    def keep(answer: Response) -> None:
        sent.append(answer)

    def texts() -> list[str]:
        """What the doors of runs have answered on the present page."""
        found = [answer.text() for answer in sent if "/console/runs/" in answer.url]
        sent.clear()
        return found

    page.on("response", keep)
    go(page, f"{url}/{address('heuristic-1')}")
    expect(page.locator(".rn-hidden")).to_contain_text("of incidents that you have ended")
    expect(page.get_by_role("columnheader", name="Grade")).to_have_count(0)
    expect(page.get_by_label("Order").locator("option", has_text="grade")).to_have_count(0)
    told = texts()
    watch(page, url, "heuristic-1", FIRST, step=len(FIRST["steps"]))
    expect(page.get_by_test_id("grade-now")).to_have_text("not told")
    expect(page.get_by_role("button", name="Debrief")).to_have_count(0)
    told += texts()
    assert len(told) >= 2
    assert [
        text for text in told if '"truth"' in text or '"total":1.0' in text or re.search(r'"grade":[^n]', text)
    ] == []
    go(page, f"{url}/{address('oracle-1', FIRST)}")
    expect(page.get_by_role("alert")).to_contain_text("The oracle knows the answer")
    end(page, url, "task=alert_classification&scenario=0", {"severity": "P4"})
    watch(page, url, "heuristic-1", FIRST, step=len(FIRST["steps"]))
    expect(page.get_by_test_id("grade-now")).to_have_text(f"{FIRST['grade']:.2f}")
    watch(page, url, "oracle-1", FIRST, step=1)
    go(page, f"{url}/{address('heuristic-1')}")
    expect(page.get_by_role("row", name=re.compile(FIRST["scenario_id"]))).to_contain_text("you ended it")


def test_two_runs_and_an_agent_are_set_side_by_side(page: Page, url: str) -> None:
    watch(page, url, "heuristic-1", CAUSE, step=1)
    page.get_by_label("Against").select_option("run:many")
    expect(page.get_by_role("alert")).to_contain_text("The run many has no episode of this incident")
    page.get_by_label("Against").select_option("do-nothing")
    page.locator(".watch.is-pair").wait_for()
    expect(page.get_by_role("heading", level=1)).to_contain_text("heuristic and do-nothing")
    expect(page.get_by_label("Against").locator("option", has_text="oracle (once")).to_be_disabled()
    page.get_by_label("Against").select_option("run:oracle-1")
    expect(page.get_by_role("alert")).to_contain_text("The oracle knows the answer")
    end(page, url, "task=root_cause_analysis&scenario=0", {"service": "postgres-db", "failure_mode": "x"})
    watch(page, url, "heuristic-1", CAUSE, against="run:oracle-1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("heuristic and oracle")
    page.get_by_label("Against").select_option("you")
    expect(page.get_by_role("heading", level=1)).to_contain_text("heuristic and You")


def test_open_runs_tell_grades_and_the_debrief_of_an_episode(browser: Browser, runs: Path) -> None:
    with serve(create_app(settings(ui=True, runs=runs, open_runs=True))) as url:
        page = open_at(browser, f"{url}/{address('heuristic-1')}")
        expect(page.get_by_role("columnheader", name="Grade")).to_be_visible()
        expect(page.get_by_text("to everybody")).to_be_visible()
        mean = sum(record["grade"] for record in RECORDS) / len(RECORDS)
        expect(page.locator(".rn-found")).to_contain_text(f"Mean grade {mean:.2f}")
        page.get_by_label("Order").select_option("worst")
        lowest = min(RECORDS, key=lambda record: record["grade"])
        expect(page.get_by_test_id("episodes").locator("tbody tr").first).to_contain_text(lowest["scenario_id"])
        watch(page, url, "heuristic-1", CAUSE, step=1)
        page.get_by_role("button", name="Debrief").click()
        expect(page.locator(".db-number")).to_have_text(f"{CAUSE['grade']:.2f}")
        expect(page.locator("h1.db-grade")).to_be_focused()
        expect(page.get_by_text("The answer of heuristic")).to_be_visible()
        page.get_by_role("button", name="Back to the steps").click()
        page.locator(".watch").wait_for()
        watch(page, url, "oracle-1", CAUSE, step=1)
        page.context.close()


def test_hostile_texts_of_a_run_are_shown_as_text(page: Page, url: str) -> None:
    said = dialogs_of(page)
    go(page, f"{url}/{address('hostile')}")
    expect(page.locator(".rn-facts")).to_contain_text(HOSTILE[:60])
    expect(page.locator(".rn-table")).to_contain_text("broke off")
    watch(page, url, "hostile", FIRST, step=1)
    expect(page.get_by_test_id("words")).to_have_text(HOSTILE)
    expect(page.locator(".ws-who")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#console img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert said == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (address("nowhere"), "no such run"),
        (address("../x"), "no such"),
        (f"?{urlencode({'run': 'heuristic-1', 'episode': '<b>x</b>'})}", "this run has no such episode"),
        (address("altered", CAUSE), "does not go as it was recorded"),
        (address("heuristic-1", sort="best"), "after you have ended"),
        (address("heuristic-1", sort="x"), "sort"),
    ],
)
def test_what_cannot_be_shown_is_said(page: Page, url: str, query: str, words: str) -> None:
    go(page, f"{url}/{query}")
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_role("alert")).not_to_contain_text("tmp")


def test_a_run_without_an_episode_says_so(page: Page, url: str) -> None:
    go(page, f"{url}/{address('none')}")
    expect(page.locator(".rn-none")).to_have_text("No episode of this run has ended yet.")


def test_a_busy_server_is_asked_again(page: Page, url: str) -> None:
    go(page, f"{url}/{address('heuristic-1')}")
    page.route(
        "**/runs/heuristic-1?*", lambda route: route.fulfill(status=503, json={"detail": "too many agents play"})
    )
    page.get_by_label("Difficulty").select_option("hard")
    expect(page.get_by_role("alert")).to_contain_text("too many agents play")
    page.unroute("**/runs/heuristic-1?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("episodes").locator("tbody tr")).to_have_count(3)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_a_list_is_whole_at_every_width(page: Page, url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for run in ("heuristic-1", "hostile"):
        go(page, f"{url}/{address(run)}")
        page.get_by_test_id("episodes").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# Files


def drop(page: Page, url: str, name: str, content: str | bytes) -> Page:
    """Choose a file where one watches."""
    setup(page, url)
    body = content.encode() if isinstance(content, str) else content
    page.get_by_label("Trajectory file").set_input_files({"name": name, "mimeType": "", "buffer": body})
    return page


def lines(*records: Any) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


def test_an_episode_is_chosen_from_a_file_of_many(page: Page, url: str) -> None:
    drop(page, url, "episodes.jsonl", lines(*RECORDS[:3], spoken(CAUSE, "I read the logs first.")))
    rows = page.get_by_test_id("episodes").locator("tbody tr")
    expect(rows).to_have_count(4)
    page.get_by_label("Find").fill("root cause")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name=CAUSE["scenario_id"]).click()
    page.locator(".watch").wait_for()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("words")).to_have_text("I read the logs first.")
    page.keyboard.press("End")
    expect(page.get_by_test_id("grade-now")).to_have_text("not told")
    page.get_by_role("button", name="Other episodes of the file").click()
    expect(rows).to_have_count(4)


def test_a_file_that_is_dropped_is_opened(page: Page, url: str) -> None:
    setup(page, url)
    transfer = page.evaluate_handle(
        "text => { const all = new DataTransfer(); all.items.add(new File([text], 'one.jsonl')); return all; }",
        lines(FIRST),
    )
    page.locator(".wu-files").dispatch_event("drop", {"dataTransfer": transfer})
    page.locator(".watch").wait_for()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recorded: ")


def test_an_own_episode_is_saved_and_opened_again_with_its_grade(page: Page, url: str, tmp_path: Path) -> None:
    end(page, url, "task=alert_classification&scenario=1", {"severity": "P4"})
    grade = page.locator(".db-number").inner_text()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save this episode as a file").click()
    assert saved.value.suggested_filename == f"episode-{RECORDS[1]['scenario_id']}-you.json"
    saved.value.save_as(tmp_path / "own.json")
    text = (tmp_path / "own.json").read_text(encoding="utf-8")
    assert json.loads(text)["id"] is None
    drop(page, url, "own.json", text)
    page.locator(".watch").wait_for()
    page.keyboard.press("End")
    expect(page.get_by_test_id("grade-now")).to_have_text(grade)
    with page.expect_download() as again:
        page.get_by_role("button", name="Save", exact=True).click()
    again.value.save_as(tmp_path / "again.json")
    first, second = json.loads(text), json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert first["steps"] == second["steps"]


def test_a_record_of_something_else_is_said_to_go_otherwise(page: Page, url: str) -> None:
    for record, words in (
        (changed(FIRST, scenario_id=HOSTILE[:80]), "These are not its incidents"),
        (
            changed(FIRST, steps=[{**step, "reward": 0.77} for step in FIRST["steps"]]),
            "the reward of step 1 was another",
        ),
        (changed(FIRST, steps=[*FIRST["steps"], FIRST["steps"][0]]), "It ends here after step"),
    ):
        drop(page, url, "a.jsonl", lines(record))
        expect(page.locator(".ws-who")).to_contain_text(words)


def test_hostile_texts_of_a_file_are_shown_as_text(page: Page, url: str) -> None:
    said = dialogs_of(page)
    record = changed(spoken(FIRST, HOSTILE), agent=HOSTILE[:150], scenario_id=HOSTILE, task_id=HOSTILE, split=HOSTILE)
    record["steps"][0]["action_type"] = HOSTILE[:100]
    record["steps"][0]["parameters"] = {"service": HOSTILE[:100]}
    drop(page, url, "<b>name</b>.jsonl", lines(record, CAUSE))
    expect(page.get_by_role("heading", level=1)).to_have_text("<b>name</b>.jsonl")
    expect(page.locator(".rn-table tbody th").first).to_contain_text("<img src=x")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(".rn-open").first.click()
    page.locator(".watch").wait_for()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("words")).to_have_text(HOSTILE)
    assert page.locator("#console img").count() == 0
    assert said == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("hello", "is no JSON"),
        ("\x89PNG\r\n\x1a\n\x00\xff", "is no JSON"),
        ("3\n", "it is no episode, but a single value"),
        ("[]", "holds no episode"),
        ("{}", "it has no options or no steps"),
        ('{"options": {}, "steps": [{}]}', "its step 1 names no action"),
        ('{"options": {}, "steps": [null]}', "its step 1 names no action"),
        ('{"options": {}, "steps": [{"action": "a", "parameters": []}]}', "the parameters of its step 1 are no object"),
        (json.dumps({"options": {}, "steps": [{"action": "a"}] * 501}), "at most 500 are played again"),
        ('{"options": {"task_id": "none"}, "steps": []}', "unknown task"),
        ('{"options": {"seed": "x"}, "steps": []}', "options.seed"),
        ('{"options": {}, "steps": [{"action": "a", "parameters": {"service": 1}}]}', "parameters.service"),
        ("[" * 5_000, "is no JSON"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(page: Page, url: str, content: str, words: str) -> None:
    drop(page, url, "some.jsonl", content)
    expect(page.locator(".wu-files").get_by_role("alert")).to_contain_text(words)


def test_lines_that_are_no_episode_are_named_and_the_others_opened(page: Page, url: str) -> None:
    drop(page, url, "cut.jsonl", f"{lines(FIRST, {'a': 1})}{json.dumps(CAUSE)[:400]}")
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("2 lines are no episode")
    expect(warning).to_contain_text("Line 2: it is no episode: it has no options or no steps.")
    expect(warning).to_contain_text("Line 3: it is no JSON")
    page.get_by_role("button", name=FIRST["scenario_id"]).click()
    page.locator(".watch").wait_for()


def test_a_file_over_the_limit_is_not_read(page: Page, url: str) -> None:
    setup(page, url)
    transfer = page.evaluate_handle(
        "() => { const all = new DataTransfer(); all.items.add(new File([new Uint8Array(65 * 1048576)], 'big.jsonl'));"
        " return all; }"
    )
    page.locator(".wu-files").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.locator(".wu-files").get_by_role("alert")).to_contain_text("has 65 MiB, and at most 64 are read here")


def test_a_long_file_is_read_a_line_at_a_time(page: Page, url: str) -> None:
    records = (changed(FIRST, key=f"key {number}", trial=number) for number in range(3_000))
    drop(page, url, "long.jsonl", lines(*records))
    expect(page.locator(".rn-found")).to_contain_text("3,000 episodes, the first 200 are shown", timeout=30_000)
    expect(page.get_by_test_id("episodes").locator("tbody tr")).to_have_count(200)
