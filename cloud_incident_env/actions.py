"""The actions an agent may take, declared once: names, parameters, meaning, and the tasks that offer them.

The REST interface, the OpenEnv schema, the tools of MCP and trainers, the prompts, the page, the manifest and the
tables of the documentation are made from here or tested against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from cloud_incident_env.incident import SEVERITIES, TaskId

Group = Literal["diagnostic", "remediation", "submission"]

NAME_LENGTH = 200  # characters in the name of an action, service, flag or runbook step
TEXT_LENGTH = 8_000  # characters in a summary, a failure mode or a line of reasoning
PHRASE_LENGTH = 100  # characters in a parameter that narrows a diagnostic down
MOST_REPLICAS = 10_000  # that scale_service sets
MOST_MINUTES = 1_440  # that a diagnostic looks back
MISTAKE_MINUTES = 1  # of the incident's clock that an unknown or refused action takes

ALL_TASKS: tuple[TaskId, ...] = get_args(TaskId)
LEVELS = ("debug", "info", "warn", "error", "fatal")  # of log lines, the worst last
TRACES = ("slowest", "failed")
SEVERITY_LEVELS = (
    "P1: a core user flow is down, or revenue loss above $1,000/min. P2: major degradation for most users while core "
    "flows still work. P3: partial or minor, a graceful fallback hides it from users. P4: informational."
)


@dataclass(frozen=True)
class Parameter:
    """A parameter of actions, and what may stand in it."""

    name: str
    description: str
    kind: Literal["name", "text", "phrase", "replicas", "minutes"] = "name"
    choices: tuple[str, ...] = ()  # the values that make sense, where there are few

    @property
    def length(self) -> int:
        """The most characters of a text."""
        return {"text": TEXT_LENGTH, "phrase": PHRASE_LENGTH}.get(self.kind, NAME_LENGTH)

    @property
    def most(self) -> int | None:
        """The largest value of an integer, from 0; None for texts."""
        return {"replicas": MOST_REPLICAS, "minutes": MOST_MINUTES}.get(self.kind)


@dataclass(frozen=True)
class Action:
    """One type of action."""

    name: str
    group: Group
    description: str
    required: tuple[str, ...]  # parameters it needs; the first one names what it acts on
    optional: tuple[str, ...] = ()
    tasks: tuple[TaskId, ...] = ("remediation_planning",)  # that offer it
    label: str = ""  # of a diagnostic, as a heading of the page
    caution: str = ""  # what the description of its tool says as well
    minutes: int = 1  # of the incident's clock that it takes


PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        Parameter("service", "name of a known service: what a diagnostic or remediation acts on, or the culprit"),
        Parameter("severity", "P1, P2, P3 or P4", choices=SEVERITIES),
        Parameter(
            "failure_mode",
            "what went wrong: the id of a failure mode in the catalogue, or its cause in a sentence or two",
            "text",
        ),
        Parameter(
            "summary",
            "write-up in a few sentences: the culprit, the mechanism, the actions taken, the state now",
            "text",
        ),
        Parameter("target_version", "version to return to; the last good one if left out"),
        Parameter("replicas", "number of replicas to run", "replicas"),
        Parameter("flag", "name of a feature flag, as the status of a service lists it"),
        Parameter("runbook_action", "name of a runbook step, as the status of a service lists it"),
        Parameter("target", "what the action acts on, where no more specific field is filled in"),
        Parameter("since_minutes", "log lines of the last so many minutes alone", "minutes"),
        Parameter("until_minutes", "log lines older than so many minutes alone", "minutes"),
        Parameter("level", f"log lines of this level or worse alone: {', '.join(LEVELS)}", "phrase", LEVELS),
        Parameter("contains", "log lines that contain this text alone, without regard to case", "phrase"),
        Parameter("window_minutes", "a series over so many minutes, of up to 12 readings, instead of one", "minutes"),
        Parameter("metric", "this metric alone", "phrase"),
        Parameter("trace", f"the spans of one request as well: {' or '.join(TRACES)}", "phrase", TRACES),
        Parameter("change_id", "the diff of this change", "phrase"),
        Parameter("reasoning", "the agent's own note; recorded, without effect on reward or grade", "text"),
    )
}

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(
            "query_logs",
            "diagnostic",
            "Recent log lines of a service.",
            ("service",),
            ("since_minutes", "until_minutes", "level", "contains"),
            tasks=ALL_TASKS,
            label="Logs",
        ),
        Action(
            "check_metrics",
            "diagnostic",
            "Current figures of a service beside their normal values.",
            ("service",),
            ("window_minutes", "metric"),
            tasks=ALL_TASKS,
            label="Metrics",
        ),
        Action(
            "check_dependencies",
            "diagnostic",
            "Who calls a service, whom it calls, and how those calls fare.",
            ("service",),
            ("trace",),
            tasks=ALL_TASKS,
            label="Dependencies",
        ),
        Action(
            "check_recent_deploys",
            "diagnostic",
            "Latest deploys and configuration changes of a service.",
            ("service",),
            ("change_id",),
            tasks=ALL_TASKS,
            label="Deploys",
        ),
        Action(
            "check_service_status",
            "diagnostic",
            "Health, replicas, feature flags and runbook steps of a service.",
            ("service",),
            tasks=("root_cause_analysis", "remediation_planning"),
            label="Status",
        ),
        Action(
            "restart_service",
            "remediation",
            "Restart all replicas of a service.",
            ("service",),
            caution="Restarting a healthy service does harm.",
            minutes=3,
        ),
        Action(
            "rollback_deploy",
            "remediation",
            "Return a service to an earlier version, the last good one unless target_version names another.",
            ("service",),
            ("target_version",),
            minutes=5,
        ),
        Action(
            "scale_service",
            "remediation",
            "Change the number of replicas of a service.",
            ("service",),
            ("replicas",),
            minutes=4,
        ),
        Action("disable_feature_flag", "remediation", "Turn a feature flag off everywhere.", ("flag",), minutes=2),
        Action("clear_cache", "remediation", "Drop the contents of a cache.", ("service",), minutes=2),
        Action(
            "execute_runbook_step",
            "remediation",
            "Run a step of a service's runbook, as listed by check_service_status.",
            ("runbook_action",),
            ("target",),
            minutes=4,
        ),
        Action(
            "submit_severity",
            "submission",
            f"Classify the alert, and end the episode. {SEVERITY_LEVELS}",
            ("severity",),
            tasks=("alert_classification",),
            minutes=0,
        ),
        Action(
            "submit_root_cause",
            "submission",
            "Name the culprit service and its failure mode, by its id or in your own words, and end the episode.",
            ("service", "failure_mode"),
            tasks=("root_cause_analysis",),
            minutes=0,
        ),
        Action(
            "submit_resolution",
            "submission",
            "Write up the incident in a few sentences (culprit, mechanism, actions taken, recovered state), and end "
            "the episode.",
            ("summary",),
            minutes=0,
        ),
    )
}


def _of_group(group: Group) -> tuple[str, ...]:
    return tuple(name for name, action in ACTIONS.items() if action.group == group)


DIAGNOSTICS = _of_group("diagnostic")
REMEDIATIONS = _of_group("remediation")
SUBMISSIONS = _of_group("submission")


def offered_in(task_id: TaskId) -> tuple[str, ...]:
    """The actions that a task offers, the one that answers it last."""
    return tuple(name for name, action in ACTIONS.items() if task_id in action.tasks)


def submission_of(task_id: TaskId) -> str:
    """The action that answers a task."""
    return next(name for name in SUBMISSIONS if task_id in ACTIONS[name].tasks)


def target_parameter(action_type: str) -> str:
    """The parameter that names what a diagnostic or remediation acts on: service, flag or runbook_action."""
    return ACTIONS[action_type].required[0]


def acts_on_services(action_type: str) -> bool:
    """Whether what a diagnostic or remediation acts on is a service."""
    return target_parameter(action_type) == "service"


def normalise(name: str) -> str:
    """The form in which names of actions, services, flags and runbook steps are compared."""
    return name.strip().casefold()
