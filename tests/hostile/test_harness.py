"""The harness itself: each check fails on what it is there for, so that a pass of the other tests means something."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from server.app import create_app
from tests.hostile import fuzzing
from tests.hostile.http_connection import Answer
from tests.hostile.mutations import mutated
from tests.hostile.plays import differences, plays
from tests.hostile.server_process import Figures
from tests.hostile.sockets import bomb, frame, unfinished
from tests.hostile.stopping import stop
from tests.hostile.verdict import Observed, breaches, limit_seconds
from tests.hostile.witness import Report, Witness
from tests.http_server import serve, settings

QUIET = {"health": [0.001] * 100, "step": [0.002] * 100, "ws_step": [0.002] * 100}
KEPT = Observed(
    before=Figures(200 << 20, 20, 5),
    after=Figures(210 << 20, 20, 5),
    most=Figures(220 << 20, 60, 20),
    witness=dataclasses.asdict(Report(seconds=QUIET)),
    attacker={"statuses": {"200": 5, "503": 2}, "counts": {}, "failures": [], "problems": []},
)


def seen(**changes: Any) -> Observed:
    return dataclasses.replace(KEPT, **changes)


def witness(**changes: Any) -> Observed:
    return seen(witness={**KEPT.witness, **changes})


def attacker(**changes: Any) -> Observed:
    return seen(attacker={**KEPT.attacker, **changes})


def test_a_promise_that_was_kept_has_no_breach() -> None:
    assert breaches(KEPT, QUIET) == []


@pytest.mark.parametrize(
    ("observed", "told"),
    [
        (witness(seconds={**QUIET, "health": [0.001] * 95 + [0.3] * 5}), "health takes 300 ms at p99, over 250"),
        (witness(seconds={**QUIET, "step": [0.001] * 3}), "only 3 answers of step"),
        (witness(problem_count=1, problems=["/step: x"]), "1 wrong answers"),
        (witness(refused_seconds=61.0), "refused for 61 s"),
        (attacker(statuses={"500": 2}, failures=["GET /x: 500 b''"]), "answers of 5xx: {'500': 2}"),
        (attacker(problems=["POST /x: none"], counts={"problems": 1}), "1 answers wrong in kind"),
        (seen(most=Figures(901 << 20, 20, 5)), "RSS reached 901 MiB"),
        (seen(after=Figures(300 << 20, 20, 5), few_places=True), "RSS stays 100 MiB higher"),
        (seen(after=Figures(210 << 20, 50, 5)), "50 descriptors stay open, 20 before"),
        (seen(most=Figures(220 << 20, 60, 90)), "90 threads, 5 before"),
        (seen(files={"tmp/a": 3}), "file written: tmp/a, 3 bytes"),
        (seen(log="Traceback (most recent call last):\nKeyError: 99\n"), "1 tracebacks in the log: ['KeyError: 99']"),
        (seen(log_bytes=3 << 20), "3072 KiB of log"),
        (seen(still_closed=["/ws"]), "not back a minute after the attack: /ws"),
    ],
)
def test_each_breach_is_told(observed: Observed, told: str) -> None:
    (breach,) = breaches(observed, QUIET)
    assert told in breach


def test_a_slow_machine_gets_more_time() -> None:
    assert limit_seconds(QUIET, "step") == 0.25
    assert limit_seconds({"step": [0.4] * 100}, "step") == pytest.approx(0.6)
    assert limit_seconds(QUIET, "step", 1.0) == 1.0


# The witness


def test_the_expected_episodes_end_with_a_grade_and_hold_a_mistake() -> None:
    for play in plays():
        assert play.answers[-1]["done"]
        assert play.answers[-1]["info"]["grade"]["total"] > 0
        assert any(answer["observation"]["last_action_error"] for answer in play.answers)


def test_a_difference_in_any_field_is_found() -> None:
    expected = plays()[0].answers[0]
    got = json.loads(json.dumps(expected))
    assert differences(expected, got) == []
    got["observation"]["alert"]["error_rate"] = 1
    got["reward"].pop("reason")
    got["observation"]["queried_data"]["query_logs"]["foreign"] = "text"
    assert len(differences(expected, got)) == 2  # a whole tool's texts count as one field
    assert differences(expected, None) == ["the answer is null"]


Changed = Callable[[bytes], bytes]


@contextmanager
def changed_server(change: Changed, path: str) -> Iterator[int]:
    """A server whose answers at a path are changed on their way; the value is its port."""
    app = create_app(settings(openenv=True))

    async def changing(scope: Scope, receive: Receive, send: Send) -> None:
        async def changed(message: Any) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": change(message["body"])}
            elif message["type"] == "websocket.send":
                message = {**message, "text": change(message["text"].encode()).decode()}
            await send(message)

        await app(scope, receive, changed if scope.get("path") == path else send)

    with serve(changing) as url:  # type: ignore[arg-type]
        httpx.get(f"{url}/metadata", timeout=60)  # waits until the protocol has been loaded
        yield int(url.rpartition(":")[2])


def watched(port: int, enough: Callable[[Report], bool]) -> Report:
    """What a witness reports once it has seen enough."""

    async def watch() -> Report:
        seeing = Witness(port)
        task = asyncio.ensure_future(seeing.watch())
        while not enough(seeing.report) and not task.done():
            await asyncio.sleep(0.01)
        await stop(task)
        return seeing.report

    return asyncio.run(asyncio.wait_for(watch(), 60))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("/step", b"evidence added", b"evidence ADDED"),
        ("/reset", b"Incident open", b"Incident OPEN"),
        ("/ws", b'"shaping":', b'"shaping":1'),
        ("/health", b'"version":"0.1.0"', b'"version":"0.1.1"'),
    ],
)
def test_a_witness_notices_one_wrong_value(path: str, old: bytes, new: bytes) -> None:
    with changed_server(lambda body: body.replace(old, new), path) as port:
        watched(port, lambda report: any(path in text for text in report.problems))


def test_a_witness_has_nothing_to_say_of_a_right_server() -> None:
    with changed_server(lambda body: body, "") as port:
        report = watched(port, lambda report: report.episodes >= 6)
    assert report.problems == []
    assert {"health", "reset", "step", "ws_step"} <= report.seconds.keys()


# The fuzzer


def test_a_seed_gives_the_same_messages_and_most_are_wrong() -> None:
    message = {"action_type": "query_logs", "parameters": {"service": "api-gateway"}}
    once, again = ([mutated(message, rng) for _ in range(500)] for rng in (random.Random(7), random.Random(7)))
    assert once == again
    assert len(set(once)) > 250
    assert 40 < sum(text == json.dumps(message).encode() for text in once) < 150


@pytest.mark.parametrize(
    ("is_right", "answer"),
    [
        (fuzzing._is_step, Answer(500, {}, b'{"detail": "internal"}')),
        (fuzzing._is_step, Answer(422, {}, b"{}")),
        (fuzzing._is_step, Answer(200, {}, b'{"observation": {}}')),
        (fuzzing._is_observation, Answer(200, {}, b"[]")),
        (fuzzing._is_rpc, Answer(200, {}, b'{"jsonrpc": "2.0", "id": 1}')),
        (fuzzing._is_mcp, Answer(200, {"content-type": "text/event-stream"}, b"event: message\n\n")),
        (fuzzing._is_page, Answer(200, {}, b'{"error": "x"}')),
        (fuzzing._is_openenv, {"type": "hello"}),
        (fuzzing._is_rpc_object, {"jsonrpc": "1.0", "id": 1, "result": {}}),
    ],
)
def test_an_answer_of_the_wrong_kind_is_noticed(is_right: Callable[[Any], bool], answer: Any) -> None:
    assert not fuzzing._judged(is_right, answer)


# The sockets


def test_frames_are_as_the_protocol_has_them() -> None:
    assert frame(b"hi", 1, 0x80) == b"\x81\x82\0\0\0\0hi"
    assert frame(b"x" * 200, 1)[:4] == b"\x01\xfe\x00\xc8"
    assert sum(map(len, unfinished(1 << 20))) > 1 << 20
    assert len(bomb(15_000_000)) < 20_000
