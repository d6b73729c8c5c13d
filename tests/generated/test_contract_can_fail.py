"""Each check of the contract, tripped by a family or an incident that is broken in just that way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.model import Condition, Counter, Effect, Family, Line, Way, Wrong
from cloud_incident_env.incident import AT_THE_ALERT, Consequence, Incident, Key
from cloud_incident_env.reading.modes import MODES
from tests.generated.altered import Unchanging, Well, with_texts
from tests.generated.contract import declaration_problems, ending_in_a_verification, step_name_problems
from tests.generated.incident_contract import (
    first_aid_problems,
    full_grade_problems,
    leak_problems,
    make,
    plan_problems,
    recovery_problems,
    severity_shown,
    text_problems,
    texts_after,
)

SOUND = FAMILIES["pool-leak"]  # a family with a change, a callee by which it hurts others, and two ways to stop it
LINE = Line("ERROR something broke")


def plan(number: int, **changes: Any) -> dict[str, Any]:
    """The plan of the sound family with changes to one condition."""
    conditions = list(SOUND.plan)
    conditions[number] = replace(conditions[number], **changes)
    return {"plan": tuple(conditions)}


def way(number: int = 0, **changes: Any) -> dict[str, Any]:
    """The plan of the sound family with changes to the first way of one condition."""
    first, *others = SOUND.plan[number].ways
    return plan(number, ways=(replace(first, **changes), *others))


def effect(*arguments: Any, **named: Any) -> dict[str, Any]:
    """The effects of the sound family and another one."""
    return {"effects": (*SOUND.effects, Effect(*arguments, **named))}


def line(text: str = LINE.text, **named: Any) -> dict[str, Any]:
    """The lines of the sound family and another one."""
    return {"lines": (*SOUND.lines, replace(LINE, text=text, **named))}


def change(**changes: Any) -> dict[str, Any]:
    assert SOUND.change is not None
    return {"change": replace(SOUND.change, **changes)}


LONE_WAYS = tuple(replace(condition, ways=condition.ways[:1]) for condition in SOUND.plan)
DECLARATIONS: list[tuple[dict[str, Any], str]] = [
    # Texts and facts
    (line("ERROR nothing is known of {nonsense}"), "unknown name 'nonsense'"),
    (line("nothing here begins with a level"), "does not begin with a level"),
    (line("ERROR {now[wheels turning]} wheels"), "no gauge 'wheels turning'"),
    ({"notes": ("slept for {wait} ms",)}, "unknown name 'wait'"),
    (way(result="There are {members} of {culprit}."), "unknown name 'members'"),
    (way(early="Not before {took} ms."), "unknown name 'took'"),
    (way(1, shows=("shut down",)), "does not begin with a level"),
    ({"wrong": (Wrong("restart_service", "through", "{running}"),)}, "unknown name 'running'"),
    ({"facts": {**SOUND.facts, "moon": ("new", "full")}}, "the fact 'moon' is in no text"),
    ({"facts": {**SOUND.facts, "path": Counter((1, 2), (1, 2))}}, "the fact 'path' has the name"),
    # Software, roles and values
    ({"name": "green-cheese"}, "no failure mode of the catalogue"),
    ({"strikes": ("oracle-rac",)}, "unknown software 'oracle-rac'"),
    ({"through": ()}, "and the family has no"),
    ({"hosts": 1.5}, "hosts 1.5"),
    ({"effects": ()}, "no effect"),
    (effect("gauge", (1, 2), gauge="wheels turning"), "java shows no gauge 'wheels turning'"),
    (effect("gauge", (1, 2), on="through", gauge="open files"), "postgres shows no gauge 'open files'"),
    (effect("wind", (0, 1)), "unknown parameter 'wind'"),
    (effect("own_errors", (0.5, 0.1)), "is no range"),
    (effect("own_errors", (0.5, 2)), "a share of 2"),
    (effect("slowdown", (0, 2)), "a factor of nothing"),
    (effect("own_errors", (0, 1), on="moon"), "unknown role 'moon'"),
    (effect("own_errors", (0, 1), until=("paid",)), "ends with 'paid', which is no condition"),
    (effect("own_errors", (0, 1), stops=("bounded",)), "ends with 'bounded', which is a guard"),
    (line(until=("filed",)), "ends with 'filed', which is a check"),
    (line(software=("mysql",)), "mysql is not struck"),
    (line(on="through", software=("java",)), "java is not struck"),
    (line(per_minute=0), "is never printed"),
    # The change
    (change(titles=("release {nonsense}",)), "unknown name 'nonsense'"),
    (change(titles=("release, {age} minutes old",)), "unknown name 'age'"),
    (change(titles=("release {version}: one", "release {version}: two")), "a change has 3 titles of its own, not 2"),
    (change(titles=("release {version}: one", "settings: two", "release: three")), "of other and release"),
    (change(diffs=(("+ one",), ())), "a change has 2 diffs, none of them empty"),
    (change(diffs=(("+ one",),)), "a change has 2 diffs"),
    (change(diffs=(("+ one",), ("+two",))), "a line of a diff begins with"),
    (change(lead_minutes=(9, 3)), "lead_minutes (9, 3)"),
    # The plan
    ({"plan": SOUND.plan[:3]}, "a plan has 4 to 6 conditions, not 3"),
    (plan(3, name=SOUND.plan[0].name), "2 conditions are named 'leak-stopped'"),
    (plan(1, needs=("paid",)), "needs 'paid', which does not stand before it"),
    (plan(1, needs=("bounded",)), "needs 'bounded', which does not stand before it"),
    ({"plan": (*SOUND.plan[2:], replace(SOUND.plan[0], needs=("bounded",)))}, "first aid waits: 'leak-stopped'"),
    (plan(0, kind="restore"), "no condition of the plan stops the failure"),
    (plan(2, kind="check"), "no condition of the plan keeps the failure"),
    (plan(2, kind="restore"), "'bounded' restores, and takes nothing away"),
    ({"plan": LONE_WAYS}, "no condition of the plan has an alternative"),
    (plan(3, ways=()), "nothing brings 'filed' about"),
    (way(action="pray"), "unknown action 'pray'"),
    (way(on="callers"), "is on several services"),
    (way(on="moon"), "unknown role 'moon'"),
    (way(name="back"), "a runbook step and a flag have a name"),
    (way(1, name=""), "a runbook step and a flag have a name"),
    (way(1, name="End_Sessions"), "expected words in lower case joined by _"),
    (way(1, name="restart"), "expected words in lower case joined by _"),
    (way(1, action="disable_feature_flag", name="new-search"), "expected a name that ends in -{area}"),
    (way(result=""), "tells nothing when it takes effect"),
    (way(3, name="set_idle_timeout", on="through"), "is a way of two conditions"),
    # Wrong actions
    ({"wrong": (Wrong("execute_runbook_step", "culprit", "No."),)}, "wrong action 'execute_runbook_step'"),
    ({"wrong": (Wrong("rollback_deploy", "culprit", "No."),)}, "is a way of the plan"),
    ({"wrong": (Wrong("restart_service", "moon", "Too far."),)}, "unknown role 'moon'"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("changes", "problem"), DECLARATIONS, ids=[problem for _, problem in DECLARATIONS])
def test_a_flaw_of_the_declaration_is_found(changes: dict[str, Any], problem: str) -> None:
    found = declaration_problems(replace(SOUND, **changes))
    assert any(problem in text for text in found), found


def test_the_sound_family_has_no_flaw() -> None:
    assert declaration_problems(SOUND) == []


def told_by(step: str) -> list[str]:
    """What is found where the sound family alone has a step of this name."""
    return step_name_problems({"pool-leak": replace(SOUND, plan=(with_step(step),))})


def with_step(name: str) -> Condition:
    return Condition("done", "stop", (Way("execute_runbook_step", "Done.", name=name),))


@pytest.mark.parametrize(
    ("step", "word"),
    [("close_leaks", "leak"), ("empty_pool", "pool"), ("return_connection", "conne"), ("end_transactions", "trans")],
)
def test_a_step_name_that_tells_its_family_is_found(step: str, word: str) -> None:
    """By the name of the family, by its definition in the catalogue, by a gauge that it moves."""
    assert told_by(step) == [f"{step} occurs in pool-leak alone and speaks of {word}"]


def test_a_step_name_of_general_words_or_of_two_families_tells_nothing() -> None:
    assert told_by("do_something_sensible") == []
    shared = {name: replace(FAMILIES[name], plan=(with_step("empty_pool"),)) for name in ("pool-leak", "fd-leak")}
    assert step_name_problems(shared) == []


def test_a_plan_that_ends_in_a_verification_is_found() -> None:
    verified = replace(SOUND, plan=(*SOUND.plan, with_step("verify_recovery")))
    assert ending_in_a_verification([SOUND, verified]) == ["pool-leak"]


# Incidents


def incident_of(family: Family = SOUND) -> Incident:
    return make(family, "medium", 1)


def with_text(incident: Incident, tool: str, alter: Callable[[str], str]) -> Incident:
    """The incident with the text of one tool altered for every service, before anybody steps in."""
    shown = texts_after(incident, AT_THE_ALERT)
    return with_texts(incident, tool, {name: alter(shown[tool, name]) for name in incident.known_services})


@pytest.mark.parametrize("hole", ["", "the p99 is nan ms, and that is as much as anybody could say", "{service} " * 9])
def test_a_tool_that_does_not_answer_is_found(hole: str) -> None:
    assert text_problems(with_text(incident_of(), "query_logs", lambda text: hole))


def test_a_consequence_that_is_not_filled_in_is_found() -> None:
    told = {Key("restart_service", "x"): Consequence("Done.", "x", harm="{culprit} is worse.")}
    assert text_problems(replace(incident_of(), consequences=told)) == ["restart_service:x: '{culprit} is worse.'"]


def with_needs(incident: Incident, needs: dict[str, tuple[str, ...]]) -> Incident:
    """The incident whose conditions need others than before."""
    return replace(incident, plan=tuple(replace(c, needs=needs.get(c.name, c.needs)) for c in incident.plan))


def test_a_step_that_never_holds_is_found() -> None:
    looped = with_needs(incident_of(), {"freed": ("freed",)})
    assert any("does not hold after" in text for text in plan_problems(looped))


def test_a_step_that_holds_too_early_is_found() -> None:
    hasty = with_needs(incident_of(), {"freed": ()})
    assert any("brings 'freed' about without 'leak-stopped'" in text for text in plan_problems(hasty))


def test_first_aid_that_waits_is_found() -> None:
    waits = with_needs(incident_of(), {"leak-stopped": ("filed",)})
    assert any("does not hold as the first action" in text for text in first_aid_problems(waits))


def test_a_world_that_does_not_recover_is_found() -> None:
    incident = incident_of()
    frozen = replace(incident, telemetry=Unchanging(incident.telemetry))
    assert "the failure lasts after the whole plan" in recovery_problems(frozen)


def test_a_world_in_which_nothing_fails_is_found() -> None:
    incident = incident_of()
    well = replace(incident, telemetry=Well(incident.telemetry))
    assert "nothing fails when the alert is raised" in recovery_problems(well)


def test_an_alert_that_tells_the_answer_is_found() -> None:
    incident = incident_of()
    sentence = (
        "A release leaks database connections on one error path until the pool and the server's limit are used up."
    )
    for told in (MODES["pool-leak"].title, sentence, f"ask {incident.culprit}"):
        assert leak_problems(replace(incident, summary=told), SOUND), told
    assert leak_problems(replace(incident, id="pool-leak-1"), SOUND)
    harmful = {Key("restart_service", "x"): Consequence("Done.", "x", harm=sentence)}
    assert leak_problems(replace(incident, consequences=harmful), SOUND)


def test_an_incident_that_the_oracle_cannot_win_is_found() -> None:
    incident = incident_of()
    assert full_grade_problems(replace(incident, failure_mode="green cheese"), "root_cause_analysis")
    assert full_grade_problems(replace(incident, max_steps=3), "remediation_planning")
    assert full_grade_problems(with_needs(incident, {"freed": ("filed",)}), "remediation_planning")


def test_a_severity_that_the_figures_contradict_is_found() -> None:
    tried = (make(SOUND, "medium", seed, "alert_classification") for seed in range(20))
    incident = next(each for each in tried if each.severity != "P1")
    down = with_text(incident, "check_metrics", lambda text: re.sub(r"(succeed +)[\d.]+ %", r"\g<1>3.0 %", text))
    assert severity_shown(down) == "P1"
    assert severity_shown(incident) == incident.severity
