"""`check_dependencies`: who calls a service, whom it calls, and how those calls fare."""

from __future__ import annotations

from incidents.model import EdgeKind
from incidents.telemetry.metrics import milliseconds, number, percent
from incidents.world import World

_KINDS: dict[EdgeKind, str] = {"sync": "sync", "async": "async", "storage": "storage", "config": "platform"}


def show_dependencies(world: World, index: int, phase: int) -> str:
    names = world.cast.names
    reading, normal = world.reading(index, phase), world.normal(index)
    lines = [
        f"{names[index]} at {world.now(phase):%H:%M:%S}Z: {percent(reading.error_rate)} errors, "
        f"p99 {milliseconds(reading.p99)} (normal {milliseconds(normal.p99)})",
        "Called by:",
    ]
    for caller, kind, fallback in world.callers(index):
        note = ", has a fallback" if fallback else ""
        lines.append(f"  {names[caller]} ({_KINDS[kind]}): {number(_rate(world, caller, index, phase))} calls/s{note}")
    if len(lines) == 2:
        lines.append("  nobody among the known services")
    lines.append("Calls:")
    for callee, kind, fallback in world.callees(index):
        answer, usual = world.reading(callee, phase), world.normal(callee)
        note = ", fallback available" if fallback else ""
        lines.append(
            f"  {names[callee]} ({_KINDS[kind]}): {number(_rate(world, index, callee, phase))} calls/s, "
            f"{percent(answer.error_rate)} errors, p99 {milliseconds(answer.p99)} "
            f"(normal {milliseconds(usual.p99)}){note}"
        )
    if lines[-1] == "Calls:":
        lines.append("  nobody among the known services")
    return "\n".join(lines)


def _rate(world: World, caller: int, callee: int, phase: int) -> float:
    """Calls per second along an edge, the same from both of its ends: a share of what the callee is asked."""
    weights = {other: world.draws("edge", other, callee).uniform(0.2, 1.0) for other, _, _ in world.callers(callee)}
    total = 0.3
    for weight in weights.values():  # not sum(): newer Pythons round it otherwise
        total += weight
    return world.reading(callee, phase).requests * weights[caller] / total
