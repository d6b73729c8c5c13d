"""Families in which some packets or connections between two well places are lost."""

from __future__ import annotations

from cloud_incident_env.generated.families.edge import GATEWAYS
from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Counter,
    Effect,
    Family,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms import net, start

MTU_MISMATCH = Family(
    name="mtu-mismatch",
    story="Traffic between racks was put into a tunnel, and the packet size of the hosts stayed what it was. Large "
    "packets are dropped and the notices about it are filtered: connections open, small requests pass, and handshakes "
    "and large answers hang.",
    strikes=("network",),
    facts={
        "rack": range(3, 30),
        "card": ("eth2", "ens5f1", "bond0"),
        "counted": Counter((210_000, 940_000), (3_600, 4_400)),  # as the gauge of interface errors says
        "rule": range(410, 990),
    },
    change=Change(
        (
            "fabric settings {version}: traffic between racks is encrypted",
            "fabric settings {version}: encryption",
            "fabric settings {version}: tunnels between racks",
        ),
        diffs=(
            (
                "- wireguardEnabled: false",
                "+ wireguardEnabled: true",
                "  veth_mtu: 1500",
            ),
            (
                "- encryption: none",
                "+ encryption: wireguard",
                "  mtu of pods: 1500",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(
        # What fits into a packet passes: connections open, and large requests and answers are never done.
        Effect("call_hangs", (0.22, 0.5), on="callers", shape=Step(), until=("fits",)),
        Effect("hung", (0.08, 0.2), on="callers", shape=Step(), until=("fits",)),
        # Connections that hold the size that they found at their beginning.
        Effect("call_hangs", (0.04, 0.09), on="callers", shape=Step(), until=("fits", "renewed")),
        Effect("gauge", (7, 16), gauge="retransmits", shape=Ramp((1, 3)), until=("fits",)),
        Effect("gauge", (60, 73), gauge="interface errors", shape=Step(), until=("fits",)),
        Effect("gauge", (22, 60), gauge="dropped by policy", shape=Step(), until=("fits",)),
    ),
    lines=(
        printed(net.DROPPED_NOTICE, per_minute=0.7, until=("fits",)),
        printed(net.DROPPED_SYN, per_minute=0.08),
        printed(net.PORT_ERRORS, per_minute=0.3, until=("fits",)),
        printed(net.ACTIVE, since="change", until=("fits",)),
        printed(net.LINK_DOWN, per_minute=0.04, until=("fits",)),
        printed(net.LINK_UP, per_minute=0.06, until=("fits",)),
        *(printed(line, "callers", 0.5, ("fits", "renewed")) for line in net.HANDSHAKE),
    ),
    notes=(
        "Sessions: {now[peers established]} of 12 established; retransmits {now[retransmits]} %",
        "Packets dropped by policy: {now[dropped by policy]}/s",
    ),
    plan=(
        Condition(
            "fits",
            "stop",
            (
                Way("rollback_deploy", "The fabric runs with the settings of {previous}."),
                Way(
                    "execute_runbook_step",
                    "All hosts send packets of 1,420 bytes at most.",
                    name="reload_configuration",
                ),
                Way(
                    "execute_runbook_step",
                    "Rule {rule} lets notices about the size of packets pass.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "renewed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Connections from before were closed; clients opened others.",
                    name="reset_sessions",
                    early="Connections were closed, and the new ones came to a stop as the old ones had.",
                ),
            ),
            needs=("fits",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Settings of the fabric reach one rack first, and answers of 64 KB are asked for across it.",
                    name="stage_changes",
                ),
            ),
            needs=("fits",),
        ),
        Condition(
            "alarmed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Probes send full packets beside small ones from now on, and page the network team.",
                    name="add_alarm",
                ),
            ),
            needs=("fits", "renewed"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "It lost the connections that it still had; new ones do no better."),
        Wrong("restart_service", "culprit", "All sessions were closed for a minute and came back as they were."),
    ),
)

IDLE_TIMEOUT_MISMATCH = Family(
    name="idle-timeout-mismatch",
    story="A gateway was told to keep idle connections for longer than the servers behind it do. It sends a part of "
    "the requests into connections that were closed a moment before, and these fail within milliseconds.",
    strikes=GATEWAYS,
    facts={
        "kept": (75, 90, 120),
        "closed": (5, 10, 30),
        "route": ("session", "library", "upload", "quote", "history", "profile"),
        "endpoints": (3, 4, 6),
    },
    change=Change(
        (
            "connections to services are reused for longer",
            "fewer handshakes with services",
            "upstream connections stay open for longer",
        ),
        diffs=(
            (
                "  # servers close what is idle for {closed} s",
                "-   upstream_idle_timeout: 4s",
                "+   upstream_idle_timeout: {kept}s",
            ),
            (
                "  # idle limit of servers: {closed} s",
                "- keepalive_timeout 4s;",
                "+ keepalive_timeout {kept}s;",
            ),
        ),
        kind="config",
        lead_minutes=(1, 5),
    ),
    effects=(
        Effect("own_errors", (0.14, 0.28), shape=Ramp((1, 4)), until=("ordered",)),
        # Connections that were opened under the settings of before.
        Effect("own_errors", (0.02, 0.05), shape=Ramp((1, 4)), until=("ordered", "renewed")),
    ),
    lines=(
        printed(net.RESET_NGINX, per_minute=0.8, until=("ordered", "renewed")),
        printed(net.RESET_ENVOY, per_minute=0.8, until=("ordered", "renewed")),
        *(printed(line, per_minute=0.1) for line in net.ENDPOINTS),
        printed(start.ENDS_NGINX, per_minute=0.08, since="change"),
    ),
    notes=("Route {route}: {endpoints} endpoints",),
    plan=(
        Condition(
            "ordered",
            "stop",
            (
                Way("rollback_deploy", "{culprit} has its settings of before."),
                Way(
                    "execute_runbook_step",
                    "{culprit} closes what is idle for 4 s.",
                    name="set_idle_timeout",
                ),
                Way(
                    "execute_runbook_step",
                    "The last edit of the settings of {culprit} was taken back.",
                    name="revert_configuration",
                ),
            ),
        ),
        Condition(
            "renewed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All workers of {culprit} opened their connections anew.",
                    name="reset_sessions",
                    early="All connections were opened anew, and minutes later as many requests failed.",
                ),
                Way(
                    "execute_runbook_step",
                    "All workers of {culprit} read their settings and closed what they had open.",
                    name="reload_configuration",
                    early="All workers read the settings that they had.",
                ),
            ),
            needs=("ordered",),
        ),
        Condition(
            "compared",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A change of such settings is refused unless both ends agree.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "Settings of {culprit} reach one instance first, overnight.",
                    name="stage_changes",
                ),
            ),
            needs=("ordered",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of the services behind {culprit} know which requests failed before they arrived.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances have more connections, each with less to do."),
        Wrong("restart_service", "culprit", "All clients were cut off; some minutes later it was as before."),
    ),
    relapse=(20, 45),
)
