"""Processor time is short: what hosts and proxies print of it, whatever takes the time."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line

# ---- hosts -----------------------------------------------------------------------------------------------------------

NODE_SOFT_LOCKUP = Line(
    "ERROR {host} kernel: watchdog: BUG: soft lockup - CPU#{few} stuck for 2{few}s! [java:{child}]",
    software=("nodes",),
    per_minute=0.4,
)
NODE_RCU_STALL = Line(
    "ERROR {host} kernel: rcu: INFO: rcu_sched self-detected stall on CPU",
    software=("nodes",),
    per_minute=0.3,
    elsewhere=True,
)
NODE_POD_STARTED = Line(
    'INFO  {host} kubelet: "SyncLoop ADD" source="api" pods=["batch/{workload}-{hex}"]',
    software=("nodes",),
    per_minute=0.4,
    elsewhere=True,
)
NODE_LOGIN = Line(
    "INFO  {host} sshd: Accepted publickey for ops from {ip} port {port} ssh2: ED25519 SHA256:{hex}",
    software=("nodes",),
    per_minute=0.3,
    elsewhere=True,
)

# ---- proxies ---------------------------------------------------------------------------------------------------------

NGINX_RECONFIGURING = Line("INFO  reconfiguring", software=("nginx",), per_minute=0.2, elsewhere=True)
NGINX_CHILD_EXITED = Line(
    "INFO  signal 17 (SIGCHLD) received from {child}", software=("nginx",), per_minute=0.2, elsewhere=True
)
ENVOY_CLUSTERS = Line(
    "INFO  [upstream] cds: added/updated {few} cluster(s), skipped {n} unmodified cluster(s)",
    software=("envoy",),
    per_minute=0.2,
    elsewhere=True,
)
ENVOY_LISTENER = Line(
    "INFO  [upstream] lds: add/update listener 'public'", software=("envoy",), per_minute=0.2, elsewhere=True
)
# A gateway loads its rules when it begins anew; `revision` is a fact of the mode.
NGINX_RULES_LOADED = Line(
    "INFO  ruleset {revision} loaded by ModSecurity-nginx v1.0.4",
    software=("nginx",),
    per_minute=0.1,
    elsewhere=True,
)
ENVOY_RULES_LOADED = Line(
    "INFO  [wasm] wasm log waf: ruleset {revision} loaded", software=("envoy",), per_minute=0.1, elsewhere=True
)
RULES_LOADED = (NGINX_RULES_LOADED, ENVOY_RULES_LOADED)
NGINX_RULE_LIMIT = Line(
    'ERROR [client {same_ip}] ModSecurity: Rule 7f3c{hex} [id "1009{n:02d}"] - Execution error - PCRE limits '
    'exceeded (-47): (null). [uri "{path}"], client: {same_ip}, server: _',
    software=("nginx",),
    elsewhere=True,
)
ENVOY_RULE_LIMIT = Line(
    "ERROR [wasm] wasm log waf: match given up at the limit of steps, rule 1009{n:02d}, {path}, client {ip}",
    software=("envoy",),
    elsewhere=True,
)
RULE_LIMITS = (NGINX_RULE_LIMIT, ENVOY_RULE_LIMIT)
NGINX_CROWDED = Line(
    "WARN  [lua] limits.lua:40: report(): requests in flight at {now[requests in flight]} % of the limit, "
    "{now[pending requests]} wait, context: ngx.timer",
    software=("nginx",),
    per_minute=0.4,
    elsewhere=True,
)
ENVOY_CROWDED = Line(
    "WARN  [main] requests in flight at {now[requests in flight]} % of the limit, {now[pending requests]} wait",
    software=("envoy",),
    per_minute=0.4,
    elsewhere=True,
)
CROWDED = (NGINX_CROWDED, ENVOY_CROWDED)

# ---- applications: one wording for each language ---------------------------------------------------------------------

STOOD_STILL = Line(
    "WARN  stall detector: the process stood still for {now[longest pause]} ms",
    per_minute=0.5,
    elsewhere=True,
)
SLOW_WITH_CALLS = Line(
    "INFO  GET {path} 200 in {took} ms, calls to others included",
    software=("java", "go", "python", "node"),
    per_minute=0.6,
    elsewhere=True,
)

# Of an application: how often it is stopped, and for how long.
PAUSES_NOTE = "throttled in {now[throttled periods]} % of the periods; longest pause {now[longest pause]} ms"
# Of hosts: how the worst of them does.
HOSTS_NOTE = (
    "{host}: ready; worst of the pool: retransmits {now[retransmits of the worst host]} %, connection table "
    "{now[connection table used]} % used"
)
# Of a proxy: what it has loaded and how crowded it is.
PROXIES_NOTE = (
    "requests in flight {now[requests in flight]} % of the limit; routes without endpoints: {now[routes without "
    "endpoints]}; rules take {now[rule engine share of CPU]} % of CPU"
)
