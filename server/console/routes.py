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
from cloud_incident_env.ended_episode import EndedEpisode
from cloud_incident_env.episodes import AnyEpisode, Episodes, UnknownEpisodeError
from cloud_incident_env.options import EpisodeId, ResetOptions

from ..control import Control
from ..direct import parse_body
from ..errors import InvalidRequestError, MalformedRequestError
from ..responses import METHODS, json_bytes, refuse_method
from ..rest import parse_query
from .agents import ORACLE, Agents, same_incident
from .briefing import briefing_of
from .catalogue import catalogue
from .debrief import debrief_of
from .episode_record import Played, Replay, actions_of, play_again, played_in, record, without_grade
from .runs import MOST_LISTED, run_folder, run_names
from .scores import Scores, baselines
from .static_files import serve_file
from .truth import truth_of
from .workers import BusyError, WorkerError, Workers

if TYPE_CHECKING:
    from .endpoints import Endpoints

PREFIX = "/console"
ENDPOINTS_PATH = f"{PREFIX}/endpoints/"
AT_ONCE = 4  # episodes that are played again at the same time
MOST_WAITING = 32  # requests that wait for that
GONE = "This episode is not here: it has expired, or the server was started anew. Start a new one."
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


class PageAsked(_Asked):
    """Which page of a list."""

    offset: int = Field(0, ge=0, le=10**9)
    limit: int = Field(MOST_LISTED, ge=1, le=MOST_LISTED)


class KeyAsked(_Asked):
    """Which episode of a run."""

    key: str = Field(max_length=1_000)


class Console:
    """What answers the page, over a server's episodes.

    `runs` is the folder of run folders, and `endpoints` are those that the operator lists, if any.
    """

    def __init__(
        self,
        episodes: Episodes,
        control: Control,
        runs: Path | None = None,
        endpoints: Endpoints | None = None,
    ) -> None:
        self.scores = Scores()
        self.runs = runs
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
        doors = [*((path, "GET", door) for path, door in gets.items()), ("/play", "POST", self.play)]
        if self._endpoints is not None:
            doors.append(("/endpoints/{name}/chat/completions", "POST", self.ask_endpoint))
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
        played = replay.episode
        told = {**debrief_of(played), "truth": truth_of(played.incident), "oracle": None, "others": []}
        if self.workers.exist:
            with suppress(BusyError, WorkerError):  # the truth is told without them
                oracle, told["others"] = await self._agents.others(played.chosen.options)
                told["oracle"] = record(oracle)
        return _json(told)

    async def play(self, request: Request) -> Response:
        """A reference agent's whole episode; its grade to those alone who have ended one of the same incident."""
        self._control.check(request.scope)
        asked = parse_body(PlayAsked, await request.body())
        if asked.options.episode_id is not None:
            raise InvalidRequestError("an agent's episode has no id: leave episode_id out of the options")
        if not self.workers.exist:
            raise HTTPException(404, "this server was installed without reference agents")
        ended = None if asked.episode_id is None else self._find(asked.episode_id, request)
        if asked.agent == ORACLE and (ended is None or not _has_ended(ended)):
            raise HTTPException(403, "The oracle knows the answer: it is shown after you have ended this incident.")
        try:
            replay = await self._agents.play(asked.agent, asked.options)
        except ValueError as error:
            raise InvalidRequestError(str(error)) from error
        knows = ended is not None and _has_ended(ended) and await self._is_of(ended, replay)
        if asked.agent == ORACLE and not knows:
            raise HTTPException(403, "The episode that you have ended is of another incident.")
        return _json(record(replay) if knows else without_grade(replay))

    async def list_runs(self, request: Request) -> Response:
        """The run folders that are served."""
        self._control.check(request.scope)
        return _json({"runs": run_names(self.runs) if self.workers.exist else []})

    async def list_run(self, request: Request) -> Response:
        """The episodes of a run, page by page."""
        self._control.check(request.scope)
        name, page = request.path_params["name"], parse_query(PageAsked, request.scope)
        found = await self.workers.ask("run", path=self._run(name), offset=page.offset, limit=page.limit)
        return _json({"name": name, **found})

    async def run_episode(self, request: Request) -> Response:
        """One episode of a run, played again."""
        self._control.check(request.scope)
        key = parse_query(KeyAsked, request.scope).key
        found = await self.workers.ask("run_episode", path=self._run(request.path_params["name"]), key=key)
        played = Played(ResetOptions(**found["options"]), actions_of(found["actions"]), agent=found["agent"])
        replay = await self._in_turn(lambda: play_again(played))
        return _json({**record(replay), "key": key})

    async def list_scores(self, request: Request) -> Response:
        """Means of the episodes that ended here, and the measured baselines."""
        self._control.check(request.scope)
        measured = baselines()
        told = {
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

    async def _is_of(self, episode: AnyEpisode, replay: Replay) -> bool:
        """Whether an episode is of the incident that was played."""
        replayed = await self._in_turn(lambda: play_again(Played(played_in(episode).options, ())))
        return same_incident(replayed.episode.incident, replay.episode.incident)

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


def _answering(door: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A door whose own errors are answers."""

    async def answer(request: Request) -> Response:
        try:
            return await door(request)
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
