"""The severities and what each means, as the descriptions of the task and of its submission say it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cloud_incident_env.actions import SEVERITY_LEVELS
from cloud_incident_env.incident import SEVERITIES, Severity

_RULE = re.compile(r"(P\d): (.*?\.)(?= P\d: |$)")
SEVERITY_RULES: Mapping[Severity, str] = {
    severity: f"{text[:1].upper()}{text[1:]}"
    for severity in SEVERITIES
    for name, text in _RULE.findall(SEVERITY_LEVELS)
    if name == severity
}
assert tuple(SEVERITY_RULES) == SEVERITIES
