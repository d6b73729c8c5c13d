"""What is asked of run folders and of trajectories: which episodes of a run, which one, and which actions to take."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cloud_incident_env.actions import NAME_LENGTH, TEXT_LENGTH
from cloud_incident_env.options import EpisodeId, ResetOptions
from cloud_incident_env.wire import ActionParameters

from .episode_record import VISITOR, Taken

MOST_LISTED = 200  # episodes of a run in one answer
MOST_ACTIONS = 500  # of a trajectory; no incident allows as many steps
KEY_LENGTH = 1_000  # characters of the key of an episode
SEARCH_LENGTH = 200  # characters that are searched for

Name = Annotated[str, StringConstraints(max_length=NAME_LENGTH)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RunAsked(_Asked):
    """Which episodes of a run, in which order, and which page of them."""

    offset: int = Field(0, ge=0, le=10**9)
    limit: int = Field(MOST_LISTED, ge=1, le=MOST_LISTED)
    task_id: Name | None = None
    difficulty: Name | None = None
    split: Name | None = None
    text: Annotated[str, StringConstraints(max_length=SEARCH_LENGTH)] | None = None
    sort: Literal["recorded", "scenario", "fewest", "most", "best", "worst"] = "recorded"


class RunEpisodeAsked(_Asked):
    """Which episode of a run; `episode_id` names an ended one of the same incident, to be told everything."""

    key: str = Field(max_length=KEY_LENGTH)
    episode_id: EpisodeId | None = None
    debrief: bool = False


class ActionAsked(_Asked):
    """An action of a trajectory, and who chose it."""

    action_type: Name
    parameters: ActionParameters = Field(default_factory=ActionParameters)
    source: Name = VISITOR
    words: Annotated[str, StringConstraints(max_length=TEXT_LENGTH)] | None = None

    def taken(self) -> Taken:
        """The action as it is played again."""
        return Taken(self.action_type, self.parameters.given(), self.source, self.words or "")


class ReplayAsked(_Asked):
    """A trajectory; `episode_id` names an ended episode of the same incident, to be told everything."""

    options: ResetOptions = Field(default_factory=ResetOptions)
    actions: list[ActionAsked] = Field(max_length=MOST_ACTIONS)
    agent: Name | None = None
    episode_id: EpisodeId | None = None
    debrief: bool = False
