"""Application services, one for each language."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import config_clients, gauges, sql_clients

JAVA = Software(
    name="java",
    kind="service",
    dialect="java",
    release="Java service",
    gauges=gauges.SERVICE,
    latency=(8, 45),
    threads=True,
    noise=(
        "INFO  app.web.RequestLog : GET {path} 200 {took} ms",
        "INFO  app.web.RequestLog : POST {path} 201 {took} ms, client {caller}",
        "INFO  app.web.RequestLog : GET {path}/{id} 404 {took} ms",
        "INFO  app.web.RequestLog : PUT {path}/{id} 204 {took} ms, trace {trace}",
        "INFO  app.web.RequestLog : {caller} read {count} items of {path} in {took} ms",
        'DEBUG app.web.RequestLog : GET {path} 304 {took} ms, ETag "{hex}"',
        "INFO  app.jobs.PurgeJob : purgeExpiredDrafts removed {count} rows in {n} ms",
        "INFO  app.audit.AuditTrail : user {user} changed 2 fields of account {id}",
        "INFO  app.audit.AuditTrail : user {user} signed in from {ip}, session {hex}",
        "DEBUG app.security.TokenService : token of {user} renewed, valid for 30 min",
        "INFO  app.data.ReferenceData : {count} entries read again in {n} ms, revision {offset}",
        "INFO  app.metrics.MinuteReport : {per_minute} requests handled in the last minute by all instances",
        "DEBUG o.s.s.w.a.AnonymousAuthenticationFilter : Set SecurityContextHolder to anonymous SecurityContext",
        "DEBUG o.s.web.servlet.DispatcherServlet : Completed 200 OK",
        "DEBUG o.s.w.s.m.m.a.HttpEntityMethodProcessor : Using 'application/json', given [application/json, */*] "
        "and supported [application/json]",
        "DEBUG o.apache.coyote.http11.Http11Processor : Error parsing HTTP request header",
        "DEBUG o.s.web.servlet.DispatcherServlet : Completed 404 NOT_FOUND",
        "DEBUG app.metrics.GcReport : report of {count} series written",
        "INFO  app.jobs.PurgeJob : purgeExpiredLinks removed {n} rows in {few} ms",
        "WARN  .w.s.m.s.DefaultHandlerExceptionResolver : Resolved "
        "[org.springframework.web.HttpRequestMethodNotSupportedException: Request method 'HEAD' is not supported]",
        "WARN  .w.s.m.s.DefaultHandlerExceptionResolver : Resolved "
        "[org.springframework.http.converter.HttpMessageNotReadableException: JSON parse error: Unexpected "
        "character ('}}' (code 125)): was expecting double-quote to start field name]",
        "WARN  .w.s.m.s.DefaultHandlerExceptionResolver : Resolved "
        "[org.springframework.web.bind.MissingServletRequestParameterException: Required request parameter "
        "'limit' for method parameter type Integer is not present]",
        "WARN  .m.m.a.ExceptionHandlerExceptionResolver : Resolved "
        "[org.springframework.web.bind.MethodArgumentNotValidException: Validation failed for argument [0]: "
        "[Field error in object 'itemRequest' on field 'quantity': rejected value [-{n}]]]",
        "WARN  o.s.web.servlet.PageNotFound : No mapping for GET /robots.txt",
        "WARN  o.hibernate.orm.query : HHH90003004: firstResult/maxResults specified with collection fetch; "
        "applying in memory",
        "WARN  .w.s.m.s.DefaultHandlerExceptionResolver : Resolved "
        "[org.springframework.web.HttpMediaTypeNotSupportedException: Content-Type 'text/plain;charset=UTF-8' is not "
        "supported]",
        "WARN  app.web.RateLimit : client {user} sent {count} requests in 10 s from {ip}, answered 429",
        "ERROR app.web.ErrorAdvice : response to {path} not written: "
        "org.apache.catalina.connector.ClientAbortException: java.io.IOException: Broken pipe",
        "ERROR app.web.ErrorAdvice : request {hex} answered 422: $.items[{n}].note is longer than 500 characters",
        "ERROR app.web.ErrorAdvice : {path} answered 403 to {user}: "
        "org.springframework.security.access.AccessDeniedException: Access Denied",
        "ERROR app.security.TokenFilter : token of session {hex} not accepted, answered 401: "
        "io.jsonwebtoken.MalformedJwtException: Invalid compact JWT string: Compact JWSs must contain exactly 2 "
        "period characters",
        "WARN  app.settings.Watcher : settings are read every 60 s instead of watched: java.io.IOException: User limit "
        "of inotify instances reached or too many open files",
    ),
    peers={
        "http": {
            "refused": (
                'ERROR app.client.HttpClient : I/O error on POST request for "http://{callee}{path}": Connection '
                "refused",
                "ERROR app.client.HttpClient : org.springframework.web.client.ResourceAccessException: I/O error "
                'on GET request for "http://{callee}{path}/{id}": Connection refused',
                "WARN  app.resilience.Events : CircuitBreaker '{callee}' recorded an error: "
                "'java.net.ConnectException: Connection refused'. Elapsed time: {wait} ms",
                "WARN  app.client.CallLog : GET {path} not sent: java.net.ConnectException: Connection refused, "
                "attempt {tries}",
            ),
            "error": (
                "ERROR app.client.HttpClient : "
                "org.springframework.web.client.HttpServerErrorException$ServiceUnavailable: 503 Service "
                'Unavailable on GET request for "http://{callee}{path}": [no body]',
                "ERROR app.client.HttpClient : "
                "org.springframework.web.client.HttpServerErrorException$InternalServerError: 500 Internal "
                'Server Error on POST request for "http://{callee}{path}": "{{"status":500,"path":"{path}"}}"',
                "WARN  app.resilience.Events : CircuitBreaker '{callee}' recorded an error: "
                "'org.springframework.web.client.HttpServerErrorException$InternalServerError: 500 Internal "
                "Server Error: [no body]'. Elapsed time: {wait} ms",
                "WARN  app.client.CallLog : {callee} answered 503 to GET {path} after {wait} ms, attempt {tries}",
                "WARN  app.client.CallLog : POST {path} answered 502 after {wait} ms, request {hex}",
            ),
            "timeout": (
                'ERROR app.client.HttpClient : I/O error on GET request for "http://{callee}{path}": Read timed out',
                "ERROR app.client.HttpClient : org.springframework.web.client.ResourceAccessException: I/O error "
                'on POST request for "http://{callee}{path}": request timed out',
                "WARN  app.resilience.Events : TimeLimiter '{callee}' recorded a timeout exception.",
                "WARN  app.client.CallLog : {callee} sent no answer to {path} within {timeout} ms, attempt {tries}",
                "ERROR app.client.CallLog : request {hex}: java.net.SocketTimeoutException: Read timed out",
            ),
            "slow": (
                "WARN  app.client.CallLog : GET http://{callee}{path} 200 after {wait} ms",
                "WARN  app.resilience.Events : CircuitBreaker '{callee}' recorded a successful call. Elapsed "
                "time: {wait} ms",
                "INFO  app.client.CallLog : POST http://{callee}{path}/{id} 201 after {wait} ms, limit {timeout} "
                "ms, trace {trace}",
                "WARN  app.client.CallLog : {path} took {wait} ms of the {timeout} ms allowed, request {hex}",
            ),
            "recovered": (
                "INFO  app.client.CallLog : {callee} answered GET {path} with 200, first success after failed calls",
                "INFO  app.resilience.Events : Retry '{callee}' recorded a successful retry attempt. Number of "
                "retry attempts: '1', Last exception was: 'java.io.IOException'.",
                "INFO  app.client.CallLog : failure count of {callee} is 0 again",
                "INFO  app.client.CallLog : POST {path} goes through again",
            ),
        },
        **sql_clients.JAVA,
        "object": {
            "refused": (
                "ERROR app.files.ObjectStore : software.amazon.awssdk.core.exception.SdkClientException: Unable "
                "to execute HTTP request: Connect to {callee}:9000 [{callee}/{ip}] failed: Connection refused",
                "WARN  app.files.ObjectStore : object {hex} not stored: Connection refused, attempt {tries}",
                "WARN  app.files.ObjectStore : {callee} refused the connection for PUT items/{id} after {wait} ms",
            ),
            "error": (
                "ERROR app.files.ObjectStore : software.amazon.awssdk.services.s3.model.S3Exception: We "
                "encountered an internal error. Please try again. (Service: S3, Status Code: 500, Request ID: "
                "{hex})",
                "WARN  app.files.ObjectStore : {callee} answered 503 to GET items/{id} after {wait} ms, attempt "
                "{tries}",
                "ERROR app.files.ObjectStore : PutObject to {callee} failed after {wait} ms: "
                "software.amazon.awssdk.services.s3.model.S3Exception: null (Service: S3, Status Code: 503, "
                "Request ID: {hex})",
            ),
            "timeout": (
                "ERROR app.files.ObjectStore : "
                "software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException: HTTP request execution "
                "did not complete before the specified timeout configuration: {timeout} millis",
                "WARN  app.files.ObjectStore : HEAD items/{id} at {callee} given up after {timeout} ms, attempt "
                "{tries}",
                "ERROR app.files.ObjectStore : software.amazon.awssdk.core.exception.SdkClientException: Unable "
                "to execute HTTP request: Read timed out, endpoint http://{callee}:9000",
                "ERROR app.files.ObjectStore : upload of {kb} KB to {callee} not complete within {timeout} ms",
            ),
            "slow": (
                "WARN  app.files.ObjectStore : GET items/{id} from {callee} took {wait} ms, {kb} KB",
                "INFO  app.files.ObjectStore : PutObject of {kb} KB done after {wait} ms",
                "WARN  app.files.ObjectStore : first byte of {hex} from {callee} after {wait} ms, limit {timeout} ms",
            ),
            "recovered": (
                "INFO  app.files.ObjectStore : {callee} stores objects again, PutObject in {wait} ms",
                "INFO  app.files.ObjectStore : GET items/{id} from {callee} 200 after failures",
                "INFO  app.files.ObjectStore : uploads succeed again",
            ),
        },
        "cache": {
            "refused": (
                "ERROR o.s.d.r.c.l.LettuceConnectionFactory : io.lettuce.core.RedisConnectionException: Unable "
                "to connect to [{callee}/<unresolved>:6379]: Connection refused: {callee}/{ip}:6379",
                "WARN  i.l.core.protocol.ConnectionWatchdog : Cannot reconnect to [{callee}/<unresolved>:6379]: "
                "Connection refused: {callee}/{ip}:6379",
                "WARN  app.cache.ItemCache : org.springframework.data.redis.RedisConnectionFailureException: "
                "Unable to connect to Redis",
                "ERROR app.cache.SessionStore : GET session:{hex} not sent to {callee}: "
                "java.net.ConnectException: Connection refused",
            ),
            "error": (
                "ERROR app.cache.ItemCache : org.springframework.data.redis.RedisSystemException: Error in execution",
                "WARN  app.cache.SessionStore : {callee} answered SETEX session:{hex} with an error after {wait} "
                "ms, attempt {tries}",
                "ERROR app.cache.ItemCache : io.lettuce.core.RedisCommandExecutionException from {callee}: "
                "EXECABORT Transaction discarded because of previous errors.",
                "WARN  app.cache.ItemCache : io.lettuce.core.RedisCommandExecutionException from {callee}/{ip}:6379: "
                "HSET item:{id}, {wait} ms",
            ),
            "timeout": (
                "ERROR app.cache.ItemCache : org.springframework.dao.QueryTimeoutException: Redis command timed out",
                "WARN  app.cache.SessionStore : io.lettuce.core.RedisCommandTimeoutException: Command timed out "
                "after {timeout} millisecond(s)",
                "WARN  app.cache.ItemCache : MGET of {n} keys on {callee} given up after {timeout} ms, attempt {tries}",
                "ERROR app.cache.SessionStore : {callee}/{ip}:6379: no reply to GET session:{hex} within {timeout} ms",
            ),
            "slow": (
                "WARN  app.cache.ItemCache : HGETALL item:{id} on {callee} took {wait} ms",
                "INFO  app.cache.SessionStore : reply of {callee} to EXPIRE session:{hex} after {wait} ms",
                "WARN  app.cache.ItemCache : command latency {wait} ms, limit {timeout} ms",
            ),
            "recovered": (
                "INFO  i.l.core.protocol.ReconnectionHandler : Reconnected to {callee}/<unresolved>:6379",
                "INFO  app.cache.ItemCache : {callee} replies again, PING in {wait} ms",
                "INFO  app.cache.SessionStore : sessions are read from the cache again",
            ),
        },
        "kafka": {
            "refused": (
                "WARN  org.apache.kafka.clients.NetworkClient : [Producer clientId=producer-1] Connection to "
                "node 1 ({callee}/{ip}:9092) could not be established. Node may not be available.",
                "WARN  org.apache.kafka.clients.NetworkClient : [AdminClient clientId=adminclient-1] Connection "
                "to node -1 ({callee}/{ip}:9092) could not be established. Node may not be available.",
                "WARN  org.apache.kafka.clients.NetworkClient : [Producer clientId=producer-1] Bootstrap broker "
                "{callee}:9092 (id: -1 rack: null) disconnected",
                "WARN  app.events.Publisher : record of item {id} not sent: java.net.ConnectException: "
                "Connection refused",
            ),
            "error": (
                "WARN  o.a.k.c.producer.internals.Sender : [Producer clientId=producer-1] Got error produce "
                "response with correlation id {offset} on topic-partition item-events-0, retrying (2147483646 "
                "attempts left). Error: UNKNOWN_SERVER_ERROR",
                "ERROR o.s.k.support.LoggingProducerListener : Exception thrown when sending a message with "
                "key='{id}' and payload='{{...}}' to topic account-events:",
                "ERROR app.events.Publisher : {callee} refused a batch of {n} records after {wait} ms: "
                "org.apache.kafka.common.errors.UnknownServerException: The server experienced an unexpected "
                "error when processing the request.",
                "WARN  app.events.Publisher : produce request to {callee} failed after {wait} ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR o.s.k.support.LoggingProducerListener : org.apache.kafka.common.errors.TimeoutException: "
                "Expiring {n} record(s) for item-events-1:{timeout} ms has passed since batch creation",
                "INFO  org.apache.kafka.clients.NetworkClient : [Producer clientId=producer-1] Disconnecting "
                "from node 1 due to request timeout.",
                "ERROR app.events.Publisher : {callee} did not acknowledge within {timeout} ms: "
                "java.util.concurrent.TimeoutException, record {id}",
                "WARN  app.events.Publisher : org.apache.kafka.common.errors.TimeoutException: Topic "
                "session-events not present in metadata after {timeout} ms.",
                "WARN  app.events.Publisher : send to {callee} given up after {timeout} ms, attempt {tries}",
                "ERROR app.events.Publisher : flush of {n} records to {callee} not done within {timeout} ms",
            ),
            "slow": (
                "WARN  app.events.Publisher : {callee} acknowledged a batch of {n} records after {wait} ms",
                "INFO  app.events.Publisher : acks for item-events-0 came after {wait} ms, limit {timeout} ms",
                "WARN  app.events.Publisher : flush to {callee} took {wait} ms, trace {trace}",
            ),
            "recovered": (
                "INFO  app.events.Publisher : records of item-events are acknowledged again, the buffer is empty",
                "INFO  app.events.Publisher : {callee} acknowledges again, {n} records sent in order",
                "INFO  app.events.Publisher : first batch accepted by {callee} after failures",
            ),
        },
        "amqp": {
            "refused": (
                "ERROR app.messages.Outbox : {callee}:5672 not reached: java.net.ConnectException: Connection refused",
                "INFO  o.s.a.r.c.CachingConnectionFactory : Attempting to connect to: [{callee}:5672]",
                "WARN  app.messages.Outbox : message {id} not sent: "
                "org.springframework.amqp.AmqpConnectException: java.net.ConnectException: Connection refused",
                "ERROR app.messages.Outbox : {callee} refused the connection after {wait} ms, attempt {tries}",
            ),
            "error": (
                "ERROR o.s.a.r.c.CachingConnectionFactory : Shutdown Signal: connection error; protocol method: "
                "#method<connection.close>(reply-code=541, reply-text=INTERNAL_ERROR, class-id=0, method-id=0)",
                "ERROR app.messages.Outbox : org.springframework.amqp.AmqpIOException: java.io.IOException on a "
                "channel to {callee} after {wait} ms",
                "WARN  app.messages.Outbox : {callee} answered basic.nack for message {id} after {wait} ms, "
                "attempt {tries}",
                "WARN  app.messages.Outbox : publish to {callee} failed: "
                "com.rabbitmq.client.AlreadyClosedException: channel is already closed",
            ),
            "timeout": (
                "ERROR app.messages.Outbox : org.springframework.amqp.AmqpTimeoutException: "
                "java.util.concurrent.TimeoutException",
                "WARN  app.messages.Outbox : {callee} did not confirm message {id} within {timeout} ms, attempt "
                "{tries}",
                "ERROR o.s.a.r.c.CachingConnectionFactory : "
                "com.rabbitmq.client.ChannelContinuationTimeoutException: Continuation call for method "
                "#method<channel.open>(out-of-band=) on channel 3 timed out, {callee}:5672",
                "WARN  app.messages.Outbox : {n} messages to {callee} unconfirmed, the oldest given up after "
                "{timeout} ms",
            ),
            "slow": (
                "WARN  app.messages.Outbox : {callee} confirmed message {id} after {wait} ms",
                "INFO  app.messages.Outbox : confirm took {wait} ms of the {timeout} ms allowed",
                "WARN  app.messages.Outbox : publish of {n} messages to {callee} done in {wait} ms",
            ),
            "recovered": (
                "INFO  o.s.a.r.c.CachingConnectionFactory : Created new connection: "
                "rabbitConnectionFactory#{hex}:0/SimpleConnection@{hex} [delegate=amqp://app@{ip}:5672/, "
                "localPort={port}]",
                "INFO  app.messages.Outbox : {callee} confirms again, {n} messages of the outbox sent",
                "INFO  app.messages.Outbox : outbox to {callee} is empty again",
            ),
        },
        "dns": {
            "refused": (
                "ERROR app.client.HttpClient : java.net.UnknownHostException: accounts.internal: Temporary "
                "failure in name resolution",
                "WARN  app.client.Resolver : query for items.internal refused by {callee} (port unreachable) "
                "after {wait} ms",
                "WARN  i.netty.resolver.dns.DnsNameResolver : {callee}/{dns_ip}:53: "
                "java.net.PortUnreachableException: recvAddress(..) failed: Connection refused",
            ),
            "error": (
                'ERROR app.client.HttpClient : I/O error on GET request for "http://sessions.internal{path}": '
                "sessions.internal: Temporary failure in name resolution",
                "WARN  app.client.Resolver : {callee} answered SERVFAIL for items.internal after {wait} ms",
                "WARN  app.client.Resolver : lookup of accounts.internal at {callee} failed after {wait} ms: "
                "java.net.UnknownHostException: accounts.internal: Temporary failure in name resolution",
                "ERROR app.client.HttpClient : io.netty.resolver.dns.DnsErrorCauseException: Query failed with "
                "SERVFAIL, server {callee}/{dns_ip}:53",
            ),
            "timeout": (
                "ERROR app.client.HttpClient : io.netty.resolver.dns.DnsNameResolverTimeoutException: [{same_id16}: "
                "/{dns_ip}:53] DefaultDnsQuestion(items.internal. IN A) query '{same_id16}' via UDP timed out after "
                "{timeout} milliseconds",
                "WARN  app.client.Resolver : {callee} did not answer for sessions.internal within {timeout} ms, "
                "attempt {tries}",
                "WARN  app.client.Resolver : lookup of accounts.internal given up after {timeout} ms, server {callee}",
                "ERROR app.client.HttpClient : java.net.UnknownHostException: items.internal: Temporary failure "
                "in name resolution",
            ),
            "slow": (
                "WARN  app.client.Resolver : accounts.internal resolved by {callee} after {wait} ms",
                "INFO  app.client.Resolver : lookup of items.internal took {wait} ms",
                "WARN  app.client.Resolver : A and AAAA of sessions.internal from {callee}: {wait} ms, limit "
                "{timeout} ms",
            ),
            "recovered": (
                "INFO  app.client.Resolver : {callee} answers again: items.internal NOERROR in {wait} ms",
                "INFO  app.client.Resolver : names resolve again",
                "INFO  app.client.Resolver : lookup of accounts.internal at {callee} succeeded after failures",
            ),
        },
        **config_clients.JAVA,
    },
    events=(
        "Java 21, collector G1, flags of the base image",
        "property sources: 3, read at the start of each instance",
        "{instance} was moved to another node last week",
        "probes: liveness every 10 s, readiness every 5 s",
        "error budget of last month: {n} % used",
        "log level of the package app.audit: INFO",
    ),
    changes=(
        "release {version}: library updates",
        "release {version}: {path} answers with an ETag",
        "release {version}: support staff may read drafts",
        "release {version}: javadoc and tests of the client package",
        "e-mail texts reworded",
        "metrics renamed to the common scheme",
        "configuration: log level of app.audit WARN -> INFO",
        "manifest: two labels for the cost report added",
    ),
    runbook=(
        "capture_thread_dump",
        "list_open_connections",
        "show_property_sources",
        "export_heap_histogram",
        "rotate_log_files",
        "toggle_request_tracing",
        "list_scheduled_tasks",
        "compare_instance_settings",
        "list_recent_changes",
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

PYTHON = Software(
    name="python",
    kind="service",
    dialect="python",
    release="Python service",
    gauges=gauges.SERVICE,
    latency=(12, 70),
    threads=True,
    noise=(
        'INFO  uvicorn.access : {ip}:{port} - "GET {path} HTTP/1.1" 200',
        'INFO  uvicorn.access : {ip}:{port} - "POST {path} HTTP/1.1" 201',
        'INFO  uvicorn.access : {ip}:{port} - "GET {path}/{id} HTTP/1.1" 404',
        "INFO  app.middleware : GET {path} 200 in {took} ms",
        "INFO  app.middleware : PUT {path}/{id} 200 in {took} ms, trace_id={trace}",
        "INFO  app.middleware : {caller} fetched {count} items from {path} in {took} ms",
        "DEBUG app.middleware : GET {path} 304 in {took} ms, etag {hex}",
        "INFO  app.middleware : {per_minute} requests in the last minute over all instances",
        'INFO  uvicorn.access : {ip}:{port} - "PATCH {path}/{id} HTTP/1.1" 204',
        'INFO  uvicorn.access : {ip}:{port} - "GET /readyz HTTP/1.1" 200',
        "INFO  app.audit : {user} accepted the terms of use from {ip}, request {hex}",
        "INFO  app.audit : {user} renamed record {id}",
        "INFO  app.tasks : clear_expired_drafts: {count} rows in {n} ms",
        "INFO  app.reference : {count} rows read again, revision {offset}",
        "DEBUG app.auth : token of {user} renewed, 30 min",
        "DEBUG opentelemetry.sdk.trace.export : {count} spans exported",
        "DEBUG httpx : load_ssl_context verify=True cert=None trust_env=True http2=False",
        "DEBUG app.reference : {few} rows changed since revision {offset}",
        'INFO  uvicorn.access : {ip}:{port} - "GET /favicon.ico HTTP/1.1" 404',
        'INFO  uvicorn.access : {ip}:{port} - "HEAD {path} HTTP/1.1" 405',
        "WARN  app.auth : token of {user} has no audience, default taken",
        "WARN  app.middleware : {caller} sent a body of {kb} KB to {path}, answered 413",
        "WARN  app.limits : {user} sent {count} requests in 10 s, answered 429",
        "WARN  uvicorn.error : Invalid HTTP request received.",
        "ERROR app.errors : 1 validation error for ItemRequest quantity: Input should be greater than 0 "
        "[type=greater_than, input_value=-{n}, input_type=int], answered 422 to {user}",
        "ERROR app.errors : {path}: starlette.requests.ClientDisconnect, {ip} left before the answer was complete",
        "ERROR app.errors : body of {path} is no JSON: Expecting value: line 1 column 1 (char 0), answered 400",
        "ERROR app.errors : Host header '{ip}:8000' is not in the list of allowed hosts, answered 400",
        "ERROR app.auth : session {hex}: jwt.exceptions.DecodeError: Not enough segments, answered 401",
        "WARN  app.settings : files are read every 60 s instead of watched: OSError: [Errno 24] inotify instance limit "
        "reached",
    ),
    peers={
        "http": {
            "refused": (
                "ERROR app.clients : POST http://{callee}{path}: httpx.ConnectError: [Errno 111] Connection refused",
                "ERROR app.clients : httpx.ConnectError: [Errno 111] Connection refused, request {hex}",
                "WARN  app.clients : httpx.ConnectError: All connection attempts failed, {path}, attempt {tries}",
                "WARN  app.clients : {callee} refused the connection after {wait} ms, attempt {tries}",
            ),
            "error": (
                "ERROR app.clients : httpx.HTTPStatusError: Server error '503 Service Unavailable' for url "
                "'http://{callee}{path}' For more information check: "
                "https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/503",
                "ERROR app.clients : httpx.HTTPStatusError: Server error '500 Internal Server Error' for url "
                "'http://{callee}{path}' For more information check: "
                "https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/500",
                "WARN  app.clients : {callee} answered 502 to GET {path} after {wait} ms, attempt {tries}",
                'INFO  httpx : HTTP Request: POST http://{callee}{path} "HTTP/1.1 503 Service Unavailable"',
                "WARN  app.clients : {path} answered 500 after {wait} ms, trace_id={trace}",
            ),
            "timeout": (
                "ERROR app.clients : GET http://{callee}{path}: httpx.ReadTimeout",
                "ERROR app.clients : httpx.ReadTimeout after {timeout} ms, request {hex}",
                "WARN  app.clients : POST http://{callee}{path}/{id}: httpx.ReadTimeout, attempt {tries}",
                "WARN  app.clients : no answer from {callee} to {path} within {timeout} ms, attempt {tries}",
                "ERROR app.clients : {callee}: asyncio.exceptions.TimeoutError after {timeout} ms",
            ),
            "slow": (
                "WARN  app.clients : {callee} answered GET {path} after {wait} ms",
                "INFO  app.clients : POST http://{callee}{path} 201 in {wait} ms of {timeout} ms",
                "WARN  app.clients : slow answer to {path}/{id}: {wait} ms, trace_id={trace}",
            ),
            "recovered": (
                'INFO  httpx : HTTP Request: GET http://{callee}{path} "HTTP/1.1 200 OK"',
                "INFO  app.clients : {callee} answers again, backoff reset",
                "INFO  app.clients : {path} succeeded at the first attempt",
            ),
        },
        **sql_clients.PYTHON,
        "object": {
            "refused": (
                "ERROR app.files : botocore.exceptions.EndpointConnectionError: Could not connect to the "
                'endpoint URL: "http://{callee}:9000/items/{id}"',
                "WARN  app.files : upload not begun: [Errno 111] Connection refused, attempt {tries}",
                "WARN  app.files : {callee} refused the connection after {wait} ms, {hex} not stored",
            ),
            "error": (
                "ERROR app.files : botocore.exceptions.ClientError: An error occurred (InternalError) when "
                "calling the PutObject operation (reached max retries: 2): We encountered an internal error. "
                "Please try again.",
                "WARN  app.files : {callee} answered 503 to GetObject items/{id} after {wait} ms",
                "ERROR app.files : botocore.exceptions.ClientError: An error occurred (503) when calling the "
                "HeadObject operation (reached max retries: 2): Service Unavailable",
                "WARN  app.files : put_object at {callee} failed after {wait} ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR app.files : botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "
                '"http://{callee}:9000/items/{id}"',
                "ERROR app.files : botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "
                '"http://{callee}:9000/items/{id}"',
                "WARN  app.files : get_object at {callee} gave up after {timeout} ms, attempt {tries}",
                "ERROR app.files : {kb} KB not stored within {timeout} ms",
            ),
            "slow": (
                "WARN  app.files : get_object items/{id} at {callee} took {wait} ms",
                "INFO  app.files : {kb} KB stored in {wait} ms",
                "WARN  app.files : head_object at {callee}: {wait} ms of {timeout} ms",
            ),
            "recovered": (
                "INFO  app.files : {callee}: put_object 200 in {wait} ms",
                "INFO  app.files : objects of {callee} are read again",
                "INFO  app.files : {n} uploads that waited are stored",
            ),
        },
        "cache": {
            "refused": (
                "ERROR app.cache : redis.exceptions.ConnectionError: Error 111 connecting to {callee}:6379. "
                "Connection refused.",
                "WARN  app.cache : {callee} not reached after {wait} ms, get of item:{id} skipped, attempt {tries}",
                "ERROR app.cache : ConnectionRefusedError: [Errno 111] Connect call failed ('{ip}', 6379)",
            ),
            "error": (
                "ERROR app.cache : redis.exceptions.ResponseError: Command # {few} of pipeline caused error",
                "WARN  app.cache : {callee}: redis.exceptions.ResponseError to HSET session:{hex} after {wait} ms",
                "ERROR app.cache : redis.exceptions.ExecAbortError: Transaction discarded because of previous "
                "errors. ({callee})",
                "WARN  app.cache : mset of {n} keys at {callee} failed after {wait} ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR app.cache : redis.exceptions.TimeoutError: Timeout reading from {callee}:6379",
                "ERROR app.cache : redis.exceptions.TimeoutError: Timeout connecting to server",
                "WARN  app.cache : get of item:{id} at {callee} gave up after {timeout} ms",
                "WARN  app.cache : no reply from {callee} within {timeout} ms, attempt {tries}",
            ),
            "slow": (
                "WARN  app.cache : hgetall session:{hex} at {callee} took {wait} ms",
                "INFO  app.cache : pipeline of {n} commands took {wait} ms of {timeout} ms",
                "WARN  app.cache : reply of {callee} after {wait} ms",
            ),
            "recovered": (
                "INFO  app.cache : {callee}: PING answered in {wait} ms",
                "INFO  app.cache : {callee} is used again",
                "INFO  app.cache : reads hit the cache again",
            ),
        },
        "kafka": {
            "refused": (
                "ERROR app.events : FAIL [rdkafka#producer-1] [thrd:{callee}:9092/bootstrap]: {callee}:9092/1: "
                "Connect to ipv4#{ip}:9092 failed: Connection refused (after {wait}ms in state CONNECT)",
                'ERROR app.events : KafkaError{{code=_ALL_BROKERS_DOWN,val=-187,str="1/1 brokers are down"}}',
                "WARN  app.events : {callee} refused the connection, {n} records wait, attempt {tries}",
            ),
            "error": (
                'ERROR app.events : delivery failed: KafkaError{{code=UNKNOWN,val=-1,str="Broker: Unknown broker '
                'error"}}',
                "WARN  app.events : {callee} rejected {n} records of item-events after {wait} ms",
                "ERROR app.events : FAIL [rdkafka#producer-1] [thrd:{callee}:9092/1]: {callee}:9092/1: "
                "Disconnected (after {wait}ms in state UP)",
                'WARN  app.events : KafkaError{{code=_TRANSPORT,val=-195,str="Local: Broker transport '
                'failure"}}, attempt {tries}',
            ),
            "timeout": (
                'ERROR app.events : delivery failed: KafkaError{{code=_MSG_TIMED_OUT,val=-192,str="Local: '
                'Message timed out"}}',
                "WARN  app.events : REQTMOUT [rdkafka#producer-1] [thrd:{callee}:9092/1]: {callee}:9092/1: Timed "
                "out ProduceRequest in flight (after {timeout}ms, timeout #0)",
                "WARN  app.events : {callee} acknowledged nothing within {timeout} ms, attempt {tries}",
                "ERROR app.events : flush at {callee} gave up after {timeout} ms, {n} records left",
            ),
            "slow": (
                "WARN  app.events : {callee} acknowledged {n} records after {wait} ms",
                "INFO  app.events : flush took {wait} ms of {timeout} ms",
                "WARN  app.events : produce to session-events at {callee}: {wait} ms",
            ),
            "recovered": (
                "INFO  app.events : {callee}: delivery reports without errors again",
                "INFO  app.events : {n} records that waited were delivered to {callee}",
                "INFO  app.events : queue of the producer is empty",
            ),
        },
        "amqp": {
            "refused": (
                "ERROR app.messages : kombu.exceptions.OperationalError: [Errno 111] Connection refused",
                "WARN  app.messages : amqp://app:**@{callee}:5672//: [Errno 111] Connection refused. Trying "
                "again in 2.00 seconds...",
                "WARN  app.messages : {callee} refused the connection after {wait} ms, attempt {tries}",
            ),
            "error": (
                "ERROR app.messages : amqp.exceptions.InternalError: (0, 0): (541) INTERNAL_ERROR",
                "ERROR app.messages : {callee}: kombu.exceptions.OperationalError: Server unexpectedly closed "
                "connection",
                "WARN  app.messages : {callee} nacked message {id} after {wait} ms",
                "WARN  app.messages : publish at {callee} failed after {wait} ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR app.messages : kombu.exceptions.OperationalError: timed out",
                "ERROR app.messages : {callee}: message {id} not confirmed within {timeout} ms",
                "WARN  app.messages : publish at {callee} gave up after {timeout} ms, attempt {tries}",
                "ERROR app.messages : {callee}:5672: TimeoutError: [Errno 110] Connection timed out after {timeout} ms",
            ),
            "slow": (
                "WARN  app.messages : {callee} confirmed message {id} after {wait} ms",
                "INFO  app.messages : confirm took {wait} ms of {timeout} ms",
                "WARN  app.messages : publish of {n} messages at {callee}: {wait} ms",
            ),
            "recovered": (
                "INFO  app.messages : Connected to amqp://app:**@{callee}:5672//",
                "INFO  app.messages : {callee} confirms again",
                "INFO  app.messages : {n} messages that waited are published",
            ),
        },
        "dns": {
            "refused": (
                "ERROR app.clients : httpx.ConnectError: [Errno -3] Temporary failure in name resolution",
                "WARN  app.resolver : {callee}: query for items.internal refused after {wait} ms",
                "WARN  app.resolver : {callee} refused port 53 at once, attempt {tries}",
                "ERROR app.resolver : dns.resolver.NoNameservers: All nameservers failed to answer the query "
                "sessions.internal. IN A: Server Do53:{dns_ip}@53 answered [Errno 111] Connection refused",
            ),
            "error": (
                "ERROR app.resolver : dns.resolver.NoNameservers: All nameservers failed to answer the query "
                "items.internal. IN A: Server Do53:{dns_ip}@53 answered SERVFAIL",
                "ERROR app.clients : GET http://sessions.internal{path}: httpx.ConnectError: [Errno -3] Temporary "
                "failure in name resolution",
                "WARN  app.resolver : {callee} answered SERVFAIL for accounts.internal after {wait} ms",
                "WARN  app.resolver : lookup at {callee} failed after {wait} ms: socket.gaierror: [Errno -3] "
                "Temporary failure in name resolution",
            ),
            "timeout": (
                "ERROR app.resolver : dns.resolver.LifetimeTimeout: The resolution lifetime expired: Server "
                "Do53:{dns_ip}@53 answered The DNS operation timed out.",
                "ERROR app.clients : socket.gaierror: [Errno -3] Temporary failure in name resolution, "
                "sessions.internal",
                "WARN  app.resolver : no answer from {callee} for items.internal within {timeout} ms, attempt {tries}",
                "WARN  app.resolver : lookup of accounts.internal at {callee} given up after {timeout} ms",
            ),
            "slow": (
                "WARN  app.resolver : items.internal from {callee} after {wait} ms",
                "INFO  app.resolver : getaddrinfo of sessions.internal took {wait} ms",
                "WARN  app.resolver : {callee}: AAAA of accounts.internal took {wait} ms of {timeout} ms",
            ),
            "recovered": (
                "INFO  app.resolver : {callee}: items.internal NOERROR in {wait} ms",
                "INFO  app.resolver : {callee} answers again",
                "INFO  app.resolver : names resolve at the first attempt",
            ),
        },
        **config_clients.PYTHON,
    },
    events=(
        "health check path: /readyz",
        "settings module: checksum as in the repository",
        "server: uvicorn, four workers on each instance, handlers in a pool of threads",
        "{instance} was moved to another node last week",
        "locale files: {n}, all complete",
        "error budget of last month: {n} % used",
    ),
    changes=(
        "release {version}: dependency pins updated",
        "release {version}: {path} sorted by date by default",
        "release {version}: type hints in the client package",
        "release {version}: OpenAPI document lists all error bodies",
        "e-mail templates reworded",
        "settings: session cookie SameSite Lax -> Strict",
        "linter and formatter updated",
        "manifest: readiness path /ready -> /readyz, both are answered",
    ),
    runbook=(
        "dump_worker_stacks",
        "list_open_connections",
        "show_effective_settings",
        "list_scheduled_tasks",
        "rotate_log_files",
        "export_request_sample",
        "compare_package_versions",
        "list_recent_changes",
        "show_contact_list",
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
