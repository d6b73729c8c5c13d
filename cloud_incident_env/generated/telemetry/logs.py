"""`query_logs`: the latest log lines of a service, in the dialect of its software."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from cloud_incident_env.generated.difficulty import Difficulty
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.plan_steps import steps_on
from cloud_incident_env.generated.telemetry.dialects import log_line
from cloud_incident_env.generated.telemetry.shows import Shows
from cloud_incident_env.generated.templates import everyday_values, family_values, fill
from cloud_incident_env.generated.timeline import GONE, STEP_MINUTES
from cloud_incident_env.generated.world import World
from cloud_incident_env.telemetry import Report

WINDOW_MINUTES = 20  # minutes before the reading from which a log holds lines
LATEST_SECONDS = 100  # seconds before the reading within which its last everyday line falls
LINE_LENGTH = 125  # letters of a usual line
NOISE_KINDS = (3, 6)  # everyday templates in one log
LOUD = (  # what a service that looks suspicious logs beside them
    "WARN  Response of {callee} took {ms} ms, within the limit",
    "ERROR Rejected request {hex}: 404 no such item {id}",
    "WARN  Deprecated call of {path} by client {user}",
)


def show_logs(world: World, index: int, phase: int) -> Report:
    draws = world.draws("logs", index, phase)
    lines = sorted(_Log(world, index, phase, draws).written(), key=lambda line: line[0])
    return Report("\n".join(text for _, text in lines))


class _Log:
    """A log being written: what must be in it, symptoms for a share of its length, and everyday lines for the rest.

    Its length in letters is drawn before anything is written, so that it tells nothing of what the log holds.
    """

    def __init__(self, world: World, index: int, phase: int, draws: Draws) -> None:
        self._world = world
        self._index = index
        self._phase = phase
        self._draws = draws
        self._now = world.timeline.now(phase)
        self._lines: list[tuple[datetime, str]] = []
        self._length = 0

    def written(self) -> list[tuple[datetime, str]]:
        world, index, phase, draws = self._world, self._index, self._phase, self._draws
        size = world.difficulty
        length = size.log_lines * LINE_LENGTH * draws.uniform(0.8, 1.2)
        level = world.timeline.intensity(phase, phase * STEP_MINUTES)
        everyday, of_family = everyday_values(world, index, draws), family_values(world, index, draws)
        self._add_steps(of_family)
        if phase and level < GONE and world.spread.is_victim(index):
            before = timedelta(seconds=draws.between(5, 100))
            self._add(self._now - before, draws.pick(world.cast.software(index).recovered), everyday)
        key, others = _symptoms(world, index, size, draws)
        for template in key:
            self._add(self._when(level), template, of_family)
        while (key or others) and self._length < length * size.symptoms * level:
            self._add(self._when(level), draws.pick(key + others), of_family)
        self._fill_up(length, everyday)
        return self._lines

    def _add_steps(self, values: Mapping[str, object]) -> None:
        """What the service logs of the plan steps that hold on it."""
        steps = self._world.cast.family.steps
        for step in steps_on(self._world, self._index, self._phase):
            for template in step.shows:
                after = timedelta(seconds=self._draws.between(2, 40))
                self._add(self._world.timeline.now(steps.index(step)) + after, template, values)

    def _fill_up(self, length: float, values: Mapping[str, object]) -> None:
        """Everyday lines, one at least, until the log is as long as it was drawn."""
        cast, draws = self._world.cast, self._draws
        noise = draws.sample(cast.software(self._index).noise, draws.between(*NOISE_KINDS))
        noise += LOUD if cast.decoys.get(self._index) == "loud" else ()
        window = LATEST_SECONDS  # of the first one: every log goes on to the present
        while self._length < length or window == LATEST_SECONDS:
            before = timedelta(seconds=draws.uniform(1, window))
            self._add(self._now - before, draws.pick(noise), values)
            window = WINDOW_MINUTES * 60

    def _add(self, time: datetime, template: str, values: Mapping[str, object]) -> None:
        world = self._world
        dialect, name = world.cast.software(self._index).dialect, world.cast.names[self._index]
        line = log_line(dialect, time, fill(template, values, self._draws), name, self._draws)
        self._lines.append((time, line))
        self._length += len(line)

    def _when(self, level: float) -> datetime:
        """A time at which symptoms are logged: denser the stronger the failure, none after it is gone."""
        start = max(self._world.timeline.onset, self._now - timedelta(minutes=WINDOW_MINUTES))
        end = max(start, self._world.timeline.gone_at(self._phase) or self._now)
        span = (end - start).total_seconds()
        # The larger of two draws: lines grow denser towards the height, as the ramp does.
        return start + timedelta(seconds=span * max(self._draws.uniform(0, 1), self._draws.uniform(0, 1)))


def _symptoms(world: World, index: int, size: Difficulty, draws: Draws) -> tuple[list[str], list[str]]:
    """The templates by which a service tells of the failure: those that show up for certain, and the others."""
    family, place = world.cast.family, world.cast.place
    if index == place.culprit:
        return list(family.logs), []
    if not world.spread.is_victim(index):
        return [], []
    if index == place.through and family.through_logs:
        return list(family.through_logs), []
    software = world.cast.software(index)
    named, unnamed = list(software.victim), list(software.victim_unnamed)
    direct = world.spread.failing_callee(index) == place.source
    plain = draws.chance(size.plainness)
    key = [draws.pick(named)] if plain else []
    if direct and family.seen_by_callers:
        key.append(draws.pick(family.seen_by_callers))
    return key, (named + unnamed) if plain else unnamed


LOGS = Shows("query_logs", show_logs)
