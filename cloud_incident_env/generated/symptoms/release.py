"""What applications print when a value, a field or a right is not what their code expects, whoever is to blame."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import TABLES

# A value that the code takes for granted is not there.
NO_VALUE_JAVA = Line(
    "ERROR Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request "
    'processing failed: java.lang.NullPointerException: Cannot invoke "app.model.Terms.amount()" because the return '
    'value of "app.model.Entry.terms()" is null] with root cause',
    software=("java",),
    elsewhere=True,
)
NO_VALUE_STREAM = Line(
    "ERROR o.s.kafka.listener.DefaultErrorHandler : Backoff FixedBackOff{{interval=0, currentAttempts=10, "
    "maxAttempts=9}} exhausted for activity-{few}@{id}: java.lang.NullPointerException: Cannot invoke "
    '"app.model.Terms.amount()" because the return value of "app.model.Entry.terms()" is null',
    software=("stream-worker",),
    elsewhere=True,
)
NO_VALUE_GO = Line(
    "ERROR http: panic serving {ip}:{port}: runtime error: invalid memory address or nil pointer dereference",
    software=("go",),
    elsewhere=True,
)
NO_VALUE_PYTHON = Line(
    "ERROR uvicorn.error : Exception in ASGI application, GET {path}/{id}: KeyError: 'terms'",
    software=("python",),
    elsewhere=True,
)
NO_VALUE_NODE = Line(
    "ERROR GET {path}/{id} 500: TypeError: Cannot read properties of undefined (reading 'terms')",
    software=("node",),
    elsewhere=True,
)
NO_VALUE_QUEUE = Line(
    "ERROR celery.app.trace : Task sync_item[{trace}] raised unexpected: KeyError('terms')",
    software=("queue-worker",),
    elsewhere=True,
)
NO_VALUE_BATCH = Line(
    "ERROR usage_report: row {id}: KeyError: 'terms', written to the rejects of run {hex}",
    software=("batch-worker",),
    elsewhere=True,
)
NO_VALUE = (
    NO_VALUE_JAVA,
    NO_VALUE_STREAM,
    NO_VALUE_GO,
    NO_VALUE_PYTHON,
    NO_VALUE_NODE,
    NO_VALUE_QUEUE,
    NO_VALUE_BATCH,
)

# A list is shorter than the code takes for granted.
TOO_SHORT_JAVA = Line(
    "ERROR Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request "
    "processing failed: java.lang.IndexOutOfBoundsException: Index {same_n} out of bounds for length {same_n}] with "
    "root cause",
    software=("java",),
    elsewhere=True,
)
TOO_SHORT_GO = Line(
    "ERROR http: panic serving {ip}:{port}: runtime error: index out of range [{same_n}] with length {same_n}",
    software=("go",),
    elsewhere=True,
)
TOO_SHORT_PYTHON = Line(
    "ERROR uvicorn.error : Exception in ASGI application, GET {path}: IndexError: list index out of range",
    software=("python",),
    elsewhere=True,
)
TOO_SHORT_NODE = Line(
    "ERROR GET {path} 500: TypeError: Cannot read properties of undefined (reading 'length')",
    software=("node",),
    elsewhere=True,
)
TOO_SHORT = (TOO_SHORT_JAVA, TOO_SHORT_GO, TOO_SHORT_PYTHON, TOO_SHORT_NODE)

# An answer, a record or a file has another form than the reader expects.
UNREADABLE_JAVA = Line(
    "ERROR app.client.Decoder : com.fasterxml.jackson.databind.exc.InvalidFormatException: Cannot deserialize value of "
    'type `long` from String "{n}.50": not a valid `long` value',
    software=("java",),
    elsewhere=True,
)
UNREADABLE_STREAM = Line(
    "ERROR Record {hex} refused: com.fasterxml.jackson.databind.exc.InvalidFormatException: Cannot deserialize value "
    'of type `long` from String "{n}.50": not a valid `long` value',
    software=("stream-worker",),
    elsewhere=True,
)
# A consumer that keeps such records apart goes on with the next one.
UNREADABLE_SKIPPED = Line(
    "ERROR Record {hex} kept apart: org.apache.kafka.common.errors.RecordDeserializationException: Error deserializing "
    "key/value for partition activity-{few} at offset {offset}. If needed, please seek past the record to continue "
    "consumption.",
    software=("stream-worker",),
    elsewhere=True,
)
UNREADABLE_GO = Line(
    "ERROR decode answer {hex}: json: cannot unmarshal string into Go struct field Entry.amount of type int64",
    software=("go",),
    elsewhere=True,
)
UNREADABLE_PYTHON = Line(
    "ERROR app.errors : 1 validation error for Entry amount: Input should be a valid integer, unable to parse string "
    "as an integer [type=int_parsing, input_value='{n}.50', input_type=str]",
    software=("python",),
    elsewhere=True,
)
UNREADABLE_NODE = Line(
    'ERROR ZodError: [{{"code":"invalid_type","expected":"number","received":"string","path":["amount"],"message":'
    '"Expected number, received string"}}]',
    software=("node",),
    elsewhere=True,
)
UNREADABLE_QUEUE = Line(
    'ERROR celery.app.trace : Task refresh_counters[{trace}] raised unexpected: ValueError("invalid literal for int() '
    "with base 10: '{n}.50'\")",
    software=("queue-worker",),
    elsewhere=True,
)
UNREADABLE_BATCH = Line(
    "ERROR usage_report: row {id}: invalid literal for int() with base 10: '{n}.50', written to the rejects of run "
    "{hex}",
    software=("batch-worker",),
    elsewhere=True,
)
UNREADABLE = (
    UNREADABLE_JAVA,
    UNREADABLE_STREAM,
    UNREADABLE_SKIPPED,
    UNREADABLE_GO,
    UNREADABLE_PYTHON,
    UNREADABLE_NODE,
    UNREADABLE_QUEUE,
    UNREADABLE_BATCH,
)

# What is asked for is there for others and not for this one.
NOT_ALLOWED_JAVA = Line(
    "WARN  app.web.ErrorAdvice : {path}/{id} {answered 403 to|gave 403 to|403 for} {user}: "
    "{plan of the account does not include it|not in the plan|plan too small|not bought}",
    software=("java",),
    elsewhere=True,
)
NOT_ALLOWED_GO = Line(
    "WARN  {path}/{id}: {403 for|refused to} {user}, "
    "{no entitlement found|no entitlement|not entitled|nothing granted}",
    software=("go",),
    elsewhere=True,
)
NOT_ALLOWED_PYTHON = Line(
    "WARN  app.auth : {user} {asked for|wanted|tried} {path}/{id} "
    "{and has no grant for it|without a grant|and may not have it|not granted}, {answered 403|403}",
    software=("python",),
    elsewhere=True,
)
NOT_ALLOWED_NODE = Line(
    "WARN  ForbiddenError: {user} {may not read|is not allowed|has no right to} {path}/{id}, "
    "{answered 403|403|gave 403}",
    software=("node",),
    elsewhere=True,
)
NOT_ALLOWED_QUEUE = Line(
    "WARN  sync_item[{trace}]: {user} {has no grant for it|has no grant|is not allowed|lacks a grant}, message "
    "{acknowledged|dropped}",
    software=("queue-worker",),
    elsewhere=True,
)
NOT_ALLOWED = (NOT_ALLOWED_JAVA, NOT_ALLOWED_GO, NOT_ALLOWED_PYTHON, NOT_ALLOWED_NODE, NOT_ALLOWED_QUEUE)

# The same in other words.
REFUSED_JAVA = Line(
    "WARN  app.web.ErrorAdvice : {user} {is refused|does not get|is denied} {path}: "
    "{not part of the plan|not in the plan|plan lacks it}, {request|id} {hex}",
    software=("java",),
    elsewhere=True,
)
REFUSED_GO = Line(
    "WARN  {user} {lacks a grant for|has no grant for|is not granted} {path}, {answered 403|403|gave 403}, "
    "{request|id} {hex}",
    software=("go",),
    elsewhere=True,
)
REFUSED_PYTHON = Line(
    "WARN  app.auth : {path} {answered 403|gave 403|403}: {plan of|subscription of|contract of} {user} {ended|is over}",
    software=("python",),
    elsewhere=True,
)
REFUSED_NODE = Line(
    "WARN  {path} {answered 403|gave 403|403}: {user} is in no group {that has it|with it|that may}",
    software=("node",),
    elsewhere=True,
)
REFUSED_QUEUE = Line(
    "WARN  refresh_counters[{trace}]: {not allowed for|forbidden to|no right of} {user}, {left out|skipped|not done}",
    software=("queue-worker",),
    elsewhere=True,
)
REFUSED = (REFUSED_JAVA, REFUSED_GO, REFUSED_PYTHON, REFUSED_NODE, REFUSED_QUEUE)

# A column that a query names is not there.
NO_COLUMN_JAVA = Line(
    "ERROR Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request "
    "processing failed: org.springframework.jdbc.BadSqlGrammarException: PreparedStatementCallback; bad SQL "
    "grammar [SELECT id, state, updated_at, {column} FROM {table} WHERE id = ?]] with root cause",
    software=("java",),
    elsewhere=True,
    peers=("postgres", "mysql"),
    aside={"table": TABLES},
)
NO_COLUMN_GO = Line(
    "ERROR GET {path}/{id}: read {table}: sql: expected 11 destination arguments in Scan, not 12",
    software=("go",),
    elsewhere=True,
    peers=("postgres", "mysql"),
    aside={"table": TABLES},
)
NO_COLUMN_PYTHON = Line(
    "ERROR uvicorn.error : Exception in ASGI application, GET {path}/{id}: sqlalchemy.exc.NoSuchColumnError: "
    "Could not locate column in row for column '{table}.{column}'",
    software=("python",),
    elsewhere=True,
    peers=("postgres", "mysql"),
    aside={"table": TABLES},
)
NO_COLUMN_NODE = Line(
    "ERROR GET {path}/{id}: PrismaClientKnownRequestError: Invalid `prisma.{table}.findFirst()` invocation: "
    "The column `{table}.{column}` does not exist in the current database.",
    software=("node",),
    elsewhere=True,
    peers=("postgres", "mysql"),
    aside={"table": TABLES},
)
NO_COLUMN = (NO_COLUMN_JAVA, NO_COLUMN_GO, NO_COLUMN_PYTHON, NO_COLUMN_NODE)

FLAG_IS_ON = Line(
    "INFO  {settings|flags|features}: {flag}-{culprit} {evaluated for|for|asked for by} {user}: on",
    per_minute=0.3,
    elsewhere=True,
)
MANY_CALLS = Line(
    "WARN  {request|call} {trace} "
    "{has too many outgoing calls|is over its budget of calls|went beyond its calls|used up its calls}",
    elsewhere=True,
)
SEVERAL_BUILDS = Line(
    "WARN  {peers report|peers run|seen among peers|peers tell of} more than one {build|version}: {version}, "
    "{previous}",
    per_minute=0.2,
)
CONTENT_NOT_LOADED = Line(
    "ERROR {content|file|data} {hex} {not loaded|not read|refused}: {count} entries "
    "{more than the table holds|too many|beyond the limit}",
    software=("java", "go", "python", "node", "stream-worker", "queue-worker", "batch-worker"),
    per_minute=0.6,
    elsewhere=True,
)

MANY_CALLS_TOLD = Line(
    "WARN  {trace}: {more than 20 calls|over 20 calls|21 calls and more} {of other services|to others|outwards} for "
    "one request",
    elsewhere=True,
)
BUILDS_DIFFER = Line(
    "INFO  {build|version|release} {version} {met an instance with|next to|sees a peer with} {previous}", per_minute=0.2
)
CONTENT_REFUSED = Line(
    "ERROR {kb} KB {of content read|read|of the file read}, {refused|stopped|failed} at {entry|row} {id}",
    software=("java", "go", "python", "node", "stream-worker", "queue-worker", "batch-worker"),
    per_minute=0.6,
    elsewhere=True,
)
