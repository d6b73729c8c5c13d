"""Families in which names do not resolve, or resolve to where nobody is any more."""

from __future__ import annotations

from cloud_incident_env.generated.model import Change, Condition, Drawn, Effect, Family, Step, Way, Wrong, printed
from cloud_incident_env.generated.symptoms import dns

DNSSEC_BREAK = Family(
    name="dnssec-break",
    story="The keys of a signed zone were rolled over and the parent still lists the old one, so signatures no longer "
    "validate. Resolvers that validate answer SERVFAIL for its names; those that do not answer as ever.",
    strikes=("coredns",),
    facts={"old_tag": range(10_200, 34_000), "new_tag": range(34_001, 64_800)},
    change=Change(
        (
            "zone internal.: keys of this quarter, by schedule",
            "zone internal.: keys rolled over",
            "keys of zone internal. for the next quarter",
        ),
        diffs=(
            (
                "- internal. DNSKEY 257 3 13 ; tag {old_tag}",
                "+ internal. DNSKEY 257 3 13 ; tag {new_tag}",
                "  internal. DS {old_tag} 13 2",
            ),
            (
                "- ksk: {old_tag}, algorithm 13",
                "+ ksk: {new_tag}, algorithm 13",
                "  ds at the parent: {old_tag}",
            ),
        ),
        kind="job",
        by_automation=True,
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("call_errors", (0.3, 0.65), on="callers", shape=Step(), until=("valid",)),
        # Answers that resolvers hold as bad.
        Effect("call_errors", (0.08, 0.15), on="callers", until=("valid", "flushed")),
        # A broker or a store looks up its own members and clients.
        Effect("own_errors", (0.1, 0.3), on="callers", until=("valid", "flushed")),
        Effect("gauge", (28, 60), gauge="SERVFAIL share", shape=Step(), until=("valid", "flushed")),
        Effect("gauge", (52, 68), gauge="cache hit ratio", until=("valid", "flushed")),
    ),
    lines=(
        printed(dns.SERVFAIL, per_minute=1.2, until=("valid", "flushed")),
        printed(dns.ANSWERED, per_minute=0.4, until=("valid", "flushed")),
        printed(dns.UPSTREAM_SILENT, per_minute=0.15, until=("valid",)),
        printed(dns.UPSTREAM_REFUSES, per_minute=0.08, until=("valid",)),
        *(printed(line, "callers", 0.5, ("valid", "flushed")) for line in dns.NO_ANSWER),
    ),
    notes=(
        "Zone internal.: {now[records in zone]} records; NXDOMAIN {now[NXDOMAIN share]} %, "
        "SERVFAIL {now[SERVFAIL share]} %",
    ),
    plan=(
        Condition(
            "valid",
            "stop",
            (
                Way("rollback_deploy", "The zone is signed with the key of tag {old_tag} again."),
                Way(
                    "execute_runbook_step",
                    "The zone of an hour ago is published, with what belongs to tag {old_tag}.",
                    name="publish_previous",
                ),
                Way(
                    "execute_runbook_step",
                    "Clients ask resolvers of the second network, which take answers as they come.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "flushed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "No resolver holds an answer from before.",
                    name="flush_entries",
                    early="The answers were dropped, and the next ones were no better.",
                ),
                Way(
                    "restart_service",
                    "{culprit} came up one instance after another and holds no answers from before.",
                    early="{culprit} came up, and it answers as it did before.",
                ),
            ),
            needs=("valid",),
        ),
        Condition(
            "checked-first",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The signer waits for the parent before it puts a key out of use.",
                    name="correct_rule",
                ),
                Way("execute_runbook_step", "The signer does nothing by schedule.", name="pause_jobs"),
            ),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The share of SERVFAIL of the last hour is attached to the ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "entry", "It came back without its open connections and answers less than before."),
        Wrong("scale_service", "culprit", "The new instances give the same answers as the others."),
    ),
)

STALE_DNS_TARGET = Family(
    name="stale-dns-target",
    story="Services moved to other addresses weeks ago, and now the old addresses were given back. Names resolve "
    "rightly, but processes that looked them up before the move go on calling addresses at which nobody listens.",
    strikes=("coredns",),
    facts={
        "address": Drawn("ip"),
        "batch": range(11, 96),
        "applied": range(4500, 4900),
        "removed": range(4100, 4400),
    },
    change=Change(
        (
            "zone internal.: batch {batch} of the move is closed",
            "zone internal.: batch {batch} cleaned up",
            "addresses of batch {batch} given back",
        ),
        diffs=(
            (
                "- ; {address} and 11 others forward to their successors until batch {batch} is closed",
                "- old-{batch}.internal. 3600 IN A {address}",
                "+ ; {address} and 11 others are free",
            ),
            (
                "- old-{batch}.internal. A {address}",
                "+ pool: {address} and 11 others",
                "  batch {batch}: closed",
            ),
        ),
        kind="config",
        lead_minutes=(0, 3),
    ),
    effects=(
        # Each client has a share of long-lived processes of its own.
        Effect("call_errors", (0.2, 0.55), on="callers", shape=Step(), until=("forwarded", "renewed")),
        Effect("own_errors", (0.08, 0.22), on="callers", shape=Step(), until=("forwarded", "renewed")),
        Effect("gauge", (296, 307), gauge="records in zone", shape=Step(), since="change", until=("forwarded",)),
        Effect("gauge", (6, 14), gauge="NXDOMAIN share", until=("forwarded", "renewed")),
    ),
    lines=(
        *(printed(line, "callers", 0.7, ("forwarded", "renewed")) for line in dns.REFUSED),
        printed(dns.ANSWERED, per_minute=0.3, until=("renewed",)),
        printed(dns.NXDOMAIN_OLD, until=("forwarded", "renewed")),
        printed(dns.PLAN_APPLIED, until=("forwarded",)),
    ),
    notes=(
        "Zone internal.: {now[records in zone]} records; NXDOMAIN {now[NXDOMAIN share]} %, "
        "SERVFAIL {now[SERVFAIL share]} %",
        "Record sync: last applied plan {applied}",
    ),
    plan=(
        Condition(
            "forwarded",
            "stop",
            (
                Way("rollback_deploy", "{address} and 11 others answer again and forward what they get."),
                Way(
                    "execute_runbook_step",
                    "Routes for {address} and 11 others lead to their successors.",
                    name="restore_route",
                ),
            ),
        ),
        Condition(
            "renewed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Processes older than the move were started again in waves; all look names up anew.",
                    name="restart_in_waves",
                    early="The first wave lost its open connections while the next ones still fail; it was stopped.",
                ),
                Way(
                    "execute_runbook_step",
                    "All clients took what the zone has now.",
                    name="sync_consumers",
                    early="Clients were told to take what the zone has; those that failed do not listen.",
                ),
            ),
            needs=("forwarded",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Clients keep what they looked up for a minute at most.",
                    name="set_expiry",
                ),
                Way(
                    "execute_runbook_step",
                    "An address is given back only after a day without a packet.",
                    name="correct_rule",
                ),
            ),
            needs=("forwarded",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owner of batch {batch} has the list of those who still called {address}.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Lookups waited for some seconds, and then gave the same answers."),
        Wrong("rollback_deploy", "entry", "It runs an older release, and people miss what the newer one had."),
    ),
)
