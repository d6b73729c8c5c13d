"""Server settings: limits, their defaults and the variables that change them."""

from __future__ import annotations

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from cloud_incident_env.manifest import PORT


class Settings(BaseSettings):
    """Read from environment variables named `INCIDENT_...`, for example `INCIDENT_MAX_EPISODES=500`."""

    model_config = SettingsConfigDict(
        env_prefix="INCIDENT_", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    max_episodes: int = Field(10_000, ge=1, description="episodes kept at once")
    max_sessions: int = Field(1_000, ge=1, description="OpenEnv sessions kept at once, on each of its two WebSockets")
    idle_seconds: float = Field(1_800.0, gt=0, description="seconds without a call after which an episode expires")
    max_body_bytes: int = Field(65_536, ge=1_024, description="largest request body, in bytes")
    ping_timeout_seconds: float = Field(
        300.0,
        gt=0,
        description="seconds that a WebSocket client may leave a ping unanswered, as one does whose model thinks",
    )
    host: str = Field("0.0.0.0", description="address that the server listens on")
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
    openenv: bool = Field(True, description="whether the OpenEnv protocol is served")
    ui: bool = Field(True, description="whether the page at / is served")
