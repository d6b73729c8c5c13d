"""An unbounded export query of analytics-service makes the kernel kill postgres-db again and again."""

from __future__ import annotations

from cloud_incident_env.handwritten.failure import Failure, Result
from cloud_incident_env.handwritten.formats import SENTENCES
from cloud_incident_env.handwritten.logs_and_deploys import END, START, Blocks
from cloud_incident_env.handwritten.neighbours import DependencyRow, State, downstream, failing, ok, slow, upstream
from cloud_incident_env.handwritten.rows import Figure, Flag, Line, StatusRow, flags, runbook
from cloud_incident_env.handwritten.steps import Plan, together
from cloud_incident_env.incident import AlertText, Key

EXPORT_OFF = Key("disable_feature_flag", "full_history_export")
WORKER_UP = Key("restart_service", "analytics-service")
DB_UP = Key("restart_service", "postgres-db")
AUTH_UP = Key("restart_service", "auth-service")
ORDERS_UP = Key("restart_service", "order-service")
SHOP_UP = together(AUTH_UP, ORDERS_UP)
DB_CHECKED = Key("execute_runbook_step", "verify_db_health")

# fmt: off
LOGS: dict[str, Blocks] = {
    "api-gateway": {
        (START, DB_UP): """
            14:28:37.402 WARN outlier detection: auth-service 3/3 hosts ejected, panic routing on
            14:29:58.119 ERROR POST /v1/login 503 flags=UT upstream=auth-service duration=5001ms
            14:30:13.846 ERROR ext_authz auth-service: DEADLINE_EXCEEDED after 5000ms, request denied
            14:30:41.270 INFO GET /v1/products/88213 200 upstream=product-service duration=38ms guest=true
            14:31:02.915 ERROR POST /v1/checkout 503 flags=UF upstream=order-service duration=3004ms
            14:31:29.033 INFO GET /v1/dashboards/ops 304 duration=71ms internal=true
            14:31:40.588 ERROR POST /v1/login 503 flags=UT upstream=auth-service duration=5000ms
            14:31:57.761 ERROR 5xx ratio over 60 s: 0.95, 11,412 of 12,013 requests""",
        (DB_UP, AUTH_UP): """
            14:37:31.774 ERROR POST /v1/login 503 flags=UT upstream=auth-service duration=5000ms
            14:37:49.126 INFO GET /v1/products/17740 200 upstream=product-service duration=35ms guest=true
            14:38:05.893 ERROR POST /v1/checkout 503 flags=UF upstream=order-service duration=3001ms
            14:38:22.058 ERROR 5xx ratio over 60 s: 0.94, 10,977 of 11,680 requests""",
        (AUTH_UP, ORDERS_UP): """
            14:39:33.208 INFO outlier detection: auth-service 3/3 hosts back
            14:39:41.650 INFO POST /v1/login 200 upstream=auth-service duration=88ms
            14:39:54.917 ERROR POST /v1/checkout 503 flags=UF upstream=order-service duration=3002ms
            14:40:07.331 WARN 5xx ratio over 60 s: 0.22, 3,710 of 16,862 requests""",
        (ORDERS_UP, SHOP_UP): """
            14:39:36.542 INFO POST /v1/checkout 201 upstream=order-service duration=214ms guest=true
            14:39:47.085 ERROR POST /v1/login 503 flags=UT upstream=auth-service duration=5001ms
            14:40:01.379 ERROR ext_authz auth-service: DEADLINE_EXCEEDED after 5000ms, request denied
            14:40:11.926 ERROR 5xx ratio over 60 s: 0.83, 9,864 of 11,884 requests""",
        (SHOP_UP, END): """
            14:41:04.882 INFO POST /v1/login 200 upstream=auth-service duration=84ms
            14:41:16.347 INFO POST /v1/checkout 201 upstream=order-service duration=227ms
            14:41:38.019 INFO GET /v1/products/20916 200 upstream=product-service duration=36ms
            14:41:59.705 INFO 5xx ratio over 60 s: 0.003, 55 of 18,340 requests"""},
    "auth-service": {
        (START, DB_UP): """
            14:29:46.310 ERROR msg="login failed" cause="pool wait timeout" wait_ms=5000 req=a91f3c
            14:30:09.702 ERROR msg="connection lost" peer=postgres-db:5432 sqlstate=57P02 open=0
            14:30:11.047 ERROR msg="connect failed" peer=postgres-db:5432 sqlstate=57P03 attempt=1
            14:30:13.845 ERROR msg="session check aborted" cause="deadline" waited_ms=5000 req=c07711
            14:30:16.391 ERROR msg="connect failed" peer=postgres-db:5432 sqlstate=57P03 attempt=2
            14:30:27.864 ERROR msg="pool sealed" cause="3 failed re-initialisations" reopen="process start"
            14:31:08.229 INFO msg="jwks served" keys=3 status=200 took_ms=2
            14:31:40.586 ERROR msg="login failed" cause="no connection in pool" waiting=822 req=e4b0d9
            14:31:55.172 ERROR msg="login failed" cause="no connection in pool" waiting=829 req=2f85aa""",
        (DB_UP, AUTH_UP): """
            14:37:31.771 ERROR msg="login failed" cause="no connection in pool" waiting=817 req=91d60b
            14:37:58.340 INFO msg="database reachable" peer=postgres-db:5432 pool=sealed open=0
            14:38:16.905 ERROR msg="login failed" cause="no connection in pool" waiting=811 req=5ac2e7""",
        (AUTH_UP, END): """
            14:39:12.480 INFO msg="starting" version=3.8.1 replica=2
            14:39:27.066 INFO msg="pool opened" peer=postgres-db:5432 open=4
            14:39:41.645 INFO msg="login ok" took_ms=71 req=0b77f2
            14:39:58.289 WARN msg="login refused" cause="wrong password" req=d41e08"""},
    "order-service": {
        (START, DB_UP): """
            14:29:31.508 ERROR HikariPool-1 - Connection is not available, request timed out after 3000ms
            14:30:09.704 ERROR PSQLException: terminating connection because of crash of another server process
            14:30:12.316 WARN HikariPool-1 - validation failed for 10 of 10 connections
            14:30:30.951 ERROR datasource orders: fail-fast after 20 s, pool shut until the next process start
            14:31:02.913 ERROR POST /internal/orders 503 cart=5510872 cause=PoolShutException
            14:31:26.440 INFO outbox relay: 0 unsent events, next poll in 30 s
            14:31:51.087 ERROR POST /internal/orders 503 cart=5510913 cause=PoolShutException""",
        (DB_UP, ORDERS_UP): """
            14:37:44.612 INFO probe postgres-db:5432 ok in 2 ms
            14:38:05.890 ERROR POST /internal/orders 503 cart=5511204 cause=PoolShutException
            14:38:21.457 INFO datasource orders: pool shut, waits for the next process start""",
        (ORDERS_UP, END): """
            14:39:08.751 INFO starting v9.3.2, 4 replicas rolling
            14:39:29.330 INFO HikariPool-1 - Start completed, 4 connections
            14:39:36.538 INFO POST /internal/orders 201 cart=5511390 196ms
            14:40:02.614 WARN cart=5511402 refused: item 60418 sold out"""},
    "postgres-db": {
        (START, WORKER_UP): """
            14:26:52.071 LOG postgres[1] | server process (PID 19120) was terminated by signal 9: Killed
            14:30:09.611 CRIT kernel: | Memory cgroup out of memory: Killed process 21874 (postgres) anon-rss:46137344kB
            14:30:09.655 LOG postgres[1] | server process (PID 21874) was terminated by signal 9: Killed
            14:30:09.658 LOG postgres[1] | terminating any other active server processes
            14:30:11.046 FATAL postgres[24391] | the database system is in recovery mode (user auth, db shop)
            14:30:21.348 LOG postgres[1] | database system is ready to accept connections, start 4 since 14:20:41Z
            14:30:31.204 WARNING postgres[24412] | analytics export query without LIMIT running 12 min 19 s, 5th session
            14:31:18.533 LOG postgres[24460] | duration: 2914.602 ms  statement: SELECT ... FROM stock_levels (user product)
            14:31:44.870 ERROR postgres[24470] | canceling statement due to statement timeout (user notify, db shop)""",
        (WORKER_UP, DB_UP): """
            14:33:24.309 LOG postgres[1] | server process (PID 24412) was terminated by signal 9: Killed
            14:33:35.874 LOG postgres[1] | database system is ready to accept connections, start 5 since 14:20:41Z
            14:35:28.161 LOG postgres[27033] | could not send data to client: Connection reset by peer
            14:35:52.690 FATAL postgres[28877] | sorry, too many clients already
            14:36:07.048 FATAL postgres[28902] | sorry, too many clients already
            14:36:15.527 LOG postgres[28914] | 488 sessions of aborted pings still in start-up, slots not released""",
        (DB_UP, END): """
            14:37:29.440 LOG postgres[1] | database system is ready to accept connections
            14:38:00.071 LOG postgres[61] | checkpoint complete: wrote 1204 buffers (0.1%), sync=0.021 s""",
        (DB_UP, SHOP_UP): """
            14:36:41.203 LOG postgres[1] | received fast shutdown request
            14:36:52.618 LOG postgres[1] | database system is shut down
            14:38:18.825 LOG postgres[118] | duration: 41.377 ms  statement: SELECT ... FROM stock_levels (user product)""",
        (SHOP_UP, END): """
            14:41:00.154 LOG postgres[61] | checkpoint complete: wrote 9871 buffers (0.5%), sync=0.034 s
            14:41:43.606 LOG postgres[352] | duration: 1108.214 ms  statement: autovacuum: VACUUM ANALYZE public.carts""",
        (DB_CHECKED, END): "14:43:10.927 INFO runbook: | verify_db_health passed, 12/500 connections, CPU 12 %, memory 34 %"},
    "product-service": {
        (START, DB_UP): """
            14:22:14.637 INFO search index heartbeat ok, 412,006 documents
            14:26:58.902 WARN catalogue refresh skipped, serving the copy read at 14:17:55Z
            14:30:41.234 INFO GET /products/88213 200 29ms source=memory
            14:31:18.540 WARN stock lookup slow: 2.9 s, page rendered without stock count
            14:31:49.356 INFO GET /categories/outdoor 200 34ms source=memory""",
        (DB_UP, END): """
            14:37:36.518 INFO catalogue refresh ok, 412,006 items in 3.8 s
            14:37:49.120 INFO GET /products/17740 200 27ms source=memory
            14:38:18.830 INFO stock lookup 41 ms"""},
    "analytics-service": {
        (START, EXPORT_OFF): """
            14:24:02.781 WARN export: source session lost, reconnected, statement sent again
            14:28:15.460 INFO rollup hourly_sales from warehouse done, 1,204 rows in 3.1 s
            14:31:29.029 INFO GET /dashboards/ops 304 66ms""",
        (START, WORKER_UP): """
            14:18:12.006 INFO scheduler: job full_history_export started, worker=0, mode=single fetch
            14:30:24.771 INFO export: source reconnected, statement sent again, 0 rows written""",
        (EXPORT_OFF, WORKER_UP): """
            14:33:38.902 INFO export: source reconnected, statement sent again, 0 rows written
            14:34:06.215 INFO flags: full_history_export=off received, applies at the next worker start""",
        (WORKER_UP, END): """
            14:35:28.117 INFO worker 0 stopping, source session closed
            14:35:44.530 INFO worker 0 started, full_history_export=off, 0 jobs picked up
            14:35:58.406 INFO GET /dashboards/ops 200 92ms"""},
    "redis-session": """
        14:24:50.118 NOTICE redis[1] | 10000 changes in 60 seconds. Saving...
        14:24:51.994 NOTICE redis[318] | DB saved on disk, 6 MB copy-on-write
        14:29:12.670 NOTICE redis[1] | client id=90417 name=gateway-probe closed: idle timeout
        14:31:03.215 NOTICE redis[1] | replica 10.0.5.61:6379 acknowledged offset 88120455""",
    "notification-service": {
        (START, END): "14:30:10.420 INFO smtp mx3: requeued message accepted",
        (START, DB_UP): """
            13:48:26.053 INFO template set 2026-03-b loaded, 64 templates, 0 warnings
            14:16:40.337 WARN mail batch slow count=118 took=9.2s
            14:25:09.944 ERROR smtp mx3: 451 greylisted, try again later, message requeued
            14:31:44.876 WARN preference lookup failed, using defaults for 3 messages""",
        (DB_UP, END): """
            14:37:40.762 INFO preference lookup ok, 4 ms
            14:38:02.119 INFO mail batch sent count=6 took=1.1s"""},
}

METRICS: dict[str, tuple[Figure, ...]] = {
    "api-gateway": (
        Figure("Source address", "10.0.5.11", "10.0.5.11"),
        Figure("CPU", "61 %", "38 %", {DB_UP: "58 %", AUTH_UP: "41 %", ORDERS_UP: "55 %", SHOP_UP: "39 %"}),
        Figure("Memory", "3.4 GiB of 8 GiB, 43 %", "35 %", {
            AUTH_UP: "3.0 GiB of 8 GiB, 38 %", ORDERS_UP: "3.3 GiB of 8 GiB, 41 %",
            SHOP_UP: "2.8 GiB of 8 GiB, 35 %"}),
        Figure("Request rate", "200/s", "310/s", {
            DB_UP: "195/s", AUTH_UP: "281/s", ORDERS_UP: "198/s", SHOP_UP: "306/s"}),
        Figure("Error rate", "95 %", "0.2 %", {DB_UP: "94 %", AUTH_UP: "22 %", ORDERS_UP: "83 %", SHOP_UP: "0.3 %"}),
        Figure("Latency p99", "5,004 ms", "180 ms", {DB_UP: "5,001 ms", AUTH_UP: "3,002 ms", SHOP_UP: "192 ms"}),
        Figure("Errors by route", "login 99 %, signed-in browsing 99 %, checkout 98 %, guest browsing 0.4 %",
            "all below 0.5 %", {
            DB_UP: "login 99 %, signed-in browsing 99 %, checkout 98 %, guest browsing 0.1 %",
            AUTH_UP: "login 0.5 %, signed-in browsing 0.2 %, checkout 98 %, guest browsing 0.1 %",
            ORDERS_UP: "login 99 %, signed-in pages 99 %, guest checkout 0.3 %, guest browsing 0.1 %",
            SHOP_UP: "login 0.4 %, signed-in browsing 0.2 %, checkout 0.4 %, guest browsing 0.1 %"})),
    "auth-service": (
        Figure("Source address", "10.0.5.21", "10.0.5.21"), Figure("CPU", "34 %", "22 %", {AUTH_UP: "26 %"}),
        Figure("Memory", "1.3 GiB of 2 GiB, 65 %", "48 %", {AUTH_UP: "0.9 GiB of 2 GiB, 45 %"}),
        Figure("Login failures", "99 %", "0.6 %", {AUTH_UP: "0.7 %"}),
        Figure("Open database connections", "0 of 40", "4", {AUTH_UP: "4 of 40"}),
        Figure("Requests waiting for a connection", "829", "0", {AUTH_UP: "0"}),
        Figure("Latency p99", "5,000 ms, the deadline", "95 ms", {AUTH_UP: "102 ms"})),
    "order-service": (
        Figure("Source address", "10.0.5.31", "10.0.5.31"),
        Figure("CPU", "11 %", "29 %", {ORDERS_UP: "27 %", SHOP_UP: "30 %"}),
        Figure("Memory", "2.6 GiB of 4 GiB, 65 %", "61 %", {
            ORDERS_UP: "2.1 GiB of 4 GiB, 53 %", SHOP_UP: "2.3 GiB of 4 GiB, 58 %"}),
        Figure("Failed order writes", "98 %", "0.1 %", {ORDERS_UP: "0.1 %"}),
        Figure("Open database connections", "0 of 40", "4", {ORDERS_UP: "4 of 40"}),
        Figure("Orders placed", "1/min", "74/min", {ORDERS_UP: "9/min", SHOP_UP: "72/min"}),
        Figure("Latency p99", "3,006 ms", "240 ms", {ORDERS_UP: "251 ms", SHOP_UP: "244 ms"})),
    "postgres-db": (
        Figure("Listen address", "10.0.5.10:5432", "10.0.5.10:5432"),
        Figure("CPU", "97 %", "12 %", {
            WORKER_UP: "31 %", DB_UP: "6 %", AUTH_UP: "9 %", ORDERS_UP: "8 %", SHOP_UP: "12 %"}),
        Figure("Memory", "43.1 GiB of 64 GiB, 67 % and rising 0.24 GiB/s", "34 %, flat", {
            WORKER_UP: "30.1 GiB of 64 GiB, 47 % and flat", DB_UP: "18.6 GiB of 64 GiB, 29 % and flat",
            AUTH_UP: "20.1 GiB of 64 GiB, 31 % and flat", ORDERS_UP: "19.9 GiB of 64 GiB, 31 % and flat",
            SHOP_UP: "21.8 GiB of 64 GiB, 34 % and flat"}),
        Figure("Connections", "463/500, of these 448 in start-up", "12/500", {
            WORKER_UP: "497/500, of these 488 stuck in start-up", DB_UP: "4/500", AUTH_UP: "8/500", ORDERS_UP: "8/500",
            SHOP_UP: "12/500"}),
        Figure("Restarts", "4 in 12 min, at 14:20:41, 14:23:37, 14:26:52 and 14:30:09Z", "0", {
            WORKER_UP: "5 since 14:20Z, none since 14:33:24Z", DB_UP: "0 since the planned one at 14:37:29Z"}),
        Figure("Transactions", "6/s", "1,850/s", {
            WORKER_UP: "9/s", DB_UP: "310/s", AUTH_UP: "1,120/s", ORDERS_UP: "540/s", SHOP_UP: "1,810/s"}),
        Figure("Oldest statement", None, "below 4 s", {WORKER_UP: "3 s", DB_UP: "below 1 s", SHOP_UP: "1 s"}),
        Figure("Oldest statement of this start", "96 s", "below 4 s", {WORKER_UP: None}),
        Figure("Backend memory by client", "10.0.5.47 23.1 GiB, 10.0.5.36 0.6 GiB, 10.0.5.52 0.2 GiB",
            "below 1 GiB each", {
            WORKER_UP: "10.0.5.36 0.6 GiB, 10.0.5.52 0.2 GiB", DB_UP: "10.0.5.36 0.2 GiB, 10.0.5.52 0.1 GiB",
            AUTH_UP: "10.0.5.21 0.3 GiB, 10.0.5.36 0.2 GiB, 10.0.5.52 0.1 GiB",
            ORDERS_UP: "10.0.5.31 0.3 GiB, 10.0.5.36 0.2 GiB, 10.0.5.52 0.1 GiB",
            SHOP_UP: "10.0.5.31 0.3 GiB, 10.0.5.21 0.3 GiB, 10.0.5.36 0.2 GiB"})),
    "product-service": (
        Figure("Source address", "10.0.5.36", "10.0.5.36"),
        Figure("CPU", "17 %", "41 %", {DB_UP: "18 %", AUTH_UP: "37 %", SHOP_UP: "41 %"}),
        Figure("Memory", "5.7 GiB of 8 GiB, 71 %", "70 %", {DB_UP: "5.6 GiB of 8 GiB, 70 %"}),
        Figure("Request rate", "12/s", "240/s", {AUTH_UP: "201/s", SHOP_UP: "236/s"}),
        Figure("Error rate", "0.6 %", "0.3 %", {DB_UP: "0.3 %"}),
        Figure("Age of the catalogue copy", "14 min", "below 2 min", {
            DB_UP: "45 s", AUTH_UP: "30 s", SHOP_UP: "70 s"})),
    "analytics-service": (
        Figure("Source address", "10.0.5.47", "10.0.5.47"), Figure("CPU", "18 %", "15 %", {WORKER_UP: "13 %"}),
        Figure("Memory", "2.1 GiB of 8 GiB, 26 %", "24 %", {WORKER_UP: "1.8 GiB of 8 GiB, 22 %"}),
        Figure("Dashboard requests", "14/s, errors 0.3 %", "14/s, 0.2 %", {WORKER_UP: "14/s, errors 0.2 %"}),
        Figure("Jobs running", "1", "0 to 2", {WORKER_UP: "0"}),
        Figure("Rows requested by running jobs", "847 M", "up to 3 M", {WORKER_UP: "0"})),
    "redis-session": (
        Figure("Listen address", "10.0.5.60:6379", "10.0.5.60:6379"), Figure("CPU", "9 %", "11 %"),
        Figure("Memory", "1.2 GiB of 4 GiB, 30 %", "31 %"), Figure("Hit ratio", "97.8 %", "98 %"),
        Figure("Evictions", "0/s", "0/s"), Figure("Latency p99", "0.9 ms", "0.8 ms")),
    "notification-service": (
        Figure("Source address", "10.0.5.52", "10.0.5.52"), Figure("CPU", "6 %", "8 %", {SHOP_UP: "8 %"}),
        Figure("Memory", "0.7 GiB of 2 GiB, 35 %", "36 %"),
        Figure("Messages sent", "11/min", "96/min, follows orders and logins", {SHOP_UP: "93/min"}),
        Figure("Queue length", "4", "0 to 10", {SHOP_UP: "6"}),
        Figure("Delivery failures", "0.7 %", "0.5 %", {SHOP_UP: "0.5 %"})),
}

DEPENDENCIES: dict[str, tuple[DependencyRow, ...]] = {
    "api-gateway": (
        upstream("web and mobile clients", "HTTPS"),
        downstream("auth-service", "gRPC, session check and login", failing("p99 5,000 ms"), {
            AUTH_UP: ok("p99 104 ms"), SHOP_UP: ok("p99 98 ms")}),
        downstream("order-service", "HTTP", failing("p99 3,004 ms"), {
            AUTH_UP: failing("p99 3,002 ms"), ORDERS_UP: ok("p99 256 ms"), SHOP_UP: ok("p99 244 ms")}),
        downstream("product-service", "HTTP", ok("p99 61 ms"), {AUTH_UP: ok("p99 60 ms"), ORDERS_UP: ok("p99 60 ms")}),
        downstream("analytics-service", "HTTP, internal dashboards", ok("p99 90 ms")),
        downstream("redis-session", "RESP, rate limits", ok("p99 1 ms"))),
    "auth-service": (
        upstream("api-gateway", "gRPC", "166 calls/s, 99 % end at the deadline", {
            DB_UP: "162 calls/s, 99 % end at the deadline", AUTH_UP: ok("p99 102 ms")}),
        downstream("postgres-db", "SQL", failing("link reset 4 times since 14:20Z, pool sealed"), {
            DB_UP: "reachable in 2 ms, own pool still sealed", AUTH_UP: ok("4 connections, p99 8 ms")}),
        downstream("redis-session", "RESP", ok("p99 1 ms")),
        downstream("notification-service", "queue", ok("0 waiting"), {AUTH_UP: ok("1 waiting")})),
    "order-service": (
        upstream("api-gateway", "HTTP", "24 calls/s, 98 % answered 503", {
            DB_UP: "23 calls/s, 98 % answered 503", AUTH_UP: "62 calls/s, 98 % answered 503",
            ORDERS_UP: ok("p99 256 ms, 0.1 % errors")}),
        downstream("postgres-db", "SQL", failing("link reset 4 times since 14:20Z, pool shut"), {
            DB_UP: "reachable in 2 ms, own pool still shut", ORDERS_UP: ok("4 connections, p99 9 ms")}),
        downstream("product-service", "HTTP, prices", ok("p99 44 ms"), {
            DB_UP: ok("p99 43 ms"), ORDERS_UP: ok("p99 44 ms")}),
        downstream("notification-service", "queue", ok("0 waiting"), {ORDERS_UP: ok("1 waiting")})),
    "postgres-db": (
        upstream("auth-service", "SQL", "no usable session, pings hang in start-up", {
            DB_UP: "pings ok, no session opened", AUTH_UP: "4 sessions, ok"}),
        upstream("order-service", "SQL", "no usable session, pings hang in start-up", {
            DB_UP: "pings ok, no session opened", ORDERS_UP: "4 sessions, ok"}),
        upstream("product-service", "SQL", "2 sessions, statements 2 to 3 s", {
            WORKER_UP: "2 sessions, statements 1 to 3 s", DB_UP: "3 sessions, ok"}),
        upstream("analytics-service", "SQL, read-only role", "1 session", {WORKER_UP: "no session"}),
        upstream("notification-service", "SQL", "1 session, statement timeouts", {WORKER_UP: "1 session, ok"}),
        downstream("volume pg-data", "block storage", ok("write 2.1 ms, 38 % full"), {
            WORKER_UP: ok("write 1.6 ms, 38 % full"), DB_UP: ok("write 0.9 ms, 38 % full"),
            SHOP_UP: ok("write 1.0 ms, 38 % full")}),
        downstream("replica postgres-db-r1", "streaming", slow("replay 41 s behind"), {
            WORKER_UP: ok("replay 3 s behind"), DB_UP: ok("replay 0 s behind")})),
    "product-service": (
        upstream("api-gateway", "HTTP", "10 calls/s, ok", {DB_UP: "11 calls/s, ok", AUTH_UP: ok()}),
        upstream("order-service", "HTTP, prices", "2 calls/s, ok", {AUTH_UP: ok()}),
        downstream("postgres-db", "SQL", State("failing now and then", "catalogue served from memory"), {
            DB_UP: ok("p99 44 ms"), AUTH_UP: ok("p99 45 ms")}),
        downstream("search index", "HTTP", ok("p99 22 ms"), {AUTH_UP: ok("p99 23 ms")})),
    "analytics-service": (
        upstream("api-gateway", "HTTP, dashboards", "14 calls/s, ok"),
        downstream("postgres-db", "SQL, read-only role", "reconnected 4 times since 14:20Z", {
            WORKER_UP: "no session open, none needed"}),
        downstream("warehouse", "columnar store", ok("p99 310 ms"), {WORKER_UP: ok("p99 295 ms")}),
        downstream("object storage", "S3", ok("p99 48 ms"), {WORKER_UP: ok("p99 47 ms")})),
    "redis-session": (
        upstream("auth-service", "RESP", ok("12 calls/s")), upstream("api-gateway", "RESP", ok("205 calls/s")),
        downstream("replica 10.0.5.61", "replication", ok("lag 0 s"))),
    "notification-service": (
        upstream("order-service", "queue", ok("little traffic")),
        upstream("auth-service", "queue", ok("little traffic")),
        downstream("postgres-db", "SQL, preferences", State("failing now and then", "defaults used"), {
            DB_UP: ok("p99 6 ms")}),
        downstream("mail relay mx1 to mx3", "SMTP", ok("p99 1.4 s"), {DB_UP: ok("p99 1.3 s")})),
}

DEPLOYS: dict[str, Blocks] = {
    "api-gateway": """
        2026-03-09T10:05:00Z  28 h ago     v7.12.0  team-edge  HTTP/3 for 10 % of the mobile clients (flag http3_edge)
        2026-03-05T15:41:00Z  5 days ago   v7.11.4  team-edge  header size limit 16 KiB for partner routes
        2026-02-27T09:22:00Z  11 days ago  v7.11.3  team-edge  TLS library update
        2026-02-18T13:10:00Z  20 days ago  v7.11.2  team-edge  access log field for the guest marker""",
    "auth-service": """
        2026-03-10T12:32:00Z  2 h ago      v3.8.1  team-identity  log lines as key=value (flag structured_logging), same code paths
        2026-03-04T11:18:00Z  6 days ago   v3.8.0  team-identity  passkey enrolment behind flag passkey_login, off
        2026-02-20T08:55:00Z  18 days ago  v3.7.9  team-identity  password hash cost unchanged, library update""",
    "order-service": """
        2026-03-06T09:47:00Z  4 days ago   v9.3.2  team-orders  rounding of split shipments
        2026-03-02T14:20:00Z  8 days ago   v9.3.1  team-orders  invoices written by the outbox relay (flag async_invoice)
        2026-02-23T10:02:00Z  15 days ago  v9.3.0  team-orders  new column for gift notes, migration 0147""",
    "postgres-db": """
        2026-03-04T05:30:00Z  6 days ago   config 118  team-data-platform  autovacuum cost limit 200 to 400, by reload
        2026-02-24T05:20:00Z  14 days ago  config 117  team-data-platform  log_min_duration_statement 5 s to 2 s
        2026-02-11T05:10:00Z  27 days ago  16.8        team-data-platform  minor version update, planned window""",
    "product-service": """
        2026-03-07T14:10:00Z  3 days ago   v6.1.0  team-catalogue  facets per colour and size in category pages (flag variant_facets)
        2026-03-03T10:36:00Z  7 days ago   v6.0.8  team-catalogue  image sizes for high-density screens, no change of queries
        2026-02-26T12:58:00Z  12 days ago  v6.0.7  team-catalogue  search index client update
        2026-02-19T09:15:00Z  19 days ago  v6.0.6  team-catalogue  stock badge text in four languages""",
    "analytics-service": """
        2026-03-10T08:30:00Z  6 h ago      v5.4.0  team-insights  job full_history_export (flag of that name), 847 M rows, daily 14:18Z
        2026-03-03T13:25:00Z  7 days ago   v5.3.2  team-insights  dashboard time zones
        2026-02-24T09:40:00Z  14 days ago  v5.3.1  team-insights  nightly rollup tidied (flag nightly_rollup_v2)""",
    "redis-session": """
        2026-03-01T06:00:00Z  9 days ago   config 31  team-data-platform  tcp-keepalive 300 to 120 s
        2026-02-08T06:00:00Z  30 days ago  7.2.7      team-data-platform  patch release, replica first
        2026-01-14T06:00:00Z  55 days ago  config 30  team-data-platform  save interval 300 s""",
    "notification-service": """
        2026-03-10T13:47:00Z  45 min ago   templates 2026-03-b  team-messaging  spring footer in the order and login mails
        2026-03-08T16:30:00Z  46 h ago     v2.9.3               team-messaging  greylisting retry after 5 min
        2026-02-25T11:05:00Z  13 days ago  v2.9.2               team-messaging  weekly digest by SMS behind flag sms_digest, off""",
}

STATUS: dict[str, tuple[StatusRow, ...]] = {
    "api-gateway": (
        Line("Health", "DEGRADED", {SHOP_UP: "HEALTHY"}),
        Line("Replicas", "4/4 ready, up since 2026-03-09T10:06Z, 0 restarts"),
        Line("Checks", "liveness ok, readiness ok, upstream auth-service failing, upstream order-service failing", {
            AUTH_UP: "liveness ok, readiness ok, upstream auth-service ok, upstream order-service failing",
            ORDERS_UP: "liveness ok, readiness ok, upstream auth-service failing, upstream order-service ok",
            SHOP_UP: "liveness ok, readiness ok, upstream auth-service ok, upstream order-service ok"}),
        flags("http3_edge"), runbook("dump_route_table")),
    "auth-service": (
        Line("Health", "DOWN", {AUTH_UP: "HEALTHY"}),
        Line("Replicas", "0/3 ready, processes up since 2026-03-10T12:33Z, 0 restarts", {
            AUTH_UP: "3/3 ready, up since 2026-03-10T14:39Z, 1 restart (operator)"}),
        Line("Checks", "liveness ok, readiness failing since 14:20:47Z (database ping)", {
            AUTH_UP: "liveness ok, readiness ok (database ping 2 ms)"}),
        Line("Note", "a sealed connection pool opens again only when the process starts", {AUTH_UP: None}),
        flags("structured_logging", Flag("passkey_login", "off")), runbook("rotate_signing_keys")),
    "order-service": (
        Line("Health", "DOWN", {ORDERS_UP: "HEALTHY"}),
        Line("Replicas", "0/4 ready, processes up since 2026-03-06T09:48Z, 0 restarts", {
            ORDERS_UP: "4/4 ready, up since 2026-03-10T14:39Z, 1 restart (operator)"}),
        Line("Checks", "liveness ok, readiness failing since 14:20:52Z (datasource orders)", {
            ORDERS_UP: "liveness ok, readiness ok (datasource orders)"}),
        flags("async_invoice"), runbook("replay_order_outbox")),
    "postgres-db": (
        Line("Health", "DOWN", {DB_UP: "HEALTHY"}),
        Line("Primary", "running for 1 min 39 s, 4 restarts in 12 min, last exit code 137", {
            WORKER_UP: "running for 2 min 40 s, 5 restarts since 14:20Z, none since 14:33:24Z",
            DB_UP: "running since 14:37:29Z, 0 restarts since then"}),
        Line("Replica postgres-db-r1", "up 27 days, replay 41 s behind", {
            WORKER_UP: "up 27 days, replay 3 s behind", DB_UP: "up 27 days, replay 0 s behind"}),
        Line("Checks",
            "liveness ok, readiness flapping (16 of the last 40 probes passed), crash recovery 11 s each time", {
            WORKER_UP: "liveness ok, readiness failing (no free connection slot), memory within bounds",
            DB_UP: "liveness ok, readiness ok, free connection slots ok"}),
        flags(), runbook("verify_db_health", "failover_to_replica")),
    "product-service": (
        Line("Health", "DEGRADED", {DB_UP: "HEALTHY"}),
        Line("Replicas", "5/5 ready, up since 2026-03-07T14:11Z, 0 restarts"),
        Line("Checks", "liveness ok, readiness ok, catalogue freshness failing since 14:20Z", {
            DB_UP: "liveness ok, readiness ok, catalogue freshness ok"}),
        flags("variant_facets"), runbook("rebuild_catalogue_index")),
    "analytics-service": (
        Line("Health", "HEALTHY"),
        Line("Replicas", "2/2 ready (web, worker), up since 2026-03-10T08:31Z, 0 restarts", {
            WORKER_UP: "2/2 ready (web, worker), up since 2026-03-10T14:35Z, 1 restart (operator)"}),
        Line("Checks", "liveness ok, readiness ok"),
        Line("Note", None, {EXPORT_OFF: "the worker still runs with the flag values of 08:31Z", WORKER_UP: None}),
        flags(Flag("full_history_export", "on", {EXPORT_OFF: "off"}), "nightly_rollup_v2"),
        runbook("verify_warehouse_freshness")),
    "redis-session": (
        Line("Health", "HEALTHY"), Line("Nodes", "primary and 1 replica, up 30 days, 0 restarts"),
        Line("Checks", "ping ok, replication ok, last save 14:24:51Z ok"), flags(), runbook("snapshot_session_store")),
    "notification-service": (
        Line("Health", "HEALTHY"), Line("Replicas", "2/2 ready, up since 2026-03-08T16:31Z, 0 restarts"),
        Line("Checks", "liveness ok, readiness ok, mail relay ok"), flags(Flag("sms_digest", "off")),
        runbook("pause_outbound_mail")),
}

RESULTS: dict[str, dict[str, str | Result]] = {
    "restart_service": {
        "api-gateway": Result("Four gateway replicas were replaced one by one in 2 min 10 s. Warm TLS sessions were "
            "lost and every client had to shake hands again.",
            harm="The gateway only passes on what its upstreams answer; restarting it broke open client connections "
            "and cost two minutes.", harmless_after=(DB_UP, AUTH_UP, ORDERS_UP)),
        "auth-service": Result("3/3 replicas ready after 31 s, the pool opened with 4 connections. 99.3 % of logins "
            "pass.", too_early="The three replicas started, but the pool could not open within its 20 s start-up "
            "window and sealed itself again. 0/3 ready."),
        "order-service": Result("4/4 replicas ready after 38 s, HikariPool-1 holds 4 connections. The first order was "
            "written in 196 ms.", too_early="All four replicas came back, failed their datasource check for 20 s and "
            "shut the pool. 0/4 ready, order writes still answer 503."),
        "postgres-db": Result("Clean shutdown and start, accepting connections after 48 s. Memory rests at 29 % and "
            "does not climb, 4/500 connections.",
            too_early="The primary came up within 50 s and took connections. Memory then climbed by about 0.24 GiB/s "
            "and the process got signal 9 again at the 64 GiB limit."),
        "product-service": Result("5/5 replicas ready after 55 s with an empty catalogue copy. Pages answered 500 "
            "until the first refresh came through.",
            harm="It was still serving the catalogue from memory; the restart threw that copy away and took guest "
            "browsing down too."),
        "analytics-service": Result("Web and worker are back after 16 s. The worker closed its source session, read "
            "its flags anew and picked up 0 jobs.",
            too_early="Web and worker are back after 16 s. On start the worker found the unfinished job "
            "full_history_export, flag on, and sent the same statement again."),
        "redis-session": Result("The primary restarted and loaded its 1.2 GiB snapshot in 19 s. Sessions written "
            "after the last save, about 1,900, are gone.",
            harm="The session store was healthy; the restart lost about 1,900 fresh sessions."),
        "notification-service": "2/2 replicas ready after 12 s, template set 2026-03-b loaded. The queue of 4 "
            "messages was sent."},
    "rollback_deploy": {
        "api-gateway": Result("Gateway back on v7.11.4 after a rolling change of 3 min. Mobile clients on HTTP/3 were "
            "cut off and reconnected over HTTP/2.",
            harm="The gateway release is 28 hours old and ran a full day without trouble; the rollback cut off mobile "
            "clients for nothing."),
        "auth-service": Result("auth-service runs v3.8.0 with its old plain-text log lines. The log pipeline rejects "
            "100 % of them until its parser is switched back.",
            harm="That release changed the format of log lines only; undoing it blinded the log pipeline in the "
            "middle of the incident."),
        "order-service": Result("order-service runs v9.3.1, 4 processes up. Split shipments are rounded the old way, "
            "1 cent off in about 2 % of the carts.",
            harm="The order release has been good for four days; the older version brought back a known rounding "
            "error in customers' carts."),
        "postgres-db": Result("Config 117 loaded, autovacuum cost limit back at 200. Two vacuum runs were cancelled "
            "midway, 38 M dead rows wait.", harm="The last database change is six days old and harmless; undoing it "
            "cancelled vacuum runs and left 38 M dead rows behind."),
        "product-service": Result("product-service runs v6.0.8. The in-memory catalogue was dropped on the way and "
            "category pages lost their facets.",
            harm="A release three days old had no part in this; the rollback emptied the catalogue copy that still "
            "served guests."),
        "analytics-service": "The request for v5.3.2 was refused by the pipeline: migration 0091 of v5.4.0 has no way "
            "back. v5.4.0 stays in place, nothing changed.",
        "redis-session": Result("Config 30 is active, tcp-keepalive back at 300 s. The change needed a fail-over of "
            "6 s in which session reads failed.",
            harm="The session store was healthy; the change back forced a fail-over and six seconds of lost session "
            "reads."),
        "notification-service": Result("Template set 2026-03-a is active again, the spring footer is gone from the "
            "mails. 64 templates recompiled in 9 s.",
            harm="The change was a mail footer; going back took minutes out of the outage and changed two mails.")},
    "scale_service": {
        "api-gateway": "Two more gateway replicas joined, 6/6 ready. CPU per replica fell by a third, the share of "
            "failing requests stayed where it was.",
        "auth-service": "Extra auth-service replicas were scheduled and share the existing pool budget of 40. The "
            "ratio of failed to good logins did not move.",
        "order-service": "Additional order-service pods run, the pool budget of 40 is split among more of them. Order "
            "throughput is what it was.",
        "postgres-db": Result("A second read replica was requested and began a base backup of 1.9 TiB from the "
            "primary, estimated 70 min. Primary disk reads tripled.",
            harm="A new replica copies 1.9 TiB from the primary for 70 minutes; that added disk load and gave it no "
            "room."),
        "product-service": "Two product-service pods were added and filled their catalogue copy from a neighbour. CPU "
            "fell to 33 % per pod.",
        "analytics-service": "A third pod runs and is idle: jobs are held by a single-runner lock. Dashboards answer "
            "as before.",
        "redis-session": "One more replica synchronised 1.2 GiB in 14 s. Primary CPU stays at 9 %, hit ratio at "
            "97.8 %.",
        "notification-service": "Third replica up in 10 s. With fewer than ten messages queued it has nothing to do."},
    "disable_feature_flag": {
        "full_history_export": "full_history_export reads off in the flag store. Processes already running keep the "
            "value they read when they started.",
        "nightly_rollup_v2": "nightly_rollup_v2 is off; tonight's rollup at 02:00Z will use the old path. No job was "
            "running on it.",
        "structured_logging": "structured_logging is off, log lines come as plain text from now on. Request figures "
            "are unchanged.",
        "passkey_login": "passkey_login was off already. The flag store recorded no change.",
        "async_invoice": "async_invoice is off, invoices are written within the order request again. No invoice was "
            "pending.",
        "http3_edge": "http3_edge is off. The 10 % of mobile clients concerned fell back to HTTP/2 within a minute.",
        "variant_facets": "variant_facets is off and category pages show plain lists. Page time fell from 34 to 31 ms.",
        "sms_digest": "Nothing to switch: sms_digest has been off since it was created."},
    "clear_cache": {
        "api-gateway": "The gateway keeps no response cache. The command matched 0 stores and changed nothing.",
        "auth-service": "No such cache: auth-service holds its state elsewhere. Nothing was changed.",
        "order-service": "There is no cache registered under order-service, so nothing was changed.",
        "postgres-db": "No cache of that name exists; shared buffers are not handled by this tool. Nothing changed.",
        "product-service": "The tool knows no cache for product-service, its catalogue copy is process memory. "
            "Nothing changed.",
        "analytics-service": "analytics-service has no cache to clear. 0 keys found, nothing changed.",
        "redis-session": Result("FLUSHALL done: 212,440 session keys deleted in 0.8 s. Memory fell to 60 MiB, hit "
            "ratio to 0 %.", harm="The session store was healthy; the flush signed out 212,440 users, who all have to "
            "log in again."),
        "notification-service": "No such cache for notification-service; templates are read from disk. Nothing was "
            "changed."},
    "execute_runbook_step": {
        "verify_db_health": Result("All checks passed: 12/500 connections, CPU 12 %, memory 34 %, login and order "
            "round trips ok.", too_early="Stopped with a failed check: the login and order round trip through the "
            "primary did not complete within 10 s."),
        "failover_to_replica": Result("postgres-db-r1 was promoted and the old primary fenced for 4 min, then the "
            "tool switched back as its own checks asked for. 212 late transactions are lost.",
            harm="The replica serves the same callers with the same memory; the promotion lost 212 late transactions "
            "and four minutes."),
        "dump_route_table": "214 routes written to the incident folder. The table equals the one of 2026-03-09, no "
            "difference.",
        "rotate_signing_keys": Result("Three new signing keys are published, the old ones revoked. About 31,000 valid "
            "tokens were refused from that moment.",
            harm="Keys were in order; revoking them threw out 31,000 users who still had valid tokens."),
        "replay_order_outbox": "The outbox holds 0 unsent events. Replay ended after 0.2 s without work.",
        "rebuild_catalogue_index": "Index rebuilt from its own snapshot, 412,006 documents, same checksum as before.",
        "verify_warehouse_freshness": "Newest warehouse partition is 14:00Z, inside the target of 60 min. 38 of 38 "
            "tables pass.",
        "snapshot_session_store": "Snapshot of 1.2 GiB saved in 2.1 s, 212,440 keys, checksum ok.",
        "pause_outbound_mail": "Outgoing mail was held for the preset 10 min, then released by the timer. No message "
            "was lost."},
}

FAILURE = Failure(
    format=SENTENCES, date="2026-03-10", severity="P1", culprit="analytics-service",
    alert=AlertText(
        title="Login and checkout failing, postgres-db restarting in a loop", severity="P1",
        affected_services=("postgres-db", "auth-service", "order-service", "api-gateway"),
        symptoms=(
            "postgres-db has restarted 4 times in the last 12 minutes and is up for less than four minutes at a time.",
            "auth-service fails 99 % of logins, waiting 5 s for a connection each.",
            "order-service answers 503 to 98 % of order writes; 1 order per minute gets through (normal 74).",
            "api-gateway returns 5xx for 95 % of all requests (normal 0.2 %); guests can still browse."),
        error_rate=0.95, duration_minutes=14, revenue_impact_per_min=None),
    services={
        "api-gateway": ("gateway", "api gw", "apigw"), "auth-service": ("auth", "authentication-service", "auth-svc"),
        "product-service": ("product", "products", "catalogue-service", "product-svc"),
        "order-service": ("order", "orders", "orders-service", "order-svc"),
        "redis-session": ("redis", "session-redis", "session-cache", "session-store"),
        "analytics-service": ("analytics", "analytics-svc", "analytics-worker"),
        "postgres-db": ("postgres", "postgresql", "pg", "postgres-database"),
        "notification-service": ("notification", "notifications", "notification-svc")},
    mode="unbounded-query",
    plan=Plan({
        EXPORT_OFF: (), WORKER_UP: (EXPORT_OFF,), DB_UP: (EXPORT_OFF, WORKER_UP), AUTH_UP: (DB_UP,),
        ORDERS_UP: (DB_UP,), DB_CHECKED: (EXPORT_OFF, WORKER_UP, DB_UP, AUTH_UP, ORDERS_UP)}),
    logs=LOGS, metrics=METRICS, dependencies=DEPENDENCIES, deploys=DEPLOYS, status=STATUS, results=RESULTS)
