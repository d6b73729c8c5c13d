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
    noise=(
        'INFO  {ip}:{port} - {id} "A IN {caller}.internal. udp 62 false 1232" NOERROR qr,aa,rd 118 0.000{n}s',
        'INFO  {ip}:{port} - {id} "AAAA IN {caller}.internal. udp 62 false 1232" NOERROR qr,aa,rd 130 0.000{n}s',
        'INFO  {ip}:{port} - {id} "SRV IN _grpc._tcp.{caller}.internal. udp 71 false 1232" NOERROR qr,aa,rd 204 '
        "0.000{n}s",
        'INFO  {ip}:{port} - {id} "A IN mirror-{n}.example.net. udp 58 false 1232" NOERROR qr,rd,ra 92 0.0{n}s',
        'INFO  {ip}:{port} - {id} "A IN {caller}.internal.local. udp 68 false 1232" NXDOMAIN qr,aa,rd 141 0.000{n}s',
        "INFO  plugin/reload: configuration unchanged",
        "INFO  record-sync: {n} zones compared in {small} ms, next look in 45 s",
        "INFO  plugin/cache: {id} entries, {n} prefetched in the last minute",
        'INFO  plugin/transfer: outgoing incremental transfer of zone "lab." to 192.0.2.{n}: {n} records, TSIG key '
        "transfer-{n}, {small} ms, answer of the secondary fine",
        "WARN  plugin/kubernetes: watch of EndpointSlices ended after {n} min and was opened again, 0 changes missed",
        'WARN  plugin/loop: query "HINFO IN {id}.{id}." from {ip} is a probe of our own, answered and not forwarded',
        "WARN  plugin/forward: 192.0.2.{n} took {ms} ms once, health check of it passed {small} ms later",
        "ERROR plugin/errors: 2 wpad.{hex}.local. A: no next plugin found",
        "ERROR plugin/forward: answer of 192.0.2.{n} to an ANY query of {ip} was malformed (overflow unpacking), "
        "client was "
        "told to use TCP",
        "ERROR plugin/transfer: transfer of zone internal. asked for by {ip} refused, address is not on the list",
    ),
    victim=(
        "ERROR plugin/errors: 2 {caller}.internal. A: no answer by way of {callee} within {ms} ms",
        "WARN  plugin/kubernetes: {callee} did not answer a list request within {ms} ms, serving what is known",
        "WARN  plugin/forward: health check by way of {callee} failed, {n} in a row",
        "ERROR plugin/health: last check took {ms} ms, waited for {callee}",
    ),
    victim_unnamed=(
        "ERROR plugin/errors: 2 {caller}.internal. A: no answer within {ms} ms",
        "WARN  plugin/health: last check took {ms} ms",
        "WARN  plugin/cache: serving stale entries, {n} in the last minute",
    ),
    recovered=(
        "INFO  plugin/kubernetes: {callee} answers, all watches are open",
        "INFO  plugin/forward: health checks by way of {callee} pass again",
    ),
    events=(
        "zone files: {n}, written by record sync",
        "Plugins: {n}, in the standard order",
        "Forwarders for other zones: 192.0.2.53 and 192.0.2.54",
        "record sync runs every {n} s",
        "Negative answers are kept for 30 s, as configured",
        "query log: on, sampled at {n} %",
    ),
    changes=(
        "patch version {version}",
        "resolver settings: prefetch 10 -> 20 for names in use",
        "resolver settings: forward partner.example.net to 192.0.2.{n}",
        "resolver settings: query log sampled at {n} %",
        "zone internal.: TTL of mail records 300 -> 3600",
        "record sync: plan interval 30 s -> 45 s",
        "flag serve-stale switched on",
        "manifest: one resolver in each zone",
    ),
    runbook=(
        "dump_zone_records",
        "list_forwarders",
        "show_top_queries",
        "compare_zone_serials",
        "export_query_log",
        "rotate_log_files",
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
        "INFO  watch of {caller} answered after {small}ms: unchanged",
        "INFO  watch of {caller} answered after {small}ms: {n} keys new",
        "INFO  published notice-{id}.json to {n} subscribers in {small}ms",
        "INFO  snapshot {hex} written in {small}ms",
        "INFO  flag compact-json: audience as before, list of its owners read again",
        "INFO  quota meter: usage of reports read from all shards in {small}ms",
        "INFO  audit: {user} set text.footer.{n}, approved by a second person, planned for all sites, comment: year "
        "changed",
        "INFO  validation of draft {hex}: schema ok, {n} keys, {id} bytes",
        "DEBUG subscriber {caller}-{n} says hello",
        "WARN  subscriber {caller}-{n} was one revision behind for {small}ms and caught up",
        "WARN  key legacy.theme.{n} is read by {caller} and was marked as retired {n} days ago, still answered",
        "WARN  long poll of {ip} ended by its client after {ms}ms",
        "ERROR draft {hex} of {user} refused: $.banners[{n}].until is in the past; nothing was published",
        "ERROR token of {ip} lacks write access to limits/, answered 403",
        "ERROR merge of draft {hex} by {user} refused: another revision was published in between, draft is kept and "
        "can be rebased in the editor",
    ),
    victim=(
        "ERROR read from {callee} failed after {ms}ms, answering from snapshot {hex}",
        "WARN  {callee} took {ms}ms, {n} watches wait",
        "ERROR publish of revision {id} not confirmed by {callee} within {ms}ms",
        "WARN  lease at {callee} not renewed for {ms}ms",
    ),
    victim_unnamed=(
        "ERROR read of {caller} given up after {ms}ms",
        "WARN  {n} watches wait, the first for {ms}ms",
        "WARN  answer for {caller} comes from a snapshot that is {n} s old",
    ),
    recovered=(
        "INFO  {callee} answers again, no watch waits",
        "INFO  revision {id} confirmed by {callee} in {small}ms",
    ),
    events=(
        "Snapshots are copied off site every {n} h",
        "approval by a second person: required for limits and flags",
        "Flags: {small}, with an owner: all",
        "quota meter reports every {n} s",
        "Keys: {id}, with an owner: all",
        "history of revisions is kept for 400 days",
    ),
    changes=(
        "release {version}: editor shows who approved",
        "release {version}: library updates, no change of behaviour",
        "content push {id}: banners of the season, all subscribers",
        "content push {id}: list of holidays, all subscribers",
        "limits: reports for partner keys 100 -> 150 an hour",
        "flag compact-json set to {n} %",
        "schema of banners.json: field until is required",
        "quota meter: interval 30 s -> 20 s",
    ),
    runbook=(
        "list_recent_revisions",
        "export_flag_report",
        "compare_snapshots",
        "show_quota_usage",
        "validate_newest_draft",
        "rotate_log_files",
    ),
)

REGISTRY = Software(
    name="registry",
    kind="config",
    dialect="bracket",
    release="service registry",
    gauges=gauges.REGISTRY,
    stateful=True,
    latency=(2, 9),
    noise=(
        "INFO  agent: Synced check: check=service:{caller}-{n}",
        "INFO  agent: Synced service: service={caller}-{n}",
        "INFO  agent.http: GET /v1/health/service/{caller} from {ip}, blocking query answered after {small} s",
        "INFO  finished scheduled compaction: took={small}ms hash={hex}",
        "INFO  saved snapshot, took {small}ms, older one removed",
        "INFO  catalog: services of {n} tags listed for {caller} in {n} ms",
        "INFO  lease {hex} granted to {caller}, ttl {n} s",
        "INFO  agent.server.autopilot: settings as before: cleanup of dead servers after 72 h, last contact threshold "
        "200 ms, upgrade migration off",
        "DEBUG watch of {caller} on prefix /locks/reports/ opened",
        "WARN  apply request took too long: took={small}ms expected-duration=100ms request=range /registry/reports/ "
        "limit 500, response size {id}",
        "WARN  agent: Check is now warning: check=service:{caller}-{n} output: HTTP GET {ip}:8080/health: 429, "
        "passing again "
        "{n} s later",
        "WARN  watcher of {caller} asked for a compacted revision, told to list again",
        'ERROR agent.http: Request error: method=PUT url=/v1/kv/reports/{id} from={ip}:{port} error="Permission '
        "denied: token with AccessorID '{hex}' lacks permission 'key:write' on this prefix\"",
        'ERROR agent.http: Request error: method=GET url=/v1/catalog/nodes?dc=lab from={ip} error="No path to '
        'datacenter"',
        "ERROR lease {hex} of {caller} not found: it had been given back {n} s before",
    ),
    victim=(
        "WARN  raft: failed to contact a follower by way of {callee}: time={ms}ms",
        "ERROR agent: Check socket connection failed: no answer by way of {callee} within {ms}ms",
        "WARN  slow fdatasync of the log: took={ms}ms, waited for {callee}",
        "ERROR agent.server: rpc error making call: {callee} gave no answer within {ms}ms",
    ),
    victim_unnamed=(
        "WARN  raft: failed to contact a follower: time={ms}ms",
        "ERROR agent.server: rpc error making call: no answer within {ms}ms",
        "WARN  apply request took too long: took={ms}ms expected-duration=100ms",
    ),
    recovered=(
        "INFO  raft: followers by way of {callee} answer within {n}ms",
        "INFO  agent: {callee} answers again, {n} checks synced",
    ),
    events=(
        "Snapshot {n} min ago, copied off site",
        "members: all on the same patch version",
        "Quota of the store: 8 GB, unchanged",
        "compaction every 5 min",
        "ACL tokens: {small}, expired ones removed {n} h ago",
        "Members are spread by zone",
    ),
    changes=(
        "patch version {version}, rolled out member by member",
        "settings: snapshot interval 30 -> 20 min",
        "settings: auto-compaction retention 10 -> 5 min",
        "ACL: token of the reporting job may read reports/",
        "health checks of the lab data centre removed",
        "exporter of metrics updated",
        "flag catalog-v2 switched on for {n} % of the agents",
        "manifest: members spread by zone",
    ),
    runbook=(
        "take_store_snapshot",
        "list_cluster_members",
        "export_acl_tokens",
        "show_busiest_watchers",
        "list_stale_leases",
        "rotate_log_files",
    ),
)

VAULT = Software(
    name="vault",
    kind="secrets",
    dialect="bracket",
    release="Vault",
    gauges=gauges.SECRETS,
    stateful=True,
    latency=(4, 18),
    noise=(
        "INFO  expiration: revoked lease: lease_id=auth/kubernetes/login/h{hex}",
        "INFO  audit: read secret/data/{caller} by role {caller}, version {n}, {n} ms",
        "INFO  auth.kubernetes: login of role {caller} from {ip}, token for {n} min",
        "INFO  core: usage of the last hour: {id} reads, {small} writes",
        "INFO  secrets.pki: tidy operation: {small} certificates looked at, {n} expired ones removed from the store",
        "INFO  renewal queue: preview-{n}.internal serial {hex} renewed, attempt 1, valid for 90 d",
        "INFO  audit: update sys/policies/acl/reports by {user}, comment: list right for the quarterly review, "
        "approved by a "
        "second person",
        "DEBUG storage.raft: batch of {n} entries applied, {n} ms",
        "INFO  identity: {n} aliases of entity {caller} merged into one",
        "WARN  expiration: lease of {caller} asked to be renewed beyond its max TTL, ttl capped at {n} h; the client "
        "will log "
        "in anew",
        "WARN  core: request of {caller} took {ms} ms, audit device waited for its disk once",
        "WARN  secrets.database: role reports has no max_ttl, default of the mount is used",
        'ERROR auth.kubernetes: login unauthorized: role=preview-{n} error="service account name not authorized", '
        "from {ip}",
        "ERROR audit: permission denied: read secret/data/preview-{n} by role {caller}, policy allows list and "
        "nothing else",
        "ERROR secrets.kv: check-and-set parameter did not match the current version, write of {user} refused",
    ),
    victim=(
        "ERROR core: request of {caller} failed: {callee} did not answer within {ms} ms",
        "WARN  storage.raft: append to a peer by way of {callee} took {ms} ms",
        "WARN  core: lookup of a role at {callee} took {ms} ms, attempt {n}",
        "ERROR expiration: {n} leases not revoked, waiting for {callee} since {ms} ms",
    ),
    victim_unnamed=(
        "ERROR core: request of {caller} failed after {ms} ms",
        "WARN  storage.raft: append to a peer took {ms} ms",
        "WARN  expiration: queue of revocations is {n} entries behind",
    ),
    recovered=(
        "INFO  core: {callee} answers again, queue of revocations is empty",
        "INFO  storage.raft: peers by way of {callee} have caught up",
    ),
    events=(
        "Unsealed {n} days ago by automatic unseal",
        "audit devices: two, both enabled",
        "Newest snapshot {n} h ago, encrypted",
        "policies: {small}, reviewed this quarter",
        "Mounts: {n}, none added this week",
        "certificates of the preview environment renew every 60 days",
    ),
    changes=(
        "patch version {version}, standby nodes first",
        "policy reports: list right for the review",
        "mount secret/: versions kept 10 -> 20",
        "rotation of the credential of preview-{n}, by schedule",
        "default lease TTL of the lab mount 768 h -> 24 h",
        "second audit device enabled",
        "flag event-notifications switched on",
        "pki: role preview may issue for 90 d",
    ),
    runbook=(
        "list_expiring_leases",
        "take_encrypted_snapshot",
        "export_audit_log",
        "tidy_certificate_store",
        "compare_policies",
        "check_seal_status",
    ),
)

NETWORK = Software(
    name="network",
    kind="network",
    dialect="syslog",
    release="network software",
    gauges=gauges.NETWORK,
    latency=(0.2, 0.8),
    noise=(
        "INFO  %SYS-5-CONFIG_I: Configured from console by {user} on vty0 ({ip}), description of a port",
        "INFO  %BGP-5-NBR_RESET: route refresh asked of 192.0.2.{n} (laboratory), {small} paths looked at",
        "INFO  BIRD: device1: scan of the interfaces done in {n} ms",
        "INFO  BIRD: kernel1: scan of the table done in {n} ms",
        "INFO  accept IN=eth0 SRC={ip} DST={ip} PROTO=UDP LEN={small} policy=default-{n}",
        "INFO  flow export: batch {hex} sent to the collector, sampled one in 1000, sequence without gaps, template "
        "sent again as every {n} min",
        "INFO  %LLDP-6-NBR: rack-{n} port {n}: neighbour name as planned",
        "INFO  probe of the console network: {n} devices looked at, passwords of the vendor refused by all of them, "
        "report {hex}",
        "DEBUG %NTP-7-POLL: 192.0.2.{n} answered, offset 0.{n} ms",
        "WARN  %LINEPROTO-5-UPDOWN: rack-{n} port {n} (spare, no host attached) changed state to down",
        "WARN  %IPV6-4-DUPLICATE: address of a laboratory host on vlan {small} seen twice, second host was told, no "
        "route "
        "concerned",
        "WARN  rack-{n} fan tray {n}: speed {pct} %, above the mean of its neighbours, within the limits of the vendor",
        "WARN  policy default-{n}: rule {id} had no hit in 90 days, on the list for the review",
        "ERROR %SSH-3-BAD_AUTH: login of 'scanner' from {ip} refused, {n} attempts",
        "ERROR %SNMP-3-AUTHFAIL: request of {ip} with an unknown community, dropped; this is the inventory scanner of "
        "the "
        "laboratory, ticket {id}",
        "ERROR drop IN=eth1 SRC=203.0.113.{n} DST={ip} PROTO=ICMP TYPE=13 policy=edge-{n}",
    ),
    victim=(
        "WARN  agent: {callee} did not answer within {ms} ms, forwarding goes on with what is known",
        "ERROR agent: endpoint list not read from {callee}, attempt {n}",
        "WARN  tunnel to {n} hosts of {callee}: keepalive late by {ms} ms",
        "ERROR controller lost its session with {callee} after {ms} ms",
    ),
    victim_unnamed=(
        "WARN  agent: last update of the endpoint list took {ms} ms",
        "ERROR controller lost a session after {ms} ms",
        "WARN  tunnel keepalives of {n} hosts late by {ms} ms",
    ),
    recovered=(
        "INFO  agent: {callee} answers again, endpoint list is up to date",
        "INFO  tunnels to the hosts of {callee}: keepalives on time",
    ),
    events=(
        "Configuration archive: {n} revisions, newest {n} h old",
        "spares on site: {n} optics, 2 line cards",
        "Flow export samples one packet in 1000",
        "maintenance of a transit provider announced for Sunday",
        "Rack {n} has new labels since yesterday",
        "firmware: that of the standard on all devices",
    ),
    changes=(
        "firmware {version} on spare switches",
        "backbone: description of link bb-{n} corrected",
        "policy set {version}: two rules without hits removed",
        "policy set {version}: comment of rule {id} reworded",
        "port of rack-{n} prepared for a new host",
        "flow export: collector moved to 192.0.2.{n}",
        "fabric settings: LLDP interval 30 -> 20 s",
        "flag telemetry-stream switched on for {n} devices",
    ),
    runbook=(
        "show_interface_counters",
        "archive_configuration",
        "list_established_peers",
        "export_flow_records",
        "trace_path_between_racks",
        "compare_policy_sets",
    ),
)

KUBERNETES = Software(
    name="kubernetes",
    kind="scheduler",
    dialect="glog",
    release="Kubernetes",
    gauges=gauges.SCHEDULER,
    latency=(6, 30),
    noise=(
        'INFO  "Event occurred" object="preview-{n}/web" reason="SuccessfulDelete" message="Deleted pod: web-{hex}"',
        'INFO  "Finished job" job="reports/nightly-{hex}" node="batch-{n}" completions=1 durationSeconds={small}',
        'INFO  "Trace" op="List" url="/apis/apps/v1/deployments" total={ms}ms client="report-exporter" items={id}',
        'INFO  "Finished syncing" kind="endpointslice" key="prod/{caller}" duration="{n}ms"',
        "INFO  autoscaler: preview-{n}/web wants 2 instances, has 1, reason: cpu; next look in 15 s",
        'INFO  audit: patch deployments/{caller} by gitops-sync, field metadata.annotations["report/owner"], dry run '
        "passed, "
        "no new revision",
        'INFO  admission: "labels.policy.internal" allowed update of configmaps/{caller}-texts in {n}ms',
        "INFO  garbage collection: {n} finished jobs older than {n} h removed",
        "INFO  kernel on node-{n}: perf: interrupt took too long ({ms} > 990), lowering "
        "kernel.perf_event_max_sample_rate",
        "WARN  watch of *v1.ConfigMap ended with: too old resource version: {id}; listing again",
        "WARN  Readiness probe failed: HTTP probe failed with statuscode: 503, pod preview-{n}/web-{hex}, first {n} s "
        "after its "
        "start, passed at the next try",
        'WARN  spec.template.spec.containers[0].env[{n}]: hides previous definition of "LOG_FORMAT", which may be '
        "dropped "
        "when using apply (deployment preview-{n})",
        'WARN  admission: "labels.policy.internal" answered after {ms}ms for a dry run of preview-{n}',
        'ERROR "Unhandled error" err="Operation cannot be fulfilled on deployments.apps \\"{caller}\\": the object '
        "has been "
        'modified; please apply your changes to the latest version and try again"',
        'ERROR authorization: user "system:serviceaccount:preview-{n}:default" cannot list resource "secrets", '
        "answered 403",
    ),
    victim=(
        'ERROR "Unhandled error" err="{callee} did not answer within {ms}ms, key will be queued again"',
        'WARN  "Trace" op="Update lease" total={ms}ms, most of it in {callee}',
        "WARN  status of {n} nodes not updated for {ms}ms, reported by way of {callee}",
        'ERROR "Failed to update lease" err="{callee}: request timed out after {ms}ms"',
    ),
    victim_unnamed=(
        'ERROR "Failed to update lease" err="request timed out after {ms}ms"',
        'WARN  "Trace" op="Update status" total={ms}ms',
        "WARN  work queue of endpoints: {n} keys wait, the first for {ms}ms",
    ),
    recovered=(
        "INFO  lease updates at {callee} take {n}ms again",
        "INFO  work queues are empty, {callee} answers within {small}ms",
    ),
    events=(
        "Admission webhooks: {n} registered",
        "control plane: members spread by zone",
        "Autoscaler looks every 15 s",
        "node image of this month on all pools",
        "Quotas of the name spaces exported {n} h ago",
        "audit log is kept for 90 days",
    ),
    changes=(
        "patch version {version} of the control plane",
        "admission: label policy for preview name spaces, report only",
        "autoscaler: look-back for scale-in 5 -> 10 min",
        "quota of preview-{n}: memory 8Gi -> 12Gi",
        "manifest: probes of preview deployments every 20 s",
        "priority class batch-low: value -10 -> -20",
        "cron: nightly report of limits by automation",
        "flag in-place-resize switched on for preview",
    ),
    runbook=(
        "list_pending_instances",
        "show_recent_events",
        "export_quota_report",
        "describe_admission_webhooks",
        "list_autoscaler_decisions",
        "rotate_log_files",
    ),
)

NODES = Software(
    name="nodes",
    kind="compute",
    dialect="syslog",
    release="node image",
    gauges=gauges.COMPUTE,
    latency=(0.5, 2),
    noise=(
        "INFO  node-{n} systemd: Started Session {id} of User ops.",
        "INFO  node-{n} chronyd: System clock TAI offset set to 37 seconds",
        "INFO  node-{n} kubelet: image garbage collection: {n} images removed, {id} KiB freed",
        "INFO  node-{n} containerd: container {hex} of {caller} started in {small} ms",
        "INFO  apt-daily: package lists read on node-{n}, {n} packages on hold",
        "INFO  node-{n} smartd: Device: /dev/nvme0n1, SMART Usage Attribute: 194 Temperature_Celsius changed from {n} "
        "to {n}",
        "INFO  node-{n} kernel: perf: interrupt took too long ({ms} > 990), lowering kernel.perf_event_max_sample_rate",
        "INFO  node-{n} sshd: Accepted publickey for ops from {ip} port {port} ssh2: ED25519 SHA256:{hex}",
        "DEBUG node-{n} node-exporter: {small} metrics collected in {n} ms",
        "WARN  node-{n} kernel: TCP: request_sock_TCP: Possible SYN flooding on port {port}. Sending cookies. Check "
        "SNMP "
        "counters. Scan of the security team, ticket {id}",
        "WARN  node-{n} containerd: cleaning up after shim disconnected id={hex} namespace=k8s.io",
        "WARN  node-{n} kubelet: orphaned pod {hex} found, its volume paths are still on disk; removed at the next "
        "sweep",
        "WARN  node-{n} systemd: logrotate.service took {ms} ms",
        "ERROR node-{n} sshd: kex_exchange_identification: Connection closed by remote host {ip}",
        "ERROR node-{n} kubelet: container {hex} not found when its statistics were read: it had just ended",
        "ERROR node-{n} systemd: fwupd-refresh.service: Main process exited, code=exited, status=1/FAILURE (no update "
        "server "
        "in this network)",
    ),
    victim=(
        "WARN  kubelet: {callee} did not answer within {ms} ms, status is sent again",
        "ERROR kubelet: error updating node status, will retry: {callee} timed out after {ms} ms",
        "WARN  containerd: pull of an image by way of {callee} at {n} KiB/s",
        "ERROR node-agent: request to {callee} failed after {ms} ms",
    ),
    victim_unnamed=(
        "ERROR kubelet: error updating node status, will retry: timed out after {ms} ms",
        "WARN  kubelet: pod workers late by {ms} ms",
        "WARN  node-agent: last round took {ms} ms",
    ),
    recovered=(
        "INFO  kubelet: {callee} answers again, node status is up to date",
        "INFO  node-agent: {n} rounds on time, {callee} answers",
    ),
    events=(
        "Node image of this month on all pools",
        "kernel parameters: those of the standard profile",
        "Spare nodes: {n}, switched off",
        "reboots this week: {n}, all planned",
        "Disks: {n} % of their rated writes used",
        "rack {n}: power feeds swapped {n} days ago",
    ),
    changes=(
        "node image {version} for new nodes",
        "kernel parameters: net.core.somaxconn 4096 -> 8192",
        "package policy: hold list reviewed",
        "ssh: keys of two people who left removed",
        "log rotation: weekly -> daily",
        "agent of the inventory updated",
        "flag huge-pages-report switched on",
        "cron: disk report moved from minute 0 to minute {n}",
    ),
    runbook=(
        "list_node_conditions",
        "show_kernel_log",
        "collect_disk_health",
        "compare_package_versions",
        "export_inventory",
        "rotate_log_files",
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
        "INFO  POST {path} 200, first byte after {small} ms, objective 400 ms",
        "INFO  GET {path}/{id} 200, first byte after {small} ms, objective 400 ms",
        "INFO  webhook {hex} received, signature fine, event of {n} s ago",
        "INFO  probe of 203.0.113.{n}: first byte after {small} ms, objective 400 ms",
        "INFO  settlement file {hex} read: {id} lines, totals equal to ours",
        "INFO  token for the vendor renewed, valid for {n} min",
        "INFO  sandbox: contract test {id} passed in {n} s, against the version of the interface that is announced "
        "for next month",
        "INFO  egress {ip}:{port}: connection reused {small} times, closed by the vendor as usual",
        "DEBUG idempotency key {hex} sent with {caller} request",
        "WARN  response carries the header Sunset: version {n} of {path} ends in {small} days; ticket {id} is open",
        "WARN  429 for a report of {caller}, Retry-After {n} s, second attempt fine",
        "WARN  GET {path}/reports/{id} took {ms} ms, a report of {id} rows on request of finance, no objective",
        "ERROR 400 for request {hex} of {caller}: field postal_code does not fit the country, message passed on to "
        "the user",
        "ERROR 404 for {path}/{id}: object was deleted at the vendor {n} days ago",
        "ERROR webhook {hex} is a duplicate of one of {n} min ago, answered 200 and ignored",
    ),
    victim=(
        "ERROR request {hex} of {caller} not sent: {callee} did not answer within {ms} ms",
        "WARN  egress by way of {callee}: connection set-up took {ms} ms",
        "WARN  {callee} slow: {n} requests wait in the connector",
        "ERROR connector: {callee} timed out after {ms} ms, attempt {n}",
    ),
    victim_unnamed=(
        "ERROR request {hex} of {caller} given up after {ms} ms",
        "WARN  {n} requests wait in the connector",
        "WARN  connection set-up took {ms} ms",
    ),
    recovered=(
        "INFO  egress by way of {callee}: connection set-up takes {n} ms",
        "INFO  connector: no request waits for {callee}",
    ),
    events=(
        "Contract: reviewed {n} days ago",
        "contact: support desk of the vendor, by telephone",
        "Interface version {n} announced for next quarter",
        "sandbox credentials rotated {n} days ago",
        "Vendor announced maintenance of its reports for Sunday",
        "egress addresses: known to the vendor",
    ),
    changes=(
        "connector {version}: library updates, no change of behaviour",
        "connector {version}: request ids are sent along",
        "connector settings: keep-alive 30 s -> 60 s",
        "vendor announced: new field in settlement files",
        "vendor announced: version {n} of the reports interface",
        "egress address 192.0.2.{n} added to the list at the vendor",
        "flag sandbox-mirror switched on for {n} % of the reads",
        "webhook secret rotated by schedule",
    ),
    runbook=(
        "read_status_page",
        "run_contract_tests",
        "export_call_statistics",
        "resend_failed_webhooks",
        "compare_settlement_totals",
        "call_vendor_support",
    ),
)
