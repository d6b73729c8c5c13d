"""`check_service_status`: health, instances, version, alerts, flags, notes and runbook steps of a service."""

from __future__ import annotations

from cloud_incident_env.generated.alerts import firing
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.flags import flags
from cloud_incident_env.generated.gauges import gauges_of
from cloud_incident_env.generated.instances import NODES, hosts, instance_names, zones
from cloud_incident_env.generated.model import Family
from cloud_incident_env.generated.numbers import percent
from cloud_incident_env.generated.readings import Reading
from cloud_incident_env.generated.releases import last_changed
from cloud_incident_env.generated.runbooks import runbook
from cloud_incident_env.generated.service_versions import product, running_version
from cloud_incident_env.generated.telemetry.deploys import TOOL as CHANGES
from cloud_incident_env.generated.telemetry.deploys import recorded
from cloud_incident_env.generated.telemetry.logs import Now
from cloud_incident_env.generated.telemetry.shows import Look, Shows
from cloud_incident_env.generated.templates import FamilyValues, Values, facts_of_family, fill
from cloud_incident_env.generated.thresholds import Firing
from cloud_incident_env.status_lines import FLAGS_LABEL, STEPS_LABEL
from cloud_incident_env.telemetry import Report

BEHIND = "the record of changes is behind"
NOTED = 0.35  # share of the culprits of which a note tells of the failure
NOTES = 2  # on every service
UPTIME = (2_000, 60_000)  # minutes at the alert since which the processes of a healthy service have run


def show_status(look: Look) -> Report:
    world, index = look.world, look.index
    reading = Reading(world, index, look.minute, look.history)
    off = {flag for flag, minute in look.history.switched.items() if minute <= look.minute}
    listed, steps = flags(world, index), runbook(world, index)
    switches = [f"{flag}={'off' if flag in off else 'on'}" for flag in listed]
    fires = firing(reading)
    lines = [
        f"Health: {_health(reading, fires)} at {world.clock.shown(look.minute)}",
        f"Replicas: {reading.ready}/{reading.instances} ready{_places(look, reading)}",
        f"Version: {product(world, index)} {_version(look)}",
    ]
    if reading.node.serves:
        lines.append(f"Error rate: {percent(reading.failed)}{_worst(look, reading)}")
    lines.append(f"Alerts: {'; '.join(_alert(fire) for fire in fires) or 'none firing'}")
    lines += [*_nodes(look, reading), *_watched(reading), *_notes(look)]
    lines.append(f"{FLAGS_LABEL}: {', '.join(switches) or 'none'}")
    lines.append(f"{STEPS_LABEL}: {', '.join(steps)}")
    return Report("\n".join(lines), flags=tuple(listed), runbook_steps=tuple(steps))


def _health(reading: Reading, fires: list[Firing]) -> str:
    if reading.ready < reading.instances or (reading.node.serves and reading.failed >= 0.2):
        return "unhealthy"
    return "degraded" if fires else "healthy"


def _places(look: Look, reading: Reading) -> str:
    """Where the instances run: host and zone of each, those that are not ready marked."""
    if reading.node.kind in ("network", "vendor", "compute", "monitoring"):
        return ""
    members = reading.instances
    names, places = instance_names(look.world, look.index, members), hosts(look.world, look.index, members)
    down = set(names[: max(0, len(names) - reading.ready)])
    shown = [
        f"{name} on {host} zone {zone}{' (not ready)' if name in down else ''}"
        for name, host, zone in zip(names, places, zones(look.world, look.index, members), strict=True)
    ]
    return f": {', '.join(shown)}"


def _version(look: Look) -> str:
    """The version that runs; while the record of changes is behind, the latest one that is recorded."""
    if look.world.others.last(CHANGES, look.minute) is None:
        return running_version(look.world, look.index, look.minute, look.history)
    newest = recorded(look)[0]
    return newest.version if newest.minute > 0 else f"{newest.version} ({BEHIND})"  # what was done since is known


def _worst(look: Look, reading: Reading) -> str:
    """How unevenly failures fall on the instances: the service's own ones, or all where these are not told apart."""
    world, index = look.world, look.index
    own = reading.solution.own[index]
    if reading.instances < 2:
        return ""
    draws = world.draws("worst", index)
    share = world.hit_share(index)
    hit = max(1, int(reading.instances * share + 0.5))
    uneven = 1.0 + draws.uniform(0.02, 0.15)
    worst = min(1.0, own * (reading.instances / hit if share < 1.0 else uneven))
    median = own * (1.0 if share >= 0.5 else 0.1)
    if not world.difficulty.own_failures:
        passed = (1.0 - reading.failed) / (1.0 - own) if own < 1.0 else 0.0  # share that its callees let pass
        worst, median = 1.0 - passed * (1.0 - worst), 1.0 - passed * (1.0 - median)
        return f"; worst instance {percent(worst)}, median instance {percent(median)}"
    return f"; errors of its own {percent(own)}, worst instance {percent(worst)}, median instance {percent(median)}"


def _alert(fire: Firing) -> str:
    return f"{fire.name} ({fire.shown}, limit {fire.limit})"


def _nodes(look: Look, reading: Reading) -> list[str]:
    """How many nodes of a fleet are ready. Where all instances are, those that are not are drained."""
    if reading.node.kind != "compute":
        return []
    ready = int(NODES * gauges_of(reading)["nodes ready"] / 100.0 + 0.5)
    drained = ready < NODES and reading.ready == reading.instances
    return [f"Nodes: {ready} of {NODES} ready{'; the others are drained and hold no instance' if drained else ''}"]


def _watched(reading: Reading) -> list[str]:
    """How many alerts fire on the services that a monitoring watches, beside those on itself."""
    if reading.node.kind != "monitoring":
        return []
    return [f"Alerts on the services that it watches: {int(gauges_of(reading)['alerts firing'] + 0.5)} firing"]


def _notes(look: Look) -> list[str]:
    """Notes on a service; those of the failure are gone once its cause is.

    A service that is well has notes of the same kinds, and the culprit mostly has those of another mode: nobody wrote
    down what just happened. So their form tells nothing, but what they say may.
    """
    world, index = look.world, look.index
    draws = world.draws("notes", index)
    everyday = draws.sample(world.cast.software(index).events, NOTES)
    values = Values(world, index, 0, draws)
    notes = [fill(note, values) for note in everyday]
    is_culprit = index == world.cast.place.culprit
    is_noted = is_culprit and world.draws("noted", index).chance(NOTED)
    if not is_noted or world.goes_on(look.minute, look.history):
        family = world.cast.family if is_noted else _drawn(look, draws)
        if family is not None:
            known = FamilyValues(world, index, look.minute, draws) if is_noted else _healthy(look, family, draws)
            known["now"] = Now(world, index, look.minute, look.history)
            notes = [*(fill(note, known) for note in family.notes), *notes][:NOTES]
    alert = world.others.alert
    if alert is not None and alert.service == index and alert.minute <= look.minute:
        notes[-1] = f"second alert since {world.clock.shown(alert.at)}: error rate over its limit"
    return notes


def _drawn(look: Look, draws: Draws) -> Family | None:
    """A family that could strike a service, whose notes it shows."""
    software = look.world.cast.service(look.index).software
    families = map(FAMILIES.__getitem__, look.world.background)
    own = look.world.cast.family
    striking = [each for each in families if software in each.strikes and each.notes_elsewhere and each is not own]
    return draws.pick(striking) if striking else None


def _healthy(look: Look, family: Family, draws: Draws) -> Values:
    """What fills the notes of a service that the family does not strike: it changed and began as its history says."""
    world, index, minute, history = look.world, look.index, look.minute, look.history
    back = [begin for begin, _ in history.versions.get(index, ()) if begin <= minute]
    renewed = history.renewed_before(index, minute)
    values = Values(world, index, minute, draws, facts_of_family(family, draws, world.cast.graph.system))
    uptime = draws.between(*UPTIME)
    values["version"] = running_version(world, index, minute, history)
    values["changed"] = int(minute - (back[-1] if back else last_changed(world, index)))
    values["age"] = uptime + minute if renewed is None else minute - renewed
    return values


STATUS = Shows("check_service_status", show_status)
