"""What a run was asked to do: the single source of truth for `config.json`. It holds no secret."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from evaluation.plan import Incidents, Plan, planned
from evaluation.play import PLAY_VERSION, Limits
from evaluation.record import RECORD_VERSION
from incidents.generate import INCIDENT_VERSION

CONFIG_VERSION = 1
ROOT = Path(__file__).resolve().parents[1]
# What may differ between the first start of a run and a later one. The commit is no ground to refuse, because most
# commits change nothing that a run depends on; the versions say what does. Patience with an endpoint decides which
# episodes end in an infrastructure error, and no grade.
_MAY_DIFFER = ("commit", "started", "settings.timeout", "settings.max_retries", "limits.seconds")
_CREDENTIALS = re.compile(r"(?<=//)[^/\s'\"]*@")
_QUERY = re.compile(r"(//[^\s'\"?#]+)[?#][^\s'\"]*")


def current_versions() -> dict[str, str]:
    """The versions of what decides how an episode goes and what is kept of it."""
    return {"incidents": INCIDENT_VERSION, "play": str(PLAY_VERSION), "record": str(RECORD_VERSION)}


def current_commit() -> str | None:
    """The commit of the code that runs, with "-dirty" if tracked files were changed; None where git does not know."""
    try:
        found = subprocess.run(
            ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None


def without_credentials(text: str) -> str:
    """A text whose addresses name no user and no password, and have no query, in which keys stand too."""
    return _QUERY.sub(r"\1", _CREDENTIALS.sub("", text))


@dataclass(frozen=True)
class RunConfig:
    """One run. `started` is an ISO time; `settings` are the agent's own, without secrets."""

    agent: str
    incidents: Incidents
    started: str
    model: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    trials: int = 1
    limits: Limits = field(default_factory=Limits)
    base_url: str | None = None  # of the environment server; None plays in process
    versions: Mapping[str, str] = field(default_factory=current_versions)
    commit: str | None = None

    def plan(self) -> Plan:
        """The episodes of the run."""
        return planned(self.incidents, self.trials)

    def to_json(self) -> dict[str, Any]:
        return {
            "config_version": CONFIG_VERSION,
            "versions": dict(self.versions),
            "commit": self.commit,
            "agent": self.agent,
            "model": self.model,
            "settings": dict(self.settings),
            "incidents": self.incidents.to_json(),
            "trials": self.trials,
            "limits": asdict(self.limits),
            "base_url": None if self.base_url is None else without_credentials(self.base_url),
            "started": self.started,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> RunConfig:
        """Read what `to_json` wrote. Raises ValueError for a version that this code does not know."""
        if kept.get("config_version") != CONFIG_VERSION:
            raise ValueError(f"unknown config_version {kept.get('config_version')!r}: this code knows {CONFIG_VERSION}")
        fields = {name: value for name, value in kept.items() if name != "config_version"}
        fields["incidents"] = Incidents.from_json(kept["incidents"])
        fields["limits"] = Limits(**kept["limits"])
        return cls(**fields)


def differences(kept: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """What keeps a run from going on with another configuration, one line each; both as `to_json` gives them."""
    before, now = dict(_flat(kept)), dict(_flat(asked))
    return [
        f"{name}: {before.get(name)!r} in the folder, {now.get(name)!r} now"
        for name in {**before, **now}
        if name not in _MAY_DIFFER and before.get(name) != now.get(name)
    ]


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested mappings, named by their dotted paths."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
