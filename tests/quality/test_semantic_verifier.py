"""The verifier: graders give the same records the same bytes, whenever, in whatever order, by whichever Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from cloud_incident_env.reading.linear_model import WEIGHTS
from graders import grade
from tasks import get_incident
from tests.pythons import LIMIT_S, other_pythons, pyenv_versions
from tools.quality.imports import import_closure
from tools.quality.semantic_support import ROOT, records

WORKER = ROOT / "tools" / "quality" / "semantic_grade_worker.py"
REPEATS = 100
WITHOUT_NETWORK = ("unshare", "--user", "--map-root-user", "--net")
JOINED_LINES = 'rounded, " ".join(lines), resolved, read_as, stated)'


@pytest.fixture(scope="module")
def recorded() -> str:
    return json.dumps(list(records()))


@pytest.fixture(scope="module")
def expected(recorded: str) -> str:
    """The grades of the records in this process, a line of JSON each."""
    states = json.loads(recorded)
    graded = [grade(s["task_id"], s, get_incident(s["task_id"], s["scenario_index"])) for s in states]
    return "".join(f"{json.dumps(one)}\n" for one in graded)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder with the graders, what they import of this project, the weights of the reader, and nothing else."""
    for file in (*import_closure(ROOT / "graders.py"), WEIGHTS):
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return tmp_path


def graded_by(
    command: Sequence[str], recorded: str, path: Path, *, order: int = 0, repeats: int = 1, hash_seed: str = "0"
) -> str:
    """The grades that the worker prints, run by this command with `path` as PYTHONPATH.

    Raises AssertionError with what it wrote to stderr if it fails.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = {**kept, **pyenv_versions(), "PYTHONPATH": str(path), "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [*command, str(WORKER), str(order), str(repeats)],
        input=recorded,
        capture_output=True,
        text=True,
        env=environment,
        cwd=path,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def without_network() -> tuple[str, ...]:
    """The start of a command line that takes the network away; empty where the system does not allow it."""
    if not shutil.which(WITHOUT_NETWORK[0]):
        return ()
    tried = subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True, timeout=LIMIT_S)
    return WITHOUT_NETWORK if tried.returncode == 0 else ()


def isolated(python: str) -> tuple[str, ...]:
    """A command line that runs a Python without site-packages and, where possible, without a network."""
    return (*without_network(), python, "-s", "-S", "-B")


def alter(folder: Path, old: str, new: str) -> None:
    """Change the copied graders. Raises AssertionError where `old` is not in them."""
    source = (folder / "graders.py").read_text()
    assert old in source
    (folder / "graders.py").write_text(source.replace(old, new))


@pytest.mark.check("semantic.verifier_determinism")
def test_the_same_records_get_the_same_grades(recorded: str, expected: str, measured: Callable[[str], None]) -> None:
    """Grading the same records again gives identical bytes.

    Each record is graded `REPEATS` times over, in fresh interpreters with different hash seeds and in different orders.
    """
    runs = dict(enumerate(("0", "1", "4294967295", "random")))

    def run(order: int) -> str:
        repeats = REPEATS // len(runs)
        return graded_by([sys.executable], recorded, ROOT, order=order, repeats=repeats, hash_seed=runs[order])

    with ThreadPoolExecutor(2) as workers:
        for order, output in zip(runs, workers.map(run, runs), strict=True):
            assert output == expected, f"order {order}, hash seed {runs[order]}"
    measured(f"{len(expected.splitlines())} records graded {REPEATS} times in {len(runs)} interpreters")


def test_graders_that_depend_on_the_hash_seed_are_seen(bare: Path, recorded: str) -> None:
    alter(bare, JOINED_LINES, 'rounded, " ".join({*lines}), resolved, read_as, stated)')
    outputs = {graded_by([sys.executable], recorded, bare, hash_seed=str(seed)) for seed in range(3)}
    assert len(outputs) > 1


def test_graders_that_remember_are_seen(bare: Path, recorded: str) -> None:
    remembering = "    _GRADERS[str(len(_GRADERS))] = _grade_severity\n    total = len(_GRADERS) + min(1.0,"
    alter(bare, "    total = min(1.0,", remembering)
    with pytest.raises(AssertionError, match=r"was graded .* and then"):
        graded_by([sys.executable], recorded, bare, repeats=2)


@pytest.mark.check("semantic.verifier_portability")
def test_grading_needs_nothing_around_it(
    bare: Path, recorded: str, expected: str, measured: Callable[[str], None]
) -> None:
    """The graders give identical bytes away from this machine's network, files and installed packages.

    They run in a folder of their own, without site-packages. Sockets, files, programs and late imports are refused
    while they grade, and there is no network at all where the system can take it away.
    """
    assert graded_by(isolated(sys.executable), recorded, bare) == expected
    measured(f"no site-packages, sockets refused, {'without a network' if without_network() else 'network left on'}")


@pytest.mark.check("semantic.verifier_portability")
def test_every_python_grades_alike(bare: Path, recorded: str, expected: str, measured: Callable[[str], None]) -> None:
    """Every other Python of this machine that the project supports gives the same records identical bytes."""
    found = other_pythons()
    if not found:
        pytest.skip("this machine has no other Python of version 3.10 or newer")
    for version, python in found.items():
        assert graded_by(isolated(python), recorded, bare) == expected, version
    measured(f"the same bytes from Python {', '.join([sys.version.split()[0], *found])}")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("__import__('socket').getaddrinfo('localhost', 80)", "reached out of the process"),
        ("open('graders.py').read()", "reached out of the process: open"),
        ("__import__('os').system('true')", "reached out of the process"),
        ("__import__('fastapi')", "reached out of the process: import"),
    ],
)
def test_the_seal_can_fail(bare: Path, recorded: str, code: str, message: str) -> None:
    alter(bare, "    actions = ((entry", f"    {code}\n    actions = ((entry")
    with pytest.raises(AssertionError, match=message):
        graded_by(isolated(sys.executable), recorded, bare)


def test_graders_that_need_a_package_are_seen(bare: Path, recorded: str) -> None:
    alter(bare, "import re\n", "import re\nimport fastapi\n")
    with pytest.raises(AssertionError, match="No module named 'fastapi'"):
        graded_by(isolated(sys.executable), recorded, bare)


def test_graders_that_depend_on_the_python_are_seen(bare: Path, recorded: str, expected: str) -> None:
    alter(bare, JOINED_LINES, 'rounded, __import__("sys").version, resolved, read_as, stated)')
    outputs = {graded_by(isolated(python), recorded, bare) for python in (sys.executable, *other_pythons().values())}
    assert expected not in outputs
    assert len(outputs) == 1 + len(other_pythons())
