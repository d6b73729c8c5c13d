"""Families whose culprit is an application service by the way in which it calls others."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import Change, Family, Step

RETRY_STORM = Family(
    name="retry-storm",
    story="A short slowdown is long over, but the service tries each expired call two more times and so keeps its own "
    "queue full: a retry storm. The retries sustain the overload, every attempt expires before its turn, and hardly "
    "anything useful gets done while users ask no more than usual.",
    strikes=SERVICES,
    errors=(0.12, 0.3),
    latency=(18, 45),
    traffic=(0.97, 1.03),
    figures={
        "outgoing calls per request": (2.9, 3.0),
        "outgoing retries": (320, 900),
        "queued requests": (1000, 1000),
        "workers busy": (97, 100),
    },
    logs=(
        "ERROR call {hex} given up: status 4 DEADLINE_EXCEEDED on attempt 3 of 3",
        "WARN  send queue at its cap of 1000, oldest entry has waited {ms} ms, its caller is gone",
        "INFO  answer to request {hex} ready after {ms} ms, its caller had left; the last call itself took {n} ms",
    ),
    seen_by_callers=("WARN  {culprit} turned request {hex} away: queue at its cap",),
    steps=(
        Step(
            "execute_runbook_step",
            "{service} turns away what can wait, two requests out of three.",
            name="shed_low_priority_traffic",
            on="entry",
            relief=0.3,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "At most one call in ten is tried again from now on.",
            name="set_retry_budget",
            relief=0.3,
            too_early="The budget holds for calls that begin now; those in the queue use up all there is.",
        ),
        Step(
            "execute_runbook_step",
            "Entries whose callers are gone were dropped; the queue is short.",
            name="drain_request_queue",
            relief=0.4,
            risky=True,
            too_early="The queue was emptied and was at its cap again within seconds.",
        ),
        Step(
            "execute_runbook_step",
            "{service} lets all traffic in again, in four steps.",
            name="ramp_traffic_back",
            on="entry",
            too_early="The first step up filled the queue behind it at once, and the ramp went back.",
        ),
        Step(
            "execute_runbook_step",
            "As many answers arrive in time as requests come in.",
            name="verify_goodput",
            too_early="Most answers are ready after their callers have left.",
        ),
    ),
    wrong={
        (
            "scale_service",
            "caller",
        ): "Its additional replicas sent additional calls, and the queue behind it is no shorter.",
        ("restart_service", "culprit"): "It came back with an empty queue, which was at its cap again within seconds.",
    },
    signature={
        "query_logs": r"DEADLINE_EXCEEDED on attempt 3 of 3",
        "check_metrics": r"outgoing calls per request +(2\.9|3\.0)",
    },
)

KERNEL_TABLE = Family(
    name="kernel-table",
    story="After a config change the service opens a connection for each call instead of using keep-alive. Closed ones "
    "stay in TIME_WAIT by the ten thousand: ephemeral ports run out, the connection tracking table is exhausted, and "
    "new connections cannot be made from its node.",
    strikes=SERVICES,
    facts={"node": range(3, 48), "waiting": range(27_400, 28_230), "kept": (30, 60, 90)},
    change=Change("outgoing calls: idle connections kept {kept} s -> 0 s", lead_minutes=(4, 18)),
    errors=(0.08, 0.28),
    latency=(6, 18),
    traffic=(0.7, 0.95),
    figures={"workers busy": (55, 85), "queued requests": (30, 140), "outgoing retries": (20, 90)},
    notes=(
        "node-{node}: {waiting} sockets in TIME_WAIT, all of this service",
        "replicas on other nodes are fine",
    ),
    logs=(
        "ERROR connect to {ip}:8080: cannot assign requested address",
        "WARN  node-{node} kernel: nf_conntrack: table full, dropping packet",
        "WARN  call to {ip}:8080 given up after {ms} ms, the handshake got no answer",
    ),
    steps=(
        Step(
            "execute_runbook_step",
            "The replicas of {culprit} moved from node-{node} to one of their own; its neighbours can connect.",
            name="isolate_client",
            relief=0.3,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "The kernel of the new node tracks four times as many connections.",
            name="raise_tracking_limit",
            relief=0.1,
            too_early="The higher limit on node-{node} was reached within two minutes.",
        ),
        Step(
            "execute_runbook_step",
            "Idle connections are kept {kept} s again, and calls share them.",
            name="restore_keep_alive",
            relief=0.6,
            too_early="The setting is back, but with every table full there was no room to begin anew.",
        ),
        Step(
            "execute_runbook_step",
            "A few hundred sockets wait on the node, and the table is at 20 %.",
            name="verify_socket_states",
            too_early="Thousands of sockets still wait.",
        ),
    ),
    wrong={
        ("scale_service", "culprit"): "The additional replicas came to the same node and opened as many sockets each.",
        ("restart_service", "culprit"): "The process is new; the kernel kept its entries, and the first calls failed.",
    },
    signature={
        "query_logs": r"nf_conntrack: table full, dropping packet",
        "check_service_status": r"node-\d+: \d{5} sockets in TIME_WAIT",
    },
)
