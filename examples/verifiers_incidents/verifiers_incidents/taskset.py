"""The task set: a row for each incident of a split, the reward, the metrics, and how it is played by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import httpx
import verifiers.v1 as vf
from openenv import GenericEnvClient
from pydantic import Field
from verifiers.v1.harnesses.null import NullHarnessConfig

from .toolset import REQUEST_SECONDS, IncidentState, IncidentToolset, IncidentToolsetConfig

TASK_API = "/cloud_incident_env"  # the name of the environment, as in its openenv.yaml
ROWS_AT_ONCE = 64
SYSTEM_PROMPT = (
    "You are the engineer on call. Read the incident, investigate with the tools, fix what the task asks for, and end "
    "with its submit tool. Every call is a step and steps are few. A reply without a tool call ends your shift."
)

TaskName = Literal["alert_classification", "root_cause_analysis", "remediation_planning"]


class IncidentData(vf.TaskData):
    """A row: which incident of which split, and the actions that its task offers."""

    split: str
    index: int
    task_id: TaskName
    offered: list[str]


class IncidentTask(vf.Task[IncidentData, IncidentState]):
    """One incident. Its reward is the grade of the episode, 0 if the agent never ended it."""

    @property
    def key(self) -> str:
        return f"{self.data.split}/{self.data.index}"

    async def setup(self, trace: vf.Trace, runtime: vf.Runtime) -> None:
        """Tell the tools which rollout this is and what it plays."""
        state = trace.state
        state.rollout, state.split, state.index = trace.id, self.data.split, self.data.index
        state.offered = self.data.offered

    async def finalize(self, trace: vf.Trace, runtime: vf.Runtime) -> None:
        """Raise ConnectionError if the session broke off: such a rollout is an error to retry, and no grade of 0."""
        if trace.state.failure:
            raise ConnectionError(f"the session with the incident server broke off: {trace.state.failure}")

    @vf.stop
    async def episode_over(self, trace: vf.Trace) -> bool:
        return trace.state.done or bool(trace.state.failure)

    @vf.reward(weight=1.0)
    async def grade(self, trace: vf.Trace) -> float:
        """0 to 1."""
        return trace.state.grade

    @vf.reward(weight=0.0)
    async def shaping(self, trace: vf.Trace) -> float:
        """The sum of the dense step rewards; `--env.taskset.task.rewards.shaping.weight 1` adds it to the reward."""
        return trace.state.shaping

    @vf.metric
    async def steps(self, trace: vf.Trace) -> float:
        return trace.state.steps

    @vf.metric
    async def mistakes(self, trace: vf.Trace) -> float:
        """Steps that the server answered with an error."""
        return trace.state.mistakes

    @vf.metric
    async def wrong_actions(self, trace: vf.Trace) -> float:
        """Remediations that did harm."""
        return trace.state.wrong_actions

    @vf.metric
    async def finished(self, trace: vf.Trace) -> float:
        """1 if the episode ended, 0 if the agent gave up before."""
        return trace.state.done

    @vf.metric
    async def grade_parts(self, trace: vf.Trace) -> dict[str, float]:
        """The parts of the grade, each as `grade_NAME`."""
        return {f"grade_{name}": value for name, value in trace.state.breakdown.items()}


class IncidentTasksetConfig(vf.TasksetConfig):
    """Which incidents, on which server."""

    base_url: str = "http://localhost:7860"
    """The incident server."""
    split: str = "canonical"
    """A split that the server's task API lists."""
    tasks: list[TaskName] = Field(default_factory=list)
    """Only the incidents of these tasks; all of them if empty."""
    tools: IncidentToolsetConfig = IncidentToolsetConfig()
    """Where the tools run and when they give a session up; a process on this machine by default."""


class IncidentTaskset(vf.Taskset[IncidentTask, IncidentTasksetConfig]):
    """The incidents of a split, in the server's order. The prompt of each is its opening, as a reset shows it."""

    @classmethod
    def toolsets(cls, config: IncidentTasksetConfig) -> list[vf.Toolset]:
        return [IncidentToolset(config.tools.model_copy(update={"base_url": config.base_url.rstrip("/")}))]

    def load(self) -> Iterator[IncidentTask]:
        """Ask the server, a batch of rows at a time.

        Raises ValueError for an unknown split, listing the known ones; httpx.HTTPError if no incident server answers.
        """
        base_url = self.config.base_url.rstrip("/")
        with httpx.Client(base_url=base_url + TASK_API, timeout=REQUEST_SECONDS) as http:
            total = _ask(http, "/num_tasks", split=self.config.split)["num_tasks"]
            for start in range(0, total, ROWS_AT_ONCE):
                specs = _ask(http, "/task_range", split=self.config.split, start=start, stop=start + ROWS_AT_ONCE)
                rows = [row for row in specs["tasks"] if not self.config.tasks or row["task_id"] in self.config.tasks]
                yield from self._with_openings(base_url, rows)

    def _with_openings(self, base_url: str, specs: list[dict[str, Any]]) -> list[IncidentTask]:
        with GenericEnvClient(base_url=base_url).sync() as env:
            return [self._row(spec, env.reset(split=spec["split"], index=spec["index"]).observation) for spec in specs]

    def _row(self, spec: dict[str, Any], observation: dict[str, Any]) -> IncidentTask:
        data = IncidentData(
            id=spec["id"],
            name=spec["id"],
            description=spec["description"],
            prompt=describe_incident(observation),
            system_prompt=SYSTEM_PROMPT,
            split=spec["split"],
            index=spec["index"],
            task_id=spec["task_id"],
            offered=observation["available_actions"],
        )
        return IncidentTask(data, self.config.task)


class IncidentEnvConfig(vf.SingleAgentEnvConfig):
    """Plays on this machine, with the incident's tools alone."""

    agent: vf.AgentConfig = vf.AgentConfig(
        harness=NullHarnessConfig(id="null"),
        runtime=vf.SubprocessConfig(),
        max_turns=30,  # twice the steps of the longest task: a model whose calls never fit ends as well
    )


class IncidentEnv(vf.SingleAgentEnv, vf.Env[IncidentEnvConfig]):
    """One agent, one incident, one session with the server."""


def describe_incident(observation: dict[str, Any]) -> str:
    """The opening of an incident as text for a model."""
    alert = observation["alert"]
    loss = alert["revenue_impact_per_min"]
    lines = [
        f"Incident {observation['scenario_id']}, task {observation['task_id']}, {observation['max_steps']} steps.",
        observation["incident_summary"],
        f"Alert {alert['id']}: {alert['title']}. Severity {alert['severity']}, errors {alert['error_rate']:.0%}, "
        f"since {alert['duration_minutes']} min, loss {'unknown' if loss is None else f'${loss:,.0f}/min'}.",
        *(f"- {symptom}" for symptom in alert["symptoms"]),
        f"Affected: {', '.join(alert['affected_services'])}.",
        f"Known services: {', '.join(observation['known_services'])}.",
        f"Tools of this task: {', '.join(observation['available_actions'])}.",
    ]
    return "\n".join(lines)


def _ask(http: httpx.Client, path: str, **question: Any) -> Any:
    response = http.post(path, json=question)
    if response.status_code == httpx.codes.BAD_REQUEST:
        raise ValueError(response.json()["detail"])
    response.raise_for_status()
    return response.json()
