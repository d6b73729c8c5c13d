"""Families in which a release of a service misuses a cache."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Family, Step

CACHE_OOM = Family(
    name="cache-oom",
    story="A bad release stores entries in a shared cache without a TTL, under a policy that evicts nothing. The keys "
    "that never expire fill Redis up to maxmemory, and it refuses the writes of every client: OOM, out of memory.",
    strikes=("java", "go", "python", "node"),
    through=("redis",),
    facts={
        "prefix": ("quote", "suggest", "recent", "geo", "draft", "preview"),
        "share": range(52, 79),
    },
    change=Change("release {version}: results under {prefix} kept in the shared cache", lead_minutes=(20, 80)),
    errors=(0.03, 0.12),
    latency=(5, 12),
    figures={"outgoing calls per request": (2.1, 2.7)},
    logs=(
        "ERROR SET {prefix}:{id}: OOM command not allowed when used memory > 'maxmemory'.",
        "INFO  stored {n} entries under {prefix}:*, expiry none",
    ),
    through_logs=(
        "WARN  OOM command not allowed when used memory > 'maxmemory'. cmd=set addr={ip}:{port}",
        "INFO  memory report: {prefix}:* of client {culprit} takes {share} % of the data set, 0 of its keys have a TTL",
    ),
    through_figures={
        "memory used": (100, 100),
        "keys without expiry": (2_400, 6_800),
        "rejected commands": (9, 36),
    },
    seen_by_callers=("ERROR {through}: OOM command not allowed when used memory > 'maxmemory'.",),
    steps=(
        Step("rollback_deploy", "{culprit} is back on {previous} and writes nothing under {prefix}.", relief=0.2),
        Step(
            "execute_runbook_step",
            "All keys under {prefix}:* on {through} are unlinked.",
            name="unlink_key_prefix",
            on="through",
            relief=0.6,
            risky=True,
            too_early="The keys were unlinked, and {culprit} on {version} wrote as many again.",
        ),
        Step(
            "execute_runbook_step",
            "New keys on {through} get a default expiry, and the policy is allkeys-lru.",
            name="set_expiry_policy",
            on="through",
            relief=0.2,
            too_early="The policy threw out other clients' keys to make room, and was taken back.",
        ),
        Step(
            "execute_runbook_step",
            "{through} uses two thirds of its memory, and no command is refused.",
            name="verify_memory_headroom",
            on="through",
            too_early="{through} still refuses commands.",
        ),
    ),
    wrong={
        (
            "clear_cache",
            "through",
        ): "Sessions and all warm entries of other clients are gone, and it is filling up again.",
        ("restart_service", "through"): "The restart loaded the same data set and dropped every client.",
        (
            "scale_service",
            "through",
        ): "The new replicas hold copies of the same keys; there is no more room than before.",
        ("scale_service", "culprit"): "The new instances write to the same place and made it worse.",
    },
    signature={
        "query_logs": r"entries under \w+:\*, expiry none",
        "check_metrics": r"outgoing calls per request +2\.\d",
    },
)

CACHE_STAMPEDE = Family(
    name="cache-stampede",
    story="A bad release bumps the version in its cache keys, so its whole cache is cold at once: a cache stampede. "
    "At unchanged user traffic every cache miss goes to the database, whose high CPU slows all of its clients.",
    strikes=("java", "go", "python", "node"),
    through=("postgres", "mysql"),
    facts={
        "keyspace": ("item", "price", "profile", "feed", "route", "offer"),
        "generation": range(4, 40),
        "ratio": ("0.03", "0.04", "0.05", "0.06"),
    },
    change=Change("release {version}: entries of {keyspace} carry one more field (v{generation})", lead_minutes=(0, 2)),
    errors=(0.03, 0.15),
    latency=(12, 35),
    traffic=(0.97, 1.0),
    # A hit is one call; a miss is a look-up, a query, and a write.
    figures={"outgoing calls per request": (2.7, 3.2), "workers busy": (80, 96), "queued requests": (60, 300)},
    logs=(
        "WARN  cache of {keyspace}: hit ratio {ratio} (last week 0.97), the rest read from {through}",
        "INFO  no entry {keyspace}:v{generation}:{id}, read from {through} in {ms} ms",
        "ERROR read of {keyspace}:v{generation}:{id} from {through} given up after {ms} ms, {n} others wait for it",
    ),
    through_logs=(
        "LOG   slow statement: {ms}.{n} ms, application {culprit}: SELECT * FROM {keyspace} WHERE id = ? "
        "/* fill {keyspace}:v{generation} */",
        "LOG   {n} sessions of application {culprit} run the same statement",
    ),
    through_figures={
        "sessions": (300, 470),
        "share of the top query": (78, 92),
        "longest query": (4, 12),
        "cpu": (86, 94),
    },
    steps=(
        Step("rollback_deploy", "{culprit} is back on {previous} and finds its entries.", relief=0.4),
        Step(
            "execute_runbook_step",
            "{culprit} reads each missing entry once and serves the old one meanwhile.",
            name="serve_stale_entries",
            relief=0.2,
            too_early="There are no old entries that {version} could serve.",
        ),
        Step(
            "execute_runbook_step",
            "Background reads of {culprit} are held back.",
            name="shed_background_reads",
            relief=0.2,
            risky=True,
            too_early="Background reads are held back; the rest filled their place at once.",
        ),
        Step(
            "execute_runbook_step",
            "The thousand most read entries of {keyspace} are loaded.",
            name="warm_hot_entries",
            relief=0.2,
            too_early="The loader queued behind user traffic and was given up.",
        ),
        Step(
            "execute_runbook_step",
            "The hit ratio of {keyspace} is 0.97.",
            name="verify_hit_ratio",
            too_early="The hit ratio of {keyspace} is far below 0.97.",
        ),
    ),
    wrong={
        ("clear_cache", "culprit"): "The few entries that had been filled are gone as well.",
        ("scale_service", "culprit"): "Each new instance began with nothing and asked the database for all of it.",
        (
            "scale_service",
            "through",
        ): "Copying the data to a new replica took the little that was left of its capacity.",
        ("restart_service", "through"): "The restart emptied the buffers, and all clients came back at once.",
    },
    signature={
        "query_logs": r"hit ratio 0\.0\d \(last week 0\.97\)",
        "check_metrics": r"outgoing calls per request +[23]\.\d",
    },
)
