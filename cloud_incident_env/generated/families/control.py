"""Families in which changes do not take effect, because the platform's own control plane does not work."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Drawn,
    Effect,
    Family,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.names import CONTROLLERS
from cloud_incident_env.generated.symptoms import control, partial, storage
from cloud_incident_env.generated.symptoms.printing import printed_each

CONTROL_PLANE_FLOOD = Family(
    name="control-plane-flood",
    story="An agent on every node lists all objects of the cluster every few seconds, and its API can do little else. "
    "Running services are fine at first; then names and leases that clients hold run out and are not renewed.",
    strikes=("kubernetes",),
    facts={
        "agent": CONTROLLERS,
        "seconds": (5, 10, 15),
    },
    change=Change(
        (
            "{agent} on every node: labels are up to date sooner",
            "{agent} of all nodes in its new version",
            "{agent}: what it shows is less old",
        ),
        diffs=(
            ("-   source: watch", "-   resync: 12h", "+   source: list", "+   every: {seconds}s"),
            (
                "- mode: watch, full list every 12h",
                "+ mode: list every {seconds}s",
                "  nodes: all",
            ),
        ),
        kind="config",
        lead_minutes=(5, 30),
    ),
    effects=(
        Effect("gauge", (1_600, 5_200), gauge="API requests", shape=Ramp((3, 9)), since="change", until=("quiet",)),
        Effect("gauge", (280, 1_300), gauge="API requests failed", shape=Ramp((3, 9)), until=("quiet", "api-up")),
        Effect("gauge", (84, 96), gauge="memory", shape=Ramp((3, 9)), since="change", until=("quiet", "api-up")),
        # What is held of names and leases ends little by little.
        Effect("call_errors", (0.08, 0.2), on="callers", shape=Ramp((6, 14)), until=("quiet", "api-up")),
        Effect("own_errors", (0.1, 0.22), on="callers", shape=Ramp((6, 14)), until=("quiet", "api-up")),
        Effect("own_errors", (0.03, 0.08), on="callers", shape=Ramp((6, 14)), until=("quiet", "api-up", "lists-read")),
        Effect("capacity", (0.75, 0.92), on="callers", shape=Ramp((6, 14)), until=("quiet", "api-up")),
        Effect("gauge", (6, 26), gauge="pending instances", shape=Ramp((3, 9)), until=("quiet", "api-up")),
        # Nodes that could not report in time are taken for lost and replaced.
        Effect("gauge", (6, 20), gauge="scale events", shape=Ramp((6, 14)), until=("quiet", "api-up")),
    ),
    lines=(
        printed(control.CLIENT_THROTTLED, per_minute=0.6, since="change", until=("quiet",)),
        printed(control.LEASE_NOT_RENEWED, until=("quiet", "api-up")),
        printed(control.LEASE_LOST, until=("quiet", "api-up")),
        printed(control.OBJECT_NOT_WRITTEN, until=("quiet", "api-up")),
        printed(control.DISCOVERY_STALE, until=("quiet", "api-up")),
        printed(control.NO_SUCH_RESOURCE, per_minute=0.1, until=("quiet", "api-up")),
        printed(control.HOST_NOT_SET_UP, per_minute=0.2, until=("quiet", "api-up")),
        printed(partial.NODE_NOT_READY, per_minute=0.3, until=("quiet", "api-up")),
    ),
    notes=("API requests: {now[API requests]}/s, {now[API requests failed]}/s of them failed",),
    plan=(
        Condition(
            "quiet",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The identity of {agent} is refused before its requests are worked on.",
                    name="limit_client",
                ),
                Way("rollback_deploy", "{agent} waits for changes again, as it did before the last revision."),
                Way("execute_runbook_step", "{agent} runs on no node.", name="pause_automation"),
            ),
        ),
        Condition(
            "api-up",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The API servers were started again one after the other, and took requests at once.",
                    name="restart_in_waves",
                    early="The first API server came up, and every node listed everything from it.",
                ),
            ),
            needs=("quiet",),
        ),
        Condition(
            "lists-read",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Clients read names and endpoints anew, a tenth of them at a time.",
                    name="reset_sessions",
                    early="Clients asked for names and endpoints, and got no answer in time.",
                ),
                Way(
                    "execute_runbook_step",
                    "What is held of names was dropped and filled from the API.",
                    name="flush_entries",
                    early="What was held of names was dropped, and there is nothing to fill it from.",
                ),
            ),
            needs=("api-up",),
        ),
        Condition(
            "shared-out",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Agents of nodes share a fifth of the requests among them; what is beyond waits.",
                    name="restore_limit",
                ),
                Way(
                    "execute_runbook_step",
                    "Agents go to one pool of nodes first, for a day.",
                    name="stage_changes",
                ),
            ),
            needs=("quiet",),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Requests by identity since {since} are in a ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "All watches ended at once, and everybody began with a full list."),
        Wrong("rollback_deploy", "callers", "The rollout took instances down and has put few in their place."),
        Wrong("scale_service", "callers", "The new instances are written down nowhere yet."),
    ),
    relapse=(20, 45),
)

STUCK_ELECTION = Family(
    name="stuck-election",
    story="A member of the coordination store was replaced, and the new one never joined, while another is out of "
    "reach: the rest is no majority. Nobody leads, terms go up, and every write waits and fails; old reads are served.",
    strikes=("registry",),
    facts={"gone": Drawn("id64"), "address": range(11, 240)},
    change=Change(
        (
            "member {gone} replaced: new machine 10.8.4.{address}",
            "new machine 10.8.4.{address} for member {gone}",
            "member {gone} moved to 10.8.4.{address}",
        ),
        diffs=(
            (
                "-   members: 3",
                "+   members: 4",
                "+   peer: https://10.8.4.{address}:2380",
            ),
            (
                "- 3 voters",
                "+ 4 voters",
                "+ voter at 10.8.4.{address}:2380",
                "  {gone}: not removed yet",
            ),
        ),
        kind="job",
        lead_minutes=(1, 6),
    ),
    effects=(
        Effect("own_errors", (0.4, 0.7), shape=Step(), until=("majority",)),
        Effect("hung", (0.12, 0.25), shape=Step(), until=("majority",)),
        # Leases that ran out, and work that is not done without one.
        Effect("own_errors", (0.2, 0.45), on="callers", shape=Ramp((2, 8)), until=("majority",)),
        Effect("own_errors", (0.05, 0.12), on="callers", shape=Ramp((3, 9)), until=("majority", "leases-taken")),
        Effect("gauge", (240, 460), gauge="write p50", shape=Step(), until=("majority",)),
        Effect("gauge", (30, 150), gauge="writes refused", shape=Step(), until=("majority",)),
        Effect("gauge", (0, 0.3), gauge="revisions", shape=Step(), until=("majority",)),
        Effect("gauge", (2, 9), gauge="leader changes", shape=Step(), until=("majority",)),
        Effect("gauge", (44, 60), gauge="store size", until=("majority",)),  # nobody compacts it
        Effect("gauge", (1_400, 3_600), gauge="blocking queries", until=("majority", "leases-taken")),
    ),
    lines=(
        printed(control.NOT_PUBLISHED, until=("majority",)),
        printed(control.READ_INDEX_LATE, until=("majority",)),
        printed(control.PEER_UNHEALTHY, until=("majority",)),
        printed(control.SLOW_APPLY, per_minute=0.3, until=("majority",)),
        printed(control.LATE_HEARTBEAT, per_minute=0.2, until=("majority",)),
        *printed_each(control.NO_LEADER, on="callers", until=("majority",)),
        printed(storage.LEASE_NOT_RENEWED, on="callers", per_minute=0.3, until=("majority",)),
        printed(control.LEASE_NOT_RENEWED, on="callers", until=("majority", "leases-taken")),
        printed(control.LEASE_LOST, on="callers", until=("majority",)),
        printed(control.OBJECT_NOT_WRITTEN, on="callers", until=("majority",)),
    ),
    notes=("Writes refused: {now[writes refused]}/s; reads are served from what members hold",),
    plan=(
        Condition(
            "majority",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The member that never joined is off the list; the others agreed within seconds.",
                    name="retire_previous",
                ),
                Way(
                    "execute_runbook_step",
                    "A member was set up from the snapshot of this hour and joined; the others agreed within seconds.",
                    name="add_members",
                ),
            ),
        ),
        Condition(
            "leases-taken",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Leases of holders that are gone were ended; others took them.",
                    name="end_sessions",
                    early="Leases were to be ended, and the command waited until it timed out.",
                ),
                Way(
                    "execute_runbook_step",
                    "Clients opened their sessions anew and took their leases, some at a time.",
                    name="reset_sessions",
                    early="Clients opened their sessions anew, and got no lease.",
                ),
            ),
            needs=("majority",),
        ),
        Condition(
            "one-by-one",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A member is added as a learner, and votes only once it has read everything.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "Changes of members are refused while one of them is not healthy.",
                    name="correct_rule",
                ),
            ),
            needs=("majority",),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The list of members before and after, with terms since {since}, is in a ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "All members started at once; reads are refused as well meanwhile."),
        Wrong("scale_service", "culprit", "The list is longer now, and the same few answer."),
        Wrong("restart_service", "callers", "Its instances lost the leases that they still held."),
    ),
    relapse=(20, 45),
)

API_REMOVAL = Family(
    name="api-removal",
    story="An upgrade of the platform no longer serves an old version of an interface, and a controller still calls "
    "it. What runs goes on; what should have been changed since then was not, so lists of endpoints are out of date.",
    strikes=("kubernetes",),
    facts={
        "controller": CONTROLLERS,
        "minor": ("1.31 -> 1.32", "1.32 -> 1.33", "1.33 -> 1.34"),
    },
    change=Change(
        (
            "platform upgrade {minor}: interfaces of the last release only",
            "upgrade of the control plane, {minor}",
            "control plane {minor}: defaults of the new release",
        ),
        diffs=(
            (
                "-   runtime-config: discovery.k8s.io/v1beta1=true",
                "+   runtime-config: discovery.k8s.io/v1beta1=false",
            ),
            (
                "  version: {minor}",
                "-   served: [discovery/v1, discovery/v1beta1]",
                "+   served: [discovery/v1]",
            ),
        ),
        kind="config",
        lead_minutes=(45, 170),
    ),
    effects=(
        # Instances came and went in the meantime, and clients were told of none of it.
        Effect("refused", (0.2, 0.45), on="callers", shape=Ramp((6, 14)), until=("calls-served", "caught-up")),
        Effect("capacity", (0.4, 0.65), on="callers", shape=Ramp((6, 14)), until=("calls-served", "caught-up")),
        Effect("gauge", (420, 1_100), gauge="API requests", shape=Step(), since="change", until=("calls-served",)),
        Effect("gauge", (60, 240), gauge="API requests failed", shape=Step(), since="change", until=("calls-served",)),
        Effect("gauge", (3, 11), gauge="pending instances", shape=Ramp((6, 14)), until=("calls-served", "caught-up")),
        Effect(
            "gauge",
            (112, 138),
            gauge="instances wanted by the scaler",
            shape=Ramp((6, 14)),
            until=("calls-served", "caught-up"),
        ),
    ),
    lines=(
        printed(control.NO_SUCH_RESOURCE, per_minute=0.7, since="change", until=("calls-served",)),
        printed(control.CLIENT_THROTTLED, per_minute=0.4, since="change", until=("calls-served",)),
        printed(control.DISCOVERY_STALE, per_minute=0.2, since="change", until=("calls-served",)),
        printed(control.HOST_NOT_SET_UP, per_minute=0.15, until=("calls-served", "caught-up")),
        printed(control.GROUP_SIZE, per_minute=0.2, until=("calls-served", "caught-up")),
    ),
    notes=("API requests: {now[API requests]}/s, {now[API requests failed]}/s of them failed",),
    plan=(
        Condition(
            "calls-served",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "v1beta1 is served once more, until the callers are done.",
                    name="revert_configuration",
                ),
                Way(
                    "execute_runbook_step",
                    "{controller} and what else called v1beta1 calls v1.",
                    name="sync_consumers",
                ),
            ),
        ),
        Condition(
            "caught-up",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{controller} went through all objects once more and wrote what was missing.",
                    name="run_job_once",
                    early="{controller} went through all objects and could write none of them.",
                ),
                Way(
                    "execute_runbook_step",
                    "Controllers tried again at once instead of waiting; lists and sizes are right.",
                    name="resume_automation",
                    early="Controllers tried at once, got the same answer, and wait for longer than before.",
                ),
            ),
            needs=("calls-served",),
        ),
        Condition(
            "warned",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A call to a version that is to go raises an alarm a month ahead.",
                    name="add_alarm",
                ),
                Way(
                    "execute_runbook_step",
                    "Upgrades reach the cluster for trials first, with all controllers in it.",
                    name="stage_changes",
                ),
            ),
            needs=("calls-served",),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {controller} have the list of objects that were not written.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "The instances that came up are known to nobody so far."),
        Wrong("rollback_deploy", "callers", "Its rollout came to a halt half way, with fewer instances than before."),
        Wrong("restart_service", "culprit", "Controllers began anew, and ended with the same answer."),
        Wrong(
            "rollback_deploy",
            "culprit",
            "Members of the former release could not read what is stored by now, and were replaced by those of today.",
        ),
    ),
    relapse=(30, 60),
)
