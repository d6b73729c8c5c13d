"""Every place of the page, in the state that shows most of it: for tests that look at all of them.

A place that is added to the page gets a line in `PLACES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import httpx
from playwright.sync_api import Page, expect

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.agents.oracle import plan_for
from tasks import get_incident
from tests.page.console_page import go, open_answer, start

HARD = {"task_id": "remediation_planning", "seed": 5, "difficulty": "hard"}
ENDED = ("remediation_planning", 0)  # the incident whose debrief is shown
Show = Callable[[Page, str], None]


def landing(page: Page, url: str) -> None:
    go(page, url)
    page.locator("#console-host .earned td").first.wait_for()


def helped(page: Page, url: str) -> None:
    go(page, f"{url}/?place=help")
    page.locator("#console-host .snippet").first.wait_for()


def before_a_look(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&seed=5&difficulty=hard")


def guided(page: Page, url: str) -> None:
    start(page, url, "task=alert_classification&scenario=1&guide=1")


def with_evidence(page: Page, url: str) -> None:
    """Every tool's evidence of the alerting service, a trace, and a repair that changes nothing."""
    with httpx.Client(base_url=url) as client:
        reset = client.post("/reset", json=HARD).json()
        service = reset["alert"]["affected_services"][0]
        steps = [(tool, {}) for tool in DIAGNOSTICS]
        steps += [("check_dependencies", {"trace": "failed"}), ("restart_service", {}), ("check_metrics", {})]
        for action, parameters in steps:
            body = {"action_type": action, "parameters": {"service": service, **parameters}}
            client.post("/step", json={"episode_id": reset["episode_id"], **body}).raise_for_status()
    go(page, f"{url}/?episode={reset['episode_id']}")
    page.locator("#console-host .board").wait_for()


def repairing(page: Page, url: str) -> None:
    with_evidence(page, url)
    for name in ("Disable feature flag", "Restart service"):
        page.locator(".repairs .repair", has_text=name).click()
    page.locator(".repair-card").wait_for()


def answering(page: Page, url: str, query: str = "task=root_cause_analysis&scenario=0") -> None:
    start(page, url, query)
    open_answer(page)


def searching_modes(page: Page, url: str) -> None:
    answering(page, url)
    page.get_by_role("combobox", name="Failure mode").fill("leak")
    page.locator(".combobox [role=option]").first.wait_for()


def keys(page: Page, url: str) -> None:
    before_a_look(page, url)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()


def debriefed(page: Page, url: str) -> None:
    task_id, index = ENDED
    with httpx.Client(base_url=url) as client:
        asked = {"task_id": task_id, "scenario_index": index}
        episode = client.post("/reset", json=asked).json()["episode_id"]
        for decision in plan_for(task_id, get_incident(task_id, index)):
            body = {"action_type": decision.action_type, "parameters": dict(decision.parameters)}
            client.post("/step", json={"episode_id": episode, **body}).raise_for_status()
    go(page, f"{url}/?episode={episode}")
    page.locator("#console-host .db-number").wait_for()


def failed(page: Page, url: str) -> None:
    go(page, f"{url}/?task=no_such_task")
    expect(page.get_by_role("alert")).to_be_visible()


def gone(page: Page, url: str) -> None:
    go(page, f"{url}/?episode=tab-of-yesterday")
    expect(page.get_by_role("alert")).to_be_visible()


def unknown(page: Page, url: str) -> None:
    go(page, f"{url}/?place=nowhere")
    expect(page.get_by_role("alert")).to_be_visible()


PLACES: Mapping[str, Show] = MappingProxyType(
    {
        "landing": landing,
        "help": helped,
        "play before a look": before_a_look,
        "guided start": guided,
        "play with evidence": with_evidence,
        "repairs open": repairing,
        "answer: root cause": answering,
        "answer: failure modes found": searching_modes,
        "answer: severity": partial(answering, query="task=alert_classification&scenario=1"),
        "answer: write-up": partial(answering, query="task=remediation_planning&scenario=0"),
        "keys": keys,
        "debrief": debriefed,
        "failure": failed,
        "episode gone": gone,
        "no such place": unknown,
    }
)
