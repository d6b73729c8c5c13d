"""What a browser loads of a page, as its network log tells: for a test and for a benchmark."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ViewportSize

VIEW: ViewportSize = {"width": 1440, "height": 900}
AFTERWARDS = 2_500  # milliseconds in which a page loads what it needs next


@dataclass
class Load:
    """A cold load: `bytes` as they came over the wire, headers included, by address."""

    paint: float = 0.0  # seconds from the request until something was drawn
    ready: float = 0.0  # seconds until the place was there
    bytes: dict[str, int] = field(default_factory=dict)
    before_ready: int = 0  # bytes of what had come by then

    @property
    def kilobytes(self) -> float:
        return sum(self.bytes.values()) / 1_000

    @property
    def kilobytes_until_ready(self) -> float:
        return self.before_ready / 1_000

    @property
    def paths(self) -> list[str]:
        return [urlsplit(url).path for url in self.bytes]

    def heaviest(self, most: int = 12) -> list[tuple[int, str]]:
        return sorted(((size, urlsplit(url).path) for url, size in self.bytes.items()), reverse=True)[:most]


def cold_load(browser: Browser, url: str, ready: str, *, afterwards: int = AFTERWARDS) -> Load:
    """Open an address with nothing in the cache, until an element is there, and what comes soon afterwards."""
    load, addresses = Load(), dict[str, str]()
    context = browser.new_context(viewport=VIEW)
    page = context.new_page()
    log = context.new_cdp_session(page)

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        address = addresses.get(event["requestId"], "")
        if address.startswith("http"):
            load.bytes[address] = load.bytes.get(address, 0) + int(event["encodedDataLength"])

    log.on("Network.requestWillBeSent", asked)
    log.on("Network.loadingFinished", came)
    log.send("Network.enable")
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(ready).first.wait_for()
    load.ready = time.perf_counter() - started
    load.before_ready = sum(load.bytes.values())
    load.paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1_000
    page.wait_for_timeout(afterwards)
    context.close()
    return load
