"""Families whose culprit is the scheduler of the cluster: its limits, admission, autoscaler or placement."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Condition, Effect, Family, Ramp, Step, Way, Wrong, printed
from cloud_incident_env.generated.names import CONTROLLERS
from cloud_incident_env.generated.symptoms import control, memory, partial, start
from cloud_incident_env.generated.symptoms.printing import printed_each

LIMIT_SQUEEZE = Family(
    name="limit-squeeze",
    story="An automation that fits memory limits to use patches them far down, and does so again a minute after every "
    "repair. Processes that had always fitted are killed as out of memory, with exit code 137.",
    strikes=("kubernetes",),
    facts={
        "actor": CONTROLLERS,
        "limit": (160, 192, 208),
        "peak": range(155, 160),
        "usual": (512, 640, 768),
    },
    change=Change(
        (
            "{actor}: mode Initial -> Auto for all name spaces",
            "{actor}: applied without asking",
            "{actor}: proposals are applied, with less margin",
        ),
        diffs=(
            (
                "- updateMode: Initial",
                "+ updateMode: Auto",
                "- marginFraction: 0.30",
                "+ marginFraction: 0.03",
            ),
            (
                "- apply: at creation, margin 30 %",
                "+ apply: always, margin 3 %",
            ),
        ),
        kind="config",
        lead_minutes=(1, 6),
    ),
    effects=(
        # Instances are killed and started again: connections to them are refused, requests in them are cut off.
        Effect("refused", (0.25, 0.55), on="callers", until=("stopped", "limits")),
        Effect("own_errors", (0.06, 0.15), on="callers", until=("stopped", "limits")),
        Effect("capacity", (0.3, 0.6), on="callers", until=("stopped", "limits")),
        Effect("gauge", (56, 64), gauge="limit patches", shape=Step(), since="change", until=("stopped",)),
        Effect("gauge", (140, 520), gauge="memory kills", until=("stopped", "limits")),
        Effect("gauge", (96, 99), on="callers", gauge="memory", shape=Step(), until=("stopped", "limits")),
    ),
    lines=(
        printed(memory.K8S_OOM_KILLING, until=("stopped", "limits")),
        printed(memory.K8S_BACK_OFF, until=("stopped", "limits")),
    ),
    notes=(memory.KILLED_NOTE,),
    plan=(
        Condition(
            "stopped",
            "stop",
            (
                Way("execute_runbook_step", "{actor} is suspended and patches nothing.", name="pause_automation"),
                Way("rollback_deploy", "{actor} is in mode Initial again and looks at new objects only."),
            ),
        ),
        Condition(
            "limits",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Memory limits are {usual}Mi; instances with {limit}Mi are being replaced.",
                    name="restore_limit",
                    early="Memory limits were {usual}Mi for less than a minute, then {limit}Mi.",
                ),
                Way(
                    "execute_runbook_step",
                    "Memory limits were raised to {usual}Mi, one workload after another.",
                    name="raise_limit",
                    early="Memory limits were raised, and {limit}Mi a minute later.",
                ),
            ),
            needs=("stopped",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "{actor} sets no limit below the highest use of the last week.",
                    name="correct_rule",
                ),
            ),
            needs=("stopped",),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The list of patched workloads is attached to the ticket of {actor}.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "callers", "The new instances came up like the others and ended within a minute."),
        Wrong("restart_service", "callers", "Instances that had been serving came back and did not stay."),
        Wrong("rollback_deploy", "entry", "It runs an older release, and people miss what the newer one had."),
    ),
    relapse=(15, 35),
)

WEBHOOK_TRUST = Family(
    name="webhook-trust",
    story="The serving certificate of an admission webhook comes from a new authority, and its registration still "
    "names the old one. The call of the webhook fails for every new object: x509, signed by unknown authority. What "
    "runs is fine, but nothing that ends is replaced.",
    strikes=("kubernetes",),
    facts={
        "hook": ("inject.sidecar.internal", "policy.sidecar.internal", "guard.tenant.internal", "images.scan.internal"),
        "verb": ("mutate", "validate", "inject"),
        "issuer": ("platform-ca-g2", "mesh-ca-2024", "internal-root-r3"),
        "failing": ("closed",),
        "cause": ("tls: failed to verify certificate: x509: certificate signed by unknown authority",),
    },
    change=Change(
        (
            "admission: serving pair of {hook} issued by {issuer}",
            "admission: {hook} renewed",
            "{hook}: certificate of {issuer}",
        ),
        diffs=(
            (
                "- issuerRef: platform-ca",
                "+ issuerRef: {issuer}",
            ),
            (
                "- {hook}: platform-ca",
                "+ {hook}: {issuer}",
                "  caBundle: unchanged",
            ),
        ),
        kind="config",
        lead_minutes=(2, 12),
    ),
    effects=(
        # Instances end in the course of the day and none takes their place; clients still hold their addresses.
        Effect("capacity", (0.06, 0.2), on="callers", shape=Ramp((6, 14)), until=("admitted", "created")),
        Effect("refused", (0.25, 0.55), on="callers", shape=Ramp((6, 14)), until=("admitted", "created")),
        Effect("gauge", (14, 70), gauge="admission failures", shape=Step(), since="change", until=("admitted",)),
        Effect("gauge", (4, 16), gauge="pending instances", shape=Ramp((6, 14)), until=("admitted", "created")),
    ),
    lines=(
        printed(start.WEBHOOK_FAILED, until=("admitted",), since="change", elsewhere=False),
        printed(start.NOT_CREATED, until=("admitted", "created")),
        printed(start.REQUEUED, until=("admitted", "created")),
    ),
    notes=(
        "Pending instances: {now[pending instances]}; admission failures {now[admission failures]}/s; wanted by the "
        "scaler {now[instances wanted by the scaler]} % of usual",
    ),
    plan=(
        Condition(
            "admitted",
            "stop",
            (
                Way("rollback_deploy", "{hook} serves the pair that it had before; objects are created."),
                Way(
                    "execute_runbook_step",
                    "The registration of {hook} holds the certificate of {issuer}; objects are created.",
                    name="reload_certificate",
                ),
                Way(
                    "execute_runbook_step",
                    "{hook} is asked and not waited for until further notice; objects are created.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "created",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Instances that were missing were created.",
                    name="replace_instances",
                    early="Creation was tried again and turned down.",
                ),
                Way(
                    "execute_runbook_step",
                    "Controllers tried again at once instead of waiting; instances were created.",
                    name="resume_automation",
                    early="Controllers tried at once, failed, and wait for longer than before.",
                ),
            ),
            needs=("admitted",),
        ),
        Condition(
            "linked",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Registrations take the certificates of their issuers by themselves.",
                    name="sync_consumers",
                ),
            ),
        ),
        Condition(
            "alarmed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Refused creations page the platform team after two minutes.",
                    name="add_alarm",
                ),
            ),
            needs=("admitted", "created"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "The instances that were stopped have no successors so far."),
        Wrong("rollback_deploy", "callers", "The rollout took instances down and put none in their place."),
    ),
)

AUTOSCALER_MISREAD = Family(
    name="autoscaler-misread",
    story="Threads wait for slow calls, so average CPU falls, and the autoscaler takes that for little work and scales "
    "in. The instances that are left have every thread busy, and the provisioner cannot start others: too many open "
    "files.",
    strikes=("kubernetes",),
    facts={
        "group": ("general-a", "web-pool", "shared-b", "batch-and-web"),
        "usage": range(17, 26),
    },
    effects=(
        Effect("capacity", (0.25, 0.45), on="callers", shape=Ramp((6, 14)), until=("held", "provisioned", "grown")),
        Effect("delay", (0.25, 0.55), on="callers", until=("held", "provisioned", "grown")),
        Effect("hung", (0.04, 0.12), on="callers", shape=Ramp((6, 14)), until=("held", "provisioned", "grown")),
        Effect("gauge", (26, 74), gauge="scale events", until=("held",)),
        Effect("gauge", (22, 36), gauge="instances wanted by the scaler", shape=Ramp((6, 14)), until=("held",)),
        Effect("gauge", (9, 32), gauge="pending instances", until=("held", "provisioned", "grown")),
    ),
    lines=(
        printed(control.GROUP_SIZE, per_minute=0.6, until=("held",)),
        printed(control.HOST_NOT_SET_UP, per_minute=0.6, until=("provisioned",)),
        printed(control.CLIENT_THROTTLED, per_minute=0.2, until=("held",)),
        *printed_each(partial.QUEUE_FULL, on="callers", per_minute=0.3, until=("held", "provisioned", "grown")),
        *printed_each(partial.BUSY, on="callers", per_minute=0.3, until=("held", "provisioned", "grown")),
    ),
    notes=("Group {group}: average cpu {usage} %, {now[scale events]} scale events an hour",),
    plan=(
        Condition(
            "held",
            "stop",
            (
                Way("execute_runbook_step", "Group {group} keeps the hosts that it has.", name="pause_automation"),
                Way(
                    "execute_runbook_step",
                    "The lower bound of group {group} is its usual size; nothing is given back.",
                    name="restore_limit",
                ),
            ),
        ),
        Condition(
            "provisioned",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The provisioner may open more files and sets hosts up.",
                    name="raise_limit",
                ),
                Way(
                    "execute_runbook_step",
                    "The process of the provisioner was ended; its successor sets hosts up.",
                    name="end_process",
                ),
            ),
        ),
        Condition(
            "grown",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Group {group} grew in steps of a tenth to its usual size.",
                    name="return_host",
                    early="Hosts were ordered for group {group}; none of them is there yet.",
                ),
                Way(
                    "execute_runbook_step",
                    "Spare hosts of another group serve for {group}.",
                    name="add_members",
                    early="Spare hosts were entered for {group}, and are gone again.",
                ),
            ),
            needs=("held", "provisioned"),
        ),
        Condition(
            "signal",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The policy of group {group} looks at busy threads beside cpu.",
                    name="correct_rule",
                ),
            ),
            needs=("held",),
        ),
        Condition(
            "verified",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Every instance that was asked for has a host and answers.",
                    name="verify_recovery",
                ),
            ),
            needs=("held", "provisioned", "grown"),
        ),
    ),
    wrong=(
        Wrong("scale_service", "callers", "The instances that it asked for are waiting, ahead of others."),
        Wrong("restart_service", "callers", "Its instances came back with all requests waiting for them at once."),
    ),
    relapse=(20, 45),
)

UNSCHEDULABLE = Family(
    name="unschedulable",
    story="A node pool got a taint that its usual workload does not tolerate, and the other nodes are full. New "
    "instances cannot be placed anywhere and stay pending, so every service shrinks as its instances move or end.",
    strikes=("kubernetes",),
    facts={
        "pool": ("general-4", "standard-b", "shared-2", "web-c"),
        "team": ("research", "analytics", "media", "data-science"),
        "verdict": (  # of the hosts that `instances.py` counts
            "0/60 nodes are available: 9 Insufficient memory, 46 node(s) had untolerated taint {reserved: }, 5 "
            "node(s) had volume node affinity conflict.",
            "0/60 nodes are available: 13 Insufficient memory, 41 node(s) had untolerated taint {reserved: }, 6 "
            "node(s) had volume node affinity conflict.",
            "0/60 nodes are available: 23 Insufficient memory, 37 node(s) had untolerated taint {reserved: }.",
        ),
        "quota": (
            "requested: requests.cpu=500m, used: requests.cpu=319800m, limited: requests.cpu=320",
            "requested: requests.cpu=1, used: requests.cpu=287500m, limited: requests.cpu=288",
        ),
    },
    change=Change(
        (
            "node pool {pool}: its label and taint, as {team} asked for",
            "node pool {pool}: owner {team}",
            "node pool {pool} marked for {team}",
        ),
        diffs=(
            (
                "+ labels: {{owner: {team}}}",
                "- taints: []",
                "+ taints: [{{key: reserved, effect: NoExecute}}]",
            ),
            (
                "+ {pool}: owner={team}",
                "+ {pool}: reserved:NoExecute",
            ),
        ),
        kind="config",
        lead_minutes=(1, 8),
    ),
    effects=(
        # Instances had to leave the pool and found no other place; clients still hold their addresses.
        Effect("capacity", (0.06, 0.2), on="callers", shape=Ramp((3, 9)), until=("placeable", "placed")),
        Effect("refused", (0.2, 0.5), on="callers", shape=Ramp((3, 9)), until=("placeable", "placed")),
        Effect("gauge", (24, 90), gauge="pending instances", shape=Ramp((3, 9)), until=("placeable", "placed")),
    ),
    lines=(
        printed(start.FAILED_SCHEDULING, until=("placeable", "placed")),
        printed(start.EVICTED, until=("placeable",)),
        printed(start.MULTI_ATTACH, per_minute=0.1, until=("placeable", "placed")),
        printed(start.OVER_QUOTA, per_minute=0.06, until=("placeable",)),
    ),
    notes=(
        "Pending instances: {now[pending instances]}; admission failures {now[admission failures]}/s; wanted by the "
        "scaler {now[instances wanted by the scaler]} % of usual",
    ),
    plan=(
        Condition(
            "placeable",
            "stop",
            (
                Way("rollback_deploy", "Pool {pool} has the settings of {previous}."),
                Way(
                    "execute_runbook_step",
                    "The usual workload tolerates what is set on pool {pool}.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "Another pool was opened for what has no place.",
                    name="add_members",
                ),
            ),
        ),
        Condition(
            "placed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The instances that were pending were given a node.",
                    name="replace_instances",
                    early="The queue was gone through once more; the same instances are pending.",
                ),
                Way(
                    "execute_runbook_step",
                    "The back-off of the queue was cleared; what was pending was given a node.",
                    name="drain_backlog",
                    early="The back-off of the queue was cleared; the same instances are pending.",
                ),
            ),
            needs=("placeable",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A pool is changed one node at a time, and not while its instances find no other place.",
                    name="stage_changes",
                ),
            ),
            needs=("placeable",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of {team} knows that pool {pool} is shared for now.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "Fewer of its instances serve than before."),
        Wrong("scale_service", "callers", "Its new instances wait ahead of some that matter more."),
    ),
)
