"""How the declarations of a package are found: no list of them is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, TypeVar


class Named(Protocol):
    """A declaration that has a name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def declared_in(package: str, path: Iterable[str], kind: type[T]) -> dict[str, T]:
    """Return every declaration of a kind in the modules of a package, by name, in the order of the names.

    `path` is the `__path__` of the package. Two declarations of one name are a mistake.
    """
    found: dict[str, T] = {}
    for module in iter_modules(path):
        for value in vars(import_module(f"{package}.{module.name}")).values():
            if isinstance(value, kind):
                assert found.setdefault(value.name, value) is value, f"two declarations are named {value.name}"
    return dict(sorted(found.items()))
