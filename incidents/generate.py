"""`generate`: an incident from a seed, in the scenario shape that everything else knows."""

from __future__ import annotations

from functools import cache

from actions import REMEDIATION_ACTIONS
from incidents.cast import choose_cast, places_of
from incidents.consequences import Results, WrongActions
from incidents.difficulty import DIFFICULTIES
from incidents.draws import Draws, stable_hash
from incidents.families import FAMILIES
from incidents.pager import write_alert, write_description, write_summary
from incidents.remedies import step_key
from incidents.severity import draw_impact, severity_of
from incidents.systems import SYSTEMS
from incidents.telemetry import tool_texts
from incidents.vocabulary import related_mechanisms, vocabulary
from incidents.world import World
from scenario import SEVERITIES, Scenario, Severity, TaskId

INCIDENT_VERSION = "1"  # changes whenever the incident of any seed would
DURATION = (8, 45)  # minutes between the first symptom and the alert


def generate(
    task_id: TaskId,
    seed: int,
    difficulty: str,
    families: tuple[str, ...],
    systems: tuple[str, ...],
    background: tuple[str, ...] = (),
) -> Scenario:
    """Generate the incident of a seed.

    The family and the system are drawn from the names given. `background` names families whose changes and runbook
    steps innocent services may show beside those of `families`. The same arguments give the same incident, down to the
    last byte, on any machine. Raises KeyError for an unknown difficulty, family or system: callers check them.
    """
    size = DIFFICULTIES[difficulty]
    key = f"{INCIDENT_VERSION}/{task_id}/{difficulty}/{_pool(families, systems, background)}/{seed}"
    draws = Draws(key, "cast")
    system = SYSTEMS[draws.pick(suited_systems(families, systems))]
    cast = choose_cast(draws, system, families, size)
    draws = Draws(key, "impact")
    family = cast.family
    entry = system.services[cast.entry]
    wanted: Severity | None = draws.pick(SEVERITIES) if task_id == "alert_classification" else None
    impact = draw_impact(draws, wanted, bool(entry.earns), entry.criticality)
    every = tuple(dict.fromkeys((*families, *background)))
    world = World(key, cast, size, impact, draws.between(*DURATION), Draws(key, "world"), every)
    draws = Draws(key, "pager")
    severity = severity_of(impact)
    plan = [] if task_id == "alert_classification" else [step_key(world, step) for step in family.steps]
    return {
        "scenario_id": f"INC-{stable_hash(key, 'id') % 16**8:08X}",
        "description": write_description(world, task_id),
        "incident_summary": write_summary(world, task_id, draws),
        "alert": write_alert(world, task_id, severity, draws),
        "known_services": list(world.index_of),
        "service_aliases": {name: _aliases(name) for name in world.index_of},
        "tool_responses": tool_texts(world, 0),
        "telemetry_changes": [
            {"after": plan[:phase], "tool_responses": tool_texts(world, phase)} for phase in range(1, len(plan) + 1)
        ],
        "remediation_data": {action: Results(world, action) for action in REMEDIATION_ACTIONS},
        "wrong_actions": WrongActions(world),
        "wrong_only_before": {},
        "correct_severity": severity,
        "correct_root_cause": {"service": cast.names[cast.place.culprit], "failure_mode": family.mechanism},
        "correct_remediation_sequence": plan,
        "step_requirements": {key: plan[number : number + 1] for number, key in enumerate(plan[1:])},
        "failure_mode_terms": list(family.terms),
        "related_mechanisms": related_mechanisms(family),
        "mechanism_vocabulary": vocabulary(),
    }


@cache
def _pool(families: tuple[str, ...], systems: tuple[str, ...], background: tuple[str, ...]) -> str:
    """A short name of what an incident is drawn from: incidents of other families or systems are others."""
    return f"{stable_hash(*families, 'in', *systems, 'beside', *background) % 16**6:06x}"


@cache
def suited_systems(families: tuple[str, ...], systems: tuple[str, ...]) -> tuple[str, ...]:
    """The systems that one of the families can strike."""
    return tuple(name for name in systems if any(places_of(SYSTEMS[name], FAMILIES[f]) for f in families))


def _aliases(name: str) -> list[str]:
    """Other names that people write for a service."""
    if name.endswith("-db"):
        return [f"{name[:-3]}-database"]
    if name.endswith("-service"):
        return [f"{name[:-8]}-svc"]
    return []
