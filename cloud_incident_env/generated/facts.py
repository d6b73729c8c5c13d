"""What happens at a service in one minute, as typed facts: logs write them down and invent none.

The facts of a minute follow from the state of that minute and a stream of draws of their own, so they are the same
whenever they are asked for. A log is a sample of all that happens: rates are those of the sample.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from cloud_incident_env.generated.borne_out import borne_out, unreached
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.lookalikes import Lookalike, lookalikes_of
from cloud_incident_env.generated.model import Line, Outcome
from cloud_incident_env.generated.outcomes import failed_by
from cloud_incident_env.generated.plans import ways_with
from cloud_incident_env.generated.software.action_lines import action_lines
from cloud_incident_env.generated.software.connecting import wordings
from cloud_incident_env.generated.software.own_errors import own_error_lines
from cloud_incident_env.generated.software.peers import peer_of

if TYPE_CHECKING:
    from cloud_incident_env.generated.history import History
    from cloud_incident_env.generated.world import World

EVERYDAY = 0.62  # everyday lines a minute
SEEN_FROM = 0.004  # share of failing tries from which a log shows them regularly
LEAST_SEEN = 0.12  # lines a minute of a callee whose calls fail that rarely
MOST_SEEN = 0.75
OWN_FROM = 0.01  # share of the requests that a service fails by itself from which its log shows some
SELDOM = 0.012  # lines a minute of a callee all of whose calls go well: some call always fails
MUCH_SLOWER = 2.5  # p99 as a multiple of the normal one from which calls are logged as slow
SCHEDULER_DELAY = 0.02  # seconds from the time of a schedule to the line about it
USUAL_WORDING = 0.75  # share of the failing calls of a kind that are told in the same words
OF_FAILURES = 0.65  # share of the failure's lines that the sample keeps
FAILED_BEFORE, FAILS_NO_MORE = 0.02, 0.008  # share of failing tries in two minutes between which calls recovered

Kind = Literal["everyday", "call", "failure", "lookalike", "action"]


class Fact(NamedTuple):
    """Something that a service logs."""

    kind: Kind
    second: float  # within its minute, 0 to 60
    text: str  # template: "LEVEL text"
    callee: int | None = None  # calls: the service called
    outcome: Outcome | None = None
    wait: float = 0.0  # ms that the call took
    time_out: float = 0.0  # ms, in force for the call
    tries: int = 1
    share: float = 0.5  # of the service's requests that are faster than the one this tells of
    lookalike: Lookalike | None = None


def facts_of(world: World, index: int, minute: int, history: History) -> list[Fact]:
    """The facts of the minute that ends at `minute`, in the order of time."""
    draws = world.draws("facts", index, minute)
    found = [
        *_everyday(world, index, draws),
        *_calls(world, index, minute, history, draws),
        *_failures(world, index, minute, history, draws),
        *_lookalikes(world, index, minute, history, draws),
        *_own_errors(world, index, minute, history, draws),
        *_actions(world, index, minute, history),
    ]
    found.sort(key=lambda fact: fact.second)
    return found


def _times(draws: Draws, rate: float) -> int:
    """How many lines a rate a minute comes to."""
    whole = int(rate)
    return whole + (1 if draws.chance(rate - whole) else 0)


def _everyday(world: World, index: int, draws: Draws) -> Iterator[Fact]:
    noise = world.cast.software(index).noise
    for _ in range(_times(draws, EVERYDAY)):
        yield Fact("everyday", draws.uniform(0, 60), draws.pick(noise), share=draws.uniform(0, 1))


def _calls(world: World, index: int, minute: int, history: History, draws: Draws) -> Iterator[Fact]:
    node = world.sizing.nodes[index]
    if not node.serves or not node.out:
        return
    solution = world.solution(minute, history)
    before = None
    for e in node.out:
        edge = world.sizing.edges[e]
        if edge.callee not in world.cast.names:
            continue
        fails = solution.try_fails(e)
        outcome: Outcome | None = None
        if fails >= SEEN_FROM:
            if draws.chance(min(MOST_SEEN, LEAST_SEEN + 1.3 * fails)):
                outcome = failed_by(solution, e, draws.uniform(0, fails))
        else:
            before = before or world.solution(minute - 1, history)
            if fails < FAILS_NO_MORE and before.try_fails(e) >= FAILED_BEFORE:
                outcome = "recovered"
            elif solution.p99[edge.callee] > MUCH_SLOWER * world.sizing.normal.p99[edge.callee] and draws.chance(0.35):
                outcome = "slow"
            elif draws.chance(SELDOM):
                outcome = "error"
        if outcome is None:
            continue
        if outcome == "slow" and edge.kind == "async":
            continue
        if outcome == "refused" and _before_it_left(world, index, edge.callee, minute, history, draws):
            continue
        text = _wording(world, index, edge.callee, outcome, draws)
        if text is None:
            continue
        share = draws.uniform(0, 1)
        times = solution.times(edge.callee)
        if outcome in ("timeout", "unconnected", "pooled"):
            wait = edge.time_out
        elif outcome == "refused":
            wait = 0.4 + 2.8 * share
        elif outcome == "slow":
            wait = min(edge.time_out * 0.99, times.quantile(0.9 + 0.099 * share))
        else:
            wait = min(edge.time_out * 0.99, times.quantile(share * (1.0 - times.slow)))
        yield Fact(
            "call", draws.uniform(0, 60), text, edge.callee, outcome, wait, edge.time_out, edge.retries + 1, share
        )


def _before_it_left(world: World, index: int, callee: int, minute: int, history: History, draws: Draws) -> bool:
    """Whether a call that reached nobody failed at its caller: what the caller prints of it belongs to the failure."""
    own = world.parameters(index, minute, history).call_errors
    if own == 0.0:
        return False
    refused = world.parameters(callee, minute, history).refused
    return draws.chance(own / (1.0 - (1.0 - own) * (1.0 - refused)))


def _wording(world: World, index: int, callee: int, outcome: Outcome, draws: Draws) -> str | None:
    """A line of a call; now and then one that does not name the callee."""
    told = wordings(world.cast.software(index), peer_of(world.cast.software(callee)), outcome)
    named = [text for text in told if "{callee}" in text]
    silent = [text for text in told if "{callee}" not in text]
    if not told:
        return None
    plain = draws.chance(world.difficulty.plainness)
    fitting = (named if plain else silent) or named or silent
    usual = world.draws("wording", index, callee, outcome).pick(fitting)  # a program mostly fails along one path
    return usual if draws.chance(USUAL_WORDING) else draws.pick(fitting)


def _failures(world: World, index: int, minute: int, history: History, draws: Draws) -> Iterator[Fact]:
    for line, acting in world.lines:
        if acting.service != index:
            continue
        level = acting.level(minute, history.reached, None, history.again)
        if line.every:
            second = _scheduled(world, minute, line.every)
            if second is not None and draws.chance(level):
                yield Fact("failure", second, line.text, share=draws.uniform(0, 1))
            continue
        if level <= 0.0 or not borne_out(world, line, index, minute, history):
            continue
        told = unreached(world, line, index, minute, history) if _names_a_callee(line) else []
        if not told and _names_a_callee(line) and line.when == "lost":
            continue
        for _ in range(_times(draws, OF_FAILURES * line.per_minute * min(1.0, level))):
            fact = Fact("failure", draws.uniform(0, 60), line.text, share=draws.uniform(0, 1))
            if told:
                edge = world.sizing.edges[draws.pick(told)]
                fact = fact._replace(callee=edge.callee, time_out=edge.time_out, tries=edge.retries + 1)
            yield fact


def _scheduled(world: World, minute: int, every: int) -> float | None:
    """The second of a minute at which a schedule runs that runs each so many minutes of the hour."""
    begin = world.clock.at(minute - 1)
    left = -(begin.minute * 60 + begin.second) % (every * 60)
    return left + SCHEDULER_DELAY if left < 60 else None


def _names_a_callee(line: Line) -> bool:
    """Whether it names a service that was not reached."""
    return bool({"callee", "remote"} & line.aside.keys())


def _lookalikes(world: World, index: int, minute: int, history: History, draws: Draws) -> Iterator[Fact]:
    every = lookalikes_of(world, index)
    until = list(accumulate(each.per_minute for each in every))
    for _ in range(_times(draws, OF_FAILURES * until[-1]) if every else 0):
        drawn, second, share = draws.uniform(0.0, until[-1]), draws.uniform(0, 60), draws.uniform(0, 1)
        each = every[min(bisect_right(until, drawn), len(every) - 1)]
        if each.true_at(world, index, minute, history):
            yield Fact("lookalike", second, each.line.text, share=share, lookalike=each)


def _own_errors(world: World, index: int, minute: int, history: History, draws: Draws) -> Iterator[Fact]:
    """Requests that a service fails by itself, where the failure prints nothing of it there."""
    node = world.sizing.nodes[index]
    if node.kind not in ("service", "worker") or any(each.service == index for _, each in world.lines):
        return
    solution = world.solution(minute, history)
    share = solution.own[index] - node.own_errors
    if share >= OWN_FROM and draws.chance(min(MOST_SEEN, LEAST_SEEN + share)):
        told = own_error_lines(world.cast.software(index), solution.busy[index] >= 1.0)
        yield Fact("everyday", draws.uniform(0, 60), draws.pick(told), share=draws.uniform(0, 1))


def _actions(world: World, index: int, minute: int, history: History) -> Iterator[Fact]:
    for shown in history.shown:
        if shown.service != index or shown.minute != minute:
            continue
        draws = world.draws("action", str(shown.key), minute)
        second = draws.uniform(5, 40)
        texts = [text for way in ways_with(world, shown.key) for text in way.shows]
        for number, text in enumerate(texts or action_lines(world.cast.software(index), shown.key.action)):
            yield Fact("action", min(59.9, second + 1.7 * number), text)
