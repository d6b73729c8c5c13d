"""The reward as a tree of named rubrics (OpenEnv RFC 004), so that a trainer can see what earned it.

    shaping                 the step's own reward
    grade                   the grade, in the step that ends the episode
      severity, base, efficiency, penalty, summary      its parts, as in the grader's breakdown

Rubrics read what the environment puts into an observation's metadata and compute nothing of their own; rewards come
from `cloud_incident_env/rewards.py` and grades from `graders.py`.
"""

from __future__ import annotations

from typing import Any

from cloud_incident_env.openenv_core import Rubric

GRADE_PARTS = ("severity", "base", "efficiency", "penalty", "summary")


class Shaping(Rubric):
    """The step's shaping reward."""

    def forward(self, action: Any, observation: Any) -> float:
        return float(observation.metadata.get("shaping", 0.0))


class GradePart(Rubric):
    """One part of the grade's breakdown; 0.0 before the end and in tasks that have no such part."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.part = part

    def forward(self, action: Any, observation: Any) -> float:
        grade = observation.metadata.get("grade")
        return float(grade["breakdown"].get(self.part, 0.0)) if grade else 0.0


class GradeRubric(Rubric):
    """The grade of the episode, 0 to 1, in the step that ends it: the sum of its parts, clipped; 0.0 before."""

    def __init__(self) -> None:
        super().__init__()
        for part in GRADE_PARTS:
            setattr(self, part, GradePart(part))

    def forward(self, action: Any, observation: Any) -> float:
        total = float(sum(getattr(self, part)(action, observation) for part in GRADE_PARTS))
        return round(min(1.0, max(0.0, total)), 4)


class IncidentRubric(Rubric):
    """The reward of a step: its shaping and, in the last step, the grade."""

    def __init__(self) -> None:
        super().__init__()
        self.shaping = Shaping()
        self.grade = GradeRubric()

    def forward(self, action: Any, observation: Any) -> float:
        reward = float(self.shaping(action, observation)) + float(self.grade(action, observation))
        return round(reward, 4)
