"""Episodes of real incidents, in the shape that the page's modules take, and a page to try such a module on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.agents.environments import LocalEnvironment
from cloud_incident_env.agents.heuristic import HeuristicPolicy
from cloud_incident_env.agents.oracle import OraclePolicy
from cloud_incident_env.agents.policy import Decision, Observation, Policy
from cloud_incident_env.choose import choose_incident
from cloud_incident_env.options import read_options


class Script:
    """Plays a list of actions."""

    def __init__(self, actions: Iterable[tuple[str, dict[str, Any]]]) -> None:
        self._actions = iter(actions)

    def act(self, observation: Observation) -> Decision:
        return Decision(*next(self._actions))


def every_service(
    options: Mapping[str, Any], tools: tuple[str, ...] = ("check_dependencies",), **parameters: Any
) -> list[tuple[str, dict[str, Any]]]:
    """The looks at all known services of an incident by some tools."""
    services = choose_incident(read_options(options)).incident.known_services
    return [(tool, {"service": service, **parameters}) for service in services for tool in tools]


def record(
    options: Mapping[str, Any], agent: str | Iterable[tuple[str, dict[str, Any]]], most: int = 99
) -> dict[str, Any]:
    """An Episode: `agent` is oracle, heuristic, or a list of actions; it ends after `most` steps at the latest."""
    environment = LocalEnvironment()
    observation = environment.reset(options)
    chosen = choose_incident(read_options(options))
    policy: Policy
    if agent == "oracle":
        policy = OraclePolicy(read_options(options))
    elif agent == "heuristic":
        policy = HeuristicPolicy()
    else:
        policy = Script(agent)  # type: ignore[arg-type]
    clock = getattr(getattr(getattr(chosen.incident, "telemetry", None), "world", None), "clock", None)
    minute, grade = 0, None
    steps: list[dict[str, Any]] = []
    while not observation["done"] and len(steps) < most:
        try:
            decision = policy.act(observation)
        except StopIteration:
            break
        result = environment.step(decision.action_type, decision.parameters)
        observation, reward = result["observation"], result["reward"]
        step = _step(len(steps) + 1, minute, decision, observation, reward)
        minute += step["took"]
        steps.append(step)
        grade = result["info"].get("grade")
    return {
        "id": observation["episode_id"],
        "task_id": observation["task_id"],
        "scenario_id": observation["scenario_id"],
        "options": dict(options),
        "agent": agent if isinstance(agent, str) else None,
        "alert": observation["alert"],
        "alert_clock": f"{clock.alert_time:%Y-%m-%dT%H:%M:%SZ}" if clock else None,
        "summary": observation["incident_summary"],
        "services": list(observation["known_services"]),
        "max_steps": observation["max_steps"],
        "actions": list(observation["available_actions"]),
        "steps": steps,
        "minute": minute,
        "done": observation["done"],
        "resolved": bool(grade and grade["total"] > 0.8),
        "reward": round(sum(step["reward"] for step in steps), 4),
        "grade": grade,
    }


def _step(number: int, minute: int, decision: Decision, observation: Observation, reward: Any) -> dict[str, Any]:
    action, service = ACTIONS.get(decision.action_type), decision.parameters.get("service")
    error = observation["last_action_error"]
    text = observation["queried_data"].get(decision.action_type, {}).get(service) if not error else None
    evidence = text and {
        "tool": decision.action_type,
        "service": service,
        "parameters": {name: value for name, value in decision.parameters.items() if name != "service"},
        "text": text,
        "step": number,
        "minute": minute,
    }
    return {
        "number": number,
        "action": decision.action_type,
        "parameters": decision.parameters,
        "reward": reward["value"],
        "reason": reward["reason"],
        "error": error,
        "feedback": observation["feedback"],
        "minute": minute,
        "took": action.minutes if action and not error else 1,
        "evidence": evidence or None,
        "words": None,
        "source": decision.source,
    }
