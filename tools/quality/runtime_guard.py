"""Runs a Python module as `python -m` would, under a guard: no outgoing connection, and a log of what it touches.

    python tools/quality/runtime_guard.py LOG MODULE [ARGUMENT ...]

LOG gets a line of JSON, `[kind, what]`, for every event, whichever thread or library causes it: `connect` (an attempt
to reach another address or to look a name up, which is refused), `write` (a file opened for writing, made, moved,
changed or removed), `read` (any other file opened), `run` (a program started), `import` (a module loaded).
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from typing import Any

_CONNECTS = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
    "socket.sendto",
    "socket.sendmsg",
}
_CHANGES = {
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.setxattr",
    "os.symlink",
    "os.truncate",
    "os.utime",
}
_RUNS = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def install(log: str) -> None:
    """Install the guard. It cannot be removed again: that is what an audit hook is."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(kind: str, what: Any) -> None:
        os.write(descriptor, (json.dumps([kind, str(what)]) + "\n").encode())

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, (str, bytes)):
                note("write" if flags & _WRITING else "read", os.path.abspath(os.fsdecode(path)))
        elif event == "import":
            note("import", arguments[0])
        elif event in _CHANGES:
            note("write", os.path.abspath(os.fsdecode(arguments[0])) if not isinstance(arguments[0], int) else event)
        elif event in _RUNS:
            note("run", arguments[:2])
        elif event in _CONNECTS:
            note("connect", (event, arguments[-1] if event != "socket.getaddrinfo" else arguments[:2]))
            raise ConnectionRefusedError(f"the guard refuses {event}")

    sys.addaudithook(hook)


def main() -> None:
    log, module, *arguments = sys.argv[1:]
    sys.path[0] = os.getcwd()  # as `python -m` does; otherwise this file's folder would be in the way of imports
    sys.argv = [module, *arguments]
    install(log)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
