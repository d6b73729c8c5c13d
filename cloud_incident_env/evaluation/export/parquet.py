"""Rows of conversations as Parquet: its columns, their types, and the writing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cloud_incident_env.evaluation.export.chat import Row, Style

ROWS_IN_GROUP = 256  # of some 10 KB each, which are in memory at the same time
_TEXT = pa.string()
_CALL = pa.struct(
    [("id", _TEXT), ("type", _TEXT), ("function", pa.struct([("name", _TEXT), ("arguments", _TEXT)]))],
)
_PLAIN = [("role", _TEXT), ("content", _TEXT)]
_MESSAGE = {
    "json": pa.struct(_PLAIN),
    "tools": pa.struct([*_PLAIN, ("tool_calls", pa.list_(_CALL)), ("tool_call_id", _TEXT)]),
}
_OWN = {"json": ("step", pa.int64()), "tools": ("tools", _TEXT)}
_FACTS = [
    *((name, _TEXT) for name in ("episode", "task_id", "scenario_id", "difficulty", "split", "family")),
    ("grade", pa.float64()),
    ("reward", pa.float64()),
    ("steps", pa.int64()),
    ("fallback_steps", pa.int64()),
    ("agent", _TEXT),
    ("model", _TEXT),
]


def schema(style: Style) -> pa.Schema:
    """The columns of a style."""
    return pa.schema([("messages", pa.list_(_MESSAGE[style])), _OWN[style], *_FACTS])


def write(rows: Iterator[Row], path: Path, style: Style) -> None:
    """Write rows, a group of them at a time."""
    columns = schema(style)
    with pq.ParquetWriter(path, columns, compression="zstd") as output:
        while group := list(islice(rows, ROWS_IN_GROUP)):
            output.write_batch(pa.RecordBatch.from_pylist(group, columns))
