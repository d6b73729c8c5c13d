"""Proves that the package can be built, installed beside others, used and removed.

The wheel is installed into an environment of its own whose other packages are those of the developer tools, so that
nothing but one small package is downloaded. `make test-wheel` runs this.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uv

from cloud_incident_env.manifest import ENV_NAME, VERSION
from tests.free_ports import free_port
from tests.test_docker_steps import wait_for_health
from tools.quality.static_files import PROJECT, ROOT

pytestmark = pytest.mark.slow

INSTALL_LIMIT_S = 120
RUN_LIMIT_S = 120
DIST = PROJECT["name"].replace("-", "_")
INFO = f"{DIST}-{VERSION}.dist-info"
# A package whose import name is `agents`, which a generic name of ours would overwrite. It has no dependency here that
# the developer tools do not have, but for those that it needs in parts that are not used.
NEIGHBOUR = "openai-agents"
SEED = 7  # of the generated incident that is played

PLAY = """
import json, sys
from openenv import AutoAction, AutoEnv
Action = AutoAction.from_env("cloud-incident")
with AutoEnv.from_env("cloud-incident", base_url=sys.argv[1]).sync() as env:
    result = env.reset(task_id="root_cause_analysis", seed=int(sys.argv[2]))
    service = result.observation.known_services[0]
    result = env.step(Action(action_type="query_logs", parameters={"service": service}))
    assert result.observation.tool_result, "no log"
    answer = {"service": service, "failure_mode": "disk full"}
    result = env.step(Action(action_type="submit_root_cause", parameters=answer))
    print(json.dumps({"done": result.done, "grade": result.observation.metadata["grade"]}))
"""


def run(*command: str | Path, cwd: Path, limit_s: int = RUN_LIMIT_S, **environ: str) -> str:
    """What a command printed. Raises AssertionError, with all that it said, where it fails."""
    result = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=_clean(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=limit_s,
    )
    assert result.returncode == 0, f"{' '.join(map(str, command))}\n{result.stdout[-2_000:]}{result.stderr[-4_000:]}"
    return result.stdout


def _clean(environ: Mapping[str, str]) -> dict[str, str]:
    """This process's variables without those that settle where modules come from or how the server is set up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "INCIDENT_"))}
    return {**kept, **environ}


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build a wheel or an sdist with the backend of the developer tools, without network."""
    options = ["--quiet", "--offline", "--no-config", "--no-build-isolation", "--python", sys.executable]
    run(uv.find_uv_bin(), "build", f"--{kind}", *options, "--out-dir", folder, source, cwd=folder)
    (built,) = [path for path in folder.iterdir() if path.suffix in (".whl", ".gz")]
    return built


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout without its environments, history and caches."""
    copy = tmp_path_factory.mktemp("copy") / "checkout"
    apart = shutil.ignore_patterns(".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__", "*.pyc", "outputs")
    shutil.copytree(ROOT, copy, ignore=apart)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", checkout, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", checkout, tmp_path_factory.mktemp("sdist"))


class Venv:
    """An environment with packages of its own before those of the developer tools."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"  # holds nothing, so that no module is found by accident
        run(uv.find_uv_bin(), "venv", "--quiet", "--python", sys.executable, folder, cwd=folder.parent)
        self.python = folder / "bin" / "python"
        paths = {"base": str(folder), "platbase": str(folder)}
        self.packages = Path(sysconfig.get_path("purelib", vars=paths))
        (self.packages / "developer_tools.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
        self.work.mkdir()

    def pip(self, *arguments: str | Path) -> None:
        run(
            uv.find_uv_bin(),
            "pip",
            *arguments,
            "--quiet",
            "--python",
            self.python,
            cwd=self.work,
            limit_s=INSTALL_LIMIT_S,
        )

    def run_code(self, code: str, *arguments: str) -> str:
        return run(self.python, "-c", code, *arguments, cwd=self.work, HOME=str(self.folder))

    def files_of(self, name: str) -> dict[str, bytes]:
        """The files of an installed folder, by their path within it."""
        folder = self.packages / name
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.py")}

    @contextmanager
    def serving(self, *command: str) -> Iterator[httpx.Client]:
        """A client of the server that a command of this environment starts, once the server is ready."""
        port = free_port()
        process = subprocess.Popen(
            [self.folder / "bin" / command[0], *command[1:], "--host", "127.0.0.1", "--port", str(port)],
            cwd=self.work,
            env=_clean({"HOME": str(self.folder)}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            wait_for_health(process, port)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=RUN_LIMIT_S) as client:
                yield client
        finally:
            process.kill()
            process.communicate()


@pytest.fixture
def venv(tmp_path: Path) -> Venv:
    return Venv(tmp_path / "venv")


# What is built


def test_wheel_installs_one_name_with_every_file_in_it(checkout: Path, wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    assert {name.split("/")[0] for name in names} == {ENV_NAME, INFO}
    inside = {path.relative_to(checkout / ENV_NAME) for path in (checkout / ENV_NAME).rglob("*") if path.is_file()}
    inside |= {path.relative_to(checkout) for path in (checkout / "server").rglob("*") if path.is_file()}
    inside |= {Path(name) for name in ("tasks.py", "graders.py", "openenv.yaml", "README.md")}
    assert {Path(name).relative_to(ENV_NAME) for name in names if name.startswith(f"{ENV_NAME}/")} == inside
    suffixes = {".py", ".bin", ".json", ".css", ".js", ".svg", ".png", ".yaml", ".md"}
    assert {path.suffix for path in inside} == suffixes
    assert f"{INFO}/licenses/LICENSE" in names


def test_wheel_says_what_it_is(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = archive.read(f"{INFO}/METADATA").decode()
    for line in (f"Name: {PROJECT['name']}", f"Version: {VERSION}", f"License-Expression: {PROJECT['license']}"):
        assert f"{line}\n" in metadata
    scripts = archive.read(f"{INFO}/entry_points.txt").decode()
    assert all(f"{name} = {target}\n" in scripts for name, target in PROJECT["scripts"].items())


def test_sdist_gives_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path)
    (source,) = tmp_path.iterdir()
    (tmp_path / "built").mkdir()
    assert build("wheel", source, tmp_path / "built").read_bytes() == wheel.read_bytes()


def test_sdist_has_no_test_or_document_by_halves(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        top = {Path(name).parts[1] for name in archive.getnames() if len(Path(name).parts) > 1}
    parts = {ENV_NAME, "server", "tasks.py", "graders.py", "openenv.yaml"}
    papers = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "PKG-INFO", ".gitignore"}
    assert top == parts | papers


# What is installed


def test_installed_wheel_serves_and_is_found_and_played_by_openenv(venv: Venv, wheel: Path) -> None:
    venv.pip("install", "--offline", "--no-deps", wheel)
    with venv.serving("cloud-incident-env") as client:
        assert client.get("/health").status_code == 200
        assert client.get("/").status_code == 200
        wait_for_page(client)
        assert client.get("/favicon.ico").status_code == 200
        assert client.get("/metadata").json()["readme_content"] == (ROOT / "README.md").read_text(encoding="utf-8")
        graded = json.loads(venv.run_code(PLAY, str(client.base_url), str(SEED)).splitlines()[-1])
    assert graded["done"]
    assert 0.0 <= graded["grade"]["total"] <= 1.0
    assert graded["grade"]["breakdown"]


def wait_for_page(client: httpx.Client) -> None:
    while client.get("/readyz").json()["doors"]["page"] == "starting":
        time.sleep(0.2)
    assert "gradio_config" in client.get("/").text


@pytest.mark.parametrize("command", ["cloud-incident-env", "server"])
def test_every_server_command_tells_its_options(venv: Venv, wheel: Path, command: str) -> None:
    venv.pip("install", "--offline", "--no-deps", wheel)
    assert "--also-port" in run(venv.folder / "bin" / command, "--help", cwd=venv.work)


def test_installed_evaluation_plays(venv: Venv, wheel: Path) -> None:
    venv.pip("install", "--offline", "--no-deps", wheel)
    asked = [
        "run",
        "--agent",
        "heuristic",
        "--split",
        "validation",
        "--limit",
        "2",
        "--no-baselines",
        "--out",
        "results",
    ]
    said = run(venv.folder / "bin" / "cloud-incident-eval", *asked, cwd=venv.work)
    assert "2 of 2 episodes graded" in said
    assert (venv.work / "results" / "report" / "report.html").is_file()


def test_a_neighbour_called_agents_lives_beside_it_and_after_it(venv: Venv, wheel: Path) -> None:
    try:
        venv.pip("install", "--no-deps", NEIGHBOUR)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"{NEIGHBOUR} cannot be had: {str(error).splitlines()[-1]}")
    before = venv.files_of("agents")
    assert len(before) > 100
    venv.pip("install", "--offline", "--no-deps", wheel)
    assert venv.files_of("agents") == before
    venv.run_code("import importlib.util as u; assert u.find_spec('agents'); import cloud_incident_env.client")
    assert_imports(venv)
    venv.pip("uninstall", PROJECT["name"])
    assert venv.files_of("agents") == before
    assert not (venv.packages / ENV_NAME).exists()
    assert_imports(venv)


def assert_imports(venv: Venv) -> None:
    """The neighbour's own module is imported, as far as its dependencies are there."""
    where = venv.run_code("import agents; from agents import Agent; print(agents.__file__)").strip()
    assert Path(where) == venv.packages / "agents" / "__init__.py"


def test_editable_checkout_serves_by_its_commands(venv: Venv, checkout: Path) -> None:
    """`uv run` and OpenEnv's UVProvider install a checkout that way."""
    venv.pip("install", "--offline", "--no-deps", "--no-build-isolation", "--editable", checkout)
    assert "--also-port" in run(venv.folder / "bin" / "server", "--help", cwd=venv.work)
    where = venv.run_code("import server.app, cloud_incident_env; print(server.app.__file__)").strip()
    assert Path(where) == checkout / "server" / "app.py"


# What is not installed


def test_checkout_alone_serves(venv: Venv, checkout: Path) -> None:
    """Nothing of the project is installed: `pip install -r requirements.txt && uvicorn server.app:app`."""
    venv.work = checkout
    uvicorn = venv.folder / "bin" / "uvicorn"
    uvicorn.write_text(f"#!{venv.python}\nimport sys\nfrom uvicorn import main\nsys.exit(main())\n")
    uvicorn.chmod(0o755)
    with venv.serving("uvicorn", "server.app:app") as client:
        assert client.post("/reset").json()["scenario_id"] == "AC-001"
        wait_for_page(client)
        assert client.get("/favicon.ico").status_code == 200
