"""Passes a visitor's question to a model's endpoint that the operator lists, for endpoints that refuse browsers.

The one place at which this server calls another. It calls the URLs of its setting and nothing else: no redirect is
followed, and neither proxies nor passwords are taken from the environment. What passes is the JSON of the question, the
visitor's key and the JSON of the answer. The key is neither logged nor kept.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Coroutine, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import NoReturn

import httpx
import orjson
from fastapi import Request, Response
from starlette.exceptions import HTTPException

from ..body_reader import HungUpError, TooLargeError, TooSlowError, read_body
from ..strict_json import is_clean_json
from .workers import BusyError

KEY_HEADER = "x-endpoint-key"  # `Authorization` is that of this server
STATUS_HEADER = "X-Endpoint-Status"  # in answers of the endpoint; one of this server's own lacks it
MOST_BYTES = 1_048_576  # of a question, and of an answer: a long episode is some 200 kB
BODY_SECONDS = 30.0  # in which a question must arrive
SECONDS = 120.0  # in which an endpoint must have answered
AT_ONCE = 8  # questions; one more is told to come again
MOST_PAUSE = 600  # seconds of a Retry-After that is passed on
_KEY = re.compile(r"[!-~]{1,1000}")
_SENT = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}


class Endpoints:
    """The endpoints of a server by name."""

    def __init__(self, urls: Mapping[str, str], *, seconds: float = SECONDS, at_once: int = AT_ONCE) -> None:
        self._urls = dict(urls)
        self._seconds = seconds
        self._free = at_once
        self._client: httpx.AsyncClient | None = None

    @property
    def names(self) -> list[str]:
        return list(self._urls)

    async def relay(self, request: Request) -> Response:
        """The endpoint's answer to a question. Raises HTTPException, and BusyError where too many are asked already."""
        url = self._urls.get(request.path_params["name"])
        if url is None:
            raise HTTPException(404, "this server lists no such endpoint")
        key = request.headers.get(KEY_HEADER)
        if key is not None and _KEY.fullmatch(key) is None:
            raise HTTPException(422, "the key of the endpoint must be printable ASCII without spaces")
        if self._free <= 0:
            raise BusyError("too many models are asked by way of this server at once: try again in a moment")
        self._free -= 1
        try:
            return await _unless_gone(request, self._ask(f"{url}/chat/completions", await _question(request), key))
        finally:
            self._free += 1

    async def close(self) -> None:
        """Close the connections to endpoints."""
        if self._client is not None:
            await self._client.aclose()

    async def _ask(self, url: str, question: bytes, key: str | None) -> Response:
        if self._client is None:
            no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
            self._client = httpx.AsyncClient(
                follow_redirects=False, trust_env=False, timeout=self._seconds, cookies=no_cookies
            )
        headers = _SENT if key is None else {**_SENT, "Authorization": f"Bearer {key}"}
        try:
            return await asyncio.wait_for(_exchange(self._client, url, question, headers), self._seconds)
        except (asyncio.TimeoutError, httpx.TimeoutException):
            raise HTTPException(504, f"the endpoint did not answer within {self._seconds:g} s") from None
        except httpx.HTTPError as error:
            # Of the error its kind alone: its text may name what the operator would not tell.
            raise HTTPException(502, f"the endpoint cannot be reached ({type(error).__name__})") from None


async def _question(request: Request) -> bytes:
    """The body of a request, read here once there is a place for it, since it may be larger than others."""
    try:
        body = await read_body(request.scope, request.receive, MOST_BYTES, BODY_SECONDS)
    except TooLargeError:
        raise HTTPException(413, f"expected a body of at most {MOST_BYTES} bytes", {"Connection": "close"}) from None
    except TooSlowError:
        raise HTTPException(408, f"the body was not whole within {BODY_SECONDS:g} s", {"Connection": "close"}) from None
    except HungUpError:
        raise HTTPException(400, "the body never came") from None
    if not is_clean_json(body) or not isinstance(question := orjson.loads(body), dict):
        raise HTTPException(422, "expected a JSON object")
    if question.get("stream"):
        raise HTTPException(422, "answers are passed on whole: leave stream out")
    return body


async def _unless_gone(request: Request, asking: Coroutine[None, None, Response]) -> Response:
    """The answer to a question, which is dropped once whoever asked it hangs up: its place is then another's."""
    answer, gone = asyncio.ensure_future(asking), asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise HTTPException(400, "whoever asked this is gone")
        return answer.result()
    finally:
        answer.cancel()
        gone.cancel()
        await asyncio.gather(answer, gone, return_exceptions=True)


async def _hung_up(request: Request) -> None:
    """Wait until the other side closes the connection, its question read already."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _is_json(text: bytes) -> bool:
    """Whether a browser reads it as JSON."""
    try:
        json.loads(text.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


async def _exchange(client: httpx.AsyncClient, url: str, question: bytes, headers: Mapping[str, str]) -> Response:
    """Ask an endpoint; its status and its JSON."""
    async with client.stream("POST", url, content=question, headers=dict(headers)) as answer:
        if 300 <= answer.status_code < 400:
            raise HTTPException(502, "the endpoint sends elsewhere, and this server follows no redirect")
        if not 200 <= answer.status_code < 600:
            raise HTTPException(502, f"the endpoint answered with {answer.status_code}, which is no status of HTTP")
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise HTTPException(502, "the endpoint compressed its answer, which this server did not ask for")
        parts, size = [], 0
        async for part in answer.aiter_raw():
            size += len(part)
            if size > MOST_BYTES:
                raise HTTPException(502, f"the endpoint's answer is longer than {MOST_BYTES} bytes")
            parts.append(part)
    told = b"".join(parts)
    if not _is_json(told):
        raise HTTPException(502, f"the endpoint answered with status {answer.status_code} and no JSON")
    kept = {STATUS_HEADER: str(answer.status_code), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    pause = answer.headers.get("retry-after", "")
    if re.fullmatch(r"[0-9]{1,6}", pause):
        kept["Retry-After"] = str(min(int(pause), MOST_PAUSE))
    return Response(told, answer.status_code, kept, media_type="application/json")
