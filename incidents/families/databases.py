"""Families whose culprit is a database."""

from __future__ import annotations

from incidents.model import Change, Family, Step

PG_LOCK_QUEUE = Family(
    name="pg-lock-queue",
    story="A migration waits for, and then holds, an ACCESS EXCLUSIVE lock on a busy table. Every later query on that "
    "table queues behind it, so sessions pile up while the database itself is nearly idle.",
    mechanism="lock queue: a migration holds an ACCESS EXCLUSIVE lock and every query waits behind it",
    terms=("lock queue", "access exclusive", "lock* migration*", "migration* lock*", "migration* block*", "ddl lock*",
           "blocked by* migration", "lock wait*", "lock contention", "queue* behind lock*", "head blocker"),
    strikes=("postgres",),
    facts={
        "blocker": range(2000, 32000),
        "relation": range(16400, 99000),
        "table": ("orders", "accounts", "sessions", "entries", "profiles", "ledger"),
        "migration": range(210, 989),
    },
    change=Change("migration {migration}: ALTER TABLE {table} ADD COLUMN, run by the pipeline", lead_minutes=(0, 2)),
    errors=(0.01, 0.05),
    latency=(25, 90),
    traffic=(0.2, 0.5),
    figures={"lock waiters": (140, 420), "sessions": (380, 495), "oldest transaction": (9, 40), "cpu": (3, 8)},
    logs=(
        "LOG   process {pid} still waiting for AccessShareLock on relation {relation} of database 16384 after {ms}.1 ms",
        "LOG   process {pid} still waiting for RowExclusiveLock on relation {relation} of database 16384 after {ms}.4 ms",
        "LOG   DETAIL:  Process holding the lock: {blocker}. Wait queue: {pid}, {pid}, {pid}, {pid}.",
    ),
    seen_by_callers=("ERROR canceling statement due to lock timeout on {culprit} after {ms} ms",),
    steps=(
        Step("execute_runbook_step", "Session {blocker} was ended. The queue on {table} began to move.",
             name="terminate_head_blocker", relief=0.7, risky=True,
             shows=("LOG   process {blocker} terminated by administrator command",)),
        Step("execute_runbook_step", "Migration {migration} is paused and will not be tried again.",
             name="pause_migration", relief=0.2,
             too_early="The pipeline marks migration {migration} as paused, but session {blocker} still holds its lock."),
        Step("execute_runbook_step", "lock_timeout is 3 s for migrations from now on.",
             name="set_lock_timeout", relief=0.1,
             too_early="lock_timeout is set for new sessions; session {blocker} began before and keeps its lock."),
        Step("execute_runbook_step", "No session waits for a lock; queries on {table} take their usual time.",
             name="verify_lock_waits", too_early="Sessions are still waiting for locks on {table}."),
    ),
    wrong={
        "restart_service:culprit": "The restart dropped every client, and the pipeline ran the migration again.",
        "scale_service:caller": "More instances opened more sessions, which joined the queue.",
    },
    signature={
        "query_logs": r"still waiting for \w+Lock on relation",
        "check_metrics": r"lock waiters +\d{3}",
    },
)
