"""Every fault family, found in the modules of this package."""

from __future__ import annotations

from cloud_incident_env.generated.discovery import declared_in
from cloud_incident_env.generated.model import Family

FAMILIES: dict[str, Family] = declared_in(__name__, __path__, Family)
