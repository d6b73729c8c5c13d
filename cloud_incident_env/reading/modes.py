"""The public catalogue of failure modes: what a written diagnosis is read as.

Every mode has an id, a title, one sentence that names the cause first, and the group of modes that share its symptoms.
An incident has one of these modes; many that never occur stand here too, so that the catalogue gives nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class FailureMode(NamedTuple):
    """A way in which systems fail."""

    id: str
    title: str  # a few words, as in "read as: connections leaked by a release"
    definition: str  # one sentence, the cause first
    group: str  # of modes that share their symptoms


# group -> (id, title, definition)
_CATALOGUE: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "connections": (
        (
            "pool-leak",
            "connections leaked by a release",
            "A release leaks database connections on one error path until its pool and then the server's limit are "
            "used up.",
        ),
        (
            "pool-oversubscription",
            "more pooled connections than the server allows after a scale-out",
            "After a scale-out the pools of all instances together exceed the server's connection limit.",
        ),
        (
            "fd-leak",
            "sockets or files never closed by a release",
            "A release never closes sockets or files, so descriptors climb until a process can open and accept "
            "nothing.",
        ),
        (
            "kernel-table",
            "connection table or ports of a node used up by one client",
            "A client that opens a connection per request fills its node's connection-tracking table or local port "
            "range.",
        ),
        (
            "nat-port-exhaustion",
            "source ports used up behind one translated address",
            "Instances behind one translated address use up its source ports toward one destination.",
        ),
        (
            "fleet-growth-limit",
            "process limit passed by a grown fleet",
            "Every member holds a thread or descriptor per peer, so growing the fleet takes all members past a "
            "process limit.",
        ),
        (
            "reconnect-herd",
            "all clients reconnecting at once after a recovery",
            "When a shared service returns, all clients reconnect and reload at once and overload it again.",
        ),
        (
            "idle-sessions-kept",
            "sessions idle in transaction no longer ended by the database",
            "A changed database setting lets sessions that idle inside a transaction keep their connections until "
            "none is left.",
        ),
        (
            "zombie-pileup",
            "ended child processes never collected",
            "A parent never collects its ended children, so the process table fills.",
        ),
    ),
    "memory": (
        (
            "heap-leak",
            "memory leaked by a release",
            "A release keeps references it never drops, so live memory rises until collections stall and the process "
            "dies.",
        ),
        (
            "limit-squeeze",
            "memory limit lowered by an automation",
            "An automation keeps writing a memory limit below what the service needs.",
        ),
        (
            "cache-oom",
            "cache filled with keys that never expire",
            "A writer stores keys without expiry in a cache that may not evict, until it refuses writes.",
        ),
        (
            "runtime-heap-sizing",
            "heap sized wrongly by a new runtime or image",
            "A new runtime or node image computes another heap size or ignores the container limit.",
        ),
        (
            "node-pressure",
            "node memory overcommitted by unrequested workloads",
            "Workloads without matching requests overcommit a node, which evicts or kills neighbours.",
        ),
        (
            "unbounded-query",
            "query without a limit that exhausts the database's memory",
            "A job or query reads a whole table without a limit, and the database server runs out of memory over it.",
        ),
        (
            "swap-thrash",
            "host swapping because it was overcommitted",
            "A host moves memory to and from disk because it was overcommitted, and all on it crawls.",
        ),
        (
            "huge-page-stall",
            "pauses while the kernel assembles large pages",
            "The kernel pauses processes while it assembles large memory pages.",
        ),
    ),
    "storage": (
        (
            "wal-slot-disk",
            "disk filled by the log of an abandoned replication slot",
            "A replication slot whose consumer is gone keeps the write-ahead log until the volume is full.",
        ),
        (
            "log-disk-full",
            "disk filled by debug logs",
            "A log level left on debug fills the volume that the service also writes to.",
        ),
        (
            "broker-flood",
            "broker disks filled by one producer",
            "One producer in a loop fills the broker disks, and replicas fall out of sync.",
        ),
        (
            "etcd-nospace",
            "coordination store's quota filled by constant rewrites",
            "A controller that rewrites objects all the time fills the coordination store's quota.",
        ),
        (
            "media-error",
            "unreadable sectors on a disk",
            "A disk develops unreadable sectors and its filesystem turns read-only.",
        ),
        (
            "xid-wraparound",
            "transaction ids running out behind an old transaction",
            "A very old transaction or slot stops clean-up until the database refuses new transaction ids.",
        ),
        (
            "key-exhaustion",
            "32-bit key at its last value",
            "A 32-bit key column or sequence reaches its last value, so inserts into one table fail.",
        ),
        (
            "stuck-failover",
            "failover stuck half way",
            "A failover stops half way, so no member accepts writes and clients keep the old address.",
        ),
        (
            "inode-exhaustion",
            "file entries used up by small files",
            "Millions of small files use up a filesystem's file entries while space is free.",
        ),
        (
            "firmware-hour-limit",
            "disks stopped by a firmware fault at an hour count",
            "Disks of one batch stop for good at a fixed number of power-on hours.",
        ),
    ),
    "processor": (
        (
            "regex-cpu",
            "backtracking pattern in a pushed rule",
            "A pushed rule with a backtracking pattern makes every inspected request burn processor time.",
        ),
        (
            "cfs-throttle",
            "processor limit that throttles short bursts",
            "A CPU limit below short bursts pauses a container for the rest of each period though average use is low.",
        ),
        (
            "stolen-key-mining",
            "stolen key used to run a stranger's computation",
            "A leaked access key or token lets a stranger run computation on the company's machines.",
        ),
        (
            "config-reload-storm",
            "proxies reloading without pause",
            "A source that changes all the time makes proxies reload their configuration without pause.",
        ),
        (
            "kernel-regression",
            "slow kernel or driver on some nodes",
            "A new kernel or driver on some nodes makes system calls or interrupts far slower.",
        ),
        (
            "model-overload",
            "larger model too heavy for its servers",
            "An update to a larger machine-learning model makes each prediction too heavy for the model servers it "
            "runs on.",
        ),
        (
            "hash-collision-attack",
            "crafted keys that collide in a hash table",
            "Crafted keys that collide in a hash table make look-ups take quadratic time.",
        ),
        (
            "remote-memory-placement",
            "processes placed far from their memory",
            "Processes run far from their memory bank, so every access is slower.",
        ),
        (
            "thermal-throttling",
            "machines slowed by failing cooling",
            "Failing cooling makes machines lower their clock rate.",
        ),
    ),
    "slow database": (
        (
            "plan-regression",
            "worse query plan for one query",
            "Stale statistics or a missing index make the database choose a far worse plan for one query.",
        ),
        (
            "n-plus-one-release",
            "one query per item since a release",
            "A release issues one query per list item instead of one query per page.",
        ),
        (
            "backup-contention",
            "backup or batch job reading the disk users need",
            "A backup, vacuum or report job reads the whole disk at the same time as users.",
        ),
        (
            "burst-credits",
            "burst credits used up",
            "A volume or instance has used up its burst credits and falls to its small baseline rate.",
        ),
        (
            "compaction-backlog",
            "merges of a log-structured store falling behind",
            "Small writes or deletes arrive faster than a log-structured store can merge them.",
        ),
        (
            "array-rebuild",
            "disk array busy with a rebuild",
            "The rebuild of a disk array after a disk change takes the bandwidth of the array.",
        ),
    ),
    "waiting": (
        (
            "pg-lock-queue",
            "queue behind a strong lock",
            "A schema change or an idle transaction holds a strong lock, and all later statements queue behind it.",
        ),
        (
            "slow-dependency",
            "slow third party called without a time-out",
            "A third party answers late and the calls to it have no time-out, so they hold all worker threads.",
        ),
        (
            "lock-inversion",
            "deadlock between two code paths",
            "Two code paths take the same locks in opposite order and block each other for good.",
        ),
        (
            "thread-starvation",
            "small thread pool blocked by slow work",
            "Blocking work runs on a small shared pool, so unrelated requests wait for a thread.",
        ),
        ("vendor-down", "third party completely down", "A third party is completely unavailable."),
        (
            "orphan-prepared-transaction",
            "locks kept by a forgotten prepared transaction",
            "A prepared transaction that nobody resolves keeps its locks.",
        ),
        (
            "audit-sink-block",
            "operations blocked by a full audit sink",
            "A full audit sink blocks every operation that must be audited.",
        ),
    ),
    "lag": (
        (
            "kafka-poison-pill",
            "one unprocessable record blocking its partition",
            "One record that cannot be processed stops its partition.",
        ),
        (
            "rebalance-storm",
            "consumer group rebalancing over and over",
            "A slower handler misses its poll deadline, so the group reassigns its partitions over and over.",
        ),
        (
            "queue-blocked",
            "publishers blocked by unacknowledged messages",
            "Consumers stop acknowledging, the backlog fills the broker's memory and publishers are blocked.",
        ),
        (
            "stuck-cron",
            "periodic job that never ends",
            "A periodic job never ends, so the following runs are skipped and their result grows old.",
        ),
        (
            "version-mix",
            "incompatible message formats during a rollout",
            "Two versions that write and read the same messages or cache entries use incompatible formats during a "
            "rollout.",
        ),
        (
            "priority-inversion",
            "urgent work queued behind bulk work",
            "Bulk work holds the queue that urgent work waits for.",
        ),
        (
            "stuck-compensation",
            "business transaction stopped half way",
            "A multi-step business transaction stops half way and its compensation does not run.",
        ),
    ),
    "cache": (
        (
            "cache-stampede",
            "whole cache cold after a key change",
            "A release changes the key version, so the whole cache is cold at once.",
        ),
        (
            "cdn-cache-key",
            "cache key that makes every request unique",
            "A header or query string entered the cache key, so almost every request is unique.",
        ),
        (
            "cache-node-loss",
            "cache nodes lost faster than they refill",
            "Cache nodes are removed or restarted faster than they refill, so their share of keys misses.",
        ),
        (
            "wide-purge",
            "cache emptied by a purge that was too wide",
            "A purge with too wide a pattern empties the cache.",
        ),
        (
            "crawler-scan",
            "crawler walking pages that are never cached",
            "A crawler walks rarely used pages, so its requests always miss and push out popular entries.",
        ),
    ),
    "trust": (
        (
            "cert-expiry",
            "certificate expired after silent renewal failures",
            "A certificate reached its end date because its renewal had been failing quietly.",
        ),
        (
            "chain-expiry",
            "intermediate or root certificate ended or missing",
            "An intermediate or root certificate ended or is missing, so only clients with old trust stores refuse.",
        ),
        (
            "clock-skew",
            "clock of one node wrong",
            "A node lost its time source, so tokens and certificates judged on it look too new or too old.",
        ),
        (
            "credential-break",
            "old secret or lost grant after a rotation",
            "A secret was rotated or a grant withdrawn while running consumers still use the old one.",
        ),
        (
            "vendor-key-revoked",
            "API key cancelled by the third party",
            "The third party cancelled or expired the company's API key.",
        ),
        (
            "rbac-denied",
            "right taken away by a role change",
            "A role or policy change takes away a right that one workload needs.",
        ),
        (
            "stale-secret-push",
            "previous credentials handed out by a rotation job",
            "A secrets-rotation job hands its clients the previous credentials instead of the new ones.",
        ),
        (
            "sign-on-metadata-expiry",
            "trust data of the sign-on provider ended",
            "The trust data between sign-on provider and application ended, so nobody can log in.",
        ),
        (
            "signing-key-rollover",
            "signing key not yet known to verifiers",
            "Tokens are signed by a key that verifiers have not fetched yet.",
        ),
        ("licence-expiry", "licence of a product ended", "A product's licence ended, and features shut down."),
        (
            "sealed-secret-store",
            "secret store restarted sealed",
            "The secret store restarted sealed and waits for its key holders.",
        ),
    ),
    "names": (
        (
            "dns-config",
            "wrong zone or forwarder in the resolver",
            "A wrong zone or forwarder in the resolver's configuration breaks a set of names.",
        ),
        (
            "dns-automation",
            "live DNS record deleted by an automation",
            "A record automation applies an old plan and deletes or empties a live record.",
        ),
        (
            "bgp-withdrawal",
            "sites withdrawn from the internet's routes",
            "A backbone change makes sites withdraw their routes, so clients lose the name servers and the servers.",
        ),
        (
            "dnssec-break",
            "DNS signatures that do not validate",
            "Signatures or keys of a zone no longer validate, so validating resolvers refuse its names.",
        ),
        (
            "stale-dns-target",
            "clients pinned to an old address",
            "After a move some clients keep the old address, cached or pinned, until the old target goes away.",
        ),
        (
            "domain-lapse",
            "domain registration ended",
            "The registration of a domain ended, so its names point to a parking page.",
        ),
        (
            "search-domain-wildcard",
            "wildcard record answering for internal names",
            "A wildcard record in a search domain answers for internal names.",
        ),
    ),
    "network": (
        (
            "policy-block",
            "needed path denied by a network rule",
            "A firewall or network policy rule denies a path that is needed.",
        ),
        (
            "route-reflector",
            "nodes without each other's routes",
            "Peers that hand out routes lost their selection label, so nodes no longer know each other's addresses.",
        ),
        (
            "misroute",
            "requests routed to nothing or to the wrong backend",
            "A wrong selector, port or path sends requests to nothing or to the wrong backend.",
        ),
        (
            "gray-rack",
            "packets lost on one rack",
            "A faulty switch or network card drops a part of the packets on one rack.",
        ),
        (
            "mtu-mismatch",
            "large packets dropped on a link",
            "A link with a smaller packet size drops large packets and the notice about it is filtered.",
        ),
        (
            "idle-timeout-mismatch",
            "idle connections closed earlier than the balancer expects",
            "A server closes idle connections earlier than the balancer before it, which then sends into a closed one.",
        ),
        (
            "route-filter-change",
            "routes to one zone withdrawn by a filter change",
            "A changed BGP export filter withdraws the routes to one zone, so the other zones cannot reach it.",
        ),
        (
            "duplicate-address",
            "one network address claimed by two machines",
            "Two machines claim the same network address and take turns in receiving its traffic.",
        ),
        (
            "switching-loop",
            "loop between switches",
            "A loop between switches floods a segment with copies of the same frames.",
        ),
        (
            "asymmetric-route",
            "replies dropped on an asymmetric route",
            "A stateful firewall sees one direction only and drops the replies.",
        ),
        ("fibre-cut", "cable between sites cut", "A cut cable halves the capacity between two sites."),
        (
            "site-link-saturation",
            "link between sites filled by copying",
            "Copying between sites fills the link that user calls also need.",
        ),
        (
            "anycast-shift",
            "users sent to a distant site by a route change outside",
            "A route change outside sends users to a distant site.",
        ),
    ),
    "start-up": (
        (
            "bad-rollout",
            "release that never becomes ready",
            "A release whose image or start-up step is broken never becomes ready.",
        ),
        (
            "unschedulable",
            "no node that new instances fit on",
            "New instances fit on no node because of size, taint, affinity or addresses.",
        ),
        (
            "webhook-trust",
            "admission check unreachable or not trusted",
            "An admission check that must answer is unreachable or not trusted, so no object is created.",
        ),
        (
            "probe-cascade",
            "healthy instances restarted by their health check",
            "A health check that is too deep or too strict restarts healthy instances.",
        ),
        (
            "missing-config-key",
            "key missing from a configuration object",
            "A configuration or secret object lacks a key that the new instances need.",
        ),
        (
            "port-mismatch",
            "workload listening on another port than expected",
            "A workload listens on another port or path than its service or readiness check uses.",
        ),
        (
            "namespace-quota",
            "quota of a namespace used up",
            "The namespace's quota of cores, memory or objects is used up, so no further instance is admitted.",
        ),
        (
            "pvc-unbound",
            "volume that cannot be attached",
            "A volume claim cannot be bound or attached, so its instance never starts.",
        ),
        (
            "lease-pool-empty",
            "no addresses left to lease",
            "The pool of addresses for leases is empty, so machines boot without one.",
        ),
        (
            "registry-clean-up",
            "needed images deleted by a retention rule",
            "A retention rule deleted images that running workloads need at restart.",
        ),
    ),
    "limits": (
        (
            "retry-storm",
            "retries that keep an overload alive",
            "After a short fault retries multiply the load and keep the overload alive although the fault is gone.",
        ),
        (
            "organic-surge",
            "more real users than planned capacity",
            "Real users arrive faster than the capacity that was planned.",
        ),
        (
            "request-flood",
            "flood of hostile requests",
            "Many hostile addresses send requests or handshakes to exhaust the entry.",
        ),
        (
            "abusive-client",
            "one customer far above its share",
            "One customer or key sends far more or far heavier requests than its share.",
        ),
        (
            "gateway-bucket",
            "rate limit at the gateway too small",
            "A rate-limit setting at the gateway is smaller than normal traffic or counts everybody as one client.",
        ),
        (
            "vendor-quota",
            "quota at a third party used up",
            "The calls to a third party passed the quota of the contract or the plan.",
        ),
        (
            "quota-automation",
            "quota cut by an automation that read zero usage",
            "A quota system reads a usage of zero and cuts a service's quota.",
        ),
        (
            "hot-partition",
            "one key or tenant too hot for its shard",
            "One key or tenant draws more traffic than the shard that holds it can serve.",
        ),
        (
            "cookie-overflow",
            "request headers too large for the proxies",
            "Cookies grew until proxies refuse the request header for its size.",
        ),
        (
            "mail-reputation",
            "mail refused because of a block list",
            "Outgoing mail is refused because the sender is on a block list.",
        ),
    ),
    "data": (
        (
            "wrong-host-delete",
            "data removed on the wrong host",
            "An operator removes data on the primary instead of a replica, and backups prove unusable.",
        ),
        (
            "split-brain",
            "two writers after a partition",
            "A short partition promoted a second writer, and both sides accepted writes.",
        ),
        (
            "silent-corruption",
            "bytes altered without an error",
            "A component writes or returns altered bytes without reporting an error.",
        ),
        (
            "bad-backfill",
            "rows rewritten wrongly by a one-off job",
            "A one-off job rewrites many rows with wrong values.",
        ),
        (
            "tenant-deletion",
            "live customers deleted by a clean-up script",
            "A clean-up script is given the wrong identifiers and deletes live customers.",
        ),
        (
            "replication-lag",
            "replicas behind the primary",
            "Replicas fall behind the primary, so reads served by them are old.",
        ),
        (
            "calendar-logic",
            "date that the code does not handle",
            "Code computes with a date it does not handle: leap day, time change, year end, 2038.",
        ),
        (
            "collation-change",
            "indexes invalid after a change of text order",
            "An operating-system upgrade changed text order, so existing indexes miss rows.",
        ),
        ("rounding-drift", "amounts drifting by rounding", "Amounts kept as binary fractions drift from the ledger."),
        ("unit-mismatch", "number exchanged in different units", "Two services exchange a number in different units."),
    ),
    "release": (
        (
            "bad-release",
            "plain defect in a release",
            "A release contains a plain defect that fails on one route or input.",
        ),
        ("schema-drift", "code ahead of its database change", "Code was deployed before the database change it needs."),
        (
            "latent-flag",
            "untried code path woken by a feature flag",
            "A switched-on feature flag wakes a code path that never ran in production.",
        ),
        (
            "flag-mistarget",
            "feature flag reaching the wrong users",
            "A flag's targeting rule matches other users than intended, so the feature works but reaches the wrong "
            "ones.",
        ),
        (
            "vendor-contract-change",
            "answers of a third party changed in form",
            "A third party changed the form or meaning of its answers.",
        ),
        (
            "bad-artifact",
            "malformed generated file pushed everywhere",
            "A generated file that is malformed or too large is pushed to every instance.",
        ),
        (
            "cross-origin-policy",
            "browser calls refused by an origin header",
            "A changed origin header makes browsers refuse the application's own calls.",
        ),
        ("forced-app-update", "older mobile apps locked out", "A version gate locks out users of older mobile apps."),
        (
            "compromised-package",
            "hostile code in a public package",
            "A new version of a public package carries hostile code.",
        ),
    ),
    "part of a fleet": (
        (
            "partial-deploy",
            "one host that missed the release",
            "One host missed the release, and a reused flag wakes old code there.",
        ),
        (
            "zone-power-loss",
            "power lost in a zone or rack",
            "A zone, hall or rack loses power, and what lives there is gone at once.",
        ),
        (
            "sticky-imbalance",
            "traffic stuck to few instances",
            "Session affinity or address hashing sends a large part of the traffic to few instances.",
        ),
        (
            "uneven-shards",
            "shards spread unevenly by a rebalancing",
            "A rebalancing left some nodes with far more shards, slots or leaders than others.",
        ),
        (
            "noisy-neighbour",
            "another workload on the same machine",
            "Another workload on the same machine takes processor, disk or network time.",
        ),
        (
            "spot-reclaim",
            "discounted instances taken back",
            "The provider took back many discounted instances at once.",
        ),
        (
            "function-cold-start",
            "functions starting from zero too slowly",
            "Functions started from zero take longer than their callers wait.",
        ),
    ),
    "control plane": (
        (
            "over-removal",
            "too many members removed by a command",
            "A capacity command with a wrong number removes members that an index or quorum needs.",
        ),
        (
            "discovery-contention",
            "service registry contending on a lock",
            "A new feature makes the service registry contend on a lock, so writes and heartbeats are late.",
        ),
        (
            "autoscaler-misread",
            "autoscaler following a misleading signal",
            "An autoscaler follows a signal that falls when instances wait, so it removes capacity under load.",
        ),
        (
            "auto-patch",
            "network state dropped by automatic patching",
            "An automatic package upgrade restarts a node daemon at a fixed hour and drops its network state.",
        ),
        (
            "control-plane-flood",
            "cluster API flooded by an agent on every node",
            "An agent or controller on every node sends expensive requests that overload the cluster's API.",
        ),
        (
            "stuck-election",
            "no leader elected",
            "The members of a coordination group cannot agree on a leader, or a dead holder keeps the lease.",
        ),
        (
            "api-removal",
            "interface version removed by an upgrade",
            "An upgrade removed an interface version that a controller or pipeline still calls.",
        ),
        (
            "account-suspension",
            "account suspended by the provider",
            "The provider suspended the account over a payment or policy matter.",
        ),
        (
            "config-repository-reset",
            "old configuration applied everywhere",
            "The configuration repository was reset, and an old state was applied everywhere.",
        ),
        (
            "stale-state-restore",
            "cluster restored from an old copy",
            "A cluster's state was restored from an old copy and revives deleted objects.",
        ),
    ),
    "alarm": (
        (
            "broken-exporter",
            "measuring component broken",
            "The component that measures is broken, so a healthy service looks down or wrong.",
        ),
        (
            "wrong-threshold",
            "alert rule that fires on normal values",
            "An alert rule uses a wrong limit, unit, window or selection, so normal values fire it.",
        ),
        (
            "stale-dashboard",
            "dashboard showing old or other data",
            "A panel or alert reads old or other data than its title says.",
        ),
        (
            "test-traffic",
            "test traffic counted as user errors",
            "Synthetic checks or a security scan fail by design and are counted as user errors.",
        ),
        (
            "duplicate-alert",
            "alert for a fault already known",
            "An alert repeats a fault that is already reported elsewhere or already over.",
        ),
        (
            "unsilenced-maintenance",
            "planned work without a silence",
            "Planned work takes members away as announced, and their alerts were not silenced.",
        ),
        (
            "load-test-in-production",
            "load test aimed at production",
            "A load test aimed at production adds real load that nobody announced.",
        ),
    ),
}

MODES: Mapping[str, FailureMode] = {
    row[0]: FailureMode(*row, group) for group, rows in _CATALOGUE.items() for row in rows
}

# Modes that a few words cannot tell apart: an incident of one is explained by the other as well. Each pair with the
# reason.
EQUALS: Mapping[tuple[str, str], str] = {
    ("credential-break", "stale-secret-push"): "both read 'stale credentials after a rotation': clients hold the old "
    "secret, whether they failed to take the new one or were handed the old one",
    ("bgp-withdrawal", "route-filter-change"): "both read 'BGP routes withdrawn by a network change'; they differ in "
    "who lost the routes, which a short text leaves out",
}


def accepted_for(mode: str) -> frozenset[str]:
    """The ids that are right for an incident of a mode: its own, and that of its equal if it has one."""
    return frozenset({mode}).union(*(pair for pair in EQUALS if mode in pair))


def ids_by_group() -> str:
    """The ids of all modes, a line for each group: what agents are told that a failure mode may be."""
    return "\n".join(f"{group}: {', '.join(row[0] for row in rows)}" for group, rows in _CATALOGUE.items())
