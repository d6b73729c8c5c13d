"""An online shop: one way in, from the app through the storefront and the image network to the gateway."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

SHOP = System(
    name="shop",
    business="an online shop",
    users="customers",
    services=(
        service("mobile", "mobile-app shopping-app app-client phone-shop", "node", "web", 1),
        service("partners", "partner-portal seller-portal marketplace-portal merchant-center", "java", "web edge", 3),
        service("web", "web-storefront shop-frontend storefront-web shop-pages", "node", "images", 1, "checkout"),
        service("images", "images-cdn picture-edge asset-cdn static-content", "cdn", "edge =media"),
        service(
            "edge",
            "edge-gateway api-gateway public-ingress front-proxy",
            "envoy",
            "checkout catalog account search @coredns",
            1,
            "checkout",
        ),
        service(
            "checkout",
            "checkout-api basket-checkout purchase-service cart-flow",
            "java",
            "payments pricing inventory =orders-db ~fulfilment @config",
            1,
            "checkout",
        ),
        service(
            "payments",
            "payments-service charge-api pay-orchestrator payment-hub",
            "java",
            "card-vendor =orders-db =events @vault",
            1,
            "checkout",
        ),
        service(
            "catalog",
            "catalog-service product-info item-service assortment-api",
            "go",
            "pricing recommend? =catalog-db =cache @network",
        ),
        service(
            "search",
            "search-service product-finder query-api find-service",
            "python",
            "catalog =cache? ~stock-feed @coredns",
        ),
        service(
            "recommend",
            "recommendation-api suggestion-engine similar-items picks-service",
            "python",
            "=cache =events =media",
            3,
        ),
        service(
            "account",
            "account-service customer-profile identity-api member-service",
            "go",
            "recommend =orders-db =cache =jobs @vault",
        ),
        service(
            "pricing",
            "pricing-service price-engine offer-rules promo-calculator",
            "java",
            "=cache ~price-jobs @config",
        ),
        service(
            "inventory",
            "inventory-service stock-levels warehouse-api availability-service",
            "go",
            "=jobs =events ~stock-feed @registry",
        ),
        service(
            "fulfilment",
            "fulfilment-worker parcel-dispatcher shipment-handler packing-worker",
            "queue-worker",
            "=jobs =events @kubernetes @config",
        ),
        service(
            "stock-feed",
            "stock-feed supply-updates availability-stream goods-tracker",
            "stream-worker",
            "=events =catalog-db @kubernetes",
        ),
        service(
            "price-jobs",
            "price-jobs nightly-pricing markdown-scheduler tariff-batch",
            "batch-worker",
            "=catalog-db =media @nodes",
            3,
        ),
        service("orders-db", "orders-db order-store sales-db purchase-records", "postgres", "@nodes", 1),
        service("catalog-db", "catalog-db product-db item-store goods-db", "mysql", "@vault"),
        service("media", "media-bucket picture-store blob-archive photo-objects", "object-store", "@kubernetes", 3),
        service("cache", "shared-cache session-cache hot-items quick-store", "redis", "@kubernetes"),
        service("events", "order-events event-bus sales-stream activity-log", "kafka", "@registry"),
        service("jobs", "job-queue task-broker work-queue message-broker", "rabbitmq", "@coredns"),
        service("card-vendor", "card-processor acquirer-link card-network psp-connector", "vendor", "", 1),
        service(
            "config", "settings-service shop-config toggle-service runtime-settings", "config-service", "@registry"
        ),
        service("vault", "secret-store key-vault credential-store secrets-manager", "vault", "@network"),
        service(
            "registry", "service-registry discovery-store coordination-store cluster-catalog", "registry", "@nodes"
        ),
        service("coredns", "cluster-dns internal-dns resolver-dns name-resolver", "coredns", "@network"),
        service(
            "kubernetes", "cluster-scheduler orchestration-plane platform-control pod-scheduler", "kubernetes", "@nodes"
        ),
        service("network", "core-network pod-network cluster-fabric overlay-network", "network", "", 1),
        service("nodes", "worker-nodes compute-pool node-fleet machine-pool", "nodes", "", 1),
        service("monitoring", "shop-monitor store-watch order-observer retail-alerts", "prometheus", "", 3),
    ),
)
