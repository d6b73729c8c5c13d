"""Proves that the Dockerfile builds and starts the server, by doing its steps without a container engine.

The steps run in a folder that stands for the image's file system, and the server as the image's user. What the
Dockerfile says is checked in tests/quality/.
"""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest
from openenv.cli.commands import push
from openenv.core.containers.runtime import providers
from packaging.specifiers import SpecifierSet
from websockets.sync.client import connect

from cloud_incident_env.manifest import PORT
from cloud_incident_env.wire import REST_VERSION
from tests.free_ports import free_ports
from tools.quality.static_docker import NEVER_IN_THE_IMAGE, Dockerfile, is_ignored, patterns_of
from tools.quality.static_files import DOCKERFILE as TEXT
from tools.quality.static_files import DOCKERIGNORE, PROJECT, README, ROOT
from tools.quality.static_image import UID, Image, as_user, build, empty_image
from tools.sbom import SBOM, packages_of

OPENENV_PORT = 8000  # at which OpenEnv's container providers look for an environment
START_LIMIT_S = 60
STOP_LIMIT_S = 10  # Docker kills a container that takes longer to stop
DOCKERFILE = Dockerfile.parse(TEXT)
IGNORED = patterns_of(DOCKERIGNORE)


# What the Dockerfile says


def test_base_is_a_slim_python_that_the_project_supports() -> None:
    base = re.match(r"python:(3\.\d+\.\d+)-slim-", DOCKERFILE.values("FROM")[0])
    assert base is not None
    assert base[1] in SpecifierSet(PROJECT["requires-python"])
    assert len(DOCKERFILE.values("FROM")) == 1


def test_requirements_are_installed_before_the_code_is_copied() -> None:
    position = DOCKERFILE.position
    code = min(position("COPY", r"\.py\b"), position("COPY", r"\bserver\b"))
    assert position("COPY", r"^requirements\.txt sbom\.cdx\.json \./$") < position("RUN", "pip install") < code


def test_server_is_started_by_the_unprivileged_user() -> None:
    position = DOCKERFILE.position
    assert DOCKERFILE.values("USER") == [str(UID)]
    assert position("RUN", rf"^useradd .*--uid {UID}\b") < position("USER") < position("CMD")
    last = max(index for index, (word, _) in enumerate(DOCKERFILE.steps) if word in ("RUN", "COPY"))
    assert last < position("USER")


def test_command_serves_the_app_on_the_exposed_ports() -> None:
    assert DOCKERFILE.values("EXPOSE") == [f"{PORT} {OPENENV_PORT}"]
    assert command_of(DOCKERFILE) == ["python", "-m", "server.app", "--also-port", str(OPENENV_PORT)]


def test_openenvs_providers_look_at_the_second_port() -> None:
    assert f":{OPENENV_PORT}" in inspect.getsource(providers.LocalDockerProvider.start_container)


def test_health_check_asks_the_health_route_with_python() -> None:
    command = health_check(OPENENV_PORT)
    assert command[:2] == ["python", "-c"]
    assert f"http://127.0.0.1:{OPENENV_PORT}/health" in command[2]


def test_what_solves_incidents_is_removed_where_the_build_context_was_open() -> None:
    """`openenv push` copies no file whose name begins with a dot, so a Space has no .dockerignore."""
    assert ".*" in push.DEFAULT_PUSH_IGNORE_PATTERNS
    (step,) = [value for value in DOCKERFILE.values("RUN") if value.startswith("rm ")]
    inside = [path for path in NEVER_IN_THE_IMAGE if path.split("/")[0] in DOCKERFILE.copied()]
    assert step.split("&&")[0].split() == ["rm", "-rf", *inside]


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".venv/bin/python",
        ".pytest_cache/README.md",
        ".mypy_cache/3.10/x.json",
        ".ruff_cache/x",
        ".hypothesis/x",
        "tests/test_app.py",
        "cloud_incident_env/agents/oracle.py",
        "cloud_incident_env/evaluation/run.py",
        "__pycache__/tasks.cpython-311.pyc",
        "server/__pycache__/app.cpython-311.pyc",
        "build/lib/tasks.py",
    ],
)
def test_build_context_leaves_out(path: str) -> None:
    assert is_ignored(path, IGNORED)


@pytest.mark.parametrize("path", DOCKERFILE.copied())
def test_build_context_holds_what_is_copied(path: str) -> None:
    assert (ROOT / path).exists()
    assert not is_ignored(path, IGNORED)


# What happens when its steps are done


@pytest.fixture
def image() -> Iterator[Image]:
    with empty_image() as image:
        yield image


def process_options(image: Image) -> dict[str, Any]:
    """A container's process: the image's user and variables, nothing of this machine's."""
    env = image.env | {"PATH": image.path, "TMPDIR": image.inside("/tmp")}
    return {"cwd": image.workdir, "env": env, "stdin": subprocess.DEVNULL, **as_user()}


def command_of(dockerfile: Dockerfile) -> list[str]:
    return [str(word) for word in json.loads(dockerfile.values("CMD")[0])]


def health_check(port: int) -> list[str]:
    command = DOCKERFILE.values("HEALTHCHECK")[0].partition("CMD ")[2].replace(str(OPENENV_PORT), str(port))
    return [str(word) for word in json.loads(command)]


def is_healthy(image: Image, port: int) -> bool:
    options = process_options(image)
    return subprocess.run(health_check(port), capture_output=True, timeout=30, **options).returncode == 0


@contextmanager
def started(image: Image) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """The server's process and its two ports, free ones: the first by its variable, the second by the command."""
    port, second = free_ports(2)
    command = [word.replace(str(OPENENV_PORT), str(second)) for word in command_of(DOCKERFILE)]
    options = process_options(image)
    process = subprocess.Popen(
        [shutil.which(command[0], path=image.path) or command[0], *command[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **{**options, "env": options["env"] | {"PORT": str(port)}},
    )
    watchdog = threading.Timer(START_LIMIT_S, process.kill)
    watchdog.start()
    try:
        wait_for_health(process, port)
        yield process, port, second
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def wait_for_health(process: subprocess.Popen[str], port: int) -> None:
    """Return once /health is good. Until then the server is not there yet or says that it starts."""
    with client_of(port) as client:
        while process.poll() is None:
            with suppress(httpx.TransportError):
                answer = client.get("/health")
                if answer.status_code == 200:
                    return
                assert (answer.status_code, answer.json()["status"]) == (503, "starting")
            time.sleep(0.05)
    assert process.stdout is not None
    pytest.fail(f"the server stopped before it was ready:\n{process.stdout.read()[-4_000:]}")


def wait_for_page(process: subprocess.Popen[str], client: httpx.Client) -> str:
    """The page at / once the waiting page has given way to it."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        page = client.get("/")
        assert page.status_code == 200
        if "gradio_config" in page.text:
            return page.text
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the server stopped with status {process.wait(timeout=0.2)}")
    pytest.fail(f"still the waiting page after {START_LIMIT_S} s")


def test_steps_give_a_healthy_server_with_its_page_that_stops_when_told(image: Image) -> None:
    build(image, DOCKERFILE)
    files = image.files()
    assert any(path.endswith(".pyc") for path in files), "the code is not compiled"
    assert_packages_are_those_of_the_bill_of_materials(image)
    with started(image) as (process, port, second), client_of(port) as client:
        assert client.get("/health").json() == {"status": "ok", "version": REST_VERSION}
        assert is_healthy(image, port)
        assert is_healthy(image, second)
        with connect(f"ws://127.0.0.1:{second}/ws", open_timeout=5, proxy=None):  # one process behind both ports
            assert client.post("/reset").json()["task_id"] == "alert_classification"
            assert client_of(second).get("/state").json()["task_id"] == "alert_classification"
        assert client.get("/metadata").json()["readme_content"] == README
        assert "Cloud Incident Response" in wait_for_page(process, client)
        assert client.get("/favicon.ico").status_code == 200
        with client.stream("GET", "/gradio_api/heartbeat/open-tab") as open_tab:
            assert open_tab.status_code == 200
            process.terminate()
            process.wait(timeout=STOP_LIMIT_S)
        assert not is_healthy(image, second)
    assert image.files() == files, "the server wrote into its own folder"


def client_of(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30)


# What is installed, and which of the given packages, [name, version, marker], this Python on this system needs.
COMPARE = """
import importlib.metadata, json, re, sys
from pip._vendor.packaging.markers import Marker
wanted = [[n, v] for n, v, marker in json.load(sys.stdin) if marker is None or Marker(marker).evaluate()]
plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
found = [[plain(d.metadata["Name"]), d.version] for d in importlib.metadata.distributions()]
json.dump([sorted(wanted), sorted(row for row in found if row[0] not in ("pip", "setuptools"))], sys.stdout)
"""


def assert_packages_are_those_of_the_bill_of_materials(image: Image) -> None:
    packages = packages_of(json.loads(SBOM.read_text(encoding="utf-8")))
    result = subprocess.run(
        ["python", "-c", COMPARE],
        input=json.dumps([[name, version, marker] for (name, version), marker in packages.items()]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
        **{**process_options(image), "stdin": None},
    )
    wanted, found = json.loads(result.stdout)
    assert found == wanted
