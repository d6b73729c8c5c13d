"""Families of the edge: gateways, the CDN, and third parties beyond it."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Family, Step

SLOW_DEPENDENCY = Family(
    name="slow-dependency",
    story="A third party answers very slowly, and its callers wait without a timeout until all their threads are "
    "pinned. It "
    "is a third-party outage: the vendor is slow, the callers' CPU is low.",
    strikes=("vendor",),
    facts={"host": range(2, 250), "pool": (200, 150, 100)},
    errors=(0.01, 0.05),
    latency=(25, 70),
    traffic=(0.4, 0.7),
    figures={"time-outs": (60, 400), "connections": (190, 420), "webhook delay": (90, 400)},
    logs=(
        "WARN  probe of 203.0.113.{host}: first byte after {ms} ms, objective 400 ms",
        "INFO  status page: no incident reported, last update {n} min ago",
    ),
    notes=("Our probe sees answers after several seconds; the status page says nothing",),
    seen_by_callers=(
        "ERROR RejectedExecutionException: pool size = {pool}, active threads = {pool}, queued tasks = 1000",
        "WARN  {n} of {pool} threads read from {culprit}",
    ),
    steps=(
        Step(
            "execute_runbook_step",
            "Calls to {culprit} fail at once and are answered without it.",
            name="open_circuit_breaker",
            on="caller",
            relief=0.7,
        ),
        Step(
            "execute_runbook_step",
            "No call to {culprit} takes longer than 800 ms.",
            name="set_call_timeouts",
            on="caller",
            relief=0.3,
            too_early="The limit holds for new threads; all of them are taken by old calls.",
        ),
        Step(
            "execute_runbook_step",
            "Threads are free and their pool is nearly idle.",
            name="verify_thread_pool",
            on="caller",
            too_early="All threads are taken.",
        ),
        Step(
            "execute_runbook_step",
            "The vendor has confirmed the ticket and is at work.",
            name="open_vendor_ticket",
            too_early="The form asks for what was done on our side.",
        ),
    ),
    wrong={
        (
            "restart_service",
            "caller",
        ): "Its threads were taken again within seconds, and what it had under way was lost."
    },
    signature={
        "query_logs": r"first byte after \d{4} ms, objective 400 ms",
        "check_metrics": r"time-outs +\d{2,3}\.\d/min",
    },
)

REGEX_CPU = Family(
    name="regex-cpu",
    story="A firewall rule with a regular expression that backtracks catastrophically was pushed to the whole edge "
    "at once. "
    "The CPU of every edge node is saturated and requests end in 502, at the usual request rate.",
    strikes=("envoy", "nginx"),
    facts={"rule": range(100_100, 100_990), "revision": range(310, 820)},
    change=Change("ruleset {revision}: one rule against script injection, all sites", lead_minutes=(0, 1)),
    errors=(0.05, 0.2),
    latency=(10, 40),
    figures={"rule engine share of CPU": (91, 98), "cpu": (97, 100)},
    logs=(
        "WARN  profile: 9{n} samples in pcre_exec, rule {rule}, ruleset {revision}",
        "ERROR worker did not answer for {ms} ms while matching rule {rule}",
    ),
    notes=("Ruleset {revision} is active on all sites",),
    seen_by_callers=("ERROR 502 Bad Gateway from {culprit} after {ms} ms",),
    steps=(
        Step(
            "execute_runbook_step",
            "No rule is evaluated; requests pass.",
            name="disable_rule_engine",
            relief=0.7,
            risky=True,
        ),
        Step(
            "rollback_deploy",
            "{culprit} has the ruleset before {revision}.",
            relief=0.2,
            too_early="The push of the old ruleset was not taken: no worker answered in time.",
        ),
        Step(
            "execute_runbook_step",
            "The rules are evaluated again, site after site.",
            name="enable_rules_in_stages",
            relief=0.1,
            too_early="At the first site the CPU went up at once; it was taken back.",
        ),
        Step(
            "execute_runbook_step",
            "The rule engine uses a few percent.",
            name="verify_rule_cost",
            too_early="The rule engine still uses most of the CPU.",
        ),
    ),
    wrong={
        ("scale_service", "culprit"): "The new nodes got the same rules and were as busy.",
        ("restart_service", "culprit"): "Connections were lost, and the workers went on where they had been.",
    },
    signature={"query_logs": r"samples in pcre_exec", "check_metrics": r"rule engine share of CPU +9\d %"},
)

MISROUTE = Family(
    name="misroute",
    story="A manifest change put a wrong selector into a route. It has no endpoints, so the gateway refuses what it "
    "should "
    "pass on, while the backend is healthy and idle: a misroute, a misconfigured selector.",
    strikes=("envoy", "nginx"),
    facts={
        "route": ("checkout", "session", "library", "upload", "quote"),
        "label": ("app", "tier", "component", "track"),
    },
    change=Change("manifest: labels of route {route} follow the new scheme", lead_minutes=(0, 2)),
    errors=(0.08, 0.3),
    latency=(1.5, 3),
    figures={"routes without endpoints": (1, 1)},
    logs=(
        "WARN  no endpoints available for service {route}, selector {label}={route}-main",
        "ERROR connect() failed (111: Connection refused) while connecting to upstream, route {route}",
    ),
    notes=("Route {route}: 0 endpoints, selector {label}={route}-main",),
    seen_by_callers=("ERROR 503 from {culprit} for {route} after 2 ms",),
    steps=(
        Step("rollback_deploy", "The manifest of {previous} is applied.", relief=0.7),
        Step(
            "execute_runbook_step",
            "Route {route} has its endpoints.",
            name="refresh_endpoints",
            relief=0.3,
            too_early="The list was made anew from the same selector and is as empty.",
        ),
        Step(
            "execute_runbook_step",
            "Requests to {route} reach a backend.",
            name="verify_route",
            too_early="Requests to {route} are refused.",
        ),
        Step(
            "execute_runbook_step",
            "A manifest whose routes have no endpoints is refused from now on.",
            name="gate_manifest_pipeline",
            too_early="The gate refuses to start: the active manifest fails its own check.",
        ),
    ),
    wrong={
        ("restart_service", "culprit"): "All other routes were cut off as well for a moment, and this one stays empty."
    },
    signature={"query_logs": r"no endpoints available for service", "check_metrics": r"routes without endpoints +1 "},
)

CDN_CACHE_KEY = Family(
    name="cdn-cache-key",
    story="A CDN configuration put a request header into the cache key. Nearly every request is a cache miss, the "
    "hit ratio "
    "collapses and the origin is overloaded with what the CDN used to answer.",
    strikes=("cdn",),
    facts={"config": range(71, 240), "header": ("X-Request-Id", "X-Client-Trace", "User-Agent", "X-Device")},
    change=Change("config v{config}: {header} passed on to the origin", lead_minutes=(0, 3)),
    errors=(0.03, 0.15),
    latency=(5, 12),
    figures={
        "hit ratio": (1, 6),
        "origin requests": (900, 2600),
        "cached variants per object": (140, 900),
        "origin errors": (20, 120),
    },
    logs=(
        "INFO  GET {path} 200 X-Cache: MISS key={hex} vary={header}",
        "WARN  object {path}: {id} variants stored, config v{config}",
    ),
    notes=("Config v{config}: key holds method, host, path and {header}",),
    seen_by_callers=("WARN  {culprit} answered after {ms} ms, X-Cache: MISS",),
    steps=(
        Step("rollback_deploy", "The configuration before v{config} is active on all edges.", relief=0.5),
        Step(
            "execute_runbook_step",
            "What is a little old is served while it is fetched anew.",
            name="serve_stale_content",
            relief=0.2,
            too_early="Nothing that is stored has the key of a request.",
        ),
        Step(
            "execute_runbook_step",
            "One site fetches from the origin for all others.",
            name="enable_origin_shield",
            relief=0.3,
            too_early="The shield missed as often as the edges did.",
        ),
        Step(
            "execute_runbook_step",
            "The hit ratio is over 90 %.",
            name="verify_hit_ratio",
            too_early="The hit ratio is in single digits.",
        ),
    ),
    wrong={("clear_cache", "culprit"): "The little that still hit is gone as well, and the origin got that load too."},
    signature={"query_logs": r"X-Cache: MISS key=", "check_metrics": r"hit ratio +[1-6]\.\d %"},
)
