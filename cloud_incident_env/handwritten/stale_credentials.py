"""A secrets rotation of config-service hands the previous passwords to its clients, and postgres-db refuses them."""

from __future__ import annotations

from cloud_incident_env.handwritten.failure import Failure, Result
from cloud_incident_env.handwritten.formats import TABULAR
from cloud_incident_env.handwritten.logs_and_deploys import END, START, Blocks
from cloud_incident_env.handwritten.neighbours import DependencyRow, State, downstream, failing, ok, upstream
from cloud_incident_env.handwritten.rows import Figure, Flag, Line, Reading, StatusRow, flags, runbook
from cloud_incident_env.handwritten.steps import Plan, together
from cloud_incident_env.incident import AlertText, Key

ROLLED_BACK = Key("rollback_deploy", "config-service")
ROTATED = Key("execute_runbook_step", "trigger_credential_rotation")
USERS_UP = Key("restart_service", "user-service")
MAIL_UP = Key("restart_service", "notification-service")
ORDERS_UP = Key("restart_service", "order-service")
LOOKUPS_UP = together(USERS_UP, ORDERS_UP)
API_UP = together(USERS_UP, MAIL_UP)
ALL_UP = together(USERS_UP, MAIL_UP, ORDERS_UP)
DB_CHECKED = Key("execute_runbook_step", "verify_db_connectivity")
API_CHECKED = Key("execute_runbook_step", "verify_api_recovery")

# fmt: off
LOGS: dict[str, Blocks] = {
    "api-gateway": {
        (START, USERS_UP): """
            08:11:41.266 INFO access "GET /v1/me" 200 upstream=user-service 14ms req=b7d1-40e2
            08:12:06.031 ERROR access "POST /v1/sessions" 503 upstream=user-service 5021ms req=b7d1-77a9
            08:12:09.874 ERROR access "GET /v1/inbox" 503 upstream=notification-service 5038ms req=b7d1-7c15
            08:12:40.512 WARN 503 rate 34 % over the last 60s (limit 5 %), paging
            08:13:22.090 WARN outlier detection user-service: 8/8 hosts failing, panic routing on
            08:15:47.655 INFO access "GET /v1/products/88213" 200 upstream=product-service 31ms req=b7d2-19f0
            08:17:03.418 INFO access "POST /v1/orders" 201 upstream=order-service 118ms req=b7d2-5e6b
            08:18:51.207 ERROR access "GET /v1/me" 503 upstream=user-service 5019ms req=b7d2-a2c4
            08:18:58.944 WARN 503 rate 62 % over the last 60s (2,108 of 3,400 requests/s)""",
        (USERS_UP, END): "08:29:21.338 INFO outlier detection user-service: 8/8 hosts back, panic routing off",
        (USERS_UP, MAIL_UP): """
            08:28:40.905 ERROR access "GET /v1/me" 503 upstream=user-service 5017ms req=b7d4-03b8
            08:29:34.071 INFO access "POST /v1/sessions" 201 upstream=user-service 62ms req=b7d4-2d90
            08:30:12.620 ERROR access "GET /v1/inbox" 503 upstream=notification-service 5033ms req=b7d4-51aa
            08:30:30.002 WARN 503 rate 6.5 % over the last 60s (222 of 3,400 requests/s)""",
        (MAIL_UP, END): '08:29:48.177 INFO access "GET /v1/inbox" 200 upstream=notification-service 44ms req=b7d4-3b07',
        (MAIL_UP, API_UP): """
            08:28:33.410 ERROR access "GET /v1/inbox" 503 upstream=notification-service 5035ms req=b7d4-00e1
            08:30:16.590 ERROR access "GET /v1/me" 503 upstream=user-service 5020ms req=b7d4-55c2
            08:30:31.008 WARN 503 rate 55.5 % over the last 60s (1,887 of 3,400 requests/s)""",
        (API_UP, END): """
            08:31:05.260 INFO 503 rate 0.1 % over the last 60s (3 of 3,400 requests/s), page closed
            08:32:40.993 INFO access "POST /v1/sessions" 201 upstream=user-service 57ms req=b7d5-0c48
            08:33:12.507 INFO access "GET /v1/me" 200 upstream=user-service 12ms req=b7d5-18f3"""},
    "user-service": {
        (START, ROTATED): """
            08:11:38.127 INFO GET /v1/profiles/40177/badges 200 23ms pod=user-5f7c-2
            08:12:00.921 INFO pool user-main: credentials refreshed at 08:12:00Z by secrets rotation (set=41), 14 sessions closed
            08:12:06.014 ERROR pool user-main: login failed: FATAL: password authentication failed for user "user_svc"
            08:12:06.022 ERROR POST /v1/sessions 503 no connection from pool user-main within 5000ms (open=0 waiting=30)
            08:12:31.305 WARN readiness probe failed: datasource user-main pod=user-5f7c-2
            08:14:50.771 INFO GET /v1/me 200 9ms answered from redis-session pod=user-5f7c-6
            08:16:19.486 ERROR pool user-main: login failed after 5803ms: FATAL: password authentication failed for user "user_svc"
            08:18:47.958 ERROR GET /v1/me 503 no connection from pool user-main within 5000ms (open=0 waiting=30)""",
        (START, USERS_UP): "08:12:07.140 ERROR pool user-main: 50 logins refused in a row, reload on push is off until the process restarts",
        (ROTATED, USERS_UP): """
            08:25:38.014 ERROR GET /v1/me 503 no connection from pool user-main within 5000ms (open=0 waiting=30)
            08:26:04.119 INFO pool user-main: set=43 received and kept, set=41 stays loaded until a restart
            08:26:33.760 ERROR pool user-main: login failed: FATAL: password authentication failed for user "user_svc"
        """,
        (USERS_UP, END): """
            08:28:52.117 INFO rolling restart begin replicas=8
            08:29:06.430 INFO pool user-main: set=43 loaded at start, 14 sessions open
            08:29:18.904 INFO readiness probe ok pod=user-5f7c-7
            08:29:34.066 INFO POST /v1/sessions 201 58ms
            08:30:27.751 INFO GET /v1/me 200 13ms"""},
    "notification-service": {
        (START, ROTATED): """
            08:11:52.803 INFO outbox batch sent=118 failed=0 took=640ms
            08:12:01.144 INFO datasource: new login data taken over, 6 sessions closed
            08:12:06.377 ERROR datasource: FATAL: password authentication failed for user "notification_svc"
            08:12:09.860 ERROR GET /v1/inbox 503 datasource unavailable after 5000ms
            08:14:33.091 WARN outbox backlog 18300 events, sender idle
            08:18:50.130 WARN outbox backlog 49200 events, sender idle
            08:18:54.702 ERROR GET /v1/inbox 503 datasource unavailable after 5000ms""",
        (START, MAIL_UP): "08:12:09.218 ERROR datasource: 50 logins refused in a row, watcher stopped, next load at process start",
        (ROTATED, MAIL_UP): """
            08:26:04.873 INFO datasource: set=43 received, not loaded (watcher stopped)
            08:26:21.406 ERROR GET /v1/inbox 503 datasource unavailable after 5000ms
            08:26:49.950 WARN outbox backlog 106800 events, sender idle""",
        (MAIL_UP, END): """
            08:29:20.366 INFO rolling restart begin replicas=4
            08:29:35.812 INFO datasource: set=43 loaded at start, 6 sessions open
            08:29:48.170 INFO GET /v1/inbox 200 41ms
            08:30:02.295 INFO outbox batch sent=900 failed=0 took=980ms backlog=104000
            08:32:18.641 INFO outbox batch sent=118 failed=0 took=655ms backlog=210"""},
    "postgres-db": {
        (START, ROTATED): """
            08:09:14.550 LOG checkpoint complete: wrote 2114 buffers (0.8%); write=26.9 s, sync=0.1 s, total=27.1 s
            08:12:06.009 FATAL password authentication failed for user "user_svc" host=10.20.4.17 method=scram-sha-256
            08:12:06.371 FATAL password authentication failed for user "notification_svc" host=10.20.6.9 method=scram-sha-256
            08:13:02.418 WARNING 465 backends in authentication, each refusal held back by auth_delay.milliseconds=5000
            08:15:20.664 LOG connection authorized: user=order_svc database=shop host=10.20.5.12 method=scram-sha-256
            08:16:37.182 LOG connection authorized: user=product_ro database=shop host=10.20.7.31 method=cert
            08:17:58.007 FATAL password authentication failed for user "user_svc" host=10.20.4.22 method=scram-sha-256
            08:18:40.246 FATAL password authentication failed for user "user_svc" host=10.20.4.19 method=scram-sha-256
            08:18:55.913 FATAL password authentication failed for user "notification_svc" host=10.20.6.11 method=scram-sha-256""",
        (ROTATED, USERS_UP): """
            08:25:51.330 FATAL password authentication failed for user "user_svc" host=10.20.4.19 method=scram-sha-256
            08:26:03.297 LOG ALTER ROLE user_svc, notification_svc, order_svc: password changed by secrets_admin
            08:26:20.815 FATAL password authentication failed for user "user_svc" host=10.20.4.22 method=scram-sha-256
            08:26:41.068 LOG connection authorized: user=product_ro database=shop host=10.20.7.31 method=cert
            08:26:55.552 FATAL password authentication failed for user "notification_svc" host=10.20.6.9 method=scram-sha-256""",
        (USERS_UP, END): "08:29:06.398 LOG connection authorized: user=user_svc database=shop host=10.20.4.17 method=scram-sha-256",
        (USERS_UP, MAIL_UP): """
            08:28:47.219 FATAL password authentication failed for user "user_svc" host=10.20.4.19 method=scram-sha-256
            08:29:07.115 LOG connection authorized: user=user_svc database=shop host=10.20.4.22 method=scram-sha-256
            08:30:25.640 FATAL password authentication failed for user "notification_svc" host=10.20.6.11 method=scram-sha-256""",
        (MAIL_UP, END): "08:29:35.790 LOG connection authorized: user=notification_svc database=shop host=10.20.6.9 method=scram-sha-256",
        (MAIL_UP, API_UP): """
            08:28:55.083 FATAL password authentication failed for user "notification_svc" host=10.20.6.9 method=scram-sha-256
            08:30:08.444 FATAL password authentication failed for user "user_svc" host=10.20.4.17 method=scram-sha-256
            08:30:29.916 FATAL password authentication failed for user "user_svc" host=10.20.4.22 method=scram-sha-256""",
        (API_UP, END): "08:31:14.882 LOG checkpoint complete: wrote 2306 buffers (0.9%); write=27.4 s, sync=0.1 s, total=27.6 s",
        (API_UP, ALL_UP): '08:32:12.035 FATAL password authentication failed for user "order_svc" host=10.20.5.12 method=scram-sha-256',
        (ALL_UP, END): """
            08:30:11.012 LOG connection authorized: user=order_svc database=shop host=10.20.5.12 method=scram-sha-256
            08:34:07.326 LOG connection authorized: user=product_ro database=shop host=10.20.7.31 method=cert"""},
    "config-service": {
        (START, ROLLED_BACK): """
            06:15:08.402 INFO started version=v3.2.1 store=ok group=db-clients current=42 previous=41
            07:44:30.915 WARN store compaction took 1.9s (usual 1.2s)
            08:11:59.871 INFO job=secrets-rotation group=db-clients begin trigger=weekly
            08:16:44.105 INFO snapshot written items=1184 took=212ms""",
        (START, ROTATED): """
            08:12:00.006 INFO job=secrets-rotation slot=previous published set=41 issued=2026-04-22
            08:12:02.340 INFO job=secrets-rotation clients=3 acknowledged=3 result=ok took=2.5s""",
        (ROLLED_BACK, END): "08:23:31.070 INFO started version=v3.2.0 store=ok group=db-clients current=42 previous=41",
        (ROLLED_BACK, ROTATED): """
            08:23:09.518 INFO stopping version=v3.2.1 reason=rollback
            08:23:31.644 WARN group=db-clients clients hold set=41, store says current=42, no job due before 2026-05-13""",
        (ROTATED, END): """
            08:26:02.211 INFO job=secrets-rotation group=db-clients begin trigger=manual
            08:26:03.480 INFO job=secrets-rotation slot=current published set=43 issued=2026-05-06
            08:26:05.902 INFO job=secrets-rotation clients=3 acknowledged=3 result=ok took=3.7s"""},
    "redis-session": """
        07:31:12.040 NOTICE CONFIG SET maxmemory 10gb by ops-ticket 8841 (was 8gb)
        07:58:03.377 NOTICE client 10.20.9.4:51120 closed: idle timeout (monitoring dump)
        08:06:20.119 NOTICE 10000 changes in 300 seconds. Saving...
        08:06:23.871 NOTICE Background saving terminated with success
        08:16:24.662 NOTICE Background saving terminated with success""",
    "order-service": {
        (START, ROTATED): """
            08:10:27.335 INFO order 7714302 accepted items=3 took=104ms
            08:12:02.118 INFO pool order-main: set=41 received, staged; set=42 stays loaded (read at process start only)
            08:13:15.806 WARN address lookup at user-service answered 503, took the address kept with the basket
            08:15:20.671 INFO pool order-main: pre-check login with set=42 ok
            08:17:03.399 INFO order 7715188 accepted items=1 took=111ms
            08:18:36.052 WARN address lookup at user-service answered 503, took the address kept with the basket""",
        (ROTATED, ORDERS_UP): """
            08:25:19.244 INFO order 7716420 accepted items=2 took=108ms
            08:26:05.881 INFO pool order-main: set=43 received, staged; set=42 stays loaded (read at process start only)
            08:26:35.530 WARN pool order-main: pre-check login with set=42 refused, the 10 open sessions go on""",
        (ORDERS_UP, END): """
            08:29:55.702 INFO rolling restart begin replicas=5
            08:30:11.048 INFO pool order-main: set=43 loaded at start, 10 sessions open
            08:30:40.317 INFO order 7717093 accepted items=2 took=102ms
            08:32:26.590 INFO order 7717331 accepted items=5 took=109ms"""},
    "product-service": """
        07:38:41.220 INFO started version=v6.5.1 image widths=320,640,1280 pod=product-7d88-1
        07:41:52.487 ERROR image variant 1280 missing for sku 55190, served 640
        08:08:55.104 INFO catalog refresh items=212440 changed=87 took=3.4s
        08:13:31.962 WARN slow image resize sku=71326 took=1480ms
        08:16:37.190 INFO pool catalog-ro: session 2 recycled, new login by client certificate ok
        08:18:44.518 INFO GET /v1/products/88213 200 28ms""",
}

METRICS: dict[str, tuple[Figure, ...]] = {
    "api-gateway": (
        Figure("requests", "3,400/s", "3,350/s"),
        Figure("503 rate", "62 %", "0.1 %", {USERS_UP: "6.5 %", MAIL_UP: "55.5 %", API_UP: "0.1 %"}),
        Figure("503 on user-service routes", "1,886 of 1,924/s", "below 2/s", {USERS_UP: "1 of 1,924/s"}),
        Figure("503 on notification-service routes", "221 of 238/s", "below 1/s", {MAIL_UP: "0 of 238/s"}),
        Figure("503 on order-service and product-service routes", "1 of 1,238/s", "1/s", {
            USERS_UP: None, MAIL_UP: None, API_UP: "2 of 1,238/s"}),
        Figure("p99 latency", "5,060 ms", "140 ms", {USERS_UP: "5,020 ms", MAIL_UP: "5,050 ms", API_UP: "146 ms"}),
        Figure("CPU", "41 %", "38 %", {USERS_UP: "39 %", API_UP: "38 %"}),
        Figure("memory", "47 %", "45 %", {USERS_UP: "46 %", API_UP: "45 %"})),
    "user-service": (
        Figure("requests", "1,924/s", "1,890/s"),
        Figure("errors", Reading("98 %", note="since 08:12Z"), "0.1 %", {USERS_UP: "0.1 %"}),
        Figure("p99 latency", "5,040 ms", "85 ms", {USERS_UP: "91 ms"}),
        Figure("pool user-main", "0 open, 360 logging in", "14 open, 0 logging in", {
            USERS_UP: "14 open, 0 logging in"}),
        Figure("database logins", "62/s tried, 62/s refused", "below 0.1/s tried, 0 refused", {
            USERS_UP: "0.1/s tried, 0 refused"}),
        Figure("profile endpoint errors before 08:12Z", "0.1 %", "0.1 %", {USERS_UP: None}),
        Figure("CPU", "34 %", "29 %", {USERS_UP: "31 %"}), Figure("memory", "61 %", "60 %", {USERS_UP: "54 %"})),
    "notification-service": (
        Figure("requests", "238/s", "240/s"),
        Figure("errors", Reading("93 %", note="since 08:12Z"), "0.2 %", {MAIL_UP: "0.2 %"}),
        Figure("outbox backlog", "49,200 events", "below 300", {MAIL_UP: "210 events"}),
        Figure("messages sent", "0/s", "120/s", {MAIL_UP: "121/s"}),
        Figure("datasource", "0 open, 105 logging in", "6 open, 0 logging in", {MAIL_UP: "6 open, 0 logging in"}),
        Figure("database logins", "18/s tried, 18/s refused", "below 0.1/s tried, 0 refused", {
            MAIL_UP: "below 0.1/s tried, 0 refused"}),
        Figure("CPU", "12 %", "26 %", {MAIL_UP: "28 %"}), Figure("memory", "55 %", "48 %", {MAIL_UP: "47 %"})),
    "postgres-db": (
        Figure("connections", "490/500", "45/500", {USERS_UP: "133/500", MAIL_UP: "378/500", API_UP: "45/500"}),
        Figure("connections in authentication", "465, held 5.8 s each", "0", {
            USERS_UP: "94, held 5.2 s each", MAIL_UP: "347, held 5.6 s each", API_UP: "0"}),
        Figure("established sessions", "25", "45", {USERS_UP: "39", MAIL_UP: "31", API_UP: "45"}),
        Figure("failed logins", "80/s, user_svc 62/s and notification_svc 18/s", "0/s", {
            USERS_UP: "18/s, notification_svc 18/s", MAIL_UP: "62/s, user_svc 62/s",
            API_UP: "below 0.1/s, order_svc only", ALL_UP: "0/s"}),
        Figure("query time p95", "3.1 ms", "3.0 ms", {USERS_UP: "3.0 ms"}),
        Figure("lock waits", Reading("0", note="replication lag: 0.2 s (normal 0.2 s)"), "0", {
            USERS_UP: None, MAIL_UP: None}),
        Figure("CPU", Reading("78 %", note="spent in SCRAM password checks"), "12 %", {
            USERS_UP: "29 %", MAIL_UP: "63 %", API_UP: "13 %", ALL_UP: "12 %"}),
        Figure("memory", "36 %", "34 %", {USERS_UP: "35 %", API_UP: "34 %"}),
        Figure("disk", "58 %", "58 %", {USERS_UP: None, MAIL_UP: None})),
    "config-service": (
        Figure("requests", "6/s", "6/s"),
        Figure("open push streams", Reading("3", note="items stored: 1,184 (normal 1,180)"), "3"),
        Figure("errors", "0 %", "0 %"),
        Figure("p99 latency", "22 ms", "21 ms", {ROLLED_BACK: "24 ms", ROTATED: "21 ms"}),
        Figure("set number in group db-clients", "41", "43 after this week's job, 42 before it", {
            ROLLED_BACK: Reading("41 with the clients, 42 in the store", normal="43 for both"),
            ROTATED: Reading("43", normal="43 after this week's job")}),
        Figure("CPU", "13 %", "13 %", {ROLLED_BACK: "15 %", ROTATED: "13 %"}),
        Figure("memory", "31 %", "30 %", {ROLLED_BACK: "27 %", ROTATED: "29 %"})),
    "redis-session": (
        Figure("commands", "9,100/s", "9,400/s"), Figure("hit rate", "99.2 %", "99.3 %"),
        Figure("latency p99", "0.8 ms", "0.8 ms"),
        Figure("memory used", "5.1 of 10 GB", "5 GB of 8 GB, limit raised 07:31Z"), Figure("evictions", "0/s", "0/s"),
        Figure("clients", "96", "94"), Figure("CPU", "11 %", "11 %")),
    "order-service": (
        Figure("requests", "456/s", "450/s", {ROTATED: "452/s", ORDERS_UP: "455/s"}),
        Figure("errors", "0.1 %", "0.1 %"),
        Figure("p99 latency", "260 ms", "240 ms", {ROTATED: "265 ms", ORDERS_UP: "244 ms"}),
        Figure("pool order-main", "10 open, 0 logging in", "10 open, 0 logging in"),
        Figure("pre-check logins refused", None, "0", {ROTATED: "1 of the last 1", ORDERS_UP: None}),
        Figure("events waiting at notification-service", "10,900", "below 100", {ROTATED: None}),
        Figure("CPU", "27 %", "27 %", {ORDERS_UP: "28 %"}), Figure("memory", "44 %", "44 %", {ORDERS_UP: "41 %"})),
    "product-service": (
        Figure("requests", "782/s", "790/s"), Figure("errors", "0.1 %", "0.1 %"),
        Figure("p99 latency", "310 ms", "300 ms"),
        Figure("pool catalog-ro", "9 open, 0 logging in", "9 open, 0 logging in"),
        Figure("images resized", "44/s", "20/s, higher since 07:38Z while new widths are rendered"),
        Figure("CPU", "57 %", "40 %"), Figure("memory", "63 %", "58 %")),
}

DEPENDENCIES: dict[str, tuple[DependencyRow, ...]] = {
    "api-gateway": (
        upstream("public load balancer", "HTTP/2", ok("2 ms")),
        downstream("user-service", "HTTP", failing("98 % answered 503, p99 5,021 ms (normal 85 ms)"), {
            USERS_UP: ok("p99 91 ms (normal 85 ms)"),
            MAIL_UP: failing("98 % answered 503, p99 5,020 ms (normal 85 ms)"),
            API_UP: ok("p99 88 ms (normal 85 ms)")}),
        downstream("notification-service", "HTTP", failing("93 % answered 503, p99 5,038 ms (normal 60 ms)"), {
            USERS_UP: failing("93 % answered 503, p99 5,033 ms (normal 60 ms)"),
            MAIL_UP: ok("p99 62 ms (normal 60 ms)"), API_UP: ok("p99 61 ms (normal 60 ms)")}),
        downstream("order-service", "HTTP", ok("p99 260 ms (normal 240 ms)"), {
            USERS_UP: ok("p99 255 ms (normal 240 ms)"), MAIL_UP: ok("p99 255 ms (normal 240 ms)"),
            API_UP: ok("p99 250 ms (normal 240 ms)")}),
        downstream("product-service", "HTTP", ok("p99 310 ms (normal 300 ms)"), {
            USERS_UP: ok("p99 306 ms (normal 300 ms)"), MAIL_UP: ok("p99 306 ms (normal 300 ms)"),
            API_UP: ok("p99 304 ms (normal 300 ms)")}),
        downstream("redis-session", "RESP", ok("0.8 ms (normal 0.8 ms)"))),
    "user-service": (
        upstream("api-gateway", "HTTP", failing("98 % answered 503, p99 5,040 ms (normal 85 ms)"), {
            USERS_UP: ok("p99 91 ms (normal 85 ms)")}),
        upstream("order-service", "HTTP", failing("address lookups answered 503, p99 5,030 ms (normal 70 ms)"), {
            USERS_UP: ok("p99 72 ms (normal 70 ms)")}),
        downstream("postgres-db", "TCP 5432", failing("every login as user_svc refused, 5.8 s each (normal 4 ms)"), {
            USERS_UP: ok("14 sessions, 4 ms (normal 4 ms)")}),
        downstream("redis-session", "RESP", ok("0.8 ms (normal 0.8 ms)")),
        downstream("notification-service", "queue", ok("publish 3 ms (normal 3 ms)")),
        downstream("config-service", "gRPC push", ok("last message 08:12:00Z, 11 ms (normal 10 ms)"), {
            USERS_UP: ok("last message 08:26:04Z, 11 ms (normal 10 ms)")})),
    "notification-service": (
        upstream("api-gateway", "HTTP", failing("93 % answered 503, p99 5,038 ms (normal 60 ms)"), {
            MAIL_UP: ok("p99 62 ms (normal 60 ms)")}),
        upstream("user-service", "queue", State("backlog", "38,300 events (normal below 200)"), {
            MAIL_UP: ok("140 events waiting (normal below 200)")}),
        upstream("order-service", "queue", State("backlog", "10,900 events (normal below 100)"), {
            MAIL_UP: ok("70 events waiting (normal below 100)")}),
        downstream("postgres-db", "TCP 5432",
            failing("every login as notification_svc refused, 5.8 s each (normal 4 ms)"), {
            MAIL_UP: ok("6 sessions, 4 ms (normal 4 ms)")}),
        downstream("smtp relay (external)", "SMTP", State("idle", "last delivery 08:12:00Z, 90 ms (normal 95 ms)"), {
            MAIL_UP: ok("98 ms (normal 95 ms)")}),
        downstream("config-service", "gRPC push", ok("last message 08:12:01Z, 10 ms (normal 10 ms)"), {
            MAIL_UP: ok("last message 08:26:04Z, 10 ms (normal 10 ms)")})),
    "postgres-db": (
        upstream("user-service", "TCP 5432", failing("0 sessions (normal 14), 62 logins/s refused, wrong password"), {
            USERS_UP: ok("14 sessions (normal 14), queries 3 ms")}),
        upstream("notification-service", "TCP 5432",
            failing("0 sessions (normal 6), 18 logins/s refused, wrong password"), {
            MAIL_UP: ok("6 sessions (normal 6), queries 3 ms")}),
        upstream("order-service", "TCP 5432", ok("10 sessions (normal 10), queries 3 ms"), {
            API_UP: State("limited", "10 sessions (normal 10), one new login refused, wrong password"),
            ALL_UP: ok("10 sessions (normal 10), queries 3 ms")}),
        upstream("product-service", "TCP 5432", ok("9 sessions (normal 9), queries 3 ms, client certificate")),
        upstream("config-service", "TCP 5432", ok("2 sessions (normal 2), queries 2 ms")),
        upstream("backup and monitoring", "TCP 5432", ok("4 sessions (normal 4), queries 2 ms")),
        downstream("pg-replica-1", "streaming", ok("lag 0.2 s (normal 0.2 s)"))),
    "config-service": (
        upstream("user-service", "gRPC push", ok("acknowledged 08:12:00Z, 11 ms (normal 10 ms)"), {
            ROTATED: ok("acknowledged 08:26:04Z, 11 ms (normal 10 ms)")}),
        upstream("notification-service", "gRPC push", ok("acknowledged 08:12:01Z, 10 ms (normal 10 ms)"), {
            ROTATED: ok("acknowledged 08:26:04Z, 10 ms (normal 10 ms)")}),
        upstream("order-service", "gRPC push", ok("acknowledged 08:12:02Z, 12 ms (normal 10 ms)"), {
            ROTATED: ok("acknowledged 08:26:05Z, 11 ms (normal 10 ms)")}),
        downstream("postgres-db", "TCP 5432", ok("2 sessions, 2 ms (normal 2 ms)"))),
    "redis-session": (
        upstream("api-gateway", "RESP", ok("6,300 commands/s, 0.8 ms (normal 0.8 ms)")),
        upstream("user-service", "RESP", ok("2,800 commands/s, 0.8 ms (normal 0.8 ms)")),
        downstream("redis-session-replica", "RESP", ok("offset lag 0 (normal 0)"))),
    "order-service": (
        upstream("api-gateway", "HTTP", ok("p99 260 ms (normal 240 ms)"), {
            ROTATED: ok("p99 265 ms (normal 240 ms)"), USERS_UP: ok("p99 270 ms (normal 240 ms)"),
            ORDERS_UP: ok("p99 244 ms (normal 240 ms)"), LOOKUPS_UP: ok("p99 242 ms (normal 240 ms)")}),
        downstream("postgres-db", "TCP 5432", ok("10 sessions, 3 ms (normal 3 ms)"), {
            ROTATED: State("limited", "10 sessions, 3 ms (normal 3 ms), new logins refused"),
            ORDERS_UP: ok("10 sessions, 3 ms (normal 3 ms)")}),
        downstream("user-service", "HTTP", failing("address lookups answered 503, falls back to basket address"), {
            USERS_UP: ok("p99 72 ms (normal 70 ms)"), LOOKUPS_UP: ok("p99 71 ms (normal 70 ms)")}),
        downstream("notification-service", "queue", ok("publish 3 ms (normal 3 ms)")),
        downstream("config-service", "gRPC push", ok("last message 08:12:02Z, 12 ms (normal 10 ms)"), {
            ROTATED: ok("last message 08:26:05Z, 11 ms (normal 10 ms)")})),
    "product-service": (
        upstream("api-gateway", "HTTP", ok("p99 310 ms (normal 300 ms)")),
        downstream("postgres-db", "TCP 5432", ok("9 sessions, 3 ms (normal 3 ms)")),
        downstream("image bucket", "HTTPS", ok("p99 120 ms (normal 95 ms, new widths being written)"))),
}

DEPLOYS: dict[str, Blocks] = {
    "api-gateway": """
        2026-04-30T10:20:00Z  6 days ago   v5.8.2  team edge  access log sampling for static files
        2026-04-15T09:05:00Z  21 days ago  v5.8.1  team edge  TLS library update
        2026-04-02T13:40:00Z  34 days ago  v5.8.0  team edge  new limits for upload sizes""",
    "user-service": """
        2026-05-06T04:16:00Z  4 h ago      v7.14.0  team accounts  new profile endpoint GET /v1/profiles/{id}/badges
        2026-05-01T12:31:00Z  5 days ago   v7.13.2  team accounts  shorter texts in validation errors
        2026-04-24T08:47:00Z  12 days ago  v7.13.1  team accounts  avatar links point to the image host
        2026-04-17T14:02:00Z  19 days ago  v7.13.0  team accounts  paging of the address book""",
    "notification-service": """
        2026-04-25T07:55:00Z  11 days ago  v2.9.4  team messaging  digest mails are sent in batches of 120
        2026-04-06T11:18:00Z  30 days ago  v2.9.3  team messaging  retry header for the SMTP relay""",
    "postgres-db": """
        2026-04-23T05:30:00Z  13 days ago  p-118  team data  parameter: log_checkpoints on
        2026-03-18T05:30:00Z  49 days ago  p-117  team data  parameter: auth_delay.milliseconds 5000 against password guessing""",
    "config-service": {
        (START, END): """
            2026-05-06T06:15:00Z  2 h ago      v3.2.1  team platform  scheduled jobs look up set slots through the new index
            2026-04-27T09:10:00Z  9 days ago   v3.2.0  team platform  diff view in the admin page
            2026-04-09T10:44:00Z  27 days ago  v3.1.7  team platform  smaller snapshot files""",
        (ROLLED_BACK, END): "2026-05-06T08:23:00Z  just now     v3.2.0  on-call        rollback from v3.2.1"},
    "redis-session": """
        2026-05-06T07:31:00Z  48 min ago   r-42  team data  parameter: maxmemory 8 GB to 10 GB
        2026-04-10T06:15:00Z  26 days ago  r-41  team data  image 7.2.7 to 7.2.8""",
    "order-service": """
        2026-05-05T08:41:00Z  1 day ago    v4.2.6  team orders  new e-mail template for order confirmations
        2026-04-28T13:12:00Z  8 days ago   v4.2.5  team orders  rounding of vouchers
        2026-04-14T09:33:00Z  22 days ago  v4.2.4  team orders  gift wrap as an option""",
    "product-service": """
        2026-05-06T07:38:00Z  41 min ago   v6.5.1  team catalog  product images in three widths (320, 640, 1280)
        2026-05-03T10:02:00Z  3 days ago   v6.5.0  team catalog  price history on the product page
        2026-04-26T08:29:00Z  10 days ago  v6.4.9  team catalog  faster catalog refresh
        2026-04-19T15:10:00Z  17 days ago  v6.4.8  team catalog  typo in filter labels""",
}

STATUS: dict[str, tuple[StatusRow, ...]] = {
    "api-gateway": (
        Line("Health", "DEGRADED", {API_UP: "HEALTHY"}), Line("Replicas", "6/6 running, 6/6 ready, version v5.8.2"),
        Line("Uptime", "6 d, restarts: 0"),
        Line("Health checks", "self ok, routes to user-service and notification-service failing since 08:12Z", {
            USERS_UP: "self ok, user-service routes ok since 08:29Z, notification-service routes failing",
            MAIL_UP: "self ok, notification-service routes ok since 08:30Z, user-service routes failing",
            API_UP: "self ok, all routes ok since 08:31Z"}),
        flags(Flag("request_hedging", "off")), runbook("verify_api_recovery", "rotate_edge_certificate")),
    "user-service": (
        Line("Health", "DOWN", {USERS_UP: "HEALTHY"}),
        Line("Replicas", "8/8 running, 0/8 ready, version v7.14.0", {
            USERS_UP: "8/8 running, 8/8 ready, version v7.14.0"}),
        Line("Uptime", "4 h, restarts: 0", {USERS_UP: "1 min, restarts: 1 (operator, 08:29Z)"}),
        Line("Health checks", "liveness ok, readiness failing since 08:12Z (datasource user-main)", {
            USERS_UP: "liveness ok, readiness ok"}),
        Line("Datasource", "postgres-db as user_svc, set loaded at 08:12:00Z, logins refused", {
            ROTATED: "postgres-db as user_svc, set 41 loaded and refused, set 43 received 08:26Z and not loaded",
            USERS_UP: "postgres-db as user_svc, set 43 loaded at start, 14 sessions"}),
        flags("profile_badges", "avatar_cdn"), runbook("rebuild_profile_index", "rotate_signing_keys")),
    "notification-service": (
        Line("Health", "DOWN", {MAIL_UP: "HEALTHY"}),
        Line("Replicas", "4/4 running, 0/4 ready, version v2.9.4", {
            MAIL_UP: "4/4 running, 4/4 ready, version v2.9.4"}),
        Line("Uptime", "11 d, restarts: 0", {MAIL_UP: "3 min, restarts: 1 (operator, 08:29Z)"}),
        Line("Health checks", "liveness ok, readiness failing since 08:12Z (datasource)", {
            MAIL_UP: "liveness ok, readiness ok"}),
        Line("Datasource", "postgres-db as notification_svc, set loaded at 08:12:01Z, logins refused", {
            ROTATED: "postgres-db as notification_svc, set 41 loaded and refused, set 43 received 08:26Z and not "
            "loaded", MAIL_UP: "postgres-db as notification_svc, set 43 loaded at start, 6 sessions"}),
        flags("digest_batching"), runbook("replay_outbox")),
    "postgres-db": (
        Line("Health", "DEGRADED", {API_UP: "HEALTHY"}),
        Line("Replicas", "1 primary and 1 standby running, parameter set p-118"), Line("Uptime", "49 d, restarts: 0"),
        Line("Health checks", "query probe ok (3 ms), connection slots 490/500 above the 90 % limit since 08:13Z", {
            USERS_UP: "query probe ok (3 ms), connection slots 133/500, 18 failed logins/s above the limit of 5/s",
            MAIL_UP: "query probe ok (3 ms), connection slots 378/500, 62 failed logins/s above the limit of 5/s",
            API_UP: "query probe ok (3 ms), connection slots 45/500, last refused login 08:32Z (order_svc)",
            ALL_UP: "query probe ok (3 ms), connection slots 45/500, no refused logins since 08:30Z"}),
        Line("Role passwords", "user_svc, notification_svc, order_svc last changed 2026-04-29T08:12Z (set 42); "
            "product_ro by certificate", {
            ROTATED: "user_svc, notification_svc, order_svc last changed 2026-05-06T08:26Z (set 43); "
            "product_ro by certificate"}),
        flags(), runbook("kill_idle_connections", "failover_to_replica", "verify_db_connectivity")),
    "config-service": (
        Line("Health", "HEALTHY"),
        Line("Replicas", "3/3 running, 3/3 ready, version v3.2.1", {
            ROLLED_BACK: "3/3 running, 3/3 ready, version v3.2.0"}),
        Line("Uptime", "2 h, restarts: 0", {ROLLED_BACK: "1 min, restarts: 0", ROTATED: "4 min, restarts: 0"}),
        Line("Health checks", "liveness ok, readiness ok, store ok"), flags("diff_view"),
        runbook("export_settings_snapshot", "trigger_credential_rotation")),
    "redis-session": (
        Line("Health", "HEALTHY"), Line("Replicas", "1 primary and 1 replica running, parameter set r-42"),
        Line("Uptime", "26 d, restarts: 0"), Line("Health checks", "ping ok (0.4 ms), last save ok 08:16Z"), flags(),
        runbook("flush_sessions", "resize_redis_memory")),
    "order-service": (
        Line("Health", "HEALTHY", {ROTATED: "DEGRADED", ORDERS_UP: "HEALTHY"}),
        Line("Replicas", "5/5 running, 5/5 ready, version v4.2.6"),
        Line("Uptime", "23 h, restarts: 0", {ORDERS_UP: "2 min, restarts: 1 (operator, 08:30Z)"}),
        Line("Health checks", "liveness ok, readiness ok", {
            ROTATED: "liveness ok, readiness ok, pool order-main 10 sessions but new logins refused",
            ORDERS_UP: "liveness ok, readiness ok"}),
        Line("Datasource", "postgres-db as order_svc, set 42 loaded at start, set 41 received 08:12:02Z and not "
            "loaded", {
            ROTATED: "postgres-db as order_svc, set 42 loaded at start, set 43 received 08:26Z and not loaded",
            ORDERS_UP: "postgres-db as order_svc, set 43 loaded at start, 10 sessions"}),
        flags("gift_wrap"), runbook("reconcile_orders")),
    "product-service": (
        Line("Health", "HEALTHY"), Line("Replicas", "6/6 running, 6/6 ready, version v6.5.1"),
        Line("Uptime", "41 min, restarts: 0"), Line("Health checks", "liveness ok, readiness ok"),
        Line("Datasource", "postgres-db as product_ro, client certificate valid until 2026-11-20"),
        flags("large_images"), runbook("reindex_catalog", "renew_client_certificate")),
}

RESULTS: dict[str, dict[str, str | Result]] = {
    "restart_service": {
        "api-gateway": Result("The 6 gateway pods were replaced one after another in 90 s; about 1,100 requests in "
            "flight were cut. Routes behave as they did before.",
            harm="The gateway only passes on what its backends answer; the restart cut about 1,100 requests in flight "
            "and 90 s were lost.", harmless_after=(USERS_UP, MAIL_UP, ORDERS_UP)),
        "user-service": Result("Rolling restart finished in 26 s: 8/8 pods ready, set 43 loaded, pool user-main holds "
            "14 sessions and sign-ins answer 201.",
            too_early="The 8 pods came back, loaded set 41 once more and were refused at login: pool user-main stays "
            "at 0 sessions, 0/8 ready."),
        "notification-service": Result("4/4 pods ready after 15 s with set 43 loaded and 6 sessions open. The sender "
            "works through the outbox at 900 events/s.",
            too_early="4 fresh pods started, read set 41 and had all logins refused; 0/4 ready, the sender stays idle "
            "and the outbox keeps growing."),
        "postgres-db": Result("The primary stopped and was back after 41 s. Every working session was cut, and the "
            "connection slots filled again as soon as clients reconnected.",
            harm="The database answers queries in 3 ms; stopping it took orders and product pages down for 41 s as "
            "well."),
        "config-service": "3/3 pods restarted in 20 s on the version that was running; the store opened without "
            "errors. Nothing was published and no client received anything.",
        "redis-session": Result("The primary restarted and needed 35 s to load 5.1 GB from disk; sessions written "
            "since the last save are gone and those users were signed out.",
            harm="A cache with 99.2 % hits was taken away for 35 s and users with fresh sessions were signed out."),
        "order-service": Result("5/5 pods replaced, set 43 loaded at start, pool order-main at 10 sessions. Orders "
            "were accepted throughout.", too_early="The first new pod read set 41 at start, was refused at login and "
            "never became ready; the rollout stopped and the old pods went on with their sessions."),
        "product-service": "6/6 pods restarted with v6.5.1 in 50 s; p99 peaked at 700 ms while image widths were "
            "cached again, then settled at 310 ms."},
    "rollback_deploy": {
        "api-gateway": Result("Gateway rolled back to v5.8.1 in 2 min; access logs for static files are complete "
            "again. Status codes per route did not move.", harm="The running gateway version has worked for 6 days; "
            "two minutes of the outage went into replacing it."),
        "user-service": Result("v7.13.2 is running on 8 pods. The badges endpoint is gone and clients that call it "
            "receive 404; everything else on the board looks as before.", harm="The profile endpoint ran for nearly "
            "four hours without errors; removing it breaks clients that use it."),
        "notification-service": Result("v2.9.3 is out on 4 pods: digests leave one by one instead of in batches of "
            "120. The datasource is as it was.",
            harm="That version has been in place for 11 days; going back slows digests down and helps nobody."),
        "postgres-db": Result("Parameter set p-117 loaded with a 41 s restart of the primary, which cut all sessions; "
            "checkpoints are no longer logged.",
            harm="A 13 days old logging parameter was undone at the price of a 41 s stop of a database that works."),
        "config-service": Result("v3.2.1 replaced by v3.2.0 on 3/3 pods within 30 s. The clients still hold set 41; "
            "the store names 42 as current.", version="v3.2.0"),
        "redis-session": Result("Parameter set r-41 is active, maxmemory is 8 GB again. 5.1 GB are used, hit rate "
            "99.2 %.", harm="Memory was at 5.1 GB under either limit; the session cache lost its headroom and minutes "
            "were spent."),
        "order-service": Result("v4.2.5 rolled out in 70 s. Order confirmations carry the former e-mail template; "
            "orders per second did not change.",
            harm="Only an e-mail template changed there a day ago; customers now receive the former text, and time "
            "was lost."),
        "product-service": Result("v6.5.0 is live; pages fall back to one image width and 11,000 rendered variants "
            "are unused. Product routes answer as before.",
            harm="The new image widths had no part in this; rendered variants were thrown away and pages got worse.")},
    "scale_service": {
        "api-gateway": "Gateway grew from 6 to 9 pods, CPU per pod fell to 28 %. The share of 503 answers did not "
            "move.",
        "user-service": "4 more pods were scheduled. They share the login budget of pool user-main, so the rate at "
            "the database did not change.",
        "notification-service": "From 4 to 6 pods in 25 s. Sending depends on the datasource, not on the number of "
            "pods.",
        "postgres-db": Result("The primary moved to a larger instance with a 95 s interruption, max_connections stays "
            "at 500 and all clients had to reconnect.",
            harm="Capacity was not short, the sessions that work see 3 ms; the move interrupted everybody for 95 s."),
        "config-service": "5 pods instead of 3, all ready; load stays at 6 requests/s, CPU at 12 %.",
        "redis-session": "One more replica joined after a 5.1 GB copy; latency stays at 0.8 ms.",
        "order-service": "The extra 2 pods wait: the pool limit of 10 sessions is shared and no slot is free, so the "
            "5 old pods carry the traffic.",
        "product-service": "9 pods instead of 6, CPU per pod down to 39 %. Product pages were fast before, too."},
    "disable_feature_flag": {
        "request_hedging": "The flag was off already; no gateway pod changed its behaviour.",
        "profile_badges": "Badges vanished from profile pages within 10 s; the error rate stays where it was.",
        "avatar_cdn": "Avatars are served by the application itself again, about 40 requests/s more for it.",
        "digest_batching": "Digests are queued one at a time from now on; the number of waiting events did not fall.",
        "diff_view": "The admin page shows plain values without differences. Nothing else depends on it.",
        "gift_wrap": "The gift wrap option is hidden on the order page, orders stay at 456/s.",
        "large_images": "Product pages use widths 320 and 640 only; resize load falls from 44/s to 21/s."},
    "clear_cache": {
        "api-gateway": "The gateway keeps no response cache, the command found nothing to clear and changed nothing.",
        "user-service": "There is no such cache: profiles are read from the database, sessions from redis. Nothing "
            "changed.",
        "notification-service": "No cache of that name exists, the outbox is a table. Nothing changed.",
        "postgres-db": "The database offers no cache to clear through this command; shared buffers stay as they are, "
            "nothing changed.",
        "config-service": "No such cache here, values are read from the store on each request. Nothing changed.",
        "redis-session": Result("1.9 M session keys deleted in 6 s. Everybody who was signed in has to sign in again.",
            harm="1.9 M valid sessions were deleted and their owners have to sign in while sign-in does not work."),
        "order-service": "This service has no cache, baskets are rows in the database. Nothing changed.",
        "product-service": "Catalog data is refreshed in memory every 10 min and cannot be cleared: no such cache, "
            "nothing changed."},
    "execute_runbook_step": {
        "trigger_credential_rotation": Result("Rotation of group db-clients finished in 3.7 s: set 43 issued, role "
            "passwords changed in postgres-db, 3/3 clients acknowledged. It is read when a process starts.",
            too_early="The job ended with result=ok and 3/3 acknowledgements, and it published set 41 issued "
            "2026-04-22 again; role passwords still date from 2026-04-29."),
        "verify_db_connectivity": Result("Login probes as user_svc, notification_svc, order_svc and product_ro all "
            "succeed; 45/500 connections, 0 failed logins/s, CPU 12 %.",
            too_early="Probe not passed: at least one managed application role still has its logins refused with the "
            "set its service has loaded."),
        "verify_api_recovery": Result("500 synthetic requests over all public routes: 503 rate 0.1 %, sign-in and "
            "inbox answer, p99 142 ms.", too_early="Probe not passed: the pre-check found a backend whose loaded set "
            "does not match the database, the synthetic run was ended."),
        "rotate_edge_certificate": "A new TLS certificate is served by 6/6 gateway pods, valid until 2026-08-04. "
            "Handshakes were fine before as well.",
        "rebuild_profile_index": "The rebuild is queued as a background task and waits for its slot at 02:00Z.",
        "rotate_signing_keys": Result("Token signing keys replaced: 1.9 M session tokens are invalid and every client "
            "is sent to the sign-in page.", harm="Tokens were valid; replacing their keys signed everybody out and "
            "added load to the sign-in route."),
        "replay_outbox": "Replay marker set to 08:12Z; the sender takes it up with its next batch.",
        "kill_idle_connections": Result("21 idle sessions ended, among them those of services that were working; the "
            "freed slots were taken again within a second.",
            harm="The sessions it ended belonged to clients that worked; the crowded slots are not held by idle "
            "sessions."),
        "failover_to_replica": Result("pg-replica-1 was promoted after 48 s without writes. The roles and their "
            "passwords are the same there, and so is the picture after reconnecting.",
            harm="48 s without writes for a standby that holds the same roles and passwords as the primary did."),
        "export_settings_snapshot": "1,184 items written to snapshot-20260506.json, 0 errors.",
        "flush_sessions": Result("All 1.9 M sessions dropped. Visitors who still had a working session lost it, "
            "sign-in requests tripled for some minutes.",
            harm="The session cache was sound; people who could still use the site were thrown out of it."),
        "resize_redis_memory": "maxmemory raised from 10 to 12 GB, 5.1 GB are in use, evictions stay at 0/s.",
        "reconcile_orders": "3,214 orders of the last hour compared with payments, 0 differences.",
        "reindex_catalog": "212,440 items indexed anew in 4 min, search results are identical.",
        "renew_client_certificate": "product_ro has a new client certificate valid until 2027-05-06; its 9 sessions "
            "stay open."},
}

FAILURE = Failure(
    format=TABULAR, date="2026-05-06", severity="P1", culprit="config-service",
    alert=AlertText(
        title="api-gateway: 62 % of requests answered 503, accounts and inbox unavailable", severity="P1",
        affected_services=("user-service", "notification-service", "api-gateway"),
        symptoms=(
            "api-gateway answers 62 % of 3,400 requests/s with 503 (normal 0.1 %) since 08:12Z.",
            "user-service fails 98 % of its requests; sign-in and account pages do not work.",
            "notification-service fails 93 % of its requests and sends nothing, 49,200 events are waiting.",
            "The connection pool of postgres-db stands at 490/500 (normal 45/500)."),
        error_rate=0.62, duration_minutes=7, revenue_impact_per_min=None),
    services={
        "api-gateway": ("gateway", "api-gw", "edge-gateway"),
        "user-service": ("user", "users", "user-svc", "account-service"),
        "notification-service": ("notification", "notifications", "notification-svc", "notifier"),
        "postgres-db": ("postgres", "postgresql", "pg", "database"),
        "config-service": ("config", "config-svc", "config-server", "configuration-service"),
        "redis-session": ("redis", "session-cache", "session-store"),
        "order-service": ("order", "orders", "order-svc"),
        "product-service": ("product", "products", "product-svc", "catalog-service")},
    mode="stale-secret-push",
    plan=Plan({
        ROLLED_BACK: (), ROTATED: (ROLLED_BACK,), USERS_UP: (ROTATED,), MAIL_UP: (ROTATED,), ORDERS_UP: (ROTATED,),
        DB_CHECKED: (USERS_UP, MAIL_UP, ORDERS_UP), API_CHECKED: (USERS_UP, MAIL_UP, ORDERS_UP)}),
    logs=LOGS, metrics=METRICS, dependencies=DEPENDENCIES, deploys=DEPLOYS, status=STATUS, results=RESULTS)
