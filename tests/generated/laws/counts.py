"""Counts: replicas, hosts, zones and instances have one value in every tool, and in every log line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.generated.laws.plays import Moment

HOSTS = 60  # hosts of a system
ZONES = frozenset("abc")
# What looks like an instance and is none: clients, transactions and workloads that are named after a service.
_NAMED_AFTER = re.compile(r"(?:client\.?id[= ]\S*|workload=\S+|transactionalId \S+|client_id=\S+)", re.I)
_HOST = re.compile(r"(?<![\w-])node-(\d+)(?![\w-])")
_WRITERS = 1  # instances of a database that are no replicas of another


def counts(moment: Moment) -> Iterator[str]:
    scaled = {taken.key.target for taken in moment.course.taken if taken.key.action == "scale_service"}
    most = {service: moment.status(service).replicas for service in moment.services}
    for service in moment.services:
        yield from _instances(moment, service)
        yield from _replicas(moment, service)
        texts = [line.text for line in moment.log(service).lines] + list(moment.status(service).notes)
        for text in texts:
            yield from (moment.tells(service, problem) for problem in _strangers(moment, text, most, scaled))


def _instances(moment: Moment, service: str) -> Iterator[str]:
    status = moment.status(service)
    yield from (moment.tells(service, f"unreadable {each!r}") for each in status.unread)
    if status.ready > status.replicas:
        yield moment.tells(service, f"{status.ready} of {status.replicas} are ready")
    if not status.instances:
        return
    if len(status.instances) != status.replicas:
        yield moment.tells(service, f"{status.replicas} replicas, of which it lists {len(status.instances)}")
    ready = sum(instance.ready for instance in status.instances)
    if len(status.instances) == status.replicas and ready != status.ready:
        yield moment.tells(service, f"{status.ready} are ready, of which it lists {ready}")
    if len(set(status.hosts)) != len(status.hosts) and len(status.hosts) <= HOSTS:
        yield moment.tells(service, f"two instances on one host: {status.hosts}")
    zones = [sum(instance.zone == zone for instance in status.instances) for zone in ZONES]
    if max(zones) - min(zones) > 1 or {instance.zone for instance in status.instances} - ZONES:
        yield moment.tells(service, f"instances by zone: {zones}")


def _replicas(moment: Moment, service: str) -> Iterator[str]:
    """A database has as many replicas attached as it has instances beside the writer, or fewer."""
    row = moment.metrics(service).rows.get("replicas attached")
    if row is None:
        return
    beside = moment.status(service).replicas - _WRITERS
    if row.normal is not None and row.normal.value != beside and not _was_scaled(moment, service):
        yield moment.tells(
            service, f"{row.normal.value:.0f} replicas attached is normal, of {beside + _WRITERS} instances"
        )
    if row.readings[0] is not None and row.readings[0].value > beside:
        yield moment.tells(service, f"{row.readings[0].value:.0f} replicas attached, of {beside + _WRITERS} instances")


def _was_scaled(moment: Moment, service: str) -> bool:
    return any(taken.key == ("scale_service", service) for taken in moment.course.taken)


def _strangers(moment: Moment, text: str, most: dict[str, int], scaled: set[str]) -> Iterator[str]:
    """Instances and hosts that a text names and that do not exist."""
    text = _NAMED_AFTER.sub("", text)
    for service, replicas in most.items():
        for number in re.findall(rf"(?<![\w.-]){re.escape(service)}-(\d{{1,3}})(?![\w-])", text):
            if not 1 <= int(number) <= replicas and service not in scaled:
                yield f"{service} has {replicas} instances: {text}"
    for number in _HOST.findall(text):
        if not 1 <= int(number) <= HOSTS:
            yield f"there are {HOSTS} hosts: {text}"
