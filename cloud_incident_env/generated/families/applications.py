"""Families whose culprit is a release of an application, or a feature of it that was switched on."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    FLAG_SUBJECTS,
    FLAG_WORDS,
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
from cloud_incident_env.generated.symptoms import partial, release
from cloud_incident_env.generated.symptoms.printing import printed_each

SERVICES = ("java", "go", "python", "node")
# Named as the flags of every other service are: what is new, of which feature, in which area.
FLAGS = tuple(f"{word}-{subject}" for word in FLAG_WORDS for subject in FLAG_SUBJECTS)

SCHEMA_DRIFT = Family(
    name="schema-drift",
    story="A release went out before its migration ran, so the code is ahead of the schema. Each query of one route "
    "asks for a column that is not there and fails at once, while all other routes are fine.",
    strikes=SERVICES,
    facts={
        "route": ("/v2/summary", "/v2/details", "/v2/overview", "/v2/statement"),
        "table": Drawn("plural"),
        "column": ("tax_code", "locale_id", "batch_no", "device_ref", "tier_code", "source_key"),
    },
    change=Change(
        (
            "release {version}: one more field in the answer of {route}",
            "release {version}: {column} in {route}",
            "release {version}: {route} tells the {column}",
        ),
        diffs=(
            (
                "-     id, state, updated_at",
                "+     id, state, updated_at, {column}",
                "+ migrations/add_{column}_to_{table}.sql",
                "+     ALTER TABLE {table} ADD COLUMN {column} varchar(32);",
            ),
            (
                "+ SELECT ..., {column} FROM {table}",
                "+ migration: {table}.{column} varchar(32), to be run",
                "  answer of {route}: one field more",
            ),
        ),
        lead_minutes=(0, 3),
    ),
    effects=(
        # The share of the requests that go to the one route.
        Effect("own_errors", (0.25, 0.6), shape=Ramp((1, 4)), until=("in-step",)),
        # Failures that are stored as answers and served to whoever asks again.
        Effect("own_errors", (0.02, 0.06), shape=Ramp((2, 5)), until=("in-step", "stored-answers-gone")),
    ),
    lines=(
        *printed_each(release.NO_COLUMN, until=("in-step",), within=SERVICES),
        *printed_each(release.NO_VALUE, per_minute=0.1, until=("in-step", "stored-answers-gone"), within=SERVICES),
    ),
    notes=("Schema history of {table}: last entry 9 days old",),
    plan=(
        Condition(
            "in-step",
            "stop",
            (
                Way("rollback_deploy", "All instances of {culprit} run {previous}."),
                Way(
                    "execute_runbook_step",
                    "The step of the pipeline that runs migrations is on again: {column} was added to {table}.",
                    name="resume_automation",
                ),
            ),
        ),
        Condition(
            "stored-answers-gone",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "What was stored as answers of {route} was removed and is made anew.",
                    name="flush_entries",
                    early="Stored answers of {route} were removed; a minute later as many failures were stored again.",
                ),
            ),
            needs=("in-step",),
        ),
        Condition(
            "order-kept",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The pipeline of {culprit} releases a build only after its migrations ran.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "Releases of {culprit} are on hold until its pipeline is looked at.",
                    name="pause_rollout",
                ),
            ),
        ),
        Condition(
            "written-up",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "A ticket for the owners of {culprit} names {version}, {route} and add_{column}_to_{table}.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Requests under way were cut off; {route} fails as before."),
        Wrong("scale_service", "culprit", "There are more instances now, and {route} fails on them as well."),
    ),
)

LATENT_FLAG = Family(
    name="latent-flag",
    story="A feature flag was turned on for more users and woke a code path that had shipped weeks before, bug "
    "included. Requests fail only where the flag is on, on every build that has the path; no release went out.",
    strikes=SERVICES,
    facts={
        "flag": FLAGS,
        "audience": (60, 75, 90),
    },
    change=Change(
        (
            "flag {flag}-{culprit}: audience 1 -> {audience} %, settings only",
            "flag {flag}-{culprit}: next ring",
            "flag {flag}-{culprit}: {audience} % of the users",
        ),
        diffs=(
            ("-   audience_percent: 1", "+   audience_percent: {audience}"),
            (
                "- rollout: 1 %",
                "+ rollout: {audience} %",
                "  flag: {flag}-{culprit}",
            ),
        ),
        kind="flag",
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("own_errors", (0.28, 0.58), shape=Step(), until=("path-off",)),
        # Instances that read their settings only at start.
        Effect("own_errors", (0.05, 0.1), shape=Step(), until=("path-off", "settings-read")),
    ),
    lines=(
        *printed_each(release.TOO_SHORT, until=("path-off", "settings-read"), within=SERVICES),
        *printed_each(release.NO_VALUE, per_minute=0.15, until=("path-off",), within=SERVICES),
        *printed_each(release.NOT_ALLOWED, per_minute=0.15, until=("path-off",), within=SERVICES),
        printed(release.FLAG_IS_ON, since="change", until=("path-off",)),
    ),
    plan=(
        Condition(
            "path-off",
            "stop",
            (
                Way("disable_feature_flag", "{flag}-{area} is off.", name="{flag}-{area}"),
                Way(
                    "execute_runbook_step",
                    "The settings of {culprit} are those of before the last change.",
                    name="revert_configuration",
                ),
            ),
        ),
        Condition(
            "settings-read",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All instances of {culprit} read their settings anew.",
                    name="reload_configuration",
                    early="All instances read their settings anew, which had not changed.",
                ),
                Way(
                    "execute_runbook_step",
                    "All instances of {culprit} were replaced, a few at a time.",
                    name="restart_in_waves",
                    early="All instances were replaced, and read the settings that were in force.",
                ),
            ),
            needs=("path-off",),
        ),
        Condition(
            "widened-in-steps",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Audiences of {culprit} grow by 1, 10 and 50 % from now on, with an hour between.",
                    name="stage_changes",
                ),
            ),
            needs=("path-off",),
        ),
        Condition(
            "owner-knows",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {flag}-{culprit} have the times and one failing request, {trace}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "rollback_deploy",
            "culprit",
            "{culprit} runs {previous}. The same share of its requests fails, and two fixes are gone.",
        ),
        Wrong("scale_service", "culprit", "The new instances fail the same share of their requests."),
    ),
)

PARTIAL_DEPLOY = Family(
    name="partial-deploy",
    story="A release reached all instances but one, which runs the old build. The release reuses the name of a feature "
    "flag that the old build still ties to dead code, so the one instance makes hundreds of calls for a request. "
    "The release looks complete, and all other instances behave.",
    strikes=SERVICES,
    facts={
        "flag": FLAGS,
        "routine": ("LegacySplitter", "TrialMatcher", "OldFanOut", "BulkReplayer"),
    },
    change=Change(
        (
            "release {version}: order of partial answers, switched by {flag}-{culprit}",
            "release {version}: partial answers first, {flag}-{culprit}",
            "release {version}: {flag}-{culprit} has a new meaning",
        ),
        diffs=(
            (
                '-     if settings.on("{flag}-{culprit}"): return {routine}(request)',
                '+     if settings.on("{flag}-{culprit}"): request.partial_first = true',
                "+ rollout: ended, success reported by the installer",
            ),
            (
                "- {flag}-{culprit} -> {routine}",
                "+ {flag}-{culprit} -> partial answers first",
                "  installer: success",
            ),
        ),
        lead_minutes=(1, 8),
    ),
    effects=(
        # Means over all instances: the one on the old build makes a hundred times as many calls, the others none more.
        Effect("fan", (3.0, 7.0), shape=Step(), until=("odd-one-out",)),
        Effect("own_errors", (0.12, 0.3), shape=Step(), until=("odd-one-out",)),
        Effect("cost", (1.3, 1.8), shape=Step(), until=("odd-one-out",)),
        # Messages between two builds that do not agree.
        Effect("own_errors", (0.02, 0.06), shape=Ramp((1, 3)), until=("odd-one-out", "one-build")),
    ),
    lines=(
        printed(release.MANY_CALLS, per_minute=0.35, until=("odd-one-out",)),
        printed(release.MANY_CALLS_TOLD, per_minute=0.35, until=("odd-one-out",)),
        printed(release.SEVERAL_BUILDS, per_minute=0.12, since="change", until=("one-build",)),
        printed(release.BUILDS_DIFFER, per_minute=0.12, since="change", until=("one-build",)),
        *printed_each(release.UNREADABLE, until=("odd-one-out",), within=SERVICES),
        *printed_each(release.NO_VALUE, per_minute=0.15, until=("odd-one-out", "one-build"), within=SERVICES),
        printed(release.FLAG_IS_ON, per_minute=0.15, since="change", until=("odd-one-out",)),
        printed(partial.INSTANCE_EJECTED, on="callers", until=("odd-one-out",)),
        printed(partial.INSTANCE_LEFT_OUT, on="callers", until=("odd-one-out",)),
    ),
    notes=("Builds in use: {version}, {previous}",),
    plan=(
        Condition(
            "odd-one-out",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The instance with {previous} is out of the pool and takes no request.",
                    name="isolate_instance",
                ),
                Way("disable_feature_flag", "{flag}-{area} is off on all instances.", name="{flag}-{area}"),
            ),
        ),
        Condition(
            "one-build",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All instances were installed anew and report {version}.",
                    name="replace_instances",
                    early="The installer left out the instance that was never idle, and reported success.",
                ),
            ),
            needs=("odd-one-out",),
        ),
        Condition(
            "settled",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "What was sent out more than once since {since} was found and taken back.",
                    name="reconcile_records",
                    early="New duplicates came in faster than old ones were taken back.",
                ),
            ),
            needs=("odd-one-out",),
        ),
        Condition(
            "ends-compared",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The pipeline ends a rollout of {culprit} only when all instances report one build.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "More than one build for half an hour raises an alarm from now on.",
                    name="add_alarm",
                ),
            ),
            needs=("odd-one-out",),
        ),
    ),
    wrong=(
        Wrong(
            "rollback_deploy",
            "culprit",
            "All instances run {previous} now, and outgoing calls rose on all of them.",
            effects=(Effect("fan", (2.0, 3.5)), Effect("own_errors", (0.2, 0.4))),
        ),
        Wrong("scale_service", "culprit", "More instances answer; outgoing calls have not gone down."),
    ),
    hosts=0.2,
)
