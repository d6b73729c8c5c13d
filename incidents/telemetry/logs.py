"""`query_logs`: the latest log lines of a service, in the dialect of its software."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from incidents.difficulty import Difficulty
from incidents.draws import Draws
from incidents.remedies import steps_on
from incidents.telemetry.dialects import log_line
from incidents.templates import fill
from incidents.world import GONE, STEP_MINUTES, World

WINDOW_MINUTES = 20
LATEST_SECONDS = 100
LINE_LENGTH = 125  # letters of a usual line
NOISE_KINDS = (3, 6)  # everyday templates in one log
LOUD = (
    "WARN  Response of {callee} took {ms} ms, within the limit",
    "ERROR Rejected request {hex}: 404 no such item {id}",
    "WARN  Deprecated call of {path} by client {user}",
)


def show_logs(world: World, index: int, phase: int) -> str:
    draws = world.draws("logs", index, phase)
    lines = sorted(_Log(world, index, phase, draws).written(), key=lambda line: line[0])
    return "\n".join(text for _, text in lines)


class _Log:
    """A log being written: what must be in it, symptoms for a share of its length, and everyday lines for the rest.

    Its length in letters is drawn before anything is written, so that it tells nothing of what the log holds.
    """

    def __init__(self, world: World, index: int, phase: int, draws: Draws) -> None:
        self._world = world
        self._index = index
        self._phase = phase
        self._draws = draws
        self._now = world.now(phase)
        self._lines: list[tuple[datetime, str]] = []
        self._length = 0

    def written(self) -> list[tuple[datetime, str]]:
        world, index, phase, draws = self._world, self._index, self._phase, self._draws
        size = world.difficulty
        length = size.log_lines * LINE_LENGTH * draws.uniform(0.8, 1.2)
        level = world.intensity(phase, phase * STEP_MINUTES)
        values, family_values = world.values(index, draws), world.family_values(index, draws)
        for step in steps_on(world, index, phase):
            for template in step.shows:
                after = timedelta(seconds=draws.between(2, 40))
                self._add(world.now(world.cast.family.steps.index(step)) + after, template, family_values)
        if phase and level < GONE and world.is_victim(index):
            before = timedelta(seconds=draws.between(5, 100))
            self._add(self._now - before, draws.pick(world.software(index).recovered), values)
        key, others = _symptoms(world, index, size, draws)
        for template in key:
            self._add(self._when(level), template, family_values)
        while (key or others) and self._length < length * size.symptoms * level:
            self._add(self._when(level), draws.pick(key + others), family_values)
        noise = draws.sample(world.software(index).noise, draws.between(*NOISE_KINDS))
        noise += LOUD if world.cast.decoys.get(index) == "loud" else ()
        window = LATEST_SECONDS  # of the first one: every log goes on to the present
        while self._length < length or window == LATEST_SECONDS:
            before = timedelta(seconds=draws.uniform(1, window))
            self._add(self._now - before, draws.pick(noise), values)
            window = WINDOW_MINUTES * 60
        return self._lines

    def _add(self, time: datetime, template: str, values: Mapping[str, object]) -> None:
        world = self._world
        dialect, name = world.software(self._index).dialect, world.cast.names[self._index]
        line = log_line(dialect, time, fill(template, values, self._draws), name, self._draws)
        self._lines.append((time, line))
        self._length += len(line)

    def _when(self, level: float) -> datetime:
        """A time at which symptoms are logged: denser the stronger the failure, none after it is gone."""
        start = max(self._world.onset, self._now - timedelta(minutes=WINDOW_MINUTES))
        end = max(start, self._world.gone_at(self._phase) or self._now)
        span = (end - start).total_seconds()
        # The larger of two draws: lines grow denser towards the height, as the ramp does.
        return start + timedelta(seconds=span * max(self._draws.uniform(0, 1), self._draws.uniform(0, 1)))


def _symptoms(world: World, index: int, size: Difficulty, draws: Draws) -> tuple[list[str], list[str]]:
    """The templates by which a service tells of the failure: those that show up for certain, and the others."""
    family, place = world.cast.family, world.cast.place
    if index == place.culprit:
        return list(family.logs), []
    if not world.is_victim(index):
        return [], []
    if index == place.through and family.through_logs:
        return list(family.through_logs), []
    software = world.software(index)
    named, unnamed = list(software.victim), list(software.stale)
    direct = world.failing_callee(index) == place.source
    plain = draws.chance(size.plainness)
    key = [draws.pick(named)] if plain else []
    if direct and family.seen_by_callers:
        key.append(draws.pick(family.seen_by_callers))
    return key, (named + unnamed) if plain else unnamed
