"""A video streaming business: device sessions split into the gateway and the delivery of video."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

STREAMING = System(
    name="streaming",
    business="a video streaming business",
    users="viewers",
    services=(
        service("tv", "tv-app living-room set-top-client big-screen", "node", "hub", 1),
        service("web", "web-player browser-client watch-page site-player", "java", "hub edge"),
        service("hub", "device-hub client-bff session-front device-api", "node", "edge video", 1, "playback"),
        service("video", "video-cdn segment-edge delivery-pops stream-delivery", "cdn", "origin", 1, "playback"),
        service(
            "edge", "edge-proxy api-front ingress-nginx public-gateway", "nginx", "playback browse profile @coredns", 1
        ),
        service(
            "playback",
            "playback-api play-service stream-start watch-service",
            "java",
            "entitlement licence origin? =sessions ~progress @registry",
            1,
            "playback",
        ),
        service(
            "origin",
            "origin-packager manifest-service origin-shield media-packager",
            "go",
            "=segments =sessions ~encode @network",
            1,
            "playback",
        ),
        service(
            "entitlement",
            "entitlement-service plan-checker rights-api access-service",
            "go",
            "billing? =accounts-db =sessions @vault",
            1,
        ),
        service(
            "licence",
            "licence-server drm-service key-delivery licence-issuer",
            "java",
            "=titles-db =tasks @vault",
        ),
        service(
            "browse",
            "browse-api home-rows catalogue-api title-pages",
            "python",
            "recommend? =titles-db =sessions ~charts",
        ),
        service(
            "profile",
            "profile-service viewer-accounts household-api member-profile",
            "java",
            "billing recommend =accounts-db =tasks ~progress",
        ),
        service(
            "recommend",
            "recommender-api row-ranker taste-service up-next",
            "python",
            "=watch-log ~charts @config",
            3,
        ),
        service(
            "progress",
            "progress-tracker resume-points watch-history bookmark-stream",
            "stream-worker",
            "=watch-log =accounts-db @kubernetes @config",
        ),
        service(
            "encode",
            "encode-farm transcode-worker rendition-builder ladder-encoder",
            "queue-worker",
            "=tasks =segments =titles-db @config @vault @nodes",
            3,
        ),
        service(
            "charts",
            "charts-builder popularity-jobs top-lists daily-rollup",
            "batch-worker",
            "=segments =watch-log @kubernetes",
            3,
        ),
        service("billing", "billing-provider subscription-partner payment-partner invoice-provider", "vendor"),
        service("titles-db", "titles-db catalogue-db metadata-store content-records", "postgres", "@nodes"),
        service("accounts-db", "accounts-db subscriber-db members-store viewer-records", "mysql", "@vault", 1),
        service(
            "segments", "segment-store video-objects mezzanine-bucket media-archive", "object-store", "@network", 1
        ),
        service("sessions", "session-cache token-cache play-state live-sessions", "redis", "@kubernetes"),
        service("watch-log", "watch-log view-events telemetry-topics playback-events", "kafka", "@registry"),
        service("tasks", "task-queue ingest-queue work-broker pipeline-queue", "rabbitmq", "@coredns", 3),
        service("config", "dynamic-config settings-api device-settings feature-store", "config-service", "@registry"),
        service("vault", "key-store secrets-vault certificate-store credential-vault", "vault", "@coredns"),
        service("registry", "instance-registry eureka-cluster discovery-api lookup-registry", "registry", "@nodes"),
        service("coredns", "zone-resolver dns-cluster name-service internal-resolver", "coredns", "@network"),
        service(
            "kubernetes",
            "container-platform titan-scheduler capacity-control workload-manager",
            "kubernetes",
            "@registry",
        ),
        service("network", "backbone-fabric data-network region-network transit-fabric", "network", "", 1),
        service("nodes", "compute-fleet instance-pool bare-metal host-group", "nodes", "", 1),
        service("monitoring", "playback-monitor stream-watch channel-observer viewer-alerts", "prometheus", "", 3),
    ),
)
