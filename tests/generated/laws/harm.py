"""Harm: a wrong action changes figures for as long as it lasts, and no longer."""

from __future__ import annotations

from collections.abc import Iterator

from cloud_incident_env.incident import Course, Incident, Key, Taken
from tests.generated.laws.cure import figures_of
from tests.generated.laws.plays import Moment, Play, wrong_actions

TAKEN_AT = 6  # minute of the wrong action
FELT = (0, 1, 2, 30)  # minutes after it at which figures are compared; by the last one it is over
OVER = FELT[-1]  # minutes after which the harm of an action that is over by itself is over
LASTING = frozenset({"rollback_deploy", "disable_feature_flag", "scale_service"})  # until they are undone
RENEWING = frozenset({"restart_service", "clear_cache"})
CARRYING = ("Carries", "Hosts", "Schedules")  # rows of a platform that name what runs on it
HELD = frozenset({"memory", "memory used"})  # of a broker: what the messages that wait take
STOCKS = frozenset({"consumer lag", "records handled", "ready messages"})  # what has piled up, and its handling
FULL = 50.0  # % of the requests that a service turns away already: to turn away some more changes nothing
TRIED = 3  # wrong actions of an incident


def harm(play: Play) -> Iterator[str]:
    for key in _some(play.incident):
        yield from harm_of(play.incident, key)


def _some(incident: Incident) -> list[Key]:
    """Some wrong actions of an incident, of different types where there are."""
    found: dict[str, Key] = {}
    for key in wrong_actions(incident):
        name = key.target.partition("@")[0] if key.action == "execute_runbook_step" else key.action
        found.setdefault(name, key)
        if len(found) == TRIED:
            break
    return list(found.values())


def harm_of(incident: Incident, key: Key) -> Iterator[str]:
    service = incident.consequences[key].service
    taken = (Taken(TAKEN_AT, key),)
    moment = Moment(f"with {key}", incident, Course(TAKEN_AT, taken))
    hurt = [_differs(incident, service, taken, TAKEN_AT + minute) for minute in FELT]
    states = [moment.status(name) for name in _touched(moment, service)]
    failing = [state.own_errors or state.errors for state in states]  # all failures where its own are not shown
    full = [share.value > FULL for share in failing if share is not None]
    unseen = all(moment.metrics(name).now("CPU") is None for name in _touched(moment, service))
    if not any(hurt[:-1]) and not (full and all(full)) and not unseen:
        yield moment.tells(service, "no figure shows the harm")
    cures = key.action in RENEWING and service == incident.culprit  # what grew begins anew
    if key.action not in LASTING and hurt[-1] and not cures:
        yield moment.tells(service, f"is not as before {OVER} minutes later")


def _differs(incident: Incident, service: str, taken: tuple[Taken, ...], minute: int) -> bool:
    """Whether the figures of a service, or of one that runs on it, are others than they would be without the action."""
    without, after = Moment("", incident, Course(minute)), Moment("", incident, Course(minute, taken))
    return any(_felt(without, name) != _felt(after, name) for name in _touched(without, service))


def _touched(moment: Moment, service: str) -> tuple[str, ...]:
    """A service, and what runs on it."""
    platform = moment.dependencies(service).platform
    return (service, *(name for label in CARRYING for name in platform.get(label, ())))


def _felt(moment: Moment, service: str) -> tuple[object, ...]:
    """Figures of the moment itself: a backlog also shows what has been before."""
    rows, _, state = figures_of(moment, service)
    held = HELD if "ready messages" in rows else frozenset()
    return {label: row for label, row in rows.items() if label not in STOCKS | held}, state
