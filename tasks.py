"""The scenario table: three tasks and nine hand-written incidents, the single source of truth for their facts and texts.

Plain data. Each failure of the medium and hard tasks is written once: `RCA-00n` asks for its cause, `RP-00n` for its
remediation. Every figure, address and clock time of an incident is the same in all of its texts.
"""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from actions import DIAGNOSTIC_ACTIONS, REMEDIATION_ACTIONS, normalise
from mechanisms import MECHANISMS
from scenario import AlertFacts, Failure, Scenario, Task, TaskId


def _text(block: str) -> str:
    return dedent(block).strip()


ALL_TASKS: dict[TaskId, Task] = {
    "alert_classification": {
        "task_id": "alert_classification",
        "name": "Alert classification",
        "difficulty": "easy",
        "description": "Read the alert, query what you need, and classify it. P1: a core user flow is down, or revenue "
        "loss above $1,000/min. P2: major degradation for most users while core flows still work. P3: partial or minor, "
        "a graceful fallback hides it from users. P4: informational.",
        "max_steps": 3,
        "submission_action": "submit_severity",
        "available_actions": [*DIAGNOSTIC_ACTIONS[:4], "submit_severity"],
    },
    "root_cause_analysis": {
        "task_id": "root_cause_analysis",
        "name": "Root cause analysis",
        "difficulty": "medium",
        "description": "Investigate the failing system and name the one service in which the failure began and the "
        "mechanism by which it failed. Services that merely suffer are not the root cause.",
        "max_steps": 10,
        "submission_action": "submit_root_cause",
        "available_actions": [*DIAGNOSTIC_ACTIONS, "submit_root_cause"],
    },
    "remediation_planning": {
        "task_id": "remediation_planning",
        "name": "Remediation planning",
        "difficulty": "hard",
        "description": "Diagnose the failure, remediate it in the right order, check the recovery, and write it up: the "
        "culprit, the mechanism, the actions taken, the state now. Actions that hurt healthy services cost points.",
        "max_steps": 15,
        "submission_action": "submit_resolution",
        "available_actions": [*DIAGNOSTIC_ACTIONS, *REMEDIATION_ACTIONS, "submit_resolution"],
    },
}


AC_001: Scenario = {
    "scenario_id": "AC-001",
    "description": "The gateway turns most requests away. Judge how bad it is from the alert and the telemetry.",
    "incident_summary": "Since 10:42Z users cannot log in or check out and the gateway answers most requests with 503. "
    "Classify the alert.",
    "alert": {
        "id": "ALT-27410",
        "title": "api-gateway: 503 responses on most routes",
        "severity": "UNCLASSIFIED",
        "affected_services": ["api-gateway", "auth-service"],
        "symptoms": [
            "78 % of the requests at api-gateway end in 503 (normal 0.1 %).",
            "94 % of the calls to auth-service time out after 5 s (normal below 0.1 %).",
            "Logins and checkouts stopped in all regions 4 minutes ago.",
            "Finance estimates lost sales of $12,000 per minute.",
        ],
        "error_rate": 0.78,
        "duration_minutes": 4,
        "revenue_impact_per_min": 12000.0,
    },
    "known_services": ["api-gateway", "auth-service", "postgres-db"],
    "service_aliases": {
        "api-gateway": ["gateway", "api gw", "apigw"],
        "auth-service": ["auth", "authentication-service", "auth-svc"],
        "postgres-db": ["postgres", "postgresql", "pg", "postgres-database"],
    },
    "tool_responses": {
        "query_logs": {
            "api-gateway": _text("""\
                2026-02-17T10:41:36.190Z INFO  [api-gateway] POST /v1/login 200 upstream=auth-service duration=92ms
                2026-02-17T10:42:08.415Z ERROR [api-gateway] POST /v1/login 503 flags=UT upstream=auth-service duration=5000ms
                2026-02-17T10:43:21.733Z ERROR [api-gateway] POST /v1/checkout 503 cause="session check timed out" duration=5001ms
                2026-02-17T10:44:50.068Z INFO  [api-gateway] GET /v1/products/40711 200 duration=44ms
                2026-02-17T10:45:12.907Z ERROR [api-gateway] POST /v1/checkout 503 cause="session check timed out" duration=5000ms
                2026-02-17T10:45:47.350Z ERROR [api-gateway] last 60 s: 0 logins completed, 0 checkouts completed, 78 % of requests 503
            """),
            "auth-service": _text("""\
                2026-02-17T10:42:03.411Z WARN  [auth-service] waiting 3.1 s for a connection to postgres-db
                2026-02-17T10:42:08.412Z ERROR [auth-service] login aborted: no connection after 5000 ms
                2026-02-17T10:43:40.286Z ERROR [auth-service] connect postgres-db:5432: FATAL: sorry, too many clients already
                2026-02-17T10:44:31.952Z INFO  [auth-service] token signing key age 12 days, next rotation in 18 days
                2026-02-17T10:45:12.904Z ERROR [auth-service] session check aborted: no connection after 5000 ms
                2026-02-17T10:45:51.640Z ERROR [auth-service] 94 % of requests in the last minute ended in a timeout
            """),
            "postgres-db": _text("""\
                2026-02-17T10:38:30.027Z LOG     postgres[1] parameter "idle_in_transaction_session_timeout" changed to "0"
                2026-02-17T10:40:00.318Z LOG     postgres[64] checkpoint complete: wrote 8410 buffers (0.4%), sync=0.029 s
                2026-02-17T10:42:01.775Z FATAL   postgres[9921] sorry, too many clients already
                2026-02-17T10:43:40.283Z FATAL   postgres[10207] sorry, too many clients already
                2026-02-17T10:44:12.596Z WARNING pgwatch: 447 of 500 sessions idle in transaction, oldest 5 min 31 s
                2026-02-17T10:45:38.114Z FATAL   postgres[10655] remaining connection slots are reserved for roles with the SUPERUSER attribute
            """),
        },
        "check_metrics": {
            "api-gateway": _text("""\
                Error rate: 78 %, nearly all 503 (normal 0.1 %)
                Request rate: 2,450/s (normal 2,300/s)
                Latency p99: 5,002 ms (normal 170 ms)
                Completed logins: 0/min (normal 1,900/min)
                Completed checkouts: 0/min (normal 240/min)
                CPU: 47 % (normal 40 %)
            """),
            "auth-service": _text("""\
                Timeouts: 94 % of requests (normal below 0.1 %)
                Requests waiting for a connection: 1,236 (normal 0 to 3)
                Latency p99: 5,000 ms (normal 90 ms)
                CPU: 12 % (normal 25 %)
                Memory: 1.1 GiB of 2 GiB, 55 % (normal 47 %)
            """),
            "postgres-db": _text("""\
                Connections: 500/500 (normal 60 to 90 of 500)
                Sessions idle in transaction: 447 (normal 0 to 5)
                Transactions: 140/s (normal 4,200/s)
                CPU: 7 % (normal 28 %)
                Memory: 27 GiB of 64 GiB, 42 % (normal 38 %)
                Disk latency: 0.9 ms (normal 0.9 ms)
            """),
        },
        "check_dependencies": {
            "api-gateway": _text("""\
                Upstream: web and mobile clients (HTTPS)
                Downstream auth-service (gRPC, login and session check): failing, p99 5,000 ms, 94 % timeouts
                Downstream checkout route (HTTP, needs a session check): failing, 0 completed
                Downstream catalogue route (HTTP): ok, p99 60 ms
            """),
            "auth-service": _text("""\
                Upstream api-gateway (gRPC): 1,800 calls/s, 94 % time out
                Downstream postgres-db (SQL): failing, no free connection, p99 wait 5,000 ms
                Downstream key store (HTTPS): ok, p99 12 ms
                Fallback: none for logins or session checks
            """),
            "postgres-db": _text("""\
                Upstream auth-service (SQL): 388 sessions, most of them idle in transaction
                Upstream checkout route (SQL): 112 sessions, most of them idle in transaction
                Downstream volume pg-data (block storage): ok, write 0.9 ms
                Downstream replica postgres-db-r1 (streaming): ok, replay 0 s behind
            """),
        },
        "check_recent_deploys": {
            "api-gateway": _text("""\
                2026-02-16T14:05:00Z (21 h ago) v7.11.1 team-edge: two partner routes renamed
                2026-02-10T09:30:00Z (7 days ago) v7.11.0 team-edge: access log sampling 50 %
                2026-02-05T13:45:00Z (12 days ago) v7.10.6 team-edge: TLS library update
            """),
            "auth-service": _text("""\
                2026-02-17T07:40:00Z (3 h ago) v3.7.8 team-identity: wording of the password reset page
                2026-02-12T10:15:00Z (5 days ago) v3.7.7 team-identity: metrics library update
                2026-02-03T13:20:00Z (14 days ago) v3.7.6 team-identity: login audit field for the client version
            """),
            "postgres-db": _text("""\
                2026-02-17T10:38:30Z (8 min ago) config 112 team-data-platform: idle_in_transaction_session_timeout 30 s to 0 (off)
                2026-02-11T05:10:00Z (6 days ago) 16.8 team-data-platform: minor version update, planned window
                2026-01-28T05:20:00Z (20 days ago) config 111 team-data-platform: log_min_duration_statement 5 s to 2 s
            """),
        },
    },
    "telemetry_changes": [],
    "remediation_data": {
        "restart_service": {
            "api-gateway": {
                "result": "All gateway replicas restarted in 2 min. The first minute afterwards shows 78 % 503 again."
            },
            "auth-service": {
                "result": "Replicas restarted in 40 s and queue for connections as before, 1,204 requests wait."
            },
            "postgres-db": {
                "result": "Primary down for 65 s, then up with 0 sessions. The count passed 300 of 500 within two "
                "minutes."
            },
        },
        "rollback_deploy": {
            "api-gateway": {
                "result": "v7.11.0 is in service on all replicas. Two partner routes answer under their old names."
            },
            "auth-service": {"result": "v3.7.7 is in service. The password reset page shows its former wording."},
            "postgres-db": {
                "result": "Config 111 loaded, idle sessions end after 30 s again. Connections begin to fall from 500."
            },
        },
        "scale_service": {
            "api-gateway": {
                "result": "Two gateway replicas added, all ready. Each now sends fewer requests, the total is the same."
            },
            "auth-service": {
                "result": "Three more auth-service replicas started, each asking for 40 connections. Waiting requests "
                "rose to 1,610."
            },
            "postgres-db": {
                "result": "A further read replica is being built, ready in about 50 min. The primary still holds "
                "500/500."
            },
        },
    },
    "wrong_actions": {
        "restart_service:api-gateway": "The gateway answers 503 for its upstream; the restart dropped the requests "
        "that still worked.",
        "rollback_deploy:api-gateway": "The release had run cleanly for 21 hours; partner links broke for the old "
        "names.",
        "scale_service:api-gateway": "The gateway was not short of capacity; more replicas only bring more waiting "
        "requests.",
        "restart_service:auth-service": "The service waits for something else; its restart threw away the few sessions "
        "that worked.",
        "rollback_deploy:auth-service": "The release changed the wording of one page; minutes at $12,000 each went by.",
        "scale_service:auth-service": "More replicas ask for more of what has run out; the queue grew to 1,610 "
        "requests.",
        "restart_service:postgres-db": "A restart cut all open transactions and bought two minutes at most.",
        "scale_service:postgres-db": "A read replica takes no writes and is 50 minutes away; nothing got better.",
    },
    "wrong_only_before": {},
    "correct_severity": "P1",
    "correct_root_cause": {
        "service": "postgres-db",
        "failure_mode": "connection pool exhausted: sessions left idle in transaction hold all 500 connections",
    },
    "correct_remediation_sequence": [],
    "step_requirements": {},
    "failure_mode_terms": [
        "connection* pool exhaust*",
        "pool exhaust*",
        "exhaust* pool*",
        "connection* exhaust*",
        "exhaust* connection*",
        "pool satur*",
        "satur* pool*",
        "connection* satur*",
        "pool deplet*",
        "deplet* pool*",
        "out of connection*",
        "no free connection*",
        "no available connection*",
        "too many client*",
        "too many connection*",
        "max* connection* reach*",
        "connection* limit reach*",
        "connection* limit hit",
        "connection* starv*",
        "starv* connection*",
        "connection* slot* exhaust*",
        "idle in transaction",
        "connection* leak*",
        "leak* connection*",
    ],
    "related_mechanisms": ["connection_pool_exhaustion", "config_error"],
}


AC_002: Scenario = {
    "scenario_id": "AC-002",
    "description": "Shop pages have become slow for visitors. Classify the severity of the alert.",
    "incident_summary": (
        "Since 15:57Z catalogue pages and pictures load slowly or not at all, while orders still come in. The services "
        "behind them receive many times their usual load."
    ),
    "alert": {
        "id": "ALT-24052",
        "title": "Slow product pages and failing image requests",
        "severity": "UNCLASSIFIED",
        "affected_services": ["product-service", "image-service"],
        "symptoms": [
            "Page load p99 is 18 s (normal 1.1 s); 83 % of page views take longer than 5 s (normal 0.4 %).",
            "15 % of page and image requests fail with 503 or 504 (normal 0.2 %).",
            "image-service runs at 95 % CPU (normal 22 %) on all replicas.",
            "Checkout success is 99.1 % (normal 99.4 %), and fewer visitors get as far as the basket.",
        ],
        "error_rate": 0.15,
        "duration_minutes": 8,
        "revenue_impact_per_min": 800.0,
    },
    "known_services": ["cdn-edge", "product-service", "image-service"],
    "service_aliases": {
        "cdn-edge": ["cdn", "edge-cdn", "cdn-cache"],
        "product-service": ["product", "products", "product-svc"],
        "image-service": ["image", "images", "image-svc"],
    },
    "tool_responses": {
        "query_logs": {
            "cdn-edge": _text("""\
                2026-02-24T15:54:10.620Z INFO [cdn-edge] 203.0.113.18 "GET /img/p/48812_m.webp" 200 HIT pop=fra1 5 ms
                2026-02-24T15:56:48.305Z INFO [cdn-edge] purge accepted job=promo-cleanup-0224 pattern="/*" requested_by=promo-batch
                2026-02-24T15:57:03.911Z INFO [cdn-edge] purge done job=promo-cleanup-0224 keys=2104377 pops=38/38 took_ms=15606
                2026-02-24T15:57:21.447Z WARN [cdn-edge] 198.51.100.91 "GET /img/p/10377_l.webp" 200 MISS pop=iad1 9120 ms
                2026-02-24T15:59:02.084Z WARN [cdn-edge] origin fetch queue 11800 above limit 2000 pop=ams2
                2026-02-24T16:02:36.759Z ERROR [cdn-edge] 203.0.113.204 "GET /p/48812" 504 MISS pop=fra1 origin timeout 20000 ms
                2026-02-24T16:04:51.230Z ERROR [cdn-edge] 198.51.100.7 "GET /img/p/77120_s.webp" 503 MISS pop=lhr3 origin overloaded
            """),
            "product-service": _text("""\
                2026-02-24T15:55:31.118Z INFO [product-service] GET /p/20914 200 23 ms
                2026-02-24T15:57:19.862Z WARN [product-service] request queue 640 above limit 400 pod=product-7f4d-2
                2026-02-24T15:58:44.507Z ERROR [product-service] GET /p/51190 503 queue full pod=product-7f4d-5 waited_ms=15000
                2026-02-24T16:01:12.290Z INFO [product-service] GET /internal/price/51190 200 31 ms caller=checkout priority=high
                2026-02-24T16:04:47.936Z ERROR [product-service] GET /c/garden?page=2 503 queue full pod=product-7f4d-1 waited_ms=15000
            """),
            "image-service": _text("""\
                2026-02-24T15:56:02.744Z INFO [image-service] resize key=48812_m.webp 640x640 38 ms
                2026-02-24T15:57:14.013Z WARN [image-service] resize workers 64/64 busy pod=image-5c9b-3 queue=2210
                2026-02-24T15:59:50.681Z ERROR [image-service] resize key=10377_l.webp 1280x1280 gave up after 15000 ms, answered 503
                2026-02-24T16:02:08.355Z WARN [image-service] request rate 21400/s on 8 pods, all from cache fills, no repeat keys
                2026-02-24T16:04:39.172Z ERROR [image-service] resize key=33051_s.webp 320x320 gave up after 15000 ms, answered 503
            """),
        },
        "check_metrics": {
            "cdn-edge": _text("""\
                Hit ratio 3 % (normal 94 %)
                Keys in cache 64,000 (normal 2.2 M)
                Origin requests 48,000/s (normal 1,200/s)
                Edge requests 49,500/s, with many reloads by visitors (normal 20,000/s)
                Errors 15 % (normal 0.2 %)
                Page load p99 18 s (normal 1.1 s)
                Revenue shortfall $800/min (normal $0/min)
                CPU 41 % (normal 30 %)
            """),
            "product-service": _text("""\
                Requests 26,600/s (normal 700/s)
                5xx on pages 14 % (normal 0.1 %)
                5xx on calls from checkout 0.2 %, own priority lane (normal 0.1 %)
                Checkout success 99.1 % (normal 99.4 %)
                Orders 93/min (normal 118/min)
                Latency p99 15.0 s (normal 180 ms)
                CPU 88 % (normal 24 %)
            """),
            "image-service": _text("""\
                Requests 21,400/s (normal 500/s)
                5xx 17 % (normal 0.2 %)
                Latency p99 15.0 s (normal 210 ms)
                Resize queue 17,900 (normal 12)
                CPU 95 % (normal 22 %)
                Memory 71 % (normal 48 %)
            """),
        },
        "check_dependencies": {
            "cdn-edge": _text("""\
                upstream    browsers and apps                  https  SLOW     p99 18 s
                downstream  product-service (pages)            https  FAILING  14 % 5xx, p99 15.0 s
                downstream  image-service (pictures)           https  FAILING  17 % 5xx, p99 15.0 s
                downstream  checkout (passed through, never cached)  https  OK  310 ms
            """),
            "product-service": _text("""\
                upstream    cdn-edge                https  SLOW  26,500 req/s, queue full
                upstream    checkout (price calls)  http   OK    90 req/s, 31 ms
                downstream  product database        sql    OK    9 ms, 61 % of connections in use
                downstream  search                  http   SLOW  420 ms
            """),
            "image-service": _text("""\
                upstream    cdn-edge                   https  SLOW  21,400 req/s, queue full
                downstream  object storage originals   https  OK    34 ms
                downstream  resize result store        s3     OK    41 ms
            """),
        },
        "check_recent_deploys": {
            "cdn-edge": _text("""\
                2026-02-24T15:56:48Z (8 min ago) job promo-cleanup-0224 by merchandising: scheduled purge of old promotion pages
                2026-02-23T10:30:00Z (1 d ago) config v212 by edge-team: two redirects added
                2026-02-18T09:15:00Z (6 d ago) config v211 by edge-team: bulk_purge_api flag switched on for batch jobs
            """),
            "product-service": _text("""\
                2026-02-24T12:40:00Z (3 h ago) v8.3.2 by catalogue-team: wording of size tables
                2026-02-20T11:05:00Z (4 d ago) v8.3.1 by catalogue-team: priority lane for calls from checkout
                2026-02-12T15:00:00Z (12 d ago) v8.3.0 by catalogue-team: delivery estimate on pages
            """),
            "image-service": _text("""\
                2026-02-19T14:25:00Z (5 d ago) v2.9.0 by media-team: metrics per picture size
                2026-02-05T13:50:00Z (19 d ago) v2.8.7 by media-team: library updates; runbook step enable_origin_shield reviewed
                2026-01-22T14:10:00Z (33 d ago) v2.8.6 by media-team: default quality of webp 82 -> 80
            """),
        },
    },
    "telemetry_changes": [],
    "remediation_data": {
        "restart_service": {
            "cdn-edge": {"result": "38/38 pops restarted in waves; the few keys filled since 15:57Z were lost."},
            "product-service": {
                "result": "6/6 replicas replaced in 70 s. The queues were full again 5 s after the start.",
            },
            "image-service": {
                "result": "8/8 replicas replaced in 45 s. CPU reached 95 % before the last one was ready.",
            },
        },
        "rollback_deploy": {
            "cdn-edge": {
                "result": "Config v211 is live on 38/38 pops. Two redirects are gone; the hit ratio reads 4 %.",
            },
            "product-service": {"result": "v8.3.1 runs on 6/6 replicas after 3 min, with the older size tables."},
            "image-service": {
                "result": "v2.8.7 runs on 8/8 replicas after 2 min. The figures per picture size are missing.",
            },
        },
        "scale_service": {
            "cdn-edge": {"result": "4 spare pops joined with empty storage. Origin requests rose to 49,000/s."},
            "product-service": {
                "result": "12/12 replicas run. 5xx on pages went from 14 % to 9 %, database connections to 88 %.",
            },
            "image-service": {"result": "16/16 replicas run after 4 min of start-up. CPU is 91 %."},
        },
        "disable_feature_flag": {
            "bulk_purge_api": {"result": "bulk_purge_api reads off. Batch jobs that ask for a purge get 403."},
        },
        "clear_cache": {
            "cdn-edge": {"result": "64,000 keys removed from 38 pops. The hit ratio fell from 3 % to 0.4 %."},
            "product-service": {"result": "product-service has no such cache; nothing changed."},
            "image-service": {"result": "No cache is registered for image-service, so nothing was cleared."},
        },
        "execute_runbook_step": {
            "enable_origin_shield": {
                "result": "One shield pop per region collects misses. Origin requests fell to 31,000/s.",
            },
        },
    },
    "wrong_actions": {
        "restart_service:cdn-edge": "What had been filled again since 15:57Z was lost, so pages got slower once more.",
        "restart_service:product-service": (
            "A service that was only overloaded dropped its queue, and checkout lost its price calls for a minute."
        ),
        "restart_service:image-service": (
            "Healthy workers were stopped while 17,900 pictures waited; the backlog doubled."
        ),
        "rollback_deploy:cdn-edge": "The config of yesterday added two redirects. Without them old links lead nowhere.",
        "rollback_deploy:product-service": "The release changed the wording of size tables only. Three minutes lost.",
        "rollback_deploy:image-service": "The release is five days old and only adds metrics, which are now missing.",
        "scale_service:cdn-edge": "Pops without content add misses, and the services behind them got more load.",
        "clear_cache:cdn-edge": "The little that was cached is gone as well.",
        "scale_service:product-service": (
            "More replicas brought the product database near its connection limit, which checkout shares."
        ),
    },
    "wrong_only_before": {},
    "correct_severity": "P2",
    "correct_root_cause": {
        "service": "cdn-edge",
        "failure_mode": "a purge job with too wide a pattern emptied the CDN cache and overloaded the origin",
    },
    "correct_remediation_sequence": [],
    "step_requirements": {},
    "failure_mode_terms": [
        "cache purg*",
        "purg* cache",
        "cdn purg*",
        "purg* cdn",
        "purg* pattern",
        "purg* wildcard",
        "wildcard purg*",
        "purg* job",
        "purg* all keys",
        "purg* too wide",
        "too wide* purg*",
        "broad purg*",
        "mass purg*",
        "full purg*",
        "over purg*",
        "cache invalidat*",
        "invalidat* cache",
        "cache empt*",
        "empt* cache",
        "empt* cdn",
        "cdn empt*",
        "cache flush*",
        "flush* cache",
        "cache wip*",
        "wip* cache",
        "cold cache",
    ],
    "related_mechanisms": ["cache_stampede", "config_error", "cpu_saturation", "traffic_spike"],
}


AC_003: Scenario = {
    "scenario_id": "AC-003",
    "description": (
        "The service that picks product recommendations fails for many of its requests. "
        "Judge how much of this reaches the shop's visitors and classify the alert."
    ),
    "incident_summary": (
        "recommendation-service has answered 45 % of its requests with errors for 22 minutes. "
        "product-service fills the recommendation strip on product pages from it."
    ),
    "alert": {
        "id": "ALT-30327",
        "title": "recommendation-service: 45 % errors, model server queue full",
        "severity": "UNCLASSIFIED",
        "affected_services": ["recommendation-service", "product-service"],
        "symptoms": [
            "recommendation-service fails 45 % of 640 requests/s (normal 2 %) since 13:05Z.",
            "Its model server has 144 of 144 workers busy (normal 24) and an inference takes 409 ms (normal 38 ms).",
            "product-service puts the default recommendation list in place of 288 personal lists per second.",
            "Checkout succeeds for 100 % of attempts and the measured revenue effect is $0/min.",
        ],
        "error_rate": 0.45,
        "duration_minutes": 22,
        "revenue_impact_per_min": 0.0,
    },
    "known_services": ["recommendation-service", "product-service", "redis-reco-cache"],
    "service_aliases": {
        "recommendation-service": ["recommendations", "recommendation", "reco-service", "recommender"],
        "product-service": ["product", "products", "product-svc"],
        "redis-reco-cache": ["reco-cache", "redis-reco", "redis"],
    },
    "tool_responses": {
        "query_logs": {
            "recommendation-service": _text(
                """\
                2026-03-03T13:02:14.330Z INFO  [recommendation-service] model server: loading ranker r58 (1.9 GB), replaces r57 (0.4 GB)
                2026-03-03T13:04:51.807Z INFO  [recommendation-service] model server: ranker r58 ready on 6/6 replicas
                2026-03-03T13:05:09.122Z WARN  [recommendation-service] model server: workers busy 144/144, queue 210
                2026-03-03T13:05:37.415Z ERROR [recommendation-service] POST /rank 504 no answer within 800ms queue=1160 model=r58
                2026-03-03T13:12:20.968Z ERROR [recommendation-service] POST /rank 504 no answer within 800ms queue=1200 model=r58
                2026-03-03T13:19:03.551Z INFO  [recommendation-service] POST /rank 200 771ms items=12 model=r58
                2026-03-03T13:26:42.094Z ERROR [recommendation-service] POST /rank 503 queue limit 1200 reached model=r58
                2026-03-03T13:26:55.780Z WARN  [recommendation-service] error share 45 % over the last 60s (288 of 640 requests/s)
                """
            ),
            "product-service": _text(
                """\
                2026-03-03T13:04:40.219Z INFO  [product-service] GET /products/20481 200 84ms reco=personal
                2026-03-03T13:05:38.226Z WARN  [product-service] recommendation call gave 504 after 800ms, default list shown (reco_fallback=on)
                2026-03-03T13:11:16.703Z INFO  [product-service] GET /products/77310 200 91ms reco=default
                2026-03-03T13:17:58.340Z ERROR [product-service] supplier feed 12: one row without a price skipped
                2026-03-03T13:25:07.915Z INFO  [product-service] POST /basket/items 201 47ms
                2026-03-03T13:26:51.462Z INFO  [product-service] last 60s: pages=640/s errors=0.1% reco personal=55% default=45%
                """
            ),
            "redis-reco-cache": _text(
                """\
                1:M 2026-03-03T12:55:10.006Z NOTICE 1000 changes in 600 seconds. Saving...
                1:M 2026-03-03T12:55:11.870Z NOTICE Background saving terminated with success
                1:M 2026-03-03T13:10:37.254Z NOTICE Background saving terminated with success
                1:M 2026-03-03T13:21:45.913Z WARNING slow command: SCAN 12 ms from the nightly report client
                """
            ),
        },
        "check_metrics": {
            "recommendation-service": _text(
                """\
                requests: 640/s (normal 630/s)
                errors: 45 % (normal 2 %)
                answered by the model: 352/s (normal 617/s)
                model server workers busy: 144/144 (normal 24/144)
                inference time: 409 ms (normal 38 ms)
                p99 latency: 800 ms, the time limit (normal 120 ms)
                CPU: 97 % (normal 31 %)
                memory: 71 % (normal 52 %)
                """
            ),
            "product-service": _text(
                """\
                page requests: 640/s (normal 630/s)
                page errors: 0.1 % (normal 0.1 %)
                default recommendations shown: 45 % of pages (normal 2 %)
                page p99, strip loaded separately: 210 ms (normal 205 ms)
                baskets filled: 31/s (normal 31/s)
                checkout success: 100 % (normal 100 %), revenue effect: $0/min (normal $0/min)
                CPU: 36 % (normal 35 %)
                """
            ),
            "redis-reco-cache": _text(
                """\
                commands: 1,310/s (normal 1,300/s)
                hit rate on item vectors: 97 % (normal 97 %)
                latency p99: 0.9 ms (normal 0.9 ms)
                memory used: 2.2 of 4 GB (normal 2.2 of 4 GB)
                evictions: 0/s (normal 0/s)
                CPU: 8 % (normal 8 %)
                """
            ),
        },
        "check_dependencies": {
            "recommendation-service": _text(
                """\
                Upstream   product-service          HTTP   failing  45 % answered 503 or 504, p99 800 ms (normal 120 ms)
                Downstream model server (own pods)  gRPC   failing  144/144 workers busy, 409 ms (normal 38 ms)
                Downstream redis-reco-cache         RESP   ok       0.9 ms (normal 0.9 ms)
                """
            ),
            "product-service": _text(
                """\
                Upstream   web shop                 HTTP   ok       0.1 % errors, p99 210 ms (normal 205 ms)
                Upstream   checkout                 HTTP   ok       price lookups 100 % answered, p99 33 ms (normal 32 ms)
                Downstream recommendation-service   HTTP   failing  45 % errors (normal 2 %), default list used instead
                Downstream catalog database         TCP    ok       4 ms (normal 4 ms)
                """
            ),
            "redis-reco-cache": _text(
                """\
                Upstream   recommendation-service   RESP   ok       1,310 commands/s, 0.9 ms (normal 0.9 ms)
                Upstream   nightly report client    RESP   ok       1 command/s, 12 ms (normal 10 ms)
                Downstream replica                  RESP   ok       offset lag 0 (normal 0)
                """
            ),
        },
        "check_recent_deploys": {
            "recommendation-service": _text(
                """\
                25 min ago   2026-03-03T13:02:00Z  r58     team relevance  ranking model update, 1.9 GB (was 0.4 GB); way back: runbook step restore_previous_model
                14 days ago  2026-02-17T10:15:00Z  v4.6.0  team relevance  queue limit 1200 in front of the model server
                28 days ago  2026-02-03T09:40:00Z  r57     team relevance  monthly ranking model update
                """
            ),
            "product-service": _text(
                """\
                3 days ago   2026-02-28T11:20:00Z  v8.1.3  team catalog    alt texts for product images
                20 days ago  2026-02-11T13:05:00Z  v8.1.2  team catalog    flag reco_fallback: default list after a failed recommendation call
                35 days ago  2026-01-27T08:50:00Z  v8.1.1  team catalog    smaller page templates
                """
            ),
            "redis-reco-cache": _text(
                """\
                16 days ago  2026-02-15T06:30:00Z  p-9     team data       parameter: tcp-keepalive 300 to 120
                54 days ago  2026-01-08T06:30:00Z  p-8     team data       image 7.2.6 to 7.2.7
                """
            ),
        },
    },
    "telemetry_changes": [],
    "remediation_data": {
        "restart_service": {
            "recommendation-service": {
                "result": "The 6 replicas restarted and spent 150 s on loading the 1.9 GB model; afterwards 144/144 "
                "workers were busy again.",
            },
            "product-service": {
                "result": "Pods replaced in 60 s, page p99 stood at 600 ms meanwhile. The share of default lists is "
                "45 % as before.",
            },
            "redis-reco-cache": {
                "result": "Restarted and back after 18 s with 2.2 GB loaded; lookups failed in between.",
            },
        },
        "rollback_deploy": {
            "recommendation-service": {
                "result": "Ranker r57 is loaded on 6/6 replicas, an inference takes 39 ms and errors fall to 2 %.",
            },
            "product-service": {
                "result": "v8.1.2 is live, product images have no alt texts. Recommendation calls fail at the same "
                "rate.",
            },
            "redis-reco-cache": {
                "result": "Parameter set p-8 loaded, tcp-keepalive is 300 s again; hit rate 97 %.",
            },
        },
        "scale_service": {
            "recommendation-service": {
                "result": "From 6 to 10 replicas in 4 min: 240 workers, errors go down to about 9 % while the bill "
                "for them goes up.",
            },
            "product-service": {
                "result": "Half as many pods again, CPU 24 %. The pages were quick before and still are.",
            },
            "redis-reco-cache": {
                "result": "A second replica copied 2.2 GB and joined, latency stays at 0.9 ms.",
            },
        },
        "disable_feature_flag": {
            "reco_fallback": {
                "result": "Product pages now wait 800 ms for the strip and leave a gap where 45 % of the lists fail.",
            },
        },
        "clear_cache": {
            "redis-reco-cache": {
                "result": "410,000 item vectors deleted; hit rate fell from 97 % to 3 % and fills up over an hour.",
            },
        },
        "execute_runbook_step": {
            "restore_previous_model": {
                "result": "Model r57 is served again from all replicas, 25/144 workers busy, errors at 2 %.",
            },
        },
    },
    "wrong_actions": {
        "restart_service:recommendation-service": (
            "Loading the same model again kept all replicas away for 150 s; every visitor saw default lists."
        ),
        "restart_service:product-service": ("Its pages were fine; for a minute they became slow without need."),
        "restart_service:redis-reco-cache": (
            "The cache answered in 0.9 ms; 18 s without it made further recommendation calls fail."
        ),
        "rollback_deploy:product-service": (
            "A change of image texts three days ago was undone; visitors with screen readers lost it."
        ),
        "rollback_deploy:redis-reco-cache": (
            "A keepalive value of two weeks' standing was changed back while nothing pointed at it."
        ),
        "scale_service:product-service": ("CPU was at 36 %; pods were added where none were short and time went by."),
        "scale_service:redis-reco-cache": (
            "At 8 % CPU the cache needed no replica; the copy took its share of network for nothing."
        ),
        "clear_cache:redis-reco-cache": (
            "Valid item vectors were thrown away, each ranking now computes them anew on workers that are busy."
        ),
        "disable_feature_flag:reco_fallback": (
            "It took the default lists away, visitors see gaps and slower pages since then."
        ),
    },
    "wrong_only_before": {},
    "correct_severity": "P3",
    "correct_root_cause": {
        "service": "recommendation-service",
        "failure_mode": "the model server is overloaded after an update to a larger ranking model",
    },
    "correct_remediation_sequence": [],
    "step_requirements": {},
    "failure_mode_terms": [
        "model server overload*",
        "overload* model server",
        "model server saturat*",
        "saturat* model server",
        "model update",
        "update* model",
        "new model",
        "larger model",
        "bigger model",
        "heavier model",
        "slow* model",
        "model deploy*",
        "model rollout",
        "ranker update",
        "inference overload*",
        "inference slow*",
        "slow* inference",
        "inference capacity",
    ],
    "related_mechanisms": ["cpu_saturation", "bad_deploy"],
}


_F001: Failure = {
    "known_services": [
        "api-gateway",
        "auth-service",
        "product-service",
        "order-service",
        "redis-session",
        "analytics-service",
        "postgres-db",
        "notification-service",
    ],
    "service_aliases": {
        "api-gateway": ["gateway", "api gw", "apigw"],
        "auth-service": ["auth", "authentication-service", "auth-svc"],
        "order-service": ["order", "orders", "orders-service", "order-svc"],
        "postgres-db": ["postgres", "postgresql", "pg", "postgres-database"],
        "product-service": ["product", "products", "catalogue-service", "product-svc"],
        "analytics-service": ["analytics", "analytics-svc", "analytics-worker"],
        "redis-session": ["redis", "session-redis", "session-cache", "session-store"],
        "notification-service": ["notification", "notifications", "notification-svc"],
    },
    "tool_responses": {
        "query_logs": {
            "api-gateway": _text("""\
                2026-03-10T14:28:37.402Z WARN  [api-gateway] outlier detection: auth-service 3/3 hosts ejected, panic routing on
                2026-03-10T14:29:58.119Z ERROR [api-gateway] POST /v1/login 503 flags=UT upstream=auth-service duration=5001ms
                2026-03-10T14:30:13.846Z ERROR [api-gateway] ext_authz auth-service: DEADLINE_EXCEEDED after 5000ms, request denied
                2026-03-10T14:30:41.270Z INFO  [api-gateway] GET /v1/products/88213 200 upstream=product-service duration=38ms guest=true
                2026-03-10T14:31:02.915Z ERROR [api-gateway] POST /v1/checkout 503 flags=UF upstream=order-service duration=3004ms
                2026-03-10T14:31:29.033Z INFO  [api-gateway] GET /v1/dashboards/ops 304 duration=71ms internal=true
                2026-03-10T14:31:40.588Z ERROR [api-gateway] POST /v1/login 503 flags=UT upstream=auth-service duration=5000ms
                2026-03-10T14:31:57.761Z ERROR [api-gateway] 5xx ratio over 60 s: 0.95, 11,412 of 12,013 requests
            """),
            "auth-service": _text("""\
                2026-03-10T14:29:46.310Z ERROR [auth-service] msg="login failed" cause="pool wait timeout" wait_ms=5000 req=a91f3c
                2026-03-10T14:30:09.702Z ERROR [auth-service] msg="connection lost" peer=postgres-db:5432 sqlstate=57P02 open=0
                2026-03-10T14:30:11.047Z ERROR [auth-service] msg="connect failed" peer=postgres-db:5432 sqlstate=57P03 attempt=1
                2026-03-10T14:30:13.845Z ERROR [auth-service] msg="session check aborted" cause="deadline" waited_ms=5000 req=c07711
                2026-03-10T14:30:16.391Z ERROR [auth-service] msg="connect failed" peer=postgres-db:5432 sqlstate=57P03 attempt=2
                2026-03-10T14:30:27.864Z ERROR [auth-service] msg="pool sealed" cause="3 failed re-initialisations" reopen="process start"
                2026-03-10T14:31:08.229Z INFO  [auth-service] msg="jwks served" keys=3 status=200 took_ms=2
                2026-03-10T14:31:40.586Z ERROR [auth-service] msg="login failed" cause="no connection in pool" waiting=822 req=e4b0d9
                2026-03-10T14:31:55.172Z ERROR [auth-service] msg="login failed" cause="no connection in pool" waiting=829 req=2f85aa
            """),
            "order-service": _text("""\
                2026-03-10T14:29:31.508Z ERROR [order-service] HikariPool-1 - Connection is not available, request timed out after 3000ms
                2026-03-10T14:30:09.704Z ERROR [order-service] PSQLException: terminating connection because of crash of another server process
                2026-03-10T14:30:12.316Z WARN  [order-service] HikariPool-1 - validation failed for 10 of 10 connections
                2026-03-10T14:30:30.951Z ERROR [order-service] datasource orders: fail-fast after 20 s, pool shut until the next process start
                2026-03-10T14:31:02.913Z ERROR [order-service] POST /internal/orders 503 cart=5510872 cause=PoolShutException
                2026-03-10T14:31:26.440Z INFO  [order-service] outbox relay: 0 unsent events, next poll in 30 s
                2026-03-10T14:31:51.087Z ERROR [order-service] POST /internal/orders 503 cart=5510913 cause=PoolShutException
            """),
            "postgres-db": _text("""\
                2026-03-10T14:26:52.071Z LOG     postgres[1] server process (PID 19120) was terminated by signal 9: Killed
                2026-03-10T14:30:09.611Z CRIT    kernel: Memory cgroup out of memory: Killed process 21874 (postgres) anon-rss:46137344kB
                2026-03-10T14:30:09.655Z LOG     postgres[1] server process (PID 21874) was terminated by signal 9: Killed
                2026-03-10T14:30:09.658Z LOG     postgres[1] terminating any other active server processes
                2026-03-10T14:30:11.046Z FATAL   postgres[24391] the database system is in recovery mode (user auth, db shop)
                2026-03-10T14:30:21.348Z LOG     postgres[1] database system is ready to accept connections, start 4 since 14:20:41Z
                2026-03-10T14:30:31.204Z WARNING postgres[24412] analytics export query without LIMIT running 12 min 19 s, 5th session
                2026-03-10T14:31:18.533Z LOG     postgres[24460] duration: 2914.602 ms  statement: SELECT ... FROM stock_levels (user product)
                2026-03-10T14:31:44.870Z ERROR   postgres[24470] canceling statement due to statement timeout (user notify, db shop)
            """),
            "product-service": _text("""\
                2026-03-10T14:22:14.637Z INFO  [product-service] search index heartbeat ok, 412,006 documents
                2026-03-10T14:26:58.902Z WARN  [product-service] catalogue refresh skipped, serving the copy read at 14:17:55Z
                2026-03-10T14:30:41.234Z INFO  [product-service] GET /products/88213 200 29ms source=memory
                2026-03-10T14:31:18.540Z WARN  [product-service] stock lookup slow: 2.9 s, page rendered without stock count
                2026-03-10T14:31:49.356Z INFO  [product-service] GET /categories/outdoor 200 34ms source=memory
            """),
            "analytics-service": _text("""\
                2026-03-10T14:18:12.006Z INFO  [analytics-service] scheduler: job full_history_export started, worker=0, mode=single fetch
                2026-03-10T14:24:02.781Z WARN  [analytics-service] export: source session lost, reconnected, statement sent again
                2026-03-10T14:28:15.460Z INFO  [analytics-service] rollup hourly_sales from warehouse done, 1,204 rows in 3.1 s
                2026-03-10T14:30:24.771Z INFO  [analytics-service] export: source reconnected, statement sent again, 0 rows written
                2026-03-10T14:31:29.029Z INFO  [analytics-service] GET /dashboards/ops 304 66ms
            """),
            "redis-session": _text("""\
                2026-03-10T14:24:50.118Z NOTICE  redis[1] 10000 changes in 60 seconds. Saving...
                2026-03-10T14:24:51.994Z NOTICE  redis[318] DB saved on disk, 6 MB copy-on-write
                2026-03-10T14:29:12.670Z NOTICE  redis[1] client id=90417 name=gateway-probe closed: idle timeout
                2026-03-10T14:31:03.215Z NOTICE  redis[1] replica 10.0.5.61:6379 acknowledged offset 88120455
            """),
            "notification-service": _text("""\
                2026-03-10T13:48:26.053Z INFO  [notification-service] template set 2026-03-b loaded, 64 templates, 0 warnings
                2026-03-10T14:16:40.337Z WARN  [notification-service] mail batch slow count=118 took=9.2s
                2026-03-10T14:25:09.944Z ERROR [notification-service] smtp mx3: 451 greylisted, try again later, message requeued
                2026-03-10T14:30:10.420Z INFO  [notification-service] smtp mx3: requeued message accepted
                2026-03-10T14:31:44.876Z WARN  [notification-service] preference lookup failed, using defaults for 3 messages
            """),
        },
        "check_metrics": {
            "api-gateway": _text("""\
                Source address: 10.0.5.11 (normal 10.0.5.11)
                CPU: 61 % (normal 38 %)
                Memory: 3.4 GiB of 8 GiB, 43 % (normal 35 %)
                Request rate: 200/s (normal 310/s)
                Error rate: 95 % (normal 0.2 %)
                Latency p99: 5,004 ms (normal 180 ms)
                Errors by route: login 99 %, signed-in browsing 99 %, checkout 98 %, guest browsing 0.4 % (normal all below 0.5 %)
            """),
            "auth-service": _text("""\
                Source address: 10.0.5.21 (normal 10.0.5.21)
                CPU: 34 % (normal 22 %)
                Memory: 1.3 GiB of 2 GiB, 65 % (normal 48 %)
                Login failures: 99 % (normal 0.6 %)
                Open database connections: 0 of 40 (normal 4)
                Requests waiting for a connection: 829 (normal 0)
                Latency p99: 5,000 ms, the deadline (normal 95 ms)
            """),
            "order-service": _text("""\
                Source address: 10.0.5.31 (normal 10.0.5.31)
                CPU: 11 % (normal 29 %)
                Memory: 2.6 GiB of 4 GiB, 65 % (normal 61 %)
                Failed order writes: 98 % (normal 0.1 %)
                Open database connections: 0 of 40 (normal 4)
                Orders placed: 1/min (normal 74/min)
                Latency p99: 3,006 ms (normal 240 ms)
            """),
            "postgres-db": _text("""\
                Listen address: 10.0.5.10:5432 (normal 10.0.5.10:5432)
                CPU: 97 % (normal 12 %)
                Memory: 43.1 GiB of 64 GiB, 67 % and rising 0.24 GiB/s (normal 34 %, flat)
                Connections: 463/500, of these 448 in start-up (normal 12/500)
                Restarts: 4 in 12 min, at 14:20:41, 14:23:37, 14:26:52 and 14:30:09Z (normal 0)
                Transactions: 6/s (normal 1,850/s)
                Oldest statement of this start: 96 s (normal below 4 s)
                Backend memory by client: 10.0.5.47 23.1 GiB, 10.0.5.36 0.6 GiB, 10.0.5.52 0.2 GiB (normal below 1 GiB each)
            """),
            "product-service": _text("""\
                Source address: 10.0.5.36 (normal 10.0.5.36)
                CPU: 17 % (normal 41 %)
                Memory: 5.7 GiB of 8 GiB, 71 % (normal 70 %)
                Request rate: 12/s (normal 240/s)
                Error rate: 0.6 % (normal 0.3 %)
                Age of the catalogue copy: 14 min (normal below 2 min)
            """),
            "analytics-service": _text("""\
                Source address: 10.0.5.47 (normal 10.0.5.47)
                CPU: 18 % (normal 15 %)
                Memory: 2.1 GiB of 8 GiB, 26 % (normal 24 %)
                Dashboard requests: 14/s, errors 0.3 % (normal 14/s, 0.2 %)
                Jobs running: 1 (normal 0 to 2)
                Rows requested by running jobs: 847 M (normal up to 3 M)
            """),
            "redis-session": _text("""\
                Listen address: 10.0.5.60:6379 (normal 10.0.5.60:6379)
                CPU: 9 % (normal 11 %)
                Memory: 1.2 GiB of 4 GiB, 30 % (normal 31 %)
                Hit ratio: 97.8 % (normal 98 %)
                Evictions: 0/s (normal 0/s)
                Latency p99: 0.9 ms (normal 0.8 ms)
            """),
            "notification-service": _text("""\
                Source address: 10.0.5.52 (normal 10.0.5.52)
                CPU: 6 % (normal 8 %)
                Memory: 0.7 GiB of 2 GiB, 35 % (normal 36 %)
                Messages sent: 11/min (normal 96/min, follows orders and logins)
                Queue length: 4 (normal 0 to 10)
                Delivery failures: 0.7 % (normal 0.5 %)
            """),
        },
        "check_dependencies": {
            "api-gateway": _text("""\
                Upstream: web and mobile clients (HTTPS)
                Downstream auth-service (gRPC, session check and login): failing, p99 5,000 ms
                Downstream order-service (HTTP): failing, p99 3,004 ms
                Downstream product-service (HTTP): ok, p99 61 ms
                Downstream analytics-service (HTTP, internal dashboards): ok, p99 90 ms
                Downstream redis-session (RESP, rate limits): ok, p99 1 ms
            """),
            "auth-service": _text("""\
                Upstream api-gateway (gRPC): 166 calls/s, 99 % end at the deadline
                Downstream postgres-db (SQL): failing, link reset 4 times since 14:20Z, pool sealed
                Downstream redis-session (RESP): ok, p99 1 ms
                Downstream notification-service (queue): ok, 0 waiting
            """),
            "order-service": _text("""\
                Upstream api-gateway (HTTP): 24 calls/s, 98 % answered 503
                Downstream postgres-db (SQL): failing, link reset 4 times since 14:20Z, pool shut
                Downstream product-service (HTTP, prices): ok, p99 44 ms
                Downstream notification-service (queue): ok, 0 waiting
            """),
            "postgres-db": _text("""\
                Upstream auth-service (SQL): no usable session, pings hang in start-up
                Upstream order-service (SQL): no usable session, pings hang in start-up
                Upstream product-service (SQL): 2 sessions, statements 2 to 3 s
                Upstream analytics-service (SQL, read-only role): 1 session
                Upstream notification-service (SQL): 1 session, statement timeouts
                Downstream volume pg-data (block storage): ok, write 2.1 ms, 38 % full
                Downstream replica postgres-db-r1 (streaming): slow, replay 41 s behind
            """),
            "product-service": _text("""\
                Upstream api-gateway (HTTP): 10 calls/s, ok
                Upstream order-service (HTTP, prices): 2 calls/s, ok
                Downstream postgres-db (SQL): failing now and then, catalogue served from memory
                Downstream search index (HTTP): ok, p99 22 ms
            """),
            "analytics-service": _text("""\
                Upstream api-gateway (HTTP, dashboards): 14 calls/s, ok
                Downstream postgres-db (SQL, read-only role): reconnected 4 times since 14:20Z
                Downstream warehouse (columnar store): ok, p99 310 ms
                Downstream object storage (S3): ok, p99 48 ms
            """),
            "redis-session": _text("""\
                Upstream auth-service (RESP): ok, 12 calls/s
                Upstream api-gateway (RESP): ok, 205 calls/s
                Downstream replica 10.0.5.61 (replication): ok, lag 0 s
            """),
            "notification-service": _text("""\
                Upstream order-service (queue): ok, little traffic
                Upstream auth-service (queue): ok, little traffic
                Downstream postgres-db (SQL, preferences): failing now and then, defaults used
                Downstream mail relay mx1 to mx3 (SMTP): ok, p99 1.4 s
            """),
        },
        "check_recent_deploys": {
            "api-gateway": _text("""\
                2026-03-09T10:05:00Z (28 h ago) v7.12.0 team-edge: HTTP/3 for 10 % of the mobile clients (flag http3_edge)
                2026-03-05T15:41:00Z (5 days ago) v7.11.4 team-edge: header size limit 16 KiB for partner routes
                2026-02-27T09:22:00Z (11 days ago) v7.11.3 team-edge: TLS library update
                2026-02-18T13:10:00Z (20 days ago) v7.11.2 team-edge: access log field for the guest marker
            """),
            "auth-service": _text("""\
                2026-03-10T12:32:00Z (2 h ago) v3.8.1 team-identity: log lines as key=value (flag structured_logging), same code paths
                2026-03-04T11:18:00Z (6 days ago) v3.8.0 team-identity: passkey enrolment behind flag passkey_login, off
                2026-02-20T08:55:00Z (18 days ago) v3.7.9 team-identity: password hash cost unchanged, library update
            """),
            "order-service": _text("""\
                2026-03-06T09:47:00Z (4 days ago) v9.3.2 team-orders: rounding of split shipments
                2026-03-02T14:20:00Z (8 days ago) v9.3.1 team-orders: invoices written by the outbox relay (flag async_invoice)
                2026-02-23T10:02:00Z (15 days ago) v9.3.0 team-orders: new column for gift notes, migration 0147
            """),
            "postgres-db": _text("""\
                2026-03-04T05:30:00Z (6 days ago) config 118 team-data-platform: autovacuum cost limit 200 to 400, by reload
                2026-02-24T05:20:00Z (14 days ago) config 117 team-data-platform: log_min_duration_statement 5 s to 2 s
                2026-02-11T05:10:00Z (27 days ago) 16.8 team-data-platform: minor version update, planned window
            """),
            "product-service": _text("""\
                2026-03-07T14:10:00Z (3 days ago) v6.1.0 team-catalogue: facets per colour and size in category pages (flag variant_facets)
                2026-03-03T10:36:00Z (7 days ago) v6.0.8 team-catalogue: image sizes for high-density screens, no change of queries
                2026-02-26T12:58:00Z (12 days ago) v6.0.7 team-catalogue: search index client update
                2026-02-19T09:15:00Z (19 days ago) v6.0.6 team-catalogue: stock badge text in four languages
            """),
            "analytics-service": _text("""\
                2026-03-10T08:30:00Z (6 h ago) v5.4.0 team-insights: job full_history_export (flag of that name), 847 M rows, daily 14:18Z
                2026-03-03T13:25:00Z (7 days ago) v5.3.2 team-insights: dashboard time zones
                2026-02-24T09:40:00Z (14 days ago) v5.3.1 team-insights: nightly rollup tidied (flag nightly_rollup_v2)
            """),
            "redis-session": _text("""\
                2026-03-01T06:00:00Z (9 days ago) config 31 team-data-platform: tcp-keepalive 300 to 120 s
                2026-02-08T06:00:00Z (30 days ago) 7.2.7 team-data-platform: patch release, replica first
                2026-01-14T06:00:00Z (55 days ago) config 30 team-data-platform: save interval 300 s
            """),
            "notification-service": _text("""\
                2026-03-10T13:47:00Z (45 min ago) templates 2026-03-b team-messaging: spring footer in the order and login mails
                2026-03-08T16:30:00Z (46 h ago) v2.9.3 team-messaging: greylisting retry after 5 min
                2026-02-25T11:05:00Z (13 days ago) v2.9.2 team-messaging: weekly digest by SMS behind flag sms_digest, off
            """),
        },
        "check_service_status": {
            "api-gateway": _text("""\
                Health: DEGRADED
                Replicas: 4/4 ready, up since 2026-03-09T10:06Z, 0 restarts
                Checks: liveness ok, readiness ok, upstream auth-service failing, upstream order-service failing
                Feature flags: http3_edge=on
                Runbook steps: dump_route_table
            """),
            "auth-service": _text("""\
                Health: DOWN
                Replicas: 0/3 ready, processes up since 2026-03-10T12:33Z, 0 restarts
                Checks: liveness ok, readiness failing since 14:20:47Z (database ping)
                Note: a sealed connection pool opens again only when the process starts
                Feature flags: structured_logging=on, passkey_login=off
                Runbook steps: rotate_signing_keys
            """),
            "order-service": _text("""\
                Health: DOWN
                Replicas: 0/4 ready, processes up since 2026-03-06T09:48Z, 0 restarts
                Checks: liveness ok, readiness failing since 14:20:52Z (datasource orders)
                Feature flags: async_invoice=on
                Runbook steps: replay_order_outbox
            """),
            "postgres-db": _text("""\
                Health: DOWN
                Primary: running for 1 min 39 s, 4 restarts in 12 min, last exit code 137
                Replica postgres-db-r1: up 27 days, replay 41 s behind
                Checks: liveness ok, readiness flapping (16 of the last 40 probes passed), crash recovery 11 s each time
                Feature flags: none
                Runbook steps: verify_db_health, failover_to_replica
            """),
            "product-service": _text("""\
                Health: DEGRADED
                Replicas: 5/5 ready, up since 2026-03-07T14:11Z, 0 restarts
                Checks: liveness ok, readiness ok, catalogue freshness failing since 14:20Z
                Feature flags: variant_facets=on
                Runbook steps: rebuild_catalogue_index
            """),
            "analytics-service": _text("""\
                Health: HEALTHY
                Replicas: 2/2 ready (web, worker), up since 2026-03-10T08:31Z, 0 restarts
                Checks: liveness ok, readiness ok
                Feature flags: full_history_export=on, nightly_rollup_v2=on
                Runbook steps: verify_warehouse_freshness
            """),
            "redis-session": _text("""\
                Health: HEALTHY
                Nodes: primary and 1 replica, up 30 days, 0 restarts
                Checks: ping ok, replication ok, last save 14:24:51Z ok
                Feature flags: none
                Runbook steps: snapshot_session_store
            """),
            "notification-service": _text("""\
                Health: HEALTHY
                Replicas: 2/2 ready, up since 2026-03-08T16:31Z, 0 restarts
                Checks: liveness ok, readiness ok, mail relay ok
                Feature flags: sms_digest=off
                Runbook steps: pause_outbound_mail
            """),
        },
    },
    "telemetry_changes": [
        {
            "after": ["disable_feature_flag:full_history_export"],
            "tool_responses": {
                "query_logs": {
                    "analytics-service": _text("""\
                        2026-03-10T14:18:12.006Z INFO  [analytics-service] scheduler: job full_history_export started, worker=0, mode=single fetch
                        2026-03-10T14:30:24.771Z INFO  [analytics-service] export: source reconnected, statement sent again, 0 rows written
                        2026-03-10T14:33:38.902Z INFO  [analytics-service] export: source reconnected, statement sent again, 0 rows written
                        2026-03-10T14:34:06.215Z INFO  [analytics-service] flags: full_history_export=off received, applies at the next worker start
                    """),
                },
                "check_service_status": {
                    "analytics-service": _text("""\
                        Health: HEALTHY
                        Replicas: 2/2 ready (web, worker), up since 2026-03-10T08:31Z, 0 restarts
                        Checks: liveness ok, readiness ok
                        Note: the worker still runs with the flag values of 08:31Z
                        Feature flags: full_history_export=off, nightly_rollup_v2=on
                        Runbook steps: verify_warehouse_freshness
                    """),
                },
            },
        },
        {
            "after": ["restart_service:analytics-service"],
            "tool_responses": {
                "query_logs": {
                    "analytics-service": _text("""\
                        2026-03-10T14:35:28.117Z INFO  [analytics-service] worker 0 stopping, source session closed
                        2026-03-10T14:35:44.530Z INFO  [analytics-service] worker 0 started, full_history_export=off, 0 jobs picked up
                        2026-03-10T14:35:58.406Z INFO  [analytics-service] GET /dashboards/ops 200 92ms
                    """),
                    "postgres-db": _text("""\
                        2026-03-10T14:33:24.309Z LOG     postgres[1] server process (PID 24412) was terminated by signal 9: Killed
                        2026-03-10T14:33:35.874Z LOG     postgres[1] database system is ready to accept connections, start 5 since 14:20:41Z
                        2026-03-10T14:35:28.161Z LOG     postgres[27033] could not send data to client: Connection reset by peer
                        2026-03-10T14:35:52.690Z FATAL   postgres[28877] sorry, too many clients already
                        2026-03-10T14:36:07.048Z FATAL   postgres[28902] sorry, too many clients already
                        2026-03-10T14:36:15.527Z LOG     postgres[28914] 488 sessions of aborted pings still in start-up, slots not released
                    """),
                },
                "check_metrics": {
                    "analytics-service": _text("""\
                        Source address: 10.0.5.47 (normal 10.0.5.47)
                        CPU: 13 % (normal 15 %)
                        Memory: 1.8 GiB of 8 GiB, 22 % (normal 24 %)
                        Dashboard requests: 14/s, errors 0.2 % (normal 14/s, 0.2 %)
                        Jobs running: 0 (normal 0 to 2)
                        Rows requested by running jobs: 0 (normal up to 3 M)
                    """),
                    "postgres-db": _text("""\
                        Listen address: 10.0.5.10:5432 (normal 10.0.5.10:5432)
                        CPU: 31 % (normal 12 %)
                        Memory: 30.1 GiB of 64 GiB, 47 % and flat (normal 34 %, flat)
                        Connections: 497/500, of these 488 stuck in start-up (normal 12/500)
                        Restarts: 5 since 14:20Z, none since 14:33:24Z (normal 0)
                        Transactions: 9/s (normal 1,850/s)
                        Oldest statement: 3 s (normal below 4 s)
                        Backend memory by client: 10.0.5.36 0.6 GiB, 10.0.5.52 0.2 GiB (normal below 1 GiB each)
                    """),
                },
                "check_dependencies": {
                    "analytics-service": _text("""\
                        Upstream api-gateway (HTTP, dashboards): 14 calls/s, ok
                        Downstream postgres-db (SQL, read-only role): no session open, none needed
                        Downstream warehouse (columnar store): ok, p99 295 ms
                        Downstream object storage (S3): ok, p99 47 ms
                    """),
                    "postgres-db": _text("""\
                        Upstream auth-service (SQL): no usable session, pings hang in start-up
                        Upstream order-service (SQL): no usable session, pings hang in start-up
                        Upstream product-service (SQL): 2 sessions, statements 1 to 3 s
                        Upstream analytics-service (SQL, read-only role): no session
                        Upstream notification-service (SQL): 1 session, ok
                        Downstream volume pg-data (block storage): ok, write 1.6 ms, 38 % full
                        Downstream replica postgres-db-r1 (streaming): ok, replay 3 s behind
                    """),
                },
                "check_service_status": {
                    "analytics-service": _text("""\
                        Health: HEALTHY
                        Replicas: 2/2 ready (web, worker), up since 2026-03-10T14:35Z, 1 restart (operator)
                        Checks: liveness ok, readiness ok
                        Feature flags: full_history_export=off, nightly_rollup_v2=on
                        Runbook steps: verify_warehouse_freshness
                    """),
                    "postgres-db": _text("""\
                        Health: DOWN
                        Primary: running for 2 min 40 s, 5 restarts since 14:20Z, none since 14:33:24Z
                        Replica postgres-db-r1: up 27 days, replay 3 s behind
                        Checks: liveness ok, readiness failing (no free connection slot), memory within bounds
                        Feature flags: none
                        Runbook steps: verify_db_health, failover_to_replica
                    """),
                },
            },
        },
        {
            "after": ["restart_service:postgres-db"],
            "tool_responses": {
                "query_logs": {
                    "api-gateway": _text("""\
                        2026-03-10T14:37:31.774Z ERROR [api-gateway] POST /v1/login 503 flags=UT upstream=auth-service duration=5000ms
                        2026-03-10T14:37:49.126Z INFO  [api-gateway] GET /v1/products/17740 200 upstream=product-service duration=35ms guest=true
                        2026-03-10T14:38:05.893Z ERROR [api-gateway] POST /v1/checkout 503 flags=UF upstream=order-service duration=3001ms
                        2026-03-10T14:38:22.058Z ERROR [api-gateway] 5xx ratio over 60 s: 0.94, 10,977 of 11,680 requests
                    """),
                    "auth-service": _text("""\
                        2026-03-10T14:37:31.771Z ERROR [auth-service] msg="login failed" cause="no connection in pool" waiting=817 req=91d60b
                        2026-03-10T14:37:58.340Z INFO  [auth-service] msg="database reachable" peer=postgres-db:5432 pool=sealed open=0
                        2026-03-10T14:38:16.905Z ERROR [auth-service] msg="login failed" cause="no connection in pool" waiting=811 req=5ac2e7
                    """),
                    "order-service": _text("""\
                        2026-03-10T14:37:44.612Z INFO  [order-service] probe postgres-db:5432 ok in 2 ms
                        2026-03-10T14:38:05.890Z ERROR [order-service] POST /internal/orders 503 cart=5511204 cause=PoolShutException
                        2026-03-10T14:38:21.457Z INFO  [order-service] datasource orders: pool shut, waits for the next process start
                    """),
                    "postgres-db": _text("""\
                        2026-03-10T14:36:41.203Z LOG     postgres[1] received fast shutdown request
                        2026-03-10T14:36:52.618Z LOG     postgres[1] database system is shut down
                        2026-03-10T14:37:29.440Z LOG     postgres[1] database system is ready to accept connections
                        2026-03-10T14:38:00.071Z LOG     postgres[61] checkpoint complete: wrote 1204 buffers (0.1%), sync=0.021 s
                        2026-03-10T14:38:18.825Z LOG     postgres[118] duration: 41.377 ms  statement: SELECT ... FROM stock_levels (user product)
                    """),
                    "product-service": _text("""\
                        2026-03-10T14:37:36.518Z INFO  [product-service] catalogue refresh ok, 412,006 items in 3.8 s
                        2026-03-10T14:37:49.120Z INFO  [product-service] GET /products/17740 200 27ms source=memory
                        2026-03-10T14:38:18.830Z INFO  [product-service] stock lookup 41 ms
                    """),
                    "notification-service": _text("""\
                        2026-03-10T14:30:10.420Z INFO  [notification-service] smtp mx3: requeued message accepted
                        2026-03-10T14:37:40.762Z INFO  [notification-service] preference lookup ok, 4 ms
                        2026-03-10T14:38:02.119Z INFO  [notification-service] mail batch sent count=6 took=1.1s
                    """),
                },
                "check_metrics": {
                    "api-gateway": _text("""\
                        Source address: 10.0.5.11 (normal 10.0.5.11)
                        CPU: 58 % (normal 38 %)
                        Memory: 3.4 GiB of 8 GiB, 43 % (normal 35 %)
                        Request rate: 195/s (normal 310/s)
                        Error rate: 94 % (normal 0.2 %)
                        Latency p99: 5,001 ms (normal 180 ms)
                        Errors by route: login 99 %, signed-in browsing 99 %, checkout 98 %, guest browsing 0.1 % (normal all below 0.5 %)
                    """),
                    "postgres-db": _text("""\
                        Listen address: 10.0.5.10:5432 (normal 10.0.5.10:5432)
                        CPU: 6 % (normal 12 %)
                        Memory: 18.6 GiB of 64 GiB, 29 % and flat (normal 34 %, flat)
                        Connections: 4/500 (normal 12/500)
                        Restarts: 0 since the planned one at 14:37:29Z (normal 0)
                        Transactions: 310/s (normal 1,850/s)
                        Oldest statement: below 1 s (normal below 4 s)
                        Backend memory by client: 10.0.5.36 0.2 GiB, 10.0.5.52 0.1 GiB (normal below 1 GiB each)
                    """),
                    "product-service": _text("""\
                        Source address: 10.0.5.36 (normal 10.0.5.36)
                        CPU: 18 % (normal 41 %)
                        Memory: 5.6 GiB of 8 GiB, 70 % (normal 70 %)
                        Request rate: 12/s (normal 240/s)
                        Error rate: 0.3 % (normal 0.3 %)
                        Age of the catalogue copy: 45 s (normal below 2 min)
                    """),
                },
                "check_dependencies": {
                    "auth-service": _text("""\
                        Upstream api-gateway (gRPC): 162 calls/s, 99 % end at the deadline
                        Downstream postgres-db (SQL): reachable in 2 ms, own pool still sealed
                        Downstream redis-session (RESP): ok, p99 1 ms
                        Downstream notification-service (queue): ok, 0 waiting
                    """),
                    "order-service": _text("""\
                        Upstream api-gateway (HTTP): 23 calls/s, 98 % answered 503
                        Downstream postgres-db (SQL): reachable in 2 ms, own pool still shut
                        Downstream product-service (HTTP, prices): ok, p99 43 ms
                        Downstream notification-service (queue): ok, 0 waiting
                    """),
                    "postgres-db": _text("""\
                        Upstream auth-service (SQL): pings ok, no session opened
                        Upstream order-service (SQL): pings ok, no session opened
                        Upstream product-service (SQL): 3 sessions, ok
                        Upstream analytics-service (SQL, read-only role): no session
                        Upstream notification-service (SQL): 1 session, ok
                        Downstream volume pg-data (block storage): ok, write 0.9 ms, 38 % full
                        Downstream replica postgres-db-r1 (streaming): ok, replay 0 s behind
                    """),
                    "product-service": _text("""\
                        Upstream api-gateway (HTTP): 11 calls/s, ok
                        Upstream order-service (HTTP, prices): 2 calls/s, ok
                        Downstream postgres-db (SQL): ok, p99 44 ms
                        Downstream search index (HTTP): ok, p99 22 ms
                    """),
                    "notification-service": _text("""\
                        Upstream order-service (queue): ok, little traffic
                        Upstream auth-service (queue): ok, little traffic
                        Downstream postgres-db (SQL, preferences): ok, p99 6 ms
                        Downstream mail relay mx1 to mx3 (SMTP): ok, p99 1.3 s
                    """),
                },
                "check_service_status": {
                    "postgres-db": _text("""\
                        Health: HEALTHY
                        Primary: running since 14:37:29Z, 0 restarts since then
                        Replica postgres-db-r1: up 27 days, replay 0 s behind
                        Checks: liveness ok, readiness ok, free connection slots ok
                        Feature flags: none
                        Runbook steps: verify_db_health, failover_to_replica
                    """),
                    "product-service": _text("""\
                        Health: HEALTHY
                        Replicas: 5/5 ready, up since 2026-03-07T14:11Z, 0 restarts
                        Checks: liveness ok, readiness ok, catalogue freshness ok
                        Feature flags: variant_facets=on
                        Runbook steps: rebuild_catalogue_index
                    """),
                },
            },
        },
        {
            "after": ["restart_service:auth-service"],
            "tool_responses": {
                "query_logs": {
                    "api-gateway": _text("""\
                        2026-03-10T14:39:33.208Z INFO  [api-gateway] outlier detection: auth-service 3/3 hosts back
                        2026-03-10T14:39:41.650Z INFO  [api-gateway] POST /v1/login 200 upstream=auth-service duration=88ms
                        2026-03-10T14:39:54.917Z ERROR [api-gateway] POST /v1/checkout 503 flags=UF upstream=order-service duration=3002ms
                        2026-03-10T14:40:07.331Z WARN  [api-gateway] 5xx ratio over 60 s: 0.22, 3,710 of 16,862 requests
                    """),
                    "auth-service": _text("""\
                        2026-03-10T14:39:12.480Z INFO  [auth-service] msg="starting" version=3.8.1 replica=2
                        2026-03-10T14:39:27.066Z INFO  [auth-service] msg="pool opened" peer=postgres-db:5432 open=4
                        2026-03-10T14:39:41.645Z INFO  [auth-service] msg="login ok" took_ms=71 req=0b77f2
                        2026-03-10T14:39:58.289Z WARN  [auth-service] msg="login refused" cause="wrong password" req=d41e08
                    """),
                },
                "check_metrics": {
                    "api-gateway": _text("""\
                        Source address: 10.0.5.11 (normal 10.0.5.11)
                        CPU: 41 % (normal 38 %)
                        Memory: 3.0 GiB of 8 GiB, 38 % (normal 35 %)
                        Request rate: 281/s (normal 310/s)
                        Error rate: 22 % (normal 0.2 %)
                        Latency p99: 3,002 ms (normal 180 ms)
                        Errors by route: login 0.5 %, signed-in browsing 0.2 %, checkout 98 %, guest browsing 0.1 % (normal all below 0.5 %)
                    """),
                    "auth-service": _text("""\
                        Source address: 10.0.5.21 (normal 10.0.5.21)
                        CPU: 26 % (normal 22 %)
                        Memory: 0.9 GiB of 2 GiB, 45 % (normal 48 %)
                        Login failures: 0.7 % (normal 0.6 %)
                        Open database connections: 4 of 40 (normal 4)
                        Requests waiting for a connection: 0 (normal 0)
                        Latency p99: 102 ms (normal 95 ms)
                    """),
                    "postgres-db": _text("""\
                        Listen address: 10.0.5.10:5432 (normal 10.0.5.10:5432)
                        CPU: 9 % (normal 12 %)
                        Memory: 20.1 GiB of 64 GiB, 31 % and flat (normal 34 %, flat)
                        Connections: 8/500 (normal 12/500)
                        Restarts: 0 since the planned one at 14:37:29Z (normal 0)
                        Transactions: 1,120/s (normal 1,850/s)
                        Oldest statement: below 1 s (normal below 4 s)
                        Backend memory by client: 10.0.5.21 0.3 GiB, 10.0.5.36 0.2 GiB, 10.0.5.52 0.1 GiB (normal below 1 GiB each)
                    """),
                    "product-service": _text("""\
                        Source address: 10.0.5.36 (normal 10.0.5.36)
                        CPU: 37 % (normal 41 %)
                        Memory: 5.6 GiB of 8 GiB, 70 % (normal 70 %)
                        Request rate: 201/s (normal 240/s)
                        Error rate: 0.3 % (normal 0.3 %)
                        Age of the catalogue copy: 30 s (normal below 2 min)
                    """),
                },
                "check_dependencies": {
                    "order-service": _text("""\
                        Upstream api-gateway (HTTP): 62 calls/s, 98 % answered 503
                        Downstream postgres-db (SQL): reachable in 2 ms, own pool still shut
                        Downstream product-service (HTTP, prices): ok, p99 43 ms
                        Downstream notification-service (queue): ok, 0 waiting
                    """),
                    "product-service": _text("""\
                        Upstream api-gateway (HTTP): ok
                        Upstream order-service (HTTP, prices): ok
                        Downstream postgres-db (SQL): ok, p99 45 ms
                        Downstream search index (HTTP): ok, p99 23 ms
                    """),
                    "api-gateway": _text("""\
                        Upstream: web and mobile clients (HTTPS)
                        Downstream auth-service (gRPC, session check and login): ok, p99 104 ms
                        Downstream order-service (HTTP): failing, p99 3,002 ms
                        Downstream product-service (HTTP): ok, p99 60 ms
                        Downstream analytics-service (HTTP, internal dashboards): ok, p99 90 ms
                        Downstream redis-session (RESP, rate limits): ok, p99 1 ms
                    """),
                    "auth-service": _text("""\
                        Upstream api-gateway (gRPC): ok, p99 102 ms
                        Downstream postgres-db (SQL): ok, 4 connections, p99 8 ms
                        Downstream redis-session (RESP): ok, p99 1 ms
                        Downstream notification-service (queue): ok, 1 waiting
                    """),
                    "postgres-db": _text("""\
                        Upstream auth-service (SQL): 4 sessions, ok
                        Upstream order-service (SQL): pings ok, no session opened
                        Upstream product-service (SQL): 3 sessions, ok
                        Upstream analytics-service (SQL, read-only role): no session
                        Upstream notification-service (SQL): 1 session, ok
                        Downstream volume pg-data (block storage): ok, write 0.9 ms, 38 % full
                        Downstream replica postgres-db-r1 (streaming): ok, replay 0 s behind
                    """),
                },
                "check_service_status": {
                    "api-gateway": _text("""\
                        Health: DEGRADED
                        Replicas: 4/4 ready, up since 2026-03-09T10:06Z, 0 restarts
                        Checks: liveness ok, readiness ok, upstream auth-service ok, upstream order-service failing
                        Feature flags: http3_edge=on
                        Runbook steps: dump_route_table
                    """),
                    "auth-service": _text("""\
                        Health: HEALTHY
                        Replicas: 3/3 ready, up since 2026-03-10T14:39Z, 1 restart (operator)
                        Checks: liveness ok, readiness ok (database ping 2 ms)
                        Feature flags: structured_logging=on, passkey_login=off
                        Runbook steps: rotate_signing_keys
                    """),
                },
            },
        },
        {
            "after": ["restart_service:order-service"],
            "tool_responses": {
                "query_logs": {
                    "api-gateway": _text("""\
                        2026-03-10T14:39:36.542Z INFO  [api-gateway] POST /v1/checkout 201 upstream=order-service duration=214ms guest=true
                        2026-03-10T14:39:47.085Z ERROR [api-gateway] POST /v1/login 503 flags=UT upstream=auth-service duration=5001ms
                        2026-03-10T14:40:01.379Z ERROR [api-gateway] ext_authz auth-service: DEADLINE_EXCEEDED after 5000ms, request denied
                        2026-03-10T14:40:11.926Z ERROR [api-gateway] 5xx ratio over 60 s: 0.83, 9,864 of 11,884 requests
                    """),
                    "order-service": _text("""\
                        2026-03-10T14:39:08.751Z INFO  [order-service] starting v9.3.2, 4 replicas rolling
                        2026-03-10T14:39:29.330Z INFO  [order-service] HikariPool-1 - Start completed, 4 connections
                        2026-03-10T14:39:36.538Z INFO  [order-service] POST /internal/orders 201 cart=5511390 196ms
                        2026-03-10T14:40:02.614Z WARN  [order-service] cart=5511402 refused: item 60418 sold out
                    """),
                },
                "check_metrics": {
                    "api-gateway": _text("""\
                        Source address: 10.0.5.11 (normal 10.0.5.11)
                        CPU: 55 % (normal 38 %)
                        Memory: 3.3 GiB of 8 GiB, 41 % (normal 35 %)
                        Request rate: 198/s (normal 310/s)
                        Error rate: 83 % (normal 0.2 %)
                        Latency p99: 5,001 ms (normal 180 ms)
                        Errors by route: login 99 %, signed-in pages 99 %, guest checkout 0.3 %, guest browsing 0.1 % (normal all below 0.5 %)
                    """),
                    "order-service": _text("""\
                        Source address: 10.0.5.31 (normal 10.0.5.31)
                        CPU: 27 % (normal 29 %)
                        Memory: 2.1 GiB of 4 GiB, 53 % (normal 61 %)
                        Failed order writes: 0.1 % (normal 0.1 %)
                        Open database connections: 4 of 40 (normal 4)
                        Orders placed: 9/min (normal 74/min)
                        Latency p99: 251 ms (normal 240 ms)
                    """),
                    "postgres-db": _text("""\
                        Listen address: 10.0.5.10:5432 (normal 10.0.5.10:5432)
                        CPU: 8 % (normal 12 %)
                        Memory: 19.9 GiB of 64 GiB, 31 % and flat (normal 34 %, flat)
                        Connections: 8/500 (normal 12/500)
                        Restarts: 0 since the planned one at 14:37:29Z (normal 0)
                        Transactions: 540/s (normal 1,850/s)
                        Oldest statement: below 1 s (normal below 4 s)
                        Backend memory by client: 10.0.5.31 0.3 GiB, 10.0.5.36 0.2 GiB, 10.0.5.52 0.1 GiB (normal below 1 GiB each)
                    """),
                },
                "check_dependencies": {
                    "api-gateway": _text("""\
                        Upstream: web and mobile clients (HTTPS)
                        Downstream auth-service (gRPC, session check and login): failing, p99 5,000 ms
                        Downstream order-service (HTTP): ok, p99 256 ms
                        Downstream product-service (HTTP): ok, p99 60 ms
                        Downstream analytics-service (HTTP, internal dashboards): ok, p99 90 ms
                        Downstream redis-session (RESP, rate limits): ok, p99 1 ms
                    """),
                    "order-service": _text("""\
                        Upstream api-gateway (HTTP): ok, p99 256 ms, 0.1 % errors
                        Downstream postgres-db (SQL): ok, 4 connections, p99 9 ms
                        Downstream product-service (HTTP, prices): ok, p99 44 ms
                        Downstream notification-service (queue): ok, 1 waiting
                    """),
                    "postgres-db": _text("""\
                        Upstream auth-service (SQL): pings ok, no session opened
                        Upstream order-service (SQL): 4 sessions, ok
                        Upstream product-service (SQL): 3 sessions, ok
                        Upstream analytics-service (SQL, read-only role): no session
                        Upstream notification-service (SQL): 1 session, ok
                        Downstream volume pg-data (block storage): ok, write 0.9 ms, 38 % full
                        Downstream replica postgres-db-r1 (streaming): ok, replay 0 s behind
                    """),
                },
                "check_service_status": {
                    "api-gateway": _text("""\
                        Health: DEGRADED
                        Replicas: 4/4 ready, up since 2026-03-09T10:06Z, 0 restarts
                        Checks: liveness ok, readiness ok, upstream auth-service failing, upstream order-service ok
                        Feature flags: http3_edge=on
                        Runbook steps: dump_route_table
                    """),
                    "order-service": _text("""\
                        Health: HEALTHY
                        Replicas: 4/4 ready, up since 2026-03-10T14:39Z, 1 restart (operator)
                        Checks: liveness ok, readiness ok (datasource orders)
                        Feature flags: async_invoice=on
                        Runbook steps: replay_order_outbox
                    """),
                },
            },
        },
        {
            "after": ["restart_service:auth-service", "restart_service:order-service"],
            "tool_responses": {
                "query_logs": {
                    "api-gateway": _text("""\
                        2026-03-10T14:41:04.882Z INFO  [api-gateway] POST /v1/login 200 upstream=auth-service duration=84ms
                        2026-03-10T14:41:16.347Z INFO  [api-gateway] POST /v1/checkout 201 upstream=order-service duration=227ms
                        2026-03-10T14:41:38.019Z INFO  [api-gateway] GET /v1/products/20916 200 upstream=product-service duration=36ms
                        2026-03-10T14:41:59.705Z INFO  [api-gateway] 5xx ratio over 60 s: 0.003, 55 of 18,340 requests
                    """),
                    "postgres-db": _text("""\
                        2026-03-10T14:37:29.440Z LOG     postgres[1] database system is ready to accept connections
                        2026-03-10T14:38:00.071Z LOG     postgres[61] checkpoint complete: wrote 1204 buffers (0.1%), sync=0.021 s
                        2026-03-10T14:41:00.154Z LOG     postgres[61] checkpoint complete: wrote 9871 buffers (0.5%), sync=0.034 s
                        2026-03-10T14:41:43.606Z LOG     postgres[352] duration: 1108.214 ms  statement: autovacuum: VACUUM ANALYZE public.carts
                    """),
                },
                "check_metrics": {
                    "api-gateway": _text("""\
                        Source address: 10.0.5.11 (normal 10.0.5.11)
                        CPU: 39 % (normal 38 %)
                        Memory: 2.8 GiB of 8 GiB, 35 % (normal 35 %)
                        Request rate: 306/s (normal 310/s)
                        Error rate: 0.3 % (normal 0.2 %)
                        Latency p99: 192 ms (normal 180 ms)
                        Errors by route: login 0.4 %, signed-in browsing 0.2 %, checkout 0.4 %, guest browsing 0.1 % (normal all below 0.5 %)
                    """),
                    "postgres-db": _text("""\
                        Listen address: 10.0.5.10:5432 (normal 10.0.5.10:5432)
                        CPU: 12 % (normal 12 %)
                        Memory: 21.8 GiB of 64 GiB, 34 % and flat (normal 34 %, flat)
                        Connections: 12/500 (normal 12/500)
                        Restarts: 0 since the planned one at 14:37:29Z (normal 0)
                        Transactions: 1,810/s (normal 1,850/s)
                        Oldest statement: 1 s (normal below 4 s)
                        Backend memory by client: 10.0.5.31 0.3 GiB, 10.0.5.21 0.3 GiB, 10.0.5.36 0.2 GiB (normal below 1 GiB each)
                    """),
                    "product-service": _text("""\
                        Source address: 10.0.5.36 (normal 10.0.5.36)
                        CPU: 41 % (normal 41 %)
                        Memory: 5.6 GiB of 8 GiB, 70 % (normal 70 %)
                        Request rate: 236/s (normal 240/s)
                        Error rate: 0.3 % (normal 0.3 %)
                        Age of the catalogue copy: 70 s (normal below 2 min)
                    """),
                    "order-service": _text("""\
                        Source address: 10.0.5.31 (normal 10.0.5.31)
                        CPU: 30 % (normal 29 %)
                        Memory: 2.3 GiB of 4 GiB, 58 % (normal 61 %)
                        Failed order writes: 0.1 % (normal 0.1 %)
                        Open database connections: 4 of 40 (normal 4)
                        Orders placed: 72/min (normal 74/min)
                        Latency p99: 244 ms (normal 240 ms)
                    """),
                    "notification-service": _text("""\
                        Source address: 10.0.5.52 (normal 10.0.5.52)
                        CPU: 8 % (normal 8 %)
                        Memory: 0.7 GiB of 2 GiB, 35 % (normal 36 %)
                        Messages sent: 93/min (normal 96/min, follows orders and logins)
                        Queue length: 6 (normal 0 to 10)
                        Delivery failures: 0.5 % (normal 0.5 %)
                    """),
                },
                "check_dependencies": {
                    "api-gateway": _text("""\
                        Upstream: web and mobile clients (HTTPS)
                        Downstream auth-service (gRPC, session check and login): ok, p99 98 ms
                        Downstream order-service (HTTP): ok, p99 244 ms
                        Downstream product-service (HTTP): ok, p99 60 ms
                        Downstream analytics-service (HTTP, internal dashboards): ok, p99 90 ms
                        Downstream redis-session (RESP, rate limits): ok, p99 1 ms
                    """),
                    "postgres-db": _text("""\
                        Upstream auth-service (SQL): 4 sessions, ok
                        Upstream order-service (SQL): 4 sessions, ok
                        Upstream product-service (SQL): 3 sessions, ok
                        Upstream analytics-service (SQL, read-only role): no session
                        Upstream notification-service (SQL): 1 session, ok
                        Downstream volume pg-data (block storage): ok, write 1.0 ms, 38 % full
                        Downstream replica postgres-db-r1 (streaming): ok, replay 0 s behind
                    """),
                },
                "check_service_status": {
                    "api-gateway": _text("""\
                        Health: HEALTHY
                        Replicas: 4/4 ready, up since 2026-03-09T10:06Z, 0 restarts
                        Checks: liveness ok, readiness ok, upstream auth-service ok, upstream order-service ok
                        Feature flags: http3_edge=on
                        Runbook steps: dump_route_table
                    """),
                },
            },
        },
        {
            "after": ["execute_runbook_step:verify_db_health"],
            "tool_responses": {
                "query_logs": {
                    "postgres-db": _text("""\
                        2026-03-10T14:37:29.440Z LOG     postgres[1] database system is ready to accept connections
                        2026-03-10T14:38:00.071Z LOG     postgres[61] checkpoint complete: wrote 1204 buffers (0.1%), sync=0.021 s
                        2026-03-10T14:41:00.154Z LOG     postgres[61] checkpoint complete: wrote 9871 buffers (0.5%), sync=0.034 s
                        2026-03-10T14:41:43.606Z LOG     postgres[352] duration: 1108.214 ms  statement: autovacuum: VACUUM ANALYZE public.carts
                        2026-03-10T14:43:10.927Z INFO    runbook: verify_db_health passed, 12/500 connections, CPU 12 %, memory 34 %
                    """),
                },
            },
        },
    ],
    "remediation_data": {
        "restart_service": {
            "api-gateway": {
                "result": "Four gateway replicas were replaced one by one in 2 min 10 s. Warm TLS sessions were lost "
                "and every client had to shake hands again."
            },
            "auth-service": {
                "result": "3/3 replicas ready after 31 s, the pool opened with 4 connections. 99.3 % of logins pass.",
                "too_early": "The three replicas started, but the pool could not open within its 20 s start-up window "
                "and sealed itself again. 0/3 ready.",
            },
            "order-service": {
                "result": "4/4 replicas ready after 38 s, HikariPool-1 holds 4 connections. The first order was "
                "written in 196 ms.",
                "too_early": "All four replicas came back, failed their datasource check for 20 s and shut the pool. "
                "0/4 ready, order writes still answer 503.",
            },
            "postgres-db": {
                "result": "Clean shutdown and start, accepting connections after 48 s. Memory rests at 29 % and does "
                "not climb, 4/500 connections.",
                "too_early": "The primary came up within 50 s and took connections. Memory then climbed by about 0.24 "
                "GiB/s and the process got signal 9 again at the 64 GiB limit.",
            },
            "product-service": {
                "result": "5/5 replicas ready after 55 s with an empty catalogue copy. Pages answered 500 until the "
                "first refresh came through."
            },
            "analytics-service": {
                "result": "Web and worker are back after 16 s. The worker closed its source session, read its flags "
                "anew and picked up 0 jobs.",
                "too_early": "Web and worker are back after 16 s. On start the worker found the unfinished job "
                "full_history_export, flag on, and sent the same statement again.",
            },
            "redis-session": {
                "result": "The primary restarted and loaded its 1.2 GiB snapshot in 19 s. Sessions written after the "
                "last save, about 1,900, are gone."
            },
            "notification-service": {
                "result": "2/2 replicas ready after 12 s, template set 2026-03-b loaded. The queue of 4 messages was "
                "sent."
            },
        },
        "rollback_deploy": {
            "api-gateway": {
                "result": "Gateway back on v7.11.4 after a rolling change of 3 min. Mobile clients on HTTP/3 were cut "
                "off and reconnected over HTTP/2."
            },
            "auth-service": {
                "result": "auth-service runs v3.8.0 with its old plain-text log lines. The log pipeline rejects 100 % "
                "of them until its parser is switched back."
            },
            "order-service": {
                "result": "order-service runs v9.3.1, 4 processes up. Split shipments are rounded the old way, 1 cent "
                "off in about 2 % of the carts."
            },
            "postgres-db": {
                "result": "Config 117 loaded, autovacuum cost limit back at 200. Two vacuum runs were cancelled "
                "midway, 38 M dead rows wait."
            },
            "product-service": {
                "result": "product-service runs v6.0.8. The in-memory catalogue was dropped on the way and category "
                "pages lost their facets."
            },
            "analytics-service": {
                "result": "The request for v5.3.2 was refused by the pipeline: migration 0091 of v5.4.0 has no way "
                "back. v5.4.0 stays in place, nothing changed."
            },
            "redis-session": {
                "result": "Config 30 is active, tcp-keepalive back at 300 s. The change needed a fail-over of 6 s in "
                "which session reads failed."
            },
            "notification-service": {
                "result": "Template set 2026-03-a is active again, the spring footer is gone from the mails. 64 "
                "templates recompiled in 9 s."
            },
        },
        "scale_service": {
            "api-gateway": {
                "result": "Two more gateway replicas joined, 6/6 ready. CPU per replica fell by a third, the share of "
                "failing requests stayed where it was."
            },
            "auth-service": {
                "result": "Extra auth-service replicas were scheduled and share the existing pool budget of 40. The "
                "ratio of failed to good logins did not move."
            },
            "order-service": {
                "result": "Additional order-service pods run, the pool budget of 40 is split among more of them. Order "
                "throughput is what it was."
            },
            "postgres-db": {
                "result": "A second read replica was requested and began a base backup of 1.9 TiB from the primary, "
                "estimated 70 min. Primary disk reads tripled."
            },
            "product-service": {
                "result": "Two product-service pods were added and filled their catalogue copy from a neighbour. CPU "
                "fell to 33 % per pod."
            },
            "analytics-service": {
                "result": "A third pod runs and is idle: jobs are held by a single-runner lock. Dashboards answer as "
                "before."
            },
            "redis-session": {
                "result": "One more replica synchronised 1.2 GiB in 14 s. Primary CPU stays at 9 %, hit ratio at 97.8 "
                "%."
            },
            "notification-service": {
                "result": "Third replica up in 10 s. With fewer than ten messages queued it has nothing to do."
            },
        },
        "disable_feature_flag": {
            "full_history_export": {
                "result": "full_history_export reads off in the flag store. Processes already running keep the value "
                "they read when they started."
            },
            "nightly_rollup_v2": {
                "result": "nightly_rollup_v2 is off; tonight's rollup at 02:00Z will use the old path. No job was "
                "running on it."
            },
            "structured_logging": {
                "result": "structured_logging is off, log lines come as plain text from now on. Request figures are "
                "unchanged."
            },
            "passkey_login": {"result": "passkey_login was off already. The flag store recorded no change."},
            "async_invoice": {
                "result": "async_invoice is off, invoices are written within the order request again. No invoice was "
                "pending."
            },
            "http3_edge": {
                "result": "http3_edge is off. The 10 % of mobile clients concerned fell back to HTTP/2 within a minute."
            },
            "variant_facets": {
                "result": "variant_facets is off and category pages show plain lists. Page time fell from 34 to 31 ms."
            },
            "sms_digest": {"result": "Nothing to switch: sms_digest has been off since it was created."},
        },
        "clear_cache": {
            "api-gateway": {
                "result": "The gateway keeps no response cache. The command matched 0 stores and changed nothing."
            },
            "auth-service": {"result": "No such cache: auth-service holds its state elsewhere. Nothing was changed."},
            "order-service": {"result": "There is no cache registered under order-service, so nothing was changed."},
            "postgres-db": {
                "result": "No cache of that name exists; shared buffers are not handled by this tool. Nothing changed."
            },
            "product-service": {
                "result": "The tool knows no cache for product-service, its catalogue copy is process memory. Nothing "
                "changed."
            },
            "analytics-service": {"result": "analytics-service has no cache to clear. 0 keys found, nothing changed."},
            "redis-session": {
                "result": "FLUSHALL done: 212,440 session keys deleted in 0.8 s. Memory fell to 60 MiB, hit ratio to 0 "
                "%."
            },
            "notification-service": {
                "result": "No such cache for notification-service; templates are read from disk. Nothing was changed."
            },
        },
        "execute_runbook_step": {
            "verify_db_health": {
                "result": "All checks passed: 12/500 connections, CPU 12 %, memory 34 %, login and order round trips "
                "ok.",
                "too_early": "Stopped with a failed check: the login and order round trip through the primary did not "
                "complete within 10 s.",
            },
            "failover_to_replica": {
                "result": "postgres-db-r1 was promoted and the old primary fenced for 4 min, then the tool switched "
                "back as its own checks asked for. 212 late transactions are lost."
            },
            "dump_route_table": {
                "result": "214 routes written to the incident folder. The table equals the one of 2026-03-09, no "
                "difference."
            },
            "rotate_signing_keys": {
                "result": "Three new signing keys are published, the old ones revoked. About 31,000 valid tokens were "
                "refused from that moment."
            },
            "replay_order_outbox": {
                "result": "The outbox holds 0 unsent events. Replay ended after 0.2 s without work."
            },
            "rebuild_catalogue_index": {
                "result": "Index rebuilt from its own snapshot, 412,006 documents, same checksum as before."
            },
            "verify_warehouse_freshness": {
                "result": "Newest warehouse partition is 14:00Z, inside the target of 60 min. 38 of 38 tables pass."
            },
            "snapshot_session_store": {"result": "Snapshot of 1.2 GiB saved in 2.1 s, 212,440 keys, checksum ok."},
            "pause_outbound_mail": {
                "result": "Outgoing mail was held for the preset 10 min, then released by the timer. No message was "
                "lost."
            },
        },
    },
    "wrong_actions": {
        "restart_service:api-gateway": "The gateway only passes on what its upstreams answer; restarting it broke open "
        "client connections and cost two minutes.",
        "rollback_deploy:api-gateway": "The gateway release is 28 hours old and ran a full day without trouble; the "
        "rollback cut off mobile clients for nothing.",
        "rollback_deploy:auth-service": "That release changed the format of log lines only; undoing it blinded the log "
        "pipeline in the middle of the incident.",
        "rollback_deploy:order-service": "The order release has been good for four days; the older version brought "
        "back a known rounding error in customers' carts.",
        "rollback_deploy:postgres-db": "The last database change is six days old and harmless; undoing it cancelled "
        "vacuum runs and left 38 M dead rows behind.",
        "rollback_deploy:product-service": "A release three days old had no part in this; the rollback emptied the "
        "catalogue copy that still served guests.",
        "rollback_deploy:notification-service": "The change was a mail footer; going back took minutes out of the "
        "outage and changed two mails.",
        "rollback_deploy:redis-session": "The session store was healthy; the change back forced a fail-over and six "
        "seconds of lost session reads.",
        "scale_service:postgres-db": "A new replica copies 1.9 TiB from the primary for 70 minutes; that added disk "
        "load and gave it no room.",
        "clear_cache:redis-session": "The session store was healthy; the flush signed out 212,440 users, who all have "
        "to log in again.",
        "restart_service:redis-session": "The session store was healthy; the restart lost about 1,900 fresh sessions.",
        "restart_service:product-service": "It was still serving the catalogue from memory; the restart threw that "
        "copy away and took guest browsing down too.",
        "execute_runbook_step:failover_to_replica": "The replica serves the same callers with the same memory; the "
        "promotion lost 212 late transactions and four minutes.",
        "execute_runbook_step:rotate_signing_keys": "Keys were in order; revoking them threw out 31,000 users who "
        "still had valid tokens.",
    },
    "wrong_only_before": {
        "restart_service:api-gateway": [
            "restart_service:postgres-db",
            "restart_service:auth-service",
            "restart_service:order-service",
        ],
    },
    "correct_severity": "P1",
    "correct_root_cause": {
        "service": "analytics-service",
        "failure_mode": "unbounded export query: the job full_history_export reads 847 M rows without LIMIT and the "
        "kernel OOM-kills postgres-db",
    },
    "correct_remediation_sequence": [
        "disable_feature_flag:full_history_export",
        "restart_service:analytics-service",
        "restart_service:postgres-db",
        "restart_service:auth-service",
        "restart_service:order-service",
        "execute_runbook_step:verify_db_health",
    ],
    "step_requirements": {
        "restart_service:analytics-service": ["disable_feature_flag:full_history_export"],
        "restart_service:postgres-db": [
            "disable_feature_flag:full_history_export",
            "restart_service:analytics-service",
        ],
        "restart_service:auth-service": ["restart_service:postgres-db"],
        "restart_service:order-service": ["restart_service:postgres-db"],
        "execute_runbook_step:verify_db_health": [
            "disable_feature_flag:full_history_export",
            "restart_service:analytics-service",
            "restart_service:postgres-db",
            "restart_service:auth-service",
            "restart_service:order-service",
        ],
    },
    "failure_mode_terms": [*MECHANISMS["unbounded_query"]],
    "related_mechanisms": [
        "unbounded_query",
        "plan_regression",
        "out_of_memory",
        "bad_deploy",
        "cpu_saturation",
        "connection_pool_exhaustion",
    ],
}

_F001_ALERT: AlertFacts = {
    "title": "Login and checkout failing, postgres-db restarting in a loop",
    "severity": "P1",
    "affected_services": ["postgres-db", "auth-service", "order-service", "api-gateway"],
    "symptoms": [
        "postgres-db has restarted 4 times in the last 12 minutes and is up for less than four minutes at a time.",
        "auth-service fails 99 % of logins, waiting 5 s for a connection each.",
        "order-service answers 503 to 98 % of order writes; 1 order per minute gets through (normal 74).",
        "api-gateway returns 5xx for 95 % of all requests (normal 0.2 %); guests can still browse.",
    ],
    "error_rate": 0.95,
    "duration_minutes": 14,
    "revenue_impact_per_min": None,
}

RCA_001: Scenario = {
    "scenario_id": "RCA-001",
    "description": "A shared database keeps dying and takes login and checkout with it. Find the service that sets it "
    "off.",
    "incident_summary": "Since 14:18Z logins and orders fail for nearly everyone while postgres-db starts, works for a "
    "few minutes and goes down again. Name the service behind it and how it does so.",
    "alert": {"id": "ALT-31077", **_F001_ALERT},
    **_F001,
}

RP_001: Scenario = {
    "scenario_id": "RP-001",
    "description": "A shared database keeps dying and takes login and checkout with it. Find out why, stop it for "
    "good, and bring the shop back.",
    "incident_summary": "Since 14:18Z logins and orders fail for nearly everyone while postgres-db starts, works for a "
    "few minutes and goes down again. Fix the cause first, then what it broke, verify, and write it up.",
    "alert": {"id": "ALT-31078", **_F001_ALERT},
    **_F001,
}


_F002_ALERT: AlertFacts = {
    "title": "Most checkouts end in an error",
    "severity": "P1",
    "affected_services": ["order-service", "payment-service", "fraud-detection-service"],
    "symptoms": [
        "Checkout failure is 61 % (normal 0.3 %); it jumped within seconds at 19:38Z and has not moved since.",
        "order-service gives up on orders after 9 s and answers 504; checkout p99 is 9.2 s (normal 640 ms).",
        "payment-service fails its external health probes, and authorisations fell to 157/s (normal 410/s).",
        "fraud-detection-service scores 62 % of orders with fallback rules (normal 0.5 %); 3,100 orders await review.",
    ],
    "error_rate": 0.61,
    "duration_minutes": 9,
    "revenue_impact_per_min": None,
}

_F002: Failure = {
    "known_services": [
        "order-service",
        "payment-service",
        "fraud-detection-service",
        "postgres-db",
        "redis-payment-cache",
        "cdn-edge",
        "network-infra",
        "api-gateway",
    ],
    "service_aliases": {
        "order-service": ["order", "orders", "orders-service", "order-svc"],
        "payment-service": ["payment", "payments", "payments-service", "payment-svc"],
        "fraud-detection-service": ["fraud-detection", "fraud", "fraud-service", "fraud-svc"],
        "postgres-db": ["postgres", "postgresql", "pg", "postgres-primary"],
        "redis-payment-cache": ["redis", "payment-cache", "redis-payment"],
        "network-infra": ["network", "network-infrastructure", "net-infra", "core-network"],
        "cdn-edge": ["cdn", "edge-cdn"],
        "api-gateway": ["gateway", "api-gw"],
    },
    "tool_responses": {
        "query_logs": {
            "order-service": _text("""\
                2026-04-21T19:37:51.402Z INFO [order-service] completed ord-88f1c02 zone=az-2 pod=10.0.2.53 total_ms=418
                2026-04-21T19:38:07.655Z ERROR [order-service] authorise ord-88f1d4e az-2 to payment-service 10.0.1.20:8443 connect timeout try 1/3
                2026-04-21T19:38:09.121Z ERROR [order-service] authorise ord-88f1d57 az-3 to payment-service 10.0.1.20:8443 connect timeout try 1/3
                2026-04-21T19:38:13.842Z ERROR [order-service] failed ord-88f1d4e zone=az-2 pod=10.0.2.51 status=504 tries=3 total_ms=9187
                2026-04-21T19:40:22.871Z ERROR [order-service] save ord-88f3a10 zone=az-3 to=postgres-db 10.0.1.30:5432 connect timeout 3 s
                2026-04-21T19:42:03.317Z WARN [order-service] free ord-88f4e66 zone=az-3 kept in local journal, 940 entries wait for postgres-db
                2026-04-21T19:43:40.590Z INFO [order-service] completed ord-88f620b zone=az-1 pod=10.0.1.52 total_ms=431
                2026-04-21T19:45:31.008Z ERROR [order-service] worker threads 197/200 busy zone=az-2 pod=10.0.2.54 oldest_wait_ms=8840
                2026-04-21T19:46:57.764Z ERROR [order-service] failed ord-88f8c91 zone=az-3 pod=10.0.3.52 status=504 tries=3 total_ms=9204
            """),
            "payment-service": _text("""\
                2026-04-21T19:37:58.233Z INFO [payment-service] authorised payment=pay-5c21e7 caller=10.0.2.52 zone=az-2 acquirer_ms=141
                2026-04-21T19:38:14.940Z ERROR [payment-service] callback pay-5c21f0 to=10.0.2.54:8080 zone=az-2 i/o timeout after 10 s
                2026-04-21T19:38:34.077Z WARN [payment-service] external probes: az-1 3/3 pass, az-2 0/3 pass, az-3 0/3 pass; marked unavailable
                2026-04-21T19:39:20.412Z ERROR [payment-service] write tcp 10.0.1.22:8443->10.0.3.62:49122 zone=az-3: i/o timeout
                2026-04-21T19:41:47.356Z INFO [payment-service] authorised payment=pay-5c2b19 caller=10.0.1.53 zone=az-1 acquirer_ms=138
                2026-04-21T19:44:05.881Z ERROR [payment-service] callback pay-5c21d8 to=10.0.3.51:8080 zone=az-3 i/o timeout after 10 s try=5/5
                2026-04-21T19:46:52.105Z INFO [payment-service] authorised payment=pay-5c3f70 caller=10.0.1.51 zone=az-1 acquirer_ms=144
            """),
            "fraud-detection-service": _text("""\
                2026-04-21T19:36:40.118Z INFO [fraud-detection-service] scored order=ord-88f19aa zone=az-3 score=0.07 history=hit took_ms=61
                2026-04-21T19:38:06.902Z WARN [fraud-detection-service] history zone=az-2 to=10.0.1.20:8443 timed out (2 s), local rules
                2026-04-21T19:38:08.455Z WARN [fraud-detection-service] history zone=az-3 to=10.0.1.20:8443 timed out (2 s), local rules
                2026-04-21T19:39:31.260Z ERROR [fraud-detection-service] circuit open target=payment-service/history zone=az-2 failures=50/50
                2026-04-21T19:42:55.713Z INFO [fraud-detection-service] scored order=ord-88f5810 zone=az-1 score=0.11 history=hit took_ms=58
                2026-04-21T19:46:20.039Z ERROR [fraud-detection-service] review queue 3100 above limit 2000, oldest waits 7 min zone=az-2
            """),
            "postgres-db": _text("""\
                2026-04-21T19:35:12.004Z [2211] LOG: checkpoint complete: wrote 3122 buffers (2.4%); write=29.8 s, sync=0.1 s, total=30.0 s
                2026-04-21T19:39:05.118Z [18221] walsender 10.0.2.30 LOG: terminating walsender process due to replication timeout
                2026-04-21T19:39:05.402Z [18224] walsender 10.0.3.30 LOG: terminating walsender process due to replication timeout
                2026-04-21T19:44:11.630Z [19004] orders@10.0.3.52 LOG: could not receive data from client: Connection timed out
                2026-04-21T19:45:12.207Z [2211] LOG: checkpoint complete: wrote 1190 buffers (0.9%); write=29.7 s, sync=0.1 s, total=29.9 s
            """),
            "redis-payment-cache": _text("""\
                2026-04-21T19:22:04.117Z NOTICE [1:M] CONFIG SET slowlog-max-len 512 by platform-data
                2026-04-21T19:31:40.551Z NOTICE [1:M] 10000 changes in 60 seconds. Saving...
                2026-04-21T19:31:42.873Z NOTICE [1:M] Background saving terminated with success
                2026-04-21T19:43:19.264Z NOTICE [1:M] 10000 changes in 60 seconds. Saving...
                2026-04-21T19:43:21.380Z NOTICE [1:M] Background saving terminated with success
            """),
            "network-infra": _text("""\
                2026-04-21T19:21:40.206Z INFO [rtr-az1-a] %NTP-6-SYNC: clock synchronised, stratum 2, offset 0.4 ms
                2026-04-21T19:29:02.870Z INFO [rtr-az1-a] %SYS-5-CONFIG: r418 committed by netops-ci, soft refresh out
                2026-04-21T19:29:04.113Z INFO [rtr-az1-a] %BGP-6-REFRESH: 11 of 12 prefixes sent, stale-path timer 540 s
                2026-04-21T19:38:04.118Z INFO [rtr-az1-a] %BGP-6-RIB: peer 10.0.2.1 withdrawn from 10.0.1.0/24
                2026-04-21T19:38:04.341Z INFO [rtr-az1-a] %BGP-6-RIB: peer 10.0.3.1 withdrawn from 10.0.1.0/24
                2026-04-21T19:41:17.925Z WARN [rtr-az3-b] %OPTICS-4-RX: xe-0/0/7 rx -9.8 dBm, limit -11.0 dBm
            """),
            "cdn-edge": _text("""\
                2026-04-21T19:35:06.713Z INFO [edge-ctl] release 2026.04.21-3 live on 42/42 pops, 318 objects added, 0 purged
                2026-04-21T19:37:28.090Z INFO [edge-http] 203.0.113.77 "GET /static/app.3f9c.js" 200 HIT pop=fra3 4 ms
                2026-04-21T19:40:51.349Z WARN [edge-tls] pop=gru1 tls handshake aborted by client 198.51.100.23
                2026-04-21T19:44:39.016Z INFO [edge-http] 198.51.100.140 "GET /static/hero.webp" 200 HIT pop=iad2 6 ms
            """),
            "api-gateway": _text("""\
                2026-04-21T19:37:44.861Z INFO [api-gateway] "POST /checkout" 201 zone=az-3 upstream=10.0.3.53:8080 dur=402ms
                2026-04-21T19:38:13.990Z ERROR [api-gateway] "POST /checkout" 504 zone=az-2 upstream=10.0.2.51:8080 dur=9201ms
                2026-04-21T19:38:18.402Z ERROR [api-gateway] "POST /checkout" 504 zone=az-3 upstream=10.0.3.54:8080 dur=9196ms
                2026-04-21T19:41:02.557Z INFO [api-gateway] "GET /orders/ord-88e77b1" 200 zone=az-2 upstream=10.0.2.52:8080 dur=37ms
                2026-04-21T19:43:40.598Z INFO [api-gateway] "POST /checkout" 201 zone=az-1 upstream=10.0.1.52:8080 dur=438ms
                2026-04-21T19:46:57.771Z ERROR [api-gateway] "POST /checkout" 504 zone=az-3 upstream=10.0.3.52:8080 dur=9213ms
            """),
        },
        "check_metrics": {
            "order-service": _text("""\
                Checkout failure 61 % (normal 0.3 %)
                Checkout failure by zone: az-1 0.2 %, az-2 99 %, az-3 98 % (normal 0.3 % in each)
                Checkout attempts 412/s: az-1 157, az-2 132, az-3 123 (normal 410/s: 156, 131, 123)
                Checkout latency p99 9.2 s (normal 640 ms)
                Worker threads az-1 61/200, az-2 196/200, az-3 195/200 (normal 60/200)
                Local order journal 2,040 entries (normal 0)
                CPU 34 % (normal 41 %)
                Memory 58 % (normal 55 %)
            """),
            "payment-service": _text("""\
                Authorisation success of requests received 99.8 % (normal 99.8 %)
                Authorisations 157/s: caller az-1 157, az-2 0, az-3 0 (normal 410/s: 156, 131, 123)
                Authorisation latency p99 212 ms (normal 220 ms)
                External probes passing az-1 3/3, az-2 0/3, az-3 0/3 (normal 3/3 in each)
                Undelivered order callbacks 1,870 (normal 4)
                CPU 19 % (normal 42 %)
                Memory 47 % (normal 49 %)
            """),
            "fraud-detection-service": _text("""\
                Orders scored by fallback rules 62 % (normal 0.5 %)
                History lookups failed az-1 0.1 %, az-2 100 %, az-3 100 % (normal 0.1 % in each)
                Scoring latency p99 2.4 s (normal 90 ms)
                Review queue 3,100 orders (normal 140)
                CPU 78 % (normal 45 %)
                Memory 63 % (normal 60 %)
            """),
            "postgres-db": _text("""\
                Sessions 131/400 (normal 300/400)
                Transactions 1,240/s (normal 3,150/s)
                Query latency p99 11 ms (normal 14 ms)
                Replication lag replica az-2 535 s, replica az-3 535 s (normal below 1 s)
                CPU 14 % (normal 31 %)
                Disk 44 % (normal 44 %)
            """),
            "redis-payment-cache": _text("""\
                Operations 3,510/s (normal 9,200/s)
                Hit ratio 98.6 % (normal 98.5 %)
                Used memory 2.9 GB of 8 GB (normal 3.0 GB)
                Evictions 0/s (normal 0/s)
                CPU 6 % (normal 14 %)
            """),
            "network-infra": _text("""\
                BGP sessions established 6/6 (normal 6/6)
                Prefixes sent by az-1 11 (normal 12)
                Traffic az-1 to az-2 0.1 Gbit/s, az-1 to az-3 0.1 Gbit/s (normal 6.4 and 6.1)
                Traffic az-2 to az-3 4.0 Gbit/s (normal 4.1 Gbit/s)
                Link errors 0/s (normal 0/s)
                CPU 11 % (normal 12 %)
            """),
            "cdn-edge": _text("""\
                Hit ratio 96.1 % (normal 96 %)
                Requests 18,400/s (normal 18,100/s)
                Origin 5xx on static paths 0.02 % (normal 0.02 %)
                Time to first byte p95 48 ms (normal 47 ms)
                CPU 39 % (normal 38 %)
            """),
            "api-gateway": _text("""\
                5xx on POST /checkout 61 %: az-1 0.2 %, az-2 99 %, az-3 98 % (normal 0.3 %)
                5xx on all other paths 0.1 % (normal 0.1 %)
                Requests 4,630/s (normal 4,600/s)
                Latency p99 on POST /checkout 9.2 s (normal 660 ms)
                Open upstream requests 2,410 (normal 240)
                CPU 37 % (normal 36 %)
            """),
        },
        "check_dependencies": {
            "order-service": _text("""\
                upstream    api-gateway az-1                          http   OK           3 ms
                upstream    api-gateway az-2, az-3                    http   OK           3 ms, callers give up on 504
                downstream  payment-service from az-1                 https  OK           205 ms
                downstream  payment-service from az-2, az-3           https  UNREACHABLE  connect timeout 3,000 ms
                downstream  fraud-detection-service in the same zone  grpc   SLOW in az-2, az-3  2,100 ms
                downstream  postgres-db primary 10.0.1.30 from az-1   sql    OK           4 ms
                downstream  postgres-db primary from az-2, az-3       sql    UNREACHABLE  connect timeout 3,000 ms
                downstream  postgres-db replica in the same zone      sql    OK           3 ms, data 9 min old
            """),
            "payment-service": _text("""\
                upstream    order-service az-1             https  OK           157 req/s, 205 ms
                upstream    order-service az-2, az-3       https  no requests since 19:38:04Z
                upstream    fraud-detection-service az-1   https  OK           22 ms
                upstream    fraud-detection-service az-2, az-3  https  no requests since 19:38:04Z
                downstream  redis-payment-cache 10.0.1.41  resp   OK           0.6 ms
                downstream  postgres-db 10.0.1.30          sql    OK           4 ms
                downstream  card acquirer 198.51.100.60    https  OK           141 ms
            """),
            "fraud-detection-service": _text("""\
                upstream    order-service in the same zone          grpc   OK           az-1 60 ms, az-2 and az-3 2,100 ms
                upstream    payment-service az-1                    grpc   OK           58 ms
                downstream  payment-service history from az-1       https  OK           22 ms
                downstream  payment-service history from az-2, az-3 https  UNREACHABLE  timeout 2,000 ms
                downstream  postgres-db replica in the same zone    sql    OK           5 ms
            """),
            "postgres-db": _text("""\
                upstream    order-service az-1            sql          OK       4 ms
                upstream    order-service az-2, az-3      sql          no new sessions since 19:38Z
                upstream    payment-service az-1          sql          OK       4 ms
                upstream    fraud-detection-service       sql          OK       5 ms, on replicas
                upstream    catalogue and billing jobs    sql          OK       9 ms
                downstream  replica az-2, replica az-3    replication  FAILING  no contact since 19:38Z
            """),
            "redis-payment-cache": _text("""\
                upstream    payment-service az-1 (6 clients)  resp         OK  0.6 ms
                downstream  replica 10.0.1.42                 replication  OK  lag 0 s
                downstream  replica 10.0.1.43                 replication  OK  lag 0 s
            """),
            "network-infra": _text("""\
                upstream    zone fabrics az-1, az-2, az-3  l3   OK  0.3 ms
                peer        10.0.2.1 (az-2)                bgp  OK  0.7 ms, Established, 11 prefixes
                peer        10.0.3.1 (az-3)                bgp  OK  0.9 ms, Established, 11 prefixes
                downstream  transit 203.0.113.1            bgp  OK  2.2 ms
            """),
            "cdn-edge": _text("""\
                upstream    browsers and apps                http   OK  48 ms
                downstream  api-gateway static origin        https  OK  31 ms
                downstream  object storage                   https  OK  19 ms
                downstream  network-infra anycast 192.0.2.0/24  l3  OK  2 ms
            """),
            "api-gateway": _text("""\
                upstream    cdn-edge                            https  OK       31 ms
                upstream    mobile apps                         https  OK       44 ms
                downstream  order-service az-1                  http   OK       430 ms
                downstream  order-service az-2                  http   FAILING  504 after 9,190 ms on POST /checkout
                downstream  order-service az-3                  http   FAILING  504 after 9,190 ms on POST /checkout
                downstream  payment-service wallet API az-1     https  OK       88 ms
            """),
        },
        "check_recent_deploys": {
            "order-service": _text("""\
                2026-04-18T10:12:00Z (3 d ago) v5.8.1 by checkout-team: clearer messages for expired vouchers
                2026-04-15T09:40:00Z (6 d ago) v5.8.0 by checkout-team: local journal for free orders
                2026-04-09T13:05:00Z (12 d ago) v5.7.9 by checkout-team: library updates
                2026-04-02T08:55:00Z (19 d ago) v5.7.8 by checkout-team: order confirmation wording
            """),
            "payment-service": _text("""\
                2026-04-14T11:30:00Z (7 d ago) v3.4.0 by payments-team: second acquirer behind a runbook
                2026-04-01T12:10:00Z (20 d ago) v3.3.6 by payments-team: callback retry raised from 3 to 5
                2026-03-24T09:20:00Z (28 d ago) v3.3.5 by payments-team: refund report columns
            """),
            "fraud-detection-service": _text("""\
                2026-04-17T15:20:00Z (4 d ago) v1.20.0 by risk-team: model weights of April, shadow-tested for 2 weeks
                2026-04-08T14:00:00Z (13 d ago) v1.19.3 by risk-team: fallback rules refreshed
                2026-03-19T10:45:00Z (33 d ago) v1.19.2 by risk-team: dashboard labels
            """),
            "postgres-db": _text("""\
                2026-04-16T06:30:00Z (5 d ago) params-62 by platform-data: tcp_keepalives_idle 7200 -> 300 s, no restart
                2026-03-29T05:00:00Z (23 d ago) 15.6 by platform-data: minor release, switchover 11 s
                2026-03-10T06:30:00Z (42 d ago) params-61 by platform-data: log_checkpoints off -> on
            """),
            "redis-payment-cache": _text("""\
                2026-04-21T19:22:04Z (25 min ago) params-19 by platform-data: slowlog-max-len 128 -> 512
                2026-04-07T07:15:00Z (14 d ago) params-18 by platform-data: maxmemory 6 GB -> 8 GB
                2026-02-19T04:40:00Z (61 d ago) 7.2.4 by platform-data: patch release, failover 2 s
            """),
            "network-infra": _text("""\
                2026-04-21T19:29:02Z (18 min ago) r418 by netops: export filter EXPORT-AZ1 tidied, 12 entries -> 11
                2026-04-14T20:10:00Z (7 d ago) r417 by netops: descriptions on transit ports
                2026-04-03T02:00:00Z (18 d ago) r416 by netops: firmware 21.4R3 on standby routers
            """),
            "cdn-edge": _text("""\
                2026-04-21T19:35:02Z (12 min ago) 2026.04.21-3 by web-platform: static asset release, spring banner images
                2026-04-21T14:08:00Z (6 h ago) 2026.04.21-2 by web-platform: font subset files
                2026-04-20T16:31:00Z (27 h ago) 2026.04.20-1 by web-platform: static asset release
            """),
            "api-gateway": _text("""\
                2026-04-20T19:05:00Z (1 d ago) v2.31.0 by edge-team: tracing headers on all upstream calls
                2026-04-13T18:20:00Z (8 d ago) v2.30.4 by edge-team: access log field order
                2026-04-06T17:45:00Z (15 d ago) v2.30.3 by edge-team: rate limit for partner keys
                2026-03-30T18:00:00Z (22 d ago) v2.30.2 by edge-team: library updates
            """),
        },
        "check_service_status": {
            "order-service": _text("""\
                Health: DEGRADED
                Replicas: 12/12 running, 4 in each of az-1, az-2, az-3
                Health checks: process 12/12 pass, checkout self-test az-1 4/4 pass, az-2 0/4, az-3 0/4
                Version v5.8.1, uptime 3 d, restarts 0 in 24 h
                Feature flags: express_checkout=on, async_capture=off
                Runbook steps: verify_checkout_recovery, replay_order_journal
            """),
            "payment-service": _text("""\
                Health: DOWN
                Replicas: 6/6 running, all in az-1 (card-data enclave, 10.0.1.21 to 10.0.1.26, entry 10.0.1.20)
                Health checks: local 6/6 pass; external 3/9 pass (az-1 3/3, az-2 0/3, az-3 0/3), majority failing since 19:38:34Z
                Version v3.4.0, uptime 7 d, restarts 0 in 24 h
                Feature flags: three_ds_step_up=on
                Runbook steps: failover_acquirer, drain_az
            """),
            "fraud-detection-service": _text("""\
                Health: DEGRADED
                Replicas: 9/9 running, 3 in each of az-1, az-2, az-3
                Health checks: process 9/9 pass, history lookup az-1 3/3 pass, az-2 0/3, az-3 0/3
                Version v1.20.0, uptime 4 d, restarts 0 in 24 h
                Feature flags: fraud_strict_scoring=on
                Runbook steps: reload_fraud_model
            """),
            "postgres-db": _text("""\
                Health: DEGRADED
                Instances: primary 10.0.1.30 up, replicas 10.0.2.30 and 10.0.3.30 up, 0 of 2 streaming
                Health checks: write test on primary pass (4 ms)
                Version 15.6, uptime 23 d, restarts 0 in 24 h
                Feature flags: none
                Runbook steps: promote_replica, verify_replication
            """),
            "redis-payment-cache": _text("""\
                Health: HEALTHY
                Instances: 3/3 up in az-1, primary 10.0.1.41
                Health checks: PING 3/3 pass
                Version 7.2.4, uptime 61 d, restarts 0 in 24 h
                Feature flags: none
                Runbook steps: rewarm_token_cache
            """),
            "network-infra": _text("""\
                Health: HEALTHY
                Routers: 6/6 up, power and fans normal
                Health checks: ping between routers 6/6 pass
                Config r418, uptime 212 d, restarts 0 in 24 h
                Feature flags: none
                Runbook steps: restore_bgp_routes, verify_cross_az_connectivity
            """),
            "cdn-edge": _text("""\
                Health: HEALTHY
                Pops: 42/42 serving
                Health checks: 42/42 pass
                Release 2026.04.21-3, uptime 90 d, restarts 0 in 24 h
                Feature flags: brotli_static=on
                Runbook steps: purge_edge_assets
            """),
            "api-gateway": _text("""\
                Health: DEGRADED
                Replicas: 9/9 running, 3 in each of az-1, az-2, az-3
                Health checks: 9/9 pass, zone failover armed by hand, standby zone az-2
                Version v2.31.0, uptime 1 d, restarts 0 in 24 h
                Feature flags: trace_headers_v2=on
                Runbook steps: flush_dns_cache, failover_az
            """),
        },
    },
    "telemetry_changes": [
        {
            "after": ["execute_runbook_step:restore_bgp_routes"],
            "tool_responses": {
                "query_logs": {
                    "order-service": _text("""\
                        2026-04-21T19:49:36.218Z INFO [order-service] completed ord-88fb004 zone=az-2 pod=10.0.2.52 total_ms=455
                        2026-04-21T19:50:09.470Z ERROR [order-service] authorise ord-88fb7d1 az-3 to payment-service 10.0.1.20:8443 timeout try 1/3
                        2026-04-21T19:50:27.905Z INFO [order-service] completed ord-88fb7f3 zone=az-3 pod=10.0.3.51 total_ms=488
                        2026-04-21T19:51:15.183Z ERROR [order-service] failed ord-88fc41a zone=az-2 pod=10.0.2.54 status=504 tries=3 total_ms=9190
                        2026-04-21T19:51:44.020Z INFO [order-service] completed ord-88fc9b2 zone=az-2 pod=10.0.2.54 total_ms=431
                    """),
                    "payment-service": _text("""\
                        2026-04-21T19:49:35.640Z INFO [payment-service] authorised payment=pay-5c4a02 caller=10.0.2.52 zone=az-2 acquirer_ms=143
                        2026-04-21T19:50:13.377Z ERROR [payment-service] callback pay-5c4a91 to=10.0.3.53:8080 zone=az-3 i/o timeout after 10 s
                        2026-04-21T19:50:31.508Z WARN [payment-service] external probes: az-1 3/3 pass, az-2 2/3 pass, az-3 2/3 pass; marked available
                        2026-04-21T19:51:13.862Z ERROR [payment-service] write tcp 10.0.1.24:8443->10.0.2.54:40718 zone=az-2: i/o timeout
                        2026-04-21T19:51:48.291Z INFO [payment-service] authorised payment=pay-5c5133 caller=10.0.3.54 zone=az-3 acquirer_ms=139
                    """),
                    "fraud-detection-service": _text("""\
                        2026-04-21T19:49:41.073Z INFO [fraud-detection-service] circuit half-open target=payment-service/history zone=az-2
                        2026-04-21T19:50:08.844Z WARN [fraud-detection-service] history zone=az-3 to=10.0.1.20:8443 timed out (2 s), local rules
                        2026-04-21T19:50:39.316Z INFO [fraud-detection-service] scored order=ord-88fb9e0 zone=az-3 score=0.05 history=hit took_ms=74
                        2026-04-21T19:51:08.590Z WARN [fraud-detection-service] history zone=az-2 to=10.0.1.20:8443 timed out (2 s), local rules
                    """),
                    "postgres-db": _text("""\
                        2026-04-21T19:49:38.751Z [20117] walsender 10.0.2.30 LOG: standby "replica_az2" is catching up with upstream server
                        2026-04-21T19:49:39.066Z [20119] walsender 10.0.3.30 LOG: standby "replica_az3" is catching up with upstream server
                        2026-04-21T19:50:25.430Z [20161] orders@10.0.2.53 LOG: unexpected EOF on client connection with an open transaction
                        2026-04-21T19:51:25.118Z [20177] orders@10.0.3.51 LOG: unexpected EOF on client connection with an open transaction
                    """),
                    "network-infra": _text("""\
                        2026-04-21T19:49:30.402Z INFO [rtr-az1-a] %BGP-6-RIB: 10.0.1.0/24 announced to 10.0.2.1 and 10.0.3.1
                        2026-04-21T19:50:02.115Z INFO [rtr-az1-a] %BGP-6-REFRESH: 10.0.1.0/24 dropped by EXPORT-AZ1 (r418)
                        2026-04-21T19:50:25.120Z INFO [rtr-az1-a] %BGP-6-RIB: 10.0.1.0/24 announced again by the route keeper
                        2026-04-21T19:51:02.117Z INFO [rtr-az1-a] %BGP-6-REFRESH: 10.0.1.0/24 dropped by EXPORT-AZ1 (r418)
                        2026-04-21T19:51:25.122Z INFO [rtr-az1-a] %BGP-6-RIB: 10.0.1.0/24 announced again by the route keeper
                    """),
                    "api-gateway": _text("""\
                        2026-04-21T19:49:36.225Z INFO [api-gateway] "POST /checkout" 201 zone=az-2 upstream=10.0.2.52:8080 dur=462ms
                        2026-04-21T19:50:15.704Z ERROR [api-gateway] "POST /checkout" 504 zone=az-3 upstream=10.0.3.52:8080 dur=9205ms
                        2026-04-21T19:50:27.911Z INFO [api-gateway] "POST /checkout" 201 zone=az-3 upstream=10.0.3.51:8080 dur=495ms
                        2026-04-21T19:51:15.190Z ERROR [api-gateway] "POST /checkout" 504 zone=az-2 upstream=10.0.2.54:8080 dur=9198ms
                    """),
                },
                "check_metrics": {
                    "order-service": _text("""\
                        Checkout failure 24 % (normal 0.3 %), swings between 1 % and 61 % once a minute
                        Checkout failure by zone: az-1 0.2 %, az-2 39 %, az-3 38 % (normal 0.3 % in each)
                        Checkout attempts 415/s: az-1 157, az-2 133, az-3 125 (normal 410/s: 156, 131, 123)
                        Checkout latency p99 9.1 s (normal 640 ms)
                        Worker threads az-1 61/200, az-2 121/200, az-3 118/200 (normal 60/200)
                        Local order journal 310 entries (normal 0)
                        CPU 39 % (normal 41 %)
                        Memory 57 % (normal 55 %)
                    """),
                    "payment-service": _text("""\
                        Authorisation success of requests received 99.8 % (normal 99.8 %)
                        Authorisations 315/s: caller az-1 157, az-2 81, az-3 77 (normal 410/s: 156, 131, 123)
                        Authorisation latency p99 224 ms (normal 220 ms)
                        External probes passing az-1 3/3, az-2 2/3, az-3 2/3 (normal 3/3 in each)
                        Undelivered order callbacks 640 (normal 4)
                        CPU 33 % (normal 42 %)
                        Memory 48 % (normal 49 %)
                    """),
                    "fraud-detection-service": _text("""\
                        Orders scored by fallback rules 25 % (normal 0.5 %)
                        History lookups failed az-1 0.1 %, az-2 40 %, az-3 39 % (normal 0.1 % in each)
                        Scoring latency p99 2.2 s (normal 90 ms)
                        Review queue 3,260 orders (normal 140)
                        CPU 61 % (normal 45 %)
                        Memory 62 % (normal 60 %)
                    """),
                    "postgres-db": _text("""\
                        Sessions 247/400 (normal 300/400)
                        Transactions 2,480/s (normal 3,150/s)
                        Query latency p99 15 ms (normal 14 ms)
                        Replication lag replica az-2 0 to 24 s, replica az-3 0 to 24 s (normal below 1 s)
                        CPU 27 % (normal 31 %)
                        Disk 44 % (normal 44 %)
                    """),
                    "redis-payment-cache": _text("""\
                        Operations 7,060/s (normal 9,200/s)
                        Hit ratio 98.4 % (normal 98.5 %)
                        Used memory 2.9 GB of 8 GB (normal 3.0 GB)
                        Evictions 0/s (normal 0/s)
                        CPU 11 % (normal 14 %)
                    """),
                    "network-infra": _text("""\
                        BGP sessions established 6/6 (normal 6/6)
                        Prefixes sent by az-1 12, falls to 11 for 23 s of each minute (normal 12, steady)
                        Traffic az-1 to az-2 3.9 Gbit/s, az-1 to az-3 3.7 Gbit/s (normal 6.4 and 6.1)
                        Traffic az-2 to az-3 4.1 Gbit/s (normal 4.1 Gbit/s)
                        Link errors 0/s (normal 0/s)
                        CPU 13 % (normal 12 %)
                    """),
                    "api-gateway": _text("""\
                        5xx on POST /checkout 24 %: az-1 0.2 %, az-2 39 %, az-3 38 % (normal 0.3 %)
                        5xx on all other paths 0.1 % (normal 0.1 %)
                        Requests 4,640/s (normal 4,600/s)
                        Latency p99 on POST /checkout 9.1 s (normal 660 ms)
                        Open upstream requests 1,080 (normal 240)
                        CPU 37 % (normal 36 %)
                    """),
                },
                "check_dependencies": {
                    "order-service": _text("""\
                        upstream    api-gateway az-1, az-2, az-3              http   OK       3 ms
                        downstream  payment-service from az-1                 https  OK       207 ms
                        downstream  payment-service from az-2, az-3           https  FAILING  23 s of each minute, else 212 ms
                        downstream  fraud-detection-service in the same zone  grpc   SLOW     640 ms on average in az-2, az-3
                        downstream  postgres-db primary from az-1             sql    OK       4 ms
                        downstream  postgres-db primary from az-2, az-3       sql    FAILING  23 s of each minute, else 6 ms
                    """),
                    "payment-service": _text("""\
                        upstream    order-service az-1                  https  OK       157 req/s, 207 ms
                        upstream    order-service az-2, az-3            https  FAILING  158 req/s, stops for 23 s of each minute
                        upstream    fraud-detection-service all zones   https  FAILING  az-2 and az-3 stop for 23 s of each minute
                        downstream  redis-payment-cache 10.0.1.41       resp   OK       0.6 ms
                        downstream  postgres-db 10.0.1.30               sql    OK       4 ms
                        downstream  card acquirer 198.51.100.60         https  OK       142 ms
                    """),
                    "fraud-detection-service": _text("""\
                        upstream    order-service in the same zone           grpc   OK       az-1 60 ms, az-2 and az-3 640 ms
                        upstream    payment-service az-1                     grpc   OK       58 ms
                        downstream  payment-service history from az-1        https  OK       22 ms
                        downstream  payment-service history from az-2, az-3  https  FAILING  23 s of each minute, else 27 ms
                        downstream  postgres-db replica in the same zone     sql    OK       5 ms
                    """),
                    "postgres-db": _text("""\
                        upstream    order-service az-1            sql          OK       4 ms
                        upstream    order-service az-2, az-3      sql          FAILING  sessions break once a minute
                        upstream    payment-service az-1          sql          OK       4 ms
                        upstream    fraud-detection-service       sql          OK       5 ms, on replicas
                        upstream    catalogue and billing jobs    sql          OK       9 ms
                        downstream  replica az-2, replica az-3    replication  FAILING  stream breaks once a minute
                    """),
                    "network-infra": _text("""\
                        upstream    zone fabrics az-1, az-2, az-3  l3   OK  0.3 ms
                        peer        10.0.2.1 (az-2)                bgp  OK  0.7 ms, Established, 11 to 12 prefixes
                        peer        10.0.3.1 (az-3)                bgp  OK  0.9 ms, Established, 11 to 12 prefixes
                        downstream  transit 203.0.113.1            bgp  OK  2.2 ms
                    """),
                    "api-gateway": _text("""\
                        upstream    cdn-edge                            https  OK       31 ms
                        upstream    mobile apps                         https  OK       44 ms
                        downstream  order-service az-1                  http   OK       432 ms
                        downstream  order-service az-2                  http   FAILING  504 on 39 % of POST /checkout
                        downstream  order-service az-3                  http   FAILING  504 on 38 % of POST /checkout
                        downstream  payment-service wallet API az-1     https  OK       90 ms
                    """),
                },
                "check_service_status": {
                    "order-service": _text("""\
                        Health: DEGRADED
                        Replicas: 12/12 running, 4 in each of az-1, az-2, az-3
                        Health checks: process 12/12 pass, checkout self-test az-1 4/4 pass, az-2 2/4, az-3 3/4, changing each minute
                        Version v5.8.1, uptime 3 d, restarts 0 in 24 h
                        Feature flags: express_checkout=on, async_capture=off
                        Runbook steps: verify_checkout_recovery, replay_order_journal
                    """),
                    "payment-service": _text("""\
                        Health: DEGRADED
                        Replicas: 6/6 running, all in az-1 (card-data enclave, 10.0.1.21 to 10.0.1.26, entry 10.0.1.20)
                        Health checks: local 6/6 pass; external 7/9 pass (az-1 3/3, az-2 2/3, az-3 2/3), changing each minute
                        Version v3.4.0, uptime 7 d, restarts 0 in 24 h
                        Feature flags: three_ds_step_up=on
                        Runbook steps: failover_acquirer, drain_az
                    """),
                    "fraud-detection-service": _text("""\
                        Health: DEGRADED
                        Replicas: 9/9 running, 3 in each of az-1, az-2, az-3
                        Health checks: process 9/9 pass, history lookup az-1 3/3 pass, az-2 2/3, az-3 2/3, changing each minute
                        Version v1.20.0, uptime 4 d, restarts 0 in 24 h
                        Feature flags: fraud_strict_scoring=on
                        Runbook steps: reload_fraud_model
                    """),
                    "postgres-db": _text("""\
                        Health: DEGRADED
                        Instances: primary 10.0.1.30 up, replicas 10.0.2.30 and 10.0.3.30 up, streaming with breaks
                        Health checks: write test on primary pass (4 ms)
                        Version 15.6, uptime 23 d, restarts 0 in 24 h
                        Feature flags: none
                        Runbook steps: promote_replica, verify_replication
                    """),
                },
            },
        },
        {
            "after": ["rollback_deploy:network-infra"],
            "tool_responses": {
                "query_logs": {
                    "network-infra": _text("""\
                        2026-04-21T19:38:04.118Z INFO [rtr-az1-a] %BGP-6-RIB: peer 10.0.2.1 withdrawn from 10.0.1.0/24
                        2026-04-21T19:38:04.341Z INFO [rtr-az1-a] %BGP-6-RIB: peer 10.0.3.1 withdrawn from 10.0.1.0/24
                        2026-04-21T19:52:10.633Z INFO [rtr-az1-a] %SYS-5-CONFIG: r417 committed by netops-ci, EXPORT-AZ1 12 entries
                        2026-04-21T19:52:11.908Z INFO [rtr-az1-a] %BGP-6-RIB: 10.0.1.0/24 permitted, held down, not announced
                        2026-04-21T19:52:41.911Z INFO [rtr-az1-a] %BGP-6-RIB: 10.0.1.0/24 permitted, held down, not announced
                    """),
                },
                "check_recent_deploys": {
                    "network-infra": _text("""\
                        2026-04-21T19:52:10Z (just now) r417 by netops: rolled back from r418, EXPORT-AZ1 has 12 entries again
                        2026-04-21T19:29:02Z (rolled back) r418 by netops: export filter EXPORT-AZ1 tidied, 12 entries -> 11
                        2026-04-14T20:10:00Z (7 d ago) r417 by netops: descriptions on transit ports
                    """),
                },
                "check_service_status": {
                    "network-infra": _text("""\
                        Health: HEALTHY
                        Routers: 6/6 up, power and fans normal
                        Health checks: ping between routers 6/6 pass
                        Config r417, uptime 212 d, restarts 0 in 24 h, 1 prefix held down on az-1
                        Feature flags: none
                        Runbook steps: restore_bgp_routes, verify_cross_az_connectivity
                    """),
                },
            },
        },
        {
            "after": ["execute_runbook_step:restore_bgp_routes", "rollback_deploy:network-infra"],
            "tool_responses": {
                "query_logs": {
                    "order-service": _text("""\
                        2026-04-21T19:53:04.377Z INFO [order-service] connected to payment-service 10.0.1.20:8443 zone=az-2
                        2026-04-21T19:53:04.812Z INFO [order-service] completed ord-88ff310 zone=az-2 pod=10.0.2.51 total_ms=441
                        2026-04-21T19:53:05.290Z INFO [order-service] completed ord-88ff318 zone=az-3 pod=10.0.3.52 total_ms=427
                        2026-04-21T19:54:30.066Z INFO [order-service] local journal drained zone=az-3, 0 entries left
                        2026-04-21T19:55:47.938Z INFO [order-service] completed ord-8901b7c zone=az-2 pod=10.0.2.54 total_ms=416
                    """),
                    "payment-service": _text("""\
                        2026-04-21T19:53:04.702Z INFO [payment-service] authorised payment=pay-5c60a4 caller=10.0.2.51 zone=az-2 acquirer_ms=140
                        2026-04-21T19:53:34.115Z INFO [payment-service] external probes: az-1 3/3 pass, az-2 3/3 pass, az-3 3/3 pass; marked available
                        2026-04-21T19:54:12.449Z INFO [payment-service] order callbacks delivered, 3 waiting
                        2026-04-21T19:55:51.027Z INFO [payment-service] authorised payment=pay-5c74de caller=10.0.3.53 zone=az-3 acquirer_ms=143
                    """),
                    "fraud-detection-service": _text("""\
                        2026-04-21T19:53:11.581Z INFO [fraud-detection-service] circuit closed target=payment-service/history zone=az-2
                        2026-04-21T19:53:11.904Z INFO [fraud-detection-service] circuit closed target=payment-service/history zone=az-3
                        2026-04-21T19:54:48.236Z INFO [fraud-detection-service] scored order=ord-8900e25 zone=az-3 score=0.09 history=hit took_ms=63
                        2026-04-21T19:55:40.670Z INFO [fraud-detection-service] review queue 420, rescoring done for 2,870 orders
                    """),
                    "postgres-db": _text("""\
                        2026-04-21T19:53:06.214Z [20340] walsender 10.0.2.30 LOG: standby "replica_az2" has now caught up with upstream server
                        2026-04-21T19:53:06.981Z [20342] walsender 10.0.3.30 LOG: standby "replica_az3" has now caught up with upstream server
                        2026-04-21T19:55:12.118Z [2211] LOG: checkpoint complete: wrote 3480 buffers (2.7%); write=29.9 s, sync=0.1 s, total=30.1 s
                    """),
                    "network-infra": _text("""\
                        2026-04-21T19:53:02.502Z INFO [rtr-az1-a] %BGP-6-RIB: 10.0.1.0/24 announced to 10.0.2.1 under r417
                        2026-04-21T19:53:02.739Z INFO [rtr-az1-a] %BGP-6-RIB: 10.0.1.0/24 announced to 10.0.3.1 under r417
                        2026-04-21T19:54:02.118Z INFO [rtr-az1-a] %BGP-6-REFRESH: 12 of 12 prefixes sent
                        2026-04-21T19:55:02.121Z INFO [rtr-az1-a] %BGP-6-REFRESH: 12 of 12 prefixes sent
                    """),
                    "api-gateway": _text("""\
                        2026-04-21T19:53:04.820Z INFO [api-gateway] "POST /checkout" 201 zone=az-2 upstream=10.0.2.51:8080 dur=449ms
                        2026-04-21T19:53:05.297Z INFO [api-gateway] "POST /checkout" 201 zone=az-3 upstream=10.0.3.52:8080 dur=434ms
                        2026-04-21T19:54:41.153Z WARN [api-gateway] "POST /checkout" 402 zone=az-1 upstream=10.0.1.54:8080 dur=377ms card declined
                        2026-04-21T19:55:47.945Z INFO [api-gateway] "POST /checkout" 201 zone=az-2 upstream=10.0.2.54:8080 dur=423ms
                    """),
                },
                "check_metrics": {
                    "order-service": _text("""\
                        Checkout failure 0.3 % (normal 0.3 %)
                        Checkout failure by zone: az-1 0.2 %, az-2 0.3 %, az-3 0.3 % (normal 0.3 % in each)
                        Checkout attempts 421/s: az-1 160, az-2 135, az-3 126 (normal 410/s: 156, 131, 123)
                        Checkout latency p99 655 ms (normal 640 ms)
                        Worker threads az-1 61/200, az-2 63/200, az-3 62/200 (normal 60/200)
                        Local order journal 0 entries (normal 0)
                        CPU 43 % (normal 41 %)
                        Memory 56 % (normal 55 %)
                    """),
                    "payment-service": _text("""\
                        Authorisation success of requests received 99.8 % (normal 99.8 %)
                        Authorisations 420/s: caller az-1 160, az-2 134, az-3 126 (normal 410/s: 156, 131, 123)
                        Authorisation latency p99 223 ms (normal 220 ms)
                        External probes passing az-1 3/3, az-2 3/3, az-3 3/3 (normal 3/3 in each)
                        Undelivered order callbacks 3 (normal 4)
                        CPU 43 % (normal 42 %)
                        Memory 49 % (normal 49 %)
                    """),
                    "fraud-detection-service": _text("""\
                        Orders scored by fallback rules 0.5 % (normal 0.5 %)
                        History lookups failed az-1 0.1 %, az-2 0.1 %, az-3 0.1 % (normal 0.1 % in each)
                        Scoring latency p99 94 ms (normal 90 ms)
                        Review queue 420 orders, falling (normal 140)
                        CPU 47 % (normal 45 %)
                        Memory 61 % (normal 60 %)
                    """),
                    "postgres-db": _text("""\
                        Sessions 304/400 (normal 300/400)
                        Transactions 3,230/s (normal 3,150/s)
                        Query latency p99 14 ms (normal 14 ms)
                        Replication lag replica az-2 0.4 s, replica az-3 0.5 s (normal below 1 s)
                        CPU 33 % (normal 31 %)
                        Disk 44 % (normal 44 %)
                    """),
                    "redis-payment-cache": _text("""\
                        Operations 9,430/s (normal 9,200/s)
                        Hit ratio 98.5 % (normal 98.5 %)
                        Used memory 3.0 GB of 8 GB (normal 3.0 GB)
                        Evictions 0/s (normal 0/s)
                        CPU 14 % (normal 14 %)
                    """),
                    "network-infra": _text("""\
                        BGP sessions established 6/6 (normal 6/6)
                        Prefixes sent by az-1 12 (normal 12)
                        Traffic az-1 to az-2 6.6 Gbit/s, az-1 to az-3 6.3 Gbit/s (normal 6.4 and 6.1)
                        Traffic az-2 to az-3 4.1 Gbit/s (normal 4.1 Gbit/s)
                        Link errors 0/s (normal 0/s)
                        CPU 12 % (normal 12 %)
                    """),
                    "api-gateway": _text("""\
                        5xx on POST /checkout 0.3 %: az-1 0.2 %, az-2 0.3 %, az-3 0.3 % (normal 0.3 %)
                        5xx on all other paths 0.1 % (normal 0.1 %)
                        Requests 4,710/s (normal 4,600/s)
                        Latency p99 on POST /checkout 670 ms (normal 660 ms)
                        Open upstream requests 246 (normal 240)
                        CPU 37 % (normal 36 %)
                    """),
                },
                "check_dependencies": {
                    "order-service": _text("""\
                        upstream    api-gateway az-1, az-2, az-3              http   OK  3 ms
                        downstream  payment-service from az-1                 https  OK  206 ms
                        downstream  payment-service from az-2, az-3           https  OK  210 ms
                        downstream  fraud-detection-service in the same zone  grpc   OK  62 ms
                        downstream  postgres-db primary from az-1             sql    OK  4 ms
                        downstream  postgres-db primary from az-2, az-3       sql    OK  5 ms
                        downstream  postgres-db replica in the same zone      sql    OK  3 ms
                    """),
                    "payment-service": _text("""\
                        upstream    order-service az-1                 https  OK  160 req/s, 206 ms
                        upstream    order-service az-2, az-3           https  OK  260 req/s, 210 ms
                        upstream    fraud-detection-service all zones  https  OK  24 ms
                        downstream  redis-payment-cache 10.0.1.41      resp   OK  0.6 ms
                        downstream  postgres-db 10.0.1.30              sql    OK  4 ms
                        downstream  card acquirer 198.51.100.60        https  OK  141 ms
                    """),
                    "fraud-detection-service": _text("""\
                        upstream    order-service in the same zone           grpc   OK  62 ms
                        upstream    payment-service az-1                     grpc   OK  58 ms
                        downstream  payment-service history from az-1        https  OK  22 ms
                        downstream  payment-service history from az-2, az-3  https  OK  26 ms
                        downstream  postgres-db replica in the same zone     sql    OK  5 ms
                    """),
                    "postgres-db": _text("""\
                        upstream    order-service az-1            sql          OK  4 ms
                        upstream    order-service az-2, az-3      sql          OK  5 ms
                        upstream    payment-service az-1          sql          OK  4 ms
                        upstream    fraud-detection-service       sql          OK  5 ms, on replicas
                        upstream    catalogue and billing jobs    sql          OK  9 ms
                        downstream  replica az-2, replica az-3    replication  OK  streaming
                    """),
                    "network-infra": _text("""\
                        upstream    zone fabrics az-1, az-2, az-3  l3   OK  0.3 ms
                        peer        10.0.2.1 (az-2)                bgp  OK  0.7 ms, Established, 12 prefixes
                        peer        10.0.3.1 (az-3)                bgp  OK  0.9 ms, Established, 12 prefixes
                        downstream  transit 203.0.113.1            bgp  OK  2.2 ms
                    """),
                    "api-gateway": _text("""\
                        upstream    cdn-edge                            https  OK  31 ms
                        upstream    mobile apps                         https  OK  44 ms
                        downstream  order-service az-1                  http   OK  431 ms
                        downstream  order-service az-2                  http   OK  438 ms
                        downstream  order-service az-3                  http   OK  436 ms
                        downstream  payment-service wallet API az-1     https  OK  89 ms
                    """),
                },
                "check_service_status": {
                    "order-service": _text("""\
                        Health: HEALTHY
                        Replicas: 12/12 running, 4 in each of az-1, az-2, az-3
                        Health checks: process 12/12 pass, checkout self-test 12/12 pass
                        Version v5.8.1, uptime 3 d, restarts 0 in 24 h
                        Feature flags: express_checkout=on, async_capture=off
                        Runbook steps: verify_checkout_recovery, replay_order_journal
                    """),
                    "payment-service": _text("""\
                        Health: HEALTHY
                        Replicas: 6/6 running, all in az-1 (card-data enclave, 10.0.1.21 to 10.0.1.26, entry 10.0.1.20)
                        Health checks: local 6/6 pass; external 9/9 pass since 19:53:34Z
                        Version v3.4.0, uptime 7 d, restarts 0 in 24 h
                        Feature flags: three_ds_step_up=on
                        Runbook steps: failover_acquirer, drain_az
                    """),
                    "fraud-detection-service": _text("""\
                        Health: HEALTHY
                        Replicas: 9/9 running, 3 in each of az-1, az-2, az-3
                        Health checks: process 9/9 pass, history lookup 9/9 pass
                        Version v1.20.0, uptime 4 d, restarts 0 in 24 h
                        Feature flags: fraud_strict_scoring=on
                        Runbook steps: reload_fraud_model
                    """),
                    "postgres-db": _text("""\
                        Health: HEALTHY
                        Instances: primary 10.0.1.30 up, replicas 10.0.2.30 and 10.0.3.30 up, 2 of 2 streaming
                        Health checks: write test on primary pass (4 ms)
                        Version 15.6, uptime 23 d, restarts 0 in 24 h
                        Feature flags: none
                        Runbook steps: promote_replica, verify_replication
                    """),
                    "network-infra": _text("""\
                        Health: HEALTHY
                        Routers: 6/6 up, power and fans normal
                        Health checks: ping between routers 6/6 pass
                        Config r417, uptime 212 d, restarts 0 in 24 h
                        Feature flags: none
                        Runbook steps: restore_bgp_routes, verify_cross_az_connectivity
                    """),
                    "api-gateway": _text("""\
                        Health: HEALTHY
                        Replicas: 9/9 running, 3 in each of az-1, az-2, az-3
                        Health checks: 9/9 pass, zone failover armed by hand, standby zone az-2
                        Version v2.31.0, uptime 1 d, restarts 0 in 24 h
                        Feature flags: trace_headers_v2=on
                        Runbook steps: flush_dns_cache, failover_az
                    """),
                },
            },
        },
    ],
    "remediation_data": {
        "restart_service": {
            "order-service": {
                "result": (
                    "12/12 replicas replaced in 95 s, start-up checks pass. About 1,900 checkouts in flight were cut "
                    "off."
                ),
            },
            "payment-service": {
                "result": (
                    "6/6 replicas replaced one after the other in 2 min 10 s. Local checks pass as they did before."
                ),
            },
            "fraud-detection-service": {
                "result": (
                    "9/9 replicas replaced; each took 70 s to load the model of v1.20.0 before it accepted calls."
                ),
            },
            "postgres-db": {
                "result": (
                    "Primary 10.0.1.30 was stopped and came back after 34 s with 9 s of recovery. All open sessions "
                    "ended."
                ),
            },
            "redis-payment-cache": {
                "result": "Primary 10.0.1.41 reloaded 2.9 GB from disk in 21 s. PING answers on 3/3 instances.",
            },
            "network-infra": {
                "result": (
                    "The six routers were reloaded standby first, 3 min in all. Sessions are 6/6 Established and the "
                    "running configuration was read back unchanged from flash."
                ),
            },
            "cdn-edge": {
                "result": "42/42 pops restarted in waves. Memory tiers start empty; the hit ratio dipped to 71 %.",
            },
            "api-gateway": {
                "result": (
                    "9/9 replicas replaced in 80 s. 2,410 open requests were closed, and clients reconnected at once."
                ),
            },
        },
        "rollback_deploy": {
            "order-service": {
                "result": "v5.8.0 runs on 12/12 replicas after 4 min. Voucher messages have their older wording again.",
            },
            "payment-service": {
                "result": "v3.3.6 runs on 6/6 replicas after 5 min; the second acquirer is no longer configured.",
            },
            "fraud-detection-service": {
                "result": "v1.19.3 with the weights of March runs on 9/9 replicas after 6 min.",
            },
            "postgres-db": {
                "result": (
                    "params-61 is active: tcp_keepalives_idle reads 7200 s for new sessions. No restart was needed."
                ),
            },
            "redis-payment-cache": {
                "result": "params-18 is active: slowlog-max-len reads 128. Older slow-log entries were trimmed.",
            },
            "network-infra": {
                "result": (
                    "Configuration r417 is committed on the az-1 routers and EXPORT-AZ1 lists 12 entries. The router "
                    "keeps withdrawn prefixes held down until somebody announces them."
                ),
                "target_version": "r417",
            },
            "cdn-edge": {
                "result": "Release 2026.04.21-2 is live on 42/42 pops. The spring banner images answer 404.",
            },
            "api-gateway": {
                "result": "v2.30.4 runs on 9/9 replicas after 3 min. Upstream calls carry no tracing headers.",
            },
        },
        "scale_service": {
            "order-service": {
                "result": "18/18 replicas run, 6 in each zone. Attempts per replica fell from 34/s to 23/s.",
            },
            "payment-service": {
                "result": "9/9 replicas run, all in az-1. CPU per replica fell from 19 % to 13 %.",
            },
            "fraud-detection-service": {
                "result": (
                    "15/15 replicas run. CPU per replica fell from 78 % to 49 %; the review queue stands at 3,190."
                ),
            },
            "postgres-db": {
                "result": "The primary moved to a machine of twice the size, with a 40 s write stop. CPU reads 7 %.",
            },
            "redis-payment-cache": {
                "result": "Two more replicas were added in az-1 and are in sync. Reads per instance fell by 40 %.",
            },
            "network-infra": {
                "result": (
                    "Nothing to scale: the routers are hardware, and every inter-zone port runs far below its 100 "
                    "Gbit/s."
                ),
            },
            "cdn-edge": {
                "result": "6 spare pops joined, 48/48 serve. Load per pop fell from 438/s to 383/s.",
            },
            "api-gateway": {
                "result": (
                    "15/15 replicas run, 5 in each zone. Open upstream requests per replica fell from 268 to 161."
                ),
            },
        },
        "disable_feature_flag": {
            "express_checkout": {
                "result": (
                    "express_checkout reads off. Buyers see two more form pages; attempts fell from 412/s to 397/s."
                ),
            },
            "async_capture": {
                "result": "async_capture was off before and stays off.",
            },
            "three_ds_step_up": {
                "result": "three_ds_step_up reads off. Cards are authorised without a bank challenge.",
            },
            "fraud_strict_scoring": {
                "result": (
                    "fraud_strict_scoring reads off. The review threshold went from 0.60 to 0.85, and 240 orders left "
                    "the queue."
                ),
            },
            "brotli_static": {
                "result": "brotli_static reads off. Scripts are served with gzip, 14 % more bytes per page.",
            },
            "trace_headers_v2": {
                "result": "trace_headers_v2 reads off. Requests carry the older trace identifier.",
            },
        },
        "clear_cache": {
            "order-service": {
                "result": "order-service has no such cache; nothing was changed.",
            },
            "payment-service": {
                "result": "payment-service holds no cache of its own, so there was nothing to clear.",
            },
            "fraud-detection-service": {
                "result": "No cache is registered for fraud-detection-service. Nothing changed.",
            },
            "postgres-db": {
                "result": "postgres-db has no cache that can be cleared from here; no change was made.",
            },
            "redis-payment-cache": {
                "result": "FLUSHALL removed 4.1 M card tokens. The hit ratio fell from 98.6 % to 3 %.",
            },
            "network-infra": {
                "result": "There is no such cache on the routers; nothing changed.",
            },
            "cdn-edge": {
                "result": "All 42 pops emptied. The hit ratio fell from 96 % to 5 % and the origin serves 17,500/s.",
            },
            "api-gateway": {
                "result": "api-gateway runs without a response cache. Nothing to clear, nothing changed.",
            },
        },
        "execute_runbook_step": {
            "restore_bgp_routes": {
                "result": (
                    "10.0.1.0/24 was announced by hand to 10.0.2.1 and 10.0.3.1, which both accepted it. A route "
                    "keeper announces it again should it disappear."
                ),
            },
            "verify_cross_az_connectivity": {
                "result": (
                    "Probe matrix 9/9: az-1, az-2 and az-3 reach each other with 0 % loss, 0.7 to 0.9 ms, for 120 s."
                ),
                "too_early": (
                    "Probe matrix red: the az-2 to az-1 and az-3 to az-1 cells lost packets during the 120 s run, so "
                    "the step ended as failed."
                ),
            },
            "verify_checkout_recovery": {
                "result": (
                    "500 test checkouts over three zones: none failed. Live checkout failure is 0.3 % (normal 0.3 %)."
                ),
                "too_early": (
                    "Test checkouts from az-2 and az-3 still end in 504 during the run; the step wants failure below "
                    "0.5 % and ended as failed."
                ),
            },
            "replay_order_journal": {
                "result": (
                    "The replay job walked the local journals and wrote what it could reach; the rest was kept for a "
                    "later run."
                ),
            },
            "failover_acquirer": {
                "result": (
                    "Card traffic goes to the second acquirer. Acquirer latency is 163 ms instead of 141 ms, success "
                    "unchanged."
                ),
            },
            "drain_az": {
                "result": (
                    "az-1 was taken out of rotation for payment-service, which has replicas nowhere else. "
                    "Authorisations: 0/s."
                ),
            },
            "reload_fraud_model": {
                "result": (
                    "Model weights of April reloaded on 9/9 replicas in 70 s; the checksum is the one of the release."
                ),
            },
            "promote_replica": {
                "result": (
                    "Replica 10.0.2.30 took over as primary at its last received position, 19:38:04Z. Later writes are "
                    "not in it."
                ),
            },
            "verify_replication": {
                "result": (
                    "Report written: positions, slots and lag of both replicas as shown in the metrics. Read-only."
                ),
            },
            "rewarm_token_cache": {
                "result": "Warm-up touched 4.1 M tokens in 50 s. 99.9 % were present already.",
            },
            "purge_edge_assets": {
                "result": "9,800 static objects purged on 42 pops. The hit ratio fell from 96 % to 62 %.",
            },
            "flush_dns_cache": {
                "result": "Resolver caches emptied on 9/9 replicas. Names resolve to the same addresses as before.",
            },
            "failover_az": {
                "result": "Public traffic of az-1 went to the standby zone az-2, which now takes 70 % of checkouts.",
            },
        },
    },
    "wrong_actions": {
        "restart_service:order-service": (
            "The replicas themselves worked. The restart cut off 1,900 checkouts in flight, some of them in az-1 where "
            "buyers were being served."
        ),
        "restart_service:payment-service": (
            "All six replicas were healthy locally and served az-1 at 99.8 %. Replacing them took capacity from the "
            "only buyers who could still pay."
        ),
        "restart_service:fraud-detection-service": (
            "The replicas were fine. While models loaded, orders went unscored and the review queue grew."
        ),
        "restart_service:postgres-db": (
            "The primary answered in 4 ms. Stopping it for 34 s failed the checkouts that still worked."
        ),
        "restart_service:redis-payment-cache": (
            "A healthy cache with 98.6 % hits was stopped for 21 s, and payments in az-1 slowed down meanwhile."
        ),
        "restart_service:cdn-edge": (
            "The pops were healthy. Empty memory tiers made static pages slower for every visitor."
        ),
        "restart_service:api-gateway": (
            "The gateway only passed on the answers it was given. Restarting it closed 2,410 open requests, also of "
            "buyers who were being served."
        ),
        "rollback_deploy:order-service": (
            "The release of three days ago had run without trouble. Four minutes of the outage went into a rollback "
            "that moved no figure."
        ),
        "rollback_deploy:payment-service": (
            "A week-old release of a healthy service was removed, and with it the second acquirer. Five minutes lost."
        ),
        "rollback_deploy:fraud-detection-service": (
            "Its model was scoring az-1 normally. The older weights cost six minutes and let more fraud pass."
        ),
        "rollback_deploy:postgres-db": (
            "The keepalive change is five days old. Without it dead sessions stay open for two hours."
        ),
        "rollback_deploy:redis-payment-cache": (
            "The parameter only sets the length of a diagnostic list. Undoing it cost time and threw away slow-log "
            "entries."
        ),
        "rollback_deploy:cdn-edge": (
            "The asset release changed pictures only. Its removal left broken images on the front page."
        ),
        "rollback_deploy:api-gateway": (
            "The release of yesterday added tracing headers only. The rollback cost three minutes and the traces that "
            "show the failing calls."
        ),
        "scale_service:postgres-db": (
            "CPU was at 14 % with 131 of 400 sessions. The move stopped writes for 40 s in the middle of the outage."
        ),
        "clear_cache:redis-payment-cache": (
            "4.1 M card tokens of a healthy cache are gone; returning buyers in az-1 have to type their cards again."
        ),
        "clear_cache:cdn-edge": (
            "A healthy cache at 96 % hits was emptied, and the origin took 16,800 extra requests a second."
        ),
        "disable_feature_flag:fraud_strict_scoring": (
            "240 suspicious orders were let through unreviewed, while checkout failure did not change."
        ),
        "disable_feature_flag:three_ds_step_up": (
            "Cards are charged without a bank challenge, so the shop carries the fraud liability. The failing "
            "checkouts never got that far."
        ),
        "execute_runbook_step:drain_az": "The only zone that runs payments was emptied: now no checkout completes.",
        "execute_runbook_step:failover_az": (
            "Buyers were moved from the zone that worked at 0.2 % failure to one that fails at 99 %."
        ),
        "execute_runbook_step:promote_replica": (
            "The promoted copy lacks every order since 19:38Z, and there are two primaries now to reconcile."
        ),
        "execute_runbook_step:purge_edge_assets": (
            "Healthy static content was thrown away; pages load slower and checkout is where it was."
        ),
    },
    "wrong_only_before": {
        "restart_service:api-gateway": [
            "execute_runbook_step:restore_bgp_routes",
            "rollback_deploy:network-infra",
        ],
    },
    "correct_severity": "P1",
    "correct_root_cause": {
        "service": "network-infra",
        "failure_mode": "BGP export-filter change withdrew the routes to AZ-1 and partitioned it from AZ-2 and AZ-3",
    },
    "correct_remediation_sequence": [
        "execute_runbook_step:restore_bgp_routes",
        "rollback_deploy:network-infra",
        "execute_runbook_step:verify_cross_az_connectivity",
        "execute_runbook_step:verify_checkout_recovery",
    ],
    "step_requirements": {
        "execute_runbook_step:verify_cross_az_connectivity": [
            "execute_runbook_step:restore_bgp_routes",
            "rollback_deploy:network-infra",
        ],
        "execute_runbook_step:verify_checkout_recovery": [
            "execute_runbook_step:restore_bgp_routes",
            "rollback_deploy:network-infra",
        ],
    },
    "failure_mode_terms": [*MECHANISMS["route_withdrawal"], *MECHANISMS["network_partition"]],
    "related_mechanisms": [
        "network_partition",
        "route_withdrawal",
        "config_error",
        "bad_deploy",
    ],
}

RCA_002: Scenario = {
    "scenario_id": "RCA-002",
    "description": "Checkouts fail in three services at once. Find the service at fault and say how it fails.",
    "incident_summary": (
        "Since 19:38Z about six checkouts in ten end in an error. Orders, payments and fraud screening all complain, "
        "none of them was deployed today, and the share of failures stays the same from minute to minute."
    ),
    "alert": {"id": "ALT-42111", **_F002_ALERT},
    **_F002,
}

RP_002: Scenario = {
    "scenario_id": "RP-002",
    "description": "Checkouts fail in three services at once. Find the cause, repair it, verify it and write it up.",
    "incident_summary": (
        "Six checkouts in ten have failed since 19:38Z, with orders, payments and fraud screening all raising alarms. "
        "You hold the pager: bring checkout back to its normal failure of 0.3 % and document what you did."
    ),
    "alert": {"id": "ALT-42112", **_F002_ALERT},
    **_F002,
}


_F003: Failure = {
    "known_services": [
        "api-gateway",
        "user-service",
        "notification-service",
        "postgres-db",
        "config-service",
        "redis-session",
        "order-service",
        "product-service",
    ],
    "service_aliases": {
        "api-gateway": ["gateway", "api-gw", "edge-gateway"],
        "user-service": ["user", "users", "user-svc", "account-service"],
        "notification-service": ["notification", "notifications", "notification-svc", "notifier"],
        "postgres-db": ["postgres", "postgresql", "pg", "database"],
        "config-service": ["config", "config-svc", "config-server", "configuration-service"],
        "redis-session": ["redis", "session-cache", "session-store"],
        "order-service": ["order", "orders", "order-svc"],
        "product-service": ["product", "products", "product-svc", "catalog-service"],
    },
    "tool_responses": {
        "query_logs": {
            "api-gateway": _text(
                """\
                2026-05-06T08:11:41.266Z INFO  [api-gateway] access "GET /v1/me" 200 upstream=user-service 14ms req=b7d1-40e2
                2026-05-06T08:12:06.031Z ERROR [api-gateway] access "POST /v1/sessions" 503 upstream=user-service 5021ms req=b7d1-77a9
                2026-05-06T08:12:09.874Z ERROR [api-gateway] access "GET /v1/inbox" 503 upstream=notification-service 5038ms req=b7d1-7c15
                2026-05-06T08:12:40.512Z WARN  [api-gateway] 503 rate 34 % over the last 60s (limit 5 %), paging
                2026-05-06T08:13:22.090Z WARN  [api-gateway] outlier detection user-service: 8/8 hosts failing, panic routing on
                2026-05-06T08:15:47.655Z INFO  [api-gateway] access "GET /v1/products/88213" 200 upstream=product-service 31ms req=b7d2-19f0
                2026-05-06T08:17:03.418Z INFO  [api-gateway] access "POST /v1/orders" 201 upstream=order-service 118ms req=b7d2-5e6b
                2026-05-06T08:18:51.207Z ERROR [api-gateway] access "GET /v1/me" 503 upstream=user-service 5019ms req=b7d2-a2c4
                2026-05-06T08:18:58.944Z WARN  [api-gateway] 503 rate 62 % over the last 60s (2,108 of 3,400 requests/s)
                """
            ),
            "user-service": _text(
                """\
                2026-05-06T08:11:38.127Z INFO  [user-service] GET /v1/profiles/40177/badges 200 23ms pod=user-5f7c-2
                2026-05-06T08:12:00.921Z INFO  [user-service] pool user-main: credentials refreshed at 08:12:00Z by secrets rotation (set=41), 14 sessions closed
                2026-05-06T08:12:06.014Z ERROR [user-service] pool user-main: login failed: FATAL: password authentication failed for user "user_svc"
                2026-05-06T08:12:06.022Z ERROR [user-service] POST /v1/sessions 503 no connection from pool user-main within 5000ms (open=0 waiting=30)
                2026-05-06T08:12:07.140Z ERROR [user-service] pool user-main: 50 logins refused in a row, reload on push is off until the process restarts
                2026-05-06T08:12:31.305Z WARN  [user-service] readiness probe failed: datasource user-main pod=user-5f7c-2
                2026-05-06T08:14:50.771Z INFO  [user-service] GET /v1/me 200 9ms answered from redis-session pod=user-5f7c-6
                2026-05-06T08:16:19.486Z ERROR [user-service] pool user-main: login failed after 5803ms: FATAL: password authentication failed for user "user_svc"
                2026-05-06T08:18:47.958Z ERROR [user-service] GET /v1/me 503 no connection from pool user-main within 5000ms (open=0 waiting=30)
                """
            ),
            "notification-service": _text(
                """\
                2026-05-06T08:11:52.803Z INFO  [notification-service] outbox batch sent=118 failed=0 took=640ms
                2026-05-06T08:12:01.144Z INFO  [notification-service] datasource: new login data taken over, 6 sessions closed
                2026-05-06T08:12:06.377Z ERROR [notification-service] datasource: FATAL: password authentication failed for user "notification_svc"
                2026-05-06T08:12:09.218Z ERROR [notification-service] datasource: 50 logins refused in a row, watcher stopped, next load at process start
                2026-05-06T08:12:09.860Z ERROR [notification-service] GET /v1/inbox 503 datasource unavailable after 5000ms
                2026-05-06T08:14:33.091Z WARN  [notification-service] outbox backlog 18300 events, sender idle
                2026-05-06T08:18:50.130Z WARN  [notification-service] outbox backlog 49200 events, sender idle
                2026-05-06T08:18:54.702Z ERROR [notification-service] GET /v1/inbox 503 datasource unavailable after 5000ms
                """
            ),
            "postgres-db": _text(
                """\
                2026-05-06T08:09:14.550Z LOG:  checkpoint complete: wrote 2114 buffers (0.8%); write=26.9 s, sync=0.1 s, total=27.1 s
                2026-05-06T08:12:06.009Z FATAL:  password authentication failed for user "user_svc" host=10.20.4.17 method=scram-sha-256
                2026-05-06T08:12:06.371Z FATAL:  password authentication failed for user "notification_svc" host=10.20.6.9 method=scram-sha-256
                2026-05-06T08:13:02.418Z WARNING:  465 backends in authentication, each refusal held back by auth_delay.milliseconds=5000
                2026-05-06T08:15:20.664Z LOG:  connection authorized: user=order_svc database=shop host=10.20.5.12 method=scram-sha-256
                2026-05-06T08:16:37.182Z LOG:  connection authorized: user=product_ro database=shop host=10.20.7.31 method=cert
                2026-05-06T08:17:58.007Z FATAL:  password authentication failed for user "user_svc" host=10.20.4.22 method=scram-sha-256
                2026-05-06T08:18:40.246Z FATAL:  password authentication failed for user "user_svc" host=10.20.4.19 method=scram-sha-256
                2026-05-06T08:18:55.913Z FATAL:  password authentication failed for user "notification_svc" host=10.20.6.11 method=scram-sha-256
                """
            ),
            "config-service": _text(
                """\
                2026-05-06T06:15:08.402Z INFO  [config-service] started version=v3.2.1 store=ok group=db-clients current=42 previous=41
                2026-05-06T07:44:30.915Z WARN  [config-service] store compaction took 1.9s (usual 1.2s)
                2026-05-06T08:11:59.871Z INFO  [config-service] job=secrets-rotation group=db-clients begin trigger=weekly
                2026-05-06T08:12:00.006Z INFO  [config-service] job=secrets-rotation slot=previous published set=41 issued=2026-04-22
                2026-05-06T08:12:02.340Z INFO  [config-service] job=secrets-rotation clients=3 acknowledged=3 result=ok took=2.5s
                2026-05-06T08:16:44.105Z INFO  [config-service] snapshot written items=1184 took=212ms
                """
            ),
            "redis-session": _text(
                """\
                1:M 2026-05-06T07:31:12.040Z NOTICE CONFIG SET maxmemory 10gb by ops-ticket 8841 (was 8gb)
                1:M 2026-05-06T07:58:03.377Z NOTICE client 10.20.9.4:51120 closed: idle timeout (monitoring dump)
                1:M 2026-05-06T08:06:20.119Z NOTICE 10000 changes in 300 seconds. Saving...
                1:M 2026-05-06T08:06:23.871Z NOTICE Background saving terminated with success
                1:M 2026-05-06T08:16:24.662Z NOTICE Background saving terminated with success
                """
            ),
            "order-service": _text(
                """\
                2026-05-06T08:10:27.335Z INFO  [order-service] order 7714302 accepted items=3 took=104ms
                2026-05-06T08:12:02.118Z INFO  [order-service] pool order-main: set=41 received, staged; set=42 stays loaded (read at process start only)
                2026-05-06T08:13:15.806Z WARN  [order-service] address lookup at user-service answered 503, took the address kept with the basket
                2026-05-06T08:15:20.671Z INFO  [order-service] pool order-main: pre-check login with set=42 ok
                2026-05-06T08:17:03.399Z INFO  [order-service] order 7715188 accepted items=1 took=111ms
                2026-05-06T08:18:36.052Z WARN  [order-service] address lookup at user-service answered 503, took the address kept with the basket
                """
            ),
            "product-service": _text(
                """\
                2026-05-06T07:38:41.220Z INFO  [product-service] started version=v6.5.1 image widths=320,640,1280 pod=product-7d88-1
                2026-05-06T07:41:52.487Z ERROR [product-service] image variant 1280 missing for sku 55190, served 640
                2026-05-06T08:08:55.104Z INFO  [product-service] catalog refresh items=212440 changed=87 took=3.4s
                2026-05-06T08:13:31.962Z WARN  [product-service] slow image resize sku=71326 took=1480ms
                2026-05-06T08:16:37.190Z INFO  [product-service] pool catalog-ro: session 2 recycled, new login by client certificate ok
                2026-05-06T08:18:44.518Z INFO  [product-service] GET /v1/products/88213 200 28ms
                """
            ),
        },
        "check_metrics": {
            "api-gateway": _text(
                """\
                requests: 3,400/s (normal 3,350/s)
                503 rate: 62 % (normal 0.1 %)
                503 on user-service routes: 1,886 of 1,924/s (normal below 2/s)
                503 on notification-service routes: 221 of 238/s (normal below 1/s)
                503 on order-service and product-service routes: 1 of 1,238/s (normal 1/s)
                p99 latency: 5,060 ms (normal 140 ms)
                CPU: 41 % (normal 38 %)
                memory: 47 % (normal 45 %)
                """
            ),
            "user-service": _text(
                """\
                requests: 1,924/s (normal 1,890/s)
                errors: 98 % (normal 0.1 %), since 08:12Z
                p99 latency: 5,040 ms (normal 85 ms)
                pool user-main: 0 open, 360 logging in (normal 14 open, 0 logging in)
                database logins: 62/s tried, 62/s refused (normal below 0.1/s tried, 0 refused)
                profile endpoint errors before 08:12Z: 0.1 % (normal 0.1 %)
                CPU: 34 % (normal 29 %)
                memory: 61 % (normal 60 %)
                """
            ),
            "notification-service": _text(
                """\
                requests: 238/s (normal 240/s)
                errors: 93 % (normal 0.2 %), since 08:12Z
                outbox backlog: 49,200 events (normal below 300)
                messages sent: 0/s (normal 120/s)
                datasource: 0 open, 105 logging in (normal 6 open, 0 logging in)
                database logins: 18/s tried, 18/s refused (normal below 0.1/s tried, 0 refused)
                CPU: 12 % (normal 26 %)
                memory: 55 % (normal 48 %)
                """
            ),
            "postgres-db": _text(
                """\
                connections: 490/500 (normal 45/500)
                connections in authentication: 465, held 5.8 s each (normal 0)
                established sessions: 25 (normal 45)
                failed logins: 80/s, user_svc 62/s and notification_svc 18/s (normal 0/s)
                query time p95: 3.1 ms (normal 3.0 ms)
                lock waits: 0 (normal 0), replication lag: 0.2 s (normal 0.2 s)
                CPU: 78 % (normal 12 %), spent in SCRAM password checks
                memory: 36 % (normal 34 %)
                disk: 58 % (normal 58 %)
                """
            ),
            "config-service": _text(
                """\
                requests: 6/s (normal 6/s)
                open push streams: 3 (normal 3), items stored: 1,184 (normal 1,180)
                errors: 0 % (normal 0 %)
                p99 latency: 22 ms (normal 21 ms)
                set number in group db-clients: 41 (normal 43 after this week's job, 42 before it)
                CPU: 13 % (normal 13 %)
                memory: 31 % (normal 30 %)
                """
            ),
            "redis-session": _text(
                """\
                commands: 9,100/s (normal 9,400/s)
                hit rate: 99.2 % (normal 99.3 %)
                latency p99: 0.8 ms (normal 0.8 ms)
                memory used: 5.1 of 10 GB (normal 5 GB of 8 GB, limit raised 07:31Z)
                evictions: 0/s (normal 0/s)
                clients: 96 (normal 94)
                CPU: 11 % (normal 11 %)
                """
            ),
            "order-service": _text(
                """\
                requests: 456/s (normal 450/s)
                errors: 0.1 % (normal 0.1 %)
                p99 latency: 260 ms (normal 240 ms)
                pool order-main: 10 open, 0 logging in (normal 10 open, 0 logging in)
                events waiting at notification-service: 10,900 (normal below 100)
                CPU: 27 % (normal 27 %)
                memory: 44 % (normal 44 %)
                """
            ),
            "product-service": _text(
                """\
                requests: 782/s (normal 790/s)
                errors: 0.1 % (normal 0.1 %)
                p99 latency: 310 ms (normal 300 ms)
                pool catalog-ro: 9 open, 0 logging in (normal 9 open, 0 logging in)
                images resized: 44/s (normal 20/s, higher since 07:38Z while new widths are rendered)
                CPU: 57 % (normal 40 %)
                memory: 63 % (normal 58 %)
                """
            ),
        },
        "check_dependencies": {
            "api-gateway": _text(
                """\
                Upstream   public load balancer   HTTP/2    ok        2 ms
                Downstream user-service           HTTP      failing   98 % answered 503, p99 5,021 ms (normal 85 ms)
                Downstream notification-service   HTTP      failing   93 % answered 503, p99 5,038 ms (normal 60 ms)
                Downstream order-service          HTTP      ok        p99 260 ms (normal 240 ms)
                Downstream product-service        HTTP      ok        p99 310 ms (normal 300 ms)
                Downstream redis-session          RESP      ok        0.8 ms (normal 0.8 ms)
                """
            ),
            "user-service": _text(
                """\
                Upstream   api-gateway            HTTP      failing   98 % answered 503, p99 5,040 ms (normal 85 ms)
                Upstream   order-service          HTTP      failing   address lookups answered 503, p99 5,030 ms (normal 70 ms)
                Downstream postgres-db            TCP 5432  failing   every login as user_svc refused, 5.8 s each (normal 4 ms)
                Downstream redis-session          RESP      ok        0.8 ms (normal 0.8 ms)
                Downstream notification-service   queue     ok        publish 3 ms (normal 3 ms)
                Downstream config-service         gRPC push ok        last message 08:12:00Z, 11 ms (normal 10 ms)
                """
            ),
            "notification-service": _text(
                """\
                Upstream   api-gateway            HTTP      failing   93 % answered 503, p99 5,038 ms (normal 60 ms)
                Upstream   user-service           queue     backlog   38,300 events (normal below 200)
                Upstream   order-service          queue     backlog   10,900 events (normal below 100)
                Downstream postgres-db            TCP 5432  failing   every login as notification_svc refused, 5.8 s each (normal 4 ms)
                Downstream smtp relay (external)  SMTP      idle      last delivery 08:12:00Z, 90 ms (normal 95 ms)
                Downstream config-service         gRPC push ok        last message 08:12:01Z, 10 ms (normal 10 ms)
                """
            ),
            "postgres-db": _text(
                """\
                Upstream   user-service           TCP 5432  failing   0 sessions (normal 14), 62 logins/s refused, wrong password
                Upstream   notification-service   TCP 5432  failing   0 sessions (normal 6), 18 logins/s refused, wrong password
                Upstream   order-service          TCP 5432  ok        10 sessions (normal 10), queries 3 ms
                Upstream   product-service        TCP 5432  ok        9 sessions (normal 9), queries 3 ms, client certificate
                Upstream   config-service         TCP 5432  ok        2 sessions (normal 2), queries 2 ms
                Upstream   backup and monitoring  TCP 5432  ok        4 sessions (normal 4), queries 2 ms
                Downstream pg-replica-1           streaming ok        lag 0.2 s (normal 0.2 s)
                """
            ),
            "config-service": _text(
                """\
                Upstream   user-service           gRPC push ok        acknowledged 08:12:00Z, 11 ms (normal 10 ms)
                Upstream   notification-service   gRPC push ok        acknowledged 08:12:01Z, 10 ms (normal 10 ms)
                Upstream   order-service          gRPC push ok        acknowledged 08:12:02Z, 12 ms (normal 10 ms)
                Downstream postgres-db            TCP 5432  ok        2 sessions, 2 ms (normal 2 ms)
                """
            ),
            "redis-session": _text(
                """\
                Upstream   api-gateway            RESP      ok        6,300 commands/s, 0.8 ms (normal 0.8 ms)
                Upstream   user-service           RESP      ok        2,800 commands/s, 0.8 ms (normal 0.8 ms)
                Downstream redis-session-replica  RESP      ok        offset lag 0 (normal 0)
                """
            ),
            "order-service": _text(
                """\
                Upstream   api-gateway            HTTP      ok        p99 260 ms (normal 240 ms)
                Downstream postgres-db            TCP 5432  ok        10 sessions, 3 ms (normal 3 ms)
                Downstream user-service           HTTP      failing   address lookups answered 503, falls back to basket address
                Downstream notification-service   queue     ok        publish 3 ms (normal 3 ms)
                Downstream config-service         gRPC push ok        last message 08:12:02Z, 12 ms (normal 10 ms)
                """
            ),
            "product-service": _text(
                """\
                Upstream   api-gateway            HTTP      ok        p99 310 ms (normal 300 ms)
                Downstream postgres-db            TCP 5432  ok        9 sessions, 3 ms (normal 3 ms)
                Downstream image bucket           HTTPS     ok        p99 120 ms (normal 95 ms, new widths being written)
                """
            ),
        },
        "check_recent_deploys": {
            "api-gateway": _text(
                """\
                6 days ago   2026-04-30T10:20:00Z  v5.8.2   team edge       access log sampling for static files
                21 days ago  2026-04-15T09:05:00Z  v5.8.1   team edge       TLS library update
                34 days ago  2026-04-02T13:40:00Z  v5.8.0   team edge       new limits for upload sizes
                """
            ),
            "user-service": _text(
                """\
                4 h ago      2026-05-06T04:16:00Z  v7.14.0  team accounts   new profile endpoint GET /v1/profiles/{id}/badges
                5 days ago   2026-05-01T12:31:00Z  v7.13.2  team accounts   shorter texts in validation errors
                12 days ago  2026-04-24T08:47:00Z  v7.13.1  team accounts   avatar links point to the image host
                19 days ago  2026-04-17T14:02:00Z  v7.13.0  team accounts   paging of the address book
                """
            ),
            "notification-service": _text(
                """\
                11 days ago  2026-04-25T07:55:00Z  v2.9.4   team messaging  digest mails are sent in batches of 120
                30 days ago  2026-04-06T11:18:00Z  v2.9.3   team messaging  retry header for the SMTP relay
                """
            ),
            "postgres-db": _text(
                """\
                13 days ago  2026-04-23T05:30:00Z  p-118    team data       parameter: log_checkpoints on
                49 days ago  2026-03-18T05:30:00Z  p-117    team data       parameter: auth_delay.milliseconds 5000 against password guessing
                """
            ),
            "config-service": _text(
                """\
                2 h ago      2026-05-06T06:15:00Z  v3.2.1   team platform   scheduled jobs look up set slots through the new index
                9 days ago   2026-04-27T09:10:00Z  v3.2.0   team platform   diff view in the admin page
                27 days ago  2026-04-09T10:44:00Z  v3.1.7   team platform   smaller snapshot files
                """
            ),
            "redis-session": _text(
                """\
                48 min ago   2026-05-06T07:31:00Z  r-42     team data       parameter: maxmemory 8 GB to 10 GB
                26 days ago  2026-04-10T06:15:00Z  r-41     team data       image 7.2.7 to 7.2.8
                """
            ),
            "order-service": _text(
                """\
                1 day ago    2026-05-05T08:41:00Z  v4.2.6   team orders     new e-mail template for order confirmations
                8 days ago   2026-04-28T13:12:00Z  v4.2.5   team orders     rounding of vouchers
                22 days ago  2026-04-14T09:33:00Z  v4.2.4   team orders     gift wrap as an option
                """
            ),
            "product-service": _text(
                """\
                41 min ago   2026-05-06T07:38:00Z  v6.5.1   team catalog    product images in three widths (320, 640, 1280)
                3 days ago   2026-05-03T10:02:00Z  v6.5.0   team catalog    price history on the product page
                10 days ago  2026-04-26T08:29:00Z  v6.4.9   team catalog    faster catalog refresh
                17 days ago  2026-04-19T15:10:00Z  v6.4.8   team catalog    typo in filter labels
                """
            ),
        },
        "check_service_status": {
            "api-gateway": _text(
                """\
                Health: DEGRADED
                Replicas: 6/6 running, 6/6 ready, version v5.8.2
                Uptime: 6 d, restarts: 0
                Health checks: self ok, routes to user-service and notification-service failing since 08:12Z
                Feature flags: request_hedging=off
                Runbook steps: verify_api_recovery, rotate_edge_certificate
                """
            ),
            "user-service": _text(
                """\
                Health: DOWN
                Replicas: 8/8 running, 0/8 ready, version v7.14.0
                Uptime: 4 h, restarts: 0
                Health checks: liveness ok, readiness failing since 08:12Z (datasource user-main)
                Datasource: postgres-db as user_svc, set loaded at 08:12:00Z, logins refused
                Feature flags: profile_badges=on, avatar_cdn=on
                Runbook steps: rebuild_profile_index, rotate_signing_keys
                """
            ),
            "notification-service": _text(
                """\
                Health: DOWN
                Replicas: 4/4 running, 0/4 ready, version v2.9.4
                Uptime: 11 d, restarts: 0
                Health checks: liveness ok, readiness failing since 08:12Z (datasource)
                Datasource: postgres-db as notification_svc, set loaded at 08:12:01Z, logins refused
                Feature flags: digest_batching=on
                Runbook steps: replay_outbox
                """
            ),
            "postgres-db": _text(
                """\
                Health: DEGRADED
                Replicas: 1 primary and 1 standby running, parameter set p-118
                Uptime: 49 d, restarts: 0
                Health checks: query probe ok (3 ms), connection slots 490/500 above the 90 % limit since 08:13Z
                Role passwords: user_svc, notification_svc, order_svc last changed 2026-04-29T08:12Z (set 42); product_ro by certificate
                Feature flags: none
                Runbook steps: kill_idle_connections, failover_to_replica, verify_db_connectivity
                """
            ),
            "config-service": _text(
                """\
                Health: HEALTHY
                Replicas: 3/3 running, 3/3 ready, version v3.2.1
                Uptime: 2 h, restarts: 0
                Health checks: liveness ok, readiness ok, store ok
                Feature flags: diff_view=on
                Runbook steps: export_settings_snapshot, trigger_credential_rotation
                """
            ),
            "redis-session": _text(
                """\
                Health: HEALTHY
                Replicas: 1 primary and 1 replica running, parameter set r-42
                Uptime: 26 d, restarts: 0
                Health checks: ping ok (0.4 ms), last save ok 08:16Z
                Feature flags: none
                Runbook steps: flush_sessions, resize_redis_memory
                """
            ),
            "order-service": _text(
                """\
                Health: HEALTHY
                Replicas: 5/5 running, 5/5 ready, version v4.2.6
                Uptime: 23 h, restarts: 0
                Health checks: liveness ok, readiness ok
                Datasource: postgres-db as order_svc, set 42 loaded at start, set 41 received 08:12:02Z and not loaded
                Feature flags: gift_wrap=on
                Runbook steps: reconcile_orders
                """
            ),
            "product-service": _text(
                """\
                Health: HEALTHY
                Replicas: 6/6 running, 6/6 ready, version v6.5.1
                Uptime: 41 min, restarts: 0
                Health checks: liveness ok, readiness ok
                Datasource: postgres-db as product_ro, client certificate valid until 2026-11-20
                Feature flags: large_images=on
                Runbook steps: reindex_catalog, renew_client_certificate
                """
            ),
        },
    },
    "telemetry_changes": [
        {
            "after": ["rollback_deploy:config-service"],
            "tool_responses": {
                "query_logs": {
                    "config-service": _text(
                        """\
                        2026-05-06T08:12:00.006Z INFO  [config-service] job=secrets-rotation slot=previous published set=41 issued=2026-04-22
                        2026-05-06T08:12:02.340Z INFO  [config-service] job=secrets-rotation clients=3 acknowledged=3 result=ok took=2.5s
                        2026-05-06T08:23:09.518Z INFO  [config-service] stopping version=v3.2.1 reason=rollback
                        2026-05-06T08:23:31.070Z INFO  [config-service] started version=v3.2.0 store=ok group=db-clients current=42 previous=41
                        2026-05-06T08:23:31.644Z WARN  [config-service] group=db-clients clients hold set=41, store says current=42, no job due before 2026-05-13
                        """
                    ),
                },
                "check_metrics": {
                    "config-service": _text(
                        """\
                        requests: 6/s (normal 6/s)
                        open push streams: 3 (normal 3), items stored: 1,184 (normal 1,180)
                        errors: 0 % (normal 0 %)
                        p99 latency: 24 ms (normal 21 ms)
                        set number in group db-clients: 41 with the clients, 42 in the store (normal 43 for both)
                        CPU: 15 % (normal 13 %)
                        memory: 27 % (normal 30 %)
                        """
                    ),
                },
                "check_recent_deploys": {
                    "config-service": _text(
                        """\
                        just now     2026-05-06T08:23:00Z  v3.2.0   on-call         rollback from v3.2.1
                        2 h ago      2026-05-06T06:15:00Z  v3.2.1   team platform   scheduled jobs look up set slots through the new index
                        9 days ago   2026-04-27T09:10:00Z  v3.2.0   team platform   diff view in the admin page
                        27 days ago  2026-04-09T10:44:00Z  v3.1.7   team platform   smaller snapshot files
                        """
                    ),
                },
                "check_service_status": {
                    "config-service": _text(
                        """\
                        Health: HEALTHY
                        Replicas: 3/3 running, 3/3 ready, version v3.2.0
                        Uptime: 1 min, restarts: 0
                        Health checks: liveness ok, readiness ok, store ok
                        Feature flags: diff_view=on
                        Runbook steps: export_settings_snapshot, trigger_credential_rotation
                        """
                    ),
                },
            },
        },
        {
            "after": ["execute_runbook_step:trigger_credential_rotation"],
            "tool_responses": {
                "query_logs": {
                    "config-service": _text(
                        """\
                        2026-05-06T08:23:31.070Z INFO  [config-service] started version=v3.2.0 store=ok group=db-clients current=42 previous=41
                        2026-05-06T08:26:02.211Z INFO  [config-service] job=secrets-rotation group=db-clients begin trigger=manual
                        2026-05-06T08:26:03.480Z INFO  [config-service] job=secrets-rotation slot=current published set=43 issued=2026-05-06
                        2026-05-06T08:26:05.902Z INFO  [config-service] job=secrets-rotation clients=3 acknowledged=3 result=ok took=3.7s
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        2026-05-06T08:25:51.330Z FATAL:  password authentication failed for user "user_svc" host=10.20.4.19 method=scram-sha-256
                        2026-05-06T08:26:03.297Z LOG:  ALTER ROLE user_svc, notification_svc, order_svc: password changed by secrets_admin
                        2026-05-06T08:26:20.815Z FATAL:  password authentication failed for user "user_svc" host=10.20.4.22 method=scram-sha-256
                        2026-05-06T08:26:41.068Z LOG:  connection authorized: user=product_ro database=shop host=10.20.7.31 method=cert
                        2026-05-06T08:26:55.552Z FATAL:  password authentication failed for user "notification_svc" host=10.20.6.9 method=scram-sha-256
                        """
                    ),
                    "user-service": _text(
                        """\
                        2026-05-06T08:12:07.140Z ERROR [user-service] pool user-main: 50 logins refused in a row, reload on push is off until the process restarts
                        2026-05-06T08:25:38.014Z ERROR [user-service] GET /v1/me 503 no connection from pool user-main within 5000ms (open=0 waiting=30)
                        2026-05-06T08:26:04.119Z INFO  [user-service] pool user-main: set=43 received and kept, set=41 stays loaded until a restart
                        2026-05-06T08:26:33.760Z ERROR [user-service] pool user-main: login failed: FATAL: password authentication failed for user "user_svc"
                        """
                    ),
                    "notification-service": _text(
                        """\
                        2026-05-06T08:12:09.218Z ERROR [notification-service] datasource: 50 logins refused in a row, watcher stopped, next load at process start
                        2026-05-06T08:26:04.873Z INFO  [notification-service] datasource: set=43 received, not loaded (watcher stopped)
                        2026-05-06T08:26:21.406Z ERROR [notification-service] GET /v1/inbox 503 datasource unavailable after 5000ms
                        2026-05-06T08:26:49.950Z WARN  [notification-service] outbox backlog 106800 events, sender idle
                        """
                    ),
                    "order-service": _text(
                        """\
                        2026-05-06T08:25:19.244Z INFO  [order-service] order 7716420 accepted items=2 took=108ms
                        2026-05-06T08:26:05.881Z INFO  [order-service] pool order-main: set=43 received, staged; set=42 stays loaded (read at process start only)
                        2026-05-06T08:26:35.530Z WARN  [order-service] pool order-main: pre-check login with set=42 refused, the 10 open sessions go on
                        """
                    ),
                },
                "check_metrics": {
                    "config-service": _text(
                        """\
                        requests: 6/s (normal 6/s)
                        open push streams: 3 (normal 3), items stored: 1,184 (normal 1,180)
                        errors: 0 % (normal 0 %)
                        p99 latency: 21 ms (normal 21 ms)
                        set number in group db-clients: 43 (normal 43 after this week's job)
                        CPU: 13 % (normal 13 %)
                        memory: 29 % (normal 30 %)
                        """
                    ),
                    "order-service": _text(
                        """\
                        requests: 452/s (normal 450/s)
                        errors: 0.1 % (normal 0.1 %)
                        p99 latency: 265 ms (normal 240 ms)
                        pool order-main: 10 open, 0 logging in (normal 10 open, 0 logging in)
                        pre-check logins refused: 1 of the last 1 (normal 0)
                        CPU: 27 % (normal 27 %)
                        memory: 44 % (normal 44 %)
                        """
                    ),
                },
                "check_dependencies": {
                    "config-service": _text(
                        """\
                        Upstream   user-service           gRPC push ok        acknowledged 08:26:04Z, 11 ms (normal 10 ms)
                        Upstream   notification-service   gRPC push ok        acknowledged 08:26:04Z, 10 ms (normal 10 ms)
                        Upstream   order-service          gRPC push ok        acknowledged 08:26:05Z, 11 ms (normal 10 ms)
                        Downstream postgres-db            TCP 5432  ok        2 sessions, 2 ms (normal 2 ms)
                        """
                    ),
                    "order-service": _text(
                        """\
                        Upstream   api-gateway            HTTP      ok        p99 265 ms (normal 240 ms)
                        Downstream postgres-db            TCP 5432  limited   10 sessions, 3 ms (normal 3 ms), new logins refused
                        Downstream user-service           HTTP      failing   address lookups answered 503, falls back to basket address
                        Downstream notification-service   queue     ok        publish 3 ms (normal 3 ms)
                        Downstream config-service         gRPC push ok        last message 08:26:05Z, 11 ms (normal 10 ms)
                        """
                    ),
                },
                "check_service_status": {
                    "config-service": _text(
                        """\
                        Health: HEALTHY
                        Replicas: 3/3 running, 3/3 ready, version v3.2.0
                        Uptime: 4 min, restarts: 0
                        Health checks: liveness ok, readiness ok, store ok
                        Feature flags: diff_view=on
                        Runbook steps: export_settings_snapshot, trigger_credential_rotation
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        Health: DEGRADED
                        Replicas: 1 primary and 1 standby running, parameter set p-118
                        Uptime: 49 d, restarts: 0
                        Health checks: query probe ok (3 ms), connection slots 490/500 above the 90 % limit since 08:13Z
                        Role passwords: user_svc, notification_svc, order_svc last changed 2026-05-06T08:26Z (set 43); product_ro by certificate
                        Feature flags: none
                        Runbook steps: kill_idle_connections, failover_to_replica, verify_db_connectivity
                        """
                    ),
                    "user-service": _text(
                        """\
                        Health: DOWN
                        Replicas: 8/8 running, 0/8 ready, version v7.14.0
                        Uptime: 4 h, restarts: 0
                        Health checks: liveness ok, readiness failing since 08:12Z (datasource user-main)
                        Datasource: postgres-db as user_svc, set 41 loaded and refused, set 43 received 08:26Z and not loaded
                        Feature flags: profile_badges=on, avatar_cdn=on
                        Runbook steps: rebuild_profile_index, rotate_signing_keys
                        """
                    ),
                    "notification-service": _text(
                        """\
                        Health: DOWN
                        Replicas: 4/4 running, 0/4 ready, version v2.9.4
                        Uptime: 11 d, restarts: 0
                        Health checks: liveness ok, readiness failing since 08:12Z (datasource)
                        Datasource: postgres-db as notification_svc, set 41 loaded and refused, set 43 received 08:26Z and not loaded
                        Feature flags: digest_batching=on
                        Runbook steps: replay_outbox
                        """
                    ),
                    "order-service": _text(
                        """\
                        Health: DEGRADED
                        Replicas: 5/5 running, 5/5 ready, version v4.2.6
                        Uptime: 23 h, restarts: 0
                        Health checks: liveness ok, readiness ok, pool order-main 10 sessions but new logins refused
                        Datasource: postgres-db as order_svc, set 42 loaded at start, set 43 received 08:26Z and not loaded
                        Feature flags: gift_wrap=on
                        Runbook steps: reconcile_orders
                        """
                    ),
                },
            },
        },
        {
            "after": ["restart_service:user-service"],
            "tool_responses": {
                "query_logs": {
                    "api-gateway": _text(
                        """\
                        2026-05-06T08:28:40.905Z ERROR [api-gateway] access "GET /v1/me" 503 upstream=user-service 5017ms req=b7d4-03b8
                        2026-05-06T08:29:21.338Z INFO  [api-gateway] outlier detection user-service: 8/8 hosts back, panic routing off
                        2026-05-06T08:29:34.071Z INFO  [api-gateway] access "POST /v1/sessions" 201 upstream=user-service 62ms req=b7d4-2d90
                        2026-05-06T08:30:12.620Z ERROR [api-gateway] access "GET /v1/inbox" 503 upstream=notification-service 5033ms req=b7d4-51aa
                        2026-05-06T08:30:30.002Z WARN  [api-gateway] 503 rate 6.5 % over the last 60s (222 of 3,400 requests/s)
                        """
                    ),
                    "user-service": _text(
                        """\
                        2026-05-06T08:28:52.117Z INFO  [user-service] rolling restart begin replicas=8
                        2026-05-06T08:29:06.430Z INFO  [user-service] pool user-main: set=43 loaded at start, 14 sessions open
                        2026-05-06T08:29:18.904Z INFO  [user-service] readiness probe ok pod=user-5f7c-7
                        2026-05-06T08:29:34.066Z INFO  [user-service] POST /v1/sessions 201 58ms
                        2026-05-06T08:30:27.751Z INFO  [user-service] GET /v1/me 200 13ms
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        2026-05-06T08:28:47.219Z FATAL:  password authentication failed for user "user_svc" host=10.20.4.19 method=scram-sha-256
                        2026-05-06T08:29:06.398Z LOG:  connection authorized: user=user_svc database=shop host=10.20.4.17 method=scram-sha-256
                        2026-05-06T08:29:07.115Z LOG:  connection authorized: user=user_svc database=shop host=10.20.4.22 method=scram-sha-256
                        2026-05-06T08:30:25.640Z FATAL:  password authentication failed for user "notification_svc" host=10.20.6.11 method=scram-sha-256
                        """
                    ),
                },
                "check_metrics": {
                    "api-gateway": _text(
                        """\
                        requests: 3,400/s (normal 3,350/s)
                        503 rate: 6.5 % (normal 0.1 %)
                        503 on user-service routes: 1 of 1,924/s (normal below 2/s)
                        503 on notification-service routes: 221 of 238/s (normal below 1/s)
                        p99 latency: 5,020 ms (normal 140 ms)
                        CPU: 39 % (normal 38 %)
                        memory: 46 % (normal 45 %)
                        """
                    ),
                    "user-service": _text(
                        """\
                        requests: 1,924/s (normal 1,890/s)
                        errors: 0.1 % (normal 0.1 %)
                        p99 latency: 91 ms (normal 85 ms)
                        pool user-main: 14 open, 0 logging in (normal 14 open, 0 logging in)
                        database logins: 0.1/s tried, 0 refused (normal below 0.1/s tried, 0 refused)
                        CPU: 31 % (normal 29 %)
                        memory: 54 % (normal 60 %)
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        connections: 133/500 (normal 45/500)
                        connections in authentication: 94, held 5.2 s each (normal 0)
                        established sessions: 39 (normal 45)
                        failed logins: 18/s, notification_svc 18/s (normal 0/s)
                        query time p95: 3.0 ms (normal 3.0 ms)
                        CPU: 29 % (normal 12 %)
                        memory: 35 % (normal 34 %)
                        """
                    ),
                },
                "check_dependencies": {
                    "api-gateway": _text(
                        """\
                        Upstream   public load balancer   HTTP/2    ok        2 ms
                        Downstream user-service           HTTP      ok        p99 91 ms (normal 85 ms)
                        Downstream notification-service   HTTP      failing   93 % answered 503, p99 5,033 ms (normal 60 ms)
                        Downstream order-service          HTTP      ok        p99 255 ms (normal 240 ms)
                        Downstream product-service        HTTP      ok        p99 306 ms (normal 300 ms)
                        Downstream redis-session          RESP      ok        0.8 ms (normal 0.8 ms)
                        """
                    ),
                    "user-service": _text(
                        """\
                        Upstream   api-gateway            HTTP      ok        p99 91 ms (normal 85 ms)
                        Upstream   order-service          HTTP      ok        p99 72 ms (normal 70 ms)
                        Downstream postgres-db            TCP 5432  ok        14 sessions, 4 ms (normal 4 ms)
                        Downstream redis-session          RESP      ok        0.8 ms (normal 0.8 ms)
                        Downstream notification-service   queue     ok        publish 3 ms (normal 3 ms)
                        Downstream config-service         gRPC push ok        last message 08:26:04Z, 11 ms (normal 10 ms)
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        Upstream   user-service           TCP 5432  ok        14 sessions (normal 14), queries 3 ms
                        Upstream   notification-service   TCP 5432  failing   0 sessions (normal 6), 18 logins/s refused, wrong password
                        Upstream   order-service          TCP 5432  ok        10 sessions (normal 10), queries 3 ms
                        Upstream   product-service        TCP 5432  ok        9 sessions (normal 9), queries 3 ms, client certificate
                        Upstream   config-service         TCP 5432  ok        2 sessions (normal 2), queries 2 ms
                        Upstream   backup and monitoring  TCP 5432  ok        4 sessions (normal 4), queries 2 ms
                        Downstream pg-replica-1           streaming ok        lag 0.2 s (normal 0.2 s)
                        """
                    ),
                    "order-service": _text(
                        """\
                        Upstream   api-gateway            HTTP      ok        p99 270 ms (normal 240 ms)
                        Downstream postgres-db            TCP 5432  limited   10 sessions, 3 ms (normal 3 ms), new logins refused
                        Downstream user-service           HTTP      ok        p99 72 ms (normal 70 ms)
                        Downstream notification-service   queue     ok        publish 3 ms (normal 3 ms)
                        Downstream config-service         gRPC push ok        last message 08:26:05Z, 11 ms (normal 10 ms)
                        """
                    ),
                },
                "check_service_status": {
                    "api-gateway": _text(
                        """\
                        Health: DEGRADED
                        Replicas: 6/6 running, 6/6 ready, version v5.8.2
                        Uptime: 6 d, restarts: 0
                        Health checks: self ok, user-service routes ok since 08:29Z, notification-service routes failing
                        Feature flags: request_hedging=off
                        Runbook steps: verify_api_recovery, rotate_edge_certificate
                        """
                    ),
                    "user-service": _text(
                        """\
                        Health: HEALTHY
                        Replicas: 8/8 running, 8/8 ready, version v7.14.0
                        Uptime: 1 min, restarts: 1 (operator, 08:29Z)
                        Health checks: liveness ok, readiness ok
                        Datasource: postgres-db as user_svc, set 43 loaded at start, 14 sessions
                        Feature flags: profile_badges=on, avatar_cdn=on
                        Runbook steps: rebuild_profile_index, rotate_signing_keys
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        Health: DEGRADED
                        Replicas: 1 primary and 1 standby running, parameter set p-118
                        Uptime: 49 d, restarts: 0
                        Health checks: query probe ok (3 ms), connection slots 133/500, 18 failed logins/s above the limit of 5/s
                        Role passwords: user_svc, notification_svc, order_svc last changed 2026-05-06T08:26Z (set 43); product_ro by certificate
                        Feature flags: none
                        Runbook steps: kill_idle_connections, failover_to_replica, verify_db_connectivity
                        """
                    ),
                },
            },
        },
        {
            "after": ["restart_service:notification-service"],
            "tool_responses": {
                "query_logs": {
                    "api-gateway": _text(
                        """\
                        2026-05-06T08:28:33.410Z ERROR [api-gateway] access "GET /v1/inbox" 503 upstream=notification-service 5035ms req=b7d4-00e1
                        2026-05-06T08:29:48.177Z INFO  [api-gateway] access "GET /v1/inbox" 200 upstream=notification-service 44ms req=b7d4-3b07
                        2026-05-06T08:30:16.590Z ERROR [api-gateway] access "GET /v1/me" 503 upstream=user-service 5020ms req=b7d4-55c2
                        2026-05-06T08:30:31.008Z WARN  [api-gateway] 503 rate 55.5 % over the last 60s (1,887 of 3,400 requests/s)
                        """
                    ),
                    "notification-service": _text(
                        """\
                        2026-05-06T08:29:20.366Z INFO  [notification-service] rolling restart begin replicas=4
                        2026-05-06T08:29:35.812Z INFO  [notification-service] datasource: set=43 loaded at start, 6 sessions open
                        2026-05-06T08:29:48.170Z INFO  [notification-service] GET /v1/inbox 200 41ms
                        2026-05-06T08:30:02.295Z INFO  [notification-service] outbox batch sent=900 failed=0 took=980ms backlog=104000
                        2026-05-06T08:32:18.641Z INFO  [notification-service] outbox batch sent=118 failed=0 took=655ms backlog=210
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        2026-05-06T08:28:55.083Z FATAL:  password authentication failed for user "notification_svc" host=10.20.6.9 method=scram-sha-256
                        2026-05-06T08:29:35.790Z LOG:  connection authorized: user=notification_svc database=shop host=10.20.6.9 method=scram-sha-256
                        2026-05-06T08:30:08.444Z FATAL:  password authentication failed for user "user_svc" host=10.20.4.17 method=scram-sha-256
                        2026-05-06T08:30:29.916Z FATAL:  password authentication failed for user "user_svc" host=10.20.4.22 method=scram-sha-256
                        """
                    ),
                },
                "check_metrics": {
                    "api-gateway": _text(
                        """\
                        requests: 3,400/s (normal 3,350/s)
                        503 rate: 55.5 % (normal 0.1 %)
                        503 on user-service routes: 1,886 of 1,924/s (normal below 2/s)
                        503 on notification-service routes: 0 of 238/s (normal below 1/s)
                        p99 latency: 5,050 ms (normal 140 ms)
                        CPU: 41 % (normal 38 %)
                        memory: 47 % (normal 45 %)
                        """
                    ),
                    "notification-service": _text(
                        """\
                        requests: 238/s (normal 240/s)
                        errors: 0.2 % (normal 0.2 %)
                        outbox backlog: 210 events (normal below 300)
                        messages sent: 121/s (normal 120/s)
                        datasource: 6 open, 0 logging in (normal 6 open, 0 logging in)
                        database logins: below 0.1/s tried, 0 refused (normal below 0.1/s tried, 0 refused)
                        CPU: 28 % (normal 26 %)
                        memory: 47 % (normal 48 %)
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        connections: 378/500 (normal 45/500)
                        connections in authentication: 347, held 5.6 s each (normal 0)
                        established sessions: 31 (normal 45)
                        failed logins: 62/s, user_svc 62/s (normal 0/s)
                        query time p95: 3.1 ms (normal 3.0 ms)
                        CPU: 63 % (normal 12 %)
                        memory: 36 % (normal 34 %)
                        """
                    ),
                },
                "check_dependencies": {
                    "api-gateway": _text(
                        """\
                        Upstream   public load balancer   HTTP/2    ok        2 ms
                        Downstream user-service           HTTP      failing   98 % answered 503, p99 5,020 ms (normal 85 ms)
                        Downstream notification-service   HTTP      ok        p99 62 ms (normal 60 ms)
                        Downstream order-service          HTTP      ok        p99 255 ms (normal 240 ms)
                        Downstream product-service        HTTP      ok        p99 306 ms (normal 300 ms)
                        Downstream redis-session          RESP      ok        0.8 ms (normal 0.8 ms)
                        """
                    ),
                    "notification-service": _text(
                        """\
                        Upstream   api-gateway            HTTP      ok        p99 62 ms (normal 60 ms)
                        Upstream   user-service           queue     ok        140 events waiting (normal below 200)
                        Upstream   order-service          queue     ok        70 events waiting (normal below 100)
                        Downstream postgres-db            TCP 5432  ok        6 sessions, 4 ms (normal 4 ms)
                        Downstream smtp relay (external)  SMTP      ok        98 ms (normal 95 ms)
                        Downstream config-service         gRPC push ok        last message 08:26:04Z, 10 ms (normal 10 ms)
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        Upstream   user-service           TCP 5432  failing   0 sessions (normal 14), 62 logins/s refused, wrong password
                        Upstream   notification-service   TCP 5432  ok        6 sessions (normal 6), queries 3 ms
                        Upstream   order-service          TCP 5432  ok        10 sessions (normal 10), queries 3 ms
                        Upstream   product-service        TCP 5432  ok        9 sessions (normal 9), queries 3 ms, client certificate
                        Upstream   config-service         TCP 5432  ok        2 sessions (normal 2), queries 2 ms
                        Upstream   backup and monitoring  TCP 5432  ok        4 sessions (normal 4), queries 2 ms
                        Downstream pg-replica-1           streaming ok        lag 0.2 s (normal 0.2 s)
                        """
                    ),
                },
                "check_service_status": {
                    "api-gateway": _text(
                        """\
                        Health: DEGRADED
                        Replicas: 6/6 running, 6/6 ready, version v5.8.2
                        Uptime: 6 d, restarts: 0
                        Health checks: self ok, notification-service routes ok since 08:30Z, user-service routes failing
                        Feature flags: request_hedging=off
                        Runbook steps: verify_api_recovery, rotate_edge_certificate
                        """
                    ),
                    "notification-service": _text(
                        """\
                        Health: HEALTHY
                        Replicas: 4/4 running, 4/4 ready, version v2.9.4
                        Uptime: 3 min, restarts: 1 (operator, 08:29Z)
                        Health checks: liveness ok, readiness ok
                        Datasource: postgres-db as notification_svc, set 43 loaded at start, 6 sessions
                        Feature flags: digest_batching=on
                        Runbook steps: replay_outbox
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        Health: DEGRADED
                        Replicas: 1 primary and 1 standby running, parameter set p-118
                        Uptime: 49 d, restarts: 0
                        Health checks: query probe ok (3 ms), connection slots 378/500, 62 failed logins/s above the limit of 5/s
                        Role passwords: user_svc, notification_svc, order_svc last changed 2026-05-06T08:26Z (set 43); product_ro by certificate
                        Feature flags: none
                        Runbook steps: kill_idle_connections, failover_to_replica, verify_db_connectivity
                        """
                    ),
                },
            },
        },
        {
            "after": ["restart_service:order-service"],
            "tool_responses": {
                "query_logs": {
                    "order-service": _text(
                        """\
                        2026-05-06T08:29:55.702Z INFO  [order-service] rolling restart begin replicas=5
                        2026-05-06T08:30:11.048Z INFO  [order-service] pool order-main: set=43 loaded at start, 10 sessions open
                        2026-05-06T08:30:40.317Z INFO  [order-service] order 7717093 accepted items=2 took=102ms
                        2026-05-06T08:32:26.590Z INFO  [order-service] order 7717331 accepted items=5 took=109ms
                        """
                    ),
                },
                "check_metrics": {
                    "order-service": _text(
                        """\
                        requests: 455/s (normal 450/s)
                        errors: 0.1 % (normal 0.1 %)
                        p99 latency: 244 ms (normal 240 ms)
                        pool order-main: 10 open, 0 logging in (normal 10 open, 0 logging in)
                        CPU: 28 % (normal 27 %)
                        memory: 41 % (normal 44 %)
                        """
                    ),
                },
                "check_dependencies": {
                    "order-service": _text(
                        """\
                        Upstream   api-gateway            HTTP      ok        p99 244 ms (normal 240 ms)
                        Downstream postgres-db            TCP 5432  ok        10 sessions, 3 ms (normal 3 ms)
                        Downstream user-service           HTTP      failing   address lookups answered 503, falls back to basket address
                        Downstream notification-service   queue     ok        publish 3 ms (normal 3 ms)
                        Downstream config-service         gRPC push ok        last message 08:26:05Z, 11 ms (normal 10 ms)
                        """
                    ),
                },
                "check_service_status": {
                    "order-service": _text(
                        """\
                        Health: HEALTHY
                        Replicas: 5/5 running, 5/5 ready, version v4.2.6
                        Uptime: 2 min, restarts: 1 (operator, 08:30Z)
                        Health checks: liveness ok, readiness ok
                        Datasource: postgres-db as order_svc, set 43 loaded at start, 10 sessions
                        Feature flags: gift_wrap=on
                        Runbook steps: reconcile_orders
                        """
                    ),
                },
            },
        },
        {
            "after": ["restart_service:user-service", "restart_service:order-service"],
            "tool_responses": {
                "check_dependencies": {
                    "order-service": _text(
                        """\
                        Upstream   api-gateway            HTTP      ok        p99 242 ms (normal 240 ms)
                        Downstream postgres-db            TCP 5432  ok        10 sessions, 3 ms (normal 3 ms)
                        Downstream user-service           HTTP      ok        p99 71 ms (normal 70 ms)
                        Downstream notification-service   queue     ok        publish 3 ms (normal 3 ms)
                        Downstream config-service         gRPC push ok        last message 08:26:05Z, 11 ms (normal 10 ms)
                        """
                    ),
                },
            },
        },
        {
            "after": ["restart_service:user-service", "restart_service:notification-service"],
            "tool_responses": {
                "query_logs": {
                    "api-gateway": _text(
                        """\
                        2026-05-06T08:29:21.338Z INFO  [api-gateway] outlier detection user-service: 8/8 hosts back, panic routing off
                        2026-05-06T08:29:48.177Z INFO  [api-gateway] access "GET /v1/inbox" 200 upstream=notification-service 44ms req=b7d4-3b07
                        2026-05-06T08:31:05.260Z INFO  [api-gateway] 503 rate 0.1 % over the last 60s (3 of 3,400 requests/s), page closed
                        2026-05-06T08:32:40.993Z INFO  [api-gateway] access "POST /v1/sessions" 201 upstream=user-service 57ms req=b7d5-0c48
                        2026-05-06T08:33:12.507Z INFO  [api-gateway] access "GET /v1/me" 200 upstream=user-service 12ms req=b7d5-18f3
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        2026-05-06T08:29:06.398Z LOG:  connection authorized: user=user_svc database=shop host=10.20.4.17 method=scram-sha-256
                        2026-05-06T08:29:35.790Z LOG:  connection authorized: user=notification_svc database=shop host=10.20.6.9 method=scram-sha-256
                        2026-05-06T08:31:14.882Z LOG:  checkpoint complete: wrote 2306 buffers (0.9%); write=27.4 s, sync=0.1 s, total=27.6 s
                        2026-05-06T08:32:12.035Z FATAL:  password authentication failed for user "order_svc" host=10.20.5.12 method=scram-sha-256
                        """
                    ),
                },
                "check_metrics": {
                    "api-gateway": _text(
                        """\
                        requests: 3,400/s (normal 3,350/s)
                        503 rate: 0.1 % (normal 0.1 %)
                        503 on user-service routes: 1 of 1,924/s (normal below 2/s)
                        503 on notification-service routes: 0 of 238/s (normal below 1/s)
                        503 on order-service and product-service routes: 2 of 1,238/s (normal 1/s)
                        p99 latency: 146 ms (normal 140 ms)
                        CPU: 38 % (normal 38 %)
                        memory: 45 % (normal 45 %)
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        connections: 45/500 (normal 45/500)
                        connections in authentication: 0 (normal 0)
                        established sessions: 45 (normal 45)
                        failed logins: below 0.1/s, order_svc only (normal 0/s)
                        query time p95: 3.0 ms (normal 3.0 ms)
                        CPU: 13 % (normal 12 %)
                        memory: 34 % (normal 34 %)
                        """
                    ),
                },
                "check_dependencies": {
                    "api-gateway": _text(
                        """\
                        Upstream   public load balancer   HTTP/2    ok        2 ms
                        Downstream user-service           HTTP      ok        p99 88 ms (normal 85 ms)
                        Downstream notification-service   HTTP      ok        p99 61 ms (normal 60 ms)
                        Downstream order-service          HTTP      ok        p99 250 ms (normal 240 ms)
                        Downstream product-service        HTTP      ok        p99 304 ms (normal 300 ms)
                        Downstream redis-session          RESP      ok        0.8 ms (normal 0.8 ms)
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        Upstream   user-service           TCP 5432  ok        14 sessions (normal 14), queries 3 ms
                        Upstream   notification-service   TCP 5432  ok        6 sessions (normal 6), queries 3 ms
                        Upstream   order-service          TCP 5432  limited   10 sessions (normal 10), one new login refused, wrong password
                        Upstream   product-service        TCP 5432  ok        9 sessions (normal 9), queries 3 ms, client certificate
                        Upstream   config-service         TCP 5432  ok        2 sessions (normal 2), queries 2 ms
                        Upstream   backup and monitoring  TCP 5432  ok        4 sessions (normal 4), queries 2 ms
                        Downstream pg-replica-1           streaming ok        lag 0.2 s (normal 0.2 s)
                        """
                    ),
                },
                "check_service_status": {
                    "api-gateway": _text(
                        """\
                        Health: HEALTHY
                        Replicas: 6/6 running, 6/6 ready, version v5.8.2
                        Uptime: 6 d, restarts: 0
                        Health checks: self ok, all routes ok since 08:31Z
                        Feature flags: request_hedging=off
                        Runbook steps: verify_api_recovery, rotate_edge_certificate
                        """
                    ),
                    "postgres-db": _text(
                        """\
                        Health: HEALTHY
                        Replicas: 1 primary and 1 standby running, parameter set p-118
                        Uptime: 49 d, restarts: 0
                        Health checks: query probe ok (3 ms), connection slots 45/500, last refused login 08:32Z (order_svc)
                        Role passwords: user_svc, notification_svc, order_svc last changed 2026-05-06T08:26Z (set 43); product_ro by certificate
                        Feature flags: none
                        Runbook steps: kill_idle_connections, failover_to_replica, verify_db_connectivity
                        """
                    ),
                },
            },
        },
        {
            "after": [
                "restart_service:user-service",
                "restart_service:notification-service",
                "restart_service:order-service",
            ],
            "tool_responses": {
                "query_logs": {
                    "postgres-db": _text(
                        """\
                        2026-05-06T08:29:06.398Z LOG:  connection authorized: user=user_svc database=shop host=10.20.4.17 method=scram-sha-256
                        2026-05-06T08:29:35.790Z LOG:  connection authorized: user=notification_svc database=shop host=10.20.6.9 method=scram-sha-256
                        2026-05-06T08:30:11.012Z LOG:  connection authorized: user=order_svc database=shop host=10.20.5.12 method=scram-sha-256
                        2026-05-06T08:31:14.882Z LOG:  checkpoint complete: wrote 2306 buffers (0.9%); write=27.4 s, sync=0.1 s, total=27.6 s
                        2026-05-06T08:34:07.326Z LOG:  connection authorized: user=product_ro database=shop host=10.20.7.31 method=cert
                        """
                    ),
                },
                "check_metrics": {
                    "postgres-db": _text(
                        """\
                        connections: 45/500 (normal 45/500)
                        connections in authentication: 0 (normal 0)
                        established sessions: 45 (normal 45)
                        failed logins: 0/s (normal 0/s)
                        query time p95: 3.0 ms (normal 3.0 ms)
                        CPU: 12 % (normal 12 %)
                        memory: 34 % (normal 34 %)
                        """
                    ),
                },
                "check_dependencies": {
                    "postgres-db": _text(
                        """\
                        Upstream   user-service           TCP 5432  ok        14 sessions (normal 14), queries 3 ms
                        Upstream   notification-service   TCP 5432  ok        6 sessions (normal 6), queries 3 ms
                        Upstream   order-service          TCP 5432  ok        10 sessions (normal 10), queries 3 ms
                        Upstream   product-service        TCP 5432  ok        9 sessions (normal 9), queries 3 ms, client certificate
                        Upstream   config-service         TCP 5432  ok        2 sessions (normal 2), queries 2 ms
                        Upstream   backup and monitoring  TCP 5432  ok        4 sessions (normal 4), queries 2 ms
                        Downstream pg-replica-1           streaming ok        lag 0.2 s (normal 0.2 s)
                        """
                    ),
                },
                "check_service_status": {
                    "postgres-db": _text(
                        """\
                        Health: HEALTHY
                        Replicas: 1 primary and 1 standby running, parameter set p-118
                        Uptime: 49 d, restarts: 0
                        Health checks: query probe ok (3 ms), connection slots 45/500, no refused logins since 08:30Z
                        Role passwords: user_svc, notification_svc, order_svc last changed 2026-05-06T08:26Z (set 43); product_ro by certificate
                        Feature flags: none
                        Runbook steps: kill_idle_connections, failover_to_replica, verify_db_connectivity
                        """
                    ),
                },
            },
        },
    ],
    "remediation_data": {
        "restart_service": {
            "api-gateway": {
                "result": "The 6 gateway pods were replaced one after another in 90 s; about 1,100 requests in flight "
                "were cut. Routes behave as they did before.",
            },
            "user-service": {
                "result": "Rolling restart finished in 26 s: 8/8 pods ready, set 43 loaded, pool user-main holds "
                "14 sessions and sign-ins answer 201.",
                "too_early": "The 8 pods came back, loaded set 41 once more and were refused at login: "
                "pool user-main stays at 0 sessions, 0/8 ready.",
            },
            "notification-service": {
                "result": "4/4 pods ready after 15 s with set 43 loaded and 6 sessions open. The sender works through "
                "the outbox at 900 events/s.",
                "too_early": "4 fresh pods started, read set 41 and had all logins refused; 0/4 ready, the sender "
                "stays idle and the outbox keeps growing.",
            },
            "postgres-db": {
                "result": "The primary stopped and was back after 41 s. Every working session was cut, and the "
                "connection slots filled again as soon as clients reconnected.",
            },
            "config-service": {
                "result": "3/3 pods restarted in 20 s on the version that was running; the store opened without "
                "errors. Nothing was published and no client received anything.",
            },
            "redis-session": {
                "result": "The primary restarted and needed 35 s to load 5.1 GB from disk; sessions written since the "
                "last save are gone and those users were signed out.",
            },
            "order-service": {
                "result": "5/5 pods replaced, set 43 loaded at start, pool order-main at 10 sessions. Orders were "
                "accepted throughout.",
                "too_early": "The first new pod read set 41 at start, was refused at login and never became ready; "
                "the rollout stopped and the old pods went on with their sessions.",
            },
            "product-service": {
                "result": "6/6 pods restarted with v6.5.1 in 50 s; p99 peaked at 700 ms while image widths were "
                "cached again, then settled at 310 ms.",
            },
        },
        "rollback_deploy": {
            "api-gateway": {
                "result": "Gateway rolled back to v5.8.1 in 2 min; access logs for static files are complete again. "
                "Status codes per route did not move.",
            },
            "user-service": {
                "result": "v7.13.2 is running on 8 pods. The badges endpoint is gone and clients that call it receive "
                "404; everything else on the board looks as before.",
            },
            "notification-service": {
                "result": "v2.9.3 is out on 4 pods: digests leave one by one instead of in batches of 120. "
                "The datasource is as it was.",
            },
            "postgres-db": {
                "result": "Parameter set p-117 loaded with a 41 s restart of the primary, which cut all sessions; "
                "checkpoints are no longer logged.",
            },
            "config-service": {
                "result": "v3.2.1 replaced by v3.2.0 on 3/3 pods within 30 s. The clients still hold set 41; "
                "the store names 42 as current.",
                "target_version": "v3.2.0",
            },
            "redis-session": {
                "result": "Parameter set r-41 is active, maxmemory is 8 GB again. 5.1 GB are used, hit rate 99.2 %.",
            },
            "order-service": {
                "result": "v4.2.5 rolled out in 70 s. Order confirmations carry the former e-mail template; "
                "orders per second did not change.",
            },
            "product-service": {
                "result": "v6.5.0 is live; pages fall back to one image width and 11,000 rendered variants are unused. "
                "Product routes answer as before.",
            },
        },
        "scale_service": {
            "api-gateway": {
                "result": "Gateway grew from 6 to 9 pods, CPU per pod fell to 28 %. The share of 503 answers did not "
                "move.",
            },
            "user-service": {
                "result": "4 more pods were scheduled. They share the login budget of pool user-main, so the rate at "
                "the database did not change.",
            },
            "notification-service": {
                "result": "From 4 to 6 pods in 25 s. Sending depends on the datasource, not on the number of pods.",
            },
            "postgres-db": {
                "result": "The primary moved to a larger instance with a 95 s interruption, max_connections stays "
                "at 500 and all clients had to reconnect.",
            },
            "config-service": {
                "result": "5 pods instead of 3, all ready; load stays at 6 requests/s, CPU at 12 %.",
            },
            "redis-session": {
                "result": "One more replica joined after a 5.1 GB copy; latency stays at 0.8 ms.",
            },
            "order-service": {
                "result": "The extra 2 pods wait: the pool limit of 10 sessions is shared and no slot is free, "
                "so the 5 old pods carry the traffic.",
            },
            "product-service": {
                "result": "9 pods instead of 6, CPU per pod down to 39 %. Product pages were fast before, too.",
            },
        },
        "disable_feature_flag": {
            "request_hedging": {
                "result": "The flag was off already; no gateway pod changed its behaviour.",
            },
            "profile_badges": {
                "result": "Badges vanished from profile pages within 10 s; the error rate stays where it was.",
            },
            "avatar_cdn": {
                "result": "Avatars are served by the application itself again, about 40 requests/s more for it.",
            },
            "digest_batching": {
                "result": "Digests are queued one at a time from now on; the number of waiting events did not fall.",
            },
            "diff_view": {
                "result": "The admin page shows plain values without differences. Nothing else depends on it.",
            },
            "gift_wrap": {
                "result": "The gift wrap option is hidden on the order page, orders stay at 456/s.",
            },
            "large_images": {
                "result": "Product pages use widths 320 and 640 only; resize load falls from 44/s to 21/s.",
            },
        },
        "clear_cache": {
            "api-gateway": {
                "result": "The gateway keeps no response cache, the command found nothing to clear and changed "
                "nothing.",
            },
            "user-service": {
                "result": "There is no such cache: profiles are read from the database, sessions from redis. "
                "Nothing changed.",
            },
            "notification-service": {
                "result": "No cache of that name exists, the outbox is a table. Nothing changed.",
            },
            "postgres-db": {
                "result": "The database offers no cache to clear through this command; shared buffers stay as they "
                "are, nothing changed.",
            },
            "config-service": {
                "result": "No such cache here, values are read from the store on each request. Nothing changed.",
            },
            "redis-session": {
                "result": "1.9 M session keys deleted in 6 s. Everybody who was signed in has to sign in again.",
            },
            "order-service": {
                "result": "This service has no cache, baskets are rows in the database. Nothing changed.",
            },
            "product-service": {
                "result": "Catalog data is refreshed in memory every 10 min and cannot be cleared: no such cache, "
                "nothing changed.",
            },
        },
        "execute_runbook_step": {
            "trigger_credential_rotation": {
                "result": "Rotation of group db-clients finished in 3.7 s: set 43 issued, role passwords changed in "
                "postgres-db, 3/3 clients acknowledged. It is read when a process starts.",
                "too_early": "The job ended with result=ok and 3/3 acknowledgements, and it published set 41 issued "
                "2026-04-22 again; role passwords still date from 2026-04-29.",
            },
            "verify_db_connectivity": {
                "result": "Login probes as user_svc, notification_svc, order_svc and product_ro all succeed; "
                "45/500 connections, 0 failed logins/s, CPU 12 %.",
                "too_early": "Probe not passed: at least one managed application role still has its logins refused "
                "with the set its service has loaded.",
            },
            "verify_api_recovery": {
                "result": "500 synthetic requests over all public routes: 503 rate 0.1 %, sign-in and inbox answer, "
                "p99 142 ms.",
                "too_early": "Probe not passed: the pre-check found a backend whose loaded set does not match the "
                "database, the synthetic run was ended.",
            },
            "rotate_edge_certificate": {
                "result": "A new TLS certificate is served by 6/6 gateway pods, valid until 2026-08-04. "
                "Handshakes were fine before as well.",
            },
            "rebuild_profile_index": {
                "result": "The rebuild is queued as a background task and waits for its slot at 02:00Z.",
            },
            "rotate_signing_keys": {
                "result": "Token signing keys replaced: 1.9 M session tokens are invalid and every client is sent to "
                "the sign-in page.",
            },
            "replay_outbox": {
                "result": "Replay marker set to 08:12Z; the sender takes it up with its next batch.",
            },
            "kill_idle_connections": {
                "result": "21 idle sessions ended, among them those of services that were working; the freed slots "
                "were taken again within a second.",
            },
            "failover_to_replica": {
                "result": "pg-replica-1 was promoted after 48 s without writes. The roles and their passwords are the "
                "same there, and so is the picture after reconnecting.",
            },
            "export_settings_snapshot": {
                "result": "1,184 items written to snapshot-20260506.json, 0 errors.",
            },
            "flush_sessions": {
                "result": "All 1.9 M sessions dropped. Visitors who still had a working session lost it, sign-in "
                "requests tripled for some minutes.",
            },
            "resize_redis_memory": {
                "result": "maxmemory raised from 10 to 12 GB, 5.1 GB are in use, evictions stay at 0/s.",
            },
            "reconcile_orders": {
                "result": "3,214 orders of the last hour compared with payments, 0 differences.",
            },
            "reindex_catalog": {
                "result": "212,440 items indexed anew in 4 min, search results are identical.",
            },
            "renew_client_certificate": {
                "result": "product_ro has a new client certificate valid until 2027-05-06; its 9 sessions stay open.",
            },
        },
    },
    "wrong_actions": {
        "restart_service:api-gateway": (
            "The gateway only passes on what its backends answer; the restart cut about 1,100 requests in flight and "
            "90 s were lost."
        ),
        "restart_service:postgres-db": (
            "The database answers queries in 3 ms; stopping it took orders and product pages down for 41 s as well."
        ),
        "restart_service:redis-session": (
            "A cache with 99.2 % hits was taken away for 35 s and users with fresh sessions were signed out."
        ),
        "rollback_deploy:api-gateway": (
            "The running gateway version has worked for 6 days; two minutes of the outage went into replacing it."
        ),
        "rollback_deploy:user-service": (
            "The profile endpoint ran for nearly four hours without errors; removing it breaks clients that use it."
        ),
        "rollback_deploy:notification-service": (
            "That version has been in place for 11 days; going back slows digests down and helps nobody."
        ),
        "rollback_deploy:postgres-db": (
            "A 13 days old logging parameter was undone at the price of a 41 s stop of a database that works."
        ),
        "rollback_deploy:order-service": (
            "Only an e-mail template changed there a day ago; customers now receive the former text, and time was lost."
        ),
        "rollback_deploy:product-service": (
            "The new image widths had no part in this; rendered variants were thrown away and pages got worse."
        ),
        "rollback_deploy:redis-session": (
            "Memory was at 5.1 GB under either limit; the session cache lost its headroom and minutes were spent."
        ),
        "scale_service:postgres-db": (
            "Capacity was not short, the sessions that work see 3 ms; the move interrupted everybody for 95 s."
        ),
        "clear_cache:redis-session": (
            "1.9 M valid sessions were deleted and their owners have to sign in while sign-in does not work."
        ),
        "execute_runbook_step:kill_idle_connections": (
            "The sessions it ended belonged to clients that worked; the crowded slots are not held by idle sessions."
        ),
        "execute_runbook_step:failover_to_replica": (
            "48 s without writes for a standby that holds the same roles and passwords as the primary did."
        ),
        "execute_runbook_step:flush_sessions": (
            "The session cache was sound; people who could still use the site were thrown out of it."
        ),
        "execute_runbook_step:rotate_signing_keys": (
            "Tokens were valid; replacing their keys signed everybody out and added load to the sign-in route."
        ),
    },
    "wrong_only_before": {
        "restart_service:api-gateway": [
            "restart_service:user-service",
            "restart_service:notification-service",
            "restart_service:order-service",
        ],
    },
    "correct_severity": "P1",
    "correct_root_cause": {
        "service": "config-service",
        "failure_mode": "a secrets-rotation job pushed stale credentials (the previous set) to its clients",
    },
    "correct_remediation_sequence": [
        "rollback_deploy:config-service",
        "execute_runbook_step:trigger_credential_rotation",
        "restart_service:user-service",
        "restart_service:notification-service",
        "restart_service:order-service",
        "execute_runbook_step:verify_db_connectivity",
        "execute_runbook_step:verify_api_recovery",
    ],
    "step_requirements": {
        "execute_runbook_step:trigger_credential_rotation": ["rollback_deploy:config-service"],
        "restart_service:user-service": ["execute_runbook_step:trigger_credential_rotation"],
        "restart_service:notification-service": ["execute_runbook_step:trigger_credential_rotation"],
        "restart_service:order-service": ["execute_runbook_step:trigger_credential_rotation"],
        "execute_runbook_step:verify_db_connectivity": [
            "restart_service:user-service",
            "restart_service:notification-service",
            "restart_service:order-service",
        ],
        "execute_runbook_step:verify_api_recovery": [
            "restart_service:user-service",
            "restart_service:notification-service",
            "restart_service:order-service",
        ],
    },
    "failure_mode_terms": [*MECHANISMS["stale_credentials"]],
    "related_mechanisms": [
        "stale_credentials",
        "connection_pool_exhaustion",
        "bad_deploy",
        "config_error",
        "retry_storm",
    ],
}

_F003_ALERT: AlertFacts = {
    "title": "api-gateway: 62 % of requests answered 503, accounts and inbox unavailable",
    "severity": "P1",
    "affected_services": ["user-service", "notification-service", "api-gateway"],
    "symptoms": [
        "api-gateway answers 62 % of 3,400 requests/s with 503 (normal 0.1 %) since 08:12Z.",
        "user-service fails 98 % of its requests; sign-in and account pages do not work.",
        "notification-service fails 93 % of its requests and sends nothing, 49,200 events are waiting.",
        "The connection pool of postgres-db stands at 490/500 (normal 45/500).",
    ],
    "error_rate": 0.62,
    "duration_minutes": 7,
    "revenue_impact_per_min": None,
}

RCA_003: Scenario = {
    "scenario_id": "RCA-003",
    "description": (
        "Accounts and notifications fail at the same moment while the database runs out of connection slots. "
        "Find the service that started it and say what went wrong there."
    ),
    "incident_summary": (
        "Since 08:12Z api-gateway returns 503 for 62 % of requests. user-service and notification-service went out "
        "together, and postgres-db is at 490 of 500 connections. It has lasted 7 minutes."
    ),
    "alert": {"id": "ALT-50611", **_F003_ALERT},
    **_F003,
}

RP_003: Scenario = {
    "scenario_id": "RP-003",
    "description": (
        "Sign-in, account pages and notifications are out and the database is short of connection slots. "
        "Find the origin, bring the platform back step by step, check it and document what was done."
    ),
    "incident_summary": (
        "For 7 minutes 62 % of the requests at api-gateway have ended in 503. user-service and notification-service "
        "serve next to nothing, postgres-db counts 490 of 500 connections, orders and product pages still work."
    ),
    "alert": {"id": "ALT-50612", **_F003_ALERT},
    **_F003,
}


SCENARIOS: dict[TaskId, list[Scenario]] = {
    "alert_classification": [AC_001, AC_002, AC_003],
    "root_cause_analysis": [RCA_001, RCA_002, RCA_003],
    "remediation_planning": [RP_001, RP_002, RP_003],
}


def get_task(task_id: str) -> Task:
    """Return a task by its id, without regard to case and surrounding space.

    Raises ValueError for an unknown id, listing the known ones.
    """
    wanted = normalise(task_id)
    for known, task in ALL_TASKS.items():
        if wanted == known:
            return task
    raise ValueError(f"unknown task {task_id!r}: one of {', '.join(sorted(ALL_TASKS))}")


def get_scenario(task_id: str, index: int) -> Scenario:
    """Return an incident of a task by its index from 0.

    Raises ValueError for an unknown task or an index out of range, listing the valid ones.
    """
    scenarios = SCENARIOS[get_task(task_id)["task_id"]]
    if not 0 <= index < len(scenarios):
        valid = ", ".join(str(number) for number in range(len(scenarios)))
        raise ValueError(f"unknown scenario_index {index} for {task_id}: one of {valid}")
    return scenarios[index]


def list_tasks() -> list[dict[str, Any]]:
    """Return every task with its incidents: `scenarios` holds `index`, `scenario_id` and `description` of each."""
    return [
        {
            **task,
            "scenarios": [
                {"index": index, "scenario_id": scenario["scenario_id"], "description": scenario["description"]}
                for index, scenario in enumerate(SCENARIOS[task_id])
            ],
        }
        for task_id, task in ALL_TASKS.items()
    ]
