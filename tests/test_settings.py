"""Settings come from INCIDENT_ variables, have the documented defaults, refuse nonsense and reach the server."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr, ValidationError

import server.app
from server.settings import Settings, SettingsError, read_settings
from tests.markdown import ROOT

TOKEN = "0123456789abcdef"

DEFAULTS: dict[str, Any] = {
    "max_episodes": 10_000,
    "max_episode_megabytes": 512,
    "max_sessions": 5_000,
    "max_connections": 10_000,
    "idle_seconds": 1_800.0,
    "max_body_bytes": 65_536,
    "header_timeout_seconds": 10.0,
    "body_timeout_seconds": 30.0,
    "keep_alive_seconds": 300.0,
    "ping_timeout_seconds": 300.0,
    "host": "0.0.0.0",
    "port": 7860,
    "also_port": None,
    "root_path": "",
    "trusted_proxies": "",
    "control_token": None,
    "held_out": True,
    "openenv": True,
    "ui": True,
    "runs": None,
    "open_runs": False,
    "endpoints": "",
    "log_format": "text",
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
        ("max_episode_megabytes", "64", 64),
        ("max_sessions", "10", 10),
        ("max_connections", "100", 100),
        ("max_body_bytes", "2048", 2_048),
        ("header_timeout_seconds", "2", 2.0),
        ("body_timeout_seconds", "3", 3.0),
        ("keep_alive_seconds", "4", 4.0),
        ("ping_timeout_seconds", "60", 60.0),
        ("host", "127.0.0.1", "127.0.0.1"),
        ("port", "8080", 8080),
        ("also_port", "8000", 8000),
        ("root_path", "/a/b-c", "/a/b-c"),
        ("trusted_proxies", "10.0.0.0/8, 192.0.2.1", "10.0.0.0/8, 192.0.2.1"),
        ("control_token", TOKEN, SecretStr(TOKEN)),
        ("held_out", "false", False),
        ("openenv", "false", False),
        ("ui", "false", False),
        ("runs", str(ROOT / "docs"), ROOT / "docs"),
        ("open_runs", "true", True),
        (
            "endpoints",
            "a=http://127.0.0.1:8000/v1, b=https://b.example",
            "a=http://127.0.0.1:8000/v1, b=https://b.example",
        ),
        ("log_format", "json", "json"),
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
        ("idle_seconds", "inf"),
        ("idle_seconds", "1e-9"),
        ("max_episode_megabytes", "15"),
        ("max_sessions", "99999999999999"),
        ("max_connections", "0"),
        ("max_body_bytes", "1023"),
        ("max_body_bytes", "99999999999999"),
        ("header_timeout_seconds", "inf"),
        ("body_timeout_seconds", "0"),
        ("keep_alive_seconds", "-1"),
        ("ping_timeout_seconds", "nan"),
        ("host", " "),
        ("host", "two words"),
        ("root_path", "incident"),
        ("root_path", "/incident/"),
        ("trusted_proxies", "proxy"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("control_token", "short"),
        ("control_token", "with a space in it"),
        ("control_token", "vier-und-zwanzig-ü"),
        ("log_format", "xml"),
        ("runs", "no/such/folder"),
        ("endpoints", "https://a.example/v1"),
        ("endpoints", "a=ftp://a.example/v1"),
        ("endpoints", "a=https:///v1"),
        ("endpoints", "a=https://user:password@a.example/v1"),
        ("endpoints", "a=https://a.example/v1?key=secret"),
        ("endpoints", "a=https://a.example/v1#there"),
        ("endpoints", "a=https://a.example:port/v1"),
        ("endpoints", "a=https://a.example/v1, a=https://b.example/v1"),
        ("endpoints", "A=https://a.example/v1"),
        ("endpoints", "a=https://a.example/v 1"),
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
    with pytest.raises(SettingsError, match=rf"^INCIDENT_{name.upper()}[^\n]*: [^\n]+$") as refused:
        read_settings()
    assert (text in str(refused.value)) is (name not in ("control_token", "endpoints"))


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("INCIDENT_MAX_EPISODS", "INCIDENT_MAX_EPISODES"),
        ("INCIDENT_TOKEN", "INCIDENT_CONTROL_TOKEN"),
        ("INCIDENT_PRT", "INCIDENT_PORT"),
        ("incident_log", "INCIDENT_LOG_FORMAT"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, variable: str, meant: str
) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(SettingsError, match=f"^{variable} is no setting: did you mean {meant}\\?$"):
        read_settings()


@pytest.mark.parametrize(
    "variable",
    ["INCIDENT_ENV_SERVICE_HOST", "INCIDENT_ENV_SERVICE_PORT_HTTP", "INCIDENT_ENV_PORT", "INCIDENT_ENV_PORT_7860_TCP"],
)
def test_what_kubernetes_sets_for_a_service_is_no_misspelt_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "tcp://10.0.0.1:7860")
    assert read_settings() == Settings()


def test_several_wrong_variables_are_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENT_TYPO", "1")
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(SettingsError, match=r"^INCIDENT_TYPO is no setting[^\n]*; PORT='http': [^\n]*$"):
        read_settings()


def test_a_token_that_was_not_filled_in_does_not_open_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENT_CONTROL_TOKEN", "")
    with pytest.raises(SettingsError, match="INCIDENT_CONTROL_TOKEN is empty"):
        read_settings()


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(Settings(control_token=SecretStr(TOKEN)))


@pytest.mark.parametrize(
    "command",
    [("server.app",), ("cloud_incident_env",), ("uvicorn", "server.app:app", "--port", "0")],
    ids=lambda command: command[0],
)
def test_a_wrong_variable_ends_the_start_with_one_line_and_code_2(command: tuple[str, ...]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INCIDENT_")}
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**kept, "INCIDENT_IDLE_SECONDS": "inf"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "cloud-incident-env: INCIDENT_IDLE_SECONDS='inf': Input should be a finite number\n"


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
