"""`check_dependencies`: who calls a service, whom it calls, how those calls fare, and the spans of one request."""

from __future__ import annotations

from cloud_incident_env.generated.draws import stable_hash
from cloud_incident_env.generated.numbers import milliseconds, number, percent
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.simulation.sizing import Edge
from cloud_incident_env.generated.telemetry.shows import Look, Shows
from cloud_incident_env.generated.traces import TRACES, spans_of
from cloud_incident_env.telemetry import Report

_NOBODY = "  nobody"


def show_dependencies(look: Look) -> Report:
    if look.query.trace is not None:
        return _trace(look)
    world, index = look.world, look.index
    names, sizing = world.cast.names, world.sizing
    reading = Reading(world, index, look.minute, look.history)
    node = sizing.nodes[index]
    title = f"{look.name} at {world.clock.shown(look.minute)}"
    if not node.serves:
        title += ": it takes no requests"
    else:
        title += f": {number(reading.requests, 1)} requests/s, {_answers(look, index)}"
    upstream, others = [], reading.requests
    for e in node.into:
        edge = sizing.edges[e]
        if edge.caller in names and sizing.nodes[edge.caller].serves:
            rate = reading.solution.calls[e] * reading.state.traffic
            upstream.append(f"  {names[edge.caller]} ({edge.kind}): {number(rate, 1)} calls/s")
            others -= rate
    if node.serves and others >= 0.05:
        upstream.append(f"  others: {number(others, 1)} calls/s")
    lines = [title]
    platform = [caller for caller, kind, _ in world.cast.callers(index) if kind == "platform"]
    if node.serves:
        lines += ["Called by:", *(upstream or [_NOBODY])]
    if platform:
        lines.append(f"{_CARRIES[node.kind]}: {', '.join(names[caller] for caller in platform)}")
    lines += _states(look)
    calls = _calls(look, reading)
    if node.serves:
        lines += ["Calls:", *(calls or [_NOBODY])]
    below = [(callee, sizing.nodes[callee].kind) for callee, kind, _ in world.cast.callees(index) if kind == "platform"]
    for label, kinds in (
        ("Runs on", ("compute", "scheduler")),
        ("Network", ("network",)),
        ("Monitored by", ("monitoring",)),
    ):
        found = [names[callee] for callee, kind in below if kind in kinds]
        if found:
            lines.append(f"{label}: {', '.join(found)}")
    neighbours = {callee for callee, _, _ in world.cast.callees(index)} | {c for c, _, _ in world.cast.callers(index)}
    return Report("\n".join(lines), neighbours=frozenset(names[other] for other in (index, *sorted(neighbours))))


_CARRIES = {"network": "Carries", "compute": "Hosts", "scheduler": "Schedules", "monitoring": "Monitors"}


def _states(look: Look) -> list[str]:
    """Which platform keeps its state in a service, or where this one keeps its own: no request waits for that."""
    names, nodes, cast = look.world.cast.names, look.world.sizing.nodes, look.world.cast
    below = [callee for callee, kind, _ in cast.callees(look.index) if kind != "platform"]
    above = [caller for caller, kind, _ in cast.callers(look.index) if kind != "platform" and not nodes[caller].serves]
    lines = []
    if above:
        lines.append(f"Keeps the state of: {', '.join(names[caller] for caller in above)}")
    if below and not nodes[look.index].serves:
        lines.append(f"Keeps its state in: {', '.join(names[callee] for callee in below)}")
    return lines


def _answers(look: Look, index: int) -> str:
    """How a service answers its callers."""
    world = look.world
    reading, normal = Reading(world, index, look.minute, look.history), world.sizing.normal
    return (
        f"{percent(reading.failed)} fail, p99 {milliseconds(reading.p99)} "
        f"(normal {percent(normal.failed[index])}, {milliseconds(normal.times(index).tail)})"
    )


def _calls(look: Look, reading: Reading) -> list[str]:
    world, names, sizing = look.world, look.world.cast.names, look.world.sizing
    solution, normal, traffic = reading.solution, sizing.normal, reading.state.traffic
    lines: list[str] = []
    hidden = hidden_first = hidden_failed = 0.0
    for e in reading.node.out:
        edge = sizing.edges[e]
        tried = (solution.calls[e] + solution.lost[e]) * traffic
        if edge.callee not in names:
            hidden += tried
            hidden_first += tried / solution.tries[e]
            hidden_failed += tried * solution.try_fails(e)
            continue
        callee = Reading(world, edge.callee, look.minute, look.history)
        notes = [f"time-out {number(edge.time_out)} ms"] if edge.kind != "async" else []
        if edge.retries:
            notes.append(f"up to {edge.retries} {'retry' if edge.retries == 1 else 'retries'}")
        if edge.fallback:
            notes.append("fallback")
        lines.append(
            f"  {names[edge.callee]} ({edge.kind}): {number(tried, 1)} calls/s, "
            f"{number(_per_request(tried, solution.tries[e], reading.requests), 2)} a request, "
            f"{number(solution.tries[e], 2)} tries, {number(solution.lost[e] * traffic, 1)}/s not connected, "
            f"{percent(solution.try_fails(e))} fail (normal {percent(normal.try_fails(e))}), "
            f"{percent(solution.waits[e])} time out; answers p99 {milliseconds(_answered_p99(edge, callee))} "
            f"(normal {milliseconds(normal.times(edge.callee).tail)})" + (f"; {', '.join(notes)}" if notes else "")
        )
    if hidden >= 0.05:
        lines.append(
            f"  others: {number(hidden, 1)} calls/s, {number(hidden / hidden_first, 2)} tries, "
            f"{percent(hidden_failed / hidden)} fail"
        )
    return lines


def _answered_p99(edge: Edge, callee: Reading) -> float:
    """The p99 of the answers that a caller sees: later ones find nobody who waits for them."""
    return callee.p99 if edge.kind == "async" else min(callee.p99, edge.time_out)


def _per_request(tried: float, tries: float, requests: float) -> float:
    return tried / tries / requests if requests else 0.0


def _trace(look: Look) -> Report:
    wanted = str(look.query.trace).strip().casefold()
    spans = spans_of(look.world, look.index, look.minute, look.history, wanted)
    if not spans:
        return Report(
            f"No {wanted} trace of {look.name} was sampled in the minute before {look.world.clock.shown(look.minute)}."
        )
    world_key = look.world.key
    lines = [
        f"{wanted} trace of {look.name} sampled in the minute before {look.world.clock.shown(look.minute)}, "
        f"id {stable_hash(world_key, look.index, look.minute, wanted):016x}{_sampled_of(look, wanted)}"
    ]
    for span in spans:
        state = "ok" if span.error is None else span.error
        lines.append(
            f"{'  ' * (span.depth + 1)}+{number(span.begin, 1)} ms  {span.name}  {milliseconds(span.took)}  {state}"
        )
    return Report("\n".join(lines))


def _sampled_of(look: Look, wanted: str) -> str:
    """Of how many failed requests a failed one is a sample."""
    if wanted != "failed":
        return ""
    reading = Reading(look.world, look.index, look.minute, look.history)
    return f", one of {number(60.0 * reading.requests * reading.failed)} failed of {number(60.0 * reading.requests)}"


def _refuse(look: Look) -> str | None:
    trace = look.query.trace
    if trace is None:
        return None
    if trace.strip().casefold() not in TRACES:
        return f"unknown trace {trace!r}: one of {', '.join(TRACES)}"
    if not look.world.sizing.nodes[look.index].serves:
        return f"no trace of {look.name}: it takes no requests"
    return None


DEPENDENCIES = Shows("check_dependencies", show_dependencies, _refuse, ("trace",))
