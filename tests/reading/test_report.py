"""The page says which modes of a group are confused."""

from __future__ import annotations

from cloud_incident_env.generated.groups import GROUPS
from cloud_incident_env.reading.linear_model import ONE, trained
from cloud_incident_env.reading.reader import Reading
from tools.reading.report import CLOSE, Confused, Read, confused_in_groups
from tools.reading.texts import Written

MODEL = trained().mode


def _read(mode: str, text: str, best: str, margin: int, style: str = "label") -> Read:
    return Read(Written(mode, style, "zz", text), Reading(best, best, margin, 0))


def test_pairs_of_a_group_are_counted_in_both_directions() -> None:
    texts = [
        _read("fd-leak", "descriptors", "pool-leak", ONE),
        _read("pool-leak", "connections", "fd-leak", ONE),
        _read("heap-leak", "memory", "fd-leak", ONE),  # of another group
        _read("cert-expiry", "certificate", "chain-expiry", ONE),
        _read("chain-expiry", "certificate", "cert-expiry", ONE, style="symptom"),  # no right text
    ]
    assert confused_in_groups(texts, MODEL) == [
        Confused("connections", "pool-leak", "fd-leak", 2, 0),
        Confused("trust", "cert-expiry", "chain-expiry", 1, 0),
    ]


def test_a_close_second_is_counted_apart() -> None:
    text = "the release leaks connections of its pool"
    near, far = _read("pool-leak", text, "pool-leak", CLOSE), _read("pool-leak", text, "pool-leak", CLOSE + 1)
    (pair,) = confused_in_groups([near, far], MODEL)
    assert (pair.mistaken, pair.close) == (0, 1)
    assert "pool-leak" in (pair.one, pair.other)


def test_groups_are_those_of_the_generator() -> None:
    names = {group.name for group in GROUPS}
    for pair in confused_in_groups([_read("fd-leak", "x", "pool-leak", ONE)], MODEL):
        assert pair.group in names
