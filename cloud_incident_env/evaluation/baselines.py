"""The lower bounds and the ceiling that every report shows, played on the same incidents as the run.

They are runs of their own in the folder `baselines` of the run: played once, in process, and resumed like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil

from cloud_incident_env.evaluation.agents import FLOORS
from cloud_incident_env.evaluation.config import RunConfig, current_commit
from cloud_incident_env.evaluation.engine import Setup, Tally, cores, pool_for, run
from cloud_incident_env.evaluation.play import Limits
from cloud_incident_env.evaluation.store import CONFIG_NAME, RunFolder

BASELINES = (*FLOORS, "heuristic", "oracle")
MOST_INCIDENTS = 300  # that baselines play, the first ones of a run; their standard errors show the uncertainty left
FOLDER_NAME = "baselines"
_EPISODES_A_PROCESS = 50  # below which starting a process costs more than it saves


def play_baselines(
    folder: RunFolder, processes: int | None = None, on_episode: Callable[[], object] = lambda: None
) -> list[RunFolder]:
    """Play what is missing of a run's baselines, and return their folders. The run's own agent is left out.

    At most `processes` play, as many as there are cores if None. `on_episode` is called after each episode. Raises
    RunFolderError if a folder cannot be used, as after a change of the incidents.
    """
    found = []

    def ended(tally: Tally) -> None:
        on_episode()

    for agent, asked in _configs(folder).items():
        place = RunFolder(folder.path / FOLDER_NAME / agent)
        if not _is_there(place, asked):
            worthwhile = min(processes or cores(), ceil(len(asked.plan()) / _EPISODES_A_PROCESS))
            setup = Setup(agent, limits=asked.limits)
            run(asked, place, pool_for(setup, worthwhile), setup, on_episode=ended)
        found.append(place)
    return found


def _is_there(place: RunFolder, asked: RunConfig) -> bool:
    """Whether a baseline has been played in full; a report then needs to write nothing there."""
    return (place.path / CONFIG_NAME).exists() and not place.changed(asked) and place.is_complete()


def episodes_to_play(folder: RunFolder) -> int:
    """How many episodes `play_baselines` plays where it has played none yet."""
    return sum(len(asked.plan()) for asked in _configs(folder).values())


def _configs(folder: RunFolder) -> dict[str, RunConfig]:
    """The configuration of each baseline of a run, by its agent."""
    config, commit = folder.config(), current_commit()
    limit = min(config.incidents.limit or MOST_INCIDENTS, MOST_INCIDENTS)
    incidents = replace(config.incidents, limit=limit)
    limits = Limits(steps=config.limits.steps)  # no time limit: baselines wait for nothing
    return {
        agent: RunConfig(agent, incidents, config.started, limits=limits, commit=commit)
        for agent in BASELINES
        if agent != config.agent
    }
