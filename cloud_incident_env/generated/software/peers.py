"""What is spoken with a callee, by what it is."""

from __future__ import annotations

from collections.abc import Mapping

from cloud_incident_env.generated.model import Kind, Outcome, Peer, Software

_BY_KIND: dict[Kind, Peer] = {
    "cache": "cache",
    "dns": "dns",
    "config": "config",
    "secrets": "secrets",
    "worker": "queue",
}
_BY_NAME: dict[str, Peer] = {
    "postgres": "postgres",
    "mysql": "mysql",
    "object-store": "object",
    "kafka": "kafka",
    "rabbitmq": "amqp",
    "registry": "registry",
}

Wordings = Mapping[Outcome, tuple[str, ...]]


def peer_of(software: Software) -> Peer:
    """The protocol in which a service of this software is asked; a worker is asked by nobody and reads a queue."""
    return _BY_NAME.get(software.name) or _BY_KIND.get(software.kind, "http")


def spoken(common: Wordings, own: Mapping[Peer, Wordings]) -> dict[Peer, Wordings]:
    """The wordings of several protocols of a kind: those that fit all of them, and those of each."""
    return {
        peer: {
            outcome: (*common.get(outcome, ()), *wordings.get(outcome, ()))
            for outcome in dict.fromkeys((*common, *wordings))
        }
        for peer, wordings in own.items()
    }
