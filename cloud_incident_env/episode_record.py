"""Parts of an episode as the page shows it: when the alert came, and a step with its evidence.

The console makes them of an episode that a server holds, a report of one that was played again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from cloud_incident_env.encoding import Values
from cloud_incident_env.episode import Episode, Step
from cloud_incident_env.generated.telemetry import GeneratedTelemetry
from cloud_incident_env.incident import Incident
from cloud_incident_env.ledger import SHOWN_OUTCOMES
from cloud_incident_env.telemetry import LogLine

RECENT_CLOCKS = 256  # hand-written incidents and others whose time of the alert is kept


@lru_cache(maxsize=RECENT_CLOCKS)
def alert_clock(incident: Incident) -> str | None:
    """When the alert came, ISO 8601 in UTC: of a hand-written incident, the time of the last log line before it."""
    if isinstance(incident.telemetry, GeneratedTelemetry):
        return f"{incident.telemetry.world.clock.alert_time:%Y-%m-%dT%H:%M:%SZ}"
    rows = (row for report in incident.reports(["query_logs"]).values() for row in report.rows)
    last = max((row.time for row in rows if isinstance(row, LogLine)), default=None)
    if last is None:
        return None
    at = datetime.fromisoformat(last.removesuffix("Z"))
    return f"{at.replace(microsecond=0) + timedelta(seconds=1 if at.microsecond else 0):%Y-%m-%dT%H:%M:%SZ}"


def shown_step(episode: Episode, step: Step, minute: int, source: str, words: str = "") -> Values:
    """The step that an episode has just taken.

    `minute` is when it began, in minutes since the alert; `words` are a model's beside its action.
    """
    return {
        "number": step.number,
        "action": step.action_type,
        "parameters": step.parameters,
        "reward": step.reward,
        "reason": step.reason,
        "error": step.error,
        "feedback": episode.feedback,
        "minute": minute,
        "took": episode.ledger.course.minute - minute,
        "evidence": _evidence(episode, step),
        "words": words or step.parameters.get("reasoning"),
        "source": source,
    }


def _evidence(episode: Episode, step: Step) -> Values | None:
    """What a diagnostic has just shown."""
    if step.verdict.outcome not in SHOWN_OUTCOMES:
        return None
    tool, service, query, course = episode.ledger.looks[-1]
    return {
        "tool": tool,
        "service": service,
        "parameters": {name: getattr(query, name) for name in query.given},
        "text": episode.queried_data[tool][service],
        "step": step.number,
        "minute": course.minute,
    }
