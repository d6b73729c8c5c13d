"""Every fault family, found in the modules of this package."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from incidents.model import Family


def _found() -> dict[str, Family]:
    families = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        for value in vars(import_module(f"{__name__}.{module}")).values():
            if isinstance(value, Family):
                assert value.name not in families, f"two families are named {value.name}"
                families[value.name] = value
    return dict(sorted(families.items()))


FAMILIES: dict[str, Family] = _found()
