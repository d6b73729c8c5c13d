"""Families whose culprit is the fleet of nodes."""

from __future__ import annotations

from cloud_incident_env.generated.model import Family, Step

CLOCK_SKEW = Family(
    name="clock-skew",
    story="One node lost its time source and its clock drifted away by minutes. Tokens that were issued elsewhere "
    "look as "
    "if they came from the future, so authentication fails, but only for what runs on that node: clock skew.",
    strikes=("nodes",),
    facts={"node": range(3, 48)},
    errors=(0.05, 0.2),
    latency=(2, 4),
    figures={"largest clock offset": (131_000, 880_000)},
    logs=(
        "WARN  node-{node} chronyd: Can't synchronise: no selectable sources",
        "WARN  node-{node} kubelet: certificate of {ip} rejected, local time is minutes ahead of its issuer",
    ),
    notes=("node-{node}: no time source, all other nodes within 6 ms",),
    seen_by_callers=("ERROR token of {user} refused: Token used before issued, validator on node-{node}",),
    steps=(
        Step("execute_runbook_step", "node-{node} runs nothing any more.", name="drain_node", relief=0.6, risky=True),
        Step(
            "execute_runbook_step",
            "node-{node} has its time servers again.",
            name="restore_time_source",
            relief=0.1,
            too_early="The time servers are set, but the daemon refuses to step while work runs on the node.",
        ),
        Step(
            "execute_runbook_step",
            "The clock of node-{node} was set back to the time of its source.",
            name="step_clock",
            relief=0.2,
            too_early="Without a source to step to, the clock stayed where it was.",
        ),
        Step(
            "execute_runbook_step",
            "node-{node} takes work again.",
            name="readmit_node",
            relief=0.1,
            too_early="The node was let in with its old clock and sent back.",
        ),
        Step(
            "execute_runbook_step",
            "The largest offset is below 6 ms.",
            name="verify_clock_offsets",
            too_early="One offset is still out of range.",
        ),
    ),
    wrong={("restart_service", "culprit"): "All nodes restarted at once, and the one came back with the same time."},
    signature={"query_logs": r"no selectable sources", "check_metrics": r"largest clock offset +\d{3},\d{3} ms"},
)

AUTO_PATCH = Family(
    name="auto-patch",
    story="The unattended updater of the operating system upgraded a network daemon at the same minute on every "
    "node. Its "
    "restart flushed the routes, so nodes dropped out one region after another, without any deploy.",
    strikes=("nodes",),
    facts={"hour": ("06:00", "05:30", "04:15", "06:25"), "build": range(3, 40), "count": range(40, 190)},
    errors=(0.04, 0.18),
    latency=(6, 12),
    traffic=(0.4, 0.7),
    figures={"nodes ready": (22, 48), "package upgrades": (60, 220)},
    logs=(
        "INFO  apt-daily-upgrade: upgraded systemd (249.11-0.{build}) on {count} nodes at {hour}",
        "ERROR systemd-networkd: restarted, {n} foreign routes removed; node not ready",
    ),
    notes=("Package history: systemd 249.11-0.{build} at {hour} in every region",),
    seen_by_callers=("ERROR no route to host {ip}: instance unreachable, node gone",),
    ready=(0.3, 0.5),
    steps=(
        Step("execute_runbook_step", "No node updates itself any more.", name="disable_updater", relief=0.1),
        Step(
            "execute_runbook_step",
            "The control plane's nodes are back with their routes.",
            name="reboot_control_plane",
            relief=0.2,
            too_early="They came up, and the updater went to work on them again.",
        ),
        Step(
            "execute_runbook_step",
            "All other nodes are back, a tenth at a time.",
            name="reboot_nodes_in_waves",
            relief=0.4,
            too_early="The nodes came up and found no control plane to join.",
        ),
        Step(
            "execute_runbook_step",
            "The quorum stores have all their members.",
            name="restore_quorum",
            relief=0.2,
            too_early="Too few members have a node to run on.",
        ),
        Step(
            "execute_runbook_step",
            "What had been waiting is done.",
            name="drain_backlog",
            relief=0.1,
            too_early="There is nobody yet to work on what waits.",
        ),
        Step(
            "execute_runbook_step",
            "Every node is ready and has its routes.",
            name="verify_nodes_ready",
            too_early="Many nodes are not ready.",
        ),
    ),
    wrong={("scale_service", "culprit"): "The new nodes updated themselves within a minute and dropped out as well."},
    signature={"query_logs": r"apt-daily-upgrade: upgraded systemd", "check_metrics": r"nodes ready +[2-4]\d %"},
)
