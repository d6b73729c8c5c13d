"""A purge with too wide a pattern empties the CDN and its misses overload the services behind it."""

from __future__ import annotations

from cloud_incident_env.handwritten.failure import Failure, Result
from cloud_incident_env.handwritten.formats import TERSE
from cloud_incident_env.handwritten.logs_and_deploys import Blocks
from cloud_incident_env.handwritten.neighbours import Columns, DependencyRow, downstream, failing, ok, slow, upstream
from cloud_incident_env.handwritten.rows import Figure
from cloud_incident_env.incident import AlertText

# fmt: off
LOGS: dict[str, Blocks] = {
    "cdn-edge": """
        15:54:10.620 INFO 203.0.113.18 "GET /img/p/48812_m.webp" 200 HIT pop=fra1 5 ms
        15:56:48.305 INFO purge accepted job=promo-cleanup-0224 pattern="/*" requested_by=promo-batch
        15:57:03.911 INFO purge done job=promo-cleanup-0224 keys=2104377 pops=38/38 took_ms=15606
        15:57:21.447 WARN 198.51.100.91 "GET /img/p/10377_l.webp" 200 MISS pop=iad1 9120 ms
        15:59:02.084 WARN origin fetch queue 11800 above limit 2000 pop=ams2
        16:02:36.759 ERROR 203.0.113.204 "GET /p/48812" 504 MISS pop=fra1 origin timeout 20000 ms
        16:04:51.230 ERROR 198.51.100.7 "GET /img/p/77120_s.webp" 503 MISS pop=lhr3 origin overloaded""",
    "product-service": """
        15:55:31.118 INFO GET /p/20914 200 23 ms
        15:57:19.862 WARN request queue 640 above limit 400 pod=product-7f4d-2
        15:58:44.507 ERROR GET /p/51190 503 queue full pod=product-7f4d-5 waited_ms=15000
        16:01:12.290 INFO GET /internal/price/51190 200 31 ms caller=checkout priority=high
        16:04:47.936 ERROR GET /c/garden?page=2 503 queue full pod=product-7f4d-1 waited_ms=15000""",
    "image-service": """
        15:56:02.744 INFO resize key=48812_m.webp 640x640 38 ms
        15:57:14.013 WARN resize workers 64/64 busy pod=image-5c9b-3 queue=2210
        15:59:50.681 ERROR resize key=10377_l.webp 1280x1280 gave up after 15000 ms, answered 503
        16:02:08.355 WARN request rate 21400/s on 8 pods, all from cache fills, no repeat keys
        16:04:39.172 ERROR resize key=33051_s.webp 320x320 gave up after 15000 ms, answered 503""",
}

METRICS: dict[str, tuple[Figure, ...]] = {
    "cdn-edge": (
        Figure("Hit ratio", "3 %", "94 %"), Figure("Keys in cache", "64,000", "2.2 M"),
        Figure("Origin requests", "48,000/s", "1,200/s"),
        Figure("Edge requests", "49,500/s, with many reloads by visitors", "20,000/s"),
        Figure("Errors", "15 %", "0.2 %"), Figure("Page load p99", "18 s", "1.1 s"),
        Figure("Revenue shortfall", "$800/min", "$0/min"), Figure("CPU", "41 %", "30 %")),
    "product-service": (
        Figure("Requests", "26,600/s", "700/s"), Figure("5xx on pages", "14 %", "0.1 %"),
        Figure("5xx on calls from checkout", "0.2 %, own priority lane", "0.1 %"),
        Figure("Checkout success", "99.1 %", "99.4 %"), Figure("Orders", "93/min", "118/min"),
        Figure("Latency p99", "15.0 s", "180 ms"), Figure("CPU", "88 %", "24 %")),
    "image-service": (
        Figure("Requests", "21,400/s", "500/s"), Figure("5xx", "17 %", "0.2 %"),
        Figure("Latency p99", "15.0 s", "210 ms"), Figure("Resize queue", "17,900", "12"),
        Figure("CPU", "95 %", "22 %"), Figure("Memory", "71 %", "48 %")),
}

DEPENDENCIES: dict[str, tuple[DependencyRow, ...]] = {
    "cdn-edge": (
        Columns((33, 0, 7)), upstream("browsers and apps", "https", slow("p99 18 s")),
        downstream("product-service (pages)", "https", failing("14 % 5xx, p99 15.0 s")),
        downstream("image-service (pictures)", "https", failing("17 % 5xx, p99 15.0 s")),
        downstream("checkout (passed through, never cached)", "https", ok("310 ms"))),
    "product-service": (
        upstream("cdn-edge", "https", slow("26,500 req/s, queue full")),
        upstream("checkout (price calls)", "http", ok("90 req/s, 31 ms")),
        downstream("product database", "sql", ok("9 ms, 61 % of connections in use")),
        downstream("search", "http", slow("420 ms"))),
    "image-service": (
        Columns((25, 0, 0)), upstream("cdn-edge", "https", slow("21,400 req/s, queue full")),
        downstream("object storage originals", "https", ok("34 ms")),
        downstream("resize result store", "s3", ok("41 ms"))),
}

DEPLOYS: dict[str, Blocks] = {
    "cdn-edge": """
        2026-02-24T15:56:48Z  8 min ago  job promo-cleanup-0224  merchandising  scheduled purge of old promotion pages
        2026-02-23T10:30:00Z  1 d ago    config v212             edge-team      two redirects added
        2026-02-18T09:15:00Z  6 d ago    config v211             edge-team      bulk_purge_api flag switched on for batch jobs""",
    "product-service": """
        2026-02-24T12:40:00Z  3 h ago   v8.3.2  catalogue-team  wording of size tables
        2026-02-20T11:05:00Z  4 d ago   v8.3.1  catalogue-team  priority lane for calls from checkout
        2026-02-12T15:00:00Z  12 d ago  v8.3.0  catalogue-team  delivery estimate on pages""",
    "image-service": """
        2026-02-19T14:25:00Z  5 d ago   v2.9.0  media-team  metrics per picture size
        2026-02-05T13:50:00Z  19 d ago  v2.8.7  media-team  library updates; runbook step enable_origin_shield reviewed
        2026-01-22T14:10:00Z  33 d ago  v2.8.6  media-team  default quality of webp 82 -> 80""",
}

RESULTS: dict[str, dict[str, str | Result]] = {
    "restart_service": {
        "cdn-edge": Result("38/38 pops restarted in waves; the few keys filled since 15:57Z were lost.",
            harm="What had been filled again since 15:57Z was lost, so pages got slower once more."),
        "product-service": Result("6/6 replicas replaced in 70 s. The queues were full again 5 s after the start.",
            harm="A service that was only overloaded dropped its queue, and checkout lost its price calls for a "
            "minute."),
        "image-service": Result("8/8 replicas replaced in 45 s. CPU reached 95 % before the last one was ready.",
            harm="Healthy workers were stopped while 17,900 pictures waited; the backlog doubled.")},
    "rollback_deploy": {
        "cdn-edge": Result("Config v211 is live on 38/38 pops. Two redirects are gone; the hit ratio reads 4 %.",
            harm="The config of yesterday added two redirects. Without them old links lead nowhere."),
        "product-service": Result("v8.3.1 runs on 6/6 replicas after 3 min, with the older size tables.",
            harm="The release changed the wording of size tables only. Three minutes lost."),
        "image-service": Result("v2.8.7 runs on 8/8 replicas after 2 min. The figures per picture size are missing.",
            harm="The release is five days old and only adds metrics, which are now missing.")},
    "scale_service": {
        "cdn-edge": Result("4 spare pops joined with empty storage. Origin requests rose to 49,000/s.",
            harm="Pops without content add misses, and the services behind them got more load."),
        "product-service": Result("12/12 replicas run. 5xx on pages went from 14 % to 9 %, database connections to "
            "88 %.",
            harm="More replicas brought the product database near its connection limit, which checkout shares."),
        "image-service": "16/16 replicas run after 4 min of start-up. CPU is 91 %."},
    "disable_feature_flag": {
        "bulk_purge_api": Result("bulk_purge_api reads off. Batch jobs that ask for a purge get 403.",
            service="product-service")},
    "clear_cache": {
        "cdn-edge": Result("64,000 keys removed from 38 pops. The hit ratio fell from 3 % to 0.4 %.",
            harm="The little that was cached is gone as well."),
        "product-service": "product-service has no such cache; nothing changed.",
        "image-service": "No cache is registered for image-service, so nothing was cleared."},
    "execute_runbook_step": {
        "enable_origin_shield": Result("One shield pop per region collects misses. Origin requests fell to 31,000/s.",
            service="product-service")},
}

FAILURE = Failure(
    format=TERSE, date="2026-02-24", severity="P2", culprit="cdn-edge",
    alert=AlertText(
        title="Slow product pages and failing image requests", severity="UNCLASSIFIED",
        affected_services=("product-service", "image-service"),
        symptoms=(
            "Page load p99 is 18 s (normal 1.1 s); 83 % of page views take longer than 5 s (normal 0.4 %).",
            "15 % of page and image requests fail with 503 or 504 (normal 0.2 %).",
            "image-service runs at 95 % CPU (normal 22 %) on all replicas.",
            "Checkout success is 99.1 % (normal 99.4 %), and fewer visitors get as far as the basket."),
        error_rate=0.15, duration_minutes=8, revenue_impact_per_min=800.0),
    services={
        "cdn-edge": ("cdn", "edge-cdn", "cdn-cache"), "product-service": ("product", "products", "product-svc"),
        "image-service": ("image", "images", "image-svc")},
    mode="wide-purge",
    logs=LOGS, metrics=METRICS, dependencies=DEPENDENCIES, deploys=DEPLOYS, results=RESULTS)
