"""Every door answers messages that were made wrong at random, and a witness beside notices nothing.

The seed is in the message of a failure; `HOSTILE_SEED` repeats it.
"""

from __future__ import annotations

import os
import secrets

import pytest

from tests.hostile.conftest import Servers
from tests.hostile.fuzzing import FUZZERS
from tests.hostile.scene import attacked
from tests.hostile.verdict import breaches

MESSAGES = 20_000
FEW_MESSAGES = 300
LONGEST_SECONDS = 600.0


@pytest.mark.parametrize("door", FUZZERS)
def test_few_messages_get_answers_right_in_kind(servers: Servers, door: str) -> None:
    judge(servers, door, FEW_MESSAGES)


@pytest.mark.slow
@pytest.mark.parametrize("door", FUZZERS)
def test_messages_get_answers_right_in_kind(servers: Servers, door: str) -> None:
    judge(servers, door, MESSAGES)


def judge(servers: Servers, door: str, messages: int) -> None:
    seed = int(os.environ.get("HOSTILE_SEED", secrets.randbelow(1 << 31)))
    server = servers.running()
    try:
        seen = attacked(server, door, messages, 0.5, LONGEST_SECONDS, seed)
        found = breaches(seen, servers.quiet)
        assert seen.attacker["finished"], f"{door}: not done after {LONGEST_SECONDS:.0f} s"
    except BaseException:
        servers.end()
        raise
    if found:
        servers.end()
    assert not found, f"HOSTILE_SEED={seed} {door} ({seen.attacker['statuses']}):\n  " + "\n  ".join(found)
