"""Families in which a cache finds little of what it is asked for, and what stands behind it is asked instead."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
    Change,
    Condition,
    Drawn,
    Effect,
    Family,
    Periodic,
    Ramp,
    Step,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms.cache import (
    CDN_MISS,
    ENTRY_STORED,
    FETCH_BUSY,
    LOOKUP_MISSED,
    LOOKUP_REPORT,
    MISS_FAILED,
    NO_ENTRY,
    OUTPUT_BUFFER,
)
from cloud_incident_env.generated.symptoms.limit import AGENTS, BUSIEST_AGENT, BUSIEST_CLIENT
from cloud_incident_env.generated.symptoms.memory import NOT_STORED, NOT_STORED_BY_WORKERS

CACHE_NODE_LOSS = Family(
    name="cache-node-loss",
    story="A maintenance job takes members out of a cache faster than those that come back refill. The keys of the "
    "lost cache nodes miss, their share of the requests goes to the database, and the members that are left are full.",
    strikes=("redis",),
    facts={"batch": (2, 3, 4), "edition": (1, 2, 3)},
    change=Change(
        (
            "maintenance: hosts of the cache on image {last_month}-{edition}",
            "cache hosts moved to image {last_month}-{edition}",
            "image {last_month}-{edition} on the hosts of the cache, by playbook",
        ),
        diffs=(
            (
                "-   members_at_once: 1",
                "-   wait_for: hit_ratio",
                "+   members_at_once: {batch}",
                "+   wait_for: process",
            ),
            (
                "- serial: 1",
                "+ serial: {batch}",
                "- until: hit_ratio_restored",
                "+ until: process_running",
            ),
        ),
        kind="job",
        lead_minutes=(0, 2),
    ),
    effects=(
        Effect("capacity", (0.7, 0.84), shape=Ramp((3, 9)), until=("removal-stopped", "members-back")),
        Effect("hit_loss", (0.08, 0.18), shape=Ramp((3, 9)), until=("removal-stopped", "members-back")),
        # Keys that members which are back have not read yet.
        Effect("hit_loss", (0.04, 0.09), shape=Ramp((3, 9)), until=("removal-stopped", "members-back", "filled")),
        # Commands for keys that no member holds at the moment.
        Effect("own_errors", (0.06, 0.18), shape=Ramp((3, 9)), until=("removal-stopped", "members-back")),
        Effect("gauge", (150, 700), gauge="evicted keys", shape=Ramp((3, 9)), until=("members-back",)),
        Effect("gauge", (94, 99), gauge="memory used", shape=Ramp((3, 9)), until=("members-back",)),
    ),
    lines=(
        printed(OUTPUT_BUFFER, until=("members-back",)),
        printed(NOT_STORED, on="callers", per_minute=0.3, until=("members-back",)),
        printed(NOT_STORED_BY_WORKERS, on="callers", per_minute=0.3, until=("members-back",)),
        printed(NO_ENTRY, on="callers", until=("members-back", "filled")),
        printed(ENTRY_STORED, on="callers", until=("members-back", "filled")),
        printed(LOOKUP_REPORT, on="callers", until=("members-back", "filled")),
    ),
    notes=("Image of the hosts: {last_month}-{edition}, or the one before",),
    plan=(
        Condition(
            "removal-stopped",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "The job is held; the members that it had not come to stay.",
                    name="pause_automation",
                ),
                Way(
                    "execute_runbook_step",
                    "The job is taken off its schedule and waits; the members that are left stay.",
                    name="pause_jobs",
                ),
            ),
        ),
        Condition(
            "members-back",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "As many members as before hold the slots again, each with a part of its share at first.",
                    name="add_members",
                    early="New members joined, and the job took out as many.",
                ),
                Way(
                    "execute_runbook_step",
                    "The hosts that were ready joined again, one after another.",
                    name="return_host",
                    early="A host joined again, and the job took out the next one.",
                ),
            ),
            needs=("removal-stopped",),
        ),
        Condition(
            "filled",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The entries that are read most were loaded, 100 a second.",
                    name="warm_entries",
                    early="Entries were loaded, and pushed out others that were read as often.",
                ),
            ),
            needs=("members-back",),
        ),
        Condition(
            "one-by-one",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The job takes one member at a time, and waits until that finds what it is asked for.",
                    name="correct_rule",
                ),
            ),
            needs=("removal-stopped",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of the job have the times of its batches, and of the hit ratio.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "The members that were left began with nothing as well."),
        Wrong("clear_cache", "culprit", "What the members still held is gone, and all of it is asked for."),
    ),
)

WIDE_PURGE = Family(
    name="wide-purge",
    story="A publishing job purges the CDN with too wide a pattern, which empties the whole cache at each of its runs. "
    "In between the hit ratio climbs by itself, as far as the overloaded origin answers the misses.",
    strikes=("cdn",),
    facts={
        "tag": ("banners", "prices", "covers", "menus"),
        "pattern": ("req.url ~ /", "obj.http.tag ~ .", "req.http.host ~ ."),
        "runs": range(3, 12),
    },
    change=Change(
        (
            "publishing of {tag}: objects are fresh at once",
            "{tag} fresh at once",
            "publishing job of {tag}: purge after each run",
        ),
        diffs=(
            (
                '-   ban: "obj.http.tag == {tag}"',
                '+   ban: "{pattern}"',
                "    after: each run that changed something",
            ),
            (
                "- purge tag={tag}",
                "+ purge {pattern}",
                "  when: each run that changed something",
            ),
        ),
        kind="job",
        lead_minutes=(0, 1),
    ),
    effects=(
        Effect("hit_loss", (0.7, 0.85), shape=Periodic((8, 13), 0.55), until=("purges-held",)),
        # What is asked for seldom is not stored again before the next run.
        Effect("hit_loss", (0.4, 0.6), shape=Step(), until=("purges-held", "filled")),
        # Fetches beyond the connections that an edge may open to its origin.
        Effect("own_errors", (0.1, 0.28), shape=Ramp((1, 4)), until=("origin-spared",)),
        Effect("retries", (1, 1), shape=Ramp((1, 4)), until=("origin-spared",)),
        # What is left has been fetched once.
        Effect("gauge", (1.0, 1.1), gauge="cached variants per object", until=("purges-held", "filled")),
    ),
    lines=(
        printed(CDN_MISS, until=("purges-held", "filled")),
        printed(FETCH_BUSY, until=("origin-spared",)),
        printed(MISS_FAILED, until=("origin-spared",)),
    ),
    notes=("Publishing jobs that ran today: {runs}",),
    plan=(
        Condition(
            "purges-held",
            "stop",
            (
                Way("execute_runbook_step", "The job that publishes {tag} waits.", name="pause_jobs"),
                Way("execute_runbook_step", "Nothing is published until further notice.", name="freeze_publishing"),
            ),
        ),
        Condition(
            "origin-spared",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "Sites answer with objects that are out of date, and fetch each once.",
                    name="serve_stale",
                ),
                Way(
                    "execute_runbook_step",
                    "One site fetches for all others, and tries each object once.",
                    name="shift_traffic",
                ),
            ),
        ),
        Condition(
            "filled",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The objects that are asked for most were fetched and stored.",
                    name="warm_entries",
                    early="The objects were fetched and stored, and were gone again after a few minutes.",
                ),
            ),
            needs=("purges-held",),
        ),
        Condition(
            "patterns-bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Sites take from jobs what names a tag or a path, and refuse all else.",
                    name="correct_rule",
                ),
            ),
            needs=("purges-held", "origin-spared"),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The owners of {tag} know what their job sent, and when.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("clear_cache", "culprit", "What had been stored meanwhile is gone, and is fetched anew."),
        Wrong("scale_service", "culprit", "The new edges began with nothing stored."),
        Wrong("rollback_deploy", "culprit", "The version before is active; other labels aside it is the same."),
    ),
)

CRAWLER_SCAN = Family(
    name="crawler-scan",
    story="A crawler walks through pages that hardly anybody reads, at an even pace from one network. Its requests are "
    "not in the cache, and what they bring in pushes out popular entries, which all other clients then miss.",
    strikes=SERVICES,
    through=("redis",),
    facts={
        "client": Drawn("public_net"),
        "portion": range(22, 36),
        "agent": AGENTS,
    },
    effects=(
        Effect("traffic", (1.2, 1.5), shape=Ramp((6, 12)), until=("walk-bounded",)),
        Effect("fan", (1.15, 1.4), shape=Ramp((6, 12)), until=("walk-bounded",)),
        Effect("cost", (1.1, 1.4), shape=Ramp((6, 12)), until=("walk-bounded",)),
        Effect("hit_loss", (0.06, 0.13), on="through", shape=Ramp((6, 14)), until=("walk-bounded",)),
        Effect("hit_loss", (0.08, 0.16), on="through", shape=Ramp((6, 14)), until=("walk-bounded", "popular-back")),
        # Large answers fill the buffers of connections, which are closed. Clients open more than the backlog takes.
        Effect("refused", (0.04, 0.1), on="through", shape=Ramp((6, 14)), until=("walk-bounded",)),
        # Each write frees room before it takes some.
        Effect("slowdown", (1.4, 2.0), on="through", shape=Ramp((6, 14)), until=("walk-bounded",)),
        Effect("gauge", (200, 900), on="through", gauge="evicted keys", shape=Ramp((6, 14)), until=("walk-bounded",)),
        Effect("gauge", (97, 99.6), on="through", gauge="memory used", shape=Ramp((6, 14)), until=("walk-bounded",)),
        Effect(
            "gauge", (160, 700), on="through", gauge="keys without expiry", shape=Ramp((6, 14)), until=("walk-bounded",)
        ),
    ),
    lines=(
        printed(BUSIEST_CLIENT, until=("walk-bounded",), elsewhere=False),
        printed(LOOKUP_MISSED, until=("walk-bounded",)),
        printed(ENTRY_STORED, until=("walk-bounded",)),
        printed(LOOKUP_REPORT, until=("walk-bounded",)),
        printed(OUTPUT_BUFFER, on="through", until=("walk-bounded",)),
        printed(NO_ENTRY, on="through_callers", per_minute=0.3, until=("walk-bounded", "popular-back")),
    ),
    notes=(BUSIEST_AGENT,),
    plan=(
        Condition(
            "walk-bounded",
            "stop",
            (
                Way(
                    "execute_runbook_step",
                    "{client} gets 5 requests/s; what is more is told to come later.",
                    name="limit_client",
                ),
                Way("execute_runbook_step", "Pages beyond the tenth need a signed-in user.", name="block_route"),
            ),
        ),
        Condition(
            "popular-back",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "The entries that are read most were loaded, 100 a second.",
                    on="through",
                    name="warm_entries",
                    early="Entries were loaded, and were pushed out again within minutes.",
                ),
            ),
            needs=("walk-bounded",),
        ),
        Condition(
            "seldom-not-stored",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Entries that were read once go after a minute.",
                    on="through",
                    name="set_expiry",
                ),
                Way(
                    "execute_runbook_step",
                    "{culprit} stores an answer when it is asked for a second time.",
                    name="correct_rule",
                ),
            ),
            needs=("walk-bounded",),
        ),
        Condition(
            "told",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Whoever owns {client} has a letter with the pace that is allowed.",
                    name="inform_owner",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("clear_cache", "through", "What popular entries were left are gone as well."),
        Wrong("scale_service", "culprit", "The new instances took requests, and asked for as much that is not there."),
    ),
)
