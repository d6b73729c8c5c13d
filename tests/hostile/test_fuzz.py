"""Every door answers messages that were made wrong at random, and a witness beside notices nothing.

The seed is in the message of a failure; `HOSTILE_SEED` repeats it.
"""

from __future__ import annotations

import os
import secrets

import pytest

from tests.hostile.conftest import Servers
from tests.hostile.fuzzing import FUZZERS
from tests.hostile.promise import MOST_SECONDS, MOST_SHORT_SECONDS
from tests.hostile.scene import attacked
from tests.hostile.verdict import breaches

pytestmark = pytest.mark.xdist_group("hostile")  # one worker runs them, one after another

MESSAGES = 20_000
FEW_MESSAGES = 150
LONGEST_SECONDS = 600.0


@pytest.mark.parametrize("door", FUZZERS)
def test_few_messages_get_answers_right_in_kind(servers: Servers, door: str) -> None:
    judge(servers, door, FEW_MESSAGES, MOST_SHORT_SECONDS)


@pytest.mark.slow
@pytest.mark.parametrize("door", FUZZERS)
def test_messages_get_answers_right_in_kind(servers: Servers, door: str) -> None:
    judge(servers, door, MESSAGES, MOST_SECONDS)


def judge(servers: Servers, door: str, messages: int, answer_seconds: float) -> None:
    seed = int(os.environ.get("HOSTILE_SEED", secrets.randbelow(1 << 31)))
    server = servers.running()
    try:
        seen = attacked(server, door, messages, 0.5, LONGEST_SECONDS, seed)
        found = breaches(seen, servers.quiet, answer_seconds)
        assert seen.attacker["finished"], f"{door}: not done after {LONGEST_SECONDS:.0f} s"
    except BaseException:
        servers.end()
        raise
    if found:
        servers.end()
    assert not found, f"HOSTILE_SEED={seed} {door} ({seen.attacker['statuses']}):\n  " + "\n  ".join(found)
