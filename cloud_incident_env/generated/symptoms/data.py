"""What stores and their readers print when rows or objects are missing, old, or not the same everywhere."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import CHANNELS, TABLES

# Something that was stored is not found.
NOT_FOUND_JAVA = Line(
    "WARN  app.web.ErrorAdvice : {path}/{id} {answered 404 to|gave 404 to|404 for} {user}: "
    "{no row with that id|no such row|nothing stored|row not found}",
    software=("java",),
    elsewhere=True,
)
NOT_FOUND_STREAM = Line(
    "WARN  Record {hex} {names|is about|belongs to} the account {user}, "
    "{of which nothing is stored|which is not stored|not found}; {kept apart|put aside}",
    software=("stream-worker",),
    elsewhere=True,
)
NOT_FOUND_GO = Line(
    "WARN  GET {path}/{id}: sql: no rows in result set, answered 404 to {user}", software=("go",), elsewhere=True
)
NOT_FOUND_PYTHON = Line(
    "WARN  app.errors : {path}/{id}: sqlalchemy.exc.NoResultFound: No row was found when one was required",
    software=("python",),
    elsewhere=True,
)
NOT_FOUND_NODE = Line(
    "WARN  NotFoundError: {path}/{id} of {user} {is gone|is not there|is missing|was not found}, {answered 404|404}",
    software=("node",),
    elsewhere=True,
)
NOT_FOUND_QUEUE = Line(
    "WARN  sync_item[{trace}]: {item|entry|row} of {user} {is not stored|is not there|not found}, message "
    "{sent back|returned}",
    software=("queue-worker",),
    elsewhere=True,
)
NOT_FOUND_BATCH = Line(
    "WARN  usage_report: {nothing stored of|no rows of|nothing found of} {user}, "
    "{left out of the list of|not in|skipped in} run {hex}",
    software=("batch-worker",),
    elsewhere=True,
)

# The same in other words.
GONE_JAVA = Line(
    "WARN  app.web.ErrorAdvice : {user} {asked for|wanted|requested} {path}/{id}, "
    "{which is unknown here|unknown here|which is not stored|not known}",
    software=("java",),
    elsewhere=True,
)
GONE_STREAM = Line(
    "WARN  {Event|Record} {hex} "
    "{belongs to nobody that is known|has no known owner|is of an unknown account|fits no account}, "
    "{counted apart|put aside}",
    software=("stream-worker",),
    elsewhere=True,
)
GONE_GO = Line(
    "WARN  404 {path}/{id}: {not stored|nothing stored|no row|unknown}, {asked for by|wanted by} {user}",
    software=("go",),
    elsewhere=True,
)
GONE_PYTHON = Line(
    "WARN  app.errors : {path}/{id}: {nothing stored|not stored|no row|unknown}, {answered 404|404|gave 404}",
    software=("python",),
    elsewhere=True,
)
GONE_NODE = Line(
    "WARN  {path}/{id}: {row is missing|row not found|no row|missing}, {user} {was answered 404|got 404}",
    software=("node",),
    elsewhere=True,
)
GONE_QUEUE = Line(
    "WARN  refresh_counters[{trace}]: {user} {has no row|has no counters|is not stored|not found}, "
    "{nothing to count|not counted}",
    software=("queue-worker",),
    elsewhere=True,
)
GONE_BATCH = Line(
    "WARN  stale_records: {record|row|item} {id} {is listed and not stored|is listed only|has no data|not found}, "
    "{skipped|left out}",
    software=("batch-worker",),
    elsewhere=True,
)
NOT_FOUND = (
    NOT_FOUND_JAVA,
    NOT_FOUND_STREAM,
    NOT_FOUND_GO,
    NOT_FOUND_PYTHON,
    NOT_FOUND_NODE,
    NOT_FOUND_QUEUE,
    NOT_FOUND_BATCH,
)

GONE = (GONE_JAVA, GONE_STREAM, GONE_GO, GONE_PYTHON, GONE_NODE, GONE_QUEUE, GONE_BATCH)

# A date that does not exist.
NO_SUCH_DATE_JAVA = Line(
    "ERROR Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request "
    "processing failed: java.time.DateTimeException: Invalid date 'FEBRUARY 29' as '2027' is not a leap year] with "
    "root cause",
    software=("java",),
    elsewhere=True,
)
NO_SUCH_DATE_STREAM = Line(
    "ERROR Record {hex} refused: java.time.DateTimeException: Invalid date 'FEBRUARY 29' as '2027' is not a leap year",
    software=("stream-worker",),
    elsewhere=True,
)
NO_SUCH_DATE_GO = Line(
    'ERROR GET {path}/{id}: parsing time "2027-02-29": day out of range', software=("go",), elsewhere=True
)
NO_SUCH_DATE_PYTHON = Line(
    "ERROR uvicorn.error : Exception in ASGI application, GET {path}/{id}: ValueError: day is out of range for month",
    software=("python",),
    elsewhere=True,
)
NO_SUCH_DATE_NODE = Line(
    "ERROR GET {path}/{id} 500: RangeError: Invalid time value", software=("node",), elsewhere=True
)
NO_SUCH_DATE_QUEUE = Line(
    "ERROR celery.app.trace : Task refresh_counters[{trace}] raised unexpected: ValueError('day is out of range for "
    "month')",
    software=("queue-worker",),
    elsewhere=True,
)
NO_SUCH_DATE_BATCH = Line(
    "ERROR usage_report: row {id}: day is out of range for month, written to the rejects of run {hex}",
    software=("batch-worker",),
    elsewhere=True,
)
HORIZON_MOVED = Line(
    "INFO  {horizon|booking horizon|horizon of renewals|planning horizon} {reaches|includes|moved on to} February 2027 "
    "since {opened} UTC",
    per_minute=0.2,
    elsewhere=True,
)
NO_SUCH_DATE = (
    NO_SUCH_DATE_JAVA,
    NO_SUCH_DATE_STREAM,
    NO_SUCH_DATE_GO,
    NO_SUCH_DATE_PYTHON,
    NO_SUCH_DATE_NODE,
    NO_SUCH_DATE_QUEUE,
    NO_SUCH_DATE_BATCH,
)

# What a PostgreSQL server prints.
NO_RELATION = Line(
    'ERROR relation "{table}" does not exist at character {n}',
    software=("postgres",),
    elsewhere=True,
    aside={"table": TABLES},
)
NO_FILE = Line(
    'ERROR could not open file "base/16384/{id}": No such file or directory', software=("postgres",), per_minute=0.9
)
STANDBY_TURNED_AWAY = Line(
    "FATAL number of requested standby connections exceeds max_wal_senders (currently 10)",
    software=("postgres",),
    per_minute=0.3,
)
SEGMENT_REMOVED = Line(
    "ERROR requested WAL segment {wal_segment} has already been removed",
    software=("postgres",),
    per_minute=0.3,
)
ENDED_BY_RECOVERY = Line(
    "ERROR canceling statement due to conflict with recovery", software=("postgres",), elsewhere=True
)
MANY_CHECKPOINTS = Line(
    "LOG   checkpoints are occurring too frequently ({few} seconds apart)",
    software=("postgres",),
    per_minute=0.3,
    elsewhere=True,
)
WAITS_FOR_TRANSACTION = Line(
    "LOG   process {pid} still waiting for ShareLock on transaction {id} after 200.{n:03d} ms",
    software=("postgres",),
    per_minute=0.4,
    elsewhere=True,
)

# What a MySQL server prints.
SLOW_WRITE = Line(
    "INFO  SLOW {ip} Query_time: 1{few}{n:02d}ms  Lock_time: 0.0000{n:02d} Rows_sent: 0  Rows_examined: {id} UPDATE "
    "{table} SET {column} = '{hex}' WHERE id < {id};",
    software=("mysql",),
)
CONNECTION_ABORTED = Line(
    "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'app' user: 'app' host: '{ip}' (Got an error reading "
    "communication packets).",
    software=("mysql",),
    elsewhere=True,
)
FOLLOWS_AGAIN = Line(
    "INFO  [MY-014001] [Repl] Replica receiver thread for channel '{channel}': connected to source "
    "'replicator@{ip}:3306' with server_uuid={source_uuid}, server_id=1{n:03d}. Starting "
    "GTID-based replication.",
    software=("mysql",),
    per_minute=0.2,
    elsewhere=True,
    aside={"channel": CHANNELS},
)
TRANSACTIONS_OF_ITS_OWN = Line(
    "ERROR [MY-013114] [Repl] Replica I/O for channel '{channel}': Got fatal error 1236 from source when reading data "
    "from binary log: 'Replica has more GTIDs than the source has, using the source's SERVER_UUID.', "
    "Error_code: MY-013114",
    software=("mysql",),
    elsewhere=True,
    aside={"channel": CHANNELS},
)
ROW_DIFFERS = Line(
    "ERROR [MY-010584] [Repl] Replica SQL for channel '': Worker 1 failed executing transaction "
    "'{other_uuid}:{id}' at source log binlog.0000{same_n:02d}, end_log_pos {same_id16}; "
    "Could not execute Write_rows event on table app.idempotency_keys; Duplicate entry '{id}' for key "
    "'idempotency_keys.PRIMARY', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's source log "
    "binlog.0000{same_n:02d}, end_log_pos {same_id16}, Error_code: MY-001062",
    software=("mysql",),
)
REPLICA_STOPPED = Line(
    "WARN  [MY-010584] [Repl] Replica SQL for channel '': ... The replica coordinator and worker threads are "
    "stopped, possibly leaving data in inconsistent state. A restart should restore consistency automatically, "
    "although using non-transactional storage for data or info tables or DDL queries could lead to problems. "
    "In such cases you have to examine your data (see documentation for details). Error_code: MY-001756",
    software=("mysql",),
    per_minute=0.3,
)

# What an object store prints.
COPIES_DIFFER = Line(
    "WARN  scrub: segment {hex} read, {id} blocks, {few} differences between its copies",
    software=("object-store",),
    elsewhere=True,
)
COPIES_WAIT = Line(
    "INFO  placement: {now[repair backlog]} objects wait for a copy",
    software=("object-store",),
    per_minute=0.3,
    elsewhere=True,
)
