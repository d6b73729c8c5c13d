"""A ride hailing business: drivers hold a connection open, riders book on the web; both meet at the gateway."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

RIDES = System(
    name="rides",
    business="a ride hailing business",
    users="riders",
    services=(
        service("driver", "driver-app captain-app chauffeur-client partner-app", "java", "signal", 1),
        service("corporate", "corporate-portal business-travel company-desk fleet-portal", "java", "booking-web", 3),
        service("signal", "signal-sockets driver-sessions push-channel live-link", "node", "edge", 1),
        service("booking-web", "booking-web rider-site hail-page ride-web", "node", "edge tiles", 1, "booking"),
        service("tiles", "tiles-cdn map-edge tile-delivery chart-cdn", "cdn", "maps =tile-store", 3),
        service(
            "edge", "edge-envoy mobility-gateway api-edge public-router", "envoy", "trips fares location", 1, "booking"
        ),
        service(
            "trips",
            "trip-service ride-lifecycle journey-api trip-manager",
            "go",
            "dispatch payments fares =trips-db @registry @kubernetes",
            1,
            "booking",
        ),
        service(
            "dispatch",
            "dispatch-engine matching-service supply-matcher assignment-api",
            "go",
            "location eta =geo =tasks =trip-log @config",
            1,
            "booking",
        ),
        service(
            "location", "location-service position-api driver-tracker geo-service", "go", "=geo =trip-log ~tracks", 1
        ),
        service(
            "fares",
            "fare-service quote-api surge-pricing tariff-service",
            "python",
            "eta? =trips-db =accounts-db =geo? ~forecast @config",
        ),
        service(
            "eta", "eta-service arrival-estimator routing-api travel-times", "python", "maps =geo ~forecast @coredns"
        ),
        service("maps", "maps-service road-graph geocoder-api street-data", "java", "map-vendor =tile-store @network"),
        service(
            "payments",
            "payment-service wallet-api ride-billing charge-service",
            "java",
            "=accounts-db =tasks ~receipts @vault @coredns",
            1,
        ),
        service(
            "tracks",
            "track-writer gps-stream breadcrumb-feed route-recorder",
            "stream-worker",
            "=trip-log =trips-db @kubernetes",
        ),
        service(
            "receipts",
            "receipt-sender invoice-worker mail-dispatch trip-summaries",
            "queue-worker",
            "=tasks =accounts-db @vault @nodes",
            3,
        ),
        service(
            "forecast",
            "demand-forecast heatmap-jobs supply-planner zone-modeller",
            "batch-worker",
            "=tile-store =trip-log @config",
            3,
        ),
        service("trips-db", "trips-db ride-records journeys-db trip-ledger", "mysql", "@nodes", 1),
        service("accounts-db", "accounts-db people-db wallet-db rider-records", "postgres", "@network", 1),
        service("tile-store", "tile-store map-objects geodata-bucket raster-archive", "object-store", "@kubernetes", 3),
        service("geo", "geo-cache cell-index driver-positions nearby-index", "redis", "@kubernetes", 1),
        service("trip-log", "trip-log ride-events movement-topics mobility-stream", "kafka", "@coredns"),
        service("tasks", "task-broker offer-queue outbox-broker notice-queue", "rabbitmq", "@coredns"),
        service("map-vendor", "map-provider traffic-data directions-partner road-conditions", "vendor"),
        service("config", "city-config market-settings region-rules rollout-config", "config-service", "@registry"),
        service("vault", "secrets-vault keyring-service cert-authority token-vault", "vault", "@registry"),
        service("registry", "ring-registry member-registry consul-quorum peer-directory", "registry", "@nodes"),
        service("coredns", "mesh-dns name-lookup dns-resolvers zone-dns", "coredns", "@network"),
        service(
            "kubernetes", "cluster-manager pod-orchestrator scaling-plane job-placement", "kubernetes", "@registry"
        ),
        service("network", "site-network metro-fabric leaf-spine zone-network", "network", "", 1),
        service("nodes", "host-fleet compute-nodes server-pool vm-group", "nodes", "", 1),
        service("monitoring", "trip-monitor fleet-watch ride-observer driver-alerts", "prometheus", "", 3),
    ),
)
