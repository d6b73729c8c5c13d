"""Searches for one text that pays as the failure mode of every incident, whatever its cause.

A recipe looks at some services and blames one by a fixed rule; it submits one fixed text. Its grade depends on the text
only through the mode as which the text is read in an incident, so a text is read once for all incidents in which the
names of services and the lines that were shown leave the same words of it.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import fmean

from cloud_incident_env.actions import TEXT_LENGTH
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.incident import PLAIN, Course, Incident, TaskId
from cloud_incident_env.layout import tasks
from cloud_incident_env.ledger import Ledger
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.reading.features import tokens_of
from cloud_incident_env.reading.linear_model import trained
from cloud_incident_env.reading.mode_names import mode_named, modes_listed
from cloud_incident_env.reading.modes import MODES, accepted_for
from cloud_incident_env.reading.names import Names, blotted, names_of
from cloud_incident_env.reading.quotes import QUOTED_WORDS, without_quotes
from cloud_incident_env.reading.reader import is_about, read_tokens
from graders import grade_ledger
from tools.reader_tricks import DENIALS
from tools.reading.texts import clause_of

TASK: TaskId = "root_cause_analysis"
SERVICE = "{service}"  # in a text: the name of the blamed service
MOST_PIECES = 8  # of a text that the search puts together
PATIENCE = 250  # tries without a better text after which the search starts again from another one
_GLUES = (" ", ", ", ". ", "; ", " and ", " or ", "\n", " because ", ": ")
_FRAMES = ("the root cause is {}", "{} in {service}", "{service} failed: {}", "caused by {}", *DENIALS.values())
_WORD = re.compile(r"[a-z0-9]+")
_ALARM = re.compile(r"\b(?:ERROR|FATAL|CRIT|PANIC|WARN(?:ING)?)\b")

Rule = Callable[[Incident], str]


def first_outside_the_alert(incident: Incident) -> str:
    return _outside(incident)[0]


def most_alarming_log_outside_the_alert(incident: Incident) -> str:
    return max(_outside(incident), key=lambda service: len(_ALARM.findall(log_of(incident, service))))


def the_culprit(incident: Incident) -> str:
    """No rule that an agent could follow: with it the text alone decides."""
    return incident.culprit


def log_of(incident: Incident, service: str) -> str:
    return incident.telemetry.look("query_logs", service, PLAIN, Course()).text


def _outside(incident: Incident) -> list[str]:
    return [service for service in incident.known_services if service not in incident.alert.affected_services]


@dataclass(frozen=True, eq=False)
class Scene:
    """An incident as a recipe has left it, all but the text: who is blamed, what was shown, and what is at stake."""

    incident: Incident
    blamed: str
    names: Names
    first_words: frozenset[str]  # of all names; a text without any of them names nothing
    shown: tuple[str, ...]
    accepted: frozenset[str]  # modes that are right
    right: float  # grade with one of them
    wrong: float  # grade with any other text

    def ledger(self, text: str) -> Ledger:
        """The account of the episode in which this text is submitted."""
        return _ledger(self.incident, self.blamed, text)

    def log_of_the_blamed(self) -> str:
        """As it was shown: at the minute in which it was looked at."""
        look = next(look for look in self.ledger("").looks if look.service == self.blamed)
        return self.incident.telemetry.look(*look).text


def scenes(rule: Rule, count: int, split: str = "validation") -> list[Scene]:
    """The first incidents of a split, in each of which the logs outside the alert were read and a service blamed."""
    asked = (ResetOptions(task_id=TASK, split=split, index=index) for index in range(count))
    return [_scene(choose_incident(options).incident, rule) for options in asked]


def _scene(incident: Incident, rule: Rule) -> Scene:
    blamed = rule(incident)
    grades = [grade_ledger(_ledger(incident, blamed, text)).total for text in (incident.failure_mode, "")]
    told = (incident.summary, incident.alert.title, *incident.alert.symptoms)
    shown = (*_ledger(incident, blamed, "").shown(), *told)
    accepted = accepted_for(incident.failure_mode)
    return Scene(incident, blamed, names_of(incident), _first_words(incident), shown, accepted, grades[0], grades[1])


def _first_words(incident: Incident) -> frozenset[str]:
    spellings = (
        *incident.known_services,
        *chain(*incident.aliases.values()),
        *(key.target for key in incident.solution),
    )
    return frozenset(tokens[0] for tokens in map(tokens_of, spellings) if tokens)


def _ledger(incident: Incident, blamed: str, text: str) -> Ledger:
    ledger = Ledger(tasks.get_task(TASK), incident)
    for service in dict.fromkeys([*_outside(incident), blamed]):
        ledger.record("query_logs", {"service": service})
    ledger.record("submit_root_cause", {"service": blamed, "failure_mode": text})
    return ledger


@dataclass(frozen=True)
class Result:
    """What a text earns over some incidents."""

    text: str
    grade: float  # mean
    right_for: frozenset[str]  # modes of the incidents for which it is right

    @property
    def worth(self) -> tuple[float, int]:
        return self.grade, len(self.right_for)


class Attack:
    """Tries texts on scenes, and remembers how words were read."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self.scenes = scenes
        self._runs = {run for scene in scenes for text in scene.shown for run in _runs_of(text)}
        self._read: dict[tuple[str, ...], str | None] = {}

    def try_text(self, text: str) -> Result:
        """Submit one text in every scene, the name of the blamed service in place of `SERVICE`.

        It is read as `read` reads it, but that words copied without a quote among them are left in it.
        """
        filled: dict[str, tuple[str | None, bool, list[str], bool]] = {}
        earned = 0.0
        right_for = set()
        for scene in self.scenes:
            written = text.replace(SERVICE, scene.blamed)
            if written not in filled:
                filled[written] = (
                    mode_named(written),
                    len(modes_listed(written)) > 1,
                    tokens_of(written),
                    not self._runs.isdisjoint(_runs_of(written)),
                )
            named, is_list, tokens, may_quote = filled[written]
            if named or is_list:
                mode = named
            else:
                if may_quote:
                    tokens = tokens_of(without_quotes(written, scene.shown))
                found = [] if scene.first_words.isdisjoint(tokens) else scene.names.found_in(tokens)
                mode = self._read_words(blotted(tokens, found))
                if mode in scene.accepted and not is_about(mode, tokens, found, scene.blamed, trained().mode):
                    mode = None
            if mode in scene.accepted:
                right_for.add(scene.incident.failure_mode)
            earned += scene.right if mode in scene.accepted else scene.wrong
        return Result(text, earned / len(self.scenes), frozenset(right_for))

    def _read_words(self, tokens: list[str]) -> str | None:
        key = tuple(tokens)
        if key not in self._read:
            self._read[key] = read_tokens(tokens, trained()).mode
        return self._read[key]

    def best_id(self) -> Result:
        """The best of the plain guesses: one id, always."""
        return max(map(self.try_text, MODES), key=lambda result: result.worth)

    def random_id(self) -> float:
        """The mean grade of an id drawn at random."""
        return fmean(self.try_text(mode).grade for mode in MODES)

    def search(self, tries: int, seed: int = 0, starts: Iterable[str] = ()) -> tuple[Result, Result]:
        """Climb from text to text. Returns the text that earns most, and the one that is right for most modes.

        `starts` are texts that are tried first, and from which the search starts again as from a single id.
        """
        rng = random.Random(seed)
        stock = self._stock()
        first = [self.try_text(start) for start in (*starts, *MODES)]
        best = max(first, key=lambda result: result.worth)
        broadest = max(first, key=lambda result: len(result.right_for))
        pieces, current, since = [best.text], best, 0
        for _ in range(tries - len(first)):
            if since >= PATIENCE:
                current = rng.choice(first)
                pieces, since = [current.text], 0
            changed = _mutated(pieces, stock, rng)
            result = self.try_text("".join(changed)[:TEXT_LENGTH])
            since = 0 if result.worth > current.worth else since + 1
            if result.worth >= current.worth:
                pieces, current = changed, result
            best = max(best, result, key=lambda one: one.worth)
            broadest = max(broadest, result, key=lambda one: len(one.right_for))
        return best, broadest

    def _stock(self) -> list[list[str]]:
        """What texts are put together from: ids, titles, definitions, their words, and names that are blotted out."""
        titles = [mode.title for mode in MODES.values()]
        definitions = [clause_of(mode) for mode in MODES]
        words = sorted({word for text in (*titles, *definitions) for word in text.split()})
        services = {name for scene in self.scenes for name in scene.incident.known_services}
        steps = {key.target for scene in self.scenes for key in scene.incident.solution}
        return [list(MODES), titles, definitions, words, sorted(services), sorted(steps), [SERVICE]]


def ids_beside_quotes(scenes: Sequence[Scene]) -> str:
    """Every mode's id, each before words that only the logs of its own incidents show.

    What is quoted is taken out before a text is read. A reader that then looks for an id finds that of each incident.
    """
    count = Counter(scene.incident.failure_mode for scene in scenes)
    of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for scene in scenes:
        of[scene.incident.failure_mode].update({run for text in scene.shown for run in _runs_of(text)})
    everywhere = sum(of.values(), Counter[str]())
    telling = {
        mode: max(runs, key=lambda run: (runs[run] / count[mode] - (everywhere[run] - runs[run]) / len(scenes), run))
        for mode, runs in of.items()
    }
    return "; ".join(f"{mode} {run}" for mode, run in telling.items())[:TEXT_LENGTH]


# Ways to paste the log of the blamed service: as it is, and with what keeps it from being taken for a quote.
PASTES: Mapping[str, Callable[[str], str]] = {
    "whole log": lambda log: log,
    "last line": lambda log: log.splitlines()[-1],
    "log with a word after every five": lambda log: _interrupted(log.split()),
    "last three lines with a word after every five": lambda log: _interrupted(" ".join(log.splitlines()[-3:]).split()),
    "log backwards": lambda log: " ".join(reversed(log.split())),
}


def _interrupted(words: Sequence[str]) -> str:
    every = QUOTED_WORDS - 1
    return " ".join(f"{' '.join(words[start : start + every])} then" for start in range(0, len(words), every))


def pasted(scenes: Sequence[Scene], paste: Callable[[str], str]) -> float:
    """The share of incidents in which the log of the blamed service, pasted, is read as the right mode."""
    texts = (paste(scene.log_of_the_blamed())[:TEXT_LENGTH] for scene in scenes)
    return fmean(grade_ledger(scene.ledger(text)).resolved for scene, text in zip(scenes, texts, strict=True))


def _mutated(pieces: Sequence[str], stock: Sequence[Sequence[str]], rng: random.Random) -> list[str]:
    """The pieces of a text, one of them added, left out, replaced, put into a phrase or moved."""
    changed = list(pieces)
    place = rng.randrange(len(changed))
    kind = rng.choice(("add", "add", "leave out", "replace", "phrase", "move"))
    if (kind == "leave out" and len(changed) > 1) or len(changed) > MOST_PIECES:
        del changed[place]
    elif kind == "replace":
        changed[place] = _piece(stock, rng)
    elif kind == "phrase":
        changed[place] = rng.choice(_GLUES) + rng.choice(_FRAMES).replace("{}", changed[place].strip(" ,.;:\n"))
    elif kind == "move":
        changed.insert(rng.randrange(len(changed)), changed.pop(place))
    else:
        changed.insert(rng.randint(0, len(changed)), _piece(stock, rng))
    return changed


def _piece(stock: Sequence[Sequence[str]], rng: random.Random) -> str:
    return rng.choice(_GLUES) + rng.choice(rng.choice(stock))


def _runs_of(text: str) -> Iterator[str]:
    """The runs of words that are long enough to be quotes."""
    words = _WORD.findall(text.lower())
    return (" ".join(words[start : start + QUOTED_WORDS]) for start in range(len(words) - QUOTED_WORDS + 1))
