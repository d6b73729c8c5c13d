"""A business for documents and chat: pages by the asset network, live edits by a socket proxy of their own."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

COLLABORATION = System(
    name="collaboration",
    business="a business for shared documents and chat",
    users="teams",
    services=(
        service("desktop", "desktop-client native-shell desk-app workspace-app", "node", "editor", 1),
        service("admin", "admin-console org-portal tenant-admin owner-pages", "java", "editor edge", 3),
        service("editor", "web-editor page-editor canvas-web doc-frontend", "node", "assets sockets", 1),
        service("assets", "asset-cdn bundle-edge file-previews static-edge", "cdn", "edge =files"),
        service(
            "edge",
            "edge-ingress envoy-front public-edge api-ingress",
            "envoy",
            "documents chat workspace search",
            1,
            "upgrades",
        ),
        service(
            "sockets", "socket-proxy realtime-ingress stream-gateway websocket-front", "nginx", "sync chat @registry", 1
        ),
        service(
            "sync",
            "sync-service live-edit operations-api merge-engine",
            "node",
            "documents presence? =ops-log =live",
            1,
        ),
        service(
            "documents",
            "document-service page-store doc-api content-blocks",
            "go",
            "permissions =docs-db =files ~compaction @network",
            1,
        ),
        service(
            "chat",
            "chat-service message-api channel-service thread-api",
            "java",
            "presence permissions =docs-db =ops-log ~mailer",
        ),
        service("presence", "presence-service cursor-api online-status who-is-here", "go", "=live =ops-log @config", 3),
        service(
            "permissions",
            "permission-service sharing-api access-rules acl-service",
            "java",
            "=members-db =live =jobs @vault",
            1,
        ),
        service(
            "workspace",
            "workspace-api team-service seat-manager plan-service",
            "java",
            "billing permissions =members-db =jobs @config @vault",
            2,
            "upgrades",
        ),
        service(
            "search",
            "search-api quick-find lookup-service full-text",
            "python",
            "permissions =live? ~indexer @coredns",
        ),
        service(
            "indexer",
            "content-indexer text-extractor crawl-stream change-reader",
            "stream-worker",
            "=ops-log =files @kubernetes",
        ),
        service(
            "mailer",
            "mail-worker digest-sender mention-notifier invite-sender",
            "queue-worker",
            "=jobs =members-db @coredns @kubernetes",
            3,
        ),
        service(
            "compaction",
            "history-compaction snapshot-jobs revision-rollup trash-cleanup",
            "batch-worker",
            "=docs-db @nodes",
            3,
        ),
        service("docs-db", "docs-db page-db document-records block-db", "postgres", "@nodes", 1),
        service("members-db", "members-db people-store org-db seat-records", "mysql", "@vault", 1),
        service("files", "file-store attachment-bucket upload-archive object-vault", "object-store", "@network"),
        service("live", "live-state presence-cache cursor-cache session-memory", "redis", "@kubernetes"),
        service("ops-log", "operation-log edit-events change-topics revision-stream", "kafka", "@coredns"),
        service("jobs", "job-queue notice-broker outbox-queue background-broker", "rabbitmq", "@registry"),
        service("billing", "billing-partner card-billing subscription-vendor invoice-partner", "vendor"),
        service(
            "config", "flag-service tenant-settings limits-service experiment-config", "config-service", "@registry"
        ),
        service("vault", "secret-vault signing-keys key-custody credential-safe", "vault", "@network"),
        service("registry", "shard-registry session-directory lock-service cluster-map", "registry", "@nodes"),
        service("coredns", "internal-names dns-pods resolver-pool service-dns", "coredns", "@config"),
        service("kubernetes", "fleet-manager cluster-brain runtime-platform pod-manager", "kubernetes", "@registry"),
        service("network", "office-fabric service-network east-west backbone-links", "network", "", 1),
        service("nodes", "node-group linux-hosts compute-cluster vm-hosts", "nodes", "", 1),
        service("monitoring", "office-monitor workspace-watch suite-observer team-alerts", "prometheus", "", 3),
    ),
)
