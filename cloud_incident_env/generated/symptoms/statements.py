"""Statements take long: what databases and object stores print of it, whatever keeps them busy.

`table`, `column`, `access`, `expense` and `rows` are facts of the mode: how a table is read, what the planner thinks
that it costs, and how many rows are looked at for one answer.
"""

from __future__ import annotations

from cloud_incident_env.generated.model import Line

PG_SLOW_PLAN = Line(
    "LOG   duration: {took}.{n:03d} ms  plan: Query Text: SELECT * FROM {table} WHERE {column} = $1 {access} on "
    "{table}  (cost=0.43..{expense}.00 rows={n} width=96) Rows Removed by Filter: {rows}",
    software=("postgres",),
    elsewhere=True,
)
PG_SLOW_STATEMENT = Line(
    "LOG   duration: {took}.{n:03d} ms  execute <unnamed>: SELECT * FROM {table} WHERE {column} = $1",
    software=("postgres",),
    elsewhere=True,
)
PG_RECEIVER_GONE = Line(
    "LOG   could not send data to client: Connection reset by peer", software=("postgres",), elsewhere=True
)
PG_CANCELLED = Line("ERROR canceling statement due to user request", software=("postgres",), elsewhere=True)
MYSQL_SLOW_STATEMENT = Line(
    "INFO  SLOW {ip} Query_time: {took}ms  Lock_time: 0.0000{n:02d} Rows_sent: 1  Rows_examined: {rows} "
    "SELECT * FROM {table} WHERE {column} = '{hex}';",
    software=("mysql",),
    elsewhere=True,
)
MYSQL_ABORTED = Line(
    "INFO  [MY-010914] [Server] Aborted connection {id} to db: 'app' user: 'app' host: '{ip}' (Got an error "
    "writing communication packets).",
    software=("mysql",),
    elsewhere=True,
)
SLOW_STATEMENTS = (PG_SLOW_PLAN, PG_SLOW_STATEMENT, MYSQL_SLOW_STATEMENT)
CLIENTS_LEFT = (PG_RECEIVER_GONE, PG_CANCELLED, MYSQL_ABORTED)

OBJECTS_SLOW_DOWN = Line(
    "ERROR 503 SlowDown: Please reduce your request rate. request={hex} client={caller}",
    software=("object-store",),
    per_minute=0.5,
    elsewhere=True,
)
OBJECTS_SLOW_READ = Line(
    "WARN  index: look-up of records/{hex}.json read {few} files, {took}ms request={hex}",
    software=("object-store",),
    per_minute=0.6,
    elsewhere=True,
)

# Of a database: `volume`, `rate` and `balance` are facts of the mode.
VOLUME_NOTE = (
    "volume: {volume}; {rate} operations/s at its busiest today, balance {balance} %; disk latency "
    "{now[disk latency]} ms"
)
TOP_STATEMENT_NOTE = (
    "top statement: SELECT * FROM {table} WHERE {column} = ?, {now[share of the top query]} % of the time, {calls} of "
    "its calls of yesterday at this hour"
)
# Of an object store: how full its shards are, and how much waits for work in the background.
SHARDS_NOTE = (
    "shards: hottest {now[hottest shard]} %, mean {now[mean shard load]} % of their limit; {now[repair backlog]} "
    "objects wait for work in the background"
)
