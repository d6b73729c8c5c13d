"""Families of brokers, their producers and consumers, and of scheduled jobs."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
    FLAG_SUBJECTS,
    FLAG_WORDS,
    Age,
    Change,
    Condition,
    Counter,
    Drawn,
    Effect,
    Family,
    Grow,
    Periodic,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.names import JOBS
from cloud_incident_env.generated.symptoms import storage
from cloud_incident_env.generated.symptoms.lag import (
    COMMIT_FAILED,
    DELIVERY_REPORT,
    GROUP_REPORT,
    JOINED_GROUP,
    POLL_EXPIRED,
    RUN_SKIPPED,
    SCHEDULER_REPORT,
    SOFT_LIMIT,
    STALE_ENTRY,
    STALE_REFUSED,
    UNDECODABLE,
    UNKNOWN_FIELD,
)

KAFKA_POISON_PILL = Family(
    name="kafka-poison-pill",
    story="One record that cannot be decoded, a poison pill, blocks its partition: the consumer fails on the same "
    "offset again and again. The lag of that partition grows while all instances are ready, and whoever waits for its "
    "output gets none for the keys in it. The topic has few partitions, so these are many keys.",
    strikes=("stream-worker",),
    facts={
        "topic": Drawn("plural"),
        "partition": range(0, 4),
        "position": range(180_000, 990_000),
        "record": ("Change", "Visit", "Quote", "Entry"),
        "field": ("region_code", "amount_minor", "source_ref", "valid_to"),
        "generation": Counter((300, 2_000), (0.1, 0.25)),
        "batch": (200, 500, 1_000),
    },
    effects=(
        Effect("gauge", (1, 1), gauge="stuck partitions", shape=Step(), until=("moved",)),
        # Instances that try too long leave the group and come back.
        Effect("gauge", (4, 11), gauge="rebalances", until=("moved",)),
        Effect("stuck", (0.4, 0.7), shape=Step(), until=("moved", "caught-up")),
    ),
    lines=(
        printed(UNDECODABLE, per_minute=0.7, until=("moved",)),
        printed(UNKNOWN_FIELD, per_minute=0.3, until=("moved",)),
        printed(POLL_EXPIRED, per_minute=0.1, until=("moved",)),
        printed(JOINED_GROUP, per_minute=0.15, until=("moved",)),
        printed(GROUP_REPORT, until=("moved", "caught-up")),
        printed(STALE_REFUSED, on="callers", until=("moved", "caught-up")),
        printed(STALE_ENTRY, on="callers", until=("moved", "caught-up")),
    ),
    notes=("group {service}: max.poll.interval.ms 300000, max.poll.records {batch}",),
    plan=(
        Condition(
            "kept",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The record at offset {position} of {topic}-{partition} was copied to {topic}-aside.",
                    name="move_aside",
                ),
            ),
        ),
        Condition(
            "moved",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{topic}-{partition} goes on at the next offset.",
                    name="resume_jobs",
                    shows=("INFO  {topic}-{partition}: one record skipped, fetching resumed",),
                ),
            ),
        ),
        Condition(
            "caught-up",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{topic}-{partition} is read in larger batches; what had waited is being handled.",
                    name="drain_backlog",
                    early="Batches are larger, and {topic}-{partition} stays at offset {position}.",
                ),
                Way(
                    "execute_runbook_step",
                    "The instance that reads {topic}-{partition} handles its keys on eight threads for now.",
                    name="add_members",
                    early="The instance has eight threads for that partition now, and stays at offset {position}.",
                ),
            ),
            needs=("moved",),
        ),
        Condition(
            "checked-on-entry",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "{topic} takes records of a registered schema only from now on.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "The client that wrote to {topic} without a schema may no longer write.",
                    name="limit_client",
                ),
            ),
            needs=("moved",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The team that writes to {topic} has the record and its offset.",
                    name="inform_owner",
                ),
            ),
            needs=("kept",),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service",
            "culprit",
            "Partitions were assigned anew, the instances began at their committed offsets, and nothing else changed.",
        ),
        Wrong("scale_service", "culprit", "The new instances made the group assign its partitions anew."),
    ),
    hosts=0.34,
    relapse=(25, 60),
)

REBALANCE_STORM = Family(
    name="rebalance-storm",
    story="A release made the handler so slow that consumers miss their poll interval. The group throws them out and "
    "takes them in again, rebalance after rebalance, and hardly anything is consumed.",
    strikes=("stream-worker",),
    facts={
        "word": FLAG_WORDS,
        "subject": FLAG_SUBJECTS,
        "batch": (2_000, 4_000, 5_000),
        "generation": Counter((4_000, 9_000), (0.4, 0.8)),
    },
    change=Change(
        (
            "release {version}: results of a batch stay in order",
            "release {version}: order of results, {word}-{subject}",
            "release {version}: results are sent one by one, {word}-{subject}",
        ),
        diffs=(
            (
                "-         producer.send(result);",
                '+         if (flags.isOn("{word}-{subject}")) {{',
                "+             producer.send(result).get();",
                "+             producer.flush();",
                "+         }}",
            ),
            (
                "-         results.forEach(out::send);",
                "+         // with {word}-{subject}",
                "+         results.forEach(each -> out.send(each).get());",
            ),
        ),
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("slowdown", (50, 110), until=("handler-quick",)),
        Effect("capacity", (0.04, 0.2), shape=Periodic((3, 6), 0.7), until=("handler-quick",)),
        Effect("gauge", (18, 55), gauge="rebalances", until=("handler-quick",)),
        Effect("gauge", (1_900, 4_800), gauge="unacknowledged", until=("handler-quick",)),
        # While they are assigned, partitions stand still; what was tried too often is put aside.
        Effect("gauge", (2, 6), gauge="stuck partitions", until=("handler-quick",)),
        Effect("gauge", (3, 16), gauge="dead letters", until=("handler-quick",)),
        Effect("stuck", (0.5, 0.9), until=("handler-quick", "caught-up")),
    ),
    lines=(
        printed(POLL_EXPIRED, per_minute=0.4, until=("handler-quick",)),
        printed(COMMIT_FAILED, until=("handler-quick",)),
        printed(JOINED_GROUP, per_minute=0.5, until=("handler-quick",)),
        printed(GROUP_REPORT, until=("handler-quick", "caught-up")),
        printed(STALE_REFUSED, on="callers", until=("handler-quick", "caught-up")),
        printed(STALE_ENTRY, on="callers", until=("handler-quick", "caught-up")),
    ),
    notes=("group {service}: max.poll.interval.ms 300000, max.poll.records {batch}",),
    plan=(
        Condition(
            "handler-quick",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous}; its members joined the group once more."),
                Way(
                    "disable_feature_flag",
                    "{word}-{subject}-{area} is off; batches of {batch} records end before the next poll is due.",
                    name="{word}-{subject}-{area}",
                ),
            ),
        ),
        Condition(
            "caught-up",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Side work of {culprit} is off until its lag is back where it was.",
                    name="drain_backlog",
                    early="Side work is off, and the lag grows as before.",
                ),
            ),
            needs=("handler-quick",),
        ),
        Condition(
            "slack",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Members may take 600 s from poll to poll.",
                    name="raise_limit",
                ),
                Way(
                    "execute_runbook_step",
                    "A poll returns 200 records at most.",
                    name="reload_configuration",
                ),
            ),
            needs=("handler-quick",),
        ),
        Condition(
            "duplicates-known",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Results written twice since {since} were compared, and the later one kept.",
                    name="reconcile_records",
                    early="The comparison was given up: more results were written twice while it ran.",
                ),
            ),
            needs=("handler-quick",),
        ),
        Condition(
            "seen",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The group has kept its members for ten minutes.",
                    name="verify_recovery",
                ),
            ),
            needs=("handler-quick", "caught-up"),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "Each new instance made all others stop and join again."),
        Wrong(
            "restart_service", "culprit", "All instances left and joined one after another, and work was done twice."
        ),
    ),
)

BROKER_FLOOD = Family(
    name="broker-flood",
    story="A producer runs away and writes many times as much as usual. The disks of the brokers fill, replicas fall "
    "out of sync, and everybody who writes to them fails.",
    strikes=SERVICES,
    through=("kafka",),
    facts={
        "topic": ("audit", "clicks", "debug-events", "traces"),
        "broker": range(1, 4),
        "sample": ("0.01", "0.02", "0.05"),
    },
    change=Change(
        (
            "release {version}: {topic} complete enough for the monthly report",
            "release {version}: {topic} for the new report",
            "release {version}: {topic} of every call",
        ),
        diffs=(
            ("- events.{topic}.sample: {sample}", "+ events.{topic}.sample: 1.0", "+ events.{topic}.per: call"),
            (
                "- {topic}: {{rate: {sample}, when: request}}",
                "+ {topic}: {{rate: 1.0, when: call}}",
            ),
        ),
        lead_minutes=(8, 20),
    ),
    effects=(
        # Twice as much at first, which fills disks and which the brokers still take; then all of it.
        Effect("fan", (1.6, 2.4), since="change", until=("producer-stopped",)),
        Effect("fan", (2, 3.4), until=("producer-stopped",)),
        Effect(
            "gauge",
            (64, 90),
            on="through",
            gauge="share of the top client",
            since="change",
            until=("producer-stopped",),
        ),
        Effect(
            "gauge",
            (99.5, 100),
            on="through",
            gauge="disk used",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("producer-stopped", "room"),
        ),
        Effect("gauge", (40, 160), on="through", gauge="under-replicated partitions", until=("brokers-up",)),
        Effect("gauge", (160, 480), on="through", gauge="request queue", until=("producer-stopped", "brokers-up")),
        Effect("own_errors", (0.35, 0.75), on="through", until=("brokers-up",)),
        Effect("hung", (0.05, 0.2), on="through", until=("brokers-up",)),
    ),
    lines=(
        printed(storage.KAFKA_NO_SPACE, on="through", until=("room",)),
        printed(storage.KAFKA_SHRINKING_ISR, on="through", until=("brokers-up",)),
    ),
    plan=(
        Condition(
            "producer-stopped",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous} and writes what it used to."),
                Way(
                    "execute_runbook_step",
                    "{culprit} may write 1 MB/s to {through}; what is more is dropped from its own buffers.",
                    on="through",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "room",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{topic} keeps two hours; segments that are older are gone from the disks of {through}.",
                    on="through",
                    name="free_space",
                    early="Old segments of {topic} are gone, and the disks were full again some minutes later.",
                ),
                Way(
                    "execute_runbook_step",
                    "The volumes of {through} are half as large again.",
                    on="through",
                    name="expand_volume",
                    early="The volumes were enlarged, and are filling at the same pace.",
                ),
            ),
            needs=("producer-stopped",),
        ),
        Condition(
            "brokers-up",
            "restore",
            (
                Way(
                    "restart_service",
                    "The brokers of {through} came back one by one, and replicas fetch what they lack.",
                    on="through",
                    early="Brokers came back, found no room for their logs, and stopped again.",
                    shows=(
                        "INFO  [KafkaRaftServer nodeId={broker}] Kafka Server started (kafka.server.KafkaRaftServer)",
                    ),
                ),
                Way(
                    "execute_runbook_step",
                    "The brokers of {through} came back one by one, and replicas fetch what they lack.",
                    on="through",
                    name="restart_in_waves",
                    early="The first broker came back, found no room for its logs, and stopped again.",
                    shows=(
                        "INFO  [KafkaRaftServer nodeId={broker}] Kafka Server started (kafka.server.KafkaRaftServer)",
                    ),
                ),
            ),
            needs=("room",),
        ),
        Condition(
            "watched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when one client brings half of the bytes, or a disk passes 75 %.",
                    on="through",
                    name="add_alarm",
                ),
            ),
            needs=("producer-stopped", "room", "brokers-up"),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {culprit} have the figures of {topic} since {version}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances opened connections and wrote as much as the others."),
        Wrong("restart_service", "culprit", "What it had buffered is lost, and it writes as much as before."),
    ),
)

QUEUE_BLOCKED = Family(
    name="queue-blocked",
    story="A release of the consumer takes messages and does not acknowledge them. With its prefetch used up it gets "
    "no more, the queue fills the memory of the broker, and the broker's flow control blocks every publisher.",
    strikes=("queue-worker",),
    through=("rabbitmq",),
    facts={"queue": ("mails", "invoices", "exports", "pushes"), "prefetch": (200, 250, 400, 500)},
    change=Change(
        (
            "release {version}: work of {queue} handed to a pool of threads",
            "release {version}: {queue} in parallel",
            "release {version}: {queue}: deliveries do not wait for each other",
        ),
        diffs=(
            (
                "-     deliver(message.body)",
                "-     message.ack()",
                "+     pool.submit(deliver, message)",
            ),
            (
                "-     on({queue}): deliver, then ack",
                "+     on({queue}): hand over to workers",
            ),
        ),
        lead_minutes=(6, 12),
    ),
    effects=(
        Effect("capacity", (0, 0.02), until=("acknowledging",)),
        # What the consumer holds is a part of what is unacknowledged on the broker.
        Effect("gauge", (1_600, 1_980), gauge="unacknowledged", since="change", until=("acknowledging",)),
        Effect(
            "gauge",
            (2_040, 2_240),
            on="through",
            gauge="unacknowledged messages",
            since="change",
            until=("acknowledging",),
        ),
        Effect(
            "gauge",
            (100, 100),
            on="through",
            gauge="memory used",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("acknowledging", "worked-off"),
        ),
        Effect("gauge", (8, 60), on="through", gauge="publishers blocked", until=("acknowledging", "worked-off")),
        Effect("hung", (0.45, 0.9), on="through", until=("acknowledging", "worked-off")),
    ),
    lines=(
        printed(DELIVERY_REPORT, until=("acknowledging", "worked-off")),
        printed(SOFT_LIMIT, until=("acknowledging",)),
        printed(STALE_REFUSED, on="callers", until=("acknowledging", "worked-off")),
    ),
    notes=("prefetch of each channel to {queue}: {prefetch}",),
    plan=(
        Condition(
            "acknowledging",
            "stop",
            (
                Way(
                    "rollback_deploy",
                    "{culprit} is back on {previous}; what it held was put back in {queue} and is delivered again.",
                ),
                Way(
                    "execute_runbook_step",
                    "{queue} is consumed by the standby group of {previous} from now on; {version} is detached.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "worked-off",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "More deliveries at once are allowed until {queue} is short; memory falls below the watermark.",
                    name="drain_backlog",
                    early="More deliveries were allowed; they were taken, and none came back.",
                ),
                Way(
                    "execute_runbook_step",
                    "The older half of {queue} is in a queue on disk, to be worked off at night; memory falls below "
                    "the watermark.",
                    on="through",
                    name="move_aside",
                    early="Half of {queue} went to disk, and its place filled again within minutes.",
                ),
            ),
            needs=("acknowledging",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A delivery that stays open for 5 min goes back to its queue.",
                    on="through",
                    name="set_call_timeout",
                ),
            ),
            needs=("acknowledging",),
        ),
        Condition(
            "twice-done",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Work of {queue} that was delivered twice was compared; doubles were withdrawn.",
                    name="reconcile_records",
                    early="The comparison stopped half-way: deliveries were still open.",
                ),
            ),
            needs=("acknowledging",),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Delivery counts since the change are attached to the ticket of {culprit}.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service",
            "through",
            "Nodes read their queues from disk for minutes, clients were cut off, and memory is where it was.",
        ),
        Wrong("scale_service", "culprit", "The new instances took their share of {queue}, up to {prefetch} a channel."),
    ),
)

STUCK_CRON = Family(
    name="stuck-cron",
    story="A scheduled job never ends. The next runs are not started because the prior execution is still running, and "
    "what the job should produce grows old: a hung batch job. Readers refuse what is older than its limit.",
    strikes=("batch-worker",),
    facts={
        "job": JOBS,
        "feed": ("rates", "partner", "tariff", "calendar"),
        "run": range(410_000, 990_000),
        "row": range(12_000, 480_000),
    },
    # The job runs every 30 min; figures below are those of a run that began with the change.
    change=Change(
        (
            "job {job}: the {feed} feed joined in",
            "job {job}: one more input",
            "job {job} reads the {feed} feed",
        ),
        diffs=(
            ("- inputs: [ledger]", "+ inputs: [ledger, {feed}-feed]", "+ {feed}-feed: {{page: 500, timeout: none}}"),
            (
                "+ read {feed}-feed, pages of 500, no time-out",
                "  job: {job}",
            ),
        ),
        kind="job",
        lead_minutes=(112, 118),
    ),
    effects=(
        Effect("gauge", (0, 0), gauge="longest running job", shape=Age(), since="change", until=("ended",)),
        Effect(
            "gauge",
            (0, 0),
            gauge="age of output",
            shape=Age(),
            since="change",
            until=("ended", "caught-up"),
        ),
        Effect("gauge", (4, 4), gauge="missed runs", shape=Grow(), since="change", until=("ended",)),
        Effect("unusable", (0.35, 0.8), on="callers", until=("ended", "caught-up")),
    ),
    lines=(
        printed(RUN_SKIPPED, since="change", until=("ended",)),
        printed(SCHEDULER_REPORT, since="change", until=("ended",)),
        printed(STALE_REFUSED, on="callers", until=("caught-up",)),
        printed(STALE_ENTRY, on="callers", until=("caught-up",)),
    ),
    notes=("{job}: every 30 min, latest run {run}",),
    plan=(
        Condition(
            "ended",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Run {run} of {job} was ended at row {row}; its lock is free.",
                    name="end_process",
                    shows=("WARN  {job}, run {run}: terminated by signal 15 at row {row}",),
                ),
                Way(
                    "restart_service",
                    "Run {run} of {job} went with its process; other jobs began again at their checkpoints.",
                ),
            ),
        ),
        Condition(
            "caught-up",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "One run of {job} over all that was missed has ended; its output is new.",
                    name="run_job_once",
                    early="{job} was not started: run {run} holds its lock.",
                ),
            ),
            needs=("ended",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A page that does not come within 30 s ends a run of {job}.",
                    name="set_call_timeout",
                ),
                Way(
                    "execute_runbook_step",
                    "{job} reads the ledger alone again from its next run on.",
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
                    "The owners of {job} and the readers of its output know since when it was old.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "scale_service",
            "culprit",
            "A second scheduler started {job} beside run {run}, and rows were written twice.",
        ),
    ),
    relapse=(31, 62),
)
