"""A stop that waits for requests in flight and for nothing else, whichever way uvicorn was started.

uvicorn waits for every open connection, and an open page keeps one for as long as it is open. Started plainly, without
a limit for that wait, it never ends; with a limit, it cancels what is left, with a traceback each. So the app learns of
the signal itself: it ends endless streams at once, and what runs still after `STOP_SECONDS`.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

STOP_SECONDS = 4.0  # for requests in flight; uvicorn's own wait, where it has one, is longer
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Running(Protocol):
    """What `Stop` knows of a request or a WebSocket that is being served."""

    task: asyncio.Task[object]
    endless: bool  # a stream of events, which has no end of its own
    stopped: bool  # whether `Stop` cancelled the task


class Stop:
    """The requests that are being served, and their end when the process is told to stop."""

    def __init__(self) -> None:
        self.running: set[Running] = set()
        self.begun = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Learn of the signals that stop the process, and let the server's own handlers learn of them first.

        For the lifespan of the app, in the event loop. Outside the main thread there are no signals to learn of.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in SIGNALS}

        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.begin)
            handler = before[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for number in SIGNALS:
            signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in before.items():
                if signal.getsignal(number) is handle:
                    signal.signal(number, handler)

    def begin(self) -> None:
        """End endless streams now, and in STOP_SECONDS whatever is running then."""
        if self.begun:
            return
        self.begun = True
        self._end(endless_only=True)
        asyncio.get_running_loop().call_later(STOP_SECONDS, self._end)

    def note_endless(self, running: Running) -> None:
        """Say that a request is answered by a stream that does not end."""
        running.endless = True
        if self.begun:
            self._cancel(running)

    def _end(self, endless_only: bool = False) -> None:
        for running in list(self.running):
            if running.endless or not endless_only:
                self._cancel(running)

    def _cancel(self, running: Running) -> None:
        running.stopped = True
        running.task.cancel("the server stops")
