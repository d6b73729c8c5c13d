"""Families whose culprit is a release that does not give back what it takes: connections, memory, sockets."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import Change, Family, Step

POOL_LEAK = Family(
    name="pool-leak",
    story="A bad release forgets to give a database connection back on an error path. Its pool runs dry, its sessions "
    "sit idle in transaction, and the database turns other clients away: too many clients, connections exhausted.",
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
        "WARN  Connection leak detection triggered for {hex} on thread {thread}, stack trace follows: {route}",
    ),
    through_logs=(
        "FATAL sorry, too many clients already",
        "LOG   session of application {culprit} idle in transaction for {n} min",
    ),
    through_figures={"sessions": (480, 500), "idle in transaction": (260, 430), "oldest transaction": (12, 50)},
    steps=(
        Step("rollback_deploy", "{culprit} is back on {previous}, which closes its connections.", relief=0.4),
        Step(
            "execute_runbook_step",
            "The idle sessions of {culprit} on {through} were ended.",
            name="end_idle_sessions",
            on="through",
            relief=0.5,
            risky=True,
            too_early="Idle sessions were ended, and {version} of {culprit} leaked as many again within a minute.",
        ),
        Step(
            "execute_runbook_step",
            "The pool was refilled with fresh connections.",
            name="reset_connection_pool",
            relief=0.1,
            too_early="The pool was refilled and ran dry again at once.",
        ),
        Step(
            "execute_runbook_step",
            "Idle connections in the pool: {total} of {total}; nobody waits.",
            name="verify_pool_idle",
            too_early="No idle connection in the pool yet.",
        ),
    ),
    wrong={
        ("restart_service", "through"): "The restart dropped every client; the leak filled the slots again.",
        ("scale_service", "culprit"): "The new instances fared no better, and the database turned more clients away.",
    },
    signature={
        "query_logs": r"Connection leak detection triggered",
        "check_metrics": r"pool waiters +\d{2,}",
    },
)

HEAP_LEAK = Family(
    name="heap-leak",
    story="A bad release keeps objects for ever. The heap fills, full collections stop the world for seconds, requests "
    "time out, and in the end the process runs out of memory: a memory leak.",
    strikes=("java",),
    facts={
        "heap": ("8190M->8172M(8192M)", "4095M->4083M(4096M)", "6141M->6120M(6144M)"),
        "what": ("price list", "session map", "search results", "image thumbnails"),
        "up": range(2, 9),
    },
    change=Change("release {version}: {what} kept in memory", lead_minutes=(40, 160)),
    errors=(0.04, 0.15),
    latency=(12, 40),
    figures={"memory after collection": (96, 99), "longest pause": (9800, 12_500), "cpu": (88, 99), "memory": (94, 99)},
    logs=(
        "WARN  Pause Full (G1 Compaction Pause) {heap} {ms}.4ms",
        "ERROR java.lang.OutOfMemoryError: Java heap space",
    ),
    ready=(0.4, 0.8),
    notes=("youngest replica up {up} min", "last exit code of the replicas: 3"),
    steps=(
        Step(
            "execute_runbook_step",
            "A heap dump of one replica was stored; {what} takes 71 % of it.",
            name="take_heap_dump",
        ),
        Step(
            "rollback_deploy",
            "{culprit} is back on {previous} and starts with an empty heap.",
            relief=0.8,
            too_early="{culprit} was rolled back, but the pipeline restored {version}: no heap dump is on file.",
        ),
        Step(
            "restart_service",
            "The remaining old replicas were replaced.",
            relief=0.2,
            too_early="The replicas came back on {version}, and the heap began to fill again.",
        ),
        Step(
            "execute_runbook_step",
            "Memory after collection stays flat.",
            name="verify_heap_floor",
            too_early="Memory after collection is still at its ceiling.",
        ),
    ),
    wrong={("scale_service", "culprit"): "The new replicas leak as well, and the node runs out of memory."},
    signature={
        "query_logs": r"OutOfMemoryError: Java heap space",
        "check_metrics": r"memory after collection +9\d",
    },
)

FD_LEAK = Family(
    name="fd-leak",
    story="A bad release opens a socket for each attempt and closes it on success only: a socket leak. "
    "Connections leak into CLOSE_WAIT until the process has too many open files and can neither accept nor dial.",
    strikes=SERVICES,
    facts={"peer": ("address lookup", "currency rates", "tax tables", "image scaler", "audit sink")},
    change=Change("release {version}: {peer} asked over a connection of its own", lead_minutes=(30, 110)),
    errors=(0.08, 0.28),
    latency=(3, 9),
    traffic=(0.5, 0.8),
    figures={"open files": (4081, 4096), "sockets in CLOSE_WAIT": (3380, 3790), "queued requests": (60, 250)},
    logs=(
        "ERROR accept on [::]:8080 failed: too many open files; retrying in 1s",
        "ERROR request {hex} to {path} failed: cannot open a socket to {ip}:8443: too many open files",
        "WARN  health report: limit of open files 4096, oldest socket to the {peer} idle for {n} min",
    ),
    steps=(
        Step(
            "rollback_deploy",
            "{culprit} is back on {previous}, which closes what it opens; processes of {version} still drain.",
            relief=0.5,
        ),
        Step(
            "restart_service",
            "The replicas were replaced one by one, and their old sockets went with them.",
            relief=0.5,
            too_early="The replicas came back on {version}; their sockets pile up at the same pace as before.",
            shows=("INFO  listening on [::]:8080, limit of open files 4096",),
        ),
        Step(
            "execute_runbook_step",
            "Sockets without traffic are closed after two minutes from now on.",
            name="set_idle_socket_timeout",
            too_early="The timeout went into the configuration, which the running processes read at start only.",
        ),
        Step(
            "execute_runbook_step",
            "The count of open files stays where it was an hour after a start.",
            name="verify_open_files",
            too_early="The count of open files is still at its ceiling.",
        ),
    ),
    wrong={("scale_service", "culprit"): "The new replicas lasted no longer than the old ones did."},
    signature={
        "query_logs": r"accept on \[::\]:8080 failed: too many open files",
        "check_metrics": r"sockets in CLOSE_WAIT +3,\d{3}",
    },
)
