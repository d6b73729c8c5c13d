"""Whatever one client sends, every other client gets its answers, right and in time: one test for each attack.

The short form of an attack has fewer pieces and lasts a few seconds; `make test-hostile` runs the full form too.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.hostile.conftest import Servers
from tests.hostile.promise import MOST_REFUSED_SECONDS, MOST_SECONDS, MOST_SHORT_SECONDS
from tests.hostile.scene import attacked
from tests.hostile.verdict import breaches

pytestmark = pytest.mark.xdist_group("hostile")  # one worker runs them, one after another

# Settings of a server that is soon full: what a client leaves behind must then stay small.
FEW_PLACES = {
    "INCIDENT_MAX_EPISODES": "300",
    "INCIDENT_MAX_SESSIONS": "300",
    "INCIDENT_MAX_EPISODE_MEGABYTES": "16",
}


class Row(NamedTuple):
    """An attack in its two forms."""

    row: int  # of the table of measured weaknesses; 0 for what is in none
    attack: str
    pieces: int
    few: int  # pieces of the short form; 0 if it has none
    few_places: bool = False  # whether it runs on a server that is soon full
    refusals: bool = True  # whether the server may be full for others meanwhile
    endless: bool = False
    seconds: float = 120.0  # an endless attack lasts so long; another must be done by then


ROWS = (
    Row(1, "hostile_texts", 8, 8, endless=True, seconds=8),
    Row(2, "unfinished_messages", 40, 40),
    Row(2, "deflate_bombs", 40, 40),
    Row(4, "page_routes", 200, 20),
    Row(7, "half_sent", 1_500, 1_500, endless=True, seconds=15),
    Row(7, "never_reading", 200, 50, endless=True, seconds=8),
    Row(0, "flood", 64, 32, endless=True, seconds=8),
    Row(5, "agents_that_play", 32, 16, endless=True, seconds=15),
    Row(5, "ended_episodes", 10_000, 0, seconds=300),
    Row(3, "openenv_sessions", 1_000, 320, few_places=True),
    Row(5, "mcp_sessions", 1_500, 350, few_places=True),
    Row(5, "ended_episodes", 2_000, 600, few_places=True),
    Row(6, "ended_at_full_speed", 10_000, 700, few_places=True, refusals=False),
    Row(6, "full_speed", 10_000, 0, few_places=True),
    Row(6, "full_with_reads", 300, 0, few_places=True, endless=True, seconds=MOST_REFUSED_SECONDS + 15),
    Row(6, "full_with_steps", 300, 0, few_places=True, endless=True, seconds=MOST_REFUSED_SECONDS + 15),
)
LEAST_SECONDS = 1.2  # that an attack is watched, so that there are enough answers to judge
SHORT_SECONDS = 4.0  # of an endless attack in its short form: enough answers for a p99 that is not the slowest one


def attacks(*, full: bool) -> list[object]:
    rows = [row for row in ROWS if full or row.few]
    return [pytest.param(row, id=f"row {row.row}-{row.attack}{'-few places' * row.few_places}") for row in rows]


@pytest.mark.parametrize("row", attacks(full=False))
def test_the_promise_holds_beside_a_short_attack(servers: Servers, row: Row) -> None:
    judge(servers, row, row.few, SHORT_SECONDS if row.endless else row.seconds, MOST_SHORT_SECONDS)


@pytest.mark.slow
@pytest.mark.parametrize("row", attacks(full=True))
def test_the_promise_holds_beside_an_attack(servers: Servers, row: Row) -> None:
    judge(servers, row, row.pieces, row.seconds, MOST_SECONDS)


def judge(servers: Servers, row: Row, pieces: int, attack_seconds: float, answer_seconds: float) -> None:
    server = servers.running(**(FEW_PLACES if row.few_places else {}))
    try:
        seen = attacked(server, row.attack, pieces, LEAST_SECONDS, attack_seconds)
        seen.few_places = row.few_places
        found = breaches(seen, servers.quiet, answer_seconds)
        assert seen.attacker["statuses"] or seen.attacker["counts"], "the attack did nothing"
        if not row.endless and not seen.attacker["finished"]:
            found.append(f"the attack was not done after {attack_seconds:.0f} s")
        if seen.witness["refused"] and not row.refusals:
            found.append(f"the witness was refused {seen.witness['refused']} times, though ended episodes were there")
    except BaseException:
        servers.end()
        raise
    if found:
        servers.end()
    report = {name: seen.attacker[name] for name in ("statuses", "counts")}
    print(f"RSS {seen.before.rss >> 20} -> {seen.after.rss >> 20} MiB, at most {seen.most.rss >> 20}; {report}")
    assert not found, f"row {row.row}, {row.attack} ({pieces}; {report}):\n  " + "\n  ".join(found)
