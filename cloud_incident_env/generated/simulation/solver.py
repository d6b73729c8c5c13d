"""How a system runs with given parameters: rates from the top, latencies and failures from the bottom.

Rates: calls = requests x share x calls a request x tries, and the requests of a service are the calls that reach it.
With r retries and a share f of failing tries, tries = 1 + f + ... + f^r and a call fails for good with f^(r+1).
Latency: a request takes its own time plus that of the calls it waits for; spreads add up by their squares, as those of
independent times do. Load: requests in flight = throughput x time (Little's law); beyond the number of slots requests
are turned away.
Failures: a request succeeds if its service does not fail it and all its calls succeed, those with a fallback left out.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from cloud_incident_env.generated.simulation.distribution import (
    FASTEST,
    P99,
    SLOWEST,
    Times,
    body_at,
    body_mean,
    body_over,
)
from cloud_incident_env.generated.simulation.parameters import NEUTRAL, Parameters

if TYPE_CHECKING:
    from cloud_incident_env.generated.simulation.sizing import Node, Sizing

CONFIRMED = 0.9  # share of what is handed over to be done later that the request needs done in time
CROWDED = 0.85  # share of slots in use from which requests wait for one
QUEUE = 1.0  # the longest wait for a slot, in multiples of the time a request takes
HOT = 0.9  # share of its processors from which work takes longer
STRETCH = 9.0  # how much longer, for each further share of 1
GIVEN_UP = 1.1  # the longest that a service works on a request, in multiples of its callers' longest time-out
LEAST_SLOW = 0.0004  # share of slow requests below which they are not followed
HANDED_OVER_MS = 2.0  # how long it takes to hand over what is done later
DELAY_SPREAD = 0.5  # of a delay: how far its p99 is above its p50, as a share of it
QUEUE_SPREAD = 1.5  # of a wait for a slot: its p99 as a multiple of its p50
LEAST_SPREAD = 1.15  # a p99 as a multiple of its p50, at the least
OVERLOADED = 1.2  # share of its processors from which work takes no longer: what comes beyond is never answered
TURNED_AWAY = 0.3  # how long a request takes that is turned away, as a share of the p50 of a service's own work
ROUNDS = 3  # in which what overloaded services turn away is settled, at the most
ALL_TAKEN = 0.99  # share of the requests from which a service takes all of them
STEADY = 0.01  # how far rates and what is taken may move between rounds without another answer
# How many times more requests a full store, and another full service, may get than those at which it answered.
SETTLED, NEARLY = 1.25, 2.5
REFUSAL = 0.1  # work of a request that finds no slot, as a share of that of one that does
NO_SLOTS = 9.0  # how busy a service is that has none left


class Solution:
    """How a system runs, by service and by edge. Times are in ms, rates per second, shares 0 to 1."""

    __slots__ = (
        "busy",
        "calls",
        "dropped",
        "failed",
        "failing",
        "fallback",
        "fast",
        "final",
        "held",
        "high",
        "load",
        "lost",
        "low",
        "own",
        "p50",
        "p99",
        "pooled",
        "queued",
        "quick",
        "requests",
        "slow",
        "tries",
        "waits",
        "worked",
    )

    def __init__(self, services: int, edges: int) -> None:
        zeros, none = array("d", bytes(8 * services)), array("d", bytes(8 * edges))
        self.requests = zeros[:]
        self.failed = zeros[:]  # share of the requests that fail
        self.own = zeros[:]  # share of the requests that fail for a reason of the service's own
        self.worked = zeros[:]  # share of the requests that a service begins to work on: these make its calls
        self.fallback = zeros[:]  # share of the requests that are answered from a fallback
        self.p50 = zeros[:]  # of the body, see `distribution`
        self.p99 = zeros[:]
        self.slow = zeros[:]
        self.low = zeros[:]
        self.high = zeros[:]
        self.quick = zeros[:]
        self.fast = zeros[:]
        self.load = zeros[:]  # work as a share of what its processors can do
        self.busy = zeros[:]  # requests in flight as a share of the slots
        self.queued = zeros[:]  # requests that wait for a slot
        self.calls = none[:]  # tries/s that reach the callee
        self.lost = none[:]  # tries/s that reach nobody
        self.tries = none[:]  # of each call
        self.final = none[:]  # share of the calls that fail after all tries
        self.failing = none[:]  # share of the requests worked on whose calls fail for good
        self.waits = none[:]  # share of the tries that end with the time-out
        self.dropped = none[:]  # share of the tries that get no connection before the time-out; part of `waits`
        self.pooled = none[:]  # share of the tries that find no free connection in the pool; part of `dropped`
        self.held = none[:]  # ms that a try takes, in the mean

    def copy(self) -> Solution:
        """A solution with the same figures."""
        found = Solution.__new__(Solution)
        for name in Solution.__slots__:
            setattr(found, name, getattr(self, name)[:])
        return found

    def times(self, service: int) -> Times:
        return Times(
            self.p50[service],
            self.p99[service],
            self.slow[service],
            self.low[service],
            self.high[service],
            self.quick[service],
            self.fast[service],
        )

    def try_fails(self, edge: int) -> float:
        """The share of the tries along an edge that fail: those after the first one, and what fails for good."""
        tries = self.tries[edge]
        return (tries - 1.0 + self.final[edge]) / tries


def solve(
    sizing: Sizing,
    changed: Mapping[int, Parameters],
    everywhere: Parameters = NEUTRAL,
    usual: Solution | None = None,
) -> Solution:
    """Return how a system runs when some services have other parameters.

    `everywhere.traffic` is a factor on all that comes in from outside. With `usual`, how the system runs without any
    change, only those services are worked out anew whose answers can differ from it.
    """
    run = _Run(sizing, changed, everywhere.traffic, usual)
    run.work_out_rates()
    run.work_out_answers()
    before = run.found.requests[:]
    run.work_out_rates()
    for _ in range(ROUNDS):
        if not run.work_out_full(before):
            break
        before = run.found.requests[:]
        run.work_out_rates()
        if run.is_settled(before):
            run.work_out_loads(before)
            break
        run.damped = True
    else:
        run.work_out_loads(before)
    return run.finished()


def usual_parts(sizing: Sizing) -> tuple[Part, ...]:
    """What the calls along each edge come to when all is well."""
    run = _Run(sizing, {}, 1.0, sizing.normal)
    return tuple(run._call(e, NEUTRAL) for e in range(len(sizing.edges)))


Waited = tuple[float, float, float, float]  # share of the requests that wait, from how long to how long, and that fail


class Part(NamedTuple):
    """What the calls along one edge come to for the requests of the caller. Times are in ms, shares 0 to 1."""

    failing: float  # share of the requests whose calls fail for good
    fallback: bool  # these are answered all the same
    p50: float = 0.0  # that it adds to the time of a request
    spread: float = 0.0  # of the p99 over the p50, squared
    ended: float = 0.0  # share of the requests that end at once because of it
    fast: float = 0.0  # how long these take
    waited: tuple[Waited, ...] = ()


class _Run:
    """A system being solved: what its parameters come to, and what has been found so far."""

    def __init__(
        self, sizing: Sizing, changed: Mapping[int, Parameters], traffic: float, usual: Solution | None
    ) -> None:
        nodes, edges = sizing.nodes, sizing.edges
        self.sizing = sizing
        self.changed = changed
        self.traffic = traffic
        self.usual = usual
        self.found = Solution(len(nodes), len(edges)) if usual is None else usual.copy()
        self.tries = list(sizing.usual_tries)
        self.reached = [1.0] * len(edges)  # share of tries that the callee could take
        self.hanging = [0.0] * len(edges)  # share of tries to which nobody ever answers
        self.touched: set[int] = set()  # edges to which something else happens than usual
        self.rates = [0.0] * len(edges)  # tries/s along each edge
        self.differs = [usual is None] * len(nodes)  # whether a service answers otherwise than usual
        self.fans: dict[int, float] = {}  # factors on the calls of a request, of the edges where it is not 1
        self.squeezed = [0.0] * len(nodes)  # share of tries that get no connection because all are in use
        self.worked = [1.0 - node.own_errors for node in nodes]  # share of the requests that a service works on
        self.slow_failed = [0.0] * len(nodes)  # share of the requests that fail after a time-out
        self.taken = [1.0] * len(nodes)  # share of the requests that find a slot
        self.steady = [False] * len(nodes)  # whether that was nearly the same in the last round
        self.damped = False  # whether what is taken moves only half of the way: retries and what is turned away swing
        for index, parameters in changed.items():
            self._connect(index, parameters)
            self._fan_out(index, parameters)

    def _connect(self, index: int, parameters: Parameters) -> None:
        """How many tries from and to a service with other parameters reach anybody."""
        reached, hanging = self.reached, self.hanging
        self.touched.update(self.sizing.nodes[index].out, self.sizing.nodes[index].into)
        for e in self.sizing.nodes[index].out:
            if self.sizing.nodes[self.sizing.edges[e].callee].kind == "dns":
                continue  # names are asked for over a connection that is there already
            reached[e] *= (1.0 - parameters.call_errors) * (1.0 - parameters.call_hangs)
            hanging[e] = 1.0 - (1.0 - hanging[e]) * (1.0 - parameters.call_hangs * (1.0 - parameters.call_errors))
        for e in self.sizing.nodes[index].into:
            reached[e] *= (1.0 - parameters.refused) * (1.0 - parameters.unreachable)
            hanging[e] = 1.0 - (1.0 - hanging[e]) * (1.0 - parameters.unreachable)

    def _fan_out(self, index: int, parameters: Parameters) -> None:
        """How many more calls a request makes, because of its service or of a cold cache before the callee."""
        edges, fans = self.sizing.edges, self.fans
        if parameters.fan != 1.0:
            for e in self.sizing.nodes[index].out:
                if edges[e].kind in ("sync", "storage"):
                    self.touched.add(e)
                    fans[e] = fans.get(e, 1.0) * parameters.fan
        if parameters.hit_loss:
            for e, edge in enumerate(edges):
                if edge.cache == index:
                    self.touched.add(e)
                    fans[e] = fans.get(e, 1.0) * (1.0 + parameters.hit_loss * (edge.cached - 1.0))

    def work_out_rates(self) -> None:
        """Requests and tries, from the services that nobody calls down."""
        traffic, changed, worked, tries, rates = self.traffic, self.changed, self.worked, self.tries, self.rates
        reached, squeezed, fans = self.reached, self.squeezed, self.fans
        requests = [rate * traffic for rate in self.sizing.traffic]
        for index, parameters in changed.items():
            requests[index] *= parameters.traffic
        for index, calls in self.sizing.downwards:
            if index in changed and not self.sizing.traffic[index]:  # what its callers send still comes
                requests[index] *= max(1.0, changed[index].traffic)
            rate = requests[index] * worked[index]
            for e, callee, per_request in calls:
                tried = rates[e] = rate * per_request * tries[e] * (fans.get(e, 1.0) if fans else 1.0)
                requests[callee] += tried * reached[e] * (1.0 - squeezed[callee])
        self.found.requests[:] = array("d", requests)

    def work_out_answers(self) -> None:
        """Latencies and failures, from the services that call nobody up, where they are not as usual."""
        asked = [self.usual is None] * len(self.worked)  # whether some callee of a service answers otherwise than usual
        for index in self.sizing.upwards:
            if asked[index] or index in self.changed or not self._is_as_usual(index):
                self._answer(index)
                for caller in self.sizing.callers[index]:
                    asked[caller] = True

    def work_out_full(self, before: array[float]) -> bool:
        """Latencies and failures anew where they depend on the rates: of what was full or is now, and of its callers.

        Retries raise rates, and rates raise failures; what is turned away relieves those below: it takes some rounds
        until all fit. `before` are the requests/s at which the services have answered. Returns whether any was full.
        """
        found, squeezed = self.found, self.squeezed
        load, busy, requests = found.load, found.busy, found.requests
        asked = [False] * len(squeezed)
        any_full = False
        for index in self.sizing.upwards:
            more = requests[index] / before[index] if before[index] else 1.0
            most = more if more > 1.0 else 1.0
            if self.damped and not asked[index] and self.steady[index] and -STEADY < more - 1.0 < STEADY:
                any_full = any_full or self.taken[index] < 1.0
                load[index] *= more
            elif asked[index] or squeezed[index] or load[index] * most > HOT or busy[index] * most > CROWDED:
                any_full = True
                self._answer(index)
                for caller in self.sizing.callers[index]:
                    asked[caller] = True
            else:
                load[index] *= more
                busy[index] *= more
        return any_full

    def is_settled(self, before: array[float]) -> bool:
        """Whether what is full would answer the rates that follow from its answers as it did those before."""
        nodes, requests = self.sizing.nodes, self.found.requests
        for index, taken in enumerate(self.taken):
            if taken < 1.0:
                most = SETTLED if nodes[index].pooled else NEARLY
                if not 1.0 / most < requests[index] / before[index] < most:
                    return False
        return True

    def work_out_loads(self, before: array[float]) -> None:
        """Loads that fit the rates; `before` are the requests/s at which the services have answered."""
        found = self.found
        for index, rate in enumerate(found.requests):
            if self.squeezed[index]:  # what found no connection costs it nothing
                found.load[index] = self._work(index, self.changed.get(index, NEUTRAL))
            elif before[index]:
                more = rate / before[index]
                found.load[index] *= more
                found.busy[index] = min(1.0, found.busy[index] * more)

    def _is_as_usual(self, index: int) -> bool:
        """Whether a service answers as usual though its rate may not be usual; notes its load."""
        node, found = self.sizing.nodes[index], self.found
        assert self.usual is not None
        more = found.requests[index] / node.rate if node.rate else 0.0
        found.load[index], found.busy[index] = node.cpu / 100.0 * more, self.usual.busy[index] * more
        return found.load[index] <= HOT and found.busy[index] <= CROWDED

    def _answer(self, index: int) -> None:
        """How a service answers: its own work, its calls, and what its slots can hold."""
        self.differs[index] = True
        parameters = self.changed.get(index, NEUTRAL)
        answer = _Answer(self.sizing.nodes[index], parameters, self._slowdown(index, parameters))
        usual = self.sizing.usual_parts if self.usual is not None and not parameters.retries else None
        for e in self.sizing.nodes[index].out:
            if usual is None or e in self.touched or self.differs[self.sizing.edges[e].callee]:
                answer.add(self._call(e, parameters))
            else:
                answer.add(usual[e])
        answer.close()
        self._load(index, answer, parameters)

    def _slowdown(self, index: int, parameters: Parameters) -> float:
        """The factor on the time of a service's own work; processors at their limit make it longer."""
        node, found = self.sizing.nodes[index], self.found
        if not node.rate:
            return parameters.slowdown
        load = found.load[index] = self._work(index, parameters)
        above = min(load, OVERLOADED) - HOT
        return parameters.slowdown * (1.0 + STRETCH * above) if above > 0.0 else parameters.slowdown

    def _work(self, index: int, parameters: Parameters) -> float:
        """The work of the requests that come to a service, as a share of what its processors can do."""
        node, taken = self.sizing.nodes[index], self.taken[index]
        load = node.cpu / 100.0 * (self.found.requests[index] / node.rate) * parameters.cost
        if taken < 1.0 and not node.pooled:  # to refuse a request is little work; a full store never sees it
            load *= REFUSAL + (1.0 - REFUSAL) * taken
        return load / parameters.capacity if parameters.capacity > 0.0 else load

    def _call(self, e: int, parameters: Parameters) -> Part:
        """What the calls along an edge come to for the requests of the caller."""
        edge, found = self.sizing.edges[e], self.found
        callee, time_out, asynchronous = edge.callee, edge.time_out, edge.kind == "async"
        late, beyond = self._late(callee, time_out)
        # A call fails at least as often as the callee: what fails quickly does not wait, what fails slowly is late.
        quick = found.failed[callee] - self.slow_failed[callee]
        hangs = self.slow_failed[callee] / (1.0 - quick) if quick < 1.0 else 0.0
        hangs = hangs if hangs > late else late
        squeezed = self.squeezed[callee]
        stuck = self.changed[callee].stuck if asynchronous and callee in self.changed else 0.0
        fails = 1.0 - self.reached[e] * (1.0 - squeezed) * (1.0 - quick) * (1.0 - hangs) * (1.0 - stuck)
        hanging = 1.0 - (1.0 - self.hanging[e]) * (1.0 - squeezed)
        waits = hanging + (1.0 - hanging) * late  # tries that end with the time-out
        waits = 0.0 if asynchronous else waits if waits < fails else fails
        retries = edge.retries + int(parameters.retries)
        tries, final = 1.0, fails
        for _ in range(retries):
            tries += final
            final *= fails
        self.tries[e] = tries
        found.final[e] = final
        found.waits[e] = waits
        found.dropped[e] = hanging if hanging < waits else waits
        found.pooled[e] = squeezed if squeezed < found.dropped[e] else found.dropped[e]
        fan = self.fans.get(e, 1.0)
        calls = edge.calls * fan
        share, each = (edge.share, calls) if calls > 1.0 else (edge.share * calls, 1.0)
        if fan > 1.0 and edge.share * fan <= 1.0:  # more requests call, as long as some do not
            share, each = edge.share * fan, edge.calls
        if edge.cache >= 0 and each > edge.calls:  # what the cache misses is asked by more requests, not more often
            share = min(1.0, share * each / edge.calls)
            each = edge.share * calls / share
        bad = share * (final if each == 1.0 else 1.0 - _power(1.0 - final, each))
        if asynchronous:
            found.held[e], found.failing[e] = HANDED_OVER_MS, share * final * CONFIRMED
            return Part(found.failing[e], edge.fallback)
        found.failing[e] = bad
        p50, p99 = found.p50[callee], found.p99[callee]
        if late > beyond:  # the rest of the body, without what came too late
            in_time = 1.0 - body_over(p50, p99, time_out)
            p50, p99 = body_at(p50, p99, 0.5 * in_time), body_at(p50, p99, P99 * in_time)
        at_once = found.quick[callee] + (1.0 - self.reached[e]) - self.hanging[e]  # tries that fail at once
        at_once = min(fails - waits, at_once if at_once > 0.0 else 0.0)
        took = 1.0 + (tries - 1.0) * (fails - waits - at_once) / fails if fails else 1.0  # tries that take their time
        found.held[e] = body_mean(p50, p99) * (1.0 - waits - at_once) + waits * time_out
        failing = 0.0 if edge.fallback else bad
        ended = failing * at_once / fails if at_once > LEAST_SLOW else 0.0
        waited: tuple[Waited, ...] = ()
        if waits > LEAST_SLOW:
            waiting = share * (1.0 - _power(1.0 - waits, each))
            waited = ((waiting, time_out, time_out * (retries + 1), failing * (waits / fails)),)
        if found.slow[callee] - beyond > LEAST_SLOW:
            waiting = share * (1.0 - _power(1.0 - (found.slow[callee] - beyond), each))
            high = found.high[callee]
            waited += ((waiting, found.low[callee], high if high < time_out else time_out, 0.0),)
        takes = share * each * took
        spread = takes * (p99 - p50) * (p99 - p50)
        return Part(bad, edge.fallback, takes * p50, spread, ended, found.fast[callee], waited)

    def _late(self, callee: int, time_out: float) -> tuple[float, float]:
        """The share of a callee's answers that take longer than a time-out, and of these the slow ones."""
        found = self.found
        slow, p99 = found.slow[callee], found.p99[callee]
        late = body_over(found.p50[callee], p99, time_out) if p99 * SLOWEST > time_out else 0.0
        late *= 1.0 - found.quick[callee] - slow
        if not slow:
            return late, 0.0
        beyond, low, high = 0.0, found.low[callee], found.high[callee]
        if time_out <= low:
            beyond = slow
        elif time_out < high:
            beyond = slow * (high - time_out) / (high - low)
        return late + beyond, beyond

    def _load(self, index: int, answer: _Answer, parameters: Parameters) -> None:
        """What the slots of a service can hold: beyond it requests wait, and then are turned away."""
        node, found = self.sizing.nodes[index], self.found
        rate, slots = found.requests[index], node.slots * parameters.capacity
        body = body_mean(answer.p50, answer.p99)
        refused = 1.0 - (1.0 - parameters.own_errors) * (1.0 - node.own_errors)
        overload = 1.0 - 1.0 / found.load[index] if found.load[index] > 1.0 and not node.pooled else 0.0
        hung = 1.0 - (1.0 - parameters.hung) * (1.0 - overload)
        if overload:
            answer.wait(overload, node.most_time_out, node.most_time_out, overload)
        slow = answer.slow * (1.0 - refused)
        mean = body * (1.0 - answer.slow) * (1.0 - answer.quick) + answer.slow * (answer.low + answer.high) / 2.0
        flying = rate * (1.0 - refused) * mean / 1000.0
        busy = flying / slots if slots > 0.0 else (NO_SLOTS if rate else 0.0)
        shed = 0.0
        if node.pooled:  # what finds no connection never gets here
            whole = max(busy, found.load[index]) / (1.0 - self.squeezed[index])
            self.squeezed[index] = 1.0 - self._taken(index, whole)
        else:
            shed = 1.0 - self._taken(index, busy)
        crowd = (busy - CROWDED) / (1.0 - CROWDED) if busy > CROWDED else 0.0
        wait = body * QUEUE * (crowd if crowd < 1.0 else 1.0)
        longest = node.most_time_out * GIVEN_UP
        found.p50[index] = min(longest / LEAST_SPREAD, answer.p50 + wait)
        found.p99[index] = min(longest, answer.p99 + wait * QUEUE_SPREAD)
        found.slow[index], found.low[index], found.high[index] = (
            slow * (1.0 - shed),
            min(longest / LEAST_SPREAD, answer.low),
            min(longest, answer.high),
        )
        self._quick(index, answer, 1.0 - (1.0 - refused) * (1.0 - shed))
        found.queued[index] = rate * (1.0 - shed) * wait / 1000.0
        found.busy[index] = busy if busy < 1.0 else 1.0
        own = 1.0 - (1.0 - refused) * (1.0 - shed) * (1.0 - hung) * (1.0 - parameters.unusable)
        found.own[index] = own
        found.failed[index] = 1.0 - (1.0 - own) * answer.good
        found.fallback[index] = answer.fallback * (1.0 - found.failed[index])
        self.worked[index] = (1.0 - refused) * (1.0 - shed)
        self.slow_failed[index] = answer.slow_fail * self.worked[index]

    def _taken(self, index: int, asked: float) -> float:
        """The share of the requests that a service takes which is asked for so many times what it can hold."""
        taken = 1.0 / asked if asked > 1.0 else 1.0
        if self.damped:
            taken = sqrt(taken * self.taken[index])
            taken = 1.0 if taken > ALL_TAKEN else taken
            self.steady[index] = -STEADY < taken - self.taken[index] < STEADY
        self.taken[index] = taken
        return taken

    def _quick(self, index: int, answer: _Answer, turned_away: float) -> None:
        """The share of the requests that fail at once: those turned away, and those whose calls fail at once."""
        found, node = self.found, self.sizing.nodes[index]
        ended = (1.0 - turned_away) * answer.quick * (1.0 - answer.slow)
        quick = turned_away + ended
        if quick < LEAST_SLOW:
            quick = 0.0
        fast = node.p50 * TURNED_AWAY if turned_away >= ended else answer.fast
        found.quick[index] = min(quick, 1.0 - found.slow[index])
        found.fast[index] = min(fast, found.p50[index] * FASTEST)

    def finished(self) -> Solution:
        """The solution."""
        found = self.found
        for e, tried in enumerate(self.rates):
            found.calls[e] = tried * self.reached[e] * (1.0 - self.squeezed[self.sizing.edges[e].callee])
            found.lost[e] = tried - found.calls[e]
        found.tries[:] = array("d", self.tries)
        found.worked[:] = array("d", self.worked)
        return found


class _Answer:
    """How a service answers its requests, added up from its own work and its calls. Times are in ms, shares 0 to 1."""

    __slots__ = (
        "fallback",
        "fast",
        "good",
        "high",
        "low",
        "node",
        "p50",
        "p99",
        "quick",
        "slow",
        "slow_fail",
        "slowdown",
        "spread",
    )

    def __init__(self, node: Node, parameters: Parameters, slowdown: float) -> None:
        delay = parameters.delay * node.least_time_out
        self.node = node
        self.slowdown = slowdown
        self.p50 = node.p50 * slowdown + delay
        self.p99 = 0.0
        spread = (node.p99 - node.p50) * slowdown + delay * DELAY_SPREAD
        self.spread = spread * spread  # of the p99 over the p50, squared: those of independent parts add up
        self.good = 1.0  # share of the requests that no call fails
        self.fallback = 0.0
        self.quick = self.fast = 0.0  # share of the requests whose calls fail at once, and how long these take
        self.slow = self.slow_fail = parameters.hung
        self.low = self.high = node.most_time_out if self.slow else 0.0

    def add(self, part: Part) -> None:
        """Add what the calls along an edge come to."""
        failing, fallback, p50, spread, ended, fast, waited = part
        if fallback:
            self.fallback = 1.0 - (1.0 - self.fallback) * (1.0 - failing)
        else:
            self.good *= 1.0 - failing
        self.p50 += p50
        self.spread += spread
        if ended:
            self.quick = 1.0 - (1.0 - self.quick) * (1.0 - ended)
            self.fast = self.node.p50 * self.slowdown + fast
        for each in waited:
            self.wait(*each)

    def wait(self, share: float, low: float, high: float, failing: float) -> None:
        """Note a share of the requests that wait so long for a call, and the share that fails after it."""
        if share <= LEAST_SLOW:
            return
        if share > self.slow:
            self.low, self.high = low, high
        self.slow = 1.0 - (1.0 - self.slow) * (1.0 - share)
        self.slow_fail = 1.0 - (1.0 - self.slow_fail) * (1.0 - failing)

    def close(self) -> None:
        """Set the p99, and the times of slow requests, which take their own time as well."""
        self.p99 = self.p50 + sqrt(self.spread)
        if self.slow:
            low, high = self.low + self.node.p50 * self.slowdown, self.high + self.node.p99 * self.slowdown
            least = self.p50 * LEAST_SPREAD
            self.low = low if low > least else least
            self.p99 = self.p99 if self.p99 < self.low else self.low
            self.high = max(high, self.low * LEAST_SPREAD)


def _power(base: float, exponent: float) -> float:
    """base^exponent for a base of 0 to 1, between whole exponents by a straight line: the same bits on any machine."""
    whole = int(exponent)
    part = exponent - whole
    result, square, left = 1.0, base, whole
    while left:
        if left & 1:
            result *= square
        square *= square
        left >>= 1
    return result * (1.0 - part * (1.0 - base)) if part else result
