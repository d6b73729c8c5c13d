"""The groups of failure modes: every family stands in one, and its likely mix-ups are explained on `docs/modes.md`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.groups import GROUPS, PAIRS
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.reading.modes import MODES
from cloud_incident_env.splits import HELD_OUT_FAMILIES
from tools.modes_page import DOCUMENT, document, in_words, main

LEAST_MODES = 5  # of a group: with fewer, its symptoms would say too much
HELD_OUT_GROUPS = 10  # of which modes are held out

GROUP_OF = {mode: group.name for group in GROUPS for mode in group.modes}
PARTNERS = {
    mode: {partner for pair in PAIRS if mode in pair for partner in pair if partner != mode} for mode in FAMILIES
}


def test_the_page_is_what_the_command_writes(tmp_path: Path) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "make modes"
    main(["--out", str(tmp_path / "modes.md")])
    assert (tmp_path / "modes.md").read_bytes() == DOCUMENT.read_bytes()


@pytest.mark.parametrize("software", SOFTWARE)
def test_all_software_has_plain_words(software: str) -> None:
    assert in_words([software])


def test_software_without_words_is_named() -> None:
    with pytest.raises(ValueError, match="no words for the software abacus"):
        in_words(["postgres", "abacus"])


def test_every_family_stands_in_exactly_one_group() -> None:
    times = Counter(mode for group in GROUPS for mode in group.modes)
    assert {mode: count for mode, count in times.items() if count > 1} == {}
    assert times.keys() - FAMILIES.keys() == set(), "no families"
    assert FAMILIES.keys() - times.keys() == set(), "in no group"


def test_every_group_has_enough_modes() -> None:
    assert [group.name for group in GROUPS if len(group.modes) < LEAST_MODES] == []


def test_the_catalogue_has_the_same_groups() -> None:
    """By names of its own, and with modes that never occur."""
    of_catalogue = {group.name: {MODES[mode].group for mode in group.modes} for group in GROUPS}
    assert {name: found for name, found in of_catalogue.items() if len(found) > 1} == {}
    assert len(set().union(*of_catalogue.values())) == len(GROUPS)


def test_both_modes_of_a_pair_are_families() -> None:
    assert [pair for pair in PAIRS if not FAMILIES.keys() >= set(pair)] == []


def test_a_pair_stands_once_and_has_two_modes() -> None:
    times = Counter(frozenset(pair) for pair in PAIRS)
    assert [set(pair) for pair, count in times.items() if count > 1 or len(pair) < 2] == []


def test_every_pair_is_told_apart_by_one_sentence_of_its_own() -> None:
    assert len(set(PAIRS.values())) == len(PAIRS)
    for pair, told_apart in PAIRS.items():
        assert told_apart[0].isupper(), pair
        assert told_apart.endswith("."), pair
        assert told_apart.count(".") == 1, pair


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_stands_in_a_pair(family: str) -> None:
    assert PARTNERS[family]


@pytest.mark.parametrize("family", HELD_OUT_FAMILIES)
def test_a_held_out_family_has_a_partner_that_is_not(family: str) -> None:
    assert PARTNERS[family] - set(HELD_OUT_FAMILIES)


def test_the_held_out_families_are_of_different_groups() -> None:
    groups = [GROUP_OF[family] for family in HELD_OUT_FAMILIES]
    assert len(set(groups)) == len(groups) == HELD_OUT_GROUPS, groups
