"""Every kind of software that services run."""

from __future__ import annotations

from incidents.model import Software
from incidents.software.edge import CDN, ENVOY, NGINX
from incidents.software.platform import CONFIG_SERVICE, COREDNS, KUBERNETES, NETWORK, NODES, REGISTRY, VAULT, VENDOR
from incidents.software.services import GO, JAVA, NODE, PYTHON
from incidents.software.stores import KAFKA, MYSQL, OBJECT_STORE, POSTGRES, RABBITMQ, REDIS
from incidents.software.workers import BATCH_WORKER, QUEUE_WORKER, STREAM_WORKER

SOFTWARE: dict[str, Software] = {
    software.name: software
    for software in (
        ENVOY,
        NGINX,
        CDN,
        JAVA,
        GO,
        PYTHON,
        NODE,
        STREAM_WORKER,
        QUEUE_WORKER,
        BATCH_WORKER,
        POSTGRES,
        MYSQL,
        OBJECT_STORE,
        REDIS,
        KAFKA,
        RABBITMQ,
        COREDNS,
        CONFIG_SERVICE,
        REGISTRY,
        VAULT,
        NETWORK,
        KUBERNETES,
        NODES,
        VENDOR,
    )
}
