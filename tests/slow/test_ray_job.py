"""Does what KubeRay does with deploy/evaluation.yaml, without a container engine and without a cluster of machines.

The steps of deploy/Dockerfile.evaluation are done in a folder that stands for the image. From it a head and a worker of
Ray are started as the manifest says, and Ray's job server is given the entrypoint. `make test-cluster` runs this.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.free_ports import free_port
from tests.test_deploy import EVALUATION_CONTEXT, EVALUATION_IMAGE, HEAD, JOB, WORKERS
from tools.quality import static_image
from tools.quality.static_docker import Dockerfile
from tools.quality.static_image import Image, as_user, build, empty_image

pytestmark = pytest.mark.slow

START_LIMIT_S = 90
STOP_LIMIT_S = 90
JOB_LIMIT_S = 240
EPISODES = 40


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """The evaluation's image, its steps done, but for the Debian package that only KubeRay's probes need."""
    steps = [(word, value) for word, value in EVALUATION_IMAGE.steps if "apt-get" not in value]
    with empty_image() as image, pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_image, "IGNORED", EVALUATION_CONTEXT)
        build(image, Dockerfile(steps))
        results = Path(image.inside("/results"))
        results.mkdir()
        if os.geteuid() == 0:
            shutil.chown(results, static_image.UID, static_image.UID)
        yield image


def options(image: Image) -> dict[str, Any]:
    """A container's process: the image's user and variables, and a working directory that is not the code's."""
    env = image.env | {"PATH": image.path, "TMPDIR": image.inside("/tmp")}
    return {"cwd": image.root, "env": env, "stdin": subprocess.DEVNULL, **as_user()}


@contextmanager
def node(image: Image, *arguments: str, params: dict[str, str]) -> Iterator[None]:
    """A node of the cluster, on ports that are free; `params` are the manifest's rayStartParams."""
    ports = {"min-worker-port": "0", "max-worker-port": "0", "dashboard-agent-listen-port": str(free_port())}
    given = [f"--{name}={value}" for name, value in (ports | params).items()]
    command = ["ray", "start", "--block", "--node-ip-address=127.0.0.1", *arguments, *given]
    with open(image.inside("/tmp/ray.log"), "ab") as log:
        process = subprocess.Popen(
            [f"{image.root}/python/bin/{command[0]}", *command[1:]], stdout=log, stderr=log, **options(image)
        )
    try:
        yield
    finally:
        process.terminate()  # ends the processes of its node, after half a minute at most
        process.wait(STOP_LIMIT_S)


@pytest.fixture(scope="module")
def job_server(image: Image) -> Iterator[str]:
    """The address of the job server of a cluster with the manifest's head and one of its workers, with one CPU."""
    gcs, dashboard, temporary = free_port(), free_port(), image.inside("/tmp/ray")
    head = [
        "--head",
        f"--port={gcs}",
        f"--dashboard-port={dashboard}",
        f"--ray-client-server-port={free_port()}",
        f"--temp-dir={temporary}",
    ]
    with ExitStack() as stack:
        stack.enter_context(node(image, *head, params=HEAD["rayStartParams"]))
        url = f"http://127.0.0.1:{dashboard}"
        wait_for(url, image)
        worker = WORKERS["rayStartParams"] | {"num-cpus": "1"}
        stack.enter_context(node(image, f"--address=127.0.0.1:{gcs}", params=worker))
        yield url


def wait_for(url: str, image: Image) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/api/version", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    pytest.fail(f"no job server after {START_LIMIT_S} s:\n{Path(image.inside('/tmp/ray.log')).read_text()[-4_000:]}")


def submit(image: Image, job_server: str, entrypoint: list[str]) -> str:
    """What the job printed. KubeRay's submitter calls the same command."""
    result = subprocess.run(
        [f"{image.root}/python/bin/ray", "job", "submit", "--address", job_server, "--", *entrypoint],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=JOB_LIMIT_S,
        **options(image),
    )
    assert result.returncode == 0, result.stdout[-4_000:]
    return result.stdout


def test_job_plays_on_the_worker_and_a_retry_goes_on(image: Image, job_server: str) -> None:
    entrypoint = [image.inside(word) for word in shlex.split(JOB["entrypoint"])]
    entrypoint += ["--no-baselines", f"--limit={EPISODES}"]
    folder = Path(entrypoint[entrypoint.index("--out") + 1])
    said = submit(image, job_server, entrypoint)
    assert f"{EPISODES} of {EPISODES} episodes graded, 0 infrastructure errors" in said
    assert (folder / "report" / "report.html").is_file()

    log = folder / "episodes.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines()
    assert len(lines) == EPISODES
    half = lines[: EPISODES // 2]
    log.write_text("\n".join(half) + "\n", encoding="utf-8")  # as a head that died left it
    submit(image, job_server, entrypoint)
    again = log.read_text(encoding="utf-8").splitlines()
    assert again[: len(half)] == half
    assert sorted(key(line) for line in again) == sorted(key(line) for line in lines)


def key(line: str) -> str:
    return str(json.loads(line)["key"])
