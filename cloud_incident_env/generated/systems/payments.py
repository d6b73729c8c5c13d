"""A payments company: every authorisation walks through risk, tokens, routing and the ledger."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

PAYMENTS = System(
    name="payments",
    business="a payments company",
    users="merchants",
    services=(
        service("plugin", "shop-plugin checkout-sdk merchant-plugin pay-button", "node", "page", 1),
        service("dashboard", "merchant-dashboard back-office finance-portal account-console", "java", "front page", 3),
        service("page", "payment-page hosted-fields card-form pay-frame", "node", "forms", 1, "authorisation"),
        service("forms", "script-cdn form-edge sdk-delivery asset-edge", "cdn", "front", 1),
        service(
            "front",
            "front-door api-nginx intake-gateway public-api",
            "nginx",
            "authorise refunds reporting",
            1,
            "authorisation",
        ),
        service(
            "authorise",
            "authorisation-api auth-engine charge-core payment-intents",
            "java",
            "risk tokens routing ledger ~notify @config",
            1,
            "authorisation",
        ),
        service(
            "risk",
            "risk-scoring fraud-check decision-service shield-api",
            "python",
            "tokens? =scores ~signals @config",
            1,
        ),
        service(
            "tokens",
            "token-service card-tokens pan-mapper instrument-store",
            "go",
            "=tokens-db =scores @vault @network",
            1,
        ),
        service(
            "routing",
            "acquirer-routing scheme-router network-switch path-selector",
            "go",
            "acquirer =scores? @vault @coredns",
            1,
            "authorisation",
        ),
        service(
            "ledger",
            "ledger-service posting-api balance-keeper double-entry",
            "java",
            "=ledger-db =journal =tasks @registry",
            1,
        ),
        service(
            "refunds",
            "refund-service dispute-api reversal-service chargeback-desk",
            "java",
            "ledger routing tokens =tokens-db =tasks",
        ),
        service(
            "reporting",
            "reporting-api statement-service payout-overview insight-api",
            "python",
            "=ledger-db =files ~settlement @vault",
            3,
        ),
        service(
            "notify",
            "webhook-sender merchant-notifier callback-worker hook-delivery",
            "queue-worker",
            "=tasks =tokens-db @coredns",
        ),
        service(
            "signals",
            "signal-builder velocity-stream feature-counter pattern-feed",
            "stream-worker",
            "=journal =scores @kubernetes",
        ),
        service(
            "settlement",
            "settlement-run clearing-jobs payout-batch end-of-day",
            "batch-worker",
            "=ledger-db =files =journal @nodes @config",
        ),
        service("ledger-db", "ledger-db postings-db books-store balance-records", "postgres", "@nodes", 1),
        service("tokens-db", "tokens-db card-records instrument-db pan-store", "mysql", "@vault", 1),
        service("files", "statement-files clearing-bucket report-archive batch-files", "object-store", "@network", 3),
        service("scores", "score-cache counter-store velocity-cache fast-lookup", "redis", "@kubernetes"),
        service(
            "journal", "payment-journal transaction-log money-events audit-stream", "kafka", "@coredns @kubernetes"
        ),
        service("tasks", "delivery-queue task-exchange hook-queue outbound-broker", "rabbitmq", "@kubernetes"),
        service("acquirer", "acquiring-bank scheme-link processor-link issuer-network", "vendor", "", 1),
        service(
            "config", "rule-config merchant-settings parameter-service policy-store", "config-service", "@registry"
        ),
        service("vault", "hsm-vault key-management crypto-store secure-vault", "vault", "@registry", 1),
        service("registry", "cluster-registry service-directory quorum-store lease-store", "registry", "@nodes"),
        service("coredns", "private-dns zone-servers dns-core host-resolver", "coredns", "@network"),
        service(
            "kubernetes",
            "workload-scheduler cluster-control container-control placement-service",
            "kubernetes",
            "@registry",
        ),
        service("network", "secure-network zone-fabric pci-segment datacenter-fabric", "network", "", 1),
        service("nodes", "host-pool rack-servers compute-hosts machine-fleet", "nodes", "", 1),
        service("monitoring", "ledger-monitor settlement-watch money-observer clearing-alerts", "prometheus", "", 3),
    ),
)
