"""A visitor types in a model, watches it play to the end, and is told what goes wrong on the way."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.llm_stub import Reply
from tests.page.console_page import go
from tests.page.model_page import KEY, MODEL, answering, field

SERVICE = "analytics-service"
HOSTILE = "<script>window.hacked = 1</script><b>bold</b> **bold** \u202eevil " + "W" * 20_000
LOOKS = [
    Reply("I look at the callers first.", calls=[("check_dependencies", json.dumps({"service": SERVICE}))]),
    Reply(HOSTILE, calls=[("query_logs", json.dumps({"service": SERVICE}))]),
]
SUBMIT = Reply(
    "It is the export.",
    calls=[("submit_root_cause", json.dumps({"service": SERVICE, "failure_mode": "unbounded export query"}))],
)


def choose_model(page: Page, url: str, endpoint: str) -> None:
    """Type a model into the form of the place to watch, and start."""
    go(page, f"{url}/?place=watch&task=root_cause_analysis&scenario=0")
    page.locator("#watch-agent option[value=model]").wait_for(state="attached")
    page.get_by_label("Who plays").select_option("model")
    for label, value in (("Address", endpoint), ("Model", MODEL), ("Key", KEY)):
        field(page, label).fill(value)
    page.get_by_role("button", name="Start").click()
    page.locator(".watch-board").wait_for()


def test_a_model_is_watched_to_its_grade(page: Page, url: str) -> None:
    with answering(*LOOKS, Reply(status=403), SUBMIT) as stub:
        choose_model(page, url, stub.url)
        words = page.get_by_test_id("words")
        expect(page.get_by_role("alert")).to_contain_text("refused the key", timeout=30_000)
        expect(page.get_by_test_id("where")).to_contain_text("2 of 2 steps so far")
        expect(words).to_contain_text("<script>window.hacked = 1</script><b>bold</b> **bold**")
        assert words.locator("b, script").count() == 0
        assert page.locator("#console").evaluate("(node) => node.scrollWidth <= innerWidth")
        page.get_by_role("button", name="One step back").click()
        expect(words).to_have_text("I look at the callers first.")
        page.get_by_role("button", name="To the last step").click()
        page.get_by_role("button", name="Try again").click()
        expect(words).to_have_text("It is the export.", timeout=30_000)
        expect(page.locator(".we-told")).to_contain_text(re.compile(r"grade 0\.\d\d"))
        page.get_by_role("button", name=re.compile("^Debrief")).click()
        expect(page.locator(".db-number")).to_be_visible(timeout=30_000)  # the oracle plays first
        go(page, f"{url}/?place=watch&agent=heuristic&against=you&task=root_cause_analysis&scenario=0")
        expect(page.get_by_role("alert")).to_contain_text("You have not ended this incident")  # it was the model
    assert (KEY in page.url, MODEL in page.url) == (False, False)
    assert page.evaluate("window.hacked") is None
    assert KEY not in page.content()


def test_two_models_play_one_incident_side_by_side(page: Page, url: str) -> None:
    other = Reply("The gateway, I think.", calls=[("submit_root_cause", json.dumps({"service": "api-gateway"}))])
    with answering(*LOOKS, SUBMIT) as stub, answering(Reply(status=403), other) as second:
        go(page, f"{url}/?place=watch&task=root_cause_analysis&scenario=0")
        page.locator("#watch-agent option[value=model]").wait_for(state="attached")
        page.get_by_label("Who plays").select_option("model")
        forms = [page.get_by_role("group", name=name, exact=True) for name in ("Your model", "Your model beside it")]
        for label, value in (("Address", stub.url), ("Model", MODEL), ("Key", KEY)):
            field(forms[0], label).fill(value)
        expect(forms[1]).to_be_hidden()
        page.get_by_label("Side by side with").select_option("model")
        expect(field(forms[1], "Address")).to_have_value(stub.url)
        expect(field(forms[1], "Key")).to_have_value(KEY)
        expect(field(forms[1], "Model")).to_have_value("")
        field(forms[1], "Address").fill(second.url)
        page.get_by_role("button", name="Start").click()
        expect(forms[1]).to_contain_text("Name the model, as its endpoint calls it.")
        field(forms[1], "Model").fill(MODEL)
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("alert")).to_contain_text(f"{MODEL} (2): ", timeout=30_000)
        expect(page.get_by_role("alert")).to_contain_text("refused the key")
        page.get_by_role("button", name="Try again").click()
        sides = [page.get_by_role("region", name=f"{MODEL} ({number})", exact=True) for number in (1, 2)]
        expect(sides[1].get_by_test_id("words")).to_have_text("The gateway, I think.", timeout=30_000)
        expect(sides[0].get_by_test_id("words")).to_have_text("It is the export.", timeout=30_000)
        told = page.locator(".we-told")
        expect(told).to_have_count(2)
        expect(told.first).to_contain_text(f"{MODEL} (1): grade 0.")
        expect(page.get_by_role("row", name=re.compile("^Minutes to the cause"))).to_be_visible()
        assert len(stub.requests) == 3


def test_nothing_is_asked_while_a_model_is_paused(page: Page, url: str) -> None:
    slow = [Reply(reply.text, calls=reply.calls, delay=0.5) for reply in LOOKS]
    with answering(*slow, SUBMIT) as stub:
        choose_model(page, url, stub.url)
        page.get_by_role("button", name="Pause").click()
        page.wait_for_timeout(1_500)
        asked = len(stub.requests)
        page.wait_for_timeout(1_500)
        assert len(stub.requests) == asked <= 1
