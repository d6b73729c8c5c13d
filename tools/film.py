"""Film an incident that is played on the page, from alert to debrief: docs/img/incident-played.webp.

    python -m tools.film [--out FILE]

The oracle's plan of a hand-written incident is played in Chromium by mouse; a picture is taken where something has
changed. The film loops. It is made anew when the looks of the page change.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from bench import running_server
from bench.cold_start import is_page
from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.agents.oracle import plan_for
from cloud_incident_env.agents.policy import Decision
from cloud_incident_env.incident import TaskId
from tasks import get_incident
from tools.browser import chromium

FILM = Path("docs/img/incident-played.webp")
TASK: TaskId = "remediation_planning"
INDEX = 0
VIEW: ViewportSize = {"width": 1360, "height": 820}
WIDTH = 1120  # of the film, in pixels
# What is looked at before the plan begins, so that map and evidence are seen to grow: tool and service.
FIRST = (
    ("check_dependencies", "auth-service"),
    ("check_dependencies", "postgres-db"),
    ("check_metrics", "postgres-db"),
    ("query_logs", "analytics-service"),
)
OWN = {"disable_feature_flag": "flag", "execute_runbook_step": "runbook_action"}  # action -> its parameter's name


class Frame(NamedTuple):
    """A picture, and for how many milliseconds it is shown."""

    picture: Image.Image
    milliseconds: int


def film(page: Page, url: str) -> list[Frame]:
    """Play the incident; one frame for what changed."""
    frames: list[Frame] = []

    def take(milliseconds: int) -> None:
        page.wait_for_timeout(350)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        height = round(picture.height * WIDTH / picture.width)
        frames.append(Frame(picture.resize((WIDTH, height), Image.Resampling.LANCZOS), milliseconds))

    page.goto(f"{url}/?task={TASK}&scenario={INDEX}")
    page.locator("#console-host .board").wait_for(timeout=60_000)
    take(1_600)
    for tool, service in FIRST:
        look(page, tool, service)
        take(900)
    for decision in plan_for(TASK, get_incident(TASK, INDEX)):
        kind = ACTIONS[decision.action_type].group
        if kind == "remediation":
            repair(page, decision)
            take(700)
        elif kind == "submission":
            answer(page, str(decision.parameters["summary"]))
            take(1_400)
            page.get_by_role("button", name="Look it over").click()
            page.get_by_role("button", name="Submit and end the episode").click()
            page.locator(".db-number").wait_for()
            page.mouse.move(1, VIEW["height"] - 1)
            take(2_600)
    return frames


def look(page: Page, tool: str, service: str) -> None:
    choose(page, service)
    before = page.get_by_test_id("steps").inner_text()
    page.locator(".tool", has_text=named(tool)).click()
    page.wait_for_function("before => document.querySelector('[data-testid=steps]').innerText !== before", arg=before)


def repair(page: Page, decision: Decision) -> None:
    action = ACTIONS[decision.action_type]
    target = str(decision.parameters["target"])
    if action.name not in OWN:
        choose(page, target)
    page.locator(".repairs .repair", has_text=named(action.name)).click()
    form = page.locator(".repair-card")
    if action.name in OWN:
        form.locator(f"[name={OWN[action.name]}]").fill(target)
    done = page.locator(".repairs-done li").count()
    form.locator(".strong").click()
    page.locator(".repairs-done li").nth(done).wait_for()
    page.locator(".column.right").evaluate("(column) => { column.scrollTop = column.scrollHeight; }")


def named(action: str) -> str:
    """What the page calls an action."""
    return ACTIONS[action].label or action.replace("_", " ").capitalize()


def choose(page: Page, service: str) -> None:
    page.locator(f".services input[value='{service}']").check(force=True)


def answer(page: Page, summary: str) -> None:
    page.locator(".submit").click()
    page.get_by_label("Summary", exact=True).fill(summary)


def write(frames: list[Frame], out: Path) -> None:
    """An animation that loops; frames after the first hold what changed."""
    first, *others = [frame.picture for frame in frames]
    first.save(
        out,
        save_all=True,
        append_images=others,
        duration=[frame.milliseconds for frame in frames],
        loop=0,
        quality=80,
        method=6,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FILM, help=f"where the film goes (default {FILM})")
    options = parser.parse_args()
    with running_server() as server, chromium() as browser:
        server.seconds_until("/", is_page, timeout=120)
        context = browser.new_context(viewport=VIEW, color_scheme="light", reduced_motion="reduce")
        frames = film(context.new_page(), f"http://127.0.0.1:{server.port}")
    write(frames, options.out)
    seconds = sum(frame.milliseconds for frame in frames) / 1_000
    print(f"{options.out}: {len(frames)} frames, {seconds:.1f} s, {options.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
