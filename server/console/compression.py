"""Answers of the console's doors as a browser takes them: large ones packed."""

from __future__ import annotations

import gzip
import re

from starlette.requests import Request
from starlette.responses import Response

LEAST_BYTES = 1_000  # below that, packing saves less than a network packet holds
_NOUGHT = re.compile(r"q\s*=\s*0(\.0*)?")
LEVEL = 4  # of gzip: a tenth larger than level 9, in a third of the time


def takes_gzip(request: Request) -> bool:
    """Whether the other side reads gzip: it names it, and not with a weight of nought."""
    for each in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = each.partition(";")
        if name.strip().lower() == "gzip":
            return _NOUGHT.fullmatch(weight.strip()) is None
    return False


def packed(response: Response, request: Request) -> Response:
    """The response, its body packed where that is worth it, unless it has an encoding already."""
    if "content-encoding" in response.headers or len(response.body) < LEAST_BYTES:
        return response
    response.headers.add_vary_header("Accept-Encoding")
    if takes_gzip(request):
        response.body = gzip.compress(bytes(response.body), LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response
