"""What the reader is held to, on texts whose writers taught it nothing."""

from __future__ import annotations

from functools import cache

import pytest

from cloud_incident_env.reading.linear_model import WEIGHTS, trained
from cloud_incident_env.reading.modes import MODES, accepted_for
from cloud_incident_env.reading.names import NO_NAMES, Names, names_of
from cloud_incident_env.reading.quotes import without_quotes
from cloud_incident_env.reading.reader import read
from tasks import get_incident
from tools.reader_tricks import neighbours
from tools.reading.report import DOCUMENT, TEST, Read, accepted, document, read_all, refused
from tools.reading.texts import RIGHT

# In parts of 1. The report (`docs/reading.md`) has what is measured and aimed at.
MOST_REFUSED = 0.08
MOST_REFUSED_IN_A_STYLE = 0.12
MOST_ACCEPTED = 0.04
MOST_BYTES = 3_000_000


@cache
def readings() -> list[Read]:
    return read_all(TEST, trained())


def test_right_explanations_are_accepted() -> None:
    share = refused(readings())
    assert share.texts >= 8 * len(MODES)
    assert share.hits <= MOST_REFUSED * share.texts, share


@pytest.mark.parametrize("style", RIGHT)
def test_right_explanations_are_accepted_in_every_style(style: str) -> None:
    share = refused(each for each in readings() if each.text.style == style)
    assert share.texts >= 50
    assert share.hits <= MOST_REFUSED_IN_A_STYLE * share.texts, share


def test_wrong_explanations_are_refused() -> None:
    share = accepted(readings())
    assert share.texts >= 6 * len(MODES)
    assert share.hits <= MOST_ACCEPTED * share.texts, share


@pytest.mark.parametrize("mode", ["unbounded-query", "route-filter-change", "stale-secret-push"])
def test_the_three_hand_written_causes_are_read_in_every_style(mode: str) -> None:
    right = [each for each in readings() if each.text.mode == mode and each.text.is_right]
    assert {each.text.style for each in right} >= {"label", "sentence", "chain", "agent"}
    missed = [each.text.text for each in right if each.reading.mode not in accepted_for(mode)]
    assert not missed


def test_the_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < MOST_BYTES


def test_the_report_tells_what_is_measured() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "make reading"


def test_names_of_services_and_steps_say_nothing() -> None:
    incident = get_incident("remediation_planning", 0)
    names = names_of(incident)
    assert read("unbounded query", names).mode == "unbounded-query"
    assert read("full_history_export", names).mode is None
    assert read("full history export", names).mode is None


@pytest.mark.parametrize(
    "form", ["{definition} {name}", "{name} {name}: {title}", "{title} in {name}", "{name} because {definition}"]
)
def test_a_text_is_right_for_one_mode_whatever_names_are_known(form: str) -> None:
    """A name that consists of another mode's words turns a text into that mode where the name is not known."""
    for mode in MODES.values():
        for other in neighbours(mode.id, 3)[1:]:
            name = MODES[other].title
            text = form.format(definition=mode.definition, title=mode.title, name=name)
            names = Names({name: (name,)}, ())
            readings = (read(text, NO_NAMES), read(text, names), read(text, names, (), name))
            read_as = {reading.mode for reading in readings if reading.mode}
            assert all(read_as <= accepted_for(one) for one in read_as), text


def test_an_explanation_may_name_services() -> None:
    incident = get_incident("remediation_planning", 0)
    for text in (
        "analytics-service reads a whole table without a limit, and postgres-db runs out of memory",
        "postgres-db is out of memory because of an unbounded query of analytics-service; auth-service fails",
    ):
        assert read(text, names_of(incident), (), "analytics-service").mode == "unbounded-query"


SHOWN = ["10:00 ERROR the pool of orders-db is empty, 187 requests wait for a connection (timeout 30000 ms)"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("the pool of orders-db is empty", "\n"),
        ("THE POOL OF ORDERS DB IS EMPTY", "\n"),
        ("I see: 'the pool of orders-db is empty, 187 requests wait'. A leak!", "I see: '\n'. A leak!"),
        ("the pool of orders-db was empty", "the pool of orders-db was empty"),
        ("pool of orders-db", "pool of orders-db"),
        ("", ""),
        ("İİİ the pool of orders-db is empty", "i̇i̇i̇ \n"),
    ],
)
def test_what_is_quoted_is_taken_out(text: str, left: str) -> None:
    assert without_quotes(text, SHOWN) == left


def test_long_texts_lose_the_same_quotes() -> None:
    filling = " ".join(f"word{number}" for number in range(400))
    assert without_quotes(f"{filling} the pool of orders-db is empty {filling}", SHOWN) == f"{filling} \n {filling}"


def test_a_quote_across_two_shown_texts_is_no_quote() -> None:
    assert without_quotes("one two three four five six", ["one two three", "four five six"]) == (
        "one two three four five six"
    )


@pytest.mark.parametrize("text", ["?", "a", "e", ".*", "   ", "\x00", "🔥🔥🔥", "0 0 0 0", "|", "svc", "the of and to"])
def test_texts_that_say_nothing_are_read_as_none(text: str) -> None:
    assert read(text, NO_NAMES).mode is None
