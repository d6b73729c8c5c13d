"""Which files of the page are loaded at once: read from the imports of its modules, so that no list has to be kept.

A module that is imported by `await import(...)` alone, and a style sheet that some module asks for by `styles("NAME")`,
is left to the browser until a place needs it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

FIRST = "theme.css"  # whose custom properties the other sheets use
_IMPORTED = re.compile(r'(?:\bfrom|^import)\s+"(\.{1,2}/[^"]+\.js)"', re.M)  # not those of import("...")
_ASKED = re.compile(r'\bstyles\("([^"]+\.css)"\)')


class Modules:
    """The modules and style sheets below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def needed(self, entries: Iterable[str]) -> tuple[str, ...]:
        """The modules that these import, directly or by others, and these themselves."""
        texts = self._texts(".js")
        found: dict[str, None] = {}
        left = list(entries)
        while left:
            name = left.pop()
            if name not in found and name in texts:
                found[name] = None
                left += (
                    posixpath.normpath(posixpath.join(posixpath.dirname(name), to)) for to in _imported(texts[name])
                )
        return tuple(sorted(found))

    def sheets(self) -> tuple[str, ...]:
        """The style sheets for which no module asks, the one with the theme first."""
        asked = {name for text in self._texts(".js").values() for name in _ASKED.findall(text)}
        return tuple(sorted(set(self._texts(".css")) - asked, key=lambda name: (name != FIRST, name)))

    def _texts(self, ending: str) -> Mapping[str, str]:
        """The texts of all files with such an ending, by name."""
        paths = [path for path in self._folder.rglob(f"*{ending}") if path.is_file()]
        return {
            path.relative_to(self._folder).as_posix(): _text(path, path.stat().st_mtime_ns) for path in sorted(paths)
        }


@lru_cache(maxsize=512)
def _text(path: Path, modified: int) -> str:
    """A file as it was when it was last modified."""
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _imported(text: str) -> tuple[str, ...]:
    return tuple(_IMPORTED.findall(text))
