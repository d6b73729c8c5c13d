"""Families whose culprit is a database."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Age,
    Change,
    Condition,
    Counter,
    Effect,
    Family,
    Grow,
    Line,
    Ramp,
    Role,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms.lag import DELIVERY_REPORT, RUN_SKIPPED, SCHEDULER_REPORT, SOFT_LIMIT
from cloud_incident_env.generated.symptoms.wait import ANSWER_UNREAD, POOL_REPORT, ROW_WAIT, STATEMENT_CANCELED


def printed_by_clients(message: str, state: str, on: Role, until: tuple[str, ...]) -> tuple[Line, ...]:
    """What clients of PostgreSQL print when it turns a connection away; `state` is the SQLSTATE of the message."""
    texts: tuple[tuple[str, tuple[str, ...]], ...] = (
        (f"ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : FATAL: {message}", ("java", "stream-worker")),
        (
            f"ERROR failed to connect to `user=app database=app`: server error: FATAL: {message} (SQLSTATE {state})",
            ("go",),
        ),
        (
            f"ERROR sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection failed: FATAL:  {message}",
            ("python", "queue-worker", "batch-worker"),
        ),
        (f"ERROR error: {message}, code {state}", ("node",)),
    )
    return tuple(Line(text, on=on, software=software, per_minute=0.4, until=until) for text, software in texts)


PG_LOCK_QUEUE = Family(
    name="pg-lock-queue",
    story="A migration waits for, and then holds, an ACCESS EXCLUSIVE lock on a busy table. Every later query on that "
    "table queues behind it, so sessions pile up while the database itself is nearly idle.",
    strikes=("postgres",),
    facts={
        "blocker": range(2000, 32000),
        "job": ("rollup", "settlement", "reindex", "export"),
        "table": ("orders", "accounts", "sessions", "entries", "profiles", "ledger"),
        "column": ("region", "channel", "locale", "origin"),
    },
    change=Change(
        "migration add_{column}_to_{table}, run by the pipeline",
        diff=(
            "+ BEGIN;",
            "+ ALTER TABLE {table} ADD COLUMN {column} text;",
            "+ UPDATE {table} SET {column} = {column}_of(id);",
            "+ COMMIT;",
        ),
        kind="job",
        lead_minutes=(0, 2),
    ),
    effects=(
        # Statements on that table never come back; the others are answered as fast as ever.
        Effect("hung", (0.4, 0.8), shape=Ramp((1, 4)), until=("released",)),
        Effect("gauge", (140, 380), gauge="lock waiters", shape=Ramp((3, 7)), until=("released",)),
        Effect("gauge", (400, 495), gauge="sessions", shape=Ramp((3, 7)), until=("released",)),
        Effect("gauge", (0, 0), gauge="oldest transaction", shape=Age(), since="change", until=("released",)),
        Effect("gauge", (0, 0), gauge="longest query", shape=Age(), until=("released",)),
        # Jobs that wait like everybody else, and whose next runs are not started.
        Effect("gauge", (1, 2), on="callers", gauge="missed runs", shape=Grow(), until=("released",)),
        Effect("gauge", (0, 0), on="callers", gauge="longest running job", shape=Age(), until=("released",)),
        Effect("gauge", (0, 0), on="callers", gauge="age of output", shape=Age(), until=("released",)),
    ),
    lines=(
        printed(ROW_WAIT, per_minute=0.8, until=("released",)),
        printed(STATEMENT_CANCELED, per_minute=0.7, until=("released",)),
        printed(POOL_REPORT, on="callers", until=("released",)),
        printed(ANSWER_UNREAD, on="callers", until=("released",)),
        printed(RUN_SKIPPED, on="callers", until=("released",)),
        printed(SCHEDULER_REPORT, on="callers", until=("released",)),
        printed(SOFT_LIMIT, on="callers", until=("released",)),
        printed(DELIVERY_REPORT, on="callers", until=("released",)),
    ),
    notes=("oldest session: {blocker}, application_name=pipeline",),
    plan=(
        Condition(
            "released",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Session {blocker} was ended. The statements that waited for {table} went on.",
                    name="end_sessions",
                    shows=("FATAL terminating connection due to administrator command",),
                ),
                Way(
                    "execute_runbook_step",
                    "The runner of add_{column}_to_{table} was ended; session {blocker} was rolled back with it.",
                    name="end_process",
                    shows=("LOG   unexpected EOF on client connection with an open transaction",),
                ),
            ),
        ),
        Condition(
            "held",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The pipeline marks add_{column}_to_{table} as held and does not try it again.",
                    name="pause_jobs",
                ),
                Way(
                    "execute_runbook_step",
                    "Migrations give up after 3 s of waiting from now on, and are not tried again by themselves.",
                    name="set_call_timeout",
                ),
            ),
        ),
        Condition(
            "rewritten",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "add_{column}_to_{table} is cut into a change of the table and batches of 5,000 rows.",
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
                    "The owner of add_{column}_to_{table} has its times and the list of sessions.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Every client was dropped; they came back, and the pipeline with them."),
        Wrong("scale_service", "entry", "The new instances opened sessions of their own and waited like the others."),
    ),
    relapse=(9, 20),
)

PLAN_REGRESSION = Family(
    name="plan-regression",
    story="A migration of the database drops an index that a frequent query lives on. The planner falls back to a full "
    "table scan, one slow query takes nearly all the time, and high CPU slows the rest.",
    strikes=("postgres", "mysql"),
    facts={
        "table": ("orders", "bookings", "messages", "invoices", "events", "transfers"),
        "column": ("account_id", "status", "created_at", "owner_id", "external_ref"),
        "rows": range(1_204_331, 9_800_000, 7_331),
        "cost": range(48_210, 390_000, 1_117),
    },
    change=Change(
        "migration tidy_indexes_of_{table}",
        diff=(
            "- {table}: index {table}_{column}_idx ({column})",
            "+ {table}: # {table}_{column}_idx: no reads counted on the replica in 30 d",
        ),
        lead_minutes=(0, 3),
    ),
    effects=(
        Effect("delay", (0.65, 1.15), shape=Ramp((2, 6)), until=("plan-good",)),
        Effect("cost", (2.5, 4.0), shape=Ramp((1, 4)), until=("plan-good", "drained")),
        Effect("gauge", (82, 95), gauge="share of the top query", shape=Ramp((1, 4)), until=("plan-good", "drained")),
        Effect("gauge", (7, 19), gauge="longest query", shape=Ramp((2, 6)), until=("plan-good", "drained")),
        Effect("gauge", (240, 420), gauge="sessions", shape=Ramp((3, 8)), until=("plan-good", "drained")),
    ),
    lines=(
        Line(
            "LOG   duration: {took}.{n:03d} ms  plan: Query Text: SELECT * FROM {table} WHERE {column} = $1 "
            "Seq Scan on {table}  (cost=0.00..{cost}.00 rows={n} width=96) Filter: ({column} = $1) "
            "Rows Removed by Filter: {rows}",
            software=("postgres",),
            until=("plan-good",),
        ),
        Line(
            "LOG   duration: {took}.{n:03d} ms  execute <unnamed>: SELECT count(*) FROM {table} WHERE {column} = $1",
            software=("postgres",),
            until=("plan-good",),
        ),
        Line(
            "INFO  SLOW {ip} Query_time: {took}ms  Lock_time: 0.0000{n:02d} Rows_sent: {n}  Rows_examined: {rows} "
            "SELECT * FROM {table} WHERE {column} = '{hex}';",
            software=("mysql",),
            until=("plan-good",),
        ),
        Line(
            "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'app' user: 'app' host: '{ip}' (Got an error "
            "writing communication packets).",
            software=("mysql",),
            until=("plan-good",),
        ),
        Line(
            "LOG   could not send data to client: Connection reset by peer",
            software=("postgres",),
            until=("plan-good",),
        ),
    ),
    notes=(
        "top statement: SELECT * FROM {table} WHERE {column} = ?, {now[share of the top query]} % of the time, calls "
        "as on other days",
    ),
    plan=(
        Condition(
            "plan-good",
            "stop",
            (
                Way("rollback_deploy", "The migration is reverted; {table}_{column}_idx is built and valid."),
                Way(
                    "execute_runbook_step",
                    "{table}_{column}_idx was built beside the traffic and is valid.",
                    name="rebuild_index",
                ),
            ),
        ),
        Condition(
            "drained",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Statements whose clients are gone were ended.",
                    name="end_sessions",
                    early="Statements were ended, and as many of the same kind ran a minute later.",
                ),
                Way(
                    "execute_runbook_step",
                    "Clients were asked to open their sessions anew, some at a time.",
                    name="reset_sessions",
                    early="The new sessions began with the same statements as the old ones.",
                ),
            ),
            needs=("plan-good",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The pipeline makes an index invisible for a week before it drops it.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "Migrations of {table} are held in the pipeline.",
                    name="pause_jobs",
                ),
            ),
        ),
        Condition(
            "limited",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Statements of applications end after 5 s on the server from now on.",
                    name="set_call_timeout",
                ),
                Way(
                    "execute_runbook_step",
                    "An alarm is set on the share of time that one statement takes.",
                    name="add_alarm",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The buffers were empty afterwards, and statements waited for the disk."),
        Wrong("scale_service", "culprit", "The new replica took a full copy, and the primary had to serve it."),
    ),
    relapse=(25, 55),
)

# The coordinator was returned so many minutes before the first write was refused: nine days.
_NINE_DAYS = 12_960

XID_WRAPAROUND = Family(
    name="xid-wraparound",
    story="A forgotten prepared transaction holds the vacuum horizon for days, so old rows cannot be frozen and the "
    "database nears transaction ID wraparound. To protect its data it refuses every write; reads still go through.",
    strikes=("postgres",),
    facts={
        # Writes end 3,000,000 short of 2^31 - 1, which the horizon shows as 2,144.5 M.
        "left": range(2_999_911, 2_999_998),
        "gid": ("batch-7", "ledger-sync-2", "import-19", "settle-4", "xa-88213", "xa-10457"),
        "table": ("ledger", "events", "sessions", "audit_log", "messages"),
        "dead": range(8_123_441, 61_000_000, 90_121),
        "remain": range(61_204_117, 400_000_000, 1_204_117),
        "xmin": range(1_204_331, 90_000_000, 7_331),
    },
    change=Change(
        "two-phase import {gid}: hosts of its coordinator returned after the last run",
        diff=("- coordinator: enabled", "+ coordinator: disabled"),
        kind="job",
        lead_minutes=(_NINE_DAYS, _NINE_DAYS + 2),
    ),
    effects=(
        Effect("own_errors", (0.35, 0.7), shape=Step(), until=("freed", "frozen")),
        Effect(
            "gauge",
            (0, 0),
            gauge="oldest transaction",
            shape=Age(),
            since="change",
            until=("freed",),
        ),
        # No transaction ID is given out any more once writes are refused, so it stays where it is.
        Effect(
            "gauge",
            (2144.484, 2144.484),
            gauge="transaction horizon",
            shape=Ramp((_NINE_DAYS, _NINE_DAYS)),
            since="change",
            until=("freed", "frozen"),
        ),
    ),
    lines=(
        Line(
            'ERROR database is not accepting commands to avoid wraparound data loss in database "app"',
            per_minute=0.9,
            until=("freed", "frozen"),
        ),
        Line(
            'WARNING database "app" must be vacuumed within {left} transactions',
            per_minute=0.3,
            until=("freed", "frozen"),
        ),
        Line(
            'LOG   automatic aggressive vacuum to prevent wraparound of table "app.public.{table}": index scans: 0 '
            "tuples: 0 removed, {remain} remain, {dead} are dead but not yet removable; removable cutoff: {xmin}, "
            "which was 2144483{n:03d} XIDs old when operation ended",
            per_minute=0.2,
            since="change",
            until=("freed",),
        ),
    ),
    notes=("prepared transaction {gid}: prepared {now[oldest transaction]} min ago, owner app",),
    plan=(
        Condition(
            "freed",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{gid} was rolled back after a look at its rows; the horizon may move.",
                    name="reconcile_records",
                ),
                Way(
                    "execute_runbook_step",
                    "The coordinator was started once more; it found {gid} and committed it.",
                    name="resume_jobs",
                ),
            ),
        ),
        Condition(
            "frozen",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{table} and the next four tables by age are frozen; new transaction IDs are given out.",
                    name="compact_store",
                    early="{table} was read from end to end, and next to nothing in it could be frozen.",
                ),
                Way(
                    "execute_runbook_step",
                    "The weekly vacuum was run now, oldest tables first, without its cost limit.",
                    name="run_job_once",
                    early="The weekly vacuum went through all tables and left the oldest rows as they were.",
                ),
            ),
            needs=("freed",),
        ),
        Condition(
            "redone",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Writes that applications had kept for later went through.",
                    name="replay_records",
                    early="The kept writes were sent and came back like those before them.",
                ),
            ),
            needs=("frozen",),
        ),
        Condition(
            "guarded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Prepared transactions older than an hour raise an alarm, and so does a horizon above 500 M.",
                    name="add_alarm",
                ),
                Way(
                    "execute_runbook_step",
                    "max_prepared_transactions is 0 from the next restart on; imports commit in one phase.",
                    name="restore_limit",
                ),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The team of the import knows what became of {gid}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service", "culprit", "Readers were dropped too; after the start the same commands were refused."
        ),
        Wrong("scale_service", "culprit", "The new replica is a copy of the old server, and takes no writes either."),
    ),
)

# The volume of the write-ahead log was full so many minutes after the change: a day.
_ONE_DAY = 1_440

WAL_SLOT_DISK = Family(
    name="wal-slot-disk",
    story="A dead change-capture consumer left an inactive replication slot behind. The slot pins write-ahead log "
    "while the tables hardly grow, until no space is left on the volume and the server aborts.",
    strikes=("postgres",),
    facts={"slot": ("cdc_search", "cdc_lake", "debezium_main", "dwh_feed", "audit_export", "mirror_eu")},
    change=Change(
        "change capture: consumer of {slot} moved to the new platform",
        diff=("- consumers: [{slot}]", "- autostart: true", "+ consumers: []", "+ autostart: false"),
        kind="job",
        lead_minutes=(_ONE_DAY, _ONE_DAY + 3),
    ),
    effects=(
        Effect("refused", (0.7, 1.0), shape=Step(), until=("room", "started")),
        Effect(
            "gauge",
            (100, 100),
            gauge="disk used",
            shape=Ramp((_ONE_DAY, _ONE_DAY)),
            since="change",
            until=("room",),
        ),
        Effect(
            "gauge",
            (310, 478),
            gauge="log retained for replicas",
            shape=Ramp((_ONE_DAY, _ONE_DAY)),
            since="change",
            until=("let-go",),
        ),
    ),
    lines=(
        Line('PANIC could not write to file "pg_wal/xlogtemp.{pid}": No space left on device', until=("room",)),
        Line("LOG   server process (PID {child}) was terminated by signal 6: Aborted", until=("room",)),
        Line("FATAL the database system is in recovery mode", per_minute=1.0, until=("room", "started")),
        Line("LOG   all server processes terminated; reinitializing", per_minute=0.3, until=("room",)),
        *printed_by_clients("the database system is in recovery mode", "57P03", "callers", ("room", "started")),
    ),
    notes=("slot {slot}: logical, active=f since {changed} min; tables together as large as a week ago",),
    plan=(
        Condition(
            "room",
            "stop",
            (
                Way("execute_runbook_step", "The volume of {culprit} is twice as large now.", name="expand_volume"),
                Way(
                    "execute_runbook_step",
                    "The write-ahead log of {culprit} was copied to a larger volume, and the path set to it.",
                    name="move_aside",
                ),
            ),
        ),
        Condition(
            "started",
            "restore",
            (
                Way(
                    "restart_service",
                    "{culprit} went through recovery and accepts connections.",
                    early="{culprit} began its recovery and aborted before the first connection.",
                    shows=("LOG   database system is ready to accept connections",),
                ),
                Way(
                    "execute_runbook_step",
                    "{culprit} was started on other hosts with the same volume, and accepts connections.",
                    name="replace_instances",
                    early="{culprit} was started on other hosts and aborted there as well.",
                    shows=("LOG   database system is ready to accept connections",),
                ),
            ),
            needs=("room",),
        ),
        Condition(
            "let-go",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{slot} was dropped, and the checkpoint after it removed old segments.",
                    name="retire_previous",
                    early="The command did not come through: there is no server to run it.",
                ),
                Way(
                    "execute_runbook_step",
                    "The consumer of {slot} was started again, skipped to the end, and confirmed its position.",
                    name="sync_consumers",
                    early="The consumer was started and found no server to connect to.",
                ),
            ),
            needs=("started",),
        ),
        Condition(
            "capped",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "max_slot_wal_keep_size is 40 GB from now on.",
                    name="restore_limit",
                    early="The setting was written to the file; there is no server yet that reads it.",
                ),
            ),
            needs=("started",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The curve of the volume since the change and the list of slots are in the ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new replica asked for a full copy, which nobody could serve."),
        Wrong("scale_service", "entry", "More instances tried to connect at once whenever the server came up."),
    ),
)

SPLIT_BRAIN = Family(
    name="split-brain",
    story="A network partition of less than a minute makes the failover orchestrator promote a server elsewhere "
    "while the old primary lives on. Both sides accept writes: a split brain, with errant transactions on the old "
    "primary, broken replicas, and slow writes across regions.",
    strikes=("mysql",),
    facts={
        "old": (1011, 1012, 1021, 1022),
        "new": (2011, 2012, 2021, 2023),
        "gap": range(31, 58),
        "uuid": (
            "7c1f02aa-9d3e-11ee-8a51-0242c0a82a03",
            "b8e47f16-a0c2-11ee-b7d4-0242c0a82a07",
            "21d9c5e0-b19f-11ee-93aa-0242c0a82a0b",
        ),
        "errant": Counter((214, 2_870), (11, 46)),
        "table": ("orders", "accounts", "entries", "profiles", "ledger", "sessions"),
        # Where replication stops each time that the failover manager begins it again.
        "binlog": range(112, 987),
        "pos": range(4_120_331, 88_400_117, 7_331),
        "gno": range(8_812_301, 61_204_118, 1_117),
        "row": range(120_433, 8_800_000, 1_009),
        "source": (
            "c5aa7a31-77d0-11ee-9f0e-0242c0a82b05",
            "40e6d9f2-86b1-11ee-8c2d-0242c0a82b09",
            "9b13f0cc-95a4-11ee-a1f7-0242c0a82b0d",
        ),
    },
    change=Change(
        "writer moved to server_id {new} by the failover manager, server_id {old} out of reach for {gap} s",
        diff=("- writer: {{server_id: {old}, region: east}}", "+ writer: {{server_id: {new}, region: west}}"),
        kind="job",
        author="failover-manager",
        lead_minutes=(0, 1),
    ),
    effects=(
        Effect("own_errors", (0.15, 0.3), shape=Ramp((1, 4)), until=("one-writer",)),
        Effect("own_errors", (0.12, 0.25), shape=Ramp((3, 9)), until=("one-writer", "merged")),
        # Writes cross the country and wait for an acknowledgement that no replica gives.
        Effect("delay", (0.35, 0.6), shape=Step(), until=("replicas",)),
        Effect("gauge", (0, 0), gauge="replica lag", shape=Age(), until=("replicas",)),
        Effect("gauge", (1, 1), gauge="replicas attached", shape=Step(), until=("replicas",)),
    ),
    lines=(
        Line(
            "INFO  [MY-014001] [Repl] Replica receiver thread for channel '': connected to source "
            "'replicator@{ip}:3306' with server_uuid={source}, server_id={new}. Starting GTID-based replication.",
            per_minute=0.2,
            until=("replicas",),
        ),
        Line(
            "ERROR [MY-013114] [Repl] Replica I/O for channel '': Got fatal error 1236 from source when reading data "
            "from binary log: 'Replica has more GTIDs than the source has, using the source's SERVER_UUID.', "
            "Error_code: MY-013114",
            until=("replicas",),
        ),
        Line(
            "ERROR [MY-010584] [Repl] Replica SQL for channel '': Worker 1 failed executing transaction "
            "'{uuid}:{gno}' at source log binlog.000{binlog}, end_log_pos {pos}; "
            "Could not execute Write_rows event on table app.{table}; "
            "Duplicate entry '{row}' for key '{table}.PRIMARY', Error_code: 1062; handler error "
            "HA_ERR_FOUND_DUPP_KEY; the event's source log binlog.000{binlog}, end_log_pos {pos}, "
            "Error_code: MY-001062",
            until=("one-writer", "merged"),
        ),
        Line(
            "WARN  [MY-010584] [Repl] Replica SQL for channel '': ... The replica coordinator and worker threads are "
            "stopped, possibly leaving data in inconsistent state. A restart should restore consistency automatically, "
            "although using non-transactional storage for data or info tables or DDL queries could lead to problems. "
            "In such cases you have to examine your data (see documentation for details). Error_code: MY-001756",
            per_minute=0.3,
            until=("one-writer", "merged"),
        ),
    ),
    notes=(
        "server_id {new}: read_only=OFF since {since}; server_id {old}: read_only=OFF",
        "executed on server_id {old} alone: {uuid}:1-{errant}",
        "semi-synchronous replication of server_id {new}: switched off, no replica acknowledges",
    ),
    plan=(
        Condition(
            "one-writer",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "server_id {old} is read-only, and its sessions with an open transaction were ended.",
                    name="fence_member",
                ),
                Way(
                    "execute_runbook_step",
                    "server_id {old} is off the list that clients connect by, and its port is closed to them.",
                    name="isolate_instance",
                ),
                Way(
                    "execute_runbook_step",
                    "The move to server_id {new} was carried to its end: server_id {old} is read-only.",
                    name="promote_replica",
                ),
            ),
        ),
        Condition(
            "manual",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The failover manager reports and moves nothing by itself.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "merged",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Rows that only server_id {old} had were merged or written off, each with an entry.",
                    name="reconcile_records",
                    early="Rows were compared and merged, and new differences had come up before the list was done.",
                ),
                Way(
                    "execute_runbook_step",
                    "The transactions that only server_id {old} had were applied again; 3 in 100 were refused and "
                    "decided by hand.",
                    name="replay_records",
                    early="Transactions were applied again while new ones came in on the other side.",
                ),
            ),
            needs=("one-writer",),
        ),
        Condition(
            "replicas",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The replicas were set up from server_id {new}, follow it, and acknowledge its writes.",
                    name="rebuild_replica",
                    early="The rebuilt replica stopped on the first row that existed in two versions.",
                ),
            ),
            needs=("one-writer",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Owners of {table} have the list of rows that were decided by hand.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("rollback_deploy", "culprit", "The writer went back, and rows of the last minutes are missing."),
        Wrong("restart_service", "culprit", "Clients were dropped everywhere, and the writer moved once more."),
    ),
    relapse=(18, 40),
)

WRONG_HOST_DELETE = Family(
    name="wrong-host-delete",
    story="While repairing a lagging replica, an operator removes the data directory on the wrong host, the primary: "
    "an accidental deletion. Nobody had noticed that backups fail silently, so little is there to restore from.",
    strikes=("postgres",),
    facts={
        "operator": ("r.novak", "t.brandt", "k.silva", "y.hassan", "c.dubois"),
        "senders": (5, 8, 10, 12),
        "relation": range(16_400, 99_000),
        "days": range(19, 70),
    },
    change=Change(
        "maintenance: data directory of the lagging replica set up afresh, session of {operator}",
        diff=(
            "- /var/lib/postgresql/main/base  drwx------ postgres",
            "+ pg_basebackup --pgdata=/var/lib/postgresql/main --wal-method=stream  (exit 130)",
        ),
        kind="job",
        lead_minutes=(0, 1),
    ),
    effects=(
        Effect("own_errors", (0.4, 0.7), shape=Step(), until=("closed", "restored")),
        Effect("own_errors", (0.12, 0.25), shape=Step(), until=("closed", "restored", "merged", "open")),
        Effect("gauge", (2, 6), gauge="disk used", shape=Step(), until=("restored",)),
        Effect("gauge", (0, 0), gauge="replicas attached", shape=Step(), until=("restored",)),
    ),
    lines=(
        Line(
            'ERROR could not open file "base/16384/{relation}": No such file or directory',
            per_minute=0.9,
            until=("restored",),
        ),
        Line('FATAL database "app" does not exist', until=("restored",)),
        Line(
            "FATAL number of requested standby connections exceeds max_wal_senders (currently {senders})",
            per_minute=0.3,
            until=("restored",),
        ),
    ),
    notes=(
        "backup job: newest object {days} days old; its last run: pg_dump: error: aborting because of server version "
        "mismatch",
    ),
    plan=(
        Condition(
            "closed",
            "stop",
            (
                Way("execute_runbook_step", "{culprit} takes no more writes; reads go on.", name="fence_member"),
                Way(
                    "execute_runbook_step",
                    "Clients of {culprit} may read and no longer write; nothing is written to its volume.",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "proven",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A trial on a spare host shows: the dumps hold no rows, the disk snapshot of last night is whole.",
                    name="verify_data",
                ),
            ),
        ),
        Condition(
            "restored",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The snapshot of last night is in place on the primary and on its replicas.",
                    name="rebuild_replica",
                    early="The restore was begun while the source was in doubt or the target in use, and given up.",
                ),
            ),
            needs=("closed", "proven"),
        ),
        Condition(
            "merged",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Rows written since last night were put back from events and client logs.",
                    name="reconcile_records",
                    early="There is nothing yet that the rows could be put back into.",
                ),
                Way(
                    "execute_runbook_step",
                    "The events since last night were read again and written.",
                    name="replay_records",
                    early="The events were read again, and none of their rows found a table.",
                ),
            ),
            needs=("restored",),
        ),
        Condition(
            "open",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Writes are accepted again.",
                    name="reopen_writes",
                    early="The first writes clashed with what is missing; writes were closed again.",
                ),
            ),
            needs=("merged",),
        ),
        Condition(
            "guarded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A backup without rows or older than a day raises an alarm.",
                    name="add_alarm",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The files that running sessions had still held open are closed now."),
        Wrong("scale_service", "culprit", "The new replica copied what there is, and stopped with an error."),
    ),
)
