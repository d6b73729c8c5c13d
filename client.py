"""The clients, where OpenEnv's tools look for them in an environment's folder."""

from cloud_incident_env.client import (
    CloudIncidentAction,
    CloudIncidentEnv,
    CloudIncidentObservation,
    CloudIncidentState,
    IncidentToolEnv,
)

__all__ = [
    "CloudIncidentAction",
    "CloudIncidentEnv",
    "CloudIncidentObservation",
    "CloudIncidentState",
    "IncidentToolEnv",
]
