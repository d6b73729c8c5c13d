"""A store takes no writes: what it prints, and what its clients do, whether space, ids, disks or a writer lack."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line

# ---- the store -------------------------------------------------------------------------------------------------------

PG_READ_ONLY_INSERT = Line(
    "ERROR cannot execute INSERT in a read-only transaction", software=("postgres",), per_minute=0.9
)
PG_READ_ONLY_UPDATE = Line(
    "ERROR cannot execute UPDATE in a read-only transaction", software=("postgres",), per_minute=0.6
)
PG_READ_ERROR = Line(
    'ERROR could not read block {id} in file "base/16384/{port}": Input/output error', software=("postgres",)
)
PG_READ_ONLY_FILES = Line(
    'ERROR could not extend file "base/16384/{port}": Read-only file system', software=("postgres",), per_minute=0.6
)
MYSQL_READ_ERROR = Line(
    "ERROR [MY-012592] [InnoDB] Operating system error number 5 in a file operation.", software=("mysql",)
)
MYSQL_READ_ERROR_MEANS = Line(
    "ERROR [MY-012596] [InnoDB] Error number 5 means 'Input/output error'", software=("mysql",)
)
PG_ABORTED = Line(
    "LOG   server process (PID {child}) was terminated by signal 6: Aborted", software=("postgres",), per_minute=0.4
)
PG_INTEGER_RANGE = Line("ERROR integer out of range", software=("postgres",), per_minute=0.9, elsewhere=True)

# ---- its clients: they hold what they could not write ----------------------------------------------------------------

JAVA_IN_RECOVERY = Line(
    "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : FATAL: the database system is in recovery mode",
    software=("java", "stream-worker"),
    per_minute=0.4,
)
GO_IN_RECOVERY = Line(
    "ERROR failed to connect to `user=app database=app`: server error: FATAL: the database system is in recovery mode "
    "(SQLSTATE 57P03)",
    software=("go",),
    per_minute=0.4,
)
PYTHON_IN_RECOVERY = Line(
    "ERROR sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection failed: FATAL:  the database system "
    "is in recovery mode",
    software=("python", "queue-worker", "batch-worker"),
    per_minute=0.4,
)
NODE_IN_RECOVERY = Line(
    "ERROR error: the database system is in recovery mode, code 57P03", software=("node",), per_minute=0.4
)
IN_RECOVERY = (JAVA_IN_RECOVERY, GO_IN_RECOVERY, PYTHON_IN_RECOVERY, NODE_IN_RECOVERY)

JAVA_NOT_WRITTEN = Line(
    "ERROR app.web.WriteGuard : POST {path} 503: not stored, kept for another try, request {hex}",
    software=("java",),
    per_minute=0.4,
)
GO_NOT_WRITTEN = Line(
    "ERROR POST {path} 503: write put aside, {count} wait for another try", software=("go",), per_minute=0.4
)
PYTHON_NOT_WRITTEN = Line(
    "ERROR app.store : POST {path} 503, write of {user} kept in the outbox", software=("python",), per_minute=0.4
)
NODE_NOT_WRITTEN = Line(
    "ERROR POST {path} 503: outbox took the write, attempt {few} of 10", software=("node",), per_minute=0.4
)
NOT_WRITTEN = (JAVA_NOT_WRITTEN, GO_NOT_WRITTEN, PYTHON_NOT_WRITTEN, NODE_NOT_WRITTEN)


# Of a database: `sequence` is a fact of the mode, the highest number that a sequence of it has given out.
COUNTERS_NOTE = (
    "largest table: {table}, sequence at {sequence}; transaction horizon {now[transaction horizon]} M, disk "
    "{now[disk used]} % used"
)
# Of a database: who follows its primary, and how far behind.
REPLICAS_NOTE = (
    "replicas: {now[replicas attached]} attached, {now[replica lag]} s behind; log kept for them "
    "{now[log retained for replicas]} GB"
)
SERVER_NOTE = "server process of {instance} began {age} min ago, after a clean shutdown"
