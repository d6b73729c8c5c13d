"""The doors below `/console/`: what each wants, and what it answers.

What the page may not know before the end of an episode (the truth, the oracle's episode, the grade of any agent) is
told to those alone who name an episode of the same incident that has ended on this server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from cloud_incident_env.actions import NAME_LENGTH
from cloud_incident_env.encoding import Values
from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episode import Episode
from cloud_incident_env.episodes import AnyEpisode, Episodes, UnknownEpisodeError
from cloud_incident_env.options import EpisodeId, ResetOptions

from ..control import Control
from ..direct import parse_body
from ..errors import InvalidRequestError, MalformedRequestError
from ..responses import METHODS, json_bytes, refuse_method
from ..rest import parse_query
from .agents import ORACLE, Agents, same_incident
from .asked_runs import ReplayAsked, RunAsked, RunEpisodeAsked
from .briefing import briefing_of
from .catalogue import catalogue
from .compression import packed
from .debrief import debrief_of
from .episode_record import Played, Replay, actions_of, play_again, played_by, played_in, record, without_grade
from .runs import run_folder, run_names, shown_run
from .scores import Scores, baselines
from .static_files import serve_file
from .truth import truth_of
from .workers import BusyError, WorkerError, Workers

if TYPE_CHECKING:
    from .endpoints import Endpoints

PREFIX = "/console"
ENDPOINTS_PATH = f"{PREFIX}/endpoints/"
AT_ONCE = 4  # episodes that are played again at the same time
MOST_WAITING = 128  # requests that wait for that: of so many visitors who open a link at the same moment
GONE = "This episode is not here: it has expired, or the server was started anew. Start a new one."
ORACLE_HIDDEN = "The oracle knows the answer: it is shown after you have ended this same incident."
UNDER_WAY = "This episode has not ended yet: the answer is told after its end."
T = TypeVar("T")


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EpisodeAsked(_Asked):
    """Which episode a call is about."""

    episode_id: EpisodeId


class PlayAsked(_Asked):
    """Which agent plays which incident; `episode_id` names an ended episode of it, to be told everything."""

    agent: str = Field(max_length=NAME_LENGTH)
    options: ResetOptions = Field(default_factory=ResetOptions)
    episode_id: EpisodeId | None = None
    debrief: bool = False


class Console:
    """What answers the page, over a server's episodes.

    `runs` is the folder of run folders, and `endpoints` are those that the operator lists, if any. With `open_runs`
    grades, answers and the oracle's runs are told of run folders and of trajectories to whoever asks.
    """

    def __init__(
        self,
        episodes: Episodes,
        control: Control,
        runs: Path | None = None,
        endpoints: Endpoints | None = None,
        *,
        open_runs: bool = False,
    ) -> None:
        self.scores = Scores()
        self.runs = runs
        self.open_runs = open_runs
        self.workers = Workers()
        self._endpoints = endpoints
        self._episodes = episodes
        self._control = control
        self._agents = Agents(self.workers, held_out=episodes.held_out)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    def router(self) -> APIRouter:
        """The routes. They answer GET or POST alone, and nothing else below `/console/` reaches the page."""
        router = APIRouter()
        gets: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/static/{name:path}": self.static,
            "/catalogue": self.catalogue,
            "/episode": self.episode,
            "/briefing": self.briefing,
            "/debrief": self.debrief,
            "/runs": self.list_runs,
            "/runs/{name}": self.list_run,
            "/runs/{name}/episode": self.run_episode,
            "/scores": self.list_scores,
        }
        posts = {"/play": self.play, "/replay": self.replay}
        if self._endpoints is not None:
            posts["/endpoints/{name}/chat/completions"] = self.ask_endpoint
        doors = [(path, "GET", door) for path, door in gets.items()]
        doors += [(path, "POST", door) for path, door in posts.items()]
        for path, method, door in doors:
            # The refusal comes first: a route of GET would answer HEAD as well.
            router.add_route(PREFIX + path, refuse_method(method), sorted(METHODS - {method}), include_in_schema=False)
            router.add_route(PREFIX + path, _answering(door), [method], include_in_schema=False)
        for path in ("", "/{rest:path}"):
            router.add_route(PREFIX + path, _no_such_path, sorted(METHODS), include_in_schema=False)
        return router

    async def static(self, request: Request) -> Response:
        """A file of the page."""
        return serve_file(request, request.path_params["name"])

    async def catalogue(self, request: Request) -> Response:
        """What can be played, and how."""
        admitted = self._control.admits(request.scope["headers"])
        told = catalogue(
            held_out=self._episodes.held_out,
            needs_token=not self._control.is_open,
            day=datetime.now(timezone.utc).date(),
            agents=self._agents.listed(),
            runs=run_names(self.runs) if admitted and self.workers.exist else [],
            endpoints=[] if self._endpoints is None else self._endpoints.names,
            open_runs=self.open_runs,
        )
        return _json(told)

    async def episode(self, request: Request) -> Response:
        """An episode of this server with the evidence of all its steps."""
        self._control.check(request.scope)
        episode = self._find(parse_query(EpisodeAsked, request.scope).episode_id, request)
        replay = await self._in_turn(lambda: play_again(played_in(episode)))
        return _json(record(replay))

    async def briefing(self, request: Request) -> Response:
        """The prompts with which a model plays an episode's incident, from before its first step."""
        self._control.check(request.scope)
        episode = self._find(parse_query(EpisodeAsked, request.scope).episode_id, request)
        begun = await self._in_turn(lambda: play_again(Played(played_in(episode).options, ())))
        return _json(briefing_of(begun.episode))

    async def ask_endpoint(self, request: Request) -> Response:
        """What a model's endpoint that the operator lists answers."""
        self._control.check(request.scope)
        assert self._endpoints is not None
        return await self._endpoints.relay(request)

    async def debrief(self, request: Request) -> Response:
        """The grade of an ended episode explained, the truth, and how the reference agents fare."""
        self._control.check(request.scope)
        episode = self._find(parse_query(EpisodeAsked, request.scope).episode_id, request)
        if not _has_ended(episode):
            raise HTTPException(409, UNDER_WAY)
        replay = await self._in_turn(lambda: play_again(played_in(episode)))
        return _json(await self._debrief(replay))

    async def play(self, request: Request) -> Response:
        """A reference agent's whole episode; its grade to those alone who have ended one of the same incident."""
        self._control.check(request.scope)
        asked = parse_body(PlayAsked, await request.body())
        if asked.options.episode_id is not None:
            raise InvalidRequestError("an agent's episode has no id: leave episode_id out of the options")
        if not self.workers.exist:
            raise HTTPException(404, "this server was installed without reference agents")
        ended = self._ended(asked.episode_id, request)
        if asked.agent == ORACLE and ended is None:
            raise HTTPException(403, ORACLE_HIDDEN)
        try:
            replay = await self._agents.play(asked.agent, asked.options)
        except ValueError as error:
            raise InvalidRequestError(str(error)) from error
        return _json(await self._shown(replay, await self._is_of(ended, replay.episode), debrief=asked.debrief))

    async def replay(self, request: Request) -> Response:
        """The episode of a trajectory that a visitor has; its grade as that of a reference agent."""
        self._control.check(request.scope)
        asked = parse_body(ReplayAsked, await request.body())
        if asked.options.episode_id is not None:
            raise InvalidRequestError("a trajectory has no id: leave episode_id out of the options")
        ended = self._ended(asked.episode_id, request)
        try:
            played = played_by(asked.agent, asked.options, tuple(each.taken() for each in asked.actions))
            replay = await self._in_turn(lambda: self._play_served(played))
        except ValueError as error:
            raise InvalidRequestError(str(error)) from error
        told = self.open_runs or await self._is_of(ended, replay.episode)
        return _json(await self._shown(replay, told, debrief=asked.debrief))

    async def list_runs(self, request: Request) -> Response:
        """The run folders that are served."""
        self._control.check(request.scope)
        return _json({"runs": run_names(self.runs) if self.workers.exist else []})

    async def list_run(self, request: Request) -> Response:
        """The episodes of a run, page by page; their grades where runs are open."""
        self._control.check(request.scope)
        name, asked = request.path_params["name"], parse_query(RunAsked, request.scope)
        found = await self.workers.ask("run", path=self._run(name), **asked.model_dump())
        if not self.open_runs and asked.sort in _sorts_hidden(found["agent"]):
            raise HTTPException(403, "What this order would tell is shown after you have ended an incident.")
        return _json({"name": name, **shown_run(found, told=self.open_runs)})

    async def run_episode(self, request: Request) -> Response:
        """One episode of a run, played again; its grade as that of a reference agent, or where runs are open."""
        self._control.check(request.scope)
        asked = parse_query(RunEpisodeAsked, request.scope)
        ended = self._ended(asked.episode_id, request)
        found = await self.workers.ask("run_episode", path=self._run(request.path_params["name"]), key=asked.key)
        try:
            played = played_by(found["agent"], ResetOptions(**found["options"]), actions_of(found["actions"]))
            replay = await self._in_turn(lambda: self._play_served(played))
        except ValueError as error:
            raise HTTPException(403, str(error)) from error
        told = self.open_runs or await self._is_of(ended, replay.episode)
        beside = {name: found[name] for name in ("number", "total", "previous", "next", "error")}
        return _json({**await self._shown(replay, told, debrief=asked.debrief), "key": asked.key, **beside})

    async def list_scores(self, request: Request) -> Response:
        """Means of the episodes that ended here, and the measured baselines."""
        self._control.check(request.scope)
        measured = baselines()
        told = {
            "since": self.scores.since.isoformat(timespec="seconds"),
            "finished": self.scores.finished(),
            "baselines": measured["rows"],
            "incident_version": measured["incident_version"],
        }
        return _json(told)

    async def close(self) -> None:
        """End the workers and the connections to endpoints."""
        self.workers.close()
        if self._endpoints is not None:
            await self._endpoints.close()

    def _run(self, name: str) -> str:
        """The folder of a run of which a worker reads."""
        folder = run_folder(self.runs, name) if self.workers.exist else None
        if folder is None:
            raise HTTPException(404, "this server has no such run")
        return str(folder)

    def _find(self, episode_id: str, request: Request) -> AnyEpisode:
        request.scope.setdefault("state", {})["episode_id"] = episode_id
        try:
            return self._episodes.find(episode_id)
        except UnknownEpisodeError:
            raise HTTPException(404, GONE) from None

    def _ended(self, episode_id: str | None, request: Request) -> AnyEpisode | None:
        """The episode of an id; None where none is named, or where it has not ended. Raises HTTPException if gone."""
        episode = None if episode_id is None else self._find(episode_id, request)
        return episode if episode is not None and _has_ended(episode) else None

    async def _is_of(self, ended: AnyEpisode | None, episode: Episode) -> bool:
        """Whether an episode that a visitor has ended is of the incident of another."""
        if ended is None:
            return False
        replayed = await self._in_turn(lambda: play_again(Played(played_in(ended).options, ())))
        return same_incident(replayed.episode.incident, episode.incident)

    async def _shown(self, replay: Replay, told: bool, *, debrief: bool = False) -> Values:
        """A replay as it may be shown: without its grade unless that may be told. Raises HTTPException for an oracle's.

        With `debrief` it has what is told at the end of an episode as well, where that may be told.
        """
        if replay.agent == ORACLE and not told:
            raise HTTPException(403, ORACLE_HIDDEN)
        shown = {**(record(replay) if told else without_grade(replay)), "told": told}
        if debrief:
            shown["debrief"] = await self._debrief(replay) if told and replay.episode.done else None
        return shown

    async def _debrief(self, replay: Replay) -> Values:
        """What is told at the end of an episode."""
        episode = replay.episode
        told = {**debrief_of(episode), "truth": truth_of(episode.incident), "oracle": None, "others": []}
        if self.workers.exist:
            with suppress(BusyError, WorkerError):  # the truth is told without them
                oracle, told["others"] = await self._agents.others(episode.chosen.options)
                told["oracle"] = record(oracle)
        return told

    def _play_served(self, played: Played) -> Replay:
        """Play again what this server serves. Raises ValueError for options of no incident, or of a held-out one."""
        self._agents.check(played.options)
        return play_again(played)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        """Do something in a thread, a few at once. Raises BusyError where too many wait already."""
        if self._waiting >= MOST_WAITING:
            raise BusyError("too many visitors ask for this at once: try again in a moment")
        self._waiting += 1
        try:
            async with self._places:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def _has_ended(episode: AnyEpisode) -> bool:
    return isinstance(episode, EndedEpisode) or episode.done


def _sorts_hidden(agent: str) -> tuple[str, ...]:
    """The orders of a run's episodes that tell what is hidden: of the oracle's, also how many steps a plan takes."""
    return ("best", "worst", "fewest", "most") if agent == ORACLE else ("best", "worst")


def _answering(door: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A door whose own errors are answers."""

    async def answer(request: Request) -> Response:
        try:
            return packed(await door(request), request)
        except BusyError as error:
            raise HTTPException(503, str(error), {"Retry-After": "5"}) from None
        except WorkerError as error:
            raise HTTPException(error.status, str(error)) from None
        except MalformedRequestError as error:
            wrong = "; ".join(map(_problem, error.fields))
            raise HTTPException(422, wrong) from None

    return answer


def _problem(field: Mapping[str, Any]) -> str:
    """What is wrong with one field of a request."""
    place, *names = field["loc"]
    return f"{'.'.join(map(str, names)) or place}: {field['msg']}"


async def _no_such_path(request: Request) -> Response:
    raise HTTPException(404, "the page has no such path")


def _json(told: Any) -> Response:
    answer: Response = json_bytes(orjson.dumps(told))
    answer.headers["Cache-Control"] = "no-store"
    return answer
