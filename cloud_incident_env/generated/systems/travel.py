"""A travel booking business: search on one arm, holds and tickets on the other, fares under both."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

TRAVEL = System(
    name="travel",
    business="a travel booking business",
    users="travellers",
    services=(
        service("traveller", "traveller-app trip-companion journey-client holiday-app", "node", "site", 1),
        service("agents", "agent-desk travel-agents office-terminal reseller-portal", "java", "site front", 3),
        service("site", "booking-site travel-web destination-pages flight-web", "node", "static", 1, "bookings"),
        service("static", "static-cdn page-edge brochure-edge content-cdn", "cdn", "front =brochures"),
        service(
            "front",
            "front-nginx api-entry booking-gateway edge-proxy",
            "nginx",
            "search holds trips @vault",
            1,
            "bookings",
        ),
        service("search", "flight-search offer-search itinerary-finder shopping-api", "go", "fares hotels? =offers", 1),
        service(
            "fares",
            "fare-engine price-quote tariff-api availability-engine",
            "java",
            "airline =offers ~refresh @config",
            1,
        ),
        service(
            "hotels",
            "hotel-service stay-api rooms-catalogue lodging-service",
            "python",
            "=stays-db =offers? =brochures ~rates-run",
        ),
        service(
            "holds",
            "hold-service reservation-api seat-holds booking-core",
            "java",
            "fares payments extras =bookings-db ~ticketing @registry",
            1,
            "bookings",
        ),
        service(
            "extras",
            "extras-service baggage-api seat-maps ancillary-service",
            "python",
            "hotels =offers @coredns",
            3,
        ),
        service(
            "payments",
            "payment-service checkout-pay fare-payment money-api",
            "java",
            "=dispatch =changes @vault",
            1,
            "bookings",
        ),
        service(
            "trips", "trip-service my-trips itinerary-api manage-booking", "node", "profiles =bookings-db ~ticketing"
        ),
        service(
            "profiles",
            "profile-api loyalty-service traveller-records miles-service",
            "go",
            "=stays-db =dispatch @vault @network",
        ),
        service(
            "refresh",
            "fare-refresh schedule-feed seat-updates change-listener",
            "stream-worker",
            "=changes =offers @kubernetes",
        ),
        service(
            "ticketing",
            "ticket-issuer ticketing-worker document-sender voucher-worker",
            "queue-worker",
            "=dispatch =bookings-db =brochures @coredns",
        ),
        service(
            "rates-run",
            "rates-run hotel-loader nightly-rates allotment-jobs",
            "batch-worker",
            "=stays-db =changes @nodes @config",
            3,
        ),
        service("bookings-db", "bookings-db reservation-db pnr-store travel-records", "postgres", "@nodes", 1),
        service("stays-db", "stays-db property-db loyalty-db partner-records", "mysql", "@nodes"),
        service(
            "brochures", "brochure-bucket document-store ticket-archive photo-bucket", "object-store", "@network", 3
        ),
        service("offers", "offer-cache fare-cache search-results quote-memory", "redis", "@kubernetes"),
        service("changes", "change-feed travel-events schedule-topics booking-events", "kafka", "@registry"),
        service("dispatch", "dispatch-queue mail-broker voucher-queue outgoing-queue", "rabbitmq", "@coredns"),
        service("airline", "airline-link global-distribution carrier-api flight-supplier", "vendor", "", 1),
        service("config", "market-rules site-settings markup-config tuning-config", "config-service", "@registry"),
        service("vault", "secrets-core key-safe credential-api pki-store", "vault", "@registry"),
        service("registry", "cell-registry service-map raft-store coordination-ring", "registry", "@nodes"),
        service("coredns", "dns-farm internal-zones name-gateway lookup-dns", "coredns", "@network"),
        service(
            "kubernetes", "platform-scheduler pod-placement cluster-engine stack-control", "kubernetes", "@registry"
        ),
        service("network", "wide-network interconnect-fabric cloud-links subnet-fabric", "network", "", 1),
        service("nodes", "host-machines compute-base node-estate virtual-hosts", "nodes", "", 1),
        service("monitoring", "booking-monitor journey-watch trip-observer fare-alerts", "prometheus", "", 3),
    ),
)
