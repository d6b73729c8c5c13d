"""Families in which processor time goes to something else than requests: a stranger, reloads, a slow kernel."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Drawn,
    Effect,
    Family,
    Grow,
    Periodic,
    Ramp,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.names import BATCH_WORK, CONTROLLERS
from cloud_incident_env.generated.symptoms import memory, processor, statements, storage

STOLEN_KEY_MINING = Family(
    name="stolen-key-mining",
    story="A leaked access key lets a stranger start workloads on the company's nodes. They take all processor time "
    "that they get, day and night, whatever the traffic; services beside them are slow, and a deleted workload is back "
    "within minutes while the key is valid.",
    strikes=("nodes", "kubernetes"),
    facts={
        "limit": (512, 768, 1_024),
        "peak": range(240, 480),
        "workload": CONTROLLERS,
        "image": Drawn("image_name"),
        "key": ("ci-runner-2", "terraform-old", "backup-writer", "image-scan"),
    },
    change=Change(
        (
            "daemon set {workload} added to all pools",
            "{workload} on every node",
            "daemon set {workload}: pools all",
        ),
        diffs=(
            (
                "+ daemonset: {workload}",
                "+   image: {image}:latest",
                "+   priorityClass: system-node-critical",
            ),
            (
                "+ kind: DaemonSet, name: {workload}",
                "+ image: {image}",
                "+ priority: system-node-critical",
            ),
        ),
        kind="job",
        by_automation=True,
        lead_minutes=(1, 6),
    ),
    effects=(
        # What a service gets of its processors is less, so that its own use is nearer to all of it.
        Effect("cost", (1.3, 1.8), on="callers", shape=Ramp((2, 5)), until=("access-ended", "removed")),
        Effect("slowdown", (3.5, 7.0), on="callers", shape=Ramp((2, 5)), until=("access-ended", "removed")),
        Effect("capacity", (0.7, 0.9), on="callers", shape=Ramp((2, 6)), until=("access-ended", "removed")),
        # Of hosts, and of the scheduler that places what runs on them: it takes processors, and little memory.
        Effect("cost", (1.9, 2.6), shape=Ramp((2, 5)), until=("access-ended", "removed")),
        Effect(
            "gauge",
            (95, 98.8),
            gauge="CPU of the busiest host",
            shape=Ramp((2, 5)),
            until=("access-ended", "removed"),
        ),
        Effect("gauge", (240, 520), gauge="API requests", since="change", until=("access-ended",)),
        Effect("gauge", (4, 14), gauge="limit patches", shape=Ramp((2, 5)), until=("access-ended", "removed")),
        Effect("gauge", (40, 58), gauge="connection table used", shape=Ramp((2, 5)), until=("access-ended", "removed")),
        Effect("gauge", (4, 18), gauge="memory kills", shape=Ramp((2, 5)), until=("access-ended", "removed")),
        Effect("gauge", (2, 7), gauge="pending instances", shape=Ramp((2, 5)), until=("access-ended", "removed")),
        Effect("own_errors", (0.05, 0.12), on="callers", shape=Ramp((3, 8)), until=("access-ended", "removed")),
    ),
    lines=(
        printed(processor.NODE_POD_STARTED, since="change", until=("access-ended", "removed")),
        printed(processor.NODE_LOGIN, per_minute=0.3, since="change", until=("access-ended",)),
        printed(processor.NODE_RCU_STALL, per_minute=0.4, until=("access-ended", "removed")),
        printed(processor.NODE_SOFT_LOCKUP, per_minute=0.2, until=("access-ended", "removed")),
        printed(memory.NODE_EVICTION, per_minute=0.06, until=("access-ended", "removed")),
        printed(memory.NODE_OUT_OF_MEMORY, per_minute=0.06, until=("access-ended", "removed")),
        printed(memory.K8S_OOM_KILLING, per_minute=0.1, until=("access-ended", "removed")),
        printed(memory.K8S_BACK_OFF, per_minute=0.4, until=("access-ended", "removed")),
        printed(memory.PG_KILLED, on="callers", per_minute=0.1, until=("access-ended", "removed")),
        printed(storage.ETCD_LATE_HEARTBEAT, on="callers", per_minute=0.3, until=("access-ended", "removed")),
        printed(statements.OBJECTS_SLOW_DOWN, on="callers", per_minute=0.3, until=("access-ended", "removed")),
        printed(statements.OBJECTS_SLOW_READ, on="callers", per_minute=0.3, until=("access-ended", "removed")),
    ),
    notes=(memory.KILLED_NOTE,),
    plan=(
        Condition(
            "access-ended",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{key} is revoked, and every session that was opened with it.",
                    name="rotate_secret",
                ),
                Way(
                    "execute_runbook_step",
                    "{key} may no longer create anything, in any name space.",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "removed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{workload} was ended on all nodes, and did not come back.",
                    name="end_process",
                    early="{workload} was ended on all nodes. Minutes later it ran on them again.",
                ),
                Way(
                    "execute_runbook_step",
                    "All nodes were replaced by new ones, a tenth at a time.",
                    name="replace_instances",
                    early="New nodes came up, and {workload} was placed on each of them.",
                ),
            ),
            needs=("access-ended",),
        ),
        Condition(
            "admission",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Images from elsewhere than registry.internal are refused from now on.",
                    name="correct_rule",
                ),
            ),
            needs=("access-ended",),
        ),
        Condition(
            "evidence",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A copy of one disk and the audit trail of {key} are in the ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of {key} and the security team know.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new nodes were busy minutes after they came up."),
        Wrong("scale_service", "callers", "The new instances came to nodes that were busy already."),
        Wrong("rollback_deploy", "callers", "It runs an older release, as slowly as before."),
    ),
    relapse=(10, 25),
)

CONFIG_RELOAD_STORM = Family(
    name="config-reload-storm",
    story="A controller publishes routes whenever anything changes, and something changes all the time. The proxies "
    "reload without pause: old workers linger until long connections end, memory and CPU climb, and connections are "
    "cut at each reload, at the usual request rate.",
    strikes=("nginx", "envoy"),
    facts={
        "revision": Drawn("commit"),
        "controller": CONTROLLERS,
        "calm": (60, 120, 300),
        "quick": (1, 2, 3),
    },
    change=Change(
        (
            "settings of {controller}: routes of previews without delay",
            "settings of {controller}: interval shortened",
            "{controller}: new routes within seconds",
        ),
        diffs=(
            ("-   publish.batch: {calm}s", "+   publish.batch: {quick}s", "    scope: all name spaces"),
            (
                "- publishInterval: {calm}s",
                "+ publishInterval: {quick}s",
                "  watch: '*'",
            ),
        ),
        kind="config",
        lead_minutes=(2, 8),
    ),
    effects=(
        Effect("own_errors", (0.08, 0.2), shape=Periodic((3, 5), 0.7), until=("quiet",)),
        Effect("own_errors", (0.03, 0.07), shape=Ramp((2, 5)), until=("quiet", "drained")),
        Effect("slowdown", (1.8, 3.5), shape=Ramp((2, 5)), until=("quiet", "drained")),
        Effect("delay", (0.02, 0.06), shape=Ramp((2, 5)), until=("quiet", "drained")),
        Effect("cost", (1.7, 2.8), shape=Ramp((2, 5)), since="change", until=("quiet", "drained")),
        Effect("capacity", (0.6, 0.8), shape=Ramp((3, 8)), until=("quiet", "drained")),
        Effect("gauge", (90, 97), gauge="memory", shape=Grow(), since="change", until=("quiet", "drained")),
        Effect("gauge", (1, 3), gauge="routes without endpoints", shape=Periodic((3, 5), 0.7), until=("quiet",)),
        # Each generation of workers compiles all rules.
        Effect("gauge", (24, 46), gauge="rule engine share of CPU", shape=Ramp((2, 5)), until=("quiet",)),
    ),
    lines=(
        printed(processor.NGINX_RECONFIGURING, per_minute=1.6, since="change", until=("quiet",)),
        printed(processor.NGINX_CHILD_EXITED, per_minute=1.2, since="change", until=("quiet",)),
        printed(processor.ENVOY_CLUSTERS, per_minute=1.6, since="change", until=("quiet",)),
        printed(processor.ENVOY_LISTENER, per_minute=1.0, since="change", until=("quiet",)),
        *(printed(line, per_minute=0.3, until=("quiet", "drained")) for line in processor.CROWDED),
        *(printed(line, per_minute=0.5, since="change", until=("quiet",)) for line in processor.RULES_LOADED),
        *(printed(line, per_minute=0.1, until=("quiet",)) for line in processor.RULE_LIMITS),
    ),
    notes=(processor.PROXIES_NOTE,),
    plan=(
        Condition(
            "quiet",
            "stop",
            (
                Way(
                    "execute_runbook_step", "{controller} is stopped; routes stay as they are.", name="pause_automation"
                ),
                Way(
                    "execute_runbook_step",
                    "{controller} gathers changes for {calm} s again.",
                    name="revert_configuration",
                ),
                Way("rollback_deploy", "{culprit} and {controller} have their settings of before."),
            ),
        ),
        Condition(
            "drained",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Workers of old generations were ended after 30 s, an instance at a time.",
                    name="restart_in_waves",
                    early="Old workers were ended, and as many were there again minutes later.",
                ),
                Way(
                    "execute_runbook_step",
                    "Clients with long connections opened them anew; old workers had nothing left to wait for.",
                    name="reset_sessions",
                    early="Long connections were opened anew, and cut again by the next generation.",
                ),
            ),
            needs=("quiet",),
        ),
        Condition(
            "batched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "{culprit} takes new routes once a minute at most, whoever sends them.",
                    name="limit_client",
                ),
                Way(
                    "execute_runbook_step",
                    "Settings of {controller} reach one site first, for a day.",
                    name="stage_changes",
                ),
            ),
            needs=("quiet",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {controller} have the number of generations by minute.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Every connection was cut at once; memory rises as before."),
        Wrong("scale_service", "culprit", "The new instances took requests, and are as slow as the others."),
    ),
    relapse=(15, 40),
)

KERNEL_REGRESSION = Family(
    name="kernel-regression",
    story="A new node image brings a kernel in which system calls are far slower. Whatever runs on nodes of the new "
    "image is slow and uses more CPU; the same release on an old node is as fast as ever. Nobody released anything.",
    strikes=("nodes",),
    facts={
        "old_kernel": ("5.15.0-119", "5.15.0-121", "5.15.0-122"),
        "new_kernel": ("5.15.0-125", "5.15.0-126", "5.15.0-130"),
        "workload": BATCH_WORK,
    },
    change=Change(
        (
            "node image of this month for pools a and b",
            "nodes of pools a and b on the image of this month",
            "image of nodes: monthly update, pools a and b",
        ),
        diffs=(
            (
                "- kernel: {old_kernel}-generic",
                "+ kernel: {new_kernel}-generic",
                "  surge: 20 %",
            ),
            (
                "- image: base with {old_kernel}-generic",
                "+ image: base with {new_kernel}-generic",
                "  pools: [a, b]",
            ),
        ),
        kind="config",
        lead_minutes=(3, 10),
    ),
    effects=(
        Effect("slowdown", (3.0, 6.0), on="callers", shape=Ramp((4, 10)), until=("paused", "moved")),
        Effect("cost", (1.5, 2.1), on="callers", shape=Ramp((4, 10)), until=("paused", "moved")),
        Effect("own_errors", (0.04, 0.09), on="callers", shape=Ramp((4, 10)), until=("paused", "moved")),
        Effect("gauge", (3, 9), gauge="retransmits of the worst host", shape=Ramp((4, 10)), until=("paused", "moved")),
        Effect("gauge", (38, 55), gauge="connection table used", shape=Ramp((4, 10)), until=("paused", "moved")),
        # Each new node brings the packages of its image.
        Effect("gauge", (50, 140), gauge="package upgrades", since="change", until=("paused",)),
        # Of brokers among those that run there: replicas on slow nodes fall behind.
        Effect(
            "gauge",
            (2, 14),
            on="callers",
            gauge="under-replicated partitions",
            shape=Ramp((4, 10)),
            until=("paused", "moved"),
        ),
        Effect("gauge", (30, 140), on="callers", gauge="request queue", shape=Ramp((4, 10)), until=("paused", "moved")),
    ),
    lines=(
        printed(processor.NODE_SOFT_LOCKUP, per_minute=0.6, until=("paused", "moved")),
        printed(processor.NODE_RCU_STALL, per_minute=0.4, until=("paused", "moved")),
        printed(processor.NODE_LOGIN, per_minute=0.2, since="change", until=("paused",)),
        printed(processor.NODE_POD_STARTED, per_minute=0.4, since="change", until=("paused",)),
        printed(storage.PG_READ_ERROR, on="callers", per_minute=0.1, until=("paused", "moved")),
        printed(storage.PG_READ_ONLY_FILES, on="callers", per_minute=0.05, until=("paused", "moved")),
        printed(storage.MYSQL_READ_ERROR, on="callers", per_minute=0.1, until=("paused", "moved")),
        printed(storage.MYSQL_READ_ONLY_MEANS, on="callers", per_minute=0.05, until=("paused", "moved")),
        printed(storage.KAFKA_SHRINKING_ISR, on="callers", per_minute=0.3, until=("paused", "moved")),
        printed(storage.ETCD_LATE_HEARTBEAT, on="callers", per_minute=0.4, until=("paused", "moved")),
        printed(statements.OBJECTS_SLOW_READ, on="callers", per_minute=0.4, until=("paused", "moved")),
    ),
    notes=(processor.HOSTS_NOTE,),
    plan=(
        Condition(
            "paused",
            "stop",
            (
                Way("execute_runbook_step", "No further node gets the image.", name="pause_rollout"),
                Way("execute_runbook_step", "Nodes are no longer replaced by themselves.", name="pause_automation"),
                Way("rollback_deploy", "New nodes of pools a and b get {old_kernel}; those that run keep theirs."),
            ),
        ),
        Condition(
            "moved",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Nodes with {new_kernel} were emptied one after the other; what ran there runs elsewhere.",
                    name="drain_host",
                    early="Nodes were emptied; what ran there came to other nodes with {new_kernel}.",
                ),
                Way(
                    "execute_runbook_step",
                    "Nodes with {new_kernel} were replaced by ones with {old_kernel}.",
                    name="replace_instances",
                    early="Nodes were replaced, and the new ones came up with {new_kernel}.",
                ),
            ),
            needs=("paused",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Images reach one node of each pool, and the others after two days.",
                    name="stage_changes",
                ),
            ),
            needs=("paused",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of the image have two profiles of one process, from an old and from a new node.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("rollback_deploy", "callers", "It runs an older release, as slowly as before."),
        Wrong("scale_service", "culprit", "The new nodes came up, and what was placed on them is slow."),
        Wrong("scale_service", "callers", "Some of the new instances are as slow as the others."),
    ),
    relapse=(30, 60),
)
