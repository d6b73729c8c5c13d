"""Families in which connections, ports or descriptors run out although nobody leaks any: sums, fleets and herds."""

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
from cloud_incident_env.generated.symptoms import connections, storage

POOL_OVERSUBSCRIPTION = Family(
    name="pool-oversubscription",
    story="The fleet was scaled out, and every instance opens its whole connection pool. All pools together exceed the "
    "connection limit of the database: the youngest instances and other clients are refused, sessions are idle.",
    strikes=SERVICES,
    through=("postgres",),
    facts={"headroom": (50, 60, 80, 100), "size": (30, 40, 50), "waiting": range(180, 900)},
    change=Change(
        (
            "autoscaling of {culprit}: headroom for the campaign",
            "autoscaling of {culprit}: more instances in reserve",
            "{culprit}: ready for the campaign",
        ),
        diffs=(
            (
                "-   headroomPercent: 0",
                "+   headroomPercent: {headroom}",
                "    pool.maximum-size: {size} for each instance",
            ),
            (
                "- reserve: 0 %",
                "+ reserve: {headroom} %",
                "  connections of an instance: {size}",
            ),
        ),
        kind="config",
        lead_minutes=(2, 4),
    ),
    effects=(
        # Pools are opened at the start of an instance: the server is full within a minute or two, and stays so.
        Effect(
            "gauge",
            (496, 500),
            on="through",
            gauge="sessions",
            shape=Ramp((1, 2)),
            since="change",
            until=("sum-fits", "freed"),
        ),
        Effect("refused", (0.25, 0.5), on="through", shape=Ramp((1, 3)), until=("sum-fits", "freed")),
        Effect("own_errors", (0.1, 0.25), shape=Ramp((1, 3)), until=("sum-fits", "freed")),
        Effect("gauge", (40, 180), gauge="store pool waiters", until=("sum-fits", "freed")),
    ),
    lines=(
        printed(connections.HIKARI_TIMEOUT, until=("sum-fits", "freed")),
        *(printed(line, until=("sum-fits", "freed")) for line in connections.TOO_MANY_CLIENTS),
        *(
            printed(line, on="through_callers", until=("sum-fits", "freed"))
            for line in (*connections.TOO_MANY_CLIENTS, *connections.OF_WORKERS)
        ),
        printed(connections.PG_TOO_MANY_CLIENTS, on="through", until=("sum-fits", "freed")),
        printed(connections.PG_RESERVED_SLOTS, on="through", until=("sum-fits", "freed")),
        printed(connections.PG_CONNECTION_RECEIVED, on="through", until=("sum-fits", "freed")),
    ),
    notes=(connections.SOCKETS_NOTE,),
    hosts=0.4,
    plan=(
        Condition(
            "sum-fits",
            "stop",
            (
                Way("rollback_deploy", "{culprit} has its number of instances of before; their sessions are going."),
                Way(
                    "execute_runbook_step",
                    "{culprit} may hold 200 sessions on {through}, whatever its instances ask for.",
                    on="through",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "freed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Sessions of {culprit} that had been idle for a minute were ended, and stay away.",
                    on="through",
                    name="end_sessions",
                    early="Idle sessions were ended; instances of {culprit} opened as many within seconds.",
                    shows=("FATAL terminating connection due to administrator command",),
                ),
                Way(
                    "execute_runbook_step",
                    "Instances of {culprit} closed their pools and opened them anew, one by one.",
                    name="reset_sessions",
                    early="Pools were opened anew, and those who came last were refused.",
                ),
            ),
            needs=("sum-fits",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The size of a pool follows from the number of instances from now on.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when {through} has 400 of its 500 sessions in use.",
                    on="through",
                    name="add_alarm",
                ),
            ),
            needs=("sum-fits",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {culprit} have the counts of sessions by instance.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances asked {through} for sessions and got none."),
        Wrong("restart_service", "through", "Every client was disconnected, and all came back at once."),
        Wrong("restart_service", "culprit", "All instances started at once; others than before came too late."),
    ),
    relapse=(20, 45),
)

NAT_PORT_EXHAUSTION = Family(
    name="nat-port-exhaustion",
    story="All calls to a third party leave through one translated address. Since connections to it are not reused any "
    "more, the source ports of that address toward the one destination are used up: new connections time out, while "
    "the third party is well and other destinations answer.",
    strikes=("vendor",),
    facts={"kept": (30, 60, 90), "address": range(2, 250)},
    change=Change(
        (
            "connector settings: client profile shared by all callers",
            "connector settings: one profile",
            "connector settings: idle connections closed",
        ),
        diffs=(
            (
                "-   keep_alive: {kept}s",
                "+   keep_alive: 0s",
                "    egress: 192.0.2.{address}",
            ),
            (
                "- connections: kept for {kept}s",
                "+ connections: one for each request",
                "  from: 192.0.2.{address}",
            ),
        ),
        kind="config",
        lead_minutes=(3, 6),
    ),
    effects=(
        # What is above the ports of one address is dropped without an answer; the rest is as fast as ever.
        Effect("unreachable", (0.35, 0.7), shape=Ramp((2, 6)), until=("flows-fit",)),
        Effect("unreachable", (0.08, 0.2), shape=Ramp((2, 6)), until=("flows-fit", "ports-free")),
        Effect(
            "gauge",
            (52_000, 53_200),
            gauge="connections",
            shape=Ramp((2, 4)),
            since="change",
            until=("flows-fit", "ports-free"),
        ),
    ),
    lines=tuple(
        printed(line, on="callers", per_minute=0.7, until=("flows-fit", "ports-free"))
        for line in connections.CONNECT_TIMEOUTS
    ),
    notes=("egress 192.0.2.{address}: {now[connections]} connections",),
    plan=(
        Condition(
            "flows-fit",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Connections are kept {kept} s again; ports of closed ones come back within a minute.",
                    name="revert_configuration",
                ),
                Way("rollback_deploy", "The connector has its settings of before on all of its instances."),
                Way(
                    "execute_runbook_step",
                    "Half of the calls leave through the addresses of another zone.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "ports-free",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Five more addresses translate calls to {culprit}.",
                    name="raise_limit",
                ),
                Way(
                    "execute_runbook_step",
                    "Idle connections are forgotten after 60 s instead of 350 s.",
                    name="set_idle_timeout",
                ),
            ),
        ),
        Condition(
            "watched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when one address holds 40,000 connections to one destination.",
                    name="add_alarm",
                ),
            ),
            needs=("flows-fit", "ports-free"),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Whoever shares the client profile knows what it came to here.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service",
            "callers",
            "All connections were opened anew at once, and fewer of them than before got through.",
        ),
        Wrong("scale_service", "callers", "The new instances opened connections of their own to {culprit}."),
        Wrong(
            "restart_service",
            "culprit",
            "The connector forgot the connections that had worked, and asked for new ones.",
            effects=(Effect("unreachable", (0.1, 0.2), shape=Step()),),
        ),
    ),
    relapse=(20, 45),
)

FLEET_GROWTH_LIMIT = Family(
    name="fleet-growth-limit",
    story="Every instance keeps a descriptor for each member of the fleet. Capacity was added, so all members together "
    "passed the descriptor limit of a process within minutes, whatever their age; restarted ones fail again at once.",
    strikes=SERVICES,
    facts={"growth": (10, 15, 20, 25), "waiting": range(150, 700)},
    change=Change(
        (
            "capacity of {culprit}: members for the coming quarter",
            "capacity of {culprit}: more of the same",
            "{culprit} grows for the season",
        ),
        diffs=(
            (
                "-   fleet.extraPercent: 0",
                "+   fleet.extraPercent: {growth}",
                "    mesh: full",
            ),
            (
                "- members: usual",
                "+ members: usual + {growth} %",
                "  connections: each to each",
            ),
        ),
        kind="config",
        lead_minutes=(6, 30),
    ),
    effects=(
        # Membership is complete when the last of the new members has joined: then all are at the limit.
        Effect("gauge", (4_088, 4_096), gauge="open files", shape=Ramp((2, 5)), since="change", until=("smaller",)),
        # A process that may accept nothing writes a line at each try.
        Effect("gauge", (40, 110), gauge="log volume", shape=Ramp((2, 5)), until=("smaller", "rejoined")),
        Effect("gauge", (95, 99.5), gauge="log disk used", shape=Ramp((5, 10)), until=("smaller", "rejoined")),
        Effect("unreachable", (0.2, 0.45), shape=Ramp((1, 3)), until=("smaller", "rejoined")),
        Effect("call_errors", (0.2, 0.45), shape=Ramp((1, 3)), until=("smaller", "rejoined")),
        Effect("own_errors", (0.08, 0.2), shape=Ramp((1, 3)), until=("smaller",)),
    ),
    lines=(
        *(printed(line, until=("smaller", "rejoined")) for line in connections.TOO_MANY_FILES),
        *(printed(line, per_minute=0.08, until=("smaller",)) for line in storage.NO_SPACE),
        *(
            printed(line, on="callers", per_minute=0.3, until=("smaller", "rejoined"))
            for line in connections.CONNECT_TIMEOUTS
        ),
    ),
    notes=(connections.SOCKETS_NOTE,),
    plan=(
        Condition(
            "smaller",
            "stop",
            (
                Way("rollback_deploy", "The members that were added have left; {culprit} is as large as before."),
                Way(
                    "execute_runbook_step",
                    "A process of {culprit} may have 16384 files open, without a restart.",
                    name="raise_limit",
                ),
            ),
        ),
        Condition(
            "rejoined",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Members were restarted a twentieth at a time, and each found all others.",
                    name="restart_in_waves",
                    early="The first members that were restarted failed again while they joined.",
                ),
                Way(
                    "execute_runbook_step",
                    "Members opened their sessions with each other anew, a few at a time.",
                    name="reset_sessions",
                    early="Sessions were opened anew, and as many as before could not be.",
                ),
            ),
            needs=("smaller",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The fleet may not pass the size that its processes were tested with.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when a process of {culprit} has 3000 files open.",
                    name="add_alarm",
                ),
            ),
            needs=("smaller",),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Open files by size of the fleet are in the ticket of {culprit}.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances came up, and fail as many requests as the others."),
        Wrong("restart_service", "culprit", "All instances started at once; minutes later they failed as before."),
    ),
    relapse=(25, 50),
)

RECONNECT_HERD = Family(
    name="reconnect-herd",
    story="The database came back from a short restart, and all clients reconnect at once and load what they had in "
    "memory. It turns most of them away; they try again in step, so a thundering herd keeps it overloaded.",
    strikes=("postgres", "mysql"),
    effects=(
        Effect("refused", (0.45, 0.75), shape=Periodic((3, 5), 0.7), until=("admitted",)),
        Effect("refused", (0.2, 0.4), shape=Ramp((1, 2)), until=("admitted", "let-in")),
        Effect("cost", (4.0, 8.0), shape=Ramp((1, 2)), until=("admitted", "let-in")),
        Effect("slowdown", (2.0, 4.0), shape=Ramp((1, 3)), until=("admitted", "let-in")),
        Effect("gauge", (497, 500), gauge="sessions", shape=Step(), until=("admitted", "let-in")),
    ),
    lines=(
        printed(connections.PG_TOO_MANY_CLIENTS, per_minute=0.5, until=("admitted",)),
        printed(connections.PG_RESERVED_SLOTS, per_minute=0.3, until=("admitted",)),
        printed(connections.PG_CONNECTION_RECEIVED, per_minute=1.6, until=("admitted", "let-in")),
        printed(connections.MYSQL_UNAUTHENTICATED, per_minute=1.2, until=("admitted", "let-in")),
        printed(connections.HIKARI_TIMEOUT, on="callers", until=("admitted", "let-in")),
        *(
            printed(line, on="callers", per_minute=0.3, until=("admitted", "let-in"))
            for line in connections.CONNECT_TIMEOUTS
        ),
        *(printed(line, on="callers", per_minute=0.15, until=("admitted",)) for line in connections.NO_ADDRESS),
    ),
    notes=(storage.SERVER_NOTE, connections.SESSIONS_NOTE),
    plan=(
        Condition(
            "admitted",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The proxy lets twenty new sessions a second through to {culprit}; the others wait there.",
                    name="limit_client",
                ),
                Way(
                    "execute_runbook_step",
                    "Clients of two zones are turned away for some minutes; those of the third get in.",
                    name="shed_load",
                ),
            ),
        ),
        Condition(
            "let-in",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Clients were let in group by group, and each had read what it needs before the next.",
                    name="reset_sessions",
                    early="Clients were asked to connect anew, and came all at once.",
                ),
            ),
            needs=("admitted",),
        ),
        Condition(
            "spread",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Clients wait between 1 and 60 s, at random, before they connect again.",
                    name="set_retry_budget",
                ),
            ),
            needs=("admitted",),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Sessions and refused connections by minute are in the ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Those who had got in were cut off, and everybody came back in step."),
        Wrong("scale_service", "entry", "The new instances wanted sessions as well, and read all they need."),
    ),
    relapse=(12, 30),
)
