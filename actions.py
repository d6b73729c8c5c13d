"""The vocabulary of actions: the single source of truth for their names, parameters and meaning."""

from __future__ import annotations

from typing_extensions import TypedDict


class ActionSpec(TypedDict):
    """One action type: what it does and which parameters it takes."""

    description: str
    required: list[str]
    optional: list[str]


def _on_service(description: str, *optional: str) -> ActionSpec:
    return {"description": description, "required": ["service"], "optional": list(optional)}


ACTION_SCHEMA: dict[str, dict[str, ActionSpec]] = {
    "diagnostic": {
        "query_logs": _on_service("Recent log lines of a service."),
        "check_metrics": _on_service("Current figures of a service beside their normal values."),
        "check_dependencies": _on_service("Who calls a service, whom it calls, and how those calls fare."),
        "check_recent_deploys": _on_service("Latest deploys and configuration changes of a service."),
        "check_service_status": _on_service("Health, replicas, feature flags and runbook steps of a service."),
    },
    "remediation": {
        "restart_service": _on_service("Restart all replicas of a service."),
        "rollback_deploy": _on_service(
            "Return a service to an earlier version, the last good one unless target_version names another.",
            "target_version",
        ),
        "scale_service": _on_service("Change the number of replicas of a service.", "replicas"),
        "disable_feature_flag": {
            "description": "Turn a feature flag off everywhere.",
            "required": ["flag"],
            "optional": [],
        },
        "clear_cache": _on_service("Drop the contents of a cache."),
        "execute_runbook_step": {
            "description": "Run a step of a service's runbook, as listed by check_service_status.",
            "required": ["runbook_action"],
            "optional": ["target"],
        },
    },
    "submission": {
        "submit_severity": {
            "description": "Classify the alert, and end the episode. P1: a core user flow is down, or revenue loss "
            "above $1,000/min. P2: major degradation for most users while core flows still work. P3: partial or "
            "minor, a graceful fallback hides it from users. P4: informational.",
            "required": ["severity"],
            "optional": [],
        },
        "submit_root_cause": {
            "description": "Name the culprit service and, in a few words, the failure mode, and end the episode.",
            "required": ["service", "failure_mode"],
            "optional": [],
        },
        "submit_resolution": {
            "description": "Write up the incident in a few sentences (culprit, mechanism, actions taken, recovered "
            "state), and end the episode.",
            "required": ["summary"],
            "optional": [],
        },
    },
}

DIAGNOSTIC_ACTIONS = tuple(ACTION_SCHEMA["diagnostic"])
REMEDIATION_ACTIONS = tuple(ACTION_SCHEMA["remediation"])
SUBMISSION_ACTIONS = tuple(ACTION_SCHEMA["submission"])
ALL_ACTIONS: dict[str, ActionSpec] = {name: spec for group in ACTION_SCHEMA.values() for name, spec in group.items()}


def target_parameter(action_type: str) -> str:
    """The parameter that names what a diagnostic or remediation acts on: service, flag or runbook_action."""
    return ALL_ACTIONS[action_type]["required"][0]


def action_key(action_type: str, target: str) -> str:
    """The key of a remediation: `action_type:target`."""
    return f"{action_type}:{target}"


def is_verification(key: str) -> bool:
    """Whether a plan step only checks that the fix worked, as runbook steps named `verify_...` do."""
    return key.startswith("execute_runbook_step:verify_")


def normalise(name: str) -> str:
    """The form in which names of actions, services, flags and runbook steps are compared."""
    return name.strip().casefold()
