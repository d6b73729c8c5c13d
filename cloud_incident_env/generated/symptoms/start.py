"""Instances that end, are not created, find no place or do not start."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import DEPLOYMENTS, NAMESPACES

SERVICES = ("java", "go", "python", "node")

# What a server prints when it is told to end.
ENDS_JAVA = Line(
    "INFO  o.s.b.w.e.tomcat.GracefulShutdown : Commencing graceful shutdown. Waiting for active requests to complete",
    software=("java",),
)
ENDS_GO = Line("INFO  received signal terminated, shutting down: http: Server closed", software=("go",))
ENDS_PYTHON = Line("INFO  uvicorn.error : Shutting down", software=("python",))
ENDS_NODE = Line("INFO  SIGTERM signal received: closing HTTP server", software=("node",))
ENDS_NGINX = Line("INFO  gracefully shutting down", software=("nginx",))
ENDS_SERVICE = (ENDS_JAVA, ENDS_GO, ENDS_PYTHON, ENDS_NODE)
ENDS = (*ENDS_SERVICE, ENDS_NGINX)

# What it prints when it has come up. `listens` is its port.
LISTENS_JAVA = Line(
    "INFO  o.s.b.w.e.tomcat.TomcatWebServer : Tomcat started on port {listens} (http) with context path '/'",
    software=("java",),
)
LISTENS_GO = Line("INFO  listening on :{listens}", software=("go", "node"))
LISTENS_PYTHON = Line(
    "INFO  uvicorn.error : Uvicorn running on http://0.0.0.0:{listens} (Press CTRL+C to quit)",
    software=("python",),
)
LISTENS = (LISTENS_JAVA, LISTENS_GO, LISTENS_PYTHON)

# A process that ends in its first second because it lacks the setting `key`.
_PLACEHOLDER = (
    "ERROR o.s.boot.SpringApplication : Application run failed: Could not resolve placeholder '{key}' in value "
    '"${{{key}}}"'
)
_FIELD = "ERROR app.main : pydantic_core.ValidationError: 1 validation error for Settings: {key}: Field required"
LACKS_JAVA = Line(_PLACEHOLDER, software=("java",))
LACKS_GO = Line("FATAL required key {key} missing value", software=("go",))
LACKS_PYTHON = Line(_FIELD, software=("python",))
LACKS_NODE = Line("FATAL EnvError: Missing environment variables: {key}", software=("node",))
LACKS_STREAM_WORKER = Line(_PLACEHOLDER, software=("stream-worker",))
LACKS_PYTHON_WORKER = Line(_FIELD, software=("queue-worker", "batch-worker"))
LACKS_SERVICE = (LACKS_JAVA, LACKS_GO, LACKS_PYTHON, LACKS_NODE)
LACKS = (*LACKS_SERVICE, LACKS_STREAM_WORKER, LACKS_PYTHON_WORKER)

# Too few instances are left.
NO_WORKER = Line("ERROR POST {path} 503: no worker free", software=SERVICES, elsewhere=True, when="crowded")
ALL_TAKEN = Line(
    "WARN  {path} answered 503 to {user}, every worker is taken", software=SERVICES, elsewhere=True, when="crowded"
)
QUEUE_LONG = Line(
    "WARN  request {hex} waited for a worker until its client had gone",
    software=SERVICES,
    per_minute=0.3,
    elsewhere=True,
    when="crowded",
)
WORKERS_BUSY = Line(
    "WARN  {now[workers busy]} % of the {workers|handlers|slots} {are busy|are occupied|work}, {now[queued requests]} "
    "requests {wait for one|wait|are in line}",
    software=SERVICES,
    elsewhere=True,
)

# What the control plane prints. `verdict` says why no host fits, `quota` what the quota allows.
FAILED_SCHEDULING = Line(
    'INFO  event.go:389] "Event occurred" object="prod/{caller_instance}" kind="Pod" apiVersion="v1" '
    'type="Warning" reason="FailedScheduling" message="{verdict}"',
    software=("kubernetes",),
    per_minute=0.8,
)
EVICTED = Line(
    'INFO  taint_eviction.go:111] "Deleting pod" controller="taint-eviction-controller" '
    'pod="{namespace}/{caller_instance}"',
    software=("kubernetes",),
    per_minute=0.3,
    elsewhere=True,
    aside={"namespace": NAMESPACES, "caller": DEPLOYMENTS},
)
MULTI_ATTACH = Line(
    'INFO  event.go:389] "Event occurred" object="{namespace}/{caller_instance}" kind="Pod" apiVersion="v1" '
    'type="Warning" reason="FailedAttachVolume" message="Multi-Attach error for volume \\"pvc-{hex}\\" Volume is '
    "already exclusively attached to one node and can't be attached to another\"",
    software=("kubernetes",),
    elsewhere=True,
    aside={"namespace": NAMESPACES, "caller": DEPLOYMENTS},
)
OVER_QUOTA = Line(
    'INFO  event.go:389] "Event occurred" object="prod/{caller}" kind="StatefulSet" apiVersion="apps/v1" '
    'type="Warning" reason="FailedCreate" message="create Pod {caller_instance} in StatefulSet {caller} failed error: '
    'pods \\"{caller_instance}\\" is forbidden: exceeded quota: compute, {quota}"',
    software=("kubernetes",),
    per_minute=0.8,
)
# `hook` and `verb` name a webhook, `failing` what follows when it is not reached, `cause` why it is not.
WEBHOOK_FAILED = Line(
    'WARN  dispatcher.go:225] Failed calling webhook, failing {failing} {hook}: failed calling webhook "{hook}": '
    'failed to call webhook: Post "https://admission.kube-system.svc:443/{verb}?timeout=10s": {cause}',
    software=("kubernetes",),
    per_minute=0.8,
)
NOT_CREATED = Line(
    'INFO  event.go:389] "Event occurred" object="{namespace}/{caller}" kind="StatefulSet" apiVersion="apps/v1" '
    'type="Warning" reason="FailedCreate" message="create Pod {caller_instance} in StatefulSet {caller} failed, see '
    'the controller log"',
    software=("kubernetes",),
    elsewhere=True,
    aside={"namespace": NAMESPACES, "caller": DEPLOYMENTS},
)
REQUEUED = Line(
    'ERROR stateful_set.go:438] "Unhandled Error" err="error syncing StatefulSet {namespace}/{caller}, requeuing"',
    software=("kubernetes",),
    per_minute=0.4,
    elsewhere=True,
    aside={"namespace": NAMESPACES, "caller": DEPLOYMENTS},
)
