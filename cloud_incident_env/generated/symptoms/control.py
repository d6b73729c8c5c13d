"""What a control plane and its clients print: elections, leases, late writes, objects that nobody can change."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import DEPLOYMENTS, NAMESPACES

# What a coordination store prints.
LATE_HEARTBEAT = Line(
    "WARN  leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow "
    "disk: to={other_member} heartbeat-interval=100ms expected-duration=200ms exceeded-duration={n}.{id}ms",
    software=("registry",),
    per_minute=0.6,
    elsewhere=True,
)
SLOW_APPLY = Line(
    'WARN  apply request took too long: took={now[write p50]}ms expected-duration=100ms prefix="" '
    'request="put key:/services/{caller}/{id}"',
    software=("registry",),
    per_minute=0.6,
)
NOT_PUBLISHED = Line(
    "WARN  failed to publish local member to cluster through raft: local-member-id={member} "
    'publish-timeout=7s error="etcdserver: request timed out, possibly due to previous leader failure"',
    software=("registry",),
    per_minute=0.3,
)
READ_INDEX_LATE = Line(
    "WARN  waiting for ReadIndex response took too long, retrying: sent-request-id={id} retry-timeout=500ms",
    software=("registry",),
    per_minute=0.6,
    elsewhere=True,
)
PEER_UNHEALTHY = Line(
    "WARN  prober detected unhealthy status: round-tripper-name=ROUND_TRIPPER_RAFT_MESSAGE "
    'remote-peer-id={lost_member} rtt=0s error="dial tcp {ip}:2380: i/o timeout"',
    software=("registry",),
    per_minute=0.4,
    elsewhere=True,
)

# What clients of a coordination store print.
NO_LEADER_GO = Line(
    "ERROR rpc error: code = Unavailable desc = etcdserver: request timed out",
    software=("go", "config-service"),
    elsewhere=True,
    peers=("registry",),
)
NO_LEADER_VAULT = Line(
    'ERROR core: failed to persist lease entry: error="etcdserver: request timed out"',
    software=("vault",),
    elsewhere=True,
    peers=("registry",),
)
NO_LEADER_KAFKA = Line(
    "ERROR Put of /brokers/2 failed (platform.BrokerRegistration) io.etcd.jetcd.common.exception.EtcdException: "
    "etcdserver: request timed out",
    software=("kafka",),
    elsewhere=True,
    peers=("registry",),
)
NO_LEADER_JAVA = Line(
    "ERROR io.grpc.StatusRuntimeException: UNAVAILABLE: etcdserver: request timed out",
    software=("java",),
    elsewhere=True,
    peers=("registry",),
)
NO_LEADER_PYTHON = Line(
    "ERROR <_InactiveRpcError of RPC that terminated with: status = StatusCode.UNAVAILABLE details = "
    '"etcdserver: request timed out">',
    software=("python",),
    elsewhere=True,
    peers=("registry",),
)
NO_LEADER_KUBERNETES = Line(
    'ERROR status.go:71] "Unhandled Error" err="apiserver received an error that is not an metav1.Status: '
    'rpctypes.EtcdError{{code:0xe, desc:\\"etcdserver: request timed out\\"}}: etcdserver: request timed out"',
    software=("kubernetes",),
    elsewhere=True,
    peers=("registry",),
)
NO_LEADER = (NO_LEADER_GO, NO_LEADER_VAULT, NO_LEADER_KAFKA, NO_LEADER_JAVA, NO_LEADER_PYTHON, NO_LEADER_KUBERNETES)

# What the parts of an orchestrator print.
LEASE_NOT_RENEWED = Line(
    "ERROR leaderelection.go:436] error retrieving resource lock {system}/kube-scheduler: Get "
    '"https://{api_ip}:443/apis/coordination.k8s.io/v1/namespaces/{system}/leases/kube-scheduler?timeout=5s": '
    "context deadline exceeded",
    software=("kubernetes",),
    per_minute=0.4,
    elsewhere=True,
    aside={"system": NAMESPACES},
)
LEASE_LOST = Line(
    "INFO  leaderelection.go:297] failed to renew lease {system}/kube-controller-manager: timed out waiting for the "
    "condition",
    software=("kubernetes",),
    per_minute=0.2,
    elsewhere=True,
    aside={"system": NAMESPACES},
)
CLIENT_THROTTLED = Line(
    "INFO  request.go:700] Waited for {few}.{count}s due to client-side throttling, not priority and fairness, "
    "request: GET:https://{api_ip}:443/apis/apps/v1/namespaces/prod/statefulsets?limit=500",
    software=("kubernetes",),
    elsewhere=True,
)
DISCOVERY_STALE = Line(
    'ERROR resource_quota_controller.go:446] "Unhandled Error" err="unable to retrieve the complete list of server '
    'APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1"',
    software=("kubernetes",),
    per_minute=0.3,
    elsewhere=True,
)
NO_SUCH_RESOURCE = Line(
    'ERROR reflector.go:200] "Failed to watch" err="failed to list *v1beta1.EndpointSlice: the server could not find '
    'the requested resource" reflector="k8s.io/client-go/informers/factory.go:160" type="*v1beta1.EndpointSlice"',
    software=("kubernetes",),
    elsewhere=True,
)
OBJECT_NOT_WRITTEN = Line(
    'ERROR httplog.go:134] "HTTP" verb="PATCH" URI="/apis/apps/v1/namespaces/{namespace}/statefulsets/{caller}" '
    'latency="{few}{count}.{n:02d}8ms" userAgent="gitops-sync" srcIP="{ip}:{port}" resp=504',
    software=("kubernetes",),
    elsewhere=True,
    aside={"namespace": NAMESPACES, "caller": DEPLOYMENTS},
)
GROUP_SIZE = Line(
    "INFO  static_autoscaler.go:598] all groups: want {now[instances wanted by the scaler]} % of their usual instances",
    software=("kubernetes",),
    elsewhere=True,
)
HOST_NOT_SET_UP = Line(
    "ERROR provisioner.go:204] host not set up within 600 s, tried again", software=("kubernetes",), elsewhere=True
)
