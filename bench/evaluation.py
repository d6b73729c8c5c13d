"""What an evaluation costs: seconds for 10,000 episodes of an agent in process, and memory as a run grows.

    python -m bench.evaluation --episodes 1000

Each figure is one whole command, `python -m cloud_incident_env.evaluation run`, in a process of its own: start, play,
record, end. A run of fewer episodes than 10,000 is extrapolated: the time of a run of one incident, plus the rest at
the measured rate.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import ROOT, table
from cloud_incident_env.evaluation.without_model import AGENTS

SPLIT = "test"  # of 1,000 incidents
TRIALS = 10
TARGET_EPISODES = 10_000
TARGET_SECONDS = 60.0  # of the heuristic on two cores
TARGET_GROWTH_MB = 20.0  # of the largest process, from the short run to the long one


def measured(agent: str, incidents: int, concurrency: int) -> tuple[float, float]:
    """Seconds of a run of so many incidents, and the memory of its largest process in MB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "cloud_incident_env.evaluation", "run", "--agent", agent, "--split", SPLIT]
        command += ["--limit", str(incidents), "--trials", str(TRIALS), "--concurrency", str(concurrency)]
        command += ["--out", str(Path(folder, "run")), "--no-report"]
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - started
    if status != 0:
        raise SystemExit(f"the run failed:\n{errors[-4_000:]}")
    kilobytes = usage.ru_maxrss / (1_024 if sys.platform == "darwin" else 1)
    return elapsed, kilobytes / 1_024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=1_000, help="of the long run (default 1000)")
    parser.add_argument("--agent", choices=AGENTS, default="heuristic", help="default heuristic")
    parser.add_argument("--concurrency", type=int, default=2, help="processes (default 2)")
    arguments = parser.parse_args()
    incidents = arguments.episodes // TRIALS
    if not 4 <= incidents <= TARGET_EPISODES // TRIALS:
        parser.error(f"--episodes must be {4 * TRIALS} to {TARGET_EPISODES}")
    start, _ = measured(arguments.agent, 1, arguments.concurrency)
    _, short_memory = measured(arguments.agent, incidents // 4, arguments.concurrency)
    elapsed, long_memory = measured(arguments.agent, incidents, arguments.concurrency)
    rate = (incidents - 1) * TRIALS / (elapsed - start)
    whole = start + (TARGET_EPISODES - TRIALS) / rate
    rows: list[tuple[str, ...]] = [
        ("a run of one incident, s", f"{start:.1f}"),
        (f"a run of {incidents * TRIALS} episodes, s", f"{elapsed:.1f}"),
        ("episodes a second, once started", f"{rate:.0f}"),
        (f"{TARGET_EPISODES} episodes, s", f"{whole:.1f}"),
        (f"largest process, {incidents // 4 * TRIALS} episodes, MB", f"{short_memory:.0f}"),
        (f"largest process, {incidents * TRIALS} episodes, MB", f"{long_memory:.0f}"),
    ]
    print(table((f"{arguments.agent}, {arguments.concurrency} processes", ""), rows))
    met = "met" if whole < TARGET_SECONDS else "MISSED"
    print(f"target: {TARGET_EPISODES} heuristic episodes on two cores under {TARGET_SECONDS:g} s: {met}")
    flat = "met" if long_memory - short_memory < TARGET_GROWTH_MB else "MISSED"
    print(f"target: memory grows by less than {TARGET_GROWTH_MB:g} MB: {flat}")


if __name__ == "__main__":
    main()
