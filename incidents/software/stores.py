"""Databases, object stores, caches and brokers."""

from __future__ import annotations

from incidents.model import Software
from incidents.software.gauges import DATABASE

POSTGRES = Software(
    name="postgres",
    kind="database",
    dialect="postgres",
    release="PostgreSQL",
    gauges=DATABASE,
    stateful=True,
    latency=(1, 6),
    noise=(
        "LOG   checkpoint complete: wrote {n} buffers (1.{n}%); write={n}.4 s, sync=0.0{n} s, total={n}.6 s",
        "LOG   automatic vacuum of table \"app.public.sessions\": index scans: 1, pages: 0 removed, {n} remain",
        "LOG   connection authorized: user=app database=app application_name={caller}",
        "LOG   could not receive data from client: Connection reset by peer",
        "ERROR duplicate key value violates unique constraint \"idempotency_keys_pkey\"",
        "LOG   duration: {ms}.{n} ms  execute fetch_page: SELECT * FROM events WHERE id > $1 ORDER BY id LIMIT 100",
        "ERROR canceling statement due to user request",
        "LOG   automatic analyze of table \"app.public.audit_log\" system usage: CPU: user: 0.{n} s",
        "WARNING there is already a transaction in progress",
    ),
    victim=("ERROR canceling statement due to statement timeout",),
    stale=("LOG   unexpected EOF on client connection with an open transaction",),
    recovered=("LOG   connection authorized: user=app database=app application_name={caller}",),
    events=(
        "streaming replicas in sync",
        "last base backup {n} h ago, checked",
        "parameter group matches the standard",
    ),
    changes=(
        "minor version upgrade",
        "parameter group: log_min_duration_statement 500 -> 300",
        "new read-only role for reporting",
        "index on audit_log(created_at) built concurrently",
    ),
    runbook=("check_replication", "list_long_transactions", "refresh_statistics_report"),
)
