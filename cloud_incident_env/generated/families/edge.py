"""Families of the edge: gateways, the CDN, and third parties beyond it."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Drawn,
    Effect,
    Family,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms import net, processor, start
from cloud_incident_env.generated.symptoms.cache import CDN_MISS, FETCH_BUSY, MISS_FAILED
from cloud_incident_env.generated.symptoms.lag import DELIVERY_REPORT, SCHEDULER_REPORT, SOFT_LIMIT
from cloud_incident_env.generated.symptoms.wait import (
    BULKHEAD_FULL,
    CALLER_GONE,
    LAST_TRY_ENDED,
    THREADS_TAKEN,
    VENDOR_503,
    VENDOR_GIVEN_UP,
    VENDOR_PAGES,
    VENDOR_PROBE,
)

GATEWAYS = ("envoy", "nginx")

SLOW_DEPENDENCY = Family(
    name="slow-dependency",
    story="A third party answers very late, and its callers wait far too long for it, until all their threads are "
    "taken by such calls. The vendor fails few requests itself, and the CPU of its callers is low.",
    strikes=("vendor",),
    facts={"page": VENDOR_PAGES},
    effects=(
        Effect("delay", (0.75, 1.15), shape=Ramp((2, 10)), until=("waits-bounded",)),
        # Requests behind threads that wait for calls of long ago.
        Effect("hung", (0.06, 0.18), on="callers", shape=Ramp((3, 10)), until=("waits-bounded", "old-calls-ended")),
        Effect("gauge", (90, 400), gauge="webhook delay", shape=Ramp((4, 12)), until=("waits-bounded",)),
    ),
    lines=(
        printed(VENDOR_GIVEN_UP, until=("waits-bounded",)),
        printed(VENDOR_PROBE, per_minute=0.1, until=("waits-bounded",)),
        printed(VENDOR_503, per_minute=0.1, until=("waits-bounded",)),
        *(printed(each, on="callers", until=("waits-bounded", "old-calls-ended")) for each in THREADS_TAKEN),
        printed(BULKHEAD_FULL, on="callers", until=("waits-bounded", "old-calls-ended")),
        printed(CALLER_GONE, on="callers", until=("waits-bounded", "old-calls-ended")),
        printed(LAST_TRY_ENDED, on="callers", until=("waits-bounded", "old-calls-ended")),
        printed(SCHEDULER_REPORT, on="callers", until=("waits-bounded", "old-calls-ended")),
        printed(SOFT_LIMIT, on="callers", until=("waits-bounded", "old-calls-ended")),
        printed(DELIVERY_REPORT, on="callers", until=("waits-bounded", "old-calls-ended")),
    ),
    notes=("Status page of the vendor: {page}",),
    plan=(
        Condition(
            "waits-bounded",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "New calls to {culprit} are answered without it, at once.",
                    name="open_breaker",
                ),
                Way(
                    "execute_runbook_step",
                    "New calls go to the second access point of the vendor, which answers in its usual time.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "old-calls-ended",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Connections to {culprit} with calls older than a minute were closed.",
                    name="reset_sessions",
                    early="The old connections were closed; a minute later as many were taken again.",
                ),
                Way(
                    "execute_runbook_step",
                    "Requests whose senders had given up were dropped from the queues before {culprit}.",
                    name="drain_backlog",
                    early="The queues were empty for some seconds, and then as long as before.",
                ),
            ),
            needs=("waits-bounded",),
        ),
        Condition(
            "bounded-for-good",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No call to {culprit} waits longer than 800 ms from now on.",
                    name="set_call_timeout",
                ),
            ),
            needs=("waits-bounded",),
        ),
        Condition(
            "vendor-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The vendor has a ticket with our measurements since {since}, and has confirmed it.",
                    name="open_vendor_ticket",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service", "callers", "Requests under way were lost, and the workers were soon as busy as before."
        ),
        Wrong("scale_service", "callers", "The additional instances sent more calls, and were busy within minutes."),
    ),
    relapse=(20, 45),
)

REGEX_CPU = Family(
    name="regex-cpu",
    story="A firewall rule with a regular expression that backtracks was pushed to the whole edge at once. The CPU of "
    "every edge instance is saturated and requests are late or end in an error, at the usual request rate.",
    strikes=GATEWAYS,
    facts={
        "rule": range(100_100, 100_990),
        "revision": Drawn("commit"),
    },
    change=Change(
        (
            "ruleset {revision}: one rule against script injection, all sites",
            "ruleset {revision}: all sites",
            "ruleset {revision}: one more rule",
        ),
        diffs=(
            (
                '+ SecRule ARGS "@rx (?:\\s|-|~|!|\\|\\||\\+)*.*(?:.*=.*)" \\',
                '+     "id:{rule},phase:2,t:urlDecodeUni,deny,status:403"',
            ),
            (
                "+ {rule}: (?:\\s|-|~|!|\\|\\||\\+)*.*(?:.*=.*)",
                "  phase: 2, action: deny, sites: all",
            ),
        ),
        kind="config",
        lead_minutes=(0, 1),
    ),
    effects=(
        Effect("cost", (4.0, 7.0), shape=Step(), until=("rule-out",)),
        Effect("slowdown", (15, 40), shape=Step(), until=("rule-out",)),
        Effect("own_errors", (0.25, 0.55), shape=Step(), until=("rule-out",)),
        # Workers that are still in a match that they began before.
        Effect("capacity", (0.4, 0.7), shape=Step(), until=("rule-out", "workers-free")),
        Effect("gauge", (91, 97.5), gauge="rule engine share of CPU", shape=Step(), until=("rule-out",)),
    ),
    lines=(
        *(printed(line, per_minute=0.8, until=("rule-out",)) for line in processor.RULE_LIMITS),
        *(printed(line, since="change", until=("rule-out",)) for line in processor.RULES_LOADED),
        *(printed(line, until=("rule-out", "workers-free")) for line in processor.CROWDED),
        printed(processor.NGINX_RECONFIGURING, since="change", until=("rule-out",)),
        printed(processor.NGINX_CHILD_EXITED, since="change", until=("rule-out",)),
        printed(processor.ENVOY_CLUSTERS, since="change", until=("rule-out",)),
        printed(processor.ENVOY_LISTENER, since="change", until=("rule-out",)),
    ),
    notes=(processor.PROXIES_NOTE,),
    plan=(
        Condition(
            "rule-out",
            "stop",
            (
                Way("rollback_deploy", "{culprit} has the ruleset before {revision} on all sites."),
                Way(
                    "execute_runbook_step",
                    "Requests pass {culprit} without being looked at by rules.",
                    name="bypass_checks",
                ),
                Way(
                    "execute_runbook_step",
                    "The ruleset before {revision} was published to all sites.",
                    name="publish_previous",
                ),
            ),
        ),
        Condition(
            "workers-free",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The worker processes were replaced in three waves; open connections were given 30 s.",
                    name="restart_in_waves",
                    early="New worker processes came up, and used a whole core each within seconds.",
                ),
            ),
            needs=("rule-out",),
        ),
        Condition(
            "pushes-held",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No ruleset is pushed until rule {rule} is out of the next one.",
                    name="freeze_publishing",
                ),
                Way(
                    "execute_runbook_step",
                    "Rulesets go to one site first, and to the others an hour later.",
                    name="stage_changes",
                ),
            ),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A ticket names ruleset {revision} and rule {rule}, with a profile of one worker.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances took requests, and their CPU was used up as well."),
        Wrong("restart_service", "culprit", "All connections were lost; the CPU was used up again within seconds."),
    ),
    relapse=(20, 40),
)

MISROUTE = Family(
    name="misroute",
    story="A manifest change put a wrong selector into a route. The route has no endpoints, so the gateway refuses "
    "within milliseconds what it should pass on, while the service behind it is healthy and has nothing to do.",
    strikes=GATEWAYS,
    facts={
        "route": ("session", "library", "upload", "quote", "history", "profile"),
        "label": ("app", "tier", "component", "track"),
        "endpoints": (0,),
    },
    change=Change(
        (
            "manifests: labels of route {route} follow the new scheme",
            "manifests: labels of {route}",
            "{route}: label {label} by the common scheme",
        ),
        diffs=(
            ("-       {label}: {route}", "+       {label}: {route}-main"),
            (
                "- {label}={route}",
                "+ {label}={route}-main",
                "  object: deployment/{route}",
            ),
        ),
        kind="config",
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("own_errors", (0.28, 0.62), shape=Step(), until=("route-right",)),
        # Workers that keep the list of endpoints that they read last.
        Effect("own_errors", (0.04, 0.1), shape=Step(), until=("route-right", "lists-read")),
        Effect("gauge", (1, 1), gauge="routes without endpoints", shape=Step(), until=("route-right",)),
    ),
    lines=(
        *(printed(line, until=("route-right",), elsewhere=False) for line in net.ENDPOINTS),
        printed(start.ENDS_NGINX, per_minute=0.08, since="change", until=("route-right",)),
        *(printed(line, per_minute=0.5, until=("route-right", "lists-read")) for line in net.NO_UPSTREAM),
    ),
    notes=("Route {route}: {endpoints} endpoints",),
    plan=(
        Condition(
            "route-right",
            "stop",
            (
                Way("rollback_deploy", "The manifests before the last ones are applied to {culprit}."),
                Way(
                    "execute_runbook_step",
                    "Route {route} selects {label}={route}.",
                    name="restore_route",
                ),
            ),
        ),
        Condition(
            "lists-read",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All workers of {culprit} read their lists of endpoints anew.",
                    name="reload_configuration",
                    early="All workers read their lists anew: the one of {route} has no entry.",
                ),
            ),
            needs=("route-right",),
        ),
        Condition(
            "sync-held",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Manifests of {culprit} are no longer applied by themselves.",
                    name="pause_automation",
                ),
                Way(
                    "execute_runbook_step",
                    "Manifests that leave a route without endpoints are refused by the pipeline.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of route {route} know since when it was affected: {since}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "All other routes were cut off for a moment; {route} is as it was."),
        Wrong("scale_service", "culprit", "The new instances refuse requests for {route} as the others do."),
    ),
    relapse=(15, 35),
)

CDN_CACHE_KEY = Family(
    name="cdn-cache-key",
    story="A CDN configuration put a request header into the cache key. Nearly every request is a miss, the hit ratio "
    "collapses for good, and the origin gets what the CDN used to answer, as far as the CDN lets it through.",
    strikes=("cdn",),
    facts={"header": ("X-Request-Id", "X-Client-Trace", "X-Session-Ref"), "runs": range(3, 12)},
    change=Change(
        (
            "config: {header} is passed on to the origin",
            "config: {header} reaches the origin",
            "rules: requests can be traced by {header}",
        ),
        diffs=(
            (
                "-   hash_data(req.url);",
                "+   hash_data(req.url);",
                "+   hash_data(req.http.{header});",
                "+   set bereq.http.{header} = req.http.{header};",
            ),
            (
                "- key: [url]",
                "+ key: [url, {header}]",
                "+ forward: [{header}]",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(
        Effect("hit_loss", (0.9, 0.97), shape=Ramp((1, 4)), until=("key-right",)),
        # What was stored before is out of date by now and has to be fetched again.
        Effect("hit_loss", (0.2, 0.4), shape=Ramp((1, 4)), until=("key-right", "store-filled")),
        # Fetches beyond the connections that an edge may open to its origin.
        Effect("own_errors", (0.25, 0.5), shape=Ramp((2, 6)), until=("key-right",)),
        Effect("retries", (1, 2), shape=Ramp((2, 6)), until=("tries-bounded",)),
        Effect("gauge", (140, 600), gauge="cached variants per object", shape=Ramp((6, 14)), until=("key-right",)),
    ),
    lines=(
        printed(CDN_MISS, since="change", until=("key-right",)),
        printed(FETCH_BUSY, until=("key-right",)),
        printed(MISS_FAILED, until=("key-right",)),
    ),
    notes=("Publishing jobs that ran today: {runs}",),
    plan=(
        Condition(
            "key-right",
            "stop",
            (
                Way("rollback_deploy", "The version before it is active on all sites."),
                Way(
                    "execute_runbook_step",
                    "Sites were told to use the version before; the last one confirmed it after a minute.",
                    name="publish_previous",
                ),
            ),
        ),
        Condition(
            "tries-bounded",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Sites try a fetch that failed once more for a tenth of the requests at most.",
                    name="set_retry_budget",
                ),
                Way(
                    "execute_runbook_step",
                    "One site fetches for all others, and tries each object once.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "store-filled",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The objects that are asked for most were fetched and stored.",
                    name="warm_entries",
                    early="The objects were fetched and stored, and are asked for under other names.",
                ),
            ),
            needs=("key-right",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A version of the config goes to one site first, for an hour.",
                    name="stage_changes",
                ),
            ),
            needs=("key-right", "tries-bounded"),
        ),
        Condition(
            "watched",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A hit ratio that halves within ten minutes raises an alarm from now on.",
                    name="add_alarm",
                ),
            ),
            needs=("key-right", "tries-bounded", "store-filled"),
        ),
    ),
    wrong=(
        Wrong(
            "clear_cache", "culprit", "What was stored is gone, and the requests that had still hit went to the origin."
        ),
        Wrong("scale_service", "culprit", "The new edges began with nothing stored."),
    ),
)
