"""What is printed where everything waits: threads and slots that are all taken, calls that nobody answers any more."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line

SERVICES = ("java", "go", "python", "node")

# ---- a service whose requests wait for a thread, a slot or a turn ----------------------------------------------------

REJECTED_TASK = Line(
    "ERROR app.web.ErrorAdvice : {path} answered 503: java.util.concurrent.RejectedExecutionException: Task "
    "java.util.concurrent.FutureTask@{hex}[Not completed, task = app.web.Work@{hex}] rejected from "
    "java.util.concurrent.ThreadPoolExecutor@{hex}[Running, pool size = {workers}, active threads = {workers}, "
    "queued tasks = 200, completed tasks = {offset}]",
    software=("java",),
    elsewhere=True,
    when="crowded",
)
BULKHEAD_FULL = Line(
    "WARN  app.client.HttpClient : io.github.resilience4j.bulkhead.BulkheadFullException: Bulkhead 'outbound' is full "
    "and does not permit further calls",
    software=("java",),
    elsewhere=True,
    when="crowded",
)
SLOT_WAIT = Line(
    "WARN  {request|call} {hex} {waited for|was late for want of|stood in line for} a {slot|place} of the "
    "{handler pool|handlers}",
    software=("go",),
    elsewhere=True,
    when="crowded",
)
EXECUTOR_WAIT = Line(
    "WARN  {request|call} {hex} {waits for|is in line for|needs} a thread of the "
    "{default executor|executor|default pool}",
    software=("python",),
    elsewhere=True,
    when="crowded",
)
SLOW_TASK = Line(
    "WARN  asyncio : Executing <Task pending name='Task-{count}' coro=<RequestResponseCycle.run_asgi() running at "
    "uvicorn/protocols/http/h11_impl.py:403>> took 0.1{n:02d} seconds",
    software=("python",),
    per_minute=0.3,
    elsewhere=True,
)
LATE_TIMERS = Line(
    "WARN  event loop: {timers fire late|timers are late|late timers|ticks take long}, {count} callbacks "
    "{wait|pending}",
    software=("node",),
    elsewhere=True,
    when="crowded",
)
MUTEX_TIMEOUT = Line(
    "ERROR {path}: Error: timeout while waiting for mutex to become available",
    software=("node",),
    per_minute=0.3,
    elsewhere=True,
)
POOL_REPORT = Line(
    "INFO  {pool report|workers|handlers|report}: {now[workers busy]} % {of the workers busy|busy|in use|taken}, "
    "{now[queued requests]} {requests wait|in the queue|queued|waiting}",
    software=SERVICES,
    per_minute=0.4,
    elsewhere=True,
)
POOL_LEVEL = Line(
    "WARN  {now[workers busy]} % of the {workers|handlers|slots} {are taken|are in use|have work}, "
    "{the queue holds|waiting|in line} {now[queued requests]}",
    software=SERVICES,
    per_minute=0.4,
    elsewhere=True,
)
ANSWER_UNREAD = Line(
    "INFO  "
    "{nobody waits for the answer to|client left before the answer to|no reader for|client gone before} "
    "{path}, {request|call|id} {hex}",
    software=SERVICES,
    per_minute=0.4,
    elsewhere=True,
)
CALLER_GONE = Line(
    "INFO  {answer|response|reply} to {request|call} {trace} {dropped|thrown away|not sent}: "
    "{its caller had gone|caller gone|nobody there}",
    software=SERVICES,
    per_minute=0.4,
    elsewhere=True,
)
LAST_TRY_ENDED = Line(
    "WARN  {request|call} {trace}: {the last attempt|the final try|its last try} "
    "{ended at its deadline|ran out of time|was out of time}",
    software=SERVICES,
    per_minute=0.3,
    elsewhere=True,
)
# What a service prints that has no thread or slot left, whatever it is written in.
THREADS_TAKEN = (REJECTED_TASK, SLOT_WAIT, EXECUTOR_WAIT, SLOW_TASK, LATE_TIMERS, MUTEX_TIMEOUT, POOL_REPORT)

# ---- a third party ---------------------------------------------------------------------------------------------------

# What a status page may say, whatever is the matter.
VENDOR_PAGES = (
    "all systems operational",
    "all systems operational, maintenance on Sunday",
    "investigating reports of errors",
    "degraded performance in one region",
)
VENDOR_GIVEN_UP = Line(
    "ERROR connector: {request|call} {hex} of {caller} {given up|dropped|abandoned}, "
    "{its caller had gone|caller gone|nobody waits for it}",
    software=("vendor",),
    elsewhere=True,
)
VENDOR_503 = Line("ERROR connector: 503 for request {hex} of {caller}", software=("vendor",), elsewhere=True)
VENDOR_PROBE = Line("WARN  probe: 203.0.113.{n}: no answer", software=("vendor",), per_minute=0.3, elsewhere=True)
VENDOR_429 = Line(
    "WARN  connector: 429 for request {hex} of {caller}, Retry-After {few} s", software=("vendor",), elsewhere=True
)

# ---- a database ------------------------------------------------------------------------------------------------------

# Logged when deadlock_timeout, 200 ms, is over, by the session that waits.
ROW_WAIT = Line(
    "LOG   process {pid} still waiting for ShareLock on transaction {offset} after 200.{n:03d} ms",
    software=("postgres",),
    elsewhere=True,
)
STATEMENT_CANCELED = Line(
    "ERROR canceling statement due to user request", software=("postgres",), per_minute=0.4, elsewhere=True
)
