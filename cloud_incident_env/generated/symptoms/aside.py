"""What stands beside the production system and is at times broken there, which hurts nobody.

Healthy services print symptoms of such objects. That they are no part of what serves users is seen by their names: no
tool knows them.
"""

from __future__ import annotations

from cloud_incident_env.generated.model import Line, Peer

# Deployments of a branch, a demonstration or a retired product.
DEPLOYMENTS = (
    "web-pr412",
    "search-pr97",
    "api-pr388",
    "portal-pr23",
    "old-mailer",
    "demo-storefront",
    "legacy-importer",
    "sandbox-wallet",
    "trial-reports",
    "retired-geocoder",
)
NAMESPACES = ("previews", "demo", "training", "sandbox", "team-lab")
HOSTS = ("lab-1", "lab-2", "lab-4", "spare-3", "spare-7")  # that carry nothing of production
ROUTERS = ("192.0.2.11", "192.0.2.19", "192.0.2.42")  # of the laboratory
ROLES = ("metabase", "data_science", "former_intern", "tmp_migration", "audit_2024")  # of people and their tools
TABLES = ("tmp_report_13", "tmp_report_71", "old_invoices", "export_draft", "staging_rows")
CHANNELS = ("reporting", "archive", "bi_copy")  # by which copies for reports follow a database
SUBJECTS = ("web-pr412.previews.internal", "demo-storefront.internal", "lab-1.hosts.internal", "old-mailer.internal")
FEEDS = ("partner-feed", "nightly-import", "price-scraper", "sample-data", "trial-export")
REPLAYS = ("replay-tool", "backfill-check", "notebook-reader", "shadow-reader")  # consumers that people start by hand
SCRATCH_FILES = (
    "/mnt/scratch/export.part",
    "/mnt/scratch/preview.bin",
    "/mnt/dumps/trace.out",
)  # on volumes of their own
EXPORTER_PORTS = (9102, 9187, 9464)  # of processes beside the service, which serve figures
STORES = ("sandbox-db", "training-db", "old-reports-db", "demo-db")
SMALL_SHARES = (3, 4, 5, 6, 7, 8)  # %, of the requests: no client sends more on an ordinary day


def lost_call(text: str, software: tuple[str, ...], named: str = "callee", peers: tuple[Peer, ...] = ()) -> Line:
    """A line about a call that reached nobody: healthy services print it of a deployment that is none of theirs.

    `named` is the value of the text that names whom the call was to.
    """
    return Line(text, software=software, elsewhere=True, when="lost", peers=peers, aside={named: DEPLOYMENTS})
