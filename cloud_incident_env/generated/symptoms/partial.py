"""What shows that some hosts, zones or instances fail while others do not."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import DEPLOYMENTS, HOSTS

NODE_NOT_READY = Line(
    'INFO  event.go:389] "Event occurred" object="{host}" kind="Node" apiVersion="v1" type="Normal" '
    'reason="NodeNotReady" message="Node {host} status is now: NodeNotReady"',
    software=("kubernetes",),
    per_minute=0.6,
    elsewhere=True,
    aside={"host": HOSTS},
)
NODE_STATUS_LATE = Line(
    'ERROR {host} kubelet: "Unable to update node status" err="update node status exceeds retry count"',
    software=("nodes",),
    per_minute=0.6,
    elsewhere=True,
    aside={"host": HOSTS},
)
NETWORK_STARTED = Line(
    "INFO  {host} systemd-networkd: Enumeration completed", software=("nodes",), per_minute=0.4, elsewhere=True
)
CPU_STUCK = Line(
    "ERROR {host} kernel: watchdog: BUG: soft lockup - CPU#{same_few} stuck for 2{few}s! [kworker/{same_few}:1:{id16}]",
    software=("nodes",),
    per_minute=0.4,
    elsewhere=True,
    aside={"host": HOSTS},
)
CLOCK_UNSTABLE = Line(
    "WARN  {host} kernel: clocksource: timekeeping watchdog on CPU{few}: Marking clocksource 'tsc' as unstable because "
    "the skew is too large:",
    software=("nodes",),
    per_minute=0.2,
    elsewhere=True,
    aside={"host": HOSTS},
)
INSTANCE_EJECTED = Line(
    'WARN  EVENT "type":"CONSECUTIVE_5XX","cluster_name":"{culprit}","upstream_url":"{ip}:8080","action":"EJECT",'
    '"num_ejections":{few},"enforced":true,"eject_consecutive_event":{{}}',
    software=("envoy",),
    elsewhere=True,
    aside={"culprit": DEPLOYMENTS},
)
INSTANCE_LEFT_OUT = Line(
    "WARN  upstream server temporarily disabled while reading response header from upstream, client: {ip}, server: _, "
    'request: "GET {path} HTTP/2.0", upstream: "http://{ip}:8080{path}"',
    software=("nginx",),
    elsewhere=True,
)
QUEUE_FULL_JAVA = Line(
    "ERROR app.web.ErrorAdvice : request {hex} answered 503: java.util.concurrent.RejectedExecutionException: Task "
    "java.util.concurrent.FutureTask@{hex} rejected from java.util.concurrent.ThreadPoolExecutor@{same_hex}[Running, "
    "pool size = {workers}, active threads = {workers}, queued tasks = 400, completed tasks = {id}]",
    software=("java",),
    elsewhere=True,
    when="crowded",
)
QUEUE_FULL_GO = Line(
    "WARN  {path} {answered 503|gave 503|503}: {count} {requests wait|requests are queued|in the queue|waiting}",
    software=("go",),
    elsewhere=True,
    when="crowded",
)
QUEUE_FULL_PYTHON = Line(
    "WARN  uvicorn.error : Exceeded concurrency limit.", software=("python",), elsewhere=True, when="crowded"
)
QUEUE_FULL_NODE = Line(
    "WARN  ServiceUnavailableError: "
    "{event loop delay above its limit|event loop too slow|event loop late|loop delay too long}, {path} "
    "{answered 503|gave 503}",
    software=("node",),
    elsewhere=True,
    when="crowded",
)
QUEUE_FULL_QUEUE = Line(
    "WARN  {count} {messages|deliveries} {are held by busy handlers|wait in handlers|taken and not begun|held back}",
    software=("queue-worker",),
    elsewhere=True,
    when="crowded",
)
QUEUE_FULL_BATCH = Line(
    "WARN  usage_report: run {hex} waits for a free slot", software=("batch-worker",), elsewhere=True, when="crowded"
)
QUEUE_FULL_STREAM = Line(
    "WARN  {count} records {polled and not handled|polled, none handled|wait for a handler|not handled yet}, "
    "{fetching paused|fetch paused}",
    software=("stream-worker",),
    elsewhere=True,
    when="crowded",
)
QUEUE_FULL = (
    QUEUE_FULL_JAVA,
    QUEUE_FULL_GO,
    QUEUE_FULL_PYTHON,
    QUEUE_FULL_NODE,
    QUEUE_FULL_QUEUE,
    QUEUE_FULL_BATCH,
    QUEUE_FULL_STREAM,
)
# The same in other words.
BUSY_GO = Line(
    "WARN  {no free worker|no worker|no slot|nobody free} for {path} {within the limit|in time}, "
    "{answered 503|gave 503}",
    software=("go",),
    elsewhere=True,
    when="crowded",
)
BUSY_JAVA = Line(
    "WARN  app.resilience.Events : Bulkhead 'requests' rejected a call: maximum concurrent calls reached",
    software=("java",),
    elsewhere=True,
    when="crowded",
)
BUSY_PYTHON = Line(
    "WARN  app.limits : {path} {answered 503|gave 503|503}, {count} "
    "{requests are under way|requests at work|in flight|requests running}",
    software=("python",),
    elsewhere=True,
    when="crowded",
)
BUSY_NODE = Line(
    "WARN  {path} {answered 503|gave 503|503}: {count} {requests are pending|requests pending|still open|not done yet}",
    software=("node",),
    elsewhere=True,
    when="crowded",
)
BUSY_QUEUE = Line(
    "WARN  {prefetch is used up|prefetch full|no prefetch left|all of the prefetch in use}, "
    "{oldest message waits|messages wait}",
    software=("queue-worker",),
    elsewhere=True,
    when="crowded",
)
BUSY_BATCH = Line(
    "WARN  stale_records: run {hex} not begun, all slots are taken",
    software=("batch-worker",),
    elsewhere=True,
    when="crowded",
)
BUSY_STREAM = Line(
    "WARN  partition activity-{few} {paused|held|stopped for now}, {its queue holds|waiting|queued} {count} records",
    software=("stream-worker",),
    elsewhere=True,
    when="crowded",
)
BUSY = (BUSY_GO, BUSY_JAVA, BUSY_PYTHON, BUSY_NODE, BUSY_QUEUE, BUSY_BATCH, BUSY_STREAM)

# What an object store prints that turns requests away.
SLOW_DOWN = Line(
    "ERROR 503 SlowDown: Please reduce your request rate. request={hex}",
    software=("object-store",),
    per_minute=0.9,
    elsewhere=True,
)
UNABLE = Line(
    "ERROR 503 ServiceUnavailable: Service is unable to handle request. request={hex}",
    software=("object-store",),
    per_minute=0.9,
    elsewhere=True,
)
