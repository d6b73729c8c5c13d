"""What is printed where work piles up behind consumers and jobs, and what their readers print of old data."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import FEEDS, REPLAYS
from cloud_incident_env.generated.symptoms.wait import SERVICES

# ---- consumers of a log ----------------------------------------------------------------------------------------------

UNDECODABLE = Line(
    "ERROR org.apache.kafka.common.errors.RecordDeserializationException: Error deserializing key/value for partition "
    "{topic}-{partition} at offset {position}. If needed, please seek past the record to continue consumption.",
    software=("stream-worker",),
)
UNKNOWN_FIELD = Line(
    'ERROR com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException: Unrecognized field "{field}" (class '
    "app.records.{record}), not marked as ignorable",
    software=("stream-worker",),
    elsewhere=True,
)
POLL_EXPIRED = Line(
    "WARN  [Consumer clientId={instance}, groupId={group_id}] consumer poll timeout has expired. This means the time "
    "between subsequent calls to poll() was longer than the configured max.poll.interval.ms, which typically implies "
    "that the poll loop is spending too much time processing messages. You can address this either by increasing "
    "max.poll.interval.ms or by reducing the maximum size of batches returned in poll() with max.poll.records.",
    software=("stream-worker",),
    per_minute=0.3,
    elsewhere=True,
    aside={"instance": REPLAYS, "group_id": REPLAYS},
)
COMMIT_FAILED = Line(
    "ERROR org.apache.kafka.clients.consumer.CommitFailedException: Offset commit cannot be completed since the "
    "consumer is not part of an active group for auto partition assignment; it is likely that the consumer was kicked "
    "out of the group.",
    software=("stream-worker",),
    per_minute=0.3,
)
JOINED_GROUP = Line(
    "INFO  [Consumer clientId={service}-1, groupId={service}] Successfully joined group with generation "
    "Generation{{generationId={generation}, memberId='{service}-1-{hex}', protocol='range'}}",
    software=("stream-worker",),
    per_minute=0.4,
)
GROUP_REPORT = Line(
    "INFO  group {service}: lag {now[consumer lag]}, {now[records handled]} records/s handled",
    software=("stream-worker",),
    per_minute=0.3,
    elsewhere=True,
)

# ---- consumers of a queue --------------------------------------------------------------------------------------------

DELIVERY_REPORT = Line(
    "INFO  consumer report: {now[unacknowledged]} deliveries open, {now[records handled]}/s handled",
    software=("queue-worker",),
    per_minute=0.4,
    elsewhere=True,
)
SOFT_LIMIT = Line(
    "WARN  celery.worker.request : Soft time limit (60s) exceeded for sync_item[{trace}]",
    software=("queue-worker",),
    per_minute=0.3,
    elsewhere=True,
)

# ---- scheduled jobs --------------------------------------------------------------------------------------------------

RUN_SKIPPED = Line(
    "WARN  Execution of job \"{job} (trigger: cron[minute='*/30'])\" skipped: maximum number of running instances "
    "reached (1)",
    software=("batch-worker",),
    every=30,
)
SCHEDULER_REPORT = Line(
    "INFO  scheduler report: {now[active jobs]} jobs run, the longest for {now[longest running job]} min",
    software=("batch-worker",),
    per_minute=0.3,
    elsewhere=True,
)

# ---- readers of what comes late --------------------------------------------------------------------------------------

STALE_REFUSED = Line(
    "WARN  {request|call} {trace} {refused|not answered|turned down}: data of {culprit} "
    "{is older than allowed|is too old|is stale|is past its limit}",
    software=SERVICES,
    per_minute=0.4,
    elsewhere=True,
    aside={"culprit": FEEDS},
)
STALE_ENTRY = Line(
    "WARN  {entry|row|item} {hex} of {culprit} {is older than|older than|not written for} {unwritten} min, "
    "{not used for|left out of|too old for} {path}",
    software=SERVICES,
    per_minute=0.3,
    elsewhere=True,
    aside={"culprit": FEEDS},
)
