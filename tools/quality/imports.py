"""Which modules of this project a file imports, found by reading it: nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from tools.quality.static_files import ROOT

SEARCHING = "declared_in(__name__"  # in the `__init__` of a package that imports all its modules


def imports_of(tree: ast.AST, package: str = "") -> Iterator[str]:
    """The modules that a program may import, anywhere in it; of `from a import b` both a and a.b, which may be one.

    `package` is the one that the program is in, for relative imports.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            around = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            module = ".".join([*around, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def module_file(name: str, root: Path = ROOT) -> Path | None:
    """The file of a module of this project, or None for any other module."""
    path = root.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def direct_imports(file: Path, root: Path = ROOT) -> set[Path]:
    """The files of this project that are imported by a file itself, with those of the packages around them."""
    package = ".".join(file.relative_to(root).parent.parts)
    found: set[Path] = set()
    for module in imports_of(ast.parse(file.read_text(encoding="utf-8")), package):
        files = (module_file(name, root) for name in accumulate(module.split("."), "{}.{}".format))
        found |= {path for path in files if path is not None}
    return found


def import_closure(start: Path, root: Path = ROOT) -> set[Path]:
    """The files of this project that a file needs, by its own imports and those of what it imports.

    A package that searches its modules for declarations (`generated/discovery.py`) imports all of them.
    """
    reached: set[Path] = set()
    waiting = [start]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            reached.add(file)
            waiting += direct_imports(file, root)
            if SEARCHING in file.read_text(encoding="utf-8"):
                waiting += file.parent.glob("*.py")
    return reached
