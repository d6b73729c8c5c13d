"""What the company's own software logs of requests that it fails by itself, where nothing tells why.

Facts of a failure say why; these lines stand where it has none, such as when a service is full.
"""

from __future__ import annotations

from cloud_incident_env.generated.model import Software

_FULL = (
    "WARN  {path} answered 503: all workers are busy and the queue is full, request {hex}",
    "WARN  request {hex} turned away, no place in the queue",
    "ERROR {path} 503, queue full, client {user}",
)
_FAILED = (
    "ERROR {path} answered 500, request {hex}",
    "ERROR request {hex} of {user} failed, answered 500",
    "ERROR {path} 500, not retried, request {hex}",
)
_UNHANDLED = (
    "ERROR record {hex} not handled, kept for another try",
    "ERROR handling of {hex} failed, attempt {few}",
    "WARN  {few} records of the batch failed and were sent back",
)


def own_error_lines(software: Software, is_full: bool) -> tuple[str, ...]:
    """The lines of requests that a service fails by itself; none for what others have written."""
    if software.kind == "worker":
        return _UNHANDLED
    if software.kind != "service":
        return ()
    return _FULL if is_full else _FAILED
