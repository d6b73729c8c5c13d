"""Which tests stand for which check. As a script it collects a folder and prints that as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "quality"
MARK = "check"
COLLECT_LIMIT_S = 120


class _Collector:
    """A pytest plugin that notes every test that carries the mark of a check."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for mark in item.iter_markers(MARK):
                self.tests.setdefault(mark.args[0], []).append(item.nodeid)


def collected_checks(folder: Path = FOLDER) -> dict[str, list[str]]:
    """Check id -> ids of its tests in a folder. Raises RuntimeError, with pytest's words, where collecting fails."""
    command = [sys.executable, str(Path(__file__).resolve()), str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=COLLECT_LIMIT_S, cwd=ROOT)
    if result.returncode != 0:
        raise RuntimeError(f"collecting {folder} failed:\n{result.stdout[-4_000:]}{result.stderr[-4_000:]}")
    found: dict[str, list[str]] = json.loads(result.stdout.splitlines()[-1])
    return found


def missing_checks(required: set[str], collected: dict[str, list[str]]) -> list[str]:
    """The required checks that no test stands for."""
    return sorted(required - {check for check, tests in collected.items() if tests})


if __name__ == "__main__":
    collector = _Collector()
    options = ["--collect-only", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
    status = pytest.main([*options, "-c", str(ROOT / "pyproject.toml"), sys.argv[1]], plugins=[collector])
    print()
    print(json.dumps(collector.tests))
    sys.exit(status)
