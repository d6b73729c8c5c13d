"""Memory runs out: what runtimes, kernels and kubelets print of it, whoever took the memory."""

from __future__ import annotations

from dataclasses import replace

from cloud_incident_env.generated.model import Line
from cloud_incident_env.generated.symptoms.aside import DEPLOYMENTS, HOSTS, NAMESPACES

# `heap` is a fact of the mode: the largest size of the heap in MB.
JAVA_MAJOR_COLLECTION = Line(
    "WARN  app.metrics.GcReport : end of major GC, G1 Old Generation (G1 Compaction Pause): "
    "{now[memory after collection]} % of {heap} MB in use after it, {now[longest pause]} ms",
    software=("java",),
    per_minute=0.7,
    elsewhere=True,
)
JAVA_HEAP_SPACE = Line(
    "ERROR Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Handler "
    "dispatch failed: java.lang.OutOfMemoryError: Java heap space] with root cause",
    software=("java",),
    per_minute=0.4,
)
JAVA_STARTED = Line(
    "INFO  o.s.b.w.e.tomcat.TomcatWebServer : Tomcat started on port 8080 (http) with context path '/'",
    software=("java",),
    per_minute=0.15,
)

# The kernel of a host, where all of its memory is used; and what the kubelet does before that.
NODE_OUT_OF_MEMORY = Line(
    "ERROR {host} kernel: Out of memory: Killed process {child} (java) total-vm:8{n:02d}4{n:02d}8kB, "
    "anon-rss:2{n:02d}7{n:02d}2kB, file-rss:0kB, shmem-rss:0kB, UID:1000 pgtables:6{n}4kB oom_score_adj:9{n:02d}",
    software=("nodes",),
    per_minute=0.6,
)
NODE_EVICTION = Line(
    'WARN  {host} kubelet: "Eviction manager: attempting to reclaim" resourceName="memory"',
    software=("nodes",),
    per_minute=0.5,
    elsewhere=True,
    aside={"host": HOSTS},
)

# The same, as the control plane tells of it.
K8S_OOM_KILLING = Line(
    'INFO  event.go:389] "Event occurred" object="{host}" kind="Node" apiVersion="v1" type="Warning" '
    'reason="OOMKilling" message="Memory cgroup out of memory: Killed process {child} ({caller})"',
    software=("kubernetes",),
    per_minute=0.8,
)
K8S_BACK_OFF = Line(
    'INFO  event.go:389] "Event occurred" object="{namespace}/{caller_instance}" kind="Pod" apiVersion="v1" '
    'type="Warning" reason="BackOff" message="Back-off restarting failed container"',
    software=("kubernetes",),
    per_minute=0.6,
    elsewhere=True,
    aside={"namespace": NAMESPACES, "caller": DEPLOYMENTS},
)

# Killed processes of a database take the sessions of all others with them.
PG_KILLED = Line(
    "LOG   server process (PID {child}) was terminated by signal 9: Killed", software=("postgres",), per_minute=0.2
)
PG_IN_RECOVERY = Line("FATAL the database system is in recovery mode", software=("postgres",), per_minute=0.6)

# A cache that may not evict refuses writes, and logs nothing of it; its clients print the reply.
# An entry that a cache does not take, whatever keeps it from that.
NOT_STORED = Line(
    "ERROR entry of {user} for request {trace} not stored: the cache did not take it",
    software=("java", "go", "node", "python"),
    per_minute=0.6,
    elsewhere=True,
    peers=("cache",),
)
NOT_STORED_BY_WORKERS = replace(NOT_STORED, software=("stream-worker", "queue-worker", "batch-worker"))

# Of hosts and their scheduler: `limit` and `peak` are facts of the mode, in MiB.
KILLED_NOTE = "last container that ended by itself: exit code 137, limit {limit}Mi, {peak}Mi in use at its end"
# Of a Java service: how the last process that ended did so.
EXIT_NOTE = "last exit code of {instance}: 3; memory after the last collection {now[memory after collection]} %"
