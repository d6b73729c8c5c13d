"""Generated incidents that are kept, because rollouts of one incident usually follow each other."""

from __future__ import annotations

from functools import lru_cache

from cloud_incident_env.generated.generate import generate
from cloud_incident_env.incident import Incident, TaskId

# Incidents that are kept: a megabyte at most each, with every text that was read; some 50 KB after one episode.
RECENT_INCIDENTS = 32


@lru_cache(maxsize=RECENT_INCIDENTS, typed=True)
def recent_incident(
    task_id: TaskId,
    seed: int,
    difficulty: str,
    families: tuple[str, ...],
    systems: tuple[str, ...],
    background: tuple[str, ...],
) -> Incident:
    """The generated incident of these arguments (see `generate`), shared by the episodes that play it."""
    return generate(task_id, seed, difficulty, families, systems, background)
