"""The deploy history of a service: what changed, when, and who did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Family, Range
from cloud_incident_env.generated.plan_steps import steps_on
from cloud_incident_env.generated.service_versions import running_version, versions
from cloud_incident_env.generated.templates import everyday_values, family_values, fill
from cloud_incident_env.generated.world import World

ENTRIES = 3  # of a history before anybody stepped in
# When an innocent service changed last: most of them as shortly before the first symptom as a culprit would have, so
# that the time of a change names nobody.
AROUND = 0.75  # share of the innocent services that changed just before the first symptom
SHORT_LEAD: Range = (0.0, 4.5)  # minutes before the first symptom: those of most changes that begin a failure
MOSTLY_SHORT = 0.7  # share of the changes just before with such a lead; the others have that of some family's change
DURING = 0.3  # share of the other services that changed between the first symptom and the alert
BEFORE = 0.25  # share of the rest that changed in the hours before
HOURS_BEFORE = 3  # how many hours these are
LIKE_A_CULPRIT = 0.5  # share of innocent changes that read like the change by which some other failure would begin
AUTHORS = ("pipeline", "release-bot", "j.meyer", "a.okafor", "s.lindqvist", "gitops-sync", "m.tanaka", "on-call")


@dataclass(frozen=True)
class Entry:
    """One line of a deploy history."""

    time: datetime
    version: str
    author: str
    summary: str


def history(world: World, index: int, phase: int) -> list[Entry]:
    """The latest entries of a service's deploy history, newest first."""
    names = versions(world, index)
    draws = world.draws("history", index)
    newest, summary, author = _newest(world, index, draws)
    entries = [Entry(newest, names[0], author, summary)]
    time = newest
    for version in names[1:ENTRIES]:
        time -= timedelta(minutes=draws.between(1_500, 30_000))
        entries.append(Entry(time, version, draws.pick(AUTHORS), _summary(world, index, version, draws)))
    for number, step in enumerate(world.cast.family.steps[:phase]):
        if step in steps_on(world, index, phase) and step.action in ("rollback_deploy", "disable_feature_flag"):
            done = "rollback" if step.action == "rollback_deploy" else "flag switched off"
            version = names[1] if step.action == "rollback_deploy" else running_version(world, index, number)
            entries.insert(0, Entry(world.timeline.now(number), version, "on-call", done))
    return entries


def _newest(world: World, index: int, draws: Draws) -> tuple[datetime, str, str]:
    """Time, summary and author of the latest change of a service before anybody stepped in."""
    change = world.cast.family.change
    if index == world.cast.place.culprit and change is not None:
        lead = timedelta(minutes=draws.uniform(*change.lead_minutes), seconds=draws.between(5, 50))
        summary = fill(change.summary, family_values(world, index, draws), draws)
        return world.timeline.onset - lead, summary, change.author or draws.pick(AUTHORS)
    if world.cast.decoys.get(index) == "fresh change" or draws.chance(AROUND):
        before = SHORT_LEAD if draws.chance(MOSTLY_SHORT) else draws.pick(_leads(world.background))
        time = world.timeline.onset - timedelta(minutes=draws.uniform(*before))
    elif draws.chance(DURING):
        time = world.timeline.alert_time - timedelta(minutes=draws.uniform(0.5, world.timeline.duration + 2))
    elif draws.chance(BEFORE):
        time = world.timeline.onset - timedelta(minutes=draws.uniform(2, 60 * HOURS_BEFORE))
    else:
        time = world.timeline.onset - timedelta(minutes=draws.between(60 * HOURS_BEFORE, 25_000))
    return time, _summary(world, index, versions(world, index)[0], draws), draws.pick(AUTHORS)


def _summary(world: World, index: int, version: str, draws: Draws) -> str:
    """What an innocent change says: it may read like the change by which some other failure would begin."""
    software, own = world.cast.software(index), {**everyday_values(world, index, draws), "version": version}
    families = families_with_changes(software.name, world.background)
    if not families or draws.chance(1 - LIKE_A_CULPRIT):
        return fill(draws.pick(software.changes), own, draws)
    family = draws.pick([f for f in families if f is not world.cast.family] or families)
    assert family.change is not None
    facts = {name: draws.pick(options) for name, options in family.facts.items()}
    about = {"culprit": own["service"], "through": own["callee"], "area": world.cast.names[index]}
    return fill(family.change.summary, {**own, **facts, **about}, draws)


@cache
def families_with_changes(software: str, families: tuple[str, ...]) -> tuple[Family, ...]:
    """Those of the families that strike a software and begin with a change."""
    found = (FAMILIES[name] for name in families)
    return tuple(family for family in found if family.change is not None and software in family.strikes)


@cache
def _leads(families: tuple[str, ...]) -> tuple[Range, ...]:
    """How long before the first symptom the changes of families are made."""
    changes = (FAMILIES[name].change for name in families)
    return tuple(change.lead_minutes for change in changes if change is not None)
