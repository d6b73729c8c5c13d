"""An online shop."""

from __future__ import annotations

from incidents.model import System
from incidents.systems.graph import service

SHOP = System(
    name="shop",
    business="an online shop",
    users="customers",
    services=(
        service("web", "web-storefront shop-frontend storefront-web", "java", "edge images-cdn", 1, "checkout"),
        service("partners", "partner-portal seller-portal marketplace-portal", "java", "edge catalog", 2),
        service("edge", "edge-gateway api-gateway public-gateway", "java", "checkout catalog search? account @cluster-dns", 1),
        service("images-cdn", "images-cdn media-cdn asset-cdn", "java", "catalog @flags"),
        service("checkout", "checkout-api checkout-service cart-checkout", "java", "payments pricing inventory =orders-db ~order-events @secrets", 1, "checkout"),
        service("payments", "payments-service payment-api billing-gateway", "java", "card-vendor =payments-db @secrets @mesh", 1, "checkout"),
        service("catalog", "catalog-service product-catalog item-service", "java", "=catalog-db =catalog-cache? pricing @discovery", 2),
        service("pricing", "pricing-service price-engine offer-pricing", "java", "=pricing-cache =catalog-db @flags", 2),
        service("orders-db", "orders-db order-store checkout-db", "postgres", "@nodes"),
        service("payments-db", "payments-db payment-ledger billing-db", "postgres", "@nodes"),
        service("catalog-db", "catalog-db product-db item-store", "postgres", "@mesh"),
        service("catalog-cache", "catalog-cache product-cache item-cache", "postgres"),
        service("pricing-cache", "pricing-cache offer-cache price-cache", "postgres"),
        service("inventory", "inventory-service stock-service warehouse-api", "java", "=stock-db ~order-events @cluster-dns", 2),
        service("stock-db", "stock-db inventory-db warehouse-db", "postgres", "@nodes"),
        service("search", "search-service product-search search-api", "java", "catalog", 2),
        service("account", "account-service customer-profile identity-service", "java", "=account-db @secrets", 2),
        service("account-db", "account-db customer-db identity-db", "postgres", "@mesh"),
        service("order-events", "order-events event-bus order-stream", "java", "@nodes"),
        service("card-vendor", "card-processor acquirer-link card-network", "java"),
        service("flags", "flag-service config-service toggle-service", "java", "@discovery"),
        service("secrets", "secret-store key-vault credential-store", "java", "@mesh"),
        service("discovery", "service-registry discovery-registry name-registry", "java", "@nodes"),
        service("cluster-dns", "cluster-dns internal-dns resolver-dns", "java", "@mesh"),
        service("mesh", "pod-network cluster-network core-network", "java", "@nodes"),
        service("nodes", "worker-nodes compute-pool node-fleet", "java"),
    ),
)
