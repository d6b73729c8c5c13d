"""Proves that the Dockerfile builds and starts the server, by doing its steps without a container engine.

A temporary folder stands for the image's file system: absolute paths of the Dockerfile lie below it. The steps run in
order with a fresh virtual environment in place of the base image's Python, and the server as the image's user.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

import httpx
import pytest
from packaging.specifiers import SpecifierSet

from server.settings import Settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PORT = str(Settings.model_fields["port"].default)
UID = 1000  # Hugging Face Spaces runs images as this user
STANDARD_PATH = "/usr/local/bin:/usr/bin:/bin"
INSTALL_LIMIT_S = 300
START_LIMIT_S = 60
STOP_LIMIT_S = 10  # Docker kills a container that takes longer to stop


def read_dockerfile() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order: keyword and rest, continuation lines joined."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split()[0].upper(), line.split(maxsplit=1)[1]) for line in joined.splitlines() if line.strip()]


STEPS = read_dockerfile()
IGNORED = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]


def values(keyword: str) -> list[str]:
    return [value for word, value in STEPS if word == keyword]


def position(keyword: str, pattern: str = "") -> int:
    return next(index for index, (word, value) in enumerate(STEPS) if word == keyword and re.search(pattern, value))


def pairs(value: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in shlex.split(value))


def copied_paths() -> list[str]:
    return [source for value in values("COPY") for source in value.split()[:-1]]


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path, or a folder that it is in, out of the build context."""
    found = PurePosixPath(path)
    return any(matches(part, pattern) for part in (found, *found.parents) for pattern in IGNORED)


def matches(path: PurePosixPath, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch(path.name, pattern[3:])
    return len(path.parts) == len(PurePosixPath(pattern).parts) and fnmatch(str(path), pattern)


# What the Dockerfile says


def test_base_is_a_slim_python_that_the_project_supports() -> None:
    base = re.fullmatch(r"python:(3\.\d+)-slim", values("FROM")[0])
    assert base is not None
    assert base[1] in SpecifierSet(PROJECT["requires-python"])
    assert len(values("FROM")) == 1


def test_nothing_is_installed_but_wheels_of_the_pinned_requirements() -> None:
    install = [value for value in values("RUN") if re.search(r"\b(pip|uv|apt|apt-get|apk|curl|wget)\b", value)]
    assert len(install) == 1
    assert shlex.split(install[0])[:4] == ["python", "-m", "pip", "install"]
    options = {"--no-cache-dir", "--only-binary=:all:", "--require-hashes", "-r", "requirements.txt"}
    assert options <= set(shlex.split(install[0]))


def test_requirements_are_installed_before_the_code_is_copied() -> None:
    code = min(position("COPY", r"\.py\b"), position("COPY", r"\bserver\b"))
    assert position("COPY", r"^requirements\.txt \./$") < position("RUN", "pip install") < code


def test_server_is_started_by_the_unprivileged_user() -> None:
    assert values("USER") == [str(UID)]
    assert position("RUN", rf"^useradd .*--uid {UID}\b") < position("USER") < position("CMD")
    assert max(index for index, (word, _) in enumerate(STEPS) if word in ("RUN", "COPY")) < position("USER")


def test_command_serves_the_app_on_the_exposed_port() -> None:
    assert values("EXPOSE") == [PORT]
    assert json.loads(values("CMD")[0]) == ["uvicorn", "server.app:app", "--host", "0.0.0.0", "--port", PORT]


def test_health_check_asks_the_health_route_with_python() -> None:
    command = health_check(PORT)
    assert command[:2] == ["python", "-c"]
    assert f"http://127.0.0.1:{PORT}/health" in command[2]


def test_labels_name_the_image_and_its_version() -> None:
    labels = pairs(values("LABEL")[0])
    assert labels["org.opencontainers.image.title"] == "cloud-incident-env"
    assert labels["org.opencontainers.image.version"] == PROJECT["version"]
    assert labels["org.opencontainers.image.description"]


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
        "__pycache__/tasks.cpython-311.pyc",
        "server/__pycache__/app.cpython-311.pyc",
        "build/lib/tasks.py",
    ],
)
def test_build_context_leaves_out(path: str) -> None:
    assert is_ignored(path)


@pytest.mark.parametrize("path", copied_paths())
def test_build_context_holds_what_is_copied(path: str) -> None:
    assert (ROOT / path).exists()
    assert not is_ignored(path)


def test_image_holds_no_agents_and_no_tests() -> None:
    assert {path for path in copied_paths() if not path.endswith(".py")} == {"requirements.txt", "server"}
    assert "inference.py" not in copied_paths()


# What happens when its steps are done


@dataclass
class Image:
    """The image's file system, in a folder, and what its instructions have set so far."""

    root: Path
    workdir: Path = field(init=False)
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.workdir = self.root

    def inside(self, path: str) -> str:
        """Where an absolute path of the image lies on this machine; other texts as they are."""
        return f"{self.root}{path}" if path.startswith("/") else path

    @property
    def path(self) -> str:
        return f"{self.root}/python/bin:{STANDARD_PATH}"

    def files(self) -> dict[str, int]:
        """Every file in the working directory, with the time of its last change in nanoseconds."""
        return {str(path): path.stat().st_mtime_ns for path in self.workdir.rglob("*") if path.is_file()}


def as_user() -> dict[str, Any]:
    """How to start a process as the image's user; a user who is not root is unprivileged as it is."""
    return {"user": UID, "group": UID, "extra_groups": []} if os.geteuid() == 0 else {}


def usable_python() -> str:
    """A Python 3.10 or newer that the image's user may run. The one running the tests can lie in root's home."""
    names = (f"python3.{sys.version_info.minor}", "python3")
    candidates = [os.path.realpath(sys.executable), *(shutil.which(name, path=STANDARD_PATH) for name in names)]
    check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"
    for candidate in filter(None, candidates):
        with suppress(PermissionError):
            if subprocess.run([candidate, "-c", check], cwd="/", capture_output=True, **as_user()).returncode == 0:
                return candidate
    pytest.fail(f"no Python >= 3.10 with venv that uid {UID} may run among {candidates}: install one system-wide")


@pytest.fixture
def image() -> Iterator[Image]:
    """An empty image: a Python, a home of the user, a /tmp, and nothing else."""
    with tempfile.TemporaryDirectory(prefix="image-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o755)
        for path, mode in (("home/user", 0o755), ("tmp", 0o1777)):
            (root / path).mkdir(parents=True)
            (root / path).chmod(mode)
        if os.geteuid() == 0:
            os.chown(root / "home/user", UID, UID)
        subprocess.run([usable_python(), "-m", "venv", root / "python"], check=True, umask=0o022)
        yield Image(root)


def build(image: Image) -> None:
    """Do what the instructions say, in their order."""
    for word, value in STEPS:
        if word == "WORKDIR":
            image.workdir = Path(image.inside(value))
            image.workdir.mkdir(parents=True, exist_ok=True)
        elif word == "ENV":
            image.env |= {name: image.inside(text) for name, text in pairs(value).items()}
        elif word == "COPY":
            copy(image, value.split())
        elif word == "RUN" and not value.startswith("useradd "):
            run_step(image, value)


def copy(image: Image, words: list[str]) -> None:
    """Copy files as from a checkout that only its owner may read."""
    for source in words[:-1]:
        if (ROOT / source).is_dir():
            copy_folder(source, image.workdir / words[-1])
        else:
            copied = shutil.copy2(ROOT / source, image.workdir / words[-1])
            os.chmod(copied, 0o600)


def copy_folder(source: str, target: Path) -> None:
    target.mkdir(mode=0o700)
    for path in sorted((ROOT / source).iterdir()):
        name = f"{source}/{path.name}"
        if is_ignored(name):
            continue
        if path.is_dir():
            copy_folder(name, target / path.name)
        else:
            os.chmod(shutil.copy2(path, target / path.name), 0o600)


def run_step(image: Image, command: str) -> None:
    result = subprocess.run(
        ["sh", "-c", command],
        cwd=image.workdir,
        env=os.environ | image.env | {"PATH": image.path},
        umask=0o022,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=INSTALL_LIMIT_S,
    )
    assert result.returncode == 0, f"RUN {command}\n{result.stdout[-4_000:]}"


def process_options(image: Image) -> dict[str, Any]:
    """A container's process: the image's user and variables, nothing of this machine's."""
    env = image.env | {"PATH": image.path, "TMPDIR": image.inside("/tmp")}
    return {"cwd": image.workdir, "env": env, "stdin": subprocess.DEVNULL, **as_user()}


def health_check(port: str) -> list[str]:
    command = values("HEALTHCHECK")[0].partition("CMD ")[2].replace(PORT, port)
    return [str(word) for word in json.loads(command)]


def is_healthy(image: Image, port: str) -> bool:
    options = process_options(image)
    return subprocess.run(health_check(port), capture_output=True, timeout=30, **options).returncode == 0


@contextmanager
def started(image: Image) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server's process and port; the system chooses a free one."""
    command = [word.replace(PORT, "0") for word in json.loads(values("CMD")[0])]
    process = subprocess.Popen(
        [shutil.which(command[0], path=image.path) or command[0], *command[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **process_options(image),
    )
    watchdog = threading.Timer(START_LIMIT_S, process.kill)
    watchdog.start()
    try:
        yield process, port_in_log(process)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def port_in_log(process: subprocess.Popen[str]) -> str:
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"running on http://0\.0\.0\.0:(\d+)", line):
            return found[1]
    pytest.fail(f"the server stopped before it listened:\n{''.join(lines)[-4_000:]}")


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
    build(image)
    files = image.files()
    assert any(path.endswith(".pyc") for path in files), "the code is not compiled"
    with started(image) as (process, port), client_of(port) as client:
        assert client.get("/health").json() == {"status": "ok", "version": PROJECT["version"]}
        assert is_healthy(image, port)
        assert client.post("/reset").json()["task_id"] == "alert_classification"
        assert "Cloud Incident Response" in wait_for_page(process, client)
        with client.stream("GET", "/gradio_api/heartbeat/open-tab") as open_tab:
            assert open_tab.status_code == 200
            process.terminate()
            process.wait(timeout=STOP_LIMIT_S)
        assert not is_healthy(image, port)
    assert image.files() == files, "the server wrote into its own folder"


def client_of(port: str) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30)
