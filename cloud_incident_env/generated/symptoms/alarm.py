"""Measuring, its rules and its calendar, and requests that no user sends."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import DEPLOYMENTS

RULES_LOADED = Line(
    'INFO  msg="Completed loading of configuration file" filename=/etc/prometheus/prometheus.yml totalDuration={n}ms',
    software=("prometheus",),
    per_minute=0.15,
    elsewhere=True,
)
SCRAPE_LATE = Line(
    'DEBUG msg="Scrape failed" component="scrape manager" scrape_pool={caller} target=http://{ip}:8080/metrics '
    'err="context deadline exceeded"',
    software=("prometheus",),
    per_minute=0.4,
    elsewhere=True,
    aside={"caller": DEPLOYMENTS},
)
# `absent` is the address of a target that does not answer.
SCRAPE_REFUSED = Line(
    'DEBUG msg="Scrape failed" component="scrape manager" target=http://{absent}:8080/metrics err="Get '
    '\\"http://{absent}:8080/metrics\\": dial tcp {absent}:8080: connect: connection refused"',
    software=("prometheus",),
    elsewhere=True,
)
SAMPLES_DIFFER = Line(
    'WARN  msg="Error on ingesting samples with different value but same timestamp" component="scrape manager" '
    "scrape_pool={caller} target=http://{ip}:9090/metrics num_dropped={n}",
    software=("prometheus",),
    elsewhere=True,
)
DUPLICATE_SERIES = Line(
    'WARN  msg="Evaluating rule failed" component="rule manager" file=/etc/prometheus/rules/recording.yml '
    'group=recording name=job:errors:ratio5m index={few} err="found duplicate series for the match group '
    '{{job=\\"{caller}\\"}} on the right hand-side of the operation;many-to-many matching not allowed: matching '
    'labels must be unique on one side"',
    software=("prometheus",),
    per_minute=0.3,
    elsewhere=True,
)
# `pool` is the log that an exporter reads.
LINE_SKIPPED = Line(
    'WARN  msg="{Skipping line|Line not parsed|Ignoring line|Line dropped}" component=exporter source={pool} '
    'err="strconv.{Atoi|ParseInt|ParseUint}: parsing \\"0.0{n}\\": invalid '
    'syntax"',
    software=("prometheus",),
    per_minute=0.6,
    elsewhere=True,
)
WINDOW_ACTIVE = Line(
    'INFO  msg="window active" component=calendar window={ticket} minutes={window}',
    software=("prometheus",),
    per_minute=0.2,
    elsewhere=True,
)
# A run of requests that no user sends: its number, profile and agent, and what its requests are answered.
STAGE = Line(
    'INFO  msg="stage running" component=load-runner run={run} profile={plan_name} agent={agent} elapsed={changed}m',
    software=("prometheus",),
    elsewhere=True,
)
STAGE_SHARE = Line(
    'INFO  msg="thresholds evaluated" component=load-runner run={run} share={now[requests by test clients]}%',
    software=("prometheus",),
    per_minute=0.3,
    elsewhere=True,
)
AGENT_GO = Line(
    'INFO  POST {path} {answered} in {took}ms remote={generator} user_agent="{agent}"', software=("go",), elsewhere=True
)
AGENT_JAVA = Line(
    "INFO  app.web.RequestLog : POST {path} {answered} {took} ms, client {generator}, agent {agent}",
    software=("java",),
    elsewhere=True,
)
AGENT_PYTHON = Line(
    "INFO  app.middleware : POST {path} {answered} in {took} ms, client {generator}, agent {agent}",
    software=("python",),
    elsewhere=True,
)
AGENT_NODE = Line(
    "INFO  POST {path} {answered} {took} ms from {generator} agent {agent}", software=("node",), elsewhere=True
)
AGENT = (AGENT_GO, AGENT_JAVA, AGENT_PYTHON, AGENT_NODE)
