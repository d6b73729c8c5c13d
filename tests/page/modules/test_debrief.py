"""The debrief of an ended episode, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.options import read_options
from tests.page.modules.module_page import module_page, run
from tests.page.record import record

HARD = {"task_id": "remediation_planning", "seed": 3, "difficulty": "hard"}
INCIDENT = choose_incident(read_options(HARD)).incident
ENTRY = INCIDENT.alert.affected_services[0]
EVIL = "<img src=x onerror=alert(1)>\u202e" + "long" * 2000
DRAW = """
const { debrief } = await import("/debrief.js");
window.sent = [];
const keep = (event) => window.sent.push(event.detail);
for (const name of ["debrief-step", "debrief-service"]) host.addEventListener(name, keep);
host.append(debrief(data));
await new Promise((done) => setTimeout(done, 300));
"""
CATALOGUE = {
    "modes": [{"id": "stuck-cron", "title": "A job that never ends", "definition": "It holds what others wait for."}],
    "tasks": [{"task_id": "remediation_planning", "scenarios": [{}, {}, {}]}],
}


def part(name: str, title: str, earned: float, most: float, why: str) -> dict[str, Any]:
    return {"name": name, "title": title, "earned": earned, "most": most, "why": why}


def ended(write_up: str | None = None) -> dict[str, Any]:
    """What `debrief` takes, of an episode that took all but the last step of the plan."""
    oracle = record(HARD, "oracle")
    steps = [(step["action"], dict(step["parameters"])) for step in oracle["steps"]]
    if write_up is not None:
        steps[-1][1]["summary"] = write_up
    episode = record(HARD, [steps[0], *steps[4:-2], steps[-1]])
    truth = {
        "service": INCIDENT.culprit,
        "failure_mode": "stuck-cron",
        "title": "A job that never ends",
        "story": "It began.\n\nIt went on.",
        "severity": "P1",
        "why_severity": "P1: a core user flow is down",
        "chain": [ENTRY, INCIDENT.culprit],
        "plan": [
            {"action": key.action, "parameters": {"target": key.target}, "text": "why"} for key in INCIDENT.solution
        ],
        "alternative": None,
    }
    data = {
        "grade": 0.62,
        "best": 0.9,
        "parts": [
            part("plan", "Plan", 0.3, 0.4, "Three of four steps held."),
            part("write_up", "Write-up", 0.5, 0.5, "All there."),
            part("harm", "Harm", -0.18, 0, "One wrong repair."),
        ],
        "read_as": {"id": "stuck-cron", "title": "A job that never ends"},
        "truth": truth,
        "oracle": oracle,
        "others": [{"agent": "heuristic", "grade": 0.4}],
    }
    return {"episode": episode, "data": data, "catalogue": CATALOGUE}


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    with module_page(browser, url, 1200) as page:
        yield page


def test_grade_stands_beside_the_best(page: Page) -> None:
    run(page, DRAW, ended())
    expect(page.get_by_role("heading", level=1)).to_have_text("0.62 of 0.90 possible")
    expect(page.locator(".db-head p")).to_contain_text("Most was lost on Harm (0.18)")


def test_a_perfect_grade_is_called_so(page: Page) -> None:
    shown = ended()
    shown["data"]["grade"] = 0.9
    run(page, DRAW, shown)
    expect(page.locator(".db-head p")).to_contain_text("As good as this incident can be played.")


def test_parts_say_what_was_lost_and_why(page: Page) -> None:
    run(page, DRAW, ended())
    rows = page.locator(".db-part")
    expect(rows.nth(0)).to_contain_text("0.30 of 0.40")
    expect(rows.nth(0)).to_contain_text("0.10 lost. Three of four steps held.")
    expect(rows.nth(1)).not_to_contain_text("lost")
    expect(rows.nth(2)).to_contain_text("\u22120.18")
    ticks = [tick.get_attribute("aria-label") for tick in page.locator(".db-tick").all()]
    assert ticks == ["in part", "in full", "points taken off"]


def test_truth_chain_plan_and_reading_are_shown(page: Page) -> None:
    shown = ended()
    run(page, DRAW, shown)
    expect(page.locator(".db-culprit")).to_have_text(f"{INCIDENT.culprit}: A job that never ends")
    expect(page.get_by_text("P1 a core user flow is down")).to_be_visible()
    expect(page.get_by_text("It holds what others wait for.")).to_be_visible()
    expect(page.get_by_role("list", name="From the alert to the cause").locator("li")).to_have_count(2)
    expect(page.locator(".map-node.is-culprit")).to_contain_text(INCIDENT.culprit)
    assert page.locator(".db-did").all_inner_texts() == [
        *(f"\u2713 done at step {n}" for n in range(2, 1 + len(INCIDENT.solution))),
        "not done",
    ]
    expect(page.locator(".tl-lane")).to_have_count(2)
    page.locator(".is-other .tl-mark").last.click()
    page.locator(".map-node", has_text=ENTRY).click()
    assert page.evaluate("window.sent") == [
        {"step": shown["data"]["oracle"]["steps"][-1]["number"]},
        {"service": ENTRY},
    ]


def test_without_agents_nothing_is_said_of_them(page: Page) -> None:
    """An image leaves them out."""
    shown = ended()
    shown["data"].update(oracle=None, others=[])
    run(page, DRAW, shown)
    expect(page.get_by_role("heading", name="Its time line")).to_be_visible()
    expect(page.locator(".tl-lane")).to_have_count(1)
    expect(page.get_by_text("oracle")).to_have_count(0)


def test_doors_lead_to_the_same_the_next_and_the_replay(page: Page) -> None:
    shown = ended()
    run(page, DRAW, shown)
    same = "?task=remediation_planning&seed=3&difficulty=hard"
    doors = {
        text: page.get_by_role("link", name=text).get_attribute("href") for text in ("Next seed", "Try again", "Replay")
    }
    assert doors == {
        "Next seed": same.replace("seed=3", "seed=4"),
        "Try again": same,
        "Replay": f"?episode={shown['episode']['id']}&step=0",
    }
    assert page.get_by_label("Link to this incident").input_value().endswith(f"/{same}")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".db-status")).not_to_be_empty()


def test_the_last_hand_written_incident_is_followed_by_the_first(page: Page) -> None:
    script = 'const { nextQuery } = await import("/debrief_links.js"); return nextQuery(data.options, data.catalogue);'
    options = {"task_id": "remediation_planning", "scenario_index": 2}
    after = run(page, script, {"options": options, "catalogue": CATALOGUE})
    assert after == "?task=remediation_planning&scenario=0"


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_texts_are_text_and_fit(browser: Browser, url: str, width: int) -> None:
    shown = ended(EVIL[:8000])
    shown["data"]["truth"]["story"] = shown["data"]["parts"][0]["why"] = EVIL
    shown["data"]["others"][0]["agent"] = shown["data"]["read_as"]["title"] = EVIL
    with module_page(browser, url, width) as page:
        run(page, DRAW, shown)
        assert page.locator("#console img").count() == 0
        expect(page.locator(".db-text")).to_contain_text("<img src=x")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
