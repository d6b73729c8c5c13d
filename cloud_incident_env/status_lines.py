"""The lines of a status report that list feature flags and runbook steps: how they are written and read."""

from __future__ import annotations

import re

FLAGS_LABEL = "Feature flags"
STEPS_LABEL = "Runbook steps"


def listed(label: str, text: str) -> list[str]:
    """The entries of a line such as `Runbook steps: a, b`, in their order; none where there is no such line."""
    found = re.search(rf"^{label}: (.+)$", text, re.M)
    return [entry.strip() for entry in found[1].split(",")] if found and found[1] != "none" else []


def runbook_steps(text: str) -> list[str]:
    """The runbook steps that a status report lists."""
    return listed(STEPS_LABEL, text)


def flags_on(text: str) -> list[str]:
    """The feature flags that a status report says are on."""
    return [entry.removesuffix("=on") for entry in listed(FLAGS_LABEL, text) if entry.endswith("=on")]
