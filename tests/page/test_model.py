"""A model plays in the browser: it is asked as in an evaluation, its failures are told, its key stays where it is."""

from __future__ import annotations

import json
import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import openai
import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect
from pydantic import SecretStr

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.llm import LLMPolicy, ModelPolicy
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.evaluation.plan import one_episode
from cloud_incident_env.evaluation.play import play as play_here
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.model_prompts import WORDS_LENGTH
from tests.http_server import serve_with
from tests.llm_stub import Reply, Stub
from tests.page.console_page import go
from tests.page.model_page import KEY, MODEL, answering, begin, field, fill_form, play, play_on, read_form, settings

TASK = {"task_id": "root_cause_analysis", "scenario_index": 0}
SERVICE = "analytics-service"
TOKEN = "correct-horse-battery-staple"


def call(name: str, text: str = "", **parameters: Any) -> Reply:
    return Reply(text, calls=[(name, json.dumps(parameters))])


def as_json(name: str, before: str = "", **parameters: Any) -> Reply:
    return Reply(before + json.dumps({"action_type": name, "parameters": parameters}))


LOOK = call("query_logs", service=SERVICE)
ANSWER = {"service": SERVICE, "failure_mode": "unbounded export query"}
SUBMIT = call("submit_root_cause", **ANSWER)
HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>\u202e\u2066 " + "W" * 20_000
ODD = 'it\'s "quoted" \\ \n\t\r\u00a0\u202e\ue000\x07 \U0001f600 é'


@pytest.fixture(scope="module", autouse=True)
def opened(context: BrowserContext, url: str) -> None:
    """The waiting page of a server that starts goes elsewhere by itself."""
    go(context.new_page(), url).close()


def played_in_python(kind: type[ModelPolicy], *replies: Reply) -> tuple[EpisodeRecord, Stub]:
    with answering(*replies) as stub:
        client = openai.OpenAI(api_key=KEY, base_url=stub.url, max_retries=0)
        policy = kind(client, MODEL, stand_in="never")
        return play_here(one_episode(TASK), policy, LocalEnvironment()), stub


CONVERSATIONS: dict[str, tuple[Reply, ...]] = {
    "a good one": (call("query_logs", "I look at the logs first.", service=SERVICE, reasoning="Why not."), SUBMIT),
    "several calls": (Reply(calls=[*LOOK.calls, *LOOK.calls, ("x", "{}")]), SUBMIT),
    "parameters": (
        call("query_logs", service=SERVICE, since_minutes=30, level="error", contains="é", other=[1]),
        call("check_metrics", service="POSTGRES-DB ", window_minutes="60"),
        call("check_metrics", target="postgres-db", service=""),
        call("check_dependencies", service="nowhere"),
        call("check_recent_deploys", service=SERVICE, change_id="none"),
        call(" Query_Logs", service=SERVICE, since_minutes="many", level="loud"),
        SUBMIT,
    ),
    "no call": (Reply("I would look at the logs."), Reply(ODD), Reply(), Reply(ODD * 30), SUBMIT),
    "unusable calls": (
        call("reboot", service="a"),
        call("restart_service", service="a"),
        Reply(ODD, calls=[("query_logs", '{"service": "a')]),
        Reply(calls=[("query_logs", '["a"]')]),
        Reply(calls=[("query_logs", '{"service": "a\nb", "x": {"é": [1, null, true]}}')]),
        call("query_logs"),
        Reply(calls=[("", "{}")]),
        call("submit_root_cause", target=SERVICE),
        SUBMIT,
    ),
    "hostile": (Reply(HOSTILE, calls=LOOK.calls), call("query_logs", service=HOSTILE), Reply(HOSTILE), SUBMIT),
    "never an answer": (Reply("Hm."),),
}
IN_TEXT: dict[str, tuple[Reply, ...]] = {
    "a good one": (
        as_json("query_logs", "I look at the logs. ", service=SERVICE),
        as_json("submit_root_cause", **ANSWER),
    ),
    "all shapes": (
        Reply(f'```json\n{{"action_type": "QUERY_LOGS ", "service": "{SERVICE}", "reasoning": "So."}}\n```'),
        Reply('{"action": {"action_type": "check_metrics", "parameters": {"service": "postgres-db"}}}'),
        Reply('{"thought": "x"} {broken {"name": "check_dependencies", "arguments": {"service": "postgres-db"}}'),
        Reply(f'{{"action": "query_logs", "parameters": {{"service": "{SERVICE}", "contains": "a\nb"}}}}'),
        Reply("I would look at the logs."),
        Reply('{"action_type": "reboot", "parameters": {"service": "a"}}'),
        Reply('["query_logs"] {"action_type": 5} {"action_type": "query_logs", "parameters": {"service": ["a"]}}'),
        Reply("{" * 5_000 + ODD),
        as_json("submit_root_cause", **ANSWER),
    ),
    "hostile": (
        as_json("query_logs", HOSTILE, service=SERVICE),
        Reply(HOSTILE),
        as_json("submit_root_cause", **ANSWER),
    ),
}
CASES = [
    *(
        pytest.param(ToolCallingPolicy, "tools", replies, id=f"tools, {name}")
        for name, replies in CONVERSATIONS.items()
    ),
    *(pytest.param(LLMPolicy, "json", replies, id=f"json, {name}") for name, replies in IN_TEXT.items()),
]


@pytest.mark.parametrize(("kind", "mode", "replies"), CASES)
def test_a_model_is_asked_and_understood_as_in_an_evaluation(
    page: Page, url: str, kind: type[ModelPolicy], mode: str, replies: tuple[Reply, ...]
) -> None:
    record, there = played_in_python(kind, *replies)
    with answering(*replies) as here:
        told = play(page, url, settings(here.url, mode=mode), TASK)
    assert told["error"] is None
    asked = [("path", "model", "messages", "tools", "temperature", "max_tokens")] * len(there.requests)
    for number, names in enumerate(asked):
        for name in names:
            assert here.requests[number].get(name) == there.requests[number].get(name), f"{name} of question {number}"
    assert len(here.requests) == len(there.requests)
    steps = told["episode"]["steps"]
    assert [(s["action"], s["parameters"], s["words"], s["reward"], s["error"], s["reason"]) for s in steps] == [
        (s["action_type"], s["parameters"], s.get("words"), s["reward"], s["error"], s["reason"])
        for s in record["steps"]
    ]
    assert {step["source"] for step in steps} == {"model"}
    assert (told["episode"]["done"], told["live"], told["name"]) == (True, False, MODEL)
    assert told["episode"]["grade"]["total"] == record["grade"]
    assert all(step["words"] is None or len(step["words"]) <= WORDS_LENGTH for step in steps)
    assert page.evaluate("window.hacked") is None


def test_the_steps_are_those_that_the_server_keeps(page: Page, url: str) -> None:
    with answering(*CONVERSATIONS["parameters"]) as stub:
        shown = play(page, url, settings(stub.url), TASK)["episode"]
    kept = httpx.get(f"{url}/console/episode", params={"episode_id": shown["id"]}).json()
    own = {"words", "source"}  # which the server never learns
    for mine, its in zip(shown["steps"], kept["steps"], strict=True):
        assert {k: v for k, v in mine.items() if k not in own} == {k: v for k, v in its.items() if k not in own}
    assert shown["minute"] == kept["minute"]


def test_nothing_is_asked_before_a_step_is_wanted_and_no_other_episode_is_touched(page: Page, url: str) -> None:
    unnamed = httpx.post(f"{url}/reset", json={"task_id": "alert_classification"}).json()["episode_id"]
    with answering(SUBMIT) as stub:
        go(page, url)
        begin(page, settings(stub.url), TASK)
        assert stub.requests == []
        assert play_on(page)["episode"]["done"]
    assert httpx.get(f"{url}/state").json()["episode_id"] == unnamed


ERRORS: dict[str, tuple[Reply, str, str]] = {
    "401": (Reply(status=401), "key", "refused the key (HTTP 401)"),
    "403": (Reply(status=403), "key", "refused the key (HTTP 403)"),
    "404": (Reply(status=404), "unknown", f"knows no model “{MODEL}”"),
    "400": (Reply(status=400), "refused", "refused the question (HTTP 400). It says: scripted"),
    "429": (Reply(status=429), "busy", "asked too often (HTTP 429)"),
    "500": (Reply(status=500), "failed", "failed (HTTP 500)"),
    "a long pause": (Reply(status=429, headers={"retry-after": "120"}), "busy", "asks for a pause of 120 seconds"),
    "nothing left": (Reply(status=429, error_code="insufficient_quota"), "quota", "nothing left to spend"),
    "too long": (
        Reply(status=400, error_code="context_length_exceeded"),
        "too-long",
        "longer than the model's context",
    ),
    "too long, in words": (
        Reply(status=400, body='{"error": {"message": "This model\'s maximum context length is 8192 tokens"}}'),
        "too-long",
        "longer than the model's context",
    ),
    "no tools": (
        Reply(status=400, body='{"error": "library/tiny does not support tools"}'),
        "tools",
        "choose “JSON in the text”",
    ),
    "a page": (Reply(body="<!doctype html><p>Hello"), "not-json", "something that is not JSON"),
    "an error page": (Reply(status=502, body="<p>Bad gateway"), "failed", "failed (HTTP 502)"),
    "no completion": (Reply(body='{"object": "list"}'), "broken", "no answer of a model"),
    "null": (Reply(body='{"choices": [{"message": null}]}'), "broken", "no answer of a model"),
    "cut off": (Reply(cut=20), "unreachable", "could not be called"),
    "elsewhere": (Reply(status=307, headers={"location": "http://127.0.0.1:9/"}), "unreachable", "another address"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_each_failure_of_an_endpoint_is_told_and_the_episode_can_go_on(page: Page, url: str, name: str) -> None:
    reply, kind, words = ERRORS[name]
    with answering(LOOK) as stub:
        go(page, url)
        begin(page, settings(stub.url), TASK)
        page.evaluate("() => window.track.next()")
    with answering(reply) as stub:
        page.evaluate("(url) => { window.track.model.settings.endpoint.url = url }", stub.url)
        told = play_on(page)
        assert (told["error"]["name"], told["error"]["kind"]) == ("ModelError", kind)
        assert words in told["error"]["message"]
        assert (len(told["episode"]["steps"]), told["live"]) == (1, True)
    with answering(SUBMIT) as stub:
        page.evaluate("(url) => { window.track.model.settings.endpoint.url = url }", stub.url)
        assert play_on(page)["episode"]["grade"]["total"] > 0.5


def test_an_endpoint_that_refuses_browsers_or_is_not_there_is_explained(page: Page, url: str) -> None:
    with answering(SUBMIT, browsers=False) as stub:
        refused = play(page, url, settings(stub.url), TASK)["error"]
    assert stub.requests == []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        absent = play(page, url, settings(f"http://127.0.0.1:{free.getsockname()[1]}/v1"), TASK)["error"]
    for error in (refused, absent):
        assert error["kind"] == "unreachable"
        assert f"does not let pages of {url} call it (CORS)" in error["message"]
        assert "OLLAMA_ORIGINS" in error["message"]
        assert "INCIDENT_ENDPOINTS" in error["message"]


def test_a_failure_that_passes_is_not_told(page: Page, url: str) -> None:
    soon = {"retry-after-ms": "5"}
    bad = [Reply(status=429, headers=soon), Reply(status=503), Reply(body="{}")]
    with answering(*bad, LOOK, Reply(status=500), SUBMIT) as stub:
        told = play(page, url, settings(stub.url), TASK)
    assert (told["error"], told["episode"]["done"], len(stub.requests)) == (None, True, 6)


def test_a_pause_that_an_endpoint_asks_for_is_made(page: Page, url: str) -> None:
    with answering(Reply(status=429, headers={"retry-after": "1"}), SUBMIT) as stub:
        go(page, url)
        begin(page, settings(stub.url), TASK)
        took = page.evaluate(
            "async () => { const t = performance.now(); await playOn(); return performance.now() - t }"
        )
    assert 1_000 <= took < 10_000


def test_a_slow_endpoint_is_given_up_and_a_call_can_be_stopped(page: Page, url: str) -> None:
    with answering(Reply(delay=1.5)) as stub:
        slow = play(page, url, settings(stub.url), TASK, seconds=0.3)["error"]
        assert (slow["kind"], len(stub.requests)) == ("slow", 2)
        begin(page, settings(stub.url), TASK)
        page.evaluate("() => { window.asked = playOn() }")
        page.wait_for_timeout(200)
        page.evaluate("() => window.track.stop()")
        assert page.evaluate("() => window.asked")["error"]["kind"] == "stopped"


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        ("Unsupported value: 'temperature' does not support 0 with this model.", {"max_tokens": 600}),
        (
            "'max_tokens' is not supported: use 'max_completion_tokens'.",
            {"temperature": 0, "max_completion_tokens": 600},
        ),
    ],
)
def test_a_setting_that_a_model_refuses_is_left_out(page: Page, url: str, message: str, sent: dict[str, int]) -> None:
    refusal = Reply(status=400, body=json.dumps({"error": {"message": message}}))
    with answering(refusal, LOOK, SUBMIT) as stub:
        assert play(page, url, settings(stub.url), TASK)["episode"]["done"]
    names = {"temperature", "max_tokens", "max_completion_tokens"}
    for request in stub.requests[1:]:
        assert {name: value for name, value in request.items() if name in names} == sent
    assert len(stub.requests) == 3


def test_a_call_that_the_endpoint_itself_refuses_is_an_invalid_action(page: Page, url: str) -> None:
    with answering(Reply(status=400, error_code="tool_use_failed"), SUBMIT) as stub:
        told = play(page, url, settings(stub.url), TASK)
    assert [step["action"] for step in told["episode"]["steps"]] == ["no_action", "submit_root_cause"]
    assert "Your answer could not be used: the endpoint refused" in stub.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize("arrives", [False, True])
def test_a_step_that_was_lost_is_taken_once_and_the_model_not_asked_again(page: Page, url: str, arrives: bool) -> None:
    with answering(call("query_logs", "Logs.", service=SERVICE), SUBMIT) as stub:
        go(page, url)
        begin(page, settings(stub.url), TASK)

        def lose(route: Any) -> None:
            if arrives:
                route.fetch()
            route.abort()

        page.route("**/step", lose, times=1)
        lost = play_on(page)
        assert (lost["error"]["name"], lost["error"]["status"], lost["episode"]["steps"]) == ("ApiError", 0, [])
        told = play_on(page)
    assert [(step["action"], step["words"], step["source"]) for step in told["episode"]["steps"]] == [
        ("query_logs", "Logs.", "model"),
        ("submit_root_cause", None, "model"),
    ]
    assert len(stub.requests) == 2
    result = stub.requests[1]["messages"][-1]
    assert result["role"] == "tool"
    assert result["content"].endswith("Next is step 2 of 10.")


# The key


@contextmanager
def listening(page: Page) -> Iterator[list[Request]]:
    sent: list[Request] = []

    def keep(request: Request) -> None:
        sent.append(request)

    page.on("request", keep)
    yield sent
    page.remove_listener("request", keep)


def holders(page: Page) -> dict[str, str]:
    """All that a page could keep or show."""
    told: dict[str, str] = page.evaluate(
        """async () => ({
          local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage), cookie: document.cookie,
          address: location.href, history: JSON.stringify(history.state), dom: document.documentElement.outerHTML,
          text: document.body.innerText, databases: JSON.stringify(await indexedDB.databases()),
          caches: JSON.stringify(await caches.keys()), name: window.name,
        })"""
    )
    return told


def test_the_key_goes_to_the_endpoint_alone(page: Page, url: str, caplog: pytest.LogCaptureFixture) -> None:
    printed: list[str] = []
    page.on("console", lambda message: printed.append(message.text))
    with caplog.at_level(logging.DEBUG), listening(page) as sent:
        echo = Reply(status=401, body=json.dumps({"error": {"message": f"Wrong key {KEY}, Bearer {KEY}"}}))
        with answering(echo, LOOK, SUBMIT) as stub:
            go(page, url)
            fill_form(page, [("Address", f"{stub.url}/"), ("Model", MODEL), ("Key", KEY)])
            begin(page, read_form(page), TASK)
            refused = play_on(page)["error"]
            assert "Wrong key ***" in refused["message"]
            assert KEY not in json.dumps(refused)
            assert play_on(page)["episode"]["done"]
        assert all(headers["authorization"] == f"Bearer {KEY}" for headers in stub.headers)
        assert not any({"cookie", "referer"} & headers.keys() for headers in stub.headers)
        assert KEY not in json.dumps(stub.requests)
        here = [one for one in sent if one.url.startswith(url)]
        assert {"/reset", "/step"} <= {one.url.removeprefix(url) for one in here}
        assert [one.url for one in here if KEY in f"{one.url}{one.all_headers()}{one.post_data}"] == []
        assert {one.url for one in sent if not one.url.startswith((url, "data:", "blob:"))} == {
            f"{stub.url}/chat/completions"
        }
    assert {where for where, told in holders(page).items() if KEY in told} == {"session"}
    assert [text for text in printed if KEY in text] == []
    assert [record for record in caplog.records if KEY in str(vars(record))] == []


def test_a_tab_keeps_what_was_typed_until_it_is_forgotten(page: Page, url: str, context: BrowserContext) -> None:
    go(page, url)
    typed = [("Address", "https://api.example/v1"), ("Model", MODEL), ("Key", KEY)]
    fill_form(page, typed)
    page.get_by_label("JSON in the text").check()
    page.get_by_text("Temperature and length").click()
    field(page, "Temperature").fill("")
    read = read_form(page)
    assert read == {
        **settings("https://api.example/v1", mode="json", temperature=None),
        "endpoint": {"name": "api.example", "url": "https://api.example/v1", "relayed": False},
    }
    go(page, url)
    fill_form(page, [])
    assert read_form(page) == read
    other = context.new_page()
    go(other, url)
    fill_form(other, [])
    expect(field(other, "Key")).to_have_value("")
    other.close()
    page.get_by_role("button", name="Forget all this").click()
    expect(field(page, "Key")).to_have_value("")
    assert {where for where, told in holders(page).items() if KEY in told or MODEL in told} == set()


@pytest.mark.parametrize(
    ("label", "value", "problem"),
    [
        ("Address", "", "begins with https://"),
        ("Address", "api.example/v1", "begins with https://"),
        ("Address", "ftp://api.example/v1", "begins with https://"),
        ("Address", "javascript:alert(1)", "begins with https://"),
        ("Address", f"https://{KEY}@api.example/v1", "Leave out what is no address"),
        ("Address", f"https://api.example/v1?key={KEY}", "Leave out what is no address"),
        ("Model", " ", "Name the model"),
        ("Key", "two words", "A key has no spaces"),
        ("Key", "schlüssel", "A key has no spaces"),
        ("Temperature", "3", "from 0 to 2"),
        ("Temperature", "warm", "from 0 to 2"),
        ("Most tokens of an answer", "0", "from 1 to 100,000"),
        ("Most tokens of an answer", "1.5", "from 1 to 100,000"),
    ],
)
def test_the_form_says_what_is_wrong_beside_the_field(
    page: Page, url: str, label: str, value: str, problem: str
) -> None:
    go(page, url)
    fill_form(page, [("Address", "https://api.example/v1/chat/completions/"), ("Model", MODEL)])
    assert page.evaluate("() => window.ready.at(-1)") is True
    assert read_form(page)["endpoint"]["url"] == "https://api.example/v1"
    page.evaluate("() => { document.querySelector('.mf-more').open = true }")
    typed = field(page, label)
    typed.fill(value)
    page.evaluate("() => { document.querySelector('.mf-more').open = false }")
    assert read_form(page) is None
    expect(typed).to_be_focused()
    expect(typed).to_have_attribute("aria-invalid", "true")
    expect(typed).to_have_accessible_description(re.compile(problem))
    typed.fill("1")
    expect(typed).not_to_have_attribute("aria-invalid", "true")


def test_an_http_address_is_not_called_from_an_https_page(page: Page, url: str) -> None:
    go(page, url)
    told = page.evaluate(
        """async () => {
          const { isMixed } = await import(new URL("console/static/model/endpoint.js", document.baseURI).href);
          const page = { protocol: "https:" };
          const urls = ["http://10.0.0.1/v1", "http://a.example/v1", "https://a.example", "http://localhost:1/v1",
            "http://127.0.0.1:1/v1", "http://[::1]:1/v1", "http://localhost.example/v1"];
          return [urls.map((url) => isMixed(url, page)), isMixed(urls[0], { protocol: "http:" })];
        }"""
    )
    assert told == [[True, True, False, False, False, False, True], False]


# Endpoints that the operator lists


def test_a_listed_endpoint_is_asked_by_way_of_the_server(page: Page) -> None:
    with (
        answering(Reply(status=401), LOOK, SUBMIT, browsers=False) as stub,
        serve_with(ui=True, control_token=SecretStr(TOKEN), endpoints=f"big={stub.url}") as url,
    ):
        go(page, url)
        fill_form(page, [("Model", MODEL), ("Key", KEY)])
        expect(page.get_by_label("Endpoint", exact=True)).to_have_value("big")
        expect(field(page, "Address")).to_be_hidden()
        read = read_form(page)
        assert read["endpoint"] == {"name": "big", "url": "", "relayed": True}
        with listening(page) as sent:
            begin(page, read, TASK, token=TOKEN)
            refused = play_on(page)["error"]
            assert (refused["kind"], "The endpoint big refused the key" in refused["message"]) == ("key", True)
            told = play_on(page)
        assert told["episode"]["done"]
        assert "by way of this server" in told["note"]
        keyed = {one.url for one in sent if KEY in f"{one.url}{one.all_headers()}{one.post_data}"}
        assert keyed == {f"{url}/console/endpoints/big/chat/completions"}
        asked = [one for one in sent if one.resource_type == "fetch"]
        assert {one.headers["authorization"] for one in asked} == {f"Bearer {TOKEN}"}
        begin(page, read, TASK, token=TOKEN)
        page.evaluate("async () => (await import(`${document.baseURI}console/static/api.js`)).api.useToken(null)")
        assert play_on(page)["error"]["kind"] == "token"
    assert all(headers["authorization"] == f"Bearer {KEY}" for headers in stub.headers)
    assert len(stub.requests) == 3
