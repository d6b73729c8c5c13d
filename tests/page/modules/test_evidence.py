"""The evidence pane in Chromium: every reading is shown, dated and searchable, as tables and charts and as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cloud_incident_env.actions import DIAGNOSTICS
from tests.page.modules.episodes_played import Asked, played

GENERATED = {"task_id": "root_cause_analysis", "split": "validation", "index": 7, "difficulty": "hard"}
HANDWRITTEN = {"task_id": "root_cause_analysis", "scenario_index": 0}
CLOCK = "2026-08-17T05:58:43Z"
WIDTHS = (1440, 1024, 390)
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> \u202eevil **md** " + "A" * 20_000
SLOW_MS = 1_500  # of a reading with such a text: a word of that length laid out in one piece takes twice as long
DRAWN = """(index) => {
  const from = performance.now();
  pane.show(index);
  document.body.getBoundingClientRect();
  return performance.now() - from;
}"""
MOST_ROWS = 100  # of a long log that are in the document at once
OPEN = """async ([url, episode]) => {
  const { evidencePane } = await import(url + "/evidence/index.js");
  window.told = [];
  window.pane = evidencePane({
    episode,
    onSelect: (chosen) => told.push(["select", chosen]),
    onPin: (change) => told.push(["pin", change]),
    onLook: (request) => told.push(["look", request]),
  });
  document.body.replaceChildren(window.pane.node);
}"""
Episode = dict[str, Any]


def looks_at(service: str, other: str) -> list[Asked]:
    """Every diagnostic of a service, with parameters too, a restart of it, and its metrics again."""
    plain: list[Asked] = [(tool, {"service": service}) for tool in DIAGNOSTICS]
    return [
        *plain,
        ("check_metrics", {"service": service, "window_minutes": 60}),
        ("check_dependencies", {"service": service, "trace": "failed"}),
        ("restart_service", {"service": service}),
        ("check_metrics", {"service": service}),
        ("query_logs", {"service": other}),
    ]


@pytest.fixture(scope="module")
def generated() -> Episode:
    start = played(GENERATED, ())
    entry = start["alert"]["affected_services"][0]
    other = next(name for name in start["services"] if name != entry)
    return played(GENERATED, looks_at(entry, other), CLOCK)


@pytest.fixture(scope="module")
def handwritten() -> Episode:
    services = played(HANDWRITTEN, ())["services"]
    return played(HANDWRITTEN, [(tool, {"service": services[0]}) for tool in DIAGNOSTICS])


@pytest.fixture
def show(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Opens the pane on an episode; any error of the page fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    problems: list[str] = []

    def opened(episode: Episode, width: int = 1440) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.goto(f"{url}/evidence.css")
        page.set_content(
            f'<!doctype html><html lang="en"><link rel="stylesheet" href="{url}/evidence.css"><body></body>'
        )
        page.evaluate(OPEN, [url, episode])
        return page

    yield opened
    context.close()
    assert not problems


def evidence_of(episode: Episode) -> list[Episode]:
    return [step["evidence"] for step in episode["steps"] if step["evidence"]]


def reading(page: Page, index: int) -> Any:
    page.evaluate("(index) => pane.show(index)", index)
    return page.get_by_role("region", name="Reading", exact=True)


def words(text: str) -> set[str]:
    """The figures of a text, without their separators and the noughts that end them."""
    return set(re.findall(r"\d[\d,.]*\d|\d", text))


@pytest.mark.parametrize("width", WIDTHS)
def test_every_reading_is_shown_whole(
    show: Callable[..., Page], generated: Episode, handwritten: Episode, width: int
) -> None:
    """As text, a reading is exactly what the tool wrote; in its own form nothing sticks out of the page."""
    for episode in (generated, handwritten):
        page = show(episode, width)
        for index, each in enumerate(evidence_of(episode)):
            pane = reading(page, index)
            assert pane.locator("pre.ev-text").count() == 0, each["tool"]
            expect(pane.locator(".date")).to_contain_text(f"step {each['step']}, ")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (each["tool"], width)
            pane.get_by_role("button", name="As text").click()
            assert pane.locator("pre.ev-text").text_content() == each["text"]
            pane.get_by_role("button", name="As text").click()


def test_figures_of_tables_are_all_shown(show: Callable[..., Page], generated: Episode) -> None:
    """Every figure of metrics, dependencies, status and traces is in the document, in texts or labels of charts."""
    page = show(generated)
    for index, each in enumerate(evidence_of(generated)):
        if each["tool"] == "query_logs":
            continue
        pane = reading(page, index)
        labels = pane.locator("[aria-label]").evaluate_all("all => all.map((node) => node.getAttribute('aria-label'))")
        told = " ".join([pane.inner_text(), pane.text_content() or "", *labels])
        plain = {float(word.replace(",", "").rstrip(".")) for word in words(told) if word.count(".") < 2}
        missing = [
            word
            for word in words(each["text"].partition("\n")[2])
            if word.count(".") < 2 and float(word.replace(",", "")) not in plain
        ]
        assert not missing, (each["tool"], each["parameters"], missing)


def test_log_lines_filter_and_levels(show: Callable[..., Page], generated: Episode) -> None:
    """A filter keeps the lines that hold it and marks it; a level can be left out; a chosen line is shown whole."""
    page = show(generated)
    logs = [(n, each["text"]) for n, each in enumerate(evidence_of(generated)) if each["tool"] == "query_logs"]
    index, text = max(logs, key=lambda log: log[1].count("\n20"))
    lines = [line for line in text.splitlines()[1:] if line.startswith("20")]
    pane = reading(page, index)
    rows = pane.get_by_role("option")
    expect(rows).to_have_count(len(lines))
    sought = "error"
    pane.get_by_role("searchbox", name="Filter lines").fill(sought)
    expect(rows).to_have_count(sum(sought in line.casefold() for line in lines))
    expect(pane.locator("output")).to_contain_text(f"of {len(lines)} lines")
    pane.get_by_role("searchbox", name="Filter lines").fill("")
    levels = pane.get_by_role("group", name="Levels").get_by_role("button")
    worst = levels.first
    count = int((worst.text_content() or "").split()[-1])
    worst.click()
    expect(rows).to_have_count(len(lines) - count)
    worst.click()
    box = pane.get_by_role("listbox")
    box.focus()
    page.keyboard.press("End")
    expect(pane.locator(".log-detail pre")).to_have_text(lines[-1])
    assert box.get_attribute("aria-activedescendant") == rows.last.get_attribute("id")


def test_a_long_log_is_a_virtual_list(show: Callable[..., Page], generated: Episode) -> None:
    """Of thousands of lines few are in the document, and the keyboard reaches the last one."""
    episode = deepcopy(generated)
    log = next(each for each in evidence_of(episode) if each["tool"] == "query_logs")
    lines = [f"2026-08-17T05:{n // 60 % 60:02d}:{n % 60:02d}.000Z [WARN]  line {n}" for n in range(3_000)]
    log["text"] = "\n".join([log["text"].partition("\n")[0], *lines])
    page = show(episode)
    pane = reading(page, evidence_of(episode).index(log))
    assert pane.get_by_role("option").count() <= MOST_ROWS
    pane.get_by_role("listbox").focus()
    page.keyboard.press("End")
    expect(pane.locator(".log-detail pre")).to_have_text(lines[-1])
    expect(pane.get_by_role("option").last).to_contain_text("line 2999")
    assert pane.get_by_role("option").count() <= MOST_ROWS


def test_search_counts_and_marks(show: Callable[..., Page], generated: Episode) -> None:
    """The search counts what it finds in all readings, and Enter opens the next one that has it."""
    page = show(generated)
    texts = [each["text"].casefold() for each in evidence_of(generated)]
    sought = "latency"
    found = [text.count(sought) for text in texts]
    page.get_by_role("searchbox", name="Search all evidence").fill(sought.upper())
    expect(page.locator(".ev-bar output")).to_have_text(f"{sum(found)} found in {sum(map(bool, found))} readings")
    page.keyboard.press("Enter")
    expect(page.locator(".ev-body mark").first).to_have_text(sought)
    page.evaluate("pane.search('')")
    expect(page.locator(".ev-body mark")).to_have_count(0)


def test_stale_and_earlier_readings(show: Callable[..., Page], generated: Episode) -> None:
    """What was read before a repair is marked; earlier readings are kept, and two can be seen beside each other."""
    page = show(generated)
    readings = evidence_of(generated)
    first = reading(page, 1)
    restart = next(step["number"] for step in generated["steps"] if step["action"] == "restart_service")
    expect(first.locator(".ev-title")).to_contain_text(f"read before step {restart}: restart_service")
    latest = max(
        n for n, each in enumerate(readings) if each["tool"] == "check_metrics" and len(each["parameters"]) == 1
    )
    pane = reading(page, latest)
    expect(pane.get_by_text("stale", exact=True)).to_have_count(0)
    times = pane.get_by_role("combobox", name="Time of the reading")
    assert len(times.locator("option").all()) == 2
    page.get_by_role("button", name="Two panes").click()
    beside = page.get_by_role("region", name="Reading beside it")
    expect(beside.get_by_role("heading", level=3)).to_have_text(
        pane.get_by_role("heading", level=3).inner_text().replace("\n", "")
    )
    assert beside.locator(".date").inner_text() != pane.locator(".date").inner_text()


def test_pins_are_told_and_taken_off(show: Callable[..., Page], generated: Episode) -> None:
    """A line of evidence can be pinned: the page is told its text, and it is listed above until it is taken off."""
    page = show(generated)
    pane = reading(page, 1)
    pane.get_by_role("button", name=re.compile("^Pin: error rate")).click()
    name, change = page.evaluate("told.at(-1)")
    assert (name, change["pinned"], len(change["pins"])) == ("pin", True, 1)
    assert re.match(r"error rate [\d.]+ % \(normal [\d.]+ %\)", change["pin"]["text"])
    pins = page.get_by_role("list", name="Pins")
    expect(pins.get_by_role("listitem")).to_have_count(1)
    pins.get_by_role("button", name=re.compile("^Take off")).click()
    expect(pins).to_be_hidden()
    assert page.evaluate("told.at(-1)[1].pinned") is False
    expect(pane.get_by_role("button", name=re.compile("^Pin: error rate"))).to_have_attribute("aria-pressed", "false")


def test_services_and_diffs_are_asked_for(show: Callable[..., Page], generated: Episode) -> None:
    """A service named in the evidence selects it; a change offers its diff."""
    page = show(generated)
    tools = [each["tool"] for each in evidence_of(generated)]
    pane = reading(page, tools.index("check_dependencies"))
    button = pane.locator("button.service").first
    name = button.inner_text()
    button.click()
    assert page.evaluate("told.at(-1)") == ["select", {"service": name, "index": None}]
    pane = reading(page, tools.index("check_recent_deploys"))
    pane.get_by_role("button", name=re.compile("^Read the diff of chg-")).first.click()
    kind, request = page.evaluate("told.at(-1)")
    assert (kind, request["tool"]) == ("look", "check_recent_deploys")
    assert request["parameters"]["change_id"].startswith("chg-")


def test_the_list_of_readings_is_one_tab_stop(show: Callable[..., Page], generated: Episode) -> None:
    """Arrow keys move among the readings, one at a time, and Enter opens one and keeps the focus on it."""
    page = show(generated)
    items = page.get_by_role("navigation", name="Evidence read").get_by_role("button")
    assert items.evaluate_all("all => all.filter((node) => node.tabIndex === 0).length") == 1
    for _ in range(3):  # drawn again and again, the keys still move by one
        page.evaluate("pane.update(structuredClone({ id: 'played', alert_clock: null, services: [], steps: [] }))")
        page.evaluate("(episode) => pane.update(episode)", generated)
    items.first.focus()
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(items.nth(1)).to_be_focused()
    expect(items.nth(1)).to_have_attribute("aria-current", "true")


def test_a_new_reading_opens_and_another_episode_starts_afresh(show: Callable[..., Page], generated: Episode) -> None:
    short = {**generated, "steps": generated["steps"][:2]}
    page = show(short)
    page.evaluate("(episode) => pane.update(episode)", {**generated, "steps": generated["steps"][:3]})
    pane = page.get_by_role("region", name="Reading", exact=True)
    expect(pane.locator(".date")).to_contain_text("step 3, ")
    page.evaluate("(episode) => pane.update(episode)", {**generated, "id": "another", "steps": []})
    expect(pane).to_be_hidden()
    expect(page.get_by_text("Nothing read yet")).to_be_visible()


def test_hostile_texts_are_text(show: Callable[..., Page], generated: Episode) -> None:
    """Markup, bidi controls and 20,000 characters in any kind of evidence are shown as they are written."""
    for form in ("{text}\n{hostile}", "{hostile}", "{text}{hostile}"):
        episode = deepcopy(generated)
        for each in evidence_of(episode):
            each["text"] = form.format(text=each["text"], hostile=HOSTILE)
        page = show(episode, 390)
        for index, each in enumerate(evidence_of(episode)):
            assert page.evaluate(DRAWN, index) < SLOW_MS, each["tool"]
            pane = reading(page, index)
            assert page.locator("img, script").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, each["tool"]
            if pane.locator("pre.ev-text").count() == 0:
                pane.get_by_role("button", name="As text").click()
            assert pane.locator("pre.ev-text").text_content() == each["text"]
