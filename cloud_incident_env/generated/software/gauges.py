"""The figures that each kind of software always shows, with their ranges when all is well."""

from __future__ import annotations

from cloud_incident_env.generated.model import Gauge

OWN_FAILURES = "failed for a reason of its own"
GATEWAY = (
    Gauge("active connections", "", (800, 2400), follows="sessions"),
    Gauge("requests in flight", "% of limit", (6, 25), 1, "busy", most=100),
    Gauge("pending requests", "", (0, 4), follows="queued"),
    Gauge("upstream retries", "/s", (0, 0), 1, "retries"),
    Gauge(OWN_FAILURES, "/s", (0, 0), 2, "own_errors"),
    Gauge("rejected by rules", "/s", (0, 0), 2, "rejected"),
    Gauge("routes without endpoints", "", (0, 0), counts=True),
    Gauge("rule engine share of CPU", "%", (4, 11), 1, most=98, linked=True),
)
CDN = (
    Gauge("hit ratio", "%", (40, 55), 1, "hit"),
    Gauge("origin requests", "/s", (0, 0), 1, "misses"),
    Gauge(OWN_FAILURES, "/s", (0, 0), 2, "own_errors"),
    Gauge("cached variants per object", "", (1.2, 2.9), 1, linked=True),
    Gauge("edge connections", "", (4000, 9000), follows="requests"),
)
SERVICE = (
    Gauge("workers busy", "%", (8, 30), 1, "busy", most=100),
    Gauge("queued requests", "", (0, 4), follows="queued"),
    Gauge(OWN_FAILURES, "/s", (0, 0), 2, "own_errors"),
    Gauge("answered from a fallback", "%", (0, 0), 1, "fallback"),
    Gauge("memory after collection", "%", (35, 55), 1, most=99.4),
    Gauge("longest pause", "ms", (8, 60), 1),
    Gauge("store pool in use", "%", (10, 40), 1, "pool", most=100),
    Gauge("store pool waiters", "", (0, 1), follows="pool_waiters"),
    Gauge("open files", "", (180, 420), most=4096, linked=True),
    Gauge("sockets in CLOSE_WAIT", "", (0, 6), most=4096),
    Gauge("throttled periods", "%", (0, 2), 1, most=100, linked=True),
    Gauge("outgoing calls per accepted request", "", (0, 0), 2, "fan"),
    Gauge("outgoing retries", "/s", (0, 0), 1, "retries"),
    Gauge("log volume", "MB/min", (2, 9), 1, "logs"),
    Gauge("log disk used", "%", (30, 60), 1, most=100, jitter=0.3),
)
WORKER = (
    Gauge("consumer lag", "records", (20, 400), follows="lag"),
    Gauge("records handled", "/s", (0, 0), 1, "handled"),
    Gauge(OWN_FAILURES, "/s", (0, 0), 2, "own_errors"),
    Gauge("stuck partitions", "", (0, 0), counts=True),
    Gauge("rebalances", "/h", (0, 1), 1),
    Gauge("handler p99", "ms", (20, 90), 1, "latency"),
    Gauge("unacknowledged", "records", (2, 200), linked=True),
    Gauge("dead letters", "/min", (0, 1), 1),
    Gauge("bytes produced", "MB/s", (0.2, 1.5), 2, "requests"),
    Gauge("memory after collection", "%", (35, 55), 1, most=99.4),
    Gauge("open files", "", (180, 420), most=4096),
)
BATCH = (
    Gauge("missed runs", "", (0, 0), counts=True, linked=True),
    Gauge("active jobs", "", (1, 4), counts=True),
    Gauge("longest running job", "min", (4, 22), 1, linked=True),
    Gauge("age of output", "min", (5, 30), 1, linked=True),
    Gauge("failed jobs", "/h", (0, 1), 1, linked=True),
)
DATABASE = (
    Gauge("sessions", "", (40, 120), follows="sessions", most=500, linked=True),
    Gauge("active statements", "", (0, 0), 1, "active", most=500),
    Gauge("lock waiters", "", (0, 3)),
    Gauge("idle in transaction", "", (1, 4)),
    Gauge("oldest transaction", "min", (0.2, 2), 1, linked=True),
    Gauge("longest query", "s", (0.2, 2), 1),
    Gauge("share of the top query", "%", (6, 18), 1, most=99),
    Gauge("disk used", "%", (48, 66), 1, most=100, jitter=0.3),
    Gauge("disk latency", "ms", (0.5, 2.0), 2),
    Gauge("log retained for replicas", "GB", (1, 6), 1, jitter=0.2),
    Gauge("replica lag", "s", (0.1, 1), 1),
    Gauge("replicas attached", "", (2, 2), counts=True),
    Gauge("transaction horizon", "M", (80, 190), 1, most=2146.9, counts=True),
)
OBJECT_STORE = (
    Gauge("hottest shard", "% of limit", (25, 45), 1, linked=True),
    Gauge("mean shard load", "% of limit", (12, 20), 1, linked=True),
    Gauge("answered 503", "/s", (0, 0), 1, "own_errors"),
    Gauge("index hosts up", "%", (100, 100), most=100, linked=True),
    Gauge("disk errors", "/h", (0, 0.2), 1),
    Gauge("repair backlog", "objects", (40, 900)),
)
CACHE = (
    Gauge("memory used", "% of maxmemory", (45, 72), 1, most=100, linked=True),
    Gauge("hit ratio", "%", (93, 98), 1, "hit"),
    Gauge("evicted keys", "/s", (0, 0), 1, linked=True),
    Gauge("keys without expiry", "k", (20, 60), 1, linked=True),
    Gauge("error replies", "/s", (0, 0), 1, "own_errors"),
    Gauge("connected clients", "", (80, 260), follows="sessions", most=10_000, linked=True),
)
KAFKA = (
    Gauge("bytes in", "MB/s", (8, 30), 1, "requests"),
    Gauge("share of the top client", "%", (8, 22), 1, most=99, linked=True),
    Gauge("under-replicated partitions", "", (0, 0), counts=True, linked=True),
    Gauge("disk used", "%", (42, 63), 1, most=100, jitter=0.3, linked=True),
    Gauge("request queue", "", (1, 12), linked=True),
    Gauge("groups rebalancing", "", (0, 0), counts=True),
)
RABBITMQ = (
    Gauge("ready messages", "", (20, 900), follows="ready"),
    Gauge("unacknowledged messages", "", (40, 300), linked=True),
    Gauge("acknowledged", "/s", (80, 260), 1, "requests", linked=True),
    Gauge("publishers blocked", "", (0, 0), counts=True, linked=True),
    Gauge("memory used", "% of watermark", (22, 40), 1, most=100, linked=True),
    Gauge("disk used", "%", (30, 55), 1, most=100, jitter=0.3),
)
DNS = (
    Gauge("NXDOMAIN share", "%", (0.5, 3.0), 1, most=100),
    Gauge("SERVFAIL share", "%", (0, 0.1), 2, most=100),
    Gauge("empty answers", "/s", (0, 0.3), 1),
    Gauge("cache hit ratio", "%", (84, 94), 1, most=100),
    Gauge("records in zone", "", (310, 340), counts=True),
)
CONFIG = (
    Gauge("publishes", "/h", (0, 3), 1),
    Gauge("size of the newest file", "KB", (60, 90), 1, counts=True),
    Gauge("subscribers crash-looping", "", (0, 0), counts=True),
    Gauge("subscribers behind", "", (0, 1), counts=True),
    Gauge("requests denied by quota", "/s", (0, 0.4), 1, linked=True),
    Gauge("usage reported by quota meter", "% of limit", (35, 70), 1, linked=True),
)
REGISTRY = (
    Gauge("write p50", "ms", (4, 14), 1),
    Gauge("leader changes", "/h", (0, 0), counts=True),
    Gauge("blocking queries", "", (300, 900), linked=True),
    Gauge("lock contention", "% of CPU", (1, 4), 1, most=100, linked=True),
    Gauge("store size", "% of quota", (18, 40), 1, most=100, jitter=0.2),
    Gauge("revisions", "/s", (4, 20), 1),
    Gauge("writes refused", "/s", (0, 0), 1),
)
SECRETS = (
    Gauge("consumers on an old version", "", (0, 0), counts=True),
    Gauge("authentication failures", "/s", (0, 0.5), 1),
    Gauge("nearest certificate expiry", "d", (20, 60), 1, "expiry"),
    Gauge("failed renewals", "/d", (0, 0), counts=True),
    Gauge("leases", "", (300, 800)),
)
NETWORK = (
    Gauge("packet loss", "%", (0.001, 0.02), 3, most=100, linked=True),
    Gauge("retransmits", "%", (0.05, 0.4), 2, most=100, linked=True),
    Gauge("peers established", "", (12, 12), counts=True),
    Gauge("prefixes announced", "", (48, 48), counts=True),
    Gauge("dropped by policy", "/s", (0, 4), 1),
    Gauge("interface errors", "/s", (0, 0.2), 1),
    Gauge("flows", "k/s", (3, 9), 1),
)
SCHEDULER = (
    Gauge("pending instances", "", (0, 1), counts=True),
    Gauge("memory kills", "/h", (0, 0), counts=True),
    Gauge("admission failures", "/s", (0, 0), 1, linked=True),
    Gauge("limit patches", "/h", (0, 1), 1),
    Gauge("scale events", "/h", (0, 2), 1),
    Gauge("instances wanted by the scaler", "% of usual", (95, 105), 1, linked=True),
    Gauge("addresses free", "%", (30, 55), 1, most=100),
    Gauge("API requests", "/s", (60, 180), 1),
    Gauge("API requests failed", "/s", (0, 0.6), 2, linked=True),
)
COMPUTE = (
    Gauge("nodes ready", "%", (100, 100), most=100),
    Gauge("largest clock offset", "ms", (1, 6), 1, jitter=0.4, linked=True),
    Gauge("connection table used", "%", (12, 35), 1, most=100),
    Gauge("package upgrades", "/d", (3, 24), counts=True),
    Gauge("disk errors", "/h", (0, 0.2), 1),
    Gauge("retransmits of the worst host", "%", (0.05, 0.5), 2, most=100),
    Gauge("CPU of the busiest host", "%", (48, 70), 1, most=99, linked=True),
)
VENDOR = (
    Gauge("rate limited", "/min", (0, 3), 1),
    Gauge("webhook delay", "s", (1, 6), 1),
    Gauge("connections", "", (20, 90), follows="requests"),
)
MONITORING = (
    Gauge("targets up", "%", (100, 100), 1, "targets", most=100, linked=True),
    Gauge("scrape failures", "/min", (0, 2), 1, linked=True),
    Gauge("rules evaluated", "/s", (12, 30), 1),
    Gauge("samples taken in", "k/s", (40, 120), 1),
    Gauge("alerts firing", "", (0, 0), follows="firing", counts=True),
    Gauge("silences in force", "", (0, 2), counts=True),
    Gauge("synthetic checks failing", "", (0, 0), follows="checks", counts=True),
    Gauge("requests by test clients", "% of all", (0.2, 1.5), 1, most=100, linked=True),
)
