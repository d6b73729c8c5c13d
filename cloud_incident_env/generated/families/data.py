"""Families in which answers come, and what they say is wrong, missing or old."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
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
from cloud_incident_env.generated.names import COLUMNS
from cloud_incident_env.generated.symptoms import data, release, storage
from cloud_incident_env.generated.symptoms.printing import printed_each

PROGRAMS = (*SERVICES, "stream-worker", "queue-worker", "batch-worker")
SQL_STORES = ("postgres", "mysql")

SILENT_CORRUPTION = Family(
    name="silent-corruption",
    story="A new codec for segments writes altered bytes on one host of the object store and reports no error. Writes "
    "and reads succeed; readers trip over what they get, and a scrub finds copies that differ.",
    strikes=("object-store",),
    facts={
        "codec": ("zstd-hw", "lz4-offload", "qat-deflate", "isal-rs"),
        "usual": ("zstd", "lz4", "deflate"),
    },
    change=Change(
        (
            "storage settings: codec of new segments on {host}",
            "storage settings: {host} on the new codec",
            "trial on {host}: less CPU for segments",
        ),
        diffs=(
            ("-   {host}: {{codec: {usual}}}", "+   {host}: {{codec: {codec}}}", "    others: {{codec: {usual}}}"),
            (
                "- codec of {host}: {usual}",
                "+ codec of {host}: {codec}",
                "  codec of the others: {usual}",
            ),
        ),
        kind="config",
        lead_minutes=(5, 40),
    ),
    effects=(
        # The store answers as it always did: it is the readers that cannot use what they are given.
        Effect("unusable", (0.1, 0.22), on="callers", shape=Ramp((3, 10)), until=("off-host",)),
        Effect("unusable", (0.06, 0.14), on="callers", shape=Ramp((3, 10)), until=("off-host", "repaired")),
        Effect("gauge", (2_400, 9_000), gauge="repair backlog", shape=Ramp((4, 12)), until=("off-host", "repaired")),
    ),
    lines=(
        printed(data.COPIES_DIFFER, per_minute=0.6, until=("off-host", "repaired")),
        printed(data.COPIES_WAIT, until=("off-host", "repaired")),
        *printed_each(release.UNREADABLE, on="callers", until=("off-host", "repaired")),
        *printed_each(release.NO_VALUE, on="callers", per_minute=0.2, until=("off-host", "repaired")),
        printed(release.CONTENT_REFUSED, on="callers", per_minute=0.2, until=("off-host", "repaired")),
    ),
    hosts=0.2,
    plan=(
        Condition(
            "off-host",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{host} takes no more objects; those of the last hours are read from other copies.",
                    name="drain_host",
                ),
                Way("execute_runbook_step", "The codec of {host} is {usual} again.", name="revert_configuration"),
            ),
        ),
        Condition(
            "extent-known",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Objects written since the change were read back and compared; the list of those that differ is "
                    "complete.",
                    name="verify_data",
                    early="The comparison cannot end: the list grew while it was made.",
                ),
            ),
            needs=("off-host",),
        ),
        Condition(
            "repaired",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Objects of the list were written anew from their sources.",
                    name="reconcile_records",
                    early="Some objects were written anew, without a list, and others turned up beside them.",
                ),
                Way(
                    "execute_runbook_step",
                    "Objects of the list were copied back from the snapshot before the change.",
                    name="replay_records",
                    early="Objects were copied back, and nobody can say which ones are left.",
                ),
            ),
            needs=("off-host", "extent-known"),
        ),
        Condition(
            "read-back",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "One object in a thousand is read back after it is written; a difference raises an alarm.",
                    name="add_alarm",
                ),
            ),
            needs=("off-host", "repaired"),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of the objects have the list and the hours.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Requests in flight were dropped; objects read the same as before."),
        Wrong("rollback_deploy", "callers", "It runs an older release and reads the same objects."),
    ),
    relapse=(25, 55),
)

BAD_BACKFILL = Family(
    name="bad-backfill",
    story="A one-off job fills a column of a large table with wrong values, in the order of the key. Whoever reads the "
    "column fails on what the job has reached, and the writes weigh on the store while it runs.",
    strikes=SQL_STORES,
    facts={"table": Drawn("plural"), "column": COLUMNS, "job_id": range(310, 990)},
    change=Change(
        (
            "job fill_{column}_of_{table}, task {job_id}, all rows",
            "task {job_id}: {column} of all {table}",
            "fill job {job_id} for {table}",
        ),
        diffs=(
            (
                "-   set {column} = coalesce({column}, default_of(account_id))",
                "+   set {column} = default_of(id)",
                "    order by id, batches of 20000, no pause",
            ),
            (
                "- UPDATE {table} SET {column} = coalesce({column}, default_of(account_id))",
                "+ UPDATE {table} SET {column} = default_of(id)",
                "  -- steps of 20000 by id",
            ),
        ),
        kind="job",
        lead_minutes=(2, 10),
    ),
    effects=(
        Effect("unusable", (0.09, 0.2), on="callers", shape=Ramp((4, 14)), until=("job-ended",)),
        Effect("unusable", (0.08, 0.18), on="callers", shape=Ramp((4, 14)), until=("job-ended", "rows-right")),
        # Copies of wrong rows that readers hold.
        Effect(
            "unusable",
            (0.02, 0.05),
            on="callers",
            shape=Ramp((4, 14)),
            until=("job-ended", "rows-right", "copies-gone"),
        ),
        Effect("slowdown", (1.6, 2.6), until=("job-ended",)),
        Effect("gauge", (2.2, 5), gauge="longest query", since="change", until=("job-ended",)),
        Effect("cost", (1.5, 2.2), until=("job-ended",)),
        Effect("gauge", (38, 62), gauge="share of the top query", since="change", until=("job-ended",)),
        Effect("gauge", (6, 18), gauge="disk latency", since="change", until=("job-ended",)),
        Effect("gauge", (12, 30), gauge="log retained for replicas", since="change", until=("job-ended",)),
        Effect("gauge", (3, 14), gauge="replica lag", since="change", until=("job-ended",)),
    ),
    lines=(
        printed(data.MANY_CHECKPOINTS, since="change", until=("job-ended",)),
        printed(data.WAITS_FOR_TRANSACTION, since="change", until=("job-ended",)),
        printed(data.ENDED_BY_RECOVERY, per_minute=0.2, since="change", until=("job-ended",)),
        printed(data.SLOW_WRITE, since="change", until=("job-ended",)),
        printed(storage.PG_INTEGER_RANGE, per_minute=0.2, until=("job-ended", "rows-right")),
        *printed_each(release.NO_VALUE, on="callers", until=("job-ended", "rows-right")),
        *printed_each(release.NOT_ALLOWED, on="callers", per_minute=0.2, until=("job-ended", "rows-right")),
        *printed_each(release.REFUSED, on="callers", per_minute=0.2, until=("job-ended", "rows-right")),
        *printed_each(data.NO_SUCH_DATE, on="callers", per_minute=0.12, until=("job-ended", "rows-right")),
        printed(release.CONTENT_NOT_LOADED, on="callers", per_minute=0.15, until=("job-ended", "rows-right")),
    ),
    notes=("top statement: {now[share of the top query]} % of the time, an UPDATE of {table}",),
    plan=(
        Condition(
            "job-ended",
            "stop",
            (
                Way("execute_runbook_step", "Task {job_id} is paused and writes nothing.", name="pause_jobs"),
                Way(
                    "execute_runbook_step",
                    "The process of task {job_id} was ended; its last batch was rolled back.",
                    name="end_process",
                ),
            ),
        ),
        Condition(
            "rows-right",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{column} of the rows that task {job_id} wrote was set from the copy of this morning.",
                    name="reconcile_records",
                    early="Rows were set right at one end while task {job_id} went on at the other.",
                ),
                Way(
                    "execute_runbook_step",
                    "{column} was worked out again from the events of each row.",
                    name="replay_records",
                    early="{column} was worked out again, and task {job_id} wrote over it.",
                ),
            ),
            needs=("job-ended",),
        ),
        Condition(
            "copies-gone",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "What readers held of {table} was dropped and read anew.",
                    name="flush_entries",
                    early="What readers held of {table} was dropped, and read anew as it stood.",
                ),
            ),
            needs=("rows-right",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Jobs that write begin with a thousand rows and a look at them.",
                    name="stage_changes",
                ),
            ),
            needs=("job-ended",),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The first and the last key of task {job_id} are in a ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("rollback_deploy", "callers", "It runs an older release and reads the same rows."),
        Wrong("restart_service", "culprit", "Clients were dropped, and the runner began its batch again."),
    ),
    relapse=(20, 45),
)

TENANT_DELETION = Family(
    name="tenant-deletion",
    story="A clean-up of closed accounts was given a list of site ids in place of account ids, and deletes live "
    "customers one by one. Those on the list lose everything, all others notice nothing.",
    strikes=SQL_STORES,
    facts={"table": Drawn("plural"), "list": range(2_041, 9_988)},
    change=Change(
        (
            "clean-up of closed accounts: list {list} of the support desk",
            "list {list}: closed accounts",
            "clean-up list {list}",
        ),
        diffs=(
            (
                "-   ids: query(accounts where closed_before(90 d))",
                "+   ids: file(closed-{list}.csv)",
                "    grace: 0 d",
            ),
            (
                "- WHERE closed_before(90 d)",
                "+ WHERE id IN (closed-{list}.csv)",
                "  kept for: 0 d",
            ),
        ),
        kind="job",
        lead_minutes=(1, 6),
    ),
    effects=(
        # Each account is lost as a whole; they are a small share of all accounts and a larger one of the requests.
        Effect("unusable", (0.1, 0.24), on="callers", shape=Ramp((8, 20)), until=("script-held",)),
        Effect("unusable", (0.06, 0.14), on="callers", shape=Ramp((8, 20)), until=("script-held", "restored")),
        Effect("own_errors", (0.03, 0.08), shape=Ramp((8, 20)), until=("script-held", "restored")),
        Effect("gauge", (30, 41), gauge="disk used", shape=Ramp((8, 20)), until=("script-held", "restored")),
        Effect("gauge", (14, 50), gauge="lock waiters", since="change", until=("script-held",)),
    ),
    lines=(
        printed(data.NO_RELATION, until=("script-held", "restored")),
        printed(data.WAITS_FOR_TRANSACTION, until=("script-held",)),
        printed(data.CONNECTION_ABORTED, per_minute=0.3, until=("script-held",)),
        *printed_each(data.GONE, on="callers", until=("script-held", "restored")),
        *printed_each(release.REFUSED, on="callers", per_minute=0.15, until=("script-held", "restored")),
        *printed_each(release.NOT_ALLOWED, on="callers", per_minute=0.1, until=("script-held", "restored")),
        *printed_each(release.NO_VALUE, on="callers", per_minute=0.12, until=("script-held", "restored")),
    ),
    notes=("disk used: {now[disk used]} %; accounts are kept in schemas of their own",),
    plan=(
        Condition(
            "script-held",
            "stop",
            (
                Way("execute_runbook_step", "The clean-up is held; list {list} goes no further.", name="pause_jobs"),
                Way(
                    "execute_runbook_step",
                    "The user of the clean-up may read and no longer write.",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "restored",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The schemas of list {list} were put back from the copy of last night, twenty at a time.",
                    name="restore_record",
                    early="Schemas were put back, and the first of them were gone again.",
                ),
                Way(
                    "execute_runbook_step",
                    "What list {list} took was put back from the copy of last night and the events since.",
                    name="replay_records",
                    early="Rows were put back into schemas that went away under them.",
                ),
            ),
            needs=("script-held",),
        ),
        Condition(
            "counted",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Each account of list {list} has as many rows as last night.",
                    name="verify_data",
                    early="The counts of most accounts of list {list} are 0.",
                ),
            ),
            needs=("restored",),
        ),
        Condition(
            "graced",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A clean-up hides what it takes for 30 days before it removes it.",
                    name="set_expiry",
                ),
                Way(
                    "execute_runbook_step",
                    "A clean-up stops by itself where an account was active within a month.",
                    name="correct_rule",
                ),
            ),
            needs=("script-held",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The support desk has the names behind list {list} and the hour.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Clients were dropped; what was missing is missing."),
        Wrong("rollback_deploy", "callers", "It runs an older release and finds as little as before."),
    ),
    relapse=(25, 55),
)

REPLICATION_LAG = Family(
    name="replication-lag",
    story="A load in one transaction writes far more than the replicas can apply, so they fall behind the primary. "
    "Reads that go to them are old: what a user just wrote is not there yet. Writes and the primary are fine.",
    strikes=SQL_STORES,
    facts={"table": Drawn("plural"), "column": COLUMNS, "job_id": range(310, 990), "batch": (500, 1_000, 2_000)},
    change=Change(
        (
            "job load_{table}, task {job_id}: new column {column}, rows of all accounts",
            "task {job_id}: {column} of {table} loaded",
            "{table}: values of {column} for all accounts",
        ),
        diffs=(
            (
                "-   commit_every: {batch}",
                "+   commit_every: 0",
                "-   pause: 200ms",
                "+   pause: 0ms",
            ),
            (
                "- batches of {batch}, 200 ms between them",
                "+ one transaction",
                "  target: {table}.{column}",
            ),
        ),
        kind="job",
        lead_minutes=(4, 18),
    ),
    effects=(
        # Readers of what was written a moment ago.
        Effect("unusable", (0.1, 0.22), on="callers", shape=Ramp((5, 15)), until=("reads-fresh",)),
        Effect("unusable", (0.03, 0.07), on="callers", shape=Ramp((5, 15)), until=("reads-fresh", "writer-slowed")),
        Effect("slowdown", (1.4, 2.2), until=("writer-slowed",)),
        Effect("gauge", (2.2, 6), gauge="longest query", since="change", until=("writer-slowed",)),
        Effect(
            "gauge",
            (190, 1_400),
            gauge="replica lag",
            shape=Grow(restart_clears=False),
            since="change",
            until=("writer-slowed",),
        ),
        Effect(
            "gauge",
            (25, 90),
            gauge="log retained for replicas",
            shape=Grow(restart_clears=False),
            since="change",
            until=("writer-slowed",),
        ),
        Effect("gauge", (24, 45), gauge="share of the top query", since="change", until=("writer-slowed",)),
        Effect("gauge", (4, 11), gauge="disk latency", since="change", until=("writer-slowed",)),
    ),
    lines=(
        printed(data.ENDED_BY_RECOVERY, per_minute=0.6, until=("reads-fresh", "writer-slowed")),
        printed(data.MANY_CHECKPOINTS, since="change", until=("writer-slowed",)),
        printed(data.STANDBY_TURNED_AWAY, per_minute=0.15, until=("writer-slowed",)),
        printed(data.SEGMENT_REMOVED, per_minute=0.15, until=("writer-slowed",)),
        printed(data.FOLLOWS_AGAIN, per_minute=0.2, until=("writer-slowed",)),
        printed(data.SLOW_WRITE, per_minute=0.3, since="change", until=("writer-slowed",)),
        printed(data.CONNECTION_ABORTED, per_minute=0.3, until=("reads-fresh",)),
        *printed_each(data.NOT_FOUND, on="callers", per_minute=0.35, until=("reads-fresh",)),
        *printed_each(data.GONE, on="callers", per_minute=0.2, until=("reads-fresh",)),
        *printed_each(release.NO_COLUMN, on="callers", per_minute=0.15, until=("reads-fresh",)),
    ),
    notes=("replicas attached: {now[replicas attached]}, all of them streaming",),
    plan=(
        Condition(
            "reads-fresh",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Reads of what was just written go to the primary, which has room for them.",
                    name="shift_traffic",
                ),
                Way(
                    "execute_runbook_step",
                    "Replicas that are more than ten seconds old are out of the list that clients read from.",
                    name="isolate_instance",
                ),
            ),
        ),
        Condition(
            "writer-slowed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Task {job_id} was cut off and goes on tonight, with a pause after {batch} rows.",
                    name="pause_jobs",
                ),
                Way(
                    "execute_runbook_step",
                    "The user of task {job_id} may write a tenth of what it did.",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A replica that is 30 s old raises an alarm and is read by nobody.",
                    name="add_alarm",
                ),
                Way(
                    "execute_runbook_step",
                    "Loads commit every {batch} rows and wait for the replicas; others are refused.",
                    name="correct_rule",
                ),
            ),
            needs=("reads-fresh",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of task {job_id} has its times and its figures.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Clients were dropped, and the copies began by reading what they missed."),
        Wrong("scale_service", "culprit", "The new copy took all pages from the primary and came up an hour old."),
    ),
    relapse=(20, 45),
)

CALENDAR_LOGIC = Family(
    name="calendar-logic",
    story="Code works out the day one year after a 29 February and gets a date that does not exist. It has always done "
    "so; at a full hour the horizon of what can be asked for moves on to the month in which such a day lies, and the "
    "records of that day come up. All versions and instances fail alike, and nothing was changed.",
    strikes=PROGRAMS,
    facts={"cohort": ("renewals", "terms", "contracts", "statements", "reminders")},
    on_the_hour=True,
    effects=(
        # Everywhere at once: the share of the requests that touch such a record.
        Effect("own_errors", (0.22, 0.5), shape=Step(), until=("date-set",)),
        # What was stored of them meanwhile.
        Effect("own_errors", (0.04, 0.09), shape=Ramp((3, 8)), until=("date-set", "records-right")),
    ),
    lines=(
        printed(data.HORIZON_MOVED),
        *printed_each(data.NO_SUCH_DATE, until=("date-set",)),
        *printed_each(release.NO_VALUE, per_minute=0.2, until=("date-set", "records-right")),
        *printed_each(release.TOO_SHORT, per_minute=0.1, until=("date-set",), within=SERVICES),
    ),
    plan=(
        Condition(
            "date-set",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The end of these {cohort} is a fixed day for now; it is no longer worked out.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "These {cohort} are set aside and asked for by nobody until the repair is out.",
                    name="move_aside",
                ),
            ),
        ),
        Condition(
            "records-right",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{cohort} that were stored without an end since {since} have one.",
                    name="reconcile_records",
                    early="{cohort} were given an end, and others without one were stored meanwhile.",
                ),
                Way(
                    "execute_runbook_step",
                    "What was turned away since {since} was done again.",
                    name="replay_records",
                    early="What was turned away was tried again and turned away again.",
                ),
            ),
            needs=("date-set",),
        ),
        Condition(
            "tested-ahead",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Releases of {culprit} are tried with the records of all days of four years before they go out.",
                    name="stage_changes",
                ),
            ),
            needs=("date-set",),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {culprit} have one failing request, {trace}, and the list of {cohort}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("rollback_deploy", "culprit", "{culprit} runs {previous}, and the same requests fail."),
        Wrong("restart_service", "culprit", "Requests under way were cut off; the same ones fail as before."),
    ),
    relapse=(30, 60),
)
