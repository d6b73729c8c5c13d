"""`requirements.txt`: the runtime packages of uv.lock with hashes. `python -m tools.requirements` writes the file.

Where a package wants another one with an extra, pip before 23.3 takes no hash of the plain package for it: it looks at
the newest release, and stops because that is not pinned. So such a package is listed a second time, with the extra.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tools.quality.static_files import ROOT

REQUIREMENTS = ROOT / "requirements.txt"
EXPORT = ["export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--no-config", "--no-header"]
HEADER = "# Made from uv.lock by `make requirements`.\n"
_WANTED = re.compile(r'\{ name = "([^"]+)", extra = \[([^\]]+)\]')


def generate() -> str:
    """The text of requirements.txt for the lock as it is. Raises CalledProcessError where uv refuses."""
    import uv

    environment = os.environ | {"UV_OFFLINE": "1", "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    command = [uv.find_uv_bin(), *EXPORT]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=60, cwd=ROOT)
    return HEADER + with_extras(done.stdout, (ROOT / "uv.lock").read_text(encoding="utf-8"))


def with_extras(export: str, lock: str) -> str:
    """An export of a lock, with a second entry for each package that an exported one wants with extras."""
    entries = re.split(r"(?m)^(?=\S)", export)
    exported = {entry.partition("==")[0] for entry in entries}
    wanted: dict[str, str] = {}
    for package in lock.split("[[package]]")[1:]:
        if package.split('"')[1] in exported:
            wanted |= {name: ",".join(re.findall(r'"([^"]+)"', extras)) for name, extras in _WANTED.findall(package)}
    written = []
    for entry in entries:
        written.append(entry)
        name = entry.partition("==")[0]
        if name in wanted:
            pinned = "".join(line for line in entry.splitlines(keepends=True) if not line.lstrip().startswith("#"))
            written.append(pinned.replace(f"{name}==", f"{name}[{wanted[name]}]==", 1))
    return "".join(written)


def main() -> None:
    """Write the file."""
    REQUIREMENTS.write_text(generate(), encoding="utf-8")


if __name__ == "__main__":
    main()
