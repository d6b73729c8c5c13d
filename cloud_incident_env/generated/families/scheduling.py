"""Families whose culprit is the scheduler of the cluster: its limits, admission, autoscaler or placement."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Family, Step

LIMIT_SQUEEZE = Family(
    name="limit-squeeze",
    story="A misconfigured rightsizing automation patches memory limits down, and does so again a minute after every "
    "repair. Processes that had always fitted are killed as out of memory with exit code 137.",
    strikes=("kubernetes",),
    facts={
        "actor": ("limit-tuner", "vpa-updater", "rightsizer", "resource-advisor"),
        "limit": (96, 112, 128, 160, 192),
        "usual": (512, 640, 768, 1024),
    },
    change=Change("{actor}: mode Initial -> Auto for all name spaces", lead_minutes=(1, 6)),
    errors=(0.03, 0.12),
    latency=(5, 9),
    figures={"limit patches": (56, 64), "memory kills": (140, 520), "pending instances": (6, 24)},
    logs=(
        "INFO  audit: patch deployments/{caller} by system:serviceaccount:kube-system:{actor}, "
        "resources.limits.memory={limit}Mi",
        "WARN  kernel on node-{n}: Memory cgroup out of memory: Killed process {pid} ({caller}) total-vm:{id}kB",
        'WARN  "Event occurred" object="prod/{caller}-{hex}" reason="BackOff" message="Back-off restarting, last exit '
        'code 137"',
    ),
    seen_by_callers=("WARN  started {small} s ago, the instance before was killed with signal 9, exit code 137",),
    steps=(
        Step(
            "execute_runbook_step",
            "{actor} is suspended and patches nothing any more.",
            name="suspend_limit_updater",
            relief=0.2,
        ),
        Step(
            "execute_runbook_step",
            "Limits are {usual}Mi again in all manifests.",
            name="restore_previous_limits",
            relief=0.3,
            too_early="The limits were {usual}Mi for less than a minute; the next patch made {limit}Mi of them.",
        ),
        Step(
            "execute_runbook_step",
            "All instances were replaced and run with {usual}Mi.",
            name="roll_out_manifests",
            relief=0.5,
            risky=True,
            too_early="The new instances came up with {limit}Mi and were killed like those before.",
        ),
        Step(
            "execute_runbook_step",
            "No memory kill within the last minutes.",
            name="verify_memory_kills",
            too_early="Processes are still being killed.",
        ),
    ),
    wrong={
        ("scale_service", "caller"): "The new instances came up like the others and were killed within a minute.",
        (
            "restart_service",
            "caller",
        ): "The instances that had survived so far came back smaller and were killed as well.",
    },
    signature={
        "query_logs": r"audit: patch deployments/\S+ by \S+kube-system:\S+ resources\.limits\.memory=\d+Mi",
        "check_metrics": r"memory kills +\d{3}/h",
    },
)

WEBHOOK_TRUST = Family(
    name="webhook-trust",
    story="The serving certificate of an admission webhook comes from a new CA, and its registration, misconfigured, "
    "still names the old one. The call of the webhook fails for every new instance: x509, certificate signed by "
    "unknown authority. What runs is fine, but nothing that ends is replaced.",
    strikes=("kubernetes",),
    facts={
        "hook": ("inject.sidecar.internal", "policy.sidecar.internal", "guard.tenant.internal", "images.scan.internal"),
        "verb": ("mutate", "validate", "inject"),
        "issuer": ("platform-ca-g2", "mesh-ca-2026", "internal-root-r3"),
    },
    change=Change("admission: serving pair of {hook} issued by {issuer}", lead_minutes=(1, 12)),
    errors=(0.04, 0.16),
    latency=(5, 10),
    figures={"admission failures": (14, 70), "pending instances": (4, 16)},
    logs=(
        'ERROR failed calling webhook "{hook}": failed to call webhook: Post "https://admission.kube-system.svc:443/{verb}'
        '?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
        'WARN  "Event occurred" object="prod/{caller}" reason="FailedCreate" message="Internal error occurred: failed '
        'calling webhook {hook}"',
    ),
    notes=("Webhook {hook}: failurePolicy Fail, serving pair by {issuer}",),
    seen_by_callers=("WARN  {small} s since an instance left, and its replacement has not reported; load is shared",),
    steps=(
        Step(
            "execute_runbook_step",
            "The registration of {hook} holds the certificate of {issuer}.",
            name="update_webhook_bundle",
            relief=0.5,
        ),
        Step(
            "execute_runbook_step",
            "Rollouts that had stopped were started again and create instances.",
            name="retry_stopped_rollouts",
            relief=0.4,
            too_early="The rollouts were started again, and every creation was turned down at the same place.",
        ),
        Step(
            "execute_runbook_step",
            "The remaining back-offs were cleared; missing instances were created.",
            name="clear_creation_backoff",
            relief=0.1,
            too_early="The controllers tried at once, failed, and wait longer than before.",
        ),
        Step(
            "execute_runbook_step",
            "Every creation of the last minutes was admitted.",
            name="verify_admissions",
            too_early="Creations are still turned down.",
        ),
    ),
    wrong={
        ("restart_service", "caller"): "The instances that were stopped could not be created again.",
        ("rollback_deploy", "caller"): "The rollout took instances down and could create none in their place.",
    },
    signature={
        "query_logs": r"failed calling webhook .*x509: certificate signed by unknown authority",
        "check_metrics": r"admission failures +\d{2}/s",
    },
)

AUTOSCALER_MISREAD = Family(
    name="autoscaler-misread",
    story="Threads wait for slow calls, so average CPU falls, and the autoscaler takes that for little work and scales "
    "in. The hosts that are left have every thread busy, and the provisioner cannot start others: too many open files.",
    strikes=("kubernetes",),
    facts={
        "group": ("general-a", "web-pool", "shared-b", "batch-and-web"),
        "usage": range(17, 26),
        "busy": range(95, 100),
    },
    errors=(0.03, 0.1),
    latency=(6, 12),
    figures={"scale events": (26, 74), "instances wanted by the scaler": (22, 36), "pending instances": (9, 32)},
    logs=(
        "INFO  autoscaler: host group {group} gives host {hex} back: average cpu {usage} %, target 60 %",
        "INFO  autoscaler: host group {group} metrics: cpu {usage} %, threads busy {busy} % (not part of the policy)",
        "ERROR provisioner: host for {group} not set up: open /var/run/provision/{hex}.lock: too many open files",
    ),
    seen_by_callers=(
        "WARN  {busy} % of the slots are taken; an instance left with its host, group {group}, by scale-in",
    ),
    steps=(
        Step(
            "execute_runbook_step",
            "The autoscaler is suspended: group {group} keeps the hosts that it has.",
            name="suspend_autoscaler",
            relief=0.2,
        ),
        Step(
            "execute_runbook_step",
            "The provisioner was restarted with room for more handles and sets up hosts again.",
            name="repair_host_provisioner",
            relief=0.2,
            too_early="The provisioner works again, and hosts leave group {group} as fast as it sets up others.",
        ),
        Step(
            "execute_runbook_step",
            "Group {group} grew in steps of a tenth and has its usual number of hosts.",
            name="raise_capacity_in_steps",
            relief=0.6,
            too_early="Hosts were ordered for group {group}, and none of them was ever set up.",
        ),
        Step(
            "execute_runbook_step",
            "Threads busy in group {group}: about 30 %.",
            name="verify_busy_threads",
            too_early="The threads that remain are still busy.",
        ),
    ),
    wrong={
        ("scale_service", "caller"): "The hosts that it asked for queue up at the provisioner, ahead of others.",
        ("restart_service", "caller"): "The restart looked like idle CPU, and the group lost two more hosts.",
    },
    signature={
        "query_logs": r"threads busy 9\d % \(not part of the policy\)",
        "check_metrics": r"instances wanted by the scaler +[23]\d % of usual",
    },
)

UNSCHEDULABLE = Family(
    name="unschedulable",
    story="A misconfigured node pool carries a taint that its usual workload does not tolerate, and the other nodes "
    "are full. New instances cannot be placed anywhere and stay pending.",
    strikes=("kubernetes",),
    facts={
        "pool": ("general-4", "standard-b", "shared-2", "web-c"),
        "team": ("research", "analytics", "media", "data-science"),
        "verdict": (
            "0/6 nodes are available: 2 Insufficient memory, 4 node(s) had untolerated taint",
            "0/18 nodes are available: 5 Insufficient memory, 13 node(s) had untolerated taint",
            "0/24 nodes are available: 7 Insufficient memory, 17 node(s) had untolerated taint",
            "0/41 nodes are available: 9 Insufficient memory, 32 node(s) had untolerated taint",
        ),
    },
    change=Change("node pool {pool}: label and taint dedicated={team}", lead_minutes=(1, 10)),
    errors=(0.02, 0.08),
    latency=(5, 9),
    figures={"pending instances": (60, 190)},
    logs=(
        'WARN  "Event occurred" object="prod/{caller}-{hex}" reason="FailedScheduling" message="{verdict} '
        '{{dedicated: {team}}}"',
        'INFO  "Unable to schedule pod; no fit; waiting" pod="prod/{caller}-{hex}" err="{verdict}"',
    ),
    notes=("Pool {pool}: all nodes ready, memory requested 9 %",),
    seen_by_callers=("WARN  asked for another instance {small} s ago, still pending; the ones there carry its share",),
    steps=(
        Step(
            "execute_runbook_step",
            "What keeps most instances out is dedicated={team} on pool {pool}.",
            name="explain_pending_instances",
        ),
        Step(
            "execute_runbook_step",
            "Pool {pool} is open to everybody again.",
            name="remove_pool_taint",
            relief=0.6,
            too_early="Nobody had named the pool, and the change went to another one.",
        ),
        Step(
            "execute_runbook_step",
            "The queue was worked off; all instances have a place.",
            name="reschedule_pending_instances",
            relief=0.4,
            too_early="The scheduler went through the queue once more and placed none of it.",
        ),
        Step(
            "execute_runbook_step",
            "No instance has waited for more than a few seconds.",
            name="verify_placements",
            too_early="Instances are still waiting.",
        ),
    ),
    wrong={
        ("restart_service", "caller"): "The instances that were stopped joined the queue, and fewer serve than before.",
        ("scale_service", "caller"): "The new instances joined the queue, ahead of some that matter more.",
    },
    signature={
        "query_logs": r"\d+ node\(s\) had untolerated taint",
        "check_metrics": r"pending instances +\d{2,3} ",
    },
)
