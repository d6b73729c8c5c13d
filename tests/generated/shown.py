"""What the tools show of an incident when the alert is raised, each text written once."""

from __future__ import annotations

from cloud_incident_env.incident import AT_THE_ALERT, PLAIN, Incident


class Shown:
    """The texts of an incident at the alert, as a policy reads them."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self.services = incident.known_services
        self.entry = incident.alert.affected_services[0]  # the alerting service
        self._texts: dict[tuple[str, str], str] = {}

    def text(self, tool: str, service: str) -> str:
        """What a diagnostic shows of a service."""
        if (tool, service) not in self._texts:
            self._texts[tool, service] = self.incident.telemetry.look(tool, service, PLAIN, AT_THE_ALERT).text
        return self._texts[tool, service]
