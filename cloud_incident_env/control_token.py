"""The control token of an environment server, as clients send it."""

from __future__ import annotations

import os
from collections.abc import Mapping

VARIABLE = "ENV_CONTROL_TOKEN"  # the trainer's; the server reads INCIDENT_CONTROL_TOKEN


def control_headers(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The headers that tell a server the token of the environment variable; none where it is unset or empty."""
    token = environ.get(VARIABLE)
    return {"Authorization": f"Bearer {token}"} if token else {}
