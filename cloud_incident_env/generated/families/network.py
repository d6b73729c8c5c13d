"""Families whose culprit is name resolution or the network."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Family, Step

DNS_CONFIG = Family(
    name="dns-config",
    story="A change of the resolver configuration sends a zone to a forwarder that does not know it. DNS name "
    "resolution "
    "fails with NXDOMAIN for internal names, while every address still answers: a bad configuration change.",
    strikes=("coredns",),
    facts={"zone": ("prod.internal", "svc.internal", "core.internal", "apps.internal"), "upstream": range(20, 90)},
    change=Change("resolver settings: forward {zone} to 192.0.2.{upstream}", lead_minutes=(0, 3)),
    errors=(0.04, 0.16),
    latency=(5, 9),
    figures={"NXDOMAIN share": (38, 72), "cache hit ratio": (22, 44)},
    logs=(
        'INFO {ip}:{port} - {id} "A IN {caller}.{zone}. udp 62 false 1232" NXDOMAIN qr,rd,ra 137 0.0{n}s',
        "WARN zone {zone}: 192.0.2.{upstream} answers with authority of the root, name unknown",
    ),
    notes=("Resolvers: {zone} is forwarded to 192.0.2.{upstream}",),
    seen_by_callers=("ERROR dial tcp: lookup {caller}.internal on 10.96.0.10:53: no such host",),
    steps=(
        Step("rollback_deploy", "The resolver settings of {previous} are in place on {culprit}.", relief=0.5),
        Step(
            "execute_runbook_step",
            "All resolvers have read their settings anew; {zone} goes to its own servers.",
            name="reload_resolvers",
            relief=0.3,
            too_early="The resolvers were reloaded with the same settings as before.",
        ),
        Step(
            "execute_runbook_step",
            "Negative answers were dropped everywhere; clients ask again.",
            name="flush_negative_cache",
            relief=0.2,
            too_early="The negative answers were dropped and filled again within seconds.",
        ),
        Step(
            "execute_runbook_step",
            "A sample of 200 internal names resolves on every resolver.",
            name="verify_name_lookups",
            too_early="Most of the sampled names do not resolve yet.",
        ),
    ),
    wrong={
        ("restart_service", "caller"): "It came back with nothing in its own cache and fails every call now.",
        ("scale_service", "culprit"): "More of them gave the same answers.",
    },
    signature={"query_logs": r"NXDOMAIN qr,rd,ra", "check_metrics": r"NXDOMAIN share +[3-9]\d\.\d %"},
)

DNS_AUTOMATION = Family(
    name="dns-automation",
    story="The record automation applies a stale plan: it deletes a live DNS record that a newer plan had written. "
    "Lookups "
    "return empty answers while the backend behind the name is healthy and idle.",
    strikes=("coredns",),
    facts={"old": range(4100, 4400), "new": range(4500, 4900), "record": ("api", "data", "writer", "ledger", "core")},
    errors=(0.03, 0.1),
    latency=(5, 8),
    figures={"empty answers": (60, 220), "records in zone": (268, 297)},
    logs=(
        "INFO record-sync: applied plan {old}; cleanup removed {new}",
        'INFO {ip}:{port} - {id} "A IN {record}.prod.internal. udp 55 false 1232" NOERROR qr,aa,rd 0 answers',
    ),
    notes=("Record sync: last applied plan {old}, planner is at {new}",),
    seen_by_callers=("ERROR getaddrinfo ENODATA {record}.prod.internal: no address for {culprit} lookup",),
    steps=(
        Step(
            "execute_runbook_step", "The record sync is stopped in every zone.", name="disable_record_sync", relief=0.1
        ),
        Step(
            "execute_runbook_step",
            "{record}.prod.internal has its addresses again, as plan {new} has them.",
            name="restore_record",
            relief=0.6,
            too_early="The record was written, and the sync removed it again a moment later.",
        ),
        Step(
            "execute_runbook_step",
            "The time to live of the empty answers has passed on all resolvers.",
            name="wait_out_ttl",
            relief=0.2,
            too_early="The time passed, and the resolvers fetched the same empty answers.",
        ),
        Step(
            "execute_runbook_step",
            "Clients come back a tenth at a time.",
            name="throttle_reconnects",
            relief=0.1,
            too_early="A limit is in place, but nobody can connect yet.",
        ),
        Step(
            "execute_runbook_step",
            "Every name of the zone has at least one address.",
            name="verify_zone_records",
            too_early="Some names of the zone have no address.",
        ),
    ),
    wrong={("restart_service", "culprit"): "The resolvers dropped what they still held; more names went missing."},
    signature={"query_logs": r"applied plan \d+; cleanup removed \d+", "check_metrics": r"records in zone +2\d\d"},
)

BGP_WITHDRAWAL = Family(
    name="bgp-withdrawal",
    story="A backbone change makes data centres look unreachable, and the sites withdraw their BGP prefixes by "
    "themselves. "
    "Routes are lost, names answer SERVFAIL and clients time out while all servers are up.",
    strikes=("network",),
    facts={"neighbor": range(1, 120), "prefix": range(0, 240)},
    change=Change("backbone: drain of link bb-{neighbor} for maintenance", lead_minutes=(0, 3)),
    errors=(0.03, 0.15),
    latency=(6, 12),
    traffic=(0.3, 0.6),
    figures={"peers established": (2, 6), "prefixes announced": (4, 17)},
    logs=(
        "ERROR %BGP-5-ADJCHANGE: neighbor 198.51.100.{neighbor} Down BGP Notification sent",
        "WARN  203.0.113.{prefix}/28 withdrawn: health=dc_unreachable",
    ),
    notes=("Announcements follow the reachability of the data centres",),
    seen_by_callers=("ERROR connect timed out after {ms} ms, lookup answered SERVFAIL before",),
    steps=(
        Step(
            "execute_runbook_step",
            "You are on the routers by way of the console network.",
            name="open_console_access",
            relief=0.0,
        ),
        Step(
            "rollback_deploy",
            "The backbone runs {previous} again; link bb-{neighbor} carries traffic.",
            relief=0.4,
            too_early="The change could not be sent: the routers are not reached from here.",
        ),
        Step(
            "execute_runbook_step",
            "All 48 prefixes are announced.",
            name="announce_prefixes",
            relief=0.4,
            too_early="The prefixes were announced and withdrawn again by the health check.",
        ),
        Step(
            "execute_runbook_step",
            "One region after another takes its traffic back.",
            name="ramp_regions",
            relief=0.2,
            too_early="There is no route for the traffic to come back on.",
        ),
        Step(
            "execute_runbook_step",
            "Every peer sees every prefix.",
            name="verify_announcements",
            too_early="Most prefixes are not seen from outside.",
        ),
    ),
    wrong={("restart_service", "caller"): "It was up all the time; now it starts without reaching anything."},
    signature={"query_logs": r"withdrawn: health=dc_unreachable", "check_metrics": r"prefixes announced +1?\d "},
)

ROUTE_REFLECTOR = Family(
    name="route-reflector",
    story="An upgrade removed a label, so the selector of the route reflector finds no peers. Sessions run into "
    "their hold "
    "timer; calls within a node work, calls across nodes time out.",
    strikes=("network",),
    facts={"label": ("net/reflector", "topology/rr", "fabric/peer-role"), "peer": range(2, 250)},
    change=Change("fabric upgrade {version}: node labels tidied up", lead_minutes=(1, 5)),
    errors=(0.03, 0.14),
    latency=(6, 14),
    figures={"peers established": (0, 2), "packet loss": (14, 38), "retransmits": (11, 30)},
    logs=(
        "WARN  BIRD: Mesh_10_4_{n}_{peer}: Hold timer expired",
        "ERROR No IPv4 peers found in the datastore for selector {label} == 'true'",
    ),
    notes=("Traffic within a node passes, traffic between nodes does not",),
    seen_by_callers=("ERROR dial tcp 10.4.{n}.{peer}:8080: i/o timeout, the instance on the same node answers",),
    steps=(
        Step(
            "execute_runbook_step",
            "The selector names the label that the nodes carry.",
            name="fix_peering_selector",
            relief=0.5,
        ),
        Step(
            "execute_runbook_step",
            "All 12 sessions are established.",
            name="establish_sessions",
            relief=0.3,
            too_early="Sessions were started and found nobody to talk to.",
        ),
        Step(
            "execute_runbook_step",
            "The resolvers were restarted one by one and reach their upstreams.",
            name="restart_resolvers",
            relief=0.2,
            too_early="The resolvers came back and reach nothing beyond their own node.",
        ),
        Step(
            "execute_runbook_step",
            "Probes between all pairs of nodes pass.",
            name="verify_node_mesh",
            too_early="Probes pass within nodes only.",
        ),
    ),
    wrong={("restart_service", "culprit"): "It came up and found as little as before; the last routes are gone."},
    signature={"query_logs": r"No IPv4 peers found", "check_metrics": r"peers established +[0-2] "},
)

POLICY_BLOCK = Family(
    name="policy-block",
    story="A firewall policy with a deny rule was rolled out. New connections are dropped silently, so clients run "
    "into i/o "
    "timeouts rather than refusals, and the other side sees no new connections at all.",
    strikes=("network",),
    facts={"rule": range(410, 990), "dport": (5432, 6379, 9092, 3306, 8443)},
    change=Change("policy set {version}: rule {rule} for port {dport}", lead_minutes=(0, 2)),
    errors=(0.02, 0.1),
    latency=(5, 9),
    traffic=(0.4, 0.7),
    figures={"dropped by policy": (180, 900)},
    logs=(
        "WARN  drop IN=eth0 SRC={ip} DST={ip} PROTO=TCP DPT={dport} SYN rule={rule}",
        "INFO  policy set {version} active on all enforcement points, {n} rules",
    ),
    notes=("Policy set {version} is active on all enforcement points",),
    seen_by_callers=("ERROR dial tcp {ip}:{dport}: i/o timeout",),
    steps=(
        Step("rollback_deploy", "Policy set {previous} is active again.", relief=0.7),
        Step(
            "execute_runbook_step",
            "Flows to port {dport} pass in both directions.",
            name="verify_flows",
            too_early="Flows to port {dport} are still dropped.",
            relief=0.0,
        ),
        Step(
            "execute_runbook_step",
            "Rule {rule} has an exception for the services that need port {dport}.",
            name="add_allow_rule",
            relief=0.2,
            too_early="The exception was added behind rule {rule}, which is met first.",
        ),
        Step(
            "execute_runbook_step",
            "The policy set with its exception is active; nothing is dropped that should pass.",
            name="apply_policy_with_allow",
            relief=0.1,
            too_early="Applied without an exception, the set drops the same flows.",
        ),
        Step(
            "execute_runbook_step",
            "No drop of a known service within five minutes.",
            name="verify_policy_drops",
            too_early="Drops of known services go on.",
        ),
    ),
    wrong={("restart_service", "caller"): "It lost the connections that it still had and gets no new ones."},
    signature={"query_logs": r"DPT=\d+ SYN rule=\d+", "check_metrics": r"dropped by policy +\d{3}\.\d/s"},
)

GRAY_RACK = Family(
    name="gray-rack",
    story="A network card behind one rack switch fails slowly: CRC errors, retransmits and packet loss on one rack "
    "only. "
    "It is a hardware failure; nothing was deployed, and everything outside the rack is fine.",
    strikes=("network",),
    facts={"rack": range(3, 30), "card": ("eth2", "ens5f1", "bond0"), "share": range(12, 27)},
    errors=(0.02, 0.12),
    latency=(7, 18),
    figures={"packet loss": (4, 11), "retransmits": (12, 26), "interface errors": (320, 900)},
    logs=(
        "ERROR rack-{rack} {card}: NIC Link is Down, up again after {n} s",
        "WARN  rack-{rack} {card}: rx_crc_errors {id}, {share} % of segments sent again",
    ),
    notes=("Rack {rack} sends {share} % of its segments twice",),
    seen_by_callers=("WARN  connection to {ip} reset after {ms} ms, the same call to another rack took 4 ms",),
    steps=(
        Step(
            "execute_runbook_step",
            "Rack {rack} takes no new work and has none left.",
            name="drain_rack",
            relief=0.6,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "Replicas in other racks lead; nothing depends on rack {rack}.",
            name="promote_other_racks",
            relief=0.4,
            too_early="Leaders were moved, and clients in rack {rack} still reach them through it.",
        ),
        Step(
            "execute_runbook_step",
            "The data centre has a ticket for {card} in rack {rack}.",
            name="open_hardware_ticket",
            too_early="The ticket was refused: the rack still carries traffic.",
        ),
        Step(
            "execute_runbook_step",
            "Retransmits are those of an idle network.",
            name="verify_rack_errors",
            too_early="The share of segments sent twice has not moved.",
        ),
    ),
    wrong={("restart_service", "culprit"): "All racks lost their links for a minute, and the one came back as it was."},
    signature={"query_logs": r"NIC Link is Down", "check_metrics": r"interface errors +\d{3}/s"},
)
