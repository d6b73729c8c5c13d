"""How much a browser loads before a visitor can begin, and which files of the page that are."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from server.page.modules import Modules
from tests.page.console_page import go
from tools.page_load import Load, cold_load

MOST_KB = 330  # of a first visit, until it is ready
MOST_KB_WITH_PLAY = 400  # and with what the landing loads once it is ready, or of the address of an incident
READY = "#console-host .task"
PLAYABLE = "#console-host .tool"


@pytest.fixture(scope="module")
def landed(browser: Browser, url: str) -> Load:
    go(browser.new_page(), url).close()  # the waiting page of a server that starts is no first visit
    return cold_load(browser, f"{url}/", READY)


def test_the_landing_is_light(landed: Load) -> None:
    assert landed.kilobytes_until_ready < MOST_KB, landed.heaviest()
    assert landed.kilobytes < MOST_KB_WITH_PLAY, landed.heaviest()


@pytest.mark.usefixtures("landed")
def test_an_incident_of_a_link_is_light(browser: Browser, url: str) -> None:
    load = cold_load(browser, f"{url}/?task=root_cause_analysis&scenario=0", PLAYABLE)
    assert load.kilobytes < MOST_KB_WITH_PLAY, load.heaviest()


def test_what_no_first_place_needs_is_left_for_later(landed: Load) -> None:
    names = [path.rpartition("/console/static/")[2] for path in landed.paths]
    assert {"app.js", "landing.js", "play.js"} <= set(names)
    assert not {"debrief.js", "help.js", "preview.png"} & set(names)
    assert len(names) == len(set(names))  # none is asked for twice


def test_the_document_names_what_its_place_needs(url: str) -> None:
    for query, last in (("", "landing.js"), ("?task=root_cause_analysis", "play.js"), ("?episode=none", "play.js")):
        document = httpx.get(f"{url}/{query}").text
        assert f'modulepreload" href="console/static/{last}"' in document
    assert 'console/static/play.js"' not in httpx.get(url).text


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], None]:
    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    return write


def test_what_a_place_needs_is_read_from_imports(tmp_path: Path, write: Callable[[str, str], None]) -> None:
    write("app.js", 'import { a } from "./a.js";\nconst later = () => import("./later/b.js");')
    write("a.js", 'import {\n  c,\n  d,\n} from "./parts/c.js";')
    write("parts/c.js", 'export { d } from "../d.js";')
    write("d.js", "export const d = 1;")
    write("later/b.js", 'import "../e.js";')
    write("e.js", 'import { b } from "./later/b.js";')  # in a circle
    modules = Modules(tmp_path)
    assert modules.needed(["app.js"]) == ("a.js", "app.js", "d.js", "parts/c.js")
    assert modules.needed(["later/b.js"]) == ("e.js", "later/b.js")


def test_sheets_for_which_a_module_asks_are_left_for_later(tmp_path: Path, write: Callable[[str, str], None]) -> None:
    for name in ("a.css", "theme.css", "later/b.css"):
        write(name, "")
    write("later/b.js", 'await styles("later/b.css");')
    assert Modules(tmp_path).sheets() == ("theme.css", "a.css")


@pytest.mark.parametrize("path", ["catalogue", "scores"])
def test_large_answers_are_packed_for_who_takes_that(url: str, path: str) -> None:
    with httpx.Client(base_url=url) as client:
        plain = client.get(f"/console/{path}", headers={"Accept-Encoding": "identity"})
        with client.stream("GET", f"/console/{path}", headers={"Accept-Encoding": "gzip"}) as answer:
            packed = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    assert int(answer.headers["Content-Length"]) == len(packed) < len(plain.content) / 3
    assert gzip.decompress(packed) == plain.content


def test_small_answers_and_errors_are_not_packed(url: str) -> None:
    for path in ("runs", "episode?episode_id=none"):
        answer = httpx.get(f"{url}/console/{path}", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers
