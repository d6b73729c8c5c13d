"""An application service in Node.js."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import gauges, sql_clients

NODE = Software(
    name="node",
    kind="service",
    dialect="node",
    release="Node.js service",
    gauges=gauges.SERVICE,
    latency=(6, 50),
    noise=(
        "INFO  GET {path} 200 {took} ms",
        "INFO  POST {path} 201 {took} ms request {hex}",
        "INFO  GET {path}/{id} 404 {took} ms",
        "INFO  PATCH {path}/{id} 200 {took} ms trace {trace}",
        "INFO  HEAD {path} 200 {took} ms from {ip}",
        "INFO  {caller} asked for {count} items of {path}, {took} ms",
        'DEBUG GET {path} 304 {took} ms W/"{hex}"',
        "INFO  {per_minute} requests in the last minute, all instances",
        "INFO  request completed: {path}, {kb} KB, {took} ms",
        "INFO  agent: {n} idle sockets closed",
        "INFO  audit: {user} added an address from {ip}, request {hex}",
        "INFO  audit: {user} switched newsletters off",
        "INFO  texts read again, {count} entries, revision {offset}",
        "INFO  sweep of expired drafts: {count} removed in {n} ms",
        "DEBUG session of {user} extended by 30 min",
        "DEBUG event loop utilization sampled, next sample in 15 s",
        "DEBUG metrics of {per_minute} requests pushed",
        "WARN  response of {path} is {kb} KB, without compression",
        "WARN  cookie of {user} is larger than 4096 bytes, not set",
        "WARN  rate limit of {user} reached on {path}: {count} requests in 10 s, answered 429",
        "WARN  parameter limit={id} of {caller} is over 500, 500 used",
        "WARN  i18next::translator: missingKey en items footer.{hex}",
        "ERROR BadRequestError: request aborted, {path}, {ip} left",
        "ERROR PayloadTooLargeError: request entity too large, {path}, answered 413",
        'ERROR ValidationError: body.items[{n}].sku must match pattern "^[A-Z0-9-]+$", answered 400 to {user}',
        "ERROR SyntaxError: Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON, {path}, answered 400",
        "ERROR JsonWebTokenError: jwt malformed, session {hex}, answered 401",
        "ERROR Error: write EPIPE, response to {path} not sent to {ip}",
        "ERROR NotFoundError: {path}/{id}, answered 404 to {caller}",
        "WARN  Error: EMFILE: too many open files, watch '/etc/settings', read every 60 s instead",
    ),
    peers={
        "http": {
            "refused": (
                "ERROR AxiosError: connect ECONNREFUSED {ip}:8080, GET http://{callee}{path}",
                "ERROR TypeError: fetch failed, cause: Error: connect ECONNREFUSED {ip}:8080",
                "WARN  {callee}: ECONNREFUSED after {wait} ms, attempt {tries}",
            ),
            "error": (
                "ERROR AxiosError: Request failed with status code 503, POST http://{callee}{path}, request {hex}",
                "ERROR {callee}: 500 Internal Server Error for {path} after {wait} ms",
                "WARN  {callee} answered 502 in {wait} ms, attempt {tries}",
                "WARN  AxiosError: Request failed with status code 500, code ERR_BAD_RESPONSE, {wait} ms",
                "ERROR AxiosError: Request failed with status code 502, GET http://{callee}{path}, request {hex}",
            ),
            "timeout": (
                "ERROR AxiosError: timeout of {timeout}ms exceeded, GET http://{callee}{path}, code ECONNABORTED",
                "ERROR HeadersTimeoutError: Headers Timeout Error, code UND_ERR_HEADERS_TIMEOUT, {path}",
                "ERROR {callee}: TimeoutError: The operation was aborted due to timeout, {timeout} ms",
                "WARN  {callee}: no answer to {path} within {timeout} ms, attempt {tries}",
                "ERROR ConnectTimeoutError: Connect Timeout Error (attempted address: {callee}:8080, timeout: "
                "{timeout}ms)",
            ),
            "slow": (
                "WARN  {callee}: GET {path} 200 after {wait} ms",
                "INFO  POST http://{callee}{path} {wait} ms of {timeout} ms",
                "WARN  slow upstream call {wait} ms, {path}, trace {trace}",
            ),
            "recovered": (
                "INFO  {callee}: GET {path} 200, attempt 1",
                "INFO  {callee}: calls succeed again, {wait} ms",
                "INFO  upstream calls without errors again",
            ),
        },
        **sql_clients.NODE,
        "cache": {
            "refused": (
                "ERROR [ioredis] Unhandled error event: Error: connect ECONNREFUSED {ip}:6379",
                "WARN  {callee}: redis reconnect refused after {wait} ms, attempt {tries}",
                "ERROR {callee}: GET item:{id}: connect ECONNREFUSED {ip}:6379",
            ),
            "error": (
                "ERROR ReplyError to SETEX session:{hex}, {wait} ms",
                "ERROR {callee}: ReplyError: EXECABORT Transaction discarded because of previous errors.",
                "WARN  {callee}: HSET session:{hex} failed after {wait} ms, attempt {tries}",
                "WARN  {callee}: ReplyError to SET item:{id}, {wait} ms",
            ),
            "timeout": (
                "ERROR Error: Command timed out, GET item:{id}",
                "ERROR {callee}: Error: connect ETIMEDOUT",
                "WARN  {callee}: session:{hex} not read within {timeout} ms, attempt {tries}",
                "WARN  {callee}: pipeline of {n} commands gave up after {timeout} ms",
            ),
            "slow": (
                "WARN  {callee}: GET item:{id} took {wait} ms",
                "INFO  redis pipeline of {n} commands: {wait} ms of {timeout} ms",
                "WARN  {callee}: session:{hex} read after {wait} ms",
            ),
            "recovered": (
                "INFO  {callee}: redis status ready",
                "INFO  {callee}: PONG after {wait} ms",
                "INFO  sessions come from the cache again",
            ),
        },
        "kafka": {
            "refused": (
                "ERROR [Connection] Connection error: connect ECONNREFUSED {ip}:9092, broker {callee}:9092, "
                "clientId {service}",
                "ERROR KafkaJSConnectionError: Connection error: connect ECONNREFUSED {ip}:9092",
                "WARN  {callee}: producer refused after {wait} ms, attempt {tries}",
            ),
            "error": (
                "ERROR KafkaJSProtocolError: The server experienced an unexpected error when processing the request",
                "ERROR [Producer] {callee}: Failed to send messages: The server experienced an unexpected error "
                "when processing the request",
                "WARN  {callee}: {n} records rejected after {wait} ms, attempt {tries}",
                "ERROR KafkaJSConnectionClosedError: Closed connection, broker {callee}:9092",
            ),
            "timeout": (
                "ERROR KafkaJSRequestTimeoutError: Request Produce(key: 0, version: 7) timed out",
                "ERROR [Connection] Connection timeout, broker {callee}:9092, clientId {service}",
                "WARN  {callee}: no acknowledgement within {timeout} ms, attempt {tries}",
                "ERROR {callee}: send to item-events gave up after {timeout} ms",
            ),
            "slow": (
                "WARN  {callee}: {n} records acknowledged after {wait} ms",
                "INFO  produce to session-events: {wait} ms of {timeout} ms",
                "WARN  {callee}: send took {wait} ms, trace {trace}",
            ),
            "recovered": (
                "INFO  {callee}: producer connected",
                "INFO  {callee}: {n} records that waited were sent",
                "INFO  acknowledgements arrive again",
            ),
        },
        "amqp": {
            "refused": (
                "ERROR Error: connect ECONNREFUSED {ip}:5672",
                "ERROR {callee}: amqp connect ECONNREFUSED {ip}:5672, attempt {tries}",
                "WARN  {callee}: connection refused after {wait} ms, {n} messages kept",
            ),
            "error": (
                'ERROR Error: Connection closed: 541 (INTERNAL-ERROR) with message "INTERNAL_ERROR"',
                "ERROR {callee}: IllegalOperationError: Channel closed",
                "WARN  {callee}: message {id} nacked after {wait} ms",
                "WARN  {callee}: publish failed after {wait} ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR TimeoutError: message {id} not confirmed within {timeout} ms",
                "ERROR {callee}: Error: connect ETIMEDOUT",
                "WARN  {callee}: no confirm within {timeout} ms, attempt {tries}",
                "ERROR {callee}: waitForConfirms gave up after {timeout} ms, {n} messages",
            ),
            "slow": (
                "WARN  {callee}: message {id} confirmed after {wait} ms",
                "INFO  confirm took {wait} ms of {timeout} ms",
                "WARN  {callee}: publish of {n} messages took {wait} ms",
            ),
            "recovered": (
                "INFO  {callee}: channel open, confirm mode",
                "INFO  {callee}: {n} kept messages are published",
                "INFO  messages are confirmed again",
            ),
        },
        "dns": {
            "refused": (
                "ERROR Error: queryA ECONNREFUSED items.internal",
                "WARN  {callee}: query for sessions.internal refused after {wait} ms",
                "WARN  {callee}: resolver refused attempt {tries}, accounts.internal",
                "ERROR TypeError: fetch failed, cause: Error: getaddrinfo EAI_AGAIN accounts.internal",
            ),
            "error": (
                "ERROR Error: queryA ESERVFAIL accounts.internal",
                "WARN  {callee}: SERVFAIL for items.internal after {wait} ms",
                "ERROR Error: getaddrinfo EAI_AGAIN sessions.internal, GET {path}",
                "WARN  {callee}: lookup failed after {wait} ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR Error: queryA ETIMEOUT sessions.internal",
                "WARN  {callee}: items.internal not answered within {timeout} ms",
                "ERROR AxiosError: getaddrinfo EAI_AGAIN accounts.internal, code EAI_AGAIN",
                "WARN  {callee}: lookup gave up after {timeout} ms, attempt {tries}",
            ),
            "slow": (
                "WARN  {callee}: items.internal resolved after {wait} ms",
                "INFO  lookup of sessions.internal took {wait} ms",
                "WARN  {callee}: queryAaaa of accounts.internal: {wait} ms of {timeout} ms",
            ),
            "recovered": (
                "INFO  {callee}: items.internal resolved in {wait} ms",
                "INFO  {callee} answers queries again",
                "INFO  lookups succeed again",
            ),
        },
    },
    events=(
        "requests and limits were reviewed last month",
        "source maps of this build are uploaded",
        "source maps of older builds are kept for 90 days",
        "{instance} was moved to another node last week",
        "lock file and image hold the same package versions",
        "error budget of last month: {n} % used",
    ),
    changes=(
        "release {version}: package updates",
        "release {version}: {path} accepts the new client header",
        "release {version}: page titles shortened",
        "release {version}: icons as one sprite",
        "base image at the current LTS patch",
        "configuration: log level of the router debug -> info",
        "source maps no longer served in public",
        "manifest: PORT taken from the common values",
    ),
    runbook=(
        "capture_cpu_profile",
        "list_open_handles",
        "show_effective_settings",
        "compare_package_versions",
        "rotate_log_files",
        "export_request_sample",
        "list_active_sessions",
        "list_recent_changes",
        "show_contact_list",
    ),
)
