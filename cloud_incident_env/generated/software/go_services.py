"""An application service in Go."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import config_clients, gauges, sql_clients

GO = Software(
    name="go",
    kind="service",
    dialect="go",
    release="Go service",
    gauges=gauges.SERVICE,
    latency=(3, 25),
    noise=(
        "INFO  GET {path} 200 {took}ms",
        "INFO  POST {path} 201 {took}ms request_id={hex}",
        "INFO  GET {path}/{id} 404 {took}ms",
        "INFO  DELETE {path}/{id} 204 {took}ms client={caller}",
        "INFO  PATCH {path}/{id} 200 {took}ms trace_id={trace}",
        'DEBUG GET {path} 304 {took}ms if_none_match="{hex}"',
        "INFO  served {caller}: {path}, {count} items, {took}ms",
        "INFO  {per_minute} requests in the last minute, all instances",
        "INFO  reference data read again: {count} rows, revision {offset}, {n}ms",
        "INFO  audit: {user} exported {count} rows of their own history from {ip}, request {hex}",
        "INFO  audit: {user} closed session {hex}",
        "INFO  idle connections closed: {n}",
        "INFO  sweep of expired drafts: {count} removed, next in 10m0s",
        "DEBUG metrics: {count} series pushed",
        "DEBUG token cache: {count} entries, {n} renewed",
        "DEBUG tls: session of {ip}:{port} resumed, version 1.3",
        "DEBUG otel: exported {count} spans",
        "WARN  http: TLS handshake error from {ip}:{port}: EOF",
        "WARN  http: TLS handshake error from {ip}:{port}: tls: client offered only unsupported versions: [302 301]",
        "WARN  http: superfluous response.WriteHeader call from app/web.(*statusWriter).WriteHeader (status.go:41)",
        'WARN  field "amount" in request {hex} is deprecated, read as "amount_minor" for {user}',
        "WARN  rate limit of {user} reached on {path}: {count} requests in 10s, answered 429",
        "WARN  query parameter limit={id} is over 500, 500 used, client {caller}",
        "ERROR write tcp {ip}:8080->{ip}:{port}: write: broken pipe",
        "ERROR decode body of {path}: json: cannot unmarshal string into Go struct field Item.quantity of type "
        "int, answered 400 to {user}",
        "ERROR decode body of {path}: unexpected EOF, answered 400",
        "ERROR {path}: scope items.write is missing for {user}, answered 403",
        "ERROR http: proxy of {path} stopped: context canceled, client {ip} left",
        "ERROR token of session {hex}: token is malformed: token contains an invalid number of segments, answered 401",
        "WARN  settings are read every 60 s instead of watched: fsnotify: too many open files",
    ),
    peers={
        "http": {
            "refused": (
                'ERROR Post "http://{callee}{path}": dial tcp {ip}:8080: connect: connection refused',
                'ERROR call {callee}: rpc error: code = Unavailable desc = connection error: desc = "transport: '
                'Error while dialing: dial tcp {ip}:8080: connect: connection refused"',
                "WARN  {callee}: attempt {tries} failed after {wait}ms: connection refused",
                "ERROR dial tcp {ip}:8080: connect: connection refused, request {hex}",
            ),
            "error": (
                "ERROR call {callee}: GET {path}: unexpected status 503 Service Unavailable after {wait}ms",
                "ERROR call {callee}: rpc error: code = Internal desc = internal error, request {hex}",
                "WARN  {callee}: attempt {tries} got 500 in {wait}ms",
                "WARN  POST {path}: upstream answered 502 after {wait}ms, trace_id={trace}",
                "ERROR {callee}: GET {path}: 500 Internal Server Error, request {hex}",
            ),
            "timeout": (
                'ERROR Get "http://{callee}{path}": context deadline exceeded (Client.Timeout exceeded while '
                "awaiting headers)",
                'ERROR Post "http://{callee}{path}": net/http: request canceled (Client.Timeout exceeded while '
                "awaiting headers)",
                "ERROR call {callee}: rpc error: code = DeadlineExceeded desc = context deadline exceeded",
                "WARN  {callee}: attempt {tries} gave up after {timeout}ms",
                "ERROR request {hex}: context deadline exceeded after {timeout}ms",
            ),
            "slow": (
                "WARN  slow call: {callee} GET {path} 200 {wait}ms",
                "INFO  call {callee}: done duration_ms={wait} limit_ms={timeout}",
                "WARN  POST {path} answered after {wait}ms, trace_id={trace}",
                "WARN  {callee} took {wait}ms for {path}/{id}",
            ),
            "recovered": (
                "INFO  {callee}: GET {path} 200 after earlier failures",
                "INFO  call {callee}: connection state READY",
                "INFO  {callee}: error count reset",
                "INFO  retries done, POST {path} 201",
            ),
        },
        **sql_clients.GO,
        "object": {
            "refused": (
                "ERROR operation error S3: PutObject, exceeded maximum number of attempts, {tries}, https "
                "response error StatusCode: 0, RequestID: , HostID: , request send failed, Put "
                '"http://{callee}:9000/items/{id}": dial tcp {ip}:9000: connect: connection refused',
                "WARN  {callee}: GetObject items/{id} not sent after {wait}ms: connection refused",
                "ERROR object {hex}: dial tcp {ip}:9000: connect: connection refused",
            ),
            "error": (
                "ERROR operation error S3: GetObject, https response error StatusCode: 500, RequestID: {hex}, "
                "HostID: , api error InternalError: We encountered an internal error, please try again.",
                "WARN  {callee}: PutObject items/{id} got 503 after {wait}ms, attempt {tries}",
                "ERROR {callee}: HeadObject: https response error StatusCode: 503, RequestID: {hex}, HostID: , "
                "api error ServiceUnavailable: Service Unavailable",
            ),
            "timeout": (
                "ERROR operation error S3: PutObject, https response error StatusCode: 0, RequestID: , HostID: , "
                "canceled, context deadline exceeded",
                "WARN  {callee}: GetObject items/{id} gave up after {timeout}ms, attempt {tries}",
                'ERROR Get "http://{callee}:9000/items/{id}": net/http: timeout awaiting response headers',
                "ERROR {callee}: upload of {kb} KB not done within {timeout}ms",
            ),
            "slow": (
                "WARN  {callee}: GetObject items/{id} took {wait}ms, {kb} KB",
                "INFO  object {hex} stored duration_ms={wait}",
                "WARN  {callee}: first byte after {wait}ms, limit {timeout}ms",
            ),
            "recovered": (
                "INFO  {callee}: PutObject 200 in {wait}ms",
                "INFO  {callee}: objects are read again",
                "INFO  uploads that waited are stored: {n}",
            ),
        },
        "cache": {
            "refused": (
                "ERROR redis: dial tcp {ip}:6379: connect: connection refused",
                "WARN  {callee}: GET item:{id}: connect: connection refused, attempt {tries}",
                "ERROR cache {callee} not reached after {wait}ms: dial tcp {ip}:6379: connect: connection refused",
            ),
            "error": (
                "ERROR redis: pipeline: first error reply at command {few}",
                "ERROR {callee}: HSET session:{hex}: error reply after {wait}ms",
                "WARN  {callee}: MSET of {n} keys failed after {wait}ms, attempt {tries}",
                "ERROR {callee}: pipeline: EXECABORT Transaction discarded because of previous errors.",
            ),
            "timeout": (
                "ERROR redis: connection pool timeout",
                "ERROR {callee}: GET item:{id}: read tcp {ip}:{port}->{ip}:6379: i/o timeout",
                "WARN  {callee}: SETEX session:{hex}: context deadline exceeded after {timeout}ms",
                "WARN  {callee}: pipeline of {n} commands gave up after {timeout}ms, attempt {tries}",
            ),
            "slow": (
                "WARN  {callee}: GET item:{id} took {wait}ms",
                "INFO  cache: pipeline of {n} commands duration_ms={wait} limit_ms={timeout}",
                "WARN  {callee}: session:{hex} read after {wait}ms",
            ),
            "recovered": (
                "INFO  {callee}: PONG in {wait}ms",
                "INFO  cache {callee}: commands succeed again",
                "INFO  cache: read path is back, {n} keys loaded",
            ),
        },
        "kafka": {
            "refused": (
                "ERROR kafka: client has run out of available brokers to talk to: dial tcp {ip}:9092: connect: "
                "connection refused",
                'WARN  unable to open connection to broker addr={callee}:9092 broker=1 err="dial tcp {ip}:9092: '
                'connect: connection refused"',
                "WARN  producer: {callee} refused the connection after {wait}ms, attempt {tries}",
            ),
            "error": (
                "ERROR kafka: Failed to produce message to topic item-events: kafka server: Unexpected "
                "(unknown?) server error",
                "WARN  read from broker errored, killing connection after 0 successful responses "
                "addr={callee}:9092 broker=1 err=EOF",
                "WARN  producer: {callee} rejected a batch of {n} records after {wait}ms, attempt {tries}",
                "ERROR produce to {callee}: UNKNOWN_SERVER_ERROR: The server experienced an unexpected error "
                "when processing the request.",
            ),
            "timeout": (
                "ERROR kafka: Failed to produce message to topic session-events: read tcp "
                "{ip}:{port}->{ip}:9092: i/o timeout",
                "ERROR producer: records to {callee} timed out before they were able to be produced, limit {timeout}ms",
                "WARN  producer: no ack from {callee} within {timeout}ms, attempt {tries}",
                "ERROR publish of item {id}: context deadline exceeded after {timeout}ms",
            ),
            "slow": (
                "WARN  producer: ack from {callee} after {wait}ms",
                "INFO  producer: {n} records of item-events acknowledged duration_ms={wait}",
                "WARN  produce to {callee} took {wait}ms, limit {timeout}ms",
            ),
            "recovered": (
                "INFO  producer: {callee} acknowledged {n} records",
                "INFO  connected to broker addr={callee}:9092 broker=1",
                "INFO  producer: buffer is empty again",
            ),
        },
        "amqp": {
            "refused": (
                "ERROR amqp: dial tcp {ip}:5672: connect: connection refused",
                "WARN  {callee}: reconnect failed after {wait}ms: connection refused, attempt {tries}",
                "ERROR publish to {callee}: dial tcp {ip}:5672: connect: connection refused",
            ),
            "error": (
                'ERROR publish to {callee}: Exception (504) Reason: "channel/connection is not open"',
                'ERROR {callee}: Exception (541) Reason: "INTERNAL_ERROR"',
                "WARN  message {id} returned as nack after {wait}ms",
                "WARN  {callee}: publish failed after {wait}ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR {callee}: confirm of message {id}: context deadline exceeded",
                "ERROR publish: write tcp {ip}:{port}->{ip}:5672: i/o timeout",
                "WARN  {callee}: no confirm within {timeout}ms, attempt {tries}",
                "ERROR {callee}: channel open gave up after {timeout}ms",
            ),
            "slow": (
                "WARN  {callee}: confirm of message {id} after {wait}ms",
                "INFO  publisher: {n} confirms duration_ms={wait} limit_ms={timeout}",
                "WARN  publish to {callee} took {wait}ms",
            ),
            "recovered": (
                "INFO  {callee}: connection open, channel 1",
                "INFO  {callee}: {n} messages confirmed after failures",
                "INFO  publisher: nothing waits for a confirm",
            ),
        },
        "dns": {
            "refused": (
                "ERROR dial tcp: lookup items.internal on {dns_ip}:53: read udp {ip}:{port}->{dns_ip}:53: read: "
                "connection refused",
                "WARN  resolver {callee}: sessions.internal: connection refused after {wait}ms",
                "WARN  resolver {callee}: query refused at once, attempt {tries}",
            ),
            "error": (
                "ERROR dial tcp: lookup accounts.internal on {dns_ip}:53: server misbehaving",
                "WARN  resolver {callee}: items.internal: SERVFAIL after {wait}ms",
                'ERROR Get "http://sessions.internal{path}": dial tcp: lookup sessions.internal on {dns_ip}:53: '
                "server misbehaving",
                "WARN  resolver {callee}: lookup of accounts.internal failed in {wait}ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR dial tcp: lookup sessions.internal on {dns_ip}:53: read udp {ip}:{port}->{dns_ip}:53: i/o "
                "timeout",
                "WARN  resolver {callee}: items.internal: no answer within {timeout}ms, attempt {tries}",
                "ERROR dial tcp: lookup accounts.internal: i/o timeout",
                "WARN  resolver {callee}: lookup canceled after {timeout}ms: context deadline exceeded",
            ),
            "slow": (
                "WARN  resolver {callee}: items.internal resolved after {wait}ms",
                "INFO  lookup of sessions.internal duration_ms={wait}",
                "WARN  resolver {callee}: AAAA of accounts.internal took {wait}ms, limit {timeout}ms",
            ),
            "recovered": (
                "INFO  resolver {callee}: items.internal NOERROR in {wait}ms",
                "INFO  resolver {callee}: answers again",
                "INFO  lookups succeed again",
            ),
        },
        **config_clients.GO,
    },
    events=(
        "requests and limits were reviewed last month",
        "error budget of last month: {n} % used",
        "built with the toolchain of this month, stripped",
        "{instance} was moved to another node last week",
        "profiles of the last 24 h are in the archive",
        "graceful shutdown limit: 30 s",
    ),
    changes=(
        "release {version}: module updates",
        "release {version}: {path} understands If-Match",
        "release {version}: access log has structured fields",
        "release {version}: toolchain at its next patch",
        "release {version}: sort order of {path} documented",
        "configuration: maximum body size 1 MB -> 2 MB",
        "dashboards generated from code",
        "manifest: topology spread over the zones",
    ),
    runbook=(
        "capture_goroutine_profile",
        "list_open_connections",
        "show_build_info",
        "compare_build_digests",
        "rotate_log_files",
        "raise_trace_sampling",
        "export_request_sample",
        "show_effective_settings",
        "list_recent_changes",
    ),
)
