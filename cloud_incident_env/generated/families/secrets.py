"""Families whose culprit is the store of secrets and certificates."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Family, Step

CREDENTIAL_BREAK = Family(
    name="credential-break",
    story="A password was rotated while consumers hold the one that they read at their start: stale credentials. Their "
    "logins fail with password authentication failed, and only instances older than the rotation are hit.",
    strikes=("vault",),
    facts={
        "role": ("catalog", "orders_rw", "ledger", "profiles", "booking_app", "sessions_rw", "reporting_ro"),
        "versions": ("v6 -> v7", "v11 -> v12", "v18 -> v19", "v23 -> v24", "v40 -> v41"),
        "lag": range(3, 40),
    },
    change=Change("rotation of the credential of {role}, by schedule", lead_minutes=(0, 2)),
    errors=(0.05, 0.2),
    latency=(2, 5),
    traffic=(1.0, 1.6),
    figures={"consumers on an old version": (11, 46), "authentication failures": (38, 160), "secret reads": (50, 170)},
    logs=(
        "INFO  secrets.database: static role {role} checked: {versions} done, mirror kv/{role} as of {lag} h ago",
        "WARN  audit: {caller}-{n} presents {role} as read at its start {lag} h ago, renewal of its lease denied",
        'ERROR secrets.database: {ip} reports FATAL: password authentication failed for user "{role}"',
    ),
    seen_by_callers=(
        'ERROR FATAL: password authentication failed for user "{role}", secret read at start {lag} h ago',
        'ERROR login as "{role}" refused: WRONGPASS invalid username-password pair or user is disabled.',
    ),
    steps=(
        Step(
            "execute_runbook_step",
            "kv/{role} holds the same value as the server.",
            name="sync_secret_mirror",
            relief=0.2,
        ),
        Step(
            "execute_runbook_step",
            "Consumers of {role} were replaced one after another and log in.",
            name="roll_stale_consumers",
            relief=0.7,
            risky=True,
            too_early="The consumers of {role} were replaced, and read the value of {lag} h ago from kv/{role}.",
        ),
        Step(
            "execute_runbook_step",
            "Consumers of {role} on an older version: 0.",
            name="count_consumer_versions",
            too_early="Some consumers of {role} were not counted: they are between two logins.",
        ),
        Step(
            "execute_runbook_step",
            "The version before the last one is revoked.",
            name="revoke_previous_version",
            relief=0.1,
            too_early="The store refuses: that version was presented within the last minute.",
        ),
        Step(
            "execute_runbook_step",
            "No login of {role} was refused within the last minutes.",
            name="verify_logins",
            too_early="Logins of {role} are still refused.",
        ),
    ),
    wrong={
        ("restart_service", "culprit"): "It came back sealed, and until it was opened nobody could read any secret.",
        ("rollback_deploy", "culprit"): "The older release could not read the newest entries and came back sealed.",
    },
    signature={
        "query_logs": r"as read at its start \d+ h ago, renewal of its lease denied",
        "check_metrics": r"consumers on an old version +\d{2}",
    },
)

CERT_EXPIRY = Family(
    name="cert-expiry",
    story="The renewal of a certificate had failed silently for weeks, and then the certificate expired. From one "
    "second to the next every TLS handshake with it fails: x509, certificate has expired. Nothing was deployed.",
    strikes=("vault",),
    facts={
        "host": ("mtls.prod.internal", "services.prod.internal", "mesh-client.prod.internal", "rpc.prod.internal"),
        "serial": ("4f:19:c2:07", "7b:e0:33:5d", "1c:aa:90:e4", "62:0d:f8:b1", "39:57:6e:8a"),
        "reason": (
            "order pending",
            "lock held by another worker",
            "challenge record not found",
            "account key not read",
        ),
        "skips": range(21, 64),
    },
    errors=(0.08, 0.28),
    latency=(1.5, 3),
    traffic=(0.3, 0.6),
    figures={"authentication failures": (30, 140)},
    logs=(
        "WARN  renewal queue: {host} serial {serial} skipped, {reason}, not counted as a failure",
        "ERROR http: TLS handshake error from {ip}:{port}: x509: certificate has expired or is not yet valid: serial "
        "{serial}",
    ),
    notes=("Renewal of {host}: skipped {skips} times in a row, which neither expiry nor failure figures count",),
    seen_by_callers=(
        "ERROR sidecar: x509: certificate has expired or is not yet valid: {host} serial {serial}",
        "ERROR [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired ({host})",
    ),
    steps=(
        Step(
            "execute_runbook_step",
            "A certificate for {host} was issued by hand, valid for 90 days.",
            name="issue_certificate",
            relief=0.1,
        ),
        Step(
            "execute_runbook_step",
            "The certificate was installed and read by all who use it, without a restart.",
            name="install_with_hot_reload",
            relief=0.8,
            too_early="What was installed is the newest pair on file, and that is serial {serial}.",
        ),
        Step(
            "execute_runbook_step",
            "All that answer for {host} show an end date 90 days from now.",
            name="check_end_dates",
            too_early="Serial {serial} is still in use.",
        ),
        Step(
            "execute_runbook_step",
            "The queue works off {host} again, and a skip raises an alert.",
            name="repair_renewal_queue",
            relief=0.1,
            too_early="The queue took up {host} and stopped: nobody has checked yet what is in use.",
        ),
        Step(
            "execute_runbook_step",
            "No handshake was refused within the last minutes.",
            name="verify_handshakes",
            too_early="Handshakes are still being refused.",
        ),
    ),
    wrong={
        (
            "restart_service",
            "culprit",
        ): "It came back sealed and with the same files, and nobody could read any secret.",
        (
            "restart_service",
            "caller",
        ): "It read the same files at its start and lost the sessions that were still open.",
    },
    signature={
        "query_logs": r"TLS handshake error from \S+ x509: certificate has expired",
        "check_metrics": r"authentication failures +\d{2,3}\.\d/s",
        "check_service_status": r"skipped \d\d times in a row",
    },
)
