"""Which services a role of a family means in an incident."""

from __future__ import annotations

from cloud_incident_env.generated.cast import Cast
from cloud_incident_env.generated.model import Role


def services_in(cast: Cast, role: Role) -> tuple[int, ...]:
    """The services of a role, whether the agent knows of them or not."""
    place = cast.place
    if role == "culprit":
        return (place.culprit,)
    if role == "entry":
        return (cast.entry,)
    if role == "through":
        assert place.through is not None, f"{cast.family.name} speaks of `through` and has none"
        return (place.through,)
    if role == "callers":
        return tuple(dict.fromkeys(caller for caller, _, _ in cast.graph.callers[place.culprit]))
    return tuple(dict.fromkeys(caller for caller, _, _ in cast.graph.callers[place.source] if caller != place.culprit))
