"""Every business, found in the modules of this package."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from incidents.model import System


def _found() -> dict[str, System]:
    systems = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        for value in vars(import_module(f"{__name__}.{module}")).values():
            if isinstance(value, System):
                systems[value.name] = value
    return dict(sorted(systems.items()))


SYSTEMS: dict[str, System] = _found()
