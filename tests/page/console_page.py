"""The console in a browser: a page of a server, and what a visitor does on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, Page, expect

WIDE = {"width": 1440, "height": 900}


def open_at(browser: Browser, url: str) -> Page:
    """A page of a new context at an address, once the console has a place on it."""
    page = browser.new_context(viewport=WIDE).new_page()
    page.set_default_timeout(15_000)
    return go(page, url)


def go(page: Page, url: str) -> Page:
    """Open an address, and wait for its place. The waiting page of a server that starts reloads itself."""
    page.goto(url)
    page.locator("#console :is(.masthead, .bar)").first.wait_for(timeout=40_000)
    return page


def start(page: Page, url: str, query: str) -> Page:
    """Start an incident by its address."""
    go(page, f"{url}/?{query}")
    page.locator("#console-host .board").wait_for()  # Gradio hides the page while it takes the console in
    return page


def choose(page: Page, service: str) -> None:
    page.get_by_role("radio", name=re.compile(rf"(^|\W){re.escape(service)}(\W|$)")).check()


def steps_taken(page: Page, number: int) -> None:
    expect(page.get_by_test_id("result")).to_contain_text(f"Step {number} ")


def look(page: Page, tool: str, service: str, step: int) -> None:
    """Choose a service, click a tool, and wait for the step to be shown."""
    choose(page, service)
    page.locator(".tool", has_text=tool).click()
    steps_taken(page, step)


def repair(page: Page, label: str, parameters: Mapping[str, Any], step: int) -> None:
    """Open a repair, fill it in, do it, and wait for the step."""
    if "service" in parameters:
        choose(page, str(parameters["service"]))
    page.locator(".repairs .repair", has_text=label).click()
    form = page.locator(".repair-card")
    for name, value in parameters.items():
        if name != "service":
            form.locator(f"[name={name}]").fill(str(value))
    form.locator(".strong").click()
    expect(page.locator(".repairs-done li").first).to_contain_text(f"Step {step},")


def open_answer(page: Page) -> None:
    page.locator(".submit").click()
    page.get_by_role("dialog").wait_for()


def fill_answer(page: Page, parameters: Mapping[str, Any]) -> None:
    """Fill in the answer's form, and look it over."""
    form = page.get_by_role("dialog")
    for name, value in parameters.items():
        if name == "severity":
            form.get_by_role("radio", name=re.compile(f"^{value}")).check()
        elif name == "service":
            form.get_by_label("Service", exact=True).select_option(value)
        else:
            form.get_by_label({"failure_mode": "Failure mode", "summary": "Summary"}[name], exact=True).fill(value)
    form.get_by_role("button", name="Look it over").click()


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit and end the episode").click()


def expect_grade(page: Page, grade: str) -> None:
    """The debrief is shown with a grade, and its heading has the focus."""
    expect(page.locator(".db-number")).to_have_text(grade)
    expect(page.locator("h1.db-grade")).to_be_focused()
