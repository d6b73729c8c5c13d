"""The catalogue: ids, titles and definitions that an agent may rely on, and how a text names a mode by them."""

from __future__ import annotations

import re

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.reading.mode_names import mode_named
from cloud_incident_env.reading.modes import EQUALS, MODES, accepted_for, ids_by_group
from cloud_incident_env.reading.names import NO_NAMES
from cloud_incident_env.reading.reader import read
from tasks import INCIDENTS


def test_it_holds_the_modes_of_all_incidents() -> None:
    assert len(MODES) == 155
    assert FAMILIES.keys() <= MODES.keys()
    assert {incident.failure_mode for incidents in INCIDENTS.values() for incident in incidents} <= MODES.keys()


def test_ids_titles_and_definitions_are_distinct_and_well_formed() -> None:
    for name in ("title", "definition"):
        assert len({getattr(mode, name) for mode in MODES.values()}) == len(MODES)
    for key, mode in MODES.items():
        assert key == mode.id
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", mode.id), mode.id
        assert mode.definition[0].isupper()
        assert mode.definition.endswith(".")
        assert mode.definition.count(".") <= 1 + mode.definition.count("10.0"), mode.id


def test_the_list_for_agents_holds_every_id_once() -> None:
    listed = [name for line in ids_by_group().splitlines() for name in line.partition(": ")[2].split(", ")]
    assert sorted(listed) == sorted(MODES)


def test_equals_are_few_and_of_one_pair_each() -> None:
    assert len(EQUALS) <= 5
    named = [mode for pair in EQUALS for mode in pair]
    assert len(set(named)) == len(named)
    assert all(reason for reason in EQUALS.values())
    assert accepted_for("credential-break") == {"credential-break", "stale-secret-push"}
    assert accepted_for("fd-leak") == {"fd-leak"}


@pytest.mark.parametrize("mode", MODES)
def test_an_id_and_a_title_are_exact_in_any_form(mode: str) -> None:
    title = MODES[mode].title
    for text in (mode, mode.upper(), f" {mode} ", mode.replace("-", "_"), mode.replace("-", " "), title, f"{title} "):
        assert read(text, NO_NAMES).mode == mode, text


@pytest.mark.parametrize("mode", MODES)
def test_a_definition_is_read_as_its_mode(mode: str) -> None:
    definition = MODES[mode].definition
    for text in (definition, definition.lower(), f"The root cause is that {definition[0].lower()}{definition[1:]}"):
        assert read(text, NO_NAMES).mode == mode, text


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("pool-leak: the coupon route keeps connections", None),
        ("Failure mode: fd_leak.", "fd-leak"),
        ("The root cause is clock skew", "clock-skew"),
        ("(heap-leak)", "heap-leak"),
        ("pool-leak, fd-leak", None),
        ("not pool-leak", None),
        ("everything except pool-leak", None),
        ("leak", None),
        ("", None),
    ],
)
def test_a_text_names_one_mode_or_none(text: str, mode: str | None) -> None:
    assert mode_named(text) == mode
