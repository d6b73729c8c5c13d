"""Families whose culprit is an object store, or a disk under a store."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Family, Step

HOT_PARTITION = Family(
    name="hot-partition",
    story="All keys of one big tenant lie on one shard of the object store. Its load exceeds what a single shard may "
    "take, a hot shard, and requests to it are slowed down and refused while the other shards idle.",
    strikes=("object-store",),
    facts={
        "shard": range(16),
        "tenant": ("tenant-20417", "tenant-88213", "tenant-51960", "tenant-07334", "tenant-63108"),
        "other": range(16, 20),
    },
    errors=(0.05, 0.22),
    latency=(6, 18),
    # 16 shards: the mean is that of one at its height and of 15 at 7 to 14 %.
    figures={"hottest shard": (330, 380), "mean shard load": (31, 33.5), "throttled requests": (9, 40)},
    logs=(
        "ERROR 503 SlowDown: Please reduce your request rate. shard={shard:02d} prefix={tenant}/ request={hex}",
        "WARN  shard {shard:02d} turned away {n} requests in 1 s; the busiest of the other 15 is at {other} %",
    ),
    seen_by_callers=("ERROR {culprit} answered 503 SlowDown: Please reduce your request rate.",),
    steps=(
        Step(
            "execute_runbook_step",
            "{tenant} may send a fifth of what it did; shard {shard:02d} is below its limit.",
            name="throttle_tenant",
            relief=0.5,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "New keys of {tenant} begin with a hash and lie on all shards.",
            name="split_key_range",
            relief=0.4,
            risky=True,
            too_early="The split was given up half way: shard {shard:02d} did not answer the copy in time.",
        ),
        Step(
            "execute_runbook_step",
            "All requests that were turned away went through.",
            name="replay_rejected_requests",
            relief=0.1,
            too_early="The replay was turned away like the requests before it.",
        ),
        Step(
            "execute_runbook_step",
            "No shard is above 45 % of its limit.",
            name="verify_shard_load",
            too_early="Shard {shard:02d} is still far above the others.",
        ),
    ),
    wrong={
        (
            "scale_service",
            "culprit",
        ): "The new hosts took work from shards that had little, and moving it cost bandwidth.",
        ("restart_service", "culprit"): "The restart dropped all requests in flight; the queue was soon as long again.",
        ("scale_service", "caller"): "More instances sent more requests to the same place.",
    },
    signature={
        "query_logs": r"503 SlowDown: Please reduce your request rate\. shard=",
        "check_metrics": r"hottest shard +3\d\d % of limit",
    },
)

OVER_REMOVAL = Family(
    name="over-removal",
    story="Somebody mistypes the count for a capacity tool, which removes far too many hosts of the object store, "
    "those of its index among them. Below its minimum the index starts in safe mode and refuses lists and puts.",
    strikes=("object-store",),
    facts={
        "count": (1000, 800, 1200, 640),
        "operator": ("r.novak", "t.brandt", "k.silva", "y.hassan", "c.dubois"),
        "ticket": range(21_100, 48_900),
        "pool": ("billing", "thumbnails", "access-log", "staging"),
    },
    change=Change("capacity ticket {ticket}: hosts of the {pool} pool returned by playbook", lead_minutes=(0, 2)),
    errors=(0.15, 0.3),
    latency=(5, 15),
    traffic=(0.4, 0.8),
    figures={"index hosts up": (36, 47), "repair backlog": (60_000, 240_000)},
    ready=(0.4, 0.7),
    logs=(
        "INFO  audit: newest command: remove-capacity --pool index,placement --count {count}, {operator}, {ticket}",
        "ERROR index: fewer than 80 % of the hosts are up, staying in safe restart; request {hex} refused",
        "WARN  placement: no target for a new object, waiting for the index ({n} s)",
    ),
    seen_by_callers=("ERROR list and put at {culprit} refused: 503 ServiceUnavailable",),
    steps=(
        Step(
            "execute_runbook_step",
            "remove-capacity is locked; a run that had been waiting was thrown away.",
            name="lock_capacity_tool",
            relief=0.05,
        ),
        Step(
            "execute_runbook_step",
            "The removed hosts are back in the index pool, and their check began.",
            name="return_index_hosts",
            relief=0.25,
            too_early="The hosts came back, and the waiting run of the tool took them away again.",
        ),
        Step(
            "execute_runbook_step",
            "The check of the index ended without a finding.",
            name="finish_index_check",
            relief=0.2,
            too_early="The check cannot end: most of what it should read is not there.",
        ),
        Step(
            "execute_runbook_step",
            "Lists and reads are answered.",
            name="reopen_reads",
            relief=0.3,
            risky=True,
            too_early="Reads were let in, returned objects as missing, and were shut off again.",
        ),
        Step(
            "execute_runbook_step",
            "New objects find their place.",
            name="reopen_object_writes",
            relief=0.2,
            risky=True,
            too_early="The first puts could not look up what they were to replace; writes were shut off again.",
        ),
        Step(
            "execute_runbook_step",
            "All hosts of the index are up, and a listing of each bucket agrees with last night's.",
            name="verify_bucket_listing",
            too_early="Buckets cannot be listed in full.",
        ),
    ),
    wrong={
        ("restart_service", "culprit"): "The restart threw away an hour of the check that was under way.",
        ("scale_service", "culprit"): "Empty hosts joined; filling them keeps the rest from finishing its check.",
        ("rollback_deploy", "culprit"): "The earlier release started with a check of its own, from the beginning.",
    },
    signature={
        "query_logs": r"remove-capacity --pool index",
        "check_metrics": r"index hosts up +[34]\d %",
    },
)

MEDIA_ERROR = Family(
    name="media-error",
    story="A disk under a database fails, a hardware failure: the kernel reports medium errors, bad sectors, and "
    "remounts the filesystem read-only. Reads hang, writes are refused, and pages look like corrupt data.",
    strikes=("postgres", "mysql"),
    facts={
        "device": ("nvme0n1", "nvme1n1", "nvme2n1", "nvme3n1"),
        "sector": range(8_812_344, 930_000_000, 40_888),
        "table": ("orders", "profiles", "messages", "ledger", "events"),
    },
    errors=(0.05, 0.25),
    latency=(15, 45),
    traffic=(0.5, 0.9),
    figures={"disk latency": (420, 1_900), "longest query": (9, 30)},
    ready=(0.5, 0.85),
    logs=(
        "ERROR kernel: critical medium error, dev {device}, sector {sector} op 0x0:(READ) flags 0x80700 phys_seg 1",
        "WARNING kernel: EXT4-fs ({device}): Remounting filesystem read-only",
        "ERROR could not read a page of table {table}: Input/output error",
    ),
    seen_by_callers=("ERROR {culprit}: could not read a page of table {table}: Input/output error",),
    steps=(
        Step(
            "execute_runbook_step",
            "A replica on another machine is the primary now.",
            name="promote_replica",
            relief=0.6,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "{device} is detached, with a ticket to replace it.",
            name="detach_volume",
            relief=0.1,
            risky=True,
            too_early="{device} cannot be detached: the primary still runs on it.",
        ),
        Step(
            "execute_runbook_step",
            "A replica was rebuilt on a fresh volume and follows the primary.",
            name="rebuild_replicas",
            relief=0.3,
            risky=True,
            too_early="The rebuild chose {device} again and stopped at sector {sector}.",
        ),
        Step(
            "execute_runbook_step",
            "Checksums of all pages are good on every server.",
            name="verify_page_checksums",
            too_early="The check of the pages stopped before its end.",
        ),
    ),
    wrong={
        (
            "restart_service",
            "culprit",
        ): "The server came up, stopped during recovery, and has been starting over since.",
        ("scale_service", "culprit"): "The copy for the new replica hung half way and held up everything else.",
        (
            "rollback_deploy",
            "culprit",
        ): "The earlier release could not write its first page either; clients were dropped.",
    },
    signature={
        "query_logs": r"critical medium error, dev nvme\dn1, sector \d+",
        "check_metrics": r"disk latency +[\d,]{3,}\.\d ms",
    },
)
