"""Families whose culprit is the store of secrets and certificates."""

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
from cloud_incident_env.generated.symptoms import trust

CREDENTIAL_BREAK = Family(
    name="credential-break",
    story="A password was rotated while consumers hold the one that they read at their start: stale credentials. Their "
    "logins fail with password authentication failed, and only instances older than the rotation are hit.",
    strikes=("vault",),
    facts={
        "role": ("catalog", "orders_rw", "ledger", "profiles", "booking_app", "sessions_rw", "reporting_ro"),
        "older": range(6, 41),
    },
    change=Change(
        (
            "rotation of the credential of {role}, by schedule",
            "{role}: credential rotated",
            "secrets of this month: {role}",
        ),
        diffs=(
            (
                "- database/static-roles/{role}: last rotation 30 d ago",
                "+ database/static-roles/{role}: last rotation now",
            ),
            (
                "- {role}: version 7",
                "+ {role}: version 8",
                "  lease: 0 s for the one before",
            ),
        ),
        kind="job",
        by_automation=True,
        lead_minutes=(0, 2),
    ),
    effects=(
        # Pools open new connections one by one, so the share of refused logins rises.
        Effect("own_errors", (0.3, 0.65), on="callers", shape=Ramp((4, 11)), until=("synced", "renewed")),
        Effect("gauge", (38, 160), gauge="authentication failures", shape=Ramp((4, 11)), until=("synced", "renewed")),
        Effect("gauge", (3, 7), gauge="consumers on an old version", shape=Step(), since="change", until=("renewed",)),
    ),
    lines=(
        printed(trust.VAULT_ANSWERED, per_minute=0.6, until=("synced",)),
        printed(trust.VAULT_DENIED, per_minute=0.3, until=("synced", "renewed")),
        *(printed(line, "callers", 0.5, ("synced", "renewed")) for line in trust.LOGIN_REFUSED),
        *(printed(line, "callers", 0.15, ("synced", "renewed")) for line in trust.TOKEN_EXPIRED),
        *(printed(line, "callers", 0.06, ("synced", "renewed")) for line in trust.TOKEN_EARLY),
        *(printed(line, "callers", 0.15, ("synced", "renewed")) for line in trust.UNAUTHORIZED),
    ),
    notes=(
        "Authentication failures: {now[authentication failures]}/s; "
        "consumers on an old version: {now[consumers on an old version]}",
    ),
    plan=(
        Condition(
            "synced",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "secret/data/{role} has a version after {older}, the same as at the server.",
                    name="restore_record",
                ),
                Way(
                    "execute_runbook_step",
                    "The copy job ran by hand: what consumers read is newer than version {older} now.",
                    name="run_job_once",
                ),
            ),
        ),
        Condition(
            "renewed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Consumers of {role} were replaced one after another, read the newest version and log in.",
                    name="restart_in_waves",
                    early="Some consumers of {role} were replaced; they read version {older} and could not log in.",
                ),
                Way(
                    "execute_runbook_step",
                    "The agents of all consumers of {role} read the newest version and opened new sessions.",
                    name="sync_consumers",
                    early="The agents read the copy, and it was version {older} again.",
                ),
            ),
            needs=("synced",),
        ),
        Condition(
            "retired",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Nobody has presented version {older} for some minutes; it is destroyed.",
                    name="retire_previous",
                    early="The store refuses: version {older} was presented within the last minute.",
                ),
            ),
            needs=("renewed",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A rotation keeps the version before it valid for a day from now on.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "Rotations by schedule are off until consumers read them without a restart.",
                    name="pause_automation",
                ),
            ),
        ),
        Condition(
            "healthy",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Logins of {role} in the last minutes: all accepted.",
                    name="verify_recovery",
                ),
            ),
            needs=("synced", "renewed"),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "It came back sealed, and nobody could read a secret until it was opened."),
        Wrong("rollback_deploy", "culprit", "The older release could not read the newest entries and came up sealed."),
    ),
)

CERT_EXPIRY = Family(
    name="cert-expiry",
    story="The renewal of a certificate had failed silently for weeks, and then the certificate expired. From one "
    "second to the next every TLS handshake with it fails, while connections that are open live on. Nothing was "
    "deployed.",
    strikes=("vault",),
    facts={
        "subject": ("mtls.prod.internal", "services.prod.internal", "mesh-client.prod.internal", "rpc.prod.internal"),
        "serial": Drawn("hex_pairs"),
        "reason": (
            "order pending",
            "lock held by another worker",
            "challenge record not found",
            "account key not read",
        ),
        "skips": range(21, 64),
    },
    effects=(
        # New handshakes fail at once and all together; open connections close one by one and cannot be opened again.
        Effect("call_errors", (0.25, 0.4), on="callers", shape=Step(), until=("issued", "served")),
        Effect("call_errors", (0.2, 0.45), on="callers", shape=Ramp((8, 16)), until=("issued", "served")),
        Effect("gauge", (0, 0), gauge="nearest certificate expiry", shape=Step(), until=("issued",)),
        Effect("gauge", (30, 140), gauge="authentication failures", shape=Step(), until=("issued", "served")),
    ),
    lines=(
        printed(trust.ALERT_EXPIRED, per_minute=0.7, until=("issued", "served")),
        printed(trust.ALERT_UNKNOWN, per_minute=0.1, until=("issued", "served")),
        printed(trust.RENEWAL_SKIPPED, until=("issued",)),
        *(printed(line, "callers", 0.5, ("issued", "served")) for line in trust.EXPIRED),
        *(printed(line, "callers", 0.08, ("issued", "served")) for line in trust.UNKNOWN_AUTHORITY),
    ),
    notes=(
        "Authentication failures: {now[authentication failures]}/s; "
        "consumers on an old version: {now[consumers on an old version]}",
        "Renewals that were skipped this month: {skips}",
    ),
    plan=(
        Condition(
            "issued",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "A pair for {subject} was issued by hand, valid for 90 days.",
                    name="rotate_secret",
                ),
                Way(
                    "execute_runbook_step",
                    "The renewal of {subject} was run alone and ended with a new pair, valid for 90 days.",
                    name="run_job_once",
                ),
            ),
        ),
        Condition(
            "served",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All that use {subject} have read the new pair, without a restart.",
                    name="reload_certificate",
                    early="What was read is the newest pair on file, and that is serial {serial}.",
                ),
                Way(
                    "execute_runbook_step",
                    "The agents of all that use {subject} fetched the new pair and hold it.",
                    name="sync_consumers",
                    early="The agents fetched the newest pair on file, and that is serial {serial}.",
                ),
            ),
            needs=("issued",),
        ),
        Condition(
            "repaired",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The queue works off {subject} again like the other names.",
                    name="resume_automation",
                ),
                Way(
                    "execute_runbook_step",
                    "Pairs with less than 14 days left raise an alarm, read from the servers themselves.",
                    name="add_alarm",
                ),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The {skips} skips of {subject} and their reasons are in the follow-up.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "It came back sealed and with the same files, and open sessions are gone."),
        Wrong("restart_service", "entry", "It dropped the sessions that were still open and could not open them anew."),
    ),
)
