"""A log of Inspect AI as a `.eval` archive, written sample by sample.

The layout is the one that `inspect_ai.log` reads: a ZIP archive of a start, a file a sample, the summaries of all
samples and a header with the results. Inspect's own writer keeps every sample until the end; here one is in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from inspect_ai.log import EvalLog, EvalPlan, EvalSample, EvalSpec
from pydantic import BaseModel

LAYOUT_VERSION = 2  # of the logs that `inspect_ai.log` writes (`EvalLog.version`)
_BEGINNING_OF_TIME = (1980, 1, 1, 0, 0, 0)  # for archives; a time of their own would make every export another file
_COPIED_AT_ONCE = 1 << 20  # bytes


class _Start(BaseModel):
    """What is known of a log before its first sample."""

    version: int
    eval: EvalSpec
    plan: EvalPlan


def write_archive(
    spec: EvalSpec, plan: EvalPlan, samples: Iterable[EvalSample], header: Callable[[], EvalLog], path: Path
) -> None:
    """Write a log. `header` is asked for it, without samples, after the last sample."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, tempfile.TemporaryFile() as summaries:
        _put(archive, "_journal/start.json", _Start(version=LAYOUT_VERSION, eval=spec, plan=plan))
        for number, sample in enumerate(samples):
            _put(archive, f"samples/{sample.id}_epoch_{sample.epoch}.json", sample)
            summaries.write(b"," if number else b"[")
            summaries.write(_as_json(sample.summary()))
        summaries.write(b"]" if summaries.tell() else b"[]")
        _copy(summaries, archive, "summaries.json")
        _put(archive, "header.json", header())


def _put(archive: ZipFile, name: str, model: BaseModel) -> None:
    archive.writestr(_member(name), _as_json(model))


def _copy(content: IO[bytes], archive: ZipFile, name: str) -> None:
    content.seek(0)
    with archive.open(_member(name), "w", force_zip64=True) as output:
        while block := content.read(_COPIED_AT_ONCE):
            output.write(block)


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, _BEGINNING_OF_TIME)
    member.compress_type = ZIP_DEFLATED
    return member


def _as_json(model: BaseModel) -> bytes:
    return model.model_dump_json(exclude_none=True).encode()
