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
    versions=("15.8", "15.10", "15.11", "15.12", "15.13", "15.14", "15.15"),
    noise=(
        "LOG   checkpoint starting: time",
        "LOG   checkpoint complete: wrote 18{n:02d} buffers (1.4%); 0 WAL file(s) added, 0 removed, 3 recycled; "
        "write=187.2{n:02d} s, sync=0.0{n:02d} s, total=187.5{n:02d} s; sync files={n}, longest=0.007 s, "
        "average=0.001 s; distance=4{n:02d}18 kB, estimate=5{n:02d}46 kB",
        "LOG   checkpoint complete: wrote 31{n:02d} buffers (2.4%); 0 WAL file(s) added, 0 removed, 5 recycled; "
        "write=269.4{n:02d} s, sync=0.0{n:02d} s, total=269.7{n:02d} s; sync files={n}, longest=0.009 s, "
        "average=0.002 s; distance=7{n:02d}04 kB, estimate=8{n:02d}77 kB",
        "LOG   checkpoint complete: wrote 83{few} buffers (0.6%); 0 WAL file(s) added, 0 removed, 1 recycled; "
        "write=84.1{n:02d} s, sync=0.0{n:02d} s, total=84.4{n:02d} s; sync files={n}, longest=0.004 s, "
        "average=0.001 s; distance=1{n:02d}77 kB, estimate=4{n:02d}12 kB",
        'LOG   automatic vacuum of table "app.public.job_runs": index scans: 1 pages: 0 removed, 418{n:02d} '
        "remain, 2094 "
        "scanned (5.00% of total) tuples: 6{count} removed, 33819{n:02d} remain, {n} are dead but not yet removable",
        'LOG   automatic vacuum of table "app.public.session_tokens": index scans: 1 pages: 0 removed, 91{n:02d} '
        "remain, "
        "912 scanned (10.00% of total) tuples: {count} removed, 4018{n:02d} remain, {n} are dead but not yet removable",
        'LOG   automatic analyze of table "app.public.user_settings" system usage: CPU: user: 0.{n:02d} s, system: '
        "0.00 s, elapsed: 1.{n:02d} s",
        "LOG   connection received: host={ip} port={port}",
        "LOG   connection authorized: user=app database=app application_name={caller} SSL enabled "
        "(protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)",
        "LOG   disconnection: session time: 0:30:00.0{n:02d} user=app database=app host={ip} port={port}",
        "LOG   disconnection: session time: 0:00:00.1{n:02d} user=reporting database=app host={ip} port={port}",
        "LOG   could not receive data from client: Connection reset by peer",
        "LOG   unexpected EOF on client connection with an open transaction",
        "LOG   duration: {took}.{n:03d} ms  execute fetch_page: SELECT * FROM job_runs WHERE id > $1 ORDER BY id "
        "LIMIT 100",
        "LOG   duration: {took}.{n:03d} ms  execute <unnamed>: SELECT value FROM user_settings WHERE account_id = "
        "$1 AND key = $2",
        "LOG   duration: {took}.{n:03d} ms  parse <unnamed>: UPDATE session_tokens SET seen_at = now() WHERE "
        "token_id = $1",
        'LOG   temporary file: path "base/pgsql_tmp/pgsql_tmp{pid}.{n}", size 2{id}',
        "LOG   AUDIT: SESSION,{n},1,READ,SELECT,TABLE,public.user_settings,SELECT count(*) FROM user_settings WHERE "
        "locale = $1,<not logged>",
        "LOG   replication connection authorized: user=replicator application_name=base_backup SSL enabled "
        "(protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)",
        "LOG   received SIGHUP, reloading configuration files",
        "WARN  there is no transaction in progress",
        "WARN  there is already a transaction in progress",
        "WARN  nonstandard use of \\\\ in a string literal at character {n}",
        'ERROR duplicate key value violates unique constraint "idempotency_keys_pkey"',
        "ERROR canceling statement due to user request",
        'ERROR invalid input syntax for type integer: "{hex}"',
        'ERROR column "locale_name" does not exist at character {n}',
        'ERROR relation "tmp_report_{n}" does not exist at character {n}',
        'FATAL password authentication failed for user "reporting"',
        'FATAL no pg_hba.conf entry for host "{ip}", user "scanner", database "postgres", no encryption',
    ),
    peers={
        "secrets": {
            "refused": (
                "WARN  secret_sync: GET https://{callee}.internal:8200/v1/database/static-creds/app: Failed to "
                "connect to {callee}.internal port 8200 after {wait} ms: Connection refused",
                "WARN  secret_sync: renewal of the token at {callee} failed: Failed to connect to {ip} port 8200 "
                "after {wait} ms: Connection refused",
                "WARN  secret_sync: Failed to connect to {ip} port 8200 after {wait} ms: Connection refused",
            ),
            "error": (
                "WARN  secret_sync: GET https://{callee}.internal:8200/v1/database/static-creds/app: The requested "
                "URL returned error: 503",
                "WARN  secret_sync: {callee} answered 500 after {wait} ms, credential of role app is kept as it is",
                "ERROR secret_sync: could not renew token at {callee}: HTTP status 502, {wait} ms",
                "WARN  secret_sync: renew-self: The requested URL returned error: 500",
            ),
            "timeout": (
                "WARN  secret_sync: GET https://{callee}.internal:8200/v1/auth/token/lookup-self: Operation timed "
                "out after {timeout} milliseconds with 0 bytes received",
                "WARN  secret_sync: no answer of {callee} within {timeout} ms, next try in 10 s",
                "ERROR secret_sync: could not read credential of role app from {callee}: Operation timed out after "
                "{timeout} milliseconds with 0 bytes received",
                "WARN  secret_sync: Operation timed out after {timeout} milliseconds with 0 out of 0 bytes received",
            ),
            "slow": (
                "LOG   secret_sync: {callee} answered 200 after {wait} ms",
                "LOG   secret_sync: lookup of role app took {wait} ms",
                "LOG   secret_sync: token renewed at {callee}, {wait} ms",
            ),
            "recovered": (
                "LOG   secret_sync: {callee} answers, token renewed at try {tries}",
                "LOG   secret_sync: credential of role app read again from {callee}, {wait} ms",
                "LOG   secret_sync: in step, {wait} ms",
            ),
        },
    },
    events=(
        "Statistics views were reset {n} days ago",
        "Parameter group: log_lock_waits on, deadlock_timeout 200 ms",
        "Extensions: pg_stat_statements, pgaudit, secret_sync",
        "Maintenance window: Sunday 03:00, nothing planned",
        "Durations of one statement in 1,000 are logged",
        "Checksums of data pages are on",
    ),
    changes=(
        "configuration {version}: parameter group sorted by topic, standbys first",
        "parameter group: log_statement_sample_rate 0.002 -> 0.001",
        "parameter group: work_mem 16MB -> 24MB",
        "new role for reporting, read rights only",
        "migration: index on job_runs(finished_at) built concurrently",
        "migration: comments of table job_runs reworded",
        "pg_stat_statements: track_utility off",
        "backup retention 14 -> 21 days",
    ),
    runbook=(
        "list_sessions",
        "show_locks",
        "list_replication_peers",
        "export_statistics",
        "export_parameter_group",
        "show_top_statements",
        "rotate_log_files",
        "show_backup_age",
        "list_recent_changes",
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
    versions=("8.4.0", "8.4.1", "8.4.2", "8.4.3", "8.4.4", "8.4.5", "8.4.6", "8.4.7"),
    noise=(
        "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'app' user: 'app' host: '{ip}' (Got an error "
        "reading communication packets).",
        "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'app' user: 'app' host: '{ip}' (Got timeout "
        "reading communication packets).",
        "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'app' user: 'reporting' host: '{ip}' (The client "
        "was disconnected by the server because of inactivity.).",
        "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'unconnected' user: 'unauthenticated' host: "
        "'{ip}' (Got an error reading communication packets).",
        "INFO  [MY-013730] [Server] 'wait_timeout' period of 28800 seconds was exceeded for `reporting`@`%`. The "
        "idle time since last command was too long.",
        "INFO  [MY-013730] [Server] 'wait_timeout' period of 28800 seconds was exceeded for `app`@`%`. The idle "
        "time since last command was too long.",
        "INFO  [MY-010926] [Server] Access denied for user 'scanner'@'{ip}' (using password: NO)",
        "INFO  [MY-010926] [Server] Access denied for user 'reporting'@'{ip}' (using password: YES)",
        "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'app' user: 'app' host: '{ip}' (Got an error "
        "writing communication packets).",
        "ERROR [MY-013129] [Server] A message intended for a client cannot be sent there as no client-session is "
        "attached. Therefore, we're sending the information to the error-log instead: MY-001158 - Got an error reading "
        "communication packets",
        "ERROR [MY-013129] [Server] A message intended for a client cannot be sent there as no client-session is "
        "attached. Therefore, we're sending the information to the error-log instead: MY-001159 - Got timeout reading "
        "communication packets",
        "INFO  [MY-010559] [Repl] Multi-threaded replica statistics for channel '': seconds elapsed = 120; events "
        "assigned = {offset}; worker queues filled over overrun level = 0; waited due a Worker queue full = 0; "
        "waited due the total size = 0; waited at clock conflicts = 0 waited (count) when Workers occupied = {n} "
        "waited when Workers occupied = 0",
        "INFO  [MY-010926] [Server] Access denied for user 'admin'@'{ip}' (using password: YES)",
        "INFO  [MY-012468] [InnoDB] Transactions deadlock detected, dumping detailed information.",
        "INFO  [MY-012469] [InnoDB] *** WE ROLL BACK TRANSACTION (2)",
        "INFO  [MY-010046] [Server] Event Scheduler: [reporting@%].[app.ev_refresh_report] event execution failed.",
        "WARN  [MY-010055] [Server] IP address '{ip}' could not be resolved: Name or service not known",
        "WARN  [MY-010058] [Server] Hostname 'scan-{n}.corp.example' does not resolve to '{ip}'.",
        "WARN  [MY-013360] [Server] Plugin mysql_native_password reported: ''mysql_native_password' is deprecated "
        "and will be removed in a future release. Please use caching_sha2_password instead'",
        "ERROR [MY-010045] [Server] Event Scheduler: [reporting@%][app.ev_refresh_report] Table "
        "'app.tmp_report_{n}' doesn't exist",
        "ERROR [MY-013132] [Server] The table '/tmp/#sql{n}_{n}_{n}' is full!",
    ),
    peers={
        "secrets": {
            "refused": (
                "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'CURL returned this error "
                "code: 7 with error message : Failed to connect to {callee}.internal port 8200 after {wait} ms: "
                "Connection refused'",
                "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'CURL returned this error "
                "code: 7 with error message : Failed to connect to {ip} port 8200 after {wait} ms: Connection "
                "refused'",
                "WARN  [MY-011071] [Server] Component component_keyring_vault reported: 'Could not reach "
                "{callee}.internal:8200, try {tries}'",
            ),
            "error": (
                "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'CURL returned this error "
                "code: 22 with error message : The requested URL returned error: 503'",
                "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'Could not read key from "
                "{callee}: HTTP status 500 after {wait} ms'",
                "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'Could not list keys of "
                "mount app at {callee}.internal. The requested URL returned error: 502'",
            ),
            "timeout": (
                "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'CURL returned this error "
                "code: 28 with error message : Operation timed out after {timeout} milliseconds with 0 bytes "
                "received'",
                "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'CURL returned this error "
                "code: 28 with error message : Connection to {callee}.internal port 8200 gave no answer within "
                "{timeout} ms'",
                "WARN  [MY-011071] [Server] Component component_keyring_vault reported: 'No answer of {callee} "
                "within {timeout} ms, keys in memory stay in use'",
            ),
            "slow": (
                "INFO  [MY-011071] [Server] Component component_keyring_vault reported: 'GET "
                "{callee}.internal/v1/app/data/keys answered 200 after {wait} ms'",
                "INFO  [MY-011071] [Server] Component component_keyring_vault reported: 'key read took {wait} ms'",
                "INFO  [MY-011071] [Server] Component component_keyring_vault reported: 'token of {callee} renewed, "
                "{wait} ms'",
            ),
            "recovered": (
                "INFO  [MY-011071] [Server] Component component_keyring_vault reported: 'Connection to {callee} "
                "established, {wait} ms'",
                "INFO  [MY-011071] [Server] Component component_keyring_vault reported: 'Keys of mount app read "
                "again from {callee} at try {tries}'",
                "INFO  [MY-011071] [Server] Component component_keyring_vault reported: 'token renewed, {wait} ms'",
            ),
        },
    },
    events=(
        "Performance schema: on, {n} consumers",
        "Option file equals that of the standard image",
        "Time zone tables loaded {n} days ago",
        "Slow query log: long_query_time 1, unchanged",
        "Resource groups: two, reviewed last month",
        "Maintenance window: Sunday 02:00, nothing planned",
    ),
    changes=(
        "configuration {version}: option file sorted by topic, replicas first",
        "options: long_query_time 2 -> 1",
        "options: binlog_expire_logs_seconds 172800 -> 259200",
        "new account for reporting, read rights only",
        "migration: index on job_runs(finished_at) added in place",
        "migration: comments of table job_runs reworded",
        "options: log_error_verbosity 2 -> 3",
        "event ev_refresh_report moved from minute 0 to minute 1{few}",
    ),
    runbook=(
        "list_sessions",
        "show_locks",
        "list_replica_channels",
        "export_statistics",
        "export_option_file",
        "show_engine_report",
        "rotate_log_files",
        "show_backup_age",
        "list_recent_changes",
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
        "INFO  PUT exports/{hex}.parquet 200 {took}ms bytes={id} client={caller} request={hex}",
        "INFO  PUT records/{hex}.json 200 {took}ms bytes={count} client={caller} request={hex}",
        "INFO  GET records/{hex}.json 200 {took}ms client={caller} request={hex}",
        "INFO  GET records/{hex}.json 304 {took}ms client={caller} request={hex}",
        "INFO  LIST exports/2026/ 200 {took}ms keys={count} request={hex}",
        "INFO  HEAD records/{hex}.json 404 {took}ms client={caller}",
        "INFO  lifecycle: rule expire-tmp removed {count} objects, {id} KiB",
        "INFO  scrub: segment {hex} read, {id} blocks, 0 differences",
        "INFO  bucket exports: tag cost-centre set by finance-sync",
        "INFO  placement: host list read, generation {offset}",
        "DEBUG compaction: segment {hex} merged with {n} others, {kb} KiB given back",
        "DEBUG index: checkpoint at sequence {offset}",
        "INFO  multipart upload {hex} of {caller} completed, {n} parts",
        "WARN  multipart upload {hex} of {caller} is {n} h old and incomplete, {n} parts removed",
        "WARN  client {caller} closed the connection after {kb} KiB of GET exports/{hex}.parquet",
        "WARN  request {hex}: chunked upload without Content-MD5, header is required from API revision 4 on",
        "WARN  {ip}: signature is {n} s old, accepted up to 900 s",
        "ERROR 404 NoSuchKey: exports/{hex}.parquet request={hex} client={caller}",
        "ERROR 412 PreconditionFailed: records/{hex}.json, If-Match does not equal ETag, client={caller}",
        "ERROR 400 EntityTooSmall: part {n} of upload {hex} is smaller than 5 MiB",
        "ERROR 403 AccessDenied: PUT archive/{hex}.json request={hex} role=reporting",
    ),
    peers={},
    events=(
        "Buckets: six, versioned: two",
        "Lifecycle rules run at night",
        "Last restore test {n} days ago, complete",
        "Encryption at rest: on for all buckets",
        "Firmware of the disks is that of the vendor's current list",
        "Bucket exports: owner finance, tags complete",
    ),
    changes=(
        "release {version}: index merges with a lower priority",
        "release {version}: answers carry the id of their request",
        "lifecycle rule expire-tmp: 14 -> 7 days",
        "bucket policy: read access to exports for the reporting role",
        "bucket archive: object lock 30 -> 60 days",
        "settings: scrub rate 40 MB/s -> 50 MB/s",
        "settings: access log in JSON",
        "dashboards generated from code",
    ),
    runbook=(
        "list_bucket_policies",
        "show_shard_layout",
        "export_lifecycle_report",
        "list_open_uploads",
        "show_request_rates",
        "rotate_log_files",
        "export_audit_trail",
        "list_recent_changes",
        "show_contact_list",
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
    versions=("7.2.5", "7.2.6", "7.2.7", "7.4.0", "7.4.1", "7.4.2", "7.4.5", "7.4.6"),
    noise=(
        "INFO  100 changes in 300 seconds. Saving...",
        "INFO  Background saving started by pid {child}",
        "INFO  C DB saved on disk",
        "INFO  C Successfully created the temporary AOF base file temp-rewriteaof-bg-{child}.aof",
        "INFO  C Fork CoW for RDB: current 4 MB, peak 4 MB, average 3 MB",
        "INFO  Background saving terminated with success",
        "INFO  Starting automatic rewriting of AOF on 100% growth",
        "INFO  Background append only file rewriting started by pid {child}",
        "INFO  Background AOF rewrite terminated with success",
        "INFO  Replica {ip}:6379 asks for synchronization",
        "INFO  Partial resynchronization request from {ip}:6379 accepted. Sending {kb} bytes of backlog starting "
        "from offset {offset}.",
        "INFO  Synchronization with replica {ip}:6379 succeeded",
        "INFO  CONFIG REWRITE executed with success.",
        "INFO  Connection with replica {ip}:6379 lost.",
        "DEBUG Accepted {ip}:{port}",
        "DEBUG Client closed connection id={id} addr={ip}:{port} laddr={ip}:6379 name={caller} age={count} idle={n} "
        "flags=N db=0 sub=0 psub=0",
        "DEBUG Reading from client: Connection reset by peer",
        "WARN  Client id={id} addr={ip}:{port} laddr={ip}:6379 name={caller} age={count} idle=0 flags=N db=0 "
        "cmd=monitor closed by CLIENT KILL",
        "WARN  Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to "
        "Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to compromise your "
        "Redis instance. Connection from {ip}:{port} aborted.",
        "WARN  Error accepting a client connection: error:0A000126:SSL routines::unexpected eof while reading "
        "(addr={ip}:{port} laddr={ip}:6379)",
        "WARN  Protocol error (too big mbulk count string) from client: id={id} addr={ip}:{port} laddr={ip}:6379 "
        "name= age=0 idle=0 flags=N db=0 cmd=NULL user=default",
    ),
    peers={},
    events=(
        "Snapshots are copied off site every 6 h",
        "Append-only file: fsync every second",
        "Client library versions: three in use, all supported",
        "One replica was moved to another node yesterday",
        "ACL users: five, reviewed last month",
        "Settings equal those of the standard image",
    ),
    changes=(
        "configuration {version}: comments of redis.conf, replicas first",
        "settings: tcp-keepalive 300 -> 60",
        "settings: slowlog-log-slower-than 10000 -> 5000",
        "settings: save 300 100 instead of save 60 10000",
        "ACL: user reporting may call SCAN and TTL",
        "exporter of metrics updated",
        "settings: latency-monitor-threshold 0 -> 100",
        "manifest: anti-affinity by zone",
    ),
    runbook=(
        "show_slow_log",
        "show_command_statistics",
        "list_big_keys",
        "list_connected_clients",
        "show_memory_report",
        "rotate_log_files",
        "export_settings",
        "list_recent_changes",
        "show_contact_list",
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
    versions=("3.7.2", "3.8.0", "3.8.1", "3.9.0", "3.9.1", "4.0.0", "4.0.1", "4.1.0", "4.1.1"),
    noise=(
        "INFO  [LocalLog partition=activity-{n}, dir=/var/lib/kafka] Rolled new log segment at offset {id} in "
        "{n} ms. (org.apache.kafka.storage.internals.log.LocalLog)",
        "INFO  [ProducerStateManager partition=activity-{n}] Wrote producer snapshot at offset {id} with {n} "
        "producer ids in {n} ms. (org.apache.kafka.storage.internals.log.ProducerStateManager)",
        "INFO  [UnifiedLog partition=logins-{n}, dir=/var/lib/kafka] Incremented log start offset to {id} due "
        "to segment deletion (org.apache.kafka.storage.internals.log.UnifiedLog)",
        "INFO  [LocalLog partition=logins-{n}, dir=/var/lib/kafka] Deleting segment files "
        "LogSegment(baseOffset={id}, size={id}, lastModifiedTime={past_ms}, "
        "largestRecordTimestamp={past_ms}) (org.apache.kafka.storage.internals.log.LocalLog$)",
        "INFO  [GroupMetadataManager brokerId=2] Group report-export-{n} transitioned to Dead in generation {n} "
        "(kafka.coordinator.group.GroupMetadataManager)",
        "INFO  [BrokerToControllerChannelManager id=2 name=heartbeat] Client requested disconnect from node 3 "
        "(org.apache.kafka.clients.NetworkClient)",
        "INFO  [SnapshotEmitter id=2] Successfully wrote snapshot {offset:020d}-0000000017 "
        "(org.apache.kafka.image.publisher.SnapshotEmitter)",
        "INFO  [SnapshotGenerator id=2] Creating new KRaft snapshot file snapshot {offset:020d}-0000000017 "
        "because we have waited at least 60 minute(s). (org.apache.kafka.image.publisher.SnapshotGenerator)",
        "INFO  Cleaner 0: Beginning cleaning of log settings-{n} (kafka.log.LogCleaner$Cleaner)",
        "INFO  [kafka-log-cleaner-thread-0]: Log cleaner thread 0 cleaned log settings-{n} (dirty section = "
        "[{offset}, {later}]) (kafka.log.LogCleaner$CleanerThread)",
        "INFO  [TransactionCoordinator id=2] Initialized transactionalId {caller}-{n} with producerId {id} and "
        "producer epoch {n} on partition __transaction_state-{n} "
        "(kafka.coordinator.transaction.TransactionCoordinator)",
        "INFO  [GroupCoordinator id=2] Dynamic member with unknown member id joins group report-export-{n} in Empty "
        "state. Created a new member id consumer-{hex} and requesting the member to rejoin with this id. "
        "(org.apache.kafka.coordinator.group.GroupMetadataManager)",
        "INFO  [SocketServer listenerType=BROKER, nodeId=2] Failed authentication with /{same_ip} "
        "(channelId={ip}:9092-{same_ip}:{port}-{n}) (SSL handshake failed) (org.apache.kafka.common.network.Selector)",
        "INFO  Successfully authenticated client: authenticationID=exporter; authorizationID=exporter. "
        "(org.apache.kafka.common.security.authenticator.SaslServerCallbackHandler)",
        "DEBUG [ReplicaManager broker=2] Request key activity-{n} unblocked 1 producer requests. "
        "(kafka.server.ReplicaManager)",
        "WARN  [SocketServer listenerType=BROKER, nodeId=2] Unexpected error from /{same_ip} "
        "(channelId={ip}:9092-{same_ip}:{port}-{n}); closing connection (org.apache.kafka.common.network.Selector) "
        "org.apache.kafka.common.network.InvalidReceiveException: Invalid receive (size = 1195725856 larger than "
        "104857600)",
        "WARN  Attempting to send response via channel for which there is no open connection, connection id "
        "{ip}:9092-{ip}:{port}-{n} (kafka.network.Processor)",
        "WARN  Received a PartitionLeaderEpoch assignment for an epoch < latestEpoch. This implies messages have "
        "arrived out of order. New: {{epoch:16, offset:{offset}}}, Current: {{epoch:17, offset:{later}}} for "
        "Partition: settings-{n} (org.apache.kafka.storage.internals.epoch.LeaderEpochFileCache)",
        "WARN  Found a transaction that has been pending for report-export-{n}, timeout 60000 ms, aborting it "
        "(kafka.coordinator.transaction.TransactionStateManager)",
        "ERROR [ReplicaManager broker=2] Error processing append operation on partition logins-{same_n} "
        "(kafka.server.ReplicaManager) org.apache.kafka.common.errors.OutOfOrderSequenceException: Out of order "
        "sequence number for producer {id} at offset {id} in partition logins-{same_n}: {n} (incoming seq. "
        "number), "
        "{n} (current end sequence number)",
        "ERROR Closing socket for {ip}:9092-{ip}:{port}-{n} because of error (kafka.network.Processor) "
        "org.apache.kafka.common.errors.InvalidRequestException: Error getting request for apiKey: 18, apiVersion: "
        "{n}",
    ),
    peers={
        "dns": {
            "refused": (
                "WARN  [BrokerToControllerChannelManager id=2 name=heartbeat] Error connecting to node "
                "kafka-3.internal:9093 (id: 3 rack: null) (org.apache.kafka.clients.NetworkClient) "
                "java.net.UnknownHostException: kafka-3.internal: Connection refused by {callee} after {wait} ms",
                "WARN  Couldn't resolve server kafka-1.internal:9093 from bootstrap.servers as DNS resolution "
                "failed for kafka-1.internal (org.apache.kafka.clients.ClientUtils)",
                "WARN  Lookup of kafka-3.internal at {callee}: port 53 refused after {wait} ms (platform.PeerLookup)",
            ),
            "error": (
                "WARN  Couldn't resolve server kafka-3.internal:9093 from bootstrap.servers as DNS resolution "
                "failed for kafka-3.internal (org.apache.kafka.clients.ClientUtils)",
                "WARN  [ReplicaFetcher replicaId=2, leaderId=3, fetcherId=0] Error connecting to node "
                "kafka-3.internal:9092 (id: 3 rack: null) (org.apache.kafka.clients.NetworkClient) "
                "java.net.UnknownHostException: kafka-3.internal: Temporary failure in name resolution",
                "WARN  Lookup of kafka-1.internal at {callee}: SERVFAIL after {wait} ms (platform.PeerLookup)",
                "ERROR Listener PLAINTEXT: {callee} gave no address for kafka-1.internal, answer after {wait} ms "
                "(platform.PeerLookup)",
            ),
            "timeout": (
                "WARN  [BrokerToControllerChannelManager id=2 name=heartbeat] Error connecting to node "
                "kafka-3.internal:9093 (id: 3 rack: null) (org.apache.kafka.clients.NetworkClient) "
                "java.net.UnknownHostException: kafka-3.internal: Temporary failure in name resolution",
                "WARN  Lookup of kafka-3.internal at {callee}: no answer within {timeout} ms (platform.PeerLookup)",
                "WARN  Lookup of kafka-1.internal given up after {timeout} ms, try {tries} (platform.PeerLookup)",
                "ERROR {callee} did not answer within {timeout} ms, address of kafka-3.internal stays as it was "
                "(platform.PeerLookup)",
            ),
            "slow": (
                "INFO  Lookup of kafka-3.internal at {callee} took {wait} ms (platform.PeerLookup)",
                "WARN  Lookup of kafka-1.internal took {wait} ms (platform.PeerLookup)",
            ),
            "recovered": (
                "INFO  Lookup of kafka-3.internal at {callee}: 1 address, {wait} ms (platform.PeerLookup)",
                "INFO  [BrokerToControllerChannelManager id=2 name=heartbeat] Recorded new controller, from now on "
                "will use node kafka-3.internal:9093 (id: 3 rack: null) "
                "(kafka.server.BrokerToControllerRequestThread)",
                "INFO  All names of the listeners are resolved again (platform.PeerLookup)",
            ),
        },
        "registry": {
            "refused": (
                "WARN  Registration of broker 2 at {callee} failed (platform.BrokerRegistration) "
                "io.grpc.StatusRuntimeException: UNAVAILABLE: io exception Caused by: java.net.ConnectException: "
                "Connection refused: {callee}.internal/{ip}:2379",
                "WARN  Lease of broker 2 not renewed (platform.BrokerRegistration) java.net.ConnectException: "
                "Connection refused, {wait} ms",
                "WARN  Connection to {callee} refused after {wait} ms, try {tries} (platform.BrokerRegistration)",
            ),
            "error": (
                "WARN  Lease of broker 2 not renewed at {callee} (platform.BrokerRegistration) "
                "io.grpc.StatusRuntimeException: UNAVAILABLE: HTTP status code 503",
                "ERROR Put of /brokers/2 at {callee} failed after {wait} ms (platform.BrokerRegistration) "
                "io.etcd.jetcd.common.exception.EtcdException: INTERNAL",
                "WARN  Registration of broker 2 failed (platform.BrokerRegistration) "
                "io.etcd.jetcd.common.exception.EtcdException: UNAVAILABLE",
            ),
            "timeout": (
                "WARN  Lease of broker 2 not renewed at {callee} within {timeout} ms "
                "(platform.BrokerRegistration) io.grpc.StatusRuntimeException: DEADLINE_EXCEEDED",
                "WARN  Lease of broker 2 not renewed (platform.BrokerRegistration) "
                "java.util.concurrent.TimeoutException: {timeout} ms",
                "ERROR Registration of broker 2: no answer of {callee}, gave up after {timeout} ms "
                "(platform.BrokerRegistration)",
            ),
            "slow": (
                "INFO  Lease of broker 2 renewed at {callee} in {wait} ms (platform.BrokerRegistration)",
                "WARN  Put of /brokers/2 took {wait} ms (platform.BrokerRegistration)",
                "INFO  Watch of /brokers at {callee} opened after {wait} ms (platform.BrokerRegistration)",
            ),
            "recovered": (
                "INFO  Lease of broker 2 renewed at {callee}, try {tries} (platform.BrokerRegistration)",
                "INFO  Registration of broker 2 at {callee} succeeded in {wait} ms (platform.BrokerRegistration)",
                "INFO  Broker 2 is registered (platform.BrokerRegistration)",
            ),
        },
    },
    events=(
        "Last rolling restart {n} days ago",
        "Topics: 61, created this week: two",
        "Retention of logins: 7 days, unchanged",
        "auto.create.topics.enable is false",
        "Rack awareness: by zone",
        "ACLs are exported every night",
    ),
    changes=(
        "configuration {version}: JMX port closed, broker by broker",
        "topic logins: retention 14 -> 7 days",
        "topic settings: min.cleanable.dirty.ratio 0.5 -> 0.4",
        "settings: num.network.threads 6 -> 8",
        "settings: log.cleaner.threads 1 -> 2",
        "ACL: read access to activity for the reporting role",
        "exporter of metrics updated",
        "settings: client telemetry plugin enabled",
    ),
    runbook=(
        "list_topic_settings",
        "describe_consumer_groups",
        "export_acl_list",
        "show_client_quotas",
        "show_partition_leaders",
        "export_statistics",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
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
    versions=("3.13.1", "3.13.2", "3.13.3", "3.13.4", "3.13.6", "3.13.7"),
    noise=(
        "INFO  accepting AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672)",
        "INFO  connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672): user 'app' authenticated and granted access to "
        "vhost '/'",
        "INFO  connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672) has a client-provided name: {caller}:{n}",
        "INFO  connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672 - {caller}:{n}): user 'app' authenticated and "
        "granted access to vhost '/'",
        "INFO  closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672, vhost: '/', user: 'app')",
        "INFO  closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672 - {caller}:{n}, vhost: '/', user: 'app')",
        "INFO  queue 'audit' in vhost '/': granting SAC to consumer from <0.{pid}.0>",
        "INFO  ra_log_segment_writer: audit: 1 segment flushed, {kb} KiB",
        "INFO  Management plugin: user 'monitoring' authenticated from {ip}",
        "INFO  Successfully set policy 'ha-audit' matching queues names in virtual host '/' using pattern '^audit'",
        "INFO  Applying definitions in regular mode: definitions equal those in the store",
        "DEBUG Closing channel {n} of connection <0.{pid}.0>",
        "DEBUG Will reconcile virtual host processes on all cluster members...",
        "DEBUG Done with virtual host processes reconciliation",
        "WARN  closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672 - {caller}:{n}, vhost: '/', user: "
        "'app'): client unexpectedly closed TCP connection",
        "WARN  closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672): {{handshake_timeout,frame_header}}",
        "WARN  closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672, vhost: '/', user: 'reporting'): client "
        "unexpectedly closed TCP connection",
        "WARN  HTTP access denied: user 'scanner' - invalid credentials",
        "ERROR closing AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672 - {caller}:{n}, vhost: '/', user: "
        "'app'): missed heartbeats from client, timeout: 60s",
        "ERROR Channel error on connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672, vhost: '/', user: 'app'), channel "
        "{n}: operation queue.declare caused a channel exception not_found: no queue 'tmp-{hex}' in vhost '/'",
        "ERROR Channel error on connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672 - {caller}:{n}, vhost: '/', user: "
        "'app'), channel {n}: operation queue.declare caused a channel exception precondition_failed: inequivalent "
        "arg 'durable' for queue 'report.{n}' in vhost '/': received 'false' but current is 'true'",
        "ERROR Error on AMQP connection <0.{pid}.0> ({ip}:{port} -> {ip}:5672, state: starting): PLAIN login "
        "refused: user 'scanner' - invalid credentials",
    ),
    peers={
        "dns": {
            "refused": (
                "WARN  rabbit_peer_discovery: lookup of mq-1.internal at {callee} failed: econnrefused, {wait} ms",
                "ERROR Peer discovery: failed to resolve host mq-2.internal: nxdomain",
            ),
            "error": (
                "ERROR Peer discovery: failed to resolve host mq-1.internal: nxdomain",
                "WARN  rabbit_peer_discovery: lookup of mq-1.internal at {callee} failed: servfail, {wait} ms",
                "ERROR Failed to perform partial verification of node rabbit@mq-2: host name not resolved by "
                "{callee} ({wait} ms)",
            ),
            "timeout": (
                "WARN  rabbit_peer_discovery: lookup of mq-1.internal at {callee} failed: timeout after {timeout} ms",
                "ERROR Peer discovery: failed to resolve host mq-2.internal: timeout",
                "WARN  rabbit_peer_discovery: no answer of {callee} within {timeout} ms, try {tries}",
            ),
            "slow": (
                "INFO  rabbit_peer_discovery: lookup of mq-1.internal took {wait} ms",
                "INFO  rabbit_peer_discovery: {callee} answered for mq-2.internal after {wait} ms",
            ),
            "recovered": (
                "INFO  rabbit_peer_discovery: mq-1.internal resolved by {callee}, {wait} ms",
                "INFO  Peer discovery: all hosts resolve",
            ),
        },
        "registry": {
            "refused": (
                "ERROR etcd peer discovery: failed to connect to {callee}.internal:2379: {{error,econnrefused}}",
                "WARN  etcd peer discovery: connection to {ip}:2379 is down, reason: econnrefused, {wait} ms",
                "WARN  etcd peer discovery: could not refresh lease of key at {callee}: {{error,econnrefused}}",
            ),
            "error": (
                "ERROR etcd peer discovery: failed to update node key at {callee}: "
                "{{error,{{grpc_error,#{{'grpc-status' => 14}}}}}}",
                "WARN  etcd peer discovery: keepalive of lease {id} failed: {{grpc_error,13}}",
                "ERROR etcd peer discovery: {callee} answered 503 after {wait} ms, node key not updated",
            ),
            "timeout": (
                "ERROR etcd peer discovery: failed to list nodes at {callee}: {{error,timeout}} after {timeout} ms",
                "WARN  etcd peer discovery: keepalive of lease {id} failed: timeout",
                "WARN  etcd peer discovery: no answer of {callee} within {timeout} ms, try {tries}",
            ),
            "slow": (
                "INFO  etcd peer discovery: lease {id} renewed by {callee} after {wait} ms",
                "INFO  etcd peer discovery: node list read in {wait} ms",
            ),
            "recovered": (
                "INFO  etcd peer discovery: successfully connected to {callee}.internal:2379",
                "INFO  etcd peer discovery: node key updated, {wait} ms",
                "INFO  etcd peer discovery: lease {id} renewed at {callee}, try {tries}",
            ),
        },
    },
    events=(
        "Definitions are exported every night",
        "Plugins: those of the standard image",
        "Last rolling upgrade {n} days ago",
        "Virtual hosts: two, one of them for tests",
        "Most queues are of the quorum type",
        "Listeners: 5671 and 5672, as in the standard image",
    ),
    changes=(
        "configuration {version}: log format JSON -> plain, node by node",
        "policy ha-audit: delivery limit 10 -> 20",
        "settings: log.file.rotation.size 10485760 -> 52428800",
        "settings: consumer_timeout 900000 -> 1800000",
        "queue report.{n}: message TTL 60 s -> 90 s",
        "user reporting: read access to audit",
        "feature flag message_containers enabled",
        "management plugin behind single sign-on",
    ),
    runbook=(
        "list_queue_lengths",
        "export_definitions",
        "show_connection_table",
        "list_consumers",
        "show_cluster_status",
        "export_statistics",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)
