"""What the manifest of the environment, `openenv.yaml`, says of it."""

from __future__ import annotations

import yaml

from cloud_incident_env.layout import MANIFEST

_MANIFEST = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))

ENV_NAME: str = _MANIFEST["name"]
VERSION: str = _MANIFEST["version"]  # of the package and the environment; the REST interface has its own (wire.py)
DESCRIPTION: str = _MANIFEST["description"]
PORT: int = _MANIFEST["port"]  # that the server listens on unless told otherwise

AUTHOR = "The Cloud Incident Response authors"
DOCUMENTATION = "/docs"  # of the REST interface, on the server itself
