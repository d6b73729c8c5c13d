"""Families in which memory runs out although nothing leaks: a heap sized anew, a node that holds too much."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Effect,
    Family,
    Periodic,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.names import BATCH_WORK
from cloud_incident_env.generated.symptoms import memory, processor, storage

RUNTIME_HEAP_SIZING = Family(
    name="runtime-heap-sizing",
    story="A new base image brings a runtime that computes a far smaller heap from the container limit. What lives in "
    "memory is as large as ever and nothing grows, but it fills the smaller heap: collections follow each other, and "
    "processes end out of memory.",
    strikes=("java",),
    facts={
        "old": ("21.0.4-r3", "21.0.4-r4", "21.0.5-r1"),
        "new": ("21.0.6-r1", "21.0.6-r2", "21.0.7-r1"),
        "heap": (1_024, 1_280, 1_536),
    },
    change=Change(
        (
            "release {version}: base image of this month, same sources",
            "release {version}: image of this month",
            "release {version}: rebuilt on the current runtime",
        ),
        diffs=(
            (
                "- FROM registry.internal/base/runtime:{old}",
                "+ FROM registry.internal/base/runtime:{new}",
            ),
            (
                "- runtime: {old}",
                "+ runtime: {new}",
                "  sources: unchanged",
            ),
        ),
        lead_minutes=(1, 6),
    ),
    effects=(
        Effect(
            "gauge",
            (89, 95),
            gauge="memory after collection",
            shape=Ramp((1, 4)),
            since="change",
            until=("sized",),
        ),
        Effect("gauge", (420, 1_700), gauge="longest pause", shape=Ramp((1, 4)), until=("sized",)),
        Effect("gauge", (14, 38), gauge="throttled periods", shape=Ramp((1, 4)), until=("sized",)),
        # Dumps of the heap fill the volume of the logs.
        Effect("gauge", (95, 99.5), gauge="log disk used", shape=Ramp((4, 9)), until=("sized",)),
        Effect("gauge", (40, 160), gauge="sockets in CLOSE_WAIT", shape=Ramp((3, 9)), until=("sized",)),
        Effect("cost", (1.6, 2.8), shape=Ramp((1, 5)), until=("sized",)),
        Effect("slowdown", (1.8, 3.0), shape=Ramp((1, 5)), until=("sized",)),
        Effect("delay", (0.25, 0.6), shape=Ramp((1, 5)), until=("sized",)),
        Effect("own_errors", (0.05, 0.14), shape=Ramp((2, 6)), until=("sized",)),
        Effect("capacity", (0.65, 0.85), shape=Ramp((2, 6)), until=("sized", "spread")),
    ),
    lines=(
        printed(memory.JAVA_MAJOR_COLLECTION, until=("sized",)),
        printed(memory.JAVA_HEAP_SPACE, until=("sized",)),
        printed(memory.JAVA_STARTED, until=("sized",)),
        printed(processor.STOOD_STILL, per_minute=0.3, until=("sized",)),
        printed(storage.JAVA_NO_SPACE, per_minute=0.1, until=("sized",)),
    ),
    notes=(memory.EXIT_NOTE, processor.PAUSES_NOTE),
    plan=(
        Condition(
            "sized",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous}, with base image {old}."),
                Way(
                    "execute_runbook_step",
                    "The heap is set to 75 % of the limit, whatever the runtime computes, on new instances.",
                    name="restore_limit",
                ),
            ),
        ),
        Condition(
            "spread",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Instances took their share one after the other, with warm caches.",
                    name="return_host",
                    early="Instances took their share, and ended one after the other as before.",
                ),
                Way(
                    "execute_runbook_step",
                    "Callers opened their connections anew and spread over all instances.",
                    name="reset_sessions",
                    early="Callers opened their connections anew, to instances that were collecting.",
                ),
            ),
            needs=("sized",),
        ),
        Condition(
            "held",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No pipeline takes base image {new} until its owners release it.",
                    name="freeze_publishing",
                ),
                Way(
                    "execute_runbook_step",
                    "New base images go to one instance first, for a day.",
                    name="stage_changes",
                ),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of the base images have the heap limits of before and after {new}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Instances came back with cold caches and were as slow minutes later."),
        Wrong("scale_service", "culprit", "The new instances took a part of the requests, and are as slow."),
    ),
    relapse=(30, 60),
)

NODE_PRESSURE = Family(
    name="node-pressure",
    story="A batch job without a matching memory request was placed on nodes that others fill. Those nodes are "
    "overcommitted: kubelets evict and the kernel kills neighbours of several teams, each of them under its own "
    "limit.",
    strikes=("nodes",),
    facts={
        "workload": BATCH_WORK,
        "request": (128, 256, 512),
        "limit": (768, 1_024),
        "peak": range(310, 590),
    },
    change=Change(
        (
            "batch pool given up: {workload} may run on any node",
            "{workload} runs where there is room",
            "end of the batch pool: {workload}",
        ),
        diffs=(
            (
                "-   nodeSelector: {{pool: batch}}",
                "+   nodeSelector: {{}}",
                "    requests: {{memory: {request}Mi}}",
            ),
            (
                "- affinity: pool in (batch)",
                "+ affinity: none",
                "  memory: {request}Mi requested, no limit",
            ),
        ),
        kind="job",
        lead_minutes=(2, 8),
    ),
    effects=(
        Effect("gauge", (91, 97), gauge="memory", shape=Ramp((2, 6)), since="change", until=("relieved",)),
        # Neighbours are killed or evicted every few minutes, and away until they have started elsewhere.
        Effect("refused", (0.2, 0.45), on="callers", shape=Periodic((5, 9), 0.6), until=("relieved",)),
        Effect("own_errors", (0.08, 0.18), on="callers", shape=Ramp((2, 5)), until=("relieved",)),
        Effect("capacity", (0.4, 0.65), on="callers", shape=Ramp((2, 6)), until=("relieved", "placed")),
        Effect("slowdown", (1.3, 1.9), on="callers", shape=Ramp((2, 6)), until=("relieved", "placed")),
    ),
    lines=(
        printed(memory.NODE_OUT_OF_MEMORY, per_minute=0.7, until=("relieved",)),
        printed(memory.NODE_EVICTION, per_minute=0.7, until=("relieved",)),
        printed(processor.NODE_POD_STARTED, per_minute=0.3, since="change", until=("relieved",)),
        printed(processor.NODE_RCU_STALL, per_minute=0.15, until=("relieved",)),
        printed(storage.ETCD_LATE_HEARTBEAT, on="callers", per_minute=0.2, until=("relieved",)),
        printed(memory.PG_KILLED, on="callers", until=("relieved",)),
        printed(memory.PG_IN_RECOVERY, on="callers", per_minute=0.4, until=("relieved",)),
    ),
    notes=(memory.KILLED_NOTE, processor.HOSTS_NOTE),
    plan=(
        Condition(
            "relieved",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{workload} was ended on all nodes; their memory is that of an ordinary day.",
                    name="end_process",
                ),
                Way(
                    "execute_runbook_step",
                    "The full nodes take nothing new, and what ran there runs elsewhere.",
                    name="drain_host",
                ),
            ),
        ),
        Condition(
            "placed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "What was evicted was placed anew, and each node has a tenth of its memory free.",
                    name="replace_instances",
                    early="What was evicted was placed anew, on nodes that evicted it again.",
                ),
                Way(
                    "execute_runbook_step",
                    "The nodes take their share of the work again, and keep it.",
                    name="return_host",
                    early="The nodes took work and evicted some of it within minutes.",
                ),
            ),
            needs=("relieved",),
        ),
        Condition(
            "requests-set",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "{workload} asks for what it used at its highest, and has that as its limit.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "{workload} is not started by its schedule until somebody says so.",
                    name="pause_jobs",
                ),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The teams whose processes ended on these nodes know why.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service",
            "culprit",
            "All nodes restarted at once, and whatever ran on them with them.",
            effects=(Effect("refused", (0.5, 0.8), shape=Step()),),
        ),
        Wrong(
            "scale_service", "callers", "The new instances were placed on the nodes that had room by their requests."
        ),
        Wrong("rollback_deploy", "callers", "It runs an older release, and its instances end as often as before."),
    ),
    relapse=(20, 45),
)
