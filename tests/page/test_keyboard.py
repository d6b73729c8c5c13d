"""The console by keyboard alone: few presses, no trap, and the focus where one is."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.page.console_page import expect_grade, start, steps_taken

MOST_PRESSES = 20  # for three looks and an answer; a text that is typed counts as one, a search by its letters


class Keys:
    """Presses keys, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def write(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.presses += 1


def digit(page: Page, service: str) -> str:
    names = page.locator(".services input").evaluate_all("all => all.map(one => one.value)")
    return str((names.index(service) + 1) % 10)


def three_looks(page: Page, keys: Keys, looks: list[tuple[str, str]]) -> None:
    for step, (service, key) in enumerate(looks, start=1):
        keys.press(digit(page, service), key)
        steps_taken(page, step)


def test_an_alert_is_classified_by_keyboard(page: Page, url: str) -> None:
    start(page, url, "task=alert_classification&seed=5&difficulty=expert")
    keys = Keys(page)
    keys.press("1", "l")
    steps_taken(page, 1)
    keys.press("ArrowDown", "m")
    steps_taken(page, 2)
    keys.press("d")
    steps_taken(page, 3)
    keys.press("a")
    page.get_by_role("dialog").wait_for()
    keys.press("2", "Enter")
    expect(page.get_by_role("button", name="Submit and end the episode")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("h1.db-grade")).to_be_focused()
    assert keys.presses < MOST_PRESSES


def test_a_root_cause_is_found_by_keyboard(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=1")
    keys = Keys(page)
    three_looks(page, keys, [("cdn-edge", "d"), ("network-infra", "l"), ("network-infra", "c")])
    keys.press("a")
    expect(page.get_by_role("combobox", name="Failure mode")).to_be_focused()
    keys.press(*"bgp-w")
    keys.press("ArrowDown", "Enter", "Enter", "Enter")  # the first found, look it over, submit
    expect(page.locator(".db-number")).to_have_text(re.compile(r"\d\.\d\d"))
    expect(page.locator("h1.db-grade")).to_be_focused()
    expect(page.locator(".db")).to_contain_text("network-infra")
    assert keys.presses < MOST_PRESSES


def test_a_resolution_is_written_by_keyboard(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    keys = Keys(page)
    keys.press("1", "l")
    steps_taken(page, 1)
    keys.press("2", "m")
    steps_taken(page, 2)
    keys.press("s")
    steps_taken(page, 3)
    keys.press("r")  # opens the repair
    expect(page.locator(".repair-card .strong")).to_be_focused()
    keys.press("Escape")
    expect(page.locator(".repairs .repair").first).to_be_focused()
    keys.press("a")
    keys.write("analytics-service exported full history. Nothing was repaired; it is not normal yet.")
    keys.press("Tab", "Tab")
    expect(page.get_by_role("button", name="Look it over")).to_be_focused()
    keys.press("Enter", "Enter")
    expect(page.locator("h1.db-grade")).to_be_focused()
    assert keys.presses < MOST_PRESSES


def test_the_list_of_keys_opens_and_closes_with_the_focus_kept(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&scenario=0")
    page.locator(".tool").first.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    for words in ("Choose a service by its number", "Restart service (opens it)", "Search all evidence"):
        expect(dialog).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".tool").first).to_be_focused()


def test_the_slash_searches_all_evidence(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    page.keyboard.press("l")
    steps_taken(page, 1)
    page.keyboard.press("/")
    expect(page.get_by_label("Search all evidence")).to_be_focused()
    page.keyboard.type("lmdcs")  # letters that are keys elsewhere
    expect(page.get_by_test_id("steps")).to_have_text("9 of 10 steps left")


def test_single_keys_can_be_switched_off(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    page.keyboard.press("?")
    page.get_by_label("Single keys act").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("steps")).to_have_text("10 of 10 steps left")
    page.evaluate("localStorage.clear()")


def test_services_are_one_tab_stop_and_nothing_holds_the_focus(page: Page, url: str) -> None:
    start(page, url, "task=remediation_planning&seed=5&difficulty=hard")
    seen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))
        if seen[-1].startswith("<body"):
            break
    assert sum('type="radio"' in one for one in seen) == 1
    assert sum('class="button primary submit"' in one for one in seen) == 1
    assert len(seen) < 60


def test_results_are_told_to_who_cannot_see_them(page: Page, url: str) -> None:
    start(page, url, "task=root_cause_analysis&scenario=0")
    page.keyboard.press("l")
    expect(page.locator("#console > [aria-live=polite]")).to_contain_text(re.compile(r"^Step 1, reward \+0\.0\d"))


def test_the_answer_of_the_easiest_task_is_right_by_keyboard(page: Page, url: str) -> None:
    start(page, url, "task=alert_classification&scenario=1")
    for key in ("a", "2", "Enter", "Enter"):
        page.keyboard.press(key)
    expect_grade(page, "1.00")
