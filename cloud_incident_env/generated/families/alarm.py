"""Families of alerts that tell of nothing new: old figures, requests of tests, faults that are known."""

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
from cloud_incident_env.generated.symptoms import alarm

STALE_DASHBOARD = Family(
    name="stale-dashboard",
    story="Recording rules were renamed, and the alert reads series of the old name, which come from another cluster "
    "now. What it shows is not this system, whose callers, logs and checks from outside see nothing.",
    strikes=("prometheus",),
    facts={
        "metric": ("request_errors:ratio5m", "request_failures:ratio5m", "http_errors:share5m"),
        "cluster": ("staging-2", "eu-west-old", "rehearsal", "canary-lab"),
        "group": ("latency.rules", "objectives.rules", "edge.rules"),
        "ticket": ("INC-48213", "INC-50177", "INC-51904", "INC-46335", "INC-52771"),
        "closed": Counter((1_900, 9_700), (1.0, 1.0)),
    },
    change=Change(
        (
            "{group}: recording rules renamed after the common scheme",
            "{group}: names of recording rules",
            "{group}: renamed, job becomes service",
        ),
        diffs=(
            (
                "- record: job:{metric}",
                "+ record: service:{metric}",
                "  # job:{metric} is still written by {cluster}",
            ),
            (
                "- job:{metric}",
                "+ service:{metric}",
                "  {cluster}: not moved yet",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(
        Effect("shown_errors", (0.12, 0.45), on="entry", shape=Step(), until=("source-right",)),
        Effect("shown_latency", (3, 8), on="entry", shape=Step(), until=("source-right",)),
        Effect("gauge", (5, 9), gauge="rules evaluated", shape=Step(), until=("source-right",)),
        Effect("gauge", (3, 7), gauge="alerts firing", shape=Step(), until=("source-right",)),
    ),
    lines=(
        printed(alarm.RULES_LOADED, since="change", until=("source-right",)),
        printed(alarm.DUPLICATE_SERIES, until=("source-right",)),
        printed(alarm.SCRAPE_LATE, per_minute=0.15),
    ),
    notes=(
        "Rules evaluated: {now[rules evaluated]}/s; targets up: {now[targets up]} %",
        "Last page of {group}: {ticket}, closed {closed} min ago",
    ),
    plan=(
        Condition(
            "source-right",
            "stop",
            (
                Way("rollback_deploy", "{group} is as it was before; the alert resolved."),
                Way(
                    "execute_runbook_step",
                    "The alert reads service:{metric} of this system; it resolved.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "silenced",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The alert is silent for an hour; nobody else is woken.",
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
                    "An edited group is run over the figures of last week before it may page anybody.",
                    name="stage_changes",
                ),
            ),
            needs=("source-right",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {cluster} and of {group} know of each other's names.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "Its connections were dropped and requests were lost meanwhile."),
        Wrong("rollback_deploy", "entry", "It runs an older release, and people miss what the newer one had."),
        Wrong("scale_service", "entry", "The new instances opened connections of their own; the alert is as before."),
    ),
)

TEST_TRAFFIC = Family(
    name="test-traffic",
    story="A scheduled scan asks for what is not there and tries log-ins that must fail, and its requests are counted "
    "like those of users. The error rate follows the scan; users meet no errors.",
    strikes=("prometheus",),
    facts={
        "agent": ("ZAP/2.16", "Nuclei/3.3", "synthetic-check/4.1", "uptime-probe/1.9"),
        "run": range(1100, 4900),
        "generator": Drawn("ip"),
        "plan_name": ("scan-monthly", "login-journey", "surface-weekly"),
        "answered": (401, 403, 404),
        "ticket": ("CHG-48213", "CHG-50177", "CHG-51904", "CHG-46335", "CHG-52771"),
        "window": (45, 60, 90),
        "pool": ("edge-access-log", "request-log", "frontend-access-log"),
    },
    change=Change(
        (
            "scan run: profile {plan_name}, by schedule",
            "profile {plan_name}: run of this month",
            "{plan_name}, as every month",
        ),
        diffs=(
            (
                "- labels: {{traffic: test}}",
                "+ labels: {{}}",
                "  expected answers: [{answered}]",
            ),
            (
                "- header: X-Traffic: test",
                "+ header: none",
                "  answers wanted: {answered}",
            ),
        ),
        kind="job",
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("shown_errors", (0.07, 0.2), on="entry", shape=Step(), until=("apart",)),
        Effect("traffic", (1.1, 1.25), on="entry", shape=Step(), until=("apart",)),
        Effect("gauge", (9, 22), gauge="requests by test clients", shape=Step(), until=("apart",)),
        Effect("gauge", (3, 6), gauge="alerts firing", shape=Step(), until=("apart",)),
    ),
    lines=(
        printed(alarm.STAGE, until=("apart",)),
        printed(alarm.STAGE_SHARE, until=("apart",)),
        printed(alarm.WINDOW_ACTIVE, until=("apart",)),
        printed(alarm.LINE_SKIPPED, per_minute=0.3, until=("apart",)),
        *(printed(line, "entry", 0.7, ("apart",)) for line in alarm.AGENT),
    ),
    notes=(
        "Latest run of tests: {run}, profile {plan_name}, begun {changed} min ago",
        "Synthetic checks failing: {now[synthetic checks failing]}; requests by test clients: "
        "{now[requests by test clients]} % of all",
    ),
    plan=(
        Condition(
            "apart",
            "stop",
            (
                Way("execute_runbook_step", "Run {run} was ended; its generators send nothing.", name="end_process"),
                Way(
                    "execute_runbook_step",
                    "The schedule of profile {plan_name} is paused, run {run} with it.",
                    name="pause_jobs",
                ),
                Way(
                    "execute_runbook_step",
                    "Run {run} was sent to the second site, where requests of {agent} are counted by themselves.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "silenced",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The alert is silent for an hour; the page was closed with a reference to run {run}.",
                    name="silence_alert",
                ),
            ),
        ),
        Condition(
            "labelled",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Alerts leave out requests of {agent} and of whatever sends its label.",
                    name="correct_rule",
                ),
            ),
            needs=("apart",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of profile {plan_name} knows whom run {run} woke.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "Its connections were dropped, and people had to sign in again."),
        Wrong("rollback_deploy", "entry", "It runs an older release, and people miss what the newer one had."),
    ),
    relapse=(20, 45),
)

DUPLICATE_ALERT = Family(
    name="duplicate-alert",
    story="A rule group was copied to a second evaluator with a window of an hour. It pages for a fault of the hour "
    "before, which was handled and is over, and its figures fall by themselves as the window moves on.",
    strikes=("prometheus",),
    facts={
        "ticket": ("INC-48213", "INC-50177", "INC-51904", "INC-46335", "INC-52771"),
        "closed": Counter((6, 24), (1.0, 1.0)),
        "window": (45, 60, 90),
        "group": ("latency.rules", "objectives.rules", "edge.rules"),
        "site": ("second-region", "standby-site", "north-2"),
    },
    change=Change(
        (
            "{group}: evaluated in {site} as well",
            "{group}: second evaluator in {site}",
            "{site} watches {group} too",
        ),
        diffs=(
            (
                "  evaluators: [main]",
                "+ evaluators: [main, {site}]",
                "- expr: increase(errors[5m])",
                "+ expr: increase(errors[{window}m])",
            ),
            (
                "+ replicas: [{site}]",
                "- window: 5m",
                "+ window: {window}m",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(
        Effect("shown_errors", (0.06, 0.22), on="entry", shape=Step(), until=("joined",)),
        Effect("shown_latency", (2.2, 4), on="entry", shape=Step(), until=("joined",)),
        Effect("gauge", (38, 62), gauge="rules evaluated", shape=Step(), until=("joined",)),
        Effect("gauge", (6, 13), gauge="alerts firing", shape=Step(), until=("joined",)),
        Effect("gauge", (3, 6), gauge="silences in force", shape=Step(), until=("joined",)),
    ),
    lines=(
        printed(alarm.RULES_LOADED, since="change", until=("joined",)),
        printed(alarm.DUPLICATE_SERIES, per_minute=0.5, until=("joined",)),
        printed(alarm.SAMPLES_DIFFER, until=("joined",)),
    ),
    notes=(
        "Rules evaluated: {now[rules evaluated]}/s; silences in force: {now[silences in force]}",
        "Last page of {group}: {ticket}, closed {closed} min ago",
    ),
    plan=(
        Condition(
            "joined",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The page was joined to {ticket}; the alert is silent until its window has passed.",
                    name="silence_alert",
                ),
                Way("rollback_deploy", "{group} is evaluated by main alone; the alert resolved."),
            ),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "{ticket} says that it was told of twice, and by whom.",
                    name="file_follow_up",
                ),
            ),
        ),
        Condition(
            "grouped",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Pages of {site} with the labels of an open or closed ticket of the last hour are joined to it.",
                    name="correct_rule",
                ),
            ),
            needs=("joined",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Those who handled {ticket} were asked; they have nothing left to do.",
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
