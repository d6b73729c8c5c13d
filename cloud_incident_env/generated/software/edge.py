"""Gateways and content delivery."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import config_clients, gauges

ENVOY = Software(
    name="envoy",
    kind="gateway",
    dialect="envoy",
    release="Envoy",
    gauges=gauges.GATEWAY,
    versions=("1.32.6", "1.33.0", "1.33.3", "1.34.0", "1.34.1", "1.35.0", "1.35.3", "1.36.0", "1.36.2"),
    latency=(12, 60),
    noise=(
        'INFO  ACCESS "GET {path} HTTP/2" 200 - via_upstream 0 {id} {took} "{trace}" "{ip}:8080" "{callee}"',
        'INFO  ACCESS "POST {path} HTTP/2" 201 - via_upstream {count} {n} {took} "{trace}" "{ip}:8080" "{callee}"',
        'INFO  ACCESS "GET {path}/{id} HTTP/2" 404 - via_upstream 0 {n} {took} "{trace}" "{ip}:8080" "{callee}"',
        'INFO  ACCESS "PUT {path}/{id} HTTP/1.1" 204 - via_upstream {count} 0 {took} "{trace}" "{ip}:8080" "{callee}"',
        'INFO  ACCESS "GET {path} HTTP/1.1" 304 - via_upstream 0 0 {took} "{trace}" "{ip}:8080" "{callee}"',
        'INFO  ACCESS "DELETE {path}/{id} HTTP/2" 204 - via_upstream 0 0 {took} "{trace}" "{ip}:8080" "{callee}"',
        'INFO  ACCESS "GET / HTTP/1.1" 301 - direct_response 0 0 0 "{trace}" "-" "-"',
        'INFO  ACCESS "GET /healthz HTTP/1.1" 200 - health_check_ok 0 0 0 "{trace}" "-" "-"',
        'WARN  ACCESS "GET {path} HTTP/2" 401 - jwt_authn_access_denied{{Jwt_is_missing}} 0 14 0 "{trace}" "-" "-"',
        'WARN  ACCESS "POST {path} HTTP/1.1" 413 - request_payload_too_large {id} 17 1 "{trace}" "-" "-"',
        'WARN  ACCESS "GET /.env HTTP/1.1" 404 NR route_not_found 0 0 0 "{trace}" "-" "-"',
        'WARN  ACCESS "GET {path}/..%2f..%2fetc HTTP/1.1" 403 - rbac_access_denied_matched_policy[scanner] 0 19 '
        '0 "{trace}" "-" "-"',
        'WARN  ACCESS "GET {path} HTTP/2" 429 RL local_rate_limited 0 18 0 "{trace}" "-" "-"',
        'WARN  ACCESS "- - HTTP/1.1" 400 DPE http1.codec_error 0 11 0 "{trace}" "-" "-"',
        "INFO  [upstream] cds: add 0 cluster(s), remove 0 cluster(s)",
        "INFO  [upstream] lds: add/update listener 'public'",
        "INFO  [upstream] cds: added/updated 0 cluster(s), skipped 0 unmodified cluster(s)",
        "DEBUG [conn_handler] [C{id}] new connection from {ip}:{port}",
        "DEBUG [connection] [C{id}] closing socket: 0",
        "DEBUG [connection] [C{id}] remote address:{ip}:{port},TLS_error:|268435612:SSL "
        "routines:OPENSSL_internal:HTTP_REQUEST:TLS_error_end",
        "DEBUG [http] [C{id}] stream closed: 0",
        "DEBUG [main] flushing stats",
        "DEBUG [dns] dns resolution for items.internal completed with status 0",
        "WARN  [config] DeltaAggregatedResources gRPC config stream to xds_cluster closed: 13, connection error",
        "ERROR [jwt] Jwt of client {ip} not accepted: Jwt is not in the form of Header.Payload.Signature with "
        "two dots and 3 sections",
        "ERROR [wasm] wasm log header-tag: no tag for client {user}",
    ),
    peers={
        "http": {
            "refused": (
                'ERROR ACCESS "GET {path} HTTP/2" 503 UF '
                "upstream_reset_before_response_started{{remote_connection_failure|delayed_connect_error"
                ':_Connection_refused}} 0 167 {wait} "{trace}" "{ip}:8080" "{callee}"',
                'ERROR ACCESS "POST {path} HTTP/2" 503 UF '
                "upstream_reset_before_response_started{{remote_connection_failure|delayed_connect_error"
                ':_Connection_refused}} {count} 167 {wait} "{trace}" "{ip}:8080" "{callee}"',
                "DEBUG [pool] [C{id}] client disconnected, failure reason: delayed connect error: Connection refused",
            ),
            "error": (
                'ERROR ACCESS "GET {path} HTTP/2" 503 - via_upstream 0 {n} {wait} "{trace}" "{ip}:8080" "{callee}"',
                'ERROR ACCESS "POST {path} HTTP/2" 500 - via_upstream {count} {n} {wait} "{trace}" "{ip}:8080" '
                '"{callee}"',
                'WARN  ACCESS "GET {path}/{id} HTTP/1.1" 502 - via_upstream 0 {n} {wait} "{trace}" "{ip}:8080" '
                '"{callee}"',
                'ERROR ACCESS "PUT {path}/{id} HTTP/2" 503 - via_upstream {count} {n} {wait} "{trace}" '
                '"{ip}:8080" "{callee}"',
                "WARN  EVENT "
                '"type":"CONSECUTIVE_5XX","cluster_name":"{callee}","upstream_url":"{ip}:8080","action"'
                ':"EJECT","num_ejections":0,"enforced":false,"eject_consecutive_event":{{}}',
            ),
            "timeout": (
                'ERROR ACCESS "GET {path} HTTP/2" 504 UT response_timeout 0 24 {timeout} "{trace}" "{ip}:8080" '
                '"{callee}"',
                'ERROR ACCESS "POST {path} HTTP/2" 504 UT response_timeout {count} 24 {timeout} "{trace}" '
                '"{ip}:8080" "{callee}"',
                'WARN  ACCESS "GET {path}/{id} HTTP/1.1" 504 UT response_timeout 0 24 {timeout} '
                '"{trace}" "{ip}:8080" "{callee}"',
                "DEBUG [router] [C{id}][S{id}{id}] upstream timeout",
            ),
            "slow": (
                'INFO  ACCESS "GET {path} HTTP/2" 200 - via_upstream 0 {id} {wait} "{trace}" "{ip}:8080" "{callee}"',
                'INFO  ACCESS "POST {path} HTTP/2" 201 - via_upstream {count} {n} {wait} "{trace}" "{ip}:8080" '
                '"{callee}"',
                'INFO  ACCESS "GET {path}/{id} HTTP/1.1" 200 - via_upstream 0 {id} {wait} "{trace}" "{ip}:8080" '
                '"{callee}"',
            ),
            "recovered": (
                "INFO  EVENT "
                '"health_checker_type":"HTTP","host":{{"socket_address":{{"protocol":"TCP","address":"{'
                'ip}","port_value":8080}}}},"cluster_name":"{callee}","add_healthy_event":{{"first_check":false}}',
                'INFO  ACCESS "GET {path} HTTP/2" 200 - via_upstream 0 {id} {took} "{trace}" "{ip}:8080" "{callee}"',
                'INFO  ACCESS "PUT {path}/{id} HTTP/2" 200 - via_upstream {count} {n} {took} "{trace}" '
                '"{ip}:8080" "{callee}"',
            ),
        },
        "dns": {
            "refused": (
                "WARN  [dns] dns resolution for items.internal failed with c-ares status 11",
                "WARN  [dns] {callee}: query for sessions.internal refused after {wait} ms, c-ares status 11",
                "DEBUG [upstream] async DNS resolution of accounts.internal at {callee} not done: connection refused",
            ),
            "error": (
                "WARN  [dns] dns resolution for sessions.internal failed with c-ares status 3",
                "WARN  [dns] {callee} answered SERVFAIL for items.internal after {wait} ms",
                "DEBUG [upstream] DNS refresh of accounts.internal at {callee} failed after {wait} ms, hosts "
                "stay as they are",
            ),
            "timeout": (
                "WARN  [dns] dns resolution for accounts.internal failed with c-ares status 12",
                "WARN  [dns] {callee} sent no answer for items.internal within {timeout} ms",
                "DEBUG [upstream] DNS refresh of sessions.internal at {callee} given up after {timeout} ms, "
                "hosts stay as they are",
            ),
            "slow": (
                "DEBUG [dns] dns resolution for items.internal completed with status 0 after {wait} ms",
                "WARN  [dns] {callee} answered for sessions.internal after {wait} ms",
                "DEBUG [upstream] DNS refresh of accounts.internal at {callee} took {wait} ms of {timeout} ms",
            ),
            "recovered": (
                "INFO  [dns] {callee} answers for items.internal again",
                "INFO  [upstream] DNS refresh of sessions.internal succeeded",
                "DEBUG [dns] dns resolution for accounts.internal at {callee} completed with status 0 in {wait} ms",
            ),
        },
    },
    events=(
        "rulesets of the last year are in the archive",
        "error budget of last month: {n} % used",
        "hot restart: parent shutdown time 900 s",
        "access log: all requests",
        "TLS: versions 1.2 and 1.3",
        "route table: {count} routes, exported yesterday",
    ),
    changes=(
        "configuration {version}: tracing tags renamed, instance by instance",
        "ruleset: two rules against scanners reworded",
        "manifest: route of the old mobile client removed",
        "manifest: labels for the cost report on all routes",
        "listener: HTTP/3 announced in alt-svc",
        "limits: 300 -> 400 requests a minute for partner keys",
        "access log: response code details added",
        "stats: histogram buckets by the common scheme",
    ),
    runbook=(
        "dump_route_table",
        "list_upstream_hosts",
        "export_access_log",
        "compare_rulesets",
        "rotate_log_files",
        "list_listeners",
        "show_certificate_chain",
        "export_statistics",
        "list_recent_changes",
    ),
)

NGINX = Software(
    name="nginx",
    kind="gateway",
    dialect="nginx",
    release="nginx",
    gauges=gauges.GATEWAY,
    versions=("1.26.2", "1.26.3", "1.27.4", "1.27.5", "1.28.0", "1.29.0", "1.29.1", "1.29.2"),
    latency=(12, 60),
    noise=(
        'INFO  ACCESS {ip} "GET {path} HTTP/2.0" 200 {id} "-" "okhttp/4.12.0" rt={took}ms us="{ip}:8080"',
        'INFO  ACCESS {ip} "POST {path} HTTP/2.0" 201 {n} "-" "okhttp/4.12.0" rt={took}ms us="{ip}:8080"',
        'INFO  ACCESS {ip} "GET {path}/{id} HTTP/1.1" 404 {n} "-" "python-requests/2.32.3" rt={took}ms us="{ip}:8080"',
        'INFO  ACCESS {ip} "PUT {path}/{id} HTTP/1.1" 204 0 "-" "axios/1.7.9" rt={took}ms us="{ip}:8080"',
        'INFO  ACCESS {ip} "GET {path} HTTP/1.1" 304 0 "-" "Mozilla/5.0" rt={took}ms us="{ip}:8080"',
        'INFO  ACCESS {ip} "GET / HTTP/1.1" 301 162 "-" "curl/8.5.0" rt=0.000 us="-"',
        'INFO  ACCESS {ip} "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.31" rt=0.000 us="-"',
        'WARN  ACCESS {ip} "GET {path} HTTP/2.0" 499 0 "-" "Mozilla/5.0" rt={took}ms us="{ip}:8080"',
        'WARN  ACCESS {ip} "GET /.git/config HTTP/1.1" 404 153 "-" "Go-http-client/1.1" rt=0.000 us="-"',
        'WARN  ACCESS {ip} "GET {path} HTTP/2.0" 429 162 "-" "python-requests/2.32.3" rt=0.000 us="-"',
        "INFO  client {ip} closed keepalive connection",
        "INFO  epoll_wait() reported that client prematurely closed connection, so upstream connection is closed "
        'too while sending request to upstream, client: {ip}, server: _, request: "GET {path} HTTP/1.1", '
        'upstream: "http://{ip}:8080{path}"',
        "INFO  client sent invalid request while reading client request line, client: {ip}, server: _, request: "
        '"\\x16\\x03\\x01"',
        "INFO  SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL "
        "handshaking, client: {ip}, server: 0.0.0.0:443",
        "INFO  signal 17 (SIGCHLD) received from {child}",
        "INFO  reconfiguring",
        "WARN  an upstream response is buffered to a temporary file /var/cache/nginx/proxy_temp/4/07/{offset} "
        'while reading upstream, client: {ip}, server: _, request: "GET {path} HTTP/2.0", upstream: '
        '"http://{ip}:8080{path}"',
        "WARN  a client request body is buffered to a temporary file /var/cache/nginx/client_temp/{offset}, "
        'client: {ip}, server: _, request: "POST {path} HTTP/1.1"',
        'WARN  delaying request, excess: 0.{thousandths}, by zone "perkey", client: {ip}, server: _, request: '
        '"GET {path} HTTP/2.0"',
        "WARN  [lua] rules.lua:88: match(): rule {count} (path traversal) matched, answered 403, client: {ip}",
        'ERROR open() "/usr/share/nginx/html/favicon.ico" failed (2: No such file or directory), client: {ip}, '
        'server: _, request: "GET /favicon.ico HTTP/1.1"',
        'ERROR limiting requests, excess: 20.{thousandths} by zone "perip", client: {ip}, server: _, request: '
        '"GET {path} HTTP/2.0"',
        'ERROR client intended to send too large body: {id} bytes, client: {ip}, server: _, request: "POST '
        '{path} HTTP/1.1"',
        'ERROR access forbidden by rule, client: {ip}, server: _, request: "GET /.env HTTP/1.1"',
    ),
    peers={
        "http": {
            "refused": (
                "ERROR connect() failed (111: Connection refused) while connecting to upstream, client: {ip}, "
                'server: _, request: "GET {path} HTTP/2.0", upstream: "http://{ip}:8080{path}"',
                "ERROR connect() failed (111: Connection refused) while connecting to upstream, client: {ip}, "
                'server: {callee}, request: "POST {path} HTTP/1.1", upstream: "http://{ip}:8080{path}"',
                'ERROR ACCESS {ip} "GET {path} HTTP/2.0" 502 157 "-" "okhttp/4.12.0" rt={wait}ms us="{callee}:8080"',
            ),
            "error": (
                'ERROR ACCESS {ip} "GET {path}/{id} HTTP/2.0" 500 {n} "-" "Mozilla/5.0" rt={wait}ms us="{callee}:8080"',
                'ERROR ACCESS {ip} "GET {path} HTTP/2.0" 503 {n} "-" "okhttp/4.12.0" rt={wait}ms us="{callee}:8080"',
                'ERROR ACCESS {ip} "POST {path} HTTP/1.1" 500 {n} "-" "axios/1.7.9" rt={wait}ms us="{callee}:8080"',
                'ERROR ACCESS {ip} "PUT {path}/{id} HTTP/1.1" 502 157 "-" "Mozilla/5.0" rt={wait}ms us="{ip}:8080"',
                "WARN  upstream server temporarily disabled while reading response header from upstream, client: "
                '{ip}, server: {callee}, request: "GET {path} HTTP/1.1", upstream: "http://{ip}:8080{path}"',
            ),
            "timeout": (
                "ERROR upstream timed out (110: Connection timed out) while reading response header from "
                'upstream, client: {ip}, server: {callee}, request: "GET {path} HTTP/2.0", upstream: '
                '"http://{ip}:8080{path}"',
                "ERROR upstream timed out (110: Connection timed out) while connecting to upstream, client: "
                '{ip}, server: {callee}, request: "POST {path} HTTP/1.1", upstream: "http://{ip}:8080{path}"',
                'ERROR ACCESS {ip} "GET {path} HTTP/2.0" 504 167 "-" "okhttp/4.12.0" rt={timeout}ms us="{callee}:8080"',
                'ERROR ACCESS {ip} "POST {path} HTTP/1.1" 504 167 "-" "axios/1.7.9" rt={timeout}ms us="{ip}:8080"',
            ),
            "slow": (
                'INFO  ACCESS {ip} "GET {path} HTTP/2.0" 200 {id} "-" "okhttp/4.12.0" rt={wait}ms us="{callee}:8080"',
                'INFO  ACCESS {ip} "POST {path} HTTP/1.1" 201 {n} "-" "axios/1.7.9" rt={wait}ms us="{callee}:8080"',
                'INFO  ACCESS {ip} "GET {path}/{id} HTTP/1.1" 200 {id} "-" "Mozilla/5.0" rt={wait}ms us="{ip}:8080"',
            ),
            "recovered": (
                'INFO  ACCESS {ip} "GET {path} HTTP/2.0" 200 {id} "-" "okhttp/4.12.0" rt={took}ms us="{callee}:8080"',
                "INFO  [lua] peers.lua:61: probe(): {callee} {ip}:8080 is up after 3 passed checks, context: ngx.timer",
                "INFO  [lua] peers.lua:64: probe(): peer {ip}:8080 is up, context: ngx.timer",
            ),
        },
        "dns": {
            "refused": (
                "ERROR recv() failed (111: Connection refused) while resolving, resolver: {dns_ip}:53",
                "ERROR [lua] upstreams.lua:44: resolve(): {callee} refused the query for items.internal after "
                "{wait} ms, context: ngx.timer",
                "ERROR send() failed (111: Connection refused) while resolving, resolver: {callee}:53",
            ),
            "error": (
                "ERROR items.internal could not be resolved (2: Server failure), client: {ip}, server: _, "
                'request: "GET {path} HTTP/2.0"',
                "ERROR [lua] upstreams.lua:47: resolve(): {callee} answered server failure for sessions.internal "
                "after {wait} ms, context: ngx.timer",
                "WARN  [lua] upstreams.lua:52: resolve(): addresses of accounts.internal not read from {callee}: "
                "dns server returned error code: 2: server failure, context: ngx.timer",
            ),
            "timeout": (
                "ERROR sessions.internal could not be resolved (110: Operation timed out), client: {ip}, server: "
                '_, request: "GET {path} HTTP/1.1"',
                "ERROR [lua] upstreams.lua:47: resolve(): {callee} sent no answer for items.internal within "
                "{timeout} ms, context: ngx.timer",
                "WARN  [lua] upstreams.lua:52: resolve(): failed to receive reply from UDP server {callee}:53: "
                "timeout, context: ngx.timer",
            ),
            "slow": (
                "WARN  [lua] upstreams.lua:58: resolve(): items.internal answered by {callee} after {wait} ms, "
                "context: ngx.timer",
                "INFO  [lua] upstreams.lua:58: resolve(): lookup of accounts.internal took {wait} ms, context: "
                "ngx.timer",
                "WARN  [lua] upstreams.lua:59: resolve(): {callee} took {wait} ms of {timeout} ms for "
                "sessions.internal, context: ngx.timer",
            ),
            "recovered": (
                "INFO  [lua] upstreams.lua:63: resolve(): {callee} answers again, items.internal in {wait} ms, "
                "context: ngx.timer",
                "INFO  [lua] upstreams.lua:65: resolve(): addresses of sessions.internal are up to date, "
                "context: ngx.timer",
                "INFO  [lua] upstreams.lua:63: resolve(): lookups at {callee} succeed, context: ngx.timer",
            ),
        },
        **config_clients.NGINX,
    },
    events=(
        "rulesets of the last year are in the archive",
        "error budget of last month: {n} % used",
        "reloads this month: {n}",
        "access log: all requests",
        "TLS: versions 1.2 and 1.3",
        "route table: {count} locations, exported yesterday",
    ),
    changes=(
        "configuration {version}: include files sorted, instance by instance",
        "ruleset: two rules against scanners reworded",
        "manifest: location of the old mobile client removed",
        "manifest: labels for the cost report on all routes",
        "settings: server_tokens off",
        "limits: 300 -> 400 requests a minute for partner keys",
        "access log: upstream address added",
        "settings: error pages in the new layout",
    ),
    runbook=(
        "dump_route_table",
        "list_upstream_hosts",
        "export_access_log",
        "compare_rulesets",
        "rotate_log_files",
        "show_worker_processes",
        "show_certificate_chain",
        "export_statistics",
        "list_recent_changes",
    ),
)

CDN = Software(
    name="cdn",
    kind="cdn",
    dialect="edge",
    release="Varnish",
    gauges=gauges.CDN,
    versions=("7.4.3", "7.5.0", "7.6.0", "7.6.1", "7.7.0", "7.7.1", "8.0.0"),
    latency=(9, 35),
    noise=(
        "INFO  GET {path} 200 {id} bytes {took} ms xid={id}",
        "INFO  GET /assets/{hex}.js 200 {id} bytes {took} ms xid={id}",
        "INFO  GET {path} 304 0 bytes {took} ms xid={id}",
        "INFO  GET {path}/{id} 200 {count} bytes {took} ms xid={id}",
        "INFO  GET /media/{hex}.webp 206 bytes=0-{id} {took} ms xid={id}",
        "INFO  POST {path} 200 {n} bytes {took} ms xid={id}",
        "INFO  HEAD {path} 200 0 bytes {took} ms xid={id}",
        "INFO  GET /assets/{hex}.css 200 {id} bytes {took} ms gzip xid={id}",
        "DEBUG ExpKill LRU x={id}",
        "DEBUG ExpKill EXP_Expired x={id} t=-0.0{n} h=1",
        "DEBUG TTL VCL 120 10 0 {epoch} cacheable xid={id}",
        "DEBUG SessOpen {ip} {port} http {ip} 443 xid={id}",
        "INFO  CLI Rd ban.list",
        "INFO  CLI telnet {ip} {port} 127.0.0.1 6082 Rd backend.list",
        "INFO  VCL_Log purge tag=item-{id}: {n} objects",
        "INFO  VCL_Log log batch {hex}: {count} lines shipped",
        "INFO  Backend_health boot.health Still healthy 4---X-RH 5 3 5 0.000412 0.000398 HTTP/1.1 200 OK",
        "WARN  VCL_Log {path}: Cache-Control: private, not stored xid={id}",
        "WARN  VCL_Log client {ip} sent {count} requests in 10 s, answered 429",
        "WARN  VCL_Log {path}: Vary has 3 fields xid={id}",
        "WARN  BogoHeader Header has ctrl char 0x0a, client {ip}",
        'WARN  HttpGarbage "%16%03%01%02" from {ip}',
        "ERROR GET /media/{hex}.webp 404 0 bytes {took} ms xid={id}",
        'ERROR Debug "Write error, retval = -1, len = {id}, errno = Broken pipe" client {ip}',
        "ERROR GET {path}/..%2f..%2fetc 403 0 bytes 0 ms client {ip}",
    ),
    peers={
        "http": {
            "refused": (
                "ERROR FetchError backend boot.{callee}: fail errno 111 (Connection refused)",
                "ERROR GET {path} 503 miss {callee} {wait} ms Connection refused xid={id}",
                "WARN  Backend_health boot.{callee} Went sick -------- 2 3 5 0.000000 0.000398 Open error 111 "
                "(Connection refused)",
                "ERROR POST {path} 503 pass fetch failed after {wait} ms: errno 111 (Connection refused) xid={id}",
            ),
            "error": (
                "ERROR GET {path} 503 miss {callee} {wait} ms xid={id}",
                "ERROR POST {path} 500 pass {callee} {wait} ms xid={id}",
                "ERROR VCL_Log {callee} answered 500 to {path}/{id} after {wait} ms, attempt {tries}",
                "WARN  VCL_Log {callee} answered 502 to {path} after {wait} ms, attempt {tries}",
                "ERROR GET {path}/{id} 502 miss origin {wait} ms xid={id}",
            ),
            "timeout": (
                "ERROR FetchError first byte timeout",
                "ERROR GET {path} 503 miss {callee} {timeout} ms first byte timeout xid={id}",
                "WARN  VCL_Log {callee} sent no header for {path} within {timeout} ms, attempt {tries}",
                "ERROR POST {path} 503 pass origin {timeout} ms first byte timeout xid={id}",
            ),
            "slow": (
                "WARN  GET {path} 200 miss {callee} first byte after {wait} ms xid={id}",
                "INFO  POST {path} 200 pass {callee} {wait} ms xid={id}",
                "WARN  VCL_Log fetch of {path}/{id} took {wait} ms of {timeout} ms xid={id}",
            ),
            "recovered": (
                "INFO  Backend_health boot.{callee} Back healthy 4---X-RH 3 3 5 0.000431 0.000398 HTTP/1.1 200 OK",
                "INFO  GET {path} 200 miss {callee} {wait} ms xid={id}",
                "INFO  VCL_Log fetches succeed again, waiting list empty",
            ),
        },
        "object": {
            "refused": (
                "ERROR FetchError backend boot.{callee}: fail errno 111 (Connection refused)",
                "ERROR GET /media/{hex}.webp 503 miss origin {wait} ms Connection refused xid={id}",
                "WARN  VCL_Log {callee} refused the connection for /assets/{hex}.js after {wait} ms",
            ),
            "error": (
                "ERROR GET /media/{hex}.webp 503 miss {callee} {wait} ms xid={id}",
                "ERROR GET /assets/{hex}.js 500 miss {callee} {wait} ms xid={id}",
                "WARN  VCL_Log origin answered 503 for /media/{hex}.webp after {wait} ms, attempt {tries}",
            ),
            "timeout": (
                "ERROR GET /media/{hex}.webp 503 miss {callee} {timeout} ms first byte timeout xid={id}",
                "ERROR FetchError first byte timeout",
                "WARN  VCL_Log {callee} sent no header for /assets/{hex}.css within {timeout} ms, attempt {tries}",
            ),
            "slow": (
                "WARN  GET /media/{hex}.webp 200 miss {callee} first byte after {wait} ms xid={id}",
                "INFO  GET /assets/{hex}.js 200 miss {wait} ms {kb} KiB xid={id}",
                "WARN  VCL_Log {callee}: /assets/{hex}.css after {wait} ms of {timeout} ms",
            ),
            "recovered": (
                "INFO  GET /media/{hex}.webp 200 miss {callee} {wait} ms xid={id}",
                "INFO  VCL_Log objects are fetched from {callee} again",
                "INFO  VCL_Log fetches of /assets succeed again",
            ),
        },
    },
    events=(
        "rules of the last year are in the archive",
        "purges of this week: {n}, all by tag",
        "TLS certificate: the one of the standard domain",
        "log delivery: every 60 s",
        "shield site: the one nearest to the origin",
        "rules were reviewed last month",
    ),
    changes=(
        "rules: HSTS max-age one year",
        "rules: redirects of the old help pages",
        "rules: images in AVIF for clients that ask for it",
        "rules: freshness of fonts 30 -> 365 days",
        "configuration {version}: labels of the sites, site by site",
        "log fields for the finance report added",
        "rules: comments and order of subroutines",
        "rules: early hints for style sheets",
    ),
    runbook=(
        "compare_rule_versions",
        "list_active_sites",
        "export_edge_logs",
        "show_origin_probes",
        "list_bans",
        "show_object_headers",
        "export_statistics",
        "list_recent_changes",
        "show_contact_list",
    ),
)
