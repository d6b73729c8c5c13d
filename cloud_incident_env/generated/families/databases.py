"""Families whose culprit is a database."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Age,
    Change,
    Condition,
    Drawn,
    Effect,
    Family,
    Grow,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.names import COLUMNS, JOBS
from cloud_incident_env.generated.symptoms import connections, data, memory, statements, storage
from cloud_incident_env.generated.symptoms.lag import DELIVERY_REPORT, RUN_SKIPPED, SCHEDULER_REPORT, SOFT_LIMIT
from cloud_incident_env.generated.symptoms.printing import printed_each
from cloud_incident_env.generated.symptoms.wait import ANSWER_UNREAD, POOL_REPORT, ROW_WAIT, STATEMENT_CANCELED

PG_LOCK_QUEUE = Family(
    name="pg-lock-queue",
    story="A migration waits for, and then holds, an ACCESS EXCLUSIVE lock on a busy table. Every later query on that "
    "table queues behind it, so sessions pile up while the database itself is nearly idle.",
    strikes=("postgres",),
    facts={
        "blocker": range(2000, 32000),
        "job": JOBS,
        "table": Drawn("plural"),
        "column": COLUMNS,
    },
    change=Change(
        (
            "migration add_{column}_to_{table}, run by the pipeline",
            "migration: {column} of {table}",
            "schema of {table}: {column}",
        ),
        diffs=(
            (
                "+ BEGIN;",
                "+ ALTER TABLE {table} ADD COLUMN {column} text;",
                "+ UPDATE {table} SET {column} = {column}_of(id);",
                "+ COMMIT;",
            ),
            (
                "+ -- one transaction",
                "+ ALTER TABLE {table} ADD COLUMN {column} text, then fill all rows",
                "  lock_timeout: none",
            ),
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
        "table": Drawn("plural"),
        "column": ("account_id", "status", "created_at", "owner_id", "external_ref"),
        "rows": range(1_204_331, 9_800_000, 7_331),
        "access": ("Seq Scan", "Parallel Seq Scan"),
        "expense": range(48_210, 390_000, 1_117),
        "calls": ("97 %", "101 %", "104 %"),
        "volume": ("io2, 6000 operations/s", "gp3, 6000 operations/s", "io2, 8000 operations/s"),
        "rate": range(2_410, 4_380),
        "balance": range(96, 101),
    },
    change=Change(
        (
            "migration tidy_indexes_of_{table}",
            "migration: indexes of {table}",
            "{table}: indexes without reads",
        ),
        diffs=(
            (
                "- {table}: index {table}_{column}_idx ({column})",
                "+ {table}: # {table}_{column}_idx: no reads counted on the replica in 30 d",
            ),
            (
                "- CREATE INDEX {table}_{column}_idx ON {table} ({column})",
                "+ DROP INDEX {table}_{column}_idx -- 30 d unread on the replica",
            ),
        ),
        kind="job",
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
        *(printed(line, until=("plan-good",), elsewhere=False) for line in statements.SLOW_STATEMENTS),
        *(printed(line, until=("plan-good",)) for line in statements.CLIENTS_LEFT),
        printed(connections.HIKARI_TIMEOUT, on="callers", per_minute=0.4, until=("plan-good", "drained")),
        printed(connections.JAVA_HELD_LONG, on="callers", until=("plan-good", "drained")),
    ),
    notes=(statements.TOP_STATEMENT_NOTE, statements.VOLUME_NOTE),
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
        "table": Drawn("plural"),
        "dead": range(8_123_441, 61_000_000, 90_121),
        "remain": range(61_204_117, 400_000_000, 1_204_117),
        "xmin": range(1_204_331, 90_000_000, 7_331),
        "ago": range(2_144_483_003, 2_144_483_900),
        "database": ("app",),
        "sequence": range(41_200_113, 1_804_000_000, 7_340_033),
    },
    change=Change(
        (
            "two-phase import {gid}: hosts of its coordinator returned after the last run",
            "{gid}: coordinator retired",
            "hosts of the coordinator of {gid} given back",
        ),
        diffs=(
            ("- coordinator: enabled", "+ coordinator: disabled"),
            (
                "- {gid}: coordinator on",
                "+ {gid}: coordinator off",
                "  prepared: not looked at",
            ),
        ),
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
        printed(storage.PG_NOT_ACCEPTING, until=("freed", "frozen")),
        printed(storage.PG_MUST_BE_VACUUMED, until=("freed", "frozen"), elsewhere=False),
        printed(storage.PG_AGGRESSIVE_VACUUM, since="change", until=("freed",), elsewhere=False),
        *(printed(line, on="callers", until=("freed", "frozen")) for line in storage.NOT_WRITTEN),
    ),
    notes=(storage.COUNTERS_NOTE, connections.SESSIONS_NOTE),
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
            needs=("freed",),
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
    facts={
        "slot": ("cdc_search", "cdc_lake", "debezium_main", "dwh_feed", "audit_export", "mirror_eu"),
        "database": ("archive", "reports_old", "sandbox"),
        "left": range(31_204_117, 39_800_000, 40_009),
        "table": Drawn("plural"),
        "dead": range(212_441, 3_100_000, 9_121),
        "remain": range(61_204_117, 400_000_000, 1_204_117),
        "xmin": range(201_204_331, 390_000_000, 7_331),
        "ago": range(210_441_003, 460_000_000, 90_121),
        "sequence": range(41_200_113, 1_804_000_000, 7_340_033),
    },
    change=Change(
        (
            "change capture: consumer of {slot} moved to the new platform",
            "{slot}: new consumer",
            "move of {slot}, old consumer stopped",
        ),
        diffs=(
            ("- consumers: [{slot}]", "- autostart: true", "+ consumers: []", "+ autostart: false"),
            (
                "- {slot}: 1 consumer",
                "+ {slot}: no consumer",
                "  starts by itself: no",
            ),
        ),
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
        # The slot keeps old rows as well as old segments.
        Effect(
            "gauge",
            (320, 640),
            gauge="transaction horizon",
            shape=Ramp((_ONE_DAY, _ONE_DAY)),
            since="change",
            until=("let-go",),
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
        printed(storage.PG_ABORTED, until=("room",)),
        printed(memory.PG_IN_RECOVERY, per_minute=1.0, until=("room", "started")),
        printed(storage.PG_MUST_BE_VACUUMED, per_minute=0.1, since="change", until=("let-go",)),
        printed(storage.PG_AGGRESSIVE_VACUUM, per_minute=0.1, since="change", until=("let-go",), elsewhere=False),
        *(printed(line, on="callers", until=("room", "started")) for line in storage.NOT_WRITTEN),
    ),
    notes=(storage.COUNTERS_NOTE, storage.REPLICAS_NOTE),
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
            needs=("room", "started"),
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
        "table": Drawn("plural"),
    },
    change=Change(
        (
            "writer moved to server_id {new} by the failover manager, server_id {old} out of reach for {gap} s",
            "server_id {new} writes, server_id {old} did not answer for {gap} s",
            "failover from server_id {old} to server_id {new}, {gap} s without an answer",
        ),
        diffs=(
            ("- writer: {{server_id: {old}, region: east}}", "+ writer: {{server_id: {new}, region: west}}"),
            (
                "- east: writer ({old})",
                "+ west: writer ({new})",
                "  {old}: not asked, out of reach for {gap} s",
            ),
        ),
        kind="job",
        by_automation=True,
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
        printed(data.FOLLOWS_AGAIN, until=("replicas",)),
        printed(data.TRANSACTIONS_OF_ITS_OWN, until=("replicas",)),
        printed(data.ROW_DIFFERS, until=("one-writer", "merged")),
        printed(data.REPLICA_STOPPED, until=("one-writer", "merged")),
        *printed_each(data.GONE, on="callers", per_minute=0.2, until=("one-writer", "merged")),
    ),
    notes=(
        "replicas attached: {now[replicas attached]}; replica lag: {now[replica lag]} s",
        "semi-synchronous replication of server_id {new}: off",
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
        "table": Drawn("plural"),
        "days": range(19, 70),
    },
    change=Change(
        (
            "maintenance: data directory of the lagging replica set up afresh, session of {operator}",
            "maintenance of a replica that lags, by {operator}",
            "replica set up afresh, session of {operator}",
        ),
        diffs=(
            (
                "- /var/lib/postgresql/main/base  drwx------ postgres",
                "+ pg_basebackup --pgdata=/var/lib/postgresql/main --wal-method=stream  (exit 130)",
            ),
            (
                "- main/base: directory",
                "+ main/base: missing",
                "  pg_basebackup: ended with 130",
            ),
        ),
        kind="job",
        lead_minutes=(0, 1),
    ),
    effects=(
        Effect("own_errors", (0.4, 0.7), shape=Step(), until=("closed", "restored")),
        Effect("own_errors", (0.12, 0.25), shape=Step(), until=("closed", "restored", "merged", "open")),
        Effect("gauge", (2, 6), gauge="disk used", shape=Step(), until=("restored",)),
        Effect("gauge", (0, 0), gauge="replicas attached", shape=Step(), until=("restored",)),
        Effect("gauge", (0, 0), gauge="replica lag", shape=Age(), until=("restored",)),  # of who follows nobody
    ),
    lines=(
        printed(data.NO_FILE, until=("restored",)),
        printed(data.NO_RELATION, until=("restored",)),
        printed(data.STANDBY_TURNED_AWAY, until=("restored",)),
        printed(data.SEGMENT_REMOVED, until=("restored",)),
        *printed_each(data.NOT_FOUND, on="callers", per_minute=0.2, until=("restored", "merged")),
    ),
    notes=("newest copy of the backup job: {days} days old; disk used: {now[disk used]} %",),
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
            needs=("closed", "restored", "merged", "open"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The files that running sessions had still held open are closed now."),
        Wrong("scale_service", "culprit", "The new replica copied what there is, and stopped with an error."),
    ),
)
