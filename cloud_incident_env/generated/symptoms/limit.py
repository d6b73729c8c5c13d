"""What is printed where requests are shed, throttled or over capacity."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import SMALL_SHARES
from cloud_incident_env.generated.symptoms.wait import SERVICES

# ---- gateways --------------------------------------------------------------------------------------------------------

ENVOY_LIMITED = Line(
    'WARN  ACCESS "GET {path} HTTP/2" 429 RL local_rate_limited 0 18 0 "{trace}" "-" "-"',
    software=("envoy",),
    elsewhere=True,
)
ENVOY_OVERFLOW = Line(
    'ERROR ACCESS "GET {path} HTTP/2" 503 UO overflow 0 81 0 "{trace}" "-" "{callee}"',
    software=("envoy",),
    elsewhere=True,
    when="failing",
)
NGINX_LIMITED = Line(
    'ERROR limiting requests, excess: 20.{thousandths} by zone "perip", client: {ip}, server: _, request: '
    '"GET {path} HTTP/2.0"',
    software=("nginx",),
    elsewhere=True,
)
NGINX_CONNECTIONS = Line(
    "WARN  4096 worker_connections are not enough, reusing connections", software=("nginx",), per_minute=0.3
)
LIMITED = (ENVOY_LIMITED, NGINX_LIMITED)  # turned away by a rule
OVERFLOWING = (ENVOY_OVERFLOW, NGINX_CONNECTIONS)  # turned away for want of room

# ---- services --------------------------------------------------------------------------------------------------------

TURNED_AWAY = Line(
    "ERROR {request|call} {trace} {turned away|rejected|not taken|shed}: "
    "{the queue is full|queue full|no place in the queue}",
    software=SERVICES,
    elsewhere=True,
    when="crowded",
)
NO_ROOM = Line(
    "WARN  {path} {answered 503 to|gave 503 to|503 for} {user}: {no room|over capacity|all slots taken|full}",
    software=SERVICES,
    per_minute=0.4,
    elsewhere=True,
    when="crowded",
)
ANSWERED_429 = Line(
    "WARN  {path} {answered 429 to|gave 429 to|429 for} {user}, {request|call|id} {hex}",
    software=SERVICES,
    elsewhere=True,
)

# ---- who asks --------------------------------------------------------------------------------------------------------

# What a status report says of them, whoever they are.
AGENTS = ("okhttp/4.12.0", "python-requests/2.31.0", "Go-http-client/2.0", "axios/1.6.8", "Java/17.0.9")
BUSIEST_AGENT = "Busiest agents of today: browsers, {agent}"
BUSIEST_CLIENT = Line(
    "INFO  busiest client of the last minute: {client}, {portion} % of the requests",
    software=SERVICES,
    per_minute=0.3,
    elsewhere=True,
    aside={"portion": SMALL_SHARES},
)
BUSIEST_CLIENT_ENVOY = Line(
    "INFO  [wasm] wasm log clients: busiest of the last minute {client}, {portion} % of the requests",
    software=("envoy",),
    per_minute=0.3,
    elsewhere=True,
    aside={"portion": SMALL_SHARES},
)
BUSIEST_CLIENT_NGINX = Line(
    "INFO  [lua] senders.lua:52: report(): busiest of the last minute {client}, {portion} % of the requests, context: "
    "ngx.timer",
    software=("nginx",),
    per_minute=0.3,
    elsewhere=True,
    aside={"portion": SMALL_SHARES},
)
BUSIEST = (BUSIEST_CLIENT_ENVOY, BUSIEST_CLIENT_NGINX)

# ---- callers of what has a quota -------------------------------------------------------------------------------------

QUOTA_JAVA = Line(
    "ERROR io.grpc.StatusRuntimeException: RESOURCE_EXHAUSTED: Quota exceeded for quota metric '{quota}'",
    software=("java",),
    elsewhere=True,
)
QUOTA_GO = Line(
    "ERROR rpc error: code = ResourceExhausted desc = Quota exceeded for quota metric '{quota}'",
    software=("go", "coredns"),
    elsewhere=True,
)
QUOTA_PYTHON = Line(
    "ERROR <_InactiveRpcError of RPC that terminated with: status = StatusCode.RESOURCE_EXHAUSTED details = "
    "\"Quota exceeded for quota metric '{quota}'\">",
    software=("python",),
    elsewhere=True,
)
QUOTA_NODE = Line(
    "ERROR Error: 8 RESOURCE_EXHAUSTED: Quota exceeded for quota metric '{quota}'",
    software=("node",),
    elsewhere=True,
)
QUOTA_EXCEEDED = (QUOTA_JAVA, QUOTA_GO, QUOTA_PYTHON, QUOTA_NODE)

# ---- an object store -------------------------------------------------------------------------------------------------

SLOW_DOWN = Line(
    "ERROR 503 SlowDown: Please reduce your request rate. prefix={client}/ request={hex}",
    software=("object-store",),
    per_minute=0.9,
    elsewhere=True,
)
SHARD_REPORT = Line(
    "INFO  load report: hottest shard at {now[hottest shard]} % of its limit, mean {now[mean shard load]} %",
    software=("object-store",),
    per_minute=0.3,
    elsewhere=True,
)
