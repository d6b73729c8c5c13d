"""Families whose culprit hands out configuration, quotas or the addresses of other services."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import FLAGS, SERVICES
from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Effect,
    Family,
    Grow,
    Periodic,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.names import CONTROLLERS
from cloud_incident_env.generated.symptoms import control, release, storage
from cloud_incident_env.generated.symptoms.limit import QUOTA_EXCEEDED
from cloud_incident_env.generated.symptoms.printing import printed_each

# Software whose client of the store is written in Go.
GO_CLIENTS = ("go", "config-service")
# Software that loads what the configuration service publishes.
SUBSCRIBERS = (*SERVICES, "stream-worker", "queue-worker", "batch-worker")

BAD_ARTIFACT = Family(
    name="bad-artifact",
    story="The content pipeline published a malformed file, about twice its usual size, to all subscribers at once. "
    "Each passes a built-in limit as it loads the file and exits, in any version, time after time.",
    strikes=("config-service",),
    facts={
        "file": ("segments.idx", "scoring.bin", "price-bands.pb", "traits.json", "geo-zones.dat"),
        "rev": range(2100, 9800),
        "had": range(131, 176),
        "got": range(251, 420),
    },
    change=Change(
        (
            "content push: {file}, all subscribers",
            "{file}: new edition for all subscribers",
            "content of this week: {file}",
        ),
        diffs=(
            ("- {file}: {had} entries", "+ {file}: {got} entries", "+ audience: all subscribers, one wave"),
            (
                "  artifact: {file}",
                "- rows: {had}",
                "+ rows: {got}",
                "  rings: none",
            ),
        ),
        kind="config",
        by_automation=True,
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("refused", (0.35, 0.8), on="callers", shape=Ramp((1, 5)), until=("older-file-out",)),
        Effect("capacity", (0.25, 0.5), on="callers", shape=Ramp((1, 5)), until=("older-file-out", "subscribers-back")),
        Effect("traffic", (1.3, 1.8), shape=Ramp((1, 5)), until=("older-file-out",)),
        Effect("gauge", (7, 16), gauge="publishes", shape=Ramp((1, 4)), until=("pipeline-held",)),
        Effect(
            "gauge",
            (148, 176),
            gauge="size of the newest file",
            shape=Step(),
            since="change",
            until=("older-file-out",),
        ),
        Effect("gauge", (4, 11), gauge="subscribers crash-looping", until=("older-file-out", "subscribers-back")),
        Effect("gauge", (2, 6), gauge="subscribers behind", until=("older-file-out", "subscribers-back")),
    ),
    lines=(
        printed(release.CONTENT_NOT_LOADED, on="callers", per_minute=0.4, until=("older-file-out",)),
        printed(release.CONTENT_REFUSED, on="callers", per_minute=0.4, until=("older-file-out",)),
        *printed_each(release.UNREADABLE, on="callers", per_minute=0.15, until=("older-file-out",)),
        *printed_each(release.NO_VALUE, on="callers", per_minute=0.15, until=("older-file-out", "subscribers-back")),
    ),
    notes=("Newest publication: {file} revision {rev}, {now[size of the newest file]} KB",),
    plan=(
        Condition(
            "pipeline-held",
            "stop",
            (
                Way("execute_runbook_step", "Nothing is published any more.", name="freeze_publishing"),
                Way("execute_runbook_step", "The content pipeline is paused.", name="pause_automation"),
            ),
        ),
        Condition(
            "older-file-out",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{file} as it stood before revision {rev} was published to all subscribers.",
                    name="publish_previous",
                    early="The older {file} was out for a minute; then the pipeline published its own again.",
                ),
                Way(
                    "rollback_deploy",
                    "{file} as it stood before revision {rev} is in force.",
                    early="{file} was as before revision {rev} for a minute; then the pipeline pushed again.",
                ),
            ),
            needs=("pipeline-held",),
        ),
        Condition(
            "subscribers-back",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Subscribers were started in four waves, and those of each wave stayed up.",
                    name="restart_in_waves",
                    early="The first wave of subscribers fetched {file} and was gone within seconds.",
                ),
            ),
            needs=("older-file-out",),
        ),
        Condition(
            "pushed-in-waves",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A push goes to one subscriber of each kind first, for ten minutes.",
                    name="stage_changes",
                ),
            ),
            needs=("pipeline-held",),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of the content pipeline have revision {rev} and the time, {since}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service", "callers", "Instances that had kept their copy came up with the newest one, and left."
        ),
        Wrong("rollback_deploy", "callers", "The older release came up, read its content and left."),
    ),
    relapse=(30, 60),
)

QUOTA_AUTOMATION = Family(
    name="quota-automation",
    story="The usage meter, misconfigured in a migration, reports zero for one quota, and the quota automation lowers "
    "the limit to what it believes is used: zero. Every call that needs the quota is refused at once.",
    strikes=("config-service",),
    facts={
        "quota": ("identity-writes", "account-lookups", "token-grants", "session-writes", "consent-reads"),
        "usual": ("18,000", "24,000", "30,000", "18,500", "16,200"),
    },
    change=Change(
        (
            "quota meter: {quota} is counted by the new pipeline",
            "quota meter: move of {quota}",
            "{quota}: usage by the new meter",
        ),
        diffs=(
            (
                "-   source: meter-v1/{quota}",
                "+   source: meter-v2/{quota}",
                "    limit: follows usage, approved by automation",
            ),
            (
                "- usage({quota}): v1",
                "+ usage({quota}): v2",
                "  limit({quota}): set by automation",
            ),
        ),
        kind="config",
        lead_minutes=(4, 30),
    ),
    effects=(
        Effect("own_errors", (0.35, 0.8), on="callers", shape=Ramp((1, 4)), until=("limit-back",)),
        # Limits that the reconciler writes, others included.
        Effect("gauge", (14, 30), gauge="publishes", shape=Ramp((1, 4)), until=("automation-held",)),
        Effect("gauge", (20, 120), gauge="requests denied by quota", shape=Ramp((1, 4)), until=("limit-back",)),
        # Each file holds all limits that were written before.
        Effect("gauge", (104, 138), gauge="size of the newest file", shape=Ramp((1, 4)), until=("automation-held",)),
        Effect(
            "gauge",
            (0, 0),
            gauge="usage reported by quota meter",
            shape=Step(),
            since="change",
            until=("meter-right",),
        ),
    ),
    lines=tuple(printed(each, on="callers", until=("limit-back",)) for each in QUOTA_EXCEEDED),
    plan=(
        Condition(
            "automation-held",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The reconciler changes no limit any more; those in force stay.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "limit-back",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{quota} has a limit of {usual} per min.",
                    name="restore_limit",
                    early="{quota} had a limit of {usual} per min for half a minute, until the reconciler came by.",
                ),
                Way(
                    "execute_runbook_step",
                    "{quota} is counted and has no limit for now.",
                    name="raise_limit",
                    early="{quota} had no limit for half a minute, until the reconciler came by.",
                ),
            ),
            needs=("automation-held",),
        ),
        Condition(
            "meter-right",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "{quota} is counted from meter-v1.",
                    name="revert_configuration",
                ),
                Way("rollback_deploy", "{culprit} has its settings of before; {quota} is counted from meter-v1."),
            ),
        ),
        Condition(
            "cuts-bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The reconciler may lower a limit by a tenth a day at most.",
                    name="correct_rule",
                ),
            ),
            needs=("automation-held",),
        ),
        Condition(
            "automation-on",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The reconciler runs again; its first round changed no limit.",
                    name="resume_automation",
                    early="The reconciler ran one round, proposed a limit of 0 for {quota}, and was paused again.",
                ),
            ),
            needs=("limit-back", "meter-right"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "The grants that it held are gone, and new ones were refused."),
        Wrong("scale_service", "callers", "The new instances were refused the grants that they need at start."),
    ),
    relapse=(25, 50),
)

DISCOVERY_CONTENTION = Family(
    name="discovery-contention",
    story="A new streaming feature of the service registry, switched on by a feature flag, makes all updates go "
    "through one lock. Writes take hundreds of milliseconds, the leader misses its heartbeats, one election follows "
    "the other, and what is registered there is believed to be down or never gets its lease.",
    strikes=("registry",),
    facts={"flag": FLAGS},
    change=Change(
        (
            "flag {flag}-{culprit}: on for all clients",
            "flag {flag}-{culprit}: switched on everywhere",
            "flag {flag}-{culprit}: end of the trial, on",
        ),
        diffs=(
            ("-   {flag}-{culprit}: false", "+   {flag}-{culprit}: true"),
            (
                "- {flag}-{culprit}: [staging]",
                "+ {flag}-{culprit}: [staging, production]",
            ),
        ),
        kind="flag",
        lead_minutes=(8, 40),
    ),
    effects=(
        Effect("delay", (0.6, 1.1), shape=Ramp((4, 12)), until=("feature-off", "lead-steady")),
        Effect("cost", (1.8, 2.6), shape=Ramp((2, 8)), until=("feature-off",)),
        Effect("hung", (0.25, 0.6), on="callers", shape=Periodic((3, 7), 0.65), until=("feature-off", "lead-steady")),
        Effect("own_errors", (0.15, 0.4), on="callers", shape=Ramp((4, 12)), until=("feature-off", "clients-let-in")),
        Effect("gauge", (310, 940), gauge="write p50", shape=Ramp((1, 3)), until=("feature-off", "lead-steady")),
        Effect("gauge", (7, 24), gauge="leader changes", until=("feature-off", "lead-steady")),
        Effect("gauge", (38, 76), gauge="lock contention", since="change", until=("feature-off",)),
        Effect("gauge", (2400, 5200), gauge="blocking queries", until=("feature-off", "clients-let-in")),
        # Compaction waits for the lock as well.
        Effect("gauge", (44, 62), gauge="store size", since="change", until=("feature-off", "clients-let-in")),
    ),
    lines=(
        printed(control.LATE_HEARTBEAT, until=("feature-off", "lead-steady")),
        printed(control.SLOW_APPLY, until=("feature-off", "lead-steady")),
        printed(control.READ_INDEX_LATE, per_minute=0.3, until=("feature-off", "lead-steady")),
        printed(control.NOT_PUBLISHED, per_minute=0.15, until=("feature-off", "lead-steady")),
        *printed_each(control.NO_LEADER, on="callers", until=("feature-off", "lead-steady")),
        printed(storage.LEASE_NOT_RENEWED, on="callers", per_minute=0.3, until=("feature-off", "lead-steady")),
        printed(control.LEASE_NOT_RENEWED, on="callers", until=("feature-off", "clients-let-in")),
    ),
    plan=(
        Condition(
            "feature-off",
            "stop",
            (
                Way("disable_feature_flag", "{flag}-{area} is off for all clients.", name="{flag}-{area}"),
                Way(
                    "execute_runbook_step",
                    "{culprit} has its settings of before the last change.",
                    name="revert_configuration",
                ),
            ),
        ),
        Condition(
            "lead-steady",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Members were started again one by one; the one with the shortest log queue leads.",
                    name="restart_in_waves",
                    early="Members were started again; another one took the lead, and lost it within a minute.",
                ),
                Way(
                    "execute_runbook_step",
                    "The member that was furthest behind votes no more and catches up.",
                    name="fence_member",
                    early="One member was taken out of the votes; the next election began a minute later.",
                ),
            ),
            needs=("feature-off",),
        ),
        Condition(
            "clients-let-in",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All watches were closed and opened anew, those of a tenth of the clients at a time.",
                    name="reset_sessions",
                    early="The first tenth of the clients came back at once with all that it had missed.",
                ),
            ),
            needs=("feature-off",),
        ),
        Condition(
            "switched-in-steps",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Flags of {culprit} go to a tenth of its clients first, for a day.",
                    name="stage_changes",
                ),
            ),
            needs=("feature-off",),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Profiles of all members since {since} are attached to a ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The members have more cores now, and each write takes longer than before."),
        Wrong("restart_service", "callers", "All its instances registered anew and read the whole catalogue."),
    ),
)

ETCD_NOSPACE = Family(
    name="etcd-nospace",
    story="A controller writes the same keys to the coordination store again and again. Revisions grow faster than "
    "compaction drops them, until the store reaches its quota and raises an alarm: it refuses all writes, while reads "
    "are fine.",
    strikes=("registry",),
    facts={
        "controller": CONTROLLERS,
    },
    change=Change(
        (
            "settings of {controller}: shorter resync, so that dashboards are up to date",
            "settings of {controller}: status written sooner",
            "{controller}: interval as in the lab",
        ),
        diffs=(
            ("-   resync_period: 10m", "+   resync_period: 1s"),
            (
                "- interval: 600s",
                "+ interval: 1s",
                "  writes: status",
            ),
        ),
        kind="config",
        lead_minutes=(35, 90),
    ),
    effects=(
        Effect("gauge", (700, 2600), gauge="revisions", shape=Step(), since="change", until=("writer-quiet",)),
        # Past 100 % on purpose: the quota is reached some minutes before the alert.
        Effect(
            "gauge",
            (100, 100),
            gauge="store size",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("room-made",),
        ),
        Effect("gauge", (40, 180), gauge="writes refused", shape=Step(), until=("room-made", "writes-open")),
        Effect("own_errors", (0.4, 0.75), shape=Step(), until=("room-made", "writes-open")),
        # Leases that are not renewed, and work that is not done without one.
        Effect("own_errors", (0.35, 0.8), on="callers", shape=Ramp((2, 6)), until=("room-made", "writes-open")),
    ),
    lines=(
        printed(storage.ETCD_NO_SPACE, until=("room-made", "writes-open")),
        printed(storage.ETCD_LATE_HEARTBEAT, per_minute=0.2, since="change", until=("room-made",)),
        *(printed(line, on="callers", until=("room-made", "writes-open")) for line in storage.ETCD_QUOTA),
    ),
    plan=(
        Condition(
            "writer-quiet",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{controller} is paused: {culprit} counts hardly a new revision.",
                    name="pause_jobs",
                ),
                Way(
                    "execute_runbook_step",
                    "{controller} resyncs every ten minutes again.",
                    name="revert_configuration",
                ),
            ),
        ),
        Condition(
            "room-made",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Old revisions were dropped, and the members shrunk their files one after the other.",
                    name="compact_store",
                ),
                Way(
                    "execute_runbook_step",
                    "The quota of all members is four times as large.",
                    name="raise_limit",
                ),
            ),
        ),
        Condition(
            "writes-open",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All members take writes.",
                    name="reopen_writes",
                    early="Members took writes for some seconds and then refused them as before.",
                ),
            ),
            needs=("writer-quiet", "room-made"),
        ),
        Condition(
            "writer-bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No client may write more than 50 times a second to {culprit}.",
                    name="limit_client",
                ),
                Way(
                    "execute_runbook_step",
                    "A store at 70 % of its quota raises an alarm from now on.",
                    name="add_alarm",
                ),
            ),
            needs=("writer-quiet",),
        ),
        Condition(
            "seen-well",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "No write is refused. A test key was written and read by all members.",
                    name="verify_recovery",
                ),
            ),
            needs=("writer-quiet", "room-made", "writes-open"),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service", "culprit", "Members left and came back one by one with the same files; reads failed too."
        ),
        Wrong("scale_service", "culprit", "The new member copied all data from the leader, which fell behind."),
    ),
    relapse=(40, 80),
)
