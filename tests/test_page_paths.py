"""The page answers for its own paths alone: of Gradio's others, some write files for whoever asks."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from cloud_incident_env.episodes import Episodes
from server.page.allowed_paths import is_allowed
from server.page.page import build_page

OTHERS = (
    "/gradio_api/deep_link",
    "/gradio_api/process_recording",
    "/gradio_api/upload",
    "/gradio_api/upload_progress",
    "/gradio_api/proxy=http://localhost/",
    "/gradio_api/file=pyproject.toml",
    "/gradio_api/stream/a/b/c",
    "/gradio_api/component_server",
    "/gradio_api/call/start",
    "/login",
    "/monitoring/key",
)


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(build_page(Episodes(10, 60.0)), raise_server_exceptions=False)


def test_the_page_serves_what_it_uses(page: TestClient) -> None:
    for path in ("/", "/config", "/theme.css", "/gradio_api/startup-events", "/gradio_api/info"):
        assert page.get(path).status_code == 200, path


@pytest.mark.parametrize("path", OTHERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_other_path_is_refused_before_gradio_sees_it(page: TestClient, method: str, path: str) -> None:
    answer = page.request(method, path)
    assert (answer.status_code, answer.text) == (404, "the page has no such path")


def test_a_path_is_not_let_in_for_how_it_begins() -> None:
    for path in ("/configuration", "/gradio_api/run/predictions", "/assets"):
        assert not is_allowed(path), path
