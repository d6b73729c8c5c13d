"""The groups of failure modes that fail alike, and what tells the modes apart that are easily confused.

What is seen in all modes of a group does not say which of them it is. That follows from relations: what came first,
where it shows and where not, in which ratio, what grows and what changed. `docs/modes.md` shows all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Group:
    """Failure modes that share their symptoms."""

    name: str
    seen: str  # a sentence: what is seen in all of its modes
    modes: tuple[str, ...]  # ids of the catalogue (`reading/modes.py`)


GROUPS: tuple[Group, ...] = (
    Group(
        "connections",
        "New connections to a service, or from it, are refused or wait for a time-out.",
        (
            "pool-leak",
            "pool-oversubscription",
            "fd-leak",
            "kernel-table",
            "nat-port-exhaustion",
            "fleet-growth-limit",
            "reconnect-herd",
        ),
    ),
    Group(
        "memory",
        "A process or a store has less memory than it needs: it pauses, is killed, or takes no more.",
        (
            "heap-leak",
            "limit-squeeze",
            "cache-oom",
            "runtime-heap-sizing",
            "node-pressure",
        ),
    ),
    Group(
        "stores",
        "A store, or a disk that a service writes to, takes no more writes.",
        (
            "wal-slot-disk",
            "log-disk-full",
            "broker-flood",
            "etcd-nospace",
            "media-error",
            "xid-wraparound",
            "key-exhaustion",
            "stuck-failover",
        ),
    ),
    Group(
        "processors",
        "One tier is late because it gets too little processor time, at its usual traffic.",
        (
            "regex-cpu",
            "cfs-throttle",
            "stolen-key-mining",
            "config-reload-storm",
            "kernel-regression",
        ),
    ),
    Group(
        "slow-stores",
        "One store is busy and answers late, and whoever calls it waits.",
        (
            "plan-regression",
            "n-plus-one-release",
            "backup-contention",
            "burst-credits",
            "compaction-backlog",
        ),
    ),
    Group(
        "waiting",
        "Requests wait until they time out, while processors have little to do.",
        (
            "pg-lock-queue",
            "slow-dependency",
            "lock-inversion",
            "thread-starvation",
            "vendor-down",
        ),
    ),
    Group(
        "lag",
        "A backlog or the age of a result grows, and whoever needs the result gets an old one or none.",
        (
            "kafka-poison-pill",
            "rebalance-storm",
            "queue-blocked",
            "stuck-cron",
            "version-mix",
        ),
    ),
    Group(
        "caches",
        "A cache answers fewer requests, and the source behind it gets far more than users alone would cause.",
        (
            "cache-stampede",
            "cdn-cache-key",
            "cache-node-loss",
            "wide-purge",
            "crawler-scan",
        ),
    ),
    Group(
        "trust",
        "Handshakes, log-ins or single rights are refused, and whoever refuses them is well.",
        (
            "cert-expiry",
            "chain-expiry",
            "clock-skew",
            "credential-break",
            "vendor-key-revoked",
            "rbac-denied",
        ),
    ),
    Group(
        "names",
        "Names are not found or lead to the wrong place, while what they stand for is well.",
        (
            "dns-config",
            "dns-automation",
            "bgp-withdrawal",
            "dnssec-break",
            "stale-dns-target",
        ),
    ),
    Group(
        "paths",
        "Calls between two places hang or fail, while both ends are well.",
        (
            "policy-block",
            "route-reflector",
            "misroute",
            "gray-rack",
            "mtu-mismatch",
            "idle-timeout-mismatch",
        ),
    ),
    Group(
        "starting",
        "Instances do not come up or do not stay up, so that fewer and fewer serve.",
        (
            "bad-rollout",
            "unschedulable",
            "webhook-trust",
            "probe-cascade",
            "missing-config-key",
            "port-mismatch",
            "namespace-quota",
            "pvc-unbound",
        ),
    ),
    Group(
        "limits",
        "More is asked for than a limit or a capacity allows, and requests are turned away or expire.",
        (
            "retry-storm",
            "organic-surge",
            "request-flood",
            "abusive-client",
            "gateway-bucket",
            "vendor-quota",
            "quota-automation",
            "hot-partition",
        ),
    ),
    Group(
        "data",
        "Data is wrong, old or gone, and requests that need it fail or get a wrong answer.",
        (
            "wrong-host-delete",
            "split-brain",
            "silent-corruption",
            "bad-backfill",
            "tenant-deletion",
            "replication-lag",
            "calendar-logic",
        ),
    ),
    Group(
        "releases",
        "Code fails on what it is given, at its usual load, while what it calls is well.",
        (
            "bad-release",
            "schema-drift",
            "latent-flag",
            "flag-mistarget",
            "vendor-contract-change",
            "bad-artifact",
        ),
    ),
    Group(
        "parts",
        "Some hosts, zones or shards fail and the others do not, so that the mean hides how bad it is.",
        (
            "partial-deploy",
            "zone-power-loss",
            "sticky-imbalance",
            "uneven-shards",
            "noisy-neighbour",
        ),
    ),
    Group(
        "control",
        "What manages a fleet removes, loses or misjudges its members, or no longer carries changes out.",
        (
            "over-removal",
            "discovery-contention",
            "autoscaler-misread",
            "auto-patch",
            "control-plane-flood",
            "stuck-election",
            "api-removal",
        ),
    ),
    Group(
        "alarms",
        "An alert fires although users are well, or for a reason that was planned or is already known.",
        (
            "broken-exporter",
            "wrong-threshold",
            "stale-dashboard",
            "test-traffic",
            "duplicate-alert",
            "unsilenced-maintenance",
            "load-test-in-production",
        ),
    ),
)

# Two modes that are easily confused -> a sentence: by which relation they are told apart. The first mode says in which
# group a pair stands.
PAIRS: Mapping[tuple[str, str], str] = {
    # ---- connections -------------------------------------------------------------------------------------------------
    ("pool-leak", "pool-oversubscription"): (
        "A leak keeps sessions in open transactions and grows with the errors of one application; pools that are too "
        "many keep idle sessions without one, as many as instances times pool size, since the fleet grew."
    ),
    ("pool-leak", "pg-lock-queue"): (
        "Sessions of a leak wait for their client and all belong to one application; in a queue they wait for each "
        "other, from whatever client, behind one statement at its head."
    ),
    ("pool-leak", "plan-regression"): (
        "A leak leaves the database little to work on, however many sessions there are; a worse plan keeps its "
        "processors busy, nearly all of them with one query."
    ),
    ("fd-leak", "fleet-growth-limit"): (
        "A leak makes the oldest processes fail first; growth takes all members past the limit within minutes, "
        "whatever their age."
    ),
    ("fd-leak", "heap-leak"): (
        "What grew first tells: open sockets while memory stays level, or live memory, with sockets left open only "
        "once pauses are long."
    ),
    ("kernel-table", "nat-port-exhaustion"): (
        "A full table or port range is that of one node and fails its calls to every target; a translated address runs "
        "out for callers on all nodes, toward a single target."
    ),
    ("nat-port-exhaustion", "vendor-down"): (
        "Where ports run out, open connections are answered in the usual time and a share of the new ones gets "
        "through; a third party that is down serves nobody, on any connection."
    ),
    ("reconnect-herd", "retry-storm"): (
        "A herd opens connections in waves, after the service was away, and hardly gets to ask anything; a storm asks "
        "the same thing again on open connections, so tries per request are what grew."
    ),
    ("reconnect-herd", "organic-surge"): (
        "In a herd users ask for no more than usual and clients connect in step after a recovery; in a surge there are "
        "more users, and nothing was down before."
    ),
    # ---- memory ------------------------------------------------------------------------------------------------------
    ("heap-leak", "runtime-heap-sizing"): (
        "A leak grows with the age of the process; a heap of the wrong size is full soon after each start, at a level "
        "that does not grow, since the image changed."
    ),
    ("heap-leak", "limit-squeeze"): (
        "Compared with last week, a leaking service needs more memory under the same limit, and a squeezed one as much "
        "as ever under a lower limit."
    ),
    ("limit-squeeze", "node-pressure"): (
        "A squeeze kills instances of the patched services on every node, at their new limit; pressure kills what "
        "stands on the full nodes, of whatever team, below its own limit."
    ),
    ("cache-oom", "cache-node-loss"): (
        "A cache that is full of lasting entries refuses writes and answers reads as before; one that lost members "
        "misses the share of the keys that they held, in steps."
    ),
    ("node-pressure", "noisy-neighbour"): (
        "Both hit what shares a machine: under pressure memory is short and processes are killed, beside a noisy "
        "neighbour memory is free and they are late, in step with a job."
    ),
    # ---- stores ------------------------------------------------------------------------------------------------------
    ("wal-slot-disk", "log-disk-full"): (
        "What fills the disk keeps pace with something else: with the writes of a database, kept for a reader that is "
        "gone, or with the log of a service since its level was lowered."
    ),
    ("wal-slot-disk", "replication-lag"): (
        "An abandoned slot keeps the log for nobody, while all replicas are up to date; lagging replicas are there and "
        "read on, only more slowly than the primary writes."
    ),
    ("broker-flood", "organic-surge"): (
        "In a flood one producer's share of all that comes in has grown; in a surge everything has, in its usual "
        "proportions."
    ),
    ("etcd-nospace", "control-plane-flood"): (
        "A store without room refuses writes at once and answers reads as fast as ever; a flooded one is late with "
        "everything, and requests are what multiplied."
    ),
    ("media-error", "stuck-failover"): (
        "A bad disk is that of one host and spoils reads as well; in a failover that is stuck disks are clean, reads "
        "pass and no member takes a write, since a change of roles began."
    ),
    ("xid-wraparound", "key-exhaustion"): (
        "Where transaction ids run out, writes to all tables stop; where a key is at its end, only inserts into its "
        "table do, and updates of the same table go on."
    ),
    ("stuck-failover", "stuck-election"): (
        "In a failover that is stuck it is agreed who should lead, and that member is not promoted; in an election "
        "that is stuck no majority agrees on anybody, term after term."
    ),
    ("stuck-failover", "split-brain"): "Count the members that take writes: none, or two.",
    # ---- processors --------------------------------------------------------------------------------------------------
    ("regex-cpu", "request-flood"): (
        "A costly rule uses up processors at the usual request rate, from its push on; in a flood the rate itself "
        "multiplies, in waves and from addresses never seen before."
    ),
    ("cfs-throttle", "noisy-neighbour"): (
        "A low limit slows one service down wherever it runs; a neighbour slows down all services on its machines, and "
        "only while its job runs."
    ),
    ("cfs-throttle", "slow-dependency"): (
        "Ask where the time of a request goes: into the service's own work, between calls that are answered fast, or "
        "into one call to a third party."
    ),
    ("stolen-key-mining", "node-pressure"): (
        "A stranger's computation takes processors: the busiest host is at its limit, and a key calls the API; under "
        "pressure memory is short, and what shares the nodes is evicted or killed while processors have room."
    ),
    ("stolen-key-mining", "organic-surge"): (
        "A stranger's computation keeps processors busy day and night, whatever the requests; in a surge processor use "
        "follows the requests."
    ),
    ("config-reload-storm", "idle-timeout-mismatch"): (
        "Reloads cut connections that are in use, the long ones first, at the moment of each reload; unequal time-outs "
        "hit connections that were idle just before, and most of all when traffic is low."
    ),
    ("kernel-regression", "noisy-neighbour"): (
        "Nodes that are slow at all times and share an image have a new kernel; nodes that are slow while a job runs "
        "share their machines with it."
    ),
    ("kernel-regression", "bad-release"): (
        "After a change of kernel speed depends on the node, whatever runs there; a bad release makes its own version "
        "fail, on whatever node."
    ),
    # ---- slow-stores -------------------------------------------------------------------------------------------------
    ("plan-regression", "n-plus-one-release"): (
        "A worse plan makes one query slow at its usual number per request; a query for each item leaves every one of "
        "them fast and multiplies their number."
    ),
    ("n-plus-one-release", "cache-stampede"): (
        "Ask where the additional queries come from: from the items of one list, with the cache as useful as before, "
        "or from everything that it used to answer."
    ),
    ("backup-contention", "burst-credits"): (
        "Contention comes and goes by the clock, as one job runs and ends; used-up credits come long after the volume "
        "was made smaller, hold it to one even rate and stay until the load falls."
    ),
    ("burst-credits", "compaction-backlog"): (
        "Without credits the number of operations is capped and they queue; behind on its merges a store does ever "
        "more work for one read, since writes come in smaller pieces."
    ),
    # ---- waiting -----------------------------------------------------------------------------------------------------
    ("pg-lock-queue", "lock-inversion"): (
        "A queue stands in the database, behind one session that can be named, and all instances wait alike; an "
        "inversion freezes instances one after another, with an idle database."
    ),
    ("slow-dependency", "thread-starvation"): (
        "Compare what the callee and its callers measure: a slow third party is late by both, while without free "
        "threads the callee is fast and the wait is before the call."
    ),
    ("slow-dependency", "vendor-down"): (
        "A slow third party answers in the end and fails few requests; one that is down does not answer, or only with "
        "errors."
    ),
    ("vendor-down", "policy-block"): (
        "When a third party is down, only its name fails and nothing changed here; a blocked path fails other targets "
        "too, from the rollout of a rule on, and open connections live on."
    ),
    # ---- lag ---------------------------------------------------------------------------------------------------------
    ("kafka-poison-pill", "version-mix"): (
        "One bad record stops one partition at one place; mixed versions fail a share of the records of all "
        "partitions, as large as the rollout is far."
    ),
    ("kafka-poison-pill", "uneven-shards"): (
        "A blocked partition stands still while all others are served as usual; parts that lie unevenly all move on, "
        "and those of the fullest hosts are late."
    ),
    ("rebalance-storm", "queue-blocked"): (
        "In a storm consumers leave and come back, and records are read again; before a blocked queue they stay and "
        "confirm nothing, until publishers have to wait as well."
    ),
    ("stuck-cron", "replication-lag"): (
        "What a hung job should renew gets older by one minute each minute; replicas do go on, and how far they are "
        "behind depends on how much is written."
    ),
    # ---- caches ------------------------------------------------------------------------------------------------------
    ("cache-stampede", "wide-purge"): (
        "After a new key the old entries are still there beside the new ones, and a release came before; after a purge "
        "next to nothing is stored, and no release did."
    ),
    ("cdn-cache-key", "wide-purge"): (
        "With a wrong key an address that was just asked for misses again, and it stays like that; after a purge "
        "popular addresses are found again, and the cache recovers by itself until the next purge."
    ),
    ("crawler-scan", "organic-surge"): (
        "A crawler is one network that asks at an even pace for pages nobody else reads; a surge is the usual mix of "
        "pages, from more users in many networks."
    ),
    # ---- trust -------------------------------------------------------------------------------------------------------
    ("cert-expiry", "chain-expiry"): (
        "An expired certificate is refused by everybody, from the same second on; a broken chain is refused by clients "
        "with old trust stores alone, and the certificate itself is valid."
    ),
    ("cert-expiry", "clock-skew"): (
        "Judge the dates by another clock: an expired certificate is past its end by any of them, and what a wrong "
        "clock refuses, tokens included, is accepted everywhere but on its node."
    ),
    ("credential-break", "rbac-denied"): (
        "After a rotation the log-in fails, for processes older than it; after an edit of a role log-ins pass, and "
        "calls of one kind are refused to all instances alike."
    ),
    ("credential-break", "missing-config-key"): (
        "A rotated secret fails processes that started before the change, and a restart helps; a missing key fails "
        "those that start after it, and a restart does harm."
    ),
    ("vendor-key-revoked", "vendor-contract-change"): (
        "Without a valid key every call is answered with a refusal; after a change of the contract calls succeed, and "
        "the callers fail as they read the answers."
    ),
    # ---- names -------------------------------------------------------------------------------------------------------
    ("dns-config", "dnssec-break"): (
        "A wrong setting follows an edit of the resolver, and any other resolver knows the names; broken signatures "
        "follow a change of keys, and nobody who checks them gets an answer."
    ),
    ("dns-automation", "stale-dns-target"): (
        "A deleted record is missing for everybody who asks; behind a stale target names resolve rightly, and only "
        "processes that asked before the move go wrong."
    ),
    ("bgp-withdrawal", "dnssec-break"): (
        "Sites without routes cannot be reached by their addresses either; behind broken signatures every address "
        "answers, and only the look-up fails."
    ),
    # ---- paths -------------------------------------------------------------------------------------------------------
    ("policy-block", "mtu-mismatch"): (
        "On a blocked path no new connection opens; on one with too small packets connections open and small requests "
        "pass, while large ones hang."
    ),
    ("route-reflector", "auto-patch"): (
        "Routes that are not handed out follow an upgrade of the network, and calls within a node still work; a "
        "patched daemon follows the clock, with no change by anybody, and whole nodes drop out."
    ),
    ("misroute", "port-mismatch"): (
        "Behind a wrong route instances are ready and idle, and the gateway changed; on a wrong port they are never "
        "ready, and they themselves changed."
    ),
    ("gray-rack", "zone-power-loss"): (
        "A failing switch loses a part of the packets of hosts that live on; without power all hosts of a place are "
        "silent, from the same second on."
    ),
    # ---- starting ----------------------------------------------------------------------------------------------------
    ("bad-rollout", "missing-config-key"): (
        "A broken release fails in its own version, from its rollout on; a missing key fails instances of any version, "
        "if they were started since it went."
    ),
    ("webhook-trust", "namespace-quota"): (
        "A check that is not trusted refuses new objects wherever it applies, since its certificate changed; a quota "
        "refuses those of one namespace, once all that run there are as much as it allows."
    ),
    ("probe-cascade", "port-mismatch"): (
        "A strict check kills instances that were serving, more of them under more load; on a wrong port nothing is "
        "killed, and new instances live on without ever serving."
    ),
    ("namespace-quota", "unschedulable"): (
        "At a used-up quota an instance is not even created, in one namespace; where none fits on a node they are "
        "created and wait, in any namespace."
    ),
    ("pvc-unbound", "unschedulable"): (
        "Where volumes cannot be attached, only instances with a volume wait; where none fits on a node, those without "
        "one wait as well."
    ),
    # ---- limits ------------------------------------------------------------------------------------------------------
    ("abusive-client", "hot-partition"): (
        "A customer above its share adds requests and takes a limit that all share; a hot key needs no more requests "
        "in all, and only the shard that holds it is at its limit."
    ),
    ("vendor-quota", "gateway-bucket"): (
        "A third party refuses from the moment a window is used up to the next window; a gateway of the company "
        "refuses an even share within milliseconds, and behind it services idle."
    ),
    ("quota-automation", "gateway-bucket"): (
        "An automation that reads no usage cuts one quota, and every call that needs it is refused; a small bucket "
        "follows an edit of the gateway, and a share of all calls is refused."
    ),
    ("hot-partition", "uneven-shards"): (
        "Compare the load of keys: a hot one is far above all others; in an uneven spread they are alike, and some "
        "hosts hold too many of them."
    ),
    # ---- data --------------------------------------------------------------------------------------------------------
    ("wrong-host-delete", "tenant-deletion"): (
        "On a wrong host everything goes within seconds, after one command; in a clean-up complete customers go one "
        "after another, and what the others have stays."
    ),
    ("bad-backfill", "silent-corruption"): (
        "Rows that a job spoilt share a column and the order in which it went; altered bytes share the host that "
        "stored them, whoever wrote them."
    ),
    ("tenant-deletion", "rbac-denied"): (
        "What belonged to a deleted customer is gone for all who ask; what a lost right forbids is still there, and "
        "others read it."
    ),
    ("calendar-logic", "cert-expiry"): (
        "A date that code cannot handle fails the records of that date, in all versions and on open connections too; "
        "an expired certificate fails every new handshake and nothing else."
    ),
    # ---- releases ----------------------------------------------------------------------------------------------------
    ("schema-drift", "version-mix"): (
        "Code ahead of its schema fails at the database by itself, wherever it runs; mixed formats fail only where a "
        "new writer meets an old reader."
    ),
    ("latent-flag", "bad-release"): (
        "A flag wakes its path in every version that has it, from the second of the toggle on; a release fails on its "
        "own instances alone, and on more of them as the rollout goes on."
    ),
    ("flag-mistarget", "latent-flag"): (
        "A flag with a wrong rule was on before, and its code does what it should, for users who should not have it; a "
        "latent path was switched on, and fails for whoever gets it."
    ),
    ("bad-artifact", "missing-config-key"): (
        "A malformed file ends processes that were running, within minutes of its publication; a missing key spares "
        "them and ends what is started later."
    ),
    # ---- parts -------------------------------------------------------------------------------------------------------
    ("partial-deploy", "clock-skew"): (
        "One instance with the old version makes far more calls than its peers; on a node with a wrong clock instances "
        "of many services, in any version, refuse what they are shown."
    ),
    ("sticky-imbalance", "uneven-shards"): (
        "Clients that stick to an instance go to another one when it is restarted, and the overload goes with them; an "
        "overload by shards stays with the hosts that hold them."
    ),
    # ---- control -----------------------------------------------------------------------------------------------------
    ("over-removal", "zone-power-loss"): (
        "Hosts that were removed have one task and left after a command, wherever they stood; hosts without power "
        "stand in one place, have all kinds of tasks, and no command came before."
    ),
    ("discovery-contention", "control-plane-flood"): (
        "Contention makes writes late at hardly more requests, since a feature was switched on; a flood is a multiple "
        "of the usual requests, as much as there are nodes to send them."
    ),
    ("autoscaler-misread", "organic-surge"): (
        "A misled scaler takes instances away while requests are level; in a surge requests rise, and instances are as "
        "many as before or more."
    ),
    ("api-removal", "rbac-denied"): (
        "After an upgrade what is asked for does not exist any more, whoever asks; after an edit of a role it exists, "
        "and one identity may not have it."
    ),
    # ---- alarms ------------------------------------------------------------------------------------------------------
    ("broken-exporter", "zone-power-loss"): (
        "Ask the callers: a service that is measured wrongly answers them as ever, and hosts without power do not "
        "answer at all."
    ),
    ("wrong-threshold", "stale-dashboard"): (
        "Compare the figure with another source: at a wrong limit it is right and as it always was, on stale data it "
        "is not that of this system as it is now."
    ),
    ("test-traffic", "bad-release"): (
        "Requests that fail by design come from one client, by a schedule, and not from users; a bad release fails "
        "users, whoever they are, on its own instances."
    ),
    ("duplicate-alert", "retry-storm"): (
        "What began it has passed in both: the figures of a repeated alert fall by themselves and nobody fails any "
        "more, while in a storm requests go on failing for as long as calls are tried again."
    ),
    ("unsilenced-maintenance", "over-removal"): (
        "Planned work takes one member away, drained and as announced, and users do not notice; a wrong command takes "
        "many of one kind at once, and they do."
    ),
    ("load-test-in-production", "request-flood"): (
        "A load test comes from a few generators with accounts of their own, in even steps; a flood comes in waves, "
        "from very many addresses."
    ),
}
