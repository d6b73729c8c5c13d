"""runtime.seed_control: a seed decides the incident, the same way every time, and what is no seed is refused."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from openenv.core.env_server.http_server import create_fastapi_app

from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation, CloudIncidentState
from cloud_incident_env.splits import incidents_of
from server.openenv_session import OpenEnvIncidentEnvironment
from tasks import INCIDENTS
from tests.http_server import serve
from tools.quality.runtime_interfaces import Address, Refused, Server, WebSocketClient, checked
from tools.quality.runtime_scripts import PLACES, random_actions
from tools.quality.runtime_servers import ServerProcess

pytest_plugins = ["tools.quality.runtime_fixtures"]

Reset = Callable[..., str]  # takes reset options, returns the first observation as it came
BAD_SEEDS: list[Any] = ["many", 1.5, [], {}]
SEEDED_INTERFACES = ("ws", "openenv-ws", "openenv-http")


@contextmanager
def resetting(server: Server, interface: str) -> Iterator[Reset]:
    """The reset of an interface that takes seeds."""
    if interface == "openenv-http":
        with server.client() as client:
            yield lambda **options: checked(client.post("/openenv/reset", json=options)).text
        return
    client = WebSocketClient(server, "/ws" if interface == "ws" else "/openenv/ws")
    try:
        yield client.reset_with
    finally:
        client.close()


GENERATED = 5  # seeds of generated incidents to look at


def seed_problems(reset: Reset) -> list[str]:
    """What is wrong with an interface's seeds: ignored, unsteady, all the same, or bad ones accepted."""
    problems = []
    choices: list[tuple[dict[str, Any], int]] = [({"split": "canonical"}, len(incidents_of("canonical")))]
    choices += [({"task_id": task_id}, GENERATED) for task_id in INCIDENTS]
    for options, incidents in choices:
        named = {**options, "episode_id": "seeded"}
        first = [reset(seed=seed, **named) for seed in range(incidents)]
        again = [reset(seed=seed, **named) for seed in reversed(range(incidents))][::-1]
        problems += [f"{options}: seed {n} differs" for n in range(incidents) if first[n] != again[n]]
        reached = {json.loads(text).get("data", json.loads(text))["observation"]["scenario_id"] for text in first}
        if len(reached) != incidents:
            problems.append(f"{options}: seeds 0 to {incidents - 1} reach {len(reached)} of {incidents} incidents")
    for seed in BAD_SEEDS:
        try:
            reset(seed=seed)
        except Refused as refusal:
            if "seed" not in str(refusal):
                problems.append(f"seed {seed!r} is refused without a word about it: {refusal}")
        else:
            problems.append(f"seed {seed!r} is accepted")
    return problems


@pytest.mark.check("runtime.seed_control")
@pytest.mark.parametrize("interface", SEEDED_INTERFACES)
def test_a_seed_decides_the_incident(
    plain_server: ServerProcess, interface: str, measured: Callable[[str], None]
) -> None:
    """The seed given to reset is used: the same seed gives the same incident, byte for byte, different seeds reach
    every incident there is, and what is no seed is refused with the protocol's error."""
    with resetting(plain_server, interface) as reset:
        assert seed_problems(reset) == []
    measured(interface)


@pytest.mark.check("runtime.seed_control")
def test_an_episode_of_the_same_seed_repeats_byte_for_byte(
    plain_server: ServerProcess, measured: Callable[[str], None]
) -> None:
    """Not only the start: the same seed and actions give the same answers to the end."""

    def play(seed: int) -> list[str]:
        client = WebSocketClient(plain_server)
        shown = [client.reset_with(split="canonical", seed=seed)]
        shown += [client.act(*action) for action in random_actions(PLACES[seed % len(PLACES)], seed)]
        client.close()
        return shown

    seeds = range(2 * len(PLACES))
    assert [seed for seed in seeds if play(seed) != play(seed)] == []
    measured(f"{len(seeds)} seeds played twice")


@pytest.mark.check("runtime.seed_control")
def test_rest_takes_a_seed_or_refuses_it(plain_server: ServerProcess) -> None:
    """A interface without seeds says so; it does not accept one and ignore it."""
    with plain_server.client() as client:
        properties = client.get("/openapi.json").json()["components"]["schemas"]["ResetOptions"]["properties"]
        for send in ({"json": {"seed": 1}}, {"params": {"seed": 1}}):
            answer = client.post("/reset", **send)  # type: ignore[arg-type]
            if "seed" in properties:
                assert answer.json()["scenario_id"] != client.post("/reset", json={"seed": 0}).json()["scenario_id"]
            else:
                assert answer.status_code == 422
                assert "seed" in answer.json()["detail"][0]["loc"]


class Deaf(OpenEnvIncidentEnvironment):
    """Ignores its seed."""

    def reset(self, seed: Any = None, *options: Any, **named: Any) -> CloudIncidentObservation:
        return super().reset(None, *options, **named)


class Drifting(OpenEnvIncidentEnvironment):
    """Gives another incident each time, whatever the seed."""

    _resets = itertools.count()

    def reset(self, seed: Any = None, *options: Any, **named: Any) -> CloudIncidentObservation:
        return super().reset(next(self._resets), *options, **named)


@pytest.mark.parametrize(("environment", "symptom"), [(Deaf, "reach 1 of"), (Drifting, "seed 0 differs")])
def test_the_seed_check_can_fail(environment: type[OpenEnvIncidentEnvironment], symptom: str) -> None:
    app = create_fastapi_app(environment, CloudIncidentAction, CloudIncidentObservation, state_cls=CloudIncidentState)
    with serve(app) as url, resetting(Address(url), "ws") as reset:
        problems = seed_problems(reset)
    assert any(symptom in problem for problem in problems)
    assert any("'many' is accepted" in problem for problem in problems)
