"""The harm that wrong remediations do, as the diagnostics show it for a while: lines below the usual text."""

from __future__ import annotations

from zlib import crc32

from cloud_incident_env.incident import Incident, Key
from cloud_incident_env.telemetry import Report

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


def harm_lines(incident: Incident, wrong: Key, tool: str, service: str, report: Report) -> list[str]:
    """What the wrong action `wrong` adds to the report that `tool` gives of a service.

    The service that was hurt shows it in every tool but its deploy history; its neighbours show it in their
    dependencies.
    """
    hurt = incident.service_of(wrong)
    dropped = 60 + crc32(str(wrong).encode()) % 400
    values = {"service": hurt, "dropped": dropped, "back": dropped // 4}
    if tool == "check_dependencies" and hurt in report.neighbours:
        return [_NEIGHBOUR.format_map(values)]
    if service == hurt and tool in _LINES[wrong.action]:
        return [_LINES[wrong.action][tool].format_map(values)]
    return []
