"""Families in which a store answers slowly although its plans are good: too many statements, or too few operations."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
    FLAG_SUBJECTS,
    FLAG_WORDS,
    Age,
    Change,
    Condition,
    Drawn,
    Effect,
    Family,
    Grow,
    Ramp,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms import connections, memory, processor, statements, storage

_COLUMNS = ("account_id", "status", "created_at", "owner_id", "external_ref")

N_PLUS_ONE_RELEASE = Family(
    name="n-plus-one-release",
    story="A release reads each item of a list by a query of its own, where one query read the whole page. Each query "
    "is as fast as ever, but there are many times as many for each request, and the database is busy with them.",
    strikes=SERVICES,
    through=("postgres", "mysql"),
    facts={
        "word": FLAG_WORDS,
        "subject": FLAG_SUBJECTS,
        "table": Drawn("plural"),
        "column": _COLUMNS,
        "access": ("Index Scan",),
        "expense": range(4, 31),
        "rows": range(0, 3),
        "heap": (4_096,),
        "waiting": range(180, 900),
    },
    change=Change(
        (
            "release {version}: {table} with their details, behind a flag",
            "release {version}: details of {table} can be chosen, {word}-{subject}",
            "release {version}: {table}: reads split, {word}-{subject}",
        ),
        diffs=(
            (
                "-         return {table}.findAllWithDetails(page);",
                '+         if (!flags.isOn("{word}-{subject}")) return {table}.findAllWithDetails(page);',
                "+         return {table}.findAll(page).map(each -> each.with(details.find(each.id())));",
            ),
            (
                "-     join details on details.id = {table}.id",
                "+     # with {word}-{subject}",
                "+     for each in {table}: details(each.id)",
            ),
        ),
        lead_minutes=(0, 3),
    ),
    effects=(
        Effect("fan", (9, 18), shape=Ramp((2, 6)), until=("fan-normal",)),
        Effect("slowdown", (1.5, 3.0), shape=Ramp((2, 6)), until=("fan-normal",)),
        # The server is busy with short statements, and others wait for their turn.
        Effect("cost", (1.2, 1.6), on="through", shape=Ramp((2, 6)), until=("fan-normal", "drained")),
        Effect("slowdown", (1.5, 2.5), on="through", shape=Ramp((2, 6)), until=("fan-normal", "drained")),
        Effect(
            "gauge",
            (48, 74),
            on="through",
            gauge="share of the top query",
            shape=Ramp((2, 6)),
            until=("fan-normal",),
        ),
        Effect(
            "gauge",
            (18, 60),
            on="through",
            gauge="idle in transaction",
            shape=Ramp((2, 6)),
            until=("fan-normal", "drained"),
        ),
        Effect("gauge", (58, 76), gauge="memory after collection", shape=Ramp((2, 6)), until=("fan-normal",)),
    ),
    lines=(
        *(printed(line, on="through", until=("fan-normal",)) for line in statements.SLOW_STATEMENTS),
        *(printed(line, on="through", per_minute=0.3, until=("fan-normal",)) for line in statements.CLIENTS_LEFT),
        printed(connections.HIKARI_TIMEOUT, until=("fan-normal", "drained")),
        printed(connections.HIKARI_TIMEOUT, on="through_callers", per_minute=0.4, until=("fan-normal", "drained")),
        printed(memory.JAVA_MAJOR_COLLECTION, per_minute=0.15, until=("fan-normal",)),
        printed(memory.JAVA_HEAP_SPACE, per_minute=0.05, until=("fan-normal",)),
        printed(connections.JAVA_HELD_LONG, until=("fan-normal",)),
        printed(processor.SLOW_WITH_CALLS, per_minute=0.3, until=("fan-normal",)),
    ),
    notes=(connections.SOCKETS_NOTE,),
    plan=(
        Condition(
            "fan-normal",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous}, and asks {through} as often as it used to."),
                Way(
                    "disable_feature_flag",
                    "{word}-{subject}-{area} is off.",
                    name="{word}-{subject}-{area}",
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
                    on="through",
                    name="end_sessions",
                    early="Statements were ended, and as many others ran within seconds.",
                ),
                Way(
                    "execute_runbook_step",
                    "Clients of {through} opened their sessions anew, some at a time.",
                    on="through",
                    name="reset_sessions",
                    early="The new sessions were as busy as the old ones.",
                ),
            ),
            needs=("fan-normal",),
        ),
        Condition(
            "counted",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A build whose tests ask a store more than twenty times for one request is not delivered.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "The pipeline delivers {version} of {culprit} to nobody until its owners release it.",
                    name="pause_rollout",
                ),
            ),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A trace of one request is in the ticket of {culprit}.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "through", "The new replica took a full copy, and the primary had to serve it."),
        Wrong("scale_service", "culprit", "The new instances asked {through} as often as the others."),
        Wrong("restart_service", "through", "The buffers were empty afterwards, and statements waited for the disk."),
    ),
    relapse=(25, 50),
)

BACKUP_CONTENTION = Family(
    name="backup-contention",
    story="A backup job reads the whole disk of the primary while users are awake. Reads that are not in memory wait "
    "behind it, statements of all kinds are slow at the usual rate, and it ends with the job, until the next one.",
    strikes=("postgres", "mysql"),
    facts={
        "table": Drawn("plural"),
        "column": _COLUMNS,
        "access": ("Index Scan", "Bitmap Heap Scan"),
        "expense": range(8, 420),
        "rows": range(3, 90),
        "volume": ("io2, 6000 operations/s", "gp3, 6000 operations/s", "io2, 8000 operations/s"),
        "rate": range(5_210, 5_980),
        "balance": range(96, 101),
        "tool": ("full-copy", "weekly-dump", "nightly-copy", "compliance-export"),
    },
    change=Change(
        (
            "schedule of {tool}: after the move of the archive",
            "{tool}: new home of the archive",
            "copies for the archive: {tool} set up anew",
        ),
        diffs=(
            ("-   source: replica", "+   source: primary", "-   rate: 40 MB/s", "+   rate: unlimited"),
            (
                "  job: {tool}",
                "- read_from: standby",
                "+ read_from: writer",
                "- limit: 40M",
                "+ limit: none",
            ),
        ),
        kind="job",
        by_automation=True,
        lead_minutes=(1, 4),
    ),
    effects=(
        Effect("delay", (0.55, 1.05), shape=Ramp((2, 5)), until=("job-off",)),
        Effect("slowdown", (2.0, 4.0), shape=Ramp((2, 5)), until=("job-off",)),
        # Pages that users need were pushed out of memory by pages that nobody needs.
        Effect("delay", (0.12, 0.25), shape=Ramp((3, 8)), until=("job-off", "drained")),
        Effect("gauge", (14, 46), gauge="disk latency", shape=Ramp((1, 4)), since="change", until=("job-off",)),
        # The copy is put together on the same volume.
        Effect("gauge", (96, 99.4), gauge="disk used", shape=Ramp((4, 10)), since="change", until=("job-off",)),
        Effect("gauge", (4, 12), gauge="longest query", shape=Ramp((2, 6)), until=("job-off", "drained")),
        Effect("gauge", (0, 0), gauge="oldest transaction", shape=Age(), since="change", until=("job-off",)),
        Effect("gauge", (11, 30), gauge="log retained for replicas", shape=Ramp((4, 12)), until=("job-off",)),
        Effect("gauge", (6, 30), gauge="replica lag", shape=Ramp((3, 8)), until=("job-off",)),
        Effect("gauge", (170, 330), gauge="sessions", shape=Ramp((3, 8)), until=("job-off", "drained")),
    ),
    lines=(
        *(printed(line, until=("job-off",)) for line in statements.SLOW_STATEMENTS),
        *(printed(line, until=("job-off", "drained")) for line in statements.CLIENTS_LEFT),
        printed(connections.MYSQL_UNAUTHENTICATED, per_minute=0.2, until=("job-off", "drained")),
        printed(connections.HIKARI_TIMEOUT, on="callers", per_minute=0.4, until=("job-off", "drained")),
    ),
    notes=(statements.VOLUME_NOTE, storage.REPLICAS_NOTE),
    plan=(
        Condition(
            "job-off",
            "stop",
            (
                Way("execute_runbook_step", "{tool} was ended; what it had copied is thrown away.", name="end_process"),
                Way("execute_runbook_step", "{tool} is paused, and starts no copy by itself.", name="pause_jobs"),
                Way(
                    "execute_runbook_step",
                    "{tool} reads 20 MB/s at most; its copy will take until the night.",
                    name="limit_client",
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
                    early="Statements were ended, and as many waited a minute later.",
                ),
                Way(
                    "execute_runbook_step",
                    "The pages that users ask for most were read into memory.",
                    name="warm_entries",
                    early="Pages were read into memory and pushed out again.",
                ),
            ),
            needs=("job-off",),
        ),
        Condition(
            "moved",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "{tool} reads from a replica, after midnight, 40 MB/s at most.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "{tool} has its schedule of before.",
                    name="revert_configuration",
                ),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {tool} know that there is no copy of today yet.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The buffers were empty afterwards, and statements waited for the disk."),
        Wrong("scale_service", "culprit", "The new replica took a full copy as well."),
    ),
    relapse=(40, 80),
)

# The volume was changed so many minutes before its credits were used up: eleven days.
_ELEVEN_DAYS = 15_840

BURST_CREDITS = Family(
    name="burst-credits",
    story="The volume of the database was made cheaper days ago, and has lived on burst credits since. They are used "
    "up: it does no more than its small baseline rate of operations, and statements of all kinds queue for the disk "
    "although traffic is that of any day.",
    strikes=("postgres", "mysql"),
    facts={
        "table": Drawn("plural"),
        "column": _COLUMNS,
        "access": ("Index Scan", "Bitmap Heap Scan"),
        "expense": range(8, 420),
        "rows": range(3, 90),
        "volume": ("gp2, 400 GiB", "gp2, 400 GiB, shared by data and log"),
        "rate": (1_199, 1_200),
        "balance": (0,),
        "calls": ("96 %", "102 %", "107 %"),
        "before": ("io2, 4000 operations/s", "gp3, 6000 operations/s"),
    },
    change=Change(
        (
            "volume of {culprit}: sized by its use of last month",
            "volume of {culprit}: cheaper class",
            "storage of {culprit} as the cost report proposes",
        ),
        diffs=(
            ("-   type: {before}", "+   type: gp2", "-   size: 200 GiB", "+   size: 400 GiB"),
            (
                "- class: {before}",
                "+ class: gp2",
                "- capacity: 200",
                "+ capacity: 400",
            ),
        ),
        kind="config",
        by_automation=True,
        lead_minutes=(_ELEVEN_DAYS, _ELEVEN_DAYS + 5),
    ),
    effects=(
        Effect("delay", (0.6, 1.1), shape=Ramp((1, 3)), until=("rate-enough",)),
        Effect("slowdown", (2.0, 4.0), shape=Ramp((1, 3)), until=("rate-enough",)),
        Effect("delay", (0.1, 0.2), shape=Ramp((3, 8)), until=("rate-enough", "drained")),
        Effect("gauge", (38, 140), gauge="disk latency", shape=Ramp((1, 3)), until=("rate-enough",)),
        Effect("gauge", (5, 14), gauge="longest query", shape=Ramp((2, 6)), until=("rate-enough", "drained")),
        Effect("gauge", (4, 18), gauge="replica lag", shape=Ramp((3, 8)), until=("rate-enough",)),
        Effect("gauge", (180, 360), gauge="sessions", shape=Ramp((3, 8)), until=("rate-enough", "drained")),
    ),
    lines=(
        *(printed(line, until=("rate-enough",)) for line in statements.SLOW_STATEMENTS),
        *(printed(line, until=("rate-enough", "drained")) for line in statements.CLIENTS_LEFT),
        printed(connections.MYSQL_UNAUTHENTICATED, per_minute=0.2, until=("rate-enough", "drained")),
        printed(connections.HIKARI_TIMEOUT, on="callers", per_minute=0.4, until=("rate-enough", "drained")),
    ),
    notes=(statements.TOP_STATEMENT_NOTE, statements.VOLUME_NOTE),
    notes_elsewhere=False,
    plan=(
        Condition(
            "rate-enough",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The volume is four times as large, and does four times as many operations.",
                    name="expand_volume",
                ),
                Way(
                    "execute_runbook_step",
                    "The volume has 6000 operations/s of its own, whatever it did before.",
                    name="raise_limit",
                ),
                Way("rollback_deploy", "The volume is {before} once more."),
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
                    early="Statements were ended, and as many waited a minute later.",
                ),
                Way(
                    "execute_runbook_step",
                    "Clients were asked to open their sessions anew, some at a time.",
                    name="reset_sessions",
                    early="The new sessions waited like the old ones.",
                ),
            ),
            needs=("rate-enough",),
        ),
        Condition(
            "watched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when the balance of a volume falls below a third.",
                    name="add_alarm",
                ),
                Way(
                    "execute_runbook_step",
                    "The cost advisor leaves volumes of databases alone.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Operations and balance of the last two weeks are in the ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The buffers were empty afterwards, and statements waited for the disk."),
        Wrong("scale_service", "culprit", "The new replica took a full copy, and the primary had to read it."),
    ),
    relapse=(60, 120),
)

COMPACTION_BACKLOG = Family(
    name="compaction-backlog",
    story="The index of the object store is written in far smaller pieces since a change of settings. They come faster "
    "than they can be merged: each read looks into more of them, and in the end writes are held back and refused.",
    strikes=("object-store",),
    facts={"large": (128, 256), "small": (1, 2, 4)},
    change=Change(
        (
            "settings: index written more often, so that a restart reads less",
            "settings: faster start after a crash",
            "settings: smaller pieces for the index",
        ),
        diffs=(
            ("-   index.flush_size: {large}MiB", "+   index.flush_size: {small}MiB", "    index.merge_threads: 4"),
            (
                "- flush: {large} MiB",
                "+ flush: {small} MiB",
                "  merging: 4 threads",
            ),
        ),
        kind="config",
        lead_minutes=(50, 160),
    ),
    effects=(
        Effect("slowdown", (2.5, 4.5), shape=Ramp((4, 12)), until=("inflow", "merged")),
        Effect("delay", (0.2, 0.4), shape=Ramp((3, 8)), until=("inflow", "merged")),
        Effect("own_errors", (0.08, 0.2), shape=Ramp((2, 6)), until=("inflow",)),
        Effect("cost", (1.4, 2.0), shape=Ramp((3, 8)), until=("inflow", "merged")),
        Effect(
            "gauge",
            (18_000, 70_000),
            gauge="repair backlog",
            shape=Grow(restart_clears=False),
            since="change",
            until=("inflow", "merged"),
        ),
        Effect("gauge", (36, 47), gauge="mean shard load", shape=Ramp((3, 8)), until=("inflow", "merged")),
        Effect("gauge", (62, 88), gauge="hottest shard", shape=Ramp((3, 8)), until=("inflow", "merged")),
    ),
    lines=(
        printed(statements.OBJECTS_SLOW_DOWN, until=("inflow",)),
        printed(statements.OBJECTS_SLOW_READ, until=("inflow", "merged")),
    ),
    notes=(statements.SHARDS_NOTE,),
    plan=(
        Condition(
            "inflow",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The index is written in pieces of {large}MiB again.",
                    name="revert_configuration",
                ),
                Way("rollback_deploy", "{culprit} has its settings of before on all hosts."),
                Way(
                    "execute_runbook_step",
                    "Writers of many small objects are told to come later.",
                    name="shed_load",
                ),
            ),
        ),
        Condition(
            "merged",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Pieces of the index were merged with twelve threads, host by host.",
                    name="compact_store",
                    early="Pieces were merged with twelve threads, and as many new ones came meanwhile.",
                ),
                Way(
                    "execute_runbook_step",
                    "The index was built anew from its journal, one shard after the other.",
                    name="rebuild_index",
                    early="The first shard was built anew, and had as many pieces again before the second was.",
                ),
            ),
            needs=("inflow",),
        ),
        Condition(
            "watched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when pieces have waited longer than an hour for their merge.",
                    name="add_alarm",
                ),
                Way(
                    "execute_runbook_step",
                    "Settings of the index reach one shard first, for a day.",
                    name="stage_changes",
                ),
            ),
            needs=("inflow",),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Pieces by shard and hour since the change are in the ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Each host read all pieces of its index before it answered anybody."),
        Wrong("scale_service", "culprit", "Shards were moved to the new hosts, and every read waited for that."),
    ),
    relapse=(40, 80),
)
