"""The actions as tools: one typed method for each, with a docstring that a model can use.

The single source of truth for the tools that MCP clients and trainers see. A subclass says where the episode runs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypedDict

from actions import ALL_ACTIONS
from scenario import Severity, TaskId


class ToolStep(TypedDict):
    """What a subclass returns of a step."""

    result: str  # what this step alone produced
    reward: float  # increment of the cumulative reward; the last one contains the grade
    total: float  # cumulative reward
    step: int
    max_steps: int
    done: bool
    error: str | None
    grade: float | None  # once the episode has ended


class IncidentTools(ABC):
    """The fourteen actions, each a method that takes one step and returns what it produced as text."""

    @abstractmethod
    def _take(self, action_type: str, parameters: dict[str, Any]) -> ToolStep:
        """Take one step of the episode under way."""

    def query_logs(self, service: str) -> str:
        """Read the recent log lines of a service.

        Args:
            service: Name of a known service.
        """
        return self._act("query_logs", service=service)

    def check_metrics(self, service: str) -> str:
        """Read the current figures of a service beside their normal values.

        Args:
            service: Name of a known service.
        """
        return self._act("check_metrics", service=service)

    def check_dependencies(self, service: str) -> str:
        """See who calls a service, whom it calls, and how those calls fare.

        Args:
            service: Name of a known service.
        """
        return self._act("check_dependencies", service=service)

    def check_recent_deploys(self, service: str) -> str:
        """List the latest deploys and configuration changes of a service.

        Args:
            service: Name of a known service.
        """
        return self._act("check_recent_deploys", service=service)

    def check_service_status(self, service: str) -> str:
        """See the health, replicas, feature flags and runbook steps of a service.

        Args:
            service: Name of a known service.
        """
        return self._act("check_service_status", service=service)

    def restart_service(self, service: str) -> str:
        """Restart all replicas of a service. Restarting a healthy service does harm.

        Args:
            service: Name of a known service.
        """
        return self._act("restart_service", service=service)

    def rollback_deploy(self, service: str, target_version: str | None = None) -> str:
        """Return a service to an earlier version.

        Args:
            service: Name of a known service.
            target_version: Version to return to; the last good one if left out.
        """
        return self._act("rollback_deploy", service=service, target_version=target_version)

    def scale_service(self, service: str, replicas: int | None = None) -> str:
        """Change the number of replicas of a service.

        Args:
            service: Name of a known service.
            replicas: Number of replicas to run, 0 to 10000.
        """
        return self._act("scale_service", service=service, replicas=replicas)

    def disable_feature_flag(self, flag: str) -> str:
        """Turn a feature flag off everywhere.

        Args:
            flag: Name of the flag, as a service's status lists it.
        """
        return self._act("disable_feature_flag", flag=flag)

    def clear_cache(self, service: str) -> str:
        """Drop the contents of a cache.

        Args:
            service: Name of the known service that is a cache.
        """
        return self._act("clear_cache", service=service)

    def execute_runbook_step(self, runbook_action: str) -> str:
        """Run a step of a service's runbook.

        Args:
            runbook_action: Name of the step, as a service's status lists it.
        """
        return self._act("execute_runbook_step", runbook_action=runbook_action)

    def submit_severity(self, severity: Severity) -> str:
        """Classify the alert and end the episode. For alert_classification.

        Args:
            severity: P1 (core flow down, or loss above $1,000/min), P2 (major degradation, core flows work), P3
                (partial, a fallback hides it) or P4 (informational).
        """
        return self._act("submit_severity", severity=severity)

    def submit_root_cause(self, service: str, failure_mode: str) -> str:
        """Name the root cause and end the episode. For root_cause_analysis.

        Args:
            service: Name of the one service in which the failure began.
            failure_mode: The mechanism by which it failed, in a few words.
        """
        return self._act("submit_root_cause", service=service, failure_mode=failure_mode)

    def submit_resolution(self, summary: str) -> str:
        """Write the incident up and end the episode. For remediation_planning.

        Args:
            summary: A few sentences: the culprit, the mechanism, the actions taken, the state now.
        """
        return self._act("submit_resolution", summary=summary)

    def _act(self, action_type: str, **parameters: Any) -> str:
        step = self._take(action_type, {name: value for name, value in parameters.items() if value is not None})
        if step["grade"] is not None:
            return f"{step['result']}\n\nThe episode is over. Grade: {step['grade']:.2f}."
        position = f"Step {step['step']} of {step['max_steps']}, reward {step['reward']:+.2f}."
        return f"{step['result']}\n\n{position}"


class StartableTools(IncidentTools):
    """The actions, and a tool to start an incident with."""

    @abstractmethod
    def _start(self, **options: Any) -> str:
        """Start the episode that the options of a reset ask for, and return its opening as text."""

    def start_incident(
        self,
        task_id: TaskId | None = None,
        scenario_index: int | None = None,
        seed: int | None = None,
        difficulty: str | None = None,
        split: str | None = None,
        index: int | None = None,
    ) -> str:
        """Start an incident, and leave the one under way if there is one.

        Args:
            task_id: The task to play; alert_classification if left out.
            scenario_index: Which of the task's hand-written incidents, from 0.
            seed: Seed of a generated incident, in place of scenario_index.
            difficulty: Difficulty of a generated incident: easy, medium, hard or expert.
            split: Split to take the incident from, in place of scenario_index or seed.
            index: Which incident of the split, from 0.
        """
        asked = {
            "task_id": task_id,
            "scenario_index": scenario_index,
            "seed": seed,
            "difficulty": difficulty,
            "split": split,
            "index": index,
        }
        return self._start(**{name: value for name, value in asked.items() if value is not None})


def action_tools(tools: IncidentTools) -> list[Callable[..., str]]:
    """The methods that are actions, in the order of the vocabulary."""
    return [getattr(tools, name) for name in ALL_ACTIONS]
