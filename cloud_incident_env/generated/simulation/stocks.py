"""What accumulates from minute to minute: a backlog is what came in less what was handled."""

from __future__ import annotations

HEADROOM = 1.6  # what a worker can handle, as a multiple of its normal load


def backlog_after(before: float, arriving: float, able: float) -> tuple[float, float]:
    """The backlog after a minute, and the records/s handled in it.

    `arriving` and `able` are records/s that come in and that could be handled.
    """
    waiting = before / 60.0 + arriving
    handled = waiting if waiting < able else able
    return (waiting - handled) * 60.0, handled
