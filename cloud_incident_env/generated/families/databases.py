"""Families whose culprit is a database."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Family, Step

PG_LOCK_QUEUE = Family(
    name="pg-lock-queue",
    story="A migration waits for, and then holds, an ACCESS EXCLUSIVE lock on a busy table. Every later query on that "
    "table queues behind it, so sessions pile up while the database itself is nearly idle.",
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
        "LOG   process {pid} still waiting for AccessShareLock on relation {relation} of database 16384 "
        "after {ms}.1 ms",
        "LOG   process {pid} still waiting for RowExclusiveLock on relation {relation} of database 16384 "
        "after {ms}.4 ms",
        "LOG   DETAIL:  Process holding the lock: {blocker}. Wait queue: {pid}, {pid}, {pid}, {pid}.",
    ),
    seen_by_callers=("ERROR canceling statement due to lock timeout on {culprit} after {ms} ms",),
    steps=(
        Step(
            "execute_runbook_step",
            "Session {blocker} was ended. The queue on {table} began to move.",
            name="terminate_head_blocker",
            relief=0.7,
            risky=True,
            shows=("LOG   process {blocker} terminated by administrator command",),
        ),
        Step(
            "execute_runbook_step",
            "Migration {migration} is paused and will not be tried again.",
            name="pause_migration",
            relief=0.2,
            too_early="The pipeline marks migration {migration} as paused, but session {blocker} still holds its lock.",
        ),
        Step(
            "execute_runbook_step",
            "lock_timeout is 3 s for migrations from now on.",
            name="set_lock_timeout",
            relief=0.1,
            too_early="lock_timeout is set for new sessions; session {blocker} began before and keeps its lock.",
        ),
        Step(
            "execute_runbook_step",
            "No session waits for a lock; queries on {table} take their usual time.",
            name="verify_lock_waits",
            too_early="Sessions are still waiting for locks on {table}.",
        ),
    ),
    wrong={
        ("restart_service", "culprit"): "The restart dropped every client, and the pipeline ran the migration again.",
        ("scale_service", "caller"): "More instances opened more sessions, which joined the queue.",
    },
    signature={
        "query_logs": r"still waiting for \w+Lock on relation",
        "check_metrics": r"lock waiters +\d{3}",
    },
)

PLAN_REGRESSION = Family(
    name="plan-regression",
    story="A migration of the database drops an index that a frequent query lives on: a bad release of the schema. The "
    "planner falls back to a full table scan, one slow query takes nearly all the time, and high CPU slows the rest.",
    strikes=("postgres", "mysql"),
    facts={
        "migration": range(210, 989),
        "table": ("orders", "bookings", "messages", "invoices", "events", "transfers"),
        "column": ("account_id", "status", "created_at", "owner_id", "external_ref"),
        "rows": range(1_204_331, 9_800_000, 7_331),
    },
    change=Change("migration {migration}: unused index {table}_{column}_idx dropped", lead_minutes=(0, 3)),
    errors=(0.01, 0.06),
    latency=(50, 140),
    figures={
        "share of the top query": (86, 96),
        "longest query": (12, 38),
        "sessions": (240, 420),
        "cpu": (86, 94),
    },
    logs=(
        "LOG   slow statement: {ms}.{n} ms, rows examined {rows}, rows sent {n}, access: full scan of {table}: "
        "SELECT * FROM {table} WHERE {column} = ?",
        "LOG   slow statement: {ms}.{n} ms, rows examined {rows}, rows sent 1, access: full scan of {table}: "
        "SELECT count(*) FROM {table} WHERE {column} = ?",
    ),
    seen_by_callers=("ERROR {culprit}: statement on {table} cancelled after {ms} ms",),
    steps=(
        Step(
            "rollback_deploy",
            "Migration {migration} is reverted: {table}_{column}_idx is defined again, and invalid until it is built.",
            relief=0.1,
        ),
        Step(
            "execute_runbook_step",
            "{table}_{column}_idx is built and valid.",
            name="build_index_concurrently",
            relief=0.6,
            too_early="The build went through, and the pipeline took its result away again to match {version}.",
        ),
        Step(
            "execute_runbook_step",
            "Statistics of {table} are fresh, and no session works with an old plan.",
            name="analyze_tables",
            relief=0.3,
            too_early="Statistics of {table} are fresh. The estimates hardly moved, and neither did the load.",
        ),
        Step(
            "execute_runbook_step",
            "No statement takes more than a fifth of the time.",
            name="verify_top_statements",
            too_early="One statement still takes most of the time.",
        ),
    ),
    wrong={
        (
            "restart_service",
            "culprit",
        ): "The restart emptied the buffers; the statements now wait for the disk as well.",
        ("scale_service", "culprit"): "The new replicas work through the same statements just as slowly.",
        ("scale_service", "caller"): "More instances sent more of the same statements.",
    },
    signature={
        "query_logs": r"rows examined \d{7}, rows sent \d+, access: full scan",
        "check_metrics": r"share of the top query +[89]\d %",
    },
)

XID_WRAPAROUND = Family(
    name="xid-wraparound",
    story="A forgotten prepared transaction holds the vacuum horizon for days, so old rows cannot be frozen and the "
    "database nears transaction ID wraparound. To protect its data it refuses every write; reads still go through.",
    strikes=("postgres",),
    facts={
        "left": range(2_520_417, 2_960_000, 1_093),
        "gid": ("batch-7", "ledger-sync-2", "import-19", "settle-4", "xa-88213", "xa-10457"),
        "table": ("ledger", "events", "sessions", "audit_log", "messages"),
        "dead": range(8_123_441, 61_000_000, 90_121),
    },
    errors=(0.15, 0.28),
    latency=(2, 5),
    traffic=(0.5, 0.8),
    # Of 2^31 transaction IDs are left what the log says; 9 days are 12,960 minutes.
    standing=("transaction horizon", "oldest transaction"),
    figures={"transaction horizon": (2144.52, 2144.95), "oldest transaction": (12_970, 13_600)},
    logs=(
        'ERROR database is not accepting commands to avoid wraparound data loss in database "app"',
        'WARNING database "app" must be vacuumed within {left} transactions',
        'LOG   automatic aggressive vacuum to prevent wraparound of table "app.public.{table}": tuples: 0 removed, '
        "{dead} are dead but not yet removable",
    ),
    notes=("prepared transaction {gid}: open for 9 days, its coordinator is not known",),
    seen_by_callers=("ERROR write to {culprit} refused after {small} ms; reads are answered",),
    steps=(
        Step(
            "execute_runbook_step",
            "Prepared transaction {gid} was rolled back.",
            name="end_oldest_transaction",
            relief=0.1,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "{table} and the next four tables by age are frozen.",
            name="vacuum_freeze_tables",
            relief=0.6,
            too_early="The vacuum read {table} from end to end and froze next to nothing.",
        ),
        Step(
            "execute_runbook_step",
            "Writes are accepted again.",
            name="reopen_writes",
            relief=0.3,
            risky=True,
            too_early="Writes were let in for a moment; the server refuses them as before.",
        ),
        Step(
            "execute_runbook_step",
            "Writes succeed, and the oldest row is young enough for months.",
            name="verify_row_age",
            too_early="Writes are still refused.",
        ),
    ),
    wrong={
        ("restart_service", "culprit"): "The restart dropped all readers as well, and writes are refused as before.",
        ("scale_service", "culprit"): "A new replica copies the state of the old one; writes are refused as before.",
        ("scale_service", "caller"): "More instances had more of their writes refused.",
    },
    signature={
        "query_logs": r"must be vacuumed within \d{7} transactions",
        "check_metrics": r"transaction horizon +2,14\d M",
    },
)

WAL_SLOT_DISK = Family(
    name="wal-slot-disk",
    story="A dead change-capture consumer left an inactive replication slot behind. The slot pins write-ahead log for "
    "days while the tables hardly grow, until no space is left on the volume, disk full, and the server aborts.",
    strikes=("postgres",),
    facts={
        "slot": ("cdc_search", "cdc_lake", "debezium_main", "dwh_feed", "audit_export", "mirror_eu"),
        "days": range(4, 17),
        "tables": range(140, 320),
    },
    errors=(0.08, 0.3),
    latency=(8, 25),
    traffic=(0.5, 0.9),
    standing=("log retained for replicas", "replicas attached"),
    figures={"log retained for replicas": (362, 478), "disk used": (100, 100), "replicas attached": (1, 1)},
    ready=(0.4, 0.8),
    logs=(
        'FATAL could not write to file "pg_wal/xlogtemp.{pid}": No space left on device',
        "LOG   server process (PID {pid}) was terminated by signal 6: Aborted",
        "LOG   all server processes terminated; reinitializing",
        "FATAL the database system is in recovery mode",
    ),
    notes=("logical slot {slot}: active=f for {days} days; all tables together {tables} GB, as last week",),
    steps=(
        Step(
            "execute_runbook_step",
            "The volume of {culprit} is 100 GB larger.",
            name="expand_volume",
            relief=0.2,
        ),
        Step(
            "restart_service",
            "{culprit} went through recovery and accepts connections.",
            relief=0.4,
            too_early="{culprit} began its recovery and aborted again before the first connection.",
        ),
        Step(
            "execute_runbook_step",
            "Slot {slot} is dropped.",
            name="drop_idle_slot",
            relief=0.2,
            risky=True,
            too_early="The command did not come through: the server went down before it was run.",
        ),
        Step(
            "execute_runbook_step",
            "The checkpoint removed some 25,000 segments.",
            name="force_checkpoint",
            relief=0.2,
            too_early="The checkpoint ended and removed no segment.",
        ),
        Step(
            "execute_runbook_step",
            "max_slot_wal_keep_size is 40 GB from now on.",
            name="cap_slot_retention",
            too_early="The setting was written and is not in force: there is still more on disk than it allows.",
        ),
        Step(
            "execute_runbook_step",
            "A third of the volume is free, and it stays so.",
            name="verify_free_space",
            too_early="The volume has still too little room.",
        ),
    ),
    wrong={
        ("scale_service", "culprit"): "The new replica pulls a full copy and makes the primary keep even more for it.",
        ("scale_service", "caller"): "More instances reconnect at once whenever the server comes up.",
    },
    signature={
        "query_logs": r"could not write to file \"pg_wal/xlogtemp",
        "check_metrics": r"log retained for replicas +[34]\d\d GB",
    },
)

SPLIT_BRAIN = Family(
    name="split-brain",
    story="A network partition of less than a minute makes the failover orchestrator promote a server elsewhere "
    "while the old primary lives on. Both sides accept writes: a split brain, with errant transactions on the old "
    "primary, broken replicas, and slow writes across regions.",
    strikes=("mysql",),
    facts={
        "old": ("mysql-e-1", "mysql-e-2", "mysql-e-4"),
        "new": ("mysql-w-1", "mysql-w-3", "mysql-w-5"),
        "gap": range(31, 58),
        "uuid": (
            "7c1f02aa-9d3e-11ee-8a51-0242c0a82a03",
            "b8e47f16-a0c2-11ee-b7d4-0242c0a82a07",
            "21d9c5e0-b19f-11ee-93aa-0242c0a82a0b",
        ),
        "errant": range(214, 9_870),
    },
    change=Change("topology: {new} takes over the writes from {old}", lead_minutes=(0, 1)),
    errors=(0.05, 0.2),
    latency=(12, 35),
    figures={"replica lag": (310, 470), "replicas attached": (1, 1)},
    logs=(
        "WARN  topology: DeadMaster {old}.internal was out of reach for {gap} s; writes go to {new}.internal since",
        "ERROR Error reading packet from server for channel '': Replica has more GTIDs than the source has, using the "
        "source's SERVER_UUID (server_errno=1236)",
        "WARN  errant transactions on {old}.internal: {uuid}:1-{errant}",
    ),
    seen_by_callers=("WARN  row written to {culprit} {small} s ago is not there on reading it back",),
    steps=(
        Step(
            "execute_runbook_step",
            "Automatic failover is off, and {old} takes no more writes.",
            name="fence_old_primary",
            relief=0.4,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "Jobs that write in the background wait.",
            name="pause_write_jobs",
            relief=0.1,
            too_early="The jobs are paused; user traffic keeps writing in two places.",
        ),
        Step(
            "execute_runbook_step",
            "Two replicas were rebuilt from {new} and follow it.",
            name="rebuild_replicas",
            relief=0.3,
            risky=True,
            too_early="The rebuilt replicas stopped on the first row that a job had changed meanwhile.",
        ),
        Step(
            "execute_runbook_step",
            "All {errant} transactions of {old} are merged or written off, each with an entry.",
            name="reconcile_rows",
            relief=0.2,
            too_early="The comparison has no healthy replica to read from and was given up.",
        ),
        Step(
            "execute_runbook_step",
            "The jobs run again, and their queue is empty.",
            name="drain_write_jobs",
            too_early="The jobs ran into rows that contradict each other and were halted.",
        ),
        Step(
            "execute_runbook_step",
            "Checksums of all tables agree on every server.",
            name="verify_table_checksums",
            too_early="Checksums of several tables differ from server to server.",
        ),
    ),
    wrong={
        (
            "rollback_deploy",
            "culprit",
        ): "{old} took over again, and all that was written on {new} meanwhile is missing.",
        (
            "restart_service",
            "culprit",
        ): "The restart set off another failover, and clients were dropped on both servers.",
        ("scale_service", "culprit"): "The new replicas follow one server or the other and add to the confusion.",
    },
    signature={
        "query_logs": r"Replica has more GTIDs than the source",
        "check_metrics": r"replica lag +[34]\d\d\.\d s",
    },
)

WRONG_HOST_DELETE = Family(
    name="wrong-host-delete",
    story="While repairing a lagging replica, an operator removes the data directory on the wrong host, the primary: "
    "an accidental deletion. Nobody had noticed that backups fail silently, so little is there to restore from.",
    strikes=("postgres",),
    facts={
        "primary": ("db1", "db1-a", "pg-1", "pg-01"),
        "operator": ("r.novak", "t.brandt", "k.silva", "y.hassan", "c.dubois"),
        "senders": (5, 8, 10, 12),
        "relation": range(16_400, 99_000),
        "days": range(19, 70),
    },
    errors=(0.12, 0.3),
    latency=(3, 9),
    traffic=(0.3, 0.7),
    figures={"disk used": (2, 6), "replicas attached": (0, 0), "cpu": (3, 7)},
    ready=(0.3, 0.6),
    logs=(
        'ERROR could not open file "base/16384/{relation}": No such file or directory',
        "FATAL number of requested standby connections exceeds max_wal_senders (currently {senders})",
        "LOG   audit: newest root command on {primary}: rm -rf /var/lib/postgresql/main/base, exit 130, {operator}",
        "LOG   backup job, last run: pg_dump: error: aborting because of server version mismatch, 0 bytes stored",
    ),
    notes=("newest object in the backup bucket: {days} days old; disk snapshots: one, of last night",),
    seen_by_callers=("ERROR relation of {culprit} cannot be read, no answer after {ms} ms",),
    steps=(
        Step("execute_runbook_step", "{culprit} takes no more writes.", name="stop_writes", relief=0.05, risky=True),
        Step(
            "execute_runbook_step",
            "A trial restore shows: the dumps are empty, last night's snapshot is complete.",
            name="test_restore_sources",
            relief=0.05,
            too_early="The trial restore was compared with a database that still changes, and proves nothing.",
        ),
        Step(
            "execute_runbook_step",
            "Last night's snapshot is in place.",
            name="restore_from_backup",
            relief=0.6,
            risky=True,
            too_early="The restore took the newest dump, which turned out to hold no rows, and was given up.",
        ),
        Step(
            "execute_runbook_step",
            "Rows written since last night were put back from events and client logs.",
            name="reconcile_rows",
            relief=0.2,
            too_early="There is nothing yet that the rows could be put back into.",
        ),
        Step(
            "execute_runbook_step",
            "Writes are accepted again.",
            name="reopen_writes",
            relief=0.1,
            risky=True,
            too_early="The first writes failed or clashed with what is missing; writes were stopped again.",
        ),
        Step(
            "execute_runbook_step",
            "Row counts of all tables agree with those of yesterday, new rows on top.",
            name="verify_row_counts",
            too_early="Row counts are far below those of yesterday.",
        ),
    ),
    wrong={
        ("restart_service", "culprit"): "The restart closed the last files that running sessions still held open.",
        ("scale_service", "culprit"): "The new replica copied what is left, and gave up.",
        ("scale_service", "caller"): "More instances asked for rows that are not there.",
    },
    signature={
        "query_logs": r"could not open file \"base/\d+/\d+\": No such file or directory",
        "check_metrics": r"disk used +[2-6] %",
    },
)
