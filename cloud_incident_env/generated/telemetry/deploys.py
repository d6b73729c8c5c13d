"""`check_recent_deploys`: the latest deploys and configuration changes of a service, and the diff of one of them."""

from __future__ import annotations

from cloud_incident_env.generated.releases import Entry, releases
from cloud_incident_env.generated.telemetry.shows import Look, Shows
from cloud_incident_env.telemetry import Report

TOOL = "check_recent_deploys"


def show_deploys(look: Look) -> Report:
    world = look.world
    entries, last = recorded(look), world.others.last(TOOL, look.minute)
    wanted = look.query.change_id
    if wanted is not None:
        entry = next(each for each in entries if each.change_id == wanted.strip().casefold())
        head = f"{look.name}: {entry.change_id} of {world.clock.at(entry.minute):%Y-%m-%d %H:%M}Z by {entry.author}"
        return Report("\n".join([f"{head}: {entry.summary}", *entry.diff]))
    lines = [f"{look.name}: latest changes at {world.clock.shown(look.minute)}"]
    if last is not None:
        lines.append(f"  (changes after {world.clock.shown(last)} are not recorded yet: the feed of changes is behind)")
    lines += [_line(look, entry) for entry in entries]
    return Report("\n".join(lines))


def recorded(look: Look) -> list[Entry]:
    """The changes that are recorded, newest first: what the on-call engineer did always is."""
    last = look.world.others.last(TOOL, look.minute)
    entries = releases(look.world, look.index, look.minute, look.history)
    return [each for each in entries if last is None or each.minute <= last or each.minute > 0]


def _line(look: Look, entry: Entry) -> str:
    time = f"{look.world.clock.at(entry.minute):%Y-%m-%d %H:%M}Z ({_age(look.minute - entry.minute)} ago)"
    return f"  {time}  {entry.change_id}  {entry.version}  by {entry.author}: {entry.summary}"


def _age(minutes: float) -> str:
    whole = max(0, int(minutes))
    if whole < 120:
        return f"{whole} min"
    return f"{whole // 60} h" if whole < 2880 else f"{whole // 1440} d"


def _refuse(look: Look) -> str | None:
    wanted = look.query.change_id
    known = [entry.change_id for entry in recorded(look)] if wanted else []
    if wanted is None or wanted.strip().casefold() in known:
        return None
    return f"unknown change_id {wanted!r} of {look.name}: one of {', '.join(known)}"


DEPLOYS = Shows(TOOL, show_deploys, _refuse, ("change_id",))
