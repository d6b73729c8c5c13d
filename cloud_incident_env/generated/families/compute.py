"""Families whose culprit is the fleet of nodes."""

from __future__ import annotations

from cloud_incident_env.generated.model import Condition, Effect, Family, Ramp, Step, Way, Wrong, printed
from cloud_incident_env.generated.symptoms import control, partial, trust

CLOCK_SKEW = Family(
    name="clock-skew",
    story="One node was stopped and resumed with its machine, and its time daemon has no source to step to, so its "
    "clock stands minutes behind. Tokens and certificates issued elsewhere look as if they came from the future, but "
    "only to what runs on that node.",
    strikes=("nodes",),
    effects=(
        # What is judged on that node is refused, as fast as ever.
        Effect("own_errors", (0.3, 0.65), on="callers", shape=Step(), until=("off-host",)),
        Effect(
            "gauge", (131_000, 880_000), gauge="largest clock offset", shape=Step(), until=("off-host", "clock-right")
        ),
    ),
    lines=(
        printed(trust.NO_TIME_SOURCE, until=("off-host", "clock-right")),
        *(printed(line, "callers", 0.4) for line in trust.TOKEN_EARLY),
        *(printed(line, "callers", 0.25) for line in trust.TOKEN_EXPIRED),
        *(printed(line, "callers", 0.15) for line in trust.UNAUTHORIZED),
        *(printed(line, "callers", 0.2) for line in trust.EXPIRED),
    ),
    hosts=0.2,
    plan=(
        Condition(
            "off-host",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The node runs nothing any more; its work runs elsewhere.",
                    name="drain_host",
                ),
                Way("execute_runbook_step", "Nothing is sent to the node any more.", name="isolate_instance"),
            ),
        ),
        Condition(
            "clock-right",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The clock was stepped to the time of its source.",
                    name="resync_host",
                    early="The step was given up: jobs and leases on the host would jump with the clock.",
                ),
                Way(
                    "execute_runbook_step",
                    "The node was replaced by a new machine.",
                    name="replace_instances",
                    early="The new machine waits for work to leave the old one.",
                ),
            ),
            needs=("off-host",),
        ),
        Condition(
            "sources",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Every host has three time sources in two networks, and steps when it is resumed.",
                    name="reload_configuration",
                ),
            ),
        ),
        Condition(
            "returned",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The node takes work again.",
                    name="return_host",
                    early="The node was let in and refused a part of what it was given.",
                ),
            ),
            needs=("clock-right",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of what ran on the node know which minutes to look at.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "All nodes restarted at once, and whatever ran on them with them."),
        Wrong("rollback_deploy", "callers", "It runs an older release, and refuses as many requests as before."),
    ),
    relapse=(25, 60),
)

AUTO_PATCH = Family(
    name="auto-patch",
    story="The unattended updater of the operating system upgraded a network daemon on every node within minutes. Its "
    "restart flushed the routes that it did not know, so nodes dropped out one region after another, without any "
    "deploy. A reboot cures a node.",
    strikes=("nodes",),
    effects=(
        Effect("unreachable", (0.4, 0.85), on="callers", shape=Ramp((2, 7)), until=("off", "rebooted")),
        Effect("call_hangs", (0.3, 0.6), on="callers", shape=Ramp((2, 7)), until=("off", "rebooted")),
        Effect("capacity", (0.3, 0.6), on="callers", shape=Ramp((2, 7)), until=("off", "rebooted")),
        Effect("capacity", (0.3, 0.55), shape=Ramp((2, 7)), until=("off", "rebooted")),
        # Members of quorum stores that came up and follow nobody yet.
        Effect("own_errors", (0.08, 0.15), on="callers", until=("off", "rebooted", "rejoined")),
        Effect("gauge", (22, 48), gauge="nodes ready", shape=Ramp((2, 7)), until=("off", "rebooted")),
        Effect("gauge", (60, 220), gauge="package upgrades", shape=Ramp((1, 4)), until=("off",)),
        Effect("gauge", (18, 44), gauge="retransmits of the worst host", shape=Ramp((2, 7)), until=("off", "rebooted")),
    ),
    lines=(
        printed(partial.NETWORK_STARTED, until=("off",)),
        printed(trust.NO_TIME_SOURCE, per_minute=0.3, until=("off", "rebooted")),
        printed(partial.NODE_STATUS_LATE, until=("off", "rebooted")),
        printed(partial.NODE_NOT_READY, on="callers", until=("off", "rebooted")),
        printed(control.PEER_UNHEALTHY, on="callers", per_minute=0.3, until=("off", "rebooted")),
        printed(control.NOT_PUBLISHED, on="callers", per_minute=0.2, until=("off", "rebooted", "rejoined")),
    ),
    notes=("Nodes ready: {now[nodes ready]} %",),
    hosts=0.6,
    plan=(
        Condition(
            "off",
            "stop",
            (
                Way("execute_runbook_step", "No node upgrades packages by itself any more.", name="pause_automation"),
                Way(
                    "execute_runbook_step",
                    "The package source offers nothing new to any node.",
                    name="freeze_publishing",
                ),
            ),
        ),
        Condition(
            "rebooted",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Nodes were started again, those of the control plane first, and stayed.",
                    name="restart_in_waves",
                    early="Nodes came up, and some of them were gone again minutes later.",
                ),
                Way(
                    "execute_runbook_step",
                    "Nodes were replaced by new ones, a tenth at a time, which stayed.",
                    name="replace_instances",
                    early="New nodes came up, and some of them were gone minutes later.",
                ),
            ),
            needs=("off",),
        ),
        Condition(
            "rejoined",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Members that followed nobody have their leaders.",
                    name="add_members",
                    early="Too few members have a node to run on.",
                ),
            ),
            needs=("rebooted",),
        ),
        Condition(
            "worked-off",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "What had been waiting is done.",
                    name="drain_backlog",
                    early="There is nobody yet to work on what waits.",
                ),
            ),
            needs=("rejoined",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Package upgrades reach one zone a day, and a tenth of its nodes first.",
                    name="stage_changes",
                ),
            ),
            needs=("off",),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "New nodes came up, and half of them were gone a minute later."),
        Wrong("rollback_deploy", "callers", "It could not be placed anew everywhere and runs with fewer instances."),
    ),
    relapse=(15, 40),
)
