"""Families in which instances that should start do not: settings, ports, quotas and volumes."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Counter,
    Drawn,
    Effect,
    Family,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms import dns, net, start, trust

MISSING_CONFIG_KEY = Family(
    name="missing-config-key",
    story="An edit removed a key that every instance asks for as it starts. What runs goes on running; what is "
    "replaced in the course of the day, in whatever version, ends in its first second, so fewer and fewer serve.",
    strikes=("config-service",),
    facts={
        "key": ("DB_HOST", "SESSION_TTL", "PRICE_REGION", "SEARCH_SHARDS", "QUEUE_PREFIX", "TOKEN_ISSUER"),
        "object": ("shared-settings", "runtime-common", "app-defaults", "platform-values"),
        "role": ("app", "service_default", "app_ro"),
    },
    change=Change(
        (
            "{object}: entries that nobody read this week",
            "{object}: tidied up",
            "{object}: what is not in use any more",
        ),
        diffs=(
            (
                "- {object}/{key}: set",
                "- {object}/LEGACY_THEME: set",
                "+ # read by nobody in seven days",
            ),
            (
                "- {object}.{key}",
                "- {object}.LEGACY_THEME",
                "  last read: more than 7 d ago",
            ),
        ),
        kind="config",
        lead_minutes=(2, 12),
    ),
    effects=(
        # Instances end in the course of the day, and those that follow them end at once.
        Effect("capacity", (0.08, 0.25), on="callers", shape=Ramp((6, 14)), until=("key-back", "started")),
        Effect("refused", (0.22, 0.5), on="callers", shape=Ramp((6, 14)), until=("key-back", "started")),
        Effect("gauge", (3, 8), gauge="subscribers crash-looping", shape=Ramp((6, 14)), until=("key-back", "started")),
        Effect("gauge", (2, 5), gauge="subscribers behind", shape=Ramp((6, 14)), until=("key-back", "started")),
        Effect("gauge", (34, 52), gauge="size of the newest file", shape=Step(), since="change", until=("key-back",)),
    ),
    lines=(
        *(printed(line, "callers", 0.6, ("key-back", "started")) for line in start.LACKS),
        *(printed(line, "callers", 0.1, ("key-back", "started")) for line in trust.LOGIN_REFUSED),
    ),
    plan=(
        Condition(
            "key-back",
            "stop",
            (
                Way("rollback_deploy", "{object} is as it was before the last edit."),
                Way("execute_runbook_step", "{object} holds {key} again.", name="restore_record"),
                Way(
                    "execute_runbook_step",
                    "The revision of {object} of an hour ago was published.",
                    name="publish_previous",
                ),
            ),
        ),
        Condition(
            "started",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Instances that had ended were started in waves, and stayed.",
                    name="restart_in_waves",
                    early="The first wave ended within its first second.",
                ),
                Way(
                    "execute_runbook_step",
                    "Instances that were missing were created and stayed.",
                    name="replace_instances",
                    early="Instances were created, and ended like those before them.",
                ),
            ),
            needs=("key-back",),
        ),
        Condition(
            "checked",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "An edit of {object} is refused if an instance would not start with it.",
                    name="correct_rule",
                ),
                Way("execute_runbook_step", "{object} is edited by nobody for now.", name="freeze_publishing"),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The author of the edit has the list of those who read {key}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "Instances that had been serving were stopped and did not come back."),
        Wrong("rollback_deploy", "callers", "Instances of the older release ended in their first second as well."),
    ),
    relapse=(30, 60),
)

PORT_MISMATCH = Family(
    name="port-mismatch",
    story="A release listens on another port than the one that its readiness check and its callers use. New instances "
    "run for minutes without a restart and are never ready; those that are left are too few.",
    strikes=SERVICES,
    facts={
        "listens": (8000, 8443, 9000),
        "address": Drawn("ip"),
        "route": ("session", "library", "upload", "quote", "history", "profile"),
        "endpoints": (1, 2),
        "restarts": Counter((0, 3), (0.0, 0.0)),
    },
    change=Change(
        (
            "release {version}: settings of the server in one place",
            "release {version}: settings of the server sorted",
            "release {version}: server reads one file",
        ),
        diffs=(
            (
                "- server.port: 8080",
                "+ server: {{port: {listens}}}",
                "    containerPort: 8080",
            ),
            (
                "- listen: 8080",
                "+ listen: ${{server.port}} # {listens}",
                "  manifest: 8080",
            ),
        ),
        lead_minutes=(2, 8),
    ),
    effects=(
        Effect("capacity", (0.2, 0.35), shape=Ramp((2, 6)), until=("ports-agree",)),
        Effect("refused", (0.25, 0.55), shape=Ramp((2, 6)), until=("ports-agree",)),
        # Requests in the accept queues whose senders have given up.
        Effect("delay", (0.15, 0.35), shape=Ramp((3, 8)), until=("ports-agree", "queues-short")),
    ),
    lines=(
        *(printed(line, per_minute=0.3, until=("ports-agree",), elsewhere=False) for line in start.LISTENS),
        printed(start.NO_WORKER, per_minute=0.3, until=("ports-agree",)),
        printed(start.ALL_TAKEN, per_minute=0.3, until=("ports-agree",)),
        printed(start.WORKERS_BUSY, per_minute=0.4, until=("ports-agree", "queues-short")),
        *(printed(line, "callers", 0.3, ("ports-agree",)) for line in dns.REFUSED),
        *(printed(line, "callers", 0.25, ("ports-agree",)) for line in net.NO_UPSTREAM),
        *(printed(line, "callers", 0.15, ("ports-agree",)) for line in net.ENDPOINTS),
    ),
    notes=(
        "Latest rollout: {version}, begun {changed} min ago",
        "Restarts of instances today: {restarts}",
    ),
    plan=(
        Condition(
            "ports-agree",
            "stop",
            (
                Way("rollback_deploy", "All instances of {culprit} run {previous} and are ready."),
                Way(
                    "execute_runbook_step",
                    "Probes and callers of {culprit} ask at {listens}; all instances are ready.",
                    name="restore_route",
                ),
                Way(
                    "execute_runbook_step",
                    "The settings of {culprit} are those of {previous}; all instances are ready.",
                    name="revert_configuration",
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
            needs=("ports-agree",),
        ),
        Condition(
            "ready-first",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "An instance of {culprit} goes only after its successor was ready for a minute.",
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
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A ticket holds both halves of the settings of {culprit} side by side.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The additional instances run and none of them gets a request."),
        Wrong("restart_service", "culprit", "Instances that had answered came up like the newest ones."),
    ),
    hosts=0.7,
    relapse=(20, 40),
)

NAMESPACE_QUOTA = Family(
    name="namespace-quota",
    story="The quota of the namespace was set to what it used last week. What runs is not touched, but an instance "
    "that ends gets no successor: its creation is forbidden, so no instance is pending and ever fewer serve.",
    strikes=("kubernetes",),
    facts={
        "usual": (480, 520, 640),
        "quota": (
            "requested: requests.cpu=500m, used: requests.cpu=319800m, limited: requests.cpu=320",
            "requested: requests.cpu=1, used: requests.cpu=287500m, limited: requests.cpu=288",
            "requested: requests.memory=1Gi, used: requests.memory=767Gi, limited: requests.memory=767Gi",
        ),
        "hook": ("labels.policy.internal", "images.scan.internal"),
        "verb": ("mutate", "validate"),
        "failing": ("open",),
        "cause": ("context deadline exceeded", "dial tcp: connect: connection refused"),
    },
    change=Change(
        (
            "resources of prod follow the usage of last week",
            "quota of prod as used",
            "quotas: prod reviewed with the rest",
        ),
        diffs=(
            (
                "  kind: ResourceQuota, name: compute, namespace: prod",
                "- headroom: 0.40",
                "+ headroom: 0.00",
            ),
            (
                "  quota: prod/compute",
                "- hard: usage + 40 %",
                "+ hard: usage + 0 %",
            ),
        ),
        kind="config",
        by_automation=True,
        lead_minutes=(2, 12),
    ),
    effects=(
        # Instances end in the course of the day and none takes their place; clients still hold their addresses.
        Effect("capacity", (0.06, 0.2), on="callers", shape=Ramp((6, 14)), until=("room", "created")),
        Effect("refused", (0.25, 0.55), on="callers", shape=Ramp((6, 14)), until=("room", "created")),
        Effect("gauge", (9, 45), gauge="admission failures", shape=Step(), until=("room",)),
        Effect("gauge", (118, 160), gauge="instances wanted by the scaler", shape=Ramp((6, 14)), until=("room",)),
    ),
    lines=(
        printed(start.OVER_QUOTA, until=("room",)),
        printed(start.NOT_CREATED, until=("room", "created")),
        printed(start.REQUEUED, until=("room", "created")),
        printed(start.WEBHOOK_FAILED, per_minute=0.05),
    ),
    notes=(
        "Pending instances: {now[pending instances]}; admission failures {now[admission failures]}/s; wanted by the "
        "scaler {now[instances wanted by the scaler]} % of usual",
    ),
    plan=(
        Condition(
            "room",
            "stop",
            (
                Way("rollback_deploy", "The resources of prod are those of before."),
                Way("execute_runbook_step", "prod may use {usual} cores and 2 TiB.", name="raise_limit"),
                Way("execute_runbook_step", "Jobs that can wait gave up their share in prod.", name="pause_jobs"),
            ),
        ),
        Condition(
            "created",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Instances that were missing were created.",
                    name="replace_instances",
                    early="Creation was tried again and turned down.",
                ),
                Way(
                    "execute_runbook_step",
                    "Controllers tried again at once instead of waiting; instances were created.",
                    name="resume_automation",
                    early="Controllers tried at once, failed, and wait for longer than before.",
                ),
            ),
            needs=("room",),
        ),
        Condition(
            "left-alone",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The recommender leaves a third of what is used free.",
                    name="correct_rule",
                ),
                Way("execute_runbook_step", "The recommender changes nothing by itself.", name="pause_automation"),
            ),
        ),
        Condition(
            "alarmed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Refused creations page the platform team after two minutes.",
                    name="add_alarm",
                ),
            ),
            needs=("room", "created"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "The instances that were stopped have no successors so far."),
        Wrong("scale_service", "callers", "It asked for more instances and has as many as before."),
    ),
    relapse=(20, 45),
)

PVC_UNBOUND = Family(
    name="pvc-unbound",
    story="A storage class was narrowed to one zone. An instance with a volume that is placed anew finds no host that "
    "may attach it and stays pending, so each such service lacks a member and the parts that this member held.",
    strikes=("kubernetes",),
    facts={
        "cls": ("fast-ssd", "standard-rwo", "db-volumes"),
        "zone_kept": ("a", "b", "c"),
        "verdict": (  # of the hosts that `instances.py` counts
            "0/60 nodes are available: 17 Insufficient memory, 3 node(s) had untolerated taint {reserved: }, "
            "40 node(s) had volume node affinity conflict.",
            "0/60 nodes are available: 14 Too many pods, 6 node(s) had untolerated taint {reserved: }, "
            "40 node(s) had volume node affinity conflict.",
            "0/60 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
        ),
        "hook": ("labels.policy.internal", "images.scan.internal"),
        "verb": ("mutate", "validate"),
        "failing": ("open",),
        "cause": ("context deadline exceeded", "dial tcp: connect: connection refused"),
    },
    change=Change(
        (
            "storage class {cls}: volumes next to the backup",
            "storage class {cls}: zone of the backup",
            "storage class {cls}: bound sooner",
        ),
        diffs=(
            (
                "- allowedTopologies: [zone-a, zone-b, zone-c]",
                "+ allowedTopologies: [zone-{zone_kept}]",
                "- volumeBindingMode: WaitForFirstConsumer",
                "+ volumeBindingMode: Immediate",
            ),
            (
                "- {cls}: zones a, b, c, bound to the first consumer",
                "+ {cls}: zone {zone_kept}, bound at once",
            ),
        ),
        kind="config",
        lead_minutes=(2, 10),
    ),
    effects=(
        # One member of each is missing, and with it what it held.
        Effect("capacity", (0.3, 0.6), on="callers", shape=Ramp((2, 6)), until=("bound", "attached")),
        Effect("own_errors", (0.12, 0.3), on="callers", shape=Ramp((2, 6)), until=("bound", "attached")),
        Effect("refused", (0.08, 0.2), on="callers", shape=Ramp((2, 6)), until=("bound", "attached")),
        Effect("gauge", (3, 8), gauge="pending instances", shape=Ramp((2, 6)), until=("bound", "attached")),
    ),
    lines=(
        printed(start.FAILED_SCHEDULING, until=("bound", "attached")),
        printed(start.MULTI_ATTACH, per_minute=0.4, until=("bound", "attached")),
        printed(start.EVICTED, per_minute=0.15, until=("bound",)),
        printed(start.WEBHOOK_FAILED, per_minute=0.05),
    ),
    notes=(
        "Pending instances: {now[pending instances]}; admission failures {now[admission failures]}/s; wanted by the "
        "scaler {now[instances wanted by the scaler]} % of usual",
    ),
    plan=(
        Condition(
            "bound",
            "stop",
            (
                Way("rollback_deploy", "{cls} is as it was; volumes may be used in all zones."),
                Way(
                    "execute_runbook_step",
                    "{cls} serves all zones, and waits for its first consumer.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "Hosts were added in zone {zone_kept}, with room for what waits.",
                    name="add_members",
                ),
            ),
        ),
        Condition(
            "attached",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "What still held a volume was proven off; the volumes were given to their instances.",
                    name="fence_member",
                    early="Hosts were proven off; their volumes have no other place to go.",
                ),
                Way(
                    "execute_runbook_step",
                    "Instances that were pending were created anew and have their volumes.",
                    name="replace_instances",
                    early="Instances were created anew, and are pending as before.",
                ),
            ),
            needs=("bound",),
        ),
        Condition(
            "whole",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "What the volumes hold was compared with the other members: nothing is missing.",
                    name="verify_data",
                    early="Some volumes have no instance that could read them.",
                ),
            ),
            needs=("attached",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A class is changed for one service first, whose members are moved once.",
                    name="stage_changes",
                ),
            ),
            needs=("bound",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of what uses {cls} know which members were missing.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "Another of its members was placed anew and waits as well."),
        Wrong("scale_service", "callers", "The new members have no volumes and wait."),
    ),
    relapse=(20, 45),
)
