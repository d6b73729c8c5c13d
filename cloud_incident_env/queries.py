"""The optional parameters of diagnostics: how they are read, and what is wrong with them in every incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloud_incident_env.actions import ACTIONS, MOST_MINUTES, PARAMETERS, normalise
from cloud_incident_env.incident import PLAIN, Query

# What logs themselves call their levels, beside the names that `level` lists.
LEVELS_OF_LOGS = {
    "trace": "debug",
    **dict.fromkeys(("information", "log", "note", "notice"), "info"),
    "warning": "warn",
    "err": "error",
    **dict.fromkeys(("crit", "critical", "panic"), "fatal"),
}


def query_of(tool: str, parameters: Mapping[str, Any]) -> Query:
    """Read the parameters that a diagnostic takes, and leave all others alone.

    Texts count without regard to case; names without surrounding space as well, and a level may have the name that a
    log gives it. A text that is blank counts as not given, and so does a number that is no integer within the limit,
    which no door lets through. None raises.
    """
    options = ACTIONS[tool].optional
    given = {name: _read(name, parameters[name]) for name in options if parameters.get(name) is not None}
    return Query(**given) if given else PLAIN


def _read(name: str, value: Any) -> Any:
    if PARAMETERS[name].kind == "minutes":
        return value if type(value) is int and 0 <= value <= MOST_MINUTES else None
    text = str(value)
    if not text.strip():
        return None
    if name == "contains":
        return text.casefold()
    return LEVELS_OF_LOGS.get(normalise(text), normalise(text)) if name == "level" else normalise(text)


def mistake_in(query: Query) -> str | None:
    """Say what is wrong with a query whatever the incident, and what is valid; None if nothing is."""
    for name in query.given:
        choices = PARAMETERS[name].choices
        value = getattr(query, name)
        if choices and value not in choices:
            return f"unknown {name} {value!r}: one of {', '.join(choices)}"
    since, until = query.since_minutes, query.until_minutes
    if since is not None and until is not None and since <= until:
        return f"since_minutes {since} leaves nothing older than until_minutes {until}: it must be the larger one"
    return None


def not_recorded(query: Query, recorded: tuple[str, ...] = ()) -> str | None:
    """Refuse every parameter but those that are recorded; None where a query has no other."""
    missing = [name for name in query.given if name not in recorded]
    if not missing:
        return None
    verb, pronoun = ("is", "it") if len(missing) == 1 else ("are", "them")
    return f"{' and '.join(missing)} {verb} not recorded for this incident: leave {pronoun} out"
