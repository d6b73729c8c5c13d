"""The figures that each kind of software shows, with their ranges when all is well."""

from __future__ import annotations

from cloud_incident_env.generated.model import Gauge

GATEWAY = (
    Gauge("active connections", "", (800, 2400)),
    Gauge("pending requests", "", (0, 10)),
    Gauge("upstream retries", "/s", (0, 4), 1),
    Gauge("rejected by rules", "/s", (2, 20), 1),
    Gauge("routes without endpoints", "", (0, 0)),
    Gauge("rule engine share of CPU", "%", (4, 11)),
)
CDN = (
    Gauge("hit ratio", "%", (92, 97), 1),
    Gauge("origin requests", "/s", (20, 60)),
    Gauge("origin errors", "/s", (0, 1), 1),
    Gauge("cached variants per object", "", (1, 3)),
    Gauge("edge connections", "", (4000, 9000)),
)
SERVICE = (
    Gauge("workers busy", "%", (8, 30)),
    Gauge("queued requests", "", (0, 4)),
    Gauge("memory after collection", "%", (35, 55)),
    Gauge("longest pause", "ms", (8, 60)),
    Gauge("pool connections active", "%", (10, 40)),
    Gauge("pool waiters", "", (0, 1)),
    Gauge("open files", "", (180, 420)),
    Gauge("sockets in CLOSE_WAIT", "", (0, 6)),
    Gauge("throttled periods", "%", (0, 2), 1),
    Gauge("outgoing calls per request", "", (1.0, 1.3), 2),
    Gauge("outgoing retries", "/s", (0, 3), 1),
    Gauge("log volume", "MB/min", (2, 9), 1),
    Gauge("log disk used", "%", (30, 60)),
)
WORKER = (
    Gauge("consumer lag", "records", (0, 400)),
    Gauge("records handled", "/s", (60, 240)),
    Gauge("stuck partitions", "", (0, 0)),
    Gauge("rebalances", "/h", (0, 1), 1),
    Gauge("handler p99", "ms", (20, 90)),
    Gauge("unacknowledged", "records", (0, 200)),
    Gauge("dead letters", "/min", (0, 1), 1),
    Gauge("bytes produced", "MB/s", (0.2, 1.5), 1),
    Gauge("memory after collection", "%", (35, 55)),
    Gauge("open files", "", (180, 420)),
)
BATCH = (
    Gauge("missed runs", "", (0, 0)),
    Gauge("active jobs", "", (1, 4)),
    Gauge("longest running job", "min", (4, 22)),
    Gauge("age of output", "min", (5, 30)),
    Gauge("failed jobs", "/h", (0, 1), 1),
)
DATABASE = (
    Gauge("sessions", "", (40, 120)),
    Gauge("lock waiters", "", (0, 3)),
    Gauge("idle in transaction", "", (0, 4)),
    Gauge("oldest transaction", "min", (0, 2), 1),
    Gauge("longest query", "s", (0, 2), 1),
    Gauge("share of the top query", "%", (6, 18)),
    Gauge("disk used", "%", (48, 66)),
    Gauge("disk latency", "ms", (0.5, 2.0), 1),
    Gauge("log retained for replicas", "GB", (1, 6)),
    Gauge("replica lag", "s", (0, 1), 1),
    Gauge("replicas attached", "", (2, 2)),
    Gauge("transaction horizon", "M", (80, 190)),
)
OBJECT_STORE = (
    Gauge("hottest shard", "% of limit", (20, 45)),
    Gauge("mean shard load", "% of limit", (12, 20)),
    Gauge("throttled requests", "/s", (0, 0.5), 1),
    Gauge("index hosts up", "%", (100, 100)),
    Gauge("disk errors", "/h", (0, 0.2), 1),
    Gauge("repair backlog", "objects", (0, 900)),
)
CACHE = (
    Gauge("memory used", "% of maxmemory", (45, 72)),
    Gauge("hit ratio", "%", (93, 98), 1),
    Gauge("evicted keys", "/s", (0, 0)),
    Gauge("keys without expiry", "k", (20, 60)),
    Gauge("rejected commands", "/s", (0, 0)),
    Gauge("connected clients", "", (80, 260)),
)
KAFKA = (
    Gauge("bytes in", "MB/s", (8, 30), 1),
    Gauge("share of the top client", "%", (8, 22)),
    Gauge("under-replicated partitions", "", (0, 0)),
    Gauge("disk used", "%", (42, 63)),
    Gauge("request queue", "", (0, 12)),
    Gauge("groups rebalancing", "", (0, 0)),
)
RABBITMQ = (
    Gauge("ready messages", "", (0, 900)),
    Gauge("unacknowledged messages", "", (40, 300)),
    Gauge("acknowledged", "/s", (80, 260)),
    Gauge("publishers blocked", "", (0, 0)),
    Gauge("memory used", "% of watermark", (22, 40)),
    Gauge("disk used", "%", (30, 55)),
)
DNS = (
    Gauge("queries", "/s", (400, 1500)),
    Gauge("NXDOMAIN share", "%", (0.5, 3.0), 1),
    Gauge("SERVFAIL share", "%", (0, 0.1), 1),
    Gauge("empty answers", "/s", (0, 0.3), 1),
    Gauge("cache hit ratio", "%", (84, 94)),
    Gauge("records in zone", "", (310, 340)),
)
CONFIG = (
    Gauge("publishes", "/h", (0, 3), 1),
    Gauge("size of the newest file", "KB", (60, 90)),
    Gauge("subscribers crash-looping", "", (0, 0)),
    Gauge("subscribers behind", "", (0, 1)),
    Gauge("requests denied by quota", "/s", (0, 0.4), 1),
    Gauge("usage reported by quota meter", "% of limit", (35, 70)),
)
REGISTRY = (
    Gauge("write p50", "ms", (4, 14)),
    Gauge("leader changes", "/h", (0, 0)),
    Gauge("blocking queries", "", (300, 900)),
    Gauge("lock contention", "% of CPU", (1, 4)),
    Gauge("store size", "% of quota", (18, 40)),
    Gauge("revisions", "/s", (4, 20)),
    Gauge("writes refused", "/s", (0, 0)),
)
SECRETS = (
    Gauge("secret reads", "/s", (4, 20)),
    Gauge("consumers on an old version", "", (0, 0)),
    Gauge("authentication failures", "/s", (0, 0.5), 1),
    Gauge("nearest certificate expiry", "d", (20, 60), 1),
    Gauge("failed renewals", "/d", (0, 0)),
    Gauge("leases", "", (300, 800)),
)
NETWORK = (
    Gauge("packet loss", "%", (0, 0.02), 2),
    Gauge("retransmits", "%", (0, 0.4), 1),
    Gauge("peers established", "", (12, 12)),
    Gauge("prefixes announced", "", (48, 48)),
    Gauge("dropped by policy", "/s", (0, 4), 1),
    Gauge("interface errors", "/s", (0, 0)),
    Gauge("flows", "k/s", (3, 9), 1),
)
SCHEDULER = (
    Gauge("pending instances", "", (0, 1)),
    Gauge("memory kills", "/h", (0, 0)),
    Gauge("admission failures", "/s", (0, 0)),
    Gauge("limit patches", "/h", (0, 1)),
    Gauge("scale events", "/h", (0, 2)),
    Gauge("instances wanted by the scaler", "% of usual", (95, 105)),
    Gauge("addresses free", "%", (30, 55)),
)
COMPUTE = (
    Gauge("nodes ready", "%", (100, 100)),
    Gauge("largest clock offset", "ms", (0, 6)),
    Gauge("connection table used", "%", (12, 35)),
    Gauge("package upgrades", "/d", (0, 0)),
    Gauge("disk errors", "/h", (0, 0.2), 1),
    Gauge("retransmits of the worst rack", "%", (0, 0.5), 1),
)
VENDOR = (
    Gauge("time-outs", "/min", (0, 2), 1),
    Gauge("rate limited", "/min", (0, 3), 1),
    Gauge("webhook delay", "s", (1, 6)),
    Gauge("connections", "", (20, 90)),
)
