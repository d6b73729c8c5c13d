"""What the company's own software logs of requests that it fails by itself, where nothing tells why.

Facts of a failure say why; these lines stand where it has none, such as when a service is full.
"""

from __future__ import annotations

from cloud_incident_env.generated.model import Software

_FULL = (
    "WARN  {path} {answered 503|gave 503|503}: "
    "{all workers are busy and the queue is full|no worker, no place in the queue|full|at its limit}, {request|id} "
    "{hex}",
    "WARN  {request|call} {hex} {turned away|rejected|shed|not taken}, {no place in the queue|queue full}",
    "ERROR {path} 503, {queue full|no place left|over capacity|full}, {client|user} {user}",
)
_FAILED = (
    "ERROR {path} {answered 500|gave 500|failed with 500|ended with 500}, {request|id} {hex}",
    "ERROR {request|call} {hex} of {user} {failed|not done|broke off}, {answered 500|500}",
    "ERROR {path} 500, {not handled|no answer made|broke off|not done}, {request|id} {hex}",
)
_UNHANDLED = (
    "ERROR {record|message|item} {hex} {not handled|not done|failed}, {kept for another try|to be tried again}",
    "ERROR {handling of|work on|processing of} {hex} {failed|broke off|not done}, {attempt|try} {few}",
    "WARN  {few} {records|messages|items} {of the batch failed|failed|could not be handled} and were "
    "{sent back|returned}",
)


def own_error_lines(software: Software, is_full: bool) -> tuple[str, ...]:
    """The lines of requests that a service fails by itself; none for what others have written."""
    if software.kind == "worker":
        return _UNHANDLED
    if software.kind != "service":
        return ()
    return _FULL if is_full else _FAILED
