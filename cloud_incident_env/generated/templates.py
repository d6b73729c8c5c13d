"""Filling templates: the values of an incident, and values that are drawn anew for each use (see `model`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.service_versions import versions
from cloud_incident_env.generated.world import World

_USERS = ("u-48213", "u-90177", "u-11904", "u-63350", "u-27718", "u-85046")
_PATHS = ("/v1/items", "/v1/session", "/v2/quote", "/v1/history", "/v2/search", "/v1/profile", "/v1/status")

DRAWN: dict[str, Callable[[Draws], object]] = {
    "small": lambda draws: draws.between(3, 240),
    "ms": lambda draws: draws.between(1000, 9800),
    "n": lambda draws: draws.between(3, 96),
    "pid": lambda draws: draws.between(1200, 32000),
    "port": lambda draws: draws.between(32768, 60999),
    "ip": lambda draws: f"10.{draws.between(1, 40)}.{draws.between(0, 15)}.{draws.between(2, 250)}",
    "id": lambda draws: draws.between(100_000, 9_999_999),
    "hex": lambda draws: f"{draws.between(0, 0xFFFFFFFF):08x}",
    "pct": lambda draws: draws.between(2, 97),
    "user": lambda draws: draws.pick(_USERS),
    "path": lambda draws: draws.pick(_PATHS),
    "thread": lambda draws: f"exec-{draws.between(1, 200)}",
}


class _Values(dict[str, object]):
    def __init__(self, known: Mapping[str, object], draws: Draws) -> None:
        super().__init__(known)
        self._draws = draws

    def __missing__(self, name: str) -> object:
        return DRAWN[name](self._draws)  # each use of a name is a draw of its own


def fill(template: str, known: Mapping[str, object], draws: Draws) -> str:
    """The template with its values. Raises KeyError for a name that is neither known nor drawn."""
    return template.format_map(_Values(known, draws))


def everyday_values(world: World, index: int, draws: Draws) -> dict[str, object]:
    """The values of a template for an everyday line about a service, except those that are drawn for each use."""
    cast, spread = world.cast, world.spread
    failing = spread.failing_callee(index) if spread.is_victim(index) else None
    callees = [failing] if failing is not None else [callee for callee, _, _ in cast.callees(index)]
    callers = [caller for caller, _, _ in cast.callers(index)]
    version, previous = versions(world, index)[:2]
    return {
        "service": cast.names[index],
        "callee": cast.names[draws.pick(callees)] if callees else "upstream",
        "caller": cast.names[draws.pick(callers)] if callers else "health-check",
        "version": version,
        "previous": previous,
    }


def family_values(world: World, index: int, draws: Draws) -> dict[str, object]:
    """The values of a template of the family, for a line about a service."""
    cast, place = world.cast, world.cast.place
    version, previous = versions(world, place.culprit)[:2]
    return {
        **everyday_values(world, index, draws),
        **world.facts,
        "culprit": cast.names[place.culprit],
        "area": cast.names[place.culprit],
        "through": cast.names[place.source],
        "version": version,
        "previous": previous,
    }
