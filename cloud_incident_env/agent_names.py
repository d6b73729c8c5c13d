"""The agents of this package by name, and what each does. Their code is in `agents/`, which an image leaves out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AgentInfo:
    """An agent: what a report says of it, and whether it needs a model."""

    name: str
    description: str
    needs_model: bool = False
    floor: bool = False  # a lower bound, which every report shows


CATALOGUE: dict[str, AgentInfo] = {
    info.name: info
    for info in (
        AgentInfo("llm", "a model that answers with one JSON object a step", needs_model=True),
        AgentInfo("llm-tools", "a model that plays by native tool calling", needs_model=True),
        AgentInfo("do-nothing", "submits a blank at once", floor=True),
        AgentInfo("constant", "gives the same answer to every incident", floor=True),
        AgentInfo("random", "takes any offered action on anything the observation names", floor=True),
        AgentInfo("restart-all", "restarts every service, else the constant answer", floor=True),
        AgentInfo("rollback-latest", "blames the latest deploy it finds and rolls it back", floor=True),
        AgentInfo("symptoms", "answers the first service and mechanism whose symptoms it reads", floor=True),
        AgentInfo("heuristic", "rules of thumb of an on-call engineer, written for the hand-written incidents"),
        AgentInfo(
            "detective", "weighs every culprit and mode by the figures shown; knows the generated incidents' modes"
        ),
        AgentInfo("oracle", "plays the incident's own plan: the ceiling"),
    )
}
