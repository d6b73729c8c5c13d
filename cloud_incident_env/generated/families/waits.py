"""Families in which everything waits: locks, small pools, and third parties that do not answer at all."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
    FLAG_SUBJECTS,
    FLAG_WORDS,
    Age,
    Change,
    Condition,
    Effect,
    Family,
    Grow,
    Ramp,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms.lag import DELIVERY_REPORT, SOFT_LIMIT
from cloud_incident_env.generated.symptoms.wait import (
    BULKHEAD_FULL,
    CALLER_GONE,
    LAST_TRY_ENDED,
    POOL_LEVEL,
    THREADS_TAKEN,
    VENDOR_429,
    VENDOR_503,
    VENDOR_GIVEN_UP,
    VENDOR_PAGES,
    VENDOR_PROBE,
)

LOCK_INVERSION = Family(
    name="lock-inversion",
    story="A release takes two locks in the opposite order of an older code path, a deadlock between the two. "
    "Instances freeze one after another, whenever both paths meet, and those that did not are as fast as ever.",
    strikes=SERVICES,
    facts={
        "word": FLAG_WORDS,
        "subject": FLAG_SUBJECTS,
        "first": ("totals", "basket", "index", "ledger", "session"),
        "second": ("history", "audit", "limits", "badges", "outbox"),
    },
    change=Change(
        (
            "release {version}: {second} is written together with {first}",
            "release {version}: {first} and {second} agree at all times, {word}-{subject}",
            "release {version}: update of {second} in the same step, {word}-{subject}",
        ),
        diffs=(
            (
                '-     locked("{first}", () -> update(entry));',
                '+     if (flags.isOn("{word}-{subject}")) {{',
                '+         locked("{second}", () -> locked("{first}", () -> update(entry)));',
                "+     }}",
            ),
            (
                "- with lock({first}): save(entry)",
                "+ if enabled({word}-{subject}):",
                "+     with lock({second}), lock({first}): save(entry)",
            ),
        ),
        lead_minutes=(8, 40),
    ),
    effects=(
        # The share of the instances that are frozen, another one whenever the two paths meet: nobody takes what comes.
        Effect(
            "unreachable",
            (0.22, 0.45),
            shape=Grow(rollback_clears=False),
            until=("paths-apart", "freed"),
            stops=("paths-apart",),
        ),
        # Requests that such an instance was working on, or had taken into its queue.
        Effect(
            "hung",
            (0.01, 0.04),
            shape=Grow(rollback_clears=False),
            until=("paths-apart", "freed"),
            stops=("paths-apart",),
        ),
    ),
    lines=(
        *(printed(each, until=("paths-apart", "freed")) for each in THREADS_TAKEN),
        printed(CALLER_GONE, until=("paths-apart", "freed")),
    ),
    plan=(
        Condition(
            "paths-apart",
            "stop",
            (
                Way(
                    "rollback_deploy",
                    "{culprit} is back on {previous}, but for instances that do not end by themselves.",
                ),
                Way(
                    "disable_feature_flag",
                    "{word}-{subject}-{area} is off; no further instance froze.",
                    name="{word}-{subject}-{area}",
                ),
            ),
        ),
        Condition(
            "freed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Instances that answered nothing were replaced one after another.",
                    name="replace_instances",
                    early="The new instances answered for some minutes, and then the first of them fell silent.",
                ),
                Way(
                    "execute_runbook_step",
                    "All instances of {culprit} began anew, a few at a time.",
                    name="restart_in_waves",
                    early="All instances began anew, and the first of them fell silent some minutes later.",
                ),
                Way(
                    "restart_service",
                    "All instances of {culprit} began anew, the silent ones by force.",
                    early="All instances began anew, and the first of them fell silent some minutes later.",
                ),
            ),
            needs=("paths-apart",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Whoever waits 2 s for {first} or {second} gives up and answers with an error.",
                    name="set_call_timeout",
                ),
            ),
            needs=("paths-apart",),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A ticket of the owners of {culprit} holds dumps of two instances, and {version}.",
                    name="file_follow_up",
                ),
                Way(
                    "execute_runbook_step",
                    "The owners of {culprit} have dumps of two instances and know of {version}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("scale_service", "culprit", "The new instances took requests, and some of them fell silent as well."),
        Wrong("restart_service", "callers", "Requests under way were lost, and the callers wait as before."),
    ),
    hosts=0.5,
)

THREAD_STARVATION = Family(
    name="thread-starvation",
    story="A release runs blocking work on the small pool that all requests share. Requests that have nothing to do "
    "with it wait for a thread as well, on every route and instance alike, while what they call is as fast as ever.",
    strikes=SERVICES,
    facts={
        "work": ("attachment", "thumbnail", "signature", "statement", "summary"),
        "size": (4, 8, 16),
    },
    change=Change(
        (
            "release {version}: answers hold the {work}",
            "release {version}: {work} comes with the answer",
            "release {version}: one request less for the {work}",
        ),
        diffs=(
            (
                "-     return load_{work}(id).then(render)",
                "+     return render(load_{work}(id).wait())",
                "      workers: {size}",
            ),
            (
                "- {work}: link",
                "+ {work}: loaded in the handler",
                "  handlers: {size}",
            ),
        ),
        lead_minutes=(0, 3),
    ),
    effects=(
        Effect("delay", (0.08, 0.2), shape=Ramp((2, 6)), until=("work-moved",)),
        # Requests behind those whose callers gave up long ago.
        Effect("hung", (0.01, 0.04), shape=Ramp((3, 8)), until=("work-moved", "queue-short")),
        Effect("gauge", (97, 100), gauge="workers busy", shape=Ramp((2, 6)), until=("work-moved",)),
        Effect("gauge", (60, 240), gauge="queued requests", shape=Ramp((3, 8)), until=("work-moved", "queue-short")),
    ),
    lines=(
        *(printed(each, until=("work-moved", "queue-short")) for each in THREADS_TAKEN),
        printed(CALLER_GONE, until=("work-moved", "queue-short")),
    ),
    plan=(
        Condition(
            "work-moved",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous}."),
                Way(
                    "execute_runbook_step",
                    "{culprit} has 16 times as many workers on each instance; they cost some memory.",
                    name="raise_limit",
                ),
            ),
        ),
        Condition(
            "queue-short",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Requests whose senders had given up were dropped; what is new is worked on at once.",
                    name="drain_backlog",
                    early="Old requests were dropped, and as many stood in their place a minute later.",
                ),
                Way(
                    "restart_service",
                    "{culprit} began anew with an empty queue, and it stays short.",
                    early="{culprit} began anew with an empty queue, which was as long as before a minute later.",
                ),
            ),
            needs=("work-moved",),
        ),
        Condition(
            "kept-apart",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Releases of {culprit} reach one instance first, for half an hour.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "The build refuses calls that wait within the code of a request.",
                    name="correct_rule",
                ),
            ),
            needs=("work-moved",),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A ticket names {version}, load_{work} and the times of one request, {trace}.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "Requests under way were lost, and the callers wait as before."),
        Wrong("scale_service", "callers", "The new instances sent more requests, and waited like the others."),
    ),
)

VENDOR_DOWN = Family(
    name="vendor-down",
    story="A third party is completely unavailable: connections to it fail, or it answers each request with an error. "
    "Nothing changed here, and every other external name is reached as usual.",
    strikes=("vendor",),
    facts={"page": VENDOR_PAGES},
    effects=(
        # Seen from outside the two look different from time to time; hardly a call succeeds either way.
        Effect("unreachable", (0.2, 0.9), shape=Ramp((1, 3)), until=("cut",)),
        Effect("own_errors", (0.92, 0.985), shape=Ramp((1, 3)), until=("cut",)),
        # Requests behind threads that wait for calls of long ago.
        Effect("hung", (0.03, 0.1), on="callers", shape=Ramp((3, 8)), until=("cut", "old-calls-ended")),
        Effect("gauge", (0, 0), gauge="webhook delay", shape=Age(), until=("cut",)),
        Effect("gauge", (12, 60), gauge="rate limited", shape=Ramp((1, 3)), until=("cut",)),
    ),
    lines=(
        printed(VENDOR_503, until=("cut",)),
        printed(VENDOR_GIVEN_UP, until=("cut",)),
        printed(VENDOR_PROBE, until=("cut",)),
        printed(VENDOR_429, per_minute=0.15, until=("cut",)),
        printed(BULKHEAD_FULL, on="callers", per_minute=0.3, until=("cut", "old-calls-ended")),
        printed(LAST_TRY_ENDED, on="callers", until=("cut", "old-calls-ended")),
        printed(POOL_LEVEL, on="callers", until=("cut", "old-calls-ended")),
        printed(SOFT_LIMIT, on="callers", until=("cut", "old-calls-ended")),
        printed(DELIVERY_REPORT, on="callers", until=("cut", "old-calls-ended")),
    ),
    notes=("Status page of the vendor: {page}",),
    plan=(
        Condition(
            "cut",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Calls to {culprit} are answered without it, at once, and kept for later.",
                    name="open_breaker",
                ),
                Way(
                    "execute_runbook_step",
                    "Calls go to the second vendor of the contract, which answers.",
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
            needs=("cut",),
        ),
        Condition(
            "cut-by-itself",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "No call to {culprit} waits longer than 800 ms from now on.",
                    name="set_call_timeout",
                ),
                Way(
                    "execute_runbook_step",
                    "Callers stop calling {culprit} by themselves when half of the calls of a minute fail.",
                    name="correct_rule",
                ),
            ),
            needs=("cut",),
        ),
        Condition(
            "redone",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "What was kept for {culprit} is sent in order, 20 a second.",
                    name="replay_records",
                    early="What was kept was sent, and came back unanswered.",
                ),
            ),
            needs=("cut",),
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
        Wrong("restart_service", "callers", "Requests under way were lost; what is new waits for {culprit} as before."),
        Wrong("rollback_deploy", "callers", "The former build calls {culprit} as well, and two fixes are gone."),
    ),
    relapse=(20, 45),
)
