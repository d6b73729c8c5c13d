"""Gateways and content delivery."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import gauges

ENVOY = Software(
    name="envoy",
    kind="gateway",
    dialect="envoy",
    release="Envoy",
    gauges=gauges.GATEWAY,
    latency=(12, 60),
    noise=(
        'INFO  "GET {path} HTTP/2" 200 - 0 {id} {small} {n} "{hex}" "{callee}"',
        'INFO  "POST {path} HTTP/2" 201 - {small} {small} {small} {n} "{hex}" "{callee}"',
        'INFO  "GET {path}/{id} HTTP/2" 404 - 0 {small} {n} {n} "{hex}" "{callee}"',
        'INFO  "GET {path} HTTP/1.1" 0 DC 0 0 {ms} - "{hex}" "{callee}": client left before the answer',
        "INFO  cds: add 0 cluster(s), remove 0 cluster(s), {n} unchanged",
        "INFO  lds: add/update listener 'public', {n} filter chains as before, {n} drained in the background after an "
        "update of their descriptions",
        "INFO  route items: endpoint list read again, selector app=items-main, {n} ms",
        "INFO  rule engine: {id} requests looked at, rules in memory {n} ms after the start of the worker",
        "DEBUG [C{id}] new connection from {ip}:{port}",
        "WARN  rule {id} (path traversal) matched {path}/..%2f..%2f from {ip}, answered 403",
        "WARN  [C{id}] protocol error from {ip}: HTTP/2 SETTINGS flood of a scanner, connection closed after {n} "
        "frames",
        "WARN  Deprecated field: type envoy.config.route.v3.HeaderMatcher Using deprecated option "
        "'envoy.config.route.v3.HeaderMatcher.exact_match' from file route_components.proto. This configuration will "
        "be "
        "removed from Envoy soon.",
        "WARN  {callee}: one host took {ms} ms for a health check, still counted as healthy",
        'ERROR "POST {path} HTTP/1.1" 413 - {id} 0 {n} - "{hex}" payload is larger than the buffer limit of the route',
        'ERROR "GET {path} HTTP/1.1" 401 - 0 {n} 0 - "{hex}" jwt_authn: Jwt is missing, client {ip}',
    ),
    victim=(
        'ERROR "GET {path} HTTP/2" 504 UT 0 24 {ms} - "{hex}" "{callee}": upstream request timeout',
        'ERROR "POST {path} HTTP/2" 503 UO 0 81 0 - "{hex}" "{callee}": upstream_cx_overflow, {n} requests pending',
        'WARN  "GET {path} HTTP/2" 503 URX 0 91 {ms} - "{hex}" "{callee}": retry limit reached',
        "WARN  outlier detection: {n} hosts of {callee} with consecutive gateway failures, not ejected (panic "
        "threshold)",
        "WARN  {callee}: {n} requests pending, the first for {ms} ms",
    ),
    victim_unnamed=(
        'ERROR "GET {path} HTTP/2" 504 UT 0 24 {ms} - "{hex}": upstream request timeout',
        'WARN  "POST {path} HTTP/2" 503 URX 0 91 {ms} - "{hex}": retry limit reached',
        "WARN  {n} requests pending, the first for {ms} ms",
        'WARN  "GET {path} HTTP/2" 200 - 0 {id} {ms} {ms} "{hex}": over the objective of the route',
    ),
    recovered=(
        "INFO  {callee}: all hosts pass their health checks again",
        'INFO  {callee}: {n} requests in a row without the flags "UT" and "UO"',
    ),
    events=(
        "Ruleset archive holds {n} revisions",
        "error budget of last month: {n} % used",
        "Hot restart: standard settings",
        "access log sampling: 100 %",
        "TLS: versions 1.2 and 1.3, as agreed",
        "Route table: {small} routes, exported {n} h ago",
    ),
    changes=(
        "patch version {version}",
        "ruleset {id}: two rules against scanners reworded, all sites",
        "manifest: route of the old mobile client removed",
        "manifest: labels for the cost report on all routes",
        "listener: HTTP/3 announced to {n} % of the clients",
        "limits: 300 -> 400 requests a minute for partner keys",
        "access log in JSON",
        "flag grpc-stats switched on",
    ),
    runbook=(
        "dump_route_table",
        "drain_one_listener",
        "export_access_log",
        "compare_rulesets",
        "rotate_log_files",
        "list_upstream_hosts",
    ),
)

NGINX = Software(
    name="nginx",
    kind="gateway",
    dialect="nginx",
    release="nginx",
    gauges=gauges.GATEWAY,
    latency=(12, 60),
    noise=(
        'INFO  client: {ip}, request: "GET {path} HTTP/2.0", status: 200, upstream: "{callee}", {small} ms',
        'INFO  client: {ip}, request: "POST {path} HTTP/2.0", status: 201, upstream: "{callee}", {small} ms',
        'INFO  client: {ip}, request: "GET {path}/{id} HTTP/1.1", status: 404, upstream: "{callee}", {n} ms',
        "INFO  client {ip} closed keepalive connection",
        "INFO  epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too "
        "while "
        'sending request to upstream, client: {ip}, request: "GET {path} HTTP/1.1", upstream: "{callee}"',
        "INFO  configuration equals the one in use, no reload",
        "INFO  route items: endpoint list read again, selector app=items-main, {n} ms",
        "INFO  rule engine: {id} requests looked at, rules in memory {n} ms after the start of the worker",
        "WARN  an upstream response is buffered to a temporary file /var/cache/nginx/proxy_temp/{n}/{n}/{id} while "
        "reading "
        'upstream, client: {ip}, request: "GET {path} HTTP/2.0", upstream: "{callee}"',
        "WARN  rule {id} (path traversal) matched {path}/..%2f..%2f from {ip}, answered 403",
        'WARN  delaying request, excess: 4.{n}, by zone "perkey", client: {ip}',
        "WARN  {callee} needed {ms} ms for one report, client: {ip}",
        'ERROR open() "/usr/share/nginx/html/favicon.ico" failed (2: No such file or directory), client: {ip}, '
        'request: "GET /favicon.ico HTTP/1.1"',
        'ERROR limiting requests, excess: 20.{n} by zone "perip", client: {ip}, answered 429',
        'ERROR client intended to send too large body: {id} bytes, client: {ip}, request: "POST {path} HTTP/1.1"',
    ),
    victim=(
        "ERROR upstream timed out (110: Connection timed out) while reading response header from upstream, client: "
        "{ip}, "
        'request: "GET {path} HTTP/2.0", upstream: "http://{callee}.internal{path}"',
        "ERROR upstream prematurely closed connection while reading response header from upstream, client: {ip}, "
        'upstream: "http://{callee}.internal{path}"',
        'WARN  upstream server temporarily disabled while reading response header from upstream: "{callee}", {ms} ms',
        "WARN  {n} requests wait for {callee}, the first for {ms} ms",
        'ERROR request {hex} answered 504 after {ms} ms, upstream: "{callee}"',
    ),
    victim_unnamed=(
        "ERROR upstream timed out (110: Connection timed out) while reading response header from upstream, client: "
        "{ip}, "
        'request: "GET {path} HTTP/2.0"',
        "ERROR request {hex} answered 504 after {ms} ms",
        "WARN  {n} requests are waiting, the first for {ms} ms",
        'WARN  client: {ip}, request: "GET {path} HTTP/2.0", status: 200, {ms} ms, over the objective of the route',
    ),
    recovered=(
        "INFO  upstream {callee}: server is back in rotation",
        "INFO  upstream {callee}: {n} answers in a row within {small} ms",
    ),
    events=(
        "Ruleset archive holds {n} revisions",
        "error budget of last month: {n} % used",
        "Reloads: {n} this month",
        "access log sampling: 100 %",
        "TLS: versions 1.2 and 1.3, as agreed",
        "Route table: {small} routes, exported {n} h ago",
    ),
    changes=(
        "patch version {version}",
        "ruleset {id}: two rules against scanners reworded, all sites",
        "manifest: route of the old mobile client removed",
        "manifest: labels for the cost report on all routes",
        "settings: keepalive_requests 100 -> 1000",
        "limits: 300 -> 400 requests a minute for partner keys",
        "access log in JSON",
        "flag brotli-static switched on",
    ),
    runbook=(
        "dump_route_table",
        "drain_one_worker",
        "export_access_log",
        "compare_rulesets",
        "rotate_log_files",
        "list_upstream_hosts",
    ),
)

CDN = Software(
    name="cdn",
    kind="cdn",
    dialect="edge",
    release="CDN edge",
    gauges=gauges.CDN,
    latency=(9, 35),
    noise=(
        "INFO  GET {path} 200 X-Cache: HIT key={hex} age={small} {n} ms",
        "INFO  GET /assets/{hex}.js 200 X-Cache: HIT key={hex} age={id} {n} ms",
        "INFO  GET {path} 304 X-Cache: REVALIDATED key={hex} in {small} ms",
        "INFO  GET /media/{hex}.jpg 206 bytes=0-{id} {n} ms",
        "INFO  purge of tag item-{id}: {n} objects on all sites in {small} ms",
        "INFO  log batch {hex}: {id} lines sent to the log bucket, none lost",
        "INFO  prefetch of {n} objects for the release of the evening done, compressed variants included, to be kept "
        "for {n} h",
        "DEBUG object {path}: freshness {n} s, grace {small} s, as the origin asked",
        "WARN  object /media/{hex}.mov of {id} KiB is over the size limit for memory, kept on disk",
        "WARN  answer of the origin has Cache-Control: private, {path} passed through and not stored",
        "WARN  fetch of {path} from {callee} took {ms} ms, other requests for it were answered from the grace copy",
        "WARN  client {ip} of a hosting range sent {small} requests in 1 s, challenged",
        "ERROR GET /media/{hex}.jpg 404 from the origin, stored for 60 s",
        "ERROR client {ip} closed the stream after {small} KiB of /media/{hex}.mov: HTTP/2 error CANCEL (0x8)",
        "ERROR image variant of /media/{hex}.tif refused: format is not supported, original sent",
    ),
    victim=(
        "ERROR GET {path} 503 first byte timeout: {callee} sent nothing within {ms} ms key={hex}",
        "WARN  {callee} is sick: {n} of the last 100 probes failed, sending stale objects where there are any",
        "ERROR GET {path} 502 {callee} closed the connection after {ms} ms",
        "WARN  fetch queue for {callee}: {n} waiting, the first for {ms} ms",
    ),
    victim_unnamed=(
        "ERROR GET {path} 503 first byte timeout after {ms} ms key={hex}",
        "WARN  stale object sent for {path}, {small} s over its freshness",
        "ERROR GET {path} 502 after {ms} ms",
    ),
    recovered=(
        "INFO  {callee} is healthy: {n} probes in a row answered",
        "INFO  fetch queue for {callee} is empty",
    ),
    events=(
        "Config archive holds {n} versions",
        "purges of this week: {n}, all by tag",
        "TLS certificate: the one of the standard domain",
        "Log delivery: every 60 s",
        "shield site: the one nearest to the origin",
        "Last review of the rules {n} days ago",
    ),
    changes=(
        "config v{n}: HSTS max-age one year",
        "config v{n}: redirects of the old help pages",
        "config v{n}: images in AVIF for clients that ask for it",
        "config v{n}: freshness of fonts 30 -> 365 days",
        "edge software {version}, site by site",
        "log fields for the finance report added",
        "flag early-hints switched on for {n} % of the requests",
        "new site in the south, no traffic yet",
    ),
    runbook=(
        "compare_config_versions",
        "list_active_sites",
        "purge_single_object",
        "export_edge_logs",
        "check_origin_probes",
        "refresh_prefetch_list",
    ),
)
