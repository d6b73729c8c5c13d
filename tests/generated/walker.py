"""Policies that follow the service graph without any knowledge of failures: how many culprits does that find?

The walker goes down from the alerting service, always by the worst call, until no call is bad any more. Some walkers
look around where they end. They read what the tools show and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cloud_incident_env.incident import Incident
from tests.generated.shown import Shown

BAD_FAILURES = 1.0  # % of the tries of a call, and
TIMES_NORMAL = 3.0  # times what is normal, from which a call is bad
TIMES_SLOWER = 1.8  # times the normal p99 of its answers, from which it is bad as well
OWN_ERRORS = 0.5  # % of a service's requests that fail for a reason of its own, from which that is held against it

_CALL = re.compile(
    r"^  (?P<name>\S+) \((?P<kind>\w+)\): .*?(?P<fails>[\d.]+) % fail \(normal (?P<usual>[\d.]+) %\).*?"
    r"answers p99 (?P<p99>[\d,.]+) ms \(normal (?P<normal>[\d,.]+) ms\)(?P<rest>.*)$",
    re.M,
)
_CALLER = re.compile(r"^  (?P<name>\S+) \(\w+\): ", re.M)
_HEAD = re.compile(r"requests/s, (?P<fails>[\d.]+) % fail, ")
_BELOW = re.compile(r"^(?:Runs on|Network): (?P<name>[^,\n]+)", re.M)
_OWN = re.compile(r"errors of its own (?P<own>[\d.]+) %")


class Call(NamedTuple):
    """A call as the table of dependencies shows it."""

    callee: str
    fails: float  # % of its tries
    slower: float  # p99 of its answers in multiples of the normal one
    bad: bool
    fallback: bool


def calls_of(shown: Shown, service: str) -> list[Call]:
    """The calls of a service to known ones."""
    found = []
    for row in _CALL.finditer(shown.text("check_dependencies", service).partition("\nCalls:")[2]):
        fails, usual = float(row["fails"]), float(row["usual"])
        slower = _number(row["p99"]) / _number(row["normal"])
        bad = (fails >= BAD_FAILURES and fails >= TIMES_NORMAL * usual) or slower >= TIMES_SLOWER
        found.append(Call(row["name"], fails, slower, bad, "fallback" in row["rest"]))
    return found


def callers_of(shown: Shown, service: str) -> list[str]:
    """The known services that call a service."""
    above = shown.text("check_dependencies", service).partition("\nCalls:")[0]
    return [row["name"] for row in _CALLER.finditer(above) if row["name"] in shown.services]


def failing(shown: Shown, service: str) -> float:
    """The share in % of a service's requests that fail; 0 where it takes none."""
    found = _HEAD.search(shown.text("check_dependencies", service))
    return float(found["fails"]) if found else 0.0


def own_errors(shown: Shown, service: str) -> float:
    """The share in % of a service's requests that fail for a reason of its own; 0 where it takes none."""
    found = _OWN.search(shown.text("check_service_status", service))
    return float(found["own"]) if found else 0.0


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def walk(shown: Shown, with_slow: bool = False) -> str:
    """Down the worst failing call until none is bad; with `with_slow` down the slowest one where none fails."""
    at = shown.entry
    seen = {at}
    while True:
        bad = [call for call in calls_of(shown, at) if call.bad and not call.fallback and call.callee not in seen]
        if not with_slow:
            bad = [call for call in bad if call.fails >= BAD_FAILURES]
        if not bad:
            return at
        at = max(bad, key=lambda call: (call.fails if call.fails >= BAD_FAILURES else 0.0, call.slower)).callee
        seen.add(at)


def or_a_caller(shown: Shown, end: str) -> str:
    """The caller of the end that fails more for reasons of its own, or else in all; the end itself if none does."""
    callers = callers_of(shown, end)
    worst = max(callers, key=lambda name: own_errors(shown, name), default=end)
    if own_errors(shown, worst) > max(own_errors(shown, end), OWN_ERRORS):
        return worst
    worst = max(callers, key=lambda name: failing(shown, name), default=end)
    return worst if failing(shown, worst) > failing(shown, end) else end


def or_what_it_runs_on(shown: Shown, end: str) -> str:
    """The first thing that the end runs on, if it hardly fails for reasons of its own; else the end itself."""
    below = _BELOW.search(shown.text("check_dependencies", end))
    return below["name"] if below is not None and own_errors(shown, end) < OWN_ERRORS else end


WALKERS: dict[str, Callable[[Shown], str]] = {
    "worst failing call": walk,
    "or slow call": lambda shown: walk(shown, with_slow=True),
    "then a worse caller": lambda shown: or_a_caller(shown, walk(shown)),
    "or slow call, then a worse caller": lambda shown: or_a_caller(shown, walk(shown, with_slow=True)),
    "then what it runs on": lambda shown: or_what_it_runs_on(shown, walk(shown)),
}


def culprit_shares(incidents: Sequence[Incident]) -> dict[str, float]:
    """The share of the incidents whose culprit each walker names."""
    every = [Shown(incident) for incident in incidents]
    return {
        name: sum(walker(shown) == shown.incident.culprit for shown in every) / len(every)
        for name, walker in WALKERS.items()
    }
