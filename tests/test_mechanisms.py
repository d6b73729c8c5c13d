"""Phrases match as whole words in order, whatever the case and punctuation, and never as parts of words."""

from __future__ import annotations

import pytest

from cloud_incident_env.reading.mechanisms import MECHANISMS
from cloud_incident_env.reading.phrases import (
    MAX_GAP,
    mechanisms_named,
    names_any,
    states_mechanism,
    without_denials,
    words_of,
)

MATCHES = [
    ("unbounded quer*", "Unbounded full-table export query"),
    ("unbounded quer*", "UNBOUNDED_QUERIES"),
    ("unbounded quer*", "an unbounded, un-limited (export) query"),
    ("oom*", "the kernel OOM-killed it"),
    ("oom*", "OOMKilled"),
    ("bgp", "(BGP)"),
    ("memory leak*", "memory/leaking"),
    ("az 1 partition*", "AZ-1 was partitioned"),
    ("e", "option e it is"),
]
MISSES = [
    ("unbounded quer*", "query unbounded"),  # order
    ("unbounded quer*", "unboundedquery"),
    ("memory leak*", "memory leek"),
    ("bgp", "bgpd"),
    ("bgp", "xbgp"),
    ("dns", "adns"),
    ("e", "every service"),
    ("e", ""),
    ("oom*", "room for zoom"),
    ("cpu starv*", "cpu"),
    ("bgp", "b g p"),
    ("bgp", ".*"),
    ("bgp", "ＢＧＰ"),  # full-width letters are no ASCII words
]


@pytest.mark.parametrize(("phrase", "text"), MATCHES)
def test_a_phrase_matches(phrase: str, text: str) -> None:
    assert names_any(text, [phrase])


@pytest.mark.parametrize(("phrase", "text"), MISSES)
def test_a_phrase_does_not_match(phrase: str, text: str) -> None:
    assert not names_any(text, [phrase])


@pytest.mark.parametrize("gap", range(MAX_GAP + 2))
def test_at_most_max_gap_words_may_stand_between_two_words(gap: int) -> None:
    text = " ".join(["pool", *["x"] * gap, "exhausted"])
    assert names_any(text, ["pool exhaust*"]) == (gap <= MAX_GAP)


def test_characters_of_regular_expressions_in_a_phrase_are_plain_text() -> None:
    assert not names_any("abc", ["a.c"])
    assert not names_any("anything", [".*"])


@pytest.mark.parametrize(
    ("text", "words"),
    [("", ""), ("  A_b-C/d.e  ", "a b c d e"), ("AZ-1 (BGP)", "az 1 bgp"), ("...", ""), ("naïve\x00é", "na ve")],
)
def test_words_are_lower_case_ascii_letters_and_digits(text: str, words: str) -> None:
    assert words_of(text) == words


def test_any_one_phrase_of_several_is_enough_and_none_is_not() -> None:
    assert names_any("a memory leak", ["bgp", "memory leak*"])
    assert not names_any("a memory leak", [])


def test_every_mechanism_that_a_text_names_is_found() -> None:
    text = "BGP route withdrawal, DNS and a memory leak"
    assert mechanisms_named(text) == {"route_withdrawal", "dns_failure", "memory_leak"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("BGP route withdrawal (not DNS)", "bgp route withdrawal"),
        ("not an unbounded query", ""),
        ("There was no unbounded query.", ""),
        ("it went on without an unbounded query", ""),
        ("a query without LIMIT", "a query without limit"),
        ("an export with no limit, and it wasn't a leak", "an export with no limit"),
        ("it could not be contained otherwise, so I restarted auth-service", "so i restarted auth service"),
        ("route withdrawal rather than DNS", "route withdrawal"),
    ],
)
def test_a_denial_states_nothing(text: str, left: str) -> None:
    assert words_of(without_denials(text)) == left


def test_a_list_of_guesses_states_no_mechanism_even_if_all_are_related() -> None:
    guesses = "slow query, OOM, unbounded query, bad deploy, high CPU, pool exhausted"
    assert not states_mechanism(guesses, ["unbounded quer*"], list(MECHANISMS))
    assert states_mechanism("unbounded query, OOM, pool exhausted", ["unbounded quer*"], list(MECHANISMS))


def test_a_mechanism_is_stated_by_its_own_terms_alone() -> None:
    terms, related = ["withdr* route*"], ["route_withdrawal"]
    assert states_mechanism("withdrew the routes", terms, related)
    assert not states_mechanism("something with routes", terms, related)
    assert not states_mechanism("withdrew the routes, or DNS", terms, related)


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_phrase_names_its_own_mechanism(name: str) -> None:
    assert MECHANISMS[name]
    for phrase in MECHANISMS[name]:
        assert phrase == phrase.casefold()
        assert name in mechanisms_named(phrase.replace("*", ""))


@pytest.mark.parametrize("name", MECHANISMS)
def test_the_name_of_a_mechanism_names_it(name: str) -> None:
    assert name in mechanisms_named(name.replace("_", " "))
