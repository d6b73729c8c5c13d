"""How the server logs: an object a line where that is wanted, and what repeats once in ten seconds."""

from __future__ import annotations

import copy
import json
import logging
import logging.config
import time
from collections.abc import Callable
from typing import Any

from uvicorn.config import LOGGING_CONFIG

REPEAT_SECONDS = 10.0
# Warnings and errors that a client can cause as often as it likes. Records of their children do not pass their filters.
_REPEATING = (
    "root",
    "uvicorn.error",
    "asyncio",
    "websockets.server",
    "mcp.server.streamable_http",
    "mcp.server.streamable_http_manager",
    "mcp.server.transport_security",
    "mcp.server.lowlevel.server",
)
# What is not of the record itself is what the caller gave as `extra`.
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}

requests = logging.getLogger("cloud_incident_env.requests")


class JsonFormatter(logging.Formatter):
    """A record as a JSON object in one line: time (UTC), level, logger, message, its extra fields, its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().strip(),
        }
        # Libraries put fields of their own into records of all loggers; their names begin with an underscore.
        extra = {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS and name[0] != "_"}
        line.update(extra)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class OncePerTenSeconds(logging.Filter):
    """Lets a warning or an error through once in REPEAT_SECONDS, with how many like it were left out meanwhile.

    Two are alike if they have one logger, one message before its arguments are filled in, and one place in the code
    from which their exception came.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[object, ...], tuple[float, int]] = {}  # until when, and how many were left out

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        if record.levelno < logging.WARNING:
            return True
        now = self._clock()
        key = (record.name, _subject(record), *_origin(record))
        until, left_out = self._seen.get(key, (0.0, 0))
        if now < until:
            self._seen[key] = (until, left_out + 1)
            return False
        if len(self._seen) > 1_000:  # a message that is different each time
            self._seen = {seen: entry for seen, entry in self._seen.items() if now < entry[0]}
        self._seen[key] = (now + REPEAT_SECONDS, 0)
        if left_out:
            record.msg = f"{record.getMessage().rstrip()} ({left_out} more like it were left out)"
            record.args = None
        return True


def _subject(record: logging.LogRecord) -> str:
    """The message before its arguments are filled in; the place in the code of what is logged without a logger.

    The MCP library writes whole requests into such messages, so that no two are alike.
    """
    return f"{record.pathname}:{record.lineno}" if record.name == "root" else str(record.msg)


def _origin(record: logging.LogRecord) -> tuple[object, ...]:
    if not record.exc_info or record.exc_info[1] is None:
        return ()
    error, place = record.exc_info[1], record.exc_info[2]
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return (type(error), place and (place.tb_frame.f_code.co_filename, place.tb_lineno))


def set_up_logs(log_format: str) -> None:
    """Log as the setting says, also where uvicorn was started without it. A second call starts anew.

    In every format, loggers that clients can fill say what repeats once in REPEAT_SECONDS.
    """
    if log_format == "json":
        logging.config.dictConfig(log_config(log_format))
    for name in _REPEATING:
        logger = logging.getLogger(name)
        for known in [known for known in logger.filters if isinstance(known, OncePerTenSeconds)]:
            logger.removeFilter(known)
        logger.addFilter(OncePerTenSeconds())


def quiet_fastmcp() -> None:
    """Let FastMCP log errors alone, as all other loggers do: it tells each mistake of a client over several lines."""
    logger = logging.getLogger("fastmcp")
    logger.handlers.clear()
    logger.setLevel(logging.ERROR)
    logger.propagate = True


def log_config(log_format: str) -> dict[str, Any]:
    """The configuration of logging for uvicorn, in `text` as it has it itself, in `json` for all loggers."""
    config: dict[str, Any] = copy.deepcopy(LOGGING_CONFIG)  # uvicorn writes into it
    if log_format == "text":
        return config
    config["formatters"] = {"json": {"()": JsonFormatter}}
    config["handlers"] = {"json": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}}
    config["root"] = {"handlers": ["json"], "level": "WARNING"}
    config["loggers"] = {
        "uvicorn": {"handlers": ["json"], "level": "INFO", "propagate": False},
        "uvicorn.error": {"level": "INFO"},
        "uvicorn.access": {"handlers": [], "propagate": False},  # `Watch` says more
        requests.name: {"handlers": ["json"], "level": "INFO", "propagate": False},
        "fastmcp": {"handlers": [], "propagate": True},
    }
    return config
