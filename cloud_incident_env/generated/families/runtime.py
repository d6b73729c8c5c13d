"""Families whose culprit is how an application service is run: its CPU limit, probes, rollout and log level."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import Change, Family, Step

CFS_THROTTLE = Family(
    name="cfs-throttle",
    story="A config change lowered the CPU limit. The kernel stops the service for the rest of each 100 ms period once "
    "its quota is used, so latency grows in steps of 100 ms although average CPU use is low and nothing fails: CPU "
    "throttling.",
    strikes=SERVICES,
    facts={"before": (2000, 3000, 4000), "after": (400, 500, 600), "short": (1, 2, 3), "long": range(4, 8)},
    change=Change("resources: CPU limit {before}m -> {after}m, as usage suggests", lead_minutes=(1, 6)),
    errors=(0.0, 0.01),
    latency=(12, 30),
    traffic=(0.9, 1.0),
    figures={"throttled periods": (76, 91), "cpu": (22, 33), "queued requests": (12, 50)},
    logs=(
        "WARN  worker {n} stood still for {short}00 ms, no collection and no lock in that time",
        "INFO  request {hex}: {long}00 ms without a CPU, {n} ms at work",
    ),
    steps=(
        Step(
            "execute_runbook_step", "The CPU limit is {before}m for new replicas.", name="revert_cpu_limit", relief=0.2
        ),
        Step(
            "restart_service",
            "All replicas were replaced and run with the limit of before.",
            relief=0.8,
            too_early="All replicas were replaced, each with a limit of {after}m.",
        ),
        Step(
            "execute_runbook_step",
            "The recommender of resources leaves {culprit} alone.",
            name="exclude_from_recommender",
            too_early="The recommender was told, and its last proposal stayed in force.",
        ),
        Step(
            "execute_runbook_step",
            "Hardly any period is cut short; the p99 is back in its range.",
            name="verify_throttled_periods",
            too_early="Most periods are still cut short.",
        ),
    ),
    wrong={
        ("scale_service", "culprit"): "Each additional replica stands still as often, and the nodes have less room."
    },
    signature={
        "query_logs": r"stood still for \d+00 ms, no collection",
        "check_metrics": r"throttled periods +[789]\d\.\d %",
    },
)

PROBE_CASCADE = Family(
    name="probe-cascade",
    story="A config change made the liveness probe aggressive: it runs a deep health check with a short time limit. "
    "Under load healthy replicas fail the check and are restarted, the rest carry more and fail in their turn.",
    strikes=SERVICES,
    facts={"restarts": range(9, 21), "limit": (200, 250, 300), "usual": (2, 3, 5), "up": range(3, 8)},
    change=Change("probes: check of all dependencies, time limit {usual} s -> {limit} ms", lead_minutes=(2, 12)),
    errors=(0.07, 0.25),
    latency=(6, 16),
    traffic=(0.75, 0.95),
    figures={"workers busy": (80, 98), "queued requests": (60, 240)},
    ready=(0.35, 0.7),
    notes=(
        "{restarts} restarts in the last 30 min, each ordered by the kubelet, exit code 143",
        "no replica has been up for longer than {up} min",
    ),
    logs=(
        'WARN  kubelet: Liveness probe failed: Get "http://{ip}:8080/healthz": context deadline exceeded',
        "INFO  SIGTERM received, {n} requests in flight, shutting down",
        "INFO  started in {ms} ms, ready to serve",
    ),
    steps=(
        Step(
            "execute_runbook_step",
            "The probe asks the process alone again, with {usual} s to answer.",
            name="revert_probe_settings",
            relief=0.5,
        ),
        Step(
            "execute_runbook_step",
            "No replica was stopped for five minutes, and all have warm caches.",
            name="let_replicas_settle",
            relief=0.3,
            too_early="While waiting, the next replicas were stopped.",
        ),
        Step(
            "execute_runbook_step",
            "All replicas take their share of the traffic again, the newest last.",
            name="readmit_replicas_slowly",
            relief=0.2,
            too_early="A replica that had just been let in was stopped under the first load.",
        ),
        Step(
            "execute_runbook_step",
            "The count of restarts stands still.",
            name="verify_restart_count",
            too_early="The count of restarts still grows.",
        ),
    ),
    wrong={
        ("scale_service", "culprit"): "The additional replicas were stopped before they had warmed up.",
        ("restart_service", "culprit"): "All replicas started cold at once, and were stopped one after the other.",
        ("rollback_deploy", "culprit"): "The earlier build was stopped as often; it was not the build.",
    },
    signature={
        "query_logs": r"Liveness probe failed: Get ",
        "check_service_status": r"\d+ restarts in the last 30 min, each ordered by the kubelet",
    },
)

BAD_ROLLOUT = Family(
    name="bad-rollout",
    story="A bad rollout: the new revision names an image tag that the registry lacks, so its replicas stay unready "
    "in an image pull back-off. The rollout had taken old replicas away first, and those that are left are overloaded.",
    strikes=SERVICES,
    facts={"registry": ("registry.internal", "images.internal", "artifacts.internal")},
    change=Change("release {version}: base image moved to the slim one", lead_minutes=(3, 14)),
    errors=(0.06, 0.24),
    latency=(6, 15),
    traffic=(0.8, 1.0),
    figures={"workers busy": (93, 100), "queued requests": (90, 320), "cpu": (80, 95)},
    ready=(0.4, 0.7),
    notes=(
        "rollout of {version}: Progressing=False, reason ProgressDeadlineExceeded",
        "replicas of {previous} that are left: all ready, none restarted",
    ),
    logs=(
        "WARN  kubelet: Failed to pull image {registry}/{culprit}:{version}: not found",
        "WARN  kubelet: Back-off pulling image {registry}/{culprit}:{version}",
        "WARN  all workers busy, request {hex} waited {ms} ms for one",
    ),
    steps=(
        Step(
            "execute_runbook_step",
            "The rollout is paused: no further replica of {previous} is taken away.",
            name="pause_rollout",
            relief=0.1,
        ),
        Step(
            "rollback_deploy",
            "All replicas of {culprit} run {previous} and are ready.",
            relief=0.9,
            too_early="The controller took the rollback for one more revision and went on with {version} first.",
        ),
        Step(
            "execute_runbook_step",
            "From now on a replica goes only after its successor is ready.",
            name="set_surge_strategy",
            too_early="The strategy holds for the next revision; this one goes on as it began.",
        ),
        Step(
            "execute_runbook_step",
            "Wanted and ready replicas are equal in number.",
            name="verify_ready_replicas",
            too_early="Fewer replicas are ready than wanted.",
        ),
    ),
    wrong={
        ("scale_service", "culprit"): "The additional replicas are of {version} and wait like the others.",
        (
            "restart_service",
            "culprit",
        ): "The replicas that still worked were replaced by {version}, which does not start.",
    },
    signature={
        "query_logs": r"Failed to pull image \S+: not found",
        "check_service_status": r"ProgressDeadlineExceeded",
    },
)

LOG_DISK_FULL = Family(
    name="log-disk-full",
    story="A config change left the log level at debug. Debug logging fills the log volume until no space is left "
    "and the disk is full, deleted files that are still open included. Requests whose audit line cannot be written get "
    "an error.",
    strikes=SERVICES,
    facts={"logger": ("http.client", "serializer", "session", "router"), "gone": range(3, 9)},
    change=Change("logging: level of {logger} INFO -> DEBUG for one ticket", lead_minutes=(25, 90)),
    errors=(0.08, 0.27),
    latency=(5, 13),
    traffic=(0.8, 1.0),
    figures={"log volume": (180, 420), "log disk used": (100, 100)},
    notes=("/var/log: df 100 %, du 41 %; {gone} deleted files are still open",),
    logs=(
        "ERROR request {hex} failed: audit line not stored: write /var/log/app/audit.log: no space left on device",
        "DEBUG {logger}: header accept=*/* x-request-id={hex} x-forwarded-for={ip} x-client={user}",
        "DEBUG {logger}: body of {n} fields read from {ip}, {small} bytes, checksum {hex}",
    ),
    steps=(
        Step("execute_runbook_step", "{logger} logs at INFO again.", name="revert_log_level", relief=0.2),
        Step(
            "execute_runbook_step",
            "Files were rotated and reopened; df and du agree at 41 %.",
            name="rotate_and_reopen",
            relief=0.5,
            too_early="The rotation made room that was gone again within a minute.",
        ),
        Step(
            "restart_service",
            "Writers that had given up on their file were replaced.",
            relief=0.3,
            too_early="The replicas came back and could not open their files.",
        ),
        Step(
            "execute_runbook_step",
            "/var/log is at 41 % and grows at its usual pace.",
            name="verify_volume_usage",
            too_early="/var/log has not come down.",
        ),
    ),
    wrong={("scale_service", "culprit"): "The additional replicas write as much, to the same place."},
    signature={
        "query_logs": r"audit\.log: no space left on device",
        "check_metrics": r"log volume +[1-4]\d\d\.\d MB/min",
    },
)
