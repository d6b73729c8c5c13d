"""Connections, ports or descriptors run out: what that makes software print, whatever used them up.

Each line says what was asked for in vain. Who holds what is asked for, since when, and whether it grows, is shown by
gauges, changes and the places where a line is missing.
"""

from __future__ import annotations

from dataclasses import replace

from cloud_incident_env.generated.model import Line

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
)
STREAM_TOO_MANY_CLIENTS = replace(JAVA_TOO_MANY_CLIENTS, software=("stream-worker",))
GO_TOO_MANY_CLIENTS = Line(
    "ERROR failed to connect to `user=app database=app`: server error: FATAL: sorry, too many clients already "
    "(SQLSTATE 53300)",
    software=("go",),
    per_minute=0.4,
    elsewhere=True,
)
PYTHON_TOO_MANY_CLIENTS = Line(
    "ERROR sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection failed: FATAL:  sorry, too many "
    "clients already",
    software=("python",),
    per_minute=0.4,
    elsewhere=True,
)
WORKER_TOO_MANY_CLIENTS = replace(PYTHON_TOO_MANY_CLIENTS, software=("queue-worker", "batch-worker"))
NODE_TOO_MANY_CLIENTS = Line(
    "ERROR error: sorry, too many clients already, code 53300",
    software=("node",),
    per_minute=0.4,
    elsewhere=True,
)
TOO_MANY_CLIENTS = (JAVA_TOO_MANY_CLIENTS, GO_TOO_MANY_CLIENTS, PYTHON_TOO_MANY_CLIENTS, NODE_TOO_MANY_CLIENTS)
OF_WORKERS = (STREAM_TOO_MANY_CLIENTS, WORKER_TOO_MANY_CLIENTS)

HIKARI_TIMEOUT = Line(
    "ERROR HikariPool-1 - Connection is not available, request timed out after {timeout}ms.",
    software=("java",),
    elsewhere=True,
)

JAVA_HELD_LONG = Line(
    "WARN  Connection leak detection triggered for conn{n} on thread http-nio-8080-exec-{thread}, stack trace follows",
    software=("java",),
    per_minute=0.2,
    elsewhere=True,
)

# ---- connections that are never made ---------------------------------------------------------------------------------

JAVA_CONNECT_TIMEOUT = Line(
    "ERROR request {trace}: java.net.SocketTimeoutException: Connect timed out",
    software=("java",),
    elsewhere=True,
)
GO_CONNECT_TIMEOUT = Line("ERROR dial tcp {ip}:8443: i/o timeout", software=("go",), elsewhere=True)
PYTHON_CONNECT_TIMEOUT = Line("ERROR request {trace}: httpx.ConnectTimeout", software=("python",), elsewhere=True)
NODE_CONNECT_TIMEOUT = Line("ERROR Error: connect ETIMEDOUT {ip}:8443", software=("node",), elsewhere=True)
CONNECT_TIMEOUTS = (JAVA_CONNECT_TIMEOUT, GO_CONNECT_TIMEOUT, PYTHON_CONNECT_TIMEOUT, NODE_CONNECT_TIMEOUT)

JAVA_NO_ADDRESS = Line(
    "ERROR request {trace}: java.net.NoRouteToHostException: Cannot assign requested address (Address not available)",
    software=("java",),
    elsewhere=True,
)
GO_NO_ADDRESS = Line(
    "ERROR dial tcp {ip}:8080: connect: cannot assign requested address", software=("go",), elsewhere=True
)
PYTHON_NO_ADDRESS = Line(
    "ERROR request {trace}: OSError: [Errno 99] Cannot assign requested address",
    software=("python",),
    elsewhere=True,
)
NODE_NO_ADDRESS = Line(
    "ERROR Error: connect EADDRNOTAVAIL {ip}:8080 - Local (undefined:undefined)", software=("node",), elsewhere=True
)
NO_ADDRESS = (JAVA_NO_ADDRESS, GO_NO_ADDRESS, PYTHON_NO_ADDRESS, NODE_NO_ADDRESS)

# ---- a process that may open nothing more ----------------------------------------------------------------------------

JAVA_TOO_MANY_FILES = Line(
    "ERROR o.a.tomcat.util.net.Acceptor : Socket accept failed java.io.IOException: Too many open files",
    software=("java",),
    per_minute=0.8,
)
GO_TOO_MANY_FILES = Line(
    "ERROR http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 1s",
    software=("go",),
    per_minute=0.8,
)
PYTHON_TOO_MANY_FILES = Line(
    "ERROR asyncio : socket.accept() out of system resource: OSError: [Errno 24] Too many open files",
    software=("python",),
    per_minute=0.8,
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
