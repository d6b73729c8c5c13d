"""runtime.startup: the real process comes up, answers, and goes down when told to."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest
from openenv.validation.manifest import ExecutionDeclaration
from openenv.validation.runtime.collector import collect_runtime_evidence
from openenv.validation.runtime.contracts import LaunchSpec, load_runtime_plan

from cloud_incident_env.wire import REST_VERSION
from tools.quality.runtime_interfaces import open_websocket
from tools.quality.runtime_servers import ROOT, ServerProcess, launched

pytest_plugins = ["tools.quality.runtime_fixtures"]

# What openenv's own providers allow a server until it answers.
MOST_SECONDS = LaunchSpec.model_fields["startup_timeout_s"].default
MOST_SECONDS_TO_CONNECT = 2.0  # openenv's clients wait ten
REST_ONLY = {"INCIDENT_UI": "false", "INCIDENT_OPENENV": "false"}


@pytest.mark.check("runtime.startup")
def test_the_server_comes_up_and_plays_the_plan(plain_server: ServerProcess, measured: Callable[[str], None]) -> None:
    """The subject starts, reaches its control endpoint, and the whole runtime plan can be collected from it.

    As openenv's runner has it, but for the image: here `uvicorn server.app:app` is started from the checkout.
    """
    client = plain_server.client()
    health = client.get("/health")
    assert (health.status_code, health.json()) == (200, {"status": "ok", "version": REST_VERSION})
    seconds = plain_server.healthy - plain_server.started
    assert seconds < MOST_SECONDS
    loaded = plain_server.loaded - plain_server.started
    plan = load_runtime_plan(ROOT, ExecutionDeclaration())
    evidence = collect_runtime_evidence(f"{plain_server.base_url}/openenv", plan, episode_timeout_s=60)
    assert evidence.failure_reason is None
    assert len(evidence.exchanges) == 2 * (1 + len(plan.actions))
    measured(
        f"/health good after {seconds:.1f} s of {MOST_SECONDS:.0f} s, page after {loaded:.1f} s, two servers at once"
    )
    measured(f"{len(evidence.exchanges)} exchanges collected")


@pytest.mark.check("runtime.startup")
def test_a_session_is_accepted_as_soon_as_health_is_good(measured: Callable[[str], None]) -> None:
    """Whoever waits for /health, as every container provider of openenv does, may connect at once: until then it is a
    503, while the process already answers."""
    with launched(hash_seed=5, changes={"INCIDENT_UI": "false"}) as server:
        server.wait_until_listening()
        client, answers = server.client(), []
        while not answers or answers[-1].status_code != 200:
            answers.append(client.get("/health"))
            assert time.perf_counter() - server.started < MOST_SECONDS, answers[-1].text
        assert {answer.json()["status"] for answer in answers[:-1]} <= {"starting"}
        asked = time.perf_counter()
        with open_websocket(server, "/ws"):
            seconds = time.perf_counter() - asked
    assert seconds < MOST_SECONDS_TO_CONNECT
    measured(f"/ws accepted {seconds:.2f} s after /health was good, {len(answers) - 1} times 503 before")


@pytest.mark.check("runtime.startup")
def test_the_server_goes_down_when_told_to(measured: Callable[[str], None]) -> None:
    """A stop (SIGTERM) ends the process by itself, with nothing but its own log lines on the way."""
    with launched(hash_seed=3, changes=REST_ONLY) as server:
        server.wait_until_listening()
        assert server.client().post("/reset").status_code == 200
        asked = time.perf_counter()
        assert server.stop() in (0, -signal.SIGTERM)
        assert "Traceback" not in server.output
        assert "Application shutdown complete" in server.output
    measured(f"stopped in {time.perf_counter() - asked:.1f} s")


def test_a_server_that_does_not_come_up_is_noticed() -> None:
    with (
        launched(hash_seed=3, app="server.app:no_such_app") as server,
        pytest.raises(AssertionError, match="not found in module"),
    ):
        server.wait_until_listening()
