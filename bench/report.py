"""What a report costs: seconds to build one of so many episodes, and to open it in Chromium; megabytes of the page.

    python -m bench.report --episodes 10000

The episodes are the heuristic's on the split `test`, played first; the report is a whole command, `python -m
cloud_incident_env.evaluation report`, whose baselines have been played already. The page counts as open once it lists
its episodes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import ROOT, table
from tools.browser import chromium

SPLIT = "test"
TRIALS = 10
TARGET_BUILD = 20.0  # seconds, of 10,000 episodes
TARGET_OPEN = 3.0


def command(*options: str) -> float:
    """Run a command of the evaluation. Returns the seconds that it took."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cloud_incident_env.evaluation", *options], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SystemExit(f"{options[0]} failed:\n{done.stderr[-4_000:]}")
    return time.perf_counter() - started


def seconds_to_open(page: Path) -> float:
    """Seconds from asking a fresh tab for the page until it lists episodes and answers."""
    with chromium() as browser:
        tab = browser.new_page()
        tab.goto("about:blank")
        started = time.perf_counter()
        tab.goto(page.as_uri())
        tab.wait_for_selector(".episode")
        tab.evaluate("1")
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=1_000, help="of the report (default 1000, at most 10000)")
    episodes = parser.parse_args().episodes
    if not TRIALS <= episodes <= 10_000:
        parser.error(f"--episodes must be {TRIALS} to 10000")
    with tempfile.TemporaryDirectory() as kept:
        asked = ["--agent", "heuristic", "--split", SPLIT, "--limit", str(episodes // TRIALS), "--trials", str(TRIALS)]
        command("run", *asked, "--out", kept)
        build = command("report", kept)
        page = Path(kept, "report", "report.html")
        megabytes = page.stat().st_size / 1e6
        opened = seconds_to_open(page)
    rows: list[tuple[str, ...]] = [
        ("build, s", f"{build:.1f}"),
        ("page, MB", f"{megabytes:.1f}"),
        ("open, s", f"{opened:.2f}"),
    ]
    print(table((f"a report of {episodes:,} episodes", ""), rows))
    for what, seconds, target in (("builds", build, TARGET_BUILD), ("opens", opened, TARGET_OPEN)):
        met = "met" if seconds < target else "MISSED"
        print(f"target: a report of 10,000 episodes {what} in under {target:g} s: {met} with {episodes:,}")


if __name__ == "__main__":
    main()
