"""Reference agents that play an incident for the page, in a process beside the server (`workers.py`)."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from typing import Any

from cloud_incident_env.agent_names import CATALOGUE
from cloud_incident_env.choose import choose_incident, refuse_held_out
from cloud_incident_env.encoding import Values
from cloud_incident_env.incident import Incident
from cloud_incident_env.options import ResetOptions

from .episode_record import OPTIONS, Played, Replay, actions_of, naming, play_again, played_by
from .workers import Workers

ORACLE = "oracle"
KEPT = 64  # incidents of which the oracle's actions and the grades of all agents are kept, some 2 KB each


class Agents:
    """The reference agents of a server."""

    def __init__(self, workers: Workers, *, held_out: bool) -> None:
        """`held_out` says whether the incidents of held-out splits may be played."""
        self._workers = workers
        self._held_out = held_out
        self._others: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def listed(self) -> list[dict[str, str]]:
        """The agents by name, with what each does; none where the server was installed without them."""
        if not self._workers.exist:
            return []
        return [{"name": info.name, "about": info.description} for info in CATALOGUE.values() if not info.needs_model]

    async def play(self, agent: str, options: ResetOptions) -> Replay:
        """An agent's whole episode. Raises ValueError for options of no incident that is served."""
        chosen = await asyncio.to_thread(self.check, options)
        actions = await self._workers.ask("play", agent=agent, options=chosen)
        return await asyncio.to_thread(play_again, played_by(agent, options, actions_of(actions)))

    async def others(self, options: ResetOptions) -> tuple[Replay, list[Values]]:
        """The oracle's episode of an incident, and the grade of every other agent."""
        options = naming(options)
        chosen = {name: value for name in OPTIONS if (value := getattr(options, name)) is not None}
        key = json.dumps(chosen)
        found = self._others.get(key)
        if found is None:
            found = self._others[key] = await self._workers.ask("others", options=chosen)
            if len(self._others) > KEPT:
                self._others.popitem(last=False)
        played = Played(ResetOptions(**chosen), actions_of(found["oracle"]), agent=ORACLE)
        return await asyncio.to_thread(play_again, played), found["grades"]

    def check(self, options: ResetOptions) -> Values:
        """The options that name an incident. Raises ValueError if it is not served."""
        if not self._held_out:
            refuse_held_out(options)
        choose_incident(options)
        return {name: value for name in OPTIONS if (value := getattr(options, name)) is not None}


def same_incident(one: Incident, other: Incident) -> bool:
    """Whether two incidents are the same one, however they were asked for: told alike, and with one answer."""
    return _identity(one) == _identity(other)


def _identity(incident: Incident) -> tuple[object, ...]:
    return incident.id, incident.culprit, incident.failure_mode, incident.severity, incident.max_steps, incident.plan
