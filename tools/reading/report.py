"""Measures the reader on texts whose writers taught it nothing, and writes `docs/reading.md`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import combinations, groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import graders
from cloud_incident_env.generated.groups import GROUPS
from cloud_incident_env.layout import ROOT
from cloud_incident_env.reading.features import features_of
from cloud_incident_env.reading.linear_model import ONE, WEIGHTS, LinearModel, Models, trained
from cloud_incident_env.reading.modes import EQUALS, MODES
from cloud_incident_env.reading.reader import MODE_IDS, Reading, read_tokens
from tools.reading.summaries import CHOOSING, earned, summaries
from tools.reading.texts import CHOOSE, RIGHT, TRAIN, WRONG, Written, written_in
from tools.reading.train import fits, tokens_written

TEST = ROOT / "tests" / "reading" / "texts"
DOCUMENT = ROOT / "docs" / "reading.md"
AIM_REFUSED = 0.04  # of right texts
AIM_ACCEPTED = 0.02  # of wrong texts
WORST_PAIRS = 10
CLOSE_PAIRS = 20  # within a group
CLOSE = ONE  # margin up to which the second best mode might as well have been the best
CURVE = (-2000, -1500, -1000, -500, 0, 500, 1000, 1500, 2000)  # shifts of the threshold of assertion, in 1/1024

_INTRODUCTION = """\
<!-- Written by `make reading`. -->
# How a diagnosis is read

An agent may submit the id of one of the {modes} failure modes of the catalogue, which `GET /tasks` lists: that is
exact, as are its title and its definition. Or it says in its own words what went wrong. Such a text is read as exactly
one failure mode of the catalogue, or as none. So a text can be right for one mode only, and a list of guesses, a
denial, a symptom or a pasted log is read as none. The grade's feedback says what a text was read as.

Two linear models over hashed words and pieces of words read it. The first says which mode a text is about. The second
says whether the text asserts one cause: it sees the form of the text, all but common words blotted out, and how surely
and unanimously the first reads the text and its parts. Weights are whole numbers, so a text is read alike on every
machine; they take {size} MB.

Before a text is read, runs of six words or more that a tool showed are taken out; if nearly all other words were shown
as well, nothing is left of it. Names of services, flags and runbook steps are blotted out; a text must be about the
same mode with them, so that none is right for another mode where other names are known. A summary is read sentence by
sentence: its failure mode is the one that its sentences assert most often and most surely, or, where none does, pairs
of neighbours; its culprit is the service behind a heading ("Culprit: NAME."), or the one that is blamed most clearly.
What it says of steps taken, or of other trouble that it calls unrelated, explains nothing where another sentence
explains.

Modes that a few words cannot tell apart are accepted for each other:

{equals}

The models learn from {texts} texts (`tools/reading/train/`). {choosing} texts of other writers choose the thresholds
(`tools/reading/choose/`), and {write_ups} write-ups how write-ups are read. {testing:,} texts of further writers, who
saw none of these, measure what follows (`tests/reading/texts/`).
"""
_TO_ADD_A_MODE = """\
To add a mode: a row in `cloud_incident_env/reading/modes.py`, texts in a section of its own in the three folders (at
least 24 right ones to train, 8 right and 6 wrong to test), and `make reading`. What a writer should have before his
eyes, the incidents of a generated mode as the tools show them, is printed by `python -m tools.reading.shown MODE`.
"""


class Read(NamedTuple):
    """A text and what it was read as."""

    text: Written
    reading: Reading

    @property
    def fits(self) -> bool:
        """Whether it was read as the mode that it is about."""
        return fits(self.text, self.reading.mode)

    def would_fit(self, shift: int) -> bool:
        """Whether it would be, were the threshold of assertion higher by so much."""
        return fits(self.text, self.reading.best) and self.reading.asserts > shift


class Share(NamedTuple):
    """So many of so many texts."""

    hits: int
    texts: int

    def __str__(self) -> str:
        return f"{100 * self.hits / self.texts:.1f} %" if self.texts else "-"


def read_all(folder: Path, models: Models) -> list[Read]:
    """The texts of a folder that are about a mode, read."""
    texts = [text for text in written_in(folder) if text.mode]
    return [Read(text, read_tokens(tokens_written(text.text), models)) for text in texts]


def refused(texts: Iterable[Read]) -> Share:
    """The right texts that were not read as the mode they state."""
    right = [each for each in texts if each.text.is_right]
    return Share(sum(not each.fits for each in right), len(right))


def accepted(texts: Iterable[Read]) -> Share:
    """The wrong texts that were read as the mode they are about without stating it."""
    wrong = [each for each in texts if not each.text.is_right]
    return Share(sum(each.fits for each in wrong), len(wrong))


def worst_pairs(texts: Iterable[Read]) -> list[tuple[str, str, int]]:
    """The pairs of modes of which right texts of one are most often nearest to the other, with how many."""
    mistaken: Counter[tuple[str, str]] = Counter()
    for each in texts:
        if each.text.is_right and not fits(each.text, each.reading.best):
            first, second = sorted((each.text.mode, each.reading.best))
            mistaken[first, second] += 1
    ranked = sorted(mistaken.items(), key=lambda entry: (-entry[1], entry[0]))
    return [(first, second, count) for (first, second), count in ranked[:WORST_PAIRS]]


class Confused(NamedTuple):
    """How often right texts of either of two modes of a group come near to the other."""

    group: str
    one: str
    other: str
    mistaken: int  # texts that are nearest to the other
    close: int  # to which the other comes next, with a margin of `CLOSE` or less


def confused_in_groups(texts: Iterable[Read], model: LinearModel) -> list[Confused]:
    """The pairs of modes within a group that are confused most; `model` says which mode a text is about."""
    mistaken: Counter[frozenset[str]] = Counter()
    close: Counter[frozenset[str]] = Counter()
    for each in texts:
        if each.text.is_right:
            mode = each.text.mode
            if not fits(each.text, each.reading.best):
                mistaken[frozenset((mode, each.reading.best))] += 1
            elif each.reading.margin <= CLOSE:
                close[frozenset((mode, _second_best(each.text, model)))] += 1
    pairs = ((group.name, *pair) for group in GROUPS for pair in combinations(group.modes, 2))
    counted = [
        Confused(group, one, other, mistaken[frozenset((one, other))], close[frozenset((one, other))])
        for group, one, other in pairs
    ]
    ranked = sorted(counted, key=lambda pair: (-pair.mistaken, -pair.close, pair.one, pair.other))
    return [pair for pair in ranked if pair.mistaken or pair.close][:CLOSE_PAIRS]


def _second_best(text: Written, model: LinearModel) -> str:
    scores = model.scores(features_of(tokens_written(text.text)))
    return MODE_IDS[nlargest(2, range(len(scores)), key=scores.__getitem__)[1]]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        "|" + "---|" * len(head),
        *(f"| {' | '.join(map(str, row))} |" for row in rows),
        "",
    ]


def _lines(texts: Sequence[Read]) -> Iterator[str]:
    by_style: dict[str, list[Read]] = defaultdict(list)
    by_group: dict[str, list[Read]] = defaultdict(list)
    for each in texts:
        by_style[each.text.style].append(each)
        by_group[MODES[each.text.mode].group].append(each)
    right, wrong = refused(texts), accepted(texts)
    yield from _table(
        ("texts of writers who taught it nothing", "texts", "measured", "aim"),
        [
            ("right explanations refused", right.texts, right, f"{AIM_REFUSED:.0%}".replace("%", " %")),
            ("wrong ones accepted", wrong.texts, wrong, f"{AIM_ACCEPTED:.0%}".replace("%", " %")),
        ],
    )
    yield from _table(
        ("right texts", "texts", "refused"),
        [(style, refused(by_style[style]).texts, refused(by_style[style])) for style in RIGHT],
    )
    yield from _table(
        ("wrong texts", "texts", "accepted"),
        [(style, accepted(by_style[style]).texts, accepted(by_style[style])) for style in WRONG],
    )
    yield from _table(
        ("group", "right refused", "wrong accepted"),
        [(group, refused(of), accepted(of)) for group, of in by_group.items()],
    )
    yield "Write-ups of incidents that were played, by the share that earns the full 0.10:"
    yield ""
    yield from _table(("write-ups", "texts", "earn 0.10"), _written_up())
    yield "The pairs of modes that are mistaken for each other most often, whether or not the text was accepted:"
    yield ""
    yield from _table(("one", "other", "texts"), worst_pairs(texts))
    yield (
        "The pairs within a group (`generated/groups.py`) that are confused most: right texts of one that are nearest "
        "to the other, and those to which the other comes so close that a few other words might have turned them:"
    )
    yield ""
    yield from _table(("group", "one", "other", "mistaken", "close"), confused_in_groups(texts, trained().mode))
    yield "What another threshold of assertion would give (0 is the one in force):"
    yield ""
    yield from _table(("threshold", "right refused", "wrong accepted"), [_at(texts, shift) for shift in CURVE])


def _catalogue() -> Iterator[str]:
    yield "## The catalogue"
    for group, modes in groupby(MODES.values(), attrgetter("group")):
        yield ""
        yield f"### {group[0].upper()}{group[1:]}"
        yield ""
        rows = _table(("id", "title", "definition"), [(f"`{m.id}`", m.title, m.definition) for m in modes])
        yield from rows[:-1]
    yield ""


def _written_up() -> Iterator[tuple[str, int, Share]]:
    for name, is_honest, whole_plan in (
        ("honest, after the whole plan", True, True),
        ("false or empty in two statements or more, after the whole plan", False, True),
        ("honest of the whole plan, where nothing was done", True, False),
    ):
        of = [summary for summary in summaries() if summary.is_honest == is_honest]
        full = sum(earned(summary, whole_plan=whole_plan) == graders.SUMMARY_FULL for summary in of)
        yield name, len(of), Share(full, len(of))


def _at(texts: Iterable[Read], shift: int) -> tuple[str, str, str]:
    missed = [not each.would_fit(shift) for each in texts if each.text.is_right]
    taken = [each.would_fit(shift) for each in texts if not each.text.is_right]
    return f"{shift:+d}" if shift else "0", str(Share(sum(missed), len(missed))), str(Share(sum(taken), len(taken)))


def document() -> str:
    """The text of `docs/reading.md`."""
    texts, choosing, testing = (sum(1 for _ in written_in(folder)) for folder in (TRAIN, CHOOSE, TEST))
    equals = "\n".join(f"- `{first}` and `{second}`: {reason}." for (first, second), reason in EQUALS.items())
    size = WEIGHTS.stat().st_size / 1e6
    introduction = _INTRODUCTION.format(
        modes=len(MODES),
        size=f"{size:.1f}",
        equals=equals,
        texts=f"{texts:,}",
        choosing=f"{choosing:,}",
        testing=testing,
        write_ups=sum(1 for _ in summaries(CHOOSING)),
    )
    return "\n".join([introduction, *_lines(read_all(TEST, trained())), _TO_ADD_A_MODE, *_catalogue()])


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
