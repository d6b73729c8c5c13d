"""Families in which a handshake fails or an identity is refused: chains, keys of third parties, rights."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Condition, Drawn, Effect, Family, Ramp, Step, Way, Wrong, printed
from cloud_incident_env.generated.symptoms import trust

CHAIN_EXPIRY = Family(
    name="chain-expiry",
    story="A new pair was installed without the intermediate certificate that old trust stores need. Clients built on "
    "old images refuse the chain at every handshake, new ones do not, and the leaf certificate is valid for weeks.",
    strikes=("vault",),
    facts={
        "subject": ("mtls.prod.internal", "services.prod.internal", "mesh-client.prod.internal", "rpc.prod.internal"),
        "serial": Drawn("hex_pairs"),
        "reason": ("order pending", "lock held by another worker"),
        "root": ("internal-root-r2", "platform-ca-g1", "mesh-root-2019"),
        "skips": range(1, 6),
    },
    change=Change(
        (
            "pki: chain of {subject} as issued by the new root",
            "pki: bundle of {subject} renewed",
            "pki: cross-signed link of {subject} left out, as planned",
        ),
        diffs=(
            (
                "- chain: [{subject}, mesh-issuing-g3, {root}-cross]",
                "+ chain: [{subject}, mesh-issuing-g3]",
                "  leaf: serial {serial}, unchanged",
            ),
            (
                "- bundle: {subject} + mesh-issuing-g3 + {root}-cross",
                "+ bundle: {subject} + mesh-issuing-g3",
                "  serial: {serial}",
            ),
        ),
        kind="config",
        lead_minutes=(0, 2),
    ),
    effects=(
        # Each client has a share of old images of its own.
        Effect("call_errors", (0.12, 0.5), on="callers", shape=Step(), until=("served", "taken")),
        Effect("call_errors", (0.03, 0.08), on="callers", until=("served", "taken")),
        Effect("gauge", (24, 110), gauge="authentication failures", shape=Step(), until=("served", "taken")),
        Effect("gauge", (2, 6), gauge="consumers on an old version", shape=Step(), until=("taken",)),
    ),
    lines=(
        *(printed(line, "callers", 0.6, ("served", "taken")) for line in trust.UNKNOWN_AUTHORITY),
        *(printed(line, "callers", 0.12, ("served", "taken")) for line in trust.EXPIRED),
        printed(trust.ALERT_UNKNOWN, per_minute=0.7, until=("served", "taken")),
        printed(trust.ALERT_EXPIRED, per_minute=0.15, until=("served", "taken")),
        printed(trust.RENEWAL_SKIPPED, per_minute=0.05, until=("taken",)),
    ),
    notes=(
        "Authentication failures: {now[authentication failures]}/s; "
        "consumers on an old version: {now[consumers on an old version]}",
        "Renewals that were skipped this month: {skips}",
    ),
    plan=(
        Condition(
            "served",
            "stop",
            (
                Way("rollback_deploy", "The chain before the last one is handed out again."),
                Way(
                    "execute_runbook_step",
                    "The certificate by {root} is part of what is shown with {subject}.",
                    name="reload_certificate",
                ),
            ),
        ),
        Condition(
            "taken",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The agents of all that show {subject} fetched what is on file now.",
                    name="sync_consumers",
                    early="The agents fetched what is on file, and it was what they had.",
                ),
                Way(
                    "execute_runbook_step",
                    "What shows {subject} was started again in waves and shows what is on file now.",
                    name="restart_in_waves",
                    early="The first wave came up and showed what it had shown before.",
                ),
            ),
            needs=("served",),
        ),
        Condition(
            "tried-first",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "What is to be shown is tried from the oldest image in use before it is installed.",
                    name="stage_changes",
                ),
                Way(
                    "execute_runbook_step",
                    "A handshake from each image in use is tried every hour, and its failure raises an alarm.",
                    name="add_alarm",
                ),
            ),
            needs=("served",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of old images have the list of what they run.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "It came back sealed and with the same files, and open sessions are gone."),
        Wrong("rollback_deploy", "callers", "It runs an older image, and as many of its handshakes fail."),
    ),
)

VENDOR_KEY_REVOKED = Family(
    name="vendor-key-revoked",
    story="A third party cancelled the company's API key. From one second to the next it refuses every production "
    "call, in its usual time or less, from all hosts and versions, while nothing was changed here.",
    strikes=("vendor",),
    facts={
        "key": ("pk_7Q3", "pk_M4x", "pk_2Lr", "pk_9Tz", "pk_cV8"),
        "case": range(40_100, 98_700),
    },
    effects=(
        Effect("own_errors", (0.9, 0.97), shape=Step(), until=("accepted",)),
        # Instances that read their key at their start.
        Effect("own_errors", (0.12, 0.25), shape=Step(), until=("accepted", "in-use")),
        Effect("gauge", (40, 160), gauge="webhook delay", shape=Ramp((5, 15)), until=("accepted",)),
    ),
    lines=(
        printed(trust.VENDOR_FORBIDDEN, until=("accepted", "in-use")),
        printed(trust.VENDOR_UNAUTHORIZED, until=("accepted", "in-use")),
        *(printed(line, "callers", 0.4, ("accepted", "in-use")) for line in trust.UNAUTHORIZED),
        *(printed(line, "callers", 0.2, ("accepted", "in-use")) for line in trust.FORBIDDEN),
    ),
    notes=("Status page of the vendor: all systems operational",),
    plan=(
        Condition(
            "accepted",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The vendor issued {key}-2, and calls with it are answered.",
                    name="rotate_secret",
                ),
                Way(
                    "execute_runbook_step",
                    "Calls go by way of the second account at the vendor, which answers them.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "in-use",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All instances read what is on file and call with it.",
                    name="sync_consumers",
                    early="All instances read {key} once more, and call with it.",
                ),
                Way(
                    "execute_runbook_step",
                    "Instances were started again in waves; those of each wave are answered.",
                    name="restart_in_waves",
                    early="The first wave came up with {key} and got no answers.",
                ),
            ),
            needs=("accepted",),
        ),
        Condition(
            "replayed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Requests that were kept since {since} were sent once more and answered.",
                    name="replay_records",
                    early="The first requests were sent once more and were refused once more.",
                ),
            ),
            needs=("in-use",),
        ),
        Condition(
            "watched",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A call with each key on file is made every minute, and its refusal raises an alarm.",
                    name="add_alarm",
                ),
            ),
            needs=("accepted", "in-use"),
        ),
        Condition(
            "asked",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The vendor has a ticket about {key}, case {case}, and was asked for its reasons.",
                    name="open_vendor_ticket",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "callers", "Requests under way were lost; the answers are the same."),
        Wrong("rollback_deploy", "callers", "The older release is answered as the newer one was."),
    ),
    relapse=(25, 60),
)

RBAC_DENIED = Family(
    name="rbac-denied",
    story="A review of roles took a right away that one workload needs. Its log-in is accepted and its other calls "
    "pass, but every call of one kind is answered 403, from the minute in which the edit took effect.",
    strikes=("vault", "vendor"),
    facts={
        "role": ("orders-writer", "ledger-sync", "profile-agent", "batch-export", "checkout-app", "device-reader"),
        "reviewer": ("access-review", "role-cleaner", "policy-audit"),
    },
    change=Change(
        (
            "roles reviewed: {role} has the rights that it used last month",
            "roles: quarterly review, {role}",
            "{role}: least rights",
        ),
        diffs=(
            (
                '- {role}: ["list", "read", "create", "update"]',
                '+ {role}: ["list"]',
            ),
            (
                "- grant {role}: list, read, create, update",
                "+ grant {role}: list",
            ),
        ),
        kind="config",
        by_automation=True,
        lead_minutes=(1, 8),
    ),
    effects=(
        # Decisions are kept for some minutes, so the share rises as they run out.
        Effect("own_errors", (0.4, 0.68), shape=Ramp((1, 5)), until=("granted",)),
        # Clients that gave up what they had open.
        Effect("own_errors", (0.05, 0.1), shape=Ramp((1, 5)), until=("granted", "reopened")),
    ),
    lines=(
        printed(trust.VAULT_DENIED, until=("granted", "reopened")),
        printed(trust.VAULT_ANSWERED, until=("granted",)),
        printed(trust.VENDOR_FORBIDDEN, until=("granted", "reopened")),
        printed(trust.VENDOR_UNAUTHORIZED, per_minute=0.08, until=("granted", "reopened")),
        *(printed(line, "callers", 0.4, ("granted", "reopened")) for line in trust.FORBIDDEN),
    ),
    plan=(
        Condition(
            "granted",
            "stop",
            (
                Way("rollback_deploy", "Roles are as they were before the review."),
                Way("execute_runbook_step", "{role} has what it needs, and no more.", name="correct_rule"),
                Way("execute_runbook_step", "The entry of {role} is the one of an hour ago.", name="restore_record"),
            ),
        ),
        Condition(
            "reopened",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Clients of {role} opened anew what they had given up.",
                    name="reset_sessions",
                    early="Clients of {role} opened their sessions anew, and were refused as before.",
                ),
                Way(
                    "execute_runbook_step",
                    "Decisions that were held are gone; each is made anew.",
                    name="flush_entries",
                    early="Decisions that were held are gone, and were made again as before.",
                ),
            ),
            needs=("granted",),
        ),
        Condition(
            "reported-first",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "A review reports for a week what it would take away before it takes anything.",
                    name="stage_changes",
                ),
                Way("execute_runbook_step", "{reviewer} edits nothing by itself any more.", name="pause_automation"),
            ),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of {role} has the list of the calls that were refused.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "What was open is gone, and the same calls are refused as before."),
        Wrong("restart_service", "callers", "It was accepted as before, and refused the same calls as before."),
    ),
    relapse=(30, 60),
)
