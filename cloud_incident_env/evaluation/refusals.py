"""What a worker of the page refuses."""

from __future__ import annotations


class RefusedError(Exception):
    """What was asked for cannot be had; `status` is that of the server's answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
