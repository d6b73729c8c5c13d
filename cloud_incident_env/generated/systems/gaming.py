"""A business for online games: a title front, match making over rooms, and a market with a wallet."""

from __future__ import annotations

from cloud_incident_env.generated.model import System
from cloud_incident_env.generated.systems.graph import service

GAMING = System(
    name="gaming",
    business="a business for online games",
    users="players",
    services=(
        service("console", "console-client gamepad-client title-client play-client", "node", "front", 1),
        service("launcher", "game-launcher desktop-launcher start-menu pc-client", "java", "front", 2),
        service("front", "title-front session-hub login-hub player-entry", "node", "edge patches", 1, "purchases"),
        service("patches", "patch-cdn build-delivery download-edge update-mirror", "cdn", "profiles =builds"),
        service("edge", "edge-envoy game-gateway realm-proxy action-ingress", "envoy", "matches market profiles", 1),
        service(
            "matches",
            "match-maker queue-service pairing-api lobby-service",
            "go",
            "rooms ratings parties profiles =state @config",
            1,
        ),
        service(
            "rooms",
            "room-allocator arena-service game-servers match-host",
            "go",
            "=state =builds ~referee @kubernetes @nodes",
            1,
        ),
        service("ratings", "rating-service skill-api rank-service elo-engine", "python", "=scores-db =state? ~ladder"),
        service("parties", "party-service group-api squad-service friends-api", "node", "profiles? =state =letters"),
        service(
            "profiles", "profile-service player-api progress-service gamer-cards", "java", "=players-db =feed @vault", 1
        ),
        service(
            "market",
            "market-service item-shop store-api offer-wall",
            "java",
            "wallet inventory =players-db @config",
            2,
            "purchases",
        ),
        service(
            "wallet",
            "wallet-service coin-balance credits-api purse-service",
            "java",
            "pay-vendor =players-db =letters @vault @coredns",
            1,
            "purchases",
        ),
        service(
            "inventory", "inventory-api loot-service item-vault locker-service", "go", "=scores-db ~grants @registry"
        ),
        service(
            "referee",
            "referee-stream cheat-watch replay-intake fair-play",
            "stream-worker",
            "=feed =state =builds @network",
        ),
        service(
            "grants",
            "grant-worker reward-sender loot-delivery item-mailer",
            "queue-worker",
            "=letters =feed @coredns",
        ),
        service(
            "ladder",
            "ladder-builder season-jobs leaderboard-run ranking-rollup",
            "batch-worker",
            "=scores-db @kubernetes @config",
            3,
        ),
        service("players-db", "players-db gamer-db account-records profile-store", "postgres", "@nodes", 1),
        service("scores-db", "scores-db items-db season-records results-store", "mysql", "@vault"),
        service("builds", "build-store patch-objects replay-archive depot-bucket", "object-store", "@network", 3),
        service("state", "match-state lobby-cache room-index live-board", "redis", "@kubernetes", 1),
        service("feed", "match-feed game-events action-topics play-stream", "kafka", "@registry"),
        service("letters", "reward-queue inbox-broker gift-exchange postbox-queue", "rabbitmq", "@coredns"),
        service("pay-vendor", "platform-store purchase-partner payment-provider console-billing", "vendor"),
        service("config", "season-config tuning-service balance-settings live-ops", "config-service", "@registry"),
        service("vault", "key-locker secrets-service session-keys cert-vault", "vault", "@kubernetes"),
        service("registry", "realm-registry server-directory shard-map region-directory", "registry", "@nodes"),
        service("coredns", "realm-dns dns-tier name-cluster zone-lookup", "coredns", "@network"),
        service("kubernetes", "arena-scheduler fleet-scheduler container-fleet pod-plane", "kubernetes", "@registry"),
        service("network", "game-network udp-fabric region-links player-network", "network", "", 1),
        service("nodes", "game-hosts metal-fleet server-farm compute-racks", "nodes", "", 1),
        service("monitoring", "arena-monitor realm-watch match-observer league-alerts", "prometheus", "", 3),
    ),
)
