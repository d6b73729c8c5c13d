"""The configuration of a run, as `config.json` keeps it. It holds no secret."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cloud_incident_env.evaluation.plan import Incidents, Plan, planned
from cloud_incident_env.evaluation.play import PLAY_VERSION, Limits
from cloud_incident_env.evaluation.record import RECORD_VERSION
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION
from cloud_incident_env.layout import ROOT

CONFIG_VERSION = 1
# Fields that may differ between the first start of a run and a later one. Most commits change nothing that a run
# depends on; the versions tell those that do. Time-outs and retries decide which episodes end in an infrastructure
# error, and no grade.
_MAY_DIFFER = ("commit", "started", "settings.timeout", "settings.max_retries", "limits.seconds")
_CREDENTIALS = re.compile(r"(?<=//)[^/\s'\"]*@")
_QUERY = re.compile(r"(//[^\s'\"?#]+)[?#][^\s'\"]*")


def current_versions() -> dict[str, str]:
    """The versions of the incidents, of how an episode is played, and of its record."""
    return {"incidents": INCIDENT_VERSION, "play": str(PLAY_VERSION), "record": str(RECORD_VERSION)}


def current_commit() -> str | None:
    """The commit of the checkout that runs, with "-dirty" if tracked files were changed.

    None where git does not know it, and for an installed package.
    """
    if not (ROOT / "pyproject.toml").is_file():
        return None
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
    """The text with user, password and query removed from its addresses, since all three may hold keys."""
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
    """The fields in which another configuration may not differ and does, one line each; both as of `to_json`."""
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
