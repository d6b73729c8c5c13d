"""How the server logs: JSON of every record, and once in ten seconds what repeats."""

from __future__ import annotations

import json
import logging
import logging.config
import subprocess
import sys

import pytest
from fastapi.testclient import TestClient

from server.app import create_app
from server.logs import REPEAT_SECONDS, JsonFormatter, OncePerTenSeconds
from tests.http_server import settings
from tests.markdown import ROOT


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def record(message: str, *arguments: object, level: int = logging.WARNING, error: bool = False) -> logging.LogRecord:
    caught = None
    if error:
        try:
            raise KeyError("x")
        except KeyError:
            caught = sys.exc_info()
    return logging.LogRecord("uvicorn.error", level, __file__, 1, message, arguments, caught)


def test_what_repeats_is_logged_once_in_ten_seconds_with_a_count() -> None:
    clock = Clock()
    once = OncePerTenSeconds(clock)
    assert [once.filter(record("Invalid %d", number)) for number in range(5)] == [True, False, False, False, False]
    clock.seconds = REPEAT_SECONDS - 0.1
    assert not once.filter(record("Invalid %d", 5))
    clock.seconds = REPEAT_SECONDS
    later = record("Invalid %d", 6)
    assert once.filter(later)
    assert later.getMessage() == "Invalid 6 (5 more like it were left out)"


def test_of_messages_that_the_root_logger_got_the_place_tells_which_are_alike() -> None:
    once = OncePerTenSeconds(Clock())
    records = [logging.LogRecord("root", logging.WARNING, __file__, 7, f"request {text}", (), None) for text in "abc"]
    assert [once.filter(record) for record in records] == [True, False, False]


def test_other_messages_other_errors_and_information_pass() -> None:
    once = OncePerTenSeconds(Clock())
    assert once.filter(record("one"))
    assert once.filter(record("another"))
    assert once.filter(record("one", error=True))
    assert not once.filter(record("one", error=True))
    assert all(once.filter(record("one", level=logging.INFO)) for _ in range(3))


def test_messages_that_are_all_different_are_not_kept_for_ever() -> None:
    clock = Clock()
    once = OncePerTenSeconds(clock)
    for number in range(5_000):
        clock.seconds = number
        once.filter(record(f"message {number}"))
    assert len(once._seen) < 1_100


def test_a_traceback_is_part_of_the_object() -> None:
    line = JsonFormatter().format(record("failed\n", error=True))
    assert "\n" not in line
    assert json.loads(line)["message"] == "failed"
    assert json.loads(line)["exception"].endswith("KeyError: 'x'")


def test_a_server_that_starts_has_one_filter_however_often_it_starts(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("uvicorn.error")
    # Servers of other tests in this process may have ended its propagation, and raised its level.
    logger.addHandler(caplog.handler)
    caplog.set_level(logging.WARNING, logger.name)
    try:
        for _ in range(2):
            with TestClient(create_app(settings())):
                caplog.clear()
                for _ in range(3):
                    logger.warning("Invalid HTTP request received.")
            assert {record.getMessage() for record in caplog.records} == {"Invalid HTTP request received."}
            assert len({id(record) for record in caplog.records}) == 1
    finally:
        logger.removeHandler(caplog.handler)
    filters = logger.filters
    assert len([known for known in filters if isinstance(known, OncePerTenSeconds)]) == 1


@pytest.mark.parametrize("logger", ["uvicorn.error", "mcp.server.streamable_http", "fastmcp", "asyncio"])
def test_in_json_every_line_is_an_object(logger: str) -> None:
    code = f"""
import logging
from server.logs import set_up_logs
for _ in range(2):
    set_up_logs("json")
for number in range(100):
    try:
        raise ConnectionError("closed")
    except ConnectionError:
        logging.getLogger({logger!r}).exception("Error in message router")
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert {line["logger"] for line in lines} == {logger}
    assert len(lines) == (100 if logger == "fastmcp" else 1)
