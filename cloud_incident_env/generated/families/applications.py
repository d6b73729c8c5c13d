"""Families whose culprit is a release of an application, or a feature of it that was switched on."""

from __future__ import annotations

from cloud_incident_env.generated.model import FLAG_SUBJECTS, FLAG_WORDS, Change, Family, Step

SERVICES = ("java", "go", "python", "node")
# Named as the flags of every other service are: what is new, of which feature, in which area.
FLAGS = tuple(f"{word}-{subject}" for word in FLAG_WORDS for subject in FLAG_SUBJECTS)

SCHEMA_DRIFT = Family(
    name="schema-drift",
    story="A bad deploy in the wrong order: the release went out before its migration ran, so the code is ahead of the "
    "schema. Each query of one route names a missing column and fails at once, while all other routes are fine.",
    strikes=SERVICES,
    facts={
        "route": ("/v2/summary", "/v2/details", "/v2/overview", "/v2/statement"),
        "column": ("o.tax_cents", "p.locale_id", "i.batch_no", "s.device_ref", "a.tier_code", "l.source_key"),
        "position": range(41, 190),
        "migration": range(212, 987),
    },
    change=Change("release {version}: one more field in the answer of {route}", lead_minutes=(0, 3)),
    errors=(0.1, 0.3),
    latency=(1.0, 1.3),
    traffic=(0.85, 1.0),
    logs=(
        "ERROR {route} answered 500: column {column} does not exist at character {position}",
        "WARN  build {version} expects migration {migration}, the schema history ends before it",
    ),
    notes=("schema history: migration {migration} pending",),
    steps=(
        Step(
            "rollback_deploy",
            "{culprit} is back on {previous}, which asks for columns that are there.",
            relief=0.9,
        ),
        Step(
            "execute_runbook_step",
            "Migration {migration} added {column} in two seconds; the few requests kept for a retry went through.",
            name="apply_additive_migration",
            relief=0.1,
            too_early="The pipeline holds migration {migration} back as long as {version} of {culprit} takes requests.",
        ),
        Step(
            "execute_runbook_step",
            "The pipeline compares the schema history with the build before it releases anything.",
            name="gate_releases_on_schema",
            too_early="The gate refused to go live: the state that it would guard does not pass it.",
        ),
        Step(
            "execute_runbook_step",
            "{route} answers; the schema history matches the build.",
            name="verify_schema_history",
            too_early="The schema history and the running build still differ.",
        ),
    ),
    wrong={
        ("restart_service", "culprit"): "The replicas came back one by one and failed on the same route.",
        ("scale_service", "culprit"): "{route} fails on the additional replicas as well.",
    },
    signature={
        "query_logs": r"column \w\.\w+ does not exist at character \d+",
        "check_service_status": r"schema history: migration \d+ pending",
    },
)

LATENT_FLAG = Family(
    name="latent-flag",
    story="A feature flag was turned on for more users and woke a dormant code path that had shipped weeks before, bug "
    "included. Requests fail only where the flag is on; the config change came in no build.",
    strikes=SERVICES,
    facts={
        "flag": FLAGS,
        "fault": ("index out of range in page builder", "empty list of offers", "unit of the amount is unset"),
        "share": (25, 40, 50),
    },
    change=Change("settings only, same build: audience of one flag 1 % -> {share} %", lead_minutes=(0, 2)),
    errors=(0.1, 0.3),
    latency=(1.2, 3),
    traffic=(0.85, 1.0),
    logs=(
        "ERROR request {hex} failed, variant {flag}-{area}=on: {fault}",
        "INFO  request {hex} answered in {small} ms, variant {flag}-{area}=off",
    ),
    steps=(
        Step(
            "disable_feature_flag",
            "{flag}-{area} is off; replicas that read it at start still serve it.",
            name="{flag}-{area}",
            relief=0.6,
        ),
        Step(
            "restart_service",
            "All replicas were replaced and read their settings anew.",
            relief=0.4,
            too_early="The replicas read the same settings again, and the same share of the requests fails.",
        ),
        Step(
            "execute_runbook_step",
            "The audience is frozen at 0 % until somebody of the team lifts the freeze.",
            name="freeze_flag_audience",
            too_early="The freeze was refused: it keeps what is in force, and that is what fails.",
        ),
        Step(
            "execute_runbook_step",
            "Both variants were probed and answer alike.",
            name="verify_flag_variants",
            too_early="One variant still fails the probe.",
        ),
    ),
    wrong={
        (
            "rollback_deploy",
            "culprit",
        ): "The earlier build holds the same code and reads the same settings; a fix is gone.",
        ("scale_service", "culprit"): "The additional replicas read the same settings and fail alike.",
    },
    signature={
        "query_logs": r"failed, variant [a-z-]+=on: ",
        "check_recent_deploys": r"same build: audience of one flag 1 % -> \d+ %",
    },
)

PARTIAL_DEPLOY = Family(
    name="partial-deploy",
    story="A partial deploy left one host on the old build: version skew. The release reuses the name of a feature "
    "flag that the old build still ties to dead code, so the one host sends hundreds of messages out for each "
    "request. The bad release looks complete, and every other host behaves.",
    strikes=SERVICES,
    facts={
        "flag": FLAGS,
        "host": range(2, 10),
        "routine": ("legacy splitter", "trial matcher", "old fan-out", "bulk replayer"),
    },
    change=Change("release {version}: order of partial answers, behind a flag", lead_minutes=(1, 8)),
    errors=(0.06, 0.22),
    latency=(6, 14),
    traffic=(0.95, 1.0),
    figures={"outgoing calls per request": (110, 180), "outgoing retries": (60, 190), "workers busy": (70, 95)},
    logs=(
        "WARN  srv-{host}: {n}0 messages to outside partners for request {hex}, {flag}-{area} handled by {routine}",
        "WARN  peer srv-{host} reports build {previous}, this host runs {version}",
        "ERROR request {hex} failed: {n}0 confirmations from outside for one message, last one to srv-{host}",
    ),
    steps=(
        Step(
            "execute_runbook_step",
            "{culprit} sends nothing that changes data until it is released again.",
            name="engage_kill_switch",
            relief=0.5,
            risky=True,
        ),
        Step(
            "execute_runbook_step",
            "srv-{host} is out of the pool and answers nobody.",
            name="isolate_outlier_host",
            relief=0.2,
            risky=True,
            too_early="The pool put the host back: it drains forever, as it keeps sending.",
        ),
        Step(
            "disable_feature_flag",
            "{flag}-{area} is off on every host.",
            name="{flag}-{area}",
            relief=0.1,
            too_early="The flag went off and on again: a host in the pool kept pushing its own copy of the setting.",
        ),
        Step(
            "execute_runbook_step",
            "Every host, srv-{host} included, reports {version}.",
            name="install_one_build_everywhere",
            relief=0.2,
            too_early="The installer skipped hosts that were in use and reported success again.",
        ),
        Step(
            "execute_runbook_step",
            "What was sent more than once has been found and settled.",
            name="reconcile_duplicates",
            too_early="The reconciliation ran behind: new duplicates came in faster than old ones were settled.",
        ),
        Step(
            "execute_runbook_step",
            "All hosts report one checksum, and each request leads to one.",
            name="verify_host_checksums",
            too_early="The checksums of the hosts differ.",
        ),
    ),
    wrong={
        (
            "rollback_deploy",
            "culprit",
        ): "Now the good hosts ran {previous} too, and all of them did what srv-{host} does.",
        ("scale_service", "culprit"): "More hosts answered, and the flood did not shrink.",
    },
    signature={
        "query_logs": r"peer srv-\d reports build v[\d.]+, this host runs",
        "check_metrics": r"outgoing calls per request +1\d\d\.\d",
    },
)
