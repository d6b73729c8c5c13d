"""Names that do not resolve, or resolve to where nobody listens any more."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import DEPLOYMENTS, lost_call

JVM = ("java", "stream-worker")
PYTHON = ("python", "queue-worker", "batch-worker")

# What clients print when the resolver has no such name.
NO_SUCH_NAME_GO = lost_call(
    "ERROR dial tcp: lookup {callee}.internal on {dns_ip}:53: no such host",
    ("go",),
)
NO_SUCH_NAME_JVM = lost_call(
    "ERROR java.net.UnknownHostException: {callee}.internal: Name or service not known",
    JVM,
)
NO_SUCH_NAME_PYTHON = lost_call(
    "ERROR socket.gaierror: [Errno -2] Name or service not known ({callee}.internal)",
    PYTHON,
)
NO_SUCH_NAME_NODE = lost_call(
    "ERROR getaddrinfo ENOTFOUND {callee}.internal",
    ("node",),
)
NO_SUCH_NAME_NGINX = lost_call(
    "ERROR {callee}.internal could not be resolved (3: Host not found)",
    ("nginx",),
)
NO_SUCH_NAME = (NO_SUCH_NAME_GO, NO_SUCH_NAME_JVM, NO_SUCH_NAME_PYTHON, NO_SUCH_NAME_NODE, NO_SUCH_NAME_NGINX)

# What they print when it fails, or says nothing.
NO_ANSWER_GO = lost_call(
    "ERROR dial tcp: lookup {callee}.internal on {dns_ip}:53: server misbehaving",
    ("go",),
)
NO_ANSWER_JVM = lost_call(
    "ERROR java.net.UnknownHostException: {callee}.internal: Temporary failure in name resolution",
    JVM,
)
NO_ANSWER_PYTHON = lost_call(
    "ERROR socket.gaierror: [Errno -3] Temporary failure in name resolution ({callee}.internal)",
    PYTHON,
)
NO_ANSWER_NODE = lost_call(
    "ERROR getaddrinfo EAI_AGAIN {callee}.internal",
    ("node",),
)
NO_ANSWER_NGINX = lost_call(
    "ERROR {callee}.internal could not be resolved (2: Server failure)",
    ("nginx",),
)
NO_ANSWER = (NO_ANSWER_GO, NO_ANSWER_JVM, NO_ANSWER_PYTHON, NO_ANSWER_NODE, NO_ANSWER_NGINX)

# What the resolver prints.
NXDOMAIN_SRV = Line(
    'INFO  {ip}:{port} - {id16} "SRV IN _http._tcp.{caller}.internal. udp 73 false 1232" NXDOMAIN qr,rd,ra 148 '
    "0.00{n}s",
    software=("coredns",),
    elsewhere=True,
)
NXDOMAIN_OLD = Line(
    'INFO  {ip}:{port} - {id16} "A IN old-{n}.internal. udp 50 false 1232" NXDOMAIN qr,rd,ra 125 0.00{n}s',
    software=("coredns",),
    per_minute=0.4,
    elsewhere=True,
)
ANSWERED = Line(
    'INFO  {ip}:{port} - {id16} "A IN {caller}.internal. udp 62 false 1232" NOERROR qr,aa,rd 117 0.000{n}s',
    software=("coredns",),
    per_minute=1.0,
    elsewhere=True,
)
SERVFAIL = Line(
    'INFO  {ip}:{port} - {id16} "A IN {caller}.internal. udp 62 false 1232" SERVFAIL qr,rd 62 0.0{n}s',
    software=("coredns",),
    per_minute=0.8,
    elsewhere=True,
    aside={"caller": DEPLOYMENTS},
)
UPSTREAM_SILENT = Line(
    "ERROR plugin/errors: 2 {caller}.internal. A: read udp {ip}:{port}->{forwarder}:53: i/o timeout",
    software=("coredns",),
    elsewhere=True,
    aside={"caller": DEPLOYMENTS},
)
UPSTREAM_REFUSES = Line(
    "ERROR plugin/errors: 2 {caller}.internal. A: dial tcp {forwarder}:53: connect: connection refused",
    software=("coredns",),
    per_minute=0.2,
    elsewhere=True,
    aside={"caller": DEPLOYMENTS},
)
# `applied` and `removed`: numbers of plans, in the order in which they were made.
PLAN_APPLIED = Line(
    "INFO  record-sync: applied plan {applied}; cleanup removed {removed}",
    software=("coredns",),
    per_minute=0.3,
    elsewhere=True,
)

# A connection to `address`, where nobody listens.
REFUSED_GO = Line(
    "ERROR dial tcp {address}:8080: connect: connection refused", software=("go",), elsewhere=True, when="lost"
)
REFUSED_JVM = Line(
    "ERROR java.net.ConnectException: Connection refused: /{address}:8080", software=JVM, elsewhere=True, when="lost"
)
REFUSED_PYTHON = Line(
    "ERROR ConnectionRefusedError: [Errno 111] Connect call failed ('{address}', 8080)",
    software=PYTHON,
    elsewhere=True,
    when="lost",
)
REFUSED_NODE = Line("ERROR Error: connect ECONNREFUSED {address}:8080", software=("node",), elsewhere=True, when="lost")
REFUSED_NGINX = Line(
    "ERROR connect() failed (111: Connection refused) while connecting to upstream, client: {ip}, server: _, request: "
    '"GET {path} HTTP/2.0", upstream: "http://{address}:8080{path}"',
    software=("nginx",),
    elsewhere=True,
    when="lost",
)
REFUSED = (REFUSED_GO, REFUSED_JVM, REFUSED_PYTHON, REFUSED_NODE, REFUSED_NGINX)
