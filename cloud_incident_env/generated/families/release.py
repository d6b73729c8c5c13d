"""Families in which one route or feature of an application fails while all around it is fine."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import FLAGS, SERVICES
from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Effect,
    Family,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms import data, release
from cloud_incident_env.generated.symptoms.printing import printed_each

BAD_RELEASE = Family(
    name="bad-release",
    story="A release takes a value for granted that some requests lack, a plain defect. It is on half of the instances "
    "so far, and requests of one kind fail on those and nowhere else.",
    strikes=SERVICES,
    facts={
        "route": ("/v1/items", "/v2/quote", "/v2/search", "/v1/history"),
        "subject": ("totals", "addresses", "terms", "discounts", "limits"),
    },
    change=Change(
        (
            "release {version}: {subject} of {route} worked out in one place",
            "release {version}: {route} reads {subject} from its entry",
            "release {version}: {subject} tidied up",
        ),
        diffs=(
            (
                "-     {subject} = entry.{subject}.or_default()",
                "+     {subject} = entry.{subject}.value",
                "+ rollout: 50 % of the instances, the rest tomorrow",
            ),
            (
                "- {subject}: optional, with a default",
                "+ {subject}: read from the entry",
                "  canary: half of the instances",
            ),
        ),
        lead_minutes=(0, 4),
    ),
    effects=(
        Effect("own_errors", (0.14, 0.34), shape=Ramp((2, 8)), until=("build-out",)),
        # Entries that the new build stored without a value.
        Effect("own_errors", (0.02, 0.06), shape=Ramp((3, 9)), until=("build-out", "entries-right")),
    ),
    lines=(
        printed(data.HORIZON_MOVED, per_minute=0.1),  # as on any day
        *printed_each(release.NO_VALUE, per_minute=0.7, until=("build-out", "entries-right"), within=SERVICES),
        *printed_each(release.TOO_SHORT, per_minute=0.15, until=("build-out",), within=SERVICES),
        *printed_each(release.UNREADABLE, per_minute=0.15, until=("build-out",), within=SERVICES),
        printed(release.SEVERAL_BUILDS, per_minute=0.12, since="change", until=("build-out",)),
        printed(release.BUILDS_DIFFER, per_minute=0.12, since="change", until=("build-out",)),
    ),
    notes=("Builds in use: {version}, {previous}",),
    hosts=0.5,
    plan=(
        Condition(
            "build-out",
            "stop",
            (
                Way("rollback_deploy", "All instances of {culprit} run {previous}."),
                Way(
                    "execute_runbook_step",
                    "Instances with {version} take no requests; the others carry them.",
                    name="isolate_instance",
                ),
            ),
        ),
        Condition(
            "entries-right",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Entries that {version} stored without {subject} were filled in.",
                    name="reconcile_records",
                    early="Entries were filled in while {version} stored others without {subject}.",
                ),
            ),
            needs=("build-out",),
        ),
        Condition(
            "held",
            "guard",
            (
                Way("execute_runbook_step", "{version} goes to no further instance.", name="pause_rollout"),
                Way(
                    "execute_runbook_step",
                    "A build of {culprit} stays on one instance for an hour before it goes on.",
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
                    "A ticket for the owners of {culprit} names {version}, {route} and one request, {trace}.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Requests under way were cut off; the same ones fail as before."),
        Wrong("scale_service", "culprit", "The new instances run {version}, and more requests fail than before."),
    ),
)

FLAG_MISTARGET = Family(
    name="flag-mistarget",
    story="A targeting rule of a feature flag was edited and matches many more users than intended. The feature works; "
    "it reaches people who lack what it needs, who are refused, and it asks its callees more than before.",
    strikes=SERVICES,
    facts={
        "flag": FLAGS,
        "country": ("DE", "FR", "NL", "SE", "PT", "AT"),
        "segment": ("trial-b", "staff", "pilot-2", "beta-ring", "partners"),
    },
    change=Change(
        (
            "flag {flag}-{culprit}: rule edited, state unchanged",
            "flag {flag}-{culprit}: audience spelled out",
            "flag {flag}-{culprit}: rule tidied up",
        ),
        diffs=(
            (
                "-   rule: segment == {segment} and country == {country}",
                "+   rule: segment == {segment} or country == {country}",
            ),
            (
                "- who: [{segment}] in [{country}]",
                "+ who: [{segment}], [{country}]",
            ),
        ),
        kind="flag",
        lead_minutes=(0, 3),
    ),
    effects=(
        # Who was meant to have it has it and is fine; the others lack a right or a setting.
        Effect("own_errors", (0.13, 0.3), shape=Step(), until=("rule-right",)),
        Effect("own_errors", (0.02, 0.05), shape=Ramp((2, 6)), until=("rule-right", "made-good")),
        Effect("fan", (1.8, 2.5), shape=Step(), until=("rule-right",)),
    ),
    lines=(
        *printed_each(release.NOT_ALLOWED, per_minute=0.4, until=("rule-right",), within=SERVICES),
        *printed_each(release.REFUSED, per_minute=0.3, until=("rule-right",), within=SERVICES),
        *printed_each(release.TOO_SHORT, per_minute=0.2, until=("rule-right", "made-good"), within=SERVICES),
        printed(release.FLAG_IS_ON, per_minute=0.5, since="change", until=("rule-right",)),
        printed(release.MANY_CALLS, per_minute=0.15, until=("rule-right",)),
        printed(release.MANY_CALLS_TOLD, per_minute=0.1, until=("rule-right",)),
    ),
    plan=(
        Condition(
            "rule-right",
            "stop",
            (
                Way("disable_feature_flag", "{flag}-{area} is off for everybody.", name="{flag}-{area}"),
                Way(
                    "execute_runbook_step",
                    "{flag}-{culprit} has its rule of before.",
                    name="revert_configuration",
                ),
            ),
        ),
        Condition(
            "made-good",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Prices and rights of accounts outside {segment} are what they were before {since}.",
                    name="reconcile_records",
                    early="Accounts were put right one by one, and the next evaluation changed them again.",
                ),
                Way(
                    "execute_runbook_step",
                    "What was stored for accounts outside {segment} was dropped and is made anew.",
                    name="flush_entries",
                    early="What was stored was dropped, and stored again within a minute.",
                ),
            ),
            needs=("rule-right",),
        ),
        Condition(
            "shown-first",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "An edit shows how many users it matches, and a second person approves it.",
                    name="stage_changes",
                ),
            ),
            needs=("rule-right",),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {flag}-{culprit} have the list of accounts and the times.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("rollback_deploy", "culprit", "{culprit} runs {previous}; the same share of its requests is refused."),
        Wrong("restart_service", "culprit", "All instances read their settings anew, and refuse the same people."),
    ),
)

VENDOR_CONTRACT_CHANGE = Family(
    name="vendor-contract-change",
    story="A third party changed the form of its answers without a word: an amount comes as text. It answers with 200 "
    "in its usual time, and whoever calls it fails when it reads the answer, on every version, with no change here.",
    strikes=("vendor",),
    facts={"revision": ("2025-03", "2025-06", "2024-12", "2025-11")},
    effects=(
        Effect("unusable", (0.33, 0.5), on="callers", shape=Step(), until=("answers-read",)),
        # What was put off while answers could not be read.
        Effect("unusable", (0.03, 0.07), on="callers", shape=Ramp((4, 9)), until=("answers-read", "worked-off")),
    ),
    lines=(
        *printed_each(release.UNREADABLE, on="callers", per_minute=0.8, until=("answers-read",)),
        *printed_each(release.NO_VALUE, on="callers", per_minute=0.2, until=("answers-read", "worked-off")),
    ),
    notes=("Status page of the vendor: all systems operational",),
    plan=(
        Condition(
            "answers-read",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Calls to {culprit} name revision {revision} of its interface; answers look as they used to.",
                    name="revert_configuration",
                ),
                Way(
                    "execute_runbook_step",
                    "The adapter to {culprit} takes both forms.",
                    name="correct_rule",
                ),
            ),
        ),
        Condition(
            "worked-off",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "What was put off since {since} was sent to {culprit} and done.",
                    name="replay_records",
                    early="What was put off was sent, and put off again when the answers came.",
                ),
                Way(
                    "execute_runbook_step",
                    "The queue before {culprit} is empty.",
                    name="drain_backlog",
                    early="The queue was emptied, and is as long as before.",
                ),
            ),
            needs=("answers-read",),
        ),
        Condition(
            "watched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Every hour one answer of {culprit} is compared with the form agreed on; a difference pages us.",
                    name="add_alarm",
                ),
            ),
            needs=("answers-read", "worked-off"),
        ),
        Condition(
            "vendor-asked",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The vendor has one answer of yesterday and one of today, and looks into it.",
                    name="open_vendor_ticket",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("rollback_deploy", "callers", "It runs an older release, which fails on the same answers."),
        Wrong("restart_service", "callers", "Requests under way were lost, and the rest fails as before."),
    ),
    relapse=(30, 60),
)
