"""A telehealth business: a portal with pages and gateway side by side, visits over records, video and claims."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

HEALTH = System(
    name="health",
    business="a telehealth service",
    users="patients",
    services=(
        service("patients", "patient-app care-app home-visit wellness-client", "node", "portal", 1),
        service("clinicians", "clinician-desk doctor-portal ward-terminal practice-client", "java", "portal", 1),
        service(
            "portal", "care-portal visit-web waiting-room patient-pages", "node", "assets edge", 1, "consultations"
        ),
        service("assets", "asset-edge leaflet-cdn page-cdn portal-static", "cdn", "records? =scans", 3),
        service(
            "edge",
            "edge-gateway care-ingress envoy-edge api-door",
            "envoy",
            "visits scripts monitor",
            1,
            "consultations",
        ),
        service(
            "visits",
            "visit-service encounter-api consultation-core appointment-flow",
            "java",
            "schedule video records billing ~claims @config",
            1,
            "consultations",
        ),
        service(
            "schedule",
            "schedule-api slot-finder calendar-service booking-service",
            "go",
            "=visits-db =slots =reminders",
        ),
        service(
            "video", "video-rooms call-service session-relay media-bridge", "go", "=slots =readings @network @nodes", 1
        ),
        service(
            "records", "record-service chart-api history-service patient-file", "java", "consent =charts-db =scans", 1
        ),
        service(
            "consent",
            "consent-service privacy-rules disclosure-api release-checks",
            "python",
            "=charts-db =slots? @vault @registry",
            1,
        ),
        service(
            "scripts",
            "prescription-api script-service medication-orders pharmacy-flow",
            "python",
            "records pharmacy =reminders ~claims @coredns",
        ),
        service(
            "billing",
            "billing-service copay-api charge-capture invoice-service",
            "java",
            "consent =slots ~eligibility @vault",
            2,
            "consultations",
        ),
        service(
            "monitor",
            "monitoring-api vitals-board home-readings trend-service",
            "go",
            "=slots ~vitals @config",
            3,
        ),
        service(
            "vitals",
            "vitals-intake device-stream sensor-feed wearable-reader",
            "stream-worker",
            "=readings =charts-db @kubernetes",
        ),
        service(
            "claims",
            "claims-worker insurer-sender remittance-worker form-filer",
            "queue-worker",
            "=reminders =visits-db =scans @coredns @config",
        ),
        service(
            "eligibility",
            "eligibility-run coverage-jobs plan-sync payer-import",
            "batch-worker",
            "=visits-db =readings @kubernetes",
            3,
        ),
        service("visits-db", "visits-db encounter-db appointment-store billing-records", "postgres", "@nodes", 1),
        service("charts-db", "charts-db clinical-db chart-store history-records", "postgres", "@vault", 1),
        service("scans", "scan-archive imaging-store document-bucket attachment-store", "object-store", "@kubernetes"),
        service("slots", "slot-cache room-cache session-store short-memory", "redis", "@kubernetes"),
        service("readings", "reading-stream device-events telemetry-log measurement-topics", "kafka", "@registry"),
        service("reminders", "reminder-queue message-hub outbox-broker letter-queue", "rabbitmq", "@coredns"),
        service("pharmacy", "pharmacy-network drug-directory dispensing-partner rx-exchange", "vendor"),
        service("config", "clinic-settings policy-config region-settings care-config", "config-service", "@registry"),
        service("vault", "secure-keys secrets-gate certificate-vault identity-keys", "vault", "@network"),
        service("registry", "ward-registry service-index cluster-state member-list", "registry", "@nodes"),
        service("coredns", "clinic-dns zone-service internal-lookup dns-nodes", "coredns", "@network"),
        service(
            "kubernetes", "care-cluster pod-supervisor container-plane workload-control", "kubernetes", "@registry"
        ),
        service("network", "hospital-links private-network site-fabric care-backbone", "network", "", 1),
        service("nodes", "secure-hosts compute-estate vm-fleet node-cluster", "nodes", "", 1),
        service("monitoring", "clinic-monitor ward-watch care-observer practice-alerts", "prometheus", "", 3),
    ),
)
