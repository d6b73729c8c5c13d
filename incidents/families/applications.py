"""Families whose culprit is a release of an application."""

from __future__ import annotations

from incidents.model import Change, Family, Step

POOL_LEAK = Family(
    name="pool-leak",
    story="A release forgets to give a database connection back on an error path. Its pool runs dry, its sessions sit "
    "idle in transaction, and the database turns other clients away: too many clients, connections exhausted.",
    mechanism="connection leak: a release does not return database connections on an error path, until none are left",
    terms=("connection* leak*", "leak* connection*", "pool leak*", "leak* pool", "connection* not returned",
           "connection* not released", "connection* never closed", "pool exhaust*", "connection* exhaust*"),
    strikes=("java",),
    through=("postgres",),
    facts={"total": (10, 20, 30), "route": ("/refund", "/retry-payment", "/cancel", "/export", "/undo")},
    change=Change("release {version}: error handling of {route} rewritten", lead_minutes=(20, 55)),
    errors=(0.05, 0.2),
    latency=(10, 40),
    figures={"pool connections active": (100, 100), "pool waiters": (90, 240), "workers busy": (70, 95)},
    logs=(
        "ERROR HikariPool-1 - Connection is not available, request timed out after 30000ms "
        "(total={total}, active={total}, idle=0, waiting={n})",
        "WARN  Connection leak detection triggered for connection {hex} on thread {thread}, stack trace follows: {route}",
    ),
    through_logs=(
        "FATAL sorry, too many clients already",
        "LOG   session of application {culprit} idle in transaction for {n} min",
    ),
    through_figures={"sessions": (480, 500), "idle in transaction": (260, 430), "oldest transaction": (12, 50)},
    seen_by_callers=(),
    steps=(
        Step("rollback_deploy", "{culprit} is back on {previous}, which closes its connections.", relief=0.4),
        Step("execute_runbook_step", "The idle sessions of {culprit} on {through} were ended.",
             name="end_idle_sessions", on="through", relief=0.5, risky=True,
             too_early="Idle sessions were ended, and {version} of {culprit} leaked as many again within a minute."),
        Step("execute_runbook_step", "The pool was refilled with fresh connections.", name="reset_connection_pool",
             relief=0.1, too_early="The pool was refilled and ran dry again at once."),
        Step("execute_runbook_step", "Idle connections in the pool: {total} of {total}; nobody waits.",
             name="verify_pool_idle", too_early="No idle connection in the pool yet."),
    ),
    wrong={
        "restart_service:through": "The restart dropped every client; the leak filled the slots again.",
        "scale_service:culprit": "The new instances fared no better, and the database turned more clients away.",
    },
    signature={
        "query_logs": r"Connection leak detection triggered",
        "check_metrics": r"pool waiters +\d{2,}",
    },
)

HEAP_LEAK = Family(
    name="heap-leak",
    story="A release keeps objects for ever. The heap fills, full collections stop the world for seconds, requests "
    "time out, and in the end the process runs out of memory: a memory leak.",
    mechanism="memory leak: the release retains objects without bound until the heap is exhausted",
    terms=("memory leak*", "heap leak*", "leak* memory", "leak* heap", "heap exhaust*", "unbounded retention",
           "java heap space", "retain* objects", "heap full", "heap growth"),
    strikes=("java",),
    facts={"heap": (4096, 8192, 6144), "what": ("price list", "session map", "search results", "image thumbnails")},
    change=Change("release {version}: {what} kept in memory", lead_minutes=(40, 160)),
    errors=(0.04, 0.15),
    latency=(12, 40),
    figures={"memory after collection": (96, 99), "longest pause": (4200, 7800), "cpu": (88, 99),
             "memory": (94, 99)},
    logs=(
        "WARN  Pause Full (G1 Compaction Pause) {heap}M->{heap}M({heap}M) {ms}.4ms",
        "ERROR java.lang.OutOfMemoryError: Java heap space",
    ),
    ready=(0.4, 0.8),
    steps=(
        Step("execute_runbook_step", "A heap dump of one replica was stored; {what} takes 71 % of it.",
             name="take_heap_dump"),
        Step("rollback_deploy", "{culprit} is back on {previous} and starts with an empty heap.", relief=0.8,
             too_early="{culprit} was rolled back, but the pipeline restored {version}: no heap dump is on file."),
        Step("restart_service", "The remaining old replicas were replaced.", relief=0.2,
             too_early="The replicas came back on {version}, and the heap began to fill again."),
        Step("execute_runbook_step", "Memory after collection stays flat.", name="verify_heap_floor",
             too_early="Memory after collection is still at its ceiling."),
    ),
    wrong={"scale_service:culprit": "The new replicas leak as well, and the node runs out of memory."},
    signature={
        "query_logs": r"OutOfMemoryError: Java heap space",
        "check_metrics": r"memory after collection +9\d",
    },
)
