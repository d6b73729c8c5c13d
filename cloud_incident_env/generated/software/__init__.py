"""Every kind of software that services run, found in the modules of this package."""

from __future__ import annotations

from cloud_incident_env.generated.discovery import declared_in
from cloud_incident_env.generated.model import Software

SOFTWARE: dict[str, Software] = declared_in(__name__, __path__, Software)
