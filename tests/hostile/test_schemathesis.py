"""Both OpenAPI documents say exactly what the server does: schemathesis finds no difference, with all of its checks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.conftest import Servers

pytestmark = pytest.mark.xdist_group("hostile")  # one worker runs them, one after another

DOCUMENTS = ("/openapi.json", "/openenv/openapi.json")
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = 150  # of each operation and phase
FEW_EXAMPLES = 5
SHORT_SEED = 1  # the short form tries the same requests each time
SHOWN = 20_000  # characters of the report, from its end


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_few_requests_are_answered_as_documented(servers: Servers, tmp_path: Path, document: str) -> None:
    judge(servers, tmp_path, document, FEW_EXAMPLES, "--seed", str(SHORT_SEED))


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS)
def test_requests_are_answered_as_documented(servers: Servers, tmp_path: Path, document: str) -> None:
    judge(servers, tmp_path, document, EXAMPLES)


def judge(servers: Servers, folder: Path, document: str, examples: int, *options: str) -> None:
    """Run schemathesis in a folder of its own; its report names the seed and how to repeat each failure."""
    server = servers.running()
    command = [
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(CONFIGURATION), "--no-color"),
        *("run", f"{server.url}{document}", "--checks", "all", "--max-examples", str(examples)),
        *("--generation-database", "none", *options),
    ]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, f"{document}:\n{(result.stdout + result.stderr)[-SHOWN:]}"
    assert server.alive
