"""A text is read alike by every Python and with every hash seed, down to the last digit of its scores."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from cloud_incident_env.layout import ROOT
from tests.pythons import LIMIT_S, other_pythons, pyenv_versions
from tools.reading.report import TEST
from tools.reading.texts import written_in

EACH = 7  # of so many texts one is read
READ_ALL = """
import json, sys
from cloud_incident_env.reading.names import NO_NAMES
from cloud_incident_env.reading.reader import read
print(json.dumps([read(text, NO_NAMES) for text in json.load(sys.stdin)]))
"""


def _read_by(python: str, hash_seed: str) -> list[list[object]]:
    """What a Python without site-packages reads."""
    texts = [text.text for text in written_in(TEST)][::EACH]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = {**kept, **pyenv_versions(), "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [python, "-s", "-S", "-B", "-c", READ_ALL],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        env=environment,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    read: list[list[object]] = json.loads(done.stdout)
    assert len(read) == len(texts) > 300
    return read


def test_the_hash_seed_makes_no_difference() -> None:
    assert _read_by(sys.executable, "0") == _read_by(sys.executable, "4242")


def test_every_python_reads_alike() -> None:
    if not other_pythons():
        pytest.skip("this machine has no other Python of version 3.10 or newer")
    expected = _read_by(sys.executable, "0")
    for version, python in other_pythons().items():
        assert _read_by(python, "0") == expected, version
