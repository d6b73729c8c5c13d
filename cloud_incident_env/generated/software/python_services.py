"""An application service in Python."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import config_clients, gauges, sql_clients

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
