"""What software logs when somebody restarts it, rolls it back or changes it."""

from __future__ import annotations

from cloud_incident_env.generated.model import Software

_JAVA = (
    "INFO  o.s.b.w.e.tomcat.GracefulShutdown : Commencing graceful shutdown. Waiting for active requests to complete",
    "INFO  o.s.b.w.e.tomcat.TomcatWebServer : Tomcat started on port 8080 (http) with context path '/'",
    "INFO  app.Application : version {running} is ready",
)
_RESTARTED: dict[str, tuple[str, ...]] = {
    "postgres": (
        "LOG   received fast shutdown request",
        "LOG   database system is shut down",
        "LOG   database system is ready to accept connections",
    ),
    "mysql": (
        "INFO  [MY-013172] [Server] Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: "
        "{product}).",
        "INFO  [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '{product}'  socket: "
        "'/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.",
    ),
    "redis": (
        "INFO  User requested shutdown...",
        "INFO  Ready to accept connections tcp",
    ),
    "kafka": (
        "INFO  Terminating process due to signal SIGTERM (org.apache.kafka.common.utils.LoggingSignalHandler)",
        "INFO  Kafka version: {product} (org.apache.kafka.common.utils.AppInfoParser)",
        "INFO  [KafkaRaftServer nodeId=2] Kafka Server started (kafka.server.KafkaRaftServer)",
    ),
    "rabbitmq": (
        "INFO  RabbitMQ is asked to stop...",
        "INFO  Server startup complete; 4 plugins started.",
    ),
    "nginx": ("INFO  signal 3 (SIGQUIT) received, shutting down", "INFO  start worker processes"),
    "envoy": (
        "WARN  [main] caught ENVOY_SIGTERM",
        "INFO  [config] all dependencies initialized. starting workers",
    ),
    "cdn": ("INFO  CLI Rd stop", "INFO  CLI Rd start", "INFO  CLI Wr 200 0 Child state running"),
    "coredns": (
        "INFO  SIGTERM: Shutting down servers then terminating",
        "INFO  CoreDNS-{product}",
    ),
    "registry": (
        "INFO  received signal; shutting down: signal=terminated",
        "INFO  ready to serve client requests",
    ),
    "vault": (
        "INFO  core: marked as sealed",
        "INFO  core: vault is unsealed",
        "INFO  core: post-unseal setup complete",
    ),
    "kubernetes": (
        'INFO  genericapiserver.go:720] "[graceful-termination] shutdown event" name="ShutdownInitiated"',
        "INFO  leaderelection.go:271] successfully acquired lease kube-system/kube-controller-manager",
    ),
    "nodes": (
        "INFO  {host} systemd: Shutting down.",
        "INFO  {host} systemd: Reached target Multi-User System.",
    ),
    "network": ("INFO  bird: Shutdown requested", "INFO  bird: Started"),
    "prometheus": (
        'WARN  msg="Received an OS signal, exiting gracefully..." signal=terminated',
        'INFO  msg="Server is ready to receive web requests."',
    ),
    "java": _JAVA,
    "go": ("INFO  received signal terminated, draining", "INFO  listening on :8080, version {running}"),
    "python": (
        "INFO  uvicorn.error : Shutting down",
        "INFO  uvicorn.error : Application startup complete.",
        "INFO  app.main : version {running} is ready",
    ),
    "node": ("INFO  SIGTERM received, closing the HTTP server", "INFO  listening on :8080, version {running}"),
    "stream-worker": (
        "INFO  o.a.k.c.c.internals.ConsumerCoordinator : [Consumer clientId={instance}, groupId={service}] Revoke "
        "previously assigned partitions",
        "INFO  app.Application : version {running} is ready",
    ),
    "queue-worker": (
        "INFO  celery.worker : worker: Warm shutdown (MainProcess)",
        "INFO  celery.apps.worker : {service}@{instance} ready.",
    ),
    "batch-worker": (
        "INFO  apscheduler.scheduler : Scheduler has been shut down",
        "INFO  apscheduler.scheduler : Scheduler started",
    ),
    "vendor": ("INFO  connector: stopping, open requests are finished", "INFO  connector: version {running} is ready"),
}
_USUAL = ("INFO  received SIGTERM, finishing open requests", "INFO  started, version {running}")

_SCALED: dict[str, tuple[str, ...]] = {
    "postgres": (
        "LOG   replication connection authorized: user=replicator application_name={service}-{members} SSL enabled "
        "(protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)",
    ),
    "mysql": (
        "INFO  [MY-010462] [Repl] Start binlog_dump to source_thread_id({count}) replica_server({members}), pos(, 4)",
    ),
    "redis": ("INFO  Replica {ip}:6379 asks for synchronization",),
    "kafka": (
        "INFO  [QuorumController id=2] Registered new broker: brokerId={members} "
        "(org.apache.kafka.controller.ClusterControlManager)",
    ),
    "rabbitmq": ("INFO  rabbit on node 'rabbit@{service}-{members}' up",),
    "registry": ("INFO  added member: added-peer-peer-urls=http://{service}-{members}.internal:2380",),
    "nginx": ("INFO  [lua] peers.lua:38: members(): {members} instances of {service}, context: ngx.timer",),
    "envoy": ("INFO  [upstream] cds: add 0 cluster(s), remove 0 cluster(s)",),
    "kubernetes": ('INFO  endpointslice_controller.go:361] "Endpoints changed" service="{service}" members={members}',),
    "nodes": ('INFO  {host} kubelet: "Successfully registered node" node="{host}"',),
    "network": ("INFO  calico-node: confd/client.go 999: Recompute BGP peerings: {members} nodes",),
    "prometheus": ('INFO  msg="Loading configuration file" filename=/etc/prometheus/prometheus.yml',),
    "cdn": ("INFO  VCL_Log {members} edges serve this site",),
}
_CLEARED: dict[str, tuple[str, ...]] = {
    "redis": ("INFO  DB saved on disk",),  # all that the server logs of FLUSHALL
    "cdn": ("INFO  CLI telnet {ip} {port} 127.0.0.1 6082 Rd ban req.url ~ .",),
    "nginx": ("INFO  [lua] cache.lua:22: purge(): all zones emptied, context: ngx.timer",),
    "kubernetes": ("INFO  cacher.go:463] watch cache dropped and filled anew",),
    "nodes": ("INFO  {host} systemd: Finished Drop caches.",),
    "network": ("INFO  calico-node: felix/route_table.go 1091: Queueing a full resync of the route table",),
    "prometheus": (),
    "postgres": (),
    "mysql": (),
    "kafka": (),
}
_SWITCHED: dict[str, tuple[str, ...]] = {
    "postgres": ("LOG   received SIGHUP, reloading configuration files",),
    "mysql": (),
    "redis": ("INFO  CONFIG REWRITE executed with success.",),
    "kafka": (
        "INFO  [DynamicConfigPublisher broker id=2] Updating cluster configuration "
        "(kafka.server.metadata.DynamicConfigPublisher)",
    ),
    "kubernetes": ("INFO  dynamic_cafile_content.go:119] configuration read again: 1 flag changed",),
    "nodes": ("INFO  {host} systemd: Reloading.",),
    "network": ("INFO  calico-node: felix/async_calc_graph.go 121: Config updated: 1 key changed",),
    "nginx": ("INFO  reconfiguring",),
    "envoy": ("INFO  [runtime] layer admin: 1 key changed",),
    "cdn": ("INFO  VCL_Log configuration read again: 1 flag changed",),
    "prometheus": ('INFO  msg="Completed loading of configuration file" filename=/etc/prometheus/flags.yml',),
}
_BY_ACTION: dict[str, tuple[dict[str, tuple[str, ...]], tuple[str, ...]]] = {
    "restart_service": (_RESTARTED, _USUAL),
    "rollback_deploy": (_RESTARTED, _USUAL),
    "scale_service": (_SCALED, ("INFO  membership changed: {members} instances",)),
    "clear_cache": (_CLEARED, ("INFO  all entries dropped by an operator",)),
    "disable_feature_flag": (_SWITCHED, ("INFO  configuration read again: 1 flag changed",)),
}


def action_lines(software: Software, action: str) -> tuple[str, ...]:
    """The lines that a service logs for an action on it."""
    found = _BY_ACTION.get(action)
    if found is None:
        return ()
    lines, usual = found
    return lines.get(software.name, usual)
