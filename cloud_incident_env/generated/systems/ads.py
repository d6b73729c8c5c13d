"""An ad exchange: auctions on one side, the campaign desk on the other; they share budgets and events."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

ADS = System(
    name="ads",
    business="an ad exchange",
    users="advertisers",
    services=(
        service("tag", "publisher-tag page-tag site-sdk ad-slot", "node", "loader", 1),
        service("advertisers", "advertiser-portal agency-portal buyer-console trading-ui", "java", "desk", 2),
        service("loader", "ad-loader slot-renderer placement-web script-loader", "node", "creatives", 1),
        service("desk", "campaign-desk buying-desk trade-desk planner-web", "node", "campaigns exchange", 2),
        service("creatives", "creative-cdn banner-edge ad-delivery media-cdn", "cdn", "exchange =banners", 1),
        service(
            "exchange",
            "bid-gateway exchange-edge auction-ingress request-router",
            "envoy",
            "auction tracking",
            1,
            "auctions",
        ),
        service(
            "auction",
            "auction-engine bid-auction deal-clearing slot-market",
            "go",
            "bidders budgets =pace =clicks @config",
            1,
            "auctions",
        ),
        service(
            "bidders",
            "bidder-fleet bid-service demand-api offer-engine",
            "go",
            "partners models profiles? =pace",
            1,
            "auctions",
        ),
        service(
            "models",
            "model-server click-predictor ranking-api scoring-service",
            "python",
            "profiles =banners ~trainer @registry @config",
        ),
        service(
            "profiles",
            "audience-service segment-api profile-lookup interest-graph",
            "go",
            "=segments-db =pace @network @coredns",
        ),
        service(
            "budgets",
            "budget-service pacing-api spend-guard limit-keeper",
            "java",
            "=campaigns-db =pace? ~spend @config",
            1,
            "auctions",
        ),
        service(
            "tracking",
            "tracking-api impression-log pixel-service beacon-intake",
            "go",
            "profiles =clicks =segments-db @vault @coredns",
        ),
        service(
            "campaigns",
            "campaign-service order-api line-items flight-manager",
            "java",
            "budgets profiles =campaigns-db =inbox ~review @vault",
        ),
        service(
            "spend",
            "spend-stream cost-aggregator event-joiner billing-stream",
            "stream-worker",
            "=clicks =campaigns-db =inbox @kubernetes",
        ),
        service(
            "review",
            "creative-review asset-checker policy-review banner-scanner",
            "queue-worker",
            "=inbox =banners @vault @nodes",
            3,
        ),
        service(
            "trainer",
            "model-trainer feature-jobs nightly-training segment-builder",
            "batch-worker",
            "=segments-db =clicks @kubernetes",
            3,
        ),
        service("campaigns-db", "campaigns-db orders-store flights-db line-records", "postgres", "@network", 1),
        service("segments-db", "segments-db audience-db cookie-store interest-records", "mysql", "@nodes"),
        service(
            "banners", "banner-bucket creative-objects model-artifacts asset-archive", "object-store", "@kubernetes"
        ),
        service("pace", "pacing-cache frequency-caps bid-counters counter-grid", "redis", "@kubernetes", 1),
        service("clicks", "click-log event-firehose impression-topics bid-events", "kafka", "@registry", 1),
        service("inbox", "review-queue work-inbox notice-exchange approval-queue", "rabbitmq", "@coredns", 3),
        service("partners", "demand-partner external-dsp partner-bidder outside-demand", "vendor"),
        service("config", "bid-rules floor-settings control-config switchboard-api", "config-service", "@registry"),
        service("vault", "secrets-box token-keeper key-depot cert-manager", "vault", "@registry"),
        service("registry", "zookeeper-ring endpoint-registry leader-store fleet-directory", "registry", "@nodes"),
        service("coredns", "fast-dns dns-layer host-names resolver-tier", "coredns", "@network"),
        service("kubernetes", "compute-scheduler cluster-api batch-platform scaling-control", "kubernetes", "@nodes"),
        service("network", "exchange-fabric peering-fabric colo-network low-latency-net", "network", "", 1),
        service("nodes", "colo-hosts bid-hosts rack-fleet server-nodes", "nodes", "", 1),
        service("monitoring", "spend-watch campaign-monitor bid-observer pacing-alerts", "prometheus", "", 3),
    ),
)
