"""Calls to a store for which the caller's own pool had no free connection until the time-out.

The store knows nothing of them: the connections that the pool may open are all in use, because statements take long or
there are more of them. No packet is lost, so no line speaks of connecting.
"""

from __future__ import annotations

from collections.abc import Mapping

from cloud_incident_env.generated.model import Peer

_HIKARI = (
    "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : HikariPool-1 - Connection is not available, request timed out "
    "after {timeout}ms.",
)
_JAVA = ("WARN  app.store.Pools : pool of {callee}: no free connection within {timeout} ms, attempt {tries}",)
_RECORD = ("WARN  Record {hex} will be handled again: no free connection in the pool of {callee}, {timeout} ms",)
_GO = ("WARN  {callee}: no free connection in the pool within {timeout}ms, attempt {tries}",)
_PYTHON = ("WARN  app.pools : {callee}: every connection of the pool in use for {timeout} ms, attempt {tries}",)
_NODE = ("WARN  {callee}: pool has no free connection, waited {timeout} ms, attempt {tries}",)
_KNEX = (
    "ERROR KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a "
    ".transacting(trx) call?",
)
_TASK = ("WARN  pool of {callee}: no free connection within {timeout} ms, try {tries}",)

_SQL: Mapping[str, tuple[str, ...]] = {
    "java": (*_HIKARI, *_JAVA),
    "stream-worker": _RECORD,
    "go": (*_GO, "ERROR {callee}: context deadline exceeded, {timeout}ms in the queue of the pool"),
    "python": _PYTHON,
    "queue-worker": _TASK,
    "node": (*_KNEX, *_NODE),
    "batch-worker": _TASK,
}
_CACHE: Mapping[str, tuple[str, ...]] = {
    "java": (
        "ERROR app.cache.SessionStore : org.springframework.data.redis.connection.PoolException: Could not get a "
        "resource from the pool",
        *_JAVA,
    ),
    "stream-worker": _RECORD,
    "go": ("ERROR redis: connection pool timeout", *_GO),
    "python": ("ERROR app.cache : redis.exceptions.ConnectionError: No connection available.", *_PYTHON),
    "queue-worker": _TASK,
    "node": _NODE,
    "batch-worker": _TASK,
}
_OBJECT: Mapping[str, tuple[str, ...]] = {
    "java": (
        "ERROR app.files.ObjectStore : software.amazon.awssdk.core.exception.SdkClientException: Unable to execute "
        "HTTP request: Acquire operation took longer than the configured maximum time.",
        *_JAVA,
    ),
    "stream-worker": _RECORD,
    "go": _GO,
    "python": _PYTHON,
    "queue-worker": _TASK,
    "node": _NODE,
    "batch-worker": _TASK,
    "cdn": ("ERROR FetchError backend boot.{callee}: busy",),
}
POOLED: Mapping[Peer, Mapping[str, tuple[str, ...]]] = {
    "postgres": _SQL,
    "mysql": _SQL,
    "cache": _CACHE,
    "object": _OBJECT,
}
