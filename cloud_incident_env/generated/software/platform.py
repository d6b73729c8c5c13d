"""What services run on: names, configuration, secrets, network, scheduler and nodes; and third parties."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import gauges

COREDNS = Software(
    name="coredns",
    kind="dns",
    dialect="bracket",
    release="CoreDNS",
    gauges=gauges.DNS,
    latency=(0.3, 1.5),
    versions=("1.11.1", "1.11.3", "1.11.4", "1.12.0", "1.12.1", "1.12.2", "1.12.3", "1.12.4"),
    noise=(
        'INFO  {ip}:{port} - {id16} "A IN kubernetes.default.svc.cluster.local. udp 66 false 1232" NOERROR qr,aa,rd '
        "106 0.000{n}s",
        'INFO  {ip}:{port} - {id16} "SRV IN _https._tcp.kubernetes.default.svc.cluster.local. udp 78 false 1232" '
        "NOERROR qr,aa,rd 236 0.000{n}s",
        'INFO  {ip}:{port} - {id16} "A IN metrics.monitoring.svc.cluster.local. tcp 70 false 65535" NOERROR qr,aa,rd '
        "114 0.000{n}s",
        'INFO  {ip}:{port} - {id16} "TXT IN build-{n}.lab. udp 44 false 1232" NOERROR qr,aa,rd 96 0.000{n}s',
        'INFO  {ip}:{port} - {id16} "A IN mirror-{n}.example.net. udp 58 false 1232" NOERROR qr,rd,ra 92 0.00{n}s',
        'INFO  {ip}:{port} - {id16} "HTTPS IN mirror-{n}.example.net. udp 58 false 1232" NOERROR qr,rd,ra 141 0.00{n}s',
        'INFO  {ip}:{port} - {id16} "A IN {caller}.internal.svc.cluster.local. udp 80 false 1232" NXDOMAIN qr,aa,rd '
        "173 0.000{n}s",
        'INFO  {ip}:{port} - {id16} "AAAA IN {caller}.internal.cluster.local. udp 76 false 1232" NXDOMAIN qr,aa,rd '
        "169 0.000{n}s",
        'INFO  {ip}:{port} - {id16} "PTR IN {n}.0.2.10.in-addr.arpa. udp 42 false 1232" NXDOMAIN qr,aa,rd 99 0.000{n}s',
        'INFO  {ip}:{port} - {id16} "A IN wpad.corp.example. udp 42 false 1232" NXDOMAIN qr,rd,ra 117 0.00{n}s',
        'INFO  plugin/file: Successfully reloaded zone "lab." in "/etc/coredns/lab.db" with {offset} SOA serial',
        'INFO  plugin/transfer: Outgoing incremental transfer of zone "lab." to 192.0.2.{n} for {offset} SOA serial',
        'INFO  {ip}:{port} - {id16} "AAAA IN mirror-{n}.example.net. udp 58 false 1232" NOERROR qr,rd,ra 104 0.00{n}s',
        'WARN  plugin/file: Failed to open zone "old-lab." in "/etc/coredns/old-lab.db": open '
        "/etc/coredns/old-lab.db: no such file or directory",
        "WARN  plugin/kubernetes: watch of *v1.EndpointSlice ended with: too old resource version: {offset} ({later})",
        "WARN  plugin/kubernetes: watch of *v1.Service ended with: too old resource version: {offset} ({later})",
        "ERROR plugin/errors: 2 mirror-{n}.example.org. A: read udp {ip}:{port}->{other_forwarder}:53: i/o timeout",
        "ERROR plugin/errors: 2 {hex}.example.net. HTTPS: dial tcp {other_forwarder}:53: connect: connection refused",
        "ERROR plugin/errors: 2 wpad.{hex}.local. A: plugin/forward: no next plugin found",
        "ERROR plugin/errors: 2 {id}.example.org. ANY: dns: overflow unpacking uint16",
        "ERROR plugin/transfer: transfer of zone internal. asked for by {ip} refused: not in the list",
    ),
    peers={
        "config": {
            "refused": (
                'WARN  record-sync: Get "http://{callee}.internal:8080/v1/zones": dial tcp {ip}:8080: connect: '
                "connection refused",
                "WARN  record-sync: dial tcp {ip}:8080: connect: connection refused, serving zone as it is",
                "ERROR record-sync: zones not read, {callee} refused the connection after {wait}ms",
            ),
            "error": (
                "WARN  record-sync: {callee} answered 503 Service Unavailable after {wait}ms",
                "ERROR record-sync: zones not read: unexpected status 500",
                "WARN  record-sync: plan of {callee} not read after {wait}ms: unexpected status 502",
            ),
            "timeout": (
                'WARN  record-sync: Get "http://{callee}.internal:8080/v1/zones": context deadline exceeded '
                "(Client.Timeout exceeded while awaiting headers)",
                "ERROR record-sync: zones not read, no answer of {callee} within {timeout}ms",
                "WARN  record-sync: gave up after {timeout}ms, serving zone as it is",
            ),
            "slow": (
                "INFO  record-sync: {callee} answered after {wait}ms",
                "WARN  record-sync: zones read in {wait}ms",
            ),
            "recovered": (
                "INFO  record-sync: zones read from {callee} in {wait}ms",
                "INFO  record-sync: zones read at try {tries}, no change",
            ),
        },
    },
    events=(
        "Zone files: two, written by record sync",
        "Plugins in the standard order",
        "Forwarders for other zones: {forwarder} and {other_forwarder}",
        "Record sync runs every 45 s",
        "Negative answers are kept for 30 s, as configured",
        "Query log: on, one query in 1,000",
    ),
    changes=(
        "configuration {version}: metrics of each zone, one resolver after the other",
        "settings: prefetch 10 -> 20 for names in use",
        "settings: forward partner.example.net to 192.0.2.{n}",
        "settings: query log of one query in 1,000",
        "zone internal.: TTL of mail records 300 -> 3600",
        "record sync: plan interval 30 s -> 45 s",
        "settings: lameduck 5s of plugin health",
        "manifest: one resolver in each zone",
    ),
    runbook=(
        "dump_zone_records",
        "list_forwarders",
        "show_top_queries",
        "compare_zone_serials",
        "export_query_log",
        "export_statistics",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

CONFIG_SERVICE = Software(
    name="config-service",
    kind="config",
    dialect="go",
    release="configuration service",
    gauges=gauges.CONFIG,
    latency=(3, 15),
    noise=(
        "INFO  watch of {caller} answered after {took}ms: unchanged",
        "INFO  watch of {caller} answered after {took}ms: 1 key new",
        "INFO  read of {caller} answered after {took}ms: {count} keys",
        "INFO  GET /v1/data/{caller} 304 {took}ms",
        "INFO  published notice-{id}.json revision {offset}, {kb} KB, to all subscribers",
        "INFO  snapshot {hex} written, {kb} KiB",
        "INFO  flag list of {user} exported, {n} flags",
        "INFO  quota meter: usage of reports read, all shards reporting",
        "INFO  quota reconciler: limit of reports unchanged",
        "INFO  audit: {user} set text.footer.{n}, approved by a second person",
        "INFO  validation of draft {hex}: schema ok, {n} keys, {count} bytes",
        "DEBUG subscriber {instance} says hello",
        "DEBUG subscriber of {caller} acknowledged revision {offset}",
        "WARN  subscriber of {caller} asked for revision {offset} twice",
        "WARN  key legacy.theme.{n} is read by {caller} and is marked as retired",
        "WARN  long poll of {ip} ended by its client",
        "WARN  draft {hex} of {user} is {n} days old",
        "ERROR draft {hex} of {user} refused: $.banners[{n}].until is in the past",
        "ERROR token of {ip} lacks write access to limits/, answered 403",
        "ERROR merge of draft {hex} by {user} refused: another revision was published in between",
        "ERROR read of {ip} refused: no such name space preview-{n}",
    ),
    peers={
        "dns": {
            "refused": (
                "WARN  lookup {callee} on {dns_ip}:53: read udp {ip}:{port}->{dns_ip}:53: read: connection refused",
                "ERROR subscriber list not read: dial udp {dns_ip}:53: connect: connection refused",
            ),
            "error": (
                "WARN  lookup registry.internal on {dns_ip}:53: server misbehaving",
                "ERROR subscriber list not read: lookup by {callee}: server misbehaving after {wait}ms",
                "WARN  {callee} answered a lookup with an error after {wait}ms",
            ),
            "timeout": (
                "WARN  lookup registry.internal on {dns_ip}:53: read udp {ip}:{port}->{dns_ip}:53: i/o timeout",
                "ERROR subscriber list not read: no answer of {callee} within {timeout}ms",
                "WARN  lookup by {callee} given up after {timeout}ms: context deadline exceeded",
            ),
            "slow": (
                "WARN  lookup by {callee} took {wait}ms",
                "INFO  lookup took {wait}ms",
            ),
            "recovered": (
                "INFO  lookup by {callee} answered after {wait}ms",
                "INFO  all names of subscribers resolve, {wait}ms",
            ),
        },
        "registry": {
            "refused": (
                'WARN  etcd client: connection error: desc = "transport: Error while dialing: dial tcp {ip}:2379: '
                'connect: connection refused"',
                "ERROR read of /config/ at {callee} failed after {wait}ms: rpc error: code = Unavailable, answering "
                "from a snapshot",
                "WARN  lease at {callee} not renewed: connection refused",
            ),
            "error": (
                "ERROR read of /config/ at {callee} failed after {wait}ms: rpc error: code = Unavailable desc = "
                "unexpected HTTP status code received from server: 503 (Service Unavailable)",
                "WARN  publish of revision {offset} not taken by {callee}: rpc error: code = Internal, {wait}ms",
                "ERROR lease not renewed after {wait}ms: rpc error: code = Unavailable",
            ),
            "timeout": (
                "ERROR read of /config/ at {callee} given up after {timeout}ms: context deadline exceeded",
                "WARN  publish of revision {offset} not confirmed within {timeout}ms",
                "ERROR lease at {callee} not renewed: rpc error: code = DeadlineExceeded desc = context deadline "
                "exceeded",
            ),
            "slow": (
                "WARN  read of /config/ at {callee} took {wait}ms",
                "INFO  lease renewed after {wait}ms",
            ),
            "recovered": (
                "INFO  read of /config/ at {callee} answered after {wait}ms, try {tries}",
                "INFO  lease at {callee} renewed in {wait}ms",
                "INFO  watch of /config/ opened again",
            ),
        },
    },
    events=(
        "Snapshots are copied off site every 6 h",
        "Approval by a second person: required for limits and flags",
        "Flags: all of them have an owner",
        "Quota meter reports every 20 s",
        "Keys: all of them have an owner",
        "History of revisions is kept for 400 days",
    ),
    changes=(
        "release {version}: editor shows who approved",
        "release {version}: library updates, no change of behaviour",
        "content push: texts of the season, all subscribers",
        "content push: list of holidays, all subscribers",
        "limits: reports for partner keys 100 -> 150 an hour",
        "editor: drafts older than 90 days are listed",
        "schema of banners.json: field until is required",
        "quota meter: interval 30 s -> 20 s",
    ),
    runbook=(
        "list_recent_revisions",
        "export_flag_report",
        "compare_snapshots",
        "show_quota_usage",
        "list_subscribers",
        "export_audit_trail",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

REGISTRY = Software(
    name="registry",
    kind="config",
    dialect="zap",
    release="etcd",
    gauges=gauges.REGISTRY,
    stateful=True,
    latency=(2, 9),
    versions=("3.5.15", "3.5.16", "3.5.17", "3.5.18", "3.5.21", "3.6.0", "3.6.1", "3.6.4", "3.6.5"),
    noise=(
        "INFO  finished scheduled compaction: took={n}.418ms hash={id}",
        "INFO  storing new hash: hash={id}",
        "INFO  sending database snapshot to client",
        "INFO  successfully sent database snapshot to client",
        "DEBUG request stats: time-spent={took}ms remote={ip}:{port} response-type=/etcdserverpb.KV/Txn "
        'request-content="compare:<key:/locks/reports-{few}>"',
        "DEBUG request stats: time-spent={took}ms remote={ip}:{port} response-type=/etcdserverpb.KV/DeleteRange "
        'request-content="key:/services/preview-{n}/"',
        "DEBUG request stats: time-spent={took}ms remote={ip}:{port} response-type=/etcdserverpb.Lease/LeaseRevoke "
        "request-content=ID:694d{hex}",
        'WARN  rejected connection on client endpoint: remote-addr={ip}:{port} server-name="" error="read: connection '
        'reset by peer"',
        "WARN  user is not permitted to access the key: user-name=scanner key=/config/",
        "DEBUG request stats: time-spent={took}ms remote={ip}:{port} response-type=/etcdserverpb.KV/Range "
        'request-content="key:/services/{caller}/"',
        "DEBUG request stats: time-spent={took}ms remote={ip}:{port} response-type=/etcdserverpb.KV/Put "
        'request-content="key:/services/{caller}/{hex} value_size:{count}"',
        "DEBUG request stats: time-spent={took}ms remote={ip}:{port} response-type=/etcdserverpb.Lease/LeaseGrant "
        "request-content=TTL:30",
        'DEBUG failed to receive lease keepalive request from gRPC stream: error="rpc error: code = Canceled desc = '
        'context canceled"',
        'WARN  failed to send watch control response to gRPC stream: error="rpc error: code = Unavailable desc = '
        'transport is closing"',
        'WARN  rejected connection on client endpoint: remote-addr={ip}:{port} server-name="" error=EOF',
        'WARN  rejected connection on client endpoint: remote-addr={ip}:{port} server-name="" error="tls: first '
        'record does not look like a TLS handshake"',
        "WARN  user is not permitted to access the key: user-name=reporting key=/services/{caller}/",
        "WARN  invalid auth token: remote={ip}:{port}",
        'ERROR failed to serve range request: remote={ip}:{port} error="etcdserver: mvcc: required revision has '
        'been compacted"',
        'ERROR failed to revoke lease: lease=694d{hex} error="etcdserver: requested lease not found"',
        'WARN  failed to apply request: took={n}.{few}µs request="header:<ID:{id}{id} > lease_revoke:<id:694d{hex}>" '
        'response="size:30" error="lease not found"',
    ),
    peers={},
    events=(
        "Snapshots every 20 min, copied off site",
        "Members: all on the same patch version",
        "Quota of the store: 8 GiB, unchanged",
        "Automatic compaction every 5 min",
        "Users: six, reviewed last month",
        "Members are spread by zone",
    ),
    changes=(
        "configuration {version}: peer certificates renewed, member by member",
        "backup job: a snapshot every 20 min instead of every 30",
        "settings: auto-compaction-retention 10m -> 5m",
        "role reporting: read access to /services/reports/",
        "settings: log-level info -> debug",
        "exporter of metrics updated",
        "settings: metrics extensive",
        "manifest: members spread by zone",
    ),
    runbook=(
        "save_store_snapshot",
        "list_cluster_members",
        "export_role_list",
        "show_busiest_watchers",
        "list_leases",
        "show_endpoint_status",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

VAULT = Software(
    name="vault",
    kind="secrets",
    dialect="hclog",
    release="Vault",
    gauges=gauges.SECRETS,
    stateful=True,
    latency=(4, 18),
    versions=("1.17.6", "1.18.3", "1.18.5", "1.19.0", "1.19.2", "1.19.5", "1.20.0", "1.20.3"),
    noise=(
        "INFO  expiration: revoked lease: lease_id=database/creds/reporting/h{hex}",
        "INFO  expiration: revoked lease: lease_id=auth/kubernetes/login/h{hex}",
        'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=0 '
        "request_path=secret/data/{caller} request_method=GET",
        'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=0 '
        "request_path=auth/token/renew-self request_method=PUT",
        'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=0 '
        "request_path=auth/kubernetes/login request_method=POST",
        'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=404 '
        "request_path=secret/data/preview-{n} request_method=GET",
        "INFO  http: TLS handshake error from {ip}:{port}: EOF",
        "INFO  http: TLS handshake error from {ip}:{port}: remote error: tls: unknown certificate authority",
        "INFO  secrets.pki.pki_4c1d0f2a: building crl: took {n}ms",
        "INFO  secrets.pki.pki_4c1d0f2a: tidy operation: {count} certificates looked at",
        "INFO  secrets.pki.pki_4c1d0f2a: issued: role=preview common_name=preview-{n}.internal ttl=2160h",
        "INFO  secrets.database.database_9e07b1c2: rotated static role: name=reporting",
        'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=403 '
        "request_path=secret/data/preview-{n} request_method=GET",
        "INFO  renewal queue: preview-{n}.internal serial {hex} renewed",
        'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=0 '
        "request_path=sys/leases/renew request_method=PUT",
        'DEBUG core: completed_request: duration={took}ms client_id="" client_address={ip}:{port} status_code=200 '
        "request_path=sys/health request_method=GET",
        'WARN  expiration: lease renewal capped: lease_id=auth/kubernetes/login/h{hex} reason="beyond max TTL"',
        "WARN  secrets.database.database_9e07b1c2: role reporting has no max_ttl, mount default is used",
        "WARN  core: request used a deprecated path: request_path=secret/{caller}",
        'ERROR auth.kubernetes.auth_kubernetes_5b3fa9d1: login unauthorized: err="service account name not '
        'authorized: preview-{n}"',
        'ERROR auth.kubernetes.auth_kubernetes_5b3fa9d1: login unauthorized: err="namespace not authorized"',
        'ERROR core: failed to run existence check: error="unsupported path: preview-{n}"',
    ),
    peers={
        "dns": {
            "refused": (
                'WARN  core: lookup failed: err="dial udp {dns_ip}:53: connect: connection refused"',
                "ERROR auth.kubernetes.auth_kubernetes_5b3fa9d1: token review not sent: resolver {callee} refused "
                "after {wait}ms",
            ),
            "error": (
                'WARN  core: lookup failed: err="lookup kube-api.internal on {dns_ip}:53: server misbehaving"',
                "ERROR auth.kubernetes.auth_kubernetes_5b3fa9d1: token review not sent: lookup by {callee}: server "
                "misbehaving, {wait}ms",
                "WARN  secrets.database.database_9e07b1c2: host not resolved by {callee} after {wait}ms: server "
                "misbehaving",
            ),
            "timeout": (
                'WARN  core: lookup failed: err="lookup kube-api.internal on {dns_ip}:53: i/o timeout"',
                "ERROR auth.kubernetes.auth_kubernetes_5b3fa9d1: token review not sent: no answer of {callee} "
                "within {timeout}ms",
                "WARN  secrets.database.database_9e07b1c2: lookup by {callee} given up after {timeout}ms",
            ),
            "slow": (
                "WARN  core: lookup by {callee} took {wait}ms",
                "INFO  core: lookup took {wait}ms",
            ),
            "recovered": (
                "INFO  core: lookup by {callee} answered: duration={wait}ms",
                "INFO  core: lookup answered: tries={tries} duration={wait}ms",
            ),
        },
        "registry": {
            "refused": (
                'ERROR core: request failed: request_path=secret/data/{caller} err="rpc error: code = Unavailable '
                'desc = connection error: dial tcp {ip}:2379: connect: connection refused"',
                "WARN  storage.etcd: connection refused: endpoint={callee}.internal:2379 duration={wait}ms",
                'ERROR expiration: failed to revoke lease: lease_id=auth/kubernetes/login/h{hex} err="connect: '
                'connection refused"',
            ),
            "error": (
                'ERROR core: request failed: request_path=secret/data/{caller} err="rpc error: code = Unavailable '
                'desc = unexpected HTTP status code received from server: 503 (Service Unavailable)"',
                "WARN  storage.etcd: put failed: endpoint={callee}.internal:2379 code=Internal duration={wait}ms",
                "ERROR expiration: failed to revoke lease: lease_id=auth/kubernetes/login/h{hex} storage={callee} "
                'err="rpc error: code = Unavailable"',
            ),
            "timeout": (
                'ERROR core: request failed: request_path=secret/data/{caller} storage={callee} err="context '
                'deadline exceeded"',
                "WARN  storage.etcd: no answer: endpoint={callee}.internal:2379 timeout={timeout}ms",
                'ERROR expiration: failed to revoke lease: lease_id=auth/kubernetes/login/h{hex} err="context '
                'deadline exceeded" timeout={timeout}ms',
            ),
            "slow": (
                "WARN  storage.etcd: get answered late: endpoint={callee}.internal:2379 duration={wait}ms",
                "INFO  storage.etcd: put took {wait}ms",
            ),
            "recovered": (
                "INFO  storage.etcd: connected: endpoint={callee}.internal:2379 duration={wait}ms",
                "INFO  storage.etcd: put answered: tries={tries} duration={wait}ms",
                "INFO  expiration: revoked lease at retry: lease_id=auth/kubernetes/login/h{hex} storage={callee}",
            ),
        },
    },
    events=(
        "Unsealed {n} days ago by automatic unseal",
        "Audit devices: two, both enabled",
        "Snapshots every night, encrypted",
        "Policies: reviewed this quarter",
        "Mounts: five, none added this week",
        "Certificates of the preview environment renew every 60 days",
    ),
    changes=(
        "configuration {version}: listener settings in one file, standby nodes first",
        "policy reporting: list right for the review",
        "mount secret/: versions kept 10 -> 20",
        "rotation of the credential of preview-{n}, by schedule",
        "default lease TTL of the lab mount 768 h -> 24 h",
        "second audit device enabled",
        "settings: log_requests_level debug",
        "pki: role preview may issue for 90 d",
    ),
    runbook=(
        "list_leases",
        "save_encrypted_snapshot",
        "export_audit_log",
        "list_certificates",
        "compare_policies",
        "show_seal_status",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

NETWORK = Software(
    name="network",
    kind="network",
    dialect="syslog",
    release="Calico",
    gauges=gauges.NETWORK,
    latency=(0.2, 0.8),
    versions=("3.28.2", "3.28.4", "3.29.1", "3.29.3", "3.29.5", "3.30.0", "3.30.2", "3.30.3"),
    noise=(
        "INFO  calico-node: felix/summary.go 100: Summarising {n} dataplane reconciliation loops over 1m2.6s: "
        "avg=4ms longest={n}ms (resync-nat-v4)",
        "INFO  calico-node: felix/status_combiner.go 78: Endpoint up for at least one IP version "
        "workload=prod/{caller_instance} ipVersion=0x4 status=up",
        "INFO  calico-node: felix/endpoint_mgr.go 656: Updating per-endpoint chains. workload=prod/{caller_instance}",
        "INFO  calico-node: felix/int_dataplane.go 1395: Linux interface state changed. ifIndex={count} "
        "ifaceName=cali{hex} state=up",
        "INFO  calico-node: felix/int_dataplane.go 1395: Linux interface state changed. ifIndex={count} "
        "ifaceName=cali{hex} state=down",
        "INFO  calico-node: felix/calc_graph.go 507: Local endpoint deleted id=preview-{n}/web-{hex}",
        "INFO  calico-node: confd/client.go 999: Recompute BGP peerings: node labels changed",
        "INFO  calico-node: monitor-addresses/autodetection_methods.go 103: Using autodetected IPv4 address on "
        "interface eth0: {ip}/20",
        "INFO  calico-node: tunnel-ip-allocator/allocateip.go 335: Current address is still valid, do nothing "
        "currentAddr={ip}",
        "INFO  calico-node: policy set {version} checked, no rule changed",
        "INFO  bird: device1: Scanning interfaces",
        "INFO  bird: kernel1: Scanning routing table",
        "INFO  bird: KIF: Received address message for interface cali{hex}",
        "INFO  bird: Mesh_lab_{n}: State changed to feed",
        "INFO  kernel: policy-lab: IN=eth0 OUT=eth1 SRC={ip} DST=192.0.2.{n} LEN=60 TOS=0x00 PREC=0x00 TTL=62 "
        "ID={id16} DF PROTO=TCP SPT={port} DPT=23 WINDOW=64240 RES=0x00 SYN URGP=0",
        "INFO  kernel: device cali{hex} entered promiscuous mode",
        "INFO  kernel: IPv6: ADDRCONF(NETDEV_CHANGE): cali{hex}: link becomes ready",
        "INFO  flow-export: batch {hex} sent, one packet in 1000",
        "INFO  site-health: probe of the laboratory answered",
        "INFO  rack-{n} eth3: description set to spare",
        "WARN  rack-{n} fan2: speed at {percent} %, above the mean of its neighbours",
        "WARN  calico-node: felix/route_table.go 1072: Failed to access interface because it does not exist. "
        "ifaceName=cali{hex} ipVersion=0x4",
        "WARN  calico-node: felix/int_dataplane.go 1870: policy preview-{n}/allow-web has no selector",
        "WARN  bird: Mesh_lab_{n}: Invalid NEXT_HOP attribute in route 192.0.2.0/24",
        "WARN  kernel: neighbour: arp_cache: entry of 192.0.2.{n} changed its address",
        "ERROR kernel: policy-edge: IN=eth1 OUT= SRC=203.0.113.{n} DST={ip} LEN=44 TOS=0x00 PREC=0x00 TTL=49 "
        "ID={id16} PROTO=ICMP TYPE=13 CODE=0",
        "ERROR calico-node: felix/health.go 157: probe of {ip} with an unknown path answered 404",
    ),
    peers={},
    events=(
        "Configuration archive: a copy every night",
        "Spares on site: eight optics, two line cards",
        "Flow export samples one packet in 1,000",
        "Maintenance of a transit provider announced for Sunday",
        "Racks have new labels since yesterday",
        "Address pools: three, none added this week",
    ),
    changes=(
        "configuration {version}: agents of the laboratory only",
        "backbone: description of link bb-{n} corrected",
        "policies: two rules without hits removed in preview",
        "policies: comments of two rules reworded",
        "port eth3 of rack-{n} prepared for a new host",
        "flow export: collector moved to 192.0.2.{n}",
        "settings: logSeverityScreen Warning -> Info",
        "settings: flowLogsFlushInterval 300s -> 60s",
    ),
    runbook=(
        "show_interface_counters",
        "archive_configuration",
        "list_established_peers",
        "export_flow_records",
        "trace_path_between_racks",
        "compare_policy_sets",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

KUBERNETES = Software(
    name="kubernetes",
    kind="scheduler",
    dialect="glog",
    release="Kubernetes",
    gauges=gauges.SCHEDULER,
    latency=(6, 30),
    versions=("1.31.9", "1.31.13", "1.32.5", "1.32.9", "1.33.1", "1.33.3", "1.33.5", "1.34.1"),
    noise=(
        'INFO  event.go:389] "Event occurred" object="preview-{same_n}/web-{same_hex}" kind="Pod" type="Normal" '
        'reason="TaintManagerEviction" message="Cancelling deletion of Pod preview-{same_n}/web-{same_hex}"',
        'INFO  replica_set.go:679] "Finished syncing" logger="replicaset-controller" kind="ReplicaSet" '
        'key="preview-{n}/web-{hex}" duration="{n}.418µs"',
        'INFO  stateful_set.go:472] "Finished syncing statefulset" logger="statefulset-controller" key="prod/{caller}" '
        'time="{n}.418µs"',
        'INFO  job_controller.go:598] "enqueueing job" logger="job-controller" key="reports/nightly-{id}" delay="1s"',
        'INFO  garbagecollector.go:826] "Failed to sync all monitors, retrying" '
        'logger="garbage-collector-controller" resource="metrics.k8s.io/v1beta1"',
        'INFO  schedule_one.go:314] "Successfully bound pod to node" pod="preview-{n}/web-{hex}" node="{host}" '
        "evaluatedNodes=60 feasibleNodes=3{few}",
        'INFO  horizontal.go:881] "Successfully rescaled" logger="horizontal-pod-autoscaler-controller" '
        'HPA="preview-web" currentReplicas=1 desiredReplicas=2 reason="cpu resource utilization (percentage of '
        'request) above target"',
        'INFO  ttlafterfinished_controller.go:183] "Cleaning up Job" logger="ttlafterfinished-controller" '
        'job="reports/nightly-{id}"',
        'INFO  httplog.go:134] "HTTP" verb="WATCH" URI="/api/v1/namespaces/prod/configmaps?watch=true" '
        'userAgent="kubelet" srcIP="{ip}:{port}" resp=200',
        'INFO  httplog.go:134] "HTTP" verb="PATCH" URI="/apis/apps/v1/namespaces/prod/statefulsets/{caller}" '
        'latency="{few}.{n:02d}8ms" userAgent="gitops-sync" srcIP="{ip}:{port}" resp=200',
        'INFO  httplog.go:134] "HTTP" verb="LIST" URI="/apis/apps/v1/statefulsets?limit=500" latency='
        '"1{few}.{n:02d}4ms" userAgent="report-exporter" srcIP="{ip}:{port}" resp=200',
        'INFO  AUDIT "verb":"patch","user":{{"username":"system:serviceaccount:gitops:sync"}},"objectRef":'
        '{{"resource":"statefulsets","namespace":"prod","name":"{caller}"}}',
        'INFO  AUDIT "verb":"create","user":{{"username":"system:serviceaccount:reports:nightly"}},"objectRef":'
        '{{"resource":"jobs","namespace":"reports","name":"nightly-{id}"}}',
        "INFO  static_autoscaler.go:598] group preview: wants 2 instances, has 2",
        "INFO  provisioner.go:169] host pool preview unchanged",
        "WARN  reflector.go:569] k8s.io/client-go/informers/factory.go:160: watch of *v1.ConfigMap ended with: too "
        "old resource version: {offset} ({later})",
        "WARN  warnings.go:70] spec.template.spec.containers[0].env[{n}]: hides previous definition of "
        '"LOG_FORMAT", which may be dropped when using apply',
        "WARN  warnings.go:70] v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
        'WARN  dispatcher.go:225] rejected by webhook "labels.policy.internal": admission webhook '
        '"labels.policy.internal" denied the request: preview-{n}/web: label owner is missing',
        'ERROR replica_set.go:590] "Unhandled Error" err="sync \\"preview-{n}/web-{same_hex}\\" failed with Operation '
        'cannot be fulfilled on replicasets.apps \\"web-{same_hex}\\": the object has been modified; please apply your '
        'changes to the latest version and try again"',
        'ERROR authentication.go:73] "Unable to authenticate the request" err="[invalid bearer token, service '
        'account token has been invalidated]"',
        'ERROR horizontal.go:275] "Unhandled Error" err="failed to compute desired number of replicas for '
        'preview-{n}/web: unable to get metrics for resource cpu: no metrics returned from resource metrics API"',
        'ERROR cronjob_controllerv2.go:490] "Failed to get job from the cache" logger="cronjob-controller" '
        'job="reports/nightly-{id}" err="jobs.batch not found"',
    ),
    peers={
        "registry": {
            "refused": (
                "WARN  logging.go:55] [core] [Channel #{n} SubChannel #{n}]grpc: addrConn.createTransport failed to "
                'connect to {{Addr: "{callee}.internal:2379", ServerName: "{callee}.internal:2379"}}. Err: '
                'connection error: desc = "transport: Error while dialing: dial tcp {ip}:2379: connect: connection '
                'refused"',
                'ERROR controller.go:195] "Failed to update lease" err="rpc error: code = Unavailable desc = '
                'connection error: connect: connection refused"',
                "WARN  healthz.go:257] etcd check failed: readyz: connection to {callee} refused after {wait}ms",
            ),
            "error": (
                'ERROR status.go:71] "Unhandled Error" err="apiserver received an error that is not an '
                "metav1.Status: &status.Error{{s:(*status.Status)}}: rpc error: code = Unavailable desc = "
                'unexpected HTTP status code received from server: 503 (Service Unavailable)"',
                'ERROR controller.go:195] "Failed to update lease" err="rpc error: code = Unavailable, {callee}, '
                '{wait}ms"',
                "WARN  healthz.go:257] etcd check failed: readyz: {callee} answered with an error after {wait}ms",
            ),
            "timeout": (
                'ERROR controller.go:195] "Failed to update lease" err="context deadline exceeded"',
                'ERROR writers.go:123] "Unhandled Error" err="apiserver was unable to write a JSON response: http: '
                'Handler timeout"',
                "WARN  healthz.go:257] etcd check failed: readyz: no answer of {callee} within {timeout}ms",
                "ERROR leaderelection.go:436] error retrieving resource lock kube-system/kube-scheduler: no answer "
                "of {callee} within {timeout}ms: context deadline exceeded",
            ),
            "slow": (
                'INFO  trace.go:236] Trace[{id}]: "GuaranteedUpdate etcd3" '
                "type:*coordination.Lease,resource:leases.coordination.k8s.io (total time: {wait}ms)",
                'INFO  trace.go:236] Trace[{id}]: "Get" storage:{callee} resource:configmaps (total time: {wait}ms)',
            ),
            "recovered": (
                "INFO  leaderelection.go:271] successfully acquired lease kube-system/kube-scheduler, {callee} "
                "answered after {wait}ms",
                "INFO  healthz.go:261] etcd check of {callee} passed, {wait}ms",
                'INFO  controller.go:200] "Lease updated" tries={tries}',
            ),
        },
    },
    events=(
        "Admission webhooks: two registered",
        "Control plane: members spread by zone",
        "Autoscaler looks every 15 s",
        "Node image of this month on all pools",
        "Quotas of the name spaces are exported every night",
        "Audit log is kept for 90 days",
    ),
    changes=(
        "configuration {version}: audit log rotated by size",
        "admission: label policy for preview name spaces, report only",
        "autoscaler: tolerance 0.1 -> 0.15 in preview",
        "quota of preview-{n}: memory 8Gi -> 12Gi",
        "manifest: probes of preview deployments every 20 s",
        "priority class batch-low: value -10 -> -20",
        "cron: nightly report of limits by automation",
        "audit policy: requests of metrics readers at level None",
    ),
    runbook=(
        "list_pending_instances",
        "show_recent_events",
        "export_quota_report",
        "list_admission_webhooks",
        "list_autoscaler_decisions",
        "show_node_allocations",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

NODES = Software(
    name="nodes",
    kind="compute",
    dialect="syslog",
    release="Ubuntu",
    gauges=gauges.COMPUTE,
    latency=(0.5, 2),
    versions=("22.04.1", "22.04.2", "22.04.3", "22.04.4", "22.04.5"),
    noise=(
        "INFO  {host} systemd: Started Session {id} of User ops.",
        "INFO  {host} systemd: session-{id}.scope: Deactivated successfully.",
        "INFO  {host} systemd: Finished Rotate log files.",
        "INFO  {host} systemd: Starting Collect system activity accounting data...",
        "INFO  {host} chronyd: Selected source 192.0.2.{n} (ntp-{n}.internal)",
        'INFO  {host} kubelet: "SyncLoop (PLEG): event for pod" pod="prod/{caller_instance}" '
        'event={{"ID":"{hex}","Type":"ContainerStarted"}}',
        'INFO  {host} kubelet: "SyncLoop REMOVE" source="api" pods=["reports/nightly-{id}"]',
        'INFO  {host} kubelet: "Image garbage collection succeeded"',
        'INFO  {host} containerd: level=info msg="CreateContainer within sandbox \\"{hex}\\" for '
        '&ContainerMetadata{{Name:{caller},Attempt:0,}} returns container id \\"{hex}\\""',
        'INFO  {host} containerd: level=info msg="ImageUpdate event name:\\"registry.internal/{caller}:{hex}\\""',
        "INFO  {host} sshd: Accepted publickey for ops from {ip} port {port} ssh2: ED25519 SHA256:{hex}",
        "INFO  {host} smartd: Device: /dev/nvme0n1, SMART/Health Information: Temperature changed from 61 to 60 "
        "Celsius",
        "INFO  {host} apt-daily: package lists read, 0 packages to install",
        'INFO  {host} kernel: audit: type=1400 audit({epoch}.418:{id}): apparmor="STATUS" '
        'operation="profile_replace" profile="unconfined" name="cri-containerd.apparmor.d"',
        'DEBUG {host} node_exporter: level=debug msg="collector succeeded" name=diskstats duration_seconds=0.00{n:02d}',
        "WARN  {host} systemd-resolved: Using degraded feature set UDP instead of UDP+EDNS0 for DNS server "
        "{other_forwarder}.",
        'WARN  {host} containerd: level=warning msg="cleaning up after shim disconnected" id={hex} namespace=k8s.io',
        'WARN  {host} kubelet: "Nameserver limits exceeded" err="Nameserver limits were exceeded, some nameservers '
        'have been omitted, the applied nameserver line is: {dns_ip} {forwarder} {other_forwarder}"',
        "ERROR {host} sshd: error: kex_exchange_identification: Connection closed by remote host",
        'ERROR {host} kubelet: "ContainerStatus from runtime service failed" err="rpc error: code = NotFound desc = '
        'an error occurred when try to find container \\"{same_hex}\\": not found" containerID="{same_hex}"',
        "ERROR {host} systemd: fwupd-refresh.service: Main process exited, code=exited, status=1/FAILURE",
    ),
    peers={},
    events=(
        "Node image of this month on all pools",
        "Kernel parameters: those of the standard profile",
        "Spare nodes: two, switched off",
        "Reboots this week: all of them planned",
        "Disks: {n} % of their rated writes used at most",
        "Power feeds were tested {n} days ago",
    ),
    changes=(
        "configuration {version}: image for new nodes",
        "kernel parameters: net.core.somaxconn 4096 -> 8192",
        "package policy: hold list reviewed",
        "ssh: keys of two people who left removed",
        "log rotation: weekly -> daily",
        "agent of the inventory updated",
        "cron: disk report moved from minute 0 to minute 1{few}",
        "motd: link to the runbooks",
    ),
    runbook=(
        "list_node_conditions",
        "show_kernel_log",
        "export_disk_health",
        "compare_package_versions",
        "export_inventory",
        "show_clock_sources",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)

VENDOR = Software(
    name="vendor",
    kind="vendor",
    dialect="bracket",
    release="vendor API",
    gauges=gauges.VENDOR,
    latency=(60, 220),
    noise=(
        "INFO  connector: POST {path} 200, first byte after {took} ms, request {hex}",
        "INFO  connector: GET {path}/{id} 200, first byte after {took} ms",
        "INFO  connector: GET {path}/{id} 304, first byte after {took} ms",
        "INFO  probe: 203.0.113.{n}: first byte after {took} ms",
        "INFO  webhook: {hex} received, signature valid",
        "INFO  connector: report {hex} read, {id} lines",
        "INFO  connector: token renewed, valid for 60 min",
        "INFO  sandbox: contract test {id} passed",
        "INFO  egress: {ip}:{port}: connection closed by the vendor after {count} requests",
        "DEBUG connector: idempotency key {hex} sent for {caller}",
        "DEBUG egress: connection to 203.0.113.{n}:443 reused",
        "WARN  connector: response of {path} carries the header Sunset",
        "WARN  connector: 429 for a report of {caller}, Retry-After {n} s",
        "WARN  webhook: {hex} came out of order, sequence {offset}",
        "WARN  connector: response of {path}/{id} has the unknown field ext_{n}",
        "ERROR connector: 400 for request {hex} of {caller}: field postal_code does not fit the country",
        "ERROR connector: 404 for {path}/{id}, request {hex} of {caller}",
        "ERROR connector: 409 for request {hex} of {caller}: idempotency key was used with another body",
        "ERROR webhook: {hex} is a duplicate, answered 200",
        "ERROR webhook: signature of {hex} from {ip} is invalid, answered 401",
    ),
    peers={},
    events=(
        "Contract: reviewed {n} days ago",
        "Contact: support desk of the vendor, by telephone",
        "Next version of the interface announced for next quarter",
        "Sandbox credentials rotated {n} days ago",
        "Vendor announced maintenance of its reports for Sunday",
        "Egress addresses: known to the vendor",
    ),
    changes=(
        "connector {version}: library updates, no change of behaviour",
        "connector {version}: request ids are sent along",
        "connector settings: keep-alive 30 s -> 60 s",
        "vendor announced: new field in reports",
        "vendor announced: next version of the reports interface",
        "egress address 192.0.2.{n} added to the list at the vendor",
        "connector settings: unknown fields are logged",
        "webhook secret rotated by schedule",
    ),
    runbook=(
        "read_status_page",
        "run_contract_tests",
        "export_call_statistics",
        "list_failed_webhooks",
        "compare_report_totals",
        "show_egress_connections",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)
