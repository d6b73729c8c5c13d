"""A larger ranking model overloads the model server of recommendation-service; shops show default lists."""

from __future__ import annotations

from cloud_incident_env.handwritten.failure import Failure, Result
from cloud_incident_env.handwritten.formats import TABULAR_LONG_NAMES
from cloud_incident_env.handwritten.logs_and_deploys import Blocks
from cloud_incident_env.handwritten.neighbours import DependencyRow, downstream, failing, ok, upstream
from cloud_incident_env.handwritten.rows import Figure, Reading
from cloud_incident_env.incident import AlertText

# fmt: off
LOGS: dict[str, Blocks] = {
    "recommendation-service": """
        13:02:14.330 INFO model server: loading ranker r58 (1.9 GB), replaces r57 (0.4 GB)
        13:04:51.807 INFO model server: ranker r58 ready on 6/6 replicas
        13:05:09.122 WARN model server: workers busy 144/144, queue 210
        13:05:37.415 ERROR POST /rank 504 no answer within 800ms queue=1160 model=r58
        13:12:20.968 ERROR POST /rank 504 no answer within 800ms queue=1200 model=r58
        13:19:03.551 INFO POST /rank 200 771ms items=12 model=r58
        13:26:42.094 ERROR POST /rank 503 queue limit 1200 reached model=r58
        13:26:55.780 WARN error share 45 % over the last 60s (288 of 640 requests/s)""",
    "product-service": """
        13:04:40.219 INFO GET /products/20481 200 84ms reco=personal
        13:05:38.226 WARN recommendation call gave 504 after 800ms, default list shown (reco_fallback=on)
        13:11:16.703 INFO GET /products/77310 200 91ms reco=default
        13:17:58.340 ERROR supplier feed 12: one row without a price skipped
        13:25:07.915 INFO POST /basket/items 201 47ms
        13:26:51.462 INFO last 60s: pages=640/s errors=0.1% reco personal=55% default=45%""",
    "redis-reco-cache": """
        12:55:10.006 NOTICE 1000 changes in 600 seconds. Saving...
        12:55:11.870 NOTICE Background saving terminated with success
        13:10:37.254 NOTICE Background saving terminated with success
        13:21:45.913 WARNING slow command: SCAN 12 ms from the nightly report client""",
}

METRICS: dict[str, tuple[Figure, ...]] = {
    "recommendation-service": (
        Figure("requests", "640/s", "630/s"), Figure("errors", "45 %", "2 %"),
        Figure("answered by the model", "352/s", "617/s"), Figure("model server workers busy", "144/144", "24/144"),
        Figure("inference time", "409 ms", "38 ms"), Figure("p99 latency", "800 ms, the time limit", "120 ms"),
        Figure("CPU", "97 %", "31 %"), Figure("memory", "71 %", "52 %")),
    "product-service": (
        Figure("page requests", "640/s", "630/s"), Figure("page errors", "0.1 %", "0.1 %"),
        Figure("default recommendations shown", "45 % of pages", "2 %"),
        Figure("page p99, strip loaded separately", "210 ms", "205 ms"), Figure("baskets filled", "31/s", "31/s"),
        Figure("checkout success", Reading("100 %", note="revenue effect: $0/min (normal $0/min)"), "100 %"),
        Figure("CPU", "36 %", "35 %")),
    "redis-reco-cache": (
        Figure("commands", "1,310/s", "1,300/s"), Figure("hit rate on item vectors", "97 %", "97 %"),
        Figure("latency p99", "0.9 ms", "0.9 ms"), Figure("memory used", "2.2 of 4 GB", "2.2 of 4 GB"),
        Figure("evictions", "0/s", "0/s"), Figure("CPU", "8 %", "8 %")),
}

DEPENDENCIES: dict[str, tuple[DependencyRow, ...]] = {
    "recommendation-service": (
        upstream("product-service", "HTTP", failing("45 % answered 503 or 504, p99 800 ms (normal 120 ms)")),
        downstream("model server (own pods)", "gRPC", failing("144/144 workers busy, 409 ms (normal 38 ms)")),
        downstream("redis-reco-cache", "RESP", ok("0.9 ms (normal 0.9 ms)"))),
    "product-service": (
        upstream("web shop", "HTTP", ok("0.1 % errors, p99 210 ms (normal 205 ms)")),
        upstream("checkout", "HTTP", ok("price lookups 100 % answered, p99 33 ms (normal 32 ms)")),
        downstream("recommendation-service", "HTTP", failing("45 % errors (normal 2 %), default list used instead")),
        downstream("catalog database", "TCP", ok("4 ms (normal 4 ms)"))),
    "redis-reco-cache": (
        upstream("recommendation-service", "RESP", ok("1,310 commands/s, 0.9 ms (normal 0.9 ms)")),
        upstream("nightly report client", "RESP", ok("1 command/s, 12 ms (normal 10 ms)")),
        downstream("replica", "RESP", ok("offset lag 0 (normal 0)"))),
}

DEPLOYS: dict[str, Blocks] = {
    "recommendation-service": """
        2026-03-03T13:02:00Z  25 min ago   r58     team relevance  ranking model update, 1.9 GB (was 0.4 GB); way back: runbook step restore_previous_model
        2026-02-17T10:15:00Z  14 days ago  v4.6.0  team relevance  queue limit 1200 in front of the model server
        2026-02-03T09:40:00Z  28 days ago  r57     team relevance  monthly ranking model update""",
    "product-service": """
        2026-02-28T11:20:00Z  3 days ago   v8.1.3  team catalog  alt texts for product images
        2026-02-11T13:05:00Z  20 days ago  v8.1.2  team catalog  flag reco_fallback: default list after a failed recommendation call
        2026-01-27T08:50:00Z  35 days ago  v8.1.1  team catalog  smaller page templates""",
    "redis-reco-cache": """
        2026-02-15T06:30:00Z  16 days ago  p-9  team data  parameter: tcp-keepalive 300 to 120
        2026-01-08T06:30:00Z  54 days ago  p-8  team data  image 7.2.6 to 7.2.7""",
}

RESULTS: dict[str, dict[str, str | Result]] = {
    "restart_service": {
        "recommendation-service": Result("The 6 replicas restarted and spent 150 s on loading the 1.9 GB model; "
            "afterwards 144/144 workers were busy again.",
            harm="Loading the same model again kept all replicas away for 150 s; every visitor saw default lists."),
        "product-service": Result("Pods replaced in 60 s, page p99 stood at 600 ms meanwhile. The share of default "
            "lists is 45 % as before.", harm="Its pages were fine; for a minute they became slow without need."),
        "redis-reco-cache": Result("Restarted and back after 18 s with 2.2 GB loaded; lookups failed in between.",
            harm="The cache answered in 0.9 ms; 18 s without it made further recommendation calls fail.")},
    "rollback_deploy": {
        "recommendation-service": "Ranker r57 is loaded on 6/6 replicas, an inference takes 39 ms and errors fall to "
            "2 %.",
        "product-service": Result("v8.1.2 is live, product images have no alt texts. Recommendation calls fail at the "
            "same rate.", harm="A change of image texts three days ago was undone; visitors with screen readers lost "
            "it."),
        "redis-reco-cache": Result("Parameter set p-8 loaded, tcp-keepalive is 300 s again; hit rate 97 %.",
            harm="A keepalive value of two weeks' standing was changed back while nothing pointed at it.")},
    "scale_service": {
        "recommendation-service": "From 6 to 10 replicas in 4 min: 240 workers, errors go down to about 9 % while the "
            "bill for them goes up.",
        "product-service": Result("Half as many pods again, CPU 24 %. The pages were quick before and still are.",
            harm="CPU was at 36 %; pods were added where none were short and time went by."),
        "redis-reco-cache": Result("A second replica copied 2.2 GB and joined, latency stays at 0.9 ms.",
            harm="At 8 % CPU the cache needed no replica; the copy took its share of network for nothing.")},
    "disable_feature_flag": {
        "reco_fallback": Result("Product pages now wait 800 ms for the strip and leave a gap where 45 % of the lists "
            "fail.", harm="It took the default lists away, visitors see gaps and slower pages since then.",
            service="recommendation-service")},
    "clear_cache": {
        "redis-reco-cache": Result("410,000 item vectors deleted; hit rate fell from 97 % to 3 % and fills up over an "
            "hour.", harm="Valid item vectors were thrown away, each ranking now computes them anew on workers that "
            "are busy.")},
    "execute_runbook_step": {
        "restore_previous_model": Result("Model r57 is served again from all replicas, 25/144 workers busy, errors at "
            "2 %.", service="recommendation-service")},
}

FAILURE = Failure(
    format=TABULAR_LONG_NAMES, date="2026-03-03", severity="P3", culprit="recommendation-service",
    alert=AlertText(
        title="recommendation-service: 45 % errors, model server queue full", severity="UNCLASSIFIED",
        affected_services=("recommendation-service", "product-service"),
        symptoms=(
            "recommendation-service fails 45 % of 640 requests/s (normal 2 %) since 13:05Z.",
            "Its model server has 144 of 144 workers busy (normal 24) and an inference takes 409 ms (normal 38 ms).",
            "product-service puts the default recommendation list in place of 288 personal lists per second.",
            "Checkout succeeds for 100 % of attempts and the measured revenue effect is $0/min."),
        error_rate=0.45, duration_minutes=22, revenue_impact_per_min=0.0),
    services={
        "recommendation-service": ("recommendations", "recommendation", "reco-service", "recommender"),
        "product-service": ("product", "products", "product-svc"),
        "redis-reco-cache": ("reco-cache", "redis-reco", "redis")},
    mode="model-overload",
    logs=LOGS, metrics=METRICS, dependencies=DEPENDENCIES, deploys=DEPLOYS, results=RESULTS)
