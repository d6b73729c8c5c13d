"""What clients of relational databases log, by the language that they are written in."""

from __future__ import annotations

from cloud_incident_env.generated.software.peers import spoken

JAVA = spoken(
    {
        "refused": (
            "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : {callee}: no connection after {wait} ms",
            "WARN  com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Cannot acquire connection from data source, "
            "attempt {tries}",
            "ERROR app.store.ItemRepository : org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to "
            "obtain JDBC Connection to {callee}",
        ),
        "error": (
            "ERROR app.store.ItemRepository : org.springframework.dao.DataAccessResourceFailureException: "
            "PreparedStatementCallback; statement failed on {callee} after {wait} ms",
            "ERROR o.s.t.i.TransactionInterceptor : Application exception overridden by rollback exception",
            "ERROR app.store.SessionRepository : org.springframework.transaction.TransactionSystemException: "
            "Could not commit JDBC transaction on {callee}, rolled back after {wait} ms",
            "WARN  app.store.StatementLog : {callee} answered SELECT on items with an error after {wait} ms, "
            "attempt {tries}",
            "ERROR app.store.AccountRepository : org.springframework.jdbc.UncategorizedSQLException: "
            "ConnectionCallback; uncategorized SQLException from {callee}, request {hex}",
        ),
        "timeout": (
            "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : HikariPool-1 - Connection is not available, "
            "request timed out after {timeout}ms.",
            "ERROR app.store.ItemRepository : org.springframework.dao.QueryTimeoutException: "
            "PreparedStatementCallback; SQL on {callee}: canceled after {timeout} ms",
            "WARN  app.store.StatementLog : no result from {callee} within {timeout} ms, statement canceled, "
            "attempt {tries}",
            "ERROR app.store.AccountRepository : java.sql.SQLTimeoutException: {callee}: statement exceeded "
            "its limit of {timeout} ms, request {hex}",
            "ERROR app.store.SessionRepository : org.springframework.dao.DataAccessResourceFailureException: "
            "java.net.SocketTimeoutException: Read timed out",
        ),
        "slow": (
            "INFO  org.hibernate.SQL_SLOW : Slow query took {wait} milliseconds [select i1_0.id,i1_0.state "
            "from items i1_0 where i1_0.account_id=?]",
            "WARN  app.store.StatementLog : SELECT on sessions answered by {callee} after {wait} ms",
            "WARN  app.store.StatementLog : commit on {callee} took {wait} ms, limit {timeout} ms",
            "INFO  app.store.StatementLog : UPDATE accounts on {callee}: {wait} ms, trace {trace}",
        ),
        "recovered": (
            "INFO  app.store.StatementLog : connection to {callee} opened, validation passed",
            "INFO  app.store.StatementLog : statements on {callee} succeed again",
            "INFO  app.store.ItemRepository : first commit on {callee} after failures, {wait} ms",
            "INFO  app.store.SessionRepository : transactions commit again",
        ),
    },
    {
        "postgres": {
            "refused": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : The connection attempt failed. {callee}:5432, {wait} "
                "ms",
                "WARN  o.h.engine.jdbc.spi.SqlExceptionHelper : SQL Error: 0, SQLState: 08001",
            ),
            "error": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : org.postgresql.util.PSQLException of {callee}, {wait} "
                "ms",
            ),
            "timeout": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : ERROR: canceling statement due to user request",
            ),
        },
        "mysql": {
            "refused": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : Could not create connection to database server. "
                "{callee}:3306, {wait} ms",
                "WARN  o.h.engine.jdbc.spi.SqlExceptionHelper : SQL Error: 0, SQLState: 08001",
            ),
            "error": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : java.sql.SQLException: Unknown error, {callee}, "
                "{wait} ms",
                "WARN  o.h.engine.jdbc.spi.SqlExceptionHelper : SQL Error: 1105, SQLState: HY000",
            ),
            "timeout": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : com.mysql.cj.jdbc.exceptions.MySQLTimeoutException: "
                "Statement "
                "cancelled due to timeout or client request",
            ),
        },
    },
)

GO = spoken(
    {
        "refused": (
            "ERROR failed to connect to {callee} after {wait}ms",
            "ERROR begin transaction at {callee}: no connection",
            "WARN  db ping {callee}: turned away after {wait}ms, attempt {tries}",
            "ERROR query items: no connection, attempt {tries}",
        ),
        "error": (
            "ERROR {callee}: query items: server error after {wait}ms",
            "ERROR {callee}: commit failed after {wait}ms: sql: transaction has already been committed or rolled back",
            "ERROR query sessions: server error after {wait}ms, request {hex}",
            "WARN  {callee}: exec on accounts failed after {wait}ms, attempt {tries}",
            "ERROR select from items on {callee}: server returned an error after {wait}ms",
        ),
        "timeout": (
            "ERROR {callee}: query items: context deadline exceeded",
            "ERROR {callee}: acquire connection: context deadline exceeded after {timeout}ms",
            "ERROR begin transaction: context deadline exceeded, request {hex}",
            "WARN  {callee}: statement on sessions canceled after {timeout}ms, attempt {tries}",
        ),
        "slow": (
            "WARN  slow query: {callee} {wait}ms SELECT id, state FROM items WHERE account_id = {id}",
            "WARN  {callee}: commit took {wait}ms",
            "INFO  SLOW SQL: UPDATE sessions SET seen_at = now() WHERE id = {id} duration_ms={wait}",
            "INFO  {callee}: rows of accounts after {wait}ms, limit {timeout}ms",
        ),
        "recovered": (
            "INFO  {callee}: ping ok in {wait}ms",
            "INFO  {callee}: connection established after failures",
            "INFO  db: transactions commit again",
        ),
    },
    {
        "postgres": {
            "refused": ("ERROR failed to connect to `user=app database=app`: {ip}:5432 ({callee}): server error",),
            "error": ("ERROR query accounts: pgconn: statement refused by {callee}:5432, {wait}ms",),
            "timeout": (
                "ERROR query items: timeout: context deadline exceeded",
                "ERROR read tcp {ip}:{port}->{ip}:5432: i/o timeout, store {callee}",
            ),
        },
        "mysql": {
            "refused": ("ERROR begin transaction: connect to {ip}:3306 failed after {wait}ms",),
            "error": (
                "ERROR {callee}: query accounts: Error 1105 (HY000): Unknown error",
                "ERROR exec on sessions: Error 1105 (HY000): Unknown error, {wait}ms",
            ),
            "timeout": ("ERROR [mysql] packets.go:58 read tcp {ip}:{port}->{ip}:3306: i/o timeout",),
        },
    },
)

PYTHON = spoken(
    {
        "refused": (
            "ERROR app.store : sqlalchemy.exc.OperationalError: {callee}: connection failed after {wait} ms "
            "(Background on this error at: https://sqlalche.me/e/20/e3q8)",
            "ERROR app.store : pool of {callee}: connection failed after {wait} ms",
            "WARN  app.store : no connection after {wait} ms, attempt {tries}",
        ),
        "error": (
            "ERROR app.store : sqlalchemy.exc.OperationalError: {callee} failed after {wait} ms [SQL: SELECT "
            "items.id, items.state FROM items WHERE items.account_id = %(account_id)s] (Background on this "
            "error at: https://sqlalche.me/e/20/e3q8)",
            "ERROR app.store : sqlalchemy.exc.DBAPIError: statement on sessions failed (Background on this "
            "error at: https://sqlalche.me/e/20/dbapi)",
            "WARN  sqlalchemy.pool.impl.QueuePool : Invalidate connection to {callee} (reason: OperationalError)",
            "WARN  app.store : transaction on {callee} rolled back after {wait} ms, attempt {tries}",
            "ERROR app.store : sqlalchemy.exc.PendingRollbackError: Can't reconnect until invalid "
            "transaction is rolled back. (Background on this error at: https://sqlalche.me/e/20/8s2b)",
        ),
        "timeout": (
            "ERROR app.store : sqlalchemy.exc.TimeoutError: no connection to {callee} within {timeout} ms "
            "(Background on this error at: https://sqlalche.me/e/20/3o7r)",
            "ERROR app.store : statement on {callee} canceled after {timeout} ms [SQL: UPDATE sessions SET "
            "seen_at=%(seen_at)s WHERE sessions.id = %(id)s]",
            "WARN  app.store : {callee} gave no rows within {timeout} ms, attempt {tries}",
            "ERROR app.store : TimeoutError: timed out, query on accounts, request {hex}",
        ),
        "slow": (
            "WARN  app.store : query on items took {wait} ms at {callee}",
            "INFO  app.store : flush of the session took {wait} ms of {timeout} ms",
            "DEBUG app.store : {wait} ms at {callee}: SELECT id, state FROM sessions WHERE account_id = %(account_id)s",
            "WARN  app.store : commit at {callee} took {wait} ms, limit {timeout} ms",
        ),
        "recovered": (
            "INFO  app.store : connection to {callee} checked, SELECT 1 in {wait} ms",
            "INFO  app.store : {callee}: transactions commit again",
            "INFO  app.store : pool filled again after failures",
        ),
    },
    {
        "postgres": {
            "refused": (
                "ERROR app.store : sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection failed: "
                'connection to server at "{ip}", port 5432 failed',
            ),
            "error": (
                "ERROR app.store : sqlalchemy.exc.OperationalError: (psycopg.errors.InternalError_) statement "
                "failed, {callee}",
            ),
            "timeout": (
                "ERROR app.store : sqlalchemy.exc.OperationalError: (psycopg.errors.QueryCanceled) canceling "
                "statement due to user request",
            ),
        },
        "mysql": {
            "refused": (
                "ERROR app.store : sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2003, \"Can't "
                "connect to MySQL server on '{callee}'\")",
            ),
            "error": (
                "ERROR app.store : sqlalchemy.exc.OperationalError: (pymysql.err.InternalError) (1105, 'Unknown "
                "error'), {callee}",
            ),
            "timeout": (
                "ERROR app.store : sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2013, 'Lost "
                "connection to MySQL "
                "server during query ([Errno 110] Connection timed out)')",
            ),
        },
    },
)

NODE = spoken(
    {
        "refused": (
            "ERROR SequelizeConnectionError: no connection to {callee}, {wait} ms",
            "ERROR {callee}: turned away after {wait} ms, attempt {tries}",
            "ERROR Error: no connection, query on items not sent",
        ),
        "error": (
            "ERROR QueryFailedError: query on items failed at {callee} after {wait} ms",
            "ERROR SequelizeDatabaseError: statement on sessions failed, request {hex}",
            "WARN  {callee}: transaction rolled back after {wait} ms, attempt {tries}",
            "ERROR {callee}: SELECT on accounts failed after {wait} ms",
        ),
        "timeout": (
            "ERROR KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full. Are "
            "you missing a .transacting(trx) call?",
            "ERROR {callee}: SequelizeConnectionAcquireTimeoutError: Operation timeout, {timeout} ms",
            "ERROR {callee}: query timed out after {timeout} ms, SELECT on items",
            "WARN  {callee}: no rows within {timeout} ms, attempt {tries}",
        ),
        "slow": (
            "WARN  {callee}: SELECT on items took {wait} ms",
            "INFO  Executed (default): UPDATE sessions SET seen_at = now() WHERE id = {id}; Elapsed time: {wait}ms",
            "WARN  {callee}: COMMIT after {wait} ms of {timeout} ms",
        ),
        "recovered": (
            "INFO  {callee}: Connection has been established successfully.",
            "INFO  {callee}: queries succeed again, {wait} ms",
            "INFO  transactions commit again",
        ),
    },
    {
        "postgres": {
            "refused": ("ERROR Error: connection to {ip}:5432 failed after {wait} ms",),
            "error": ("ERROR error: statement on sessions refused by {callee}:5432",),
            "timeout": ("ERROR Error: Query read timeout, SELECT on sessions, {callee}",),
        },
        "mysql": {
            "refused": ("ERROR Error: connection to {ip}:3306 failed after {wait} ms",),
            "error": ("ERROR Error: ER_UNKNOWN_ERROR: Unknown error, errno 1105, {callee}",),
            "timeout": ("ERROR Error: Query inactivity timeout, code PROTOCOL_SEQUENCE_TIMEOUT, {callee}",),
        },
    },
)

STREAM_WORKER = spoken(
    {
        "refused": (
            "ERROR com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Error thrown while acquiring connection from "
            "data source ({callee}.internal, {wait} ms)",
            "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : The connection attempt failed.",
            "WARN  Record {hex} will be handled again: no connection to {callee} after {wait} ms",
        ),
        "error": (
            "ERROR Record {hex}: org.springframework.jdbc.UncategorizedSQLException: PreparedStatementCallback; "
            "statement failed on {callee} after {wait} ms",
            "WARN  Batch of {n} rows rolled back, {callee} answered with an error after {wait} ms",
            "ERROR Record {hex} will be handled again: org.springframework.dao.TransientDataAccessResourceException",
        ),
        "timeout": (
            "ERROR Record {hex}: java.sql.SQLTimeoutException: no answer of {callee} within {timeout} ms",
            "ERROR Record {hex} will be handled again: org.springframework.dao.QueryTimeoutException: "
            "PreparedStatementCallback; statement cancelled after {timeout} ms",
            "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : java.net.SocketTimeoutException: Read timed out",
        ),
        "slow": (
            "WARN  Statement on {callee} took {wait} ms, record {hex}",
            "INFO  Batch of {n} rows written in {wait} ms",
            "INFO  o.h.engine.jdbc.spi.SqlStatementLogger : SlowQuery: {wait} milliseconds. SQL: "
            "'HikariProxyPreparedStatement@{hex} wrapping insert into results (id, value) values (?, ?)'",
        ),
        "recovered": (
            "INFO  com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Added connection conn{n}",
            "INFO  Statement on {callee} succeeded at try {tries}, {wait} ms",
            "INFO  Batch committed at {callee}, {wait} ms, fetching resumed",
        ),
    },
    {
        "postgres": {
            "refused": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : The connection attempt failed. {callee}:5432, {wait} "
                "ms",
                "WARN  o.h.engine.jdbc.spi.SqlExceptionHelper : SQL Error: 0, SQLState: 08001",
            ),
            "error": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : org.postgresql.util.PSQLException of {callee}, {wait} "
                "ms",
            ),
            "timeout": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : ERROR: canceling statement due to user request",
                "WARN  com.zaxxer.hikari.pool.PoolBase : HikariPool-1 - Failed to validate connection to {callee} "
                "(This connection "
                "has been closed.). Possibly consider using a shorter maxLifetime value.",
            ),
        },
        "mysql": {
            "refused": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : Could not create connection to database server. "
                "{callee}:3306, {wait} ms",
                "WARN  o.h.engine.jdbc.spi.SqlExceptionHelper : SQL Error: 0, SQLState: 08001",
            ),
            "error": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : java.sql.SQLException: Unknown error, {callee}, "
                "{wait} ms",
                "WARN  o.h.engine.jdbc.spi.SqlExceptionHelper : SQL Error: 1105, SQLState: HY000",
            ),
            "timeout": (
                "ERROR o.h.engine.jdbc.spi.SqlExceptionHelper : com.mysql.cj.jdbc.exceptions.MySQLTimeoutException: "
                "Statement "
                "cancelled due to timeout or client request",
                "WARN  com.zaxxer.hikari.pool.PoolBase : HikariPool-1 - Failed to validate connection to {callee} (No "
                "operations "
                "allowed after connection closed.). Possibly consider using a shorter maxLifetime value.",
            ),
        },
    },
)

QUEUE_WORKER = spoken(
    {
        "refused": (
            "ERROR sync_item[{trace}]: sqlalchemy.exc.OperationalError: no connection to {callee}.internal after "
            "{wait} ms",
            "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: OperationalError('no connection')",
            "WARN  Retry in 5s: {callee} gave no connection, {wait} ms",
        ),
        "error": (
            "ERROR sync_item[{trace}]: sqlalchemy.exc.OperationalError: statement failed on {callee} after {wait} ms",
            "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: DBAPIError('server error')",
            "WARN  Retry in 5s: transaction rolled back, {callee} answered with an error after {wait} ms",
        ),
        "timeout": (
            "ERROR sync_item[{trace}]: no answer of {callee} within {timeout} ms (sqlalchemy.exc.OperationalError)",
            "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: TimeoutError('statement given "
            "up after {timeout} ms')",
            "WARN  Retry in 5s: statement on {callee} cancelled after {timeout} ms",
        ),
        "slow": (
            "WARN  statement on {callee} took {wait} ms, sync_item[{trace}]",
            "INFO  {n} rows written in {wait} ms",
        ),
        "recovered": (
            "INFO  sync_item[{trace}] done at try {tries}, {callee} answered after {wait} ms",
            "INFO  connection to {callee} opened, {wait} ms",
            "INFO  transaction committed in {wait} ms",
        ),
    },
    {
        "postgres": {
            "refused": (
                "ERROR sync_item[{trace}]: sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection "
                'failed: connection to server at "{ip}", port 5432 failed',
            ),
            "error": (
                "ERROR sync_item[{trace}]: sqlalchemy.exc.OperationalError: (psycopg.errors.InternalError_) "
                "statement failed, {callee}",
            ),
            "timeout": (
                "ERROR sync_item[{trace}]: sqlalchemy.exc.OperationalError: (psycopg.errors.QueryCanceled) canceling "
                "statement due to user request",
            ),
        },
        "mysql": {
            "refused": (
                "ERROR sync_item[{trace}]: sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2003, "
                "\"Can't connect to MySQL server on '{callee}'\")",
            ),
            "error": (
                "ERROR sync_item[{trace}]: sqlalchemy.exc.OperationalError: (pymysql.err.InternalError) (1105, "
                "'Unknown error'), {callee}",
            ),
            "timeout": (
                "ERROR sync_item[{trace}]: sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2013, "
                "'Lost connection to MySQL "
                "server during query ([Errno 110] Connection timed out)')",
            ),
        },
    },
)

BATCH_WORKER = spoken(
    {
        "refused": (
            "ERROR usage_report, run {hex}: sqlalchemy.exc.OperationalError: no connection to {callee}.internal "
            "after {wait} ms",
            "WARN  retry: step 'load' of run {hex}: no connection after {wait} ms, try {tries}",
            "ERROR stale_records, run {hex}: {callee} gave no connection, {wait} ms",
        ),
        "error": (
            "ERROR usage_report, run {hex}: sqlalchemy.exc.OperationalError: statement failed on {callee} after "
            "{wait} ms",
            "WARN  retry: page of run {hex} failed after {wait} ms (sqlalchemy.exc.DBAPIError), try {tries}",
            "ERROR stale_records, run {hex}: transaction rolled back, {callee} answered with an error after {wait} ms",
        ),
        "timeout": (
            "ERROR usage_report, run {hex}: page at row {offset} not read, no answer of {callee} within {timeout} ms",
            "WARN  retry: step 'load' of run {hex} given up after {timeout} ms, try {tries}",
            "ERROR stale_records, run {hex}: statement on {callee} cancelled after {timeout} ms",
            "ERROR usage_report, run {hex}: TimeoutError: timed out",
        ),
        "slow": (
            "WARN  usage_report, run {hex}: page of 500 rows from {callee} took {wait} ms",
            "INFO  stale_records, run {hex}: statement took {wait} ms",
        ),
        "recovered": (
            "INFO  usage_report, run {hex} goes on at row {offset}, {callee} answered after {wait} ms",
            "INFO  retry: step 'load' of run {hex} done at try {tries}",
            "INFO  stale_records, run {hex}: page from {callee}, {wait} ms",
        ),
    },
    {
        "postgres": {
            "refused": (
                "ERROR usage_report, run {hex}: sqlalchemy.exc.OperationalError: (psycopg.OperationalError) "
                'connection failed: connection to server at "{ip}", port 5432 failed',
            ),
            "error": (
                "ERROR usage_report, run {hex}: sqlalchemy.exc.OperationalError: (psycopg.errors.InternalError_) "
                "statement failed, {callee}",
            ),
            "timeout": (
                "ERROR usage_report, run {hex}: sqlalchemy.exc.OperationalError: (psycopg.errors.QueryCanceled) "
                "canceling statement due to user request",
            ),
        },
        "mysql": {
            "refused": (
                "ERROR usage_report, run {hex}: sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) "
                "(2003, \"Can't connect to MySQL server on '{callee}'\")",
            ),
            "error": (
                "ERROR usage_report, run {hex}: sqlalchemy.exc.OperationalError: (pymysql.err.InternalError) (1105, "
                "'Unknown error'), {callee}",
            ),
            "timeout": (
                "ERROR usage_report, run {hex}: sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) "
                "(2013, 'Lost connection to MySQL "
                "server during query ([Errno 110] Connection timed out)')",
            ),
        },
    },
)
