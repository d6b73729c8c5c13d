"""What changes are called, and who makes them.

A title of the change's own says what it does. Most titles in a history say less: who asked, or why now. Those are
shared by every change, whether a failure began with it or not, so that one has to look at what was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloud_incident_env.generated.draws import Draws

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

SHARED = 0.6  # share of changes with a title that any other change might have
# Titles after their head, such as "settings: "; `{concern}` is what some team of the company works on.
SHARED_TITLES = (
    "as agreed with the {concern} team",
    "second part of what the {concern} team asked for",
    "part {few} of the plan for this quarter",
    "asked for in the review of the {concern} team",
    "follow-up of last week's change",
    "small things from the list of the {concern} team",
    "as tried in staging since Monday",
    "what the {concern} team needs for its next step",
    "the same as the {concern} team has it",
    "after the talk with the {concern} team",
    "wishes of the {concern} team from the planning",
    "clean-up together with the {concern} team",
)
_KEPT = ("release {version}", "connector {version}", "flag {flag}")  # heads that stay
_HEADS = {"config": ("settings: ", "configuration: ", "values: "), "job": ("job: ", "planned work: ", "task: ")}

AUTOMATION = (
    "pipeline",
    "release-bot",
    "gitops-sync",
    "maintenance-bot",
    "nightly-jobs",
    "ops-scheduler",
    "platform-agent",
    "service-account of ci",
)
PEOPLE = (
    "j.meyer",
    "a.okafor",
    "s.lindqvist",
    "m.tanaka",
    "r.novak",
    "t.brandt",
    "k.silva",
    "y.hassan",
    "c.dubois",
    "p.kowalska",
    "d.iyer",
    "l.moreau",
    "e.santos",
    "n.fischer",
    "h.yilmaz",
    "o.larsen",
)
TEAM = 6  # of them who change things in one company


def title_of(own: str, kind: str, shared: str, draws: Draws) -> str:
    """The template of a title: the change's own, or a shared one after a head that says what kind of change it is."""
    return draws.pick(heads_of(own, kind)) + shared if draws.chance(SHARED) else own


def heads_of(own: str, kind: str) -> tuple[str, ...]:
    """What may stand before a shared title where the change's own title is `own`."""
    head, colon, _ = own.partition(": ")
    if colon and head.startswith(_KEPT):
        return (f"{head}: ",)
    return ("configuration {version}: ",) if kind == "release" else _HEADS[kind]


def authors_of(world: World) -> tuple[str, ...]:
    """Who changes things in the company of an incident."""
    return (*AUTOMATION, *world.draws("people").sample(PEOPLE, TEAM), "on-call")
