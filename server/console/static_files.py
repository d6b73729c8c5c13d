"""The files of the page: its modules, styles and pictures, by name, read from one folder and from nowhere else."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from ..errors import json_error
from .compression import takes_gzip

FOLDER = Path(__file__).parent.parent / "page" / "static"
NAME = re.compile(r"(?:[a-z0-9_-]{1,40}/){0,3}[a-z0-9_-]{1,60}\.(?:js|css|svg|png|json|woff2)")
TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
    "woff2": "font/woff2",
}
MOST_FILES = 256  # whose contents are kept


class StaticFile(NamedTuple):
    """A file as it is sent."""

    content: bytes
    gzipped: bytes
    etag: str
    media_type: str


def serve_file(request: Request, name: str) -> Response:
    """Answer with a file; 304 where the browser has it already, 404 where there is none.

    A module names the others without a version, so a browser asks each time whether it has the latest.
    """
    found = find_file(name)
    if found is None:
        return json_error(404, "the page has no such file")
    headers = {
        "ETag": found.etag,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if found.etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if takes_gzip(request) and len(found.gzipped) < len(found.content):
        headers["Content-Encoding"] = "gzip"
        return Response(found.gzipped, headers=headers, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)


def find_file(name: str, folder: Path = FOLDER) -> StaticFile | None:
    """The file of a name below a folder; None if there is none, or if the name leads elsewhere."""
    if NAME.fullmatch(name) is None:
        return None
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            return None
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=MOST_FILES)
def _read(path: Path, modified: int) -> StaticFile:
    """A file as it was when it was last modified."""
    content = path.read_bytes()
    tag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    return StaticFile(content, gzip.compress(content, 6, mtime=0), tag, TYPES[path.suffix[1:]])
