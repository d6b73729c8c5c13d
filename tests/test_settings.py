"""Settings come from INCIDENT_ variables, have the documented defaults, refuse nonsense and reach the server."""

from __future__ import annotations

import os
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

import server.app
from server.settings import Settings

DEFAULTS: dict[str, Any] = {
    "max_episodes": 10_000,
    "max_sessions": 1_000,
    "idle_seconds": 1_800.0,
    "max_body_bytes": 65_536,
    "ping_timeout_seconds": 300.0,
    "host": "0.0.0.0",
    "port": 7860,
    "also_port": None,
    "openenv": True,
    "ui": True,
}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("INCIDENT_") or name == "PORT":
            monkeypatch.delenv(name)


def test_the_defaults_are_the_documented_ones() -> None:
    assert Settings().model_dump() == DEFAULTS


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("max_episodes", "7", 7),
        ("idle_seconds", "0.5", 0.5),
        ("max_body_bytes", "2048", 2_048),
        ("ping_timeout_seconds", "60", 60.0),
        ("host", "127.0.0.1", "127.0.0.1"),
        ("port", "8080", 8080),
        ("also_port", "8000", 8000),
        ("openenv", "false", False),
        ("ui", "false", False),
    ],
)
def test_every_setting_is_read_from_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object
) -> None:
    monkeypatch.setenv(f"INCIDENT_{name.upper()}", text)
    assert Settings().model_dump() == {**DEFAULTS, name: value}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("max_episodes", "0"),
        ("max_episodes", "many"),
        ("idle_seconds", "0"),
        ("idle_seconds", "-1"),
        ("idle_seconds", "nan"),
        ("max_body_bytes", "1023"),
        ("port", "0"),
        ("port", "65536"),
        ("ui", "perhaps"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(f"INCIDENT_{name.upper()}", text)
    with pytest.raises(ValidationError, match=f"(?i){name}"):
        Settings()


def test_port_is_read_as_hosting_services_call_it_unless_the_own_variable_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert Settings().port == 8123
    monkeypatch.setenv("INCIDENT_PORT", "8124")
    assert Settings().port == 8124


def test_other_variables_without_the_prefix_mean_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_EPISODES", "1")
    monkeypatch.setenv("HOST", "192.0.2.1")
    assert Settings().model_dump() == DEFAULTS


def test_an_app_made_without_settings_reads_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENT_UI", "false")
    monkeypatch.setenv("INCIDENT_OPENENV", "false")
    monkeypatch.setenv("INCIDENT_MAX_EPISODES", "1")
    monkeypatch.setenv("INCIDENT_MAX_BODY_BYTES", "1024")
    client = TestClient(server.app.create_app())
    assert client.post("/reset").status_code == 200
    assert client.post("/reset").status_code == 503
    assert client.post("/step", content=b" " * 1_025).status_code == 413
    assert client.get("/").status_code == 404


def test_two_apps_have_episodes_of_their_own() -> None:
    first, second = (TestClient(server.app.create_app(Settings(ui=False, openenv=False))) for _ in range(2))
    assert first.post("/reset").status_code == 200
    assert first.get("/state").status_code == 200
    assert second.get("/state").status_code == 400


@pytest.mark.parametrize("name", ["PORT", "INCIDENT_PORT", "INCIDENT_ALSO_PORT", "INCIDENT_UI"])
def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert Settings().model_dump() == DEFAULTS
