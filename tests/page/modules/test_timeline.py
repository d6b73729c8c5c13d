"""The time line, in a real browser, on episodes of real incidents."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cloud_incident_env.choose import choose_incident
from cloud_incident_env.incident import Key
from cloud_incident_env.options import read_options
from tests.page.modules.module_page import module_page, run
from tests.page.record import record

HARD = {"task_id": "remediation_planning", "seed": 3, "difficulty": "hard"}
INCIDENT = choose_incident(read_options(HARD)).incident
ENTRY = INCIDENT.alert.affected_services[0]
WRITTEN = {"task_id": "remediation_planning", "scenario_index": 1}
SEEDS = range(4, 10)
LOOK_MINUTES = 1  # that a look at changes takes
DRAW = """
const { timeline } = await import("/timeline/timeline.js");
window.chosen = [];
window.line = timeline({ onSelect: (step, mark) => window.chosen.push([step, mark.kind]) });
host.append(line.node);
line.update(data.episode, data.options);
await new Promise((done) => setTimeout(done, 200));
"""


@pytest.fixture(scope="module")
def oracle() -> dict[str, Any]:
    return record(HARD, "oracle")


def repairs(oracle: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(step["action"], step["parameters"]) for step in oracle["steps"] if step["took"] > 1]


def restart(*, harm: bool) -> tuple[str, dict[str, Any]]:
    """A restart of a service that does harm, or that comes to nothing."""
    for name in INCIDENT.known_services:
        told = INCIDENT.consequences.get(Key("restart_service", name))
        if harm == (told is not None and told.harm is not None):
            return "restart_service", {"service": name}
    raise AssertionError("the incident has no such restart")


def latest_change() -> tuple[str, int, int]:
    """The service that was changed last of all, how long ago in minutes, and how many changes are told of it."""
    found = []
    looks = [("check_recent_deploys", {"service": name}) for name in INCIDENT.known_services]
    for step in record(HARD, looks)["steps"]:
        ages = re.findall(r"\((\d+) (min|h|d) ago\)", step["evidence"]["text"])
        found.append((step["parameters"]["service"], step["minute"], ages))
    name, minute, ages = min(found, key=lambda each: (each[2][0][1] != "min", int(each[2][0][0])))
    assert ages[0][1] == "min"
    return name, int(ages[0][0]) - minute - LOOK_MINUTES, len(ages)


def answered(oracle: dict[str, Any]) -> dict[str, Any]:
    """An episode with looks, a repair of each kind, the plan, a look at what came back, and the answer."""
    looks = [
        ("check_dependencies", {"service": ENTRY}),
        ("check_recent_deploys", {"service": latest_change()[0]}),
        ("restart_service", {"service": "nobody"}),
        restart(harm=False),
    ]
    again = [("check_metrics", {"service": ENTRY})]
    last = oracle["steps"][-1]
    return record(HARD, [*looks, *repairs(oracle), *again, (last["action"], last["parameters"])])


def marks(page: Page, episode: dict[str, Any]) -> Any:
    return run(page, 'const { marksOf } = await import("/timeline/marks.js"); return marksOf(data);', episode)


def test_marks_are_those_of_the_episode(page: Page, oracle: dict[str, Any]) -> None:
    episode = answered(oracle)
    found = marks(page, episode)
    onset = -INCIDENT.alert.duration_minutes
    assert [(mark["kind"], mark["minute"]) for mark in found["ends"]] == [("onset", onset), ("alert", 0)]
    changed, before, listed = latest_change()
    assert found["changes"][-1]["text"].startswith(f"change of {changed}: ")
    assert found["changes"][-1]["minute"] == pytest.approx(-before, abs=1.5)
    assert len(found["changes"]) + len(found["older"]) == listed
    plan = len(repairs(oracle))
    kinds = [mark["kind"] for mark in found["own"] if mark["kind"] != "recovery"]
    assert kinds == ["look", "look", *["repair"] * (2 + plan), "look", "submit"]
    assert [mark["outcome"] for mark in found["own"] if mark["kind"] == "repair"] == [
        "was refused",
        "had no effect",
        *["held"] * plan,
    ]


def test_a_reading_back_at_normal_after_a_repair_is_the_recovery(page: Page) -> None:
    recovered = 0
    for seed in SEEDS:
        options = {**HARD, "seed": seed}
        look = {"service": choose_incident(read_options(options)).incident.alert.affected_services[0]}
        looks = [("check_dependencies", look), *repairs(record(options, "oracle")), ("check_metrics", look)]
        found = marks(page, record(options, looks))["own"]
        assert [mark["kind"] for mark in found[:1]] == ["look"]
        if found[-1]["kind"] == "recovery":
            assert found[-2]["kind"] == "look"
            assert found[-1]["text"] == f"{look['service']} is back to normal, as read at step {len(looks)}"
            recovered += 1
    assert recovered


def test_harm_is_told_apart(page: Page) -> None:
    found = marks(page, record(HARD, [restart(harm=True)]))
    assert [mark["outcome"] for mark in found["own"]] == ["did harm"]


def test_nothing_recovers_without_a_repair(page: Page) -> None:
    looks = [("check_metrics", {"service": name}) for name in (ENTRY, INCIDENT.culprit, ENTRY)]
    assert {mark["kind"] for mark in marks(page, record(HARD, looks))["own"]} == {"look"}


def test_an_episode_without_a_clock_counts_minutes(page: Page) -> None:
    found = marks(page, record(WRITTEN, [("check_recent_deploys", {"service": "order-service"})]))
    assert found["ends"][0]["when"] == "\u22129 min"
    assert len(found["older"]) == 4


@pytest.mark.parametrize("width", [360, 900])
def test_marks_stand_in_the_order_of_time(browser: Browser, url: str, oracle: dict[str, Any], width: int) -> None:
    with module_page(browser, url, width) as page:
        run(page, DRAW, {"episode": answered(oracle), "options": {"other": oracle}})
        for lane in (".is-own", ".is-other"):
            boxes = [mark.bounding_box() for mark in page.locator(f"{lane} .tl-mark:not(.is-recovery)").all()]
            lefts = [box["x"] for box in boxes if box]
            assert lefts == sorted(lefts)
            assert len(set(lefts)) == len(boxes)
        plot = page.locator(".tl-plot").bounding_box()
        assert plot
        assert all(
            plot["x"] <= box["x"] and box["x"] + box["width"] <= plot["x"] + plot["width"] + 1 for box in boxes if box
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_arrows_walk_and_enter_selects(page: Page, oracle: dict[str, Any]) -> None:
    run(page, DRAW, {"episode": oracle})
    assert page.locator(".tl-mark[tabindex='0']").count() == 1
    page.locator(".tl-mark[tabindex='0']").focus()
    page.keyboard.press("Home")
    expect(page.locator(".tl-strip")).to_contain_text(
        f"first symptom, {INCIDENT.alert.duration_minutes} min before the alert"
    )
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tl-strip")).to_contain_text(f"alert: {INCIDENT.alert.title}")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tl-strip")).to_contain_text(f"step 1, query logs {INCIDENT.culprit} (+0.03)")
    page.keyboard.press("Enter")
    page.locator(".is-own .tl-mark.is-repair").first.click()
    assert page.evaluate("window.chosen") == [[1, "look"], [5, "repair"]]
    expect(page.locator(".tl-strip")).to_contain_text("it held")


def test_the_playhead_moves_by_keys_and_by_dragging(page: Page, oracle: dict[str, Any]) -> None:
    run(page, DRAW, {"episode": oracle, "options": {"cursor": 2}})
    head = page.get_by_role("slider")
    expect(head).to_have_attribute("aria-valuenow", "2")
    expect(page.locator(".tl-mark.is-future")).to_have_count(len(oracle["steps"]) - 2)
    head.focus()
    for key in ("ArrowRight", "ArrowLeft", "End", "Home"):
        page.keyboard.press(key)
    assert page.evaluate("window.chosen.splice(0)") == [[step, "cursor"] for step in (3, 1, len(oracle["steps"]), 0)]
    grip, target = (
        page.locator(".tl-grip").bounding_box(),
        page.locator(".is-own .tl-mark.is-repair").nth(1).bounding_box(),
    )
    assert grip
    assert target
    page.mouse.move(grip["x"] + 7, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"], grip["y"] + 8, steps=3)
    page.mouse.up()
    assert page.evaluate("window.chosen.at(-1)") == [5, "cursor"]


def test_a_list_says_the_same(page: Page, oracle: dict[str, Any]) -> None:
    run(page, DRAW, {"episode": oracle, "options": {"other": record(HARD, "heuristic")}})
    page.get_by_text("Time line as a list").click()
    expect(page.locator(".tl-list ol").first.locator("li")).to_have_count(len(oracle["steps"]) + 2)
    expect(page.locator(".tl-list")).to_contain_text("The other episode, by heuristic:")


def test_texts_are_text(page: Page, oracle: dict[str, Any]) -> None:
    episode = copy.deepcopy(oracle)
    episode["alert"]["title"] = episode["steps"][0]["words"] = "<img src=x onerror=alert(1)>\u202e" + "long" * 4000
    run(page, DRAW, {"episode": episode})
    page.locator(".is-own .tl-mark").first.hover()
    expect(page.locator(".tl-words")).to_contain_text("<img src=x")
    assert page.locator("#console img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
