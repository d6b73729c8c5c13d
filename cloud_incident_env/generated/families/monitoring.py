"""Families of false alarms: the culprit is the monitoring, and the service that alerts is healthy or nearly so."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Counter,
    Drawn,
    Effect,
    Family,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms import alarm, start

BROKEN_EXPORTER = Family(
    name="broken-exporter",
    story="An edit makes the exporter read two columns of a log in another order than they have. A part of the answers "
    "of a healthy service is counted as failed, and times come from the wrong column, while its callers, its own log "
    "and the checks from outside see nothing.",
    strikes=("prometheus",),
    facts={
        "pool": ("edge-access-log", "request-log", "frontend-access-log"),
        "absent": Drawn("ip"),
    },
    change=Change(
        (
            "exporter {pool}: fields of the log in the common order",
            "exporter {pool}: log format updated",
            "{pool}: format string taken from the gateway team",
        ),
        diffs=(
            (
                "- fields: [time, status, duration, path]",
                "+ fields: [time, duration, status, path]",
            ),
            (
                "- format: '$time $status $duration $path'",
                "+ format: '$time $duration $status $path'",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(
        Effect("shown_errors", (0.2, 0.6), on="entry", shape=Step(), until=("measured",)),
        Effect("shown_latency", (4, 12), on="entry", shape=Step(), until=("measured",)),
        Effect("gauge", (14, 45), gauge="scrape failures", shape=Step(), until=("measured",)),
        Effect("gauge", (3, 7), gauge="alerts firing", shape=Step(), until=("measured",)),
    ),
    lines=(
        printed(alarm.LINE_SKIPPED, until=("measured",)),
        printed(alarm.SAMPLES_DIFFER, until=("measured",)),
        printed(alarm.SCRAPE_LATE, until=("measured",)),
        printed(alarm.SCRAPE_REFUSED, per_minute=0.1),
        printed(alarm.DUPLICATE_SERIES, per_minute=0.1),
        printed(alarm.RULES_LOADED, since="change", per_minute=0.05),
    ),
    notes=(
        "Scrape failures: {now[scrape failures]}/min; targets up: {now[targets up]} %",
        "Synthetic checks failing: {now[synthetic checks failing]}; requests by test clients: "
        "{now[requests by test clients]} % of all",
    ),
    hosts=0.5,
    plan=(
        Condition(
            "measured",
            "stop",
            (
                Way("rollback_deploy", "The exporter reads its fields as it did under {previous}."),
                Way(
                    "execute_runbook_step",
                    "The settings of exporter {pool} are those of an hour ago.",
                    name="revert_configuration",
                ),
            ),
        ),
        Condition(
            "silenced",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The alert is silent for an hour; the page was closed with a reference to the exporter.",
                    name="silence_alert",
                ),
            ),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Exporter settings reach one instance first; its counts are compared with those of the balancer.",
                    name="stage_changes",
                ),
            ),
            needs=("measured",),
        ),
        Condition(
            "corrected",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The samples since {since} are marked and left out of reports.",
                    name="reconcile_records",
                    early="Samples were marked, and further ones of the same kind came in.",
                ),
            ),
            needs=("measured",),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "Its connections were dropped and requests were lost meanwhile."),
        Wrong("rollback_deploy", "entry", "It runs an older release, and people miss what the newer one had."),
        Wrong("scale_service", "entry", "The new instances opened connections of their own; the alert is as before."),
    ),
)

WRONG_THRESHOLD = Family(
    name="wrong-threshold",
    story="An edit of an alert rule wrote a limit in another unit than the figure that it is compared with. The alert "
    "fires on a value that is as it was at the same hour of last week; nobody is hurt.",
    strikes=("prometheus",),
    facts={
        "alert": ("RequestLatencyHigh", "SlowRequests", "LatencyBudgetBurn"),
        "before": ("1.2", "1.5", "2.0", "2.5"),
        "limit": ("0.010", "0.012", "0.015"),
        "group": ("latency.rules", "objectives.rules", "edge.rules"),
        "ticket": ("INC-48213", "INC-50177", "INC-51904", "INC-46335", "INC-52771"),
        "closed": Counter((1_900, 9_700), (1.0, 1.0)),
    },
    change=Change(
        (
            "{group}: limits reviewed with the teams",
            "{group}: limits",
            "{group}: new limits of the teams",
        ),
        diffs=(
            (
                "- expr: histogram_quantile(0.99, sum by (le) (job:request_duration_seconds:rate5m)) > {before}",
                "+ expr: histogram_quantile(0.99, sum by (le) (job:request_duration_seconds:rate5m)) > {limit}",
            ),
            (
                "- p99 over 5m > {before} s",
                "+ p99 over 5m > {limit} s",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(Effect("gauge", (3, 8), gauge="alerts firing", shape=Step(), until=("corrected",)),),
    alert_limit="limit",
    lines=(
        printed(alarm.RULES_LOADED, since="change", until=("corrected",)),
        printed(alarm.DUPLICATE_SERIES, per_minute=0.1),
    ),
    notes=(
        "Rules evaluated: {now[rules evaluated]}/s; silences in force: {now[silences in force]}",
        "Last page of {group}: {ticket}, closed {closed} min ago",
    ),
    plan=(
        Condition(
            "corrected",
            "stop",
            (
                Way(
                    "execute_runbook_step", "The limit of {alert} is {before}; the alert resolved.", name="correct_rule"
                ),
                Way("rollback_deploy", "{group} is as it was before the review; the alert resolved."),
            ),
        ),
        Condition(
            "silenced",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "{alert} is silent for an hour; nobody else is woken.",
                    name="silence_alert",
                ),
            ),
        ),
        Condition(
            "tested",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "An edited rule is run over the figures of last week before it may page anybody.",
                    name="stage_changes",
                ),
            ),
            needs=("corrected",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of {group} has the diff of the edit.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "Its connections were dropped and requests were lost meanwhile."),
        Wrong("rollback_deploy", "entry", "It runs an older release, and people miss what the newer one had."),
        Wrong("scale_service", "entry", "It has more instances, which cost more and have little to do."),
    ),
)

LOAD_TEST_IN_PRODUCTION = Family(
    name="load-test-in-production",
    story="The scheduled performance run was aimed at production. It adds requests from a few generators with test "
    "accounts, in even steps, to what users ask for; the system strains under it, and is free the moment it ends.",
    strikes=("prometheus",),
    facts={
        "agent": ("k6/0.57.0", "Locust/2.33", "vegeta/12.12", "Artillery/2.0"),
        "run": range(1100, 4900),
        "generator": Drawn("ip"),
        "plan_name": ("peak-rehearsal", "capacity-check", "soak-weekly"),
        "answered": (200,),
    },
    change=Change(
        (
            "performance run: profile {plan_name}, by schedule",
            "run of profile {plan_name}",
            "profile {plan_name}: run of this month",
        ),
        diffs=(
            (
                "- target: staging",
                "+ target: ${{TARGET:-production}}",
            ),
            (
                "- url: https://staging",
                "+ url: ${{BASE_URL}}",
                "  profile: {plan_name}",
            ),
        ),
        kind="job",
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("traffic", (2.4, 4.0), on="entry", shape=Step(), until=("ended",)),
        Effect("gauge", (34, 60), gauge="requests by test clients", shape=Step(), until=("ended",)),
        Effect("gauge", (3, 7), gauge="alerts firing", shape=Step(), until=("ended",)),
        Effect("gauge", (3, 5), gauge="silences in force", shape=Step(), until=("ended",)),
    ),
    lines=(
        printed(alarm.STAGE, until=("ended",)),
        printed(alarm.STAGE_SHARE, until=("ended",)),
        *(printed(line, "callers", until=("ended",)) for line in alarm.AGENT),
    ),
    notes=(
        "Latest run of tests: {run}, profile {plan_name}, begun {changed} min ago",
        "Synthetic checks failing: {now[synthetic checks failing]}; requests by test clients: "
        "{now[requests by test clients]} % of all",
    ),
    plan=(
        Condition(
            "ended",
            "stop",
            (
                Way("execute_runbook_step", "Run {run} was ended; its generators send nothing.", name="end_process"),
                Way(
                    "execute_runbook_step",
                    "The schedule of profile {plan_name} is paused, run {run} with it.",
                    name="pause_jobs",
                ),
            ),
        ),
        Condition(
            "tidied",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Records of the accounts perf-* were removed.",
                    name="reconcile_records",
                    early="Records of the accounts perf-* were removed, and others were written meanwhile.",
                ),
            ),
            needs=("ended",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A run without a named target, a window and a person on call is refused.",
                    name="correct_rule",
                ),
            ),
            needs=("ended",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of profile {plan_name} knows about run {run} and looks at its schedule.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "Its connections were dropped, and all of them came back at once."),
        Wrong("rollback_deploy", "entry", "It runs an older release under the same load."),
    ),
    relapse=(15, 35),
)

UNSILENCED_MAINTENANCE = Family(
    name="unsilenced-maintenance",
    story="Planned work takes one instance of a service out, drained and as announced, and nobody silenced its alerts. "
    "Probes of the absent instance count as failures; users are served by the others.",
    strikes=("prometheus",),
    facts={
        "absent": Drawn("ip"),
        "ticket": ("CHG-48213", "CHG-50177", "CHG-51904", "CHG-46335", "CHG-52771"),
        "window": (45, 60, 90),
    },
    change=Change(
        (
            "maintenance calendar: window of {window} min for one instance",
            "maintenance calendar: one instance, {window} min",
            "planned work of {window} min entered",
        ),
        diffs=(
            (
                "+ window: {{minutes: {window}, instances: 1}}",
                "- silences: from-window",
                "+ silences: []",
            ),
            (
                "+ work: 1 instance, {window} min",
                "- mute: as the window",
                "+ mute: none",
            ),
        ),
        kind="job",
        lead_minutes=(1, 4),
    ),
    effects=(
        Effect("capacity", (0.6, 0.85), on="entry", shape=Step(), until=("returned",)),
        # Probes of the instance that is out, which no user ever sends.
        Effect("shown_errors", (0.06, 0.16), on="entry", shape=Step(), until=("silenced",)),
        Effect("gauge", (3, 6), gauge="alerts firing", shape=Step(), until=("silenced",)),
    ),
    lines=(
        printed(alarm.WINDOW_ACTIVE),
        printed(alarm.SCRAPE_REFUSED, until=("returned",)),
        printed(alarm.SCRAPE_LATE, per_minute=0.1, until=("returned",)),
        *(printed(line, "entry", 0.06) for line in start.ENDS),
    ),
    notes=(
        "Scrape failures: {now[scrape failures]}/min; targets up: {now[targets up]} %",
        "Rules evaluated: {now[rules evaluated]}/s; silences in force: {now[silences in force]}",
    ),
    plan=(
        Condition(
            "silenced",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Alerts of the instance in window {ticket} are silent until the window ends.",
                    name="silence_alert",
                ),
                Way(
                    "execute_runbook_step",
                    "The rule leaves out instances that are drained; the alert resolved.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "asked",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The team that works under {ticket} was asked; it reports that its part is done.",
                    name="inform_owner",
                ),
            ),
        ),
        Condition(
            "returned",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The instance that was out takes its share again.",
                    on="entry",
                    name="return_host",
                    early="The instance was put back, answered nothing, and those who work on it took it out again.",
                ),
            ),
            needs=("asked",),
        ),
        Condition(
            "linked",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A window writes its silences when it begins, and ends them with itself.",
                    name="resume_automation",
                ),
            ),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The page is linked to {ticket}; it says what was missing from the window.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "The instances that were serving dropped their connections."),
        Wrong("rollback_deploy", "entry", "It runs an older release, with as many instances as before."),
    ),
)
