"""The harm that wrong remediations do, as the tools show it for a while, in every kind of incident.

The single source of truth for what a query shows after an agent has hurt a service: lines below its usual text.
"""

from __future__ import annotations

from zlib import crc32

from scenario import Scenario

LASTING_STEPS = 4  # steps of the episode during which the harm shows, the wrong action's own included

# action type -> tool -> line; {service} is the one that was hurt
_LINES: dict[str, dict[str, str]] = {
    "restart_service": {
        "query_logs": "{service}: shut down on request, {dropped} client connections closed; starting up again",
        "check_metrics": "connections lost in the restart: {dropped}, back so far: {back}",
        "check_service_status": "restarted on request and warming up: {back} of {dropped} clients are back",
    },
    "rollback_deploy": {
        "query_logs": "{service}: {dropped} requests refused, the release now running does not know them",
        "check_metrics": "requests refused since the rollback: {dropped}/min",
        "check_service_status": "an older release runs on request; {dropped} requests a minute miss their feature",
    },
    "scale_service": {
        "query_logs": "{service}: number of replicas changed on request, {dropped} sessions are being moved",
        "check_metrics": "sessions being moved: {dropped}, done so far: {back}",
        "check_service_status": "scaled on request: new replicas warm up, {back} of {dropped} sessions moved",
    },
    "clear_cache": {
        "query_logs": "{service}: cache emptied on request, {dropped} k entries dropped",
        "check_metrics": "entries dropped: {dropped} k, filled again so far: {back} k",
        "check_service_status": "cache emptied on request: {back} of {dropped} k entries are back",
    },
    "disable_feature_flag": {
        "query_logs": "{service}: flag switched off on request, {dropped} requests answered without the feature",
        "check_metrics": "requests answered without the feature: {dropped}/min",
        "check_service_status": "a flag was switched off on request; {dropped} requests a minute miss the feature",
    },
    "execute_runbook_step": {
        "query_logs": "{service}: a runbook step cut off {dropped} operations under way",
        "check_metrics": "operations cut off by the runbook step: {dropped}, done again so far: {back}",
        "check_service_status": "a runbook step cut off {dropped} operations; {back} were done again",
    },
}
_NEIGHBOUR = "{service} cut off {dropped} calls a moment ago; {back} were tried again"


def harm_lines(scenario: Scenario, key: str, tool: str, service: str, text: str) -> list[str]:
    """What the wrong action `key` adds to the text that `tool` shows of a service.

    The service that was hurt shows it in every tool but its deploy history; its neighbours, whose dependencies name it,
    show it there.
    """
    action = key.partition(":")[0]
    hurt = _hurt_by(scenario, key)
    dropped = 60 + crc32(key.encode()) % 400
    values = {"service": hurt, "dropped": dropped, "back": dropped // 4}
    if tool == "check_dependencies" and hurt in text:
        return [_NEIGHBOUR.format_map(values)]
    if service == hurt and tool in _LINES[action]:
        return [_LINES[action][tool].format_map(values)]
    return []


def _hurt_by(scenario: Scenario, key: str) -> str:
    """The service that an action acts on: its target, or the one whose status lists the flag or runbook step."""
    target = key.partition(":")[2]
    if target in scenario["known_services"]:
        return target
    statuses = scenario["tool_responses"].get("check_service_status", {})
    listing = (service for service, text in statuses.items() if target in text)
    return next(listing, scenario["alert"]["affected_services"][0])
