"""runtime.episode_isolation: whoever else plays, an episode shows what it shows when it is played alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import zip_longest
from typing import Any, ClassVar

import pytest
from openenv.core.env_server.http_server import create_fastapi_app

from cloud_incident_env.episode import Episode
from cloud_incident_env.openenv_models import CloudIncidentAction, CloudIncidentObservation, CloudIncidentState
from server.openenv_session import OpenEnvIncidentEnvironment
from tests.http_server import serve
from tools.quality.runtime_interfaces import (
    INTERFACES,
    Action,
    Address,
    Client,
    RestClient,
    Server,
    WebSocketClient,
    connected,
    played,
)
from tools.quality.runtime_scripts import PLACES, Place, name_of, perfect, random_actions
from tools.quality.runtime_servers import ServerProcess

pytest_plugins = ["tools.quality.runtime_fixtures"]

CLIENTS_PER_INTERFACE = 3
Game = tuple[str, Place, list[Action]]  # interface, incident, actions


def games(interfaces: list[str]) -> list[Game]:
    """Some episodes at every interface, of different incidents, perfect and random ones."""
    chosen = []
    for number, interface in enumerate(interface for interface in interfaces for _ in range(CLIENTS_PER_INTERFACE)):
        place = PLACES[number * 4 % len(PLACES)]
        actions = perfect(place) if number % 2 else random_actions(place, number)
        chosen.append((interface, place, actions))
    return chosen


def alone(server: Server, game: Game) -> list[str]:
    """What an episode shows when nobody else plays."""
    interface, place, actions = game
    with connected(server, interface) as client:
        return played(client, *place, actions)


def interleaved(clients: list[Client], chosen: list[Game]) -> list[list[str]]:
    """What episodes show that take turns: one action of each, round and round."""
    shown = [[client.reset(*place)] for client, (_, place, _) in zip(clients, chosen, strict=True)]
    for turn in zip_longest(*(actions for _, _, actions in chosen)):
        for client, action, texts in zip(clients, turn, shown, strict=True):
            if action is not None:
                texts.append(client.act(*action))
    return [[*texts, client.state()] for client, texts in zip(clients, shown, strict=True)]


def intrusions(server: Server, interfaces: list[str], *, concurrent: bool) -> tuple[list[str], int]:
    """Which episodes show anything else in company than alone, and how many were played."""
    chosen = games(interfaces)
    expected = [alone(server, game) for game in chosen]
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(server, interface)) for interface, _, _ in chosen]
        if concurrent:
            with ThreadPoolExecutor(len(chosen)) as pool:
                jobs = [
                    pool.submit(played, client, *game[1], game[2]) for client, game in zip(clients, chosen, strict=True)
                ]
                shown = [job.result() for job in jobs]
        else:
            shown = interleaved(clients, chosen)
    problems = []
    for (interface, place, _), own, seen in zip(chosen, expected, shown, strict=True):
        unlike = [step for step, (a, b) in enumerate(zip(own, seen, strict=True)) if a != b]
        if unlike:
            problems.append(f"{interface} {name_of(place)}: answers {unlike} differ in company")
    return problems, len(chosen)


@pytest.mark.check("runtime.episode_isolation")
@pytest.mark.parametrize("concurrent", [False, True], ids=["interleaved", "concurrent"])
def test_episodes_side_by_side_do_not_meet(
    plain_server: ServerProcess, concurrent: bool, measured: Callable[[str], None]
) -> None:
    """Sessions see only their own episode: at every interface at once, taking turns and all at the same time, each
    shows byte for byte what it shows alone."""
    problems, count = intrusions(plain_server, list(INTERFACES), concurrent=concurrent)
    assert problems == []
    measured(f"{count} episodes {'at once' if concurrent else 'in turns'} over {len(INTERFACES)} interfaces")


@pytest.mark.check("runtime.episode_isolation")
def test_the_same_episode_id_at_another_interface_is_another_episode(plain_server: ServerProcess) -> None:
    """An id that one session chose opens no door to it from another session or interface."""
    first, second = WebSocketClient(plain_server), WebSocketClient(plain_server, "/openenv/ws")
    rest = RestClient(plain_server)
    second.episode_id = rest.episode_id = first.episode_id
    try:
        first.reset("root_cause_analysis", 0)
        first.act("query_logs", {"service": "postgres-db"})
        before = first.state()
        assert rest.http.get("/state", params={"episode_id": first.episode_id}).status_code == 404
        for other in (second, rest):
            other.reset("root_cause_analysis", 1)
            other.act("submit_root_cause", {"service": "postgres-db", "failure_mode": "unknown"})
        assert first.state() == before
        assert json.loads(before)["data"]["step_count"] == 1
    finally:
        for client in (first, second, rest):
            client.close()


@pytest.mark.check("runtime.episode_isolation")
def test_an_unnamed_reset_leaves_named_episodes_alone(plain_server: ServerProcess) -> None:
    """The convenience of a reset without an id moves nobody who named an episode."""
    with connected(plain_server, "rest") as client:
        client.reset("remediation_planning", 2)
        client.act("query_logs", {"service": "order-service"})
        before = client.state()
        client.http.post("/reset", json={"task_id": "remediation_planning", "scenario_index": 2})
        client.http.post("/step", json={"action_type": "submit_resolution", "parameters": {"summary": "nothing"}})
        assert client.state() == before


class Shared(OpenEnvIncidentEnvironment):
    """All sessions play the episode that was started last."""

    _latest: ClassVar[list[Episode]] = []

    def reset(self, *options: Any, **named: Any) -> CloudIncidentObservation:
        observation = super().reset(*options, **named)
        self._latest[:] = [super().episode]
        return observation

    @property
    def episode(self) -> Episode:
        return self._latest[0] if self._latest else super().episode


@pytest.mark.parametrize("concurrent", [False, True], ids=["interleaved", "concurrent"])
def test_the_isolation_check_can_fail(concurrent: bool) -> None:
    app = create_fastapi_app(
        Shared, CloudIncidentAction, CloudIncidentObservation, state_cls=CloudIncidentState, max_concurrent_envs=8
    )
    with serve(app) as url:
        problems, count = intrusions(Address(url), ["ws"], concurrent=concurrent)
    assert 0 < len(problems) <= count
