"""What the tests of single modules of the page share: the static files behind a plain server, and an empty page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.page.modules.module_page import module_page, static_files


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with static_files() as address:
        yield address


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    with module_page(browser, url) as page:
        yield page
