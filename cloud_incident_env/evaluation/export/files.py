"""The file that an export writes, its encoding, and the summary of the export."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

_Json = TypeVar("_Json")


class ExportError(Exception):
    """A run cannot be exported as asked; the message says why and what to do."""


@dataclass
class Exported:
    """The result of an export."""

    path: Path
    rows: int = 0
    episodes: int = 0  # that are in the file
    left_out: Counter[str] = field(default_factory=Counter)  # episodes that are not, by the reason

    def __str__(self) -> str:
        lines = [f"{self.path}: {self.rows} rows of {self.episodes} episodes"]
        lines += [f"left out: {count} episodes {reason}" for reason, count in self.left_out.items()]
        return "\n".join(lines)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to instead of `path`. It becomes `path` if all goes well, and is gone if not.

    Raises ExportError where `path` is a folder.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder: name a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    try:
        yield new
        with new.open("rb+") as written:
            os.fsync(written.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def encoded(value: Any) -> bytes:
    """A value as JSON in UTF-8. What UTF-8 cannot say (half a surrogate pair) becomes a question mark."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def cleaned(value: _Json) -> _Json:
    """A JSON value in which every text can be encoded."""
    kept: _Json = json.loads(encoded(value))
    return kept
