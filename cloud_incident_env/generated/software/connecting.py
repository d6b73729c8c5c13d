"""Calls that wait for their time-out: those that got no connection, and those whose callee did not answer.

Dropped packets leave a caller without a connection: it never read anything, and its callee, which knows
nothing of it, is as fast as ever. Who waits for a slow callee has a connection. Most lines fit both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from cloud_incident_env.generated.model import Outcome, Peer, Software
from cloud_incident_env.generated.software.handed_over import HANDED_OVER
from cloud_incident_env.generated.software.pooled import POOLED

# Words by which a line tells that it had a connection, and that it got none.
CONNECTED = re.compile(
    r"\b(?:Read|read) (?:timed out|timeout|tcp)|ReadTimeout|awaiting (?:response )?headers|reading response header"
    r"|first byte|Headers Timeout|response_timeout|upstream timeout|sent no header|sent nothing|write tcp|[Ss]tatement"
    r"|[Qq]uery\b|SQL "
    r"|begin transaction|QueryTimeout|SQLTimeout|no rows|no result|Lost connection|Timeout reading|in flight"
    r"|Produce\b|ProduceRequest|request timeout|acknowledge|confirm|no ack\b|[Nn]o reply|pipeline|MGET|SETEX|Command"
    r"|command timed out|upload|KB not stored|PutObject|execution did not|0 (?:out of 0 )?bytes|nothing within|channel"
    r"|<connected>|watch canceled|committing|Failed to validate|Batch for|Expiring|publish of|to revoke|unconfirmed"
)
CONNECTING = re.compile(
    r"while connecting|Connect(?:ion)? timeout|Connect timed out|errno 110|ConnectTimeout|connect ETIMEDOUT"
    r"|Timeout connecting"
    r"|Cannot connect|no connection|ConnectionTimeout|dial tcp [^l]|connection_timeout"
)

_JAVA_STORE = (
    "ERROR app.store.AccountRepository : org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain "
    "JDBC Connection, {callee}, {timeout} ms",
    "WARN  app.store.StatementLog : no connection to {callee} within {timeout} ms, attempt {tries}",
)
_PYTHON_SETTINGS = ("ERROR app.settings : {callee}: httpx.ConnectTimeout, attempt {tries}",)
_OF_A_RECORD = ("WARN  Record {hex} will be handled again: no connection to {callee} within {timeout} ms",)
# Lines of time-outs that only those without a connection print.
UNCONNECTED: Mapping[str, Mapping[Peer, tuple[str, ...]]] = {
    "java": {
        "http": (
            'ERROR app.client.HttpClient : I/O error on GET request for "http://{callee}{path}": Connect timed out',
            "ERROR app.client.CallLog : request {hex}: java.net.SocketTimeoutException: Connect timed out",
            "WARN  app.client.CallLog : no connection to {callee} within {timeout} ms, attempt {tries}",
        ),
        "postgres": _JAVA_STORE,
        "mysql": _JAVA_STORE,
        "object": (
            "ERROR app.files.ObjectStore : software.amazon.awssdk.core.exception.SdkClientException: Unable to execute "
            "HTTP request: Connect to {callee}:9000 failed: Connect timed out",
        ),
        "cache": (
            "ERROR app.cache.SessionStore : io.netty.channel.ConnectTimeoutException: connection timed out after "
            "{timeout} ms: {callee}/{ip}:6379",
            "WARN  app.cache.ItemCache : no connection to {callee} within {timeout} ms, attempt {tries}",
        ),
        "amqp": ("WARN  app.events.Outbox : no connection to {callee} within {timeout} ms, attempt {tries}",),
    },
    "queue-worker": {"kafka": ("WARN  no connection to {callee} within {timeout} ms, attempt {tries}",)},
    "go": {
        "http": (
            'ERROR Get "http://{callee}{path}": dial tcp {ip}:8080: i/o timeout',
            "WARN  {callee}: no connection within {timeout}ms, attempt {tries}",
        ),
        "postgres": ("ERROR {callee}: connect: dial tcp {ip}:5432: i/o timeout",),
        "mysql": ("ERROR {callee}: connect: dial tcp {ip}:3306: i/o timeout",),
        "object": ('ERROR Get "http://{callee}:9000/items/{id}": dial tcp {ip}:9000: i/o timeout',),
        "amqp": ("WARN  {callee}: no connection within {timeout}ms, attempt {tries}",),
        "cache": ("ERROR {callee}: GET item:{id}: dial tcp {ip}:6379: i/o timeout",),
    },
    "python": {
        "http": (
            "ERROR app.clients : GET http://{callee}{path}: httpx.ConnectTimeout",
            "WARN  app.clients : no connection to {callee} within {timeout} ms, attempt {tries}",
        ),
        "config": _PYTHON_SETTINGS,
        "secrets": _PYTHON_SETTINGS,
    },
    "node": {
        "http": (
            "ERROR Error: connect ETIMEDOUT {ip}:8080, GET {path}",
            "WARN  {callee}: no connection within {timeout} ms, attempt {tries}",
        ),
        "object": ("ERROR {callee}: Error: connect ETIMEDOUT {ip}:9000",),
    },
    "envoy": {
        "http": (
            'ERROR ACCESS "GET {path} HTTP/2" 503 UF upstream_reset_before_response_started{{connection_timeout}} 0 91 '
            '{timeout} "{trace}" "{ip}:8080" "{callee}"',
        )
    },
    "stream-worker": {"postgres": _OF_A_RECORD, "mysql": _OF_A_RECORD},
    "batch-worker": {
        "kafka": (
            "WARN  retry: notice of run {hex} not sent, no connection to {callee} within {timeout} ms, try {tries}",
        )
    },
    "cdn": {
        "http": ("ERROR FetchError backend boot.{callee}: fail errno 110 (Connection timed out)",),
        "object": ("ERROR FetchError backend boot.{callee}: fail errno 110 (Connection timed out)",),
    },
}


@cache
def wordings(software: Software, peer: Peer, outcome: Outcome) -> tuple[str, ...]:
    """What a service logs of a call by what became of it."""
    if peer == "queue":
        return HANDED_OVER.get(outcome, ())
    if outcome == "pooled":
        return POOLED.get(peer, {}).get(software.name, ())
    told = software.peers.get(peer, {}).get("timeout" if outcome == "unconnected" else outcome, ())
    if outcome == "timeout":
        return tuple(text for text in told if not CONNECTING.search(text))
    if outcome == "unconnected":
        fitting = tuple(text for text in told if not CONNECTED.search(text) or CONNECTING.search(text))
        return (*fitting, *UNCONNECTED.get(software.name, {}).get(peer, ()))
    return told
