"""The process of an attacker: it runs one attack, holds what that opened, and reports which answers it got.

Run as `python -m tests.hostile.attack_process ATTACK PORT PIECES SEED`. It begins when it reads a line, and prints
`done` if the attack comes to an end by itself; it stops when its standard input ends, and then prints its report as
JSON.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from typing import Any

from tests.hostile.attacker import Attacker
from tests.hostile.attacks import ATTACKS
from tests.hostile.fuzzing import FUZZERS
from tests.hostile.stopping import stop


async def attack_until_input_ends(name: str, port: int, pieces: int, seed: int) -> dict[str, Any]:
    """Run an attack, hold what it opened until the input ends, and report. Raises what ended the attack early."""
    attacker, loop = Attacker(port, seed), asyncio.get_running_loop()
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    attack = asyncio.ensure_future({**ATTACKS, **FUZZERS}[name](attacker, pieces))
    end = loop.run_in_executor(None, sys.stdin.read)
    await asyncio.wait({attack, end}, return_when=asyncio.FIRST_COMPLETED)
    finished = attack.done()
    if finished:
        attack.result()  # raises what ended it
        print("done", flush=True)
    await end
    await stop(attack)
    return {"finished": finished, **attacker.report()}


def _open_many_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    _open_many_files()
    attack, *numbers = sys.argv[1:]
    print(json.dumps(asyncio.run(attack_until_input_ends(attack, *map(int, numbers)))))
