"""Memory runs out: what runtimes, kernels and kubelets print of it, whoever took the memory."""

from __future__ import annotations

from cloud_incident_env.generated.model import Line

# `heap` is a fact of the mode: the largest size of the heap in MB.
JAVA_MAJOR_COLLECTION = Line(
    "WARN  app.metrics.GcReport : end of major GC, G1 Old Generation (G1 Compaction Pause): "
    "{now[memory after collection]} % of {heap} MB in use after it, {now[longest pause]} ms",
    software=("java",),
    per_minute=0.7,
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
)

# Killed processes of a database take the sessions of all others with them.
PG_KILLED = Line(
    "LOG   server process (PID {child}) was terminated by signal 9: Killed", software=("postgres",), per_minute=0.2
)
PG_REINITIALIZING = Line(
    "LOG   all server processes terminated; reinitializing", software=("postgres",), per_minute=0.2
)
PG_IN_RECOVERY = Line("FATAL the database system is in recovery mode", software=("postgres",), per_minute=0.6)

# Of a Java service: how the last process that ended did so.
EXIT_NOTE = "last exit code of {instance}: 3; memory after the last collection {now[memory after collection]} %"
