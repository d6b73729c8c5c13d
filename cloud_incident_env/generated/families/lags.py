"""Families in which what is written and what can be read no longer fit."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Counter,
    Drawn,
    Effect,
    Family,
    Ramp,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms.lag import (
    COMMIT_FAILED,
    GROUP_REPORT,
    JOINED_GROUP,
    STALE_ENTRY,
    UNDECODABLE,
    UNKNOWN_FIELD,
)

VERSION_MIX = Family(
    name="version-mix",
    story="A rollout stands half-way: instances on the new build write a message format that those on the old one "
    "cannot read. Records fail wherever a new writer meets an old reader, in all partitions alike.",
    strikes=("stream-worker",),
    facts={
        "topic": Drawn("plural"),
        "record": ("Change", "Visit", "Quote", "Entry"),
        "field": ("region_code", "amount_minor", "source_ref", "valid_to"),
        "partition": Counter((0, 9), (0.3, 0.7)),
        "position": Counter((180_000, 990_000), (300, 900)),
        "batch": (200, 500, 1_000),
        "generation": Counter((300, 2_000), (0.1, 0.25)),
    },
    change=Change(
        (
            "release {version}: {record} with {field}, on half of the instances",
            "release {version}: {record} has {field}",
            "release {version}: format 4 of {record}, half of the instances",
        ),
        diffs=(
            (
                "-     record {record}(id, state, at)",
                "+     record {record}(id, state, at, {field})",
                "-     format: 3",
                "+     format: 4",
                "+ rollout: 50 %, goes on in the next window",
            ),
            (
                "- {record} v3: id, state, at",
                "+ {record} v4: id, state, at, {field}",
                "  canary: 50 %",
            ),
        ),
        lead_minutes=(2, 9),
    ),
    effects=(
        # With half of the instances on either build, a quarter of the records meets a reader that cannot read them.
        Effect("own_errors", (0.15, 0.25), shape=Ramp((5, 14)), until=("one-format",)),
        Effect("stuck", (0.12, 0.25), shape=Ramp((5, 14)), until=("one-format", "read-again")),
        Effect("gauge", (9, 45), gauge="dead letters", shape=Ramp((5, 14)), until=("one-format",)),
        Effect("gauge", (4, 11), gauge="rebalances", since="change", until=("one-format",)),
    ),
    lines=(
        printed(UNDECODABLE, until=("one-format",)),
        printed(UNKNOWN_FIELD, until=("one-format",)),
        printed(COMMIT_FAILED, per_minute=0.1, until=("one-format",)),
        printed(JOINED_GROUP, per_minute=0.15, since="change", until=("one-format",)),
        printed(GROUP_REPORT, until=("one-format", "read-again")),
        printed(STALE_ENTRY, on="callers", until=("one-format", "read-again")),
    ),
    notes=("group {service}: max.poll.interval.ms 300000, max.poll.records {batch}",),
    plan=(
        Condition(
            "one-format",
            "stop",
            (
                Way("rollback_deploy", "All instances of {culprit} run {previous} and write format 3."),
                Way(
                    "execute_runbook_step",
                    "The rollout went on to the other half; all instances run {version}.",
                    name="resume_automation",
                ),
            ),
        ),
        Condition(
            "read-again",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Records of {topic} that had been put aside were converted and read.",
                    name="replay_records",
                    early="Records that had been put aside were read again, and a part of them was put aside anew.",
                ),
                Way(
                    "execute_runbook_step",
                    "{topic} is read in larger batches; what had waited is being handled.",
                    name="drain_backlog",
                    early="Batches are larger, and as many records of each are put aside.",
                ),
            ),
            needs=("one-format",),
        ),
        Condition(
            "readers-first",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A format is written a day after all instances can read it.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "{topic} takes records of formats that every reader knows.",
                    name="correct_rule",
                ),
            ),
            needs=("one-format",),
        ),
        Condition(
            "compared",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "What {culprit} wrote since {since} was compared with its source; gaps were filled.",
                    name="reconcile_records",
                    early="New gaps came in faster than old ones were filled.",
                ),
            ),
            needs=("one-format",),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances made the group assign its partitions anew."),
        Wrong(
            "restart_service",
            "culprit",
            "Partitions were assigned anew, and each instance reads and writes as it did before.",
        ),
    ),
    hosts=0.5,
)
