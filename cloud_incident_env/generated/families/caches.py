"""Families in which a release of a service misuses a cache."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import Change, Condition, Effect, Family, Grow, Ramp, Way, Wrong, printed
from cloud_incident_env.generated.names import KEYSPACES
from cloud_incident_env.generated.symptoms import memory
from cloud_incident_env.generated.symptoms.cache import ENTRY_STORED, LOOKUP_MISSED, LOOKUP_REPORT, NO_ENTRY
from cloud_incident_env.generated.symptoms.wait import ROW_WAIT, STATEMENT_CANCELED

CACHE_OOM = Family(
    name="cache-oom",
    story="A release stores entries in a shared cache without a TTL, under a policy that evicts nothing. The keys that "
    "never expire fill Redis up to maxmemory, and it refuses the writes of all clients, out of memory; reads are fine.",
    strikes=SERVICES,
    through=("redis",),
    facts={"prefix": KEYSPACES, "ttl": ("300s", "900s", "3600s")},
    change=Change(
        (
            "release {version}: entries of {prefix} kept per user",
            "release {version}: {prefix} remembers what each user chose",
            "release {version}: {prefix} answers faster for returning users",
        ),
        diffs=(
            (
                "- cache.{prefix}.key: {prefix}:{{filters}}",
                "- cache.{prefix}.ttl: {ttl}",
                "+ cache.{prefix}.key: {prefix}:{{user}}:{{filters}}",
            ),
            (
                "- key({prefix}) = [filters]; expire {ttl}",
                "+ key({prefix}) = [user, filters]",
            ),
        ),
        lead_minutes=(40, 140),
    ),
    effects=(
        Effect("fan", (1.4, 2.2), since="change", until=("growth-stopped",)),
        Effect(
            "gauge",
            (2_400, 6_800),
            on="through",
            gauge="keys without expiry",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("growth-stopped", "room"),
        ),
        Effect(
            "gauge",
            (100, 100),
            on="through",
            gauge="memory used",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("growth-stopped", "room"),
        ),
        Effect("gauge", (20, 140), on="through", gauge="error replies", until=("growth-stopped", "room")),
        Effect("own_errors", (0.3, 0.65), on="through", until=("growth-stopped", "room")),
        # What is not stored is not found later.
        Effect("hit_loss", (0.06, 0.14), on="through", shape=Ramp((5, 14)), until=("growth-stopped", "room")),
    ),
    lines=(
        printed(memory.NOT_STORED, per_minute=0.7, until=("room",)),
        printed(memory.NOT_STORED, on="through_callers", until=("room",)),
        printed(memory.NOT_STORED_BY_WORKERS, on="through_callers", until=("room",)),
    ),
    plan=(
        Condition(
            "growth-stopped",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous}; no new keys of {prefix} appear."),
                Way(
                    "execute_runbook_step",
                    "{culprit} may read from {through} and no longer write; its store answers for what is not there.",
                    on="through",
                    name="limit_client",
                ),
            ),
        ),
        Condition(
            "room",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "All keys under {prefix}:* were unlinked in small batches; other keys were left alone.",
                    on="through",
                    name="flush_entries",
                    early="Keys under {prefix}:* were unlinked, and {culprit} on {version} is writing them anew.",
                ),
                Way(
                    "execute_runbook_step",
                    "maxmemory of {through} is twice what it was; its hosts have that much.",
                    on="through",
                    name="raise_limit",
                    early="maxmemory is twice what it was, and memory in use rises at the same pace.",
                ),
            ),
            needs=("growth-stopped",),
        ),
        Condition(
            "expiring",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Clients of {through} write with an expiry of 1 h unless they ask for another.",
                    on="through",
                    name="set_expiry",
                ),
            ),
            needs=("growth-stopped",),
        ),
        Condition(
            "watched",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when {through} passes 85 % of maxmemory.",
                    on="through",
                    name="add_alarm",
                ),
            ),
            needs=("growth-stopped", "room"),
        ),
    ),
    wrong=(
        Wrong(
            "clear_cache", "through", "Sessions and warm entries of all clients are gone, and their stores are asked."
        ),
        Wrong("restart_service", "through", "Every client was cut off while the server loaded the same data set."),
    ),
)

CACHE_STAMPEDE = Family(
    name="cache-stampede",
    story="A release changes the key of its cache entries, so its whole cache is cold at once: a cache stampede. At "
    "unchanged user traffic every cache miss goes to the database, whose high CPU slows all of its clients.",
    strikes=SERVICES,
    through=("postgres", "mysql"),
    facts={
        "keyspace": KEYSPACES,
        "mark": ("v2", "v3", "eu", "lite", "b", "full"),
    },
    change=Change(
        (
            "release {version}: entries of {keyspace} carry one more field",
            "release {version}: {keyspace} shows where it comes from",
            "release {version}: origin of each {keyspace}",
        ),
        diffs=(
            (
                "- cache.{keyspace}.key: {keyspace}:{{id}}",
                "+ cache.{keyspace}.key: {keyspace}:{mark}:{{id}}",
                "+ cache.{keyspace}.fields: [id, body, origin]",
            ),
            (
                '- key: "{keyspace}:{{id}}"',
                '+ key: "{keyspace}:{mark}:{{id}}"',
                "+ body: id, text, origin",
            ),
        ),
        lead_minutes=(0, 2),
    ),
    effects=(
        # A hit asks the database nothing; nearly every request is a miss now.
        Effect("fan", (4, 8), shape=Ramp((1, 3)), until=("load-held",)),
        # Pages that were in memory are pushed out by those that are read for the first time.
        Effect("slowdown", (2, 5), on="through", until=("load-held", "settled")),
        Effect("cost", (1.2, 1.8), on="through", until=("load-held",)),
        Effect("gauge", (300, 470), on="through", gauge="sessions", until=("load-held", "settled")),
        Effect("gauge", (72, 92), on="through", gauge="share of the top query", until=("load-held",)),
        Effect("gauge", (3, 9), on="through", gauge="disk latency", until=("load-held", "settled")),
        # Writes wait for rows that slow transactions hold.
        Effect("gauge", (9, 40), on="through", gauge="lock waiters", until=("load-held", "settled")),
    ),
    lines=(
        printed(NO_ENTRY, until=("load-held",)),
        printed(LOOKUP_MISSED, until=("load-held",)),
        printed(ENTRY_STORED, until=("load-held",)),
        printed(LOOKUP_REPORT, until=("load-held",)),
        printed(ROW_WAIT, on="through", per_minute=0.3, until=("load-held", "settled")),
        printed(STATEMENT_CANCELED, on="through", until=("load-held", "settled")),
    ),
    plan=(
        Condition(
            "load-held",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous} and finds most of its entries."),
                Way(
                    "execute_runbook_step",
                    "{culprit} answers from entries of either key, old ones too, and one request at a time fills a new "
                    "one.",
                    name="serve_stale",
                ),
            ),
        ),
        Condition(
            "settled",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Statements whose clients had gone were ended.",
                    on="through",
                    name="end_sessions",
                    early="Statements were ended, and as many new ones were running within a minute.",
                ),
            ),
            needs=("load-held",),
        ),
        Condition(
            "filled",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The entries of {keyspace} that are read most were loaded, 50 a second.",
                    name="warm_entries",
                    early="The loader queued behind user requests and was given up.",
                ),
            ),
            needs=("load-held",),
        ),
        Condition(
            "staged",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Releases of {culprit} reach one instance in twenty for half an hour first.",
                    name="stage_changes",
                ),
            ),
            needs=("load-held",),
        ),
        Condition(
            "seen",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "{culprit} makes as many calls per request as it did before {version}, ten minutes on end.",
                    name="verify_recovery",
                ),
            ),
            needs=("load-held", "settled"),
        ),
    ),
    wrong=(
        Wrong("clear_cache", "culprit", "The entries that had been filled are gone as well."),
        Wrong("restart_service", "through", "The buffers are empty, and all clients came back in one minute."),
    ),
)
