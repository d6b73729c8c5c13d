"""How many different sentences the logs of generated incidents are made of."""

from __future__ import annotations

import re

from cloud_incident_env.incident import Incident
from tests.generated.shown import Shown

_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_MESSAGE = re.compile(r'\bmsg"?[=:]"(?P<text>(?:[^"\\]|\\.)*)"')  # of a line whose whole message is quoted
_FIGURES = re.compile(r"\b(?=\w*\d)[\w.:+-]+")


class SeenTemplates:
    """Counts log lines that differ by more than figures, ids, hosts, names of services and quoted values."""

    def __init__(self) -> None:
        self.lines = 0
        self._seen: set[str] = set()

    def read(self, incident: Incident) -> int:
        """Read the logs of all services at the alert, and return how many templates were new."""
        shown, before = Shown(incident), len(self._seen)
        names = sorted(shown.services, key=len, reverse=True)
        for service in shown.services:
            for line in shown.text("query_logs", service).splitlines()[1:]:
                self.lines += 1
                self._seen.add(_template(line, names))
        return len(self._seen) - before


def _template(line: str, names: list[str]) -> str:
    message = _MESSAGE.search(line)
    if message is not None:
        line = message["text"].replace('\\"', '"')
    for name in names:
        line = line.replace(name, "NAME")
    return _FIGURES.sub("#", _QUOTED.sub("Q", line))
