"""Families whose culprit is name resolution or the network."""

from __future__ import annotations

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
from cloud_incident_env.generated.symptoms import dns, net

DNS_CONFIG = Family(
    name="dns-config",
    story="A change of the resolver configuration sends the internal zone to a forwarder that does not know it. "
    "Internal names answer NXDOMAIN, at once and everywhere, while every address still answers. Clients keep the "
    "negative answers for a while after the configuration is right again.",
    strikes=("coredns",),
    facts={"upstream": range(60, 90)},
    change=Change(
        (
            "resolver settings: internal. goes to the forwarder 192.0.2.{upstream}",
            "resolver settings: zones in one place",
            "forwarders: 192.0.2.{upstream} for what is internal too",
        ),
        diffs=(
            (
                "- internal.:53 {{ file /etc/coredns/internal.db }}",
                "+ internal.:53 {{ forward . 192.0.2.{upstream} }}",
                "+ # one forwarder for all zones",
            ),
            (
                "- internal.: file internal.db",
                "+ internal.: forward 192.0.2.{upstream}",
                "  .: forward 192.0.2.{upstream}",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(
        # The resolver answers as fast as ever: those who ask it fail, and only when they open a connection.
        Effect("call_errors", (0.3, 0.65), on="callers", until=("configured",)),
        # Negative answers that clients and resolvers hold.
        Effect("call_errors", (0.1, 0.2), on="callers", until=("configured", "flushed")),
        # A broker or a store looks up its own members and clients.
        Effect("own_errors", (0.1, 0.3), on="callers", until=("configured", "flushed")),
        Effect("gauge", (38, 72), gauge="NXDOMAIN share", until=("configured", "flushed")),
        Effect("gauge", (42, 60), gauge="cache hit ratio", until=("configured", "flushed")),
        Effect("gauge", (2, 6), gauge="SERVFAIL share", until=("configured", "flushed")),
        Effect("gauge", (6, 20), gauge="empty answers", until=("configured", "flushed")),
    ),
    lines=(
        printed(dns.NXDOMAIN_SRV, per_minute=0.9, until=("configured", "flushed")),
        printed(dns.NXDOMAIN_OLD, per_minute=0.2, until=("configured", "flushed")),
        printed(dns.SERVFAIL, per_minute=0.1, until=("configured", "flushed")),
        printed(dns.UPSTREAM_REFUSES, until=("configured",)),
        *(printed(line, "callers", 0.5) for line in dns.NO_SUCH_NAME),
        *(printed(line, "callers", 0.08) for line in dns.NO_ANSWER),
    ),
    notes=(
        "Zone internal.: {now[records in zone]} records; NXDOMAIN {now[NXDOMAIN share]} %, "
        "SERVFAIL {now[SERVFAIL share]} %",
    ),
    plan=(
        Condition(
            "configured",
            "stop",
            (
                Way("rollback_deploy", "{culprit} runs with the settings of {previous}."),
                Way(
                    "execute_runbook_step",
                    "Clients ask the resolvers of the second network; {culprit} is out of their lists.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "flushed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All answers that were held are gone; names are looked up anew.",
                    name="flush_entries",
                    early="The answers that were held are gone, and within seconds as many were held again.",
                ),
                Way(
                    "restart_service",
                    "{culprit} came up one instance after another and holds no answers from before.",
                    early="{culprit} came up, and it answers as it did before.",
                ),
            ),
            needs=("configured",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Settings reach one instance first, which answers a list of known names before the others follow.",
                    name="stage_changes",
                ),
            ),
            needs=("configured",),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The share of NXDOMAIN of the last hour is attached to the ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "It came back without its open connections and answers less than before."),
        Wrong("scale_service", "culprit", "The new instances give the same answers as the others."),
    ),
)

DNS_AUTOMATION = Family(
    name="dns-automation",
    story="The record automation applies a stale plan: its clean-up deletes live records that a newer plan had "
    "written. Lookups of these names return empty answers while the services behind them are healthy and idle.",
    strikes=("coredns",),
    facts={"applied": range(4100, 4400), "removed": range(4500, 4900)},
    effects=(
        Effect("call_errors", (0.3, 0.7), on="callers", until=("paused", "restored")),
        Effect("call_errors", (0.08, 0.15), on="callers", until=("paused", "restored", "flushed")),
        Effect("own_errors", (0.1, 0.3), on="callers", until=("paused", "restored")),
        Effect("gauge", (60, 220), gauge="empty answers", until=("paused", "restored", "flushed")),
        Effect("gauge", (268, 297), gauge="records in zone", shape=Step(), until=("paused", "restored")),
    ),
    lines=(
        printed(dns.PLAN_APPLIED, until=("paused",), elsewhere=False),
        printed(dns.ANSWERED, per_minute=1.3, until=("paused", "restored")),
        printed(dns.NXDOMAIN_SRV, per_minute=0.3, until=("paused", "restored")),
        *(printed(line, "callers", 0.5) for line in dns.NO_SUCH_NAME),
    ),
    notes=(
        "Zone internal.: {now[records in zone]} records; NXDOMAIN {now[NXDOMAIN share]} %, "
        "SERVFAIL {now[SERVFAIL share]} %",
        "Record sync: last applied plan {applied}",
    ),
    plan=(
        Condition(
            "paused",
            "stop",
            (
                Way("execute_runbook_step", "The record sync writes nothing any more.", name="pause_automation"),
                Way(
                    "disable_feature_flag",
                    "The record sync applies one plan after another; the run under way was given up.",
                    name="batched-sync-{area}",
                ),
            ),
        ),
        Condition(
            "restored",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The zone has its records as plan {removed} has them.",
                    name="restore_record",
                    early="The records were written, and the next run of the sync removed them.",
                ),
                Way(
                    "execute_runbook_step",
                    "The zone file of an hour ago is published; the records are there.",
                    name="publish_previous",
                    early="The zone file was published, and the next run of the sync wrote over it.",
                ),
            ),
            needs=("paused",),
        ),
        Condition(
            "flushed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "No resolver holds an answer from before.",
                    name="flush_entries",
                    early="The answers were dropped, and the same ones came from the zone.",
                ),
                Way(
                    "restart_service",
                    "{culprit} came up one instance after another and reads the zone anew.",
                    early="{culprit} came up with the zone as it is.",
                ),
            ),
            needs=("restored",),
        ),
        Condition(
            "ordered",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The sync refuses a plan that is older than the one applied last.",
                    name="correct_rule",
                ),
            ),
            needs=("paused",),
        ),
        Condition(
            "resumed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The sync runs again and changed nothing in its first run.",
                    name="resume_automation",
                    early="The sync was not let on: the zone differs from plan {removed}.",
                ),
            ),
            needs=("restored", "ordered"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "It was healthy; it came back with cold caches and fewer connections."),
        Wrong("rollback_deploy", "culprit", "An older release of the resolver serves the same zone."),
    ),
    relapse=(18, 40),
)

BGP_WITHDRAWAL = Family(
    name="bgp-withdrawal",
    story="A backbone change cuts the links between data centres, and each site, judging itself unreachable, withdraws "
    "its BGP prefixes. Names answer SERVFAIL and connections time out while all servers are up and idle.",
    strikes=("network",),
    facts={"link": range(11, 78)},
    change=Change(
        (
            "backbone: link bb-{link} drained ahead of its maintenance",
            "backbone: maintenance of bb-{link} prepared",
            "traffic led around link bb-{link}",
        ),
        diffs=(
            (
                "- drain: [bb-{link}]  # dry run",
                "+ drain: [bb-*]",
                "+ metric: 16777215",
            ),
            (
                "- links: bb-{link}",
                "+ links: bb-.*",
                "+ cost: 16777215",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(
        Effect("unreachable", (0.4, 0.8), on="callers", shape=Ramp((1, 4)), until=("undone", "announced")),
        Effect("call_hangs", (0.3, 0.65), on="callers", shape=Ramp((1, 4)), until=("undone", "announced")),
        # Clients that come back all at once find some doors still closed.
        Effect("unreachable", (0.06, 0.1), on="callers", until=("undone", "announced", "admitted")),
        Effect("gauge", (2, 5), gauge="peers established", shape=Ramp((1, 3)), until=("undone",)),
        Effect("gauge", (4, 17), gauge="prefixes announced", shape=Ramp((1, 4)), until=("undone", "announced")),
        Effect("gauge", (0.4, 1.3), gauge="flows", shape=Ramp((1, 4)), until=("undone", "announced")),
    ),
    lines=(
        printed(net.NEIGHBOR_DOWN, per_minute=0.8, until=("undone",)),
        printed(net.NOTIFICATION, until=("undone",)),
        printed(net.PREFIXES, per_minute=0.5, until=("undone", "announced")),
        printed(net.HOLD_TIMER, per_minute=0.2, until=("undone",)),
        printed(dns.SERVFAIL, "callers"),
        printed(dns.UPSTREAM_SILENT, "callers"),
        *(printed(line, "callers", 0.5) for line in dns.NO_ANSWER),
    ),
    notes=(
        "Sessions: {now[peers established]} of 12 established; retransmits {now[retransmits]} %",
        "Prefixes announced: {now[prefixes announced]} of 48",
    ),
    plan=(
        Condition(
            "undone",
            "stop",
            (
                Way(
                    "rollback_deploy",
                    "By way of the console network the routers run the configuration of {previous}.",
                ),
                Way(
                    "execute_runbook_step",
                    "The health check of the sites withdraws nothing any more; links were opened by hand.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "announced",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All 48 prefixes are announced.",
                    name="reload_configuration",
                    early="The prefixes were announced, and withdrawn again within the minute.",
                ),
                Way(
                    "execute_runbook_step",
                    "Static routes for all prefixes stand at the providers.",
                    name="restore_route",
                    early="The routes were entered, and lead to sites that reach nothing behind them.",
                ),
            ),
            needs=("undone",),
        ),
        Condition(
            "admitted",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Regions take their traffic back one after another.",
                    name="shift_traffic",
                    early="Traffic was sent to the sites and did not arrive.",
                ),
                Way(
                    "execute_runbook_step",
                    "Part of the returning traffic is turned away at the edge for some minutes.",
                    name="shed_load",
                    early="There is no traffic at the edge to turn away.",
                ),
            ),
            needs=("announced",),
        ),
        Condition(
            "checked",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A drain reaches one router first and stops there if a site loses its last path.",
                    name="stage_changes",
                ),
            ),
            needs=("undone",),
        ),
        Condition(
            "verified",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Looked at from outside, all 48 prefixes have a path.",
                    name="verify_recovery",
                ),
            ),
            needs=("undone", "announced", "admitted"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "It was up all the time; now it starts without reaching anything."),
        Wrong("restart_service", "culprit", "Sessions that had held were closed and not all came back."),
    ),
)

ROUTE_REFLECTOR = Family(
    name="route-reflector",
    story="An upgrade of the fabric removed a node label, so the selector of the route reflectors finds nobody. "
    "Sessions run into their hold timers; then calls within a node work and calls across nodes time out.",
    strikes=("network",),
    facts={"label": ("net/reflector", "topology/rr", "fabric/peer-role")},
    change=Change(
        (
            "fabric settings {version}: node labels follow the common scheme",
            "fabric settings {version}: labels of nodes",
            "fabric settings {version}: names by the common scheme",
        ),
        diffs=(
            (
                "- labels: {{{label}: 'true'}}",
                "+ labels: {{role: reflector}}",
            ),
            (
                "- {label}: 'true'",
                "+ role: reflector",
                "  objects: 3 nodes",
            ),
        ),
        kind="config",
        lead_minutes=(1, 4),
    ),
    effects=(
        Effect("call_hangs", (0.35, 0.75), on="callers", shape=Ramp((2, 4)), until=("selected", "established")),
        Effect("unreachable", (0.3, 0.65), on="callers", shape=Ramp((2, 4)), until=("selected", "established")),
        # Agents that have given up and wait for somebody to start them.
        Effect("call_hangs", (0.06, 0.12), on="callers", until=("selected", "established", "renewed")),
        Effect("gauge", (0, 2), gauge="peers established", shape=Ramp((2, 4)), until=("selected", "established")),
        Effect("gauge", (14, 38), gauge="packet loss", shape=Ramp((2, 4)), until=("selected", "established")),
        Effect("gauge", (11, 30), gauge="retransmits", shape=Ramp((2, 4)), until=("selected", "established")),
        Effect("gauge", (33, 43), gauge="prefixes announced", shape=Ramp((2, 4)), until=("selected", "established")),
        Effect("gauge", (1.4, 2.6), gauge="flows", shape=Ramp((2, 4)), until=("selected", "established")),
    ),
    lines=(
        printed(net.HOLD_TIMER, per_minute=0.8, until=("selected", "established")),
        printed(net.NOT_ESTABLISHED, until=("selected", "established")),
        printed(net.NOTIFICATION, per_minute=0.15, until=("selected", "established")),
        printed(net.PREFIXES, per_minute=0.15, until=("selected", "established")),
        printed(net.ACTIVE, since="change", until=("selected",)),
        printed(dns.SERVFAIL, "callers", 0.4),
        printed(dns.UPSTREAM_SILENT, "callers"),
        *(printed(line, "callers", 0.4) for line in dns.NO_ANSWER),
    ),
    notes=(
        "Sessions: {now[peers established]} of 12 established; retransmits {now[retransmits]} %",
        "Prefixes announced: {now[prefixes announced]} of 48",
    ),
    plan=(
        Condition(
            "selected",
            "stop",
            (
                Way("rollback_deploy", "The fabric is back on {previous}, with the labels that it sets."),
                Way(
                    "execute_runbook_step",
                    "The peer selector names a label that nodes carry.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "established",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All 12 sessions are established.",
                    name="reset_sessions",
                    early="Sessions were started and found nobody to talk to.",
                ),
                Way(
                    "execute_runbook_step",
                    "The agents read their configuration again and opened their sessions.",
                    name="reload_configuration",
                    early="The agents read the same configuration as before.",
                ),
            ),
            needs=("selected",),
        ),
        Condition(
            "renewed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Agents that had stopped trying were started again, a few at a time.",
                    name="restart_in_waves",
                    early="The agents came up and reach nothing beyond their own node.",
                ),
            ),
            needs=("established",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Upgrades of the fabric reach one node first and wait there for its sessions.",
                    name="stage_changes",
                ),
            ),
            needs=("selected",),
        ),
        Condition(
            "alarmed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Fewer than 12 established sessions page the network team from now on.",
                    name="add_alarm",
                ),
            ),
            needs=("selected", "established", "renewed"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The agents came up empty; routes that had still been there are gone."),
        Wrong("rollback_deploy", "entry", "It runs an older release and fails as before."),
    ),
)

POLICY_BLOCK = Family(
    name="policy-block",
    story="A network policy with a deny rule was rolled out. Packets of new connections are dropped without an answer, "
    "so clients wait for their time-outs; connections that were open live on, and errors grow as pools renew theirs.",
    strikes=("network",),
    facts={"rule": range(410, 990), "net": range(2, 60)},
    change=Change(
        (
            "policy set {version}: rule {rule} for 10.{net}.0.0/16",
            "policy set {version}: rule {rule}",
            "policy set {version}: 10.{net}.0.0/16 closed",
        ),
        diffs=(
            (
                "- {rule} allow tcp from 10.0.0.0/8 to 10.{net}.0.0/16",
                "+ {rule} deny tcp from any to 10.0.0.0/8 port 1024-65535 new",
                "+ {rule} log drop",
            ),
            (
                "- rule {rule}: allow, tcp, to 10.{net}.0.0/16",
                "+ rule {rule}: deny, tcp, to 10.0.0.0/8, ports from 1024",
                "+ rule {rule}: log",
            ),
        ),
        kind="config",
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("call_hangs", (0.35, 0.8), on="callers", shape=Ramp((3, 9)), until=("open",)),
        Effect("unreachable", (0.3, 0.6), on="callers", shape=Ramp((3, 9)), until=("open",)),
        # Half-open flows that the enforcement points still track.
        Effect("call_hangs", (0.05, 0.1), on="callers", until=("open", "renewed")),
        Effect("gauge", (180, 900), gauge="dropped by policy", shape=Step(), until=("open",)),
    ),
    lines=(
        printed(net.DROPPED_SYN, until=("open",)),
        printed(net.DROPPED_NOTICE, per_minute=0.1, until=("open",)),
        printed(net.ACTIVE, since="change", until=("open",)),
        printed(dns.UPSTREAM_SILENT, "callers", 0.4),
        *(printed(line, "callers", 0.2) for line in dns.NO_ANSWER),
    ),
    notes=(
        "Sessions: {now[peers established]} of 12 established; retransmits {now[retransmits]} %",
        "Packets dropped by policy: {now[dropped by policy]}/s",
    ),
    plan=(
        Condition(
            "open",
            "stop",
            (
                Way("rollback_deploy", "Policy set {previous} is active on all enforcement points."),
                Way(
                    "execute_runbook_step",
                    "An allow for the address ranges of the services stands above rule {rule}.",
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
                    "Tracked flows without an answer were dropped; clients opened new ones.",
                    name="reset_sessions",
                    early="Open flows were cut, and none of them came back.",
                ),
            ),
            needs=("open",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A new policy set reports for an hour what it would drop before it drops anything.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "No policy set is published until it was reviewed.",
                    name="freeze_publishing",
                ),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of rule {rule} has the list of the flows that it met.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "It lost the connections that it still had and gets few new ones."),
        Wrong("scale_service", "entry", "The new instances could open none of the connections they need."),
    ),
    relapse=(20, 45),
)

GRAY_RACK = Family(
    name="gray-rack",
    story="A network card behind one rack switch fails slowly: checksum errors, packets sent again and packets lost, "
    "on one rack only. Nothing was deployed, and whatever does not pass this rack is fine.",
    strikes=("network",),
    facts={
        "rack": range(3, 30),
        "card": ("eth2", "ens5f1", "bond0"),
        "counted": Counter((1_900_000, 7_400_000), (29_000, 33_500)),  # as the gauge of interface errors says
    },
    effects=(
        # Packets through one rack: most calls are as fast as ever, the rest wait or never end.
        Effect("call_hangs", (0.2, 0.4), on="callers", until=("drained",)),
        Effect("unreachable", (0.15, 0.3), on="callers", until=("drained",)),
        # Connections that were open before go on by way of the rack.
        Effect("call_hangs", (0.04, 0.08), on="callers", until=("drained", "moved")),
        Effect("gauge", (4, 11), gauge="packet loss", until=("drained",)),
        Effect("gauge", (12, 26), gauge="retransmits", until=("drained",)),
        Effect("gauge", (485, 555), gauge="interface errors", until=("drained",)),
        Effect("gauge", (10, 11), gauge="peers established", until=("drained",)),
    ),
    lines=(
        printed(net.LINK_DOWN, until=("drained",)),
        printed(net.LINK_UP, until=("drained",)),
        printed(net.PORT_ERRORS, until=("drained",)),
        printed(net.HOLD_TIMER, per_minute=0.2, until=("drained",)),
        printed(net.NEIGHBOR_DOWN, per_minute=0.1, until=("drained",)),
        printed(net.NOT_ESTABLISHED, per_minute=0.15, until=("drained",)),
        *(printed(line, "callers", 0.2) for line in net.RESET),
        *(printed(line, "callers", 0.2) for line in net.HANDSHAKE),
    ),
    notes=(
        "Sessions: {now[peers established]} of 12 established; retransmits {now[retransmits]} %",
        "Packets dropped by policy: {now[dropped by policy]}/s",
    ),
    hosts=0.2,
    plan=(
        Condition(
            "drained",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "rack-{rack} takes no new work; what ran there runs elsewhere.",
                    name="drain_host",
                ),
                Way("execute_runbook_step", "No route goes by way of the uplink of rack-{rack}.", name="block_route"),
            ),
        ),
        Condition(
            "moved",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Connections that still went by way of rack-{rack} were closed; clients opened others.",
                    name="reset_sessions",
                    early="Connections were closed, and a part of the new ones took the same way.",
                ),
            ),
            needs=("drained",),
        ),
        Condition(
            "fenced",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A port that counts this many checksum errors is shut from now on, and somebody is paged.",
                    name="add_alarm",
                ),
            ),
            needs=("drained", "moved"),
        ),
        Condition(
            "ticket",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The data centre has a ticket for {card} in rack-{rack}, with {counted} errors counted.",
                    name="open_vendor_ticket",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "All racks lost their links for a minute and came back as they were."),
        Wrong("rollback_deploy", "entry", "It runs an older release, and people miss what the newer one had."),
    ),
    relapse=(15, 40),
)
