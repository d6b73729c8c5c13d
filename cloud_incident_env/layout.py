"""Finds `tasks`, `graders`, the server, the manifest and the README, in a checkout and in an installed wheel.

In a checkout they stand beside the package, in a wheel inside it. No other module distinguishes the two.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

_PACKAGE = Path(__file__).parent
_INSTALLED = (_PACKAGE / "openenv.yaml").is_file()

ROOT = _PACKAGE if _INSTALLED else _PACKAGE.parent
MANIFEST = ROOT / "openenv.yaml"
README = ROOT / "README.md"


def beside(name: str) -> ModuleType:
    """Import the module of that name beside the package, or inside it once it is installed."""
    return import_module(f"{__package__}.{name}" if _INSTALLED else name)


if TYPE_CHECKING:
    import graders as graders
    import tasks as tasks
else:

    def __getattr__(name: str) -> ModuleType:
        """Return the module `tasks` or `graders`, imported when it is first asked for."""
        if name not in ("graders", "tasks"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return beside(name)
