"""Names of things that several failure modes are about: none of them is of one mode alone."""

from __future__ import annotations

# Programs of the platform that watch or change objects by themselves.
CONTROLLERS = (
    "label-sync",
    "status-reporter",
    "lease-refresher",
    "event-mirror",
    "node-annotator",
    "route-sync",
    "preview-publisher",
    "mesh-writer",
    "endpoint-mirror",
    "endpoint-sync",
    "mesh-operator",
    "ingress-sync",
    "pool-operator",
    "node-tagger",
    "cost-probe",
    "inventory-agent",
    "volume-watch",
    "node-tuner",
    "log-shipper-2",
    "metrics-edge",
    "limit-tuner",
    "resource-advisor",
)
# Work in batches that can wait.
BATCH_WORK = (
    "render-farm",
    "model-training",
    "video-encoding",
    "risk-nightly",
    "thumbnails",
    "monthly-report",
    "reindex",
    "embeddings",
    "archive-pack",
    "nightly-export",
)
JOBS = ("rollup", "settlement", "reindex", "price-refresh", "export", "clean-up", "digest")
# What keys of a cache begin with.
KEYSPACES = (
    "item",
    "price",
    "profile",
    "feed",
    "route",
    "offer",
    "quote",
    "suggest",
    "recent",
    "geo",
    "draft",
    "preview",
)
COLUMNS = ("tier", "region", "currency", "plan", "state", "channel", "locale", "origin", "status")
