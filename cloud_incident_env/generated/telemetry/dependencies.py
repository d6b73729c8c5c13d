"""`check_dependencies`: who calls a service, whom it calls, and how those calls fare."""

from __future__ import annotations

from cloud_incident_env.generated.model import EdgeKind
from cloud_incident_env.generated.telemetry.numbers import milliseconds, number, percent
from cloud_incident_env.generated.telemetry.shows import Shows
from cloud_incident_env.generated.world import World
from cloud_incident_env.telemetry import Report

EDGE_WEIGHT = (0.2, 1.0)  # of a caller: its share of the calls to a service is in proportion to it
UNKNOWN_CALLERS = 0.3  # weight of all callers that the agent does not know of
_KINDS: dict[EdgeKind, str] = {"sync": "sync", "async": "async", "storage": "storage", "config": "platform"}
_NOBODY = "  nobody among the known services"


def show_dependencies(world: World, index: int, phase: int) -> Report:
    names = world.cast.names
    callers, callees = world.cast.callers(index), world.cast.callees(index)
    upstream, downstream = [], []
    for caller, kind, fallback in callers:
        note = ", has a fallback" if fallback else ""
        rate = number(_rate(world, caller, index, phase))
        upstream.append(f"  {names[caller]} ({_KINDS[kind]}): {rate} calls/s{note}")
    for callee, kind, fallback in callees:
        note = ", fallback available" if fallback else ""
        rate = number(_rate(world, index, callee, phase))
        downstream.append(f"  {names[callee]} ({_KINDS[kind]}): {rate} calls/s, {_answers(world, callee, phase)}{note}")
    lines = (
        f"{names[index]} at {world.timeline.now(phase):%H:%M:%S}Z: {_answers(world, index, phase)}",
        "Called by:",
        *(upstream or [_NOBODY]),
        "Calls:",
        *(downstream or [_NOBODY]),
    )
    neighbours = frozenset(names[other] for other in (index, *(other for other, _, _ in (*callers, *callees))))
    return Report("\n".join(lines), neighbours=neighbours)


def _answers(world: World, index: int, phase: int) -> str:
    """How a service answers its callers."""
    reading, normal = world.figures.reading(index, phase), world.figures.normal(index)
    return f"{percent(reading.error_rate)} errors, p99 {milliseconds(reading.p99)} (normal {milliseconds(normal.p99)})"


def _rate(world: World, caller: int, callee: int, phase: int) -> float:
    """Calls per second along an edge, the same from both of its ends: a share of what the callee is asked."""
    weights = {
        other: world.draws("edge", other, callee).uniform(*EDGE_WEIGHT) for other, _, _ in world.cast.callers(callee)
    }
    total = UNKNOWN_CALLERS
    for weight in weights.values():  # not sum(): newer Pythons round it otherwise
        total += weight
    return world.figures.reading(callee, phase).requests * weights[caller] / total


DEPENDENCIES = Shows("check_dependencies", show_dependencies)
