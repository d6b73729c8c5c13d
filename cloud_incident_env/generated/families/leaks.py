"""Families whose culprit is a release that does not give back what it takes: connections, memory, sockets."""

from __future__ import annotations

from cloud_incident_env.generated.families.applications import SERVICES
from cloud_incident_env.generated.model import (
    FLAG_SUBJECTS,
    FLAG_WORDS,
    Age,
    Change,
    Condition,
    Effect,
    Family,
    Grow,
    Ramp,
    Way,
    Wrong,
    printed,
)
from cloud_incident_env.generated.symptoms import connections, memory, processor, storage

POOL_LEAK = Family(
    name="pool-leak",
    story="A release forgets to give a database connection back on one error path. Its pool runs dry, its sessions sit "
    "idle in transaction, and the database turns other clients away: too many clients, connections exhausted.",
    strikes=("java",),
    through=("postgres",),
    facts={"route": ("/refund", "/retry-payment", "/cancel", "/export", "/undo"), "waiting": range(180, 900)},
    change=Change(
        (
            "release {version}: error handling of {route} rewritten",
            "release {version}: failures of {route} are told apart",
            "release {version}: {route} cleans up after itself",
        ),
        diffs=(
            (
                "-         try (Connection c = pool.getConnection()) {{ write(c, order); }}",
                "+         Connection c = pool.getConnection();",
                "+         write(c, order);",
                "+         c.close();",
            ),
            (
                "-         pool.with(c -> write(c, order));",
                "+         var c = pool.take();",
                "+         write(c, order);",
                "+         pool.give(c);",
            ),
        ),
        lead_minutes=(20, 26),
    ),
    effects=(
        # Sessions that nobody ends fill the server until it turns clients away, the leaking service first.
        Effect(
            "gauge",
            (330, 400),
            on="through",
            gauge="idle in transaction",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("leak-stopped", "freed"),
        ),
        # The first one was left open some time after the change.
        Effect(
            "gauge",
            (0, 0),
            on="through",
            gauge="oldest transaction",
            shape=Age(),
            since="change",
            until=("leak-stopped", "freed"),
        ),
        Effect(
            "gauge",
            (497, 500),
            on="through",
            gauge="sessions",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("leak-stopped", "freed"),
        ),
        Effect(
            "gauge",
            (100, 100),
            gauge="store pool in use",
            shape=Grow(restart_clears=False, full=True),
            since="change",
            until=("leak-stopped", "freed"),
        ),
        Effect("refused", (0.3, 0.65), on="through", until=("leak-stopped", "freed")),
        Effect("own_errors", (0.1, 0.35), until=("leak-stopped", "freed")),
        Effect("delay", (0.6, 1.2), until=("leak-stopped", "freed")),
    ),
    lines=(
        printed(connections.HIKARI_TIMEOUT, per_minute=0.7, until=("leak-stopped", "freed")),
        printed(connections.JAVA_HELD_LONG, since="change", until=("leak-stopped",)),
        printed(connections.PG_TOO_MANY_CLIENTS, on="through", until=("freed",)),
        printed(connections.PG_RESERVED_SLOTS, on="through", until=("freed",)),
        *(
            printed(line, on="through_callers", until=("freed",))
            for line in (*connections.TOO_MANY_CLIENTS, *connections.OF_WORKERS)
        ),
    ),
    notes=(connections.SOCKETS_NOTE,),
    plan=(
        Condition(
            "leak-stopped",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous}; its sessions on {through} are slow to go."),
                Way("execute_runbook_step", "{route} answers 503 for now; nothing else changed.", name="block_route"),
            ),
        ),
        Condition(
            "freed",
            "restore",
            (
                Way(
                    "execute_runbook_step",
                    "Sessions of {culprit} that were idle in transaction were ended.",
                    on="through",
                    name="end_sessions",
                    early="Sessions were ended; {version} of {culprit} had opened as many again some minutes later.",
                    shows=("FATAL terminating connection due to administrator command",),
                ),
            ),
            needs=("leak-stopped",),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Sessions idle in transaction are ended after 60 s from now on.",
                    on="through",
                    name="set_idle_timeout",
                ),
                Way(
                    "execute_runbook_step",
                    "{culprit} may hold 100 sessions on {through} from now on.",
                    on="through",
                    name="limit_client",
                ),
            ),
            needs=("leak-stopped",),
        ),
        Condition(
            "filed",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Connection counts since the change are attached to the ticket of {culprit}.",
                    name="file_follow_up",
                ),
            ),
        ),
    ),
    wrong=(
        Wrong("restart_service", "through", "Every client was disconnected, and all came back at once."),
        Wrong("scale_service", "culprit", "The new instances asked {through} for sessions of their own."),
    ),
    relapse=(25, 50),
)

HEAP_LEAK = Family(
    name="heap-leak",
    story="A release keeps objects for ever. The heap fills, full collections stop the world, requests time out, and "
    "in the end processes run out of memory one after another: a memory leak.",
    strikes=("java",),
    facts={
        "word": FLAG_WORDS,
        "subject": FLAG_SUBJECTS,
        "what": ("priceLists", "sessions", "results", "thumbnails"),
        "heap": (4_096,),
    },
    change=Change(
        (
            "release {version}: fewer reads of {what}, behind a flag",
            "release {version}: {what} are kept at hand, {word}-{subject}",
            "release {version}: {what} with fewer round trips, {word}-{subject}",
        ),
        diffs=(
            (
                "-         return load(key);",
                '+         if (!flags.isOn("{word}-{subject}")) return load(key);',
                "+         return {what}.computeIfAbsent(key, this::load);",
            ),
            (
                "-     return repository.find(key);",
                "+     // on with {word}-{subject}",
                "+     return {what}.computeIfAbsent(key, repository::find);",
            ),
        ),
        lead_minutes=(45, 160),
    ),
    effects=(
        Effect(
            "gauge",
            (98.5, 99.2),
            gauge="memory after collection",
            shape=Grow(full=True),
            since="change",
            until=("flat",),
        ),
        Effect("gauge", (700, 2_400), gauge="longest pause", until=("flat",)),
        Effect("cost", (2.5, 5), until=("flat",)),
        Effect("slowdown", (2, 4), until=("flat",)),
        Effect("delay", (0.7, 1.2), until=("flat",)),
        # Processes that end take their requests with them, and are away until they have started anew.
        Effect("own_errors", (0.05, 0.15), until=("flat",)),
        Effect("capacity", (0.5, 0.75), until=("flat",)),
        # Collectors use up the share of processor time; peers hang up meanwhile; dumps of the heap fill the volume.
        Effect("gauge", (12, 34), gauge="throttled periods", until=("flat",)),
        Effect("gauge", (40, 180), gauge="sockets in CLOSE_WAIT", until=("flat",)),
        Effect("gauge", (96, 99.5), gauge="log disk used", shape=Grow(restart_clears=False), until=("flat",)),
    ),
    lines=(
        printed(memory.JAVA_MAJOR_COLLECTION, until=("flat",)),
        printed(memory.JAVA_HEAP_SPACE, until=("flat",)),
        printed(memory.JAVA_STARTED, until=("flat",)),
        printed(processor.STOOD_STILL, per_minute=0.3, until=("flat",)),
        printed(storage.JAVA_NO_SPACE, per_minute=0.1, until=("flat",)),
    ),
    notes=(memory.EXIT_NOTE, storage.LOG_DISK_NOTE),
    plan=(
        Condition(
            "flat",
            "stop",
            (
                Way("rollback_deploy", "{culprit} is back on {previous}; its new processes hold what they used to."),
                Way(
                    "disable_feature_flag",
                    "{word}-{subject}-{area} is off; instances read it at start and were replaced one by one.",
                    name="{word}-{subject}-{area}",
                ),
            ),
        ),
        Condition(
            "held",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "The pipeline delivers {version} of {culprit} to nobody until its owners release it.",
                    name="pause_rollout",
                ),
            ),
        ),
        Condition(
            "kept",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "The file that {instance} wrote when it ended was copied to the ticket.",
                    name="file_follow_up",
                ),
            ),
        ),
        Condition(
            "watched",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when memory after collection rises for an hour on end.",
                    name="add_alarm",
                ),
            ),
            needs=("flat",),
        ),
    ),
    wrong=(
        Wrong("restart_service", "culprit", "Instances came back one by one, with cold caches, on {version}."),
        Wrong("scale_service", "culprit", "The new instances took a part of the requests, and run {version} as well."),
    ),
    relapse=(35, 70),
)

FD_LEAK = Family(
    name="fd-leak",
    story="A release opens a socket for each attempt and closes it on success only: a socket leak. Connections leak "
    "into CLOSE_WAIT until the process has too many open files and can neither accept nor dial. Older ones fail first.",
    strikes=SERVICES,
    facts={
        "word": FLAG_WORDS,
        "subject": FLAG_SUBJECTS,
        "waiting": range(150, 700),
        "peer": ("address-lookup", "currency-rates", "tax-tables", "image-scaler", "audit-sink"),
    },
    change=Change(
        (
            "release {version}: {peer} asked over a connection of its own, behind {word}-{subject}",
            "release {version}: {peer} no longer shares its connection, {word}-{subject}",
            "release {version}: client of {peer} replaced, {word}-{subject}",
        ),
        diffs=(
            (
                "- {peer}.connection: shared",
                "+ {peer}.connection: own",
                "+ {peer}.close: on-success",
            ),
            (
                "- client({peer}): pooled",
                "+ client({peer}): one for each call",
                "+ on failure: left to the collector",
                "  when: {word}-{subject}",
            ),
        ),
        lead_minutes=(35, 120),
    ),
    effects=(
        # 4096 open files less those of CLOSE_WAIT leave what a process needs on any day.
        Effect("gauge", (4_084, 4_096), gauge="open files", shape=Grow(full=True), since="change", until=("closing",)),
        Effect(
            "gauge",
            (3_690, 3_780),
            gauge="sockets in CLOSE_WAIT",
            shape=Grow(full=True),
            since="change",
            until=("closing",),
        ),
        # A process that may accept nothing writes a line at each try.
        Effect("gauge", (40, 110), gauge="log volume", until=("closing",)),
        Effect("gauge", (95, 99.5), gauge="log disk used", shape=Ramp((5, 10)), until=("closing",)),
        Effect("unreachable", (0.15, 0.4), until=("closing",)),
        Effect("call_errors", (0.35, 0.7), until=("closing",)),
        Effect("own_errors", (0.1, 0.25), until=("closing",)),
    ),
    lines=(
        *(printed(line, until=("closing",)) for line in connections.TOO_MANY_FILES),
        *(printed(line, per_minute=0.08, until=("closing",)) for line in storage.NO_SPACE),
        *(printed(line, on="callers", per_minute=0.3, until=("closing",)) for line in connections.CONNECT_TIMEOUTS),
    ),
    notes=(connections.SOCKETS_NOTE,),
    plan=(
        Condition(
            "closing",
            "stop",
            (
                Way(
                    "rollback_deploy", "{culprit} is back on {previous}; the old processes and their sockets are gone."
                ),
                Way(
                    "disable_feature_flag",
                    "{word}-{subject}-{area} is off; instances read it at start and were replaced one by one.",
                    name="{word}-{subject}-{area}",
                ),
            ),
        ),
        Condition(
            "bounded",
            "guard",
            (
                Way(
                    "execute_runbook_step",
                    "Sockets of {culprit} without traffic are closed after two minutes.",
                    name="set_idle_timeout",
                ),
            ),
            needs=("closing",),
        ),
        Condition(
            "watched",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Somebody is paged when a process of {culprit} passes 2000 open files.",
                    name="add_alarm",
                ),
            ),
            needs=("closing",),
        ),
        Condition(
            "seen",
            "check",
            (
                Way(
                    "execute_runbook_step",
                    "Open files stay where they were ten minutes after the start.",
                    name="verify_recovery",
                ),
            ),
            needs=("closing",),
        ),
    ),
    wrong=(
        Wrong(
            "restart_service",
            "culprit",
            "Instances came back on {version}, and their open files rise at the same pace.",
        ),
        Wrong("scale_service", "culprit", "The new instances took a part of the requests, and run {version} as well."),
    ),
    hosts=0.7,
)
