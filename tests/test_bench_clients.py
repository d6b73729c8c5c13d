"""The clients of the benchmark: what they count as an answer, and what ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from bench.load.client import BadAnswerError, Client, PacedClient, RestClient, WebSocketClient, connect, frame
from bench.load.script import (
    LONG_LOOKS,
    LONG_TEXT,
    Encode,
    Request,
    Script,
    long_episode,
    over_rest,
    over_websocket,
)
from cloud_incident_env.actions import TEXT_LENGTH

INTERFACES = pytest.mark.parametrize(
    ("client", "encode"), [(RestClient, over_rest), (WebSocketClient, over_websocket)], ids=["rest", "websocket"]
)


async def answers(url: str, make: Callable[[], Client]) -> tuple[int, list[float]]:
    client = await connect(urlsplit(url).port or 0, make)
    return await asyncio.wait_for(client.ended, 60), client.latencies


@INTERFACES
def test_a_long_episode_is_played_to_its_end(openenv_url: str, client: type[Client], encode: Encode) -> None:
    script = long_episode(encode, {"seed": 7, "difficulty": "expert"}, reasoning=LONG_TEXT, summary=LONG_TEXT)
    count, latencies = asyncio.run(answers(openenv_url, lambda: client(script)))
    assert (count, len(latencies)) == (LONG_LOOKS + 2, LONG_LOOKS + 1)
    assert min(latencies) > 0


@INTERFACES
def test_an_error_of_the_server_ends_the_client(openenv_url: str, client: type[Client], encode: Encode) -> None:
    def script() -> Script:
        yield Request(encode("reset", {"task_id": "nothing"}), False)

    with pytest.raises(BadAnswerError, match="nothing"):
        asyncio.run(answers(openenv_url, lambda: client(script())))


def test_a_paced_client_sends_only_when_told_to(openenv_url: str) -> None:
    async def play() -> tuple[int, int]:
        script = long_episode(over_websocket, {"scenario_index": 0}, summary=None)
        client = await connect(urlsplit(openenv_url).port or 0, lambda: PacedClient(script))
        assert isinstance(client, PacedClient)
        for told in range(3):
            while client.answers < told or not client.shaken:
                await asyncio.sleep(0.001)
            client.tick()
        client.tick()
        client.leave()
        return await asyncio.wait_for(client.ended, 60), client.late

    assert asyncio.run(play()) == (3, 1)


@pytest.mark.parametrize(("length", "head"), [(5, "8185"), (126, "81fe007e"), (65_536, "81ff0000000000010000")])
def test_a_frame_is_masked_and_says_its_length(length: int, head: str) -> None:
    assert frame(1, b"x" * length) == bytes.fromhex(head) + bytes(4) + b"x" * length


def test_the_longest_text_is_as_long_as_may_be_and_takes_four_bytes_a_character() -> None:
    assert len(LONG_TEXT) == TEXT_LENGTH
    assert max(LONG_TEXT) > "\uffff"
