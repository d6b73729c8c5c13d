"""The texts: enough of each kind for every mode, and none that both teaches and tests."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from cloud_incident_env.reading.modes import MODES
from tools.reading.report import TEST
from tools.reading.texts import CHOOSE, RIGHT, TRAIN, Written, written_in

TEXTS = {folder: tuple(written_in(folder)) for folder in (TRAIN, CHOOSE, TEST)}


def _by_mode(folder: Path) -> dict[str, list[Written]]:
    found: dict[str, list[Written]] = defaultdict(list)
    for text in TEXTS[folder]:
        if text.mode:
            found[text.mode].append(text)
    return found


def test_every_mode_has_texts_of_several_writers_in_every_style_to_learn_from() -> None:
    for mode, texts in _by_mode(TRAIN).items():
        right = [text for text in texts if text.is_right]
        assert len(right) >= 24, mode
        assert len({text.writer for text in right}) >= 3, mode
        assert {text.style for text in right} == set(RIGHT), mode
        assert {text.style for text in texts if not text.is_right} >= {"symptom", "denial", "list", "vague"}, mode
    assert _by_mode(TRAIN).keys() == MODES.keys()


def test_every_mode_has_texts_to_be_tested_with() -> None:
    for mode, texts in _by_mode(TEST).items():
        counts = Counter(text.is_right for text in texts)
        assert counts[True] >= 8, mode
        assert counts[False] >= 6, mode
        assert len({text.writer for text in texts}) >= 2, mode
    assert _by_mode(TEST).keys() == _by_mode(CHOOSE).keys() == MODES.keys()


@pytest.mark.parametrize(("one", "other"), [(TRAIN, TEST), (CHOOSE, TEST), (TRAIN, CHOOSE)])
def test_no_writer_and_no_text_stands_in_two_folders(one: Path, other: Path) -> None:
    assert not {text.writer for text in TEXTS[one]} & {text.writer for text in TEXTS[other]}
    same = {text.text.casefold() for text in TEXTS[one]} & {text.text.casefold() for text in TEXTS[other]}
    # The few words of a heading may well occur to two writers.
    assert not {text for text in same if len(text.split()) > 8}


def test_a_line_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cache.txt").write_text("## cache-oom\nlabel/a: keys without expiry\nno style at all\n")
    with pytest.raises(ValueError, match=r"cache.txt:3: .*no style at all"):
        list(written_in(tmp_path))
