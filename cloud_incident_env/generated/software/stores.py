"""Databases, object stores, caches and brokers."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import gauges

POSTGRES = Software(
    name="postgres",
    kind="database",
    dialect="postgres",
    release="PostgreSQL",
    gauges=gauges.DATABASE,
    stateful=True,
    latency=(1, 6),
    noise=(
        "LOG   checkpoint complete: wrote {id} buffers (1.{n}%); 0 WAL file(s) added, 0 removed, {n} recycled; "
        "write={small}.4 s, sync=0.0{n} s; sync files={small}, longest=0.0{n} s, average=0.001 s",
        "LOG   checkpoint starting: time",
        'LOG   automatic vacuum of table "app.public.job_runs": index scans: 1, pages: 0 removed, {id} remain, {n} '
        "scanned",
        'LOG   automatic analyze of table "app.public.user_settings" system usage: CPU: user: 0.{n} s, system: 0.0{n} '
        "s",
        "LOG   connection authorized: user=app database=app application_name={caller}",
        "LOG   disconnection: session time: 0:{n}:12.{n} user=app database=app host={ip} port={port}",
        "LOG   could not receive data from client: Connection reset by peer",
        "LOG   duration: {ms}.{n} ms  execute fetch_page: SELECT * FROM job_runs WHERE id > $1 ORDER BY id LIMIT 100",
        "LOG   audit: role reporting read table user_settings, {small} rows, query as in ticket {id}",
        "WARN  kernel: perf: interrupt took too long ({ms} > 990), lowering kernel.perf_event_max_sample_rate",
        "WARN  slow statement: {ms}.{n} ms, rows examined {id}, rows sent {n}, access: primary key range: "
        "SELECT * FROM job_runs WHERE id BETWEEN ? AND ?",
        'ERROR duplicate key value violates unique constraint "idempotency_keys_pkey"',
        "ERROR canceling statement due to user request",
        'ERROR invalid input syntax for type integer: "{hex}" in parameter $2 of application {caller}',
        "WARN  nonstandard use of \\\\ in a string literal at character {n}; use the escape string syntax for "
        "backslashes",
    ),
    victim=(
        "WARN  agent: {callee} did not answer within {ms} ms, keeping the role that it knows",
        "LOG   could not send data to client: Connection timed out ({ms} ms, by way of {callee})",
        "LOG   terminating walsender process due to replication timeout of {ms} ms; the standby is behind {callee}",
        "ERROR agent: request to {callee} failed: Read timed out. (read timeout={n})",
        "ERROR canceling statement due to statement timeout; {n} sessions wait for {callee}",
    ),
    victim_unnamed=(
        "LOG   unexpected EOF on client connection with an open transaction",
        "ERROR canceling statement due to statement timeout",
        "LOG   could not send data to client: Connection timed out after {ms} ms",
        "WARN  agent: the last loop took {ms} ms, longer than its limit",
    ),
    recovered=(
        "LOG   agent: {callee} answers again, {n} loops on time",
        "LOG   standby reconnected by way of {callee}, streaming",
    ),
    events=(
        "Statistics views were reset {n} days ago",
        "parameter group matches the standard",
        "extension versions: all of this year",
        "Maintenance window: Sunday 03:00, nothing planned",
        "connection limits by role: {n} roles, reviewed last month",
        "Checksums of data pages are on",
    ),
    changes=(
        "minor version upgrade to {version}",
        "parameter group: log_min_duration_statement 500 -> 1000",
        "parameter group: work_mem 16MB -> 24MB",
        "new role for reporting, read rights only",
        "migration {id}: index on job_runs(finished_at) built concurrently, run by the pipeline",
        "migration {id}: comments of table job_runs reworded, run by the pipeline",
        "flag auto-analyze-report switched on",
        "backup retention 14 -> 21 days",
    ),
    runbook=(
        "list_replication_peers",
        "list_long_transactions",
        "refresh_statistics_report",
        "export_parameter_group",
        "rotate_log_files",
        "check_backup_age",
    ),
)

MYSQL = Software(
    name="mysql",
    kind="database",
    dialect="mysql",
    release="MySQL",
    gauges=gauges.DATABASE,
    stateful=True,
    latency=(1, 6),
    noise=(
        "INFO  page_cleaner: 1000ms intended loop took {ms}ms. The settings might not be optimal. (flushed={small}, "
        "during "
        "the time.)",
        "WARN  kernel: perf: interrupt took too long ({ms} > 990), lowering kernel.perf_event_max_sample_rate",
        "INFO  Got an error reading communication packets: host '{ip}' went away",
        "INFO  Binary log rotated, the one before holds {id} KiB",
        "INFO  Multi-threaded replica statistics for channel 'reports': seconds elapsed = 120; events assigned in "
        "them = {id}; worker queues filled over overrun level = 0; waited due to the total size = 0; waited at clock "
        "conflicts = {small}",
        "INFO  Event scheduler: purge_sessions ran, {small} rows removed in 0.{n} s",
        "INFO  Connection of {caller} from {ip}:{port} uses TLSv1.3",
        "INFO  topology: list of host names read again, {n} aliases",
        "INFO  slow statement: {ms}.{n} ms, rows examined {id}, rows sent {n}, access: range on PRIMARY: "
        "SELECT * FROM job_runs WHERE id > ? LIMIT 100",
        "WARN  IP address '{ip}' could not be resolved: Name or service not known",
        "WARN  Aborted connection {id} to db: 'app' user: 'app' host: '{ip}' (Got timeout reading communication "
        "packets)",
        "WARN  Unsafe statement written to the binary log using statement format since BINLOG_FORMAT = STATEMENT. The "
        "statement is unsafe because it uses a LIMIT clause. Statement: DELETE FROM job_runs WHERE expired = 1 LIMIT "
        "{n}",
        "ERROR Duplicate entry '{id}' for key 'idempotency_keys.PRIMARY'",
        "ERROR Data too long for column 'note' at row {n}, statement of {caller} refused",
        "ERROR Query execution was interrupted, connection {id} killed by its own client",
    ),
    victim=(
        "WARN  Aborted connection {id} to db: 'app' user: 'app' (Got timeout writing communication packets, {ms} ms, "
        "by way "
        "of {callee})",
        "ERROR Semi-sync source: no acknowledgement within {ms} ms, the replica is behind {callee}",
        "WARN  agent: {callee} did not answer within {ms} ms, attempt {n}",
        "ERROR agent: request to {callee} failed after {ms} ms: timed out",
        "WARN  {n} connections wait for {callee}, the first for {ms} ms",
    ),
    victim_unnamed=(
        "WARN  Aborted connection {id} to db: 'app' user: 'app' host: '{ip}' (Got timeout writing communication "
        "packets)",
        "ERROR Query execution was interrupted, maximum statement execution time exceeded ({ms} ms)",
        "WARN  agent: the last check took {ms} ms, longer than its limit",
        "WARN  Timeout waiting for reply of binlog after {ms} ms",
    ),
    recovered=(
        "INFO  agent: {callee} answers again, {n} checks on time",
        "INFO  Semi-sync source: acknowledgements arrive by way of {callee} again",
    ),
    events=(
        "Performance schema: on, {n} consumers",
        "option file equals that of the standard image",
        "Time zone tables loaded {n} days ago",
        "slow statement log: threshold 1 s, unchanged",
        "resource groups: {n}, reviewed last month",
        "Maintenance window: Sunday 02:00, nothing planned",
    ),
    changes=(
        "minor version upgrade to {version}",
        "options: long_query_time 2 -> 1",
        "options: binlog_expire_logs_seconds 172800 -> 259200",
        "new account for reporting, read rights only",
        "migration {id}: index on job_runs(finished_at) added in place, run by the pipeline",
        "migration {id}: comments of table job_runs reworded, run by the pipeline",
        "flag invisible-index-report switched on",
        "topology: host names of the replicas follow the new scheme",
    ),
    runbook=(
        "list_replica_channels",
        "list_open_transactions",
        "refresh_table_statistics",
        "export_option_file",
        "rotate_log_files",
        "check_backup_age",
    ),
)

OBJECT_STORE = Software(
    name="object-store",
    kind="database",
    dialect="go",
    release="object store",
    gauges=gauges.OBJECT_STORE,
    stateful=True,
    latency=(12, 45),
    noise=(
        "INFO  PUT exports/{hex}.parquet 200 {small}ms client={caller}",
        "INFO  GET media/{hex}.webp 200 {small}ms client={caller}",
        "INFO  LIST exports/2026/ 200 {small}ms keys={small} request={hex}",
        "INFO  HEAD media/{hex}.webp 404 {n}ms",
        "INFO  lifecycle: rule expire-tmp removed {small} objects, {id} KiB",
        "INFO  scrub of volume {n}: {id} blocks read, all checksums as stored",
        "INFO  audit: newest tag of bucket exports: cost-centre={small}, finance-sync, for the report of last month, "
        "rights as before",
        "INFO  placement: list of hosts read again, {n} labels",
        "DEBUG compaction: segment {hex} merged with {n} others in {small}ms",
        "WARN  multipart upload {hex} to media/ abandoned for {n} h by {caller}, its {n} parts removed",
        "WARN  replication of archive/ to the second site is {small} s behind, agreed are 900 s",
        "WARN  GET exports/{hex}.parquet took {ms}ms for {id} KiB, client {caller} reads slowly",
        "ERROR 404 NoSuchKey: exports/{hex}.parquet request={hex} client={caller}",
        "ERROR 412 PreconditionFailed: ETag of media/{hex}.webp is not the one that client={caller} sent with "
        "If-Match; "
        "nothing was written",
        "ERROR 400 EntityTooSmall: part {n} of upload {hex} is smaller than 5 MiB",
    ),
    victim=(
        "ERROR 503 ServiceUnavailable: request={hex} needs {callee}, which did not answer within {ms}ms",
        "WARN  write of media/{hex}.webp: 1 of 3 copies confirmed after {ms}ms, the rest is behind {callee}",
        "WARN  {callee} slow: {ms}ms for one call of the placement service",
        "ERROR 500 InternalError: copy of exports/{hex}.parquet given up after {ms}ms ({callee})",
        "WARN  heartbeats of {n} hosts late by {ms}ms, all by way of {callee}",
    ),
    victim_unnamed=(
        "ERROR 503 ServiceUnavailable: request={hex} given up after {ms}ms",
        "WARN  write of media/{hex}.webp: 1 of 3 copies confirmed after {ms}ms",
        "ERROR 500 InternalError: request={hex}, try again",
        "WARN  heartbeats of {n} hosts late by {ms}ms",
    ),
    recovered=(
        "INFO  {callee} answers again, copies are confirmed in {small}ms",
        "INFO  no heartbeat by way of {callee} late in the last {n} s",
    ),
    events=(
        "Buckets: {small}, versioned: {n}",
        "lifecycle rules ran {n} min ago",
        "Last restore test {n} days ago, complete",
        "encryption at rest: on for all buckets",
        "Firmware of the disks is that of the vendor's current list",
        "bucket exports: owner finance, tags complete",
    ),
    changes=(
        "release {version}: index merges with a lower priority",
        "release {version}: answers carry the id of their request",
        "lifecycle rule expire-tmp: 14 -> 7 days",
        "bucket policy: read access to exports for the reporting role",
        "capacity ticket {id}: two hosts added to the archive pool by playbook",
        "settings: scrub rate 40 MB/s -> 50 MB/s",
        "flag list-v2-default switched on",
        "dashboards generated from code",
    ),
    runbook=(
        "list_bucket_policies",
        "show_shard_layout",
        "run_lifecycle_report",
        "abort_stale_uploads",
        "rotate_log_files",
        "export_audit_trail",
    ),
)

REDIS = Software(
    name="redis",
    kind="cache",
    dialect="redis",
    release="Redis",
    gauges=gauges.CACHE,
    stateful=True,
    latency=(0.2, 0.9),
    noise=(
        "INFO  {id} changes in 300 seconds. Saving...",
        "INFO  Background saving started by pid {pid}",
        "INFO  DB saved on disk",
        "INFO  Fork CoW for RDB: peak {n} MB",
        "INFO  Background saving terminated with success",
        "INFO  Replica {ip}:6379 asks for synchronization",
        "INFO  Synchronization with replica {ip}:6379 succeeded",
        "INFO  memory report: largest key of session:* has {small} KiB, all of its keys have a TTL",
        "INFO  lazyfree: {id} objects of client={caller} freed in the background, {n} ms of the main thread",
        "WARN  slowlog: HGETALL profile:{id} took {ms} us, client={caller}",
        "WARN  Client id={id} addr={ip}:{port} laddr={ip}:6379 name={caller} age={small} idle={n} flags=N db=0 sub=0 "
        "cmd=get "
        "closed: it was idle for longer than the limit of the settings",
        "WARN  Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis. "
        "This "
        "is likely due to a scanner of the security team. Connection from {ip}:{port} aborted.",
        "ERROR WRONGTYPE Operation against a key holding the wrong kind of value cmd=lpush client={caller}",
        "ERROR ERR unknown command 'JSON.GET', with args beginning with: 'draft:{id}' client={caller}",
        "ERROR NOSCRIPT No matching script. Please use EVAL. cmd=evalsha client={caller}",
    ),
    victim=(
        "WARN  Timeout connecting to {callee}: no answer within {ms} ms, keeping the role that is known",
        "WARN  Disconnecting timedout replica (streaming sync): {ip}:6379, by way of {callee}",
        "WARN  +sdown: {callee} has not answered for {ms} ms",
        "ERROR Error condition on socket for SYNC: Connection timed out after {ms} ms ({callee})",
        "WARN  {n} clients behind {callee} closed: output buffer not read for {ms} ms",
    ),
    victim_unnamed=(
        "WARN  Disconnecting timedout replica (streaming sync): {ip}:6379",
        "WARN  Connection with replica {ip}:6379 lost after {ms} ms without an answer.",
        "ERROR Error condition on socket for SYNC: Connection timed out after {ms} ms",
        "WARN  {n} clients closed: output buffer not read for {ms} ms",
    ),
    recovered=(
        "INFO  -sdown: {callee} answers again",
        "INFO  Partial resynchronization request by way of {callee} accepted. Sending {id} bytes of backlog.",
    ),
    events=(
        "Snapshots are copied off site every {n} h",
        "append-only file: fsync every second",
        "Client library versions: {n} in use, all supported",
        "one replica was moved to another node yesterday",
        "ACL file: {n} users",
        "Latency monitor: threshold 100 ms",
    ),
    changes=(
        "patch version {version}",
        "settings: timeout 0 -> 300",
        "settings: slowlog-log-slower-than 10000 -> 5000",
        "settings: save 300 100 instead of save 60 10000",
        "ACL: user reporting may call SCAN and TTL",
        "exporter of metrics updated",
        "flag lazyfree-lazy-expire switched on",
        "manifest: anti-affinity by zone",
    ),
    runbook=(
        "show_slow_log",
        "take_snapshot",
        "sample_big_keys",
        "list_connected_clients",
        "rotate_log_files",
        "export_settings",
    ),
)

KAFKA = Software(
    name="kafka",
    kind="broker",
    dialect="kafka",
    release="Kafka",
    gauges=gauges.KAFKA,
    stateful=True,
    latency=(2, 8),
    noise=(
        "INFO  [LocalLog partition=activity-{n}, dir=/var/lib/kafka] Rolled new log segment at offset {id} in {n} ms.",
        "INFO  [ProducerStateManager partition=activity-{n}] Wrote producer snapshot at offset {id} with {n} producer "
        "ids in "
        "{n} ms.",
        "INFO  [UnifiedLog partition=logins-{n}, dir=/var/lib/kafka] Deleting segments due to log retention time "
        "604800000ms "
        "breach: LogSegment(baseOffset={id}, size={id}, lastModifiedTime=17{id}, largestRecordTimestamp=17{id})",
        "INFO  [GroupMetadataManager brokerId=2] Removed {n} expired offsets in {n} milliseconds.",
        "INFO  [BrokerToControllerChannelManager id=2 name=heartbeat] Client requested disconnect from node {n}",
        "INFO  [SnapshotGenerator id=2] Creating new KRaft snapshot file because we have replayed {id} bytes.",
        "INFO  [Log Cleaner] Cleaned log settings-{n}: {id} records read, {n} % smaller, {small} s",
        "INFO  [TransactionCoordinator id=2] Initialized transactionalId {caller}-{n} with producer epoch {n}",
        "INFO  [GroupCoordinator 2]: {n} groups without members for 7 days removed",
        "WARN  [SocketServer listenerType=BROKER, nodeId=2] Unexpected error from /{ip} "
        "(channelId={ip}:9092-{ip}:{port}-{n}); "
        "closing connection: InvalidReceiveException: Invalid receive (size = 1195725856 larger than 104857600)",
        "WARN  Attempting to send response via channel for which there is no open connection, connection id "
        "{ip}:9092-{ip}:{port}-{n}",
        "WARN  [ReplicaManager broker=2] Fetch of logins-{n} by {caller} asked for offset {id}, which is gone by "
        "retention",
        "WARN  [RequestSendThread] Metadata request of {caller} took {ms} ms, {small} topics in it",
        "ERROR [KafkaApi-2] Topic tmp-{hex} asked for by {caller} does not exist and auto.create.topics.enable is "
        "false",
        "ERROR [ReplicaManager broker=2] Error processing append operation on partition logins-{n}: "
        "OutOfOrderSequenceException: "
        "producer {id} of {caller} sent sequence {n} twice",
    ),
    victim=(
        "WARN  [ReplicaFetcher replicaId=2, leaderId=3, fetcherId=0] Error in response for fetch request, {ms} ms "
        "without an "
        "answer by way of {callee}",
        "WARN  [BrokerToControllerChannelManager id=2] Connection to node 3 by way of {callee} terminated after {ms} "
        "ms",
        "ERROR [BrokerLifecycleManager id=2] No answer of {callee} within {ms} ms, heartbeat is repeated",
        "WARN  {callee} took {ms} ms, {n} requests in purgatory",
    ),
    victim_unnamed=(
        "WARN  [ReplicaFetcher replicaId=2, leaderId=3, fetcherId=0] Error in response for fetch request, {ms} ms "
        "without an "
        "answer",
        "ERROR [KafkaApi-2] Produce request of {caller} timed out after {ms} ms",
        "WARN  [RequestSendThread] Controller connection was not answered for {ms} ms",
    ),
    recovered=(
        "INFO  [ReplicaFetcher replicaId=2, leaderId=3, fetcherId=0] Fetching again by way of {callee}",
        "INFO  [BrokerLifecycleManager id=2] {callee} answers, {n} heartbeats on time",
    ),
    events=(
        "Last rolling restart {n} days ago",
        "topics: {small}, created this week: {n}",
        "Retention of logins: 7 days, unchanged",
        "auto.create.topics.enable is false, as agreed",
        "Rack awareness: by zone",
        "ACLs: {small}, exported {n} h ago",
    ),
    changes=(
        "patch version {version}, rolled out broker by broker",
        "topic logins: retention 14 -> 7 days",
        "topic activity: partitions 24 -> 36",
        "settings: num.network.threads 6 -> 8",
        "settings: log.cleaner.threads 1 -> 2",
        "ACL: read access to activity for the reporting role",
        "exporter of metrics updated",
        "flag client-telemetry switched on",
    ),
    runbook=(
        "list_topic_settings",
        "elect_preferred_leaders",
        "export_acl_list",
        "show_client_quotas",
        "rotate_log_files",
        "describe_consumer_groups",
    ),
)

RABBITMQ = Software(
    name="rabbitmq",
    kind="broker",
    dialect="erlang",
    release="RabbitMQ",
    gauges=gauges.RABBITMQ,
    stateful=True,
    latency=(1, 5),
    noise=(
        "INFO  accepting AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672)",
        "INFO  connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672 - {caller}): user 'app' authenticated and granted "
        "access to "
        "vhost '/'",
        "INFO  closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672, vhost: '/', user: 'app')",
        "INFO  queue 'retry.{n}' in vhost '/': {n} messages went back to their queue after their TTL",
        "INFO  segment file {n} of quorum queue 'audit' truncated, {id} entries in a snapshot",
        "INFO  management: user 'monitoring' read the overview, {small} ms",
        "INFO  policy 'ha-audit' compared with all queues in {n} ms, none changed",
        "INFO  rabbit on node 'rabbit@mq-{n}': statistics of {small} channels collected in {n} ms",
        "DEBUG channel {n} of {caller}: basic.qos as before",
        "WARN  closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672 - {caller}, vhost: '/', user: 'app'): "
        "client "
        "unexpectedly closed TCP connection",
        "WARN  message of {caller} for exchange 'events' matched no queue and was returned (mandatory flag), routing "
        "key "
        "preview.{n}",
        "WARN  queue 'digest.{n}': consumer {caller} needed {ms} ms for one delivery, limit 1800000 ms",
        "ERROR closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672): missed heartbeats from client, "
        "timeout: 60s",
        "ERROR Channel error on connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672, vhost: '/', user: 'app'), channel "
        "{n}: "
        "operation queue.declare caused a channel exception not_found: no queue 'tmp-{hex}' in vhost '/'",
        "ERROR exchange 'legacy.{n}': declare of {caller} refused, inequivalent arg 'durable': received 'false' but "
        "current "
        "is 'true'",
    ),
    victim=(
        "WARN  node 'rabbit@mq-{n}' heard nothing by way of {callee} for {ms} ms",
        "ERROR rabbitmq_peer_discovery: {callee} did not answer within {ms} ms, attempt {n}",
        "WARN  quorum queue 'audit': command not confirmed within {ms} ms, followers are behind {callee}",
        "ERROR closing AMQP connection <0.{pid}.0>: writer timed out after {ms} ms towards {callee}",
    ),
    victim_unnamed=(
        "WARN  quorum queue 'audit': command not confirmed within {ms} ms",
        "ERROR closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672): writer timed out after {ms} ms",
        "WARN  confirms of {n} publishers late by {ms} ms",
    ),
    recovered=(
        "INFO  rabbitmq_peer_discovery: {callee} answers again",
        "INFO  quorum queue 'audit': followers behind {callee} have caught up",
    ),
    events=(
        "Definitions exported {n} h ago",
        "plugins: those of the standard image",
        "Last rolling upgrade {n} days ago",
        "vhosts: {n}, one of them for tests",
        "Queues: {small}, most of them of the quorum type",
        "listeners: 5671 and 5672, as in the standard image",
    ),
    changes=(
        "patch version {version}, rolled out node by node",
        "policy ha-audit: delivery limit 10 -> 20",
        "settings: heartbeat 30 -> 60",
        "settings: consumer_timeout 900000 -> 1800000",
        "queue retry.{n}: message TTL 60 s -> 90 s",
        "user reporting: read access to audit",
        "flag stream_filtering switched on",
        "management plugin behind single sign-on",
    ),
    runbook=(
        "list_queue_lengths",
        "export_definitions",
        "show_connection_table",
        "rebalance_queue_leaders",
        "rotate_log_files",
        "check_cluster_status",
    ),
)
