"""Families whose culprit hands out configuration, quotas or the addresses of other services."""

from __future__ import annotations

from cloud_incident_env.generated.model import FLAG_SUBJECTS, FLAG_WORDS, Change, Family, Step

BAD_ARTIFACT = Family(
    name="bad-artifact",
    story="The content pipeline published a malformed file, about twice its usual size, to all subscribers at once. "
    "Each exceeds a built-in limit as it loads the file and exits, in any version, time after time: a bad config push.",
    strikes=("config-service",),
    facts={
        "file": ("segments.idx", "scoring.bin", "price-bands.pb", "traits.json", "geo-zones.dat"),
        "rev": range(2100, 9800),
        "cap": (180, 200, 240),
        "got": range(251, 420),
    },
    change=Change("content push {rev}: {file}, all subscribers", lead_minutes=(0, 2)),
    errors=(0.03, 0.12),
    latency=(6, 14),
    traffic=(1.4, 2.4),
    figures={
        "size of the newest file": (148, 176),
        "subscribers crash-looping": (18, 90),
        "subscribers behind": (14, 60),
    },
    logs=(
        "INFO  publisher: {file} revision {rev} offered to all subscribers, canary wave skipped, {n} took it",
        "ERROR subscriber {caller}-{n} left while it loaded {file} revision {rev}: "
        "TooManyEntries{{limit:{cap},got:{got}}}",
        "WARN  subscriber {caller}-{n} says hello, no. {n} of its kind in 5 min, and asks for {file} revision {rev}",
    ),
    seen_by_callers=("ERROR exit: {file} revision {rev} cannot be loaded: TooManyEntries{{limit:{cap},got:{got}}}",),
    steps=(
        Step("execute_runbook_step", "Nothing is published any more.", name="freeze_publishing", relief=0.1),
        Step(
            "execute_runbook_step",
            "{file} was published as it stood before revision {rev}.",
            name="publish_last_good_revision",
            relief=0.5,
            too_early="The older {file} was out for a minute; then the generator published its own result once more.",
        ),
        Step(
            "execute_runbook_step",
            "Subscribers were let in wave by wave and stay up.",
            name="readmit_subscribers_in_waves",
            relief=0.4,
            too_early="The first wave fetched revision {rev} and was gone within seconds.",
        ),
        Step(
            "execute_runbook_step",
            "{file} goes to canary subscribers first from now on.",
            name="stage_content_pushes",
            too_early="No canary stays up for long enough to be one.",
        ),
        Step(
            "execute_runbook_step",
            "Every subscriber has loaded {file} and stays up.",
            name="verify_subscribers",
            too_early="Subscribers still come and go.",
        ),
    ),
    wrong={
        ("restart_service", "caller"): "Instances that had kept their older copy fetched the newest one and exited.",
        ("rollback_deploy", "caller"): "The older release fetched the same revision and exited in the same line.",
    },
    signature={
        "query_logs": r"left while it loaded \S+ revision \d+: TooManyEntries",
        "check_metrics": r"subscribers crash-looping +\d{2}",
    },
)

QUOTA_AUTOMATION = Family(
    name="quota-automation",
    story="The usage meter, misconfigured in a migration, reports zero for one quota, and the quota automation lowers "
    "the limit to what it believes is used: zero. Every call that needs the quota is refused with RESOURCE_EXHAUSTED.",
    strikes=("config-service",),
    facts={
        "quota": ("identity-writes", "account-lookups", "token-grants", "session-writes", "consent-reads"),
        "usual": ("18,000", "24,000", "30,000", "18,500", "16,200"),
    },
    change=Change("quota meter: {quota} counted by the new pipeline", lead_minutes=(4, 30)),
    errors=(0.1, 0.28),
    latency=(1.5, 3),
    figures={"requests denied by quota": (60, 240), "usage reported by quota meter": (0, 0)},
    logs=(
        "INFO  quota meter: usage of {quota} at 0 % of its limit, all shards reporting",
        "INFO  quota reconciler: {quota} declared {usual} per min, limit 0, follows usage, approved by automation",
        "ERROR RESOURCE_EXHAUSTED: {quota} limit 0, call of {caller} denied",
    ),
    seen_by_callers=("ERROR call refused before it was made: RESOURCE_EXHAUSTED: {quota} limit 0",),
    steps=(
        Step(
            "execute_runbook_step",
            "Nothing is denied for {quota}; it is only counted.",
            name="disable_quota_enforcement",
            relief=0.6,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "{quota} has its limit of {usual} per min again.",
            name="restore_quota_limit",
            relief=0.2,
            too_early="The limit was {usual} until the reconciler came by, 30 s later.",
        ),
        Step(
            "execute_runbook_step",
            "The meter counts {quota} as it did before.",
            name="repair_usage_reporter",
            relief=0.1,
            too_early="The reporter was started again and is refused: its own calls count against {quota}.",
        ),
        Step(
            "execute_runbook_step",
            "{quota} is enforced again at {usual} per min.",
            name="enable_quota_enforcement",
            relief=0.1,
            too_early="Enforcement is on, and the limit that it enforces has not changed.",
        ),
        Step(
            "execute_runbook_step",
            "No more calls are denied than on other days.",
            name="verify_denied_calls",
            too_early="Calls are still being denied.",
        ),
    ),
    wrong={
        ("restart_service", "caller"): "The grants that it held are gone, and it cannot get new ones.",
        ("scale_service", "caller"): "The new instances cannot get the grants that they need to start.",
    },
    signature={
        "query_logs": r"RESOURCE_EXHAUSTED: \S+ limit 0, call of \S+ denied",
        "check_metrics": r"usage reported by quota meter +0 % of limit",
    },
)

DISCOVERY_CONTENTION = Family(
    name="discovery-contention",
    story="A new streaming feature of the service registry, switched on by a feature flag, makes all updates go "
    "through one lock. Lock contention in the registry slows writes to seconds, the leader misses its heartbeats, and "
    "one election follows the other.",
    strikes=("registry",),
    facts={
        "word": FLAG_WORDS,
        "subject": FLAG_SUBJECTS,
        "cores": (32, 48, 64, 96),
    },
    change=Change("flag {word}-{subject}-{area} switched on for all agents", lead_minutes=(8, 40)),
    errors=(0.03, 0.14),
    latency=(40, 110),
    figures={
        "write p50": (310, 1900),
        "leader changes": (7, 24),
        "lock contention": (38, 76),
        "blocking queries": (2400, 5200),
        "cpu": (84, 97),
    },
    logs=(
        "WARN  raft: heartbeat timeout reached, starting election: last-leader-addr={ip}:8300 last-leader-id={hex}",
        "WARN  agent.http: PUT /v1/kv/{caller} took {ms} ms, most of it waiting for a mutex held by the "
        "stream of {word}-{subject}-{area}",
        "INFO  profile: {n} goroutines in sync.(*Mutex).Lock below stream.(*Publisher).Flush, {cores} cores busy",
    ),
    seen_by_callers=("ERROR registration with {culprit} not confirmed: No cluster leader, tried again after {ms} ms",),
    steps=(
        Step(
            "disable_feature_flag",
            "{word}-{subject}-{area} is off; writes of the members that hold no backlog are fast.",
            name="{word}-{subject}-{area}",
            relief=0.4,
        ),
        Step(
            "execute_runbook_step",
            "Two clients in three are held off, the rest are answered.",
            name="shed_registry_clients",
            relief=0.2,
            risky=True,
            too_early="With fewer clients, writes are as slow as before: most of the work is not theirs.",
        ),
        Step(
            "execute_runbook_step",
            "Another member leads, and it keeps the lead.",
            name="replace_slow_leader",
            relief=0.2,
            risky=True,
            too_early="The new leader lost its lead within a minute.",
        ),
        Step(
            "execute_runbook_step",
            "All clients were let in again, a tenth at a time.",
            name="readmit_clients_in_steps",
            relief=0.2,
            too_early="The first tenth came in at once with all that it had missed, and the leader fell behind.",
        ),
        Step(
            "execute_runbook_step",
            "Writes take a few milliseconds, and the leader has not changed.",
            name="verify_write_latency",
            too_early="Writes are still slow.",
        ),
    ),
    wrong={
        ("scale_service", "culprit"): "More cores on more sockets made each write slower still.",
        ("restart_service", "caller"): "All instances registered anew and read the whole catalogue, at the worst time.",
        ("restart_service", "culprit"): "It lost its quorum, and each member replayed its log before it answered.",
    },
    signature={
        "query_logs": r"waiting for a mutex held by the stream of \S+",
        "check_metrics": r"lock contention +[3-7]\d % of CPU",
    },
)

ETCD_NOSPACE = Family(
    name="etcd-nospace",
    story="A churning controller writes the same keys to the coordination store again and again. Revisions grow faster "
    "than compaction drops them, until the store reaches its disk space quota and raises the NOSPACE alarm: it refuses "
    "all writes, while reads are fine.",
    strikes=("registry",),
    facts={
        "controller": ("label-sync", "status-reporter", "lease-refresher", "event-mirror", "node-annotator"),
        "member": ("8e9e05c52164694d", "91bc3c398fb3c146", "fd422379fda50e48", "a8266ecf031671f3"),
        "kept": ("41.2", "38.7", "52.9", "64.3", "47.5"),
    },
    change=Change("settings: {controller} may resync every second", lead_minutes=(15, 80)),
    errors=(0.1, 0.28),
    latency=(1.5, 3),
    figures={"store size": (100, 101), "revisions": (700, 2600), "writes refused": (40, 180)},
    logs=(
        "ERROR etcdserver: failed to apply put of {caller}: mvcc: database space exceeded",
        "WARN  etcdserver: alarm NOSPACE raised by member {member} is active, requests that write are rejected",
        "INFO  mvcc: prefix /status/{controller}/ holds {kept} million revisions since the last compaction",
    ),
    seen_by_callers=("ERROR lease not renewed: etcdserver: mvcc: database space exceeded",),
    steps=(
        Step(
            "execute_runbook_step",
            "{controller} is stopped; hardly any revision is added.",
            name="stop_busiest_writer",
            relief=0.1,
        ),
        Step(
            "execute_runbook_step",
            "Revisions before the current one were dropped; the files are as large as they were.",
            name="compact_revisions",
            relief=0.2,
            too_early="The revisions were dropped, and as many had come in by the time the command was through.",
        ),
        Step(
            "execute_runbook_step",
            "Members gave their free pages back, one after another.",
            name="defragment_one_by_one",
            relief=0.3,
            risky=True,
            too_early="The files of the first member are as large as before: hardly a page in them was free.",
        ),
        Step(
            "execute_runbook_step",
            "The alarm was taken back on all members; writes are accepted.",
            name="disarm_store_alarm",
            relief=0.4,
            too_early="Member {member} raised the alarm again with the next write.",
        ),
        Step(
            "execute_runbook_step",
            "No write was refused within the last minutes.",
            name="verify_store_writes",
            too_early="Writes are still refused.",
        ),
    ),
    wrong={
        (
            "restart_service",
            "culprit",
        ): "Each member came back with the same files, and in between reads failed as well.",
        ("scale_service", "culprit"): "The new member copied everything, and the leader fell behind while it did.",
    },
    signature={
        "query_logs": r"etcdserver: alarm NOSPACE raised by member",
        "check_metrics": r"store size +10\d % of quota",
    },
)
