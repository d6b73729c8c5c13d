"""An episode as JSON says, byte for byte, what the models of the wire say of it."""

from __future__ import annotations

import random

import orjson
import pytest

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.encoding import grade_values, observation_values, report_values, state_values, step_values
from cloud_incident_env.episode import Episode, start_episode
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.views import grade_of, info_of, observation_of, state_of
from cloud_incident_env.wire import Reward
from cloud_incident_env.wording import EPISODE_DONE
from server.rest_models import GraderReport, StepResponse

TASKS = ("alert_classification", "root_cause_analysis", "remediation_planning")
STARTS = [{"task_id": task, "scenario_index": index} for task in TASKS for index in range(3)] + [
    {"task_id": task, "seed": seed, "difficulty": difficulty}
    for task in TASKS
    for seed, difficulty in enumerate(("easy", "medium", "hard", "expert"))
]
TEXTS = ("", "plain", 'quote " and \\', "tab\tand\x01\x7f", "\u2028 é 漢 \U0001f600", "</script>")


def assert_equal(episode: Episode) -> None:
    assert orjson.dumps(observation_values(episode)) == observation_of(episode).model_dump_json().encode()
    assert orjson.dumps(state_values(episode)) == state_of(episode).model_dump_json().encode()
    assert orjson.dumps(grade_values(episode)) == grade_of(episode).model_dump_json().encode()
    report = GraderReport(
        **dict(grade_of(episode)),
        task_id=episode.task.task_id,
        scenario_id=episode.incident.id,
        steps_used=episode.step_count,
        done=episode.done,
    )
    assert orjson.dumps(report_values(episode)) == report.model_dump_json().encode()


@pytest.mark.parametrize("start", STARTS, ids=lambda start: "-".join(map(str, start.values())))
def test_json_equals_that_of_the_models_after_every_step(start: dict[str, object]) -> None:
    rng = random.Random(str(start))
    episode = start_episode(ResetOptions.model_validate(start))
    assert_equal(episode)
    while not episode.done:
        name = rng.choice([*episode.task.available_actions, *ACTIONS, "nonsense"])
        parameters = {"service": rng.choice([*episode.incident.known_services, "nowhere"])}
        parameters |= {key: rng.choice(TEXTS) for key in ("summary", "failure_mode", "reasoning", "flag")}
        step = episode.step(name, parameters)
        assert step is not None
        assert_equal(episode)
        answer = StepResponse(
            observation=observation_of(episode),
            reward=Reward(value=step.reward, reason=step.reason, cumulative=episode.cumulative),
            done=episode.done,
            info=info_of(episode),
        )
        assert orjson.dumps(step_values(episode, step)) == answer.model_dump_json().encode()
    late = orjson.loads(orjson.dumps(step_values(episode, None)))
    assert late["reward"] == {"value": 0.0, "reason": EPISODE_DONE, "cumulative": episode.cumulative}
