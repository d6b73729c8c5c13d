"""An endpoint's answer and a dropped file may be made to freeze the page: they are read in time, or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

SECONDS = 10  # for texts on which the same took minutes before; an honest answer takes a few milliseconds
MANY = 1_900_000
RULES = {
    "offered": ["query_logs"],
    "required": {"query_logs": ["service"]},
    "submissions": [],
    "parameters": {"service": {"most": None, "length": 200}, "limit": {"most": 50, "length": None}},
    "name_length": 200,
    "words_length": 4_000,
    "reason_length": 1_000,
    "no_action": "none",
}
DECIDE = """async ([url, rules, [piece, most, tail], as]) => {
  const { JsonConversation, ToolConversation } = await import(url + "/model/conversation.js");
  const text = piece.repeat(most) + tail;
  const briefing = { messages: [], tools: [], reading: rules, json: { feedback: "" } };
  const call = { id: "a", name: "query_logs", arguments: text };
  const [talk, answer] = as === "json"
    ? [new JsonConversation(briefing), { text, reasoning: "", calls: [] }]
    : [new ToolConversation(briefing), { text: "", reasoning: "", calls: [call] }];
  const begun = performance.now();
  const { action } = talk.decide(answer);
  return [action, (performance.now() - begun) / 1000];
}"""
COMPLETION = """async ([url, text]) => {
  const { Model } = await import(url + "/model/endpoint.js");
  const settings = { endpoint: { name: "e", url: "http://x", relayed: false }, model: "m", key: "", mode: "tools" };
  window.fetch = async () => new Response(text.replace("DEEP", "[".repeat(500_000) + "]".repeat(500_000)));
  try {
    const { calls } = await new Model(settings, { pause: 0 }).ask({ messages: [] });
    return calls.length;
  } catch ({ name, message }) {
    return `${name}: ${message}`;
  }
}"""
READ = """async ([url, [piece, most, tail]]) => {
  const { readFile } = await import(url + "/runs/records.js");
  const begun = performance.now();
  let told;
  try {
    const { entries, problems } = await readFile(new File([piece.repeat(most), tail], "a.jsonl"));
    const words = entries.length ? (await entries[0].read()).words : [];
    const longest = Math.max(0, ...words.map((one) => one.length));
    told = { entries: entries.length, problems: problems.length, longest };
  } catch ({ name, message }) {
    told = `${name}: ${message}`;
  }
  return [told, (performance.now() - begun) / 1000];
}"""
RECORD = {"options": {"seed": 1}, "steps": [{"action_type": "query_logs", "parameters": {}}]}


@pytest.mark.parametrize("mode", ["json", "tools"])
@pytest.mark.parametrize(
    "text",
    [
        ('"', 1, '\\"' * 100_000),
        ('{"a":', 800, "x" * MANY),
        ('{"a" ', 499, '"b\\n" ' * 300_000 + "}" * 499),
        ('{"a":', MANY // 5, ""),
        ("{}", MANY // 2, ""),
    ],
    ids=["quotes", "objects without an end", "objects that are none", "depth", "many objects"],
)
def test_an_answer_without_an_action_is_told_in_time(page: Page, url: str, text: Any, mode: str) -> None:
    action, seconds = page.evaluate(DECIDE, [url, RULES, text, mode])
    assert action in ("none", "query_logs")
    assert seconds < SECONDS


@pytest.mark.parametrize("mode", ["json", "tools"])
@pytest.mark.parametrize("odd", [{"toString": 1, "valueOf": 1}, [5], True, None])
def test_a_parameter_of_another_type_is_left_out(page: Page, url: str, odd: Any, mode: str) -> None:
    parameters = {"service": "a", "limit": odd, "__proto__": {"x": 1}, "constructor": 1}
    told = {"action_type": "query_logs", "parameters": parameters} if mode == "json" else parameters
    action, _ = page.evaluate(DECIDE, [url, RULES, ["", 0, json.dumps(told)], mode])
    assert action == "query_logs"


def test_depth_is_no_fault_of_the_page_and_few_calls_are_read(page: Page, url: str) -> None:
    message = '{"choices": [{"message": {"tool_calls": [%s]}}]}'
    deep = page.evaluate(COMPLETION, [url, message % '{"function": {"name": "a", "arguments": DEEP}}'])
    assert deep == "ModelError: The endpoint x answered with JSON that is nested too deep."
    assert page.evaluate(COMPLETION, [url, message % ",".join(['{"function": {}}'] * 100_000)]) == 100


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (("\n", 2_000_000, ""), "more than 200,000 lines"),
        (("1\n", 1_000_000, ""), "more than 200,000 lines"),
        (("[", 17_000_000, ""), "is no list of episodes"),
        (("\n[", 1, "[" * 9_000_000), "longer than 8 MiB"),
        (
            ('{"options": {"seed": ', 1, "[" * 100_000 + "]" * 100_000 + '}, "steps": []}'),
            "more than texts and numbers",
        ),
        ((json.dumps({**RECORD, "steps": [{"action": "a", "parameters": {"b": [1]}}]}), 1, ""), "more than texts"),
        (("1\n", 50_000, json.dumps(RECORD)), {"entries": 1, "problems": 50_000, "longest": 0}),
        (
            (json.dumps({**RECORD, "steps": [{"action": "a", "words": "x" * 1_000_000}]}), 1, ""),
            {"entries": 1, "problems": 0, "longest": 20_000},
        ),
        (
            ('{"__proto__": {"steps": []}, "options": {"__proto__": {"seed": 1}}, "steps": []}', 1, ""),
            "more than texts",
        ),
    ],
    ids=["empty lines", "lines", "depth", "a deep line", "deep options", "deep parameters", "wrong", "words", "proto"],
)
def test_a_file_is_read_in_time_or_refused(page: Page, url: str, file: Any, told: Any) -> None:
    found, seconds = page.evaluate(READ, [url, file])
    assert seconds < SECONDS
    if isinstance(told, str):
        assert told in found
    else:
        assert told.items() <= found.items()
