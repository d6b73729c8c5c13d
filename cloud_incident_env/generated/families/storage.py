"""Families whose culprit is an object store, or a disk under a store."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
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
from cloud_incident_env.generated.symptoms import data, partial, statements
from cloud_incident_env.generated.symptoms import storage as symptoms
from cloud_incident_env.generated.symptoms.limit import SHARD_REPORT, SLOW_DOWN

HOT_PARTITION = Family(
    name="hot-partition",
    story="All keys of one big tenant lie on one shard of the object store. Its load exceeds what a single shard may "
    "take, a hot shard, and requests to it are refused while the other shards idle.",
    strikes=("object-store",),
    facts={
        "shard": range(16),
        "client": Drawn("tenant"),
    },
    effects=(
        # 16 shards with the usual load in all, most of it on one: what is above its limit is refused at once.
        Effect("own_errors", (0.2, 0.35), shape=Ramp((4, 12)), until=("bounded",)),
        Effect("own_errors", (0.06, 0.1), shape=Ramp((4, 12)), until=("bounded", "spread")),
        Effect("gauge", (150, 178), gauge="hottest shard", shape=Step(), until=("bounded",)),
        Effect("gauge", (22, 30), gauge="mean shard load", shape=Ramp((4, 12)), until=("bounded",)),
    ),
    lines=(
        printed(SLOW_DOWN, until=("bounded", "spread")),
        printed(SHARD_REPORT, until=("bounded", "spread")),
    ),
    notes=("Busiest prefix of today: {client}/",),
    plan=(
        Condition(
            "bounded",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{client} may send half of what it did; the rest of its requests is told to come later.",
                    name="limit_client",
                ),
                Way(
                    "execute_runbook_step",
                    "Bulk reads and writes are turned away for now; single requests go through.",
                    name="shed_load",
                ),
                Way(
                    "execute_runbook_step",
                    "Reads of {client} are answered by the copy at the second site.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "spread",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Keys of {client} begin with a hash and lie on all 16 shards; the limits of today are lifted.",
                    name="rebuild_index",
                    early="The copy of the keys was given up half way: its reads were turned away like all others.",
                ),
                Way(
                    "execute_runbook_step",
                    "The range of {client} was cut into eight on shards of their own; the limits are lifted.",
                    name="move_aside",
                    early="The range could not be cut: shard {shard:02d} did not answer the copy in time.",
                ),
            ),
            needs=("bounded",),
        ),
        Condition(
            "redone",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Uploads that had been turned away went through.",
                    name="replay_records",
                    early="The uploads were sent again and turned away again.",
                ),
            ),
            needs=("bounded",),
        ),
        Condition(
            "guarded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A shard above 70 % of its limit raises an alarm from now on.",
                    name="add_alarm",
                ),
            ),
            needs=("bounded", "spread"),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "{client} knows the limit and when its keys are spread.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new hosts took over ranges with little load, and the copies cost time."),
        Wrong("restart_service", "culprit", "Requests in flight were dropped and came again all at once."),
    ),
)

OVER_REMOVAL = Family(
    name="over-removal",
    story="Somebody mistypes the share for a capacity tool, which removes far too many hosts of the object store, "
    "those of its index among them. Below its minimum the index starts in safe mode and refuses lists and puts.",
    strikes=("object-store",),
    facts={
        "ticket": range(21_100, 48_900),
        "pool": ("billing", "thumbnails", "access-log", "staging"),
    },
    change=Change(
        (
            "capacity: unused hosts of the {pool} pool returned by playbook",
            "capacity: {pool} gives hosts back",
            "playbook: hosts of {pool} that nobody needs",
        ),
        diffs=(
            (
                "- pools: [{pool}], remove_percent: 6",
                "+ pools: [{pool}, index], remove_percent: 60",
            ),
            (
                "- --pool {pool} --share 6",
                "+ --pool {pool},index --share 60",
            ),
        ),
        kind="job",
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("capacity", (0.4, 0.5), shape=Step(), until=("blocked", "returned")),
        Effect("gauge", (40, 40), gauge="index hosts up", shape=Step(), until=("blocked", "returned")),
        Effect("own_errors", (0.35, 0.6), shape=Step(), until=("returned", "checked")),
        Effect("own_errors", (0.15, 0.3), shape=Step(), until=("returned", "checked", "open")),
        Effect("gauge", (60_000, 240_000), gauge="repair backlog", shape=Ramp((6, 14)), until=("returned", "checked")),
    ),
    lines=(
        printed(partial.UNABLE, until=("checked", "open")),
        printed(partial.SLOW_DOWN, per_minute=0.2, until=("blocked", "returned")),
        printed(data.COPIES_WAIT, until=("checked",)),
        printed(data.COPIES_DIFFER, per_minute=0.2, until=("checked",)),
    ),
    notes=("index: {now[index hosts up]} % of its hosts in service, 80 % needed",),
    plan=(
        Condition(
            "blocked",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The capacity tool is locked; a second run of ticket {ticket} was thrown out of its queue.",
                    name="pause_automation",
                ),
                Way(
                    "execute_runbook_step",
                    "Playbooks are held, the second run of ticket {ticket} with them.",
                    name="pause_jobs",
                ),
            ),
        ),
        Condition(
            "returned",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The hosts are back in the index; they read what they missed.",
                    name="return_host",
                    early="The hosts came back, and the next run of the playbook took them away again.",
                ),
                Way(
                    "execute_runbook_step",
                    "As many fresh hosts joined the index and read from its logs.",
                    name="add_members",
                    early="Fresh hosts joined, and the next run of the playbook took them away.",
                ),
            ),
            needs=("blocked",),
        ),
        Condition(
            "checked",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The index was read through without a finding; reads and lists are answered.",
                    name="rebuild_index",
                    early="The check cannot end: most of what it should read is not there.",
                ),
            ),
            needs=("returned",),
        ),
        Condition(
            "open",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "New objects are accepted.",
                    name="reopen_writes",
                    early="The first puts could not look up what they were to replace; writes were closed again.",
                ),
            ),
            needs=("checked",),
        ),
        Condition(
            "limited",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "One run may take away 5 % of a pool at most, and none below its minimum.",
                    name="restore_limit",
                ),
            ),
            needs=("blocked",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The command of ticket {ticket} and its output are in the follow-up.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "What had been read so far was thrown away and begun anew."),
        Wrong("rollback_deploy", "culprit", "The earlier release began with a check of its own, from the beginning."),
    ),
)

MEDIA_ERROR = Family(
    name="media-error",
    story="A disk under a database fails, a hardware failure: the kernel reports medium errors, bad sectors, and "
    "remounts the filesystem read-only. Reads hang, writes are refused, and pages look like corrupt data.",
    strikes=("postgres", "mysql"),
    facts={
        "device": ("nvme0n1", "nvme1n1", "nvme2n1", "nvme3n1"),
        "sector": range(8_812_344, 930_000_000, 40_888),
        "volume": ("local, nvme", "local, nvme, two of them"),
        "rate": range(1_210, 3_380),
        "balance": (100,),
        "table": Drawn("plural"),
    },
    effects=(
        Effect("own_errors", (0.25, 0.5), shape=Ramp((1, 4)), until=("promoted",)),
        Effect("hung", (0.1, 0.3), shape=Step(), until=("promoted",)),
        Effect("gauge", (420, 1_900), gauge="disk latency", shape=Step(), until=("promoted",)),
        Effect("gauge", (6, 18), gauge="longest query", shape=Ramp((1, 4)), until=("promoted",)),
        # One server fewer follows for as long as the broken one is not replaced.
        Effect("gauge", (1, 1), gauge="replicas attached", shape=Step(), until=("promoted", "rebuilt")),
    ),
    lines=(
        printed(symptoms.PG_READ_ERROR, until=("promoted",)),
        printed(symptoms.PG_READ_ONLY_FILES, until=("promoted",)),
        printed(symptoms.PG_READ_ONLY_INSERT, per_minute=0.3, until=("promoted",)),
        printed(symptoms.PG_READ_ONLY_UPDATE, per_minute=0.2, until=("promoted",)),
        printed(symptoms.PG_ABORTED, per_minute=0.1, until=("promoted",)),
        printed(symptoms.MYSQL_READ_ERROR, until=("promoted",)),
        printed(symptoms.MYSQL_READ_ONLY_MEANS, until=("promoted",)),
        *(printed(line, on="callers", until=("promoted",)) for line in symptoms.NOT_WRITTEN),
    ),
    notes=(statements.VOLUME_NOTE, symptoms.REPLICAS_NOTE),
    plan=(
        Condition(
            "promoted",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "A replica on another machine is the primary now, and clients have found it.",
                    name="promote_replica",
                ),
                Way(
                    "execute_runbook_step",
                    "Clients were led to the replica at the other site, which accepts writes from now on.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "detached",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The host with {device} is out of the list that failover chooses from.",
                    name="drain_host",
                    early="The host cannot be drained: the primary runs on it.",
                ),
                Way(
                    "execute_runbook_step",
                    "The old primary is cut off; it cannot become primary again.",
                    name="fence_member",
                    early="There is no other primary yet, and the command was refused.",
                ),
            ),
            needs=("promoted",),
        ),
        Condition(
            "rebuilt",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "A replica was set up on a fresh volume and follows the primary.",
                    name="rebuild_replica",
                    early="The copy stopped when it read sector {sector}.",
                ),
                Way(
                    "execute_runbook_step",
                    "A further replica was added from a snapshot and has caught up.",
                    name="add_members",
                    early="The new member asked the primary for its pages and got errors for some of them.",
                ),
            ),
            needs=("promoted",),
        ),
        Condition(
            "compared",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Checksums of all tables agree on the primary and its replicas.",
                    name="verify_data",
                    early="The comparison stopped at {table}: one of the two sides cannot be read.",
                ),
            ),
            needs=("rebuilt",),
        ),
        Condition(
            "reported",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The vendor has the serial number of {device} and sends another.",
                    name="open_vendor_ticket",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The primary ended in its start and has begun it again twice since."),
        Wrong("scale_service", "culprit", "The copy for the new replica hung half way and held up other reads."),
    ),
    hosts=0.34,
    relapse=(30, 60),
)
