"""What waits at a worker: what came in since before the failure, less what was handled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_incident_env.generated.simulation.stocks import HEADROOM, backlog_after

if TYPE_CHECKING:
    from cloud_incident_env.generated.history import History
    from cloud_incident_env.generated.world import World

PACE = 0.03  # how far the pace of a worker is from its mean, as a share: some records take longer than others
DRAINING = 4.0  # what a worker can handle with larger batches and more of them at once, as a multiple of what it could
SETTLED = 15  # minutes before the first symptom from which a backlog is added up: none is left from before


def grown(world: World, index: int, minute: int, history: History) -> tuple[float, float]:
    """Records that wait at a worker beyond its usual backlog, and records/s that it handles."""
    kept = history.lags.setdefault(index, [])
    begin = world.clock.onset - SETTLED
    if minute < begin:
        return 0.0, world.solution(minute, history).requests[index]
    while len(kept) < 2 * (minute - begin + 1):
        now = begin + len(kept) // 2
        arriving = world.solution(now, history).requests[index] * world.traffic(now)
        before = kept[-2] if kept else 0.0
        able = _able(world, index, now, history, arriving, before / 60.0 + arriving)
        kept += backlog_after(before, arriving, able)
    position = 2 * (minute - begin)
    return kept[position], kept[position + 1]


def _able(world: World, index: int, minute: int, history: History, arriving: float, waiting: float) -> float:
    """Records/s that a worker could handle, where so many arrive and so many wait to be handled."""
    parameters = world.parameters(index, minute, history)
    able = world.sizing.nodes[index].rate * HEADROOM * min(1.0, parameters.capacity)
    if waiting > able * (1.0 - PACE):  # below that its pace makes no difference
        able *= 1.0 + world.draws("pace", index, minute).uniform(-PACE, PACE)
    if history.draining.get(index, minute + 1) <= minute:
        able *= DRAINING
    return min(able, arriving * (1.0 - parameters.stuck)) if parameters.stuck else able
