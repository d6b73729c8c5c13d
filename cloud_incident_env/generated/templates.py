"""Filling templates: what stands in the texts of software and families, and what is drawn anew for each use.

`model.Software` and `model.Line` say what the values mean. Those that depend on the minute come in as a mapping; what
is drawn has no meaning beside its form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from cloud_incident_env.generated.draws import Draws
from cloud_incident_env.generated.instances import hosts, instance_names
from cloud_incident_env.generated.model import Counter, Drawn, Family, Peer, System
from cloud_incident_env.generated.service_versions import product_version, versions
from cloud_incident_env.generated.software.peers import peer_of

if TYPE_CHECKING:
    from cloud_incident_env.generated.world import World

# Software that the company writes itself.
_OWN = frozenset({"java", "go", "python", "node", "stream-worker", "queue-worker", "batch-worker"})
_USERS = ("u-48213", "u-90177", "u-11904", "u-63350", "u-27718", "u-85046", "u-30592", "u-77140")
_SEASONS = ("spring", "summer", "autumn", "winter", "weekend", "members", "launch", "anniversary", "holiday")
_OFFERS = ("offer", "start", "week", "night", "days", "draw", "two-for-one")
_REGISTRIES = ("quay.io", "docker.io", "ghcr.io")
_IMAGES = ("worker", "agent", "base", "runner", "tools")
_PUBLIC = ("192.0.2", "198.51.100", "203.0.113")  # networks that stand for the Internet (RFC 5737)
# Where Kubernetes is set up to give addresses to services; the first is the API, the tenth the resolver.
_SERVICE_NETWORKS = ("10.96.0", "10.100.0", "10.43.0", "10.152.183", "172.20.0", "10.32.0")
_FIRST_DAY = 719_163  # number of 1 January 1970, as `date.toordinal` counts
PLURAL = "plural"  # the form of a fact that is a noun of the business, in the plural
_ANY_BUSINESS = ("accounts", "sessions", "events", "messages")  # what every company has tables and interfaces for

DRAWN: dict[str, Callable[[Draws], object]] = {
    "n": lambda draws: draws.between(3, 96),
    "count": lambda draws: draws.between(3, 240),
    "percent": lambda draws: draws.between(2, 97),
    "pid": lambda draws: draws.between(1200, 32000),
    "port": lambda draws: draws.between(32768, 60999),
    "ip": lambda draws: f"10.{draws.between(1, 40)}.{draws.between(0, 15)}.{draws.between(2, 250)}",
    "id": lambda draws: draws.between(100_000, 9_999_999),
    "id16": lambda draws: draws.between(0, 65_535),
    "hex": lambda draws: f"{draws.between(0, 0xFFFFFFFF):08x}",
    "id64": lambda draws: _hex_digits(draws, 16),
    "commit": lambda draws: draws.pick("abcdef") + _hex_digits(draws, 6),  # never taken for a number
    "hex_pairs": lambda draws: ":".join(_hex_digits(draws, 2) for _ in range(4)),
    "public_ip": lambda draws: f"{draws.pick(_PUBLIC)}.{draws.between(1, 254)}",  # of a user
    "public_net": lambda draws: f"{draws.pick(_PUBLIC)}.{32 * draws.between(0, 7)}/27",
    "campaign_name": lambda draws: f"{draws.pick(_SEASONS)}-{draws.pick(_OFFERS)}",
    "image_name": lambda draws: f"{draws.pick(_REGISTRIES)}/{_hex_digits(draws, 5)}/{draws.pick(_IMAGES)}",
    "tenant": lambda draws: f"tenant-{draws.between(1_000, 99_999):05d}",
    "tenant_or_ip": lambda draws: DRAWN[draws.pick(("tenant", "public_ip", "public_ip"))](draws),
    "trace": lambda draws: "".join(f"{draws.between(0, 0xFFFFFFFF):08x}" for _ in range(4)),
    "user": lambda draws: draws.pick(_USERS),
    "thread": lambda draws: draws.between(1, 200),
    "kb": lambda draws: draws.between(1, 900),
    "zone": lambda draws: draws.pick("abc"),
    "few": lambda draws: draws.between(2, 9),
    "thousandths": lambda draws: f"{draws.between(0, 999):03d}",
    "child": lambda draws: draws.between(1200, 32000),  # the id of a process that does not log the line
}
# What is drawn once for each line: a text that names it twice means the same thing.
DRAWN_ONCE: dict[str, str] = {
    "same_n": "n",
    "same_ip": "ip",
    "same_hex": "hex",
    "same_id16": "id16",
    "same_few": "few",
}


def _hex_digits(draws: Draws, count: int) -> str:
    return "".join("0123456789abcdef"[draws.between(0, 15)] for _ in range(count))


def fact_of(options: object, draws: Draws, system: System) -> object:
    """A fact of a family, of those that it may be; one that counts as it stands at first."""
    if isinstance(options, Counter):
        return draws.between(*options.start)
    if isinstance(options, Drawn):
        return draws.pick(_plurals(system)) if options.form == PLURAL else DRAWN[options.form](draws)
    return draws.pick(options)  # type: ignore[arg-type]


def facts_of_family(family: Family, draws: Draws, system: System) -> dict[str, object]:
    """Facts of a family, for a service that it does not strike."""
    return {name: fact_of(options, draws, system) for name, options in family.facts.items()}


class Values(dict[str, object]):
    """The values of a template about a service; what is not given is worked out or drawn when it is first needed.

    What is drawn is drawn for each use of a name anew, but for the names in `DRAWN_ONCE`.
    """

    def __init__(self, world: World, index: int, minute: float, draws: Draws, known: Mapping[str, object] = {}) -> None:
        super().__init__(known)
        self.world, self.index, self.minute, self.draws = world, index, minute, draws

    def __missing__(self, name: str) -> object:
        once = DRAWN_ONCE.get(name)
        if once is not None:
            self[name] = DRAWN[once](self.draws)
            return self[name]
        if "|" in name:
            return self._word(name)
        draw = DRAWN.get(name)
        return draw(self.draws) if draw is not None else ABOUT[name](self)

    def _word(self, name: str) -> str:
        """One of several wordings, such as `{full|no room}`: the one that those who wrote this service chose."""
        return self.world.draws("word", self.index, name).pick(name.split("|"))


def fill(template: str, values: Mapping[str, object]) -> str:
    """The template with its values. Raises KeyError for a name that is neither known nor drawn."""
    return template.format_map(values)


def _service(values: Values) -> str:
    return values.world.cast.names[values.index]


def _callee(values: Values) -> str:
    cast = values.world.cast
    callees = [
        callee
        for callee, kind, _ in cast.callees(values.index)
        # Nobody looks up the name of the resolver, and a worker reads a queue and answers nobody.
        if kind != "platform" and cast.software(callee).kind not in ("dns", "worker")
    ]
    return cast.names[values.draws.pick(callees)] if callees else "items"


def _carried(values: Values, name: str) -> object:
    """A service that runs on a platform, one of its instances and the host of that: a line means the same thing."""
    cast = values.world.cast
    callers = [caller for caller, _, _ in cast.callers(values.index)]
    if not callers:
        return {"caller": "health-check", "caller_instance": "health-check-1", "host": "node-1"}[name]
    caller = values.draws.pick(callers)
    place = values.draws.between(0, values.world.instances(caller) - 1)
    values["caller"] = cast.names[caller]
    values["caller_instance"] = instance_names(values.world, caller)[place]
    values["host"] = hosts(values.world, caller)[place]
    return values[name]


def _about_platform(name: str, otherwise: Callable[[Values], object]) -> Callable[[Values], object]:
    """How a value is worked out: on a platform it is about what runs there."""

    def worked_out(values: Values) -> object:
        carries = values.world.cast.graph.kind(values.index) in ("compute", "scheduler", "network")
        return _carried(values, name) if carries else otherwise(values)

    return worked_out


def _caller(values: Values) -> str:
    cast = values.world.cast
    callers = [caller for caller, _, _ in cast.callers(values.index)]
    return cast.names[values.draws.pick(callers)] if callers else "health-check"


# Ports at which services take connections, by the protocol in which they are asked.
_PORTS: Mapping[Peer, int] = {
    "postgres": 5432,
    "mysql": 3306,
    "cache": 6379,
    "kafka": 9092,
    "amqp": 5672,
    "object": 9000,
    "secrets": 8200,
    "registry": 2379,
}


def _carried_port(values: Values) -> int:
    """A port of a service whose packets a network carries."""
    cast, nodes = values.world.cast, values.world.sizing.nodes
    carried = [caller for caller, _, _ in cast.callers(values.index) if nodes[caller].kind != "dns"]
    return _PORTS.get(peer_of(cast.software(values.draws.pick(carried))), 8080) if carried else 8080


def _remote(values: Values) -> str:
    """A service with which this one speaks over TLS."""
    cast = values.world.cast
    callees = [
        callee
        for callee, kind, _ in cast.callees(values.index)
        if kind != "platform" and peer_of(cast.software(callee)) in ("http", "config", "secrets")
    ]
    return cast.names[values.draws.pick(callees)] if callees else "items"


def _workers(values: Values) -> int:
    """Requests that an instance works on at once."""
    node = values.world.sizing.nodes[values.index]
    return int(node.slots / node.instances)


def _offset(values: Values) -> int:
    """A number that never falls from one minute to the next."""
    draws = values.world.draws("offset", values.index)
    start, rate = draws.between(4_000_000, 900_000_000), draws.between(211, 1_987)
    return int(start + rate * (values.minute + 1500))


def _caller_instance(values: Values) -> str:
    """An instance of a service that calls this one."""
    callers = [caller for caller, _, _ in values.world.cast.callers(values.index)]
    return values.draws.pick(instance_names(values.world, values.draws.pick(callers))) if callers else "health-check-1"


def _collection(values: Values) -> int:
    """The number of a garbage collection: it never falls from one minute to the next."""
    start = values.world.draws("collections", values.index).between(3_000, 140_000)
    return int(start + 5 * (values.minute + 1500))


@cache
def _concerns(system: System) -> tuple[str, ...]:
    """What the teams of a company work on: its services are called so among those who make them."""
    return tuple(each.role for each in system.services if each.software in _OWN)


@cache
def _plurals(system: System) -> tuple[str, ...]:
    """Things that a business is about, as tables, topics and routes are called."""
    return (*(each for each in _concerns(system) if re.fullmatch(r"[a-z]+[^s]s", each)), *_ANY_BUSINESS)


def _concern(values: Values) -> str:
    return values.draws.pick(_concerns(values.world.cast.graph.system))


def _path(values: Values) -> str:
    """A route of an interface; a text that names it twice means the same one."""
    noun = values.draws.pick(_plurals(values.world.cast.graph.system))
    values["path"] = f"/v{1 + len(noun) % 2}/{noun}"
    return str(values["path"])


def _service_address(values: Values, host: int) -> str:
    """An address that the platform has given to a service of its own."""
    return f"{values.world.draws('service network').pick(_SERVICE_NETWORKS)}.{host}"


def _forwarder(values: Values, number: int) -> str:
    """A resolver outside, which all inside forward to."""
    return f"192.0.2.{values.world.draws('forwarders').between(20, 220) + number}"


def _member(values: Values, number: int) -> str:
    """The id of a member of a cluster of three."""
    return _hex_digits(values.world.draws("member", values.index, number), 16)


def _server_uuid(values: Values, number: int) -> str:
    """What a server of a pair calls itself: a UUID of version 1, from the address of a container."""
    draws = values.world.draws("server", values.index, number)
    clock = f"{_hex_digits(draws, 8)}-{_hex_digits(draws, 4)}-11{draws.pick(('ee', 'ef', 'f0'))}"
    return f"{clock}-{draws.pick('89ab')}{_hex_digits(draws, 3)}-0242{_hex_digits(draws, 8)}"


def _segment(values: Values) -> str:
    """The name of a file of a PostgreSQL server's log: time line, number, and part of it."""
    draws = values.world.draws("segment", values.index)
    timeline, number = draws.between(1, 7), draws.between(40, 2_000)
    return f"{timeline:08X}{number:08X}{values.draws.between(0, 255):08X}"


def _epoch(values: Values, minutes_ago: int = 0) -> int:
    """Seconds from 1970 to a time, that of the line if no other is given."""
    time = values.world.clock.at(values.minute - minutes_ago)
    days = time.toordinal() - _FIRST_DAY
    return ((days * 24 + time.hour) * 60 + time.minute) * 60 + time.second


def _last_month(time: datetime) -> str:
    """The month before a time, in which whatever is installed then was made."""
    return f"{time.year - 1}.12" if time.month == 1 else f"{time.year}.{time.month - 1:02d}"


def _past_milliseconds(values: Values) -> int:
    """Milliseconds from 1970 to a time some days ago."""
    return 1000 * _epoch(values, values.draws.between(7 * 1440, 9 * 1440)) + values.draws.between(0, 999)


# What is worked out about a service.
ABOUT: dict[str, Callable[[Values], object]] = {
    "service": _service,
    "callee": _callee,
    "caller": _about_platform("caller", _caller),
    "version": lambda values: versions(values.world, values.index)[0],
    "previous": lambda values: versions(values.world, values.index)[1],
    "product": lambda values: product_version(values.world, values.index),
    "host": _about_platform("host", lambda values: values.draws.pick(hosts(values.world, values.index))),
    "instance": lambda values: values.draws.pick(instance_names(values.world, values.index)),
    "offset": _offset,
    "later": lambda values: _offset(values) + values.draws.between(7, 4_000),  # an offset that comes after it
    "collection": _collection,
    "caller_instance": _about_platform("caller_instance", _caller_instance),
    "epoch": _epoch,
    "concern": _concern,
    "path": _path,
    "dns_ip": lambda values: _service_address(values, 10),
    "api_ip": lambda values: _service_address(values, 1),
    "forwarder": lambda values: _forwarder(values, 0),
    "other_forwarder": lambda values: _forwarder(values, 1),
    "member": lambda values: _member(values, 0),
    "other_member": lambda values: _member(values, values.draws.between(1, 2)),
    "lost_member": lambda values: _member(values, 2),  # of whom the others hear nothing, if of any
    "source_uuid": lambda values: _server_uuid(values, 0),
    "other_uuid": lambda values: _server_uuid(values, 1),
    "wal_segment": _segment,
    "remote": _remote,
    "carried_port": _carried_port,
    "workers": _workers,
    "group_id": _service,  # of consumers
    "channel": lambda values: "",  # of replication: the default one has no name
    "neighbor": lambda values: f"198.51.100.{values.draws.between(3, 96)}",
    "log_file": lambda values: "/var/log/app/audit.log",
    "listening": lambda values: 8080,  # a port
    "namespace": lambda values: "prod",
    "system": lambda values: "kube-system",
    "past_ms": _past_milliseconds,
    "last_month": lambda values: _last_month(values.world.clock.at(values.world.changed)),
}


class FamilyValues(Values):
    """The values of a text of the family: its facts, and what is about the culprit, stand before all others."""

    def __missing__(self, name: str) -> object:
        if self.world.has_fact(name):
            return self.world.fact(name, self.minute)
        about = OF_FAMILY.get(name)
        return about(self) if about is not None else super().__missing__(name)


def _culprit(values: Values) -> str:
    cast = values.world.cast
    return cast.names[cast.place.culprit]


def _of_hit(name: str, of: Callable[[World, int], tuple[str, ...]]) -> Callable[[Values], object]:
    """An instance or host of the culprit that is hit, where not all are; of the service that prints it otherwise."""

    def worked_out(values: Values) -> object:
        world = values.world
        return of(world, world.cast.place.culprit)[0] if world.cast.family.hosts < 1.0 else ABOUT[name](values)

    return worked_out


def _unwritten(values: Values) -> int:
    """Minutes for which nothing came of the culprit: since the change where its output ages from then on."""
    effects = values.world.cast.family.effects_on("culprit")
    ages = any(effect.gauge == "age of output" and effect.since == "change" for effect in effects)
    return max(0, int(values.minute - (values.world.changed if ages else values.world.clock.onset)))


OF_FAMILY: dict[str, Callable[[Values], object]] = {
    "culprit": _culprit,
    "area": _culprit,
    "through": lambda values: values.world.cast.names[values.world.cast.place.source],
    "version": lambda values: versions(values.world, values.world.cast.place.culprit)[0],
    "previous": lambda values: versions(values.world, values.world.cast.place.culprit)[1],
    "instance": _of_hit("instance", instance_names),
    "host": _of_hit("host", hosts),
    "age": lambda values: max(0, int(values.minute - values.world.clock.onset)),
    "changed": lambda values: max(0, int(values.minute - values.world.changed)),
    "unwritten": _unwritten,
    # The full hour with which a failure began that begins with one.
    "opened": lambda values: f"{values.world.clock.at(values.world.clock.onset - 1):%H}:00",
    "since": lambda values: f"{values.world.clock.at(values.world.clock.onset):%H:%M:%S}",
    "timeout": lambda values: f"{values.world.sizing.nodes[values.world.cast.place.source].least_time_out:.0f}",
}
