"""Workers: consumers of streams and of queues, and scheduled jobs."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import gauges

STREAM_WORKER = Software(
    name="stream-worker",
    kind="worker",
    dialect="java",
    release="stream worker",
    gauges=gauges.WORKER,
    latency=(5, 30),
    noise=(
        "INFO  Handled {small} records in {small} ms",
        "INFO  [Consumer clientId={service}-{n}, groupId={service}] Committed the offsets of its partitions in {n} ms",
        "INFO  [Consumer clientId={service}-{n}, groupId={service}] Node {n} disconnected.",
        "INFO  [Producer clientId={service}-{n}] Sent {small} records, {id} bytes in all, mean wait {n} ms",
        "INFO  State store visits: flushed {id} entries in {small} ms",
        "INFO  Window of {n} min closed: {id} records in, {small} results out, {n} late records kept for the next run",
        "DEBUG Schema {id} read from the registry cache",
        "DEBUG Event {hex} of {user} equals the last one, nothing to write",
        "WARN  The configuration 'sasl.login.refresh' was supplied but isn't a known config.",
        "WARN  Duplicate event {hex} ignored: applied {n} min ago by the same partition",
        "WARN  Event {hex} is {n} min older than the watermark; counted as late, result of its window sent again",
        "WARN  Handler took {ms} ms for a record of {id} bytes, the next {small} records {n} ms each",
        "ERROR Event {hex} has the unknown type 'preview.opened.v{n}': no handler is registered, counted and "
        "committed as "
        "agreed with its producers",
        "ERROR Result for {user} not sent: the user was deleted {n} h ago; skipped",
        "INFO  [Producer clientId={service}-{n}] ProducerId set to {id} with epoch {n}",
    ),
    victim=(
        "ERROR Handling of record {hex} failed: {callee} did not answer within {ms} ms; the record will be tried again",
        "WARN  Connection to {callee} could not be established after {ms} ms. It may not be available. Attempt {n}",
        "WARN  Handler waits for {callee}: {ms} ms for one record, fetching paused on {n} partitions",
        "ERROR org.apache.kafka.common.errors.TimeoutException: no confirmation from {callee} within {ms} ms",
        "WARN  Lag grows by {small} records/s while {callee} answers in {ms} ms",
    ),
    victim_unnamed=(
        "ERROR Handling of record {hex} failed after {ms} ms; it will be tried again",
        "WARN  Records wait {ms} ms before they are handled",
        "WARN  Fetching paused on {n} partitions for {ms} ms: the handler is behind",
        "ERROR Batch of {n} records not finished within {ms} ms",
    ),
    recovered=(
        "INFO  {callee} answers again, fetching resumed on all partitions",
        "INFO  Lag shrinks, {callee} answers in {small} ms",
        "INFO  {n} records in a row handled at the first attempt with {callee}",
    ),
    events=(
        "Offsets are committed every 10 s, as configured",
        "input topics: {n}, all on the list of the owner",
        "State stores restored from a checkpoint {n} h ago in {n} s",
        "error budget of last month: {n} % used",
        "one replica was moved to another node yesterday",
        "Schema of the input unchanged for {n} days",
    ),
    changes=(
        "release {version}: library updates, no change of behaviour",
        "release {version}: handler writes one more metric",
        "release {version}: results carry the version of their schema",
        "configuration: fetch.min.bytes 1 -> 1024",
        "configuration: commit interval 5 s -> 10 s",
        "consumer metrics renamed to the common scheme",
        "flag skip-preview-events switched on",
        "manifest: memory request equals its limit",
    ),
    runbook=(
        "list_group_members",
        "show_partition_offsets",
        "checkpoint_state_store",
        "export_consumer_metrics",
        "rotate_log_files",
        "compare_schema_versions",
    ),
)

QUEUE_WORKER = Software(
    name="queue-worker",
    kind="worker",
    dialect="python",
    release="queue worker",
    gauges=gauges.WORKER,
    latency=(20, 120),
    noise=(
        "INFO  Task send_digest[{hex}] received",
        "INFO  Task send_digest[{hex}] succeeded in 0.{n}s: {small} recipients",
        "INFO  Task resize_image[{hex}] succeeded in 1.{n}s: 4 sizes, {small} KiB",
        "INFO  missed no heartbeat in the last {n} min, clock drift {n} ms",
        "INFO  Task refresh_counters[{hex}] succeeded in 0.{n}s: {small} counters",
        "INFO  Scheduler: sending due task purge_expired (every {n} minutes)",
        "DEBUG Task refresh_counters[{hex}] received",
        "INFO  audit: template 'receipt' in revision {id} used for the first time, compared with revision before, {n} "
        "placeholders, all of them filled",
        "WARN  Task resize_image[{hex}] took {ms} ms, soft limit 60 s",
        "WARN  Substantial drift from {service}@{hex} may mean clocks are out of sync. Current drift is {n} seconds.",
        "WARN  Message {hex} was delivered before (redelivered=True) and is done already, acknowledged without work",
        "ERROR Task send_digest[{hex}] rejected: recipient list is empty; not to be tried again",
        "ERROR Image {id} cannot be resized: header says PNG and content is HTML; owner {user} was told, message "
        "acknowledged",
        "WARN  Retry in {n}s: resize_image[{hex}] found its source locked by another worker",
        "DEBUG Pool: {n} of {n} tasks of the last minute ran in the first process",
    ),
    victim=(
        "ERROR Task sync_item[{hex}] raised: {callee} did not answer within {ms} ms, sent back for another try",
        "WARN  Retry in {n}s: {callee} timed out after {ms} ms (kombu.exceptions.OperationalError)",
        "WARN  Tasks spend {pct} % of their time waiting for {callee}",
        "ERROR ConnectionResetError(104, 'Connection reset by peer') from {callee}, trying again in {n} seconds...",
        "WARN  sync_item takes {ms} ms in the mean, nearly all of it in {callee}",
    ),
    victim_unnamed=(
        "ERROR Task sync_item[{hex}] raised: TimeoutError() after {ms} ms",
        "WARN  Task sync_item[{hex}] runs for {ms} ms and is not done",
        "WARN  Retry in {n}s: sync_item[{hex}] got no answer",
        "ERROR Soft time limit ({n}s) exceeded for sync_item[{hex}]",
    ),
    recovered=(
        "INFO  {callee} answers again, {n} tasks without a retry",
        "INFO  Connected to {callee}, {small} ms",
        "INFO  No task waits for {callee} any more",
    ),
    events=(
        "task routes: {n}, none added this week",
        "task time limits: soft 60 s, hard 90 s, unchanged",
        "Task names follow the common scheme",
        "Results of tasks are kept for {n} h",
        "error budget of last month: {n} % used",
        "dead letters of this week: {n}, all looked at",
    ),
    changes=(
        "release {version}: dependency pins updated, no change of behaviour",
        "release {version}: task names with a prefix",
        "release {version}: digest mails in two more languages",
        "settings: soft time limit 45 s -> 60 s",
        "settings: results kept for 24 h instead of 48 h",
        "image sizes for the new tablet layout",
        "flag quiet-hours switched on for digests",
        "manifest: one replica in each zone",
    ),
    runbook=(
        "list_active_tasks",
        "inspect_queue_bindings",
        "revoke_expired_tasks",
        "export_task_statistics",
        "rotate_log_files",
        "check_consumer_registration",
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
        "INFO  cronjob usage-report: started, run {hex}",
        "INFO  cronjob usage-report: finished in {n} min, {id} rows written",
        "INFO  cronjob stale-drafts: finished in {small} s, {small} rows removed",
        "INFO  cronjob partner-files: {n} of {n} files equal to those of yesterday, not sent again",
        "INFO  checkpoint of run {hex} written at row {id}",
        "DEBUG cronjob heartbeat: lease of run {hex} extended by {n} s",
        "INFO  output of usage-report: {id} rows compared with those of the ledger",
        "INFO  {id} rows read from {callee} in pages of 5000, {small} ms a page, cursor at the end, totals equal to "
        "those "
        "of the ledger",
        "WARN  cronjob partner-files: took {n} min, {n} % longer than the mean of the last 30 runs",
        "WARN  {n} rows without a country skipped in usage-report, list kept under run {hex}",
        "WARN  FutureWarning: The default of observed=False is deprecated and will be changed to True in a future "
        "version "
        "of pandas. Pass observed=False to retain current behavior or observed=True to adopt the future default",
        "ERROR cronjob partner-files: file of partner {id} refused (duplicate name), renamed and sent again",
        "ERROR row {id}: invalid date '0000-00-00', written to the rejects of run {hex}",
        "WARN  page {n} of {callee} took {ms} ms, the others {small} ms at most",
        "INFO  next run of stale-drafts in {n} min",
    ),
    victim=(
        "ERROR run {hex}: {callee} did not answer within {ms} ms, attempt {n}",
        "WARN  run {hex}: reading from {callee} at {n} rows/s, a tenth of the usual",
        "ERROR run {hex} ended with exit code 75 (temporary failure): {callee} unavailable",
        "WARN  backoff before the next call of {callee}: {n} s",
        "ERROR run {hex}: page {n} lost, connection to {callee} closed after {ms} ms",
    ),
    victim_unnamed=(
        "ERROR run {hex} ended with exit code 75 (temporary failure)",
        "WARN  run {hex}: no progress for {n} min, waiting for an answer",
        "ERROR run {hex}: step 'load' failed after {ms} ms, run will be repeated",
    ),
    recovered=(
        "INFO  run {hex}: {callee} answers again, continued at the last checkpoint",
        "INFO  run {hex}: {small} pages from {callee} without a retry",
    ),
    events=(
        "Schedules: {n}, reviewed last month",
        "last catch-up run {n} days ago",
        "usage-report: mean of the last 30 runs {n} min",
        "Output directory holds the last {n} runs",
        "Run history is kept for 30 days",
        "error budget of last month: {n} % used",
    ),
    changes=(
        "release {version}: dependency pins updated, no change of behaviour",
        "release {version}: usage report in Parquet as well",
        "release {version}: rejects carry the number of their row",
        "schedule of stale-drafts moved from minute 0 to minute {n}",
        "settings: page size 2000 -> 5000",
        "new partner {id} in the export list",
        "flag compress-exports switched on",
        "manifest: history limit of finished jobs 3 -> 5",
    ),
    runbook=(
        "list_recent_runs",
        "show_job_schedule",
        "export_run_history",
        "resend_last_report",
        "prune_finished_jobs",
        "compare_row_counts",
    ),
)
