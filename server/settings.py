"""Server settings: limits, their defaults and the variables that change them."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cloud_incident_env.manifest import PORT

from .endpoint_list import listed_endpoints

PREFIX = "INCIDENT_"
TOKEN_LENGTH = 16  # characters, the fewest of a control token: a random one of these takes too long to guess
DAY = 86_400  # seconds
# What Kubernetes sets in every container for a service whose name begins with `incident-`.
_SERVICE_LINK = re.compile(r"INCIDENT_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)")


class SettingsError(Exception):
    """Variables that no server can start with; the message is one line that names each of them and what is wrong."""


def _host(text: str) -> str:
    if not text or re.search(r"\s", text):
        raise ValueError("expected a name or an address without spaces")
    return text


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(rf"[!-~]{{{TOKEN_LENGTH},}}", token.get_secret_value()):
        raise ValueError(f"expected at least {TOKEN_LENGTH} printable ASCII characters and no spaces")
    return token


def _proxies(text: str) -> str:
    for part in text.split(",") if text.strip() else ():
        if part.strip() != "*":
            try:
                ipaddress.ip_network(part.strip(), strict=False)
            except ValueError as error:
                raise ValueError(f"expected addresses or networks between commas, or *, got {part!r}") from error
    return text


def _endpoints(text: str) -> str:
    listed_endpoints(text)
    return text


def existing_folder(path: Path) -> Path:
    """The path, whole. Raises ValueError if it is no folder."""
    if not path.is_dir():
        raise ValueError(f"expected a folder, and {str(path)!r} is none")
    return path.resolve()


class Settings(BaseSettings):
    """Read from environment variables named `INCIDENT_...`, for example `INCIDENT_MAX_EPISODES=500`.

    A variable that is empty counts as one that is not set. Numbers have to be finite. `read_settings` refuses variables
    of the prefix that are no setting, which this class alone does not see.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )

    max_episodes: int = Field(10_000, ge=1, le=10_000_000, description="episodes kept at once")
    max_episode_megabytes: int = Field(
        512, ge=16, le=1_000_000, description="memory that all episodes together may take, in MiB"
    )
    max_sessions: int = Field(
        5_000, ge=1, le=1_000_000, description="WebSockets open at once, on all paths of OpenEnv together"
    )
    max_connections: int = Field(
        10_000,
        ge=1,
        le=1_000_000,
        description="connections open at once; fewer where the limit of open files allows fewer",
    )
    idle_seconds: float = Field(
        1_800.0, ge=0.1, le=365 * DAY, description="seconds without a call after which an episode expires"
    )
    max_body_bytes: int = Field(65_536, ge=1_024, le=16_777_216, description="largest request body, in bytes")
    header_timeout_seconds: float = Field(
        10.0, ge=0.1, le=DAY, description="seconds in which the head of a request must arrive"
    )
    body_timeout_seconds: float = Field(
        30.0, ge=0.1, le=DAY, description="seconds in which the body of a request must arrive"
    )
    keep_alive_seconds: float = Field(
        300.0, ge=0.1, le=DAY, description="seconds that a connection may stay open between two requests"
    )
    ping_timeout_seconds: float = Field(
        300.0,
        ge=0.1,
        le=DAY,
        description="seconds that a WebSocket client may leave a ping unanswered, as one does whose model thinks",
    )
    host: Annotated[str, AfterValidator(_host)] = Field("0.0.0.0", description="address that the server listens on")
    port: int = Field(
        PORT,
        ge=1,
        le=65_535,
        validation_alias=AliasChoices("INCIDENT_PORT", "PORT"),
        description="port that the server listens on; PORT sets it too",
    )
    also_port: int | None = Field(
        None, ge=1, le=65_535, description="a second port that the server listens on as well; none by default"
    )
    root_path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$")] = Field(
        "", description="path under which a proxy serves the environment, such as /incident; none by default"
    )
    trusted_proxies: Annotated[str, AfterValidator(_proxies)] = Field(
        "",
        description="addresses or networks of proxies, by commas, whose X-Forwarded-For names the client; * for all",
    )
    control_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None,
        description="bearer token that resets, grades and records want; at least 16 characters; without it all is open",
    )
    held_out: bool = Field(True, description="whether the test splits and the held-out families may be played")
    openenv: bool = Field(True, description="whether the OpenEnv protocol is served")
    ui: bool = Field(True, description="whether the page at / is served")
    runs: Annotated[Path, AfterValidator(existing_folder)] | None = Field(
        None,
        description="folder of run folders of `evaluation`, served read-only below /console/runs; none by default",
    )
    open_runs: bool = Field(
        False, description="whether grades, answers and the oracle's runs of `INCIDENT_RUNS` are told to everybody"
    )
    endpoints: Annotated[str, AfterValidator(_endpoints)] = Field(
        "",
        description="model endpoints, name=url by commas, to which the page's questions are passed on; none by default",
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="text: log lines as uvicorn writes them; json: an object a line, with the id of the request"
    )


# Where silence would be unsafe, an empty variable is an error: a secret that was not filled in opens the whole server.
_NEVER_EMPTY = ("control_token",)
_NEVER_SHOWN = ("control_token", "endpoints")  # a wrong URL may hold a password


def read_settings() -> Settings:
    """The settings of the environment. Raises SettingsError, in one line, for any variable that is wrong or unknown."""
    problems = [*_unknown(), *_empty()]
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError("; ".join([*problems, *_invalid(error)])) from error
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def settings_or_exit() -> Settings:
    """The settings of the environment; where they are wrong, one line on stderr and exit code 2, and no traceback."""
    try:
        return read_settings()
    except SettingsError as error:
        print(f"cloud-incident-env: {error}", file=sys.stderr)
        sys.exit(2)


def _unknown() -> list[str]:
    known = {name.upper() for name in Settings.model_fields}
    problems = []
    for variable, value in sorted(os.environ.items()):
        name = variable.upper().removeprefix(PREFIX)
        if name == variable.upper() or name in known or _is_service_link(variable, value):
            continue
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        problems.append(f"{variable} is no setting: did you mean {PREFIX}{close[0]}?")
    return problems


def _is_service_link(variable: str, value: str) -> bool:
    return _SERVICE_LINK.fullmatch(variable) is not None or (variable.endswith("_PORT") and value.startswith("tcp://"))


def _empty() -> list[str]:
    names = [f"{PREFIX}{name.upper()}" for name in _NEVER_EMPTY]
    return [f"{name} is empty: give it a value, or do not set it" for name in names if os.environ.get(name) == ""]


def _invalid(error: ValidationError) -> list[str]:
    """What is wrong with each variable. The value is shown, unless it is a secret."""
    problems = []
    for entry in error.errors():
        place = str(entry["loc"][0])
        variable = f"{PREFIX}{place.upper()}"
        if place == "INCIDENT_PORT":  # which of its two names it came by is not said
            variable = place if os.environ.get(place) else "PORT"
        value = "" if place in _NEVER_SHOWN else f"={str(entry['input'])[:60]!r}"
        problems.append(f"{variable}{value}: {entry['msg'].removeprefix('Value error, ')}")
    return problems
