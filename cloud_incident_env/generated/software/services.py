"""Application services, one for each language."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import gauges

JAVA = Software(
    name="java",
    kind="service",
    dialect="java",
    release="Java service",
    gauges=gauges.SERVICE,
    latency=(8, 45),
    noise=(
        "INFO  Completed {path} 200 in {small} ms",
        "INFO  Completed {path} 404 in {small} ms: no such item {id}",
        "INFO  Property sources read again: 3 of 3, 0 entries changed",
        "INFO  Scheduled task purgeExpiredDrafts finished: {small} rows in {small} ms, next run in {n} min",
        "INFO  Connections to {callee} closed after 60 s without use: {n}",
        "INFO  Pause Young (Normal) (G1 Evacuation Pause) 4.{n}ms, {n} regions evacuated, {n} of them survivors",
        "INFO  audit: {user} changed the notification settings of their profile from {ip}, request {hex}, 2 fields "
        "written, 1 field as before",
        "DEBUG Token of user {user} renewed, valid for {n} min",
        "INFO  request {hex} answered in {small} ms, variant compact-json=off",
        "WARN  Resolved [org.springframework.web.bind.MethodArgumentNotValidException: Validation failed for argument "
        "[0]: "
        "field 'quantity' rejected value [-{n}]; must be greater than 0]",
        "WARN  Slow response of {callee}: {ms} ms for one call, retried once and fine",
        "WARN  Report of {id} rows for batch client {user} took {ms} ms; no objective applies to it",
        "WARN  kubelet: Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver "
        "line has 3 entries",
        "ERROR Client closed the connection while the response to {path} was written: "
        "org.apache.catalina.connector.ClientAbortException: java.io.IOException: Broken pipe",
        "ERROR Body of request {hex} rejected with 422: $.items[{n}].note is longer than 500 characters",
    ),
    victim=(
        "ERROR Call to {callee} failed: java.net.SocketTimeoutException: Read timed out after {ms} ms, request {hex}",
        "WARN  CircuitBreaker '{callee}' recorded a failure: java.net.SocketTimeoutException, elapsed {ms} ms",
        "WARN  CircuitBreaker '{callee}' changed state from HALF_OPEN to OPEN, next attempt in {n} s",
        "ERROR TimeLimiter '{callee}' recorded a timeout exception; request {hex} answered with 503 after {ms} ms",
        "WARN  Retry '{callee}': attempt 3 of 3 gave no result within {ms} ms, the exception goes to the caller",
        "WARN  {n} calls to {callee} in flight, the oldest for {ms} ms",
    ),
    victim_unnamed=(
        "ERROR Request {hex} failed: upstream did not answer within {ms} ms",
        "WARN  Response to {path} took {ms} ms, over its objective",
        "ERROR Servlet.service() for servlet [dispatcherServlet] threw exception: "
        "java.util.concurrent.TimeoutException after {ms} ms",
        "WARN  Resolved [org.springframework.web.context.request.async.AsyncRequestTimeoutException] for {path}, {ms} "
        "ms",
    ),
    recovered=(
        "INFO  Calls to {callee} succeed again, {n} in the last minute without a failure",
        "INFO  CircuitBreaker '{callee}' changed state from HALF_OPEN to CLOSED",
        "INFO  Retry '{callee}': first attempts succeed, {n} calls since the last failure",
    ),
    events=(
        "Probe settings: those of the standard manifest",
        "property sources: 3, none added this week",
        "one replica was moved to another node yesterday",
        "JVM flags are those of the standard image",
        "Warm-up of a new replica takes {n} s, as last week",
        "error budget of last month: {n} % used",
    ),
    changes=(
        "release {version}: library updates, no change of behaviour",
        "release {version}: {path} answers with an ETag",
        "new wording in customer e-mails",
        "metrics renamed to the common scheme",
        "endpoint for support staff added",
        "configuration: log level of the audit package INFO -> WARN",
        "flag compact-json switched on for {n} % of the requests",
        "manifest: two annotations for the cost report added",
    ),
    runbook=(
        "capture_thread_dump",
        "reload_configuration",
        "rotate_log_files",
        "replay_failed_requests",
        "refresh_reference_data",
        "toggle_request_tracing",
    ),
)

GO = Software(
    name="go",
    kind="service",
    dialect="go",
    release="Go service",
    gauges=gauges.SERVICE,
    latency=(3, 25),
    noise=(
        "INFO  GET {path} 200 in {small}ms",
        "INFO  POST {path} 201 in {small}ms request_id={hex}",
        "INFO  GET {path}/{id} 404 in {n}ms: not found",
        "INFO  request {hex} answered in {small} ms, variant trace-sampling=on",
        "INFO  connections to {callee} closed after 60s without use: {n}",
        "INFO  health report: settings read again, {n} checks done in {n} ms",
        "DEBUG gc: pauses 0.0{n}+0.1{n} ms, {n} MB of short-lived objects collected",
        "INFO  audit: {user} exported {small} rows of their own history as CSV from {ip}, request {hex}, "
        "kept for 24 h and then removed",
        "DEBUG token cache: {small} entries, {n} renewed, 0 revoked",
        "WARN  http: TLS handshake error from {ip}:{port}: EOF",
        "WARN  kubelet: MountVolume.SetUp of volume settings took {ms} ms, done",
        "WARN  slow call: {callee} took {ms}ms once, the next {n} calls {small}ms at most",
        'WARN  field "amount" in request {hex} is deprecated; read as "amount_minor" for client {user} until the next '
        "version of the interface",
        "ERROR write tcp {ip}:8080->{ip}:{port}: write: broken pipe (client left before the answer to {path})",
        "ERROR decode body of {path}: json: cannot unmarshal string into Go struct field Item.quantity of type int, "
        "answered 400 to {user}",
        "ERROR {path} refused for {user}: scope items.write is missing, answered 403",
    ),
    victim=(
        'ERROR Post "http://{callee}.internal{path}": net/http: request canceled '
        "(Client.Timeout exceeded while awaiting headers)",
        "ERROR call to {callee} failed: rpc error: code = Unavailable desc = transport is closing, after {ms}ms",
        "WARN  {callee}: attempt 2 of 3 failed after {ms}ms, next in {small}ms",
        "WARN  breaker {callee}: {n} of the last 100 calls failed, half-open in {n}s",
        "ERROR request {hex} aborted with 503 after {ms}ms in {callee}",
        "WARN  {callee}: {n} goroutines wait for an answer, the oldest since {ms}ms",
    ),
    victim_unnamed=(
        "ERROR request {hex} aborted with 503 after {ms}ms",
        "WARN  {path} took {ms}ms, objective missed",
        "ERROR handler of {path} gave up: dependency did not answer within {ms}ms",
        "WARN  {n} requests wait for an answer from below, the oldest since {ms}ms",
    ),
    recovered=(
        "INFO  breaker {callee}: closed after {n} good calls",
        "INFO  {callee} answers within {small}ms again",
        "INFO  calls to {callee}: 0 of the last 100 failed",
    ),
    events=(
        "Requests and limits were reviewed {n} days ago",
        "error budget of last month: {n} % used",
        "Binary built with the standard toolchain of this month",
        "one replica was replaced during node maintenance {n} h ago",
        "Profiles of the last {n} h are in the archive",
        "graceful shutdown limit: 30 s, unchanged",
    ),
    changes=(
        "release {version}: module updates, no change of behaviour",
        "release {version}: {path} understands If-Match",
        "release {version}: structured fields in the access log",
        "toolchain moved to the next patch version",
        "configuration: maximum body size 1 MB -> 2 MB",
        "dashboards and alerts generated from code",
        "flag trace-sampling set to {n} %",
        "manifest: topology spread over three zones",
    ),
    runbook=(
        "capture_goroutine_profile",
        "reload_configuration",
        "drain_one_replica",
        "raise_trace_sampling",
        "rotate_log_files",
        "compare_build_digests",
    ),
)

PYTHON = Software(
    name="python",
    kind="service",
    dialect="python",
    release="Python service",
    gauges=gauges.SERVICE,
    latency=(12, 70),
    noise=(
        'INFO  {ip}:{port} - "GET {path} HTTP/1.1" 200 in {small} ms',
        'INFO  {ip}:{port} - "POST {path} HTTP/1.1" 201 in {small} ms',
        'INFO  {ip}:{port} - "GET {path}/{id} HTTP/1.1" 404 in {small} ms',
        "INFO  health report: {n} checks done in {n} ms, {small} rows of reference data read again",
        "INFO  Autorestarting worker after current request: {id} requests served (pid {pid})",
        "INFO  Booting worker with pid: {pid}",
        "INFO  request {hex} answered in {small} ms, variant lazy-serializers=off",
        "INFO  audit: {user} accepted the terms of use in the version of this month from {ip}, request {hex}, and "
        "will not "
        "be asked again before the next version",
        "WARN  node-{n} kernel: TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.",
        "WARN  Connection pool is full, discarding connection: {callee}. Connection pool size: 10",
        "WARN  models.py:{n}: DeprecationWarning: datetime.datetime.utcnow() is deprecated and scheduled for removal "
        "in a "
        "future version, use timezone-aware objects to represent datetimes in UTC",
        "WARN  {callee} took {ms} ms for one call, the second attempt {small} ms",
        "ERROR Client {ip} disconnected before the answer to {path} was complete: ClientDisconnect",
        "ERROR 1 validation error for QuoteRequest: quantity: Input should be greater than 0 [type=greater_than, "
        "input_value=-{n}, input_type=int], answered 422 to {user}",
        "ERROR Forbidden (CSRF cookie not set.): {path}",
    ),
    victim=(
        "ERROR requests.exceptions.ReadTimeout: HTTPConnectionPool(host='{callee}.internal', port=8080): Read timed "
        "out. "
        "(read timeout={n})",
        "WARN  Retrying (Retry(total=0, connect=1, read=0)) after connection broken by 'ReadTimeoutError' to "
        "{callee}: {path}",
        "ERROR {callee}: no answer within {ms} ms, request {hex} answered with 503",
        "WARN  {callee} is slow: mean of the last {n} calls {ms} ms",
        "ERROR Traceback (most recent call last): clients/{callee}.py, in call: asyncio.exceptions.TimeoutError after "
        "{ms} ms",
    ),
    victim_unnamed=(
        "ERROR Internal Server Error: {path} (TimeoutError after {ms} ms)",
        "WARN  {path} took {ms} ms, limit for a warning 1000 ms",
        "ERROR Request {hex} given up: a dependency did not answer within {ms} ms",
        "WARN  {n} requests are waiting in this worker, the first since {ms} ms",
    ),
    recovered=(
        "INFO  {callee} answers again, mean of the last {n} calls {small} ms",
        "INFO  No retry to {callee} in the last {n} calls",
        "INFO  Backoff for {callee} reset after {n} good calls",
    ),
    events=(
        "Health check path: /readyz",
        "settings module: checksum as in the repository",
        "Workers restart after {id} requests each, as configured",
        "one replica was moved off a node under maintenance yesterday",
        "Locale files: {n}, all complete",
        "error budget of last month: {n} % used",
    ),
    changes=(
        "release {version}: dependency pins updated, no change of behaviour",
        "release {version}: {path} sorted by date by default",
        "release {version}: type hints in the client package",
        "e-mail templates for the new season",
        "settings: session cookie SameSite=Lax -> Strict",
        "flag lazy-serializers switched on for staff",
        "linter and formatter updated",
        "manifest: readiness path /ready -> /readyz, both are answered",
    ),
    runbook=(
        "dump_worker_stacks",
        "reload_workers",
        "clear_expired_sessions",
        "replay_failed_requests",
        "rebuild_static_assets",
        "toggle_debug_toolbar",
    ),
)

NODE = Software(
    name="node",
    kind="service",
    dialect="node",
    release="Node.js service",
    gauges=gauges.SERVICE,
    latency=(6, 50),
    noise=(
        "INFO  GET {path} 200 {small} ms - {id} bytes",
        "INFO  POST {path} 201 {small} ms request {hex}",
        "INFO  GET {path} 304 {n} ms",
        "INFO  GET {path}/{id} 404 {n} ms",
        "INFO  request {hex} answered in {small} ms, variant new-footer=on",
        "INFO  agent for {callee}: {n} sockets closed after 60 s without use",
        "DEBUG session of {user} extended by {n} min",
        "INFO  audit: {user} added a postal address (kind: delivery, country checked, street not checked) from {ip}, "
        "request {hex}",
        "INFO  health report: {n} checks done in {n} ms, texts read again, those without a translation fall back to "
        "English",
        "WARN  (node:{pid}) [DEP0040] DeprecationWarning: The `punycode` module is deprecated. Please use a userland "
        "alternative instead. (Use `node --trace-deprecation ...` to show where the warning was created)",
        "WARN  kubelet: MountVolume.SetUp of volume texts took {ms} ms, done",
        "WARN  rate limit of {user} reached on {path}: {small} requests in a minute, answered 429",
        "ERROR request aborted by the client after {ms} ms: {path} (ECONNRESET in IncomingMessage)",
        "ERROR PayloadTooLargeError: request entity too large, {id} bytes for {path}, answered 413",
        "ERROR ValidationError: body.items[{n}].sku must match pattern ^[A-Z0-9-]+$, answered 400 to {user}",
    ),
    victim=(
        "ERROR AxiosError: timeout of {ms}ms exceeded, POST http://{callee}.internal{path}, request {hex}",
        "WARN  {callee}: socket hang up after {ms} ms, attempt 2 of 3",
        "ERROR {callee}: no answer within {ms} ms, {path} answered with 503",
        "WARN  breaker {callee}: open, {pct} % of the last 50 calls failed",
        "WARN  agent for {callee}: {n} requests waiting for a socket, oldest {ms} ms",
        "ERROR ETIMEDOUT {callee}.internal after {ms} ms, code ESOCKETTIMEDOUT",
    ),
    victim_unnamed=(
        "ERROR {path} answered 503 after {ms} ms",
        "WARN  slow request {hex}: {ms} ms, most of it waiting",
        "ERROR TimeoutError: promise of {path} not settled within {ms} ms",
        "WARN  {n} requests pending, oldest {ms} ms",
    ),
    recovered=(
        "INFO  breaker {callee}: closed, {n} calls in a row were fine",
        "INFO  agent for {callee}: {n} sockets closed after 60 s without use",
        "INFO  {callee} answers in {small} ms again",
    ),
    events=(
        "Requests and limits were reviewed {n} days ago",
        "source maps of this build are uploaded",
        "sourcemaps of older builds are kept for {n} days",
        "one replica changed nodes {n} h ago",
        "Lock file and image hold the same package versions",
        "error budget of last month: {n} % used",
    ),
    changes=(
        "release {version}: package updates, no change of behaviour",
        "release {version}: {path} accepts the new client header",
        "release {version}: page titles for search engines",
        "base image moved to the current LTS patch",
        "configuration: keepAliveTimeout 5 s -> 65 s",
        "flag new-footer switched on for all",
        "source maps no longer served in public",
        "manifest: PORT taken from the common values",
    ),
    runbook=(
        "capture_cpu_profile",
        "reload_configuration",
        "refresh_translations",
        "recycle_one_replica",
        "rotate_log_files",
        "purge_stale_sessions",
    ),
)
