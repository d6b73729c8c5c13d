"""Connections that are reset or stay silent, sessions between routers, links and filters."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import ROUTERS

JVM = ("java", "stream-worker")
PYTHON = ("python", "queue-worker", "batch-worker")

# A connection was made, and the handshake on it does not end.
HANDSHAKE_GO = Line(
    "ERROR net/http: TLS handshake timeout, request {hex}", software=("go",), elsewhere=True, when="silent"
)
HANDSHAKE_JVM = Line("ERROR javax.net.ssl.SSLException: Read timed out", software=JVM, elsewhere=True, when="silent")
HANDSHAKE_PYTHON = Line(
    "ERROR httpx.ConnectTimeout: _ssl.c:999: The handshake operation timed out",
    software=PYTHON,
    elsewhere=True,
    when="silent",
)
HANDSHAKE_NODE = Line(
    "ERROR Error: Client network socket disconnected before secure TLS connection was established",
    software=("node",),
    elsewhere=True,
    when="silent",
)
HANDSHAKE = (HANDSHAKE_GO, HANDSHAKE_JVM, HANDSHAKE_PYTHON, HANDSHAKE_NODE)

# A connection ends in the middle of a request.
RESET_GO = Line(
    "ERROR read tcp {ip}:{port}->{ip}:8080: read: connection reset by peer", software=("go",), elsewhere=True
)
RESET_JVM = Line(
    "ERROR org.apache.http.NoHttpResponseException: {ip}:8080 failed to respond", software=JVM, elsewhere=True
)
RESET_PYTHON = Line(
    "ERROR httpx.RemoteProtocolError: Server disconnected without sending a response.",
    software=PYTHON,
    elsewhere=True,
)
RESET_NODE = Line("ERROR Error: socket hang up, code ECONNRESET", software=("node",), elsewhere=True)
RESET_NGINX = Line(
    "ERROR recv() failed (104: Connection reset by peer) while reading response header from upstream, client: {ip}, "
    'server: _, request: "GET {path} HTTP/2.0", upstream: "http://{ip}:8080{path}"',
    software=("nginx",),
    elsewhere=True,
)
RESET_ENVOY = Line(
    'ERROR ACCESS "GET {path} HTTP/2" 503 UC upstream_reset_before_response_started 0 95 1 '
    '"{trace}" "{ip}:8080" "{callee}"',
    software=("envoy",),
    elsewhere=True,
)
RESET = (RESET_GO, RESET_JVM, RESET_PYTHON, RESET_NODE, RESET_NGINX, RESET_ENVOY)

# A gateway has nobody to send a request to. `route` is the last part of the path.
NO_UPSTREAM_NGINX = Line(
    "ERROR no live upstreams while connecting to upstream, client: {ip}, server: _, request: "
    '"GET /v1/{route}/{same_n} HTTP/2.0", upstream: "http://prod-{route}-80/v1/{route}/{same_n}"',
    software=("nginx",),
    elsewhere=True,
    when="failing",
)
NO_UPSTREAM_ENVOY = Line(
    'ERROR ACCESS "GET /v1/{route}/{id} HTTP/2" 503 UH no_healthy_upstream 0 19 0 "{trace}" "-" "prod-{route}-80"',
    software=("envoy",),
    elsewhere=True,
    when="failing",
)
NO_UPSTREAM = (NO_UPSTREAM_NGINX, NO_UPSTREAM_ENVOY)
# What a gateway says of its list of endpoints.
ENDPOINTS_NGINX = Line(
    "INFO  [lua] upstreams.lua:71: refresh(): prod-{route}-80 has {endpoints} endpoints, context: ngx.timer",
    software=("nginx",),
    per_minute=0.3,
    elsewhere=True,
    aside={"endpoints": (3, 4, 5, 6)},
)
ENDPOINTS_ENVOY = Line(
    "INFO  [upstream] eds: cluster prod-{route}-80: {endpoints} endpoints in the last update",
    software=("envoy",),
    per_minute=0.2,
    elsewhere=True,
    aside={"endpoints": (3, 4, 5, 6)},
)
ENDPOINTS = (ENDPOINTS_NGINX, ENDPOINTS_ENVOY)

# What the fabric prints.
HOLD_TIMER = Line("WARN  bird: Node_10_4_{n}_{few}: Error: Hold timer expired", software=("network",), per_minute=0.6)
NOT_ESTABLISHED = Line(
    "ERROR calico-node: calico/node is not ready: BIRD is not ready: BGP not established with 10.4.{n}.{few}",
    software=("network",),
)
NEIGHBOR_DOWN = Line(
    "INFO  %BGP-5-ADJCHANGE: neighbor {neighbor} Down BGP Notification sent",
    software=("network",),
    elsewhere=True,
    aside={"neighbor": ROUTERS},
)
NOTIFICATION = Line(
    "ERROR %BGP-3-NOTIFICATION: sent to neighbor {neighbor} 4/0 (hold time expired) 0 bytes",
    software=("network",),
    per_minute=0.4,
    elsewhere=True,
    aside={"neighbor": ROUTERS},
)
PREFIXES = Line(
    "INFO  site-health: {now[prefixes announced]} of 48 prefixes announced",
    software=("network",),
    per_minute=0.3,
    elsewhere=True,
)
ACTIVE = Line(
    "INFO  calico-node: configuration {version} active on {host}", software=("network",), per_minute=0.2, elsewhere=True
)
# `rack` and `card` name a port, `counted` its counter of errors.
LINK_DOWN = Line("ERROR rack-{rack} {card}: NIC Link is Down", software=("network",), per_minute=0.3, elsewhere=True)
LINK_UP = Line(
    "INFO  rack-{rack} {card}: NIC Link is Up 25 Gbps, Flow Control: None",
    software=("network",),
    per_minute=0.3,
    elsewhere=True,
)
PORT_ERRORS = Line(
    "WARN  rack-{rack} {card}: rx_errors {counted}", software=("network",), per_minute=0.6, elsewhere=True
)
# `rule` is the number of the rule that a packet met.
DROPPED_SYN = Line(
    "WARN  kernel: policy-{rule}: IN=eth0 OUT=eth1 SRC={ip} DST={ip} LEN=60 TOS=0x00 PREC=0x00 TTL=62 "
    "ID={id16} DF PROTO=TCP SPT={port} DPT={carried_port} WINDOW=64240 RES=0x00 SYN URGP=0",
    software=("network",),
    per_minute=0.8,
    elsewhere=True,
)
DROPPED_NOTICE = Line(
    "WARN  kernel: policy-{rule}: IN=eth1 OUT=eth0 SRC={ip} DST={ip} LEN=576 TOS=0x00 PREC=0xC0 TTL=61 ID={id16} "
    "PROTO=ICMP TYPE=3 CODE=4",
    software=("network",),
    elsewhere=True,
)
