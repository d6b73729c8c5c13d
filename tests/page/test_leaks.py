"""Whatever the server sends to a browser before the end of an incident tells nothing of its answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Response

from cloud_incident_env.actions import ACTIONS, DIAGNOSTICS
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.incident import Incident
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.reading.modes import MODES
from server.page.allowed_paths import HEARTBEAT
from tests.page.console_page import WIDE, go, look, start
from tools.browser import chromium

CATALOGUE = "/console/catalogue"  # which lists every failure mode, whatever is played
TOLD_AT_THE_END = {  # names that no answer holds before the end, however deep
    *("truth", "culprit", "failure_mode", "plan", "solution", "ways", "conditions", "alternative", "chain", "story"),
    *("oracle", "others", "read_as", "best", "parts", "why_severity"),
}
INCIDENTS = [
    {"task_id": "alert_classification", "seed": 11},
    {"task_id": "root_cause_analysis", "seed": 12, "difficulty": "expert"},
    {"task_id": "remediation_planning", "scenario_index": 1},
]


@pytest.fixture(scope="module")
def context(url: str) -> Iterator[BrowserContext]:
    with chromium() as browser:
        context = browser.new_context(viewport=WIDE)
        context.set_default_timeout(15_000)
        go(context.new_page(), url).close()  # the waiting page of a server that starts goes elsewhere by itself
        yield context


def names_in(told: Any) -> Iterator[str]:
    """The names of all fields of an answer."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield name
            yield from names_in(value)
    elif isinstance(told, list):
        for value in told:
            yield from names_in(value)


def leaks(incident: Incident, path: str, told: str) -> list[str]:
    """What an answer of the server tells of an incident's answer."""
    mode = MODES[incident.failure_mode]
    secrets = [f"began in {incident.culprit}", *(str(key) for key in incident.ways)]
    if path != CATALOGUE:
        secrets += [mode.title, mode.definition, f'"{mode.id}"']
    found = [secret for secret in secrets if secret in told]
    if path != CATALOGUE and told.startswith(("{", "[")):
        found += sorted(TOLD_AT_THE_END.intersection(names_in(json.loads(told))))
    return [f"{path}: {secret}" for secret in found]


def read(responses: Iterable[Response]) -> list[tuple[str, str]]:
    """The path of every answer, and its headers and text."""
    sent = []
    for response in responses:
        path = urlsplit(response.url).path
        if path.startswith(HEARTBEAT):  # it never ends, and says nothing
            continue
        sent.append((path, json.dumps(response.headers)))
        if response.status == 200:
            sent.append((path, response.body().decode(errors="replace")))
    return sent


def listening(context: BrowserContext) -> tuple[Page, list[Response]]:
    """A new page, and the answers that it gets."""
    page, responses = context.new_page(), list[Response]()

    def keep(response: Response) -> None:
        responses.append(response)

    page.on("response", keep)
    return page, responses


@pytest.mark.parametrize("options", INCIDENTS, ids=str)
def test_nothing_of_the_answer_is_sent_before_the_end(
    context: BrowserContext, url: str, options: dict[str, Any]
) -> None:
    incident = choose_incident(ResetOptions(**options)).incident
    query = {"task" if name == "task_id" else name.removesuffix("_index"): value for name, value in options.items()}
    others = [name for name in incident.known_services if name != incident.culprit]
    services = [incident.culprit, *others][: min(4, incident.max_steps - 1)]  # the last step would end the episode
    page, responses = listening(context)
    start(page, url, urlencode(query))
    for step, (tool, service) in enumerate(zip(DIAGNOSTICS, services, strict=False), 1):
        look(page, ACTIONS[tool].label, service, step)
    again, told_again = listening(context)  # as after a reload
    go(again, page.url)
    again.locator("#console-host .board").wait_for()
    sent = [*read(responses), *read(told_again)]
    page.close()
    again.close()
    paths = {path for path, _ in sent}
    assert {"/", "/reset", "/step", CATALOGUE, "/console/episode", "/console/static/app.js"} <= paths
    assert [leak for path, told in sent for leak in leaks(incident, path, told)] == []
