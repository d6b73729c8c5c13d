"""Families whose culprit is the store of secrets and certificates."""

from __future__ import annotations

from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Effect,
    Family,
    Line,
    Ramp,
    Step,
    Way,
    Wrong,
)

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
        "rotation of the credential of {role}, by schedule",
        diff=(
            "- database/static-roles/{role}: last rotation 30 d ago",
            "+ database/static-roles/{role}: last rotation now",
        ),
        kind="job",
        author="vault-rotation",
        lead_minutes=(0, 2),
    ),
    effects=(
        # Pools open new connections one by one, so the share of refused logins rises.
        Effect("own_errors", (0.3, 0.65), on="callers", shape=Ramp((4, 11)), until=("synced", "renewed")),
        Effect("gauge", (38, 160), gauge="authentication failures", shape=Ramp((4, 11)), until=("synced", "renewed")),
        Effect("gauge", (3, 7), gauge="consumers on an old version", shape=Step(), since="change", until=("renewed",)),
    ),
    lines=(
        Line(
            'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=0 '
            "request_path=secret/data/{role} request_method=GET",
            per_minute=0.6,
            until=("synced",),
        ),
        Line(
            "ERROR com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Exception during pool initialization. "
            "java.sql.SQLInvalidAuthorizationSpecException: password authentication failed for user {role}",
            on="callers",
            software=("java", "stream-worker"),
            until=("synced", "renewed"),
        ),
        Line(
            "ERROR open connection: password authentication failed for user {role} (SQLSTATE 28000)",
            on="callers",
            software=("go",),
            until=("synced", "renewed"),
        ),
        Line(
            "ERROR sqlalchemy.exc.OperationalError: password authentication failed for user {role} (Background on this "
            "error at: https://sqlalche.me/e/20/e3q8)",
            on="callers",
            software=("python", "queue-worker", "batch-worker"),
            until=("synced", "renewed"),
        ),
        Line(
            "ERROR SequelizeAccessDeniedError: password authentication failed for user {role}",
            on="callers",
            software=("node",),
            until=("synced", "renewed"),
        ),
        Line(
            'FATAL password authentication failed for user "{role}"',
            on="callers",
            software=("postgres",),
            until=("synced", "renewed"),
        ),
        Line(
            "INFO  [MY-010926] [Server] Access denied for user '{role}'@'{ip}' (using password: YES)",
            on="callers",
            software=("mysql",),
            until=("synced", "renewed"),
        ),
    ),
    notes=(
        "{role}: rotated at the server {changed} min ago; the copy that consumers read is version {older}, 30 d old",
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
                    early="Logins of {role} are refused for some of its consumers.",
                ),
            ),
            needs=("renewed",),
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
        "serial": ("4f:19:c2:07", "7b:e0:33:5d", "1c:aa:90:e4", "62:0d:f8:b1", "39:57:6e:8a"),
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
        Line(
            "INFO  http: TLS handshake error from {ip}:{port}: remote error: tls: expired certificate",
            per_minute=0.7,
            until=("issued", "served"),
        ),
        Line(
            "WARN  renewal queue: {subject} serial {serial} skipped, {reason}",
            per_minute=0.15,
            until=("issued",),
        ),
        Line(
            "ERROR javax.net.ssl.SSLHandshakeException: PKIX path validation failed: "
            "java.security.cert.CertPathValidatorException: validity check failed",
            on="callers",
            software=("java", "stream-worker"),
            until=("issued", "served"),
        ),
        Line(
            "ERROR tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
            on="callers",
            software=("go", "config-service", "coredns"),
            until=("issued", "served"),
        ),
        Line(
            "ERROR [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)",
            on="callers",
            software=("python", "queue-worker", "batch-worker"),
            until=("issued", "served"),
        ),
        Line(
            "ERROR Error: certificate has expired (code CERT_HAS_EXPIRED)",
            on="callers",
            software=("node",),
            until=("issued", "served"),
        ),
        Line(
            "ERROR upstream SSL certificate verify error: (10:certificate has expired) while SSL handshaking to "
            "upstream",
            on="callers",
            software=("nginx",),
            until=("issued", "served"),
        ),
        Line(
            "ERROR [MY-011071] [Server] Component component_keyring_vault reported: 'CURL returned this error code: 60 "
            "with error message : SSL certificate problem: certificate has expired'",
            on="callers",
            software=("mysql",),
            until=("issued", "served"),
        ),
        Line(
            "LOG   could not accept SSL connection: sslv3 alert certificate expired",
            on="callers",
            software=("postgres",),
            until=("issued", "served"),
        ),
    ),
    notes=("renewal of {subject}: skipped {skips} times in a row; skips count as neither success nor failure",),
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
