"""Application services, one for each language."""

from cloud_incident_env.generated.software.services.go import GO
from cloud_incident_env.generated.software.services.java import JAVA
from cloud_incident_env.generated.software.services.node import NODE
from cloud_incident_env.generated.software.services.python import PYTHON

__all__ = ["GO", "JAVA", "NODE", "PYTHON"]
