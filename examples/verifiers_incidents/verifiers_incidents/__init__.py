"""Cloud incidents of an OpenEnv server as a task set for verifiers 0.4.

    vf-eval verifiers-incidents --model MODEL --client.base-url URL --client.api-key-var HF_TOKEN --no-push

README.md tells how to install it, its options, and what it records.
"""

from .taskset import IncidentEnv, IncidentTaskset

__all__ = ["IncidentEnv", "IncidentTaskset"]
