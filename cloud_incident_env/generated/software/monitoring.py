"""What measures the others and raises alerts."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software
from cloud_incident_env.generated.software import gauges

PROMETHEUS = Software(
    name="prometheus",
    kind="monitoring",
    dialect="logfmt",
    release="Prometheus",
    gauges=gauges.MONITORING,
    latency=(2, 12),
    versions=("3.1.0", "3.2.1", "3.3.1", "3.4.1", "3.4.2", "3.5.0", "3.6.0", "3.7.3"),
    noise=(
        'INFO  msg="Head GC completed" component=tsdb caller=truncateMemory duration={n}.377416ms',
        'INFO  msg="Loading configuration file" filename=/etc/prometheus/prometheus.yml',
        'INFO  msg="Completed loading of configuration file" filename=/etc/prometheus/prometheus.yml '
        "totalDuration={n}.614907ms",
        'INFO  msg="Remote storage resharding" component=remote remote_name=archive '
        "url=https://archive.example/api/v1/write from=2 to=3",
        'INFO  msg="Remote storage resharding" component=remote remote_name=archive '
        "url=https://archive.example/api/v1/write from=3 to=2",
        'DEBUG msg="Scrape failed" component="scrape manager" scrape_pool=preview target=http://{ip}:8080/metrics '
        'err="server returned HTTP status 404 Not Found"',
        'DEBUG msg="Out of order sample" component="scrape manager" scrape_pool=preview '
        'target=http://{ip}:8080/metrics series="preview_builds_total{{stage=\\"{few}\\"}}"',
        'DEBUG msg="Duplicate sample for timestamp" component="scrape manager" scrape_pool={caller} '
        'target=http://{ip}:9090/metrics series="build_info{{commit=\\"{hex}\\"}}"',
        'DEBUG msg="Out of bounds metric" component="scrape manager" scrape_pool=preview '
        'target=http://{ip}:8080/metrics series="preview_age_seconds"',
        'DEBUG msg="kubernetes discovery update" component="discovery manager scrape" discovery=kubernetes '
        "config={caller} role=pod",
        'DEBUG msg="Discoverer channel closed" component="discovery manager scrape" provider=static/0',
        'DEBUG msg="Append failed" component="scrape manager" scrape_pool=preview target=http://{ip}:8080/metrics '
        'err="sample limit exceeded"',
        'WARN  msg="Error on ingesting samples with different value but same timestamp" component="scrape manager" '
        "scrape_pool={caller} target=http://{ip}:9090/metrics num_dropped={n}",
        'WARN  msg="Error on ingesting out-of-order samples" component="scrape manager" scrape_pool=preview '
        "target=http://{ip}:8080/metrics num_dropped={n}",
        'WARN  msg="Error on ingesting samples that are too old or are too far into the future" component="scrape '
        'manager" scrape_pool=preview target=http://{ip}:8080/metrics num_dropped={n}',
        'WARN  msg="Evaluating rule failed" component="rule manager" file=/etc/prometheus/rules/reports.yml '
        'group=reports name=report:age index=3 err="found duplicate series for the match group '
        '{{job=\\"reports\\"}} on the right hand-side of the operation;many-to-many matching not allowed: matching '
        'labels must be unique on one side"',
        'WARN  msg="Failed to send batch, retrying" component=remote remote_name=archive '
        'url=https://archive.example/api/v1/write err="server returned HTTP status 429 Too Many Requests"',
        'WARN  msg="Skipping resharding, last successful send was beyond threshold" component=remote '
        "remote_name=archive lastSendTimestamp={epoch}",
        'WARN  msg="Rule evaluation result discarded" component="rule manager" file=/etc/prometheus/rules/reports.yml '
        'group=reports name=report:lines index=4 err="duplicate sample for timestamp"',
        'WARN  msg="DNS resolution failed" component="discovery manager scrape" discovery=dns config=lab '
        'server={dns_ip} name=lab-{n}.internal. err="NXDOMAIN"',
        'WARN  msg="{Skipping line|Line not parsed|Ignoring line|Line dropped}" component=exporter source=preview-log '
        'err="strconv.{Atoi|ParseInt|ParseUint}: parsing \\"-\\": invalid syntax"',
        'ERROR msg="error writing response" component=web url="/api/v1/query_range" bytesWritten=0 err="write tcp '
        '{ip}:9090->{ip}:{port}: write: broken pipe"',
        'ERROR msg="http: TLS handshake error from {ip}:{port}: EOF" component=web',
        'ERROR msg="Unable to refresh target groups" component="discovery manager scrape" discovery=http '
        'config=preview err="server returned HTTP status 404 Not Found"',
        'ERROR msg="Error reading file" component="discovery manager scrape" discovery=file '
        'path=/etc/prometheus/targets/lab-{n}.json err="unexpected end of JSON input"',
    ),
    peers={},
    events=(
        "Rule files: 14, checked by promtool before each release",
        "Samples are kept for 15 days here, 400 days in the archive",
        "Scrape interval 15 s, evaluation interval 30 s",
        "Dashboards generated from code {n} days ago",
        "Pager schedule: exported every night",
        "Recording rules were reviewed {n} days ago",
    ),
    changes=(
        "configuration {version}: rule files sorted by team",
        "rule file reports.yml: annotation summary reworded",
        "rule file reports.yml: two recording rules renamed",
        "scrape pool preview: interval 15s -> 30s",
        "settings: --storage.tsdb.retention.time 14d -> 15d",
        "settings: --log.level info -> debug",
        "dashboards: panel of costs added",
        "remote write: metadata of series is sent along",
    ),
    runbook=(
        "list_firing_alerts",
        "list_scrape_targets",
        "show_rule_evaluations",
        "export_rule_files",
        "export_dashboards",
        "compare_rule_revisions",
        "rotate_log_files",
        "list_recent_changes",
        "show_contact_list",
    ),
)
