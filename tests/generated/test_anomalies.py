"""Whatever is wrong with a bystander has a cause of its own, and comes when it comes, whatever the player does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cloud_incident_env.generated import anomalies
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.model import PLATFORM_KINDS, Effect
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.world import World
from cloud_incident_env.incident import Course
from tests.generated.laws.plays import TASK, Moment, incident_of

SERVING = sorted(name for name, software in SOFTWARE.items() if software.kind not in PLATFORM_KINDS)
INCIDENTS = 60
SCHEDULE = re.compile(r"minute='\*/(?P<every>\d+)'")


def _worlds() -> Iterator[World]:
    for seed in range(INCIDENTS):
        yield incident_of(seed, "expert").telemetry.world  # type: ignore[attr-defined]


def _causeless(world: World) -> set[int]:
    """Bystanders that are busy or late, without any gauge that shows why."""
    found = world.others.acting
    busy = {each.service for each in found if each.effect.parameter in ("slowdown", "cost")}
    return busy - {each.service for each in found if each.effect.parameter == "gauge"}


@pytest.mark.parametrize("software", SERVING)
def test_every_software_can_show_why_it_is_busy(software: str) -> None:
    labels = {gauge.label for gauge in SOFTWARE[software].gauges}
    assert anomalies.CAUSES[software]
    assert {effect.gauge for effect in anomalies.CAUSES[software]} <= labels


def test_a_busy_bystander_shows_why() -> None:
    assert [world for world in _worlds() if any(e.effect.parameter == "cost" for e in world.others.acting)]
    assert not [world.key for world in _worlds() if _causeless(world)]


def test_a_busy_bystander_without_a_cause_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomalies, "CAUSES", dict[str, tuple[Effect, ...]].fromkeys(SERVING, ()))
    assert [world.key for world in _worlds() if _causeless(world)]


def test_a_second_alert_has_a_cause_from_before_the_first_and_a_time_of_its_own() -> None:
    told = 0
    for world in _worlds():
        alert = world.others.alert
        if alert is None:
            continue
        told += 1
        causes = [e for e in world.others.acting if e.service == alert.service and e.effect.gauge == "memory"]
        assert any(each.begin < 0 for each in causes)
        assert alert.minute - 1 < alert.at < alert.minute
        assert world.clock.shown(alert.at) != world.clock.shown(alert.minute)
    assert told


def _off_schedule(moment: Moment) -> list[str]:
    """Lines that name a schedule which does not run at their time."""
    found = []
    for service in moment.services:
        for line in moment.log(service, -200, 20).lines:
            named = SCHEDULE.search(line.raw)
            if named and (int(line.at[3:5]) % int(named["every"]) or int(line.at[6:8])):
                found.append(line.raw)
    return found


def _of_a_stuck_job() -> Iterator[Moment]:
    for seed in range(4):
        incident = generate(TASK, seed, "easy", ("stuck-cron",), tuple(SYSTEMS))
        yield Moment("nobody acts", incident, Course(20, (), ()))


def test_lines_of_a_schedule_come_when_it_runs() -> None:
    moments = list(_of_a_stuck_job())
    assert [moment for moment in moments if "*/30" in moment.text("query_logs", moment.incident.culprit)]
    assert not [line for moment in moments for line in _off_schedule(moment)]


def test_lines_at_any_minute_are_found() -> None:
    found = []
    for moment in _of_a_stuck_job():
        world = moment.incident.telemetry.world  # type: ignore[attr-defined]
        world.lines = tuple((replace(line, every=0), acting) for line, acting in world.lines)
        found += _off_schedule(moment)
    assert found


def test_no_text_names_a_month_that_may_lie_ahead() -> None:
    """Incidents happen in 2026: what is dated is older, or worked out from the time of the incident."""
    for name, family in FAMILIES.items():
        facts = [str(option) for options in family.facts.values() if isinstance(options, tuple) for option in options]
        texts = [line.text for line in family.lines] + list(family.notes) + facts
        if family.change is not None:
            texts += [*family.change.titles, *(line for diff in family.change.diffs for line in diff)]
        assert not [text for text in texts if re.search(r"\b202[6-9]\b[-.](?!02-29)\d", text)], name
