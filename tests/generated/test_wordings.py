"""The wording of an incident does not tell its failure mode: titles of changes, authors, ids and addresses."""

from __future__ import annotations

import re
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import pytest

from cloud_incident_env.generated.change_titles import AUTOMATION, SHARED, SHARED_TITLES, heads_of
from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.families import FAMILIES
from cloud_incident_env.generated.generate import generate
from cloud_incident_env.generated.releases import releases
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.templates import Values, fill
from cloud_incident_env.incident import Course
from tests.generated.contract import texts_of

MOST_OF_A_MODE = 0.25  # share of a mode's causing changes that one title may have, unless others have it too
LEAST = 8  # incidents of a mode, to say anything of its titles
INCIDENTS = 900
WORDINGS = 8  # of a message of a company's own service, at least
OWN_MESSAGES = 50  # that have several, at least
CHANGED = [family for family in FAMILIES.values() if family.change is not None]
# An address, a UUID, or an id in hexadecimal digits, written down instead of drawn. Figures alone are none, nor are the
# codes of errors, which are in capitals.
_LITERAL = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?!/)"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-"
    r"|\b(?=\w*[0-9])(?=\w*[a-f])[0-9a-f]{7,}\b"
    r"|\b(?:[0-9a-f]{2}:){3,}"
)
_ANY_ADDRESS = ("127.0.0.1", "0.0.0.0", "255.255.255.255")


def _of_software() -> Iterator[str]:
    for software in SOFTWARE.values():
        yield from (*software.noise, *software.events, *software.changes, *software.runbook)
        for by_outcome in software.peers.values():
            for texts in by_outcome.values():
                yield from texts


def _of_families() -> Iterator[str]:
    for family in FAMILIES.values():
        yield from (text for text, _ in texts_of(family))
        for options in family.facts.values():
            yield from map(str, options) if isinstance(options, tuple) else ()


def literals(texts: Iterable[str]) -> list[str]:
    """What stands for one machine or one thing alone, and would be the same in every incident."""
    found = (match[0] for text in texts for match in _LITERAL.finditer(text))
    return sorted({each for each in found if each not in _ANY_ADDRESS})


@pytest.mark.parametrize("texts", [_of_software, _of_families])
def test_ids_and_addresses_are_drawn(texts: object) -> None:
    assert callable(texts)
    assert literals(texts()) == []


@pytest.mark.parametrize(
    "text", ["to=91bc3c398fb3c146", "dial tcp 10.4.3.9:53", "uuid=c5aa7a31-77d0-11ee-9f0e", "serial 5e:20:d4:17:aa"]
)
def test_a_literal_is_found(text: str) -> None:
    assert literals([text])


def test_no_title_of_its_own_makes_up_much_of_a_mode() -> None:
    for family in CHANGED:
        assert family.change is not None
        share = (1 - SHARED) / len(set(family.change.titles))
        assert share <= MOST_OF_A_MODE, family.name


def test_shared_titles_begin_as_those_of_other_changes_do() -> None:
    heads: dict[str, set[str]] = defaultdict(set)
    for family in CHANGED:
        assert family.change is not None
        for title in family.change.titles:
            for head in heads_of(title, family.change.kind):
                heads[head.split(" {flag}")[0]].add(family.name)
    assert all(len(families) > 1 or head == "connector {version}: " for head, families in heads.items()), heads
    assert not any(word in title for title in SHARED_TITLES for word in ("{culprit}", "{through}"))


def test_titles_and_authors_of_causing_changes_are_seen_elsewhere() -> None:
    """Pooled over incidents: whatever a mode's causing changes are mostly called, other changes are called too."""
    causing: dict[str, Counter[str]] = defaultdict(Counter)
    others: Counter[str] = Counter()
    authors: dict[str, Counter[str]] = defaultdict(Counter)
    for seed in range(INCIDENTS):
        incident = generate("root_cause_analysis", seed, "medium", tuple(FAMILIES), tuple(SYSTEMS))
        world = incident.telemetry.world  # type: ignore[attr-defined]
        history = world.history(Course())
        for index in world.cast.known:
            for number, entry in enumerate(releases(world, index, 0, history)):
                title = _masked(entry.summary, world.cast.names[index])
                if number == 0 and index == world.cast.place.culprit and world.cast.family.change is not None:
                    causing[world.cast.family.name][title] += 1
                    authors[world.cast.family.name][entry.author] += 1
                else:
                    others[title] += 1
    modes: Counter[str] = Counter(title for titles in causing.values() for title in titles)
    judged = {mode: titles for mode, titles in causing.items() if titles.total() >= LEAST}
    assert len(judged) > 25
    for mode, titles in judged.items():
        for title, times in titles.items():
            alone = modes[title] < 2 and not others[title]
            assert not (alone and times > MOST_OF_A_MODE * titles.total()), (mode, title)
        assert len(authors[mode]) > LEAST / 4, (mode, authors[mode])
    assert {name for names in authors.values() for name in names} >= set(AUTOMATION)


def test_own_messages_have_several_wordings() -> None:
    """What the company's own services say of themselves; what libraries and products print is fixed."""
    worded = {text: wordings(text) for text in (*_of_software(), *_of_families()) if "|" in text}
    own = {text: count for text, count in worded.items() if count > 1}
    assert len(own) >= OWN_MESSAGES
    assert not [text for text, count in own.items() if count < WORDINGS]


def wordings(text: str) -> int:
    """In how many ways a text may be worded, such as 2 of `{full|no room}`."""
    found = 1
    for _, name, _, _ in string.Formatter().parse(text):
        alternatives = name.split("|") if name else []
        assert all(alternatives), text
        assert len(set(alternatives)) == len(alternatives), text
        found *= len(alternatives) or 1
    return found


def test_a_service_words_a_message_in_one_way() -> None:
    incident = generate("root_cause_analysis", 1, "medium", tuple(FAMILIES), tuple(SYSTEMS))
    world = incident.telemetry.world  # type: ignore[attr-defined]
    text = "{full|no room|over capacity|all slots taken|at its limit}"
    by_service = {
        index: {fill(text, Values(world, index, minute, Draws("any", minute))) for minute in range(5)}
        for index in world.cast.known
    }
    assert all(len(words) == 1 for words in by_service.values())
    assert len(set.union(*by_service.values())) > 1


def _masked(title: str, service: str) -> str:
    """A title without the name of its service, versions, figures and what follows a flag's name."""
    plain = re.sub(r"\bflag \S+?-\w+\b", "flag #", title.replace(service, "#"))
    return re.sub(r"\S*\d\S*", "#", re.sub(r"the \w+ team", "the # team", plain))
