"""Connections, ports or descriptors run out: what that makes software print, whatever used them up.

Each line says what was asked for in vain. Who holds what is asked for, since when, and whether it grows, is shown by
gauges, changes and the places where a line is missing.
"""

from __future__ import annotations

from dataclasses import replace

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import DEPLOYMENTS, EXPORTER_PORTS, STORES

# ---- a server that lets nobody in ------------------------------------------------------------------------------------

PG_TOO_MANY_CLIENTS = Line("FATAL sorry, too many clients already", software=("postgres",), per_minute=0.8)
PG_RESERVED_SLOTS = Line(
    "FATAL remaining connection slots are reserved for non-replication superuser connections",
    software=("postgres",),
    per_minute=0.4,
)
PG_CONNECTION_RECEIVED = Line(
    "LOG   connection received: host={ip} port={port}", software=("postgres",), per_minute=1.2, elsewhere=True
)
MYSQL_UNAUTHENTICATED = Line(
    "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'unconnected' user: 'unauthenticated' host: '{ip}' "
    "(Got timeout reading communication packets).",
    software=("mysql",),
    per_minute=0.9,
    elsewhere=True,
)

# ---- its clients -----------------------------------------------------------------------------------------------------

JAVA_TOO_MANY_CLIENTS = Line(
    "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : FATAL: sorry, too many clients already",
    software=("java",),
    per_minute=0.4,
    elsewhere=True,
    when="lost",
    peers=("postgres",),
)
STREAM_TOO_MANY_CLIENTS = replace(JAVA_TOO_MANY_CLIENTS, software=("stream-worker",))
GO_TOO_MANY_CLIENTS = Line(
    "ERROR failed to connect to `user=app database=app`: {ip}:5432 ({callee}): server error: FATAL: sorry, too many "
    "clients already (SQLSTATE 53300)",
    software=("go",),
    per_minute=0.4,
    elsewhere=True,
    when="lost",
    peers=("postgres",),
    aside={"callee": STORES},
)
PYTHON_TOO_MANY_CLIENTS = Line(
    "ERROR sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection failed: connection to server at "
    '"{callee}" ({ip}), port 5432 failed: FATAL:  sorry, too many clients already',
    software=("python",),
    per_minute=0.4,
    elsewhere=True,
    when="lost",
    peers=("postgres",),
    aside={"callee": STORES},
)
WORKER_TOO_MANY_CLIENTS = replace(PYTHON_TOO_MANY_CLIENTS, software=("queue-worker", "batch-worker"))
NODE_TOO_MANY_CLIENTS = Line(
    "ERROR error: sorry, too many clients already, code 53300",
    software=("node",),
    per_minute=0.4,
    elsewhere=True,
    when="lost",
    peers=("postgres",),
)
TOO_MANY_CLIENTS = (JAVA_TOO_MANY_CLIENTS, GO_TOO_MANY_CLIENTS, PYTHON_TOO_MANY_CLIENTS, NODE_TOO_MANY_CLIENTS)
OF_WORKERS = (STREAM_TOO_MANY_CLIENTS, WORKER_TOO_MANY_CLIENTS)

HIKARI_TIMEOUT = Line(
    "ERROR HikariPool-1 - Connection is not available, request timed out after {timeout}ms.",
    software=("java",),
    elsewhere=True,
    when="pool",
    peers=("postgres", "mysql"),
)

JAVA_HELD_LONG = Line(
    "WARN  Connection leak detection triggered for conn{n} on thread http-nio-8080-exec-{thread}, stack trace follows",
    software=("java",),
    per_minute=0.2,
    elsewhere=True,
    peers=("postgres", "mysql"),
)

# ---- connections that are never made ---------------------------------------------------------------------------------


def _connect_timeout(text: str, software: str) -> Line:
    return Line(
        text,
        software=(software,),
        elsewhere=True,
        when="lost",
        peers=("http", "config", "secrets"),
        aside={"remote": DEPLOYMENTS},
    )


JAVA_CONNECT_TIMEOUT = _connect_timeout(
    'ERROR I/O error on GET request for "https://{remote}:8443{path}": Connect timed out', "java"
)
GO_CONNECT_TIMEOUT = _connect_timeout('ERROR Get "https://{remote}:8443{path}": dial tcp {ip}:8443: i/o timeout', "go")
PYTHON_CONNECT_TIMEOUT = _connect_timeout("ERROR GET https://{remote}:8443{path}: httpx.ConnectTimeout", "python")
NODE_CONNECT_TIMEOUT = _connect_timeout(
    "ERROR GET https://{remote}:8443{path}: Error: connect ETIMEDOUT {ip}:8443", "node"
)
CONNECT_TIMEOUTS = (JAVA_CONNECT_TIMEOUT, GO_CONNECT_TIMEOUT, PYTHON_CONNECT_TIMEOUT, NODE_CONNECT_TIMEOUT)

JAVA_NO_ADDRESS = Line(
    "ERROR request {trace}: java.net.NoRouteToHostException: Cannot assign requested address (Address not available)",
    software=("java",),
    elsewhere=True,
    when="lost",
)
GO_NO_ADDRESS = Line(
    "ERROR dial tcp {ip}:8080: connect: cannot assign requested address", software=("go",), elsewhere=True, when="lost"
)
PYTHON_NO_ADDRESS = Line(
    "ERROR request {trace}: OSError: [Errno 99] Cannot assign requested address",
    software=("python",),
    elsewhere=True,
    when="lost",
)
NODE_NO_ADDRESS = Line(
    "ERROR Error: connect EADDRNOTAVAIL {ip}:8080 - Local (undefined:undefined)",
    software=("node",),
    elsewhere=True,
    when="lost",
)
NO_ADDRESS = (JAVA_NO_ADDRESS, GO_NO_ADDRESS, PYTHON_NO_ADDRESS, NODE_NO_ADDRESS)

# ---- a process that may open nothing more ----------------------------------------------------------------------------

JAVA_TOO_MANY_FILES = Line(
    "ERROR o.a.tomcat.util.net.Acceptor : Socket accept failed java.io.IOException: Too many open files",
    software=("java",),
    per_minute=0.8,
)
GO_TOO_MANY_FILES = Line(
    "ERROR http: Accept error: accept tcp [::]:{listening}: accept4: too many open files; retrying in 1s",
    software=("go",),
    per_minute=0.8,
    elsewhere=True,
    aside={"listening": EXPORTER_PORTS},
)
PYTHON_TOO_MANY_FILES = Line(
    "ERROR asyncio : socket.accept() out of system resource socket: <asyncio.TransportSocket fd=6, family=2, type=1, "
    "proto=0, laddr=('0.0.0.0', {listening})> OSError: [Errno 24] Too many open files",
    software=("python",),
    per_minute=0.8,
    elsewhere=True,
    aside={"listening": EXPORTER_PORTS},
)
NODE_TOO_MANY_FILES = Line(
    "ERROR Error: connect EMFILE {ip}:8443 - Local (undefined:undefined)", software=("node",), per_minute=0.8
)
TOO_MANY_FILES = (JAVA_TOO_MANY_FILES, GO_TOO_MANY_FILES, PYTHON_TOO_MANY_FILES, NODE_TOO_MANY_FILES)

# Of an application: what its process holds, and what it left behind. `waiting` is a fact of the mode.
SOCKETS_NOTE = "{instance}: {now[open files]} open files, {waiting} sockets in TIME_WAIT"
# Of a database: how many of its sessions wait inside a transaction or for a lock.
SESSIONS_NOTE = (
    "sessions: {now[sessions]} of 500, {now[idle in transaction]} idle in transaction, {now[lock waiters]} wait for "
    "a lock"
)
