"""An application service in Java."""

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
