"""A model's own words: both policies keep what stands beside an action, a record has it, a run shows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openai
import pytest

from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.heuristic import HeuristicPolicy
from cloud_incident_env.agents.llm import LLMPolicy, ModelPolicy, Sampling
from cloud_incident_env.agents.llm_tools import ToolCallingPolicy
from cloud_incident_env.agents.policy import Policy
from cloud_incident_env.evaluation.browsed_runs import Runs
from cloud_incident_env.evaluation.config import RunConfig
from cloud_incident_env.evaluation.plan import Incidents, one_episode
from cloud_incident_env.evaluation.play import play
from cloud_incident_env.evaluation.record import EpisodeRecord
from cloud_incident_env.evaluation.replay import replayed
from cloud_incident_env.evaluation.store import RunFolder
from cloud_incident_env.model_prompts import WORDS_LENGTH
from cloud_incident_env.options import ResetOptions
from server.console.episode_record import Played, actions_of, play_again
from tests.llm_stub import Reply, llm_stub

TASK = {"task_id": "alert_classification", "scenario_index": 0}
SUBMIT = ("submit_severity", {"severity": "P1"})


def played(kind: type[ModelPolicy], *replies: Reply, **options: Any) -> EpisodeRecord:
    """The record of an episode in which a model answers so."""
    left = list(replies)
    with llm_stub(lambda body: left.pop(0)) as stub:
        client = openai.OpenAI(api_key="none", base_url=stub.url, max_retries=0)
        policy = kind(client, "m", **{"stand_in": "never", **options})
        return play(one_episode(TASK), policy, LocalEnvironment())


def call(text: str = "", **parameters: Any) -> Reply:
    return Reply(text, calls=[(SUBMIT[0], json.dumps({**SUBMIT[1], **parameters}))])


def as_json(before: str = "", after: str = "", **more: Any) -> Reply:
    body = json.dumps({"action_type": SUBMIT[0], "parameters": SUBMIT[1], **more})
    return Reply(f"{before}{body}{after}")


def thought(reply: Reply, name: str) -> Reply:
    """The same answer, with what the model thought beside it."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text, name: "Thinking."}
    message["tool_calls"] = [
        {"id": "a", "type": "function", "function": {"name": tool, "arguments": arguments}}
        for tool, arguments in reply.calls
    ]
    return Reply(body=json.dumps({"id": "x", "choices": [{"index": 0, "message": message}]}))


@pytest.mark.parametrize(
    ("kind", "reply", "words"),
    [
        (ToolCallingPolicy, call("Users are down."), "Users are down."),
        (ToolCallingPolicy, call(), None),
        (ToolCallingPolicy, call(reasoning="So it is."), "So it is."),
        (ToolCallingPolicy, call(" Hm. ", reasoning="So it is."), "Hm.\n\nSo it is."),
        (ToolCallingPolicy, call(reasoning=["a"]), None),
        (ToolCallingPolicy, thought(call("Hm."), "reasoning_content"), "Thinking.\n\nHm."),
        (ToolCallingPolicy, thought(call("Hm."), "reasoning"), "Thinking.\n\nHm."),
        (LLMPolicy, as_json(), None),
        (LLMPolicy, as_json("Users are down. ", " That is all."), "Users are down.  That is all."),
        (LLMPolicy, as_json("So:\n```json\n", "\n```\n"), "So:"),
        (LLMPolicy, as_json(reasoning="Down."), "Down."),
        (LLMPolicy, thought(as_json(), "reasoning_content"), "Thinking."),
        (LLMPolicy, as_json("a" * 9_000), "a" * WORDS_LENGTH),
        (LLMPolicy, as_json("\ud800<script>\u202e "), "?<script>\u202e"),
    ],
)
def test_what_stands_beside_an_action_is_recorded(kind: type[ModelPolicy], reply: Reply, words: str | None) -> None:
    record = played(kind, reply)
    [step] = record["steps"]
    assert (step["action_type"], step["parameters"], step.get("words")) == (*SUBMIT, words)
    json.dumps(record, ensure_ascii=False).encode()  # as the store writes it


@pytest.mark.parametrize("kind", [ToolCallingPolicy, LLMPolicy])
def test_an_answer_that_is_no_action_is_kept_whole(kind: type[ModelPolicy]) -> None:
    last = call() if kind is ToolCallingPolicy else as_json()
    record = played(kind, Reply("I would look at the logs."), last)
    assert [step.get("words") for step in record["steps"]] == ["I would look at the logs.", None]
    stood_in = played(kind, Reply("I would look at the logs."), last, stand_in="unusable")
    assert (stood_in["steps"][0]["source"], stood_in["steps"][0].get("words")) == (
        "fallback",
        "I would look at the logs.",
    )


@pytest.mark.parametrize("kind", [ToolCallingPolicy, LLMPolicy])
def test_a_stream_has_them_as_well(kind: type[ModelPolicy]) -> None:
    reply = call("Users are down.") if kind is ToolCallingPolicy else as_json("Users are down.")
    record = played(kind, reply, sampling=Sampling(stream=True))
    assert record["steps"][0].get("words") == "Users are down."


def test_rules_have_no_words() -> None:
    policy: Policy = HeuristicPolicy()
    record = play(one_episode(TASK), policy, LocalEnvironment())
    assert all("words" not in step for step in record["steps"])


def test_a_run_is_replayed_and_browsed_with_them_and_without(tmp_path: Path) -> None:
    """An episode without words is as earlier releases wrote it."""
    old = played(ToolCallingPolicy, call())
    new = played(ToolCallingPolicy, Reply("Looking.", calls=[("query_logs", '{"service": "x"}')]), call("Down."))
    config = RunConfig("llm-tools", Incidents(task="alert_classification"), "2026-01-01T00:00:00+00:00", model="m")
    folder = RunFolder(tmp_path / "run")
    with folder.writing(config):
        folder.append({**old, "key": "old"}, {**new, "key": "new"})
    for record in (old, new):
        assert list(replayed(record, LocalEnvironment()))
    runs = Runs()
    shown = {}
    for key in ("old", "new"):
        found = runs.run_episode(str(folder.path), key)
        replay = play_again(Played(ResetOptions(**found["options"]), actions_of(found["actions"])))
        shown[key] = [(step["words"], step["source"]) for step in replay.steps]
    assert shown == {"old": [(None, "model")], "new": [("Looking.", "model"), ("Down.", "model")]}
    rows = [["query_logs", {"service": "x"}, "rules"]]  # of a worker that knows no words
    assert actions_of(rows)[0].words == ""
