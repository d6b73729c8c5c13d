"""All software keeps the contract of its declarations; each check trips over software broken in just that way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Gauge, Software
from cloud_incident_env.generated.software import SOFTWARE
from tests.generated.software_contract import OUTCOMES, harmful_step_problems, innocent_step_problems, software_problems

SOUND = SOFTWARE["envoy"]
PEERS: dict[Any, Any] = {**SOUND.peers}
PEER = next(iter(PEERS))


@pytest.mark.parametrize("name", SOFTWARE)
def test_the_declaration_is_sound(name: str) -> None:
    assert software_problems(SOFTWARE[name]) == []


def test_steps_that_do_harm_are_steps_of_plans() -> None:
    assert harmful_step_problems(FAMILIES) == []


def test_steps_that_fix_nothing_are_in_no_plan() -> None:
    assert innocent_step_problems(SOFTWARE.values(), FAMILIES) == []


def with_gauge(**changes: Any) -> tuple[Gauge, ...]:
    """The gauges of the sound software and one more."""
    return (*SOUND.gauges, replace(Gauge("wheels turning", "%", (1, 2), most=100), **changes))


def with_peer(outcome: str, *texts: str) -> dict[str, Any]:
    """The peers of the sound software with other wordings of an outcome."""
    return {**PEERS, PEER: {**PEERS[PEER], outcome: texts}}


NAMING = {**PEERS, PEER: dict.fromkeys(OUTCOMES, ("WARN  {callee} failed",))}
BROKEN = [
    ({"noise": SOUND.noise[:3]}, "3 everyday lines"),
    ({"noise": tuple(f"INFO  line {number}" for number in range(30))}, "no everyday line of level WARN, ERROR"),
    ({"noise": (*SOUND.noise, "INFO  {wheels} turn")}, "unknown name 'wheels'"),
    ({"noise": (*SOUND.noise, "wheels turn")}, "no level: 'wheels turn'"),
    ({"events": SOUND.events[:1]}, "1 events"),
    ({"changes": SOUND.changes[:1]}, "1 changes"),
    ({"changes": (*SOUND.changes, "release after {wait} ms")}, "unknown name 'wait'"),
    ({"dialect": "esperanto"}, "unknown dialect 'esperanto'"),
    ({"peers": with_peer("refused")}, f"no wording of {PEER} refused names the callee"),
    ({"peers": NAMING}, f"every wording of a failing {PEER} call names the callee"),
    ({"peers": with_peer("slow", "WARN  slow")}, f"no wording of {PEER} slow names the callee"),
    ({"peers": with_peer("error", "WARN  {callee} {running}", "WARN  no")}, "unknown name 'running'"),
    ({"peers": {**PEERS, "drums": {}}}, "speaks drums with nobody"),
    ({"versions": SOUND.versions[:2]}, "2 versions"),
    ({"versions": SOUND.versions[::-1]}, "not listed oldest first"),
    ({"gauges": with_gauge(label=SOUND.gauges[0].label)}, "two gauges"),
    ({"gauges": with_gauge(normal=(5, 2))}, "no range"),
    ({"gauges": with_gauge(normal=(5, 200))}, "no range below 100"),
    ({"gauges": with_gauge(most=None)}, "may pass 100 %"),
    ({"runbook": SOUND.runbook[:2]}, "2 runbook steps"),
    ({"runbook": (*SOUND.runbook, "Restart")}, "runbook step 'Restart'"),
]


@pytest.mark.parametrize(("changes", "problem"), BROKEN, ids=[problem for _, problem in BROKEN])
def test_a_flaw_of_the_declaration_is_found(changes: dict[str, Any], problem: str) -> None:
    broken: Software = replace(SOUND, **changes)
    assert any(problem in text for text in software_problems(broken)), software_problems(broken)


def test_a_harmful_step_that_no_plan_has_is_found() -> None:
    assert harmful_step_problems({}) != []


def test_an_everyday_step_that_a_plan_has_is_found() -> None:
    planned = replace(SOUND, runbook=("add_alarm",))
    assert innocent_step_problems([planned], FAMILIES) == ["envoy: add_alarm is in a plan"]
