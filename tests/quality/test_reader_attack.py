"""The reading of failure modes under attack: no fixed text pays for more than one mode, and no trick is read as one.

What is marked `open_finding` is wanted and does not hold yet: the table shows its figures beside OPEN.
`READER_ATTACK_TRIES` is the number of texts that each of the two searches tries: 3,000 if left out, some 40 s of CPU.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import pytest

from cloud_incident_env.reading.modes import EQUALS, MODES, accepted_for
from cloud_incident_env.reading.names import NO_NAMES
from cloud_incident_env.reading.reader import read
from graders import grade_ledger
from tests.quality.findings import open_finding
from tools import reader_attack
from tools.reader_attack import PASTES, SERVICE, Attack, Result, Rule, ids_beside_quotes, pasted, scenes
from tools.reader_tricks import DENIALS, DENIED_CLAUSES, LIST_LENGTHS, LISTS, NOUNS, neighbours
from tools.reading.texts import clause_of

pytestmark = pytest.mark.slow
TRIES = int(os.environ.get("READER_ATTACK_TRIES", "3000"))
INCIDENTS = 300
NOISE = 0.005  # of a mean grade: six incidents of 300 in which the failure mode is right as well
LIMIT = 0.04  # of denials or lists that may be read as the mode they name
PASTED_LIMIT = 0.02  # of incidents in which a pasted log may be read as the right mode
RULES: tuple[Rule, ...] = (reader_attack.most_alarming_log_outside_the_alert, reader_attack.the_culprit)
EACH_RULE = pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=rule.__name__, marks=pytest.mark.xdist_group(rule.__name__)) for rule in RULES]
)  # one worker runs those of a rule, and searches once

Measured = Callable[[str], None]
Form = tuple[str, str]  # how the mode is written, and the denial


@cache
def attack_on(rule: Rule) -> Attack:
    return Attack(scenes(rule, INCIDENTS))


@cache
def searched(rule: Rule) -> tuple[Result, Result]:
    return attack_on(rule).search(TRIES)


def is_one_mode(modes: frozenset[str]) -> bool:
    return len(modes) <= 1 or any(modes <= set(pair) for pair in EQUALS)


@pytest.mark.check("reading.fixed_text")
@EACH_RULE
def test_no_fixed_text_earns_more_than_a_single_id(rule: Rule, measured: Measured) -> None:
    attack = attack_on(rule)
    best, broadest = searched(rule)
    guess = attack.best_id()
    measured(
        f"{rule.__name__}: best of {TRIES:,} texts {best.grade:.3f}, right for {len(best.right_for)} mode(s); best id "
        f"{guess.grade:.3f}, random id {attack.random_id():.3f}; text right for most modes: {len(broadest.right_for)}"
    )
    assert best.grade <= guess.grade + NOISE, best


@pytest.mark.check("reading.fixed_text")
@EACH_RULE
def test_a_text_that_is_right_for_more_modes_does_not_pay(rule: Rule, measured: Measured) -> None:
    """Names are blotted out only where they are known: nonsense full of them must not be read as another mode there."""
    attack = attack_on(rule)
    best, _ = searched(rule)
    guess = attack.best_id()
    measured(f"{rule.__name__}: best text {best.grade:.4f}, right for {len(best.right_for)}; best id {guess.grade:.4f}")
    assert is_one_mode(best.right_for) or best.grade <= guess.grade, best


@pytest.mark.check("reading.fixed_text")
@EACH_RULE
@pytest.mark.parametrize(
    "text", ["{service}: pool-leak", "A release leaks connections of {service}", MODES["heap-leak"].title]
)
def test_the_attack_grades_as_the_grader_does(rule: Rule, text: str) -> None:
    attack = attack_on(rule)
    texts = [(scene, text.replace(SERVICE, scene.blamed)) for scene in attack.scenes]
    graded = sum(grade_ledger(scene.ledger(written)).total for scene, written in texts)
    assert attack.try_text(text).grade == pytest.approx(graded / INCIDENTS)


@pytest.mark.check("reading.fixed_text")
def test_the_search_finds_a_text_that_pays_for_two_modes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a reader that takes every mode it finds in a text, the search would tell."""
    attack = attack_on(reader_attack.the_culprit)
    monkeypatch.setattr(attack, "try_text", lambda text: greedy(attack, text))
    best, broadest = attack.search(1_000)
    assert best.grade > attack.best_id().grade + NOISE
    assert not is_one_mode(broadest.right_for)


def greedy(attack: Attack, text: str) -> Result:
    found = [scene.incident.failure_mode in text for scene in attack.scenes]
    modes = {scene.incident.failure_mode for scene, right in zip(attack.scenes, found, strict=True) if right}
    earned = sum(scene.right if right else scene.wrong for scene, right in zip(attack.scenes, found, strict=True))
    return Result(text, earned / len(found), frozenset(modes))


@pytest.mark.check("reading.ids_beside_quotes")
def test_ids_beside_quotes_are_right_for_one_mode(measured: Measured) -> None:
    attack = attack_on(reader_attack.the_culprit)
    found = attack.try_text(ids_beside_quotes(attack.scenes))
    measured(
        f"one text of every id, each before six words of its logs: right for {len(found.right_for)} modes, grade "
        f"{found.grade:.2f} where the culprit is given"
    )
    assert is_one_mode(found.right_for)


@pytest.mark.check("reading.pasted_logs")
def test_a_pasted_log_explains_nothing(measured: Measured) -> None:
    shares = paste_shares(PASTES)
    measured(told(shares))
    assert exceeding(shares, PASTED_LIMIT) == {}


def paste_shares(names: Iterable[str]) -> dict[str, float]:
    scenes_of_culprits = attack_on(reader_attack.the_culprit).scenes
    return {name: pasted(scenes_of_culprits, PASTES[name]) for name in sorted(names)}


# Denials of titles and of definitions that are read as what they deny in more than `LIMIT` of the modes, or nearly.
OPEN_DENIALS = frozenset({"not", "never", "without", "exonerated", "unlikely", "other than", "rather than"})
OPEN_DENIED_CLAUSES = frozenset(
    {"it is not true that", "it is not the case that", "nothing shows that", "someone claimed"}
)
EACH_NOUN = pytest.mark.parametrize("noun", NOUNS)


@pytest.mark.check("reading.denials")
@EACH_NOUN
def test_a_denial_is_not_read_as_what_it_denies(noun: str, measured: Measured) -> None:
    shares = denial_shares(noun, DENIALS.keys() - (OPEN_DENIALS if noun == "title" else set()))
    measured(f"{noun}: {told(shares)}")
    assert exceeding(shares, LIMIT) == {}


@pytest.mark.check("reading.denied_clauses")
def test_a_denied_definition_is_not_read_as_the_mode(measured: Measured) -> None:
    shares = clause_shares(DENIED_CLAUSES.keys() - OPEN_DENIED_CLAUSES)
    measured(told(shares))
    assert exceeding(shares, LIMIT) == {}


@pytest.mark.check("reading.more_denials")
@open_finding("some ways to deny are read as the assertion more often")
def test_more_denials_are_not_read_as_what_they_deny(measured: Measured) -> None:
    shares = {**denial_shares("title", OPEN_DENIALS), **clause_shares(OPEN_DENIED_CLAUSES)}
    measured(told(shares))
    assert exceeding(shares, LIMIT) == {}


def clause_shares(names: Iterable[str]) -> dict[str, float]:
    return {
        name: share_read([([mode], DENIED_CLAUSES[name].format(clause_of(mode))) for mode in MODES])
        for name in sorted(names)
    }


def denial_shares(noun: str, names: Iterable[str]) -> dict[str, float]:
    write = NOUNS[noun]
    return {name: share_read([([mode], DENIALS[name].format(write(mode))) for mode in MODES]) for name in sorted(names)}


@pytest.mark.check("reading.lists")
@EACH_NOUN
def test_a_list_is_not_read_as_one_of_its_guesses(noun: str, measured: Measured) -> None:
    shares = list_shares(noun, [(kind, length) for kind in LISTS for length in LIST_LENGTHS])
    measured(f"{noun}: {told(shares)}")
    assert exceeding(shares, LIMIT) == {}


def list_shares(noun: str, kinds: Iterable[tuple[str, int]]) -> dict[str, float]:
    write = NOUNS[noun]

    def written(kind: str, length: int) -> list[tuple[list[str], str]]:
        guesses = [neighbours(mode, length) for mode in MODES]
        return [(modes, LISTS[kind]([write(mode) for mode in modes])) for modes in guesses]

    return {f"{length} by {kind}": share_read(written(kind, length)) for kind, length in kinds}


@pytest.mark.check("reading.all_ids")
@pytest.mark.parametrize(
    "separator",
    [
        pytest.param(" ", id="spaces"),
        pytest.param(", ", id="commas"),
        pytest.param("\n", id="lines"),
        pytest.param(" or ", id="or"),
        pytest.param("/", id="slashes"),
    ],
)
def test_all_ids_in_one_text_are_read_as_none(separator: str) -> None:
    assert read(separator.join(MODES), NO_NAMES).mode is None


def share_read(texts: Iterable[tuple[list[str], str]]) -> float:
    """The share of texts that are read as one of the modes they name."""
    read_as = [(modes, read(text, NO_NAMES).mode) for modes, text in texts]
    return sum(mode is not None and any(mode in accepted_for(one) for one in modes) for modes, mode in read_as) / len(
        read_as
    )


def exceeding(shares: Mapping[str, float], limit: float) -> dict[str, float]:
    return {name: share for name, share in shares.items() if share > limit}


def told(shares: Mapping[str, float]) -> str:
    ranked = sorted(shares.items(), key=lambda entry: -entry[1])
    return ", ".join(f"{name} {share:.0%}" for name, share in ranked)
