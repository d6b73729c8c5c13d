"""The lines that software prints, as patterns: a template with its values replaced by what may stand there."""

from __future__ import annotations

import re
import string
from functools import cache, lru_cache

from cloud_incident_env.agents.evidence import LogLine
from cloud_incident_env.generated.cast import Cast
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.incident import Incident

_LOGGER = re.compile(r"^[a-z.][\w.$\[\]/-]* : ")
_NUMBERS = frozenset({"took", "wait", "timeout", "offset", "age", "changed", "tries"})


@cache
def pattern(template: str, *wanted: str) -> re.Pattern[str]:
    """What a line of a template looks like in a log; the values of these names are groups of theirs."""
    text = _LOGGER.sub("", template.partition(" ")[2].strip()).removeprefix("ACCESS ")
    parts, seen = [], set()
    for literal, name, _, _ in string.Formatter().parse(text):
        parts.append(re.escape(literal))
        if name is None:
            continue
        name = re.sub(r"\W", "_", name)
        value = r"[\d.]+" if name in _NUMBERS or name in wanted else r".+?"
        parts.append(f"(?P<{name}>{value})" if name in wanted and name not in seen else value)
        seen.add(name)
    return re.compile("".join(parts) + "$")


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def software_of(incident: Incident, service: str) -> str:
    cast = cast_of(incident)
    return next(cast.service(index).software for index, name in cast.names.items() if name == service)


def cast_of(incident: Incident) -> Cast:
    cast: Cast = incident.telemetry.world.cast  # type: ignore[attr-defined]
    return cast


@cache
def _everyday_waits(software: str) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern(text, "took") for text in SOFTWARE[software].noise if "{took}" in text)


@cache
def _calls(software: str) -> tuple[re.Pattern[str], ...]:
    peers = (text for by in SOFTWARE[software].peers.values() for texts in by.values() for text in texts)
    told = (text for text in peers if "{wait}" in text or "{timeout}" in text)
    return tuple(pattern(text, *({"wait", "timeout"} & names_in(text))) for text in told)


@cache
def _offsets(software: str) -> tuple[re.Pattern[str], ...]:
    peers = (text for by in SOFTWARE[software].peers.values() for texts in by.values() for text in texts)
    return tuple(pattern(text, "offset") for text in (*SOFTWARE[software].noise, *peers) if "{offset}" in text)


@lru_cache(maxsize=20_000)  # most lines are read at several moments
def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for each in patterns if (found := each.search(text)) is not None), None)


def answered_after(software: str, line: LogLine) -> float | None:
    """The ms that a line of everyday life says a request took; None where it tells of none."""
    found = _first(_everyday_waits(software), line.text)
    return float(found["took"].rstrip(".")) if found else None


def call_took(software: str, line: LogLine) -> float | None:
    """The longest wait in ms, or time-out, of a line of a call; None where it tells of none."""
    found = _first(_calls(software), line.text)
    return max(float(value.rstrip(".")) for value in found.groupdict().values()) if found else None


def offset_in(software: str, line: LogLine) -> int | None:
    """The number in a line that only grows; None where there is none."""
    found = _first(_offsets(software), line.text)
    return int(found["offset"].rstrip(".")) if found else None
