"""The contract that the declaration of every fault family keeps: each check returns what is wrong, if anything is.

`declaration_problems` looks at one family, `step_name_problems` at all of them together. What incidents generated from
a family keep stands in `incident_contract.py`.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from cloud_incident_env.actions import REMEDIATIONS, acts_on_services
from cloud_incident_env.agents.detective_predictions import kind_of_change
from cloud_incident_env.generated.model import FACTORS, GOING_BACK, Change, Effect, Family, Parameter, Role, Way
from cloud_incident_env.generated.simulation.parameters import SHARES
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.telemetry.dialects import GLOG_LEVELS
from cloud_incident_env.generated.templates import ABOUT, DRAWN, DRAWN_ONCE
from cloud_incident_env.reading.modes import MODES

# What a text may hold, by where it stands (`model.Line`, `templates.OF_FAMILY`, `telemetry/logs.py`).
EVERYWHERE = frozenset({*DRAWN, *DRAWN_ONCE, *ABOUT})
OF_A_CHANGE = frozenset({"culprit", "through", "area"})
OF_A_FAMILY = OF_A_CHANGE | {"age", "changed", "opened", "since", "timeout", "unwritten"}
OF_A_NOTE = OF_A_FAMILY | {"now"}
OF_A_LINE = OF_A_NOTE | {"wait", "took", "per_minute"}
OF_AN_ACTION = OF_A_LINE | {"running", "members"}

# Steps that protect and cannot hold while the failure acts: an alarm fires at once, a limit meets what is under way.
CALM = frozenset(
    {
        "add_alarm",
        "correct_rule",
        "stage_changes",
        "set_expiry",
        "set_call_timeout",
        "set_idle_timeout",
        "set_retry_budget",
        "restore_limit",
        "limit_client",
        "raise_limit",
    }
)
TITLES = 3  # of a change that begins a failure, at least, beside those that any change may have
DIFFS = 2  # ways to write down what it changed, at least
CONDITIONS = range(4, 7)  # of a plan
FAMILIES_PER_STEP = 2  # that a step name occurs in, at least, unless its words tell nothing of its family
STEM = 5  # letters by which two words are taken for forms of one


def named_in(template: str) -> set[str]:
    """The names of the values that a template holds, such as `now` for `{now[sessions]}`; wordings are no values."""
    names = (name for _, name, _, _ in string.Formatter().parse(template) if name is not None and "|" not in name)
    return {re.split(r"[.\[]", name)[0] for name in names}


def texts_of(family: Family) -> Iterator[tuple[str, frozenset[str]]]:
    """Every text of a family, with the names that stand for something in it beside those known everywhere."""
    facts = frozenset(family.facts)
    yield from ((line.text, OF_A_LINE | facts) for line in family.lines)
    yield from ((note, OF_A_NOTE | facts) for note in family.notes)
    yield from ((wrong.why, OF_A_FAMILY | facts) for wrong in family.wrong)
    if family.change is not None:
        yield from ((text, OF_A_CHANGE | facts) for text in texts_of_change(family.change))
    for way in ways_of(family):
        yield from ((text, OF_A_FAMILY | facts) for text in (way.result, way.early))
        yield from ((text, OF_AN_ACTION | facts) for text in way.shows)
        yield way.name, frozenset({"area"}) | facts


def texts_of_change(change: Change) -> Iterator[str]:
    yield from change.titles
    for diff in change.diffs:
        yield from diff


def ways_of(family: Family) -> Iterator[Way]:
    return (way for condition in family.plan for way in condition.ways)


def declaration_problems(family: Family) -> list[str]:
    """What is wrong with a family as it is written down."""
    return [
        *_text_problems(family),
        *_gauge_problems(family),
        *_fact_problems(family),
        *_software_problems(family),
        *_effect_problems(family),
        *_line_problems(family),
        *_change_problems(family),
        *_plan_problems(family),
        *_wrong_problems(family),
        *undone_problems(family),
    ]


def _text_problems(family: Family) -> Iterator[str]:
    for template, known in texts_of(family):
        for name in sorted(named_in(template) - known - EVERYWHERE):
            yield f"unknown name {name!r} in {template!r}"
        if "through" in named_in(template) and not family.through:
            yield f"{template!r} speaks of `through`, and the family has none"


def _gauge_problems(family: Family) -> Iterator[str]:
    """A gauge that a text names is shown by whoever prints the text, or by the culprit or its callee."""
    near = _labels((*family.strikes, *family.through))
    printed = [(line.text, line.software or _struck(family, line.on)) for line in family.lines]
    printed += [(text, ()) for text in (*family.notes, *(text for way in ways_of(family) for text in way.shows))]
    for template, software in printed:
        for label in re.findall(r"\{now\[([^\]]+)\]", template):
            lacking = [name for name in software if label not in near | _labels((name,))]
            if lacking or (not software and label not in near):
                yield f"no gauge {label!r} where {template!r} is printed"


def _labels(software: Iterable[str]) -> set[str]:
    """The gauges that one of the software given shows."""
    return {gauge.label for name in software if name in SOFTWARE for gauge in SOFTWARE[name].gauges}


def _fact_problems(family: Family) -> Iterator[str]:
    used = {name for template, _ in texts_of(family) for name in named_in(template)}
    yield from (f"the fact {name!r} is in no text" for name in sorted(set(family.facts) - used))
    taken = set(family.facts) & (EVERYWHERE | OF_AN_ACTION)
    yield from (f"the fact {name!r} has the name of a value that other texts have" for name in sorted(taken))


def _software_problems(family: Family) -> Iterator[str]:
    yield from (f"unknown software {name!r}" for name in {*family.strikes, *family.through} - set(SOFTWARE))
    if family.name not in MODES:
        yield f"{family.name} is no failure mode of the catalogue"
    if not 0 < family.hosts <= 1:
        yield f"hosts {family.hosts}: expected a share"


def _struck(family: Family, role: Role) -> tuple[str, ...]:
    """The software that may have a role; empty where any may."""
    return {"culprit": family.strikes, "through": family.through}.get(role, ())


def _effect_problems(family: Family) -> Iterator[str]:
    if not family.effects:
        yield "nothing fails: no effect"
    for effect in (*family.effects, *(effect for wrong in family.wrong for effect in wrong.effects)):
        yield from _value_problems(effect)
        yield from _role_problems(family, effect.on, f"effect on {effect.parameter}")
        yield from _condition_problems(family, (*effect.until, *effect.stops), f"effect on {effect.parameter}")
        if effect.gauge:
            struck = _struck(family, effect.on)  # those that do not show the gauge show nothing of it
            if struck and effect.gauge != "memory" and effect.gauge not in _labels(struck):
                yield f"{' and '.join(struck)} shows no gauge {effect.gauge!r}"


def _value_problems(effect: Effect) -> Iterator[str]:
    low, high = effect.to
    if effect.parameter not in get_args(Parameter):
        yield f"unknown parameter {effect.parameter!r}"
    if not 0 <= low <= high:
        yield f"effect on {effect.parameter}: {effect.to} is no range"
    if effect.parameter in SHARES and high > 1:
        yield f"effect on {effect.parameter}: a share of {high}"
    if effect.parameter in FACTORS and low == 0 and effect.parameter not in ("traffic", "capacity"):
        yield f"effect on {effect.parameter}: a factor of nothing"


def _role_problems(family: Family, role: str, what: str) -> Iterator[str]:
    if role not in get_args(Role):
        yield f"{what}: unknown role {role!r}, expected one of {', '.join(get_args(Role))}"
    elif role in ("through", "through_callers") and not family.through:
        yield f"{what} is on {role!r}, and the family has no `through`"


def _condition_problems(family: Family, names: Iterable[str], what: str) -> Iterator[str]:
    """What is taken away is taken away by conditions that stop or restore, not by guards or checks."""
    kinds = {condition.name: condition.kind for condition in family.plan}
    for name in names:
        if name not in kinds:
            yield f"{what} ends with {name!r}, which is no condition of the plan"
        elif kinds[name] not in ("stop", "restore"):
            yield f"{what} ends with {name!r}, which is a {kinds[name]}"


def _line_problems(family: Family) -> Iterator[str]:
    for line in family.lines:
        yield from _role_problems(family, line.on, f"line {line.text!r}")
        yield from _condition_problems(family, line.until, f"line {line.text!r}")
        struck = _struck(family, line.on) or tuple(SOFTWARE)
        yield from (f"line {line.text!r}: {name} is not struck" for name in line.software if name not in struck)
        if not line.per_minute > 0:
            yield f"line {line.text!r} is never printed"
    for text in (*(line.text for line in family.lines), *(text for way in ways_of(family) for text in way.shows)):
        if text.split(" ")[0] not in GLOG_LEVELS:
            yield f"a log line does not begin with a level: {text!r}"


def _change_problems(family: Family) -> Iterator[str]:
    if family.change is None:
        return
    change = family.change
    if len(set(change.titles)) < TITLES:
        yield f"a change has {TITLES} titles of its own, not {len(set(change.titles))}"
    if len(set(change.diffs)) < DIFFS or not all(change.diffs):
        yield f"a change has {DIFFS} diffs, none of them empty"
    heads = {kind_of_change(title) for title in change.titles}
    if len(heads) > 1:
        yield f"the titles of a change are those of one kind, not of {' and '.join(sorted(heads))}"
    yield from (
        f"a line of a diff begins with '- ', '+ ' or two spaces: {line!r}"
        for diff in change.diffs
        for line in diff
        if line[:2] not in ("- ", "+ ", "  ")
    )
    low, high = change.lead_minutes
    if not 0 <= low <= high:
        yield f"lead_minutes {change.lead_minutes} is no range"


def _plan_problems(family: Family) -> Iterator[str]:
    plan = family.plan
    if len(plan) not in CONDITIONS:
        yield f"a plan has {CONDITIONS.start} to {CONDITIONS.stop - 1} conditions, not {len(plan)}"
    for name, count in Counter(condition.name for condition in plan).items():
        if count > 1:
            yield f"{count} conditions are named {name!r}"
    yield from _order_problems(family)
    yield from _kind_problems(family)
    yield from _guard_problems(family)
    if all(len(condition.ways) < 2 for condition in plan):
        yield "no condition of the plan has an alternative"
    for condition in plan:
        if not condition.ways:
            yield f"nothing brings {condition.name!r} about"
        for way in condition.ways:
            yield from _way_problems(family, way)
    twice = Counter((way.action, way.on, way.name) for way in ways_of(family))
    yield from (f"{key} is a way of two conditions, or twice of one" for key, count in twice.items() if count > 1)


def _order_problems(family: Family) -> Iterator[str]:
    """Every condition can be reached: what it needs stands before it. First aid needs nothing."""
    before: set[str] = set()
    for condition in family.plan:
        for name in condition.needs:
            if name not in before:
                yield f"{condition.name!r} needs {name!r}, which does not stand before it"
        if condition.kind == "stop" and condition.needs:
            yield f"first aid waits: {condition.name!r} needs {', '.join(condition.needs)}"
        before.add(condition.name)


def _guard_problems(family: Family) -> Iterator[str]:
    """A guard waits for the end of the cause, a verification for the whole recovery."""
    for condition in family.plan:
        names = {way.name for way in condition.ways}
        missing: set[str] = set()
        if condition.kind == "guard" and names <= CALM:
            missing = set(family.stopping) - set(condition.needs)
        elif names == {"verify_recovery"}:
            missing = set(family.restoring) - set(condition.needs)
        for name in sorted(missing):
            yield f"{condition.name!r} would hold before {name!r}"


def undone_problems(family: Family) -> list[str]:
    """A change that began the failure is undone by going back or by its flag, or going back is a declared mistake."""
    if family.change is None or family.change.kind == "job":
        return []
    undoing = {"config": GOING_BACK, "release": GOING_BACK[:1]}.get(family.change.kind, ())
    mistakes = {wrong.action for wrong in family.wrong if wrong.on == "culprit"}
    ways = {
        (way.action, "" if way.action == "disable_feature_flag" else way.name)
        for condition in family.plan
        if condition.kind in ("stop", "restore")
        for way in family.ways_of(condition)
        if way.on == "culprit"
    }
    wanted = undoing or (("disable_feature_flag", ""),)
    return [
        f"{action} {name} does not undo the change"
        for action, name in wanted
        if (action, name) not in ways and action not in mistakes
    ]


def _kind_problems(family: Family) -> Iterator[str]:
    """The plan stops the failure, guards against its return, and each restoring condition takes something away."""
    kinds = [condition.kind for condition in family.plan]
    if "stop" not in kinds:
        yield "no condition of the plan stops the failure"
    if "guard" not in kinds:
        yield "no condition of the plan keeps the failure from coming back"
    until = [each.until for each in family.effects] + [line.until for line in family.lines]
    ending = {name for names in until for name in (names or family.restoring)}
    ending |= {name for effect in family.effects for name in effect.stops}
    for name in family.restoring:
        if name not in ending:
            yield f"{name!r} restores, and takes nothing away"


def _way_problems(family: Family, way: Way) -> Iterator[str]:
    if way.action not in REMEDIATIONS:
        yield f"unknown action {way.action!r}"
        return
    yield from _role_problems(family, way.on, f"way {way.action}")
    if way.on in ("callers", "through_callers"):
        yield f"way {way.action} is on several services"
    if acts_on_services(way.action) == bool(way.name):
        yield f"{way.action} {way.name!r}: a runbook step and a flag have a name, other ways have none"
    if way.action == "execute_runbook_step" and not re.fullmatch(r"[a-z]+(_[a-z]+)+", way.name):
        yield f"runbook step {way.name!r}: expected words in lower case joined by _"
    if way.action == "disable_feature_flag" and not way.name.endswith("-{area}"):
        yield f"flag {way.name!r}: expected a name that ends in -{{area}}"
    if not way.result:
        yield f"{way.action} {way.name!r} tells nothing when it takes effect"


def _wrong_problems(family: Family) -> Iterator[str]:
    planned = {(way.action, way.on) for way in ways_of(family) if not way.name}
    for wrong in family.wrong:
        if wrong.action not in REMEDIATIONS or not acts_on_services(wrong.action):
            yield f"wrong action {wrong.action!r}: expected a remediation of a service"
        if (wrong.action, wrong.on) in planned:
            yield f"wrong action {wrong.action!r} on {wrong.on!r} is a way of the plan"
        yield from _role_problems(family, wrong.on, f"wrong action {wrong.action}")


# Families together


def step_name_problems(families: Mapping[str, Family]) -> list[str]:
    """Runbook steps whose name tells the failure.

    A name that occurs in the plans of two families or more tells none of them. One that occurs in a single plan shares
    no word with what its family is: its name, its title and definition in the catalogue, and the gauges that it moves.
    """
    found: dict[str, set[str]] = {}
    for family in families.values():
        for way in ways_of(family):
            if way.action == "execute_runbook_step":
                found.setdefault(way.name, set()).add(family.name)
    problems = []
    for step, names in sorted(found.items()):
        if len(names) >= FAMILIES_PER_STEP:
            continue
        family = families[min(names)]
        shared = _stems(step) & _stems(_told_of(family))
        if shared:
            problems.append(f"{step} occurs in {family.name} alone and speaks of {', '.join(sorted(shared))}")
    return problems


def _told_of(family: Family) -> str:
    """What says what a family is."""
    mode = MODES.get(family.name)
    said = (mode.title, mode.definition) if mode is not None else ()
    return " ".join((family.name, *said, *(effect.gauge for effect in family.effects)))


def _stems(text: str) -> set[str]:
    """The words of a text, cut so that forms of one word are equal, without short ones."""
    words = re.findall(r"[a-z]+", text.casefold())
    return {word.removesuffix("s")[:STEM] for word in words if len(word) > 2} - {"set", "the", "and", "one", "own"}


def ending_in_a_verification(families: Iterable[Family]) -> list[str]:
    """The families whose plan ends in a step that only verifies."""
    return [family.name for family in families if any(way.name.startswith("verify_") for way in family.plan[-1].ways)]
