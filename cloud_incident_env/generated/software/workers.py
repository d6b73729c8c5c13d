"""Workers: consumers of streams and of queues, and scheduled jobs."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import config_clients, gauges, sql_clients

STREAM_WORKER = Software(
    name="stream-worker",
    kind="worker",
    dialect="java-worker",
    release="stream worker",
    gauges=gauges.WORKER,
    threads=True,
    latency=(5, 30),
    noise=(
        "INFO  Record {hex} handled in {took} ms",
        "INFO  Record {hex} of {user} handled in {took} ms, 1 result written",
        "DEBUG Event {hex} of {user} equals the last one, nothing to write",
        "INFO  o.apache.kafka.clients.NetworkClient : [Consumer clientId={instance}, groupId={service}] Node 3 "
        "disconnected.",
        "INFO  o.apache.kafka.clients.NetworkClient : [Producer clientId={instance}] Node -1 disconnected.",
        "DEBUG o.a.k.c.c.internals.ConsumerCoordinator : [Consumer clientId={instance}, groupId={service}] Committed "
        "offset {id} for partition activity-{n}",
        "DEBUG o.a.k.c.consumer.internals.AbstractFetch : [Consumer clientId={instance}, groupId={service}] Node 2 "
        "sent a full fetch response with {few} response partition(s)",
        "DEBUG o.a.k.c.c.internals.ConsumerCoordinator : [Consumer clientId={instance}, groupId={service}] Received "
        "successful Heartbeat response",
        "INFO  {per_minute} records handled in the last minute, all instances",
        "INFO  State store visits: {count} entries flushed",
        "INFO  Window of 5 min closed: {count} results, {n} records after the watermark",
        "DEBUG Schema {hex} read from the cache",
        "INFO  Reporter wrote {count} series",
        "WARN  Record {hex} of {kb} KiB is larger than most, handled alone",
        "WARN  Event {hex} was applied before by this partition, skipped",
        "WARN  Event {hex} is {n} s older than the watermark, result of its window sent again",
        "WARN  Event {hex} names the account {user}, which is closed; counted apart",
        "WARN  Record {hex}: field 'locale' is empty, default taken",
        "ERROR Event {hex} has the unknown type 'preview.opened.v{n}', no handler is registered; committed",
        "ERROR Result for {user} not sent: account was deleted; skipped",
        "ERROR Record {hex} refused: $.items[{n}].count is not a number; sent to {service}.rejects",
    ),
    peers={
        "kafka": {
            "refused": (
                "WARN  o.apache.kafka.clients.NetworkClient : [Consumer clientId={instance}, groupId={service}] "
                "Connection to node 2 ({callee}-2/{ip}:9092) could not be established. Node may not be available.",
                "WARN  o.apache.kafka.clients.NetworkClient : [Producer clientId={instance}] Bootstrap broker "
                "{callee}.internal:9092 (id: -1 rack: null) disconnected",
                "WARN  o.apache.kafka.clients.NetworkClient : [Producer clientId={instance}] Connection to node "
                "3 ({ip}:9092) could not be established. Node may not be available.",
            ),
            "error": (
                "WARN  o.a.k.clients.producer.internals.Sender : [Producer clientId={instance}] Got error "
                "produce response with correlation id {id} on topic-partition activity-{n}, retrying (2147483646 "
                "attempts left). Error: UNKNOWN_SERVER_ERROR",
                "ERROR o.a.k.c.consumer.internals.ConsumerCoordinator : [Consumer clientId={instance}, "
                "groupId={service}] Offset commit failed on partition activity-{n} at offset {id}: The server "
                "experienced an unexpected error when processing the request.",
                "ERROR Result of record {hex} not written to {callee} ({wait} ms): "
                "org.apache.kafka.common.errors.UnknownServerException",
                "WARN  {callee} answered with an error after {wait} ms, record {hex} is handled again",
            ),
            "timeout": (
                "ERROR Result of record {hex} not confirmed by {callee}: "
                "org.apache.kafka.common.errors.TimeoutException: Expiring 1 record(s) for activity-{n}:{timeout} "
                "ms has passed since batch creation",
                "INFO  o.apache.kafka.clients.NetworkClient : [Consumer clientId={instance}, groupId={service}] "
                "Disconnecting from node 2 due to request timeout.",
                "ERROR o.a.k.c.consumer.internals.ConsumerCoordinator : [Consumer clientId={instance}, "
                "groupId={service}] Timeout of {timeout}ms expired before successfully committing offsets of "
                "activity-{n}",
                "WARN  No answer of {callee} within {timeout} ms, fetching paused on one partition",
            ),
            "slow": (
                "WARN  {callee} confirmed a batch after {wait} ms",
                "INFO  Commit of activity-{n} took {wait} ms",
                "WARN  Fetch from {callee} answered after {wait} ms",
            ),
            "recovered": (
                "INFO  o.a.k.c.consumer.internals.ConsumerCoordinator : [Consumer clientId={instance}, "
                "groupId={service}] Discovered group coordinator {callee}-2.internal:9092 (id: 2147483645 rack: "
                "null)",
                "INFO  o.apache.kafka.clients.Metadata : [Producer clientId={instance}] Cluster ID: "
                "Mk3OEYBSD34fcwNTJENDM2Qk",
                "INFO  Batch confirmed by {callee} in {wait} ms, fetching resumed",
            ),
        },
        **sql_clients.STREAM_WORKER,
        "cache": {
            "refused": (
                "WARN  i.l.core.protocol.ConnectionWatchdog : Cannot reconnect to "
                "[{callee}.internal/<unresolved>:6379]: Connection refused: {callee}.internal/{ip}:6379",
                "ERROR Record {hex}: io.lettuce.core.RedisConnectionException: Unable to connect to "
                "{callee}.internal/<unresolved>:6379",
                "WARN  Counter of {user} not read: java.net.ConnectException: Connection refused, {wait} ms",
            ),
            "error": (
                "ERROR Record {hex}: io.lettuce.core.RedisCommandExecutionException: ERR answer of {callee} after "
                "{wait} ms",
                "WARN  Command HINCRBY failed at {callee} after {wait} ms, record {hex} is handled again",
                "ERROR org.springframework.data.redis.RedisSystemException: Error in execution; record {hex}",
            ),
            "timeout": (
                "ERROR Record {hex}: io.lettuce.core.RedisCommandTimeoutException: Command timed out after "
                "{timeout} millisecond(s)",
                "WARN  {callee} gave no answer within {timeout} ms, counter of {user} not written",
                "ERROR org.springframework.dao.QueryTimeoutException: Redis command timed out; {callee}, {timeout} ms",
            ),
            "slow": (
                "WARN  HGETALL at {callee} took {wait} ms",
                "INFO  Pipeline of {n} commands answered after {wait} ms",
            ),
            "recovered": (
                "INFO  i.l.core.protocol.ReconnectionHandler : Reconnected to {callee}.internal/<unresolved>:6379",
                "INFO  Commands to {callee} are answered, {wait} ms",
                "INFO  HGETALL answered after {wait} ms, fetching resumed",
            ),
        },
        "amqp": {
            "refused": (
                "WARN  o.s.a.r.l.SimpleMessageListenerContainer : Consumer raised exception, processing can restart "
                "if the connection factory supports it. Exception summary: "
                "org.springframework.amqp.AmqpConnectException: java.net.ConnectException: Connection refused",
                "ERROR o.s.a.r.c.CachingConnectionFactory : Could not connect to {callee}.internal:5672 ({wait} "
                "ms): Connection refused",
                "WARN  Notice for {user} not sent, {callee} refused the connection after {wait} ms",
            ),
            "error": (
                "ERROR o.s.a.r.c.CachingConnectionFactory : Shutdown Signal: connection error; protocol method: "
                "#method<connection.close>(reply-code=541, reply-text=INTERNAL_ERROR, class-id=0, method-id=0)",
                "WARN  Publish to {callee} was nacked after {wait} ms, record {hex} is handled again",
                "ERROR org.springframework.amqp.AmqpIOException: java.io.IOException; channel of {callee} closed by "
                "its peer after {wait} ms",
            ),
            "timeout": (
                "ERROR org.springframework.amqp.AmqpTimeoutException: no publisher confirm of {callee} within "
                "{timeout} ms",
                "WARN  o.s.a.r.l.SimpleMessageListenerContainer : Consumer raised exception, processing can restart "
                "if the connection factory supports it. Exception summary: "
                "org.springframework.amqp.AmqpTimeoutException: java.util.concurrent.TimeoutException",
                "WARN  Record {hex} will be handled again: {callee} gave no answer in {timeout} ms",
            ),
            "slow": (
                "WARN  Publisher confirm of {callee} after {wait} ms",
                "INFO  Notice for {user} confirmed after {wait} ms",
            ),
            "recovered": (
                "INFO  o.s.a.r.c.CachingConnectionFactory : Created new connection: "
                "rabbitConnectionFactory#{hex}:{n}/SimpleConnection@{hex} [delegate=amqp://app@{ip}:5672/, "
                "localPort={port}]",
                "INFO  Publishes to {callee} are confirmed, {wait} ms",
            ),
        },
        "object": {
            "refused": (
                "ERROR Record {hex}: software.amazon.awssdk.core.exception.SdkClientException: Unable to execute "
                "HTTP request: Connect to {callee}:9000 [{callee}/{ip}] failed: Connection refused "
                "(SDK Attempt Count: {tries})",
                "WARN  Attachment {hex} not read: java.net.ConnectException: Connection refused, {wait} ms",
            ),
            "error": (
                "ERROR Record {hex}: software.amazon.awssdk.services.s3.model.S3Exception: Service Unavailable "
                "(Service: S3, Status Code: 503, Request ID: {hex}) (SDK Attempt Count: {tries})",
                "WARN  GET records/{hex}.json at {callee}: 500 InternalError after {wait} ms",
                "ERROR PUT of a checkpoint to {callee} failed after {wait} ms: S3Exception, Status Code: 503",
            ),
            "timeout": (
                "ERROR Record {hex}: software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException: HTTP "
                "request execution did not complete before the specified timeout configuration: {timeout} millis",
                "WARN  GET records/{hex}.json at {callee}: no answer in {timeout} ms",
                "ERROR Checkpoint not written, {callee} gave no answer within {timeout} ms",
            ),
            "slow": (
                "WARN  GET records/{hex}.json at {callee} took {wait} ms",
                "INFO  Checkpoint written in {wait} ms",
            ),
            "recovered": (
                "INFO  GET records/{hex}.json at {callee}: 200 after {wait} ms, try {tries}",
                "INFO  Checkpoint written to {callee}, {wait} ms",
                "INFO  Checkpoint written at try {tries}, {wait} ms",
            ),
        },
        "config": {
            "refused": (
                "WARN  o.s.c.c.c.ConfigServicePropertySourceLocator : Could not locate PropertySource: I/O error on "
                'GET request for "http://{callee}:8080/{service}/prod": Connection refused',
                "WARN  Settings not read, connection refused after {wait} ms; values in use stay",
                "WARN  o.s.c.c.client.ConfigServerConfigDataLoader : Connect Exception on Url - "
                "http://{callee}:8080. Will be trying the next url if available",
            ),
            "error": (
                "WARN  o.s.c.c.c.ConfigServicePropertySourceLocator : Could not locate PropertySource: 503 : "
                '"Service Unavailable" on GET request for "http://{callee}:8080/{service}/prod"',
                "WARN  {callee} answered 500 after {wait} ms; values in use stay",
                "ERROR Refresh of settings failed after {wait} ms: HttpServerErrorException: 503",
            ),
            "timeout": (
                "WARN  o.s.c.c.c.ConfigServicePropertySourceLocator : Could not locate PropertySource: I/O error on "
                'GET request for "http://{callee}:8080/{service}/prod": Read timed out',
                "WARN  No answer of {callee} within {timeout} ms; values in use stay",
                "ERROR Refresh of settings given up after {timeout} ms",
            ),
            "slow": (
                "INFO  {callee} answered after {wait} ms, 0 entries changed",
                "INFO  Settings read in {wait} ms",
            ),
            "recovered": (
                "INFO  o.s.c.c.c.ConfigServicePropertySourceLocator : Located environment: name={service}, "
                "profiles=[prod], label=null, version={hex}, state=null",
                "INFO  Settings read from {callee} in {wait} ms",
            ),
        },
    },
    events=(
        "Offsets are committed every 10 s, as configured",
        "Input topics: two, both on the list of the owner",
        "State stores were restored from a checkpoint at the last start",
        "Error budget of last month: {n} % used",
        "One replica was moved to another node yesterday",
        "Schema of the input unchanged for {n} days",
    ),
    changes=(
        "release {version}: library updates, no change of behaviour",
        "release {version}: handler writes one more metric",
        "release {version}: results carry the version of their schema",
        "configuration: fetch.min.bytes 1 -> 1024",
        "configuration: commit interval 5 s -> 10 s",
        "consumer metrics renamed to the common scheme",
        "configuration: log level of the schema package INFO -> DEBUG",
        "manifest: memory request equals its limit",
    ),
    runbook=(
        "list_group_members",
        "show_partition_offsets",
        "capture_thread_dump",
        "export_consumer_metrics",
        "show_handler_timings",
        "compare_schema_versions",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

QUEUE_WORKER = Software(
    name="queue-worker",
    kind="worker",
    dialect="python",
    release="queue worker",
    gauges=gauges.WORKER,
    threads=True,
    latency=(20, 120),
    noise=(
        "INFO  celery.worker.strategy : Task sync_item[{trace}] received",
        "INFO  celery.worker.strategy : Task send_notice[{trace}] received",
        "INFO  celery.worker.strategy : Task refresh_counters[{trace}] received",
        "INFO  sync_item[{trace}] done in {took} ms",
        "INFO  send_notice[{trace}] done in {took} ms, 1 recipient",
        "INFO  refresh_counters[{trace}] done in {took} ms, {count} counters",
        "INFO  celery.beat : Scheduler: Sending due task purge-expired (purge_expired)",
        "INFO  celery.worker.consumer.gossip : sync with {service}@{instance}",
        "INFO  celery.worker.control : Events of group {{task}} enabled by remote.",
        "DEBUG celery.worker.request : Task accepted: refresh_counters[{trace}] pid:{pid}",
        "DEBUG celery.pool : TaskPool: Apply <function fast_trace_task at 0x7f{hex}> (args:('sync_item', '{trace}'))",
        "DEBUG amqp : heartbeat_tick : for connection {hex}",
        "INFO  purge_expired[{trace}]: {count} records removed",
        "WARN  celery.worker.consumer.gossip : Substantial drift from {service}@{instance} may mean clocks are out "
        "of sync. Current drift is 16 seconds.",
        "WARN  celery.worker.consumer.gossip : missed heartbeat from {service}@{instance}",
        "WARN  Message {hex} was delivered before (redelivered=True) and is done already, acknowledged",
        "WARN  sync_item[{trace}]: account {user} has no locale, default taken",
        "WARN  refresh_counters[{trace}]: counter of {user} is older than a day, counted anew",
        "ERROR celery.worker.request : Task send_notice[{trace}] rejected: recipient list is empty",
        "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: KeyError('preview')",
        "ERROR celery.worker.consumer.consumer : Received unregistered task of type 'report.legacy_{n}'. The "
        "message has been ignored and discarded.",
        "ERROR item {id} refused: note is longer than 500 characters; message acknowledged",
    ),
    peers={
        "amqp": {
            "refused": (
                "ERROR celery.worker.consumer.consumer : consumer: Cannot connect to "
                "amqp://app:**@{callee}.internal:5672//: [Errno 111] Connection refused. Trying again in 2.00 "
                "seconds... ({tries}/100)",
                "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: "
                "OperationalError(ConnectionRefusedError(111, 'Connection refused'))",
                "WARN  follow-up of sync_item[{trace}] not sent: {callee} refused the connection after {wait} ms",
            ),
            "error": (
                "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: InternalError(541, "
                "'INTERNAL_ERROR', (0, 0), '')",
                "WARN  publish to {callee} was nacked after {wait} ms, trying again",
                "ERROR channel of {callee} closed by its peer after {wait} ms: amqp.exceptions.InternalError",
                "WARN  celery.worker.consumer.consumer : consumer: Connection to broker lost. Trying to "
                "re-establish the connection...",
            ),
            "timeout": (
                "ERROR celery.worker.consumer.consumer : consumer: Cannot connect to "
                "amqp://app:**@{callee}.internal:5672//: timed out. Trying again in 2.00 seconds... ({tries}/100)",
                "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: "
                "OperationalError(TimeoutError('timed out'))",
                "WARN  no publisher confirm of {callee} within {timeout} ms",
            ),
            "slow": (
                "WARN  publish to {callee} confirmed after {wait} ms",
                "INFO  follow-up of sync_item[{trace}] sent in {wait} ms",
            ),
            "recovered": (
                "INFO  celery.worker.consumer.connection : Connected to amqp://app:**@{callee}.internal:5672//",
                "INFO  publish confirmed after {wait} ms, try {tries}",
            ),
        },
        **sql_clients.QUEUE_WORKER,
        "object": {
            "refused": (
                "ERROR sync_item[{trace}]: botocore.exceptions.EndpointConnectionError: Could not connect to the "
                'endpoint URL: "http://{callee}:9000/records/{hex}.json"',
                "WARN  attachment {hex} not read: [Errno 111] Connection refused, {wait} ms",
            ),
            "error": (
                "ERROR sync_item[{trace}]: botocore.exceptions.ClientError: An error occurred (503) when calling "
                "the PutObject operation (reached max retries: {tries}): Service Unavailable",
                "WARN  {callee} answered 500 after {wait} ms, records/{hex}.json not written",
                "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: ClientError('An error occurred "
                "(InternalError) when calling the GetObject operation')",
            ),
            "timeout": (
                "ERROR sync_item[{trace}]: botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "
                '"http://{callee}:9000/records/{hex}.json"',
                "WARN  no answer of {callee} within {timeout} ms, records/{hex}.json not read",
                "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: ReadTimeoutError('no answer in "
                "{timeout} ms')",
            ),
            "slow": (
                "WARN  {callee} answered after {wait} ms: GET records/{hex}.json",
                "INFO  attachment of sync_item[{trace}] read in {wait} ms",
            ),
            "recovered": (
                "INFO  records/{hex}.json written to {callee}, {wait} ms, try {tries}",
                "INFO  attachment {hex} read, {wait} ms",
            ),
        },
        "kafka": {
            "refused": (
                "ERROR kafka.conn : <BrokerConnection client_id={service}, node_id=2 host={callee}-2.internal:9092 "
                "<connecting> [IPv4 ('{ip}', 9092)]>: Connect attempt returned error 111. Disconnecting.",
                "WARN  event of sync_item[{trace}] not sent: ECONNREFUSED, {wait} ms",
            ),
            "error": (
                "ERROR event of sync_item[{trace}] not sent to {callee}: [Error -1] UnknownError after {wait} ms",
                "WARN  kafka.producer.sender : Got error produce response on topic-partition "
                "TopicPartition(topic='activity', partition={n}), retrying ({n} attempts left). Error: UnknownError",
                "WARN  {callee} answered with an error after {wait} ms, event is sent again",
            ),
            "timeout": (
                "ERROR event of sync_item[{trace}] not confirmed by {callee}: KafkaTimeoutError: Batch for "
                "TopicPartition(topic='activity', partition={n}) expired after {timeout} ms",
                "WARN  kafka.conn : <BrokerConnection client_id={service}, node_id=2 host={callee}-2.internal:9092 "
                "<connected>>: timed out after {timeout} ms. Closing connection.",
                "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: KafkaTimeoutError()",
            ),
            "slow": (
                "WARN  event confirmed by {callee} after {wait} ms",
                "INFO  event of sync_item[{trace}] sent in {wait} ms",
            ),
            "recovered": (
                "INFO  kafka.conn : <BrokerConnection client_id={service}, node_id=2 host={callee}-2.internal:9092 "
                "<connecting>>: Connection complete.",
                "INFO  event of sync_item[{trace}] confirmed in {wait} ms",
            ),
        },
        "dns": {
            "refused": (
                "ERROR sync_item[{trace}]: socket.gaierror: [Errno -3] Temporary failure in name resolution",
                "WARN  {callee} refused a query after {wait} ms",
            ),
            "error": (
                "ERROR sync_item[{trace}]: socket.gaierror: [Errno -3] Temporary failure in name resolution",
                "WARN  {callee} answered a query with an error after {wait} ms",
                "ERROR sync_item[{trace}]: urllib3.exceptions.NameResolutionError: Failed to resolve a name ([Errno "
                "-3] Temporary failure in name resolution), {callee}, {wait} ms",
            ),
            "timeout": (
                "ERROR sync_item[{trace}]: dns.resolver.LifetimeTimeout: no answer of {callee} within {timeout} ms",
                "WARN  query given up after {timeout} ms",
                "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: gaierror(-3, 'Temporary "
                "failure in name resolution')",
            ),
            "slow": (
                "WARN  {callee} answered after {wait} ms",
                "INFO  lookup took {wait} ms",
            ),
            "recovered": (
                "INFO  {callee} answers, {wait} ms",
                "INFO  name resolved at try {tries}, {wait} ms",
            ),
        },
        **config_clients.QUEUE_WORKER,
    },
    events=(
        "Task routes: seven, none added this week",
        "Task time limits: soft 60 s, hard 90 s, unchanged",
        "Task names follow the common scheme",
        "Results of tasks are kept for 24 h",
        "Error budget of last month: {n} % used",
        "Dead letters of this week: {n}, all looked at",
    ),
    changes=(
        "release {version}: dependency pins updated, no change of behaviour",
        "release {version}: task names with a prefix",
        "release {version}: notices in two more languages",
        "settings: soft time limit 45 s -> 60 s",
        "settings: results kept for 24 h instead of 48 h",
        "settings: worker_send_task_events true",
        "log format: task id in every line",
        "manifest: one replica in each zone",
    ),
    runbook=(
        "list_active_tasks",
        "show_queue_bindings",
        "capture_stack_dump",
        "export_task_statistics",
        "show_task_timings",
        "list_scheduled_tasks",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

BATCH_WORKER = Software(
    name="batch-worker",
    kind="worker",
    dialect="python",
    release="batch worker",
    gauges=gauges.BATCH,
    latency=(80, 400),
    noise=(
        "INFO  usage_report, run {hex} started",
        "INFO  usage_report, run {hex}: page of 500 rows handled in {took} ms",
        "INFO  usage_report, run {hex}: step 'load' done in {took} ms",
        "INFO  usage_report: checkpoint of run {hex} at row {offset}",
        "INFO  stale_records, run {hex}: page handled in {took} ms, {count} records removed",
        "INFO  stale_records, run {hex} done, {count} records removed",
        "INFO  partner_files: 12 of 12 files equal those of yesterday, none sent",
        "INFO  schedule: next run of stale_records in {n} min",
        "INFO  schedule: job usage_report added to the queue of runs",
        "DEBUG lease: lease of run {hex} extended by 30 s",
        "DEBUG partner_files: {count} rows compared, {n} written",
        'INFO  Job "heartbeat (trigger: interval[0:00:30])" executed successfully',
        "INFO  usage_report: output of run {hex}: {kb} KiB, sha256 {hex}",
        'WARN  Execution of job "heartbeat (trigger: interval[0:00:30])" skipped: maximum number of running '
        "instances reached (1)",
        "WARN  usage_report: {n} rows without a locale, list kept with run {hex}",
        "WARN  usage_report, run {hex}: {few} accounts without a name, id taken",
        "WARN  partner_files: host key of partner {id} is an RSA key of 2048 bits",
        "WARN  stale_records: record {id} changed while it was read, left for the next run",
        "ERROR partner_files: file of partner {id} refused: name exists; sent as {hex}.csv",
        "ERROR usage_report: row {id}: time data '0000-00-00' does not match format '%Y-%m-%d', written to the "
        "rejects of run {hex}",
        "ERROR stale_records: record {id} not removed: it is referenced by an export; skipped",
    ),
    peers={
        **sql_clients.BATCH_WORKER,
        "object": {
            "refused": (
                "ERROR usage_report, run {hex}: botocore.exceptions.EndpointConnectionError: Could not connect to "
                'the endpoint URL: "http://{callee}:9000/exports/{hex}.parquet"',
                "WARN  retry: upload of run {hex}: [Errno 111] Connection refused after {wait} ms, try {tries}",
            ),
            "error": (
                "ERROR usage_report, run {hex}: botocore.exceptions.ClientError: An error occurred (503) when "
                "calling the UploadPart operation (reached max retries: {tries}): Service Unavailable",
                "WARN  retry: upload of run {hex}: {callee} answered 500 after {wait} ms, try {tries}",
                "ERROR partner_files: exports/{hex}.csv not read from {callee}: InternalError, {wait} ms",
            ),
            "timeout": (
                "ERROR usage_report, run {hex}: botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "
                '"http://{callee}:9000/exports/{hex}.parquet"',
                "WARN  retry: upload of run {hex} given up after {timeout} ms, try {tries}",
                "ERROR partner_files: exports/{hex}.csv: no answer of {callee} within {timeout} ms",
            ),
            "slow": (
                "WARN  usage_report, run {hex}: part {n} taken by {callee} after {wait} ms",
                "INFO  partner_files: exports/{hex}.csv read in {wait} ms",
            ),
            "recovered": (
                "INFO  usage_report, run {hex}: part {n} taken by {callee}, {wait} ms, try {tries}",
                "INFO  retry: upload of run {hex} goes on at part {n}",
            ),
        },
        "kafka": {
            "refused": (
                "ERROR kafka.conn : <BrokerConnection client_id={service}, node_id=2 host={callee}-2.internal:9092 "
                "<connecting> [IPv4 ('{ip}', 9092)]>: Connect attempt returned error 111. Disconnecting.",
                "WARN  retry: notice of run {hex} not sent: ECONNREFUSED after {wait} ms, try {tries}",
            ),
            "error": (
                "ERROR usage_report, run {hex}: notice not sent to {callee}: [Error -1] UnknownError after {wait} ms",
                "WARN  kafka.producer.sender : Got error produce response on topic-partition "
                "TopicPartition(topic='activity', partition={n}), retrying ({n} attempts left). Error: UnknownError",
                "WARN  retry: {callee} answered with an error after {wait} ms, notice of run {hex} is sent again",
            ),
            "timeout": (
                "ERROR usage_report, run {hex}: KafkaTimeoutError: Batch for TopicPartition(topic='activity', "
                "partition={n}) expired after {timeout} ms",
                "WARN  retry: notice of run {hex} not confirmed by {callee} within {timeout} ms, try {tries}",
                "WARN  kafka.conn : <BrokerConnection client_id={service}, node_id=2 host={callee}-2.internal:9092 "
                "<connected>>: timed out after {timeout} ms. Closing connection.",
            ),
            "slow": (
                "WARN  usage_report: notice of run {hex} confirmed by {callee} after {wait} ms",
                "INFO  usage_report: notice of run {hex} sent in {wait} ms",
            ),
            "recovered": (
                "INFO  kafka.conn : <BrokerConnection client_id={service}, node_id=2 host={callee}-2.internal:9092 "
                "<connecting>>: Connection complete.",
                "INFO  retry: notice of run {hex} sent at try {tries}",
            ),
        },
        "config": {
            "refused": (
                "WARN  settings: settings not read from {callee}: [Errno 111] Connection refused",
                "WARN  settings: settings of the last run taken, connection refused after {wait} ms",
            ),
            "error": (
                "WARN  settings: settings not read from {callee}: 503 Server Error: Service Unavailable",
                "WARN  settings: settings of the last run taken: requests.exceptions.HTTPError: 500 Server Error, "
                "{wait} ms",
                "ERROR settings: {callee} answered 503 after {wait} ms, try {tries}",
            ),
            "timeout": (
                "WARN  settings: settings not read from {callee}: Read timed out. (read timeout={timeout}ms)",
                "WARN  settings: settings of the last run taken, no answer within {timeout} ms",
                "ERROR settings: no answer of {callee} within {timeout} ms, try {tries}",
            ),
            "slow": (
                "INFO  settings: {callee} answered after {wait} ms",
                "WARN  settings: settings read in {wait} ms",
            ),
            "recovered": (
                "INFO  settings: settings read from {callee}, {wait} ms",
                "INFO  settings: settings read at try {tries}, none changed",
            ),
        },
    },
    events=(
        "Schedules: nine, reviewed last month",
        "Last catch-up run {n} days ago",
        "Output directory holds the last 30 runs",
        "Run history is kept for 30 days",
        "Partner list unchanged for {n} days",
        "Error budget of last month: {n} % used",
    ),
    changes=(
        "release {version}: dependency pins updated, no change of behaviour",
        "release {version}: usage report in Parquet as well",
        "release {version}: rejects carry the number of their row",
        "schedule of stale_records moved from minute 0 to minute 1{few}",
        "settings: page size 200 -> 500",
        "new partner {id} in the export list",
        "settings: exports are compressed with zstd",
        "manifest: history limit of finished jobs 3 -> 5",
    ),
    runbook=(
        "list_recent_runs",
        "show_job_schedule",
        "export_run_history",
        "list_partner_files",
        "compare_row_counts",
        "capture_stack_dump",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)
