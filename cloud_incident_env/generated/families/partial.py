"""Families in which some hosts, zones or instances fail and the mean hides it."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Effect,
    Family,
    Periodic,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.names import BATCH_WORK
from cloud_incident_env.generated.symptoms import control, data, partial
from cloud_incident_env.generated.symptoms.printing import printed_each

ZONE_POWER_LOSS = Family(
    name="zone-power-loss",
    story="One of three halls lost its power. A third of the nodes is silent from one second on, with whatever ran on "
    "them; calls to it wait until they time out, and the nodes of the other halls carry its share.",
    strikes=("nodes",),
    facts={"dark": ("H1", "H2", "H3")},
    effects=(
        # Clients still hold the addresses of the silent third.
        Effect("unreachable", (0.24, 0.36), on="callers", shape=Step(), until=("led-away",)),
        Effect("call_hangs", (0.05, 0.12), on="callers", shape=Step(), until=("led-away",)),
        Effect("capacity", (0.62, 0.7), on="callers", shape=Step(), until=("led-away", "hall-back")),
        Effect("capacity", (0.62, 0.7), shape=Step(), until=("led-away", "hall-back")),
        # Stores whose first member was there.
        Effect("own_errors", (0.06, 0.14), on="callers", shape=Step(), until=("led-away", "members-chosen")),
        Effect("gauge", (1, 1), on="callers", gauge="replicas attached", shape=Step(), until=("led-away", "hall-back")),
        Effect("gauge", (66, 68), on="callers", gauge="index hosts up", shape=Step(), until=("led-away", "hall-back")),
        Effect(
            "gauge", (2, 6), on="callers", gauge="leader changes", shape=Step(), until=("led-away", "members-chosen")
        ),
        Effect("gauge", (65, 68), gauge="nodes ready", shape=Step(), until=("led-away", "hall-back")),
        # The nodes that take over are brought to the packages of those that they stand in for.
        Effect("gauge", (30, 90), gauge="package upgrades", until=("led-away", "hall-back")),
        Effect("gauge", (86, 96), gauge="CPU of the busiest host", shape=Ramp((1, 3)), until=("led-away", "hall-back")),
    ),
    lines=(
        printed(partial.CLOCK_UNSTABLE, per_minute=0.1, until=("led-away", "hall-back")),
        printed(partial.NODE_STATUS_LATE, per_minute=0.3, until=("led-away", "hall-back")),
        printed(partial.NETWORK_STARTED, per_minute=0.15, until=("led-away", "hall-back")),
        printed(partial.CPU_STUCK, per_minute=0.15, until=("led-away", "hall-back")),
        printed(partial.NODE_NOT_READY, on="callers", until=("led-away",)),
        printed(control.PEER_UNHEALTHY, on="callers", until=("led-away", "hall-back")),
        printed(control.NOT_PUBLISHED, on="callers", until=("led-away", "members-chosen")),
        printed(data.TRANSACTIONS_OF_ITS_OWN, on="callers", per_minute=0.2, until=("led-away", "members-chosen")),
        printed(data.STANDBY_TURNED_AWAY, on="callers", per_minute=0.2, until=("led-away", "members-chosen")),
        printed(data.NO_FILE, on="callers", per_minute=0.15, until=("led-away", "members-chosen")),
        printed(data.ROW_DIFFERS, on="callers", per_minute=0.15, until=("led-away", "members-chosen")),
        printed(data.REPLICA_STOPPED, on="callers", per_minute=0.15, until=("led-away", "members-chosen")),
        printed(data.FOLLOWS_AGAIN, on="callers", per_minute=0.15, until=("led-away", "members-chosen")),
        printed(data.COPIES_DIFFER, on="callers", per_minute=0.2, until=("led-away", "hall-back")),
        *printed_each(partial.QUEUE_FULL, on="callers", per_minute=0.2, until=("led-away", "hall-back")),
    ),
    notes=("Nodes ready: {now[nodes ready]} %",),
    hosts=0.34,
    plan=(
        Condition(
            "led-away",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "No address of hall {dark} is given out any more; its traffic goes to the other two.",
                    name="shift_traffic",
                ),
                Way(
                    "execute_runbook_step",
                    "Hall {dark} is out of all lists; what ran there is started elsewhere.",
                    name="drain_host",
                ),
            ),
        ),
        Condition(
            "members-chosen",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Stores whose first member was in hall {dark} have another one.",
                    name="promote_replica",
                    early="Stores changed over, and clients went on asking the member that is silent.",
                ),
            ),
            needs=("led-away",),
        ),
        Condition(
            "hall-back",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Hall {dark} has power again; its network came first, then the stores, then the rest.",
                    name="return_host",
                    early="Some nodes of hall {dark} came up for a minute, were given traffic, and were gone again.",
                ),
                Way(
                    "execute_runbook_step",
                    "As many nodes as are missing were started in the other two halls.",
                    name="add_members",
                    early="New nodes came up, and traffic still went to the old addresses.",
                ),
            ),
            needs=("led-away",),
        ),
        Condition(
            "spread",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No role may have more than half of its members in one hall, nor all writers.",
                    name="correct_rule",
                ),
            ),
            needs=("led-away",),
        ),
        Condition(
            "site-asked",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The site has a ticket and has named an hour for hall {dark}.",
                    name="open_vendor_ticket",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The nodes that were serving went down as well, all at once."),
        Wrong("rollback_deploy", "callers", "It runs an older release on as few instances as before."),
    ),
)

STICKY_IMBALANCE = Family(
    name="sticky-imbalance",
    story="Traffic is handed out by the address of the client, and a few proxies send most of it. One instance in five "
    "takes several times its share and turns requests away, the others idle; the mean looks like a small problem.",
    strikes=SERVICES,
    facts={"balance": ("least_requests", "round_robin", "random_two"), "sticky": ("source_address", "client_network")},
    change=Change(
        (
            "balancing of {culprit}: a client stays where it was",
            "balancing of {culprit}: rule changed",
            "{culprit}: warmer caches",
        ),
        diffs=(
            ("-   balance: {balance}", "+   balance: {sticky}", "+   keep: 30m"),
            (
                "- policy: {balance}",
                "+ policy: {sticky}",
                "  for: 30 min",
            ),
        ),
        kind="config",
        lead_minutes=(1, 10),
    ),
    effects=(
        # Means over all instances: one in five fails half of what it is given.
        Effect("own_errors", (0.06, 0.13), shape=Ramp((2, 8)), until=("spread-out",)),
        # Connections that stay where they are until they end.
        Effect("own_errors", (0.02, 0.05), shape=Ramp((2, 8)), until=("spread-out", "sessions-moved")),
        Effect("slowdown", (1.5, 2.4), shape=Ramp((2, 8)), until=("spread-out", "sessions-moved")),
        Effect("gauge", (220, 640), gauge="longest pause", shape=Ramp((2, 8)), until=("spread-out", "sessions-moved")),
    ),
    lines=(
        *printed_each(partial.QUEUE_FULL, per_minute=0.7, until=("spread-out", "sessions-moved"), within=SERVICES),
        printed(partial.INSTANCE_EJECTED, on="callers", until=("spread-out", "sessions-moved")),
        printed(partial.INSTANCE_LEFT_OUT, on="callers", until=("spread-out", "sessions-moved")),
    ),
    hosts=0.2,
    plan=(
        Condition(
            "spread-out",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Requests to {culprit} are handed out by {balance} again.",
                    name="revert_configuration",
                ),
                Way(
                    "execute_runbook_step",
                    "Requests to {culprit} are handed out by session, whatever their address.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "sessions-moved",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Old connections to {culprit} were closed a few at a time, and came back elsewhere.",
                    name="reset_sessions",
                    early="Connections were closed, and came back to the same instance.",
                ),
                Way(
                    "execute_runbook_step",
                    "Instances of {culprit} left the pool one after the other until their sessions had ended.",
                    name="restart_in_waves",
                    early="The instance was replaced, and another one took all that it had held.",
                ),
            ),
            needs=("spread-out",),
        ),
        Condition(
            "compared",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "An instance with twice the load of the median raises an alarm.",
                    name="add_alarm",
                ),
            ),
            needs=("spread-out", "sessions-moved"),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Load by instance since {since} is in a ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances are given next to nothing, and the rest is as it was."),
        Wrong("restart_service", "culprit", "The clients came back all at once, and most of them to one instance."),
    ),
    relapse=(20, 45),
)

UNEVEN_SHARDS = Family(
    name="uneven-shards",
    story="A rebalancing after hosts came back counted hosts and not their room, and left some of them with most of "
    "the shards. These are at their limit and turn requests away, while no key or tenant is busier than others.",
    strikes=("object-store",),
    facts={"plan_no": range(41, 980), "returned": (3, 4, 6, 8)},
    change=Change(
        (
            "placement plan {plan_no}: {returned} hosts are back, shards spread anew",
            "placement plan {plan_no}: shards moved",
            "{returned} hosts back in use, plan {plan_no}",
        ),
        diffs=(
            ("-   weight: by_capacity", "+   weight: by_count", "    throttle: 0"),
            (
                "- spread: by free space",
                "+ spread: by number",
                "  moves at once: all",
            ),
        ),
        kind="job",
        lead_minutes=(3, 20),
    ),
    effects=(
        Effect("own_errors", (0.14, 0.28), shape=Ramp((3, 10)), until=("asked-less",)),
        Effect("own_errors", (0.06, 0.11), shape=Ramp((3, 10)), until=("asked-less", "placed-evenly")),
        Effect("slowdown", (1.6, 2.8), shape=Ramp((3, 10)), until=("asked-less", "placed-evenly")),
        Effect(
            "gauge",
            (118, 158),
            gauge="hottest shard",
            shape=Ramp((2, 3)),
            since="change",
            until=("asked-less", "placed-evenly"),
        ),
        Effect(
            "gauge",
            (9_000, 60_000),
            gauge="repair backlog",
            shape=Ramp((3, 10)),
            since="change",
            until=("asked-less", "placed-evenly"),
        ),
    ),
    lines=(
        printed(partial.SLOW_DOWN, until=("asked-less", "placed-evenly")),
        printed(partial.UNABLE, per_minute=0.2, until=("asked-less", "placed-evenly")),
        printed(data.COPIES_WAIT, since="change", until=("asked-less", "placed-evenly")),
        printed(data.COPIES_DIFFER, per_minute=0.15, since="change", until=("asked-less", "placed-evenly")),
    ),
    notes=("shards of all hosts: mean load {now[mean shard load]} % of the limit, highest {now[hottest shard]} %",),
    hosts=0.34,
    plan=(
        Condition(
            "asked-less",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Bulk reads and writes are turned away for now; single requests go through.",
                    name="shed_load",
                ),
                Way(
                    "execute_runbook_step",
                    "Each client may send half of what it did for the time of the move.",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "placed-evenly",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Shards were moved off the fullest hosts, two at a time; the limits of today are lifted.",
                    name="move_aside",
                    early="The first shard was copied at full load, and requests to its host got slower still.",
                ),
                Way(
                    "execute_runbook_step",
                    "Weights follow capacity again; shards moved back over some minutes, and the limits are lifted.",
                    name="revert_configuration",
                    early="Weights were set, and no shard moved: its host had no room for a copy.",
                ),
            ),
            needs=("asked-less",),
        ),
        Condition(
            "plans-held",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No plan is carried out by itself; a person looks at the load it leads to.",
                    name="pause_automation",
                ),
                Way(
                    "execute_runbook_step",
                    "A plan that gives a host more than 1.2 times the mean is refused.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Shards by host before and after plan {plan_no} are in a ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "Shards were copied to the new hosts at full speed, from the busiest ones."),
        Wrong("restart_service", "culprit", "Its leaders went to the hosts that came up first, and stayed there."),
    ),
    relapse=(25, 50),
)

NOISY_NEIGHBOUR = Family(
    name="noisy-neighbour",
    story="A batch job of another team may use what its machines have left, and takes much more. Whatever shares those "
    "machines is late while the job runs, at its usual load and with little use of its own; elsewhere it is fast.",
    strikes=("nodes",),
    facts={"batch": BATCH_WORK, "share": (5, 8, 12)},
    change=Change(
        (
            "placement: {batch} may use idle hosts of all pools",
            "placement: pools of {batch}",
            "{batch}: more hosts at night",
        ),
        diffs=(
            ("-   pools: [{batch}]", "+   pools: [{batch}, general]", "-   priority: low", "+   priority: none"),
            (
                "- {batch}: pool {batch}, priority low",
                "+ {batch}: pools {batch} and general, no priority",
            ),
        ),
        kind="config",
        lead_minutes=(2, 15),
    ),
    effects=(
        Effect("slowdown", (1.6, 3.2), on="callers", shape=Periodic((11, 19), 0.75), until=("kept-apart",)),
        Effect("delay", (0.4, 0.85), on="callers", shape=Periodic((11, 19), 0.75), until=("kept-apart",)),
        # Requests that stood still with the host that they were on.
        Effect("hung", (0.03, 0.07), on="callers", shape=Ramp((2, 6)), until=("kept-apart", "moved")),
        Effect("gauge", (18, 60), on="callers", gauge="disk latency", shape=Ramp((2, 6)), until=("kept-apart",)),
        Effect("gauge", (240, 620), on="callers", gauge="write p50", shape=Ramp((2, 6)), until=("kept-apart",)),
        Effect("cost", (1.15, 1.5), shape=Ramp((1, 3)), until=("kept-apart",)),  # a part of the hosts runs the job
        Effect("gauge", (96, 99), gauge="CPU of the busiest host", shape=Ramp((1, 3)), until=("kept-apart",)),
        Effect("gauge", (2, 7), gauge="retransmits of the worst host", shape=Ramp((2, 6)), until=("kept-apart",)),
    ),
    lines=(
        printed(partial.CPU_STUCK, until=("kept-apart",)),
        printed(partial.CLOCK_UNSTABLE, until=("kept-apart",)),
        printed(partial.NODE_STATUS_LATE, per_minute=0.4, until=("kept-apart",)),
        printed(partial.NODE_NOT_READY, on="callers", per_minute=0.2, until=("kept-apart",)),
        printed(control.LATE_HEARTBEAT, on="callers", per_minute=0.4, until=("kept-apart",)),
        printed(control.READ_INDEX_LATE, on="callers", per_minute=0.3, until=("kept-apart",)),
        *printed_each(partial.BUSY, on="callers", per_minute=0.3, until=("kept-apart", "moved")),
    ),
    notes=("CPU of the busiest host: {now[CPU of the busiest host]} %",),
    hosts=0.1,
    plan=(
        Condition(
            "kept-apart",
            "stop",
            (
                Way("execute_runbook_step", "{batch} is held until tonight.", name="pause_jobs"),
                Way(
                    "execute_runbook_step",
                    "{batch} may use {share} % of a host that it shares.",
                    name="limit_client",
                ),
                Way(
                    "execute_runbook_step",
                    "What answers requests left the hosts that {batch} runs on.",
                    name="drain_host",
                ),
                Way("rollback_deploy", "{batch} may use the hosts of its own pool alone, and left the others."),
            ),
        ),
        Condition(
            "moved",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Instances that stood still were replaced on other hosts.",
                    name="replace_instances",
                    early="Instances were replaced, and half of the new ones came to the same kind of host.",
                ),
            ),
            needs=("kept-apart",),
        ),
        Condition(
            "placed-apart",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Batch work goes to hosts of its own from now on.",
                    name="correct_rule",
                ),
            ),
            needs=("kept-apart",),
        ),
        Condition(
            "team-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The team of {batch} has the hosts and the times.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("rollback_deploy", "callers", "It runs an older release on the same hosts."),
        Wrong("restart_service", "callers", "Its instances came back where they had been, with nothing cached."),
    ),
    relapse=(20, 45),
)
