"""Families in which a database takes no writes although its disk has room: no id left, or no writer."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Age,
    Change,
    Condition,
    Drawn,
    Effect,
    Family,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms import storage

KEY_EXHAUSTION = Family(
    name="key-exhaustion",
    story="The key of one table is a 32-bit integer, and its sequence has reached the last value. Inserts into that "
    "table fail at once, on every member; its updates, all other tables and all reads are fine, and nothing changed.",
    strikes=("postgres", "mysql"),
    facts={
        "table": Drawn("plural"),
        "sequence": (2_147_483_647,),
        "database": ("archive", "reports_old", "sandbox"),
        "left": range(3_204_117, 39_800_000, 40_009),
    },
    effects=(
        # The share of the statements that insert into the one table; then what clients try again.
        Effect("own_errors", (0.22, 0.5), shape=Step(), until=("ids",)),
        Effect("own_errors", (0.05, 0.12), shape=Ramp((2, 6)), until=("ids", "queue-empty")),
        Effect("cost", (1.1, 1.4), shape=Ramp((2, 6)), until=("ids", "queue-empty")),
    ),
    lines=(
        printed(storage.PG_INTEGER_RANGE, until=("ids",)),
        printed(storage.PG_MUST_BE_VACUUMED, per_minute=0.1),
        printed(storage.PG_NOT_ACCEPTING, per_minute=0.05),
        *(printed(line, on="callers", until=("ids", "queue-empty")) for line in storage.NOT_WRITTEN),
    ),
    notes=(storage.COUNTERS_NOTE, storage.REPLICAS_NOTE),
    notes_elsewhere=False,
    plan=(
        Condition(
            "ids",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The sequence of {table} counts from -2147483648 upwards now, and inserts go through.",
                    name="restore_limit",
                ),
                Way(
                    "execute_runbook_step",
                    "Inserts go to a new table with wider keys; reads see it and {table} as one.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "queue-empty",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "What clients had kept for another try was written, oldest first.",
                    name="drain_backlog",
                    early="What clients had kept was sent, and came back as before.",
                ),
                Way(
                    "execute_runbook_step",
                    "Writes that had been put aside were applied again, without those that had expired.",
                    name="replay_records",
                    early="Writes that had been put aside were applied again, and none of them was taken.",
                ),
            ),
            needs=("ids",),
        ),
        Condition(
            "watched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when a sequence has used 70 % of what its column can hold.",
                    name="add_alarm",
                ),
                Way(
                    "execute_runbook_step",
                    "{table} is copied into one with wider columns, 10,000 rows at a time.",
                    name="stage_changes",
                ),
            ),
            needs=("ids",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {table} have the list of clients that keep its ids in narrow columns.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "All clients were cut off; afterwards the same statements failed."),
        Wrong("scale_service", "culprit", "The new replica took a full copy, and the primary had to serve it."),
    ),
    relapse=(60, 120),
)

STUCK_FAILOVER = Family(
    name="stuck-failover",
    story="A failover began and stopped half way: the old primary gave its role up, and the candidate is too far "
    "behind to be promoted. No member accepts writes and clients keep the old address; reads are fine.",
    strikes=("postgres", "mysql"),
    facts={
        "table": Drawn("plural"),
        "term": range(12, 90),
        "allowed": (1, 4, 16),
    },
    change=Change(
        (
            "switchover asked for by the host maintenance, term {term}",
            "planned switchover, term {term}",
            "hosts of member 1 are serviced, term {term}",
        ),
        diffs=(
            (
                "- member 1: primary",
                "+ member 1: replica",
                "  member 2: replica, candidate",
                "  maximum_lag_on_failover: {allowed} MB",
            ),
            (
                "- leader: member 1",
                "+ leader: member 2, if less than {allowed} MB behind",
                "  term: {term}",
            ),
        ),
        kind="job",
        by_automation=True,
        lead_minutes=(0, 1),
    ),
    effects=(
        Effect("own_errors", (0.4, 0.7), shape=Step(), until=("fenced", "promoted")),
        Effect("own_errors", (0.1, 0.25), shape=Step(), until=("promoted", "moved")),
        Effect("gauge", (0, 0), gauge="replicas attached", shape=Step(), until=("promoted",)),
        Effect("gauge", (0, 0), gauge="replica lag", shape=Age(), until=("promoted",)),  # of who follows nobody
        Effect("gauge", (11, 34), gauge="log retained for replicas", shape=Ramp((3, 9)), until=("promoted",)),
    ),
    lines=(
        printed(storage.PG_READ_ONLY_INSERT, until=("fenced", "promoted")),
        printed(storage.PG_READ_ONLY_UPDATE, until=("fenced", "promoted")),
        *(printed(line, on="callers", until=("promoted", "moved")) for line in storage.NOT_WRITTEN),
    ),
    notes=(storage.SERVER_NOTE, storage.REPLICAS_NOTE),
    plan=(
        Condition(
            "fenced",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Member 1 is cut off: it cannot take writes behind the back of another.",
                    name="fence_member",
                ),
                Way(
                    "execute_runbook_step",
                    "Nothing reaches member 1 any more until it is set up anew.",
                    name="isolate_instance",
                ),
            ),
        ),
        Condition(
            "promoted",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Member 2 replayed what it had and is the primary.",
                    name="promote_replica",
                    early="The command was refused: member 1 might still be the primary.",
                ),
                Way(
                    "execute_runbook_step",
                    "The failover manager may choose a member that is 1 GB behind, and chose member 2.",
                    name="raise_limit",
                    early="The failover manager waits for a word from member 1 before it chooses.",
                ),
            ),
            needs=("fenced",),
        ),
        Condition(
            "moved",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Clients opened their sessions anew and found the primary.",
                    name="reset_sessions",
                    early="Clients opened their sessions anew; there was no primary to find.",
                ),
                Way(
                    "execute_runbook_step",
                    "The proxies read the list of members again and lead to the primary.",
                    name="reload_configuration",
                    early="The proxies read the list of members again; it has no primary.",
                ),
            ),
            needs=("promoted",),
        ),
        Condition(
            "lag-watched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No switchover begins while the candidate is more than {allowed} MB behind.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "The host maintenance asks for no switchover by itself.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "compared",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "What member 1 had and member 2 had not is written down, row by row of {table}.",
                    name="reconcile_records",
                    early="There is nobody to compare member 1 with.",
                ),
            ),
            needs=("promoted",),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "All members came back as replicas, and readers were dropped meanwhile."),
        Wrong("scale_service", "culprit", "The new member waits for a primary to copy from."),
        Wrong("restart_service", "entry", "Its instances came back and were led to the same address."),
    ),
    relapse=(30, 70),
)
