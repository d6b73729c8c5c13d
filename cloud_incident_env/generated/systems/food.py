"""A food delivery business: diners, couriers and kitchens; orders fan out to all who take part."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

FOOD = System(
    name="food",
    business="a food delivery business",
    users="diners",
    services=(
        service("diner", "diner-app hungry-app eater-client order-app", "node", "shell", 1),
        service("courier", "courier-app bike-client delivery-app carrier-client", "java", "edge", 1),
        service("shell", "web-shell ordering-site menu-web local-pages", "node", "edge photos", 1, "ordering"),
        service("photos", "photo-cdn dish-images menu-pictures plate-edge", "cdn", "menus =images", 3),
        service(
            "edge", "api-nginx entry-proxy edge-router front-gateway", "nginx", "orders menus couriers", 1, "ordering"
        ),
        service(
            "orders",
            "orders-api order-desk basket-service order-flow",
            "java",
            "payments quotes kitchens assign =orders-db @config",
            1,
            "ordering",
        ),
        service(
            "menus",
            "menu-service dish-catalogue restaurant-api listing-service",
            "python",
            "quotes =menus-db =hot? =images ~ratings",
        ),
        service(
            "quotes",
            "quote-service delivery-fees basket-pricing fee-calculator",
            "python",
            "=menus-db =hot ~ratings? @registry",
        ),
        service(
            "kitchens",
            "kitchen-service restaurant-link prep-times venue-api",
            "node",
            "=menus-db =jobs ~tickets @coredns @network",
        ),
        service(
            "assign",
            "assignment-engine courier-matching job-allocator dispatch-brain",
            "go",
            "couriers quotes? kitchens =hot =jobs",
            1,
        ),
        service(
            "couriers", "courier-service fleet-api shift-service bike-fleet", "go", "=hot =trail ~positions @registry"
        ),
        service(
            "payments",
            "payment-api tab-service pay-flow charge-desk",
            "java",
            "pay-vendor =orders-db =trail @vault",
            1,
            "ordering",
        ),
        service(
            "positions",
            "position-feed gps-intake whereabouts-stream live-tracks",
            "stream-worker",
            "=trail =hot @kubernetes @config",
        ),
        service(
            "tickets",
            "ticket-sender kitchen-printer order-relay venue-notifier",
            "queue-worker",
            "=jobs =orders-db @vault @nodes",
        ),
        service(
            "ratings",
            "ratings-rollup review-jobs score-builder popularity-run",
            "batch-worker",
            "=images =trail @kubernetes",
            3,
        ),
        service("orders-db", "orders-db meal-orders delivery-db order-records", "postgres", "@nodes @network", 1),
        service("menus-db", "menus-db dish-db restaurant-db listings-store", "mysql", "@vault"),
        service("images", "image-bucket photo-objects picture-archive upload-store", "object-store", "@nodes", 3),
        service("hot", "hot-cache nearby-cache city-cache quick-lookup", "redis", "@kubernetes"),
        service("trail", "event-trail delivery-events order-topics city-stream", "kafka", "@registry"),
        service("jobs", "job-broker kitchen-queue message-exchange relay-queue", "rabbitmq", "@coredns"),
        service("pay-vendor", "payment-partner card-partner wallet-provider charge-provider", "vendor", "", 1),
        service("config", "city-settings zone-config experiment-service market-config", "config-service", "@coredns"),
        service("vault", "secret-keeper secrets-api token-store cert-store", "vault", "@registry"),
        service("registry", "node-registry service-catalog etcd-members discovery-ring", "registry", "@nodes"),
        service("coredns", "dns-service name-servers cluster-resolver local-dns", "coredns", "@network"),
        service("kubernetes", "cluster-plane container-scheduler deploy-plane pod-control", "kubernetes", "@registry"),
        service("network", "zone-links cloud-network vpc-fabric router-mesh", "network", "", 1),
        service("nodes", "vm-pool compute-group cluster-hosts instance-fleet", "nodes", "", 1),
        service("monitoring", "kitchen-monitor courier-watch meal-observer dispatch-alerts", "prometheus", "", 3),
    ),
)
