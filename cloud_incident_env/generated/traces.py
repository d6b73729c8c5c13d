"""The spans of one request: how long each service on its way took, and which call failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.model import Outcome
from cloud_incident_env.generated.outcomes import failed_by
from cloud_incident_env.generated.simulation.solver import CROWDED, HANDED_OVER_MS

if TYPE_CHECKING:
    from cloud_incident_env.generated.history import History
    from cloud_incident_env.generated.world import World

TRACES = ("slowest", "failed")
DEPTH = 4  # calls below the service that a trace follows
LEAST_FAILED = 0.5  # failing requests/s from which a failed one is among the sampled ones
LEAST_SLOW = 0.002  # share of failing requests from which one of them may be the slowest
# Share of the requests that are faster than the slowest one that was sampled, and than another one.
SLOW, USUAL = 0.99, 0.5
LEAST_WAITING = 1.0 - SLOW  # share of tries that end with the time-out from which the slowest request holds one
NOT_CONNECTED_MS = 2.0
FOREVER = 10.0**9  # ms: nobody gives up
WAITS: dict[Outcome, str] = {
    "unconnected": "no connection in time",
    "pooled": "no free connection in the caller's pool in time",
    "timeout": "no answer in time",
}
WAITED_FOR = frozenset({"sync", "storage", "config"})  # kinds of calls that a request waits for

# How a service fails a request by itself: at once, for want of a free slot, by never answering, or after its calls.
Own = Literal["error", "full", "hung", "unusable"]
OWN_STATES: dict[Own, str] = {
    "error": "error of its own",
    "full": "turned away, no slot was free",
    "hung": "never answered",
    "unusable": "error of its own",  # a trace tells when it failed, not what it thought of the answers
}
AT_ONCE: frozenset[Own] = frozenset({"error", "full"})  # before any call


class Span(NamedTuple):
    """A part of a request: times in ms since the request began."""

    depth: int
    name: str
    begin: float
    took: float
    error: str | None = None


def spans_of(world: World, index: int, minute: int, history: History, wanted: str) -> list[Span]:
    """The spans of the slowest or of a failed request of a minute; none where no request failed."""
    solution = world.solution(minute, history)
    share = solution.failed[index]
    if wanted == "failed":
        often = share * solution.requests[index] * world.traffic(minute) >= LEAST_FAILED
        return _walked(world, index, minute, history, fails=True) if often else []
    failing = share >= LEAST_SLOW
    found = [_walked(world, index, minute, history, fails=fails) for fails in ((False, True) if failing else (False,))]
    slowest = max(found, key=lambda spans: spans[0].took)
    least = world.solution(minute, history).times(index).quantile(SLOW)
    root = slowest[0]
    return [root._replace(took=max(root.took, least)), *slowest[1:]]


def _walked(world: World, index: int, minute: int, history: History, fails: bool) -> list[Span]:
    walk = _Walk(world, index, minute, history, "failed" if fails else "slowest")
    walk.follow(index, 0, 0.0, fails)
    return walk.spans


class _Walk:
    """A request being followed down the calls."""

    def __init__(self, world: World, index: int, minute: int, history: History, wanted: str) -> None:
        self.world = world
        self.minute, self.history = minute, history
        self.solution = world.solution(minute, history)
        self.draws: Draws = world.draws("trace", wanted, index, minute)
        self.share = SLOW if wanted == "slowest" else USUAL
        self.spans: list[Span] = []

    def follow(self, index: int, depth: int, begin: float, fails: bool, at_most: float = FOREVER) -> float:
        """Add the span of a service and of the calls it makes; return how long it took, `at_most` ms."""
        place = len(self.spans)
        self.spans.append(Span(depth, self._name(index), begin, 0.0))
        edges = self._waited_for(index)
        cause = self._cause(index) if fails else self._slowest(edges)
        own = cause if isinstance(cause, str) else None
        blamed = None if isinstance(cause, str) else cause
        took, error = self._own_time(index, edges if depth < DEPTH else [], own), OWN_STATES[own] if own else None
        if fails and blamed is not None and depth == DEPTH:
            error = f"call to {self._name(self.world.sizing.edges[blamed].callee)} failed"
        for e in self._made(index, edges, blamed, own) if depth < DEPTH else []:
            if took >= at_most:
                break
            waited, became = self._call(e, depth, begin + took, e == blamed, fails, at_most - took)
            took += waited
            if e == blamed and fails:
                error = became
                break
        if took > at_most:
            took, error = at_most, "given up by its caller"
        self.spans[place] = Span(depth, self._name(index), begin, took, error)
        return took

    def _waited_for(self, index: int) -> list[int]:
        """The calls of a service that its requests wait for."""
        return [e for e in self.world.sizing.nodes[index].out if self.world.sizing.edges[e].kind in WAITED_FOR]

    def _made(self, index: int, edges: list[int], blamed: int | None, own: Own | None) -> Iterator[int]:
        """The calls that a request makes, the one that it fails or waits for among them."""
        if own in AT_ONCE:
            return
        for e in self.world.sizing.nodes[index].out:
            edge = self.world.sizing.edges[e]
            of_no_use = own == "unusable" and edge.callee == self.world.cast.place.culprit
            if e == blamed or of_no_use or (e in edges and self.draws.chance(edge.share)):
                yield e

    def _own_time(self, index: int, edges: list[int], own: Own | None) -> float:
        """The time of a service's own work; all of its time where its calls are not followed."""
        times = self.solution.times(index)
        if own in AT_ONCE:
            return times.quantile(times.quick / 2.0)
        if own == "hung":
            return self.world.sizing.nodes[index].most_time_out
        if not edges:
            return times.quantile(times.quick + self.share * (1.0 - times.slow - times.quick))
        inside = 0.0
        for e in edges:
            edge = self.world.sizing.edges[e]
            inside += edge.share * edge.calls * min(self.solution.p50[edge.callee], edge.time_out)
        return max(self.world.sizing.nodes[index].p50, times.p50 - inside)

    def _call(
        self, e: int, depth: int, begin: float, blamed: bool, fails: bool, at_most: float
    ) -> tuple[float, str | None]:
        """Follow a call and its tries; return how long the caller waited, and what became of the call."""
        edge, name = self.world.sizing.edges[e], self._name(self.world.sizing.edges[e].callee)
        if not blamed:
            return self.follow(edge.callee, depth + 1, begin, False, min(edge.time_out, at_most)), None
        if edge.kind == "async":
            return self._handed_over(e, depth, begin)
        chosen = self.draws.uniform(0, self.solution.try_fails(e) if fails else self.solution.waits[e])
        outcome = failed_by(self.solution, e, chosen)
        waited, became = 0.0, f"call to {name} failed"
        for _ in range(edge.retries + 1 if fails else 1):
            left = min(edge.time_out, at_most - waited)
            if left <= 0.0:
                break
            if outcome in WAITS:  # who gets no connection leaves no span at the callee
                self.spans.append(Span(depth + 1, name, begin + waited, left, WAITS[outcome]))
                waited, became = waited + left, f"call to {name} timed out"
            elif outcome == "refused":
                waited, became = waited + NOT_CONNECTED_MS, f"call to {name} not connected"
            else:
                took = self.follow(edge.callee, depth + 1, begin + waited, fails, left)
                waited += took
                became = f"call to {name} {'timed out' if took >= left else 'failed'}"
        if not fails and outcome in WAITS and not edge.fallback:
            waited += self.follow(edge.callee, depth + 1, begin + waited, False, min(edge.time_out, at_most - waited))
        return waited, became if fails else None

    def _handed_over(self, e: int, depth: int, begin: float) -> tuple[float, str]:
        """Follow what is handed over to be done later, and fails: the caller only hands it over."""
        edge, name = self.world.sizing.edges[e], self._name(self.world.sizing.edges[e].callee)
        fails = self.solution.try_fails(e)
        outcome = failed_by(self.solution, e, self.draws.uniform(0, fails))
        if outcome == "refused":
            return NOT_CONNECTED_MS, f"call to {name} not connected"
        stuck = self.world.parameters(edge.callee, self.minute, self.history).stuck
        if stuck and self.draws.chance(stuck / fails):
            self.spans.append(Span(depth + 1, name, begin, HANDED_OVER_MS, "waits, not worked on in time"))
        else:
            self.follow(edge.callee, depth + 1, begin, True)
        return HANDED_OVER_MS, f"work handed over to {name} failed"

    def _cause(self, index: int) -> int | Own | None:
        """Why a request of a service fails: one of its calls, or the service itself.

        Each reason is drawn as often as requests fail for it.
        """
        world, solution = self.world, self.solution
        node, parameters = world.sizing.nodes[index], world.parameters(index, self.minute, self.history)
        refused = 1.0 - (1.0 - parameters.own_errors) * (1.0 - node.own_errors)
        worked, useful = solution.worked[index], 1.0 - parameters.unusable
        answered = (1.0 - solution.own[index]) / (worked * useful) if worked and useful else 1.0
        weights: list[tuple[int | Own, float]] = [
            ("error", refused),
            # Where its slots are not shown as taken, what it turns away is an error like others.
            ("full" if solution.busy[index] >= CROWDED else "error", max(0.0, 1.0 - refused - worked)),
            ("hung", max(0.0, worked * (1.0 - answered))),
            ("unusable", worked * parameters.unusable),
        ]
        edges = world.sizing.edges
        weights += [(e, worked * solution.failing[e]) for e in node.out if not edges[e].fallback]
        total = 0.0
        for _, weight in weights:
            total += weight
        chosen = self.draws.uniform(0, total)
        for cause, weight in weights:
            if chosen < weight:
                return cause
            chosen -= weight
        return "error"

    def _slowest(self, edges: list[int]) -> int | None:
        """The call that most requests wait for until its time-out and succeed all the same; None where hardly any does.

        They are answered from a fallback, or by another try.
        """
        every = self.world.sizing.edges
        spared = [e for e in edges if every[e].fallback or every[e].retries]
        waiting = [(every[e].share * self.solution.waits[e], e) for e in spared]
        most = max(waiting, default=(0.0, -1))
        return most[1] if most[0] > LEAST_WAITING else None

    def _name(self, index: int) -> str:
        """The name of a service; those that the agent does not know of have none."""
        return self.world.cast.names.get(index, "another service")
