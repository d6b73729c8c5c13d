"""What clients of configuration, of secrets and of the registry log, by what they are written in."""

from __future__ import annotations

from cloud_incident_env.generated.software.peers import spoken

JAVA = spoken(
    {
        "refused": (
            "ERROR app.settings.Client : read from {callee} failed after {wait} ms: "
            "java.net.ConnectException: Connection refused",
            "WARN  app.settings.Client : connection refused, values in memory stay in use",
        ),
        "error": (
            "WARN  app.settings.Client : read from {callee} failed after {wait} ms, attempt {tries}",
            "WARN  app.settings.Client : refresh failed, revision {offset} stays in use",
        ),
        "timeout": (
            "WARN  app.settings.Client : {callee} sent nothing within {timeout} ms, revision {offset} stays in use",
            "ERROR app.settings.Client : renewal at {callee} given up after {timeout} ms",
        ),
        "slow": (
            "WARN  app.settings.Client : read from {callee} took {wait} ms",
            "INFO  app.settings.Client : refresh took {wait} ms of the {timeout} ms allowed",
        ),
        "recovered": (
            "INFO  app.settings.Client : {callee} answers again, revision {offset} read",
            "INFO  app.settings.Client : refresh from {callee} succeeded after failures",
            "INFO  app.settings.Client : values are read again",
        ),
    },
    {
        "config": {
            "refused": (
                "WARN  o.s.c.c.c.ConfigServerConfigDataLoader : Could not locate PropertySource "
                "([ConfigServerConfigDataResource@{hex} uris = array<String>['http://{callee}'], optional = "
                'true]): I/O error on GET request for "http://{callee}": Connection refused',
            ),
            "error": (
                "ERROR app.settings.Client : "
                "org.springframework.web.client.HttpServerErrorException$ServiceUnavailable: 503 Service "
                'Unavailable on GET request for "http://{callee}/v1/{service}": [no body]',
                "ERROR app.settings.Client : request {hex} to {callee} failed after {wait} ms: status 500",
            ),
            "timeout": (
                'ERROR app.settings.Client : I/O error on GET request for "http://{callee}/v1/{service}": Read '
                "timed out",
                "WARN  app.settings.Client : java.net.http.HttpTimeoutException: request timed out, attempt {tries}",
            ),
            "slow": ("WARN  app.settings.Client : {callee} answered /v1/{service} after {wait} ms, trace {trace}",),
        },
        "secrets": {
            "refused": (
                "WARN  o.s.v.core.lease.SecretLeaseContainer : [RequestedSecret [path='secret/{service}', "
                "mode=ROTATE]] lease not renewed: I/O error on PUT request for "
                '"https://{callee}:8200/v1/sys/leases/renew": Connection refused',
            ),
            "error": (
                "ERROR o.s.v.core.lease.SecretLeaseContainer : org.springframework.vault.VaultException: Status 500 "
                "Internal Server Error [secret/{service}]: internal error",
                "WARN  o.s.v.a.LifecycleAwareSessionManager : Cannot renew token: Status 503 Service Unavailable "
                "[auth/token/renew-self], {callee}, {wait} ms",
            ),
            "timeout": (
                "WARN  o.s.v.a.LifecycleAwareSessionManager : Cannot renew token: I/O error on POST request for "
                '"https://{callee}:8200/v1/auth/token/renew-self": Read timed out',
            ),
            "slow": ("INFO  o.s.v.core.lease.SecretLeaseContainer : secret/{service} read in {wait} ms",),
        },
        "registry": {
            "refused": (
                "WARN  app.registry.Lease : io.grpc.StatusRuntimeException: UNAVAILABLE: io exception Caused by: "
                "java.net.ConnectException: Connection refused: {callee}/{ip}:2379",
            ),
            "error": (
                "ERROR app.registry.Lease : io.etcd.jetcd.common.exception.EtcdException: UNAVAILABLE, {callee}, "
                "{wait} ms",
                "WARN  app.registry.Lease : keep-alive of lease {id} failed: io.grpc.StatusRuntimeException: INTERNAL",
            ),
            "timeout": (
                "WARN  app.registry.Lease : io.grpc.StatusRuntimeException: DEADLINE_EXCEEDED: no answer of {callee} "
                "within {timeout} ms",
            ),
            "slow": ("INFO  app.registry.Lease : lease {id} renewed at {callee} after {wait} ms",),
        },
    },
)

GO = spoken(
    {
        "refused": (
            "WARN  settings: {callee} refused the connection after {wait}ms, revision {offset} kept",
            "WARN  settings: connection refused, attempt {tries}",
        ),
        "error": (
            "WARN  settings: {callee} answered with an error after {wait}ms, attempt {tries}",
            "WARN  settings: refresh failed, revision {offset} kept",
        ),
        "timeout": (
            "WARN  settings: {callee}: nothing within {timeout}ms, revision {offset} kept",
            "ERROR settings: watch canceled: context deadline exceeded after {timeout}ms",
            "WARN  settings: renewal at {callee} gave up after {timeout}ms, attempt {tries}",
        ),
        "slow": (
            "WARN  settings: read from {callee} took {wait}ms",
            "INFO  settings: refresh duration_ms={wait} limit_ms={timeout}",
        ),
        "recovered": (
            "INFO  settings: {callee}: revision {offset} read",
            "INFO  settings: {callee} answers again after failures",
            "INFO  settings: refresh succeeded",
        ),
    },
    {
        "config": {
            "refused": (
                'ERROR settings: Get "http://{callee}:8080/v1/{service}": dial tcp {ip}:8080: connect: connection '
                "refused",
            ),
            "error": (
                "ERROR settings: {callee}: Unexpected response code: 500",
                "WARN  settings: GET /v1/{service}: 503 Service Unavailable, revision {offset} kept",
            ),
            "timeout": (
                'ERROR settings: Get "http://{callee}:8080/v1/{service}": context deadline exceeded (Client.Timeout '
                "exceeded while awaiting headers)",
            ),
            "slow": ("WARN  settings: {callee} answered /v1/{service} after {wait}ms",),
        },
        "secrets": {
            "refused": (
                'ERROR settings: Get "https://{callee}:8200/v1/secret/data/{service}": dial tcp {ip}:8200: connect: '
                "connection refused",
            ),
            "error": (
                "ERROR settings: Error making API request. URL: GET https://{callee}:8200/v1/secret/data/{service} "
                "Code: 500. Errors: * internal error",
                "WARN  settings: renew-self at {callee}: Code: 503, {wait}ms",
            ),
            "timeout": (
                'ERROR settings: Put "https://{callee}:8200/v1/auth/token/renew-self": context deadline exceeded',
            ),
            "slow": ("WARN  settings: secret/data/{service} read from {callee} after {wait}ms",),
        },
        "registry": {
            "refused": (
                "WARN  retrying of unary invoker failed target=etcd-endpoints://{callee}.internal:2379 "
                'attempt={tries} error="rpc error: code = Unavailable desc = connection error: dial tcp {ip}:2379: '
                'connect: connection refused"',
            ),
            "error": (
                "ERROR lease keep-alive at {callee}: rpc error: code = Unavailable desc = etcdserver: request failed, "
                "{wait}ms",
                "WARN  watch of /services/ closed: rpc error: code = Internal, attempt {tries}",
            ),
            "timeout": (
                "ERROR range of /services/ at {callee}: context deadline exceeded after {timeout}ms",
                'WARN  retrying of unary invoker failed attempt={tries} error="rpc error: code = DeadlineExceeded '
                'desc = context deadline exceeded"',
            ),
            "slow": ("INFO  lease kept alive at {callee} duration_ms={wait}",),
        },
    },
)

PYTHON = spoken(
    {
        "refused": (
            "WARN  app.settings : {callee} refused the connection after {wait} ms, revision {offset} stays",
            "WARN  app.settings : [Errno 111] Connection refused, attempt {tries}",
        ),
        "error": (
            "WARN  app.settings : {callee} answered with an error after {wait} ms, attempt {tries}",
            "WARN  app.settings : refresh failed, revision {offset} stays",
        ),
        "timeout": (
            "WARN  app.settings : refresh gave up after {timeout} ms, revision {offset} stays",
            "WARN  app.settings : {callee} sent nothing within {timeout} ms, attempt {tries}",
            "ERROR app.settings : renewal at {callee} not done within {timeout} ms",
        ),
        "slow": (
            "WARN  app.settings : read from {callee} took {wait} ms",
            "INFO  app.settings : refresh took {wait} ms of {timeout} ms",
        ),
        "recovered": (
            "INFO  app.settings : {callee}: revision {offset} read",
            "INFO  app.settings : refresh from {callee} succeeds again",
            "INFO  app.settings : values are up to date",
        ),
    },
    {
        "config": {
            "refused": (
                "ERROR app.settings : GET http://{callee}:8080/v1/{service}: httpx.ConnectError: [Errno 111] "
                "Connection refused",
            ),
            "error": (
                "ERROR app.settings : httpx.HTTPStatusError: Server error '500 Internal Server Error' for url "
                "'http://{callee}:8080/v1/{service}' For more information check: "
                "https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/500",
                "ERROR app.settings : read of /v1/{service} failed after {wait} ms with 503",
            ),
            "timeout": ("ERROR app.settings : GET http://{callee}:8080/v1/{service}: httpx.ReadTimeout",),
            "slow": ("WARN  app.settings : {callee} answered /v1/{service} after {wait} ms",),
        },
        "secrets": {
            "refused": (
                "ERROR app.settings : GET https://{callee}:8200/v1/secret/data/{service}: httpx.ConnectError: [Errno "
                "111] Connection refused",
            ),
            "error": (
                "ERROR app.settings : hvac.exceptions.InternalServerError: internal error, on get "
                "https://{callee}:8200/v1/secret/data/{service}",
                "WARN  app.settings : hvac.exceptions.VaultDown: 503, renew_self after {wait} ms, {callee}",
            ),
            "timeout": ("ERROR app.settings : POST https://{callee}:8200/v1/auth/token/renew-self: httpx.ReadTimeout",),
            "slow": ("WARN  app.settings : secret/data/{service} read from {callee} after {wait} ms",),
        },
        "registry": {
            "refused": (
                "ERROR app.registry : etcd3.exceptions.ConnectionFailedError: {callee}:2379, {wait} ms",
                "WARN  app.registry : <_InactiveRpcError of RPC that terminated with: status = "
                'StatusCode.UNAVAILABLE details = "failed to connect to all addresses; last error: UNKNOWN: '
                'ipv4:{ip}:2379: Failed to connect to remote host: Connection refused">',
            ),
            "error": (
                "ERROR app.registry : <_MultiThreadedRendezvous of RPC that terminated with: status = "
                'StatusCode.UNAVAILABLE details = "etcdserver: request failed">, {callee}',
                "WARN  app.registry : lease {id} not refreshed: etcd3.exceptions.InternalServerError, {wait} ms",
            ),
            "timeout": (
                "ERROR app.registry : etcd3.exceptions.ConnectionTimeoutError: no answer of {callee} within "
                "{timeout} ms",
            ),
            "slow": ("INFO  app.registry : lease {id} refreshed at {callee} after {wait} ms",),
        },
    },
)

QUEUE_WORKER = spoken(
    {
        "refused": ("ERROR values not read, {callee} refused the connection after {wait} ms",),
        "error": ("WARN  {callee} answered 503 after {wait} ms, values in use stay",),
        "timeout": ("WARN  no answer of {callee} within {timeout} ms, values in use stay",),
        "slow": (
            "INFO  {callee} answered after {wait} ms",
            "WARN  values read in {wait} ms",
        ),
        "recovered": (
            "INFO  values read from {callee}, {wait} ms",
            "INFO  values read at try {tries}, none changed",
        ),
    },
    {
        "config": {
            "refused": (
                "WARN  GET /v1/data from {callee}: [Errno 111] Connection refused",
                "WARN  urllib3.connectionpool : Retrying (Retry(total=2, connect=None, read=None, redirect=None, "
                "status=None)) after connection broken by 'NewConnectionError('[Errno 111] Connection refused')': "
                "/v1/data",
            ),
            "error": (
                "WARN  GET /v1/data from {callee}: 503 Server Error: Service Unavailable",
                "ERROR values not read: requests.exceptions.HTTPError: 500 Server Error, {wait} ms",
            ),
            "timeout": (
                "WARN  GET /v1/data from {callee}: Read timed out. (read timeout={timeout}ms)",
                "ERROR values not read: requests.exceptions.ReadTimeout after {timeout} ms",
            ),
        },
        "secrets": {
            "refused": (
                "ERROR hvac : secret/data/{service} not read: HTTPSConnectionPool(host='{callee}', port=8200): Max "
                "retries exceeded with url: /v1/secret/data/{service} (Caused by NewConnectionError('[Errno 111] "
                "Connection refused'))",
                "WARN  token not renewed: [Errno 111] Connection refused, {wait} ms",
            ),
            "error": (
                "ERROR hvac.exceptions.InternalServerError: internal error, on get "
                "https://{callee}:8200/v1/secret/data/{service}",
                "WARN  token not renewed: hvac.exceptions.VaultDown, {wait} ms",
            ),
            "timeout": (
                "ERROR secret/data/{service}: HTTPSConnectionPool(host='{callee}', port=8200): Read timed out. (read "
                "timeout={timeout}ms)",
                "WARN  token not renewed: requests.exceptions.ReadTimeout after {timeout} ms",
            ),
        },
    },
)

NGINX = spoken(
    {
        "refused": (
            "ERROR [lua] sync.lua:71: pull(): connect to {callee} failed after {wait} ms: connection "
            "refused, context: ngx.timer",
            "ERROR connect() failed (111: Connection refused), context: ngx.timer",
            "WARN  [lua] sync.lua:74: pull(): {callee}: connection refused, revision {offset} stays in use, "
            "context: ngx.timer",
        ),
        "error": (
            "ERROR [lua] sync.lua:82: pull(): {callee} answered 500 after {wait} ms, attempt {tries}, "
            "context: ngx.timer",
            "WARN  [lua] sync.lua:85: pull(): status 503, revision {offset} stays in use, context: ngx.timer",
        ),
        "timeout": (
            "ERROR lua tcp socket read timed out, context: ngx.timer",
            "ERROR [lua] sync.lua:78: pull(): {callee} sent nothing within {timeout} ms, context: ngx.timer",
            "WARN  [lua] sync.lua:79: pull(): read from {callee} given up after {timeout} ms, revision "
            "{offset} stays in use, context: ngx.timer",
        ),
        "slow": ("INFO  [lua] sync.lua:90: pull(): read took {wait} ms of {timeout} ms, context: ngx.timer",),
        "recovered": (
            "INFO  [lua] sync.lua:94: pull(): revision {offset} read from {callee}, context: ngx.timer",
            "INFO  [lua] sync.lua:96: pull(): values are up to date again, context: ngx.timer",
            "INFO  [lua] sync.lua:94: pull(): {callee} answers again after {wait} ms, context: ngx.timer",
        ),
    },
    {
        "secrets": {
            "error": (
                "WARN  [lua] sync.lua:82: pull(): {callee} answered 503 to /v1/secret/data/{service} after {wait} ms, "
                "context: ngx.timer",
            ),
            "slow": (
                "WARN  [lua] sync.lua:90: pull(): {callee} answered /v1/secret/data/{service} after {wait} ms, "
                "context: ngx.timer",
            ),
        },
        "registry": {
            "error": (
                "WARN  [lua] sync.lua:82: pull(): {callee} answered 503 to /v3/kv/range after {wait} ms, context: "
                "ngx.timer",
            ),
            "slow": (
                "WARN  [lua] sync.lua:90: pull(): {callee} answered /v3/kv/range after {wait} ms, context: ngx.timer",
            ),
        },
    },
)
