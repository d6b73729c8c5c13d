"""Families whose culprit is an application service by the way in which it calls others."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import Change, Condition, Effect, Family, Ramp, Step, Way, Wrong, printed
from cloud_incident_env.generated.symptoms import connections
from cloud_incident_env.generated.symptoms.limit import ANSWERED_429, NO_ROOM, TURNED_AWAY
from cloud_incident_env.generated.symptoms.wait import ANSWER_UNREAD, LAST_TRY_ENDED, POOL_LEVEL

RETRY_STORM = Family(
    name="retry-storm",
    story="A short slowdown is long over, but the service tries each expired call two more times and so keeps its own "
    "queue full: a retry storm. The retries sustain the overload, every attempt expires before its turn, and hardly "
    "anything useful gets done while users ask no more than usual.",
    strikes=SERVICES,
    facts={"cap": (500, 1_000, 2_000)},
    effects=(
        Effect("retries", (2, 2), shape=Step(), until=("relieved", "emptied")),
        Effect("call_hangs", (0.5, 0.85), shape=Ramp((1, 3)), until=("relieved", "emptied")),
        Effect("own_errors", (0.15, 0.35), shape=Ramp((1, 3)), until=("relieved",)),
        Effect("cost", (1.3, 2.0), until=("relieved", "emptied")),
    ),
    lines=(
        printed(LAST_TRY_ENDED, per_minute=0.6, until=("relieved", "emptied")),
        printed(TURNED_AWAY, per_minute=0.6, until=("relieved",)),
        printed(ANSWERED_429, per_minute=0.2, until=("relieved",)),
        printed(NO_ROOM, until=("relieved",)),
        printed(ANSWER_UNREAD, per_minute=0.6, until=("relieved", "emptied")),
        printed(POOL_LEVEL, until=("relieved", "emptied")),
    ),
    plan=(
        Condition(
            "relieved",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{culprit} answers what can wait with 503 and a time to come back, and lets half of it in.",
                    name="shed_load",
                ),
                Way(
                    "execute_runbook_step",
                    "{culprit} fails its calls at once for 60 s and then lets a few through at a time.",
                    name="open_breaker",
                ),
            ),
        ),
        Condition(
            "emptied",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Entries older than their deadline were dropped; what is new is sent at once.",
                    name="flush_entries",
                    early="Old entries were dropped, and {cap} others stood in their place within a minute.",
                ),
                Way(
                    "restart_service",
                    "{culprit} began anew with an empty queue, and it stays short.",
                    early="{culprit} began anew with an empty queue, which held {cap} entries within a minute.",
                ),
            ),
            needs=("relieved",),
        ),
        Condition(
            "budgeted",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "At most one call in ten is made again from now on.",
                    name="set_retry_budget",
                ),
            ),
            needs=("relieved",),
        ),
        Condition(
            "let-in",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "All requests are let in again, in four steps.",
                    name="stage_changes",
                    early="The first step filled the queue of {culprit} again, and was taken back.",
                ),
            ),
            needs=("emptied", "budgeted"),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances sent calls of their own, and each had a full queue soon."),
    ),
    relapse=(10, 30),
)

KERNEL_TABLE = Family(
    name="kernel-table",
    story="After a config change the service opens a connection for each call instead of using keep-alive. Closed ones "
    "stay in TIME_WAIT by the ten thousand: ephemeral ports run out, the connection tracking table is exhausted, and "
    "new connections cannot be made from its node.",
    strikes=SERVICES,
    # An address has 28,232 local ports; TIME_WAIT lasts 60 s.
    facts={"waiting": range(27_400, 28_230), "kept": (30, 60, 90)},
    change=Change(
        (
            "configuration: HTTP client set from the shared profile",
            "configuration: one profile for HTTP clients",
            "configuration: defaults of the HTTP client",
        ),
        diffs=(
            (
                "- http.client.keep-alive: {kept}s",
                "- http.client.max-idle: 64",
                "+ http.client.keep-alive: 0s",
                "+ http.client.max-idle: 64",
            ),
            (
                "- keep_alive = {kept}s",
                "+ keep_alive = 0s",
                "  idle_connections = 64",
            ),
        ),
        kind="config",
        lead_minutes=(3, 9),
    ),
    effects=(
        Effect("call_errors", (0.35, 0.75), shape=Ramp((2, 5)), until=("reused",)),
        Effect("call_hangs", (0.08, 0.2), shape=Ramp((2, 5)), until=("reused", "tracked")),
        Effect("cost", (1.3, 1.9), since="change", until=("reused",)),
        Effect("slowdown", (1.2, 1.6), since="change", until=("reused",)),
    ),
    lines=(
        *(printed(line, per_minute=0.8, until=("reused",)) for line in connections.NO_ADDRESS),
        *(printed(line, per_minute=0.2, until=("reused", "tracked")) for line in connections.CONNECT_TIMEOUTS),
    ),
    notes=(connections.SOCKETS_NOTE,),
    plan=(
        Condition(
            "reused",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Idle connections are kept {kept} s again; old sockets go within a minute.",
                    name="revert_configuration",
                ),
                Way(
                    "rollback_deploy",
                    "{culprit} runs with its former settings, on new processes.",
                ),
            ),
        ),
        Condition(
            "tracked",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Hosts of {culprit} track four times as many connections.",
                    name="raise_limit",
                ),
                Way(
                    "execute_runbook_step",
                    "The instances of {culprit} moved to hosts that stood empty.",
                    name="replace_instances",
                ),
            ),
        ),
        Condition(
            "held",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The shared profile is no longer applied to {culprit}.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "watched",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when a host has used 70 % of its local ports.",
                    name="add_alarm",
                ),
            ),
            needs=("reused", "tracked"),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service", "culprit", "The processes are new, their hosts kept what the old ones had left behind."
        ),
        Wrong(
            "scale_service", "culprit", "The new instances came to the same hosts and connected as often as the others."
        ),
    ),
    hosts=0.5,
    relapse=(20, 45),
)
