"""The contract that the declaration of all software keeps: each check returns what is wrong, if anything is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import get_args

from cloud_incident_env.generated.harm import HARMFUL_STEPS
from cloud_incident_env.generated.model import PLATFORM_KINDS, EdgeKind, Family, Outcome, Peer, Software, System
from cloud_incident_env.generated.service_versions import VERSIONS
from cloud_incident_env.generated.software import SOFTWARE
from cloud_incident_env.generated.software.action_lines import action_lines
from cloud_incident_env.generated.software.connecting import wordings
from cloud_incident_env.generated.software.peers import peer_of
from cloud_incident_env.generated.software.pooled import POOLED
from cloud_incident_env.generated.systems import SYSTEMS
from cloud_incident_env.generated.systems.graph import graph_of
from cloud_incident_env.generated.telemetry.dialects import GLOG_LEVELS, WORDS
from tests.generated.contract import EVERYWHERE, named_in, ways_of

NOISE = 20  # everyday lines, at least
LEVELS = ("INFO", "WARN", "ERROR")  # everyday lines are of all of these: no level tells a failure
EVENTS, CHANGES, RUNBOOK = 6, 7, 9  # at least; as many steps as a service lists
RELEASES = VERSIONS + 1  # real versions, at least, of what the company does not make itself
OF_NOISE = frozenset({"timeout", "took", "wait", "per_minute"})
OF_A_CALL = frozenset({"wait", "took", "timeout", "tries"})
OF_AN_ACTION = frozenset({"running", "members"})
MADE_BY_THE_COMPANY = frozenset({"service", "worker", "vendor"})  # kinds without releases that others know
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
FAILURES: tuple[Outcome, ...] = ("refused", "error", "timeout")
WAITED = frozenset({"timeout", "unconnected", "pooled"})  # nobody waits for what is handed over


def software_problems(software: Software) -> list[str]:
    """What is wrong with a kind of software as it is written down."""
    return [
        *_noise_problems(software),
        *_text_problems(software),
        *_peer_problems(software),
        *_version_problems(software),
        *_gauge_problems(software),
        *_runbook_problems(software),
    ]


def _noise_problems(software: Software) -> Iterator[str]:
    if len(set(software.noise)) < NOISE:
        yield f"{len(set(software.noise))} everyday lines"
    if len(set(software.events)) < EVENTS or len(set(software.changes)) < CHANGES:
        yield f"{len(software.events)} events and {len(software.changes)} changes"
    if software.dialect not in WORDS:
        yield f"unknown dialect {software.dialect!r}"
        return
    printed = WORDS[software.dialect]
    found = {printed.get(text.split(" ")[0]) for text in software.noise}
    lacking = [level for level in LEVELS if printed[level] not in found]
    if lacking:
        yield f"no everyday line of level {', '.join(lacking)}"


def _texts(software: Software) -> Iterator[tuple[str, frozenset[str]]]:
    """Every text, with the names that stand for something in it beside those known everywhere."""
    yield from ((text, OF_NOISE) for text in software.noise)
    yield from ((text, frozenset()) for text in (*software.events, *software.changes))
    for outcomes in software.peers.values():
        yield from ((text, OF_A_CALL) for texts in outcomes.values() for text in texts)
    for action in ("restart_service", "scale_service", "clear_cache", "disable_feature_flag"):
        yield from ((text, OF_AN_ACTION) for text in action_lines(software, action))


def _text_problems(software: Software) -> Iterator[str]:
    for template, known in _texts(software):
        for name in sorted(named_in(template) - known - EVERYWHERE):
            yield f"unknown name {name!r} in {template!r}"
    logged = [text for text, known in _texts(software) if known]
    yield from (f"no level: {text!r}" for text in logged if text.split(" ")[0] not in GLOG_LEVELS)


@cache
def called_by(name: str, systems: tuple[System, ...]) -> frozenset[tuple[Peer, EdgeKind]]:
    """What is spoken by the services of a software with those that they call, and how they call."""
    found = set()
    for system in systems:
        for index, calls in enumerate(graph_of(system).callees):
            if system.services[index].software != name:
                continue
            for callee, kind, _ in calls:
                if kind != "platform":
                    found.add((peer_of(SOFTWARE[system.services[callee].software]), kind))
    return frozenset(found)


def _peer_problems(software: Software) -> Iterator[str]:
    """Each outcome of a call has a wording that names the callee, and some failure one that does not."""
    if software.kind in PLATFORM_KINDS:
        return
    called = called_by(software.name, tuple(SYSTEMS.values()))
    for peer, kind in sorted(called):
        told = {outcome: wordings(software, peer, outcome) for outcome in OUTCOMES}
        for outcome in OUTCOMES:
            if outcome == "slow" and kind == "async":
                continue
            if (outcome in WAITED and peer == "queue") or (outcome == "pooled" and peer not in POOLED):
                continue
            if not any("{callee}" in text for text in told[outcome]):
                yield f"no wording of {peer} {outcome} names the callee"
        if all("{callee}" in text for outcome in FAILURES for text in told[outcome]):
            yield f"every wording of a failing {peer} call names the callee"
    unused = set(software.peers) - {peer for peer, _ in called}
    yield from (f"speaks {peer} with nobody" for peer in sorted(unused))


def _version_problems(software: Software) -> Iterator[str]:
    versions = software.versions
    if software.kind in MADE_BY_THE_COMPANY or not versions:
        return
    if len(versions) < RELEASES:
        yield f"{len(versions)} versions"
    if sorted(versions, key=_release) != list(versions) or len(set(versions)) < len(versions):
        yield f"versions are not listed oldest first: {versions}"


def _release(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _gauge_problems(software: Software) -> Iterator[str]:
    labels = [gauge.label for gauge in software.gauges]
    yield from (f"two gauges {label!r}" for label in sorted({each for each in labels if labels.count(each) > 1}))
    for gauge in software.gauges:
        low, high = gauge.normal
        if not 0 <= low <= high or (gauge.most is not None and high > gauge.most):
            yield f"gauge {gauge.label!r}: {gauge.normal} is no range below {gauge.most}"
        if "%" in gauge.unit and gauge.unit == "%" and gauge.most is None and not gauge.follows:
            yield f"gauge {gauge.label!r} may pass 100 %"


def _runbook_problems(software: Software) -> Iterator[str]:
    if len(set(software.runbook)) < RUNBOOK:
        yield f"{len(set(software.runbook))} runbook steps"
    for name in software.runbook:
        if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name):
            yield f"runbook step {name!r}: expected words in lower case joined by _"


def harmful_step_problems(families: Mapping[str, Family]) -> list[str]:
    """Steps that are said to do harm and that no runbook lists."""
    known = {way.name for family in families.values() for way in ways_of(family)}
    return [f"{name} is in no plan" for name in sorted(set(HARMFUL_STEPS) - known)]


def innocent_step_problems(software: Iterable[Software], families: Mapping[str, Family]) -> list[str]:
    """Steps that fix nothing by the runbook of their software, and are a way of a plan."""
    planned = {way.name for family in families.values() for way in ways_of(family)}
    return [f"{each.name}: {name} is in a plan" for each in software for name in each.runbook if name in planned]
