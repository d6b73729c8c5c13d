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
from tools.quality.runtime_faces import FACES, Action, Address, RestSeat, Seat, Server, WebSocketSeat, played, seated
from tools.quality.runtime_scripts import PLACES, Place, name_of, perfect, random_actions
from tools.quality.runtime_servers import ServerProcess

pytest_plugins = ["tools.quality.runtime_fixtures"]

SEATS_PER_FACE = 3
Game = tuple[str, Place, list[Action]]  # face, incident, actions


def games(faces: list[str]) -> list[Game]:
    """Some episodes at every face, of different incidents, perfect and random ones."""
    chosen = []
    for number, face in enumerate(face for face in faces for _ in range(SEATS_PER_FACE)):
        place = PLACES[number * 4 % len(PLACES)]
        actions = perfect(place) if number % 2 else random_actions(place, number)
        chosen.append((face, place, actions))
    return chosen


def alone(server: Server, game: Game) -> list[str]:
    """What an episode shows when nobody else plays."""
    face, place, actions = game
    with seated(server, face) as seat:
        return played(seat, *place, actions)


def interleaved(seats: list[Seat], chosen: list[Game]) -> list[list[str]]:
    """What episodes show that take turns: one action of each, round and round."""
    shown = [[seat.reset(*place)] for seat, (_, place, _) in zip(seats, chosen, strict=True)]
    for turn in zip_longest(*(actions for _, _, actions in chosen)):
        for seat, action, texts in zip(seats, turn, shown, strict=True):
            if action is not None:
                texts.append(seat.act(*action))
    return [[*texts, seat.state()] for seat, texts in zip(seats, shown, strict=True)]


def intrusions(server: Server, faces: list[str], *, concurrent: bool) -> tuple[list[str], int]:
    """Which episodes show anything else in company than alone, and how many were played."""
    chosen = games(faces)
    expected = [alone(server, game) for game in chosen]
    with ExitStack() as stack:
        seats = [stack.enter_context(seated(server, face)) for face, _, _ in chosen]
        if concurrent:
            with ThreadPoolExecutor(len(chosen)) as pool:
                jobs = [pool.submit(played, seat, *game[1], game[2]) for seat, game in zip(seats, chosen, strict=True)]
                shown = [job.result() for job in jobs]
        else:
            shown = interleaved(seats, chosen)
    problems = []
    for (face, place, _), own, seen in zip(chosen, expected, shown, strict=True):
        unlike = [step for step, (a, b) in enumerate(zip(own, seen, strict=True)) if a != b]
        if unlike:
            problems.append(f"{face} {name_of(place)}: answers {unlike} differ in company")
    return problems, len(chosen)


@pytest.mark.check("runtime.episode_isolation")
@pytest.mark.parametrize("concurrent", [False, True], ids=["interleaved", "concurrent"])
def test_episodes_side_by_side_do_not_meet(
    plain_server: ServerProcess, concurrent: bool, measured: Callable[[str], None]
) -> None:
    """Sessions see only their own episode: at every face at once, taking turns and all at the same time, each shows
    byte for byte what it shows alone."""
    problems, count = intrusions(plain_server, list(FACES), concurrent=concurrent)
    assert problems == []
    measured(f"{count} episodes {'at once' if concurrent else 'in turns'} over {len(FACES)} faces")


@pytest.mark.check("runtime.episode_isolation")
def test_the_same_episode_id_at_another_face_is_another_episode(plain_server: ServerProcess) -> None:
    """An id that one session chose opens no door to it from another session or face."""
    first, second = WebSocketSeat(plain_server), WebSocketSeat(plain_server, "/openenv/ws")
    rest = RestSeat(plain_server)
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
        for seat in (first, second, rest):
            seat.close()


@pytest.mark.check("runtime.episode_isolation")
def test_an_unnamed_reset_leaves_named_episodes_alone(plain_server: ServerProcess) -> None:
    """The convenience of a reset without an id moves nobody who named an episode."""
    with seated(plain_server, "rest") as seat:
        seat.reset("remediation_planning", 2)
        seat.act("query_logs", {"service": "order-service"})
        before = seat.state()
        seat.http.post("/reset", json={"task_id": "remediation_planning", "scenario_index": 2})
        seat.http.post("/step", json={"action_type": "submit_resolution", "parameters": {"summary": "nothing"}})
        assert seat.state() == before


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
