"""Sessions left idle in transaction hold every connection of postgres-db; logins and checkouts stop."""

from __future__ import annotations

from cloud_incident_env.handwritten.failure import Failure, Result
from cloud_incident_env.handwritten.formats import SENTENCES
from cloud_incident_env.handwritten.logs_and_deploys import Blocks
from cloud_incident_env.handwritten.neighbours import DependencyRow, downstream, failing, ok, upstream
from cloud_incident_env.handwritten.rows import Figure, Line
from cloud_incident_env.incident import AlertText

# fmt: off
LOGS: dict[str, Blocks] = {
    "api-gateway": """
        10:41:36.190 INFO POST /v1/login 200 upstream=auth-service duration=92ms
        10:42:08.415 ERROR POST /v1/login 503 flags=UT upstream=auth-service duration=5000ms
        10:43:21.733 ERROR POST /v1/checkout 503 cause="session check timed out" duration=5001ms
        10:44:50.068 INFO GET /v1/products/40711 200 duration=44ms
        10:45:12.907 ERROR POST /v1/checkout 503 cause="session check timed out" duration=5000ms
        10:45:47.350 ERROR last 60 s: 0 logins completed, 0 checkouts completed, 78 % of requests 503""",
    "auth-service": """
        10:42:03.411 WARN waiting 3.1 s for a connection to postgres-db
        10:42:08.412 ERROR login aborted: no connection after 5000 ms
        10:43:40.286 ERROR connect postgres-db:5432: FATAL: sorry, too many clients already
        10:44:31.952 INFO token signing key age 12 days, next rotation in 18 days
        10:45:12.904 ERROR session check aborted: no connection after 5000 ms
        10:45:51.640 ERROR 94 % of requests in the last minute ended in a timeout""",
    "postgres-db": """
        10:38:30.027 LOG postgres[1] | parameter "idle_in_transaction_session_timeout" changed to "0"
        10:40:00.318 LOG postgres[64] | checkpoint complete: wrote 8410 buffers (0.4%), sync=0.029 s
        10:42:01.775 FATAL postgres[9921] | sorry, too many clients already
        10:43:40.283 FATAL postgres[10207] | sorry, too many clients already
        10:44:12.596 WARNING pgwatch: | 447 of 500 sessions idle in transaction, oldest 5 min 31 s
        10:45:38.114 FATAL postgres[10655] | remaining connection slots are reserved for roles with the SUPERUSER attribute""",
}

METRICS: dict[str, tuple[Figure, ...]] = {
    "api-gateway": (
        Figure("Error rate", "78 %, nearly all 503", "0.1 %"), Figure("Request rate", "2,450/s", "2,300/s"),
        Figure("Latency p99", "5,002 ms", "170 ms"), Figure("Completed logins", "0/min", "1,900/min"),
        Figure("Completed checkouts", "0/min", "240/min"), Figure("CPU", "47 %", "40 %")),
    "auth-service": (
        Figure("Timeouts", "94 % of requests", "below 0.1 %"),
        Figure("Requests waiting for a connection", "1,236", "0 to 3"), Figure("Latency p99", "5,000 ms", "90 ms"),
        Figure("CPU", "12 %", "25 %"), Figure("Memory", "1.1 GiB of 2 GiB, 55 %", "47 %")),
    "postgres-db": (
        Figure("Connections", "500/500", "60 to 90 of 500"), Figure("Sessions idle in transaction", "447", "0 to 5"),
        Figure("Transactions", "140/s", "4,200/s"), Figure("CPU", "7 %", "28 %"),
        Figure("Memory", "27 GiB of 64 GiB, 42 %", "38 %"), Figure("Disk latency", "0.9 ms", "0.9 ms")),
}

DEPENDENCIES: dict[str, tuple[DependencyRow, ...]] = {
    "api-gateway": (
        upstream("web and mobile clients", "HTTPS"),
        downstream("auth-service", "gRPC, login and session check", failing("p99 5,000 ms, 94 % timeouts")),
        downstream("checkout route", "HTTP, needs a session check", failing("0 completed")),
        downstream("catalogue route", "HTTP", ok("p99 60 ms"))),
    "auth-service": (
        upstream("api-gateway", "gRPC", "1,800 calls/s, 94 % time out"),
        downstream("postgres-db", "SQL", failing("no free connection, p99 wait 5,000 ms")),
        downstream("key store", "HTTPS", ok("p99 12 ms")), Line("Fallback", "none for logins or session checks")),
    "postgres-db": (
        upstream("auth-service", "SQL", "388 sessions, most of them idle in transaction"),
        upstream("checkout route", "SQL", "112 sessions, most of them idle in transaction"),
        downstream("volume pg-data", "block storage", ok("write 0.9 ms")),
        downstream("replica postgres-db-r1", "streaming", ok("replay 0 s behind"))),
}

DEPLOYS: dict[str, Blocks] = {
    "api-gateway": """
        2026-02-16T14:05:00Z  21 h ago     v7.11.1  team-edge  two partner routes renamed
        2026-02-10T09:30:00Z  7 days ago   v7.11.0  team-edge  access log sampling 50 %
        2026-02-05T13:45:00Z  12 days ago  v7.10.6  team-edge  TLS library update""",
    "auth-service": """
        2026-02-17T07:40:00Z  3 h ago      v3.7.8  team-identity  wording of the password reset page
        2026-02-12T10:15:00Z  5 days ago   v3.7.7  team-identity  metrics library update
        2026-02-03T13:20:00Z  14 days ago  v3.7.6  team-identity  login audit field for the client version""",
    "postgres-db": """
        2026-02-17T10:38:30Z  8 min ago    config 112  team-data-platform  idle_in_transaction_session_timeout 30 s to 0 (off)
        2026-02-11T05:10:00Z  6 days ago   16.8        team-data-platform  minor version update, planned window
        2026-01-28T05:20:00Z  20 days ago  config 111  team-data-platform  log_min_duration_statement 5 s to 2 s""",
}

RESULTS: dict[str, dict[str, str | Result]] = {
    "restart_service": {
        "api-gateway": Result("All gateway replicas restarted in 2 min. The first minute afterwards shows 78 % 503 "
            "again.", harm="The gateway answers 503 for its upstream; the restart dropped the requests that still "
            "worked."),
        "auth-service": Result("Replicas restarted in 40 s and queue for connections as before, 1,204 requests wait.",
            harm="The service waits for something else; its restart threw away the few sessions that worked."),
        "postgres-db": Result("Primary down for 65 s, then up with 0 sessions. The count passed 300 of 500 within two "
            "minutes.", harm="A restart cut all open transactions and bought two minutes at most.")},
    "rollback_deploy": {
        "api-gateway": Result("v7.11.0 is in service on all replicas. Two partner routes answer under their old names.",
            harm="The release had run cleanly for 21 hours; partner links broke for the old names."),
        "auth-service": Result("v3.7.7 is in service. The password reset page shows its former wording.",
            harm="The release changed the wording of one page; minutes at $12,000 each went by."),
        "postgres-db": "Config 111 loaded, idle sessions end after 30 s again. Connections begin to fall from 500."},
    "scale_service": {
        "api-gateway": Result("Two gateway replicas added, all ready. Each now sends fewer requests, the total is the "
            "same.", harm="The gateway was not short of capacity; more replicas only bring more waiting requests."),
        "auth-service": Result("Three more auth-service replicas started, each asking for 40 connections. Waiting "
            "requests rose to 1,610.", harm="More replicas ask for more of what has run out; the queue grew to 1,610 "
            "requests."),
        "postgres-db": Result("A further read replica is being built, ready in about 50 min. The primary still holds "
            "500/500.", harm="A read replica takes no writes and is 50 minutes away; nothing got better.")},
}

FAILURE = Failure(
    format=SENTENCES, date="2026-02-17", severity="P1", culprit="postgres-db",
    alert=AlertText(
        title="api-gateway: 503 responses on most routes", severity="UNCLASSIFIED",
        affected_services=("api-gateway", "auth-service"),
        symptoms=(
            "78 % of the requests at api-gateway end in 503 (normal 0.1 %).",
            "94 % of the calls to auth-service time out after 5 s (normal below 0.1 %).",
            "Logins and checkouts stopped in all regions 4 minutes ago.",
            "Finance estimates lost sales of $12,000 per minute."),
        error_rate=0.78, duration_minutes=4, revenue_impact_per_min=12000.0),
    services={
        "api-gateway": ("gateway", "api gw", "apigw"), "auth-service": ("auth", "authentication-service", "auth-svc"),
        "postgres-db": ("postgres", "postgresql", "pg", "postgres-database")},
    mode="idle-sessions-kept",
    logs=LOGS, metrics=METRICS, dependencies=DEPENDENCIES, deploys=DEPLOYS, results=RESULTS)
