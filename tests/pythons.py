"""The other Pythons of this machine, for tests of what must be the same in all of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache

import uv

LIMIT_S = 120
OLDEST = (3, 10)  # the project needs it or a newer one


@cache
def pyenv_versions() -> dict[str, str]:
    """The setting that makes every Python of a pyenv available under its own name; none without pyenv."""
    if not shutil.which("pyenv"):
        return {}
    listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True, timeout=LIMIT_S).stdout
    return {"PYENV_VERSION": ":".join(reversed(listed.split()))}


@cache
def other_pythons() -> dict[str, str]:
    """The Pythons of this machine that the project supports, one of each minor version but this one: version, path."""
    command = [uv.find_uv_bin(), "python", "list", "--only-installed", "--offline", "--output-format", "json"]
    environment = {**os.environ, **pyenv_versions()}
    listed = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=LIMIT_S).stdout
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for python in json.loads(listed or "[]"):
        minor = (python["version_parts"]["major"], python["version_parts"]["minor"])
        if minor >= OLDEST and minor != sys.version_info[:2]:
            found.setdefault(minor, (python["version"], python["path"]))
    return dict(sorted(found.values()))
