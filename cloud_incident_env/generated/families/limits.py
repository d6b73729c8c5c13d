"""Families in which more is asked for than may be, or less may be than is asked for."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.families.edge import GATEWAYS
from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Drawn,
    Effect,
    Family,
    Periodic,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms.limit import (
    AGENTS,
    ANSWERED_429,
    BUSIEST,
    BUSIEST_AGENT,
    BUSIEST_CLIENT,
    LIMITED,
    NO_ROOM,
    OVERFLOWING,
    QUOTA_EXCEEDED,
    SHARD_REPORT,
    SLOW_DOWN,
    TURNED_AWAY,
)
from cloud_incident_env.generated.symptoms.wait import POOL_LEVEL, VENDOR_429, VENDOR_PAGES

ADDRESS = Drawn("public_ip")  # of a user

ORGANIC_SURGE = Family(
    name="organic-surge",
    story="Real users arrive faster than the capacity that was planned for them, after a campaign. All routes get more "
    "requests in their usual proportions, no client stands out, and latency rises before requests are turned away.",
    strikes=(*GATEWAYS, *SERVICES),
    facts={
        "campaign": Drawn("campaign_name"),
        "client": Drawn("tenant_or_ip"),
        "portion": (0.2, 0.3, 0.4, 0.6),
        "agent": AGENTS,
        "audience": (25, 30, 40),
    },
    change=Change(
        (
            "calendar: {campaign}, message to all who use the app",
            "calendar: {campaign}",
            "{campaign}: message goes out",
        ),
        diffs=(
            ("-   audience_percent: {audience}", "+   audience_percent: 100", "    send: at once"),
            (
                "- to: {audience} % of the users, over 6 h",
                "+ to: 100 % of the users, now",
            ),
        ),
        kind="job",
        lead_minutes=(2, 8),
    ),
    effects=(
        Effect("traffic", (1.35, 1.8), shape=Ramp((8, 20)), until=("room-made",)),
        Effect("delay", (0.05, 0.14), shape=Ramp((4, 10)), until=("room-made",)),
        Effect("own_errors", (0.05, 0.13), shape=Ramp((10, 20)), until=("room-made",)),
        Effect("own_errors", (0.02, 0.05), shape=Ramp((10, 20)), until=("room-made", "queue-short")),
    ),
    lines=(
        *(printed(each, until=("room-made",)) for each in (*LIMITED, *OVERFLOWING, *BUSIEST, BUSIEST_CLIENT)),
        printed(TURNED_AWAY, until=("room-made", "queue-short")),
        printed(ANSWERED_429, per_minute=0.2, until=("room-made",)),
        printed(NO_ROOM, until=("room-made", "queue-short")),
        printed(POOL_LEVEL, until=("room-made", "queue-short")),
    ),
    notes=(BUSIEST_AGENT,),
    plan=(
        Condition(
            "room-made",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The standby pool of {culprit} takes half of the requests.",
                    name="add_members",
                ),
                Way(
                    "execute_runbook_step",
                    "What can wait is told to come in a minute, and half of it is let in.",
                    name="shed_load",
                ),
                Way(
                    "execute_runbook_step",
                    "What changes seldom is answered from what was stored, all else as usual.",
                    name="serve_stale",
                ),
            ),
        ),
        Condition(
            "queue-short",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Requests whose senders had given up were dropped.",
                    name="drain_backlog",
                    early="Old requests were dropped, and as many stood in their place a minute later.",
                ),
                Way(
                    "execute_runbook_step",
                    "Connections that waited for more than 10 s were closed.",
                    name="reset_sessions",
                    early="Connections were closed, and as many were opened at once.",
                ),
            ),
            needs=("room-made",),
        ),
        Condition(
            "planned-for",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The scaler has the instances for each message of the calendar an hour before it.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "Messages to all go out to one tenth after another, 10 minutes apart.",
                    name="stage_changes",
                ),
            ),
            needs=("room-made",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {campaign} know what {culprit} can take in a minute.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Whoever was connected came again at once, and asked for everything anew."),
        Wrong("rollback_deploy", "culprit", "The former build gets as many requests, and is as busy with them."),
    ),
)

REQUEST_FLOOD = Family(
    name="request-flood",
    story="Hostile requests of one shape come in waves from many addresses, to exhaust the way in. The rate limit "
    "turns away most of them, and with them users; what does not pass the gateway is as fast as ever.",
    strikes=GATEWAYS,
    facts={
        "client": ADDRESS,
        "portion": (0.1, 0.2, 0.3),
        "agent": AGENTS,
        "route": ("/v1/login", "/v1/search", "/v2/quote", "/v1/reset"),
    },
    effects=(
        # Sharp edges: waves on a level that stays.
        Effect("traffic", (2.4, 3.8), shape=Step(), until=("shape-dropped",)),
        Effect("traffic", (1.25, 1.6), shape=Periodic((5, 9), 0.6), until=("shape-dropped",)),
        # To turn a request away costs a fraction of what it takes to answer one.
        Effect("cost", (0.14, 0.2), shape=Step(), until=("shape-dropped",)),
        Effect("own_errors", (0.4, 0.62), shape=Step(), until=("shape-dropped",)),
        Effect("own_errors", (0.03, 0.08), shape=Ramp((1, 3)), until=("shape-dropped", "connections-freed")),
        Effect("delay", (0.08, 0.2), shape=Ramp((1, 3)), until=("shape-dropped", "connections-freed")),
        Effect("gauge", (400, 1_900), gauge="rejected by rules", shape=Ramp((1, 3)), until=("shape-dropped",)),
        Effect(
            "gauge",
            (9_000, 24_000),
            gauge="active connections",
            shape=Ramp((1, 3)),
            until=("shape-dropped", "connections-freed"),
        ),
    ),
    lines=(
        *(printed(each, per_minute=0.8, until=("shape-dropped",)) for each in LIMITED),
        *(printed(each, until=("shape-dropped", "connections-freed")) for each in OVERFLOWING),
        *(printed(each, until=("shape-dropped",)) for each in BUSIEST),
    ),
    notes=(BUSIEST_AGENT,),
    plan=(
        Condition(
            "shape-dropped",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Strangers who send {agent} to {route} are dropped at the edge.",
                    name="block_route",
                ),
                Way(
                    "execute_runbook_step",
                    "Requests of strangers go by way of the provider's filter, which lets browsers through.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "connections-freed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Connections that had sent nothing for 10 s were closed.",
                    name="reset_sessions",
                    early="Connections were closed, and as many were open a minute later.",
                ),
                Way(
                    "execute_runbook_step",
                    "Connections that send nothing are closed after 5 s.",
                    name="set_idle_timeout",
                    early="Connections that send nothing are closed after 5 s, and as many are opened.",
                ),
            ),
            needs=("shape-dropped",),
        ),
        Condition(
            "strangers-asked",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Whoever is not known has to pass a check before {route}.",
                    name="correct_rule",
                ),
            ),
            needs=("shape-dropped",),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A ticket holds a sample of the requests, and their times.",
                    name="file_follow_up",
                ),
                Way(
                    "execute_runbook_step",
                    "The provider has a sample of the requests, and their times.",
                    name="open_vendor_ticket",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances took their part of the requests, and more came."),
        Wrong("restart_service", "culprit", "Users lost their connections; the others were back first."),
    ),
    relapse=(15, 40),
)

ABUSIVE_CLIENT = Family(
    name="abusive-client",
    story="One customer exports everything it has, page by page, and sends far more than its share. The service passes "
    "it all on to a shared store, which throttles whoever calls it; the other customers ask for what they always do.",
    strikes=SERVICES,
    through=("object-store",),
    facts={
        "client": Drawn("tenant"),
        "portion": range(30, 45),
        "agent": AGENTS,
    },
    effects=(
        Effect("traffic", (1.25, 1.55), shape=Step(), until=("share-bounded",)),
        Effect("fan", (1.25, 1.55), shape=Step(), until=("share-bounded",)),
        Effect("cost", (1.1, 1.4), shape=Step(), until=("share-bounded",)),
        Effect("own_errors", (0.09, 0.2), on="through", shape=Ramp((1, 4)), until=("share-bounded",)),
        Effect("own_errors", (0.03, 0.06), on="through", shape=Ramp((1, 4)), until=("share-bounded", "caught-up")),
        Effect("slowdown", (1.2, 1.6), on="through", shape=Ramp((1, 4)), until=("share-bounded",)),
        Effect("gauge", (88, 99), on="through", gauge="mean shard load", shape=Ramp((1, 4)), until=("share-bounded",)),
        Effect("gauge", (104, 122), on="through", gauge="hottest shard", shape=Step(), until=("share-bounded",)),
    ),
    lines=(
        printed(BUSIEST_CLIENT, until=("share-bounded",), elsewhere=False),
        printed(ANSWERED_429, per_minute=0.3, until=("share-bounded",)),
        printed(SLOW_DOWN, on="through", until=("share-bounded", "caught-up")),
        printed(SHARD_REPORT, on="through", until=("share-bounded", "caught-up")),
    ),
    notes=(BUSIEST_AGENT,),
    plan=(
        Condition(
            "share-bounded",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{client} may send 20 requests/s; what is more is told to come later.",
                    name="limit_client",
                ),
                Way("execute_runbook_step", "The export of {client} was ended after its page.", name="end_process"),
            ),
        ),
        Condition(
            "caught-up",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "What had waited for {through} was worked off, what was too old dropped.",
                    on="through",
                    name="drain_backlog",
                    early="What had waited was worked off, and as much waited a minute later.",
                ),
                Way(
                    "execute_runbook_step",
                    "Connections to {through} that waited for more than 10 s were closed.",
                    on="through",
                    name="reset_sessions",
                    early="Connections were closed, and opened again at once.",
                ),
            ),
            needs=("share-bounded",),
        ),
        Condition(
            "shares-fixed",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No key gets more than a fifth of what {culprit} may send to {through}.",
                    name="correct_rule",
                ),
            ),
            needs=("share-bounded",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "{client} knows its limit, and of the export by file.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances took requests of {client}, and passed on more."),
        Wrong("restart_service", "through", "Requests in flight were dropped and came again all at once."),
    ),
    relapse=(20, 50),
)

GATEWAY_BUCKET = Family(
    name="gateway-bucket",
    story="A change made the rate limit of the gateway smaller than normal traffic. It answers a fixed share with 429 "
    "within milliseconds, all clients in proportion, while the services behind it have less to do than usual.",
    strikes=GATEWAYS,
    facts={
        "usual": (600, 800, 1_200),
        "rate": (40, 60, 80),
        "client": Drawn("tenant_or_ip"),
        "portion": (0.3, 0.4, 0.6, 0.9),
        "agent": AGENTS,
    },
    change=Change(
        (
            "limits: one profile for all listeners",
            "limits: profiles merged",
            "limits: the same on every listener",
        ),
        diffs=(
            (
                "-   per_instance: {usual}/s",
                "+   per_instance: {rate}/s",
                "    key: client",
            ),
            (
                "- rate: {usual} per second and instance",
                "+ rate: {rate} per second and instance",
                "  bucket: client",
            ),
        ),
        kind="config",
        lead_minutes=(0, 1),
    ),
    effects=(
        Effect("own_errors", (0.3, 0.62), shape=Step(), until=("limit-right",)),
        # Workers that keep the limit that they read last.
        Effect("own_errors", (0.04, 0.1), shape=Step(), until=("limit-right", "limits-read")),
        Effect("gauge", (150, 600), gauge="rejected by rules", shape=Step(), until=("limit-right", "limits-read")),
    ),
    lines=(
        *(printed(each, per_minute=0.8, until=("limit-right", "limits-read")) for each in LIMITED),
        *(printed(each, until=("limit-right", "limits-read")) for each in BUSIEST),
    ),
    notes=(BUSIEST_AGENT,),
    plan=(
        Condition(
            "limit-right",
            "stop",
            (
                Way("rollback_deploy", "{culprit} has its configuration of before."),
                Way(
                    "execute_runbook_step",
                    "The profile of before is in force: {usual}/s on each instance.",
                    name="revert_configuration",
                ),
                Way(
                    "execute_runbook_step",
                    "{usual}/s are allowed on each instance.",
                    name="raise_limit",
                ),
            ),
        ),
        Condition(
            "limits-read",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All workers of {culprit} read their limits anew.",
                    name="reload_configuration",
                    early="All workers read their limits anew: {rate}/s.",
                ),
            ),
            needs=("limit-right",),
        ),
        Condition(
            "profile-held",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The profile is no longer applied to {culprit} by itself.",
                    name="pause_automation",
                ),
                Way(
                    "execute_runbook_step",
                    "Limits of {culprit} are counted for a day before they turn anybody away.",
                    name="stage_changes",
                ),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of the profile know since when {culprit} turned requests away: {since}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "More is let in with each new instance; clients that come again use it up."),
        Wrong("restart_service", "culprit", "All connections were lost for a moment; as many requests get a 429."),
    ),
    relapse=(15, 35),
)

VENDOR_QUOTA = Family(
    name="vendor-quota",
    story="A new report reads a third party item by item, under the same account as user requests, so calls pass the "
    "quota of the contract. In each window the vendor answers until the quota is used up, and with 429 until the next.",
    strikes=("vendor",),
    facts={
        "quota": ("lookups-per-window", "reads-per-account", "requests-per-key"),
        "report": ("daily-balance", "status-mirror", "partner-ledger", "price-check"),
        "page": VENDOR_PAGES,
    },
    change=Change(
        (
            "job {report}: figures as of now",
            "job {report}: more current",
            "{report}: reads each item",
        ),
        diffs=(
            (
                "-   read: POST /batch, 500 items each",
                "+   read: GET /items/{{id}}",
                "    account: the one of production",
            ),
            (
                "- {report}: batches of 500",
                "+ {report}: one request for each item",
                "  key: production",
            ),
        ),
        kind="job",
        lead_minutes=(1, 4),
    ),
    effects=(
        Effect("traffic", (1.3, 1.7), shape=Step(), since="change", until=("demand-down",)),
        # To turn a request away costs less than to answer it.
        Effect("cost", (0.4, 0.6), shape=Step(), since="change", until=("demand-down",)),
        Effect("own_errors", (0.4, 0.55), shape=Ramp((1, 3)), until=("demand-down",)),
        # Until the window ends nothing is answered any more.
        Effect("own_errors", (0.4, 0.65), shape=Periodic((8, 13), 0.6), until=("demand-down",)),
        Effect("own_errors", (0.03, 0.07), shape=Ramp((1, 3)), until=("demand-down", "waiting-sent")),
        Effect("gauge", (3_000, 20_000), gauge="rate limited", shape=Ramp((1, 3)), until=("demand-down",)),
    ),
    lines=(
        printed(VENDOR_429, per_minute=0.8, until=("demand-down", "waiting-sent")),
        *(printed(each, on="callers", until=("demand-down", "waiting-sent")) for each in QUOTA_EXCEEDED),
    ),
    notes=("Status page of the vendor: {page}",),
    plan=(
        Condition(
            "demand-down",
            "stop",
            (
                Way("execute_runbook_step", "{report} is off its schedule, and its run was ended.", name="pause_jobs"),
                Way(
                    "execute_runbook_step",
                    "{report} may send one request/s to {culprit}.",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "waiting-sent",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "What had waited for {culprit} was sent, 5 a second.",
                    name="drain_backlog",
                    early="What had waited was sent, and was turned away again.",
                ),
                Way(
                    "execute_runbook_step",
                    "At most one call in ten is made again; the others are answered without {culprit}.",
                    name="set_retry_budget",
                    early="Fewer calls are made again, and as many of the others are turned away.",
                ),
            ),
            needs=("demand-down",),
        ),
        Condition(
            "shared-out",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Jobs get a tenth of {quota}; the rest is for users.",
                    name="correct_rule",
                ),
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when 80 % of {quota} is used.",
                    name="add_alarm",
                ),
            ),
            needs=("demand-down",),
        ),
        Condition(
            "vendor-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The vendor has our figures, and lets us know what more would cost.",
                    name="open_vendor_ticket",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "callers", "The new instances sent calls of their own, which count as well."),
        Wrong("restart_service", "callers", "Requests under way were lost; the new processes are answered no better."),
    ),
    relapse=(20, 45),
)
