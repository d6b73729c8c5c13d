"""Families whose culprit is how an application service is run: its CPU limit, probes, rollout and log level."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Counter,
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
from cloud_incident_env.generated.symptoms import cache, net, processor, start, storage

CFS_THROTTLE = Family(
    name="cfs-throttle",
    story="A config change lowered the CPU limit. The kernel stops the service for the rest of each 100 ms period once "
    "its quota is used, so its answers are late although its average use of CPU is far from all of its limit and it "
    "fails nothing itself.",
    strikes=SERVICES,
    facts={"before": (2000, 3000, 4000), "after": (400, 500, 600)},
    change=Change(
        (
            "resources: limits of {culprit} follow its usage of last week",
            "resources: requests and limits of {culprit} proposed anew",
            "{culprit}: limits as used",
        ),
        diffs=(
            ("-     cpu: {before}m", "+     cpu: {after}m"),
            (
                "- limits.cpu: {before}m",
                "+ limits.cpu: {after}m",
                "  requests.cpu: {after}m",
            ),
        ),
        kind="config",
        by_automation=True,
        lead_minutes=(1, 6),
    ),
    effects=(
        Effect("delay", (0.75, 1.15), shape=Ramp((2, 6)), until=("room-again",)),
        Effect("slowdown", (2.0, 4.0), shape=Ramp((1, 3)), until=("room-again",)),
        # CPU is shown as a share of the limit, which is lower than before.
        Effect("cost", (1.25, 1.6), shape=Ramp((1, 3)), since="change", until=("room-again",)),
        Effect("gauge", (64, 91), gauge="throttled periods", shape=Ramp((1, 3)), since="change", until=("room-again",)),
        Effect("gauge", (84, 98), gauge="longest pause", shape=Ramp((1, 3)), since="change", until=("room-again",)),
    ),
    lines=(
        printed(processor.STOOD_STILL),
        printed(processor.SLOW_WITH_CALLS),
    ),
    notes=(processor.PAUSES_NOTE,),
    plan=(
        Condition(
            "room-again",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The limits of {culprit} are those of before, {before}m, in place.",
                    name="revert_configuration",
                ),
                Way("rollback_deploy", "All instances were replaced by ones with a limit of {before}m."),
                Way(
                    "execute_runbook_step",
                    "The limit of CPU of {culprit} was taken away.",
                    name="raise_limit",
                ),
            ),
        ),
        Condition(
            "left-alone",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The recommender of resources leaves {culprit} out.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of the recommender have the figures of {culprit} from before and after their change.",
                    name="inform_owner",
                ),
            ),
        ),
        Condition(
            "seen-well",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Throttled periods and longest pause of the last minute are in the ticket.",
                    name="verify_recovery",
                ),
            ),
            needs=("room-again",),
        ),
    ),
    wrong=(
        Wrong(
            "scale_service", "culprit", "The new instances answer as late as the old ones, and the nodes are fuller."
        ),
        Wrong("restart_service", "culprit", "Requests were cut off; the instances that came up are as late as before."),
    ),
    relapse=(30, 60),
)

PROBE_CASCADE = Family(
    name="probe-cascade",
    story="A config change made the liveness probe ask all dependencies within a short time. Under load healthy "
    "instances fail it and are restarted, the rest carry more and fail it in their turn.",
    strikes=SERVICES,
    facts={
        "restarts": Counter((9, 20), (0.4, 1.2)),
        "limit": (200, 250, 300),
        "usual": (2, 3, 5),
        "listens": (8080,),
        "route": ("session", "library", "upload", "quote", "history", "profile"),
        "endpoints": (1, 2),
    },
    change=Change(
        (
            "probes: the check covers the dependencies, as the new standard asks",
            "probes: as the platform's guide says",
            "probes: deeper check of health",
        ),
        diffs=(
            (
                "-       path: /livez",
                "+       path: /healthz",
                "-     timeout: {usual}s",
                "+     timeout: {limit}ms",
            ),
            (
                "- liveness: /livez within {usual}s",
                "+ liveness: /healthz within {limit}ms",
            ),
        ),
        kind="config",
        lead_minutes=(2, 12),
    ),
    effects=(
        # A stopped instance is taken out of the service only seconds after it closed its port.
        Effect("refused", (0.3, 0.65), shape=Periodic((4, 7), 0.7), until=("probe-right",)),
        Effect("capacity", (0.25, 0.45), shape=Ramp((2, 8)), until=("probe-right", "settled")),
        Effect("cost", (1.3, 1.8), shape=Ramp((2, 8)), until=("probe-right", "settled")),
    ),
    lines=(
        *(printed(line, until=("probe-right",)) for line in start.ENDS_SERVICE),
        *(printed(line, until=("probe-right",)) for line in start.LISTENS),
        printed(start.QUEUE_LONG, until=("probe-right", "settled")),
        printed(start.ALL_TAKEN, per_minute=0.2, until=("probe-right", "settled")),
        *(printed(line, "callers", 0.15, ("probe-right",)) for line in net.RESET),
        *(printed(line, "callers", 0.15, ("probe-right",)) for line in net.NO_UPSTREAM),
        *(printed(line, "callers", 0.15, ("probe-right",)) for line in net.ENDPOINTS),
    ),
    notes=("Restarts of instances today: {restarts}",),
    plan=(
        Condition(
            "probe-right",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The check asks /livez again, with {usual} s to answer.",
                    name="revert_configuration",
                ),
                Way("rollback_deploy", "{culprit} has its manifest of before: /livez, {usual} s."),
            ),
        ),
        Condition(
            "settled",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "A third of the requests was turned away for some minutes; no instance was stopped meanwhile.",
                    name="shed_load",
                    early="A third of the requests was turned away; the next instances were stopped all the same.",
                ),
                Way(
                    "execute_runbook_step",
                    "Instances took their share one after the other, the youngest last.",
                    name="return_host",
                    early="An instance took its share and was stopped a minute later.",
                ),
            ),
            needs=("probe-right",),
        ),
        Condition(
            "rule-set",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The new standard of probes is applied to nobody until it was reviewed.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A ticket holds the restarts by instance and minute, {restarts} of them.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances were stopped before they had answered a request."),
        Wrong(
            "restart_service", "culprit", "All instances started at once with nothing cached; the first were stopped."
        ),
    ),
)

BAD_ROLLOUT = Family(
    name="bad-rollout",
    story="The new revision is built on a smaller image that lacks what it asks for as it starts, so its instances end "
    "at once and never become ready. The rollout had taken old instances away first, and those left are overloaded.",
    strikes=SERVICES,
    facts={
        "registry": ("registry.internal", "images.internal", "artifacts.internal"),
        "key": ("LOCALE_DIR", "TZ_DATA", "CA_BUNDLE", "FONT_PATH"),
        "restarts": Counter((6, 20), (0.5, 1.1)),
        "route": ("session", "library", "upload", "quote", "history", "profile"),
        "endpoints": (1, 2),
    },
    change=Change(
        (
            "release {version}: smaller base image",
            "release {version}: image built from the slim base",
            "release {version}: tools for debugging left out of the image",
        ),
        diffs=(
            (
                "- FROM {registry}/base/runtime:12",
                "+ FROM {registry}/base/runtime-slim:12",
                "-   tag: {previous}",
                "+   tag: {version}",
            ),
            (
                "- base: {registry}/base/runtime:12",
                "+ base: {registry}/base/runtime-slim:12",
                "- image: {previous}",
                "+ image: {version}",
            ),
        ),
        lead_minutes=(2, 8),
    ),
    effects=(
        Effect("capacity", (0.2, 0.35), shape=Ramp((2, 6)), until=("enough-serve",)),
        Effect("refused", (0.25, 0.55), shape=Ramp((2, 6)), until=("enough-serve",)),
        # Requests in the accept queues whose senders have given up.
        Effect("delay", (0.15, 0.35), shape=Ramp((3, 8)), until=("enough-serve", "queues-short")),
    ),
    lines=(
        *(printed(line, per_minute=0.4, until=("enough-serve",)) for line in start.LACKS_SERVICE),
        printed(start.NO_WORKER, per_minute=0.2, until=("enough-serve",)),
        printed(start.ALL_TAKEN, per_minute=0.2, until=("enough-serve",)),
        printed(start.WORKERS_BUSY, until=("enough-serve", "queues-short")),
        printed(start.QUEUE_LONG, until=("enough-serve", "queues-short")),
        *(printed(line, "callers", 0.15, ("enough-serve",)) for line in net.NO_UPSTREAM),
        *(printed(line, "callers", 0.15, ("enough-serve",)) for line in net.ENDPOINTS),
    ),
    notes=(
        "Latest rollout: {version}, begun {changed} min ago",
        "Restarts of instances today: {restarts}",
    ),
    plan=(
        Condition(
            "enough-serve",
            "stop",
            (
                Way("rollback_deploy", "All instances of {culprit} run {previous} and are ready."),
                Way(
                    "execute_runbook_step",
                    "{version} was built and stored once more; all instances run it and are ready.",
                    name="replace_instances",
                ),
            ),
        ),
        Condition(
            "queues-short",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Requests older than {timeout} ms were dropped from the queues.",
                    name="drain_backlog",
                    early="The queues were short for some seconds, and then as long as before.",
                ),
                Way(
                    "execute_runbook_step",
                    "Callers opened their connections anew and spread over all instances.",
                    name="reset_sessions",
                    early="Callers opened their connections anew, to the same few instances.",
                ),
            ),
            needs=("enough-serve",),
        ),
        Condition(
            "successor-first",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "An instance of {culprit} goes only after its successor is ready.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "The pipeline starts no rollout of {culprit} by itself.",
                    name="pause_rollout",
                ),
            ),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The authors of {version} were told; the next release waits for them.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "scale_service", "culprit", "The additional instances wait like the newest ones; none answers a request."
        ),
        Wrong("restart_service", "culprit", "Instances that had answered were replaced by ones that do not start."),
    ),
    hosts=0.7,
    relapse=(20, 40),
)

LOG_DISK_FULL = Family(
    name="log-disk-full",
    story="A config change left the log level at debug. The log volume fills until no space is left, deleted files "
    "that are still open included, and requests whose audit line cannot be written fail at once.",
    strikes=SERVICES,
    facts={"logger": ("http.client", "serializer", "session", "router")},
    change=Change(
        (
            "logging: level of {logger} for one ticket",
            "logging: more of {logger}",
            "log level of {logger}, to find a rare case",
        ),
        diffs=(
            ("-   {logger}: INFO", "+   {logger}: DEBUG"),
            (
                "- level[{logger}] = info",
                "+ level[{logger}] = debug",
            ),
        ),
        kind="config",
        lead_minutes=(25, 90),
    ),
    effects=(
        Effect("gauge", (180, 420), gauge="log volume", shape=Step(), since="change", until=("level-back",)),
        Effect("cost", (1.2, 1.5), shape=Step(), since="change", until=("level-back",)),
        # Past 100 % on purpose: the volume is full some minutes before the alert.
        Effect(
            "gauge",
            (100, 100),
            gauge="log disk used",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("level-back", "space-free"),
        ),
        Effect("own_errors", (0.3, 0.7), shape=Ramp((1, 5)), until=("level-back", "space-free")),
    ),
    lines=(
        *(printed(line, until=("space-free",)) for line in storage.NO_SPACE),
        printed(cache.NO_ENTRY, per_minute=1.2, since="change", until=("level-back",)),
        printed(cache.LOOKUP_MISSED, per_minute=0.8, since="change", until=("level-back",)),
        printed(cache.ENTRY_STORED, per_minute=1.2, since="change", until=("level-back",)),
    ),
    notes=(storage.LOG_DISK_NOTE,),
    plan=(
        Condition(
            "level-back",
            "stop",
            (
                Way("execute_runbook_step", "{logger} logs at INFO.", name="revert_configuration"),
                Way("rollback_deploy", "{culprit} has its settings of before; {logger} logs at INFO."),
            ),
        ),
        Condition(
            "space-free",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Files were rotated and opened anew; df and du of /var/log agree.",
                    name="free_space",
                    early="Files were rotated and opened anew; within minutes /var/log was as full as before.",
                ),
                Way(
                    "execute_runbook_step",
                    "/var/log has three times its size, and files are written again.",
                    name="expand_volume",
                    early="/var/log was made larger, and filled at the same pace.",
                ),
            ),
            needs=("level-back",),
        ),
        Condition(
            "levels-end",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Levels below INFO end by themselves after 15 minutes from now on.",
                    name="set_expiry",
                ),
            ),
            needs=("level-back",),
        ),
        Condition(
            "audit-whole",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Audit records that lack since {since} were written from the request log of the callers.",
                    name="reconcile_records",
                    early="The first audit records that lack could not be written.",
                ),
            ),
            needs=("space-free",),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Whoever set {logger} to DEBUG knows, and has what the ticket needed.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances write to the same volume, which has no room for them."),
    ),
)
