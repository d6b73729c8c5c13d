"""The layers of the code: a file imports from floors below its own, clients know no server, the product no tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "cloud_incident_env"

# From the ground up. What stands on one floor may import each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    (
        "layout",
        "manifest",
        "agent_names",
        "telemetry",
        "report_text",
        "incident",
        "actions",
        "queries",
        "ledger",
        "status_lines",
        "harm",
    ),
    ("reading",),
    ("handwritten",),
    ("tasks",),
    ("generated",),
    ("splits", "options", "choose", "control_token"),
    ("rewards", "wording", "graders"),
    ("episode", "encoding", "episode_record", "ended_episode", "places", "episodes"),
    ("wire", "views", "tool_text", "model_prompts", "openenv_core", "openenv_models"),
    ("incident_tools", "client", "server"),
    ("agents",),
    ("evaluation",),
    ("inference", "bench", "examples", "tools", "validation"),
)
FLOOR_OF = {part: floor for floor, parts in enumerate(FLOORS) for part in parts}
TOP_LEVEL = ("tasks", "graders", "inference", "server", "bench", "examples", "tools", "validation")


def sources() -> Iterator[tuple[Path, str]]:
    """Every source file that belongs to a floor, and the part that it is of."""
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        part = path.relative_to(ROOT / PACKAGE).parts[0].removesuffix(".py")
        if part not in ("__init__", "__main__"):
            yield path, part
    for name in TOP_LEVEL:
        single = ROOT / f"{name}.py"
        for path in [single] if single.exists() else sorted((ROOT / name).rglob("*.py")):
            yield path, name


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports anywhere in it; names taken from the package or the seam are modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            if node.module == f"{PACKAGE}.layout":
                yield node.module
                yield from (alias.name for alias in node.names if alias.name in ("tasks", "graders"))
            elif node.module == PACKAGE:
                yield from (f"{PACKAGE}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def part_of(module: str) -> str | None:
    """The part of the house that a module belongs to; None for a library."""
    parts = module.split(".")
    part = parts[1] if parts[0] == PACKAGE and len(parts) > 1 else parts[0]
    return part if part in FLOOR_OF and (parts[0] == PACKAGE or part in TOP_LEVEL) else None


@pytest.mark.parametrize(("path", "part"), list(sources()), ids=lambda value: str(value).removeprefix(f"{ROOT}/"))
def test_a_file_imports_from_its_own_floor_or_below(path: Path, part: str) -> None:
    assert part in FLOOR_OF, f"{path} stands on no floor: give {part} one"
    if part == "layout":
        return  # the seam knows the names of what it looks up
    above = {
        module
        for module in imported(path)
        if (other := part_of(module)) is not None and FLOOR_OF[other] > FLOOR_OF[part]
    }
    assert not above, f"{path} imports from above: {', '.join(sorted(above))}"


def test_an_import_from_above_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "incident.py"
    path.write_text(f"from {PACKAGE}.layout import tasks\nfrom {PACKAGE}.episode import Episode\nimport server.app\n")
    assert list(imported(path)) == [f"{PACKAGE}.layout", "tasks", f"{PACKAGE}.episode", "server.app"]
    assert [part_of(module) for module in imported(path)] == ["layout", "tasks", "episode", "server"]


def test_every_floor_is_inhabited() -> None:
    assert {part for _, part in sources()} == set(FLOOR_OF)


def test_only_the_seam_asks_where_the_cards_modules_are() -> None:
    direct = [
        str(path.relative_to(ROOT))
        for path in (ROOT / PACKAGE).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and {alias.name for alias in node.names} & {"tasks", "graders", "server"})
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("tasks", "graders", "server"))
    ]
    assert set(direct) == {f"{PACKAGE}/layout.py"}


def test_the_server_names_itself_relatively() -> None:
    """In a wheel the folder is `cloud_incident_env/server`."""
    absolute = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "server").rglob("*.py")
        for module in imported(path)
        if module.split(".")[0] == "server"
    }
    assert absolute == set()


@pytest.mark.parametrize("folder", [PACKAGE, "server", "tools", "bench", "examples", "validation"])
def test_nothing_of_the_product_imports_from_the_tests(folder: str) -> None:
    users = [p for p in (ROOT / folder).rglob("*.py") if any(m.split(".")[0] == "tests" for m in imported(p))]
    assert users == []


def test_no_source_edits_the_module_path() -> None:
    for path, part in sources():
        if part != "tools":  # one of them starts other scripts, as `python -m` would
            assert "sys.path" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("module", ["client", "incident_tools", "agents.llm_tools"])
def test_clients_load_neither_the_server_nor_gradio(module: str) -> None:
    code = f"import sys, {PACKAGE}.{module}; print(sorted({{'server', 'gradio', 'pydantic'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "['pydantic']", done.stderr
