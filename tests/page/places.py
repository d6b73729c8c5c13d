"""Every place of the page, in the state that shows most of it: for tests that look at all of them.

A place that is added to the page gets a line in `PLACES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import httpx
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from cloud_incident_env.actions import DIAGNOSTICS
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.evaluation.plan import Incidents, one_episode
from cloud_incident_env.evaluation.play import play
from cloud_incident_env.evaluation.without_model import AGENTS
from server.app import create_app
from tasks import get_incident
from tests.evaluation.played import kept
from tests.http_server import settings
from tests.page.console_page import go, open_answer, start

HARD = {"task_id": "remediation_planning", "seed": 5, "difficulty": "hard"}
ENDED = ("remediation_planning", 0)  # the incident whose debrief is shown
RUN, WATCHED = "heuristic-1", {"task_id": "root_cause_analysis", "scenario_index": 1}
Show = Callable[[Page, str], None]


def app_with_runs(folder: Path) -> FastAPI:
    """A server on which every place is there; `folder` is one of its run folders."""
    asked = [{**WATCHED, "scenario_index": index} for index in range(3)]
    for agent, name in (("heuristic", RUN), ("random", "random-1")):
        records = [play(one_episode(options), AGENTS[agent](options, 0), LocalEnvironment()) for options in asked]
        kept(folder / name, records, Incidents(split="canonical"), agent=agent)
    return create_app(settings(ui=True, runs=folder))


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


def choosing_whom_to_watch(page: Page, url: str) -> None:
    go(page, f"{url}/?place=watch")
    page.locator("#console-host .watch-setup").wait_for()


def typing_a_model(page: Page, url: str) -> None:
    choosing_whom_to_watch(page, url)
    page.locator("#console-host").get_by_label("Who plays", exact=True).select_option("model")
    page.locator("#console-host .mf input[type=password]").wait_for()


def watching(page: Page, url: str, query: str = "agent=heuristic") -> None:
    """An agent at its fourth step."""
    go(page, f"{url}/?place=watch&{query}&task={WATCHED['task_id']}&scenario=1&step=4")
    page.locator("#console-host .watch-board").wait_for()


def running(page: Page, url: str) -> None:
    go(page, f"{url}/?run={RUN}")
    page.locator("#console-host .rn-list a").first.wait_for()


def watching_a_run(page: Page, url: str) -> None:
    running(page, url)
    page.locator("#console-host .rn-list a").first.click()
    page.locator("#console-host .watch-board").wait_for()


def scored(page: Page, url: str) -> None:
    """With a visitor's episode among the scores."""
    debriefed(page, url)
    go(page, f"{url}/?place=scores")
    page.locator("#console-host .scores").wait_for()


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
        "watch: set-up": choosing_whom_to_watch,
        "watch: a model": typing_a_model,
        "watch: an agent": watching,
        "watch: two agents": partial(watching, query="agent=heuristic&against=random"),
        "run": running,
        "episode of a run": watching_a_run,
        "scores": scored,
        "failure": failed,
        "episode gone": gone,
        "no such place": unknown,
    }
)
