"""Application services and workers."""

from __future__ import annotations

from incidents.model import Software
from incidents.software.gauges import SERVICE

JAVA = Software(
    name="java",
    kind="service",
    dialect="java",
    release="Java service",
    gauges=SERVICE,
    latency=(8, 45),
    noise=(
        "INFO  Completed {path} 200 in {small} ms",
        "INFO  Completed {path} 200 in {small} ms",
        "INFO  Completed {path} 404 in {small} ms: no such item {id}",
        "WARN  Resolved [MethodArgumentNotValidException: field 'quantity' must be greater than 0]",
        "INFO  Refreshed feature toggles, {n} entries, nothing changed",
        "WARN  Slow response of {callee}: {ms} ms for one call, retried once and fine",
        "ERROR Client closed the connection while the response to {path} was written: Broken pipe",
        "DEBUG Token of user {user} renewed",
        "WARN  Pause Young (Normal) (G1 Evacuation Pause) {small}ms",
    ),
    victim=(
        "ERROR I/O error on POST request for \"http://{callee}.internal{path}\": Read timed out",
        "WARN  CircuitBreaker '{callee}' recorded a failure: java.net.SocketTimeoutException after {ms} ms",
        "ERROR Request {hex} failed with 503 after {ms} ms waiting for {callee}",
    ),
    stale=(
        "ERROR Request {hex} failed: upstream did not answer within {ms} ms",
        "WARN  Response to {path} took {ms} ms, over its objective",
        "ERROR Servlet.service() threw exception: request aborted after {ms} ms",
    ),
    recovered=(
        "INFO  Calls to {callee} succeed again, {n} in the last minute without a failure",
        "INFO  CircuitBreaker '{callee}' changed state from HALF_OPEN to CLOSED",
    ),
    events=(
        "readiness and liveness probes pass on all replicas",
        "last configuration reload {n} min ago, accepted",
        "one replica was moved to another node yesterday",
    ),
    changes=(
        "library updates, no change of behaviour",
        "new wording in customer e-mails",
        "metrics renamed to the common scheme",
        "endpoint for support staff added",
    ),
    runbook=("capture_thread_dump", "reload_configuration", "rotate_log_files"),
)
