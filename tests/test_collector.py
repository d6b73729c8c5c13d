"""The garbage collector of a server: what was loaded is left alone, and collections are rare."""

from __future__ import annotations

import subprocess
import sys

from tests.markdown import ROOT

CODE = """
import gc, httpx
from server.collector import THRESHOLDS
from tests.http_server import serve_with
before = len(gc.get_objects())
with serve_with(openenv=True) as url:
    while httpx.get(f"{url}/readyz", timeout=60).status_code != 200:
        pass
    while not gc.get_freeze_count():
        pass
    print(gc.get_freeze_count() > before, gc.get_threshold() == THRESHOLDS, len(gc.get_objects()) < 20_000)
"""


def test_a_server_freezes_what_it_has_loaded() -> None:
    result = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.stdout.split() == ["True", "True", "True"], result.stderr
