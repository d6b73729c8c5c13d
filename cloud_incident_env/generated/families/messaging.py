"""Families of brokers, their producers and consumers, and of scheduled jobs."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Family, Step

KAFKA_POISON_PILL = Family(
    name="kafka-poison-pill",
    story="One record that cannot be decoded, a poison pill, blocks its partition: the consumer fails on the same "
    "offset "
    "again and again. Its lag grows while all its instances are ready, and whoever waits for its output sees old data.",
    strikes=("stream-worker",),
    facts={
        "topic": ("orders", "events", "usage", "updates"),
        "partition": range(0, 24),
        "offset": range(180_000, 990_000),
    },
    errors=(0.03, 0.12),
    latency=(6, 14),
    figures={"stuck partitions": (1, 1), "consumer lag": (21_000, 96_000), "records handled": (20, 45)},
    logs=(
        "ERROR RecordDeserializationException: Error deserializing key/value for partition {topic}-{partition} at "
        "offset "
        "{offset}. If needed, please seek past the record to continue consumption.",
        "WARN  {topic}-{partition}: position {offset} unchanged for {n} min",
    ),
    notes=("Assigned partitions: all; {topic}-{partition} stands at offset {offset}",),
    seen_by_callers=("WARN  data of {culprit} is {n} min old",),
    steps=(
        Step(
            "execute_runbook_step",
            "The record at offset {offset} was copied to the dead-letter topic.",
            name="copy_to_dead_letters",
            relief=0.1,
        ),
        Step(
            "execute_runbook_step",
            "{topic}-{partition} goes on at the next offset.",
            name="seek_past_record",
            relief=0.6,
            risky=True,
            too_early="The tool refused: the record is not kept anywhere else.",
        ),
        Step(
            "execute_runbook_step",
            "The producer checks each record against the schema.",
            name="enforce_producer_schema",
            relief=0.1,
            too_early="Producers are held to the schema; what is in the partition stays there.",
        ),
        Step(
            "execute_runbook_step",
            "The backlog is worked off.",
            name="drain_backlog",
            relief=0.2,
            too_early="More instances were added, and the partition does not move.",
        ),
        Step(
            "execute_runbook_step",
            "Every partition moves and the lag is small.",
            name="verify_consumer_lag",
            too_early="One partition does not move.",
        ),
    ),
    wrong={
        (
            "restart_service",
            "culprit",
        ): "Its instances went back to the same offset, and the others were reassigned twice."
    },
    signature={"query_logs": r"RecordDeserializationException", "check_metrics": r"stuck partitions +1 "},
)

REBALANCE_STORM = Family(
    name="rebalance-storm",
    story="A release made the handler so slow that consumers miss their poll interval. The group throws them out and "
    "takes "
    "them in again, rebalance after rebalance, and hardly anything is consumed.",
    strikes=("stream-worker",),
    facts={"group": ("orders", "enrich", "billing-sync", "projector"), "generation": range(4_000, 9_000)},
    change=Change("release {version}: handler calls one more service for each record", lead_minutes=(2, 8)),
    errors=(0.03, 0.12),
    latency=(6, 14),
    figures={
        "rebalances": (70, 190),
        "handler p99": (1_900, 4_800),
        "consumer lag": (18_000, 90_000),
        "records handled": (4, 18),
    },
    logs=(
        "WARN  consumer poll timeout has expired. This means the time between subsequent calls to poll() was longer "
        "than "
        "the configured max.poll.interval.ms",
        "INFO  Preparing to rebalance group {group} in state PreparingRebalance with old generation {generation}",
    ),
    notes=("Group {group}: members leave and join every few seconds",),
    seen_by_callers=("WARN  results of {culprit} are {n} min late",),
    steps=(
        Step("rollback_deploy", "{culprit} runs {previous}; a record takes a few milliseconds again.", relief=0.5),
        Step(
            "execute_runbook_step",
            "Members keep their partitions over a restart now.",
            name="enable_static_membership",
            relief=0.2,
            too_early="Members have fixed names, and are thrown out as before.",
        ),
        Step(
            "execute_runbook_step",
            "The group has been stable for two minutes.",
            name="stabilise_group",
            relief=0.1,
            too_early="The group did not settle.",
        ),
        Step(
            "execute_runbook_step",
            "The backlog is worked off.",
            name="drain_backlog",
            relief=0.2,
            too_early="The backlog grows faster than it is worked off.",
        ),
        Step(
            "execute_runbook_step",
            "No member left within five minutes.",
            name="verify_group_stable",
            too_early="Members still leave.",
        ),
    ),
    wrong={("scale_service", "culprit"): "Each new member set off another round for the whole group."},
    signature={"query_logs": r"consumer poll timeout has expired", "check_metrics": r"rebalances +\d{2,3}\.\d/h"},
)

BROKER_FLOOD = Family(
    name="broker-flood",
    story="A producer runs away and writes forty times as much as usual. The disk of the broker is full, replicas "
    "fall out "
    "of sync, and everybody who writes to the broker fails.",
    strikes=("java", "go", "python", "node"),
    through=("kafka",),
    facts={"topic": ("audit", "clicks", "debug-events", "traces"), "factor": range(31, 58), "broker": range(1, 6)},
    change=Change("release {version}: events of {topic} sent for every request", lead_minutes=(15, 40)),
    errors=(0.02, 0.1),
    latency=(5, 10),
    figures={"outgoing calls per request": (31, 58), "cpu": (80, 96)},
    logs=(
        "WARN  producer of {topic}: {factor} times the usual number of records in the last minute",
        "ERROR Got error produce response on topic-partition {topic}-{n}, retrying: KAFKA_STORAGE_ERROR",
    ),
    through_logs=(
        "WARN  Shrinking ISR from 1,2,3 to {broker} for {topic}-{n}",
        "ERROR java.io.IOException: No space left on device while appending {topic}-{n}, client {culprit}",
    ),
    through_figures={
        "share of the top client": (88, 97),
        "disk used": (98, 100),
        "under-replicated partitions": (40, 160),
        "bytes in": (320, 900),
    },
    notes=("Produces to {topic} for every request since {version}",),
    steps=(
        Step("rollback_deploy", "{culprit} runs {previous} and writes what it used to.", relief=0.3),
        Step(
            "execute_runbook_step",
            "Old segments of {topic} are gone; the disks of {through} have room.",
            name="cut_topic_retention",
            on="through",
            relief=0.3,
            risky=True,
            too_early="Segments were dropped, and the room was written full again.",
        ),
        Step(
            "restart_service",
            "The brokers of {through} came back one by one.",
            on="through",
            relief=0.3,
            too_early="The brokers came back and stopped again for want of room.",
        ),
        Step(
            "execute_runbook_step",
            "All replicas have caught up.",
            name="wait_for_replicas",
            on="through",
            relief=0.1,
            too_early="Replicas fall further behind.",
        ),
        Step(
            "execute_runbook_step",
            "No partition lacks a replica and the disks are at half.",
            name="verify_replication",
            on="through",
            too_early="Many partitions lack replicas.",
        ),
    ),
    wrong={("scale_service", "culprit"): "Each new instance wrote as much as the others."},
    signature={
        "query_logs": r"times the usual number of records in the last minute",
        "check_metrics": r"outgoing calls per request +[3-5]\d\.\d\d",
    },
)

QUEUE_BLOCKED = Family(
    name="queue-blocked",
    story="A release of the consumer takes messages and does not acknowledge them. The unacknowledged backlog fills "
    "the "
    "memory of the broker, whose flow control then blocks every publisher.",
    strikes=("queue-worker",),
    through=("rabbitmq",),
    facts={"queue": ("mails", "invoices", "exports", "pushes"), "prefetch": (0, 5_000, 10_000)},
    change=Change("release {version}: work of {queue} handed to a pool", lead_minutes=(8, 30)),
    errors=(0.02, 0.1),
    latency=(5, 10),
    figures={"unacknowledged": (42_000, 96_000), "records handled": (0, 3), "memory after collection": (80, 93)},
    logs=(
        "WARNING {queue}: {n} deliveries taken, 0 acknowledged in the last minute, prefetch {prefetch}",
        "ERROR   pool of {queue} full: delivery tag {id} kept for later",
    ),
    through_logs=(
        "WARN  memory resource limit alarm set on node 'rabbit@mq-{n}', publishers blocked",
        "WARN  queue {queue}: consumer {culprit} holds {id} messages without an acknowledgement",
    ),
    through_figures={
        "unacknowledged messages": (42_000, 96_000),
        "acknowledged": (0, 3),
        "publishers blocked": (8, 60),
        "memory used": (100, 106),
    },
    notes=("Prefetch of {queue}: {prefetch} (0 means no limit)",),
    steps=(
        Step("rollback_deploy", "{culprit} runs {previous} and acknowledges what it has done.", relief=0.4),
        Step(
            "execute_runbook_step",
            "No consumer of {queue} holds more than 50 messages.",
            name="cap_prefetch",
            relief=0.1,
            too_early="The cap is set; what is held already stays held.",
        ),
        Step(
            "execute_runbook_step",
            "What had been held was delivered again and worked off.",
            name="drain_queue",
            relief=0.4,
            too_early="Messages were delivered again and held again.",
        ),
        Step(
            "execute_runbook_step",
            "The alarm of {through} is off and publishers go on.",
            name="clear_memory_alarm",
            on="through",
            relief=0.1,
            too_early="The alarm came back as soon as it was cleared.",
        ),
        Step(
            "execute_runbook_step",
            "Deliveries and acknowledgements are level.",
            name="verify_acknowledgements",
            too_early="Deliveries and acknowledgements differ widely.",
        ),
    ),
    wrong={
        (
            "restart_service",
            "through",
        ): "Nodes of the broker came back to the same backlog, after minutes without a queue."
    },
    signature={
        "query_logs": r"0 acknowledged in the last minute",
        "check_metrics": r"unacknowledged +\d\d,\d{3} records",
    },
)

STUCK_CRON = Family(
    name="stuck-cron",
    story="A scheduled job never ends. The next runs are not started because the prior execution is still running, "
    "and what "
    "the job should produce grows old: a hung batch job.",
    strikes=("batch-worker",),
    facts={
        "job": ("rollup", "settlement", "reindex", "price-refresh", "export"),
        "missed": range(3, 4),
        "minutes": range(190, 480),
    },
    errors=(0.02, 0.06),
    latency=(6, 15),
    standing=("missed runs", "longest running job", "age of output"),
    figures={"missed runs": (3, 3), "longest running job": (190, 470), "age of output": (190, 460)},
    logs=(
        "WARN  cronjob {job}: JobAlreadyActive: Not starting job because prior execution is running and concurrency "
        "policy "
        "is Forbid",
        "INFO  cronjob {job}: active for {minutes} min, last progress {n} min after the start",
    ),
    notes=("{job}: {missed} missed runs, one active since {minutes} min",),
    seen_by_callers=("WARN  output of {job} is too old, serving what is there",),
    steps=(
        Step("execute_runbook_step", "The run of {job} was ended.", name="kill_stuck_job", relief=0.3, risky=True),
        Step(
            "execute_runbook_step",
            "{job} has a deadline and gives up its lock.",
            name="set_job_deadline",
            relief=0.2,
            too_early="The deadline holds for new runs; the one that runs has none.",
        ),
        Step(
            "execute_runbook_step",
            "One run of {job} caught up with all that was missed.",
            name="run_catch_up_job",
            relief=0.5,
            risky=True,
            too_early="The run was not started: another one is active.",
        ),
        Step(
            "execute_runbook_step",
            "The output of {job} is minutes old.",
            name="verify_output_age",
            too_early="The output has not changed.",
        ),
    ),
    wrong={
        ("scale_service", "culprit"): "Several runs of one job worked on the same rows and wrote some twice.",
        ("restart_service", "culprit"): "All other jobs were cut off half-way, and the lock of the one was kept.",
    },
    signature={"query_logs": r"JobAlreadyActive", "check_metrics": r"missed runs +3 "},
)
