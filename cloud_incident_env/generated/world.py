"""One generated incident as a world that tools can look at, minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.actions import acts_on_services
from cloud_incident_env.generated.acting import DECAYING, Acting, acting
from cloud_incident_env.generated.background import Background, draw_background
from cloud_incident_env.generated.business import Business
from cloud_incident_env.generated.cast import Cast
from cloud_incident_env.generated.clock import Clock
from cloud_incident_env.generated.difficulty import Difficulty
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.drifts import OF_PROCESSES
from cloud_incident_env.generated.flags import flag_owner
from cloud_incident_env.generated.harm import harm_of
from cloud_incident_env.generated.history import RENEWING, RESTART, History, Levels
from cloud_incident_env.generated.model import Counter, Effect, Grow, Line, Ramp, System
from cloud_incident_env.generated.plans import conditions_of
from cloud_incident_env.generated.roles import services_in
from cloud_incident_env.generated.simulation.parameters import Parameters
from cloud_incident_env.generated.simulation.shapes import stepped
from cloud_incident_env.generated.simulation.sizing import VARIANTS, VOTING, Sizing, sizing_of
from cloud_incident_env.generated.simulation.solver import Solution, solve
from cloud_incident_env.generated.simulation.store import SOLUTIONS
from cloud_incident_env.generated.templates import fact_of
from cloud_incident_env.incident import Condition, Course, Key

if TYPE_CHECKING:
    from cloud_incident_env.generated.lookalikes import Lookalike

PRINTED = Effect("own_errors", (1, 1), shape=Ramp((1, 5)))  # how often a line is printed follows such a ramp
TODAY = (0.75, 1.3)  # factor on the traffic that is normal
WAVE = (0.02, 0.06)  # how far the traffic of an hour swings, as a share
WAVE_MINUTES = (90, 260)
TREMBLE = 0.015  # how far the traffic of a minute is from that, as a share

# How strong effects are in one minute, as a factor: few values, so that minutes share their solutions.
STRENGTHS = (0.955, 0.985, 1.015, 1.045)

KEPT_HISTORIES = 3  # courses of one incident whose histories are kept: an episode goes on with the latest


class State(NamedTuple):
    """How the system runs in one minute. Rates of the solution are those of `traffic` 1."""

    solution: Solution
    traffic: float


class World:
    """One incident. Cheap to make; what is costly is worked out when it is first read.

    Services are known by their index in the system, minutes are counted from the alert.
    """

    def __init__(
        self, key: str, cast: Cast, difficulty: Difficulty, duration: int, background: tuple[str, ...]
    ) -> None:
        """`duration` is in minutes from the first symptom to the alert; `background` are families whose changes and
        runbook steps innocent services show."""
        self.key = key  # names the streams of draws
        self.cast: Cast = cast
        self.difficulty = difficulty
        self.background = background
        draws = Draws(key, "world")
        family = cast.family
        self.clock: Clock = Clock(duration, draws, family.on_the_hour)
        self.sizing: Sizing = sizing_of(cast.graph.system.name, draws.between(0, VARIANTS - 1))
        self.today = draws.uniform(*TODAY)
        self._wave = draws.uniform(*WAVE), draws.uniform(*WAVE_MINUTES), draws.uniform(0, 1)
        lead = draws.uniform(*family.change.lead_minutes) if family.change is not None else 0.0
        self.changed: int = -duration - int(lead) - 1  # minute of the change that began the failure
        self.relapse_minutes = draws.between(int(family.relapse[0]), int(family.relapse[1])) if family.relapse else 0
        self._facts = {name: _fact(options, draws, cast.graph.system) for name, options in family.facts.items()}
        self.index_of = {cast.names[index]: index for index in cast.known}  # by name
        self.acting = self._effects()
        self.lines = self._lines()
        self.plan: tuple[Condition, ...] = conditions_of(self)
        self.others: Background = draw_background(self)
        self.business: Business | None = None  # set once it is known how hard services are hit
        self._histories: dict[tuple[object, ...], History] = {}
        self._traffic: dict[int, float] = {}  # by minute
        self.runbooks: dict[int, tuple[str, ...]] = {}  # by service: filled in by `runbooks` when they are first read
        self.lookalikes: dict[int, tuple[Lookalike, ...]] = {}  # by service, as they are drawn (`lookalikes.py`)

    def draws(self, *name: object) -> Draws:
        """A stream of draws of this incident."""
        return Draws(self.key, *name)

    def _effects(self) -> tuple[Acting, ...]:
        family, found = self.cast.family, []
        restoring = family.restoring
        stops = family.stopping
        for number, effect in enumerate(family.effects):
            begin = self.clock.onset if effect.since == "onset" else self.changed
            for service in services_in(self.cast, effect.on):
                stream = self.draws("effect", number, service)
                each = acting(effect, service, stream, begin, restoring, stops=stops)
                full = self.clock.onset if isinstance(effect.shape, Grow) and effect.shape.full else 0
                to = self._with_quorum(each)
                found.append(each._replace(to=to, causes=_causes(each, stops), full=full))
        return tuple(found)

    def _with_quorum(self, each: Acting) -> float:
        """What an effect comes to. Members of a store that vote are on different hosts, so no host takes the quorum."""
        if each.effect.parameter != "capacity" or self.cast.service(each.service).software not in VOTING:
            return each.to
        members = self.sizing.nodes[each.service].instances
        return max(each.to, (members // 2 + 1) / members)

    def _lines(self) -> tuple[tuple[Line, Acting], ...]:
        """The lines of the failure, each with the service that prints it."""
        family, found = self.cast.family, []
        restoring = family.restoring
        for number, line in enumerate(family.lines):
            begin = self.clock.onset if line.since == "onset" else self.changed
            for service in services_in(self.cast, line.on):
                if line.software and self.cast.service(service).software not in line.software:
                    continue
                if line.peers and self.cast.peers(service).isdisjoint(line.peers):
                    continue
                stream = self.draws("line", number, service)
                found.append((line, acting(PRINTED, service, stream, begin, line.until or restoring)))
        return tuple(found)

    def fact(self, name: str, minute: float) -> object:
        """A fact of the family as it stands at a minute."""
        value = self._facts[name]
        if isinstance(value, Counting):
            return int(value.start + value.per_minute * (minute - self.changed))
        return value

    def has_fact(self, name: str) -> bool:
        return name in self._facts

    @property
    def fact_names(self) -> tuple[str, ...]:
        return tuple(self._facts)

    def instances(self, index: int) -> int:
        return self.sizing.nodes[index].instances

    def history(self, course: Course) -> History:
        """What the actions of a course came to. A few are kept."""
        key = (course.taken, course.held)
        found = self._histories.get(key)
        if found is None:
            found = History(self, course)
            while len(self._histories) >= KEPT_HISTORIES:
                self._histories.pop(next(iter(self._histories)))
            self._histories[key] = found
        return found

    def state(self, minute: int, history: History) -> State:
        """How the system runs at a minute."""
        return State(self.solution(minute, history), self.traffic(minute))

    def solution(self, minute: int, history: History) -> Solution:
        """Rates, latencies and failures of a minute, with traffic 1."""
        return self._solution(self._acting_at(minute, history))

    def _acting_at(self, minute: int, history: History) -> Levels:
        """The effects on parameters that act at a minute, each with its level as the solver sees it."""
        found = history.levels.get(minute)
        if found is None:
            strength = self.draws("strength", minute).pick(STRENGTHS)
            strong = tuple(
                (each, stepped(level) * strength)
                for each, level in self.levels(minute, history)
                if level > 0.0 and each.effect.parameter != "gauge"
            )
            name = (self.key, *((each.effect.parameter, each.service, each.to, level) for each, level in strong))
            found = history.levels[minute] = history.distinct.setdefault(name, Levels(name, strong))
        return found

    def levels(self, minute: int, history: History) -> Iterator[tuple[Acting, float]]:
        """Every effect and how strong it is at a minute: those of the failure, of other things, of wrong actions."""
        for each in self.acting:
            shape = each.effect.shape
            actions = RESTART if isinstance(shape, Grow) and not shape.rollback_clears else RENEWING
            fresh = history.renewed_before(each.service, minute, actions)
            yield each, each.level(minute, history.reached, fresh, history.again)
        for each in (*self.others.acting, *self.others.costs, *history.harmed):
            yield each, each.level(minute, history.reached, None, None)
        for each in self.others.drifts:
            ends = each.effect.gauge in OF_PROCESSES and history.renewed_before(each.service, minute) is not None
            yield each, 0.0 if ends else each.level(minute, history.reached, None, None)

    def _solution(self, levels: Levels) -> Solution:
        found = SOLUTIONS.get(levels.name)
        if found is None:
            changed: dict[int, Parameters] = {}
            for each, level in levels.acting:
                changed.setdefault(each.service, Parameters()).add(each.effect.parameter, each.to, level)
            found = solve(self.sizing, changed, Parameters(traffic=self.today), self.sizing.normal)
            SOLUTIONS.put(levels.name, found)
        return found

    def parameters(self, index: int, minute: int, history: History) -> Parameters:
        """The parameters of a service at a minute."""
        parameters = Parameters()
        for each, level in self._acting_at(minute, history).acting:
            if each.service == index:
                parameters.add(each.effect.parameter, each.to, level)
        return parameters

    def traffic(self, minute: int) -> float:
        """A factor on all rates of a minute."""
        found = self._traffic.get(minute)
        if found is None:
            height, minutes, begin = self._wave
            position = (minute / minutes + begin) % 1.0
            swing = 4.0 * abs(position - 0.5) - 1.0
            trembles = TREMBLE * self.draws("traffic", minute).uniform(-1, 1)
            found = self._traffic[minute] = 1.0 + height * swing + trembles
        return found

    def lasts(self, minute: int, history: History) -> bool:
        """Whether the failure still acts at a minute."""
        return self._awaits(self.cast.family.restoring, minute, history)

    def goes_on(self, minute: int, history: History) -> bool:
        """Whether the cause of the failure is still there at a minute, not only what it has done."""
        return self._awaits(self.cast.family.stopping, minute, history)

    def _awaits(self, conditions: tuple[str, ...], minute: int, history: History) -> bool:
        """Whether some of the conditions have not come true by a minute, or the failure is back."""
        if history.again is not None and history.again.begin <= minute < history.again.ended:
            return True
        return any(history.reached.get(name, minute + 1) > minute for name in conditions)

    def hit_share(self, index: int) -> float:
        """The share of a service's instances that the failure hits."""
        return self.cast.family.hosts if index == self.cast.place.culprit else 1.0

    def service_of(self, key: Key) -> int | None:
        """The service on which a remediation acts; None if its target does not exist."""
        if acts_on_services(key.action):
            return self.index_of.get(key.target)
        if key.action == "execute_runbook_step":
            return self.index_of.get(key.target.partition("@")[2])
        return flag_owner(self, key.target)

    def harm_of(self, key: Key, index: int, minute: int, early: bool) -> list[Acting]:
        """What a remediation does beside what it is for; `early` where it is a step of the plan that did not hold."""
        return harm_of(self, key, index, minute, early)


def _causes(each: Acting, stops: tuple[str, ...]) -> tuple[str, ...]:
    """The conditions from which an effect gets less by itself: those that stop its cause, where others end it."""
    if each.effect.parameter not in DECAYING:
        return ()
    causes = tuple(name for name in each.until if name in stops)
    return causes if len(causes) < len(each.until) else ()


class Counting(NamedTuple):
    """A fact that grows."""

    start: int
    per_minute: float


def _fact(options: object, draws: Draws, system: System) -> object:
    if isinstance(options, Counter):
        return Counting(draws.between(*options.start), draws.uniform(*options.per_minute))
    return fact_of(options, draws, system)
