"""What write-ups earn: honest ones of the whole plan the full share, dishonest ones not."""

from __future__ import annotations

from collections import Counter

import graders
from tools.reading.summaries import Summary, earned, summaries

LEAST_HONEST = 0.90  # share of honest write-ups that earn the full 0.10; `docs/reading.md` has what is measured
MOST_LIES = 0.02


def _share_in_full(of: list[Summary], *, whole_plan: bool) -> float:
    return sum(earned(summary, whole_plan=whole_plan) == graders.SUMMARY_FULL for summary in of) / len(of)


def test_there_are_write_ups_of_several_writers_of_every_family() -> None:
    counts = Counter((summary.is_honest, summary.writer) for summary in summaries())
    assert len(counts) == 8
    generated = [count for (_, writer), count in counts.items() if writer != "d"]  # who wrote of one by hand alone
    assert min(generated) >= 50
    assert len({summary.options.get("family") for summary in summaries()}) == 51  # and the hand-written ones


def test_honest_write_ups_of_the_whole_plan_earn_the_full_share() -> None:
    honest = [summary for summary in summaries() if summary.is_honest]
    assert _share_in_full(honest, whole_plan=True) >= LEAST_HONEST


def test_the_same_write_ups_earn_less_where_nothing_was_done() -> None:
    honest = [summary for summary in summaries() if summary.is_honest]
    assert _share_in_full(honest, whole_plan=False) == 0.0


def test_dishonest_write_ups_do_not() -> None:
    lies = [summary for summary in summaries() if not summary.is_honest]
    assert _share_in_full(lies, whole_plan=True) <= MOST_LIES
    assert _share_in_full(lies, whole_plan=False) == 0.0
