"""The history of changes of a service: what changed, when, who did it, and what exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cloud_incident_env.generated.change_titles import AUTOMATION, SHARED_TITLES, authors_of, title_of
from cloud_incident_env.generated.draws import Draws, stable_hash
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Change, Family, Range
from cloud_incident_env.generated.service_versions import versions
from cloud_incident_env.generated.templates import FamilyValues, Values, facts_of_family, fill

if TYPE_CHECKING:
    from cloud_incident_env.generated.history import History, Shown
    from cloud_incident_env.generated.world import World

ENTRIES = 4  # of a history before anybody stepped in
# When an innocent service changed last, where it was not within the hour before the first symptom.
MEANWHILE = 0.05  # share that changed between the first symptom and the alert
SAME_DAY = 0.25  # share that changed earlier on the same day
DAYS = (1.0, 17.0)  # days since the last change of all others
BETWEEN_DAYS = (1.2, 16.0)  # days between two changes
LIKE_A_CULPRIT = 0.45  # share of innocent changes that read like the change by which some other failure would begin
_PLAIN_DIFFS = (
    ("- image: {service}:{previous}", "+ image: {service}:{version}"),
    ("- version: {previous}", "+ version: {version}", "  build: {hex}"),
    ("- appVersion: {previous}", "+ appVersion: {version}", "+ commit: {hex}"),
)
_REVISION_DIFFS = (  # of what has no releases of the company's own, but a configuration
    ("- revision: {previous}", "+ revision: {version}", "  sum: {hex}"),
    ("- applied: {previous}", "+ applied: {version}"),
    ("- source: config@{previous}", "+ source: config@{version}", "+ reviewed: yes"),
)


@dataclass(frozen=True)
class Entry:
    """One line of a history."""

    minute: float
    change_id: str
    version: str
    author: str
    summary: str
    diff: tuple[str, ...]


def last_changed(world: World, index: int) -> float:
    """The minute of the latest change of a service before anybody stepped in."""
    return _newest_minute(world, index, world.draws("changed", index))


def releases(world: World, index: int, minute: int, history: History) -> list[Entry]:
    """The latest changes of a service up to a minute, newest first."""
    draws = world.draws("history", index)
    names = versions(world, index)
    time = last_changed(world, index)
    entries = []
    for number in range(ENTRIES):
        summary, author, diff = _change(world, index, number, draws)
        entries.append(_entry(world, index, number, time, names[min(number, len(names) - 1)], author, summary, diff))
        time -= draws.uniform(*BETWEEN_DAYS) * 24 * 60
    runs = names[0]
    for shown in history.shown:
        if shown.service == index and shown.minute <= minute:
            entry = _done(world, shown, runs, history)
            if entry is not None:
                runs = entry.version
                entries.insert(0, entry)
    return entries


def _done(world: World, shown: Shown, runs: str, history: History) -> Entry | None:
    """The entry that an action leaves in the history of a service that runs a version; None if it changes nothing."""
    index, minute, (action, target) = shown
    if action == "disable_feature_flag":
        version, done, diff = runs, "flag switched off", (f"- {target}: on", f"+ {target}: off")
    else:
        back = next((version for begin, version in history.versions.get(index, ()) if begin == minute), None)
        if back is None:
            return None
        done = "rollback" if action == "rollback_deploy" else "configuration set back"
        version, diff = back, (f"- version: {runs}", f"+ version: {back}")
    return _entry(world, index, 10 + minute, minute, version, "on-call", done, diff)


def _entry(
    world: World, index: int, number: int, minute: float, version: str, author: str, summary: str, diff: tuple[str, ...]
) -> Entry:
    name = f"chg-{stable_hash(world.key, 'change', index, number) % 16**6:06x}"
    return Entry(minute, name, version, author, summary, diff)


def _newest_minute(world: World, index: int, draws: Draws) -> float:
    onset = world.clock.onset
    if index == world.cast.place.culprit and world.cast.family.change is not None:
        return world.changed - draws.uniform(0.0, 0.9)
    kind = draws.uniform(0, 1)
    hour_before = world.difficulty.changed
    if kind < hour_before:
        return onset - draws.uniform(*draws.pick(_leads(world.background))) - draws.uniform(0, 1)
    if kind < hour_before + MEANWHILE:
        return onset * draws.uniform(0.1, 1.0)
    if kind < hour_before + MEANWHILE + SAME_DAY:
        return onset - draws.uniform(60, 20 * 60)
    return onset - draws.uniform(*DAYS) * 24 * 60


def _change(world: World, index: int, number: int, draws: Draws) -> tuple[str, str, tuple[str, ...]]:
    """Summary, author and diff of the change that is `number` changes old."""
    shared = world.draws("shared titles", index).shuffled(SHARED_TITLES)  # none stands twice in a history
    change = world.cast.family.change
    if number == 0 and index == world.cast.place.culprit and change is not None:
        return _written(world, change, shared[number], FamilyValues(world, index, 0, draws), draws)
    software = world.cast.software(index)
    names = versions(world, index)
    own: dict[str, object] = {
        "version": names[min(number, len(names) - 1)],
        "previous": names[min(number + 1, len(names) - 1)],
    }
    known = families_with_changes(software.name, world.background)
    order = world.draws("order of changes", index)  # no change stands twice in a history
    families = order.shuffled([f for f in known if f is not world.cast.family] or known)
    if number >= len(families) or draws.chance(1 - LIKE_A_CULPRIT):
        values = Values(world, index, 0, draws, own)
        plain = Change(
            (order.shuffled(software.changes)[number],),
            diffs=_REVISION_DIFFS if software.versions else _PLAIN_DIFFS,
            kind="config",
        )
        return _written(world, plain, shared[number], values, draws)
    family = families[number]
    assert family.change is not None
    facts = facts_of_family(family, draws, world.cast.graph.system)
    name = world.cast.names[index]
    values = Values(world, index, 0, draws, {**own, **facts, "culprit": name, "area": name})
    values["through"] = values["callee"]
    return _written(world, family.change, shared[number], values, draws)


def _written(
    world: World, change: Change, shared: str, values: Values, draws: Draws
) -> tuple[str, str, tuple[str, ...]]:
    """Summary, author and diff of a change, each in one of the ways in which it may be written."""
    title = title_of(draws.pick(change.titles), change.kind, shared, draws)
    author = draws.pick(AUTOMATION if change.by_automation else authors_of(world))
    diff = draws.pick(change.diffs)
    return fill(title, values), author, tuple(fill(line, values) for line in diff)


@cache
def families_with_changes(software: str, families: tuple[str, ...]) -> tuple[Family, ...]:
    """Those of the families that strike a software and begin with a change."""
    found = (FAMILIES[name] for name in families)
    return tuple(family for family in found if family.change is not None and software in family.strikes)


@cache
def _leads(families: tuple[str, ...]) -> tuple[Range, ...]:
    """How long before the first symptom the changes of families are made, those within the hour."""
    changes = (FAMILIES[name].change for name in families)
    leads = (change.lead_minutes for change in changes if change is not None)
    return tuple(lead for lead in leads if lead[1] <= 60) or ((0.5, 60),)
